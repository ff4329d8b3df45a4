#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# explain.sh [SECONDS]: what `tmctl policy explain` says of a packet is what the
# module does with it.  Random rulesets are applied, ten random packets each are
# explained and then sent, the k-th 2^k times: the bits of a policy's counter say
# which of them it matched, those of the set's which it decided, and those of what
# arrives behind the module which were not dropped.
#
#	[peer] p0 ---- h0 [this host], an uplink; p1 ---- k1, none
set -euo pipefail
. "${0%/*}/lib.sh"
seconds=${1:-25}
generate=/tm/build/selftests/net/generate

add_peer
ip link add k1 type veth peer name p1 netns peer
ip link set k1 up
in_peer ip link set p1 up
load_module uplinks='h*' failsafe='10.77.0.3@22,fd77::3'
nft -f - <<-'END'
	table netdev marks {
		chain h0 { type filter hook ingress device "h0" priority -500; meta mark set 0x13; }
		chain k1 { type filter hook ingress device "k1" priority -500; meta mark set 0x20; }
	}
	table inet judge {
		counter passed { }
		chain behind {
			type filter hook prerouting priority -449; policy accept;
			ip saddr 10.77.0.0/16 counter name passed drop
			ip6 saddr fd77::/64 counter name passed drop
		}
	}
END
declare -A mac=([h0]=$(cat /sys/class/net/h0/address) [k1]=$(cat /sys/class/net/k1/address))
kinds=10

# pick VARIABLE VALUE...: one of them.
pick() { printf -v "$1" %s "${*:$((2 + RANDOM % ($# - 1))):1}"; }

# The parts of a match, each with values of many kinds.
parts=(
	'"class": "syn"' '"class": ["syn", "ack", "rst"]' '"class": ["udp", "icmp"]'
	'"class": ["frag", "malformed"]' '"class": ["udp", "frag", "other"]'
	'"direction": "in"' '"direction": "out"' '"family": "ipv4"' '"family": "ipv6"'
	'"source": "10.77.0.0/31"' '"source": ["10.77.0.0/24", "!10.77.0.1"]' '"source": "!fd77::/126"'
	'"source": ["fd77::/64", "10.77.0.2", "!fd77::2"]'
	'"destination": "10.9.0.1"' '"destination": "!10.9.0.0/24"' '"destination": ["10.9.0.0/24", "fd09::/64"]'
	'"source_port": "1-1023"' '"source_port": ["!53", "!50000-65535"]'
	'"destination_port": [22, 443]' '"destination_port": "!22"' '"destination_port": ["1-1000", "!443"]'
	'"device": "h0"' '"device": ["h*", "!h1"]' '"device": "!k*"' '"device": ["?1", "none"]'
	'"tcp_flags": "syn/syn+ack"' '"tcp_flags": "!psh"' '"tcp_flags": ["none/fin+rst", "!urg"]'
	'"length": "20-60"' '"length": ["!48", "!60-70"]' '"length": ["40-90", "!52-55"]'
	'"hop_limit": [64, "1-5"]' '"hop_limit": "!1-63"' '"mark": ["0x10/0xf0"]' '"mark": "!0x13"'
	'"fragment": "whole"' '"fragment": "first"' '"fragment": ["first", "later"]'
)

# random_match MOST: up to so many parts, no key twice.
random_match() {
	local n=$((RANDOM % ($1 + 1))) part keys=' '
	match=''
	while ((n--)); do
		pick part "${parts[@]}"
		[[ $keys == *" ${part%%:*} "* ]] && continue
		keys+="${part%%:*} "
		match+="${match:+, }$part"
	done
}

random_set() {
	local one other
	pick one '' '' '' '"10.77.0.1"' '"10.77.0.2/31"' '"fd77::1"' '"fd09::/120"' '"10.9.0.7"'
	pick other '' '' '' '"fd77::2/127"' '"10.77.0.0"'
	set="$one${one:+${other:+, }}$other"
}

# Few policies, the last of which drops much; each fourth time many that ask for little and never drop, so that
# more match than the 16 that are asked.  Each has a name of its
# own, and so counters that begin at 0.
random_ruleset() {
	local policies='' mode i count=$((1 + RANDOM % 6)) most=4
	((rulesets % 4)) || count=40 most=1
	for ((i = 0; i < count; i++)); do
		pick mode monitor monitor monitor monitor enforce
		[ $most != 1 ] || mode=monitor
		random_match $most
		[ $((i + 1)) != $count ] || [ $most = 1 ] || { mode=enforce; random_match 1; }
		policies+="${policies:+, }{ \"name\": \"r${rulesets}p$i\", \"mode\": \"$mode\", \"match\": {$match} }"
	done
	random_set
	ruleset="{ \"schema\": 1, \"policies\": [ $policies ], \"sets\": { \"allow\": [ $set ]"
	random_set
	ruleset+=", \"deny\": [ $set ] } }"
}

# A packet as explain takes it, and as generate does: $told and $options; in two
# pieces $told_later, too.
random_packet() {
	local device from to header flags words port source_port hops payload
	pick device h0 h0 k1
	pick from 10.77.0.{0..3} fd77::{0..3}
	header=20
	pick to 10.9.0.1 10.9.0.7
	[[ $from != fd* ]] || { header=40; pick to fd09::1 fd09::7; }
	pick port 22 443 9 40000
	pick source_port 22 53 40000 60000
	pick hops 1 5 63 64 255
	payload=$((RANDOM % 40))
	told_later=
	options="--device p${device: -1} --mac ${mac[$device]} --source $from --destination $to --hop-limit $hops"
	words="device $device hop-limit $hops mark 0x13 direction in"
	[ $device = h0 ] || words="device $device hop-limit $hops mark 0x20 direction out"
	case $((RANDOM % 9)) in
	0) told="from $from to $to protocol icmp length $((header + 8 + payload))"
		options+=" --protocol icmp --source-port 0" ;;
	1) told="from $from to $to protocol 47 length $((header + payload))"
		options+=" --protocol 47" ;;
	[23]) told="from [$from]:$source_port to [$to]:$port protocol udp length $((header + 8 + payload))"
		options+=" --protocol udp --source-port $source_port --destination-port $port" ;;
	4) payload=$((8 + 16 * (RANDOM % 4)))
		[ $header = 20 ] || header=48
		told="protocol udp length $((header + (8 + payload) / 2))"
		told_later="from $from to $to $told fragment later $words"
		told="from [$from]:$source_port to [$to]:$port $told fragment first"
		options+=" --protocol udp --source-port $source_port --destination-port $port --fragments 2" ;;
	*) pick flags S:syn S:syn SA:syn+ack A:ack PA:psh+ack FA:fin+ack R:rst SU:syn+urg FS:fin+syn
		told="from [$from]:$source_port to [$to]:$port protocol tcp tcp-flags ${flags#*:} length $((header + 20 + payload))"
		options+=" --protocol tcp --flags ${flags%:*} --source-port $source_port --destination-port $port" ;;
	esac
	told+=" $words"
	[[ $from == fd* ]] || told=${told//[\[\]]/} # IPv4
	options+=" --payload $payload"
}

# expected WHAT: has 2^k packets more.
declare -A wanted=()
expected() { wanted[$1]=$((${wanted[$1]-0} + (1 << k))); }

# explain WORDS: add up what it says of 2^k such packets.
step='"step":"(failsafe|allow|deny)"[^}]*"answer":"(passes|drops)"'
explain() {
	local text rest pattern='"policy":"(r[0-9]+p[0-9]+)","mode":"[a-z]+","matches":true[^}]*"reached":true,"answer":"(counts|drops)"'
	local -a words
	read -ra words <<<"$1"
	text=$(tmctl -j policy explain "${words[@]}" --all) || { echo "# explain $1: $text"; return 1; }
	explained=$((explained + 1))
	rest=$text
	while [[ $rest =~ $pattern ]]; do
		expected "${BASH_REMATCH[1]} matched"
		[ "${BASH_REMATCH[2]}" = counts ] || expected "${BASH_REMATCH[1]} dropped"
		rest=${rest#*"${BASH_REMATCH[0]}"}
	done
	[[ ! $text =~ $step ]] || [[ ${BASH_REMATCH[0]} != *'"reached":true'* ]] || expected "${BASH_REMATCH[1]}"
	case $text in
	*'"verdict":"passes"'*) expected passed ;;
	*'"verdict":"dropped"'*) dropped=$((dropped + 1)) ;;
	*) echo "# explain $1: $text"; return 1 ;;
	esac
	[[ $text != *'"matches":true'*'"reached":true,"answer":"not_asked"'* ]] || beyond=$((beyond + 1))
}

# what_came: of what the module and nft counted since the last time, the same names.
declare -A got=() before=()
what_came() {
	local text rest name pattern='"name":"(r[0-9]+p[0-9]+)"[^{}]*(\{[^{}]*\}[^{}]*)*"matched_packets":([0-9]+)[^}]*"dropped_packets":([0-9]+)'
	text=$(tmctl -j policy show) got=()
	rest=$text
	while [[ $rest =~ $pattern ]]; do
		got[${BASH_REMATCH[1]} matched]=${BASH_REMATCH[3]}
		got[${BASH_REMATCH[1]} dropped]=${BASH_REMATCH[4]}
		rest=${rest#*"${BASH_REMATCH[0]}"}
	done
	text=$(tmctl -j stats)
	for name in failsafe allow deny; do
		got[$name]=$(pair_of "$text" $name)
	done
	got[passed]=$(counter passed)
	for name in failsafe allow deny passed; do
		text=${got[$name]:-0}
		got[$name]=$((text - ${before[$name]:-0})) before[$name]=$text
	done
}

rulesets=0 explained=0 sent=0 wrong=0 beyond=0 dropped=0
declare -A matched=()
what_came
while [ $SECONDS -lt "$seconds" ] || [ $rulesets -lt 12 ]; do
	random_ruleset
	apply <<<"$ruleset"
	commands='' story='' packets=()
	for ((k = 0; k < kinds; k++)); do
		random_packet
		packets+=("$told" "$told_later")
		commands+="$generate $options --count $((1 << k)) >/dev/null;"
		story+="# $k: $told"$'\n'
		sent=$((sent + (1 << k)))
	done
	in_peer sh -ec "$commands" &
	for ((k = 0; k < kinds; k++)); do
		explain "${packets[2 * k]}"
		[ -z "${packets[2 * k + 1]}" ] || explain "${packets[2 * k + 1]}"
	done
	wait $!
	what_came
	for name in "${!got[@]}" "${!wanted[@]}"; do
		[ "${wanted[$name]:-0}" != "${got[$name]:-0}" ] || continue
		wrong=$((wrong + 1))
		[ $wrong -gt 5 ] || echo "# $name: explained ${wanted[$name]:-0}, counted ${got[$name]:-0} of $ruleset"$'\n'"$story"
	done
	for name in "${!wanted[@]}"; do
		matched[${name#* }]=$((${matched[${name#* }]:-0} + 1))
	done
	wanted=()
	rulesets=$((rulesets + 1))
done
echo "# $rulesets rulesets, $explained packets explained, $sent sent; $dropped dropped, $beyond beyond the 16"
for name in "${!matched[@]}"; do
	echo "# $name: in ${matched[$name]} rulesets"
done
result "what is explained of random packets is what became of them" test $wrong = 0
result "each kind of outcome was among them" test $((${matched[failsafe]:-0} && ${matched[allow]:-0} &&
	${matched[deny]:-0} && ${matched[dropped]:-0} && ${matched[passed]:-0} && beyond)) = 1

# A limit that one packet exceeds for more than 10 s, of one source.
says() { tmctl policy explain from "$1:9" to 10.9.0.1:9 class udp length 1028 | tee /tmp/explained | grep -q "$2"; }
apply <<<'{ "schema": 1, "policies": [ { "name": "slow", "mode": "enforce", "match": { "class": "udp" }, "key": "src/32",
	"limits": { "bytes_per_second": 125 , "bytes_burst": 125 } } ], "sets": { "allow": [], "deny": [] } }'
result "a source is below its limit at first" says 10.77.0.1 'It passes, while below the limit of policy slow'
in_peer $generate --device p0 --mac "${mac[h0]}" --source 10.77.0.1 --destination 10.9.0.1 --payload 1400 --count 2 >/dev/null
result "then it is over" says 10.77.0.1 'It is dropped now: policy slow'
sed 's/^/# /' /tmp/explained
result "and another one is not" says 10.77.0.2 'It passes, while below the limit of policy slow'
apply <<<'{ "schema": 1, "policies": [ { "name": "fresh", "mode": "enforce", "match": { "class": "udp" },
	"limits": { "new_flows_per_second": 1, "new_flows_burst": 1 } } ] }'
ip netns exec peer $generate --device p0 --mac "${mac[h0]}" --source 10.77.0.1 --destination 10.9.0.1 --source-port random --rate 50 --count 1000000 >/dev/null &
result "of a limit of new flows it is said that it is for these" wait_for 20 says 10.77.0.2 'It is dropped now: policy fresh, if it begins a flow'
sed 's/^/# /' /tmp/explained
kill $!
wait $! || true
echo N >/sys/module/trafficmon/parameters/enforce
result "while enforcement is suspended none is dropped" says 10.77.0.1 'It passes\.'
sed 's/^/# /' /tmp/explained
result "who may not see the ruleset is refused" not setpriv --reuid 65534 --clear-groups tmctl policy explain from 10.77.0.1 to 10.9.0.1
done_testing
