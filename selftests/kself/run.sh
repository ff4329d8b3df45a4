#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# run.sh [NAME...]: runs the netlink tests against the module, in the guest: all,
# or those named, with default rights, then those of rights again
# with userns_admin=1. KTAP on stdout, last "N passed, N failed, N skipped";
# status 0 when nothing failed.  Where the kernel keeps account of locks, what
# was taken inside what is left in /tm/out/lockdep.
set -u
cd "$(dirname "$0")/../.." || exit 1
tests=build/selftests/kself
# little tables: many namespaces, and tables that fill
small="flows=65536 limiters=1024 records=1024 netns_max=16 autostart=0"
passed=0 failed=0 skipped=0

run() {
	local output status
	output=$("$tests/$1" 2>&1)
	status=$?
	echo "# $1"
	echo "$output"
	passed=$((passed + $(grep -cE '^ok [0-9]+' <<<"$output") - $(grep -cE '^ok [0-9]+.*# SKIP' <<<"$output")))
	skipped=$((skipped + $(grep -cE '^ok [0-9]+.*# SKIP' <<<"$output")))
	failed=$((failed + $(grep -cE '^not ok [0-9]+' <<<"$output")))
	if [ $status -ne 0 ] && ! grep -qE '^not ok [0-9]+' <<<"$output"; then
		echo "not ok - $1 ended with status $status"
		failed=$((failed + 1))
	fi
}

load() { modprobe trafficmon $small "$@" || { echo "not ok - modprobe"; exit 1; }; }
# a namespace of the last test may still be going
unload() {
	for _ in $(seq 50); do
		rmmod trafficmon 2>/dev/null && return
		sleep 0.2
	done
	echo "not ok - rmmod"
	failed=$((failed + 1))
}

names=("$@")
[ $# != 0 ] || names=("$tests"/tm_*)
names=("${names[@]##*/}")
load
for name in "${names[@]}"; do
	run "$name"
done
[ ! -r /proc/lockdep ] || { mkdir -p /tm/out && cat /proc/lockdep >/tm/out/lockdep; }
unload
load userns_admin=1
for name in tm_privileges tm_callers; do
	[[ " ${names[*]} " != *" $name "* ]] || run "$name"
done
unload

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
