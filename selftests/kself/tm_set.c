// SPDX-License-Identifier: GPL-2.0-or-later
/* SET_ADD, SET_DEL, SET_FLUSH, SET_GET. */
#include "kself.h"

#include <errno.h>
#include <kselftest_harness.h>

FIXTURE(set)
{
	struct kself k;
};

FIXTURE_SETUP(set)
{
	ASSERT_EQ(0, kself_unshare());
	ASSERT_EQ(0, kself_open(&self->k));
	ASSERT_EQ(0, kself_command(&self->k, TRAFFICMON_CMD_NETNS_ATTACH));
}

FIXTURE_TEARDOWN(set)
{
	kself_command(&self->k, TRAFFICMON_CMD_NETNS_DETACH);
	kself_close(&self->k);
}

/* One entry as shown. */
struct shown {
	unsigned int seen;
	uint8_t length;
	size_t bytes;
	uint64_t timeout_ns;
};

static void take_entry(const struct nlmsghdr *message, const struct kself_attrs *attrs, void *data)
{
	struct kself_attrs entry = kself_nest(attrs->at[TRAFFICMON_A_SET_ENTRY]);
	struct shown *shown = data;

	(void)message;
	shown->seen++;
	shown->length = kself_u8(&entry, TRAFFICMON_A_ENTRY_LENGTH);
	shown->bytes = mnl_attr_get_payload_len(entry.at[TRAFFICMON_A_ENTRY_ADDRESS]);
	shown->timeout_ns = kself_u64(&entry, TRAFFICMON_A_ENTRY_TIMEOUT);
}

static struct shown show(struct kself *k, const char *set)
{
	struct shown shown = {};

	mnl_attr_put_strz(kself_request(k, TRAFFICMON_CMD_SET_GET), TRAFFICMON_A_SET_NAME, set);
	kself_dump(k, take_entry, &shown);
	return shown;
}

TEST_F(set, there_are_allow_and_deny)
{
	struct kself *k = &self->k;

	kself_request(k, TRAFFICMON_CMD_SET_GET);
	ASSERT_EQ(0, kself_dump(k, NULL, NULL));
	EXPECT_EQ(2, k->messages);
	EXPECT_EQ(-ENOENT, kself_set_add(k, "other", "10.0.0.0", 8, 0));
	EXPECT_NE(NULL, strstr(k->text, "no set of this name"));
	EXPECT_EQ(-ENOENT, kself_set_del(k, "other", "10.0.0.0", 8));
	EXPECT_NE(NULL, strstr(k->text, "no set of this name"));
	EXPECT_EQ(-ENOENT, kself_set_shown(k, "other"));
	EXPECT_NE(NULL, strstr(k->text, "no set of this name"));
}

TEST_F(set, an_entry_is_shown_as_it_was_added_and_gone_when_deleted)
{
	struct kself *k = &self->k;
	struct shown shown;

	ASSERT_EQ(0, kself_set_add(k, "allow", "2001:db8::", 32, 0));
	shown = show(k, "allow");
	EXPECT_EQ(1, shown.seen);
	EXPECT_EQ(16, shown.bytes);
	EXPECT_EQ(32, shown.length);
	EXPECT_EQ(0, shown.timeout_ns);
	EXPECT_EQ(0, show(k, "deny").seen);
	ASSERT_EQ(0, kself_set_del(k, "allow", "2001:db8::", 32));
	EXPECT_EQ(0, show(k, "allow").seen);
	EXPECT_EQ(0, kself_set_count(k, "allow"));
}

TEST_F(set, adding_again_replaces_the_timeout)
{
	struct kself *k = &self->k;
	struct shown shown;

	ASSERT_EQ(0, kself_set_add(k, "deny", "10.0.0.0", 8, 0));
	ASSERT_EQ(0, kself_set_add(k, "deny", "10.0.0.0", 8, 100 * KSELF_SECOND_NS));
	shown = show(k, "deny");
	EXPECT_EQ(1, shown.seen);
	EXPECT_GE(100 * KSELF_SECOND_NS, shown.timeout_ns);
	EXPECT_LT(80 * KSELF_SECOND_NS, shown.timeout_ns);
	ASSERT_EQ(0, kself_set_add(k, "deny", "10.0.0.0", 8, 0));
	EXPECT_EQ(0, show(k, "deny").timeout_ns);
}

TEST_F(set, an_entry_goes_when_its_timeout_has_passed)
{
	struct kself *k = &self->k;
	int i;

	ASSERT_EQ(0, kself_set_add(k, "deny", "10.0.0.0", 8, KSELF_SECOND_NS));
	EXPECT_EQ(1, show(k, "deny").seen);
	for (i = 0; i < 100 && show(k, "deny").seen; i++)
		usleep(50000);
	EXPECT_EQ(0, show(k, "deny").seen);
	EXPECT_EQ(-ENOENT, kself_set_del(k, "deny", "10.0.0.0", 8));
}

TEST_F(set, timeouts_out_of_range_are_refused)
{
	struct kself *k = &self->k;
	const uint64_t year = 365 * 24 * 3600 * KSELF_SECOND_NS;

	EXPECT_EQ(-ERANGE, kself_set_add(k, "deny", "10.0.0.0", 8, KSELF_SECOND_NS - 1));
	EXPECT_STRNE("", k->text);
	EXPECT_EQ(-ERANGE, kself_set_add(k, "deny", "10.0.0.0", 8, year + 1));
	EXPECT_STRNE("", k->text);
	EXPECT_EQ(-ERANGE, kself_set_add(k, "deny", "10.0.0.0", 8, ~0ULL));
	EXPECT_EQ(0, kself_set_count(k, "deny"));
	EXPECT_EQ(0, kself_set_add(k, "deny", "10.0.0.0", 8, year));
}

TEST_F(set, a_message_adds_all_entries_or_none)
{
	struct kself *k = &self->k;
	struct nlmsghdr *request = kself_request(k, TRAFFICMON_CMD_SET_ADD);

	mnl_attr_put_strz(request, TRAFFICMON_A_SET_NAME, "deny");
	kself_put_entry(request, "10.0.0.0", 8, 0);
	kself_put_entry(request, "11.0.0.1", 8, 0);
	kself_put_entry(request, "12.0.0.0", 8, 0);
	EXPECT_EQ(-EINVAL, kself_do(k, NULL, NULL));
	EXPECT_STRNE("", k->text);
	EXPECT_EQ(0, kself_set_count(k, "deny"));
	EXPECT_EQ(0, show(k, "deny").seen);
}

TEST_F(set, a_message_deletes_all_entries_or_none)
{
	struct kself *k = &self->k;
	struct nlmsghdr *request;

	ASSERT_EQ(0, kself_set_add(k, "deny", "10.0.0.0", 8, 0));
	ASSERT_EQ(0, kself_set_add(k, "deny", "12.0.0.0", 8, 0));
	request = kself_request(k, TRAFFICMON_CMD_SET_DEL);
	mnl_attr_put_strz(request, TRAFFICMON_A_SET_NAME, "deny");
	kself_put_entry(request, "10.0.0.0", 8, 0);
	kself_put_entry(request, "12.0.0.0", 9, 0);
	EXPECT_EQ(-ENOENT, kself_do(k, NULL, NULL));
	EXPECT_STRNE("", k->text);
	EXPECT_EQ(2, show(k, "deny").seen);

	/* the same one twice is one */
	request = kself_request(k, TRAFFICMON_CMD_SET_DEL);
	mnl_attr_put_strz(request, TRAFFICMON_A_SET_NAME, "deny");
	kself_put_entry(request, "10.0.0.0", 8, 0);
	kself_put_entry(request, "12.0.0.0", 8, 0);
	kself_put_entry(request, "10.0.0.0", 8, 0);
	EXPECT_EQ(0, kself_do(k, NULL, NULL));
	EXPECT_EQ(0, show(k, "deny").seen);
}

TEST_F(set, of_a_prefix_given_twice_the_last_counts)
{
	struct kself *k = &self->k;
	struct nlmsghdr *request = kself_request(k, TRAFFICMON_CMD_SET_ADD);

	mnl_attr_put_strz(request, TRAFFICMON_A_SET_NAME, "deny");
	kself_put_entry(request, "10.0.0.0", 8, 50 * KSELF_SECOND_NS);
	kself_put_entry(request, "10.0.0.0", 8, 0);
	ASSERT_EQ(0, kself_do(k, NULL, NULL));
	EXPECT_EQ(1, show(k, "deny").seen);
	EXPECT_EQ(0, show(k, "deny").timeout_ns);
}

TEST_F(set, without_a_transaction_entries_must_be_named)
{
	struct kself *k = &self->k;

	mnl_attr_put_strz(kself_request(k, TRAFFICMON_CMD_SET_ADD), TRAFFICMON_A_SET_NAME, "deny");
	EXPECT_EQ(-EINVAL, kself_do(k, NULL, NULL));
	EXPECT_NE(NULL, strstr(k->text, "SET_ENTRY"));
	mnl_attr_put_strz(kself_request(k, TRAFFICMON_CMD_SET_DEL), TRAFFICMON_A_SET_NAME, "deny");
	EXPECT_EQ(-EINVAL, kself_do(k, NULL, NULL));
	EXPECT_NE(NULL, strstr(k->text, "SET_ENTRY"));
}

static int add_many(struct kself *k, const char *set, unsigned int first, unsigned int count)
{
	struct nlmsghdr *request = kself_request(k, TRAFFICMON_CMD_SET_ADD);
	unsigned int i;

	mnl_attr_put_strz(request, TRAFFICMON_A_SET_NAME, set);
	for (i = first; i < first + count; i++) {
		unsigned char address[4] = { 10, i >> 16, i >> 8, i };
		struct nlattr *nest = mnl_attr_nest_start(request, TRAFFICMON_A_SET_ENTRY);

		mnl_attr_put(request, TRAFFICMON_A_ENTRY_ADDRESS, 4, address);
		mnl_attr_nest_end(request, nest);
	}
	return kself_do(k, NULL, NULL);
}

TEST_F(set, a_message_carries_4096_entries_and_no_more)
{
	struct kself *k = &self->k;

	ASSERT_EQ(-E2BIG, add_many(k, "deny", 0, 4097));
	EXPECT_NE(NULL, strstr(k->text, "4096"));
	EXPECT_EQ(0, kself_set_count(k, "deny"));
	ASSERT_EQ(0, add_many(k, "deny", 0, 4096));
	EXPECT_EQ(4096, kself_set_count(k, "deny"));
}

TEST_F(set, a_great_set_is_shown_whole_and_flushed_whole)
{
	struct kself *k = &self->k;
	unsigned int i;

	for (i = 0; i < 8; i++) {
		ASSERT_EQ(0, add_many(k, "deny", i * 4000, 4000));
	}
	EXPECT_EQ(32000, kself_set_count(k, "deny"));
	EXPECT_EQ(32000, kself_set_shown(k, "deny"));
	mnl_attr_put_strz(kself_request(k, TRAFFICMON_CMD_SET_FLUSH), TRAFFICMON_A_SET_NAME,
			  "deny");
	ASSERT_EQ(0, kself_do(k, NULL, NULL));
	EXPECT_EQ(0, kself_set_count(k, "deny"));
	EXPECT_EQ(0, kself_set_shown(k, "deny"));
}

static void take_packets(const struct nlmsghdr *message, const struct kself_attrs *attrs,
			 void *data)
{
	(void)message;
	if (!strcmp(kself_string(attrs, TRAFFICMON_A_SET_NAME), "deny"))
		*(uint64_t *)data = kself_u64(attrs, TRAFFICMON_A_SET_PACKETS);
}

TEST_F(set, a_set_counts_what_it_decided)
{
	struct kself *k = &self->k;
	uint64_t packets = 0;

	ASSERT_EQ(0, kself_set_add(k, "deny", "127.0.0.0", 8, 0));
	ASSERT_EQ(0, kself_send_udp("127.0.0.1", 5000, 25));
	kself_request(k, TRAFFICMON_CMD_SET_GET);
	ASSERT_EQ(0, kself_dump(k, take_packets, &packets));
	EXPECT_EQ(25, packets);
	EXPECT_EQ(25, kself_counter(k, TRAFFICMON_A_STATS_REASON, "deny"));
}

TEST_HARNESS_MAIN
