#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A namespace sees its own flows, records, policies, limiters, sets and events,
# and nothing of another; so many can be attached as netns_max says.
#
#	[a] a0 10.0.1.1 ---- b0 [b] 10.0.1.2, and [c] alone
. "$(dirname "$0")/../lib.sh"

attach_now() { tmctl -n "$1" netns attach >/dev/null 2>&1; }

module netns_max=2 event_hold_s=1
space a b c
link a:a0 b:b0
address a:a0 10.0.1.1/24
address b:b0 10.0.1.2/24
attach a b
refused=$(tmctl -n c -j netns attach)
expect "exit code of a third attach" 1 $?
expect_that "it says what to do: $refused" contains "$refused" "detach one, or load the module with a greater netns_max"
expect_that "its errno is EUSERS" contains "$refused" '"errno":87'
expect_that "two are attached" attached_are 2 a
expect_that "it is not" contains "$(tmctl -n c -j status)" '"attached":false'
again=$(tmctl -n b -j netns attach) && expect "to attach one anew" refused "it was"
expect_that "which has nothing to do with the cap: $again" contains "$again" already
result "a namespace above netns_max is refused, and told why"

space gone
tmctl -n b netns detach >/dev/null || expect "detach" 0 $?
expect_that "there is room after a detach" attach_now gone
ip netns del gone
wait_for "room after a namespace has gone" attach_now b
result "who is detached or gone leaves room"

up a:a0 b:b0
echo_exchange a 10.0.1.2 3 100
echo_exchange a 127.0.0.1 3 100
read_books a
flows_are "a: its loopback" '.source == "127.0.0.1"' "6 768"
read_books b
flows_are "b: a's loopback" '.source == "127.0.0.1"' "0 0"
flows_are "b: what came from a" '.source == "10.0.1.1"' "6 768"
tmctl -n a reset >/dev/null
expect_that "a: records of the reset" [ "$(tmctl -n a -j record | jq '.records | length')" -ge 2 ]
expect "b: records" 0 "$(tmctl -n b -j record | jq '.records | length')"
read_books b
flows_are "b: its flows are still live" '.source == "10.0.1.1"' "6 768"
result "flows and records are of their namespace only"

# Each with a policy and a set; a sends to b, what b's policy limits and a's would.
policy_of() {
	tmctl -n "$1" policy apply - >/dev/null 2>&1 <<-END || die "policy of $1"
		{ "schema": 1, "policies": [ { "name": "of-$1", "mode": "enforce", "key": "src",
		  "match": { "class": "udp" }, "limits": { "packets_per_second": 1, "packets_burst": 60 } } ],
		  "sets": { "allow": [ "$2" ] } }
	END
}
told_over() { tmctl -n "$1" -j event show | jq -r '[.events[] | select(.type == "policy_over").policy] | unique | join(",")'; }
is_told() { [ "$(told_over "$1")" = "of-$1" ]; }
policy_of a 192.0.2.1
policy_of b 192.0.2.2
generate a a0 --mac "$(mac b:b0)" --source 10.77.0.0/24 --destination 198.51.100.1 --sequential 10 --count 1000
wait_for "b to be told of its policy" is_told b
for ns_flows_over_allowed in a:0::192.0.2.1 b:10:of-b:192.0.2.2; do
	IFS=: read -r ns flows over allowed <<<"$ns_flows_over_allowed"
	expect "$ns: flows of what a sent" "$flows" "$(tmctl -n "$ns" -j flow | jq '[.flows[] | select(.source | startswith("10.77."))] | length')"
	expect "$ns: policies" "of-$ns" "$(tmctl -n "$ns" -j policy | jq -r '[.policies[].name] | join(",")')"
	expect "$ns: policies of limiters" "$over" "$(tmctl -n "$ns" -j limiter | jq -r '[.limiters[].policy] | unique | join(",")')"
	expect "$ns: policies in events" "$over" "$(told_over "$ns")"
	expect "$ns: allowed" "$allowed" "$(tmctl -n "$ns" -j set show allow | jq -r '[.entries[].prefix] | join(",")' | cut -d/ -f1)"
done
result "policies and limiters are of their namespace only"

tmctl -n b event monitor -j >/run/b_events 2>&1 &
watching=$!
# Something of its own shows that it listens.
listens() { tmctl -n b set add deny 203.0.113.2 >/dev/null; sleep 0.1; grep -q '"set"' /run/b_events; }
wait_for "b's listener" listens
tmctl -n a set add deny 192.0.2.0/24 >/dev/null
in_ns a tmctl set add allow 198.51.100.7 >/dev/null
# set_events NS SET: how many events tell of it.
set_events() { tmctl -n "$1" -j event show | jq "[.events[] | select(.type == \"set\" and .set == \"$2\")] | length"; }
changed() { [ "$(set_events a deny)" -ge 1 ] && [ "$(set_events a allow)" -ge 2 ]; }
wait_for "a: events of its sets" changed
expect "a: entries" 1 "$(tmctl -n a -j set show deny | jq '.entries | length')"
expect "b: entries" 1 "$(tmctl -n b -j set show deny | jq '.entries | length')"
# b changed its set allow once, with its policy.
tmctl -n b set add deny 203.0.113.1 >/dev/null
heard() { [ "$(set_events b deny)" -ge 1 ] && grep -q '"set":"deny"' /run/b_events; }
wait_for "b: the event of its own set" heard
expect "b: events of its set allow" 1 "$(set_events b allow)"
expect "b: events heard of its set allow" 0 "$(grep -c '"set":"allow"' /run/b_events)"
kill $watching
result "sets and events are of their namespace only"
exit $results_failed
