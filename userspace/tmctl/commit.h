/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What commits of policies and of sets share: how long one waits for its
 * confirmation, and what is said of it.
 */
#ifndef TMCTL_COMMIT_H
#define TMCTL_COMMIT_H

#include "../lib/transaction.h"
#include "options.h"

/* --confirm DURATION, for tables of options. */
#define COMMIT_CONFIRM_OPTION						\
	{ "--confirm", "DURATION",					\
	  "take it back after it, unless `tmctl policy confirm` comes first: 60s", \
	  false }

/* Read it into commit->confirm_ns.  Returns 0, or -1 with error set. */
int commit_read_terms(const struct tm_context *context,
		      struct tm_commit *commit, struct tm_error *error);

/* Say what is in use now; words: what was done, a sentence. */
void commit_print(struct tm_out *out, const char *words,
		  const struct tm_commit *commit);

/* tmctl policy confirm, tmctl policy rollback. */
int commit_confirm_run(struct tm_context *context, struct tm_error *error);
int commit_rollback_run(struct tm_context *context, struct tm_error *error);

#endif /* TMCTL_COMMIT_H */
