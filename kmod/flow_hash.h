/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a flow stands in the table: a keyed hash of its tuple, the same for
 * both directions.
 *
 * Entries are compared whole, so the hash has only to spread them, whatever
 * addresses and ports somebody chooses who does not know the key.  A secret
 * universal family is enough for that, and costs a fifth of SipHash-1-3 (28
 * instructions to 142 for IPv4).  Words with secrets added are multiplied in
 * pairs and the products summed; the key is random for each namespace, and
 * neither it nor a result is ever shown.
 *
 * IPv4: "multilinear hashing, halved multiplications" (D. Lemire, O. Kaser,
 * "Strongly universal string hashing is fast", Computer Journal 57(11), 2014):
 * words of 48 bits, modulo 2^64.  Two flows whose ends differ in the lowest bit
 * of a word agree in all 64 bits for one key in 2^64; in the highest alone, which
 * is the worst, for one in 2^17.  IPv6: words of 64 bits, products of 128 bits
 * (NH, in J. Black et al., "UMAC: fast and secure message authentication",
 * CRYPTO '99), their halves folded; for the folding there is no theorem, and
 * test_flow_hash.c holds it to what chance would do.
 *
 * Pure: builds in userspace too.
 */
#ifndef TM_FLOW_HASH_H
#define TM_FLOW_HASH_H

#include <linux/minmax.h>
#include "packet.h"

/* All random; @mix is odd. */
struct tm_flow_key {
	u64 ipv4[3];
	u64 mix;
	u64 ipv6[6];
};

void tm_flow_key_init(struct tm_flow_key *key);

/* The tuple of an IPv6 packet, not mixed yet. */
u64 tm_flow_hash_ipv6(const struct tm_flow_key *key, const struct tm_packet *packet);

/* What is not of the ends, 16 bits. */
static __always_inline u64 tm_flow_hash_rest(const struct tm_packet *packet)
{
	return (u64)packet->protocol << 8 | packet->kind;
}

/* An end, address and port, is 48 bits. */
static __always_inline u64 tm_flow_hash_ipv4(const struct tm_flow_key *key,
					     const struct tm_packet *packet)
{
	u64 source = (u64)(__force u32)packet->source.words[3] << 16 |
		     (__force u16)packet->source_port;
	u64 destination = (u64)(__force u32)packet->destination.words[3] << 16 |
			  (__force u16)packet->destination_port;

	return (key->ipv4[0] + min(source, destination)) *
	       (key->ipv4[1] + max(source, destination)) +
	       key->ipv4[2] * tm_flow_hash_rest(packet);
}

/*
 * Mixed by multiplications, so that ends in sequence spread as random ones do:
 * after one, 2 % of the keys tell.  The upper bits are the best, the lower 16
 * are not to be used.
 */
static __always_inline u64 tm_flow_hash(const struct tm_flow_key *key,
					const struct tm_packet *packet)
{
	u64 hash;

	if (likely(packet->family == TRAFFICMON_FAMILY_IPV4))
		hash = tm_flow_hash_ipv4(key, packet);
	else
		hash = tm_flow_hash_ipv6(key, packet);
	hash = (hash ^ hash >> 32) * key->mix;
	return (hash ^ hash >> 32) * key->mix;
}

#endif
