// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A policy in words, and as JSON: see policy.h.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/json.h"
#include "../lib/names.h"
#include "policy.h"

/* A text that grows to its size and then ends in "...". */
struct words {
	char *text;
	size_t size;
};

__attribute__((format(printf, 2, 3)))
static void add(struct words *words, const char *format, ...)
{
	size_t used = strlen(words->text);
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = vsnprintf(words->text + used, words->size - used, format,
		      arguments);
	va_end(arguments);
	if (n > 0 && (size_t)n >= words->size - used)
		strcpy(words->text + words->size - 4, "...");
}

static void add_space(struct words *words)
{
	if (words->text[0])
		add(words, " ");
}

static void add_bits(struct words *words, uint32_t bits,
		     const struct tm_names *names)
{
	const char *separator = "";
	char word[TM_NAME_TEXT];
	unsigned int i;

	if (!bits)
		return;
	add_space(words);
	for (i = 0; i < 32; i++) {
		if (!(bits & 1u << i))
			continue;
		add(words, "%s%s", separator, tm_name(names, i, word));
		separator = ",";
	}
}

/* "from 10.0.0.0/8,@customers port 53": one end of the match. */
static void add_end(struct words *words, const char *direction,
		    const struct tm_prefix_list *prefixes,
		    const struct tm_match_set_list *sets,
		    const struct tm_ports_list *ports)
{
	char text[TM_PREFIX_TEXT];
	unsigned int i;

	if (!prefixes->count && !sets->count && !ports->count)
		return;
	add_space(words);
	add(words, "%s", direction);
	for (i = 0; i < prefixes->count; i++)
		add(words, "%s%s%s", i ? "," : " ",
		    prefixes->items[i].except ? "!" : "",
		    tm_prefix_format(&prefixes->items[i], text));
	for (i = 0; i < sets->count; i++)
		add(words, "%s%s@%s", i || prefixes->count ? "," : " ",
		    sets->items[i].except ? "!" : "", sets->items[i].name);
	if (!ports->count)
		return;
	add(words, " port");
	for (i = 0; i < ports->count; i++)
		add(words, "%s%s%s", i ? "," : " ",
		    ports->items[i].except ? "!" : "",
		    tm_ports_format(&ports->items[i], text));
}

static void add_devices(struct words *words, const struct tm_policy *policy)
{
	unsigned int i;

	for (i = 0; i < policy->device_count; i++) {
		if (!i)
			add_space(words);
		add(words, "%s%s%s", i ? "," : "on ",
		    policy->device[i].except ? "!" : "",
		    policy->device[i].glob);
	}
}

/* "hop_limit 1-5,!3" */
static void add_terms(struct words *words, enum tm_term_kind kind,
		      const struct tm_term_list *list)
{
	char text[TM_TERM_TEXT];
	unsigned int i;

	for (i = 0; i < list->count; i++) {
		if (!i) {
			add_space(words);
			add(words, "%s ", tm_term_types[kind].name);
		}
		add(words, "%s%s", i ? "," : "",
		    tm_term_format(kind, &list->items[i], text));
	}
}

void policy_match_words(const struct tm_policy *policy, char *text,
			size_t size)
{
	struct words words = { text, size };
	unsigned int kind;

	text[0] = '\0';
	add_bits(&words, policy->families, &tm_names_family);
	add_bits(&words, policy->classes, &tm_names_class);
	add_bits(&words, policy->directions, &tm_names_direction);
	add_end(&words, "from", &policy->source, &policy->source_sets,
		&policy->source_port);
	add_end(&words, "to", &policy->destination, &policy->destination_sets,
		&policy->destination_port);
	add_devices(&words, policy);
	for (kind = 0; kind < __TM_TERM_MAX; kind++)
		add_terms(&words, kind, &policy->terms[kind]);
	if (policy->fragments) {
		add_space(&words);
		add(&words, "fragment");
		add_bits(&words, policy->fragments, &tm_names_fragment);
	}
	if (!text[0])
		add(&words, "all");
}

void policy_limit_words(const struct tm_policy *policy, char *text,
			size_t size)
{
	char rate[TM_RATE_TEXT], burst[TM_RATE_TEXT];
	struct words words = { text, size };
	unsigned int kind;

	text[0] = '\0';
	for (kind = 0; kind < __TRAFFICMON_LIMIT_MAX; kind++) {
		const struct tm_limit *limit = &policy->limits[kind];

		if (!limit->rate)
			continue;
		if (kind == TRAFFICMON_LIMIT_BYTES)
			tm_bytes_format(limit->burst, burst);
		else
			snprintf(burst, sizeof(burst), "%" PRIu64,
				 limit->burst);
		add(&words, "%s%s burst %s", text[0] ? ", " : "",
		    tm_rate_format(kind, limit->rate, rate), burst);
	}
	if (!text[0])
		add(&words, "none, all over");
	if (policy->spare) {
		add(&words, ", spares");
		add_bits(&words, policy->spare, &tm_names_spare);
	}
}

static void copy_members(struct tm_out *out, const struct tm_json *json,
			 tm_json_value object);

static void copy_value(struct tm_out *out, const struct tm_json *json,
		       const char *key, tm_json_value value)
{
	tm_json_value element;
	uint64_t number;

	switch (tm_json_type_of(json, value)) {
	case TM_JSON_OBJECT:
		tm_out_block(out, key, NULL);
		copy_members(out, json, value);
		tm_out_end(out);
		break;
	case TM_JSON_ARRAY:
		tm_out_array(out, key);
		for (element = tm_json_first(json, value);
		     element != TM_JSON_NONE;
		     element = tm_json_next(json, value, element))
			copy_value(out, json, NULL, element);
		tm_out_end(out);
		break;
	case TM_JSON_STRING:
		tm_out_string(out, key, tm_json_text(json, value, NULL));
		break;
	case TM_JSON_NUMBER:
		if (!tm_json_integer(json, value, &number))
			tm_out_number(out, key, number);
		break;
	case TM_JSON_BOOLEAN:
		tm_out_bool(out, key, tm_json_boolean(json, value));
		break;
	case TM_JSON_NULL:
		tm_out_null(out, key);
		break;
	}
}

static void copy_members(struct tm_out *out, const struct tm_json *json,
			 tm_json_value object)
{
	tm_json_value key;

	for (key = tm_json_first(json, object); key != TM_JSON_NONE;
	     key = tm_json_next(json, object, key))
		copy_value(out, json, tm_json_text(json, key, NULL),
			   tm_json_member(json, key));
}

/* Write the file, read it as JSON, copy it or its first policy. */
static int copy_file(struct tm_out *out, const struct tm_policy_file *file,
		     bool policy_only, struct tm_error *error)
{
	struct tm_source source = { 0 };
	struct tm_json *json = NULL;
	tm_json_value from = TM_JSON_ROOT;
	FILE *stream = open_memstream(&source.text, &source.length);
	int failed;

	if (!stream)
		return tm_error_set(error, TM_EXIT_REFUSED, 0, "out of memory");
	failed = tm_policy_file_write(file, stream);
	failed |= fclose(stream);
	if (!failed)
		json = tm_json_parse(&source);
	if (!json) {
		tm_source_free(&source);
		return tm_error_set(error, TM_EXIT_REFUSED, 0, "out of memory");
	}
	if (policy_only)
		from = tm_json_first(json, tm_json_find(json, from,
							"policies"));
	copy_members(out, json, from);
	tm_json_free(json);
	tm_source_free(&source);
	return 0;
}

int policy_json_file(struct tm_out *out, const struct tm_policy_file *file,
		     struct tm_error *error)
{
	return copy_file(out, file, false, error);
}

int policy_json_one(struct tm_out *out, const struct tm_policy *policy,
		    struct tm_error *error)
{
	struct tm_policy copy = *policy;
	struct tm_policy_file file = {
		.policies = { .items = &copy, .count = 1 },
	};

	return copy_file(out, &file, true, error);
}
