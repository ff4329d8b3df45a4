// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tmctl stats: totals by class, direction and reason; the ledger.
 */
#include <linux/trafficmon.h>
#include <stdlib.h>

#include "../lib/attrs.h"
#include "../lib/unknown.h"
#include "../lib/value.h"
#include "counters.h"
#include "ledger.h"
#include "options.h"

#define VALUE(counters, name)	((counters)->values[TRAFFICMON_A_STATS_##name])

static void print_totals(struct tm_out *out,
			 const struct tm_counters *counters)
{
	static const struct tm_field fields[] = {
		{ "name", "TOTAL", TM_UNIT_NONE },
		{ "packets", "PACKETS", TM_UNIT_COUNT },
		{ "bytes", "BYTES", TM_UNIT_BYTES },
		{ NULL, NULL, TM_UNIT_NONE }
	};
	static const struct {
		const char *name;
		unsigned int packets;
		unsigned int bytes;
	} totals[] = {
		{ "seen", TRAFFICMON_A_STATS_SEEN_PACKETS,
		  TRAFFICMON_A_STATS_SEEN_BYTES },
		{ "dropped", TRAFFICMON_A_STATS_DROPPED_PACKETS,
		  TRAFFICMON_A_STATS_DROPPED_BYTES },
		{ "recorded", TRAFFICMON_A_STATS_RECORDED_PACKETS,
		  TRAFFICMON_A_STATS_RECORDED_BYTES },
		{ "untracked", TRAFFICMON_A_STATS_UNTRACKED_PACKETS,
		  TRAFFICMON_A_STATS_UNTRACKED_BYTES },
		{ "former_namespaces", TRAFFICMON_A_STATS_MODULE_PACKETS,
		  TRAFFICMON_A_STATS_MODULE_BYTES },
	};
	unsigned int i;

	tm_out_table(out, "totals", fields);
	for (i = 0; i < sizeof(totals) / sizeof(totals[0]); i++) {
		if (!(counters->has >> totals[i].packets & 1))
			continue;
		tm_out_row(out);
		tm_out_string(out, "name", totals[i].name);
		tm_out_number(out, "packets",
			      counters->values[totals[i].packets]);
		tm_out_number(out, "bytes", counters->values[totals[i].bytes]);
		tm_out_row_end(out);
	}
	tm_out_end(out);
}

static void print_counter(struct tm_out *out, const struct tm_counter *counter)
{
	tm_out_row(out);
	tm_out_string(out, "name", counter->name);
	if (counter->kind[0])
		tm_out_string(out, "kind", counter->kind);
	tm_out_number(out, "packets", counter->packets);
	tm_out_number(out, "bytes", counter->bytes);
	if (counter->text[0])
		tm_out_string(out, "text", counter->text);
	tm_out_row_end(out);
}

static const struct tm_fit counter_fit[] = {
	TM_WRAP("text", 30),
	TM_LEAVE_OUT("bytes"),
	TM_FITTED
};

/* all: in text, also those that are 0 (JSON has always all). */
static void print_group(struct tm_out *out, const struct tm_counters *counters,
			enum tm_counter_group group, const char *key,
			const struct tm_field *fields, bool all)
{
	unsigned int hidden = 0, i;

	tm_out_blank(out);
	tm_out_table(out, key, fields);
	tm_out_fit(out, counter_fit);
	for (i = 0; i < counters->count[group]; i++) {
		const struct tm_counter *counter = &counters->list[group][i];

		if (!all && !counter->packets && !tm_out_is_json(out))
			hidden++;
		else
			print_counter(out, counter);
	}
	tm_out_end(out);
	if (hidden)
		tm_out_text(out, "(%u with no packets; --all shows them)",
			    hidden);
}

static void print_groups(struct tm_out *out, const struct tm_counters *counters,
			 bool explain, bool all)
{
	static const struct tm_field classes[] = {
		{ "name", "CLASS", TM_UNIT_NONE },
		{ "packets", "PACKETS", TM_UNIT_COUNT },
		{ "bytes", "BYTES", TM_UNIT_BYTES },
		{ NULL, NULL, TM_UNIT_NONE }
	};
	static const struct tm_field directions[] = {
		{ "name", "DIRECTION", TM_UNIT_NONE },
		{ "packets", "PACKETS", TM_UNIT_COUNT },
		{ "bytes", "BYTES", TM_UNIT_BYTES },
		{ NULL, NULL, TM_UNIT_NONE }
	};
	static const struct tm_field reasons[] = {
		{ "name", "REASON", TM_UNIT_NONE },
		{ "kind", "KIND", TM_UNIT_NONE },
		{ "packets", "PACKETS", TM_UNIT_COUNT },
		{ "bytes", "BYTES", TM_UNIT_BYTES },
		{ NULL, NULL, TM_UNIT_NONE }
	};
	static const struct tm_field explained[] = {
		{ "name", "REASON", TM_UNIT_NONE },
		{ "kind", "KIND", TM_UNIT_NONE },
		{ "packets", "PACKETS", TM_UNIT_COUNT },
		{ "bytes", "BYTES", TM_UNIT_BYTES },
		{ "text", "MEANS", TM_UNIT_NONE },
		{ NULL, NULL, TM_UNIT_NONE }
	};

	print_group(out, counters, TM_COUNTER_CLASS, "classes", classes, all);
	print_group(out, counters, TM_COUNTER_DIRECTION, "directions",
		    directions, all);
	print_group(out, counters, TM_COUNTER_REASON, "reasons",
		    explain ? explained : reasons, all);
	if (explain) {
		tm_out_blank(out);
		tm_out_prose(out, "KIND: drop = dropped; monitor = would have been; pass = passed before the policies were asked; untracked = seen, but in no flow; skipped = not seen here, another hook accounts it; error = something was given up, the packet passed.");
	}
}

static void print_ledger_side(struct tm_out *out, const char *name,
			      uint64_t packets, uint64_t bytes)
{
	tm_out_row(out);
	tm_out_string(out, "name", name);
	tm_out_number(out, "packets", packets);
	tm_out_number(out, "bytes", bytes);
	tm_out_row_end(out);
}

/* Returns TM_EXIT_DONE, or TM_EXIT_FINDINGS when it does not balance. */
static int print_ledger(struct tm_out *out, const struct tm_counters *counters)
{
	static const struct tm_field fields[] = {
		{ "name", "LEDGER", TM_UNIT_NONE },
		{ "packets", "PACKETS", TM_UNIT_COUNT },
		{ "bytes", "BYTES", TM_UNIT_COUNT },
		{ NULL, NULL, TM_UNIT_NONE }
	};
	struct tm_ledger ledger;
	bool balanced;

	tm_ledger_read(&ledger, counters);
	balanced = !ledger.off_packets && !ledger.off_bytes;
	tm_out_blank(out);
	tm_out_table(out, "ledger", fields);
	print_ledger_side(out, "live_flows", VALUE(counters, LIVE_PACKETS),
			  VALUE(counters, LIVE_BYTES));
	print_ledger_side(out, "recorded", VALUE(counters, RECORDED_PACKETS),
			  VALUE(counters, RECORDED_BYTES));
	print_ledger_side(out, "untracked", VALUE(counters, UNTRACKED_PACKETS),
			  VALUE(counters, UNTRACKED_BYTES));
	print_ledger_side(out, "sum", ledger.sum_packets, ledger.sum_bytes);
	print_ledger_side(out, "seen_before", ledger.before_packets,
			  ledger.before_bytes);
	print_ledger_side(out, "seen_after", ledger.after_packets,
			  ledger.after_bytes);
	tm_out_end(out);

	tm_out_block(out, "ledger_result", NULL);
	tm_out_bool(out, "balanced", balanced);
	tm_out_signed(out, "off_packets", ledger.off_packets);
	tm_out_signed(out, "off_bytes", ledger.off_bytes);
	tm_out_end(out);
	tm_out_color(out, balanced ? TM_COLOR_GOOD : TM_COLOR_BAD);
	if (balanced)
		tm_out_text(out, "balanced: seen before <= live flows + recorded + untracked <= seen after");
	else
		tm_out_text(out, "UNBALANCED by %+lld packets and %+lld bytes: report it as a bug, with this output",
			    (long long)ledger.off_packets,
			    (long long)ledger.off_bytes);
	return balanced ? TM_EXIT_DONE : TM_EXIT_FINDINGS;
}

/* The block that holds the totals which are no packet counters. */
static int print_more(const struct nlmsghdr *nlh, void *data,
		      struct tm_error *error)
{
	static const struct tm_field fields[] = {
		{ "flows_created", "flows created", TM_UNIT_COUNT },
		{ "records_issued", "records issued", TM_UNIT_COUNT },
		{ NULL, NULL, TM_UNIT_NONE }
	};
	const struct nlattr *tb[TRAFFICMON_A_STATS_MAX + 1];
	struct tm_out *out = data;
	char *unknown;

	if (tm_attrs_read(&tm_attrs_stats, nlh, tb, error) ||
	    tm_unknown_read(&unknown, &tm_attrs_stats, nlh, error))
		return -1;
	tm_out_block(out, "stats", fields);
	tm_out_number(out, "flows_created",
		      tm_attr_u64(tb[TRAFFICMON_A_STATS_FLOWS_CREATED]));
	tm_out_number(out, "records_issued",
		      tm_attr_u64(tb[TRAFFICMON_A_STATS_RECORDS]));
	tm_out_unknown(out, unknown);
	tm_out_end(out);
	tm_out_blank(out);
	free(unknown);
	return 0;
}

/* A module that sends no ledger must not pass for a balanced one. */
static int check_ledger(const struct tm_counters *counters,
			struct tm_error *error)
{
	uint64_t needed = 1ULL << TRAFFICMON_A_STATS_LIVE_PACKETS |
			  1ULL << TRAFFICMON_A_STATS_LIVE_BYTES |
			  1ULL << TRAFFICMON_A_STATS_SEEN_BEFORE_PACKETS |
			  1ULL << TRAFFICMON_A_STATS_SEEN_BEFORE_BYTES |
			  1ULL << TRAFFICMON_A_STATS_SEEN_AFTER_PACKETS |
			  1ULL << TRAFFICMON_A_STATS_SEEN_AFTER_BYTES;

	if ((counters->has & needed) == needed)
		return 0;
	return tm_error_set(error, TM_EXIT_TOO_OLD, 0,
			    "the loaded module gives no ledger");
}

static int stats_show(struct tm_context *context, struct tm_error *error)
{
	bool ledger = tm_given_flag(context, "--ledger");
	struct tm_nl *nl = tm_context_nl(context, error);
	struct tm_counters *counters;
	int result = -1;

	if (!nl)
		return -1;
	counters = malloc(sizeof(*counters));
	if (!counters)
		return tm_error_set(error, TM_EXIT_REFUSED, 0, "out of memory");
	if (!tm_counters_get(nl, ledger, counters, print_more, context->out,
			     error)) {
		print_totals(context->out, counters);
		print_groups(context->out, counters,
			     tm_given_flag(context, "--explain"),
			     tm_given_flag(context, "--all"));
		if (!ledger)
			result = TM_EXIT_DONE;
		else if (!check_ledger(counters, error))
			result = print_ledger(context->out, counters);
	}
	free(counters);
	return result;
}

static const struct tm_option options[] = {
	{ "--explain", NULL, "a sentence on every reason", false },
	{ "--all", NULL, "also the counters that are 0", false },
	{ "--ledger", NULL, "walk the flow table and check that nothing is lost", false },
	{ NULL, NULL, NULL, false }
};

static const struct tm_verb verbs[] = {
	{
		.name = "show",
		.run = stats_show,
		.usage = "[--explain] [--all] [--ledger]",
		.summary = "totals since attach, by class, direction and reason",
		.options = options,
		.details = "The ledger: what was seen must be in live flows, in records or counted as\n"
			   "untracked.  Under traffic the sum lies between what was seen before and after\n"
			   "the walk.  Where it does not, the exit code is 6.  --ledger needs root.",
	},
	{ .name = NULL }
};

const struct tm_object tm_object_stats = {
	.name = "stats",
	.summary = "totals by class, direction and reason; the ledger",
	.verbs = verbs,
};
