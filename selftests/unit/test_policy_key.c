// SPDX-License-Identifier: GPL-2.0-or-later
// build: kmod/policy_key.c kmod/limit.c kmod/limit_rate.c
/*
 * Whom a policy counts a packet for: the tag that a packet is charged by is
 * that of the key which is shown, whatever the kind and the family.
 */
#include "limit_helpers.h"
#include "policy_key.h"

static struct tm_policy_keys new_keys(u8 kind, const struct tm_limit_table *limiters)
{
	struct tm_policy_keys keys = {
		.policy_id = get_random_u32(),
		.kind = kind,
		.source_length = { get_random_u32_below(33), get_random_u32_below(129) },
		.destination_length = { get_random_u32_below(33), get_random_u32_below(129) },
	};

	tm_policy_keys_prepare(&keys, limiters);
	return keys;
}

static void random_address(union tm_address *address, bool ipv6)
{
	get_random_bytes(address, sizeof(*address));
	if (ipv6)
		return;
	address->halves[0] = 0;
	address->words[2] = htonl(0xffff);
}

static struct tm_packet random_packet(bool ipv6)
{
	struct tm_packet packet;

	get_random_bytes(&packet, sizeof(packet));
	packet.family = ipv6 ? TRAFFICMON_FAMILY_IPV6 : TRAFFICMON_FAMILY_IPV4;
	random_address(&packet.source, ipv6);
	random_address(&packet.destination, ipv6);
	return packet;
}

/* What could not be parsed has a family and nothing else. */
static struct tm_packet unparsed_packet(bool ipv6)
{
	return (struct tm_packet){
		.family = ipv6 ? TRAFFICMON_FAMILY_IPV6 : TRAFFICMON_FAMILY_IPV4,
	};
}

static void expect_same_tag(const struct tm_policy_keys *keys,
			    const struct tm_limit_table *limiters,
			    const struct tm_packet *packet)
{
	struct tm_limit_key key;
	u32 limit, aggregate;

	for (limit = 0; limit < TRAFFICMON_LIMITS_MAX; limit++) {
		for (aggregate = 0; aggregate < 2; aggregate++) {
			tm_policy_key(keys, limit, packet, aggregate, &key);
			EXPECT(tm_policy_key_tag(keys, limiters, limit, packet, aggregate) ==
			       tm_limit_tag(limiters, &key),
			       "kind %u, family %u, limit %u, aggregate %u", keys->kind,
			       packet->family, limit, aggregate);
			if (aggregate)
				continue;
			EXPECT(tm_policy_tag(keys, limiters, limit, packet) ==
			       tm_limit_tag(limiters, &key) &&
			       tm_policy_tag_any(keys, limiters, limit, packet) ==
			       tm_limit_tag(limiters, &key),
			       "kind %u, family %u, limit %u", keys->kind, packet->family, limit);
		}
	}
}

TEST(a_packets_tag_is_that_of_its_key)
{
	struct tm_limit_table limiters = new_table(64);
	struct tm_policy_keys keys;
	struct tm_packet packet;
	u32 round, kind, ipv6;

	for (round = 0; round < 2000; round++) {
		for (kind = 0; kind < __TRAFFICMON_KEY_MAX; kind++) {
			keys = new_keys(kind, &limiters);
			for (ipv6 = 0; ipv6 < 2; ipv6++) {
				packet = random_packet(ipv6);
				expect_same_tag(&keys, &limiters, &packet);
				packet = unparsed_packet(ipv6);
				expect_same_tag(&keys, &limiters, &packet);
			}
		}
	}
	tm_limit_clean(&limiters);
}

/* The same bits of an address as the prefix says, and no others, choose the limiter. */
TEST(as_many_bits_of_an_address_count_as_the_prefix_says)
{
	struct tm_limit_table limiters = new_table(64);
	struct tm_policy_keys keys = { .policy_id = 1, .kind = TRAFFICMON_KEY_SOURCE };
	struct tm_packet packet, other;
	u32 length, bit, ipv6, bits;
	u64 tag;

	for (ipv6 = 0; ipv6 < 2; ipv6++) {
		bits = ipv6 ? 128 : 32;
		for (length = 0; length <= bits; length++) {
			keys.source_length[ipv6] = length;
			tm_policy_keys_prepare(&keys, &limiters);
			packet = random_packet(ipv6);
			tag = tm_policy_tag(&keys, &limiters, 0, &packet);
			for (bit = 0; bit < bits; bit++) {
				other = packet;
				other.source.bytes[16 - bits / 8 + bit / 8] ^= 0x80 >> bit % 8;
				EXPECT((tm_policy_tag(&keys, &limiters, 0, &other) != tag) ==
				       (bit < length), "length %u, bit %u", length, bit);
			}
		}
	}
	tm_limit_clean(&limiters);
}

/* Both families share one limiter where the key has no address. */
TEST(keys_without_an_address_are_the_same_for_both_families)
{
	static const u8 kinds[] = { TRAFFICMON_KEY_NONE, TRAFFICMON_KEY_IIF };
	struct tm_limit_table limiters = new_table(64);
	struct tm_policy_keys keys;
	struct tm_packet ipv4, ipv6;
	u32 i;

	for (i = 0; i < sizeof(kinds); i++) {
		keys = new_keys(kinds[i], &limiters);
		ipv4 = random_packet(false);
		ipv6 = random_packet(true);
		ipv6.ifindex = ipv4.ifindex;
		EXPECT_EQ(tm_policy_tag(&keys, &limiters, 0, &ipv4),
			  tm_policy_tag(&keys, &limiters, 0, &ipv6));
		EXPECT_NE(tm_policy_tag(&keys, &limiters, 0, &ipv4),
			  tm_policy_tag(&keys, &limiters, 1, &ipv4));
	}
	tm_limit_clean(&limiters);
}
