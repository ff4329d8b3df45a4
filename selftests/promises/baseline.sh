#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# docs/examples/baseline.json: each vector that it names, in and out, takes its policy
# over its limit, and no policy that is not about it; nothing is dropped.  The limits
# are put to ten packets and five new flows a second, so that a hundred packets exceed
# them.
#
#	[peer] p0 ---- h0 [this host], an uplink; p1 ---- k1, a tenant's
set -euo pipefail
. "${0%/*}/lib.sh"
generate=/tm/build/selftests/net/generate
baseline=/tm/build/selftests/promises/baseline.json

add_peer
ip link add k1 type veth peer name p1 netns peer
ip link set k1 up
in_peer ip link set p1 up
nft "table inet judge { chain behind { type filter hook prerouting priority -449; policy accept; iifname { h0, k1 } drop; }; }"
load_module uplinks=h0

sed -E 's/"(packets_(per_second|burst))": [0-9]+/"\1": 10/g
	s/"(new_flows_(per_second|burst))": [0-9]+/"\1": 5/g
	s/, "bytes_per_second": [0-9]+, "bytes_burst": [0-9]+//' "$baseline" >/tmp/scaled.json
result "the file is loaded as it is" apply "$baseline"
result "each policy is in monitor mode" not grep -q '"mode": "enforce"' "$baseline"
apply /tmp/scaled.json

# Sets names, in order, and over[NAME] to the packets over its limit.
declare -A over
take_over() {
	local line
	names=()
	while IFS= read -r line; do
		[[ $line =~ \"name\":\"([^\"]*)\".*\"over_packets\":([0-9]+) ]] || continue
		names+=("${BASH_REMATCH[1]}")
		over[${BASH_REMATCH[1]}]=${BASH_REMATCH[2]}
	done < <(tmctl -j policy show | sed 's/{"name"/\n&/g')
}

# vector DIRECTION WHAT POLICIES OPTION...: a hundred packets of it take these policies
# over, and no others.
vector() {
	local direction=$1 what=$2 wanted=" ${3// / $1-} " device=h0 name there moved='' expected=''
	local -A before
	shift 3
	[ "$direction" = in ] || device=k1
	wanted=" $direction-${wanted# }"
	read -r there </sys/class/net/$device/address
	for name in "${names[@]}"; do before[$name]=${over[$name]}; done
	ip netns exec peer $generate --device p"${device: -1}" --mac "$there" --count 100 \
		--destination 10.9.0.1 "$@" >/dev/null
	take_over
	for name in "${names[@]}"; do
		[ "${over[$name]}" = "${before[$name]}" ] || moved+="$name "
		[[ $wanted != *" $name "* ]] || expected+="$name "
	done
	[ "$moved" != "$expected" ] || return 0
	echo "# $direction, $what: $moved instead of $expected"
	missed+=("$direction $what")
}

take_over
result "40 policies are judged by" test "${#over[@]}" = 40
number=0
for direction in in out; do
	missed=()
	one=(--source 10.77.0.1)
	vector $direction "SYNs of one" "syn-per-source syn-per-destination prefix-total" "${one[@]}" --protocol tcp
	vector $direction "SYNs of many" "syn-per-destination prefix-total" --source 10.88.0.0/16 --protocol tcp
	vector $direction "SYN-ACKs" "synack prefix-total" "${one[@]}" --protocol tcp --flags SA
	vector $direction "ACKs of nothing" "out-of-state prefix-total" "${one[@]}" --protocol tcp --flags A
	vector $direction "RSTs of nothing" "out-of-state prefix-total" "${one[@]}" --protocol tcp --flags R
	vector $direction "UDP" "udp prefix-total" "${one[@]}"
	vector $direction "pings" "icmp prefix-total" "${one[@]}" --protocol icmp
	vector $direction "fragments" "fragments prefix-total" "${one[@]}" --payload 900 --fragments 3
	vector $direction "SYN and FIN" "malformed" "${one[@]}" --protocol tcp --flags SF
	vector $direction "new flows" "udp new-flows-per-source prefix-total" "${one[@]}" --source-port random
	for service in dns=53 ntp=123 cldap=389 ssdp=1900 memcached=11211 chargen=19 snmp=161 coap=5683 qotd=17 wsd=3702; do
		# of addresses of their own: what begins one flow a second and source exceeds no limit
		vector $direction "${service%=*}" "reflected-${service%=*} udp prefix-total" \
			--source "10.77.1.$((number += 1))" --source-port "${service#*=}"
	done
	result "$direction: each of 20 vectors takes its policies over, and no others" test ${#missed[@]} = 0
done
result "nothing was dropped" test "$(total dropped)" = 0
result "no packet was beyond the policies that it is judged by" test "$(reason matches_many)" = 0
done_testing
