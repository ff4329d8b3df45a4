#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Invariant 3, allow wins, and nobody is locked out: with everything dropped, by
# the set deny or by policies, what passes is the failsafe list, the set allow,
# neighbour and multicast listener discovery and path-MTU messages, the last up
# to a limit; nothing else does; a tool that dies changes none of it.
#
#	[peer] p0 -- h0 [this host] r0 -- r1 [router] f1 (MTU 1400) -- f0 [far]
#	10.9.0.2   10.9.0.1  10.8.0.1   10.8.0.2                    10.7.0.2
#	fd09::2    fd09::1   fd08::1    fd08::2                     fd07::2
set -euo pipefail
. "${0%/*}/lib.sh"

add_peer
in_router() { ip netns exec router "$@"; }
in_far() { ip netns exec far "$@"; }
add_far() {
	ip netns add router
	ip netns add far
	in_router sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
		net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
	ip link add r0 type veth peer name r1 netns router
	ip -n router link add f1 type veth peer name f0 netns far
	ip address add 10.8.0.1/24 dev r0
	ip address add fd08::1/64 dev r0 nodad
	ip link set r0 up
	in_router ip link set f1 mtu 1400
	in_router ip address add 10.8.0.2/24 dev r1
	in_router ip address add fd08::2/64 dev r1 nodad
	in_router ip address add 10.7.0.1/24 dev f1
	in_router ip address add fd07::1/64 dev f1 nodad
	in_router ip link set r1 up
	in_router ip link set f1 up
	in_far ip link set f0 mtu 1400
	in_far ip address add 10.7.0.2/24 dev f0
	in_far ip address add fd07::2/64 dev f0 nodad
	in_far ip link set f0 up
	in_far ip link set lo up
	in_far ip route add default via 10.7.0.1
	in_far ip -6 route add default via fd07::1
	ip route add 10.7.0.0/24 via 10.8.0.2
	ip -6 route add fd07::/64 via fd08::2
	wait_for 10 ping -c 1 -W 1 10.7.0.2
	wait_for 10 ping -c 1 -W 1 fd07::2
}
add_far
in_peer ip address add 10.9.0.3/24 dev p0
in_peer ip address add fd09::3/64 dev p0 nodad

nft -f - <<END
table inet judge {
	counter flood { }
	counter mld { }
	chain behind {
		type filter hook prerouting priority -449; policy accept;
		ip saddr 10.9.0.77 counter name flood drop
		icmpv6 type mld2-listener-report counter name mld
	}
}
END
in_router nft -f - <<END
table inet judge {
	counter mld { }
	chain arrived {
		type filter hook prerouting priority 0; policy accept;
		icmpv6 type mld2-listener-report counter name mld
	}
}
END
for port in 22 23; do serve_echo $port env; done
serve_echo 80 in_far
load_module flows=1024 limiters=64 records=64 \
	failsafe=10.9.0.2@22,fd09::2@22,10.9.0.4,::/64	# ::/64 holds ::ffff:0:0/96, and no IPv4

mtu_of() { ip route get "$1" | grep -o 'mtu [0-9]*'; }
forget() {
	ip route flush cache
	ip -6 route flush cache
	ip neighbour flush dev "$1"
}
joins() {	# HEARD_BY DEVICE COMMAND...: COMMAND joins a group there, as a program would
	local now=$1 device=$2 before
	shift 2
	before=$("$now")
	"$@" timeout 0.7 socat -u "udp6-recv:4444,ipv6-join-group=[ff05::42]:$device" - >/dev/null 2>&1 || true
	test "$("$now")" -gt "$before"
}
mld_here() { counter mld; }
mld_there() { in_router nft list counter inet judge mld | sed -n 's,.*packets \([0-9]*\) .*,\1,p'; }

everything() {
	result "$1: a failsafe peer reaches the failsafe port" echoes 10.9.0.1:22 in_peer
	result "$1: so it does over IPv6" echoes '[fd09::1]:22,bind=[fd09::2]' in_peer
	result "$1: it reaches no other port" not echoes 10.9.0.1:23 in_peer
	result "$1: nor does another peer the failsafe port" \
		not echoes 10.9.0.1:22,bind=10.9.0.3 in_peer
	result "$1: nor over IPv6" not echoes '[fd09::1]:22,bind=[fd09::3]' in_peer
	result "$1: a peer in allow is reached" echoes 10.7.0.2:80
	result "$1: over IPv6 too" echoes '[fd07::2]:80'
	result "$1: the router, in no list, is not" not ping -q -c 2 -i 0.2 -W 0.5 10.8.0.2
	result "$1: over IPv6 neither" not ping -q -c 2 -i 0.2 -W 0.5 fd08::2
}

discovery() {
	forget r0
	result "$1: a new IPv6 neighbour is found" ping -q -c 3 -i 0.2 -W 2 fd07::2
	result "$1: it is reachable" sh -c 'ip -6 neighbour show fd08::2 | grep -qE "REACHABLE|DELAY|PROBE"'
	in_peer ip neighbour flush dev p0
	in_peer ping -q -c 1 -W 1 fd09::1 >/dev/null || true
	result "$1: and finds us" sh -c 'ip netns exec peer ip neighbour show fd09::1 | grep -q lladdr'
	result "$1: our joining a group is heard" joins mld_there r0 env
	result "$1: a peer's joining one is heard" joins mld_here p0 in_peer
}

path_mtu() {
	forget r0
	ping -q -c 2 -i 0.2 -W 1 -M 'do' -s 1450 10.7.0.2 >/dev/null || true
	result "$1: the path MTU is found" test "$(mtu_of 10.7.0.2)" = "mtu 1400"
	ping -q -c 2 -i 0.2 -W 1 -M 'do' -s 1430 fd07::2 >/dev/null || true
	result "$1: over IPv6 too" test "$(mtu_of fd07::2)" = "mtu 1400"
}

# 5,000 path-MTU messages: a burst of 1,000 and 1,000 a second pass, no more.
path_mtu_flood() {
	local before start_ns seconds sent
	before=$(reason path_mtu)
	sleep 1.1
	start_ns=$(date +%s%N)
	in_peer hping3 -q -1 -C 3 -K 4 -a 10.9.0.77 -i u1 -c 5000 10.9.0.1 >/dev/null 2>&1 || true
	seconds=$(awk -v a="$start_ns" -v b="$(date +%s%N)" 'BEGIN { printf "%.3f", (b - a) / 1e9 }')
	passed=$(counter flood)
	sent=$(($(reason path_mtu) - before))
	result "$1: of 5,000 path-MTU messages in $seconds s 1,000 and 1,000 a second pass: $passed" \
		awk -v p="$passed" -v s="$seconds" 'BEGIN { exit !(p >= 1000 && p <= 1001 + 1000 * s) }'
	result "$1: they are counted" test "$sent" = "$passed"
	nft reset counters table inet judge >/dev/null
}

under() {
	everything "$1"
	discovery "$1"
	path_mtu "$1"
	path_mtu_flood "$1"
}

cat >/tmp/allow.json <<END
"allow": [ "10.7.0.2", "fd07::2" ]
END
apply <<END
{ "schema": 1, "policies": [ { "name": "none-shall-pass", "mode": "enforce" } ],
  "sets": { $(cat /tmp/allow.json), "deny": [] } }
END
under "policy"
apply <<END
{ "schema": 1, "policies": [], "sets": { $(cat /tmp/allow.json), "deny": [ "0.0.0.0/0", "::/0" ] } }
END
under "deny"
# The flood's excess, and what the router in no list was asked for.
result "deny: the set dropped what was dropped" test "$(reason deny)" -gt $((5000 - passed))

# The tool dies in each of its long-running forms.
for form in "event monitor" "log --to stdout" "record --follow" "flow"; do
	tmctl $form >/dev/null 2>&1 &
	sleep 0.2
	kill -9 $! 2>/dev/null || true
	wait $! 2>/dev/null || true
done
everything "dead tool"
done_testing
