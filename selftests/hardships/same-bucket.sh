#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Who floods cannot aim: buckets have a fixed size and the hash a secret, so that no
# pattern of addresses and ports makes a packet dearer than random ones do, nor fills
# some buckets before others.  8,192 flows in a table for 16,384 find their places
# but for some 68, as chance has it (6 standard deviations: 120), whatever they look
# like; and each namespace and each load has another secret.
#
#	selftests/vm/run --icount -- promises/run --in hardships same-bucket
#
# With a clock that counts instructions, nanoseconds are what a packet costs.
set -euo pipefail
. "${0%/*}/../promises/lib.sh"
flows=8192

pktgen_device v4
discard_from v4
load_module flows=$((2 * flows)) records=64 insert_budget=0 timeout_new_s=3600

# flood SETTING...: as many packets as flows; sets cost, nanoseconds a packet.
flood() {
	pktgen_reset
	pktgen_setup v4 10.0.0.1 10.0.0.1 "count $flows" "$@"
	pktgen_start
	cost=$(awk -v s="$(pktgen_seconds v4)" -v n=$flows 'BEGIN { printf "%d", s * 1e9 / n }')
}

# pattern NAME SETTING...: twice: flows that are new, then the same again.
pattern() {
	local name=$1 first
	shift
	tmctl reset >/dev/null
	flood "$@"
	first=$cost
	live=$(status flows)
	flood "$@"
	echo "# $name: $first ns a packet when new, $cost ns again, $live of $flows live"
	result "$name: some $((flows - live)) find no place" test $((flows - live)) -le 120
	result "$name: no dearer than random ones" test "$first" -le $((random * 11 / 10)) -a \
		"$cost" -le $((random * 11 / 10))
}

# The first of a kernel that is cold is no measure.
flood "src_max 10.255.255.255" "flag IPSRC_RND"
tmctl reset >/dev/null
flood "src_max 10.255.255.255" "flag IPSRC_RND"
random=$cost
live=$(status flows)
echo "# random sources: $random ns a packet, $live of $flows live"
result "random sources: some $((flows - live)) find no place" test $((flows - live)) -le 120
pattern "sources in a row" "src_min 10.0.0.0" "src_max 10.0.31.255"
pattern "source ports in a row" "udp_src_min 1024" "udp_src_max $((1024 + flows - 1))"
pattern "destination ports in a row" "udp_dst_min 1024" "udp_dst_max $((1024 + flows - 1))"
pattern "both ports in a row" "udp_src_min 1024" "udp_src_max $((1024 + flows - 1))" \
	"udp_dst_min 1024" "udp_dst_max $((1024 + flows - 1))"
pattern "both addresses in a row" "src_min 10.0.0.0" "src_max 10.0.31.255" \
	"dst_min 10.64.0.0" "dst_max 10.64.31.255"
books_balance

# order NAMESPACE: in which 64 flows lie in its table, which its secret decides.
order() {
	tmctl -n "$1" netns attach >/dev/null
	# All from one port, so that it is the same flows each time.
	ip netns exec "$1" hping3 -q -2 -s 5000 -k -p ++9001 -c 64 -i u1000 127.0.0.1 >/dev/null 2>&1 || true
	tmctl -n "$1" -j flow sort none | grep -o '"protocol":17[^}]*"destination_port":90[0-9]*' |
		grep -o '[0-9]*$' | tr '\n' ' ' >>/tmp/orders
	echo >>/tmp/orders
	tmctl -n "$1" netns detach >/dev/null
}
for ns in one two; do
	ip netns add $ns
	ip -n $ns link set lo up
	order $ns
done
order one
modprobe -r trafficmon
load_module autostart=0
order one
result "64 flows lie in the table in an order" awk 'NF != 64 { exit 1 } END { exit NR != 4 }' /tmp/orders
result "in another in another namespace, attached anew, loaded anew" test "$(sort -u /tmp/orders | wc -l)" = 4
done_testing
