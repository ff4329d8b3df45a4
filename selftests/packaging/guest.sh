#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The module as DKMS builds it, loaded as a user loads it.  To be run with
# selftests/vm/run --module build/packaging/12-3.0.10/trafficmon.ko.
. "$(dirname "$0")/../net/lib.sh"
case_name=dkms

echo "TAP version 13"
expect_that "modprobe trafficmon flows=4096" modprobe trafficmon flows=4096
status=$(tmctl -j status | jq -c '.status | [.attached, .flows_max, .module_version]')
expect "status" "[true,4096,\"$(modinfo -F version trafficmon)\"]" "$status"
expect "the file" "/lib/modules/$(uname -r)/updates/dkms/trafficmon.ko" "$(modinfo -n trafficmon)"
result "modprobe trafficmon flows=4096 loads it, and status says so"
ping -q -c 3 -i 0.1 127.0.0.1 >/dev/null
stats_json=$(tmctl -j stats)
expect_that "packets are seen" [ "$(total seen | cut -d' ' -f1)" -ge 3 ]
result "it accounts packets"
unload
expect_that "no module is left" [ ! -d /sys/module/trafficmon ]
result "it goes without a trace"
dmesg -C
expect_that "flows=1000 is refused" eval '! modprobe trafficmon flows=1000 2>/dev/null'
expect_that "and explained" contains "$(dmesg)" "flows=1000 is no power of two: try 1024"
result "a wrong parameter is refused"
echo "1..4"
exit $results_failed
