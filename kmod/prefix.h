/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Prefixes: a set of (prefix, value, expiry), asked two questions by address.
 *
 * Membership is *any covering, unexpired prefix*, and the longest of them is the
 * one that is told and counted.  The longest match without expiry serves the
 * classifier, whose values already hold the union of all covering ones.
 * Built for a million entries of mixed lengths: one insert or removal touches
 * a bounded number of nodes, also for 0.0.0.0/0.
 *
 * Pure: builds in userspace too.  Readers under rcu_read_lock() beside one
 * writer, who holds a lock of its own.
 */
#ifndef TM_PREFIX_H
#define TM_PREFIX_H

#include <linux/compiler.h>
#include "packet.h"

struct tm_prefixes;
struct tm_prefix_entry;

/**
 * struct tm_prefix - one entry as it is given and shown
 * @address: bits behind @length are 0; IPv4 as ::ffff:a.b.c.d
 * @family: enum trafficmon_family
 * @length: bits, 0..32 or 0..128
 * @expires_ns: CLOCK_MONOTONIC; 0: never
 * @value: the owner's; not 0
 */
struct tm_prefix {
	union tm_address address;
	u8 family;
	u8 length;
	u64 expires_ns;
	unsigned long value;
};

/**
 * struct tm_prefix_hits - what was found by one entry
 * @packets: in each second the first, and of the others one in 16, counted 16 times
 * @bytes: of these
 * @time: of the last, in seconds of 2^30 ns, from 1; 0: never
 */
struct tm_prefix_hits {
	u64 packets;
	u64 bytes;
	u32 time;
};

#define TM_PREFIX_HIT_SHIFT	30	/* about seconds, without a division */
#define TM_PREFIX_SAMPLE_SHIFT	4	/* one hit in 16 is counted */

/* The memory of entries.  Teardown: when all that was freed by RCU is free. */
int tm_prefix_setup(void);
void tm_prefix_teardown(void);

/**
 * struct tm_prefix_values - values that belong to their prefixes
 * @drop: called when the prefix is gone or has another value, at once: no reader may
 *	use values
 * @bytes: memory that one holds
 */
struct tm_prefix_values {
	void (*drop)(unsigned long value);
	size_t (*bytes)(unsigned long value);
};

/**
 * tm_prefixes_alloc - a set without prefixes
 * @values: NULL: they are its owner's
 *
 * May sleep.  NULL: no memory.
 */
struct tm_prefixes *tm_prefixes_alloc(const struct tm_prefix_values *values);

/* Frees at once: no reader may be left.  Context: process; may sleep. */
void tm_prefixes_free(struct tm_prefixes *prefixes);

/**
 * tm_prefixes_add - insert, or put a new entry in the place of that of the same prefix
 *
 * Return: 0 new, 1 replaced, -ENOMEM (nothing changed, the value is the caller's).
 * Context: may sleep; one writer at a time; readers may run.
 */
int tm_prefixes_add(struct tm_prefixes *prefixes, const struct tm_prefix *prefix);

/**
 * tm_prefixes_set - give the very prefix, expired or not, expiry and value of @prefix
 *
 * In place: takes no memory, and what was counted stays.  Return: 0, -ENOENT.
 * Context: as add.
 */
int tm_prefixes_set(struct tm_prefixes *prefixes, const struct tm_prefix *prefix);

/* The same, expiry alone. */
int tm_prefixes_set_expiry(struct tm_prefixes *prefixes, const struct tm_prefix *prefix);

/* Return: 0, -ENOENT (also for an expired one), -ENOMEM.  Context: as add. */
int tm_prefixes_del(struct tm_prefixes *prefixes, const struct tm_prefix *prefix, u64 now_ns);

/* Is the very prefix (address and length) there, unexpired?  Context: writer or RCU. */
bool tm_prefixes_has(const struct tm_prefixes *prefixes, const struct tm_prefix *prefix,
		     u64 now_ns);

/* Value of the very prefix, expiry ignored; 0: it is not there.  Context: writer or RCU. */
unsigned long tm_prefixes_value(const struct tm_prefixes *prefixes,
				const struct tm_prefix *prefix);

/* The longest unexpired prefix that covers the address, or NULL.  Context: RCU, softirq. */
struct tm_prefix_entry *tm_prefixes_covering(const struct tm_prefixes *prefixes, u8 family,
					     const union tm_address *address, u64 now_ns);

/**
 * tm_prefix_hit - count a packet for an entry that was found
 * @random: 32 bits, for which packets are counted
 *
 * Writes to the entry for the first packet in a second, and one in 16.  Context: RCU, any.
 */
void tm_prefix_hit(struct tm_prefix_entry *entry, u32 packets, u32 bytes, u64 now_ns, u32 random);

/* What was counted for the very prefix; zeroes where it is not there.  Context: writer or RCU. */
void tm_prefixes_hits(const struct tm_prefixes *prefixes, const struct tm_prefix *prefix,
		      struct tm_prefix_hits *hits);

/* An entry as it is shown.  Context: as tm_prefixes_covering(). */
void tm_prefix_show(const struct tm_prefix_entry *entry, struct tm_prefix *prefix);

/*
 * What was counted in @from is counted for the same prefixes in @to instead, but of what
 * has expired.  Packets may find entries of both meanwhile.  Some 0.5 us an entry.
 * Context: writer of both; may sleep.
 */
void tm_prefixes_move_hits(struct tm_prefixes *to, struct tm_prefixes *from, u64 now_ns);

/*
 * What is asked first, inline: is there any prefix with the first bits of the
 * address, 8 of IPv4, 32 of IPv6?  Each 8 bits of IPv4 have a cell of their own;
 * the 32 of IPv6 are hashed into 1,024.  In small sets that is nearly always the
 * whole look-up, 12 instructions in the place of 75.  A prefix of IPv6 that is
 * shorter than 32 bits ends that: then all cells of IPv6 say that there may be one.
 */
enum {
	TM_PREFIX_CELLS_IPV4 = 256,
	TM_PREFIX_CELLS_IPV6 = 1024,
	TM_PREFIX_CELLS = TM_PREFIX_CELLS_IPV4 + TM_PREFIX_CELLS_IPV6,
};

struct tm_prefix_cells {
	u8 any[TM_PREFIX_CELLS];
};

static __always_inline u32 tm_prefix_cell(u8 family, const union tm_address *address)
{
	if (family == TRAFFICMON_FAMILY_IPV4)
		return address->bytes[12];
	return TM_PREFIX_CELLS_IPV4 + (__force u32)address->words[0] * 0x9E3779B1U /
				      (U32_MAX / TM_PREFIX_CELLS_IPV6 + 1);
}

/* May a prefix cover one of two addresses?  Context: RCU, softirq. */
static __always_inline bool tm_prefixes_may_cover(const struct tm_prefixes *prefixes, u8 family,
						  const union tm_address *one,
						  const union tm_address *other)
{
	/* the first part of it */
	const struct tm_prefix_cells *cells = (const struct tm_prefix_cells *)prefixes;

	return READ_ONCE(cells->any[tm_prefix_cell(family, one)]) |
	       READ_ONCE(cells->any[tm_prefix_cell(family, other)]);
}

/*
 * The longest unexpired prefix that covers the first of two addresses, or else the other;
 * NULL: none does.  Context: RCU, softirq.
 */
struct tm_prefix_entry *tm_prefixes_covering_either(const struct tm_prefixes *prefixes, u8 family,
						    const union tm_address *one,
						    const union tm_address *other, u64 now_ns);

/* Value of the longest covering prefix, expiry ignored; 0: none.  Context: RCU, softirq. */
unsigned long tm_prefixes_longest(const struct tm_prefixes *prefixes, u8 family,
				  const union tm_address *address);

/**
 * tm_prefixes_next - walk in order: family, address, length
 * @after: the last one seen, or NULL for the first; need not be there any more
 * @next: filled in
 *
 * Return: false at the end.  Expired entries are shown too; the caller decides.
 * Context: writer or RCU; a walk may be resumed across RCU sections.
 */
bool tm_prefixes_next(const struct tm_prefixes *prefixes, const struct tm_prefix *after,
		      struct tm_prefix *next);

#define TM_PREFIX_EXPIRE_LOOKS 16

/**
 * tm_prefixes_expire - remove expired entries, some at a time; looks at none where none expires
 * @after: where to go on: zeroed before the first call, then left alone; its
 *	value is 0 when all have been looked at, and the next call begins again
 * @budget: entries to remove at most; TM_PREFIX_EXPIRE_LOOKS times as many
 *	are looked at, at most
 *
 * Return: how many were removed.  Context: as add.
 */
u32 tm_prefixes_expire(struct tm_prefixes *prefixes, struct tm_prefix *after, u32 budget,
		       u64 now_ns);

/* Entries, expired ones that still stand included.  Context: any. */
u32 tm_prefixes_count(const struct tm_prefixes *prefixes);

/* Would tm_prefixes_expire() look at any?  Context: writer. */
bool tm_prefixes_expires(const struct tm_prefixes *prefixes);

/* Memory held, in bytes, as asked from the allocator, with that of values.  Context: any. */
u64 tm_prefixes_bytes(const struct tm_prefixes *prefixes);

#endif
