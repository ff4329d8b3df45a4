// SPDX-License-Identifier: GPL-2.0
/*
 * Judging a packet: the policies that match, in order, each with its limits.
 *
 * How a ruleset is built and what survives its swap stands in ruleset.c.
 */
#include "policy.h"

#include <linux/string.h>

#include "netns.h"

/* Prefix of an address: @length counts from the family's first bit. */
static union tm_address tm_policy_mask(const union tm_address *address, u8 family, u8 length)
{
	u32 bits = family == TRAFFICMON_FAMILY_IPV4 ? length + 96 : length;
	union tm_address masked = *address;
	u32 word;

	if (bits == 128)
		return masked;
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

static u32 tm_policy_amount(const struct tm_rate *rate, const struct tm_packet *packet)
{
	return rate->kind == TRAFFICMON_LIMIT_BYTES ? packet->bytes : packet->segments;
}

/* One limit of a policy, ready to be tested and charged. */
struct tm_policy_charge {
	struct tm_limit_key key;
	u64 tag;
	const struct tm_rate *rate;
};

static void tm_policy_prepare(struct tm_net *tn, const struct tm_policy *policy, u8 limit,
			      const struct tm_packet *packet, bool aggregate,
			      struct tm_policy_charge *charge)
{
	tm_policy_key(policy, limit, packet, aggregate, &charge->key);
	charge->tag = tm_limit_tag(&tn->limiters, &charge->key);
	charge->rate = aggregate ? &policy->aggregate_rates[limit] : &policy->spec->rates[limit];
}

static enum tm_limit_verdict tm_policy_charge_one(struct tm_net *tn,
						  const struct tm_policy_charge *charge,
						  const struct tm_packet *packet)
{
	enum tm_limit_verdict verdict;

	verdict = tm_limit_charge(&tn->limiters, charge->tag, &charge->key, charge->rate,
				  tm_policy_amount(charge->rate, packet), packet->now_ns);
	if (verdict == TM_LIMIT_OVER)
		tm_limit_note_over(&tn->limiters, charge->tag, packet->segments, packet->now_ns);
	return verdict;
}

/*
 * All limits are tested before any is charged, so that a packet that one of
 * them refuses costs nothing of the others.  With one limit, charging tests.
 */
static enum tm_limit_verdict tm_policy_limits(struct tm_net *tn, const struct tm_policy *policy,
					      const struct tm_packet *packet, bool aggregate)
{
	struct tm_policy_charge charge[TRAFFICMON_LIMITS_MAX];
	enum tm_limit_verdict verdict = TM_LIMIT_UNDER;
	u8 count = policy->spec->limit_count;
	u8 i;

	for (i = 0; i < count; i++)
		tm_policy_prepare(tn, policy, i, packet, aggregate, &charge[i]);
	for (i = 0; count > 1 && i < count; i++) {
		verdict = tm_limit_test(&tn->limiters, charge[i].tag, charge[i].rate,
					packet->now_ns);
		if (verdict == TM_LIMIT_OVER)
			tm_limit_note_over(&tn->limiters, charge[i].tag, packet->segments,
					   packet->now_ns);
		if (verdict != TM_LIMIT_UNDER)
			return verdict;
	}
	for (i = 0; i < count; i++) {
		verdict = tm_policy_charge_one(tn, &charge[i], packet);
		if (verdict != TM_LIMIT_UNDER)
			return verdict;
	}
	return verdict;
}

/* The table has no room for the key: what the policy says about that. */
static enum tm_limit_verdict tm_policy_full(struct tm_net *tn, const struct tm_policy *policy,
					    const struct tm_packet *packet)
{
	enum tm_limit_verdict verdict = TM_LIMIT_FULL;

	if (policy->spec->on_full == TRAFFICMON_ON_FULL_AGGREGATE) {
		verdict = tm_policy_limits(tn, policy, packet, true);
		if (verdict != TM_LIMIT_FULL)
			tm_stats_reason(tn->stats, TM_REASON_limiters_full_aggregate, packet);
	}
	if (verdict == TM_LIMIT_FULL && policy->spec->on_full != TRAFFICMON_ON_FULL_DROP)
		tm_stats_reason(tn->stats, TM_REASON_limiters_full_pass, packet);
	return verdict;
}

static void tm_policy_count(const struct tm_policy *policy, const struct tm_packet *packet,
			    bool over, bool dropped)
{
	struct tm_policy_counters *own = this_cpu_ptr(policy->state->counters);

	u64_stats_update_begin(&own->sync);
	tm_counter_add(&own->matched, packet->segments, packet->bytes);
	if (over)
		tm_counter_add(&own->over, packet->segments, packet->bytes);
	if (dropped)
		tm_counter_add(&own->dropped, packet->segments, packet->bytes);
	u64_stats_update_end(&own->sync);
}

/* What one policy says; TM_REASON_NONE: nothing against the packet. */
static enum tm_reason tm_policy_judge_one(struct tm_net *tn, const struct tm_policy *policy,
					  const struct tm_packet *packet)
{
	bool enforce = policy->spec->mode == TRAFFICMON_MODE_ENFORCE;
	enum tm_limit_verdict verdict = TM_LIMIT_OVER;
	enum tm_reason reason = TM_REASON_NONE;

	if (policy->spec->limit_count)
		verdict = tm_policy_limits(tn, policy, packet, false);
	if (verdict == TM_LIMIT_FULL)
		verdict = tm_policy_full(tn, policy, packet);
	if (verdict == TM_LIMIT_CONTENDED)
		tm_stats_reason(tn->stats, TM_REASON_charge_contended, packet);
	if (verdict == TM_LIMIT_OVER)
		reason = enforce ? TM_REASON_policy : TM_REASON_policy_monitor;
	if (verdict == TM_LIMIT_FULL && policy->spec->on_full == TRAFFICMON_ON_FULL_DROP)
		reason = enforce ? TM_REASON_limiters_full_drop : TM_REASON_policy_monitor;
	tm_policy_count(policy, packet, reason != TM_REASON_NONE,
			reason != TM_REASON_NONE && enforce);
	return reason;
}

struct tm_verdict tm_policy_judge(struct tm_net *tn, const struct tm_ruleset *ruleset,
				  const struct tm_packet *packet, const char *device)
{
	struct tm_verdict verdict = { .drop = false, .reason = TM_REASON_NONE };
	u16 found[TM_CLASSIFY_WALK_MAX];
	bool more = false;
	u32 count, i;

	if (!ruleset->count)
		return verdict;
	count = tm_classify(ruleset->classifier, packet, device, found, &more);
	for (i = 0; i < count; i++) {
		enum tm_reason reason = tm_policy_judge_one(tn, &ruleset->policies[found[i]],
							    packet);

		if (reason == TM_REASON_NONE)
			continue;
		verdict.reason = reason;
		if (reason != TM_REASON_policy_monitor) {
			verdict.drop = true;
			return verdict;
		}
	}
	if (more)
		tm_stats_reason(tn->stats, TM_REASON_matches_many, packet);
	return verdict;
}
