#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Namespaces come, are attached, flooded and go, while another is flooded from
# both processors, hooked at ingress and not.  What they saw goes into a total:
# to the packet where the traffic had come to rest; else at least what was seen
# right before the end, and at most what was sent.
#
#	[peer] p0 ---- in0 [outside]			flood 0, at ingress
#	[peer] p1 ---- out1 - br0 [outside] - oN ---- i0, in0 [tN]	flood 1, broadcast
#	       nearN [outside] ---- eth0, in0 [nN]	counted packets
. "$(dirname "$0")/../lib.sh"

lives=$(rounds 200) destroyed=$(rounds 100) switched=$(rounds 100) alive=4
far_mac=02:00:00:00:00:02
drop_all='{ "schema": 1, "policies": [ { "name": "all", "mode": "enforce", "match": { "class": "udp" } } ], "sets": { "deny": [ "10.0.0.0/9" ] } }'

# A namespace that says nothing at all.
silent_space() {
	ip netns add "$1"
	in_ns "$1" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
}

# former: "PACKETS BYTES" of namespaces that are gone.
former() {
	stats_json=$(tmctl -n outside -j stats)
	total former_namespaces
}

saw() {
	stats_json=$(tmctl -n "$1" -j stats)
	[ "$(total seen)" = "$2" ]
}

# Both floods so far.
flooded() { echo $(($(device_packets peer:p0 tx) + $(device_packets peer:p1 tx))); }

device_gone() { ! ip -n outside link show dev "$1"; }

apply_to() { tmctl -n "$1" policy apply - <<<"$drop_all" >/dev/null 2>&1 || die "policy in $1"; }

# --- counted to the packet ----------------------------------------------------------

# live NUMBER: a namespace with a device, hooked at ingress or not, that sees 300
# packets, and in turns has a policy, a socket, an open dump, a device that moves.
# Adds what it saw to expected.
live() {
	local ns=n$1 near=near$1 device=eth0
	[ $(($1 % 2)) = 0 ] || device=in0
	silent_space "$ns"
	ip -n outside link add name "$near" type veth peer name $device address $far_mac netns "$ns"
	attach "$ns"
	up "$ns:$device" "outside:$near"
	case $(($1 % 5)) in
	1) apply_to "$ns" ;;
	2)
		background "$ns" socat udp-listen:7,fork exec:cat 2>/dev/null &
		ends_with[$1]=$!
		;;
	esac
	send_to "$1" 300
	wait_for "$ns to see what was sent and nothing else: $sent" saw "$ns" "$sent"
	case $(($1 % 5)) in
	3)
		holding "dump-$1" "$ns" dump
		ends_with[$1]=$holder
		;;
	4)
		ip -n "$ns" link set dev $device netns outside name in9
		ip -n outside link set dev in9 netns "$ns"
		up "$ns:in9" "outside:$near"
		send_to "$1" 10
		wait_for "$ns to see what came after the device: $sent" saw "$ns" "$(add_pairs "$before" "$sent")"
		;;
	esac
}

# send_to NUMBER COUNT: before is what was sent before.
send_to() {
	before=${sent-}
	generate outside "near$1" --mac $far_mac --source 10.0.0.0/8 --destination 198.51.100.1 --count "$2"
	expected=$(add_pairs "$expected" "$sent")
}

# die_off NUMBER
die_off() {
	ip netns del "n$1"
	if [ -n "${ends_with[$1]-}" ]; then
		kill "${ends_with[$1]}"
		wait "${ends_with[$1]}" 2>/dev/null
	fi
	wait_for "n$1 to be gone" device_gone "near$1"
}

module 'devices=in*'
silent_space outside
silent_space peer
link outside:in0 peer:p0
link outside:out1 peer:p1
ip -n outside link add name br0 type bridge mcast_snooping 0
ip -n outside link set dev out1 master br0
hooks_stay outside in0
attach outside
up outside:in0 outside:out1 outside:br0 peer:p0 peer:p1
flood_begin peer p0 --mac "$(mac outside:in0)" --rate 2000 --source 10.0.0.0/8 --destination 198.51.100.1
flood_begin peer p1 --mac ff:ff:ff:ff:ff:ff --rate 2000 --source 10.0.0.0/8 --destination 198.51.100.1

expected='0 0'
ends_with=()
expect "the total before" "0 0" "$(former)"
for ((number = 0; number < lives + alive; number++)); do
	[ $number -ge "$lives" ] || live $number
	[ $number -lt $alive ] || [ $((number - alive)) -ge "$lives" ] || die_off $((number - alive))
done
wait_for "the namespaces to be gone" attached_are 1 outside
expect "packets and bytes of $lives former namespaces" "$expected" "$(former)"
expect_that "the flood beside was seen" seen_packets outside 1000
result "$lives namespaces come, are flooded and go; their totals stay, to the packet"

# --- while packets go in --------------------------------------------------------------

# destroy NUMBER: it has seen packets, and sees them until it is gone; one in four
# is detached by hand right before.
destroy() {
	wait_for "packets in t$1" seen_packets "t$1" 20
	low=$((low + $(total seen | cut -d' ' -f1)))
	[ $(($1 % 4)) != 3 ] || tmctl -n "t$1" netns detach >/dev/null || die "detach t$1"
	ip netns del "t$1"
	wait_for "t$1 to be gone" device_gone "o$1"
}

low=0 before=$(former) flood_before=$(device_packets peer:p1 tx)
for ((number = 0; number < destroyed + alive; number++)); do
	if [ $number -lt "$destroyed" ]; then
		device=i0
		[ $((number % 2)) = 0 ] || device=in0
		silent_space t$number
		ip -n outside link add name o$number master br0 up type veth peer name $device netns t$number
		attach t$number
		ip -n t$number link set dev $device up
	fi
	[ $number -lt $alive ] || [ $((number - alive)) -ge "$destroyed" ] || destroy $((number - alive))
done
wait_for "the namespaces to be gone" attached_are 1 outside
after=$(former)
grown=$((${after% *} - ${before% *})) grown_bytes=$((${after#* } - ${before#* }))
high=$((($(device_packets peer:p1 tx) - flood_before) * (alive + 1)))
expect_that "their packets: $low <= $grown <= $high" within $low $grown $high
# TCP resets with 18 bytes behind the headers.
expect "their bytes" $((grown * 58)) $grown_bytes
result "$destroyed namespaces are destroyed while packets go in"

# --- attached and detached ---------------------------------------------------------------

low=0 before=$(former)
# What it saw from the beginning on is folded, too.
seen_packets outside 0
flood_before=$(flooded)
carried=$(total seen | cut -d' ' -f1)
for ((number = 0; number < switched; number++)); do
	case $((number % 4)) in
	1) apply_to outside ;;
	2) holding transaction outside transaction ;;
	3)
		wait_for "flows for a long dump" seen_packets outside 1000
		holding dump outside dump
		;;
	esac
	wait_for "packets of the flood before detach number $number" seen_packets outside 20
	low=$((low + $(total seen | cut -d' ' -f1)))
	tmctl -n outside netns detach >/dev/null || die "detach number $number"
	[ $((number % 2)) = 0 ] || expect_that "no statistics of a detached one" eval '! tmctl -n outside -j stats >/dev/null 2>&1'
	case $((number % 4)) in
	2)
		kill "$holder"
		wait "$holder" 2>/dev/null
		;;
	3)
		held_end dump
		expect_that "the dump ended with ENOTCONN: $held_end" contains "$held_end" '"error":107'
		;;
	esac
	attach outside
done
result "attached and detached $switched times under a flood"

while :; do tmctl -n outside -j stats --ledger; tmctl -n outside -j flow; tmctl -n outside -j record; done >/dev/null 2>&1 &
reader=$!
for ((number = 0; number < (switched + 4) / 5; number++)); do
	wait_for "packets of the flood" seen_packets outside 20
	low=$((low + $(total seen | cut -d' ' -f1)))
	tmctl -n outside netns detach >/dev/null || die "detach number $number"
	attach outside
done
kill $reader
wait $reader 2>/dev/null
after=$(former)
grown=$((${after% *} - ${before% *}))
high=$((carried + $(flooded) - flood_before))
expect_that "what was seen while attached: $low <= $grown <= $high" within $low $grown $high
result "attached and detached while its books are read; the totals stay"

# --- the module goes -----------------------------------------------------------------------

silent_space one
silent_space two
attach one two
expect_that "three are attached" attached_are 3 outside
wait_for "packets of the flood" seen_packets outside 20
unload || expect "unload with three namespaces attached" 0 $?
flood_end
module
expect_that "a new load has nothing of before" attached_are 0 outside
result "unloaded with several namespaces attached, under a flood"
exit $results_failed
