# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# case_*, device, here: set by guest, which sources this
#
# ours-all under circumstances that a packet should not notice, in the guest: a
# flow table that is full already, and something else that the module does at the
# same time.  pktgen does not count what others take of its processor.

set_up_ours_all_fill_10() { set_up_filled 13107; }
set_up_ours_all_fill_50() { set_up_filled 65536; }
set_up_ours_all_fill_90() { set_up_filled 117965; }
# Twice what there is room for, so that no bucket has any left.
set_up_ours_all_fill_100() { set_up_filled 262144; }

set_up_ours_all_busy_dump() { set_up_ours_all; busy_with tmctl -j flow show sort none; }
set_up_ours_all_busy_set() { set_up_ours_all; busy_with load_and_flush; }
set_up_ours_all_busy_swap() { set_up_ours_all; busy_with swap_rulesets; }

take_down_ours_all_busy_dump() { busy_end; }
take_down_ours_all_busy_set() { busy_end; }
take_down_ours_all_busy_swap() { busy_end; }

# set_up_filled FLOWS: so many, of other sources, are in the table and stay there.
set_up_filled() {
	load_ours timeout_new_s=86400
	pktgen_reset
	pktgen_setup "$device" 20.0.0.0 20.255.255.255 "count $1"
	pktgen_start
	fill_sets
	load_policies
}

# busy_with COMMAND...: again and again, until busy_end.  Where the processor is
# never idle, a pause takes as long as it says, a thousand million instructions a
# second: there is none.
busy_with() {
	sweep_pause=0
	"$here/prefixes" "$case_family" 10000 4 >/run/ten-thousand
	jq '.policies += [{ name: "another", match: { source_port: 7 }, key: "src",
		limits: { packets_per_second: 1 } }]' /run/policies.json >/run/another.json
	( while [ ! -e /run/busy-end ]; do "$@"; done >/dev/null 2>&1 ) &
	busy=$!
}

busy_end() {
	: >/run/busy-end
	wait "$busy"
	rm /run/busy-end
	sweep_pause=3
}

load_and_flush() {
	tmctl set add deny --file /run/ten-thousand
	tmctl set flush deny
}

swap_rulesets() {
	tmctl policy apply /run/another.json
	tmctl policy apply /run/policies.json
}
