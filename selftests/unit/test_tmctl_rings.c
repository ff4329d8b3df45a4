// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/tmctl/ring.c userspace/tmctl/ledger.c userspace/lib/value.c userspace/lib/quantity.c userspace/lib/error.c
// flags: -lmnl
/* What a reader of records missed, to the byte; whether the ledger balances. */
#include <linux/trafficmon.h>

#include "../../userspace/tmctl/ledger.h"
#include "../../userspace/tmctl/ring.h"
#include "unit.h"

static struct tm_rings rings;
static struct tm_error error;
static struct tm_gap gap;

TEST(a_cursor_reads_back_as_written)
{
	char text[TM_CURSOR_TEXT];

	EXPECT_EQ(tm_rings_parse(&rings, "3:17", &error), 0);
	EXPECT_STREQ(tm_ring_format(tm_rings_get(&rings, 3), text), "3:17");
	EXPECT_EQ(tm_rings_parse(&rings,
		  "0:18446744073709551615:18446744073709551615:18446744073709551615",
		  &error), 0);
	EXPECT_STREQ(tm_ring_format(tm_rings_get(&rings, 0), text),
		     "0:18446744073709551615:18446744073709551615:18446744073709551615");
	EXPECT_EQ(rings.count, 2);
	tm_rings_free(&rings);
}

TEST(what_is_no_cursor_is_refused)
{
	static const char *const texts[] = {
		"", "x", "1", "1:", ":1", "1:0", "1:2:3", "1:2:3:4:5", "-1:2",
		"4294967296:1", "1:18446744073709551616", "1:2:x:4", "1 :2",
	};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		EXPECT(tm_rings_parse(&rings, texts[i], &error) == -1,
		       "'%s' was read", texts[i]);
		EXPECT_EQ(error.exit_code, TM_EXIT_USAGE);
	}
	tm_rings_free(&rings);
	EXPECT_EQ(tm_rings_parse(&rings, "1:2", &error), 0);
	EXPECT_EQ(tm_rings_parse(&rings, "1:3", &error), -1);
	EXPECT_TRUE(strstr(error.message, "given twice"));
	tm_rings_free(&rings);
}

TEST(a_gap_is_told_in_records_packets_and_bytes)
{
	struct tm_cursor_ring *ring = tm_rings_get(&rings, 0);

	/* Never read before: nothing was missed, whatever is gone. */
	EXPECT_FALSE(tm_ring_arrive(ring, 100, 5000, 900000, &gap));
	tm_ring_pass(ring, 3, 180);
	EXPECT_FALSE(tm_ring_arrive(ring, 101, 5003, 900180, &gap));
	tm_ring_pass(ring, 1, 60);
	ASSERT_TRUE(tm_ring_arrive(ring, 110, 5104, 906240, &gap));
	EXPECT_EQ(gap.records, 8);
	EXPECT_TRUE(gap.has_totals);
	EXPECT_EQ(gap.packets, 100);
	EXPECT_EQ(gap.bytes, 6000);
	/* Told once. */
	EXPECT_FALSE(tm_ring_arrive(ring, 110, 5104, 906240, &gap));
	tm_rings_free(&rings);
}

TEST(a_gap_from_a_bare_cursor_has_records_only)
{
	ASSERT_EQ(tm_rings_parse(&rings, "2:50", &error), 0);
	ASSERT_TRUE(tm_ring_arrive(tm_rings_get(&rings, 2), 60, 1, 1, &gap));
	EXPECT_EQ(gap.records, 10);
	EXPECT_FALSE(gap.has_totals);
	tm_rings_free(&rings);
	ASSERT_EQ(tm_rings_parse(&rings, "2:50:1000:2000", &error), 0);
	ASSERT_TRUE(tm_ring_arrive(tm_rings_get(&rings, 2), 60, 1010, 2600,
				   &gap));
	EXPECT_EQ(gap.packets, 10);
	EXPECT_EQ(gap.bytes, 600);
	tm_rings_free(&rings);
}

TEST(totals_that_went_round_64_bits_still_tell_the_gap)
{
	struct tm_cursor_ring *ring = tm_rings_get(&rings, 0);

	tm_ring_arrive(ring, 1, UINT64_MAX - 9, UINT64_MAX - 99, &gap);
	ASSERT_TRUE(tm_ring_arrive(ring, 2, 10, 100, &gap));
	EXPECT_EQ(gap.packets, 20);
	EXPECT_EQ(gap.bytes, 200);
	tm_rings_free(&rings);
}

static struct tm_counters counters;

static void ledger_is(struct tm_ledger *ledger, uint64_t before, uint64_t live,
		      uint64_t recorded, uint64_t untracked, uint64_t after)
{
	uint64_t *values = counters.values;

	values[TRAFFICMON_A_STATS_SEEN_BEFORE_PACKETS] = before;
	values[TRAFFICMON_A_STATS_LIVE_PACKETS] = live;
	values[TRAFFICMON_A_STATS_RECORDED_PACKETS] = recorded;
	values[TRAFFICMON_A_STATS_UNTRACKED_PACKETS] = untracked;
	values[TRAFFICMON_A_STATS_SEEN_AFTER_PACKETS] = after;
	tm_ledger_read(ledger, &counters);
}

TEST(the_ledger_balances_between_before_and_after)
{
	struct tm_ledger ledger;

	ledger_is(&ledger, 100, 50, 30, 20, 100);
	EXPECT_EQ(ledger.off_packets, 0);
	ledger_is(&ledger, 90, 50, 30, 20, 110);
	EXPECT_EQ(ledger.off_packets, 0);
	ledger_is(&ledger, 100, 50, 30, 19, 110);
	EXPECT_EQ(ledger.off_packets, -1);
	ledger_is(&ledger, 90, 50, 30, 31, 110);
	EXPECT_EQ(ledger.off_packets, 1);
	EXPECT_EQ(ledger.off_bytes, 0);
}

TEST(the_ledger_counts_bytes_beside_packets)
{
	struct tm_ledger ledger;

	memset(&counters, 0, sizeof(counters));
	counters.values[TRAFFICMON_A_STATS_LIVE_BYTES] = 61;
	counters.values[TRAFFICMON_A_STATS_SEEN_BEFORE_BYTES] = 60;
	counters.values[TRAFFICMON_A_STATS_SEEN_AFTER_BYTES] = 60;
	tm_ledger_read(&ledger, &counters);
	EXPECT_EQ(ledger.off_packets, 0);
	EXPECT_EQ(ledger.off_bytes, 1);
}
