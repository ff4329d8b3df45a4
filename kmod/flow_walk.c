// SPDX-License-Identifier: GPL-2.0
/*
 * Walks over the flow table from process context: showing, sweeping, flushing,
 * balancing the books.  Each holds one bucket's lock at a time, for at most
 * eight entries, and gives way regularly: the packet path never waits longer.
 */
#include "flow.h"

#include <linux/netdevice.h>
#include <linux/sched.h>

#include "clock.h"
#include "flow_bucket.h"

#define TM_FLOW_YIELD	64	/* buckets between two cond_resched() */

static void tm_flow_yield(u32 index)
{
	if (!(index % TM_FLOW_YIELD))
		cond_resched();
}

u8 tm_flow_state(u8 rank)
{
	switch (rank) {
	case TM_RANK_ENDED:
		return TRAFFICMON_FLOW_ENDED;
	case TM_RANK_ANSWERED:
		return TRAFFICMON_FLOW_ANSWERED;
	case TM_RANK_ESTABLISHED:
		return TRAFFICMON_FLOW_ESTABLISHED;
	default:
		return TRAFFICMON_FLOW_NEW;
	}
}

u32 tm_flow_copy_bucket(struct tm_flow_table *table, u32 index,
			struct tm_flow_view views[TM_FLOW_WAYS])
{
	struct tm_flow_bucket *bucket = &table->buckets[index];
	u64 now_ms = tm_clock_ms();
	u32 count = 0;
	int way;

	spin_lock_bh(&bucket->lock);
	for (way = 0; way < TM_FLOW_WAYS; way++) {
		struct tm_flow_view *view = &views[count];

		if (bucket->rank[way] == TM_RANK_FREE)
			continue;
		view->flow = bucket->flow[way];
		view->rank = bucket->rank[way];
		view->idle_ms = tm_flow_idle_ms(bucket, way, now_ms);
		view->start_ms = tm_flow_start_ms(&view->flow);
		count++;
	}
	spin_unlock_bh(&bucket->lock);
	return count;
}

u32 tm_flow_count(struct tm_flow_table *table)
{
	u32 index, count = 0;
	int way;

	for (index = 0; index <= table->mask; index++) {
		for (way = 0; way < TM_FLOW_WAYS; way++)
			count += READ_ONCE(table->buckets[index].rank[way]) != TM_RANK_FREE;
		tm_flow_yield(index);
	}
	return count;
}

u64 tm_flow_flush(struct tm_net *tn)
{
	u64 now_ms = tm_clock_ms();
	u64 flushed = 0;
	u32 index;
	int way;

	for (index = 0; index <= tn->flows.mask; index++) {
		struct tm_flow_bucket *bucket = &tn->flows.buckets[index];

		spin_lock_bh(&bucket->lock);
		for (way = 0; way < TM_FLOW_WAYS; way++) {
			if (bucket->rank[way] == TM_RANK_FREE)
				continue;
			tm_flow_end(tn, index, way, now_ms, TRAFFICMON_RECORD_RESET);
			flushed++;
		}
		spin_unlock_bh(&bucket->lock);
		tm_flow_yield(index);
	}
	return flushed;
}

static void tm_flow_sweep_entry(struct tm_net *tn, u32 index, int way, u64 now_ms)
{
	struct tm_flow_bucket *bucket = &tn->flows.buckets[index];
	struct tm_flow *flow = &bucket->flow[way];
	u8 rank = bucket->rank[way];

	if (tm_flow_timed_out(bucket, way, tm_flow_idle_ms(bucket, way, now_ms))) {
		tm_flow_end(tn, index, way, now_ms, rank == TM_RANK_ENDED ?
			    TRAFFICMON_RECORD_ENDED : TRAFFICMON_RECORD_IDLE);
		return;
	}
	if ((s32)((u32)now_ms - flow->recorded_ms) < (s32)tm_params.active_ms)
		return;
	flow->recorded_ms = (u32)now_ms;
	if (flow->packets[0] + flow->packets[1] ==
	    flow->recorded_packets[0] + flow->recorded_packets[1])
		return;
	tm_record_issue(&tn->records, flow, rank, bucket->last_ms[way], now_ms,
			TRAFFICMON_RECORD_ACTIVE, tm_flow_rewalked(&tn->flows, index));
}

void tm_flow_sweep(struct tm_net *tn, u32 budget)
{
	u64 now_ms = tm_clock_ms();
	u32 done;
	int way;

	for (done = 0; done < budget; done++) {
		u32 index = tn->flows.sweep_bucket;
		struct tm_flow_bucket *bucket = &tn->flows.buckets[index];

		spin_lock_bh(&bucket->lock);
		for (way = 0; way < TM_FLOW_WAYS; way++)
			if (bucket->rank[way] != TM_RANK_FREE)
				tm_flow_sweep_entry(tn, index, way, now_ms);
		spin_unlock_bh(&bucket->lock);
		tn->flows.sweep_bucket = (index + 1) & tn->flows.mask;
		tm_flow_yield(done);
	}
}

static void tm_flow_ledger_bucket(struct tm_flow_table *table, u32 index, struct tm_count *live)
{
	struct tm_flow_bucket *bucket = &table->buckets[index];
	int way, side;

	spin_lock_bh(&bucket->lock);
	for (way = 0; way < TM_FLOW_WAYS; way++) {
		const struct tm_flow *flow = &bucket->flow[way];

		if (bucket->rank[way] == TM_RANK_FREE)
			continue;
		for (side = 0; side < 2; side++) {
			live->packets += flow->packets[side] - flow->recorded_packets[side];
			live->bytes += flow->bytes[side] - flow->recorded_bytes[side];
		}
	}
	WRITE_ONCE(table->ledger_cursor, index + 1);
	spin_unlock_bh(&bucket->lock);
}

/*
 * A packet counts as seen before it enters a flow.  So: read `before`, wait
 * until every packet in it has left its hook, walk.  A flow that becomes
 * a record behind the cursor was already summed as live: the rings keep such
 * records apart (`rewalked`) and they are taken off.  Likewise `untracked` is
 * read a grace period before `after`, which therefore holds all of it.
 */
void tm_flow_ledger(struct tm_net *tn, struct tm_ledger *ledger)
{
	struct tm_record_totals records;
	struct tm_stats_sum sum;
	u32 index;

	lockdep_assert_held(&tn->lock);
	memset(ledger, 0, sizeof(*ledger));
	tm_stats_read(tn->stats, &sum);
	ledger->before = sum.seen_total;
	synchronize_net();
	/* now nobody holds a cursor of the walk before and could still add to it */
	tm_record_rewalk_start(&tn->records);
	for (index = 0; index <= tn->flows.mask; index++) {
		tm_flow_ledger_bucket(&tn->flows, index, &ledger->live);
		tm_flow_yield(index);
	}
	tm_record_sum(&tn->records, &records);
	tm_stats_read(tn->stats, &sum);
	ledger->untracked = sum.kinds[TM_KIND_untracked];
	synchronize_net();
	tm_stats_read(tn->stats, &sum);
	ledger->after = sum.seen_total;
	WRITE_ONCE(tn->flows.ledger_cursor, 0);
	ledger->recorded.packets = records.total.packets - records.rewalked.packets;
	ledger->recorded.bytes = records.total.bytes - records.rewalked.bytes;
}
