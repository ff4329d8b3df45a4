#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# run.sh [MESSAGES] [SEED]: the fuzzer against the module, in the guest. KTAP on
# stdout, last "N passed, N failed, N skipped"; status 0 when nothing failed.
#
#	selftests/malformed/build
#	selftests/vm/run -- malformed/run.sh 20000
#
# Many messages are shared by one fuzzer for each processor, in namespaces of
# their own, with the seeds SEED, SEED + 1, ... A SEED of 0 takes one from the
# clock. What a fuzzer says has its seed in it; to send one block again:
#
#	selftests/vm/run -- malformed/run.sh -b BLOCK SEED
set -euo pipefail
cd "$(dirname "$0")/../.."
fuzz=build/selftests/malformed/fuzz
share=20000	# messages that each fuzzer has at least: all classes come up
block=
if [ "${1:-}" = -b ]; then
	block=$2
	shift 2
	set -- 1 "${1:-1}"
fi
messages=${1:-20000} seed=${2:-1}
[ "$seed" != 0 ] || seed=$(date +%s)
passed=0 failed=0

result() {
	if [ "$1" = ok ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
	echo "$1 - $2"
}

# little tables, and flows that end by request alone: the state is to stay
load() {
	local week=604800
	modprobe trafficmon flows=1024 limiters=256 records=64 netns_max=16 autostart=0 \
		timeout_new_s=$week timeout_answered_s=$week timeout_established_s=$week \
		timeout_ended_s=$week timeout_active_s=$week
}

# What the sockets had staged and dumped is gone: nothing holds the module.
unload() {
	for _ in {1..50}; do
		if rmmod trafficmon 2>/dev/null; then
			result ok "the module can be unloaded afterwards"
			return
		fi
		sleep 0.2
	done
	result "not ok" "the module can be unloaded afterwards"
}

# One fuzzer for each processor, if there is enough for it; the first one is seen live.
fuzz_all() {
	local fuzzers i pids=() log status
	fuzzers=$((messages / share))
	[ $fuzzers -le "$(nproc)" ] || fuzzers=$(nproc)
	[ $fuzzers -ge 1 ] || fuzzers=1
	log=$(mktemp -d)
	for ((i = 1; i < fuzzers; i++)); do
		"$fuzz" -n $((messages / fuzzers)) -s $((seed + i)) >"$log/$i" 2>&1 &
		pids+=($!)
	done
	status=0
	"$fuzz" -n $((messages / fuzzers)) -s "$seed" 2>&1 | tee "$log/0" || status=$?
	[ $status = 0 ] || result "not ok" "the fuzzer with seed $seed"
	for ((i = 1; i < fuzzers; i++)); do
		status=0
		wait "${pids[i - 1]}" || status=$?
		cat "$log/$i"
		[ $status = 0 ] || result "not ok" "the fuzzer with seed $((seed + i))"
	done
	passed=$((passed + $(cat "$log"/* | grep -cE '^ok [0-9]+' || true)))
	failed=$((failed + $(cat "$log"/* | grep -cE '^not ok [0-9]+' || true)))
}

load
if [ -n "$block" ]; then
	if "$fuzz" -b "$block" -s "$seed"; then
		result ok "block $block of seed $seed"
	else
		result "not ok" "block $block of seed $seed"
	fi
else
	fuzz_all
fi
unload
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
