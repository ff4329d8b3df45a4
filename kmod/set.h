/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The named sets of a namespace: `allow` and `deny`.
 *
 * A set's prefixes are changed in place beside readers, or replaced as a whole
 * by a commit.  Writers hold tn->lock.  Packets find the prefixes through the
 * ruleset, so that policies and sets of one commit are seen together.
 */
#ifndef TM_SET_H
#define TM_SET_H

#include <linux/rcupdate.h>
#include "prefix.h"

enum tm_set_id {
	TM_SET_ALLOW,
	TM_SET_DENY,
	TM_SET_MAX,
};

/**
 * struct tm_set
 * @prefixes: tn->lock; never NULL while attached; what the active ruleset shows
 * @expire_after: where the removal of expired entries goes on; tn->lock
 * @changed: entries changed since the last event; tn->lock
 * @changes: how often entries were added, removed or replaced; tn->lock
 */
struct tm_set {
	struct tm_prefixes *prefixes;
	struct tm_prefix expire_after;
	bool changed;
	u64 changes;
};

#define TM_SET_ENTRIES_MAX	(4U << 20)

/* Name of a set; NULL when out of range.  And back: TM_SET_MAX when there is none such. */
const char *tm_set_name(enum tm_set_id id);
enum tm_set_id tm_set_find(const char *name);

int tm_set_init(struct tm_set *set);
void tm_set_clean(struct tm_set *set);	/* no reader may be left */

/**
 * tm_set_add - add entries to the live set, all or none
 * Return: 0, -ENOMEM, -ENOSPC (more than TM_SET_ENTRIES_MAX).  Under tn->lock; may sleep.
 */
int tm_set_add(struct tm_set *set, const struct tm_prefix *entries, u32 count);

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

/* Put @prefixes in place and return the former ones, to be freed after a grace period. */
struct tm_prefixes *tm_set_replace(struct tm_set *set, struct tm_prefixes *prefixes);

/* Drop some expired entries.  Once a second, under tn->lock. */
void tm_set_expire(struct tm_set *set, u64 now_ns);

#endif
