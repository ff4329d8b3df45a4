// SPDX-License-Identifier: GPL-2.0
/*
 * Attaching and detaching network namespaces, and what runs beside the packet
 * path of each: the sweep over timeouts, and the watch once a second.
 */
#include "netns.h"

#include <linux/ktime.h>
#include <linux/random.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <net/netns/generic.h>

#include "params.h"
#include "transaction.h"

#define TM_SWEEP_MS		250	/* between two slices */
#define TM_SWEEP_SLICES		20	/* slices a pass: 5 s */
#define TM_WATCH_MS		1000

/* What the core keeps for every namespace, attached or not. */
struct tm_net_slot {
	struct tm_net *tn;	/* tm_net_rwsem */
	struct tm_net *dead;	/* between .pre_exit and .exit */
};

static unsigned int tm_net_id;

/* Which namespaces are attached: read by handlers, written by attach, detach and exit. */
static DECLARE_RWSEM(tm_net_rwsem);
static LIST_HEAD(tm_net_list);		/* tm_net_rwsem */
static u32 tm_net_count;		/* tm_net_rwsem */
static bool tm_net_closed;		/* tm_net_rwsem: the module goes */
static struct tm_count tm_net_gone;	/* tm_net_rwsem: seen by namespaces that are detached */

struct workqueue_struct *tm_workqueue;

static struct tm_net_slot *tm_net_slot(const struct net *net)
{
	return net_generic(net, tm_net_id);
}

static void tm_net_sweep(struct work_struct *work)
{
	struct tm_net *tn = container_of(to_delayed_work(work), struct tm_net, sweep);

	tm_flow_sweep(tn, tn->flows.mask / TM_SWEEP_SLICES + 1);
	queue_delayed_work(tm_workqueue, &tn->sweep, msecs_to_jiffies(TM_SWEEP_MS));
}

static void tm_net_watch(struct work_struct *work)
{
	struct tm_net *tn = container_of(to_delayed_work(work), struct tm_net, watch_work);
	u64 now_ns;

	mutex_lock(&tn->lock);
	now_ns = ktime_get_ns();
	tm_watch_round(tn, now_ns);
	tm_sets_expire(&tn->sets, now_ns);
	mutex_unlock(&tn->lock);
	queue_delayed_work(tm_workqueue, &tn->watch_work, msecs_to_jiffies(TM_WATCH_MS));
}

/* Everything that @tn owns; no reader may be left.  Works on one half made, too. */
static void tm_net_free(struct tm_net *tn)
{
	struct tm_ruleset *ruleset = rcu_dereference_protected(tn->ruleset, true);

	tm_device_clean(tn);
	tm_commit_clean(tn);
	if (ruleset)
		tm_ruleset_free(ruleset);
	tm_sets_clean(&tn->sets);
	tm_limit_clean(&tn->limiters);
	tm_flow_clean(&tn->flows);
	tm_record_clean(&tn->records);
	tm_event_clean(&tn->events);
	tm_stats_free(tn->stats);
	mutex_destroy(&tn->counts_lock);
	mutex_destroy(&tn->lock);
	kfree(tn);
}

static int tm_net_alloc_tables(struct tm_net *tn)
{
	struct tm_ruleset *ruleset;
	int err;

	tn->stats = tm_stats_alloc();
	if (!tn->stats)
		return -ENOMEM;
	err = tm_flow_init(&tn->flows, tm_params.flows);
	err = err ?: tm_record_init(&tn->records, tm_params.records);
	err = err ?: tm_limit_init(&tn->limiters, tm_params.limiters);
	err = err ?: tm_event_init(&tn->events);
	err = err ?: tm_sets_init(&tn->sets);
	if (err)
		return err;
	ruleset = tm_ruleset_build(NULL, 0, &tn->sets, &tn->limiters, NULL, 1);
	if (IS_ERR(ruleset))
		return PTR_ERR(ruleset);
	RCU_INIT_POINTER(tn->ruleset, ruleset);
	return 0;
}

static struct tm_net *tm_net_alloc(struct net *net)
{
	struct tm_net *tn = kzalloc(sizeof(*tn), GFP_KERNEL_ACCOUNT);
	int err;

	if (!tn)
		return ERR_PTR(-ENOMEM);
	tn->net = net;
	mutex_init(&tn->lock);
	mutex_init(&tn->counts_lock);
	INIT_DELAYED_WORK(&tn->sweep, tm_net_sweep);
	INIT_DELAYED_WORK(&tn->watch_work, tm_net_watch);
	INIT_LIST_HEAD(&tn->transactions);
	tm_commit_init(tn);
	INIT_LIST_HEAD(&tn->devices.ingress);
	INIT_LIST_HEAD(&tn->devices.member);
	get_random_bytes(&tn->instance, sizeof(tn->instance));
	tn->attach_time_ns = ktime_get_real_ns();
	tm_breaker_init(tn);
	err = tm_net_alloc_tables(tn);
	if (err) {
		tm_net_free(tn);
		return ERR_PTR(err);
	}
	return tn;
}

/* From here on no packet enters; some may still be inside until a grace period has passed. */
static void tm_net_stop(struct tm_net *tn)
{
	struct tm_event event = { .type = TRAFFICMON_EVENT_UNLOAD };

	cancel_delayed_work_sync(&tn->watch_work);
	cancel_delayed_work_sync(&tn->sweep);
	tm_commit_stop(tn);
	tm_event_post(tn, &event);	/* the last one: its number is not taken */
	tm_hook_detach(tn);
	tm_device_detach(tn);
	mutex_lock(&tn->lock);
	tm_transaction_drop_all(tn);
	mutex_unlock(&tn->lock);
}

/* After the grace period: its totals go into the module's, its memory back. */
static void tm_net_end(struct tm_net *tn)
{
	struct tm_stats_sum sum;

	tm_stats_read(tn->stats, &sum);
	tm_net_gone.packets += sum.seen_total.packets;
	tm_net_gone.bytes += sum.seen_total.bytes;
	list_del(&tn->attached);
	WRITE_ONCE(tm_net_count, tm_net_count - 1);
	tm_net_free(tn);
}

static void tm_net_detach_locked(struct tm_net *tn)
{
	tm_net_slot(tn->net)->tn = NULL;
	tm_net_stop(tn);
	synchronize_net();
	tm_net_end(tn);
}

/* Let packets in.  On an error nothing is left hooked. */
static int tm_net_start(struct tm_net *tn)
{
	int err = tm_device_attach(tn);

	if (err)
		return err;
	err = tm_hook_attach(tn);
	if (err) {
		tm_device_detach(tn);
		synchronize_net();
		return err;
	}
	queue_delayed_work(tm_workqueue, &tn->sweep, msecs_to_jiffies(TM_SWEEP_MS));
	queue_delayed_work(tm_workqueue, &tn->watch_work, msecs_to_jiffies(TM_WATCH_MS));
	return 0;
}

static int tm_net_attach_locked(struct net *net)
{
	struct tm_net_slot *slot = tm_net_slot(net);
	struct tm_event event = { .type = TRAFFICMON_EVENT_LOAD };
	struct tm_net *tn;
	int err;

	if (slot->tn)
		return -EALREADY;
	if (tm_net_closed)
		return -ESHUTDOWN;
	if (tm_net_count >= tm_params.netns_max)
		return -EUSERS;
	tn = tm_net_alloc(net);
	if (IS_ERR(tn))
		return PTR_ERR(tn);
	err = tm_net_start(tn);
	if (err) {
		tm_net_free(tn);
		return err;
	}
	slot->tn = tn;
	list_add_tail(&tn->attached, &tm_net_list);
	WRITE_ONCE(tm_net_count, tm_net_count + 1);
	tm_event_post(tn, &event);
	tm_breaker_tell_attached(tn);
	return 0;
}

int tm_net_attach(struct net *net)
{
	int err;

	down_write(&tm_net_rwsem);
	err = tm_net_attach_locked(net);
	up_write(&tm_net_rwsem);
	return err;
}

int tm_net_detach(struct net *net)
{
	struct tm_net *tn;

	down_write(&tm_net_rwsem);
	tn = tm_net_slot(net)->tn;
	if (tn)
		tm_net_detach_locked(tn);
	up_write(&tm_net_rwsem);
	return tn ? 0 : -ENOTCONN;
}

/* One that is dying stands in the list still, but no more in its slot. */
static bool tm_net_lives(const struct tm_net *tn)
{
	return tm_net_slot(tn->net)->tn == tn;
}

void tm_net_detach_all(void)
{
	struct tm_net *tn, *next;

	down_write(&tm_net_rwsem);
	tm_net_closed = true;
	list_for_each_entry_safe(tn, next, &tm_net_list, attached)
		if (tm_net_lives(tn))
			tm_net_detach_locked(tn);
	up_write(&tm_net_rwsem);
}

/*
 * The parameter that calls it can be written before the module has begun and
 * after it has ended, up to when its files go: then the list is empty.
 */
void tm_net_enforce(bool enforce)
{
	struct tm_net *tn;

	down_read(&tm_net_rwsem);
	tm_breaker_set_switch(enforce);
	list_for_each_entry(tn, &tm_net_list, attached)
		if (tm_net_lives(tn))
			tm_breaker_close(tn, TRAFFICMON_CAUSE_SWITCH);
	up_read(&tm_net_rwsem);
	synchronize_net();
}

struct tm_net *tm_net_enter(const struct net *net)
{
	struct tm_net *tn;

	down_read(&tm_net_rwsem);
	tn = tm_net_slot(net)->tn;
	if (!tn)
		up_read(&tm_net_rwsem);
	return tn;
}

void tm_net_exit(struct tm_net *tn)
{
	up_read(&tm_net_rwsem);
}

void tm_net_folded(struct tm_count *seen)
{
	down_read(&tm_net_rwsem);
	*seen = tm_net_gone;
	up_read(&tm_net_rwsem);
}

u32 tm_net_attached(void)
{
	return READ_ONCE(tm_net_count);
}

u64 tm_net_bytes(const struct tm_net *tn)
{
	u64 bytes = sizeof(*tn) + TM_EVENT_RING * sizeof(struct tm_event);

	lockdep_assert_held(&tn->lock);
	bytes += (u64)num_possible_cpus() * sizeof(struct tm_stats);
	bytes += tm_flow_table_bytes(&tn->flows);
	bytes += tm_record_bytes(&tn->records);
	bytes += tm_limit_bytes(&tn->limiters);
	bytes += tm_ruleset_bytes(rcu_dereference_protected(tn->ruleset,
							    lockdep_is_held(&tn->lock)));
	return bytes + tm_sets_bytes(&tn->sets) + tm_transactions_bytes(tn) + tm_commit_bytes(tn);
}

/* The namespace dies: unhook here; the core waits a grace period before .exit. */
static void __net_exit tm_net_pre_exit(struct net *net)
{
	struct tm_net_slot *slot = tm_net_slot(net);

	down_write(&tm_net_rwsem);
	slot->dead = slot->tn;
	slot->tn = NULL;
	if (slot->dead)
		tm_net_stop(slot->dead);
	up_write(&tm_net_rwsem);
}

static void __net_exit tm_net_exit_net(struct net *net)
{
	struct tm_net_slot *slot = tm_net_slot(net);

	down_write(&tm_net_rwsem);
	if (slot->dead)
		tm_net_end(slot->dead);
	slot->dead = NULL;
	up_write(&tm_net_rwsem);
}

static struct pernet_operations tm_net_operations = {
	.pre_exit = tm_net_pre_exit,
	.exit = tm_net_exit_net,
	.id = &tm_net_id,
	.size = sizeof(struct tm_net_slot),
};

int tm_net_setup(void)
{
	int err;

	tm_workqueue = alloc_workqueue("trafficmon", WQ_UNBOUND | WQ_HIGHPRI | WQ_MEM_RECLAIM, 0);
	if (!tm_workqueue)
		return -ENOMEM;
	err = register_pernet_subsys(&tm_net_operations);
	if (err)
		destroy_workqueue(tm_workqueue);
	return err;
}

/* Ends all attached namespaces; then what they left to be freed later is waited for. */
void tm_net_teardown(void)
{
	unregister_pernet_subsys(&tm_net_operations);
	rcu_barrier();
	destroy_workqueue(tm_workqueue);
}
