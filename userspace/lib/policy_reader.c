// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Taking values out of JSON: see policy_reader.h.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "policy_reader.h"

#define MEMBERS_MAX		16	/* of any object */

/* The words of a parser of values, as the reason. */
int tm_reader_fail_as(struct tm_reader *reader, tm_json_value value,
		      const struct tm_error *error)
{
	if (error->hint[0])
		return tm_reader_fail(reader, value, "%s; %s", error->message,
			    error->hint);
	return tm_reader_fail(reader, value, "%s", error->message);
}

int tm_reader_fail_type(struct tm_reader *reader, tm_json_value value,
			const char *expected)
{
	enum tm_json_type type = tm_json_type_of(reader->json, value);

	if (type == TM_JSON_STRING)
		return tm_reader_fail(reader, value,
			    "found the string \"%.64s\", expected %s",
			    tm_json_text(reader->json, value, NULL),
			    expected);
	return tm_reader_fail(reader, value, "found %s, expected %s",
		    tm_json_type_name(type), expected);
}

static int fail_unknown(struct tm_reader *reader, tm_json_value key,
			const struct tm_member *members, size_t count,
			const char *what)
{
	const char *name = tm_json_text(reader->json, key, NULL);
	const char *names[MEMBERS_MAX];
	const char *nearest;
	char list[256] = "";
	size_t i;

	for (i = 0; i < count; i++) {
		names[i] = members[i].name;
		if (i)
			strcat(list, ", ");
		strcat(list, names[i]);
	}
	nearest = tm_nearest(name, names, count);
	if (nearest)
		return tm_reader_fail(reader, key,
			    "found the unknown key \"%.64s\" in %s, did you mean \"%s\"? expected one of: %s",
			    name, what, nearest, list);
	return tm_reader_fail(reader, key,
		    "found the unknown key \"%.64s\" in %s, expected one of: %s",
		    name, what, list);
}

/* Hand each member of an object to its function; unknown ones are refused. */
int tm_reader_members(struct tm_reader *reader, tm_json_value object,
		      const struct tm_member *members, size_t count,
			const char *what)
{
	struct tm_json *json = reader->json;
	tm_json_value key;
	size_t i;

	if (tm_json_type_of(json, object) != TM_JSON_OBJECT)
		return tm_reader_fail_type(reader, object, what);
	for (key = tm_json_first(json, object); key != TM_JSON_NONE;
	     key = tm_json_next(json, object, key)) {
		size_t length;
		const char *name = tm_json_text(json, key, &length);

		for (i = 0; i < count; i++)
			if (length == strlen(members[i].name) &&
			    !memcmp(name, members[i].name, length))
				break;
		if (i == count)
			return fail_unknown(reader, key, members, count, what);
		if (members[i].read(reader, tm_json_member(json, key)))
			return -1;
	}
	return 0;
}

/* Hand over each element of a list, or the value itself where it is none. */
int tm_reader_each(struct tm_reader *reader, tm_json_value value,
		   tm_read_value read, unsigned int most)
{
	struct tm_json *json = reader->json;
	tm_json_value element;
	unsigned int n = 0;

	if (tm_json_type_of(json, value) != TM_JSON_ARRAY)
		return read(reader, value);
	for (element = tm_json_first(json, value); element != TM_JSON_NONE;
	     element = tm_json_next(json, value, element)) {
		if (n++ == most)
			return tm_reader_fail(reader, element,
				    "found element %u of the list, expected at most %u; put more into policies of their own",
				    n, most);
		if (read(reader, element))
			return -1;
	}
	return 0;
}

/* The same for a match, where an empty list would match nothing. */
int tm_reader_match_list(struct tm_reader *reader, tm_json_value value,
			 tm_read_value read, unsigned int most)
{
	if (tm_json_type_of(reader->json, value) == TM_JSON_ARRAY &&
	    !tm_json_size(reader->json, value))
		return tm_reader_fail(reader, value,
			    "found an empty list, which nothing would match; leave the key out to match everything");
	return tm_reader_each(reader, value, read, most);
}

/* A string without NUL, which no value can hold; NULL after an error. */
const char *tm_reader_string(struct tm_reader *reader, tm_json_value value,
			     const char *expected)
{
	const char *text;
	size_t length;

	if (tm_json_type_of(reader->json, value) != TM_JSON_STRING) {
		tm_reader_fail_type(reader, value, expected);
		return NULL;
	}
	text = tm_json_text(reader->json, value, &length);
	if (strlen(text) != length) {
		tm_reader_fail(reader, value, "found \\u0000 in a string, expected %s",
			       expected);
		return NULL;
	}
	return text;
}

int tm_reader_integer(struct tm_reader *reader, tm_json_value value,
		      uint64_t minimum, uint64_t maximum, uint64_t *integer)
{
	const char *text = reader->source->text;
	size_t start, n;
	char expected[96];
	int error;

	snprintf(expected, sizeof(expected),
		 "a whole number from %" PRIu64 " to %" PRIu64, minimum,
		 maximum);
	if (tm_json_type_of(reader->json, value) != TM_JSON_NUMBER)
		return tm_reader_fail_type(reader, value, expected);
	error = tm_json_integer(reader->json, value, integer);
	if (!error && *integer >= minimum && *integer <= maximum)
		return 0;
	start = tm_json_offset(reader->json, value);
	for (n = 0; n < 40 && start + n < reader->source->length &&
	     strchr("+-.0123456789eE", text[start + n]) && text[start + n]; n++)
		;
	if (error == -EINVAL)
		return tm_reader_fail(reader, value,
			    "found %.*s, expected %s, written in digits only",
			    (int)n, text + start, expected);
	return tm_reader_fail(reader, value, "found %.*s, which is out of range, expected %s",
		    (int)n, text + start, expected);
}

int tm_reader_word(struct tm_reader *reader, tm_json_value value,
		   const struct tm_names *names, uint8_t *number)
{
	const char *word = tm_reader_string(reader, value, "a word in double quotes");
	struct tm_error error = { 0 };
	int n;

	if (!word)
		return -1;
	n = tm_name_parse(names, word, &error);
	if (n < 0)
		return tm_reader_fail_as(reader, value, &error);
	*number = n;
	return 0;
}

int tm_reader_prefix(struct tm_reader *reader, tm_json_value value,
		     bool may_except, struct tm_prefix *prefix)
{
	const char *text = tm_reader_string(reader, value,
				       "a prefix in double quotes, \"10.0.0.0/8\"");
	struct tm_error error = { 0 };
	bool except;

	if (!text)
		return -1;
	except = may_except && *text == '!';
	memset(prefix, 0, sizeof(*prefix));
	if (tm_prefix_parse(text + except, prefix, &error))
		return tm_reader_fail_as(reader, value, &error);
	prefix->except = except;
	return 0;
}
