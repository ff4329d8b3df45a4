# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the cases share; all of it runs in the guest, as root.
#
# A case loads the module, draws its topology of namespaces, puts nft counters
# beside our hooks, attaches, sets its links up (so that both count from the
# first packet), sends, and lets the books be compared:
#
#	module devices='eth*'		load it, tables small, nothing attached
#	space NAME...			namespaces, quiet ones
#	link NS:DEVICE NS:DEVICE	a veth pair, down
#	beside NS [RULES]		nft counters v4 and v6, see there
#	attach NS...
#	up NS:DEVICE...
#	generate NS DEVICE OPTION...	exact counts in $sent_packets, $sent_bytes
#	agree NS			seen = counters beside, per family; ledger in balance
#	expect WHAT WANTED GOT		remembered until the next result
#	result NAME			one line of KTAP
#
# Names of namespaces and devices may be used freely: each case starts in a
# guest without any.  Nothing sleeps for a result: wait_for polls a condition.

generate=/tm/build/selftests/net/generate
hold=/tm/build/selftests/net/hold
problems=0
results_failed=0

say() { echo "# $*"; }

die() {
	say "$*"
	echo "not ok - ${case_name-}: stopped: $*"
	exit 1
}

# expect WHAT WANTED GOT
expect() {
	[ "$2" = "$3" ] && return
	say "$1: wanted $2, got $3"
	problems=$((problems + 1))
}

# expect_that WHAT COMMAND...
expect_that() {
	local what=$1
	shift
	"$@" && return
	say "$what: not so (${1} ... ${*: -1})"
	problems=$((problems + 1))
}

result() {
	answer_questions
	if [ "$problems" = 0 ]; then
		echo "ok - ${case_name-}: $1"
	else
		echo "not ok - ${case_name-}: $1"
		results_failed=1
	fi
	say "after $SECONDS s"
	problems=0
}

contains() { [[ $1 == *"$2"* ]]; }

# within LOW NUMBER HIGH
within() { [ "$1" -le "$2" ] && [ "$2" -le "$3" ]; }

# rounds N: of a case that goes on as long as one likes; run -p scales them.
rounds() { echo $((($1 * ${NET_PERCENT:-100} + 99) / 100)); }

# wait_for WHAT COMMAND...: until it succeeds, 60 s at most.
wait_for() {
	local what=$1 until=$((SECONDS + 60))
	shift
	while ! "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $until ] || die "waited in vain for $what: $*"
		sleep 0.05
	done
}

# --- module --------------------------------------------------------------------

unload() {
	[ ! -d /sys/module/trafficmon ] || modprobe -r trafficmon
}

module() {
	unload || die "the module cannot be unloaded"
	# Flows stay in the table until they were compared.
	modprobe trafficmon autostart=0 flows=4096 limiters=64 records=256 netns_max=64 \
		timeout_new_s=3600 timeout_answered_s=3600 timeout_ended_s=3600 \
		timeout_active_s=3600 "$@" ||
		die "the module cannot be loaded: $(dmesg | tail -n 2)"
}

attach() {
	local ns
	for ns in "$@"; do
		tmctl -n "$ns" netns attach >/dev/null || die "cannot attach $ns"
	done
}

# --- topology ------------------------------------------------------------------

# in_ns NS|- COMMAND...: `-` is this one.
in_ns() {
	if [ "$1" = - ]; then
		"${@:2}"
	else
		ip netns exec "$@"
	fi
}

# background NS|- COMMAND...: $! is the command itself.
background() {
	[ "$1" != - ] || exec "${@:2}"
	exec ip netns exec "$@"
}

# flood_begin NS DEVICE OPTION...: goes on until flood_end; resets, which nobody
# answers.  A second flood comes from the next processor, on which its packets
# arrive, too.
floods=()
flood_begin() {
	local ns=$1 device=$2 number=${#floods[@]} before
	shift 2
	before=$(device_packets "$ns:$device" tx)
	background "$ns" taskset -c $((number % $(nproc))) "$generate" --device "$device" \
		--count 1000000000 --protocol tcp --flags R "$@" >"/run/flood-$number" 2>&1 &
	floods+=("$!")
	wait_for "the flood from $device" sends "$ns:$device" "$before"
}

# sends NS:DEVICE PACKETS: more than so many by now.
sends() { [ "$(device_packets "$1" tx)" -gt "$2" ]; }

# Ends all floods.  One that ended before is a problem: what was to happen under
# it did not.
flood_end() {
	local number
	for number in "${!floods[@]}"; do
		kill -0 "${floods[number]}" 2>/dev/null ||
			expect "flood $number" "goes on" "$(cat "/run/flood-$number")"
	done
	flood_reap
}

# Likewise, where they may have lost their device.
flood_reap() {
	[ ${#floods[@]} != 0 ] || return 0
	kill "${floods[@]}" 2>/dev/null
	wait "${floods[@]}" 2>/dev/null
	floods=()
}

# Namespaces that forward and say nothing of their own but what they must: no
# duplicate address detection, no router solicitations, no link-local addresses.
space() {
	local ns
	for ns in "$@"; do
		ip netns add "$ns"
		in_ns "$ns" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
			net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 \
			net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.addr_gen_mode=1 \
			net.ipv6.conf.default.router_solicitations=0 \
			net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0 \
			net.ipv4.conf.all.accept_redirects=0 net.ipv4.conf.all.send_redirects=0 \
			net.ipv4.conf.default.send_redirects=0
		ip -n "$ns" link set dev lo up
	done
}

link() {
	ip link add name "${1#*:}" netns "${1%:*}" type veth peer name "${2#*:}" netns "${2%:*}"
}

up() {
	local end
	for end in "$@"; do
		ip -n "${end%:*}" link set dev "${end#*:}" up
	done
	# Carrier comes from a work queue: what is sent before is lost.
	for end in "$@"; do
		wait_for "carrier of $end" carrier "$end"
	done
}

carrier() {
	[[ $(ip -n "${1%:*}" -o link show dev "${1#*:}") == *LOWER_UP* ]]
}

# address NS:DEVICE ADDRESS/LENGTH...
address() {
	local end=$1 each
	shift
	for each in "$@"; do
		echo "address add $each dev ${end#*:} $([[ $each != *:* ]] || echo nodad)"
	done | ip -n "${end%:*}" -batch -
}

# device_packets NS:DEVICE rx|tx
device_packets() { in_ns "${1%:*}" cat "/sys/class/net/${1#*:}/statistics/$2_packets"; }

# arrived NS:DEVICE PACKETS: at least so many.
arrived() { [ "$(device_packets "$1" rx)" -ge "$2" ]; }

# mac NS:DEVICE
mac() {
	[[ $(ip -n "${1%:*}" -o link show dev "${1#*:}") =~ link/ether\ ([0-9a-f:]+) ]]
	echo "${BASH_REMATCH[1]}"
}

# A router between two hosts, the topology of most cases; all links still down.
#
#	[client] c0 ---- r0 [router] r1 ---- s0 [server]
#	  10.0.1.1   10.0.1.2     10.0.2.2   10.0.2.1
#	  fd01::1    fd01::2      fd02::2    fd02::1
router_topology() {
	space client router server
	link client:c0 router:r0
	link router:r1 server:s0
	address client:c0 10.0.1.1/24 fd01::1/64
	address router:r0 10.0.1.2/24 fd01::2/64
	address router:r1 10.0.2.2/24 fd02::2/64
	address server:s0 10.0.2.1/24 fd02::1/64
}

router_topology_up() {
	up client:c0 router:r0 router:r1 server:s0
	ip -n client -batch - <<<$'route add default via 10.0.1.2\nroute add default via fd01::2'
	ip -n server -batch - <<<$'route add default via 10.0.2.2\nroute add default via fd02::2'
	# Neighbours are known, so that every packet counted is one that was asked for.
	neighbours client:c0 router:r0 10.0.1.2 fd01::2
	neighbours router:r0 client:c0 10.0.1.1 fd01::1
	neighbours router:r1 server:s0 10.0.2.1 fd02::1
	neighbours server:s0 router:r1 10.0.2.2 fd02::2
}

# neighbours NS:DEVICE NS:PEER ADDRESS...: these addresses are PEER's.
neighbours() {
	local end=$1 lladdr each
	lladdr=$(mac "$2")
	shift 2
	for each in "$@"; do
		echo "neighbour replace $each lladdr $lladdr dev ${end#*:} nud permanent"
	done | ip -n "${end%:*}" -batch -
}

# --- independent counters ------------------------------------------------------

# beside NS [LINES]: nft counters beside our hooks.  Each line says what is to be
# accounted at one place:
#
#	pre: RULES	inet, pre-routing, right before ours (-451)
#	out: RULES	inet, local-out, last
#	in DEVICE: RULES	netdev, ingress of the device, right before ours
#
# `count` counts the packet, by family (count4, count6: if it is of this one), and
# ends the chain.  The default: all that arrives but on lo, all that is sent.
beside() {
	local ns=$1 chain rules where inet='' ingress='' number=0
	local lines=${2-$'pre: iifname != "lo" count\nout: count'}
	while IFS=: read -r chain rules; do
		number=$((number + 1))
		case $chain in
		pre) where='type filter hook prerouting priority -451' ;;
		out) where='type filter hook output priority 2147483647' ;;
		in*)
			ingress+="chain c$number { type filter hook ingress device ${chain#in } priority -451; "
			ingress+="policy accept; $(count_rules "$rules" 'meta protocol ip' 'meta protocol ip6') }"$'\n'
			continue
			;;
		esac
		inet+="chain c$number { $where; policy accept; "
		inet+="$(count_rules "$rules" 'meta nfproto ipv4' 'meta nfproto ipv6') }"$'\n'
	done <<<"$lines"
	in_ns "$ns" nft -f - <<-END || die "nft does not take: $inet $ingress"
		table inet beside {
			counter v4 { }
			counter v6 { }
			$inet
		}
		table netdev beside {
			counter v4 { }
			counter v6 { }
			$ingress
		}
	END
}

# count_rules RULES IS_IPV4 IS_IPV6: several rules are parted by `;`.
count_rules() {
	local rule
	local -a each
	IFS=';' read -ra each <<<"$1"
	for rule in "${each[@]}"; do
		case $rule in
		*count4*) echo "${rule/count4/$2 counter name v4 accept};" ;;
		*count6*) echo "${rule/count6/$3 counter name v6 accept};" ;;
		*) echo "${rule/count/$2 counter name v4 accept}; ${rule/count/$3 counter name v6 accept};" ;;
		esac
	done
}

# hooks_stay NS|- DEVICE: a hook at each place that stays, in NS or, with -, here.
# The kernel patches its code when the first hook comes and when the last one
# goes; qemu's emulation, with other processors in that code, then hangs now and
# then at the patched place.
hooks_stay() {
	local rules="
		table inet stay {
			chain pre { type filter hook prerouting priority 0; }
			chain out { type filter hook output priority 0; }
			chain post { type filter hook postrouting priority 0; }
		}
		table netdev stay {
			chain in { type filter hook ingress device $2 priority 0; }
		}"
	in_ns "$1" nft "$rules"
}

# Sets beside_v4 and beside_v6, each "PACKETS BYTES".
read_beside() {
	local line name='' p4=0 b4=0 p6=0 b6=0
	while read -r line; do
		case $line in
		"counter v4 {"*) name=4 ;;
		"counter v6 {"*) name=6 ;;
		packets*)
			set -- $line
			if [ "$name" = 4 ]; then
				p4=$((p4 + $2)) b4=$((b4 + $4))
			else
				p6=$((p6 + $2)) b6=$((b6 + $4))
			fi
			;;
		esac
	done < <(in_ns "$1" nft list counters)
	beside_v4="$p4 $b4" beside_v6="$p6 $b6"
}

# --- our books -----------------------------------------------------------------

# ask_flows {SUM CONDITION}...: for each pair, the sum over the flows in
# $flows_json that it selects in jq's language: "PACKETS BYTES", a line each.  SUM:
# `both` directions, or `forward`, that of the side seen first.
ask_flows() {
	local program='def pair(p; b): "\(map(p) | add // 0) \(map(b) | add // 0)";
		def both: pair(.packets + .reply_packets; .bytes + .reply_bytes);
		def forward: pair(.packets; .bytes); .flows | empty'
	while [ $# -gt 0 ]; do
		program+=", (map(select($2)) | $1)"
		shift 2
	done
	jq -r "$program" <<<"$flows_json"
}

flow_sum() { ask_flows both "$1"; }

# Expectations of flows are questions, answered together before the flows are read
# anew and before a result: starting jq costs more than all else that a case does.
question_sums=() question_names=() question_wanted=()

# ask WHAT SUM CONDITION "PACKETS BYTES"
ask() {
	question_sums+=("$2" "$3")
	question_names+=("$1")
	question_wanted+=("$4")
}

answer_questions() {
	local number
	local -a answers
	[ ${#question_names[@]} != 0 ] || return 0
	mapfile -t answers < <(ask_flows "${question_sums[@]}")
	for number in "${!question_names[@]}"; do
		expect "${question_names[number]}" "${question_wanted[number]}" "${answers[number]-no answer}"
	done
	question_sums=() question_names=() question_wanted=()
}

# Read the books of a namespace until no packet moves meanwhile: sets beside_v4,
# beside_v6, stats_json, flows_json.
read_books() {
	local ns=$1 try before
	answer_questions
	for try in {1..60}; do
		read_beside "$ns"
		before="$beside_v4 $beside_v6"
		stats_json=$(tmctl -n "$ns" -j stats --ledger) || say "stats --ledger ends with $?"
		flows_json=$(tmctl -n "$ns" -j flow sort none)
		read_beside "$ns"
		[ "$before" != "$beside_v4 $beside_v6" ] || break
		sleep 0.1
	done
	[ "$try" != 60 ] || say "the traffic of $ns does not come to rest"
}

# tm NS|- ARGUMENT...: tmctl there.
tm() {
	if [ "$1" = - ]; then
		tmctl "${@:2}"
	else
		tmctl -n "$@"
	fi
}

# seen_packets NS PACKETS: it has seen as many, or more; sets stats_json.
seen_packets() {
	stats_json=$(tm "$1" -j stats) && [ "$(total seen | cut -d' ' -f1)" -ge "$2" ]
}

# status_has NS|- FIELD VALUE: so says tmctl status.
status_has() { [[ $(tm "$1" -j status) =~ \"$2\":$3[,}] ]]; }

# attached_are NUMBER NS: so many namespaces, says the module in NS.
attached_are() { status_has "$2" namespaces_attached "$1"; }

# total NAME: "PACKETS BYTES" of the totals, classes, reasons or ledger in $stats_json.
total() {
	[[ $stats_json =~ \"name\":\"$1\"(,\"kind\":\"[a-z]*\")?,\"packets\":([0-9]+),\"bytes\":([0-9]+) ]]
	echo "${BASH_REMATCH[2]} ${BASH_REMATCH[3]}"
}

add_pairs() {
	local first second
	read -ra first <<<"$1"
	read -ra second <<<"$2"
	echo "$((first[0] + second[0])) $((first[1] + second[1]))"
}

# The ledger of $stats_json, at rest, and the independent counters of the total.
balanced() {
	expect_that "ledger of $1 in balance" contains "$stats_json" '"balanced":true'
	expect "ledger of $1: sum of flows, records and untracked" "$(total seen)" "$(total sum)"
}

# agree NS: to the packet and byte, both families.  Flows that became records
# are not looked for: cases are shorter than the timeouts.
agree() {
	read_books "$1"
	expect "$1: seen, against the counters beside" "$(add_pairs "$beside_v4" "$beside_v6")" \
		"$(total seen)"
	ask "$1: IPv4 in flows, against the counter beside" both '.source | contains(":") | not' "$beside_v4"
	ask "$1: IPv6 in flows, against the counter beside" both '.source | contains(":")' "$beside_v6"
	expect "$1: untracked" "0 0" "$(total untracked)"
	balanced "$1"
}

# flows_are WHAT CONDITION "PACKETS BYTES": the flows last read that jq selects.
flows_are() { ask "$1" both "$2" "$3"; }

# flows_sent WHAT CONDITION "PACKETS BYTES": likewise, but without their answers.
flows_sent() { ask "$1" forward "$2" "$3"; }

# The states of those flows, each once.
flow_states() {
	jq -r "[.flows[] | select($1) | .state] | unique | join(\",\")" <<<"$flows_json"
}

# --- what is held open ----------------------------------------------------------

# holding NAME NS dump|transaction: hold.c has one open; its process is $holder,
# what it says goes to /run/NAME.
holding() {
	: >"/run/$1"
	background "$2" "$hold" "$3" >"/run/$1" 2>&1 &
	holder=$!
	wait_for "$1 to be held ($(cat "/run/$1"))" grep -q held "/run/$1"
}

# held_end NAME: it reads on to the end; sets held_end, what it says of that.
held_end() {
	kill -USR1 "$holder"
	wait "$holder"
	held_end=$(tail -n 1 "/run/$1")
}

# --- traffic -------------------------------------------------------------------

# generate NS DEVICE OPTION...: sets sent_packets, sent_bytes, sent, sent_v4, sent_v6.
generate() {
	local ns=$1 device=$2 line
	shift 2
	line=$(in_ns "$ns" "$generate" --device "$device" "$@") || die "generate $*"
	[[ $line =~ \"packets\":([0-9]+),\"bytes\":([0-9]+).*\"packets\":([0-9]+),\"bytes\":([0-9]+).*\"packets\":([0-9]+),\"bytes\":([0-9]+) ]]
	sent="${BASH_REMATCH[1]} ${BASH_REMATCH[2]}"
	sent_v4="${BASH_REMATCH[3]} ${BASH_REMATCH[4]}"
	sent_v6="${BASH_REMATCH[5]} ${BASH_REMATCH[6]}"
	[[ $line =~ \"seed\":([0-9]+) ]]
	sent_seed=${BASH_REMATCH[1]}
}

# echo_exchange NS ADDRESS COUNT SIZE [PING OPTION...]: so many pings, all answered.
echo_exchange() {
	local ns=$1 to=$2 count=$3 size=$4
	shift 4
	in_ns "$ns" ping -q -n -i 0.01 -W 30 -c "$count" -s "$size" "$@" "$to" >/dev/null 2>&1 ||
		die "$to does not answer $ns"
}

# serve NS PROTOCOL:PORT [OPTIONS]: a server that echoes, however long it takes; tcp6
# serves both families.
serve() {
	local ns=$1 protocol=${2%:*} port=${2#*:}
	background "$ns" socat -t 30 "$protocol-listen:$port,fork,reuseaddr${3+,$3}" exec:cat 2>/dev/null &
	wait_for "$2 in $ns" listening "$ns" "$protocol" "$port"
}

listening() {
	[ -n "$(in_ns "$1" ss -Hln "--${2%[46]}" "sport = :$3")" ]
}

# talk NS PROTOCOL:ADDRESS:PORT [OPTIONS]: send a line, get it back.  UDP has no
# end: there the line is all that is read.
talk() {
	local answer end=
	[[ $2 != udp* ]] || end=,readbytes=6
	answer=$(echo hello | in_ns "$1" timeout 60 socat -t 30 - "$2${3+,$3}$end") || true
	[ "$answer" = hello ] || die "$2 does not echo to $1: '$answer'"
}
