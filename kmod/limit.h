/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Limiters: one GCRA state per key of a policy's limit, in a fixed table.
 *
 * A limiter is a theoretical arrival time (TAT).  Idle means absent: one whose
 * TAT has passed equals none and may be overwritten, so there is no garbage
 * collector.  Four {tag, tat} share a cache line; the readable key and the
 * sampled counts lie in a cold array with the same index.
 *
 * Arithmetic (limit_rate.c and the inlines below) is pure and builds in
 * userspace too.  Time is CLOCK_MONOTONIC in units of 1/32 ns in a u64 (18
 * years), compared unsigned.  A rate is the cost of one packet or byte in such
 * units with 32 fraction bits.  What is charged is whole units: the fraction is
 * rounded up or down by a fair dither, so that the sum is right.  The finer
 * the unit the less the dither scatters: in the worst corner, packets of 40
 * bytes at 50 GB/s, 10,000 packets are right to 0.02 % (one sigma).
 *
 * Source of the algorithm: ITU-T I.371 generic cell rate algorithm, virtual
 * scheduling form.
 */
#ifndef TM_LIMIT_H
#define TM_LIMIT_H

#include <linux/atomic.h>
#include <linux/minmax.h>
#include <linux/spinlock.h>
#include "packet.h"

#define TM_LIMIT_TIME_SHIFT	5	/* units of 1/32 ns */

/* CLOCK_MONOTONIC ns in time units. */
static inline u64 tm_limit_time(u64 now_ns)
{
	return now_ns << TM_LIMIT_TIME_SHIFT;
}

/**
 * struct tm_rate - a limit, ready for the packet path
 * @per_second: packets or bytes, as configured
 * @burst: packets or bytes, as configured
 * @cost: of one packet or byte, whole time units
 * @tolerance: cost of the burst less half a ns, time units, at least 1: over when
 *	tat - now >= tolerance
 * @cost_fraction: of one packet or byte, 1/2^32 time units
 * @kind: enum trafficmon_limit_kind
 *
 * No padding: two can be compared as memory.
 */
struct tm_rate {
	u64 per_second;
	u64 burst;
	u64 cost;
	s64 tolerance;
	u32 cost_fraction;
	u32 kind;
};

#define TM_RATE_PACKETS_MIN	1ULL
#define TM_RATE_PACKETS_MAX	200000000ULL
#define TM_RATE_BYTES_MIN	125ULL
#define TM_RATE_BYTES_MAX	50000000000ULL
#define TM_RATE_BURST_SECONDS	3600	/* at most this much of the rate */

/* More than any skb holds; keeps a cost below 2^59 time units, 0.6 years. */
#define TM_RATE_AMOUNT_MAX	0x1000000U

/**
 * tm_rate_init - make a limit ready
 * @rate: filled in; untouched when out of range
 * @kind: enum trafficmon_limit_kind
 * @per_second: packets or bytes, in the range of the UAPI's LIMIT_RATE
 * @burst: packets or bytes, in the range of the UAPI's LIMIT_BURST
 *
 * Pure.  Return: false when something is out of range.
 */
bool tm_rate_init(struct tm_rate *rate, u8 kind, u64 per_second, u64 burst);

/* Burst when none is given, packets or bytes.  Pure. */
u64 tm_rate_default_burst(u8 kind, u64 per_second);

/**
 * tm_rate_used - how much of the burst is used, for showing
 * @tat: time units
 * @now: time units, tm_limit_time()
 *
 * Pure.  Return: packets or bytes, rounded up, but below the burst exactly when
 * the limiter is not over.
 */
u64 tm_rate_used(const struct tm_rate *rate, u64 tat, u64 now);

/* Is a limiter over?  Pure. */
static inline bool tm_rate_over(const struct tm_rate *rate, u64 tat, u64 now)
{
	return tat >= now + rate->tolerance;
}

/* Cost of @amount in whole time units, @dither (32 random bits) rounding fairly.  Pure. */
static inline u64 tm_rate_cost(const struct tm_rate *rate, u32 amount, u32 dither)
{
	amount = min(amount, TM_RATE_AMOUNT_MAX);
	return rate->cost * amount + (((u64)rate->cost_fraction * amount + dither) >> 32);
}

#define TM_RATE_DITHER_STEP	0x9E3779B9U	/* 2^32 / golden ratio: odd, so all values come */

/*
 * 32 fair bits of a counter that goes on by TM_RATE_DITHER_STEP.  The counter
 * itself would be as fair to a key that is alone, but keys that take turns see
 * every n-th value of it, and for n a Fibonacci number those hardly move.  So
 * it is mixed: a permutation of 32 bits, any subsequence looks random.  Pure.
 */
static inline u32 tm_rate_dither(u32 counter)
{
	counter ^= counter >> 16;
	counter *= 0x7FEB352DU;
	counter ^= counter >> 15;
	counter *= 0x846CA68BU;
	return counter ^ counter >> 16;
}

/**
 * struct tm_limit_key - whom a limit is counted for, readable
 * @policy_id: never reused while the module is loaded
 * @limit: index of the limit in its policy
 * @kind: enum trafficmon_key
 * @flags: TM_LIMIT_KEY_*; IPV6 where the kind has an address and it is one
 *
 * What the kind does not use is 0.  An address of a key without IPV6 differs
 * from others in its last 32 bits only.
 */
struct tm_limit_key {
	union tm_address source;	/* masked */
	union tm_address destination;	/* masked */
	u32 policy_id;
	u32 ifindex;
	__be16 source_port;
	__be16 destination_port;
	u8 protocol;
	u8 kind;
	u8 limit;
	u8 flags;
};

#define TM_LIMIT_KEY_AGGREGATE	1	/* enclosing prefix, taken because the table was full */
#define TM_LIMIT_KEY_IPV6	2

/* Behind the tags, see limit_tag.h; [2]: of each half.  All random; @mix is odd. */
struct tm_limit_secret {
	u64 source[2][4];
	u64 destination[2][4];
	u64 more[2][2];
	u64 seed[2][3];
	u64 mix;
};

/* What all tags of a limit and a family begin with. */
struct tm_limit_seed {
	u64 sum[2];
};

/**
 * struct tm_limit_slot - hot part of a limiter
 * @tag: of the key; 0: free or changing hands.  Written under the bucket's stripe
 * @tat: time units.  Passed: the limiter equals none
 *
 * Both atomic, because 32-bit machines read a u64 in halves.
 */
struct tm_limit_slot {
	atomic64_t tag;
	atomic64_t tat;
};

/**
 * struct tm_limit_cold - what is needed to show a limiter
 * @key: valid while the tag is not 0; written under the bucket's stripe
 * @over_sampled: packets over the limit, one in 16 counted, times 16
 * @over_time: when last so, CLOCK_MONOTONIC ns >> TM_LIMIT_OVER_SHIFT
 * @over_since: the same, of the first after a pause of TM_LIMIT_OVER_PAUSE
 */
struct tm_limit_cold {
	struct tm_limit_key key;
	atomic64_t over_sampled;
	u32 over_time;
	u32 over_since;
};

#define TM_LIMIT_SAMPLE_SHIFT	4	/* one over packet in 16 is noted */
#define TM_LIMIT_SAMPLED	(1U << (32 - TM_LIMIT_SAMPLE_SHIFT))
#define TM_LIMIT_OVER_SHIFT	30	/* about seconds, without a division */
#define TM_LIMIT_OVER_PAUSE	10	/* of them, within which a key is over for one episode */

#define TM_LIMIT_COUNT_MIN	64
#define TM_LIMIT_COUNT_MAX	0x1000000U
#define TM_LIMIT_STRIPES	256	/* at most; a small table has a stripe for two buckets */
#define TM_LIMIT_WAYS		4
#define TM_LIMIT_TRIES		4

/**
 * struct tm_limit_table - all limiters of a namespace
 * @slots: hot part
 * @cold: same index
 * @mask: buckets of four, minus 1
 * @stripe_mask: stripes, minus 1: the low bits of a bucket's number choose its stripe
 * @secret: of the tags; never shown
 * @stripes: every write of a tag or of a cold key holds the stripe of its
 *	bucket; taken as bh_lock.h says, nothing inside
 */
struct tm_limit_table {
	struct tm_limit_slot *slots;
	struct tm_limit_cold *cold;
	u32 mask;
	u32 stripe_mask;
	struct tm_limit_secret secret;
	spinlock_t *stripes;	/* of tags and cold keys, see above */
};

/**
 * tm_limit_init - allocate an empty table
 * @count: limiters, a power of two, TM_LIMIT_COUNT_MIN..TM_LIMIT_COUNT_MAX
 *
 * Context: process.  Return: 0, -EINVAL (@count), -ENOMEM; @table is then as after clean.
 */
int tm_limit_init(struct tm_limit_table *table, u32 count);

/* Free it; nobody may use it any more.  Context: process. */
void tm_limit_clean(struct tm_limit_table *table);

/* Memory it holds, in bytes.  Context: any. */
u64 tm_limit_bytes(const struct tm_limit_table *table);

enum tm_limit_verdict {
	TM_LIMIT_UNDER,		/* charged, or to be charged */
	TM_LIMIT_OVER,		/* nothing charged */
	TM_LIMIT_FULL,		/* no room for the key */
	TM_LIMIT_CONTENDED,	/* four tries lost; nothing charged */
	TM_LIMIT_UNASKED,	/* the policy does not match after all */
};

/* The tag of a key: keyed hash, never 0.  Context: any. */
u64 tm_limit_tag(const struct tm_limit_table *table, const struct tm_limit_key *key);

/**
 * tm_limit_test - would a packet of this key be over?  Charges nothing.
 *
 * Writes nothing.
 * Return: UNDER (also when the key has no slot and room can be had), OVER, or FULL.
 * Context: BH off.
 */
enum tm_limit_verdict tm_limit_test(const struct tm_limit_table *table, u64 tag,
				    const struct tm_rate *rate, u64 now_ns);

/*
 * Is there certainly no room for a key that has no slot?  Holds and writes nothing:
 * in a flood every packet may ask.  Context: BH off.
 */
bool tm_limit_full(const struct tm_limit_table *table, u64 tag, u64 now_ns);

/**
 * tm_limit_charge_again - the tries behind the first, tm_limit_try()
 * @tag: of @key, tm_limit_tag()
 * @verdict: of the first: FULL, where there may be room, or CONTENDED
 *
 * Takes a slot where the key has none.  Return: any verdict.  Context: BH off.
 */
enum tm_limit_verdict tm_limit_charge_again(struct tm_limit_table *table, u64 tag,
					    const struct tm_limit_key *key,
					    const struct tm_rate *rate, u32 amount, u64 now_ns,
					    enum tm_limit_verdict verdict);

/* Count an over packet of a key @packets times 16.  Context: BH off. */
void tm_limit_note_sample(struct tm_limit_table *table, u64 tag, u32 packets, u64 now_ns);

/**
 * tm_limit_note_over - note an over packet of a key
 * @packets: it stands for
 *
 * Samples one packet in 16, at random, and counts it 16 times.  Its time is
 * what makes it random: of keys that take turns, each 16th packet would always
 * be the same one's.  Context: BH off.
 */
static __always_inline void tm_limit_note_over(struct tm_limit_table *table, u64 tag,
					       u32 packets, u64 now_ns)
{
	if (unlikely((u32)now_ns * TM_RATE_DITHER_STEP < TM_LIMIT_SAMPLED))
		tm_limit_note_sample(table, tag, packets, now_ns);
}

/**
 * tm_limit_over_since - since when a key has been over its limit
 *
 * To about a second, and by samples: an episode that was not sampled yet begins now.
 * Return: CLOCK_MONOTONIC ns.  Context: BH off.
 */
u64 tm_limit_over_since(const struct tm_limit_table *table, u64 tag, u64 now_ns);

/**
 * struct tm_limit_view - one live limiter as shown
 * @tat: time units
 * @over_sampled: packets over the limit, estimated from one in 16
 * @over_ns: CLOCK_MONOTONIC when last so, to about a second; 0: never
 */
struct tm_limit_view {
	struct tm_limit_key key;
	u64 tat;
	u64 over_sampled;
	u64 over_ns;
};

/**
 * tm_limit_next - walk: the first live limiter at or behind *@index
 *
 * Sets *@index to the one behind it.  Return: false at the end.  A key that
 * changes hands meanwhile is skipped.  Context: process, BH on; may sleep.
 */
bool tm_limit_next(const struct tm_limit_table *table, u32 *index, u64 now_ns,
		   struct tm_limit_view *view);

/* Forget one key.  Return: 0, -ENOENT when it has no live limiter.  Context: process, BH on. */
int tm_limit_forget(struct tm_limit_table *table, const struct tm_limit_key *key, u64 now_ns);

/**
 * tm_limit_flush - forget all keys of a policy
 * @policy_id: 0: of all policies
 *
 * What is inserted meanwhile may stay.  Return: live limiters forgotten.
 * Context: process, BH on; may sleep.
 */
u32 tm_limit_flush(struct tm_limit_table *table, u32 policy_id, u64 now_ns);

#endif
