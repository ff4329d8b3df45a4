# shellcheck shell=bash disable=SC2034,SC2154	# the parts share variables
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is measured: the innocent (a download, pings), the flood, the module,
# the processor; and counters that know nothing of the module.
#
# measure PHASE FLOOD fills, for PHASE:
#	goodput_kbit  bytes of the file that curl had when it ended, over its time
#	ping_lost     per cent, of the echo requests that server sent to victim
#	flood_pps, flood_kbit     what arrived from the attacker, per second
#	stopped       per cent of that, dropped by the module
#	idle          per cent of the processors' time
#
# Sourced by scenario; uses topology.sh, floods.sh.

download_bytes=540000	# 3 s at the server's pace
download_seconds=3.5	# then it is given up
pings=120		# one each 20 ms at most

declare -A goodput_kbit ping_lost flood_pps flood_kbit stopped idle

# calculate EXPRESSION DECIMALS
calculate() { awk "BEGIN { printf \"%.${2}f\", ($1) }"; }
# holds EXPRESSION: is it true?
holds() { awk "BEGIN { exit !($1) }"; }

# Connection tracking is not used; neither offload nor ARP nor IPv6 makes these
# counters differ from ours.
count_independently() {
	in_space router nft -f - <<-END
	table inet beside {
		counter arrived { }
		counter passed { }
		counter sent { }
		chain before { type filter hook prerouting priority -460; counter name arrived; }
		chain behind { type filter hook prerouting priority -440; counter name passed; }
		chain own { type filter hook output priority -460; counter name sent; }
	}
	END
}

# nft_counter NAME: packets and bytes.
nft_counter() {
	in_space router nft -j list counter inet beside "$1" |
		jq -r '.nftables[] | select(.counter) | .counter | "\(.packets) \(.bytes)"'
}

# Received by all devices of the router: IP packets, and bytes without Ethernet headers.
interface_counter() {
	# shellcheck disable=SC2016	# for the shell there
	in_space router sh -c 'cd /sys/class/net && for d in up-server up-attacker to-victim; do
		echo $(cat $d/statistics/rx_packets $d/statistics/rx_bytes); done' |
		awk '{ p += $1; b += $2 } END { printf "%d %d\n", p, b - 14 * p }'
}

# Packets and bytes from the attacker, with Ethernet headers.
flood_counter() {
	# shellcheck disable=SC2016,SC2046,SC2005	# for the shell there
	in_space router sh -c 'cd /sys/class/net/up-attacker/statistics; echo $(cat rx_packets rx_bytes)'
}

# One line: time in s, idle and all processor time, packets and bytes of the flood.
snapshot() {
	echo "$(cut -d ' ' -f 1 /proc/uptime)" \
		"$(awk '/^cpu / { print $5, $2 + $3 + $4 + $5 + $6 + $7 + $8 + $9 }' /proc/stat)" \
		"$(flood_counter)"
}

# The difference of two snapshots.
take_rates() {
	local phase=$1
	# shellcheck disable=SC2086	# numbers
	set -- $2 $3
	local seconds="($6 - $1)"
	idle[$phase]=$(calculate "100 * ($7 - $2) / ($8 - $3)" 0)
	flood_pps[$phase]=$(calculate "($9 - $4) / $seconds" 0)
	flood_kbit[$phase]=$(calculate "(${10} - $5) / 125 / $seconds" 0)
}

# One line, when nobody sends: packets of floods so far, and those dropped by the module.
balance() {
	echo "$(flood_counter | cut -d ' ' -f 1)" \
		"$(tmctl -n tmd-router -j stats | jq '.totals[] | select(.name == "dropped").packets')"
}

# The difference of two of them.
take_dropped() {
	local phase=$1
	# shellcheck disable=SC2086	# numbers
	set -- $2 $3
	stopped[$phase]=$(calculate "$3 > $1 ? 100 * ($4 - $2) / ($3 - $1) : 0" 1)
}

download() {
	in_space victim curl -s --noproxy '*' -o /dev/null --max-time "$download_seconds" \
		-w '%{size_download} %{time_total}\n' http://198.51.100.10/file >"$work/download" || true
}

ping_victim() {
	in_space server ping -q -n -i 0.02 -c "$pings" -W 1 203.0.113.10 >"$work/ping" || true
}

# The first run of every program loads it, and the first packet its route.
warm_up() {
	in_space server ping -q -n -c 3 -i 0.2 203.0.113.10 >/dev/null || true
	in_space victim curl -s --noproxy '*' -o /dev/null --max-time 1 http://198.51.100.10/file || true
	snapshot >/dev/null
	sleep 0.5
}

measure() {
	local phase=$1 flood=$2 at_first before after bytes seconds pinging sent received
	at_first=$(balance)
	if [ "$flood" != none ]; then
		start_flood "$flood"
		sleep 0.5
	fi
	before=$(snapshot)
	ping_victim &
	pinging=$!
	download
	after=$(snapshot)
	wait "$pinging"
	[ "$flood" = none ] || stop_flood
	sleep 0.5	# until the queue before the link is empty

	take_rates "$phase" "$before" "$after"
	take_dropped "$phase" "$at_first" "$(balance)"
	read -r bytes seconds <"$work/download"
	goodput_kbit[$phase]=$(calculate "$bytes / 125 / $seconds" 1)
	read -r sent received < <(sed -n 's/\([0-9]*\) packets transmitted, \([0-9]*\) received.*/\1 \2/p' "$work/ping")
	ping_lost[$phase]=$(calculate "100 * ($sent - $received) / $sent" 1)
}
