/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one place where a ruleset is published: commits, and ways back.
 *
 * A commit may wait for its confirmation.  Then what it replaced is kept, whole and
 * ready, and is in use again as soon as it is asked for, or when the time is over:
 * going back needs no memory, no socket and no process of anybody's.
 */
#ifndef TM_COMMIT_H
#define TM_COMMIT_H

#include <linux/workqueue.h>
#include "transaction.h"

struct tm_net;

/**
 * struct tm_commit - a ruleset that waits for its confirmation; under tn->lock
 * @former: the ruleset before it; NULL: none waits
 * @former_sets: the closed transaction, which holds the sets that it replaced
 * @deadline_ns: CLOCK_MONOTONIC
 * @timer: rolls it back
 */
struct tm_commit {
	struct tm_ruleset *former;
	struct tm_transaction *former_sets;
	u64 deadline_ns;
	struct delayed_work timer;
};

void tm_commit_init(struct tm_net *tn);

/* Nothing goes back any more.  Context: process, without tn->lock; may sleep. */
void tm_commit_stop(struct tm_net *tn);

/* Free what is kept; no reader may be left. */
void tm_commit_clean(struct tm_net *tn);

/*
 * All else under tn->lock.  What replaces sets, or puts them back, holds it while it moves
 * what was counted for their entries: packets do not wait for that, other requests do, half
 * a second for a million entries.
 */

/**
 * tm_commit - build what is staged and put it in use
 * @base: the generation it must build on, 0: any
 * @confirm_ns: how long it waits for its confirmation, 0: it needs none
 * @generation: the new one
 *
 * Return: 0, -EBUSY (another generation is active), -EINPROGRESS (a ruleset waits
 * for its confirmation), -ESTALE (a set was changed after it was copied), -ENOENT (a
 * policy names a set that there is not), -ENOSPC (too many sets), -ENOMEM.
 * On an error nothing changed and the area stays open.
 */
int tm_commit(struct tm_net *tn, struct tm_transaction *transaction, u64 base, u64 confirm_ns,
	      u64 *generation);

/* A ruleset without policies; sets and open areas stay.  -EINPROGRESS, -ENOMEM. */
int tm_commit_no_policies(struct tm_net *tn, u64 *generation);

/* Keep the ruleset that waits.  -ENOENT: none does; -EBUSY: of another generation. */
int tm_commit_confirm(struct tm_net *tn, u64 generation);

/*
 * Put what it replaced in use again.  @base: its generation, 0: any; @generation: the
 * new one.  -ENOENT, -EBUSY as above.
 */
int tm_commit_roll_back(struct tm_net *tn, u64 base, u64 *generation);

/* How long the ruleset still waits, at least 1 ns; 0: none waits. */
u64 tm_commit_waits_ns(const struct tm_net *tn);

/* Has the ruleset that waits replaced this set? */
bool tm_commit_holds_set(const struct tm_net *tn, const struct tm_set *set);

/* Memory of what is kept, in bytes. */
u64 tm_commit_bytes(const struct tm_net *tn);

#endif
