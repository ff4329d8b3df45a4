#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Boots systemd, again and again, in a PID and a mount namespace of this guest: what
# ends with it is all but the disk and the kernel, and the module is unloaded in
# between.  Started by run, which brings systemd.
#
#	[here] p0 ---- p1 [peer]
#	192.0.2.1      192.0.2.2
. "$(dirname "$0")/../net/lib.sh"
case_name=boot
boot_file=/etc/trafficmon/policies.json
saved_sets=/var/lib/trafficmon/sets

# inside COMMAND...: on the host that systemd has booted
inside() { nsenter --target "$systemd" --pid --mount -- "$@"; }

# boot: leaves systemd's process in $systemd, and "running" or "degraded" in $state
boot() {
	unshare --pid --mount --fork --mount-proc sh -c 'mount -t tmpfs tmpfs /run &&
		exec env -i PATH=/usr/sbin:/usr/bin container=tm /usr/lib/systemd/systemd --log-target=kmsg' &
	parent=$!
	wait_for "a first process" pgrep -P "$parent" -x systemd
	systemd=$(pgrep -P "$parent" -x systemd)
	wait_for "its socket" test -S "/proc/$systemd/root/run/systemd/private"
	state=$(timeout 120 nsenter --target "$systemd" --pid --mount -- systemctl is-system-running --wait)
	[ -n "$state" ] || die "systemd does not come to the end of booting"
}

# shut_down: in order, as a host is; its kernel, and so the module, goes too
shut_down() {
	inside systemctl --no-block start poweroff.target
	wait "$parent"
	unload || die "the module cannot be unloaded"
}

# unit: what systemd says of ours, "success active"
unit() { inside systemctl show trafficmon.service -p ActiveState -p Result --value | paste -sd ' '; }

# journal: what was told about our unit in this boot; it goes with /run
journal() { inside sh -c 'journalctl --sync; journalctl -q -o cat -u trafficmon.service'; }

attached() { tmctl -j status | jq .status.attached; }

policies() { tmctl -j policy show | jq -c '[.policies[].name]'; }

# entries SET: those for ever, and those that end
entries() { tmctl -j set show "$1" | jq -c '.entries | map(.prefix + if .timeout_ns then " ends" else "" end)'; }

# set_up ARGUMENT...: tmctl does it, or there is no use in going on
set_up() { tmctl "$@" >/run/said 2>&1 || die "tmctl $*: $(cat /run/said)"; }

answers() { ping -q -c 1 -W 1 192.0.2.2 >/dev/null 2>&1; }

ruleset() {
	cat <<-JSON
	{ "schema": 1, "policies": [ { "name": "$1", "match": { "class": "udp" }, "key": "src/32",
	    "limits": { "packets_per_second": 1000 } } ],
	  "sets": { "allow": [ "198.51.100.0/24" ] } }
	JSON
}

host() {
	mkdir -p /etc/systemd/system/{multi-user,sysinit,sockets}.target.wants /etc/modules-load.d
	echo 0123456789abcdef0123456789abcdef >/etc/machine-id
	ln -s /usr/lib/systemd/system/multi-user.target /etc/systemd/system/default.target
	for name in systemd-journald.service systemd-modules-load.service; do
		ln -s "/usr/lib/systemd/system/$name" /etc/systemd/system/sysinit.target.wants/
	done
	for name in systemd-journald.socket systemd-journald-dev-log.socket; do
		ln -s "/usr/lib/systemd/system/$name" /etc/systemd/system/sockets.target.wants/
	done
	# Stands for who brings the network up: what is in force by then?
	cat >/etc/systemd/system/network-up.service <<-'UNIT'
	[Unit]
	DefaultDependencies=no
	After=network-pre.target
	[Service]
	Type=oneshot
	ExecStart=/bin/sh -c 'tmctl -j policy show >/var/lib/before-network 2>&1'
	[Install]
	WantedBy=multi-user.target
	UNIT
	ln -s ../network-up.service /etc/systemd/system/multi-user.target.wants/
	space peer
	ip link add p0 type veth peer name p1 netns peer &&
		ip address add 192.0.2.1/24 dev p0 && ip link set p0 up &&
		ip -n peer address add 192.0.2.2/24 dev p1 && ip -n peer link set p1 up
}

echo "TAP version 13"
host || die "no host to boot"
expect_that "it can be enabled" env SYSTEMD_OFFLINE=1 systemctl --quiet enable trafficmon
expect_that "the peer answers" answers
mkdir -p ${boot_file%/*} $saved_sets
printf '{ "schema": 1,\n  "policies": [ { "nme": "x" } ] }\n' >$boot_file
echo "203.0.113.9 expires=$(($(date +%s) + 3600))" >$saved_sets/deny.txt

boot
expect "the unit" "exit-code failed" "$(unit)"
expect_that "why is in the journal" contains "$(journal)" "$boot_file:2:19: "
expect "the host" "degraded" "$state"
expect_that "is up" inside systemctl is-active --quiet multi-user.target
expect "attached" true "$(attached)"
expect "policies" '[]' "$(policies)"
expect_that "a packet" answers
stats_json=$(tmctl -j stats)
expect_that "packets are seen" [ "$(total seen | cut -d' ' -f1)" -ge 2 ]
result "a broken boot file fails the unit; the host comes up, the module accounts"

expect "what systemd finds wrong with it" "" "$(inside systemd-analyze verify --man=no trafficmon.service 2>&1)"
expect_that "before the network" contains "$(inside systemctl show trafficmon -p Before)" network-pre.target
expect_that "which it wants" contains "$(inside systemctl show trafficmon -p Wants)" network-pre.target
result "systemd takes the unit, and orders it before the network"

rm $boot_file
expect_that "starts" inside systemctl start trafficmon
expect "the unit" "success active" "$(unit)"
expect_that "there is no boot file, and it is told" contains "$(journal)" "There is no $boot_file"
expect "attached" true "$(attached)"
expect "deny" '["203.0.113.9 ends"]' "$(entries deny)"
result "without a boot file it starts; nothing that was saved is lost"

ruleset saved >/run/ruleset.json
set_up set replace deny 203.0.113.7
set_up set create customers
set_up set add customers 192.0.2.3 timeout 1h
set_up policy apply /run/ruleset.json --confirm 10m
set_up set add deny 192.0.2.2 timeout 1h
set_up policy confirm
expect_that "the peer is kept out" eval '! answers'
shut_down
boot
expect "the unit" "success active" "$(unit)"
expect "policies" '["saved"]' "$(policies)"
expect "allow" '["198.51.100.0/24"]' "$(entries allow)"
expect "deny" '["192.0.2.2 ends","203.0.113.7"]' "$(entries deny)"
left=$(tmctl -j set show deny | jq '.entries[0].timeout_ns / 1000000000 | floor')
expect_that "of the hour $left s are left" within 3300 "$left" 3598
expect "a set by name" '["192.0.2.3 ends"]' "$(entries customers)"
expect_that "the peer is kept out" eval '! answers'
result "policies and set entries survive a reboot, with what is left of their time"

expect "before the network" '["saved"]' "$(jq -c '[.policies[].name]' /var/lib/before-network)"
result "they are in force before the network comes up"

ruleset reloaded >$boot_file
set_up set add allow 198.18.0.1 timeout 1h
set_up set add allow 198.18.0.2
expect_that "reloads" inside systemctl reload trafficmon
expect "policies" '["reloaded"]' "$(policies)"
expect "allow, as the file says" '["198.18.0.1 ends","198.51.100.0/24"]' "$(entries allow)"
expect "deny, of which the file does not speak" '["192.0.2.2 ends","203.0.113.7"]' "$(entries deny)"
echo '{ "schema": 1, "polcies": [] }' >$boot_file
expect_that "a broken file is refused" eval '! inside systemctl reload trafficmon 2>/dev/null'
expect "policies" '["reloaded"]' "$(policies)"
expect "the unit" "success active" "$(unit)"
result "reload takes the boot file, a broken one changes nothing, entries that end stay"

ruleset reloaded >$boot_file
expect_that "stops" inside systemctl stop trafficmon
expect "attached" false "$(attached)"
expect_that "the peer answers" answers
expect "saved" "192.0.2.2 expires=" "$(sed 's/=.*/=/' $saved_sets/deny.txt)"
echo '192.0.2.2 expires=soon' >$saved_sets/allow.txt
expect_that "starts" inside systemctl start trafficmon
expect "the unit" "success active" "$(unit)"
expect "attached" true "$(attached)"
expect "policies" '["reloaded"]' "$(policies)"
expect_that "the peer is kept out" eval '! answers'
result "stopped it drops nothing, started it is what it was"

expect_that "told, with line and column" contains "$(journal)" "$saved_sets/allow.txt:1:19: "
result "a broken file of a set is told, the rest is restored"
kill -KILL "$systemd"
echo "1..8"
exit $results_failed
