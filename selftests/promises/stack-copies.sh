#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Invariant 11, headers are read into stack copies: packets whose headers lie in
# pieces, cut at every place, are accounted as if they lay in one, at
# pre-routing and at ingress, and go on unaltered.
set -euo pipefail
. "${0%/*}/lib.sh"
scatter=/tm/build/selftests/promises/scatter
modprobe -q -a tun veth || true
sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
	net.ipv6.conf.default.addr_gen_mode=1 net.ipv4.conf.all.rp_filter=0 \
	net.ipv4.conf.default.rp_filter=0 net.ipv6.conf.default.accept_dad=0
cat >/tmp/devices.sh <<'END'
ip address add 10.1.255.1/16 dev in0
ip address add 10.2.255.1/16 dev out0
ip address add fd01::ffff/64 dev in0 nodad
ip address add fd02::ffff/64 dev out0 nodad
ip neighbour add 10.1.0.1 lladdr 02:00:00:00:00:07 dev in0 2>/dev/null
ethtool -K in0 gro off
tmctl netns detach >/dev/null
tmctl netns attach >/dev/null
END

# What is accounted of the packets sent, without times and numbers of devices.
accounted() {
	jq -c '.flows | map(select(.source | test("^(10.1|fd01)")) | {protocol, source, source_port,
		destination, destination_port, state, fragment, direction, packets, bytes,
		reply_packets, reply_bytes}) | sort | .[]' /tmp/flows.json
	jq -c '.classes[] | select(.name != "icmp")' /tmp/stats.json
}

# send HOOK HOW
send() {
	result "$1, $2: all packets go on, unaltered" "$scatter" "$2" "sh /tmp/devices.sh"
	accounted >"/tmp/accounted.$2"
}

# compare HOOK WHOLE IN_PIECES
compare() {
	send "$1" "$3"
	result "$1: $3 is accounted as $2 is" cmp "/tmp/accounted.$2" "/tmp/accounted.$3"
	diff "/tmp/accounted.$2" "/tmp/accounted.$3" | head -n 10 || true
}

load_module flows=4096 limiters=64 records=64
send pre-routing tun
result "there are 22 flows of 88 packets" \
	test "$(grep -c 'protocol.*"packets":88,' /tmp/accounted.tun)" = 22
send pre-routing tap
compare pre-routing tun vnet
compare pre-routing tap frags
modprobe -r trafficmon
load_module flows=4096 limiters=64 records=64 devices=in0
compare ingress tun vnet
compare ingress tap frags
done_testing
