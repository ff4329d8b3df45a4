/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Flows: every packet of a namespace belongs to one, both directions in one
 * entry, in a fixed table.
 *
 * A bucket is 1,024 bytes: one header line with the lock and all that a look-up
 * or an eviction compares, and eight entries of 120 bytes.  Everything happens
 * under the bucket's lock with BH off; nothing is allocated or freed, so no
 * reader can hold a stale entry.  Counters are plain 64-bit integers.
 */
#ifndef TM_FLOW_H
#define TM_FLOW_H

#include <linux/cache.h>
#include <linux/spinlock.h>
#include "bh_lock.h"
#include "flow_hash.h"
#include "flow_rank.h"
#include "packet.h"
#include "stats.h"

struct tm_net;
struct tm_record;

#define TM_FLOW_WAYS	8

/*
 * The bytes of a bucket are a power of two, so that some bits of a hash are its
 * place: that saves 4 instructions of a multiplication.  Some kernels have larger
 * spinlocks.
 */
#define TM_FLOW_BUCKET_BYTES	(TM_BH_LOCK_WHOLE ? 2048 : 1024)

/**
 * struct tm_flow_bucket
 * @lock: all of the bucket; taken in softirq and in process context with BH off, by
 *	packets as bh_lock.h says; inside it only a record ring's lock
 * @tag: of each entry, tm_flow_tag(); 0: free
 * @rank: enum tm_flow_rank
 * @last_ms: low 32 bits of the time of each entry's last packet, tm_clock_ms()
 */
struct tm_flow_bucket {
	spinlock_t lock;	/* the whole bucket */
	u32 unused;
	u16 tag[TM_FLOW_WAYS];
	u8 rank[TM_FLOW_WAYS];
	u32 last_ms[TM_FLOW_WAYS];
	struct tm_flow flow[TM_FLOW_WAYS];
} __aligned(TM_FLOW_BUCKET_BYTES);

/*
 * Budget of insertions of one CPU; touched with BH off on that CPU.  Where that does
 * not keep other packets out (PREEMPT_RT of newer kernels), one may go uncounted.
 */
struct tm_flow_budget {
	u64 window_ms;
	u32 used;
};

/**
 * struct tm_flow_table
 * @buckets: @mask + 1 of them
 * @place_mask: selects bits of a hash, the place of a bucket in bytes
 * @key: of the hash; never shown
 * @ledger_cursor: buckets below it were summed by a running ledger walk
 * @sweep_bucket: where the sweep goes on
 */
struct tm_flow_table {
	struct tm_flow_bucket *buckets;
	u64 place_mask;
	u32 mask;
	struct tm_flow_key key;
	struct tm_flow_budget __percpu *budget;
	u32 ledger_cursor;
	u32 sweep_bucket;
};

/* @count: flows, power of two, at least 64.  Return 0, -ENOMEM.  May sleep. */
int tm_flow_init(struct tm_flow_table *table, u32 count);
void tm_flow_clean(struct tm_flow_table *table);
u64 tm_flow_table_bytes(const struct tm_flow_table *table);

/**
 * tm_flow_begin - make an entry for a flow that has none, and account its first packet
 * @hash: of the packet
 * @packet: told that it begins a flow, whether there is a place for it or not
 *
 * Return: why there is none, or TM_REASON_NONE.  Context: BH off, bucket locked.
 */
enum tm_reason tm_flow_begin(struct tm_net *tn, u64 hash, struct tm_packet *packet);

/**
 * tm_flow_learn - account a packet that may change what is known of its flow
 * @bucket: of the flow
 * @way: its place in the bucket
 * @side: 0: the packet goes the way of the first one
 * @hash: of the packet
 *
 * Return and context: as tm_flow_begin().
 */
enum tm_reason tm_flow_learn(struct tm_net *tn, struct tm_flow_bucket *bucket, u32 way, int side,
			     u64 hash, struct tm_packet *packet);

/*
 * A packet leaves the host with this tuple: a flow whose other direction it is
 * has been answered.  Accounts nothing.  Context: BH off.
 */
void tm_flow_answered(struct tm_net *tn, const struct tm_packet *packet);

/**
 * tm_flow_established_since - when the packet's flow began, if it is an established one
 *
 * Also one that has ended since, for its last packets, and anybody can send a RST.
 * Not UDP that the other side began: who answers everybody proves nothing of them.
 * Return: CLOCK_MONOTONIC ns, U64_MAX: it is none.  Context: BH off.
 */
u64 tm_flow_established_since(struct tm_net *tn, const struct tm_packet *packet);

/* Was the packet's flow refused, and has not been answered since?  Context: BH off. */
bool tm_flow_was_refused(struct tm_net *tn, const struct tm_packet *packet);

/* The packet's flow, if it has an entry, is refused, or is let in.  Context: BH off. */
void tm_flow_refuse(struct tm_net *tn, const struct tm_packet *packet, bool refused);

/* One flow as shown. */
struct tm_flow_view {
	struct tm_flow flow;
	u8 rank;
	u64 start_ms;
	u64 idle_ms;
};

/* State as the UAPI names it. */
u8 tm_flow_state(u8 rank);

/**
 * tm_flow_copy_bucket - copy the live flows of one bucket
 * Return: how many are in @views.  Context: process.
 */
u32 tm_flow_copy_bucket(struct tm_flow_table *table, u32 bucket,
			struct tm_flow_view views[TM_FLOW_WAYS]);

/* End all flows as records (reason reset).  Returns how many.  Context: process, may sleep. */
u64 tm_flow_flush(struct tm_net *tn);

/* Live flows.  Walks the headers.  Context: process, may sleep. */
u32 tm_flow_count(struct tm_flow_table *table);

/*
 * One slice of the sweep over idle and active timeouts: at most @budget
 * buckets from where the last slice ended.  Context: process.
 */
void tm_flow_sweep(struct tm_net *tn, u32 budget);

/**
 * struct tm_ledger - the conservation ledger of one walk
 *
 * before <= live + recorded + untracked <= after, in packets and in bytes;
 * equal when no packet was in a hook.
 */
struct tm_ledger {
	struct tm_count before;
	struct tm_count live;
	struct tm_count recorded;
	struct tm_count untracked;
	struct tm_count after;
};

/* Walk the table and balance the books.  One at a time: under tn->lock.  May sleep. */
void tm_flow_ledger(struct tm_net *tn, struct tm_ledger *ledger);

#endif
