# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# case_*: set by guest, which sources this; nft_*: used there
#
# The cases of what the kernel brings itself, in the guest: each written as its
# manual would, and sized as ours is (65,536 keys, 131,072 flows).  Limits are one
# packet a second where packets are to be dropped, far above them otherwise.

set_up_nft_meter() {
	nft_sets="set sources { type $(address_type); size 65536; flags dynamic; }"
	nft_rules="update @sources { $(address "$limited") limit rate over $(peer_limit nft) } drop"
}

set_up_nft_5tuple() {
	local type
	type=$(address_type)
	nft_sets="set flows {
			type $type . $type . inet_proto . inet_service . inet_service
			size 131072; flags dynamic;
		}"
	nft_rules="update @flows { $(address source) . $(address destination) . meta l4proto . th sport . th dport counter }"
}

set_up_nft_both() {
	local sets rules
	set_up_nft_5tuple
	sets=$nft_sets rules=$nft_rules
	set_up_nft_meter
	nft_sets="$sets"$'\n\t\t'"$nft_sets"
	nft_rules="$rules"$'\n\t\t\t'"$nft_rules"
}

set_up_hashlimit() {
	nft_priority=-299
	raw_table -A PREROUTING -m hashlimit --hashlimit-name sources --hashlimit-mode "${limited}ip" \
		--hashlimit-htable-max 65536 $(peer_limit hashlimit) -j DROP
}

# The set of a million that none of the packets is in.
set_up_ipset_1m() {
	ipset restore <"$millions/million-$case_family.ipset"
	nft_priority=-299
	raw_table -A PREROUTING -m set --match-set million src -j DROP
}

# Every packet a connection that is forgotten when the packet is dropped.
set_up_conntrack_new() { conntrack_on; }

# Connections that were made by the packets of the sweep, which pass.
set_up_conntrack_established() { conntrack_on; sweep_passes=1; }

take_down_hashlimit() { remove_raw_table; }
take_down_ipset_1m() { remove_raw_table; ipset destroy; }
take_down_conntrack_new() { conntrack -F 2>/dev/null; }
take_down_conntrack_established() { take_down_conntrack_new; }

address_type() {
	if [ "$case_family" = ipv4 ]; then echo ipv4_addr; else echo ipv6_addr; fi
}

# address source|destination
address() {
	if [ "$case_family" = ipv4 ]; then echo "ip ${1:0:1}addr"; else echo "ip6 ${1:0:1}addr"; fi
}

# peer_limit nft|hashlimit: in its words.
peer_limit() {
	local kind=below
	! over_limit || kind=over
	case $1/$kind in
	nft/over) echo "1/second burst 1 packets" ;;
	nft/below) echo "100000000/second burst 1000000 packets" ;;
	hashlimit/over) echo "--hashlimit-above 1/sec --hashlimit-burst 1" ;;
	hashlimit/below) echo "--hashlimit-above 1000000/sec --hashlimit-burst 1000000" ;;
	esac
}

# The raw table of iptables as it was before it became a way to write nft rules.
raw_table() {
	if [ "$case_family" = ipv4 ]; then
		iptables-legacy -t raw "$@"
	else
		ip6tables-legacy -t raw "$@"
	fi
}

# An empty one still costs every packet 270 instructions.
remove_raw_table() {
	raw_table -F
	if [ "$case_family" = ipv4 ]; then rmmod iptable_raw; else rmmod ip6table_raw; fi
}

# What the whole machine has room for.
conntrack_size() {
	modprobe nf_conntrack
	echo 262144 >/sys/module/nf_conntrack/parameters/hashsize
	sysctl -qw net.netfilter.nf_conntrack_max=1048576
}

# Connection tracking works where a rule asks for it: one that no packet comes to.
# What is dropped is dropped right behind it.
conntrack_on() {
	local table=ip
	[ "$case_family" = ipv4 ] || table=ip6
	conntrack_size
	sysctl -qw net.netfilter.nf_conntrack_acct=1 net.netfilter.nf_conntrack_udp_timeout=3600
	nft -f - <<-END
		table $table asks {
			chain asks {
				type filter hook output priority filter;
				ct state invalid drop
			}
		}
	END
	nft_priority=-199
}
