// SPDX-License-Identifier: GPL-2.0-or-later
// build: kmod/prefix.c kmod/prefix_update.c kmod/prefix_memory.c kmod/prefix_cells.c kmod/prefix_walk.c kmod/prefix_hits.c
/*
 * Sets of prefixes: situations made by hand, and what an update or a look-up may
 * cost in them.  test_prefix.c compares random ones with a linear search.
 */
#include <arpa/inet.h>

#include "unit.h"
#include "prefix_memory.h"
#include "prefix.h"

static struct tm_prefixes *set;

static void start(void)
{
	shim_random_seed(1);
	set = tm_prefixes_alloc(NULL);
	ASSERT_TRUE(set);
}

static u8 byte(void)
{
	return get_random_u32_below(256);
}

/* The first @length bits of a.b.c.d. */
static struct tm_prefix v4(u8 a, u8 b, u8 c, u8 d, u8 length, u64 expires_ns)
{
	u32 address = (u32)a << 24 | b << 16 | c << 8 | d;
	struct tm_prefix prefix = { .length = length, .expires_ns = expires_ns, .value = 1 };

	prefix.address.words[2] = htonl(0xffff);
	prefix.address.words[3] = htonl(length ? address & ~0U << (32 - length) : 0);
	return prefix;
}

/* Both have long not expired; half of one and half of the other has. */
static const u64 renewals[] = { 0x2ffffffffULL, 0x300000000ULL };
static const u64 renewed_at = 0x280000000ULL;
static atomic_t renewing;

static void *renew(void *argument)
{
	struct tm_prefix prefix = v4(192, 0, 2, 1, 32, 0);
	u32 i;

	(void)argument;
	for (i = 0; i < 1000000; i++) {
		prefix.expires_ns = renewals[i % 2];
		ASSERT_EQ(tm_prefixes_set_expiry(set, &prefix), 0);
	}
	atomic_set(&renewing, 0);
	return NULL;
}

TEST(a_prefix_that_is_renewed_is_never_seen_expired)
{
	struct tm_prefix host = v4(192, 0, 2, 1, 32, renewals[0]);
	u32 missed = 0;
	pthread_t thread;

	start();
	ASSERT_EQ(tm_prefixes_add(set, &host), 0);
	atomic_set(&renewing, 1);
	ASSERT_EQ(pthread_create(&thread, NULL, renew, NULL), 0);
	rcu_read_lock();
	while (atomic_read(&renewing))
		missed += !tm_prefixes_covering(set, 0, &host.address, renewed_at);
	rcu_read_unlock();
	ASSERT_EQ(pthread_join(thread, NULL), 0);
	EXPECT_EQ(missed, 0);
	tm_prefixes_free(set);
}

TEST(an_expired_longer_prefix_hides_no_shorter_one)
{
	struct tm_prefix host = v4(192, 0, 2, 1, 32, 0), prefix;
	static const u8 lengths[] = { 0, 5, 8, 12, 24, 27 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		start();
		prefix = v4(192, 0, 2, 1, 32, 100);
		ASSERT_EQ(tm_prefixes_add(set, &prefix), 0);
		prefix = v4(192, 0, 2, 1, 30, 100);
		ASSERT_EQ(tm_prefixes_add(set, &prefix), 0);
		EXPECT_TRUE(!!tm_prefixes_covering(set, 0, &host.address, 99));
		EXPECT_FALSE(!!tm_prefixes_covering(set, 0, &host.address, 100));
		prefix = v4(192, 0, 2, 1, lengths[i], 0);
		ASSERT_EQ(tm_prefixes_add(set, &prefix), 0);
		EXPECT_TRUE(!!tm_prefixes_covering(set, 0, &host.address, 100));
		tm_prefixes_free(set);
	}
}

TEST(the_families_are_apart)
{
	struct tm_prefix all4 = v4(0, 0, 0, 0, 0, 0), all6 = { .family = 1, .value = 2 };

	start();
	ASSERT_EQ(tm_prefixes_add(set, &all4), 0);
	EXPECT_FALSE(!!tm_prefixes_covering(set, 1, &all4.address, 1));
	EXPECT_TRUE(!!tm_prefixes_covering(set, 0, &all4.address, 1));
	ASSERT_EQ(tm_prefixes_add(set, &all6), 0);
	ASSERT_EQ(tm_prefixes_del(set, &all4, 1), 0);
	EXPECT_TRUE(!!tm_prefixes_covering(set, 1, &all4.address, 1));
	EXPECT_FALSE(!!tm_prefixes_covering(set, 0, &all4.address, 1));
	tm_prefixes_free(set);
}

TEST(expiry_looks_at_a_bounded_number)
{
	struct tm_prefix after = { 0 }, prefix;
	u32 i;

	start();
	for (i = 0; i < 200; i++) {
		prefix = v4(10, 0, 0, i, 32, i == 199 ? 5 : 0);
		ASSERT_EQ(tm_prefixes_add(set, &prefix), 0);
	}
	EXPECT_EQ(tm_prefixes_expire(set, &after, 1, 10), 0);
	EXPECT_EQ(after.address.bytes[15], TM_PREFIX_EXPIRE_LOOKS - 1);
	for (i = 0; after.value; i++)
		tm_prefixes_expire(set, &after, 1, 10);
	/* 11 more full ones, the rest, which ends with the removal, and the end */
	EXPECT_EQ(i, 200 / TM_PREFIX_EXPIRE_LOOKS + 1);
	EXPECT_EQ(tm_prefixes_count(set), 199);
	tm_prefixes_free(set);
}

TEST(an_expiry_changes_in_place_without_memory)
{
	struct tm_prefix short4 = v4(10, 0, 0, 0, 7, 100), long4 = v4(10, 0, 0, 0, 24, 0);
	struct tm_prefix host = v4(10, 0, 0, 9, 32, 0), after = { 0 };

	start();
	ASSERT_EQ(tm_prefixes_add(set, &short4), 0);
	ASSERT_EQ(tm_prefixes_add(set, &long4), 0);
	shim_alloc_fail_at(1);
	long4.expires_ns = 200;
	EXPECT_EQ(tm_prefixes_set_expiry(set, &long4), 0);
	EXPECT_TRUE(!!tm_prefixes_covering(set, 0, &host.address, 199));
	EXPECT_FALSE(!!tm_prefixes_covering(set, 0, &host.address, 200));
	short4.expires_ns = 0;
	EXPECT_EQ(tm_prefixes_set_expiry(set, &short4), 0);
	EXPECT_TRUE(!!tm_prefixes_covering(set, 0, &host.address, 200));
	EXPECT_EQ(tm_prefixes_set_expiry(set, &host), -ENOENT);
	shim_alloc_fail_at(0);
	EXPECT_EQ(tm_prefixes_count(set), 2);
	EXPECT_EQ(tm_prefixes_expire(set, &after, 10, 200), 1);
	EXPECT_EQ(tm_prefixes_count(set), 1);
	/* none expires any more: none is looked at */
	after = host;
	EXPECT_EQ(tm_prefixes_expire(set, &after, 10, 300), 0);
	EXPECT_EQ(after.value, 0);
	short4.expires_ns = 300;
	EXPECT_EQ(tm_prefixes_set_expiry(set, &short4), 0);
	EXPECT_EQ(tm_prefixes_expire(set, &after, 10, 300), 1);
	EXPECT_EQ(tm_prefixes_count(set), 0);
	tm_prefixes_free(set);
}

/* An update of 0.0.0.0/0 in a large set makes one entry and at most a table. */
TEST(the_shortest_prefix_costs_no_more_than_another)
{
	struct tm_prefix prefix = { 0 }, all = v4(0, 0, 0, 0, 0, 0);
	u64 bytes;
	u32 i;

	start();
	for (i = 0; i < 50000; i++) {
		prefix = v4(byte(), byte(), byte(), byte(), 32, 0);
		ASSERT_GE(tm_prefixes_add(set, &prefix), 0);
	}
	bytes = tm_prefixes_bytes(set);
	shim_alloc_fail_at(0);
	ASSERT_EQ(tm_prefixes_add(set, &all), 0);
	EXPECT_LE(shim_alloc_attempts(), 3);
	EXPECT_LE(tm_prefixes_bytes(set) - bytes, 256 * sizeof(void *) + 64);
	shim_alloc_fail_at(0);
	ASSERT_EQ(tm_prefixes_del(set, &all, 0), 0);
	EXPECT_LE(shim_alloc_attempts(), 1);
	EXPECT_EQ(tm_prefixes_bytes(set), bytes);
	tm_prefixes_free(set);
}

/* What makes look-ups in small sets cheap; without it they are right all the same. */
TEST(addresses_far_from_all_entries_are_told_at_once)
{
	struct tm_prefix ours = { .family = TRAFFICMON_FAMILY_IPV6, .length = 48, .value = 1 };
	union tm_address one = { .bytes = { 0x20, 1, 0xd, 0xb8, 1 } }, other = one;
	u32 i, told = 0;

	set = tm_prefixes_alloc(NULL);
	ours.address = one;
	EXPECT_FALSE(tm_prefixes_may_cover(set, ours.family, &one, &one));
	EXPECT_EQ(tm_prefixes_add(set, &ours), 0);
	for (i = 0; i < 1000; i++) {
		other.words[0] = htonl(0x20010000 + i);
		told += !tm_prefixes_may_cover(set, ours.family, &other, &other);
		EXPECT_TRUE(tm_prefixes_may_cover(set, ours.family, &other, &one));
	}
	EXPECT_GE(told, 990);
	/* one that is shorter than the bits that are looked at */
	ours.length = 16;
	memset(&ours.address.bytes[2], 0, 14);
	EXPECT_EQ(tm_prefixes_add(set, &ours), 0);
	other.words[0] = htonl(0x2001ffff);
	EXPECT_TRUE(tm_prefixes_may_cover(set, ours.family, &other, &other));
	EXPECT_EQ(tm_prefixes_del(set, &ours, 1), 0);
	EXPECT_FALSE(tm_prefixes_may_cover(set, ours.family, &other, &other));
	EXPECT_FALSE(tm_prefixes_may_cover(set, TRAFFICMON_FAMILY_IPV4, &one, &other));
	/* one of IPv4, 224.0.0.0/4, is told of what it covers alone */
	ours = (struct tm_prefix){ .family = TRAFFICMON_FAMILY_IPV4, .length = 4, .value = 1 };
	ours.address.words[2] = htonl(0xffff);
	ours.address.words[3] = htonl(0xe0000000);
	EXPECT_EQ(tm_prefixes_add(set, &ours), 0);
	for (i = 0, told = 0; i < 256; i++) {
		other = ours.address;
		other.bytes[12] = i;
		told += tm_prefixes_may_cover(set, ours.family, &other, &other);
	}
	EXPECT_EQ(told, 16);
	EXPECT_TRUE(tm_prefixes_may_cover(set, ours.family, &ours.address, &other));
	tm_prefixes_free(set);
}
