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
# grouped NUMBER: by thousands.
grouped() {
	local number=$1
	while [[ $number =~ ^([0-9]+)([0-9]{3})(.*)$ ]]; do
		number=${BASH_REMATCH[1]},${BASH_REMATCH[2]}${BASH_REMATCH[3]}
	done
	echo "$number"
}

# --- what is reported -------------------------------------------------------------

# Fills fact, of lines "name|..." for each group, from what tmctl and nft say.
# One jq for all: it costs an emulated processor as much as a second of flood.
# Nobody sends any more: all can be read one after another.
read_facts() {
	local group line
	declare -gA fact=()
	books_balance=1
	{
		router -j policy show
		router -j stats --ledger || books_balance=
		in_space router nft -j list counters
	} >"$work/facts"
	while IFS='|' read -r group line; do
		fact[$group]+=${fact[$group]:+$'\n'}$line
	done < <(jq -r '
		def counted: [.name, .packets, .bytes, .kind // "", .text // ""];
		(.policies // [] | .[] | ["policy", .name, .key, (.limits // {} |
			[(.packets_per_second // empty | "\(.) packets"),
			(.bytes_per_second // empty | "\(. / 1000) kB")] | join(" and ")),
			.matched_packets, .dropped_packets]),
		(to_entries[] | select(.key | IN("totals", "classes", "reasons", "ledger")) |
			.key as $group | .value[] | [$group] + counted),
		(.nftables // [] | .[] | .counter // empty | ["nft"] + counted) |
		map(tostring) | join("|")' "$work/facts")
}

# pair GROUP NAME: "PACKETS BYTES" of one fact.
pair() {
	local name packets bytes
	while IFS='|' read -r name packets bytes _; do
		[ "$name" != "$2" ] || echo "$packets $bytes"
	done <<<"${fact[$1]}"
}

# policy_counts NAME: "MATCHED DROPPED", packets.
policy_counts() {
	local name matched dropped
	while IFS='|' read -r name _ _ matched dropped; do
		[ "$name" != "$1" ] || echo "$matched $dropped"
	done <<<"${fact[policy]}"
}

sum_of_drops() {
	local dropped sum=0
	while IFS='|' read -r _ _ _ _ dropped; do sum=$((sum + dropped)); done <<<"${fact[policy]}"
	echo "$sum"
}

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
	                           trafficmon                         downloads at $(calculate "$download_kbit / 1000" 2) Mbit/s
	  attacker  192.0.2.66 --------+
	            and, forged, 200 resolvers and random addresses
	END
}

# --- the innocent ---------------------------------------------------------------

# innocent_line PHASE NAME
innocent_line() {
	printf '  %-30s %6.2f %8s %% %6s %%' "$2" "${goodput_mbit[$1]}" \
		"${of_quiet[$1]}" "${ping_lost[$1]}"
	if [ "$1" = quiet ]; then
		printf '   %9s %8s %9s' - - -
	else
		printf '   %9s %8s %7s %%' "$(grouped "${flood_pps[$1]}")" \
			"${flood_mbit[$1]}" "${stopped[$1]}"
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

# A policy a line; rates in words.
print_policies() {
	local name key limits matched dropped
	printf '  %-20s %-11s %-32s %15s %9s\n' policy per "lets through each second" "packets matched" dropped
	while IFS='|' read -r name key limits matched dropped; do
		printf '  %-20s %-11s %-32s %15s %9s\n' "$name" "$key" "${limits:-nothing}" \
			"$(grouped "$matched")" "$(grouped "$dropped")"
	done <<<"${fact[policy]}"
}

print_cost() {
	local matched dropped
	read -r matched dropped < <(policy_counts syn-per-destination)
	cat <<-END

	  The price: during a SYN flood, new connections to the victim share the limit with it;
	  $(calculate "100 * ($matched - $dropped) / $matched" 1) % of all SYNs got through. Connections that were there before, and those that
	  the victim opens itself, such as this download, are not touched.
	END
}

# print_counters GROUP: its counters that are not 0, with their meaning.
print_counters() {
	local name packets bytes kind text
	while IFS='|' read -r name packets bytes kind text; do
		[ "$packets" != 0 ] || continue
		printf '  %-14s %12s %14s%s\n' "$name" "$(grouped "$packets")" "$(grouped "$bytes")" \
			"${text:+  $kind: $text}"
	done <<<"${fact[$1]}"
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
sum_of() { set -- $1 $2; echo "$(($1 + $3)) $(($2 + $4))"; }
difference_of() { set -- $1 $2; echo "$(($1 - $3)) $(($2 - $4))"; }

# The devices count Ethernet headers, 14 bytes a packet.
read_books() {
	local devices=(up-server up-attacker to-victim)
	module_seen=$(pair totals seen)
	module_dropped=$(pair totals dropped)
	live=$(pair ledger live_flows)
	recorded=$(pair ledger recorded)
	untracked=$(pair ledger untracked)
	nft_sent=$(pair nft sent)
	nft_seen=$(sum_of "$(pair nft arrived)" "$nft_sent")
	nft_dropped=$(difference_of "$(pair nft arrived)" "$(pair nft passed)")
	read_devices "${devices[@]}"
	devices_seen=$(sum_of "$device_packets $((device_bytes - 14 * device_packets))" "$nft_sent")
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

judge_flood() {
	local flood=$1 name=${flood_name[$1]} without=${lost[$1-without]} with=${lost[$1-with]} dropped
	read -r _ dropped < <(policy_counts "${flood_policy[$1]}")
	verdict "$name: without policies the download loses $without % (at least $lost_without_at_least %)" \
		at_least "$without" $lost_without_at_least
	verdict "$name: with policies the download loses $with % (at most $lost_with_at_most %)" \
		at_most "$with" $lost_with_at_most
	verdict "$name: with policies ${ping_lost[$flood-with]} % of the pings are lost (at most $lost_with_at_most %)" \
		at_most "${ping_lost[$flood-with]}" $lost_with_at_most
	verdict "$name: ${flood_policy[$flood]} drops ${stopped[$flood-with]} % of it (at least $dropped_at_least %)" \
		drops_enough "${stopped[$flood-with]}" "$dropped"
}

drops_enough() { at_least "$1" $dropped_at_least && [ "$2" -gt 1000 ]; }

least_idle() {
	printf '%s\n' "${idle[@]}" | sort -n | head -n 1
}

is_undisturbed() {
	at_least "${goodput_kbit[quiet]}" $((download_kbit * 9 / 10)) && at_most "${ping_lost[quiet]}" 0
}

judge_measurement() {
	local least
	least=$(least_idle)
	verdict "at rest the download has at least 90 % of $download_kbit kbit/s and no ping is lost" \
		is_undisturbed
	verdict "the processor was never what hurt: at least $least % idle (at least $idle_at_least %)" \
		at_least "$least" $idle_at_least
}

judge_books() {
	verdict "the ledger balances: seen = live flows + records + untracked, packets and bytes" \
		test "$books_balance" -a "$module_seen" = "$(sum_of "$live" "$(sum_of "$recorded" "$untracked")")"
	verdict "the module saw what nft saw, to the packet and byte" test "$module_seen" = "$nft_seen"
	verdict "the module saw what the network devices received, to the packet and byte" \
		test "$module_seen" = "$devices_seen"
	verdict "each drop has its reason: the policies' counters add up to all drops" \
		test "$(sum_of_drops)" = "${module_dropped% *}"
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
	read_facts
	read_books
	print_innocent
	print_module
	print_books
	section "Verdicts"
	judge_measurement
	for flood in "${floods[@]}"; do judge_flood "$flood"; done
	judge_books
}
