/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tag of a limiter: a 64-bit keyed hash that is its identity, for keys are
 * never compared.
 *
 * Two strongly universal hashes of 32 bits side by side, less one bit, so that any
 * two keys share a tag for one secret in 2^63, whoever chose the keys: "multilinear
 * hashing, halved multiplications" (D. Lemire, O. Kaser, "Strongly universal
 * string hashing is fast", Computer Journal 57(11), 2014): sums of products of
 * words of 32 bits, each with a secret added, modulo 2^64, of which the upper
 * half counts.  What one learns from tags is only whether two are the same, and
 * they never are: a keyed function without known structure (SipHash, 65
 * instructions more) would gain nothing.  The secret is random for each
 * namespace, and neither it nor a tag is ever shown.
 *
 * What is the same for all keys of a limit and a family, the seed, is summed
 * when the ruleset is made; a packet adds a product or a few.  One to one: the
 * seed holds kind and family, which say what the other words mean, and since
 * what a kind does not use is 0, source and destination of IPv6 may be ORed
 * where it uses one of them.
 *
 * Pure: builds in userspace too.
 */
#ifndef TM_LIMIT_TAG_H
#define TM_LIMIT_TAG_H

#include "limit.h"

/* Does a key of this kind have both addresses? */
static inline bool tm_limit_key_both(u8 kind)
{
	return kind == TRAFFICMON_KEY_SOURCE_DESTINATION || kind == TRAFFICMON_KEY_FLOW;
}

/* More than addresses? */
static inline bool tm_limit_key_more(u8 kind)
{
	return kind == TRAFFICMON_KEY_SOURCE_DESTINATION_PORT || kind == TRAFFICMON_KEY_FLOW ||
	       kind == TRAFFICMON_KEY_IIF;
}

/* Of @key: its policy, kind, limit and flags. */
void tm_limit_seed(struct tm_limit_seed *seed, const struct tm_limit_secret *secret,
		   const struct tm_limit_key *key);

/* Two words, as one half of the tag sees them. */
static __always_inline u64 tm_limit_product(const u64 secret[2], u32 one, u32 other)
{
	return (secret[0] + one) * (secret[1] + other);
}

/*
 * The upper halves of both sums: to that of the second, the lower half of the
 * first may be added, which does not know the second's secrets.  Then mixed, one
 * to one, for keys that are in sequence; and never 0, which is a free slot.
 */
static __always_inline u64 tm_limit_tag_end(const struct tm_limit_secret *secret, u64 first,
					    u64 second)
{
	u64 tag = first ^ second >> 32;

	tag = (tag ^ tag >> 32) * secret->mix;
	return (tag ^ tag >> 32) | 1ULL << 63;
}

/**
 * struct tm_limit_more - what a key has besides addresses
 * @used: does its kind have such?
 */
struct tm_limit_more {
	u32 ports;
	u32 rest;	/* protocol, or device */
	bool used;
};

static __always_inline u32 tm_limit_ports(__be16 source, __be16 destination)
{
	return (u32)(__force u16)source << 16 | (__force u16)destination;
}

/* Addresses are masked already. */
static __always_inline u64 tm_limit_tag_ipv4(const struct tm_limit_secret *secret,
					     const struct tm_limit_seed *seed, __be32 source,
					     __be32 destination, struct tm_limit_more more)
{
	u64 sum[2];
	int i;

	for (i = 0; i < 2; i++) {
		sum[i] = seed->sum[i] + tm_limit_product(secret->source[i], (__force u32)source,
							 (__force u32)destination);
		if (more.used)
			sum[i] += tm_limit_product(secret->more[i], more.ports, more.rest);
	}
	return tm_limit_tag_end(secret, sum[0], sum[1]);
}

static __always_inline u64 tm_limit_address(const u64 secret[4], const union tm_address *address)
{
	const __be32 *words = address->words;

	return tm_limit_product(&secret[0], (__force u32)words[0], (__force u32)words[1]) +
	       tm_limit_product(&secret[2], (__force u32)words[2], (__force u32)words[3]);
}

/* @destination: NULL: @source is the one or the other. */
static __always_inline u64 tm_limit_tag_ipv6(const struct tm_limit_secret *secret,
					     const struct tm_limit_seed *seed,
					     const union tm_address *source,
					     const union tm_address *destination,
					     struct tm_limit_more more)
{
	u64 sum[2];
	int i;

	for (i = 0; i < 2; i++) {
		sum[i] = seed->sum[i] + tm_limit_address(secret->source[i], source);
		if (destination)
			sum[i] += tm_limit_address(secret->destination[i], destination);
		if (more.used)
			sum[i] += tm_limit_product(secret->more[i], more.ports, more.rest);
	}
	return tm_limit_tag_end(secret, sum[0], sum[1]);
}

#endif
