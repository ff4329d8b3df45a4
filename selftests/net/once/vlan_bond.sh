#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# VLANs over a bond, and VLANs in VLANs: hooked at the ports, the devices above
# are passed over; not hooked, they are where packets are seen; a bond with one
# port not named is not hooked below.
#
#	[host] bond0.5 - bond0 (balance-rr) - eth0, eth1 ==== eth0, eth1 - bond0 - bond0.5 [peer]
#	       bond0.5.7 (802.1Q in 802.1ad)
#	10.0.5.1 fd05::1 on bond0.5, 10.0.7.1 fd07::1 on bond0.5.7
. "$(dirname "$0")/../lib.sh"

bonded() {
	local ns=$1 host=$2
	ip -n "$ns" link add name bond0 type bond mode balance-rr miimon 50
	ip -n "$ns" link set dev eth0 master bond0
	ip -n "$ns" link set dev eth1 master bond0
	ip -n "$ns" link add link bond0 name bond0.5 type vlan proto 802.1ad id 5
	ip -n "$ns" link add link bond0.5 name bond0.5.7 type vlan id 7
	address "$ns:bond0.5" "10.0.5.$host/24" "fd05::$host/64"
	address "$ns:bond0.5.7" "10.0.7.$host/24" "fd07::$host/64"
}

# run_with NAME RULES PARAMETER...
run_with() {
	local name=$1 rules=$2
	shift 2
	module "$@"
	space host peer
	# Before there are links: a bond sets its ports up.
	beside host "$rules"
	attach host
	link host:eth0 peer:eth0
	link host:eth1 peer:eth1
	bonded host 1
	bonded peer 2
	up {host,peer}:bond0 {host,peer}:bond0.5 {host,peer}:bond0.5.7
	echo_exchange peer 10.0.5.1 6 100
	echo_exchange peer fd05::1 6 100
	echo_exchange peer 10.0.7.1 6 300
	echo_exchange peer fd07::1 6 300
	agree host
	flows_are "IPv4 over the VLAN" '.destination == "10.0.5.1"' "12 $((12 * 128))"
	flows_are "IPv6 over the VLAN" '.destination == "fd05::1" and .source_port != 0' "12 $((12 * 148))"
	flows_are "IPv4 over the VLAN in the VLAN" '.destination == "10.0.7.1"' "12 $((12 * 328))"
	flows_are "IPv6 over the VLAN in the VLAN" '.destination == "fd07::1" and .source_port != 0' "12 $((12 * 348))"
}

# seen_at DEVICE: as the status says.
seen_at() { jq -r ".devices[] | select(.name == \"$1\").seen_at" <<<"$status_json"; }

leave() {
	ip netns del host
	ip netns del peer
}

# The tag of the inner VLAN is in the data at the ports: 4 bytes that are not IP's.
run_with "all ports named" $'pre: iifname { "bond0", "bond0.5", "bond0.5.7" } count\nout: count' devices='eth*'
status_json=$(tmctl -n host -j status)
expect "eth0" ingress "$(seen_at eth0)"
expect "bond0.5.7" below "$(seen_at bond0.5.7 | sed 's/.*below.*/below/;s/.*covered.*/below/')"
expect "passed over at pre-routing: as many as arrived at ingress" "$(jq -r '.directions[] | select(.name == "in").packets' <<<"$stats_json")" "$(total covered | cut -d' ' -f1)"
result "VLANs over a bond are accounted once, at its ports"
leave

run_with "none named" $'pre: iifname != "lo" count\nout: count'
expect "nothing passed over" "0 0" "$(total covered)"
result "VLANs over a bond are accounted once, at pre-routing"
leave

run_with "one port named" $'pre: iifname != "lo" count\nout: count' devices=eth0
status_json=$(tmctl -n host -j status)
expect "eth0" pre-routing "$(seen_at eth0)"
expect "nothing passed over" "0 0" "$(total covered)"
result "a bond with one port not named is accounted once, at pre-routing"
leave

run_with "the bond named" $'pre: iifname { "bond0", "bond0.5", "bond0.5.7" } count\nout: count' devices=bond0
expect_that "passed over" [ "$(total covered | cut -d' ' -f1)" -ge 24 ]
result "a bond hooked itself is accounted once"
exit $results_failed
