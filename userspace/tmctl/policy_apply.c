// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tmctl policy check, diff, apply: a file, looked over, compared with the ruleset
 * in use, and made it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../lib/policy_check.h"
#include "../lib/policy_nl.h"
#include "boot.h"
#include "commit.h"
#include "lockout.h"
#include "policy.h"

/* Where findings go; count is what the check returns. */
struct findings {
	struct tm_out *out;
	const char *name;	/* of the file */
	bool as_data;		/* JSON: objects of an open array */
};

static void tell_finding(unsigned long line, const char *text, void *data)
{
	const struct findings *findings = data;

	if (findings->as_data) {
		tm_out_block(findings->out, NULL, NULL);
		if (line)
			tm_out_number(findings->out, "line", line);
		tm_out_string(findings->out, "message", text);
		tm_out_end(findings->out);
	} else if (line) {
		tm_out_warn(findings->out, "%s:%lu: %s", findings->name, line,
			    text);
	} else {
		tm_out_warn(findings->out, "%s: %s", findings->name, text);
	}
}

static int read_file(const char *path, struct tm_source *source,
		     struct tm_policy_file *file, struct tm_error *error)
{
	int failed;

	memset(file, 0, sizeof(*file));
	failed = tm_source_read(source, path);
	if (failed) {
		tm_source_error(source, error);
		error->errnum = -failed;
		return -1;
	}
	return tm_policy_file_read(file, source) ?
	       tm_source_error(source, error) : 0;
}

static void print_size(struct tm_out *out, const char *key,
		       const struct tm_set *set)
{
	if (set)
		tm_out_number(out, key, set->entries.count);
}

static void print_contents(struct tm_out *out, const char *name,
			   const struct tm_policy_file *file)
{
	static const struct tm_field fields[] = {
		{ "file", "file", TM_UNIT_NONE },
		{ "policies", "policies", TM_UNIT_COUNT },
		{ "enforcing", "of them enforcing", TM_UNIT_COUNT },
		{ "allow_entries", "entries of allow", TM_UNIT_COUNT },
		{ "deny_entries", "entries of deny", TM_UNIT_COUNT },
		{ "other_sets", "other sets", TM_UNIT_COUNT },
		{ "other_entries", "entries of them", TM_UNIT_COUNT },
		{ NULL, NULL, TM_UNIT_NONE }
	};
	const struct tm_set_list *sets = &file->sets;
	size_t others = 0, other_entries = 0;
	unsigned int enforcing = 0;
	unsigned int i;

	for (i = 0; i < file->policies.count; i++)
		enforcing += file->policies.items[i].mode ==
			     TRAFFICMON_MODE_ENFORCE;
	tm_out_block(out, "check", fields);
	tm_out_string(out, "file", name);
	tm_out_number(out, "policies", file->policies.count);
	tm_out_number(out, "enforcing", enforcing);
	print_size(out, "allow_entries",
		   tm_set_list_find(sets, TRAFFICMON_SET_ALLOW));
	print_size(out, "deny_entries",
		   tm_set_list_find(sets, TRAFFICMON_SET_DENY));
	for (i = 0; i < sets->count; i++)
		if (!tm_set_is_fixed(sets->items[i].name)) {
			others++;
			other_entries += sets->items[i].entries.count;
		}
	if (others) {
		tm_out_number(out, "other_sets", others);
		tm_out_number(out, "other_entries", other_entries);
	}
	tm_out_end(out);
}

/* No finding: those in use are meant. */
static int note_foreign_sets(struct tm_out *out,
			     const struct tm_policy_file *file,
			     struct tm_error *error)
{
	struct tm_set_list foreign;
	char *list, *end;
	unsigned int i;

	if (policy_foreign_sets(file, &foreign, error))
		return -1;
	list = malloc((foreign.count + 1) * (TRAFFICMON_NAME_SIZE + 2));
	if (!list) {
		tm_set_list_free(&foreign);
		return tm_error_set(error, TM_EXIT_REFUSED, 0, "out of memory");
	}
	end = list;
	tm_out_array(out, "sets_not_in_file");
	for (i = 0; i < foreign.count; i++) {
		tm_out_string(out, NULL, foreign.items[i].name);
		end = stpcpy(stpcpy(end, i ? ", " : ""), foreign.items[i].name);
	}
	tm_out_end(out);
	if (foreign.count)
		tm_out_prose(out, "It names sets that the file does not have, and that must be in use where it is applied: %s",
			     list);
	free(list);
	tm_set_list_free(&foreign);
	return 0;
}

int policy_check_run(struct tm_context *context, struct tm_error *error)
{
	struct findings findings = {
		.out = context->out,
		.as_data = tm_out_is_json(context->out),
	};
	struct tm_policy_file file;
	struct tm_source source;
	unsigned int count;
	int failed;

	if (read_file(context->positionals[0], &source, &file, error)) {
		tm_source_free(&source);
		return -1;
	}
	findings.name = source.name;
	print_contents(context->out, source.name, &file);
	failed = note_foreign_sets(context->out, &file, error);
	tm_out_array(context->out, "findings");
	count = tm_policy_check(&file, false, tell_finding, &findings);
	tm_out_end(context->out);
	if (count)
		tm_out_text(context->out,
			    "The file is valid; %u %s, see above.", count,
			    count == 1 ? "finding" : "findings");
	else
		tm_out_text(context->out, "The file is valid.");
	tm_policy_file_free(&file);
	tm_source_free(&source);
	if (failed)
		return -1;
	return count && tm_given_flag(context, "--strict") ?
	       TM_EXIT_FINDINGS : TM_EXIT_DONE;
}

/* What is in use now: the policies, and of the sets what matters to file and peers. */
static int read_current(struct tm_nl *nl, const struct tm_policy_file *file,
			const struct lockout *lockout,
			struct tm_policy_file *current, uint64_t *generation,
			struct tm_error *error)
{
	unsigned int i;
	int failed;

	memset(current, 0, sizeof(*current));
	if (tm_policies_get(nl, &current->policies, generation, error))
		return -1;
	failed = tm_sets_get(nl, &current->sets, error);
	for (i = 0; !failed && i < current->sets.count; i++) {
		struct tm_set *set = &current->sets.items[i];

		if (tm_set_list_find(&file->sets, set->name) ||
		    !strcmp(set->name, TRAFFICMON_SET_ALLOW))
			failed = tm_set_get(nl, set->name, &set->entries,
					    error);
		else if (policy_set_is_asked(set->name, &file->policies) ||
			 policy_set_is_asked(set->name, &current->policies))
			failed = lockout_read_set(lockout, nl, set, error);
	}
	if (failed)
		tm_policy_file_free(current);
	return failed;
}

/* Add to the entries what live has of those with a timeout, where they have none. */
static int keep_timed_entries(struct tm_entry_list *entries,
			      const struct tm_entry_list *live,
			      struct tm_error *error)
{
	const size_t count = entries->count;
	size_t at = 0;
	size_t i;

	for (i = 0; i < live->count; i++) {
		struct tm_entry entry = live->items[i];

		while (at < count &&
		       tm_prefix_compare(&entries->items[at].prefix,
					 &entry.prefix) < 0)
			at++;
		if (!entry.timeout_ns ||
		    (at < count && !tm_prefix_compare(&entries->items[at].prefix,
						      &entry.prefix)))
			continue;
		entry.unknown = NULL;
		if (tm_entry_list_add(entries, &entry, error))
			return -1;
	}
	tm_entry_list_sort(entries);
	return 0;
}

/*
 * The boot file speaks of entries that are for ever: those with a timeout stay
 * in the sets that it replaces.
 */
static int keep_timed(struct tm_policy_file *file,
		      const struct tm_policy_file *current,
		      struct tm_error *error)
{
	unsigned int i;

	for (i = 0; i < file->sets.count; i++) {
		struct tm_set *set = &file->sets.items[i];
		const struct tm_set *live = tm_set_list_find(&current->sets,
							     set->name);

		if (live && keep_timed_entries(&set->entries, &live->entries,
					       error))
			return -1;
	}
	return 0;
}

/*
 * The ruleset as it will be, with the sets that stay, or of them with allow alone;
 * free its sets.items.
 */
static int make_future(const struct tm_policy_file *file,
		       const struct tm_policy_file *current, bool all_sets,
		       struct tm_policy_file *future, struct tm_error *error)
{
	const unsigned int most = file->sets.count + current->sets.count;
	struct tm_set *items = calloc(most + 1, sizeof(*items));
	unsigned int i;

	if (!items) {
		tm_error_set(error, TM_EXIT_REFUSED, 0, "out of memory");
		return -1;
	}
	*future = *file;
	future->sets.items = items;
	for (i = 0; i < file->sets.count; i++)
		items[i] = file->sets.items[i];
	for (i = 0; i < current->sets.count; i++) {
		const struct tm_set *set = &current->sets.items[i];

		if ((all_sets || !strcmp(set->name, TRAFFICMON_SET_ALLOW)) &&
		    !tm_set_list_find(&file->sets, set->name))
			items[future->sets.count++] = *set;
	}
	return 0;
}

/* Look the ruleset over as it will be, with the set allow that stays. */
static int warn(struct tm_context *context, const char *name,
		const struct tm_policy_file *file,
		const struct tm_policy_file *current, struct tm_error *error)
{
	struct findings findings = { .out = context->out, .name = name };
	struct tm_policy_file future;

	if (make_future(file, current, false, &future, error))
		return -1;
	tm_policy_check(&future, true, tell_finding, &findings);
	free(future.sets.items);
	return 0;
}

/* Only what is about to stay is asked about. */
static int check_lockout(struct tm_context *context,
			 const struct lockout *lockout,
			 const struct tm_policy_file *file,
			 const struct tm_policy_file *current,
			 const struct tm_commit *commit, struct tm_error *error)
{
	struct tm_policy_file future;
	int failed;

	if (!lockout->peers.count)
		return 0;
	if (make_future(file, current, true, &future, error))
		return -1;
	failed = lockout_judge(lockout, context, current, &future,
			       commit && !commit->confirm_ns, error);
	free(future.sets.items);
	return failed;
}

/* --generation N: the caller has seen N and means to replace that one. */
static int check_generation(struct tm_context *context, uint64_t generation,
			    struct tm_error *error)
{
	const char *text = tm_given_value(context, "--generation");
	uint64_t wanted;

	if (!text)
		return 0;
	if (tm_number_parse("--generation", text, 0, UINT64_MAX, &wanted,
			    error))
		return -1;
	if (wanted == generation)
		return 0;
	tm_error_set(error, TM_EXIT_REFUSED, EBUSY,
		     "the ruleset in use is generation %" PRIu64 ", not %" PRIu64 ": somebody changed it; nothing was changed",
		     generation, wanted);
	return tm_error_hint(error, "look at what is there now (tmctl policy show), then apply with --generation %" PRIu64,
			     generation);
}

static void print_difference(struct tm_out *out, const struct policy_diff *diff,
			     const struct tm_policy_file *file,
			     uint64_t generation)
{
	policy_diff_print(out, diff, file);
	tm_out_text(out, "%s Generation %" PRIu64 " is in use.", diff->count ?
		    "Applying it would change this." : "Nothing to change.",
		    generation);
	tm_out_block(out, "ruleset", NULL);
	tm_out_bool(out, "changed", false);
	tm_out_number(out, "generation", generation);
	tm_out_end(out);
}

/* commit NULL: only show what would change. */
static int apply(struct tm_context *context, struct tm_nl *nl,
		 const struct tm_policy_file *file,
		 const struct policy_diff *diff, uint64_t generation,
		 struct tm_commit *commit, struct tm_error *error)
{
	/* What is in use is no answer where it may be taken back. */
	if (commit && !diff->count && tm_ruleset_settled(nl, error))
		return -1;
	if (!commit || !diff->count) {
		print_difference(context->out, diff, file, generation);
		return diff->count ? TM_EXIT_FINDINGS : TM_EXIT_DONE;
	}
	commit->base = generation;
	if (tm_ruleset_replace(nl, file, commit, error))
		return -1;
	policy_diff_print(context->out, diff, file);
	commit_print(context->out, "Applied.", commit);
	return TM_EXIT_DONE;
}

static int apply_over(struct tm_context *context, struct tm_nl *nl,
		      const char *name, struct tm_policy_file *file,
		      const struct lockout *lockout, struct tm_commit *commit,
		      struct tm_error *error)
{
	struct tm_policy_file current;
	struct policy_diff diff;
	uint64_t generation;
	int result = -1;

	if (read_current(nl, file, lockout, &current, &generation, error))
		return -1;
	if (!check_generation(context, generation, error) &&
	    !policy_sets_check(name, file, &current.sets, error) &&
	    (context->positional_count || !keep_timed(file, &current, error)) &&
	    !warn(context, name, file, &current, error) &&
	    !policy_diff_make(&diff, &current, file, error)) {
		if (!diff.count ||
		    !check_lockout(context, lockout, file, &current, commit,
				   error))
			result = apply(context, nl, file, &diff, generation,
				       commit, error);
		policy_diff_free(&diff);
	}
	tm_policy_file_free(&current);
	return result;
}

static int apply_file(struct tm_context *context, const char *name,
		      struct tm_policy_file *file,
		      struct tm_commit *commit, struct tm_error *error)
{
	struct tm_nl *nl = tm_context_nl(context, error);
	struct lockout lockout;
	int result;

	if (!nl)
		return -1;
	lockout_begin(&lockout, context);
	result = apply_over(context, nl, name, file, &lockout, commit, error);
	lockout_end(&lockout);
	return result;
}

/* There is no file: what it was, and whether that is an error. */
static int say_missing(struct tm_context *context, const char *path,
		       struct tm_error *error)
{
	struct stat link;

	/* A link that leads nowhere (yet) is no ruleset that was never saved. */
	if (tm_given_flag(context, "--if-exists") && lstat(path, &link)) {
		tm_out_text(context->out, "There is no %s: nothing was changed.",
			    path);
		tm_out_block(context->out, "ruleset", NULL);
		tm_out_bool(context->out, "changed", false);
		tm_out_end(context->out);
		return TM_EXIT_DONE;
	}
	if (!context->positional_count)
		tm_error_hint(error, "`tmctl policy save` makes it of the ruleset in use; `tmctl policy apply FILE` takes another file");
	return -1;
}

static int run(struct tm_context *context, struct tm_commit *commit,
	       struct tm_error *error)
{
	const char *path = context->positional_count ?
			   context->positionals[0] : BOOT_FILE;
	struct tm_policy_file file;
	struct tm_source source;
	int result = -1;

	if (!read_file(path, &source, &file, error))
		result = apply_file(context, source.name, &file, commit, error);
	else if (error->errnum == ENOENT)
		result = say_missing(context, path, error);
	tm_policy_file_free(&file);
	tm_source_free(&source);
	return result;
}

int policy_diff_run(struct tm_context *context, struct tm_error *error)
{
	return run(context, NULL, error);
}

int policy_apply_run(struct tm_context *context, struct tm_error *error)
{
	struct tm_commit commit = { .base = 0 };

	if (commit_read_terms(context, &commit, error))
		return -1;
	if (!context->positional_count &&
	    boot_check_here(context, "the boot file is", error))
		return tm_error_hint(error, "name the file: tmctl policy apply FILE");
	return run(context, tm_given_flag(context, "--dry-run") ? NULL : &commit,
		   error);
}
