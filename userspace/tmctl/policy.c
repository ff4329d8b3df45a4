// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tmctl policy: the ruleset in use, as a table and as a file.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/attrs.h"
#include "../lib/info.h"
#include "../lib/names.h"
#include "../lib/policy_nl.h"
#include "../lib/unknown.h"
#include "boot.h"
#include "commit.h"
#include "explain_packet.h"
#include "lockout.h"
#include "policy.h"

#define WORDS_SIZE	512

/* What a reply has beside the policy itself; unknown: of unknown.h. */
struct beside {
	struct tm_policy_counts counts;
	char *unknown;
};

/* The ruleset in use: beside[i] belongs to policies.items[i]. */
struct shown {
	struct tm_policy_list policies;
	struct beside *beside;
};

static void shown_clean(void *data)
{
	struct shown *shown = data;
	unsigned int i;

	for (i = 0; shown->beside && i < shown->policies.count; i++)
		free(shown->beside[i].unknown);
	tm_policy_list_free(&shown->policies);
	free(shown->beside);
	shown->beside = NULL;
}

static int collect(const struct nlmsghdr *nlh, void *data,
		   struct tm_error *error)
{
	struct shown *shown = data;
	struct tm_policy *policy = tm_policy_list_add(&shown->policies, error);
	struct beside *beside;

	if (!policy)
		return -1;
	beside = reallocarray(shown->beside, shown->policies.room,
			      sizeof(*beside));
	if (!beside) {
		shown->policies.count--;
		return tm_error_set(error, TM_EXIT_REFUSED, 0, "out of memory");
	}
	shown->beside = beside;
	beside += shown->policies.count - 1;
	beside->unknown = NULL;
	if (tm_policy_from_message(nlh, policy, &beside->counts, error))
		return -1;
	return tm_unknown_read(&beside->unknown, &tm_attrs_policy, nlh, error);
}

/* What only an admin is told; without it the columns stay empty. */
static int print_definition(struct tm_out *out, const struct tm_policy *policy,
			    struct tm_error *error)
{
	char words[WORDS_SIZE];
	char key[TM_KEY_TEXT + TM_NAME_TEXT];

	if (tm_out_is_json(out))
		return policy_json_one(out, policy, error);
	policy_match_words(policy, words, sizeof(words));
	tm_out_string(out, "match", words);
	tm_out_string(out, "key",
		      tm_policy_key_format(policy, key, sizeof(key)));
	policy_limit_words(policy, words, sizeof(words));
	tm_out_string(out, "limits", words);
	return 0;
}

static int print_policy(struct tm_out *out, const struct tm_policy *policy,
			const struct beside *beside, struct tm_error *error)
{
	const struct tm_policy_counts *counts = &beside->counts;
	char mode[TM_NAME_TEXT];
	int failed = 0;

	tm_out_row(out);
	/* The JSON of a definition has these two already. */
	if (!counts->defined || !tm_out_is_json(out)) {
		tm_out_string(out, "name", policy->name);
		tm_out_color(out, policy->mode == TRAFFICMON_MODE_ENFORCE ?
			     TM_COLOR_GOOD : TM_COLOR_NONE);
		tm_out_string(out, "mode", tm_name(&tm_names_mode,
						   policy->mode, mode));
	}
	if (counts->defined)
		failed = print_definition(out, policy, error);
	tm_out_number(out, "matched_packets", counts->matched_packets);
	tm_out_number(out, "matched_bytes", counts->matched_bytes);
	tm_out_number(out, "over_packets", counts->over_packets);
	tm_out_number(out, "over_bytes", counts->over_bytes);
	tm_out_color(out, counts->dropped_packets ? TM_COLOR_WARNING :
		     TM_COLOR_NONE);
	tm_out_number(out, "dropped_packets", counts->dropped_packets);
	tm_out_number(out, "dropped_bytes", counts->dropped_bytes);
	tm_out_number(out, "spared_packets", counts->spared_packets);
	tm_out_number(out, "spared_bytes", counts->spared_bytes);
	if (counts->over)
		tm_out_number(out, "over_since_age_ns",
			      counts->over_since_age_ns);
	tm_out_unknown(out, beside->unknown);
	tm_out_row_end(out);
	return failed;
}

static int no_such_policy(const struct tm_context *context,
			  const struct shown *shown, const char *name,
			  struct tm_error *error)
{
	unsigned int count = shown->policies.count;
	const char **names = calloc(count + 1, sizeof(*names));
	unsigned int i;

	for (i = 0; names && i < count; i++)
		names[i] = shown->policies.items[i].name;
	policy_unknown_name(context, names, names ? count : 0, name, error);
	free(names);
	return -1;
}

static int print_shown(const struct tm_context *context,
		       const struct shown *shown, const char *name,
		       struct tm_error *error)
{
	static const struct tm_field fields[] = {
		{ "name", "NAME", TM_UNIT_NONE },
		{ "mode", "MODE", TM_UNIT_NONE },
		{ "match", "MATCH", TM_UNIT_NONE },
		{ "key", "KEY", TM_UNIT_NONE },
		{ "limits", "LIMITS", TM_UNIT_NONE },
		{ "matched_packets", "MATCHED PKTS", TM_UNIT_COUNT },
		{ "over_packets", "OVER PKTS", TM_UNIT_COUNT },
		{ "dropped_packets", "DROPPED PKTS", TM_UNIT_COUNT },
		{ "spared_packets", "SPARED PKTS", TM_UNIT_COUNT },
		{ "over_since_age_ns", "OVER SINCE", TM_UNIT_DURATION_NS },
		{ NULL, NULL, TM_UNIT_NONE }
	};
	static const struct tm_fit fit[] = {
		TM_WRAP("match", 24),
		TM_WRAP("limits", 16),
		TM_STACK("key", "mode"),
		TM_STACK("limits", "match"),
		TM_STACK("spared_packets", "dropped_packets"),
		TM_STACK("over_since_age_ns", "over_packets"),
		TM_LEAVE_OUT("spared_packets"),
		TM_LEAVE_OUT("over_since_age_ns"),
		TM_LEAVE_OUT("matched_packets"),
		TM_LEAVE_OUT("over_packets"),
		TM_FITTED
	};
	struct tm_out *out = context->out;
	unsigned int i;

	if (name && !tm_policy_list_find(&shown->policies, name))
		return no_such_policy(context, shown, name, error);
	tm_out_table(out, "policies", fields);
	tm_out_fit(out, fit);
	for (i = 0; i < shown->policies.count; i++) {
		const struct tm_policy *policy = &shown->policies.items[i];

		if (name && strcmp(policy->name, name))
			continue;
		if (print_policy(out, policy, &shown->beside[i], error))
			return -1;
	}
	tm_out_end(out);
	return TM_EXIT_DONE;
}

static int show_run(struct tm_context *context, struct tm_error *error)
{
	const char *name = context->positional_count ?
			   context->positionals[0] : NULL;
	struct tm_nl *nl = tm_context_nl(context, error);
	struct shown shown = { .beside = NULL };
	bool inconsistent;
	int result = -1;

	if (!nl)
		return -1;
	if (!tm_nl_dump(nl, tm_nl_request(nl, TRAFFICMON_CMD_POLICY_GET, 0),
			collect, shown_clean, &shown, &inconsistent, error)) {
		if (inconsistent)
			tm_out_warn(context->out,
				    "the ruleset kept changing while it was read: policies may be missing or twice");
		result = print_shown(context, &shown, name, error);
	}
	shown_clean(&shown);
	return result;
}

static int flush_run(struct tm_context *context, struct tm_error *error)
{
	struct tm_nl *nl = tm_context_nl(context, error);
	struct tm_info before, after;

	if (!nl || tm_info_get(nl, &before, NULL, error) ||
	    tm_nl_do(nl, tm_nl_request(nl, TRAFFICMON_CMD_POLICY_FLUSH, 0),
		     NULL, NULL, error) ||
	    tm_info_get(nl, &after, NULL, error))
		return -1;
	tm_out_text(context->out,
		    "%u %s removed. Generation %" PRIu64 " is in use.",
		    before.policies,
		    before.policies == 1 ? "policy" : "policies",
		    after.generation);
	tm_out_block(context->out, "ruleset", NULL);
	tm_out_number(context->out, "removed", before.policies);
	tm_out_number(context->out, "generation", after.generation);
	tm_out_end(context->out);
	return TM_EXIT_DONE;
}

static const struct tm_option check_options[] = {
	{ "--strict", NULL, "exit with 6 when there are findings", false },
	{ NULL, NULL, NULL, false }
};

static const struct tm_option generation_options[] = {
	{ "--generation", "N", "only if the ruleset in use is generation N",
	  false },
	{ NULL, NULL, NULL, false }
};

static const struct tm_option explain_options[] = {
	EXPLAIN_PACKET_OPTIONS,
	{ "--file", "FILE", "of this file, not of the ruleset in use", false },
	{ "--all", NULL, "all policies that do not match, too", false },
	{ NULL, NULL, NULL, false }
};

static const struct tm_option confirm_options[] = {
	COMMIT_CONFIRM_OPTION,
	{ NULL, NULL, NULL, false }
};

static const struct tm_option enforce_options[] = {
	COMMIT_CONFIRM_OPTION,
	LOCKOUT_FORCE_OPTION,
	{ NULL, NULL, NULL, false }
};

static const struct tm_option keep_options[] = {
	{ "--generation", "N", "only if the ruleset in use is generation N",
	  false },
	{ "--no-save", NULL, "leave the boot file as it is", false },
	{ NULL, NULL, NULL, false }
};

static const struct tm_option apply_options[] = {
	COMMIT_CONFIRM_OPTION,
	{ "--generation", "N", "only if the ruleset in use is generation N",
	  false },
	{ "--dry-run", NULL, "only show what would change; exit with 6 if anything would",
	  false },
	{ "--if-exists", NULL, "a file that does not exist is no error", false },
	LOCKOUT_FORCE_OPTION,
	{ NULL, NULL, NULL, false }
};

static const struct tm_verb verbs[] = {
	{ "show", show_run, "[NAME]",
	  "the policies in use, in order, with their counters",
	  NULL, 0, 1,
	  "OVER are the packets above the limit: dropped by a policy that enforces,\n"
	  "passed by one that monitors. SPARED are those of established flows, which\n"
	  "a policy with \"spare\" lets pass above its limit. Without privileges only\n"
	  "name, mode and counters are shown." },
	{ "check", policy_check_run, "FILE [--strict]",
	  "is the file valid, and does it say what is meant",
	  check_options, 1, 1,
	  "Needs neither privileges nor the module. FILE - is standard input.\n"
	  "A wrong file gives line, column and reason, and exit code 2. What is\n"
	  "allowed but probably not meant is a warning." },
	{ "diff", policy_diff_run, "FILE [--generation N]",
	  "what `apply` would change",
	  generation_options, 1, 1,
	  "Changes nothing. The exit code is 6 where `apply` would." },
	{ "explain", policy_explain_run,
	  EXPLAIN_PACKET_USAGE " [--file FILE] [--all]",
	  "what becomes of such a packet, and why",
	  explain_options, 0, 0,
	  "Follows the packet through the ruleset in use, or with --file (- is\n"
	  "standard input) through that of a file, which needs neither privileges\n"
	  "nor the module. Sends nothing and changes nothing. What is not said of\n"
	  "the packet is assumed, and told; without ports it is a ping. Of the\n"
	  "policies that do not match, the three nearest are shown.\n\n"
	  "Examples:\n"
	  "  tmctl policy explain from 198.51.100.7 to 192.0.2.1:443\n"
	  "  tmctl policy explain from 198.51.100.7:53 to 192.0.2.1:4000 class udp --file new.json\n" },
	{ "apply", policy_apply_run,
	  "[FILE] [--confirm DURATION] [--generation N] [--dry-run] [--if-exists] [--force]",
	  "make the file the ruleset in use, all of it or nothing",
	  apply_options, 0, 1,
	  "Replaces all policies, and the sets that the file names, in one\n"
	  "transaction; other sets stay. Counters and limiters of policies that do\n"
	  "not change live on. FILE - is standard input.\n\n"
	  "Without FILE it is the boot file, " BOOT_FILE ",\n"
	  "as at boot and by `systemctl reload trafficmon`; set entries that have a\n"
	  "timeout stay.\n\n"
	  "With --confirm the kernel itself goes back to the ruleset before, unless\n"
	  "`tmctl policy confirm` comes in time: also when the connection to this\n"
	  "host is lost. Confirm from a new connection: then you know that one can\n"
	  "be made.\n\n"
	  "What would cut off a peer that has a TCP connection to a failsafe port (22\n"
	  "where the list names none) is refused with exit code 6, unless --force is\n"
	  "given; with --confirm it is a warning." },
	{ "confirm", commit_confirm_run, "[--generation N] [--no-save]",
	  "keep what was applied with --confirm, over a reboot too",
	  keep_options, 0, 0,
	  "It is saved in the boot file, as by `tmctl policy save`.\n\n"
	  "Where several people work, name the generation that `apply` told you:\n"
	  "yours may have been taken back, and another one be waiting." },
	{ "rollback", commit_rollback_run, "[--generation N]",
	  "take back what was applied with --confirm, now",
	  generation_options, 0, 0,
	  "The policies before it, with their counters, and the sets that it\n"
	  "replaced are in use again." },
	{ "enforce", policy_enforce_run, "NAME... [--confirm DURATION] [--force]",
	  "let policies drop what exceeds them",
	  enforce_options, 1, TM_POSITIONALS_ANY,
	  "Only the mode changes: counters and limiters live on. What would cut off a\n"
	  "connected peer is refused as by `apply`." },
	{ "monitor", policy_monitor_run, "NAME... [--confirm DURATION]",
	  "let policies only count what they would drop",
	  confirm_options, 1, TM_POSITIONALS_ANY,
	  "Only the mode changes: counters and limiters live on." },
	{ "export", policy_export_run, "",
	  "the ruleset in use and the sets, as a file for apply",
	  NULL, 0, 0,
	  "`tmctl policy export | tmctl policy apply -` changes nothing. Comments\n"
	  "are in your file alone: the module does not keep them." },
	{ "save", policy_save_run, "[FILE]",
	  "keep the ruleset in use and the sets over a reboot",
	  NULL, 0, 1,
	  "Replaces the boot file, " BOOT_FILE ",\n"
	  "or FILE, as a whole or not at all. Set entries that have a timeout are left\n"
	  "out: `tmctl set save` keeps those. Refused while a ruleset waits for its\n"
	  "confirmation." },
	{ "flush", flush_run, "", "remove all policies; the sets stay",
	  NULL, 0, 0, NULL },
	{ NULL, NULL, NULL, NULL, NULL, 0, 0, NULL }
};

const struct tm_object tm_object_policy = {
	"policy", "what is limited and dropped, from a file", verbs,
};
