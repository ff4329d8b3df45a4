# shellcheck shell=bash disable=SC2034,SC2154	# the parts share variables
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The three floods.  Each is one process in the attacker's namespace, sends
# until it is killed, and leaves by the attacker's device like any packet.
#
# Their pace is what an emulated processor can bear: it is the link that they
# are too much for, by 2 to 5 times its rate (topology.sh).
#
# Sourced by scenario; uses topology.sh, $here, $work.

floods=(syn udp dns)
declare -A flood_name=(
	[syn]="SYN flood, random sources"
	[udp]="UDP flood, one source"
	[dns]="DNS amplification, 200 resolvers"
)
declare -A flood_policy=(
	[syn]=syn-per-destination
	[udp]=udp-per-source
	[dns]=dns-amplification
)

# pktgen_prepare SETTING...: UDP to the victim.
pktgen_prepare() {
	in_space attacker dash -ec 'cd /proc/net/pktgen
		echo rem_device_all >kpktgend_0
		echo "add_device eth0" >kpktgend_0
		for setting; do echo "$setting" >eth0; done' \
		dash "count 0" "dst_mac ${router_mac[attacker]}" \
		"dst_min 203.0.113.10" "dst_max 203.0.113.10" "$@"
}

# A delay above 100 us sleeps, one below would keep the processor busy.  Sizes
# vary, lest flood, pings and link fall into step.
# They count the Ethernet header.
prepare_flood() {
	case $1 in
	syn)
		sed "s/@ROUTER_MAC@/${router_mac[attacker]}/; s/@ATTACKER_MAC@/${mac[attacker]}/" \
			"$here/syn-flood.trafgen" >"$work/syn-flood"
		;;
	udp)
		pktgen_prepare "delay 1000000" "min_pkt_size 214" "max_pkt_size 414" "flag TXSIZE_RND" \
			"src_min 192.0.2.66" "src_max 192.0.2.66" \
			"udp_src_min 4444" "udp_src_max 4444" "udp_dst_min 27015" "udp_dst_max 27015"
		;;
	dns)
		pktgen_prepare "delay 2000000" "min_pkt_size 1014" "max_pkt_size 1514" "flag TXSIZE_RND" \
			"src_min 198.18.0.1" "src_max 198.18.0.200" "flag IPSRC_RND" \
			"udp_src_min 53" "udp_src_max 53" "udp_dst_min 33333" "udp_dst_max 33333"
		;;
	esac
}

# Sets flood_process and flood_running.  pktgen stops when the process that wrote
# "start" is signalled: that must be one without children, whose end would be
# such a signal.
start_flood() {
	local command=(dash -c 'echo start >/proc/net/pktgen/pgctrl')
	prepare_flood "$1"
	[ "$1" != syn ] ||
		command=(trafgen --dev eth0 --conf "$work/syn-flood" --cpus 1 --rand --gap 400us)
	ip netns exec tmd-attacker "${command[@]}" >"$work/flood.log" 2>&1 &
	flood_process=$!
	flood_running=$1
}

# trafgen's sender is a child, with which it ends.
stop_flood() {
	local process=$flood_process child
	if ! kill -0 "$process" 2>/dev/null; then
		cat "$work/flood.log" >&2
		say_why_and_stop "the ${flood_name[$flood_running]} ended by itself"
	fi
	read -r child _ <"/proc/$process/task/$process/children" || true
	kill "${child:-$process}"
	wait "$process" || true
}
