/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random numbers that a seed repeats: splitmix64, by Steele, Lea and Flood,
 * "Fast splittable pseudorandom number generators", 2014.
 */
#ifndef MALFORMED_RANDOM_H
#define MALFORMED_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

static inline uint64_t random_next(struct random *random)
{
	uint64_t z = random->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/* 0 to @limit - 1; @limit is not 0. */
static inline uint64_t random_below(struct random *random, uint64_t limit)
{
	return random_next(random) % limit;
}

/* @least to @most, both among them. */
static inline uint64_t random_between(struct random *random, uint64_t least, uint64_t most)
{
	uint64_t width = most - least + 1;

	return width ? least + random_below(random, width) : random_next(random);
}

/* True once in @times. */
static inline bool random_one_in(struct random *random, uint64_t times)
{
	return !random_below(random, times);
}

/* A stream of its own for each @a and @b of a seed. */
static inline struct random random_stream(uint64_t seed, uint64_t a, uint64_t b)
{
	struct random random = { seed };

	random.state = random_next(&random) ^ a;
	random.state = random_next(&random) ^ b;
	random_next(&random);
	return random;
}

#endif
