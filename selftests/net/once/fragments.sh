#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Fragments are counted as they are on the wire, where they arrive, also when
# connection tracking puts them together; at the sender the datagram is counted
# as it leaves IP, before it is cut.
#
#	[client] c0 ---- r0 [router, tracking connections] r1 ---- s0 [server]
. "$(dirname "$0")/../lib.sh"

class_packets() { total frag | cut -d' ' -f1; }

module
router_topology
in_ns router nft 'add table inet track; add chain inet track c { type filter hook prerouting priority 0; }; add rule inet track c ct state new'
for ns in client router; do beside "$ns"; done
attach client router
router_topology_up

# 4000 bytes of echo: 3 fragments, each way.
echo_exchange client 10.0.2.1 5 4000
echo_exchange client fd02::1 5 4000
agree client
flows_are "client: IPv4 datagrams whole, replies' first fragments" '.protocol_name == "icmp" and (.fragment | not)' "10 $((5 * 4028 + 5 * 1500))"
flows_are "client: IPv4 replies' later fragments" '.protocol_name == "icmp" and .fragment' "10 $((5 * 1500 + 5 * 1068))"
expect "client: fragments" 30 "$(class_packets)"
agree router
flows_are "router: IPv4 first fragments" '.protocol_name == "icmp" and (.fragment | not)' "10 15000"
flows_are "router: IPv4 later fragments" '.protocol_name == "icmp" and .fragment' "20 $((10 * (1500 + 1068)))"
# 4008 bytes in pieces of 1448 behind 40 + 8 bytes of headers
flows_are "router: IPv6 first fragments" '.destination == "fd02::1" and .source == "fd01::1" and .source_port != 0 and (.fragment | not)' "10 $((10 * 1496))"
flows_are "router: IPv6 later fragments" '.destination == "fd02::1" and .fragment' "20 $((10 * (1496 + 4008 - 2 * 1448 + 48)))"
expect "router: fragments" 60 "$(class_packets)"
result "fragments of large echoes are accounted once each"

generate client c0 --mac "$(mac router:r0)" --count 100 --fragments 4 --payload 400 --source 10.0.1.1 \
	--source fd01::1 --destination 10.0.2.1 --destination fd02::1 --destination-port 7070
agree router
expect "router: fragments" $((60 + ${sent% *})) "$(class_packets)"
flows_are "first fragments have their ports" '.destination_port == 7070' "100 $((50 * 124 + 50 * 152))"
flows_are "all of them" '.protocol_name == "udp" and .destination_port != 33434 and (.source == "10.0.1.1" or .source == "fd01::1")' "$sent"
result "fragments of datagrams are accounted once each"
exit $results_failed
