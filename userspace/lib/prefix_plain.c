// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The reader of plain lists of prefixes, an entry a line: see prefix_file.h.
 */
#include <string.h>

#include "prefix_file.h"
#include "prefix_reader.h"

#define TIMEOUT_WORD	"timeout="
#define EXPIRES_WORD	"expires="
#define COMMENT_WORD	"comment="

/* The line being read: bytes from at to end, without its line break. */
struct line {
	struct tm_prefix_reader *reader;
	struct tm_source *source;
	size_t at;
	size_t end;
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

static void skip_space(struct line *line)
{
	while (line->at < line->end && is_space(line->source->text[line->at]))
		line->at++;
}

/*
 * The next word, copied; at is then behind it, *start at its first byte.
 * Returns its length, 0 at the end of the line or at a remark, -1 when it
 * is none that could be right.
 */
static int next_word(struct line *line, char *word, size_t size, size_t *start)
{
	struct tm_source *source = line->source;
	const char *text = source->text;
	char found[64];
	size_t n;

	skip_space(line);
	*start = line->at;
	while (line->at < line->end && !is_space(text[line->at]) &&
	       text[line->at] != '#') {
		unsigned char c = text[line->at];

		if (c <= ' ' || c >= 0x7f)
			return tm_source_fail(source, line->at,
					      "found %s, expected an address or a prefix",
					      tm_source_describe(source,
								 line->at,
								 found,
								 sizeof(found)));
		line->at++;
	}
	n = line->at - *start;
	if (n >= size)
		return tm_source_fail(source, *start,
				      "found a word of %zu characters, expected an address or a prefix",
				      n);
	memcpy(word, text + *start, n);
	word[n] = '\0';
	return n;
}

static int read_timeout(struct line *line, const char *number, size_t start,
			struct tm_prefix_found *found)
{
	struct tm_error error;
	uint64_t seconds;

	if (tm_number_parse("timeout in seconds", number, 1,
			    TM_TIMEOUT_SECONDS_MAX, &seconds, &error))
		return tm_prefix_fail_as(line->source, start, &error);
	found->timeout_ns = seconds * TM_NS_PER_SECOND;
	return 0;
}

static int read_expiry(struct line *line, const char *number, size_t start,
		       struct tm_prefix_found *found)
{
	struct tm_error error;
	uint64_t seconds;

	if (tm_number_parse("time of expiry", number, 0, TM_EXPIRES_MAX,
			    &seconds, &error))
		return tm_prefix_fail_as(line->source, start, &error);
	return tm_prefix_found_until(line->reader, start,
				     seconds * TM_NS_PER_SECOND, found);
}

/* The word behind a prefix. */
static int read_time(struct line *line, const char *word, size_t start,
		     struct tm_prefix_found *found)
{
	const size_t length = strlen(TIMEOUT_WORD);

	_Static_assert(sizeof(TIMEOUT_WORD) == sizeof(EXPIRES_WORD),
		       "numbers begin at the same column");
	if (!strncmp(word, TIMEOUT_WORD, length))
		return read_timeout(line, word + length, start + length, found);
	if (!strncmp(word, EXPIRES_WORD, length))
		return read_expiry(line, word + length, start + length, found);
	return tm_source_fail(line->source, start,
			      "found \"%s\" behind the prefix, expected timeout=SECONDS, expires=UNIX_SECONDS, comment=\"TEXT\", a # remark or the end of the line",
			      word);
}

static bool at_comment(struct line *line)
{
	const size_t length = strlen(COMMENT_WORD);

	skip_space(line);
	return line->end - line->at >= length &&
	       !memcmp(line->source->text + line->at, COMMENT_WORD, length);
}

/* The text between the quotes, its escapes resolved. */
static int read_quoted(struct line *line, struct tm_prefix_found *found)
{
	struct tm_source *source = line->source;
	const char *text = source->text;
	char comment[TM_COMMENT_BYTES_MAX];
	size_t start = line->at++;
	size_t length = 0;

	for (; line->at < line->end && text[line->at] != '"'; line->at++) {
		if (text[line->at] == '\\') {
			line->at++;
			if (line->at == line->end || (text[line->at] != '"' &&
						      text[line->at] != '\\'))
				return tm_source_fail(source, line->at - 1,
						      "found a backslash in the comment, expected \\\" or \\\\ for a quote or a backslash");
		}
		if (length < sizeof(comment))
			comment[length] = text[line->at];
		length++;
	}
	if (line->at == line->end)
		return tm_source_fail(source, start,
				      "found a comment that is not closed on its line, expected its closing double quote");
	line->at++;
	return tm_prefix_found_comment(source, start, comment, length, found);
}

/* comment="TEXT"; a space, a remark or the end of the line follows. */
static int read_comment(struct line *line, struct tm_prefix_found *found)
{
	struct tm_source *source = line->source;
	char what[64];

	line->at += strlen(COMMENT_WORD);
	if (line->at == line->end || source->text[line->at] != '"')
		return tm_source_fail(source, line->at,
				      "found %s, expected the comment in double quotes: comment=\"TEXT\"",
				      tm_source_describe(source, line->at, what,
							 sizeof(what)));
	if (read_quoted(line, found))
		return -1;
	if (line->at == line->end || is_space(source->text[line->at]) ||
	    source->text[line->at] == '#')
		return 0;
	return tm_source_fail(source, line->at,
			      "found %s behind the comment, expected a # remark or the end of the line; a quote in a comment is written \\\"",
			      tm_source_describe(source, line->at, what,
						 sizeof(what)));
}

/* What follows the prefix: a time, a comment. */
static int read_rest(struct line *line, struct tm_prefix_found *found)
{
	bool comment = at_comment(line);
	char word[64];
	size_t start;
	int n;

	if (!comment) {
		n = next_word(line, word, sizeof(word), &start);
		if (n <= 0)
			return n;
		if (read_time(line, word, start, found))
			return -1;
		comment = at_comment(line);
	}
	if (comment && read_comment(line, found))
		return -1;
	n = next_word(line, word, sizeof(word), &start);
	if (n > 0)
		return tm_source_fail(line->source, start,
				      "found \"%s\" behind the %s, expected %sa # remark or the end of the line",
				      word, comment ? "comment" : "timeout",
				      comment ? "" : "comment=\"TEXT\", ");
	return n;
}

static int read_line(struct line *line)
{
	struct tm_prefix_reader *reader = line->reader;
	struct tm_entry entry = { .timeout_ns = 0 };
	struct tm_prefix_found found;
	struct tm_error error;
	char word[64];
	size_t start;
	int n;

	n = next_word(line, word, sizeof(word), &start);
	if (n <= 0)
		return n;
	if (tm_prefix_parse(word, &entry.prefix, &error))
		return tm_prefix_fail_as(line->source, start, &error);
	tm_prefix_found_begin(reader, &found);
	if (line->at < line->end && read_rest(line, &found))
		return -1;
	if (found.expired) {
		reader->expired++;
		return 0;
	}
	entry.timeout_ns = found.timeout_ns;
	entry.comment = found.comment[0] ? found.comment : NULL;
	if (tm_entry_list_add(reader->list, &entry, &error))
		return tm_prefix_fail_as(line->source, start, &error);
	return 0;
}

int tm_prefix_plain_read(struct tm_prefix_reader *reader)
{
	struct tm_source *source = reader->source;
	struct line line = { .reader = reader, .source = source };
	size_t next;

	if (tm_prefix_sets_none(reader, "a list of prefixes"))
		return -1;
	for (; line.at < source->length; line.at = next) {
		const char *start = source->text + line.at;
		const char *end = memchr(start, '\n',
					 source->length - line.at);

		line.end = end ? (size_t)(end - source->text) : source->length;
		next = line.end + 1;
		if (line.end > line.at && source->text[line.end - 1] == '\r')
			line.end--;
		if (read_line(&line))
			return -1;
	}
	return 0;
}
