#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Named sets as sources and destinations of policies: nft, right before the module,
# has sets of the same prefixes and comes to the same numbers, packet by packet; what
# is counted for an entry; a set that is changed and replaced beside traffic; and more
# policies with sets than a packet may be judged by.
#
#	[peer] p0 ---- h0 [this host]
set -euo pipefail
. "${0%/*}/lib.sh"
count=${1:-3000}
generate=/tm/build/selftests/net/generate

add_peer
load_module
there=$(cat /sys/class/net/h0/address)

# prefixes COUNT: so many of IPv4 and six of IPv6, random, among the senders; one a line.
prefixes() {
	awk -v count="$1" -v seed=$RANDOM 'BEGIN {
		srand(seed)
		for (i = 0; i < count; i++)
			printf "10.77.%d.%d/29\n", int(rand() * 256), int(rand() * 32) * 8
		for (i = 0; i < 6; i++)
			printf "fd77::%x000:0:0:0/68\n", int(rand() * 16)
	}' | sort -u
}

declare -A file
for name in a b c; do
	file[$name]=/tmp/set-$name.txt
	tmctl set create $name >/dev/null
done
{ prefixes 2000; echo 10.77.200.0/21; } >"${file[a]}"
{ prefixes 400; echo 10.77.201.0/24; } >"${file[b]}"
printf '10.9.0.1\nfd09::/16\n' >"${file[c]}"
for name in a b c; do
	tmctl set add $name --file "${file[$name]}" >/dev/null
done

# elements SET PATTERN: what nft has of it, of one family
elements() {
	grep "$2" "${file[$1]}" | paste -sd,
}

nft -f - <<END
table inet judge {
	set a4 { type ipv4_addr; flags interval; auto-merge; elements = { $(elements a '\.') } }
	set a6 { type ipv6_addr; flags interval; auto-merge; elements = { $(elements a :) } }
	set b4 { type ipv4_addr; flags interval; auto-merge; elements = { $(elements b '\.') } }
	set b6 { type ipv6_addr; flags interval; auto-merge; elements = { $(elements b :) } }
	set c4 { type ipv4_addr; flags interval; auto-merge; elements = { $(elements c '\.') } }
	set c6 { type ipv6_addr; flags interval; auto-merge; elements = { $(elements c :) } }
	counter from { }
	counter not_from { }
	counter both { }
	counter beside { }
	counter to { }
	chain before {
		type filter hook prerouting priority -451; policy accept;
		ip saddr @a4 counter name "from"
		ip6 saddr @a6 counter name "from"
		ip saddr 10.77.0.0/16 ip saddr != @b4 counter name "not_from"
		ip6 saddr fd77::/64 ip6 saddr != @b6 counter name "not_from"
		ip saddr @a4 ip saddr != @b4 counter name "both"
		ip6 saddr @a6 ip6 saddr != @b6 counter name "both"
		ip saddr @a4 counter name "beside"
		ip saddr != @a4 ip saddr 10.77.0.0/17 counter name "beside"
		ip6 saddr @a6 counter name "beside"
		ip saddr 10.77.0.0/16 ip daddr @c4 counter name "to"
		ip6 saddr fd77::/64 ip6 daddr @c6 counter name "to"
	}
	chain behind { type filter hook prerouting priority -449; policy accept; iifname "h0" drop; }
}
END
apply <<<'{ "schema": 1, "policies": [
	{ "name": "from", "match": { "source": "@a" } },
	{ "name": "not_from", "match": { "source": "!@b", "class": ["udp", "malformed"], "direction": "in" } },
	{ "name": "both", "match": { "source": ["@a", "!@b"] } },
	{ "name": "beside", "match": { "source": ["@a", "10.77.0.0/17"] } },
	{ "name": "to", "match": { "destination": "@c", "direction": "in", "class": "udp" } } ] }'

send() {
	ip netns exec peer $generate --device p0 --mac "$there" --protocol udp --payload 20 \
		--destination 10.9.0.1 --destination fd09::1 "$@" >/dev/null
}

send --count "$count" --source 10.77.0.0/16
send --count "$count" --source fd77::/64
take_counters
wrong=() least=$count
for name in from not_from both beside to; do
	wanted=${taken[$name packets]} got=$(policy "$name" matched_packets)
	echo "# $name: $got, nft $wanted"
	[ "$got" = "$wanted" ] || wrong+=("$name")
	[ "$wanted" -ge "$least" ] || least=$wanted
done
result "the module and nft find the same packets by 3 sets in 5 policies" test ${#wrong[@]} = 0
result "each policy finds some" test "$least" -ge 50
tmctl policy export >/tmp/exported.json
result "an export says the same" tmctl policy diff /tmp/exported.json

# Asked by `to` alone, so each packet counts once; one sigma is 5 %.
hits=$(tmctl -j set show c | grep -o '"packets_sampled":[0-9]*' | awk -F: '{ sum += $2 } END { print sum }')
found=${taken[to packets]}
echo "# counted for the entries of c: $hits of $found"
result "counters of entries come to what was found" \
	test $((hits * 100)) -gt $((found * 75)) -a $((hits * 100)) -lt $((found * 125))

# A set that is replaced by another, back and forth: what is in one of them is dropped
# half of the time, and what is in both never meets a time between the two.
tmctl set create half >/dev/null
apply <<<'{ "schema": 1, "policies": [
	{ "name": "half", "mode": "enforce", "match": { "source": "@half", "destination": "10.9.0.1", "class": "udp" } },
	{ "name": "both", "mode": "enforce", "match": { "source": "@half", "destination": "10.9.0.2", "class": "udp" } } ] }'
printf '10.77.0.0/17\n10.99.0.0/16\n' >/tmp/lower.txt
printf '10.77.128.0/17\n10.99.0.0/16\n' >/tmp/upper.txt
tmctl set replace half --file /tmp/lower.txt >/dev/null
flow=(ip netns exec peer "$generate" --device p0 --mac "$there" --protocol udp --payload 20 --rate 1500)
"${flow[@]}" --count 10000 --destination 10.9.0.1 --source 10.77.1.1 --source 10.77.129.1 >/dev/null &
"${flow[@]}" --count 10000 --destination 10.9.0.2 --source 10.99.0.0/16 >/dev/null &
swaps=0
while [ -n "$(jobs -r)" ]; do
	tmctl set replace half --file /tmp/upper.txt >/dev/null
	tmctl set replace half --file /tmp/lower.txt >/dev/null
	swaps=$((swaps + 2))
done
wait
dropped=$(policy half dropped_packets)
echo "# $swaps replacements, $dropped of 10000 dropped"
result "the set was replaced beside the traffic" test $swaps -ge 6
result "what one of the two has is dropped half of the time" test "$dropped" -gt 2500 -a "$dropped" -lt 7500
result "what both have is dropped always" test "$(policy both dropped_packets)" = 10000
result "the books balance" books_balance

# 80 policies, each with a set of its own; what is in the last set is found by the last.
{
	echo '{ "schema": 1, "sets": {'
	for i in {1..80}; do
		echo "\"own$i\": [ \"10.88.$i.0/24\" ]$([ "$i" = 80 ] || echo ,)"
	done
	echo '}, "policies": ['
	for i in {1..80}; do
		echo "{ \"name\": \"own$i\", \"mode\": \"enforce\", \"match\": { \"source\": \"@own$i\" } }$([ "$i" = 80 ] || echo ,)"
	done
	echo '] }'
} >/tmp/own.json
tmctl policy apply /tmp/own.json >/dev/null 2>&1
before=$(reason matches_many)
send --count 500 --source 10.88.80.0/24
result "what only the 80th of 80 policies with sets asks for is found by it" \
	test "$(policy own80 dropped_packets)" = 500
result "and policies that do not match take no place" test "$(reason matches_many)" = "$before"
result "a set that a policy names is not destroyed" not tmctl set destroy own7
result "one that none names is" tmctl set destroy half
done_testing
