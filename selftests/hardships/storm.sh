#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Network namespaces come and go by the hundreds on both processors, attached, with
# flows, policies, dumps that nobody reads and sockets that go later (storm.c).  What
# they saw is in the total (to the packet: net/life/namespaces).  The same while the
# module itself comes and goes; nothing is left in memory then.
#
#	storm.sh [COUNT]		default 100
set -euo pipefail
. "${0%/*}/../promises/lib.sh"
. "${0%/*}/../net/memory.sh"
count=${1:-100}
parameters=(autostart=0 flows=256 limiters=64 records=64 netns_max=256)

# Two at the same time.  Sets attached and seen; fails when one of them did.
storm() {
	local pids=() number each status=0
	for number in 0 1; do
		taskset -c $number /tm/build/selftests/hardships/storm $(($1 / 2)) >/tmp/storm-$number &
		pids+=("$!")
	done
	for each in "${pids[@]}"; do
		wait "$each" || status=1
	done
	read -r attached seen < <(awk '{ a += $1; s += $2 } END { print a + 0, s + 0 }' /tmp/storm-0 /tmp/storm-1)
	return $status
}
# Those that are dying are told apart by nobody but the module.
none_attached() { [ "$(status namespaces_attached)" = 0 ]; }
came_and_went() { storm "$count" && test "$attached" = $((count / 2 * 2)); }
nothing_is_left() {
	! wait_for 60 memory_is_back "$1" || return 0
	grown_slabs "$1"
	echo "available $memory_was -> $memory_kib KiB, kernel $kernel_was -> $kernel_kib, for processors $percpu_was -> $percpu_kib"
	echo "entries in vmallocinfo $vmalloc_was -> $vmalloc_entries"
	return 1
}

load_module "${parameters[@]}"
began=$SECONDS
result "$count namespaces come, are attached and go" came_and_went
result "all are gone" wait_for 600 none_attached
echo "# $attached attached, $seen packets seen, $((SECONDS - began)) s"
tmctl netns attach >/dev/null
former=$(total former_namespaces)
# What a softirq did late, the kernel's own answers, came when it had been asked.
result "the total is what they saw, $former: $seen when they were left, or some answers more" \
	test "$former" -ge "$seen" -a "$former" -le $((seen + attached))
books_balance
modprobe -r trafficmon

# What the kernel takes once it has taken; of memory for processors it keeps as much
# as was in use at one time, which differs.
remember_memory
percpu_was=$((percpu_was + 2048))
while :; do
	modprobe trafficmon "${parameters[@]}" && modprobe -r trafficmon && echo >>/tmp/unloads
done >/tmp/unload.log 2>&1 &
unloader=$!
result "as many while the module comes and goes" storm "$count"
kill $unloader
wait $unloader 2>/dev/null || true
modprobe -r trafficmon 2>/dev/null || true
unloads=$(wc -l </tmp/unloads)
result "it went $unloads times meanwhile" test "$unloads" -ge $((count / 100))
result "nothing is left in memory" nothing_is_left $((count / 4))
done_testing
