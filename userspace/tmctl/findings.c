// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rules of `tmctl status`.  Contract in findings.h.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../lib/value.h"
#include "findings.h"

#define NEARLY_FULL_PERCENT	90

void tm_findings_add(struct tm_findings *findings, enum tm_severity severity,
		     const char *code, const char *advice,
		     const char *format, ...)
{
	struct tm_finding *finding = &findings->list[findings->count];
	va_list arguments;

	if (findings->count == TM_FINDINGS_MAX)
		return;
	findings->count++;
	finding->severity = severity;
	finding->code = code;
	snprintf(finding->advice, sizeof(finding->advice), "%s", advice);
	va_start(arguments, format);
	vsnprintf(finding->text, sizeof(finding->text), format, arguments);
	va_end(arguments);
}

static void judge_installed(struct tm_findings *findings,
			    const struct tm_module *loaded,
			    const struct tm_module *installed)
{
	static const char advice[] =
		"`tmctl reload` swaps it, keeping policies and sets";

	if (!installed->version[0])
		tm_findings_add(findings, TM_FINDING_NOTE, "not_installed",
				"install it with DKMS, so that it is there after a reboot and a kernel update",
				"the loaded module is not installed for this kernel");
	else if (tm_module_same(loaded, installed))
		return;
	else if (strcmp(loaded->version, installed->version))
		tm_findings_add(findings, TM_FINDING_WARNING, "module_differs",
				advice, "module %s is loaded, %s is installed",
				loaded->version, installed->version);
	else
		tm_findings_add(findings, TM_FINDING_WARNING, "module_differs",
				advice,
				"the loaded module and the installed one are different builds of %s",
				loaded->version);
}

static void judge_tool(struct tm_findings *findings, const char *version)
{
	if (version[0] && strcmp(version, TM_VERSION))
		tm_findings_add(findings, TM_FINDING_NOTE, "tool_differs",
				"they work together; what one of them does not know is told",
				"this is tmctl %s, the module is %s",
				TM_VERSION, version);
}

static void judge_policies(struct tm_findings *findings,
			   const struct tm_info *info)
{
	if (!info->policies)
		tm_findings_add(findings, TM_FINDING_NOTE, "no_policy",
				"`tmctl policy apply FILE` sets policies; without, only the set deny drops",
				"there is no policy: traffic is accounted, none is limited");
	else if (!info->policies_enforcing)
		tm_findings_add(findings, TM_FINDING_NOTE, "none_enforces",
				"look at `tmctl policy show`, then set \"mode\": \"enforce\" in the policy file",
				"no policy enforces: %u in monitor mode count what they would drop",
				info->policies);
}

static void judge_enforcement(struct tm_findings *findings,
			      const struct tm_info *info)
{
	if (!info->suspended)
		return;
	if (info->suspended_by == TRAFFICMON_CAUSE_BREAKER)
		tm_findings_add(findings, TM_FINDING_WARNING,
				"enforcement_suspended",
				"`tmctl event show type enforcement` says when; apply a policy file that drops less, or `echo Y >/sys/module/trafficmon/parameters/enforce`, to resume",
				"the breaker suspended enforcement, for too many packets were dropped: now nothing is");
	else
		tm_findings_add(findings, TM_FINDING_WARNING,
				"enforcement_suspended",
				"`echo Y >/sys/module/trafficmon/parameters/enforce` resumes it",
				"enforcement is suspended by the kill switch: nothing is dropped");
}

static void judge_confirmation(struct tm_findings *findings,
			       const struct tm_info *info)
{
	char left[TM_DURATION_TEXT];

	if (info->confirm_timeout_ns)
		tm_findings_add(findings, TM_FINDING_WARNING,
				"unconfirmed",
				"`tmctl policy confirm` keeps it, `tmctl policy rollback` takes it back now",
				"the ruleset waits for its confirmation and is taken back in %s",
				tm_duration_format(info->confirm_timeout_ns,
						   left));
}

static void judge_table(struct tm_findings *findings, const char *table,
			const char *advice, uint32_t used, uint32_t size)
{
	if (!size || (uint64_t)used * 100 < (uint64_t)size *
	    NEARLY_FULL_PERCENT)
		return;
	tm_findings_add(findings, TM_FINDING_WARNING, "table_nearly_full",
			advice, "the table of %s is nearly full: %u of %u",
			table, used, size);
}

void tm_findings_judge(struct tm_findings *findings,
		       const struct tm_situation *situation)
{
	const struct tm_info *info = &situation->info;

	judge_installed(findings, &situation->loaded, &situation->installed);
	judge_tool(findings, info->version);
	if (!info->attached) {
		tm_findings_add(findings, TM_FINDING_WARNING, "not_attached",
				"`tmctl netns attach` attaches it (`tmctl -n NETNS netns attach` another)",
				"this network namespace is not attached: nothing is accounted or limited here");
		return;
	}
	judge_enforcement(findings, info);
	judge_confirmation(findings, info);
	judge_policies(findings, info);
	judge_table(findings, "flows",
		    "raise the module parameter flows, or find who opens them: `tmctl flow show sort age limit 20`",
		    info->flows, info->flows_max);
	judge_table(findings, "limiters",
		    "raise the module parameter limiters, or use a shorter prefix as key",
		    info->limiters, info->limiters_max);
	if (situation->untracked_packets)
		tm_findings_add(findings, TM_FINDING_NOTE, "untracked",
				"`tmctl stats show --explain` says why",
				"%llu packets since attach are in no flow",
				(unsigned long long)situation->untracked_packets);
	if (situation->error_packets)
		tm_findings_add(findings, TM_FINDING_NOTE, "gave_up",
				"`tmctl stats show --explain` says why",
				"for %llu packets since attach something was given up; they passed",
				(unsigned long long)situation->error_packets);
}

void tm_findings_policy_over(struct tm_findings *findings, const char *policy,
			     bool enforcing, uint64_t over_since_age_ns)
{
	char age[TM_DURATION_TEXT];

	tm_duration_format(over_since_age_ns, age);
	if (enforcing)
		tm_findings_add(findings, TM_FINDING_WARNING, "dropping",
				"`tmctl limiter show --over` shows who is over, by how much",
				"policy %s has been dropping for %s", policy,
				age);
	else
		tm_findings_add(findings, TM_FINDING_WARNING, "would_drop",
				"`tmctl limiter show --over` shows who is over; in monitor mode nothing is dropped",
				"policy %s has been over its limit for %s (monitor)",
				policy, age);
}

void tm_findings_device_unseen(struct tm_findings *findings,
			       const char *device)
{
	tm_findings_add(findings, TM_FINDING_WARNING, "device_unseen",
			"name it, with all ports of its bridge, in the module parameter devices",
			"what passes through %s is not seen", device);
}

bool tm_findings_any_warning(const struct tm_findings *findings)
{
	unsigned int i;

	for (i = 0; i < findings->count; i++) {
		if (findings->list[i].severity == TM_FINDING_WARNING)
			return true;
	}
	return false;
}
