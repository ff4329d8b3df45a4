#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A namespace sees its own flows, records, policies, sets and events, and nothing
# of another; so many can be attached as netns_max says.
#
#	[a] a0 10.0.1.1 ---- b0 [b] 10.0.1.2, and [c] alone
. "$(dirname "$0")/../lib.sh"

module netns_max=2
space a b c
link a:a0 b:b0
address a:a0 10.0.1.1/24
address b:b0 10.0.1.2/24
attach a b
refused=$(tmctl -n c netns attach 2>&1) && expect "a third attach" refused done
expect_that "it names netns_max: $refused" contains "$refused" netns_max
expect "its exit code" 1 "$(tmctl -n c netns attach >/dev/null 2>&1; echo $?)"
expect "it is not attached" false "$(tmctl -n c -j status | jq .status.attached)"
result "a namespace above netns_max is refused, and told why"

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

tmctl -n b event monitor -j >/run/b_events 2>&1 &
watching=$!
tmctl -n a set add deny 192.0.2.0/24 >/dev/null
in_ns a tmctl set add allow 198.51.100.7 >/dev/null
changed() { tmctl -n a -j event show | jq -e '[.events[] | select(.type == "set")] | length > 0'; }
wait_for "a: an event of its set" changed
expect "a: entries" 1 "$(tmctl -n a -j set show deny | jq '.entries | length')"
expect "b: entries" 0 "$(tmctl -n b -j set show deny | jq '.entries | length')"
expect "b: events of a set" 0 "$(tmctl -n b -j event show | jq '[.events[] | select(.type == "set")] | length')"
tmctl -n b set add deny 203.0.113.1 >/dev/null
heard() { grep -q '"set"' /run/b_events; }
wait_for "b: the event of its own set" heard
kill $watching
expect "b: events heard of a set" 1 "$(grep -c '"set"' /run/b_events)"
echo_exchange b 10.0.1.1 3 100
result "sets and events are of their namespace only"
exit $results_failed
