// SPDX-License-Identifier: GPL-2.0-or-later
// build: kmod/sets.c kmod/set.c
// build: kmod/prefix.c kmod/prefix_update.c kmod/prefix_memory.c kmod/prefix_cells.c kmod/prefix_walk.c kmod/prefix_hits.c
/* The sets of a namespace: found by name, in their order, up to the last place. */
#include "unit.h"
#include "prefix_memory.h"
#include "sets.h"

static struct tm_sets sets;

static struct tm_set *made(const char *name)
{
	struct tm_set *set = tm_set_alloc(name);

	ASSERT_TRUE(set);
	return set;
}

TEST(allow_and_deny_are_there_and_come_first)
{
	memset(&sets, 0, sizeof(sets));
	ASSERT_EQ(tm_sets_init(&sets), 0);
	EXPECT_EQ(sets.count, TM_SETS_DECIDING);
	tm_sets_insert(&sets, made("aaa"));
	EXPECT_EQ(tm_sets_find(&sets, "allow")->id, TM_SET_ALLOW);
	EXPECT_EQ(tm_sets_find(&sets, "deny")->id, TM_SET_DENY);
	EXPECT_EQ(tm_sets_find(&sets, "aaa")->id, TM_SET_NAMED);
	EXPECT_EQ(sets.set[0], tm_sets_find(&sets, "allow"));
	EXPECT_EQ(sets.set[1], tm_sets_find(&sets, "deny"));
	EXPECT_FALSE(tm_sets_find(&sets, "aa"));
	EXPECT_FALSE(tm_sets_find(&sets, "zzz"));
	tm_sets_clean(&sets);
}

TEST(as_many_as_there_may_be_in_any_order)
{
	char name[TRAFFICMON_NAME_SIZE];
	struct tm_set *set;
	u32 i;

	memset(&sets, 0, sizeof(sets));
	ASSERT_EQ(tm_sets_init(&sets), 0);
	for (i = 0; i < TRAFFICMON_SETS_MAX - TM_SETS_DECIDING; i++) {
		snprintf(name, sizeof(name), "set-%04u", i * 389 % 1022);
		tm_sets_insert(&sets, made(name));
	}
	EXPECT_EQ(sets.count, TRAFFICMON_SETS_MAX);
	for (i = TM_SETS_DECIDING + 1; i < sets.count; i++)
		EXPECT_LT(strcmp(sets.set[i - 1]->name, sets.set[i]->name), 0);
	for (i = 0; i < 1022; i++) {
		snprintf(name, sizeof(name), "set-%04u", i);
		set = tm_sets_find(&sets, name);
		ASSERT_TRUE(set);
		EXPECT_STREQ(set->name, name);
		if (i % 3)
			continue;
		tm_sets_remove(&sets, set);
		tm_set_free(set);
		EXPECT_FALSE(tm_sets_find(&sets, name));
	}
	EXPECT_EQ(sets.count, TRAFFICMON_SETS_MAX - 341);
	tm_sets_clean(&sets);
}
