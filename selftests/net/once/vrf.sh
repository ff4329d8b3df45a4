#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Through a VRF a packet passes the hooks twice, once for the VRF and once for
# the device in it; with a queueing discipline on the VRF it does so on another
# way.  What the host sends to the VRF's own addresses passes once, and comes
# back as a looped copy.
#
#	[client] c0 ---- r0 [host] red (VRF, 10.0.5.1 fd05::1), r0 in it
#	 10.0.1.1 fd01::1   10.0.1.2 fd01::2
. "$(dirname "$0")/../lib.sh"

own4='{ 10.0.5.1, 10.0.1.2 }' own6='{ fd05::1, fd01::2 }'

module
space client host
link client:c0 host:r0
ip -n host link add name red type vrf table 10
ip -n host link set dev r0 master red
address client:c0 10.0.1.1/24 fd01::1/64
address host:r0 10.0.1.2/24 fd01::2/64
address host:red 10.0.5.1/32 fd05::1/128
# Each pass has the other device: what arrives has to be counted at r0, what
# is sent where it goes out, or at the VRF where it goes to its own addresses.
beside host "$(cat <<-END
	pre: iifname "r0" count
	out: oifname "r0" count; oifname "red" ip daddr $own4 count4; oifname "red" ip6 daddr $own6 count6
END
)"
beside client
attach client host
up client:c0 host:r0 host:red
in_ns host sysctl -qw net.ipv4.tcp_l3mdev_accept=1

# exchange HOW: local in, local out, to the VRF itself; 5 echoes each.
exchange() {
	local base4 base6
	echo_exchange client 10.0.1.2 5 100
	echo_exchange client fd01::2 5 100
	echo_exchange host 10.0.1.1 5 200 -I red
	echo_exchange host fd01::1 5 200 -I red
	echo_exchange host 10.0.5.1 5 300 -I red
	echo_exchange host fd05::1 5 300 -I red
	echo_exchange host 10.0.1.2 5 300 -I red
	echo_exchange host fd01::2 5 300 -I red
	agree host
	base4=$1 base6=$1
	flows_are "echoes from the client" '.source == "10.0.1.1"' "$((base4 * 10)) $((base4 * 1280))"
	flows_are "echoes from the client" '.source == "fd01::1" and .protocol_name == "icmpv6" and .destination == "fd01::2" and .source_port != 0' "$((base6 * 10)) $((base6 * 1480))"
	flows_are "echoes to the client" '.destination == "10.0.1.1"' "$((base4 * 10)) $((base4 * 2280))"
	flows_are "echoes to the VRF" '.destination == "10.0.5.1"' "$((base4 * 10)) $((base4 * 3280))"
	flows_are "echoes to the VRF" '.destination == "fd05::1"' "$((base6 * 10)) $((base6 * 3480))"
	agree client
}

exchange 1
expect_that "second passes were passed over" [ "$(tmctl -n host -j stats | jq '.reasons[] | select(.name == "vrf").packets')" -ge 20 ]
result "a VRF's packets are accounted once"

tc -n host qdisc add dev red root pfifo
exchange 2
result "a VRF's packets are accounted once, with a queueing discipline on it"

serve host tcp6:8080 so-bindtodevice=red
talk client tcp:10.0.1.2:8080
talk client 'tcp:[fd01::2]:8080'
agree host
expect "two SYNs" 2 "$(total syn | cut -d' ' -f1)"
result "connections through a VRF are accounted once"
exit $results_failed
