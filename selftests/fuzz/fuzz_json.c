// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/lib/json.c userspace/lib/json_grammar.c userspace/lib/source.c userspace/lib/error.c
/*
 * Any bytes through the JSON reader.  What is refused has a place inside the
 * text and a reason; what is read can be walked to its last value, and the
 * walk meets as many values as the grammar counted.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../userspace/lib/json.h"

static void must(bool held)
{
	if (!held)
		abort();
}

static int walk(const struct tm_json *json, tm_json_value value)
{
	enum tm_json_type type = tm_json_type_of(json, value);
	bool object = type == TM_JSON_OBJECT;
	unsigned int elements = 0;
	tm_json_value element;
	uint64_t integer;
	size_t length;
	int values = 1;

	if (type == TM_JSON_STRING)
		must(tm_json_text(json, value, &length)[length] == '\0');
	if (type == TM_JSON_NUMBER)
		tm_json_integer(json, value, &integer);
	if (!object && type != TM_JSON_ARRAY)
		return values;
	for (element = tm_json_first(json, value); element != TM_JSON_NONE;
	     element = tm_json_next(json, value, element)) {
		elements++;
		values += walk(json, object ? tm_json_member(json, element) :
			       element) + object;
	}
	must(elements == tm_json_size(json, value));
	return values;
}

static void check_error(const struct tm_source *source)
{
	struct tm_error error;

	must(source->failed && source->error.line && source->error.column);
	must(source->error.offset <= source->length);
	must(source->error.reason[0]);
	must(tm_source_error(source, &error) == -1);
	/* in an empty text there is nothing to point at */
	must(!source->length || strchr(error.excerpt, '^'));
	must(!strchr(error.excerpt, '\x1b') && !strchr(error.message, '\x1b'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tm_source source;
	struct tm_json *json;
	int values;

	if (tm_source_copy(&source, "f", data, size))
		return 0;
	json = tm_json_parse(&source);
	if (json) {
		must(!source.failed);
		values = tm_json_check(&source);
		must(walk(json, TM_JSON_ROOT) == values);
	} else {
		check_error(&source);
	}
	tm_json_free(json);
	tm_source_free(&source);
	return 0;
}
