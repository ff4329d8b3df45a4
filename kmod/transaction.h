/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Staging areas: a socket gathers policies and sets in one, and a commit makes
 * them live in one swap, or nothing of them.  Freed when the socket closes.
 */
#ifndef TM_TRANSACTION_H
#define TM_TRANSACTION_H

#include "policy.h"
#include "set.h"

struct tm_net;
struct tm_transaction;

/* The notifier that hears of closing sockets. */
int tm_transaction_setup(void);
void tm_transaction_teardown(void);

/* All under tn->lock. */

/* -EBUSY: the socket has one; -ENOMEM; -EUSERS: TM_TRANSACTIONS_MAX are open in this namespace. */
int tm_transaction_begin(struct tm_net *tn, u32 portid);

/* The open one of a socket, or NULL. */
struct tm_transaction *tm_transaction_find(struct tm_net *tn, u32 portid);

/* Takes @spec over (kmalloc'ed) on success.  -EEXIST: name given twice; -E2BIG; -ENOMEM. */
int tm_transaction_add_policy(struct tm_transaction *transaction, struct tm_policy_spec *spec);

/* All or none.  -ENOMEM, -ENOSPC. */
int tm_transaction_add_entries(struct tm_transaction *transaction, enum tm_set_id set,
			       const struct tm_prefix *entries, u32 count);

/*
 * Build and swap.  @base: the generation it must build on, 0: any.
 * -EBUSY: another generation is active; -ENOMEM.  On an error nothing changed and the
 * area stays open.  @generation: the new one.
 */
int tm_transaction_commit(struct tm_net *tn, struct tm_transaction *transaction, u64 base,
			  u64 *generation);

/* A new ruleset without policies; sets and open areas stay.  -ENOMEM.  @generation: the new one. */
int tm_transaction_flush(struct tm_net *tn, u64 *generation);

void tm_transaction_abort(struct tm_transaction *transaction);

/* Drop all areas of a namespace that is being detached. */
void tm_transaction_drop_all(struct tm_net *tn);

#endif
