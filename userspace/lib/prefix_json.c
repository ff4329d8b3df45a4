// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The reader of sets in JSON: what `tmctl -j set show NAME` and `tmctl -j set
 * export NAME` print, the list of their entries alone,
 *
 *	[ "192.0.2.0/24", { "prefix": "10.0.0.1", "timeout_seconds": 60 } ]
 *
 * and what `nft -j list set` and `nft -j list ruleset` print.  Ours is read
 * strictly; of nft's, what is not about addresses, times and comments is passed
 * over.
 */
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "prefix_reader.h"

struct reading {
	struct tm_prefix_reader *reader;
	struct tm_source *source;
	struct tm_json *json;
	tm_json_value timeout;	/* of nft's elements that do not say one */
};

static size_t offset(const struct reading *reading, tm_json_value value)
{
	return tm_json_offset(reading->json, value);
}

static bool is_type(const struct reading *reading, tm_json_value value,
		    enum tm_json_type type)
{
	return tm_json_type_of(reading->json, value) == type;
}

static int fail_type(struct reading *reading, tm_json_value value,
		     const char *expected)
{
	enum tm_json_type type = tm_json_type_of(reading->json, value);

	return tm_source_fail(reading->source, offset(reading, value),
			      "found %s, expected %s", tm_json_type_name(type),
			      expected);
}

static int read_integer(struct reading *reading, tm_json_value value,
			uint64_t least, uint64_t most, uint64_t *number)
{
	if (!is_type(reading, value, TM_JSON_NUMBER)) {
		fail_type(reading, value, "a number");
		return -1;
	}
	if (!tm_json_integer(reading->json, value, number) &&
	    *number >= least && *number <= most)
		return 0;
	tm_source_fail(reading->source, offset(reading, value),
		       "found a number out of range, expected a whole one from %ju to %ju",
		       (uintmax_t)least, (uintmax_t)most);
	return -1;
}

/* A string without NUL, which no address has. */
static int read_text(struct reading *reading, tm_json_value value,
		     const char *expected, const char **text)
{
	size_t length;

	if (!is_type(reading, value, TM_JSON_STRING)) {
		fail_type(reading, value, expected);
		return -1;
	}
	*text = tm_json_text(reading->json, value, &length);
	if (strlen(*text) == length)
		return 0;
	tm_source_fail(reading->source, offset(reading, value),
		       "found a NUL byte in the string, expected %s", expected);
	return -1;
}

static int read_comment(struct reading *reading, tm_json_value value,
			struct tm_prefix_found *found)
{
	const char *text;
	size_t length;

	if (!is_type(reading, value, TM_JSON_STRING))
		return fail_type(reading, value, "a comment in a string");
	text = tm_json_text(reading->json, value, &length);
	return tm_prefix_found_comment(reading->source, offset(reading, value),
				       text, length, found);
}

static int read_prefix(struct reading *reading, tm_json_value value,
		       struct tm_prefix_found *found)
{
	const char *text;

	if (read_text(reading, value, "an address or a prefix in a string",
		      &text))
		return -1;
	return tm_prefix_found_range(reading->source, offset(reading, value),
				     text, strlen(text), found);
}

/* What our own output may say of an entry besides. */
static bool is_passed_over(const char *name)
{
	return !strcmp(name, "packets_sampled") ||
	       !strcmp(name, "bytes_sampled") || !strcmp(name, "hit_age_ns") ||
	       strstr(name, "attr_");	/* of a newer module */
}

/* The time under a name of ours; *is_time: is it one? */
static int read_time(struct reading *reading, const char *name,
		     tm_json_value value, struct tm_prefix_found *found,
		     bool *is_time)
{
	const uint64_t most = TM_TIMEOUT_SECONDS_MAX * TM_NS_PER_SECOND;
	uint64_t number;

	*is_time = true;
	if (!strcmp(name, "timeout_seconds")) {
		if (read_integer(reading, value, 1, TM_TIMEOUT_SECONDS_MAX,
				 &number))
			return -1;
		found->timeout_ns = number * TM_NS_PER_SECOND;
		return 0;
	}
	if (!strcmp(name, "timeout_ns"))
		return read_integer(reading, value, 1, most, &number) ? -1 :
		       tm_prefix_found_left(reading->source,
					    offset(reading, value), number,
					    found);
	if (!strcmp(name, "expiry_time_ns"))
		return read_integer(reading, value, 0, UINT64_MAX, &number) ?
		       -1 :
		       tm_prefix_found_until(reading->reader,
					     offset(reading, value), number,
					     found);
	*is_time = false;
	return 0;
}

/*
 * A member of one of our entries.  *timed: it has said a time; *named: and its
 * prefix.
 */
static int read_member(struct reading *reading, tm_json_value key,
		       struct tm_prefix_found *found, bool *timed, bool *named)
{
	const char *name = tm_json_text(reading->json, key, NULL);
	tm_json_value value = tm_json_member(reading->json, key);
	bool is_time;

	if (!strcmp(name, "prefix")) {
		*named = true;
		return read_prefix(reading, value, found);
	}
	if (!strcmp(name, "comment"))
		return read_comment(reading, value, found);
	if (read_time(reading, name, value, found, &is_time))
		return -1;
	if (is_time && *timed)
		return tm_source_fail(reading->source, offset(reading, key),
				      "found a second time of the entry, expected one");
	*timed |= is_time;
	if (is_time || is_passed_over(name))
		return 0;
	return tm_source_fail(reading->source, offset(reading, key),
			      "found \"%.64s\" in an entry, expected \"prefix\", \"comment\", \"timeout_seconds\", \"timeout_ns\" or \"expiry_time_ns\"",
			      name);
}

static int read_entry(struct reading *reading, tm_json_value value)
{
	const struct tm_json *json = reading->json;
	bool timed = false, named = false;
	struct tm_prefix_found found;
	tm_json_value key;

	tm_prefix_found_begin(reading->reader, &found);
	if (!is_type(reading, value, TM_JSON_OBJECT)) {
		if (read_prefix(reading, value, &found))
			return -1;
		return tm_prefix_found_add(reading->reader, &found);
	}
	for (key = tm_json_first(json, value); key != TM_JSON_NONE;
	     key = tm_json_next(json, value, key))
		if (read_member(reading, key, &found, &timed, &named))
			return -1;
	if (!named)
		return tm_source_fail(reading->source, offset(reading, value),
				      "found an entry without a prefix, expected \"prefix\"");
	return tm_prefix_found_add(reading->reader, &found);
}

/* Hand each element of a list over. */
static int read_each(struct reading *reading, tm_json_value list,
		     int (*read)(struct reading *reading, tm_json_value value))
{
	const struct tm_json *json = reading->json;
	tm_json_value value;

	if (!is_type(reading, list, TM_JSON_ARRAY))
		return fail_type(reading, list, "a list");
	for (value = tm_json_first(json, list); value != TM_JSON_NONE;
	     value = tm_json_next(json, list, value))
		if (read(reading, value))
			return -1;
	return 0;
}

/* { "addr": "192.0.2.0", "len": 24 } */
static int read_nft_prefix(struct reading *reading, tm_json_value value,
			   struct tm_prefix_found *found)
{
	const struct tm_json *json = reading->json;
	tm_json_value address = TM_JSON_NONE, length = TM_JSON_NONE;
	char prefix[TM_PREFIX_TEXT];
	const char *text;
	uint64_t bits;

	if (is_type(reading, value, TM_JSON_OBJECT)) {
		address = tm_json_find(json, value, "addr");
		length = tm_json_find(json, value, "len");
	}
	if (address == TM_JSON_NONE || length == TM_JSON_NONE)
		return fail_type(reading, value,
				 "a prefix with \"addr\" and \"len\"");
	if (read_text(reading, address, "an address in a string", &text) ||
	    read_integer(reading, length, 0, 128, &bits))
		return -1;
	if (strlen(text) >= TM_ADDRESS_TEXT)
		return tm_source_fail(reading->source, offset(reading, address),
				      "found a word of %zu characters, expected an address",
				      strlen(text));
	snprintf(prefix, sizeof(prefix), "%s/%u", text, (unsigned int)bits);
	return tm_prefix_found_range(reading->source, offset(reading, address),
				     prefix, strlen(prefix), found);
}

/* [ "192.0.2.1", "192.0.2.9" ] */
static int read_nft_range(struct reading *reading, tm_json_value value,
			  struct tm_prefix_found *found)
{
	const struct tm_json *json = reading->json;
	struct tm_error error;
	tm_json_value first, last;
	const char *text;

	if (!is_type(reading, value, TM_JSON_ARRAY) ||
	    tm_json_size(json, value) != 2)
		return fail_type(reading, value, "a range of two addresses");
	first = tm_json_first(json, value);
	last = tm_json_next(json, value, first);
	if (read_text(reading, first, "an address in a string", &text))
		return -1;
	if (tm_address_parse(text, &found->range.first, &error))
		return tm_prefix_fail_as(reading->source,
					 offset(reading, first), &error);
	if (read_text(reading, last, "an address in a string", &text))
		return -1;
	found->at = offset(reading, value);
	return tm_prefix_found_last(reading->source, offset(reading, last),
				    text, found);
}

/* An address, a prefix or a range. */
static int read_nft_value(struct reading *reading, tm_json_value value,
			  struct tm_prefix_found *found)
{
	static const char expected[] =
		"an address, a prefix or a range: a set here has no pairs of an address and something else";
	tm_json_value key;
	const char *name;

	if (is_type(reading, value, TM_JSON_STRING) &&
	    !strcmp(tm_json_text(reading->json, value, NULL), "*"))
		return tm_source_fail(reading->source, offset(reading, value),
				      "found '*', expected an address, a prefix or a range: all that the set has not is 0.0.0.0/0 and ::/0 here");
	if (!is_type(reading, value, TM_JSON_OBJECT))
		return read_prefix(reading, value, found);
	key = tm_json_first(reading->json, value);
	if (key == TM_JSON_NONE)
		return fail_type(reading, value, expected);
	name = tm_json_text(reading->json, key, NULL);
	if (!strcmp(name, "prefix"))
		return read_nft_prefix(reading,
				       tm_json_member(reading->json, key),
				       found);
	if (!strcmp(name, "range"))
		return read_nft_range(reading,
				      tm_json_member(reading->json, key),
				      found);
	return tm_source_fail(reading->source, offset(reading, key),
			      "found \"%.64s\", expected %s", name, expected);
}

/*
 * What is left of an element, in seconds: "expires", else "timeout", of which 0 is
 * none, else the timeout of the set.  element: TM_JSON_NONE where it says nothing.
 */
static int read_nft_time(struct reading *reading, tm_json_value element,
			 struct tm_prefix_found *found)
{
	tm_json_value value = TM_JSON_NONE;
	bool is_expiry = false;
	uint64_t seconds;

	if (element != TM_JSON_NONE) {
		value = tm_json_find(reading->json, element, "expires");
		is_expiry = value != TM_JSON_NONE;
		if (!is_expiry)
			value = tm_json_find(reading->json, element, "timeout");
	}
	if (value == TM_JSON_NONE)
		value = reading->timeout;
	if (value == TM_JSON_NONE)
		return 0;
	if (read_integer(reading, value, 0, TM_TIMEOUT_SECONDS_MAX, &seconds))
		return -1;
	if (!seconds && !is_expiry)
		return 0;
	return tm_prefix_found_left(reading->source, offset(reading, value),
				    seconds * TM_NS_PER_SECOND, found);
}

/* { "val": a value, "timeout": 60, "expires": 59, "comment": "text", ... } */
static int read_nft_wrapped(struct reading *reading, tm_json_value element,
			    struct tm_prefix_found *found)
{
	tm_json_value value = TM_JSON_NONE, comment;

	if (is_type(reading, element, TM_JSON_OBJECT))
		value = tm_json_find(reading->json, element, "val");
	if (value == TM_JSON_NONE)
		return fail_type(reading, element, "an element with \"val\"");
	comment = tm_json_find(reading->json, element, "comment");
	if (comment != TM_JSON_NONE && read_comment(reading, comment, found))
		return -1;
	if (read_nft_value(reading, value, found))
		return -1;
	return read_nft_time(reading, element, found);
}

/* A value, or { "elem": ... } around it. */
static int read_nft_element(struct reading *reading, tm_json_value value)
{
	tm_json_value element = TM_JSON_NONE;
	struct tm_prefix_found found;
	int failed;

	tm_prefix_found_begin(reading->reader, &found);
	if (is_type(reading, value, TM_JSON_OBJECT))
		element = tm_json_find(reading->json, value, "elem");
	if (element != TM_JSON_NONE)
		failed = read_nft_wrapped(reading, element, &found);
	else
		failed = read_nft_value(reading, value, &found) ||
			 read_nft_time(reading, TM_JSON_NONE, &found);
	return failed ? -1 : tm_prefix_found_add(reading->reader, &found);
}

/* { "set": { "name": ... } }; what is none is passed over. */
static int meet_nft_set(struct reading *reading, tm_json_value object,
			struct tm_prefix_sets *sets)
{
	struct tm_json *json = reading->json;
	tm_json_value set = TM_JSON_NONE, name = TM_JSON_NONE;
	struct tm_prefix_set met;

	if (is_type(reading, object, TM_JSON_OBJECT))
		set = tm_json_find(json, object, "set");
	if (set == TM_JSON_NONE)
		return 0;
	if (is_type(reading, set, TM_JSON_OBJECT))
		name = tm_json_find(json, set, "name");
	if (name == TM_JSON_NONE || !is_type(reading, name, TM_JSON_STRING))
		return fail_type(reading, set, "a set with a \"name\"");
	met.name = tm_json_text(json, name, &met.length);
	met.at = offset(reading, name);
	met.body = set;
	tm_prefix_sets_meet(sets, reading->reader, &met, false);
	return 0;
}

/* A type that is no string is a typeof, which is left to its elements. */
static int check_nft_type(struct reading *reading, tm_json_value set)
{
	tm_json_value type = tm_json_find(reading->json, set, "type");
	const char *name;

	if (type == TM_JSON_NONE || is_type(reading, type, TM_JSON_OBJECT))
		return 0;
	if (!is_type(reading, type, TM_JSON_STRING))
		return fail_type(reading, type,
				 "\"ipv4_addr\" or \"ipv6_addr\": a set here has no pairs of an address and something else");
	name = tm_json_text(reading->json, type, NULL);
	if (!strcmp(name, "ipv4_addr") || !strcmp(name, "ipv6_addr"))
		return 0;
	return tm_source_fail(reading->source, offset(reading, type),
			      "found a set of type %.64s, expected ipv4_addr or ipv6_addr: a set here has addresses and prefixes alone",
			      name);
}

static int read_nft(struct reading *reading, tm_json_value list)
{
	struct tm_prefix_sets sets = { .count = 0 };
	struct tm_json *json = reading->json;
	tm_json_value value, elements;

	if (!is_type(reading, list, TM_JSON_ARRAY))
		return fail_type(reading, list, "a list");
	for (value = tm_json_first(json, list); value != TM_JSON_NONE;
	     value = tm_json_next(json, list, value))
		if (meet_nft_set(reading, value, &sets))
			return -1;
	if (tm_prefix_sets_choose(&sets, reading->reader) ||
	    check_nft_type(reading, sets.chosen.body))
		return -1;
	reading->timeout = tm_json_find(json, sets.chosen.body, "timeout");
	elements = tm_json_find(json, sets.chosen.body, "elem");
	if (elements == TM_JSON_NONE)
		return 0;
	return read_each(reading, elements, read_nft_element);
}

static int read_root(struct reading *reading)
{
	tm_json_value list = TM_JSON_ROOT;

	if (is_type(reading, list, TM_JSON_OBJECT)) {
		list = tm_json_find(reading->json, TM_JSON_ROOT, "nftables");
		if (list != TM_JSON_NONE)
			return read_nft(reading, list);
		list = tm_json_find(reading->json, TM_JSON_ROOT, "entries");
	}
	if (list == TM_JSON_NONE)
		return tm_source_fail(reading->source,
				      offset(reading, TM_JSON_ROOT),
				      "found neither \"entries\" nor \"nftables\", expected what `tmctl -j set show NAME` or `nft -j list set` prints, or a list of prefixes");
	if (tm_prefix_sets_none(reading->reader, "a list of entries"))
		return -1;
	return read_each(reading, list, read_entry);
}

int tm_prefix_json_read(struct tm_prefix_reader *reader)
{
	struct reading reading = {
		.reader = reader,
		.source = reader->source,
		.json = tm_json_parse(reader->source),
		.timeout = TM_JSON_NONE,
	};
	int failed;

	if (!reading.json)
		return -1;
	failed = read_root(&reading);
	tm_json_free(reading.json);
	return failed;
}
