// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Established TCP connections out of sock_diag.  Contract in tcp_peers.h.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "tcp_peers.h"

#define RECEIVE_SIZE	32768

/*
 * One dump: of one family, to one port.
 * @done: its end was read
 */
struct dump {
	struct mnl_socket *socket;
	struct tm_tcp_peers *peers;
	uint32_t sequence;
	uint8_t family;
	uint16_t port;
	bool done;
};

static int refused(int errnum, struct tm_error *error)
{
	if (errnum == ENOENT || errnum == EPROTONOSUPPORT)
		return tm_error_set(error, TM_EXIT_REFUSED, errnum,
				    "the kernel's module tcp_diag is not there");
	return tm_error_set(error, TM_EXIT_REFUSED, errnum, "%s",
			    strerror(errnum));
}

static int ask(const struct dump *dump, struct tm_error *error)
{
	char buffer[256] __attribute__((aligned(8)));
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct inet_diag_req_v2 *wanted;

	request->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	request->nlmsg_seq = dump->sequence;
	wanted = mnl_nlmsg_put_extra_header(request, sizeof(*wanted));
	wanted->sdiag_family = dump->family;
	wanted->sdiag_protocol = IPPROTO_TCP;
	wanted->idiag_states = 1u << TCP_ESTABLISHED;
	wanted->id.idiag_sport = htons(dump->port);
	if (mnl_socket_sendto(dump->socket, request, request->nlmsg_len) < 0)
		return refused(errno, error);
	return 0;
}

static struct tm_address address_of(uint8_t family, const void *bytes)
{
	struct tm_address address = { .size = family == AF_INET ? 4 : 16 };
	const struct in6_addr *ipv6 = bytes;

	if (family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(ipv6)) {
		address.size = 4;
		bytes = &ipv6->s6_addr[12];
	}
	memcpy(address.bytes, bytes, address.size);
	return address;
}

static int add(struct tm_tcp_peers *peers, const struct tm_tuple *tuple,
	       struct tm_error *error)
{
	if (peers->count == peers->room) {
		size_t room = peers->room ? 2 * peers->room : 64;
		struct tm_tuple *larger = realloc(peers->items,
						  room * sizeof(*larger));

		if (!larger)
			return tm_error_set(error, TM_EXIT_REFUSED, ENOMEM,
					    "out of memory");
		peers->items = larger;
		peers->room = room;
	}
	peers->items[peers->count++] = *tuple;
	return 0;
}

/* What was not asked for is left out, whoever sent it. */
static int read_connection(const struct dump *dump, const struct nlmsghdr *nlh,
			   struct tm_error *error)
{
	const struct inet_diag_msg *message = mnl_nlmsg_get_payload(nlh);
	struct tm_tuple tuple = { .protocol = IPPROTO_TCP };

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*message))
		return refused(EBADMSG, error);
	if (message->idiag_family != dump->family ||
	    message->idiag_state != TCP_ESTABLISHED ||
	    message->id.idiag_sport != htons(dump->port))
		return 0;
	tuple.source = address_of(dump->family, message->id.idiag_dst);
	tuple.destination = address_of(dump->family, message->id.idiag_src);
	if (tuple.source.size != tuple.destination.size)
		return 0;
	tuple.source_port = ntohs(message->id.idiag_dport);
	tuple.destination_port = dump->port;
	return add(dump->peers, &tuple, error);
}

static int read_message(struct dump *dump, const struct nlmsghdr *nlh,
			struct tm_error *error)
{
	const int *result = mnl_nlmsg_get_payload(nlh);

	if (nlh->nlmsg_type == SOCK_DIAG_BY_FAMILY)
		return read_connection(dump, nlh, error);
	if (nlh->nlmsg_type != NLMSG_ERROR && nlh->nlmsg_type != NLMSG_DONE)
		return 0;
	dump->done = true;
	/* A dump that fails may end in either of both. */
	if (mnl_nlmsg_get_payload_len(nlh) >= sizeof(*result) && *result < 0)
		return refused(-*result, error);
	return 0;
}

static int receive(struct dump *dump, struct tm_error *error)
{
	char buffer[RECEIVE_SIZE] __attribute__((aligned(8)));
	ssize_t received = mnl_socket_recvfrom(dump->socket, buffer,
					       sizeof(buffer));
	uint32_t port = mnl_socket_get_portid(dump->socket);
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)buffer;
	int length = (int)received;

	if (received < 0)
		return errno == EINTR ? 0 : refused(errno, error);
	for (; !dump->done && mnl_nlmsg_ok(nlh, length);
	     nlh = mnl_nlmsg_next(nlh, &length)) {
		if (nlh->nlmsg_seq != dump->sequence || nlh->nlmsg_pid != port)
			continue;
		if (read_message(dump, nlh, error))
			return -1;
	}
	return 0;
}

/* Each family and port has a dump of its own: the kernel leaves out the others. */
static int read_all(struct dump *dump, const uint16_t *ports,
		    unsigned int port_count, struct tm_error *error)
{
	static const uint8_t families[] = { AF_INET, AF_INET6 };
	unsigned int i;

	for (i = 0; i < port_count * 2; i++) {
		dump->family = families[i % 2];
		dump->port = ports[i / 2];
		dump->sequence++;
		dump->done = false;
		if (ask(dump, error))
			return -1;
		while (!dump->done)
			if (receive(dump, error))
				return -1;
	}
	return 0;
}

static int compare_ends(const struct tm_tuple *a, const struct tm_tuple *b)
{
	int order = a->source.size - b->source.size;

	if (!order)
		order = memcmp(a->source.bytes, b->source.bytes,
			       sizeof(a->source.bytes));
	if (!order)
		order = memcmp(a->destination.bytes, b->destination.bytes,
			       sizeof(a->destination.bytes));
	return order ? order : a->destination_port - b->destination_port;
}

static int compare(const void *one, const void *other)
{
	const struct tm_tuple *a = one, *b = other;
	int order = compare_ends(a, b);

	return order ? order : a->source_port - b->source_port;
}

static void keep_each_once(struct tm_tcp_peers *peers)
{
	size_t kept = 0, i;

	if (peers->count)
		qsort(peers->items, peers->count, sizeof(*peers->items),
		      compare);
	for (i = 0; i < peers->count; i++)
		if (!kept || compare_ends(&peers->items[kept - 1],
					  &peers->items[i]))
			peers->items[kept++] = peers->items[i];
	peers->count = kept;
}

int tm_tcp_peers_read(struct tm_tcp_peers *peers, const uint16_t *ports,
		      unsigned int port_count, struct tm_error *error)
{
	struct dump dump = { .peers = peers };
	int failed;

	memset(peers, 0, sizeof(*peers));
	dump.socket = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
	if (!dump.socket)
		return refused(errno, error);
	if (mnl_socket_bind(dump.socket, 0, MNL_SOCKET_AUTOPID) < 0)
		failed = refused(errno, error);
	else
		failed = read_all(&dump, ports, port_count, error);
	mnl_socket_close(dump.socket);
	if (failed)
		tm_tcp_peers_free(peers);
	keep_each_once(peers);
	return failed;
}

void tm_tcp_peers_free(struct tm_tcp_peers *peers)
{
	free(peers->items);
	memset(peers, 0, sizeof(*peers));
}
