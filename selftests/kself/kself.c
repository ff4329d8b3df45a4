// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The client of the netlink tests; see kself.h.
 */
#include "kself.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef NLM_F_ACK_TLVS
#define NLM_F_ACK_TLVS	0x200
#endif

#define RECEIVE_BYTES	32768

static int take_attribute(const struct nlattr *attr, void *data)
{
	struct kself_attrs *attrs = data;
	unsigned int type = mnl_attr_get_type(attr);

	if (type < 64)
		attrs->at[type] = attr;
	return MNL_CB_OK;
}

struct kself_attrs kself_nest(const struct nlattr *nest)
{
	struct kself_attrs attrs = {};

	mnl_attr_parse_nested(nest, take_attribute, &attrs);
	return attrs;
}

uint64_t kself_u64(const struct kself_attrs *attrs, int type)
{
	return attrs->at[type] ? mnl_attr_get_u64(attrs->at[type]) : 0;
}

uint32_t kself_u32(const struct kself_attrs *attrs, int type)
{
	return attrs->at[type] ? mnl_attr_get_u32(attrs->at[type]) : 0;
}

uint16_t kself_u16(const struct kself_attrs *attrs, int type)
{
	return attrs->at[type] ? mnl_attr_get_u16(attrs->at[type]) : 0;
}

uint8_t kself_u8(const struct kself_attrs *attrs, int type)
{
	return attrs->at[type] ? mnl_attr_get_u8(attrs->at[type]) : 0;
}

const char *kself_string(const struct kself_attrs *attrs, int type)
{
	return attrs->at[type] ? mnl_attr_get_str(attrs->at[type]) : NULL;
}

/* The extended ack behind the fixed part of an error or of the end of a dump. */
static void take_text(struct kself *k, const struct nlmsghdr *message, unsigned int fixed)
{
	const struct nlattr *attr;

	if (!(message->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	mnl_attr_for_each(attr, message, fixed)
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
			snprintf(k->text, sizeof(k->text), "%s", mnl_attr_get_str(attr));
}

/* Read a batch of messages.  1: go on; else the end: 0 or -errno. */
static int take_batch(struct kself *k, const char *buffer, int bytes, kself_reply reply,
		      void *data)
{
	const struct nlmsghdr *message = (const void *)buffer;

	for (; mnl_nlmsg_ok(message, bytes); message = mnl_nlmsg_next(message, &bytes)) {
		if (message->nlmsg_flags & NLM_F_DUMP_INTR)
			k->interrupted = true;
		if (message->nlmsg_type == NLMSG_ERROR) {
			const struct nlmsgerr *error = mnl_nlmsg_get_payload(message);

			take_text(k, message, sizeof(*error));
			return error->error;
		}
		if (message->nlmsg_type == NLMSG_DONE) {
			int error = *(int *)mnl_nlmsg_get_payload(message);

			take_text(k, message, sizeof(error));
			return error;
		}
		k->messages++;
		if (reply) {
			struct kself_attrs attrs = {};

			mnl_attr_parse(message, sizeof(struct genlmsghdr), take_attribute, &attrs);
			reply(message, &attrs, data);
		}
	}
	return 1;
}

static ssize_t send_request(struct kself *k)
{
	struct nlmsghdr *request = (void *)k->request;

	if (k->unaddressed)
		return write(mnl_socket_get_fd(k->socket), request, request->nlmsg_len);
	return mnl_socket_sendto(k->socket, request, request->nlmsg_len);
}

static int exchange(struct kself *k, uint16_t flags, kself_reply reply, void *data)
{
	struct nlmsghdr *request = (void *)k->request;
	char *buffer = malloc(RECEIVE_BYTES);
	int result = 1;

	k->text[0] = '\0';
	k->interrupted = false;
	k->messages = 0;
	request->nlmsg_flags = flags;
	request->nlmsg_seq = ++k->sequence;
	if (send_request(k) < 0)
		result = -errno;
	while (result == 1) {
		int bytes = mnl_socket_recvfrom(k->socket, buffer, RECEIVE_BYTES);

		result = bytes < 0 ? -errno : take_batch(k, buffer, bytes, reply, data);
	}
	free(buffer);
	return result;
}

int kself_do(struct kself *k, kself_reply reply, void *data)
{
	return exchange(k, NLM_F_REQUEST | NLM_F_ACK, reply, data);
}

int kself_dump(struct kself *k, kself_reply reply, void *data)
{
	return exchange(k, NLM_F_REQUEST | NLM_F_DUMP, reply, data);
}

static struct nlmsghdr *begin(struct kself *k, uint16_t type, uint8_t command)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(k->request);
	struct genlmsghdr *header;

	request->nlmsg_type = type;
	header = mnl_nlmsg_put_extra_header(request, sizeof(*header));
	header->cmd = command;
	header->version = TRAFFICMON_GENL_VERSION;
	return request;
}

struct nlmsghdr *kself_request(struct kself *k, uint8_t command)
{
	return begin(k, k->family, command);
}

int kself_command(struct kself *k, uint8_t command)
{
	kself_request(k, command);
	return kself_do(k, NULL, NULL);
}

static void take_family(const struct nlmsghdr *message, const struct kself_attrs *attrs,
			void *data)
{
	struct kself *k = data;
	const struct nlattr *group;

	(void)message;
	k->family = kself_u16(attrs, CTRL_ATTR_FAMILY_ID);
	if (!attrs->at[CTRL_ATTR_MCAST_GROUPS])
		return;
	mnl_attr_for_each_nested(group, attrs->at[CTRL_ATTR_MCAST_GROUPS]) {
		struct kself_attrs one = kself_nest(group);

		if (!strcmp(kself_string(&one, CTRL_ATTR_MCAST_GRP_NAME), TRAFFICMON_MCGRP_EVENTS))
			k->group = kself_u32(&one, CTRL_ATTR_MCAST_GRP_ID);
	}
}

int kself_open(struct kself *k)
{
	struct nlmsghdr *request;
	int one = 1;
	int err;

	memset(k, 0, sizeof(*k));
	k->socket = mnl_socket_open(NETLINK_GENERIC);
	if (!k->socket)
		return -errno;
	if (mnl_socket_bind(k->socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_setsockopt(k->socket, NETLINK_EXT_ACK, &one, sizeof(one)) < 0 ||
	    mnl_socket_setsockopt(k->socket, NETLINK_CAP_ACK, &one, sizeof(one)) < 0) {
		err = -errno;
		kself_close(k);
		return err;
	}
	request = begin(k, GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	mnl_attr_put_strz(request, CTRL_ATTR_FAMILY_NAME, TRAFFICMON_GENL_NAME);
	err = kself_do(k, take_family, k);
	if (err)
		kself_close(k);
	return err;
}

void kself_close(struct kself *k)
{
	if (k->socket)
		mnl_socket_close(k->socket);
	k->socket = NULL;
}

int kself_unshare(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int fd, err = 0;

	if (unshare(CLONE_NEWNET))
		return -errno;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0)
		return -errno;
	request.ifr_flags = IFF_UP | IFF_RUNNING;
	if (ioctl(fd, SIOCSIFFLAGS, &request))
		err = -errno;
	close(fd);
	return err;
}

struct wanted {
	int type;
	int counter;
	const char *name;
	uint64_t value;
};

/* Integers of any length, by the attribute's. */
static void take_value(const struct nlmsghdr *message, const struct kself_attrs *attrs,
		       void *data)
{
	struct wanted *wanted = data;
	const struct nlattr *attr = attrs->at[wanted->type];

	(void)message;
	if (attr)
		memcpy(kself_low_bytes(&wanted->value, mnl_attr_get_payload_len(attr)),
		       mnl_attr_get_payload(attr), mnl_attr_get_payload_len(attr));
}

uint64_t kself_info(struct kself *k, int type)
{
	struct wanted wanted = { .type = type };

	kself_request(k, TRAFFICMON_CMD_INFO_GET);
	kself_do(k, take_value, &wanted);
	return wanted.value;
}

uint64_t kself_stats(struct kself *k, bool ledger, int type)
{
	struct nlmsghdr *request = kself_request(k, TRAFFICMON_CMD_STATS_GET);
	struct wanted wanted = { .type = type };

	if (ledger)
		mnl_attr_put(request, TRAFFICMON_A_STATS_LEDGER, 0, NULL);
	kself_do(k, take_value, &wanted);
	return wanted.value;
}

static void take_counter(const struct nlmsghdr *message, const struct kself_attrs *attrs,
			 void *data)
{
	struct wanted *wanted = data;
	const struct nlattr *attr;

	(void)attrs;
	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr)) {
		struct kself_attrs counter;

		if (mnl_attr_get_type(attr) != wanted->type)
			continue;
		counter = kself_nest(attr);
		if (!strcmp(kself_string(&counter, TRAFFICMON_A_COUNTER_NAME), wanted->name))
			wanted->value = kself_u64(&counter, TRAFFICMON_A_COUNTER_PACKETS);
	}
}

uint64_t kself_counter(struct kself *k, int type, const char *name)
{
	struct wanted wanted = { .type = type, .name = name };

	kself_request(k, TRAFFICMON_CMD_STATS_GET);
	kself_do(k, take_counter, &wanted);
	return wanted.value;
}

void kself_put_address(struct nlmsghdr *request, int type, const char *text)
{
	unsigned char address[16];

	if (inet_pton(AF_INET, text, address) == 1)
		mnl_attr_put(request, type, 4, address);
	else if (inet_pton(AF_INET6, text, address) == 1)
		mnl_attr_put(request, type, 16, address);
}

void kself_put_prefix(struct nlmsghdr *request, int type, const char *text, uint8_t length)
{
	struct nlattr *nest = mnl_attr_nest_start(request, type);

	kself_put_address(request, TRAFFICMON_A_PREFIX_ADDRESS, text);
	mnl_attr_put_u8(request, TRAFFICMON_A_PREFIX_LENGTH, length);
	mnl_attr_nest_end(request, nest);
}

void kself_put_entry(struct nlmsghdr *request, const char *text, uint8_t length,
		     uint64_t timeout_ns)
{
	struct nlattr *nest = mnl_attr_nest_start(request, TRAFFICMON_A_SET_ENTRY);

	kself_put_address(request, TRAFFICMON_A_ENTRY_ADDRESS, text);
	mnl_attr_put_u8(request, TRAFFICMON_A_ENTRY_LENGTH, length);
	if (timeout_ns)
		mnl_attr_put_u64(request, TRAFFICMON_A_ENTRY_TIMEOUT, timeout_ns);
	mnl_attr_nest_end(request, nest);
}

void kself_put_set(struct nlmsghdr *request, int type, const char *name, bool except)
{
	struct nlattr *nest = mnl_attr_nest_start(request, type);

	mnl_attr_put_strz(request, TRAFFICMON_A_MATCH_SET_NAME, name);
	if (except)
		mnl_attr_put(request, TRAFFICMON_A_MATCH_SET_EXCEPT, 0, NULL);
	mnl_attr_nest_end(request, nest);
}

void kself_put_limit(struct nlmsghdr *request, uint8_t kind, uint64_t rate, uint64_t burst)
{
	struct nlattr *nest = mnl_attr_nest_start(request, TRAFFICMON_A_POLICY_LIMIT);

	mnl_attr_put_u8(request, TRAFFICMON_A_LIMIT_KIND, kind);
	mnl_attr_put_u64(request, TRAFFICMON_A_LIMIT_RATE, rate);
	if (burst)
		mnl_attr_put_u64(request, TRAFFICMON_A_LIMIT_BURST, burst);
	mnl_attr_nest_end(request, nest);
}

int kself_add_policy(struct kself *k, const char *name, uint8_t mode, uint8_t key, uint64_t rate)
{
	struct nlmsghdr *request = kself_request(k, TRAFFICMON_CMD_POLICY_ADD);

	mnl_attr_put_strz(request, TRAFFICMON_A_POLICY_NAME, name);
	mnl_attr_put_u8(request, TRAFFICMON_A_POLICY_MODE, mode);
	mnl_attr_put_u8(request, TRAFFICMON_A_POLICY_KEY, key);
	if (rate)
		kself_put_limit(request, TRAFFICMON_LIMIT_PACKETS, rate, 0);
	return kself_do(k, NULL, NULL);
}

int64_t kself_commit(struct kself *k, uint64_t base)
{
	struct nlmsghdr *request = kself_request(k, TRAFFICMON_CMD_TRANSACTION_COMMIT);
	struct wanted wanted = { .type = TRAFFICMON_A_TRANSACTION_GENERATION };
	int err;

	if (base)
		mnl_attr_put_u64(request, TRAFFICMON_A_TRANSACTION_GENERATION, base);
	err = kself_do(k, take_value, &wanted);
	return err ? err : (int64_t)wanted.value;
}

int64_t kself_commit_policy(struct kself *k, const char *name, uint8_t mode, uint8_t key,
			    uint64_t rate)
{
	int err = kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN);

	if (!err)
		err = kself_add_policy(k, name, mode, key, rate);
	return err ? err : kself_commit(k, 0);
}

int kself_furnish(struct kself *k)
{
	int64_t generation;
	int err = kself_unshare();

	if (!err)
		err = kself_open(k);
	if (!err)
		err = kself_command(k, TRAFFICMON_CMD_NETNS_ATTACH);
	if (!err)
		err = kself_set_add(k, TRAFFICMON_SET_DENY, "10.0.0.0", 8, 0);
	if (err)
		return err;
	generation = kself_commit_policy(k, "p", 0, TRAFFICMON_KEY_SOURCE, 1000);
	return generation < 0 ? generation : 0;
}

bool kself_userns_admin(void)
{
	FILE *file = fopen("/sys/module/trafficmon/parameters/userns_admin", "r");
	int value = file ? fgetc(file) : 'N';

	if (file)
		fclose(file);
	return value == 'Y';
}

static int change_set(struct kself *k, uint8_t command, const char *set, const char *text,
		      uint8_t length, uint64_t timeout_ns)
{
	struct nlmsghdr *request = kself_request(k, command);

	mnl_attr_put_strz(request, TRAFFICMON_A_SET_NAME, set);
	kself_put_entry(request, text, length, timeout_ns);
	return kself_do(k, NULL, NULL);
}

int kself_set_add(struct kself *k, const char *set, const char *text, uint8_t length,
		  uint64_t timeout_ns)
{
	return change_set(k, TRAFFICMON_CMD_SET_ADD, set, text, length, timeout_ns);
}

int kself_set_del(struct kself *k, const char *set, const char *text, uint8_t length)
{
	return change_set(k, TRAFFICMON_CMD_SET_DEL, set, text, length, 0);
}

static void take_set(const struct nlmsghdr *message, const struct kself_attrs *attrs, void *data)
{
	struct wanted *wanted = data;

	(void)message;
	if (!strcmp(kself_string(attrs, TRAFFICMON_A_SET_NAME), wanted->name))
		wanted->value = kself_u32(attrs, TRAFFICMON_A_SET_ENTRIES);
}

unsigned int kself_set_count(struct kself *k, const char *set)
{
	struct wanted wanted = { .name = set };

	kself_request(k, TRAFFICMON_CMD_SET_GET);
	kself_dump(k, take_set, &wanted);
	return wanted.value;
}

int kself_set_shown(struct kself *k, const char *set)
{
	struct nlmsghdr *request = kself_request(k, TRAFFICMON_CMD_SET_GET);
	int err;

	mnl_attr_put_strz(request, TRAFFICMON_A_SET_NAME, set);
	err = kself_dump(k, NULL, NULL);
	return err ? err : (int)k->messages;
}

/* FNV-1a over the payload of a message. */
static void digest_message(const struct nlmsghdr *message, const struct kself_attrs *attrs,
			   void *data)
{
	const unsigned char *bytes = mnl_nlmsg_get_payload(message);
	uint64_t *digest = data;
	size_t i;

	(void)attrs;
	for (i = 0; i < mnl_nlmsg_get_payload_len(message); i++)
		*digest = (*digest ^ bytes[i]) * 0x100000001b3ULL;
}

/* The names of all sets, on the way to @reply. */
struct set_names {
	kself_reply reply;
	void *data;
	unsigned int count;
	char names[TRAFFICMON_SETS_MAX][TRAFFICMON_NAME_SIZE];
};

static void take_name(const struct nlmsghdr *message, const struct kself_attrs *attrs, void *data)
{
	struct set_names *sets = data;

	if (sets->count < TRAFFICMON_SETS_MAX)
		strcpy(sets->names[sets->count++], kself_string(attrs, TRAFFICMON_A_SET_NAME));
	sets->reply(message, attrs, sets->data);
}

void kself_show_all(struct kself *k, kself_reply reply, void *data)
{
	struct set_names sets = { .reply = reply, .data = data };
	unsigned int i;

	kself_request(k, TRAFFICMON_CMD_STATS_GET);
	kself_do(k, reply, data);
	kself_request(k, TRAFFICMON_CMD_POLICY_GET);
	kself_dump(k, reply, data);
	kself_request(k, TRAFFICMON_CMD_SET_GET);
	kself_dump(k, take_name, &sets);
	for (i = 0; i < sets.count; i++) {
		mnl_attr_put_strz(kself_request(k, TRAFFICMON_CMD_SET_GET), TRAFFICMON_A_SET_NAME,
				  sets.names[i]);
		kself_dump(k, reply, data);
	}
}

uint64_t kself_digest(struct kself *k)
{
	uint64_t digest = 0xcbf29ce484222325ULL;
	char text[sizeof(k->text)];

	memcpy(text, k->text, sizeof(text));
	digest ^= kself_info(k, TRAFFICMON_A_INFO_GENERATION);
	digest ^= kself_info(k, TRAFFICMON_A_INFO_INSTANCE);
	kself_show_all(k, digest_message, &digest);
	memcpy(k->text, text, sizeof(text));
	return digest;
}

int kself_send_udp(const char *address, uint16_t port, unsigned int count)
{
	struct sockaddr_in6 to6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in to4 = { .sin_family = AF_INET };
	bool v6 = inet_pton(AF_INET6, address, &to6.sin6_addr) == 1;
	int fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);
	int err = fd < 0 ? -errno : 0;

	if (!v6 && inet_pton(AF_INET, address, &to4.sin_addr) != 1)
		err = -EINVAL;
	for (; !err && count; count--, port++) {
		ssize_t sent;

		to4.sin_port = htons(port);
		to6.sin6_port = htons(port);
		if (v6)
			sent = sendto(fd, "x", 1, 0, (void *)&to6, sizeof(to6));
		else
			sent = sendto(fd, "x", 1, 0, (void *)&to4, sizeof(to4));
		/* an ICMP error of the packet before, or a drop on the way out */
		if (sent < 0 && errno != ECONNREFUSED && errno != EPERM)
			err = -errno;
	}
	if (fd >= 0)
		close(fd);
	return err;
}
