#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Outer and inner header of a tunnel are two packets, at both ends; the router
# between them sees the outer one.
#
#	[client] c0 ---- r0 [router] r1 ---- s0 [server]
#	   tN 192.168.N.1 fdaa:N::1 ======== tN 192.168.N.2 fdaa:N::2
#	N: 1 ipip, 2 sit, 3 gre, 4 vxlan, 5 geneve, 6 ip6tnl (over IPv6)
. "$(dirname "$0")/../lib.sh"

module
router_topology
for ns in client router server; do beside "$ns"; done
attach client router server
router_topology_up
for end in client:10.0.1.1:10.0.2.1:fd01::1,fd02::1:1 server:10.0.2.1:10.0.1.1:fd02::1,fd01::1:2; do
	ns=${end%%:*} rest=${end#*:}
	local4=${rest%%:*} rest=${rest#*:}
	remote4=${rest%%:*} rest=${rest#*:}
	host=${rest##*:} rest=${rest%:*}
	local6=${rest%,*} remote6=${rest#*,}
	ip -n "$ns" link add name t1 type ipip local "$local4" remote "$remote4"
	ip -n "$ns" link add name t2 type sit local "$local4" remote "$remote4"
	ip -n "$ns" link add name t3 type gre local "$local4" remote "$remote4"
	ip -n "$ns" link add name t4 type vxlan id 4 local "$local4" remote "$remote4" dstport 4789
	ip -n "$ns" link add name t5 type geneve id 5 remote "$remote4"
	ip -n "$ns" link add name t6 type ip6tnl mode any local "$local6" remote "$remote6"
	for number in 1 2 3 4 5 6; do
		[ $number = 2 ] || address "$ns:t$number" "192.168.$number.$host/24"
		[ $number = 1 ] || address "$ns:t$number" "fdaa:$number::$host/64"
		ip -n "$ns" link set dev "t$number" up
	done
done

for number in 1 2 3 4 5 6; do
	[ $number = 2 ] || echo_exchange client "192.168.$number.2" 5 100
	[ $number = 1 ] || echo_exchange client "fdaa:$number::2" 5 100
done

for ns in client server; do
	agree "$ns"
	for number in 1 3 4 5 6; do
		flows_are "$ns: inner IPv4 of t$number" ".destination == \"192.168.$number.2\"" "10 1280"
	done
	for number in 2 3 4 5 6; do
		flows_are "$ns: inner IPv6 of t$number" ".destination == \"fdaa:$number::2\" and .protocol_name == \"icmpv6\" and .source_port != 0" "10 1480"
	done
	flows_are "$ns: outer of ipip" '.protocol == 4 and .source == "10.0.1.1"' "10 $((1280 + 10 * 20))"
	expect_that "$ns: outer of sit, gre, ip6tnl, vxlan and geneve are there" \
		[ "$(jq '[.flows[] | select(.protocol == 41 or .protocol == 47 or (.protocol == 4 and .source == "fd01::1") or .destination_port == 4789 or .destination_port == 6081)] | map(.protocol) | unique | length' <<<"$flows_json")" = 4 ]
	result "$ns accounts outer and inner packets of tunnels, each once"
done
agree router
flows_are "no inner packet" '.destination | startswith("192.168.")' "0 0"
result "the router accounts the outer packets only"
exit $results_failed
