// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading a file of prefixes: see prefix_file.h.
 */
#include <inttypes.h>
#include <string.h>

#include "prefix_file.h"

#define TIMEOUT_WORD	"timeout="

/* The line being read: bytes from at to end, without its line break. */
struct line {
	struct tm_source *source;
	size_t at;
	size_t end;
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

static int fail_as(struct tm_source *source, size_t offset,
		   const struct tm_error *error)
{
	if (error->hint[0])
		return tm_source_fail(source, offset, "%s; %s", error->message,
				      error->hint);
	return tm_source_fail(source, offset, "%s", error->message);
}

/*
 * The next word, copied; at is then behind it, *start at its first byte.
 * Returns its length, 0 at the end of the line or at a comment, -1 when it
 * is none that could be right.
 */
static int next_word(struct line *line, char *word, size_t size, size_t *start)
{
	struct tm_source *source = line->source;
	const char *text = source->text;
	char found[64];
	size_t n;

	while (line->at < line->end && is_space(text[line->at]))
		line->at++;
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

static int read_timeout(struct line *line, const char *word, size_t start,
			uint64_t *timeout_ns)
{
	struct tm_error error = { 0 };
	uint64_t seconds;

	if (strncmp(word, TIMEOUT_WORD, strlen(TIMEOUT_WORD)))
		return tm_source_fail(line->source, start,
				      "found \"%s\" behind the prefix, expected timeout=SECONDS, a # comment or the end of the line",
				      word);
	if (tm_number_parse("timeout in seconds", word + strlen(TIMEOUT_WORD),
			    1, TM_TIMEOUT_SECONDS_MAX, &seconds, &error))
		return fail_as(line->source, start + strlen(TIMEOUT_WORD),
			       &error);
	*timeout_ns = seconds * 1000000000ull;
	return 0;
}

/* One line; *found says whether it had an entry. */
static int read_line(struct line *line, struct tm_entry *entry, bool *found)
{
	struct tm_error error = { 0 };
	char word[64];
	size_t start;
	int n;

	*found = false;
	n = next_word(line, word, sizeof(word), &start);
	if (n <= 0)
		return n;
	if (tm_prefix_parse(word, &entry->prefix, &error))
		return fail_as(line->source, start, &error);
	*found = true;
	n = next_word(line, word, sizeof(word), &start);
	if (n <= 0)
		return n;
	if (read_timeout(line, word, start, &entry->timeout_ns))
		return -1;
	n = next_word(line, word, sizeof(word), &start);
	if (n > 0)
		return tm_source_fail(line->source, start,
				      "found \"%s\" behind the timeout, expected a # comment or the end of the line",
				      word);
	return n;
}

static int read_lines(struct tm_entry_list *list, struct tm_source *source,
		      uint64_t timeout_ns)
{
	struct line line = { .source = source };
	struct tm_error error = { 0 };
	size_t next;
	bool found;

	for (; line.at < source->length; line.at = next) {
		struct tm_entry entry = { .timeout_ns = timeout_ns };
		const char *start = source->text + line.at;
		const char *end = memchr(start, '\n',
					 source->length - line.at);

		line.end = end ? (size_t)(end - source->text) : source->length;
		next = line.end + 1;
		if (line.end > line.at && source->text[line.end - 1] == '\r')
			line.end--;
		if (read_line(&line, &entry, &found))
			return -1;
		if (found && tm_entry_list_add(list, &entry, &error))
			return fail_as(source, line.at, &error);
	}
	return 0;
}

int tm_prefix_file_read(struct tm_entry_list *list, struct tm_source *source,
			uint64_t timeout_ns, size_t *duplicates)
{
	size_t dropped;

	memset(list, 0, sizeof(*list));
	if (source->failed)
		return -1;
	if (source->length >= 3 && !memcmp(source->text, "\xef\xbb\xbf", 3)) {
		tm_source_fail(source, 0,
			       "found a byte order mark, expected text: save the file as UTF-8 without one");
		return -1;
	}
	if (read_lines(list, source, timeout_ns)) {
		tm_entry_list_free(list);
		return -1;
	}
	dropped = tm_entry_list_sort(list);
	if (duplicates)
		*duplicates = dropped;
	return 0;
}
