#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Invariant 5, idle means absent: a limiter whose time has passed may be
# overwritten, at once and by anyone: keys that come and go, a thousand times
# more than there are slots, are all found room, nothing is shown of them when
# they are idle, and nothing runs to clear them away.
set -euo pipefail
. "${0%/*}/lib.sh"
slots=64
keys=$((1000 * slots))

pktgen_device v4
nft -f - <<END
table inet judge {
	counter passed { }
	chain behind {
		type filter hook prerouting priority -449; policy accept;
		udp dport 9 counter name passed drop
	}
}
END
load_module flows=4096 limiters=$slots records=64

# refused: packets whose key found no room.
refused() {
	echo $(($(reason limiters_full_pass) + $(reason limiters_full_drop) + $(reason limiters_full_aggregate)))
}
shown() { limiters; }
none_shown() { test "$(shown)" = 0; }
flood() {
	pktgen_reset
	pktgen_setup v4 "$@"
	pktgen_start
}
# How often the module's and all other workers ran, and for how many ns.
workers() {
	local dir runs=0 ns=0 a c
	for dir in /proc/[0-9]*; do
		[[ $(cat "$dir/comm" 2>/dev/null) == kworker/u*H* ]] || continue
		read -r a _ c <"$dir/schedstat" || continue
		ns=$((ns + a)) runs=$((runs + c))
	done
	echo "$runs $ns"
}

# A packet keeps a slot for a microsecond: less than the next one is away.
apply <<END
{ "schema": 1, "policies": [
  { "name": "short", "mode": "enforce", "match": { "class": "udp" }, "key": "src",
    "limits": { "packets_per_second": 1000000, "packets_burst": 1 }, "on_full": "drop" } ] }
END
read -r runs _ <<<"$(workers)"
start=$SECONDS
flood 10.0.0.0 10.255.255.255 "flag IPSRC_RND" "count $keys"
seconds=$((SECONDS - start + 1))
runs=$(($(workers | cut -d ' ' -f 1) - runs))
result "$keys keys came, to $slots slots" test "$(policy short matched_packets)" = $keys
result "none was refused" test "$(refused)" = 0
result "none was over: a new key starts with a full burst" \
	test "$(policy short over_packets)" = 0 -a "$(counter passed)" = $keys
result "none of them is shown" test "$(shown)" = 0
result "no work was done for them: workers ran $runs times in at most $seconds s" \
	test "$runs" -lt $((100 + 100 * seconds))

# A packet keeps a slot for two seconds: what is shown is what is not idle.
apply <<END
{ "schema": 1, "policies": [
  { "name": "long", "mode": "enforce", "match": { "class": "udp" }, "key": "src",
    "limits": { "packets_per_second": 1, "packets_burst": 2 }, "on_full": "drop" } ] }
END
for round in 1 2 3; do
	before=$(refused)
	flood 10.$round.0.1 10.$round.0.20 "count 20"
	now=$(shown)
	result "round $round: 20 keys are shown while they are not idle: $now" test "$now" = 20
	result "round $round: all found room, for the ones before are idle" \
		test "$(refused)" = "$before"
	result "round $round: none when they are" wait_for 4 none_shown
done
before=$(refused)
flood 10.9.0.0 10.9.15.255 "count 4096"
result "when none is idle, a full table refuses" test $(($(refused) - before)) -ge $((4096 - slots))
sleep 2.1
result "and has room again when its keys are idle, without anybody's doing" test "$(shown)" = 0
before=$(refused)
flood 10.10.0.1 10.10.0.20 "count 20"
result "for any other key" test "$(refused)" = "$before"
done_testing
