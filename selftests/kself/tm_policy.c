// SPDX-License-Identifier: GPL-2.0-or-later
/* POLICY_ADD, POLICY_GET, POLICY_FLUSH. */
#include "kself.h"

#include <arpa/inet.h>
#include <errno.h>
#include <kselftest_harness.h>
#include <net/if.h>

FIXTURE(policy)
{
	struct kself k;
};

FIXTURE_SETUP(policy)
{
	ASSERT_EQ(0, kself_unshare());
	ASSERT_EQ(0, kself_open(&self->k));
	ASSERT_EQ(0, kself_command(&self->k, TRAFFICMON_CMD_NETNS_ATTACH));
}

FIXTURE_TEARDOWN(policy)
{
	kself_command(&self->k, TRAFFICMON_CMD_NETNS_DETACH);
	kself_close(&self->k);
}

/* One policy as shown. */
struct shown {
	const char *name;
	bool found;
	unsigned int at;
	unsigned int seen;
	uint8_t mode;
	uint64_t generation;
	uint64_t matched;
	uint64_t over;
	uint64_t dropped;
	unsigned int parts[64];	/* how often each attribute stands */
	uint64_t rate;
	uint64_t burst;
	uint32_t classes;
};

static void take_policy(const struct nlmsghdr *message, const struct kself_attrs *attrs, void *data)
{
	struct shown *shown = data;
	const struct nlattr *attr;

	shown->seen++;
	if (strcmp(kself_string(attrs, TRAFFICMON_A_POLICY_NAME), shown->name))
		return;
	shown->found = true;
	shown->at = shown->seen;
	shown->mode = kself_u8(attrs, TRAFFICMON_A_POLICY_MODE);
	shown->generation = kself_u64(attrs, TRAFFICMON_A_POLICY_GENERATION);
	shown->matched = kself_u64(attrs, TRAFFICMON_A_POLICY_MATCHED_PACKETS);
	shown->over = kself_u64(attrs, TRAFFICMON_A_POLICY_OVER_PACKETS);
	shown->dropped = kself_u64(attrs, TRAFFICMON_A_POLICY_DROPPED_PACKETS);
	shown->classes = kself_u32(attrs, TRAFFICMON_A_POLICY_CLASSES);
	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) < 64)
			shown->parts[mnl_attr_get_type(attr)]++;
		if (mnl_attr_get_type(attr) == TRAFFICMON_A_POLICY_LIMIT) {
			struct kself_attrs limit = kself_nest(attr);

			shown->rate = kself_u64(&limit, TRAFFICMON_A_LIMIT_RATE);
			shown->burst = kself_u64(&limit, TRAFFICMON_A_LIMIT_BURST);
		}
	}
}

static struct shown show(struct kself *k, const char *name)
{
	struct shown shown = { .name = name };

	kself_request(k, TRAFFICMON_CMD_POLICY_GET);
	if (kself_dump(k, take_policy, &shown))
		shown.found = false;
	return shown;
}

static void put_ports(struct nlmsghdr *request, int type, uint16_t first, uint16_t last)
{
	struct nlattr *nest = mnl_attr_nest_start(request, type);

	mnl_attr_put_u16(request, TRAFFICMON_A_PORTS_FIRST, first);
	mnl_attr_put_u16(request, TRAFFICMON_A_PORTS_LAST, last);
	mnl_attr_nest_end(request, nest);
}

/* As great as a policy can be. */
static struct nlmsghdr *greatest(struct kself *k, unsigned int matches)
{
	struct nlmsghdr *request = kself_request(k, TRAFFICMON_CMD_POLICY_ADD);
	char text[INET6_ADDRSTRLEN];
	unsigned int i;

	mnl_attr_put_strz(request, TRAFFICMON_A_POLICY_NAME, "a-name-of-31-characters-in-all.");
	mnl_attr_put_u32(request, TRAFFICMON_A_POLICY_CLASSES, (1 << __TRAFFICMON_CLASS_MAX) - 1);
	mnl_attr_put_u32(request, TRAFFICMON_A_POLICY_DIRECTIONS, 3);
	mnl_attr_put_u32(request, TRAFFICMON_A_POLICY_FAMILIES, 3);
	for (i = 0; i < matches; i++) {
		snprintf(text, sizeof(text), "2001:db8:%x::", i);
		kself_put_prefix(request, TRAFFICMON_A_POLICY_SOURCE, text, 48);
		kself_put_prefix(request, TRAFFICMON_A_POLICY_DESTINATION, text, 64);
		put_ports(request, TRAFFICMON_A_POLICY_SOURCE_PORT, i * 100, i * 100 + 50);
		put_ports(request, TRAFFICMON_A_POLICY_DESTINATION_PORT, i * 100, i * 100);
	}
	for (i = 0; i < TRAFFICMON_DEVICES_MAX; i++) {
		snprintf(text, IFNAMSIZ, "a-long-device%u", i);
		mnl_attr_put_strz(request, TRAFFICMON_A_POLICY_DEVICE, text);
	}
	kself_put_limit(request, TRAFFICMON_LIMIT_PACKETS, 1000, 10);
	kself_put_limit(request, TRAFFICMON_LIMIT_BYTES, 100000, 70000);
	mnl_attr_put_u32(request, TRAFFICMON_A_POLICY_SPARE, 1 << TRAFFICMON_SPARE_ESTABLISHED);
	return request;
}

TEST_F(policy, the_greatest_policy_is_shown_as_it_was_given)
{
	struct kself *k = &self->k;
	struct shown shown;

	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	greatest(k, TRAFFICMON_MATCHES_MAX);
	ASSERT_EQ(0, kself_do(k, NULL, NULL)) TH_LOG("%s", k->text);
	ASSERT_EQ(2, kself_commit(k, 0)) TH_LOG("%s", k->text);
	shown = show(k, "a-name-of-31-characters-in-all.");
	ASSERT_TRUE(shown.found);
	EXPECT_EQ(2, shown.generation);
	EXPECT_EQ(TRAFFICMON_MODE_MONITOR, shown.mode);
	EXPECT_EQ(TRAFFICMON_MATCHES_MAX, shown.parts[TRAFFICMON_A_POLICY_SOURCE]);
	EXPECT_EQ(TRAFFICMON_MATCHES_MAX, shown.parts[TRAFFICMON_A_POLICY_DESTINATION]);
	EXPECT_EQ(TRAFFICMON_MATCHES_MAX, shown.parts[TRAFFICMON_A_POLICY_SOURCE_PORT]);
	EXPECT_EQ(TRAFFICMON_MATCHES_MAX, shown.parts[TRAFFICMON_A_POLICY_DESTINATION_PORT]);
	EXPECT_EQ(16, shown.parts[TRAFFICMON_A_POLICY_DEVICE]);
	EXPECT_EQ(2, shown.parts[TRAFFICMON_A_POLICY_LIMIT]);
	EXPECT_EQ(1, shown.parts[TRAFFICMON_A_POLICY_SPARE]);
	EXPECT_EQ((1 << __TRAFFICMON_CLASS_MAX) - 1, shown.classes);
	EXPECT_EQ(100000, shown.rate);
	EXPECT_EQ(70000, shown.burst);
}

TEST_F(policy, more_prefixes_or_ports_than_there_may_be_are_refused)
{
	struct kself *k = &self->k;

	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	greatest(k, TRAFFICMON_MATCHES_MAX + 1);
	EXPECT_EQ(-E2BIG, kself_do(k, NULL, NULL));
	EXPECT_NE(NULL, strstr(k->text, "24"));
}

TEST_F(policy, a_name_alone_takes_the_defaults)
{
	struct kself *k = &self->k;
	struct shown shown;

	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	mnl_attr_put_strz(kself_request(k, TRAFFICMON_CMD_POLICY_ADD), TRAFFICMON_A_POLICY_NAME,
			  "p");
	ASSERT_EQ(0, kself_do(k, NULL, NULL));
	ASSERT_EQ(0, kself_add_policy(k, "q", TRAFFICMON_MODE_ENFORCE, TRAFFICMON_KEY_SOURCE, 50));
	ASSERT_LT(0, kself_commit(k, 0));
	shown = show(k, "p");
	EXPECT_EQ(1, shown.at);
	EXPECT_EQ(TRAFFICMON_MODE_MONITOR, shown.mode);
	EXPECT_EQ(0, shown.parts[TRAFFICMON_A_POLICY_CLASSES]);
	EXPECT_EQ(0, shown.parts[TRAFFICMON_A_POLICY_LIMIT]);
	shown = show(k, "q");
	EXPECT_EQ(2, shown.at);
	EXPECT_EQ(TRAFFICMON_MODE_ENFORCE, shown.mode);
	EXPECT_EQ(50, shown.rate);
	EXPECT_EQ(5, shown.burst);
	EXPECT_EQ(2, kself_info(k, TRAFFICMON_A_INFO_POLICIES));
	EXPECT_EQ(1, kself_info(k, TRAFFICMON_A_INFO_POLICIES_ENFORCING));
}

TEST_F(policy, a_ruleset_holds_4096_policies_and_no_more)
{
	struct kself *k = &self->k;
	char name[TRAFFICMON_NAME_SIZE];
	unsigned int i;

	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	for (i = 0; i < TRAFFICMON_POLICIES_MAX; i++) {
		snprintf(name, sizeof(name), "p%u", i);
		ASSERT_EQ(0, kself_add_policy(k, name, 0, TRAFFICMON_KEY_SOURCE, 10));
	}
	EXPECT_EQ(-E2BIG, kself_add_policy(k, "more", 0, TRAFFICMON_KEY_SOURCE, 10));
	EXPECT_NE(NULL, strstr(k->text, "4096"));
	EXPECT_EQ(-EEXIST, kself_add_policy(k, "p7", 0, TRAFFICMON_KEY_SOURCE, 10));
	ASSERT_EQ(2, kself_commit(k, 1)) TH_LOG("%s", k->text);
	kself_request(k, TRAFFICMON_CMD_POLICY_GET);
	ASSERT_EQ(0, kself_dump(k, NULL, NULL));
	EXPECT_EQ(TRAFFICMON_POLICIES_MAX, k->messages);
	EXPECT_FALSE(k->interrupted);
}

/* Stage @a and @b, with @rate for @b, and commit. */
static int64_t two(struct kself *k, uint8_t mode_of_a, uint64_t rate_of_b, bool swapped)
{
	int err = kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN);

	if (!err && swapped)
		err = kself_add_policy(k, "b", 0, TRAFFICMON_KEY_NONE, rate_of_b);
	if (!err)
		err = kself_add_policy(k, "a", mode_of_a, TRAFFICMON_KEY_SOURCE, 1000000);
	if (!err && !swapped)
		err = kself_add_policy(k, "b", 0, TRAFFICMON_KEY_NONE, rate_of_b);
	return err ? err : kself_commit(k, 0);
}

TEST_F(policy, counters_live_on_while_the_definition_stays)
{
	struct kself *k = &self->k;

	ASSERT_EQ(2, two(k, TRAFFICMON_MODE_MONITOR, 1000000, false));
	ASSERT_EQ(0, kself_send_udp("127.0.0.1", 7000, 40));
	EXPECT_LE(40, show(k, "a").matched);
	EXPECT_LE(40, show(k, "b").matched);

	/* mode and place are no part of the definition, a rate is */
	ASSERT_EQ(3, two(k, TRAFFICMON_MODE_ENFORCE, 2000000, true));
	EXPECT_EQ(2, show(k, "a").at);
	EXPECT_EQ(TRAFFICMON_MODE_ENFORCE, show(k, "a").mode);
	EXPECT_LE(40, show(k, "a").matched);
	EXPECT_EQ(0, show(k, "b").matched);
	EXPECT_EQ(3, show(k, "b").generation);
}

TEST_F(policy, over_is_counted_in_monitor_mode_and_dropped_in_enforce)
{
	struct kself *k = &self->k;
	struct shown shown;

	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	ASSERT_EQ(0, kself_add_policy(k, "watch", TRAFFICMON_MODE_MONITOR, 0, 0));
	ASSERT_EQ(0, kself_add_policy(k, "stop", TRAFFICMON_MODE_ENFORCE, 0, 0));
	ASSERT_EQ(2, kself_commit(k, 0));
	ASSERT_EQ(0, kself_send_udp("127.0.0.1", 7000, 10));
	shown = show(k, "watch");
	EXPECT_LE(10, shown.over);
	EXPECT_EQ(0, shown.dropped);
	shown = show(k, "stop");
	EXPECT_LE(10, shown.dropped);
	EXPECT_LE(10, kself_counter(k, TRAFFICMON_A_STATS_REASON, "policy"));
}

TEST_F(policy, flush_removes_all_policies_and_keeps_the_sets)
{
	struct kself *k = &self->k;

	ASSERT_EQ(2, two(k, 0, 10, false));
	ASSERT_EQ(0, kself_set_add(k, "deny", "10.0.0.0", 8, 0));
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_POLICY_FLUSH));
	EXPECT_EQ(0, kself_info(k, TRAFFICMON_A_INFO_POLICIES));
	EXPECT_EQ(3, kself_info(k, TRAFFICMON_A_INFO_GENERATION));
	EXPECT_EQ(1, kself_set_count(k, "deny"));
}

TEST_F(policy, limits_out_of_range_are_refused)
{
	static const struct {
		uint8_t kind;
		uint64_t rate;
		uint64_t burst;
		int error;
	} limits[] = {
		{ TRAFFICMON_LIMIT_PACKETS, 0, 1, -ERANGE },
		{ TRAFFICMON_LIMIT_PACKETS, 1, 0, 0 },
		{ TRAFFICMON_LIMIT_PACKETS, 200000000, 0, 0 },
		{ TRAFFICMON_LIMIT_PACKETS, 200000001, 0, -ERANGE },
		{ TRAFFICMON_LIMIT_PACKETS, 10, 36000, 0 },
		{ TRAFFICMON_LIMIT_PACKETS, 10, 36001, -ERANGE },
		{ TRAFFICMON_LIMIT_BYTES, 124, 0, -ERANGE },
		{ TRAFFICMON_LIMIT_BYTES, 125, 0, 0 },
		{ TRAFFICMON_LIMIT_BYTES, 50000000000ULL, 0, 0 },
		{ TRAFFICMON_LIMIT_BYTES, 50000000001ULL, 0, -ERANGE },
		{ TRAFFICMON_LIMIT_BYTES, ~0ULL, 0, -ERANGE },
	};
	struct kself *k = &self->k;
	char name[TRAFFICMON_NAME_SIZE];
	size_t i;

	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct nlmsghdr *request = kself_request(k, TRAFFICMON_CMD_POLICY_ADD);

		snprintf(name, sizeof(name), "p%zu", i);
		mnl_attr_put_strz(request, TRAFFICMON_A_POLICY_NAME, name);
		kself_put_limit(request, limits[i].kind, limits[i].rate, limits[i].burst);
		EXPECT_EQ(limits[i].error, kself_do(k, NULL, NULL)) TH_LOG("limit %zu", i);
		EXPECT_EQ(!limits[i].error, k->text[0] == '\0') TH_LOG("limit %zu", i);
	}
}

TEST_F(policy, what_contradicts_itself_is_refused)
{
	struct kself *k = &self->k;
	struct nlmsghdr *request;

	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));

	request = kself_request(k, TRAFFICMON_CMD_POLICY_ADD);
	mnl_attr_put_strz(request, TRAFFICMON_A_POLICY_NAME, "p");
	put_ports(request, TRAFFICMON_A_POLICY_SOURCE_PORT, 2, 1);
	EXPECT_EQ(-ERANGE, kself_do(k, NULL, NULL));
	EXPECT_STRNE("", k->text);

	request = kself_request(k, TRAFFICMON_CMD_POLICY_ADD);
	mnl_attr_put_strz(request, TRAFFICMON_A_POLICY_NAME, "p");
	kself_put_prefix(request, TRAFFICMON_A_POLICY_SOURCE, "10.0.0.1", 8);
	EXPECT_EQ(-EINVAL, kself_do(k, NULL, NULL));
	EXPECT_STRNE("", k->text);

	request = kself_request(k, TRAFFICMON_CMD_POLICY_ADD);
	mnl_attr_put_strz(request, TRAFFICMON_A_POLICY_NAME, "p");
	kself_put_prefix(request, TRAFFICMON_A_POLICY_SOURCE, "10.0.0.0", 64);
	EXPECT_EQ(-ERANGE, kself_do(k, NULL, NULL));
	EXPECT_STRNE("", k->text);

	request = kself_request(k, TRAFFICMON_CMD_POLICY_ADD);
	mnl_attr_put_strz(request, TRAFFICMON_A_POLICY_NAME, "p");
	kself_put_limit(request, TRAFFICMON_LIMIT_PACKETS, 1, 0);
	kself_put_limit(request, TRAFFICMON_LIMIT_PACKETS, 2, 0);
	EXPECT_EQ(-EINVAL, kself_do(k, NULL, NULL));
	EXPECT_STRNE("", k->text);

	request = kself_request(k, TRAFFICMON_CMD_POLICY_ADD);
	mnl_attr_put_strz(request, TRAFFICMON_A_POLICY_NAME, "p");
	mnl_attr_put_strz(request, TRAFFICMON_A_POLICY_DEVICE, "a/b");
	EXPECT_EQ(-EINVAL, kself_do(k, NULL, NULL));
	EXPECT_STRNE("", k->text);

	/* drops all, and spares some */
	request = kself_request(k, TRAFFICMON_CMD_POLICY_ADD);
	mnl_attr_put_strz(request, TRAFFICMON_A_POLICY_NAME, "p");
	mnl_attr_put_u32(request, TRAFFICMON_A_POLICY_SPARE, 1 << TRAFFICMON_SPARE_ESTABLISHED);
	EXPECT_EQ(-EINVAL, kself_do(k, NULL, NULL));
	EXPECT_NE(NULL, strstr(k->text, "without limits"));
}

TEST_F(policy, names_of_other_characters_or_lengths_are_refused)
{
	static const char *const names[] = {
		"", " ", "a b", "a/b", "a\"b", "\xc3\xa4", "a\nb", "{}",
		"a-name-of-32-characters-in-all..",
	};
	struct kself *k = &self->k;
	size_t i;

	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		EXPECT_EQ(-EINVAL, kself_add_policy(k, names[i], 0, 0, 0)) TH_LOG("%s", names[i]);
		EXPECT_STRNE("", k->text);
	}
	EXPECT_EQ(0, kself_add_policy(k, "aZ09_.:-", 0, 0, 0));
}

TEST_HARNESS_MAIN
