// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The netlink client.  Contract in nl.h.
 *
 * libmnl gives the messages; the receive loop is our own, since libmnl's
 * gives up at the first message of a dump that was interrupted and knows
 * nothing of extended acks.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/trafficmon.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "netns.h"
#include "nl.h"
#include "refusal.h"
#include "signing.h"

#define SEND_SOCKET_BYTES	(1 << 20)
#define MONITOR_SOCKET_BYTES	(4 << 20)
#define GROUPS_MAX		8
#define FIRST_GROUP_NAME	32
#define MODULE_FOLDER		"/sys/module/trafficmon"

struct group {
	char name[FIRST_GROUP_NAME];
	uint32_t id;
};

/*
 * @request:	the send buffer, one request at a time
 */
struct tm_nl {
	struct mnl_socket *socket;
	uint16_t family;
	uint32_t sequence;
	unsigned int group_count;
	struct group groups[GROUPS_MAX];
	char request[TM_NL_REQUEST_SIZE] __attribute__((aligned(8)));
	char receive[TM_NL_RECEIVE_SIZE] __attribute__((aligned(8)));
};

bool tm_module_version(char *version, size_t size)
{
	ssize_t length;
	int fd;

	version[0] = '\0';
	fd = open(MODULE_FOLDER "/version", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return !access(MODULE_FOLDER, F_OK);
	length = read(fd, version, size - 1);
	close(fd);
	version[length > 0 ? length : 0] = '\0';
	version[strcspn(version, "\n")] = '\0';
	return true;
}

static int socket_failed(const char *what, struct tm_error *error)
{
	return tm_error_set(error, TM_EXIT_REFUSED, errno, "%s: %s", what,
			    strerror(errno));
}

/* The privileged form ignores net.core.[rw]mem_max; else as far as it goes. */
static void socket_buffer(const struct mnl_socket *socket, int force,
			  int plain, int bytes)
{
	int fd = mnl_socket_get_fd(socket);

	if (setsockopt(fd, SOL_SOCKET, force, &bytes, sizeof(bytes)))
		setsockopt(fd, SOL_SOCKET, plain, &bytes, sizeof(bytes));
}

static int socket_open(struct tm_nl *nl, struct tm_error *error)
{
	int on = 1;

	nl->socket = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!nl->socket)
		return socket_failed("cannot open a netlink socket", error);
	if (mnl_socket_setsockopt(nl->socket, NETLINK_EXT_ACK, &on,
				  sizeof(on)) ||
	    mnl_socket_setsockopt(nl->socket, NETLINK_CAP_ACK, &on,
				  sizeof(on)) ||
	    mnl_socket_setsockopt(nl->socket, NETLINK_GET_STRICT_CHK, &on,
				  sizeof(on)))
		return socket_failed("cannot set up a netlink socket (kernel older than 5.0?)",
				     error);
	socket_buffer(nl->socket, SO_SNDBUFFORCE, SO_SNDBUF,
		      SEND_SOCKET_BYTES);
	if (mnl_socket_bind(nl->socket, 0, MNL_SOCKET_AUTOPID) < 0)
		return socket_failed("cannot bind a netlink socket", error);
	return 0;
}

static struct nlmsghdr *request_start(struct tm_nl *nl, uint16_t type,
				      uint8_t command, uint8_t version,
				      uint16_t flags)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(nl->request);
	struct genlmsghdr *genl;

	request->nlmsg_type = type;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	request->nlmsg_seq = ++nl->sequence;
	genl = mnl_nlmsg_put_extra_header(request, sizeof(*genl));
	genl->cmd = command;
	genl->version = version;
	return request;
}

struct nlmsghdr *tm_nl_request(struct tm_nl *nl, uint8_t command,
			       uint16_t flags)
{
	return request_start(nl, nl->family, command, TRAFFICMON_GENL_VERSION,
			     flags);
}

size_t tm_nl_room(const struct nlmsghdr *request)
{
	return TM_NL_REQUEST_SIZE - request->nlmsg_len;
}

static int request_send(struct tm_nl *nl, const struct nlmsghdr *request,
			struct tm_error *error)
{
	if (mnl_socket_sendto(nl->socket, request, request->nlmsg_len) >= 0)
		return 0;
	if (errno == EMSGSIZE || errno == ENOBUFS) {
		tm_error_set(error, TM_EXIT_REFUSED, errno,
			     "a request of %u bytes does not fit the socket's send buffer",
			     request->nlmsg_len);
		return tm_error_hint(error, "raise net.core.wmem_max, or run as root");
	}
	return socket_failed("cannot send to the kernel", error);
}

/*
 * Where an exchange stands.  The request is kept for the names of refused
 * attributes; failed: error is set, the rest is read and dropped.
 */
struct exchange {
	const struct nlmsghdr *request;
	tm_nl_reply reply;
	void *data;
	struct tm_error *error;
	bool interrupted;
	bool failed;
	bool done;
};

static void exchange_message(struct exchange *exchange,
			     const struct nlmsghdr *nlh)
{
	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		exchange->interrupted = true;
	if (nlh->nlmsg_type == NLMSG_ERROR || nlh->nlmsg_type == NLMSG_DONE) {
		exchange->done = true;
		if (!exchange->failed &&
		    tm_refusal(nlh, exchange->request, exchange->error))
			exchange->failed = true;
		return;
	}
	if (nlh->nlmsg_type < NLMSG_MIN_TYPE || exchange->failed ||
	    !exchange->reply ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(struct genlmsghdr))
		return;
	if (exchange->reply(nlh, exchange->data, exchange->error))
		exchange->failed = true;
}

/*
 * The receive loop's one step: read a buffer, hand each message of it that
 * answers the request (monitor: every message) on.
 */
static int receive_step(struct tm_nl *nl, struct exchange *exchange)
{
	uint32_t port = mnl_socket_get_portid(nl->socket);
	const struct nlmsghdr *nlh;
	ssize_t received;
	int length;

	received = mnl_socket_recvfrom(nl->socket, nl->receive,
				       sizeof(nl->receive));
	if (received < 0) {
		if (errno == EINTR || errno == EAGAIN)
			return 0;
		if (errno == ENOBUFS)
			return tm_error_set(exchange->error, TM_EXIT_REFUSED,
					    errno,
					    "messages of the kernel were lost: they came faster than they were read");
		return socket_failed("cannot read from the kernel",
				     exchange->error);
	}
	length = received;
	for (nlh = (const struct nlmsghdr *)nl->receive;
	     mnl_nlmsg_ok(nlh, length); nlh = mnl_nlmsg_next(nlh, &length)) {
		const struct nlmsghdr *request = exchange->request;

		if (request && (nlh->nlmsg_seq != request->nlmsg_seq ||
				nlh->nlmsg_pid != port))
			continue;
		exchange_message(exchange, nlh);
		if (request && exchange->done)
			break;
	}
	return 0;
}

static int exchange_run(struct tm_nl *nl, struct exchange *exchange)
{
	if (request_send(nl, exchange->request, exchange->error))
		return -1;
	while (!exchange->done) {
		if (receive_step(nl, exchange))
			return -1;
	}
	return exchange->failed ? -1 : 0;
}

int tm_nl_do(struct tm_nl *nl, struct nlmsghdr *request, tm_nl_reply reply,
	     void *data, struct tm_error *error)
{
	struct exchange exchange = {
		.request = request,
		.reply = reply,
		.data = data,
		.error = error,
	};

	/* A do's reply is followed by the acknowledgement, which ends it. */
	return exchange_run(nl, &exchange);
}

static void pause_before_retry(unsigned int try)
{
	struct timespec pause = { .tv_nsec = 10000000L << try };

	nanosleep(&pause, NULL);
}

int tm_nl_dump(struct tm_nl *nl, struct nlmsghdr *request, tm_nl_reply reply,
	       void (*restart)(void *data), void *data, bool *inconsistent,
	       struct tm_error *error)
{
	unsigned int try;

	if (inconsistent)
		*inconsistent = false;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	for (try = 0; ; try++) {
		struct exchange exchange = {
			.request = request,
			.reply = reply,
			.data = data,
			.error = error,
		};

		if (exchange_run(nl, &exchange))
			return -1;
		if (!exchange.interrupted)
			return 0;
		if (!restart || try + 1 == TM_NL_DUMP_TRIES)
			break;
		restart(data);
		pause_before_retry(try);
		request->nlmsg_seq = ++nl->sequence;
	}
	if (inconsistent)
		*inconsistent = true;
	return 0;
}

static int group_read(struct tm_nl *nl, const struct nlattr *nest)
{
	struct group *group = &nl->groups[nl->group_count];
	const struct nlattr *attr;

	if (nl->group_count == GROUPS_MAX)
		return 0;
	memset(group, 0, sizeof(*group));
	mnl_attr_for_each_nested(attr, nest) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID &&
		    mnl_attr_get_payload_len(attr) == sizeof(uint32_t))
			group->id = mnl_attr_get_u32(attr);
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_NAME)
			snprintf(group->name, sizeof(group->name), "%.*s",
				 (int)mnl_attr_get_payload_len(attr),
				 mnl_attr_get_str(attr));
	}
	nl->group_count++;
	return 0;
}

static int family_read(const struct nlmsghdr *nlh, void *data,
		       struct tm_error *error)
{
	struct tm_nl *nl = data;
	const struct nlattr *attr, *group;

	(void)error;
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID &&
		    mnl_attr_get_payload_len(attr) == sizeof(uint16_t))
			nl->family = mnl_attr_get_u16(attr);
		if (mnl_attr_get_type(attr) != CTRL_ATTR_MCAST_GROUPS)
			continue;
		mnl_attr_for_each_nested(group, attr)
			group_read(nl, group);
	}
	return 0;
}

static int not_loaded(struct tm_error *error)
{
	tm_error_set(error, TM_EXIT_NOT_LOADED, ENOENT,
		     "the kernel module trafficmon is not loaded");
	if (tm_signing_required())
		return tm_signing_hint(error);
	return tm_error_hint(error, "load it with `modprobe trafficmon`; if that fails, `dmesg | tail` says why");
}

static int family_resolve(struct tm_nl *nl, struct tm_error *error)
{
	struct nlmsghdr *request = request_start(nl, GENL_ID_CTRL,
						 CTRL_CMD_GETFAMILY, 1, 0);

	mnl_attr_put_strz(request, CTRL_ATTR_FAMILY_NAME,
			  TRAFFICMON_GENL_NAME);
	if (tm_nl_do(nl, request, family_read, nl, error))
		return error->errnum == ENOENT ? not_loaded(error) : -1;
	return nl->family ? 0 : not_loaded(error);
}

/* Open the socket in another namespace and come back. */
static int socket_open_in(struct tm_nl *nl, const char *netns,
			  struct tm_error *error)
{
	struct tm_error way_back;
	int there, home, result;

	there = tm_netns_open(netns, error);
	if (there < 0)
		return -1;
	home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (home < 0) {
		result = socket_failed("cannot open /proc/thread-self/ns/net",
				       error);
	} else {
		result = tm_netns_set(there, netns, error);
		if (!result) {
			result = socket_open(nl, error);
			if (tm_netns_set(home, "the own", &way_back)) {
				*error = way_back;
				result = -1;
			}
		}
		close(home);
	}
	close(there);
	return result;
}

struct tm_nl *tm_nl_open(const char *netns, struct tm_error *error)
{
	struct tm_nl *nl = calloc(1, sizeof(*nl));
	int result;

	if (!nl) {
		tm_error_set(error, TM_EXIT_REFUSED, ENOMEM, "out of memory");
		return NULL;
	}
	result = netns ? socket_open_in(nl, netns, error) :
			 socket_open(nl, error);
	if (result || family_resolve(nl, error)) {
		tm_nl_close(nl);
		return NULL;
	}
	return nl;
}

void tm_nl_close(struct tm_nl *nl)
{
	if (!nl)
		return;
	if (nl->socket)
		mnl_socket_close(nl->socket);
	free(nl);
}

int tm_nl_join(struct tm_nl *nl, const char *group, struct tm_error *error)
{
	unsigned int i;

	for (i = 0; i < nl->group_count; i++) {
		if (!strcmp(nl->groups[i].name, group))
			break;
	}
	if (i == nl->group_count) {
		tm_error_set(error, TM_EXIT_TOO_OLD, ENOENT,
			     "the loaded module has no multicast group '%s'",
			     group);
		return tm_error_hint(error, "install a newer module and run `tmctl reload`");
	}
	socket_buffer(nl->socket, SO_RCVBUFFORCE, SO_RCVBUF,
		      MONITOR_SOCKET_BYTES);
	if (mnl_socket_setsockopt(nl->socket, NETLINK_ADD_MEMBERSHIP,
				  &nl->groups[i].id, sizeof(uint32_t))) {
		if (errno != EPERM)
			return socket_failed("cannot join the multicast group",
					     error);
		tm_error_set(error, TM_EXIT_PERMISSION, EPERM,
			     "no permission to listen to events");
		return tm_error_hint(error, "run as root (CAP_NET_ADMIN)");
	}
	return 0;
}

int tm_nl_receive(struct tm_nl *nl, int timeout_ms, tm_nl_reply reply,
		  void *data, struct tm_error *error)
{
	struct exchange exchange = {
		.reply = reply,
		.data = data,
		.error = error,
	};
	struct pollfd ready = { .fd = tm_nl_fd(nl), .events = POLLIN };
	int count = poll(&ready, 1, timeout_ms);

	if (count < 0 && errno != EINTR)
		return socket_failed("cannot wait for the kernel", error);
	if (count <= 0)
		return 0;
	if (receive_step(nl, &exchange) || exchange.failed)
		return -1;
	return 1;
}

int tm_nl_fd(const struct tm_nl *nl)
{
	return mnl_socket_get_fd(nl->socket);
}

uint8_t tm_nl_command(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);

	return genl->cmd;
}
