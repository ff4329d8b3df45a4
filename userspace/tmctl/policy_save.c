// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tmctl policy export, save: the ruleset in use as a file, printed or kept for the
 * next boot.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../lib/info.h"
#include "../lib/policy_nl.h"
#include "../lib/replace.h"
#include "../lib/transaction.h"
#include "boot.h"
#include "policy.h"

int policy_ruleset_read(struct tm_nl *nl, struct tm_policy_file *file,
			uint64_t *generation, struct tm_error *error)
{
	unsigned int i;
	int failed;

	memset(file, 0, sizeof(*file));
	if (tm_policies_get(nl, &file->policies, generation, error))
		return -1;
	failed = tm_sets_get(nl, &file->sets, error);
	for (i = 0; !failed && i < file->sets.count; i++)
		failed = tm_set_get(nl, file->sets.items[i].name,
				    &file->sets.items[i].entries, error);
	if (failed)
		tm_policy_file_free(file);
	return failed;
}

void policy_ruleset_warn(struct tm_out *out, const struct tm_policy_file *file)
{
	size_t unknown = file->policies.unknown +
			 tm_set_list_unknown(&file->sets);

	if (unknown)
		tm_out_warn(out, "%zu policies or set entries have attributes that this tool does not know, and leaves out (use the tmctl of the loaded module)",
			    unknown);
}

int policy_export_run(struct tm_context *context, struct tm_error *error)
{
	struct tm_nl *nl = tm_context_nl(context, error);
	struct tm_policy_file file;
	int result = TM_EXIT_DONE;
	uint64_t generation;

	if (!nl || policy_ruleset_read(nl, &file, &generation, error))
		return -1;
	policy_ruleset_warn(context->out, &file);
	if (tm_out_is_json(context->out))
		result = policy_json_file(context->out, &file, error);
	else if (tm_policy_file_write(&file, stdout))
		result = tm_error_set(error, TM_EXIT_REFUSED, 0,
				      "cannot write the output");
	tm_policy_file_free(&file);
	return result;
}

/* What this tool does not know it cannot write, and another would be loaded. */
static int check_known(const struct tm_policy_file *file,
		       struct tm_error *error)
{
	size_t unknown = file->policies.unknown +
			 tm_set_list_unknown(&file->sets);

	if (!unknown)
		return 0;
	tm_error_set(error, TM_EXIT_TOO_OLD, EOPNOTSUPP,
		     "%zu policies or entries have something that this tmctl does not know; nothing was saved",
		     unknown);
	return tm_error_hint(error, "use the tmctl of the loaded module");
}

/*
 * All of one ruleset, which nothing takes back any more; @wanted: its generation, 0:
 * any.
 */
static int read_settled(struct tm_nl *nl, struct tm_policy_file *file,
			uint64_t wanted, struct tm_error *error)
{
	uint64_t generation;
	struct tm_info info;
	int failed = -1;

	if (tm_ruleset_settled(nl, error) ||
	    policy_ruleset_read(nl, file, &generation, error))
		return -1;
	if (!tm_ruleset_settled(nl, error) &&
	    !tm_info_get(nl, &info, NULL, error)) {
		if (info.generation == generation &&
		    (!wanted || wanted == generation))
			failed = check_known(file, error);
		else
			failed = tm_error_set(error, TM_EXIT_REFUSED, EBUSY,
					      "the ruleset was changed meanwhile: look at it, and try again");
	}
	if (failed)
		tm_policy_file_free(file);
	return failed;
}

static int write_file(const struct tm_policy_file *file, const char *path,
		      struct tm_error *error)
{
	struct tm_replace replace;

	if (tm_replace_begin(&replace, path, error))
		return -1;
	/* What the stream did not take, its end tells. */
	tm_policy_file_write(file, replace.stream);
	return tm_replace_end(&replace, BOOT_FILE_MODE, error);
}

static void print_saved(struct tm_out *out, const char *path,
			const struct tm_policy_file *file)
{
	size_t entries = tm_set_list_entries(&file->sets);

	tm_out_text(out, "Saved in %s: %u %s, %zu set %s.", path,
		    file->policies.count,
		    file->policies.count == 1 ? "policy" : "policies", entries,
		    entries == 1 ? "entry" : "entries");
	tm_out_block(out, "saved", NULL);
	tm_out_string(out, "file", path);
	tm_out_number(out, "policies", file->policies.count);
	tm_out_number(out, "set_entries", entries);
	tm_out_end(out);
}

int policy_save(struct tm_context *context, const char *path,
		uint64_t generation, struct tm_error *error)
{
	struct tm_nl *nl = tm_context_nl(context, error);
	struct tm_policy_file file;
	unsigned int set;
	int result;

	if (!nl || read_settled(nl, &file, generation, error))
		return -1;
	for (set = 0; set < file.sets.count; set++)
		boot_leave(&file.sets.items[set].entries, false);
	result = path ? 0 : tm_folder_make(BOOT_FILE_FOLDER, 0755, error);
	if (!path)
		path = BOOT_FILE;
	if (!result)
		result = write_file(&file, path, error);
	if (!result) {
		policy_ruleset_warn(context->out, &file);
		print_saved(context->out, path, &file);
	}
	tm_policy_file_free(&file);
	return result;
}

int policy_save_run(struct tm_context *context, struct tm_error *error)
{
	const char *path = context->positional_count ?
			   context->positionals[0] : NULL;

	if (!path && boot_check_here(context, "the boot file is", error))
		return tm_error_hint(error, "name a file: tmctl policy save FILE");
	if (path && !strcmp(path, "-")) {
		tm_error_usage(error, "standard output cannot be replaced");
		return tm_error_hint(error, "`tmctl policy export` prints the ruleset");
	}
	return policy_save(context, path, 0, error) ? -1 : TM_EXIT_DONE;
}
