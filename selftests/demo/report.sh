# shellcheck shell=bash disable=SC2034,SC2154	# the parts share variables
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The report: what was measured, what the module says, what others counted,
# and the verdicts.  Lines of a verdict begin with PASS or FAIL.
#
# Sourced by scenario, after all measuring.

lost_without_at_least=20	# per cent of the quiet download
lost_with_at_most=1		# per cent, of the download and of the pings
dropped_at_least=90		# per cent of a flood, with policies
idle_at_least=10		# per cent of the processors, so that they are not what hurts

router() { tmctl -n tmd-router "$@" 2>&1; }
grouped() { sed ':again; s/\([0-9]\)\([0-9]\{3\}\)\($\|[^0-9]\)/\1,\2\3/; t again' <<<"$1"; }

section() {
	echo
	echo "$1"
	echo "${1//?/-}"
	echo
}

print_topology() {
	cat <<-END

	  server    198.51.100.10 -----+
	            web server, pings  |            $link_mbit Mbit/s, queue of $link_queue_packets
	                             router ========================= victim   203.0.113.10
	                           trafficmon                         downloads at $(calculate "$download_kbit / 1000" 1) Mbit/s
	  attacker  192.0.2.66 --------+
	            and, forged, 200 resolvers and random addresses
	END
}

# --- the innocent ---------------------------------------------------------------

of_quiet() { calculate "100 * ${goodput_kbit[$1]} / ${goodput_kbit[quiet]}" 1; }

# innocent_line PHASE NAME
innocent_line() {
	printf '  %-30s %6.2f %8s %% %6s %%' "$2" "$(calculate "${goodput_kbit[$1]} / 1000" 2)" \
		"$(of_quiet "$1")" "${ping_lost[$1]}"
	if [ "$1" = quiet ]; then
		printf '   %9s %8s %9s' - - -
	else
		printf '   %9s %8.1f %7s %%' "$(grouped "${flood_pps[$1]}")" \
			"$(calculate "${flood_kbit[$1]} / 1000" 1)" "${stopped[$1]}"
	fi
	printf ' %9s %%\n' "${idle[$1]}"
}

print_innocent() {
	local flood
	section "The innocent: a download of $((download_bytes / 1000)) kB, given up after $download_seconds s, and $pings pings"
	printf '  %-30s %s\n' "" "download             pings   flood                        processor" \
		"" "Mbit/s   of quiet     lost   packets/s   Mbit/s   dropped        idle"
	innocent_line quiet "quiet"
	for flood in "${floods[@]}"; do
		echo "  ${flood_name[$flood]}"
		innocent_line "$flood-without" "  no policies"
		innocent_line "$flood-with" "  with policies"
	done
}

# --- what the module says --------------------------------------------------------

policy_counter() {
	router -j policy show | jq ".policies[] | select(.name == \"$1\").$2"
}

# A policy a line; rates in words.
print_policies() {
	printf '  %-20s %-11s %-32s %9s %9s\n' policy per "lets through each second" matched dropped
	router -j policy show | jq -r '.policies[] | [.name, .key, (.limits // {} |
			[(.packets_per_second // empty | "\(.) packets"),
			(.bytes_per_second // empty | "\(. / 1000) kB")] | join(" and ")),
			.matched_packets, .dropped_packets] | join("|")' |
		while IFS='|' read -r name key limits matched dropped; do
			printf '  %-20s %-11s %-32s %9s %9s\n' "$name" "$key" "${limits:-nothing}" \
				"$(grouped "$matched")" "$(grouped "$dropped")"
		done
}

print_cost() {
	local matched dropped
	matched=$(policy_counter syn-per-destination matched_packets)
	dropped=$(policy_counter syn-per-destination dropped_packets)
	cat <<-END

	  The price: during a SYN flood, new connections to the victim share the limit with it;
	  $(calculate "100 * ($matched - $dropped) / $matched" 1) % of all SYNs got through. Connections that were there before, and those that
	  the victim opens itself, such as this download, are not touched.
	END
}

# print_counters GROUP: its counters that are not 0, with their meaning.
print_counters() {
	jq -r ".$1[] | select(.packets > 0) | [.name, .packets, .bytes, .kind // \"\", .text // \"\"] | join(\"|\")" \
		"$work/stats.json" |
		while IFS='|' read -r name packets bytes kind text; do
			printf '  %-14s %12s %14s%s\n' "$name" "$(grouped "$packets")" "$(grouped "$bytes")" \
				"${text:+  $kind: $text}"
		done
}

print_seen() {
	section "Seen, and why dropped (tmctl stats)"
	printf '  %-14s %12s %14s\n' "" packets bytes
	print_counters totals | grep -E '^  (seen|dropped) '
	echo
	echo "  seen, by class"
	print_counters classes
	echo
	echo "  reasons"
	print_counters reasons
}

# Columns of tmctl's tables are two spaces or more apart.
print_flows() {
	section "Top flows (tmctl flow sort packets limit 5)"
	router flow sort packets limit 5 | awk -F '   *' '/^\(/ { print "  " $0; next }
		{ printf "  %-6s %-21s %-22s %-11s %9s %10s %10s\n", $1, $2, $3, $4, $7, $8, $9 }'
}

# wrapped INDENT WIDTH: long lines go on, indented, on the next.
wrapped() {
	awk -v indent="$1" -v width="$2" '{
		while (length($0) > width) {
			for (i = width; substr($0, i, 1) != " "; i--)
				;
			print substr($0, 1, i - 1)
			$0 = sprintf("%*s", indent, "") substr($0, i + 1)
		}
		print
	}'
}

print_events() {
	section "Events (tmctl event show)"
	router event show | awk -F '   *' 'NR > 1 { printf "  %s  %-8s %s\n", substr($1, 12, 8), $4, $5 }' |
		wrapped 21 98
}

print_module() {
	section "What the policies did (tmctl policy show)"
	print_policies
	print_cost
	print_seen
	print_flows
	print_events
}

# --- the books -------------------------------------------------------------------

# sum_of A B, difference_of A B: of pairs "packets bytes".
sum_of() { awk '{ printf "%d %d\n", $1 + $3, $2 + $4 }' <<<"$1 $2"; }
difference_of() { awk '{ printf "%d %d\n", $1 - $3, $2 - $4 }' <<<"$1 $2"; }

pair() { jq -r "$1 | \"\\(.packets) \\(.bytes)\"" "$work/stats.json"; }

# Nobody sends any more: all can be read one after another.
read_books() {
	books_balance=1
	router -j stats --ledger >"$work/stats.json" || books_balance=
	module_seen=$(pair '.totals[] | select(.name == "seen")')
	module_dropped=$(pair '.totals[] | select(.name == "dropped")')
	live=$(pair '.ledger[] | select(.name == "live_flows")')
	recorded=$(pair '.ledger[] | select(.name == "recorded")')
	untracked=$(pair '.ledger[] | select(.name == "untracked")')
	nft_sent=$(nft_counter sent)
	nft_seen=$(sum_of "$(nft_counter arrived)" "$nft_sent")
	nft_dropped=$(difference_of "$(nft_counter arrived)" "$(nft_counter passed)")
	devices_seen=$(sum_of "$(interface_counter)" "$nft_sent")
}

# books_line NAME "PACKETS BYTES"
books_line() {
	printf '  %-58s %12s %16s\n' "$1" "$(grouped "${2% *}")" "$(grouped "${2#* }")"
}

print_books() {
	section "The books (tmctl stats --ledger, and counters that know nothing of the module)"
	printf '  %-58s %12s %16s\n' "" packets bytes
	books_line "the module saw" "$module_seen"
	books_line "  in live flows" "$live"
	books_line "  + in records of flows that ended" "$recorded"
	books_line "  + untracked, by its own account" "$untracked"
	books_line "nft, before the module" "$nft_seen"
	books_line "network devices, received (and sent by the router, nft)" "$devices_seen"
	echo
	books_line "the module dropped" "$module_dropped"
	books_line "nft, before the module less behind it" "$nft_dropped"
}

# --- verdicts --------------------------------------------------------------------

# verdict TEXT COMMAND...
verdict() {
	local text=$1
	shift
	if "$@"; then echo "PASS  $text"; else echo "FAIL  $text"; fi
}

# The download's loss in per cent, never below 0.
lost() {
	calculate "${goodput_kbit[$1]} < ${goodput_kbit[quiet]} ? 100 - 100 * ${goodput_kbit[$1]} / ${goodput_kbit[quiet]} : 0" 2
}

judge_flood() {
	local flood=$1 name=${flood_name[$1]} without with
	without=$(lost "$flood-without")
	with=$(lost "$flood-with")
	verdict "$name: without policies the download loses $without % (at least $lost_without_at_least %)" \
		holds "$without >= $lost_without_at_least"
	verdict "$name: with policies the download loses $with % (at most $lost_with_at_most %)" \
		holds "$with <= $lost_with_at_most"
	verdict "$name: with policies ${ping_lost[$flood-with]} % of the pings are lost (at most $lost_with_at_most %)" \
		holds "${ping_lost[$flood-with]} <= $lost_with_at_most"
	verdict "$name: ${flood_policy[$flood]} drops ${stopped[$flood-with]} % of it (at least $dropped_at_least %)" \
		holds "${stopped[$flood-with]} >= $dropped_at_least && $(policy_counter "${flood_policy[$flood]}" dropped_packets) > 1000"
}

least_idle() {
	printf '%s\n' "${idle[@]}" | sort -n | head -n 1
}

judge_measurement() {
	verdict "at rest the download has at least 90 % of $download_kbit kbit/s and no ping is lost" \
		holds "${goodput_kbit[quiet]} >= 0.9 * $download_kbit && ${ping_lost[quiet]} == 0"
	verdict "the processor was never what hurt: at least $(least_idle) % idle (at least $idle_at_least %)" \
		holds "$(least_idle) >= $idle_at_least"
}

judge_books() {
	verdict "the ledger balances: seen = live flows + records + untracked, packets and bytes" \
		test "$books_balance" -a "$module_seen" = "$(sum_of "$live" "$(sum_of "$recorded" "$untracked")")"
	verdict "the module saw what nft saw, to the packet and byte" test "$module_seen" = "$nft_seen"
	verdict "the module saw what the network devices received, to the packet and byte" \
		test "$module_seen" = "$devices_seen"
	verdict "each drop has its reason: the policies' counters add up to all drops" \
		test "$(router -j policy show | jq '[.policies[].dropped_packets] | add')" = "${module_dropped% *}"
	verdict "the module dropped what nft misses behind it, to the packet and byte" \
		test "$module_dropped" = "$nft_dropped"
}

write_report() {
	local flood
	echo "TrafficMonitor demo: a flood, seen, explained, stopped"
	echo "======================================================"
	echo
	echo "Linux $(uname -r), $where."
	print_topology
	read_books
	print_innocent
	print_module
	print_books
	section "Verdicts"
	judge_measurement
	for flood in "${floods[@]}"; do judge_flood "$flood"; done
	judge_books
}
