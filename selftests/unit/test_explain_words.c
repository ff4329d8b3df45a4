// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/lib/explain.c userspace/lib/explain_walk.c userspace/lib/explain_words.c
// build: userspace/lib/policy_model.c userspace/lib/set_model.c userspace/lib/source.c userspace/lib/term.c userspace/lib/names.c
// build: userspace/lib/value.c userspace/lib/quantity.c userspace/lib/error.c
// flags: -lmnl
/*
 * What `policy explain` says of what comes before the sets, and in words.
 */
#include "../../userspace/lib/explain.h"
#include "unit.h"

/* What comes before the sets. */
static const struct {
	const char *source;
	const char *destination;
	u8 class;
	u8 type, code, hops;
	u16 source_port, destination_port;	/* 0: none */
	const char *failsafe;
	int passes;		/* stage of the first step that has an effect; -1: none */
} before_sets[] = {
	{ "fe80::1", "ff02::1", TRAFFICMON_CLASS_ICMP, 133, 0, 255, 0, 0, "", TM_EXPLAIN_DISCOVERY },
	{ "fe80::1", "ff02::1", TRAFFICMON_CLASS_ICMP, 137, 0, 255, 0, 0, "", TM_EXPLAIN_DISCOVERY },
	{ "fe80::1", "ff02::1", TRAFFICMON_CLASS_ICMP, 132, 0, 255, 0, 0, "", -1 },
	{ "fe80::1", "ff02::1", TRAFFICMON_CLASS_ICMP, 138, 0, 255, 0, 0, "", -1 },
	{ "fe80::1", "ff02::1", TRAFFICMON_CLASS_ICMP, 135, 0, 254, 0, 0, "", -1 },
	{ "fe80::1", "ff02::1", TRAFFICMON_CLASS_FRAG, 135, 0, 255, 0, 0, "", -1 },
	{ "fe80::1", "ff02::1", TRAFFICMON_CLASS_ICMP, 143, 0, 1, 0, 0, "", TM_EXPLAIN_DISCOVERY },
	{ "febf::1", "ff02::1", TRAFFICMON_CLASS_ICMP, 130, 0, 1, 0, 0, "", TM_EXPLAIN_DISCOVERY },
	{ "::", "ff02::1", TRAFFICMON_CLASS_ICMP, 131, 0, 1, 0, 0, "", TM_EXPLAIN_DISCOVERY },
	{ "::1", "ff02::1", TRAFFICMON_CLASS_ICMP, 131, 0, 1, 0, 0, "", -1 },
	{ "fec0::1", "ff02::1", TRAFFICMON_CLASS_ICMP, 131, 0, 1, 0, 0, "", -1 },
	{ "fe80::1", "ff02::1", TRAFFICMON_CLASS_ICMP, 131, 0, 2, 0, 0, "", -1 },
	{ "192.0.2.1", "192.0.2.2", TRAFFICMON_CLASS_ICMP, 133, 0, 255, 0, 0, "", -1 },
	{ "192.0.2.1", "192.0.2.2", TRAFFICMON_CLASS_ICMP, 3, 4, 64, 0, 0, "", TM_EXPLAIN_PATH_MTU },
	{ "192.0.2.1", "192.0.2.2", TRAFFICMON_CLASS_ICMP, 3, 3, 64, 0, 0, "", -1 },
	{ "192.0.2.1", "192.0.2.2", TRAFFICMON_CLASS_FRAG, 3, 4, 64, 0, 0, "", -1 },
	{ "2001:db8::1", "2001:db8::2", TRAFFICMON_CLASS_ICMP, 2, 9, 64, 0, 0, "", TM_EXPLAIN_PATH_MTU },
	{ "2001:db8::1", "2001:db8::2", TRAFFICMON_CLASS_ICMP, 3, 4, 64, 0, 0, "", -1 },
	{ "192.0.2.1", "192.0.2.2", TRAFFICMON_CLASS_SYN, 0, 0, 64, 9, 22, "192.0.2.1@22", TM_EXPLAIN_FAILSAFE },
	{ "192.0.2.1", "192.0.2.2", TRAFFICMON_CLASS_SYN, 0, 0, 64, 9, 23, "192.0.2.1@22", -1 },
	{ "192.0.2.1", "192.0.2.2", TRAFFICMON_CLASS_SYN, 0, 0, 64, 22, 9, "192.0.2.1@22", -1 },
	{ "192.0.2.1", "192.0.2.2", TRAFFICMON_CLASS_SYN, 0, 0, 64, 22, 9, "::/0,192.0.2.2@22", TM_EXPLAIN_FAILSAFE },
	{ "192.0.2.1", "192.0.2.2", TRAFFICMON_CLASS_FRAG, 0, 0, 64, 0, 0, "192.0.2.1@22", -1 },
	{ "192.0.2.1", "192.0.2.2", TRAFFICMON_CLASS_ICMP, 3, 4, 64, 0, 0, "10.0.0.0/8,192.0.2.0/24", TM_EXPLAIN_FAILSAFE },
	{ "192.0.2.1", "192.0.2.2", TRAFFICMON_CLASS_UDP, 0, 0, 64, 9, 9, "::/0,10.0.0.0/8@9", -1 },
	{ "192.0.2.1", "192.0.2.2", TRAFFICMON_CLASS_UDP, 0, 0, 64, 9, 9, NULL, TM_EXPLAIN_FAILSAFE },
};

struct first {
	int stage;
	enum tm_explain_effect effect;
};

static void note_first(const struct tm_explain_step *step, void *data)
{
	struct first *first = data;

	if (first->stage >= 0 || !step->effect)
		return;
	first->stage = step->stage;
	first->effect = step->effect;
}

TEST(what_comes_before_the_sets)
{
	static const enum tm_explain_effect effects[] = {
		[TM_EXPLAIN_FAILSAFE] = TM_EXPLAIN_PASSES,
		[TM_EXPLAIN_DISCOVERY] = TM_EXPLAIN_PASSES,
		[TM_EXPLAIN_PATH_MTU] = TM_EXPLAIN_PASSES_BELOW,
	};
	struct tm_set sets[] = { { .name = "allow" }, { .name = "deny" } };
	struct tm_policy_file file = { .sets = { .items = sets, .count = 2 } };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(before_sets); i++) {
		struct tm_explain_ruleset ruleset = { &file, before_sets[i].failsafe, false };
		struct tm_explain_packet packet = {
			.tuple = { .source_port = before_sets[i].source_port,
				   .destination_port = before_sets[i].destination_port },
			.has_ports = before_sets[i].source_port,
			.class = before_sets[i].class, .icmp_type = before_sets[i].type,
			.icmp_code = before_sets[i].code, .hop_limit = before_sets[i].hops,
		};
		struct first first = { .stage = -1 };
		struct tm_error error;

		ASSERT_EQ(tm_address_parse(before_sets[i].source, &packet.tuple.source, &error), 0);
		ASSERT_EQ(tm_address_parse(before_sets[i].destination, &packet.tuple.destination,
					   &error), 0);
		tm_explain(&ruleset, &packet, note_first, &first);
		EXPECT(first.stage == before_sets[i].passes, "case %u: stage %d", i, first.stage);
		if (first.stage >= 0)
			EXPECT(first.effect == (before_sets[i].failsafe ? effects[first.stage] :
								      TM_EXPLAIN_UNKNOWN),
			       "case %u: effect %d", i, first.effect);
	}
}

TEST(a_set_that_is_not_named_is_not_known)
{
	struct tm_explain_packet packet = { .tuple = { .source.size = 4, .destination.size = 4 } };
	struct tm_set sets[] = { { .name = "allow" } };
	struct tm_policy_file file = { .sets = { .items = sets, .count = 1 } };
	struct tm_explain_ruleset ruleset = { &file, "", false };
	struct first first = { .stage = -1 };

	EXPECT_FALSE(tm_explain(&ruleset, &packet, note_first, &first));
	EXPECT_EQ(first.stage, TM_EXPLAIN_DENY);
	EXPECT_EQ(first.effect, TM_EXPLAIN_UNKNOWN);
}

/* The first thing that is not met, in words. */
static void words_of(struct tm_policy *policy, const struct tm_explain_packet *packet, char *text)
{
	enum tm_explain_part part;

	text[0] = '\0';
	for (part = 0; part < __TM_EXPLAIN_PART_MAX && !text[0]; part++) {
		struct tm_explain_answer answer = tm_explain_ask(policy, part, packet);

		if (answer.unmet)
			tm_explain_words(policy, part, &answer, packet, text);
	}
	memset(policy, 0, sizeof(*policy));
}

TEST(what_is_not_met_is_said_in_words)
{
	struct tm_explain_packet packet = {
		.tuple = { { { 192, 0, 2, 1 }, 4 }, { { 10, 0, 0, 1 }, 4 }, 40000, 22, 6 },
		.has_ports = true, .class = TRAFFICMON_CLASS_SYN, .tcp_flags = 2, .length = 60,
		.hop_limit = 64, .mark = 0x13,
	};
	struct tm_policy policy = { .classes = 1 << TRAFFICMON_CLASS_UDP };
	char text[TM_EXPLAIN_TEXT];

	words_of(&policy, &packet, text);
	EXPECT_STREQ(text, "class syn is not udp");
	policy.classes = 1 << TRAFFICMON_CLASS_UDP | 1 << TRAFFICMON_CLASS_RST;
	words_of(&policy, &packet, text);
	EXPECT_STREQ(text, "class syn is none of rst, udp");
	policy.destination_port = (struct tm_ports_list){ { { 22, 22, true } }, 1 };
	words_of(&policy, &packet, text);
	EXPECT_STREQ(text, "destination_port 22 is excluded by !22");
	policy.destination_port = (struct tm_ports_list){ { { 80, 90, false }, { 443, 443, false },
							    { 22, 22, true } }, 3 };
	words_of(&policy, &packet, text);
	EXPECT_STREQ(text, "destination_port 22 is none of 80-90, 443");
	policy.source = (struct tm_prefix_list){ { { { { 192, 0, 2 }, 4 }, 24, true } }, 1 };
	words_of(&policy, &packet, text);
	EXPECT_STREQ(text, "source 192.0.2.1 is excluded by !192.0.2.0/24");
	policy.terms[TM_TERM_TCP_FLAGS] = (struct tm_term_list){ { { 0x12, 0x12, false } }, 1 };
	words_of(&policy, &packet, text);
	EXPECT_STREQ(text, "tcp_flags syn is not syn+ack");
	policy.terms[TM_TERM_MARK] = (struct tm_term_list){ { { 0x10, 0xf0, true } }, 1 };
	words_of(&policy, &packet, text);
	EXPECT_STREQ(text, "mark 0x13 is excluded by !0x10/0xf0");
	policy.terms[TM_TERM_HOP_LIMIT] = (struct tm_term_list){
		{ { 1, 1, false }, { 2, 2, true }, { 3, 4, false }, { 5, 5, false },
		  { 6, 6, false }, { 7, 7, false }, { 8, 8, false } }, 7 };
	words_of(&policy, &packet, text);
	EXPECT_STREQ(text, "hop_limit 64 is none of 1, 3-4, 5, 6 and 2 more");
	policy.fragments = 1 << TRAFFICMON_FRAGMENT_LATER;
	words_of(&policy, &packet, text);
	EXPECT_STREQ(text, "fragment whole is not later");
	strcpy(policy.device[0].glob, "eth*");
	policy.device_count = 1;
	words_of(&policy, &packet, text);
	EXPECT_STREQ(text, "device: the device that it arrived on is not given");
	packet.has_ports = false;
	packet.class = TRAFFICMON_CLASS_MALFORMED;
	words_of(&policy, &packet, text);
	EXPECT_STREQ(text, "class malformed is matched only where it is named");
	packet.class = TRAFFICMON_CLASS_FRAG;
	policy.source_port = (struct tm_ports_list){ { { 0, 65535, false } }, 1 };
	words_of(&policy, &packet, text);
	EXPECT_STREQ(text, "source_port: it has no ports");
}

static struct tm_match_set_list named(const char *name, bool except)
{
	struct tm_match_set_list list = { .count = 1 };

	strcpy(list.items[0].name, name);
	list.items[0].except = except;
	return list;
}

#define SOURCE_IN	{ { { { { 192, 0, 2 }, 4 }, 24, false } }, 1 }
#define SOURCE_OUT	{ { { { { 192, 0, 3 }, 4 }, 24, false } }, 1 }

/* A packet from 192.0.2.1, which the set has has, the set has_not has not. */
TEST(sets_stand_among_the_prefixes)
{
	static const struct {
		struct tm_prefix_list prefixes;
		const char *set;
		bool except;
		const char *words;
	} cases[] = {
		{ { .count = 0 }, "has", false, "" },
		{ { .count = 0 }, "has", true, "source 192.0.2.1 is excluded by !@has" },
		{ { .count = 0 }, "has_not", true, "" },
		{ { .count = 0 }, "has_not", false, "source 192.0.2.1 is not @has_not" },
		{ { .count = 0 }, "x", false, "source 192.0.2.1: whether it is in @x is not known" },
		{ { .count = 0 }, "x", true, "source 192.0.2.1: whether it is in @x is not known" },
		{ SOURCE_IN, "has_not", false, "" },
		{ SOURCE_IN, "x", false, "" },
		{ SOURCE_IN, "x", true, "source 192.0.2.1: whether it is in @x is not known" },
		{ SOURCE_IN, "has", true, "source 192.0.2.1 is excluded by !@has" },
		{ SOURCE_OUT, "has", false, "" },
		{ SOURCE_OUT, "has", true, "source 192.0.2.1 is not 192.0.3.0/24" },
		{ SOURCE_OUT, "has_not", false, "source 192.0.2.1 is none of 192.0.3.0/24, @has_not" },
		{ SOURCE_OUT, "x", false, "source 192.0.2.1: whether it is in @x is not known" },
		{ SOURCE_OUT, "x", true, "source 192.0.2.1 is not 192.0.3.0/24" },
	};
	struct tm_entry entry = { .prefix = { { { 192 }, 4 }, 8, false } };
	struct tm_set sets[] = { { "has", { .items = &entry, .count = 1 }, 1 }, { .name = "has_not" } };
	struct tm_set_list list = { sets, 2, 2 };
	struct tm_explain_packet packet = {
		.tuple = { { { 192, 0, 2, 1 }, 4 }, { { 10, 0, 0, 1 }, 4 }, 1, 2, 6 },
		.sets = &list,
	};
	char text[TM_EXPLAIN_TEXT];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct tm_policy policy = {
			.source = cases[i].prefixes,
			.source_sets = named(cases[i].set, cases[i].except),
		};

		words_of(&policy, &packet, text);
		EXPECT(!strcmp(text, cases[i].words), "case %u: %s", i, text);
		policy.destination_sets = named("has", false);
		words_of(&policy, &packet, text);
		EXPECT_STREQ(text, "destination 10.0.0.1 is not @has");
	}
}

static void note_policy(const struct tm_explain_step *step, void *data)
{
	if (step->stage == TM_EXPLAIN_POLICY)
		*(struct tm_explain_step *)data = *step;
}

/* Whether the packet is in the set decides, unless another part is not met anyway. */
TEST(a_policy_whose_set_is_not_known_is_unknown)
{
	struct tm_policy policy = {
		.name = "a", .mode = TRAFFICMON_MODE_ENFORCE, .source_sets = named("x", false),
	};
	struct tm_policy_file file = { .policies = { .items = &policy, .count = 1 } };
	struct tm_explain_ruleset ruleset = { &file, "", false };
	struct tm_explain_packet packet = {
		.tuple = { .source.size = 4, .destination.size = 4 },
		.class = TRAFFICMON_CLASS_SYN,
	};
	struct tm_set set = { .name = "x" };
	struct tm_explain_step step;

	EXPECT_FALSE(tm_explain(&ruleset, &packet, note_policy, &step));
	EXPECT_EQ(step.effect, TM_EXPLAIN_UNKNOWN);
	EXPECT_EQ(step.unmet_count, 0);
	EXPECT_EQ(step.unmet, TM_EXPLAIN_SOURCE);
	policy.fragments = 1 << TRAFFICMON_FRAGMENT_LATER;
	EXPECT_FALSE(tm_explain(&ruleset, &packet, note_policy, &step));
	EXPECT_EQ(step.effect, TM_EXPLAIN_NONE);
	EXPECT_EQ(step.unmet_count, 1);
	EXPECT_EQ(step.unmet, TM_EXPLAIN_FRAGMENT);
	policy.classes = 1 << TRAFFICMON_CLASS_UDP;
	EXPECT_FALSE(tm_explain(&ruleset, &packet, note_policy, &step));
	EXPECT_EQ(step.unmet_count, 2);
	EXPECT_EQ(step.unmet, TM_EXPLAIN_CLASS);
	policy.classes = 0;
	policy.fragments = 0;
	policy.source_sets.items[0].except = true;
	file.sets = (struct tm_set_list){ .items = &set, .count = 1 };
	EXPECT_TRUE(tm_explain(&ruleset, &packet, note_policy, &step));
	EXPECT_EQ(step.effect, TM_EXPLAIN_DROPS);
}

TEST(the_longest_prefix_covers)
{
	static const char *const prefixes[] = {
		"::/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.3/32", "2001:db8::/32",
		"2001:db8::1/128", "2001:db8:1::/48",
	};
	static const struct {
		const char *address;
		const char *by;
	} cases[] = {
		{ "10.1.2.3", "10.1.2.3/32" }, { "10.1.2.4", "10.1.0.0/16" },
		{ "10.2.0.0", "10.0.0.0/8" }, { "11.0.0.0", NULL },
		{ "2001:db8::1", "2001:db8::1/128" }, { "2001:db8::2", "2001:db8::/32" },
		{ "2001:db8:1:2::", "2001:db8:1::/48" }, { "::", "::/0" }, { "ffff::", "::/0" },
	};
	struct tm_entry_list list = { .count = 0 };
	struct tm_address address;
	struct tm_prefix prefix;
	struct tm_error error;
	u32 i;

	EXPECT_FALSE(tm_entry_list_cover(&list, &(struct tm_address){ .size = 4 }));
	for (i = 0; i < ARRAY_SIZE(prefixes); i++) {
		struct tm_entry entry = { .timeout_ns = 0 };

		ASSERT_EQ(tm_prefix_parse(prefixes[i], &entry.prefix, &error), 0);
		ASSERT_EQ(tm_entry_list_add(&list, &entry, &error), 0);
	}
	tm_entry_list_sort(&list);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct tm_entry *entry;

		ASSERT_EQ(tm_address_parse(cases[i].address, &address, &error), 0);
		entry = tm_entry_list_cover(&list, &address);
		EXPECT(!entry == !cases[i].by, "%s", cases[i].address);
		if (!entry || !cases[i].by)
			continue;
		ASSERT_EQ(tm_prefix_parse(cases[i].by, &prefix, &error), 0);
		EXPECT(!tm_prefix_compare(&entry->prefix, &prefix), "%s", cases[i].address);
	}
	tm_entry_list_free(&list);
}
