// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sets and their entries in memory: see set_model.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "set_model.h"
#include "source.h"

/* Twice as many of `size` bytes; NULL with error set: out of memory. */
static void *grow(void *items, size_t *room, size_t size,
		  struct tm_error *error)
{
	size_t more = *room ? 2 * *room : 16;
	void *larger = reallocarray(items, more, size);

	if (larger)
		*room = more;
	else
		tm_error_set(error, TM_EXIT_REFUSED, 0, "out of memory");
	return larger;
}

int tm_prefix_compare(const struct tm_prefix *a, const struct tm_prefix *b)
{
	int order;

	if (a->except != b->except)
		return a->except ? 1 : -1;
	if (a->address.size != b->address.size)
		return a->address.size < b->address.size ? -1 : 1;
	order = memcmp(a->address.bytes, b->address.bytes, a->address.size);
	if (order)
		return order;
	return (int)a->length - (int)b->length;
}

int tm_entry_list_add(struct tm_entry_list *list, const struct tm_entry *entry,
		      struct tm_error *error)
{
	struct tm_entry *items = list->items;
	char *comment = NULL;

	if (list->count == list->room) {
		items = grow(items, &list->room, sizeof(*items), error);
		if (!items)
			return -1;
		list->items = items;
	}
	if (entry->comment) {
		comment = strdup(entry->comment);
		if (!comment)
			return tm_error_set(error, TM_EXIT_REFUSED, 0,
					    "out of memory");
	}
	items[list->count] = *entry;
	items[list->count].place = list->count;
	items[list->count].comment = comment;
	list->count++;
	list->unknown += !!entry->unknown;
	list->comments += !!comment;
	return 0;
}

void tm_entry_clear(struct tm_entry *entry)
{
	free(entry->unknown);
	free(entry->comment);
}

void tm_entry_list_free(struct tm_entry_list *list)
{
	size_t i;

	for (i = 0; (list->unknown || list->comments) && i < list->count; i++)
		tm_entry_clear(&list->items[i]);
	free(list->items);
	memset(list, 0, sizeof(*list));
}

/* By place last: qsort() promises no order of equal ones. */
static int compare_entries(const void *left, const void *right)
{
	const struct tm_entry *a = left;
	const struct tm_entry *b = right;
	int order = tm_prefix_compare(&a->prefix, &b->prefix);

	if (order)
		return order;
	return a->place < b->place ? -1 : 1;
}

size_t tm_entry_list_sort(struct tm_entry_list *list)
{
	size_t kept = 0;
	size_t i;

	if (!list->count)
		return 0;
	qsort(list->items, list->count, sizeof(*list->items), compare_entries);
	for (i = 0; i < list->count; i++) {
		if (kept && !tm_prefix_compare(&list->items[kept - 1].prefix,
					       &list->items[i].prefix))
			tm_entry_clear(&list->items[--kept]);
		list->items[kept++] = list->items[i];
	}
	i = list->count - kept;
	list->count = kept;
	return i;
}

static int compare_prefix_entry(const void *prefix, const void *entry)
{
	return tm_prefix_compare(prefix,
				 &((const struct tm_entry *)entry)->prefix);
}

const struct tm_entry *tm_entry_list_cover(const struct tm_entry_list *list,
					   const struct tm_address *address)
{
	struct tm_prefix prefix = {
		.address = *address,
		.length = address->size * 8,
	};
	const struct tm_entry *found;

	if (!list->count)
		return NULL;
	for (;;) {
		found = bsearch(&prefix, list->items, list->count,
				sizeof(*list->items), compare_prefix_entry);
		if (found || !prefix.length)
			return found;
		prefix.length--;
		prefix.address.bytes[prefix.length / 8] &=
			~(0x80 >> prefix.length % 8);
	}
}

_Static_assert(TM_COMMENT_BYTES_MAX == TRAFFICMON_COMMENT_SIZE - 1,
	       "a comment is as long as the module keeps it");

int tm_comment_check(const char *comment, size_t length, struct tm_error *error)
{
	unsigned int code_point = 0;
	size_t i, n;

	if (!length) {
		tm_error_usage(error, "the comment is empty");
		return tm_error_hint(error, "leave it out where there is nothing to say");
	}
	if (length > TM_COMMENT_BYTES_MAX)
		return tm_error_usage(error,
				      "the comment has %zu bytes, at most %u are possible",
				      length, TM_COMMENT_BYTES_MAX);
	for (i = 0; i < length; i += n) {
		n = tm_utf8_decode(comment + i, length - i, &code_point);
		if (!n)
			return tm_error_usage(error,
					      "the comment has byte 0x%02x, at place %zu, which is not UTF-8",
					      (unsigned char)comment[i], i + 1);
		if (tm_is_unsafe(code_point))
			return tm_error_usage(error,
					      "the comment has a control character, at place %zu: U+%04X",
					      i + 1, code_point);
	}
	return 0;
}

bool tm_set_is_fixed(const char *name)
{
	return !strcmp(name, TRAFFICMON_SET_ALLOW) ||
	       !strcmp(name, TRAFFICMON_SET_DENY);
}

struct tm_set *tm_set_list_find(const struct tm_set_list *list,
				const char *name)
{
	unsigned int i;

	for (i = 0; i < list->count; i++)
		if (!strcmp(list->items[i].name, name))
			return &list->items[i];
	return NULL;
}

struct tm_set *tm_set_list_add(struct tm_set_list *list, const char *name,
			       struct tm_error *error)
{
	struct tm_set *items = list->items;
	size_t room = list->room;

	if (list->count == list->room) {
		items = grow(items, &room, sizeof(*items), error);
		if (!items)
			return NULL;
		list->items = items;
		list->room = room;
	}
	items += list->count++;
	memset(items, 0, sizeof(*items));
	snprintf(items->name, sizeof(items->name), "%s", name);
	return items;
}

void tm_set_list_free(struct tm_set_list *list)
{
	unsigned int i;

	for (i = 0; i < list->count; i++)
		tm_entry_list_free(&list->items[i].entries);
	free(list->items);
	memset(list, 0, sizeof(*list));
}

size_t tm_set_list_entries(const struct tm_set_list *list)
{
	size_t entries = 0;
	unsigned int i;

	for (i = 0; i < list->count; i++)
		entries += list->items[i].entries.count;
	return entries;
}

size_t tm_set_list_unknown(const struct tm_set_list *list)
{
	size_t unknown = 0;
	unsigned int i;

	for (i = 0; i < list->count; i++)
		unknown += list->items[i].entries.unknown;
	return unknown;
}
