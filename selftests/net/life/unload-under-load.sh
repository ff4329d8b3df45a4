#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The module comes and goes under a flood on both processors, again and again,
# and with everything open that can be: dumps, listeners, staging areas,
# policies, sets.  Nothing is left behind.
. "$(dirname "$0")/life.inc"
loads=$(rounds 50)

load() { insmod "$module_file" flows=16384 limiters=1024 records=1024 "$@"; }

# A round: it works, with a policy and records, and goes.
round() {
	load || die "insmod: $(dmesg | tail -n 2)"
	wait_for "packets of the flood" seen_packets 50
	rmmod trafficmon || die "rmmod"
}

flood_on
for ((i = 0; i < 5; i++)); do round; done
flood_off
remember_memory
flood_on
for ((i = 0; i < loads; i++)); do round; done
flood_off
nothing_left "$loads"
flood_on
result "loaded and unloaded $loads times under a flood"

load
wait_for "flows for more than one part of a dump" seen_packets 1000
holding dump "$hold" dump
expect "references to the module while a dump is open" 1 "$(cat /sys/module/trafficmon/refcnt)"
expect_that "rmmod is refused while a dump is open" contains "$(rmmod trafficmon 2>&1)" "in use"
expect_that "it works on" seen_packets 1000
kill -USR1 $holder
wait $holder
expect_that "the dump ends well: $(tail -n 1 /run/dump)" contains "$(cat /run/dump)" '"error":0'
expect_that "the dump had flows" [ "$(jq .messages <<<"$(tail -n 1 /run/dump)")" -gt 100 ]
expect_that "rmmod works then" rmmod trafficmon
result "unloading waits for open dumps"

load
while :; do tmctl -j flow; tmctl -j record; tmctl -j stats --ledger; done >/dev/null 2>&1 &
readers=$!
for ((i = 0; i < $(rounds 10); i++)); do
	wait_for "unloading between dumps" rmmod trafficmon
	load || die "insmod: $(dmesg | tail -n 2)"
	wait_for "packets of the flood" seen_packets 50
done
kill $readers
wait $readers 2>/dev/null
wait_for "unloading" rmmod trafficmon
result "loaded and unloaded under a flood and readers"

# Sockets of generic netlink with a group: column 4 is a mask of its first 32.
listening_to_events() {
	[ "$(awk '$2 == 16 && $4 !~ /^0+$/' /proc/net/netlink | wc -l)" -ge "$1" ]
}

# listeners NUMBER: event monitors; their pids in $listening.
listeners() {
	local i
	listening=
	for ((i = 0; i < $1; i++)); do
		tmctl -j event monitor >"/run/events-$i" 2>&1 &
		listening+=" $!"
	done
	wait_for "listeners" listening_to_events "$1"
}

policies() {
	jq -n '{ schema: 1, policies: [range(100) | { name: "p\(.)", mode: "enforce", key: "src",
		match: { class: "udp", destination_port: (9 + .) }, limits: { packets_per_second: 10 } }] }'
}

# Everything that can be open is; then the module goes.
everything_open() {
	local i
	load flows=65536 || die "insmod: $(dmesg | tail -n 2)"
	listeners 3
	policies | tmctl policy apply - >/dev/null 2>&1 || die "policies"
	tmctl set add deny --file /run/prefixes >/dev/null || die "10,000 prefixes"
	holders=
	for ((i = 0; i < 8; i++)); do
		holding "transaction-$i" "$hold" transaction
		holders+=" $holder"
	done
	expect "entries of the set" 10000 "$(tmctl -j set | jq '.sets[] | select(.name == "deny").entries')"
	expect "policies" 100 "$(tmctl -j status | jq .status.policies)"
	wait_for "keys over their limit" seen_packets 100
	expect_that "rmmod works with everything open" rmmod trafficmon
	for i in 0 1 2; do
		wait_for "listener $i to be told" grep -q '"type":"unload"' "/run/events-$i"
	done
	# shellcheck disable=SC2086	# a list
	kill $holders $listening 2>/dev/null
	# shellcheck disable=SC2086
	wait $holders $listening 2>/dev/null
}

awk 'BEGIN { for (i = 0; i < 10000; i++) printf "172.%d.%d.%d/32\n", 16 + i / 65536, i / 256 % 256, i % 256 }' >/run/prefixes
everything_open
flood_off
remember_memory
flood_on
for ((turn = 0; turn < $(rounds 5); turn++)); do everything_open; done
flood_off
nothing_left "$(rounds 5)"
result "unloaded with listeners, transactions, policies and 10,000 set entries"

# Sockets of the former module close under its successor.
load
holding transaction "$hold" transaction
rmmod trafficmon
load
kill $holder
wait $holder 2>/dev/null
expect_that "the successor works" eval 'tmctl policy flush >/dev/null'
expect_that "the successor goes" rmmod trafficmon
result "what was open under the former module closes under its successor"
flood_off
exit $results_failed
