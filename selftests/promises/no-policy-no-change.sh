#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Invariant 2, no policy, no change: loaded without a policy the module alters
# no packet's fate, nor its mark or bytes, with tables so small that they are
# always full; nor does it with policies that are all in monitor mode.
set -euo pipefail
. "${0%/*}/lib.sh"

add_peer
pktgen_device v4
# Counters right before and right behind the module; a mark set before.
judge() {
	nft -f - <<-END
		table inet judge {
			counter in_before { }
			counter in_behind { }
			counter in_unmarked { }
			counter out_before { }
			counter out_behind { }
			counter out_unmarked { }
			chain in_before {
				type filter hook prerouting priority -451; policy accept;
				iif "lo" accept
				counter name in_before meta mark set 0x2a
			}
			chain in_behind {
				type filter hook prerouting priority -449; policy accept;
				iif "lo" accept
				counter name in_behind
				meta mark != 0x2a counter name in_unmarked
				udp dport 9 drop
			}
			chain out_before {
				type filter hook output priority 2147483646; policy accept;
				counter name out_before meta mark set 0x2b
			}
			chain out_behind {
				type filter hook postrouting priority -1; policy accept;
				counter name out_behind
				meta mark != 0x2b counter name out_unmarked
			}
		}
	END
}

head -c 4000000 /dev/urandom >/tmp/sent
sum=$(sha256sum </tmp/sent)
# A megabyte over TCP, datagrams over UDP: do they arrive as they were?
tcp_whole() {
	rm -f /tmp/arrived
	socat -u tcp6-listen:2000,ipv6only=0,reuseaddr create:/tmp/arrived &
	wait_for 5 sh -c 'ss -Hltn sport = :2000 | grep -q .'
	in_peer socat -u open:/tmp/sent "tcp:$1:2000"
	wait $!
	[ "$(sha256sum </tmp/arrived)" = "$sum" ]
}
udp_whole() {
	local i
	rm -f /tmp/datagrams
	socat -u udp6-recv:2001,ipv6only=0 open:/tmp/datagrams,creat,append &
	wait_for 5 sh -c 'ss -Hlun sport = :2001 | grep -q .'
	for i in {1..20}; do echo "datagram $i"; sleep 0.01; done |
		in_peer socat -u -b 100 - "udp:$1:2001"
	sleep 0.3
	kill $!
	[ "$(sha256sum </tmp/datagrams)" = "$(for i in {1..20}; do echo "datagram $i"; done | sha256sum)" ]
}
pings() {
	in_peer ping -q -i 0.01 -c 50 -s 1000 -p a5 "$1" | grep -q ' 0% packet loss'
}
flood() {
	pktgen_reset
	pktgen_setup v4 10.0.0.0 10.255.255.255 "flag IPSRC_RND" "count 100000"
	pktgen_start
}

declare -A taken=()	# by take_counters
# One round: everything at once, then the books.
round() {
	local each
	judge
	flood &
	for each in 10.9.0.1 '[fd09::1]'; do
		result "$1: TCP to $each arrives as it was sent" tcp_whole "$each"
		result "$1: UDP to $each arrives as it was sent" udp_whole "$each"
	done
	result "$1: every IPv4 ping is answered" pings 10.9.0.1
	result "$1: every IPv6 ping is answered" pings fd09::1
	wait %1 2>/dev/null || wait
	result "$1: it comes to rest" take_counters
	for each in packets bytes; do
		result "$1: all that came in is there behind the module: ${taken[in_behind $each]} $each" \
			test "${taken[in_before $each]}" = "${taken[in_behind $each]}"
		result "$1: all that went out is there behind the module: ${taken[out_behind $each]} $each" \
			test "${taken[out_before $each]}" = "${taken[out_behind $each]}"
	done
	result "$1: no mark was changed" \
		test "${taken[in_unmarked packets]}${taken[out_unmarked packets]}" = 00
	result "$1: there was something to alter" test "${taken[in_before packets]}" -gt 100000
	result "$1: the module saw it and says that it dropped nothing" \
		test "$(total dropped)" = 0 -a "$(total seen)" -ge "${taken[in_before packets]}"
	nft delete table inet judge
}

load_module flows=64 limiters=64 records=64 insert_budget=1000
round "no policy"
result "no policy: the flow table was full" test "$(reason flows_full)$(reason insert_budget)" != 00

apply <<END
{ "schema": 1, "policies": [
  { "name": "all", "mode": "monitor", "match": { "class": ["syn", "synack", "ack", "fin", "rst",
    "udp", "icmp", "frag", "malformed", "other"] } },
  { "name": "full", "mode": "monitor", "key": "src",
    "limits": { "packets_per_second": 1, "bytes_per_second": 1000 }, "on_full": "drop" },
  { "name": "aggregate", "key": "src+dport", "limits": { "packets_per_second": 1 }, "on_full": "aggregate" } ],
  "sets": { "allow": [], "deny": [ "203.0.113.0/24", "2001:db8::/32" ] } }
END
round "monitor"
result "monitor: the module says what it would have dropped" \
	test "$(reason policy_monitor)" -gt 100000
done_testing
