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
		.flags = get_random_u32_below(TM_FLOW_EXPECT_REPLY * 2),
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
	};

	return packet;
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
