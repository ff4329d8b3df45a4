#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# 200 namespaces are created, attached, flooded and destroyed, 8 at a time: the
# flood goes on all the while and reaches each of them until it is gone.
#
#	[outside] flood0 -- peer0 - br0 - oN ---- i0 [nN]
. "$(dirname "$0")/../lib.sh"

namespaces=200 alive=8

folded() {
	stats_json=$(tmctl -n outside -j stats)
	total former_namespaces
}

module devices=i0
space outside
attach outside
ip -n outside link add name br0 type bridge mcast_snooping 0
ip -n outside link add name flood0 type veth peer name peer0
ip -n outside link set dev peer0 master br0
hooks_stay outside flood0
up outside:br0 outside:flood0 outside:peer0
flood_begin outside flood0 --mac ff:ff:ff:ff:ff:ff --rate 5000 --source 10.0.0.0/8 \
	--source fd01::/64 --destination 10.0.1.1 --destination fd01::1 --destination-port random
expect "folded before" "0 0" "$(folded)"
for ((number = 1; number <= namespaces + alive; number++)); do
	if [ $number -le $namespaces ]; then
		ip netns add n$number
		# Hooked at ingress or not, in turns.
		ip -n outside link add name o$number master br0 up type veth peer name i$((number % 2)) netns n$number
		attach n$number
		ip -n n$number link set dev i$((number % 2)) up
	fi
	[ $number -le $alive ] || ip netns del n$((number - alive))
done
flood_end
attached() { [ "$(tmctl -n outside -j status | jq .status.namespaces_attached)" = "$1" ]; }
wait_for "the last one to be gone" attached 1
read -r packets bytes <<<"$(folded)"
expect_that "their packets went into the module's totals" [ "$packets" -gt $namespaces ]
expect_that "and their bytes" [ "$bytes" -gt $((packets * 28)) ]
tmctl -n outside netns detach >/dev/null
unload || expect "unload" 0 $?
result "$namespaces namespaces come and go under traffic"
exit $results_failed
