# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Cases of guest.sh, which sources this: sets by name.  What of them is saved is in
# saved.sh as well, whom they would cut off in lockout.sh.
: "${dir:?}"

# of_set: "named", by two policies; "other" is for one of them not to ask about
of_set() {
	cat >"$dir/of-set.json" <<-'JSON'
	{"schema": 1, "policies": [
	  {"name": "from-named", "match": {"class": "icmp", "source": ["@named", "!@other"]}},
	  {"name": "to-named", "match": {"class": "icmp", "destination": "@named"}}],
	 "sets": {"named": ["192.0.2.0/24", {"prefix": "192.0.2.1", "comment": "this host"}, "2001:db8::/32"],
	  "other": [{"prefix": "203.0.113.0/24", "timeout_seconds": 3600, "comment": "for an hour"}]}}
	JSON
	ends 0 policy apply "$dir/of-set.json"
}

# no_sets: as before
no_sets() {
	ends 0 policy flush && ends 0 set destroy named && ends 0 set destroy other
}

# row NAME JQ: true of the set's row
row() { ends 0 -j set show && is ".sets[] | select(.name == \"$1\") | $2"; }

sets_are() { ends 0 -j set show && is "[.sets[].name] == $1"; }

test_a_set_is_made_and_removed() {
	ends 0 set create named && says '^Set named made, empty\. Generation [0-9]+ is in use\.$' out || return
	row named '.entries == 0 and .policies == 0 and .memory_bytes > 0 and (has("packets") | not)' || return
	ends 0 set add named 203.0.113.7 || return
	ends 1 set create named && says 'the set named is there already, with 1 entry; nothing was changed' err || return
	row named '.entries == 1' || return
	ends 1 set create deny && says 'deny is there already' err || return
	ends 2 set destroy deny && says 'the set deny is always there' err && says 'set flush deny' err || return
	ends 1 set destroy namde && says "there is no set 'namde'" err && says "did you mean 'named'" err || return
	ends 0 set destroy named && says '^Set named removed\.$' out || return
	sets_are '["allow", "deny"]' && ends 1 set destroy named && says "there is no set 'named'" err
}

test_a_set_that_a_policy_names_is_not_removed() {
	of_set || return
	ends 1 set destroy named && says 'the set named is named by 2 policies: from-named, to-named' err || return
	ends 1 set destroy other && says 'is named by 1 policy: from-named' err || return
	sets_are '["allow", "deny", "named", "other"]' || return
	ends 1 set create named && ends 0 set test named 192.0.2.1 && no_sets
}

test_an_address_is_found_by_the_longest_that_covers_it() {
	of_set || return
	ends 6 set test named 192.0.2.1 192.0.2.9 198.51.100.1 2001:db8::1 || return
	says '^192\.0\.2\.1 +yes +192\.0\.2\.1 .*this host *$' out || return
	says '^192\.0\.2\.9 +yes +192\.0\.2\.0/24 ' out && says '^2001:db8::1 +yes +2001:db8::/32 ' out || return
	says '^198\.51\.100\.1 +no\b' out && ! says 'no .*192' out >/dev/null || return
	ends 0 -j set test named 192.0.2.1 && is '.tests | length == 1 and
		(.[0] | .in and .prefix == "192.0.2.1" and .comment == "this host" and (has("timeout_ns") | not))' || return
	ends 0 set del named 192.0.2.1 && ends 0 -j set test named 192.0.2.1 &&
		is '.tests[0] | .prefix == "192.0.2.0/24" and (has("comment") | not)' || return
	ends 1 set del named 192.0.2.1 && says '192\.0\.2\.1 is not in the set named; nothing was removed' err &&
		says 'it is a part of 192\.0\.2\.0/24' err || return
	ends 0 -j set test other 203.0.113.9 && is '.tests[0].timeout_ns | . > 3500e9 and . <= 3600e9' || return
	ends 1 set test namde 192.0.2.1 && says "did you mean 'named'" err && no_sets
}

test_sets_show_who_names_them_and_what_they_found() {
	of_set && row named '.entries == 3 and .policies == 2 and .memory_bytes > 0 and (has("packets") | not)' &&
		row other '.policies == 1' || return
	ends 0 -j set show named && is '.entries | length == 3 and all(.packets_sampled == 0 and (has("hit_age_ns") | not))' || return
	ping_few 1 || return
	ends 0 -j set show named && is '.entries | map({key: .prefix, value: .}) | from_entries |
		.["192.0.2.1"].packets_sampled > 0 and .["192.0.2.1"].bytes_sampled >= 84 and
		.["192.0.2.1"].hit_age_ns < 60e9 and .["192.0.2.0/24"].packets_sampled > 0 and
		.["2001:db8::/32"].packets_sampled == 0' || return
	ends 0 -j set show other && is '.entries[0].packets_sampled == 0' || return
	# A file that is applied again, with one more: the others go on counting.
	jq '.sets.named += ["198.18.0.0/15"]' "$dir/of-set.json" >"$dir/more.json"
	ends 0 policy apply "$dir/more.json" && ends 0 -j set show named &&
		is 'any(.entries[]; .prefix == "192.0.2.1" and .packets_sampled > 0)' || return
	ends 0 set show named && says '^192\.0\.2\.1 .*[0-9] +.*this host *$' out || return
	ends 0 set add deny 203.0.113.9 && row deny '.packets == 0 and .policies == 0' && ends 0 set flush deny && no_sets
}

# The second an entry ends in is rounded up.
exported() { tmctl set export "$1" | sed -E 's/expires=[0-9]{10}/expires=N/'; }

test_what_is_exported_replaces_itself() {
	ends 0 set create named && ends 0 set create other || return
	ends 0 set add named 192.0.2.7 2001:db8::/32 comment 'say "hi" # \ é' && ends 0 set add named 192.0.2.0/24 || return
	ends 0 set add named 203.0.113.7 timeout 1h comment 'for an hour' || return
	exported named >"$dir/before"
	[ "$(wc -l <"$dir/before")" = 4 ] || why "$(cat "$dir/before")" || return
	tmctl set export named | tmctl set replace other --file - >"$dir/out" || return
	exported other | diff "$dir/before" - >"$dir/diff" || why "$(cat "$dir/diff")" || return
	tmctl -j set export named | tmctl set replace named --file - >"$dir/out" || return
	exported named | diff "$dir/before" - >"$dir/diff" || why "$(cat "$dir/diff")" || return
	ends 0 -j set show other && is '[.entries[] | select(.timeout_ns)] | length == 1 and
		(.[0] | .prefix == "203.0.113.7" and .timeout_ns > 3500e9 and .timeout_ns < 3602e9)' || return
	no_sets
}

test_a_set_that_is_gone_is_not_restored() {
	rm -rf /var/lib/trafficmon
	of_set && ends 0 set add named 198.18.0.1 timeout 1h comment back && ends 0 set save || return
	says '^named +1$' out && says '^other +1$' out || return
	no_sets && ends 0 set create named && ends 0 set restore || return
	says '^named +1 +0 +0$' out && ! grep -q '^other' "$dir/out" || why "$(cat "$dir/out")" || return
	says 'warning: /var/lib/trafficmon/sets/other\.txt is left out: there is no set other \(`tmctl set create other`' err || return
	sets_are '["allow", "deny", "named"]' || return
	ends 0 -j set show named && is '.entries | length == 1 and (.[0] | .comment == "back" and .timeout_ns < 3600e9)' || return
	# Nor is it said that nothing is saved.
	rm /var/lib/trafficmon/sets/named.txt
	ends 0 set restore && says 'warning: .*other\.txt is left out' err && ! grep -q '^Nothing is saved' "$dir/out" ||
		why "$(cat "$dir/out" "$dir/err")" || return
	# Saving meanwhile does not lose it.
	ends 0 set save && ends 0 set create other && ends 0 set restore && says '^other +1 +0 +0$' out || return
	ends 0 -j set show other && is '.entries[0] | .prefix == "203.0.113.0/24" and .comment == "for an hour"' || return
	rm -rf /var/lib/trafficmon
	no_sets
}

test_a_file_makes_and_fills_its_sets_and_no_others() {
	local generation
	jq 'del(.sets.other)' "$dir/of-set.json" >"$dir/half.json"
	generation=$(tmctl -j status | jq .status.generation)
	ends 1 policy apply "$dir/half.json" || return
	says 'half\.json:[0-9]+: policy from-named names the set other, which is neither in the file nor in use; nothing was changed' err &&
		says 'set create other' err || return
	ends 0 -j status && is ".status.generation == $generation" && sets_are '["allow", "deny"]' || return
	ends 0 set create other && ends 0 set add other 203.0.113.7 || return
	ends 6 policy diff "$dir/half.json" && says 'named' out && ends 0 policy apply "$dir/half.json" || return
	row named '.entries == 3' && row other '.entries == 1' || return
	echo '{"schema": 1, "policies": [], "sets": {"other": []}}' >"$dir/empty.json"
	ends 0 policy apply "$dir/empty.json" && row other '.entries == 0' && row named '.entries == 3 and .policies == 0' && no_sets
}

test_what_is_exported_changes_nothing_with_sets() {
	of_set && ends 0 set add named 198.18.0.1 comment 'say "hi"' && ends 0 policy export || return
	is '.sets.other == [.sets.other[0]] and (.sets.other[0] | .timeout_seconds > 3500 and .timeout_seconds <= 3600)' || return
	# What is left of a time may differ by more than counts as none, on a slow machine.
	ends 0 set flush other && ends 0 policy export || return
	cp "$dir/out" "$dir/exported.json"
	is '(.sets | keys) == ["allow", "deny", "named", "other"] and (.sets.named | length) == 4' || return
	ends 0 policy diff "$dir/exported.json" && says '^Nothing to change' out || return
	ends 0 policy apply "$dir/exported.json" && says '^Nothing to change' out || return
	jq '(.sets.named[] | select(.comment? == "this host")).comment = "that host"' "$dir/exported.json" >"$dir/comment.json"
	ends 6 policy diff "$dir/comment.json" && says 'named' out && no_sets
}
