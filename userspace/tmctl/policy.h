/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of `tmctl policy` share.
 */
#ifndef TMCTL_POLICY_H
#define TMCTL_POLICY_H

#include "../lib/conntrack.h"
#include "../lib/policy_file.h"
#include "options.h"

/* policy_apply.c: a file, looked over, compared, and made the ruleset. */
int policy_check_run(struct tm_context *context, struct tm_error *error);
int policy_diff_run(struct tm_context *context, struct tm_error *error);
int policy_apply_run(struct tm_context *context, struct tm_error *error);

/* policy_save.c: the ruleset in use, as a file. */
int policy_export_run(struct tm_context *context, struct tm_error *error);
int policy_save_run(struct tm_context *context, struct tm_error *error);

/*
 * policy_save.c: into that file, NULL: the boot file, and say so; if it is the
 * ruleset of this generation, 0: whichever it is.  Returns 0, or -1 with error set:
 * the file is as it was.
 */
int policy_save(struct tm_context *context, const char *path,
		uint64_t generation, struct tm_error *error);

/* policy_save.c: the ruleset in use, as a file that names all sets. */
int policy_ruleset_read(struct tm_nl *nl, struct tm_policy_file *file,
			uint64_t *generation, struct tm_error *error);
/* The same: the module may know more than this tool, and so the file. */
void policy_ruleset_warn(struct tm_out *out, const struct tm_policy_file *file);

/*
 * policy_sets.c: sets that its policies name, and that it does not have, each once;
 * allow and deny, which are always there, left out.
 */
int policy_foreign_sets(const struct tm_policy_file *file,
			struct tm_set_list *foreign, struct tm_error *error);
/* The same: are those among the sets in use?  0, or -1 with error set. */
int policy_sets_check(const char *file_name, const struct tm_policy_file *file,
		      const struct tm_set_list *live, struct tm_error *error);

/* Does a packet's fate depend on the set: allow, deny, or one that a policy names? */
bool policy_set_is_asked(const char *set, const struct tm_policy_list *policies);

/*
 * policy_sets.c: the set in use is asked for both ends; what covers them, the
 * longest of each, is added to its entries, unsorted.
 */
int policy_set_cover(struct tm_nl *nl, struct tm_set *set,
		     const struct tm_tuple *tuple, struct tm_error *error);

/* policy_explain.c: the way of a packet. */
int policy_explain_run(struct tm_context *context, struct tm_error *error);

/* policy_mode.c: policies by their names, the others left as they are. */
int policy_enforce_run(struct tm_context *context, struct tm_error *error);
int policy_monitor_run(struct tm_context *context, struct tm_error *error);

/*
 * policy_mode.c: there is no policy of that name, but those: what was meant?
 * Returns -1 with error set.
 */
int policy_unknown_name(const struct tm_context *context,
			const char *const *names, size_t count,
			const char *name, struct tm_error *error);

/* policy_words.c: "syn,udp in from 10.0.0.0/8 to port 443"; "all" without match. */
void policy_match_words(const struct tm_policy *policy, char *text,
			size_t size);
/* "100 pps burst 10"; "none: every match is over". */
void policy_limit_words(const struct tm_policy *policy, char *text,
			size_t size);

/*
 * policy_words.c: the file as JSON members of what is open in out, so that
 * there is one description of a policy in JSON, that of the file.
 * policy_json_file: all members of the file.
 * policy_json_one: the members of its policy number `index`.
 */
int policy_json_file(struct tm_out *out, const struct tm_policy_file *file,
		     struct tm_error *error);
int policy_json_one(struct tm_out *out, const struct tm_policy *policy,
		    struct tm_error *error);

/*
 * policy_diff.c: how one ruleset differs from another.
 */
enum policy_change_kind {
	POLICY_ADDED,
	POLICY_REMOVED,
	POLICY_CHANGED,
	POLICY_UNCHANGED,

	POLICY_CHANGE_KINDS
};

/*
 * @object: "policy", "order", "set", or @ and the name of a set
 * @name: of the policy or set, or the prefix
 * @detail: what changed, empty where there is nothing to say
 */
struct policy_change {
	enum policy_change_kind kind;
	char object[TRAFFICMON_NAME_SIZE + 1];
	char name[TM_PREFIX_TEXT];
	char detail[96];
};

/* How many of each kind. */
struct policy_diff_counts {
	size_t of[POLICY_CHANGE_KINDS];
};

/*
 * @items: all but the unchanged
 * @sets: of the entries of each set of the new one
 */
struct policy_diff {
	struct policy_change *items;
	size_t count;
	size_t room;
	struct policy_diff_counts policies;
	struct policy_diff_counts *sets;
};

/*
 * From old to new; sets that new does not have are not looked at.  What is
 * left of a timeout counts as changed from two seconds of difference on.
 */
int policy_diff_make(struct policy_diff *diff, const struct tm_policy_file *old,
		     const struct tm_policy_file *new, struct tm_error *error);
void policy_diff_free(struct policy_diff *diff);

/* Print the changes, and how many of each kind. */
void policy_diff_print(struct tm_out *out, const struct policy_diff *diff,
		       const struct tm_policy_file *new);

#endif /* TMCTL_POLICY_H */
