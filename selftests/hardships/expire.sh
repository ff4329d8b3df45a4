#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# As many flows as a table holds end at the same time; and are walked, dumped, summed
# and flushed.  No piece of that work keeps the processor for 10 ms: that is how late
# at most a thread of real-time priority runs meanwhile (latency.c), with a clock that
# counts instructions one a nanosecond, where hardware does several.  The kernel looks
# for lockups of 4 s all the while.
#
#	selftests/vm/run --icount -- hardships/expire.sh [FLOWS]	default 131072
set -euo pipefail
. "${0%/*}/../promises/lib.sh"
flows=${1:-131072}
most_ns=10000000

echo 4 >/proc/sys/kernel/watchdog_thresh
pktgen_device v4
discard_from v4
load_module flows=$((2 * flows)) records=1024 insert_budget=0 timeout_new_s=60

# fill: sets live.
fill() {
	pktgen_reset
	pktgen_setup v4 10.0.0.0 "10.$((flows / 65536 - 1)).255.255" "count $flows"
	pktgen_start
	live=$(status flows)
}

# takes NAME COMMAND...
takes() {
	local name=$1 status=0
	shift
	/tm/build/selftests/hardships/latency /tmp/latency "$@" >/tmp/said 2>&1 || status=$?
	result "$name: done" test $status = 0
	result "$name: nothing keeps the processor for more than $(cat /tmp/latency) ns" \
		test "$(cat /tmp/latency)" -le $most_ns
}

takes "a second of nothing" sleep 1
fill
result "$live flows of $flows live" test "$live" -ge $((flows * 98 / 100))
takes "all are walked for one" tmctl -j flow show address 192.0.2.1
takes "the ledger is summed" tmctl -j stats --ledger
takes "all are dumped" bash -c '/tm/build/selftests/net/hold dump & sleep 0.5; kill -USR1 $!; wait $!'
result "the dump is whole: $(tail -n 1 /tmp/said)" grep -q "{\"messages\":$live,\"error\":0}" /tmp/said
takes "all are flushed" tmctl reset
result "none is left" test "$(status flows)" = 0
fill
issued=$(value_of "$(tmctl -j stats)" records_issued)
# The timeout, and a sweep of the table.
takes "all end at the same time" sleep 80
result "none is left" test "$(status flows)" = 0
result "each became a record" test "$(value_of "$(tmctl -j stats)" records_issued)" = $((issued + live))
books_balance
done_testing
