// SPDX-License-Identifier: GPL-2.0
/*
 * Prefix sets: what the writer does, beside readers.
 *
 * An update takes all memory it needs first, then publishes by one pointer:
 * it either happens as a whole or not at all.  It makes at most one node and
 * one entry, wherever in the trie and whatever the length.
 */
#include <linux/bitops.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include "prefix_memory.h"

/* Nodes */

static void node_flip(struct tm_prefix_node *node, u32 position)
{
	if (position < TM_PREFIX_FIRST_OWN)
		node->children ^= BIT_ULL(position);
	else
		node->prefixes ^= BIT_ULL(position - TM_PREFIX_FIRST_OWN);
	node->child_count = hweight64(node->children);
}

static void node_copy(struct tm_prefix_node *to, u32 at, const struct tm_prefix_node *from,
		      u32 first, u32 count)
{
	while (count--)
		RCU_INIT_POINTER(to->items[at++], tm_prefix_get(&from->items[first++]));
}

/* A copy of a node with one item more, or NULL. */
static struct tm_prefix_node *node_with(const struct tm_prefix_node *old, u32 position, void *item)
{
	u32 count = tm_prefix_items(old), rank = tm_prefix_rank(old, position);
	struct tm_prefix_node *node = tm_prefix_node_alloc(old->depth, count + 1);

	if (!node)
		return NULL;
	node->prefixes = old->prefixes;
	node->children = old->children;
	node_flip(node, position);
	node_copy(node, 0, old, 0, rank);
	RCU_INIT_POINTER(node->items[rank], item);
	node_copy(node, rank + 1, old, rank, count - rank);
	return node;
}

/* A copy of a node with one item less, or NULL. */
static struct tm_prefix_node *node_without(const struct tm_prefix_node *old, u32 position)
{
	u32 count = tm_prefix_items(old), rank = tm_prefix_rank(old, position);
	struct tm_prefix_node *node = tm_prefix_node_alloc(old->depth, count - 1);

	if (!node)
		return NULL;
	node->prefixes = old->prefixes;
	node->children = old->children;
	node_flip(node, position);
	node_copy(node, 0, old, 0, rank);
	node_copy(node, rank, old, rank + 1, count - rank - 1);
	return node;
}

/* A node of two items, or NULL. */
static struct tm_prefix_node *node_pair(u32 depth, u32 position, void *item, u32 other_position,
					void *other)
{
	struct tm_prefix_node *node = tm_prefix_node_alloc(depth, 2);
	bool behind = position > other_position;

	if (!node)
		return NULL;
	node_flip(node, position);
	node_flip(node, other_position);
	RCU_INIT_POINTER(node->items[behind], item);
	RCU_INIT_POINTER(node->items[!behind], other);
	return node;
}

/* Finding a place */

/**
 * struct place - where a prefix is or belongs
 * @slot: holds @item
 * @item: an entry, a node that has nothing at the prefix's position, or NULL
 * @levels: how many are in @path
 * @path: slots that hold nodes, from the table on, those in front of @slot
 *	or, where @item is a node, up to it
 */
struct place {
	void __rcu **slot;
	void *item;
	u32 levels;
	void __rcu **path[TM_PREFIX_DEPTH_MAX];
};

static void place_find(struct place *place, void __rcu **slot, const union tm_address *address,
		       u32 length)
{
	place->levels = 0;
	for (;;) {
		struct tm_prefix_node *node;
		u32 position;

		place->slot = slot;
		place->item = tm_prefix_get(slot);
		if (!place->item || tm_prefix_is_entry(place->item))
			return;
		node = place->item;
		place->path[place->levels++] = slot;
		if (length < node->depth)
			return;
		position = tm_prefix_position(address, length, node->depth);
		if (!tm_prefix_present(node, position))
			return;
		slot = &node->items[tm_prefix_rank(node, position)];
	}
}

/* The depth of the node that decides behind @common bits. */
static u32 node_depth(u32 common)
{
	return common - (common - TM_PREFIX_ROOT_BITS) % TM_PREFIX_STRIDE;
}

static struct tm_prefix_table *table_alloc(void)
{
	return kzalloc(sizeof(struct tm_prefix_table), GFP_KERNEL_ACCOUNT);
}

static void publish_table(struct tm_prefixes *prefixes, struct tm_prefix_table __rcu **to,
			  struct tm_prefix_table *table)
{
	rcu_assign_pointer(*to, table);
	tm_prefix_bytes_add(prefixes, sizeof(*table));
}

static void retire_table(struct tm_prefixes *prefixes, struct tm_prefix_table __rcu **from)
{
	struct tm_prefix_table *table = rcu_dereference_protected(*from, 1);

	RCU_INIT_POINTER(*from, NULL);
	tm_prefix_retire(prefixes, table, sizeof(*table));
}

/* Puts @item, which is new, in the place of what @slot holds. */
static void publish(struct tm_prefixes *prefixes, void __rcu **slot, void *item)
{
	rcu_assign_pointer(*slot, item);
	tm_prefix_bytes_add(prefixes, tm_prefix_item_bytes(item));
}

/* A new node above @item (at @slot) where @entry parts from @sample, an entry in it. */
static int trie_part(struct tm_prefixes *prefixes, void __rcu **slot, void *item,
		     const struct tm_prefix_entry *sample, struct tm_prefix_entry *entry,
		     const union tm_address *address, u32 common)
{
	u32 depth = node_depth(common);
	struct tm_prefix_node *node;
	union tm_address other;

	tm_prefix_address(sample, &other);
	/* a node, and what is in it, is longer than any prefix that ends here */
	node = node_pair(depth, tm_prefix_position(address, entry->length, depth),
			 tm_prefix_item(entry),
			 tm_prefix_position(&other, sample->length, depth), item);
	if (!node)
		return -ENOMEM;
	publish(prefixes, slot, node);
	return 0;
}

/* 0: new; 1: replaced; -ENOMEM.  The entry's bytes are counted by the caller. */
static int trie_add(struct tm_prefixes *prefixes, struct tm_prefix_table *roots,
		    struct tm_prefix_entry *entry, const union tm_address *address)
{
	struct tm_prefix_entry *sample;
	struct tm_prefix_node *node;
	union tm_address other;
	struct place place;
	u32 common, level;

	place_find(&place, &roots->slots[tm_prefix_top(entry->family, address)], address,
		   entry->length);
	if (!place.item) {
		rcu_assign_pointer(*place.slot, tm_prefix_item(entry));
		return 0;
	}
	sample = tm_prefix_any(place.item);
	tm_prefix_address(sample, &other);
	common = min3(tm_prefix_common(address, &other), (u32)entry->length,
		      (u32)sample->length);
	for (level = 0; level < place.levels; level++) {
		node = tm_prefix_get(place.path[level]);
		if (node->depth > common)
			return trie_part(prefixes, place.path[level], node, sample, entry,
					 address, common);
	}
	if (!tm_prefix_is_entry(place.item)) {
		node = node_with(place.item,
				 tm_prefix_position(address, entry->length,
						    ((struct tm_prefix_node *)place.item)->depth),
				 tm_prefix_item(entry));
		if (!node)
			return -ENOMEM;
		publish(prefixes, place.slot, node);
		tm_prefix_retire_item(prefixes, place.item);
		return 0;
	}
	if (common == entry->length && common == sample->length) {
		rcu_assign_pointer(*place.slot, tm_prefix_item(entry));
		tm_prefix_retire_item(prefixes, place.item);
		return 1;
	}
	return trie_part(prefixes, place.slot, place.item, sample, entry, address, common);
}

static int root_add(struct tm_prefixes *prefixes, struct tm_prefix_entry *entry,
		    const union tm_address *address)
{
	struct tm_prefix_family *family = &prefixes->families[entry->family];
	struct tm_prefix_table *roots = rcu_dereference_protected(family->roots, 1);
	int ret;

	if (!roots) {
		roots = table_alloc();
		if (!roots)
			return -ENOMEM;
		RCU_INIT_POINTER(roots->slots[tm_prefix_top(entry->family, address)],
				 tm_prefix_item(entry));
		publish_table(prefixes, &family->roots, roots);
		ret = 0;
	} else {
		ret = trie_add(prefixes, roots, entry, address);
	}
	if (!ret)
		WRITE_ONCE(family->root_count, family->root_count + 1);
	return ret;
}

/* Prefixes of 0..7 bits */

static u32 short_position(u8 family, const union tm_address *address, u32 length)
{
	return 1 << length | tm_prefix_top(family, address) >> (TM_PREFIX_ROOT_BITS - length);
}

static void cover_again(struct tm_prefix_family *family)
{
	const struct tm_prefix_table *shorts = rcu_dereference_protected(family->shorts, 1);
	u64 covered[ARRAY_SIZE(family->covered)] = { 0 };
	u32 top, length, i;

	for (top = 0; top < TM_PREFIX_ROOT_SIZE; top++)
		for (length = 0; length < TM_PREFIX_ROOT_BITS; length++)
			if (rcu_access_pointer(shorts->slots[1 << length |
					top >> (TM_PREFIX_ROOT_BITS - length)]))
				covered[top / 64] |= BIT_ULL(top % 64);
	for (i = 0; i < ARRAY_SIZE(covered); i++)
		WRITE_ONCE(family->covered[i], covered[i]);
}

static int short_add(struct tm_prefixes *prefixes, struct tm_prefix_entry *entry,
		     const union tm_address *address, u32 length)
{
	struct tm_prefix_family *family = &prefixes->families[entry->family];
	struct tm_prefix_table *shorts = rcu_dereference_protected(family->shorts, 1);
	void __rcu **slot;
	void *old;

	if (!shorts) {
		shorts = table_alloc();
		if (!shorts)
			return -ENOMEM;
		publish_table(prefixes, &family->shorts, shorts);
	}
	slot = &shorts->slots[short_position(entry->family, address, length)];
	old = tm_prefix_get(slot);
	rcu_assign_pointer(*slot, tm_prefix_item(entry));
	if (old) {
		tm_prefix_retire_item(prefixes, old);
		return 1;
	}
	WRITE_ONCE(family->short_count, family->short_count + 1);
	cover_again(family);
	return 0;
}

int tm_prefixes_add(struct tm_prefixes *prefixes, const struct tm_prefix *prefix)
{
	struct tm_prefix_entry *entry;
	int ret = tm_prefix_reserve(prefixes);

	if (ret)
		return ret;
	entry = tm_prefix_entry_alloc(prefix);
	if (!entry)
		return -ENOMEM;
	if (prefix->length < TM_PREFIX_ROOT_BITS)
		ret = short_add(prefixes, entry, &prefix->address, prefix->length);
	else
		ret = root_add(prefixes, entry, &prefix->address);
	if (ret < 0) {
		kfree(entry);
		return ret;
	}
	if (!ret)
		tm_prefix_cells_count(prefixes, prefix, 1);
	prefixes->expiring += tm_prefix_expires_ns(entry) != U64_MAX;
	tm_prefix_bytes_add(prefixes, tm_prefix_entry_bytes(prefix->family));
	tm_prefix_keep_value(prefixes, prefix->value);
	return ret;
}

static void entry_set_expiry(struct tm_prefixes *prefixes, struct tm_prefix_entry *entry,
			     u64 expires_ns)
{
	prefixes->expiring += (expires_ns != U64_MAX) -
			      (tm_prefix_expires_ns(entry) != U64_MAX);
	atomic64_set(&entry->expires_ns, expires_ns);
}

int tm_prefixes_set_expiry(struct tm_prefixes *prefixes, const struct tm_prefix *prefix)
{
	struct tm_prefix_entry *entry = tm_prefix_find(prefixes, prefix);

	if (!entry)
		return -ENOENT;
	entry_set_expiry(prefixes, entry, prefix->expires_ns ?: U64_MAX);
	return 0;
}

int tm_prefixes_set(struct tm_prefixes *prefixes, const struct tm_prefix *prefix)
{
	struct tm_prefix_entry *entry = tm_prefix_find(prefixes, prefix);

	if (!entry)
		return -ENOENT;
	entry_set_expiry(prefixes, entry, prefix->expires_ns ?: U64_MAX);
	if (entry->value == prefix->value)
		return 0;
	tm_prefix_drop_value(prefixes, entry->value);
	entry->value = prefix->value;
	tm_prefix_keep_value(prefixes, entry->value);
	return 0;
}

/* Removal */

static void short_remove(struct tm_prefixes *prefixes, const struct tm_prefix *prefix)
{
	struct tm_prefix_family *family = &prefixes->families[prefix->family];
	struct tm_prefix_table *shorts = rcu_dereference_protected(family->shorts, 1);
	void __rcu **slot = &shorts->slots[short_position(prefix->family, &prefix->address,
							  prefix->length)];
	void *item = tm_prefix_get(slot);

	RCU_INIT_POINTER(*slot, NULL);
	tm_prefix_retire_item(prefixes, item);
	WRITE_ONCE(family->short_count, family->short_count - 1);
	cover_again(family);
	if (!family->short_count)
		retire_table(prefixes, &family->shorts);
}

/* Takes an item out of the node that @slot holds: two left become one without a node. */
static int node_remove(struct tm_prefixes *prefixes, void __rcu **slot, u32 position)
{
	struct tm_prefix_node *node = tm_prefix_get(slot), *smaller;
	u32 rank = tm_prefix_rank(node, position);
	void *item = tm_prefix_get(&node->items[rank]);

	if (tm_prefix_items(node) == 2) {
		rcu_assign_pointer(*slot, tm_prefix_get(&node->items[!rank]));
	} else {
		smaller = node_without(node, position);
		if (!smaller)
			return -ENOMEM;
		publish(prefixes, slot, smaller);
	}
	tm_prefix_retire_item(prefixes, item);
	tm_prefix_retire_item(prefixes, node);
	return 0;
}

/* Removes a prefix that is there.  0 or -ENOMEM. */
static int prefix_remove(struct tm_prefixes *prefixes, const struct tm_prefix *prefix)
{
	struct tm_prefix_family *family = &prefixes->families[prefix->family];
	u32 length = tm_prefix_base(prefix->family) + prefix->length;
	struct tm_prefix_table *roots;
	struct place place;
	int ret;

	ret = tm_prefix_reserve(prefixes);
	if (ret)
		return ret;
	if (prefix->length < TM_PREFIX_ROOT_BITS) {
		short_remove(prefixes, prefix);
		return 0;
	}
	roots = rcu_dereference_protected(family->roots, 1);
	place_find(&place, &roots->slots[tm_prefix_top(prefix->family, &prefix->address)],
		   &prefix->address, length);
	if (place.levels) {
		struct tm_prefix_node *node = tm_prefix_get(place.path[place.levels - 1]);

		ret = node_remove(prefixes, place.path[place.levels - 1],
				  tm_prefix_position(&prefix->address, length, node->depth));
		if (ret)
			return ret;
	} else {
		RCU_INIT_POINTER(*place.slot, NULL);
		tm_prefix_retire_item(prefixes, place.item);
	}
	WRITE_ONCE(family->root_count, family->root_count - 1);
	if (!family->root_count)
		retire_table(prefixes, &family->roots);
	return 0;
}

int tm_prefixes_del(struct tm_prefixes *prefixes, const struct tm_prefix *prefix, u64 now_ns)
{
	int err;

	if (!tm_prefixes_has(prefixes, prefix, now_ns))
		return -ENOENT;
	err = prefix_remove(prefixes, prefix);
	if (!err)
		tm_prefix_cells_count(prefixes, prefix, -1);
	return err;
}
