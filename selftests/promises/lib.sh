# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the scripts of this folder share: pktgen, the module, KTAP.  All of it
# runs in the guest.
test_number=0
test_failed=0

# result NAME COMMAND...: one KTAP line; what a failing command printed follows it.
result() {
	local name=$1
	shift
	test_number=$((test_number + 1))
	if "$@" >/tmp/result.log 2>&1; then
		echo "ok $test_number - $name"
	else
		echo "not ok $test_number - $name"
		tail -n 12 /tmp/result.log | sed "s/^/# /"
		test_failed=1
	fi
}

done_testing() {
	echo "1..$test_number"
	exit $test_failed
}

load_module() {
	modprobe trafficmon "$@" || { dmesg | tail -n 3; exit 1; }
}

# pktgen_device NAME: a device that is up and on which pktgen can let packets arrive.
# It has no IPv6 address, so that nothing but the test's packets is sent.
pktgen_device() {
	sysctl -qw net.ipv6.conf.default.addr_gen_mode=1
	ip link add "$1" type veth peer name "$1-peer"
	ip link set "$1" up
	ip link set "$1-peer" up
	sysctl -qw "net.ipv4.conf.$1.rp_filter=0" net.ipv4.conf.all.rp_filter=0
	modprobe pktgen
}

pktgen_say() {
	echo "$2" >"/proc/net/pktgen/$1"
}

# pktgen_setup DEVICE FIRST_SOURCE LAST_SOURCE SETTING...: UDP of 60 bytes arriving
# on DEVICE; one device a CPU, in the order of the calls.
pktgen_threads=0
pktgen_setup() {
	local device=$1 first=$2 last=$3 setting thread
	shift 3
	thread=kpktgend_$((pktgen_threads % $(nproc)))
	[ "$pktgen_threads" -ge "$(nproc)" ] || pktgen_say $thread rem_device_all
	pktgen_threads=$((pktgen_threads + 1))
	pktgen_say $thread "add_device $device"
	for setting in "pkt_size 60" "delay 0" "xmit_mode netif_receive" "burst 1" \
		"dst_mac $(cat "/sys/class/net/$device/address")" \
		"dst_min 198.51.100.1" "dst_max 198.51.100.1" "src_min $first" "src_max $last" \
		"udp_src_min 1024" "udp_src_max 1024" "udp_dst_min 9" "udp_dst_max 9" "$@"; do
		pktgen_say "$device" "$setting"
	done
}

pktgen_reset() {
	local thread
	for thread in /proc/net/pktgen/kpktgend_*; do
		echo rem_device_all >"$thread"
	done
	pktgen_threads=0
}

# From a process without children: one that ends would interrupt the write, and
# that stops pktgen.
pktgen_start() {
	dash -c 'echo start >/proc/net/pktgen/pgctrl'
}

# pktgen_seconds DEVICE / pktgen_sent DEVICE: of the last run.
pktgen_seconds() {
	sed -n 's/.*OK: \([0-9]*\)(.*/\1/p' "/proc/net/pktgen/$1" | awk '{ printf "%.6f", $1 / 1000000 }'
}

pktgen_sent() {
	sed -n 's/.*pkts-sofar: \([0-9]*\) .*/\1/p' "/proc/net/pktgen/$1"
}

# ledger FIELD: one number of the ledger, such as .live_flows.packets.
books_balance() {
	if tmctl -j stats --ledger >/tmp/ledger.json; then
		result "the books balance" true
	else
		cat /tmp/ledger.json
		result "the books balance" false
	fi
}

# wait_for SECONDS COMMAND...: until it succeeds; its status is the last one.
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.05
	done
}

# killed_after MS COMMAND...: it is begun, and killed after so long.
killed_after() {
	local ms=$1 pid
	shift
	"$@" >/dev/null 2>&1 &
	pid=$!
	sleep "$(printf '0.%03d' "$ms")"
	kill -9 $pid 2>/dev/null || true
	wait $pid 2>/dev/null || true
}

# apply FILE...: the policy file, or what stands on standard input.
apply() {
	tmctl policy apply "${1:--}" >/tmp/apply.log 2>&1 || { cat /tmp/apply.log; return 1; }
}

# Numbers are taken out of the text without jq: that is most of a test's time.

# pair_of TEXT NAME [packets|bytes]: of the counters that TEXT has under that name.
pair_of() {
	local pattern="\"name\":\"$2\"[^}]*\"packets\":([0-9]+),\"bytes\":([0-9]+)"
	[[ $1 =~ $pattern ]] || return
	if [ "${3-}" = bytes ]; then
		echo "${BASH_REMATCH[2]}"
	else
		echo "${BASH_REMATCH[1]}"
	fi
}
# reason NAME, class NAME, total NAME [packets|bytes]: counters of `tmctl stats`.
reason() { pair_of "$(tmctl -j stats)" "$@"; }
class() { reason "$@"; }
total() { reason "$@"; }

# value_of TEXT FIELD: the first of that name.
value_of() {
	local pattern="\"$2\":\"?([^],}\"]*)"
	[[ $1 =~ $pattern ]] || return
	echo "${BASH_REMATCH[1]}"
}
# policy NAME FIELD: such as matched_packets.
policy() { value_of "$(tmctl -j policy show "$1")" "$2"; }

# status FIELD: `tmctl status` ends with 6 where it has findings.
status() {
	local text
	text=$(tmctl -j status) || true
	value_of "$text" "$1"
}

# told TYPE [NAME]: events of that type (about that policy or table), a line each.
told() {
	tmctl -j event show | grep -o "{\"type\":\"$1\"[^}]*" | grep "${2+:\"$2\"}" || true
}
# events TYPE [NAME]: how many the ring holds.
events() { told "$@" | wc -l; }
# newest_event: its number.
newest_event() { tmctl -j event show | grep -o '"sequence":[0-9]*' | tail -n 1 | cut -d : -f 2; }

# uptime: of the kernel, in whole seconds.
uptime() { cut -d . -f 1 /proc/uptime; }

# discard_from DEVICE: what arrives there goes no further than right behind the module.
discard_from() {
	nft -f - <<-END
	table inet judge {
		chain discard { type filter hook prerouting priority -449; policy accept; iif "$1" drop; }
	}
	END
}

# count_port_9: what arrives of UDP to port 9, right before the module, and what
# has passed it, which goes no further: counters arrived and passed.
count_port_9() {
	nft -f - <<-END
	table inet judge {
		counter arrived { }
		counter passed { }
		chain before {
			type filter hook prerouting priority -451; policy accept;
			udp dport 9 counter name arrived
		}
		chain behind {
			type filter hook prerouting priority -449; policy accept;
			udp dport 9 counter name passed drop
		}
	}
	END
}

# counter NAME [packets|bytes]: of the nft table inet judge.
counter() {
	[[ $(nft list counter inet judge "$1") =~ packets\ ([0-9]+)\ bytes\ ([0-9]+) ]] || return
	if [ "${2-}" = bytes ]; then
		echo "${BASH_REMATCH[2]}"
	else
		echo "${BASH_REMATCH[1]}"
	fi
}

# take_counters: fills the array taken, ["NAME packets"] and ["NAME bytes"], of
# that table.  Hosts that have talked ask for each other's address seconds later:
# the counters fit each other only if nothing came while they were read.
# taken is read by who asks
take_counters() {
	local now before=''
	for _ in {1..20}; do
		now=$(nft list counters table inet judge)
		[ "$now" != "$before" ] || break
		before=$now
		sleep 0.1
	done
	[ "$now" = "$before" ] || return
	take_counters_of "$now"
}

# take_counters_of TEXT: the same of what nft said of a table's counters.
take_counters_of() {
	local name='' first second fourth
	declare -gA taken=()
	while read -r first second _ fourth _; do
		case $first in
		counter) name=$second ;;
		packets) taken[$name packets]=$second taken[$name bytes]=$fourth ;;
		esac
	done <<<"$1"
}

# limiters: how many are shown.
limiters() { tmctl -j limiter show | grep -o '"policy":' | wc -l; }

# Another host, on a link of its own.  It says nothing but what it must.
#
#	[peer] p0 ---- h0 [this host]
#	10.9.0.2	10.9.0.1
#	fd09::2		fd09::1
add_peer() {
	sysctl -qw net.ipv6.conf.default.addr_gen_mode=1 net.ipv6.conf.default.accept_dad=0 \
		net.ipv6.conf.default.router_solicitations=0 net.ipv4.icmp_ratelimit=0
	ip netns add peer
	ip link add h0 type veth peer name p0 netns peer
	ip address add 10.9.0.1/24 dev h0
	ip address add fd09::1/64 dev h0 nodad
	ip link set h0 up
	in_peer ip link set lo up
	in_peer ip address add 10.9.0.2/24 dev p0
	in_peer ip address add fd09::2/64 dev p0 nodad
	in_peer ip link set p0 up
	wait_for 10 ping -c 1 -W 1 10.9.0.2
	wait_for 10 ping -c 1 -W 1 fd09::2
}

in_peer() { ip netns exec peer "$@"; }

# serve COMMAND... -- PORT: an echoing TCP server on this host, or in a namespace.
serve_echo() {
	local port=$1
	shift
	"$@" socat "tcp6-listen:$port,ipv6only=0,fork,reuseaddr" exec:cat 2>/dev/null &
	wait_for 10 "$@" sh -c "ss -Hltn sport = :$port | grep -q ."
}

# echoes ADDRESS:PORT [PREFIX COMMAND...]: does a line come back?
echoes() {
	local to=$1
	shift
	[ "$(echo hello | "$@" timeout 2 socat -t 1 -T 1 - "tcp:$to,connect-timeout=1" 2>/dev/null)" = hello ]
}

not() { ! "$@"; }
