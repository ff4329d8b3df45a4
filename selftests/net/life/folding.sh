#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a namespace has seen goes into the module's totals, to the packet, when
# it is detached and when it goes away; and the others' books are not touched.
#
#	[client] c0 ---- r0 [router] r1 ---- s0 [server]
. "$(dirname "$0")/../lib.sh"

module
router_topology
for ns in client router server; do beside "$ns"; done
attach client router server
router_topology_up
generate client c0 --mac "$(mac router:r0)" --count 500 --source 10.0.1.1 --source fd01::1 \
	--destination 10.0.2.1 --destination fd02::1 --protocol tcp --flags R
echo_exchange client 10.0.2.1 5 100
agree server
server_seen=$(total seen)
in_ns server ip link set dev s0 down
tmctl -n server netns detach >/dev/null || expect detach 0 $?
agree client
expect "folded after a detach" "$server_seen" "$(total former_namespaces)"
result "a detached namespace's totals are folded into the module's"

agree router
both=$(add_pairs "$server_seen" "$(total seen)")
in_ns router ip link set dev r0 down
in_ns router ip link set dev r1 down
read_books router
both=$(add_pairs "$server_seen" "$(total seen)")
ip netns del router
gone() {
	stats_json=$(tmctl -n client -j stats)
	[ "$(total former_namespaces)" != "$server_seen" ]
}
wait_for "the namespace to be gone" gone
expect "folded after an exit" "$both" "$(total former_namespaces)"
agree client
result "a namespace's totals are folded when it goes away"

attach server
read_books server
expect "attached again: it begins anew" "0 0" "$(total seen)"
expect "the totals stay" "$both" "$(total former_namespaces)"
result "an attached namespace begins with empty books"
exit $results_failed
