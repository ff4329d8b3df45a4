// SPDX-License-Identifier: GPL-2.0
/*
 * The sets of a namespace; see sets.h.
 */
#include "sets.h"

#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#define TM_SETS_EXPIRE_BUDGET	4096U	/* entries dropped a round */
#define TM_SETS_EXPIRE_LEAST	8U	/* of one set, however many there are */

int tm_sets_init(struct tm_sets *sets)
{
	static const char *const names[TM_SETS_DECIDING] = {
		[TM_SET_ALLOW] = TRAFFICMON_SET_ALLOW,
		[TM_SET_DENY] = TRAFFICMON_SET_DENY,
	};
	int id;

	sets->set = kvcalloc(TRAFFICMON_SETS_MAX, sizeof(*sets->set), GFP_KERNEL_ACCOUNT);
	if (!sets->set)
		return -ENOMEM;
	for (id = 0; id < TM_SETS_DECIDING; id++) {
		struct tm_set *set = tm_set_alloc(names[id]);

		if (!set)
			return -ENOMEM;
		set->id = id;
		sets->set[sets->count++] = set;
	}
	return 0;
}

void tm_sets_clean(struct tm_sets *sets)
{
	while (sets->count)
		tm_set_free(sets->set[--sets->count]);
	kvfree(sets->set);
}

/* Where one of that name is among those by name, or would be. */
static u32 tm_sets_place(const struct tm_sets *sets, const char *name)
{
	u32 low = TM_SETS_DECIDING, high = sets->count;

	while (low < high) {
		u32 middle = (low + high) / 2;

		if (strcmp(sets->set[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct tm_set *tm_sets_find(const struct tm_sets *sets, const char *name)
{
	u32 i;

	for (i = 0; i < TM_SETS_DECIDING; i++)
		if (!strcmp(sets->set[i]->name, name))
			return sets->set[i];
	i = tm_sets_place(sets, name);
	return i < sets->count && !strcmp(sets->set[i]->name, name) ? sets->set[i] : NULL;
}

void tm_sets_insert(struct tm_sets *sets, struct tm_set *set)
{
	u32 place = tm_sets_place(sets, set->name);

	if (WARN_ON_ONCE(sets->count == TRAFFICMON_SETS_MAX))
		return;
	memmove(&sets->set[place + 1], &sets->set[place],
		(sets->count - place) * sizeof(*sets->set));
	sets->set[place] = set;
	sets->count++;
	sets->changes++;
}

void tm_sets_remove(struct tm_sets *sets, const struct tm_set *set)
{
	u32 place = tm_sets_place(sets, set->name);

	sets->count--;
	memmove(&sets->set[place], &sets->set[place + 1],
		(sets->count - place) * sizeof(*sets->set));
	sets->changes++;
}

/* Those that have something that expires share a budget, and each has some of it. */
void tm_sets_expire(struct tm_sets *sets, u64 now_ns)
{
	u32 expiring = 0, budget, i;

	for (i = 0; i < sets->count; i++)
		expiring += tm_prefixes_expires(sets->set[i]->prefixes);
	budget = max(TM_SETS_EXPIRE_BUDGET / max(expiring, 1U), TM_SETS_EXPIRE_LEAST);
	for (i = 0; i < sets->count; i++)
		tm_set_expire(sets->set[i], budget, now_ns);
}

u64 tm_sets_bytes(const struct tm_sets *sets)
{
	u64 bytes = TRAFFICMON_SETS_MAX * sizeof(*sets->set) + sets->count * sizeof(struct tm_set);
	u32 i;

	for (i = 0; i < sets->count; i++)
		bytes += tm_prefixes_bytes(sets->set[i]->prefixes);
	return bytes;
}
