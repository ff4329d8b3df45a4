// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/lib/policy_file.c userspace/lib/policy_reader.c userspace/lib/policy_match_read.c userspace/lib/term.c userspace/lib/table.c userspace/lib/table_fit.c userspace/lib/text.c userspace/lib/writer.c userspace/lib/policy_file_write.c userspace/lib/policy_model.c userspace/lib/set_model.c userspace/lib/policy_check.c userspace/lib/policy_crowd.c userspace/lib/json.c userspace/lib/json_grammar.c userspace/lib/source.c userspace/lib/names.c userspace/lib/value.c userspace/lib/quantity.c userspace/lib/error.c
// flags: -lmnl
/*
 * What is probably not meant is found in a policy file, and in nothing that the
 * documentation shows; how many policies one packet meets.
 */
#include <time.h>

#include "../../userspace/lib/policy_check.h"
#include "policy_file_case.h"

static void collect(unsigned long line, const char *text, void *data)
{
	char *all = data;

	sprintf(all + strlen(all), "%lu: %s\n", line, text);
}

#define GOOD_LIMITS	"\"limits\":{\"packets_per_second\":1}"
#define ALLOWED		"],\"sets\":{\"allow\":\"10.0.0.0/8\"}}"
#define RULESET(policies)	"{\"schema\":1,\"policies\":[\n" policies ALLOWED

TEST(findings_name_what_is_probably_not_meant)
{
	static const struct {
		const char *text;
		unsigned int count;
		const char *part;
	} cases[] = {
		{ "{\"schema\":1,\"policies\":[]}", 0, "" },
		{ RULESET("{\"name\":\"a\",\"mode\":\"enforce\",\"match\":{\"class\":\"syn\"}," GOOD_LIMITS "}"), 0, "" },
		{ RULESET("{\"name\":\"a\"," GOOD_LIMITS "}"), 1, "2: policy a has no match" },
		{ RULESET("{\"name\":\"a\",\"mode\":\"enforce\"}"), 1, "2: policy a enforces with neither match nor limits" },
		{ RULESET("{\"name\":\"a\",\"mode\":\"enforce\",\"match\":{\"direction\":\"in\"}," GOOD_LIMITS "}"), 1, "2: policy a enforces without a class" },
		{ RULESET("{\"name\":\"a\",\"match\":{\"class\":[\"syn\",\"synack\"],\"direction\":\"in\"},\"spare\":\"established\"," GOOD_LIMITS "}"), 1, "2: policy a spares established flows, but" },
		{ RULESET("{\"name\":\"a\",\"mode\":\"enforce\",\"match\":{\"direction\":\"in\"},\"spare\":\"established\"," GOOD_LIMITS "}"), 1, "2: policy a enforces without a class: it counts pings" },
		{ RULESET("{\"name\":\"a\",\"mode\":\"enforce\",\"match\":{\"class\":\"ack\",\"direction\":\"in\"},\"key\":\"src\",\"spare\":\"established\"," GOOD_LIMITS "}"), 1, "whoever is connected has no limit" },
		{ RULESET("{\"name\":\"a\",\"mode\":\"enforce\",\"match\":{\"class\":\"ack\",\"direction\":\"in\"},\"key\":\"dst\",\"spare\":\"established\"," GOOD_LIMITS "}"), 0, "" },
		{ RULESET("{\"name\":\"a\",\"mode\":\"enforce\",\"match\":{\"class\":\"udp\",\"source_port\":53}}"), 1, "2: policy a matches ports" },
		{ RULESET("{\"name\":\"a\",\"mode\":\"monitor\",\"match\":{\"class\":\"udp\",\"source_port\":53}}"), 0, "" },
		{ RULESET("{\"name\":\"a\",\"mode\":\"enforce\",\"match\":{\"class\":\"udp\",\"source_port\":53}},\n{\"name\":\"b\",\"match\":{\"class\":\"frag\"}}"), 0, "" },
		{ RULESET("{\"name\":\"a\",\"match\":{\"family\":\"ipv4\",\"source\":\"::/0\"}}"), 1, "can never match" },
		{ RULESET("{\"name\":\"a\",\"match\":{\"source\":\"10.0.0.0/8\",\"destination\":\"::/0\"}}"), 1, "can never match" },
		{ RULESET("{\"name\":\"a\",\"match\":{\"source\":[\"10.0.0.0/8\",\"@x\"],\"destination\":\"::/0\"}}"), 0, "" },
		{ RULESET("{\"name\":\"a\",\"match\":{\"source\":[\"10.0.0.0/8\",\"!@x\"],\"destination\":\"::/0\"}}"), 1, "can never match" },
		{ RULESET("{\"name\":\"a\",\"match\":{\"class\":\"icmp\",\"destination_port\":1}}"), 1, "can never match" },
		{ RULESET("{\"name\":\"a\",\"match\":{\"class\":\"icmp\",\"destination_port\":\"!1\"}}"), 1, "can never match" },
		{ RULESET("{\"name\":\"a\",\"match\":{\"class\":\"udp\",\"tcp_flags\":\"syn\"}}"), 1, "can never match" },
		{ RULESET("{\"name\":\"a\",\"match\":{\"class\":\"frag\",\"fragment\":\"whole\"}}"), 1, "can never match" },
		{ RULESET("{\"name\":\"a\",\"match\":{\"class\":\"syn\",\"fragment\":[\"first\",\"later\"]}}"), 1, "can never match" },
		{ RULESET("{\"name\":\"a\",\"match\":{\"fragment\":\"later\",\"source_port\":1}}"), 1, "can never match" },
		{ RULESET("{\"name\":\"a\",\"match\":{\"source\":\"!10.0.0.0/8\",\"destination\":\"::/0\"}}"), 0, "" },
		{ RULESET("{\"name\":\"a\",\"match\":{\"tcp_flags\":\"!syn\"}}"), 0, "" },
		{ FILE_OF("{\"name\":\"a\",\"mode\":\"enforce\",\"match\":{\"class\":\"syn\"}}"), 1, "0: 1 of 1 policies can drop and the file names no set allow" },
		{ "{\"schema\":1,\"policies\":{\"name\":\"a\",\"mode\":\"enforce\",\"match\":{\"class\":\"syn\"}},\"sets\":{\"allow\":[]}}", 1, "the set allow is empty" },
		{ "{\"schema\":1,\"policies\":[],\"sets\":{\"alow\":[]}}", 1, "0: set alow is named by no policy and decides nothing: was the set allow meant?" },
		{ "{\"schema\":1,\"policies\":[],\"sets\":{\"customers\":[]}}", 0, "" },
		{ "{\"schema\":1,\"policies\":{\"name\":\"a\",\"match\":{\"source\":\"@alow\"}},\"sets\":{\"alow\":[]}}", 0, "" },
	};
	struct tm_policy_file file;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char all[4096] = "";
		unsigned int count;

		read_good(&file, cases[i].text);
		count = tm_policy_check(&file, false, collect, all);
		EXPECT(count == cases[i].count, "case %zu: %u findings: %s", i,
		       count, all);
		EXPECT(strstr(all, cases[i].part), "case %zu: %s", i, all);
		tm_policy_file_free(&file);
	}
}

/* Run from the top of the tree, as selftests/unit/run does. */
TEST(examples_of_the_documentation_are_valid_and_without_findings)
{
	static const char *const paths[] = {
		"docs/examples/first.json", "docs/examples/web-host.json",
		"docs/examples/tenants.json",
	};
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct tm_policy_file file;
		struct tm_source source;
		char all[4096] = "";

		ASSERT(!tm_source_read(&source, paths[i]), "%s: %s", paths[i],
		       source.error.reason);
		ASSERT(!tm_policy_file_read(&file, &source), "%s:%lu:%lu: %s",
		       paths[i], source.error.line, source.error.column,
		       source.error.reason);
		EXPECT(!tm_policy_check(&file, false, collect, all), "%s: %s",
		       paths[i], all);
		tm_policy_file_free(&file);
		tm_source_free(&source);
	}
}

/* The first policy of docs/policies.md is the file that the tests read. */
TEST(the_first_policy_of_the_documentation_is_the_example)
{
	struct tm_source text, example;

	ASSERT_EQ(tm_source_read(&text, "docs/policies.md"), 0);
	ASSERT_EQ(tm_source_read(&example, "docs/examples/first.json"), 0);
	EXPECT_TRUE(memmem(text.text, text.length, example.text,
			   example.length));
	tm_source_free(&text);
	tm_source_free(&example);
}

/* count policies, each made of a format with its number three times. */
static void read_many(struct tm_policy_file *file, unsigned int count,
		      const char *match)
{
	size_t size = count * (strlen(match) + 80) + 64;
	char *text = malloc(size);
	struct tm_source source;
	size_t used;
	unsigned int i;

	used = sprintf(text, "{\"schema\":1,\"policies\":[");
	for (i = 0; i < count; i++) {
		used += sprintf(text + used, "%s{\"name\":\"p%u\",\"match\":{",
				i ? ",\n" : "", i);
		used += snprintf(text + used, size - used, match, i / 250,
				 i % 250);
		used += sprintf(text + used, "}}");
	}
	sprintf(text + used, "]}");
	ASSERT(!read_text(file, &source, text), "%s", source.error.reason);
	EXPECT_EQ(file->policies.count, count);
	tm_source_free(&source);
	free(text);
}

TEST(crowds_are_found_and_described)
{
	struct tm_policy_file file;
	char example[256] = "";

	read_many(&file, 17, "\"source\":[\"10.%u.%u.0/24\",\"192.0.2.0/24\"],\"destination_port\":\"80-90\"");
	EXPECT_EQ(tm_policy_crowd(&file.policies, 16, example,
				  sizeof(example)), 17);
	EXPECT_STREQ(example, "ipv4 syn inbound from 192.0.2.0 destination port 80");
	tm_policy_file_free(&file);

	read_many(&file, 16, "\"source\":[\"10.%u.%u.0/24\",\"192.0.2.0/24\"]");
	EXPECT_LE(tm_policy_crowd(&file.policies, 16, example,
				  sizeof(example)), 16);
	tm_policy_file_free(&file);

	read_many(&file, 1000, "\"source\":\"10.%u.%u.0/24\"");
	EXPECT_LE(tm_policy_crowd(&file.policies, 16, example,
				  sizeof(example)), 16);
	tm_policy_file_free(&file);

	read_many(&file, 40, "\"device\":[\"lan%u\",\"eth%u\"],\"class\":\"udp\"");
	EXPECT_EQ(tm_policy_crowd(&file.policies, 16, example,
				  sizeof(example)), 40);
	EXPECT_STREQ(example, "ipv4 udp inbound on lan0");
	tm_policy_file_free(&file);

	/* whether they match is asked one by one, and those that do not take no place */
	read_many(&file, 40, "\"source\":[\"@s%u\",\"@t%u\"],\"class\":\"udp\"");
	EXPECT_EQ(tm_policy_crowd(&file.policies, 16, example,
				  sizeof(example)), 0);
	tm_policy_file_free(&file);
}

/* The bound of policies, each with many intervals: seconds, not minutes. */
TEST(many_policies_are_read_checked_and_written_in_time)
{
	clock_t start = clock();
	struct tm_policy_file file;
	char example[256];
	char *text;

	read_many(&file, TRAFFICMON_POLICIES_MAX,
		  "\"source\":[\"10.%u.%u.0/24\",\"192.0.2.0/24\",\"::/0\"],\"destination_port\":[1,2,3,\"4-9\"]");
	EXPECT_EQ(tm_policy_crowd(&file.policies, 16, example,
				  sizeof(example)), TRAFFICMON_POLICIES_MAX);
	text = write_text(&file);
	EXPECT_GT(strlen(text), 100 * TRAFFICMON_POLICIES_MAX);
	free(text);
	tm_policy_file_free(&file);
	EXPECT_LT((clock() - start) / CLOCKS_PER_SEC, 20);
}
