// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tmctl record: what is left of flows that ended; once, or as they come.
 */
#include <errno.h>
#include <linux/trafficmon.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../lib/attrs.h"
#include "../lib/info.h"
#include "../lib/names.h"
#include "../lib/unknown.h"
#include "../lib/value.h"
#include "endpoint.h"
#include "options.h"
#include "ring.h"

#define CURSOR_SIZE	32	/* bytes that a cursor needs at most */

/*
 * One reading, or a whole --follow.
 * @devices:	names known in this reading
 * @table:	records are rows of an open table (not a line each)
 * @gaps:	found so far, told when the table is closed
 * @backward:	a ring ended before where we stood: it began anew
 */
struct reader {
	struct tm_out *out;
	struct tm_rings rings;
	struct tm_devices devices;
	bool table;
	uint64_t shown;
	struct tm_gap *gaps;
	size_t gap_count;
	bool backward;
};

static void print_gap(struct tm_out *out, const struct tm_gap *gap)
{
	tm_out_number(out, "ring", gap->ring);
	tm_out_number(out, "records", gap->records);
	if (gap->has_totals) {
		tm_out_number(out, "packets", gap->packets);
		tm_out_number(out, "bytes", gap->bytes);
	}
}

/* In a stream a gap is told where it is; else it waits for the table's end. */
static int tell_gap(struct reader *reader, const struct tm_gap *gap,
		    struct tm_error *error)
{
	struct tm_gap *larger;

	if (reader->table) {
		larger = realloc(reader->gaps, sizeof(*larger) *
				 (reader->gap_count + 1));
		if (!larger)
			return tm_error_set(error, TM_EXIT_REFUSED, ENOMEM,
					    "out of memory");
		reader->gaps = larger;
		larger[reader->gap_count++] = *gap;
		return 0;
	}
	tm_out_block(reader->out, NULL, NULL);
	tm_out_block(reader->out, "gap", NULL);
	print_gap(reader->out, gap);
	tm_out_end(reader->out);
	tm_out_end(reader->out);
	tm_out_color(reader->out, TM_COLOR_WARNING);
	if (gap->has_totals)
		tm_out_text(reader->out, "(missed in ring %u: %llu records, %llu packets, %llu bytes)",
			    gap->ring, (unsigned long long)gap->records,
			    (unsigned long long)gap->packets,
			    (unsigned long long)gap->bytes);
	else
		tm_out_text(reader->out, "(missed in ring %u: %llu records)",
			    gap->ring, (unsigned long long)gap->records);
	return 0;
}

static struct tm_tuple read_tuple(const struct nlattr *const *tb)
{
	struct tm_tuple tuple = {
		.source = tm_attr_address(tb[TRAFFICMON_A_RECORD_SOURCE]),
		.destination =
			tm_attr_address(tb[TRAFFICMON_A_RECORD_DESTINATION]),
		.source_port = tm_attr_u16(tb[TRAFFICMON_A_RECORD_SOURCE_PORT]),
		.destination_port =
			tm_attr_u16(tb[TRAFFICMON_A_RECORD_DESTINATION_PORT]),
		.protocol = tm_attr_u8(tb[TRAFFICMON_A_RECORD_PROTOCOL]),
	};

	return tuple;
}

static void print_values(struct reader *reader, const struct nlattr *const *tb,
			 const struct tm_tuple *tuple)
{
	struct tm_out *out = reader->out;
	uint64_t start = tm_attr_u64(tb[TRAFFICMON_A_RECORD_START_TIME]);
	uint64_t end = tm_attr_u64(tb[TRAFFICMON_A_RECORD_END_TIME]);
	char reason[TM_NAME_TEXT], state[TM_NAME_TEXT];
	char direction[TM_NAME_TEXT];

	tm_out_number(out, "ring", tm_attr_u32(tb[TRAFFICMON_A_RECORD_RING]));
	tm_out_number(out, "sequence",
		      tm_attr_u64(tb[TRAFFICMON_A_RECORD_SEQUENCE]));
	tm_out_number(out, "start_time_ns", start);
	tm_out_number(out, "end_time_ns", end);
	tm_out_number(out, "duration_ns", end > start ? end - start : 0);
	tm_out_string(out, "reason", tm_name(&tm_names_record_reason,
		      tm_attr_u8(tb[TRAFFICMON_A_RECORD_REASON]), reason));
	tm_out_tuple(out, tuple,
		     tm_attr_flag(tb[TRAFFICMON_A_RECORD_FRAGMENT]));
	tm_out_string(out, "state", tm_name(&tm_names_flow_state,
		      tm_attr_u8(tb[TRAFFICMON_A_RECORD_STATE]), state));
	tm_out_string(out, "direction", tm_name(&tm_names_direction,
		      tm_attr_u8(tb[TRAFFICMON_A_RECORD_DIRECTION]),
		      direction));
	tm_out_bool(out, "fragment",
		    tm_attr_flag(tb[TRAFFICMON_A_RECORD_FRAGMENT]));
	tm_out_device(out, &reader->devices,
		      tm_attr_u32(tb[TRAFFICMON_A_RECORD_IIF]));
	tm_out_number(out, "packets",
		      tm_attr_u64(tb[TRAFFICMON_A_RECORD_PACKETS]));
	tm_out_number(out, "bytes", tm_attr_u64(tb[TRAFFICMON_A_RECORD_BYTES]));
	tm_out_number(out, "reply_packets",
		      tm_attr_u64(tb[TRAFFICMON_A_RECORD_REPLY_PACKETS]));
	tm_out_number(out, "reply_bytes",
		      tm_attr_u64(tb[TRAFFICMON_A_RECORD_REPLY_BYTES]));
}

/* --follow in text: a line that needs no neighbours to be read. */
static void print_line(struct tm_out *out, const struct nlattr *const *tb,
		       const struct tm_tuple *tuple, const char *unknown)
{
	char reason[TM_NAME_TEXT], state[TM_NAME_TEXT], protocol[TM_NAME_TEXT];
	char time[TM_TIME_TEXT], ends[3 * TM_ENDPOINT_TEXT];
	char bytes[TM_RATE_TEXT], reply[TM_RATE_TEXT];

	if (tm_out_is_json(out))
		return;
	tm_bytes_format(tm_attr_u64(tb[TRAFFICMON_A_RECORD_BYTES]), bytes);
	tm_bytes_format(tm_attr_u64(tb[TRAFFICMON_A_RECORD_REPLY_BYTES]),
			reply);
	tm_out_text(out, "%s %-7s %-5s %s %s, %llu packets %s, reply %llu packets %s%s%s",
		    tm_time_format(tm_attr_u64(tb[TRAFFICMON_A_RECORD_END_TIME]),
				   time),
		    tm_name(&tm_names_record_reason,
			    tm_attr_u8(tb[TRAFFICMON_A_RECORD_REASON]), reason),
		    tm_protocol_name(tuple->protocol, protocol),
		    tm_tuple_format(tuple,
				    tm_attr_flag(tb[TRAFFICMON_A_RECORD_FRAGMENT]),
				    ends),
		    tm_name(&tm_names_flow_state,
			    tm_attr_u8(tb[TRAFFICMON_A_RECORD_STATE]), state),
		    (unsigned long long)
		    tm_attr_u64(tb[TRAFFICMON_A_RECORD_PACKETS]), bytes,
		    (unsigned long long)
		    tm_attr_u64(tb[TRAFFICMON_A_RECORD_REPLY_PACKETS]), reply,
		    unknown ? ", " : "", unknown ? unknown : "");
}

static void print_record(struct reader *reader, const struct nlattr *const *tb,
			 const char *unknown)
{
	struct tm_tuple tuple = read_tuple(tb);

	reader->shown++;
	if (reader->table)
		tm_out_row(reader->out);
	else
		tm_out_block(reader->out, NULL, NULL);
	print_values(reader, tb, &tuple);
	tm_out_unknown(reader->out, unknown);
	tm_out_end(reader->out);
	if (!reader->table)
		print_line(reader->out, tb, &tuple, unknown);
}

static int read_record(const struct nlmsghdr *nlh, void *data,
		       struct tm_error *error)
{
	const struct nlattr *tb[TRAFFICMON_A_RECORD_MAX + 1];
	struct reader *reader = data;
	struct tm_cursor_ring *cursor;
	struct tm_gap gap;
	uint64_t sequence;
	char *unknown;

	if (tm_attrs_read(&tm_attrs_record, nlh, tb, error))
		return -1;
	cursor = tm_rings_get(&reader->rings,
			      tm_attr_u32(tb[TRAFFICMON_A_RECORD_RING]));
	if (!cursor)
		return tm_error_set(error, TM_EXIT_REFUSED, ENOMEM,
				    "out of memory");
	sequence = tm_attr_u64(tb[TRAFFICMON_A_RECORD_SEQUENCE]);
	if (sequence < cursor->sequence)
		reader->backward = true;
	if (tm_ring_arrive(cursor, sequence,
			   tm_attr_u64(tb[TRAFFICMON_A_RECORD_BEFORE_PACKETS]),
			   tm_attr_u64(tb[TRAFFICMON_A_RECORD_BEFORE_BYTES]),
			   &gap) &&
	    tell_gap(reader, &gap, error))
		return -1;
	if (tm_attr_flag(tb[TRAFFICMON_A_RECORD_END]))
		return 0;
	if (tm_unknown_read(&unknown, &tm_attrs_record, nlh, error))
		return -1;
	print_record(reader, tb, unknown);
	free(unknown);
	tm_ring_pass(cursor,
		     tm_attr_u64(tb[TRAFFICMON_A_RECORD_PACKETS]) +
		     tm_attr_u64(tb[TRAFFICMON_A_RECORD_REPLY_PACKETS]),
		     tm_attr_u64(tb[TRAFFICMON_A_RECORD_BYTES]) +
		     tm_attr_u64(tb[TRAFFICMON_A_RECORD_REPLY_BYTES]));
	return 0;
}

static int read_once(struct reader *reader, struct tm_nl *nl,
		     struct tm_error *error)
{
	struct nlmsghdr *request = tm_nl_request(nl, TRAFFICMON_CMD_RECORD_GET,
						 0);
	bool inconsistent;
	size_t i;

	memset(&reader->devices, 0, sizeof(reader->devices));
	for (i = 0; i < reader->rings.count; i++) {
		const struct tm_cursor_ring *ring = &reader->rings.rings[i];
		struct nlattr *nest;

		if (!ring->sequence)
			continue;
		if (tm_nl_room(request) < CURSOR_SIZE)
			return tm_error_set(error, TM_EXIT_USAGE, E2BIG,
					    "cursors of %zu rings are more than one request takes",
					    reader->rings.count);
		nest = mnl_attr_nest_start(request, TRAFFICMON_A_RECORD_CURSOR);
		mnl_attr_put_u32(request, TRAFFICMON_A_CURSOR_RING, ring->ring);
		mnl_attr_put_u64(request, TRAFFICMON_A_CURSOR_SEQUENCE,
				 ring->sequence);
		mnl_attr_nest_end(request, nest);
	}
	return tm_nl_dump(nl, request, read_record, NULL, reader,
			  &inconsistent, error);
}

static const struct tm_field record_fields[] = {
	{ "end_time_ns", "LAST PACKET", TM_UNIT_TIME_NS },
	{ "reason", "REASON", TM_UNIT_NONE },
	{ "protocol", "PROTO", TM_UNIT_NONE },
	{ "source", "SOURCE", TM_UNIT_NONE },
	{ "destination", "DESTINATION", TM_UNIT_NONE },
	{ "state", "STATE", TM_UNIT_NONE },
	{ "packets", "PACKETS", TM_UNIT_COUNT },
	{ "bytes", "BYTES", TM_UNIT_BYTES },
	{ "reply_packets", "REPLY PKTS", TM_UNIT_COUNT },
	{ "reply_bytes", "REPLY BYTES", TM_UNIT_BYTES },
	{ "duration_ns", "DURATION", TM_UNIT_DURATION_NS },
	{ NULL, NULL, TM_UNIT_NONE }
};

static const struct tm_fit record_fit[] = {
	TM_LEAVE_OUT("duration_ns"),
	TM_STACK("destination", "source"),
	TM_STACK("reply_packets", "packets"),
	TM_STACK("reply_bytes", "bytes"),
	TM_STACK("duration_ns", "end_time_ns"),
	TM_STACK("protocol", "reason"),
	TM_LEAVE_OUT("state"),
	TM_LEAVE_OUT("end_time_ns"),
	TM_LEAVE_OUT("reply_bytes"),
	TM_LEAVE_OUT("reply_packets"),
	TM_FITTED
};

static void print_gaps(const struct reader *reader)
{
	static const struct tm_field fields[] = {
		{ "ring", "MISSED IN RING", TM_UNIT_COUNT },
		{ "records", "RECORDS", TM_UNIT_COUNT },
		{ "packets", "PACKETS", TM_UNIT_COUNT },
		{ "bytes", "BYTES", TM_UNIT_COUNT },
		{ NULL, NULL, TM_UNIT_NONE }
	};
	size_t i;

	if (!reader->gap_count && !tm_out_is_json(reader->out))
		return;
	tm_out_blank(reader->out);
	tm_out_table(reader->out, "gaps", fields);
	for (i = 0; i < reader->gap_count; i++) {
		tm_out_row(reader->out);
		print_gap(reader->out, &reader->gaps[i]);
		tm_out_row_end(reader->out);
	}
	tm_out_end(reader->out);
}

static void print_cursors(const struct reader *reader)
{
	char text[TM_CURSOR_TEXT];
	const char *records = reader->shown == 1 ? "record" : "records";
	char line[640];
	size_t used = 0, i;

	tm_out_array(reader->out, "cursors");
	for (i = 0; i < reader->rings.count; i++)
		tm_out_string(reader->out, NULL,
			      tm_ring_format(&reader->rings.rings[i], text));
	tm_out_end(reader->out);
	for (i = 0; i < reader->rings.count && used < sizeof(line); i++)
		used += snprintf(line + used, sizeof(line) - used, " %s",
				 tm_ring_format(&reader->rings.rings[i],
						text));
	tm_out_blank(reader->out);
	if (used < sizeof(line))
		tm_out_text(reader->out, "%llu %s.  To go on from here: tmctl record show from%s",
			    (unsigned long long)reader->shown, records,
			    used ? line : " ...");
	else
		tm_out_text(reader->out, "%llu %s.  `tmctl -j record show` gives the cursors to go on from",
			    (unsigned long long)reader->shown, records);
}

static int show_once(struct reader *reader, struct tm_context *context,
		     struct tm_error *error)
{
	struct tm_nl *nl = tm_context_nl(context, error);

	if (!nl)
		return -1;
	reader->table = true;
	tm_out_table(reader->out, "records", record_fields);
	tm_out_fit(reader->out, record_fit);
	if (read_once(reader, nl, error))
		return -1;
	tm_out_end(reader->out);
	print_gaps(reader);
	print_cursors(reader);
	if (reader->backward)
		tm_out_warn(reader->out, "a ring ends before its cursor: the cursors are of another attachment of the module");
	return TM_EXIT_DONE;
}

/* Sequences start again with each attachment: then so do the cursors. */
static int follow_step(struct reader *reader, struct tm_nl *nl,
		       uint64_t *instance, struct tm_error *error)
{
	struct tm_info info;

	if (tm_info_get(nl, &info, NULL, error))
		return -1;
	if (info.attached && *instance && info.instance != *instance) {
		tm_rings_free(&reader->rings);
		tm_out_warn(reader->out, "the namespace was attached anew: what the old rings still held is lost, their records begin again at 1");
	}
	if (info.attached)
		*instance = info.instance;
	reader->backward = false;
	return read_once(reader, nl, error);
}

/* A module that is being swapped, or a namespace detached, may come back. */
static bool may_come_back(const struct tm_error *error)
{
	return error->exit_code == TM_EXIT_NOT_LOADED ||
	       error->errnum == ENOTCONN;
}

static int follow(struct reader *reader, struct tm_context *context,
		  uint64_t interval_ns, struct tm_error *error)
{
	const struct timespec pause = {
		.tv_sec = interval_ns / 1000000000,
		.tv_nsec = interval_ns % 1000000000,
	};
	bool away = false;
	uint64_t instance = 0;
	struct tm_nl *nl;

	tm_out_stream(reader->out);
	for (;; nanosleep(&pause, NULL)) {
		nl = tm_context_nl(context, error);
		if (nl && !follow_step(reader, nl, &instance, error)) {
			if (tm_out_check(reader->out, error))
				return -1;
			away = false;
			continue;
		}
		/* What never was there is not waited for. */
		if (!instance || !may_come_back(error))
			return -1;
		if (!away)
			tm_out_warn(reader->out, "%s; waiting for it",
				    error->message);
		away = true;
		tm_nl_close(context->nl);
		context->nl = NULL;
	}
}

static int parse_arguments(const struct tm_context *context,
			   struct reader *reader, uint64_t *interval_ns,
			   struct tm_error *error)
{
	const char *interval = tm_given_value(context, "--interval");
	const char *from;
	unsigned int i;

	for (i = 0; (from = tm_given_nth(context, "from", i)); i++) {
		if (tm_rings_parse(&reader->rings, from, error))
			return -1;
	}
	*interval_ns = 1000000000;
	if (!interval)
		return 0;
	if (!tm_given_flag(context, "--follow"))
		return tm_error_usage(error, "'--interval' goes with --follow");
	if (tm_duration_parse(interval, interval_ns, error))
		return -1;
	if (*interval_ns < 10000000 || *interval_ns > 3600 * 1000000000ULL)
		return tm_error_usage(error, "the interval %s is out of range: 10ms to 1h",
				      interval);
	return 0;
}

static int record_show(struct tm_context *context, struct tm_error *error)
{
	struct reader reader = { .out = context->out };
	uint64_t interval_ns;
	int result = -1;

	if (!parse_arguments(context, &reader, &interval_ns, error))
		result = tm_given_flag(context, "--follow") ?
			 follow(&reader, context, interval_ns, error) :
			 show_once(&reader, context, error);
	tm_rings_free(&reader.rings);
	free(reader.gaps);
	return result;
}

static const struct tm_option options[] = {
	{ "from", "RING:SEQUENCE", "where to start, as an earlier run printed it", true },
	{ "--follow", NULL, "go on: read what is new, until stopped", false },
	{ "--interval", "DURATION", "how often --follow reads (default 1s)", false },
	{ NULL, NULL, NULL, false }
};

static const struct tm_verb verbs[] = {
	{
		.name = "show",
		.run = record_show,
		.usage = "[from RING:SEQUENCE[:PACKETS:BYTES]...] [--follow [--interval DURATION]]",
		.summary = "records that the rings still hold: what is left of ended, idle, evicted flows",
		.options = options,
		.details = "A record counts what came since the flow's last record.  What a reader missed\n"
			   "because a ring went round is told exactly: records, packets, bytes.\n"
			   "While the module is swapped, --follow waits for it.\n"
			   "Reading removes nothing; several readers do not disturb each other.\n\n"
			   "Example:\n"
			   "  tmctl -j record show --follow | jq -c 'select(.reason==\"evicted\")'\n",
	},
	{ .name = NULL }
};

const struct tm_object tm_object_record = {
	.name = "record",
	.summary = "records of flows that ended",
	.verbs = verbs,
};
