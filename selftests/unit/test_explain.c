// SPDX-License-Identifier: GPL-2.0-or-later
// build: selftests/unit/explain_kernel.c kmod/classify.c kmod/classify_build.c kmod/classify_row.c
// build: kmod/prefix.c kmod/prefix_update.c kmod/prefix_memory.c kmod/prefix_cells.c kmod/prefix_walk.c kmod/prefix_hits.c
// build: kmod/match.c kmod/glob.c kmod/packet.c kmod/policy_key.c kmod/limit.c kmod/limit_rate.c
// build: userspace/lib/explain.c userspace/lib/explain_walk.c
// build: userspace/lib/policy_model.c userspace/lib/set_model.c userspace/lib/source.c userspace/lib/term.c userspace/lib/names.c
// build: userspace/lib/value.c userspace/lib/quantity.c userspace/lib/error.c
// flags: -lmnl
/*
 * What `policy explain` says of random packets and rulesets, beside a plain reading
 * of them, bit by bit, and beside the module's own classifier, match and keys.
 */
#include "../../userspace/lib/explain.h"
#include "unit.h"
#include "explain_case.h"

static u32 below(u32 ceiling)
{
	return get_random_u32_below(ceiling);
}

/* Random cases: values come from small pools, so that packets meet policies. */

static void random_address(uint8_t bytes[16], bool ipv6)
{
	memset(bytes, 0, 16);
	bytes[0] = ipv6 ? 0x20 : 10;
	bytes[1] = below(3);
	bytes[2] = below(2) << 7;
	bytes[3] = below(4);
	if (ipv6) {
		bytes[8] = below(2) << 7;
		bytes[15] = below(4);
	}
}

static struct case_prefix random_prefix(bool except)
{
	static const u8 lengths[2][6] = { { 0, 8, 16, 17, 31, 32 }, { 0, 8, 17, 65, 127, 128 } };
	struct case_prefix prefix = { .ipv6 = below(2), .except = except };
	u32 bit;

	random_address(prefix.bytes, prefix.ipv6);
	prefix.length = lengths[prefix.ipv6][below(6)];
	for (bit = prefix.length; bit < 128; bit++)
		prefix.bytes[bit / 8] &= ~(0x80 >> bit % 8);
	return prefix;
}

static u16 random_port(void)
{
	static const u16 ports[] = { 0, 22, 53, 443, 65535 };

	return below(3) ? ports[below(ARRAY_SIZE(ports))] : below(65536);
}

static struct case_range random_range(u32 a, u32 b, bool except)
{
	struct case_range range = { .first = a, .last = a, .except = except };

	if (b > a && below(2))
		range.last = b;
	return range;
}

static struct case_range random_term(u32 kind, bool except)
{
	u32 mask;

	switch (kind) {
	case CASE_TCP_FLAGS:
		mask = 1 + below(255);
		return (struct case_range){ below(256) & mask, mask, except };
	case CASE_MARK:
		mask = below(2) ? 0xffffffff : 1 + below(15);
		return (struct case_range){ below(16) & mask, mask, except };
	case CASE_LENGTH:
		return random_range(20 + below(60), 20 + below(60), except);
	default:
		return random_range(below(256), below(256), except);
	}
}

/* How many of a list, in most cases none: @rare, once in so many. */
static u32 some(u32 rare)
{
	return below(rare) ? 0 : 1 + below(CASE_ITEMS);
}

static const char globs[][16] = { "eth0", "eth*", "*", "?th1", "veth*1", "*0", "veth?*" };
static const char devices[][16] = { "", "eth0", "eth1", "veth1", "veth11", "lo", "eth" };

/* @rare: each part is asked for once in so many policies */
static struct case_policy random_policy(u32 rare)
{
	struct case_policy policy = {
		.enforce = below(2), .limited = below(2), .key = below(__TRAFFICMON_KEY_MAX),
		.classes = below(rare) ? 0 : 1 + below((1 << __TRAFFICMON_CLASS_MAX) - 1),
		.directions = below(rare) ? 0 : 1 + below(3),
		.families = below(rare) ? 0 : 1 + below(3),
		.fragments = below(rare) ? 0 : 1 + below(7),
		.devices = some(2 * rare),
		.length4 = { below(33), below(33) }, .length6 = { below(129), below(129) },
	};
	u32 accepted = below(CASE_ITEMS + 1), end, kind, i;

	for (end = 0; end < CASE_ENDS; end++) {
		policy.prefixes[end] = some(rare);
		policy.ports[end] = some(2 * rare);
		for (i = 0; i < policy.prefixes[end]; i++)
			policy.prefix[end][i] = random_prefix(i >= accepted);
		for (i = 0; i < policy.ports[end]; i++)
			policy.port[end][i] = random_range(random_port(), random_port(),
							   i >= accepted);
	}
	for (kind = 0; kind < CASE_TERMS; kind++) {
		policy.terms[kind] = some(2 * rare);
		for (i = 0; i < policy.terms[kind]; i++)
			policy.term[kind][i] = random_term(kind, i >= accepted);
	}
	for (i = 0; i < policy.devices; i++) {
		memcpy(policy.device[i].glob, globs[accepted ? below(ARRAY_SIZE(globs)) : 0], 16);
		policy.device[i].except = i >= accepted;
	}
	return policy;
}

static struct case_packet random_packet(void)
{
	static const u8 protocols[] = { 6, 6, 17, 1, 47 };
	struct case_packet packet = {
		.ipv6 = below(2), .has_ports = below(4), .protocol = protocols[below(5)],
		.class = below(__TRAFFICMON_CLASS_MAX), .direction = below(2),
		.fragment = below(3) ? 0 : below(3), .tcp_flags = below(256),
		.hop_limit = below(256), .length = 20 + below(60), .mark = below(16),
		.port = { random_port(), random_port() },
	};

	random_address(packet.address[CASE_SOURCE], packet.ipv6);
	random_address(packet.address[CASE_DESTINATION], packet.ipv6);
	memcpy(packet.device, devices[below(ARRAY_SIZE(devices))], 16);
	return packet;
}

/* The plain reading: one bit, one value, one character at a time. */

static bool bit_of(const uint8_t *bytes, u32 bit)
{
	return bytes[bit / 8] >> (7 - bit % 8) & 1;
}

static bool plain_covers(const struct case_prefix *prefix, bool ipv6, const uint8_t *address)
{
	u32 bit;

	if (prefix->ipv6 != ipv6)
		return false;
	for (bit = 0; bit < prefix->length; bit++)
		if (bit_of(prefix->bytes, bit) != bit_of(address, bit))
			return false;
	return true;
}

/* fits[i][j]: the first i of the glob are the first j of the name */
static bool plain_glob(const char *glob, const char *name)
{
	bool fits[17][17] = { { true } };
	size_t i, j;

	for (i = 1; i <= strlen(glob); i++)
		for (j = 0; j <= strlen(name); j++) {
			if (glob[i - 1] == '*')
				fits[i][j] = fits[i - 1][j] || (j && fits[i][j - 1]);
			else
				fits[i][j] = j && fits[i - 1][j - 1] &&
					     (glob[i - 1] == '?' || glob[i - 1] == name[j - 1]);
		}
	return fits[strlen(glob)][strlen(name)];
}

static bool plain_masked(const struct case_range *masked, u32 value)
{
	u32 bit;

	for (bit = 0; bit < 32; bit++)
		if (masked->last >> bit & 1 && (value >> bit & 1) != (masked->first >> bit & 1))
			return false;
	return true;
}

/* What is asked, of many values: @found: but for what is excluded. */
struct plain {
	bool found;
	bool matches;
};

enum plain_kind { PLAIN_PREFIX, PLAIN_RANGE, PLAIN_MASKED, PLAIN_GLOB };

static bool plain_item(enum plain_kind kind, const void *list, u32 i, const void *value,
		       bool ipv6, bool *except)
{
	const struct case_prefix *prefix = list;
	const struct case_device *device = list;
	const struct case_range *range = list;

	switch (kind) {
	case PLAIN_PREFIX:
		*except = prefix[i].except;
		return plain_covers(&prefix[i], ipv6, value);
	case PLAIN_GLOB:
		*except = device[i].except;
		return plain_glob(device[i].glob, value);
	case PLAIN_MASKED:
		*except = range[i].except;
		return plain_masked(&range[i], *(const u32 *)value);
	default:
		*except = range[i].except;
		return range[i].first <= *(const u32 *)value &&
		       *(const u32 *)value <= range[i].last;
	}
}

/* @absent: the packet has no such value; @first: the classifier asks it */
static void plain_list(struct plain *plain, enum plain_kind kind, const void *list, u32 count,
		       const void *value, bool ipv6, bool absent, bool first)
{
	u32 accepts = 0, accepted = 0, excluded = 0, i;
	bool except, met;

	for (i = 0; i < count; i++) {
		met = !absent && plain_item(kind, list, i, value, ipv6, &except);
		if (absent)
			plain_item(kind, list, i, value, ipv6, &except);
		accepts += !except;
		accepted += !except && met;
		excluded += except && met;
	}
	if (first && accepts && !accepted)
		plain->found = false;
	if ((accepts && !accepted) || excluded || (count && absent))
		plain->matches = false;
}

static struct plain plain_judge(const struct case_policy *policy, const struct case_packet *packet)
{
	const u32 values[CASE_TERMS] = { packet->tcp_flags, packet->length, packet->hop_limit,
					 packet->mark };
	struct plain plain = { true, true };
	bool globs = false;
	u32 end, kind, port, i;

	if (policy->classes ? !(policy->classes & 1u << packet->class) :
			      packet->class == TRAFFICMON_CLASS_MALFORMED)
		plain.found = false;
	if (policy->directions && !(policy->directions & 1u << packet->direction))
		plain.found = false;
	if (policy->families && !(policy->families & (packet->ipv6 ? 2 : 1)))
		plain.found = false;
	for (end = 0; end < CASE_ENDS; end++) {
		plain_list(&plain, PLAIN_PREFIX, policy->prefix[end], policy->prefixes[end],
			   packet->address[end], packet->ipv6, false, true);
		port = packet->port[end];
		plain_list(&plain, PLAIN_RANGE, policy->port[end], policy->ports[end], &port,
			   false, !packet->has_ports, true);
	}
	for (i = 0; i < policy->devices; i++)
		globs |= policy->device[i].except || strpbrk(policy->device[i].glob, "*?");
	plain_list(&plain, PLAIN_GLOB, policy->device, policy->devices, packet->device, false,
		   !packet->device[0], !globs);
	for (kind = 0; kind < CASE_TERMS; kind++)
		plain_list(&plain, kind == CASE_TCP_FLAGS || kind == CASE_MARK ? PLAIN_MASKED :
										PLAIN_RANGE,
			   policy->term[kind], policy->terms[kind], &values[kind], false,
			   kind == CASE_TCP_FLAGS && (packet->protocol != 6 || !packet->has_ports),
			   false);
	if (policy->fragments && !(policy->fragments & 1u << packet->fragment))
		plain.matches = false;
	plain.matches &= plain.found;
	return plain;
}

/* The same case as the tool has it. */

static struct tm_address address_of(const uint8_t *bytes, bool ipv6)
{
	struct tm_address address = { .size = ipv6 ? 16 : 4 };

	memcpy(address.bytes, bytes, address.size);
	return address;
}

static struct tm_prefix prefix_of(const struct case_prefix *from)
{
	return (struct tm_prefix){ address_of(from->bytes, from->ipv6), from->length,
				   from->except };
}

static void fill_policy(struct tm_policy *policy, const struct case_policy *from)
{
	struct tm_prefix_list *prefixes[] = { &policy->source, &policy->destination };
	struct tm_ports_list *ports[] = { &policy->source_port, &policy->destination_port };
	u32 end, kind, i;

	policy->mode = from->enforce ? TRAFFICMON_MODE_ENFORCE : TRAFFICMON_MODE_MONITOR;
	policy->limits[TRAFFICMON_LIMIT_PACKETS].rate = from->limited;
	policy->key = from->key;
	policy->source_length4 = from->length4[CASE_SOURCE];
	policy->source_length6 = from->length6[CASE_SOURCE];
	policy->destination_length4 = from->length4[CASE_DESTINATION];
	policy->destination_length6 = from->length6[CASE_DESTINATION];
	policy->classes = from->classes;
	policy->directions = from->directions;
	policy->families = from->families;
	policy->fragments = from->fragments;
	for (end = 0; end < CASE_ENDS; end++) {
		prefixes[end]->count = from->prefixes[end];
		ports[end]->count = from->ports[end];
		for (i = 0; i < from->prefixes[end]; i++)
			prefixes[end]->items[i] = prefix_of(&from->prefix[end][i]);
		for (i = 0; i < from->ports[end]; i++)
			ports[end]->items[i] = (struct tm_ports){
				from->port[end][i].first, from->port[end][i].last,
				from->port[end][i].except };
	}
	for (kind = 0; kind < CASE_TERMS; kind++) {
		policy->terms[kind].count = from->terms[kind];
		for (i = 0; i < from->terms[kind]; i++)
			policy->terms[kind].items[i] = (struct tm_term){
				from->term[kind][i].first, from->term[kind][i].last,
				from->term[kind][i].except };
	}
	policy->device_count = from->devices;
	for (i = 0; i < from->devices; i++) {
		memcpy(policy->device[i].glob, from->device[i].glob, IFNAMSIZ);
		policy->device[i].except = from->device[i].except;
	}
}

static struct tm_explain_packet packet_of(const struct case_packet *from)
{
	struct tm_explain_packet packet = {
		.tuple = { address_of(from->address[CASE_SOURCE], from->ipv6),
			   address_of(from->address[CASE_DESTINATION], from->ipv6),
			   from->port[CASE_SOURCE], from->port[CASE_DESTINATION],
			   from->protocol },
		.has_ports = from->has_ports, .class = from->class,
		.direction = from->direction, .fragment = from->fragment,
		.tcp_flags = from->tcp_flags, .hop_limit = from->hop_limit,
		.length = from->length, .mark = from->mark,
	};

	memcpy(packet.device, from->device, IFNAMSIZ);
	return packet;
}

/* The sets that decide by themselves. */
enum { CASE_ALLOW, CASE_DENY, CASE_SETS };

static const char *const set_names[CASE_SETS] = {
	[CASE_ALLOW] = TRAFFICMON_SET_ALLOW,
	[CASE_DENY] = TRAFFICMON_SET_DENY,
};

/* A ruleset, a packet, and what each says of them. */
struct whole {
	struct case_policy policies[CASE_POLICIES];
	u32 count;
	struct case_prefix set[CASE_SETS][CASE_ITEMS];
	u32 entries[CASE_SETS];
	bool suspended;
	struct case_packet packet;
	struct tm_policy items[CASE_POLICIES];
	struct tm_entry entry[CASE_SETS][CASE_ITEMS];	/* sorted, each once */
	u32 kept[CASE_SETS];
	struct tm_explain_step steps[TM_EXPLAIN_POLICY + CASE_POLICIES];
	u32 step_count;
};

static void keep(const struct tm_explain_step *step, void *data)
{
	struct whole *whole = data;

	ASSERT_LT(whole->step_count, ARRAY_SIZE(whole->steps));
	whole->steps[whole->step_count++] = *step;
}

static bool explain(struct whole *whole)
{
	struct tm_policy_file file = { .policies = { .items = whole->items,
						     .count = whole->count } };
	struct tm_explain_ruleset ruleset = { .file = &file, .failsafe = "",
					      .suspended = whole->suspended };
	struct tm_explain_packet packet = packet_of(&whole->packet);
	struct tm_set sets[CASE_SETS] = { };
	u32 set;

	file.sets.items = sets;
	file.sets.count = CASE_SETS;
	for (set = 0; set < CASE_SETS; set++) {
		strcpy(sets[set].name, set_names[set]);
		sets[set].entries.items = whole->entry[set];
		sets[set].entries.count = whole->kept[set];
	}
	whole->step_count = 0;
	return tm_explain(&ruleset, &packet, keep, whole);
}

static void random_ruleset(struct whole *whole)
{
	/* many that ask for little: more than 16 are found */
	bool crowd = !below(8);
	struct tm_entry_list list = { };
	u32 set, i;

	whole->count = crowd ? 20 + below(CASE_POLICIES - 20) : 1 + below(6);
	whole->suspended = !below(8);
	for (i = 0; i < whole->count; i++) {
		whole->policies[i] = random_policy(crowd ? 24 : 4);
		memset(&whole->items[i], 0, sizeof(whole->items[i]));
		fill_policy(&whole->items[i], &whole->policies[i]);
	}
	for (set = 0; set < CASE_SETS; set++) {
		whole->entries[set] = below(3) ? 0 : 1 + below(CASE_ITEMS);
		for (i = 0; i < whole->entries[set]; i++) {
			whole->set[set][i] = random_prefix(false);
			whole->entry[set][i] = (struct tm_entry){
				.prefix = prefix_of(&whole->set[set][i]), .place = i };
		}
		list.items = whole->entry[set];
		list.count = whole->entries[set];
		tm_entry_list_sort(&list);
		whole->kept[set] = list.count;
	}
}

/* Is an end in the set?  Then @step names the longest prefix that has one. */
static bool check_set(const struct whole *whole, u32 set,
		      const struct tm_explain_step *step)
{
	const struct case_packet *packet = &whole->packet;
	int longest = -1;
	u32 end, i;

	for (i = 0; i < whole->entries[set]; i++)
		for (end = 0; end < CASE_ENDS; end++)
			if (plain_covers(&whole->set[set][i], packet->ipv6, packet->address[end]))
				longest = max_t(int, longest, whole->set[set][i].length);
	ASSERT_EQ(!step->entry, longest < 0);
	if (longest < 0)
		return false;
	ASSERT_LT(step->entry - whole->entry[set], whole->kept[set]);
	i = step->entry->place;
	ASSERT_EQ(whole->set[set][i].length, longest);
	ASSERT_TRUE(plain_covers(&whole->set[set][i], packet->ipv6,
				 packet->address[step->destination]));
	return true;
}

/* How often which outcome came, so that none is held by nothing. */
struct seen {
	u32 allowed, denied, matched, unmatched, beyond, dropped, passed;
};

/* Walk the ruleset as the module's documents say; returns whether it is dropped. */
static bool check_policies(struct whole *whole, const bool kernel[CASE_POLICIES], bool decided,
			   struct seen *seen)
{
	bool dropped = false;
	u32 taken = 0, i;

	for (i = 0; i < whole->count; i++) {
		const struct tm_explain_step *step = &whole->steps[TM_EXPLAIN_POLICY + i];
		const struct case_policy *policy = &whole->policies[i];
		struct plain plain = plain_judge(policy, &whole->packet);
		bool asked = taken < CASE_WALK, drops = policy->enforce && !whole->suspended;

		ASSERT_TRUE(step->policy == &whole->items[i]);
		ASSERT_EQ(!step->unmet_count, plain.matches);
		ASSERT_EQ(plain.matches && asked, kernel[i]);
		ASSERT_EQ(step->effect == TM_EXPLAIN_BEYOND, plain.matches && !asked);
		ASSERT_EQ(step->effect == TM_EXPLAIN_DROPS,
			  kernel[i] && drops && !policy->limited);
		ASSERT_EQ(step->effect == TM_EXPLAIN_DROPS_ABOVE,
			  kernel[i] && drops && policy->limited);
		ASSERT_EQ(step->effect == TM_EXPLAIN_COUNTS,
			  kernel[i] && !drops && !policy->limited);
		ASSERT_EQ(step->effect == TM_EXPLAIN_COUNTS_ABOVE,
			  kernel[i] && !drops && policy->limited);
		ASSERT_EQ(step->reached, !decided);
		taken += plain.found && plain.matches;	/* never 240 that do not match */
		seen->matched += kernel[i];
		seen->unmatched += !plain.matches;
		seen->beyond += plain.matches && !asked;
		if (!decided && kernel[i] && drops && !policy->limited)
			decided = dropped = true;
	}
	return dropped;
}

static void check_whole(struct whole *whole, const bool kernel[CASE_POLICIES], struct seen *seen)
{
	bool dropped = explain(whole), allowed, denied, wanted;

	ASSERT_EQ(whole->step_count, TM_EXPLAIN_POLICY + whole->count);
	allowed = check_set(whole, CASE_ALLOW, &whole->steps[TM_EXPLAIN_ALLOW]);
	denied = check_set(whole, CASE_DENY, &whole->steps[TM_EXPLAIN_DENY]);
	ASSERT_EQ(whole->steps[TM_EXPLAIN_ALLOW].effect,
		  allowed ? TM_EXPLAIN_PASSES : TM_EXPLAIN_NONE);
	ASSERT_EQ(whole->steps[TM_EXPLAIN_DENY].effect,
		  !denied ? TM_EXPLAIN_NONE :
		  whole->suspended ? TM_EXPLAIN_COUNTS : TM_EXPLAIN_DROPS);
	ASSERT_EQ(whole->steps[TM_EXPLAIN_DENY].reached, !allowed);
	denied &= !whole->suspended;
	wanted = check_policies(whole, kernel, allowed || denied, seen);
	wanted |= denied && !allowed;
	ASSERT_EQ(dropped, wanted);
	seen->allowed += allowed;
	seen->denied += denied;
	seen->dropped += dropped;
	seen->passed += !dropped;
}

TEST(agrees_with_a_plain_reading_and_with_the_module)
{
	struct whole *whole = calloc(1, sizeof(*whole));
	bool kernel[CASE_POLICIES];
	struct kernel_rules *rules;
	struct seen seen = { 0 };
	u32 ruleset, i;

	ASSERT_TRUE(whole);
	for (ruleset = 0; ruleset < 10000; ruleset++) {
		random_ruleset(whole);
		rules = kernel_build(whole->policies, whole->count);
		for (i = 0; i < 10; i++) {
			whole->packet = random_packet();
			kernel_judge(rules, &whole->packet, kernel);
			check_whole(whole, kernel, &seen);
		}
		kernel_free(rules);
	}
	printf("# allowed %u, denied %u, policies matched %u, unmatched %u, beyond %u; dropped %u, passed %u\n",
	       seen.allowed, seen.denied, seen.matched, seen.unmatched, seen.beyond, seen.dropped,
	       seen.passed);
	EXPECT_GT(seen.allowed, 5000);
	EXPECT_GT(seen.denied, 5000);
	EXPECT_GT(seen.matched, 20000);
	EXPECT_GT(seen.unmatched, 20000);
	EXPECT_GT(seen.beyond, 1000);
	EXPECT_GT(seen.dropped, 5000);
	EXPECT_GT(seen.passed, 5000);
	free(whole);
}

TEST(keys_are_those_of_the_module)
{
	u32 i;

	for (i = 0; i < 100000; i++) {
		struct case_policy from = random_policy(8);
		struct case_packet packet = random_packet();
		struct case_key wanted = kernel_key(&from, &packet), told = { .protocol = 0 };
		struct tm_explain_packet mine = packet_of(&packet);
		struct tm_explain_key key;
		struct tm_policy policy;

		memset(&policy, 0, sizeof(policy));
		fill_policy(&policy, &from);
		key = tm_explain_key(&policy, &mine);
		memcpy(told.address[CASE_SOURCE], key.source.address.bytes, 16);
		memcpy(told.address[CASE_DESTINATION], key.destination.address.bytes, 16);
		told.port[CASE_SOURCE] = key.source_port;
		told.port[CASE_DESTINATION] = key.destination_port;
		told.protocol = key.protocol;
		told.device = key.has_device && packet.device[0];
		ASSERT_MEMEQ(told.address, wanted.address, sizeof(told.address));
		ASSERT_MEMEQ(told.port, wanted.port, sizeof(told.port));
		ASSERT_EQ(told.protocol, wanted.protocol);
		ASSERT_EQ(told.device, wanted.device);
	}
}

TEST(tcp_classes_are_those_of_the_module)
{
	u32 flags;

	for (flags = 0; flags < 256; flags++)
		EXPECT_EQ(tm_explain_tcp_class(flags), kernel_tcp_class(flags));
}
