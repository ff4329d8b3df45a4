# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# case_*, case, here: set by guest, which sources this
#
# The packets of a case, in the guest: 60 bytes, of random sources, arriving on
# one device; what is not dropped is forwarded out of another, which throws it
# away.
#
#	pg0 (arriving) -> [hooks, routing] -> sink (dummy)
#
# IPv4 UDP comes from pktgen, which hands packets to the stack at once.  It can
# make neither TCP nor random IPv6 sources: these come from selftests/net/generate
# through the other end of the veth pair, 64 with one system call, and cost more
# to make; their floors are measured with the same generator.

device=pg0
generate=${BASH_SOURCE[0]%/*}/../../build/selftests/net/generate
millions=${millions:-/tm/bench}	# where the prefixes of the cases named -1m are
sweep_pause=3	# seconds
sweep_max=262144	# twice the default flow table

topology() {
	sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
		net.ipv6.conf.default.accept_dad=0
	pktgen_device "$device"
	ip link add sink type dummy
	ip link set sink up
	ip route add 198.51.100.0/24 dev sink
	ip -6 route add 2001:db8:ffff::/64 dev sink
	ip neighbour add 198.51.100.1 lladdr 02:00:00:00:00:01 dev sink nud permanent
	ip -6 neighbour add 2001:db8:ffff::1 lladdr 02:00:00:00:00:01 dev sink nud permanent
	# Packets that answer a flood (redirects) are no part of its cost.
	sysctl -qw net.ipv4.conf.all.send_redirects=0 "net.ipv4.conf.$device.send_redirects=0"
}

forwarded() { cat /sys/class/net/sink/statistics/tx_packets; }

uses_pktgen() { [ "$case_family$case_protocol" = ipv4udp ]; }

traffic_set_up() {
	local last=$((case_sources - 1))
	uses_pktgen || return 0
	pktgen_reset
	pktgen_setup "$device" 10.0.0.0 \
		"10.$((last >> 16)).$((last >> 8 & 255)).$((last & 255))" "flag IPSRC_RND"
}

sweep_count() { echo $((2 * case_sources < sweep_max ? 2 * case_sources : sweep_max)); }

# Each source twice, as far as tables go: what follows within a second finds every
# key known, and over a limit of one packet a second (which lets a second packet
# pass that does not come at once).  Before it, whatever was over its limit no
# longer is; idle time costs nothing with this clock.
sweep() {
	local count
	sleep "$sweep_pause"
	count=$(sweep_count)
	if uses_pktgen; then
		pktgen_say "$device" "flag !IPSRC_RND"
		send "$count"
		pktgen_say "$device" "flag IPSRC_RND"
	else
		send_packets "$count" --sequential "$case_sources" >/dev/null
	fi
}

# send COUNT: with pktgen.
send() {
	pktgen_say "$device" "count $1"
	pktgen_start
}

# Of the last run, without what others had of the processor meanwhile.
pktgen_own_seconds() {
	sed -n 's/.*OK: [0-9]*(c\([0-9]*\)+.*/\1/p' "/proc/net/pktgen/$device" | awk '{ printf "%.6f\n", $1 / 1000000 }'
}

# send_packets COUNT [GENERATE OPTION...]: prints nanoseconds a packet.
send_packets() {
	local count=$1
	if uses_pktgen; then
		send "$count"
		pktgen_own_seconds
	else
		generate_packets "$@"
	fi | awk -v count="$count" '{ printf "%.1f\n", $1 * 1e9 / count }'
}

# prefix_bits COUNT: how many bits tell so many addresses, a power of two, apart.
prefix_bits() {
	local bits=0
	while [ $((1 << bits)) -lt "$1" ]; do bits=$((bits + 1)); done
	echo "$bits"
}

# Prints the seconds that it took.
generate_packets() {
	local count=$1 source destination=198.51.100.1 payload=18 bits
	shift
	bits=$(prefix_bits "$case_sources")
	source=10.0.0.0/$((32 - bits))
	if [ "$case_family" = ipv6 ]; then
		source=2001:db8::/$((128 - bits)) destination=2001:db8:ffff::1
	fi
	[ "$case_protocol" = udp ] || payload=6
	"$generate" --device "$device-peer" --mac "$(cat "/sys/class/net/$device/address")" \
		--source "$source" --destination "$destination" --protocol "$case_protocol" \
		--source-port 1024 --payload "$payload" --count "$count" --seed 1 "$@" |
		sed -n 's/.*"seconds":\([0-9.]*\).*/\1/p'
}
