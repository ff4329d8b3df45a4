// SPDX-License-Identifier: GPL-2.0
/*
 * The kill switch and the breaker.
 *
 * Their lock is one of its own, inside tn->lock where both are held: the switch
 * is thrown without tn->lock, for it must not wait until the books of a large
 * table are read or a large ruleset is built.
 */
#include "breaker.h"

#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mutex.h>

#include "event.h"
#include "netns.h"
#include "params.h"

#define TM_BREAKER_PACKETS_MIN	1000	/* a round with fewer says nothing */

/* What suspends enforcement where, and that events say so in order. */
static DEFINE_MUTEX(tm_breaker_lock);
static bool tm_breaker_enforce = true;	/* tm_breaker_lock: the switch */

/* What suspends it, where it is suspended. */
static enum trafficmon_cause tm_breaker_cause(const struct tm_net *tn)
{
	return tn->breaker.tripped ? TRAFFICMON_CAUSE_BREAKER : TRAFFICMON_CAUSE_SWITCH;
}

/*
 * @by: who resumes it, where it is resumed
 * @percent: where the breaker trips: dropped, of the packets of the last round
 */
static void tm_breaker_tell(struct tm_net *tn, enum trafficmon_cause by, u32 percent)
{
	struct tm_event event = {
		.type = TRAFFICMON_EVENT_ENFORCEMENT,
		.mode = tn->suspended ? TRAFFICMON_MODE_MONITOR : TRAFFICMON_MODE_ENFORCE,
		.cause = tn->suspended ? tm_breaker_cause(tn) : by,
		.size = percent,
		.duration_ns = ktime_get_ns() - tn->breaker.suspended_ns,
	};

	tm_event_post(tn, &event);
}

static void tm_breaker_set(struct tm_net *tn, bool tripped, enum trafficmon_cause by, u32 percent)
{
	bool suspended = tripped || !tm_breaker_enforce;

	lockdep_assert_held(&tm_breaker_lock);
	if (suspended == tn->suspended && tripped == tn->breaker.tripped)
		return;
	if (!tn->suspended)
		tn->breaker.suspended_ns = ktime_get_ns();
	tn->breaker.tripped = tripped;
	WRITE_ONCE(tn->suspended, suspended);
	tm_breaker_tell(tn, by, percent);
}

/* The switch cannot be thrown: namespaces are held exclusively. */
void tm_breaker_init(struct tm_net *tn)
{
	tn->suspended = !tm_breaker_enforce;
	tn->breaker.suspended_ns = ktime_get_ns();
}

void tm_breaker_tell_attached(struct tm_net *tn)
{
	if (tn->suspended)
		tm_breaker_tell(tn, TRAFFICMON_CAUSE_SWITCH, 0);
}

/* The switch may have been thrown meanwhile. */
static void tm_breaker_trip(struct tm_net *tn, u32 percent)
{
	mutex_lock(&tm_breaker_lock);
	if (!tn->suspended)
		tm_breaker_set(tn, true, TRAFFICMON_CAUSE_BREAKER, percent);
	mutex_unlock(&tm_breaker_lock);
}

/*
 * Rounds are counted, not seconds: one that comes late counts once.  Counters are
 * read while others count, so that a drop may be in a round before its packet.
 */
void tm_breaker_round(struct tm_net *tn, const struct tm_stats_sum *sum)
{
	struct tm_breaker *breaker = &tn->breaker;
	u64 seen = sum->seen_total.packets - breaker->seen;
	u64 dropped = sum->kinds[TM_KIND_drop].packets - breaker->dropped;

	lockdep_assert_held(&tn->lock);
	breaker->seen = sum->seen_total.packets;
	breaker->dropped = sum->kinds[TM_KIND_drop].packets;
	if (!tm_params.breaker_percent || READ_ONCE(tn->suspended)) {
		breaker->over_rounds = 0;
		return;
	}
	if (seen < TM_BREAKER_PACKETS_MIN)
		return;
	if (dropped * 100 <= seen * tm_params.breaker_percent) {
		breaker->over_rounds = 0;
		return;
	}
	if (++breaker->over_rounds < tm_params.breaker_s)
		return;
	breaker->over_rounds = 0;
	tm_breaker_trip(tn, min_t(u64, div64_u64(dropped * 100, seen), 100));
}

void tm_breaker_set_switch(bool enforce)
{
	mutex_lock(&tm_breaker_lock);
	tm_breaker_enforce = enforce;
	mutex_unlock(&tm_breaker_lock);
}

void tm_breaker_close(struct tm_net *tn, enum trafficmon_cause by)
{
	mutex_lock(&tm_breaker_lock);
	tm_breaker_set(tn, false, by, 0);
	mutex_unlock(&tm_breaker_lock);
}

int tm_breaker_suspended_by(struct tm_net *tn)
{
	int cause = -1;

	mutex_lock(&tm_breaker_lock);
	if (tn->suspended)
		cause = tm_breaker_cause(tn);
	mutex_unlock(&tm_breaker_lock);
	return cause;
}
