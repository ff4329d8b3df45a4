#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A multicast packet whose sender is a member, too, comes back to it as a looped
# copy: accounted when sent, not when it comes back; at the other host when it
# arrives.  With the device hooked at ingress and without.
#
#	[host] h0 ---- g0 [guest]
#	  10.0.1.1     10.0.1.2
#	  fd01::1      fd01::2
. "$(dirname "$0")/../lib.sh"

# member NS OPTION PORT FILE: writes what comes in to FILE.
member() {
	in_ns "$1" socat -u "$2" "open:$4,creat,trunc" &
	wait_for "member in $1" listening "$1" "$3" "$5"
}

lines() { [ "$(grep -c . "$1")" = "$2" ]; }

run_with() {
	local name=$1 number
	shift
	module "$@"
	space host guest
	link host:h0 guest:g0
	address host:h0 10.0.1.1/24 fd01::1/64
	address guest:g0 10.0.1.2/24 fd01::2/64
	beside host $'out: count\npre: ip saddr != 10.0.1.1 count4; ip6 saddr != fd01::1 count6'
	beside guest
	attach host guest
	up host:h0 guest:g0
	member host udp4-recv:5000,ip-add-membership=239.1.1.1:h0 udp4 /run/host4 5000
	member host 'udp6-recv:5006,ipv6only=1,ipv6-join-group=[ff05::99]:h0' udp6 /run/host6 5006
	member guest udp4-recv:5000,ip-add-membership=239.1.1.1:g0 udp4 /run/guest4 5000
	for number in {1..5}; do
		echo "number $number" | in_ns host socat -u - udp4-datagram:239.1.1.1:5000,ip-multicast-loop=1,ip-multicast-if=10.0.1.1
		echo "number $number" | in_ns host socat -u - 'udp6-datagram:[ff05::99]:5006,so-bindtodevice=h0'
	done
	wait_for "IPv4 copies at the sender" lines /run/host4 5
	wait_for "IPv6 copies at the sender" lines /run/host6 5
	wait_for "the other host" lines /run/guest4 5
	agree host
	flows_are "IPv4 datagrams" '.destination_port == 5000' "5 $((5 * 37))"
	flows_are "IPv6 datagrams" '.destination_port == 5006' "5 $((5 * 57))"
	expect_that "copies were passed over" [ "$(total loopback | cut -d' ' -f1)" -ge 10 ]
	agree guest
	flows_are "guest: IPv4 datagrams" '.destination_port == 5000' "5 $((5 * 37))"
	result "looped multicast is accounted when sent, $name"
	tmctl -n host netns detach >/dev/null
	ip netns del host
	ip netns del guest
}

run_with "seen at pre-routing"
run_with "seen at ingress" devices='?0'
exit $results_failed
