// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files of prefixes: which form one has, and writing one.  See prefix_file.h.
 */
#include <inttypes.h>
#include <string.h>

#include "prefix_file.h"
#include "prefix_reader.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Where the first word stands, behind blank lines and # remarks. */
static size_t find_first(const struct tm_source *source)
{
	size_t at = 0;

	while (at < source->length) {
		if (source->text[at] == '#') {
			while (at < source->length && source->text[at] != '\n')
				at++;
		} else if (is_space(source->text[at])) {
			at++;
		} else {
			break;
		}
	}
	return at;
}

static bool has_word(const struct tm_source *source, size_t at,
		     const char *word)
{
	size_t length = strlen(word);

	return source->length - at > length &&
	       !memcmp(source->text + at, word, length) &&
	       is_space(source->text[at + length]);
}

/* Forms that other tools print, and what to ask them for instead. */
static int refuse_form(struct tm_source *source, size_t at)
{
	if (has_word(source, at, "Name:"))
		return tm_source_fail(source, at,
				      "found what `ipset list` prints, expected what `ipset save` prints");
	if (source->length > at && source->text[at] == '<')
		return tm_source_fail(source, at,
				      "found XML, expected a list of prefixes, JSON, or what `ipset save` or `nft list set` prints");
	if (has_word(source, at, "add") &&
	    has_word(source, at + strlen("add "), "element"))
		return tm_source_fail(source, at,
				      "found a command of nft, expected what `nft list set` prints");
	return 0;
}

typedef int (*read_form)(struct tm_prefix_reader *reader);

/* The reader of the form that the first word shows. */
static read_form recognise(const struct tm_source *source, size_t at)
{
	static const struct {
		const char *word;
		read_form read;
	} forms[] = {
		{ "create", tm_prefix_ipset_read },
		{ "add", tm_prefix_ipset_read },
		{ "table", tm_prefix_nft_read },
		{ "set", tm_prefix_nft_read },
		{ "flush", tm_prefix_nft_read },
	};
	size_t i;

	if (at < source->length &&
	    (source->text[at] == '{' || source->text[at] == '['))
		return tm_prefix_json_read;
	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (has_word(source, at, forms[i].word))
			return forms[i].read;
	return tm_prefix_plain_read;
}

static int read_any(struct tm_prefix_reader *reader)
{
	struct tm_source *source = reader->source;
	size_t first;

	if (source->length >= 3 && !memcmp(source->text, "\xef\xbb\xbf", 3))
		return tm_source_fail(source, 0,
				      "found a byte order mark, expected text: save the file as UTF-8 without one");
	first = find_first(source);
	if (refuse_form(source, first))
		return -1;
	return recognise(source, first)(reader);
}

int tm_prefix_file_read(struct tm_entry_list *list, struct tm_source *source,
			const char *from, uint64_t timeout_ns, uint64_t now_ns,
			struct tm_prefix_file_left_out *left_out)
{
	struct tm_prefix_reader reader = {
		.list = list,
		.source = source,
		.from = from,
		.timeout_ns = timeout_ns,
		.now_ns = now_ns,
	};
	size_t duplicates;

	memset(list, 0, sizeof(*list));
	if (source->failed)
		return -1;
	if (read_any(&reader)) {
		tm_entry_list_free(list);
		return -1;
	}
	duplicates = tm_entry_list_sort(list);
	if (left_out)
		*left_out = (struct tm_prefix_file_left_out){
			.duplicates = duplicates,
			.expired = reader.expired,
		};
	return 0;
}

/* ` comment="TEXT"`, quotes and backslashes of it behind a backslash. */
static void write_comment(const char *comment, FILE *stream)
{
	fputs(" comment=\"", stream);
	for (; *comment; comment++) {
		if (*comment == '"' || *comment == '\\')
			fputc('\\', stream);
		fputc(*comment, stream);
	}
	fputc('"', stream);
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
			fprintf(stream, " expires=%" PRIu64,
				(end_ns + TM_NS_PER_SECOND - 1) /
				TM_NS_PER_SECOND);
		if (entry->comment)
			write_comment(entry->comment, stream);
		fputc('\n', stream);
	}
	return fflush(stream) || ferror(stream) ? -1 : 0;
}
