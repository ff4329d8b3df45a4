#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Invariant 7, all or nothing: two rulesets of 100 policies, and the sets with
# them, take each other's place 1,000 times under a flood.  Both drop all of it,
# one by source address, the other by source port, so that half of one and half
# of the other would let packets pass: none does.  What did not change keeps its
# counters.  Transactions that are invalid, each kind, change nothing.
set -euo pipefail
. "${0%/*}/lib.sh"
commits=${1:-1000}
swap=/tm/build/selftests/promises/swap

pktgen_device by_policy
pktgen_device by_set
count_port_9

# ruleset A and B: half of the policies that drop stand first, half last, among
# 95 that match nothing; "all" stands in another place each time.  Of the second
# flood the set drops one half and a policy the other, and they change places.
policies() {	# PLACE_OF_ALL FIRST_HALF SECOND_HALF DENY
	jq -n --argjson place "$1" --argjson first "$2" --argjson second "$3" --argjson deny "$4" '
		def other(a; b): [range(a; b) | { name: "other-\(.)", mode: "enforce",
			match: { class: "udp", destination_port: (10000 + .) } }];
		def all: [{ name: "all", match: { class: "udp", destination_port: 9 },
			key: "src", limits: { packets_per_second: 1 } }];
		{ schema: 1, policies: (other(0; $place) + all + other($place; 30) + $first +
			other(30; 95) + $second), sets: { deny: $deny } }'
}
# The flood's sources are 10.0.0.0/8, its source ports 0 to 65535.
policies 0 '[{ "name": "low-half", "mode": "enforce", "match": { "source": "10.0.0.0/9" } }]' \
	'[{ "name": "high-half", "mode": "enforce", "match": { "source": "10.128.0.0/9" } },
	  { "name": "upper", "mode": "enforce", "match": { "source": "172.24.0.0/13" } }, { "name": "a-2" }]' \
	'["172.16.0.0/14", "172.20.0.0/14"]' >/tmp/a.json
policies 20 '[{ "name": "low-ports", "mode": "enforce", "match": { "class": "udp", "source_port": "0-32767" } }]' \
	'[{ "name": "high-ports", "mode": "enforce", "match": { "class": "udp", "source_port": "32768-65535" } },
	  { "name": "lower", "mode": "enforce", "match": { "source": "172.16.0.0/13" } }, { "name": "b-2" }]' \
	'["172.24.0.0/13"]' >/tmp/b.json

load_module flows=4096 limiters=64 records=64
apply /tmp/a.json
result "both have 100 policies" test "$(status policies)" = 100 -a "$(jq '.policies | length' /tmp/b.json)" = 100

flood_on() {
	pktgen_reset
	pktgen_setup by_policy 10.0.0.0 10.255.255.255 "flag IPSRC_RND" "flag UDPSRC_RND" \
		"udp_src_min 0" "udp_src_max 65535" "delay 200000" "count 0"
	pktgen_setup by_set 172.16.0.0 172.31.255.255 "flag IPSRC_RND" "delay 200000" "count 0"
	pktgen_start &
	flood=$!
	wait_for 10 sh -c 'nft list counter inet judge arrived | grep -q "packets [1-9]"'
}
flood_off() {
	echo stop >/proc/net/pktgen/pgctrl
	wait $flood
	sleep 0.3
}
# The flood's part in each: what is dropped by the set never meets a policy.
books() {	# WHAT
	local arrived denied
	arrived=$(counter arrived)
	denied=$(reason deny)
	echo "# $1: $arrived packets arrived, $denied dropped by the set, $(reason policy) by policies"
	result "$1: none of the flood passed" test "$(counter passed)" = 0
	result "$1: all of it was dropped" test $((denied + $(reason policy))) = "$arrived"
	result "$1: there was enough of both" test "$denied" -gt 1000 -a "$(reason policy)" -gt 1000
	result "$1: the policy that stayed counted every packet" \
		test "$(policy all matched_packets)" = $((arrived - denied))
}

memory=$(status memory_bytes)
flood_on
$swap replace /tmp/b.json /tmp/a.json "$commits" >/tmp/swapped.json
flood_off
echo "# $commits commits: $(cat /tmp/swapped.json)"
result "each was a generation" test "$(status generation)" = $((commits + 2))
books "swaps"
result "status tells as much memory as before" test "$(status memory_bytes)" = "$memory"

# Invalid ones, over the counters that are there.
generation=$(status generation)
tmctl -j policy export >/tmp/before.json
flood_on
result "invalid transactions of each kind change nothing" $swap invalid /tmp/b.json 10
for wrong in '{' '{ "schema": 1 }' '{ "schema": 2, "policies": [] }' \
	'{ "schema": 1, "policies": [ { "name": "x", "mode": "enforce", "match": { "class": "nothing" } } ] }' \
	'{ "schema": 1, "policies": [ { "name": "x" }, { "name": "x" } ] }' \
	'{ "schema": 1, "policies": [], "sets": { "deny": [ "10.0.0.1/8" ] } }'; do
	result "nor does the file $wrong" not tmctl policy apply - <<<"$wrong" 2>/dev/null
done
result "nor one for another generation" not tmctl policy apply /tmp/b.json --generation 1 2>/dev/null
flood_off
books "invalid"
result "the generation is the same" test "$(status generation)" = "$generation"
tmctl -j policy export >/tmp/after.json
result "the ruleset is the same" cmp /tmp/before.json /tmp/after.json
done_testing
