// SPDX-License-Identifier: GPL-2.0-or-later
/* The types of events: what each is called, weighs, and says to a person. */
#include "event.h"

#include <inttypes.h>
#include <stdio.h>

#include "names.h"

static bool has(const struct tm_event *event, unsigned int attribute)
{
	return event->present & (UINT64_C(1) << attribute);
}

static void say_load(const struct tm_event *event, char *text, size_t size)
{
	snprintf(text, size, "trafficmon %s watches this network namespace",
		 event->version);
}

static void say_unload(const struct tm_event *event, char *text, size_t size)
{
	snprintf(text, size,
		 "trafficmon %s stops watching this network namespace, nothing is limited any more",
		 event->version);
}

/* " of 100 pps"; nothing for a policy without a limit. */
static const char *limit_text(const struct tm_event *event, char *text,
			      size_t size)
{
	char rate[TM_RATE_TEXT];

	if (!has(event, TRAFFICMON_A_EVENT_LIMIT_RATE))
		return "";
	snprintf(text, size, " of %s",
		 tm_rate_format(event->limit_kind, event->limit_rate, rate));
	return text;
}

/* ", most by 203.0.113.7 to 192.0.2.1 port 443 on eth0": the key most over. */
static const char *key_text(const struct tm_event *event, char *text, size_t size)
{
	char address[TM_ADDRESS_TEXT];
	int length = 0;

	text[0] = '\0';
	if (event->source.size)
		length += snprintf(text + length, size - (size_t)length,
				   " by %s",
				   tm_address_format(&event->source, address));
	if (event->destination.size)
		length += snprintf(text + length, size - (size_t)length,
				   " to %s",
				   tm_address_format(&event->destination,
						     address));
	if (has(event, TRAFFICMON_A_EVENT_DESTINATION_PORT))
		length += snprintf(text + length, size - (size_t)length,
				   " to port %u", event->destination_port);
	if (has(event, TRAFFICMON_A_EVENT_IIF))
		snprintf(text + length, size - (size_t)length, " on %s",
			 event->device);
	return text;
}

static void say_policy_over(const struct tm_event *event, char *text, size_t size)
{
	bool enforces = event->mode == TRAFFICMON_MODE_ENFORCE;
	char limit[TM_RATE_TEXT + 8];
	char key[160];

	key_text(event, key, sizeof(key));
	snprintf(text, size, "policy %s went over its limit%s%s%s, and %s what exceeds it",
		 event->policy, limit_text(event, limit, sizeof(limit)),
		 key[0] ? ", most" : "", key,
		 enforces ? "drops" : "in monitor mode lets pass");
}

static void say_policy_under(const struct tm_event *event, char *text,
			     size_t size)
{
	char duration[TM_DURATION_TEXT];

	snprintf(text, size,
		 "policy %s is back under its limit after %s, %" PRIu64
		 " packets were over it and %" PRIu64 " were dropped",
		 event->policy,
		 tm_duration_format(event->duration_ns, duration),
		 event->packets, event->dropped_packets);
}

static void say_table_full(const struct tm_event *event, char *text, size_t size)
{
	snprintf(text, size,
		 "the table of %s is full, all %" PRIu32
		 " places are taken", event->table, event->size);
}

static void say_table_room(const struct tm_event *event, char *text, size_t size)
{
	char duration[TM_DURATION_TEXT];

	snprintf(text, size, "the table of %s has room again after %s",
		 event->table,
		 tm_duration_format(event->duration_ns, duration));
}

static void say_ruleset(const struct tm_event *event, char *text, size_t size)
{
	char duration[TM_DURATION_TEXT], what[96], has_policies[64];

	snprintf(has_policies, sizeof(has_policies),
		 "generation %" PRIu64 " has %" PRIu32 " %s", event->generation,
		 event->policies, event->policies == 1 ? "policy" : "policies");
	switch (event->change) {
	case TRAFFICMON_CHANGE_WAITS:
		snprintf(what, sizeof(what), "replaced for %s unless confirmed",
			 tm_duration_format(event->duration_ns, duration));
		break;
	case TRAFFICMON_CHANGE_CONFIRMED:
		snprintf(what, sizeof(what), "confirmed");
		break;
	case TRAFFICMON_CHANGE_ROLLED_BACK:
		snprintf(what, sizeof(what), "rolled back");
		break;
	case TRAFFICMON_CHANGE_TIMED_OUT:
		snprintf(what, sizeof(what),
			 "rolled back because nobody confirmed it");
		break;
	default:
		snprintf(what, sizeof(what), "replaced");
	}
	snprintf(text, size, "the ruleset was %s, %s", what, has_policies);
}

static void say_set(const struct tm_event *event, char *text, size_t size)
{
	snprintf(text, size, "set %s was changed and has %" PRIu32 " %s",
		 event->set, event->entries,
		 event->entries == 1 ? "entry" : "entries");
}

static void say_records_lost(const struct tm_event *event, char *text,
			     size_t size)
{
	snprintf(text, size,
		 "%" PRIu64 " flow record%s overwritten before anybody read %s",
		 event->records, event->records == 1 ? " was" : "s were",
		 event->records == 1 ? "it" : "them");
}

static void say_enforcement(const struct tm_event *event, char *text,
			    size_t size)
{
	char duration[TM_DURATION_TEXT], name[TM_NAME_TEXT];
	const char *cause = tm_name(&tm_names_cause, event->cause, name);

	if (event->mode == TRAFFICMON_MODE_ENFORCE)
		snprintf(text, size,
			 "enforcement is resumed by the %s after %s, what exceeds a policy is dropped again",
			 cause, tm_duration_format(event->duration_ns, duration));
	else if (has(event, TRAFFICMON_A_EVENT_DROPPED_PERCENT))
		snprintf(text, size,
			 "enforcement is suspended by the %s, %u %% of all packets were dropped, and none is any more",
			 cause, event->dropped_percent);
	else
		snprintf(text, size,
			 "enforcement is suspended by the %s, nothing is dropped any more",
			 cause);
}

static void say_lost(const struct tm_event *event, char *text, size_t size)
{
	uint64_t count = event->lost_last - event->lost_first + 1;

	snprintf(text, size,
		 "%" PRIu64 " event%s overwritten before this log read %s",
		 count, count == 1 ? " was" : "s were",
		 count == 1 ? "it" : "them");
}

static void say_reloaded(const struct tm_event *event, char *text, size_t size)
{
	snprintf(text, size,
		 "trafficmon was attached anew, what it said after event %" PRIu64
		 " of its former instance is not known",
		 event->sequence);
}

static void say_gone(const struct tm_event *event, char *text, size_t size)
{
	snprintf(text, size,
		 "trafficmon is gone without a word after event %" PRIu64
		 ", nothing is limited any more", event->sequence);
}

static void say_unknown(const struct tm_event *event, char *text, size_t size)
{
	snprintf(text, size,
		 "trafficmon sent an event of type %u, which this tool does not know",
		 event->type);
}

/*
 * The message ids were drawn once and never change; a new type gets a new one
 * (trafficmon.catalog explains each).
 */
static const struct tm_event_type types[] = {
	{ TRAFFICMON_EVENT_LOAD, NULL, "e21f8c84b88a46188bda51854656fdba",
	  "event", "configuration", "start", TM_LOG_SEVERITY_NOTICE, say_load },
	{ TRAFFICMON_EVENT_UNLOAD, NULL, "a4f5f78f84da479c9d1b4a0961505c2d",
	  "event", "configuration", "end", TM_LOG_SEVERITY_NOTICE, say_unload },
	/* WARNING when it enforces: tm_event_severity() */
	{ TRAFFICMON_EVENT_POLICY_OVER, NULL,
	  "27d7013d8e2e4a029c639cd81524a0f0", "alert", "network", "start",
	  TM_LOG_SEVERITY_NOTICE, say_policy_over },
	{ TRAFFICMON_EVENT_POLICY_UNDER, NULL,
	  "195dfa2431ef45718b597c8d5694c65d", "event", "network", "end",
	  TM_LOG_SEVERITY_NOTICE, say_policy_under },
	{ TRAFFICMON_EVENT_TABLE_FULL, NULL,
	  "bf82b0946d00487892be2e7edc213d4e", "alert", "network", "start",
	  TM_LOG_SEVERITY_ERROR, say_table_full },
	{ TRAFFICMON_EVENT_TABLE_ROOM, NULL,
	  "3960df1e1af743739107292f7e7494ec", "event", "network", "end",
	  TM_LOG_SEVERITY_NOTICE, say_table_room },
	/* WARNING when nobody confirmed it: tm_event_severity() */
	{ TRAFFICMON_EVENT_RULESET, NULL, "6b9d965d3f904f2bb2183d86bca43157",
	  "event", "configuration", "change", TM_LOG_SEVERITY_NOTICE,
	  say_ruleset },
	{ TRAFFICMON_EVENT_SET, NULL, "387c6e491c1f43dcb22a61b4c7db6810",
	  "event", "configuration", "change", TM_LOG_SEVERITY_NOTICE, say_set },
	{ TRAFFICMON_EVENT_RECORDS_LOST, NULL,
	  "435c9b9ad3404f27b419291f53046d7a", "event", "network", "info",
	  TM_LOG_SEVERITY_WARNING, say_records_lost },
	/* ERROR when it is suspended: tm_event_severity() */
	{ TRAFFICMON_EVENT_ENFORCEMENT, NULL,
	  "b81e683716184d7dae16d42f3553490d", "alert", "configuration", "change",
	  TM_LOG_SEVERITY_NOTICE, say_enforcement },
	{ TM_EVENT_LOST, "events_lost", "e0e188f2468247258a1b91b880205d81",
	  "event", "network", "info", TM_LOG_SEVERITY_WARNING, say_lost },
	{ TM_EVENT_RELOADED, "reloaded", "5e1ea4827ddc488787106facdd89d5ce",
	  "event", "configuration", "change", TM_LOG_SEVERITY_WARNING,
	  say_reloaded },
	{ TM_EVENT_GONE, "gone", "ef66a8fc8dff4df88e0b619706d1391e",
	  "event", "configuration", "end", TM_LOG_SEVERITY_WARNING, say_gone },
};

static const struct tm_event_type unknown_type = {
	0, NULL, "d8a141b47a8048feb5bd0b9b7587a141", "event", "network",
	"info", TM_LOG_SEVERITY_NOTICE, say_unknown
};

const struct tm_event_type *tm_event_type_of(const struct tm_event *event)
{
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (types[i].type == event->type)
			return &types[i];
	}
	return &unknown_type;
}

const char *tm_event_name(const struct tm_event *event, char *buffer)
{
	const struct tm_event_type *type = tm_event_type_of(event);

	return type->own_name ? type->own_name
			      : tm_name(&tm_names_event, event->type, buffer);
}

enum tm_log_severity tm_event_severity(const struct tm_event *event)
{
	if (event->type == TRAFFICMON_EVENT_POLICY_OVER &&
	    event->mode == TRAFFICMON_MODE_ENFORCE)
		return TM_LOG_SEVERITY_WARNING;
	if (event->type == TRAFFICMON_EVENT_ENFORCEMENT &&
	    event->mode == TRAFFICMON_MODE_MONITOR)
		return TM_LOG_SEVERITY_ERROR;
	if (event->type == TRAFFICMON_EVENT_RULESET &&
	    event->change == TRAFFICMON_CHANGE_TIMED_OUT)
		return TM_LOG_SEVERITY_WARNING;
	return tm_event_type_of(event)->severity;
}

void tm_event_sentence(const struct tm_event *event, char *text, size_t size)
{
	tm_event_type_of(event)->sentence(event, text, size);
}
