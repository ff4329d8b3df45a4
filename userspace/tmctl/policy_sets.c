// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sets that the policies of a file name, and those in use: see policy.h.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/policy_nl.h"
#include "policy.h"

static int add_foreign(struct tm_set_list *foreign,
		       const struct tm_policy_file *file,
		       const struct tm_match_set_list *named,
		       struct tm_error *error)
{
	unsigned int i;

	for (i = 0; i < named->count; i++) {
		const char *name = named->items[i].name;

		if (!tm_set_is_fixed(name) &&
		    !tm_set_list_find(&file->sets, name) &&
		    !tm_set_list_find(foreign, name) &&
		    !tm_set_list_add(foreign, name, error))
			return -1;
	}
	return 0;
}

int policy_foreign_sets(const struct tm_policy_file *file,
			struct tm_set_list *foreign, struct tm_error *error)
{
	unsigned int i;

	memset(foreign, 0, sizeof(*foreign));
	for (i = 0; i < file->policies.count; i++) {
		const struct tm_policy *policy = &file->policies.items[i];

		if (add_foreign(foreign, file, &policy->source_sets, error) ||
		    add_foreign(foreign, file, &policy->destination_sets,
				error)) {
			tm_set_list_free(foreign);
			return -1;
		}
	}
	return 0;
}

static int say_missing(const char *file_name, const struct tm_policy_file *file,
		       const char *name, struct tm_error *error)
{
	const struct tm_policy *policy = file->policies.items;

	while (!tm_policy_names_set(policy, name))
		policy++;
	tm_error_set(error, TM_EXIT_REFUSED, ENOENT,
		     "%.400s:%lu: policy %s names the set %s, which is neither in the file nor in use; nothing was changed",
		     file_name, policy->line, policy->name, name);
	return tm_error_hint(error, "`tmctl set create %s` makes it; or give it in the \"sets\" of the file",
			     name);
}

int policy_sets_check(const char *file_name, const struct tm_policy_file *file,
		      const struct tm_set_list *live, struct tm_error *error)
{
	struct tm_set_list foreign;
	unsigned int i;
	int failed;

	failed = policy_foreign_sets(file, &foreign, error);
	for (i = 0; !failed && i < foreign.count; i++)
		if (!tm_set_list_find(live, foreign.items[i].name))
			failed = say_missing(file_name, file,
					     foreign.items[i].name, error);
	tm_set_list_free(&foreign);
	return failed;
}

bool policy_set_is_asked(const char *set, const struct tm_policy_list *policies)
{
	unsigned int i;

	if (tm_set_is_fixed(set))
		return true;
	for (i = 0; i < policies->count; i++)
		if (tm_policy_names_set(&policies->items[i], set))
			return true;
	return false;
}

int policy_set_cover(struct tm_nl *nl, struct tm_set *set,
		     const struct tm_tuple *tuple, struct tm_error *error)
{
	const struct tm_address *ends[] = { &tuple->source, &tuple->destination };
	struct tm_entry entry;
	unsigned int i;
	bool found;

	for (i = 0; i < 2; i++) {
		if (tm_set_test(nl, set->name, ends[i], &entry, &found, error))
			return -1;
		if (found && tm_entry_list_add(&set->entries, &entry, error)) {
			tm_entry_clear(&entry);
			return -1;
		}
		free(entry.comment);
	}
	return 0;
}
