# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Cases of guest.sh, which sources this: who is connected to a failsafe port, as by
# ssh, is not cut off unasked.  The router connects to port 22 of this host, which
# echoes what is said.
: "${dir:?}"
everything='{"name": "everything", "mode": "enforce", "match": {"class": ["syn", "ack", "fin", "rst"], "direction": "in"}'

# serve PORT [COMMAND...]: who connects is heard and answered, by $server
serve() {
	local port=$1
	shift
	"$@" socat "tcp6-listen:$port,ipv6only=0,reuseaddr,fork" exec:cat 2>/dev/null &
	server=$!
	until_so eval "[ -n \"\$($* ss -Hltn sport = $port)\" ]"
}

# connect TO [COMMAND...]: its end is in $connected, $dir/heard has what comes back
connect() {
	local to=$1
	shift
	rm -f "$dir/said" "$dir/heard"
	mkfifo "$dir/said"
	"$@" socat - "$to" <"$dir/said" >"$dir/heard" 2>/dev/null &
	connected=$!
	exec 7>"$dir/said"
	talks || why "no connection to $to"
}

# talks [SECONDS]: what is said now comes back
talks() {
	local word=$RANDOM$RANDOM
	echo $word >&7
	timeout "${1:-30}" sh -c "until grep -q $word '$dir/heard'; do sleep 0.05; done"
}

# hang_up: and nobody is dropped any more
hang_up() {
	tmctl policy flush >/dev/null && tmctl set flush allow --force >/dev/null && tmctl set flush deny >/dev/null
	exec 7>&-
	kill $server $connected 2>/dev/null
	wait $server $connected 2>/dev/null
}

generation() { tmctl -j status | jq .status.generation; }

# refuses WORDS ARGUMENT...: with these words and the ways out, and nothing changes
refuses() {
	local words=$1 before
	shift
	before="$(generation) $(tmctl set export allow) $(tmctl set export deny)"
	ends 6 "$@" && says "would cut off $words; nothing was changed" err && says 'allow, .*\(--force\)' err || return
	[ "$before" = "$(generation) $(tmctl set export allow) $(tmctl set export deny)" ] || why "$*: something changed"
}

apply_is_refused() {
	local peer='192\.0\.2\.2 \(connected to port 22, dropped by policy everything\)'
	echo "{\"schema\": 1, \"policies\": [$everything}]}" >"$dir/everything.json"
	echo "{\"schema\": 1, \"policies\": [$everything, \"limits\": {\"packets_per_second\": 100000}}]}" >"$dir/limited.json"
	refuses "$peer" policy apply "$dir/everything.json" && talks || return
	ends 0 policy apply "$dir/limited.json" && talks || return
	ends 6 policy apply "$dir/everything.json" --dry-run && says "would cut off $peer" err || return
	ends 0 policy apply "$dir/everything.json" --confirm 10m && says "warning: .*would cut off $peer" err || return
	talks 2 && { why "it is not cut off" || return; }
	ends 0 policy rollback && talks || why "it is cut off for good" || return
	echo '{"schema": 1, "policies": [{"name": "all-in-time", "mode": "monitor"}]}' >"$dir/monitor.json"
	ends 0 policy apply "$dir/monitor.json" && refuses '192\.0\.2\.2 .* policy all-in-time\)' policy enforce all-in-time &&
		talks || return
	ends 0 policy apply "$dir/everything.json" --force
	talks 2 && { why "--force does not cut off" || return; }
	return 0
}

test_what_would_cut_off_a_connected_peer_is_refused() {
	serve 22 && connect tcp:192.0.2.1:22 ip netns exec router && apply_is_refused
	local held=$?
	hang_up
	return $held
}

sets_are_refused() {
	local peer='192\.0\.2\.2 \(connected to port 22, dropped by'
	refuses "$peer 192\.0\.2\.0/24 of the set deny\)" set add deny 203.0.113.9 192.0.2.0/24 || return
	refuses "$peer 192\.0\.2\.2 of the set deny\)" set replace deny 192.0.2.2 || return
	ends 0 set add deny 203.0.113.9 && ends 0 set add allow 192.0.2.2 203.0.113.7 || return
	ends 0 set add deny 192.0.2.0/24 && talks || return
	ends 0 set del allow 203.0.113.7 || return
	refuses "$peer 192\.0\.2\.0/24 of the set deny\)" set del allow 192.0.2.2 || return
	refuses "$peer 192\.0\.2\.0/24 of the set deny\)" set flush allow || return
	refuses "$peer 192\.0\.2\.0/24 of the set deny\)" set replace allow 203.0.113.7 && talks || return
	ends 0 set del allow 192.0.2.2 --force
	talks 2 && { why "--force does not cut off" || return; }
	ends 0 set del deny 192.0.2.0/24 && talks
}

test_sets_that_would_cut_off_a_connected_peer_are_refused() {
	serve 22 && connect tcp:192.0.2.1:22 ip netns exec router && sets_are_refused
	local held=$?
	hang_up
	return $held
}

named_sets_are_refused() {
	local peer='192\.0\.2\.2 \(connected to port 22, dropped by policy of-set\)'
	echo '{"schema": 1, "policies": [{"name": "of-set", "mode": "enforce", "match": {"source": "@bad"}}], "sets": {"bad": ["203.0.113.0/24"]}}' >"$dir/of-set.json"
	ends 0 policy apply "$dir/of-set.json" && ends 0 set add bad 203.0.113.9 && talks || return
	refuses "$peer" set add bad 192.0.2.0/24 || return
	refuses "$peer" set replace bad 192.0.2.2 && talks || return
	ends 0 policy monitor of-set && ends 0 set add bad 192.0.2.0/24 && talks || return
	refuses "$peer" policy enforce of-set || return
	# Of many, which are asked by the address.
	seq -f '198.18.%.0f.0/24' 0 255 >"$dir/feed"
	ends 0 set add bad --file "$dir/feed" && refuses "$peer" policy enforce of-set && talks || return
	ends 0 set del bad 192.0.2.0/24 && ends 0 policy enforce of-set && talks
}

test_named_sets_that_would_cut_off_a_connected_peer_are_refused() {
	serve 22 && connect tcp:192.0.2.1:22 ip netns exec router && named_sets_are_refused
	local held=$?
	hang_up
	tmctl set destroy bad >/dev/null
	return $held
}

test_a_connected_peer_is_seen_over_ipv6() {
	ip address add fd02::1/64 dev h0 nodad && ip -n router address add fd02::2/64 dev r0 nodad &&
		serve 22 && connect 'tcp6:[fd02::1]:22' ip netns exec router &&
		refuses 'fd02::2 \(connected to port 22, dropped by fd02::/64 of the set deny\)' set add deny fd02::/64
	local held=$?
	hang_up
	return $held
}

# The list of guest.sh: 192.0.2.250@22.
test_a_failsafe_peer_is_not_asked_about() {
	ip -n router address add 192.0.2.250/24 dev r0 &&
		serve 22 && connect tcp:192.0.2.1:22,bind=192.0.2.250 ip netns exec router &&
		ends 0 set add deny 192.0.2.250 && talks
	local held=$?
	hang_up
	ip -n router address del 192.0.2.250/24 dev r0
	return $held
}

test_other_ports_are_not_asked_about() {
	serve 23 && connect tcp:192.0.2.1:23 ip netns exec router && ends 0 set add deny 192.0.2.2
	local held=$?
	hang_up
	return $held
}

# The end of it that is here is no failsafe port.
test_each_namespace_has_its_own_peers() {
	serve 22 ip netns exec router && connect tcp:192.0.2.2:22 env && ends 0 -n router netns attach --if-needed &&
		ends 0 set add deny 192.0.2.2 && ends 0 set del deny 192.0.2.2 &&
		ends 6 -n router set add deny 192.0.2.1 && says 'would cut off 192\.0\.2\.1 ' err && talks
	local held=$?
	hang_up
	tmctl -n router netns detach >/dev/null
	return $held
}

# All but one wait to be accepted, and are established.
test_a_thousand_connections_are_looked_at_in_no_time() {
	local took
	sysctl -qw net.core.somaxconn=4096
	socat tcp4-listen:22,reuseaddr,backlog=4096,fork,max-children=1 exec:'sleep 600' 2>/dev/null &
	server=$!
	until_so eval '[ -n "$(ss -Hltn sport = 22)" ]' || why "no listener" || return
	ip netns exec router bash -c 'ulimit -n 4096
		for ((i = 0; i < 1000; i++)); do exec {fd}<>/dev/tcp/192.0.2.1/22 || exit; done; exec sleep 600' 2>"$dir/many" &
	connected=$!
	until_so eval '[ "$(ss -Htn state established sport = 22 | wc -l)" -ge 1000 ]'
	local many=$?
	took=$(lasts set add deny 203.0.113.9)
	echo "# $took us"
	refuses '192\.0\.2\.2 \(.*\)' set add deny 192.0.2.2
	local held=$?
	hang_up
	[ $many = 0 ] || why "$(head -n 3 "$dir/many")" || return
	[ "$took" -lt 5000000 ] || why "$took us" || return
	return $held
}

without_tcp_diag() {
	local held
	mkdir -p /run/modprobe.d
	echo 'install tcp_diag /bin/false' >/run/modprobe.d/no-tcp-diag.conf
	rmmod tcp_diag 2>/dev/null
	[ ! -d /sys/module/tcp_diag ] || why "tcp_diag is still there" || return
	ends 0 set add deny 192.0.2.2 && says 'warning: cannot see who is connected.* tcp_diag is not there' err
	held=$?
	ends 0 set replace deny 192.0.2.2 --force && [ ! -s "$dir/err" ] || why "--force warns: $(cat "$dir/err")"
	held=$((held + $?))
	rm /run/modprobe.d/no-tcp-diag.conf
	return $held
}

test_without_tcp_diag_it_is_a_warning() {
	serve 22 && connect tcp:192.0.2.1:22 ip netns exec router && without_tcp_diag
	local held=$?
	hang_up
	return $held
}
