#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The unit tmctl-log.service, as systemd reads it; nothing is started.
set -u
cd "$(dirname "$0")/../.." || exit 1
unit=userspace/tmctl/tmctl-log.service
make -s -C userspace O="$PWD/build" >/dev/null || { echo "Bail out! tmctl does not build"; exit 1; }
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
count=0
failed=0

result() {
	count=$((count + 1))
	if [ "$2" = 0 ]; then
		echo "ok $count $1"
	else
		failed=$((failed + 1))
		echo "not ok $count $1"
		sed 's/^/# /' "$scratch/out"
	fi
}

# verified FILE: systemd knows every word of it (a wrong one is a message, not a
# status), and the program is there
verified() {
	systemd-analyze verify --man=no "$1" >"$scratch/out" 2>&1 && [ ! -s "$scratch/out" ]
}

echo "KTAP version 1"
echo "1..4"
sed "s#^ExecStart=/usr/sbin/tmctl #ExecStart=$PWD/build/tmctl #" "$unit" >"$scratch/tmctl-log.service"
verified "$scratch/tmctl-log.service"
result "systemd takes every line" $?

sed 's/^ProtectHome=yes/ProtectHome=perhaps/' "$scratch/tmctl-log.service" >"$scratch/wrong.service"
! verified "$scratch/wrong.service"
result "and would say which it does not take" $?

systemd-analyze security --offline=true --threshold=20 "$scratch/tmctl-log.service" >"$scratch/out" 2>&1
result "its exposure is 2.0 of 10 at most" $?

read -r -a command < <(sed -n 's/^ExecStart=//p' "$scratch/tmctl-log.service")
"${command[@]}" --help >"$scratch/out" 2>&1
result "the tool knows its command line" $?
[ "$failed" = 0 ]
