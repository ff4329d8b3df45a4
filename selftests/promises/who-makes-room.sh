#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Who makes room in a full flow table: what ended goes before what was never
# answered, though it is younger; of what was never answered the one idle longest.
# Each leaves a record that says why.
set -euo pipefail
. "${0%/*}/lib.sh"

places=64	# of the table: 8 buckets
pktgen_device v4
discard_from v4
load_module flows=$places records=4096 timeout_new_s=86400 timeout_ended_s=86400 timeout_answered_s=86400

# generate SOURCES COUNT [OPTION]...: a packet from each of the first COUNT addresses.
generate() {
	local sources=$1 count=$2
	shift 2
	/tm/build/selftests/net/generate --device v4-peer --mac "$(cat /sys/class/net/v4/address)" \
		--source "$sources" --sequential "$count" --count "$count" --destination 198.51.100.1 \
		"$@" >/dev/null
}
# recorded REASON: records that say so.
recorded() { tmctl -j record show | grep -o "\"reason\":\"$1\"" | wc -l; }
flows() { status flows; }

# Idle times are of a tick: those that must go first are older than that.
generate 10.1.0.0/16 700
sleep 0.1
generate 10.5.0.0/16 300
result "a thousand flows that nobody answers: the table is full" test "$(flows)" = $places
result "each newcomer took the place of one of them, which says evicted" \
	test "$(recorded evicted)" = $((1000 - places)) -a "$(tmctl -j record show | grep -o '"reason":' | wc -l)" = $((1000 - places))
# A bucket without 8 of 300 is one in ten million.
left=$(tmctl -j flow show | jq '[.flows[] | select(.source | startswith("10.1."))] | length')
result "of a bucket the one idle longest went: none is left of the first 700 ($left)" test "$left" = 0

generate 10.2.0.0/16 20 --protocol tcp --flags S
generate 10.2.0.0/16 20 --protocol tcp --flags R
before=$(recorded evicted)
generate 10.3.0.0/16 8
ended=$(recorded ended)
result "of 8 newcomers $ended took the place of a flow that had ended" \
	test "$ended" -ge 4 -a $((ended + $(recorded evicted) - before)) = 8
generate 10.4.0.0/16 1000
result "in the end all 20 that had ended went, and say so" test "$(recorded ended)" = 20
done_testing
