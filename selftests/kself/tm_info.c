// SPDX-License-Identifier: GPL-2.0-or-later
/* INFO_GET, NETNS_ATTACH, NETNS_DETACH, and what an unattached namespace answers. */
#include "kself.h"

#include <errno.h>
#include <kselftest_harness.h>

FIXTURE(info)
{
	struct kself k;
};

FIXTURE_SETUP(info)
{
	ASSERT_EQ(0, kself_unshare());
	ASSERT_EQ(0, kself_open(&self->k));
}

FIXTURE_TEARDOWN(info)
{
	kself_command(&self->k, TRAFFICMON_CMD_NETNS_DETACH);
	kself_close(&self->k);
}

struct seen {
	bool version;
	bool attached_given;
	uint8_t attached;
	bool instance;
	bool generation;
};

static void take_info(const struct nlmsghdr *message, const struct kself_attrs *attrs, void *data)
{
	struct seen *seen = data;

	(void)message;
	seen->version = kself_string(attrs, TRAFFICMON_A_INFO_VERSION)[0] != '\0';
	seen->attached_given = attrs->at[TRAFFICMON_A_INFO_ATTACHED];
	seen->attached = kself_u8(attrs, TRAFFICMON_A_INFO_ATTACHED);
	seen->instance = attrs->at[TRAFFICMON_A_INFO_INSTANCE];
	seen->generation = attrs->at[TRAFFICMON_A_INFO_GENERATION];
}

TEST_F(info, unattached_namespace_tells_version_and_nothing_of_its_own)
{
	struct seen seen = {};

	kself_request(&self->k, TRAFFICMON_CMD_INFO_GET);
	ASSERT_EQ(0, kself_do(&self->k, take_info, &seen));
	EXPECT_EQ(1, self->k.messages);
	EXPECT_TRUE(seen.version);
	EXPECT_TRUE(seen.attached_given);
	EXPECT_EQ(0, seen.attached);
	EXPECT_FALSE(seen.instance);
	EXPECT_FALSE(seen.generation);
}

TEST_F(info, attached_namespace_tells_all)
{
	struct kself *k = &self->k;
	struct seen seen = {};

	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_NETNS_ATTACH));
	kself_request(k, TRAFFICMON_CMD_INFO_GET);
	ASSERT_EQ(0, kself_do(k, take_info, &seen));
	EXPECT_EQ(1, seen.attached);
	EXPECT_TRUE(seen.instance);
	EXPECT_EQ(1, kself_info(k, TRAFFICMON_A_INFO_GENERATION));
	EXPECT_EQ(0, kself_info(k, TRAFFICMON_A_INFO_POLICIES));
	EXPECT_LT(0, kself_info(k, TRAFFICMON_A_INFO_FLOWS_MAX));
	EXPECT_LT(0, kself_info(k, TRAFFICMON_A_INFO_LIMITERS_MAX));
	EXPECT_LT(0, kself_info(k, TRAFFICMON_A_INFO_RECORDS_MAX));
	EXPECT_LT(0, kself_info(k, TRAFFICMON_A_INFO_RINGS));
	EXPECT_LT(0, kself_info(k, TRAFFICMON_A_INFO_MEMORY_BYTES));
	EXPECT_LT(0, kself_info(k, TRAFFICMON_A_INFO_ATTACH_TIME));
	EXPECT_LT(0, kself_info(k, TRAFFICMON_A_INFO_NETNS_ATTACHED));
	EXPECT_EQ(1, kself_info(k, TRAFFICMON_A_INFO_EVENT_SEQUENCE));
}

TEST_F(info, attach_and_detach_twice_are_refused_with_a_reason)
{
	struct kself *k = &self->k;

	EXPECT_EQ(-ENOTCONN, kself_command(k, TRAFFICMON_CMD_NETNS_DETACH));
	EXPECT_STRNE("", k->text);
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_NETNS_ATTACH));
	EXPECT_EQ(-EALREADY, kself_command(k, TRAFFICMON_CMD_NETNS_ATTACH));
	EXPECT_STRNE("", k->text);
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_NETNS_DETACH));
	EXPECT_EQ(-ENOTCONN, kself_command(k, TRAFFICMON_CMD_NETNS_DETACH));
}

TEST_F(info, an_instance_never_comes_again)
{
	struct kself *k = &self->k;
	uint64_t first;

	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_NETNS_ATTACH));
	first = kself_info(k, TRAFFICMON_A_INFO_INSTANCE);
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_NETNS_DETACH));
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_NETNS_ATTACH));
	EXPECT_NE(first, kself_info(k, TRAFFICMON_A_INFO_INSTANCE));
}

TEST_F(info, unattached_namespace_refuses_every_other_command)
{
	static const uint8_t dos[] = {
		TRAFFICMON_CMD_STATS_GET, TRAFFICMON_CMD_FLOW_FLUSH,
		TRAFFICMON_CMD_TRANSACTION_BEGIN, TRAFFICMON_CMD_TRANSACTION_COMMIT,
		TRAFFICMON_CMD_TRANSACTION_ABORT, TRAFFICMON_CMD_POLICY_ADD,
		TRAFFICMON_CMD_POLICY_FLUSH, TRAFFICMON_CMD_SET_ADD, TRAFFICMON_CMD_SET_DEL,
		TRAFFICMON_CMD_SET_FLUSH, TRAFFICMON_CMD_LIMITER_DEL, TRAFFICMON_CMD_LIMITER_FLUSH,
	};
	static const uint8_t dumps[] = {
		TRAFFICMON_CMD_FLOW_GET, TRAFFICMON_CMD_RECORD_GET, TRAFFICMON_CMD_POLICY_GET,
		TRAFFICMON_CMD_SET_GET, TRAFFICMON_CMD_LIMITER_GET, TRAFFICMON_CMD_EVENT_GET,
	};
	struct kself *k = &self->k;
	size_t i;

	for (i = 0; i < sizeof(dos); i++) {
		EXPECT_EQ(-ENOTCONN, kself_command(k, dos[i])) TH_LOG("command %u", dos[i]);
		EXPECT_NE(NULL, strstr(k->text, "NETNS_ATTACH")) TH_LOG("command %u", dos[i]);
	}
	for (i = 0; i < sizeof(dumps); i++) {
		kself_request(k, dumps[i]);
		EXPECT_EQ(-ENOTCONN, kself_dump(k, NULL, NULL)) TH_LOG("command %u", dumps[i]);
		EXPECT_NE(NULL, strstr(k->text, "NETNS_ATTACH")) TH_LOG("command %u", dumps[i]);
	}
}

TEST_F(info, an_unknown_command_is_refused)
{
	EXPECT_EQ(-EOPNOTSUPP, kself_command(&self->k, __TRAFFICMON_CMD_MAX));
	EXPECT_EQ(-EOPNOTSUPP, kself_command(&self->k, TRAFFICMON_CMD_EVENT_NOTIFY));
}

/* Each in a namespace of its own that its socket keeps alive. */
TEST_F(info, namespaces_above_the_cap_are_refused)
{
	uint64_t cap = kself_info(&self->k, TRAFFICMON_A_INFO_NETNS_MAX);
	struct kself *more;
	uint64_t i, got = 0;
	int err = 0;

	if (cap > 64)
		SKIP(return, "netns_max is too great to be reached");
	more = calloc(cap + 1, sizeof(*more));
	ASSERT_NE(NULL, more);
	for (i = 0; i <= cap && !err; i++) {
		ASSERT_EQ(0, kself_unshare());
		ASSERT_EQ(0, kself_open(&more[i]));
		got++;
		err = kself_command(&more[i], TRAFFICMON_CMD_NETNS_ATTACH);
	}
	EXPECT_EQ(-EUSERS, err);
	EXPECT_NE(NULL, strstr(more[got - 1].text, "netns_max"));
	for (i = 0; i < got; i++) {
		kself_command(&more[i], TRAFFICMON_CMD_NETNS_DETACH);
		kself_close(&more[i]);
	}
	free(more);
}

TEST_HARNESS_MAIN
