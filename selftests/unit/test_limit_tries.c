// SPDX-License-Identifier: GPL-2.0-or-later
// build: kmod/limit_rate.c
/*
 * A limiter that others charge between every two steps of ours: after four
 * tries the packet passes uncharged, and says so.
 *
 * limit.c is compiled into this file with a cmpxchg that others are ahead of.
 */
#include "limit.h"

static u32 tries;
static u32 others;	/* how many times somebody else is first */

static inline bool late_try_cmpxchg(atomic64_t *v, s64 *old, s64 new)
{
	tries++;
	if (others) {
		others--;
		atomic64_add(1, v);
	}
	return atomic64_try_cmpxchg(v, old, new);
}

#define atomic64_try_cmpxchg late_try_cmpxchg
#include "limit_hit.h"
#include "limit.c"
#undef atomic64_try_cmpxchg
#include "limit_helpers.h"

/* A key with a slot, charged while @ahead others are first. */
static int charge_behind(u32 ahead)
{
	struct tm_rate rate = new_rate(PACKETS, 1000, 1000);
	struct tm_limit_table table = new_table(64);
	int verdict;

	others = 0;
	ASSERT_EQ(charge(&table, 1, &rate, 1, START_NS), UNDER);
	tries = 0;
	others = ahead;
	verdict = charge(&table, 1, &rate, 1, START_NS);
	tm_limit_clean(&table);
	return verdict;
}

TEST(a_packet_tries_four_times_to_charge_and_never_more)
{
	u32 ahead;

	for (ahead = 0; ahead < TM_LIMIT_TRIES; ahead++) {
		EXPECT_EQ(charge_behind(ahead), UNDER);
		EXPECT_EQ(tries, ahead + 1);
	}
	EXPECT_EQ(charge_behind(100), CONTENDED);
	EXPECT_EQ(tries, TM_LIMIT_TRIES);
	EXPECT_EQ(TM_LIMIT_TRIES, 4);
}
