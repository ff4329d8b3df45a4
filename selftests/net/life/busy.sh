#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# While a dump is open the module cannot be unloaded, detached and destroyed
# namespaces notwithstanding; once it is closed, it can.
#
#	[host] t0 (tun), 2,000 flows
. "$(dirname "$0")/../lib.sh"

hold=/tm/build/selftests/net/hold

module
modprobe tun
space host
attach host
ip -n host tuntap add dev t0 mode tun
generate host t0 --back-end tun --count 2000 --protocol tcp --flags R --source 10.0.0.0/16 \
	--sequential 2000 --destination 10.9.9.9
read_books host
flows=$(jq '.flows | length' <<<"$flows_json")
expect_that "$flows flows: more than one message holds" [ "$flows" -gt 1500 ]

# begin_dump: leaves a dump open; end_dump: ends it, $ended says what it got.
begin_dump() {
	background host "$hold" dump >/run/held 2>&1 &
	holder=$!
	wait_for "a dump that is open" grep -q held /run/held
}

end_dump() {
	kill -USR1 $holder
	wait $holder
	ended=$(tail -n 1 /run/held)
}

begin_dump
refused=$(rmmod trafficmon 2>&1) && expect "rmmod" refused done
expect_that "rmmod says it is in use: $refused" contains "$refused" "in use"
end_dump
expect "the dump, when it went on" "$(printf '{"messages":%d,"error":0}' "$flows")" "$ended"
result "the module is not unloaded under a dump"

begin_dump
tmctl -n host netns detach >/dev/null || expect "detach" 0 $?
end_dump
expect_that "the dump ended with ENOTCONN: $ended" contains "$ended" '"error":107'
attach host
result "a namespace is detached under a dump, which ends with an error"

generate host t0 --back-end tun --count 2000 --protocol tcp --flags R --source 10.0.0.0/16 \
	--sequential 2000 --destination 10.9.9.9
begin_dump
ip netns del host
end_dump
rmmod trafficmon || expect "rmmod, when the dump is closed" 0 $?
expect_that "it is gone" [ ! -d /sys/module/trafficmon ]
module
space again
tmctl -n again netns attach >/dev/null || expect "attach after a new load" 0 $?
result "once no dump is open the module is unloaded, and loaded again"
exit $results_failed
