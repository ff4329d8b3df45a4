#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Namespaces come, are attached, flooded and go, while this one is flooded on
# both processors.  What they saw stays in a total, to the packet; none sees
# anything of another; there is a cap on how many are attached.
. "$(dirname "$0")/life.inc"
namespaces=$(rounds 200)
destroyed=$(rounds 40)
switched=$(rounds 100)

# Nothing is said but what is asked for, in this namespace and those to come.
sysctl -qw net.core.devconf_inherit_init_net=1 net.ipv6.conf.all.disable_ipv6=1 \
	net.ipv6.conf.default.disable_ipv6=1
far_mac=02:00:00:00:00:02

# former: "PACKETS BYTES" of namespaces that are gone.
former() {
	stats_json=$(tmctl -j stats)
	total former_namespaces
}

# The one namespace NS with its device DEVICE at the other end of near; the end in
# it is up first, so that the other sends at once.
space_with() {
	ip netns add "$1"
	ip -batch - <<-END
		link add near type veth peer name $2 address $far_mac netns $1
	END
	ip -n "$1" link set dev "$2" up
	ip link set dev near up
}

# flood_space COUNT [OPTION...]: this many to it, counted in sent_packets, sent_bytes.
flood_space() {
	local line
	line=$("$generate" --device near --mac $far_mac --source 10.0.0.0/8 \
		--destination 198.51.100.1 --count "$@") || die "generate $*"
	[[ $line =~ \"packets\":([0-9]+),\"bytes\":([0-9]+) ]]
	sent="${BASH_REMATCH[1]} ${BASH_REMATCH[2]}"
}

saw() {
	stats_json=$(tmctl -n "$1" -j stats)
	[ "$(total seen)" = "$2" ]
}

attached_are() { [ "$(tmctl -j status | jq .status.namespaces_attached)" = "$1" ]; }
attach_now() { tmctl -n "$1" netns attach >/dev/null 2>&1; }

drop_all='{ "schema": 1, "policies": [ { "name": "all", "mode": "enforce", "match": { "class": "udp" } } ], "sets": { "deny": [ "10.0.0.0/9" ] } }'

# within LOW NUMBER HIGH
within() { [ "$1" -le "$2" ] && [ "$2" -le "$3" ]; }

# life NS ROUND: one namespace from its beginning to its end, adding to expected.
life() {
	local ns=$1 device=eth0 socket='' before i
	# The module hooks in* at ingress, others not.
	[ $(($2 % 2)) = 0 ] || device=in0
	space_with "$ns" $device
	# More may be dying than there may be.
	wait_for "room for $ns" attach_now "$ns"
	case $(($2 % 5)) in
	1) tmctl -n "$ns" policy apply - <<<"$drop_all" >/dev/null 2>&1 || die "policy in $ns" ;;
	2)
		ip netns exec "$ns" socat udp-listen:7,fork exec:cat 2>/dev/null &
		socket=$!
		;;
	esac
	flood_space 300
	wait_for "$ns to see what was sent to it and nothing else: $sent" saw "$ns" "$sent"
	expected=$(add_pairs "$expected" "$sent")
	case $(($2 % 5)) in
	3)
		holding dump ip netns exec "$ns" "$hold" dump
		socket=$holder
		;;
	4)	# out of it, under another name, and back
		ip -n "$ns" link set dev $device netns 1 name in9
		ip link set dev in9 netns "$ns"
		ip -n "$ns" link set dev in9 up
		before=$sent
		flood_space 10
		expected=$(add_pairs "$expected" "$sent")
		sent=$(add_pairs "$before" "$sent")
		wait_for "$ns to see what was sent after the device came back: $sent" saw "$ns" "$sent"
		;;
	esac
	ip netns del "$ns"
	if [ -n "$socket" ]; then
		kill "$socket"
		wait "$socket" 2>/dev/null
	fi
	for ((i = 0; i < 100; i++)); do
		[ -e /sys/class/net/near ] || return
		sleep 0.05
	done
	die "$ns does not go"
}

module autostart=1 'devices=in*' flows=4096
flood_on
expected=$(former)
for ((round = 0; round < namespaces; round++)); do life "n$round" $round; done
wait_for "the namespaces to be gone" attached_are 1
expect "packets and bytes of $namespaces former namespaces" "$expected" "$(former)"
expect_that "the flood beside was seen" seen_packets 1000
result "$namespaces namespaces come, are flooded and go; their totals stay, to the packet"

# Destroyed while packets go in: at least what was seen shortly before, at most
# what there was time to send.
low=0
before=$(former) start=$SECONDS
for ((round = 0; round < destroyed; round++)); do
	ns=t$round device=in0
	[ $((round % 2)) = 0 ] || device=eth0
	space_with $ns $device
	wait_for "room for $ns" attach_now $ns
	"$generate" --device near --mac $far_mac --source 10.0.0.0/8 --destination 198.51.100.1 \
		--count 1000000 --rate 1000 >/dev/null 2>&1 &
	traffic=$!
	wait_for "packets in $ns" seen_packets 1 -n $ns
	low=$((low + $(total seen | cut -d' ' -f1)))
	# One in four is detached by hand at the same time.
	[ $((round % 4)) != 3 ] || tmctl -n $ns netns detach >/dev/null
	ip netns del $ns
	wait $traffic
	wait_for "$ns to be gone" eval '[ ! -e /sys/class/net/near ]'
done
wait_for "the namespaces to be gone" attached_are 1
after=$(former)
grown=$((${after% *} - ${before% *}))
high=$(((SECONDS - start + 1) * 1000))
expect_that "their total: $low <= $grown <= $high" within $low $grown $high
result "$destroyed namespaces are destroyed while packets go in"

# --- attach and detach under traffic -------------------------------------------------

before=$(former)
low=0
for ((round = 0; round < switched; round++)); do
	wait_for "packets of the flood" seen_packets 1
	case $((round % 4)) in
	1) tmctl policy apply - <<<"$drop_all" >/dev/null 2>&1 ;;
	2) "$hold" transaction >/run/transaction & holder=$! ;;
	3)
		wait_for "flows for a long dump" seen_packets 1000
		holding dump "$hold" dump
		;;
	esac
	seen_packets 0
	low=$((low + $(total seen | cut -d' ' -f1)))
	tmctl netns detach >/dev/null || die "detach"
	[ $((round % 2)) = 0 ] || expect_that "no statistics of a detached one" eval '! tmctl -j stats >/dev/null 2>&1'
	if [ $((round % 4)) = 3 ]; then
		kill -USR1 $holder
		wait $holder
		# ENOTCONN
		expect "the error of a dump whose namespace was detached" 107 \
			"$(jq .error <<<"$(tail -n 1 /run/dump)")"
	elif [ $((round % 4)) = 2 ]; then
		kill $holder
		wait $holder 2>/dev/null
	fi
	tmctl netns attach >/dev/null || die "attach"
done
after=$(former)
grown=$((${after% *} - ${before% *}))
flood_off
high=$(($(pktgen_sent flood0) + $(pktgen_sent flood1)))
expect_that "their total: $low <= $grown <= $high" within $low $grown $high
result "attached and detached $switched times under a flood"

# --- the cap -----------------------------------------------------------------------

module autostart=1 netns_max=3
space one two three
attach one two
refusal=$(tmctl -n three -j netns attach)
expect "exit code of the refusal" 1 $?
expect_that "the refusal says what to do: $refusal" contains "$refusal" netns_max
expect_that "the refusal names what to do: $refusal" contains "$refusal" "detach one, or load the module with a greater netns_max"
expect "errno" 87 "$(jq .error.errno <<<"$refusal")"
expect_that "nothing was attached" attached_are 3
expect "the one refused" false "$(tmctl -n three -j status | jq .status.attached)"
expect_that "EALREADY comes before" contains "$(tmctl -n two -j netns attach)" already
tmctl -n one netns detach >/dev/null
expect_that "there is room after a detach" attach_now three
ip netns del two
wait_for "room after a namespace has gone" attach_now one
result "netns_max is a cap, refused with what to do"

# --- each its own --------------------------------------------------------------------

for ns in one three; do
	tmctl -n $ns netns detach >/dev/null
	ip netns del $ns
done
module autostart=1 netns_max=8 event_hold_s=1
space left right
link left:l0 right:r0
attach left right
up left:l0 right:r0
in_ns left sysctl -qw net.ipv4.ip_forward=0
in_ns right sysctl -qw net.ipv4.ip_forward=0
flood_are='.source | startswith("10.77.")'
policy_of() { echo "{ \"schema\": 1, \"policies\": [ { \"name\": \"$1\", \"mode\": \"enforce\", \"key\": \"src\", \"match\": { \"class\": \"udp\" }, \"limits\": { \"packets_per_second\": 1, \"packets_burst\": 60 } } ], \"sets\": { \"allow\": [ \"$2\" ] } }"; }
policy_of of-left 192.0.2.1/32 | tmctl -n left policy apply - >/dev/null 2>&1
policy_of of-right 192.0.2.2/32 | tmctl -n right policy apply - >/dev/null 2>&1
events_of_right() { [ "$(tmctl -n right -j event show | jq '[.events[] | select(.type == "policy_over")] | length')" -ge 1 ]; }
generate left l0 --mac "$(mac right:r0)" --source 10.77.0.0/24 --destination 198.51.100.1 --sequential 10 --count 1000
wait_for "right to tell of its policy" events_of_right
for ns in left right; do
	flows=$(tmctl -n $ns -j flow | jq "[.flows[] | select($flood_are)] | length")
	limiters=$(tmctl -n $ns -j limiter | jq '[.limiters[].policy] | unique | join(",")')
	over=$(tmctl -n $ns -j event show | jq '[.events[] | select(.type == "policy_over").policy] | unique | join(",")')
	tmctl -n $ns reset >/dev/null
	records=$(tmctl -n $ns -j record | jq "[.records[] | select($flood_are)] | length")
	wanted=0 named='""'
	[ $ns = left ] || wanted=10 named='"of-right"'
	expect "$ns: flows" $wanted "$flows"
	expect "$ns: policies of limiters" "$named" "$limiters"
	expect "$ns: policies in events" "$named" "$over"
	expect "$ns: records" $wanted "$records"
	expect "$ns: policies" "of-$ns" "$(tmctl -n $ns -j policy | jq -r '[.policies[].name] | join(",")')"
	expect "$ns: allowed" "192.0.2.$([ $ns = left ] && echo 1 || echo 2)" \
		"$(tmctl -n $ns -j set show allow | jq -r '[.entries[].prefix] | join(",")' | cut -d/ -f1)"
done
expect "this one: flows" 0 "$(tmctl -j flow | jq "[.flows[] | select($flood_are)] | length")"
expect "this one: policies" 0 "$(tmctl -j policy | jq '.policies | length')"
result "each namespace has flows, records, events, policies, sets and limiters of its own"

flood_on
ip -n left link set dev l0 up
expect_that "three are attached" attached_are 3
expect_that "the module goes while three namespaces are attached" rmmod trafficmon
flood_off
expect_that "and comes" module
expect_that "with nothing of before" [ "$(tmctl -j status | jq .status.namespaces_attached)" = 0 ]
result "unloaded with several namespaces attached"
exit $results_failed
