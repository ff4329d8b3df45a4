/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One attached network namespace: everything the packet path touches, allocated
 * at attach, freed at detach or when the namespace goes.
 *
 * Order of an end, here and nowhere else: stop the work, unhook, wait a grace
 * period, fold the totals, free.  For a dying namespace the unhooking stands in
 * .pre_exit and the freeing in .exit: the core waits a grace period in between.
 */
#ifndef TM_NETNS_H
#define TM_NETNS_H

#include <linux/mutex.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>
#include "breaker.h"
#include "commit.h"
#include "device.h"
#include "event.h"
#include "flow.h"
#include "hook.h"
#include "limit.h"
#include "policy.h"
#include "record.h"
#include "sets.h"
#include "stats.h"
#include "watch.h"

/* What was last counted by walking the tables; @time_ns: CLOCK_MONOTONIC, 0: never. */
struct tm_net_counts {
	u64 time_ns;
	u32 flows;
	u32 limiters;
};

/**
 * struct tm_net
 * @attached: of all attached namespaces; netns.c's tm_net_rwsem
 * @suspended: nothing is dropped; written under breaker.c's tm_breaker_lock, read by packets
 *	about to be dropped: it shares the line of @ruleset, which they have read already
 * @net: the namespace; not counted: its exit ends us first
 * @instance: random; sequences start again with it
 * @ruleset: replaced under @lock, read under RCU; never NULL
 * @path_mtu_tat: the limit of path-MTU messages, GCRA, in units of limit.h
 * @hooks: the IP hooks, with this as their private pointer
 * @lock: configuration: ruleset, sets, watch, ledger; process context, sleeps;
 *	packet-path locks may be taken inside, one at a time
 * @sweep: idle and active timeouts, each TM_SWEEP_MS
 * @breaker: what suspends enforcement; as it says
 * @watch_work: events and expiry, once a second
 * @transactions: open staging areas; @lock
 * @commit: the ruleset that waits for its confirmation; @lock
 * @last_read_ns: CLOCK_MONOTONIC of the last dump of records by an admin; 0: never
 * @counts_lock: @counts, and one walk at a time; nothing inside
 * @counts: as INFO_GET shows them
 */
struct tm_net {
	struct list_head attached;
	bool suspended;
	struct tm_stats __percpu *stats;
	struct tm_ruleset __rcu *ruleset;
	struct tm_flow_table flows;
	struct tm_limit_table limiters;
	struct tm_sets sets;
	struct tm_devices devices;
	struct tm_record_rings records;
	atomic64_t path_mtu_tat;
	struct nf_hook_ops hooks[TM_HOOKS];
	u32 hook_count;
	struct net *net;

	struct mutex lock;	/* configuration */
	struct list_head transactions;
	struct tm_commit commit;
	struct tm_event_ring events;
	struct tm_watch watch;
	struct tm_breaker breaker;
	struct delayed_work sweep;
	struct delayed_work watch_work;
	u64 instance;
	u64 attach_time_ns;
	u64 last_read_ns;

	struct mutex counts_lock;	/* counts */
	struct tm_net_counts counts;
};

/*
 * The module's own queue: unbound and of high priority, so that a flooded CPU starves
 * nothing; with a thread of its own, so that want of memory does not either.
 */
extern struct workqueue_struct *tm_workqueue;

/*
 * Attach / detach a namespace.  0, -EALREADY (attach), -ENOTCONN (detach),
 * -EUSERS (netns_max), -ENOMEM.  May sleep; one at a time by a lock of their own.
 */
int tm_net_attach(struct net *net);
int tm_net_detach(struct net *net);

/*
 * The kill switch: suspend enforcement in all namespaces, those to come included,
 * or resume it and close tripped breakers.  When it returns no packet is inside
 * that goes by what was before.  May sleep; waits for an attach or detach under way.
 */
void tm_net_enforce(bool enforce);

/* At module exit: detach all; from then on no namespace can be attached. */
void tm_net_detach_all(void);

/* pernet registration and the module's workqueue. */
int tm_net_setup(void);
void tm_net_teardown(void);

/*
 * Handlers hold this (shared) so that a namespace is not detached under them.
 * Readers: tm_net_enter() gives the tm_net or NULL and must be paired with exit.
 */
struct tm_net *tm_net_enter(const struct net *net);
void tm_net_exit(struct tm_net *tn);

/* What namespaces that are gone have seen, and how many are attached. */
void tm_net_folded(struct tm_count *seen);
u32 tm_net_attached(void);

/* Memory of a namespace in bytes.  Under tn->lock. */
u64 tm_net_bytes(const struct tm_net *tn);

#endif
