/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IPv6 packets as bytes, and what they are; see packets.h.
 */
	{
		.what = "IPv6 UDP",
		.family = V6, .class = UDP, .protocol = 17, .bytes = 48,
		.flags = PORTS, .source_port = 12345, .destination_port = 53,
		.hex = /* IPv6 */
		"60000000 0008 1140 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* UDP */ "3039 0035 0008 0000 ",
	},
	{
		.what = "IPv6 UDP in a padded frame",
		.family = V6, .class = UDP, .protocol = 17, .bytes = 48,
		.flags = PORTS, .source_port = 12345, .destination_port = 53,
		.hex = /* IPv6 */
		"60000000 0008 1140 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* UDP */ "3039 0035 0008 0000 "
		/* padding */ "0000000000000000 ",
	},
	{
		.what = "IPv6 UDP, length field beyond the payload",
		.family = V6, .class = MALFORMED, .protocol = 17, .bytes = 48,
		.flags = PORTS, .source_port = 12345, .destination_port = 53,
		.hex = /* IPv6 */
		"60000000 0008 1140 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* UDP, length 20 of 8 */ "3039 0035 0014 0000 ",
	},
	{
		.what = "IPv6 UDP, length field 0 without jumbo option",
		.family = V6, .class = MALFORMED, .protocol = 17, .bytes = 48,
		.flags = PORTS, .source_port = 12345, .destination_port = 53,
		.hex = /* IPv6 */
		"60000000 0008 1140 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* UDP, length 0 */ "3039 0035 0000 0000 ",
	},
	{
		.what = "IPv6 TCP SYN",
		.family = V6, .class = SYN, .protocol = 6, .bytes = 60,
		.flags = PORTS, .source_port = 12345, .destination_port = 80,
		.tcp_flags = 0x02,
		.hex = /* IPv6 */
		"60000000 0014 0640 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* TCP SYN */ "3039 0050 01020304 05060708 5002 2000 0000 0000 ",
	},
	{
		.what = "IPv6 TCP ACK with 3 bytes",
		.family = V6, .class = ACK, .protocol = 6, .bytes = 63,
		.flags = PORTS, .source_port = 12345, .destination_port = 80,
		.tcp_flags = 0x10, .payload_bytes = 3,
		.hex = /* IPv6 */
		"60000000 0017 0640 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* TCP ACK, "abc" */ "3039 0050 01020304 05060708 5010 2000 0000 0000 616263 ",
	},
	{
		.what = "IPv6 UDP behind hop-by-hop",
		.family = V6, .class = UDP, .protocol = 17, .bytes = 56,
		.flags = PORTS, .source_port = 12345, .destination_port = 53,
		.hex = /* IPv6 */
		"60000000 0010 0040 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* hop-by-hop, PadN */ "1100 0104 00000000 "
		/* UDP */ "3039 0035 0008 0000 ",
	},
	{
		.what = "IPv6 UDP behind routing",
		.family = V6, .class = UDP, .protocol = 17, .bytes = 72,
		.flags = PORTS, .source_port = 12345, .destination_port = 53,
		.hex = /* IPv6 */
		"60000000 0020 2b40 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* routing, segment routing, 24 bytes */
		"1102 0401 00000000 20010db8000000000000000000000002 "
		/* UDP */ "3039 0035 0008 0000 ",
	},
	{
		.what = "IPv6 UDP behind destination options",
		.family = V6, .class = UDP, .protocol = 17, .bytes = 56,
		.flags = PORTS, .source_port = 12345, .destination_port = 53,
		.hex = /* IPv6 */
		"60000000 0010 3c40 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* destination options, PadN */ "1100 0104 00000000 "
		/* UDP */ "3039 0035 0008 0000 ",
	},
	{
		.what = "IPv6 UDP behind AH",
		.family = V6, .class = UDP, .protocol = 17, .bytes = 72,
		.flags = PORTS, .source_port = 12345, .destination_port = 53,
		.hex = /* IPv6 */
		"60000000 0020 3340 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* AH, 24 bytes */ "1104 0000 00000001 00000001 000102030405060708090a0b "
		/* UDP */ "3039 0035 0008 0000 ",
	},
	{
		.what = "IPv6 TCP behind the shortest AH",
		.family = V6, .class = SYN, .protocol = 6, .bytes = 72,
		.flags = PORTS, .source_port = 12345, .destination_port = 80,
		.tcp_flags = 0x02,
		.hex = /* IPv6 */
		"60000000 0020 3340 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* AH without check value, 12 bytes */ "0601 0000 00000001 00000001 "
		/* TCP SYN */ "3039 0050 01020304 05060708 5002 2000 0000 0000 ",
	},
	{
		.what = "IPv6 TCP behind hop-by-hop, routing, AH, destination options",
		.family = V6, .class = SYNACK, .protocol = 6, .bytes = 124,
		.flags = PORTS, .source_port = 12345, .destination_port = 80,
		.tcp_flags = 0x12,
		.hex = /* IPv6 */
		"60000000 0054 0040 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* hop-by-hop, PadN */ "2b00 0104 00000000 "
		/* routing, segment routing, 24 bytes */
		"3302 0401 00000000 20010db8000000000000000000000002 "
		/* AH, 24 bytes */ "3c04 0000 00000001 00000001 000102030405060708090a0b "
		/* destination options, PadN */ "0600 0104 00000000 "
		/* TCP SYN ACK */ "3039 0050 01020304 05060708 5012 2000 0000 0000 ",
	},
	{
		.what = "IPv6 UDP behind 8 extension headers",
		.family = V6, .class = UDP, .protocol = 17, .bytes = 112,
		.flags = PORTS, .source_port = 12345, .destination_port = 53,
		.hex = /* IPv6 */
		"60000000 0048 0040 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* hop-by-hop, PadN */ "3c00 0104 00000000 "
		/* destination options, PadN */ "3c00 0104 00000000 "
		/* destination options, PadN */ "3c00 0104 00000000 "
		/* destination options, PadN */ "3c00 0104 00000000 "
		/* destination options, PadN */ "3c00 0104 00000000 "
		/* destination options, PadN */ "3c00 0104 00000000 "
		/* destination options, PadN */ "3c00 0104 00000000 "
		/* destination options, PadN */ "1100 0104 00000000 "
		/* UDP */ "3039 0035 0008 0000 ",
	},
	{
		.what = "IPv6 UDP behind 9 extension headers",
		.family = V6, .class = MALFORMED, .protocol = 60, .bytes = 120,
		.hex = /* IPv6 */
		"60000000 0050 0040 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* hop-by-hop, PadN */ "3c00 0104 00000000 "
		/* destination options, PadN */ "3c00 0104 00000000 "
		/* destination options, PadN */ "3c00 0104 00000000 "
		/* destination options, PadN */ "3c00 0104 00000000 "
		/* destination options, PadN */ "3c00 0104 00000000 "
		/* destination options, PadN */ "3c00 0104 00000000 "
		/* destination options, PadN */ "3c00 0104 00000000 "
		/* destination options, PadN */ "3c00 0104 00000000 "
		/* destination options, PadN */ "1100 0104 00000000 "
		/* UDP, not reached */ "3039 0035 0008 0000 ",
	},
	{
		.what = "IPv6 UDP behind an atomic fragment header",
		.family = V6, .class = UDP, .protocol = 17, .bytes = 56,
		.flags = PORTS, .source_port = 12345, .destination_port = 53,
		.hex = /* IPv6 */
		"60000000 0010 2c40 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* fragment header */ "1100 0000 00000007 "
		/* UDP */ "3039 0035 0008 0000 ",
	},
	{
		.what = "IPv6 UDP, first fragment",
		.family = V6, .class = FRAG, .protocol = 17, .bytes = 64,
		.flags = PORTS | FIRST, .source_port = 12345, .destination_port = 53,
		.hex = /* IPv6 */
		"60000000 0018 2c40 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* fragment header */ "1100 0001 00000007 "
		/* UDP, length 3000 */ "3039 0035 0bb8 0000 0000000000000000 ",
	},
	{
		.what = "IPv6 UDP, later fragment",
		.family = V6, .class = FRAG, .protocol = 17, .bytes = 56,
		.flags = LATER,
		.hex = /* IPv6 */
		"60000000 0010 2c40 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* fragment header */ "1100 0011 00000007 "
		/* payload */ "0102030405060708 ",
	},
	{
		.what = "IPv6 UDP, last fragment behind hop-by-hop",
		.family = V6, .class = FRAG, .protocol = 17, .bytes = 59,
		.flags = LATER,
		.hex = /* IPv6 */
		"60000000 0013 0040 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* hop-by-hop, PadN */ "2c00 0104 00000000 "
		/* fragment header */ "1100 0010 00000007 "
		/* payload */ "010203 ",
	},
	{
		.what = "IPv6 fragment, first, with destination options behind it",
		.family = V6, .class = FRAG, .protocol = 17, .bytes = 64,
		.flags = PORTS | FIRST, .source_port = 12345, .destination_port = 53,
		.hex = /* IPv6 */
		"60000000 0018 2c40 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* fragment header */ "3c00 0001 00000007 "
		/* destination options, PadN */ "1100 0104 00000000 "
		/* UDP */ "3039 0035 0040 0000 ",
	},
	{
		.what = "IPv6 fragment, later, of a chain that goes on",
		.family = V6, .class = FRAG, .protocol = 60, .bytes = 56,
		.flags = LATER,
		.hex = /* IPv6 */
		"60000000 0010 2c40 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* fragment header */ "3c00 0010 00000007 "
		/* payload */ "0102030405060708 ",
	},
	{
		.what = "IPv6 first fragment that ends within its extension headers",
		.family = V6, .class = MALFORMED, .protocol = 60, .bytes = 48,
		.flags = FIRST,
		.hex = /* IPv6 */
		"60000000 0008 2c40 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* fragment header */ "3c00 0001 00000007 ",
	},
	{
		.what = "IPv6 with two fragment headers",
		.family = V6, .class = MALFORMED, .protocol = 44, .bytes = 64,
		.hex = /* IPv6 */
		"60000000 0018 2c40 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* fragment header */ "2c00 0000 00000007 "
		/* fragment header */ "1100 0000 00000007 "
		/* UDP, not reached */ "3039 0035 0008 0000 ",
	},
	{
		.what = "IPv6 fragment that ends behind 64 KiB",
		.family = V6, .class = MALFORMED, .protocol = 58, .bytes = 64,
		.flags = LATER,
		.hex = /* IPv6 */
		"60000000 0018 2c40 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* fragment header */ "3a00 fff9 00000007 "
		/* payload */ "00000000000000000000000000000000 ",
	},
	{
		.what = "IPv6 ESP",
		.family = V6, .class = OTHER, .protocol = 50, .bytes = 56,
		.hex = /* IPv6 */
		"60000000 0010 3240 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* ESP, SPI 1 */ "00000001 00000001 0102030405060708 ",
	},
	{
		.what = "IPv6 ESP behind destination options",
		.family = V6, .class = OTHER, .protocol = 50, .bytes = 56,
		.hex = /* IPv6 */
		"60000000 0010 3c40 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* destination options, PadN */ "3200 0104 00000000 "
		/* ESP, SPI 1 */ "00000001 00000001 ",
	},
	{
		.what = "IPv6 with no next header",
		.family = V6, .class = OTHER, .protocol = 59, .bytes = 40,
		.hex = /* IPv6 */
		"60000000 0000 3b40 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 ",
	},
	{
		.what = "IPv6 with no next header behind hop-by-hop, bytes behind it",
		.family = V6, .class = OTHER, .protocol = 59, .bytes = 52,
		.hex = /* IPv6 */
		"60000000 000c 0040 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* hop-by-hop, PadN */ "3b00 0104 00000000 "
		/* to be ignored */ "01020304 ",
	},
	{
		.what = "IPv6 mobility header ends the walk",
		.family = V6, .class = OTHER, .protocol = 135, .bytes = 64,
		.hex = /* IPv6 */
		"60000000 0018 3c40 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* destination options, PadN */ "8700 0104 00000000 "
		/* binding update */ "3b01 0500 00000001 00000000 01020000 ",
	},
	{
		.what = "IPv6 GRE",
		.family = V6, .class = OTHER, .protocol = 47, .bytes = 44,
		.hex = /* IPv6 */
		"60000000 0004 2f40 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* GRE */ "0000 86dd ",
	},
	{
		.what = "IPv6 SCTP",
		.family = V6, .class = OTHER, .protocol = 132, .bytes = 52,
		.hex = /* IPv6 */
		"60000000 000c 8440 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* SCTP */ "3039 0b59 00000000 00000000 ",
	},
	{
		.what = "IPv6 with unknown protocol 253",
		.family = V6, .class = OTHER, .protocol = 253, .bytes = 44,
		.hex = /* IPv6 */
		"60000000 0004 fd40 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* payload */ "01020304 ",
	},
	{
		.what = "IPv6 with protocol 1 is not ICMP",
		.family = V6, .class = OTHER, .protocol = 1, .bytes = 48,
		.hex = /* IPv6 */
		"60000000 0008 0140 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* type 8 */ "0800 0000 1234 0001 ",
	},
	{
		.what = "ICMPv6 echo request",
		.family = V6, .class = ICMP, .protocol = 58, .bytes = 48,
		.source_port = 0x1234, .destination_port = 0x1234,
		.hex = /* IPv6 */
		"60000000 0008 3a40 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* echo request, identifier 0x1234 */ "8000 0000 1234 0001 ",
	},
	{
		.what = "ICMPv6 echo reply behind hop-by-hop",
		.family = V6, .class = ICMP, .protocol = 58, .bytes = 56,
		.source_port = 0x1234, .destination_port = 0x1234,
		.hex = /* IPv6 */
		"60000000 0010 0040 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* hop-by-hop, PadN */ "3a00 0104 00000000 "
		/* echo reply, identifier 0x1234 */ "8100 0000 1234 0001 ",
	},
	{
		.what = "ICMPv6 packet too big, quoting",
		.family = V6, .class = ICMP, .protocol = 58, .bytes = 96,
		.flags = PATH_MTU, .source_port = 0, .destination_port = 0x0200,
		.hex = /* IPv6 */
		"60000000 0038 3a40 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* type 2, MTU 1280, quoted IPv6 and UDP */
		"0200 0000 00000500 60000000 0008 1140 "
		"20010db8000000000000000000000001 20010db8000000000000000000000002 "
		"3039 0035 0008 0000 ",
	},
	{
		.what = "ICMPv6 unreachable, quoting",
		.family = V6, .class = ICMP, .protocol = 58, .bytes = 96,
		.source_port = 0, .destination_port = 260,
		.hex = /* IPv6 */
		"60000000 0038 3a40 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* 1/4, quoted IPv6 and UDP */
		"0104 0000 00000000 60000000 0008 1140 "
		"20010db8000000000000000000000001 20010db8000000000000000000000002 "
		"3039 0035 0008 0000 ",
	},
	{
		.what = "ICMPv6 router solicitation",
		.family = V6, .class = ICMP, .protocol = 58, .bytes = 48,
		.flags = ESSENTIAL, .source_port = 0, .destination_port = 0x8500,
		.hex = /* IPv6 */
		"60000000 0008 3aff 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* type 133 */ "8500 0000 00000000 ",
	},
	{
		.what = "ICMPv6 neighbour solicitation",
		.family = V6, .class = ICMP, .protocol = 58, .bytes = 64,
		.flags = ESSENTIAL, .source_port = 0, .destination_port = 0x8700,
		.hex = /* IPv6 */
		"60000000 0018 3aff 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* type 135 */ "8700 0000 00000000 20010db8000000000000000000000002 ",
	},
	{
		.what = "ICMPv6 neighbour advertisement",
		.family = V6, .class = ICMP, .protocol = 58, .bytes = 64,
		.flags = ESSENTIAL, .source_port = 0, .destination_port = 0x8800,
		.hex = /* IPv6 */
		"60000000 0018 3aff 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* type 136 */ "8800 0000 60000000 20010db8000000000000000000000002 ",
	},
	{
		.what = "ICMPv6 redirect",
		.family = V6, .class = ICMP, .protocol = 58, .bytes = 80,
		.flags = ESSENTIAL, .source_port = 0, .destination_port = 0x8900,
		.hex = /* IPv6 */
		"60000000 0028 3aff 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* type 137 */
		"8900 0000 00000000 "
		"20010db800000000000000000000000220010db8000000000000000000000002 ",
	},
	{
		.what = "ICMPv6 neighbour solicitation from afar",
		.family = V6, .class = ICMP, .protocol = 58, .bytes = 64,
		.source_port = 0, .destination_port = 0x8700,
		.hex = /* IPv6 */
		"60000000 0018 3afe 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* type 135 */ "8700 0000 00000000 20010db8000000000000000000000002 ",
	},
	{
		.what = "ICMPv6 type 138 is not essential",
		.family = V6, .class = ICMP, .protocol = 58, .bytes = 48,
		.source_port = 0, .destination_port = 0x8a00,
		.hex = /* IPv6 */
		"60000000 0008 3aff 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* type 138 */ "8a00 0000 00000000 ",
	},
	{
		.what = "ICMPv6 neighbour solicitation in a fragment has no privilege",
		.family = V6, .class = FRAG, .protocol = 58, .bytes = 56,
		.flags = FIRST, .source_port = 0, .destination_port = 0x8700,
		.hex = /* IPv6 */
		"60000000 0010 2cff 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* fragment header */ "3a00 0001 00000007 "
		/* type 135 */ "8700 0000 00000000 ",
	},
	{
		.what = "MLDv1 query",
		.family = V6, .class = ICMP, .protocol = 58, .bytes = 72,
		.flags = ESSENTIAL, .source_port = 0, .destination_port = 0x8200,
		.hex = /* IPv6 */
		"60000000 0020 0001 fe800000000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* hop-by-hop, PadN */ "3a00 0104 00000000 "
		/* type 130 */ "8200 0000 03e8 0000 00000000000000000000000000000000 ",
	},
	{
		.what = "MLDv1 report from the unspecified address",
		.family = V6, .class = ICMP, .protocol = 58, .bytes = 72,
		.flags = ESSENTIAL, .source_port = 0, .destination_port = 0x8300,
		.hex = /* IPv6 */
		"60000000 0020 0001 00000000000000000000000000000000 "
		"20010db8000000000000000000000002 "
		/* hop-by-hop, PadN */ "3a00 0104 00000000 "
		/* type 131 */ "8300 0000 0000 0000 00000000000000000000000000000000 ",
	},
	{
		.what = "MLDv1 done",
		.family = V6, .class = ICMP, .protocol = 58, .bytes = 72,
		.flags = ESSENTIAL, .source_port = 0, .destination_port = 0x8400,
		.hex = /* IPv6 */
		"60000000 0020 0001 fe800000000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* hop-by-hop, PadN */ "3a00 0104 00000000 "
		/* type 132 */ "8400 0000 0000 0000 00000000000000000000000000000000 ",
	},
	{
		.what = "MLDv2 report",
		.family = V6, .class = ICMP, .protocol = 58, .bytes = 56,
		.flags = ESSENTIAL, .source_port = 0, .destination_port = 0x8f00,
		.hex = /* IPv6 */
		"60000000 0010 0001 fe800000000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* hop-by-hop, PadN */ "3a00 0104 00000000 "
		/* type 143 */ "8f00 0000 0000 0000 ",
	},
	{
		.what = "MLDv2 report from a global address",
		.family = V6, .class = ICMP, .protocol = 58, .bytes = 56,
		.source_port = 0, .destination_port = 0x8f00,
		.hex = /* IPv6 */
		"60000000 0010 0001 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* hop-by-hop, PadN */ "3a00 0104 00000000 "
		/* type 143 */ "8f00 0000 0000 0000 ",
	},
	{
		.what = "MLDv2 report with hop limit 64",
		.family = V6, .class = ICMP, .protocol = 58, .bytes = 56,
		.source_port = 0, .destination_port = 0x8f00,
		.hex = /* IPv6 */
		"60000000 0010 0040 fe800000000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* hop-by-hop, PadN */ "3a00 0104 00000000 "
		/* type 143 */ "8f00 0000 0000 0000 ",
	},
	{
		.what = "ICMPv6 of 7 bytes",
		.family = V6, .class = MALFORMED, .protocol = 58, .bytes = 47,
		.hex = /* IPv6 */
		"60000000 0007 3aff 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* type 135, cut */ "8700 0000 000000 ",
	},
	{
		.what = "IPv6 payload length beyond the skb",
		.family = V6, .class = MALFORMED, .protocol = 17, .bytes = 48,
		.flags = PORTS, .source_port = 12345, .destination_port = 53,
		.hex = /* IPv6 */
		"60000000 0064 1140 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* UDP */ "3039 0035 0008 0000 ",
	},
	{
		.what = "IPv6 payload length 0 with UDP behind it",
		.family = V6, .class = MALFORMED, .protocol = 17, .bytes = 40,
		.hex = /* IPv6 */
		"60000000 0000 1140 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* UDP, behind the end */ "3039 0035 0008 0000 ",
	},
	{
		.what = "IPv6 hop-by-hop header that reaches behind the packet",
		.family = V6, .class = MALFORMED, .protocol = 0, .bytes = 48,
		.hex = /* IPv6 */
		"60000000 0008 0040 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* hop-by-hop, 16 bytes of 8 */ "1101 0104 00000000 ",
	},
	{
		.what = "IPv6 AH that reaches behind the packet",
		.family = V6, .class = MALFORMED, .protocol = 51, .bytes = 52,
		.hex = /* IPv6 */
		"60000000 000c 3340 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* AH, 24 bytes of 12 */ "1104 0000 00000001 00000001 ",
	},
	{
		.what = "IPv6 payload length 0 with hop-by-hop without jumbo option",
		.family = V6, .class = MALFORMED, .protocol = 0, .bytes = 40,
		.hex = /* IPv6 */
		"60000000 0000 0040 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* hop-by-hop, PadN */ "1100 0104 00000000 "
		/* UDP, behind the end */ "3039 0035 0008 0000 ",
	},
	{
		.what = "IPv6 jumbo option that claims more than there is",
		.family = V6, .class = MALFORMED, .protocol = 17, .bytes = 56,
		.flags = PORTS, .source_port = 12345, .destination_port = 53,
		.hex = /* IPv6 */
		"60000000 0000 0040 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* hop-by-hop, jumbo 70000 */ "1100 c204 00011170 "
		/* UDP */ "3039 0035 0008 0000 ",
	},
	{
		.what = "IPv6 jumbo option for a short packet",
		.family = V6, .class = MALFORMED, .protocol = 17, .bytes = 56,
		.flags = PORTS, .source_port = 12345, .destination_port = 53,
		.hex = /* IPv6 */
		"60000000 0000 0040 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* hop-by-hop, jumbo 16 */ "1100 c204 00000010 "
		/* UDP */ "3039 0035 0008 0000 ",
	},
	{
		.what = "IPv6 with version 4",
		.family = V6, .error = -EINVAL, .bytes = 48,
		.hex = /* version 4 */
		"40000000 0008 1140 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* UDP */ "3039 0035 0008 0000 ",
	},
	{
		.what = "IPv4 header where IPv6 was announced",
		.family = V6, .error = -EINVAL, .bytes = 60,
		.hex = /* IPv4 */ "4500003c 00010000 40110000 c6336401 cb007102 "
		/* payload */
		"0000000000000000000000000000000000000000000000000000000000000000 "
		"0000000000000000 ",
	},