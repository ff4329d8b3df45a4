/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A named set of prefixes.
 *
 * Its prefixes are changed in place beside readers, or replaced as a whole by a
 * commit.  Writers hold tn->lock.  Packets find the prefixes through the ruleset, so
 * that policies and sets of one commit are seen together.
 *
 * The value of a prefix is its comment, or that it has none: comments are read under
 * tn->lock alone, and go with their entries.
 */
#ifndef TM_SET_H
#define TM_SET_H

#include <linux/rcupdate.h>
#include "prefix.h"

/* Those that decide by themselves, and all others. */
enum tm_set_id {
	TM_SET_ALLOW,
	TM_SET_DENY,
	TM_SET_NAMED,
	TM_SETS_DECIDING = TM_SET_NAMED,
};

/**
 * struct tm_set
 * @id: does it decide by itself?
 * @prefixes: tn->lock; never NULL; what the active ruleset shows
 * @expire_after: where the removal of expired entries goes on; tn->lock
 * @changed: entries changed since the last event; tn->lock
 * @changes: another number after each change, of this set or any; tn->lock
 * @place: where a ruleset that is being built shows it; of ruleset.c, under tn->lock
 */
struct tm_set {
	char name[TRAFFICMON_NAME_SIZE];
	enum tm_set_id id;
	struct tm_prefixes *prefixes;
	struct tm_prefix expire_after;
	bool changed;
	u64 changes;
	u32 place;
};

#define TM_SET_ENTRIES_MAX	(4U << 20)

/* An empty one, or NULL: no memory.  Freed at once: no reader may be left. */
struct tm_set *tm_set_alloc(const char *name);
void tm_set_free(struct tm_set *set);

/* Prefixes for a set; NULL: no memory.  What replaces a set's own. */
struct tm_prefixes *tm_set_prefixes_alloc(void);

#define TM_SET_NO_COMMENT	1UL	/* as an entry's value; no address */

/*
 * The comment of an entry as its value, a copy of @length bytes of @text, or 0: no
 * memory; and back: NULL: it has none.
 */
unsigned long tm_set_comment_alloc(const char *text, size_t length);
void tm_set_comment_free(unsigned long value);
const char *tm_set_comment(const struct tm_prefix *entry);

/**
 * tm_set_add - add entries to the live set, all or none
 *
 * On success their comments are the set's.  What had expired begins anew.
 * Return: 0, -ENOMEM, -ENOSPC (more than TM_SET_ENTRIES_MAX).  Under tn->lock; may sleep.
 */
int tm_set_add(struct tm_set *set, const struct tm_prefix *entries, u32 count, u64 now_ns);

/* Return: 0, -ENOENT with *@missing the index of the first not there, -ENOMEM.  All or none. */
int tm_set_del(struct tm_set *set, const struct tm_prefix *entries, u32 count, u64 now_ns,
	       u32 *missing);

/**
 * tm_set_copy - add what another set has and has not expired, some at a time
 * @after: where to go on: zeroed before the first call, then left alone
 *
 * Return: 1: there is more, 0: that was all, -ENOMEM.  Under tn->lock; may sleep.
 */
int tm_set_copy(struct tm_set *set, const struct tm_set *from, struct tm_prefix *after,
		u64 now_ns);

/*
 * Put @prefixes in place and return the former ones, to be freed after a grace period.
 * What was counted for the same entries is to be moved when packets see the new ones,
 * tm_prefixes_move_hits().
 */
struct tm_prefixes *tm_set_replace(struct tm_set *set, struct tm_prefixes *prefixes);

/* Drop some expired entries, at most @budget.  Under tn->lock. */
void tm_set_expire(struct tm_set *set, u32 budget, u64 now_ns);

#endif
