// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading and writing a file of prefixes: see prefix_file.h.
 */
#include <inttypes.h>
#include <string.h>

#include "prefix_file.h"

#define TIMEOUT_WORD	"timeout="
#define EXPIRES_WORD	"expires="
#define NS_PER_SECOND	UINT64_C(1000000000)

/* The line being read: bytes from at to end, without its line break. */
struct line {
	struct tm_source *source;
	uint64_t now_ns;
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

static int read_timeout(struct line *line, const char *number, size_t start,
			uint64_t *timeout_ns)
{
	struct tm_error error = { 0 };
	uint64_t seconds;

	if (tm_number_parse("timeout in seconds", number, 1,
			    TM_TIMEOUT_SECONDS_MAX, &seconds, &error))
		return fail_as(line->source, start, &error);
	*timeout_ns = seconds * NS_PER_SECOND;
	return 0;
}

/*
 * What is left until then, 0: nothing.  A year that was rounded up to seconds
 * is a year.
 */
static int read_expiry(struct line *line, const char *number, size_t start,
		       uint64_t *timeout_ns)
{
	const uint64_t most = TM_TIMEOUT_SECONDS_MAX * NS_PER_SECOND;
	struct tm_error error = { 0 };
	uint64_t seconds, left;

	if (tm_number_parse("time of expiry", number, 0, TM_EXPIRES_MAX,
			    &seconds, &error))
		return fail_as(line->source, start, &error);
	*timeout_ns = 0;
	if (seconds * NS_PER_SECOND <= line->now_ns)
		return 0;
	left = seconds * NS_PER_SECOND - line->now_ns;
	if (left >= most + NS_PER_SECOND)
		return tm_source_fail(line->source, start,
				      "expires in more than a year: it is %" PRIu64 " now, by the clock of this host",
				      line->now_ns / NS_PER_SECOND);
	if (left > most)
		left = most;
	*timeout_ns = left < NS_PER_SECOND ? NS_PER_SECOND : left;
	return 0;
}

/* The word behind a prefix; *found becomes false when its time has passed. */
static int read_time(struct line *line, const char *word, size_t start,
		     uint64_t *timeout_ns, bool *found)
{
	const size_t length = strlen(TIMEOUT_WORD);

	_Static_assert(sizeof(TIMEOUT_WORD) == sizeof(EXPIRES_WORD),
		       "numbers begin at the same column");
	if (!strncmp(word, TIMEOUT_WORD, length))
		return read_timeout(line, word + length, start + length,
				    timeout_ns);
	if (strncmp(word, EXPIRES_WORD, length))
		return tm_source_fail(line->source, start,
				      "found \"%s\" behind the prefix, expected timeout=SECONDS, expires=UNIX_SECONDS, a # comment or the end of the line",
				      word);
	if (read_expiry(line, word + length, start + length, timeout_ns))
		return -1;
	*found = *timeout_ns;
	return 0;
}

/* One line; *found: has it an entry?  *expired: had it one? */
static int read_line(struct line *line, struct tm_entry *entry, bool *found,
		     bool *expired)
{
	struct tm_error error = { 0 };
	char word[64];
	size_t start;
	int n;

	*found = false;
	*expired = false;
	n = next_word(line, word, sizeof(word), &start);
	if (n <= 0)
		return n;
	if (tm_prefix_parse(word, &entry->prefix, &error))
		return fail_as(line->source, start, &error);
	*found = true;
	n = next_word(line, word, sizeof(word), &start);
	if (n <= 0)
		return n;
	if (read_time(line, word, start, &entry->timeout_ns, found))
		return -1;
	*expired = !*found;
	n = next_word(line, word, sizeof(word), &start);
	if (n > 0)
		return tm_source_fail(line->source, start,
				      "found \"%s\" behind the timeout, expected a # comment or the end of the line",
				      word);
	return n;
}

static int read_lines(struct tm_entry_list *list, struct tm_source *source,
		      uint64_t timeout_ns, uint64_t now_ns, size_t *gone)
{
	struct line line = { .source = source, .now_ns = now_ns };
	struct tm_error error = { 0 };
	bool found, expired;
	size_t next;

	for (; line.at < source->length; line.at = next) {
		struct tm_entry entry = { .timeout_ns = timeout_ns };
		const char *start = source->text + line.at;
		const char *end = memchr(start, '\n',
					 source->length - line.at);

		line.end = end ? (size_t)(end - source->text) : source->length;
		next = line.end + 1;
		if (line.end > line.at && source->text[line.end - 1] == '\r')
			line.end--;
		if (read_line(&line, &entry, &found, &expired))
			return -1;
		*gone += expired;
		if (found && tm_entry_list_add(list, &entry, &error))
			return fail_as(source, line.at, &error);
	}
	return 0;
}

int tm_prefix_file_read(struct tm_entry_list *list, struct tm_source *source,
			uint64_t timeout_ns, uint64_t now_ns,
			struct tm_prefix_file_left_out *left_out)
{
	struct tm_prefix_file_left_out counts = { 0 };

	memset(list, 0, sizeof(*list));
	if (source->failed)
		return -1;
	if (source->length >= 3 && !memcmp(source->text, "\xef\xbb\xbf", 3)) {
		tm_source_fail(source, 0,
			       "found a byte order mark, expected text: save the file as UTF-8 without one");
		return -1;
	}
	if (read_lines(list, source, timeout_ns, now_ns, &counts.expired)) {
		tm_entry_list_free(list);
		return -1;
	}
	counts.duplicates = tm_entry_list_sort(list);
	if (left_out)
		*left_out = counts;
	return 0;
}

int tm_prefix_file_write(const struct tm_entry_list *list, uint64_t now_ns,
			 FILE *stream)
{
	char prefix[TM_PREFIX_TEXT];
	size_t i;

	for (i = 0; i < list->count; i++) {
		const struct tm_entry *entry = &list->items[i];
		uint64_t end_ns = now_ns + entry->timeout_ns;

		fputs(tm_prefix_format(&entry->prefix, prefix), stream);
		if (entry->timeout_ns)
			fprintf(stream, " " EXPIRES_WORD "%" PRIu64,
				(end_ns + NS_PER_SECOND - 1) / NS_PER_SECOND);
		fputc('\n', stream);
	}
	return fflush(stream) || ferror(stream) ? -1 : 0;
}
