// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/tmctl/findings.c userspace/tmctl/flow_list.c userspace/lib/value.c userspace/lib/quantity.c userspace/lib/error.c userspace/lib/module.c userspace/lib/process.c userspace/lib/nl.c userspace/lib/netns.c userspace/lib/refusal.c userspace/lib/attrs.c userspace/lib/attr_tables.c userspace/lib/unknown.c userspace/lib/text.c userspace/lib/writer.c userspace/lib/signing.c
// flags: -lmnl -DTM_VERSION=__FILE__
/* What status finds worth a look; which flows a limited list keeps. */
#include "../../userspace/tmctl/findings.h"
#include "../../userspace/tmctl/flow_list.h"
#include "unit.h"

static struct tm_findings findings;
static struct tm_situation situation;

/* All is well: enforcing, half empty, the installed module is loaded. */
static void well(void)
{
	static const struct tm_module module = {
		.version = "0.1.0", .srcversion = "ABC",
	};

	memset(&findings, 0, sizeof(findings));
	memset(&situation, 0, sizeof(situation));
	situation.loaded = module;
	situation.installed = module;
	situation.info.attached = true;
	situation.info.policies = 2;
	situation.info.policies_enforcing = 1;
	situation.info.flows = 500;
	situation.info.flows_max = 1000;
	situation.info.limiters = 500;
	situation.info.limiters_max = 1000;
}

static bool found(const char *code, enum tm_severity severity)
{
	unsigned int i;

	tm_findings_judge(&findings, &situation);
	for (i = 0; i < findings.count; i++) {
		if (!strcmp(findings.list[i].code, code) &&
		    findings.list[i].severity == severity &&
		    findings.list[i].text[0] && findings.list[i].advice[0])
			return true;
	}
	return false;
}

TEST(nothing_is_found_where_all_is_well)
{
	well();
	tm_findings_judge(&findings, &situation);
	EXPECT_EQ(findings.count, 0);
	EXPECT_FALSE(tm_findings_any_warning(&findings));
}

TEST(what_is_not_attached_is_a_warning_and_nothing_else_is_judged)
{
	well();
	situation.info.attached = false;
	situation.info.policies = 0;
	EXPECT_TRUE(found("not_attached", TM_FINDING_WARNING));
	EXPECT_EQ(findings.count, 1);
	EXPECT_TRUE(tm_findings_any_warning(&findings));
}

TEST(no_policy_or_none_that_enforces_is_a_note)
{
	well();
	situation.info.policies_enforcing = 0;
	EXPECT_TRUE(found("none_enforces", TM_FINDING_NOTE));
	well();
	situation.info.policies = 0;
	situation.info.policies_enforcing = 0;
	EXPECT_TRUE(found("no_policy", TM_FINDING_NOTE));
	EXPECT_FALSE(tm_findings_any_warning(&findings));
}

TEST(suspended_enforcement_is_a_warning_that_says_how_to_resume)
{
	static const uint8_t causes[] = {
		TRAFFICMON_CAUSE_SWITCH, TRAFFICMON_CAUSE_BREAKER,
	};
	unsigned int i;

	for (i = 0; i < sizeof(causes); i++) {
		well();
		situation.info.suspended = true;
		situation.info.suspended_by = causes[i];
		EXPECT_TRUE(found("enforcement_suspended", TM_FINDING_WARNING));
		EXPECT_EQ(findings.count, 1);
		EXPECT_TRUE(strstr(findings.list[0].advice,
				   "echo Y >/sys/module/trafficmon/parameters/enforce"));
		EXPECT_TRUE(!strstr(findings.list[0].text, "breaker") ==
			    (causes[i] == TRAFFICMON_CAUSE_SWITCH));
	}
}

TEST(a_ruleset_that_waits_for_its_confirmation_is_a_warning)
{
	well();
	situation.info.confirm_timeout_ns = 42000000000;
	EXPECT_TRUE(found("unconfirmed", TM_FINDING_WARNING));
	EXPECT_EQ(findings.count, 1);
	EXPECT_TRUE(strstr(findings.list[0].text, "taken back in 42s"));
	EXPECT_TRUE(strstr(findings.list[0].advice, "tmctl policy confirm"));
}

TEST(a_table_at_nine_tenths_is_a_warning)
{
	well();
	situation.info.flows = 899;
	EXPECT_FALSE(found("table_nearly_full", TM_FINDING_WARNING));
	well();
	situation.info.flows = 900;
	EXPECT_TRUE(found("table_nearly_full", TM_FINDING_WARNING));
	well();
	situation.info.limiters = 1000;
	EXPECT_TRUE(found("table_nearly_full", TM_FINDING_WARNING));
	/* 32 bits do not go round. */
	well();
	situation.info.flows = 100000000;
	situation.info.flows_max = 4000000000;
	EXPECT_FALSE(found("table_nearly_full", TM_FINDING_WARNING));
}

TEST(another_installed_module_is_a_warning)
{
	well();
	strcpy(situation.installed.version, "0.2.0");
	strcpy(situation.installed.srcversion, "DEF");
	EXPECT_TRUE(found("module_differs", TM_FINDING_WARNING));
	EXPECT_STREQ(findings.list[0].text,
		     "module 0.1.0 is loaded, 0.2.0 is installed");
	/* The same version built anew differs too. */
	well();
	strcpy(situation.installed.srcversion, "DEF");
	EXPECT_TRUE(found("module_differs", TM_FINDING_WARNING));
	well();
	situation.installed.version[0] = '\0';
	EXPECT_TRUE(found("not_installed", TM_FINDING_NOTE));
}

TEST(a_drop_in_progress_is_a_warning)
{
	well();
	tm_findings_policy_over(&findings, "syn", true, 3000000000);
	EXPECT_STREQ(findings.list[0].text, "policy syn has been dropping for 3s");
	tm_findings_policy_over(&findings, "dns", false, 3000000000);
	EXPECT_TRUE(strstr(findings.list[1].text, "(monitor)"));
	EXPECT_TRUE(tm_findings_any_warning(&findings));
}

TEST(more_findings_than_fit_are_dropped)
{
	unsigned int i;

	well();
	for (i = 0; i < 2 * TM_FINDINGS_MAX; i++)
		tm_findings_device_unseen(&findings, "eth0");
	EXPECT_EQ(findings.count, TM_FINDINGS_MAX);
}

TEST(a_limited_list_keeps_the_largest_flows)
{
	struct tm_flow_list list = { .sort = TM_FLOW_SORT_BYTES, .limit = 10 };
	unsigned int i;

	for (i = 0; i < 100000; i++) {
		struct tm_flow flow = {
			/* 7919 and 100000 have no common factor: every value once */
			.bytes = (uint64_t)i * 7919 % 100000 / 2,
			.reply_bytes = (uint64_t)i * 7919 % 100000 -
				       (uint64_t)i * 7919 % 100000 / 2,
		};

		ASSERT_EQ(tm_flow_list_add(&list, &flow), 0);
	}
	EXPECT_LE(list.size, 1024);
	tm_flow_list_finish(&list);
	EXPECT_EQ(list.total, 100000);
	ASSERT_EQ(list.count, 10);
	for (i = 0; i < 10; i++)
		EXPECT_EQ(list.flows[i].bytes + list.flows[i].reply_bytes,
			  99999 - i);
	tm_flow_list_free(&list);
}

TEST(an_unsorted_limit_keeps_the_first)
{
	struct tm_flow_list list = { .sort = TM_FLOW_SORT_NONE, .limit = 3 };
	unsigned int i;

	for (i = 0; i < 5000; i++) {
		struct tm_flow flow = { .bytes = i };

		ASSERT_EQ(tm_flow_list_add(&list, &flow), 0);
	}
	tm_flow_list_finish(&list);
	ASSERT_EQ(list.count, 3);
	EXPECT_EQ(list.flows[2].bytes, 2);
	tm_flow_list_free(&list);
}
