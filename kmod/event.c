// SPDX-License-Identifier: GPL-2.0
/*
 * The ring of events.
 */
#include "event.h"

#include <linux/mm.h>
#include <linux/ktime.h>
#include "netns.h"
#include "nl.h"

/* The parameter's name is the lock's in lockdep's account. */
int tm_event_init(struct tm_event_ring *events)
{
	BUILD_BUG_ON_NOT_POWER_OF_2(TM_EVENT_RING);
	spin_lock_init(&events->lock);
	events->next = 1;
	events->events = kvcalloc(TM_EVENT_RING, sizeof(*events->events), GFP_KERNEL_ACCOUNT);
	return events->events ? 0 : -ENOMEM;
}

void tm_event_clean(struct tm_event_ring *ring)
{
	kvfree(ring->events);
	ring->events = NULL;
}

static struct tm_event *tm_event_slot(const struct tm_event_ring *ring, u64 sequence)
{
	return &ring->events[sequence % TM_EVENT_RING];
}

/*
 * An unload is numbered but not kept: nobody could ask for it any more.  The
 * time is taken under the lock, so that it does not run back against the
 * sequence while the clock is not set.
 */
void tm_event_post(struct tm_net *tn, struct tm_event *event)
{
	struct tm_event_ring *ring = &tn->events;

	spin_lock(&ring->lock);
	event->sequence = ring->next;
	event->time_ns = ktime_get_real_ns();
	if (event->type != TRAFFICMON_EVENT_UNLOAD) {
		*tm_event_slot(ring, event->sequence) = *event;
		ring->next++;
	}
	spin_unlock(&ring->lock);
	tm_nl_event_send(tn, event);
}

bool tm_event_read(struct tm_event_ring *ring, u64 *sequence, struct tm_event *event)
{
	bool found = false;
	u64 oldest;

	spin_lock(&ring->lock);
	oldest = ring->next > TM_EVENT_RING ? ring->next - TM_EVENT_RING : 1;
	*sequence = max(*sequence, oldest);
	if (*sequence < ring->next) {
		*event = *tm_event_slot(ring, *sequence);
		found = true;
	}
	spin_unlock(&ring->lock);
	return found;
}
