// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/lib/prefix_file.c userspace/lib/policy_model.c userspace/lib/set_model.c userspace/lib/source.c userspace/lib/names.c userspace/lib/value.c userspace/lib/quantity.c userspace/lib/error.c
// flags: -lmnl
/*
 * Any bytes through the reader of prefix files.  What is read is sorted, each
 * prefix once, no bit behind its length, and every prefix reads back; written, it
 * reads back as a whole.
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
	must(!tm_prefix_file_read(&again, &source, 0, NOW_NS, NULL));
	must(again.count == list->count);
	for (i = 0; i < again.count; i++)
		must(!tm_prefix_compare(&again.items[i].prefix,
					&list->items[i].prefix));
	tm_entry_list_free(&again);
	tm_source_free(&source);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tm_entry_list list;
	struct tm_source source;
	struct tm_error error;
	size_t i;

	if (tm_source_copy(&source, "f", data, size))
		return 0;
	if (tm_prefix_file_read(&list, &source, 0, NOW_NS, NULL)) {
		must(source.failed && source.error.line && !list.count);
		must(tm_source_error(&source, &error) == -1);
		must(strchr(error.excerpt, '^') != NULL);
	}
	for (i = 0; i < list.count; i++) {
		check_entry(&list.items[i]);
		must(!i || tm_prefix_compare(&list.items[i - 1].prefix,
					     &list.items[i].prefix) < 0);
	}
	check_written(&list);
	tm_entry_list_free(&list);
	tm_source_free(&source);
	return 0;
}
