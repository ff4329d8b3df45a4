#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A day in some minutes: flows that come and go, a source that is over its limit all
# day; each hour another that goes over and under, a ruleset, a namespace and
# prefixes that come and go, a reader of records.  In the last hour memory, the
# tables and what is shown are what they were in the first; the limit of one packet a
# second let pass a packet a second; each count of the day is right.
#
#	selftests/vm/run --icount -t 3600 -- hardships/day.sh [HOURS]	default 24
#
# A clock that counts instructions jumps to the next timer where nothing is to do.
set -euo pipefail
. "${0%/*}/../promises/lib.sh"
. "${0%/*}/../net/memory.sh"
hours=${1:-24}
burst=200

pktgen_device over
pktgen_device churn
pktgen_device hourly
count_port_9
nft add counter inet judge over_passed
nft insert rule inet judge behind iif over udp dport 9 counter name over_passed
load_module flows=1024 limiters=1024 records=1024 event_hold_s=10 timeout_new_s=30

# ruleset HOUR: one policy of three is another each hour.
ruleset() {
	apply <<-END
	{ "schema": 1, "policies": [
	  { "name": "slow", "mode": "enforce", "match": { "class": "udp", "source": "10.1.0.0/16" },
	    "key": "src/32", "limits": { "packets_per_second": 1, "packets_burst": 1 } },
	  { "name": "hourly", "mode": "enforce", "match": { "class": "udp", "source": "10.2.0.0/16" },
	    "key": "src/32", "limits": { "packets_per_second": 10, "packets_burst": 10 } },
	  { "name": "of-hour-$1", "match": { "class": "udp" }, "key": "src/24",
	    "limits": { "packets_per_second": 100 } } ] }
	END
}

# A namespace that sees ten packets of its own.
visitor() {
	ip netns add visitor
	ip netns exec visitor sysctl -qw net.ipv6.conf.all.disable_ipv6=1
	ip -n visitor link set lo up
	tmctl -n visitor netns attach >/dev/null
	ip netns exec visitor bash -c 'for i in {1..10}; do echo >/dev/udp/127.0.0.1/$((9000 + i)); done' 2>/dev/null || true
	visitors_saw=$((visitors_saw + $(value_of "$(tmctl -n visitor -j stats)" packets)))
	ip netns del visitor
}

# What was issued since the last reading is shown, or told as missed: one ring.
read_records() {
	local missed shown
	tmctl -j record show ${cursor:+from $cursor} >/tmp/records.json
	cursor=$(sed 's/.*"cursors":\["\([^"]*\)".*/\1/' /tmp/records.json)
	missed=$(sed -n 's/.*"gaps":\[[^]]*"records":\([0-9]*\).*/\1/p' /tmp/records.json)
	shown=$(grep -o '"reason":' /tmp/records.json | wc -l) || true
	records_read=$((records_read + shown + ${missed:-0}))
}

# What the module makes and frees it makes twice an hour: see below.
hour() {
	ruleset "$1-a"
	ruleset "$1-b"
	/tm/build/selftests/net/generate --device hourly-peer --mac "$(cat /sys/class/net/hourly/address)" \
		--source "10.2.0.$1" --destination 198.51.100.1 --count $burst --rate 1000 >/dev/null
	visitor
	visitor
	tmctl set add deny "192.0.2.$1/32" timeout 600s >/dev/null
	read_records
}

visitors_saw=0 records_read=0 cursor=''
began=$(uptime)
pktgen_setup over 10.1.0.1 10.1.0.1 "ratep 2" "count $((hours * 3600 * 2))"
pktgen_setup churn 10.0.0.0 10.0.255.255 "flag IPSRC_RND" "ratep 1" "count $((hours * 3600))"
tmctl -j event monitor >/tmp/events &
monitor=$!
pktgen_start &
flood=$!
for ((number = 1; number <= hours; number++)); do
	hour $number
	sleep $((began + number * 3600 - 60 - $(uptime)))
	live=$(status flows) limiting=$(status limiters) memory=$(status memory_bytes)
	if [ $number = 1 ]; then
		remember_memory
		memory_first=$memory
	fi
	echo "# hour $number: $live flows live, $limiting limiters, $memory bytes, available $(kib MemAvailable) KiB"
	# One a second, for 30 s and up to a sweep of the table more; and who is over.
	[ "$live" -ge 30 ] && [ "$live" -le 60 ] && [ "$limiting" -le 4 ] && [ "$memory" = "$memory_first" ] ||
		echo "hour $number: $live flows live, $limiting limiters, $memory bytes" >>/tmp/not-flat
done
result "at the end of each hour as many flows and limiters live as at that of the first" not cat /tmp/not-flat
# A set frees what it retired by the 57 objects, of which half may be of one size.
most_kept=29
back() { memory_is_back $most_kept || { grown_slabs $most_kept; return 1; }; }
result "memory is what it was after the first hour" back
echo "# available $memory_was -> $memory_kib KiB, kernel $kernel_was -> $kernel_kib KiB"
wait $flood
seconds=$(pktgen_seconds over)
passed=$(counter over_passed)
echo "# $(pktgen_sent over) packets in $seconds s, $passed passed"
result "what was over a limit of one a second passed $passed packets in $seconds s" \
	awk -v p="$passed" -v s="$seconds" -v h="$hours" 'BEGIN { exit !(s > h * 3590 && p >= s * 0.99 && p <= s * 1.01 + 1) }'
sleep 60
read_records
result "seen is what an independent counter says" test "$(total seen)" = "$(counter arrived)"
result "dropped and passed are what arrived" \
	test $(($(total dropped) + $(counter passed))) = "$(counter arrived)"
result "the policy that is over all day counted all: $(policy slow matched_packets)" \
	test "$(policy slow matched_packets)" = $((hours * 3600 * 2))
# heard TYPE POLICY: how often, to who listened all day; the ring holds less than that.
heard() { grep -c "\"type\":\"$1\".*\"policy\":\"$2\"" /tmp/events; }
kill $monitor
result "it was one episode" test "$(heard policy_over slow)" = 1
result "each hour's was one, with an end" \
	test "$(heard policy_over hourly) $(heard policy_under hourly)" = "$hours $hours"
result "namespaces that are gone saw what they saw: $visitors_saw" \
	test "$visitors_saw" -ge $((hours * 20)) -a "$(total former_namespaces)" = "$visitors_saw"
issued=$(value_of "$(tmctl -j stats)" records_issued)
result "the reader was shown each record of $issued, or told of it" test "$records_read" = "$issued"
result "the rings have turned: $issued" test "$issued" -gt $((hours * 2000))
result "prefixes have expired" test "$(tmctl -j set show deny | grep -c '"prefix":')" = 0
result "nothing is live" test "$(status flows)$(limiters)" = 00
books_balance
done_testing
