/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Per-CPU counters of one namespace: what was seen, by class and direction,
 * and why packets met the fate they met.
 */
#ifndef TM_STATS_H
#define TM_STATS_H

#include <linux/percpu.h>
#include <linux/u64_stats_sync.h>
#include "packet.h"

enum tm_reason {
#define TM_REASON(id, kind, text) TM_REASON_##id,
#include "reasons.def"
#undef TM_REASON
	TM_REASON_MAX,
	TM_REASON_NONE = TM_REASON_MAX,
};

/* The list begins with those: has the packet with this one been dropped? */
static inline bool tm_reason_drops(enum tm_reason reason)
{
	return reason <= TM_REASON_limiters_full_drop;
}

enum tm_reason_kind {
	TM_KIND_drop, TM_KIND_monitor, TM_KIND_pass, TM_KIND_untracked,
	TM_KIND_skipped, TM_KIND_error,
};

/* The list of reasons in words, for netlink. */
struct tm_reason_text {
	const char *name;
	const char *kind_name;
	const char *text;
	enum tm_reason_kind kind;
};

extern const struct tm_reason_text tm_reason_texts[TM_REASON_MAX];

struct tm_counter {
	u64_stats_t packets;
	u64_stats_t bytes;
};

/* Plain sums, as read. */
struct tm_count {
	u64 packets;
	u64 bytes;
};

/**
 * struct tm_stats - one CPU's counters
 * @sync: for readers on 32 bit; writers run with BH off on their own CPU
 * @seen: every packet once, by class and direction
 * @reasons: by enum tm_reason
 * @flows_created: flows inserted
 */
struct tm_stats {
	struct tm_counter seen[__TRAFFICMON_CLASS_MAX][__TRAFFICMON_DIRECTION_MAX];
	struct tm_counter reasons[TM_REASON_MAX];
	u64_stats_t flows_created;
	struct u64_stats_sync sync;
};

/* Sums over all CPUs: each number whole, but read one after the other while others count. */
struct tm_stats_sum {
	struct tm_count seen_total;
	struct tm_count seen[__TRAFFICMON_CLASS_MAX][__TRAFFICMON_DIRECTION_MAX];
	struct tm_count reasons[TM_REASON_MAX];
	struct tm_count kinds[TM_KIND_error + 1];
	u64 flows_created;
};

/* Allocates, zeroed; GFP_KERNEL_ACCOUNT.  May sleep.  NULL: no memory. */
struct tm_stats __percpu *tm_stats_alloc(void);
void tm_stats_free(struct tm_stats __percpu *stats);

/* Context: process; any CPU. */
void tm_stats_read(struct tm_stats __percpu *stats, struct tm_stats_sum *sum);

/* Context: BH off. */
static inline void tm_counter_add(struct tm_counter *counter, u32 packets, u32 bytes)
{
	u64_stats_add(&counter->packets, packets);
	u64_stats_add(&counter->bytes, bytes);
}

/* Count a packet for a reason.  Context: BH off. */
static inline void tm_stats_reason(struct tm_stats __percpu *stats, enum tm_reason reason,
				   const struct tm_packet *packet)
{
	struct tm_stats *own = this_cpu_ptr(stats);

	u64_stats_update_begin(&own->sync);
	tm_counter_add(&own->reasons[reason], packet->segments, packet->bytes);
	u64_stats_update_end(&own->sync);
}

/* Count a packet as seen; before it enters a flow.  Context: BH off. */
static inline void tm_stats_seen(struct tm_stats __percpu *stats, const struct tm_packet *packet)
{
	struct tm_stats *own = this_cpu_ptr(stats);

	u64_stats_update_begin(&own->sync);
	tm_counter_add(&own->seen[packet->class][packet->direction], packet->segments,
		       packet->bytes);
	u64_stats_update_end(&own->sync);
}

#endif
