// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What changes from one ruleset to another: see policy.h.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/names.h"
#include "policy.h"

/* An export rounds what is left of a timeout up, and time goes by. */
#define TIMEOUT_SAME_NS		2000000000ull

/* Changed entries of a set that the text shows; the JSON has all. */
#define ENTRIES_SHOWN		20

static const char *const kind_names[POLICY_CHANGE_KINDS] = {
	[POLICY_ADDED]		= "added",
	[POLICY_REMOVED]	= "removed",
	[POLICY_CHANGED]	= "changed",
	[POLICY_UNCHANGED]	= "unchanged",
};

static struct policy_change *add(struct policy_diff *diff,
				 enum policy_change_kind kind,
				 const char *object, const char *name,
				 struct tm_error *error)
{
	struct policy_change *change;

	if (diff->count == diff->room) {
		size_t room = diff->room ? 2 * diff->room : 64;
		void *items = reallocarray(diff->items, room, sizeof(*change));

		if (!items) {
			tm_error_set(error, TM_EXIT_REFUSED, 0,
				     "out of memory");
			return NULL;
		}
		diff->items = items;
		diff->room = room;
	}
	change = &diff->items[diff->count++];
	memset(change, 0, sizeof(*change));
	change->kind = kind;
	snprintf(change->object, sizeof(change->object), "%s", object);
	snprintf(change->name, sizeof(change->name), "%s", name);
	return change;
}

static int compare_policy(struct policy_diff *diff,
			  const struct tm_policy *old,
			  const struct tm_policy *new, struct tm_error *error)
{
	char old_mode[TM_NAME_TEXT], new_mode[TM_NAME_TEXT];
	struct policy_change *change;
	bool same = tm_policy_equal_definition(old, new);

	if (same && old->mode == new->mode) {
		diff->policies.of[POLICY_UNCHANGED]++;
		return 0;
	}
	diff->policies.of[POLICY_CHANGED]++;
	change = add(diff, POLICY_CHANGED, "policy", new->name, error);
	if (!change)
		return -1;
	if (old->mode != new->mode)
		snprintf(change->detail, sizeof(change->detail),
			 "mode %s -> %s",
			 tm_name(&tm_names_mode, old->mode, old_mode),
			 tm_name(&tm_names_mode, new->mode, new_mode));
	if (!same)
		snprintf(change->detail + strlen(change->detail),
			 sizeof(change->detail) - strlen(change->detail),
			 "%sdefinition, its counters start again",
			 change->detail[0] ? ", " : "");
	return 0;
}

/* Do the policies that both have stand in another order? */
static bool order_differs(const struct tm_policy_list *old,
			  const struct tm_policy_list *new)
{
	unsigned int i, n = 0;

	for (i = 0; i < old->count; i++) {
		const struct tm_policy *policy = &old->items[i];

		if (!tm_policy_list_find(new, policy->name))
			continue;
		while (!tm_policy_list_find(old, new->items[n].name))
			n++;
		if (strcmp(new->items[n++].name, policy->name))
			return true;
	}
	return false;
}

static int compare_policies(struct policy_diff *diff,
			    const struct tm_policy_list *old,
			    const struct tm_policy_list *new,
			    struct tm_error *error)
{
	unsigned int i;

	for (i = 0; i < new->count; i++) {
		const char *name = new->items[i].name;
		const struct tm_policy *former = tm_policy_list_find(old, name);

		if (former) {
			if (compare_policy(diff, former, &new->items[i],
					   error))
				return -1;
			continue;
		}
		diff->policies.of[POLICY_ADDED]++;
		if (!add(diff, POLICY_ADDED, "policy", name, error))
			return -1;
	}
	for (i = 0; i < old->count; i++) {
		const char *name = old->items[i].name;

		if (tm_policy_list_find(new, name))
			continue;
		diff->policies.of[POLICY_REMOVED]++;
		if (!add(diff, POLICY_REMOVED, "policy", name, error))
			return -1;
	}
	if (order_differs(old, new) &&
	    !add(diff, POLICY_CHANGED, "order", "policies", error))
		return -1;
	return 0;
}

static bool same_timeout(uint64_t a, uint64_t b)
{
	if (!a || !b)
		return a == b;
	return a > b ? a - b <= TIMEOUT_SAME_NS : b - a <= TIMEOUT_SAME_NS;
}

static const char *timeout_words(uint64_t timeout_ns, char *buffer)
{
	return timeout_ns ? tm_duration_format(timeout_ns, buffer) : "for ever";
}

static bool same_comment(const char *a, const char *b)
{
	return !a || !b ? a == b : !strcmp(a, b);
}

static bool same_entry(const struct tm_entry *a, const struct tm_entry *b)
{
	return same_timeout(a->timeout_ns, b->timeout_ns) &&
	       same_comment(a->comment, b->comment);
}

static void describe_change(const struct tm_entry *old,
			    const struct tm_entry *new,
			    struct policy_change *change)
{
	char from[TM_DURATION_TEXT], to[TM_DURATION_TEXT];

	if (!same_timeout(old->timeout_ns, new->timeout_ns))
		snprintf(change->detail, sizeof(change->detail),
			 "timeout %s -> %s",
			 timeout_words(old->timeout_ns, from),
			 timeout_words(new->timeout_ns, to));
	if (!same_comment(old->comment, new->comment))
		snprintf(change->detail + strlen(change->detail),
			 sizeof(change->detail) - strlen(change->detail),
			 "%scomment", change->detail[0] ? ", " : "");
}

/* Of @set; old or new is NULL where there is none. */
static int add_entry(struct policy_diff *diff, struct policy_diff_counts *counts,
		     const char *set, const struct tm_entry *old,
		     const struct tm_entry *new, struct tm_error *error)
{
	const struct tm_entry *entry = new ? new : old;
	enum policy_change_kind kind = POLICY_CHANGED;
	char prefix[TM_PREFIX_TEXT];
	struct policy_change *change;

	if (!old)
		kind = POLICY_ADDED;
	else if (!new)
		kind = POLICY_REMOVED;
	else if (same_entry(old, new))
		kind = POLICY_UNCHANGED;
	counts->of[kind]++;
	if (kind == POLICY_UNCHANGED)
		return 0;
	change = add(diff, kind, set, tm_prefix_format(&entry->prefix, prefix),
		     error);
	if (!change)
		return -1;
	if (kind == POLICY_CHANGED)
		describe_change(old, new, change);
	return 0;
}

/* Both lists are sorted: walk them side by side. */
static int compare_entries(struct policy_diff *diff,
			   struct policy_diff_counts *counts, const char *set,
			   const struct tm_entry_list *old,
			   const struct tm_entry_list *new,
			   struct tm_error *error)
{
	size_t i = 0, n = 0;
	int order;

	while (i < old->count || n < new->count) {
		const struct tm_entry *a = &old->items[i];
		const struct tm_entry *b = &new->items[n];

		if (i == old->count)
			order = 1;
		else if (n == new->count)
			order = -1;
		else
			order = tm_prefix_compare(&a->prefix, &b->prefix);
		if (add_entry(diff, counts, set, order <= 0 ? a : NULL,
			      order >= 0 ? b : NULL, error))
			return -1;
		i += order <= 0;
		n += order >= 0;
	}
	return 0;
}

/* old NULL: it comes into being, which is a change though it be empty. */
static int compare_set(struct policy_diff *diff,
		       struct policy_diff_counts *counts,
		       const struct tm_set *old, const struct tm_set *new,
		       struct tm_error *error)
{
	static const struct tm_entry_list none = { .count = 0 };
	char object[TRAFFICMON_NAME_SIZE + 1];

	if (!old && !add(diff, POLICY_ADDED, "set", new->name, error))
		return -1;
	snprintf(object, sizeof(object), "@%s", new->name);
	return compare_entries(diff, counts, object,
			       old ? &old->entries : &none, &new->entries,
			       error);
}

static int compare_sets(struct policy_diff *diff, const struct tm_set_list *old,
			const struct tm_set_list *new, struct tm_error *error)
{
	unsigned int i;

	diff->sets = calloc(new->count + 1, sizeof(*diff->sets));
	if (!diff->sets)
		return tm_error_set(error, TM_EXIT_REFUSED, 0, "out of memory");
	for (i = 0; i < new->count; i++) {
		const struct tm_set *set = &new->items[i];

		if (compare_set(diff, &diff->sets[i],
				tm_set_list_find(old, set->name), set, error))
			return -1;
	}
	return 0;
}

int policy_diff_make(struct policy_diff *diff, const struct tm_policy_file *old,
		     const struct tm_policy_file *new, struct tm_error *error)
{
	memset(diff, 0, sizeof(*diff));
	if (!compare_policies(diff, &old->policies, &new->policies, error) &&
	    !compare_sets(diff, &old->sets, &new->sets, error))
		return 0;
	policy_diff_free(diff);
	return -1;
}

void policy_diff_free(struct policy_diff *diff)
{
	free(diff->items);
	free(diff->sets);
	memset(diff, 0, sizeof(*diff));
}

static void print_changes(struct tm_out *out, const struct policy_diff *diff)
{
	static const struct tm_field fields[] = {
		{ "change", "CHANGE", TM_UNIT_NONE },
		{ "object", "OBJECT", TM_UNIT_NONE },
		{ "name", "NAME", TM_UNIT_NONE },
		{ "detail", "DETAIL", TM_UNIT_NONE },
		{ NULL, NULL, TM_UNIT_NONE }
	};
	static const struct tm_fit fit[] = {
		TM_WRAP("detail", 24),
		TM_FITTED
	};
	const char *object = "";
	size_t shown = 0;
	size_t i;

	if (!diff->count && !tm_out_is_json(out))
		return;
	tm_out_table(out, "changes", fields);
	tm_out_fit(out, fit);
	for (i = 0; i < diff->count; i++) {
		const struct policy_change *change = &diff->items[i];

		if (strcmp(object, change->object))
			shown = 0;
		object = change->object;
		if (shown++ >= ENTRIES_SHOWN && *object == '@' &&
		    !tm_out_is_json(out))
			continue;
		tm_out_row(out);
		tm_out_string(out, "change", kind_names[change->kind]);
		tm_out_string(out, "object", object);
		tm_out_string(out, "name", change->name);
		if (change->detail[0])
			tm_out_string(out, "detail", change->detail);
		tm_out_row_end(out);
	}
	tm_out_end(out);
}

static void print_sum(struct tm_out *out, const char *what, const char *key,
		      const struct policy_diff_counts *counts)
{
	unsigned int kind;

	tm_out_text(out, "%s: %zu added, %zu removed, %zu changed, %zu unchanged",
		    what, counts->of[POLICY_ADDED], counts->of[POLICY_REMOVED],
		    counts->of[POLICY_CHANGED], counts->of[POLICY_UNCHANGED]);
	tm_out_block(out, key, NULL);
	for (kind = 0; kind < POLICY_CHANGE_KINDS; kind++)
		tm_out_number(out, kind_names[kind], counts->of[kind]);
	tm_out_end(out);
}

void policy_diff_print(struct tm_out *out, const struct policy_diff *diff,
		       const struct tm_policy_file *new)
{
	char what[64], key[TRAFFICMON_NAME_SIZE + 1];
	unsigned int set;

	print_changes(out, diff);
	tm_out_block(out, "summary", NULL);
	print_sum(out, "policies", "policies", &diff->policies);
	for (set = 0; set < new->sets.count; set++) {
		const char *name = new->sets.items[set].name;

		snprintf(what, sizeof(what), "set %s", name);
		snprintf(key, sizeof(key), "@%s", name);
		print_sum(out, what, key, &diff->sets[set]);
	}
	tm_out_end(out);
}
