// SPDX-License-Identifier: GPL-2.0
/*
 * Judging a packet: the policies that match, in order, each with its limits.
 *
 * How a ruleset is built and what survives its swap stands in ruleset.c.
 */
#include "policy.h"

#include <linux/build_bug.h>
#include <linux/ktime.h>
#include <linux/string.h>

#include "compat.h"
#include "netns.h"

/* Prefix of an address: @length counts from the family's first bit. */
static union tm_address tm_policy_mask(const union tm_address *address, u8 family, u8 length)
{
	u32 bits = family == TRAFFICMON_FAMILY_IPV4 ? length + 96 : length;
	union tm_address masked = *address;
	u32 word;

	for (word = 0; word < 4; word++, bits -= min(bits, 32U))
		if (bits < 32)
			masked.words[word] &= bits ? cpu_to_be32(~0U << (32 - bits)) : 0;
	return masked;
}

u8 tm_policy_aggregate_length(u8 family, u8 length)
{
	u8 wide = family == TRAFFICMON_FAMILY_IPV4 ? 24 : 48;
	u8 step = family == TRAFFICMON_FAMILY_IPV4 ? 8 : 16;

	if (length > wide)
		return wide;
	return length > step ? length - step : 0;
}

/* A flow's key is the same for both directions. */
static void tm_policy_flow_key(const struct tm_packet *packet, struct tm_limit_key *key)
{
	int order = memcmp(&packet->source, &packet->destination, sizeof(packet->source));
	bool swap = order > 0 || (!order && ntohs(packet->source_port) >
				  ntohs(packet->destination_port));

	key->source = swap ? packet->destination : packet->source;
	key->destination = swap ? packet->source : packet->destination;
	key->source_port = swap ? packet->destination_port : packet->source_port;
	key->destination_port = swap ? packet->source_port : packet->destination_port;
	key->protocol = packet->protocol;
}

void tm_policy_key(const struct tm_policy *policy, u8 limit, const struct tm_packet *packet,
		   bool aggregate, struct tm_limit_key *key)
{
	const struct tm_policy_spec *spec = policy->spec;
	u8 family = packet->family;
	u8 source_length = spec->source_length[family];
	u8 destination_length = spec->destination_length[family];

	memset(key, 0, sizeof(*key));
	key->policy_id = policy->state->id;
	key->kind = spec->key;
	key->limit = limit;
	key->flags = family == TRAFFICMON_FAMILY_IPV6 ? TM_LIMIT_KEY_IPV6 : 0;
	if (aggregate) {
		key->flags |= TM_LIMIT_KEY_AGGREGATE;
		source_length = tm_policy_aggregate_length(family, source_length);
		destination_length = tm_policy_aggregate_length(family, destination_length);
	}
	switch (spec->key) {
	case TRAFFICMON_KEY_SOURCE_DESTINATION_PORT:
		key->destination_port = packet->destination_port;
		fallthrough;
	case TRAFFICMON_KEY_SOURCE:
		key->source = tm_policy_mask(&packet->source, family, source_length);
		break;
	case TRAFFICMON_KEY_SOURCE_DESTINATION:
		key->source = tm_policy_mask(&packet->source, family, source_length);
		fallthrough;
	case TRAFFICMON_KEY_DESTINATION:
		key->destination = tm_policy_mask(&packet->destination, family,
						  destination_length);
		break;
	case TRAFFICMON_KEY_FLOW:
		if (!aggregate) {
			tm_policy_flow_key(packet, key);
			break;
		}
		key->source = tm_policy_mask(&packet->source, family, source_length);
		break;
	case TRAFFICMON_KEY_IIF:
		key->ifindex = packet->ifindex;
		key->flags &= ~TM_LIMIT_KEY_IPV6;
		break;
	default:
		key->flags &= ~TM_LIMIT_KEY_IPV6;
		break;
	}
}

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

		if (!tm_rate_init(&policy->aggregate_rates[i], rate->kind, per_second, burst))
			policy->aggregate_rates[i] = *rate;
	}
}

/* Key, masks and seeds by family: what tm_policy_key() makes of a packet with all bits set. */
static void tm_policy_prepare_family(struct tm_policy *policy, u8 family,
				     const struct tm_limit_table *limiters)
{
	struct tm_packet all_ones;
	struct tm_limit_key key;
	u8 i;

	memset(&all_ones, 0xff, sizeof(all_ones));
	all_ones.family = family;
	for (i = 0; i < policy->spec->limit_count; i++) {
		tm_policy_key(policy, i, &all_ones, false, &key);
		tm_limit_seed(&policy->seeds[i][family], &limiters->secret, &key);
		policy->masks[family].source = key.source;
		policy->masks[family].destination = key.destination;
		if (key.flags & TM_LIMIT_KEY_IPV6)
			policy->family_mask = 1;
	}
}

void tm_policy_prepare(struct tm_policy *policy, const struct tm_limit_table *limiters)
{
	const struct tm_policy_spec *spec = policy->spec;

	BUILD_BUG_ON(TRAFFICMON_FAMILY_IPV4 != 0 || TRAFFICMON_FAMILY_IPV6 != 1);
	policy->counters = policy->state->counters;
	policy->limit_count = spec->limit_count;
	policy->enforce = spec->mode == TRAFFICMON_MODE_ENFORCE;
	policy->masked = spec->key != TRAFFICMON_KEY_FLOW && spec->key != TRAFFICMON_KEY_IIF;
	policy->both = tm_limit_key_both(spec->key);
	policy->with_port = spec->key == TRAFFICMON_KEY_SOURCE_DESTINATION_PORT;
	tm_policy_prepare_family(policy, TRAFFICMON_FAMILY_IPV4, limiters);
	tm_policy_prepare_family(policy, TRAFFICMON_FAMILY_IPV6, limiters);
	tm_policy_aggregate_rates(policy);
}

static noinline u64 tm_policy_key_tag(struct tm_net *tn, const struct tm_policy *policy, u8 limit,
				      const struct tm_packet *packet, bool aggregate)
{
	struct tm_limit_key key;

	tm_policy_key(policy, limit, packet, aggregate, &key);
	return tm_limit_tag(&tn->limiters, &key);
}

static __always_inline u64 tm_policy_tag_ipv6(const struct tm_limit_secret *secret,
					      const struct tm_policy *policy, u8 limit,
					      const struct tm_packet *packet,
					      struct tm_limit_more more)
{
	const struct tm_policy_masks *masks = &policy->masks[TRAFFICMON_FAMILY_IPV6];
	const struct tm_limit_seed *seed = &policy->seeds[limit][TRAFFICMON_FAMILY_IPV6];
	union tm_address source, destination;
	int i;

	for (i = 0; i < 2; i++) {
		source.halves[i] = packet->source.halves[i] & masks->source.halves[i];
		destination.halves[i] = packet->destination.halves[i] &
					masks->destination.halves[i];
		if (!policy->both)
			source.halves[i] |= destination.halves[i];
	}
	if (policy->both)
		return tm_limit_tag_ipv6(secret, seed, &source, &destination, more);
	return tm_limit_tag_ipv6(secret, seed, &source, NULL, more);
}

/* The tag of tm_policy_key()'s key, in most cases without making the key. */
static __always_inline u64 tm_policy_tag(struct tm_net *tn, const struct tm_policy *policy,
					 u8 limit, const struct tm_packet *packet, bool aggregate)
{
	const struct tm_limit_secret *secret = &tn->limiters.secret;
	const struct tm_policy_masks *masks = &policy->masks[TRAFFICMON_FAMILY_IPV4];
	struct tm_limit_more more = {
		.ports = tm_limit_ports(0, packet->destination_port),
		.used = policy->with_port,
	};

	if (unlikely(aggregate || !policy->masked))
		return tm_policy_key_tag(tn, policy, limit, packet, aggregate);
	if (unlikely(packet->family & policy->family_mask))
		return tm_policy_tag_ipv6(secret, policy, limit, packet, more);
	return tm_limit_tag_ipv4(secret, &policy->seeds[limit][TRAFFICMON_FAMILY_IPV4],
				 packet->source.words[3] & masks->source.words[3],
				 packet->destination.words[3] & masks->destination.words[3],
				 more);
}

static __always_inline const struct tm_rate *tm_policy_rate(const struct tm_policy *policy,
							    u8 limit, bool aggregate)
{
	return aggregate ? &policy->aggregate_rates[limit] : &policy->spec->rates[limit];
}

static __always_inline u32 tm_policy_amount(const struct tm_rate *rate,
					    const struct tm_packet *packet)
{
	return rate->kind == TRAFFICMON_LIMIT_BYTES ? packet->bytes : packet->segments;
}

/* A key that has no slot yet, or whose slot others charge too. */
static noinline enum tm_limit_verdict tm_policy_charge_key(struct tm_net *tn,
							   const struct tm_policy *policy,
							   u8 limit,
							   const struct tm_packet *packet,
							   bool aggregate, u64 tag, u64 now_ns)
{
	const struct tm_rate *rate = tm_policy_rate(policy, limit, aggregate);
	struct tm_limit_key key;

	tm_policy_key(policy, limit, packet, aggregate, &key);
	return tm_limit_charge_again(&tn->limiters, tag, &key, rate,
				     tm_policy_amount(rate, packet), now_ns);
}

static __always_inline enum tm_limit_verdict tm_policy_charge(struct tm_net *tn,
							      const struct tm_policy *policy,
							      u8 limit,
							      const struct tm_packet *packet,
							      bool aggregate, u64 tag, u64 now_ns)
{
	const struct tm_rate *rate = tm_policy_rate(policy, limit, aggregate);
	enum tm_limit_verdict verdict;

	verdict = tm_limit_hit(&tn->limiters, tag, rate, tm_policy_amount(rate, packet), now_ns);
	if (unlikely(verdict > TM_LIMIT_OVER))
		verdict = tm_policy_charge_key(tn, policy, limit, packet, aggregate, tag, now_ns);
	if (verdict == TM_LIMIT_OVER)
		tm_limit_note_over(&tn->limiters, tag, packet->segments, now_ns);
	return verdict;
}

/* Would one of the limits refuse it?  The first one that does, or UNDER. */
static __always_inline enum tm_limit_verdict tm_policy_test(struct tm_net *tn,
							    const struct tm_policy *policy,
							    const struct tm_packet *packet,
							    bool aggregate, const u64 *tags,
							    u64 now_ns)
{
	enum tm_limit_verdict verdict;
	u8 i;

	for (i = 0; i < policy->limit_count; i++) {
		verdict = tm_limit_test(&tn->limiters, tags[i],
					tm_policy_rate(policy, i, aggregate), now_ns);
		if (verdict == TM_LIMIT_OVER)
			tm_limit_note_over(&tn->limiters, tags[i], packet->segments, now_ns);
		if (verdict != TM_LIMIT_UNDER)
			return verdict;
	}
	return TM_LIMIT_UNDER;
}

/*
 * All limits are tested before any is charged, so that a packet that one of
 * them refuses costs nothing of the others.  With one limit, charging tests.
 */
static __always_inline enum tm_limit_verdict tm_policy_limits(struct tm_net *tn,
							      const struct tm_policy *policy,
							      const struct tm_packet *packet,
							      bool aggregate, u64 now_ns)
{
	enum tm_limit_verdict verdict;
	TM_UNINITIALIZED u64 tags[TRAFFICMON_LIMITS_MAX];
	u8 i;

	tags[0] = tm_policy_tag(tn, policy, 0, packet, aggregate);
	if (likely(policy->limit_count == 1))
		return tm_policy_charge(tn, policy, 0, packet, aggregate, tags[0], now_ns);
	for (i = 1; i < policy->limit_count; i++)
		tags[i] = tm_policy_tag(tn, policy, i, packet, aggregate);
	verdict = tm_policy_test(tn, policy, packet, aggregate, tags, now_ns);
	for (i = 0; verdict == TM_LIMIT_UNDER && i < policy->limit_count; i++)
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

static __always_inline void tm_policy_count(const struct tm_policy *policy,
					    const struct tm_packet *packet,
					    enum tm_policy_fate fate)
{
	struct tm_policy_counters *own = this_cpu_ptr(policy->counters);

	u64_stats_update_begin(&own->sync);
	tm_counter_add(&own->fate[fate], packet->segments, packet->bytes);
	u64_stats_update_end(&own->sync);
}

/* What one policy says; TM_REASON_NONE: nothing against the packet. */
static __always_inline enum tm_reason tm_policy_judge_one(struct tm_net *tn,
							  const struct tm_policy *policy,
							  const struct tm_packet *packet,
							  u64 now_ns)
{
	enum tm_limit_verdict verdict = TM_LIMIT_OVER;
	enum tm_reason reason = TM_REASON_policy;

	if (policy->limit_count)
		verdict = tm_policy_limits(tn, policy, packet, false, now_ns);
	if (verdict == TM_LIMIT_UNDER)
		reason = TM_REASON_NONE;
	else if (unlikely(verdict != TM_LIMIT_OVER))
		reason = tm_policy_seldom(tn, policy, packet, verdict, now_ns);
	if (reason == TM_REASON_NONE) {
		tm_policy_count(policy, packet, TM_POLICY_PASSED);
		return reason;
	}
	if (!policy->enforce) {
		tm_policy_count(policy, packet, TM_POLICY_OVER);
		return TM_REASON_policy_monitor;
	}
	tm_policy_count(policy, packet, TM_POLICY_DROPPED);
	return reason;
}

enum tm_reason tm_policy_judge(struct tm_net *tn, const struct tm_ruleset *ruleset,
			       const struct tm_packet *packet, const char *device)
{
	enum tm_reason reason, monitored = TM_REASON_NONE;
	TM_UNINITIALIZED u16 found[TM_CLASSIFY_WALK_MAX];
	u32 count, i;
	u64 now_ns;
	bool more;

	count = tm_classify(ruleset->classifier, packet, device, found, &more);
	if (!count)
		return TM_REASON_NONE;
	now_ns = ktime_get_ns();
	for (i = 0; i < count; i++) {
		reason = tm_policy_judge_one(tn, &ruleset->policies[found[i]], packet, now_ns);
		if (reason == TM_REASON_policy_monitor)
			monitored = reason;
		else if (reason != TM_REASON_NONE)
			return reason;
	}
	if (more)
		tm_stats_reason(tn->stats, TM_REASON_matches_many, packet);
	return monitored;
}
