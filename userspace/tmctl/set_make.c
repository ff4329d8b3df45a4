// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tmctl set create, destroy: sets themselves, and which there are.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/info.h"
#include "../lib/names.h"
#include "../lib/policy_nl.h"
#include "../lib/transaction.h"
#include "commit.h"
#include "set.h"

int set_name_check(const char *name, struct tm_error *error)
{
	if (!tm_name_check("set", name, error))
		return 0;
	if (name[0] == '@')
		return tm_error_hint(error, "only policies write the @: the set is '%.31s'",
				     name + 1);
	set_hint_order(name, error);
	return -1;
}

void set_hint_order(const char *name, struct tm_error *error)
{
	struct tm_prefix prefix;
	struct tm_error ignored;

	if (!tm_prefix_parse(name, &prefix, &ignored))
		tm_error_hint(error, "the name of the set comes first, then '%.64s'",
			      name);
}

static int say_unknown(const struct tm_set_list *sets, const char *name,
		       bool fills, struct tm_error *error)
{
	const char **names = calloc(sets->count + 1, sizeof(*names));
	const char *nearest = NULL;
	unsigned int i;

	for (i = 0; names && i < sets->count; i++)
		names[i] = sets->items[i].name;
	if (names)
		nearest = tm_nearest(name, names, sets->count);
	tm_error_set(error, TM_EXIT_REFUSED, ENOENT, "there is no set '%.64s'",
		     name);
	if (nearest && fills)
		tm_error_hint(error, "did you mean '%s'? `tmctl set create %s` makes a new one",
			      nearest, name);
	else if (nearest)
		tm_error_hint(error, "did you mean '%s'? `tmctl set` lists the sets",
			      nearest);
	else if (!fills)
		tm_error_hint(error, "`tmctl set` lists the sets");
	else
		tm_error_hint(error, "`tmctl set create %s` makes it", name);
	free(names);
	return -1;
}

int set_check_there(struct tm_nl *nl, const char *name, bool fills,
		    struct tm_error *error)
{
	struct tm_set_list sets;
	int failed = 0;

	if (tm_sets_get(nl, &sets, error))
		return -1;
	if (!tm_set_list_find(&sets, name))
		failed = say_unknown(&sets, name, fills, error);
	tm_set_list_free(&sets);
	return failed;
}

bool set_name_missing(struct tm_nl *nl, const char *name, bool fills,
		      struct tm_error *error)
{
	struct tm_error why;

	if (error->exit_code != TM_EXIT_REFUSED || error->errnum != ENOENT ||
	    !set_check_there(nl, name, fills, &why) ||
	    why.exit_code != TM_EXIT_REFUSED || why.errnum != ENOENT)
		return false;
	*error = why;
	return true;
}

/* A set that is there would be emptied by what makes one. */
static int check_new(struct tm_nl *nl, const char *name, struct tm_error *error)
{
	const struct tm_set *there;
	struct tm_set_list sets;
	int failed = 0;

	if (tm_sets_get(nl, &sets, error))
		return -1;
	there = tm_set_list_find(&sets, name);
	if (there) {
		failed = tm_error_set(error, TM_EXIT_REFUSED, EEXIST,
				      "the set %s is there already, with %zu %s; nothing was changed",
				      name, there->size,
				      there->size == 1 ? "entry" : "entries");
		tm_error_hint(error, "`tmctl set flush %s` empties it", name);
	}
	tm_set_list_free(&sets);
	return failed;
}

int set_create_run(struct tm_context *context, struct tm_error *error)
{
	const struct tm_entry_list none = { .count = 0 };
	const char *name = context->positionals[0];
	struct tm_commit commit = { .base = 0 };
	char words[TRAFFICMON_NAME_SIZE + 32];
	struct tm_info info;
	struct tm_nl *nl;

	if (set_name_check(name, error))
		return -1;
	nl = tm_context_nl(context, error);
	/* The generation first: whoever makes it meanwhile is not overwritten. */
	if (!nl || tm_info_get(nl, &info, NULL, error) ||
	    check_new(nl, name, error))
		return -1;
	commit.base = info.generation;
	if (tm_set_commit(nl, name, &none, false, &commit, error))
		return -1;
	snprintf(words, sizeof(words), "Set %s made, empty.", name);
	commit_print(context->out, words, &commit);
	tm_out_block(context->out, "set", NULL);
	tm_out_string(context->out, "name", name);
	tm_out_number(context->out, "entries", 0);
	tm_out_end(context->out);
	return TM_EXIT_DONE;
}

/* Which policies are in the way; as many as a sentence holds. */
static void say_used(struct tm_nl *nl, const char *name, struct tm_error *error)
{
	struct tm_policy_list policies;
	struct tm_error ignored;
	char list[256] = "";
	uint64_t generation;
	unsigned int i, users = 0;

	if (tm_policies_get(nl, &policies, &generation, &ignored))
		return;
	for (i = 0; i < policies.count; i++) {
		size_t used = strlen(list);

		if (!tm_policy_names_set(&policies.items[i], name))
			continue;
		snprintf(list + used, sizeof(list) - used, "%s%s",
			 users++ ? ", " : "", policies.items[i].name);
	}
	tm_policy_list_free(&policies);
	if (!users)
		return;
	tm_error_set(error, TM_EXIT_REFUSED, EBUSY,
		     "the set %s is named by %u %s: %s", name, users,
		     users == 1 ? "policy" : "policies", list);
	tm_error_hint(error, "apply a ruleset first whose policies do not name it");
}

int set_destroy_run(struct tm_context *context, struct tm_error *error)
{
	const char *name = context->positionals[0];
	struct nlmsghdr *request;
	struct tm_nl *nl;

	if (set_name_check(name, error))
		return -1;
	if (tm_set_is_fixed(name)) {
		tm_error_usage(error, "the set %s is always there", name);
		return tm_error_hint(error, "`tmctl set flush %s` empties it",
				     name);
	}
	nl = tm_context_nl(context, error);
	if (!nl)
		return -1;
	request = tm_nl_request(nl, TRAFFICMON_CMD_SET_DESTROY, 0);
	mnl_attr_put_strz(request, TRAFFICMON_A_SET_NAME, name);
	if (tm_nl_do(nl, request, NULL, NULL, error)) {
		if (error->errnum == EBUSY)
			say_used(nl, name, error);
		set_name_missing(nl, name, false, error);
		return -1;
	}
	tm_out_text(context->out, "Set %s removed.", name);
	tm_out_block(context->out, "set", NULL);
	tm_out_string(context->out, "name", name);
	tm_out_bool(context->out, "destroyed", true);
	tm_out_end(context->out);
	return TM_EXIT_DONE;
}
