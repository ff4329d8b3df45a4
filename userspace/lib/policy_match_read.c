// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading the match of a policy: lists of what is accepted or, with "!" in front,
 * excluded.  See policy_reader.h.
 */
#include <string.h>

#include "policy_reader.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

static int fail_twice(struct tm_reader *reader, tm_json_value value,
		      const char *what, const char *text)
{
	return tm_reader_fail(reader, value,
			      "found the %s %s twice in the list, expected it once",
			      what, text);
}

static int read_bit(struct tm_reader *reader, tm_json_value value)
{
	struct tm_reader_bits *bits = &reader->bits;
	const char *word = tm_reader_string(reader, value,
					    "a word in double quotes");
	struct tm_error error = { 0 };
	bool except;
	int number;

	if (!word)
		return -1;
	except = *word == '!';
	number = tm_name_parse(bits->names, word + except, &error);
	if (number < 0)
		return tm_reader_fail_as(reader, value, &error);
	if ((bits->accepted | bits->excluded) & 1u << number)
		return fail_twice(reader, value, bits->names->what,
				  word + except);
	*(except ? &bits->excluded : &bits->accepted) |= 1u << number;
	return 0;
}

/* @all: what is accepted where nothing is named but what is excluded */
static int read_bits(struct tm_reader *reader, tm_json_value value,
		     const struct tm_names *names, uint32_t all,
		     uint32_t *result)
{
	struct tm_reader_bits *bits = &reader->bits;

	*bits = (struct tm_reader_bits){ .names = names };
	if (tm_reader_match_list(reader, value, read_bit, names->count))
		return -1;
	*result = (bits->accepted ? bits->accepted : all) & ~bits->excluded;
	if (*result)
		return 0;
	return tm_reader_fail(reader, value,
			      "found a list that excludes all of them, which nothing would match");
}

#define ALL_OF(count)	((1u << (count)) - 1)

static int read_classes(struct tm_reader *reader, tm_json_value value)
{
	return read_bits(reader, value, &tm_names_class,
			 ALL_OF(__TRAFFICMON_CLASS_MAX) &
			 ~(1u << TRAFFICMON_CLASS_MALFORMED),
			 &reader->policy->classes);
}

static int read_directions(struct tm_reader *reader, tm_json_value value)
{
	return read_bits(reader, value, &tm_names_direction,
			 ALL_OF(__TRAFFICMON_DIRECTION_MAX),
			 &reader->policy->directions);
}

static int read_families(struct tm_reader *reader, tm_json_value value)
{
	return read_bits(reader, value, &tm_names_family,
			 ALL_OF(__TRAFFICMON_FAMILY_MAX),
			 &reader->policy->families);
}

static int read_fragments(struct tm_reader *reader, tm_json_value value)
{
	return read_bits(reader, value, &tm_names_fragment,
			 ALL_OF(__TRAFFICMON_FRAGMENT_MAX),
			 &reader->policy->fragments);
}

static int fail_more(struct tm_reader *reader, tm_json_value value,
		     const char *what, unsigned int most)
{
	return tm_reader_fail(reader, value,
			      "found %s %u of the list, expected at most %u; put more into policies of their own",
			      what, most + 1, most);
}

/* "@customers", "!@trusted" */
static int read_match_set(struct tm_reader *reader, tm_json_value value,
			  const char *text)
{
	struct tm_match_set_list *list = reader->sets;
	struct tm_match_set *set = &list->items[list->count];
	bool except = *text == '!';
	const char *name = text + except + 1;
	struct tm_error error = { 0 };
	unsigned int i;

	if (tm_name_check("set", name, &error))
		return tm_reader_fail_as(reader, value, &error);
	for (i = 0; i < list->count; i++)
		if (!strcmp(list->items[i].name, name) &&
		    list->items[i].except == except)
			return fail_twice(reader, value, "set", text);
	if (list->count == TRAFFICMON_MATCH_SETS_MAX)
		return fail_more(reader, value, "set",
				 TRAFFICMON_MATCH_SETS_MAX);
	strcpy(set->name, name);
	set->except = except;
	list->count++;
	return 0;
}

static int read_prefix(struct tm_reader *reader, tm_json_value value)
{
	const char *text = tm_reader_string(reader, value,
				       "a prefix or a set in double quotes, \"10.0.0.0/8\" or \"@customers\"");
	struct tm_prefix_list *list = reader->list;
	struct tm_prefix prefix;
	unsigned int i;

	if (!text)
		return -1;
	if (text[*text == '!'] == '@')
		return read_match_set(reader, value, text);
	if (tm_reader_prefix(reader, value, true, &prefix))
		return -1;
	for (i = 0; i < list->count; i++)
		if (!tm_prefix_compare(&list->items[i], &prefix))
			return fail_twice(reader, value, "prefix",
					  tm_json_text(reader->json, value,
						       NULL));
	if (list->count == TRAFFICMON_MATCHES_MAX)
		return fail_more(reader, value, "prefix",
				 TRAFFICMON_MATCHES_MAX);
	list->items[list->count++] = prefix;
	return 0;
}

/* Prefixes and sets in one list, with room of their own each. */
static int read_end(struct tm_reader *reader, tm_json_value value,
		    struct tm_prefix_list *prefixes,
		    struct tm_match_set_list *sets)
{
	reader->list = prefixes;
	reader->sets = sets;
	return tm_reader_match_list(reader, value, read_prefix,
				    TRAFFICMON_MATCHES_MAX +
				    TRAFFICMON_MATCH_SETS_MAX);
}

static int read_source(struct tm_reader *reader, tm_json_value value)
{
	return read_end(reader, value, &reader->policy->source,
			&reader->policy->source_sets);
}

static int read_destination(struct tm_reader *reader, tm_json_value value)
{
	return read_end(reader, value, &reader->policy->destination,
			&reader->policy->destination_sets);
}

/* A number, or a text of which the "!" is taken off; the type is that of both. */
static int read_ports_value(struct tm_reader *reader, tm_json_value value,
			    struct tm_ports *ports)
{
	struct tm_error error = { 0 };
	const char *text;
	uint64_t number;
	bool except;

	if (tm_json_type_of(reader->json, value) == TM_JSON_NUMBER) {
		if (tm_reader_integer(reader, value, 0, UINT16_MAX, &number))
			return -1;
		ports->first = number;
		ports->last = number;
		return 0;
	}
	text = tm_reader_string(reader, value,
				"a port, or a range of ports \"1024-2048\"");
	if (!text)
		return -1;
	except = *text == '!';
	if (tm_ports_parse(text + except, ports, &error))
		return tm_reader_fail_as(reader, value, &error);
	ports->except = except;
	return 0;
}

static int read_ports(struct tm_reader *reader, tm_json_value value)
{
	struct tm_ports_list *list = reader->list;
	struct tm_ports ports = { 0 };
	char text[TM_PREFIX_TEXT];
	unsigned int i;

	if (read_ports_value(reader, value, &ports))
		return -1;
	for (i = 0; i < list->count; i++)
		if (list->items[i].first == ports.first &&
		    list->items[i].last == ports.last &&
		    list->items[i].except == ports.except)
			return fail_twice(reader, value, "port or range",
					  tm_ports_format(&ports, text));
	list->items[list->count++] = ports;
	return 0;
}

static int read_source_port(struct tm_reader *reader, tm_json_value value)
{
	reader->list = &reader->policy->source_port;
	return tm_reader_match_list(reader, value, read_ports,
				    TRAFFICMON_MATCHES_MAX);
}

static int read_destination_port(struct tm_reader *reader, tm_json_value value)
{
	reader->list = &reader->policy->destination_port;
	return tm_reader_match_list(reader, value, read_ports,
				    TRAFFICMON_MATCHES_MAX);
}

static int read_device(struct tm_reader *reader, tm_json_value value)
{
	struct tm_policy *policy = reader->policy;
	const char *glob = tm_reader_string(reader, value,
				       "a device name or a glob in double quotes");
	struct tm_device *device = &policy->device[policy->device_count];
	struct tm_error error = { 0 };
	unsigned int i;
	bool except;

	if (!glob)
		return -1;
	except = *glob == '!';
	glob += except;
	if (tm_device_check(glob, &error))
		return tm_reader_fail_as(reader, value, &error);
	for (i = 0; i < policy->device_count; i++)
		if (!strcmp(policy->device[i].glob, glob) &&
		    policy->device[i].except == except)
			return fail_twice(reader, value, "device", glob);
	strcpy(device->glob, glob);
	device->except = except;
	policy->device_count++;
	return 0;
}

static int read_devices(struct tm_reader *reader, tm_json_value value)
{
	return tm_reader_match_list(reader, value, read_device,
				    TRAFFICMON_DEVICES_MAX);
}

static int read_term(struct tm_reader *reader, tm_json_value value)
{
	const struct tm_term_type *type = &tm_term_types[reader->kind];
	struct tm_term_list *list = reader->list;
	struct tm_term *term = &list->items[list->count];
	bool number = tm_json_type_of(reader->json, value) == TM_JSON_NUMBER &&
		      reader->kind != TM_TERM_TCP_FLAGS;
	struct tm_error error = { 0 };
	char text[TM_TERM_TEXT];
	const char *given;
	uint64_t integer;
	unsigned int i;

	memset(term, 0, sizeof(*term));
	if (number) {
		if (tm_reader_integer(reader, value, 0, type->most, &integer))
			return -1;
		term->first = integer;
		term->last = type->masked ? type->most : integer;
	} else {
		given = tm_reader_string(reader, value, type->expected);
		if (!given)
			return -1;
		if (tm_term_parse(reader->kind, given, term, &error))
			return tm_reader_fail_as(reader, value, &error);
	}
	for (i = 0; i < list->count; i++)
		if (list->items[i].first == term->first &&
		    list->items[i].last == term->last &&
		    list->items[i].except == term->except)
			return fail_twice(reader, value, type->name,
					  tm_term_format(reader->kind, term,
							 text));
	list->count++;
	return 0;
}

static int read_terms(struct tm_reader *reader, tm_json_value value,
		      enum tm_term_kind kind)
{
	reader->kind = kind;
	reader->list = &reader->policy->terms[kind];
	return tm_reader_match_list(reader, value, read_term,
				    TRAFFICMON_TERMS_MAX);
}

static int read_tcp_flags(struct tm_reader *reader, tm_json_value value)
{
	return read_terms(reader, value, TM_TERM_TCP_FLAGS);
}

static int read_length(struct tm_reader *reader, tm_json_value value)
{
	return read_terms(reader, value, TM_TERM_LENGTH);
}

static int read_hop_limit(struct tm_reader *reader, tm_json_value value)
{
	return read_terms(reader, value, TM_TERM_HOP_LIMIT);
}

static int read_mark(struct tm_reader *reader, tm_json_value value)
{
	return read_terms(reader, value, TM_TERM_MARK);
}

int tm_reader_match(struct tm_reader *reader, tm_json_value value)
{
	static const struct tm_member members[] = {
		{ "class", read_classes },
		{ "direction", read_directions },
		{ "family", read_families },
		{ "source", read_source },
		{ "destination", read_destination },
		{ "source_port", read_source_port },
		{ "destination_port", read_destination_port },
		{ "device", read_devices },
		{ "tcp_flags", read_tcp_flags },
		{ "length", read_length },
		{ "hop_limit", read_hop_limit },
		{ "fragment", read_fragments },
		{ "mark", read_mark },
	};

	return tm_reader_members(reader, value, members, COUNT(members),
				 "a match");
}
