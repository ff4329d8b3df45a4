/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rulesets replaced, kept and taken back: each a transaction, all of it or
 * nothing.
 */
#ifndef TM_TRANSACTION_H
#define TM_TRANSACTION_H

#include "nl.h"
#include "policy_file.h"

/* How long a ruleset may wait for its confirmation. */
#define TM_CONFIRM_SECONDS_MIN	1
#define TM_CONFIRM_SECONDS_MAX	86400

/*
 * The terms of a commit, and what came of it.
 * @base:	the generation that it must be built on; 0: any
 * @confirm_ns:	it is rolled back unless confirmed within this time; 0: it stays
 * @generation:	the new one
 */
struct tm_commit {
	uint64_t base;
	uint64_t confirm_ns;
	uint64_t generation;
};

/* The steps of one, for who stages by himself.  Errors as of what follows. */
int tm_transaction_begin(struct tm_nl *nl, bool keep_policies,
			 struct tm_error *error);
int tm_transaction_commit(struct tm_nl *nl, struct tm_commit *commit,
			  struct tm_error *error);
void tm_transaction_abort(struct tm_nl *nl);

/*
 * Replace the ruleset, and the sets that the file names.  An error changes
 * nothing; when another changed the ruleset meanwhile, or one waits for its
 * confirmation (error->errnum EBUSY), it says so.
 */
int tm_ruleset_replace(struct tm_nl *nl, const struct tm_policy_file *file,
		       struct tm_commit *commit, struct tm_error *error);

/*
 * Replace a set, or (keep) add to it; the policies stay.  Unlike tm_set_send()
 * all entries or none, however many they are.  Errors as above.
 */
int tm_set_commit(struct tm_nl *nl, const char *name,
		  const struct tm_entry_list *entries, bool keep,
		  struct tm_commit *commit, struct tm_error *error);

/*
 * Does none wait for its confirmation?  0; -1 with error set, also when it cannot be
 * asked.
 */
int tm_ruleset_settled(struct tm_nl *nl, struct tm_error *error);

/* Keep the ruleset of that generation, which waits for its confirmation. */
int tm_ruleset_confirm(struct tm_nl *nl, uint64_t generation,
		       struct tm_error *error);

/*
 * Take it back; base: its generation, 0: whichever waits.
 * @generation:	of the ruleset before it, which is in use again
 */
int tm_ruleset_roll_back(struct tm_nl *nl, uint64_t base, uint64_t *generation,
			 struct tm_error *error);

#endif /* TM_TRANSACTION_H */
