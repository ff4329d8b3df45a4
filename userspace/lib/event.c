// SPDX-License-Identifier: GPL-2.0-or-later
/* Events read, and taken apart into named values: one table. */
#include "event.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "attrs.h"
#include "names.h"

#define HAS(attribute)	(UINT64_C(1) << TRAFFICMON_A_EVENT_##attribute)

_Static_assert(TRAFFICMON_A_EVENT_MAX < 62, "attributes fit into the bits");

/* Bits of what the reader itself adds. */
#define HAS_LOST	(UINT64_C(1) << 62)

/* How a value is shown, where its type does not say it. */
enum show {
	SHOW_NUMBER,
	SHOW_TEXT,
	SHOW_ADDRESS,
	SHOW_TIME,
	SHOW_INSTANCE,
	SHOW_MODE,
	SHOW_CAUSE,
	SHOW_CHANGE,
	SHOW_DEVICE,
	SHOW_LOST_COUNT,
};

/*
 * @has:	bit in event->present
 * @offset:	where struct tm_event keeps it
 * @size:	of that place, bytes
 * @when:	does the name fit this event?  NULL: always
 */
struct value {
	uint64_t has;
	uint16_t attribute;
	size_t offset;
	size_t size;
	enum show show;
	const char *key;
	const char *ecs;
	bool (*when)(const struct tm_event *event);
};

static bool limits_packets(const struct tm_event *event)
{
	return event->limit_kind == TRAFFICMON_LIMIT_PACKETS;
}

static bool limits_bytes(const struct tm_event *event)
{
	return event->limit_kind == TRAFFICMON_LIMIT_BYTES;
}

static bool limits_new_flows(const struct tm_event *event)
{
	return event->limit_kind == TRAFFICMON_LIMIT_NEW_FLOWS;
}

static bool tells_records(const struct tm_event *event)
{
	return event->type == TRAFFICMON_EVENT_RECORDS_LOST;
}

static bool tells_table(const struct tm_event *event)
{
	return event->type == TRAFFICMON_EVENT_TABLE_FULL ||
	       event->type == TRAFFICMON_EVENT_TABLE_ROOM;
}

static bool tells_policy(const struct tm_event *event)
{
	return !tells_records(event) && !tells_table(event);
}

#define PLACE(member) \
	offsetof(struct tm_event, member), sizeof(((struct tm_event *)0)->member)
#define VALUE(attribute, member, show, ...) \
	{ HAS(attribute), TRAFFICMON_A_EVENT_##attribute, PLACE(member), \
	  show, __VA_ARGS__ }
#define OWN(member, show, key, ecs) \
	{ HAS_LOST, 0, PLACE(member), show, key, ecs, NULL }

/* What tells events apart first: the end is what a full line leaves out. */
static const struct value values[] = {
	VALUE(SEQUENCE, sequence, SHOW_NUMBER, "sequence", "event.sequence", NULL),
	VALUE(INSTANCE, instance, SHOW_INSTANCE, "instance", "tm.instance", NULL),
	VALUE(TIME, time_ns, SHOW_TIME, "time_ns", "event.created", NULL),
	VALUE(POLICY, policy, SHOW_TEXT, "policy", "rule.name", NULL),
	VALUE(MODE, mode, SHOW_MODE, "mode", "tm.mode", NULL),
	VALUE(CAUSE, cause, SHOW_CAUSE, "cause", "tm.cause", NULL),
	VALUE(CHANGE, change, SHOW_CHANGE, "change", "tm.change", NULL),
	VALUE(DROPPED_PERCENT, dropped_percent, SHOW_NUMBER, "dropped_percent",
	      "tm.dropped_percent", NULL),
	VALUE(SOURCE, source, SHOW_ADDRESS, "source", "source.ip", NULL),
	VALUE(DESTINATION, destination, SHOW_ADDRESS, "destination",
	      "destination.ip", NULL),
	VALUE(DESTINATION_PORT, destination_port, SHOW_NUMBER,
	      "destination_port", "destination.port", NULL),
	VALUE(IIF, device, SHOW_DEVICE, "device",
	      "observer.ingress.interface.name", NULL),
	VALUE(IIF, iif, SHOW_NUMBER, "device_index",
	      "observer.ingress.interface.id", NULL),
	VALUE(LIMIT_RATE, limit_rate, SHOW_NUMBER, "limit_pps", "tm.limit_pps",
	      limits_packets),
	VALUE(LIMIT_RATE, limit_rate, SHOW_NUMBER, "limit_bytes_per_second",
	      "tm.limit_bytes_per_second", limits_bytes),
	VALUE(LIMIT_RATE, limit_rate, SHOW_NUMBER, "limit_new_flows_per_second",
	      "tm.limit_new_flows_per_second", limits_new_flows),
	VALUE(MATCHED_PPS, matched_pps, SHOW_NUMBER, "matched_pps",
	      "tm.matched_pps", NULL),
	VALUE(PACKETS, packets, SHOW_NUMBER, "over_packets", "tm.over_packets",
	      tells_policy),
	VALUE(BYTES, bytes, SHOW_NUMBER, "over_bytes", "tm.over_bytes",
	      tells_policy),
	VALUE(DROPPED_PACKETS, dropped_packets, SHOW_NUMBER, "dropped_packets",
	      "tm.dropped_packets", NULL),
	VALUE(DURATION, duration_ns, SHOW_NUMBER, "duration_ns",
	      "event.duration", NULL),
	VALUE(TABLE, table, SHOW_TEXT, "table", "tm.table", NULL),
	VALUE(SIZE, size, SHOW_NUMBER, "table_size", "tm.table_size", NULL),
	VALUE(PACKETS, packets, SHOW_NUMBER, "refused_packets",
	      "tm.refused_packets", tells_table),
	VALUE(GENERATION, generation, SHOW_NUMBER, "generation",
	      "tm.generation", NULL),
	VALUE(POLICIES, policies, SHOW_NUMBER, "policies", "tm.policies", NULL),
	VALUE(SET, set, SHOW_TEXT, "set", "tm.set", NULL),
	VALUE(ENTRIES, entries, SHOW_NUMBER, "entries", "tm.entries", NULL),
	VALUE(RECORDS, records, SHOW_NUMBER, "lost_records", "tm.lost_records",
	      NULL),
	VALUE(PACKETS, packets, SHOW_NUMBER, "lost_packets", "tm.lost_packets",
	      tells_records),
	VALUE(BYTES, bytes, SHOW_NUMBER, "lost_bytes", "tm.lost_bytes",
	      tells_records),
	VALUE(VERSION, version, SHOW_TEXT, "version", "observer.version", NULL),
	OWN(lost_first, SHOW_LOST_COUNT, "lost_events", "tm.lost_events"),
	OWN(lost_first, SHOW_NUMBER, "lost_first", "tm.lost_first"),
	OWN(lost_last, SHOW_NUMBER, "lost_last", "tm.lost_last"),
};

#define VALUES	(sizeof(values) / sizeof(values[0]))

static void *place_of(struct tm_event *event, const struct value *value)
{
	return (char *)event + value->offset;
}

static uint64_t number_of(const struct tm_event *event, const struct value *value)
{
	const char *place = (const char *)event + value->offset;
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	switch (value->size) {
	case sizeof(u8):
		memcpy(&u8, place, sizeof(u8));
		return u8;
	case sizeof(u16):
		memcpy(&u16, place, sizeof(u16));
		return u16;
	case sizeof(u32):
		memcpy(&u32, place, sizeof(u32));
		return u32;
	default:
		memcpy(&u64, place, sizeof(u64));
		return u64;
	}
}

static void decode_value(struct tm_event *event, const struct value *value,
			 const struct nlattr *attr)
{
	struct tm_address address;

	switch (value->show) {
	case SHOW_TEXT:
		snprintf(place_of(event, value), value->size, "%s",
			 tm_attr_string(attr));
		break;
	case SHOW_ADDRESS:
		address = tm_attr_address(attr);
		memcpy(place_of(event, value), &address, sizeof(address));
		break;
	case SHOW_DEVICE:
		tm_device_name(tm_attr_u32(attr), event->device);
		break;
	default:
		memcpy(place_of(event, value), mnl_attr_get_payload(attr),
		       value->size);
	}
	event->present |= value->has;
}

static void decode_unknown(struct tm_event *event, const struct nlattr *attr)
{
	const unsigned char *payload = mnl_attr_get_payload(attr);
	struct tm_event_unknown *unknown;
	size_t length = mnl_attr_get_payload_len(attr);
	unsigned int before = 0;
	size_t i;

	if (event->unknown_count == TM_EVENT_UNKNOWN_MAX)
		return;
	unknown = &event->unknown[event->unknown_count];
	for (i = 0; i < event->unknown_count; i++)
		before += event->unknown[i].number == mnl_attr_get_type(attr);
	event->unknown_count++;
	unknown->number = mnl_attr_get_type(attr);
	/* Each key once, as unknown.h has it. */
	snprintf(unknown->key, sizeof(unknown->key),
		 before ? "tm.attr_%u.%u" : "tm.attr_%u", unknown->number,
		 before);
	unknown->value[0] = '\0';
	for (i = 0; i < length && i < TM_EVENT_UNKNOWN_BYTES; i++)
		sprintf(unknown->value + 2 * i, "%02x", payload[i]);
	if (i < length)
		strcat(unknown->value, "..");
}

int tm_event_decode(struct tm_event *event, const struct nlmsghdr *nlh,
		    struct tm_error *error)
{
	const uint64_t required = HAS(SEQUENCE) | HAS(INSTANCE);
	const struct nlattr *tb[TRAFFICMON_A_EVENT_MAX + 1];
	const struct nlattr *attr;
	size_t i;

	memset(event, 0, sizeof(*event));
	if (tm_attrs_read(&tm_attrs_event, nlh, tb, error))
		return -1;
	for (i = 0; i < VALUES; i++) {
		attr = values[i].attribute ? tb[values[i].attribute] : NULL;
		if (attr)
			decode_value(event, &values[i], attr);
	}
	/* They name or shape other values and are none of their own. */
	event->type = tm_attr_u8(tb[TRAFFICMON_A_EVENT_TYPE]);
	event->limit_kind = tm_attr_u8(tb[TRAFFICMON_A_EVENT_LIMIT_KIND]);

	if ((event->present & required) != required || !event->type) {
		tm_error_set(error, TM_EXIT_TOO_OLD, EBADMSG,
			     "the module sent an event without its sequence, instance or type");
		return tm_error_hint(error,
				     "use the tmctl that belongs to the loaded module (see: tmctl --version)");
	}
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) > TRAFFICMON_A_EVENT_MAX)
			decode_unknown(event, attr);
	}
	return 0;
}

void tm_event_make(struct tm_event *event, enum tm_event_own_type type,
		   uint64_t instance, uint64_t sequence, uint64_t now_ns)
{
	memset(event, 0, sizeof(*event));
	event->type = (uint16_t)type;
	event->instance = instance;
	event->sequence = sequence;
	event->time_ns = now_ns;
	/* No sequence: a collector would take it for the event of that number. */
	event->present = HAS(INSTANCE) | HAS(TIME);
}

void tm_event_make_lost(struct tm_event *event, uint64_t instance, uint64_t first,
			uint64_t last, uint64_t now_ns)
{
	tm_event_make(event, TM_EVENT_LOST, instance, 0, now_ns);
	event->lost_first = first;
	event->lost_last = last;
	event->present |= HAS_LOST;
}

const char *tm_event_time_utc(uint64_t time_ns, char *buffer)
{
	time_t seconds = (time_t)(time_ns / 1000000000);
	unsigned int rest_ns = (unsigned int)(time_ns % 1000000000);
	struct tm tm = { 0 };
	size_t length;

	gmtime_r(&seconds, &tm);
	length = strftime(buffer, TM_EVENT_TIME_TEXT, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(buffer + length, TM_EVENT_TIME_TEXT - length, ".%09uZ", rest_ns);
	return buffer;
}

static void value_read(const struct tm_event *event, const struct value *value,
		       struct tm_event_value *out)
{
	const char *place = (const char *)event + value->offset;
	char name[TM_NAME_TEXT];
	struct tm_address address;

	out->key = value->key;
	out->ecs = value->ecs;
	out->number = 0;
	out->text[0] = '\0';
	switch (value->show) {
	case SHOW_TEXT:
	case SHOW_DEVICE:
		snprintf(out->text, sizeof(out->text), "%s", place);
		break;
	case SHOW_ADDRESS:
		memcpy(&address, place, sizeof(address));
		tm_address_format(&address, out->text);
		break;
	case SHOW_INSTANCE:
		/* Text, and in hex: as a number it is beyond what JSON readers keep. */
		snprintf(out->text, sizeof(out->text), "%016" PRIx64,
			 event->instance);
		break;
	case SHOW_MODE:
		snprintf(out->text, sizeof(out->text), "%s",
			 tm_name(&tm_names_mode, event->mode, name));
		break;
	case SHOW_CAUSE:
		snprintf(out->text, sizeof(out->text), "%s",
			 tm_name(&tm_names_cause, event->cause, name));
		break;
	case SHOW_CHANGE:
		snprintf(out->text, sizeof(out->text), "%s",
			 tm_name(&tm_names_change, event->change, name));
		break;
	case SHOW_LOST_COUNT:
		out->number = event->lost_last - event->lost_first + 1;
		break;
	case SHOW_TIME:
	case SHOW_NUMBER:
		out->number = number_of(event, value);
		break;
	}
}

void tm_event_each(const struct tm_event *event,
		   void (*each)(const struct tm_event_value *value, void *data),
		   void *data)
{
	struct tm_event_value out;
	size_t i;

	for (i = 0; i < VALUES; i++) {
		if (!(event->present & values[i].has) ||
		    (values[i].when && !values[i].when(event)))
			continue;
		value_read(event, &values[i], &out);
		each(&out, data);
	}
}

static void entry_add(const struct tm_event_value *value, void *data)
{
	struct tm_log_entry *entry = data;
	char time[TM_EVENT_TIME_TEXT];

	if (!strcmp(value->ecs, "event.created"))
		tm_log_entry_add(entry, value->ecs, "%s",
				 tm_event_time_utc(value->number, time));
	else if (value->text[0])
		tm_log_entry_add(entry, value->ecs, "%s", value->text);
	else
		tm_log_entry_add(entry, value->ecs, "%" PRIu64, value->number);
}

void tm_event_entry(const struct tm_event *event, struct tm_log_entry *entry)
{
	const struct tm_event_type *type = tm_event_type_of(event);
	enum tm_log_severity severity = tm_event_severity(event);
	char sentence[TM_LOG_SENTENCE_SIZE];
	char name[TM_NAME_TEXT];
	unsigned int i;

	tm_log_entry_start(entry, severity, type->message_id);
	tm_event_sentence(event, sentence, sizeof(sentence));
	tm_log_entry_sentence(entry, "%s", sentence);
	tm_log_entry_add(entry, "event.action", "%s", tm_event_name(event, name));
	tm_log_entry_add(entry, "event.kind", "%s", type->kind);
	tm_log_entry_add(entry, "event.category", "%s", type->category);
	tm_log_entry_add(entry, "event.type", "%s", type->change);
	tm_log_entry_add(entry, "log.level", "%s", tm_log_severity_name(severity));
	tm_event_each(event, entry_add, entry);
	for (i = 0; i < event->unknown_count; i++)
		tm_log_entry_add(entry, event->unknown[i].key, "%s",
				 event->unknown[i].value);
}
