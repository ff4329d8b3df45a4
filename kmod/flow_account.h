/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Accounting a packet to its flow: what is done for every packet, inline in the
 * hooks.  What begins or changes a flow stands in flow.c.
 *
 * Touched: the header line of one bucket, and of one entry the line or two with
 * its tuple and its counters.
 */
#ifndef TM_FLOW_ACCOUNT_H
#define TM_FLOW_ACCOUNT_H

#include "bh_lock.h"
#include "clock.h"
#include "flow.h"
#include "netns.h"

static __always_inline struct tm_flow_bucket *tm_flow_bucket_of(const struct tm_flow_table *table,
								u64 hash)
{
	return (void *)table->buckets + (tm_flow_place(hash) & table->place_mask);
}

/* Does the packet, of that family, go from the entry's end @side to the other one? */
static __always_inline bool tm_flow_goes(const struct tm_flow *flow, int side,
					 const struct tm_packet *packet, u8 family)
{
	const union tm_address *from = &flow->address[side], *to = &flow->address[!side];

	if (flow->ports != (side ? rol32(packet->ports, 16) : packet->ports))
		return false;
	if (family == TRAFFICMON_FAMILY_IPV4)
		return from->words[3] == packet->source.words[3] &&
		       to->words[3] == packet->destination.words[3];
	return tm_address_equal(from, &packet->source) &&
	       tm_address_equal(to, &packet->destination);
}

/* To @flow, the entry at @way, from its end @side. */
static __always_inline void tm_flow_add(struct tm_flow_bucket *bucket, struct tm_flow *flow,
					u32 way, int side, const struct tm_packet *packet)
{
	flow->packets[side] += packet->segments;
	flow->bytes[side] += packet->bytes;
	bucket->last_ms[way] = (u32)tm_clock_ms();
}

/* As tm_flow_account(), to an entry; unlocks, so that what most packets are ends here. */
static __always_inline enum tm_reason tm_flow_visit(struct tm_net *tn,
						    struct tm_flow_bucket *bucket,
						    struct tm_flow *flow, u32 way, int side,
						    u64 hash, struct tm_packet *packet)
	__releases(&bucket->lock)
{
	enum tm_reason untracked;

	if (likely(tm_flow_settled(bucket->rank[way], packet->class, side))) {
		tm_flow_add(bucket, flow, way, side, packet);
		tm_bh_unlock(&bucket->lock);
		return TM_REASON_NONE;
	}
	untracked = tm_flow_learn(tn, bucket, way, side, hash, packet);
	tm_bh_unlock(&bucket->lock);
	return untracked;
}

/*
 * Account a packet to its flow.  @family: of the packet; a constant is faster.
 * Return: why it is in none, or TM_REASON_NONE.  Context: BH off.
 */
static __always_inline enum tm_reason tm_flow_account(struct tm_net *tn,
						      struct tm_packet *packet, u8 family)
{
	u64 hash = tm_flow_hash(&tn->flows.key, packet, family);
	struct tm_flow_bucket *bucket = tm_flow_bucket_of(&tn->flows, hash);
	struct tm_flow *flow = bucket->flow;
	u16 tag = tm_flow_tag(hash);
	enum tm_reason untracked;
	u32 way;

	tm_bh_lock(&bucket->lock);
	for (way = 0; way < TM_FLOW_WAYS; way++, flow++) {
		if (bucket->tag[way] != tag || flow->sort != packet->sort)
			continue;
		/* a call for each side, so that each is compiled on its own: 6 instructions */
		if (likely(tm_flow_goes(flow, 0, packet, family)))
			return tm_flow_visit(tn, bucket, flow, way, 0, hash, packet);
		if (tm_flow_goes(flow, 1, packet, family))
			return tm_flow_visit(tn, bucket, flow, way, 1, hash, packet);
	}
	untracked = tm_flow_begin(tn, hash, packet);
	tm_bh_unlock(&bucket->lock);
	return untracked;
}

#endif
