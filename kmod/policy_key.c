// SPDX-License-Identifier: GPL-2.0
/*
 * Keys of limiters, and what their tags are made of; see policy_key.h.
 */
#include "policy_key.h"

#include <linux/string.h>

/* Prefix of an address: @length counts from the family's first bit. */
static union tm_address tm_policy_mask(const union tm_address *address, u8 family, u8 length)
{
	u32 bits = family == TRAFFICMON_FAMILY_IPV4 ? length + 96 : length;
	union tm_address masked = *address;
	u32 word;

	for (word = 0; word < 4; word++, bits -= min(bits, 32U))
		if (bits < 32)
			masked.words[word] &= bits ? cpu_to_be32(~0U << (32 - bits)) : 0;
	return masked;
}

u8 tm_policy_aggregate_length(u8 family, u8 length)
{
	u8 wide = family == TRAFFICMON_FAMILY_IPV4 ? 24 : 48;
	u8 step = family == TRAFFICMON_FAMILY_IPV4 ? 8 : 16;

	if (length > wide)
		return wide;
	return length > step ? length - step : 0;
}

/* A flow's key is the same for both directions. */
static void tm_policy_flow_key(const struct tm_packet *packet, struct tm_limit_key *key)
{
	int order = memcmp(&packet->source, &packet->destination, sizeof(packet->source));
	bool swap = order > 0 || (!order && ntohs(packet->source_port) >
				  ntohs(packet->destination_port));

	key->source = swap ? packet->destination : packet->source;
	key->destination = swap ? packet->source : packet->destination;
	key->source_port = swap ? packet->destination_port : packet->source_port;
	key->destination_port = swap ? packet->source_port : packet->destination_port;
	key->protocol = packet->protocol;
}

void tm_policy_key(const struct tm_policy_keys *keys, u8 limit, const struct tm_packet *packet,
		   bool aggregate, struct tm_limit_key *key)
{
	u8 family = packet->family;
	u8 source_length = keys->source_length[family];
	u8 destination_length = keys->destination_length[family];

	memset(key, 0, sizeof(*key));
	key->policy_id = keys->policy_id;
	key->kind = keys->kind;
	key->limit = limit;
	key->flags = family == TRAFFICMON_FAMILY_IPV6 ? TM_LIMIT_KEY_IPV6 : 0;
	if (aggregate) {
		key->flags |= TM_LIMIT_KEY_AGGREGATE;
		source_length = tm_policy_aggregate_length(family, source_length);
		destination_length = tm_policy_aggregate_length(family, destination_length);
	}
	switch (keys->kind) {
	case TRAFFICMON_KEY_SOURCE_DESTINATION_PORT:
		key->destination_port = packet->destination_port;
		fallthrough;
	case TRAFFICMON_KEY_SOURCE:
		key->source = tm_policy_mask(&packet->source, family, source_length);
		break;
	case TRAFFICMON_KEY_SOURCE_DESTINATION:
		key->source = tm_policy_mask(&packet->source, family, source_length);
		fallthrough;
	case TRAFFICMON_KEY_DESTINATION:
		key->destination = tm_policy_mask(&packet->destination, family,
						  destination_length);
		break;
	case TRAFFICMON_KEY_FLOW:
		if (!aggregate) {
			tm_policy_flow_key(packet, key);
			break;
		}
		key->source = tm_policy_mask(&packet->source, family, source_length);
		break;
	case TRAFFICMON_KEY_IIF:
		key->ifindex = packet->ifindex;
		key->flags &= ~TM_LIMIT_KEY_IPV6;
		break;
	default:
		key->flags &= ~TM_LIMIT_KEY_IPV6;
		break;
	}
}

/* Of a key of this kind, which has an address if @ipv6 says of which family. */
static u8 tm_policy_way(u8 kind, bool ipv6)
{
	switch (kind) {
	case TRAFFICMON_KEY_FLOW:
	case TRAFFICMON_KEY_IIF:
		return TM_WAY_KEY;
	case TRAFFICMON_KEY_SOURCE_DESTINATION_PORT:
		return ipv6 ? TM_WAY_IPV6_SOURCE_PORT : TM_WAY_IPV4_PORT;
	case TRAFFICMON_KEY_SOURCE_DESTINATION:
		return ipv6 ? TM_WAY_IPV6_BOTH : TM_WAY_IPV4;
	case TRAFFICMON_KEY_DESTINATION:
		return ipv6 ? TM_WAY_IPV6_DESTINATION : TM_WAY_IPV4;
	case TRAFFICMON_KEY_SOURCE:
		return ipv6 ? TM_WAY_IPV6_SOURCE : TM_WAY_IPV4;
	default:
		/* no address, for both families: as IPv4, with both masked away */
		return TM_WAY_IPV4;
	}
}

/* Masks and seeds of a family: what tm_policy_key() makes of a packet with all bits set. */
static void tm_policy_keys_prepare_family(struct tm_policy_keys *keys, u8 family,
					  const struct tm_limit_secret *secret)
{
	struct tm_packet all_ones;
	struct tm_limit_key key;
	u8 i;

	memset(&all_ones, 0xff, sizeof(all_ones));
	all_ones.family = family;
	for (i = 0; i < TRAFFICMON_LIMITS_MAX; i++) {
		tm_policy_key(keys, i, &all_ones, false, &key);
		tm_limit_seed(&keys->seeds[i][family], secret, &key);
	}
	keys->masks[family].source = key.source;
	keys->masks[family].destination = key.destination;
	keys->way[family] = tm_policy_way(keys->kind, family == TRAFFICMON_FAMILY_IPV6);
}

void tm_policy_keys_prepare(struct tm_policy_keys *keys, const struct tm_limit_table *limiters)
{
	tm_policy_keys_prepare_family(keys, TRAFFICMON_FAMILY_IPV4, &limiters->secret);
	tm_policy_keys_prepare_family(keys, TRAFFICMON_FAMILY_IPV6, &limiters->secret);
}

u64 tm_policy_key_tag(const struct tm_policy_keys *keys, const struct tm_limit_table *limiters,
		      u8 limit, const struct tm_packet *packet, bool aggregate)
{
	struct tm_limit_key key;

	tm_policy_key(keys, limit, packet, aggregate, &key);
	return tm_limit_tag(limiters, &key);
}

static u64 tm_policy_tag_both(const struct tm_policy_keys *keys,
			      const struct tm_limit_secret *secret, u8 limit,
			      const struct tm_packet *packet)
{
	const struct tm_policy_masks *masks = &keys->masks[TRAFFICMON_FAMILY_IPV6];
	const struct tm_limit_more nothing = { .used = false };
	union tm_address source, destination;
	int i;

	for (i = 0; i < 2; i++) {
		source.halves[i] = packet->source.halves[i] & masks->source.halves[i];
		destination.halves[i] = packet->destination.halves[i] &
					masks->destination.halves[i];
	}
	return tm_limit_tag_ipv6(secret, &keys->seeds[limit][TRAFFICMON_FAMILY_IPV6], &source,
				 &destination, nothing);
}

u64 tm_policy_tag_any(const struct tm_policy_keys *keys, const struct tm_limit_table *limiters,
		      u8 limit, const struct tm_packet *packet)
{
	const struct tm_policy_masks *masks = &keys->masks[TRAFFICMON_FAMILY_IPV6];
	const struct tm_limit_secret *secret = &limiters->secret;
	const struct tm_limit_more nothing = { .used = false };
	const struct tm_limit_more port = {
		.ports = tm_limit_ports(0, packet->destination_port),
		.used = true,
	};

	switch (keys->way[packet->family]) {
	case TM_WAY_IPV4:
		return tm_policy_tag_ipv4(keys, secret, limit, packet, nothing);
	case TM_WAY_IPV4_PORT:
		return tm_policy_tag_ipv4(keys, secret, limit, packet, port);
	case TM_WAY_IPV6_SOURCE:
		return tm_policy_tag_ipv6(keys, secret, limit, &packet->source, &masks->source,
					  nothing);
	case TM_WAY_IPV6_DESTINATION:
		return tm_policy_tag_ipv6(keys, secret, limit, &packet->destination,
					  &masks->destination, nothing);
	case TM_WAY_IPV6_BOTH:
		return tm_policy_tag_both(keys, secret, limit, packet);
	case TM_WAY_IPV6_SOURCE_PORT:
		return tm_policy_tag_ipv6(keys, secret, limit, &packet->source, &masks->source,
					  port);
	default:
		return tm_policy_key_tag(keys, limiters, limit, packet, false);
	}
}
