#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A ruleset that waits for its confirmation heals itself: one that drops ssh, with
# the tool that applied it killed at random points, and a set that drops
# everybody, are taken back by the kernel on time, not earlier.  Under a flood no
# packet passes on the way there and back, and none is counted twice or not at
# all.  What is confirmed stays.
set -euo pipefail
. "${0%/*}/lib.sh"
kills=${1:-6}
RANDOM=11	# the points are random, the same each time

add_peer
serve_echo 22 env
pktgen_device v4
count_port_9
load_module flows=256 limiters=64 records=1024

rules() {	# NAME PORT: TCP to PORT is dropped, and the flood
	cat >"/tmp/$1.json" <<-END
		{ "schema": 1, "policies": [
		  { "name": "$1", "mode": "enforce", "match": { "class": ["syn", "ack", "fin", "rst"],
		    "direction": "in", "destination_port": $2 } },
		  { "name": "flood-$1", "mode": "enforce", "match": { "class": "udp", "destination_port": 9 } } ] }
	END
}
rules good 23
rules bad 22
# try NAME TIME: what it is warned of is meant
try() { tmctl policy apply "/tmp/$1.json" --confirm "$2" >/tmp/apply.log 2>&1; }
ssh_works() { echoes 10.9.0.1:22 in_peer; }
in_use() { value_of "$(tmctl -j policy show)" name; }
waits() { test -n "$(status confirm_timeout_ns)"; }
change() { value_of "$(told ruleset | tail -n 1)" change; }
# between_changes: ns from the last ruleset event but one to the last.
between_changes() {
	told ruleset | tail -n 2 | grep -o '"time_ns":[0-9]*' | cut -d : -f 2 | paste -sd ' ' |
		{ read -r first second; echo $((second - first)); }
}
# on_time SECONDS: that is how long the last ruleset waited, or, where the guest itself
# was held up, up to three seconds longer.
on_time() {
	local waited
	waited=$(between_changes)
	echo "$waited ns"
	test "$waited" -ge $(($1 * 1000000000)) -a "$waited" -lt $((($1 + 3) * 1000000000))
}

apply /tmp/good.json
result "ssh works" ssh_works
try bad 4s	# longer than an attempt to connect
result "a ruleset that drops ssh is in use" test "$(in_use)" = bad
result "and ssh does not work" not ssh_works
result "status says that it waits" waits
result "it is taken back" wait_for 20 not waits
result "because nobody confirmed it" test "$(change)" = timed_out
result "after its four seconds" on_time 4
result "the ruleset before is in use" test "$(in_use)" = good
result "ssh works again" ssh_works

committed=0 healed=0
for ((i = 0; i < kills; i++)); do
	killed_after $((RANDOM % 80)) tmctl policy apply /tmp/bad.json --confirm 1s
	! waits || committed=$((committed + 1))
	wait_for 20 not waits || true
	[ "$(in_use)" != good ] || healed=$((healed + 1))
done
echo "# killed $kills times, $committed times behind the commit"
result "with the tool killed while it applies the ruleset before is in use each time" \
	test $healed = "$kills"
result "some were killed behind the commit" test $committed -gt 0

tmctl set replace deny 10.9.0.0/24 --confirm 4s >/tmp/apply.log
result "a set that drops everybody is in use" not ssh_works
result "it is taken back, too" wait_for 20 not waits
result "after its four seconds, too" on_time 4
result "ssh works with the set before" ssh_works
tmctl set add deny 10.9.0.2 --confirm 10m >/tmp/apply.log
result "an entry that waits drops" not ssh_works
tmctl policy rollback >/tmp/apply.log
result "and is taken back when that is asked for" ssh_works

# There and back under a flood that both rulesets drop.
pktgen_setup v4 10.0.0.0 10.0.255.255 "flag IPSRC_RND" "delay 100000" "count 0"
dropped=$(reason policy)
pktgen_start &
flood=$!
wait_for 10 sh -c 'nft list counter inet judge arrived | grep -q "packets [1-9]"'
for _ in {1..20}; do
	try bad 10m
	tmctl policy rollback >/tmp/apply.log
done
try bad 10m
tmctl policy confirm >/tmp/apply.log
echo stop >/proc/net/pktgen/pgctrl
wait $flood
arrived=$(counter arrived)
echo "# $arrived packets of the flood, 20 times there and back"
result "no packet of the flood passes" test "$(counter passed)" = 0
result "each is dropped by a policy, once" test $(($(reason policy) - dropped)) = "$arrived"
result "what is confirmed stays" eval 'sleep 1.5; test "$(in_use)" = bad'
result "nothing waits any more" not waits
books_balance
done_testing
