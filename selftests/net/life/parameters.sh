#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Module parameters: each wrong one refuses the load, with one line in the kernel
# log that names the parameter, the reason and what is allowed; after that
# nothing of the module is left.  Right ones show where they are looked for.
. "$(dirname "$0")/../lib.sh"

module_file=$(modinfo -n trafficmon)

# repeat COUNT TEXT: joined by commas.
repeat() {
	local i text=$2
	for ((i = 1; i < $1; i++)); do text+=,$2; done
	echo "$text"
}

# said WORD...: a line of the kernel log has all of them.
said() {
	local line word
	while read -r line; do
		for word in "$@"; do
			[[ $line == *"$word"* ]] || continue 2
		done
		return
	done < <(dmesg)
	return 1
}

# refused PARAMETER=VALUE WORD...: words of one line, the parameter's name among them.
refused() {
	local setting=$1
	shift
	dmesg -C
	insmod "$module_file" autostart=0 "$setting" 2>/dev/null && expect "$setting" refused loaded
	expect_that "$setting leaves no module" [ ! -d /sys/module/trafficmon ]
	said trafficmon: "${setting%%=*}" "$@" ||
		expect "$setting, in the kernel log" "${setting%%=*} $*" "$(dmesg | tail -n 2)"
	unload
}

unload
# What it depends on stays loaded.
modprobe trafficmon autostart=0 && unload

for name_high in flows:16777216 limiters:16777216 records:1048576; do
	name=${name_high%:*} high=${name_high#*:}
	for value in 0 32 63 $((high * 2)); do
		refused $name=$value "$name=$value" "out of range" "64 to $high"
	done
	refused $name=1000 "$name=1000" "no power of two" "try 1024"
done
refused records=100 "records=100" "no power of two" "try 128"
for value in 0 65537; do refused netns_max=$value "netns_max=$value" "out of range" "1 to 65536"; done
for value in 1 999 100000001; do
	refused insert_budget=$value "insert_budget=$value" "out of range" "1000 to 100000000, or 0"
done
for name in timeout_answered_s timeout_new_s timeout_established_s timeout_ended_s timeout_active_s; do
	for value in 0 604801; do refused $name=$value "$name=$value" "out of range" "1 to 604800"; done
done
for value in 0 86401; do refused event_hold_s=$value "event_hold_s=$value" "out of range" "1 to 86400"; done
refused breaker_percent=100 "breaker_percent=100" "out of range" "1 to 99, or 0"
for value in 0 3601; do refused breaker_s=$value "breaker_s=$value" "out of range" "1 to 3600"; done
result "a number out of range is refused, and the range said"

for value in -1 4k many 4294967296 99999999999 ''; do
	refused "flows=$value" "flows='$value'" "no whole number" "64 to 16777216"
done
refused limiters= "limiters=''" "no whole number" "64 to 16777216"
refused insert_budget=many "insert_budget='many'" "no whole number" "1000 to 100000000, or 0"
refused breaker_percent=50% "breaker_percent='50%'" "no whole number" "1 to 99, or 0"
refused timeout_new_s=1.5 "timeout_new_s='1.5'" "no whole number" "1 to 604800"
# With these it would never be loaded, were the first wrong one not refused.
refused "netns_max=65537 flows=16777216 limiters=16777216 records=1048576" "netns_max=65537"
for name in autostart userns_admin enforce; do
	for value in maybe 2; do refused $name=$value "$name='$value'" "neither Y nor N"; done
done
result "what is no number, or neither Y nor N, is refused"

for value in forward input prerouting,ingress prerouting,output,forwardforward; do
	refused hooks=$value "'${value##*,}'" "is none of prerouting, output, postrouting"
done
for value in 'prerouting,' prerouting,,output ,output; do refused hooks=$value "empty entry" "'$value'"; done
refused hooks= "nothing would be seen"
result "a hook that there is not is refused"

for name in devices uplinks; do
	for value in a-name-too-long- eth0/1 eth0:1; do
		refused $name=eth0,$value "'$value'" "no device name or glob of 1 to 15 characters"
	done
	for value in eth0,,eth1 'eth0,' ,eth0; do refused $name=$value "empty entry" "'$value'"; done
	refused "$name=$(repeat 33 eth0)" "more than 32 entries"
done
result "what is no device is refused"

# failsafe REASON ENTRY...: each refused alone, and as the second one.
failsafe() {
	local reason=$1 entry
	shift
	for entry in "$@"; do
		refused "failsafe=$entry" "'$entry'" "$reason" "wanted is PREFIX[@PORT]"
	done
	refused "failsafe=192.0.2.9,$entry" "'$entry'" "$reason" "wanted is PREFIX[@PORT]"
}
failsafe "a prefix is needed before a port" 22 @22
failsafe "no number from 1 to 65535" 192.0.2.1@0 192.0.2.1@65536 192.0.2.1@ssh
failsafe "no IPv4 or IPv6 address" 192.0.2.1:22 192.0.2.256 192.0.2 192.0.2.1x host.example 2001:db8::1::2
failsafe "the prefix length is out of range" 192.0.2.0/33 192.0.2.0/ 2001:db8::/129
failsafe "bits behind the prefix length are not zero" 192.0.2.1/24 2001:db8::1/64@22 fe80::1/10
for value in '192.0.2.0/24,' 10.0.0.0/8,,10.1.0.0/16; do refused failsafe=$value "empty entry" "'$value'"; done
refused "failsafe=192.0.2.0/24$(printf '%060d' 0)" "too long" "wanted is PREFIX[@PORT]"
refused "failsafe=$(repeat 17 192.0.2.1)" "more than 16 entries"
result "what is no failsafe peer is refused"

# As a user loads it.
dmesg -C
modprobe trafficmon flows=1000 2>/dev/null && expect "modprobe trafficmon flows=1000" refused loaded
expect_that "modprobe: the kernel log says why" said trafficmon: "flows=1000" "try 1024"
unload
dmesg -C
modprobe trafficmon autostart=0 flow=4096
expect_that "a parameter that there is not is told of" said "unknown parameter 'flow' ignored"
unload
result "modprobe is refused likewise; an unknown parameter is named (the kernel loads on)"

# --- right ones ------------------------------------------------------------------

# shown NAME WANTED: in /sys.
shown() { expect "$1 in /sys" "$2" "$(cat "/sys/module/trafficmon/parameters/$1")"; }
# in_status FIELD WANTED
in_status() { expect_that "$1=$2 in tmctl status" status_has - "$1" "$2"; }
device() { tmctl -j status | jq -c ".devices[] | select(.name == \"$1\") | [.uplink, .ingress]"; }

declare -A values=(
	[flows]=4096 [limiters]=128 [records]=64 [netns_max]=3 [insert_budget]=0
	[timeout_answered_s]=1 [timeout_new_s]=604800 [timeout_established_s]=2 [timeout_ended_s]=3
	[timeout_active_s]=4 [event_hold_s]=86400 [autostart]=Y [userns_admin]=Y
	[breaker_percent]=99 [breaker_s]=3600 [enforce]=N
	[hooks]=output,prerouting [devices]='eth*,w?n0' [uplinks]='eth*'
	[failsafe]='192.0.2.0/24@22,2001:db8::/32,198.51.100.7,0.0.0.0/0@2222'
)
ip link add eth0 type dummy
ip link add other type dummy
settings=()
for name in "${!values[@]}"; do settings+=("$name=${values[$name]}"); done
expect_that "all parameters are taken" modprobe trafficmon "${settings[@]}"
for name in "${!values[@]}"; do shown "$name" "${values[$name]}"; done
expect "these are all that there are" "$(printf '%s\n' "${!values[@]}" | sort | xargs)" \
	"$(cd /sys/module/trafficmon/parameters && printf '%s\n' * | sort | xargs)"
in_status flows_max 4096
in_status limiters_max 128
in_status records_max 64
in_status namespaces_max 3
in_status attached true
in_status namespaces_attached 1
expect "eth0 in tmctl status" "[true,true]" "$(device eth0)"
expect "another device in tmctl status" "" "$(device other)"
ip link del eth0
ip link del other
unload
result "right parameters show in /sys and in tmctl status"

modprobe trafficmon autostart=0
shown autostart N
shown userns_admin N
shown flows 131072
in_status attached false
in_status namespaces_attached 0
unload
result "nothing is attached with autostart=0"

expect_that "limits of the range, low" modprobe trafficmon flows=64 limiters=64 records=64 \
	netns_max=1 insert_budget=1000 event_hold_s=1 breaker_percent=1 breaker_s=1 \
	hooks=output devices= uplinks= failsafe=
in_status flows_max 64
unload
expect_that "limits of the range, high" modprobe trafficmon autostart=0 flows=16777216 \
	limiters=16777216 records=1048576 netns_max=65536 insert_budget=100000000 \
	event_hold_s=86400 breaker_percent=99 breaker_s=3600 \
	"failsafe=$(repeat 16 192.0.2.1)" "devices=$(repeat 32 a123456789bcdef)" \
	"uplinks=$(repeat 32 'eth*')"
in_status namespaces_max 65536
unload
expect_that "everyone, of both families, at a port" modprobe trafficmon autostart=0 'uplinks=*' \
	insert_budget=0 "failsafe=10.0.0.0/8@22,::/0@443,0.0.0.0/0@443"
unload
result "the limits of each range are within it"

# --- modinfo ---------------------------------------------------------------------

declare -A texts=()
while IFS=: read -r name text; do
	texts[$name]=$text
done < <(modinfo -p trafficmon)
expect "parameters with a text are those that there are" \
	"$(printf '%s\n' "${!values[@]}" | sort | xargs)" "$(printf '%s\n' "${!texts[@]}" | sort | xargs)"
for name in "${!texts[@]}"; do
	expect_that "modinfo tells the default of $name" contains "${texts[$name]}" "(default"
	expect_that "modinfo has a sentence on $name" [ ${#texts[$name]} -gt 30 ]
done
for field in license description author version; do
	expect_that "modinfo has $field" [ -n "$(modinfo -F $field trafficmon)" ]
done
result "modinfo describes the module and each parameter"
exit $results_failed
