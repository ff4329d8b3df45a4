/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events: what the module says a person should hear of, as a struct, as
 * a sentence, and as named values.
 *
 * Two tables say all there is to say: event.c has one of the values (where
 * each comes from, its name in JSON, its name in a log: ECS, the Elastic
 * Common Schema, and "tm.*" for what that has no name for); event_type.c has
 * one of the types (name, severity, category, sentence).
 *
 * Three types are not the module's but the reader's own: what it has to tell
 * about the stream of events itself.
 */
#ifndef TM_EVENT_H
#define TM_EVENT_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/trafficmon.h>

#include "error.h"
#include "log_line.h"
#include "value.h"

#define TM_EVENT_STRING_SIZE	64
#define TM_EVENT_DEVICE_SIZE	20	/* as tm_device_name() wants it, and more */
#define TM_EVENT_UNKNOWN_MAX	4
#define TM_EVENT_UNKNOWN_BYTES	18
#define TM_EVENT_TIME_TEXT		40

/* Types of the reader's own, beyond what EVENT_TYPE (u8) can be. */
enum tm_event_own_type {
	TM_EVENT_LOST = 0x100,	/* events were overwritten before they were read */
	TM_EVENT_RELOADED,		/* the instance changed without a word of its end */
	TM_EVENT_GONE,		/* the module went without a word */
};

/* A value of an attribute that this tool does not know, in hex; ".." where it is cut. */
struct tm_event_unknown {
	uint16_t number;
	char key[18];			/* "tm.attr_99", a second one "tm.attr_99.1" */
	char value[2 * TM_EVENT_UNKNOWN_BYTES + 3];
};

/*
 * Values are 0, empty or of size 0 where the event has none; has() of event.c
 * asks the bit 1 << TRAFFICMON_A_EVENT_... in present.
 */
struct tm_event {
	uint64_t present;
	uint64_t sequence;
	uint64_t instance;
	uint64_t time_ns;
	uint64_t limit_rate;
	uint64_t matched_pps;
	uint64_t packets;
	uint64_t bytes;
	uint64_t dropped_packets;
	uint64_t duration_ns;
	uint64_t generation;
	uint64_t records;
	uint64_t lost_first;		/* TM_EVENT_LOST: sequences, both included */
	uint64_t lost_last;
	uint32_t iif;
	uint32_t size;
	uint32_t policies;
	uint32_t entries;
	uint16_t destination_port;
	uint16_t type;
	uint8_t mode;
	uint8_t cause;
	uint8_t change;
	uint8_t dropped_percent;
	uint8_t limit_kind;
	struct tm_address source;
	struct tm_address destination;
	char version[TM_EVENT_STRING_SIZE];
	char policy[TM_EVENT_STRING_SIZE];
	char table[TM_EVENT_STRING_SIZE];
	char set[TM_EVENT_STRING_SIZE];
	char device[TM_EVENT_DEVICE_SIZE];	/* of iif, in the reader's namespace */
	unsigned int unknown_count;
	struct tm_event_unknown unknown[TM_EVENT_UNKNOWN_MAX];
};

/*
 * Read a message (EVENT_GET or EVENT_NOTIFY).  Returns 0, or -1 with error
 * set: an attribute of a wrong length, or no sequence, instance or type.
 */
int tm_event_decode(struct tm_event *event, const struct nlmsghdr *nlh,
		    struct tm_error *error);

/* Events of the reader's own; now_ns: since the Unix epoch. */
void tm_event_make_lost(struct tm_event *event, uint64_t instance, uint64_t first,
			uint64_t last, uint64_t now_ns);
void tm_event_make(struct tm_event *event, enum tm_event_own_type type,
		   uint64_t instance, uint64_t sequence, uint64_t now_ns);

/* The event's type in a word: "policy_over"; buffer: TM_NAME_TEXT bytes. */
const char *tm_event_name(const struct tm_event *event, char *buffer);

enum tm_log_severity tm_event_severity(const struct tm_event *event);

/* The sentence, without the values. */
void tm_event_sentence(const struct tm_event *event, char *text, size_t size);

/* As a log entry: the sentence and every value, under ECS names. */
void tm_event_entry(const struct tm_event *event, struct tm_log_entry *entry);

/* One value of an event: a number, or (text not empty) a text. */
struct tm_event_value {
	const char *key;		/* of JSON, with its unit: "duration_ns" */
	const char *ecs;		/* of a log: "event.duration" */
	uint64_t number;
	char text[TM_EVENT_STRING_SIZE];
};

/* Call each() for every value that the event has, in the order of the table. */
void tm_event_each(const struct tm_event *event,
		   void (*each)(const struct tm_event_value *value, void *data),
		   void *data);

/* UTC, RFC 3339, nanoseconds; buffer: TM_EVENT_TIME_TEXT bytes. */
const char *tm_event_time_utc(uint64_t time_ns, char *buffer);

/* What event_type.c knows of a type. */
struct tm_event_type {
	uint16_t type;
	const char *own_name;		/* NULL: in tm_names_event */
	const char *message_id;		/* journald's, for ever; 32 hex digits */
	const char *kind;		/* event.kind */
	const char *category;		/* event.category */
	const char *change;		/* event.type */
	enum tm_log_severity severity;
	void (*sentence)(const struct tm_event *event, char *text, size_t size);
};

/* Never NULL: a type that this tool does not know has an entry of its own. */
const struct tm_event_type *tm_event_type_of(const struct tm_event *event);

#endif /* TM_EVENT_H */
