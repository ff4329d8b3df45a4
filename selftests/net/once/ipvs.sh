#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What IPVS sends on has arrived before and was accounted then; what this host
# itself sends to a virtual service is accounted when it leaves.
#
#	[client] c0 ---- r0 [director] r1 ---- s0 [server], the real one
#	virtual: director 10.0.1.2 and fd01::2, ports 80 NAT, 81 direct routing
. "$(dirname "$0")/../lib.sh"

module
router_topology
own4='{ 10.0.1.2, 10.0.2.2, 127.0.0.1 }' own6='{ fd01::2, fd02::2, ::1, :: }'
# A packet that is sent on keeps the client's source.
beside router "$(cat <<-END
	pre: iifname != "lo" count
	out: ip saddr $own4 count4; ip6 saddr $own6 count6
END
)"
beside server
attach router server
router_topology_up
for to in 10.0.1.2/32 fd01::2/128; do address server:lo "$to"; done
for protocol in t u; do
	for virtual in 10.0.1.2 '[fd01::2]'; do
		real=10.0.2.1
		[ "$virtual" = 10.0.1.2 ] || real='[fd02::1]'
		in_ns router ipvsadm -A -$protocol "$virtual:80" -s rr
		in_ns router ipvsadm -a -$protocol "$virtual:80" -r "$real:80" -m
		in_ns router ipvsadm -A -$protocol "$virtual:81" -s rr
		in_ns router ipvsadm -a -$protocol "$virtual:81" -r "$real:81" -g
	done
done

serve server tcp6:80
talk client tcp:10.0.1.2:80
talk client 'tcp:[fd01::2]:80'
agree router
expect_that "packets sent on were passed over" [ "$(total ipvs | cut -d' ' -f1)" -ge 6 ]
flows_are "IPv4: server's side, what it sends" '.source == "10.0.2.1" and .destination == "10.0.1.1"' "$(flow_sum '.source == "10.0.2.1" and .source_port == 80')"
expect "both connections were answered through the translation" "" "$(flow_states '.destination_port == 80 and .state == "new"')"
agree server
result "connections through IPVS with NAT are accounted once"

for port in 80 81; do
	generate client c0 --mac "$(mac router:r0)" --count 200 --source 10.0.1.1 --source fd01::1 \
		--destination 10.0.1.2 --destination fd01::2 --destination-port $port --payload 100
	agree router
	flows_are "port $port, IPv4" ".protocol_name == \"udp\" and .destination == \"10.0.1.2\" and .destination_port == $port" "$sent_v4"
	flows_are "port $port, IPv6" ".protocol_name == \"udp\" and .destination == \"fd01::2\" and .destination_port == $port" "$sent_v6"
	agree server
	flows_are "port $port at the server" ".protocol_name == \"udp\" and .destination_port == $port" "$sent"
done
result "datagrams through IPVS, NAT and direct routing, are accounted once"

# Not from the virtual address: the real server has it, too.
talk router tcp:10.0.1.2:80 bind=10.0.2.2
talk router 'tcp:[fd01::2]:80' 'bind=[fd02::2]'
agree router
expect "SYNs of this host itself" 4 "$(total syn | cut -d' ' -f1)"
result "what this host sends to a virtual service is accounted once"
exit $results_failed
