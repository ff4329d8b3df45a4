/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The trie behind prefix.h, shared by its readers (prefix.c) and its writer
 * (prefix_update.c).
 *
 * A multibit trie whose nodes hold one bitmap of the prefixes that end in them
 * and one of their children, in front of one array of both: W. Eatherton,
 * G. Varghese, Z. Dittia, "Tree bitmap: hardware/software IP lookups with
 * incremental updates", ACM CCR 34(2), 2004.  On top of that:
 *
 * - A prefix stands once, whatever its length; nothing is expanded.
 * - Of each family, a table takes the first 8 bits; prefixes shorter than
 *   that have a table of their own.  Below, a node takes 6 bits.
 * - A node exists only where two entries part, so it has at least two items,
 *   and there are fewer nodes than entries.  What a look-up skips on the way
 *   is not compared on the way but at the entry, which holds all its bits
 *   (as in D. R. Morrison, "PATRICIA", JACM 15(4), 1968).
 * - A node's shape never changes: another shape is another node, put in its
 *   place by one pointer.  An item of a node may be replaced in place.
 *
 * Lengths and depths are of the 128-bit form: those of IPv4 count from 96.
 */
#ifndef TM_PREFIX_TRIE_H
#define TM_PREFIX_TRIE_H

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include "prefix.h"

enum {
	TM_PREFIX_ROOT_BITS = 8,
	TM_PREFIX_ROOT_SIZE = 1 << TM_PREFIX_ROOT_BITS,
	TM_PREFIX_STRIDE = 6,
	TM_PREFIX_DEPTH_MAX = 20,	/* nodes above one another: (128 - 8) / 6 */
	TM_PREFIX_FIRST_OWN = 64,	/* item positions: 0..63 children, then prefixes */
	TM_PREFIX_GRAVE_SIZE = 60,
	TM_PREFIX_RETIRED_MAX = 4,	/* by one update: node, entry, both tables */
};

/**
 * struct tm_prefix_entry - one prefix; immutable but for expiry, value and counters
 * @expires_ns: CLOCK_MONOTONIC; U64_MAX: never.  Atomic, lest a 32-bit reader beside a
 *	renewal sees half of each and takes the prefix for expired
 * @packets: as in struct tm_prefix_hits, from here to @hit_time
 * @length: of the 128-bit form
 * @address4: of IPv4, whose memory ends behind it
 * @address: of IPv6, as it lies in memory
 */
struct tm_prefix_entry {
	atomic64_t expires_ns;
	atomic64_t packets;
	atomic64_t bytes;
	unsigned long value;
	u32 hit_time;
	u8 family;
	u8 length;
	__be32 mask4;
	__be32 address4;
	u64 address[2];
	u64 mask[2];
};

/**
 * struct tm_prefix_node - where entries part
 * @prefixes: those of length @depth + 0..5: bit 1 << r | the r bits behind @depth
 * @children: by the 6 bits behind @depth
 * @window: byte of the address where 64 bits begin that hold those 6
 * @shift: bits behind the 6 in these 64
 * @depth: bits in front of the 6
 * @child_count: bits in @children
 * @items: children, then prefixes, each in the order of its bit
 */
struct tm_prefix_node {
	u64 prefixes;
	u64 children;
	u8 window;
	u8 shift;
	u8 depth;
	u8 child_count;
	void __rcu *items[];
};

/* What waits to be freed together. */
struct tm_prefix_grave {
	struct rcu_head rcu;
	u32 count;
	void *objects[TM_PREFIX_GRAVE_SIZE];
};

/* By the first 8 bits, or for shorter prefixes at 1 << length | bits. */
struct tm_prefix_table {
	void __rcu *slots[TM_PREFIX_ROOT_SIZE];
};

/**
 * struct tm_prefix_family
 * @roots: nodes and entries of 8 bits and more; NULL: there are none
 * @shorts: entries of 0..7 bits; NULL: there are none
 * @covered: by the first 8 bits: does one of @shorts cover them
 * @root_count: entries below @roots
 * @short_count: entries in @shorts
 */
struct tm_prefix_family {
	struct tm_prefix_table __rcu *roots;
	struct tm_prefix_table __rcu *shorts;
	u64 covered[TM_PREFIX_ROOT_SIZE / 64];
	u32 root_count;
	u32 short_count;
};

/**
 * struct tm_prefixes
 * @cells: see tm_prefixes_may_cover(); those of a classifier are asked for by nobody
 * @cell_counts: entries in each cell; a short one of IPv4 is in all that it covers
 * @wide_count: entries of IPv6 shorter than the bits that choose a cell
 * @values: see tm_prefixes_alloc()
 * @grave: what the next call_rcu() frees
 * @expiring: entries that expire at some time
 * @bytes: memory held
 */
struct tm_prefixes {
	struct tm_prefix_cells cells;
	struct tm_prefix_family families[__TRAFFICMON_FAMILY_MAX];
	u32 cell_counts[TM_PREFIX_CELLS];
	u32 wide_count;
	const struct tm_prefix_values *values;
	struct tm_prefix_grave *grave;
	u32 expiring;
	u64 bytes;
};

/* An item is a node or an entry marked by the lowest bit of its address; in a table also NULL. */
static inline bool tm_prefix_is_entry(const void *item)
{
	return (unsigned long)item & 1;
}

static inline struct tm_prefix_entry *tm_prefix_entry(const void *item)
{
	return (struct tm_prefix_entry *)((unsigned long)item - 1);
}

static inline void *tm_prefix_item(const struct tm_prefix_entry *entry)
{
	return (void *)((unsigned long)entry + 1);
}

static inline u64 tm_prefix_expires_ns(const struct tm_prefix_entry *entry)
{
	return atomic64_read(&entry->expires_ns);
}

static inline bool tm_prefix_unexpired(const struct tm_prefix_entry *entry, u64 now_ns)
{
	return tm_prefix_expires_ns(entry) > now_ns;
}

/* Readers are under RCU, the writer is alone: both may follow. */
static inline void *tm_prefix_get(void __rcu *const *slot)
{
	return rcu_dereference_raw(*slot);
}

static inline u32 tm_prefix_base(u8 family)
{
	return family == TRAFFICMON_FAMILY_IPV4 ? 96 : 0;
}

static inline u32 tm_prefix_top(u8 family, const union tm_address *address)
{
	return address->bytes[family == TRAFFICMON_FAMILY_IPV4 ? 12 : 0];
}

static inline u32 tm_prefix_window(u32 depth)
{
	return depth / 8 < 8 ? depth / 8 : 8;
}

static inline u32 tm_prefix_shift(u32 depth)
{
	return 64 - TM_PREFIX_STRIDE - (depth - 8 * tm_prefix_window(depth));
}

/* 64 bits of the address from byte @window on, 0..8. */
static inline u64 tm_prefix_word(const union tm_address *address, u32 window)
{
	__be64 word;

	memcpy(&word, &address->bytes[window], sizeof(word));
	return be64_to_cpu(word);
}

/* The 6 bits behind @depth. */
static inline u32 tm_prefix_bits(const union tm_address *address, u32 depth)
{
	return tm_prefix_word(address, tm_prefix_window(depth)) >> tm_prefix_shift(depth) & 63;
}

/* The item position of a prefix of @length in a node at @depth <= @length. */
static inline u32 tm_prefix_position(const union tm_address *address, u32 length, u32 depth)
{
	u32 bits = tm_prefix_bits(address, depth);
	u32 own = length - depth;

	if (own >= TM_PREFIX_STRIDE)
		return bits;
	return TM_PREFIX_FIRST_OWN + (1 << own | bits >> (TM_PREFIX_STRIDE - own));
}

static inline bool tm_prefix_present(const struct tm_prefix_node *node, u32 position)
{
	if (position < TM_PREFIX_FIRST_OWN)
		return node->children >> position & 1;
	return node->prefixes >> (position - TM_PREFIX_FIRST_OWN) & 1;
}

/* Items in front of @position. */
static inline u32 tm_prefix_rank(const struct tm_prefix_node *node, u32 position)
{
	if (position < TM_PREFIX_FIRST_OWN)
		return hweight64(node->children & (BIT_ULL(position) - 1));
	return node->child_count +
	       hweight64(node->prefixes & (BIT_ULL(position - TM_PREFIX_FIRST_OWN) - 1));
}

static inline u32 tm_prefix_items(const struct tm_prefix_node *node)
{
	return node->child_count + hweight64(node->prefixes);
}

/* Any entry below an item: it shares all bits in front of a node with all others there. */
static inline struct tm_prefix_entry *tm_prefix_any(void *item)
{
	while (!tm_prefix_is_entry(item)) {
		struct tm_prefix_node *node = item;

		item = tm_prefix_get(&node->items[tm_prefix_items(node) - 1]);
	}
	return tm_prefix_entry(item);
}

static inline void tm_prefix_address(const struct tm_prefix_entry *entry,
				     union tm_address *address)
{
	if (entry->family == TRAFFICMON_FAMILY_IPV4) {
		address->words[0] = 0;
		address->words[1] = 0;
		address->words[2] = htonl(0xffff);
		address->words[3] = entry->address4;
	} else {
		address->halves[0] = entry->address[0];
		address->halves[1] = entry->address[1];
	}
}

/* How many leading bits two addresses share, 0..128. */
static inline u32 tm_prefix_common(const union tm_address *a, const union tm_address *b)
{
	u64 high = tm_prefix_word(a, 0) ^ tm_prefix_word(b, 0);
	u64 low = tm_prefix_word(a, 8) ^ tm_prefix_word(b, 8);

	return high ? 64 - fls64(high) : 128 - fls64(low);
}

/* The entry of the very prefix, or NULL.  Context: writer or RCU. */
struct tm_prefix_entry *tm_prefix_find(const struct tm_prefixes *prefixes,
				       const struct tm_prefix *prefix);

/* @change: 1: the prefix is new, -1: it is gone.  Context: writer. */
void tm_prefix_cells_count(struct tm_prefixes *prefixes, const struct tm_prefix *prefix,
			   int change);

#endif
