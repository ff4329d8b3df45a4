#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Invariant 10, every internal error passes the packet and counts why: what
# cannot be parsed, what is malformed (unless a policy names it), a limiter table
# without room, more matches than are walked.  A policy is in monitor mode unless
# its file says enforce.
set -euo pipefail
. "${0%/*}/lib.sh"

pktgen_device v4
pktgen_device v6
nft -f - <<END
table inet judge {
	counter behind { }
	chain behind {
		type filter hook prerouting priority -449; policy accept;
		meta iifname "v6" counter name behind drop
	}
}
table netdev judge {
	counter ingress { }
	chain behind {
		type filter hook ingress device "v4" priority -449; policy accept;
		counter name ingress drop
	}
}
END
load_module flows=4096 limiters=64 records=64 devices=v4

sent=0
generate() {
	/tm/build/selftests/net/generate --device v6-peer --mac "$(cat /sys/class/net/v6/address)" \
		--source 10.0.0.0/8 --destination 198.51.100.1 \
		--source 2001:db8::/32 --destination 2001:db8:f::1 "$@" >/tmp/generated.json
	sent=$(jq .packets /tmp/generated.json)
}
# passes NAME GENERATE_ARGUMENT...: all that is sent gets behind the module.
passes() {
	local name=$1 before
	shift
	before=$(counter behind)
	generate "$@"
	result "$name: all $sent pass" test $(($(counter behind) - before)) = "$sent"
}

# --- what cannot be parsed, at ingress: the stack itself would not bring it ---

# frame ETHERTYPE BYTE...: one frame arriving on v4, bytes in hexadecimal.
frame() {
	local type=$1
	shift
	printf '%s' "$(tr -d : </sys/class/net/v4/address)020000000007$type$*" | tr -d ' ' | xxd -r -p |
		socat -u - interface:v4-peer
}
zeros() { printf '%0*d' $((2 * $1)) 0; }
apply <<END
{ "schema": 1, "policies": [
  { "name": "all-but-malformed", "mode": "enforce" } ] }
END
unparsed() {	# NAME ETHERTYPE BYTES
	local before behind
	before=$(reason no_header)
	behind=$(nft -j list counter netdev judge ingress | jq '.nftables[] | .counter // empty | .packets')
	frame "$2" "$3"
	sleep 0.1
	result "$1 is counted" test $(($(reason no_header) - before)) = 1
	result "$1 passes, though a policy drops everything" test $(($(nft -j list counter netdev judge ingress |
		jq '.nftables[] | .counter // empty | .packets') - behind)) = 1
}
unparsed "an IPv4 header of 16 bytes" 0800 "44000040 00000000 40110000 0a000001 c6336401 $(zeros 40)"
unparsed "an IPv4 header cut off" 0800 "45000014 0000"
unparsed "IPv4 of version 7" 0800 "75000028 00000000 40110000 0a000001 c6336401 $(zeros 40)"
unparsed "a total length shorter than the header" 0800 "45000010 00000000 40110000 0a000001 c6336401 $(zeros 40)"
unparsed "an IPv6 header cut off" 86dd "60000000 0000 1140 20010db8"
unparsed "IPv6 of version 4" 86dd "40000000 0008 1140 $(zeros 48)"

# Without addresses it is in no set, not even one that has the address 0.
tmctl set add deny 0.0.0.0/8 ::/16 >/dev/null
unparsed "an IPv4 header of 16 bytes, with 0.0.0.0/8 denied" 0800 \
	"44000040 00000000 40110000 0a000001 c6336401 $(zeros 40)"
unparsed "an IPv6 header cut off, with ::/16 denied" 86dd "60000000 0000 1140 20010db8"
tmctl set flush deny >/dev/null

# --- malformed -----------------------------------------------------------------

before=$(class malformed)
passes "malformed, and a policy that drops all other classes" --protocol tcp --flags FS --count 500
result "it is counted as such" test $(($(class malformed) - before)) = "$sent"
apply <<END
{ "schema": 1, "policies": [
  { "name": "malformed", "mode": "enforce", "match": { "class": "malformed" } } ] }
END
before=$(counter behind)
generate --protocol tcp --flags FS --count 500
result "a policy that names malformed drops it" test "$(counter behind)" = "$before"
result "and counts it" test "$(policy malformed dropped_packets)" = 500

# --- no room among the limiters -----------------------------------------------

# Each packet is another key, and keeps a slot for 10 s: 1,250 bytes at 125 a second.
full() {	# ON_FULL
	apply <<-END
		{ "schema": 1, "policies": [
		  { "name": "full-$1", "mode": "enforce", "match": { "class": "udp" }, "key": "src/32/128",
		    "limits": { "bytes_per_second": 125, "bytes_burst": 450000 }, "on_full": "$1" } ] }
	END
	before=$(counter behind)
	generate --protocol udp --payload 1222 --count 4000
	generate --protocol udp --payload 1222 --count 4000
	passed=$(($(counter behind) - before))
	refused=$(reason "limiters_full_$1")
	echo "# $1: $passed of 8000 passed, $refused found no room"
}
# Two packets a key, so that those with a slot are still under.
full pass
result "a full table, on_full pass: all pass" test "$passed" = 8000
result "those without room are counted" test "$refused" -ge 7000
result "and not as dropped" test "$(policy full-pass dropped_packets)" = 0
tmctl limiter flush >/dev/null
full drop
result "on_full drop: those without room are dropped" test $((passed + refused)) = 8000 -a "$refused" -ge 7000
result "and counted as the policy's" test "$(policy full-drop dropped_packets)" = "$refused"
# Keys of both families from everywhere: their prefixes find room no more than they do.
tmctl limiter flush >/dev/null
apply <<END
{ "schema": 1, "policies": [
  { "name": "wide", "mode": "enforce", "match": { "class": "udp" }, "key": "src/32/128",
    "limits": { "bytes_per_second": 125, "bytes_burst": 450000 }, "on_full": "aggregate",
    "aggregate_factor": 1 } ] }
END
before=$(counter behind)
before_refused=$(($(reason limiters_full_aggregate) + $(reason limiters_full_pass)))
generate --protocol udp --payload 1222 --count 8000
refused=$(($(reason limiters_full_aggregate) + $(reason limiters_full_pass) - before_refused))
result "on_full aggregate: each passes or is dropped by its policy" \
	test $(($(counter behind) - before + $(policy wide dropped_packets))) = 8000
result "those without room of their own are counted, as charged to the prefix or passed: $refused" \
	test "$refused" -ge 7000
full_told() { test "$(events table_full limiters)" = 1; }
result "an event says that the table is full" wait_for 4 full_told

# --- more matches than are walked ---------------------------------------------

many() {	# COUNT: so many in monitor mode, then one that drops
	seq "$1" | jq -cs '{ schema: 1, policies: (map({ name: "many-\(.)", match: { class: "udp" } })
		+ [{ name: "last", mode: "enforce", match: { class: "udp" } }]) }' | apply
}
many 16
before=$(reason matches_many)
passes "a policy behind 16 that match" --count 1000
result "that it was not asked is counted" test $(($(reason matches_many) - before)) = 1000
result "it was not asked" test "$(policy last matched_packets)" = 0 -a "$(policy many-16 matched_packets)" = 1000
many 15
before=$(counter behind)
generate --count 1000
result "as the 16th it is asked, and drops" test "$(counter behind)" = "$before" -a "$(policy last dropped_packets)" = 1000

# --- monitor unless enforce ----------------------------------------------------

apply <<END
{ "schema": 1, "policies": [ { "name": "no-mode" }, { "name": "no-mode-limited", "key": "none",
  "limits": { "packets_per_second": 1 } } ] }
END
before=$(reason policy_monitor)
passes "policies without a mode" --count 1000
result "they count what they would have dropped" test $(($(reason policy_monitor) - before)) -ge 1000
result "they are in monitor mode" test "$(policy no-mode mode)$(policy no-mode-limited mode)" = monitormonitor
done_testing
