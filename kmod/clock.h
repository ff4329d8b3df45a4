/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Milliseconds of CLOCK_MONOTONIC, to a tick, for the price of a load.
 *
 * Flows last for seconds: asking the clock for each packet would cost 50
 * instructions.  The kernel counts ticks by CLOCK_MONOTONIC, so the two stay
 * as far apart as they were when the module was loaded.
 */
#ifndef TM_CLOCK_H
#define TM_CLOCK_H

#include <linux/jiffies.h>
#include <linux/time64.h>

/* What the ticks are behind CLOCK_MONOTONIC, ms. */
extern u64 tm_clock_behind_ms;

/* At load, before any packet.  Sleeps for a tick. */
void tm_clock_setup(void);

static inline u64 tm_clock_ticks_ms(u64 ticks)
{
	return MSEC_PER_SEC % HZ ? jiffies64_to_msecs(ticks) : ticks * (MSEC_PER_SEC / HZ);
}

/* Context: any. */
static inline u64 tm_clock_ms(void)
{
	return tm_clock_ticks_ms(get_jiffies_64()) + tm_clock_behind_ms;
}

/* The same in ns, for what expires. */
static inline u64 tm_clock_ns(void)
{
	return tm_clock_ms() * NSEC_PER_MSEC;
}

#endif
