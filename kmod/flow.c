// SPDX-License-Identifier: GPL-2.0
/*
 * The flow table's way of a packet: make the entry, learn what it says of the
 * flow.  Finding an entry and accounting to it stand in flow_account.h.
 *
 * A packet takes one lock, its bucket's, and writes the bucket's header line
 * and one entry.  When a bucket is full, the entry that goes is one whose
 * timeout has passed, else one that ended, else one never answered, idle
 * longest first; answered flows do not make room for newcomers.  What finds no
 * room is untracked and counted.
 *
 * What is shown, swept, flushed and balanced outside of the packet path stands
 * in flow_walk.c.
 */
#include "flow.h"

#include <linux/build_bug.h>
#include <linux/log2.h>
#include <linux/overflow.h>
#include <linux/vmalloc.h>

#include "clock.h"
#include "flow_account.h"
#include "flow_bucket.h"
#include "netns.h"
#include "params.h"
#include "table.h"

/* An acknowledgement this far beyond what we wait for still proves it: a large send window. */
#define TM_FLOW_ACK_WINDOW	(4U << 20)
/* UDP packets each way that make a flow established, whoever spoke first. */
#define TM_FLOW_UDP_EXCHANGE	3

#define TCP_FLAG_BYTE_ACK	0x10

int tm_flow_init(struct tm_flow_table *table, u32 count)
{
	u32 buckets = count / TM_FLOW_WAYS;
	u32 i;

#if !defined(CONFIG_LOCKDEP) && !defined(CONFIG_DEBUG_SPINLOCK) && !defined(CONFIG_PREEMPT_RT)
	BUILD_BUG_ON(sizeof(struct tm_flow) != 120);
	BUILD_BUG_ON(sizeof(struct tm_flow_bucket) != 1024);
#endif
	if (WARN_ON_ONCE(!is_power_of_2(count) || count < TM_FLOW_WAYS))
		return -EINVAL;
	table->budget = alloc_percpu_gfp(struct tm_flow_budget, GFP_KERNEL_ACCOUNT);
	if (!table->budget)
		return -ENOMEM;
	/* not kvcalloc(), which refuses the 2 GiB of the largest table */
	table->buckets = vmalloc_huge(array_size(buckets, sizeof(*table->buckets)),
				      TM_GFP_TABLE | __GFP_ZERO);
	if (!table->buckets) {
		tm_flow_clean(table);
		return -ENOMEM;
	}
	for (i = 0; i < buckets; i++) {
		spin_lock_init(&table->buckets[i].lock);
		if (!(i % 1024))
			cond_resched();
	}
	table->mask = buckets - 1;
	tm_flow_key_init(&table->key);
	return 0;
}

void tm_flow_clean(struct tm_flow_table *table)
{
	vfree(table->buckets);
	table->buckets = NULL;
	free_percpu(table->budget);
	table->budget = NULL;
}

u64 tm_flow_table_bytes(const struct tm_flow_table *table)
{
	return ((u64)table->mask + 1) * sizeof(struct tm_flow_bucket) +
	       (u64)num_possible_cpus() * sizeof(struct tm_flow_budget);
}

/*
 * TCP: who has proven that it gets our packets?  Either the third packet of a
 * handshake that we saw acknowledges the SYN-ACK that we saw leave, or, met in
 * mid-stream, data that went outwards was acknowledged.  A blind SYN and ACK
 * from a spoofed source does neither.
 */
static bool tm_flow_tcp_proven(struct tm_flow *flow, const struct tm_packet *packet, int side)
{
	bool from_reply = side == 1;

	if (packet->class == TRAFFICMON_CLASS_SYNACK && side == 1) {
		flow->expected_ack = packet->tcp_sequence + 1;
		flow->flags &= ~TM_FLOW_EXPECT_REPLY;
		flow->flags |= TM_FLOW_EXPECT;
		return false;
	}
	if (flow->flags & TM_FLOW_EXPECT) {
		if (!(packet->tcp_flags & TCP_FLAG_BYTE_ACK) ||
		    from_reply != !!(flow->flags & TM_FLOW_EXPECT_REPLY))
			return false;
		if (flow->flags & TM_FLOW_SYN)
			return packet->tcp_acknowledgement == flow->expected_ack;
		return packet->tcp_acknowledgement - flow->expected_ack < TM_FLOW_ACK_WINDOW;
	}
	if (!(flow->flags & TM_FLOW_SYN) && packet->payload_bytes &&
	    packet->direction == TRAFFICMON_DIRECTION_OUT) {
		flow->expected_ack = packet->tcp_sequence + packet->payload_bytes;
		flow->flags |= TM_FLOW_EXPECT | (from_reply ? 0 : TM_FLOW_EXPECT_REPLY);
	}
	return false;
}

static bool tm_flow_udp_proven(const struct tm_flow *flow)
{
	return flow->flags & TM_FLOW_OUT ||
	       (flow->packets[0] >= TM_FLOW_UDP_EXCHANGE &&
		flow->packets[1] >= TM_FLOW_UDP_EXCHANGE);
}

u8 tm_flow_learn(struct tm_flow *flow, u8 rank, const struct tm_packet *packet, int side)
{
	if (rank == TM_RANK_ENDED)
		return rank;
	if (side == 1 && rank == TM_RANK_NEW)
		rank = TM_RANK_ANSWERED;
	switch (packet->class) {
	case TRAFFICMON_CLASS_RST:
		return TM_RANK_ENDED;
	case TRAFFICMON_CLASS_FIN:
		flow->flags |= side ? TM_FLOW_FIN_REPLY : TM_FLOW_FIN_ORIGINAL;
		if (flow->flags & TM_FLOW_FIN_REPLY && flow->flags & TM_FLOW_FIN_ORIGINAL)
			return TM_RANK_ENDED;
		fallthrough;
	case TRAFFICMON_CLASS_SYNACK:
	case TRAFFICMON_CLASS_ACK:
		if (rank != TM_RANK_ESTABLISHED && tm_flow_tcp_proven(flow, packet, side))
			return TM_RANK_ESTABLISHED;
		return rank;
	case TRAFFICMON_CLASS_UDP:
		if (rank == TM_RANK_ANSWERED && tm_flow_udp_proven(flow))
			return TM_RANK_ESTABLISHED;
		return rank;
	default:
		return rank;
	}
}

/* The entry that makes room for a newcomer, or -1. */
static int tm_flow_victim(const struct tm_flow_bucket *bucket, u64 now_ms, u8 *reason)
{
	int way, victim = -1;
	u32 victim_idle = 0;
	u8 victim_rank = TM_RANK_ANSWERED;

	for (way = 0; way < TM_FLOW_WAYS; way++) {
		u8 rank = bucket->rank[way];
		u32 idle_ms;

		if (rank == TM_RANK_FREE)
			return way;
		idle_ms = tm_flow_idle_ms(bucket, way, now_ms);
		if (tm_flow_timed_out(bucket, way, idle_ms))
			rank = TM_RANK_ENDED;
		if (rank < victim_rank || (rank == victim_rank && rank <= TM_RANK_NEW &&
					   idle_ms > victim_idle)) {
			victim = way;
			victim_rank = rank;
			victim_idle = idle_ms;
		}
	}
	if (victim < 0)
		return victim;
	if (victim_rank == TM_RANK_NEW)
		*reason = TRAFFICMON_RECORD_EVICTED;
	else
		*reason = bucket->rank[victim] == TM_RANK_ENDED ? TRAFFICMON_RECORD_ENDED :
								  TRAFFICMON_RECORD_IDLE;
	return victim;
}

static bool tm_flow_budget_spent(struct tm_flow_table *table, u64 now_ms)
{
	struct tm_flow_budget *budget;

	if (!tm_params.insert_budget)
		return false;
	budget = this_cpu_ptr(table->budget);
	if (now_ms - budget->window_ms >= MSEC_PER_SEC) {
		budget->window_ms = now_ms;
		budget->used = 0;
	}
	if (budget->used >= tm_params.insert_budget)
		return true;
	budget->used++;
	return false;
}

static void tm_flow_fill(struct tm_flow *flow, const struct tm_packet *packet, u64 now_ms)
{
	memset(flow, 0, sizeof(*flow));
	flow->address[0] = packet->source;
	flow->address[1] = packet->destination;
	flow->port[0] = packet->source_port;
	flow->port[1] = packet->destination_port;
	flow->protocol = packet->protocol;
	flow->flags = packet->kind;
	if (packet->direction == TRAFFICMON_DIRECTION_OUT)
		flow->flags |= TM_FLOW_OUT;
	if (packet->class == TRAFFICMON_CLASS_SYN)
		flow->flags |= TM_FLOW_SYN;
	flow->start_low = (u32)now_ms;
	flow->start_high = (u16)(now_ms >> 32);
	flow->recorded_ms = (u32)now_ms;
	flow->ifindex = packet->ifindex;
}

/* Make an entry for the packet's flow.  Return: its way, or -1 with the reason. */
static int tm_flow_insert(struct tm_net *tn, u64 hash, const struct tm_packet *packet,
			  u64 now_ms, enum tm_reason *untracked)
{
	u32 index = tm_flow_index(&tn->flows, hash);
	struct tm_flow_bucket *bucket = &tn->flows.buckets[index];
	struct tm_stats *stats;
	u8 reason;
	int way;

	way = tm_flow_victim(bucket, now_ms, &reason);
	if (way < 0) {
		*untracked = TM_REASON_flows_full;
		return way;
	}
	if (tm_flow_budget_spent(&tn->flows, now_ms)) {
		*untracked = TM_REASON_insert_budget;
		return -1;
	}
	if (bucket->rank[way] != TM_RANK_FREE)
		tm_flow_end(tn, index, way, now_ms, reason);
	tm_flow_fill(&bucket->flow[way], packet, now_ms);
	bucket->tag[way] = tm_flow_tag(hash);
	bucket->rank[way] = TM_RANK_NEW;
	stats = this_cpu_ptr(tn->stats);
	u64_stats_update_begin(&stats->sync);
	u64_stats_inc(&stats->flows_created);
	u64_stats_update_end(&stats->sync);
	return way;
}

enum tm_reason tm_flow_begin(struct tm_net *tn, u64 hash, u32 ended_way,
			     const struct tm_packet *packet)
{
	u32 index = tm_flow_index(&tn->flows, hash);
	struct tm_flow_bucket *bucket = &tn->flows.buckets[index];
	enum tm_reason untracked = TM_REASON_NONE;
	u64 now_ms = tm_clock_ms();
	int way;

	if (ended_way < TM_FLOW_WAYS)
		tm_flow_end(tn, index, ended_way, now_ms, TRAFFICMON_RECORD_ENDED);
	way = tm_flow_insert(tn, hash, packet, now_ms, &untracked);
	if (way >= 0)
		tm_flow_add(bucket, &bucket->flow[way], way, 0, packet);
	return untracked;
}

void tm_flow_answered(struct tm_net *tn, const struct tm_packet *packet)
{
	u64 hash = tm_flow_hash(&tn->flows.key, packet);
	struct tm_flow_bucket *bucket = &tn->flows.buckets[tm_flow_index(&tn->flows, hash)];
	struct tm_flow *flow;
	int side;
	u32 way;

	spin_lock(&bucket->lock);
	flow = tm_flow_find(bucket, tm_flow_tag(hash), packet, &way, &side);
	if (flow && side == 1)
		bucket->rank[way] = tm_flow_learn(flow, bucket->rank[way], packet, side);
	spin_unlock(&bucket->lock);
}
