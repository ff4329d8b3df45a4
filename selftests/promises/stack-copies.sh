#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Invariant 11, headers are read into stack copies: packets of all kinds, cut to
# every length and split at every place, are accounted as what they are, to the
# packet and byte, at pre-routing and at ingress, and go on unaltered.
#
# Of the cut ones at one place in 32 (or in $1), see scatter.c.
set -euo pipefail
. "${0%/*}/lib.sh"
step=${1:-32}
scatter=/tm/build/selftests/promises/scatter
modprobe -q -a tun veth || true
sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
	net.ipv6.conf.default.addr_gen_mode=1 net.ipv4.conf.all.rp_filter=0 \
	net.ipv4.conf.default.rp_filter=0 net.ipv6.conf.default.accept_dad=0
cat >/tmp/devices.sh <<'END'
ip address add 10.1.255.1/16 dev in0
ip address add 10.2.255.1/16 dev out0
ip address add fd01::ffff/64 dev in0 nodad
ip address add fd02::ffff/64 dev out0 nodad
ethtool -K in0 gro off
tmctl netns detach >/dev/null
tmctl netns attach >/dev/null
END

# Flows, and then sums, as scatter writes what it expects.  jq would take longer for
# the flows than all packets do.
flows() {
	tr '{' '\n' </tmp/flows.json | awk -F '[,"}]+' '/^"protocol"/ {
		delete is
		for (i = 2; i < NF; i++)
			is[$i] = $(i + 1) == ":" ? $(i += 2) : substr($(++i), 2)
		print is["source"], is["destination"], is["protocol"],
			is["source_port"] + is["icmp_id"] + is["icmp_type"],
			is["destination_port"] + is["icmp_code"], is["fragment"],
			is["packets"], is["bytes"], is["reply_packets"]
	}'
}
sums() {
	jq -r '(.totals[] | select(.name == "seen")), (.reasons[] | select(.kind == "untracked")),
		.classes[] | select(.packets > 0) | "\(.name) \(.packets) \(.bytes)"' /tmp/stats.json
}
same() {
	diff <(LC_ALL=C sort "$1") <(LC_ALL=C sort)
}

# scatter_at HOOK WAY
scatter_at() {
	result "$1, $2: all packets go on, unaltered" "$scatter" "$2" "$1" "$step" "sh /tmp/devices.sh"
	sed 's/^/# /' /tmp/result.log
	result "$1, $2: each flow has its packets and bytes" same /tmp/expected.flows < <(flows)
	result "$1, $2: so has each class, and what has no header" same /tmp/expected.sums < <(sums)
}

sizes="flows=65536 limiters=64 records=64"
# No flow ends, and nothing is accounted but what scatter sends.
lasting="timeout_new_s=604800 timeout_ended_s=604800 timeout_active_s=604800 hooks=prerouting"
load_module $sizes $lasting
scatter_at pre-routing pages
scatter_at pre-routing frags
modprobe -r trafficmon
load_module $sizes $lasting devices=in0
scatter_at ingress pages
scatter_at ingress frags
done_testing
