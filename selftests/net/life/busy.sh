#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# While a dump is open the module cannot be unloaded, detached and destroyed
# namespaces notwithstanding, and works on; once it is closed, it can.  All of it
# under a flood that another namespace sees.
#
#	[host] t0 (tun), 2,000 flows	[peer] p0 ---- f0 [flooded]
. "$(dirname "$0")/../lib.sh"

# As many flows as packets.
fill() {
	generate host t0 --back-end tun --count 2000 --protocol tcp --flags R --source 10.0.0.0/16 \
		--sequential 2000 --destination 10.9.9.9
}

module
modprobe tun
space host flooded peer
link flooded:f0 peer:p0
attach host flooded
hooks_stay flooded f0
up flooded:f0 peer:p0
flood_begin peer p0 --mac "$(mac flooded:f0)" --source 10.0.0.0/8 --destination 198.51.100.1 --rate 3000
ip -n host tuntap add dev t0 mode tun
fill
read_books host
flows=$(jq '.flows | length' <<<"$flows_json")
expect_that "$flows flows: more than one message holds" [ "$flows" -gt 1500 ]

holding dump host dump
expect "references to the module" 1 "$(cat /sys/module/trafficmon/refcnt)"
refused=$(rmmod trafficmon 2>&1) && expect "rmmod" refused "it went"
expect_that "rmmod says it is in use: $refused" contains "$refused" "in use"
seen_packets flooded 1
wait_for "it to work on" seen_packets flooded $(($(total seen | cut -d' ' -f1) + 1000))
held_end dump
expect "the dump, when it went on" "{\"messages\":$flows,\"error\":0}" "$held_end"
result "the module is not unloaded under a dump"

holding dump host dump
tmctl -n host netns detach >/dev/null || expect "detach" 0 $?
held_end dump
expect_that "the dump ended with ENOTCONN: $held_end" contains "$held_end" '"error":107'
attach host
result "a namespace is detached under a dump, which ends with an error"

fill
holding dump host dump
ip netns del host
held_end dump
rmmod trafficmon || expect "rmmod, when the dump is closed" 0 $?
expect_that "it is gone" [ ! -d /sys/module/trafficmon ]
module
space again
attach again
flood_end
result "once no dump is open the module is unloaded, and loaded again"
exit $results_failed
