// SPDX-License-Identifier: GPL-2.0
/*
 * Prefix sets: what readers do.  The structure is told in prefix_trie.h.
 *
 * A look-up follows one path.  In each node it tests at once, by the mask of
 * their bits, all prefixes that could cover the address, and compares an entry
 * only where there is one; so a miss mostly compares none.
 */
#include <linux/bitops.h>
#include <linux/cache.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include "prefix_trie.h"

/*
 * By a node's 6 bits: the prefixes that could cover an address, which are
 * bit 1 << r | (the first r of the 6), for r of 0..5.
 */
static const u64 cover[64] ____cacheline_aligned = {
	0x0000000100010116ULL, 0x0000000100010116ULL, 0x0000000200010116ULL,
	0x0000000200010116ULL, 0x0000000400020116ULL, 0x0000000400020116ULL,
	0x0000000800020116ULL, 0x0000000800020116ULL, 0x0000001000040216ULL,
	0x0000001000040216ULL, 0x0000002000040216ULL, 0x0000002000040216ULL,
	0x0000004000080216ULL, 0x0000004000080216ULL, 0x0000008000080216ULL,
	0x0000008000080216ULL, 0x0000010000100426ULL, 0x0000010000100426ULL,
	0x0000020000100426ULL, 0x0000020000100426ULL, 0x0000040000200426ULL,
	0x0000040000200426ULL, 0x0000080000200426ULL, 0x0000080000200426ULL,
	0x0000100000400826ULL, 0x0000100000400826ULL, 0x0000200000400826ULL,
	0x0000200000400826ULL, 0x0000400000800826ULL, 0x0000400000800826ULL,
	0x0000800000800826ULL, 0x0000800000800826ULL, 0x000100000100104aULL,
	0x000100000100104aULL, 0x000200000100104aULL, 0x000200000100104aULL,
	0x000400000200104aULL, 0x000400000200104aULL, 0x000800000200104aULL,
	0x000800000200104aULL, 0x001000000400204aULL, 0x001000000400204aULL,
	0x002000000400204aULL, 0x002000000400204aULL, 0x004000000800204aULL,
	0x004000000800204aULL, 0x008000000800204aULL, 0x008000000800204aULL,
	0x010000001000408aULL, 0x010000001000408aULL, 0x020000001000408aULL,
	0x020000001000408aULL, 0x040000002000408aULL, 0x040000002000408aULL,
	0x080000002000408aULL, 0x080000002000408aULL, 0x100000004000808aULL,
	0x100000004000808aULL, 0x200000004000808aULL, 0x200000004000808aULL,
	0x400000008000808aULL, 0x400000008000808aULL, 0x800000008000808aULL,
	0x800000008000808aULL,
};

static __always_inline bool entry_covers(const struct tm_prefix_entry *entry,
					 const union tm_address *address, bool v4)
{
	if (v4)
		return !((entry->address4 ^ address->words[3]) & entry->mask4);
	return !(((entry->address[0] ^ address->halves[0]) & entry->mask[0]) |
		 ((entry->address[1] ^ address->halves[1]) & entry->mask[1]));
}

/*
 * The longest prefix among @hits (bits of node->prefixes on the path of the
 * address) that covers it and is unexpired.
 */
static noinline struct tm_prefix_entry *longest_hit(const struct tm_prefix_node *node, u64 hits,
						    const union tm_address *address, u64 now_ns,
						    bool v4)
{
	while (hits) {
		u32 bit = fls64(hits) - 1;
		u32 rank = tm_prefix_rank(node, TM_PREFIX_FIRST_OWN + bit);
		struct tm_prefix_entry *entry = tm_prefix_entry(tm_prefix_get(&node->items[rank]));

		if (!entry_covers(entry, address, v4))
			return NULL;	/* nor does any below this node */
		if (tm_prefix_unexpired(entry, now_ns))
			return entry;
		hits ^= BIT_ULL(bit);
	}
	return NULL;
}

/* Of the prefixes of 0..7 bits the longest that covers the address and is unexpired. */
static noinline struct tm_prefix_entry *longest_short(const struct tm_prefix_family *family,
						      u32 top, u64 now_ns)
{
	const struct tm_prefix_table *shorts = rcu_dereference_raw(family->shorts);
	u32 length;

	for (length = TM_PREFIX_ROOT_BITS; shorts && length--;) {
		void *item = tm_prefix_get(&shorts->slots[1 << length |
						top >> (TM_PREFIX_ROOT_BITS - length)]);

		if (item && tm_prefix_unexpired(tm_prefix_entry(item), now_ns))
			return tm_prefix_entry(item);
	}
	return NULL;
}

/* The 6 bits that a node decides by, with others above them. */
static __always_inline u64 node_bits(const struct tm_prefix_node *node,
				     const union tm_address *address, bool v4)
{
	/* of IPv4 all nodes look into the same half, which stays in a register */
	return tm_prefix_word(address, v4 ? 8 : node->window) >> node->shift;
}

/* Is there a child by these 6 bits?  Which? */
static __always_inline bool node_child(const struct tm_prefix_node *node, u64 bits, void **child)
{
	/* its own bit comes to the top: is it set, how many are up to it */
	u64 up_to = node->children << (~bits & 63);

	if (!(up_to >> 63))
		return false;
	*child = tm_prefix_get(&node->items[hweight64(up_to) - 1]);
	return true;
}

/* The whole look-up from @item on. */
static __always_inline struct tm_prefix_entry *lookup_from(void *item,
							   const union tm_address *address,
							   u64 now_ns, bool v4)
{
	struct tm_prefix_entry *entry, *found = NULL;

	if (!item)
		return found;
	while (!tm_prefix_is_entry(item)) {
		const struct tm_prefix_node *node = item;
		u64 bits = node_bits(node, address, v4);
		u64 hits = node->prefixes & cover[bits & 63];

		if (hits) {
			entry = longest_hit(node, hits, address, now_ns, v4);
			if (entry)
				found = entry;
		}
		if (!node_child(node, bits, &item))
			return found;
	}
	entry = tm_prefix_entry(item);
	if (entry_covers(entry, address, v4) && tm_prefix_unexpired(entry, now_ns))
		return entry;
	return found;
}

static noinline struct tm_prefix_entry *longest_from4(void *item,
						      const union tm_address *address, u64 now_ns)
{
	return lookup_from(item, address, now_ns, true);
}

static noinline struct tm_prefix_entry *longest_from6(void *item,
						      const union tm_address *address, u64 now_ns)
{
	return lookup_from(item, address, now_ns, false);
}

static __always_inline struct tm_prefix_entry *longest_from(void *item,
							    const union tm_address *address,
							    u64 now_ns, bool v4)
{
	return v4 ? longest_from4(item, address, now_ns) : longest_from6(item, address, now_ns);
}

/*
 * The look-up as long as no prefix on the way could cover the address, which
 * needs no register saved: whoever stops it goes on in lookup_from().  Returns
 * NULL, an entry that may cover, or the first node with a prefix that may.
 */
static __always_inline void *lookup_until(void *item, const union tm_address *address, bool v4)
{
	if (!item)
		return NULL;
	while (!tm_prefix_is_entry(item)) {
		const struct tm_prefix_node *node = item;
		u64 bits = node_bits(node, address, v4);

		if (node->prefixes && node->prefixes & cover[bits & 63])
			return item;
		if (!node_child(node, bits, &item))
			return NULL;
	}
	return item;
}

static __always_inline void *root_item(const struct tm_prefix_family *family, u32 top)
{
	const struct tm_prefix_table *roots = rcu_dereference_raw(family->roots);

	return roots ? tm_prefix_get(&roots->slots[top]) : NULL;
}

static __always_inline bool short_covers(const struct tm_prefix_family *family, u32 top)
{
	return unlikely(rcu_access_pointer(family->shorts)) &&
	       READ_ONCE(family->covered[top / 64]) >> (top % 64) & 1;
}

/* Where a short prefix covers too. */
static noinline struct tm_prefix_entry *longest_with_short(const struct tm_prefix_family *family,
							   const union tm_address *address,
							   u32 top, u64 now_ns, bool v4)
{
	struct tm_prefix_entry *entry = longest_from(root_item(family, top), address, now_ns, v4);

	return entry ? entry : longest_short(family, top, now_ns);
}

static __always_inline struct tm_prefix_entry *
family_covering(const struct tm_prefix_family *family, const union tm_address *address,
		u64 now_ns, bool v4)
{
	u32 top = v4 ? tm_prefix_word(address, 8) >> 24 & 255 : address->bytes[0];
	struct tm_prefix_entry *entry;
	void *item;

	if (short_covers(family, top))
		return longest_with_short(family, address, top, now_ns, v4);
	item = lookup_until(root_item(family, top), address, v4);
	if (!item)
		return NULL;
	if (unlikely(!tm_prefix_is_entry(item)))
		return longest_from(item, address, now_ns, v4);
	entry = tm_prefix_entry(item);
	return entry_covers(entry, address, v4) && tm_prefix_unexpired(entry, now_ns) ? entry :
											NULL;
}

/* The longest of @hits, which are bits of node->prefixes. */
static __always_inline struct tm_prefix_entry *top_hit(const struct tm_prefix_node *node, u64 hits)
{
	u64 in_front = node->prefixes & (BIT_ULL(fls64(hits) - 1) - 1);

	return tm_prefix_entry(tm_prefix_get(&node->items[node->child_count +
							  hweight64(in_front)]));
}

/*
 * The longest at and below @item.  Of the prefixes in nodes only the last that
 * may cover is compared: that it does not is rare, and has all done again.
 */
static __always_inline struct tm_prefix_entry *longest_below(void *item,
							     const union tm_address *address,
							     bool v4)
{
	const struct tm_prefix_node *last = NULL;
	struct tm_prefix_entry *entry;
	void *root = item;
	u64 last_hits = 0;

	for (;;) {
		const struct tm_prefix_node *node = item;
		u64 bits, hits;

		if (tm_prefix_is_entry(item)) {
			entry = tm_prefix_entry(item);
			if (entry_covers(entry, address, v4))
				return entry;
			break;
		}
		bits = node_bits(node, address, v4);
		hits = node->prefixes & cover[bits & 63];
		if (hits) {
			last = node;
			last_hits = hits;
		}
		if (!node_child(node, bits, &item))
			break;
	}
	if (!last)
		return NULL;
	entry = top_hit(last, last_hits);
	if (likely(entry_covers(entry, address, v4)))
		return entry;
	/* entries expire after 0, so that at 0 none has */
	return longest_from(root, address, 0, v4);
}

static __always_inline unsigned long family_longest(const struct tm_prefix_family *family,
						    const union tm_address *address, bool v4)
{
	u32 top = v4 ? tm_prefix_word(address, 8) >> 24 & 255 : address->bytes[0];
	struct tm_prefix_entry *entry = NULL;
	void *item = root_item(family, top);

	if (item)
		entry = longest_below(item, address, v4);
	if (!entry && short_covers(family, top))
		entry = longest_short(family, top, 0);
	return entry ? entry->value : 0;
}

struct tm_prefix_entry *tm_prefixes_covering(const struct tm_prefixes *prefixes, u8 family,
					     const union tm_address *address, u64 now_ns)
{
	if (likely(family == TRAFFICMON_FAMILY_IPV4))
		return family_covering(&prefixes->families[TRAFFICMON_FAMILY_IPV4], address,
				       now_ns, true);
	return family_covering(&prefixes->families[TRAFFICMON_FAMILY_IPV6], address, now_ns,
			       false);
}

struct tm_prefix_entry *tm_prefixes_covering_either(const struct tm_prefixes *prefixes, u8 family,
						    const union tm_address *one,
						    const union tm_address *other, u64 now_ns)
{
	const struct tm_prefix_family *v4 = &prefixes->families[TRAFFICMON_FAMILY_IPV4];
	const struct tm_prefix_family *v6 = &prefixes->families[TRAFFICMON_FAMILY_IPV6];
	struct tm_prefix_entry *entry;

	if (likely(family == TRAFFICMON_FAMILY_IPV4)) {
		entry = family_covering(v4, one, now_ns, true);
		return entry ? entry : family_covering(v4, other, now_ns, true);
	}
	entry = family_covering(v6, one, now_ns, false);
	return entry ? entry : family_covering(v6, other, now_ns, false);
}

unsigned long tm_prefixes_longest(const struct tm_prefixes *prefixes, u8 family,
				  const union tm_address *address)
{
	if (likely(family == TRAFFICMON_FAMILY_IPV4))
		return family_longest(&prefixes->families[TRAFFICMON_FAMILY_IPV4], address, true);
	return family_longest(&prefixes->families[TRAFFICMON_FAMILY_IPV6], address, false);
}

struct tm_prefix_entry *tm_prefix_find(const struct tm_prefixes *prefixes,
				       const struct tm_prefix *prefix)
{
	const struct tm_prefix_family *family = &prefixes->families[prefix->family];
	u32 length = tm_prefix_base(prefix->family) + prefix->length;
	u32 top = tm_prefix_top(prefix->family, &prefix->address);
	const struct tm_prefix_table *table;
	struct tm_prefix_entry *entry;
	union tm_address address;
	void *item = NULL;

	if (prefix->length < TM_PREFIX_ROOT_BITS) {
		table = rcu_dereference_raw(family->shorts);
		if (table)
			item = tm_prefix_get(&table->slots[1 << prefix->length |
				top >> (TM_PREFIX_ROOT_BITS - prefix->length)]);
		return item ? tm_prefix_entry(item) : NULL;
	}
	table = rcu_dereference_raw(family->roots);
	if (table)
		item = tm_prefix_get(&table->slots[top]);
	if (!item)
		return NULL;
	while (!tm_prefix_is_entry(item)) {
		struct tm_prefix_node *node = item;
		u32 position;

		if (length < node->depth)
			return NULL;
		position = tm_prefix_position(&prefix->address, length, node->depth);
		if (!tm_prefix_present(node, position))
			return NULL;
		item = tm_prefix_get(&node->items[tm_prefix_rank(node, position)]);
	}
	entry = tm_prefix_entry(item);
	tm_prefix_address(entry, &address);
	return entry->length == length && tm_address_equal(&address, &prefix->address) ?
	       entry : NULL;
}

bool tm_prefixes_has(const struct tm_prefixes *prefixes, const struct tm_prefix *prefix,
		     u64 now_ns)
{
	const struct tm_prefix_entry *entry = tm_prefix_find(prefixes, prefix);

	return entry && tm_prefix_unexpired(entry, now_ns);
}

unsigned long tm_prefixes_value(const struct tm_prefixes *prefixes,
				const struct tm_prefix *prefix)
{
	const struct tm_prefix_entry *entry = tm_prefix_find(prefixes, prefix);

	return entry ? entry->value : 0;
}

u32 tm_prefixes_count(const struct tm_prefixes *prefixes)
{
	u32 count = 0, family;

	for (family = 0; family < __TRAFFICMON_FAMILY_MAX; family++)
		count += READ_ONCE(prefixes->families[family].root_count) +
			 READ_ONCE(prefixes->families[family].short_count);
	return count;
}

u64 tm_prefixes_bytes(const struct tm_prefixes *prefixes)
{
	return READ_ONCE(prefixes->bytes);
}
