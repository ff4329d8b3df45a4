/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Once a second: turn counters into events with hold times, so that a policy
 * that flaps about its limit, or a table about its end, is one event.
 */
#ifndef TM_WATCH_H
#define TM_WATCH_H

#include "limit.h"
#include "policy.h"
#include "record.h"

struct tm_net;

#define TM_WATCH_NEW_MAX	16	/* policies a round whose worst key is looked for */

/* A policy that went over in this round, and its key that is most over. */
struct tm_watch_new {
	const struct tm_policy *policy;
	struct tm_policy_sum delta;
	struct tm_limit_view worst;
};

/**
 * struct tm_watch - under tn->lock
 * @round_ns: CLOCK_MONOTONIC of the last round, 0: none yet
 * @elapsed_ms: since then: a round may come late
 * @table: episodes of the flow table and of the limiters
 * @lost_records: told so far
 * @lost: likewise
 * @lost_told_ns: when
 * @news: of one round
 */
struct tm_watch {
	u64 round_ns;
	u64 elapsed_ms;
	struct {
		u64 last;		/* packets that found no room, as of the last second */
		u64 at_full;		/* as of the episode's begin */
		u64 full_since_ns;	/* 0: there is room */
		u64 full_last_ns;
	} table[2];
	u64 lost_records;
	struct tm_count lost;
	u64 lost_told_ns;
	u32 set_next;			/* the set whose changes are told first */
	struct tm_watch_new news[TM_WATCH_NEW_MAX];
};

/* One round.  Under tn->lock; process context; may sleep. */
void tm_watch_round(struct tm_net *tn, u64 now_ns);

#endif
