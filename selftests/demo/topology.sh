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
# What TCP learned in one phase it forgets before the next.  Neighbours are entered by hand, there is no IPv6, and no offload merges
# packets: what the router's devices count is IP packets, one by one.
#
# Sourced by scenario; uses its say_why_and_stop and $work, and measure.sh.

link_mbit=2		# of the link to the victim
link_queue_packets=64	# before it
download_kbit=1500	# pace of the server's sending

spaces=(tmd-server tmd-attacker tmd-router tmd-victim)

in_space() {
	local space=tmd-$1
	shift
	ip netns exec "$space" "$@"
}

mac_of() { in_space "$1" cat "/sys/class/net/$2/address"; }

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
}

# connect SPACE DEVICE NETWORK HOST: DEVICE of the router, .1, to eth0 of SPACE, .HOST.
connect() {
	local space=$1 device=$2 network=$3 host=$4
	ip link add name "$device" netns tmd-router type veth peer name eth0 netns "tmd-$space"
	in_space router ethtool -K "$device" tx off tso off gso off gro off >/dev/null
	in_space "$space" ethtool -K eth0 tx off tso off gso off gro off >/dev/null
	ip -n tmd-router address add "$network.1/24" dev "$device"
	ip -n "tmd-$space" address add "$network.$host/24" dev eth0
	ip -n tmd-router neighbour add "$network.$host" lladdr "$(mac_of "$space" eth0)" dev "$device"
	ip -n "tmd-$space" neighbour add "$network.1" lladdr "$(mac_of router "$device")" dev eth0
}

# Nothing is up yet, so that all who count begin before the first packet.
make_links() {
	connect server up-server 198.51.100 10
	connect attacker up-attacker 192.0.2 66
	connect victim to-victim 203.0.113 10
	in_space router tc qdisc add dev to-victim root handle 1: \
		tbf rate ${link_mbit}mbit burst 4kb limit 1mb
	in_space router tc qdisc add dev to-victim parent 1: pfifo limit $link_queue_packets
	# Its burst makes up for a timer that comes late.
	in_space server tc qdisc add dev eth0 root tbf rate ${download_kbit}kbit burst 8kb limit 1mb
}

# set_up SPACE DEVICE...: and wait for the carrier.
set_up() {
	local space=$1 device
	shift
	for device; do ip -n "tmd-$space" link set dev "$device" up; done
	for device; do
		for _ in {1..100}; do
			[[ $(ip -n "tmd-$space" -o link show dev "$device") != *LOWER_UP* ]] || continue 2
			sleep 0.05
		done
		say_why_and_stop "device $device of $space has no carrier"
	done
}

# Who is sent to an address that nobody has goes where the attacker sits.
raise_links() {
	local space
	ip -n tmd-router link set dev up-server up
	ip -n tmd-router link set dev up-attacker up
	ip -n tmd-router link set dev to-victim up
	for space in server attacker victim; do set_up "$space" eth0; done
	set_up router up-server up-attacker to-victim
	ip -n tmd-server route add default via 198.51.100.1
	ip -n tmd-attacker route add default via 192.0.2.1
	ip -n tmd-victim route add default via 203.0.113.1
	ip -n tmd-router route add default via 192.0.2.66
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
