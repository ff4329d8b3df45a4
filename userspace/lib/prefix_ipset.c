// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The reader of what `ipset save` prints:
 *
 *	create NAME hash:net family inet hashsize 1024 timeout 300 comment
 *	add NAME 192.0.2.0/24 timeout 299 packets 3 bytes 99 comment "seen twice"
 *
 * hash:net, hash:ip and bitmap:ip hold addresses and prefixes, which is what
 * a set here has; in one with a netmask each address stands for its network.
 * Counters and marks are left behind.  `nomatch` cannot be: an address is in
 * a set here when any prefix covers it.
 */
#include <string.h>

#include "prefix_reader.h"

/* The line being read, and what its set was created with. */
struct line {
	struct tm_prefix_reader *reader;
	struct tm_source *source;
	size_t at;
	size_t end;
	size_t next;		/* where the line behind it begins */
	uint64_t timeout_ns;
	unsigned int netmask;	/* bits, 0: none */
};

/* Bytes of the source. */
struct word {
	const char *text;
	size_t at;
	size_t length;		/* 0: the line ends here */
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct word next_word(struct line *line)
{
	const char *text = line->source->text;
	struct word word;

	while (line->at < line->end && is_space(text[line->at]))
		line->at++;
	word.at = line->at;
	while (line->at < line->end && !is_space(text[line->at]))
		line->at++;
	word.text = text + word.at;
	word.length = line->at - word.at;
	return word;
}

static bool is(const struct word *word, const char *text)
{
	return word->length == strlen(text) &&
	       !memcmp(word->text, text, word->length);
}

static bool is_any(const struct word *word, const char *const *words)
{
	for (; *words; words++)
		if (is(word, *words))
			return true;
	return false;
}

/* For messages: what stands there, at most 40 bytes of it. */
static int fail_found(struct line *line, const struct word *word,
		      const char *expected)
{
	if (!word->length)
		tm_source_fail(line->source, word->at,
			       "found the end of the line, expected %s",
			       expected);
	else
		tm_source_fail(line->source, word->at,
			       "found '%.*s', expected %s",
			       word->length > 40 ? 40 : (int)word->length,
			       word->text, expected);
	return -1;
}

static int read_number(struct line *line, const char *what, uint64_t least,
		       uint64_t most, uint64_t *number)
{
	struct word word = next_word(line);
	struct tm_error error;
	char digits[24];

	if (!word.length || word.length >= sizeof(digits))
		return fail_found(line, &word, what);
	memcpy(digits, word.text, word.length);
	digits[word.length] = '\0';
	if (!tm_number_parse(what, digits, least, most, number, &error))
		return 0;
	tm_prefix_fail_as(line->source, word.at, &error);
	return -1;
}

/* A text in double quotes, which may have spaces; none inside. */
static int read_comment(struct line *line, struct tm_prefix_found *found)
{
	const char *text = line->source->text;
	struct word word = next_word(line);
	const char *end;
	size_t start = word.at + 1;

	if (!word.length || word.text[0] != '"')
		return fail_found(line, &word, "a comment in double quotes");
	end = memchr(text + start, '"', line->end - start);
	if (!end)
		return tm_source_fail(line->source, word.at,
				      "found a comment that is not closed on its line, expected its closing double quote");
	line->at = end + 1 - text;
	if (tm_prefix_found_comment(line->source, word.at, text + start,
				    end - text - start, found))
		return -1;
	return 0;
}

static int refuse_nomatch(struct line *line, const struct word *word)
{
	return tm_source_fail(line->source, word->at,
			      "found an entry with nomatch, which takes it out of a larger one: in a set here every prefix counts; remove the entry, and write the larger one as the prefixes that are left");
}

/* What follows the address of an entry. */
static int read_options(struct line *line, struct tm_prefix_found *found)
{
	static const char *const left_behind[] = {
		"packets", "bytes", "skbmark", "skbprio", "skbqueue", NULL
	};
	uint64_t seconds;

	for (;;) {
		struct word word = next_word(line);

		if (!word.length)
			return 0;
		if (is(&word, "timeout")) {
			if (read_number(line, "timeout in seconds", 0,
					TM_TIMEOUT_SECONDS_MAX, &seconds))
				return -1;
			found->timeout_ns = seconds ?
					    seconds * TM_NS_PER_SECOND :
					    line->reader->timeout_ns;
		} else if (is(&word, "comment")) {
			if (read_comment(line, found))
				return -1;
		} else if (is(&word, "nomatch")) {
			return refuse_nomatch(line, &word);
		} else if (is_any(&word, left_behind)) {
			word = next_word(line);
			if (!word.length)
				return fail_found(line, &word, "its value");
		} else if (!is(&word, "-exist") && !is(&word, "-!")) {
			return fail_found(line, &word,
					  "timeout, packets, bytes, comment or the end of the line");
		}
	}
}

/* In a set with a netmask both ends stand for their networks. */
static void widen(struct tm_address_range *range, unsigned int netmask)
{
	unsigned int bit;

	for (bit = netmask; bit < range->first.size * 8U; bit++) {
		range->first.bytes[bit / 8] &= ~(0x80 >> bit % 8);
		range->last.bytes[bit / 8] |= 0x80 >> bit % 8;
	}
}

/* "add NAME" was read. */
static int read_add(struct line *line)
{
	struct tm_prefix_found found;
	struct word word = next_word(line);

	tm_prefix_found_begin(line->reader, &found);
	found.timeout_ns = line->timeout_ns;
	if (!word.length)
		return fail_found(line, &word, "an address or a prefix");
	if (memchr(word.text, ',', word.length))
		return fail_found(line, &word,
				  "an address or a prefix alone: a set here has neither ports nor devices");
	if (tm_prefix_found_range(line->source, word.at, word.text,
				  word.length, &found) ||
	    read_options(line, &found))
		return -1;
	if (line->netmask)
		widen(&found.range, line->netmask);
	return tm_prefix_found_add(line->reader, &found);
}

static int check_type(struct line *line, const struct word *word)
{
	static const char *const types[] = {
		"hash:net", "hash:ip", "bitmap:ip", NULL
	};

	if (is_any(word, types))
		return 0;
	if (!word->length)
		return fail_found(line, word, "the type of the set");
	return tm_source_fail(line->source, word->at,
			      "found a set of type %.*s, expected hash:net, hash:ip or bitmap:ip: a set here has addresses and prefixes alone; give those in a list, one a line",
			      word->length > 40 ? 40 : (int)word->length,
			      word->text);
}

/* "create NAME" was read: of its options those that say what entries mean. */
static int read_create(struct line *line)
{
	struct word word = next_word(line);
	uint64_t number;

	if (check_type(line, &word))
		return -1;
	for (word = next_word(line); word.length; word = next_word(line)) {
		if (is(&word, "timeout")) {
			if (read_number(line, "timeout in seconds", 0,
					TM_TIMEOUT_SECONDS_MAX, &number))
				return -1;
			if (number)
				line->timeout_ns = number * TM_NS_PER_SECOND;
		} else if (is(&word, "netmask")) {
			if (read_number(line, "netmask", 1, 128, &number))
				return -1;
			line->netmask = number;
		} else if (is(&word, "bitmask")) {
			return tm_source_fail(line->source, word.at,
					      "found a set with a bitmask, expected one without: its entries are no prefixes");
		}
	}
	return 0;
}

/* To the next line that is not empty and no remark; false: there is none. */
static bool next_line(struct line *line)
{
	const struct tm_source *source = line->source;

	while (line->next < source->length) {
		const char *start = source->text + line->next;
		const char *end = memchr(start, '\n',
					 source->length - line->next);
		struct word word;

		line->at = line->next;
		line->end = end ? (size_t)(end - source->text) : source->length;
		line->next = line->end + 1;
		word = next_word(line);
		line->at = word.at;
		if (word.length && word.text[0] != '#')
			return true;
	}
	return false;
}

/* "create NAME" or "add NAME": the name, and which of both. */
static int read_command(struct line *line, struct word *name, bool *is_create)
{
	struct word word = next_word(line);

	*is_create = is(&word, "create");
	if (!*is_create && !is(&word, "add"))
		return fail_found(line, &word,
				  "create or add, as `ipset save` prints them");
	*name = next_word(line);
	if (!name->length)
		return fail_found(line, name, "the name of a set");
	return 0;
}

static int choose(struct tm_prefix_reader *reader, struct tm_prefix_sets *sets)
{
	struct line line = { .reader = reader, .source = reader->source };
	struct tm_prefix_set last = { .name = NULL };
	struct word name;
	bool is_create;

	while (next_line(&line)) {
		if (read_command(&line, &name, &is_create))
			return -1;
		if (tm_prefix_set_is(&last, name.text, name.length))
			continue;
		last = (struct tm_prefix_set){
			.name = name.text,
			.length = name.length,
			.at = name.at,
		};
		tm_prefix_sets_meet(sets, reader, &last, true);
	}
	return tm_prefix_sets_choose(sets, reader);
}

int tm_prefix_ipset_read(struct tm_prefix_reader *reader)
{
	struct line line = {
		.reader = reader,
		.source = reader->source,
		.timeout_ns = reader->timeout_ns,
	};
	struct tm_prefix_sets sets = { .count = 0 };
	struct word name;
	bool is_create;

	if (choose(reader, &sets))
		return -1;
	while (next_line(&line)) {
		if (read_command(&line, &name, &is_create))
			return -1;
		if (!tm_prefix_set_is(&sets.chosen, name.text, name.length))
			continue;
		if (is_create ? read_create(&line) : read_add(&line))
			return -1;
	}
	return 0;
}
