/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What flow.c and flow_walk.c share about a bucket: its clock, its timeouts,
 * and how an entry ends.
 */
#ifndef TM_FLOW_BUCKET_H
#define TM_FLOW_BUCKET_H

#include <linux/in.h>

#include "flow.h"
#include "netns.h"
#include "params.h"
#include "record.h"

/* The number of a bucket. */
static inline u32 tm_flow_index(const struct tm_flow_table *table,
				const struct tm_flow_bucket *bucket)
{
	return bucket - table->buckets;
}

/*
 * 32 bits of ms wrap after 49 days; no timeout is longer than 7, and the sweep
 * comes by every few seconds.  A walk asks the clock first: a packet may be later.
 */
static inline u32 tm_flow_idle_ms(const struct tm_flow_bucket *bucket, int way, u64 now_ms)
{
	s32 idle_ms = (s32)((u32)now_ms - bucket->last_ms[way]);

	return max(idle_ms, 0);
}

/* Has an entry timed out?  Looks into the entry itself only where it may have. */
static inline bool tm_flow_timed_out(const struct tm_flow_bucket *bucket, int way, u32 idle_ms)
{
	switch (bucket->rank[way]) {
	case TM_RANK_ENDED:
		return idle_ms >= tm_params.idle_ended_ms;
	case TM_RANK_NEW:
		return idle_ms >= tm_params.idle_new_ms;
	case TM_RANK_ESTABLISHED:
		if (idle_ms < min(tm_params.idle_established_ms, tm_params.idle_answered_ms))
			return false;
		if (bucket->flow[way].protocol == IPPROTO_TCP)
			return idle_ms >= tm_params.idle_established_ms;
		fallthrough;
	default:
		return idle_ms >= tm_params.idle_answered_ms;
	}
}

/* Was the bucket already summed by a running ledger walk?  Under its lock. */
static inline bool tm_flow_rewalked(const struct tm_flow_table *table, u32 index)
{
	return index < READ_ONCE(table->ledger_cursor);
}

/* Issue the last record of an entry and free it.  Context: BH off, bucket locked. */
static inline void tm_flow_end(struct tm_net *tn, u32 index, int way, u64 now_ms, u8 reason)
{
	struct tm_flow_bucket *bucket = &tn->flows.buckets[index];

	lockdep_assert_held(&bucket->lock);
	tm_record_issue(&tn->records, &bucket->flow[way], bucket->rank[way], bucket->last_ms[way],
			now_ms, reason, tm_flow_rewalked(&tn->flows, index));
	bucket->rank[way] = TM_RANK_FREE;
	bucket->tag[way] = 0;
}

#endif
