// SPDX-License-Identifier: GPL-2.0-or-later
// build: kmod/classify.c kmod/classify_build.c kmod/classify_row.c
// build: kmod/prefix.c kmod/prefix_update.c kmod/prefix_memory.c kmod/prefix_cells.c kmod/prefix_walk.c kmod/prefix_hits.c
/*
 * The classifier against the plain reading of each policy's match, one by one.
 *
 * Values come from small pools, so that packets meet what policies ask for.
 */
#include "unit.h"
#include "prefix_memory.h"
#include "classify_helpers.h"

#define POLICIES_MAX TRAFFICMON_POLICIES_MAX

static struct tm_match *matches;
static const struct tm_match *pointers[POLICIES_MAX];

static u32 below(u32 ceiling)
{
	return get_random_u32_below(ceiling);
}

/* Zeroed matches for @count policies. */
static void start(u32 count)
{
	u32 i;

	free(matches);
	matches = calloc(count ? count : 1, sizeof(*matches));
	ASSERT_TRUE(matches);
	for (i = 0; i < count; i++)
		pointers[i] = &matches[i];
}

static void clear_behind(struct tm_prefix *prefix)
{
	u32 bit = prefix->length + (prefix->family ? 0 : 96);

	for (; bit < 128; bit++)
		prefix->address.bytes[bit / 8] &= ~(0x80 >> bit % 8);
}

/* Addresses of few different bits: 10.{0,1,128}.{0,64}.{0..3}, and alike. */
static union tm_address random_address(u8 family)
{
	static const u8 second[] = { 0, 1, 128 };
	union tm_address address = { .bytes = { [10] = 0xff, 0xff, 10 } };

	if (family) {
		memset(&address, 0, sizeof(address));
		address.bytes[0] = 0x20;
		address.bytes[7] = below(3);
		address.bytes[8] = below(2) << 7;
	}
	address.bytes[13] = second[below(3)];
	address.bytes[14] = below(2) << 6;
	address.bytes[15] = below(4);
	return address;
}

static struct tm_prefix random_prefix(void)
{
	static const u8 lengths[2][8] = {
		{ 0, 7, 8, 9, 16, 18, 31, 32 }, { 0, 3, 64, 65, 66, 120, 127, 128 },
	};
	struct tm_prefix prefix = { .family = below(2) };

	prefix.address = random_address(prefix.family);
	prefix.length = lengths[prefix.family][below(8)];
	clear_behind(&prefix);
	return prefix;
}

static u16 random_port(void)
{
	static const u16 ports[] = { 0, 1, 22, 53, 80, 255, 256, 443, 511, 8080, 65534, 65535 };

	return below(3) ? ports[below(ARRAY_SIZE(ports))] : below(65536);
}

static struct tm_ports random_ports(void)
{
	struct tm_ports ports = { .first = random_port(), .last = random_port() };

	if (below(2))
		ports.last = ports.first;
	else if (ports.last < ports.first)
		swap(ports.first, ports.last);
	return ports;
}

static const char device_names[][IFNAMSIZ] = {
	"eth0", "eth1", "eth10", "lo", "wlp0s20f3", "veth1234", "veth12345678901",
	"enp0s31f6np0d1",
};

/* @most: values of a dimension; @rare: dimensions are used once in so many */
static void random_match(struct tm_match *match, u32 most, u32 rare)
{
	u32 i;

	if (!below(3))
		match->classes = 1 + below((1 << __TRAFFICMON_CLASS_MAX) - 1);
	if (!below(rare))
		match->directions = 1 + below(3);
	if (!below(rare))
		match->families = 1 + below(3);
	match->source_count = below(rare) ? 0 : 1 + below(most);
	match->destination_count = below(rare) ? 0 : 1 + below(most);
	match->source_port_count = below(rare) ? 0 : 1 + below(most);
	match->destination_port_count = below(rare) ? 0 : 1 + below(most);
	match->device_count = below(rare) ? 0 : 1 + below(min(most, 4U));
	for (i = 0; i < match->source_count; i++)
		match->source[i] = random_prefix();
	for (i = 0; i < match->destination_count; i++)
		match->destination[i] = random_prefix();
	for (i = 0; i < match->source_port_count; i++)
		match->source_port[i] = random_ports();
	for (i = 0; i < match->destination_port_count; i++)
		match->destination_port[i] = random_ports();
	for (i = 0; i < match->device_count; i++)
		memcpy(match->device[i], device_names[below(ARRAY_SIZE(device_names))], IFNAMSIZ);
}

static struct tm_packet random_packet(void)
{
	struct tm_packet packet = {
		.class = below(__TRAFFICMON_CLASS_MAX), .direction = below(2), .family = below(2),
		.flags = below(4) ? TM_PACKET_PORTS : 0,
		.source_port = htons(random_port()), .destination_port = htons(random_port()),
	};

	packet.source = random_address(packet.family);
	packet.destination = random_address(packet.family);
	return packet;
}

/* A device's name with rubbish behind its end, as a rename leaves it; or NULL. */
static const char *random_device(char buffer[IFNAMSIZ])
{
	u32 pick = below(ARRAY_SIZE(device_names) + 2);

	if (pick > ARRAY_SIZE(device_names))
		return NULL;
	get_random_bytes(buffer, IFNAMSIZ);
	strcpy(buffer, pick == ARRAY_SIZE(device_names) ? "eth" : device_names[pick]);
	return buffer;
}

/* The twin */

static bool prefixes_accept(const struct tm_prefix *prefixes, u32 count, u8 family,
			    union tm_address address)
{
	u32 i;

	for (i = 0; i < count; i++) {
		struct tm_prefix own = { .family = family, .address = address };

		own.length = prefixes[i].length;
		if (prefixes[i].family != family)
			continue;
		clear_behind(&own);
		if (!memcmp(&own.address, &prefixes[i].address, sizeof(own.address)))
			return true;
	}
	return !count;
}

static bool ports_accept(const struct tm_ports *ports, u32 count, const struct tm_packet *packet,
			 __be16 port)
{
	u32 i;

	for (i = 0; i < count && packet->flags & TM_PACKET_PORTS; i++)
		if (ports[i].first <= ntohs(port) && ntohs(port) <= ports[i].last)
			return true;
	return !count;
}

static bool devices_accept(const struct tm_match *match, const char *device)
{
	u32 i;

	for (i = 0; i < match->device_count && device; i++)
		if (!strncmp(match->device[i], device, IFNAMSIZ))
			return true;
	return !match->device_count;
}

static bool match_accepts(const struct tm_match *match, const struct tm_packet *packet,
			  const char *device)
{
	if (match->classes ? !(match->classes >> packet->class & 1) :
			     packet->class == TRAFFICMON_CLASS_MALFORMED)
		return false;
	if (match->directions && !(match->directions >> packet->direction & 1))
		return false;
	if (match->families && !(match->families >> packet->family & 1))
		return false;
	return prefixes_accept(match->source, match->source_count, packet->family,
			       packet->source) &&
	       prefixes_accept(match->destination, match->destination_count, packet->family,
			       packet->destination) &&
	       ports_accept(match->source_port, match->source_port_count, packet,
			    packet->source_port) &&
	       ports_accept(match->destination_port, match->destination_port_count, packet,
			    packet->destination_port) &&
	       devices_accept(match, device);
}

/* Returns how many matched. */
static u32 check_packet(const struct tm_classifier *classifier, u32 count,
			const struct tm_packet *packet, const char *device)
{
	u16 found[FOUND_MAX + 1], wanted[FOUND_MAX];
	u32 i, matched = 0, returned;
	bool more = true;

	for (i = 0; i < count; i++) {
		if (!match_accepts(pointers[i], packet, device))
			continue;
		if (matched < FOUND_MAX)
			wanted[matched] = i;
		matched++;
	}
	found[FOUND_MAX] = 0xbeef;
	returned = classify(classifier, packet, device, found, &more);
	ASSERT_EQ(returned, min_t(u32, matched, FOUND_MAX));
	ASSERT_EQ(more, matched > FOUND_MAX);
	ASSERT_EQ(found[FOUND_MAX], 0xbeef);
	ASSERT_TRUE(!returned || !memcmp(found, wanted, returned * sizeof(*found)));
	return matched;
}

static struct tm_classifier *build(u32 count)
{
	struct tm_classifier *classifier = tm_classifier_build(pointers, count);

	ASSERT_FALSE(IS_ERR(classifier));
	return classifier;
}

static u64 random_rulesets(u64 seed, u32 rulesets, u32 policies, u32 packets, u32 most, u32 rare)
{
	struct tm_classifier *classifier;
	struct tm_packet packet;
	char buffer[IFNAMSIZ];
	u32 ruleset, count, i;
	u64 matched = 0;

	shim_random_seed(seed);
	for (ruleset = 0; ruleset < rulesets; ruleset++) {
		count = policies > 200 ? policies : below(policies + 1);
		start(count);
		for (i = 0; i < count; i++)
			random_match(&matches[i], most, rare);
		classifier = build(count);
		for (i = 0; i < packets; i++) {
			packet = random_packet();
			matched += check_packet(classifier, count, &packet, random_device(buffer));
		}
		tm_classifier_free(classifier);
	}
	return matched;
}

TEST(random_rulesets_agree_with_each_policy_read_alone)
{
	EXPECT_GT(random_rulesets(1, 150, 200, 700, 4, 3), 50000);
	EXPECT_GT(random_rulesets(2, 100, 12, 700, 3, 2), 5000);
	EXPECT_GT(random_rulesets(3, 100, 200, 300, TRAFFICMON_DEVICES_MAX, 6), 50000);
}

TEST(each_dimension_alone_agrees_with_each_policy_read_alone)
{
	EXPECT_GT(random_rulesets(4, 200, 4, 100, 2, 8), 5000);
	EXPECT_GT(random_rulesets(5, 200, 2, 100, 2, 1), 0);
}

TEST(the_largest_rulesets_agree_with_each_policy_read_alone)
{
	EXPECT_GT(random_rulesets(6, 2, POLICIES_MAX, 1000, 4, 2), 10000);
	EXPECT_GT(random_rulesets(7, 2, POLICIES_MAX, 1000, TRAFFICMON_MATCHES_MAX, 2), 10000);
	EXPECT_GT(random_rulesets(8, 1, POLICIES_MAX - 1, 1000, 4, 40), 10000);
}

TEST(without_a_policy_nothing_matches)
{
	struct tm_packet packet = random_packet();
	struct tm_classifier *classifier;

	start(0);
	classifier = build(0);
	EXPECT_EQ(check_packet(classifier, 0, &packet, "eth0\0\0\0\0\0\0\0\0\0\0\0"), 0);
	tm_classifier_free(classifier);
	tm_classifier_free(NULL);
}

/* Policies that match all, at the edges of words, around the bound. */
TEST(at_most_16_matches_are_walked_and_more_is_told)
{
	static const u32 counts[] = { 1, 15, 16, 17, 63, 64, 65, 4095, 4096 };
	struct tm_packet packet = { .class = TRAFFICMON_CLASS_UDP };
	struct tm_classifier *classifier;
	u32 i, k;

	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		start(counts[i]);
		classifier = build(counts[i]);
		EXPECT_EQ(check_packet(classifier, counts[i], &packet, NULL), counts[i]);
		tm_classifier_free(classifier);
	}
	/* the 17th is 62 words behind the 16th, or is not there */
	for (i = 16; i < 18; i++) {
		start(POLICIES_MAX);
		for (k = 0; k < POLICIES_MAX; k++)
			if (k > 15 && (k != 4000 || i == 16))
				matches[k].classes = BIT(TRAFFICMON_CLASS_SYN);
		classifier = build(POLICIES_MAX);
		EXPECT_EQ(check_packet(classifier, POLICIES_MAX, &packet, NULL), i);
		tm_classifier_free(classifier);
	}
}

TEST(malformed_matches_only_where_it_is_named)
{
	struct tm_packet packet = { .class = TRAFFICMON_CLASS_MALFORMED };
	struct tm_classifier *classifier;
	u16 found[FOUND_MAX];
	bool more;

	start(2);
	matches[1].classes = BIT(TRAFFICMON_CLASS_MALFORMED);
	classifier = build(2);
	ASSERT_EQ(classify(classifier, &packet, NULL, found, &more), 1);
	EXPECT_EQ(found[0], 1);
	tm_classifier_free(classifier);
}

/* The first row ever made has nothing in its first word. */
TEST(a_class_that_only_late_policies_name_is_found)
{
	struct tm_packet packet = { .class = TRAFFICMON_CLASS_SYN };
	struct tm_classifier *classifier;
	u16 found[FOUND_MAX];
	bool more;
	u32 i;

	start(100);
	for (i = 0; i < 100; i++)
		matches[i].classes = BIT(i < 99 ? TRAFFICMON_CLASS_UDP : TRAFFICMON_CLASS_SYN);
	classifier = build(100);
	ASSERT_EQ(classify(classifier, &packet, NULL, found, &more), 1);
	EXPECT_EQ(found[0], 99);
	tm_classifier_free(classifier);
}

TEST(a_policy_of_one_family_never_matches_the_other)
{
	struct tm_packet packet = { .class = TRAFFICMON_CLASS_UDP };
	struct tm_classifier *classifier;
	u16 found[FOUND_MAX];
	bool more;

	start(2);
	matches[0].source_count = 1;
	matches[0].source[0].address.bytes[10] = 0xff;
	matches[0].source[0].address.bytes[11] = 0xff;
	matches[1].destination_count = 1;
	matches[1].destination[0].family = TRAFFICMON_FAMILY_IPV6;
	classifier = build(2);
	packet.source = matches[0].source[0].address;
	packet.destination = packet.source;
	ASSERT_EQ(classify(classifier, &packet, NULL, found, &more), 1);
	EXPECT_EQ(found[0], 0);
	packet.family = TRAFFICMON_FAMILY_IPV6;
	ASSERT_EQ(classify(classifier, &packet, NULL, found, &more), 1);
	EXPECT_EQ(found[0], 1);
	tm_classifier_free(classifier);
}

TEST(packets_without_ports_match_no_policy_with_ports)
{
	struct tm_packet packet = { .class = TRAFFICMON_CLASS_FRAG };
	struct tm_classifier *classifier;
	u16 found[FOUND_MAX];
	bool more;

	start(3);
	matches[0].source_port_count = 1;
	matches[0].source_port[0].last = 65535;
	matches[1].destination_port_count = 1;
	matches[1].destination_port[0].last = 65535;
	classifier = build(3);
	ASSERT_EQ(classify(classifier, &packet, NULL, found, &more), 1);
	EXPECT_EQ(found[0], 2);
	packet.flags = TM_PACKET_PORTS;
	EXPECT_EQ(classify(classifier, &packet, NULL, found, &more), 3);
	tm_classifier_free(classifier);
}

/* Every port, with ranges that touch, overlap and end at the edges of pages. */
TEST(every_port_agrees_with_each_policy_read_alone)
{
	struct tm_packet packet = { .class = TRAFFICMON_CLASS_SYN, .flags = TM_PACKET_PORTS };
	struct tm_classifier *classifier;
	u32 i, k, port;

	shim_random_seed(9);
	start(40);
	for (i = 0; i < 40; i++) {
		matches[i].destination_port_count = 1 + below(TRAFFICMON_MATCHES_MAX);
		for (k = 0; k < matches[i].destination_port_count; k++) {
			struct tm_ports *ports = &matches[i].destination_port[k];

			*ports = random_ports();
			ports->last = min(65535, ports->first + (int)below(300));
			if (k && below(2))
				ports->first = min(ports->last, (u16)(ports[-1].last + 1));
		}
	}
	classifier = build(40);
	for (port = 0; port < 65536; port++) {
		packet.destination_port = htons(port);
		check_packet(classifier, 40, &packet, NULL);
	}
	tm_classifier_free(classifier);
}

/* A name of 16 bytes without an end, and one that a rename tears. */
TEST(a_device_name_is_read_to_its_16_bytes_and_no_further)
{
	struct tm_packet packet = { .class = TRAFFICMON_CLASS_UDP };
	char *name = malloc(IFNAMSIZ);
	struct tm_classifier *classifier;
	u16 found[FOUND_MAX];
	bool more;

	ASSERT_TRUE(name);
	start(1);
	matches[0].device_count = 2;
	strcpy(matches[0].device[0], "eth0");	/* device[1] stays empty */
	classifier = build(1);
	memset(name, 'x', IFNAMSIZ);
	EXPECT_EQ(classify(classifier, &packet, name, found, &more), 0);
	memcpy(name, "eth0", 5);
	EXPECT_EQ(classify(classifier, &packet, name, found, &more), 1);
	memcpy(name, "eth0x", 6);
	EXPECT_EQ(classify(classifier, &packet, name, found, &more), 0);
	name[0] = 0;
	EXPECT_EQ(classify(classifier, &packet, name, found, &more), 0);
	EXPECT_EQ(classify(classifier, &packet, NULL, found, &more), 0);
	tm_classifier_free(classifier);
	free(name);
}

TEST(without_memory_nothing_is_built_and_nothing_is_left)
{
	struct tm_classifier *classifier;
	u32 i, nth;

	shim_random_seed(10);
	start(30);
	for (i = 0; i < 30; i++)
		random_match(&matches[i], 4, 2);
	for (nth = 1; ; nth++) {
		shim_alloc_fail_at(nth);
		classifier = tm_classifier_build(pointers, 30);
		shim_alloc_fail_at(0);
		if (!IS_ERR(classifier))
			break;
		ASSERT_EQ(PTR_ERR(classifier), -ENOMEM);
		rcu_barrier();
		ASSERT_EQ(shim_alloc_live(), 0);
	}
	EXPECT_GT(nth, 50);
	tm_classifier_free(classifier);
}

TEST(the_same_policies_build_the_same)
{
	struct tm_classifier *first, *second;
	struct tm_packet packet;
	char buffer[IFNAMSIZ];
	u32 i;

	shim_random_seed(11);
	start(100);
	for (i = 0; i < 100; i++)
		random_match(&matches[i], 4, 3);
	first = build(100);
	second = build(100);
	EXPECT_EQ(tm_classifier_bytes(first), tm_classifier_bytes(second));
	for (i = 0; i < 10000; i++) {
		u16 found[2][FOUND_MAX] = { 0 };
		bool more[2];
		const char *device = random_device(buffer);

		packet = random_packet();
		ASSERT_EQ(classify(first, &packet, device, found[0], &more[0]),
			  classify(second, &packet, device, found[1], &more[1]));
		ASSERT_MEMEQ(found[0], found[1], sizeof(found[0]));
		ASSERT_EQ(more[0], more[1]);
	}
	tm_classifier_free(first);
	tm_classifier_free(second);
}

/* @crowded: each prefix lies in one of 256 that other policies own, 64 take every source. */
static void fill_largest(bool crowded)
{
	u32 i, k;

	start(POLICIES_MAX);
	for (i = 0; i < POLICIES_MAX; i++) {
		struct tm_match *match = &matches[i];

		if (crowded && i % 64 == 0)
			continue;
		match->source_count = TRAFFICMON_MATCHES_MAX;
		for (k = 0; k < TRAFFICMON_MATCHES_MAX; k++) {
			struct tm_prefix *prefix = &match->source[k];

			get_random_bytes(&prefix->address.bytes[12], 4);
			prefix->address.bytes[10] = 0xff;
			prefix->address.bytes[11] = 0xff;
			prefix->length = 32;
		}
		if (crowded && i % 16 == 1) {
			match->source_count = 1;
			match->source[0].address.bytes[12] = i / 16;
			match->source[0].length = 8;
			clear_behind(&match->source[0]);
		}
	}
}

/* What the builder says of 4,096 policies with 24 prefixes, at its usual and its worst. */
TEST(memory_is_bounded_for_the_largest_ruleset)
{
	static const u64 bounds[] = { 9000000, 85000000 };
	struct tm_classifier *classifier;
	u32 crowded;

	for (crowded = 0; crowded < 2; crowded++) {
		shim_random_seed(12);
		fill_largest(crowded);
		classifier = build(POLICIES_MAX);
		EXPECT_LT(tm_classifier_bytes(classifier), bounds[crowded]);
		/* pointers are half of it as long on some machines */
		EXPECT_GT(tm_classifier_bytes(classifier),
			  bounds[crowded] / (sizeof(void *) == 8 ? 2 : 3));
		tm_classifier_free(classifier);
	}
}
