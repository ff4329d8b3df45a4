// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kinds of packet that scatter sends: each class, both families, options,
 * extension headers and their chains, fragments, quoted packets, tunnels.
 */
#include "scatter.h"

#include <netinet/in.h>

#define PART(name, ...) \
	static const struct scatter_part name = { __VA_ARGS__ }

/* Of a packet that is quoted, or in a tunnel. */
#define INNER_IPV4	"4500001c 00010000 40110000 c0000201 c0000202 "
#define INNER_IPV6	"60000000 00081140 20010db8000000000000000000000001 " \
			"20010db8000000000000000000000002 "
#define INNER_UDP	"3039 0035 0008 0000"
#define TWENTY_NOPS	"01010101 01010101 01010101 01010101 01010101"

/* --- transport --- */

PART(udp, IPPROTO_UDP, SCATTER_PORTS, "udp", 8, 8, "0400 0009 0000 0000");
PART(udp_short, IPPROTO_UDP, SCATTER_PORTS, "malformed", 8, 8, "0400 0009 0007 0000");
PART(udp_3000, IPPROTO_UDP, SCATTER_PORTS, "udp", 8, 3000, "0400 0009 0bb8 0000");
PART(syn, IPPROTO_TCP, SCATTER_PORTS, "syn", 20, 20,
     "0400 0050 00000001 00000000 5002 03e8 0000 0000");
PART(ack, IPPROTO_TCP, SCATTER_PORTS, "ack", 20, 20,
     "0400 0050 00000001 00000001 5010 03e8 0000 0000");
PART(fin, IPPROTO_TCP, SCATTER_PORTS, "fin", 20, 20,
     "0400 0050 00000001 00000001 5011 03e8 0000 0000");
PART(rst, IPPROTO_TCP, SCATTER_PORTS, "rst", 20, 20,
     "0400 0050 00000001 00000000 5004 03e8 0000 0000");
PART(syn_fin, IPPROTO_TCP, SCATTER_PORTS, "malformed", 20, 20,
     "0400 0050 00000001 00000000 5003 03e8 0000 0000");
PART(ack_timestamps, IPPROTO_TCP, SCATTER_PORTS, "ack", 20, 32,
     "0400 0050 00000001 00000001 8010 03e8 0000 0000 0101080a 00000001 00000002");
PART(synack_40_options, IPPROTO_TCP, SCATTER_PORTS, "synack", 20, 60,
     "0400 0050 00000001 00000001 f012 03e8 0000 0000" TWENTY_NOPS TWENTY_NOPS);
PART(ack_offset_4, IPPROTO_TCP, SCATTER_PORTS, "malformed", 20, 20,
     "0400 0050 00000001 00000001 4010 03e8 0000 0000");
PART(ack_offset_15, IPPROTO_TCP, SCATTER_PORTS, "ack", 20, 60,
     "0400 0050 00000001 00000001 f010 03e8 0000 0000");
PART(echo4, IPPROTO_ICMP, SCATTER_ICMP, "icmp", 8, 8, "0800 0000 004d 0001");
PART(unreachable4, IPPROTO_ICMP, SCATTER_ICMP, "icmp", 8, 8,
     "0303 0000 00000000" INNER_IPV4 INNER_UDP);
PART(fragmentation_needed, IPPROTO_ICMP, SCATTER_ICMP, "icmp", 8, 8,
     "0304 0000 0000 05dc" INNER_IPV4 INNER_UDP);
PART(echo6, IPPROTO_ICMPV6, SCATTER_ICMP, "icmp", 8, 8, "8000 0000 004d 0001");
PART(unreachable6, IPPROTO_ICMPV6, SCATTER_ICMP, "icmp", 8, 8,
     "0104 0000 00000000" INNER_IPV6 INNER_UDP);
PART(too_big, IPPROTO_ICMPV6, SCATTER_ICMP, "icmp", 8, 8,
     "0200 0000 00000500" INNER_IPV6 INNER_UDP);
PART(vxlan, IPPROTO_UDP, SCATTER_PORTS, "udp", 8, 8,
     "0400 12b5 0000 0000 08000000 00000100 020000000001 020000000002 0800" INNER_IPV4 INNER_UDP);

/* --- what says nothing but its number --- */

PART(igmp, IPPROTO_IGMP, SCATTER_OTHER, "other", 0, 0, "1600 0000 e0000105");
PART(gre, IPPROTO_GRE, SCATTER_OTHER, "other", 0, 0, "0000 0800" INNER_IPV4 INNER_UDP);
PART(esp, IPPROTO_ESP, SCATTER_OTHER, "other", 0, 0, "00000001 00000001 0102030405060708");
PART(sctp, IPPROTO_SCTP, SCATTER_OTHER, "other", 0, 0,
     "0400 0b59 00000000 00000000 01000014 00000001 00010000 00010001 00000001");
PART(dccp, IPPROTO_DCCP, SCATTER_OTHER, "other", 0, 0, "0400 0050 0400 0000 0100 0001 00000001");
PART(udp_lite, IPPROTO_UDPLITE, SCATTER_OTHER, "other", 0, 0, "0400 0009 0008 0000");
PART(in_ipv4, IPPROTO_IPIP, SCATTER_OTHER, "other", 0, 0, INNER_IPV4 INNER_UDP);
PART(in_ipv6, IPPROTO_IPV6, SCATTER_OTHER, "other", 0, 0, INNER_IPV6 INNER_UDP);
PART(mobility, IPPROTO_MH, SCATTER_OTHER, "other", 0, 0, "3b01 0500 0000 0001 0000 0000 0102 0000");
PART(unknown, 253, SCATTER_OTHER, "other", 0, 0, "0400 0009 0008 0000");
PART(no_next, IPPROTO_NONE, SCATTER_OTHER, "other", 0, 0, "");

/* --- extension headers --- */

#define EXTENSION(name, protocol, role, hex) PART(name, protocol, role, NULL, 0, 0, hex)
EXTENSION(hop, IPPROTO_HOPOPTS, SCATTER_EXTENSION, "0000 0104 00000000");
EXTENSION(routing, IPPROTO_ROUTING, SCATTER_EXTENSION,
	  "0002 0200 00000000 20010db8000000000000000000000003");
EXTENSION(destination, IPPROTO_DSTOPTS, SCATTER_EXTENSION, "0000 0104 00000000");
EXTENSION(destination_24, IPPROTO_DSTOPTS, SCATTER_EXTENSION,
	  "0002 0114 00000000 0000000000000000 0000000000000000");
EXTENSION(authentication, IPPROTO_AH, SCATTER_EXTENSION,
	  "0004 0000 00000001 00000001 0102030405060708090a0b0c");
EXTENSION(atomic, IPPROTO_FRAGMENT, SCATTER_EXTENSION, "0000 0000 0000002a");
EXTENSION(first, IPPROTO_FRAGMENT, SCATTER_FIRST, "0000 0001 0000002a");
EXTENSION(later, IPPROTO_FRAGMENT, SCATTER_LATER, "0000 0800 0000002a");

#define ROUTER_ALERT	"94040000"
#define FORTY_NOPS	TWENTY_NOPS TWENTY_NOPS
#define IPV4(name, ...)	{ name, 0, "", 4, { __VA_ARGS__ } }
#define IPV6(name, ...)	{ name, 0, "", 6, { __VA_ARGS__ } }

const struct scatter_kind scatter_kinds[] = {
	IPV4("IPv4 UDP", &udp),
	IPV4("IPv4 UDP, length too short", &udp_short),
	IPV4("IPv4 UDP, length too long", &udp_3000),
	IPV4("IPv4 TCP SYN", &syn),
	IPV4("IPv4 TCP SYN ACK, 40 bytes of options", &synack_40_options),
	IPV4("IPv4 TCP ACK", &ack),
	IPV4("IPv4 TCP FIN", &fin),
	IPV4("IPv4 TCP RST", &rst),
	IPV4("IPv4 TCP SYN FIN", &syn_fin),
	IPV4("IPv4 TCP, data offset 4", &ack_offset_4),
	IPV4("IPv4 TCP, data offset behind the end", &ack_offset_15),
	IPV4("IPv4 ICMP echo", &echo4),
	IPV4("IPv4 ICMP port unreachable", &unreachable4),
	IPV4("IPv4 ICMP fragmentation needed", &fragmentation_needed),
	IPV4("IPv4 GRE", &gre),
	IPV4("IPv4 ESP", &esp),
	IPV4("IPv4 AH", &authentication, &udp),
	IPV4("IPv4 SCTP", &sctp),
	IPV4("IPv4 DCCP", &dccp),
	IPV4("IPv4 UDP-Lite", &udp_lite),
	IPV4("IPv4 in IPv4", &in_ipv4),
	IPV4("IPv6 in IPv4", &in_ipv6),
	IPV4("IPv4 VXLAN", &vxlan),
	IPV4("IPv4, protocol 253", &unknown),
	{ "IPv4 UDP, options", 0, FORTY_NOPS, 4, { &udp } },
	{ "IPv4 TCP SYN, options", 0, FORTY_NOPS, 4, { &syn } },
	{ "IPv4 IGMP, router alert", 0, ROUTER_ALERT, 4, { &igmp } },
	{ "IPv4 first fragment of UDP", SCATTER_MORE, "", 4, { &udp_3000 } },
	{ "IPv4 first fragment of TCP, options in both", SCATTER_MORE, ROUTER_ALERT, 4,
	  { &ack_timestamps } },
	{ "IPv4 first fragment of ICMP", SCATTER_MORE, "", 4, { &echo4 } },
	{ "IPv4 middle fragment", SCATTER_MORE | 0x0100, "", 4, { &udp } },
	{ "IPv4 last fragment, options", 0x0100, FORTY_NOPS, 4, { &syn } },
	IPV6("IPv6 UDP", &udp),
	IPV6("IPv6 TCP SYN", &syn),
	IPV6("IPv6 TCP ACK, timestamps", &ack_timestamps),
	IPV6("IPv6 ICMP echo", &echo6),
	IPV6("IPv6 ICMP unreachable", &unreachable6),
	IPV6("IPv6 ICMP too big", &too_big),
	IPV6("IPv6 UDP, hop-by-hop", &hop, &udp),
	IPV6("IPv6 UDP, routing", &routing, &udp),
	IPV6("IPv6 TCP SYN, destination options of 24 bytes", &destination_24, &syn),
	IPV6("IPv6 UDP, AH", &authentication, &udp),
	IPV6("IPv6 ICMP echo, destination options", &destination, &echo6),
	IPV6("IPv6 TCP ACK, four extension headers", &hop, &routing, &authentication, &destination,
	     &ack),
	IPV6("IPv6 UDP, hop-by-hop that is not first", &destination, &hop, &udp),
	IPV6("IPv6 UDP, eight extension headers", &hop, &destination, &destination, &destination,
	     &destination, &destination, &destination, &destination, &udp),
	IPV6("IPv6 UDP, nine extension headers", &hop, &destination, &destination, &destination,
	     &destination, &destination, &destination, &destination, &destination, &udp),
	IPV6("IPv6 UDP, atomic fragment", &atomic, &udp),
	IPV6("IPv6 TCP SYN, atomic fragment behind two", &hop, &destination, &atomic, &syn),
	IPV6("IPv6 first fragment of UDP", &first, &udp_3000),
	IPV6("IPv6 first fragment of TCP, destination options", &first, &destination, &ack),
	IPV6("IPv6 later fragment", &later, &udp),
	IPV6("IPv6 later fragment, hop-by-hop", &hop, &later, &syn),
	IPV6("IPv6, two fragment headers", &atomic, &atomic, &udp),
	IPV6("IPv6 mobility", &mobility),
	IPV6("IPv6 ESP, destination options", &destination, &esp),
	IPV6("IPv6 no next header", &no_next),
	IPV6("IPv6 GRE", &gre),
	IPV6("IPv6 SCTP", &sctp),
	IPV6("IPv6 UDP-Lite", &udp_lite),
	IPV6("IPv6 in IPv6", &in_ipv6),
	IPV6("IPv4 in IPv6", &in_ipv4),
	IPV6("IPv6 VXLAN", &vxlan),
	IPV6("IPv6, protocol 253", &unknown),
};

const unsigned int scatter_kind_count = sizeof(scatter_kinds) / sizeof(scatter_kinds[0]);
