// SPDX-License-Identifier: GPL-2.0
/*
 * The hash of flows: its key, and the way of IPv6; see flow_hash.h.
 */
#include "flow_hash.h"

#include <linux/math64.h>
#include <linux/random.h>

void tm_flow_key_init(struct tm_flow_key *key)
{
	get_random_bytes(key, sizeof(*key));
	key->mix |= 1;
}

/* Both halves of the product of @a and @b. */
static u64 tm_flow_fold(u64 a, u64 b)
{
	return mul_u64_u64_shr(a, b, 64) ^ a * b;
}

static bool tm_flow_ends_swapped(const struct tm_packet *packet)
{
	const union tm_address *a = &packet->source, *b = &packet->destination;

	if (a->halves[1] != b->halves[1])
		return a->halves[1] > b->halves[1];
	if (a->halves[0] != b->halves[0])
		return a->halves[0] > b->halves[0];
	return (__force u16)packet->source_port > (__force u16)packet->destination_port;
}

u64 tm_flow_hash_ipv6(const struct tm_flow_key *key, const struct tm_packet *packet)
{
	const union tm_address *low = &packet->source, *high = &packet->destination;
	u64 low_port = (__force u16)packet->source_port;
	u64 high_port = (__force u16)packet->destination_port;

	if (tm_flow_ends_swapped(packet)) {
		swap(low, high);
		swap(low_port, high_port);
	}
	return tm_flow_fold(key->ipv6[0] + low->halves[0], key->ipv6[1] + low->halves[1]) +
	       tm_flow_fold(key->ipv6[2] + high->halves[0], key->ipv6[3] + high->halves[1]) +
	       tm_flow_fold(key->ipv6[4] + (low_port << 48 | high_port << 32 |
					    tm_flow_hash_rest(packet)), key->ipv6[5]);
}
