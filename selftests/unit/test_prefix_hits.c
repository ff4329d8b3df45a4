// SPDX-License-Identifier: GPL-2.0-or-later
// build: kmod/prefix.c kmod/prefix_update.c kmod/prefix_memory.c kmod/prefix_cells.c kmod/prefix_walk.c kmod/prefix_hits.c
/*
 * What is counted for an entry: exactly where packets are few, on the average where
 * they are many, and by the entry alone that is the longest.
 */
#include "unit.h"
#include "prefix_memory.h"

#define SECOND	(1ULL << TM_PREFIX_HIT_SHIFT)

static struct tm_prefixes *set;

static struct tm_prefix ipv4(u8 a, u8 b, u8 c, u8 d, u8 length)
{
	return (struct tm_prefix){
		.address.bytes = { [10] = 0xff, 0xff, a, b, c, d }, .length = length, .value = 1,
	};
}

static void start(void)
{
	struct tm_prefix net = ipv4(10, 0, 0, 0, 8), host = ipv4(10, 1, 1, 1, 32);

	shim_random_seed(1);
	set = tm_prefixes_alloc(NULL);
	ASSERT_TRUE(set);
	ASSERT_EQ(tm_prefixes_add(set, &net), 0);
	ASSERT_EQ(tm_prefixes_add(set, &host), 0);
}

static void hit(u8 last, u64 now_ns, u32 random)
{
	struct tm_prefix host = ipv4(10, 1, 1, last, 32);
	struct tm_prefix_entry *entry = tm_prefixes_covering(set, 0, &host.address, now_ns);

	ASSERT_TRUE(entry);
	tm_prefix_hit(entry, 2, 100, now_ns, random);
}

static struct tm_prefix_hits hits(struct tm_prefix prefix)
{
	struct tm_prefix_hits hits;

	tm_prefixes_hits(set, &prefix, &hits);
	return hits;
}

TEST(the_first_packet_of_a_second_counts_as_it_is)
{
	u32 second;

	start();
	EXPECT_EQ(hits(ipv4(10, 1, 1, 1, 32)).time, 0);
	for (second = 0; second < 10; second++) {
		hit(1, second * SECOND + 7, U32_MAX);
		hit(1, second * SECOND + 8, U32_MAX);
	}
	EXPECT_EQ(hits(ipv4(10, 1, 1, 1, 32)).packets, 20);
	EXPECT_EQ(hits(ipv4(10, 1, 1, 1, 32)).bytes, 1000);
	EXPECT_EQ(hits(ipv4(10, 1, 1, 1, 32)).time, 10);
	/* a processor that is late does not turn the time back */
	hit(1, 3 * SECOND, U32_MAX);
	EXPECT_EQ(hits(ipv4(10, 1, 1, 1, 32)).packets, 20);
	EXPECT_EQ(hits(ipv4(10, 1, 1, 1, 32)).time, 10);
	tm_prefixes_free(set);
}

TEST(of_many_packets_one_in_sixteen_counts_sixteen_times)
{
	u32 i;

	start();
	for (i = 0; i < 1000000; i++)
		hit(1, SECOND + i, get_random_u32());
	/* 2 packets each; one sigma is 0.4 % */
	EXPECT_GT(hits(ipv4(10, 1, 1, 1, 32)).packets, 1970000);
	EXPECT_LT(hits(ipv4(10, 1, 1, 1, 32)).packets, 2030000);
	EXPECT_EQ(hits(ipv4(10, 1, 1, 1, 32)).bytes, hits(ipv4(10, 1, 1, 1, 32)).packets * 50);
	tm_prefixes_free(set);
}

TEST(the_longest_counts_alone)
{
	start();
	hit(1, SECOND, U32_MAX);
	EXPECT_EQ(hits(ipv4(10, 1, 1, 1, 32)).packets, 2);
	EXPECT_EQ(hits(ipv4(10, 0, 0, 0, 8)).packets, 0);
	hit(2, SECOND, U32_MAX);
	EXPECT_EQ(hits(ipv4(10, 1, 1, 1, 32)).packets, 2);
	EXPECT_EQ(hits(ipv4(10, 0, 0, 0, 8)).packets, 2);
	EXPECT_EQ(hits(ipv4(10, 0, 0, 0, 9)).packets, 0);	/* is not there */
	tm_prefixes_free(set);
}

TEST(a_new_time_leaves_what_was_counted_and_another_set_takes_it_over)
{
	struct tm_prefix host = ipv4(10, 1, 1, 1, 32), other = ipv4(192, 0, 2, 0, 24);
	struct tm_prefixes *former;

	start();
	hit(1, SECOND, U32_MAX);
	hit(2, SECOND, U32_MAX);
	host.expires_ns = 5 * SECOND;
	ASSERT_EQ(tm_prefixes_set(set, &host), 0);
	EXPECT_EQ(hits(host).packets, 2);
	former = set;
	set = tm_prefixes_alloc(NULL);
	ASSERT_TRUE(set);
	ASSERT_EQ(tm_prefixes_add(set, &host), 0);
	ASSERT_EQ(tm_prefixes_add(set, &other), 0);
	tm_prefixes_move_hits(set, former, 2 * SECOND);
	EXPECT_EQ(hits(host).packets, 2);
	EXPECT_EQ(hits(host).bytes, 100);
	EXPECT_EQ(hits(host).time, 2);
	EXPECT_EQ(hits(other).packets, 0);
	tm_prefixes_free(former);
	tm_prefixes_free(set);
}

/* Packets find entries of both sets until the new one is all that they see, and go on. */
TEST(what_either_counted_is_counted_once_there_and_back)
{
	struct tm_prefix host = ipv4(10, 1, 1, 1, 32), net = ipv4(10, 0, 0, 0, 8);
	struct tm_prefixes *former;

	start();
	net.expires_ns = 4 * SECOND;
	ASSERT_EQ(tm_prefixes_set(set, &net), 0);
	hit(1, SECOND, U32_MAX);
	hit(2, SECOND, U32_MAX);
	former = set;
	start();
	hit(1, 3 * SECOND, U32_MAX);
	/* the one with 8 bits has expired: whoever adds it begins anew */
	tm_prefixes_move_hits(set, former, 4 * SECOND);
	EXPECT_EQ(hits(host).packets, 4);
	EXPECT_EQ(hits(host).time, 4);
	EXPECT_EQ(hits(net).packets, 0);
	tm_prefixes_move_hits(former, set, 4 * SECOND);
	EXPECT_EQ(hits(host).packets, 0);
	tm_prefixes_free(set);
	set = former;
	EXPECT_EQ(hits(host).packets, 4);
	EXPECT_EQ(hits(host).bytes, 200);
	EXPECT_EQ(hits(host).time, 4);
	tm_prefixes_free(set);
}
