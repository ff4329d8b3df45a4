// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The conservation ledger's arithmetic.  Contract in ledger.h.
 */
#include <linux/trafficmon.h>

#include "ledger.h"

static int64_t off(uint64_t before, uint64_t sum, uint64_t after)
{
	if (sum > after)
		return (int64_t)(sum - after);
	if (sum < before)
		return -(int64_t)(before - sum);
	return 0;
}

void tm_ledger_read(struct tm_ledger *ledger,
		    const struct tm_counters *counters)
{
	const uint64_t *values = counters->values;

	ledger->sum_packets = values[TRAFFICMON_A_STATS_LIVE_PACKETS] +
			      values[TRAFFICMON_A_STATS_RECORDED_PACKETS] +
			      values[TRAFFICMON_A_STATS_UNTRACKED_PACKETS];
	ledger->sum_bytes = values[TRAFFICMON_A_STATS_LIVE_BYTES] +
			    values[TRAFFICMON_A_STATS_RECORDED_BYTES] +
			    values[TRAFFICMON_A_STATS_UNTRACKED_BYTES];
	ledger->before_packets =
		values[TRAFFICMON_A_STATS_SEEN_BEFORE_PACKETS];
	ledger->before_bytes = values[TRAFFICMON_A_STATS_SEEN_BEFORE_BYTES];
	ledger->after_packets = values[TRAFFICMON_A_STATS_SEEN_AFTER_PACKETS];
	ledger->after_bytes = values[TRAFFICMON_A_STATS_SEEN_AFTER_BYTES];
	ledger->off_packets = off(ledger->before_packets, ledger->sum_packets,
				  ledger->after_packets);
	ledger->off_bytes = off(ledger->before_bytes, ledger->sum_bytes,
				ledger->after_bytes);
}
