// SPDX-License-Identifier: GPL-2.0
/*
 * Judging a packet: the policies that match, in order, each with its limits.
 *
 * Whom a packet is counted for stands in policy_key.h; how a ruleset is built
 * and what survives its swap in ruleset.c.
 */
#include "policy.h"

#include <linux/compiler.h>
#include <linux/ktime.h>
#include <linux/string.h>

#include "classify_walk.h"
#include "compat.h"
#include "limit_hit.h"
#include "netns.h"

/* The limits times the factor, or as high as limits go. */
static void tm_policy_aggregate_rates(struct tm_policy *policy)
{
	const struct tm_policy_spec *spec = policy->spec;
	u8 i;

	for (i = 0; i < spec->limit_count; i++) {
		const struct tm_rate *rate = &spec->rates[i];
		u64 highest = rate->kind == TRAFFICMON_LIMIT_BYTES ? TM_RATE_BYTES_MAX :
								     TM_RATE_PACKETS_MAX;
		u64 per_second = min(rate->per_second * spec->aggregate_factor, highest);
		u64 burst = min(rate->burst * spec->aggregate_factor, per_second * 3600);

		if (!tm_rate_init(&policy->rates[1][i], rate->kind, per_second, burst))
			policy->rates[1][i] = *rate;
	}
}

/* The limits are in the order of their kinds. */
static bool tm_policy_limits_new_flows(const struct tm_policy_spec *spec)
{
	return spec->limit_count &&
	       spec->rates[spec->limit_count - 1].kind == TRAFFICMON_LIMIT_NEW_FLOWS;
}

void tm_policy_prepare(struct tm_policy *policy, const struct tm_limit_table *limiters)
{
	const struct tm_policy_spec *spec = policy->spec;

	policy->counters = policy->state->counters;
	policy->has_rest = tm_match_has_rest(&spec->match);
	policy->limit_count = spec->limit_count;
	policy->limits_new_flows = tm_policy_limits_new_flows(spec);
	policy->simple = spec->limit_count == 1 && !policy->has_rest && !policy->limits_new_flows;
	policy->enforce = spec->mode == TRAFFICMON_MODE_ENFORCE;
	policy->spares = spec->spare;
	policy->keys.policy_id = policy->state->id;
	policy->keys.kind = spec->key;
	memcpy(policy->keys.source_length, spec->source_length, sizeof(spec->source_length));
	memcpy(policy->keys.destination_length, spec->destination_length,
	       sizeof(spec->destination_length));
	tm_policy_keys_prepare(&policy->keys, limiters);
	memcpy(policy->rates[0], spec->rates, sizeof(spec->rates));
	tm_policy_aggregate_rates(policy);
}

static __always_inline u32 tm_policy_amount(const struct tm_rate *rate,
					    const struct tm_packet *packet)
{
	if (likely(rate->kind == TRAFFICMON_LIMIT_PACKETS))
		return packet->segments;
	return rate->kind == TRAFFICMON_LIMIT_BYTES ? packet->bytes : 1;
}

/*
 * A key that has no slot yet, or whose slot others charge too.  In a flood most find
 * no room: that is seen before the key is made, which costs 190 instructions.
 */
static noinline enum tm_limit_verdict tm_policy_charge_key(struct tm_net *tn,
							   const struct tm_policy *policy,
							   u8 limit,
							   const struct tm_packet *packet,
							   bool aggregate, u64 tag, u64 now_ns,
							   enum tm_limit_verdict verdict)
{
	const struct tm_rate *rate = &policy->rates[aggregate][limit];
	struct tm_limit_key key;

	if (verdict == TM_LIMIT_FULL && tm_limit_full(&tn->limiters, tag, now_ns))
		return verdict;
	tm_policy_key(&policy->keys, limit, packet, aggregate, &key);
	return tm_limit_charge_again(&tn->limiters, tag, &key, rate,
				     tm_policy_amount(rate, packet), now_ns, verdict);
}

static __always_inline enum tm_limit_verdict tm_policy_charge(struct tm_net *tn,
							      const struct tm_policy *policy,
							      u8 limit,
							      const struct tm_packet *packet,
							      bool aggregate, u64 tag, u64 now_ns)
{
	const struct tm_rate *rate = &policy->rates[aggregate][limit];
	enum tm_limit_verdict verdict;

	verdict = tm_limit_try(&tn->limiters, tag, rate, tm_policy_amount(rate, packet),
			       tm_limit_time(now_ns));
	if (unlikely(verdict > TM_LIMIT_OVER))
		verdict = tm_policy_charge_key(tn, policy, limit, packet, aggregate, tag, now_ns,
					       verdict);
	if (verdict == TM_LIMIT_OVER)
		tm_limit_note_over(&tn->limiters, tag, packet->segments, now_ns);
	return verdict;
}

/* How many limits there are for the packet: that of new flows, the last one, is for these. */
static u8 tm_policy_limit_count(const struct tm_policy *policy, const struct tm_packet *packet)
{
	bool newcomer = packet->flags & (TM_PACKET_BEGINS | TM_PACKET_REFUSED);

	return policy->limit_count - (policy->limits_new_flows && !newcomer);
}

/* Would one of @count limits refuse it?  The first one that does, or UNDER. */
static enum tm_limit_verdict tm_policy_test(struct tm_net *tn, const struct tm_policy *policy,
					    const struct tm_packet *packet, bool aggregate,
					    u8 count, const u64 *tags, u64 now_ns)
{
	enum tm_limit_verdict verdict;
	u8 i;

	for (i = 0; i < count; i++) {
		verdict = tm_limit_test(&tn->limiters, tags[i], &policy->rates[aggregate][i],
					now_ns);
		if (verdict == TM_LIMIT_OVER)
			tm_limit_note_over(&tn->limiters, tags[i], packet->segments, now_ns);
		if (verdict != TM_LIMIT_UNDER)
			return verdict;
	}
	return TM_LIMIT_UNDER;
}

/*
 * All limits are tested before any is charged, so that a packet that one of
 * them refuses costs nothing of the others.
 */
static noinline enum tm_limit_verdict tm_policy_limits(struct tm_net *tn,
						       const struct tm_policy *policy,
						       const struct tm_packet *packet,
						       bool aggregate, u64 now_ns)
{
	u64 tags[TRAFFICMON_LIMITS_MAX] TM_UNINITIALIZED;
	u8 count = tm_policy_limit_count(policy, packet);
	enum tm_limit_verdict verdict;
	u8 i;

	for (i = 0; i < count; i++)
		tags[i] = aggregate ? tm_policy_key_tag(&policy->keys, &tn->limiters, i, packet,
							true) :
				      tm_policy_tag(&policy->keys, &tn->limiters, i, packet);
	verdict = tm_policy_test(tn, policy, packet, aggregate, count, tags, now_ns);
	for (i = 0; verdict == TM_LIMIT_UNDER && i < count; i++)
		verdict = tm_policy_charge(tn, policy, i, packet, aggregate, tags[i], now_ns);
	return verdict;
}

/* The table has no room for the key: what the policy says about that. */
static noinline enum tm_limit_verdict tm_policy_full(struct tm_net *tn,
						     const struct tm_policy *policy,
						     const struct tm_packet *packet, u64 now_ns)
{
	enum tm_limit_verdict verdict = TM_LIMIT_FULL;

	if (policy->spec->on_full == TRAFFICMON_ON_FULL_AGGREGATE) {
		verdict = tm_policy_limits(tn, policy, packet, true, now_ns);
		if (verdict != TM_LIMIT_FULL)
			tm_stats_reason(tn->stats, TM_REASON_limiters_full_aggregate, packet);
	}
	if (verdict == TM_LIMIT_FULL && policy->spec->on_full != TRAFFICMON_ON_FULL_DROP)
		tm_stats_reason(tn->stats, TM_REASON_limiters_full_pass, packet);
	return verdict;
}

/* A verdict other than UNDER and OVER, put into words. */
static noinline enum tm_reason tm_policy_seldom(struct tm_net *tn, const struct tm_policy *policy,
						const struct tm_packet *packet,
						enum tm_limit_verdict verdict, u64 now_ns)
{
	if (verdict == TM_LIMIT_FULL)
		verdict = tm_policy_full(tn, policy, packet, now_ns);
	if (verdict == TM_LIMIT_CONTENDED)
		tm_stats_reason(tn->stats, TM_REASON_charge_contended, packet);
	if (verdict == TM_LIMIT_OVER)
		return TM_REASON_policy;
	if (verdict == TM_LIMIT_FULL && policy->spec->on_full == TRAFFICMON_ON_FULL_DROP)
		return TM_REASON_limiters_full_drop;
	return TM_REASON_NONE;
}

/*
 * Since when the packet has had no luck: of its limits that are over, the one that
 * has been for longest.
 */
static u64 tm_policy_over_since(struct tm_net *tn, const struct tm_policy *policy,
				const struct tm_packet *packet, u64 now_ns)
{
	u8 count = tm_policy_limit_count(policy, packet);
	u64 since_ns = U64_MAX;
	u8 i;

	for (i = 0; i < count; i++) {
		u64 tag = tm_policy_tag(&policy->keys, &tn->limiters, i, packet);

		since_ns = min(since_ns, tm_limit_over_since(&tn->limiters, tag, now_ns));
	}
	return since_ns;
}

/*
 * Newcomers pay first: does the policy, over a limit, let this packet pass?  What a
 * flood is made of is in no established flow, and ends at its bucket.
 */
static noinline bool tm_policy_spares(struct tm_net *tn, const struct tm_policy *policy,
				      const struct tm_packet *packet, u64 now_ns)
{
	u64 start_ns = tm_flow_established_since(tn, packet);

	return start_ns != U64_MAX &&
	       start_ns <= tm_policy_over_since(tn, policy, packet, now_ns);
}

static __always_inline void tm_policy_count(const struct tm_policy *policy,
					    const struct tm_packet *packet,
					    enum tm_policy_fate fate)
{
	struct tm_policy_counters *own = this_cpu_ptr(policy->counters);

	u64_stats_update_begin(&own->sync);
	tm_counter_add(&own->fate[fate], packet->segments, packet->bytes);
	u64_stats_update_end(&own->sync);
}

/* Of the device that the packet arrived on; NULL: this host sends it. */
static __always_inline const char *tm_policy_device(const struct tm_packet *packet,
						    const struct sk_buff *skb)
{
	return packet->ifindex ? skb->dev->name : NULL;
}

static __always_inline enum tm_limit_verdict tm_policy_one_limit(struct tm_net *tn,
								 const struct tm_policy *policy,
								 const struct tm_packet *packet,
								 u64 now_ns)
{
	u64 tag = tm_policy_tag(&policy->keys, &tn->limiters, 0, packet);

	return tm_policy_charge(tn, policy, 0, packet, false, tag, now_ns);
}

static noinline bool tm_policy_meets_rest(const struct tm_policy *policy,
					  const struct tm_packet *packet,
					  const struct sk_buff *skb, u64 now_ns)
{
	const struct tm_asked asked = {
		.packet = packet,
		.device = tm_policy_device(packet, skb),
		.mark = skb->mark,
		.random = policy->sets ? tm_limit_dither() : 0,
		.now_ns = now_ns,
	};

	return tm_match_rest(&policy->spec->match, policy->sets, &asked);
}

#define TM_PACKET_FLOW_KNOWN	(TM_PACKET_BEGINS | TM_PACKET_REFUSED | TM_PACKET_LET_IN)

/* Of a policy that is not simple.  Without a limit every match is over. */
static noinline enum tm_limit_verdict tm_policy_any(struct tm_net *tn,
						    const struct tm_policy *policy,
						    struct tm_packet *packet,
						    const struct sk_buff *skb, u64 now_ns)
{
	if (policy->has_rest && !tm_policy_meets_rest(policy, packet, skb, now_ns))
		return TM_LIMIT_UNASKED;
	if (!policy->limit_count)
		return TM_LIMIT_OVER;
	if (policy->limits_new_flows && !(packet->flags & TM_PACKET_FLOW_KNOWN))
		packet->flags |= tm_flow_was_refused(tn, packet) ? TM_PACKET_REFUSED :
								   TM_PACKET_LET_IN;
	if (policy->limit_count == 1 && !policy->limits_new_flows)
		return tm_policy_one_limit(tn, policy, packet, now_ns);
	return tm_policy_limits(tn, policy, packet, false, now_ns);
}

#define TM_POLICY_WALK_MAX	16	/* policies that a packet is judged by */
#define TM_POLICY_UNASKED_MAX	240	/* that do not match after all: they take no place */

/* A policy that does not match after all takes no place, as long as there are not too many. */
static __always_inline void tm_policy_unasked(u32 *left, u32 *unasked)
{
	if (!unasked || (*unasked)++ < TM_POLICY_UNASKED_MAX)
		(*left)++;
}

/*
 * What one policy says; TM_REASON_NONE: nothing against the packet.
 * @left: places; @unasked: policies that took none, or NULL where there are not so many
 */
static __always_inline enum tm_reason tm_policy_judge_one(struct tm_net *tn,
							  const struct tm_policy *policy,
							  struct tm_packet *packet,
							  const struct sk_buff *skb, u64 now_ns,
							  u32 *left, u32 *unasked)
{
	enum tm_reason reason = TM_REASON_policy;
	enum tm_limit_verdict verdict;

	verdict = likely(policy->simple) ? tm_policy_one_limit(tn, policy, packet, now_ns) :
					   tm_policy_any(tn, policy, packet, skb, now_ns);
	if (verdict == TM_LIMIT_UNDER) {
		reason = TM_REASON_NONE;
	} else if (unlikely(verdict == TM_LIMIT_UNASKED)) {
		tm_policy_unasked(left, unasked);
		return TM_REASON_NONE;
	} else if (unlikely(verdict != TM_LIMIT_OVER)) {
		reason = tm_policy_seldom(tn, policy, packet, verdict, now_ns);
	}
	if (reason == TM_REASON_NONE) {
		tm_policy_count(policy, packet, TM_POLICY_PASSED);
		return reason;
	}
	if (unlikely(policy->spares) && tm_policy_spares(tn, policy, packet, now_ns)) {
		tm_policy_count(policy, packet, TM_POLICY_SPARED);
		return TM_REASON_spared;
	}
	if (!policy->enforce || READ_ONCE(tn->suspended)) {
		tm_policy_count(policy, packet, TM_POLICY_OVER);
		return TM_REASON_policy_monitor;
	}
	tm_policy_count(policy, packet, TM_POLICY_DROPPED);
	return reason;
}

/* Hidden, for else it is worked out anew at each use: 6 instructions a policy. */
static __always_inline const struct tm_policy *tm_policy_at(const struct tm_ruleset *ruleset,
							    u32 number)
{
	const struct tm_policy *policy = &ruleset->policies[number];

	OPTIMIZER_HIDE_VAR(policy);
	return policy;
}

static noinline enum tm_reason tm_policy_many(struct tm_net *tn, const struct tm_packet *packet,
					      enum tm_reason passed)
{
	tm_stats_reason(tn->stats, TM_REASON_matches_many, packet);
	return passed;
}

enum tm_reason tm_policy_judge_plain(struct tm_net *tn, const struct tm_ruleset *ruleset,
				     struct tm_packet *packet, const struct sk_buff *skb)
{
	const struct tm_classifier *classifier = ruleset->classifier;
	enum tm_reason reason, passed = TM_REASON_NONE;
	u64 now_ns, matching;
	u32 left;

	if (classifier->used)
		matching = tm_classify_flat(classifier, packet,
					    tm_policy_device(packet, skb));
	else
		matching = tm_classify_fixed(classifier, packet)->summary;
	if (!matching)
		return TM_REASON_NONE;
	now_ns = ktime_get_ns();
	for (left = TM_POLICY_WALK_MAX; left; left--) {
		reason = tm_policy_judge_one(tn, tm_policy_at(ruleset, __ffs64(matching)), packet,
					     skb, now_ns, &left, NULL);
		if (reason != TM_REASON_NONE) {
			if (tm_reason_drops(reason))
				return reason;
			passed = min(passed, reason);	/* monitor before spared */
		}
		matching &= matching - 1;
		if (!matching)
			return passed;
	}
	return tm_policy_many(tn, packet, passed);
}

/* Above 64 policies. */
static __always_inline enum tm_reason tm_policy_judge_deep(struct tm_net *tn,
							   const struct tm_ruleset *ruleset,
							   struct tm_packet *packet,
							   const struct sk_buff *skb)
{
	enum tm_reason reason, passed = TM_REASON_NONE;
	struct tm_classify_walk walk TM_UNINITIALIZED;
	u32 left, number, unasked = 0;
	u64 now_ns;

	if (!tm_classify_begin(ruleset->classifier, packet, tm_policy_device(packet, skb),
			       &walk) ||
	    !tm_classify_next(&walk, &number))
		return TM_REASON_NONE;
	now_ns = ktime_get_ns();
	for (left = TM_POLICY_WALK_MAX; left; left--) {
		reason = tm_policy_judge_one(tn, tm_policy_at(ruleset, number), packet, skb,
					     now_ns, &left, &unasked);
		if (reason != TM_REASON_NONE) {
			if (tm_reason_drops(reason))
				return reason;
			passed = min(passed, reason);	/* monitor before spared */
		}
		if (!tm_classify_next(&walk, &number))
			return passed;
	}
	return tm_policy_many(tn, packet, passed);
}

/*
 * What became of a packet, for its flow.  Whose first packet was dropped, by whichever
 * policy, has not begun: the next one is a newcomer, too.
 */
static noinline void tm_policy_settle(struct tm_net *tn, const struct tm_packet *packet,
				      enum tm_reason reason)
{
	bool drops = tm_reason_drops(reason);

	if (drops && packet->flags & TM_PACKET_BEGINS)
		tm_flow_refuse(tn, packet, true);
	else if (!drops && packet->flags & TM_PACKET_REFUSED)
		tm_flow_refuse(tn, packet, false);
}

enum tm_reason tm_policy_judge_any(struct tm_net *tn, const struct tm_ruleset *ruleset,
				   struct tm_packet *packet, const struct sk_buff *skb)
{
	enum tm_reason reason;

	if (likely(!ruleset->classifier->flat))
		reason = tm_policy_judge_deep(tn, ruleset, packet, skb);
	else
		reason = tm_policy_judge_plain(tn, ruleset, packet, skb);
	if (unlikely(ruleset->limits_new_flows))
		tm_policy_settle(tn, packet, reason);
	return reason;
}
