// SPDX-License-Identifier: GPL-2.0-or-later
/* The parts of a match that a policy is asked for by itself, in POLICY_ADD and POLICY_GET. */
#include "kself.h"

#include <errno.h>
#include <kselftest_harness.h>
#include <net/if.h>

/* Numbers of the attributes of each nest here. */
enum { FIRST = 1, LAST, EXCEPT };

/* Puts the part of a match; @variant changes as little as can be. */
typedef void (*part)(struct nlmsghdr *request, unsigned int variant);

static void put_numbers(struct nlmsghdr *request, int type, unsigned int bytes, uint32_t first,
			uint32_t last, bool except)
{
	struct nlattr *nest = mnl_attr_nest_start(request, type);

	mnl_attr_put(request, FIRST, bytes, kself_low_bytes(&(uint64_t){ first }, bytes));
	mnl_attr_put(request, LAST, bytes, kself_low_bytes(&(uint64_t){ last }, bytes));
	if (except)
		mnl_attr_put(request, EXCEPT, 0, NULL);
	mnl_attr_nest_end(request, nest);
}

static void put_glob(struct nlmsghdr *request, const char *glob, bool except)
{
	struct nlattr *nest = mnl_attr_nest_start(request, TRAFFICMON_A_POLICY_DEVICE_GLOB);

	mnl_attr_put_strz(request, TRAFFICMON_A_GLOB_PATTERN, glob);
	if (except)
		mnl_attr_put(request, TRAFFICMON_A_GLOB_EXCEPT, 0, NULL);
	mnl_attr_nest_end(request, nest);
}

static void put_prefix(struct nlmsghdr *request, int type, uint8_t byte, bool except)
{
	struct nlattr *nest = mnl_attr_nest_start(request, type);

	mnl_attr_put(request, TRAFFICMON_A_PREFIX_ADDRESS, 4, (uint8_t[]){ byte, 0, 0, 0 });
	mnl_attr_put_u8(request, TRAFFICMON_A_PREFIX_LENGTH, 8);
	if (except)
		mnl_attr_put(request, TRAFFICMON_A_PREFIX_EXCEPT, 0, NULL);
	mnl_attr_nest_end(request, nest);
}

/* Each of these lets UDP of 127.0.0.1 pass on, of any variant. */

static void source(struct nlmsghdr *request, unsigned int variant)
{
	put_prefix(request, TRAFFICMON_A_POLICY_SOURCE, 10 + variant, true);
}

static void destination(struct nlmsghdr *request, unsigned int variant)
{
	put_prefix(request, TRAFFICMON_A_POLICY_DESTINATION, 10 + variant, true);
}

static void source_port(struct nlmsghdr *request, unsigned int variant)
{
	put_numbers(request, TRAFFICMON_A_POLICY_SOURCE_PORT, 2, 1, 2 + variant, true);
}

static void destination_port(struct nlmsghdr *request, unsigned int variant)
{
	put_numbers(request, TRAFFICMON_A_POLICY_DESTINATION_PORT, 2, 1, 2 + variant, true);
}

static void length(struct nlmsghdr *request, unsigned int variant)
{
	put_numbers(request, TRAFFICMON_A_POLICY_LENGTH, 4, 0, 70000 + variant, false);
}

static void length_except(struct nlmsghdr *request, unsigned int variant)
{
	put_numbers(request, TRAFFICMON_A_POLICY_LENGTH, 4, 5000, 6000, true);
	put_numbers(request, TRAFFICMON_A_POLICY_LENGTH, 4, 0, 4999, variant);
	put_numbers(request, TRAFFICMON_A_POLICY_LENGTH, 4, 0, 3000, false);
}

static void hop_limit(struct nlmsghdr *request, unsigned int variant)
{
	put_numbers(request, TRAFFICMON_A_POLICY_HOP_LIMIT, 1, 1 + variant, 255, false);
}

static void mark(struct nlmsghdr *request, unsigned int variant)
{
	put_numbers(request, TRAFFICMON_A_POLICY_MARK, 4, 0, 1 + variant, false);
}

static void fragments(struct nlmsghdr *request, unsigned int variant)
{
	mnl_attr_put_u32(request, TRAFFICMON_A_POLICY_FRAGMENTS,
			 1 << TRAFFICMON_FRAGMENT_WHOLE | variant << TRAFFICMON_FRAGMENT_FIRST);
}

static const struct {
	const char *name;
	part put;
} parts[] = {
	{ "source", source }, { "destination", destination }, { "source port", source_port },
	{ "destination port", destination_port }, { "length", length },
	{ "length excluded", length_except }, { "hop limit", hop_limit }, { "mark", mark },
	{ "fragments", fragments },
};

FIXTURE(match)
{
	struct kself k;
};

FIXTURE_SETUP(match)
{
	ASSERT_EQ(0, kself_unshare());
	ASSERT_EQ(0, kself_open(&self->k));
	ASSERT_EQ(0, kself_command(&self->k, TRAFFICMON_CMD_NETNS_ATTACH));
}

FIXTURE_TEARDOWN(match)
{
	kself_command(&self->k, TRAFFICMON_CMD_NETNS_DETACH);
	kself_close(&self->k);
}

static struct nlmsghdr *policy(struct kself *k)
{
	struct nlmsghdr *request = kself_request(k, TRAFFICMON_CMD_POLICY_ADD);

	mnl_attr_put_strz(request, TRAFFICMON_A_POLICY_NAME, "p");
	return request;
}

static int64_t commit(struct kself *k, part put, unsigned int variant)
{
	int err = kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN);

	if (err)
		return err;
	put(policy(k), variant);
	err = kself_do(k, NULL, NULL);
	return err ? err : kself_commit(k, 0);
}

struct shown {
	uint64_t matched;
	unsigned int terms;	/* of all kinds */
	unsigned int excluded;
	bool in_order;		/* of prefixes and globs what is excluded stands last */
	uint8_t type_excluded;
};

static void take(const struct nlmsghdr *message, const struct kself_attrs *attrs, void *data)
{
	struct shown *shown = data;
	const struct nlattr *attr;

	shown->matched = kself_u64(attrs, TRAFFICMON_A_POLICY_MATCHED_PACKETS);
	shown->in_order = true;
	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr)) {
		uint16_t type = mnl_attr_get_type(attr);
		struct kself_attrs nest;

		if (!(attr->nla_type & NLA_F_NESTED) && type != TRAFFICMON_A_POLICY_SOURCE &&
		    type != TRAFFICMON_A_POLICY_DEVICE_GLOB)
			continue;
		nest = kself_nest(attr);
		shown->terms++;
		/* of a prefix and a range the flag is 3, of a glob 2 */
		if (nest.at[type == TRAFFICMON_A_POLICY_DEVICE_GLOB ? 2 : EXCEPT]) {
			shown->excluded++;
			shown->type_excluded = type;
		} else if (shown->type_excluded == type &&
			   (type == TRAFFICMON_A_POLICY_SOURCE ||
			    type == TRAFFICMON_A_POLICY_DEVICE_GLOB)) {
			shown->in_order = false;
		}
	}
}

static struct shown show(struct kself *k)
{
	struct shown shown = { 0 };

	kself_request(k, TRAFFICMON_CMD_POLICY_GET);
	kself_dump(k, take, &shown);
	return shown;
}

TEST_F(match, a_change_of_each_part_of_a_match_begins_anew)
{
	struct kself *k = &self->k;
	unsigned int i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		ASSERT_LT(0, commit(k, parts[i].put, 0)) TH_LOG("%s: %s", parts[i].name, k->text);
		ASSERT_EQ(0, kself_send_udp("127.0.0.1", 7000, 10));
		EXPECT_LE(10, show(k).matched) TH_LOG("%s does not match", parts[i].name);
		ASSERT_LT(0, commit(k, parts[i].put, 0));
		EXPECT_LE(10, show(k).matched) TH_LOG("%s: the same, and begun anew", parts[i].name);
		ASSERT_LT(0, commit(k, parts[i].put, 1));
		EXPECT_EQ(0, show(k).matched) TH_LOG("%s: changed, and counted on", parts[i].name);
	}
}

/* One of each in turn: accepted, excluded; as many as there may be. */
static void put_greatest(struct nlmsghdr *request, unsigned int variant)
{
	unsigned int i;
	char glob[IFNAMSIZ];

	for (i = 0; i < TRAFFICMON_MATCHES_MAX; i++)
		put_prefix(request, TRAFFICMON_A_POLICY_SOURCE, i + 1, i % 2 == variant);
	for (i = 0; i < TRAFFICMON_DEVICES_MAX; i++) {
		snprintf(glob, sizeof(glob), "a-long-dev%u*", i + 10);
		put_glob(request, glob, i % 2 == variant);
	}
	for (i = 0; i < TRAFFICMON_TERMS_MAX; i++) {
		put_numbers(request, TRAFFICMON_A_POLICY_TCP_FLAGS, 1, i, 255, i % 2 == variant);
		put_numbers(request, TRAFFICMON_A_POLICY_LENGTH, 4, i, UINT32_MAX, i % 2 == variant);
		put_numbers(request, TRAFFICMON_A_POLICY_HOP_LIMIT, 1, i, 255, i % 2 == variant);
		put_numbers(request, TRAFFICMON_A_POLICY_MARK, 4, i, UINT32_MAX, i % 2 == variant);
	}
}

TEST_F(match, the_greatest_match_is_shown_as_it_was_given)
{
	const unsigned int terms = TRAFFICMON_MATCHES_MAX + TRAFFICMON_DEVICES_MAX +
				   4 * TRAFFICMON_TERMS_MAX;
	struct kself *k = &self->k;
	unsigned int turn;
	struct shown shown;

	for (turn = 0; turn < 2; turn++) {
		ASSERT_LT(0, commit(k, put_greatest, turn)) TH_LOG("%s", k->text);
		shown = show(k);
		EXPECT_EQ(terms, shown.terms);
		EXPECT_EQ(terms / 2, shown.excluded);
		EXPECT_TRUE(shown.in_order);
	}
}

TEST_F(match, more_than_there_may_be_is_refused)
{
	struct kself *k = &self->k;
	static const struct {
		int type;
		unsigned int bytes;
	} kinds[] = {
		{ TRAFFICMON_A_POLICY_TCP_FLAGS, 1 }, { TRAFFICMON_A_POLICY_LENGTH, 4 },
		{ TRAFFICMON_A_POLICY_HOP_LIMIT, 1 }, { TRAFFICMON_A_POLICY_MARK, 4 },
	};
	struct nlmsghdr *request;
	unsigned int i, n;

	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	for (n = 0; n < 4; n++) {
		request = policy(k);
		for (i = 0; i <= TRAFFICMON_TERMS_MAX; i++)
			put_numbers(request, kinds[n].type, kinds[n].bytes, i, 255, i % 2);
		EXPECT_EQ(-E2BIG, kself_do(k, NULL, NULL));
		EXPECT_NE(NULL, strstr(k->text, "at most 8"));
	}
}

TEST_F(match, names_of_devices_beside_globs_are_refused)
{
	struct kself *k = &self->k;
	struct nlmsghdr *request;
	unsigned int i;

	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	request = policy(k);
	mnl_attr_put_strz(request, TRAFFICMON_A_POLICY_DEVICE, "eth0");
	put_glob(request, "eth*", false);
	EXPECT_EQ(-EINVAL, kself_do(k, NULL, NULL));
	EXPECT_NE(NULL, strstr(k->text, "not both"));
	request = policy(k);
	put_glob(request, "eth*", true);
	mnl_attr_put_strz(request, TRAFFICMON_A_POLICY_DEVICE, "eth0");
	EXPECT_EQ(-EINVAL, kself_do(k, NULL, NULL));
	EXPECT_NE(NULL, strstr(k->text, "not both"));
	request = policy(k);
	put_glob(request, "a/b*", true);
	EXPECT_EQ(-EINVAL, kself_do(k, NULL, NULL));
	EXPECT_STRNE("", k->text);
	request = policy(k);
	for (i = 0; i <= TRAFFICMON_DEVICES_MAX; i++)
		put_glob(request, "eth*", i % 2);
	EXPECT_EQ(-E2BIG, kself_do(k, NULL, NULL));
	EXPECT_NE(NULL, strstr(k->text, "16"));
}

TEST_F(match, values_outside_of_their_mask_are_refused)
{
	struct kself *k = &self->k;

	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	put_numbers(policy(k), TRAFFICMON_A_POLICY_TCP_FLAGS, 1, 4, 3, false);
	EXPECT_EQ(-EINVAL, kself_do(k, NULL, NULL));
	EXPECT_NE(NULL, strstr(k->text, "mask"));
	put_numbers(policy(k), TRAFFICMON_A_POLICY_MARK, 4, 1U << 31, 3, false);
	EXPECT_EQ(-EINVAL, kself_do(k, NULL, NULL));
	put_numbers(policy(k), TRAFFICMON_A_POLICY_MARK, 4, 0, 0, false);
	EXPECT_EQ(-ERANGE, kself_do(k, NULL, NULL));
	put_numbers(policy(k), TRAFFICMON_A_POLICY_LENGTH, 4, 2, 1, false);
	EXPECT_EQ(-ERANGE, kself_do(k, NULL, NULL));
	EXPECT_NE(NULL, strstr(k->text, "below its first"));
}

TEST_HARNESS_MAIN
