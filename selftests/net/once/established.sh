#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What makes a flow established, and what does not: real connections, also
# through translated addresses; blind acknowledgements from spoofed sources never.
#
#	[client] c0 ---- r0 [router] r1 ---- s0 [server]
#	published: router 10.0.1.2 and fd01::2, 8080 -> server 80; port 90 masqueraded
. "$(dirname "$0")/../lib.sh"

# hold NS ADDRESS...: connections that stay open, each having said something.
hold() {
	background "$1" socat "system:echo hello; sleep 100" "$2" &
}


# has_state NS CONDITION STATE
has_state() {
	flows_json=$(tmctl -n "$1" -j flow sort none)
	[ "$(flow_states "$2")" = "$3" ]
}

module
router_topology
in_ns router nft -f - <<-END
	table inet translate {
		chain pre {
			type nat hook prerouting priority dstnat;
			tcp dport 8080 dnat ip to 10.0.2.1:80
			tcp dport 8080 dnat ip6 to [fd02::1]:80
			tcp dport 8081 redirect to :81
		}
		chain post {
			type nat hook postrouting priority srcnat;
			tcp dport 90 masquerade
		}
	}
END
attach client router server
router_topology_up
serve server tcp6:80
serve server tcp6:90
serve router tcp6:81
for to in 10.0.1.2 '[fd01::2]'; do
	hold client "tcp:$to:8080"
	hold client "tcp:$to:8081"
done
for to in 10.0.2.1 '[fd02::1]'; do
	hold client "tcp:$to:90"
	hold client "tcp:$to:80"
done
for port in 80 90 8080 8081; do
	for family in 'contains(":")' 'contains(":") | not'; do
		from=".protocol_name == \"tcp\" and .destination_port == $port and (.source | $family)"
		wait_for "client, port $port, $family" has_state client "$from" established
		wait_for "router, port $port, $family" has_state router "$from" established
	done
	[ $port -lt 100 ] || continue
	wait_for "server, port $port" has_state server ".protocol_name == \"tcp\" and .destination_port == $port" established
done
expect "no flow of the router is without an answer" "" "$(has_state router '.protocol_name == "tcp" and .state == "new"' ''; flow_states '.protocol_name == "tcp" and .state == "new"')"
result "connections are established, also through a published port, a redirect and masquerading"

# Met in mid-stream: reset the books while they are open, then speak again.
tmctl -n client reset >/dev/null
has_state client '.protocol_name == "tcp"' ""
expect "flows after a reset" "" "$(flow_states '.protocol_name == "tcp"')"
background client socat "system:echo one; sleep 2; echo two; sleep 1; echo three; sleep 100" tcp:10.0.2.1:80 &
wait_for "the connection" has_state client '.destination_port == 80' established
tmctl -n client reset >/dev/null
wait_for "it, met in mid-stream" has_state client '.destination_port == 80' established
result "a connection met in mid-stream is established once the host's data was acknowledged"

serve server udp6:53
for to in 10.0.2.1 '[fd02::1]'; do
	talk client "udp:$to:53"
done
wait_for "UDP that this host began" has_state client '.protocol_name == "udp" and .destination_port == 53' established
wait_for "UDP that others began" has_state server '.protocol_name == "udp" and .destination_port == 53' answered
result "UDP that this host began is established with the first answer, of others' only answered"

for to_port in 10.0.2.1,1234 '[fd02::1],1236'; do
	background client socat "system:for i in 1 2 3 4; do echo \$i; sleep 0.3; done; sleep 100" "udp:${to_port%,*}:53,sourceport=${to_port#*,}" &
done
wait_for "three each way" has_state server '.source_port == 1234' established
wait_for "three each way, IPv6" has_state server '.source_port == 1236' established
result "UDP is established after three packets each way"
# Spoofed: each SYN is answered by the server's SYN-ACK, each blind ACK by a reset.
for flags in S A PA; do
	generate client c0 --mac "$(mac router:r0)" --protocol tcp --flags $flags --count 2000 \
		--source 172.16.0.0/16 --source fd99::/64 --sequential 1000 \
		--destination 10.0.2.1 --destination fd02::1 --destination-port 80 --payload 0
	wait_for "the flood at the server" arrived server:s0 "${sent% *}"
done
for ns in router server; do
	flows_json=$(tmctl -n $ns -j flow sort none)
	spoofed='(.source | startswith("172.16.") or startswith("fd99:"))'
	expect_that "$ns saw spoofed sources" [ "$(jq "[.flows[] | select($spoofed)] | length" <<<"$flows_json")" -ge 1500 ]
	expect "$ns: spoofed and established" 0 "$(jq "[.flows[] | select($spoofed and .state == \"established\")] | length" <<<"$flows_json")"
done
result "2,000 spoofed sources with SYN and blind ACK are never established"
exit $results_failed
