#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# How far a flow has come: answered, established, ended.  Established is what
# proves that the peer gets our packets: what anybody can send from an address
# that is not his never gets there.
#
#	[client] c0 ---- r0 [router] r1 ---- s0 [server]
#
# The router is the host that is looked at, and client and server where they see
# the same connection; port 80 is the router's own, 8080 is published from the
# server, 8081 redirected to the router's 81, the client is masqueraded towards the
# server's port 90.
. "$(dirname "$0")/../lib.sh"

# 1,000 flows are looked for, each: in a table of 4,096 some bucket of 8 overflows now
# and then.
module flows=65536
router_topology
in_ns router nft -f - <<-END
	table inet translate {
		chain pre {
			type nat hook prerouting priority dstnat;
			iifname "r0" tcp dport 8080 dnat ip to 10.0.2.1:80
			iifname "r0" tcp dport 8080 dnat ip6 to [fd02::1]:80
			iifname "r0" tcp dport 8081 redirect to :81
		}
		chain post {
			type nat hook postrouting priority srcnat;
			oifname "r1" tcp dport 90 masquerade
		}
	}
	table inet silence {
		chain out { type filter hook output priority 0; }
	}
END
# Spoofed sources, and a destination of which only one direction passes here.
ip -n client route add blackhole 10.9.0.0/16
ip -n client -6 route add blackhole fd09::/64
attach client router server
router_topology_up
ip -n router route add 10.9.0.0/16 via 10.0.1.1
ip -n router -6 route add fd09::/64 via fd01::1
ip -n router route add 10.8.0.0/16 via 10.0.2.1
ip -n router -6 route add fd08::/64 via fd02::1
ip -n server route add blackhole 10.8.0.0/16
ip -n server -6 route add blackhole fd08::/64
in_ns router sysctl -qw net.ipv4.tcp_syncookies=2
for ns in router server; do
	serve $ns tcp6:80
	serve $ns udp6:80
	serve $ns tcp6:90
done
serve router tcp6:81
serve client udp6:53

# look [NS]: reads the flows of NS, of the router if it is not said.
look() { flows_json=$(tmctl -n "${1:-router}" -j flow sort none); }
# comes_to WHAT CONDITION STATE [NS] / is: of the flows there that jq selects,
# soon, or now.
comes_to() {
	local until=$((SECONDS + 30)) states
	while look "${4-}" && states=$(flow_states "$2") && [ "$states" != "$3" ]; do
		[ $SECONDS -lt $until ] || break
		sleep 0.05
	done
	expect "$1" "$3" "$states"
}
is() {
	look "${4-}"
	expect "$1" "$3" "$(flow_states "$2")"
}
count_is() { expect "$1" "$3" "$(jq "[.flows[] | select($2)] | length" <<<"$flows_json")"; }

# open NAME NS PROTOCOL ADDRESS PORT [OPTIONS]: a connection that says what comes in
# on the FIFO NAME and ends with it; its number in $connection.
open() {
	rm -f "/run/$1" "/run/$1.out"
	mkfifo "/run/$1"
	ip netns exec "$2" socat -t 1 - "$3:$4:$5${6-}" <"/run/$1" >"/run/$1.out" 2>/dev/null &
	connection=$!
	exec {writer}>"/run/$1"
}
# exchange NAME TEXT: send it, get it back.
exchange() {
	echo "$2" >&"$writer"
	wait_for "$2 to come back on $1" grep -q "$2" "/run/$1.out"
}
close() {
	exec {writer}>&-
	wait "$connection" 2>/dev/null
}

# Of the flows to $beyond, so many packets.
seen_beyond() {
	look
	[ "$(jq "[.flows[] | select(.destination == \"$beyond\").packets] | add // 0" <<<"$flows_json")" -ge "$1" ]
}

generate_to() { generate client c0 --mac "$(mac router:r0)" "$@"; }

for family in 4 6; do
	if [ $family = 4 ]; then
		router=10.0.1.2 server=10.0.2.1 bare_server=10.0.2.1 client=10.0.1.1
		spoofed=10.9.0.0/16 prefix=10.9. beyond=10.8.0.1 from=10.9.7.7 away=10.0.1.1
	else
		router='[fd01::2]' server='[fd02::1]' bare_server=fd02::1 client='[fd01::1]'
		spoofed=fd09::/64 prefix=fd09: beyond=fd08::1 from=fd09::77 away=fd01::1
	fi
	bare=${router//[\[\]]/}
	v=IPv$family

	# --- a connection's life
	open one client tcp "$router" 80 ,sourceport=5000,reuseaddr,linger=0
	comes_to "after the handshake" ".source_port == 5000 and .destination == \"$bare\"" established
	exchange one data
	is "after data" ".source_port == 5000 and .destination == \"$bare\"" established
	result "$v: a handshake establishes"
	kill -9 $connection
	close
	comes_to "after a reset" ".source_port == 5000 and .destination == \"$bare\"" ended
	result "$v: RST ends"
	open one client tcp "$router" 80 ,sourceport=5000,reuseaddr
	comes_to "after a new handshake" ".source_port == 5000 and .destination == \"$bare\"" established
	expect "the former one is a record" '"ended"' "$(tmctl -n router -j record | jq ".records[] | select(.source_port == 5000 and .destination == \"$bare\").reason")"
	result "$v: a SYN reopens"
	close
	comes_to "after FIN both ways" ".source_port == 5000 and .destination == \"$bare\"" ended
	result "$v: FIN both ways ends"
	in_ns client socat - "tcp:$router:82,sourceport=509$family" </dev/null 2>/dev/null &&
		expect "port 82, on which nobody listens" refused connected
	comes_to "after a refusal" ".source_port == 509$family" ended
	result "$v: a refused SYN is ended"

	# --- blind packets
	in_ns router nft add rule inet silence out tcp flags rst drop
	spoofed_are=".source_port == 40000 and (.source | startswith(\"$prefix\"))"
	generate_to --source $spoofed --sequential 1000 --destination "$bare" --protocol tcp \
		--flags S --destination-port 80 --payload 0 --count 1000
	comes_to "spoofed SYNs" "$spoofed_are" answered
	generate_to --source $spoofed --sequential 1000 --destination "$bare" --protocol tcp \
		--flags A --destination-port 80 --payload 0 --count 5000
	generate_to --source $spoofed --sequential 1000 --destination "$bare" --protocol tcp \
		--flags PA --destination-port 80 --payload 100 --count 1000
	is "blind ACKs" "$spoofed_are" answered
	count_is "spoofed flows" "$spoofed_are" 1000
	expect "their packets" 7000 "$(jq "[.flows[] | select($spoofed_are).packets] | add" <<<"$flows_json")"
	result "$v: 1,000 spoofed sources with SYN and blind ACKs never establish"
	generate_to --source $spoofed --sequential 1000 --destination "$bare" --protocol tcp \
		--flags PA --source-port 40001 --destination-port 80 --payload 100 --count 3000
	is "blind data" ".source_port == 40001 and (.source | startswith(\"$prefix\"))" new
	in_ns router nft flush chain inet silence out
	generate_to --source $spoofed --sequential 100 --destination "$bare" --protocol tcp \
		--flags S --source-port 40002 --destination-port 80 --payload 0 --count 100
	generate_to --source $spoofed --sequential 100 --destination "$bare" --protocol tcp \
		--flags A --source-port 40002 --destination-port 80 --payload 0 --count 100
	comes_to "blind ACKs that the host resets" ".source_port == 40002 and (.source | startswith(\"$prefix\"))" ended
	result "$v: 1,000 spoofed sources with blind data never establish"

	# Through the router: to it they are forwarded, the server answers by itself.
	for flags in S A PA; do
		before=$(device_packets server:s0 rx)
		generate_to --source $spoofed --sequential 1000 --destination "$bare_server" --protocol tcp \
			--flags $flags --source-port 40004 --destination-port 80 --payload 0 --count 1000
		wait_for "the flood at the server" arrived server:s0 $((before + 1000))
	done
	for ns in router server; do
		look $ns
		forwarded=".source_port == 40004 and (.source | startswith(\"$prefix\"))"
		count_is "$ns: spoofed flows" "$forwarded" 1000
		count_is "$ns: spoofed and established" "$forwarded and .state == \"established\"" 0
		tmctl -n $ns reset >/dev/null
	done
	result "$v: forwarded, neither the router nor the server takes them for established"

	# --- one direction only
	for flags in S A PA A; do
		generate_to --source "$from/$((family == 4 ? 32 : 128))" --destination $beyond \
			--protocol tcp --flags $flags --payload 10 --count 10 --destination-port 80
	done
	generate_to --source "$from/$((family == 4 ? 32 : 128))" --destination $beyond --count 10 --destination-port 80
	wait_for "what goes one way" seen_beyond 50
	is "what goes one way" ".destination == \"$beyond\"" new
	count_is "TCP and UDP one way" ".destination == \"$beyond\"" 2
	result "$v: what is seen in one direction is never established"

	# --- UDP
	open three client udp "$router" 80 ,sourceport=5053
	exchange three 1
	is "one exchange" '.source_port == 5053' answered
	exchange three 2
	is "two exchanges" '.source_port == 5053' answered
	exchange three 3
	is "three exchanges" '.source_port == 5053' established
	comes_to "client: it spoke first" '.source_port == 5053' established client
	close
	result "$v: three UDP packets each way establish"
	generate_to --source $spoofed --sequential 100 --source-port 40003 --destination "$bare" \
		--destination-port 99 --count 500
	comes_to "UDP that ICMP answers" ".source_port == 40003" new
	result "$v: UDP that nobody answers is new"
	open first router udp "$client" 53 ,sourceport=5054
	echo question >&"$writer"
	comes_to "the host spoke first and got an answer" '.source_port == 5054' established
	close
	result "$v: one answer establishes what this host began"
	in_ns router socat -u - "udp:$client:9,sourceport=5055" <<<unanswered 2>/dev/null
	comes_to "the host spoke first and got no answer" '.source_port == 5055' new
	result "$v: a question alone does not"

	# --- translated
	open published client tcp "$router" 8080 ,sourceport=5001,reuseaddr
	comes_to "the client's side of a published port" \
		".source_port == 5001 and .destination_port == 8080" established
	exchange published data
	comes_to "the server's side of a published port" \
		".source == \"$bare_server\" and .source_port == 80 and .destination_port == 5001" established
	for ns in client server; do
		comes_to "$ns: the published port" ".source_port == 5001 or .destination_port == 5001" established $ns
	done
	close
	comes_to "the client's side, closed" \
		".source_port == 5001 and .destination_port == 8080" ended
	result "$v: a published port is established and ends"
	open redirected client tcp "$router" 8081 ,sourceport=5004,reuseaddr
	exchange redirected data
	comes_to "a redirected connection" ".source_port == 5004 and .destination_port == 8081" established
	comes_to "client: a redirected connection" ".source_port == 5004" established client
	close
	comes_to "a redirected connection, closed" ".source_port == 5004 and .destination_port == 8081" ended
	result "$v: a redirected port is established and ends"
	open masqueraded client tcp "$server" 90 ,sourceport=5002,reuseaddr
	comes_to "the inner side of a masqueraded connection" \
		".source == \"$away\" and .source_port == 5002 and .destination_port == 90" established
	comes_to "server: a masqueraded connection" ".destination_port == 90 and .state != \"ended\"" established server
	comes_to "client: a masqueraded connection" ".source_port == 5002" established client
	close
	comes_to "the inner side, closed" \
		".source == \"$away\" and .source_port == 5002 and .destination_port == 90" ended
	result "$v: a masqueraded connection is established and ends"

	# --- forwarded, as it is
	open plain client tcp "$server" 80 ,sourceport=5006,reuseaddr
	exchange plain data
	for ns in client router server; do
		comes_to "$ns: a forwarded connection" '.source_port == 5006' established $ns
	done
	close
	comes_to "a forwarded connection, closed" '.source_port == 5006' ended
	result "$v: a forwarded connection is established at all three"

	# --- met in mid-stream
	open late client tcp "$router" 80 ,sourceport=5003,reuseaddr
	exchange late before
	tmctl -n router netns detach >/dev/null
	attach router
	is "before anything was said" '.source_port == 5003' ""
	tmctl -n client reset >/dev/null
	is "client: before anything was said" '.source_port == 5003' "" client
	exchange late after
	comes_to "what is met in mid-stream, once our data was acknowledged" '.source_port == 5003' established
	comes_to "client: met in mid-stream" '.source_port == 5003' established client
	close
	comes_to "and closed" '.source_port == 5003 or .destination_port == 5003' ended
	result "$v: a connection met in mid-stream is established by an acknowledgement of our data"
done
exit $results_failed
