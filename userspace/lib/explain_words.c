// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a policy asks and a packet does not meet, in words: see explain.h.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "explain.h"
#include "names.h"

/* A value, or an item of a list, as people write it. */
#define ITEM_TEXT	(TM_TERM_TEXT + 1)
#define ITEMS_SHOWN	4

static const char *const part_names[TM_EXPLAIN_TERMS] = {
	[TM_EXPLAIN_CLASS] = "class",
	[TM_EXPLAIN_DIRECTION] = "direction",
	[TM_EXPLAIN_FAMILY] = "family",
	[TM_EXPLAIN_SOURCE] = "source",
	[TM_EXPLAIN_DESTINATION] = "destination",
	[TM_EXPLAIN_SOURCE_PORT] = "source_port",
	[TM_EXPLAIN_DESTINATION_PORT] = "destination_port",
	[TM_EXPLAIN_DEVICE] = "device",
	[TM_EXPLAIN_FRAGMENT] = "fragment",
};

__attribute__((format(printf, 2, 3)))
static void add(char *text, const char *format, ...)
{
	size_t used = strlen(text);
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = vsnprintf(text + used, TM_EXPLAIN_TEXT - used, format, arguments);
	va_end(arguments);
	if (n > 0 && (size_t)n >= TM_EXPLAIN_TEXT - used)
		strcpy(text + TM_EXPLAIN_TEXT - 4, "...");
}

static const char *value_of(const struct tm_explain_packet *packet,
			    enum tm_explain_part part, char *buffer)
{
	const struct tm_tuple *tuple = &packet->tuple;
	struct tm_term flags = { packet->tcp_flags, packet->tcp_flags, false };

	switch (part) {
	case TM_EXPLAIN_CLASS:
		return tm_name(&tm_names_class, packet->class, buffer);
	case TM_EXPLAIN_DIRECTION:
		return tm_name(&tm_names_direction, packet->direction, buffer);
	case TM_EXPLAIN_FAMILY:
		return tuple->source.size == 4 ? "ipv4" : "ipv6";
	case TM_EXPLAIN_SOURCE:
		return tm_address_format(&tuple->source, buffer);
	case TM_EXPLAIN_DESTINATION:
		return tm_address_format(&tuple->destination, buffer);
	case TM_EXPLAIN_SOURCE_PORT:
		tm_digits(buffer, tuple->source_port);
		return buffer;
	case TM_EXPLAIN_DESTINATION_PORT:
		tm_digits(buffer, tuple->destination_port);
		return buffer;
	case TM_EXPLAIN_DEVICE:
		return packet->device;
	case TM_EXPLAIN_FRAGMENT:
		return tm_name(&tm_names_fragment, packet->fragment, buffer);
	case TM_EXPLAIN_TCP_FLAGS:
		return tm_term_format(TM_TERM_TCP_FLAGS, &flags, buffer);
	case TM_EXPLAIN_MARK:
		snprintf(buffer, ITEM_TEXT, "0x%" PRIx32, packet->mark);
		return buffer;
	case TM_EXPLAIN_LENGTH:
		tm_digits(buffer, packet->length);
		return buffer;
	default:
		tm_digits(buffer, packet->hop_limit);
		return buffer;
	}
}

/* The i-th of an end, sets behind prefixes. */
static const char *end_item(const struct tm_prefix_list *prefixes,
			    const struct tm_match_set_list *sets,
			    unsigned int i, bool *except, char *buffer)
{
	if (i < prefixes->count) {
		*except = prefixes->items[i].except;
		return tm_prefix_format(&prefixes->items[i], buffer);
	}
	i -= prefixes->count;
	if (i >= sets->count)
		return NULL;
	*except = sets->items[i].except;
	snprintf(buffer, ITEM_TEXT, "@%s", sets->items[i].name);
	return buffer;
}

/* The i-th of what stands in the policy; NULL behind the last. */
static const char *item_of(const struct tm_policy *policy,
			   enum tm_explain_part part, unsigned int i,
			   bool *except, char *buffer)
{
	const struct tm_ports_list *ports =
		part == TM_EXPLAIN_SOURCE_PORT ? &policy->source_port :
						 &policy->destination_port;
	enum tm_term_kind kind = part - TM_EXPLAIN_TERMS;
	struct tm_term term;

	switch (part) {
	case TM_EXPLAIN_SOURCE:
		return end_item(&policy->source, &policy->source_sets, i,
				except, buffer);
	case TM_EXPLAIN_DESTINATION:
		return end_item(&policy->destination,
				&policy->destination_sets, i, except, buffer);
	case TM_EXPLAIN_SOURCE_PORT:
	case TM_EXPLAIN_DESTINATION_PORT:
		if (i == ports->count)
			return NULL;
		*except = ports->items[i].except;
		return tm_ports_format(&ports->items[i], buffer);
	case TM_EXPLAIN_DEVICE:
		if (i == policy->device_count)
			return NULL;
		*except = policy->device[i].except;
		return policy->device[i].glob;
	default:
		if (i == policy->terms[kind].count)
			return NULL;
		term = policy->terms[kind].items[i];
		*except = term.except;
		term.except = false;
		return tm_term_format(kind, &term, buffer);
	}
}

/* "is not 443", "is none of 80, 443 and 5 more": what is accepted. */
static void add_accepted(char *text, const struct tm_policy *policy,
			 enum tm_explain_part part)
{
	unsigned int accepted = 0, shown = 0, i;
	char buffer[ITEM_TEXT];
	const char *item;
	bool except;

	for (i = 0; item_of(policy, part, i, &except, buffer); i++)
		accepted += !except;
	add(text, accepted == 1 ? " is not" : " is none of");
	for (i = 0; (item = item_of(policy, part, i, &except, buffer)); i++)
		if (!except && shown++ < ITEMS_SHOWN)
			add(text, "%s %s", shown > 1 ? "," : "", item);
	if (accepted > ITEMS_SHOWN)
		add(text, " and %u more", accepted - ITEMS_SHOWN);
}

static void add_accepted_bits(char *text, uint32_t bits,
			      const struct tm_names *names)
{
	const char *separator = "";
	char word[TM_NAME_TEXT];
	unsigned int i;

	add(text, bits & (bits - 1) ? " is none of" : " is not");
	for (i = 0; i < 32; i++) {
		if (!(bits & 1u << i))
			continue;
		add(text, "%s %s", separator, tm_name(names, i, word));
		separator = ",";
	}
}

static void add_not_among(char *text, const struct tm_policy *policy,
			  enum tm_explain_part part)
{
	switch (part) {
	case TM_EXPLAIN_CLASS:
		if (policy->classes)
			add_accepted_bits(text, policy->classes,
					  &tm_names_class);
		else
			add(text, " is matched only where it is named");
		break;
	case TM_EXPLAIN_DIRECTION:
		add_accepted_bits(text, policy->directions,
				  &tm_names_direction);
		break;
	case TM_EXPLAIN_FAMILY:
		add_accepted_bits(text, policy->families, &tm_names_family);
		break;
	case TM_EXPLAIN_FRAGMENT:
		add_accepted_bits(text, policy->fragments, &tm_names_fragment);
		break;
	default:
		add_accepted(text, policy, part);
	}
}

static const char *absent_words(enum tm_explain_part part,
				const struct tm_explain_packet *packet)
{
	if (part == TM_EXPLAIN_TCP_FLAGS)
		return "it has no TCP header";
	if (part != TM_EXPLAIN_DEVICE)
		return "it has no ports";
	return packet->direction == TRAFFICMON_DIRECTION_OUT ?
	       "this host sends it, it arrived on no device" :
	       "the device that it arrived on is not given";
}

const char *tm_explain_words(const struct tm_policy *policy,
			     enum tm_explain_part part,
			     const struct tm_explain_answer *answer,
			     const struct tm_explain_packet *packet,
			     char *buffer)
{
	char text[ITEM_TEXT];
	const char *item;
	bool except;

	buffer[0] = '\0';
	add(buffer, "%s", part < TM_EXPLAIN_TERMS ? part_names[part] :
	    tm_term_types[part - TM_EXPLAIN_TERMS].name);
	if (answer->unmet == TM_EXPLAIN_ABSENT) {
		add(buffer, ": %s", absent_words(part, packet));
		return buffer;
	}
	add(buffer, " %s", value_of(packet, part, text));
	if (answer->unmet == TM_EXPLAIN_NOT_AMONG) {
		add_not_among(buffer, policy, part);
		return buffer;
	}
	item = item_of(policy, part, answer->item, &except, text);
	if (answer->unmet == TM_EXPLAIN_UNDECIDED) {
		add(buffer, ": whether it is in %s is not known",
		    item ? item : "");
		return buffer;
	}
	add(buffer, " is excluded by !%s", item ? item : "");
	return buffer;
}
