/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sets of a namespace: allow and deny, which are always there, and others by name.
 *
 * All under tn->lock, or before and after the namespace is attached.
 */
#ifndef TM_SETS_H
#define TM_SETS_H

#include "set.h"

/**
 * struct tm_sets
 * @count: at least TM_SETS_DECIDING while attached
 * @changes: how often one came or went
 * @set: allow, deny, the others by name; room for TRAFFICMON_SETS_MAX
 */
struct tm_sets {
	u32 count;
	u64 changes;
	struct tm_set **set;
};

/* 0, -ENOMEM: what is there is to be cleaned.  Clean: no reader may be left. */
int tm_sets_init(struct tm_sets *sets);
void tm_sets_clean(struct tm_sets *sets);

/* NULL: there is none of that name. */
struct tm_set *tm_sets_find(const struct tm_sets *sets, const char *name);

/* Takes @set over, whose name nobody has; there must be room. */
void tm_sets_insert(struct tm_sets *sets, struct tm_set *set);

/* It is the caller's again. */
void tm_sets_remove(struct tm_sets *sets, const struct tm_set *set);

/* Drop some expired entries of each, no more than some thousands in all.  Once a second. */
void tm_sets_expire(struct tm_sets *sets, u64 now_ns);

/* Memory of all of them, in bytes. */
u64 tm_sets_bytes(const struct tm_sets *sets);

#endif
