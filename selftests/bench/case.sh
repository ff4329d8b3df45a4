# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a case is.  Sourced on both sides, by `instructions` here and by `guest`
# in the guest.
#
# A case is written NAME[/WORD]...: what is in the packet's way, and under which
# circumstances.  The words may come in any order:
#
#	raw | ingress		the hook; pre-routing (raw) unless said
#	ipv4 | ipv6		the family; ipv4 unless said
#	drop | pass		what becomes of the packets; drop unless said
#	sources=N		random source addresses; 4096 unless said
#	policies=N		policies in the ruleset, 4 of them matching, or the one
#
# A name that ends in -tcp has SYNs in the place of UDP.  Example:
#
#	ours-all/ingress/policies=1000/pass

# What each name means is said in docs/performance.md.
case_names_floor="floor nothing"
case_names_ours="ours-accounting ours-sets ours-deny-1m ours-deny-1m-hit ours-limit ours-all ours-all-deny-1m"
case_names_peers="nft-meter nft-5tuple nft-both hashlimit ipset-1m conntrack-new conntrack-established"
case_names_busy="ours-all-fill-10 ours-all-fill-50 ours-all-fill-90 ours-all-fill-100"
case_names_busy="$case_names_busy ours-all-busy-dump ours-all-busy-set ours-all-busy-swap"

# parse_case CASE: sets case_name, and case_hook, case_family, case_verdict,
# case_sources, case_policies, case_protocol; false with a message if it is none.
# used by those who source this file
parse_case() {
	local words word
	IFS=/ read -ra words <<<"$1"
	case_name=${words[0]} case_hook=raw case_family=ipv4 case_verdict=drop
	case_sources=4096 case_policies=0 case_protocol=udp
	case $case_name in
	ours-limit* | ours-all*) case_policies=1 ;;
	nothing*) case_verdict=pass ;;
	esac
	[[ $case_name != *-tcp ]] || case_protocol=tcp
	for word in "${words[@]:1}"; do
		case $word in
		raw | ingress) case_hook=$word ;;
		ipv4 | ipv6) case_family=$word ;;
		drop | pass) case_verdict=$word ;;
		sources=[1-9]*) case_sources=${word#*=} ;;
		policies=[1-9]*) case_policies=${word#*=} ;;
		*) echo "$1: '$word' is none of the words in selftests/bench/case.sh" >&2; return 1 ;;
		esac
	done
	known_case
}

known_case() {
	if ! [[ " $case_names_floor $case_names_ours $case_names_busy $case_names_peers " == *" ${case_name%-tcp} "* ]]; then
		echo "no case is named '$case_name'; there are: $case_names_floor $case_names_ours $case_names_busy $case_names_peers" >&2
		return 1
	fi
	case $case_name/$case_hook/$case_verdict in
	hashlimit*/ingress/* | ipset*/ingress/* | conntrack*/ingress/*)
		echo "$case_name does not exist at the ingress hook" >&2
		return 1
		;;
	ours-all-fill*/* | ours-all-busy*/*)
		[ "$case_family$case_protocol" = ipv4udp ] || {
			echo "$case_name needs pktgen, which has UDP over IPv4 only" >&2
			return 1
		}
		;;
	floor*/pass | nothing*/drop | *-hit*/pass | conntrack-new*/pass)
		echo "$case_name does not $case_verdict" >&2
		return 1
		;;
	esac
}

# The case last parsed, written in the one way that says everything.
whole_case() {
	local policies=
	[ "$case_policies" -lt 2 ] || policies=/policies=$case_policies
	echo "$case_name/$case_hook/$case_family/$case_verdict/sources=$case_sources$policies"
}

# The case that the one last parsed is compared with: the cheapest way to the same
# end, a drop by nft's policy at the same hook, or nothing in the way at all.
floor_of_case() {
	local name=floor
	[ "$case_verdict" = drop ] || name=nothing
	[ "$case_protocol" = udp ] || name=$name-$case_protocol
	echo "$name/$case_hook/$case_family/$case_verdict/sources=$case_sources"
}
