#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Processor 1 goes and comes again, under a flood that each processor takes part
# in while it is there.  What it counted stays: all counters, and those of the
# policies, say what was sent, to the packet and byte; the records in its ring can
# be read while it is away; what passed is what the limit allows.
#
#	processors.sh [CYCLES]		default 12
set -euo pipefail
. "${0%/*}/../promises/lib.sh"
cycles=${1:-12}
generate=/tm/build/selftests/net/generate

pktgen_device v4
pktgen_device v6
count_port_9
load_module flows=64 records=1024
apply <<END
{ "schema": 1, "policies": [
  { "name": "seen", "match": { "class": "udp" } },
  { "name": "one-key", "mode": "enforce", "match": { "class": "udp" }, "key": "none",
    "limits": { "packets_per_second": 200, "packets_burst": 200 } } ] }
END

# The receiver of a packet is run by the processor that sends it.  flood NAME COMMAND...
floods=()
flood() {
	local name=$1
	shift
	"$@" "$generate" --device "$name-peer" --mac "$(cat /sys/class/net/"$name"/address)" \
		--count 100000000 --rate 3000 "${flood_options[@]}" >"/tmp/flood-$name" &
	floods+=("$!")
}

# arrived MORE: so many more than before.
more_arrived() { [ "$(cat /sys/class/net/v4/statistics/rx_packets)" -gt $(($1 + 200)) ]; }

processor_1() {
	local before
	before=$(cat /sys/class/net/v4/statistics/rx_packets)
	wait_for 30 more_arrived "$before"
	echo "$1" >/sys/devices/system/cpu/cpu1/online
}

# One that is bound to processor 1 goes on elsewhere when that one goes, and is bound
# to it anew when it is back.
bind() { taskset -p -c 1 "${floods[0]}" >/dev/null; }

began=$(cut -d ' ' -f 1 /proc/uptime)
flood_options=(--source 10.0.0.0/16 --destination 198.51.100.1)
flood v4 taskset -c 1
flood_options=(--source 2001:db8::/108 --destination 2001:db8:f::1)
flood v6 taskset -c 0
for ((cycle = 1; cycle <= cycles; cycle++)); do
	bind
	processor_1 0
	if [ "$cycle" = 1 ]; then
		tmctl -j record show >/tmp/records.json
		tmctl -j stats --ledger >/tmp/ledger-offline.json && status_offline=0 || status_offline=$?
	fi
	processor_1 1
done
bind
kill "${floods[@]}"
wait "${floods[@]}" 2>/dev/null || true
sleep 0.2
ended=$(cut -d ' ' -f 1 /proc/uptime)

all=$(counter arrived)
echo "# $cycles times, $all packets in $(awk -v a="$began" -v b="$ended" 'BEGIN { print b - a }') s"
result "both floods went on: $all" test "$all" -gt $((cycles * 400)) -a "$(cat /sys/class/net/v6/statistics/rx_packets)" -gt $((cycles * 100))
result "records of the processor that is away are shown" \
	jq -e '[.records[].ring] | unique == [0, 1]' /tmp/records.json
result "the books balance while it is away" test "$status_offline" = 0
# exact WHEN: each count is what was sent.
exact() {
	local unit all dropped
	for unit in packets bytes; do
		all=$(counter arrived $unit)
		dropped=$(policy one-key "dropped_$unit")
		result "$1: seen is what was sent, in $unit: $all" test "$(total seen $unit)" = "$all"
		result "$1: so is what a policy matched, in $unit" test "$(policy seen "matched_$unit")" = "$all"
		result "$1: dropped and passed are what was sent, in $unit" \
			test $((dropped + $(counter passed $unit))) = "$all"
		result "$1: the reason and the total say the same, in $unit" \
			test "$(reason policy $unit) $(total dropped $unit)" = "$dropped $dropped"
		result "$1: the class counted all, in $unit" test "$(class udp $unit)" = "$all"
	done
}
echo 0 >/sys/devices/system/cpu/cpu1/online
exact away
echo 1 >/sys/devices/system/cpu/cpu1/online
exact back
result "what passed is what the limit allows: $(counter passed)" \
	awk -v p="$(counter passed)" -v a="$began" -v b="$ended" \
	'BEGIN { most = 200 + 200 * (b - a); exit !(p > most * 0.8 && p < most * 1.01) }'
books_balance
done_testing
