// SPDX-License-Identifier: GPL-2.0-or-later
/* STATS_GET: totals, names, the ledger. */
#include "kself.h"

#include <errno.h>
#include <kselftest_harness.h>

FIXTURE(stats)
{
	struct kself k;
};

FIXTURE_SETUP(stats)
{
	ASSERT_EQ(0, kself_unshare());
	ASSERT_EQ(0, kself_open(&self->k));
	ASSERT_EQ(0, kself_command(&self->k, TRAFFICMON_CMD_NETNS_ATTACH));
}

FIXTURE_TEARDOWN(stats)
{
	kself_command(&self->k, TRAFFICMON_CMD_NETNS_DETACH);
	kself_close(&self->k);
}

struct names {
	char text[4096];
	unsigned int counters;
	bool worded;
};

static void take_names(const struct nlmsghdr *message, const struct kself_attrs *attrs, void *data)
{
	const struct nlattr *attr;
	struct names *names = data;

	(void)attrs;
	names->worded = true;
	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr)) {
		int type = mnl_attr_get_type(attr);
		struct kself_attrs counter;

		if (type != TRAFFICMON_A_STATS_CLASS && type != TRAFFICMON_A_STATS_DIRECTION &&
		    type != TRAFFICMON_A_STATS_REASON)
			continue;
		counter = kself_nest(attr);
		names->counters++;
		strcat(names->text, " ");
		strcat(names->text, kself_string(&counter, TRAFFICMON_A_COUNTER_NAME));
		if (!counter.at[TRAFFICMON_A_COUNTER_PACKETS] ||
		    !counter.at[TRAFFICMON_A_COUNTER_BYTES])
			names->worded = false;
		if (type == TRAFFICMON_A_STATS_REASON &&
		    (!counter.at[TRAFFICMON_A_COUNTER_KIND] ||
		     !counter.at[TRAFFICMON_A_COUNTER_TEXT]))
			names->worded = false;
	}
}

TEST_F(stats, every_class_direction_and_reason_has_name_and_counters)
{
	static const char *const some[] = {
		" syn", " synack", " ack", " rst", " fin", " udp", " icmp", " frag", " malformed",
		" other", " in", " out", " deny", " allow", " policy", " failsafe", " flows_full",
	};
	struct names names = {};
	size_t i;

	kself_request(&self->k, TRAFFICMON_CMD_STATS_GET);
	ASSERT_EQ(0, kself_do(&self->k, take_names, &names));
	EXPECT_EQ(1, self->k.messages);
	EXPECT_TRUE(names.worded);
	for (i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		EXPECT_NE(NULL, strstr(names.text, some[i])) TH_LOG("%s is missing", some[i]);
	}
}

TEST_F(stats, packets_count_once_in_total_class_and_direction)
{
	struct kself *k = &self->k;

	ASSERT_EQ(0, kself_send_udp("127.0.0.1", 5000, 100));
	EXPECT_EQ(100, kself_counter(k, TRAFFICMON_A_STATS_CLASS, "udp"));
	EXPECT_EQ(kself_stats(k, false, TRAFFICMON_A_STATS_SEEN_PACKETS),
		  kself_counter(k, TRAFFICMON_A_STATS_DIRECTION, "out"));
}

/* The ledger of one reply; [0] packets, [1] bytes. */
struct ledger {
	uint64_t before[2];
	uint64_t live[2];
	uint64_t recorded[2];
	uint64_t untracked[2];
	uint64_t after[2];
};

static void take_ledger(const struct nlmsghdr *message, const struct kself_attrs *attrs, void *data)
{
	struct ledger *ledger = data;
	int i;

	(void)message;
	for (i = 0; i < 2; i++) {
		ledger->before[i] = kself_u64(attrs, TRAFFICMON_A_STATS_SEEN_BEFORE_PACKETS + i);
		ledger->live[i] = kself_u64(attrs, TRAFFICMON_A_STATS_LIVE_PACKETS + i);
		ledger->recorded[i] = kself_u64(attrs, TRAFFICMON_A_STATS_RECORDED_PACKETS + i);
		ledger->untracked[i] = kself_u64(attrs, TRAFFICMON_A_STATS_UNTRACKED_PACKETS + i);
		ledger->after[i] = kself_u64(attrs, TRAFFICMON_A_STATS_SEEN_AFTER_PACKETS + i);
	}
}

TEST_F(stats, the_ledger_balances_and_exactly_when_nothing_moves)
{
	struct kself *k = &self->k;
	struct ledger ledger = {};
	bool quiet = false;
	int i, try;

	ASSERT_EQ(0, kself_send_udp("127.0.0.1", 5000, 300));
	ASSERT_EQ(0, kself_send_udp("::1", 5000, 300));
	for (try = 0; try < 100 && !quiet; try++) {
		struct nlmsghdr *request = kself_request(k, TRAFFICMON_CMD_STATS_GET);

		mnl_attr_put(request, TRAFFICMON_A_STATS_LEDGER, 0, NULL);
		ASSERT_EQ(0, kself_do(k, take_ledger, &ledger));
		for (i = 0; i < 2; i++) {
			uint64_t sum = ledger.live[i] + ledger.recorded[i] + ledger.untracked[i];

			EXPECT_LE(ledger.before[i], sum);
			EXPECT_GE(ledger.after[i], sum);
		}
		quiet = ledger.before[0] == ledger.after[0];
		usleep(10000);
	}
	EXPECT_TRUE(quiet);
	EXPECT_LE(600, ledger.live[0]);
}

TEST_F(stats, without_a_ledger_the_table_is_not_walked)
{
	ASSERT_EQ(0, kself_send_udp("127.0.0.1", 5000, 10));
	EXPECT_EQ(0, kself_stats(&self->k, false, TRAFFICMON_A_STATS_LIVE_PACKETS));
	EXPECT_LT(0, kself_stats(&self->k, true, TRAFFICMON_A_STATS_LIVE_PACKETS));
}

TEST_F(stats, a_detached_namespace_is_in_the_modules_total)
{
	struct kself *k = &self->k;
	uint64_t before = kself_stats(k, false, TRAFFICMON_A_STATS_MODULE_PACKETS);
	uint64_t seen;

	ASSERT_EQ(0, kself_send_udp("127.0.0.1", 5000, 50));
	seen = kself_stats(k, false, TRAFFICMON_A_STATS_SEEN_PACKETS);
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_NETNS_DETACH));
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_NETNS_ATTACH));
	EXPECT_LE(before + seen, kself_stats(k, false, TRAFFICMON_A_STATS_MODULE_PACKETS));
	EXPECT_EQ(0, kself_stats(k, false, TRAFFICMON_A_STATS_SEEN_PACKETS));
}

TEST_HARNESS_MAIN
