// SPDX-License-Identifier: GPL-2.0-or-later
// build: kmod/prefix.c kmod/prefix_update.c kmod/prefix_memory.c kmod/prefix_cells.c kmod/prefix_walk.c kmod/prefix_hits.c
/*
 * Prefix sets against a twin that is an array searched from end to end.
 *
 * The addresses come from a small pool whose members share long beginnings, so
 * that prefixes nest, part at every bit and come and go in the same places.
 */
#include "unit.h"
#include "prefix_memory.h"
#include "prefix.h"

#define TWIN_MAX 400
#define POOL_MAX 12

static struct tm_prefix twin[TWIN_MAX];	/* in the order of the walk */
static u32 twin_count;
static union tm_address pool[2][POOL_MAX];
static struct tm_prefixes *set;
static u64 now_ns;

static u32 below(u32 ceiling)
{
	return get_random_u32_below(ceiling);
}

static u32 family_bits(u8 family)
{
	return family == TRAFFICMON_FAMILY_IPV4 ? 32 : 128;
}

static void clear_behind(union tm_address *address, u8 family, u32 length)
{
	u32 bit;

	for (bit = length + 128 - family_bits(family); bit < 128; bit++)
		address->bytes[bit / 8] &= ~(0x80 >> bit % 8);
}

static union tm_address random_address(u8 family)
{
	union tm_address address;

	get_random_bytes(&address, sizeof(address));
	if (family == TRAFFICMON_FAMILY_IPV4) {
		memset(&address, 0, 10);
		memset(&address.bytes[10], 0xff, 2);
	}
	return address;
}

static u64 bit_of(const union tm_address *address, u32 bit)
{
	return address->bytes[bit / 8] >> (7 - bit % 8) & 1;
}

/* Members share a random number of leading bits with another one. */
static void fill_pool(void)
{
	u32 family, i, bit, share;

	for (family = 0; family < 2; family++) {
		for (i = 0; i < POOL_MAX; i++) {
			union tm_address *address = &pool[family][i];

			*address = random_address(family);
			if (!i)
				continue;
			share = 128 - below(family_bits(family) + 1);
			for (bit = 0; bit < share; bit++)
				if (bit_of(address, bit) != bit_of(&pool[family][i / 2], bit))
					address->bytes[bit / 8] ^= 0x80 >> bit % 8;
		}
	}
}

static union tm_address near_address(u8 family)
{
	union tm_address address = pool[family][below(POOL_MAX)];
	u32 bits = family_bits(family);

	if (!below(16))
		return random_address(family);
	if (below(2)) {
		u32 bit = 128 - 1 - below(bits);

		address.bytes[bit / 8] ^= 0x80 >> bit % 8;
	}
	return address;
}

static u8 random_length(u8 family)
{
	static const u8 edges[] = { 0, 1, 7, 8, 9, 13, 14, 15, 20, 26, 31, 32 };
	u32 bits = family_bits(family);

	switch (below(4)) {
	case 0:
		return edges[below(sizeof(edges))];
	case 1:
		return bits - below(3);
	default:
		return below(bits + 1);
	}
}

static struct tm_prefix random_prefix(void)
{
	struct tm_prefix prefix = { .family = below(2), .value = 1 + below(1000) };

	if (twin_count && !below(2)) {
		prefix = twin[below(twin_count)];
	} else if (twin_count && !below(3)) {
		prefix = twin[below(twin_count)];
		prefix.length = random_length(prefix.family);
	} else {
		prefix.address = near_address(prefix.family);
		prefix.length = random_length(prefix.family);
	}
	clear_behind(&prefix.address, prefix.family, prefix.length);
	prefix.value = 1 + below(1000);
	prefix.expires_ns = below(3) ? now_ns + below(3000) : 0;
	return prefix;
}

static bool alive(const struct tm_prefix *prefix)
{
	return !prefix->expires_ns || prefix->expires_ns > now_ns;
}

static int compare(const struct tm_prefix *a, const struct tm_prefix *b)
{
	int difference;

	if (a->family != b->family)
		return a->family - b->family;
	difference = memcmp(&a->address, &b->address, 16);
	return difference ? difference : a->length - b->length;
}

static bool twin_covers(const struct tm_prefix *prefix, u8 family, const union tm_address *address)
{
	union tm_address masked = *address;

	clear_behind(&masked, family, prefix->length);
	return prefix->family == family && !memcmp(&masked, &prefix->address, 16);
}

/* The first of the twin that is not in front of @prefix. */
static u32 twin_place(const struct tm_prefix *prefix)
{
	u32 i = 0;

	while (i < twin_count && compare(&twin[i], prefix) < 0)
		i++;
	return i;
}

static bool twin_there(u32 place, const struct tm_prefix *prefix)
{
	return place < twin_count && !compare(&twin[place], prefix);
}

static void same(const struct tm_prefix *a, const struct tm_prefix *b)
{
	ASSERT_EQ(compare(a, b), 0);
	ASSERT_EQ(a->expires_ns, b->expires_ns);
	ASSERT_EQ(a->value, b->value);
}

static void check_walk(void)
{
	struct tm_prefix at, next;
	u32 i = 0;

	while (tm_prefixes_next(set, i ? &at : NULL, &next)) {
		ASSERT_LT(i, twin_count);
		same(&next, &twin[i++]);
		at = next;
	}
	ASSERT_EQ(i, twin_count);
	ASSERT_EQ(tm_prefixes_count(set), twin_count);
}

static void check_lookup(void)
{
	u8 family = below(2);
	union tm_address address = near_address(family), other = near_address(family);
	const struct tm_prefix *longest = NULL, *alive_longest = NULL;
	struct tm_prefix_entry *entry, *either;
	struct tm_prefix found;
	u32 i;

	for (i = 0; i < twin_count; i++) {
		if (!twin_covers(&twin[i], family, &address))
			continue;
		if (alive(&twin[i]) &&
		    (!alive_longest || twin[i].length > alive_longest->length))
			alive_longest = &twin[i];
		if (!longest || twin[i].length > longest->length)
			longest = &twin[i];
	}
	entry = tm_prefixes_covering(set, family, &address, now_ns);
	ASSERT_EQ(!!entry, !!alive_longest);
	if (entry) {
		tm_prefix_show(entry, &found);
		same(&found, alive_longest);
	}
	ASSERT_EQ(tm_prefixes_longest(set, family, &address), longest ? longest->value : 0);
	either = tm_prefixes_covering_either(set, family, &address, &other, now_ns);
	ASSERT_EQ(either, entry ?: tm_prefixes_covering(set, family, &other, now_ns));
	/* what may not cover does not, whichever of the two is asked about; expired ones too */
	if (longest) {
		ASSERT_TRUE(tm_prefixes_may_cover(set, family, &address, &other));
		ASSERT_TRUE(tm_prefixes_may_cover(set, family, &other, &address));
	}
}

static void check_next(const struct tm_prefix *after)
{
	struct tm_prefix next;
	u32 i = twin_place(after);
	bool more = tm_prefixes_next(set, after, &next);

	i += twin_there(i, after);
	ASSERT_EQ(more, i < twin_count);
	if (more)
		same(&next, &twin[i]);
}

/* @failing: let each allocation fail in turn before it may succeed. */
static void step_add(bool failing)
{
	struct tm_prefix prefix = random_prefix();
	u32 place = twin_place(&prefix), attempt;
	bool there = twin_there(place, &prefix);
	int ret;

	if (!there && twin_count == TWIN_MAX)
		return;
	for (attempt = failing; ; attempt++) {
		shim_alloc_fail_at(attempt);
		ret = tm_prefixes_add(set, &prefix);
		shim_alloc_fail_at(0);
		if (ret != -ENOMEM)
			break;
		ASSERT_TRUE(failing);
		check_walk();
	}
	ASSERT_EQ(ret, there);
	if (!there) {
		memmove(&twin[place + 1], &twin[place], (twin_count - place) * sizeof(*twin));
		twin_count++;
	}
	twin[place] = prefix;
}

static void twin_remove(u32 place)
{
	twin_count--;
	memmove(&twin[place], &twin[place + 1], (twin_count - place) * sizeof(*twin));
}

static void step_del(bool failing)
{
	struct tm_prefix prefix = random_prefix();
	u32 place = twin_place(&prefix), attempt;
	bool there = twin_there(place, &prefix);
	int ret;

	ASSERT_EQ(tm_prefixes_has(set, &prefix, now_ns), there && alive(&twin[place]));
	ASSERT_EQ(tm_prefixes_value(set, &prefix), there ? twin[place].value : 0);
	for (attempt = failing; ; attempt++) {
		shim_alloc_fail_at(attempt);
		ret = tm_prefixes_del(set, &prefix, now_ns);
		shim_alloc_fail_at(0);
		if (ret != -ENOMEM)
			break;
		ASSERT_TRUE(failing);
		check_walk();
	}
	ASSERT_EQ(ret, there && alive(&twin[place]) ? 0 : -ENOENT);
	if (!ret)
		twin_remove(place);
}

/* Removes all that has expired, in portions. */
static void step_expire(void)
{
	struct tm_prefix after = { 0 };
	u32 removed = 0, expired = 0, i = 0;

	while (i < twin_count) {
		if (alive(&twin[i])) {
			i++;
		} else {
			expired++;
			twin_remove(i);
		}
	}
	do {
		u32 got = tm_prefixes_expire(set, &after, 7, now_ns);

		ASSERT_LE(got, 7);
		removed += got;
	} while (after.value);
	ASSERT_EQ(removed, expired);
	check_walk();
}

static void start(u64 seed)
{
	shim_random_seed(seed);
	twin_count = 0;
	now_ns = 1;
	fill_pool();
	set = tm_prefixes_alloc(NULL);
	ASSERT_TRUE(set);
}

/* What is left when the last entry is gone is the set itself and its grave. */
static void finish(void)
{
	const struct tm_prefix_cells *cells = (const struct tm_prefix_cells *)set;
	u64 empty = 6608 + 560;
	u32 i;

	while (twin_count) {
		ASSERT_EQ(tm_prefixes_del(set, &twin[twin_count - 1], 0), 0);
		twin_count--;
	}
	check_walk();
	ASSERT_LE(tm_prefixes_bytes(set), empty);
	for (i = 0; i < sizeof(cells->any); i++)
		ASSERT_EQ(cells->any[i], 0);
	tm_prefixes_free(set);
}

static const struct tm_prefix first = { .address.bytes = { [10] = 0xff, 0xff } };

/* @grow: of 16, steps that add; the rest mostly remove */
static void random_steps(u64 seed, u32 steps, u32 grow, bool failing)
{
	struct tm_prefix walker = first;
	u32 step;

	start(seed);
	for (step = 0; step < steps; step++) {
		now_ns += below(20);
		if (below(16) < grow)
			step_add(failing && !below(4));
		else
			step_del(failing && !below(4));
		if (!below(700))
			step_expire();
		check_lookup();
		check_lookup();
		/* a walk that goes on while entries come and go */
		check_next(&walker);
		if (!tm_prefixes_next(set, &walker, &walker))
			walker = first;
		if (!below(8))
			walker = random_prefix();
		if (!below(500))
			check_walk();
	}
	finish();
}

TEST(membership_longest_walk_and_expiry_agree_with_a_linear_search)
{
	u32 i;

	for (i = 0; i < 40; i++)
		random_steps(1000 + i, 2000, 6 + i % 5, false);
}

TEST(small_sets_agree_with_a_linear_search)
{
	u32 i;

	for (i = 0; i < 1000; i++)
		random_steps(2000 + i, 150, 5 + i % 6, false);
}

TEST(large_sets_agree_with_a_linear_search)
{
	random_steps(1, 40000, 12, false);
	random_steps(2, 40000, 9, false);
}

TEST(freed_at_once_no_pointer_is_kept_too_long)
{
	u32 i;

	shim_rcu_immediate = true;
	for (i = 0; i < 20; i++)
		random_steps(3000 + i, 2000, 8, false);
}

TEST(without_memory_nothing_changes)
{
	u32 i;

	for (i = 0; i < 20; i++)
		random_steps(4000 + i, 1000, 8, true);
	shim_alloc_fail_at(1);
	ASSERT_FALSE(tm_prefixes_alloc(NULL));
	shim_alloc_fail_at(0);
}

#define CHURN 300

static bool stop_readers;
static struct tm_prefix anchors[40];
static struct tm_prefix churn[CHURN];

static bool covers_an_anchor(const struct tm_prefix *prefix)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(anchors); i++)
		if (twin_covers(prefix, anchors[i].family, &anchors[i].address))
			return true;
	return false;
}

/* Even anchors never leave the set, odd ones never enter it; nothing covers them. */
static void fill_anchors(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(anchors); i++) {
		anchors[i] = (struct tm_prefix){ .family = i / 2 % 2, .value = 7777 };
		anchors[i].address = pool[i / 2 % 2][i % POOL_MAX];
		anchors[i].length = family_bits(i / 2 % 2);
		anchors[i].address.bytes[15] = i;
		if (i % 2 == 0)
			ASSERT_EQ(tm_prefixes_add(set, &anchors[i]), 0);
	}
}

/* What comes and goes parts from an anchor at any bit, so that nodes there do too. */
static void fill_churn(void)
{
	u32 i = 0, bit, bits;

	while (i < CHURN) {
		struct tm_prefix *prefix = &churn[i];

		*prefix = anchors[below(ARRAY_SIZE(anchors))];
		bits = family_bits(prefix->family);
		bit = below(bits);
		prefix->address.bytes[(128 - bits + bit) / 8] ^= 0x80 >> bit % 8;
		prefix->length = bit + 1 + below(bits - bit);
		prefix->value = 1;
		clear_behind(&prefix->address, prefix->family, prefix->length);
		i += !covers_an_anchor(prefix);
	}
}

static void look_up_anchors(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(anchors); i++) {
		ASSERT_EQ(!!tm_prefixes_covering(set, anchors[i].family, &anchors[i].address, 1),
			  i % 2 == 0);
		ASSERT_EQ(tm_prefixes_longest(set, anchors[i].family, &anchors[i].address),
			  i % 2 == 0 ? 7777 : 0);
	}
}

static void walk_past_anchors(void)
{
	struct tm_prefix at, next;
	u32 i, found = 0;

	for (i = 0; tm_prefixes_next(set, i ? &at : NULL, &next); i++) {
		ASSERT_TRUE(!i || compare(&at, &next) < 0);
		found += next.value == 7777;
		at = next;
	}
	ASSERT_EQ(found, ARRAY_SIZE(anchors) / 2);
}

static void *read_beside_the_writer(void *walk)
{
	u32 i;

	while (!__atomic_load_n(&stop_readers, __ATOMIC_RELAXED)) {
		rcu_read_lock();
		for (i = 0; i < 20; i++) {
			if (walk)
				walk_past_anchors();
			else
				look_up_anchors();
		}
		rcu_read_unlock();
		usleep(20);
	}
	return NULL;
}

TEST(readers_beside_the_writer_miss_nothing_that_stays)
{
	pthread_t readers[3];
	u32 i;

	start(5);
	fill_anchors();
	fill_churn();
	for (i = 0; i < ARRAY_SIZE(readers); i++)
		ASSERT_EQ(pthread_create(&readers[i], NULL, read_beside_the_writer,
					 i ? NULL : readers), 0);
	for (i = 0; i < 300000; i++) {
		struct tm_prefix *prefix = &churn[below(CHURN)];

		if (below(2))
			ASSERT_GE(tm_prefixes_add(set, prefix), 0);
		else
			tm_prefixes_del(set, prefix, 0);
		if (i % 4096 == 0)
			rcu_barrier();
	}
	__atomic_store_n(&stop_readers, true, __ATOMIC_RELAXED);
	for (i = 0; i < ARRAY_SIZE(readers); i++)
		pthread_join(readers[i], NULL);
	tm_prefixes_free(set);
}
