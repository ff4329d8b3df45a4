#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A limit of new flows counts what begins a flow, and nothing else: who is let in is
# free, also what was there before the policy; who is not comes as a newcomer again,
# with his next packet, under the next policy, and when another policy dropped him.
#
#	[peer] p0 ---- h0 [this host]
set -euo pipefail
. "${0%/*}/lib.sh"
generate=/tm/build/selftests/net/generate

add_peer
count_port_9
load_module
there=$(cat /sys/class/net/h0/address)

# rules RATE [POLICY]: of new flows a second per source, five at once; another policy before it
rules() {
	apply <<-END
		{ "schema": 1, "policies": [ ${2+$2,} { "name": "newcomers", "mode": "enforce",
		  "match": { "class": "udp", "direction": "in", "destination_port": [9, 10] },
		  "key": "src/32", "limits": { "new_flows_per_second": $1, "new_flows_burst": 5 } } ] }
	END
}

# send COUNT PORT: of which $arrived arrive, $passed pass
send() {
	local arrived_before passed_before
	arrived_before=$(counter arrived) passed_before=$(counter passed)
	in_peer $generate --device p0 --mac "$there" --count "$1" --source 10.9.0.2 --destination 10.9.0.1 \
		--protocol udp --source-port "$2" --destination-port 9 >/dev/null
	arrived=$(($(counter arrived) - arrived_before))
	passed=$(($(counter passed) - passed_before))
	echo "# port $2: $passed of $arrived"
}
# within LOW HIGH: so many passed
within() { test "$passed" -ge "$1" -a "$passed" -le "$2"; }
# Until no token is left; one comes back each second.
exhaust() { send 100 random; }
# Others take each token as it comes back, until the end.
others_take() {
	ip netns exec peer $generate --device p0 --mac "$there" --count 1000000 --rate 2000 --source 10.9.0.2 \
		--destination 10.9.0.1 --protocol udp --source-port random --destination-port 10 >/dev/null &
	others=$!
	sleep 1
}
others_end() {
	kill $others
	wait $others 2>/dev/null || true
}

send 10 4000
rules 1
exhaust
result "of a hundred that begin at once the burst passes" within 5 10
send 1000 4000
result "who was there before the policy is free" within 1000 1000
sleep 2.2
send 1 5000
result "a newcomer is let in when a token is there" within 1 1
exhaust
send 1000 5000
result "and is free from then on" within 1000 1000
# refused: a flow that gets no token beside the others, but for a rare chance
refused() {
	for port in 6000 6001 6002; do
		send 50 $port
		[ "$passed" != 0 ] || return 0
	done
}
others_take
refused
result "who is not let in stays out with all his packets" within 0 0
rules 2
sleep 1
refused
result "under another policy, too" within 0 0
others_end
sleep 1.2
send 50 $port
result "and comes in with the first token" within 50 50

tmctl set add deny 10.9.0.2 >/dev/null
send 20 8000
result "whom the set deny drops" within 0 0
others_take
tmctl set flush deny >/dev/null
sleep 1
send 20 8000
result "has not begun either" within 0 0
others_end

first='{ "name": "first", "mode": "enforce", "match": { "source_port": 7000 }'
rules 2 "$first }"
send 20 7000
result "whom another policy drops" within 0 0
others_take
rules 2
sleep 1
send 20 7000
result "has not begun, and is a newcomer without it" within 0 0
others_end

matched=$(policy newcomers matched_packets) over=$(policy newcomers over_packets)
tmctl policy monitor newcomers >/dev/null
exhaust
result "in monitor mode all pass" within 100 100
result "and what would not have is counted" test $((over + 90)) -le "$(policy newcomers over_packets)"
result "all of them matched" test $((matched + 100)) = "$(policy newcomers matched_packets)"
told policy_over newcomers >/tmp/events
result "the event names the limit" grep -q '"limit_new_flows_per_second":[12]' /tmp/events
result "the limiter is shown with its unit" sh -c 'tmctl limiter show policy newcomers | grep -q "new flows/s"'
result "the books balance" books_balance
done_testing
