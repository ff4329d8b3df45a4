/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sets and their entries as the tool holds them, between file and kernel.
 */
#ifndef TM_SET_MODEL_H
#define TM_SET_MODEL_H

#include <linux/trafficmon.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "value.h"

#define TM_TIMEOUT_SECONDS_MAX		31536000ull	/* a year */
#define TM_NS_PER_SECOND		UINT64_C(1000000000)	/* the shortest timeout */
#define TM_COMMENT_BYTES_MAX		63u		/* of a set entry */

/*
 * @timeout_ns:	what is left, 0: for ever
 * @comment:	NULL: none; the list has a copy of its own
 * @unknown:	of unknown.h, of an entry that the module told; its list frees it
 * @packets_sampled, @bytes_sampled: as the module told
 * @was_hit, @hit_age_ns: since the last packet, where there was one
 * @place:	in which it was added: tm_entry_list_add() sets it
 */
struct tm_entry {
	struct tm_prefix prefix;
	uint32_t place;
	uint64_t timeout_ns;
	char *comment;
	char *unknown;
	uint64_t packets_sampled;
	uint64_t bytes_sampled;
	uint64_t hit_age_ns;
	bool was_hit;
};

struct tm_entry_list {
	struct tm_entry *items;
	size_t count;
	size_t room;
	size_t unknown;		/* entries that have something unknown */
	size_t comments;	/* entries that have a comment */
};

/*
 * @entries:	sorted, each prefix once
 * @size:	how many the module said that it has, where they were not read
 */
struct tm_set {
	char name[TRAFFICMON_NAME_SIZE];
	struct tm_entry_list entries;
	size_t size;
};

/* Each name once; items grows, hand sets on by name. */
struct tm_set_list {
	struct tm_set *items;
	unsigned int count;
	unsigned int room;
};

int tm_entry_list_add(struct tm_entry_list *list, const struct tm_entry *entry,
		      struct tm_error *error);
void tm_entry_list_free(struct tm_entry_list *list);

/* Free what an entry has; of one that leaves its list. */
void tm_entry_clear(struct tm_entry *entry);

/* Total order: what is excluded last; then family, address, length. */
int tm_prefix_compare(const struct tm_prefix *a, const struct tm_prefix *b);

/*
 * Sort by prefix; of entries with one prefix keep the last added and return
 * how many others were dropped.
 */
size_t tm_entry_list_sort(struct tm_entry_list *list);

/* Of a sorted list the longest prefix that covers the address, or NULL. */
const struct tm_entry *tm_entry_list_cover(const struct tm_entry_list *list,
					   const struct tm_address *address);

/*
 * Is it what an entry's comment may be: 1 to 63 bytes of UTF-8, without what
 * tm_is_unsafe() knows?  The text is not looked at where it is longer.
 */
int tm_comment_check(const char *comment, size_t length,
		     struct tm_error *error);

/* Is it allow or deny, which are always there? */
bool tm_set_is_fixed(const char *name);

/* The set of this name, or NULL. */
struct tm_set *tm_set_list_find(const struct tm_set_list *list,
				const char *name);
/* A new one at the end, empty; NULL with error set: out of memory. */
struct tm_set *tm_set_list_add(struct tm_set_list *list, const char *name,
			       struct tm_error *error);
void tm_set_list_free(struct tm_set_list *list);

/* Of all sets. */
size_t tm_set_list_entries(const struct tm_set_list *list);
size_t tm_set_list_unknown(const struct tm_set_list *list);

#endif /* TM_SET_MODEL_H */
