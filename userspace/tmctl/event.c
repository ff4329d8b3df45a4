// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tmctl event: what the module's ring of events holds, and events as they
 * happen.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/trafficmon.h>

#include "../lib/event_source.h"
#include "../lib/names.h"
#include "../lib/stop.h"
#include "../lib/value.h"
#include "options.h"

static const struct tm_option show_options[] = {
	{ "from", "SEQUENCE", "the first event wanted; default the oldest",
	  false },
	{ "type", "TYPE", "only events of this type", true },
	{ NULL, NULL, NULL, false }
};

static const struct tm_option monitor_options[] = {
	{ "type", "TYPE", "only events of this type", true },
	{ NULL, NULL, NULL, false }
};

static const struct tm_field fields[] = {
	{ "time_ns", "TIME", TM_UNIT_TIME_NS },
	{ "sequence", "SEQUENCE", TM_UNIT_COUNT },
	{ "type", "TYPE", TM_UNIT_NONE },
	{ "severity", "SEVERITY", TM_UNIT_NONE },
	{ "message", "EVENT", TM_UNIT_NONE },
	{ NULL, NULL, TM_UNIT_NONE }
};

static const struct tm_fit fit[] = {
	TM_WRAP("message", 40),
	TM_LEAVE_OUT("severity"),
	TM_LEAVE_OUT("sequence"),
	TM_FITTED
};

/* What is wanted: bit 1 << enum trafficmon_event_type; 0: all. */
static int types_wanted(const struct tm_context *context, uint64_t *types,
			struct tm_error *error)
{
	const char *word;
	unsigned int i;
	int type;

	*types = 0;
	for (i = 0; (word = tm_given_nth(context, "type", i)); i++) {
		type = tm_name_parse(&tm_names_event, word, error);
		if (type < 0)
			return -1;
		*types |= UINT64_C(1) << type;
	}
	return 0;
}

/* What the reader itself has to say is always wanted. */
static bool wanted(const struct tm_event *event, uint64_t types)
{
	return !types || event->type >= TM_EVENT_LOST ||
	       (event->type < 64 && types & (UINT64_C(1) << event->type));
}

static void print_value(const struct tm_event_value *value, void *data)
{
	if (value->text[0])
		tm_out_string(data, value->key, value->text);
	else
		tm_out_number(data, value->key, value->number);
}

#define UNKNOWN_SIZE \
	(TM_EVENT_UNKNOWN_MAX * sizeof(struct tm_event_unknown))

/* As unknown.h has it: "tm.attr_99" of a log is "attr_99" here, as everywhere. */
static const char *unknown_format(const struct tm_event *event, char *buffer)
{
	size_t used = 0;
	unsigned int i;

	buffer[0] = '\0';
	for (i = 0; i < event->unknown_count; i++)
		used += snprintf(buffer + used, UNKNOWN_SIZE - used, "%s%s=%s",
				 used ? " " : "",
				 strchr(event->unknown[i].key, '.') + 1,
				 event->unknown[i].value);
	return buffer;
}

/* The values of an event, into an open row or block. */
static void print_values(struct tm_out *out, const struct tm_event *event)
{
	char sentence[TM_LOG_SENTENCE_SIZE];
	char name[TM_NAME_TEXT], unknown[UNKNOWN_SIZE];

	tm_event_sentence(event, sentence, sizeof(sentence));
	tm_out_string(out, "type", tm_event_name(event, name));
	tm_out_string(out, "severity",
		      tm_log_severity_name(tm_event_severity(event)));
	tm_out_string(out, "message", sentence);
	tm_event_each(event, print_value, out);
	tm_out_unknown(out, unknown_format(event, unknown));
}

struct show {
	struct tm_out *out;
	uint64_t from;
	uint64_t types;
	uint64_t first;		/* 0: none yet */
};

static int show_one(const struct nlmsghdr *nlh, void *data,
		    struct tm_error *error)
{
	struct show *show = data;
	struct tm_event event;

	if (tm_event_decode(&event, nlh, error))
		return -1;
	if (!show->first)
		show->first = event.sequence;
	if (!wanted(&event, show->types))
		return 0;
	tm_out_row(show->out);
	print_values(show->out, &event);
	tm_out_row_end(show->out);
	return 0;
}

static int event_show(struct tm_context *context, struct tm_error *error)
{
	const char *from = tm_given_value(context, "from");
	struct show show = { .out = context->out, .from = 1 };
	struct nlmsghdr *request;
	struct tm_nl *nl;

	if (from && tm_number_parse("sequence", from, 1, UINT64_MAX,
				    &show.from, error))
		return -1;
	if (types_wanted(context, &show.types, error))
		return -1;
	nl = tm_context_nl(context, error);
	if (!nl)
		return -1;

	tm_out_table(context->out, "events", fields);
	tm_out_fit(context->out, fit);
	request = tm_nl_request(nl, TRAFFICMON_CMD_EVENT_GET, 0);
	mnl_attr_put_u64(request, TRAFFICMON_A_EVENT_SEQUENCE, show.from);
	if (tm_nl_dump(nl, request, show_one, NULL, &show, NULL, error))
		return -1;
	tm_out_end(context->out);
	if (from && show.first > show.from)
		tm_out_warn(context->out,
			    "events %" PRIu64 " to %" PRIu64 " are overwritten: the oldest that the module holds is %" PRIu64,
			    show.from, show.first - 1, show.first);
	return TM_EXIT_DONE;
}

struct monitor {
	struct tm_out *out;
	uint64_t types;
};

static int monitor_one(const struct tm_event *event, void *data,
		       struct tm_error *error)
{
	const struct monitor *monitor = data;
	char sentence[TM_LOG_SENTENCE_SIZE];
	char name[TM_NAME_TEXT];
	char time[TM_TIME_TEXT], unknown[UNKNOWN_SIZE];

	if (!wanted(event, monitor->types))
		return 0;
	tm_out_block(monitor->out, NULL, NULL);
	print_values(monitor->out, event);
	tm_out_end(monitor->out);
	tm_event_sentence(event, sentence, sizeof(sentence));
	tm_out_text(monitor->out, "%s %" PRIu64 " %s: %s%s%s",
		    tm_time_format(event->time_ns, time), event->sequence,
		    tm_event_name(event, name), sentence,
		    event->unknown_count ? " " : "",
		    unknown_format(event, unknown));
	return tm_out_check(monitor->out, error);
}

static void monitor_tell(void *data, const char *text)
{
	const struct monitor *monitor = data;

	tm_out_warn(monitor->out, "%s", text);
}

static int event_monitor(struct tm_context *context, struct tm_error *error)
{
	struct monitor monitor = { .out = context->out };
	struct tm_event_source_nl source;
	struct tm_event_follow follow = {
		.source = &source.source,
		.deliver = monitor_one,
		.tell = monitor_tell,
		.data = &monitor,
		.newest_only = true,
	};
	sigset_t waiting;

	tm_out_stream(context->out);
	if (types_wanted(context, &monitor.types, error))
		return -1;
	/* Who starts a monitor wants to hear now that there is no module. */
	if (!tm_context_nl(context, error))
		return -1;
	tm_event_source_nl_init(&source, NULL);
	follow.stop = tm_stop_on_signals(&waiting);
	follow.signals = &waiting;
	return tm_event_follow(&follow, error) ? -1 : TM_EXIT_DONE;
}

#define TYPES \
	"Types: load, unload, policy_over, policy_under, table_full, table_room,\n" \
	"ruleset, set, records_lost, enforcement.\n"

static const struct tm_verb verbs[] = {
	{ "show", event_show, "[from SEQUENCE] [type TYPE...]",
	  "what the module's ring of events holds, oldest first",
	  show_options, 0, 0,
	  TYPES "\n"
	  "Examples:\n"
	  "  tmctl event show type policy_over policy_under\n"
	  "  tmctl -j event show from 1000\n" },
	{ "monitor", event_monitor, "[type TYPE...]",
	  "events as they happen, until stopped",
	  monitor_options, 0, 0,
	  TYPES "\n"
	  "With -j one JSON object a line.  Events that were overwritten before they\n"
	  "could be read are told as events_lost; a module that is unloaded is waited\n"
	  "for.  To keep events in the system's log: tmctl log.\n" },
	{ NULL, NULL, NULL, NULL, NULL, 0, 0, NULL }
};

const struct tm_object tm_object_event = {
	.name = "event",
	.summary = "what a person should hear of: limits exceeded, full tables, changes",
	.verbs = verbs,
};
