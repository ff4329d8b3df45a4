// SPDX-License-Identifier: GPL-2.0
/*
 * Staging areas.
 *
 * After a commit the area holds the former sets and outlives the packets that
 * may still look at them: it is freed by the module's workqueue after a grace
 * period, since a set of a million entries is no work for a softirq.
 */
#include "transaction.h"

#include <linux/atomic.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/netlink.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "netns.h"

#define TM_TRANSACTIONS_MAX	8	/* open at a time in a namespace */

/* How many are open in all namespaces: most closing sockets are none of ours. */
static atomic_t tm_transactions_open = ATOMIC_INIT(0);

struct tm_transaction *tm_transaction_find(struct tm_net *tn, u32 portid)
{
	struct tm_transaction *transaction;

	lockdep_assert_held(&tn->lock);
	list_for_each_entry(transaction, &tn->transactions, list)
		if (transaction->portid == portid)
			return transaction;
	return NULL;
}

static u32 tm_transaction_count(const struct tm_net *tn)
{
	const struct list_head *each;
	u32 count = 0;

	list_for_each(each, &tn->transactions)
		count++;
	return count;
}

int tm_transaction_begin(struct tm_net *tn, u32 portid, bool keep_policies)
{
	struct tm_transaction *transaction;

	if (tm_transaction_find(tn, portid))
		return -EBUSY;
	if (tm_transaction_count(tn) >= TM_TRANSACTIONS_MAX)
		return -EUSERS;
	transaction = kzalloc(sizeof(*transaction), GFP_KERNEL_ACCOUNT);
	if (!transaction)
		return -ENOMEM;
	transaction->specs = kvcalloc(TRAFFICMON_POLICIES_MAX, sizeof(*transaction->specs),
				      GFP_KERNEL_ACCOUNT);
	if (!transaction->specs) {
		kfree(transaction);
		return -ENOMEM;
	}
	transaction->portid = portid;
	transaction->keep_policies = keep_policies;
	list_add_tail(&transaction->list, &tn->transactions);
	atomic_inc(&tm_transactions_open);
	return 0;
}

int tm_transaction_add_policy(struct tm_transaction *transaction, struct tm_policy_spec *spec)
{
	u32 i;

	if (transaction->keep_policies)
		return -EALREADY;
	for (i = 0; i < transaction->count; i++)
		if (!strcmp(transaction->specs[i]->name, spec->name))
			return -EEXIST;
	if (transaction->count >= TRAFFICMON_POLICIES_MAX)
		return -E2BIG;
	transaction->specs[transaction->count++] = spec;
	return 0;
}

void tm_transaction_drop_set(struct tm_transaction *transaction, enum tm_set_id id)
{
	tm_set_clean(&transaction->sets[id]);
	transaction->copied[id] = false;
	transaction->copying[id] = false;
}

int tm_transaction_copy_set(struct tm_transaction *transaction, enum tm_set_id id,
			    const struct tm_set *live, bool first)
{
	struct tm_set *set = &transaction->sets[id];
	int err = 0;

	if (first && set->prefixes)
		return -EEXIST;
	if (!first && !transaction->copying[id])
		return -ENOENT;
	if (first) {
		err = tm_set_init(set);
		transaction->copied[id] = true;
		transaction->copying[id] = true;
		memset(&transaction->copy_after[id], 0, sizeof(transaction->copy_after[id]));
		transaction->live_changes[id] = live->changes;
	}
	if (!err)
		err = tm_set_copy(set, live, &transaction->copy_after[id], ktime_get_ns());
	if (err < 0)
		tm_transaction_drop_set(transaction, id);
	if (!err)
		transaction->copying[id] = false;
	return err;
}

int tm_transaction_add_entries(struct tm_transaction *transaction, enum tm_set_id id,
			       const struct tm_prefix *entries, u32 count)
{
	struct tm_set *set = &transaction->sets[id];
	bool first = !set->prefixes;
	int err = 0;

	if (transaction->copying[id])
		return -EEXIST;
	if (first)
		err = tm_set_init(set);
	if (err)
		return err;
	err = tm_set_add(set, entries, count);
	if (err && first)
		tm_set_clean(set);
	return err;
}

void tm_transaction_free(struct tm_transaction *transaction)
{
	u32 i;

	for (i = 0; i < transaction->count; i++)
		kfree(transaction->specs[i]);
	for (i = 0; i < TM_SET_MAX; i++)
		tm_set_clean(&transaction->sets[i]);
	kvfree(transaction->specs);
	kfree(transaction);
}

static void tm_transaction_free_work(struct work_struct *work)
{
	tm_transaction_free(container_of(to_rcu_work(work), struct tm_transaction, free_work));
}

void tm_transaction_free_rcu(struct tm_transaction *transaction)
{
	INIT_RCU_WORK(&transaction->free_work, tm_transaction_free_work);
	queue_rcu_work(tm_workqueue, &transaction->free_work);
}

void tm_transaction_close(struct tm_transaction *transaction)
{
	list_del(&transaction->list);
	atomic_dec(&tm_transactions_open);
}

void tm_transaction_abort(struct tm_transaction *transaction)
{
	tm_transaction_close(transaction);
	tm_transaction_free(transaction);
}

void tm_transaction_drop_all(struct tm_net *tn)
{
	struct tm_transaction *transaction, *next;

	lockdep_assert_held(&tn->lock);
	list_for_each_entry_safe(transaction, next, &tn->transactions, list)
		tm_transaction_abort(transaction);
}

/* A socket was closed: called where its file is released, may sleep. */
static int tm_transaction_hear(struct notifier_block *block, unsigned long event, void *data)
{
	const struct netlink_notify *notify = data;
	struct tm_transaction *transaction;
	struct tm_net *tn;

	if (event != NETLINK_URELEASE || notify->protocol != NETLINK_GENERIC ||
	    !atomic_read(&tm_transactions_open))
		return NOTIFY_DONE;
	tn = tm_net_enter(notify->net);
	if (!tn)
		return NOTIFY_DONE;
	mutex_lock(&tn->lock);
	transaction = tm_transaction_find(tn, notify->portid);
	if (transaction)
		tm_transaction_abort(transaction);
	mutex_unlock(&tn->lock);
	tm_net_exit(tn);
	return NOTIFY_DONE;
}

static struct notifier_block tm_transaction_notifier = {
	.notifier_call = tm_transaction_hear,
};

int tm_transaction_setup(void)
{
	return netlink_register_notifier(&tm_transaction_notifier);
}

/* What was committed is freed by the module's workqueue, which ends later. */
void tm_transaction_teardown(void)
{
	netlink_unregister_notifier(&tm_transaction_notifier);
}
