// SPDX-License-Identifier: GPL-2.0-or-later
// build: kmod/flow_rank.c
/*
 * What packets teach of a flow: nothing, where the packet path takes for granted
 * that it is nothing; and all of that is taken.
 */
#include "unit.h"
#include "flow_rank.h"

enum { ROUNDS = 2000 };

static struct tm_flow random_flow(void)
{
	struct tm_flow flow = {
		.flags = get_random_u32_below(TM_FLOW_PROVEN * 2),
		.ifindex = get_random_u32_below(3),
		.packets = { get_random_u32_below(6), get_random_u32_below(6) },
		.expected_ack = get_random_u32_below(4),
	};

	return flow;
}

static struct tm_packet random_packet(u8 class)
{
	struct tm_packet packet = {
		.class = class,
		.direction = get_random_u32_below(__TRAFFICMON_DIRECTION_MAX),
		.tcp_flags = get_random_u32_below(256),
		.tcp_sequence = get_random_u32_below(4),
		.tcp_acknowledgement = get_random_u32_below(4),
		.payload_bytes = get_random_u32_below(3),
		.ifindex = get_random_u32_below(3),
	};

	return packet;
}

enum { SYN_FLAG = 0x02, ACK_FLAG = 0x10, OUTSIDE = 2, INSIDE = 3 };

/*
 * A SYN from outside, a SYN-ACK of which the flow's other end is the source, and an
 * ACK from outside that fits it.  Returns the rank then.
 */
static u8 handshake(u32 answer_ifindex, u8 answer_direction, u8 *flags)
{
	struct tm_flow flow = { .flags = TM_FLOW_SYN, .ifindex = OUTSIDE };
	struct tm_packet packet = {
		.class = TRAFFICMON_CLASS_SYNACK, .tcp_flags = SYN_FLAG | ACK_FLAG,
		.tcp_sequence = 999, .ifindex = answer_ifindex, .direction = answer_direction,
	};
	u8 rank = tm_flow_rank_after(&flow, TM_RANK_NEW, &packet, 1);

	packet = (struct tm_packet){
		.class = TRAFFICMON_CLASS_ACK, .tcp_flags = ACK_FLAG, .tcp_acknowledgement = 1000,
		.ifindex = OUTSIDE, .direction = TRAFFICMON_DIRECTION_IN,
	};
	rank = tm_flow_rank_after(&flow, rank, &packet, 0);
	packet.class = TRAFFICMON_CLASS_RST;
	tm_flow_rank_after(&flow, rank, &packet, 0);
	*flags = flow.flags;
	return rank;
}

TEST(who_answers_himself_from_outside_establishes_nothing)
{
	u8 flags;

	/* this host; a device on the other side; a tenant's on the same one */
	EXPECT_EQ(handshake(0, TRAFFICMON_DIRECTION_OUT, &flags), TM_RANK_ESTABLISHED);
	EXPECT_TRUE(flags & TM_FLOW_PROVEN);
	EXPECT_EQ(handshake(INSIDE, TRAFFICMON_DIRECTION_IN, &flags), TM_RANK_ESTABLISHED);
	EXPECT_EQ(handshake(OUTSIDE, TRAFFICMON_DIRECTION_OUT, &flags), TM_RANK_ESTABLISHED);
	/* his own */
	EXPECT_EQ(handshake(OUTSIDE, TRAFFICMON_DIRECTION_IN, &flags), TM_RANK_NEW);
	EXPECT_FALSE(flags & TM_FLOW_PROVEN);
}

/* Does such a packet change such a flow, or begin another one? */
static bool changes(u8 class, u8 rank, int side)
{
	struct tm_flow flow = random_flow(), before = flow;
	struct tm_packet packet = random_packet(class);

	return tm_flow_reopens(rank, &packet) ||
	       tm_flow_rank_after(&flow, rank, &packet, side) != rank ||
	       memcmp(&flow, &before, sizeof(flow));
}

TEST(what_is_settled_is_what_never_changes_a_flow)
{
	u32 class, rank, round, changed;
	int side;

	for (class = 0; class < __TRAFFICMON_CLASS_MAX; class++) {
		for (rank = TM_RANK_ENDED; rank <= TM_RANK_ESTABLISHED; rank++) {
			for (side = 0; side < 2; side++) {
				changed = 0;
				for (round = 0; round < ROUNDS; round++)
					changed += changes(class, rank, side);
				EXPECT(tm_flow_settled(rank, class, side) == !changed,
				       "class %u, rank %u, side %d: %u of %u change it", class,
				       rank, side, changed, ROUNDS);
			}
		}
	}
}
