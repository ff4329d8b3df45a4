#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Bytes are those of the IP packet: what Ethernet pads, and options and extension
# headers that belong to it, at pre-routing and at ingress.
#
#	[client] c0 ---- r0 [router] r1 ---- s0 [server]
. "$(dirname "$0")/../lib.sh"

send() {
	generate client c0 --mac "$(mac router:r0)" --count 100 --source 10.0.1.1 --source fd01::1 \
		--destination 10.0.2.1 --destination fd02::1 "$@"
}

# run_with NAME RULES BYTES_BESIDE PARAMETER...: beside ours, padding counts so many bytes a packet.
run_with() {
	local name=$1 rules=$2 padding=$3
	shift 3
	module "$@"
	router_topology
	attach router
	router_topology_up
	beside router "$rules"
	send --payload 1 --destination-port 7001 --pad 17
	read_books router
	flows_are "IPv4" '.destination == "10.0.2.1" and .destination_port == 7001' "$sent_v4"
	flows_are "IPv6" '.destination == "fd02::1" and .destination_port == 7001' "$sent_v6"
	expect "the counter beside" "$(add_pairs "$sent" "0 $((100 * padding))")" \
		"$(add_pairs "$beside_v4" "$beside_v6")"
	result "padding is not counted, $name"
	send --payload 1-100 --destination-port 7002 --options 12 --extensions hop,destination,fragment
	read_books router
	flows_are "IPv4 with options" '.destination == "10.0.2.1" and .destination_port == 7002' "$sent_v4"
	flows_are "IPv6 with extension headers" '.destination == "fd02::1" and .destination_port == 7002' "$sent_v6"
	result "options and extension headers are counted, $name"
	send --payload 64 --protocol 132
	send --payload 64 --protocol 47
	read_books router
	flows_are "SCTP" '.protocol == 132' "$sent"
	flows_are "GRE" '.protocol == 47' "$sent"
	balanced router
	result "other protocols are accounted with their number, $name"
	for ns in client router server; do ip netns del $ns; done
}

# What is padded is UDP: a listener report of the other end may come at any time.
run_with "at pre-routing" 'pre: iifname "r0" udp dport 7001 count' 0
run_with "at ingress" 'in r0: udp dport 7001 count' 17 devices=r0
exit $results_failed
