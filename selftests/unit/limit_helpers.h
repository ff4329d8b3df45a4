/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of the table of limiters share.
 */
#ifndef LIMIT_HELPERS_H
#define LIMIT_HELPERS_H

#include "unit.h"
#include "limit.h"
#include "limit_hit.h"

#define SECOND_NS	1000000000ULL
#define START_NS	(3 * 365 * 86400 * SECOND_NS)	/* an uptime of three years */
#define SECOND_UNITS	(SECOND_NS << TM_LIMIT_TIME_SHIFT)

enum {
	PACKETS = TRAFFICMON_LIMIT_PACKETS,
	BYTES = TRAFFICMON_LIMIT_BYTES,
	UNDER = TM_LIMIT_UNDER,
	OVER = TM_LIMIT_OVER,
	FULL = TM_LIMIT_FULL,
	CONTENDED = TM_LIMIT_CONTENDED,
};

static inline struct tm_limit_table new_table(u32 count)
{
	struct tm_limit_table table;

	ASSERT_EQ(tm_limit_init(&table, count), 0);
	return table;
}

static inline struct tm_rate new_rate(u8 kind, u64 per_second, u64 burst)
{
	struct tm_rate rate;

	ASSERT_TRUE(tm_rate_init(&rate, kind, per_second, burst));
	return rate;
}

/* The key of an IPv4 source; the policy follows from it, so that a torn copy shows. */
static inline struct tm_limit_key source_key(u32 number)
{
	struct tm_limit_key key = {
		.source.words = { 0, 0, htonl(0xffff), htonl(number) },
		.policy_id = 1 + number % 5,
		.kind = TRAFFICMON_KEY_SOURCE,
	};

	return key;
}

/* As policy.c charges: it makes the key only where the first try does not decide. */
static inline int charge_key(struct tm_limit_table *table, u64 tag, const struct tm_limit_key *key,
			     const struct tm_rate *rate, u32 amount, u64 now_ns)
{
	int verdict = tm_limit_try(table, tag, rate, amount, tm_limit_time(now_ns));

	if (verdict == UNDER || verdict == OVER)
		return verdict;
	if (verdict == FULL && tm_limit_full(table, tag, now_ns))
		return verdict;
	return tm_limit_charge_again(table, tag, key, rate, amount, now_ns, verdict);
}

static inline int charge(struct tm_limit_table *table, u32 number, const struct tm_rate *rate,
			 u32 amount, u64 now_ns)
{
	struct tm_limit_key key = source_key(number);

	return charge_key(table, tm_limit_tag(table, &key), &key, rate, amount, now_ns);
}

static inline int test_key(struct tm_limit_table *table, u32 number, const struct tm_rate *rate,
			   u64 now_ns)
{
	struct tm_limit_key key = source_key(number);

	return tm_limit_test(table, tm_limit_tag(table, &key), rate, now_ns);
}

static inline u32 slot_count(const struct tm_limit_table *table)
{
	return (table->mask + 1) * TM_LIMIT_WAYS;
}

static inline u32 live_count(const struct tm_limit_table *table, u64 now_ns)
{
	struct tm_limit_view view;
	u32 index = 0, live = 0;

	while (tm_limit_next(table, &index, now_ns, &view))
		live++;
	return live;
}

/* No key has two slots, and each tag is its cold key's. */
static inline void expect_sound(const struct tm_limit_table *table)
{
	u32 i, j, count = slot_count(table);
	u64 tag;

	for (i = 0; i < count; i++) {
		tag = atomic64_read(&table->slots[i].tag);
		if (!tag)
			continue;
		EXPECT_EQ(tm_limit_tag(table, &table->cold[i].key), tag);
		for (j = i + 1; j < count; j++)
			EXPECT_NE((u64)atomic64_read(&table->slots[j].tag), tag);
	}
}

/* Insert keys from @first on until @misses in a row find no room.  Return: inserted. */
static inline u32 fill(struct tm_limit_table *table, u32 first, u32 misses, u64 now_ns)
{
	struct tm_rate rate = new_rate(PACKETS, 1, 1);
	u32 missed = 0, inserted = 0;

	while (missed < misses) {
		if (charge(table, first++, &rate, 1, now_ns) == UNDER) {
			missed = 0;
			ASSERT_LE(++inserted, slot_count(table));
		} else {
			missed++;
		}
	}
	return inserted;
}

#endif
