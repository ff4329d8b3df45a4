#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# run.sh [MESSAGES] [SEED]: the fuzzer against the module, in the guest. KTAP on
# stdout, last "N passed, N failed, N skipped"; status 0 when nothing failed.
#
#	selftests/malformed/build
#	selftests/vm/run -- malformed/run.sh 20000
#
# A seed of 0 takes one from the clock; it is printed with all that fails.
set -euo pipefail
cd "$(dirname "$0")/../.."
messages=${1:-20000} seed=${2:-1}
[ "$seed" != 0 ] || seed=$(date +%s%N)

# little tables, and flows that end by request alone: the state is to stay
week=604800
modprobe trafficmon flows=1024 limiters=256 records=256 netns_max=16 autostart=0 \
	timeout_new_s=$week timeout_answered_s=$week timeout_established_s=$week \
	timeout_ended_s=$week timeout_active_s=$week

status=0
log=$(mktemp)
build/selftests/malformed/fuzz -n "$messages" -s "$seed" | tee "$log" || status=$?
passed=$(grep -cE '^ok [0-9]+' "$log" || true)
failed=$(grep -cE '^not ok' "$log" || true)
if [ $status -ne 0 ] && [ "$failed" -eq 0 ]; then
	echo "not ok - the fuzzer ended with status $status"
	failed=1
fi

# what the sockets had staged and dumped is gone: nothing holds the module
gone=0
for _ in {1..50}; do
	rmmod trafficmon 2>/dev/null && gone=1 && break
	sleep 0.2
done
if [ $gone = 1 ]; then
	echo "ok - the module can be unloaded afterwards"
	passed=$((passed + 1))
else
	echo "not ok - the module can be unloaded afterwards"
	failed=$((failed + 1))
fi
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
