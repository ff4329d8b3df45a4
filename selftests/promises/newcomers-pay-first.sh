#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# spare: established.  Under a SYN flood from everywhere against one address, far
# above a limit per destination, not one packet of a connection that was there
# before is dropped: of a service of this host, of one that is translated to
# another host, and of one behind a masquerade.  Newcomers are dropped, and so are
# connections that came while the flood lasted.  Without `spare` the connection
# suffers.  Who sends a blind SYN and ACK is never spared.
#
#	[peer] p0 ---- h0 [this host] r0 ---- r1 [server]
#	10.9.0.2	10.9.0.1    10.8.0.1	10.8.0.2
#
# Port 80 is the host's own; 8080 is translated to the server's 80; the server's
# port 90 is reached with the host's address for the peer's.
set -euo pipefail
. "${0%/*}/lib.sh"
lines=${1:-15}
blind=${2:-20000}
generate=/tm/build/selftests/net/generate

add_peer
ip netns add server
in_server() { ip netns exec server "$@"; }
ip link add r0 type veth peer name r1 netns server
ip address add 10.8.0.1/24 dev r0
ip link set r0 up
in_server ip link set lo up
in_server ip address add 10.8.0.2/24 dev r1
in_server ip link set r1 up
in_server ip route add 10.9.0.0/24 via 10.8.0.1
in_peer ip route add 10.8.0.0/24 via 10.9.0.1
# who is spoofed is not there
ip route add 172.16.0.0/12 via 10.9.0.2
in_peer ip route add blackhole 172.16.0.0/12
in_server ip route add 172.16.0.0/12 via 10.8.0.1
sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.h0.rp_filter=0 net.ipv4.conf.all.rp_filter=0 \
	net.ipv4.icmp_ratelimit=0
nft -f - <<-END
	table inet translate {
		chain pre {
			type nat hook prerouting priority dstnat;
			iifname "h0" tcp dport 8080 dnat ip to 10.8.0.2:80
		}
		chain post {
			type nat hook postrouting priority srcnat;
			oifname "r0" tcp dport 90 masquerade
		}
	}
	table inet judge {
		counter theirs { }
		counter spared { }
		chain before {
			type filter hook prerouting priority -451; policy accept;
			iifname "h0" ip saddr 10.9.0.2 tcp sport 5000-5099 counter name theirs
		}
		chain behind {
			type filter hook prerouting priority -449; policy accept;
			iifname "h0" ip saddr 10.9.0.2 tcp sport 5000-5099 counter name spared
		}
	}
END
wait_for 10 in_peer ping -c 1 -W 1 10.8.0.2
serve_echo 80 env
serve_echo 80 in_server
serve_echo 90 in_server
# room for all that are blind: who finds none is not spared for want of an entry
load_module flows=262144 limiters=1024 records=1024

rules() {	# PORT [MEMBER]: the limit, per destination, and what else the policy says
	apply <<-END
		{ "schema": 1, "policies": [ { "name": "tcp", "mode": "enforce",
		  "match": { "class": ["syn", "ack", "rst", "fin"], "direction": "in", "destination_port": $1 },
		  "key": "dst/32", "limits": { "packets_per_second": 100, "packets_burst": 50 } ${2-} } ] }
	END
}
spares=', "spare": "established"'
spared() { policy tcp spared_packets; }

# connect ADDRESS PORT: a connection of the peer's, $connection, each from another
# port; lines go in at $writer and come back in /tmp/out.
trap '' PIPE
port_of_theirs=5000
connect() {
	rm -f /tmp/in /tmp/out
	mkfifo /tmp/in
	port_of_theirs=$((port_of_theirs + 1))
	in_peer socat -t 1 - "tcp:$1:$2,sourceport=$port_of_theirs,connect-timeout=10" \
		</tmp/in >/tmp/out 2>/dev/null &
	connection=$!
	exec {writer}>/tmp/in
}
# exchanges COUNT: so many lines there and back, one after another.
patience_s=8
exchanges() {
	local i
	for ((i = 0; i < $1; i++)); do
		echo "line $i of $$" >&"$writer" || return 1
		wait_for $patience_s grep -qx "line $i of $$" /tmp/out || return 1
	done
}
disconnect() {
	exec {writer}>&-
	kill -9 "$connection" 2>/dev/null || true
	wait "$connection" 2>/dev/null || true
}

# flood ADDRESS PORT: SYNs of spoofed sources, some thousands a second, until it is ended.
flood() {
	local dropped
	dropped=$(policy tcp dropped_packets)
	ip netns exec peer $generate --device p0 --mac "$(cat /sys/class/net/h0/address)" --count 10000000 --rate 3000 \
		--source 172.16.0.0/12 --destination "$1" --protocol tcp --source-port random \
		--destination-port "$2" >/dev/null 2>&1 {writer}>&- &
	flood=$!
	wait_for 20 drops_beyond $((dropped + 1000))
}
flood_ends() {
	kill $flood
	wait $flood 2>/dev/null || true
}
drops_beyond() { test "$(policy tcp dropped_packets)" -gt "$1"; }
dropped_of_theirs() { echo $(($(counter theirs) - $(counter spared))); }

# service WHAT ADDRESS PORT
service() {
	local name=$1 address=$2 port=$3 before
	rules "$port" "$spares"
	connect "$address" "$port"
	exchanges 1 || true
	flood "$address" "$port"
	before=$(dropped_of_theirs)
	result "$name: $lines lines go and come back under the flood" exchanges "$lines"
	result "$name: not one packet of theirs is dropped" test "$(dropped_of_theirs)" = "$before"
	result "$name: packets were spared: $(spared)" test "$(spared)" -gt 0
	flood_ends
	disconnect

	rules "$port"
	connect "$address" "$port"
	exchanges 1 || true
	flood "$address" "$port"
	before=$(dropped_of_theirs)
	exchanges 5 || true	# ends with the first that does not come back
	result "$name: without it packets of theirs are dropped: $(($(dropped_of_theirs) - before))" \
		test "$(dropped_of_theirs)" -gt "$before"
	result "$name: and none is spared" test "$(spared)" = 0
	flood_ends
	disconnect
}
service "this host's" 10.9.0.1 80
service "translated" 10.9.0.1 8080
service "masqueraded" 10.8.0.2 90

# A pause within the episode lets one in: it came under the flood, and pays.
rules 80 "$spares"
flood 10.9.0.1 80
sleep 1.3	# its beginning is known to a second
flood_ends
patience_s=2
for _ in {1..4}; do
	connect 10.9.0.1 80
	exchanges 1 && break
	disconnect
done
result "in a pause of the flood one connects" exchanges 1
before=$(spared)
flood 10.9.0.1 80
exchanges 3 || true
result "but is not spared when it goes on" test "$(spared)" = "$before"
flood_ends
disconnect

# A connection that was there before ends in order under the flood, and a RST that
# anybody could have sent does not take it away.
tmctl policy flush >/tmp/apply.log
connect 10.9.0.1 80
exchanges 1 || true
rules 80 "$spares"
sleep 1.3
flood 10.9.0.1 80
in_peer $generate --device p0 --mac "$(cat /sys/class/net/h0/address)" --count 1 --source 10.9.0.2/32 \
	--destination 10.9.0.1 --protocol tcp --source-port "$port_of_theirs" --destination-port 80 \
	--flags R >/dev/null
before=$(dropped_of_theirs)
patience_s=8
result "a blind RST does not take it away" exchanges 5
disconnected() {
	! in_peer ss -Htn state connected exclude time-wait sport = ":$port_of_theirs" | grep -q .
}
exec {writer}>&-
result "it ends in order" wait_for 15 disconnected
result "without a packet dropped" test "$(dropped_of_theirs)" = "$before"
flood_ends

# Blind: SYN, then ACK, from as many sources, the ports the same, while nothing is
# dropped and all of it is answered; then the flood comes from these very flows.
tmctl policy flush >/tmp/apply.log
blind() {
	in_peer $generate --device p0 --mac "$(cat /sys/class/net/h0/address)" --count "$blind" \
		--source 172.16.0.0/12 --sequential "$blind" --destination 10.9.0.1 --protocol tcp \
		--source-port 1234 --destination-port 80 --flags "$1" --payload 10 >/dev/null
}
blind S
blind A
sleep 1.3
rules 80 "$spares"
blind A
result "of $blind spoofed sources that had sent a blind SYN and ACK none is spared" \
	test "$(spared)" = 0
result "most of what they send is dropped" test "$(policy tcp dropped_packets)" -gt $((blind / 2))
books_balance
done_testing
