# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# case_*, case, here: set by guest, which sources this
#
# The cases of this module, in the guest: what is loaded for each.  All of them
# account flows, with the parameters' defaults.

set_up_ours_accounting() { load_ours; }

set_up_ours_sets() { load_ours; fill_sets; }

set_up_ours_deny_1m() { load_ours; deny_million; }

# Packets of a source that the million denies.
set_up_ours_deny_1m_hit() {
	load_ours
	deny_million
	tmctl set add deny 10.0.0.0/10 2001:db8::/64 >/dev/null
}

set_up_ours_limit() { load_ours; load_policies; }

set_up_ours_all() { load_ours; fill_sets; load_policies; }

set_up_ours_all_deny_1m() { load_ours; fill_sets; deny_million; load_policies; }

# load_ours [PARAMETER...]
load_ours() {
	local parameters=("$@")
	[ "$case_hook" = raw ] || parameters+=("devices=$device")
	load_module "${parameters[@]}"
}

# Sets of 100 entries each that none of the packets is in.
fill_sets() {
	"$here/prefixes" "$case_family" 100 1 | tmctl set add deny --file - >/dev/null
	"$here/prefixes" "$case_family" 100 2 | tmctl set add allow --file - >/dev/null
}

deny_million() {
	tmctl set add deny --file "$millions/million-$case_family" >/dev/null
}

# Packets over their limit are so but for one a second of each source; others are
# far below it.
load_policies() {
	local rate=1 burst=1
	over_limit || rate=100000000 burst=1000000
	"$here/policies" "$case_policies" "$case_family" "$rate" "$burst" "$limited" >/run/policies.json
	tmctl policy apply /run/policies.json >/run/apply.log 2>&1 || { cat /run/apply.log >&2; exit 1; }
}

# check_ours PACKETS: so many were at least seen.
check_ours() {
	local seen
	seen=$(total seen)
	[ "$seen" -ge "$1" ] || stop "saw only $seen packets of $1"
}
