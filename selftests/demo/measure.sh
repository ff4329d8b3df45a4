# shellcheck shell=bash disable=SC2034,SC2154	# the parts share variables
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is measured: the innocent (a download, pings), the flood, the module,
# the processor; and counters that know nothing of the module.
#
# measure PHASE FLOOD fills, for PHASE:
#	goodput_kbit  bytes of the file that curl had when it ended, over its time
#	goodput_mbit  the same, rounded
#	of_quiet, lost  per cent of the quiet download that this is, that it lacks
#	ping_lost     per cent, of the echo requests that server sent to victim
#	flood_pps, flood_mbit     what arrived from the attacker, per second
#	stopped       per cent of that, dropped by the module
#	idle          per cent of the processors' time
#
# Where instructions are emulated, starting a program is dear and would be what
# is measured: counters are read by the shell itself.
#
# Sourced by scenario; uses topology.sh, floods.sh.

download_bytes=270000	# 3 s at the server's pace
download_seconds=3.3	# then it is given up
pings=120		# one each 20 ms at most

declare -A goodput_kbit goodput_mbit of_quiet lost ping_lost flood_pps flood_mbit stopped idle

# calculate EXPRESSION DECIMALS
calculate() { awk "BEGIN { printf \"%.${2}f\", ($1) }"; }
# at_least A B, at_most A B: is A that?  Decimals, to the thousandth.
at_least() {
	local a b
	printf -v a %.0f "$1e3"
	printf -v b %.0f "$2e3"
	[ "$a" -ge "$b" ]
}
at_most() { at_least "$2" "$1"; }

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

# read_devices DEVICE...: sets device_packets and device_bytes to what these
# devices of the router received, with Ethernet headers.
read_devices() {
	local line name packets bytes lines
	device_packets=0 device_bytes=0
	mapfile -t lines <"/proc/$router_process/net/dev"
	for line in "${lines[@]}"; do
		read -r name bytes packets _ <<<"$line"
		[[ " $* " == *" ${name%:} "* ]] || continue
		device_packets=$((device_packets + packets))
		device_bytes=$((device_bytes + bytes))
	done
}

# Sets snapshot: time in s, idle and all processor time, packets and bytes from
# the attacker.
take_snapshot() {
	local uptime user nice system idle wait irq softirq steal
	read -r uptime _ </proc/uptime
	read -r _ user nice system idle wait irq softirq steal _ </proc/stat
	read_devices up-attacker
	snapshot="$uptime $idle $((user + nice + system + idle + wait + irq + softirq + steal))"
	snapshot="$snapshot $device_packets $device_bytes"
}

# When nobody sends.  Sets balance: packets of floods so far, and those dropped
# by the module.
take_balance() {
	local stats
	read_devices up-attacker
	stats=$(tmctl -n tmd-router -j stats)
	[[ $stats =~ '"name":"dropped","packets":'([0-9]+) ]] ||
		say_why_and_stop "tmctl does not say what was dropped: $stats"
	balance="$device_packets ${BASH_REMATCH[1]}"
}

download() {
	in_space victim curl -s --noproxy '*' -o /dev/null --max-time "$download_seconds" \
		-w '%{size_download} %{time_total}\n' http://198.51.100.10/file >"$work/download" || true
}

# 0x10: low delay, see make_links.
ping_victim() {
	in_space server ping -q -n -Q 0x10 -i 0.02 -c "$pings" -W 1 203.0.113.10 >"$work/ping" || true
}

# The first run of every program loads it, and the first packet its route.
warm_up() {
	in_space server ping -q -n -c 3 -i 0.2 203.0.113.10 >/dev/null || true
	in_space victim curl -s --noproxy '*' -o /dev/null --max-time 1 http://198.51.100.10/file || true
	sleep 0.5
	take_balance
}

# take PHASE BEFORE AFTER BALANCE_BEFORE BALANCE_AFTER
take() {
	local phase=$1
	[[ $(<"$work/ping") =~ ([0-9]+)\ packets\ transmitted,\ ([0-9]+)\ received ]] ||
		say_why_and_stop "ping does not say what it received: $(<"$work/ping")"
	read -r "goodput_kbit[$phase]" "goodput_mbit[$phase]" "of_quiet[$phase]" \
		"lost[$phase]" "ping_lost[$phase]" "idle[$phase]" \
		"flood_pps[$phase]" "flood_mbit[$phase]" "stopped[$phase]" < <(
		echo "$(<"$work/download") ${BASH_REMATCH[1]} ${BASH_REMATCH[2]} $2 $3 $4 $5" |
			awk -v quiet="${goodput_kbit[quiet]-}" '{
			goodput = $1 / 125 / $2
			if (quiet == "")
				quiet = goodput
			seconds = $10 - $5
			printf "%.3f %.2f ", goodput, goodput / 1000
			printf "%.1f %.2f ", 100 * goodput / quiet, goodput < quiet ? 100 - 100 * goodput / quiet : 0
			printf "%.1f %.0f ", 100 * ($3 - $4) / $3, 100 * ($11 - $6) / ($12 - $7)
			printf "%.0f %.1f ", ($13 - $8) / seconds, ($14 - $9) / 125000 / seconds
			printf "%.1f\n", ($17 > $15) ? 100 * ($18 - $16) / ($17 - $15) : 0
		}')
}

# The balance at the end of the phase before is that at the start of this one.
measure() {
	local phase=$1 flood=$2 at_first=$balance before pinging
	if [ "$flood" != none ]; then
		start_flood "$flood"
		sleep 0.5
	fi
	take_snapshot
	before=$snapshot
	ping_victim &
	pinging=$!
	download
	take_snapshot
	wait "$pinging"
	[ "$flood" = none ] || stop_flood
	sleep 0.5	# until the queue before the link is empty
	take_balance
	take "$phase" "$before" "$snapshot" "$at_first" "$balance"
}
