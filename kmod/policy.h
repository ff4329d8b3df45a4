/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ruleset of a namespace: policies in order, immutable once published
 * but for its generation (under tn->lock, and no packet reads it), swapped as a
 * whole under RCU.
 *
 * What must outlive a swap (counters, the id that names limiters) lies in a
 * counted tm_policy_state, shared by successive rulesets as long as the
 * policy's definition (all but mode and place) stays the same.
 */
#ifndef TM_POLICY_H
#define TM_POLICY_H

#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/workqueue.h>
#include "classify.h"
#include "policy_key.h"
#include "sets.h"
#include "stats.h"

struct tm_net;

/**
 * struct tm_policy_spec - a policy as configured
 * @mode: enum trafficmon_mode
 * @action: enum trafficmon_action
 * @key: enum trafficmon_key
 * @source_length: of the key, bits, by enum trafficmon_family
 * @destination_length: likewise
 * @on_full: enum trafficmon_on_full
 * @aggregate_factor: multiple of the limits for an enclosing prefix
 * @spare: bits 1 << enum trafficmon_spare
 * @limit_count: 0: every match is over
 * @rates: the limits, in the order of their kinds
 * @match: what it matches
 *
 * Zeroed before it is filled, so that two can be compared as memory.
 */
struct tm_policy_spec {
	char name[TRAFFICMON_NAME_SIZE];
	u8 mode;
	u8 action;
	u8 key;
	u8 source_length[__TRAFFICMON_FAMILY_MAX];
	u8 destination_length[__TRAFFICMON_FAMILY_MAX];
	u8 on_full;
	u8 limit_count;
	u32 aggregate_factor;
	u32 spare;
	struct tm_rate rates[TRAFFICMON_LIMITS_MAX];
	struct tm_match match;
};

/* What became of a packet that a policy matched, as far as this policy goes. */
enum tm_policy_fate {
	TM_POLICY_PASSED,
	TM_POLICY_SPARED,	/* over a limit, and let pass as @spare says */
	TM_POLICY_OVER,		/* and was not dropped: monitor mode, or enforcement is suspended */
	TM_POLICY_DROPPED,
	TM_POLICY_FATES,
};

struct tm_policy_counters {
	struct tm_counter fate[TM_POLICY_FATES];
	struct u64_stats_sync sync;
};

/* @matched: all of them; @over: over a limit and not spared, dropped or not. */
struct tm_policy_sum {
	struct tm_count matched;
	struct tm_count over;
	struct tm_count dropped;
	struct tm_count spared;
};

/**
 * struct tm_policy_state - what survives a swap
 * @users: rulesets that hold it
 * @id: names its limiters; never used again while the module is loaded
 * @counters: per CPU
 * @watch: of watch.c, once a second, under tn->lock
 */
struct tm_policy_state {
	refcount_t users;
	u32 id;
	struct tm_policy_counters __percpu *counters;
	struct {
		struct tm_policy_sum last;	/* as of the last second */
		struct tm_policy_sum at_over;	/* when the episode began */
		u64 over_since_ns;		/* 0: not over */
		u64 over_last_ns;
		u64 peak_pps;
	} watch;
};

/**
 * struct tm_policy - one policy of a ruleset, ready for the packet path
 * @counters: @state's
 * @simple: one limit, not of new flows, and the classifier answers all of its match
 * @enforce: of @spec
 * @spares: of @spec, does it spare anybody
 * @has_rest: the classifier does not answer all of its match
 * @limit_count: of @spec
 * @limits_new_flows: its last limit is of new flows
 * @keys: of its limiters
 * @rates: [0] @spec->rates; [1] these times the aggregate factor
 * @state: what survives a swap
 * @spec: as configured
 * @sets: that its match names, of its ruleset; NULL: none
 */
struct tm_policy {
	struct tm_policy_counters __percpu *counters;
	bool simple;
	bool enforce;
	bool spares;
	bool has_rest;
	u8 limit_count;
	bool limits_new_flows;
	struct tm_policy_keys keys;
	struct tm_rate rates[2][TRAFFICMON_LIMITS_MAX];
	struct tm_policy_state *state;
	const struct tm_policy_spec *spec;
	struct tm_match_sets *sets;
};

/**
 * struct tm_ruleset - what packets are judged by: policies, and the sets beside them
 * @generation: one more than that of the ruleset before
 * @count: policies
 * @enforcing: policies in mode enforce
 * @plain: at most 64 policies, none of which limits new flows
 * @judges: is there anything to ask of a packet: failsafe peers, a set, a policy
 * @limits_new_flows: does a policy of it
 * @deciding: allow and deny, by enum tm_set_id, NULL: nothing in it; the namespace
 *	owns the prefixes, here and in @named
 * @named: sets that policies name
 * @named_count: how many
 */
struct tm_ruleset {
	u64 generation;
	u32 count;
	u32 enforcing;
	bool plain;
	bool judges;
	bool limits_new_flows;
	struct tm_classifier *classifier;
	struct tm_prefixes __rcu *deciding[TM_SETS_DECIDING];
	struct tm_shown_set *named;
	u32 named_count;
	struct rcu_work free_work;
	struct tm_policy policies[];
};

/**
 * tm_ruleset_build - build a ruleset aside
 * @specs: @count pointers, taken over on success (freed with the ruleset by kfree)
 * @sets: of the namespace; it shows their prefixes to packets
 * @limiters: those that its limits will be counted in
 * @old: the one it will replace, for what did not change; may be NULL
 *
 * Return: the ruleset or ERR_PTR: -ENOMEM, -ENOENT (a policy names a set that there is
 * not).  Under tn->lock; may sleep.
 */
struct tm_ruleset *tm_ruleset_build(struct tm_policy_spec **specs, u32 count,
				    const struct tm_sets *sets,
				    const struct tm_limit_table *limiters,
				    const struct tm_ruleset *old, u64 generation);

/*
 * Show packets what a set has now, if there is any; what was shown is in use for a
 * grace period.  A set that no policy names is shown to nobody.
 */
void tm_ruleset_show_set(struct tm_ruleset *ruleset, const struct tm_set *set);

/* The same for all sets. */
void tm_ruleset_show_sets(struct tm_ruleset *ruleset, const struct tm_sets *sets);

/* How many policies name the set?  Under tn->lock. */
u32 tm_ruleset_set_users(const struct tm_ruleset *ruleset, const struct tm_set *set);

/*
 * Free the ruleset, its specs and the states that nobody else holds: at once
 * (no reader may be left), or after a grace period from the module's workqueue.
 */
void tm_ruleset_free(struct tm_ruleset *ruleset);
void tm_ruleset_free_rcu(struct tm_ruleset *ruleset);

u64 tm_ruleset_bytes(const struct tm_ruleset *ruleset);

/* Of one that is kept beside the active one: without what both of them have. */
u64 tm_ruleset_kept_bytes(const struct tm_ruleset *ruleset);

/* The policy of that name, or NULL.  Under tn->lock or RCU. */
const struct tm_policy *tm_ruleset_find(const struct tm_ruleset *ruleset, const char *name);

void tm_policy_read(const struct tm_policy_state *state, struct tm_policy_sum *sum);

/* As tm_policy_judge(), for a ruleset that is plain, and for any. */
enum tm_reason tm_policy_judge_plain(struct tm_net *tn, const struct tm_ruleset *ruleset,
				     struct tm_packet *packet, const struct sk_buff *skb);
enum tm_reason tm_policy_judge_any(struct tm_net *tn, const struct tm_ruleset *ruleset,
				   struct tm_packet *packet, const struct sk_buff *skb);

/**
 * tm_policy_judge - walk the policies that match, charge their limits
 * @skb: for what few policies ask: its device, its mark
 *
 * Finds out about its flow, in @packet's flags, where a policy limits new ones.
 * The first excess of an enforcing policy decides, but of what it spares; monitor
 * never ends the walk.
 * Return: why it is dropped, or would be, or is spared, or TM_REASON_NONE.  Context: BH off, RCU.
 */
static __always_inline enum tm_reason tm_policy_judge(struct tm_net *tn,
						      const struct tm_ruleset *ruleset,
						      struct tm_packet *packet,
						      const struct sk_buff *skb)
{
	if (likely(ruleset->plain))
		return tm_policy_judge_plain(tn, ruleset, packet, skb);
	return tm_policy_judge_any(tn, ruleset, packet, skb);
}

/* Make @policy ready, whose spec and state are set.  Context: process; under tn->lock. */
void tm_policy_prepare(struct tm_policy *policy, const struct tm_limit_table *limiters);

#endif
