#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Enforcement can be stopped, and stops itself.  The kill switch is one write to
# a module parameter: when it returns, nothing is dropped in any namespace, by
# policies or the set deny, and all is still counted.  The breaker does the same
# in one namespace when too large a share of its packets was dropped for too long:
# not earlier, not below the share, not on few packets, and not for seconds that
# do not follow each other.  A person resumes it.  Events and the status say so.
set -euo pipefail
. "${0%/*}/lib.sh"

parameter=/sys/module/trafficmon/parameters/enforce
pktgen_device limited
pktgen_device denied
pktgen_device spared
add_peer
count_port_9
nft add rule inet judge behind udp dport 10 drop

# What is dropped here: UDP to port 9, half by a policy, half by the set deny.
rules() {	# [another]: with a policy more
	apply <<-END
		{ "schema": 1, "policies": [
		  $(test $# = 0 || echo '{ "name": "another", "match": { "class": "other" } },')
		  { "name": "limited", "mode": "enforce", "match": { "class": "udp", "destination_port": 9 } } ],
		  "sets": { "deny": [ "172.16.0.0/12" ] } }
	END
}
# And in the peer's namespace: pings of this host.
rules_of_peer() {
	tmctl -n peer netns attach >/dev/null
	tmctl -n peer policy apply - >/tmp/apply.log 2>&1 <<-END
		{ "schema": 1, "policies": [
		  { "name": "pings", "mode": "enforce", "match": { "class": "icmp", "direction": "in" } } ] }
	END
}
peer_answers() { ping -c 1 -W 1 10.9.0.2 >/dev/null; }
status_of_peer() {
	local text
	text=$(tmctl -n peer -j status) || true
	value_of "$text" "$1"
}

# flood_on DELAY_NS [DELAY_NS]: between two packets of each device; the second
# one's are of packets that nobody drops.
flood_on() {
	pktgen_reset
	pktgen_setup limited 10.0.0.0 10.0.255.255 "flag IPSRC_RND" "delay $1" "count 0"
	pktgen_setup denied 172.16.0.0 172.16.255.255 "flag IPSRC_RND" "delay $1" "count 0"
	[ $# = 1 ] || pktgen_setup spared 10.1.0.0 10.1.255.255 "flag IPSRC_RND" "delay $2" "count 0" \
		"udp_dst_min 10" "udp_dst_max 10"
	pktgen_start &
	flood=$!
}
flood_off() {
	echo stop >/proc/net/pktgen/pgctrl
	wait $flood
}
# of REASON...: their packets together, at one time.
of() {
	local text name sum=0
	text=$(tmctl -j stats)
	for name in "$@"; do sum=$((sum + $(pair_of "$text" "$name"))); done
	echo $sum
}
dropped() { of policy deny; }
spared() { of policy_monitor deny_monitor; }
above() { test "$("$1")" -gt "$2"; }
# last_event FIELD: of the newest of enforcement.
last_event() { value_of "$(told enforcement | tail -n 1)" "$1"; }
# last_event_is SEVERITY MODE CAUSE: and nothing has come behind it.
last_event_is() {
	local text
	text=$(told enforcement | tail -n 1)
	echo "$text"
	test "$(value_of "$text" severity) $(value_of "$text" mode) $(value_of "$text" cause)" = "$*"
}
suspended() { test "$(status enforcement)" = suspended; }
resumed() { test "$(status enforcement)" = on; }
finding() {
	local text
	text=$(tmctl -j status) || true
	[[ $text == *'"code":"enforcement_suspended"'* ]]
}

# --- the switch ---------------------------------------------------------------

load_module flows=4096 limiters=64 records=64
rules
rules_of_peer
flood_on 200000
both_drop() { test "$(reason deny)" -gt 1000 -a "$(reason policy)" -gt 1000; }
result "a flood is dropped, by a policy and by the set deny" wait_for 20 both_drop
result "none of it passed" test "$(counter passed)" = 0
result "enforcement is on" resumed
result "the peer drops pings" not peer_answers

echo N >$parameter
at_return=$(dropped)
result "N: the parameter says so" test "$(cat $parameter)" = N
result "N: packets are judged as before" wait_for 20 above spared 5000
result "N: none was dropped after the write returned" test "$(dropped)" = "$at_return"
result "N: nor in another namespace" peer_answers
flood_off
result "N: the policy and the set deny count what they would have dropped" \
	test "$(reason policy_monitor)" -gt 1000 -a "$(reason deny_monitor)" -gt 1000
result "N: each packet was dropped before, or passed" \
	test "$(counter arrived)" = $((at_return + $(counter passed)))
result "N: what passed is counted as what would have been dropped" test "$(counter passed)" = "$(spared)"
result "N: the policy has it among those over, not among those dropped" \
	test "$(policy limited over_packets) $(policy limited dropped_packets)" = \
	"$(of policy policy_monitor) $(reason policy)"
result "N: the status says that it is suspended, and by what" \
	test "$(status enforcement) $(status suspended_by)" = "suspended switch"
result "N: and how to resume" finding
result "N: so does that of another namespace" \
	test "$(status_of_peer enforcement) $(status_of_peer suspended_by)" = "suspended switch"
result "N: an event says so, and that it is an error" last_event_is error monitor switch
echo 0 >$parameter
result "N again is no other event" test "$(events enforcement)" = 1
rules another
result "N: a new ruleset does not resume it" suspended
ip netns add late
tmctl -n late netns attach >/dev/null
result "N: a namespace that is attached now is suspended, too, and an event says so" \
	grep -q '"type":"enforcement".*"mode":"monitor"' <(tmctl -n late -j event show)
not_taken() {
	not dash -c "echo $1 >$parameter" 2>/dev/null && suspended &&
		dmesg | tail -n 1 | grep -q "enforce='$1' is neither Y nor N"
}
result "what is neither Y nor N is refused, and the kernel log says so" not_taken maybe

flood_on 200000
result "N: the flood passes" wait_for 20 above spared $(($(spared) + 5000))
echo Y >$parameter
passed=$(counter passed)
result "Y: it was not dropped before, and is again" wait_for 20 above dropped $((at_return + 5000))
result "Y: none passed after the write returned" test "$(counter passed)" = "$passed"
flood_off
result "Y: the status says so" resumed
result "Y: and has no finding about it" not finding
result "Y: an event says so" last_event_is notice enforce switch
result "Y: and for how long it was suspended" test "$(last_event duration_ns)" -gt 1000000000
result "Y: the peer drops again" not peer_answers
books_balance
ip netns del late

# --- the breaker --------------------------------------------------------------

tmctl -n peer netns detach >/dev/null
modprobe -r trafficmon
load_module flows=4096 limiters=64 records=64 breaker_percent=50 breaker_s=5 enforce=N
result "loaded with N it begins suspended" suspended
echo Y >$parameter
rules
rules_of_peer
before=$(events enforcement)
same() { resumed && test "$(events enforcement)" = "$before"; }

flood_on 10000000
sleep 8
flood_off
result "few packets, all dropped, do not trip it" same

flood_on 400000 100000
sleep 8
flood_off
result "nor do many, of which less than the share is dropped" same

for _ in 1 2 3 4; do
	flood_on 200000
	sleep 2
	flood_off
	flood_on 400000 100000
	sleep 2.2
	flood_off
done
result "nor do seconds above the share that do not follow each other" same

start=$EPOCHREALTIME
flood_on 200000
wait_for 20 suspended
took_ms=$(((${EPOCHREALTIME/./} - ${start/./}) / 1000))
result "more than the share for five seconds trips it: after $took_ms ms" \
	test "$took_ms" -gt 4000 -a "$took_ms" -lt 9000
at_trip=$(dropped)
result "breaker: packets are judged as before" wait_for 20 above spared $(($(spared) + 5000))
result "breaker: none is dropped" test "$(dropped)" = "$at_trip"
result "breaker: the status says what suspended it" test "$(status suspended_by)" = breaker
result "breaker: and how to resume" finding
result "breaker: an event says so" last_event_is error monitor breaker
result "breaker: and the share: $(last_event dropped_percent) %" test "$(last_event dropped_percent)" -gt 50
result "breaker: another namespace drops as before" not peer_answers
result "breaker: and its status says so" test "$(status_of_peer enforcement)" = on
rules another
result "breaker: a new ruleset resumes enforcement" resumed
result "breaker: an event says so" last_event_is notice enforce ruleset
result "breaker: the flood is dropped again" wait_for 20 above dropped $((at_trip + 1000))
result "breaker: and trips it again" wait_for 20 suspended
echo Y >$parameter
result "breaker: Y resumes enforcement, too" resumed
result "breaker: an event says so" last_event_is notice enforce switch
result "breaker: another namespace had no event" \
	test "$(tmctl -n peer -j event show | grep -c '"type":"enforcement"')" = 0
flood_off
books_balance
done_testing
