// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The word lists and their look-ups.  Contract in names.h.
 */
#include <errno.h>
#include <linux/trafficmon.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"

/* Defines the list and refuses to build when the UAPI's enum is longer. */
#define NAMES(list, text, end, ...)					\
	static const char *const list##_names[] = { __VA_ARGS__ };	\
	_Static_assert(sizeof(list##_names) / sizeof(char *) == (end),	\
		       #list ": words missing");			\
	const struct tm_names tm_names_##list = { text, list##_names, end }

NAMES(class, "class", __TRAFFICMON_CLASS_MAX,
	[TRAFFICMON_CLASS_SYN] = "syn",
	[TRAFFICMON_CLASS_SYNACK] = "synack",
	[TRAFFICMON_CLASS_ACK] = "ack",
	[TRAFFICMON_CLASS_RST] = "rst",
	[TRAFFICMON_CLASS_FIN] = "fin",
	[TRAFFICMON_CLASS_UDP] = "udp",
	[TRAFFICMON_CLASS_ICMP] = "icmp",
	[TRAFFICMON_CLASS_FRAG] = "frag",
	[TRAFFICMON_CLASS_MALFORMED] = "malformed",
	[TRAFFICMON_CLASS_OTHER] = "other");

NAMES(direction, "direction", __TRAFFICMON_DIRECTION_MAX,
	[TRAFFICMON_DIRECTION_IN] = "in",
	[TRAFFICMON_DIRECTION_OUT] = "out");

NAMES(family, "family", __TRAFFICMON_FAMILY_MAX,
	[TRAFFICMON_FAMILY_IPV4] = "ipv4",
	[TRAFFICMON_FAMILY_IPV6] = "ipv6");

NAMES(fragment, "fragment", __TRAFFICMON_FRAGMENT_MAX,
	[TRAFFICMON_FRAGMENT_WHOLE] = "whole",
	[TRAFFICMON_FRAGMENT_FIRST] = "first",
	[TRAFFICMON_FRAGMENT_LATER] = "later");

/* By the bits of byte 13 of the TCP header. */
NAMES(tcp_flag, "TCP flag", 8,
	"fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr");

NAMES(mode, "mode", __TRAFFICMON_MODE_MAX,
	[TRAFFICMON_MODE_MONITOR] = "monitor",
	[TRAFFICMON_MODE_ENFORCE] = "enforce");

NAMES(cause, "cause", __TRAFFICMON_CAUSE_MAX,
	[TRAFFICMON_CAUSE_SWITCH] = "switch",
	[TRAFFICMON_CAUSE_BREAKER] = "breaker",
	[TRAFFICMON_CAUSE_RULESET] = "ruleset");

NAMES(change, "change", __TRAFFICMON_CHANGE_MAX,
	[TRAFFICMON_CHANGE_COMMITTED] = "committed",
	[TRAFFICMON_CHANGE_WAITS] = "waits",
	[TRAFFICMON_CHANGE_CONFIRMED] = "confirmed",
	[TRAFFICMON_CHANGE_ROLLED_BACK] = "rolled_back",
	[TRAFFICMON_CHANGE_TIMED_OUT] = "timed_out");

NAMES(action, "action", __TRAFFICMON_ACTION_MAX,
	[TRAFFICMON_ACTION_DROP] = "drop");

NAMES(key, "key", __TRAFFICMON_KEY_MAX,
	[TRAFFICMON_KEY_NONE] = "none",
	[TRAFFICMON_KEY_SOURCE] = "src",
	[TRAFFICMON_KEY_DESTINATION] = "dst",
	[TRAFFICMON_KEY_SOURCE_DESTINATION_PORT] = "src+dport",
	[TRAFFICMON_KEY_SOURCE_DESTINATION] = "src+dst",
	[TRAFFICMON_KEY_FLOW] = "flow",
	[TRAFFICMON_KEY_IIF] = "iif");

NAMES(spare, "spare", __TRAFFICMON_SPARE_MAX,
	[TRAFFICMON_SPARE_ESTABLISHED] = "established");

NAMES(on_full, "on_full", __TRAFFICMON_ON_FULL_MAX,
	[TRAFFICMON_ON_FULL_PASS] = "pass",
	[TRAFFICMON_ON_FULL_DROP] = "drop",
	[TRAFFICMON_ON_FULL_AGGREGATE] = "aggregate");

NAMES(limit_kind, "limit kind", __TRAFFICMON_LIMIT_MAX,
	[TRAFFICMON_LIMIT_PACKETS] = "packets",
	[TRAFFICMON_LIMIT_BYTES] = "bytes",
	[TRAFFICMON_LIMIT_NEW_FLOWS] = "new_flows");

NAMES(flow_state, "state", __TRAFFICMON_FLOW_MAX,
	[TRAFFICMON_FLOW_NEW] = "new",
	[TRAFFICMON_FLOW_ANSWERED] = "answered",
	[TRAFFICMON_FLOW_ESTABLISHED] = "established",
	[TRAFFICMON_FLOW_ENDED] = "ended");

NAMES(record_reason, "record reason", __TRAFFICMON_RECORD_MAX,
	[TRAFFICMON_RECORD_ENDED] = "ended",
	[TRAFFICMON_RECORD_IDLE] = "idle",
	[TRAFFICMON_RECORD_EVICTED] = "evicted",
	[TRAFFICMON_RECORD_ACTIVE] = "active",
	[TRAFFICMON_RECORD_RESET] = "reset");

NAMES(event, "event type", __TRAFFICMON_EVENT_MAX,
	[TRAFFICMON_EVENT_LOAD] = "load",
	[TRAFFICMON_EVENT_UNLOAD] = "unload",
	[TRAFFICMON_EVENT_POLICY_OVER] = "policy_over",
	[TRAFFICMON_EVENT_POLICY_UNDER] = "policy_under",
	[TRAFFICMON_EVENT_TABLE_FULL] = "table_full",
	[TRAFFICMON_EVENT_TABLE_ROOM] = "table_room",
	[TRAFFICMON_EVENT_RULESET] = "ruleset",
	[TRAFFICMON_EVENT_SET] = "set",
	[TRAFFICMON_EVENT_RECORDS_LOST] = "records_lost",
	[TRAFFICMON_EVENT_ENFORCEMENT] = "enforcement");

struct protocol {
	const char *name;
	uint8_t number;
};

static const struct protocol protocols[] = {
	{ "icmp", 1 }, { "igmp", 2 }, { "ipip", 4 }, { "tcp", 6 },
	{ "udp", 17 }, { "dccp", 33 }, { "ipv6", 41 }, { "gre", 47 },
	{ "esp", 50 }, { "ah", 51 }, { "icmpv6", 58 }, { "ospf", 89 },
	{ "pim", 103 }, { "vrrp", 112 }, { "l2tp", 115 }, { "sctp", 132 },
	{ "udplite", 136 },
};

#define PROTOCOLS	(sizeof(protocols) / sizeof(protocols[0]))

const char *tm_name(const struct tm_names *names, unsigned int number,
		    char *buffer)
{
	char *c;

	if (number < names->count && names->names[number])
		return names->names[number];
	snprintf(buffer, TM_NAME_TEXT, "%.16s_%u", names->what, number);
	for (c = buffer; *c; c++) {
		if (*c == ' ')
			*c = '_';
	}
	return buffer;
}

void tm_names_list(const struct tm_names *names, const char *separator,
		   char *text, size_t size)
{
	size_t used = 0;
	unsigned int i;

	text[0] = '\0';
	for (i = 0; i < names->count && used < size; i++) {
		if (!names->names[i])
			continue;
		used += snprintf(text + used, size - used, "%s%s",
				 used ? separator : "", names->names[i]);
	}
}

/* Refuse a word: what there is instead, the nearest first. */
static int unknown_word(const char *what, const char *word, const char *list,
			const char *nearest, struct tm_error *error)
{
	tm_error_usage(error, "'%.64s' is no %s", word, what);
	if (nearest)
		return tm_error_hint(error, "did you mean '%s'? there are: %s",
				     nearest, list);
	return tm_error_hint(error, "there are: %s", list);
}

int tm_name_parse(const struct tm_names *names, const char *word,
		  struct tm_error *error)
{
	char list[256];
	unsigned int i;

	for (i = 0; i < names->count; i++) {
		if (names->names[i] && !strcmp(names->names[i], word))
			return i;
	}
	tm_names_list(names, ", ", list, sizeof(list));
	return unknown_word(names->what, word, list,
			    tm_nearest(word, names->names, names->count),
			    error);
}

const char *tm_protocol_name(uint8_t protocol, char *buffer)
{
	size_t i;

	for (i = 0; i < PROTOCOLS; i++) {
		if (protocols[i].number == protocol)
			return protocols[i].name;
	}
	snprintf(buffer, TM_NAME_TEXT, "%u", protocol);
	return buffer;
}

static int protocol_unknown(const char *text, struct tm_error *error)
{
	const char *words[PROTOCOLS];
	char list[256] = "";
	size_t used = 0;
	size_t i;

	for (i = 0; i < PROTOCOLS; i++) {
		words[i] = protocols[i].name;
		used += snprintf(list + used, sizeof(list) - used, "%s, ",
				 words[i]);
	}
	snprintf(list + used, sizeof(list) - used, "or a number 0 to 255");
	return unknown_word("protocol", text, list,
			    tm_nearest(text, words, PROTOCOLS), error);
}

int tm_protocol_parse(const char *text, uint8_t *protocol,
		      struct tm_error *error)
{
	unsigned long number;
	char *end;
	size_t i;

	for (i = 0; i < PROTOCOLS; i++) {
		if (!strcmp(protocols[i].name, text)) {
			*protocol = protocols[i].number;
			return 0;
		}
	}
	if (*text < '0' || *text > '9')
		return protocol_unknown(text, error);
	errno = 0;
	number = strtoul(text, &end, 10);
	if (*end)
		return protocol_unknown(text, error);
	if (errno || number > 255)
		return tm_error_usage(error,
				      "protocol %.32s is above 255", text);
	*protocol = number;
	return 0;
}

int tm_name_check(const char *what, const char *name, struct tm_error *error)
{
	static const char allowed[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:-";
	size_t good = strspn(name, allowed);

	if (!name[0]) {
		tm_error_usage(error, "the %s has an empty name", what);
	} else if (name[good]) {
		tm_error_usage(error, "the %s name '%.64s' has a character that names do not have, at place %zu",
			       what, name, good + 1);
	} else if (good >= TRAFFICMON_NAME_SIZE) {
		tm_error_usage(error, "the %s name '%.64s' has %zu characters, more than %d",
			       what, name, good, TRAFFICMON_NAME_SIZE - 1);
	} else {
		return 0;
	}
	return tm_error_hint(error, "a name is 1 to %d of: A-Z a-z 0-9 _ . : -",
			     TRAFFICMON_NAME_SIZE - 1);
}

#define NEAREST_WORD_MAX	32

/* Edits (insert, delete, replace, swap of neighbours) from a to b. */
static unsigned int edit_distance(const char *a, const char *b)
{
	unsigned int row[3][NEAREST_WORD_MAX + 1];
	size_t a_length = strlen(a);
	size_t b_length = strlen(b);
	size_t i, j;

	for (j = 0; j <= b_length; j++)
		row[0][j] = j;
	for (i = 1; i <= a_length; i++) {
		unsigned int *now = row[i % 3];
		const unsigned int *last = row[(i - 1) % 3];
		const unsigned int *before = row[(i + 1) % 3];

		now[0] = i;
		for (j = 1; j <= b_length; j++) {
			unsigned int best = last[j - 1] +
					    (a[i - 1] != b[j - 1]);

			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			now[j] = best;
		}
	}
	return row[a_length % 3][b_length];
}

const char *tm_nearest(const char *word, const char *const *words,
		       size_t count)
{
	size_t length = strlen(word);
	unsigned int best = length / 3 + 1;
	const char *nearest = NULL;
	size_t i;

	if (!length || length > NEAREST_WORD_MAX)
		return NULL;
	for (i = 0; i < count; i++) {
		unsigned int distance;

		if (!words[i] || strlen(words[i]) > NEAREST_WORD_MAX)
			continue;
		/* A word half typed is near, however much is missing. */
		if (length >= 2 && !strncmp(word, words[i], length))
			return words[i];
		distance = edit_distance(word, words[i]);
		if (distance <= best && distance < length) {
			best = distance ? distance - 1 : 0;
			nearest = words[i];
		}
	}
	return nearest;
}
