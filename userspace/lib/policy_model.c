// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Policies in memory: defaults, keys in words, equality.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "policy_model.h"

enum {
	SOURCE_LENGTH4		= 32,
	SOURCE_LENGTH6		= 64,
	DESTINATION_LENGTH4	= 32,
	DESTINATION_LENGTH6	= 128,
};

void tm_policy_init(struct tm_policy *policy)
{
	memset(policy, 0, sizeof(*policy));
	policy->mode = TRAFFICMON_MODE_MONITOR;
	policy->action = TRAFFICMON_ACTION_DROP;
	policy->key = TRAFFICMON_KEY_NONE;
	policy->on_full = TRAFFICMON_ON_FULL_PASS;
	policy->source_length4 = SOURCE_LENGTH4;
	policy->source_length6 = SOURCE_LENGTH6;
	policy->destination_length4 = DESTINATION_LENGTH4;
	policy->destination_length6 = DESTINATION_LENGTH6;
	policy->aggregate_factor = TM_AGGREGATE_FACTOR_DEFAULT;
}

struct tm_policy *tm_policy_list_add(struct tm_policy_list *list,
				     struct tm_error *error)
{
	unsigned int room = list->room ? 2 * list->room : 16;
	struct tm_policy *items = list->items;

	if (list->count == list->room) {
		items = reallocarray(items, room, sizeof(*items));
		if (!items) {
			tm_error_set(error, TM_EXIT_REFUSED, 0,
				     "out of memory");
			return NULL;
		}
		list->items = items;
		list->room = room;
	}
	tm_policy_init(&items[list->count]);
	return &items[list->count++];
}

void tm_policy_list_free(struct tm_policy_list *list)
{
	unsigned int i;

	for (i = 0; i < list->count; i++)
		free(list->items[i].comment);
	free(list->items);
	memset(list, 0, sizeof(*list));
}

struct tm_policy *tm_policy_list_find(const struct tm_policy_list *list,
				      const char *name)
{
	unsigned int i;

	for (i = 0; i < list->count; i++)
		if (!strcmp(list->items[i].name, name))
			return &list->items[i];
	return NULL;
}

static int compare_prefixes(const void *a, const void *b)
{
	return tm_prefix_compare(a, b);
}

static int compare_sets(const void *left, const void *right)
{
	const struct tm_match_set *a = left;
	const struct tm_match_set *b = right;

	if (a->except != b->except)
		return a->except ? 1 : -1;
	return strcmp(a->name, b->name);
}

static int compare_ports(const void *left, const void *right)
{
	const struct tm_ports *a = left;
	const struct tm_ports *b = right;

	if (a->except != b->except)
		return a->except ? 1 : -1;
	if (a->first != b->first)
		return (int)a->first - (int)b->first;
	return (int)a->last - (int)b->last;
}

static int compare_devices(const void *left, const void *right)
{
	const struct tm_device *a = left;
	const struct tm_device *b = right;

	if (a->except != b->except)
		return a->except ? 1 : -1;
	return strcmp(a->glob, b->glob);
}

static int compare_terms(const void *left, const void *right)
{
	const struct tm_term *a = left;
	const struct tm_term *b = right;

	if (a->except != b->except)
		return a->except ? 1 : -1;
	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	if (a->last != b->last)
		return a->last < b->last ? -1 : 1;
	return 0;
}

/* Sort and drop what is there already; returns how many are left. */
static unsigned int sort_unique(void *items, unsigned int count, size_t size,
				int (*compare)(const void *, const void *))
{
	char *bytes = items;
	unsigned int kept = 0;
	unsigned int i;

	qsort(items, count, size, compare);
	for (i = 0; i < count; i++) {
		if (kept && !compare(bytes + (kept - 1) * size,
				     bytes + i * size))
			continue;
		memmove(bytes + kept * size, bytes + i * size, size);
		kept++;
	}
	return kept;
}

/* Are two lists the same but for order and repetition? */
static bool same_list(const void *a, unsigned int a_count, const void *b,
		      unsigned int b_count, size_t size,
		      int (*compare)(const void *, const void *))
{
	_Alignas(struct tm_term) struct tm_prefix room[2][TRAFFICMON_MATCHES_MAX];
	unsigned int i;

	_Static_assert(sizeof(room[0]) >=
		       TRAFFICMON_DEVICES_MAX * sizeof(struct tm_device),
		       "room for devices");
	if (!a_count || !b_count)
		return a_count == b_count;
	memcpy(room[0], a, a_count * size);
	memcpy(room[1], b, b_count * size);
	a_count = sort_unique(room[0], a_count, size, compare);
	b_count = sort_unique(room[1], b_count, size, compare);
	if (a_count != b_count)
		return false;
	for (i = 0; i < a_count; i++)
		if (compare((char *)room[0] + i * size,
			    (char *)room[1] + i * size))
			return false;
	return true;
}

bool tm_key_has_source(uint8_t key)
{
	return key == TRAFFICMON_KEY_SOURCE ||
	       key == TRAFFICMON_KEY_SOURCE_DESTINATION_PORT ||
	       key == TRAFFICMON_KEY_SOURCE_DESTINATION;
}

bool tm_key_has_destination(uint8_t key)
{
	return key == TRAFFICMON_KEY_DESTINATION ||
	       key == TRAFFICMON_KEY_SOURCE_DESTINATION;
}

static bool same_key(const struct tm_policy *a, const struct tm_policy *b)
{
	if (a->key != b->key || a->on_full != b->on_full)
		return false;
	if (tm_key_has_source(a->key) &&
	    (a->source_length4 != b->source_length4 ||
	     a->source_length6 != b->source_length6))
		return false;
	if (tm_key_has_destination(a->key) &&
	    (a->destination_length4 != b->destination_length4 ||
	     a->destination_length6 != b->destination_length6))
		return false;
	return a->on_full != TRAFFICMON_ON_FULL_AGGREGATE ||
	       a->aggregate_factor == b->aggregate_factor;
}

static bool same_limits(const struct tm_policy *a, const struct tm_policy *b)
{
	unsigned int kind;

	for (kind = 0; kind < __TRAFFICMON_LIMIT_MAX; kind++) {
		if (a->limits[kind].rate != b->limits[kind].rate)
			return false;
		if (a->limits[kind].rate &&
		    a->limits[kind].burst != b->limits[kind].burst)
			return false;
	}
	return true;
}

static bool same_sets(const struct tm_match_set_list *a,
		      const struct tm_match_set_list *b)
{
	return same_list(a->items, a->count, b->items, b->count,
			 sizeof(struct tm_match_set), compare_sets);
}

static bool same_terms(const struct tm_policy *a, const struct tm_policy *b)
{
	unsigned int kind;

	for (kind = 0; kind < __TM_TERM_MAX; kind++)
		if (!same_list(a->terms[kind].items, a->terms[kind].count,
			       b->terms[kind].items, b->terms[kind].count,
			       sizeof(struct tm_term), compare_terms))
			return false;
	return true;
}

bool tm_policy_equal_definition(const struct tm_policy *a,
				const struct tm_policy *b)
{
	return a->action == b->action && a->spare == b->spare &&
	       a->classes == b->classes &&
	       a->directions == b->directions && a->families == b->families &&
	       a->fragments == b->fragments && same_terms(a, b) &&
	       same_key(a, b) && same_limits(a, b) &&
	       same_list(a->source.items, a->source.count, b->source.items,
			 b->source.count, sizeof(struct tm_prefix),
			 compare_prefixes) &&
	       same_list(a->destination.items, a->destination.count,
			 b->destination.items, b->destination.count,
			 sizeof(struct tm_prefix), compare_prefixes) &&
	       same_sets(&a->source_sets, &b->source_sets) &&
	       same_sets(&a->destination_sets, &b->destination_sets) &&
	       same_list(a->source_port.items, a->source_port.count,
			 b->source_port.items, b->source_port.count,
			 sizeof(struct tm_ports), compare_ports) &&
	       same_list(a->destination_port.items, a->destination_port.count,
			 b->destination_port.items, b->destination_port.count,
			 sizeof(struct tm_ports), compare_ports) &&
	       same_list(a->device, a->device_count, b->device,
			 b->device_count, sizeof(struct tm_device),
			 compare_devices);
}

bool tm_policy_equal(const struct tm_policy *a, const struct tm_policy *b)
{
	return !strcmp(a->name, b->name) && a->mode == b->mode &&
	       tm_policy_equal_definition(a, b);
}

static void sort_sets(struct tm_match_set_list *list)
{
	list->count = sort_unique(list->items, list->count,
				  sizeof(struct tm_match_set), compare_sets);
}

void tm_policy_sort(struct tm_policy *policy)
{
	unsigned int kind;

	policy->source.count = sort_unique(policy->source.items,
					   policy->source.count,
					   sizeof(struct tm_prefix),
					   compare_prefixes);
	policy->destination.count = sort_unique(policy->destination.items,
						policy->destination.count,
						sizeof(struct tm_prefix),
						compare_prefixes);
	sort_sets(&policy->source_sets);
	sort_sets(&policy->destination_sets);
	policy->source_port.count = sort_unique(policy->source_port.items,
						policy->source_port.count,
						sizeof(struct tm_ports),
						compare_ports);
	policy->destination_port.count =
		sort_unique(policy->destination_port.items,
			    policy->destination_port.count,
			    sizeof(struct tm_ports), compare_ports);
	policy->device_count = sort_unique(policy->device,
					   policy->device_count,
					   sizeof(struct tm_device),
					   compare_devices);
	for (kind = 0; kind < __TM_TERM_MAX; kind++)
		policy->terms[kind].count =
			sort_unique(policy->terms[kind].items,
				    policy->terms[kind].count,
				    sizeof(struct tm_term), compare_terms);
}

bool tm_policy_has_limit(const struct tm_policy *policy)
{
	unsigned int kind;

	for (kind = 0; kind < __TRAFFICMON_LIMIT_MAX; kind++)
		if (policy->limits[kind].rate)
			return true;
	return false;
}

bool tm_policy_has_globs(const struct tm_policy *policy)
{
	unsigned int i;

	for (i = 0; i < policy->device_count; i++)
		if (policy->device[i].except ||
		    strpbrk(policy->device[i].glob, "*?"))
			return true;
	return false;
}

static bool is_named(const struct tm_match_set_list *list, const char *name)
{
	unsigned int i;

	for (i = 0; i < list->count; i++)
		if (!strcmp(list->items[i].name, name))
			return true;
	return false;
}

bool tm_policy_names_set(const struct tm_policy *policy, const char *name)
{
	return is_named(&policy->source_sets, name) ||
	       is_named(&policy->destination_sets, name);
}

static bool excludes_an_end(const struct tm_policy *policy)
{
	unsigned int i;

	for (i = 0; i < policy->source.count; i++)
		if (policy->source.items[i].except)
			return true;
	for (i = 0; i < policy->destination.count; i++)
		if (policy->destination.items[i].except)
			return true;
	for (i = 0; i < policy->source_port.count; i++)
		if (policy->source_port.items[i].except)
			return true;
	for (i = 0; i < policy->destination_port.count; i++)
		if (policy->destination_port.items[i].except)
			return true;
	return false;
}

bool tm_policy_has_rest(const struct tm_policy *policy)
{
	unsigned int kind;

	for (kind = 0; kind < __TM_TERM_MAX; kind++)
		if (policy->terms[kind].count)
			return true;
	return policy->fragments || policy->source_sets.count ||
	       policy->destination_sets.count || tm_policy_has_globs(policy) ||
	       excludes_an_end(policy);
}

bool tm_policy_has_match(const struct tm_policy *policy)
{
	unsigned int kind;

	for (kind = 0; kind < __TM_TERM_MAX; kind++)
		if (policy->terms[kind].count)
			return true;
	return policy->classes || policy->directions || policy->families ||
	       policy->fragments ||
	       policy->source.count || policy->destination.count ||
	       policy->source_sets.count || policy->destination_sets.count ||
	       policy->source_port.count || policy->destination_port.count ||
	       policy->device_count;
}

uint64_t tm_limit_burst_default(enum trafficmon_limit_kind kind, uint64_t rate)
{
	uint64_t least = kind == TRAFFICMON_LIMIT_BYTES ?
			 TM_BURST_BYTES_DEFAULT_MIN : 1;
	uint64_t burst = rate / 10;

	return burst < least ? least : burst;
}

/* "/24/56": up to `count` lengths, the n-th at most most[n]. */
static int parse_lengths(const char *text, const char *what,
			 uint8_t *const *lengths, const unsigned int *most,
			 unsigned int count, struct tm_error *error)
{
	char number[8];
	uint64_t value;
	unsigned int i;
	size_t n;

	for (i = 0; *text == '/'; i++) {
		n = strcspn(++text, "/");
		if (i == count)
			return tm_error_usage(error, "key \"%s\" takes %s", what,
					      count == 0 ? "no prefix length" :
					      count == 2 ? "two prefix lengths at most: IPv4/IPv6" :
					      "four prefix lengths at most: source IPv4/IPv6, destination IPv4/IPv6");
		if (n >= sizeof(number))
			n = sizeof(number) - 1;
		memcpy(number, text, n);
		number[n] = '\0';
		if (tm_number_parse(i & 1 ? "IPv6 prefix length" :
				    "IPv4 prefix length", number, 0, most[i],
				    &value, error))
			return -1;
		*lengths[i] = value;
		text += strcspn(text, "/");
	}
	return 0;
}

int tm_policy_key_parse(const char *text, struct tm_policy *policy,
			struct tm_error *error)
{
	static const unsigned int most[] = { 32, 128, 32, 128 };
	uint8_t *lengths[4] = {
		&policy->source_length4, &policy->source_length6,
		&policy->destination_length4, &policy->destination_length6,
	};
	unsigned int count = 0;
	unsigned int first = 0;
	size_t n = strcspn(text, "/");
	char word[32];
	int key;

	if (n >= sizeof(word))
		n = sizeof(word) - 1;
	memcpy(word, text, n);
	word[n] = '\0';
	key = tm_name_parse(&tm_names_key, word, error);
	if (key < 0)
		return -1;
	if (tm_key_has_source(key))
		count += 2;
	if (tm_key_has_destination(key))
		count += 2;
	if (key == TRAFFICMON_KEY_DESTINATION)
		first = 2;
	if (parse_lengths(text + strcspn(text, "/"), word, lengths + first,
			  most + first, count, error))
		return -1;
	policy->key = key;
	return 0;
}

const char *tm_policy_key_format(const struct tm_policy *policy, char *buffer,
				 size_t size)
{
	bool source = tm_key_has_source(policy->key);
	bool destination = tm_key_has_destination(policy->key);
	char unknown[TM_NAME_TEXT];
	const char *word = tm_name(&tm_names_key, policy->key, unknown);

	if (source && destination)
		snprintf(buffer, size, "%s/%u/%u/%u/%u", word,
			 policy->source_length4, policy->source_length6,
			 policy->destination_length4,
			 policy->destination_length6);
	else if (source)
		snprintf(buffer, size, "%s/%u/%u", word,
			 policy->source_length4, policy->source_length6);
	else if (destination)
		snprintf(buffer, size, "%s/%u/%u", word,
			 policy->destination_length4,
			 policy->destination_length6);
	else
		snprintf(buffer, size, "%s", word);
	return buffer;
}

int tm_device_check(const char *name, struct tm_error *error)
{
	size_t length = strlen(name);
	const char *c;

	if (!length || length >= IFNAMSIZ)
		return tm_error_usage(error,
				      "device name \"%.32s\" has %zu characters, 1 to %d are possible",
				      name, length, IFNAMSIZ - 1);
	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return tm_error_usage(error, "no device can be called \"%s\"",
				      name);
	if (*name == '!')
		return tm_error_usage(error,
				      "device name \"%s\" begins with '!', which excludes what follows it and stands once",
				      name);
	for (c = name; *c; c++)
		if (*c == '/' || *c == ':' || (unsigned char)*c <= ' ' ||
		    *c == 0x7f)
			return tm_error_usage(error,
					      "device name \"%s\" has a character that no device name has: space, '/', ':' or a control character",
					      name);
	return 0;
}
