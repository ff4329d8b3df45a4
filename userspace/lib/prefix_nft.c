// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The reader of what `nft list set`, `nft list sets` and `nft list ruleset`
 * print:
 *
 *	table inet filter {
 *		set NAME {
 *			type ipv4_addr
 *			flags interval,timeout
 *			timeout 2h
 *			elements = { 192.0.2.0/24 counter packets 3 bytes 99,
 *				     10.0.0.1-10.0.0.9 timeout 1h expires 59m3s comment "x" }
 *		}
 *	}
 *
 * First the sets are found, all else is passed over; then the one that is wanted
 * is read.  What rules keep with an element (counters, limits, quotas) is left
 * behind.
 */
#include <string.h>

#include "prefix_reader.h"

/* A character of its own, a word, a string; the end of a line ends statements. */
enum kind {
	KIND_END,
	KIND_NEWLINE,
	KIND_SIGN,		/* one of { } , ; = */
	KIND_STRING,
	KIND_WORD,
};

/* text: of a string without its quotes; at: with them */
struct token {
	enum kind kind;
	const char *text;
	size_t length;
	size_t at;
};

/* The time that an element has left: what it says last, expires before timeout. */
struct time {
	bool told;
	bool is_expiry;
	uint64_t left_ns;
	size_t at;
};

struct reading {
	struct tm_prefix_reader *reader;
	struct tm_source *source;
	size_t at;		/* behind the token */
	struct token token;
	struct time time;	/* of elements that do not say one */
};

static bool ends_word(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '{' ||
	       c == '}' || c == ',' || c == ';' || c == '=' || c == '"' ||
	       c == '#';
}

/* Behind blanks, remarks and the backslash that continues a line. */
static void skip_blanks(struct reading *reading)
{
	const struct tm_source *source = reading->source;
	const char *text = source->text;

	for (; reading->at < source->length; reading->at++) {
		char c = text[reading->at];

		if (c == '#') {
			const char *end = memchr(text + reading->at, '\n',
						 source->length - reading->at);

			reading->at = end ? (size_t)(end - text) :
				      source->length;
			return;
		}
		if (c != ' ' && c != '\t' && c != '\r')
			return;
	}
}

static int take_string(struct reading *reading)
{
	const struct tm_source *source = reading->source;
	struct token *token = &reading->token;
	const char *start = source->text + reading->at + 1;
	const char *end = memchr(start, '"', source->length - reading->at - 1);

	if (!end || memchr(start, '\n', end - start))
		return tm_source_fail(reading->source, token->at,
				      "found a string that is not closed on its line, expected its closing double quote");
	token->kind = KIND_STRING;
	token->text = start;
	token->length = end - start;
	reading->at = end + 1 - source->text;
	return 0;
}

/* To the next token. */
static int take(struct reading *reading)
{
	const struct tm_source *source = reading->source;
	struct token *token = &reading->token;
	const char *text = source->text;

	skip_blanks(reading);
	token->at = reading->at;
	token->text = text + reading->at;
	token->length = 0;
	token->kind = KIND_END;
	if (reading->at == source->length)
		return 0;
	if (text[reading->at] == '"')
		return take_string(reading);
	while (reading->at < source->length && !ends_word(text[reading->at]))
		reading->at++;
	token->kind = KIND_WORD;
	if (reading->at == token->at) {
		token->kind = text[reading->at] == '\n' ? KIND_NEWLINE :
			      KIND_SIGN;
		reading->at++;
	}
	token->length = reading->at - token->at;
	return 0;
}

/* The same, over ends of lines. */
static int take_over_lines(struct reading *reading)
{
	do {
		if (take(reading))
			return -1;
	} while (reading->token.kind == KIND_NEWLINE);
	return 0;
}

static bool is(const struct reading *reading, const char *text)
{
	const struct token *token = &reading->token;

	return token->kind != KIND_STRING && token->length == strlen(text) &&
	       !memcmp(token->text, text, token->length);
}

static bool is_sign(const struct reading *reading, char sign)
{
	return reading->token.kind == KIND_SIGN &&
	       reading->token.text[0] == sign;
}

static int fail_found(struct reading *reading, const char *expected)
{
	const struct token *token = &reading->token;
	char found[64];

	if (token->kind == KIND_WORD)
		return tm_source_fail(reading->source, token->at,
				      "found '%.*s', expected %s",
				      token->length > 40 ? 40 : (int)token->length,
				      token->text, expected);
	return tm_source_fail(reading->source, token->at,
			      "found %s, expected %s",
			      tm_source_describe(reading->source, token->at,
						 found, sizeof(found)),
			      expected);
}

static int expect_sign(struct reading *reading, char sign,
		       const char *expected)
{
	if (take_over_lines(reading))
		return -1;
	return is_sign(reading, sign) ? 0 : fail_found(reading, expected);
}

/* The token is the '{' at open: to the '}' that belongs to it. */
static int skip_block(struct reading *reading, size_t open)
{
	size_t depth = 1;

	while (depth) {
		if (take(reading))
			return -1;
		if (reading->token.kind == KIND_END)
			return tm_source_fail(reading->source, open,
					      "found a '{' that is not closed, expected its '}'");
		if (is_sign(reading, '{'))
			depth++;
		else if (is_sign(reading, '}'))
			depth--;
	}
	return 0;
}

/* From its first token on: to its end, over a block in it; a '}' is left. */
static int skip_statement(struct reading *reading)
{
	for (;;) {
		size_t before = reading->token.at;

		if (is_sign(reading, '{')) {
			if (skip_block(reading, before))
				return -1;
		} else if (is_sign(reading, '}')) {
			reading->at = before;
			return 0;
		}
		if (reading->token.kind == KIND_END ||
		    reading->token.kind == KIND_NEWLINE ||
		    is_sign(reading, ';'))
			return 0;
		if (take(reading))
			return -1;
	}
}

/* "set" was read: its name is noted, its body passed over. */
static int meet_set(struct reading *reading, struct tm_prefix_sets *sets)
{
	struct tm_prefix_set set;

	if (take(reading))
		return -1;
	if (reading->token.kind != KIND_WORD)
		return fail_found(reading, "the name of a set");
	set.name = reading->token.text;
	set.length = reading->token.length;
	set.at = reading->token.at;
	if (expect_sign(reading, '{', "'{' behind the name of a set"))
		return -1;
	set.body = reading->at;
	if (skip_block(reading, reading->token.at))
		return -1;
	tm_prefix_sets_meet(sets, reading->reader, &set, false);
	return 0;
}

/* "table" was read: [FAMILY] NAME { ... }. */
static int meet_table(struct reading *reading, struct tm_prefix_sets *sets)
{
	size_t open;

	do {
		if (take(reading))
			return -1;
	} while (reading->token.kind == KIND_WORD);
	if (!is_sign(reading, '{'))
		return fail_found(reading, "'{' behind the name of a table");
	open = reading->token.at;
	for (;;) {
		if (take_over_lines(reading))
			return -1;
		if (reading->token.kind == KIND_END)
			return tm_source_fail(reading->source, open,
					      "found a '{' that is not closed, expected its '}'");
		if (is_sign(reading, '}'))
			return 0;
		if (is(reading, "set") ? meet_set(reading, sets) :
					 skip_statement(reading))
			return -1;
	}
}

/* All sets of the file. */
static int meet_sets(struct reading *reading, struct tm_prefix_sets *sets)
{
	for (;;) {
		int failed;

		if (take_over_lines(reading))
			return -1;
		if (reading->token.kind == KIND_END)
			return tm_prefix_sets_choose(sets, reading->reader);
		if (is(reading, "table"))
			failed = meet_table(reading, sets);
		else if (is(reading, "set"))
			failed = meet_set(reading, sets);
		else if (is(reading, "flush"))
			failed = skip_statement(reading);
		else if (is_sign(reading, ';'))
			failed = 0;
		else
			failed = fail_found(reading,
					    "table or set, as `nft list` prints them");
		if (failed)
			return -1;
	}
}

/* "1h59m3s992ms", or "never" */
static int read_time(struct reading *reading, struct time *time)
{
	const struct token *token = &reading->token;
	struct tm_error error;
	char text[48];

	if (take(reading))
		return -1;
	time->at = token->at;
	time->told = false;
	if (is(reading, "never"))
		return 0;
	if (token->kind != KIND_WORD || token->length >= sizeof(text))
		return fail_found(reading, "a time like 1h30m");
	memcpy(text, token->text, token->length);
	text[token->length] = '\0';
	if (tm_duration_parse(text, &time->left_ns, &error))
		return tm_prefix_fail_as(reading->source, token->at, &error);
	/* A timeout of 0 is none; what expires in 0 has expired. */
	time->told = time->left_ns || time->is_expiry;
	return 0;
}

static int read_comment(struct reading *reading, struct tm_prefix_found *found)
{
	const struct token *token = &reading->token;

	if (take(reading))
		return -1;
	if (token->kind != KIND_STRING)
		return fail_found(reading, "a comment in double quotes");
	return tm_prefix_found_comment(reading->source, token->at, token->text,
				       token->length, found);
}

/* Does the word begin what a rule keeps with an element? */
static bool is_kept(const struct reading *reading)
{
	return is(reading, "counter") || is(reading, "limit") ||
	       is(reading, "quota") || is(reading, "last") || is(reading, "ct");
}

/* A time, a comment, or what is left behind: a word of an element is read. */
static int read_option(struct reading *reading, struct tm_prefix_found *found,
		       struct time *time, bool *kept)
{
	struct time beside = { .told = false };
	bool was_kept = *kept;

	*kept = false;
	if (is(reading, "expires")) {
		time->is_expiry = true;
		return read_time(reading, time);
	}
	if (is(reading, "timeout"))
		return read_time(reading, time->is_expiry ? &beside : time);
	if (is(reading, "comment"))
		return read_comment(reading, found);
	if (is(reading, "."))
		return fail_found(reading,
				  "an address alone: a set here has no pairs of an address and something else");
	*kept = is_kept(reading) ||
		(was_kept && reading->token.kind == KIND_WORD);
	return *kept ? 0 :
	       fail_found(reading, "timeout, expires, comment, ',' or '}'");
}

/* Behind the address of an element, to the ',' or '}' that ends it. */
static int read_options(struct reading *reading, struct tm_prefix_found *found)
{
	struct time time = reading->time;
	bool kept = false;	/* words of what a rule keeps may follow */

	for (;;) {
		if (take_over_lines(reading))
			return -1;
		if (is_sign(reading, ',') || is_sign(reading, '}'))
			break;
		if (read_option(reading, found, &time, &kept))
			return -1;
	}
	if (!time.told)
		return 0;
	return tm_prefix_found_left(reading->source, time.at, time.left_ns,
				    found);
}

/* The token is its address. */
static int read_element(struct reading *reading)
{
	const struct token *token = &reading->token;
	struct tm_prefix_found found;

	tm_prefix_found_begin(reading->reader, &found);
	if (token->kind != KIND_WORD)
		return fail_found(reading, "an address, a prefix or a range");
	if (is(reading, "*"))
		return fail_found(reading,
				  "an address, a prefix or a range: all that the set has not is 0.0.0.0/0 and ::/0 here");
	if (tm_prefix_found_range(reading->source, token->at, token->text,
				  token->length, &found) ||
	    read_options(reading, &found))
		return -1;
	return tm_prefix_found_add(reading->reader, &found);
}

/* "elements" was read: = { ... }. */
static int read_elements(struct reading *reading)
{
	if (expect_sign(reading, '=', "'=' behind elements") ||
	    expect_sign(reading, '{', "'{' before the elements"))
		return -1;
	for (;;) {
		if (take_over_lines(reading))
			return -1;
		if (is_sign(reading, '}'))
			return 0;
		if (read_element(reading))
			return -1;
		if (is_sign(reading, '}'))
			return 0;
	}
}

/* "type" was read.  A typeof is left to its elements. */
static int read_type(struct reading *reading)
{
	static const char expected[] =
		"ipv4_addr or ipv6_addr: a set here has addresses and prefixes alone";

	if (take(reading))
		return -1;
	if (!is(reading, "ipv4_addr") && !is(reading, "ipv6_addr"))
		return fail_found(reading, expected);
	if (take(reading))
		return -1;
	if (is(reading, ".") || is(reading, ":"))
		return fail_found(reading,
				  "one type alone: a set here has no pairs of an address and something else");
	return skip_statement(reading);
}

/* The body of the set that is wanted. */
static int read_set(struct reading *reading)
{
	for (;;) {
		int failed;

		if (take_over_lines(reading))
			return -1;
		if (is_sign(reading, '}'))
			return 0;
		if (is(reading, "type"))
			failed = read_type(reading);
		else if (is(reading, "timeout"))
			failed = read_time(reading, &reading->time);
		else if (is(reading, "elements"))
			failed = read_elements(reading);
		else
			failed = skip_statement(reading);
		if (failed)
			return -1;
	}
}

int tm_prefix_nft_read(struct tm_prefix_reader *reader)
{
	struct reading reading = {
		.reader = reader,
		.source = reader->source,
	};
	struct tm_prefix_sets sets = { .count = 0 };

	if (meet_sets(&reading, &sets))
		return -1;
	reading.at = sets.chosen.body;
	return read_set(&reading);
}
