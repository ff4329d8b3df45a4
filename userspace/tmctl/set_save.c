// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tmctl set export, save, restore: sets as prefix files, and what of them survives
 * a reboot: the entries with a timeout, by the time of day at which they end.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/names.h"
#include "../lib/policy_nl.h"
#include "../lib/prefix_file.h"
#include "../lib/replace.h"
#include "../lib/transaction.h"
#include "boot.h"
#include "set.h"

#define PATH_SIZE	128
#define SUFFIX		".txt"
static void set_path(const char *set, char path[PATH_SIZE])
{
	snprintf(path, PATH_SIZE, BOOT_SETS_FOLDER "/%s" SUFFIX, set);
}

static void print_entries(struct tm_out *out, const struct tm_entry_list *list,
			  uint64_t now_ns)
{
	char prefix[TM_PREFIX_TEXT];
	size_t i;

	tm_out_array(out, "entries");
	for (i = 0; i < list->count; i++) {
		const struct tm_entry *entry = &list->items[i];

		tm_out_block(out, NULL, NULL);
		tm_out_string(out, "prefix",
			      tm_prefix_format(&entry->prefix, prefix));
		if (entry->timeout_ns)
			tm_out_number(out, "expiry_time_ns",
				      now_ns + entry->timeout_ns);
		if (entry->comment)
			tm_out_string(out, "comment", entry->comment);
		tm_out_end(out);
	}
	tm_out_end(out);
}

int set_export_run(struct tm_context *context, struct tm_error *error)
{
	const char *name = context->positionals[0];
	struct tm_entry_list entries;
	int result = TM_EXIT_DONE;
	struct tm_nl *nl;

	if (set_name_check(name, error))
		return -1;
	nl = tm_context_nl(context, error);
	if (!nl)
		return -1;
	if (tm_set_get(nl, name, &entries, error)) {
		set_name_missing(nl, name, false, error);
		return -1;
	}
	if (tm_out_is_json(context->out))
		print_entries(context->out, &entries, boot_now_ns());
	else if (tm_prefix_file_write(&entries, boot_now_ns(), stdout))
		result = tm_error_set(error, TM_EXIT_REFUSED, 0,
				      "cannot write the output");
	tm_entry_list_free(&entries);
	return result;
}

static int write_set(const struct tm_set *set, struct tm_error *error)
{
	const struct tm_entry_list *entries = &set->entries;
	struct tm_replace replace;
	char path[PATH_SIZE];

	set_path(set->name, path);
	if (!entries->count)
		return tm_replace_remove(path, error);
	if (tm_replace_begin(&replace, path, error))
		return -1;
	/* What the stream did not take, its end tells. */
	tm_prefix_file_write(entries, boot_now_ns(), replace.stream);
	return tm_replace_end(&replace, BOOT_SETS_MODE, error);
}

/* Of all sets, the entries that have a timeout. */
static int read_timed(struct tm_nl *nl, struct tm_set_list *sets,
		      struct tm_error *error)
{
	unsigned int i;

	if (tm_sets_get(nl, sets, error))
		return -1;
	for (i = 0; i < sets->count; i++) {
		struct tm_set *set = &sets->items[i];

		if (tm_set_get(nl, set->name, &set->entries, error))
			return -1;
		boot_leave(&set->entries, true);
	}
	return 0;
}

static int save(struct tm_context *context, struct tm_nl *nl,
		struct tm_set_list *sets, struct tm_error *error)
{
	static const struct tm_field fields[] = {
		{ "name", "NAME", TM_UNIT_NONE },
		{ "saved", "SAVED", TM_UNIT_COUNT },
		{ NULL, NULL, TM_UNIT_NONE }
	};
	struct tm_out *out = context->out;
	unsigned int i;

	/* What may be taken back is not to come back. */
	if (read_timed(nl, sets, error) || tm_ruleset_settled(nl, error) ||
	    tm_folder_make(BOOT_SETS_FOLDER, 0700, error))
		return -1;
	for (i = 0; i < sets->count; i++)
		if (write_set(&sets->items[i], error))
			return -1;
	tm_out_table(out, "sets", fields);
	for (i = 0; i < sets->count; i++) {
		tm_out_row(out);
		tm_out_string(out, "name", sets->items[i].name);
		tm_out_number(out, "saved", sets->items[i].entries.count);
		tm_out_row_end(out);
	}
	tm_out_end(out);
	return TM_EXIT_DONE;
}

int set_save_run(struct tm_context *context, struct tm_error *error)
{
	struct tm_set_list sets = { .items = NULL };
	struct tm_nl *nl;
	int result = -1;

	if (boot_check_here(context, "the saved sets are", error))
		return tm_error_hint(error, "`tmctl set export NAME` prints a set of this one");
	nl = tm_context_nl(context, error);
	if (nl)
		result = save(context, nl, &sets, error);
	tm_set_list_free(&sets);
	return result;
}

/*
 * What became of a set's file.
 * @found:	there is one
 * @done:	and it was read and added
 * @there:	not needed: the set has them, for as long or longer
 */
struct restored {
	bool found;
	bool done;
	size_t added;
	size_t expired;
	size_t there;
};

/*
 * Leave in saved what live does not have for as long, to the second that saved times
 * are rounded up to; both are sorted.  Returns how many went.
 */
static size_t leave_needed(struct tm_entry_list *saved,
			   const struct tm_entry_list *live)
{
	size_t i, at = 0, left = 0;

	for (i = 0; i < saved->count; i++) {
		const struct tm_entry *entry = &saved->items[i];
		const struct tm_entry *other;

		while (at < live->count &&
		       tm_prefix_compare(&live->items[at].prefix,
					 &entry->prefix) < 0)
			at++;
		other = at < live->count ? &live->items[at] : NULL;
		if (!other || tm_prefix_compare(&other->prefix,
						&entry->prefix) ||
		    (other->timeout_ns &&
		     other->timeout_ns + TM_NS_PER_SECOND < entry->timeout_ns))
			saved->items[left++] = *entry;
		else
			tm_entry_clear(&saved->items[i]);
	}
	at = saved->count - left;
	saved->count = left;
	return at;
}

static int add_needed(struct tm_nl *nl, const char *name,
		      struct tm_entry_list *saved, struct restored *restored,
		      struct tm_error *error)
{
	struct tm_entry_list live;

	if (tm_set_get(nl, name, &live, error))
		return -1;
	restored->there = leave_needed(saved, &live);
	tm_entry_list_free(&live);
	return tm_set_send(nl, TRAFFICMON_CMD_SET_ADD, name, saved, false,
			   &restored->added, error);
}

/* What could not be read is not what the next `set save` may write over. */
static void put_aside(const char *path)
{
	char aside[PATH_SIZE + sizeof(".wrong")];

	snprintf(aside, sizeof(aside), "%s.wrong", path);
	rename(path, aside);
}

static int restore_set(struct tm_nl *nl, const char *set,
		       struct restored *restored, struct tm_error *error)
{
	struct tm_prefix_file_left_out left_out;
	struct tm_entry_list saved = { .items = NULL };
	struct tm_source source;
	char path[PATH_SIZE];
	int failed;

	set_path(set, path);
	memset(restored, 0, sizeof(*restored));
	failed = tm_source_read(&source, path);
	restored->found = failed != -ENOENT;
	if (!restored->found) {
		failed = 0;
	} else if (failed ||
		   tm_prefix_file_read(&saved, &source, NULL, 0, boot_now_ns(),
				       &left_out)) {
		failed = tm_source_error(&source, error);
		put_aside(path);
	} else {
		restored->expired = left_out.expired;
		failed = add_needed(nl, set, &saved, restored, error);
		restored->done = !failed;
	}
	tm_entry_list_free(&saved);
	tm_source_free(&source);
	return failed;
}

static void print_restored(struct tm_out *out, const char *name,
			   const struct restored *restored)
{
	tm_out_row(out);
	tm_out_string(out, "name", name);
	if (restored->done) {
		tm_out_number(out, "restored", restored->added);
		tm_out_number(out, "expired", restored->expired);
		tm_out_number(out, "there", restored->there);
	}
	tm_out_row_end(out);
}

/* Is it the file of a set?  Its name then. */
static bool is_saved(const char *file, char name[TRAFFICMON_NAME_SIZE])
{
	size_t length = strlen(file);
	struct tm_error ignored;

	if (length <= strlen(SUFFIX) ||
	    length >= strlen(SUFFIX) + TRAFFICMON_NAME_SIZE ||
	    strcmp(file + length - strlen(SUFFIX), SUFFIX))
		return false;
	snprintf(name, TRAFFICMON_NAME_SIZE, "%.*s",
		 (int)(length - strlen(SUFFIX)), file);
	return !tm_name_check("set", name, &ignored);
}

/*
 * It stays where it is: whoever makes the set again may want it.  Returns how many
 * there are.
 */
static unsigned int tell_left_out(struct tm_out *out,
				  const struct tm_set_list *sets)
{
	char name[TRAFFICMON_NAME_SIZE];
	unsigned int left_out = 0;
	struct dirent **files;
	int count, i;

	count = scandir(BOOT_SETS_FOLDER, &files, NULL, alphasort);
	for (i = 0; i < count; i++) {
		if (is_saved(files[i]->d_name, name) &&
		    !tm_set_list_find(sets, name)) {
			tm_out_warn(out, BOOT_SETS_FOLDER "/%s is left out: there is no set %s (`tmctl set create %s` makes it)",
				    files[i]->d_name, name, name);
			left_out++;
		}
		free(files[i]);
	}
	if (count >= 0)
		free(files);
	return left_out;
}

/* A file that is wrong does not hold up the others: the first error is told last. */
static int restore_sets(struct tm_context *context, struct tm_nl *nl,
			const struct tm_set_list *sets,
			struct restored *restored, struct tm_error *error)
{
	struct tm_error wrong;
	unsigned int i;
	int failed = 0;

	for (i = 0; i < sets->count; i++) {
		if (!restore_set(nl, sets->items[i].name, &restored[i], &wrong))
			continue;
		/* No file to blame: the next would fare no better. */
		if (wrong.exit_code != TM_EXIT_USAGE) {
			*error = wrong;
			return -1;
		}
		if (failed)
			tm_out_warn(context->out, "%s", wrong.message);
		else
			*error = wrong;
		failed = TM_EXIT_USAGE;
	}
	return failed;
}

/* Returns how many were found. */
static unsigned int print_all_restored(struct tm_out *out,
				       const struct tm_set_list *sets,
				       const struct restored *restored)
{
	static const struct tm_field fields[] = {
		{ "name", "NAME", TM_UNIT_NONE },
		{ "restored", "RESTORED", TM_UNIT_COUNT },
		{ "expired", "EXPIRED", TM_UNIT_COUNT },
		{ "there", "THERE ALREADY", TM_UNIT_COUNT },
		{ NULL, NULL, TM_UNIT_NONE }
	};
	unsigned int found = 0;
	unsigned int i;

	tm_out_table(out, "sets", fields);
	for (i = 0; i < sets->count; i++) {
		print_restored(out, sets->items[i].name, &restored[i]);
		found += restored[i].found;
	}
	tm_out_end(out);
	return found;
}

static int restore(struct tm_context *context, struct tm_nl *nl,
		   const struct tm_set_list *sets, struct tm_error *error)
{
	struct restored *restored = calloc(sets->count + 1, sizeof(*restored));
	unsigned int left_out;
	int failed;

	if (!restored)
		return tm_error_set(error, TM_EXIT_REFUSED, ENOMEM,
				    "out of memory");
	failed = restore_sets(context, nl, sets, restored, error);
	if (failed >= 0) {
		left_out = tell_left_out(context->out, sets);
		if (!print_all_restored(context->out, sets, restored) &&
		    !left_out)
			tm_out_text(context->out, "Nothing is saved in " BOOT_SETS_FOLDER ".");
	}
	free(restored);
	return failed ? -1 : TM_EXIT_DONE;
}

int set_restore_run(struct tm_context *context, struct tm_error *error)
{
	struct tm_set_list sets = { .items = NULL };
	struct tm_nl *nl;
	int result = -1;

	if (boot_check_here(context, "the saved sets are", error))
		return tm_error_hint(error, "`tmctl set add NAME --file FILE` adds those of a file");
	nl = tm_context_nl(context, error);
	if (nl && !tm_sets_get(nl, &sets, error))
		result = restore(context, nl, &sets, error);
	tm_set_list_free(&sets);
	return result;
}
