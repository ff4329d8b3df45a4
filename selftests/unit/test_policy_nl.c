// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/lib/policy_nl.c userspace/lib/set_nl.c userspace/lib/nl.c userspace/lib/netns.c userspace/lib/info.c userspace/lib/refusal.c userspace/lib/attrs.c userspace/lib/attr_tables.c userspace/lib/policy_file.c userspace/lib/policy_reader.c userspace/lib/policy_match_read.c userspace/lib/term.c userspace/lib/policy_model.c userspace/lib/set_model.c userspace/lib/json.c userspace/lib/json_grammar.c userspace/lib/source.c userspace/lib/names.c userspace/lib/value.c userspace/lib/quantity.c userspace/lib/error.c userspace/lib/unknown.c userspace/lib/text.c userspace/lib/writer.c userspace/lib/signing.c
// flags: -lmnl
/*
 * Policies as messages: what is put into one is read out of it again, the
 * largest fits, and no message depends on the order within a list.
 */
#include <linux/genetlink.h>

#include "../../userspace/lib/attrs.h"
#include "../../userspace/lib/policy_nl.h"
#include "unit.h"

static struct nlmsghdr *message_new(char *buffer)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);

	mnl_nlmsg_put_extra_header(nlh, sizeof(struct genlmsghdr));
	return nlh;
}

static void read_file(struct tm_policy_file *file, const char *path)
{
	struct tm_source source;

	ASSERT(!tm_source_read(&source, path), "%s", path);
	ASSERT(!tm_policy_file_read(file, &source), "%s", source.error.reason);
	tm_source_free(&source);
}

/* As many of everything as a policy may have. */
static void fill_terms(struct tm_term_list *list)
{
	for (list->count = 0; list->count < TRAFFICMON_TERMS_MAX; list->count++) {
		list->items[list->count].first = list->count;
		list->items[list->count].last = 255;
		list->items[list->count].except = list->count % 2;
	}
}

static void fill_largest(struct tm_policy *policy)
{
	unsigned int i, kind;

	tm_policy_init(policy);
	memset(policy->name, 'n', sizeof(policy->name) - 1);
	policy->mode = TRAFFICMON_MODE_ENFORCE;
	policy->key = TRAFFICMON_KEY_SOURCE_DESTINATION;
	policy->source_length4 = 1;
	policy->source_length6 = 2;
	policy->destination_length4 = 3;
	policy->destination_length6 = 4;
	policy->on_full = TRAFFICMON_ON_FULL_AGGREGATE;
	policy->aggregate_factor = 1024;
	policy->spare = 1 << TRAFFICMON_SPARE_ESTABLISHED;
	policy->classes = 0x3ff;
	policy->directions = 3;
	policy->families = 2;
	for (i = 0; i < TRAFFICMON_MATCHES_MAX; i++) {
		struct tm_prefix prefix = {
			.address = { .size = 16, .bytes = { 0x20, 1, 100 - i } },
			.length = 48,
		};

		policy->source.items[i] = prefix;
		policy->destination.items[i] = prefix;
		policy->source_port.items[i].first = 1000 - i;
		policy->source_port.items[i].last = 2000;
		policy->destination_port.items[i] = policy->source_port.items[i];
	}
	policy->source.count = i;
	policy->destination.count = i;
	for (i = 0; i < TRAFFICMON_MATCH_SETS_MAX; i++) {
		sprintf(policy->source_sets.items[i].name,
			"an.average-name:for_a_set-%u", 9 - i);
		policy->destination_sets.items[i] = policy->source_sets.items[i];
	}
	policy->source_sets.count = i;
	policy->destination_sets.count = i;
	i = TRAFFICMON_MATCHES_MAX;
	policy->source_port.count = i;
	policy->destination_port.count = i;
	for (i = 0; i < TRAFFICMON_DEVICES_MAX; i++)
		sprintf(policy->device[i].glob, "averylongname%02u", i);
	policy->device_count = i;
	policy->fragments = 7;
	for (kind = 0; kind < __TM_TERM_MAX; kind++)
		fill_terms(&policy->terms[kind]);
	policy->limits[TRAFFICMON_LIMIT_PACKETS] = (struct tm_limit){ 5, 6 };
	policy->limits[TRAFFICMON_LIMIT_BYTES] = (struct tm_limit){ 7000, 8 };
}

static void expect_round_trip(const struct tm_policy *policy)
{
	char buffer[16384] = { 0 };
	struct nlmsghdr *nlh = message_new(buffer);
	struct tm_policy_counts counts;
	struct tm_error error = { 0 };
	struct tm_policy again;

	tm_policy_put(nlh, policy);
	EXPECT_LT(nlh->nlmsg_len, 8192);
	ASSERT(!tm_policy_from_message(nlh, &again, &counts, &error), "%s",
	       error.message);
	EXPECT(tm_policy_equal(policy, &again), "%s differs", policy->name);
	EXPECT_TRUE(counts.defined);
	EXPECT_FALSE(counts.over);
}

TEST(policies_survive_the_way_to_a_message_and_back)
{
	static const char *const paths[] = {
		"docs/examples/first.json", "docs/examples/web-host.json",
		"docs/examples/tenants.json",
	};
	struct tm_policy_file file;
	struct tm_policy largest;
	unsigned int i, n;

	for (n = 0; n < sizeof(paths) / sizeof(paths[0]); n++) {
		read_file(&file, paths[n]);
		for (i = 0; i < file.policies.count; i++)
			expect_round_trip(&file.policies.items[i]);
		tm_policy_file_free(&file);
	}
	fill_largest(&largest);
	expect_round_trip(&largest);
}

/* As globs go devices of which one is a glob, or is excluded. */
TEST(what_is_excluded_survives_the_way_there_and_back)
{
	struct tm_policy policy;
	unsigned int i;

	fill_largest(&policy);
	for (i = 0; i < TRAFFICMON_MATCHES_MAX; i += 3) {
		policy.source.items[i].except = true;
		policy.destination.items[i].except = true;
		policy.source_port.items[i].except = true;
		policy.destination_port.items[i].except = true;
	}
	for (i = 0; i < TRAFFICMON_MATCH_SETS_MAX; i += 3) {
		policy.source_sets.items[i].except = true;
		policy.destination_sets.items[i + 1].except = true;
	}
	policy.device[3].except = true;
	policy.device[7].glob[2] = '*';
	expect_round_trip(&policy);
}

/* Else the module would take a policy for another one and drop its counters. */
TEST(order_within_lists_does_not_change_the_message)
{
	char one[16384] = { 0 }, other[16384] = { 0 };
	struct nlmsghdr *first = message_new(one);
	struct nlmsghdr *second = message_new(other);
	struct tm_policy policy, swapped;

	fill_largest(&policy);
	swapped = policy;
	swapped.source.items[0] = policy.source.items[TRAFFICMON_MATCHES_MAX - 1];
	swapped.source.items[TRAFFICMON_MATCHES_MAX - 1] = policy.source.items[0];
	swapped.destination_port.items[3] = policy.destination_port.items[7];
	swapped.destination_port.items[7] = policy.destination_port.items[3];
	swapped.source_sets.items[0] = policy.source_sets.items[5];
	swapped.source_sets.items[5] = policy.source_sets.items[0];
	swapped.device[0] = policy.device[1];
	swapped.device[1] = policy.device[0];
	swapped.terms[TM_TERM_MARK].items[0] = policy.terms[TM_TERM_MARK].items[1];
	swapped.terms[TM_TERM_MARK].items[1] = policy.terms[TM_TERM_MARK].items[0];
	tm_policy_put(first, &policy);
	tm_policy_put(second, &swapped);
	EXPECT_EQ(first->nlmsg_len, second->nlmsg_len);
	EXPECT_MEMEQ(one, other, sizeof(one));
}

/* Without privileges the module tells names and counters only. */
TEST(a_policy_without_definition_is_told_apart)
{
	char buffer[4096] = { 0 };
	struct nlmsghdr *nlh = message_new(buffer);
	struct tm_policy_counts counts;
	struct tm_policy policy;
	struct tm_error error;

	mnl_attr_put_strz(nlh, TRAFFICMON_A_POLICY_NAME, "a");
	mnl_attr_put_u64(nlh, TRAFFICMON_A_POLICY_MATCHED_PACKETS, 7);
	mnl_attr_put_u64(nlh, TRAFFICMON_A_POLICY_OVER_SINCE_AGE, 0);
	ASSERT_EQ(tm_policy_from_message(nlh, &policy, &counts, &error), 0);
	EXPECT_STREQ(policy.name, "a");
	EXPECT_FALSE(counts.defined);
	EXPECT_EQ(counts.matched_packets, 7);
	EXPECT_TRUE(counts.over);
}

/* More of a multi attribute than a policy can have must not write beyond it. */
TEST(messages_of_a_larger_module_stay_in_bounds)
{
	char buffer[65536] = { 0 };
	struct nlmsghdr *nlh = message_new(buffer);
	struct tm_prefix prefix = { .address = { .size = 4 }, .length = 8 };
	struct tm_ports ports = { .first = 1, .last = 2 };
	struct tm_policy policy;
	struct tm_error error;
	unsigned int i;

	for (i = 0; i < 100; i++) {
		struct nlattr *nest;

		nest = mnl_attr_nest_start(nlh,
					   TRAFFICMON_A_POLICY_SOURCE_SET);
		mnl_attr_put_strz(nlh, TRAFFICMON_A_MATCH_SET_NAME,
				  "a_name_longer_than_any_set_of_a_policy_has");
		mnl_attr_nest_end(nlh, nest);
		tm_attr_put_prefix(nlh, TRAFFICMON_A_POLICY_SOURCE, &prefix);
		tm_attr_put_ports(nlh, TRAFFICMON_A_POLICY_SOURCE_PORT, &ports);
		mnl_attr_put_strz(nlh, TRAFFICMON_A_POLICY_DEVICE,
				  "a_name_longer_than_any_device_has");
	}
	ASSERT_EQ(tm_policy_from_message(nlh, &policy, NULL, &error), 0);
	EXPECT_EQ(policy.source.count, TRAFFICMON_MATCHES_MAX);
	EXPECT_EQ(policy.source_port.count, TRAFFICMON_MATCHES_MAX);
	EXPECT_EQ(policy.device_count, TRAFFICMON_DEVICES_MAX);
	EXPECT_EQ(policy.source_sets.count, TRAFFICMON_MATCH_SETS_MAX);
	EXPECT_EQ(strlen(policy.source_sets.items[7].name),
		  TRAFFICMON_NAME_SIZE - 1);
}
