// SPDX-License-Identifier: GPL-2.0-or-later
// build: kmod/set.c kmod/prefix.c kmod/prefix_update.c kmod/prefix_memory.c kmod/prefix_cells.c kmod/prefix_walk.c kmod/prefix_hits.c
/*
 * Sets are changed all or none, whichever allocation fails.
 */
#include "unit.h"
#include "prefix_memory.h"
#include "set.h"

#define ENTRIES 100

static struct tm_prefix entries[ENTRIES];
static struct tm_set *set;

static void start(void)
{
	u32 i;

	for (i = 0; i < ENTRIES; i++) {
		entries[i] = (struct tm_prefix){
			.address.bytes = { [10] = 0xff, 0xff, 10, 0, i / 8, i % 8 << 5 },
			.length = 27 + i % 6, .value = 1, .expires_ns = i % 3 ? 0 : 1000 + i,
		};
	}
	set = tm_set_alloc("test");
	ASSERT_TRUE(set);
}

static u32 present(u64 now_ns)
{
	const struct tm_prefixes *prefixes = set->prefixes;
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
		err = tm_set_add(set, entries, ENTRIES, 10);
		shim_alloc_fail_at(0);
		EXPECT_EQ(present(10), err ? 0 : ENTRIES);
		tm_set_free(set);
	}
	EXPECT_TRUE(failing > ENTRIES);
}

TEST(a_removal_needs_no_memory)
{
	u32 failing, missing;

	for (failing = 1; failing < 300; failing++) {
		start();
		ASSERT_EQ(tm_set_add(set, entries, ENTRIES, 10), 0);
		shim_alloc_fail_at(failing);
		EXPECT_EQ(tm_set_del(set, entries, ENTRIES, 10, &missing), 0);
		shim_alloc_fail_at(0);
		EXPECT_EQ(present(10), 0);
		tm_set_expire(set, 4096, 10);
		EXPECT_EQ(tm_prefixes_count(set->prefixes), 0);
		tm_set_free(set);
	}
}

TEST(an_addition_renews_what_stands_or_has_expired)
{
	u32 i;

	start();
	ASSERT_EQ(tm_set_add(set, entries, ENTRIES, 10), 0);
	EXPECT_EQ(present(2000), ENTRIES - (ENTRIES + 2) / 3);
	for (i = 0; i < ENTRIES; i++)
		entries[i].expires_ns = 3000;
	ASSERT_EQ(tm_set_add(set, entries, ENTRIES, 10), 0);
	EXPECT_EQ(present(2999), ENTRIES);
	EXPECT_EQ(present(3000), 0);
	tm_set_free(set);
}

TEST(a_removal_of_what_is_not_there_removes_none)
{
	u32 missing = 0;

	start();
	ASSERT_EQ(tm_set_add(set, entries, ENTRIES - 1, 10), 0);
	EXPECT_EQ(tm_set_del(set, entries, ENTRIES, 10, &missing), -ENOENT);
	EXPECT_EQ(missing, ENTRIES - 1);
	EXPECT_EQ(present(10), ENTRIES - 1);
	tm_set_free(set);
}

static void comment(u32 i, const char *text)
{
	entries[i].value = tm_set_comment_alloc(text, strlen(text));
	ASSERT_TRUE(entries[i].value);
}

static const char *comment_of(u32 i)
{
	struct tm_prefix entry = entries[i];

	entry.value = tm_prefixes_value(set->prefixes, &entry);
	return tm_set_comment(&entry);
}

/* The address sanitizer tells of a comment that is used behind its end, or left over. */
TEST(comments_come_and_go_with_their_entries)
{
	struct tm_prefix after = { .value = 0 };
	struct tm_set *copy;
	u32 missing;
	u64 bytes;

	start();
	comment(0, "one");
	comment(1, "two");
	comment(2, "three");
	bytes = tm_prefixes_bytes(set->prefixes);
	ASSERT_EQ(tm_set_add(set, entries, 3, 10), 0);
	EXPECT_STREQ(comment_of(1), "two");
	EXPECT_GT(tm_prefixes_bytes(set->prefixes), bytes + 3 * 4);
	comment(1, "another");
	ASSERT_EQ(tm_set_add(set, entries + 1, 1, 10), 0);
	EXPECT_STREQ(comment_of(1), "another");
	copy = tm_set_alloc("copy");
	ASSERT_TRUE(copy);
	ASSERT_EQ(tm_set_copy(copy, set, &after, 10), 0);
	entries[2].value = TM_SET_NO_COMMENT;
	ASSERT_EQ(tm_set_add(set, entries + 2, 1, 10), 0);
	EXPECT_FALSE(comment_of(2));
	ASSERT_EQ(tm_set_del(set, entries, 2, 10, &missing), 0);
	tm_set_expire(set, 4096, 10);
	EXPECT_EQ(tm_prefixes_count(set->prefixes), 1);
	tm_set_free(set);
	set = copy;
	EXPECT_STREQ(comment_of(0), "one");
	EXPECT_STREQ(comment_of(2), "three");
	tm_set_free(copy);
}

TEST(a_copy_without_memory_leaves_nothing_over)
{
	struct tm_prefix after;
	struct tm_set *copy;
	u32 failing;
	long live;
	int err;

	start();
	comment(0, "one");
	comment(1, "two");
	ASSERT_EQ(tm_set_add(set, entries, 2, 10), 0);
	for (failing = 1, err = -ENOMEM; err; failing++) {
		memset(&after, 0, sizeof(after));
		live = shim_alloc_live();
		copy = tm_set_alloc("copy");
		ASSERT_TRUE(copy);
		shim_alloc_fail_at(failing);
		err = tm_set_copy(copy, set, &after, 10);
		shim_alloc_fail_at(0);
		tm_set_free(copy);
		EXPECT_EQ(shim_alloc_live(), live);
	}
	EXPECT_GT(failing, 4);
	tm_set_free(set);
}

TEST(what_had_expired_counts_anew)
{
	struct tm_prefix_entry *entry;
	struct tm_prefix_hits hits;

	start();
	entries[0].expires_ns = 100;
	ASSERT_EQ(tm_set_add(set, entries, 1, 10), 0);
	entry = tm_prefixes_covering(set->prefixes, 0, &entries[0].address, 10);
	ASSERT_TRUE(entry);
	tm_prefix_hit(entry, 1, 60, 10, U32_MAX);
	entries[0].expires_ns = 200;
	ASSERT_EQ(tm_set_add(set, entries, 1, 99), 0);
	tm_prefixes_hits(set->prefixes, entries, &hits);
	EXPECT_EQ(hits.packets, 1);
	entries[0].expires_ns = 500;
	ASSERT_EQ(tm_set_add(set, entries, 1, 200), 0);
	tm_prefixes_hits(set->prefixes, entries, &hits);
	EXPECT_EQ(hits.packets, 0);
	tm_set_free(set);
}
