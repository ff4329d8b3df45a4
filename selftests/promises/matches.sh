#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What policies ask of a packet, and exclude: nft, right before the module, counts
# by the same questions in its own words, and comes to the same numbers, packet by
# packet: TCP flags, lengths, hop limits, fragments, marks, globs of devices,
# excluded prefixes and ports, of some 22,000 packets of many kinds.
#
#	[peer] p0 ---- h0 [this host], p1 ---- k1
set -euo pipefail
. "${0%/*}/lib.sh"
count=${1:-500}
generate=/tm/build/selftests/net/generate

add_peer
ip link add k1 type veth peer name p1 netns peer
ip link set k1 up
in_peer ip link set p1 up
load_module

# NAME = MATCH = RULES of nft, of which the first that fits counts the packet.  Those
# of the transport header (t_) are not put to later fragments, in which nft reads one.
questions='
t_flags = "tcp_flags": ["syn/syn+ack", "!urg"] = tcp flags & (syn | ack) == syn tcp flags & urg == 0
t_no_flags = "tcp_flags": "none/fin+syn+rst" = tcp flags & (fin | syn | rst) == 0
t_not_push = "tcp_flags": "!psh" = tcp flags & psh == 0
q_length = "length": ["60-100", "!64", 1000] = meta length 60-100 meta length != 64 ; meta length 1000
q_not_long = "length": "!500-1500" = meta length < 500 ; meta length > 1500
q_hops = "hop_limit": ["1-64", "!5"] = ip ttl 1-64 ip ttl != 5 ; ip6 hoplimit 1-64 ip6 hoplimit != 5
q_first = "fragment": "first" = ip frag-off & 0x3fff == 0x2000 ; frag frag-off 0 frag more-fragments 1
q_later = "fragment": "later" = ip frag-off & 0x1fff != 0 ; frag frag-off > 0
q_mark = "mark": ["0x10/0xf0", "!0x13"] = meta mark & 0xf0 == 0x10 meta mark != 0x13
q_not_mark = "mark": ["!0x80/0x80"] = meta mark & 0x80 == 0
q_glob = "device": ["h*", "k?"] = iifname { "h0", "k1" }
q_not_glob = "device": "!k*" = iifname "h0"
q_not_from = "source": ["10.77.0.0/16", "!10.77.128.0/17", "fd77::/64", "!fd77::8000:0:0:0/65"] = ip saddr 10.77.0.0/17 ; ip6 saddr fd77::/65
q_not_to = "destination": "!10.9.0.1" = ip daddr != 10.9.0.1 ; meta nfproto ipv6
t_not_port = "destination_port": ["!22", "!80-443"] = meta l4proto { tcp, udp } th dport != 22 th dport != 80-443
t_both = "class": "!udp", "source_port": ["1024-65535", "!40000-50000"], "length": "0-200" = meta l4proto tcp tcp sport { 1024-39999, 50001-65535 } meta length 0-200
'

# rules_of NAME RULES: a chain that counts a packet by the first that says so.
rules_of() {
	local rule
	local -a each
	IFS=';' read -ra each <<<"$2"
	echo "chain $1 {"
	for rule in "${each[@]}"; do
		echo "$rule counter name \"$1\" return"
	done
	echo "}"
}

policies='' counters='' chains='' jumps='' transport_jumps=''
names=()
while IFS='=' read -r name match rules; do
	[ -n "$name" ] || continue
	name=${name% }
	names+=("$name")
	policies+="${policies:+, }{ \"name\": \"$name\", \"match\": {$match} }"
	counters+="counter $name { }"$'\n'
	chains+="$(rules_of "$name" "$rules")"$'\n'
	case $name in
	t_*) transport_jumps+="jump $name"$'\n' ;;
	*) jumps+="jump $name"$'\n' ;;
	esac
done <<<"$questions"

nft -f - <<END
table netdev marks {
	chain h0 { type filter hook ingress device "h0" priority -500; meta mark set numgen random mod 256; }
	chain k1 { type filter hook ingress device "k1" priority -500; meta mark set numgen random mod 256; }
}
table inet judge {
	$counters
	$chains
	chain each {
		$jumps
		ip frag-off & 0x1fff != 0 return
		frag frag-off > 0 return
		$transport_jumps
	}
	chain before {
		type filter hook prerouting priority -451; policy accept;
		ip saddr 10.77.0.0/16 jump each
		ip6 saddr fd77::/64 jump each
	}
	chain behind { type filter hook prerouting priority -449; policy accept; iifname { "h0", "k1" } drop; }
}
END
apply <<<"{ \"schema\": 1, \"policies\": [ $policies ] }"

# send DEVICE OPTION...: on the link of that device
send() {
	local device=$1 there
	there=$(cat "/sys/class/net/$device/address")
	shift
	ip netns exec peer $generate --device "p${device: -1}" --mac "$there" --count "$count" \
		--source 10.77.0.0/16 --source fd77::/64 --destination 10.9.0.1 --destination fd09::1 \
		--source-port random "$@" >/dev/null
}

for device in h0 k1; do
	for flags in S SA A PA FA R SU SP; do
		send $device --protocol tcp --flags $flags --payload 0-1400 --destination-port random \
			--hop-limit $((RANDOM % 10 + 1))
	done
	send $device --protocol tcp --flags A --payload 0-20 --destination-port 22 --hop-limit 64
	send $device --protocol tcp --payload 0-20 --destination-port 443 --hop-limit 65
	send $device --protocol udp --payload 0-1400 --destination-port random --hop-limit 255
	send $device --protocol udp --payload 24-30 --destination-port 79
	send $device --protocol udp --payload 900-1400 --fragments 3
	send $device --protocol tcp --payload 900-1400 --fragments 4 --flags S
	send $device --protocol icmp --payload 0-100
	send $device --protocol 47 --payload 0-100
	send $device --protocol udp --payload 50 --destination-port random --options 8 --extensions hop,destination
done
take_counters

wrong=() least=$count
for name in "${names[@]}"; do
	wanted=${taken[$name packets]} got=$(policy "$name" matched_packets)
	echo "# $name: $got, nft $wanted"
	[ "$got" = "$wanted" ] || wrong+=("$name")
	[ "$wanted" -ge "$least" ] || least=$wanted
done
result "the module and nft find the same packets by ${#names[@]} questions" test ${#wrong[@]} = 0
result "each of them finds some" test "$least" -ge 50
result "no packet was beyond the policies that it is judged by" test "$(reason matches_many)" = 0

tmctl policy export >/tmp/exported.json
result "an export says the same" tmctl policy diff /tmp/exported.json
done_testing
