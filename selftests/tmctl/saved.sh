# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Cases of guest.sh, which sources this: what is saved, and how it comes back.  The
# boots themselves are in boot/.
: "${dir:?}"
boot_file=/etc/trafficmon/policies.json
saved_sets=/var/lib/trafficmon/sets

# saved JQ: true of the boot file
saved() { jq -e "$1" $boot_file >/dev/null || why "not so: $1" "$(head -c 600 $boot_file)"; }

# untouched ARGUMENT...: tmctl does that, and the boot file stays what it is
untouched() {
	cp $boot_file "$dir/boot"
	ends "$@" || return
	cmp -s $boot_file "$dir/boot" || why "tmctl ${*:2} wrote the boot file"
}

# with_sets: two.json, and an entry for ever beside the one of deny that ends
with_sets() { ends 0 policy apply "$dir/two.json" && ends 0 set add deny 203.0.113.7; }

# prefixes SET: with "ends" behind those that do
prefixes() { tmctl -j set show "$1" | jq -r '[.entries[] | .prefix + if .timeout_ns then " ends" else "" end] | join(", ")'; }

# prefixes_are SET PREFIXES
prefixes_are() { [ "$(prefixes "$1")" = "$2" ] || why "$1: $(prefixes "$1")"; }

test_without_a_boot_file_nothing_is_applied() {
	rm -rf /etc/trafficmon
	ends 0 policy apply "$dir/two.json" || return
	ends 2 policy apply && says "$boot_file: No such file" err && says '`tmctl policy save`' err || return
	ends 0 policy apply --if-exists && says "There is no $boot_file: nothing was changed" out || return
	ends 2 policy apply --if-exists "$dir" && ends 0 policy show few
}

test_policy_save_is_what_the_next_boot_begins_with() {
	with_sets || return
	umask 077
	ends 0 policy save && says "^Saved in $boot_file: 2 policies, 3 set entries" out || return
	umask 022
	[ "$(stat -c %a ${boot_file%/*} $boot_file | paste -sd ' ')" = "755 640" ] || why "$(ls -ld ${boot_file%/*} $boot_file)" || return
	saved '.sets == {allow: ["10.0.0.0/8", "2001:db8::/32"], deny: ["203.0.113.7"]}' || return
	ends 2 policy save - && says 'policy export' err || return
	chmod 600 $boot_file
	ends 0 policy flush && ends 0 set flush allow && ends 0 set add deny 203.0.113.9 || return
	ends 0 policy apply && ends 0 policy show few || return
	prefixes_are allow "10.0.0.0/8, 2001:db8::/32" || return
	prefixes_are deny "203.0.113.0/24 ends, 203.0.113.7" || return
	ends 0 policy apply && says '^Nothing to change' out || return
	ends 0 policy save && [ "$(stat -c %a $boot_file)" = 600 ] || why "$(ls -l $boot_file)"
}

test_only_what_is_confirmed_is_saved() {
	ruleset other.json o 2
	with_sets && ends 0 policy save || return
	untouched 0 policy apply "$dir/other.json" --confirm 10m || return
	untouched 1 policy save && says 'waits for its confirmation' err || return
	untouched 1 policy save "$dir/elsewhere" && [ ! -e "$dir/elsewhere" ] || why "it is saved" || return
	ends 1 set save && says 'waits for its confirmation' err || return
	untouched 0 policy rollback || return
	untouched 0 policy apply "$dir/other.json" --confirm 10m && untouched 0 policy confirm --no-save || return
	untouched 0 policy apply "$dir/two.json" && untouched 0 policy monitor few && untouched 0 policy enforce few || return
	ends 0 policy apply "$dir/other.json" --confirm 10m && ends 0 policy confirm || return
	says '^Confirmed' out && says "^Saved in $boot_file" out && saved '[.policies[].name] == ["o-0", "o-1"]'
}

# A disk with room for three small files or one of a large ruleset's half.
test_a_full_disk_leaves_the_boot_file() {
	local disk=$dir/disk
	mkdir "$disk" && mount -t tmpfs -o size=16k tmpfs "$disk" && ln -sf "$disk/policies.json" $boot_file || return
	ruleset a.json a 600
	ends 0 policy apply "$dir/two.json" && ends 0 policy save && [ -L $boot_file ] || why "no link" || return
	ends 0 policy apply "$dir/a.json" || return
	untouched 1 policy save && says "cannot write $disk/policies.json: No space left on device" err || return
	[ "$(ls -A "$disk")" = policies.json ] || why "left: $(ls -A "$disk")" || return
	ends 0 policy apply "$dir/two.json" && ends 0 policy apply "$dir/a.json" --confirm 10m || return
	untouched 1 policy confirm && says 'is confirmed and in use, but not saved: .*No space left' err &&
		says '`tmctl policy save`' err || return
	ends 1 policy rollback && says 'no ruleset waits' err && [ "$(first_letters)" = "a 600" ] || why "$(first_letters)" || return
	mount -o remount,ro "$disk"
	untouched 1 policy save && says 'Read-only file system' err || return
	mount -o remount,rw,size=1m "$disk"
	ends 0 policy save && saved '.policies | length == 600' || return
	[ "$(ls -A "$disk")" = policies.json ] && [ -L $boot_file ] || why "left: $(ls -A "$disk")" || return
	umount "$disk" && rm $boot_file
}

test_another_namespace_has_nothing_saved() {
	local words
	ends 0 policy apply "$dir/two.json" && ends 0 policy save || return
	ends 0 -n router netns attach && ends 0 -n router netns attach --if-needed || return
	ends 1 -n router netns attach || return
	for words in "policy save" "policy apply" "policy apply --if-exists" "set save" "set restore"; do
		untouched 2 -n router $words && says "the host's own network namespace" err || return
		ip netns exec router tmctl $words >"$dir/out" 2>&1
		[ $? = 2 ] || why "in router: tmctl $words: $(cat "$dir/out")" || return
	done
	ruleset other.json o 2
	ends 0 -n router policy apply "$dir/other.json" --confirm 10m || return
	untouched 0 -n router policy confirm && says '^It is not saved' out || return
	ends 0 -n router policy save "$dir/router.json" && ends 0 policy check "$dir/router.json" || return
	ends 0 -n router netns detach && ends 0 -n router netns attach --if-needed && ends 0 -n router netns detach
}

test_a_set_is_exported_as_a_file_to_add() {
	with_sets && ends 0 set export deny || return
	[ "$(sed -E 's/expires=[0-9]{10}$/expires=N/' "$dir/out" | paste -sd ,)" = "203.0.113.0/24 expires=N,203.0.113.7" ] ||
		why "$(cat "$dir/out")" || return
	cp "$dir/out" "$dir/deny"
	echo "203.0.113.8 expires=1000000000 # in 2001" >>"$dir/deny"
	ends 0 set replace deny --file "$dir/deny" && says 'warning: .*1 entry is left out, expired' err || return
	prefixes_are deny "203.0.113.0/24 ends, 203.0.113.7" || return
	ends 0 -j set export deny && is '.entries | length == 2 and .[0].expiry_time_ns > 1e18 and (.[1] | has("expiry_time_ns") | not)'
}

test_entries_that_end_are_restored_with_what_is_left() {
	rm -rf ${saved_sets%/*}
	ends 0 set restore && says '^Nothing is saved' out || return
	with_sets && ends 0 set add deny 203.0.113.8 timeout 5s && ends 0 set add allow 198.18.0.1 timeout 1h || return
	ends 0 set save && [ "$(stat -c %a $saved_sets $saved_sets/deny.txt | paste -sd ' ')" = "700 600" ] || why "$(ls -la $saved_sets)" || return
	ends 0 set flush deny && ends 0 set flush allow && sleep 5 || return
	# What is for ever now shall not end because of what was saved.
	ends 0 set add allow 198.18.0.1 || return
	ends 0 set restore && says '^deny +1 +1 +0$' out && says '^allow +0 +0 +1$' out || return
	prefixes_are deny "203.0.113.0/24 ends" && prefixes_are allow "198.18.0.1" || return
	tmctl -j set show deny | jq -e '.entries[0].timeout_ns | . < 3599e9 and . > 3500e9' >/dev/null || why "not what is left" || return
	ends 0 set restore && says '^deny +0 +1 +1$' out || return
	ends 0 set save && [ ! -e $saved_sets/allow.txt ] || why "allow has none that ends: $(cat $saved_sets/allow.txt)"
}

# What is left of one is less than the second that the module asks for, now and then.
test_times_that_are_nearly_over_hold_up_nothing() {
	local seconds
	with_sets && ends 0 policy save || return
	for seconds in 2 3 4 5 6 7; do
		ends 0 set add deny 203.0.113.1$seconds timeout ${seconds}s || return
	done
	for seconds in 1 2 3 4 5 6; do
		# something that the file does not have, lest there is nothing to apply
		ends 0 set add deny 198.18.0.9 && ends 0 policy apply || return
	done
	rm $boot_file
}

test_comments_of_entries_are_exported_and_saved() {
	local comment='say "hi" # \ é'
	comment_is_there() {
		[ "$(tmctl -j set show deny | jq -r '.entries[].comment')" = "$comment" ] || why "$(tmctl set show deny)"
	}
	ends 0 set flush deny && ends 0 set add deny 203.0.113.9 timeout 1h comment "$comment" && comment_is_there || return
	ends 0 set export deny && cp "$dir/out" "$dir/deny" && ends 0 set flush deny || return
	ends 0 set add deny --file "$dir/deny" comment other && comment_is_there || return
	ends 0 set save && ends 0 set flush deny && ends 0 set restore && comment_is_there
}

test_a_broken_file_of_a_set_does_not_hold_up_the_others() {
	ends 0 set flush allow && ends 0 set add allow 198.18.0.1 && ends 0 set flush deny || return
	ends 0 set add deny 203.0.113.9 timeout 1h && ends 0 set save && ends 0 set flush deny || return
	printf '198.18.0.1\n198.18.0.2 expires=never\n' >$saved_sets/allow.txt
	ends 2 set restore && says "$saved_sets/allow.txt:2:20: " err && says '^deny +1 +0 +0$' out || return
	prefixes_are deny "203.0.113.9 ends" && prefixes_are allow "198.18.0.1" || return
	rm -rf ${saved_sets%/*} /etc/trafficmon
	ends 0 set flush deny && ends 0 set flush allow && ends 0 policy flush
}
