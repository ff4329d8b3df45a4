// SPDX-License-Identifier: GPL-2.0-or-later
/* LIMITER_GET, LIMITER_DEL, LIMITER_FLUSH. */
#include "kself.h"

#include <arpa/inet.h>
#include <errno.h>
#include <kselftest_harness.h>
#include <netinet/in.h>

FIXTURE(limiter)
{
	struct kself k;
};

/*
 * Limits so low that what was sent stays charged for seconds: by source, by
 * flow (in packets and in bytes), and one by device.
 */
FIXTURE_SETUP(limiter)
{
	struct kself *k = &self->k;
	struct nlmsghdr *request;

	ASSERT_EQ(0, kself_unshare());
	ASSERT_EQ(0, kself_open(k));
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_NETNS_ATTACH));
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));

	request = kself_request(k, TRAFFICMON_CMD_POLICY_ADD);
	mnl_attr_put_strz(request, TRAFFICMON_A_POLICY_NAME, "source");
	mnl_attr_put_u32(request, TRAFFICMON_A_POLICY_CLASSES, 1 << TRAFFICMON_CLASS_UDP);
	mnl_attr_put_u8(request, TRAFFICMON_A_POLICY_KEY, TRAFFICMON_KEY_SOURCE);
	mnl_attr_put_u8(request, TRAFFICMON_A_POLICY_KEY_SOURCE_LENGTH4, 24);
	kself_put_limit(request, TRAFFICMON_LIMIT_PACKETS, 1, 5);
	ASSERT_EQ(0, kself_do(k, NULL, NULL));

	request = kself_request(k, TRAFFICMON_CMD_POLICY_ADD);
	mnl_attr_put_strz(request, TRAFFICMON_A_POLICY_NAME, "flow");
	mnl_attr_put_u32(request, TRAFFICMON_A_POLICY_CLASSES, 1 << TRAFFICMON_CLASS_UDP);
	mnl_attr_put_u8(request, TRAFFICMON_A_POLICY_KEY, TRAFFICMON_KEY_FLOW);
	kself_put_limit(request, TRAFFICMON_LIMIT_PACKETS, 1, 1000);
	kself_put_limit(request, TRAFFICMON_LIMIT_BYTES, 125, 100000);
	ASSERT_EQ(0, kself_do(k, NULL, NULL));

	ASSERT_EQ(0, kself_add_policy(k, "device", 0, TRAFFICMON_KEY_IIF, 1));
	ASSERT_EQ(2, kself_commit(k, 0)) TH_LOG("%s", k->text);
}

FIXTURE_TEARDOWN(limiter)
{
	kself_command(&self->k, TRAFFICMON_CMD_NETNS_DETACH);
	kself_close(&self->k);
}

/* The last limiter shown. */
struct shown {
	unsigned int seen;
	bool over;
	uint64_t used;
	uint64_t rate;
	uint64_t burst;
	uint32_t address;
	uint8_t length;
	uint8_t kind;
	bool ports;
	char key[256];	/* the attributes that name the key, to be given to LIMITER_DEL */
	size_t key_bytes;
};

static bool names_key(int type)
{
	return type == TRAFFICMON_A_LIMITER_POLICY ||
	       (type >= TRAFFICMON_A_LIMITER_SOURCE && type <= TRAFFICMON_A_LIMITER_AGGREGATE);
}

static void take_limiter(const struct nlmsghdr *message, const struct kself_attrs *attrs,
			 void *data)
{
	struct shown *shown = data;
	const struct nlattr *attr;

	shown->seen++;
	shown->over = attrs->at[TRAFFICMON_A_LIMITER_OVER];
	shown->used = kself_u64(attrs, TRAFFICMON_A_LIMITER_USED);
	shown->rate = kself_u64(attrs, TRAFFICMON_A_LIMITER_RATE);
	shown->burst = kself_u64(attrs, TRAFFICMON_A_LIMITER_BURST);
	shown->address = kself_u32(attrs, TRAFFICMON_A_LIMITER_SOURCE);
	shown->length = kself_u8(attrs, TRAFFICMON_A_LIMITER_SOURCE_LENGTH);
	shown->kind = kself_u8(attrs, TRAFFICMON_A_LIMITER_KIND);
	shown->ports = attrs->at[TRAFFICMON_A_LIMITER_DESTINATION_PORT];
	shown->key_bytes = 0;
	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr)) {
		if (!names_key(mnl_attr_get_type(attr)))
			continue;
		memcpy(shown->key + shown->key_bytes, attr, MNL_ALIGN(attr->nla_len));
		shown->key_bytes += MNL_ALIGN(attr->nla_len);
	}
}

static struct shown show(struct kself *k, const char *policy, bool over)
{
	struct nlmsghdr *request = kself_request(k, TRAFFICMON_CMD_LIMITER_GET);
	struct shown shown = {};

	if (policy)
		mnl_attr_put_strz(request, TRAFFICMON_A_LIMITER_POLICY, policy);
	if (over)
		mnl_attr_put(request, TRAFFICMON_A_LIMITER_OVER, 0, NULL);
	kself_dump(k, take_limiter, &shown);
	return shown;
}

/* Ask for the deletion of a key as it was shown. */
static int del(struct kself *k, const struct shown *shown)
{
	struct nlmsghdr *request = kself_request(k, TRAFFICMON_CMD_LIMITER_DEL);

	memcpy(mnl_nlmsg_get_payload_tail(request), shown->key, shown->key_bytes);
	request->nlmsg_len += shown->key_bytes;
	return kself_do(k, NULL, NULL);
}

TEST_F(limiter, idle_means_absent)
{
	EXPECT_EQ(0, show(&self->k, NULL, false).seen);
	EXPECT_EQ(0, kself_info(&self->k, TRAFFICMON_A_INFO_LIMITERS));
}

TEST_F(limiter, a_key_is_shown_with_its_prefix_its_use_and_its_limit)
{
	struct kself *k = &self->k;
	struct shown shown;

	ASSERT_EQ(0, kself_send_udp("127.0.0.1", 5000, 3));
	shown = show(k, "source", false);
	EXPECT_EQ(1, shown.seen);
	EXPECT_EQ(htonl(0x7f000000), shown.address);
	EXPECT_EQ(24, shown.length);
	EXPECT_EQ(TRAFFICMON_LIMIT_PACKETS, shown.kind);
	EXPECT_EQ(1, shown.rate);
	EXPECT_EQ(5, shown.burst);
	EXPECT_EQ(3, shown.used);
	EXPECT_FALSE(shown.over);
	EXPECT_FALSE(shown.ports);
	EXPECT_EQ(0, show(k, "source", true).seen);

	ASSERT_EQ(0, kself_send_udp("127.0.0.1", 5000, 30));
	shown = show(k, "source", true);
	EXPECT_EQ(1, shown.seen);
	EXPECT_TRUE(shown.over);
	EXPECT_LE(shown.burst, shown.used);
}

TEST_F(limiter, both_limits_of_a_policy_have_a_limiter_for_each_key)
{
	struct kself *k = &self->k;

	ASSERT_EQ(0, kself_send_udp("127.0.0.1", 5000, 4));
	EXPECT_EQ(8, show(k, "flow", false).seen);
	EXPECT_TRUE(show(k, "flow", false).ports);
	EXPECT_EQ(show(k, NULL, false).seen, kself_info(k, TRAFFICMON_A_INFO_LIMITERS));
}

TEST_F(limiter, a_key_given_back_as_shown_is_forgotten)
{
	static const char *const policies[] = { "source", "flow", "device" };
	static const unsigned int forgotten[] = { 1, 2, 1 };
	struct kself *k = &self->k;
	unsigned int i;

	ASSERT_EQ(0, kself_send_udp("127.0.0.1", 5000, 4));
	for (i = 0; i < 3; i++) {
		struct shown shown = show(k, policies[i], false);

		ASSERT_LT(0, shown.seen) TH_LOG("%s", policies[i]);
		ASSERT_EQ(0, del(k, &shown)) TH_LOG("%s: %s", policies[i], k->text);
		EXPECT_EQ(shown.seen - forgotten[i], show(k, policies[i], false).seen);
		EXPECT_EQ(-ENOENT, del(k, &shown)) TH_LOG("%s", policies[i]);
		EXPECT_STRNE("", k->text);
	}
}

TEST_F(limiter, a_key_is_named_by_what_it_is_made_of_and_nothing_else)
{
	struct kself *k = &self->k;
	struct nlmsghdr *request;

	request = kself_request(k, TRAFFICMON_CMD_LIMITER_DEL);
	mnl_attr_put_strz(request, TRAFFICMON_A_LIMITER_POLICY, "source");
	EXPECT_EQ(-EINVAL, kself_do(k, NULL, NULL));
	EXPECT_STRNE("", k->text);

	request = kself_request(k, TRAFFICMON_CMD_LIMITER_DEL);
	mnl_attr_put_strz(request, TRAFFICMON_A_LIMITER_POLICY, "source");
	kself_put_address(request, TRAFFICMON_A_LIMITER_SOURCE, "127.0.0.1");
	mnl_attr_put_u32(request, TRAFFICMON_A_LIMITER_IIF, 1);
	EXPECT_EQ(-EINVAL, kself_do(k, NULL, NULL));
	EXPECT_STRNE("", k->text);

	request = kself_request(k, TRAFFICMON_CMD_LIMITER_DEL);
	mnl_attr_put_strz(request, TRAFFICMON_A_LIMITER_POLICY, "source");
	kself_put_address(request, TRAFFICMON_A_LIMITER_SOURCE, "127.0.0.1");
	mnl_attr_put_u8(request, TRAFFICMON_A_LIMITER_SOURCE_LENGTH, 32);
	EXPECT_EQ(-EINVAL, kself_do(k, NULL, NULL));
	EXPECT_STRNE("", k->text);

	/* the key of a device has no address, so no length of one */
	request = kself_request(k, TRAFFICMON_CMD_LIMITER_DEL);
	mnl_attr_put_strz(request, TRAFFICMON_A_LIMITER_POLICY, "device");
	mnl_attr_put_u32(request, TRAFFICMON_A_LIMITER_IIF, 1);
	mnl_attr_put_u8(request, TRAFFICMON_A_LIMITER_SOURCE_LENGTH, 32);
	EXPECT_EQ(-EINVAL, kself_do(k, NULL, NULL));
	EXPECT_NE(NULL, strstr(k->text, "needs its address"));

	/* any address of the prefix names it */
	ASSERT_EQ(0, kself_send_udp("127.0.0.1", 5000, 1));
	request = kself_request(k, TRAFFICMON_CMD_LIMITER_DEL);
	mnl_attr_put_strz(request, TRAFFICMON_A_LIMITER_POLICY, "source");
	kself_put_address(request, TRAFFICMON_A_LIMITER_SOURCE, "127.0.0.77");
	EXPECT_EQ(0, kself_do(k, NULL, NULL)) TH_LOG("%s", k->text);
}

TEST_F(limiter, a_policy_that_is_not_there_is_named)
{
	static const uint8_t commands[] = { TRAFFICMON_CMD_LIMITER_DEL,
					    TRAFFICMON_CMD_LIMITER_FLUSH };
	struct kself *k = &self->k;
	int i;

	for (i = 0; i < 2; i++) {
		mnl_attr_put_strz(kself_request(k, commands[i]), TRAFFICMON_A_LIMITER_POLICY, "x");
		EXPECT_EQ(-ENOENT, kself_do(k, NULL, NULL));
		EXPECT_STRNE("", k->text);
	}
	mnl_attr_put_strz(kself_request(k, TRAFFICMON_CMD_LIMITER_GET),
			  TRAFFICMON_A_LIMITER_POLICY, "x");
	EXPECT_EQ(-ENOENT, kself_dump(k, NULL, NULL));
	EXPECT_STRNE("", k->text);
}

TEST_F(limiter, a_flush_forgets_one_policy_or_all)
{
	struct kself *k = &self->k;

	ASSERT_EQ(0, kself_send_udp("127.0.0.1", 5000, 20));
	mnl_attr_put_strz(kself_request(k, TRAFFICMON_CMD_LIMITER_FLUSH),
			  TRAFFICMON_A_LIMITER_POLICY, "flow");
	ASSERT_EQ(0, kself_do(k, NULL, NULL));
	EXPECT_EQ(0, show(k, "flow", false).seen);
	EXPECT_LT(0, show(k, "source", false).seen);
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_LIMITER_FLUSH));
	EXPECT_EQ(0, show(k, NULL, false).seen);
}

TEST_F(limiter, a_dump_of_many_messages_shows_each_key_once)
{
	struct kself *k = &self->k;
	uint64_t most = kself_info(k, TRAFFICMON_A_INFO_LIMITERS_MAX);
	uint64_t before;
	int round;

	/* so often that none is idle before a slow machine has shown it: one a second */
	for (round = 0; round < 40; round++)
		ASSERT_EQ(0, kself_send_udp("127.0.0.1", 5000, 400));
	before = kself_info(k, TRAFFICMON_A_INFO_LIMITERS);
	EXPECT_GE(before, show(k, NULL, false).seen);
	EXPECT_GE(most, before);
	EXPECT_LE(400, show(k, NULL, false).seen);
}

TEST_F(limiter, the_limiters_of_a_policy_that_went_are_not_shown)
{
	struct kself *k = &self->k;

	ASSERT_EQ(0, kself_send_udp("127.0.0.1", 5000, 4));
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_POLICY_FLUSH));
	EXPECT_EQ(0, show(k, NULL, false).seen);
}

TEST_HARNESS_MAIN
