#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Invariant 6, the drop path writes nothing shared: a packet over its limit
# changes no limiter, and is counted by the CPU that drops it.  Two CPUs drop on
# one key at full speed: all counts are right to the packet, and what passes is
# what the limit allows, however much is dropped.  (That an over packet writes
# neither half of a limiter, but a sample of one in 16, is the unit tests':
# test_limit.)
set -euo pipefail
. "${0%/*}/lib.sh"
each=150000

pktgen_device cpu0
pktgen_device cpu1
count_port_9
load_module flows=64 limiters=64 records=64
apply <<END
{ "schema": 1, "policies": [
  { "name": "seen", "match": { "class": "udp" } },
  { "name": "one-key", "mode": "enforce", "match": { "class": "udp" }, "key": "dst",
    "limits": { "packets_per_second": 100, "packets_burst": 2000 } },
  { "name": "behind", "match": { "class": "udp" } } ] }
END
pktgen_setup cpu0 10.0.0.1 10.0.0.1 "count $each"
pktgen_setup cpu1 10.0.0.1 10.0.0.1 "count $each"
pktgen_start
tmctl -j limiter show >/tmp/limiters.json
sent=$(($(pktgen_sent cpu0) + $(pktgen_sent cpu1)))
seconds=$(awk -v a="$(pktgen_seconds cpu0)" -v b="$(pktgen_seconds cpu1)" 'BEGIN { print (a > b ? a : b) }')
dropped=$(policy one-key dropped_packets)
passed=$(counter passed)
echo "# $sent packets in $seconds s, $passed passed, $dropped dropped"
result "both sent: $sent" test "$sent" = $((2 * each)) -a "$(counter arrived)" = "$sent"
for unit in packets bytes; do
	all=$(counter arrived $unit)
	dropped=$(policy one-key "dropped_$unit")
	result "dropped and passed are what was sent, in $unit" \
		test $((dropped + $(counter passed $unit))) = "$all"
	result "the policy was asked about each, in $unit" test "$(policy one-key "matched_$unit")" = "$all"
	result "over is dropped, in $unit" test "$(policy one-key "over_$unit")" = "$dropped"
	result "the reason says the same, in $unit" test "$(reason policy $unit)" = "$dropped"
	result "so do the totals, in $unit" \
		test "$(total dropped $unit)" = "$dropped" -a "$(total seen $unit)" = "$all"
	result "a policy before it counted all, in $unit" test "$(policy seen "matched_$unit")" = "$all"
	result "one behind it what passed, in $unit" \
		test "$(policy behind "matched_$unit")" = "$(counter passed $unit)"
done
result "what passed is what the limit allows, within 1 %: $passed" \
	awk -v p="$passed" -v s="$seconds" 'BEGIN { want = 2000 + 100 * s; exit !(p > want * 0.99 - 20 && p < want * 1.01 + 20) }'
sampled=$(jq '[.limiters[].over_packets_sampled] | add' /tmp/limiters.json)
result "the key's own count is a sample of them: $sampled of $(policy one-key dropped_packets)" \
	awk -v s="$sampled" -v d="$(policy one-key dropped_packets)" 'BEGIN { exit !(s > d * 0.9 && s < d * 1.1) }'
done_testing
