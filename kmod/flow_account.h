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

#include "clock.h"
#include "flow.h"
#include "netns.h"

static __always_inline u32 tm_flow_index(const struct tm_flow_table *table, u64 hash)
{
	return (u32)(hash >> 32) & table->mask;
}

static __always_inline u16 tm_flow_tag(u64 hash)
{
	return hash >> 16;
}

/* Does the packet go from the entry's end @side to the other one?  Of the same kind. */
static __always_inline bool tm_flow_goes(const struct tm_flow *flow, int side,
					 const struct tm_packet *packet)
{
	if (flow->address[side].halves[1] != packet->source.halves[1] ||
	    flow->address[!side].halves[1] != packet->destination.halves[1] ||
	    flow->port[side] != packet->source_port ||
	    flow->port[!side] != packet->destination_port)
		return false;
	/* of IPv4 they are all 0 */
	return likely(!(packet->kind & TM_PACKET_KIND_IPV6)) ||
	       (flow->address[side].halves[0] == packet->source.halves[0] &&
		flow->address[!side].halves[0] == packet->destination.halves[0]);
}

/*
 * The entry of the packet's flow, or NULL.  *@way: its place; *@side: 0 when the
 * packet goes the way of the first one.  Under the bucket's lock.
 */
static __always_inline struct tm_flow *tm_flow_find(struct tm_flow_bucket *bucket, u16 tag,
						    const struct tm_packet *packet, u32 *way,
						    int *side)
{
	struct tm_flow *flow = bucket->flow;

	for (*way = 0; *way < TM_FLOW_WAYS; ++*way, ++flow) {
		if (bucket->tag[*way] != tag || bucket->rank[*way] == TM_RANK_FREE ||
		    flow->protocol != packet->protocol ||
		    (flow->flags & TM_PACKET_KINDS) != packet->kind)
			continue;
		*side = 0;
		if (likely(tm_flow_goes(flow, 0, packet)))
			return flow;
		*side = 1;
		if (tm_flow_goes(flow, 1, packet))
			return flow;
	}
	return NULL;
}

/* A SYN on an ended connection's ports begins another one. */
static __always_inline bool tm_flow_reopens(u8 rank, const struct tm_packet *packet)
{
	return unlikely(rank == TM_RANK_ENDED) && packet->class == TRAFFICMON_CLASS_SYN;
}

/* What most packets are: nothing can be learned from them. */
static __always_inline bool tm_flow_settled(u8 rank, const struct tm_packet *packet, int side)
{
	if (packet->class == TRAFFICMON_CLASS_UDP)
		return rank == TM_RANK_ESTABLISHED || (rank == TM_RANK_NEW && !side);
	return packet->class == TRAFFICMON_CLASS_ACK && rank == TM_RANK_ESTABLISHED;
}

/* To the entry at @way, from its end @side. */
static __always_inline void tm_flow_add(struct tm_flow_bucket *bucket, struct tm_flow *flow,
					u32 way, int side, const struct tm_packet *packet)
{
	flow->packets[side] += packet->segments;
	flow->bytes[side] += packet->bytes;
	bucket->last_ms[way] = (u32)tm_clock_ms();
	if (!tm_flow_settled(bucket->rank[way], packet, side))
		bucket->rank[way] = tm_flow_learn(flow, bucket->rank[way], packet, side);
}

/*
 * Account a packet to its flow.  Return: why it is in none, or TM_REASON_NONE.
 * Context: BH off.
 */
static __always_inline enum tm_reason tm_flow_account(struct tm_net *tn,
						      const struct tm_packet *packet)
{
	u64 hash = tm_flow_hash(&tn->flows.key, packet);
	struct tm_flow_bucket *bucket = &tn->flows.buckets[tm_flow_index(&tn->flows, hash)];
	enum tm_reason untracked = TM_REASON_NONE;
	struct tm_flow *flow;
	int side;
	u32 way;

	spin_lock(&bucket->lock);
	flow = tm_flow_find(bucket, tm_flow_tag(hash), packet, &way, &side);
	if (unlikely(!flow || tm_flow_reopens(bucket->rank[way], packet)))
		untracked = tm_flow_begin(tn, hash, way, packet);
	else
		tm_flow_add(bucket, flow, way, side, packet);
	spin_unlock(&bucket->lock);
	return untracked;
}

#endif
