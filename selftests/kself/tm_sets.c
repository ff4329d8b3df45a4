// SPDX-License-Identifier: GPL-2.0-or-later
/* Sets by name: they come with a commit, policies name them, they go; SET_TEST, SET_DESTROY. */
#include "kself.h"

#include <errno.h>
#include <kselftest_harness.h>

FIXTURE(sets)
{
	struct kself k;
	struct kself other;
};

FIXTURE_SETUP(sets)
{
	struct kself *k = &self->k;

	ASSERT_EQ(0, kself_unshare());
	ASSERT_EQ(0, kself_open(k));
	ASSERT_EQ(0, kself_open(&self->other));
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_NETNS_ATTACH));
}

FIXTURE_TEARDOWN(sets)
{
	kself_command(&self->other, TRAFFICMON_CMD_NETNS_DETACH);
	kself_close(&self->k);
	kself_close(&self->other);
}

static int begin(struct kself *k, bool keep_policies)
{
	struct nlmsghdr *request = kself_request(k, TRAFFICMON_CMD_TRANSACTION_BEGIN);

	if (keep_policies)
		mnl_attr_put(request, TRAFFICMON_A_TRANSACTION_KEEP_POLICIES, 0, NULL);
	return kself_do(k, NULL, NULL);
}

/* Name a set alone: SET_ADD stages it empty, SET_DESTROY. */
static int name_set(struct kself *k, uint8_t command, const char *name)
{
	mnl_attr_put_strz(kself_request(k, command), TRAFFICMON_A_SET_NAME, name);
	return kself_do(k, NULL, NULL);
}

static int64_t create(struct kself *k, const char *name)
{
	int err = begin(k, true);

	err = err ? err : name_set(k, TRAFFICMON_CMD_SET_ADD, name);
	return err ? err : kself_commit(k, 0);
}

static int commit_for(struct kself *k, uint64_t timeout_ns)
{
	struct nlmsghdr *request = kself_request(k, TRAFFICMON_CMD_TRANSACTION_COMMIT);

	mnl_attr_put_u64(request, TRAFFICMON_A_TRANSACTION_CONFIRM_TIMEOUT, timeout_ns);
	return kself_do(k, NULL, NULL);
}

static void put_set(struct nlmsghdr *request, int type, const char *name, bool except)
{
	struct nlattr *nest = mnl_attr_nest_start(request, type);

	mnl_attr_put_strz(request, TRAFFICMON_A_MATCH_SET_NAME, name);
	if (except)
		mnl_attr_put(request, TRAFFICMON_A_MATCH_SET_EXCEPT, 0, NULL);
	mnl_attr_nest_end(request, nest);
}

/* Stage an enforcing policy without limits for what goes to a set. */
static int stage_policy(struct kself *k, const char *policy, const char *set, const char *except)
{
	struct nlmsghdr *request = kself_request(k, TRAFFICMON_CMD_POLICY_ADD);

	mnl_attr_put_strz(request, TRAFFICMON_A_POLICY_NAME, policy);
	mnl_attr_put_u8(request, TRAFFICMON_A_POLICY_MODE, TRAFFICMON_MODE_ENFORCE);
	put_set(request, TRAFFICMON_A_POLICY_DESTINATION_SET, set, false);
	if (except)
		put_set(request, TRAFFICMON_A_POLICY_DESTINATION_SET, except, true);
	return kself_do(k, NULL, NULL);
}

static int64_t commit_policy(struct kself *k, const char *set, const char *except)
{
	int err = begin(k, false);

	err = err ? err : stage_policy(k, "p", set, except);
	return err ? err : kself_commit(k, 0);
}

/* What a set says of itself, or of the entry that SET_TEST found. */
struct shown {
	const char *name;
	unsigned int seen;
	uint32_t entries;
	uint32_t policies;
	uint64_t memory_bytes;
	bool found;
	uint8_t length;
	uint64_t packets;
	uint64_t bytes;
	uint64_t hit_age_ns;
	bool hit;
	char comment[TRAFFICMON_COMMENT_SIZE];
};

static void take_entry(const struct kself_attrs *attrs, struct shown *shown)
{
	struct kself_attrs entry = kself_nest(attrs->at[TRAFFICMON_A_SET_ENTRY]);
	const char *comment = kself_string(&entry, TRAFFICMON_A_ENTRY_COMMENT);

	shown->found = true;
	shown->length = kself_u8(&entry, TRAFFICMON_A_ENTRY_LENGTH);
	shown->packets = kself_u64(&entry, TRAFFICMON_A_ENTRY_PACKETS_SAMPLED);
	shown->bytes = kself_u64(&entry, TRAFFICMON_A_ENTRY_BYTES_SAMPLED);
	shown->hit = entry.at[TRAFFICMON_A_ENTRY_HIT_AGE];
	shown->hit_age_ns = kself_u64(&entry, TRAFFICMON_A_ENTRY_HIT_AGE);
	if (comment)
		strcpy(shown->comment, comment);
}

static void take(const struct nlmsghdr *message, const struct kself_attrs *attrs, void *data)
{
	struct shown *shown = data;

	(void)message;
	if (strcmp(kself_string(attrs, TRAFFICMON_A_SET_NAME), shown->name))
		return;
	shown->seen++;
	shown->entries = kself_u32(attrs, TRAFFICMON_A_SET_ENTRIES);
	shown->policies = kself_u32(attrs, TRAFFICMON_A_SET_POLICIES);
	shown->memory_bytes = kself_u64(attrs, TRAFFICMON_A_SET_MEMORY_BYTES);
	if (attrs->at[TRAFFICMON_A_SET_ENTRY])
		take_entry(attrs, shown);
}

static struct shown show(struct kself *k, const char *name)
{
	struct shown shown = { .name = name };

	kself_request(k, TRAFFICMON_CMD_SET_GET);
	kself_dump(k, take, &shown);
	return shown;
}

static struct shown test_address(struct kself *k, const char *name, const char *address)
{
	struct nlmsghdr *request = kself_request(k, TRAFFICMON_CMD_SET_TEST);
	struct shown shown = { .name = name };
	struct nlattr *nest;

	mnl_attr_put_strz(request, TRAFFICMON_A_SET_NAME, name);
	nest = mnl_attr_nest_start(request, TRAFFICMON_A_SET_ENTRY);
	kself_put_address(request, TRAFFICMON_A_ENTRY_ADDRESS, address);
	mnl_attr_nest_end(request, nest);
	kself_do(k, take, &shown);
	return shown;
}

static int add_comment(struct kself *k, const char *set, const char *address, uint8_t length,
		       const char *comment, size_t comment_bytes)
{
	struct nlmsghdr *request = kself_request(k, TRAFFICMON_CMD_SET_ADD);
	struct nlattr *nest;

	mnl_attr_put_strz(request, TRAFFICMON_A_SET_NAME, set);
	nest = mnl_attr_nest_start(request, TRAFFICMON_A_SET_ENTRY);
	kself_put_address(request, TRAFFICMON_A_ENTRY_ADDRESS, address);
	mnl_attr_put_u8(request, TRAFFICMON_A_ENTRY_LENGTH, length);
	mnl_attr_put(request, TRAFFICMON_A_ENTRY_COMMENT, comment_bytes, comment);
	mnl_attr_nest_end(request, nest);
	return kself_do(k, NULL, NULL);
}

static uint64_t reason(struct kself *k, const char *name)
{
	return kself_counter(k, TRAFFICMON_A_STATS_REASON, name);
}

TEST_F(sets, a_commit_makes_a_set_and_nothing_else_does)
{
	struct kself *k = &self->k;

	EXPECT_EQ(-ENOENT, kself_set_add(k, "customers", "10.0.0.0", 8, 0));
	EXPECT_STRNE("", k->text);
	EXPECT_EQ(0, show(k, "customers").seen);
	ASSERT_EQ(2, create(k, "customers"));
	EXPECT_EQ(1, show(k, "customers").seen);
	EXPECT_EQ(0, show(k, "customers").entries);
	EXPECT_LT(0, show(k, "customers").memory_bytes);
	EXPECT_EQ(0, kself_set_add(k, "customers", "10.0.0.0", 8, 0));
	EXPECT_EQ(1, show(k, "customers").entries);
	EXPECT_EQ(0, show(k, "allow").entries);
	EXPECT_EQ(0, show(k, "deny").entries);
	/* again: replaced, by nothing */
	ASSERT_EQ(3, create(k, "customers"));
	EXPECT_EQ(1, show(k, "customers").seen);
	EXPECT_EQ(0, show(k, "customers").entries);
}

TEST_F(sets, what_is_staged_and_aborted_makes_none)
{
	struct kself *k = &self->k;

	ASSERT_EQ(0, begin(k, true));
	ASSERT_EQ(0, kself_set_add(k, "customers", "10.0.0.0", 8, 0));
	EXPECT_EQ(0, show(&self->other, "customers").seen);
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_ABORT));
	EXPECT_EQ(0, show(k, "customers").seen);
}

TEST_F(sets, there_are_as_many_as_may_be_and_in_order)
{
	struct kself *k = &self->k;
	char name[TRAFFICMON_NAME_SIZE];
	unsigned int i;

	ASSERT_EQ(0, begin(k, true));
	for (i = 0; i < TRAFFICMON_SETS_MAX - 2; i++) {
		snprintf(name, sizeof(name), "set-%04u", (i * 389) % 1022);
		ASSERT_EQ(0, name_set(k, TRAFFICMON_CMD_SET_ADD, name));
	}
	ASSERT_EQ(2, kself_commit(k, 0));
	kself_request(k, TRAFFICMON_CMD_SET_GET);
	ASSERT_EQ(0, kself_dump(k, NULL, NULL));
	EXPECT_EQ(TRAFFICMON_SETS_MAX, k->messages);
	ASSERT_EQ(0, begin(k, true));
	ASSERT_EQ(0, name_set(k, TRAFFICMON_CMD_SET_ADD, "one-too-many"));
	EXPECT_EQ(-ENOSPC, kself_commit(k, 0));
	EXPECT_STRNE("", k->text);
	EXPECT_EQ(0, show(&self->other, "one-too-many").seen);
	/* the area is still open, and goes when there is room */
	ASSERT_EQ(0, name_set(&self->other, TRAFFICMON_CMD_SET_DESTROY, "set-0500"));
	EXPECT_EQ(3, kself_commit(k, 0));
	EXPECT_EQ(1, show(k, "one-too-many").seen);
	EXPECT_EQ(0, show(k, "set-0500").seen);
}

TEST_F(sets, a_policy_finds_what_is_in_its_set_and_counts_it)
{
	struct kself *k = &self->k;
	struct shown shown;

	ASSERT_EQ(2, create(k, "victims"));
	ASSERT_EQ(0, kself_set_add(k, "victims", "127.1.0.0", 16, 0));
	ASSERT_EQ(0, kself_set_add(k, "victims", "127.1.1.1", 32, 0));
	ASSERT_EQ(3, commit_policy(k, "victims", NULL));
	EXPECT_EQ(1, show(k, "victims").policies);
	ASSERT_EQ(0, kself_send_udp("127.1.2.3", 1000, 1));
	ASSERT_EQ(0, kself_send_udp("127.1.1.1", 1000, 1));
	ASSERT_EQ(0, kself_send_udp("127.2.2.3", 1000, 1));
	EXPECT_EQ(2, reason(k, "policy"));
	shown = test_address(k, "victims", "127.1.1.1");
	EXPECT_EQ(32, shown.length);
	EXPECT_EQ(1, shown.packets);
	EXPECT_LT(20, shown.bytes);
	EXPECT_TRUE(shown.hit);
	EXPECT_GT(60 * KSELF_SECOND_NS, shown.hit_age_ns);
	shown = test_address(k, "victims", "127.1.2.4");
	EXPECT_EQ(16, shown.length);
	EXPECT_EQ(1, shown.packets);
	EXPECT_FALSE(test_address(k, "victims", "127.2.2.3").found);
	/* changed in place, and packets see it at once */
	ASSERT_EQ(0, kself_set_del(k, "victims", "127.1.0.0", 16));
	ASSERT_EQ(0, kself_send_udp("127.1.2.3", 1000, 1));
	EXPECT_EQ(2, reason(k, "policy"));
	ASSERT_EQ(0, name_set(k, TRAFFICMON_CMD_SET_FLUSH, "victims"));
	ASSERT_EQ(0, kself_send_udp("127.1.1.1", 1000, 1));
	EXPECT_EQ(2, reason(k, "policy"));
	ASSERT_EQ(0, kself_set_add(k, "victims", "127.1.1.1", 32, 0));
	ASSERT_EQ(0, kself_send_udp("127.1.1.1", 1000, 1));
	EXPECT_EQ(3, reason(k, "policy"));
}

TEST_F(sets, what_is_in_an_excluded_set_does_not_match)
{
	struct kself *k = &self->k;

	ASSERT_EQ(2, create(k, "victims"));
	ASSERT_EQ(3, create(k, "trusted"));
	ASSERT_EQ(0, kself_set_add(k, "victims", "127.1.0.0", 16, 0));
	ASSERT_EQ(0, kself_set_add(k, "trusted", "127.1.2.0", 24, 0));
	ASSERT_EQ(4, commit_policy(k, "victims", "trusted"));
	ASSERT_EQ(0, kself_send_udp("127.1.2.3", 1000, 1));
	EXPECT_EQ(0, reason(k, "policy"));
	ASSERT_EQ(0, kself_send_udp("127.1.3.3", 1000, 1));
	EXPECT_EQ(1, reason(k, "policy"));
}

TEST_F(sets, counters_and_the_set_of_a_policy_outlive_a_commit)
{
	struct kself *k = &self->k;

	ASSERT_EQ(2, create(k, "victims"));
	ASSERT_EQ(0, kself_set_add(k, "victims", "127.1.0.0", 16, 0));
	ASSERT_EQ(3, commit_policy(k, "victims", NULL));
	ASSERT_EQ(0, kself_send_udp("127.1.2.3", 1000, 1));
	ASSERT_EQ(0, begin(k, true));
	ASSERT_EQ(0, kself_set_add(k, "victims", "127.1.0.0", 16, 0));
	ASSERT_EQ(0, kself_set_add(k, "victims", "127.3.0.0", 16, 0));
	ASSERT_EQ(4, kself_commit(k, 0));
	EXPECT_EQ(1, test_address(k, "victims", "127.1.9.9").packets);
	EXPECT_EQ(0, test_address(k, "victims", "127.3.9.9").packets);
	ASSERT_EQ(0, kself_send_udp("127.3.2.3", 1000, 1));
	EXPECT_EQ(2, reason(k, "policy"));
	EXPECT_EQ(1, test_address(k, "victims", "127.3.9.9").packets);
}

TEST_F(sets, a_rollback_takes_what_was_made_and_gives_back_what_was_replaced)
{
	struct kself *k = &self->k;

	ASSERT_EQ(2, create(k, "victims"));
	ASSERT_EQ(0, kself_set_add(k, "victims", "127.1.0.0", 16, 0));
	ASSERT_EQ(3, commit_policy(k, "victims", NULL));
	ASSERT_EQ(0, kself_send_udp("127.1.2.3", 1000, 1));
	ASSERT_EQ(0, begin(k, false));
	ASSERT_EQ(0, kself_set_add(k, "victims", "127.2.0.0", 16, 0));
	ASSERT_EQ(0, kself_set_add(k, "new", "127.1.0.0", 16, 0));
	ASSERT_EQ(0, stage_policy(k, "p", "victims", NULL));
	ASSERT_EQ(0, stage_policy(k, "q", "new", NULL));
	ASSERT_EQ(0, commit_for(k, 600 * KSELF_SECOND_NS));
	EXPECT_EQ(1, show(k, "new").policies);
	EXPECT_EQ(-EBUSY, kself_set_add(k, "new", "127.9.0.0", 16, 0));
	EXPECT_EQ(-EBUSY, kself_set_add(k, "victims", "127.9.0.0", 16, 0));
	ASSERT_EQ(0, kself_send_udp("127.1.2.3", 1000, 1));
	EXPECT_EQ(2, reason(k, "policy"));
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_ROLLBACK));
	EXPECT_EQ(0, show(k, "new").seen);
	EXPECT_EQ(1, show(k, "victims").policies);
	EXPECT_TRUE(test_address(k, "victims", "127.1.0.1").found);
	EXPECT_EQ(1, test_address(k, "victims", "127.1.0.1").packets);
	EXPECT_FALSE(test_address(k, "victims", "127.2.0.1").found);
	ASSERT_EQ(0, kself_send_udp("127.1.2.3", 1000, 1));
	EXPECT_EQ(3, reason(k, "policy"));
	EXPECT_EQ(0, kself_set_add(k, "victims", "127.9.0.0", 16, 0));
	/* and confirmed, it stays */
	ASSERT_EQ(0, begin(k, true));
	ASSERT_EQ(0, name_set(k, TRAFFICMON_CMD_SET_ADD, "new"));
	ASSERT_EQ(0, commit_for(k, 600 * KSELF_SECOND_NS));
	mnl_attr_put_u64(kself_request(k, TRAFFICMON_CMD_TRANSACTION_CONFIRM),
			 TRAFFICMON_A_TRANSACTION_GENERATION,
			 kself_info(&self->other, TRAFFICMON_A_INFO_GENERATION));
	ASSERT_EQ(0, kself_do(k, NULL, NULL));
	EXPECT_EQ(0, kself_set_add(k, "new", "127.9.0.0", 16, 0));
	EXPECT_EQ(1, show(k, "new").entries);
}

TEST_F(sets, a_set_that_is_named_is_not_destroyed)
{
	struct kself *k = &self->k;

	EXPECT_EQ(-EINVAL, name_set(k, TRAFFICMON_CMD_SET_DESTROY, "allow"));
	EXPECT_STRNE("", k->text);
	EXPECT_EQ(-ENOENT, name_set(k, TRAFFICMON_CMD_SET_DESTROY, "victims"));
	EXPECT_STRNE("", k->text);
	ASSERT_EQ(2, create(k, "victims"));
	ASSERT_EQ(3, commit_policy(k, "victims", NULL));
	EXPECT_EQ(-EBUSY, name_set(k, TRAFFICMON_CMD_SET_DESTROY, "victims"));
	EXPECT_STRNE("", k->text);
	/* nor while the policy may come back */
	ASSERT_EQ(0, begin(k, false));
	ASSERT_EQ(0, commit_for(k, 600 * KSELF_SECOND_NS));
	EXPECT_EQ(0, show(k, "victims").policies);
	EXPECT_EQ(-EBUSY, name_set(k, TRAFFICMON_CMD_SET_DESTROY, "victims"));
	EXPECT_STRNE("", k->text);
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_ROLLBACK));
	EXPECT_LT(0, kself_command(k, TRAFFICMON_CMD_POLICY_FLUSH) + 1);
	EXPECT_EQ(0, name_set(k, TRAFFICMON_CMD_SET_DESTROY, "victims"));
	EXPECT_EQ(0, show(k, "victims").seen);
	EXPECT_EQ(-ENOENT, kself_set_add(k, "victims", "10.0.0.0", 8, 0));
}

TEST_F(sets, a_policy_names_a_set_that_is_there_or_staged)
{
	struct kself *k = &self->k;

	ASSERT_EQ(0, begin(k, false));
	EXPECT_EQ(-ENOENT, stage_policy(k, "p", "victims", NULL));
	EXPECT_STRNE("", k->text);
	ASSERT_EQ(0, name_set(k, TRAFFICMON_CMD_SET_ADD, "victims"));
	EXPECT_EQ(0, stage_policy(k, "p", "victims", NULL));
	EXPECT_EQ(-ENOENT, stage_policy(k, "q", "victims", "trusted"));
	ASSERT_EQ(2, kself_commit(k, 0));
	EXPECT_EQ(1, show(k, "victims").policies);
	/* one that goes between the two is missed at the commit, which changes nothing */
	ASSERT_EQ(3, create(k, "short-lived"));
	ASSERT_EQ(0, begin(k, false));
	ASSERT_EQ(0, stage_policy(k, "r", "short-lived", NULL));
	ASSERT_EQ(0, name_set(&self->other, TRAFFICMON_CMD_SET_DESTROY, "short-lived"));
	EXPECT_EQ(-EBUSY, kself_commit(k, 0));
	EXPECT_STRNE("", k->text);
	EXPECT_EQ(3, kself_info(&self->other, TRAFFICMON_A_INFO_GENERATION));
	EXPECT_EQ(1, show(&self->other, "victims").policies);
}

/* Another set of the same name is not the one that was copied, whatever was done to both. */
TEST_F(sets, a_copy_of_a_set_that_is_gone_is_stale)
{
	struct kself *k = &self->k;
	struct nlmsghdr *request;

	ASSERT_EQ(0, begin(k, true));
	ASSERT_EQ(0, kself_set_add(k, "victims", "127.1.0.0", 16, 0));
	ASSERT_EQ(2, kself_commit(k, 0));
	ASSERT_EQ(0, begin(k, true));
	request = kself_request(k, TRAFFICMON_CMD_SET_ADD);
	mnl_attr_put_strz(request, TRAFFICMON_A_SET_NAME, "victims");
	mnl_attr_put(request, TRAFFICMON_A_SET_KEEP, 0, NULL);
	kself_put_entry(request, "127.2.0.0", 16, 0);
	ASSERT_EQ(0, kself_do(k, NULL, NULL));
	ASSERT_EQ(0, name_set(&self->other, TRAFFICMON_CMD_SET_DESTROY, "victims"));
	ASSERT_EQ(0, begin(&self->other, true));
	ASSERT_EQ(0, kself_set_add(&self->other, "victims", "127.3.0.0", 16, 0));
	ASSERT_EQ(3, kself_commit(&self->other, 0));
	EXPECT_EQ(-EBUSY, kself_commit(k, 0));
	EXPECT_STRNE("", k->text);
	EXPECT_TRUE(test_address(&self->other, "victims", "127.3.0.1").found);
	EXPECT_FALSE(test_address(&self->other, "victims", "127.1.0.1").found);
}

TEST_F(sets, a_comment_is_shown_replaced_and_has_bounds)
{
	struct kself *k = &self->k;
	char text[TRAFFICMON_COMMENT_SIZE + 1];

	ASSERT_EQ(0, add_comment(k, "deny", "10.0.0.0", 8, "from the feed", 14));
	EXPECT_STREQ("from the feed", test_address(k, "deny", "10.1.1.1").comment);
	ASSERT_EQ(0, add_comment(k, "deny", "10.0.0.0", 8, "\xc3\xa4", 3));
	EXPECT_STREQ("\xc3\xa4", test_address(k, "deny", "10.1.1.1").comment);
	EXPECT_EQ(-EINVAL, add_comment(k, "deny", "10.0.0.0", 8, "", 1));
	EXPECT_STRNE("", k->text);
	EXPECT_EQ(-EINVAL, add_comment(k, "deny", "10.0.0.0", 8, "a\nb", 4));
	EXPECT_STRNE("", k->text);
	EXPECT_EQ(-EINVAL, add_comment(k, "deny", "10.0.0.0", 8, "a\0b", 4));
	memset(text, 'x', sizeof(text));
	text[TRAFFICMON_COMMENT_SIZE] = '\0';
	EXPECT_GT(0, add_comment(k, "deny", "10.0.0.0", 8, text, sizeof(text)));
	EXPECT_STREQ("\xc3\xa4", test_address(k, "deny", "10.1.1.1").comment);
	text[TRAFFICMON_COMMENT_SIZE - 1] = '\0';
	ASSERT_EQ(0, add_comment(k, "deny", "10.0.0.0", 8, text, TRAFFICMON_COMMENT_SIZE));
	EXPECT_STREQ(text, test_address(k, "deny", "10.1.1.1").comment);
	ASSERT_EQ(0, kself_set_add(k, "deny", "10.0.0.0", 8, 0));
	EXPECT_STREQ("", test_address(k, "deny", "10.1.1.1").comment);
}

TEST_F(sets, one_namespace_has_none_of_another)
{
	struct kself *k = &self->k;
	struct kself elsewhere;

	ASSERT_EQ(2, create(k, "victims"));
	ASSERT_EQ(0, kself_unshare());
	ASSERT_EQ(0, kself_open(&elsewhere));
	ASSERT_EQ(0, kself_command(&elsewhere, TRAFFICMON_CMD_NETNS_ATTACH));
	EXPECT_EQ(0, show(&elsewhere, "victims").seen);
	EXPECT_EQ(-ENOENT, kself_set_add(&elsewhere, "victims", "10.0.0.0", 8, 0));
	ASSERT_EQ(0, kself_command(&elsewhere, TRAFFICMON_CMD_NETNS_DETACH));
	kself_close(&elsewhere);
	EXPECT_EQ(1, show(k, "victims").seen);
}

TEST_HARNESS_MAIN
