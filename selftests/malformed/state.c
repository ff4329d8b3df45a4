// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The namespace that is fuzzed; see state.h.
 */
#include "state.h"

#include <errno.h>
#include <linux/trafficmon.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "kself.h"

#define FLOWS		128	/* more than one message of a dump holds */
#define SETTLE_TRIES	400
#define MADE_MOST	64	/* in a block: names of a message that was changed, too */

int state_enter(struct kself *k, struct family *family)
{
	int err = kself_unshare();

	if (!err)
		err = kself_open(k);
	if (err)
		return err;
	kself_command(k, TRAFFICMON_CMD_NETNS_ATTACH);
	family->id = k->family;
	family->rings = kself_info(k, TRAFFICMON_A_INFO_RINGS);
	return family->rings ? 0 : -ENOTCONN;
}

/* FNV-1a, by words of 4 bytes. */
static void digest_bytes(uint64_t *digest, const void *data, size_t length)
{
	const unsigned char *bytes = data;

	while (length) {
		size_t size = length < sizeof(uint32_t) ? length : sizeof(uint32_t);
		uint32_t word = 0;

		memcpy(&word, bytes, size);
		*digest = (*digest ^ word) * 0x100000001b3ULL;
		bytes += size;
		length -= size;
	}
}

static void digest_attr(uint64_t *digest, const struct nlattr *attr)
{
	digest_bytes(digest, attr, attr->nla_len);
}

/* How long a policy has been over its limit; what other namespaces left behind. */
static bool passes(const struct genlmsghdr *header, const struct nlattr *attr)
{
	int type = mnl_attr_get_type(attr);

	if (header->cmd == TRAFFICMON_CMD_STATS_GET)
		return type == TRAFFICMON_A_STATS_MODULE_PACKETS ||
		       type == TRAFFICMON_A_STATS_MODULE_BYTES;
	return header->cmd == TRAFFICMON_CMD_POLICY_GET &&
	       type == TRAFFICMON_A_POLICY_OVER_SINCE_AGE;
}

/* All but what passes by itself. */
static void digest_message(const struct nlmsghdr *message, const struct kself_attrs *attrs,
			   void *data)
{
	const struct genlmsghdr *header = mnl_nlmsg_get_payload(message);
	const struct nlattr *attr, *inner;

	(void)attrs;
	mnl_attr_for_each(attr, message, sizeof(*header)) {
		if (header->cmd != TRAFFICMON_CMD_SET_GET ||
		    mnl_attr_get_type(attr) != TRAFFICMON_A_SET_ENTRY) {
			if (!passes(header, attr))
				digest_attr(data, attr);
			continue;
		}
		mnl_attr_for_each_nested(inner, attr)
			if (mnl_attr_get_type(inner) != TRAFFICMON_A_ENTRY_TIMEOUT &&
			    mnl_attr_get_type(inner) != TRAFFICMON_A_ENTRY_HIT_AGE)
				digest_attr(data, inner);
	}
}

static void digest_info(const struct nlmsghdr *message, const struct kself_attrs *attrs, void *data)
{
	static const int stable[] = {
		TRAFFICMON_A_INFO_ATTACHED, TRAFFICMON_A_INFO_INSTANCE,
		TRAFFICMON_A_INFO_GENERATION, TRAFFICMON_A_INFO_POLICIES, TRAFFICMON_A_INFO_FLOWS,
	};
	size_t i;

	(void)message;
	for (i = 0; i < sizeof(stable) / sizeof(stable[0]); i++)
		if (attrs->at[stable[i]])
			digest_attr(data, attrs->at[stable[i]]);
}

uint64_t state_digest(struct kself *k)
{
	uint64_t digest = 0xcbf29ce484222325ULL;

	kself_request(k, TRAFFICMON_CMD_INFO_GET);
	kself_do(k, digest_info, &digest);
	kself_show_all(k, digest_message, &digest);
	return digest;
}

/* One step of the reset: say which failed. */
static int step(struct kself *k, const char *name, int err)
{
	if (err)
		printf("# reset: %s: %s, \"%s\"\n", name, strerror(-err), k->text);
	return err;
}

/* Meets what is sent over lo. */
static int add_policy_of_sets(struct kself *k)
{
	struct nlmsghdr *request = kself_request(k, TRAFFICMON_CMD_POLICY_ADD);

	mnl_attr_put_strz(request, TRAFFICMON_A_POLICY_NAME, "sets");
	kself_put_set(request, TRAFFICMON_A_POLICY_SOURCE_SET, "s0", false);
	kself_put_set(request, TRAFFICMON_A_POLICY_DESTINATION_SET, "s1", true);
	return kself_do(k, NULL, NULL);
}

/* All sets and policies replaced in one commit: no grace period to wait for. */
static int replace_all(struct kself *k)
{
	const uint8_t mode = TRAFFICMON_MODE_MONITOR;
	int64_t generation;
	int err;

	/* while one waits for its confirmation none is committed */
	kself_command(k, TRAFFICMON_CMD_TRANSACTION_ROLLBACK);
	err = kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN);
	if (!err)
		err = kself_set_add(k, "allow", "192.0.2.0", 24, 0);
	if (!err)
		err = kself_set_add(k, "deny", "198.51.100.0", 24, 0);
	if (!err)
		err = kself_set_add(k, "s0", "127.0.0.0", 8, 0);
	if (!err)
		err = kself_set_add(k, "s1", "192.0.2.0", 24, 0);
	if (!err)
		err = kself_add_policy(k, "source", mode, TRAFFICMON_KEY_SOURCE, 10);
	if (!err)
		err = kself_add_policy(k, "p0", mode, TRAFFICMON_KEY_FLOW, 10);
	if (!err)
		err = kself_add_policy(k, "all", mode, TRAFFICMON_KEY_NONE, 0);
	if (!err)
		err = add_policy_of_sets(k);
	if (err)
		return step(k, "sets and policies", err);
	generation = kself_commit(k, 0);
	return step(k, "commit", generation < 0 ? (int)generation : 0);
}

/* Sets that a block has made. */
struct made {
	unsigned int count;
	char names[MADE_MOST][TRAFFICMON_NAME_SIZE];
};

static void take_made(const struct nlmsghdr *message, const struct kself_attrs *attrs, void *data)
{
	const char *name = kself_string(attrs, TRAFFICMON_A_SET_NAME);
	struct made *made = data;

	(void)message;
	if (strcmp(name, "allow") && strcmp(name, "deny") && strcmp(name, "s0") &&
	    strcmp(name, "s1") && made->count < MADE_MOST)
		strcpy(made->names[made->count++], name);
}

static int destroy_made(struct kself *k)
{
	struct made made = {};
	unsigned int i;
	int err;

	kself_request(k, TRAFFICMON_CMD_SET_GET);
	err = kself_dump(k, take_made, &made);
	for (i = 0; !err && i < made.count; i++) {
		mnl_attr_put_strz(kself_request(k, TRAFFICMON_CMD_SET_DESTROY),
				  TRAFFICMON_A_SET_NAME, made.names[i]);
		err = kself_do(k, NULL, NULL);
	}
	return step(k, "sets that were made", err);
}

/* Until what the packets brought about has ended: answers by ICMP, counters. */
static int settle(struct kself *k)
{
	uint64_t before = state_digest(k), after;
	int i;

	for (i = 0; i < SETTLE_TRIES; i++) {
		usleep(5000);
		after = state_digest(k);
		if (after == before)
			return 0;
		before = after;
	}
	return step(k, "packets", -ETIMEDOUT);
}

int state_reset(struct kself *k)
{
	int err = kself_command(k, TRAFFICMON_CMD_NETNS_ATTACH);

	if (err && err != -EALREADY)
		return step(k, "attach", err);
	err = replace_all(k);
	if (!err)
		err = destroy_made(k);
	if (err || kself_info(k, TRAFFICMON_A_INFO_FLOWS) >= FLOWS)
		return err;
	err = step(k, "packets", kself_send_udp("127.0.0.1", 1000, FLOWS));
	return err ? err : settle(k);
}
