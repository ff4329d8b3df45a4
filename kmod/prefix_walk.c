// SPDX-License-Identifier: GPL-2.0
/*
 * Prefix sets: the walk in order of family, address, length, and what it finds
 * expired.
 *
 * Each step searches the first entry behind the last one anew, so nothing has
 * to be kept, and the last one may be gone.  In a node the order is that of
 * (the first 6-bit value it covers, its length); a child comes last among
 * those that begin with its value.
 */
#include <linux/bitops.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include "prefix_trie.h"

#define POSITION_NONE U32_MAX

/* The first item at or behind (@bits, @own), own 0..5 for prefixes, 6 for children. */
static u32 position_from(const struct tm_prefix_node *node, u32 bits, u32 own)
{
	u32 best = U32_MAX, position = POSITION_NONE, length;

	for (length = 0; length <= TM_PREFIX_STRIDE; length++) {
		u32 down = TM_PREFIX_STRIDE - length;
		u32 block = bits >> down;
		u64 map = length == TM_PREFIX_STRIDE ? node->children :
			  node->prefixes >> (1 << length) & (BIT_ULL(1 << length) - 1);
		u32 order;

		if (block << down != bits || length < own)
			block++;
		if (block >= 1U << length)
			continue;
		map = map >> block << block;
		if (!map)
			continue;
		block = __ffs64(map);
		order = block << down << 3 | length;
		if (order >= best)
			continue;
		best = order;
		position = length == TM_PREFIX_STRIDE ? block :
			   TM_PREFIX_FIRST_OWN + (1 << length | block);
	}
	return position;
}

static void *item_at(const struct tm_prefix_node *node, u32 position)
{
	return tm_prefix_get(&node->items[tm_prefix_rank(node, position)]);
}

static struct tm_prefix_entry *first_of(void *item)
{
	while (!tm_prefix_is_entry(item))
		item = item_at(item, position_from(item, 0, 0));
	return tm_prefix_entry(item);
}

static bool entry_is_behind(const struct tm_prefix_entry *entry, const union tm_address *address,
			    u32 length)
{
	union tm_address own;
	u32 half;

	tm_prefix_address(entry, &own);
	for (half = 0; half < 2; half++)
		if (own.halves[half] != address->halves[half])
			return tm_prefix_word(&own, 8 * half) > tm_prefix_word(address, 8 * half);
	return entry->length > length;
}

/*
 * Where the search goes on in a node whose first @node->depth bits may differ
 * from those of the prefix: POSITION_NONE when all of it lies in front of the
 * prefix, else the first position behind it, or (*@inside) the child in which
 * the prefix would lie.
 */
static u32 position_behind(struct tm_prefix_node *node, const union tm_address *address,
			   u32 length, bool *inside)
{
	union tm_address own;
	u32 position, common;

	*inside = false;
	tm_prefix_address(tm_prefix_any(node), &own);
	common = tm_prefix_common(&own, address);
	if (common < node->depth) {
		if (address->bytes[common / 8] & 0x80 >> common % 8)
			return POSITION_NONE;
		return position_from(node, 0, 0);
	}
	if (length < node->depth)
		return position_from(node, 0, 0);
	position = tm_prefix_position(address, length, node->depth);
	if (position < TM_PREFIX_FIRST_OWN) {
		*inside = tm_prefix_present(node, position);
		return *inside ? position : position_from(node, position + 1, 0);
	}
	return position_from(node, tm_prefix_bits(address, node->depth), length - node->depth + 1);
}

/* The first entry below @item behind the prefix, or NULL. */
static struct tm_prefix_entry *first_behind(void *item, const union tm_address *address,
					    u32 length)
{
	struct {
		struct tm_prefix_node *node;
		u32 child;
	} path[TM_PREFIX_DEPTH_MAX];
	u32 level = 0, position;
	bool inside;

	while (!tm_prefix_is_entry(item)) {
		position = position_behind(item, address, length, &inside);
		if (!inside) {
			if (position != POSITION_NONE)
				return first_of(item_at(item, position));
			break;
		}
		path[level].node = item;
		path[level++].child = position;
		item = item_at(item, position);
	}
	if (tm_prefix_is_entry(item) &&
	    entry_is_behind(tm_prefix_entry(item), address, length))
		return tm_prefix_entry(item);
	while (level--) {
		position = position_from(path[level].node, path[level].child + 1, 0);
		if (position != POSITION_NONE)
			return first_of(item_at(path[level].node, position));
	}
	return NULL;
}

static struct tm_prefix_entry *short_at(const struct tm_prefix_table *shorts, u32 top, u32 length)
{
	u32 down = TM_PREFIX_ROOT_BITS - length;
	void *item;

	if (top & ((1 << down) - 1))
		return NULL;
	item = tm_prefix_get(&shorts->slots[1 << length | top >> down]);
	return item ? tm_prefix_entry(item) : NULL;
}

/* The first entry of a family at or behind (@top, @length) of the tables. */
static struct tm_prefix_entry *first_from(const struct tm_prefix_family *family, u32 top,
					  u32 length)
{
	const struct tm_prefix_table *shorts = rcu_dereference_raw(family->shorts);
	const struct tm_prefix_table *roots = rcu_dereference_raw(family->roots);
	struct tm_prefix_entry *entry;
	void *item;

	for (; top < TM_PREFIX_ROOT_SIZE; top++, length = 0) {
		for (; shorts && length < TM_PREFIX_ROOT_BITS; length++) {
			entry = short_at(shorts, top, length);
			if (entry)
				return entry;
		}
		item = roots ? tm_prefix_get(&roots->slots[top]) : NULL;
		if (item)
			return first_of(item);
	}
	return NULL;
}

static struct tm_prefix_entry *first_after(const struct tm_prefix_family *family,
					   const struct tm_prefix *after)
{
	const struct tm_prefix_table *roots = rcu_dereference_raw(family->roots);
	u32 top = tm_prefix_top(after->family, &after->address);
	struct tm_prefix_entry *entry;
	void *item;

	if (after->length < TM_PREFIX_ROOT_BITS)
		return first_from(family, top, after->length + 1);
	item = roots ? tm_prefix_get(&roots->slots[top]) : NULL;
	entry = item ? first_behind(item, &after->address,
				    tm_prefix_base(after->family) + after->length) : NULL;
	return entry ? entry : first_from(family, top + 1, 0);
}

bool tm_prefixes_next(const struct tm_prefixes *prefixes, const struct tm_prefix *after,
		      struct tm_prefix *next)
{
	struct tm_prefix_entry *entry = NULL;
	u32 family = 0;

	if (after) {
		family = after->family;
		entry = first_after(&prefixes->families[family++], after);
	}
	for (; !entry && family < __TRAFFICMON_FAMILY_MAX; family++)
		entry = first_from(&prefixes->families[family], 0, 0);
	if (!entry)
		return false;
	tm_prefix_show(entry, next);
	return true;
}

void tm_prefix_show(const struct tm_prefix_entry *entry, struct tm_prefix *prefix)
{
	u64 expires_ns = tm_prefix_expires_ns(entry);

	tm_prefix_address(entry, &prefix->address);
	prefix->family = entry->family;
	prefix->length = entry->length - tm_prefix_base(entry->family);
	prefix->expires_ns = expires_ns == U64_MAX ? 0 : expires_ns;
	prefix->value = entry->value;
}

bool tm_prefixes_expires(const struct tm_prefixes *prefixes)
{
	return prefixes->expiring;
}

u32 tm_prefixes_expire(struct tm_prefixes *prefixes, struct tm_prefix *after, u32 budget,
		       u64 now_ns)
{
	u64 looks = (u64)budget * TM_PREFIX_EXPIRE_LOOKS;
	struct tm_prefix next;
	u32 removed = 0;

	while (removed < budget && looks--) {
		if (!prefixes->expiring) {
			after->value = 0;
			break;
		}
		if (!tm_prefixes_next(prefixes, after->value ? after : NULL, &next)) {
			after->value = 0;
			break;
		}
		*after = next;
		cond_resched();
		if (!next.expires_ns || next.expires_ns > now_ns)
			continue;
		/* as of time 0 it is there; without memory it waits for the next round */
		if (tm_prefixes_del(prefixes, &next, 0))
			break;
		removed++;
	}
	return removed;
}
