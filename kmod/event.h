/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events: what a person should hear of, in a ring with sequence numbers, and
 * handed to nl_event.c for the multicast group as they happen.
 *
 * Nothing in the packet path makes one: watch.c looks at the counters once a
 * second, and the configuration handlers tell what they changed.
 */
#ifndef TM_EVENT_H
#define TM_EVENT_H

#include <linux/spinlock.h>
#include "packet.h"

struct tm_net;

#define TM_EVENT_RING	1024	/* events, power of two */

/**
 * struct tm_event - one event; a field counts where @has says so
 * @time_ns: since the Unix epoch
 */
struct tm_event {
	u64 sequence;
	u64 time_ns;
	u8 type;	/* enum trafficmon_event_type */
	u8 mode;
	u8 limit_kind;
	u8 family;
	u8 has;
	u8 cause;	/* enum trafficmon_cause */
	u8 change;	/* enum trafficmon_change */
	__be16 destination_port;
	u32 ifindex;
	u32 size;	/* table size, policies, entries, dropped percent: by type */
	char name[TRAFFICMON_NAME_SIZE];	/* policy, table, set: by type */
	union tm_address source;
	union tm_address destination;
	u64 limit_rate;
	u64 matched_pps;
	u64 packets;
	u64 bytes;
	u64 dropped_packets;
	u64 duration_ns;
	u64 generation;
	u64 records;
};

enum tm_event_has {
	TM_EVENT_SOURCE		= 1 << 0,
	TM_EVENT_DESTINATION	= 1 << 1,
	TM_EVENT_PORT		= 1 << 2,
	TM_EVENT_IIF		= 1 << 3,
	TM_EVENT_LIMIT		= 1 << 4,
};

/**
 * struct tm_event_ring
 * @lock: the ring; process context only, nothing inside
 * @next: sequence of the next event, from 1
 */
struct tm_event_ring {
	spinlock_t lock;	/* the ring */
	u64 next;
	struct tm_event *events;
};

int tm_event_init(struct tm_event_ring *events);	/* may sleep; -ENOMEM */
void tm_event_clean(struct tm_event_ring *ring);

/*
 * Number the event, keep it (but not an unload), hand it to the listeners.
 * Fills @sequence and @time_ns.  Context: process, may sleep.
 */
void tm_event_post(struct tm_net *tn, struct tm_event *event);

/**
 * tm_event_read - copy one event
 * @sequence: in: the first wanted; out: the one given (later when overwritten)
 * Return: false when there is none.
 */
bool tm_event_read(struct tm_event_ring *ring, u64 *sequence, struct tm_event *event);

#endif
