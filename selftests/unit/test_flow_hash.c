// SPDX-License-Identifier: GPL-2.0-or-later
// build: kmod/flow_hash.c
/*
 * The hash of flows: the same for both directions, another for anything else,
 * and an even spread of tuples in sequence, as scanners and floods send them.
 */
#include "unit.h"
#include "flow_hash.h"

enum { BUCKETS = 4096, WAYS = 8, FLOWS = BUCKETS * WAYS / 2, KEYS = 20 };

static struct tm_packet packet_of(bool ipv6)
{
	struct tm_packet packet = {
		.family = ipv6 ? TRAFFICMON_FAMILY_IPV6 : TRAFFICMON_FAMILY_IPV4,
		.kind = ipv6 ? TM_PACKET_KIND_IPV6 : 0,
		.protocol = 17,
		.source.words = { 0, 0, htonl(0xffff), htonl(0x0a000001) },
		.destination.words = { 0, 0, htonl(0xffff), htonl(0xc6336401) },
		.source_port = htons(1024),
		.destination_port = htons(80),
	};

	if (ipv6) {
		packet.source.words[0] = htonl(0x20010db8);
		packet.destination.words[0] = htonl(0x20010db8);
		packet.source.words[2] = 0;
		packet.destination.words[2] = 0;
	}
	return packet;
}

/* The @number-th tuple of a sequence, and what it is called. */
struct sequence {
	const char *name;
	bool ipv6;
	void (*step)(struct tm_packet *packet, u32 number);
};

static void step_source(struct tm_packet *packet, u32 number)
{
	packet->source.words[3] = htonl(0x0a000000 + number);
}

static void step_source_subnet(struct tm_packet *packet, u32 number)
{
	packet->source.words[3] = htonl(number << 8);
}

static void step_source_top(struct tm_packet *packet, u32 number)
{
	packet->source.words[3] = htonl(number << 18 | 1);
}

static void step_source_port(struct tm_packet *packet, u32 number)
{
	packet->source_port = htons(number);
}

static void step_both_ports(struct tm_packet *packet, u32 number)
{
	packet->source_port = htons(number % 128);
	packet->destination_port = htons(number / 128);
}

static void step_both_addresses(struct tm_packet *packet, u32 number)
{
	packet->source.words[3] = htonl(0x0a000000 + number % 128);
	packet->destination.words[3] = htonl(0x0a000000 + number / 128);
}

static void step_opposite(struct tm_packet *packet, u32 number)
{
	packet->source_port = htons(number);
	packet->destination_port = htons(0xffff - number);
}

static void step_network(struct tm_packet *packet, u32 number)
{
	packet->source.words[1] = htonl(number);
}

static const struct sequence sequences[] = {
	{ "IPv4 sources", false, step_source },
	{ "IPv4 source networks of 24 bits", false, step_source_subnet },
	{ "IPv4 sources, in the upper bits", false, step_source_top },
	{ "IPv4 source ports", false, step_source_port },
	{ "IPv4, both ports", false, step_both_ports },
	{ "IPv4, both addresses", false, step_both_addresses },
	{ "IPv4, ports with the same sum", false, step_opposite },
	{ "IPv6 sources", true, step_source },
	{ "IPv6 source networks of 64 bits", true, step_network },
	{ "IPv6 source ports", true, step_source_port },
	{ "IPv6, both ports", true, step_both_ports },
	{ "IPv6, both addresses", true, step_both_addresses },
};

static struct tm_packet reversed(const struct tm_packet *packet)
{
	struct tm_packet other = *packet;

	other.source = packet->destination;
	other.destination = packet->source;
	other.source_port = packet->destination_port;
	other.destination_port = packet->source_port;
	return other;
}

TEST(both_directions_hash_alike)
{
	struct tm_flow_key key;
	struct tm_packet packet, other;
	u32 i, number;

	tm_flow_key_init(&key);
	for (i = 0; i < sizeof(sequences) / sizeof(*sequences); i++) {
		for (number = 0; number < 1000; number++) {
			packet = packet_of(sequences[i].ipv6);
			sequences[i].step(&packet, number * 7);
			other = reversed(&packet);
			EXPECT_EQ(tm_flow_hash(&key, &packet, packet.family), tm_flow_hash(&key, &other, other.family));
		}
	}
}

TEST(what_a_flow_is_made_of_is_hashed)
{
	struct tm_flow_key key, another;
	struct tm_packet packet, other;
	u32 ipv6, bit;

	tm_flow_key_init(&key);
	tm_flow_key_init(&another);
	for (ipv6 = 0; ipv6 < 2; ipv6++) {
		packet = packet_of(ipv6);
		for (bit = ipv6 ? 0 : 96; bit < 128; bit++) {
			other = packet;
			other.source.bytes[bit / 8] ^= 1 << bit % 8;
			EXPECT_NE(tm_flow_hash(&key, &packet, packet.family), tm_flow_hash(&key, &other, other.family));
			other = packet;
			other.destination.bytes[bit / 8] ^= 1 << bit % 8;
			EXPECT_NE(tm_flow_hash(&key, &packet, packet.family), tm_flow_hash(&key, &other, other.family));
		}
		for (bit = 0; bit < 16; bit++) {
			other = packet;
			other.source_port ^= htons(1 << bit);
			EXPECT_NE(tm_flow_hash(&key, &packet, packet.family), tm_flow_hash(&key, &other, other.family));
		}
		other = packet;
		other.protocol = 6;
		EXPECT_NE(tm_flow_hash(&key, &packet, packet.family), tm_flow_hash(&key, &other, other.family));
		other = packet;
		other.kind |= TM_PACKET_KIND_FRAGMENT;
		EXPECT_NE(tm_flow_hash(&key, &packet, packet.family), tm_flow_hash(&key, &other, other.family));
		/* ports change sides: another flow */
		other = packet;
		other.source_port = packet.destination_port;
		other.destination_port = packet.source_port;
		EXPECT_NE(tm_flow_hash(&key, &packet, packet.family), tm_flow_hash(&key, &other, other.family));
		EXPECT_NE(tm_flow_hash(&key, &packet, packet.family), tm_flow_hash(&another, &packet, packet.family));
	}
}

/*
 * Between two hosts, each protocol is a flow.  A key under which some of them
 * agree would be one in 2^49.
 */
TEST(protocols_between_two_hosts_differ)
{
	struct tm_packet packet, other;
	struct tm_flow_key key;
	u32 ipv6, round, bit;

	for (round = 0; round < 10000; round++) {
		tm_flow_key_init(&key);
		for (ipv6 = 0; ipv6 < 2; ipv6++) {
			packet = packet_of(ipv6);
			for (bit = 0; bit < 8; bit++) {
				other = packet;
				other.protocol ^= 1 << bit;
				EXPECT_NE(tm_flow_hash(&key, &packet, packet.family), tm_flow_hash(&key, &other, other.family));
			}
		}
	}
}

/* How many flows for half a table find their bucket full. */
static u32 without_room(const struct tm_flow_key *key, const struct sequence *sequence)
{
	static u32 load[BUCKETS];
	struct tm_packet packet;
	u32 number, over = 0;
	u64 hash;

	memset(load, 0, sizeof(load));
	for (number = 0; number < FLOWS; number++) {
		packet = packet_of(sequence->ipv6);
		sequence->step(&packet, number);
		hash = tm_flow_hash(key, &packet, packet.family);
		over += load[tm_flow_place(hash) / 1024 & (BUCKETS - 1)]++ >= WAYS;
	}
	return over;
}

/*
 * Four to a bucket of eight on average: of Poisson's distribution 0.76 % find
 * no room, 125 of these; one sigma is about 13.
 */
TEST(sequences_spread_as_random_tuples_do)
{
	struct tm_flow_key key;
	u32 i, round, over;

	for (round = 0; round < KEYS; round++) {
		tm_flow_key_init(&key);
		for (i = 0; i < sizeof(sequences) / sizeof(*sequences); i++) {
			over = without_room(&key, &sequences[i]);
			EXPECT(over < 200, "%s: %u of %u find no room", sequences[i].name, over,
			       FLOWS);
		}
	}
}

/* Tags tell entries of a bucket apart before they are compared. */
TEST(tags_differ_within_a_bucket)
{
	struct tm_packet packet, first = packet_of(false);
	u32 number, shared = 0, same = 0;
	struct tm_flow_key key;
	u64 hash, other;

	tm_flow_key_init(&key);
	hash = tm_flow_hash(&key, &first, first.family);
	for (number = 0; number < 1 << 24; number++) {
		packet = packet_of(false);
		step_source(&packet, number + 2);
		other = tm_flow_hash(&key, &packet, packet.family);
		EXPECT_NE(tm_flow_tag(other), 0);
		if ((tm_flow_place(other) ^ tm_flow_place(hash)) & 7 * 1024)
			continue;
		shared++;
		same += tm_flow_tag(other) == tm_flow_tag(hash);
	}
	/* 2^21 share the bucket, and of these 64 the tag, on average */
	EXPECT_GT(shared, 2000000);
	EXPECT_GT(same, 20);
	EXPECT_LT(same, 140);
}
