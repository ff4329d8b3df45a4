// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The grammar of JSON (RFC 8259), one function a production.
 *
 * Every error names what was found and what was expected; mistakes that
 * people make often (comments, single quotes, a comma too many, words of
 * other languages) are named as such.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "json.h"

struct grammar {
	struct tm_source *source;
	size_t at;		/* offset of the next byte */
	unsigned int depth;	/* open objects and arrays */
	int values;
};

static int check_value(struct grammar *grammar, const char *expected);

static bool at_end(const struct grammar *grammar)
{
	return grammar->at >= grammar->source->length;
}

/* The next byte; 0 at the end too, so ask at_end() where a NUL matters. */
static char peek(const struct grammar *grammar)
{
	return at_end(grammar) ? '\0' : grammar->source->text[grammar->at];
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '-' ||
	       c == '+';
}

static void skip_space(struct grammar *grammar)
{
	for (;;) {
		char c = peek(grammar);

		if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
			return;
		grammar->at++;
	}
}

static int unexpected(struct grammar *grammar, const char *expected)
{
	struct tm_source *source = grammar->source;
	char found[64];

	if (peek(grammar) == '/' || peek(grammar) == '#')
		return tm_source_fail(source, grammar->at,
				   "found '%c', expected %s; JSON has no comments",
				   peek(grammar), expected);
	if (peek(grammar) == '\'')
		return tm_source_fail(source, grammar->at,
				   "found a single quote, expected %s; strings stand in double quotes",
				   expected);
	return tm_source_fail(source, grammar->at, "found %s, expected %s",
			   tm_source_describe(source, grammar->at, found,
					      sizeof(found)), expected);
}

/* Four hexadecimal digits at an offset; -1 where there are none. */
static int hexadecimal(const struct tm_source *source, size_t at)
{
	int value = 0;
	size_t i;

	if (source->length - at < 4)
		return -1;
	for (i = at; i < at + 4; i++) {
		char c = source->text[i];

		if (is_digit(c))
			value = value * 16 + c - '0';
		else if (c >= 'a' && c <= 'f')
			value = value * 16 + c - 'a' + 10;
		else if (c >= 'A' && c <= 'F')
			value = value * 16 + c - 'A' + 10;
		else
			return -1;
	}
	return value;
}

/* \uXXXX, the backslash being at `at`; a high surrogate takes its low one. */
static int check_unicode_escape(struct grammar *grammar)
{
	struct tm_source *source = grammar->source;
	size_t start = grammar->at;
	int unit = hexadecimal(source, start + 2);
	int low;

	if (unit < 0)
		return tm_source_fail(source, start,
				   "found an incomplete \\u escape, expected four hexadecimal digits after it");
	grammar->at += 6;
	if (unit >= 0xdc00 && unit <= 0xdfff)
		return tm_source_fail(source, start,
				   "found the low surrogate \\u%04x alone, expected a high one before it",
				   (unsigned int)unit);
	if (unit < 0xd800 || unit > 0xdbff)
		return 0;
	low = -1;
	if (source->length - grammar->at >= 6 &&
	    !memcmp(source->text + grammar->at, "\\u", 2))
		low = hexadecimal(source, grammar->at + 2);
	if (low < 0xdc00 || low > 0xdfff)
		return tm_source_fail(source, start,
				   "found the high surrogate \\u%04x alone, expected a low one (\\udc00 to \\udfff) after it",
				   (unsigned int)unit);
	grammar->at += 6;
	return 0;
}

static int check_escape(struct grammar *grammar)
{
	struct tm_source *source = grammar->source;
	size_t next = grammar->at + 1;
	char found[64];

	if (next < source->length && source->text[next] == 'u')
		return check_unicode_escape(grammar);
	if (next < source->length && source->text[next] &&
	    strchr("\"\\/bfnrt", source->text[next])) {
		grammar->at += 2;
		return 0;
	}
	return tm_source_fail(source, grammar->at,
			   "found a backslash before %s, expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX",
			   tm_source_describe(source, next, found, sizeof(found)));
}

static int check_string(struct grammar *grammar)
{
	struct tm_source *source = grammar->source;
	size_t start = grammar->at++;
	unsigned int code_point;
	char found[64];
	size_t n;

	for (;;) {
		if (at_end(grammar))
			return tm_source_fail(source, start,
					   "found a string that the file ends in, expected its closing double quote");
		if (peek(grammar) == '"') {
			grammar->at++;
			grammar->values++;
			return 0;
		}
		if (peek(grammar) == '\\') {
			if (check_escape(grammar))
				return -EINVAL;
			continue;
		}
		n = tm_utf8_decode(source->text + grammar->at,
				   source->length - grammar->at, &code_point);
		if (n && code_point == '\n')
			return tm_source_fail(source, start,
					   "found a string that is not closed on its line, expected its closing double quote (a line break inside is written \\n)");
		if (!n || code_point < 0x20)
			return tm_source_fail(source, grammar->at,
					   "found %s in a string, expected %s",
					   tm_source_describe(source, grammar->at,
							      found, sizeof(found)),
					   n ? "an escape (\\t, \\u0001) for it" :
					   "UTF-8");
		grammar->at += n;
	}
}

static int check_digits(struct grammar *grammar, const char *where)
{
	char expected[48];

	if (!is_digit(peek(grammar))) {
		strcpy(expected, "a digit after ");
		strcat(expected, where);
		return unexpected(grammar, expected);
	}
	while (is_digit(peek(grammar)))
		grammar->at++;
	return 0;
}

static int check_number(struct grammar *grammar)
{
	struct tm_source *source = grammar->source;
	size_t start = grammar->at;

	if (peek(grammar) == '-')
		grammar->at++;
	if (peek(grammar) == '0') {
		grammar->at++;
		if (is_digit(peek(grammar)))
			return tm_source_fail(source, start,
					   "found a number with a leading zero, expected it without");
	} else if (check_digits(grammar, "the minus sign")) {
		return -EINVAL;
	}
	if (peek(grammar) == '.') {
		grammar->at++;
		if (check_digits(grammar, "the decimal point"))
			return -EINVAL;
	}
	if (peek(grammar) == 'e' || peek(grammar) == 'E') {
		grammar->at++;
		if (peek(grammar) == '+' || peek(grammar) == '-')
			grammar->at++;
		if (check_digits(grammar, "the exponent"))
			return -EINVAL;
	}
	if (is_word(peek(grammar)))
		return unexpected(grammar,
				  "the end of the number (a unit or a list is not written like this)");
	grammar->values++;
	return 0;
}

/* true, false, null; anything else that looks like a word is told as it is. */
static int check_word(struct grammar *grammar)
{
	static const char *const words[] = { "true", "false", "null" };
	struct tm_source *source = grammar->source;
	size_t start = grammar->at;
	size_t length, i;

	while (is_word(peek(grammar)))
		grammar->at++;
	length = grammar->at - start;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (length != strlen(words[i]))
			continue;
		if (!memcmp(source->text + start, words[i], length)) {
			grammar->values++;
			return 0;
		}
		if (!strncasecmp(source->text + start, words[i], length))
			return tm_source_fail(source, start,
					   "found '%.*s', expected '%s' in small letters",
					   (int)length, source->text + start,
					   words[i]);
	}
	return tm_source_fail(source, start,
			   "found the word '%.*s'%s, expected a value: strings stand in double quotes",
			   length > 40 ? 40 : (int)length, source->text + start,
			   length > 40 ? "..." : "");
}

static int enter(struct grammar *grammar)
{
	if (grammar->depth == TM_JSON_DEPTH_MAX)
		return tm_source_fail(grammar->source, grammar->at,
				   "found level %d of nesting, expected at most %d",
				   TM_JSON_DEPTH_MAX + 1, TM_JSON_DEPTH_MAX);
	grammar->depth++;
	grammar->at++;
	grammar->values++;
	skip_space(grammar);
	return 0;
}

static int check_member(struct grammar *grammar, const char *expected)
{
	if (peek(grammar) != '"') {
		if (is_word(peek(grammar)))
			expected = "a key in double quotes";
		return unexpected(grammar, expected);
	}
	if (check_string(grammar))
		return -EINVAL;
	skip_space(grammar);
	if (peek(grammar) != ':')
		return unexpected(grammar, "':' between key and value");
	grammar->at++;
	skip_space(grammar);
	return check_value(grammar, "a value after ':'");
}

static int check_object(struct grammar *grammar)
{
	const char *expected = "a key in double quotes, or '}'";

	if (enter(grammar))
		return -EINVAL;
	if (peek(grammar) != '}') {
		for (;;) {
			if (check_member(grammar, expected))
				return -EINVAL;
			skip_space(grammar);
			if (peek(grammar) == '}')
				break;
			if (peek(grammar) != ',')
				return unexpected(grammar,
						  "',' or '}' after the member");
			grammar->at++;
			skip_space(grammar);
			expected = "another key after the comma";
		}
	}
	grammar->at++;
	grammar->depth--;
	return 0;
}

static int check_array(struct grammar *grammar)
{
	const char *expected = "a value, or ']'";

	if (enter(grammar))
		return -EINVAL;
	if (peek(grammar) != ']') {
		for (;;) {
			if (check_value(grammar, expected))
				return -EINVAL;
			skip_space(grammar);
			if (peek(grammar) == ']')
				break;
			if (peek(grammar) != ',')
				return unexpected(grammar,
						  "',' or ']' after the element");
			grammar->at++;
			skip_space(grammar);
			expected = "another value after the comma";
		}
	}
	grammar->at++;
	grammar->depth--;
	return 0;
}

static int check_value(struct grammar *grammar, const char *expected)
{
	char c = peek(grammar);

	if (c == '{')
		return check_object(grammar);
	if (c == '[')
		return check_array(grammar);
	if (c == '"')
		return check_string(grammar);
	if (c == '-' || is_digit(c))
		return check_number(grammar);
	if (is_word(c) && c != '.' && c != '+')
		return check_word(grammar);
	return unexpected(grammar, expected);
}

/* What the first bytes say about files that are no UTF-8 without a mark. */
static int check_encoding(struct tm_source *source)
{
	if (source->length >= 3 && !memcmp(source->text, "\xef\xbb\xbf", 3))
		return tm_source_fail(source, 0,
				   "found a byte order mark, expected the text: save the file as UTF-8 without one");
	if (source->length >= 2 && (!memcmp(source->text, "\xff\xfe", 2) ||
				    !memcmp(source->text, "\xfe\xff", 2)))
		return tm_source_fail(source, 0,
				   "found UTF-16, expected UTF-8: save the file as UTF-8");
	return 0;
}

int tm_json_check(struct tm_source *source)
{
	struct grammar grammar = { .source = source };

	if (check_encoding(source))
		return -EINVAL;
	skip_space(&grammar);
	if (at_end(&grammar))
		return tm_source_fail(source, grammar.at,
				   "found an empty file, expected a JSON value");
	if (check_value(&grammar, "a JSON value"))
		return -EINVAL;
	skip_space(&grammar);
	if (!at_end(&grammar))
		return unexpected(&grammar,
				  "the end of the file after the value");
	return grammar.values;
}
