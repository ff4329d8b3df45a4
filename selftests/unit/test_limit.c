// SPDX-License-Identifier: GPL-2.0-or-later
// needs: __int128
// build: kmod/limit.c kmod/limit_rate.c
/*
 * The table of limiters, one thread: verdicts against a table of times and an
 * exact GCRA; full, idle, flushed; what is written, and what is not.
 */
#include "unit.h"
#include "limit_helpers.h"

TEST(sizes_out_of_range_are_refused)
{
	static const u32 wrong[] = { 0, 1, 32, 63, 65, 96, 1000, 1 << 25, 1U << 31, U32_MAX };
	struct tm_limit_table table;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		EXPECT(tm_limit_init(&table, wrong[i]) == -EINVAL, "%u is accepted", wrong[i]);
	EXPECT_EQ(tm_limit_bytes(&table), 0);
}

TEST(memory_is_80_bytes_a_limiter_and_the_stripes)
{
	struct tm_limit_table table = new_table(65536);

	EXPECT_EQ(tm_limit_bytes(&table), 65536 * 80 + 256 * sizeof(spinlock_t));
	tm_limit_clean(&table);
	EXPECT_EQ(tm_limit_bytes(&table), 0);
	table = new_table(64);
	EXPECT_EQ(tm_limit_bytes(&table), 64 * 80 + 8 * sizeof(spinlock_t));
	tm_limit_clean(&table);
}

TEST(each_failing_allocation_leaves_nothing)
{
	struct tm_limit_table table;
	unsigned int nth;

	for (nth = 1; nth <= 3; nth++) {
		shim_alloc_fail_at(nth);
		EXPECT_EQ(tm_limit_init(&table, 64), -ENOMEM);
		EXPECT_EQ(shim_alloc_live(), 0);
		EXPECT_EQ(tm_limit_bytes(&table), 0);
	}
	shim_alloc_fail_at(4);
	EXPECT_EQ(tm_limit_init(&table, 64), 0);
	shim_alloc_fail_at(0);
	tm_limit_clean(&table);
}

/*
 * Keys far below a generous limit are idle between any two of their packets, and
 * may be overwritten; but as long as others are idler, they are not.
 */
TEST(idle_keys_keep_their_slots_while_there_are_idler_ones)
{
	struct tm_rate rate = new_rate(PACKETS, 100000000, 100);
	struct tm_limit_table table = new_table(4096);
	u32 number, round, found = 0;
	u64 now_ns = START_NS;

	for (round = 0; round < 2; round++) {
		for (number = 0; number < 1024; number++, now_ns += 1000) {
			struct tm_limit_key key = source_key(number);

			found += round && tm_limit_find(&table, tm_limit_tag(&table, &key));
			EXPECT_EQ(charge(&table, number, &rate, 1, now_ns), UNDER);
			EXPECT_EQ(live_count(&table, now_ns + 1000), 0);
		}
	}
	/* of Poisson's distribution, about 20 share a bucket of four with more than three */
	EXPECT_GE(found, 950);
	tm_limit_clean(&table);
}

TEST(verdicts_follow_the_table_of_times)
{
	/* 10 packets a second, burst 3: a packet is 100 ms, over at 300 ms ahead */
	static const struct {
		u64 after_ns;
		int verdict;
	} steps[] = {
		{ 0, UNDER }, { 0, UNDER }, { 0, UNDER },	/* 300 ms ahead */
		{ 0, OVER }, { 0, OVER },
		{ 1, UNDER },					/* 400 ms ahead, but 1 ns */
		{ 0, OVER },
		{ 99999999, OVER },				/* 300 ms ahead: not yet */
		{ 1, UNDER },
		{ 100000000, UNDER }, { 0, OVER },		/* once each 100 ms */
		{ 50000000, OVER },
		{ 50000000, UNDER },
		{ 399999999, UNDER }, { 0, UNDER },		/* idle but for 1 ns: 2 and a bit */
		{ 0, UNDER }, { 0, OVER },
		{ 10 * SECOND_NS, UNDER }, { 0, UNDER }, { 0, UNDER }, { 0, OVER },
		{ 365 * 86400 * SECOND_NS, UNDER }, { 0, UNDER }, { 0, UNDER }, { 0, OVER },
	};
	struct tm_limit_table table = new_table(64);
	struct tm_rate rate = new_rate(PACKETS, 10, 3);
	u64 now_ns = START_NS;
	unsigned int i;
	int verdict;

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		now_ns += steps[i].after_ns;
		verdict = test_key(&table, 1, &rate, now_ns);
		EXPECT(verdict == steps[i].verdict, "step %u: test says %d", i, verdict);
		verdict = charge(&table, 1, &rate, 1, now_ns);
		EXPECT(verdict == steps[i].verdict, "step %u: charge says %d", i, verdict);
	}
	tm_limit_clean(&table);
}

TEST(burst_of_n_passes_n_in_one_instant)
{
	static const u64 rates[] = { 1, 3, 7, 999983, 1488095, 14880952, 190476190, 200000000 };
	struct tm_limit_table table = new_table(64);
	struct tm_rate rate;
	u32 i, burst, passed, number = 0;

	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		for (burst = 1; burst <= 30; burst++, number++) {
			rate = new_rate(PACKETS, rates[i], burst);
			for (passed = 0; charge(&table, number, &rate, 1, START_NS) == UNDER;)
				passed++;
			EXPECT_EQ(passed, burst);
			EXPECT_EQ(tm_limit_flush(&table, 0, START_NS), 1);
		}
	}
	tm_limit_clean(&table);
}

TEST(super_packet_is_judged_before_it_is_charged_whole)
{
	struct tm_limit_table table = new_table(64);
	struct tm_rate rate = new_rate(PACKETS, 1000, 10);

	EXPECT_EQ(charge(&table, 1, &rate, 9, START_NS), UNDER);
	EXPECT_EQ(charge(&table, 1, &rate, 45, START_NS), UNDER);
	EXPECT_EQ(charge(&table, 1, &rate, 1, START_NS), OVER);
	/* 54 ms ahead: over until 44 ms have passed */
	EXPECT_EQ(charge(&table, 1, &rate, 1, START_NS + 44000000), OVER);
	EXPECT_EQ(charge(&table, 1, &rate, 1, START_NS + 44000001), UNDER);
	tm_limit_clean(&table);
}

TEST(over_and_test_write_nothing)
{
	struct tm_limit_table table = new_table(64);
	struct tm_rate rate = new_rate(BYTES, 1000000, 1000);
	struct tm_limit_slot slots[64];
	struct tm_limit_cold cold[64];
	unsigned int i;

	for (i = 0; i < 20; i++)
		EXPECT_EQ(charge(&table, i, &rate, 1500, START_NS), UNDER);
	memcpy(slots, table.slots, sizeof(slots));
	memcpy(cold, table.cold, sizeof(cold));
	for (i = 0; i < 20000; i++) {
		if (i % 20 < 10)
			EXPECT_EQ(charge(&table, i % 20, &rate, 1500, START_NS + 1000), OVER);
		test_key(&table, i % 100, &rate, START_NS + i * 100);
	}
	EXPECT_MEMEQ(slots, table.slots, sizeof(slots));
	EXPECT_MEMEQ(cold, table.cold, sizeof(cold));
	tm_limit_clean(&table);
}

TEST(times_far_apart_and_late_in_an_uptime_are_judged_right)
{
	static const u64 years[] = { 0, 1, 3, 9, 10, 16 };
	struct tm_limit_table table = new_table(64);
	struct tm_rate slow = new_rate(PACKETS, 1, 3600);
	struct tm_rate fast = new_rate(BYTES, 50000000000, 1);
	unsigned int i;
	u64 now_ns;

	for (i = 0; i < ARRAY_SIZE(years); i++) {
		now_ns = years[i] * 365 * 86400 * SECOND_NS;
		/* both were left behind years ago */
		EXPECT_EQ(charge(&table, 1, &slow, 3599, now_ns), UNDER);
		EXPECT_EQ(charge(&table, 1, &slow, U32_MAX, now_ns), UNDER);
		EXPECT_EQ(charge(&table, 1, &slow, 1, now_ns), OVER);
		EXPECT_EQ(charge(&table, 1, &slow, 1, now_ns + 86400 * SECOND_NS), OVER);
		EXPECT_EQ(charge(&table, 2, &fast, 65535, now_ns), UNDER);
		EXPECT_EQ(charge(&table, 2, &fast, 1, now_ns + 1310), OVER);
		EXPECT_EQ(charge(&table, 2, &fast, 1, now_ns + 1311), UNDER);
		/* an older clock, of a packet that was overtaken */
		EXPECT_EQ(charge(&table, 3, &slow, 1, now_ns + 5000), UNDER);
		EXPECT_EQ(charge(&table, 3, &slow, 1, now_ns), UNDER);
	}
	tm_limit_clean(&table);
}

/* Exact GCRA: TAT, now and burst in units of 1/(32 * rate) ns. */
struct exact {
	__int128 tat;
	u64 passed;
};

static bool exact_charge(struct exact *exact, const struct tm_rate *rate, u32 amount, u64 now_ns)
{
	__int128 now = (__int128)tm_limit_time(now_ns) * rate->per_second;

	if (exact->tat - now >= (__int128)rate->burst * SECOND_UNITS)
		return false;
	exact->tat = max(exact->tat, now) + (__int128)amount * SECOND_UNITS;
	exact->passed += amount;
	return true;
}

/* A sender at @load times the rate, in fits and starts: what passes is what exactly should. */
static void compare_with_exact(u8 kind, u64 per_second, u64 burst, double load)
{
	struct tm_limit_table table = new_table(64);
	struct tm_rate rate = new_rate(kind, per_second, burst);
	struct exact exact = { 0 };
	u64 now_ns = START_NS, passed = 0, slack;
	double time_ns = 0;
	u32 amount, largest = 0;
	int verdict;
	unsigned int i;

	for (i = 0; i < 20000; i++) {
		amount = kind == BYTES ? 40 + get_random_u32_below(65496) :
					 1 + !get_random_u32_below(10) * get_random_u32_below(44);
		largest = max(largest, amount);
		/* a tenth comes at once with the one before */
		if (get_random_u32_below(10))
			time_ns += amount * 1e9 / load / per_second *
				   (get_random_u32() / (double)U32_MAX + 0.5) * 10 / 9;
		now_ns = START_NS + (u64)time_ns;
		verdict = charge(&table, 1, &rate, amount, now_ns);
		ASSERT_NE(verdict, FULL);
		ASSERT_NE(verdict, CONTENDED);
		if (verdict == UNDER)
			passed += amount;
		exact_charge(&exact, &rate, amount, now_ns);
	}
	slack = exact.passed / 1000 + 2 * largest;
	EXPECT(passed + slack >= exact.passed && passed <= exact.passed + slack,
	       "%llu/s burst %llu load %.1f: %llu passed where %llu should", per_second, burst,
	       load, passed, exact.passed);
	EXPECT((double)passed <= (now_ns - START_NS) / 1e9 * per_second * 1.001 + burst + largest,
	       "%llu/s burst %llu load %.1f: %llu passed", per_second, burst, load, passed);
	tm_limit_clean(&table);
}

TEST(ten_rates_and_three_bursts_pass_what_an_exact_gcra_passes)
{
	static const struct {
		u8 kind;
		u64 per_second;
	} rates[] = {
		{ PACKETS, 1 }, { PACKETS, 7 }, { PACKETS, 100 }, { PACKETS, 1488095 },
		{ PACKETS, 200000000 }, { BYTES, 125 }, { BYTES, 12345 }, { BYTES, 12500000 },
		{ BYTES, 1249999999 }, { BYTES, 50000000000 },
	};
	static const double loads[] = { 0.5, 1, 1.1, 10 };
	u64 bursts[3];
	unsigned int i, j, k;

	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		bursts[0] = 1;
		bursts[1] = tm_rate_default_burst(rates[i].kind, rates[i].per_second);
		bursts[2] = rates[i].per_second * 3600;
		for (j = 0; j < ARRAY_SIZE(bursts); j++)
			for (k = 0; k < ARRAY_SIZE(loads); k++)
				compare_with_exact(rates[i].kind, rates[i].per_second, bursts[j],
						   loads[k]);
	}
}

TEST(every_key_has_eight_slots)
{
	struct tm_rate rate = new_rate(PACKETS, 1, 1);
	struct tm_limit_table table;
	u32 count, number, inserted;
	struct tm_limit_key key;

	/* in these sizes keys with the same first bucket have the same second one */
	for (count = 64; count <= 2048; count *= 2) {
		table = new_table(count);
		inserted = 0;
		for (number = 0; number < 30 * count; number++) {
			key = source_key(number);
			if ((tm_limit_tag(&table, &key) & table.mask) != count / 8)
				continue;
			inserted += charge(&table, number, &rate, 1, START_NS) == UNDER;
		}
		EXPECT_EQ(inserted, 8);
		EXPECT_EQ(live_count(&table, START_NS), 8);
		tm_limit_clean(&table);
	}
}

TEST(full_table_keeps_every_live_key_and_refuses_new_ones)
{
	struct tm_limit_table table = new_table(64);
	struct tm_rate rate = new_rate(PACKETS, 1, 1);
	u32 i, over = 0, full = 0;
	int verdict;

	EXPECT_EQ(fill(&table, 0, 1000, START_NS), 64);
	EXPECT_EQ(live_count(&table, START_NS), 64);
	expect_sound(&table);
	for (i = 0; i < 1000; i++) {
		verdict = test_key(&table, i, &rate, START_NS);
		EXPECT_EQ(charge(&table, i, &rate, 1, START_NS), verdict);
		over += verdict == OVER;
		full += verdict == FULL;
	}
	EXPECT_EQ(over, 64);
	EXPECT_EQ(full, 936);
	tm_limit_clean(&table);
}

TEST(a_full_table_refuses_without_a_lock)
{
	struct tm_limit_table table = new_table(64);
	struct tm_rate rate = new_rate(PACKETS, 1, 1);
	u32 i;

	EXPECT_EQ(fill(&table, 0, 1000, START_NS), 64);
	/* who takes one now waits for ever */
	for (i = 0; i <= table.stripe_mask; i++)
		spin_lock(&table.stripes[i]);
	for (i = 1000; i < 1100; i++)
		EXPECT_EQ(charge(&table, i, &rate, 1, START_NS), FULL);
	for (i = 0; i <= table.stripe_mask; i++)
		spin_unlock(&table.stripes[i]);
	tm_limit_clean(&table);
}

TEST(idle_means_absent)
{
	struct tm_limit_table table = new_table(64);
	struct tm_rate rate = new_rate(PACKETS, 1, 1);
	u64 now_ns = START_NS;
	u32 i, round;
	int verdict;

	for (round = 0; round < 50; round++) {
		/* a second is what one packet keeps a slot for */
		EXPECT_EQ(fill(&table, round * 100000, 1000, now_ns), 64);
		EXPECT_EQ(live_count(&table, now_ns + SECOND_NS - 1), 64);
		EXPECT_EQ(fill(&table, 50000, 1000, now_ns + SECOND_NS - 1), 0);
		now_ns += SECOND_NS;
		EXPECT_EQ(live_count(&table, now_ns), 0);
		EXPECT_EQ(tm_limit_flush(&table, round % 2 ? 0 : 3, now_ns), 0);
		expect_sound(&table);
	}
	/* whether its old slot was overwritten or not, a key starts afresh */
	fill(&table, 0, 1000, now_ns);
	fill(&table, 5000, 1000, now_ns + SECOND_NS / 2);
	for (i = 0; i < 300; i++) {
		verdict = charge(&table, i, &rate, 1, now_ns + SECOND_NS);
		EXPECT_NE(verdict, OVER);
	}
	tm_limit_clean(&table);
}

TEST(of_keys_for_half_a_table_one_in_a_thousand_finds_no_room)
{
	const u32 count = 1 << 16;
	struct tm_limit_table table = new_table(count);
	struct tm_rate rate = new_rate(PACKETS, 1, 1);
	u32 number, full = 0;

	for (number = 0; number < count / 2; number++) {
		full += charge(&table, number, &rate, 1, START_NS) == FULL;
		if (number == count / 4)
			EXPECT_EQ(full, 0);
	}
	EXPECT_LE(full, count / 2 / 1000);
	EXPECT_EQ(live_count(&table, START_NS), count / 2 - full);
	tm_limit_clean(&table);
}

TEST(flush_of_a_policy_forgets_its_keys_only)
{
	struct tm_limit_table table = new_table(1024);
	struct tm_rate rate = new_rate(PACKETS, 1, 1);
	struct tm_limit_view view;
	u32 i, index = 0;

	for (i = 0; i < 100; i++)
		EXPECT_EQ(charge(&table, i, &rate, 1, START_NS), UNDER);
	EXPECT_EQ(tm_limit_flush(&table, 3, START_NS), 20);
	while (tm_limit_next(&table, &index, START_NS, &view))
		EXPECT_NE(view.key.policy_id, 3);
	for (i = 0; i < 100; i++)
		EXPECT_EQ(charge(&table, i, &rate, 1, START_NS), i % 5 == 2 ? UNDER : OVER);
	EXPECT_EQ(tm_limit_flush(&table, 77, START_NS), 0);
	EXPECT_EQ(tm_limit_flush(&table, 0, START_NS), 100);
	EXPECT_EQ(live_count(&table, START_NS), 0);
	tm_limit_clean(&table);
}

/* Until 10 times 2^30 ns pass without a packet over, it is one episode. */
TEST(since_when_a_key_is_over_is_known_to_a_second)
{
	struct tm_limit_table table = new_table(64);
	struct tm_rate rate = new_rate(PACKETS, 1, 1000);
	struct tm_limit_key key = source_key(0);
	u64 unit_ns = 1ULL << TM_LIMIT_OVER_SHIFT;
	u64 tag = tm_limit_tag(&table, &key);
	u64 first_ns = 1000 * unit_ns, now_ns;

	/* not there; there, and never over */
	EXPECT_EQ(tm_limit_over_since(&table, tag, first_ns), first_ns);
	charge(&table, 0, &rate, 1000, first_ns);
	EXPECT_EQ(tm_limit_over_since(&table, tag, first_ns), first_ns);
	for (now_ns = first_ns; now_ns < first_ns + 100 * unit_ns; now_ns += unit_ns / 2)
		tm_limit_note_sample(&table, tag, 1, now_ns);
	EXPECT_EQ(tm_limit_over_since(&table, tag, now_ns), first_ns + unit_ns);
	/* another CPU's clock is a little behind */
	tm_limit_note_sample(&table, tag, 1, now_ns - 2 * unit_ns);
	EXPECT_EQ(tm_limit_over_since(&table, tag, now_ns), first_ns + unit_ns);
	now_ns += 9 * unit_ns;
	EXPECT_EQ(tm_limit_over_since(&table, tag, now_ns - 2 * unit_ns), first_ns + unit_ns);
	now_ns += 5 * unit_ns;
	EXPECT_EQ(tm_limit_over_since(&table, tag, now_ns), now_ns);
	tm_limit_note_sample(&table, tag, 1, now_ns);
	EXPECT_EQ(tm_limit_over_since(&table, tag, now_ns), now_ns + unit_ns);
	tm_limit_clean(&table);
}

TEST(over_packets_are_sampled_fairly_of_keys_that_take_turns)
{
	const u32 calls = 64000, packets = 3;
	struct tm_limit_table table = new_table(64);
	struct tm_rate rate = new_rate(PACKETS, 1, 1);
	struct tm_limit_view view;
	struct tm_limit_key key;
	u32 i, index = 0;

	for (i = 0; i < 16; i++)
		charge(&table, i, &rate, 1, START_NS);
	for (i = 0; i < 16 * calls; i++) {
		key = source_key(i % 16);
		tm_limit_note_over(&table, tm_limit_tag(&table, &key), packets,
				   START_NS + 5000 + 700 * i);
	}
	for (i = 0; tm_limit_next(&table, &index, START_NS, &view); i++) {
		/* one sigma is 1.5 % */
		EXPECT_GT(view.over_sampled, calls * packets * 92 / 100);
		EXPECT_LT(view.over_sampled, calls * packets * 108 / 100);
		EXPECT_EQ(view.over_sampled % (16 * packets), 0);
		EXPECT_LE(view.over_ns, START_NS + 2 * SECOND_NS);
		EXPECT_GT(view.over_ns + 2 * SECOND_NS, START_NS);
	}
	EXPECT_EQ(i, 16);
	/* a key that is not there, and one that takes over a slot */
	key = source_key(99);
	for (i = 0; i < 1000; i++)
		tm_limit_note_over(&table, tm_limit_tag(&table, &key), 1, START_NS + 700 * i);
	fill(&table, 1000, 1000, START_NS + 2 * SECOND_NS);
	for (index = 0; tm_limit_next(&table, &index, START_NS + 2 * SECOND_NS, &view);) {
		EXPECT_EQ(view.over_sampled, 0);
		EXPECT_EQ(view.over_ns, 0);
	}
	tm_limit_clean(&table);
}
