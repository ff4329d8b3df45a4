// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/lib/prefix_file.c userspace/lib/prefix_reader.c userspace/lib/prefix_plain.c userspace/lib/prefix_ipset.c userspace/lib/prefix_nft.c userspace/lib/prefix_json.c userspace/lib/address_range.c userspace/lib/json.c userspace/lib/json_grammar.c userspace/lib/policy_model.c userspace/lib/set_model.c userspace/lib/source.c userspace/lib/names.c userspace/lib/value.c userspace/lib/quantity.c userspace/lib/error.c
// flags: -lmnl
/*
 * Any bytes through the readers of prefix files: lists, ipset, nft, JSON; as they
 * are, and for the set "s" of them.  What is read is sorted, each prefix once, no
 * bit behind its length, and every prefix reads back; written, it reads back as
 * a whole, with its comments.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../userspace/lib/prefix_file.h"

#define NOW_NS	1800000000123456789ull

static void must(bool held)
{
	if (!held)
		abort();
}

static void check_entry(const struct tm_entry *entry)
{
	struct tm_prefix again = { .length = 0 };
	char text[TM_PREFIX_TEXT];
	struct tm_error error;

	must(!entry->comment ||
	     (entry->comment[0] &&
	      strlen(entry->comment) <= TM_COMMENT_BYTES_MAX));
	must(!entry->timeout_ns || entry->timeout_ns >= 1000000000ull);
	must(entry->timeout_ns <= TM_TIMEOUT_SECONDS_MAX * 1000000000ull);
	tm_prefix_format(&entry->prefix, text);
	must(!tm_prefix_parse(text, &again, &error));
	must(!tm_prefix_compare(&again, &entry->prefix));
}

static void check_written(const struct tm_entry_list *list)
{
	struct tm_entry_list again;
	struct tm_source source;
	char *text = NULL;
	size_t length, i;
	FILE *stream = open_memstream(&text, &length);

	must(stream && !tm_prefix_file_write(list, NOW_NS, stream));
	must(!fclose(stream));
	must(!tm_source_copy(&source, "w", text, length));
	must(!tm_prefix_file_read(&again, &source, NULL, 0, NOW_NS, NULL));
	must(again.count == list->count);
	for (i = 0; i < again.count; i++) {
		const struct tm_entry *one = &again.items[i];
		const struct tm_entry *other = &list->items[i];

		must(!tm_prefix_compare(&one->prefix, &other->prefix));
		must(!one->comment == !other->comment);
		must(!one->comment || !strcmp(one->comment, other->comment));
	}
	tm_entry_list_free(&again);
	tm_source_free(&source);
	free(text);
}

static void check_read(const uint8_t *data, size_t size, const char *from)
{
	struct tm_entry_list list;
	struct tm_source source;
	struct tm_error error;
	size_t i;

	if (tm_source_copy(&source, "f", data, size))
		return;
	if (tm_prefix_file_read(&list, &source, from, 0, NOW_NS, NULL)) {
		must(source.failed && source.error.line && !list.count);
		must(tm_source_error(&source, &error) == -1);
		must(strchr(error.excerpt, '^') || !size);
	}
	for (i = 0; i < list.count; i++) {
		check_entry(&list.items[i]);
		must(!i || tm_prefix_compare(&list.items[i - 1].prefix,
					     &list.items[i].prefix) < 0);
	}
	check_written(&list);
	tm_entry_list_free(&list);
	tm_source_free(&source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_read(data, size, NULL);
	check_read(data, size, "s");
	return 0;
}
