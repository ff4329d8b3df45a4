// SPDX-License-Identifier: GPL-2.0-or-later
// build: kmod/match.c kmod/glob.c
// build: kmod/prefix.c kmod/prefix_update.c kmod/prefix_memory.c kmod/prefix_cells.c kmod/prefix_walk.c kmod/prefix_hits.c
/*
 * What is asked of each policy that the classifier found: by hand, and a million
 * random matches against a plain reading, bit by bit and value by value.
 */
#include "unit.h"
#include "prefix_memory.h"
#include <linux/in.h>
#include "glob.h"
#include "match.h"

static struct tm_packet tcp_packet(void)
{
	struct tm_packet packet = {
		.protocol = 6, .class = TRAFFICMON_CLASS_SYN, .flags = TM_PACKET_PORTS,
		.tcp_flags = 0x02, .hop_limit = 64, .segments = 1, .bytes = 60,
		.source_port = htons(40000), .destination_port = htons(443),
		.source.words = { 0, 0, htonl(0xffff), htonl(0xc0000201) },
		.destination.words = { 0, 0, htonl(0xffff), htonl(0x0a010203) },
	};

	return packet;
}

/* The sets that matches name by their place here. */
#define SETS 4
static struct tm_shown_set shown[SETS];
static struct tm_match_sets named;

static bool rest(const struct tm_match *match, const struct tm_packet *packet, const char *device,
		 u32 mark)
{
	const struct tm_asked asked = {
		.packet = packet, .device = device, .mark = mark, .random = U32_MAX, .now_ns = 1,
	};
	bool met;

	rcu_read_lock();
	met = tm_match_rest(match, &named, &asked);
	rcu_read_unlock();
	return met;
}

static bool meets(const struct tm_match *match, const struct tm_packet *packet)
{
	return rest(match, packet, "eth0", 0);
}

TEST(an_empty_match_has_no_rest)
{
	struct tm_match match = { .classes = 1, .source_count = 1, .source_port_count = 1,
				  .device_count = 1 };
	struct tm_packet packet = tcp_packet();

	EXPECT_FALSE(tm_match_has_rest(&match));
	EXPECT_TRUE(meets(&match, &packet));
}

/* Each part alone is a rest. */
TEST(each_part_is_asked_for)
{
	struct tm_match matches[] = {
		{ .fragments = 1 }, { .source_except = 1 }, { .destination_except = 1 },
		{ .source_port_except = 1 }, { .destination_port_except = 1 },
		{ .glob_count = 1 }, { .glob_except = 1 }, { .tcp_flags.count = 1 },
		{ .length.count = 1 }, { .hop_limit.count = 1 }, { .mark.count = 1 },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(matches); i++)
		EXPECT_TRUE(tm_match_has_rest(&matches[i]));
}

TEST(tcp_flags_are_of_whole_tcp_headers)
{
	struct tm_match match = { .tcp_flags = { 1, { { { 0x02 }, { 0x12 } } } } };
	struct tm_match others = { .tcp_flags = { 1, { { { 0x12 }, { 0x12 }, true } } } };
	struct tm_packet packet = tcp_packet();

	EXPECT_TRUE(meets(&match, &packet));
	EXPECT_TRUE(meets(&others, &packet));
	packet.tcp_flags = 0xc2;		/* ECN: not looked at */
	EXPECT_TRUE(meets(&match, &packet));
	packet.tcp_flags = 0x12;
	EXPECT_FALSE(meets(&match, &packet));
	EXPECT_FALSE(meets(&others, &packet));
	packet = tcp_packet();
	packet.flags = 0;			/* cut short, or a later fragment */
	EXPECT_FALSE(meets(&match, &packet));
	EXPECT_FALSE(meets(&others, &packet));
	packet = tcp_packet();
	packet.protocol = 17;
	packet.tcp_flags = 0;
	EXPECT_FALSE(meets(&others, &packet));
}

TEST(excluded_ports_ask_for_ports)
{
	struct tm_match match = { .destination_port_except = 1,
				  .destination_port = { { 22, 22 } } };
	struct tm_packet packet = tcp_packet();

	EXPECT_TRUE(meets(&match, &packet));
	packet.destination_port = htons(22);
	EXPECT_FALSE(meets(&match, &packet));
	packet = tcp_packet();
	packet.flags = TM_PACKET_FRAGMENT_LATER;
	EXPECT_FALSE(meets(&match, &packet));
	packet.flags = 0;
	packet.protocol = 1;
	packet.destination_port = htons(8 << 8);	/* ICMP: type and code */
	EXPECT_FALSE(meets(&match, &packet));
}

TEST(excluded_devices_ask_for_a_device)
{
	struct tm_match match = { .glob_except = 2, .device = { "veth*", "tap?" } };
	struct tm_packet packet = tcp_packet();

	EXPECT_TRUE(rest(&match, &packet, "eth0", 0));
	EXPECT_FALSE(rest(&match, &packet, "veth12", 0));
	EXPECT_FALSE(rest(&match, &packet, "tap1", 0));
	EXPECT_TRUE(rest(&match, &packet, "tap10", 0));
	EXPECT_FALSE(rest(&match, &packet, NULL, 0));
	match.glob_count = 1;
	match.glob_except = 1;
	EXPECT_FALSE(rest(&match, &packet, "eth0", 0));
	EXPECT_TRUE(rest(&match, &packet, "veth12", 0));
	EXPECT_FALSE(rest(&match, &packet, NULL, 0));
}

TEST(fragments_are_whole_first_or_later)
{
	struct tm_packet packets[] = { tcp_packet(), tcp_packet(), tcp_packet() };
	u32 bits, i;

	packets[TRAFFICMON_FRAGMENT_FIRST].flags |= TM_PACKET_FRAGMENT_FIRST;
	packets[TRAFFICMON_FRAGMENT_LATER].flags = TM_PACKET_FRAGMENT_LATER;
	for (bits = 0; bits < 8; bits++) {
		struct tm_match match = { .fragments = bits };

		for (i = 0; i < 3; i++)
			EXPECT_EQ(!bits || bits & 1 << i, meets(&match, &packets[i]));
	}
}

TEST(a_super_packet_has_the_length_of_its_segments)
{
	struct tm_match match = { .length = { 1, { { { 1500 }, { 1500 } } } } };
	struct tm_packet packet = tcp_packet();

	packet.bytes = 1500;
	packet.segment_bytes = 7;	/* of no meaning */
	EXPECT_TRUE(meets(&match, &packet));
	packet.segments = 10;
	packet.bytes = 14640;
	EXPECT_FALSE(meets(&match, &packet));
	packet.segment_bytes = 1500;
	EXPECT_TRUE(meets(&match, &packet));
}

TEST(globs)
{
	static const struct {
		const char *glob, *name;
		bool fits;
	} cases[] = {
		{ "eth0", "eth0", true }, { "eth0", "eth1", false }, { "eth", "eth0", false },
		{ "*", "", true }, { "*", "eth0", true }, { "?", "", false }, { "", "", true },
		{ "", "e", false }, { "*0", "eth0", true }, { "*0", "eth00", true },
		{ "*0", "eth01", false }, { "v*0*", "veth01", true }, { "v*1*0", "v1110", true },
		{ "e?h*", "eth", true }, { "**a", "ba", true }, { "a*b*c", "aXbXbXc", true },
		{ "a*b*c", "aXbXbX", false },
		{ "*a*a*a*a*a*b", "aaaaaaaaaaaaaaa", false },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		EXPECT_EQ(cases[i].fits, tm_glob_match(cases[i].glob, cases[i].name));
}

/* The plain reading */

static u32 below(u32 ceiling)
{
	return get_random_u32_below(ceiling);
}

static bool bit_of(const union tm_address *address, u32 bit)
{
	return address->bytes[bit / 8] >> (7 - bit % 8) & 1;
}

static bool plain_contains(const struct tm_prefix *prefix, u8 family,
			   const union tm_address *address)
{
	u32 start = family ? 0 : 96, i;

	for (i = start; i < start + prefix->length; i++)
		if (bit_of(&prefix->address, i) != bit_of(address, i))
			return false;
	return prefix->family == family;
}

static bool plain_terms(const struct tm_terms *terms, u32 value, bool masked)
{
	bool any_accepted = false, accepted = false, excluded = false;
	u32 i, bit;

	for (i = 0; i < terms->count; i++) {
		bool hit = masked || (value >= terms->term[i].first &&
				      value <= terms->term[i].last);

		for (bit = 0; masked && bit < 32; bit++)
			if (terms->term[i].mask >> bit & 1 &&
			    (terms->term[i].value >> bit & 1) != (value >> bit & 1))
				hit = false;
		if (terms->term[i].except)
			excluded |= hit;
		else
			any_accepted = true;
		accepted |= hit && !terms->term[i].except;
	}
	return !excluded && (accepted || !any_accepted);
}

/* What is in the sets, as a list of each. */
#define SET_ENTRIES 3
static struct tm_prefix in_set[SETS][SET_ENTRIES];

static bool plain_in_set(const struct tm_shown_set *set, u8 family,
			 const union tm_address *address)
{
	u32 i;

	for (i = 0; set->prefixes && i < SET_ENTRIES; i++)
		if (plain_contains(&in_set[set - shown][i], family, address))
			return true;
	return false;
}

/* Where sets are accepted, prefixes are beside them. */
static bool plain_sets(const struct tm_set_names *names, const struct tm_shown_set **sets,
		       const struct tm_prefix *prefixes, u16 prefix_count, u8 family,
		       const union tm_address *address)
{
	bool accepted = !names->count;
	u32 i;

	for (i = 0; names->count && i < prefix_count; i++)
		accepted |= plain_contains(&prefixes[i], family, address);
	for (i = 0; i < names->count + names->except; i++) {
		if (!plain_in_set(sets[i], family, address))
			continue;
		if (i >= names->count)
			return false;
		accepted = true;
	}
	return accepted;
}

static bool plain_rest(const struct tm_match *match, const struct tm_packet *packet, u32 mark)
{
	bool has_ports = packet->flags & TM_PACKET_PORTS;
	u32 i;

	for (i = match->source_count; i < match->source_count + match->source_except; i++)
		if (plain_contains(&match->source[i], packet->family, &packet->source))
			return false;
	for (i = 0; i < match->destination_except; i++)
		if (plain_contains(&match->destination[match->destination_count + i],
				   packet->family, &packet->destination))
			return false;
	for (i = 0; i < match->source_port_except; i++) {
		const struct tm_ports *ports = &match->source_port[match->source_port_count + i];

		if (!has_ports || (ntohs(packet->source_port) >= ports->first &&
				   ntohs(packet->source_port) <= ports->last))
			return false;
	}
	for (i = 0; i < match->destination_port_except; i++) {
		u32 at = match->destination_port_count + i;

		if (!has_ports ||
		    (ntohs(packet->destination_port) >= match->destination_port[at].first &&
		     ntohs(packet->destination_port) <= match->destination_port[at].last))
			return false;
	}
	if (match->tcp_flags.count && (packet->protocol != 6 || !has_ports))
		return false;
	if (match->fragments == 1 << TRAFFICMON_FRAGMENT_FIRST ||
	    match->fragments == 1 << TRAFFICMON_FRAGMENT_LATER)
		return false;	/* none of them is any */
	if (!plain_sets(&match->source_sets, named.source, match->source, match->source_count,
			packet->family, &packet->source) ||
	    !plain_sets(&match->destination_sets, named.destination, match->destination,
			match->destination_count, packet->family, &packet->destination))
		return false;
	return plain_terms(&match->tcp_flags, packet->tcp_flags, true) &&
	       plain_terms(&match->length, packet->bytes, false) &&
	       plain_terms(&match->hop_limit, packet->hop_limit, false) &&
	       plain_terms(&match->mark, mark, true);
}

static union tm_address random_address(u8 family)
{
	union tm_address address = { .bytes = { [10] = 0xff, 0xff } };

	if (family)
		memset(&address, 0, sizeof(address));
	address.bytes[family ? below(16) : 12 + below(4)] = 1 << below(8);
	return address;
}

static struct tm_prefix random_prefix(void)
{
	struct tm_prefix prefix = { .family = below(2) };
	u32 bit;

	prefix.length = below(prefix.family ? 129 : 33);
	prefix.address = random_address(prefix.family);
	for (bit = prefix.length + (prefix.family ? 0 : 96); bit < 128; bit++)
		prefix.address.bytes[bit / 8] &= ~(0x80 >> bit % 8);
	return prefix;
}

static struct tm_terms random_terms(u32 most, bool masked)
{
	struct tm_terms terms = { .count = below(3) ? 0 : below(TRAFFICMON_TERMS_MAX + 1) };
	u32 i;

	for (i = 0; i < terms.count; i++) {
		struct tm_term *term = &terms.term[i];

		term->except = below(2);
		if (masked) {
			term->mask = 1 + below(most);
			term->value = below(most + 1) & term->mask;
		} else {
			term->first = below(most + 1);
			term->last = term->first + below(most + 1 - term->first);
		}
	}
	return terms;
}

/* Sets of three prefixes; the last has none. */
static void fill_sets(void)
{
	struct tm_prefix prefix;
	u32 i, k;

	for (i = 0; i < SETS - 1; i++) {
		shown[i].prefixes = tm_prefixes_alloc(NULL);
		ASSERT_TRUE(shown[i].prefixes);
		for (k = 0; k < SET_ENTRIES; k++) {
			prefix = random_prefix();
			prefix.value = 1;
			in_set[i][k] = prefix;
			ASSERT_GE(tm_prefixes_add(shown[i].prefixes, &prefix), 0);
		}
	}
}

static void free_sets(void)
{
	u32 i;

	for (i = 0; i < SETS; i++) {
		tm_prefixes_free(shown[i].prefixes);
		shown[i].prefixes = NULL;
	}
}

static void random_sets(struct tm_set_names *names, const struct tm_shown_set **sets)
{
	u32 i;

	names->count = below(3) ? 0 : below(4);
	names->except = below(3) ? 0 : below(4);
	for (i = 0; i < names->count + names->except; i++)
		sets[i] = &shown[below(SETS)];
}

TEST(excluded_sets_win_and_a_prefix_stands_beside_a_set)
{
	struct tm_match match = { .source_sets = { .count = 1 } };
	struct tm_packet packet = tcp_packet();
	struct tm_prefix source = { .address = packet.source, .length = 32, .value = 1 };
	struct tm_prefix_hits hits;

	named.source[0] = &shown[0];
	named.source[1] = &shown[1];
	EXPECT_TRUE(tm_match_has_rest(&match));
	EXPECT_FALSE(meets(&match, &packet));	/* nothing is in it */
	shown[0].prefixes = tm_prefixes_alloc(NULL);
	shown[1].prefixes = tm_prefixes_alloc(NULL);
	ASSERT_EQ(tm_prefixes_add(shown[0].prefixes, &source), 0);
	EXPECT_TRUE(meets(&match, &packet));
	tm_prefixes_hits(shown[0].prefixes, &source, &hits);
	EXPECT_EQ(hits.packets, 1);
	EXPECT_EQ(hits.bytes, 60);
	match.source_sets.except = 1;
	EXPECT_TRUE(meets(&match, &packet));
	ASSERT_EQ(tm_prefixes_add(shown[1].prefixes, &source), 0);
	EXPECT_FALSE(meets(&match, &packet));
	match.source_sets.except = 0;
	ASSERT_EQ(tm_prefixes_del(shown[0].prefixes, &source, 0), 0);
	EXPECT_FALSE(meets(&match, &packet));
	match.source_count = 1;
	match.source[0] = source;
	EXPECT_EQ(tm_match_classified(match.source_count, &match.source_sets), 0);
	EXPECT_TRUE(meets(&match, &packet));
	free_sets();
}

TEST(a_million_matches_as_a_plain_reading_has_them)
{
	u32 step, i, met = 0;

	shim_rcu_immediate = true;
	for (step = 0; step < 1000000; step++) {
		struct tm_packet packet = tcp_packet();
		struct tm_match match = {
			.source_count = below(4), .destination_count = below(4),
			.source_except = below(3), .destination_except = below(3),
			.source_port_count = below(3),
			.source_port_except = below(3) ? 0 : below(4),
			.destination_port_count = below(3),
			.destination_port_except = below(3) ? 0 : below(4),
			.fragments = below(4) ? 0 : 1 << below(3),
			.tcp_flags = random_terms(255, true), .length = random_terms(3000, false),
			.hop_limit = random_terms(255, false), .mark = random_terms(15, true),
		};
		u32 mark = below(16);

		if (!(step % 1000)) {
			free_sets();
			fill_sets();
		}
		random_sets(&match.source_sets, named.source);
		random_sets(&match.destination_sets, named.destination);
		packet.family = below(2);
		packet.source = random_address(packet.family);
		packet.destination = random_address(packet.family);
		packet.flags = below(4) ? TM_PACKET_PORTS : 0;
		packet.protocol = below(3) ? 6 : 17;
		packet.tcp_flags = below(256);
		packet.hop_limit = below(256);
		packet.bytes = below(3000);
		packet.source_port = htons(below(10));
		packet.destination_port = htons(below(10));
		for (i = 0; i < 7; i++) {
			match.source[i] = random_prefix();
			match.destination[i] = random_prefix();
			match.source_port[i].first = below(10);
			match.source_port[i].last = match.source_port[i].first + below(3);
			match.destination_port[i].first = below(10);
			match.destination_port[i].last =
				match.destination_port[i].first + below(3);
		}
		met += plain_rest(&match, &packet, mark);
		ASSERT_EQ(plain_rest(&match, &packet, mark),
			  rest(&match, &packet, "eth0", mark));
	}
	free_sets();
	/* neither answer is rare */
	EXPECT_GT(met, 50000);
	EXPECT_LT(met, 900000);
}
