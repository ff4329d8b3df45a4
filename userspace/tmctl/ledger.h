/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The conservation ledger: everything seen is somewhere.
 */
#ifndef TMCTL_LEDGER_H
#define TMCTL_LEDGER_H

#include <stdint.h>

#include "counters.h"

/*
 * @sum_*:	live flows + recorded + untracked
 * @before_*, @after_*: seen before and after the walk
 * @off_*:	0 when before <= sum <= after; else by how much the sum is above
 *		after (positive) or below before (negative)
 */
struct tm_ledger {
	uint64_t sum_packets;
	uint64_t sum_bytes;
	uint64_t before_packets;
	uint64_t before_bytes;
	uint64_t after_packets;
	uint64_t after_bytes;
	int64_t off_packets;
	int64_t off_bytes;
};

void tm_ledger_read(struct tm_ledger *ledger,
		    const struct tm_counters *counters);

#endif /* TMCTL_LEDGER_H */
