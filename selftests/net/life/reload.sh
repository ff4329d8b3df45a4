#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The module comes and goes, again and again, under traffic that arrives on both
# processors, is forwarded and is sent; while its books are read; and with
# everything open that can be: listeners, transactions, policies, sets.  Nothing
# is left behind.  (Dumps, which hold the module: busy.sh.)
#
#	[peer] p0 ---- in0 [here] 10.0.1.1 fd01::1, forwarded to out1
#	[peer] p1 ---- out1 [here] 10.0.2.1, dropped behind the module
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../memory.sh"

loads=$(rounds 100) reads=$(rounds 40) openings=$(rounds 20)
module_file=$(modinfo -n trafficmon)

# load PARAMETER...: by insmod, since modprobe has to look for what is there already.
load() {
	insmod "$module_file" flows=16384 limiters=1024 records=1024 "$@" ||
		die "cannot load it: $(dmesg | tail -n 2)"
}

remove() { rmmod trafficmon || die "cannot unload it"; }

# round NUMBER: it comes, works and goes, every other time hooked at ingress.
round() {
	if [ $(($1 % 2)) = 0 ]; then load; else load 'devices=in*'; fi
	wait_for "packets after load number $1" seen_packets - 50
	remove
}

traffic_begin() {
	flood_begin peer p0 --mac "$in0_mac" --source 10.0.1.0/24 --source fd01::/64 \
		--destination 10.0.2.9 --destination fd01::1 --rate 3000
	flood_begin peer p1 --mac "$out1_mac" --protocol udp --source 10.0.2.0/26 --sequential 64 \
		--destination 198.51.100.1 --rate 3000
	ping -q -i 0.01 10.0.1.2 >/dev/null 2>&1 &
	pinging=$!
}

traffic_end() {
	kill $pinging || expect "the pings" "go on" "ended"
	wait $pinging 2>/dev/null
	flood_end
}

# Sockets of generic netlink with a group: column 4 is a mask of its first 32.
listening_to_events() {
	[ "$(awk '$2 == 16 && $4 !~ /^0+$/' /proc/net/netlink | wc -l)" -ge "$1" ]
}

# Everything that can be open is, and at work; then the module goes.
go_with_everything_open() {
	local number pids=()
	load flows=65536
	for number in 1 2 3; do
		tmctl -j event monitor >"/run/listener-$number" 2>&1 &
		pids+=("$!")
	done
	wait_for "listeners" listening_to_events 3
	tmctl policy apply /run/policies >/dev/null 2>&1 || die "100 policies are not taken"
	tmctl set add deny --file /run/prefixes >/dev/null || die "10,000 prefixes are not taken"
	for number in {1..8}; do
		holding "transaction-$number" - transaction
		pids+=("$holder")
	done
	expect "entries of the set" 10000 "$(tmctl -j set | jq '.sets[] | select(.name == "deny").entries')"
	expect_that "100 policies are active" contains "$(tmctl -j status)" '"policies":100'
	wait_for "a key over its limit" grep -q '"type":"policy_over"' /run/listener-1
	remove
	for number in 1 2 3; do
		wait_for "listener $number to be told" grep -q '"type":"unload"' "/run/listener-$number"
	done
	kill "${pids[@]}" 2>/dev/null
	wait "${pids[@]}" 2>/dev/null
}

unload
# What it depends on stays loaded.
modprobe trafficmon autostart=0 && unload
space peer
ip link add name in0 type veth peer name p0 netns peer
ip link add name out1 type veth peer name p1 netns peer
address peer:p0 10.0.1.2/24 fd01::2/64
ip address add 10.0.1.1/24 dev in0
ip -6 address add fd01::1/64 dev in0 nodad
ip address add 10.0.2.1/24 dev out1
ip link set dev in0 up
ip link set dev out1 up
up peer:p0 peer:p1
sysctl -qw net.ipv4.ip_forward=1
ip route add blackhole 198.51.100.0/24
in0_mac=$(cat /sys/class/net/in0/address) out1_mac=$(cat /sys/class/net/out1/address)
ip neighbour replace 10.0.2.9 lladdr "$(mac peer:p1)" dev out1 nud permanent
hooks_stay - in0
jq -n '{ schema: 1, policies: [range(100) | { name: "p\(.)", mode: "enforce", key: "src",
	match: { class: "udp", destination_port: (9 + .) }, limits: { packets_per_second: 10 } }] }' >/run/policies
awk 'BEGIN { for (i = 0; i < 10000; i++) printf "172.16.%d.%d/32\n", i / 256, i % 256 }' >/run/prefixes

# What the kernel takes once, and keeps, it takes here.
traffic_begin
for number in 1 2; do round $number; done
go_with_everything_open
traffic_end
remember_memory

traffic_begin
for ((number = 1; number <= loads; number++)); do round $number; done
result "loaded and unloaded $loads times under traffic"

# A dump that is open holds the module; between two of them it goes.
while :; do tmctl -j flow; tmctl -j record; tmctl -j stats --ledger; done >/dev/null 2>&1 &
reader=$!
for ((number = 0; number < reads; number++)); do
	load
	wait_for "packets" seen_packets - 50
	wait_for "a moment between two dumps" rmmod trafficmon
done
kill $reader
wait $reader 2>/dev/null
result "loaded and unloaded $reads times while its books are read"

for ((number = 0; number < openings; number++)); do go_with_everything_open; done
result "unloaded $openings times with listeners, transactions, 100 policies and 10,000 set entries"

# Sockets of the former module close under its successor.
load
holding transaction - transaction
remove
load
kill $holder
wait $holder 2>/dev/null
expect_that "the successor takes a ruleset" tmctl policy flush >/run/flushed
wait_for "packets" seen_packets - 50
remove
result "what was open under the former module closes under its successor"

traffic_end
nothing_left "$openings"
result "nothing is left in memory after all that"
exit $results_failed
