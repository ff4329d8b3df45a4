// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tmctl policy enforce, tmctl policy monitor: the mode of some policies; what
 * they match and limit, and all else, goes back as it came.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/info.h"
#include "../lib/names.h"
#include "carry.h"
#include "commit.h"
#include "lockout.h"
#include "policy.h"

/* The name of a policy may also be a verb with a letter missing. */
static const char *nearest_verb(const char *name, const struct tm_verb *verb)
{
	const char *names[32];
	size_t count = 0;

	for (; verb->name && count < 32; verb++)
		names[count++] = verb->name;
	return tm_nearest(name, names, count);
}

int policy_unknown_name(const struct tm_context *context,
			const char *const *names, size_t count,
			const char *name, struct tm_error *error)
{
	const char *nearest = tm_nearest(name, names, count);

	tm_error_set(error, TM_EXIT_REFUSED, 0, "there is no policy '%.64s'",
		     name);
	if (nearest)
		return tm_error_hint(error, "did you mean '%s'?", nearest);
	nearest = nearest_verb(name, context->object->verbs);
	if (nearest)
		return tm_error_hint(error, "did you mean `tmctl policy %s`?",
				     nearest);
	return tm_error_hint(error, "`tmctl policy show` lists the %zu there are",
			     count);
}

/* The names of what was read; to be freed.  NULL with error set. */
static const char **names_of(const struct tm_carry *carry,
			     struct tm_error *error)
{
	const char **names = calloc(carry->policy_count + 1, sizeof(*names));
	size_t i;

	if (!names) {
		tm_error_set(error, TM_EXIT_REFUSED, ENOMEM, "out of memory");
		return NULL;
	}
	for (i = 0; i < carry->policy_count; i++)
		names[i] = tm_carry_policy_name(carry, i);
	return names;
}

static size_t place_of(const char *const *names, size_t count, const char *name)
{
	size_t i;

	for (i = 0; i < count && strcmp(names[i], name); i++)
		;
	return i;
}

/* Returns how many changed, or -1 with error set. */
static int set_modes(struct tm_context *context, struct tm_carry *carry,
		     uint8_t mode, struct tm_error *error)
{
	const char **names = names_of(carry, error);
	int changed = names ? 0 : -1;
	unsigned int i;

	for (i = 0; changed >= 0 && i < context->positional_count; i++) {
		const char *name = context->positionals[i];
		size_t place = place_of(names, carry->policy_count, name);

		if (place == carry->policy_count)
			changed = policy_unknown_name(context, names, place,
						      name, error);
		else
			changed += tm_carry_set_mode(carry, place, mode);
	}
	free(names);
	return changed;
}

/* Sent back without what this tool does not know, a policy would be another. */
static int check_known(const struct tm_carry *carry, struct tm_error *error)
{
	if (!carry->unknown)
		return 0;
	tm_error_set(error, TM_EXIT_REFUSED, 0,
		     "the policies have attributes that this tool does not know (%u in all); nothing was changed",
		     carry->unknown);
	return tm_error_hint(error, "use the tmctl that belongs to the loaded module (see: tmctl --version)");
}

static void print_result(struct tm_out *out, int changed, const char *mode,
			 const struct tm_commit *commit)
{
	char words[96];

	if (changed) {
		snprintf(words, sizeof(words), "%d %s now in mode %s.", changed,
			 changed == 1 ? "policy is" : "policies are", mode);
		commit_print(out, words, commit);
		return;
	}
	tm_out_text(out, "Nothing to change: already in mode %s.", mode);
	tm_out_block(out, "ruleset", NULL);
	tm_out_bool(out, "changed", false);
	tm_out_number(out, "generation", commit->base);
	tm_out_end(out);
}

/* All policies once more, in the mode that they are about to have. */
static int judge(const struct lockout *lockout, struct tm_context *context,
		 struct tm_nl *nl, bool asks, struct tm_error *error)
{
	struct tm_policy_file now, next;
	unsigned int i;
	int failed;

	if (lockout_read(lockout, nl, NULL, &now, error))
		return -1;
	next = now;
	next.policies.items = calloc(now.policies.count + 1,
				     sizeof(*next.policies.items));
	if (!next.policies.items) {
		tm_policy_file_free(&now);
		return tm_error_set(error, TM_EXIT_REFUSED, ENOMEM,
				    "out of memory");
	}
	for (i = 0; i < now.policies.count; i++)
		next.policies.items[i] = now.policies.items[i];
	for (i = 0; i < context->positional_count; i++) {
		struct tm_policy *policy =
			tm_policy_list_find(&next.policies,
					    context->positionals[i]);

		if (policy)
			policy->mode = TRAFFICMON_MODE_ENFORCE;
	}
	failed = lockout_judge(lockout, context, &now, &next, asks, error);
	free(next.policies.items);
	tm_policy_file_free(&now);
	return failed;
}

static int check_lockout(struct tm_context *context, struct tm_nl *nl,
			 bool asks, struct tm_error *error)
{
	struct lockout lockout;
	int failed = 0;

	lockout_begin(&lockout, context);
	if (lockout.peers.count)
		failed = judge(&lockout, context, nl, asks, error);
	lockout_end(&lockout);
	return failed;
}

/* Returns how many changed, or -1 with error set. */
static int change(struct tm_context *context, struct tm_nl *nl,
		  struct tm_carry *carry, uint8_t mode,
		  struct tm_commit *commit, struct tm_error *error)
{
	struct tm_info info;
	int changed;

	if (tm_info_get(nl, &info, NULL, error))
		return -1;
	commit->base = info.generation;
	if (tm_carry_read_policies(carry, nl, error) ||
	    check_known(carry, error))
		return -1;
	changed = set_modes(context, carry, mode, error);
	if (!changed && tm_ruleset_settled(nl, error))
		return -1;
	if (changed > 0 && mode == TRAFFICMON_MODE_ENFORCE &&
	    check_lockout(context, nl, !commit->confirm_ns, error))
		return -1;
	if (changed > 0 && tm_carry_write(carry, nl, commit, error))
		return -1;
	return changed;
}

static int run(struct tm_context *context, uint8_t mode, struct tm_error *error)
{
	struct tm_carry carry = { .policy_count = 0 };
	struct tm_commit commit = { .base = 0 };
	char name[TM_NAME_TEXT];
	struct tm_nl *nl;
	int changed;

	if (commit_read_terms(context, &commit, error))
		return -1;
	nl = tm_context_nl(context, error);
	if (!nl)
		return -1;
	changed = change(context, nl, &carry, mode, &commit, error);
	if (changed >= 0)
		print_result(context->out, changed,
			     tm_name(&tm_names_mode, mode, name), &commit);
	tm_carry_free(&carry);
	return changed < 0 ? -1 : TM_EXIT_DONE;
}

int policy_enforce_run(struct tm_context *context, struct tm_error *error)
{
	return run(context, TRAFFICMON_MODE_ENFORCE, error);
}

int policy_monitor_run(struct tm_context *context, struct tm_error *error)
{
	return run(context, TRAFFICMON_MODE_MONITOR, error);
}
