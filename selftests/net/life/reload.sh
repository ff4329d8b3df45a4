#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Loaded, unloaded and loaded again 50 times, and attached and detached as
# often, under traffic that arrives, is forwarded, and is sent.
#
#	[peer] p0 ---- in0 [initial namespace], [peer] p1 ---- out1
. "$(dirname "$0")/../lib.sh"

rounds=50

seen() {
	stats_json=$(tmctl -j stats) && [ "$(total seen | cut -d' ' -f1)" -gt 0 ]
}

unload
space peer
ip link add name in0 type veth peer name p0 netns peer
ip link add name out1 type veth peer name p1 netns peer
ip address add 10.0.1.1/24 dev in0
ip -6 address add fd01::1/64 dev in0 nodad
ip address add 10.0.2.1/24 dev out1
ip link set dev in0 up
ip link set dev out1 up
up peer:p0 peer:p1
address peer:p0 10.0.1.2/24 fd01::2/64
sysctl -qw net.ipv4.ip_forward=1
hooks_stay - in0
ip neighbour replace 10.0.2.9 lladdr "$(mac peer:p1)" dev out1 nud permanent
flood_begin peer p0 --mac "$(cat /sys/class/net/in0/address)" --source 10.0.1.0/24 \
	--source fd01::/64 --destination 10.0.2.9 --destination fd01::1 --rate 5000
ping -q -i 0.01 10.0.1.2 >/dev/null 2>&1 &
pinging=$!

for ((round = 1; round <= rounds; round++)); do
	# Now and then at ingress, too.
	modprobe trafficmon flows=1024 limiters=64 records=64 $([ $((round % 2)) = 0 ] || echo 'devices=in*') ||
		die "load number $round"
	[ $((round % 10)) != 0 ] || wait_for "packets after load number $round" seen
	modprobe -r trafficmon || die "unload number $round"
done
result "loaded and unloaded $rounds times under traffic"

modprobe trafficmon flows=1024 limiters=64 records=64 'devices=in*'
for ((round = 1; round <= rounds; round++)); do
	tmctl netns detach >/dev/null || die "detach number $round"
	tmctl netns attach >/dev/null || die "attach number $round"
done
wait_for "packets after that" seen
result "detached and attached $rounds times under traffic"

# While another process asks all the time.
(while :; do tmctl -j stats --ledger; tmctl -j flow; tmctl -j record; done) >/dev/null 2>&1 &
asking=$!
for ((round = 1; round <= 10; round++)); do
	tmctl netns detach >/dev/null || die "detach number $round"
	tmctl netns attach >/dev/null || die "attach number $round"
done
kill $asking
wait $asking 2>/dev/null
wait_for "the module to be unused" modprobe -r trafficmon
result "detached, attached and unloaded while its books are read"
flood_end
kill $pinging
nft flush ruleset
ip link delete in0
ip link delete out1
exit $results_failed
