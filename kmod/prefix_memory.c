// SPDX-License-Identifier: GPL-2.0
/*
 * Prefix sets: the memory of entries, nodes and values; see prefix_memory.h.
 *
 * What an update takes out goes into a grave, which is handed to call_rcu() when it
 * is full: readers may still stand in it, and one callback frees many.
 */
#include "prefix_memory.h"

#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>

void tm_prefix_bytes_add(struct tm_prefixes *prefixes, s64 bytes)
{
	WRITE_ONCE(prefixes->bytes, prefixes->bytes + bytes);
}

/* Entries are as many as there are prefixes: not rounded up to a power of two. */
static struct kmem_cache *entry_caches[__TRAFFICMON_FAMILY_MAX];

size_t tm_prefix_entry_bytes(u8 family)
{
	return family == TRAFFICMON_FAMILY_IPV4 ?
	       offsetofend(struct tm_prefix_entry, address4) : sizeof(struct tm_prefix_entry);
}

static struct kmem_cache *cache_create(const char *name, u8 family)
{
	return kmem_cache_create(name, tm_prefix_entry_bytes(family),
				 __alignof__(struct tm_prefix_entry), 0, NULL);
}

int tm_prefix_setup(void)
{
	struct kmem_cache *ipv4 = cache_create("trafficmon_prefix4", TRAFFICMON_FAMILY_IPV4);
	struct kmem_cache *ipv6 = cache_create("trafficmon_prefix6", TRAFFICMON_FAMILY_IPV6);

	entry_caches[TRAFFICMON_FAMILY_IPV4] = ipv4;
	entry_caches[TRAFFICMON_FAMILY_IPV6] = ipv6;
	if (ipv4 && ipv6)
		return 0;
	tm_prefix_teardown();
	return -ENOMEM;
}

void tm_prefix_teardown(void)
{
	u32 family;

	for (family = 0; family < __TRAFFICMON_FAMILY_MAX; family++)
		kmem_cache_destroy(entry_caches[family]);
}

static size_t node_bytes(u32 items)
{
	return sizeof(struct tm_prefix_node) + items * sizeof(void *);
}

size_t tm_prefix_item_bytes(const void *item)
{
	if (tm_prefix_is_entry(item))
		return tm_prefix_entry_bytes(tm_prefix_entry(item)->family);
	return node_bytes(tm_prefix_items(item));
}

static void grave_free(struct tm_prefix_grave *grave)
{
	u32 i;

	for (i = 0; i < grave->count; i++)
		kfree(grave->objects[i]);
	kfree(grave);
}

static void grave_free_rcu(struct rcu_head *rcu)
{
	grave_free(container_of(rcu, struct tm_prefix_grave, rcu));
}

/* Makes room for what one update retires.  0 or -ENOMEM. */
int tm_prefix_reserve(struct tm_prefixes *prefixes)
{
	struct tm_prefix_grave *grave = prefixes->grave;

	if (grave && grave->count <= TM_PREFIX_GRAVE_SIZE - TM_PREFIX_RETIRED_MAX)
		return 0;
	grave = kmalloc(sizeof(*grave), GFP_KERNEL_ACCOUNT);
	if (!grave)
		return -ENOMEM;
	grave->count = 0;
	if (prefixes->grave)
		call_rcu(&prefixes->grave->rcu, grave_free_rcu);
	else
		tm_prefix_bytes_add(prefixes, sizeof(*grave));
	prefixes->grave = grave;
	return 0;
}

void tm_prefix_retire(struct tm_prefixes *prefixes, void *object, size_t bytes)
{
	struct tm_prefix_grave *grave = prefixes->grave;

	grave->objects[grave->count++] = object;
	tm_prefix_bytes_add(prefixes, -(s64)bytes);
}

void tm_prefix_keep_value(struct tm_prefixes *prefixes, unsigned long value)
{
	if (prefixes->values)
		tm_prefix_bytes_add(prefixes, prefixes->values->bytes(value));
}

void tm_prefix_drop_value(struct tm_prefixes *prefixes, unsigned long value)
{
	if (!prefixes->values)
		return;
	tm_prefix_bytes_add(prefixes, -(s64)prefixes->values->bytes(value));
	prefixes->values->drop(value);
}

void tm_prefix_retire_item(struct tm_prefixes *prefixes, void *item)
{
	if (tm_prefix_is_entry(item)) {
		prefixes->expiring -= tm_prefix_expires_ns(tm_prefix_entry(item)) != U64_MAX;
		tm_prefix_drop_value(prefixes, tm_prefix_entry(item)->value);
	}
	tm_prefix_retire(prefixes, tm_prefix_is_entry(item) ? tm_prefix_entry(item) : item,
			 tm_prefix_item_bytes(item));
}

static u64 half_mask(u32 length)
{
	u64 mask = length >= 64 ? U64_MAX : ~(U64_MAX >> length);

	return (__force u64)cpu_to_be64(mask);
}

struct tm_prefix_entry *tm_prefix_entry_alloc(const struct tm_prefix *prefix)
{
	struct tm_prefix_entry *entry = kmem_cache_alloc(entry_caches[prefix->family],
							 GFP_KERNEL_ACCOUNT);

	if (!entry)
		return NULL;
	atomic64_set(&entry->expires_ns, prefix->expires_ns ?: U64_MAX);
	atomic64_set(&entry->packets, 0);
	atomic64_set(&entry->bytes, 0);
	entry->hit_time = 0;
	entry->value = prefix->value;
	entry->family = prefix->family;
	entry->length = tm_prefix_base(prefix->family) + prefix->length;
	if (prefix->family == TRAFFICMON_FAMILY_IPV4) {
		entry->mask4 = cpu_to_be32((u32)(U64_MAX << (32 - prefix->length)));
		entry->address4 = prefix->address.words[3];
		return entry;
	}
	entry->mask4 = 0;
	entry->address[0] = prefix->address.halves[0];
	entry->address[1] = prefix->address.halves[1];
	entry->mask[0] = half_mask(prefix->length);
	entry->mask[1] = half_mask(prefix->length > 64 ? prefix->length - 64 : 0);
	return entry;
}

struct tm_prefix_node *tm_prefix_node_alloc(u32 depth, u32 items)
{
	struct tm_prefix_node *node = kmalloc(node_bytes(items), GFP_KERNEL_ACCOUNT);

	if (!node)
		return NULL;
	node->prefixes = 0;
	node->children = 0;
	node->child_count = 0;
	node->depth = depth;
	node->window = tm_prefix_window(depth);
	node->shift = tm_prefix_shift(depth);
	return node;
}

struct tm_prefixes *tm_prefixes_alloc(const struct tm_prefix_values *values)
{
	struct tm_prefixes *prefixes = kzalloc(sizeof(*prefixes), GFP_KERNEL_ACCOUNT);

	BUILD_BUG_ON(offsetof(struct tm_prefixes, cells) != 0);
	if (!prefixes)
		return NULL;
	prefixes->values = values;
	prefixes->bytes = sizeof(*prefixes);
	return prefixes;
}

/* Frees all below @item, which may be millions, without recursion. */
static void trie_free(struct tm_prefixes *prefixes, void *item)
{
	struct {
		struct tm_prefix_node *node;
		u32 left;
	} path[TM_PREFIX_DEPTH_MAX];
	u32 level = 0;

	for (;;) {
		if (tm_prefix_is_entry(item)) {
			tm_prefix_drop_value(prefixes, tm_prefix_entry(item)->value);
			kfree(tm_prefix_entry(item));
		} else {
			cond_resched();
			path[level].node = item;
			path[level++].left = tm_prefix_items(item);
		}
		while (level && !path[level - 1].left)
			kfree(path[--level].node);
		if (!level)
			return;
		item = tm_prefix_get(&path[level - 1].node->items[--path[level - 1].left]);
	}
}

static void table_free(struct tm_prefixes *prefixes, struct tm_prefix_table *table)
{
	u32 i;

	for (i = 0; table && i < TM_PREFIX_ROOT_SIZE; i++) {
		void *item = tm_prefix_get(&table->slots[i]);

		if (item)
			trie_free(prefixes, item);
	}
	kfree(table);
}

void tm_prefixes_free(struct tm_prefixes *prefixes)
{
	u32 family;

	if (!prefixes)
		return;
	for (family = 0; family < __TRAFFICMON_FAMILY_MAX; family++) {
		table_free(prefixes,
			   rcu_dereference_protected(prefixes->families[family].roots, 1));
		table_free(prefixes,
			   rcu_dereference_protected(prefixes->families[family].shorts, 1));
	}
	if (prefixes->grave)
		grave_free(prefixes->grave);
	kfree(prefixes);
}
