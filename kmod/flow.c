// SPDX-License-Identifier: GPL-2.0
/*
 * The flow table's way of a packet: make the entry, learn what it says of the
 * flow.  Finding an entry and accounting to it stand in flow_account.h.
 *
 * A packet takes one lock, its bucket's, and writes the bucket's header line
 * and one entry.  When a bucket is full, the entry that goes is one that ended,
 * or was answered and timed out, else one never answered, idle longest first;
 * answered flows do not make room for newcomers.  What finds no room is
 * untracked and counted.
 *
 * What is shown, swept, flushed and balanced outside of the packet path stands
 * in flow_walk.c.
 */
#include "flow.h"

#include <linux/build_bug.h>
#include <linux/in.h>
#include <linux/log2.h>
#include <linux/overflow.h>
#include <linux/time64.h>
#include <linux/vmalloc.h>

#include "bh_lock.h"
#include "clock.h"
#include "flow_account.h"
#include "flow_bucket.h"
#include "netns.h"
#include "params.h"
#include "table.h"

int tm_flow_init(struct tm_flow_table *table, u32 count)
{
	u32 buckets = count / TM_FLOW_WAYS;
	u32 i;

	BUILD_BUG_ON(sizeof(struct tm_flow) != 120);
	BUILD_BUG_ON(sizeof(struct tm_flow_bucket) != TM_FLOW_BUCKET_BYTES);
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
	table->place_mask = (u64)table->mask * TM_FLOW_BUCKET_BYTES;
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

enum tm_reason tm_flow_learn(struct tm_net *tn, struct tm_flow_bucket *bucket, u32 way, int side,
			     u64 hash, struct tm_packet *packet)
{
	u8 rank = bucket->rank[way];

	if (tm_flow_reopens(rank, packet)) {
		tm_flow_end(tn, tm_flow_index(&tn->flows, bucket), way, tm_clock_ms(),
			    TRAFFICMON_RECORD_ENDED);
		return tm_flow_begin(tn, hash, packet);
	}
	tm_flow_add(bucket, &bucket->flow[way], way, side, packet);
	bucket->rank[way] = tm_flow_rank_after(&bucket->flow[way], rank, packet, side);
	return TM_REASON_NONE;
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
		if (rank > TM_RANK_NEW) {
			if (!tm_flow_timed_out(bucket, way, idle_ms))
				continue;
			rank = TM_RANK_ENDED;
		}
		if (rank < victim_rank || (rank == victim_rank && idle_ms > victim_idle)) {
			victim = way;
			victim_rank = rank;
			victim_idle = idle_ms;
		}
	}
	if (victim < 0)
		return victim;
	if (bucket->rank[victim] == TM_RANK_ENDED)
		*reason = TRAFFICMON_RECORD_ENDED;
	else if (tm_flow_timed_out(bucket, victim, victim_idle))
		*reason = TRAFFICMON_RECORD_IDLE;
	else
		*reason = TRAFFICMON_RECORD_EVICTED;
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

/* Every member, one by one: clearing all of it first writes most of it twice. */
static void tm_flow_fill(struct tm_flow *flow, const struct tm_packet *packet, u64 now_ms)
{
	flow->address[0] = packet->source;
	flow->address[1] = packet->destination;
	flow->ports = packet->ports;
	flow->sort = packet->sort;
	flow->flags = packet->direction == TRAFFICMON_DIRECTION_OUT ? TM_FLOW_OUT : 0;
	if (packet->class == TRAFFICMON_CLASS_SYN)
		flow->flags |= TM_FLOW_SYN;
	flow->start_high = (u8)(now_ms >> 32);
	flow->packets[0] = packet->segments;
	flow->packets[1] = 0;
	flow->bytes[0] = packet->bytes;
	flow->bytes[1] = 0;
	flow->recorded_packets[0] = 0;
	flow->recorded_packets[1] = 0;
	flow->recorded_bytes[0] = 0;
	flow->recorded_bytes[1] = 0;
	flow->start_low = (u32)now_ms;
	flow->recorded_ms = (u32)now_ms;
	flow->expected_ack = 0;
	flow->ifindex = packet->ifindex;
}

enum tm_reason tm_flow_begin(struct tm_net *tn, u64 hash, struct tm_packet *packet)
{
	struct tm_flow_bucket *bucket = tm_flow_bucket_of(&tn->flows, hash);
	u64 now_ms = tm_clock_ms();
	struct tm_stats *stats;
	u8 reason;
	int way;

	packet->flags |= TM_PACKET_BEGINS;
	way = tm_flow_victim(bucket, now_ms, &reason);
	if (way < 0)
		return TM_REASON_flows_full;
	if (tm_flow_budget_spent(&tn->flows, now_ms))
		return TM_REASON_insert_budget;
	if (bucket->rank[way] != TM_RANK_FREE)
		tm_flow_end(tn, tm_flow_index(&tn->flows, bucket), way, now_ms, reason);
	tm_flow_fill(&bucket->flow[way], packet, now_ms);
	bucket->tag[way] = tm_flow_tag(hash);
	bucket->last_ms[way] = (u32)now_ms;
	stats = this_cpu_ptr(tn->stats);
	u64_stats_update_begin(&stats->sync);
	u64_stats_inc(&stats->flows_created);
	u64_stats_update_end(&stats->sync);
	bucket->rank[way] = tm_flow_rank_after(&bucket->flow[way], TM_RANK_NEW, packet, 0);
	return TM_REASON_NONE;
}

/* The entry of the packet's flow, or NULL; *@side: as of tm_flow_learn(). */
static struct tm_flow *tm_flow_find(struct tm_flow_bucket *bucket, u64 hash,
				    const struct tm_packet *packet, int *side)
{
	struct tm_flow *flow = bucket->flow;
	u16 tag = tm_flow_tag(hash);
	u32 way;

	lockdep_assert_held(&bucket->lock);
	for (way = 0; way < TM_FLOW_WAYS; way++, flow++) {
		if (bucket->tag[way] != tag || flow->sort != packet->sort)
			continue;
		*side = !tm_flow_goes(flow, 0, packet, packet->family);
		if (!*side || tm_flow_goes(flow, 1, packet, packet->family))
			return flow;
	}
	return NULL;
}

/* Locks the bucket of the packet's flow.  Return: the entry, or NULL. */
static struct tm_flow *tm_flow_lock(struct tm_net *tn, const struct tm_packet *packet,
				    struct tm_flow_bucket **bucket, int *side)
	__acquires(&(*bucket)->lock)
{
	u64 hash = tm_flow_hash(&tn->flows.key, packet, packet->family);

	*bucket = tm_flow_bucket_of(&tn->flows, hash);
	tm_bh_lock(&(*bucket)->lock);
	return tm_flow_find(*bucket, hash, packet, side);
}

static bool tm_flow_proven(const struct tm_flow *flow)
{
	return flow->flags & TM_FLOW_PROVEN &&
	       (flow->protocol != IPPROTO_UDP || flow->flags & TM_FLOW_OUT);
}

u64 tm_flow_established_since(struct tm_net *tn, const struct tm_packet *packet)
{
	struct tm_flow_bucket *bucket;
	const struct tm_flow *flow;
	u64 start_ns = U64_MAX;
	int side;

	flow = tm_flow_lock(tn, packet, &bucket, &side);
	if (flow && tm_flow_proven(flow))
		start_ns = tm_flow_start_ms(flow) * NSEC_PER_MSEC;
	tm_bh_unlock(&bucket->lock);
	return start_ns;
}

bool tm_flow_was_refused(struct tm_net *tn, const struct tm_packet *packet)
{
	struct tm_flow_bucket *bucket;
	const struct tm_flow *flow;
	bool refused;
	int side;

	flow = tm_flow_lock(tn, packet, &bucket, &side);
	refused = flow && flow->flags & TM_FLOW_REFUSED &&
		  bucket->rank[flow - bucket->flow] < TM_RANK_ANSWERED;
	tm_bh_unlock(&bucket->lock);
	return refused;
}

void tm_flow_refuse(struct tm_net *tn, const struct tm_packet *packet, bool refused)
{
	struct tm_flow_bucket *bucket;
	struct tm_flow *flow;
	int side;

	flow = tm_flow_lock(tn, packet, &bucket, &side);
	if (flow && refused)
		flow->flags |= TM_FLOW_REFUSED;
	else if (flow)
		flow->flags &= ~TM_FLOW_REFUSED;
	tm_bh_unlock(&bucket->lock);
}

/*
 * Teaches a flow that its other direction, which this is, leaves the host.  Where both
 * ends are the same it is the first direction.
 */
void tm_flow_answered(struct tm_net *tn, const struct tm_packet *packet)
{
	struct tm_flow_bucket *bucket;
	struct tm_flow *flow;
	u8 *rank;
	int side;

	flow = tm_flow_lock(tn, packet, &bucket, &side);
	if (flow && side == 1) {
		rank = &bucket->rank[flow - bucket->flow];
		*rank = tm_flow_rank_after(flow, *rank, packet, side);
	}
	tm_bh_unlock(&bucket->lock);
}
