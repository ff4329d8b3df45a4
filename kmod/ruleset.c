// SPDX-License-Identifier: GPL-2.0
/*
 * Rulesets: built aside, published by a pointer, freed after a grace period.
 *
 * A policy whose definition did not change takes its state (counters, limiters'
 * id) over from the ruleset before.
 */
#include "policy.h"

#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "classify_table.h"
#include "netns.h"
#include "params.h"

static atomic_t tm_policy_last_id = ATOMIC_INIT(0);

static struct tm_policy_state *tm_policy_state_alloc(void)
{
	struct tm_policy_state *state = kzalloc(sizeof(*state), GFP_KERNEL_ACCOUNT);
	int cpu;

	if (!state)
		return NULL;
	state->counters = alloc_percpu_gfp(struct tm_policy_counters, GFP_KERNEL_ACCOUNT);
	if (!state->counters) {
		kfree(state);
		return NULL;
	}
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(state->counters, cpu)->sync);
	refcount_set(&state->users, 1);
	state->id = (u32)atomic_inc_return(&tm_policy_last_id);
	return state;
}

static void tm_policy_state_put(struct tm_policy_state *state)
{
	if (!refcount_dec_and_test(&state->users))
		return;
	free_percpu(state->counters);
	kfree(state);
}

static bool tm_rates_equal(const struct tm_rate *a, const struct tm_rate *b, u8 count)
{
	u8 i;

	for (i = 0; i < count; i++)
		if (a[i].kind != b[i].kind || a[i].per_second != b[i].per_second ||
		    a[i].burst != b[i].burst)
			return false;
	return true;
}

static bool tm_prefix_lists_equal(const struct tm_prefix *a, const struct tm_prefix *b, u16 count)
{
	u16 i;

	for (i = 0; i < count; i++)
		if (a[i].family != b[i].family || a[i].length != b[i].length ||
		    !tm_address_equal(&a[i].address, &b[i].address))
			return false;
	return true;
}

static bool tm_ports_equal(const struct tm_ports *a, const struct tm_ports *b, u16 count)
{
	return !memcmp(a, b, count * sizeof(*a));
}

static bool tm_terms_equal(const struct tm_terms *a, const struct tm_terms *b)
{
	u16 i;

	for (i = 0; i < a->count && i < b->count; i++)
		if (a->term[i].first != b->term[i].first || a->term[i].last != b->term[i].last ||
		    a->term[i].except != b->term[i].except)
			return false;
	return a->count == b->count;
}

static bool tm_set_names_equal(const struct tm_set_names *a, const struct tm_set_names *b)
{
	u16 i;

	if (a->count != b->count || a->except != b->except)
		return false;
	for (i = 0; i < a->count + a->except; i++)
		if (strcmp(a->name[i], b->name[i]))
			return false;
	return true;
}

static bool tm_match_counts_equal(const struct tm_match *a, const struct tm_match *b)
{
	return a->source_count == b->source_count && a->source_except == b->source_except &&
	       a->destination_count == b->destination_count &&
	       a->destination_except == b->destination_except &&
	       a->source_port_count == b->source_port_count &&
	       a->source_port_except == b->source_port_except &&
	       a->destination_port_count == b->destination_port_count &&
	       a->destination_port_except == b->destination_port_except &&
	       a->device_count == b->device_count && a->glob_count == b->glob_count &&
	       a->glob_except == b->glob_except;
}

static bool tm_matches_equal(const struct tm_match *a, const struct tm_match *b)
{
	u16 devices = a->device_count + a->glob_count + a->glob_except;

	return a->classes == b->classes && a->directions == b->directions &&
	       a->families == b->families && a->fragments == b->fragments &&
	       tm_match_counts_equal(a, b) &&
	       tm_set_names_equal(&a->source_sets, &b->source_sets) &&
	       tm_set_names_equal(&a->destination_sets, &b->destination_sets) &&
	       tm_prefix_lists_equal(a->source, b->source, a->source_count + a->source_except) &&
	       tm_prefix_lists_equal(a->destination, b->destination,
				     a->destination_count + a->destination_except) &&
	       tm_ports_equal(a->source_port, b->source_port,
			      a->source_port_count + a->source_port_except) &&
	       tm_ports_equal(a->destination_port, b->destination_port,
			      a->destination_port_count + a->destination_port_except) &&
	       tm_terms_equal(&a->tcp_flags, &b->tcp_flags) &&
	       tm_terms_equal(&a->length, &b->length) &&
	       tm_terms_equal(&a->hop_limit, &b->hop_limit) && tm_terms_equal(&a->mark, &b->mark) &&
	       !memcmp(a->device, b->device, devices * sizeof(*a->device));
}

/* The same definition: all but mode and place. */
static bool tm_specs_equal(const struct tm_policy_spec *a, const struct tm_policy_spec *b)
{
	return a->action == b->action && a->key == b->key && a->on_full == b->on_full &&
	       a->aggregate_factor == b->aggregate_factor && a->spare == b->spare &&
	       a->limit_count == b->limit_count &&
	       !memcmp(a->source_length, b->source_length, sizeof(a->source_length)) &&
	       !memcmp(a->destination_length, b->destination_length,
		       sizeof(a->destination_length)) &&
	       tm_rates_equal(a->rates, b->rates, a->limit_count) &&
	       tm_matches_equal(&a->match, &b->match);
}

/* By name, looking first where it stood: most rulesets change little. */
static const struct tm_policy *tm_ruleset_find_near(const struct tm_ruleset *ruleset,
						    const char *name, u32 near)
{
	u32 i;

	if (near < ruleset->count && !strcmp(ruleset->policies[near].spec->name, name))
		return &ruleset->policies[near];
	for (i = 0; i < ruleset->count; i++)
		if (!strcmp(ruleset->policies[i].spec->name, name))
			return &ruleset->policies[i];
	return NULL;
}

const struct tm_policy *tm_ruleset_find(const struct tm_ruleset *ruleset, const char *name)
{
	return tm_ruleset_find_near(ruleset, name, 0);
}

static int tm_policy_take_state(struct tm_policy *policy, const struct tm_ruleset *old, u32 index)
{
	const struct tm_policy *before = NULL;

	if (old)
		before = tm_ruleset_find_near(old, policy->spec->name, index);
	if (before && tm_specs_equal(before->spec, policy->spec)) {
		refcount_inc(&before->state->users);
		policy->state = before->state;
		return 0;
	}
	policy->state = tm_policy_state_alloc();
	return policy->state ? 0 : -ENOMEM;
}

static struct tm_classifier *tm_ruleset_classifier(struct tm_policy_spec *const *specs, u32 count)
{
	const struct tm_match **matches;
	struct tm_classifier *classifier;
	u32 i;

	matches = kvcalloc(count + 1, sizeof(*matches), GFP_KERNEL_ACCOUNT);
	if (!matches)
		return ERR_PTR(-ENOMEM);
	for (i = 0; i < count; i++)
		matches[i] = &specs[i]->match;
	classifier = tm_classifier_build(matches, count);
	kvfree(matches);
	return classifier;
}

static void tm_ruleset_put_states(struct tm_ruleset *ruleset)
{
	u32 i;

	for (i = 0; i < ruleset->count; i++)
		if (ruleset->policies[i].state)
			tm_policy_state_put(ruleset->policies[i].state);
}

static struct tm_prefixes *tm_set_shown(const struct tm_set *set)
{
	return tm_prefixes_count(set->prefixes) ? set->prefixes : NULL;
}

static void tm_ruleset_show_deciding(struct tm_ruleset *ruleset, const struct tm_set *set)
{
	bool decides;

	rcu_assign_pointer(ruleset->deciding[set->id], tm_set_shown(set));
	decides = rcu_access_pointer(ruleset->deciding[TM_SET_ALLOW]) ||
		  rcu_access_pointer(ruleset->deciding[TM_SET_DENY]);
	WRITE_ONCE(ruleset->judges, decides || ruleset->count || tm_params.failsafe_count);
}

void tm_ruleset_show_set(struct tm_ruleset *ruleset, const struct tm_set *set)
{
	u32 i;

	if (set->id != TM_SET_NAMED)
		tm_ruleset_show_deciding(ruleset, set);
	for (i = 0; i < ruleset->named_count; i++)
		if (ruleset->named[i].set == set)
			rcu_assign_pointer(ruleset->named[i].prefixes, tm_set_shown(set));
}

void tm_ruleset_show_sets(struct tm_ruleset *ruleset, const struct tm_sets *sets)
{
	u32 i;

	for (i = 0; i < TM_SETS_DECIDING; i++)
		tm_ruleset_show_deciding(ruleset, sets->set[i]);
	for (i = 0; i < ruleset->named_count; i++)
		rcu_assign_pointer(ruleset->named[i].prefixes,
				   tm_set_shown(ruleset->named[i].set));
}

u32 tm_ruleset_set_users(const struct tm_ruleset *ruleset, const struct tm_set *set)
{
	u32 i;

	for (i = 0; i < ruleset->named_count; i++)
		if (ruleset->named[i].set == set)
			return ruleset->named[i].users;
	return 0;
}

/* While the sets that are named are counted, and then bound: their place from 1 on. */
static int tm_ruleset_place_sets(struct tm_ruleset *ruleset, const struct tm_sets *sets,
				 const struct tm_set_names *names)
{
	struct tm_set *set;
	u16 i;

	for (i = 0; i < names->count + names->except; i++) {
		set = tm_sets_find(sets, names->name[i]);
		if (!set)
			return -ENOENT;
		if (!set->place)
			set->place = ++ruleset->named_count;
	}
	return 0;
}

/* @policy: its number, from 1: it counts once for each set. */
static void tm_ruleset_bind_names(struct tm_ruleset *ruleset, const struct tm_sets *sets,
				  const struct tm_set_names *names, u32 policy,
				  const struct tm_shown_set **shown)
{
	u16 i;

	for (i = 0; i < names->count + names->except; i++) {
		struct tm_shown_set *set;

		set = &ruleset->named[tm_sets_find(sets, names->name[i])->place - 1];
		set->users += set->last_user != policy;
		set->last_user = policy;
		shown[i] = set;
	}
}

static int tm_ruleset_find_sets(struct tm_ruleset *ruleset, const struct tm_sets *sets)
{
	int err = 0;
	u32 i;

	for (i = 0; i < sets->count; i++)
		sets->set[i]->place = 0;
	for (i = 0; !err && i < ruleset->count; i++) {
		const struct tm_match *match = &ruleset->policies[i].spec->match;

		err = tm_ruleset_place_sets(ruleset, sets, &match->source_sets) ?:
		      tm_ruleset_place_sets(ruleset, sets, &match->destination_sets);
		cond_resched();
	}
	return err;
}

static int tm_ruleset_bind_policy(struct tm_ruleset *ruleset, const struct tm_sets *sets,
				  struct tm_policy *policy)
{
	const struct tm_match *match = &policy->spec->match;
	u32 number = policy - ruleset->policies + 1;

	if (!tm_match_has_sets(match))
		return 0;
	policy->sets = kzalloc(sizeof(*policy->sets), GFP_KERNEL_ACCOUNT);
	if (!policy->sets)
		return -ENOMEM;
	tm_ruleset_bind_names(ruleset, sets, &match->source_sets, number, policy->sets->source);
	tm_ruleset_bind_names(ruleset, sets, &match->destination_sets, number,
			      policy->sets->destination);
	return 0;
}

/* Policies and the sets that they name, for each a place of its own. */
static int tm_ruleset_bind_sets(struct tm_ruleset *ruleset, const struct tm_sets *sets)
{
	int err = tm_ruleset_find_sets(ruleset, sets);
	u32 i;

	if (err || !ruleset->named_count)
		return err;
	ruleset->named = kvcalloc(ruleset->named_count, sizeof(*ruleset->named),
				  GFP_KERNEL_ACCOUNT);
	if (!ruleset->named)
		return -ENOMEM;
	for (i = 0; i < sets->count; i++)
		if (sets->set[i]->place)
			ruleset->named[sets->set[i]->place - 1].set = sets->set[i];
	for (i = 0; !err && i < ruleset->count; i++) {
		err = tm_ruleset_bind_policy(ruleset, sets, &ruleset->policies[i]);
		cond_resched();
	}
	return err;
}

static void tm_ruleset_unbind_sets(struct tm_ruleset *ruleset)
{
	u32 i;

	for (i = 0; i < ruleset->count; i++)
		kfree(ruleset->policies[i].sets);
	kvfree(ruleset->named);
}

struct tm_ruleset *tm_ruleset_build(struct tm_policy_spec **specs, u32 count,
				    const struct tm_sets *sets,
				    const struct tm_limit_table *limiters,
				    const struct tm_ruleset *old, u64 generation)
{
	struct tm_ruleset *ruleset;
	int err = -ENOMEM;
	u32 i;

	ruleset = kvzalloc(struct_size(ruleset, policies, count), GFP_KERNEL_ACCOUNT);
	if (!ruleset)
		return ERR_PTR(-ENOMEM);
	ruleset->generation = generation;
	ruleset->count = count;
	for (i = 0; i < count; i++)
		ruleset->policies[i].spec = specs[i];
	err = tm_ruleset_bind_sets(ruleset, sets);
	if (err)
		goto failed;
	tm_ruleset_show_sets(ruleset, sets);
	err = -ENOMEM;
	for (i = 0; i < count; i++) {
		if (tm_policy_take_state(&ruleset->policies[i], old, i))
			goto failed;
		tm_policy_prepare(&ruleset->policies[i], limiters);
		ruleset->enforcing += specs[i]->mode == TRAFFICMON_MODE_ENFORCE;
		ruleset->limits_new_flows |= ruleset->policies[i].limits_new_flows;
		cond_resched();
	}
	ruleset->classifier = tm_ruleset_classifier(specs, count);
	if (IS_ERR(ruleset->classifier))
		goto failed;
	ruleset->plain = ruleset->classifier->flat && !ruleset->limits_new_flows;
	return ruleset;
failed:
	tm_ruleset_put_states(ruleset);
	tm_ruleset_unbind_sets(ruleset);
	kvfree(ruleset);
	return ERR_PTR(err);
}

void tm_ruleset_free(struct tm_ruleset *ruleset)
{
	u32 i;

	tm_ruleset_put_states(ruleset);
	for (i = 0; i < ruleset->count; i++)
		kfree(ruleset->policies[i].spec);
	tm_classifier_free(ruleset->classifier);
	tm_ruleset_unbind_sets(ruleset);
	kvfree(ruleset);
}

static void tm_ruleset_free_work(struct work_struct *work)
{
	tm_ruleset_free(container_of(to_rcu_work(work), struct tm_ruleset, free_work));
}

void tm_ruleset_free_rcu(struct tm_ruleset *ruleset)
{
	INIT_RCU_WORK(&ruleset->free_work, tm_ruleset_free_work);
	queue_rcu_work(tm_workqueue, &ruleset->free_work);
}

static u64 tm_policy_state_bytes(void)
{
	return sizeof(struct tm_policy_state) +
	       (u64)num_possible_cpus() * sizeof(struct tm_policy_counters);
}

static u64 tm_ruleset_sets_bytes(const struct tm_ruleset *ruleset)
{
	u64 bytes = ruleset->named_count * sizeof(*ruleset->named);
	u32 i;

	for (i = 0; i < ruleset->count; i++)
		if (ruleset->policies[i].sets)
			bytes += sizeof(*ruleset->policies[i].sets);
	return bytes;
}

u64 tm_ruleset_bytes(const struct tm_ruleset *ruleset)
{
	u64 policy = sizeof(struct tm_policy) + sizeof(struct tm_policy_spec) +
		     tm_policy_state_bytes();

	return sizeof(*ruleset) + ruleset->count * policy + tm_ruleset_sets_bytes(ruleset) +
	       tm_classifier_bytes(ruleset->classifier);
}

u64 tm_ruleset_kept_bytes(const struct tm_ruleset *ruleset)
{
	u64 bytes = tm_ruleset_bytes(ruleset);
	u32 i;

	for (i = 0; i < ruleset->count; i++)
		if (refcount_read(&ruleset->policies[i].state->users) > 1)
			bytes -= tm_policy_state_bytes();
	return bytes;
}

static void tm_count_add(struct tm_count *sum, u64 packets, u64 bytes)
{
	sum->packets += packets;
	sum->bytes += bytes;
}

void tm_policy_read(const struct tm_policy_state *state, struct tm_policy_sum *sum)
{
	struct tm_count part[TM_POLICY_FATES];
	unsigned int start;
	int cpu, fate;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		const struct tm_policy_counters *own = per_cpu_ptr(state->counters, cpu);

		do {
			start = u64_stats_fetch_begin(&own->sync);
			for (fate = 0; fate < TM_POLICY_FATES; fate++) {
				part[fate].packets = u64_stats_read(&own->fate[fate].packets);
				part[fate].bytes = u64_stats_read(&own->fate[fate].bytes);
			}
		} while (u64_stats_fetch_retry(&own->sync, start));
		for (fate = 0; fate < TM_POLICY_FATES; fate++) {
			tm_count_add(&sum->matched, part[fate].packets, part[fate].bytes);
			if (fate == TM_POLICY_OVER || fate == TM_POLICY_DROPPED)
				tm_count_add(&sum->over, part[fate].packets, part[fate].bytes);
		}
		tm_count_add(&sum->dropped, part[TM_POLICY_DROPPED].packets,
			     part[TM_POLICY_DROPPED].bytes);
		tm_count_add(&sum->spared, part[TM_POLICY_SPARED].packets,
			     part[TM_POLICY_SPARED].bytes);
	}
}
