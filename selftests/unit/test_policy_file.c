// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/lib/policy_file.c userspace/lib/policy_reader.c userspace/lib/policy_match_read.c userspace/lib/term.c userspace/lib/table.c userspace/lib/table_fit.c userspace/lib/text.c userspace/lib/writer.c userspace/lib/policy_file_write.c userspace/lib/policy_model.c userspace/lib/set_model.c userspace/lib/policy_check.c userspace/lib/policy_crowd.c userspace/lib/json.c userspace/lib/json_grammar.c userspace/lib/source.c userspace/lib/names.c userspace/lib/value.c userspace/lib/quantity.c userspace/lib/error.c
// flags: -lmnl
/*
 * The policy file: every member is read, and what was written reads back as the same.
 * test_policy_file_refused.c has those that are wrong.
 */
#include <time.h>

#include "policy_file_case.h"

static const char full_file[] =
	"{ \"schema\": 1, \"$schema\": \"x\", \"tmctl\": {\"version\": \"0\"}, \"comment\": \"all\",\n"
	"  \"policies\": [ {\n"
	"    \"name\": \"syn-per-source\", \"mode\": \"enforce\", \"action\": \"drop\",\n"
	"    \"comment\": \"quote \\\" and \\\\ and \\n and \\u00e9\",\n"
	"    \"match\": { \"class\": [\"syn\", \"udp\"], \"direction\": \"in\", \"family\": [\"ipv4\", \"ipv6\"],\n"
	"      \"source\": [\"10.0.0.0/8\", \"@customers\", \"2001:db8::/32\", \"!@trusted\", \"192.0.2.1\"],\n"
	"      \"destination\": [\"0.0.0.0/0\", \"@allow\"],\n"
	"      \"source_port\": [53, \"1024-2048\"], \"destination_port\": 443, \"device\": [\"eth0\", \"bond0.7\"] },\n"
	"    \"key\": \"src/24\",\n"
	"    \"limits\": { \"packets_burst\": 10, \"packets_per_second\": 100,\n"
	"      \"bytes_per_second\": 1000000, \"bytes_burst\": 65536 },\n"
	"    \"spare\": [\"established\"], \"on_full\": \"aggregate\", \"aggregate_factor\": 16 },\n"
	"  { \"name\": \"plain\" } ],\n"
	"  \"sets\": { \"deny\": [], \"allow\": [ \"2001:db8::/32\", \"10.0.0.0/8\",\n"
	"    {\"prefix\": \"192.0.2.0/24\", \"timeout_seconds\": 3600, \"comment\": \"\\\"ops\\\", \\u00e9\"} ],\n"
	"    \"customers\": {\"prefix\": \"::1\", \"comment\": \"me\"}, \"trusted\": [] } }\n";

TEST(every_member_is_read)
{
	struct tm_policy_file file;
	const struct tm_policy *policy;

	read_good(&file, full_file);
	ASSERT_EQ(file.policies.count, 2);
	policy = &file.policies.items[0];
	EXPECT_STREQ(policy->name, "syn-per-source");
	EXPECT_EQ(policy->line, 2);
	EXPECT_EQ(policy->mode, TRAFFICMON_MODE_ENFORCE);
	EXPECT_EQ(policy->action, TRAFFICMON_ACTION_DROP);
	EXPECT_STREQ(policy->comment, "quote \" and \\ and \n and \xc3\xa9");
	EXPECT_EQ(policy->classes, 1u << TRAFFICMON_CLASS_SYN |
		  1u << TRAFFICMON_CLASS_UDP);
	EXPECT_EQ(policy->directions, 1u << TRAFFICMON_DIRECTION_IN);
	EXPECT_EQ(policy->families, 3);
	ASSERT_EQ(policy->source.count, 3);
	EXPECT_EQ(policy->source.items[1].address.size, 16);
	EXPECT_EQ(policy->source.items[1].length, 32);
	EXPECT_EQ(policy->source.items[2].length, 32);
	ASSERT_EQ(policy->destination.count, 1);
	EXPECT_EQ(policy->destination.items[0].length, 0);
	ASSERT_EQ(policy->source_port.count, 2);
	EXPECT_EQ(policy->source_port.items[1].first, 1024);
	EXPECT_EQ(policy->source_port.items[1].last, 2048);
	ASSERT_EQ(policy->destination_port.count, 1);
	EXPECT_EQ(policy->destination_port.items[0].last, 443);
	ASSERT_EQ(policy->device_count, 2);
	EXPECT_STREQ(policy->device[1].glob, "bond0.7");
	EXPECT_FALSE(tm_policy_has_globs(policy));
	EXPECT_EQ(policy->key, TRAFFICMON_KEY_SOURCE);
	EXPECT_EQ(policy->source_length4, 24);
	EXPECT_EQ(policy->source_length6, 64);
	EXPECT_EQ(policy->limits[TRAFFICMON_LIMIT_PACKETS].rate, 100);
	EXPECT_EQ(policy->limits[TRAFFICMON_LIMIT_PACKETS].burst, 10);
	EXPECT_EQ(policy->limits[TRAFFICMON_LIMIT_BYTES].rate, 1000000);
	EXPECT_EQ(policy->limits[TRAFFICMON_LIMIT_BYTES].burst, 65536);
	EXPECT_EQ(policy->on_full, TRAFFICMON_ON_FULL_AGGREGATE);
	EXPECT_EQ(policy->spare, 1 << TRAFFICMON_SPARE_ESTABLISHED);
	EXPECT_EQ(policy->aggregate_factor, 16);
	EXPECT_EQ(entries_of(&file, "deny")->count, 0);
	ASSERT_EQ(entries_of(&file, "allow")->count, 3);
	/* sorted: IPv4 first */
	EXPECT_EQ(entries_of(&file, "allow")->items[1].timeout_ns,
		  3600000000000ull);
	EXPECT_STREQ(entries_of(&file, "allow")->items[1].comment,
		     "\"ops\", \xc3\xa9");
	EXPECT_FALSE(entries_of(&file, "allow")->items[0].comment);
	EXPECT_STREQ(entries_of(&file, "customers")->items[0].comment, "me");
	EXPECT_EQ(entries_of(&file, "trusted")->count, 0);
	EXPECT_EQ(file.sets.count, 4);
	EXPECT_EQ(policy->source.count, 3);
	ASSERT_EQ(policy->source_sets.count, 2);
	EXPECT_STREQ(policy->source_sets.items[0].name, "customers");
	EXPECT_FALSE(policy->source_sets.items[0].except);
	EXPECT_STREQ(policy->source_sets.items[1].name, "trusted");
	EXPECT_TRUE(policy->source_sets.items[1].except);
	ASSERT_EQ(policy->destination_sets.count, 1);
	EXPECT_TRUE(tm_policy_names_set(policy, "allow"));
	EXPECT_FALSE(tm_policy_names_set(policy, "deny"));
	tm_policy_file_free(&file);
}

/* A match with all that is excluded, or is asked of each policy by itself. */
#define REST								\
	"\"class\":[\"!icmp\",\"!frag\"],\"direction\":\"!out\","		\
	"\"source\":[\"!10.1.0.0/16\",\"10.0.0.0/8\"],\"destination\":\"!::/0\","	\
	"\"source_port\":[\"1-9\",\"!5\"],\"destination_port\":[\"!22-23\"],"	\
	"\"device\":[\"eth*\",\"!eth7\"],\"tcp_flags\":[\"syn/syn+ack\",\"!urg\",\"none/fin\"],"	\
	"\"length\":[64,\"!70\",\"100-1500\"],\"hop_limit\":\"!64\","	\
	"\"fragment\":\"!first\",\"mark\":[7,\"0x10/0xf0\",\"!0xff\"]"

static void expect_term(const struct tm_policy *policy, enum tm_term_kind kind,
			unsigned int at, uint32_t first, uint32_t last,
			bool except)
{
	const struct tm_term *term = &policy->terms[kind].items[at];

	ASSERT_GT(policy->terms[kind].count, at);
	EXPECT_EQ(term->first, first);
	EXPECT_EQ(term->last, last);
	EXPECT_EQ(term->except, except);
}

TEST(what_is_excluded_is_read)
{
	struct tm_policy_file file;
	const struct tm_policy *policy;

	read_good(&file, POLICY("\"match\":{" REST "}"));
	policy = &file.policies.items[0];
	EXPECT_EQ(policy->classes,
		  (1u << __TRAFFICMON_CLASS_MAX) - 1 -
		  (1u << TRAFFICMON_CLASS_ICMP) - (1u << TRAFFICMON_CLASS_FRAG) -
		  (1u << TRAFFICMON_CLASS_MALFORMED));
	EXPECT_EQ(policy->directions, 1u << TRAFFICMON_DIRECTION_IN);
	EXPECT_TRUE(policy->source.items[0].except);
	EXPECT_FALSE(policy->source.items[1].except);
	EXPECT_TRUE(policy->destination.items[0].except);
	EXPECT_FALSE(policy->source_port.items[0].except);
	EXPECT_TRUE(policy->source_port.items[1].except);
	EXPECT_EQ(policy->source_port.items[1].last, 5);
	EXPECT_EQ(policy->destination_port.items[0].last, 23);
	EXPECT_TRUE(tm_policy_has_globs(policy));
	EXPECT_STREQ(policy->device[1].glob, "eth7");
	EXPECT_TRUE(policy->device[1].except);
	EXPECT_EQ(policy->fragments, 1u << TRAFFICMON_FRAGMENT_WHOLE |
		  1u << TRAFFICMON_FRAGMENT_LATER);
	expect_term(policy, TM_TERM_TCP_FLAGS, 0, 0x02, 0x12, false);
	expect_term(policy, TM_TERM_TCP_FLAGS, 1, 0x20, 0x20, true);
	expect_term(policy, TM_TERM_TCP_FLAGS, 2, 0, 0x01, false);
	expect_term(policy, TM_TERM_LENGTH, 0, 64, 64, false);
	expect_term(policy, TM_TERM_LENGTH, 1, 70, 70, true);
	expect_term(policy, TM_TERM_LENGTH, 2, 100, 1500, false);
	expect_term(policy, TM_TERM_HOP_LIMIT, 0, 64, 64, true);
	expect_term(policy, TM_TERM_MARK, 0, 7, UINT32_MAX, false);
	expect_term(policy, TM_TERM_MARK, 1, 0x10, 0xf0, false);
	expect_term(policy, TM_TERM_MARK, 2, 0xff, UINT32_MAX, true);
	tm_policy_file_free(&file);
}

/* A policy is in monitor mode unless its file says enforce. */
TEST(defaults_are_those_of_the_uapi)
{
	struct tm_policy_file file;
	const struct tm_policy *policy;

	read_good(&file, POLICY("\"limits\":{\"packets_per_second\":5,\"bytes_per_second\":125}"));
	policy = &file.policies.items[0];
	EXPECT_EQ(policy->mode, TRAFFICMON_MODE_MONITOR);
	EXPECT_EQ(policy->action, TRAFFICMON_ACTION_DROP);
	EXPECT_EQ(policy->key, TRAFFICMON_KEY_NONE);
	EXPECT_EQ(policy->on_full, TRAFFICMON_ON_FULL_PASS);
	EXPECT_EQ(policy->spare, 0);
	EXPECT_EQ(policy->aggregate_factor, 8);
	EXPECT_EQ(policy->limits[TRAFFICMON_LIMIT_PACKETS].burst, 1);
	EXPECT_EQ(policy->limits[TRAFFICMON_LIMIT_BYTES].burst, 65536);
	EXPECT_FALSE(tm_policy_has_match(policy));
	EXPECT_EQ(file.sets.count, 0);
	tm_policy_file_free(&file);

	read_good(&file, POLICY("\"limits\":{\"packets_per_second\":199,\"bytes_per_second\":10000000}"));
	policy = &file.policies.items[0];
	EXPECT_EQ(policy->limits[TRAFFICMON_LIMIT_PACKETS].burst, 19);
	EXPECT_EQ(policy->limits[TRAFFICMON_LIMIT_BYTES].burst, 1000000);
	tm_policy_file_free(&file);
}

TEST(edges_of_ranges_are_taken)
{
	static const char *const good[] = {
		LIMITS("\"packets_per_second\":200000000,\"packets_burst\":720000000000"),
		LIMITS("\"bytes_per_second\":50000000000,\"bytes_burst\":180000000000000"),
		LIMITS("\"bytes_per_second\":125,\"bytes_burst\":450000"),
		MATCH("\"source_port\":0,\"destination_port\":[65535,\"0-65535\"]"),
		MATCH("\"source\":[\"0.0.0.0/0\",\"::/0\",\"::1\",\"::1/127\"]") + 0,
		ALLOW("\"10.0.0.0/8\""),
		ALLOW("{\"prefix\":\"::\",\"timeout_seconds\":31536000}"),
		"{\"schema\":1,\"policies\":{\"name\":\"one\"}}",
		FILE_OF("{\"name\":\"1234567890123456789012345678901\"}"),
	};
	struct tm_policy_file file;
	struct tm_source source;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		bool refused = read_text(&file, &source, good[i]);

		/* ::1/127 has a bit behind its length */
		EXPECT(refused == (strstr(good[i], "/127") != NULL),
		       "case %zu: %s", i, source.error.reason);
		tm_policy_file_free(&file);
		tm_source_free(&source);
	}
}

TEST(keys_are_read_and_written)
{
	static const char *const cases[][2] = {
		{ "none", "none" }, { "flow", "flow" }, { "iif", "iif" },
		{ "src", "src/32/64" }, { "src/24", "src/24/64" },
		{ "src/0/0", "src/0/0" }, { "src/32/128", "src/32/128" },
		{ "dst", "dst/32/128" }, { "dst/16/48", "dst/16/48" },
		{ "src+dport", "src+dport/32/64" },
		{ "src+dport/24/56", "src+dport/24/56" },
		{ "src+dst", "src+dst/32/64/32/128" },
		{ "src+dst/24/56/16", "src+dst/24/56/16/128" },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tm_policy policy, again;
		struct tm_error error;
		char text[64];

		tm_policy_init(&policy);
		EXPECT(!tm_policy_key_parse(cases[i][0], &policy, &error),
		       "%s: %s", cases[i][0], error.message);
		tm_policy_key_format(&policy, text, sizeof(text));
		EXPECT_STREQ(text, cases[i][1]);
		tm_policy_init(&again);
		EXPECT_EQ(tm_policy_key_parse(text, &again, &error), 0);
		EXPECT_TRUE(tm_policy_equal(&policy, &again));
	}
}

TEST(what_is_written_reads_back_the_same)
{
	static const char *const texts[] = {
		full_file,
		"{\"schema\":1,\"policies\":[]}",
		ALLOW("[]"),
		POLICY("\"match\":{},\"limits\":{\"bytes_per_second\":125}"),
		"{\"schema\":1,\"policies\":[],\"sets\":{\"deny\":\"::/0\"}}",
	};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct tm_policy_file file, again;
		char *text, *text_again;

		read_good(&file, texts[i]);
		text = write_text(&file);
		read_good(&again, text);
		expect_same(&file, &again);
		text_again = write_text(&again);
		EXPECT_STREQ(text, text_again);
		free(text);
		free(text_again);
		tm_policy_file_free(&file);
		tm_policy_file_free(&again);
	}
}

/* Each change makes a definition another one, a change of order does not. */
TEST(definitions_differ_where_their_meaning_does)
{
	static const char base[] = POLICY("\"mode\":\"monitor\",\"key\":\"src\",\"match\":{\"source\":[\"10.0.0.0/8\",\"11.0.0.0/8\"],\"device\":[\"a\",\"b\"]},\"limits\":{\"packets_per_second\":100}");
	static const struct {
		const char *text;
		bool same_definition;
		bool same;
	} cases[] = {
		{ base, true, true },
		{ POLICY("\"mode\":\"monitor\",\"key\":\"src/32/64\",\"match\":{\"source\":[\"11.0.0.0/8\",\"10.0.0.0/8\"],\"device\":[\"b\",\"a\"]},\"limits\":{\"packets_per_second\":100,\"packets_burst\":10}"), true, true },
		{ POLICY("\"mode\":\"enforce\",\"key\":\"src\",\"match\":{\"source\":[\"10.0.0.0/8\",\"11.0.0.0/8\"],\"device\":[\"a\",\"b\"]},\"limits\":{\"packets_per_second\":100}"), true, false },
		{ POLICY("\"key\":\"src/24\",\"match\":{\"source\":[\"10.0.0.0/8\",\"11.0.0.0/8\"],\"device\":[\"a\",\"b\"]},\"limits\":{\"packets_per_second\":100}"), false, false },
		{ POLICY("\"key\":\"src\",\"match\":{\"source\":[\"10.0.0.0/8\"],\"device\":[\"a\",\"b\"]},\"limits\":{\"packets_per_second\":100}"), false, false },
		{ POLICY("\"key\":\"src\",\"match\":{\"source\":[\"10.0.0.0/8\",\"11.0.0.0/9\"],\"device\":[\"a\",\"b\"]},\"limits\":{\"packets_per_second\":100}"), false, false },
		{ POLICY("\"key\":\"src\",\"match\":{\"source\":[\"10.0.0.0/8\",\"11.0.0.0/8\"],\"device\":[\"a\",\"c\"]},\"limits\":{\"packets_per_second\":100}"), false, false },
		{ POLICY("\"key\":\"src\",\"match\":{\"source\":[\"10.0.0.0/8\",\"11.0.0.0/8\"],\"device\":[\"a\",\"b\"]},\"limits\":{\"packets_per_second\":100,\"packets_burst\":11}"), false, false },
		{ POLICY("\"key\":\"src\",\"match\":{\"class\":\"syn\",\"source\":[\"10.0.0.0/8\",\"11.0.0.0/8\"],\"device\":[\"a\",\"b\"]},\"limits\":{\"packets_per_second\":100}"), false, false },
		{ POLICY("\"key\":\"src\",\"match\":{\"source\":[\"10.0.0.0/8\",\"11.0.0.0/8\"],\"device\":[\"a\",\"b\"]},\"limits\":{\"packets_per_second\":100},\"on_full\":\"drop\""), false, false },
		{ POLICY("\"key\":\"src\",\"match\":{\"source\":[\"10.0.0.0/8\",\"11.0.0.0/8\"],\"device\":[\"a\",\"b\"]},\"limits\":{\"packets_per_second\":100},\"spare\":\"established\""), false, false },
	};
	struct tm_policy_file one, other;
	size_t i;

	read_good(&one, base);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		read_good(&other, cases[i].text);
		EXPECT(tm_policy_equal_definition(one.policies.items,
						  other.policies.items) ==
		       cases[i].same_definition, "case %zu", i);
		EXPECT(tm_policy_equal(one.policies.items,
				       other.policies.items) == cases[i].same,
		       "case %zu", i);
		tm_policy_file_free(&other);
	}
	tm_policy_file_free(&one);
}

TEST(lengths_and_factors_count_where_the_key_uses_them)
{
	struct tm_policy one, other;

	tm_policy_init(&one);
	one.on_full = TRAFFICMON_ON_FULL_AGGREGATE;
	other = one;
	other.aggregate_factor = 9;
	EXPECT_FALSE(tm_policy_equal_definition(&one, &other));
	one.on_full = TRAFFICMON_ON_FULL_PASS;
	other.on_full = TRAFFICMON_ON_FULL_PASS;
	EXPECT_TRUE(tm_policy_equal_definition(&one, &other));

	one.key = TRAFFICMON_KEY_SOURCE_DESTINATION;
	other = one;
	other.destination_length6 = 64;
	EXPECT_FALSE(tm_policy_equal_definition(&one, &other));
	one.key = TRAFFICMON_KEY_SOURCE;
	other.key = TRAFFICMON_KEY_SOURCE;
	EXPECT_TRUE(tm_policy_equal_definition(&one, &other));
	other.source_length4 = 8;
	EXPECT_FALSE(tm_policy_equal_definition(&one, &other));
}

TEST(a_hundred_thousand_entries_are_read_in_time)
{
	char *text = malloc(100000 * 24 + 100);
	clock_t start = clock();
	struct tm_policy_file file, again;
	unsigned int i;
	size_t used = sprintf(text, "{\"schema\":1,\"policies\":[],\"sets\":{\"deny\":[");

	for (i = 0; i < 100000; i++)
		used += sprintf(text + used, "%s\"10.%u.%u.%u\"", i ? "," : "",
				i >> 16, i >> 8 & 255, i & 255);
	sprintf(text + used, "]}}");
	read_good(&file, text);
	EXPECT_EQ(entries_of(&file, "deny")->count, 100000);
	free(text);
	text = write_text(&file);
	read_good(&again, text);
	expect_same(&file, &again);
	free(text);
	tm_policy_file_free(&file);
	tm_policy_file_free(&again);
	EXPECT_LT((clock() - start) / CLOCKS_PER_SEC, 10);
}

TEST(a_prefix_given_twice_counts_once_and_the_last_stands)
{
	struct tm_policy_file file;

	read_good(&file, ALLOW("[{\"prefix\":\"::1\",\"timeout_seconds\":9},\"::2\",{\"prefix\":\"::1\",\"timeout_seconds\":7}]"));
	ASSERT_EQ(entries_of(&file, "allow")->count, 2);
	EXPECT_EQ(entries_of(&file, "allow")->items[0].timeout_ns,
		  7000000000ull);
	tm_policy_file_free(&file);
}
