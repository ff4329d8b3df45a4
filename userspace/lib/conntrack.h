/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's connection table, read once and looked up by what a packet
 * says outside the host.
 *
 * Before inbound NAT and after outbound NAT a packet carries one of its
 * connection's two tuples, in one of two orientations: the original as it came
 * in, or the reply turned round as it goes out.  Every entry is therefore found
 * by both of its tuples, each without regard to orientation.
 */
#ifndef TM_CONNTRACK_H
#define TM_CONNTRACK_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "value.h"

/* One end to the other; ports are 0 where the protocol has none, an ICMP echo has its identifier as both. */
struct tm_tuple {
	struct tm_address source;
	struct tm_address destination;
	uint16_t source_port;
	uint16_t destination_port;
	uint8_t protocol;
};

/*
 * @state:	word for the TCP (SCTP, DCCP) state, empty for others
 * @seen_reply, @assured: of its status
 * @original, @reply: as conntrack keeps them; reply is original turned round
 *		unless there is NAT
 */
struct tm_connection {
	struct tm_tuple original;
	struct tm_tuple reply;
	char state[16];
	bool seen_reply;
	bool assured;
	uint32_t mark;
};

struct tm_conntrack;

/* Dump the table of this network namespace.  Needs CAP_NET_ADMIN there. */
struct tm_conntrack *tm_conntrack_read(struct tm_error *error);
void tm_conntrack_free(struct tm_conntrack *conntrack);

/* The connection that a wire tuple belongs to, or NULL. */
const struct tm_connection *
tm_conntrack_find(const struct tm_conntrack *conntrack,
		  const struct tm_tuple *wire);

/* Does NAT change the source, the destination?  They become the other end of reply. */
bool tm_connection_source_nat(const struct tm_connection *connection);
bool tm_connection_destination_nat(const struct tm_connection *connection);

/* An empty table, and one more entry.  -1 when memory ran out. */
struct tm_conntrack *tm_conntrack_new(void);
int tm_conntrack_add(struct tm_conntrack *conntrack,
		     const struct tm_connection *connection);

#endif /* TM_CONNTRACK_H */
