/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ends of a flow, as flows, records and limiters show them.
 */
#ifndef TMCTL_ENDPOINT_H
#define TMCTL_ENDPOINT_H

#include <stdbool.h>

#include "../lib/conntrack.h"
#include "../lib/out.h"

#define TM_ENDPOINT_TEXT	72	/* an address, " type 255 code 255" */

/*
 * Address and port as people write them: 192.0.2.1:80, [2001:db8::1]:80; only
 * the address where the protocol has no ports.
 */
const char *tm_endpoint_format(const struct tm_address *address,
			       uint16_t port, uint8_t protocol, char *buffer);

/*
 * The keys source, destination, protocol and protocol_name; source_port and
 * destination_port where the protocol has ports, those of tm_out_icmp() for
 * ICMP.  Text: source and destination are endpoints, protocol its name; what
 * ICMP has goes with destination.
 * @fragment:	later fragments, of which none of that is known
 */
void tm_out_tuple(struct tm_out *out, const struct tm_tuple *tuple,
		  bool fragment);

/* JSON, out of the ports: icmp_id of an echo, else icmp_type and icmp_code. */
void tm_out_icmp(struct tm_out *out, uint16_t source_port,
		 uint16_t destination_port);

/*
 * "ID" as device name; 0 is this host: keys iif (number) and device (name).
 * @devices:	names known so far in this list
 */
void tm_out_device(struct tm_out *out, struct tm_devices *devices,
		   uint32_t index);

/*
 * The tuple's text on one line: "192.0.2.1:1234 > 192.0.2.2:80".
 * buffer: 3 * TM_ENDPOINT_TEXT bytes.
 */
const char *tm_tuple_format(const struct tm_tuple *tuple, bool fragment,
			    char *buffer);

/* Does the protocol have ports at all? */
bool tm_protocol_has_ports(uint8_t protocol);

#endif /* TMCTL_ENDPOINT_H */
