/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a flow stands in the table: a keyed hash of its tuple, the same for
 * both directions.
 *
 * Entries are compared whole, so the hash has only to spread them, whatever
 * addresses and ports somebody chooses who does not know the key.  Products of
 * words with secrets added are enough for that, and cost a fifth of SipHash-1-3
 * (26 instructions to 142 for IPv4); the key is random for each namespace, and
 * neither it nor a result is ever shown.
 *
 * IPv4: "multilinear hashing, halved multiplications" (D. Lemire, O. Kaser,
 * "Strongly universal string hashing is fast", Computer Journal 57(11), 2014):
 * words of 48 bits, modulo 2^64.  Two flows whose ends differ in the lowest bit
 * of a word agree in all 64 bits for one key in 2^64; in the highest alone, which
 * is the worst, for one in 2^17.  IPv6: an end is a product of 128 bits of the
 * halves of its address (NH, in J. Black et al., "UMAC: fast and secure message
 * authentication", CRYPTO '99), to one of which the port is added times a
 * secret; it is folded to 64 bits, and both ends are summed.  For folding and
 * sum there is no theorem: test_flow_hash.c holds them to what chance would do.
 *
 * Pure: builds in userspace too.
 */
#ifndef TM_FLOW_HASH_H
#define TM_FLOW_HASH_H

#include <linux/math64.h>
#include <linux/minmax.h>
#include "packet.h"

/* All random; @mix is odd. */
struct tm_flow_key {
	u64 ipv4[2];
	u64 mix;
	u64 rest;
	u64 ipv6[2];
	u64 port;
};

void tm_flow_key_init(struct tm_flow_key *key);

/* Both halves of the product of @a and @b. */
static __always_inline u64 tm_flow_fold(u64 a, u64 b)
{
	return mul_u64_u64_shr(a, b, 64) ^ a * b;
}

/*
 * The ports as 16 bits each.  Which of them is the source's depends on the byte
 * order of the machine; all that counts is that they change sides with the ends.
 */
static __always_inline u64 tm_flow_hash_port(const struct tm_packet *packet, bool source)
{
	return source ? (u16)packet->ports : packet->ports >> 16;
}

/* An end, address and port, is 48 bits. */
static __always_inline u64 tm_flow_hash_ipv4(const struct tm_flow_key *key,
					     const struct tm_packet *packet)
{
	u64 source = (u64)(__force u32)packet->source.words[3] << 16 |
		     tm_flow_hash_port(packet, true);
	u64 destination = (u64)(__force u32)packet->destination.words[3] << 16 |
			  tm_flow_hash_port(packet, false);

	return (key->ipv4[0] + min(source, destination)) *
	       (key->ipv4[1] + max(source, destination));
}

static __always_inline u64 tm_flow_hash_end(const struct tm_flow_key *key,
					    const union tm_address *address, u64 port)
{
	return tm_flow_fold(key->ipv6[0] + address->halves[0] + key->port * port,
			    key->ipv6[1] + address->halves[1]);
}

static __always_inline u64 tm_flow_hash_ipv6(const struct tm_flow_key *key,
					     const struct tm_packet *packet)
{
	return tm_flow_hash_end(key, &packet->source, tm_flow_hash_port(packet, true)) +
	       tm_flow_hash_end(key, &packet->destination, tm_flow_hash_port(packet, false));
}

/*
 * @family: of the packet.  What is not of the ends, protocol and kind, has a
 * secret of its own.  Mixed by multiplications, so that ends in sequence spread
 * as random ones do: after one, 2 % of the keys tell.  The upper bits are the
 * best, the lower 16 are not used.
 */
static __always_inline u64 tm_flow_hash(const struct tm_flow_key *key,
					const struct tm_packet *packet, u8 family)
{
	u64 hash = key->rest * (__force u16)packet->sort;

	if (family == TRAFFICMON_FAMILY_IPV4)
		hash += tm_flow_hash_ipv4(key, packet);
	else
		hash += tm_flow_hash_ipv6(key, packet);
	hash = (hash ^ hash >> 32) * key->mix;
	return (hash ^ hash >> 32) * key->mix;
}

/* Bits for the place of a bucket, 32 of them. */
static __always_inline size_t tm_flow_place(u64 hash)
{
	return hash >> 32;
}

/* Never 0, which is free; of other bits than the place. */
static __always_inline u16 tm_flow_tag(u64 hash)
{
	return hash >> 16 | 1;
}

#endif
