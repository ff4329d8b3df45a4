// SPDX-License-Identifier: GPL-2.0-or-later
// needs: __int128
// build: kmod/limit_rate.c
/*
 * The arithmetic of limits against exact rationals in 128 bits.
 */
#include "unit.h"
#include "limit.h"

#define SECOND		(1000000000ULL << TM_LIMIT_TIME_SHIFT)
#define THREE_YEARS_NS	(3 * 365 * 86400 * 1000000000ULL)

enum {
	PACKETS = TRAFFICMON_LIMIT_PACKETS,
	BYTES = TRAFFICMON_LIMIT_BYTES,
	ROUNDS = 10000,		/* packets over which a rate must be right */
};

#define u128 unsigned __int128

static struct tm_rate rate_of(u8 kind, u64 per_second, u64 burst)
{
	struct tm_rate rate;

	ASSERT(tm_rate_init(&rate, kind, per_second, burst), "%llu/s burst %llu is refused",
	       per_second, burst);
	return rate;
}

TEST(rates_and_bursts_of_the_contract_are_accepted_and_others_refused)
{
	static const struct {
		u8 kind;
		u64 per_second, burst;
		bool accepted;
	} cases[] = {
		{ PACKETS, 1, 1, true },
		{ PACKETS, 1, 3600, true },
		{ PACKETS, 1, 3601, false },
		{ PACKETS, 0, 1, false },
		{ PACKETS, 1, 0, false },
		{ PACKETS, 200000000, 1, true },
		{ PACKETS, 200000000, 720000000000, true },
		{ PACKETS, 200000000, 720000000001, false },
		{ PACKETS, 200000001, 1, false },
		{ PACKETS, U64_MAX, 1, false },
		{ PACKETS, 1, U64_MAX, false },
		{ BYTES, 124, 1, false },
		{ BYTES, 125, 1, true },
		{ BYTES, 125, 450000, true },
		{ BYTES, 125, 450001, false },
		{ BYTES, 50000000000, 180000000000000, true },
		{ BYTES, 50000000000, 180000000000001, false },
		{ BYTES, 50000000001, 1, false },
		{ BYTES, 50000000000, 0, false },
		{ BYTES, U64_MAX, U64_MAX, false },
		{ __TRAFFICMON_LIMIT_MAX, 1000, 1000, false },
		{ 255, 1000, 1000, false },
	};
	struct tm_rate rate, before;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		memset(&rate, 0x5a, sizeof(rate));
		before = rate;
		EXPECT(tm_rate_init(&rate, cases[i].kind, cases[i].per_second, cases[i].burst) ==
		       cases[i].accepted, "case %u", i);
		EXPECT(cases[i].accepted == !!memcmp(&rate, &before, sizeof(rate)),
		       "case %u: a refused rate is untouched, an accepted one filled", i);
	}
}

TEST(two_equal_rates_are_equal_as_memory)
{
	struct tm_rate a, b;

	memset(&a, 0, sizeof(a));
	memset(&b, 0xff, sizeof(b));
	tm_rate_init(&a, BYTES, 1234567, 7654321);
	tm_rate_init(&b, BYTES, 1234567, 7654321);
	EXPECT_MEMEQ(&a, &b, sizeof(a));
}

TEST(default_burst_is_a_tenth_of_a_second_but_a_packet_or_65536_bytes)
{
	EXPECT_EQ(tm_rate_default_burst(PACKETS, 1), 1);
	EXPECT_EQ(tm_rate_default_burst(PACKETS, 19), 1);
	EXPECT_EQ(tm_rate_default_burst(PACKETS, 20), 2);
	EXPECT_EQ(tm_rate_default_burst(PACKETS, 200000000), 20000000);
	EXPECT_EQ(tm_rate_default_burst(BYTES, 125), 65536);
	EXPECT_EQ(tm_rate_default_burst(BYTES, 655360), 65536);
	EXPECT_EQ(tm_rate_default_burst(BYTES, 655370), 65537);
	EXPECT_EQ(tm_rate_default_burst(BYTES, 50000000000), 5000000000);
	rate_of(PACKETS, 1, tm_rate_default_burst(PACKETS, 1));
	rate_of(BYTES, 125, tm_rate_default_burst(BYTES, 125));
}

static u64 random_rate(u8 kind)
{
	/* as often 1 to 10 as 10 to 100 and so on */
	u64 rate = get_random_u64() >> (20 + get_random_u32_below(44));
	u64 least = kind == BYTES ? TM_RATE_BYTES_MIN : TM_RATE_PACKETS_MIN;

	return clamp(rate, least, (u64)(kind == BYTES ? TM_RATE_BYTES_MAX : TM_RATE_PACKETS_MAX));
}

/* The mean of the cost over all dithers, in 1/2^32 units, found by bisection. */
static u128 mean_cost(const struct tm_rate *rate, u32 amount)
{
	u64 least = tm_rate_cost(rate, amount, 0);
	u64 low = 0, high = 1ULL << 32, middle;

	while (high - low > 1) {	/* low rounds down, high rounds up */
		middle = (low + high) / 2;
		if (tm_rate_cost(rate, amount, middle) > least)
			high = middle;
		else
			low = middle;
	}
	return ((u128)least << 32) + ((1ULL << 32) - high);
}

TEST(cost_is_exact_over_all_dithers)
{
	u128 exact, mean, error;
	struct tm_rate rate;
	unsigned int i;
	u32 amount;
	u8 kind;

	for (i = 0; i < 100000; i++) {
		kind = i % 2;
		rate = rate_of(kind, random_rate(kind), 1);
		amount = 1 + get_random_u32_below(i % 7 ? 65535 : TM_RATE_AMOUNT_MAX);
		exact = (((u128)amount * SECOND) << 32) / rate.per_second;
		mean = mean_cost(&rate, amount);
		error = mean > exact ? mean - exact : exact - mean;
		/* the fraction has 32 bits: at most one of them an amount */
		EXPECT(error <= (u128)amount + 1, "%llu/s of %u", rate.per_second, amount);
		EXPECT_LE(tm_rate_cost(&rate, amount, U32_MAX) - tm_rate_cost(&rate, amount, 0), 1);
	}
}

TEST(cost_of_any_amount_stays_in_bounds)
{
	struct tm_rate slowest = rate_of(PACKETS, 1, 1);
	struct tm_rate slow = rate_of(BYTES, 125, 1);
	u64 now = tm_limit_time(THREE_YEARS_NS);

	EXPECT_EQ(tm_rate_cost(&slowest, 0, U32_MAX), 0);
	EXPECT_EQ(tm_rate_cost(&slowest, U32_MAX, U32_MAX), SECOND << 24);
	EXPECT_EQ(tm_rate_cost(&slow, U32_MAX, U32_MAX), SECOND / 125 << 24);
	EXPECT_GT(now + (SECOND << 24), now);
}

TEST(tolerance_is_the_cost_of_the_burst_less_half_a_ns)
{
	u128 exact, error;
	struct tm_rate rate;
	unsigned int i;
	u64 per_second;
	u8 kind;

	for (i = 0; i < 100000; i++) {
		kind = i % 2;
		per_second = random_rate(kind);
		rate = rate_of(kind, per_second, 1 + get_random_u64() % (per_second * 3600));
		if (i % 5 == 0)
			rate = rate_of(kind, per_second, per_second * 3600);
		if (i % 5 == 1)
			rate = rate_of(kind, per_second, 1);
		exact = ((u128)rate.burst * SECOND + per_second - 1) / per_second;
		exact -= exact < 32 ? exact / 2 : 16;
		error = max((u128)rate.tolerance, exact) - min((u128)rate.tolerance, exact);
		EXPECT(error <= 1 + (rate.burst >> 32), "%llu/s burst %llu: %lld", per_second,
		       rate.burst, rate.tolerance);
		EXPECT_GE(rate.tolerance, 1);
	}
}

TEST(used_is_rounded_up_and_reaches_the_burst_exactly_when_over)
{
	u64 per_second, tat, now, used, slack;
	struct tm_rate rate;
	unsigned int i;
	u128 exact;
	u8 kind;

	for (i = 0; i < 200000; i++) {
		kind = i % 2;
		per_second = random_rate(kind);
		rate = rate_of(kind, per_second, 1 + get_random_u64() % (per_second * 3600));
		now = tm_limit_time(THREE_YEARS_NS);
		switch (i % 5) {
		case 0:	/* at the edge */
			tat = now + rate.tolerance - 2 + get_random_u32_below(4);
			break;
		case 1:
			tat = now - get_random_u32_below(2);
			break;
		case 2:	/* far ahead: a ban */
			tat = now + (get_random_u64() >> 5);
			break;
		default:
			tat = now + get_random_u64() % (2 * rate.tolerance + 1);
		}
		used = tm_rate_used(&rate, tat, now);
		exact = tat <= now ? 0 : ((u128)(tat - now) * per_second + SECOND - 1) / SECOND;
		EXPECT_EQ(used >= rate.burst, tm_rate_over(&rate, tat, now));
		if (exact > U64_MAX)
			exact = U64_MAX;
		if (used == exact)
			continue;
		/* cut to the burst or below: within the half ns and 2^-32 of the burst */
		slack = per_second / 1000000000 + (rate.burst >> 31) + 1;
		EXPECT(exact + slack >= rate.burst && exact <= rate.burst + slack,
		       "%llu/s burst %llu: %llu of %llu", per_second, rate.burst, used, (u64)exact);
	}
}

/*
 * One key that is always backlogged and gets every @stride-th value of its
 * CPU's dither: its error over ROUNDS packets, in parts of a million.
 */
static long backlog_error(const struct tm_rate *rate, u32 amount, u32 stride, u32 *counter)
{
	u64 start = tm_limit_time(THREE_YEARS_NS), tat = start;
	__int128 exact = (u128)amount * ROUNDS * SECOND;	/* times per_second */
	__int128 error;
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		*counter += stride * TM_RATE_DITHER_STEP;
		tat += tm_rate_cost(rate, amount, tm_rate_dither(*counter));
	}
	error = (__int128)(tat - start) * rate->per_second - exact;
	return (long)(error * 1000000 / exact);
}

/* Strides: one key alone, two, and numbers at which a golden sequence stands still. */
static const u32 strides[] = {
	1, 2, 3, 4, 5, 7, 8, 13, 16, 21, 34, 55, 89, 100, 144, 233, 256, 377, 610, 987, 1000,
	1597, 2584, 4096, 4181, 6765, 10946, 17711, 28657, 46368, 65536, 75025, 121393,
	196418, 317811, 514229, 832040, 1346269,
};

TEST(rates_hold_to_a_thousandth_over_10000_packets_however_keys_interleave)
{
	static const struct {
		u8 kind;
		u64 per_second;
	} rates[] = {
		{ PACKETS, 1 }, { PACKETS, 3 }, { PACKETS, 999983 }, { PACKETS, 14880952 },
		{ PACKETS, 100000001 }, { PACKETS, 190476190 }, { PACKETS, 199999999 },
		{ PACKETS, 200000000 }, { BYTES, 125 }, { BYTES, 126 }, { BYTES, 12500000 },
		{ BYTES, 1250000000 }, { BYTES, 6250000001 }, { BYTES, 33333333333 },
		{ BYTES, 49230769230 },	/* 40 bytes cost 26.0 units */
		{ BYTES, 48301886792 },	/* and 26.5: the dither scatters most */
		{ BYTES, 49999999999 }, { BYTES, 50000000000 },
	};
	static const u32 sizes[] = { 40, 41, 64, 577, 1500, 9000, 65535 };
	unsigned int i, j, k, sizes_used;
	struct tm_rate rate;
	u32 counter = 0;
	long error;

	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		rate = rate_of(rates[i].kind, rates[i].per_second, 1);
		sizes_used = rates[i].kind == BYTES ? ARRAY_SIZE(sizes) : 1;
		for (j = 0; j < sizes_used; j++) {
			for (k = 0; k < ARRAY_SIZE(strides); k++) {
				error = backlog_error(&rate, rates[i].kind == BYTES ? sizes[j] : 1,
						      strides[k], &counter);
				EXPECT(labs(error) <= 1000, "%llu/s, size %u, stride %u: %ld ppm",
				       rate.per_second, sizes[j], strides[k], error);
			}
		}
	}
}

TEST(rates_are_unbiased)
{
	struct tm_rate rate = rate_of(BYTES, 48301886792, 1);
	const unsigned int keys = 1000;
	u32 counter = 12345;
	unsigned int i;
	long sum = 0;

	for (i = 0; i < keys; i++)
		sum += backlog_error(&rate, 40, keys, &counter);
	/* the mean of 1,000 keys scatters by 200 / sqrt(1000) = 6 ppm */
	EXPECT_LE(labs(sum / (long)keys), 30);
}

/* The number that undoes a multiplication by an odd @factor, by Newton's iteration. */
static u32 inverse(u32 factor)
{
	u32 x = factor;
	int i;

	for (i = 0; i < 5; i++)
		x *= 2 - factor * x;
	return x;
}

static u32 undo_dither(u32 x)
{
	x ^= x >> 16;
	x *= inverse(0x846CA68BU);
	x ^= x >> 15 ^ x >> 30;
	x *= inverse(0x7FEB352DU);
	return x ^ x >> 16;
}

TEST(dither_takes_each_value_once_in_a_period)
{
	unsigned int i;
	u32 counter;

	EXPECT_EQ(TM_RATE_DITHER_STEP % 2, 1);
	for (i = 0; i < 1000000; i++) {
		counter = get_random_u32();
		EXPECT_EQ(undo_dither(tm_rate_dither(counter)), counter);
	}
}
