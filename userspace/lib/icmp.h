/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an ICMP or ICMPv6 message has in place of ports.
 *
 * In flows, records and limiters the module puts it where the ports are: an
 * echo has its identifier as both, so that request and answer are one flow; any
 * other message has 0 as source and type * 256 + code as destination port.
 * People and programs get identifier, or type and code, under their own names:
 * icmp_id; icmp_type, icmp_code.
 */
#ifndef TM_ICMP_H
#define TM_ICMP_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

/* Of an echo id, of any other message type and code. */
struct tm_icmp {
	bool echo;
	uint16_t id;
	uint8_t type;
	uint8_t code;
};

static inline bool tm_protocol_is_icmp(uint8_t protocol)
{
	return protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6;
}

/* From the ports, whichever way round they are. */
static inline struct tm_icmp tm_icmp_of(uint16_t source_port,
					uint16_t destination_port)
{
	struct tm_icmp icmp = { .echo = source_port == destination_port };

	if (icmp.echo) {
		icmp.id = source_port;
		return icmp;
	}
	icmp.type = (source_port | destination_port) >> 8;
	icmp.code = source_port | destination_port;
	return icmp;
}

#endif /* TM_ICMP_H */
