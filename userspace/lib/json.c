// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The JSON document: jsmn's tokens over a text whose grammar was checked
 * before (json_grammar.c), strings with their escapes resolved.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JSMN_STATIC
/* Without the links jsmn looks back over all elements at each bracket. */
#define JSMN_PARENT_LINKS
#include <jsmn.h>

#include "json.h"

struct tm_json {
	struct tm_source *source;
	jsmntok_t *tokens;
	int count;
	/*
	 * The strings, resolved, each at the offset of its token: an escape is
	 * never shorter than what it stands for, so each ends before the
	 * place of its closing quote, where its NUL is.
	 */
	char *strings;
	int *lengths;		/* of the resolved string of each token */
};

/* A key and where it stands, to find those given twice. */
struct key {
	const char *text;
	int length;
	int token;
};

static size_t utf8_encode(unsigned int code_point, char *to)
{
	if (code_point < 0x80) {
		to[0] = code_point;
		return 1;
	}
	if (code_point < 0x800) {
		to[0] = 0xc0 | code_point >> 6;
		to[1] = 0x80 | (code_point & 0x3f);
		return 2;
	}
	if (code_point < 0x10000) {
		to[0] = 0xe0 | code_point >> 12;
		to[1] = 0x80 | (code_point >> 6 & 0x3f);
		to[2] = 0x80 | (code_point & 0x3f);
		return 3;
	}
	to[0] = 0xf0 | code_point >> 18;
	to[1] = 0x80 | (code_point >> 12 & 0x3f);
	to[2] = 0x80 | (code_point >> 6 & 0x3f);
	to[3] = 0x80 | (code_point & 0x3f);
	return 4;
}

static unsigned int hexadecimal(const char *digits)
{
	char copy[5];

	memcpy(copy, digits, 4);
	copy[4] = '\0';
	return strtoul(copy, NULL, 16);
}

/* Resolve the escape at `from`; returns how many bytes of the source it takes. */
static size_t resolve_escape(const char *from, char *to, size_t *written)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char meanings[] = "\"\\/\b\f\n\r\t";
	unsigned int code_point;

	if (from[1] != 'u') {
		*to = meanings[strchr(letters, from[1]) - letters];
		*written = 1;
		return 2;
	}
	code_point = hexadecimal(from + 2);
	if (code_point < 0xd800 || code_point > 0xdbff) {
		*written = utf8_encode(code_point, to);
		return 6;
	}
	code_point = 0x10000 + ((code_point - 0xd800) << 10) +
		     (hexadecimal(from + 8) - 0xdc00);
	*written = utf8_encode(code_point, to);
	return 12;
}

static void resolve_string(struct tm_json *json, int index)
{
	const jsmntok_t *token = &json->tokens[index];
	const char *text = json->source->text;
	char *start = json->strings + token->start;
	char *to = start;
	size_t from = token->start;
	size_t written;

	while (from < (size_t)token->end) {
		if (text[from] == '\\') {
			from += resolve_escape(text + from, to, &written);
			to += written;
		} else {
			*to++ = text[from++];
		}
	}
	*to = '\0';
	json->lengths[index] = to - start;
}

static int compare_keys(const void *left, const void *right)
{
	const struct key *a = left;
	const struct key *b = right;
	int shorter = a->length < b->length ? a->length : b->length;
	int order = memcmp(a->text, b->text, shorter);

	if (order)
		return order;
	if (a->length != b->length)
		return a->length < b->length ? -1 : 1;
	return a->token < b->token ? -1 : 1;
}

static int fail_twice(struct tm_json *json, int first, int second)
{
	unsigned long line, column;

	tm_source_position(json->source, tm_json_offset(json, first), &line, &column);
	return tm_source_fail(json->source, tm_json_offset(json, second),
			   "found the key \"%.64s\" twice in one object, expected it once: it stands at line %lu already",
			   tm_json_text(json, second, NULL), line);
}

/* The duplicate that comes first in the file, so that errors are stable. */
static int check_keys(struct tm_json *json, tm_json_value object, struct key *keys)
{
	int first = TM_JSON_NONE, second = TM_JSON_NONE;
	tm_json_value key;
	size_t n = 0;
	size_t i;

	for (key = tm_json_first(json, object); key != TM_JSON_NONE;
	     key = tm_json_next(json, object, key)) {
		keys[n].text = json->strings + json->tokens[key].start;
		keys[n].length = json->lengths[key];
		keys[n++].token = key;
	}
	qsort(keys, n, sizeof(*keys), compare_keys);
	for (i = 1; i < n; i++) {
		if (keys[i].length != keys[i - 1].length ||
		    memcmp(keys[i].text, keys[i - 1].text, keys[i].length))
			continue;
		if (second == TM_JSON_NONE || keys[i].token < second) {
			first = keys[i - 1].token;
			second = keys[i].token;
		}
	}
	return second == TM_JSON_NONE ? 0 : fail_twice(json, first, second);
}

static int check_all_keys(struct tm_json *json)
{
	struct key *keys = malloc((json->count + 1) * sizeof(*keys));
	int error = 0;
	int i;

	if (!keys)
		return tm_source_fail(json->source, 0, "out of memory");
	for (i = 0; i < json->count && !error; i++)
		if (json->tokens[i].type == JSMN_OBJECT)
			error = check_keys(json, i, keys);
	free(keys);
	return error;
}

static int tokenize(struct tm_json *json, int values)
{
	struct tm_source *source = json->source;
	jsmn_parser parser;
	int i;

	json->tokens = calloc(values, sizeof(*json->tokens));
	json->lengths = calloc(values, sizeof(*json->lengths));
	json->strings = malloc(source->length + 1);
	if (!json->tokens || !json->lengths || !json->strings)
		return tm_source_fail(source, 0, "out of memory");
	jsmn_init(&parser);
	json->count = jsmn_parse(&parser, source->text, source->length,
				 json->tokens, values);
	if (json->count != values)
		return tm_source_fail(source, 0,
				   "the tokenizer disagrees with the grammar (%d, %d values): please report this file",
				   json->count, values);
	for (i = 0; i < json->count; i++)
		if (json->tokens[i].type == JSMN_STRING)
			resolve_string(json, i);
	return check_all_keys(json);
}

struct tm_json *tm_json_parse(struct tm_source *source)
{
	struct tm_json *json;
	int values;

	if (source->length > TM_SOURCE_SIZE_MAX_BYTES) {
		tm_source_fail(source, 0, "larger than 64 MiB, the most that is read; split it");
		return NULL;
	}
	values = tm_json_check(source);
	if (values < 0)
		return NULL;
	json = calloc(1, sizeof(*json));
	if (!json) {
		tm_source_fail(source, 0, "out of memory");
		return NULL;
	}
	json->source = source;
	if (!tokenize(json, values))
		return json;
	tm_json_free(json);
	return NULL;
}

void tm_json_free(struct tm_json *json)
{
	if (!json)
		return;
	free(json->tokens);
	free(json->lengths);
	free(json->strings);
	free(json);
}

enum tm_json_type tm_json_type_of(const struct tm_json *json, tm_json_value value)
{
	const jsmntok_t *token = &json->tokens[value];

	switch (token->type) {
	case JSMN_OBJECT:
		return TM_JSON_OBJECT;
	case JSMN_ARRAY:
		return TM_JSON_ARRAY;
	case JSMN_STRING:
		return TM_JSON_STRING;
	default:
		break;
	}
	switch (json->source->text[token->start]) {
	case 't':
	case 'f':
		return TM_JSON_BOOLEAN;
	case 'n':
		return TM_JSON_NULL;
	default:
		return TM_JSON_NUMBER;
	}
}

const char *tm_json_type_name(enum tm_json_type type)
{
	static const char *const names[] = {
		[TM_JSON_OBJECT]	= "an object",
		[TM_JSON_ARRAY]	= "a list",
		[TM_JSON_STRING]	= "a string",
		[TM_JSON_NUMBER]	= "a number",
		[TM_JSON_BOOLEAN]	= "true or false",
		[TM_JSON_NULL]	= "null",
	};

	return names[type];
}

size_t tm_json_offset(const struct tm_json *json, tm_json_value value)
{
	const jsmntok_t *token = &json->tokens[value];

	return token->type == JSMN_STRING ? token->start - 1 : token->start;
}

unsigned int tm_json_size(const struct tm_json *json, tm_json_value value)
{
	const jsmntok_t *token = &json->tokens[value];

	if (token->type != JSMN_OBJECT && token->type != JSMN_ARRAY)
		return 0;
	return token->size;
}

tm_json_value tm_json_first(const struct tm_json *json, tm_json_value container)
{
	return tm_json_size(json, container) ? container + 1 : TM_JSON_NONE;
}

tm_json_value tm_json_next(const struct tm_json *json, tm_json_value container,
			   tm_json_value value)
{
	const jsmntok_t *tokens = json->tokens;
	int i = value;
	int end;

	if (tokens[container].type == JSMN_OBJECT)
		i++;
	end = tokens[i].end;
	for (i++; i < json->count && tokens[i].start < end; i++)
		;
	if (i == json->count || tokens[i].start >= tokens[container].end)
		return TM_JSON_NONE;
	return i;
}

tm_json_value tm_json_member(const struct tm_json *json, tm_json_value key)
{
	(void)json;
	return key + 1;
}

tm_json_value tm_json_find(const struct tm_json *json, tm_json_value object,
			   const char *name)
{
	tm_json_value key;

	for (key = tm_json_first(json, object); key != TM_JSON_NONE;
	     key = tm_json_next(json, object, key))
		if (!strcmp(tm_json_text(json, key, NULL), name))
			return tm_json_member(json, key);
	return TM_JSON_NONE;
}

const char *tm_json_text(const struct tm_json *json, tm_json_value value,
			 size_t *length)
{
	if (length)
		*length = json->lengths[value];
	return json->strings + json->tokens[value].start;
}

bool tm_json_boolean(const struct tm_json *json, tm_json_value value)
{
	return json->source->text[json->tokens[value].start] == 't';
}

int tm_json_integer(const struct tm_json *json, tm_json_value value, uint64_t *integer)
{
	const jsmntok_t *token = &json->tokens[value];
	const char *text = json->source->text;
	bool negative = text[token->start] == '-';
	uint64_t sum = 0;
	bool over = false;
	int i;

	for (i = token->start + negative; i < token->end; i++) {
		unsigned int digit = text[i] - '0';

		if (digit > 9)
			return -EINVAL;
		if (sum > (UINT64_MAX - digit) / 10)
			over = true;
		else
			sum = sum * 10 + digit;
	}
	if (over || (negative && sum))
		return -ERANGE;
	*integer = sum;
	return 0;
}
