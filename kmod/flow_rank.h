/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One flow, and what its packets teach of it: new, answered, established, ended.
 *
 * Pure: builds in userspace too.
 */
#ifndef TM_FLOW_RANK_H
#define TM_FLOW_RANK_H

#include <linux/bitops.h>
#include "packet.h"

enum tm_flow_flags {
	TM_FLOW_OUT		= 1 << 0,	/* the side seen first sent outwards */
	TM_FLOW_FIN_ORIGINAL	= 1 << 1,
	TM_FLOW_FIN_REPLY	= 1 << 2,
	TM_FLOW_SYN		= 1 << 3,	/* began with a SYN that we saw */
	TM_FLOW_EXPECT		= 1 << 4,	/* `expected_ack` is set */
	TM_FLOW_EXPECT_REPLY	= 1 << 5,	/* the acknowledgement comes from the other side */
	TM_FLOW_PROVEN		= 1 << 6,	/* was established once, whatever came since */
	TM_FLOW_REFUSED		= 1 << 7,	/* packets were dropped, and none let in since */
};

/**
 * struct tm_flow - one flow; all under the bucket's lock
 * @address: [0] of the side seen first, [1] of the other
 * @port: likewise; see struct tm_packet for ICMP
 * @ports: both, as in struct tm_packet
 * @kind: enum tm_packet_kind
 * @sort: protocol and kind, as in struct tm_packet
 * @flags: enum tm_flow_flags
 * @start_high: upper 8 bits of the 40-bit start time (34 years) in ms since boot
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
	union {
		__be16 port[2];
		u32 ports;
	};
	union {
		struct {
			u8 protocol;
			u8 kind;
		};
		__le16 sort;
	};
	u8 flags;
	u8 start_high;
	u64 packets[2];
	u64 bytes[2];
	u64 recorded_packets[2];
	u64 recorded_bytes[2];
	u32 start_low;
	u32 recorded_ms;
	u32 expected_ack;
	u32 ifindex;
};

/* When it began: CLOCK_MONOTONIC, ms. */
static inline u64 tm_flow_start_ms(const struct tm_flow *flow)
{
	return (u64)flow->start_high << 32 | flow->start_low;
}

/* How far a flow has come, and the order in which entries make room. */
enum tm_flow_rank {
	TM_RANK_FREE,
	TM_RANK_ENDED,
	TM_RANK_NEW,
	TM_RANK_ANSWERED,
	TM_RANK_ESTABLISHED,
};

/*
 * The rank of a flow after a packet from @side, 0: the side seen first.  ENDED
 * stays, see tm_flow_reopens().
 */
u8 tm_flow_rank_after(struct tm_flow *flow, u8 rank, const struct tm_packet *packet, int side);

/* A SYN on an ended connection's ports begins another one. */
static inline bool tm_flow_reopens(u8 rank, const struct tm_packet *packet)
{
	return rank == TM_RANK_ENDED && packet->class == TRAFFICMON_CLASS_SYN;
}

/*
 * By class, of packets from the side seen first: bits 1 << rank of the flows
 * that such a packet neither changes nor teaches us anything about.
 */
extern const u8 tm_flow_settled_ranks[__TRAFFICMON_CLASS_MAX];

static __always_inline bool tm_flow_settled(u8 rank, u8 class, int side)
{
	/* the first packet of the other side is an answer */
	u32 ranks = tm_flow_settled_ranks[class] & (side ? ~(u32)BIT(TM_RANK_NEW) : ~0U);

	return ranks >> rank & 1;
}

#endif
