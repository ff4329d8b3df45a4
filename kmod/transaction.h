/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Staging areas: a socket gathers policies and sets in one, for a commit to make
 * them live in one swap (commit.h), or nothing of them.  Freed when the socket
 * closes.
 */
#ifndef TM_TRANSACTION_H
#define TM_TRANSACTION_H

#include "policy.h"
#include "sets.h"

struct tm_net;

/**
 * struct tm_staged - a set that is staged; under tn->lock
 * @list: in its transaction
 * @set: what is staged; after a commit the former prefixes, or, if @made, the namespace's
 * @live: after a commit: the set whose prefixes it has
 * @made: there was no such set
 * @copied: it was begun with what the live one had
 * @copying: not all of that is there yet
 * @copy_after: where that goes on
 * @live_changes: how often the live one had been changed when that began
 */
struct tm_staged {
	struct list_head list;
	struct tm_set *set;
	struct tm_set *live;
	bool made;
	bool copied;
	bool copying;
	struct tm_prefix copy_after;
	u64 live_changes;
};

/**
 * struct tm_transaction - one staging area; under tn->lock
 * @list: in tn->transactions
 * @portid: the socket that owns it
 * @keep_policies: the active ruleset's are committed again
 * @count: policies staged
 * @specs: in order; room for TRAFFICMON_POLICIES_MAX
 * @staged: sets; after a commit: the former ones
 * @staged_count: how many
 * @free_work: frees it after a grace period
 */
struct tm_transaction {
	struct list_head list;
	u32 portid;
	bool keep_policies;
	u32 count;
	struct tm_policy_spec **specs;
	struct list_head staged;
	u32 staged_count;
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

/* The set that is staged under a name, or NULL. */
struct tm_staged *tm_transaction_staged(const struct tm_transaction *transaction,
					const char *name);

/* The same, begun empty where there is none.  ERR_PTR: -ENOMEM, -E2BIG: too many. */
struct tm_staged *tm_transaction_stage(struct tm_transaction *transaction, const char *name);

/* Stage nothing of it any more, if anything. */
void tm_transaction_unstage(struct tm_transaction *transaction, const char *name);

/**
 * tm_transaction_copy_set - begin a set with what the live one has, some at a time
 * @first: the first call
 *
 * Between two calls tn->lock should be given back.  Return: 1: there is more; 0: that
 * was all; -EEXIST: the set was begun before; -ENOENT: not the first call, and what
 * was begun is gone; -ENOMEM, -E2BIG: nothing of it is staged.  What is begun and not
 * gone on with is to be unstaged.
 */
int tm_transaction_copy_set(struct tm_transaction *transaction, const struct tm_set *live,
			    bool first);

/* All or none.  -EEXIST: the set is being copied; -ENOMEM, -ENOSPC, -E2BIG. */
int tm_transaction_add_entries(struct tm_transaction *transaction, const char *name,
			       const struct tm_prefix *entries, u32 count);

/* Memory of the sets that are staged in a namespace, in bytes. */
u64 tm_transactions_bytes(const struct tm_net *tn);

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
