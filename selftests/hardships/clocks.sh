#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The wall clock is set 10 years ahead and back, 10 years back and ahead, and the
# low half of jiffies wraps, as it does 5 minutes after each boot; under traffic,
# with a source over its limit and others below theirs.  Nobody notices: not the
# limits, not the timeouts of flows and prefixes, not an episode that lasts.
# Events and records have the times of the clock as it stands.
#
#	selftests/vm/run --icount -- promises/run --in hardships clocks
#
# A clock that counts instructions keeps pktgen's pace to the packet, and makes
# nothing of the minutes before the wrap.  Of bash's own clock, which is the wall's,
# nothing may depend here.
set -euo pipefail
. "${0%/*}/../promises/lib.sh"
year=$((365 * 24 * 3600))
stage_s=10 wrap_s=300

until_uptime() {
	local now
	now=$(uptime)
	[ "$now" -ge "$1" ] || sleep $(($1 - now))
}

pktgen_device over
pktgen_device below
ip link add quiet type dummy
ip address add 10.3.0.1/16 dev quiet
ip link set quiet up
nft -f - <<END
table inet judge {
	counter over_arrived { }
	counter over_passed { }
	counter below_arrived { }
	counter below_passed { }
	chain before {
		type filter hook prerouting priority -451; policy accept;
		iif "over" counter name over_arrived
		iif "below" counter name below_arrived
	}
	chain behind {
		type filter hook prerouting priority -449; policy accept;
		iif "over" counter name over_passed drop
		iif "below" counter name below_passed drop
	}
}
END
load_module flows=4096 timeout_new_s=15
apply <<END
{ "schema": 1, "policies": [
  { "name": "per-source", "mode": "enforce", "match": { "class": "udp", "direction": "in" },
    "key": "src/32", "limits": { "packets_per_second": 100, "packets_burst": 10 } } ] }
END

# live PREFIX: how many flows of it there are.
live() { tmctl -j flow show address "$1" | grep -o '"source":"' | wc -l; }

# expires NUMBER: in 45 s.  Sets expires_ns, what is left of that.
expires() {
	expires_ns=$(value_of "$(tmctl -j set show deny | grep -oE "\"192.0.2.$1(/32)?\"[^}]*")" timeout_ns)
	test -n "$expires_ns"
}

# Ten packets to ten hosts that do not answer, right before the clock is set.
quiet_flows() {
	local host
	for host in {1..10}; do
		echo >"/dev/udp/10.3.$1.$host/9"
	done
	tmctl set add deny "192.0.2.$1/32" timeout 45s >/dev/null
}

sent_before=0 passed_before=0
# passes NAME: since it was asked last, what is over its limit passed what the limit
# allows, and of what is below its limit all passed.  The source that is over sends
# 1,000 a second: so 10 of its packets are the hundredth of a second of one.
passes() {
	local seconds sent passed
	# Read while packets come, but all at once.
	take_counters_of "$(nft list counters table inet judge)"
	sent=$((${taken[over_arrived packets]} - sent_before))
	passed=$((${taken[over_passed packets]} - passed_before))
	sent_before=${taken[over_arrived packets]} passed_before=${taken[over_passed packets]}
	seconds=$(awk -v s=$sent 'BEGIN { print s / 1000 }')
	result "$1: what is over its limit of 100/s passed $passed packets in $seconds s" \
		awk -v p=$passed -v s="$seconds" -v b="$burst" \
		'BEGIN { want = 100 * s; exit !(s > 5 && p >= want * 0.99 - 1 && p <= want * 1.01 + b) }'
	result "$1: what is below its limit passed, all ${taken[below_arrived packets]} packets" \
		test "${taken[below_passed packets]}" = "${taken[below_arrived packets]}"
	burst=1
}

# stage NUMBER NAME COMMAND...: the command changes what the clock says; then a
# stage of traffic.
stage() {
	local number=$1 name=$2 began flows
	shift 2
	quiet_flows "$number"
	"$@"
	began=$(date +%s)
	tmctl set add allow "192.0.2.$((100 + number))/32" >/dev/null
	until_uptime $((first_stage_at + number * stage_s))
	passes "$name"
	flows=$(live "10.3.$number.0/24")
	result "$name: flows that are idle for less than their timeout live" test "$flows" = 10
	expires "$number" || true
	result "$name: a prefix has what is left of its 45 s: $expires_ns ns" \
		test "${expires_ns:-0}" -gt 30000000000 -a "${expires_ns:-0}" -le $(((46 - stage_s) * 1000000000))
	event_s=$(($(value_of "$(told set | tail -n 1)" time_ns) / 1000000000))
	result "$name: an event has the time of the clock" test $((event_s - began)) -ge 0 -a $((event_s - began)) -le 2
}
set_clock() { date -s "@$(($(date +%s) + $1))" >/dev/null; }

first_stage_at=$((wrap_s - 45))
until_uptime $first_stage_at
first_stage_at=$(uptime)
result "jiffies have not wrapped yet: $first_stage_at s after boot" test "$first_stage_at" -lt $((wrap_s - 40))
pktgen_setup over 10.1.0.1 10.1.0.1 "ratep 1000" "count $((1000 * (6 * stage_s + 5)))"
pktgen_setup below 10.2.0.1 10.2.0.20 "ratep 1000" "count $((1000 * (6 * stage_s + 5)))"
pktgen_start &
flood=$!
burst=12
stage 1 "10 years ahead" set_clock $((10 * year))
stage 2 "and back" set_clock $((-10 * year))
stage 3 "10 years back" set_clock $((-10 * year))
stage 4 "and ahead" set_clock $((10 * year))
result "jiffies have not wrapped yet, $(uptime) s after boot" test "$(uptime)" -lt $wrap_s
stage 5 "jiffies wrap" true
stage 6 "10 years ahead, behind the wrap" set_clock $((10 * year))
result "jiffies have wrapped, $(uptime) s after boot" test "$(uptime)" -gt $((wrap_s + 5))
wait $flood

# Timeout and sweep together take half a minute.
ended() { for number in 1 2 3 4; do live "10.3.$number.0/24"; done | tr '\n' ' '; }
result "the flows of the first four stages have ended: $(ended)live" test "$(ended)" = "0 0 0 0 "
result "what sent all the time is one flow each" test "$(live 10.1.0.1/32) $(live 10.2.0.0/24)" = "1 20"
result "to be over was one episode" test "$(events policy_over) $(events policy_under)" = "1 0"
expires 1 && still=1 || still=0
expires 6 || true
result "the first prefix has expired, the last has not" test "$still" = 0 -a -n "$expires_ns"
sleep 35
result "idle flows all end" test "$(value_of "$(tmctl -j status)" flows)" = 0
result "the episode ended" test "$(events policy_under)" = 1
now=$(date +%s)
tmctl -j record show >/tmp/records.json
result "all $(jq '.records | length' /tmp/records.json) records lie in the last minutes of the clock, and begin before they end" \
	jq -e --argjson now "$now" '.records | length == 81 and all(.duration_ns == .end_time_ns - .start_time_ns and
		.duration_ns >= 0 and .end_time_ns / 1e9 <= $now and .start_time_ns / 1e9 > $now - 180)' /tmp/records.json
result "those who sent all the time lasted so long: $(jq '[.records[].duration_ns] | max / 1e9' /tmp/records.json) s" \
	jq -e --argjson s $((6 * stage_s)) '[.records[] | select(.packets > 1000) | .duration_ns / 1e9] |
		length == 21 and all(. > $s and . < $s + 10)' /tmp/records.json
books_balance
set_clock $((-10 * year))
done_testing
