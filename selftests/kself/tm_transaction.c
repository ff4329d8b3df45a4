// SPDX-License-Identifier: GPL-2.0-or-later
/* TRANSACTION_BEGIN, TRANSACTION_COMMIT, TRANSACTION_ABORT: all or nothing, one to a socket. */
#include "kself.h"

#include <errno.h>
#include <kselftest_harness.h>

#define OPEN_MAX_NETNS	8	/* transactions a namespace */

FIXTURE(transaction)
{
	struct kself k;
	struct kself other;
};

FIXTURE_SETUP(transaction)
{
	ASSERT_EQ(0, kself_unshare());
	ASSERT_EQ(0, kself_open(&self->k));
	ASSERT_EQ(0, kself_open(&self->other));
	ASSERT_EQ(0, kself_command(&self->k, TRAFFICMON_CMD_NETNS_ATTACH));
}

FIXTURE_TEARDOWN(transaction)
{
	kself_command(&self->k, TRAFFICMON_CMD_NETNS_DETACH);
	kself_close(&self->k);
	kself_close(&self->other);
}

TEST_F(transaction, nothing_is_staged_without_a_transaction)
{
	struct kself *k = &self->k;

	EXPECT_EQ(-ENOENT, kself_add_policy(k, "p", 0, 0, 10));
	EXPECT_NE(NULL, strstr(k->text, "TRANSACTION_BEGIN"));
	EXPECT_EQ(-ENOENT, kself_commit(k, 0));
	EXPECT_NE(NULL, strstr(k->text, "TRANSACTION_BEGIN"));
	EXPECT_EQ(-ENOENT, kself_command(k, TRAFFICMON_CMD_TRANSACTION_ABORT));
	EXPECT_STRNE("", k->text);
}

TEST_F(transaction, what_is_staged_has_no_effect_before_the_commit)
{
	struct kself *k = &self->k;
	uint64_t digest = kself_digest(k);

	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	ASSERT_EQ(0, kself_add_policy(k, "p", TRAFFICMON_MODE_ENFORCE, 0, 10));
	ASSERT_EQ(0, kself_set_add(k, "deny", "10.0.0.0", 8, 0));
	EXPECT_EQ(digest, kself_digest(k));
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_ABORT));
	EXPECT_EQ(digest, kself_digest(k));
	EXPECT_EQ(-ENOENT, kself_commit(k, 0));
}

TEST_F(transaction, a_commit_replaces_policies_and_the_sets_it_names_only)
{
	struct kself *k = &self->k;

	ASSERT_EQ(0, kself_set_add(k, "allow", "192.0.2.0", 24, 0));
	ASSERT_EQ(0, kself_set_add(k, "deny", "10.1.0.0", 16, 0));
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	ASSERT_EQ(0, kself_add_policy(k, "p", 0, 0, 10));
	ASSERT_EQ(0, kself_set_add(k, "deny", "10.2.0.0", 16, 0));
	ASSERT_EQ(0, kself_set_add(k, "deny", "10.3.0.0", 16, 0));
	ASSERT_EQ(2, kself_commit(k, 1));
	EXPECT_EQ(1, kself_set_count(k, "allow"));
	EXPECT_EQ(2, kself_set_count(k, "deny"));
	EXPECT_EQ(-ENOENT, kself_set_del(k, "deny", "10.1.0.0", 16));
	EXPECT_EQ(1, kself_info(k, TRAFFICMON_A_INFO_POLICIES));
	EXPECT_EQ(-ENOENT, kself_commit(k, 0));
}

TEST_F(transaction, a_set_named_without_entries_is_emptied_by_the_commit)
{
	struct kself *k = &self->k;

	ASSERT_EQ(0, kself_set_add(k, "deny", "10.1.0.0", 16, 0));
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	mnl_attr_put_strz(kself_request(k, TRAFFICMON_CMD_SET_ADD), TRAFFICMON_A_SET_NAME, "deny");
	ASSERT_EQ(0, kself_do(k, NULL, NULL));
	ASSERT_EQ(2, kself_commit(k, 0));
	EXPECT_EQ(0, kself_set_count(k, "deny"));
}

TEST_F(transaction, a_stale_generation_is_refused_and_the_area_stays)
{
	struct kself *k = &self->k, *other = &self->other;
	uint64_t digest;

	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	ASSERT_EQ(0, kself_add_policy(k, "mine", 0, 0, 10));
	ASSERT_EQ(0, kself_command(other, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	ASSERT_EQ(0, kself_add_policy(other, "theirs", 0, 0, 10));
	ASSERT_EQ(2, kself_commit(other, 1));
	digest = kself_digest(k);
	EXPECT_EQ(-EBUSY, kself_commit(k, 1));
	EXPECT_STRNE("", k->text);
	EXPECT_EQ(digest, kself_digest(k));
	EXPECT_EQ(3, kself_commit(k, 2));
	EXPECT_EQ(1, kself_info(k, TRAFFICMON_A_INFO_POLICIES));
}

/* No ruleset ever has it, and it does not stand for any. */
TEST_F(transaction, generation_0_is_refused)
{
	struct kself *k = &self->k;
	struct nlmsghdr *request;

	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	ASSERT_EQ(0, kself_add_policy(k, "mine", 0, 0, 10));
	request = kself_request(k, TRAFFICMON_CMD_TRANSACTION_COMMIT);
	mnl_attr_put_u64(request, TRAFFICMON_A_TRANSACTION_GENERATION, 0);
	EXPECT_EQ(-ERANGE, kself_do(k, NULL, NULL));
	EXPECT_EQ(0, kself_info(k, TRAFFICMON_A_INFO_POLICIES));
	EXPECT_EQ(2, kself_commit(k, 1));
}

TEST_F(transaction, a_socket_has_one_and_a_namespace_eight)
{
	struct kself *more = calloc(OPEN_MAX_NETNS, sizeof(*more));
	struct kself *k = &self->k;
	int i;

	ASSERT_NE(NULL, more);
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	EXPECT_EQ(-EBUSY, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	EXPECT_STRNE("", k->text);
	for (i = 0; i < OPEN_MAX_NETNS; i++) {
		ASSERT_EQ(0, kself_open(&more[i]));
		EXPECT_EQ(i < OPEN_MAX_NETNS - 1 ? 0 : -EUSERS,
			  kself_command(&more[i], TRAFFICMON_CMD_TRANSACTION_BEGIN));
	}
	EXPECT_STRNE("", more[OPEN_MAX_NETNS - 1].text);
	kself_close(&more[0]);
	EXPECT_EQ(0, kself_command(&more[OPEN_MAX_NETNS - 1], TRAFFICMON_CMD_TRANSACTION_BEGIN));
	for (i = 1; i < OPEN_MAX_NETNS; i++)
		kself_close(&more[i]);
	free(more);
}

TEST_F(transaction, closing_the_socket_frees_the_area)
{
	struct kself *k = &self->k;
	uint64_t digest = kself_digest(k);
	int i;

	for (i = 0; i < 3 * OPEN_MAX_NETNS; i++) {
		struct kself one;

		ASSERT_EQ(0, kself_open(&one));
		ASSERT_EQ(0, kself_command(&one, TRAFFICMON_CMD_TRANSACTION_BEGIN));
		ASSERT_EQ(0, kself_add_policy(&one, "p", TRAFFICMON_MODE_ENFORCE, 0, 10));
		ASSERT_EQ(0, kself_set_add(&one, "deny", "10.0.0.0", 8, 0));
		kself_close(&one);
	}
	EXPECT_EQ(digest, kself_digest(k));
}

TEST_F(transaction, sockets_do_not_see_each_others_areas)
{
	struct kself *k = &self->k, *other = &self->other;

	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	EXPECT_EQ(-ENOENT, kself_add_policy(other, "p", 0, 0, 10));
	EXPECT_EQ(-ENOENT, kself_commit(other, 0));
	/* without an area of its own a socket adds to the live set */
	ASSERT_EQ(0, kself_set_add(other, "deny", "10.0.0.0", 8, 0));
	EXPECT_EQ(1, kself_set_count(k, "deny"));
	ASSERT_EQ(2, kself_commit(k, 0));
	EXPECT_EQ(1, kself_set_count(k, "deny"));
}

TEST_F(transaction, a_refused_policy_leaves_the_staged_ones)
{
	struct kself *k = &self->k;

	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	ASSERT_EQ(0, kself_add_policy(k, "p", 0, 0, 10));
	EXPECT_EQ(-EEXIST, kself_add_policy(k, "p", 0, 0, 20));
	EXPECT_STRNE("", k->text);
	EXPECT_EQ(-ERANGE, kself_add_policy(k, "q", 9, 0, 20));
	EXPECT_EQ(-EINVAL, kself_set_add(k, "deny", "10.0.0.1", 8, 0));
	ASSERT_EQ(2, kself_commit(k, 0));
	EXPECT_EQ(1, kself_info(k, TRAFFICMON_A_INFO_POLICIES));
	EXPECT_EQ(0, kself_set_count(k, "deny"));
}

TEST_F(transaction, detaching_drops_open_areas)
{
	struct kself *k = &self->k;

	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	ASSERT_EQ(0, kself_add_policy(k, "p", 0, 0, 10));
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_NETNS_DETACH));
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_NETNS_ATTACH));
	EXPECT_EQ(-ENOENT, kself_commit(k, 0));
}

TEST_F(transaction, a_thousand_commits_number_themselves)
{
	struct kself *k = &self->k;
	int i;

	for (i = 0; i < 1000; i++) {
		ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
		ASSERT_EQ(0, kself_add_policy(k, "p", i % 2, 0, 10));
		ASSERT_EQ(0, kself_set_add(k, "deny", "10.0.0.0", 8, 0));
		ASSERT_EQ(i + 2, kself_commit(k, i + 1)) TH_LOG("%s", k->text);
	}
}

TEST_HARNESS_MAIN
