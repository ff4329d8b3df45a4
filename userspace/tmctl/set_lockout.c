// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Would a change to a set cut somebody off?  Contract in set.h.
 */
#include <stdlib.h>
#include <string.h>

#include "lockout.h"
#include "policy.h"
#include "set.h"

/*
 * allow: who leaves it may be dropped; deny: who comes into it; others: both, for
 * policies may name them either way.
 */
static bool is_harmless(const char *name, enum set_change change,
			const struct tm_entry_list *entries)
{
	if (!strcmp(name, TRAFFICMON_SET_ALLOW))
		return change == SET_ADDS;
	return !strcmp(name, TRAFFICMON_SET_DENY) &&
	       (change == SET_REMOVES || !entries->count);
}

/* A new list takes away what it does not name; of deny, nobody minds. */
static bool takes_away(const char *name, enum set_change change)
{
	return change == SET_REPLACES && strcmp(name, TRAFFICMON_SET_DENY);
}

/* Those of live that are not among gone; both are sorted. */
static int without(const struct tm_entry_list *live,
		   const struct tm_entry_list *gone,
		   struct tm_entry_list *left, struct tm_error *error)
{
	size_t at = 0, i;

	for (i = 0; i < live->count; i++) {
		struct tm_entry entry = live->items[i];
		int order = 1;

		while (at < gone->count &&
		       (order = tm_prefix_compare(&gone->items[at].prefix,
						  &entry.prefix)) < 0)
			at++;
		if (at < gone->count && !order)
			continue;
		entry.unknown = NULL;
		if (tm_entry_list_add(left, &entry, error))
			return -1;
	}
	return 0;
}

static int add_covering(const struct tm_entry_list *entries,
			const struct tm_address *address,
			struct tm_entry_list *left, struct tm_error *error)
{
	const struct tm_entry *found = tm_entry_list_cover(entries, address);
	struct tm_entry entry;

	if (!found)
		return 0;
	entry = *found;
	entry.unknown = NULL;
	return tm_entry_list_add(left, &entry, error);
}

/* What covers the peers once the entries are among those of live. */
static int with(const struct lockout *lockout, const struct tm_entry_list *live,
		const struct tm_entry_list *entries,
		struct tm_entry_list *left, struct tm_error *error)
{
	size_t i;

	for (i = 0; i < lockout->peers.count; i++) {
		const struct tm_tuple *peer = &lockout->peers.items[i];

		if (add_covering(live, &peer->source, left, error) ||
		    add_covering(live, &peer->destination, left, error) ||
		    add_covering(entries, &peer->source, left, error) ||
		    add_covering(entries, &peer->destination, left, error))
			return -1;
	}
	tm_entry_list_sort(left);
	return 0;
}

/* Two rulesets that differ in the entries of one set. */
static int judge_with(const struct lockout *lockout, struct tm_context *context,
		      const struct tm_policy_file *now, const struct tm_set *set,
		      const struct tm_entry_list *entries, bool asks,
		      struct tm_error *error)
{
	struct tm_policy_file next = *now;
	int failed;

	next.sets.items = calloc(now->sets.count, sizeof(*set));
	if (!next.sets.items)
		return tm_error_set(error, TM_EXIT_REFUSED, 0, "out of memory");
	memcpy(next.sets.items, now->sets.items,
	       now->sets.count * sizeof(*set));
	next.sets.items[set - now->sets.items].entries = *entries;
	failed = lockout_judge(lockout, context, now, &next, asks, error);
	free(next.sets.items);
	return failed;
}

static int judge(const struct lockout *lockout, struct tm_context *context,
		 struct tm_nl *nl, enum set_change change,
		 const struct tm_entry_list *entries, bool asks,
		 struct tm_error *error)
{
	const char *name = context->positionals[0];
	struct tm_entry_list left = { .items = NULL };
	struct tm_policy_file now;
	const struct tm_set *set;
	int failed = 0;

	if (lockout_read(lockout, nl, change == SET_REMOVES ? name : NULL, &now,
			 error))
		return -1;
	/* One that is not there is told by the module. */
	set = tm_set_list_find(&now.sets, name);
	if (set && change == SET_ADDS)
		failed = with(lockout, &set->entries, entries, &left, error);
	else if (set && change == SET_REMOVES)
		failed = without(&set->entries, entries, &left, error);
	if (set && !failed)
		failed = judge_with(lockout, context, &now, set,
				    change == SET_REPLACES ? entries : &left,
				    asks, error);
	tm_entry_list_free(&left);
	tm_policy_file_free(&now);
	return failed;
}

int set_check_lockout(struct tm_context *context, enum set_change change,
		      const struct tm_entry_list *entries, bool asks,
		      struct tm_error *error)
{
	const char *name = context->positionals[0];
	struct tm_nl *nl = tm_context_nl(context, error);
	struct lockout lockout;
	int failed = 0;

	if (!nl)
		return -1;
	if (is_harmless(name, change, entries))
		return 0;
	lockout_begin(&lockout, context);
	if (lockout.peers.count &&
	    (takes_away(name, change) || lockout_touches(&lockout, entries)))
		failed = judge(&lockout, context, nl, change, entries, asks,
			       error);
	lockout_end(&lockout);
	return failed;
}
