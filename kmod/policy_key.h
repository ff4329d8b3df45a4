/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whom a policy counts a packet for: the key of the limiter, and its tag.
 *
 * A packet needs the tag alone; the key is made where a limiter is inserted or
 * looked for by name.  So a policy keeps what its tags begin with, and the
 * masks of its addresses, and a packet's tag costs a product or a few.
 *
 * Pure: builds in userspace too.
 */
#ifndef TM_POLICY_KEY_H
#define TM_POLICY_KEY_H

#include "limit_tag.h"

/* How the tag of a packet is made: at once of its masked addresses, but for the last. */
enum tm_policy_way {
	TM_WAY_IPV4,			/* of one address, both, or none */
	TM_WAY_IPV4_PORT,		/* and of the destination port */
	TM_WAY_IPV6_SOURCE,
	TM_WAY_IPV6_DESTINATION,
	TM_WAY_IPV6_BOTH,
	TM_WAY_IPV6_SOURCE_PORT,
	TM_WAY_KEY,			/* tm_policy_key() first */
};

/**
 * struct tm_policy_keys - how a policy makes keys and tags of packets
 * @way: enum tm_policy_way, by the packet's family
 * @masks: of source and destination, by family
 * @seeds: of the tags, by limit and family
 * @policy_id: as configured, like what follows: set before tm_policy_keys_prepare()
 * @kind: enum trafficmon_key
 * @source_length: of the key, bits, by enum trafficmon_family
 * @destination_length: likewise
 */
struct tm_policy_keys {
	u8 way[__TRAFFICMON_FAMILY_MAX];
	struct tm_policy_masks {
		union tm_address source;
		union tm_address destination;
	} masks[__TRAFFICMON_FAMILY_MAX];
	struct tm_limit_seed seeds[TRAFFICMON_LIMITS_MAX][__TRAFFICMON_FAMILY_MAX];
	u32 policy_id;
	u8 kind;
	u8 source_length[__TRAFFICMON_FAMILY_MAX];
	u8 destination_length[__TRAFFICMON_FAMILY_MAX];
};

/* Make @keys ready for tags of @limiters.  Pure. */
void tm_policy_keys_prepare(struct tm_policy_keys *keys, const struct tm_limit_table *limiters);

/* Length of the enclosing prefix that is charged when there is no room for the key itself. */
u8 tm_policy_aggregate_length(u8 family, u8 length);

/**
 * tm_policy_key - the limiter key of a packet under a policy's limit
 * @aggregate: the enclosing one; of a flow its source alone
 *
 * Context: any.
 */
void tm_policy_key(const struct tm_policy_keys *keys, u8 limit, const struct tm_packet *packet,
		   bool aggregate, struct tm_limit_key *key);

/* Its tag, by way of the key. */
u64 tm_policy_key_tag(const struct tm_policy_keys *keys, const struct tm_limit_table *limiters,
		      u8 limit, const struct tm_packet *packet, bool aggregate);

static __always_inline u64 tm_policy_tag_ipv4(const struct tm_policy_keys *keys,
					      const struct tm_limit_secret *secret, u8 limit,
					      const struct tm_packet *packet,
					      struct tm_limit_more more)
{
	const struct tm_policy_masks *masks = &keys->masks[TRAFFICMON_FAMILY_IPV4];

	return tm_limit_tag_ipv4(secret, &keys->seeds[limit][TRAFFICMON_FAMILY_IPV4],
				 packet->source.words[3] & masks->source.words[3],
				 packet->destination.words[3] & masks->destination.words[3],
				 more);
}

/* Of one address of the packet. */
static __always_inline u64 tm_policy_tag_ipv6(const struct tm_policy_keys *keys,
					      const struct tm_limit_secret *secret, u8 limit,
					      const union tm_address *address,
					      const union tm_address *mask,
					      struct tm_limit_more more)
{
	union tm_address masked;

	masked.halves[0] = address->halves[0] & mask->halves[0];
	masked.halves[1] = address->halves[1] & mask->halves[1];
	return tm_limit_tag_ipv6(secret, &keys->seeds[limit][TRAFFICMON_FAMILY_IPV6], &masked,
				 NULL, more);
}

/* All ways. */
u64 tm_policy_tag_any(const struct tm_policy_keys *keys, const struct tm_limit_table *limiters,
		      u8 limit, const struct tm_packet *packet);

/*
 * The tag of tm_policy_key()'s key, but not of an aggregate; in most cases
 * without making the key.  Context: any.
 */
static __always_inline u64 tm_policy_tag(const struct tm_policy_keys *keys,
					 const struct tm_limit_table *limiters, u8 limit,
					 const struct tm_packet *packet)
{
	const struct tm_limit_more nothing = { .used = false };
	u8 way = keys->way[packet->family];

	if (likely(way == TM_WAY_IPV4))
		return tm_policy_tag_ipv4(keys, &limiters->secret, limit, packet, nothing);
	if (way == TM_WAY_IPV6_SOURCE)
		return tm_policy_tag_ipv6(keys, &limiters->secret, limit, &packet->source,
					  &keys->masks[TRAFFICMON_FAMILY_IPV6].source, nothing);
	return tm_policy_tag_any(keys, limiters, limit, packet);
}

#endif
