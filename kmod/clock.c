// SPDX-License-Identifier: GPL-2.0
/*
 * How far the ticks are behind the clock; see clock.h.
 */
#include "clock.h"

#include <linux/cache.h>
#include <linux/init.h>
#include <linux/ktime.h>
#include <linux/math64.h>

u64 tm_clock_behind_ms __ro_after_init;

void __init tm_clock_setup(void)
{
	/* the first tick is nearly 2^32, so this wraps: sums are right all the same */
	tm_clock_behind_ms = div_u64(ktime_get_ns(), NSEC_PER_MSEC) -
			     tm_clock_ticks_ms(get_jiffies_64());
}
