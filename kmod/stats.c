// SPDX-License-Identifier: GPL-2.0
/*
 * Per-CPU counters: allocation and reading.  The writers stand in stats.h.
 */
#include "stats.h"

#include <linux/build_bug.h>
#include <linux/cpumask.h>
#include <linux/string.h>

const struct tm_reason_text tm_reason_texts[TM_REASON_MAX] = {
#define TM_REASON(id, kind, sentence) \
	[TM_REASON_##id] = { #id, #kind, sentence, TM_KIND_##kind },
#include "reasons.def"
#undef TM_REASON
};

/* Drops come first, and nothing else does: tm_reason_drops(). */
enum {
	TM_REASONS_MISPLACED = 0
#define TM_REASON(id, kind, sentence) \
	+ ((TM_KIND_##kind == TM_KIND_drop) != (TM_REASON_##id <= TM_REASON_limiters_full_drop))
#include "reasons.def"
#undef TM_REASON
};

static_assert(TM_REASONS_MISPLACED == 0);

struct tm_stats __percpu *tm_stats_alloc(void)
{
	struct tm_stats __percpu *stats = alloc_percpu_gfp(struct tm_stats, GFP_KERNEL_ACCOUNT);
	int cpu;

	if (!stats)
		return NULL;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(stats, cpu)->sync);
	return stats;
}

void tm_stats_free(struct tm_stats __percpu *stats)
{
	free_percpu(stats);
}

static void tm_count_counter(struct tm_count *sum, const struct tm_counter *counter)
{
	sum->packets += u64_stats_read(&counter->packets);
	sum->bytes += u64_stats_read(&counter->bytes);
}

static void tm_stats_read_cpu(const struct tm_stats *own, struct tm_stats_sum *part)
{
	int i, j;

	memset(part, 0, sizeof(*part));
	for (i = 0; i < __TRAFFICMON_CLASS_MAX; i++)
		for (j = 0; j < __TRAFFICMON_DIRECTION_MAX; j++)
			tm_count_counter(&part->seen[i][j], &own->seen[i][j]);
	for (i = 0; i < TM_REASON_MAX; i++)
		tm_count_counter(&part->reasons[i], &own->reasons[i]);
	part->flows_created = u64_stats_read(&own->flows_created);
}

static void tm_count_add(struct tm_count *sum, const struct tm_count *part)
{
	sum->packets += part->packets;
	sum->bytes += part->bytes;
}

static void tm_stats_add(struct tm_stats_sum *sum, const struct tm_stats_sum *part)
{
	int i, j;

	for (i = 0; i < __TRAFFICMON_CLASS_MAX; i++) {
		for (j = 0; j < __TRAFFICMON_DIRECTION_MAX; j++) {
			tm_count_add(&sum->seen[i][j], &part->seen[i][j]);
			tm_count_add(&sum->seen_total, &part->seen[i][j]);
		}
	}
	for (i = 0; i < TM_REASON_MAX; i++) {
		tm_count_add(&sum->reasons[i], &part->reasons[i]);
		tm_count_add(&sum->kinds[tm_reason_texts[i].kind], &part->reasons[i]);
	}
	sum->flows_created += part->flows_created;
}

void tm_stats_read(struct tm_stats __percpu *stats, struct tm_stats_sum *sum)
{
	struct tm_stats_sum part;
	unsigned int start;
	int cpu;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		const struct tm_stats *own = per_cpu_ptr(stats, cpu);

		do {
			start = u64_stats_fetch_begin(&own->sync);
			tm_stats_read_cpu(own, &part);
		} while (u64_stats_fetch_retry(&own->sync, start));
		tm_stats_add(sum, &part);
	}
}
