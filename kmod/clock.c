// SPDX-License-Identifier: GPL-2.0
/*
 * How far the ticks are behind the clock; see clock.h.
 */
#include "clock.h"

#include <linux/cache.h>
#include <linux/init.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/sched.h>

u64 tm_clock_behind_ms __ro_after_init;

void __init tm_clock_setup(void)
{
	u64 ticks, ticks_after, now_ns;

	/* ticks may be late, as where a hypervisor took the CPU; right behind one they are not */
	schedule_timeout_uninterruptible(1);
	do {
		ticks = get_jiffies_64();
		now_ns = ktime_get_ns();
		ticks_after = get_jiffies_64();
	} while (ticks != ticks_after);
	/* the first tick is nearly 2^32, so this wraps: sums are right all the same */
	tm_clock_behind_ms = div_u64(now_ns, NSEC_PER_MSEC) - tm_clock_ticks_ms(ticks);
}
