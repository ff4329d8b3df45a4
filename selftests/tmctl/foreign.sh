# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Cases of guest.sh, which sources this: sets as nft and ipset print them.
: "${dir:?}"

# Leaves in $dir files of one set "bad" among others, as the kernel has it.
print_foreign_sets() {
	nft -f - <<-END || return
		table inet foreign {
			set bad {
				type ipv4_addr; flags interval, timeout; counter; timeout 2h
				elements = { 10.0.0.0/8, 192.0.2.1-192.0.2.6 timeout 1h comment "x y" }
			}
			set ports { type inet_service; elements = { 22 } }
			chain input { type filter hook input priority 0; ip saddr @bad counter accept; }
		}
	END
	nft list ruleset >"$dir/foreign.nft" && nft -j list ruleset >"$dir/foreign.nft-json" &&
		nft delete table inet foreign || return
	ipset create bad hash:net timeout 7200 counters comment &&
		ipset create ports bitmap:port range 0-100 && ipset add bad 10.0.0.0/8 &&
		ipset add bad 192.0.2.1-192.0.2.6 timeout 3600 comment 'x y' || return
	ipset save >"$dir/foreign.ipset" && ipset destroy
}

test_sets_of_nft_and_ipset_are_read() {
	local form
	print_foreign_sets 2>"$dir/err" || why "no sets to read" "$(cat "$dir/err")" || return
	for form in nft nft-json ipset; do
		ends 2 set replace deny --file "$dir/foreign.$form" && says 'has bad, ports; choose with --from' err || return
		ends 2 set replace deny --file "$dir/foreign.$form" --from ports || return
		ends 0 set replace deny --file "$dir/foreign.$form" --from bad || return
		tmctl -j set show deny |
			jq -r '.entries[] | [.prefix, (.timeout_ns / 600e9 | ceil) * 10, .comment // empty] | join(" ")' >"$dir/out"
		[ "$(paste -sd, "$dir/out")" = "10.0.0.0/8 120,192.0.2.1 60 x y,192.0.2.2/31 60 x y,192.0.2.4/31 60 x y,192.0.2.6 60 x y" ] ||
			why "$form: $(paste -sd, "$dir/out")" || return
		tmctl -j set export deny >"$dir/foreign.json"
		ends 0 set flush deny && ends 0 set add deny --file "$dir/foreign.json" && [ "$(entries deny)" = 5 ] ||
			why "$(entries deny) entries" || return
	done
	ends 0 set flush deny
}
