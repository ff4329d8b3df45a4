#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Events: a full table and a policy over its limit are one event when it begins
# and one when it has been over for the hold time (event_hold_s); records that
# were overwritten unread are told, in numbers that are right; a reader of
# records that was too slow is told to the packet and byte what it missed.
set -euo pipefail
. "${0%/*}/lib.sh"

pktgen_device v4
nft -f - <<END
table inet judge {
	chain discard { type filter hook prerouting priority -449; policy accept; udp dport 9 drop; }
}
END
load_module flows=64 limiters=64 records=64 event_hold_s=10 timeout_new_s=3600
apply <<END
{ "schema": 1, "policies": [
  { "name": "per-source", "mode": "enforce", "match": { "class": "udp" }, "key": "src",
    "limits": { "packets_per_second": 10 }, "on_full": "pass" } ] }
END
flood() {
	pktgen_reset
	pktgen_setup v4 "$@"
	pktgen_start
}
# Over and under, full and not, several times within the hold time.
for _ in 1 2 3; do
	flood 10.0.0.0 10.0.255.255 "flag IPSRC_RND" "count 3000"
	flood 10.0.0.1 10.0.0.1 "count 200"
	sleep 1.1
done
result "the limiters were full: one event" test "$(events table_full limiters)" = 1
result "a policy was over: one event" test "$(events policy_over per-source)" = 1
result "neither has an end yet" test "$(events table_room limiters)$(events policy_under per-source)" = 00
ended() { test "$(events table_room limiters)$(events policy_under per-source)" = 11; }
result "both end after the hold time" wait_for 30 ended
refused=$(value_of "$(told table_room limiters)" refused_packets)
result "the end tells how many found no room: $refused" test "$refused" = "$(reason limiters_full_pass)"
over=$(value_of "$(told policy_under)" over_packets)
result "and how many were over: $over" test "$over" = "$(policy per-source over_packets)"
flood 10.0.0.1 10.0.0.1 "count 200"
again() { test "$(events policy_over per-source)" = 2; }
result "another episode is another event" wait_for 10 again

# --- a slow reader -----------------------------------------------------------------

issued() { value_of "$(tmctl -j stats)" records_issued; }
tmctl reset >/dev/null
tmctl -j record show >/tmp/first.json
before=$(issued)
declare -A was=([packets]=$(total recorded) [bytes]=$(total recorded bytes))
for i in 1 2 3; do
	flood 10.$i.0.0 10.$i.0.255 "count 1024"
	tmctl reset >/dev/null
done
tmctl -j record show from $(jq -r '.cursors[]' /tmp/first.json) >/tmp/second.json
new=$(($(issued) - before))
shown=$(jq '.records | length' /tmp/second.json)
missed=$(jq '[.gaps[].records] | add // 0' /tmp/second.json)
echo "# $new new records, $shown shown, $missed missed"
result "there was more than the rings hold" test "$missed" -gt 100
result "records shown and missed are all that were issued" test $((shown + missed)) = "$new"
for unit in packets bytes; do
	in_shown=$(jq "[.records[] | .$unit + .reply_$unit] | add" /tmp/second.json)
	in_gaps=$(jq "[.gaps[].$unit] | add" /tmp/second.json)
	result "so are their $unit: $in_shown shown, $in_gaps missed" \
		test $((in_shown + in_gaps)) = $(($(total recorded $unit) - ${was[$unit]}))
done
# Several events, a hold time apart, may tell of the lost ones: it is their sum.
lost() { told records_lost | grep -o "\"$1\":[0-9]*" | cut -d : -f 2 | awk '{ sum += $1 } END { print sum + 0 }'; }
lost_all() { test "$(lost lost_records)" = "$missed"; }
result "events say that records were lost unread" wait_for 30 lost_all
result "as many as the reader missed: $(lost lost_records) of $missed" lost_all
for unit in packets bytes; do
	result "with their $unit" test "$(lost "lost_$unit")" = "$(jq "[.gaps[].$unit] | add" /tmp/second.json)"
done

# Following: nothing is missed by a reader that keeps up.
before=$(issued)
tmctl -j record show from $(jq -r '.cursors[]' /tmp/second.json) --follow --interval 20ms \
	>/tmp/followed 2>/tmp/follower.log &
follower=$!
for i in 1 2 3; do
	flood 10.$((10 + i)).0.0 10.$((10 + i)).0.31 "count 32"
	tmctl reset >/dev/null
	sleep 0.3
done
new=$(($(issued) - before))
got_all() { test "$(grep -c '"source":' /tmp/followed)" = "$new"; }
result "a reader that follows gets all $new" wait_for 5 got_all
kill $follower || cat /tmp/follower.log
done_testing
