/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of `tmctl set` share.
 */
#ifndef TMCTL_SET_H
#define TMCTL_SET_H

#include "../lib/set_model.h"
#include "options.h"

/* set_change.c: the entries of a set. */
int set_add_run(struct tm_context *context, struct tm_error *error);
int set_replace_run(struct tm_context *context, struct tm_error *error);
int set_del_run(struct tm_context *context, struct tm_error *error);
int set_flush_run(struct tm_context *context, struct tm_error *error);

/* set_make.c: sets themselves. */
int set_create_run(struct tm_context *context, struct tm_error *error);
int set_destroy_run(struct tm_context *context, struct tm_error *error);

/* set_test.c: is an address in it? */
int set_test_run(struct tm_context *context, struct tm_error *error);

/* set_save.c: sets as files, and over a reboot. */
int set_export_run(struct tm_context *context, struct tm_error *error);
int set_save_run(struct tm_context *context, struct tm_error *error);
int set_restore_run(struct tm_context *context, struct tm_error *error);

/* set_make.c: could it be the name of a set?  0, or -1 with error set. */
int set_name_check(const char *name, struct tm_error *error);

/* set_make.c: if a prefix stands where the name belongs, the error's hint says so. */
void set_hint_order(const char *name, struct tm_error *error);

/*
 * set_make.c: is there such a set?  0, or -1 with error set.
 * @fills:	it was to get entries: whoever wants that may want to make it
 */
int set_check_there(struct tm_nl *nl, const char *name, bool fills,
		    struct tm_error *error);

/*
 * set_make.c: a request was refused with error; if it is because there is no such
 * set, say so, and what was meant.  Was it?
 */
bool set_name_missing(struct tm_nl *nl, const char *name, bool fills,
		      struct tm_error *error);

/* set.c: the members of an entry, and columns for all but its prefix. */
void set_print_entry(struct tm_out *out, const struct tm_entry *entry);

#define SET_ENTRY_FIELDS						\
	{ "timeout_ns", "ENDS IN", TM_UNIT_DURATION_NS },		\
	{ "packets_sampled", "PACKETS SAMPLED", TM_UNIT_COUNT },	\
	{ "bytes_sampled", "BYTES SAMPLED", TM_UNIT_BYTES },		\
	{ "hit_age_ns", "LAST HIT", TM_UNIT_DURATION_NS },		\
	{ "comment", "COMMENT", TM_UNIT_NONE }

#define SET_ENTRY_FIT							\
	TM_WRAP("comment", 16),						\
	TM_LEAVE_OUT("bytes_sampled"),					\
	TM_LEAVE_OUT("hit_age_ns")

/*
 * set_lockout.c: what becomes of the set that is the first positional.  Nobody who
 * is connected to a failsafe port is cut off by it unasked: see lockout.h.
 * @entries:	that are added or removed, or that are all there will be; sorted
 */
enum set_change {
	SET_ADDS,
	SET_REMOVES,
	SET_REPLACES,
};

int set_check_lockout(struct tm_context *context, enum set_change change,
		      const struct tm_entry_list *entries, bool asks,
		      struct tm_error *error);

#endif /* TMCTL_SET_H */
