// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The steps of a packet's way as a table: see policy_explain.h.
 */
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "../lib/names.h"
#include "../lib/policy_nl.h"
#include "limiter_list.h"
#include "policy.h"
#include "policy_explain.h"

#define NEAREST		3	/* policies that do not match, and are shown */
#define DETAIL_TEXT	1024
#define LIMITS_TEXT	256

/*
 * How much of a policy's limits the packet's key has used.
 * @newcomers:	over is the limit of new flows alone
 */
struct use {
	bool known;
	bool over;
	bool newcomers;
	double percent;
};

static const char *const stage_names[] = {
	[TM_EXPLAIN_FAILSAFE] = "failsafe",
	[TM_EXPLAIN_DISCOVERY] = "discovery",
	[TM_EXPLAIN_ALLOW] = "allow",
	[TM_EXPLAIN_PATH_MTU] = "path_mtu",
	[TM_EXPLAIN_DENY] = "deny",
	[TM_EXPLAIN_POLICY] = "policy",
};

static const char *const stage_words[] = {
	[TM_EXPLAIN_FAILSAFE] = "failsafe list",
	[TM_EXPLAIN_DISCOVERY] = "neighbour discovery",
	[TM_EXPLAIN_ALLOW] = "set allow",
	[TM_EXPLAIN_PATH_MTU] = "path MTU",
	[TM_EXPLAIN_DENY] = "set deny",
};

/* In JSON; and in text, where a limit is not known to be exceeded. */
static const struct {
	const char *name;
	const char *words;
} effects[] = {
	[TM_EXPLAIN_NONE] = { "none", "-" },
	[TM_EXPLAIN_UNKNOWN] = { "unknown", "unknown" },
	[TM_EXPLAIN_PASSES] = { "passes", "passes" },
	[TM_EXPLAIN_PASSES_BELOW] = { "passes_below_limit", "passes" },
	[TM_EXPLAIN_DROPS] = { "drops", "drops" },
	[TM_EXPLAIN_DROPS_ABOVE] = { "drops_above_limit", "limits" },
	[TM_EXPLAIN_COUNTS] = { "counts", "counts" },
	[TM_EXPLAIN_COUNTS_ABOVE] = { "counts_above_limit", "counts" },
	[TM_EXPLAIN_BEYOND] = { "not_asked", "not asked" },
};

const char *policy_explain_stage(enum tm_explain_stage stage)
{
	return stage_words[stage];
}

/*
 * The key as limiters have it, and as `limiter show` words it.  Of device 0 is
 * what this host sends.
 */
static void key_words(const struct explain *explain,
		      const struct tm_policy *policy, char *words)
{
	const struct tm_explain_packet *packet = &explain->packet;
	struct tm_explain_key key = tm_explain_key(policy, packet);
	unsigned int iif = if_nametoindex(packet->device);
	struct tm_devices devices = { 0 };
	struct tm_limiter limiter = {
		.source = key.source,
		.destination = key.destination,
		.has_source_port = key.has_source_port,
		.has_destination_port = key.has_destination_port,
		.has_protocol = key.has_protocol,
		.has_iif = key.has_device,
		.source_port = key.source_port,
		.destination_port = key.destination_port,
		.protocol = key.protocol,
		.iif = iif,
	};

	if (key.has_device && packet->device[0] && !iif)
		snprintf(words, TM_LIMITER_KEY_TEXT, "device %s",
			 packet->device);
	else if (key.has_device && !iif &&
		 packet->direction == TRAFFICMON_DIRECTION_IN)
		strcpy(words, "the device, which is not given");
	else
		tm_limiter_key_format(&limiter, &devices, words);
}

/* What has the packet's key used of the policy's limits, the fullest of them. */
static int read_use(struct explain *explain, const struct tm_policy *policy,
		    const char *key, struct use *use, struct tm_error *error)
{
	struct tm_limiter_list list = { .sort = TM_LIMITER_SORT_USED };
	char words[TM_LIMITER_KEY_TEXT];
	struct tm_devices devices = { 0 };
	struct nlmsghdr *request;
	bool others = false;
	size_t i;

	memset(use, 0, sizeof(*use));
	if (!explain->nl || !tm_policy_has_limit(policy))
		return 0;
	request = tm_nl_request(explain->nl, TRAFFICMON_CMD_LIMITER_GET, 0);
	mnl_attr_put_strz(request, TRAFFICMON_A_LIMITER_POLICY, policy->name);
	if (tm_limiter_list_read(&list, explain->nl, request, error)) {
		tm_limiter_list_free(&list);
		return -1;
	}
	use->known = true;
	for (i = 0; i < list.count; i++) {
		const struct tm_limiter *limiter = &list.limiters[i];

		if (limiter->aggregate ||
		    strcmp(tm_limiter_key_format(limiter, &devices, words),
			   key))
			continue;
		use->over |= limiter->over;
		others |= limiter->over &&
			  limiter->kind != TRAFFICMON_LIMIT_NEW_FLOWS;
		if (tm_limiter_used_percent(limiter) > use->percent)
			use->percent = tm_limiter_used_percent(limiter);
	}
	use->newcomers = use->over && !others;
	tm_limiter_list_free(&list);
	return 0;
}

static void set_detail(const struct explain *explain,
		       const struct tm_explain_step *step, char *detail)
{
	const struct tm_set *set =
		tm_set_list_find(&explain->file.sets,
				 step->stage == TM_EXPLAIN_ALLOW ?
				 TRAFFICMON_SET_ALLOW : TRAFFICMON_SET_DENY);
	char prefix[TM_PREFIX_TEXT];

	if (step->entry)
		snprintf(detail, DETAIL_TEXT, "%s covers the %s%s",
			 tm_prefix_format(&step->entry->prefix, prefix),
			 step->destination ? "destination" : "source",
			 step->effect == TM_EXPLAIN_COUNTS ?
			 "; enforcement is suspended" : "");
	else if (step->effect == TM_EXPLAIN_UNKNOWN)
		snprintf(detail, DETAIL_TEXT, "the file does not name it, so it stays as it is");
	else if (!set || (!set->size && !set->entries.count))
		snprintf(detail, DETAIL_TEXT, "it is empty");
	else
		snprintf(detail, DETAIL_TEXT, "neither end is in it");
}

static void stage_detail(const struct explain *explain,
			 const struct tm_explain_step *step, char *detail)
{
	switch (step->stage) {
	case TM_EXPLAIN_FAILSAFE:
		if (step->failsafe)
			snprintf(detail, DETAIL_TEXT, "it has %.*s",
				 (int)step->failsafe_length, step->failsafe);
		else if (step->effect == TM_EXPLAIN_UNKNOWN)
			snprintf(detail, DETAIL_TEXT, "a parameter of the module, %s",
				 explain->nl ? "which /sys does not show" :
				 "no file has it");
		else
			snprintf(detail, DETAIL_TEXT, "%s",
				 *explain->ruleset.failsafe ?
				 "neither end is in it" : "it is empty");
		break;
	case TM_EXPLAIN_DISCOVERY:
		snprintf(detail, DETAIL_TEXT, "it is %s",
			 step->effect ? "such a message" : "none");
		break;
	case TM_EXPLAIN_PATH_MTU:
		snprintf(detail, DETAIL_TEXT, "%s", step->effect ?
			 "it is such a message: up to 1,000 a second pass, those above go on" :
			 "it is none");
		break;
	default:
		set_detail(explain, step, detail);
	}
}

/* "; over now", "; below now, 3 % of the burst used"; nothing where it is not known. */
static void use_words(const struct use *use, char *words, size_t size)
{
	words[0] = '\0';
	if (!use->known)
		return;
	if (use->over)
		snprintf(words, size, "; over now%s", use->newcomers ?
			 ", for what begins a flow" : "");
	else
		snprintf(words, size, "; below now, %.0f %% of the burst used",
			 use->percent);
}

static void match_detail(const struct explain *explain,
			 const struct tm_explain_step *step, const char *key,
			 const struct use *use, char *detail)
{
	const struct tm_policy *policy = step->policy;
	char limits[LIMITS_TEXT], now[64], name[TM_NAME_TEXT];
	const char *mode = tm_name(&tm_names_mode, policy->mode, name);

	if (step->effect == TM_EXPLAIN_BEYOND) {
		snprintf(detail, DETAIL_TEXT, "matches, but 16 before it are asked, and no more");
		return;
	}
	policy_limit_words(policy, limits, sizeof(limits));
	use_words(use, now, sizeof(now));
	if (tm_policy_has_limit(policy))
		snprintf(detail, DETAIL_TEXT, "%s, for %s: %s%s", mode, key,
			 limits, now);
	else
		snprintf(detail, DETAIL_TEXT, "%s, without limit", mode);
	if (explain->ruleset.suspended &&
	    policy->mode == TRAFFICMON_MODE_ENFORCE)
		strcat(detail, "; enforcement is suspended");
}

static void unmet_detail(const struct explain *explain,
			 const struct tm_explain_step *step, char *detail)
{
	char words[TM_EXPLAIN_TEXT];
	unsigned int more = step->unmet_count ? step->unmet_count - 1 : 0;

	tm_explain_words(step->policy, step->unmet, &step->answer,
			 &explain->packet, words);
	if (!step->unmet_count)
		snprintf(detail, DETAIL_TEXT, "%s, as the file does not have it",
			 words);
	else if (more)
		snprintf(detail, DETAIL_TEXT, "%s (and %u more)", words, more);
	else
		snprintf(detail, DETAIL_TEXT, "%s", words);
}

static const char *answer_words(const struct tm_explain_step *step,
				const struct use *use)
{
	if (!step->reached && step->effect)
		return "not asked";
	if (use->over && step->effect == TM_EXPLAIN_DROPS_ABOVE)
		return "drops";
	if (step->stage == TM_EXPLAIN_POLICY && step->unmet_count)
		return "no match";
	return effects[step->effect].words;
}

static enum tm_color answer_color(const struct tm_explain_step *step,
				  const struct use *use)
{
	if (!step->reached)
		return TM_COLOR_DIM;
	switch (step->effect) {
	case TM_EXPLAIN_DROPS:
		return TM_COLOR_BAD;
	case TM_EXPLAIN_DROPS_ABOVE:
		return use->over ? TM_COLOR_BAD : TM_COLOR_WARNING;
	case TM_EXPLAIN_PASSES:
		return TM_COLOR_GOOD;
	default:
		return TM_COLOR_NONE;
	}
}

static int print_policy(struct explain *explain,
			const struct tm_explain_step *step, char *detail,
			struct use *use, struct tm_error *error)
{
	struct tm_out *out = explain->out;
	char key[TM_LIMITER_KEY_TEXT], text[TRAFFICMON_NAME_SIZE + 8];
	char mode[TM_NAME_TEXT];

	snprintf(text, sizeof(text), "policy %s", step->policy->name);
	tm_out_string_as(out, "step", stage_names[step->stage], text);
	tm_out_string(out, "policy", step->policy->name);
	tm_out_string(out, "mode", tm_name(&tm_names_mode, step->policy->mode,
					   mode));
	if (step->effect == TM_EXPLAIN_UNKNOWN)
		tm_out_null(out, "matches");
	else
		tm_out_bool(out, "matches", !step->unmet_count);
	if (step->unmet_count || step->effect == TM_EXPLAIN_UNKNOWN) {
		tm_out_number(out, "unmet", step->unmet_count);
		unmet_detail(explain, step, detail);
		return 0;
	}
	key_words(explain, step->policy, key);
	if (read_use(explain, step->policy, key, use, error))
		return -1;
	tm_out_string(out, "key", key);
	if (use->known) {
		tm_out_bool(out, "over", use->over);
		tm_out_real(out, "used_percent", use->percent);
	}
	if (use->over && step->reached &&
	    step->effect == TM_EXPLAIN_DROPS_ABOVE &&
	    (!explain->over || (explain->newcomers && !use->newcomers))) {
		explain->over = step->policy;
		explain->newcomers = use->newcomers;
	}
	match_detail(explain, step, key, use, detail);
	return 0;
}

static int print_step(struct explain *explain,
		      const struct tm_explain_step *step,
		      struct tm_error *error)
{
	struct tm_out *out = explain->out;
	struct use use = { .known = false };
	char detail[DETAIL_TEXT];
	int failed = 0;

	tm_out_row(out);
	if (step->stage == TM_EXPLAIN_POLICY) {
		failed = print_policy(explain, step, detail, &use, error);
	} else {
		tm_out_string_as(out, "step", stage_names[step->stage],
				 stage_words[step->stage]);
		stage_detail(explain, step, detail);
	}
	if (failed)
		return failed;
	tm_out_bool(out, "reached", step->reached);
	tm_out_color(out, answer_color(step, &use));
	tm_out_string_as(out, "answer",
			 effects[step->reached || !step->effect ? step->effect :
				 TM_EXPLAIN_BEYOND].name,
			 answer_words(step, &use));
	tm_out_string(out, "detail", detail);
	tm_out_row_end(out);
	return 0;
}

static bool is_unmet(const struct tm_explain_step *step)
{
	return step->stage == TM_EXPLAIN_POLICY && step->unmet_count;
}

/*
 * Which policies that do not match are shown: those with fewer unmet parts than
 * unmet, and the first room of those with as many.
 */
struct nearest {
	unsigned int unmet;
	unsigned int room;
};

static unsigned int count_unmet(const struct explain *explain,
				unsigned int unmet)
{
	unsigned int count = 0;
	size_t i;

	for (i = 0; i < explain->count; i++)
		count += explain->steps[i].reached &&
			 is_unmet(&explain->steps[i]) &&
			 explain->steps[i].unmet_count == unmet;
	return count;
}

static struct nearest find_nearest(const struct explain *explain)
{
	struct nearest nearest = { .unmet = 1, .room = NEAREST };
	unsigned int count;

	for (; nearest.unmet < __TM_EXPLAIN_PART_MAX; nearest.unmet++) {
		count = count_unmet(explain, nearest.unmet);
		if (count >= nearest.room)
			break;
		nearest.room -= count;
	}
	return nearest;
}

static bool is_shown(const struct explain *explain,
		     const struct tm_explain_step *step,
		     struct nearest *nearest)
{
	if (explain->all)
		return true;
	if (!step->reached)
		return false;
	if (!is_unmet(step) || step->unmet_count < nearest->unmet)
		return true;
	if (step->unmet_count > nearest->unmet || !nearest->room)
		return false;
	nearest->room--;
	return true;
}

static void print_folded(struct tm_out *out, size_t unmatched, size_t unasked)
{
	tm_out_number(out, "more_that_do_not_match", unmatched);
	tm_out_number(out, "more_that_are_not_asked", unasked);
	if (unmatched)
		tm_out_text(out, "(%zu more %s not match: --all)", unmatched,
			    unmatched == 1 ? "policy does" : "policies do");
	if (unasked)
		tm_out_text(out, "(%zu more %s not asked: --all)", unasked,
			    unasked == 1 ? "step is" : "steps are");
}

int policy_explain_steps(struct explain *explain, struct tm_error *error)
{
	static const struct tm_field fields[] = {
		{ "step", "STEP", TM_UNIT_NONE },
		{ "answer", "ANSWER", TM_UNIT_NONE },
		{ "detail", "WHY", TM_UNIT_NONE },
		{ NULL, NULL, TM_UNIT_NONE }
	};
	static const struct tm_fit fit[] = {
		TM_WRAP("detail", 24),
		TM_FITTED
	};
	struct nearest nearest = find_nearest(explain);
	size_t unmatched = 0, unasked = 0;
	struct tm_out *out = explain->out;
	size_t i;

	tm_out_table(out, "steps", fields);
	tm_out_fit(out, fit);
	for (i = 0; i < explain->count; i++) {
		const struct tm_explain_step *step = &explain->steps[i];

		if (is_shown(explain, step, &nearest)) {
			if (print_step(explain, step, error))
				return -1;
		} else if (step->reached) {
			unmatched++;
		} else {
			unasked++;
		}
	}
	tm_out_end(out);
	print_folded(out, unmatched, unasked);
	return 0;
}
