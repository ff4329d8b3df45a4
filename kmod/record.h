/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records: what is left of flows, in one ring per CPU.
 *
 * Every record has a sequence number in its ring (from 1) and the running
 * totals of all records before it, so that a reader who finds a gap knows to
 * the byte what was overwritten.  The ring knows no readers, only how far an
 * admin has ever read, for the `records lost` event.
 */
#ifndef TM_RECORD_H
#define TM_RECORD_H

#include <linux/percpu.h>
#include <linux/spinlock.h>
#include "flow.h"

/**
 * struct tm_record
 * @before: packets and bytes of all earlier records of the ring
 * @address: [0] of the side seen first, as in struct tm_flow
 * @packets: [0] sent by the side seen first, since the flow's last record
 * @start_ms: first packet, ms since boot
 * @end_ms: last packet so far
 */
struct tm_record {
	struct tm_count before;
	union tm_address address[2];
	__be16 port[2];
	u8 protocol;
	u8 kind;	/* enum tm_packet_kind */
	u8 flags;	/* enum tm_flow_flags */
	u8 rank;	/* enum tm_flow_rank */
	u8 reason;	/* enum trafficmon_record_reason */
	u32 ifindex;
	u64 packets[2];
	u64 bytes[2];
	u64 start_ms;
	u64 end_ms;
};

/**
 * struct tm_record_ring - one CPU's
 * @lock: all of the ring; taken inside a bucket's lock, as bh_lock.h says
 * @next: sequence of the next record; the ring holds [next - size, next)
 * @total: of all records ever issued here
 * @rewalked: part of @total from buckets a running ledger walk had already summed
 * @read: sequence up to which an admin has read; 0: never
 * @lost: records overwritten that no admin had read, since one first read
 */
struct tm_record_ring {
	spinlock_t lock;	/* the whole ring */
	u64 next;
	struct tm_count total;
	struct tm_count rewalked;
	u64 read;
	struct {
		u64 records;
		struct tm_count count;
	} lost;
	struct tm_record *records;
};

struct tm_record_rings {
	struct tm_record_ring __percpu *rings;
	u32 size;		/* records a ring, power of two */
};

/* @size: records a ring, power of two.  Return 0, -ENOMEM.  May sleep. */
int tm_record_init(struct tm_record_rings *rings, u32 size);
void tm_record_clean(struct tm_record_rings *rings);
u64 tm_record_bytes(const struct tm_record_rings *rings);

/**
 * tm_record_issue - put what a flow gathered since its last record in the ring
 * @rank: of the flow
 * @last_ms: of the flow, 32 bit
 * @rewalked: its bucket was already summed by a running ledger walk
 * @now_ms: since boot
 * @reason: enum trafficmon_record_reason
 *
 * Advances the flow's recorded counters.  A flow with nothing to tell since its
 * last record still leaves one when it ends.  Context: BH off, bucket locked.
 */
void tm_record_issue(struct tm_record_rings *rings, struct tm_flow *flow, u8 rank,
		     u32 last_ms, u64 now_ms, u8 reason, bool rewalked);

/**
 * tm_record_read - copy one record
 * @cpu: the ring
 * @sequence: in: the one wanted (0: oldest); out: the one given, which is later
 *	when it was overwritten; when there is none: the next to come
 *
 * Return: false when there is none yet.  Context: process.
 */
bool tm_record_read(struct tm_record_rings *rings, int cpu, u64 *sequence,
		    struct tm_record *record);

/* An admin has been given everything below @sequence.  Context: process. */
void tm_record_mark_read(struct tm_record_rings *rings, int cpu, u64 sequence);

/* Sums over all rings.  @lost may be NULL.  Context: process. */
struct tm_record_totals {
	u64 records;
	struct tm_count total;
	struct tm_count rewalked;
	u64 lost_records;
	struct tm_count lost;
};

void tm_record_sum(struct tm_record_rings *rings, struct tm_record_totals *totals);

/* Forget what was rewalked: a new ledger walk begins.  Context: process. */
void tm_record_rewalk_start(struct tm_record_rings *rings);

/* Totals of one ring and its next sequence.  Context: process. */
void tm_record_ring_state(struct tm_record_rings *rings, int cpu, u64 *next,
			  struct tm_count *total);

#endif
