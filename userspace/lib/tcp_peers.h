/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who is connected to this host: established TCP connections to some of its ports,
 * as the kernel's sock_diag tells them, of the network namespace of the caller.
 */
#ifndef TM_TCP_PEERS_H
#define TM_TCP_PEERS_H

#include <stddef.h>
#include <stdint.h>

#include "conntrack.h"
#include "error.h"

/*
 * @items:	from the peer to this host, sorted by peer; what a socket of IPv6 has
 *		as ::ffff:192.0.2.1 is IPv4. A peer that is connected several times to
 *		one address and port stands for all of them, with its lowest port
 */
struct tm_tcp_peers {
	struct tm_tuple *items;
	size_t count;
	size_t room;
};

/*
 * Those of these ports of this host.  -1 with error set, and no peers, where the
 * kernel does not tell: its module tcp_diag is missing, or it forbids it.
 */
int tm_tcp_peers_read(struct tm_tcp_peers *peers, const uint16_t *ports,
		      unsigned int port_count, struct tm_error *error);
void tm_tcp_peers_free(struct tm_tcp_peers *peers);

#endif /* TM_TCP_PEERS_H */
