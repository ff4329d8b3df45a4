// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Not a test: prints memory and times of prefix sets and classifiers, and gives
 * callgrind something to count.  From the top of the tree:
 *
 *	gcc -O2 -mpopcnt -std=gnu11 -D_GNU_SOURCE -I selftests/unit/shim -I uapi -I kmod \
 *		selftests/unit/measure_*.c selftests/unit/shim/shim.c \
 *		kmod/prefix*.c kmod/classify*.c -o /tmp/measure -lpthread
 *	valgrind --tool=callgrind --collect-atstart=no --toggle-collect='measure_*' \
 *		/tmp/measure CASE
 *
 * Callgrind's sum divided by LOOKUPS holds about 9 instructions of the loop.
 */
#include "shim/shim.h"
#include "prefix_memory.h"
#include "classify_helpers.h"

#define LOOKUPS 20000u

static union tm_address addresses[LOOKUPS];

static double seconds(void)
{
	return ktime_get_ns() / 1e9;
}

static union tm_address address4(u32 address)
{
	union tm_address result = { .words = { 0, 0, htonl(0xffff), htonl(address) } };

	return result;
}

/* Of global unicast, all below a common /16, as one sees them. */
static union tm_address address6(void)
{
	union tm_address result = { .halves = { get_random_u64(), get_random_u64() } };

	result.bytes[0] = 0x20;
	result.bytes[1] = 0x01;
	return result;
}

static union tm_address any_address(u8 family)
{
	return family ? address6() : address4(get_random_u32());
}

static void clear_behind(struct tm_prefix *prefix)
{
	u32 bit;

	for (bit = prefix->length + (prefix->family ? 0 : 96); bit < 128; bit++)
		prefix->address.bytes[bit / 8] &= ~(0x80 >> bit % 8);
}

static noinline u32 measure_prefixes(const struct tm_prefixes *set, u8 family)
{
	u32 i, hits = 0;

	for (i = 0; i < LOOKUPS; i++)
		hits += !!tm_prefixes_covering(set, family, &addresses[i], 1);
	return hits;
}

struct prefix_case {
	const char *name;
	u8 family;
	u8 lengths[8];
	u32 count;
};

static void prefix_case_run(const struct prefix_case *c)
{
	struct tm_prefixes *set = tm_prefixes_alloc(NULL);
	struct tm_prefix prefix = { .family = c->family, .value = 1 };
	double begin = seconds(), built, end;
	u32 i, hits;

	for (i = 0; i < c->count; i++) {
		prefix.address = any_address(c->family);
		prefix.length = c->lengths[i % 8];
		clear_behind(&prefix);
		if (tm_prefixes_add(set, &prefix) < 0)
			abort();
		if (i % 4096 == 0)
			rcu_barrier();
	}
	built = seconds();
	for (i = 0; i < LOOKUPS; i++)
		addresses[i] = any_address(c->family);
	hits = measure_prefixes(set, c->family);
	end = seconds();
	printf("%s: %u entries, %.1f MB, %.0f ns an insertion; %.1f ns a look-up, %u of %u hit\n",
	       c->name, tm_prefixes_count(set), tm_prefixes_bytes(set) / 1e6,
	       (built - begin) / c->count * 1e9, (end - built) / LOOKUPS * 1e9, hits, LOOKUPS);
	begin = seconds();
	for (i = 0; tm_prefixes_next(set, i ? &prefix : NULL, &prefix); i++)
		;
	printf("%s: %.0f ns a step of the walk\n", c->name, (seconds() - begin) / i * 1e9);
	begin = seconds();
	tm_prefixes_free(set);
	printf("%s: freed in %.1f ms\n", c->name, (seconds() - begin) * 1e3);
	rcu_barrier();
}

static struct tm_packet packets[LOOKUPS];

static noinline u32 measure_classifier(const struct tm_classifier *classifier, const char *device)
{
	u16 found[FOUND_MAX];
	u32 i, matches = 0;
	bool more;

	for (i = 0; i < LOOKUPS; i++)
		matches += classify(classifier, &packets[i], device, found, &more);
	return matches;
}

/* Policy @i: the groups of 4 nest their prefixes and port ranges, far apart in order. */
static void fill_distinct(struct tm_match *match, u32 i, u32 count)
{
	u32 groups = (count + 3) / 4, group = i % groups, level = i / groups;

	match->classes = BIT(TRAFFICMON_CLASS_UDP);
	match->source_count = 1;
	match->source[0].address = address4(10 << 24 | group << 16);
	match->source[0].length = 16 + 2 * level;
	match->destination_port_count = 1;
	match->destination_port[0].first = 1000 + 10 * group - level;
	match->destination_port[0].last = 1000 + 10 * group + level;
}

static void fill_class(struct tm_match *match, u32 i, u32 count)
{
	(void)i;
	(void)count;
	match->classes = BIT(TRAFFICMON_CLASS_UDP);
}

static void fill_device(struct tm_match *match, u32 i, u32 count)
{
	(void)i;
	(void)count;
	match->device_count = 1;
	strcpy(match->device[0], "eth0");
}

static void fill_most(struct tm_match *match, u32 i, u32 count)
{
	u32 k;

	(void)count;
	if (i % 64 == 0)
		return;
	match->source_count = TRAFFICMON_MATCHES_MAX;
	match->destination_count = TRAFFICMON_MATCHES_MAX;
	match->source_port_count = TRAFFICMON_MATCHES_MAX;
	match->destination_port_count = TRAFFICMON_MATCHES_MAX;
	for (k = 0; k < TRAFFICMON_MATCHES_MAX; k++) {
		match->source[k].address = address4(get_random_u32());
		match->source[k].length = 32;
		match->destination[k].address = address4(get_random_u32());
		match->destination[k].length = 32;
		match->source_port[k].first = get_random_u32_below(65536);
		match->source_port[k].last = match->source_port[k].first;
		match->destination_port[k] = match->source_port[k];
	}
}

struct classifier_case {
	const char *name;
	void (*fill)(struct tm_match *match, u32 i, u32 count);
	u32 count;
};

static void classifier_case_run(const struct classifier_case *c)
{
	static char device[IFNAMSIZ] = "eth0";
	const struct tm_match **pointers = calloc(c->count, sizeof(*pointers));
	struct tm_match *matches = calloc(c->count, sizeof(*matches));
	u32 i, group, groups = (c->count + 3) / 4, matched;
	struct tm_classifier *classifier;
	double begin, built;

	for (i = 0; i < c->count; i++) {
		c->fill(&matches[i], i, c->count);
		pointers[i] = &matches[i];
	}
	for (i = 0; i < LOOKUPS; i++) {
		group = i % groups;
		packets[i].class = TRAFFICMON_CLASS_UDP;
		packets[i].flags = TM_PACKET_PORTS;
		packets[i].source = address4(10 << 24 | (group & 255) << 16 | i % 200);
		packets[i].destination_port = htons(1000 + 10 * group);
	}
	begin = seconds();
	classifier = tm_classifier_build(pointers, c->count);
	built = seconds();
	if (IS_ERR(classifier))
		abort();
	matched = measure_classifier(classifier, device);
	printf("%s: %u policies, built in %.1f ms, %.0f kB, %.1f ns a look-up, %.2f matches each\n",
	       c->name, c->count, (built - begin) * 1e3, tm_classifier_bytes(classifier) / 1e3,
	       (seconds() - built) / LOOKUPS * 1e9, (double)matched / LOOKUPS);
	tm_classifier_free(classifier);
	free(pointers);
	free(matches);
	rcu_barrier();
}

static const struct prefix_case prefix_cases[] = {
	{ "mixed4-million", 0, { 22, 24, 25, 26, 28, 29, 30, 32 }, 1000000 },
	{ "host4-million", 0, { 32, 32, 32, 32, 32, 32, 32, 32 }, 1000000 },
	{ "mixed4-hundred", 0, { 22, 24, 25, 26, 28, 29, 30, 32 }, 100 },
	{ "mixed6-million", 1, { 32, 40, 48, 52, 56, 60, 64, 128 }, 1000000 },
	{ "host6-million", 1, { 128, 128, 128, 128, 128, 128, 128, 128 }, 1000000 },
	{ "mixed6-hundred", 1, { 32, 40, 48, 52, 56, 60, 64, 128 }, 100 },
};

static const struct classifier_case classifier_cases[] = {
	{ "class-one", fill_class, 1 },
	{ "device-one", fill_device, 1 },
	{ "distinct-one", fill_distinct, 1 },
	{ "distinct-thousand", fill_distinct, 1000 },
	{ "most", fill_most, TRAFFICMON_POLICIES_MAX },
};

int main(int argc, char **argv)
{
	const char *only = argc > 1 ? argv[1] : NULL;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(prefix_cases); i++)
		if (!only || !strcmp(only, prefix_cases[i].name))
			prefix_case_run(&prefix_cases[i]);
	for (i = 0; i < ARRAY_SIZE(classifier_cases); i++)
		if (!only || !strcmp(only, classifier_cases[i].name))
			classifier_case_run(&classifier_cases[i]);
	return 0;
}
