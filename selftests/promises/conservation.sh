#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Invariant 1, conservation: seen = live flows + records ever issued + untracked,
# for packets and bytes, at every moment under traffic and exactly at rest; and
# seen is what an independent counter says.
#
# 10 million packets (or $1) from 1 million random sources of each family, IPv4
# and IPv6 mixed, on two processors, with tables far too small for them, while
# readers dump flows, records and limiters, and reset.
set -euo pipefail
. "${0%/*}/lib.sh"
total=${1:-10000000}

pktgen_device v4
pktgen_device v6
nft -f - <<END
table inet judge {
	counter arrived { }
	counter sent { }
	chain prerouting {
		type filter hook prerouting priority -451; policy accept;
		iif "lo" accept
		counter name arrived
	}
	chain output {
		type filter hook output priority 2147483646; policy accept;
		counter name sent
	}
	# Behind the module: nothing of the flood goes further into the stack.
	chain discard {
		type filter hook prerouting priority -440; policy accept;
		udp dport 9 drop
	}
}
END
load_module flows=4096 limiters=256 records=256
cat >/tmp/policy.json <<END
{ "schema": 1, "policies": [
  { "name": "per-source", "mode": "enforce", "match": { "class": "udp" },
    "key": "src/24", "limits": { "packets_per_second": 10 }, "on_full": "aggregate" } ] }
END
tmctl policy apply /tmp/policy.json >/dev/null 2>&1

# What has no end of its own runs until the flood has.
readers() {
	while :; do tmctl -j flow >/tmp/flows.json; done &
	while :; do tmctl -j record >/tmp/records.json; tmctl -j limiter >/tmp/limiters.json; done &
	while :; do tmctl reset >/dev/null; sleep 1; done &
}
# Each ledger under traffic; a line for each that is out of balance.
ledgers() {
	while :; do
		tmctl -j stats --ledger >/tmp/ledger-now.json || cat /tmp/ledger-now.json >>/tmp/unbalanced
		echo >>/tmp/ledgers
	done
}

: >/tmp/unbalanced
pktgen_setup v4 10.0.0.0 10.15.255.255 "flag IPSRC_RND" "count $((total / 10 * 9))"
ledgers &
readers
/tm/build/selftests/net/generate --device v6-peer --mac "$(cat /sys/class/net/v6/address)" \
	--source 2001:db8::/108 --destination 2001:db8:f::1 --count $((total / 10)) \
	--seed 1 >/tmp/generated.json &
generator=$!
pktgen_start
wait $generator
kill $(jobs -p) 2>/dev/null || true
wait 2>/dev/null || true
sleep 0.2

cat /tmp/generated.json
tmctl -j stats --ledger >/tmp/ledger.json || true
book() { jq ".ledger[] | select(.name == \"$1\") | .$2" /tmp/ledger.json; }
jq -c '.ledger[]' /tmp/ledger.json | sed 's/^/# /'
counter() { nft -j list counters table inet judge | jq "[.nftables[].counter // empty | .$1] | add"; }
echo "# $(wc -l </tmp/ledgers) ledgers under traffic; records issued: $(jq .stats.records_issued /tmp/ledger.json)"
result "the flood had $total packets" \
	test "$(($(pktgen_sent v4) + $(jq .packets /tmp/generated.json)))" -ge "$total"
result "at least 3 ledgers were taken under traffic and all balance" \
	test "$(wc -l </tmp/ledgers)" -ge 3 -a ! -s /tmp/unbalanced
for unit in packets bytes; do
	seen=$(book seen_after $unit)
	result "at rest the books balance exactly, in $unit" \
		test "$(book sum $unit)" = "$seen"
	result "an independent counter says the same, in $unit: $(counter $unit)" \
		test "$(counter $unit)" = "$seen"
done
result "the flow table held no more than it has room for" \
	test "$(tmctl -j flow | jq '.flows | length')" -le 4096
result "nearly all became records: $(jq .stats.records_issued /tmp/ledger.json)" \
	test "$(jq .stats.records_issued /tmp/ledger.json)" -gt $((total / 2))
done_testing
