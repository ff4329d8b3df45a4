// SPDX-License-Identifier: GPL-2.0-or-later
// build: kmod/limit.c kmod/limit_rate.c
/*
 * The table of limiters beside a slow twin that knows every TAT.
 */
#include "unit.h"
#include "limit_helpers.h"

/* The twin: an array by key number, and no table. */

enum { TWIN_KEYS = 200 };

struct twin {
	u64 tat[TWIN_KEYS];	/* time units; passed: not there */
	u64 steps[4];		/* by verdict */
};

/* A thousand a second: a packet costs whole units, so the twin knows every TAT. */
static void twin_step_charge(struct tm_limit_table *table, struct twin *twin,
			     const struct tm_rate *rate, u64 now_ns)
{
	u32 number = get_random_u32_below(TWIN_KEYS);
	u32 amount = 1 + get_random_u32_below(4);
	u64 now = tm_limit_time(now_ns);
	bool live = twin->tat[number] > now;
	int tested = test_key(table, number, rate, now_ns);
	int verdict = charge(table, number, rate, amount, now_ns);

	EXPECT_EQ(tested, verdict);
	twin->steps[verdict]++;
	if (verdict == FULL) {
		EXPECT_FALSE(live);
		return;
	}
	EXPECT_EQ(verdict, live && twin->tat[number] - now >= (u64)rate->tolerance ? OVER : UNDER);
	if (verdict == UNDER)
		twin->tat[number] = max(twin->tat[number], now) + amount * rate->cost;
}

static void twin_step_walk(struct tm_limit_table *table, struct twin *twin, u64 now_ns)
{
	u64 now = tm_limit_time(now_ns);
	struct tm_limit_key key;
	struct tm_limit_view view;
	u32 index = 0, seen = 0, live = 0, number;

	for (number = 0; number < TWIN_KEYS; number++)
		live += twin->tat[number] > now;
	while (tm_limit_next(table, &index, now_ns, &view)) {
		number = ntohl(view.key.source.words[3]);
		ASSERT_LT(number, TWIN_KEYS);
		key = source_key(number);
		EXPECT_MEMEQ(&view.key, &key, sizeof(key));
		EXPECT_EQ(view.tat, twin->tat[number]);
		seen++;
	}
	EXPECT_EQ(seen, live);
}

static void twin_step_forget(struct tm_limit_table *table, struct twin *twin, u64 now_ns)
{
	u32 number = get_random_u32_below(TWIN_KEYS);
	struct tm_limit_key key = source_key(number);

	EXPECT_EQ(tm_limit_forget(table, &key, now_ns),
		  twin->tat[number] > tm_limit_time(now_ns) ? 0 : -ENOENT);
	twin->tat[number] = 0;
}

static void twin_step_flush(struct tm_limit_table *table, struct twin *twin, u64 now_ns)
{
	u32 policy_id = get_random_u32_below(6);
	u32 number, live = 0;

	for (number = 0; number < TWIN_KEYS; number++) {
		if (policy_id && source_key(number).policy_id != policy_id)
			continue;
		live += twin->tat[number] > tm_limit_time(now_ns);
		twin->tat[number] = 0;
	}
	EXPECT_EQ(tm_limit_flush(table, policy_id, now_ns), live);
}

static void run_twin(u32 count, u64 steps, struct twin *twin)
{
	struct tm_limit_table table = new_table(count);
	struct tm_rate rate = new_rate(PACKETS, 1000, 10);
	u64 now_ns = START_NS, step;

	memset(twin, 0, sizeof(*twin));
	for (step = 0; step < steps; step++) {
		switch (get_random_u32_below(2000)) {
		case 0:
			twin_step_walk(&table, twin, now_ns);
			break;
		case 1 ... 20:
			twin_step_forget(&table, twin, now_ns);
			break;
		case 21:
			twin_step_flush(&table, twin, now_ns);
			break;
		case 22:
			now_ns += get_random_u32_below(SECOND_NS);
			break;
		case 23:
			expect_sound(&table);
			break;
		default:
			twin_step_charge(&table, twin, &rate, now_ns);
			now_ns += get_random_u32_below(20000);
		}
	}
	tm_limit_clean(&table);
}

TEST(million_random_steps_equal_the_twins_with_room_for_all)
{
	struct twin twin;

	run_twin(65536, 1000000, &twin);
	EXPECT_EQ(twin.steps[FULL], 0);
	EXPECT_GT(twin.steps[OVER], 100000);
	EXPECT_GT(twin.steps[UNDER], 100000);
}

TEST(million_random_steps_equal_the_twins_in_a_table_too_small)
{
	struct twin twin;

	run_twin(64, 1000000, &twin);
	EXPECT_GT(twin.steps[FULL], 100000);
	EXPECT_GT(twin.steps[OVER], 10000);
	EXPECT_GT(twin.steps[UNDER], 100000);
}
