// SPDX-License-Identifier: GPL-2.0
/*
 * Publishing rulesets.
 *
 * A commit builds everything that can fail first; what is left then is one
 * pointer store: the ruleset, which has the policies and shows the sets.  Going
 * back is the same store of a ruleset that was in use before, and cannot fail:
 * it is as it was, but for its generation, which no packet reads, and for the
 * sets that it shows, which may have been changed meanwhile.
 */
#include "commit.h"

#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include "breaker.h"
#include "event.h"
#include "netns.h"

static struct tm_ruleset *tm_commit_active(const struct tm_net *tn)
{
	return rcu_dereference_protected(tn->ruleset, lockdep_is_held(&tn->lock));
}

static void tm_commit_tell(struct tm_net *tn, enum trafficmon_change change, u64 confirm_ns)
{
	const struct tm_ruleset *ruleset = tm_commit_active(tn);
	struct tm_event event = {
		.type = TRAFFICMON_EVENT_RULESET,
		.generation = ruleset->generation,
		.size = ruleset->count,
		.change = change,
		.duration_ns = confirm_ns,
	};

	tm_event_post(tn, &event);
}

/*
 * The sets that are staged and were not there are there now, empty, for policies to be
 * bound to.  -ENOSPC: none of them.
 */
static int tm_commit_make_sets(struct tm_net *tn, struct tm_transaction *transaction)
{
	struct tm_staged *staged;
	u32 made = 0;

	list_for_each_entry(staged, &transaction->staged, list) {
		staged->live = tm_sets_find(&tn->sets, staged->set->name);
		made += !staged->live;
	}
	if (made > TRAFFICMON_SETS_MAX - tn->sets.count)
		return -ENOSPC;
	list_for_each_entry(staged, &transaction->staged, list) {
		if (staged->live)
			continue;
		staged->made = true;
		tm_sets_insert(&tn->sets, staged->set);
	}
	return 0;
}

/* And back; they are the transaction's. */
static void tm_commit_unmake_sets(struct tm_net *tn, struct tm_transaction *transaction)
{
	struct tm_staged *staged;

	list_for_each_entry(staged, &transaction->staged, list) {
		if (staged->made)
			tm_sets_remove(&tn->sets, staged->set);
		staged->made = false;
	}
}

/* Staged sets and those that they replace change places, beside the ruleset to come. */
static void tm_commit_swap_sets(struct tm_transaction *transaction)
{
	struct tm_staged *staged;

	list_for_each_entry(staged, &transaction->staged, list)
		if (staged->live)
			staged->set->prefixes = tm_set_replace(staged->live,
							       staged->set->prefixes);
}

/* What was counted for entries that stay. */
static void tm_commit_move_hits(struct tm_transaction *transaction)
{
	u64 now_ns = ktime_get_ns();
	struct tm_staged *staged;

	list_for_each_entry(staged, &transaction->staged, list)
		if (staged->live)
			tm_prefixes_move_hits(staged->live->prefixes, staged->set->prefixes,
					      now_ns);
}

static void tm_commit_publish(struct tm_net *tn, struct tm_ruleset *ruleset)
{
	tm_ruleset_show_sets(ruleset, &tn->sets);
	rcu_assign_pointer(tn->ruleset, ruleset);
}

static void tm_commit_forget_policies(struct tm_transaction *transaction)
{
	while (transaction->count)
		kfree(transaction->specs[--transaction->count]);
}

/* The active policies once more.  -ENOMEM: none of them. */
static int tm_commit_keep_policies(struct tm_transaction *transaction,
				   const struct tm_ruleset *active)
{
	struct tm_policy_spec *spec;
	u32 i;

	for (i = 0; i < active->count; i++) {
		spec = kmemdup(active->policies[i].spec, sizeof(*spec), GFP_KERNEL_ACCOUNT);
		if (!spec) {
			tm_commit_forget_policies(transaction);
			return -ENOMEM;
		}
		transaction->specs[transaction->count++] = spec;
		cond_resched();
	}
	return 0;
}

/* Was a set changed after it was copied, or is the copy not whole? */
static bool tm_commit_is_stale(const struct tm_net *tn, const struct tm_transaction *transaction)
{
	const struct tm_staged *staged;
	const struct tm_set *live;

	list_for_each_entry(staged, &transaction->staged, list) {
		if (!staged->copied)
			continue;
		live = tm_sets_find(&tn->sets, staged->set->name);
		if (staged->copying || !live || live->changes != staged->live_changes)
			return true;
	}
	return false;
}

/* The ruleset that what is staged makes, or ERR_PTR with nothing changed. */
static struct tm_ruleset *tm_commit_build(struct tm_net *tn, struct tm_transaction *transaction)
{
	struct tm_ruleset *active = tm_commit_active(tn);
	struct tm_ruleset *ruleset;

	if (transaction->keep_policies && tm_commit_keep_policies(transaction, active))
		return ERR_PTR(-ENOMEM);
	ruleset = tm_ruleset_build(transaction->specs, transaction->count, &tn->sets,
				   &tn->limiters, active, active->generation + 1);
	if (!IS_ERR(ruleset))
		transaction->count = 0;	/* they are the ruleset's now */
	else if (transaction->keep_policies)
		tm_commit_forget_policies(transaction);
	return ruleset;
}

static void tm_commit_set_timer(struct tm_net *tn, u64 delay_ns)
{
	mod_delayed_work(tm_workqueue, &tn->commit.timer, nsecs_to_jiffies(delay_ns) + 1);
}

static void tm_commit_wait(struct tm_net *tn, struct tm_ruleset *former,
			   struct tm_transaction *former_sets, u64 confirm_ns)
{
	tn->commit.former = former;
	tn->commit.former_sets = former_sets;
	tn->commit.deadline_ns = ktime_get_ns() + confirm_ns;
	tm_commit_set_timer(tn, confirm_ns);
}

int tm_commit(struct tm_net *tn, struct tm_transaction *transaction, u64 base, u64 confirm_ns,
	      u64 *generation)
{
	struct tm_ruleset *old = tm_commit_active(tn);
	u64 set_changes = tn->sets.changes;
	struct tm_ruleset *new;
	int err;

	lockdep_assert_held(&tn->lock);
	if (tn->commit.former)
		return -EINPROGRESS;
	if (base && base != old->generation)
		return -EBUSY;
	if (tm_commit_is_stale(tn, transaction))
		return -ESTALE;
	err = tm_commit_make_sets(tn, transaction);
	if (err)
		return err;
	new = tm_commit_build(tn, transaction);
	if (IS_ERR(new)) {
		tm_commit_unmake_sets(tn, transaction);
		tn->sets.changes = set_changes;	/* nobody saw them */
		return PTR_ERR(new);
	}
	*generation = new->generation;
	tm_transaction_close(transaction);
	kvfree(transaction->specs);
	transaction->specs = NULL;
	tm_commit_swap_sets(transaction);
	tm_commit_publish(tn, new);
	tm_commit_move_hits(transaction);
	if (confirm_ns) {
		tm_commit_wait(tn, old, transaction, confirm_ns);
		tm_commit_tell(tn, TRAFFICMON_CHANGE_WAITS, confirm_ns);
	} else {
		tm_ruleset_free_rcu(old);
		tm_transaction_free_rcu(transaction);
		tm_commit_tell(tn, TRAFFICMON_CHANGE_COMMITTED, 0);
	}
	tm_breaker_close(tn, TRAFFICMON_CAUSE_RULESET);
	return 0;
}

int tm_commit_no_policies(struct tm_net *tn, u64 *generation)
{
	struct tm_ruleset *old = tm_commit_active(tn);
	struct tm_ruleset *new;

	if (tn->commit.former)
		return -EINPROGRESS;
	new = tm_ruleset_build(NULL, 0, &tn->sets, &tn->limiters, old, old->generation + 1);
	if (IS_ERR(new))
		return PTR_ERR(new);
	*generation = new->generation;
	tm_commit_publish(tn, new);
	tm_ruleset_free_rcu(old);
	tm_commit_tell(tn, TRAFFICMON_CHANGE_COMMITTED, 0);
	tm_breaker_close(tn, TRAFFICMON_CAUSE_RULESET);
	return 0;
}

/* Nothing waits any more; @ruleset and the sets kept go when their readers have left. */
static void tm_commit_settle(struct tm_net *tn, struct tm_ruleset *ruleset)
{
	cancel_delayed_work(&tn->commit.timer);
	tm_ruleset_free_rcu(ruleset);
	tm_transaction_free_rcu(tn->commit.former_sets);
	tn->commit.former = NULL;
	tn->commit.former_sets = NULL;
}

/* 0, or why the ruleset of that generation cannot be decided on. */
static int tm_commit_find(const struct tm_net *tn, u64 generation)
{
	lockdep_assert_held(&tn->lock);
	if (!tn->commit.former)
		return -ENOENT;
	return generation && generation != tm_commit_active(tn)->generation ? -EBUSY : 0;
}

int tm_commit_confirm(struct tm_net *tn, u64 generation)
{
	int err = tm_commit_find(tn, generation);

	if (err)
		return err;
	tm_commit_settle(tn, tn->commit.former);
	tm_commit_tell(tn, TRAFFICMON_CHANGE_CONFIRMED, 0);
	return 0;
}

static void tm_commit_go_back(struct tm_net *tn, enum trafficmon_change change)
{
	struct tm_ruleset *failed = tm_commit_active(tn);
	struct tm_ruleset *former = tn->commit.former;

	former->generation = failed->generation + 1;
	tm_commit_swap_sets(tn->commit.former_sets);
	tm_commit_unmake_sets(tn, tn->commit.former_sets);
	tm_commit_publish(tn, former);
	tm_commit_move_hits(tn->commit.former_sets);
	tm_commit_settle(tn, failed);
	tm_commit_tell(tn, change, 0);
	tm_breaker_close(tn, TRAFFICMON_CAUSE_RULESET);
}

int tm_commit_roll_back(struct tm_net *tn, u64 base, u64 *generation)
{
	int err = tm_commit_find(tn, base);

	if (err)
		return err;
	tm_commit_go_back(tn, TRAFFICMON_CHANGE_ROLLED_BACK);
	*generation = tm_commit_active(tn)->generation;
	return 0;
}

/* The one that it was set for may have been decided on, and another be waiting since. */
static void tm_commit_timer(struct work_struct *work)
{
	struct tm_net *tn = container_of(to_delayed_work(work), struct tm_net, commit.timer);
	u64 waits_ns;

	mutex_lock(&tn->lock);
	waits_ns = tm_commit_waits_ns(tn);
	if (waits_ns > 1)
		tm_commit_set_timer(tn, waits_ns);
	else if (waits_ns)
		tm_commit_go_back(tn, TRAFFICMON_CHANGE_TIMED_OUT);
	mutex_unlock(&tn->lock);
}

void tm_commit_init(struct tm_net *tn)
{
	INIT_DELAYED_WORK(&tn->commit.timer, tm_commit_timer);
}

void tm_commit_stop(struct tm_net *tn)
{
	cancel_delayed_work_sync(&tn->commit.timer);
}

void tm_commit_clean(struct tm_net *tn)
{
	if (!tn->commit.former)
		return;
	tm_ruleset_free(tn->commit.former);
	tm_transaction_free(tn->commit.former_sets);
}

u64 tm_commit_waits_ns(const struct tm_net *tn)
{
	u64 now_ns = ktime_get_ns();

	lockdep_assert_held(&tn->lock);
	if (!tn->commit.former)
		return 0;
	return tn->commit.deadline_ns > now_ns ? tn->commit.deadline_ns - now_ns : 1;
}

bool tm_commit_holds_set(const struct tm_net *tn, const struct tm_set *set)
{
	lockdep_assert_held(&tn->lock);
	return tn->commit.former && tm_transaction_staged(tn->commit.former_sets, set->name);
}

u64 tm_commit_bytes(const struct tm_net *tn)
{
	const struct tm_staged *staged;
	u64 bytes = 0;

	lockdep_assert_held(&tn->lock);
	if (!tn->commit.former)
		return 0;
	list_for_each_entry(staged, &tn->commit.former_sets->staged, list)
		if (!staged->made)
			bytes += tm_prefixes_bytes(staged->set->prefixes);
	return bytes + tm_ruleset_kept_bytes(tn->commit.former);
}
