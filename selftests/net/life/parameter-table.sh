#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Module parameters: each wrong one refuses the load, with a line in the kernel
# log that names the parameter, the reason and what is allowed; after that
# nothing of the module is left.  Right ones show where they are looked for.
. "$(dirname "$0")/../lib.sh"

# refused PARAMETER=VALUE... -- WORDS...: the kernel log has a line with all words,
# the first parameter's name among them.
refused() {
	local name=${1%%=*} line word said
	local -a values=()
	while [ "$1" != -- ]; do
		values+=("$1")
		shift
	done
	shift
	unload
	dmesg -C
	expect_that "${values[*]} refuses the load" eval '! modprobe trafficmon "${values[@]}" 2>/dev/null'
	expect_that "${values[*]} leaves no module" [ ! -d /sys/module/trafficmon ]
	said=
	while read -r line; do
		[[ $line == *"$name"* ]] || continue
		for word in "$@"; do
			[[ $line == *"$word"* ]] || continue 2
		done
		said=$line
	done < <(dmesg)
	expect_that "${values[*]} is explained by: $* (the log: $(dmesg | tail -n 2))" [ -n "$said" ]
	result "refused: $(cut -c 1-70 <<<"${values[*]}")"
}

# repeat COUNT TEXT: joined by commas.
repeat() {
	local i text=$2
	for ((i = 1; i < $1; i++)); do text+=,$2; done
	echo "$text"
}

for name in flows limiters; do
	refused $name=32 -- "$name=32" "out of range" "64 to 16777216"
	refused $name=33554432 -- "$name=33554432" "out of range" "64 to 16777216"
	refused $name=1000 -- "$name=1000" "no power of two" "try 1024"
done
refused records=32 -- "records=32" "out of range" "64 to 1048576"
refused records=2097152 -- "records=2097152" "out of range" "64 to 1048576"
refused records=100 -- "records=100" "no power of two" "try 128"
refused netns_max=0 -- "netns_max=0" "out of range" "1 to 65536"
refused netns_max=65537 -- "netns_max=65537" "out of range" "1 to 65536"
refused insert_budget=999 -- "insert_budget=999" "out of range" "1000 to 100000000, or 0"
refused insert_budget=100000001 -- "insert_budget=100000001" "out of range" "1000 to 100000000, or 0"
for name in timeout_answered_s timeout_new_s timeout_established_s timeout_ended_s timeout_active_s; do
	refused $name=0 -- "$name=0" "out of range" "1 to 604800"
	refused $name=604801 -- "$name=604801" "out of range" "1 to 604800"
done
refused event_hold_s=0 -- "event_hold_s=0" "out of range" "1 to 86400"
refused event_hold_s=86401 -- "event_hold_s=86401" "out of range" "1 to 86400"

refused flows=-1 -- "flows='-1'" "no whole number" "64 to 16777216"
refused flows=4k -- "flows='4k'" "no whole number" "64 to 16777216"
refused flows=4294967296 -- "flows='4294967296'" "no whole number" "64 to 16777216"
refused limiters= -- "limiters=''" "no whole number" "64 to 16777216"
refused insert_budget=many -- "insert_budget='many'" "no whole number" "1000 to 100000000, or 0"
refused timeout_new_s=1.5 -- "timeout_new_s='1.5'" "no whole number" "1 to 604800"
refused autostart=maybe -- "autostart='maybe'" "neither Y nor N"
refused userns_admin=2 -- "userns_admin='2'" "neither Y nor N"

refused hooks=forward -- "hooks" "'forward'" "prerouting, output, postrouting"
refused hooks=output,ingress -- "hooks" "'ingress'" "prerouting, output, postrouting"
refused hooks=prerouting, -- "hooks" "empty entry" "'prerouting,'"
refused hooks=prerouting,,output -- "hooks" "empty entry" "'prerouting,,output'"
refused hooks= -- "hooks" "nothing would be seen"
for name in devices uplinks; do
	refused "$name=eth0,a-name-too-long-" -- "$name" "'a-name-too-long-'" "name or glob of 1 to 15 characters"
	refused "$name=eth0/1" -- "$name" "'eth0/1'" "name or glob"
	refused "$name=eth0:1" -- "$name" "'eth0:1'" "name or glob"
	refused "$name=eth0,,eth1" -- "$name" "empty entry" "'eth0,,eth1'"
	refused "$name=eth0," -- "$name" "empty entry" "'eth0,'"
	refused "$name=$(repeat 33 eth0)" -- "$name" "more than 32"
done

wanted='wanted is PREFIX[@PORT]'
refused failsafe=22 -- "failsafe: '22'" "prefix is needed before a port" "$wanted"
refused failsafe=@22 -- "failsafe: '@22'" "prefix is needed before a port" "$wanted"
refused failsafe=192.0.2.1@0 -- "'192.0.2.1@0'" "number from 1 to 65535" "$wanted"
refused failsafe=192.0.2.1@65536 -- "'192.0.2.1@65536'" "number from 1 to 65535" "$wanted"
refused failsafe=192.0.2.1@ssh -- "'192.0.2.1@ssh'" "number from 1 to 65535" "$wanted"
refused failsafe=192.0.2.1:22 -- "'192.0.2.1:22'" "no IPv4 or IPv6 address" "$wanted"
refused failsafe=192.0.2.256 -- "'192.0.2.256'" "no IPv4 or IPv6 address" "$wanted"
refused failsafe=192.0.2 -- "'192.0.2'" "no IPv4 or IPv6 address" "$wanted"
refused failsafe=host.example -- "'host.example'" "no IPv4 or IPv6 address" "$wanted"
refused failsafe=2001:db8::1::2 -- "'2001:db8::1::2'" "no IPv4 or IPv6 address" "$wanted"
refused failsafe=192.0.2.0/33 -- "'192.0.2.0/33'" "length is out of range" "$wanted"
refused failsafe=192.0.2.0/ -- "'192.0.2.0/'" "length is out of range" "$wanted"
refused failsafe=2001:db8::/129 -- "'2001:db8::/129'" "length is out of range" "$wanted"
refused failsafe=192.0.2.1/24 -- "'192.0.2.1/24'" "behind the prefix length are not zero" "$wanted"
refused failsafe=2001:db8::1/64@22 -- "'2001:db8::1/64@22'" "behind the prefix length are not zero" "$wanted"
refused failsafe=192.0.2.0/24, -- failsafe "empty entry" "'192.0.2.0/24,'"
refused "failsafe=192.0.2.0/24$(printf '%060d' 0)" -- "failsafe" "too long" "$wanted"
refused "failsafe=$(repeat 17 192.0.2.1)" -- "failsafe" "more than 16"
refused netns_max=65537 flows=16777216 limiters=16777216 records=1048576 -- "netns_max=65537"
unload
dmesg -C
modprobe trafficmon flow=4096
expect_that "a parameter that there is not is told of" contains "$(dmesg)" "unknown parameter 'flow' ignored"
result "an unknown parameter is named in the kernel log (the kernel loads on)"

# --- right ones ------------------------------------------------------------------

# shown NAME WANTED: in /sys.
shown() { expect "$1 in /sys" "$2" "$(cat "/sys/module/trafficmon/parameters/$1")"; }
# in_status FIELD WANTED
in_status() { expect "$1 in tmctl status" "$2" "$(tmctl -j status | jq ".status.$1")"; }

declare -A values=(
	[flows]=4096 [limiters]=128 [records]=64 [netns_max]=3 [insert_budget]=0
	[timeout_answered_s]=1 [timeout_new_s]=604800 [timeout_established_s]=2 [timeout_ended_s]=3
	[timeout_active_s]=4 [event_hold_s]=86400 [autostart]=Y [userns_admin]=Y
	[hooks]=output,prerouting [devices]='eth*,w?n0' [uplinks]='eth*'
	[failsafe]='192.0.2.0/24@22,2001:db8::/32,198.51.100.7,0.0.0.0/0@2222'
)
ip link add eth0 type dummy
ip link add other type dummy
unload
arguments=()
for name in "${!values[@]}"; do arguments+=("$name=${values[$name]}"); done
expect_that "all parameters are taken" modprobe trafficmon "${arguments[@]}"
for name in "${!values[@]}"; do shown "$name" "${values[$name]}"; done
in_status flows_max 4096
in_status limiters_max 128
in_status records_max 64
in_status namespaces_max 3
in_status attached true
in_status namespaces_attached 1
device() { tmctl -j status | jq -c ".devices[] | select(.name == \"$1\") | [.uplink, .ingress]"; }
expect "eth0 in tmctl status" "[true,true]" "$(device eth0)"
expect_that "another device is no uplink" contains "$(tmctl status)" eth0
expect "another device in tmctl status" "" "$(device other)"
result "right parameters show in /sys and in tmctl status"

unload
modprobe trafficmon autostart=0
shown autostart N
shown userns_admin N
shown flows 131072
in_status attached false
in_status namespaces_attached 0
result "nothing is attached with autostart=0"

unload
expect_that "limits of the range, low" modprobe trafficmon flows=64 limiters=64 records=64 \
	netns_max=1 insert_budget=1000 event_hold_s=1 hooks=output devices= uplinks= failsafe=
in_status flows_max 64
unload
expect_that "limits of the range, high" modprobe trafficmon autostart=0 flows=16777216 \
	limiters=16777216 records=1048576 netns_max=65536 insert_budget=100000000 \
	event_hold_s=86400 "failsafe=$(repeat 16 192.0.2.1)" "devices=$(repeat 32 eth0)"
in_status namespaces_max 65536
result "the limits of each range are within it"

# --- modinfo ---------------------------------------------------------------------

declare -A texts=()
while IFS=: read -r name text; do
	texts[$name]=$text
done < <(modinfo -p trafficmon)
expect "parameters with a text are those that there are" \
	"$(cd /sys/module/trafficmon/parameters && echo *)" \
	"$(printf '%s\n' "${!texts[@]}" | sort | xargs)"
for name in "${!texts[@]}"; do
	expect_that "modinfo tells the default of $name" contains "${texts[$name]}" "(default"
	expect_that "modinfo has a sentence on $name" [ ${#texts[$name]} -gt 30 ]
done
result "modinfo has a text for each parameter"
exit $results_failed
