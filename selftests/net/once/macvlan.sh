#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Macvlans and ipvlans of the host and of a guest's namespace, over devices
# hooked at ingress and not: once in the host, once more in the guest's namespace.
#
#	[peer] p0 ---- m0 [host], mv0 10.0.1.1 on it; [guest] mv1 10.0.1.3
#	[peer] p1 ---- i0 [host], il0 10.0.2.1 on it; [guest] il1 10.0.2.3
. "$(dirname "$0")/../lib.sh"

run_with() {
	local name=$1 rules=$2 guest_seen=$3
	shift 3
	module "$@"
	space host guest peer
	link host:m0 peer:p0
	link host:i0 peer:p1
	ip -n host link add link m0 name mv0 type macvlan mode bridge
	ip -n host link add link m0 name mv1 netns guest type macvlan mode bridge
	ip -n host link add link i0 name il0 type ipvlan mode l2
	ip -n host link add link i0 name il1 netns guest type ipvlan mode l2
	address peer:p0 10.0.1.2/24 fd01::2/64
	address peer:p1 10.0.2.2/24 fd02::2/64
	address host:mv0 10.0.1.1/24 fd01::1/64
	address guest:mv1 10.0.1.3/24 fd01::3/64
	address host:il0 10.0.2.1/24 fd02::1/64
	address guest:il1 10.0.2.3/24 fd02::3/64
	beside host "$rules"
	beside guest
	attach host guest
	up peer:p0 peer:p1 host:m0 host:i0 host:mv0 host:il0 guest:mv1 guest:il1
	for to in 10.0.1.1 fd01::1 10.0.2.1 fd02::1 10.0.1.3 fd01::3 10.0.2.3 fd02::3; do
		echo_exchange peer "$to" 5 100
	done
	agree host
	for to in 10.0.1.1 10.0.2.1; do
		flows_are "host: $to" ".destination == \"$to\"" "10 1280"
	done
	for to in fd01::1 fd02::1; do
		flows_are "host: $to" ".destination == \"$to\" and .source_port != 0" "10 1480"
	done
	# Their answers leave without passing the host's IP.
	for to in 10.0.1.3 10.0.2.3; do
		flows_are "host: the guest's $to" ".destination == \"$to\"" "$guest_seen"
	done
	agree guest
	for to in 10.0.1.3 10.0.2.3; do
		flows_are "guest: $to" ".destination == \"$to\"" "10 1280"
	done
	result "macvlan and ipvlan are accounted once, $name"
	for ns in host guest peer; do ip netns del $ns; done
}

run_with "seen at pre-routing" $'pre: iifname != "lo" count\nout: count' "0 0"
run_with "seen at ingress" $'in m0: count\nin i0: count\nout: count' "5 640" devices='m0,i0'
exit $results_failed
