#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Guests on a bridge: seen at the ports when all are named; with one that is
# not, the ports are left alone and said to be unseen, and the bridge itself is
# accounted at pre-routing.
#
#	[g0] e0 ---- port0 \
#	[g1] e1 ---- port1 -- br0 [host] 10.0.1.1 fd01::1
#	[g2] e2 ---- other2 (later)
. "$(dirname "$0")/../lib.sh"

guest() {
	local number=$1 port=$2
	space "g$number"
	link "host:$port" "g$number:e$number"
	ip -n host link set dev "$port" master br0
	address "g$number:e$number" "10.0.1.1$number/24" "fd01::1$number/64"
}

bridged_host() {
	space host
	ip -n host link add name br0 address 02:00:00:00:00:01 type bridge mcast_snooping 0
	address host:br0 10.0.1.1/24 fd01::1/64
	guest 0 port0
	guest 1 port1
}

leave() {
	local ns
	for ns in host g0 g1 g2; do [ ! -e /run/netns/$ns ] || ip netns del $ns; done
}

unseen() { tmctl -n host -j status | jq -r '[.devices[] | select(.unseen).name] | sort | join(",")'; }

module devices='port*'
bridged_host
beside host $'in port0: count\nin port1: count\nout: count'
attach host
up host:br0 host:port0 g0:e0 host:port1 g1:e1
echo_exchange g0 10.0.1.11 6 100
echo_exchange g0 fd01::11 6 100
echo_exchange g1 10.0.1.1 6 200
echo_exchange g1 fd01::1 6 200
agree host
flows_are "guest to guest" '.source == "10.0.1.10" and .protocol_name == "icmp"' "12 $((12 * 128))"
flows_are "guest to guest, IPv6" '.source == "fd01::10" and .destination == "fd01::11" and .source_port != 0' "12 $((12 * 148))"
flows_are "guest to host" '.source == "10.0.1.11" and .protocol_name == "icmp"' "12 $((12 * 228))"
expect "unseen" "" "$(unseen)"
result "with all ports named, bridged guests and the host are accounted once"

# Another port, not named: the others are left, and it is said.
guest 2 other2
up host:other2 g2:e2
expect "unseen" "other2,port0,port1" "$(unseen)"
read_books host
before_g0=$(flow_sum '.source == "10.0.1.10" and .destination == "10.0.1.12"')
echo_exchange g0 10.0.1.12 6 100
echo_exchange g0 10.0.1.1 6 300
read_books host
expect "guest to guest is not seen any more" "$before_g0" "$(flow_sum '.source == "10.0.1.10" and .destination == "10.0.1.12"')"
flows_are "guest to host is accounted once" '.source == "10.0.1.10" and .destination == "10.0.1.1"' "12 $((12 * 328))"
ip -n host link set dev other2 nomaster
expect "unseen, when it has left" "" "$(unseen)"
echo_exchange g0 10.0.1.1 6 300
read_books host
flows_are "guest to host is accounted once, at the port again" '.source == "10.0.1.10" and .destination == "10.0.1.1"' "24 $((24 * 328))"
balanced host
result "a port that is not named makes the others unseen, and the bridge accounted at pre-routing"
leave

module devices=port0
bridged_host
beside host $'pre: iifname "br0" count\nout: count'
attach host
up host:br0 host:port0 g0:e0 host:port1 g1:e1
expect "unseen" "port0,port1" "$(unseen)"
echo_exchange g0 10.0.1.11 6 100
echo_exchange g0 10.0.1.1 6 200
echo_exchange g1 fd01::1 6 200
agree host
expect "nothing passed over" "0 0" "$(total covered)"
result "with one port named none is hooked, and the host is accounted once"
leave

# A VLAN of a named device as a port: its sibling decides for the device as well.
module devices=port1
space host g0 g1
ip -n host link add name br0 address 02:00:00:00:00:01 type bridge mcast_snooping 0
address host:br0 10.0.1.1/24
link host:port0 g0:e0
link host:port1 g1:e1
ip -n host link add link port1 name port1.5 type vlan id 5
ip -n g1 link add link e1 name e1.5 type vlan id 5
ip -n host link set dev port0 master br0
ip -n host link set dev port1.5 master br0
address g0:e0 10.0.1.10/24
address g1:e1.5 10.0.1.11/24
beside host $'pre: iifname { "br0", "port1" } count\nout: count'
attach host
up host:br0 host:port0 g0:e0 host:port1 g1:e1 host:port1.5 g1:e1.5
echo_exchange g0 10.0.1.1 6 100
echo_exchange g1 10.0.1.1 6 100
agree host
flows_are "from the port that is not named" '.source == "10.0.1.10" and .destination == "10.0.1.1"' "12 $((12 * 128))"
flows_are "from the VLAN of the named one" '.source == "10.0.1.11" and .destination == "10.0.1.1"' "12 $((12 * 128))"
result "a named device below a mixed bridge is not hooked, and all is accounted once"
exit $results_failed
