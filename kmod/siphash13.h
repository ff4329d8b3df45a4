/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SipHash-1-3 with 64 bits of output, over whole 64-bit words.
 *
 * The kernel's siphash is 2-4 (twice the rounds) and its hsiphash gives 32
 * bits; a tag that serves as identity wants 64.  Algorithm: Aumasson and
 * Bernstein, "SipHash: a fast short-input PRF", 2012, with c = 1, d = 3.
 * All lengths are whole words, so the last block holds the length alone.
 */
#ifndef TM_SIPHASH13_H
#define TM_SIPHASH13_H

#include <linux/bitops.h>
#include <linux/siphash.h>
#include <linux/types.h>

struct tm_siphash {
	u64 v0, v1, v2, v3;
	u64 length;
};

static __always_inline void tm_siphash_round(struct tm_siphash *s)
{
	s->v0 += s->v1;
	s->v1 = rol64(s->v1, 13);
	s->v1 ^= s->v0;
	s->v0 = rol64(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = rol64(s->v3, 16);
	s->v3 ^= s->v2;
	s->v0 += s->v3;
	s->v3 = rol64(s->v3, 21);
	s->v3 ^= s->v0;
	s->v2 += s->v1;
	s->v1 = rol64(s->v1, 17);
	s->v1 ^= s->v2;
	s->v2 = rol64(s->v2, 32);
}

static __always_inline void tm_siphash_start(struct tm_siphash *s, const siphash_key_t *key)
{
	s->v0 = 0x736f6d6570736575ULL ^ key->key[0];
	s->v1 = 0x646f72616e646f6dULL ^ key->key[1];
	s->v2 = 0x6c7967656e657261ULL ^ key->key[0];
	s->v3 = 0x7465646279746573ULL ^ key->key[1];
	s->length = 0;
}

static __always_inline void tm_siphash_word(struct tm_siphash *s, u64 word)
{
	s->v3 ^= word;
	tm_siphash_round(s);
	s->v0 ^= word;
	s->length += sizeof(word);
}

static __always_inline u64 tm_siphash_end(struct tm_siphash *s)
{
	tm_siphash_word(s, s->length << 56);
	s->v2 ^= 0xff;
	tm_siphash_round(s);
	tm_siphash_round(s);
	tm_siphash_round(s);
	return s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
}

/*
 * As tm_siphash_end(), without the block of the length: for messages of which
 * none begins with another, for example because the first word tells how many follow.
 */
static __always_inline u64 tm_siphash_end_prefix_free(struct tm_siphash *s)
{
	s->v2 ^= 0xff;
	tm_siphash_round(s);
	tm_siphash_round(s);
	tm_siphash_round(s);
	return s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
}

#endif
