/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finding a limiter and charging it: what nearly every limited packet needs,
 * inline in policy.c (a call and what it moves about cost 15 instructions).
 * Why none of it holds a lock is told in limit.c.
 */
#ifndef TM_LIMIT_HIT_H
#define TM_LIMIT_HIT_H

#include <linux/build_bug.h>
#include <linux/percpu.h>
#include "limit.h"

/* Weyl sequence behind tm_rate_dither(), for rounding */
DECLARE_PER_CPU(u32, tm_limit_weyl);

static __always_inline u32 tm_limit_dither(void)
{
	return tm_rate_dither(this_cpu_add_return(tm_limit_weyl, TM_RATE_DITHER_STEP));
}

/* The second bucket of a tag: other bits above the stripe's, one of them always flipped. */
static __always_inline u32 tm_limit_second(const struct tm_limit_table *table, u64 tag)
{
	u32 other = ((u32)(tag >> 32) & ~table->stripe_mask) | (table->stripe_mask + 1);

	return ((u32)tag ^ other) & table->mask;
}

static __always_inline struct tm_limit_slot *tm_limit_bucket(const struct tm_limit_table *table,
							     size_t bucket)
{
	return &table->slots[bucket * TM_LIMIT_WAYS];
}

/* Written out: a loop costs half as much again. */
static __always_inline struct tm_limit_slot *tm_limit_match(struct tm_limit_slot *slot, u64 tag)
{
	BUILD_BUG_ON(TM_LIMIT_WAYS != 4);

	if ((u64)atomic64_read(&slot[0].tag) == tag)
		return &slot[0];
	if ((u64)atomic64_read(&slot[1].tag) == tag)
		return &slot[1];
	if ((u64)atomic64_read(&slot[2].tag) == tag)
		return &slot[2];
	if ((u64)atomic64_read(&slot[3].tag) == tag)
		return &slot[3];
	return NULL;
}

static __always_inline struct tm_limit_slot *tm_limit_find(const struct tm_limit_table *table,
							   u64 tag)
{
	struct tm_limit_slot *slot = tm_limit_match(tm_limit_bucket(table, tag & table->mask), tag);

	if (likely(slot))
		return slot;
	return tm_limit_match(tm_limit_bucket(table, tm_limit_second(table, tag)), tag);
}

/* Read the TAT of a slot that was found; false when it changed hands. */
static __always_inline bool tm_limit_read(const struct tm_limit_slot *slot, u64 tag, s64 *tat)
{
	smp_rmb();	/* tag, then tat: not one of before the tag's release */
	*tat = atomic64_read(&slot->tat);
	smp_rmb();	/* tat, then tag: sees the 0 that was written before a new key's tat */
	return likely((u64)atomic64_read(&slot->tag) == tag);
}

/**
 * tm_limit_try - test and charge, one try
 * @amount: packets or bytes, by the rate's kind; judged before it is charged, whole
 * @now: time units
 *
 * What nearly all packets need: it takes no slot.  Writes no shared memory but
 * for UNDER.  Return: UNDER; OVER; FULL: the key has no slot; CONTENDED:
 * something came between: for these two ask tm_limit_charge_again(), with the
 * key, but for FULL only where tm_limit_full() says that there may be room.
 * Context: BH off.
 */
static __always_inline enum tm_limit_verdict tm_limit_try(const struct tm_limit_table *table,
							  u64 tag, const struct tm_rate *rate,
							  u32 amount, u64 now)
{
	struct tm_limit_slot *slot = tm_limit_find(table, tag);
	u64 cost;
	s64 tat;

	if (unlikely(!slot))
		return TM_LIMIT_FULL;
	if (!tm_limit_read(slot, tag, &tat))
		return TM_LIMIT_CONTENDED;
	if (tm_rate_over(rate, tat, now))
		return TM_LIMIT_OVER;
	cost = tm_rate_cost(rate, amount, tm_limit_dither());
	if (likely(atomic64_try_cmpxchg(&slot->tat, &tat, max_t(u64, tat, now) + cost)))
		return TM_LIMIT_UNDER;
	return TM_LIMIT_CONTENDED;
}

#endif
