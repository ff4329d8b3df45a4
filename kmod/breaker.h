/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether what the policies and the set deny say is done: the kill switch, one
 * for the whole module (parameter enforce), and the breaker of each namespace,
 * which trips when too large a share of its packets is dropped for too long.
 *
 * All of it ends in tn->suspended, which the packet path reads where it is about
 * to drop a packet, and nowhere else.  While it stands, packets are judged and
 * counted as in monitor mode.  A person ends it: by the switch, or by a new
 * ruleset where the breaker did it.
 */
#ifndef TM_BREAKER_H
#define TM_BREAKER_H

#include "stats.h"

struct tm_net;

/**
 * struct tm_breaker
 * @tripped: it suspends enforcement, not the switch; tm_breaker_lock
 * @suspended_ns: CLOCK_MONOTONIC, since when; tm_breaker_lock
 * @over_rounds: of the watch, in a row, with too large a share; tn->lock
 * @seen: packets up to the last round; tn->lock
 * @dropped: likewise
 */
struct tm_breaker {
	bool tripped;
	u64 suspended_ns;
	u32 over_rounds;
	u64 seen;
	u64 dropped;
};

/*
 * At attach, before any packet; then, when it was told that the namespace is
 * attached.  While no other can throw the switch: under tm_net_rwsem, exclusively.
 */
void tm_breaker_init(struct tm_net *tn);
void tm_breaker_tell_attached(struct tm_net *tn);

/* Once a second: does it trip?  @sum: of the namespace, now.  Under tn->lock; may sleep. */
void tm_breaker_round(struct tm_net *tn, const struct tm_stats_sum *sum);

/*
 * The kill switch, for namespaces that will be attached; those that are have to be
 * told by tm_breaker_close().  May sleep.
 */
void tm_breaker_set_switch(bool enforce);

/*
 * A person has acted: close a tripped breaker, so that the switch alone says
 * whether enforcement is suspended.  @by: TRAFFICMON_CAUSE_SWITCH or _RULESET.
 * Packets may go by what was until a grace period has passed.  May sleep.
 */
void tm_breaker_close(struct tm_net *tn, enum trafficmon_cause by);

/* enum trafficmon_cause of what suspends enforcement, or -1: nothing does.  May sleep. */
int tm_breaker_suspended_by(struct tm_net *tn);

#endif
