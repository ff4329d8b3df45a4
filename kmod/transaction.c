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
#include <linux/err.h>
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
	INIT_LIST_HEAD(&transaction->staged);
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

struct tm_staged *tm_transaction_staged(const struct tm_transaction *transaction,
					const char *name)
{
	struct tm_staged *staged;

	list_for_each_entry(staged, &transaction->staged, list)
		if (!strcmp(staged->set->name, name))
			return staged;
	return NULL;
}

struct tm_staged *tm_transaction_stage(struct tm_transaction *transaction, const char *name)
{
	struct tm_staged *staged = tm_transaction_staged(transaction, name);

	if (staged)
		return staged;
	if (transaction->staged_count == TRAFFICMON_SETS_MAX)
		return ERR_PTR(-E2BIG);
	staged = kzalloc(sizeof(*staged), GFP_KERNEL_ACCOUNT);
	if (!staged)
		return ERR_PTR(-ENOMEM);
	staged->set = tm_set_alloc(name);
	if (!staged->set) {
		kfree(staged);
		return ERR_PTR(-ENOMEM);
	}
	list_add_tail(&staged->list, &transaction->staged);
	transaction->staged_count++;
	return staged;
}

static void tm_staged_free(struct tm_staged *staged)
{
	if (!staged->made)
		tm_set_free(staged->set);
	kfree(staged);
}

void tm_transaction_unstage(struct tm_transaction *transaction, const char *name)
{
	struct tm_staged *staged = tm_transaction_staged(transaction, name);

	if (!staged)
		return;
	list_del(&staged->list);
	transaction->staged_count--;
	tm_staged_free(staged);
}

static struct tm_staged *tm_transaction_begin_copy(struct tm_transaction *transaction,
						   const struct tm_set *live)
{
	struct tm_staged *staged;

	if (tm_transaction_staged(transaction, live->name))
		return ERR_PTR(-EEXIST);
	staged = tm_transaction_stage(transaction, live->name);
	if (IS_ERR(staged))
		return staged;
	staged->copied = true;
	staged->copying = true;
	staged->live_changes = live->changes;
	return staged;
}

int tm_transaction_copy_set(struct tm_transaction *transaction, const struct tm_set *live,
			    bool first)
{
	struct tm_staged *staged;
	int err;

	staged = first ? tm_transaction_begin_copy(transaction, live) :
			 tm_transaction_staged(transaction, live->name);
	if (IS_ERR(staged))
		return PTR_ERR(staged);
	if (!staged || !staged->copying)
		return -ENOENT;
	err = tm_set_copy(staged->set, live, &staged->copy_after, ktime_get_ns());
	if (err < 0)
		tm_transaction_unstage(transaction, live->name);
	else if (!err)
		staged->copying = false;
	return err;
}

int tm_transaction_add_entries(struct tm_transaction *transaction, const char *name,
			       const struct tm_prefix *entries, u32 count)
{
	struct tm_staged *staged = tm_transaction_staged(transaction, name);
	bool first = !staged;
	int err;

	if (first)
		staged = tm_transaction_stage(transaction, name);
	if (IS_ERR(staged))
		return PTR_ERR(staged);
	if (staged->copying)
		return -EEXIST;
	err = tm_set_add(staged->set, entries, count, ktime_get_ns());
	if (err && first)
		tm_transaction_unstage(transaction, name);
	return err;
}

void tm_transaction_free(struct tm_transaction *transaction)
{
	struct tm_staged *staged, *next;
	u32 i;

	for (i = 0; i < transaction->count; i++)
		kfree(transaction->specs[i]);
	list_for_each_entry_safe(staged, next, &transaction->staged, list)
		tm_staged_free(staged);
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

static u64 tm_staged_bytes(const struct tm_staged *staged)
{
	return sizeof(*staged) + sizeof(*staged->set) + tm_prefixes_bytes(staged->set->prefixes);
}

u64 tm_transactions_bytes(const struct tm_net *tn)
{
	const struct tm_transaction *transaction;
	const struct tm_staged *staged;
	u64 bytes = 0;

	lockdep_assert_held(&tn->lock);
	list_for_each_entry(transaction, &tn->transactions, list)
		list_for_each_entry(staged, &transaction->staged, list)
			bytes += tm_staged_bytes(staged);
	return bytes;
}

void tm_transaction_drop_all(struct tm_net *tn)
{
	struct tm_transaction *transaction, *next;

	lockdep_assert_held(&tn->lock);
	list_for_each_entry_safe(transaction, next, &tn->transactions, list) {
		tm_transaction_close(transaction);
		tm_transaction_free(transaction);
	}
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
		tm_transaction_close(transaction);
	mutex_unlock(&tn->lock);
	tm_net_exit(tn);
	if (transaction)
		tm_transaction_free(transaction);
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
