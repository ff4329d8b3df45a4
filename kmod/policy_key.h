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

/**
 * struct tm_policy_keys - how a policy makes keys and tags of packets
 * @masked: the key is made of masked addresses, and may be of a port
 * @both: as tm_limit_key_both()
 * @with_port: the key has the destination port
 * @family_mask: 0 where the key has no address: as IPv4, with both masked away
 * @masks: of source and destination, by family
 * @seeds: of the tags, by limit and family
 * @policy_id: as configured, like what follows: set before tm_policy_keys_prepare()
 * @kind: enum trafficmon_key
 * @source_length: of the key, bits, by enum trafficmon_family
 * @destination_length: likewise
 */
struct tm_policy_keys {
	bool masked;
	bool both;
	bool with_port;
	u8 family_mask;
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

static __always_inline u64 tm_policy_tag_ipv6(const struct tm_policy_keys *keys,
					      const struct tm_limit_secret *secret, u8 limit,
					      const struct tm_packet *packet,
					      struct tm_limit_more more)
{
	const struct tm_policy_masks *masks = &keys->masks[TRAFFICMON_FAMILY_IPV6];
	const struct tm_limit_seed *seed = &keys->seeds[limit][TRAFFICMON_FAMILY_IPV6];
	union tm_address source, destination;
	int i;

	for (i = 0; i < 2; i++) {
		source.halves[i] = packet->source.halves[i] & masks->source.halves[i];
		destination.halves[i] = packet->destination.halves[i] &
					masks->destination.halves[i];
		if (!keys->both)
			source.halves[i] |= destination.halves[i];
	}
	if (keys->both)
		return tm_limit_tag_ipv6(secret, seed, &source, &destination, more);
	return tm_limit_tag_ipv6(secret, seed, &source, NULL, more);
}

/*
 * The tag of tm_policy_key()'s key, in most cases without making the key.
 * Context: any.
 */
static __always_inline u64 tm_policy_tag(const struct tm_policy_keys *keys,
					 const struct tm_limit_table *limiters, u8 limit,
					 const struct tm_packet *packet, bool aggregate)
{
	const struct tm_policy_masks *masks = &keys->masks[TRAFFICMON_FAMILY_IPV4];
	struct tm_limit_more more = {
		.ports = tm_limit_ports(0, packet->destination_port),
		.used = keys->with_port,
	};

	if (unlikely(aggregate || !keys->masked))
		return tm_policy_key_tag(keys, limiters, limit, packet, aggregate);
	if (unlikely(packet->family & keys->family_mask))
		return tm_policy_tag_ipv6(keys, &limiters->secret, limit, packet, more);
	return tm_limit_tag_ipv4(&limiters->secret,
				 &keys->seeds[limit][TRAFFICMON_FAMILY_IPV4],
				 packet->source.words[3] & masks->source.words[3],
				 packet->destination.words[3] & masks->destination.words[3],
				 more);
}

#endif
