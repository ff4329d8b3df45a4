#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A device hooked at ingress that is renamed, comes later, moves to another
# namespace and back, and is deleted, all under traffic.
#
#	[peer] p0 ---- in0 [host]; later in7, and in0 as in1, out1
. "$(dirname "$0")/../lib.sh"

seen_at() { tmctl -n "${1%:*}" -j status | jq -r ".devices[] | select(.name == \"${1#*:}\").seen_at"; }

# send PORT: 100 packets of each family, exact.
send() {
	generate peer p0 --mac "$peer_of_p0" --count 200 --source 10.0.1.2 --source fd01::2 \
		--destination 10.0.1.1 --destination fd01::1 --destination-port "$1" --payload 100
}

# once WHAT PORT DEVICE: what was sent to PORT was accounted once.
once() {
	send "$2"
	read_books host
	flows_are "$1: IPv4" ".source == \"10.0.1.2\" and .destination_port == $2" "$sent_v4"
	flows_are "$1: IPv6" ".source == \"fd01::2\" and .destination_port == $2" "$sent_v6"
}

flood() {
	flood_begin peer p0 --mac "$peer_of_p0" --rate 2000 --source 10.0.1.0/24 --source fd01::/64 \
		--destination 10.0.1.1 --destination fd01::1 --sequential 100
}

module 'devices=in?,nothing*'
space host peer other
link host:in0 peer:p0
peer_of_p0=$(mac host:in0)
address host:in0 10.0.1.1/24 fd01::1/64
address peer:p0 10.0.1.2/24 fd01::2/64
# at pre-routing, which what is hooked at ingress comes to next: hooks of nft at ingress
# let go a device that is renamed, on newer kernels
beside host
attach host other
up host:in0 peer:p0
expect "in0" ingress "$(seen_at host:in0)"
once "hooked" 7001
agree host
result "a device that matches a glob is hooked"

# Its hook stays.
flood
old=in0
for name in in1 in2 in1; do
	ip -n host link set dev $old down
	ip -n host link set dev $old name $name
	up host:$name
	old=$name
done
flood_end
address host:in1 fd01::1/64
once "renamed within the glob" 7002
agree host
expect "in1" ingress "$(seen_at host:in1)"
result "a hooked device is renamed under traffic, and every packet is accounted once"

flood
ip -n host link set dev in1 down
ip -n host link set dev in1 name out1
up host:out1
flood_end
address host:out1 fd01::1/64
expect "out1" pre-routing "$(seen_at host:out1)"
read_books host
covered=$(total covered)
once "renamed out of the glob" 7003
expect "nothing more was passed over" "$covered" "$(total covered)"
flood
ip -n host link set dev out1 down
ip -n host link set dev out1 name in0
up host:in0
flood_end
address host:in0 fd01::1/64
expect "in0" ingress "$(seen_at host:in0)"
once "renamed back" 7004
balanced host
result "a device renamed out of the glob and back is accounted once, at the place for it"

link host:in7 other:o7
expect "in7" ingress "$(seen_at host:in7)"
expect "o7" pre-routing "$(seen_at other:o7)"
ip -n host link delete in7
expect "in7, deleted" "" "$(seen_at host:in7)"
result "a device that appears later is hooked"

flood
for _ in 1 2 3; do
	ip -n host link set dev in0 netns other
	up other:in0
	expect "in0 in the other namespace" ingress "$(seen_at other:in0)"
	expect "in0 in the first" "" "$(seen_at host:in0)"
	ip -n other link set dev in0 netns host
	up host:in0
done
flood_end
address host:in0 10.0.1.1/24 fd01::1/64
once "moved away and back" 7005
balanced host
read_books other
balanced other
expect_that "the other namespace saw some of it" [ "$(total seen | cut -d' ' -f1)" -gt 0 ]
result "a hooked device moves between namespaces under traffic, each accounts its own"

flood
ip -n host link delete in0
flood_reap
tmctl -n host -j status >/dev/null || expect "status" 0 $?
read_books host
balanced host
tmctl -n host netns detach >/dev/null || expect "detach" 0 $?
result "a hooked device is deleted under traffic"
exit $results_failed
