#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The units tmctl-log.service and trafficmon.service, as systemd reads them;
# nothing is started.
set -u
cd "$(dirname "$0")/../.." || exit 1
make -s -C userspace O="$PWD/build" >/dev/null || { echo "Bail out! tmctl does not build"; exit 1; }
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
. selftests/ktap.sh
number=0
failed=0

# result NAME STATUS: with what $scratch/out has, where it is not 0
result() {
	[ "$2" != 0 ] || { say_result ok "$1"; return; }
	say_result "not ok" "$1"
	sed 's/^/# /' "$scratch/out"
}

# verified FILE: systemd knows every word of it (a wrong one is a message, not a
# status), and the program is there
verified() {
	systemd-analyze verify --man=no "$1" >"$scratch/out" 2>&1 && [ ! -s "$scratch/out" ]
}

# commands_known FILE: tmctl knows each command line of it
commands_known() {
	local command line
	while read -r line; do
		read -r -a command <<<"$line"
		"${command[@]}" --help >"$scratch/out" 2>&1 || return
	done < <(sed -n "s#^Exec[A-Za-z]*=-\{0,1\}\($PWD/build/tmctl .*\)#\1#p" "$1")
	[ -s "$scratch/out" ]
}

# judge NAME EXPOSURE: tenths of a point that it may have at most
judge() {
	local unit=$scratch/$1.service
	sed "s#^\(Exec[A-Za-z]*=-\{0,1\}\)/usr/sbin/tmctl #\1$PWD/build/tmctl #" "userspace/tmctl/$1.service" >"$unit"
	verified "$unit"
	result "$1: systemd takes every line" $?

	sed 's/^ProtectHome=.*/ProtectHome=perhaps/' "$unit" >"$scratch/wrong.service"
	! verified "$scratch/wrong.service"
	result "$1: and would say which it does not take" $?

	systemd-analyze security --offline=true --threshold="$2" "$unit" >"$scratch/out" 2>&1
	result "$1: its exposure is at most $2 of 100" $?

	: >"$scratch/out"
	commands_known "$unit"
	result "$1: the tool knows its command lines" $?
}

echo "KTAP version 1"
echo "1..8"
judge tmctl-log 20
judge trafficmon 30
[ "$failed" = 0 ]
