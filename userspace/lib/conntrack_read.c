// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Dumping the kernel's connection table: a libmnl socket, the messages built
 * and read by libnetfilter_conntrack.  Contract in conntrack.h.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack_tcp.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "conntrack.h"
#include "nl.h"

/* Which attribute is which part of a tuple. */
struct tuple_parts {
	enum nf_conntrack_attr ipv4_source;
	enum nf_conntrack_attr ipv4_destination;
	enum nf_conntrack_attr ipv6_source;
	enum nf_conntrack_attr ipv6_destination;
	enum nf_conntrack_attr port_source;
	enum nf_conntrack_attr port_destination;
};

static const struct tuple_parts original_parts = {
	ATTR_ORIG_IPV4_SRC, ATTR_ORIG_IPV4_DST, ATTR_ORIG_IPV6_SRC,
	ATTR_ORIG_IPV6_DST, ATTR_ORIG_PORT_SRC, ATTR_ORIG_PORT_DST,
};

static const struct tuple_parts reply_parts = {
	ATTR_REPL_IPV4_SRC, ATTR_REPL_IPV4_DST, ATTR_REPL_IPV6_SRC,
	ATTR_REPL_IPV6_DST, ATTR_REPL_PORT_SRC, ATTR_REPL_PORT_DST,
};

static void read_address(const struct nf_conntrack *ct,
			 enum nf_conntrack_attr ipv4,
			 enum nf_conntrack_attr ipv6,
			 struct tm_address *address)
{
	memset(address, 0, sizeof(*address));
	if (nfct_attr_is_set(ct, ipv4) > 0) {
		memcpy(address->bytes, nfct_get_attr(ct, ipv4), 4);
		address->size = 4;
	} else if (nfct_attr_is_set(ct, ipv6) > 0) {
		memcpy(address->bytes, nfct_get_attr(ct, ipv6), 16);
		address->size = 16;
	}
}

static void read_tuple(const struct nf_conntrack *ct,
		       const struct tuple_parts *parts, uint8_t protocol,
		       struct tm_tuple *tuple)
{
	read_address(ct, parts->ipv4_source, parts->ipv6_source,
		     &tuple->source);
	read_address(ct, parts->ipv4_destination, parts->ipv6_destination,
		     &tuple->destination);
	tuple->protocol = protocol;
	tuple->source_port = 0;
	tuple->destination_port = 0;
	if (protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6) {
		/* Queries only; both ends carry the identifier. */
		tuple->source_port =
			ntohs(nfct_get_attr_u16(ct, ATTR_ICMP_ID));
		tuple->destination_port = tuple->source_port;
	} else if (nfct_attr_is_set(ct, parts->port_source) > 0) {
		tuple->source_port =
			ntohs(nfct_get_attr_u16(ct, parts->port_source));
		tuple->destination_port =
			ntohs(nfct_get_attr_u16(ct, parts->port_destination));
	}
}

static const char *tcp_state(uint8_t state)
{
	static const char *const names[] = {
		[TCP_CONNTRACK_NONE] = "none",
		[TCP_CONNTRACK_SYN_SENT] = "syn_sent",
		[TCP_CONNTRACK_SYN_RECV] = "syn_recv",
		[TCP_CONNTRACK_ESTABLISHED] = "established",
		[TCP_CONNTRACK_FIN_WAIT] = "fin_wait",
		[TCP_CONNTRACK_CLOSE_WAIT] = "close_wait",
		[TCP_CONNTRACK_LAST_ACK] = "last_ack",
		[TCP_CONNTRACK_TIME_WAIT] = "time_wait",
		[TCP_CONNTRACK_CLOSE] = "close",
		[TCP_CONNTRACK_SYN_SENT2] = "syn_sent2",
	};

	if (state >= sizeof(names) / sizeof(names[0]) || !names[state])
		return "unknown";
	return names[state];
}

static void read_connection(const struct nf_conntrack *ct,
			    struct tm_connection *connection)
{
	uint8_t protocol = nfct_get_attr_u8(ct, ATTR_ORIG_L4PROTO);
	uint32_t status = nfct_get_attr_u32(ct, ATTR_STATUS);

	memset(connection, 0, sizeof(*connection));
	read_tuple(ct, &original_parts, protocol, &connection->original);
	read_tuple(ct, &reply_parts, protocol, &connection->reply);
	if (nfct_attr_is_set(ct, ATTR_TCP_STATE) > 0)
		snprintf(connection->state, sizeof(connection->state), "%s",
			 tcp_state(nfct_get_attr_u8(ct, ATTR_TCP_STATE)));
	connection->seen_reply = status & IPS_SEEN_REPLY;
	connection->assured = status & IPS_ASSURED;
	connection->mark = nfct_get_attr_u32(ct, ATTR_MARK);
}

static int read_message(const struct nlmsghdr *nlh, void *data)
{
	struct tm_conntrack *conntrack = data;
	struct tm_connection connection;
	struct nf_conntrack *ct = nfct_new();

	if (!ct) {
		errno = ENOMEM;
		return MNL_CB_ERROR;
	}
	if (!nfct_nlmsg_parse(nlh, ct)) {
		read_connection(ct, &connection);
		if (tm_conntrack_add(conntrack, &connection)) {
			nfct_destroy(ct);
			errno = ENOMEM;
			return MNL_CB_ERROR;
		}
	}
	nfct_destroy(ct);
	return MNL_CB_OK;
}

static int dump(struct mnl_socket *socket, struct tm_conntrack *conntrack)
{
	uint32_t port = mnl_socket_get_portid(socket);
	uint32_t sequence = time(NULL);
	char buffer[TM_NL_RECEIVE_SIZE] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	struct nfgenmsg *genmsg;
	ssize_t received;
	int result;

	nlh->nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nlh->nlmsg_seq = sequence;
	genmsg = mnl_nlmsg_put_extra_header(nlh, sizeof(*genmsg));
	genmsg->nfgen_family = AF_UNSPEC;
	genmsg->version = NFNETLINK_V0;
	if (mnl_socket_sendto(socket, nlh, nlh->nlmsg_len) < 0)
		return -1;
	do {
		received = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));
		if (received < 0)
			return -1;
		result = mnl_cb_run(buffer, received, sequence, port,
				    read_message, conntrack);
	} while (result > MNL_CB_STOP);
	return result;
}

static int read_failed(int cause, struct tm_error *error)
{
	if (cause == EPERM) {
		tm_error_set(error, TM_EXIT_PERMISSION, cause,
			     "no permission to read the connection table");
		return tm_error_hint(error, "run as root (CAP_NET_ADMIN)");
	}
	tm_error_set(error, TM_EXIT_REFUSED, cause,
		     "cannot read the connection table: %s", strerror(cause));
	return tm_error_hint(error, "`modprobe nf_conntrack_netlink` makes it readable; without --conntrack it is not needed");
}

struct tm_conntrack *tm_conntrack_read(struct tm_error *error)
{
	struct tm_conntrack *conntrack = tm_conntrack_new();
	struct mnl_socket *socket;
	int result = -1;

	if (!conntrack) {
		read_failed(ENOMEM, error);
		return NULL;
	}
	errno = 0;
	socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
	if (socket && !mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID))
		result = dump(socket, conntrack);
	if (result < 0) {
		read_failed(errno, error);
		tm_conntrack_free(conntrack);
		conntrack = NULL;
	}
	if (socket)
		mnl_socket_close(socket);
	return conntrack;
}
