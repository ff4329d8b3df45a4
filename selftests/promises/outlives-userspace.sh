#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Invariant 8, enforcement outlives userspace: the tool is killed at random
# points while it applies, logs, follows and watches.  Meanwhile every packet of
# a flood goes on being dropped and counted; the ruleset is the old or the new
# one; what was staged is freed; what the rings hold can still be read.
set -euo pipefail
. "${0%/*}/lib.sh"
swap=/tm/build/selftests/promises/swap
kills=${1:-40}
RANDOM=7	# the points are random, the same each time

pktgen_device v4
echo +memory >/sys/fs/cgroup/cgroup.subtree_control
mkdir -p /sys/fs/cgroup/tm
echo $$ >/sys/fs/cgroup/tm/cgroup.procs
accounted() { sleep 0.3; awk '$1 == "kernel" { print $2 }' /sys/fs/cgroup/tm/memory.stat; }
count_port_9
rules() {	# LETTER COUNT
	seq "$2" | jq -cs --arg letter "$1" '{ schema: 1, policies: (map({ name: "\($letter)-\(.)",
		mode: "enforce", match: { class: "tcp", destination_port: . } } | .match.class = "syn")
		+ [{ name: "drop", mode: "enforce", match: { class: "udp" } }]) }'
}
rules a 50 >/tmp/a.json
rules b 50 >/tmp/b.json
rules c 2000 >/tmp/big.json
load_module flows=64 limiters=64 records=1024 timeout_new_s=1
apply /tmp/a.json

pktgen_setup v4 10.0.0.0 10.0.255.255 "flag IPSRC_RND" "delay 500000" "count 0"
pktgen_start &
flood=$!
wait_for 10 sh -c 'nft list counter inet judge arrived | grep -q "packets [1-9]"'

mixed=0 old=0 new=0
letter=a
for ((i = 0; i < kills; i++)); do
	other=$([ $letter = a ] && echo b || echo a)
	killed_after $((RANDOM % 120)) tmctl policy apply /tmp/$other.json
	now=$(tmctl -j policy show | jq -r '[.policies[].name[:1]] | group_by(.) | map("\(.[0])\(length)") | join(" ")')
	case $now in
	"${letter}50 d1") old=$((old + 1)) ;;
	"${other}50 d1") new=$((new + 1)) letter=$other ;;
	*) mixed=$((mixed + 1)); echo "# neither old nor new: $now" ;;
	esac
done
result "of $kills applies killed at random points $old left the old ruleset and $new the new one" \
	test $mixed = 0 -a $((old + new)) = "$kills"
result "some were killed before and some after the commit" test $old -gt 0 -a $new -gt 0

stage() {	# until all is staged, then killed
	local pid
	mkfifo /tmp/staged
	$swap stage /tmp/big.json >/tmp/staged &
	pid=$!
	read -r line </tmp/staged
	[ "$line" = staged ] || return 1
	staged=$(accounted)
	kill -9 $pid
	wait $pid 2>/dev/null || true
	rm /tmp/staged
}
stage
before=$(accounted)
for ((i = 0; i < 12; i++)); do stage || break; done
echo "# 2,000 policies staged take $((staged - before)) bytes"
result "what a killed tool had staged is freed: $(($(accounted) - before)) bytes are left of twelve" \
	test $((staged - before)) -gt 1000000 -a $(($(accounted) - before)) -lt $(((staged - before) / 4))
result "and holds no place: another transaction goes through" apply /tmp/a.json

# The log, killed and started again: each event is there.
: >/tmp/log
for ((i = 0; i < 8; i++)); do
	tmctl log --to stdout --cursor /tmp/cursor >>/tmp/log 2>/dev/null &
	pid=$!
	sleep "$(printf '0.%03d' $((RANDOM % 300)))"
	tmctl set add deny "203.0.113.$i" >/dev/null
	rules "l$i" 1 | apply
	kill -9 $pid
	wait $pid 2>/dev/null || true
done
sleep 1.1
timeout 3 tmctl log --to stdout --cursor /tmp/cursor >>/tmp/log 2>/dev/null || true
newest=$(newest_event)
grep -o 'event.sequence=[0-9]*' /tmp/log | cut -d = -f 2 | sort -nu >/tmp/logged
result "a log killed eight times has all $newest events" \
	sh -c "seq $newest | cmp - /tmp/logged"

# Followers of records and events.
for ((i = 0; i < 5; i++)); do
	killed_after $((RANDOM % 300)) tmctl record show --follow --interval 10ms
	killed_after $((RANDOM % 300)) tmctl event monitor
	killed_after $((RANDOM % 100)) tmctl flow show
done
echo stop >/proc/net/pktgen/pgctrl
wait $flood 2>/dev/null || true
tmctl reset >/dev/null
tmctl -j record show >/tmp/records.json
result "what the rings hold can be read" \
	test "$(jq '.records | length' /tmp/records.json)" -ge 1000
arrived=$(counter arrived)
result "none of $arrived packets passed meanwhile" test "$(counter passed)" = 0
result "each was counted as dropped" test "$(reason policy)" = "$arrived"
books_balance
done_testing
