// SPDX-License-Identifier: GPL-2.0-or-later
// build: kmod/limit.c kmod/limit_rate.c
/*
 * The table of limiters under several threads.  Every interleaving of few
 * steps: test_limit_races.c.
 */
#include "unit.h"
#include "limit_helpers.h"

enum { THREADS = 4 };

/* Threads as CPUs; they share a clock that each packet moves. */

struct crowd {
	struct tm_limit_table table;
	struct tm_rate rate;
	atomic64_t clock_ns;
	u32 step_ns;
	u32 packets;		/* of each thread */
	u32 keys;
	atomic64_t verdicts[4];
	atomic_t running;
};

static void run_crowd(struct crowd *crowd, void *(*packets)(void *), void *(*reader)(void *))
{
	pthread_t threads[THREADS + 1];
	int i;

	atomic_set(&crowd->running, THREADS);
	for (i = 0; i < THREADS; i++)
		ASSERT_EQ(pthread_create(&threads[i], NULL, packets, crowd), 0);
	if (reader)
		ASSERT_EQ(pthread_create(&threads[THREADS], NULL, reader, crowd), 0);
	for (i = 0; i < THREADS + !!reader; i++)
		ASSERT_EQ(pthread_join(threads[i], NULL), 0);
}

static void *hammer(void *argument)
{
	struct crowd *crowd = argument;
	struct tm_limit_key key = source_key(1);
	u64 tag = tm_limit_tag(&crowd->table, &key);
	u32 i;
	int verdict;

	for (i = 0; i < crowd->packets; i++) {
		verdict = charge_key(&crowd->table, tag, &key, &crowd->rate, 1,
				     atomic64_add_return(crowd->step_ns, &crowd->clock_ns));
		atomic64_inc(&crowd->verdicts[verdict]);
	}
	atomic_dec(&crowd->running);
	return NULL;
}

TEST(threads_on_one_key_pass_the_rate_together)
{
	struct crowd crowd = {
		.table = new_table(64),
		.rate = new_rate(PACKETS, 1000000, 100),
		.clock_ns = ATOMIC64_INIT(START_NS),
		.step_ns = 100,		/* ten times the rate */
		.packets = 500000,
	};
	s64 passed, contended, expected;

	run_crowd(&crowd, hammer, NULL);
	expected = (u64)THREADS * crowd.packets / 10 + 100;
	passed = atomic64_read(&crowd.verdicts[UNDER]);
	contended = atomic64_read(&crowd.verdicts[CONTENDED]);
	EXPECT_EQ(atomic64_read(&crowd.verdicts[FULL]), 0);
	EXPECT_EQ(passed + contended + atomic64_read(&crowd.verdicts[OVER]),
		  THREADS * crowd.packets);
	/* a packet of an older clock may be judged late: one a thread */
	EXPECT_LE(passed, expected + THREADS);
	EXPECT_GE(passed + contended + THREADS, expected);
	EXPECT_EQ(live_count(&crowd.table, START_NS), 1);
	expect_sound(&crowd.table);
	tm_limit_clean(&crowd.table);
}

static void *scramble(void *argument)
{
	struct crowd *crowd = argument;
	u32 i, number;
	int verdict;
	u64 now_ns;

	for (i = 0; i < crowd->packets; i++) {
		number = get_random_u32_below(crowd->keys);
		now_ns = atomic64_add_return(crowd->step_ns, &crowd->clock_ns);
		verdict = charge(&crowd->table, number, &crowd->rate, 1, now_ns);
		atomic64_inc(&crowd->verdicts[verdict]);
	}
	atomic_dec(&crowd->running);
	return NULL;
}

/* Walks, forgets and flushes beside the packets: what it is shown is whole. */
static void *disturb(void *argument)
{
	struct crowd *crowd = argument;
	struct tm_limit_view view;
	struct tm_limit_key key;
	u32 index, number, rounds = 0;

	while (atomic_read(&crowd->running)) {
		for (index = 0; tm_limit_next(&crowd->table, &index,
					      atomic64_read(&crowd->clock_ns), &view);) {
			number = ntohl(view.key.source.words[3]);
			EXPECT_LT(number, crowd->keys);
			key = source_key(number);
			EXPECT_MEMEQ(&view.key, &key, sizeof(key));
		}
		key = source_key(get_random_u32_below(crowd->keys));
		tm_limit_forget(&crowd->table, &key, atomic64_read(&crowd->clock_ns));
		if (!(rounds++ % 16))
			tm_limit_flush(&crowd->table, rounds / 16 % 6,
				       atomic64_read(&crowd->clock_ns));
	}
	return NULL;
}

TEST(threads_that_insert_and_forget_never_give_a_key_two_slots)
{
	struct crowd crowd = {
		.rate = new_rate(PACKETS, 1000000, 2),
		.step_ns = 15,		/* 66 packets until one is idle */
		.packets = 50000,
		.keys = 300,
	};
	u32 round;

	for (round = 0; round < 8; round++) {
		crowd.table = new_table(64);
		atomic64_set(&crowd.clock_ns, START_NS);
		run_crowd(&crowd, scramble, round % 2 ? disturb : NULL);
		expect_sound(&crowd.table);
		/* no slot is lost: when all is idle, all can be had */
		EXPECT_EQ(fill(&crowd.table, 100000, 1000,
			       atomic64_read(&crowd.clock_ns) + SECOND_NS), 64);
		tm_limit_clean(&crowd.table);
	}
	EXPECT_GT(atomic64_read(&crowd.verdicts[UNDER]), 10000);
	EXPECT_GT(atomic64_read(&crowd.verdicts[FULL]), 1000);
}
