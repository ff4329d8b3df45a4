// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tmctl policy explain: what becomes of such a packet, and why.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/names.h"
#include "../lib/policy_nl.h"
#include "endpoint.h"
#include "policy.h"
#include "policy_explain.h"

static void keep_step(const struct tm_explain_step *step, void *data)
{
	struct explain *explain = data;

	explain->steps[explain->count++] = *step;
}

/* In the place of a set's entries those that cover an end of the packet. */
static int read_covering(struct explain *explain, struct tm_set *set,
			 struct tm_error *error)
{
	if (policy_set_cover(explain->nl, set, &explain->packet.tuple, error))
		return -1;
	tm_entry_list_sort(&set->entries);
	return 0;
}

/* Sets that somebody asks, and that are not empty, are asked for the packet's ends. */
static int read_sets(struct explain *explain, struct tm_error *error)
{
	struct tm_policy_file *file = &explain->file;
	unsigned int i;

	if (tm_sets_get(explain->nl, &file->sets, error))
		return -1;
	for (i = 0; i < file->sets.count; i++) {
		struct tm_set *set = &file->sets.items[i];

		if (set->size &&
		    policy_set_is_asked(set->name, &file->policies) &&
		    read_covering(explain, set, error))
			return -1;
	}
	return 0;
}

static int read_loaded(struct tm_context *context, struct explain *explain,
		       struct tm_error *error)
{
	struct tm_error unread;

	explain->nl = tm_context_nl(context, error);
	if (!explain->nl ||
	    tm_info_get(explain->nl, &explain->info, NULL, error) ||
	    tm_policies_get(explain->nl, &explain->file.policies,
			    &explain->generation, error) ||
	    read_sets(explain, error))
		return -1;
	policy_ruleset_warn(context->out, &explain->file);
	if (!tm_module_parameters_read(&explain->parameters, &unread))
		explain->ruleset.failsafe =
			tm_module_parameter(&explain->parameters, "failsafe");
	explain->ruleset.suspended = explain->info.suspended;
	return 0;
}

/*
 * Sets that its policies name, and the file does not have, are those in use, where
 * they can be asked; else they stay unknown.
 */
static void read_foreign(struct tm_context *context, struct explain *explain)
{
	struct tm_set_list foreign, live = { .count = 0 };
	struct tm_error ignored;
	unsigned int i;

	if (policy_foreign_sets(&explain->file, &foreign, &ignored))
		return;
	if (foreign.count) {
		explain->nl = tm_context_nl(context, &ignored);
		if (explain->nl)
			tm_sets_get(explain->nl, &live, &ignored);
	}
	for (i = 0; i < foreign.count; i++) {
		const char *name = foreign.items[i].name;
		struct tm_set *set;

		if (!tm_set_list_find(&live, name))
			continue;
		set = tm_set_list_add(&explain->file.sets, name, &ignored);
		if (set && read_covering(explain, set, &ignored)) {
			tm_entry_list_free(&set->entries);
			explain->file.sets.count--;
		}
	}
	explain->nl = NULL;
	tm_set_list_free(&foreign);
	tm_set_list_free(&live);
}

static int read_file(struct tm_context *context, const char *path,
		     struct explain *explain, struct tm_error *error)
{
	struct tm_source source;
	int failed = tm_source_read(&source, path);

	if (!failed)
		failed = tm_policy_file_read(&explain->file, &source);
	if (failed)
		failed = tm_source_error(&source, error);
	tm_source_free(&source);
	explain->name = path;
	if (!failed)
		read_foreign(context, explain);
	return failed;
}

static void print_packet_members(struct tm_out *out,
				 const struct tm_explain_packet *packet)
{
	char name[TM_NAME_TEXT];

	tm_out_tuple(out, &packet->tuple,
		     packet->fragment == TRAFFICMON_FRAGMENT_LATER);
	tm_out_string(out, "class", tm_name(&tm_names_class, packet->class,
					    name));
	tm_out_string(out, "direction",
		      tm_name(&tm_names_direction, packet->direction, name));
	if (packet->device[0])
		tm_out_string(out, "device", packet->device);
	tm_out_string(out, "fragment",
		      tm_name(&tm_names_fragment, packet->fragment, name));
	tm_out_number(out, "tcp_flags", packet->tcp_flags);
	tm_out_number(out, "length", packet->length);
	tm_out_number(out, "hop_limit", packet->hop_limit);
	tm_out_number(out, "mark", packet->mark);
}

static void print_packet(struct explain *explain)
{
	const struct tm_explain_packet *packet = &explain->packet;
	char ends[3 * TM_ENDPOINT_TEXT], protocol[TM_NAME_TEXT];
	char class[TM_NAME_TEXT], direction[TM_NAME_TEXT];
	struct tm_out *out = explain->out;
	unsigned int i;
	char list[EXPLAIN_ASSUMED_MAX * (EXPLAIN_ASSUMED_TEXT + 2)] = "";

	tm_tuple_format(&packet->tuple, packet->fragment ==
			TRAFFICMON_FRAGMENT_LATER, ends);
	tm_out_block(out, "packet", NULL);
	print_packet_members(out, packet);
	tm_out_end(out);
	tm_out_array(out, "assumed");
	for (i = 0; i < explain->assumed.count; i++) {
		tm_out_string(out, NULL, explain->assumed.words[i]);
		strcat(strcat(list, i ? ", " : ""), explain->assumed.words[i]);
	}
	tm_out_end(out);
	tm_out_prose(out, "Packet:  %s %s, %s, %s",
		     tm_protocol_name(packet->tuple.protocol, protocol), ends,
		     tm_name(&tm_names_class, packet->class, class),
		     tm_name(&tm_names_direction, packet->direction,
			     direction));
	if (list[0])
		tm_out_prose(out, "Assumed: %s", list);
}

static void print_ruleset(struct explain *explain)
{
	struct tm_out *out = explain->out;
	char by[TM_NAME_TEXT];

	tm_out_block(out, "ruleset", NULL);
	tm_out_string(out, "source", explain->nl ? "loaded" : "file");
	if (explain->nl) {
		tm_out_number(out, "generation", explain->generation);
		tm_out_bool(out, "suspended", explain->info.suspended);
	} else {
		tm_out_string(out, "file", explain->name);
	}
	tm_out_end(out);
	if (!explain->nl)
		tm_out_text(out, "Ruleset: file %s", explain->name);
	else
		tm_out_text(out, "Ruleset: in use, generation %" PRIu64,
			    explain->generation);
	if (explain->info.suspended)
		tm_out_text(out, "         enforcement is suspended by the %s: nothing is dropped",
			    tm_name(&tm_names_cause,
				    explain->info.suspended_by, by));
	tm_out_blank(out);
}

/* Does a policy that is asked limit it? */
static const struct tm_policy *limited_by(const struct explain *explain)
{
	size_t i;

	for (i = 0; i < explain->count; i++)
		if (explain->steps[i].reached &&
		    explain->steps[i].effect == TM_EXPLAIN_DROPS_ABOVE)
			return explain->steps[i].policy;
	return NULL;
}

/* The step that decides for sure, or NULL. */
static const struct tm_explain_step *decided_by(const struct explain *explain)
{
	size_t i;

	for (i = 0; i < explain->count; i++)
		if (explain->steps[i].effect == TM_EXPLAIN_DROPS ||
		    explain->steps[i].effect == TM_EXPLAIN_PASSES)
			return &explain->steps[i];
	return NULL;
}

/* A policy that would decide, if it were known whether it matches; or NULL. */
static const struct tm_policy *undecided_by(const struct explain *explain)
{
	size_t i;

	for (i = 0; i < explain->count; i++) {
		const struct tm_explain_step *step = &explain->steps[i];

		if (step->reached && step->policy &&
		    step->effect == TM_EXPLAIN_UNKNOWN &&
		    step->policy->mode == TRAFFICMON_MODE_ENFORCE)
			return step->policy;
	}
	return NULL;
}

static void print_verdict(struct explain *explain, bool dropped)
{
	const struct tm_explain_step *step = decided_by(explain);
	const struct tm_policy *limit = limited_by(explain);
	const struct tm_policy *undecided = undecided_by(explain);
	const char *verdict = dropped ? "dropped" : "passes";
	struct tm_out *out = explain->out;

	tm_out_blank(out);
	if (step && step->policy) {
		tm_out_text(out, "It is dropped: policy %s.",
			    step->policy->name);
	} else if (step) {
		tm_out_text(out, "It %s: %s.",
			    dropped ? "is dropped" : "passes",
			    policy_explain_stage(step->stage));
	} else if (explain->over) {
		verdict = "over_limit";
		tm_out_text(out, "It is dropped now: policy %s%s.",
			    explain->over->name,
			    explain->newcomers ? ", if it begins a flow" :
			    explain->over->spare ?
			    ", but for an established flow" : "");
	} else if (undecided) {
		verdict = "unknown";
		tm_out_text(out, "It is not known: policy %s may match, see above.",
			    undecided->name);
	} else if (limit) {
		verdict = "passes_below_limit";
		tm_out_text(out, "It passes, while below the limit of policy %s%s.",
			    limit->name, explain->nl ? ", as it is now" : "");
	} else {
		tm_out_text(out, "It passes.");
	}
	tm_out_string(out, "verdict", verdict);
}

static int explain_steps(struct explain *explain, struct tm_error *error)
{
	bool dropped;

	explain->ruleset.file = &explain->file;
	explain->steps = calloc(TM_EXPLAIN_POLICY +
				explain->file.policies.count,
				sizeof(*explain->steps));
	if (!explain->steps)
		return tm_error_set(error, TM_EXIT_REFUSED, 0, "out of memory");
	dropped = tm_explain(&explain->ruleset, &explain->packet, keep_step,
			     explain);
	print_packet(explain);
	print_ruleset(explain);
	if (policy_explain_steps(explain, error))
		return -1;
	print_verdict(explain, dropped);
	return TM_EXIT_DONE;
}

int policy_explain_run(struct tm_context *context, struct tm_error *error)
{
	const char *path = tm_given_value(context, "--file");
	struct explain explain = {
		.out = context->out,
		.all = tm_given_flag(context, "--all"),
	};
	int result = -1;

	/* A mistake in the arguments is told before the kernel is asked. */
	if (explain_packet_read(context, &explain.packet, &explain.assumed,
				error))
		return -1;
	if (!(path ? read_file(context, path, &explain, error) :
		     read_loaded(context, &explain, error)))
		result = explain_steps(&explain, error);
	free(explain.steps);
	tm_module_parameters_free(&explain.parameters);
	tm_policy_file_free(&explain.file);
	return result;
}
