// SPDX-License-Identifier: GPL-2.0-or-later
// build: kmod/limit.c kmod/limit_rate.c
/*
 * The tag of a limiter: one to one with what its kind of key uses.
 */
#include "unit.h"
#include "limit_helpers.h"

/* A key of @kind with what the kind uses set at random. */
static struct tm_limit_key random_key(u8 kind, bool ipv6)
{
	bool source = kind != TRAFFICMON_KEY_NONE && kind != TRAFFICMON_KEY_DESTINATION &&
		      kind != TRAFFICMON_KEY_IIF;
	bool destination = kind == TRAFFICMON_KEY_DESTINATION || kind == TRAFFICMON_KEY_FLOW ||
			   kind == TRAFFICMON_KEY_SOURCE_DESTINATION;
	struct tm_limit_key key = {
		.policy_id = get_random_u32(),
		.kind = kind,
		.limit = get_random_u32_below(TRAFFICMON_LIMITS_MAX),
		.flags = get_random_u32_below(2) ? TM_LIMIT_KEY_AGGREGATE : 0,
	};

	if (ipv6 && (source || destination))
		key.flags |= TM_LIMIT_KEY_IPV6;
	if (source)
		get_random_bytes(ipv6 ? key.source.bytes : key.source.bytes + 12, ipv6 ? 16 : 4);
	if (destination)
		get_random_bytes(ipv6 ? key.destination.bytes : key.destination.bytes + 12,
				 ipv6 ? 16 : 4);
	if (kind == TRAFFICMON_KEY_FLOW || kind == TRAFFICMON_KEY_SOURCE_DESTINATION_PORT)
		key.destination_port = get_random_u32();
	if (kind == TRAFFICMON_KEY_FLOW) {
		key.source_port = get_random_u32();
		key.protocol = get_random_u32();
	}
	if (kind == TRAFFICMON_KEY_IIF)
		key.ifindex = get_random_u32();
	return key;
}

/* Flip each bit of some bytes: every tag is another. */
static void expect_hashed(const struct tm_limit_table *table, const struct tm_limit_key *key,
			  size_t first, size_t bytes)
{
	u64 tag = tm_limit_tag(table, key);
	struct tm_limit_key other;
	size_t bit;

	for (bit = first * 8; bit < (first + bytes) * 8; bit++) {
		other = *key;
		((u8 *)&other)[bit / 8] ^= 1 << bit % 8;
		EXPECT(tm_limit_tag(table, &other) != tag, "kind %u: bit %zu is not hashed",
		       key->kind, bit);
	}
}

static void expect_key_hashed(const struct tm_limit_table *table, const struct tm_limit_key *key)
{
	size_t skip = key->flags & TM_LIMIT_KEY_IPV6 ? 0 : 12;
	struct tm_limit_key other = *key;

	expect_hashed(table, key, offsetof(struct tm_limit_key, policy_id), 4);
	if (key->kind == TRAFFICMON_KEY_FLOW) {
		expect_hashed(table, key, offsetof(struct tm_limit_key, source_port), 2);
		expect_hashed(table, key, offsetof(struct tm_limit_key, protocol), 1);
	}
	if (key->kind == TRAFFICMON_KEY_FLOW ||
	    key->kind == TRAFFICMON_KEY_SOURCE_DESTINATION_PORT)
		expect_hashed(table, key, offsetof(struct tm_limit_key, destination_port), 2);
	if (key->kind == TRAFFICMON_KEY_IIF)
		expect_hashed(table, key, offsetof(struct tm_limit_key, ifindex), 4);
	if (key->source.halves[1])
		expect_hashed(table, key, offsetof(struct tm_limit_key, source) + skip, 16 - skip);
	if (key->destination.halves[1])
		expect_hashed(table, key, offsetof(struct tm_limit_key, destination) + skip,
			      16 - skip);
	other.limit ^= 1;
	EXPECT_NE(tm_limit_tag(table, key), tm_limit_tag(table, &other));
	other = *key;
	other.flags ^= TM_LIMIT_KEY_AGGREGATE;
	EXPECT_NE(tm_limit_tag(table, key), tm_limit_tag(table, &other));
	other = *key;
	other.kind = (key->kind + 1) % __TRAFFICMON_KEY_MAX;
	EXPECT_NE(tm_limit_tag(table, key), tm_limit_tag(table, &other));
}

TEST(tag_depends_on_all_that_a_kind_uses_and_on_the_table)
{
	struct tm_limit_table table = new_table(64), other = new_table(64);
	struct tm_limit_key key;
	unsigned int i;

	for (i = 0; i < 2 * __TRAFFICMON_KEY_MAX; i++) {
		key = random_key(i / 2, i % 2);
		expect_key_hashed(&table, &key);
		EXPECT_NE(tm_limit_tag(&table, &key), tm_limit_tag(&other, &key));
	}
	tm_limit_clean(&table);
	tm_limit_clean(&other);
}

static int compare_tags(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

TEST(tags_of_400000_keys_differ)
{
	enum { KEYS = 400000 };
	struct tm_limit_table table = new_table(64);
	u64 *tags = malloc(KEYS * sizeof(*tags));
	struct tm_limit_key key;
	u32 i;

	ASSERT_TRUE(tags);
	for (i = 0; i < KEYS; i++) {
		key = random_key(1 + i % (__TRAFFICMON_KEY_MAX - 1), i / 7 % 2);
		key.policy_id = i;	/* so that no two keys are the same */
		tags[i] = tm_limit_tag(&table, &key);
	}
	sort(tags, KEYS, sizeof(*tags), compare_tags, NULL);
	for (i = 1; i < KEYS; i++)
		EXPECT_NE(tags[i], tags[i - 1]);
	free(tags);
	tm_limit_clean(&table);
}
