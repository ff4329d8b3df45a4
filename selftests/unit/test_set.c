// SPDX-License-Identifier: GPL-2.0-or-later
// build: kmod/set.c kmod/prefix.c kmod/prefix_update.c kmod/prefix_cells.c kmod/prefix_walk.c
/*
 * Sets are changed all or none, whichever allocation fails.
 */
#include "unit.h"
#include "set.h"

#define ENTRIES 100

static struct tm_prefix entries[ENTRIES];
static struct tm_set set;

static void start(void)
{
	u32 i;

	memset(&set, 0, sizeof(set));
	for (i = 0; i < ENTRIES; i++) {
		entries[i] = (struct tm_prefix){
			.address.bytes = { [10] = 0xff, 0xff, 10, 0, i / 8, i % 8 << 5 },
			.length = 27 + i % 6, .value = 1, .expires_ns = i % 3 ? 0 : 1000 + i,
		};
	}
	ASSERT_EQ(tm_set_init(&set), 0);
}

static u32 present(u64 now_ns)
{
	const struct tm_prefixes *prefixes = set.prefixes;
	u32 i, count = 0;

	for (i = 0; i < ENTRIES; i++)
		count += tm_prefixes_has(prefixes, &entries[i], now_ns);
	return count;
}

TEST(an_addition_without_memory_adds_none)
{
	u32 failing;
	int err;

	for (failing = 1, err = -ENOMEM; err; failing++) {
		start();
		shim_alloc_fail_at(failing);
		err = tm_set_add(&set, entries, ENTRIES);
		shim_alloc_fail_at(0);
		EXPECT_EQ(present(10), err ? 0 : ENTRIES);
		tm_set_clean(&set);
	}
	EXPECT_TRUE(failing > ENTRIES);
}

TEST(a_removal_needs_no_memory)
{
	u32 failing, missing;

	for (failing = 1; failing < 300; failing++) {
		start();
		ASSERT_EQ(tm_set_add(&set, entries, ENTRIES), 0);
		shim_alloc_fail_at(failing);
		EXPECT_EQ(tm_set_del(&set, entries, ENTRIES, 10, &missing), 0);
		shim_alloc_fail_at(0);
		EXPECT_EQ(present(10), 0);
		tm_set_expire(&set, 10);
		EXPECT_EQ(tm_prefixes_count(set.prefixes), 0);
		tm_set_clean(&set);
	}
}

TEST(an_addition_renews_what_stands_or_has_expired)
{
	u32 i;

	start();
	ASSERT_EQ(tm_set_add(&set, entries, ENTRIES), 0);
	EXPECT_EQ(present(2000), ENTRIES - (ENTRIES + 2) / 3);
	for (i = 0; i < ENTRIES; i++)
		entries[i].expires_ns = 3000;
	ASSERT_EQ(tm_set_add(&set, entries, ENTRIES), 0);
	EXPECT_EQ(present(2999), ENTRIES);
	EXPECT_EQ(present(3000), 0);
	tm_set_clean(&set);
}

TEST(a_removal_of_what_is_not_there_removes_none)
{
	u32 missing = 0;

	start();
	ASSERT_EQ(tm_set_add(&set, entries, ENTRIES - 1), 0);
	EXPECT_EQ(tm_set_del(&set, entries, ENTRIES, 10, &missing), -ENOENT);
	EXPECT_EQ(missing, ENTRIES - 1);
	EXPECT_EQ(present(10), ENTRIES - 1);
	tm_set_clean(&set);
}
