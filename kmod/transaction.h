/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Staging areas: a socket gathers policies and sets in one, for a commit to make
 * them live in one swap (commit.h), or nothing of them.  Freed when the socket
 * closes.
 */
#ifndef TM_TRANSACTION_H
#define TM_TRANSACTION_H

#include "policy.h"
#include "set.h"

struct tm_net;

/**
 * struct tm_transaction - one staging area; under tn->lock
 * @list: in tn->transactions
 * @portid: the socket that owns it
 * @keep_policies: the active ruleset's are committed again
 * @count: policies staged
 * @specs: in order; room for TRAFFICMON_POLICIES_MAX
 * @sets: those whose prefixes are not NULL are replaced; after a commit: the former ones
 * @copied: of each, was it begun with what the live one had
 * @copying: of each that was: not all of it is there yet
 * @copy_after: where that goes on
 * @live_changes: how often the live one had been changed when that began
 * @free_work: frees it after a grace period
 */
struct tm_transaction {
	struct list_head list;
	u32 portid;
	bool keep_policies;
	u32 count;
	struct tm_policy_spec **specs;
	struct tm_set sets[TM_SET_MAX];
	bool copied[TM_SET_MAX];
	bool copying[TM_SET_MAX];
	struct tm_prefix copy_after[TM_SET_MAX];
	u64 live_changes[TM_SET_MAX];
	struct rcu_work free_work;
};

/* The notifier that hears of closing sockets. */
int tm_transaction_setup(void);
void tm_transaction_teardown(void);

/* All under tn->lock. */

/* -EBUSY: the socket has one; -EUSERS: TM_TRANSACTIONS_MAX are open in the namespace; -ENOMEM. */
int tm_transaction_begin(struct tm_net *tn, u32 portid, bool keep_policies);

/* The open one of a socket, or NULL. */
struct tm_transaction *tm_transaction_find(struct tm_net *tn, u32 portid);

/*
 * Takes @spec over (kmalloc'ed) on success.  -EALREADY: the policies are kept;
 * -EEXIST: name given twice; -E2BIG.
 */
int tm_transaction_add_policy(struct tm_transaction *transaction, struct tm_policy_spec *spec);

/**
 * tm_transaction_copy_set - begin a set with what the live one has, some at a time
 * @first: the first call
 *
 * Between two calls tn->lock should be given back.  Return: 1: there is more; 0: that
 * was all; -EEXIST: the set was begun before; -ENOENT: not the first call, and what
 * was begun is gone; -ENOMEM: nothing of it is staged.
 */
int tm_transaction_copy_set(struct tm_transaction *transaction, enum tm_set_id id,
			    const struct tm_set *live, bool first);

/* All or none.  -EEXIST: the set is being copied; -ENOMEM, -ENOSPC. */
int tm_transaction_add_entries(struct tm_transaction *transaction, enum tm_set_id id,
			       const struct tm_prefix *entries, u32 count);

/* Stage nothing of a set any more. */
void tm_transaction_drop_set(struct tm_transaction *transaction, enum tm_set_id id);

void tm_transaction_abort(struct tm_transaction *transaction);

/* Its socket has none any more; it is the caller's. */
void tm_transaction_close(struct tm_transaction *transaction);

/*
 * Free a closed one: at once (no reader of its sets may be left), or after a grace
 * period from the module's workqueue.
 */
void tm_transaction_free(struct tm_transaction *transaction);
void tm_transaction_free_rcu(struct tm_transaction *transaction);

/* Drop all areas of a namespace that is being detached. */
void tm_transaction_drop_all(struct tm_net *tn);

#endif
