/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets as bytes (hexadecimal, blanks between fields), each with what the
 * parser must say of it.  What is not stated is 0.
 *
 * Addresses are 198.51.100.1 > 203.0.113.2 or 2001:db8::1 > 2001:db8::2 but
 * where the bytes say otherwise; every TCP header has sequence 0x01020304 and
 * acknowledgement 0x05060708.  Checksums are 0: nobody here verifies them.
 */
#ifndef PACKETS_H
#define PACKETS_H

#include "packet.h"
#include "shim/shim.h"

struct packet_fixture {
	const char *what;
	const char *hex;
	int error;
	u8 family;
	u8 class;
	u8 protocol;
	u8 tcp_flags;
	u16 flags;
	u16 source_port;	/* host order */
	u16 destination_port;
	u32 payload_bytes;
	u32 bytes;
};

#define PACKET_BYTES_MAX 512

#define V4		TRAFFICMON_FAMILY_IPV4
#define V6		TRAFFICMON_FAMILY_IPV6
#define SYN		TRAFFICMON_CLASS_SYN
#define SYNACK		TRAFFICMON_CLASS_SYNACK
#define ACK		TRAFFICMON_CLASS_ACK
#define RST		TRAFFICMON_CLASS_RST
#define FIN		TRAFFICMON_CLASS_FIN
#define UDP		TRAFFICMON_CLASS_UDP
#define ICMP		TRAFFICMON_CLASS_ICMP
#define FRAG		TRAFFICMON_CLASS_FRAG
#define MALFORMED	TRAFFICMON_CLASS_MALFORMED
#define OTHER		TRAFFICMON_CLASS_OTHER
#define PORTS		TM_PACKET_PORTS
#define FIRST		TM_PACKET_FRAGMENT_FIRST
#define LATER		TM_PACKET_FRAGMENT_LATER
#define ESSENTIAL	TM_PACKET_ESSENTIAL
#define PATH_MTU	TM_PACKET_PATH_MTU

static const struct packet_fixture packet_fixtures[] = {
#include "packets_ipv4.h"
#include "packets_ipv6.h"
};

static inline int packet_digit(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* Decodes @hex into @bytes; returns how many. */
static inline unsigned int packet_decode(const char *hex, u8 bytes[PACKET_BYTES_MAX])
{
	unsigned int count = 0;

	for (; *hex; hex++) {
		if (*hex == ' ')
			continue;
		if (count == PACKET_BYTES_MAX || !strchr("0123456789abcdef", hex[0]) ||
		    !hex[1] || !strchr("0123456789abcdef", hex[1])) {
			fprintf(stderr, "packets.h: not a whole byte, or too many: \"%s\"\n", hex);
			abort();
		}
		bytes[count++] = packet_digit(hex[0]) << 4 | packet_digit(hex[1]);
		hex++;
	}
	return count;
}

#endif
