#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A super-packet is its segments: TCP with segmentation offload as it is sent and
# as it arrives, merged by GRO, and from a source that does not say how many
# segments there are (virtio headers, through a packet socket and a tun device).
# The counters of IP and TCP in the kernel's SNMP tables count segments as well.
#
#	[client] c0 ---- r0 [router] r1 ---- s0 [server]; [router] t0 (tun)
. "$(dirname "$0")/../lib.sh"

# snmp NS NAME: a counter of nstat.
snmp() { in_ns "$1" nstat -asz "$2" | awk -v name="$2" '$1 == name { print $2 }'; }

# Segments that TCP sent, again or not.
tcp_sent() { echo $(($(snmp "$1" TcpOutSegs) + $(snmp "$1" TcpRetransSegs))); }

# Packets that arrived, by IP: those without ECN, with it, and congested.
snmp_arrived() {
	local sum=0 name
	for name in IpExtInNoECTPkts IpExtInECT0Pkts IpExtInECT1Pkts IpExtInCEPkts \
		Ip6InNoECTPkts Ip6InECT0Pkts Ip6InECT1Pkts Ip6InCEPkts; do
		sum=$((sum + $(snmp "$1" $name)))
	done
	echo $sum
}

packets() { echo "${1% *}"; }

# transfer TO: a megabyte.
transfer() {
	local got
	in_ns server socat -u tcp6-listen:8080,reuseaddr exec:'wc -c',stderr >/run/received 2>&1 &
	wait_for "server" listening server tcp6 8080
	head -c 1000000 /dev/zero | in_ns client socat -u - "tcp:$1:8080"
	wait $!
	got=$(cat /run/received)
	[ "$got" = 1000000 ] || die "of 1000000 bytes $got arrived"
}

module
router_topology
for ns in client router; do beside "$ns"; done
attach client router
router_topology_up
in_ns client ethtool -K c0 tso on gso on
in_ns server ethtool -K s0 tso on gso on
for to in 10.0.2.1 '[fd02::1]'; do transfer "$to"; done
read_books client
flows='.protocol_name == "tcp" and .destination_port == 8080'
ours=$(jq "[.flows[] | select($flows).packets] | add" <<<"$flows_json")
expect "client: segments sent, as TCP counts them" "$(tcp_sent client)" "$ours"
expect_that "client: there were super-packets" [ "$(packets "$(add_pairs "$beside_v4" "$beside_v6")")" -lt "$(packets "$(total seen)")" ]
expect "client: bytes, as the counter beside has them" "$(add_pairs "$beside_v4" "$beside_v6" | cut -d' ' -f2)" "$(total seen | cut -d' ' -f2)"
balanced client
result "what is sent as super-packets is counted in segments"
read_books router
expect "router: segments arrived, as IP counts them" "$(snmp_arrived router)" \
	"$(jq -r '.directions[] | select(.name == "in").packets' <<<"$stats_json")"
expect_that "router: there were super-packets" [ "$(packets "$(add_pairs "$beside_v4" "$beside_v6")")" -lt "$(packets "$(total seen)")" ]
expect "router: bytes, as the counter beside has them" "$(add_pairs "$beside_v4" "$beside_v6" | cut -d' ' -f2)" "$(total seen | cut -d' ' -f2)"
balanced router
result "what arrives as super-packets is counted in segments"

# Sent as single packets, merged on arrival: counted as they were on the wire.
in_ns client ethtool -K c0 tso off gso off
in_ns router ethtool -K r0 gro on
before_frames=$(device_packets client:c0 tx)
read_books router
before_ours=$(jq "[.flows[] | select($flows).packets] | add" <<<"$flows_json")
before_beside=$(packets "$(add_pairs "$beside_v4" "$beside_v6")")
for to in 10.0.2.1 '[fd02::1]'; do transfer "$to"; done
read_books router
after_ours=$(jq "[.flows[] | select($flows).packets] | add" <<<"$flows_json")
expect "router: segments as the client's frames" $(($(device_packets client:c0 tx) - before_frames)) $((after_ours - before_ours))
expect_that "router: some were merged" [ $(($(packets "$(add_pairs "$beside_v4" "$beside_v6")") - before_beside)) -lt $((2 * (after_ours - before_ours))) ]
balanced router
result "what GRO merged is counted in segments"
in_ns router ethtool -K r0 gro off
in_ns client ethtool -K c0 tso on gso on

# Nobody says how many segments: they are worked out from the payload.
generate client c0 --mac "$(mac router:r0)" --count 100 --protocol tcp --flags A --source 10.0.1.1 \
	--source fd01::1 --destination 10.0.2.1 --destination fd02::1 --gso 1400 --payload 1-4400 \
	--destination-port 7070
read_books router
flows_sent "IPv4 through a packet socket" '.destination == "10.0.2.1" and .destination_port == 7070' "$sent_v4"
flows_sent "IPv6 through a packet socket" '.destination == "fd02::1" and .destination_port == 7070' "$sent_v6"
modprobe tun
ip -n router tuntap add dev t0 mode tun
generate router t0 --back-end tun --count 100 --protocol tcp --flags A --source 10.0.8.0/24 \
	--source fd08::/64 --destination 10.0.2.1 --destination fd02::1 --gso 1000 \
	--payload 1-9000 --destination-port 7071 --sequential 5
read_books router
flows_sent "IPv4 through a tun device" '.destination == "10.0.2.1" and .destination_port == 7071' "$sent_v4"
flows_sent "IPv6 through a tun device" '.destination == "fd02::1" and .destination_port == 7071' "$sent_v6"
balanced router
result "super-packets without a number of segments are counted in segments"
exit $results_failed
