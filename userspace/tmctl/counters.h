/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What STATS_GET says, read once: totals, and the named counters.
 */
#ifndef TMCTL_COUNTERS_H
#define TMCTL_COUNTERS_H

#include <stdint.h>

#include "../lib/nl.h"

enum tm_counter_group {
	TM_COUNTER_CLASS,
	TM_COUNTER_DIRECTION,
	TM_COUNTER_REASON,

	TM_COUNTER_GROUPS
};

/* kind and text are those of a reason, else empty. */
struct tm_counter {
	char name[48];
	char kind[16];
	char text[128];
	uint64_t packets;
	uint64_t bytes;
};

#define TM_COUNTERS_MAX	64

/*
 * @values:	the u64 attributes by number (TRAFFICMON_A_STATS_*), 0 if absent
 * @has:	which were there, a bit each
 */
struct tm_counters {
	uint64_t values[64];
	uint64_t has;
	unsigned int count[TM_COUNTER_GROUPS];
	struct tm_counter list[TM_COUNTER_GROUPS][TM_COUNTERS_MAX];
};

/*
 * ledger: walk the flow table too (needs admin).  message (may be NULL) is
 * called with the reply.
 */
int tm_counters_get(struct tm_nl *nl, bool ledger,
		    struct tm_counters *counters,
		    int (*message)(const struct nlmsghdr *nlh, void *data,
				   struct tm_error *error),
		    void *data, struct tm_error *error);

/* The packets of all reasons of a kind. */
uint64_t tm_counters_of_kind(const struct tm_counters *counters,
			     const char *kind);

#endif /* TMCTL_COUNTERS_H */
