#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Translated addresses: a published port (DNAT), DNAT to the host itself, and
# masquerading.  Each side of a translation is one flow, accounted once under
# the tuple outside the host; post-routing tells that it was answered.
#
#	[client] c0 ---- r0 [router] r1 ---- s0 [server]
#	published: router 10.0.1.2 and fd01::2, 8080 -> server 80, 8081 -> router 81
#	masqueraded: the client, behind 10.0.2.2 and fd02::2, to port 90
. "$(dirname "$0")/../lib.sh"

module
router_topology
in_ns router nft -f - <<-END
	table inet translate {
		chain pre {
			type nat hook prerouting priority dstnat;
			iifname "r0" tcp dport 8080 dnat ip to 10.0.2.1:80
			iifname "r0" tcp dport 8080 dnat ip6 to [fd02::1]:80
			iifname "r0" udp dport 8080 dnat ip to 10.0.2.1:80
			iifname "r0" udp dport 8080 dnat ip6 to [fd02::1]:80
			iifname "r0" tcp dport 8081 redirect to :81
		}
		chain post {
			type nat hook postrouting priority srcnat;
			oifname "r1" tcp dport 90 masquerade
		}
		chain out {
			type nat hook output priority -100;
			tcp dport 8082 dnat ip to 10.0.2.1:80
			tcp dport 8082 dnat ip6 to [fd02::1]:80
		}
	}
END
for ns in client router server; do beside "$ns"; done
attach client router server
router_topology_up
serve server tcp6:80
serve server tcp6:90
serve server udp6:80
serve router tcp6:81

for to in 10.0.1.2 '[fd01::2]'; do
	talk client "tcp:$to:8080"
	talk client "udp:$to:8080"
	talk client "tcp:$to:8081"
done
for to in 10.0.2.1 '[fd02::1]'; do talk client "tcp:$to:90"; done
for to in 10.9.9.9 '[fd09::9]'; do
	ip -n router route replace default via 10.0.2.1
	ip -n router -6 route replace default via fd02::1
	talk router "tcp:$to:8082"
done
for ns_syns in client:6 router:8 server:6; do
	ns=${ns_syns%:*}
	agree "$ns"
	expect "$ns: connections begun" "${ns_syns#*:}" "$(total syn | cut -d' ' -f1)"
	expect "$ns: all of them answered" "ended" "$(flow_states '.protocol_name == "tcp"')"
	# Of the answers' own flow nothing came back: the client spoke once only.
	expect "$ns: no datagram of the client without an answer" "" "$(flow_states '.protocol_name == "udp" and .source_port != 80 and .state == "new"')"
	result "$ns accounts translated traffic once, and knows it answered"
	[ $ns = router ] || continue
	# The answers of this host itself are of the flow they answer.
	expect "a port of this host: flows" 2 "$(jq '[.flows[] | select(.destination_port == 8081)] | length' <<<"$flows_json")"
	expect "a port of this host: flows of the port behind" 0 "$(jq '[.flows[] | select(.source_port == 81 or .destination_port == 81)] | length' <<<"$flows_json")"
	result "a connection translated to this host is one flow, both ways"
done
exit $results_failed
