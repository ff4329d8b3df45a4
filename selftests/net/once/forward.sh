#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Plain forwarding, and what a host receives and sends: each once, in the hosts
# and in the router between them.
#
#	[client] c0 ---- r0 [router] r1 ---- s0 [server]
. "$(dirname "$0")/../lib.sh"

module
router_topology
for ns in client router server; do beside "$ns"; done
attach client router server
router_topology_up

# An echo passes the router twice, the client and the server once out, once in.
echo_exchange client 10.0.2.1 20 100
echo_exchange client fd02::1 20 200
for ns in client router server; do
	agree "$ns"
	flows_are "$ns: IPv4 echoes and replies" '.protocol_name == "icmp"' "40 $((40 * 128))"
	flows_are "$ns: IPv6 echoes and replies" '.protocol_name == "icmpv6" and .destination == "fd02::1" and .source == "fd01::1"' "40 $((40 * 248))"
	result "$ns accounts echoes and their replies once"
done

generate client c0 --mac "$(mac router:r0)" --count 1001 --source 10.0.1.128/26 \
	--source fd01::8000/120 --sequential 8 --destination 10.0.2.1 --destination fd02::1 \
	--payload 0-1000 --destination-port 4242
wait_for "the last packet" arrived server:s0 "${sent% *}"
read_books router
expect "beside and interface: what arrived" "$(device_packets client:c0 tx)" "$(device_packets router:r0 rx)"
agree router
flows_are "router: IPv4 of the generator" '.destination == "10.0.2.1" and .destination_port == 4242' "$sent_v4"
flows_are "router: IPv6 of the generator" '.destination == "fd02::1" and .destination_port == 4242' "$sent_v6"
result "forwarded datagrams are accounted once, to the byte"

# Answers to them were unreachables: the server accounts what it sends as well.
agree server
flows_are "server: IPv4 of the generator" '.destination == "10.0.2.1" and .destination_port == 4242' "$sent_v4"
flows_are "server: IPv6 of the generator" '.destination == "fd02::1" and .destination_port == 4242' "$sent_v6"
result "received datagrams and the unreachables sent are accounted once"

serve server tcp6:8080
talk client tcp:10.0.2.1:8080
talk client "tcp:[fd02::1]:8080"
for ns in client router server; do
	agree "$ns"
	expect "$ns: IPv4 connection's class counters" "$(total syn)" "2 $(total syn | cut -d' ' -f2)"
	expect "$ns: two SYN-ACKs" 2 "$(total synack | cut -d' ' -f1)"
	result "$ns accounts a TCP connection once"
done
exit $results_failed
