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
#include "flow_hash.h"
#include "packet.h"
#include "stats.h"

struct tm_net;
struct tm_record;

#define TM_FLOW_WAYS	8

enum tm_flow_flags {
	TM_FLOW_IPV6		= TM_PACKET_KIND_IPV6,
	TM_FLOW_FRAGMENT	= TM_PACKET_KIND_FRAGMENT,
	TM_FLOW_OUT		= 1 << 2,	/* the side seen first sent outwards */
	TM_FLOW_FIN_ORIGINAL	= 1 << 3,
	TM_FLOW_FIN_REPLY	= 1 << 4,
	TM_FLOW_SYN		= 1 << 5,	/* began with a SYN that we saw */
	TM_FLOW_EXPECT		= 1 << 6,	/* `expected_ack` is set */
	TM_FLOW_EXPECT_REPLY	= 1 << 7,	/* the acknowledgement comes from the other side */
};

/**
 * struct tm_flow - one flow; all under the bucket's lock
 * @address: [0] of the side seen first, [1] of the other
 * @port: likewise; see struct tm_packet for ICMP
 * @flags: enum tm_flow_flags
 * @start_high: upper 16 bits of the 48-bit start time in ms since boot
 * @packets: over the flow's life, [0] sent by the side seen first
 * @bytes: likewise
 * @recorded_packets: the part of @packets that records already carry
 * @recorded_bytes: likewise
 * @recorded_ms: time of the last active-timeout record, or of the start
 * @expected_ack: TCP: acknowledging this proves that our packets arrived
 * @ifindex: device of the first packet, 0: this host
 */
struct tm_flow {
	union tm_address address[2];
	__be16 port[2];
	u8 protocol;
	u8 flags;
	u16 start_high;
	u64 packets[2];
	u64 bytes[2];
	u64 recorded_packets[2];
	u64 recorded_bytes[2];
	u32 start_low;
	u32 recorded_ms;
	u32 expected_ack;
	u32 ifindex;
};

/* How far a flow has come, and the order in which entries make room. */
enum tm_flow_rank {
	TM_RANK_FREE,
	TM_RANK_ENDED,
	TM_RANK_NEW,
	TM_RANK_ANSWERED,
	TM_RANK_ESTABLISHED,
};

/**
 * struct tm_flow_bucket
 * @lock: all of the bucket; taken in softirq and in process context with BH off;
 *	inside it only a record ring's lock
 * @tag: 16 bits of each entry's hash
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
} ____cacheline_aligned;

/* Budget of insertions of one CPU; touched with BH off on that CPU. */
struct tm_flow_budget {
	u64 window_ms;
	u32 used;
};

/**
 * struct tm_flow_table
 * @buckets: @mask + 1 of them
 * @key: of the hash; never shown
 * @ledger_cursor: buckets below it were summed by a running ledger walk
 * @sweep_bucket: where the sweep goes on
 */
struct tm_flow_table {
	struct tm_flow_bucket *buckets;
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
 * @ended_way: of an ended flow that had the same tuple, or TM_FLOW_WAYS
 *
 * Return: why there is none, or TM_REASON_NONE.  Context: BH off, bucket locked.
 */
enum tm_reason tm_flow_begin(struct tm_net *tn, u64 hash, u32 ended_way,
			     const struct tm_packet *packet);

/*
 * The rank of a flow after a packet from @side.  ENDED stays: see tm_flow_reopens().
 * Context: BH off, bucket locked.
 */
u8 tm_flow_learn(struct tm_flow *flow, u8 rank, const struct tm_packet *packet, int side);

/*
 * A packet leaves the host with this tuple: a flow whose other direction it is
 * has been answered.  Accounts nothing.  Context: BH off.
 */
void tm_flow_answered(struct tm_net *tn, const struct tm_packet *packet);

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
