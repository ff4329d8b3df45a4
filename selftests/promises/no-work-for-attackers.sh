#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Invariant 9, nothing an attacker sends makes work outside the packet path
# without a rate limit of its own: under a flood of all that is bad the kernel
# log stays silent, events are few, and the kernel's workers do not work more
# the more packets come.
set -euo pipefail
. "${0%/*}/lib.sh"

pktgen_device v4
pktgen_device v6
nft -f - <<END
table inet judge {
	chain discard { type filter hook prerouting priority -449; policy accept; meta l4proto != icmpv6 drop; }
}
END
load_module flows=64 limiters=64 records=64 insert_budget=1000 event_hold_s=3
apply <<END
{ "schema": 1, "policies": [
  { "name": "malformed", "mode": "enforce", "match": { "class": "malformed" }, "key": "src",
    "limits": { "packets_per_second": 1 }, "on_full": "drop" },
  { "name": "flapping", "mode": "enforce", "match": { "class": "udp", "destination_port": 7 },
    "key": "dst", "limits": { "packets_per_second": 10 } },
  { "name": "per-source", "mode": "enforce", "match": { "class": "udp", "destination_port": 9 }, "key": "src/32/128",
    "limits": { "packets_per_second": 1, "bytes_per_second": 1000 }, "on_full": "aggregate" },
  { "name": "per-flow", "key": "flow", "limits": { "packets_per_second": 1 } } ] }
END
generate() {
	/tm/build/selftests/net/generate --device v6-peer --mac "$(cat /sys/class/net/v6/address)" \
		--source 10.0.0.0/8 --destination 198.51.100.1 \
		--source 2001:db8::/32 --destination 2001:db8:f::1 "$@" >>/tmp/generated.json
}
# CPU time of the kernel's workers, and how often they ran: "NS RUNS".
workers() {
	local dir ns=0 runs=0 a c comm
	for dir in /proc/[0-9]*; do
		read -r comm <"$dir/comm" || continue
		[[ $comm == kworker/u* ]] || continue
		read -r a _ c <"$dir/schedstat" || continue
		ns=$((ns + a)) runs=$((runs + c))
	done 2>/dev/null
	echo "$ns $runs"
}
# measure COMMAND...: sets ns and runs a second of what the workers did meanwhile.
measure() {
	local start_ns=${EPOCHREALTIME/./} before after us
	before=$(workers)
	"$@"
	after=$(workers)
	us=$((${EPOCHREALTIME/./} - start_ns))
	ns=$(((${after% *} - ${before% *}) * 1000000 / us))
	runs=$(((${after#* } - ${before#* }) * 1000000 / us))
	packets=$(total seen)
}

# A first flood, so that every event that is due once has happened.
all_that_is_bad() {	# COUNT
	local flags
	for flags in FS FR A SA; do
		generate --protocol tcp --flags $flags --source-port random --count "$1"
	done
	generate --protocol udp --fragments 3 --payload 100 --count "$1"
	generate --protocol icmp --count "$1"
	generate --protocol 47 --count "$1"
	generate --protocol udp --destination-port 9 --source-port random --count $((4 * $1))
}
all_that_is_bad 300
sleep 1.5
lines=$(dmesg | wc -l)
sequence=$(newest_event)

measure sleep 4
quiet_ns=$ns quiet_runs=$runs quiet_packets=$packets
measure all_that_is_bad 10000
echo "# quiet: $quiet_ns ns and $quiet_runs runs of workers a second; flood of $((packets - quiet_packets)) packets: $ns ns, $runs runs"
result "it was a flood" test $((packets - quiet_packets)) -ge 100000
result "of all kinds: malformed, untracked, without room" \
	test "$(class malformed)" -gt 10000 -a "$(reason flows_full)$(reason insert_budget)" != 00 \
	-a $(($(reason limiters_full_aggregate) + $(reason limiters_full_pass))) -gt 1000
result "workers ran no more often than 50 times a second above quiet" test "$runs" -le $((quiet_runs + 50))
result "they took no more than 3 % of a processor above quiet" test "$ns" -le $((quiet_ns + 30000000))
result "the kernel log has no new line" test "$(dmesg | wc -l)" = "$lines"
now=$(newest_event)
result "events are a few: $((now - sequence))" test $((now - sequence)) -le 12

# A key that flaps: over for an instant, four times a hold time, then quiet.
flap() { events "$1" flapping; }
flap_ended() { test "$(flap policy_under)" = 1; }
for _ in {1..8}; do
	generate --destination-port 7 --count 50
	sleep 0.8
done
result "a flapping key is one event when it goes over" test "$(flap policy_over)" = 1
result "and none while it flaps" test "$(flap policy_under)" = 0
result "and one when it has been under for the hold time" wait_for 20 flap_ended
duration=$(value_of "$(told policy_under flapping)" duration_ns)
result "which tells the whole episode: $duration ns" test "$duration" -gt 3000000000
result "the kernel log still has no new line" test "$(dmesg | wc -l)" = "$lines"
done_testing
