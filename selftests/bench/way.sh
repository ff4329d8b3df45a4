# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# case_*, device: set by those who source this
#
# Puts into the packets' way what the case last parsed says, and takes it out.
# ours.sh and peers.sh have a set_up function for each name.

limited=src	# or dst: the address that limits are counted for
excess=		# yes: packets are over the limits, no: below; where empty, as the verdict says

# What the set_up function of a case says about the nft chain that ends it.
nft_defaults() {
	nft_sets='' nft_rules=''
	nft_priority=raw
	sweep_passes=	# packets of a sweep pass, whatever becomes of the others
}

# set_up / take_down: the functions of the case's name, such as set_up_ours_all.
set_up() {
	function_name=${case_name%-tcp}
	function_name=${function_name//-/_}
	nft_defaults
	"set_up_${function_name}"
	[ "$case_verdict$nft_rules" = pass ] || add_chain
}

take_down() {
	! declare -F "take_down_${function_name}" >/dev/null || "take_down_${function_name}"
	nft flush ruleset
	[ ! -d /sys/module/trafficmon ] || rmmod trafficmon
}

set_up_floor() { :; }
set_up_nothing() { :; }

# over_limit: are packets of the case last parsed to exceed its limits?
over_limit() {
	case ${excess:-$case_verdict} in
	yes | drop) return 0 ;;
	*) return 1 ;;
	esac
}

# The chain with the case's rules, if it has any.  Its policy is the end of every
# packet that the case does not drop itself; alone it is the floor.
add_chain() {
	local hook="hook prerouting" policy=accept
	chain="ip bench"
	[ "$case_family" = ipv4 ] || chain="ip6 bench"
	if [ "$case_hook" = ingress ]; then
		chain="netdev bench" hook="hook ingress device $device" nft_priority=filter
	fi
	[ "$case_verdict" = pass ] || policy=drop
	nft -f - <<-END || stop "nft does not take its rules"
		table $chain {
			$nft_sets
			chain bench {
				type filter $hook priority $nft_priority; policy $policy;
				$nft_rules
			}
		}
	END
}

# chain_policy accept|drop: of a case whose packets are dropped.
chain_policy() {
	[ "$case_verdict" = drop ] || return 0
	nft "add chain $chain bench { policy $1; }"
}

# Ends with every source known, and over its limit where that is wanted.
prepare() {
	[[ " $case_names_floor " != *" ${case_name%-tcp} "* ]] || return 0
	[ -z "$sweep_passes" ] || chain_policy accept
	sweep
	[ -z "$sweep_passes" ] || chain_policy drop
}

