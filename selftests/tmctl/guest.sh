#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# tmctl beside the real module, as a person uses it: in a guest,
#	selftests/vm/run -- tmctl/guest.sh
# Prints KTAP.  What needs no module is tested in unit/test_tmctl_usage.sh,
# `tmctl log` in logs/.
#
#	[here] h0 ---- r0 [router] r1 ---- s0 [server]
#	192.0.2.1    192.0.2.2  198.51.100.1  198.51.100.2
#
# The router turns its port 8080 into port 80 of the server, and hides what
# it forwards behind its own address.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 1
number=0
failed=0
started=()

why() {
	printf '# %s\n' "$@"
	return 1
}

# run ARGUMENT...: leaves $code, $dir/out, $dir/err
run() {
	timeout 60 tmctl "$@" >"$dir/out" 2>"$dir/err"
	code=$?
}

# ends CODE ARGUMENT...: tmctl ends with this code
ends() {
	local want=$1
	shift
	run "$@"
	[ "$code" = "$want" ] || why "tmctl $*: $code, not $want" "$(head -c 600 "$dir/out" "$dir/err")"
}

# says PATTERN FILE: one of $dir/out, $dir/err, ...
says() {
	grep -qE -- "$1" "$dir/$2" || why "no '$1' in $2:" "$(head -c 600 "$dir/$2")"
}

# is JQ: $dir/out is one document, of which it is true
is() {
	jq -es "length == 1 and (.[0] | $1)" "$dir/out" >/dev/null 2>&1 || why "not so: $1" "$(head -c 600 "$dir/out")"
}

# until_so COMMAND...: within a minute, which only a failure takes
until_so() {
	local deadline=$((SECONDS + 60))
	until "$@" 2>/dev/null; do
		[ $SECONDS -lt $deadline ] || return 1
		sleep 0.05
	done
}

# start FILE ARGUMENT...: tmctl beside us; its output into $dir/FILE
start() {
	local file=$1
	shift
	tmctl "$@" >"$dir/$file" 2>"$dir/$file.err" &
	started+=($!)
}

# end_last: what start began is asked to end; leaves its status
end_last() {
	kill "${started[-1]}" 2>/dev/null
	wait "${started[-1]}" 2>/dev/null
}

# ruleset FILE LETTER COUNT: policies LETTER-0, LETTER-1, ...
ruleset() {
	jq -cn --arg letter "$2" --argjson count "$3" '{schema: 1, policies: [range($count) |
		{name: "\($letter)-\(.)", match: {class: "udp", direction: "in"},
		 key: "src/32", limits: {packets_per_second: (. + 10)}}]}' >"$dir/$1"
}

two_policies() {
	cat >"$dir/two.json" <<-'JSON'
	{"schema": 1, "policies": [
	  {"name": "few", "mode": "enforce", "match": {"class": "icmp"}, "key": "src/32",
	   "limits": {"packets_per_second": 5}},
	  {"name": "dns-answers", "match": {"class": "udp", "source_port": [53, "1024-2048"]},
	   "key": "dst/24/56", "limits": {"bytes_per_second": 100000, "bytes_burst": 200000},
	   "on_full": "aggregate", "aggregate_factor": 4}],
	 "sets": {"allow": ["10.0.0.0/8", "2001:db8::/32"],
	  "deny": [{"prefix": "203.0.113.0/24", "timeout_seconds": 3600}]}}
	JSON
}

network() {
	ip netns add router && ip netns add server &&
		ip link add h0 type veth peer name r0 netns router &&
		ip -n router link add r1 type veth peer name s0 netns server &&
		ip address add 192.0.2.1/24 dev h0 && ip link set h0 up &&
		ip -n router address add 192.0.2.2/24 dev r0 && ip -n router link set r0 up &&
		ip -n router address add 198.51.100.1/24 dev r1 && ip -n router link set r1 up &&
		ip -n server address add 198.51.100.2/24 dev s0 && ip -n server link set s0 up &&
		ip netns exec router sysctl -qw net.ipv4.ip_forward=1 &&
		ip netns exec router nft -f - <<-'NFT'
		table ip nat {
			chain to {
				type nat hook prerouting priority -100
				iifname "r0" tcp dport 8080 dnat to 198.51.100.2:80
			}
			chain from {
				type nat hook postrouting priority 100
				oifname "r1" masquerade
			}
		}
		NFT
}

ping_few() { ping -q -c "$1" -i 0.01 192.0.2.2 >/dev/null 2>&1; }

# Of the limits of slow.json: packets of 192.0.2.1 counted, bytes over.
counted_and_over() {
	is '[.limiters[] | select(.source == "192.0.2.1" and .policy == "slow")] | length == 2 and
		any(.kind == "packets" and (.over | not) and .rate_pps == 1 and .used_packets > 0) and
		any(.kind == "bytes" and .over and .rate_bytes_per_second == 125)'
}

says_dropping() { run status && says 'warning: policy slow has been dropping for ' out; }

test_every_document_is_json() {
	local code words
	while read -r code words; do
		ends "$code" -j $words || return
		[ ! -s "$dir/err" ] || why "tmctl -j $words: $(cat "$dir/err")" || return
		is ".tmctl.schema == 1 and if $code == 0 or $code == 6 then has(\"error\") | not
			else .error.exit_code == $code and .error.message != \"\" end" || return
	done <<-END
	0 status
	0 stats
	0 stats --all --explain --ledger
	0 flow
	0 flow --conntrack address 192.0.2.0/24 protocol icmp limit 1
	0 record
	0 policy
	0 policy check $dir/two.json
	6 policy apply $dir/two.json --dry-run
	0 policy apply $dir/two.json
	0 policy show few
	0 policy export
	0 policy save $dir/saved.json
	2 policy save -
	1 policy save $dir
	0 policy explain from 192.0.2.1:9 to 192.0.2.2:9 class udp --all
	0 policy explain from 192.0.2.1 to 192.0.2.2 --file $dir/two.json
	2 policy explain from 192.0.2.1 to 192.0.2.2:9 class icmp
	1 policy show nothere
	1 policy apply $dir/two.json --generation 12345
	2 policy apply $dir/nothere.json
	0 set
	0 set show deny
	0 set export deny
	0 set save
	0 set restore
	0 set add deny 203.0.113.9 timeout 1h
	0 set del deny 203.0.113.9
	1 set del deny 203.0.113.9
	1 set add nothere 203.0.113.9
	0 set create fresh
	1 set create fresh
	0 set replace fresh 203.0.113.9 comment x
	0 set test fresh 203.0.113.9
	6 set test fresh 203.0.113.9 203.0.113.10
	0 set show fresh
	0 set export fresh
	0 set flush fresh
	0 set destroy fresh
	1 set destroy fresh
	2 set destroy deny
	0 limiter
	0 limiter --over
	1 limiter del few
	1 limiter del few source 203.0.113.1
	1 limiter flush policy nothere
	0 limiter flush
	0 event
	0 event from 1 type ruleset load
	0 netns
	0 reset
	6 -n router
	1 -n router flow
	2 -n nothere flow
	2 -n router set save
	2 flow prot tcp
	2 log --to stdout
	END
}

test_what_the_keys_call_text_shows_too() {
	local label
	ends 0 status || return
	for label in module attached namespaces since generation policies flows limiters records memory seen dropped; do
		says "$label" out || return
	done
	ends 0 policy show few && says '^few +enforce +icmp +src/32/64 +5 pps burst 1 ' out
}

test_the_unprivileged_see_names_and_counters() {
	setpriv --reuid 65534 --clear-groups tmctl policy show few >"$dir/out" 2>&1 || why "$(cat "$dir/out")" || return
	says '^few +enforce +- +- +- ' out || return
	setpriv --reuid 65534 --clear-groups tmctl -j policy show few >"$dir/out" || return
	is '.policies[0] | .mode == "enforce" and (has("limits") or has("key") | not)' || return
	setpriv --reuid 65534 --clear-groups tmctl set >"$dir/out" 2>"$dir/err"
	[ $? = 4 ] || why "set: not refused" || return
	[ ! -s "$dir/out" ] || why "a table beside the refusal: $(cat "$dir/out")" || return
	setpriv --reuid 65534 --clear-groups tmctl log >"$dir/out" 2>"$dir/err"
	[ $? = 4 ] || why "log: $(cat "$dir/err")"
}

# Nothing here must happen within a time: a ping of 60,000 bytes is judged before
# it is charged, and 125 bytes/s need two minutes to take back what it is above
# the burst.  60 packets at 1 pps are counted for a minute.
test_limiter_show_over() {
	cat >"$dir/slow.json" <<-'JSON'
	{"schema": 1, "policies": [
	  {"name": "slow", "mode": "enforce", "match": {"class": "icmp"}, "key": "src/32",
	   "limits": {"packets_per_second": 1, "packets_burst": 1000,
	    "bytes_per_second": 125, "bytes_burst": 45000}}]}
	JSON
	ends 0 policy apply "$dir/slow.json" || return
	ping_few 60 || why "pings below the limit do not pass" || return
	ping -q -c 1 -W 1 -s 60000 192.0.2.2 >/dev/null 2>&1
	ping -q -c 1 -W 1 192.0.2.2 >/dev/null 2>&1 && { why "a ping over the limit passes" || return; }
	ends 0 -j limiter show policy slow && counted_and_over || return
	ends 0 limiter show --over &&
		says '^slow  *source 192\.0\.2\.1  *yes .* 1 kbit/s ' out || return
	[ "$(grep -c '^slow ' "$dir/out")" = 1 ] || why "not only who is over: $(cat "$dir/out")" || return
	ends 0 -j policy show slow && is '.policies[0] | .over_packets > 0 and .dropped_packets == .over_packets' || return
	# The module looks once a second whether a policy is over; the episode
	# stays for event_hold_s behind the last packet.
	until_so says_dropping || why "$(cat "$dir/out")" || return
	[ "$code" = 6 ] || why "status: $code" || return
	ends 0 limiter flush policy slow && ends 1 limiter del slow source 192.0.2.1 &&
		says 'no live limiter' err || return
	ends 0 limiter show --over && says '^\(none\)' out
}

test_conntrack_shows_what_nat_makes_of_a_flow() {
	local client server
	ends 0 -n router netns attach || return
	ip netns exec server socat -u TCP-LISTEN:80,reuseaddr,fork OPEN:/dev/null &
	server=$!
	until_so eval '[ -n "$(ip netns exec server ss -Hltn sport = 80)" ]' || why "no server" || return
	socat -u 'SYSTEM:echo hello; sleep 120' TCP:192.0.2.2:8080 &
	client=$!
	until_so eval 'tmctl -n router flow port 8080 state established | grep -q "192.0.2.2:8080"'
	ends 0 -n router flow port 8080 --conntrack
	says '^tcp +192\.0\.2\.1:[0-9]+ +192\.0\.2\.2:8080 +established +in +r0 .* established +src 198\.51\.100\.1:[0-9]+ dst 198\.51\.100\.2:80$' out
	local text=$?
	ends 0 -j -n router flow port 8080 --conntrack
	is '.flows | length == 1 and (.[0] | .destination == "192.0.2.2" and .destination_port == 8080
		and .conntrack_state == "established" and .conntrack.source_nat and .conntrack.destination_nat
		and .conntrack.reply.source == "198.51.100.2" and .conntrack.reply.source_port == 80)'
	local document=$?
	kill $client $server
	wait $client $server 2>/dev/null
	[ $text = 0 ] && [ $document = 0 ]
}

test_record_follow_tells_records_as_they_come() {
	ends 0 reset || return
	start records -j record show --follow --interval 50ms
	until_so test -s "$dir/records" || why "nothing: $(cat "$dir/records.err")" || return
	ping_few 3
	ends 0 reset
	until_so grep -q '"reason":"reset".*"protocol_name":"icmp"' "$dir/records" ||
		why "$(cat "$dir/records")"
	local found=$?
	end_last
	jq -es 'all(type == "object")' "$dir/records" >/dev/null || why "a line is no JSON" || return
	return $found
}

test_records_go_on_from_a_cursor() {
	local cursors
	ends 0 -j record || return
	is '.cursors | length >= 1' || return
	mapfile -t cursors < <(jq -r '.cursors[]' "$dir/out")
	ends 0 -j record from "${cursors[@]}" && is '(.records | length) + (.gaps | length) == 0' || return
	ends 2 record from $(seq -f '%.0f:1' 4000) && says 'more than one request takes' err
}

test_event_monitor_gives_an_object_a_line() {
	start events -j event monitor type ruleset
	# Events from before it listens are not its own.
	until_so eval 'tmctl policy flush >/dev/null; [ -s "$dir/events" ]'
	end_last || why "status $? after SIGTERM" || return
	jq -es 'length > 0 and all(.type == "ruleset" and .policies == 0 and .sequence > 0)' \
		"$dir/events" >/dev/null || why "$(cat "$dir/events" "$dir/events.err")"
}

test_event_monitor_says_that_it_waits() {
	ends 0 -n router netns detach || return
	start events -n router event monitor
	until_so grep -q 'not there: waiting' "$dir/events.err"
	local told=$?
	ends 0 -n router netns attach || return
	until_so grep -q 'is there: following' "$dir/events.err" || why "does not go on"
	local goes_on=$?
	end_last
	[ $told = 0 ] && [ $goes_on = 0 ]
}

test_a_stream_ends_when_its_reader_is_gone() {
	local status=$dir/status
	# Services ignore SIGPIPE: the write error is what ends it.
	(
		trap '' PIPE
		{ tmctl event monitor 2>"$dir/err"; echo $? >"$status"; } | head -n 1 >"$dir/out"
	) &
	until_so eval 'tmctl policy flush >/dev/null; [ -s "$status" ]' || why "it goes on" || return
	wait $!
	[ "$(cat "$status")" = 1 ] && says 'cannot write the output: Broken pipe' err
}

test_log_once_to_stdout() {
	local last
	last=$(tmctl -j event | jq '.events[-1].sequence')
	ends 0 log --to stdout --once || return
	says '^trafficmon [0-9.]+ watches this network namespace: event\.action=load .* event\.sequence=1 ' out || return
	says " event\\.sequence=$last " out || return
	[ "$(wc -l <"$dir/out")" = "$last" ] || why "$(wc -l <"$dir/out") lines of $last events" || return
	! grep -nvE '^[^=]+: ([a-z0-9_.]+=[^ ]+ ?)+$' "$dir/out" || why "not as docs/logs.md says"
}

# lasts ARGUMENT...: microseconds that tmctl takes
lasts() {
	local start=${EPOCHREALTIME/./}
	tmctl "$@" >"$dir/out" 2>&1 || why "tmctl $*: $(head -c 300 "$dir/out")" >&2
	echo $((${EPOCHREALTIME/./} - start))
}

# holds_up MICROSECONDS ARGUMENT...: tmctl is stopped so long after its start,
# the ruleset b.json committed, and tmctl goes on.  Leaves its output in
# $dir/held and its status.
holds_up() {
	local held delay
	delay=$(printf '%d.%06d' $(($1 / 1000000)) $(($1 % 1000000)))
	shift
	tmctl "$@" >"$dir/held" 2>&1 &
	held=$!
	sleep "$delay"
	kill -STOP $held 2>/dev/null
	tmctl policy apply "$dir/b.json" >"$dir/out" 2>&1 || why "b.json: $(cat "$dir/out")"
	kill -CONT $held 2>/dev/null
	wait $held
}

# first_letters: of the policies in use, and how many there are: "a 600"
first_letters() { tmctl -j policy show | jq -r '[.policies[].name[:1]] | "\(unique | join("")) \(length)"'; }

# Nearly all the time that it takes to apply 600 policies goes into staging them:
# another commit falls into it when it comes in the middle.
test_a_commit_after_another_is_refused() {
	local whole percent refused=0
	ruleset a.json a 600
	ruleset b.json b 3
	ends 0 policy flush || return
	whole=$(lasts policy apply "$dir/a.json")
	for percent in 50 60 40 70 30 80 20; do
		ends 0 policy flush || return
		holds_up $((whole * percent / 100)) policy apply "$dir/a.json"
		case $?/$(first_letters) in
		"1/b 3")
			grep -q 'is no longer generation .*nothing was changed' "$dir/held" ||
				why "$(head -c 500 "$dir/held")" || return
			refused=$((refused + 1))
			[ $refused = 2 ] && return
			;;
		"0/a 600" | "0/b 3") ;; # one was done before the other began
		*) why "after $percent %: $(first_letters), $(head -c 500 "$dir/held")" || return ;;
		esac
	done
	[ $refused != 0 ] || why "they never met"
}

# A dump of 600 policies is many messages: the reader is held up in the
# middle of it, mostly, while the ruleset is replaced by one of three.
test_show_is_of_one_ruleset_when_another_is_committed_meanwhile() {
	local whole percent mixed=0
	ruleset a.json a 600
	ruleset b.json b 3
	ends 0 policy apply "$dir/a.json" || return
	whole=$(lasts -j policy show)
	for percent in 1 5 15 25; do
		ends 0 policy apply "$dir/a.json" || return
		holds_up $((whole * percent / 100)) -j policy show || why "show: $(head -c 300 "$dir/held")" || return
		jq -e '[.policies[].name[:1]] | (length == 600 and unique == ["a"]) or
			(length == 3 and unique == ["b"])' "$dir/held" >/dev/null && continue
		mixed=$((mixed + 1))
		echo "# after $percent %: $(jq -c '.policies | length' "$dir/held") policies"
	done
	[ $mixed = 0 ]
}

mode_of() { tmctl -j policy show "$1" | jq -r '.policies[0].mode'; }

test_a_commit_waits_for_its_confirmation() {
	local generation
	ends 0 policy apply "$dir/two.json" || return
	generation=$(tmctl -j status | jq .status.generation)
	ruleset other.json o 2
	ends 6 policy diff "$dir/other.json" && says '^Applying it would change this' out || return
	ends 0 policy apply "$dir/other.json" --confirm 10m && says 'taken back in 10m' out || return
	ends 1 policy apply "$dir/other.json" && says 'waits for its confirmation' err || return
	ends 1 policy monitor o-1 && says 'waits for its confirmation' err || return
	ends 6 status && says 'taken back in +9m' out && says 'warning: the ruleset waits' out || return
	ends 1 policy apply "$dir/two.json" && says 'waits for its confirmation for another 9m' err &&
		says 'tmctl policy rollback' err || return
	ends 1 policy flush && says 'waits for its confirmation' err || return
	ends 1 set add deny 203.0.113.77 --confirm 1m && says 'nothing was changed' err || return
	ends 1 policy confirm --generation "$generation" && says "not $generation; nothing was changed" err || return
	ends 1 reload && says 'waits for its confirmation for another .*; nothing was changed' err || return
	ends 0 -j policy rollback && is ".ruleset.generation == $generation + 2" || return
	ends 0 policy show few || return
	ends 1 policy rollback && says 'no ruleset waits' err || return
	ends 0 policy apply "$dir/other.json" --confirm 1d || return
	ends 0 policy confirm && says '^Confirmed' out && ends 0 policy show o-1
}

test_times_to_confirm_out_of_range_are_refused() {
	local wrong
	for wrong in 0s 999ms 86401s 2d soon -1s; do
		ends 2 policy apply "$dir/two.json" --confirm "$wrong" || return
	done
	says 'out of range|not a duration|no duration' err
}

test_modes_are_set_by_name() {
	local matched
	ends 0 policy apply "$dir/two.json" && ping_few 2 || return
	matched=$(tmctl -j policy show few | jq '.policies[0].matched_packets')
	ends 0 policy monitor few && says '^1 policy is now in mode monitor' out || return
	[ "$(mode_of few)" = monitor ] || why "few: $(mode_of few)" || return
	ends 0 policy enforce few dns-answers --confirm 10m && says '2 policies are now in mode enforce' out || return
	[ "$(mode_of few) $(mode_of dns-answers)" = "enforce enforce" ] || why "$(cat "$dir/out")" || return
	ends 0 policy rollback || return
	[ "$(mode_of few) $(mode_of dns-answers)" = "monitor monitor" ] || why "not taken back" || return
	ends 0 policy monitor few && says '^Nothing to change' out || return
	ends 1 policy enforce fev && says "did you mean 'few'" err || return
	[ "$(tmctl -j policy show few | jq '.policies[0].matched_packets')" -ge "$matched" ] ||
		why "the counters began anew"
}

# entries SET: how many it has
entries() { tmctl -j set show "$1" | jq '.entries | length'; }

test_a_set_is_replaced_in_one_step() {
	seq -f '10.9.%.0f.0/24' 0 255 >"$dir/feed"
	seq -f '10.10.%.0f.0/24' 0 255 >>"$dir/feed"
	ends 0 policy apply "$dir/two.json" || return
	ends 0 set replace deny --file "$dir/feed" && says '^512 prefixes in the place' out || return
	[ "$(entries deny)" = 512 ] || why "$(entries deny) entries" || return
	ends 0 set add deny 203.0.113.0/24 203.0.113.7 --confirm 10m && [ "$(entries deny)" = 514 ] ||
		why "$(entries deny) entries" || return
	ends 1 set del deny 203.0.113.7 && says 'waits for its confirmation' err || return
	ends 0 set add allow 198.51.100.0/24 || return
	ends 0 policy rollback && [ "$(entries deny)" = 512 ] || why "$(entries deny) entries" || return
	echo 10.9.0.1/24 >>"$dir/feed"
	ends 2 set replace deny --file "$dir/feed" && says ':513:' err || return
	[ "$(entries deny)" = 512 ] || why "$(entries deny) entries" || return
	: >"$dir/nothing"
	ends 2 set replace deny --file "$dir/nothing" && says 'set flush' err || return
	ends 0 policy show few
}

# A set that takes several messages, and several rounds of the module to copy.
test_a_large_set_is_added_to_under_confirmation() {
	seq 0 19999 | awk '{ printf "10.%d.%d.%d\n", $1 / 65536, $1 / 256 % 256, $1 % 256 }' >"$dir/many"
	ends 0 set replace deny --file "$dir/many" || return
	ends 0 set add deny 198.18.0.1 --confirm 10m && [ "$(entries deny)" = 20001 ] ||
		why "$(entries deny) entries" || return
	ends 0 policy rollback && [ "$(entries deny)" = 20000 ] || why "$(entries deny) entries" || return
	ends 0 set flush deny
}

# What must outlive a reload, timeouts rounded to minutes.
kept() {
	tmctl policy export | jq 'walk(if type == "object" and has("timeout_seconds")
		then .timeout_seconds = (.timeout_seconds / 60 | round) else . end)'
	cat /sys/module/trafficmon/parameters/{flows,records,failsafe,event_hold_s}
}

test_reload_keeps_policies_sets_and_parameters() {
	ends 0 -n router netns detach || return
	ends 0 policy apply "$dir/two.json" || return
	kept >"$dir/before"
	ends 0 reload || return
	says '^kept: 2 policies, 3 set entries, [0-9]+ parameters' out || return
	says '^without protection: [0-9]+\.[0-9]+ s$' out || return
	kept >"$dir/after"
	diff "$dir/before" "$dir/after" >"$dir/diff" || why "$(cat "$dir/diff")" || return
	grep -qx 4096 "$dir/after" || why "flows: $(cat "$dir/after")" || return
	ends 0 -j reload && is '.reload | .policies == 2 and .set_entries == 3 and .attached
		and .unprotected_seconds > 0 and .unprotected_seconds < 30'
}

test_reload_is_not_ended_by_a_lost_terminal() {
	local signal reload
	ends 0 policy apply "$dir/two.json" || return
	for signal in HUP TERM; do
		tmctl reload >"$dir/out" 2>&1 &
		reload=$!
		until_so eval '[ ! -d /sys/module/trafficmon ] || ! kill -0 $reload'
		kill -$signal $reload 2>/dev/null
		wait $reload
		ends 0 -j policy && is '.policies | length == 2' || return
	done
}

test_reload_goes_back_when_the_new_module_fails() {
	local bad=$dir/bad.ko
	kept >"$dir/before"
	cp "$(modinfo -n trafficmon)" "$bad"
	# A kernel of the same release that is built otherwise: found out at the load.
	sed -i 's/\(vermagic=[^ ]* \)SMP/\1SNP/' "$bad"
	ends 1 reload --file "$bad" || return
	says 'the new module failed: .*is loaded again with policies and sets, after [0-9.]+ s without protection' err || return
	kept >"$dir/after"
	diff "$dir/before" "$dir/after" >"$dir/diff" || why "$(cat "$dir/diff")" || return
	sed -i 's/vermagic=6/vermagic=5/' "$bad"
	ends 1 reload --file "$bad" && says 'built for kernel 5\.[^ ]*, this is 6' err && says 'nothing was changed' err || return
	ends 1 reload --file "$dir/two.json"
}

test_reload_spares_other_namespaces() {
	ends 0 -n router netns attach || return
	ends 1 reload && says '1 other network namespace is attached' err && says 'nothing was changed' err || return
	ends 0 reload --force && says 'warning: 1 other network namespace' err || return
	ends 6 -n router status && ends 0 -j policy && is '.policies | length == 2'
}

test_record_follow_survives_a_reload() {
	ping_few 1
	ends 0 reset || return
	start records record show --follow --interval 50ms
	until_so test -s "$dir/records" || why "nothing: $(cat "$dir/records.err")" || return
	ends 0 reload || return
	until_so grep -q 'was attached anew' "$dir/records.err" || why "$(cat "$dir/records.err")" || return
	ping_few 3
	ends 0 reset
	until_so grep -q ' reset .*icmp .*192\.0\.2\.1 > 192\.0\.2\.2' "$dir/records" ||
		why "$(cat "$dir/records" "$dir/records.err")"
	local found=$?
	end_last
	return $found
}

test_unloaded_is_code_3() {
	rmmod trafficmon || return
	ends 3 && says 'not loaded' err && says 'modprobe trafficmon' err || return
	ends 3 -j flow && is '.error.code == "not_loaded"'
}

. "$(dirname "$0")/saved.sh"
. "$(dirname "$0")/sets.sh"
. "$(dirname "$0")/foreign.sh"
. "$(dirname "$0")/lockout.sh"
two_policies
if ! network || ! modprobe trafficmon flows=4096 records=4096 event_hold_s=60 failsafe=192.0.2.250@22; then
	echo "Bail out! no network or no module"
	exit 1
fi
# In the order of the files; those named, or all.
mapfile -t names < <(sed -n 's/^test_\([a-z0-9_]*\)() {$/\1/p' "$(dirname "$0")"/{saved,sets,foreign,lockout}.sh "$0")
[ $# = 0 ] || names=("$@")
for name in "${names[@]}"; do
	number=$((number + 1))
	before=$SECONDS
	if "test_$name"; then
		echo "ok $number $name"
	else
		echo "not ok $number $name"
		failed=$((failed + 1))
	fi
	echo "# $((SECONDS - before)) s"
done
echo "1..$number"
for process in "${started[@]}"; do kill "$process" 2>/dev/null; done
rm -rf "$dir"
[ $failed = 0 ]
