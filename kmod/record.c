// SPDX-License-Identifier: GPL-2.0
/*
 * Record rings: written where a flow ends (a bucket locked, BH off), read from
 * process context one record at a time, so that a reader never holds up the
 * packet path for longer than one copy.
 */
#include "record.h"

#include <linux/build_bug.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "bh_lock.h"
#include "table.h"

static void tm_record_ring_clean(struct tm_record_ring *ring)
{
	kvfree(ring->records);
	ring->records = NULL;
}

int tm_record_init(struct tm_record_rings *rings, u32 size)
{
	int cpu;

	BUILD_BUG_ON(sizeof(struct tm_record) > 128);
	if (WARN_ON_ONCE(!is_power_of_2(size)))
		return -EINVAL;
	rings->size = size;
	rings->rings = alloc_percpu_gfp(struct tm_record_ring, GFP_KERNEL_ACCOUNT);
	if (!rings->rings)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		struct tm_record_ring *ring = per_cpu_ptr(rings->rings, cpu);

		spin_lock_init(&ring->lock);
		ring->next = 1;
		ring->records = kvcalloc(size, sizeof(*ring->records), TM_GFP_TABLE);
		if (!ring->records) {
			tm_record_clean(rings);
			return -ENOMEM;
		}
		cond_resched();
	}
	return 0;
}

void tm_record_clean(struct tm_record_rings *rings)
{
	int cpu;

	if (!rings->rings)
		return;
	for_each_possible_cpu(cpu)
		tm_record_ring_clean(per_cpu_ptr(rings->rings, cpu));
	free_percpu(rings->rings);
	rings->rings = NULL;
}

u64 tm_record_bytes(const struct tm_record_rings *rings)
{
	u64 ring = sizeof(struct tm_record_ring) + (u64)rings->size * sizeof(struct tm_record);

	return ring * num_possible_cpus();
}

static u64 tm_record_oldest(const struct tm_record_ring *ring, u32 size)
{
	return ring->next > size ? ring->next - size : 1;
}

static struct tm_record *tm_record_at(const struct tm_record_ring *ring, u32 size, u64 sequence)
{
	return &ring->records[sequence & (size - 1)];
}

/* The slot that is about to be overwritten: was it ever given to a reader? */
static void tm_record_note_lost(struct tm_record_ring *ring, u32 size)
{
	const struct tm_record *old;

	if (ring->next <= size || !ring->read || ring->next - size < ring->read)
		return;
	old = tm_record_at(ring, size, ring->next);
	ring->lost.records++;
	ring->lost.count.packets += old->packets[0] + old->packets[1];
	ring->lost.count.bytes += old->bytes[0] + old->bytes[1];
}

static void tm_record_fill(struct tm_record *record, struct tm_flow *flow, u64 *packets, u64 *bytes)
{
	int i;

	*packets = 0;
	*bytes = 0;
	for (i = 0; i < 2; i++) {
		record->address[i] = flow->address[i];
		record->port[i] = flow->port[i];
		record->packets[i] = flow->packets[i] - flow->recorded_packets[i];
		record->bytes[i] = flow->bytes[i] - flow->recorded_bytes[i];
		flow->recorded_packets[i] = flow->packets[i];
		flow->recorded_bytes[i] = flow->bytes[i];
		*packets += record->packets[i];
		*bytes += record->bytes[i];
	}
	record->protocol = flow->protocol;
	record->kind = flow->kind;
	record->flags = flow->flags;
	record->ifindex = flow->ifindex;
	record->start_ms = tm_flow_start_ms(flow);
}

void tm_record_issue(struct tm_record_rings *rings, struct tm_flow *flow, u8 rank,
		     u32 last_ms, u64 now_ms, u8 reason, bool rewalked)
{
	struct tm_record_ring *ring = this_cpu_ptr(rings->rings);
	struct tm_record *record;
	s32 idle_ms = (s32)((u32)now_ms - last_ms);
	u64 packets, bytes;

	tm_bh_lock(&ring->lock);
	tm_record_note_lost(ring, rings->size);
	record = tm_record_at(ring, rings->size, ring->next);
	record->before = ring->total;
	record->rank = rank;
	record->reason = reason;
	tm_record_fill(record, flow, &packets, &bytes);
	/* below 0, where a walk asked the clock before the last packet did */
	record->end_ms = now_ms - idle_ms;
	ring->total.packets += packets;
	ring->total.bytes += bytes;
	if (rewalked) {
		ring->rewalked.packets += packets;
		ring->rewalked.bytes += bytes;
	}
	ring->next++;
	tm_bh_unlock(&ring->lock);
}

bool tm_record_read(struct tm_record_rings *rings, int cpu, u64 *sequence,
		    struct tm_record *record)
{
	struct tm_record_ring *ring = per_cpu_ptr(rings->rings, cpu);
	bool found = false;

	spin_lock_bh(&ring->lock);
	*sequence = max(*sequence, tm_record_oldest(ring, rings->size));
	if (*sequence < ring->next) {
		*record = *tm_record_at(ring, rings->size, *sequence);
		found = true;
	} else {
		*sequence = ring->next;
	}
	spin_unlock_bh(&ring->lock);
	return found;
}

void tm_record_mark_read(struct tm_record_rings *rings, int cpu, u64 sequence)
{
	struct tm_record_ring *ring = per_cpu_ptr(rings->rings, cpu);

	spin_lock_bh(&ring->lock);
	ring->read = max(ring->read, sequence);
	spin_unlock_bh(&ring->lock);
}

static void tm_record_add(struct tm_count *sum, const struct tm_count *part)
{
	sum->packets += part->packets;
	sum->bytes += part->bytes;
}

void tm_record_sum(struct tm_record_rings *rings, struct tm_record_totals *totals)
{
	int cpu;

	memset(totals, 0, sizeof(*totals));
	for_each_possible_cpu(cpu) {
		struct tm_record_ring *ring = per_cpu_ptr(rings->rings, cpu);

		spin_lock_bh(&ring->lock);
		totals->records += ring->next - 1;
		tm_record_add(&totals->total, &ring->total);
		tm_record_add(&totals->rewalked, &ring->rewalked);
		totals->lost_records += ring->lost.records;
		tm_record_add(&totals->lost, &ring->lost.count);
		spin_unlock_bh(&ring->lock);
	}
}

void tm_record_rewalk_start(struct tm_record_rings *rings)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct tm_record_ring *ring = per_cpu_ptr(rings->rings, cpu);

		spin_lock_bh(&ring->lock);
		memset(&ring->rewalked, 0, sizeof(ring->rewalked));
		spin_unlock_bh(&ring->lock);
	}
}

void tm_record_ring_state(struct tm_record_rings *rings, int cpu, u64 *next,
			  struct tm_count *total)
{
	struct tm_record_ring *ring = per_cpu_ptr(rings->rings, cpu);

	spin_lock_bh(&ring->lock);
	*next = ring->next;
	*total = ring->total;
	spin_unlock_bh(&ring->lock);
}
