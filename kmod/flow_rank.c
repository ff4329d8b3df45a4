// SPDX-License-Identifier: GPL-2.0
/*
 * What packets teach of their flow; see flow_rank.h.
 */
#include "flow_rank.h"

#include <linux/compiler.h>

/* An acknowledgement this far beyond what we wait for still proves it: a large send window. */
#define TM_FLOW_ACK_WINDOW	(4U << 20)
/* UDP packets each way that make a flow established, whoever spoke first. */
#define TM_FLOW_UDP_EXCHANGE	3

#define TCP_FLAG_BYTE_ACK	0x10

/*
 * TCP: who has proven that it gets our packets?  Either the third packet of a
 * handshake that we saw acknowledges the SYN-ACK that we saw leave, or, met in
 * mid-stream, data that went outwards was acknowledged.  A blind SYN and ACK
 * from a spoofed source does neither.
 */
static bool tm_flow_tcp_proven(struct tm_flow *flow, const struct tm_packet *packet, int side)
{
	bool from_reply = side == 1;

	if (packet->class == TRAFFICMON_CLASS_SYNACK && side == 1) {
		flow->expected_ack = packet->tcp_sequence + 1;
		flow->flags &= ~TM_FLOW_EXPECT_REPLY;
		flow->flags |= TM_FLOW_EXPECT;
		return false;
	}
	if (flow->flags & TM_FLOW_EXPECT) {
		if (!(packet->tcp_flags & TCP_FLAG_BYTE_ACK) ||
		    from_reply != !!(flow->flags & TM_FLOW_EXPECT_REPLY))
			return false;
		if (flow->flags & TM_FLOW_SYN)
			return packet->tcp_acknowledgement == flow->expected_ack;
		return packet->tcp_acknowledgement - flow->expected_ack < TM_FLOW_ACK_WINDOW;
	}
	if (!(flow->flags & TM_FLOW_SYN) && packet->payload_bytes &&
	    packet->direction == TRAFFICMON_DIRECTION_OUT) {
		flow->expected_ack = packet->tcp_sequence + packet->payload_bytes;
		flow->flags |= TM_FLOW_EXPECT | (from_reply ? 0 : TM_FLOW_EXPECT_REPLY);
	}
	return false;
}

/*
 * Does the packet, from the other side than the first one, answer it?  Our own
 * address as its source proves nothing where it came in by the way that the first
 * one took: that may be one sender of both.  What this host sends answers always.
 */
static bool tm_flow_answers(const struct tm_flow *flow, const struct tm_packet *packet)
{
	bool out = packet->direction == TRAFFICMON_DIRECTION_OUT;

	return !packet->ifindex || packet->ifindex != flow->ifindex ||
	       out != !!(flow->flags & TM_FLOW_OUT);
}

static bool tm_flow_udp_proven(const struct tm_flow *flow)
{
	return flow->flags & TM_FLOW_OUT ||
	       (flow->packets[0] >= TM_FLOW_UDP_EXCHANGE &&
		flow->packets[1] >= TM_FLOW_UDP_EXCHANGE);
}

static u8 tm_flow_establish(struct tm_flow *flow)
{
	flow->flags |= TM_FLOW_PROVEN;
	return TM_RANK_ESTABLISHED;
}

u8 tm_flow_rank_after(struct tm_flow *flow, u8 rank, const struct tm_packet *packet, int side)
{
	if (rank == TM_RANK_ENDED)
		return rank;
	if (side == 1 && rank < TM_RANK_ESTABLISHED && !tm_flow_answers(flow, packet))
		return rank;
	if (side == 1 && rank == TM_RANK_NEW)
		rank = TM_RANK_ANSWERED;
	switch (packet->class) {
	case TRAFFICMON_CLASS_RST:
		return TM_RANK_ENDED;
	case TRAFFICMON_CLASS_FIN:
		flow->flags |= side ? TM_FLOW_FIN_REPLY : TM_FLOW_FIN_ORIGINAL;
		if (flow->flags & TM_FLOW_FIN_REPLY && flow->flags & TM_FLOW_FIN_ORIGINAL)
			return TM_RANK_ENDED;
		fallthrough;
	case TRAFFICMON_CLASS_SYNACK:
	case TRAFFICMON_CLASS_ACK:
		if (rank != TM_RANK_ESTABLISHED && tm_flow_tcp_proven(flow, packet, side))
			return tm_flow_establish(flow);
		return rank;
	case TRAFFICMON_CLASS_UDP:
		if (rank == TM_RANK_ANSWERED && tm_flow_udp_proven(flow))
			return tm_flow_establish(flow);
		return rank;
	default:
		return rank;
	}
}

/* What tm_flow_rank_after() leaves as it is, and does not reopen. */
#define TM_RANKS_ENDED		BIT(TM_RANK_ENDED)
#define TM_RANKS_LIVE		(BIT(TM_RANK_NEW) | BIT(TM_RANK_ANSWERED) | \
				 BIT(TM_RANK_ESTABLISHED))

const u8 tm_flow_settled_ranks[__TRAFFICMON_CLASS_MAX] = {
	[TRAFFICMON_CLASS_SYN] = TM_RANKS_LIVE,
	[TRAFFICMON_CLASS_SYNACK] = TM_RANKS_ENDED | BIT(TM_RANK_ESTABLISHED),
	[TRAFFICMON_CLASS_ACK] = TM_RANKS_ENDED | BIT(TM_RANK_ESTABLISHED),
	[TRAFFICMON_CLASS_RST] = TM_RANKS_ENDED,
	[TRAFFICMON_CLASS_FIN] = TM_RANKS_ENDED,
	[TRAFFICMON_CLASS_UDP] = TM_RANKS_ENDED | BIT(TM_RANK_NEW) | BIT(TM_RANK_ESTABLISHED),
	[TRAFFICMON_CLASS_ICMP] = TM_RANKS_ENDED | TM_RANKS_LIVE,
	[TRAFFICMON_CLASS_FRAG] = TM_RANKS_ENDED | TM_RANKS_LIVE,
	[TRAFFICMON_CLASS_MALFORMED] = TM_RANKS_ENDED | TM_RANKS_LIVE,
	[TRAFFICMON_CLASS_OTHER] = TM_RANKS_ENDED | TM_RANKS_LIVE,
};
