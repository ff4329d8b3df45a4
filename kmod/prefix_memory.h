/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory of a prefix set, for its one writer: what an update takes, and what it
 * takes out and readers may still stand in.  All that is held is in @prefixes->bytes.
 */
#ifndef TM_PREFIX_MEMORY_H
#define TM_PREFIX_MEMORY_H

#include "prefix_trie.h"

void tm_prefix_bytes_add(struct tm_prefixes *prefixes, s64 bytes);

/* Of an entry of the family, and of what an item is. */
size_t tm_prefix_entry_bytes(u8 family);
size_t tm_prefix_item_bytes(const void *item);

/* New ones, not yet in @prefixes->bytes; NULL: no memory.  A node has room for @items. */
struct tm_prefix_entry *tm_prefix_entry_alloc(const struct tm_prefix *prefix);
struct tm_prefix_node *tm_prefix_node_alloc(u32 depth, u32 items);

/* Make room for what one update takes out.  0 or -ENOMEM. */
int tm_prefix_reserve(struct tm_prefixes *prefixes);

/* Free it when no reader is left; of an entry its value, too, at once. */
void tm_prefix_retire(struct tm_prefixes *prefixes, void *object, size_t bytes);
void tm_prefix_retire_item(struct tm_prefixes *prefixes, void *item);

/* A value has come into the set, or is gone. */
void tm_prefix_keep_value(struct tm_prefixes *prefixes, unsigned long value);
void tm_prefix_drop_value(struct tm_prefixes *prefixes, unsigned long value);

#endif
