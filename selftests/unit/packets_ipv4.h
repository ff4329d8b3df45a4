/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IPv4 packets as bytes, and what they are; see packets.h.
 */
	{
		.what = "IPv4 UDP without payload",
		.family = V4, .class = UDP, .protocol = 17, .bytes = 28,
		.flags = PORTS, .source_port = 12345, .destination_port = 53,
		.hex = /* IPv4 */ "4500001c 00010000 40110000 c6336401 cb007102 "
		/* UDP, length 8 */ "3039 0035 0008 0000 ",
	},
	{
		.what = "IPv4 UDP with 4 bytes",
		.family = V4, .class = UDP, .protocol = 17, .bytes = 32,
		.flags = PORTS, .source_port = 12345, .destination_port = 53,
		.hex = /* IPv4 */ "45000020 00010000 40110000 c6336401 cb007102 "
		/* UDP, length 12, payload */ "3039 0035 000c 0000 deadbeef ",
	},
	{
		.what = "IPv4 UDP in a padded Ethernet frame",
		.family = V4, .class = UDP, .protocol = 17, .bytes = 32,
		.flags = PORTS, .source_port = 12345, .destination_port = 53,
		.hex = /* IPv4 */ "45000020 00010000 40110000 c6336401 cb007102 "
		/* UDP, length 12 */ "3039 0035 000c 0000 deadbeef "
		/* padding to 46 bytes */ "0000000000000000000000000000 ",
	},
	{
		.what = "IPv4 UDP, length field less than the IP payload (UDP options)",
		.family = V4, .class = UDP, .protocol = 17, .bytes = 32,
		.flags = PORTS, .source_port = 12345, .destination_port = 53,
		.hex = /* IPv4 */ "45000020 00010000 40110000 c6336401 cb007102 "
		/* UDP, length 8, 4 bytes more */ "3039 0035 0008 0000 deadbeef ",
	},
	{
		.what = "IPv4 UDP, length field 7",
		.family = V4, .class = MALFORMED, .protocol = 17, .bytes = 28,
		.flags = PORTS, .source_port = 12345, .destination_port = 53,
		.hex = /* IPv4 */ "4500001c 00010000 40110000 c6336401 cb007102 "
		/* UDP, length 7 */ "3039 0035 0007 0000 ",
	},
	{
		.what = "IPv4 UDP, length field 0",
		.family = V4, .class = MALFORMED, .protocol = 17, .bytes = 28,
		.flags = PORTS, .source_port = 12345, .destination_port = 53,
		.hex = /* IPv4 */ "4500001c 00010000 40110000 c6336401 cb007102 "
		/* UDP, length 0 */ "3039 0035 0000 0000 ",
	},
	{
		.what = "IPv4 UDP, length field beyond the IP payload",
		.family = V4, .class = MALFORMED, .protocol = 17, .bytes = 28,
		.flags = PORTS, .source_port = 12345, .destination_port = 53,
		.hex = /* IPv4 */ "4500001c 00010000 40110000 c6336401 cb007102 "
		/* UDP, length 9 of 8 */ "3039 0035 0009 0000 ",
	},
	{
		.what = "IPv4 UDP, header cut by the IP length, padding behind it",
		.family = V4, .class = MALFORMED, .protocol = 17, .bytes = 26,
		.hex = /* IPv4 */ "4500001a 00010000 40110000 c6336401 cb007102 "
		/* UDP, 6 bytes */ "3039 0035 0008 "
		/* padding, not checksum */ "0000000000000000 ",
	},
	{
		.what = "IPv4 UDP with 4 bytes of IP options",
		.family = V4, .class = UDP, .protocol = 17, .bytes = 32,
		.flags = PORTS, .source_port = 12345, .destination_port = 53,
		.hex = /* IPv4 */ "46000020 00010000 40110000 c6336401 cb007102 01010100 "
		/* UDP */ "3039 0035 0008 0000 ",
	},
	{
		.what = "IPv4 UDP with 40 bytes of IP options",
		.family = V4, .class = UDP, .protocol = 17, .bytes = 68,
		.flags = PORTS, .source_port = 12345, .destination_port = 53,
		.hex = /* IPv4 */
		"4f000044 00010000 40110000 c6336401 cb007102 "
		"0101010101010101010101010101010101010101010101010101010101010101 "
		"0101010101010100 "
		/* UDP */ "3039 0035 0008 0000 ",
	},
	{
		.what = "IPv4 TCP SYN",
		.family = V4, .class = SYN, .protocol = 6, .bytes = 40,
		.flags = PORTS, .source_port = 12345, .destination_port = 80,
		.tcp_flags = 0x02,
		.hex = /* IPv4 */ "45000028 00010000 40060000 c6336401 cb007102 "
		/* TCP SYN */ "3039 0050 01020304 05060708 5002 2000 0000 0000 ",
	},
	{
		.what = "IPv4 TCP SYN with MSS option",
		.family = V4, .class = SYN, .protocol = 6, .bytes = 44,
		.flags = PORTS, .source_port = 12345, .destination_port = 80,
		.tcp_flags = 0x02,
		.hex = /* IPv4 */ "4500002c 00010000 40060000 c6336401 cb007102 "
		/* TCP SYN, MSS 1460 */ "3039 0050 01020304 05060708 6002 2000 0000 0000 020405b4 ",
	},
	{
		.what = "IPv4 TCP SYN ACK",
		.family = V4, .class = SYNACK, .protocol = 6, .bytes = 40,
		.flags = PORTS, .source_port = 12345, .destination_port = 80,
		.tcp_flags = 0x12,
		.hex = /* IPv4 */ "45000028 00010000 40060000 c6336401 cb007102 "
		/* TCP SYN ACK */ "3039 0050 01020304 05060708 5012 2000 0000 0000 ",
	},
	{
		.what = "IPv4 TCP ACK with 5 bytes",
		.family = V4, .class = ACK, .protocol = 6, .bytes = 45,
		.flags = PORTS, .source_port = 12345, .destination_port = 80,
		.tcp_flags = 0x18, .payload_bytes = 5,
		.hex = /* IPv4 */ "4500002d 00010000 40060000 c6336401 cb007102 "
		/* TCP PSH ACK, "hello" */
		"3039 0050 01020304 05060708 5018 2000 0000 0000 68656c6c6f ",
	},
	{
		.what = "IPv4 TCP ACK in a padded Ethernet frame",
		.family = V4, .class = ACK, .protocol = 6, .bytes = 40,
		.flags = PORTS, .source_port = 12345, .destination_port = 80,
		.tcp_flags = 0x10,
		.hex = /* IPv4 */ "45000028 00010000 40060000 c6336401 cb007102 "
		/* TCP ACK */ "3039 0050 01020304 05060708 5010 2000 0000 0000 "
		/* padding to 46 bytes: no payload */ "000000000000 ",
	},
	{
		.what = "IPv4 TCP FIN ACK",
		.family = V4, .class = FIN, .protocol = 6, .bytes = 40,
		.flags = PORTS, .source_port = 12345, .destination_port = 80,
		.tcp_flags = 0x11,
		.hex = /* IPv4 */ "45000028 00010000 40060000 c6336401 cb007102 "
		/* TCP FIN ACK */ "3039 0050 01020304 05060708 5011 2000 0000 0000 ",
	},
	{
		.what = "IPv4 TCP RST",
		.family = V4, .class = RST, .protocol = 6, .bytes = 40,
		.flags = PORTS, .source_port = 12345, .destination_port = 80,
		.tcp_flags = 0x04,
		.hex = /* IPv4 */ "45000028 00010000 40060000 c6336401 cb007102 "
		/* TCP RST */ "3039 0050 01020304 05060708 5004 2000 0000 0000 ",
	},
	{
		.what = "IPv4 TCP RST ACK, header of 60 bytes",
		.family = V4, .class = RST, .protocol = 6, .bytes = 80,
		.flags = PORTS, .source_port = 12345, .destination_port = 80,
		.tcp_flags = 0x14,
		.hex = /* IPv4 */ "45000050 00010000 40060000 c6336401 cb007102 "
		/* TCP RST ACK, 40 bytes of options */
		"3039 0050 01020304 05060708 f014 2000 0000 0000 "
		"0101010101010101010101010101010101010101010101010101010101010101 "
		"0101010101010101 ",
	},
	{
		.what = "IPv4 TCP, data offset 4",
		.family = V4, .class = MALFORMED, .protocol = 6, .bytes = 40,
		.flags = PORTS, .source_port = 12345, .destination_port = 80,
		.tcp_flags = 0x10,
		.hex = /* IPv4 */ "45000028 00010000 40060000 c6336401 cb007102 "
		/* TCP ACK */ "3039 0050 01020304 05060708 4010 2000 0000 0000 ",
	},
	{
		.what = "IPv4 TCP, data offset beyond the packet",
		.family = V4, .class = MALFORMED, .protocol = 6, .bytes = 40,
		.flags = PORTS, .source_port = 12345, .destination_port = 80,
		.tcp_flags = 0x10,
		.hex = /* IPv4 */ "45000028 00010000 40060000 c6336401 cb007102 "
		/* TCP ACK, 24 bytes of 20 */ "3039 0050 01020304 05060708 6010 2000 0000 0000 ",
	},
	{
		.what = "IPv4 TCP, SYN FIN",
		.family = V4, .class = MALFORMED, .protocol = 6, .bytes = 40,
		.flags = PORTS, .source_port = 12345, .destination_port = 80,
		.tcp_flags = 0x03,
		.hex = /* IPv4 */ "45000028 00010000 40060000 c6336401 cb007102 "
		/* TCP SYN FIN */ "3039 0050 01020304 05060708 5003 2000 0000 0000 ",
	},
	{
		.what = "IPv4 TCP, no flags (\"null scan\")",
		.family = V4, .class = MALFORMED, .protocol = 6, .bytes = 40,
		.flags = PORTS, .source_port = 12345, .destination_port = 80,
		.tcp_flags = 0x00,
		.hex = /* IPv4 */ "45000028 00010000 40060000 c6336401 cb007102 "
		/* TCP */ "3039 0050 01020304 05060708 5000 2000 0000 0000 ",
	},
	{
		.what = "IPv4 TCP, FIN PSH URG (\"Xmas scan\")",
		.family = V4, .class = MALFORMED, .protocol = 6, .bytes = 40,
		.flags = PORTS, .source_port = 12345, .destination_port = 80,
		.tcp_flags = 0x29,
		.hex = /* IPv4 */ "45000028 00010000 40060000 c6336401 cb007102 "
		/* TCP FIN PSH URG */ "3039 0050 01020304 05060708 5029 2000 0000 0000 ",
	},
	{
		.what = "IPv4 TCP, 19 bytes of header",
		.family = V4, .class = MALFORMED, .protocol = 6, .bytes = 39,
		.hex = /* IPv4 */ "45000027 00010000 40060000 c6336401 cb007102 "
		/* TCP SYN, last byte missing */ "3039 0050 01020304 05060708 5002 2000 0000 00 ",
	},
	{
		.what = "IPv4 TCP with IP options",
		.family = V4, .class = ACK, .protocol = 6, .bytes = 54,
		.flags = PORTS, .source_port = 12345, .destination_port = 80,
		.tcp_flags = 0x10, .payload_bytes = 2,
		.hex = /* IPv4 */
		"48000036 00010000 40060000 c6336401 cb007102 "
		"860400000000010101010100 "
		/* TCP ACK, "ab" */ "3039 0050 01020304 05060708 5010 2000 0000 0000 6162 ",
	},
	{
		.what = "IPv4 ICMP echo request",
		.family = V4, .class = ICMP, .protocol = 1, .bytes = 30,
		.source_port = 0x1234, .destination_port = 0x1234,
		.hex = /* IPv4 */ "4500001e 00010000 40010000 c6336401 cb007102 "
		/* ICMP echo request, identifier 0x1234 */ "0800 0000 1234 0001 6162 ",
	},
	{
		.what = "IPv4 ICMP echo reply",
		.family = V4, .class = ICMP, .protocol = 1, .bytes = 28,
		.source_port = 0x1234, .destination_port = 0x1234,
		.hex = /* IPv4 */ "4500001c 00010000 40010000 c6336401 cb007102 "
		/* ICMP echo reply, identifier 0x1234 */ "0000 0000 1234 0001 ",
	},
	{
		.what = "IPv4 ICMP port unreachable, quoting a UDP packet",
		.family = V4, .class = ICMP, .protocol = 1, .bytes = 56,
		.source_port = 0, .destination_port = 0x0303,
		.hex = /* IPv4 */ "45000038 00010000 40010000 c6336401 cb007102 "
		/* ICMP 3/3, quoted IPv4 and UDP */
		"0303 0000 00000000 4500001c 00010000 40110000 c6336401 cb007102 "
		"3039 0035 0008 0000 ",
	},
	{
		.what = "IPv4 ICMP fragmentation needed, quoting a TCP packet",
		.family = V4, .class = ICMP, .protocol = 1, .bytes = 56,
		.flags = PATH_MTU, .source_port = 0, .destination_port = 0x0304,
		.hex = /* IPv4 */ "45000038 00010000 40010000 c6336401 cb007102 "
		/* ICMP 3/4, MTU 1500, quoted IPv4 and 8 bytes of TCP */
		"0304 0000 0000 05dc 45000028 00014000 40060000 c6336401 cb007102 "
		"3039 0050 01020304 ",
	},
	{
		.what = "IPv4 ICMP time exceeded",
		.family = V4, .class = ICMP, .protocol = 1, .bytes = 56,
		.source_port = 0, .destination_port = 0x0b00,
		.hex = /* IPv4 */ "45000038 00010000 40010000 c6336401 cb007102 "
		/* ICMP 11/0, quoted IPv4 and UDP */
		"0b00 0000 00000000 4500001c 00010000 40110000 c6336401 cb007102 "
		"3039 0035 0008 0000 ",
	},
	{
		.what = "IPv4 ICMP of 7 bytes",
		.family = V4, .class = MALFORMED, .protocol = 1, .bytes = 27,
		.hex = /* IPv4 */ "4500001b 00010000 40010000 c6336401 cb007102 "
		/* ICMP 3/4, cut */ "0304 0000 0000 05 ",
	},
	{
		.what = "IPv4 with protocol 58 is not ICMPv6",
		.family = V4, .class = OTHER, .protocol = 58, .bytes = 28,
		.hex = /* IPv4 */ "4500001c 00010000 ff3a0000 c6336401 cb007102 "
		/* type 134 */ "8600 0000 00000000 ",
	},
	{
		.what = "IPv4 GRE",
		.family = V4, .class = OTHER, .protocol = 47, .bytes = 52,
		.hex = /* IPv4 */ "45000034 00010000 402f0000 c6336401 cb007102 "
		/* GRE, an IPv4 packet inside */
		"0000 0800 4500001c 00010000 40110000 c6336401 cb007102 3039 0035 "
		"0008 0000 ",
	},
	{
		.what = "IPv4 ESP",
		.family = V4, .class = OTHER, .protocol = 50, .bytes = 36,
		.hex = /* IPv4 */ "45000024 00010000 40320000 c6336401 cb007102 "
		/* ESP, SPI 1 */ "00000001 00000001 0102030405060708 ",
	},
	{
		.what = "IPv4 SCTP INIT",
		.family = V4, .class = OTHER, .protocol = 132, .bytes = 52,
		.hex = /* IPv4 */ "45000034 00010000 40840000 c6336401 cb007102 "
		/* SCTP ports 12345 > 2905 */
		"3039 0b59 00000000 00000000 01000014 00000001 00010000 00010001 "
		"00000001 ",
	},
	{
		.what = "IPv4 in IPv4",
		.family = V4, .class = OTHER, .protocol = 4, .bytes = 48,
		.hex = /* IPv4 */ "45000030 00010000 40040000 c6336401 cb007102 "
		/* IPv4 and UDP */
		"4500001c 00010000 40110000 c6336401 cb007102 3039 0035 0008 0000 ",
	},
	{
		.what = "IPv6 in IPv4",
		.family = V4, .class = OTHER, .protocol = 41, .bytes = 68,
		.hex = /* IPv4 */ "45000044 00010000 40290000 c6336401 cb007102 "
		/* IPv6 and UDP */
		"60000000 0008 1140 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 3039 0035 0008 0000 ",
	},
	{
		.what = "IPv4 AH is no extension header",
		.family = V4, .class = OTHER, .protocol = 51, .bytes = 44,
		.hex = /* IPv4 */ "4500002c 00010000 40330000 c6336401 cb007102 "
		/* AH of 16 bytes */ "1102 0000 00000001 00000001 01020304 "
		/* UDP, not looked for */ "3039 0035 0008 0000 ",
	},
	{
		.what = "IPv4 IGMP with router alert",
		.family = V4, .class = OTHER, .protocol = 2, .bytes = 32,
		.hex = /* IPv4 */ "46000020 00010000 01020000 c6336401 cb007102 94040000 "
		/* IGMPv2 report */ "1600 0000 e0000105 ",
	},
	{
		.what = "IPv4 DCCP has ports that are not read",
		.family = V4, .class = OTHER, .protocol = 33, .bytes = 36,
		.hex = /* IPv4 */ "45000024 00010000 40210000 c6336401 cb007102 "
		/* DCCP request */ "3039 0050 0400 0000 0100 0001 00000001 ",
	},
	{
		.what = "IPv4 UDP-Lite has ports that are not read",
		.family = V4, .class = OTHER, .protocol = 136, .bytes = 28,
		.hex = /* IPv4 */ "4500001c 00010000 40880000 c6336401 cb007102 "
		/* UDP-Lite, all covered */ "3039 0035 0008 0000 ",
	},
	{
		.what = "IPv4 with unknown protocol 253 and nothing behind it",
		.family = V4, .class = OTHER, .protocol = 253, .bytes = 20,
		.hex = /* IPv4 */ "45000014 00010000 40fd0000 c6336401 cb007102 ",
	},
	{
		.what = "IPv4 UDP, first fragment",
		.family = V4, .class = FRAG, .protocol = 17, .bytes = 44,
		.flags = PORTS | FIRST, .source_port = 12345, .destination_port = 53,
		.hex = /* IPv4 */ "4500002c 00012000 40110000 c6336401 cb007102 "
		/* UDP, length 3000: of the whole datagram */
		"3039 0035 0bb8 0000 00000000000000000000000000000000 ",
	},
	{
		.what = "IPv4 UDP, middle fragment",
		.family = V4, .class = FRAG, .protocol = 17, .bytes = 36,
		.flags = LATER,
		.hex = /* IPv4 */ "45000024 00012003 40110000 c6336401 cb007102 "
		/* payload that is no header */ "01020304050607080102030405060708 ",
	},
	{
		.what = "IPv4 UDP, last fragment",
		.family = V4, .class = FRAG, .protocol = 17, .bytes = 23,
		.flags = LATER,
		.hex = /* IPv4 */ "45000017 00010005 40110000 c6336401 cb007102 "
		/* payload */ "010203 ",
	},
	{
		.what = "IPv4 UDP, first fragment without a whole UDP header",
		.family = V4, .class = MALFORMED, .protocol = 17, .bytes = 24,
		.flags = FIRST,
		.hex = /* IPv4 */ "45000018 00012000 40110000 c6336401 cb007102 "
		/* UDP ports only */ "3039 0035 ",
	},
	{
		.what = "IPv4 TCP, first fragment",
		.family = V4, .class = FRAG, .protocol = 6, .bytes = 52,
		.flags = PORTS | FIRST, .source_port = 12345, .destination_port = 80,
		.tcp_flags = 0x10, .payload_bytes = 12,
		.hex = /* IPv4 */ "45000034 00012000 40060000 c6336401 cb007102 "
		/* TCP ACK */
		"3039 0050 01020304 05060708 5010 2000 0000 0000 "
		"000000000000000000000000 ",
	},
	{
		.what = "IPv4 TCP, first fragment with SYN FIN",
		.family = V4, .class = MALFORMED, .protocol = 6, .bytes = 52,
		.flags = PORTS | FIRST, .source_port = 12345, .destination_port = 80,
		.tcp_flags = 0x03, .payload_bytes = 12,
		.hex = /* IPv4 */ "45000034 00012000 40060000 c6336401 cb007102 "
		/* TCP SYN FIN */
		"3039 0050 01020304 05060708 5003 2000 0000 0000 "
		"000000000000000000000000 ",
	},
	{
		.what = "IPv4 ICMP, first fragment of 3/4 has no privilege",
		.family = V4, .class = FRAG, .protocol = 1, .bytes = 28,
		.flags = FIRST, .source_port = 0, .destination_port = 0x0304,
		.hex = /* IPv4 */ "4500001c 00012000 40010000 c6336401 cb007102 "
		/* ICMP 3/4 */ "0304 0000 0000 05dc ",
	},
	{
		.what = "IPv4 fragment that ends behind 64 KiB (\"ping of death\")",
		.family = V4, .class = MALFORMED, .protocol = 1, .bytes = 36,
		.flags = LATER,
		.hex = /* IPv4 */ "45000024 00011fff 40010000 c6336401 cb007102 "
		/* payload */ "00000000000000000000000000000000 ",
	},
	{
		.what = "IPv4 fragment that ends just below 64 KiB",
		.family = V4, .class = FRAG, .protocol = 1, .bytes = 24,
		.flags = LATER,
		.hex = /* IPv4 */ "45000018 00011fff 40010000 c6336401 cb007102 "
		/* payload */ "00000000 ",
	},
	{
		.what = "IPv4 with DF and the reserved bit is no fragment",
		.family = V4, .class = UDP, .protocol = 17, .bytes = 28,
		.flags = PORTS, .source_port = 12345, .destination_port = 53,
		.hex = /* IPv4 */ "4500001c 0001c000 40110000 c6336401 cb007102 "
		/* UDP */ "3039 0035 0008 0000 ",
	},
	{
		.what = "IPv4 total length beyond the skb",
		.family = V4, .class = MALFORMED, .protocol = 17, .bytes = 28,
		.flags = PORTS, .source_port = 12345, .destination_port = 53,
		.hex = /* IPv4 */ "450005dc 00010000 40110000 c6336401 cb007102 "
		/* UDP */ "3039 0035 0008 0000 ",
	},
	{
		.what = "IPv4 total length less than its header",
		.family = V4, .error = -EINVAL, .bytes = 28,
		.hex = /* IPv4, length 19 */ "45000013 00010000 40110000 c6336401 cb007102 "
		/* UDP */ "3039 0035 0008 0000 ",
	},
	{
		.what = "IPv4 header length 4",
		.family = V4, .error = -EINVAL, .bytes = 28,
		.hex = /* header of 16 */ "4400001c 00010000 40110000 c6336401 cb007102 "
		/* UDP */ "3039 0035 0008 0000 ",
	},
	{
		.what = "IPv4 header length beyond the skb",
		.family = V4, .error = -EINVAL, .bytes = 28,
		.hex = /* header of 60 */ "4f000044 00010000 40110000 c6336401 cb007102 "
		/* UDP */ "3039 0035 0008 0000 ",
	},
	{
		.what = "IPv4 with version 5",
		.family = V4, .error = -EINVAL, .bytes = 28,
		.hex = /* version 5 */ "5500001c 00010000 40110000 c6336401 cb007102 "
		/* UDP */ "3039 0035 0008 0000 ",
	},
	{
		.what = "IPv6 header where IPv4 was announced",
		.family = V4, .error = -EINVAL, .bytes = 48,
		.hex = /* IPv6 */
		"60000000 0008 1140 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		/* UDP */ "3039 0035 0008 0000 ",
	},