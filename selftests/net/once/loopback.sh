#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a host sends to itself leaves it once and comes back once: only the
# leaving is accounted.
#
#	[host] lo 127.0.0.1 ::1, d0 (dummy) 10.0.9.1 fd09::1
. "$(dirname "$0")/../lib.sh"

module
space host
ip -n host link add name d0 type dummy
address host:d0 10.0.9.1/24 fd09::1/64
beside host 'out: count'
attach host
up host:d0

for to in 127.0.0.1 ::1 10.0.9.1 fd09::1; do
	echo_exchange host "$to" 5 100
done
agree host
for to in 127.0.0.1 10.0.9.1; do
	flows_are "echoes to $to" ".destination == \"$to\"" "10 1280"
done
for to in ::1 fd09::1; do
	flows_are "echoes to $to" ".destination == \"$to\"" "10 1480"
done
expect "what came back was passed over" "40 $((4 * 1380))" "$(total loopback)"
result "echoes to this host itself are accounted once"

serve host tcp6:8080
for to in 127.0.0.1 '[::1]' 10.0.9.1 '[fd09::1]'; do
	talk host "tcp:$to:8080"
done
agree host
expect "four SYNs" 4 "$(total syn | cut -d' ' -f1)"
expect "connections are seen whole" "established" "$(flow_states '.protocol_name == "tcp" and .state != "ended"')$(
	[[ $flows_json == *'"ended"'* ]] && echo established)"
result "connections to this host itself are accounted once"
exit $results_failed
