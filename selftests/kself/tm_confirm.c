// SPDX-License-Identifier: GPL-2.0-or-later
/* Commits that wait: TRANSACTION_CONFIRM, TRANSACTION_ROLLBACK, and nobody who comes. */
#include "kself.h"

#include <errno.h>
#include <kselftest_harness.h>

#define DAY_NS	(24 * 3600 * KSELF_SECOND_NS)

FIXTURE(confirm)
{
	struct kself k;
	struct kself other;
};

/* Generation 2 is in use: policy "before", and one entry in each set. */
FIXTURE_SETUP(confirm)
{
	struct kself *k = &self->k;

	ASSERT_EQ(0, kself_unshare());
	ASSERT_EQ(0, kself_open(k));
	ASSERT_EQ(0, kself_open(&self->other));
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_NETNS_ATTACH));
	ASSERT_EQ(0, kself_set_add(k, "allow", "192.0.2.0", 24, 0));
	ASSERT_EQ(0, kself_set_add(k, "deny", "10.1.0.0", 16, 0));
	ASSERT_EQ(2, kself_commit_policy(k, "before", TRAFFICMON_MODE_ENFORCE, 0, 10));
}

FIXTURE_TEARDOWN(confirm)
{
	kself_command(&self->other, TRAFFICMON_CMD_NETNS_DETACH);
	kself_close(&self->k);
	kself_close(&self->other);
}

/* Commit what is staged, to wait for so long. */
static int commit_for(struct kself *k, uint64_t timeout_ns)
{
	struct nlmsghdr *request = kself_request(k, TRAFFICMON_CMD_TRANSACTION_COMMIT);

	mnl_attr_put_u64(request, TRAFFICMON_A_TRANSACTION_CONFIRM_TIMEOUT, timeout_ns);
	return kself_do(k, NULL, NULL);
}

/* Stage policy "after" and another prefix in deny. */
static int stage(struct kself *k)
{
	int err = kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN);

	if (!err)
		err = kself_add_policy(k, "after", TRAFFICMON_MODE_ENFORCE, 0, 20);
	return err ? err : kself_set_add(k, "deny", "10.2.0.0", 16, 0);
}

/* One entry of 16 bits into deny, beginning with what it has. */
static int keep_and_add(struct kself *k, const char *text)
{
	struct nlmsghdr *request = kself_request(k, TRAFFICMON_CMD_SET_ADD);

	mnl_attr_put_strz(request, TRAFFICMON_A_SET_NAME, "deny");
	mnl_attr_put(request, TRAFFICMON_A_SET_KEEP, 0, NULL);
	kself_put_entry(request, text, 16, 0);
	return kself_do(k, NULL, NULL);
}

static int replace_for(struct kself *k, uint64_t timeout_ns)
{
	int err = stage(k);

	return err ? err : commit_for(k, timeout_ns);
}

/* What decides on the ruleset that waits; @generation 0: not named. */
static int decide(struct kself *k, uint8_t command, uint64_t generation)
{
	struct nlmsghdr *request = kself_request(k, command);

	if (generation)
		mnl_attr_put_u64(request, TRAFFICMON_A_TRANSACTION_GENERATION, generation);
	return kself_do(k, NULL, NULL);
}

static int confirm(struct kself *k, uint64_t generation)
{
	return decide(k, TRAFFICMON_CMD_TRANSACTION_CONFIRM, generation);
}

static int roll_back(struct kself *k, uint64_t generation)
{
	return decide(k, TRAFFICMON_CMD_TRANSACTION_ROLLBACK, generation);
}

static uint64_t generation_of(struct kself *k)
{
	return kself_info(k, TRAFFICMON_A_INFO_GENERATION);
}

static bool waits(struct kself *k)
{
	return kself_info(k, TRAFFICMON_A_INFO_CONFIRM_TIMEOUT);
}

static void take_name(const struct nlmsghdr *message, const struct kself_attrs *attrs, void *data)
{
	(void)message;
	snprintf(data, TRAFFICMON_NAME_SIZE, "%s", kself_string(attrs, TRAFFICMON_A_POLICY_NAME));
}

/* The name of the policy in use, and does deny have that prefix of 16 bits? */
static bool in_use(struct kself *k, const char *policy, const char *denied)
{
	char name[TRAFFICMON_NAME_SIZE] = "";

	kself_request(k, TRAFFICMON_CMD_POLICY_GET);
	kself_dump(k, take_name, name);
	if (strcmp(name, policy) || kself_set_count(k, "deny") != 1)
		return false;
	/* who is not in it cannot be taken out of it */
	return kself_set_del(k, "deny", denied, 16) == 0 &&
	       kself_set_add(k, "deny", denied, 16, 0) == 0;
}

TEST_F(confirm, what_is_confirmed_stays)
{
	struct kself *k = &self->k;

	ASSERT_EQ(0, replace_for(k, KSELF_SECOND_NS));
	EXPECT_TRUE(waits(k));
	ASSERT_EQ(0, confirm(k, 3)) TH_LOG("%s", k->text);
	EXPECT_FALSE(waits(k));
	usleep(1500000);
	EXPECT_EQ(3, generation_of(k));
	EXPECT_TRUE(in_use(k, "after", "10.2.0.0"));
	EXPECT_EQ(-ENOENT, confirm(k, 3));
	EXPECT_STRNE("", k->text);
	EXPECT_EQ(-ENOENT, roll_back(k, 0));
	EXPECT_STRNE("", k->text);
}

TEST_F(confirm, what_nobody_confirms_goes_back_by_itself_also_without_its_socket)
{
	struct kself *k = &self->k, *other = &self->other;
	int i;

	ASSERT_EQ(0, replace_for(k, KSELF_SECOND_NS));
	kself_close(k);
	EXPECT_EQ(3, generation_of(other));
	for (i = 0; i < 100 && waits(other); i++)
		usleep(50000);
	EXPECT_LT(15, i);
	EXPECT_EQ(4, generation_of(other));
	EXPECT_TRUE(in_use(other, "before", "10.1.0.0"));
	EXPECT_EQ(1, kself_set_count(other, "allow"));
	ASSERT_EQ(0, kself_open(k));
}

static void take_over(const struct nlmsghdr *message, const struct kself_attrs *attrs, void *data)
{
	(void)message;
	*(uint64_t *)data = kself_u64(attrs, TRAFFICMON_A_POLICY_OVER_PACKETS);
}

/* Packets over the limit of the policy in use, which is the only one. */
static uint64_t over_of(struct kself *k)
{
	uint64_t over = 0;

	kself_request(k, TRAFFICMON_CMD_POLICY_GET);
	kself_dump(k, take_over, &over);
	return over;
}

TEST_F(confirm, a_rollback_restores_policies_sets_and_counters)
{
	struct kself *k = &self->k;
	uint64_t over;

	ASSERT_EQ(0, kself_send_udp("127.0.0.1", 9000, 30));
	over = over_of(k);
	ASSERT_LT(0, over);
	ASSERT_EQ(0, replace_for(k, DAY_NS));
	EXPECT_EQ(0, over_of(k));
	ASSERT_EQ(0, roll_back(k, 3));
	EXPECT_FALSE(waits(k));
	EXPECT_EQ(4, generation_of(k));
	EXPECT_EQ(over, over_of(k));
	EXPECT_TRUE(in_use(k, "before", "10.1.0.0"));
}

TEST_F(confirm, another_generation_is_not_decided_on)
{
	struct kself *k = &self->k;

	ASSERT_EQ(0, replace_for(k, DAY_NS));
	EXPECT_EQ(-EBUSY, confirm(k, 2));
	EXPECT_STRNE("", k->text);
	EXPECT_EQ(-EBUSY, roll_back(k, 4));
	EXPECT_STRNE("", k->text);
	EXPECT_EQ(-EINVAL, confirm(k, 0));
	EXPECT_NE(NULL, strstr(k->text, "TRANSACTION_GENERATION"));
	EXPECT_TRUE(waits(k));
	EXPECT_EQ(0, roll_back(k, 0));
}

TEST_F(confirm, nothing_else_is_committed_while_one_waits)
{
	struct kself *k = &self->k, *other = &self->other;

	ASSERT_EQ(0, stage(other));
	ASSERT_EQ(0, replace_for(k, DAY_NS));
	EXPECT_EQ(-EBUSY, kself_commit(other, 0));
	EXPECT_NE(NULL, strstr(other->text, "waits for its confirmation"));
	EXPECT_EQ(-EBUSY, commit_for(other, DAY_NS));
	EXPECT_EQ(-EBUSY, kself_command(other, TRAFFICMON_CMD_POLICY_FLUSH));
	EXPECT_NE(NULL, strstr(other->text, "waits for its confirmation"));
	EXPECT_EQ(3, generation_of(k));
	ASSERT_EQ(0, confirm(k, 3));
	EXPECT_EQ(4, kself_commit(other, 0));
}

TEST_F(confirm, a_set_that_was_replaced_cannot_be_changed_while_it_waits)
{
	struct kself *k = &self->k;
	struct nlmsghdr *request;

	ASSERT_EQ(0, replace_for(k, DAY_NS));
	EXPECT_EQ(-EBUSY, kself_set_add(k, "deny", "10.3.0.0", 16, 0));
	EXPECT_NE(NULL, strstr(k->text, "waits for its confirmation"));
	EXPECT_EQ(-EBUSY, kself_set_del(k, "deny", "10.2.0.0", 16));
	request = kself_request(k, TRAFFICMON_CMD_SET_FLUSH);
	mnl_attr_put_strz(request, TRAFFICMON_A_SET_NAME, "deny");
	EXPECT_EQ(-EBUSY, kself_do(k, NULL, NULL));
	EXPECT_EQ(1, kself_set_count(k, "deny"));
	/* the other one was not replaced: a change of it stays */
	EXPECT_EQ(0, kself_set_add(k, "allow", "198.51.100.0", 24, 0));
	ASSERT_EQ(0, roll_back(k, 0));
	EXPECT_EQ(2, kself_set_count(k, "allow"));
	EXPECT_TRUE(in_use(k, "before", "10.1.0.0"));
}

TEST_F(confirm, timeouts_out_of_range_are_refused)
{
	const uint64_t wrong[] = { 0, 1, KSELF_SECOND_NS - 1, DAY_NS + 1, ~0ULL };
	struct kself *k = &self->k;
	size_t i;

	ASSERT_EQ(0, stage(k));
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		EXPECT_EQ(-ERANGE, commit_for(k, wrong[i]));
		EXPECT_STRNE("", k->text);
	}
	EXPECT_EQ(2, generation_of(k));
	ASSERT_EQ(0, commit_for(k, DAY_NS));
	EXPECT_EQ(0, roll_back(k, 0));
}

TEST_F(confirm, policies_can_be_kept_and_sets_begun_with_what_they_have)
{
	struct kself *k = &self->k;
	uint64_t over;

	ASSERT_EQ(0, kself_send_udp("127.0.0.1", 9000, 30));
	over = over_of(k);
	ASSERT_LT(0, over);
	mnl_attr_put(kself_request(k, TRAFFICMON_CMD_TRANSACTION_BEGIN),
		     TRAFFICMON_A_TRANSACTION_KEEP_POLICIES, 0, NULL);
	ASSERT_EQ(0, kself_do(k, NULL, NULL));
	EXPECT_EQ(-EALREADY, kself_add_policy(k, "after", 0, 0, 10));
	EXPECT_NE(NULL, strstr(k->text, "TRANSACTION_KEEP_POLICIES"));
	ASSERT_EQ(0, keep_and_add(k, "10.2.0.0"));
	EXPECT_EQ(-EEXIST, keep_and_add(k, "10.3.0.0"));
	EXPECT_STRNE("", k->text);
	ASSERT_EQ(0, commit_for(k, DAY_NS));
	EXPECT_EQ(2, kself_set_count(k, "deny"));
	EXPECT_EQ(over, over_of(k));
	ASSERT_EQ(0, roll_back(k, 0));
	EXPECT_TRUE(in_use(k, "before", "10.1.0.0"));
}

TEST_F(confirm, a_set_that_changed_after_it_was_copied_is_refused)
{
	struct kself *k = &self->k, *other = &self->other;

	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	ASSERT_EQ(0, keep_and_add(k, "10.8.0.0"));
	ASSERT_EQ(0, kself_set_add(other, "deny", "10.9.0.0", 16, 0));
	EXPECT_EQ(-EBUSY, kself_commit(k, 0));
	EXPECT_NE(NULL, strstr(k->text, "SET_KEEP"));
	EXPECT_EQ(2, kself_set_count(k, "deny"));
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_ABORT));
	EXPECT_EQ(-ENOENT, keep_and_add(k, "10.8.0.0"));
	EXPECT_NE(NULL, strstr(k->text, "SET_KEEP"));
}

TEST_F(confirm, memory_of_what_is_kept_is_told_and_given_back)
{
	struct kself *k = &self->k;
	uint64_t before = kself_info(k, TRAFFICMON_A_INFO_MEMORY_BYTES), meanwhile;

	ASSERT_EQ(0, replace_for(k, DAY_NS));
	meanwhile = kself_info(k, TRAFFICMON_A_INFO_MEMORY_BYTES);
	EXPECT_LT(before, meanwhile);
	ASSERT_EQ(0, roll_back(k, 0));
	EXPECT_EQ(before, kself_info(k, TRAFFICMON_A_INFO_MEMORY_BYTES));
	ASSERT_EQ(0, replace_for(k, DAY_NS));
	ASSERT_EQ(0, confirm(k, generation_of(k)));
	EXPECT_EQ(before, kself_info(k, TRAFFICMON_A_INFO_MEMORY_BYTES));
}

struct changes {
	unsigned int count;
	uint8_t last[8];
	uint64_t duration_ns;
};

static void take_change(const struct nlmsghdr *message, const struct kself_attrs *attrs, void *data)
{
	struct changes *changes = data;

	(void)message;
	if (kself_u8(attrs, TRAFFICMON_A_EVENT_TYPE) != TRAFFICMON_EVENT_RULESET)
		return;
	changes->last[changes->count++ % 8] = kself_u8(attrs, TRAFFICMON_A_EVENT_CHANGE);
	if (attrs->at[TRAFFICMON_A_EVENT_DURATION])
		changes->duration_ns = kself_u64(attrs, TRAFFICMON_A_EVENT_DURATION);
}

TEST_F(confirm, events_tell_each_step)
{
	const uint8_t expected[] = {
		TRAFFICMON_CHANGE_COMMITTED, TRAFFICMON_CHANGE_WAITS, TRAFFICMON_CHANGE_CONFIRMED,
		TRAFFICMON_CHANGE_WAITS, TRAFFICMON_CHANGE_ROLLED_BACK,
		TRAFFICMON_CHANGE_WAITS, TRAFFICMON_CHANGE_TIMED_OUT,
	};
	struct changes changes = { .count = 0 };
	struct kself *k = &self->k;
	int i;

	ASSERT_EQ(0, replace_for(k, DAY_NS));
	ASSERT_EQ(0, confirm(k, 3));
	ASSERT_EQ(0, replace_for(k, DAY_NS));
	ASSERT_EQ(0, roll_back(k, 4));
	ASSERT_EQ(0, replace_for(k, KSELF_SECOND_NS));
	for (i = 0; i < 100 && waits(k); i++)
		usleep(50000);
	kself_request(k, TRAFFICMON_CMD_EVENT_GET);
	ASSERT_EQ(0, kself_dump(k, take_change, &changes));
	ASSERT_EQ(sizeof(expected), changes.count);
	EXPECT_EQ(0, memcmp(expected, changes.last, sizeof(expected)));
	EXPECT_EQ(KSELF_SECOND_NS, changes.duration_ns);
}

TEST_F(confirm, a_namespace_that_is_detached_forgets_it)
{
	struct kself *k = &self->k;

	ASSERT_EQ(0, replace_for(k, KSELF_SECOND_NS));
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_NETNS_DETACH));
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_NETNS_ATTACH));
	EXPECT_FALSE(waits(k));
	usleep(1500000);
	EXPECT_EQ(1, generation_of(k));
}

TEST_HARNESS_MAIN
