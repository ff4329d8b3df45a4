// SPDX-License-Identifier: GPL-2.0
/*
 * The arithmetic of limits: from packets or bytes a second to time units, and
 * back for showing.  Pure: no clock, no state, no 128-bit type.  Divisions are
 * here, outside the packet path; its part is inline in limit.h.
 *
 * Where products could overflow, the bound stands beside them.  Greatest
 * values: rate 5 x 10^10 < 2^36, burst 3,600 x rate < 2^48, a second 3.2 x
 * 10^10 units < 2^35.
 */
#include "limit.h"

#include <linux/build_bug.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/overflow.h>

#define TIME_SECOND	(1000000000ULL << TM_LIMIT_TIME_SHIFT)	/* time units */

/* TIME_SECOND as a product of two factors of 17 and 18 bits */
#define SECOND_LOW	125000U
#define SECOND_HIGH	256000U

static u64 rate_max(u8 kind)
{
	return kind == TRAFFICMON_LIMIT_BYTES ? TM_RATE_BYTES_MAX : TM_RATE_PACKETS_MAX;
}

static u64 rate_min(u8 kind)
{
	return kind == TRAFFICMON_LIMIT_BYTES ? TM_RATE_BYTES_MIN : TM_RATE_PACKETS_MIN;
}

/*
 * Burst times cost, less half a ns.  Each of the three terms is at most an
 * hour, < 2^47.
 *
 * Rounded by their dither, the costs of a burst may sum to a little less than
 * the burst's, and one packet more would pass in the same instant.  Half a ns
 * covers that (three sigma for 100 packets); clocks count whole ones.
 */
static u64 rate_tolerance(u64 burst, u64 cost, u32 fraction)
{
	u64 low = (u64)(u32)burst * fraction;	/* <= (2^32 - 1)^2: room for one more 2^32 - 1 */
	u64 exact = burst * cost + (burst >> 32) * fraction + ((low + U32_MAX) >> 32);

	return exact - min_t(u64, exact / 2, 1 << (TM_LIMIT_TIME_SHIFT - 1));
}

bool tm_rate_init(struct tm_rate *rate, u8 kind, u64 per_second, u64 burst)
{
	u64 cost, fraction, rest;

	BUILD_BUG_ON((u64)SECOND_LOW * SECOND_HIGH != TIME_SECOND);
	BUILD_BUG_ON(sizeof(*rate) != 40);

	if (kind >= __TRAFFICMON_LIMIT_MAX)
		return false;
	if (per_second < rate_min(kind) || per_second > rate_max(kind))
		return false;
	if (burst < 1 || burst > per_second * TM_RATE_BURST_SECONDS)
		return false;

	/* long division, 16 bits of fraction at a time: rest < 2^36 stays below 2^52 */
	cost = div64_u64_rem(TIME_SECOND, per_second, &rest);
	fraction = div64_u64_rem(rest << 16, per_second, &rest) << 16;
	fraction |= div64_u64(rest << 16, per_second);

	rate->per_second = per_second;
	rate->burst = burst;
	rate->cost = cost;
	rate->tolerance = rate_tolerance(burst, cost, fraction);
	rate->cost_fraction = fraction;
	rate->kind = kind;
	return true;
}

u64 tm_rate_default_burst(u8 kind, u64 per_second)
{
	u64 least = kind == TRAFFICMON_LIMIT_BYTES ? 65536 : 1;

	return max(div_u64(per_second, 10), least);
}

/* @time times @per_second / TIME_SECOND, rounded up, exactly; U64_MAX when too large. */
static u64 rate_amount(u64 time, u64 per_second)
{
	u64 seconds, rest, whole;
	u32 high, low, part;

	seconds = div64_u64_rem(time, TIME_SECOND, &rest);
	if (check_mul_overflow(seconds, per_second, &whole))
		return U64_MAX;
	high = div_u64_rem(rest, SECOND_LOW, &low);
	/* < 2^18 x 2^36; then 2^35 + 2^53 + 2^35 */
	rest = div_u64_rem(high * per_second, SECOND_HIGH, &part);
	rest += div64_u64((u64)part * SECOND_LOW + low * per_second + TIME_SECOND - 1,
			  TIME_SECOND);
	return check_add_overflow(whole, rest, &whole) ? U64_MAX : whole;
}

u64 tm_rate_used(const struct tm_rate *rate, u64 tat, u64 now)
{
	u64 used;

	if (tat <= now)
		return 0;
	used = rate_amount(tat - now, rate->per_second);
	if (tm_rate_over(rate, tat, now))
		return max(used, rate->burst);
	return min(used, rate->burst - 1);
}
