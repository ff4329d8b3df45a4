#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Each wrong module parameter refuses the load, with a message that names it and
# says why; each parameter has a text in modinfo.
. "$(dirname "$0")/../lib.sh"

many_globs=$(printf 'd%d,' {1..33})
many_prefixes=$(printf '10.0.0.%d,' {1..17})
long=$(printf 'x%.0s' {1..70})

# parameter=value | what the message says besides the parameter's name
wrong="
flows=0|out of range: 64 to 16777216
flows=63|out of range
flows=100|no power of two: try 128
flows=33554432|out of range
flows=-1|invalid for parameter
flows=many|invalid for parameter
flows=99999999999|invalid for parameter
limiters=32|out of range
limiters=1000|no power of two: try 1024
records=0|out of range
records=100|no power of two
records=2097152|out of range: 64 to 1048576
netns_max=0|out of range: 1 to 65536
netns_max=65537|out of range
insert_budget=1|out of range: 1000 to 100000000, or 0
insert_budget=100000001|out of range
timeout_answered_s=0|out of range: 1 to 604800
timeout_answered_s=604801|out of range
timeout_new_s=0|out of range
timeout_established_s=0|out of range
timeout_ended_s=0|out of range
timeout_active_s=604801|out of range
event_hold_s=0|out of range
event_hold_s=86401|out of range: 1 to 86400
autostart=maybe|invalid for parameter
userns_admin=2|invalid for parameter
hooks=input|'input' is none of prerouting, output, postrouting
hooks=prerouting,output,forwardforwardforward|is none of
hooks=prerouting,,output|empty entry
hooks=prerouting,|empty entry
hooks=|nothing would be seen
devices=eth/0|no device name or glob
devices=aDeviceNameTooLong|no device name or glob
devices=eth0,|empty entry
devices=${many_globs%,}|more than 32 entries
uplinks=eth0:1|no device name or glob
uplinks=,eth0|empty entry
uplinks=${many_globs%,}|more than 32 entries
failsafe=22|a prefix is needed
failsafe=@22|a prefix is needed
failsafe=10.0.0.0/8@0|no number from 1 to 65535
failsafe=10.0.0.0/8@65536|no number from 1 to 65535
failsafe=10.0.0.0/8@ssh|no number from 1 to 65535
failsafe=10.0.0.0/33|prefix length is out of range
failsafe=10.0.0.0/|prefix length is out of range
failsafe=10.0.0.1/8|not zero
failsafe=10.0.0.1x|no IPv4 or IPv6 address
failsafe=host.example|no IPv4 or IPv6 address
failsafe=2001:db8::/129|prefix length is out of range
failsafe=fe80::1/10|not zero
failsafe=10.0.0.0/8,,10.1.0.0/16|empty entry
failsafe=${many_prefixes%,}|more than 16 entries
failsafe=10.$long|too long
"

unload
mark=0
while IFS='|' read -r setting reason; do
	[ -n "$setting" ] || continue
	mark=$((mark + 1))
	echo "net/life/parameters: $mark" >/dev/kmsg
	modprobe trafficmon autostart=0 "$setting" 2>/dev/null && expect "$setting" refused loaded
	expect_that "$setting: not loaded" [ ! -d /sys/module/trafficmon ]
	said=$(dmesg | sed -n "/net\/life\/parameters: $mark\$/,\$p" | grep trafficmon: | tail -n 1)
	name=${setting%%=*}
	[[ $said == *"$name"*"$reason"* || $said == *"$reason"*"$name"* ]] ||
		expect "$setting: the kernel log" "$name: $reason" "$said"
	result "refused, and said why: ${setting:0:60}"
	unload
done <<<"$wrong"

# The same with every list at its longest, and odd but right values.
for right in "devices=${many_globs%,d33,}" "failsafe=${many_prefixes%,10.0.0.17,}" insert_budget=0 \
	flows=64 limiters=64 records=64 netns_max=65536 event_hold_s=86400 hooks=output \
	'uplinks=*' devices=a123456789bcdef "failsafe=10.0.0.0/8@22,2001:db8::/32,192.0.2.1,::/0@443,0.0.0.0/0@443"; do
	modprobe trafficmon autostart=0 "$right" || expect "$right" loaded refused
	unload
done
result "the extremes of what is right are taken"

modprobe trafficmon autostart=0 flows=64 limiters=64 records=64
for parameter in /sys/module/trafficmon/parameters/*; do
	name=${parameter##*/}
	text=$(modinfo -p trafficmon | sed -n "s/^$name://p")
	expect_that "$name: a text in modinfo" [ ${#text} -gt 20 ]
	expect_that "$name: its text says the default" contains "$text" default
done
expect_that "parameters are there" [ -e /sys/module/trafficmon/parameters/flows ]
for field in license description author version; do
	expect_that "modinfo has $field" [ -n "$(modinfo -F $field trafficmon)" ]
done
unload
result "modinfo describes every parameter"
exit $results_failed
