# shellcheck shell=bash disable=SC2034,SC2154	# the parts share variables
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The demo's network: four namespaces of its own, so that the machine's network
# is neither used nor changed.
#
#	server    198.51.100.10 --- up-server   \
#	                                         router, to-victim === 203.0.113.10  victim
#	attacker  192.0.2.66 ------ up-attacker /           the shaped link
#
# What TCP learned in one phase it forgets before the next.  Neighbours are
# entered by hand, there is no IPv6, and no offload merges packets: what the
# router's devices count is IP packets, one by one.
#
# The link is slow because a guest pays for every packet.  What depends on it:
# its queue (0.4 s), the pace of the download (75 % of it), the floods (2 to 5
# times it, floods.sh) and the limits of policies.json (each at most 8 % of it).
#
# Sourced by scenario; uses its say_why_and_stop and $work, and measure.sh.

link_mbit=1		# of the link to the victim
link_queue_packets=32	# before it
download_kbit=750	# pace of the server's sending

spaces=(tmd-server tmd-attacker tmd-router tmd-victim)
declare -A router_mac=(
	[server]=02:00:00:00:01:01 [attacker]=02:00:00:00:02:01 [victim]=02:00:00:00:03:01
)
declare -A mac=(
	[server]=02:00:00:00:01:02 [attacker]=02:00:00:00:02:02 [victim]=02:00:00:00:03:02
)

in_space() {
	local space=tmd-$1
	shift
	ip netns exec "$space" "$@"
}

make_spaces() {
	local space
	for space in "${spaces[@]}"; do
		[ ! -e "/run/netns/$space" ] ||
			say_why_and_stop "namespace $space is there already; another demo? If not: ip netns del $space"
	done
	for space in "${spaces[@]}"; do
		ip netns add "$space"
		ip netns exec "$space" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 \
			net.ipv6.conf.default.disable_ipv6=1 net.ipv4.conf.all.rp_filter=0 \
			net.ipv4.conf.default.rp_filter=0 net.ipv4.tcp_no_metrics_save=1
	done
	in_space router sysctl -qw net.ipv4.ip_forward=1
	keep_process_in_router
}

# Sets router_process, whose /proc has the router's view: to read there costs
# no process.
keep_process_in_router() {
	ip netns exec tmd-router sleep infinity &
	router_process=$!
	disown
	for _ in {1..200}; do
		[ ! "/proc/$router_process/ns/net" -ef /run/netns/tmd-router ] || return 0
		sleep 0.05
	done
	say_why_and_stop "no process can be started in namespace tmd-router"
}

# connect SPACE DEVICE NETWORK HOST: DEVICE of the router, .1, to eth0 of SPACE, .HOST.
connect() {
	local space=$1 device=$2 network=$3 host=$4
	ip link add name "$device" address "${router_mac[$space]}" netns tmd-router type veth \
		peer name eth0 address "${mac[$space]}" netns "tmd-$space"
	ip -n tmd-router -batch - <<-END
	address add $network.1/24 dev $device
	neighbour add $network.$host lladdr ${mac[$space]} dev $device
	END
	ip -n "tmd-$space" -batch - <<-END
	address add $network.$host/24 dev eth0
	neighbour add $network.1 lladdr ${router_mac[$space]} dev eth0
	END
}

# merge_nothing SPACE DEVICE...
merge_nothing() {
	local space=$1
	shift
	in_space "$space" dash -ec 'for device; do
		ethtool -K "$device" tx off tso off gso off gro off; done' dash "$@" >/dev/null
}

# The server's pace is that of its download alone: in one queue with it, pings
# would wait behind it, and the more of them came before its end, the longer it
# would last.  They ask for low delay, and go past it by the first band.
# Nothing is up yet, so that all who count begin before the first packet.
make_links() {
	connect server up-server 198.51.100 10
	connect attacker up-attacker 192.0.2 66
	connect victim to-victim 203.0.113 10
	merge_nothing router up-server up-attacker to-victim
	merge_nothing server eth0
	merge_nothing attacker eth0
	merge_nothing victim eth0
	tc -n tmd-router -batch - <<-END
	qdisc add dev to-victim root handle 1: tbf rate ${link_mbit}mbit burst 4kb limit 1mb
	qdisc add dev to-victim parent 1: pfifo limit $link_queue_packets
	END
	# The burst makes up for a timer that comes late.
	tc -n tmd-server -batch - <<-END
	qdisc add dev eth0 root handle 1: prio
	qdisc add dev eth0 parent 1:2 tbf rate ${download_kbit}kbit burst 8kb limit 1mb
	END
}

# raise SPACE GATEWAY DEVICE...: no delayed acknowledgements, whose timer (40 ms)
# is more than 1 % of a download that happens to wait for it.
raise() {
	local space=$1 gateway=$2
	shift 2
	{
		printf 'link set dev %s up\n' "$@"
		echo "route add default via $gateway quickack 1"
	} | ip -n "tmd-$space" -batch -
}

# Until then a device may throw away what it is to send.
wait_for_carrier() {
	local space
	for space in "${spaces[@]}"; do
		for _ in {1..20}; do
			[[ $(ip -n "$space" -o link show up) == *NO-CARRIER* ]] || continue 2
			sleep 0.5
		done
		say_why_and_stop "a device of $space has no carrier"
	done
}

# Who is sent to an address that nobody has goes where the attacker sits.
raise_links() {
	raise router 192.0.2.66 up-server up-attacker to-victim
	raise server 198.51.100.1 eth0
	raise attacker 192.0.2.1 eth0
	raise victim 203.0.113.1 eth0
	wait_for_carrier
}

start_web_servers() {
	mkdir "$work/www"
	truncate -s "$download_bytes" "$work/www/file"
	ip netns exec tmd-server busybox httpd -f -p 198.51.100.10:80 -h "$work/www" &
	ip netns exec tmd-victim busybox httpd -f -p 203.0.113.10:80 -h "$work/www" &
	disown -a	# so that the shell does not tell of their end
}

# Ends what runs in our namespaces, and them.
remove_spaces() {
	local space pid
	for space in "${spaces[@]}"; do
		[ -e "/run/netns/$space" ] || continue
		for pid in $(ip netns pids "$space"); do
			kill "$pid" 2>/dev/null || true
		done
		ip netns del "$space" || true
	done
}
