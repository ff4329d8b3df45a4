// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the readers of set files share: see prefix_reader.h.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "prefix_reader.h"

int tm_prefix_fail_as(struct tm_source *source, size_t offset,
		      const struct tm_error *error)
{
	if (error->hint[0])
		return tm_source_fail(source, offset, "%s; %s", error->message,
				      error->hint);
	return tm_source_fail(source, offset, "%s", error->message);
}

void tm_prefix_found_begin(const struct tm_prefix_reader *reader,
			   struct tm_prefix_found *found)
{
	found->timeout_ns = reader->timeout_ns;
	found->expired = false;
	found->comment[0] = '\0';
}

int tm_prefix_found_last(struct tm_source *source, size_t at, const char *text,
			 struct tm_prefix_found *found)
{
	struct tm_address_range *range = &found->range;
	struct tm_error error;

	if (tm_address_parse(text, &range->last, &error))
		return tm_prefix_fail_as(source, at, &error);
	if (range->last.size != range->first.size)
		return tm_source_fail(source, at,
				      "found '%s' as the end of a range, expected an address of the family that it begins with",
				      text);
	if (memcmp(range->last.bytes, range->first.bytes, range->last.size) < 0)
		return tm_source_fail(source, at,
				      "found a range that ends with '%s', before it begins",
				      text);
	return 0;
}

int tm_prefix_found_range(struct tm_source *source, size_t at,
			  const char *text, size_t length,
			  struct tm_prefix_found *found)
{
	struct tm_address_range *range = &found->range;
	struct tm_error error;
	char word[2 * TM_ADDRESS_TEXT];
	struct tm_prefix prefix;
	char *dash;

	found->at = at;
	if (length >= sizeof(word))
		return tm_source_fail(source, at,
				      "found a word of %zu characters, expected an address, a prefix or a range",
				      length);
	if (memchr(text, '\0', length))
		return tm_source_fail(source, at,
				      "found a NUL byte, expected an address, a prefix or a range");
	memcpy(word, text, length);
	word[length] = '\0';
	dash = strchr(word, '-');
	if (dash) {
		*dash = '\0';
		if (tm_address_parse(word, &range->first, &error))
			return tm_prefix_fail_as(source, at, &error);
		return tm_prefix_found_last(source, at + (dash + 1 - word),
					    dash + 1, found);
	}
	if (tm_prefix_parse(word, &prefix, &error))
		return tm_prefix_fail_as(source, at, &error);
	*range = tm_prefix_range(&prefix);
	return 0;
}

int tm_prefix_found_left(struct tm_source *source, size_t at, uint64_t left_ns,
			 struct tm_prefix_found *found)
{
	const uint64_t most = TM_TIMEOUT_SECONDS_MAX * TM_NS_PER_SECOND;

	if (left_ns >= most + TM_NS_PER_SECOND)
		return tm_source_fail(source, at,
				      "ends in more than a year, the most that the module takes: 31536000 seconds");
	found->expired = !left_ns;
	if (left_ns > most)
		left_ns = most;
	if (left_ns < TM_NS_PER_SECOND)
		left_ns = TM_NS_PER_SECOND;
	found->timeout_ns = left_ns;
	return 0;
}

int tm_prefix_found_until(const struct tm_prefix_reader *reader, size_t at,
			  uint64_t end_ns, struct tm_prefix_found *found)
{
	uint64_t left_ns = end_ns > reader->now_ns ? end_ns - reader->now_ns : 0;

	if (left_ns >= (TM_TIMEOUT_SECONDS_MAX + 1) * TM_NS_PER_SECOND)
		return tm_source_fail(reader->source, at,
				      "expires in more than a year: it is %" PRIu64 " now, by the clock of this host",
				      reader->now_ns / TM_NS_PER_SECOND);
	return tm_prefix_found_left(reader->source, at, left_ns, found);
}

int tm_prefix_found_comment(struct tm_source *source, size_t at,
			    const char *text, size_t length,
			    struct tm_prefix_found *found)
{
	struct tm_error error = { 0 };

	if (tm_comment_check(text, length, &error))
		return tm_prefix_fail_as(source, at, &error);
	memcpy(found->comment, text, length);
	found->comment[length] = '\0';
	return 0;
}

/*
 * Four times what the module takes, for what stands twice: a few bytes of a file may be
 * a range of a hundred prefixes, and a hostile feed must not take all memory.
 */
#define ENTRIES_MAX	(4u << 22)

/* What tm_prefix_found_add() hands through the range. */
struct adding {
	struct tm_prefix_reader *reader;
	const struct tm_prefix_found *found;
	struct tm_entry entry;
};

static int add_prefix(const struct tm_prefix *prefix, void *data)
{
	struct adding *adding = data;
	struct tm_error error;

	if (adding->reader->list->count == ENTRIES_MAX)
		return tm_source_fail(adding->reader->source, adding->found->at,
				      "found more than %u prefixes, of which a set takes a quarter",
				      ENTRIES_MAX);
	adding->entry.prefix = *prefix;
	if (!tm_entry_list_add(adding->reader->list, &adding->entry, &error))
		return 0;
	return tm_prefix_fail_as(adding->reader->source, adding->found->at,
				 &error);
}

int tm_prefix_found_add(struct tm_prefix_reader *reader,
			struct tm_prefix_found *found)
{
	struct adding adding = {
		.reader = reader,
		.found = found,
		.entry.timeout_ns = found->timeout_ns,
	};

	if (found->expired) {
		reader->expired++;
		return 0;
	}
	if (found->comment[0])
		adding.entry.comment = found->comment;
	return tm_range_prefixes(&found->range, add_prefix, &adding);
}

bool tm_prefix_set_is(const struct tm_prefix_set *set, const char *name,
		      size_t length)
{
	return set->name && set->length == length &&
	       !memcmp(set->name, name, length);
}

void tm_prefix_sets_meet(struct tm_prefix_sets *sets,
			 const struct tm_prefix_reader *reader,
			 const struct tm_prefix_set *set, bool again)
{
	unsigned int i;

	if (tm_prefix_set_is(&sets->chosen, set->name, set->length)) {
		if (!again && !sets->twice_at)
			sets->twice_at = set->at;
		return;
	}
	if (reader->from ? strlen(reader->from) == set->length &&
			   !memcmp(reader->from, set->name, set->length) :
			   !sets->count)
		sets->chosen = *set;
	for (i = 0; i < sets->count; i++)
		if (tm_prefix_set_is(&sets->items[i], set->name, set->length))
			return;
	if (sets->count < TM_PREFIX_SETS_NAMED)
		sets->items[sets->count++] = *set;
	else
		sets->more = true;
}

/* "a, b, c and others", cut where there is no room. */
static const char *list_names(const struct tm_prefix_sets *sets, char *text,
			      size_t size)
{
	size_t used = 0;
	unsigned int i;

	text[0] = '\0';
	for (i = 0; i < sets->count && used < size; i++)
		used += snprintf(text + used, size - used, "%s%.*s",
				 i ? ", " : "", (int)sets->items[i].length,
				 sets->items[i].name);
	if (sets->more && used < size)
		snprintf(text + used, size - used, " and others");
	return text;
}

int tm_prefix_sets_choose(const struct tm_prefix_sets *sets,
			  const struct tm_prefix_reader *reader)
{
	struct tm_source *source = reader->source;
	char names[320];

	list_names(sets, names, sizeof(names));
	if (!sets->count)
		return tm_source_fail(source, 0,
				      "found no set in the file, expected one");
	if (reader->from && !sets->chosen.name)
		return tm_source_fail(source, sets->items[0].at,
				      "found no set %.32s in the file, which has %s",
				      reader->from, names);
	if (!reader->from && sets->count > 1)
		return tm_source_fail(source, sets->items[1].at,
				      "found a second set, expected one: the file has %s; choose with --from NAME",
				      names);
	if (sets->twice_at)
		return tm_source_fail(source, sets->twice_at,
				      "found a second set of this name, in another table; make a file of the one alone: nft list set FAMILY TABLE NAME");
	return 0;
}

int tm_prefix_sets_none(const struct tm_prefix_reader *reader,
			const char *what)
{
	if (!reader->from)
		return 0;
	return tm_source_fail(reader->source, 0,
			      "found %s, which has no named sets: leave out --from",
			      what);
}
