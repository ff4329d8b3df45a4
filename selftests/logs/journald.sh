#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Log entries to a real systemd-journald, in a mount and PID namespace of its
# own (run makes them, and sets DIR and BIN): /run is empty, so that journald
# opens its own sockets and keeps its journal there.

set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
JOURNAL=/run/systemd/journal/socket
OUT=$DIR/out

private_host() {
	mount -t tmpfs tmpfs /run &&
	mkdir -p /run/systemd/journal /run/systemd/journald.conf.d /run/log/journal \
		"$DIR/catalog" "$DIR/catalog-database" &&
	cat > /run/systemd/journald.conf.d/test.conf <<-CONF &&
	[Journal]
	Storage=volatile
	RateLimitIntervalSec=0
	ForwardToSyslog=yes
	ReadKMsg=no
	Audit=no
	CONF
	cp "$here/../../userspace/tmctl/trafficmon.catalog" "$DIR/catalog" &&
	mount --bind "$DIR/catalog" /usr/lib/systemd/catalog &&
	mkdir -p /var/lib/systemd/catalog &&
	mount --bind "$DIR/catalog-database" /var/lib/systemd/catalog
}

journald_start() {
	/lib/systemd/systemd-journald 2>> "$DIR/journald.err" &
	JOURNALD=$!
	until_true 10 test -S "$JOURNAL"
}

# journald_end: in order, so that what its socket has taken is in the journal
journald_end() {
	# A case that failed may have left it stopped.
	kill -CONT "$JOURNALD"
	journalctl --sync > "$DIR/sync" 2>&1
	kill "$JOURNALD"
	wait "$JOURNALD" 2>/dev/null
	rm -f "$JOURNAL"
}

# read_journal FORMAT [MATCH...]: what trafficmon said
read_journal() {
	local format=$1
	shift
	journalctl --sync > "$DIR/sync" 2>&1
	journalctl -D /run/log/journal -q -o "$format" -t trafficmon "$@" 2>> "$DIR/journalctl.err"
}

# arrived COUNT PATTERN: the journal has so many such lines, in $OUT too
arrived() {
	read_journal cat > "$OUT"
	has "$OUT" "$1" "$2"
}

expect_journal() {
	until_true 10 arrived "$@" ||
		why "$(grep -c -e "$2" "$OUT") entries have '$2', not $1"
}

case_start() {
	ring_end
	rm -rf "$OUT" "$DIR/stderr" "$DIR"/cursor* /run/log/journal/*
	touch "$DIR/stderr"
	journald_start
	ring_start
}

case_end() {
	ring_end
	journald_end
}

# field NAME: of event 2
field() {
	read_journal json TM_EVENT_SEQUENCE=2 | jq -r ".$1"
}

test_entry_has_every_value_as_a_field() {
	ring event 2
	log_start journal
	expect_journal 2 . || return
	log_end || why "status $? after SIGTERM" || return
	local got
	got="$(field PRIORITY) $(field SYSLOG_IDENTIFIER) $(field SYSLOG_FACILITY) $(field MESSAGE_ID) $(field _PID)"
	[ "$got" = "4 trafficmon 3 27d7013d8e2e4a029c639cd81524a0f0 $LOG" ] || why "$got" || return
	got="$(field TM_RULE_NAME) $(field TM_SOURCE_IP) $(field TM_LIMIT_PPS) $(field TM_EVENT_ACTION) $(field TM_INSTANCE)"
	[ "$got" = "p2 203.0.113.7 100 policy_over 00000000000000a0" ] || why "$got" || return
	[[ "$(field MESSAGE)" = "policy p2 went over its limit"*": event.action=policy_over "*" rule.name=p2 "* ]] ||
		why "$(field MESSAGE)"
}

test_entries_are_found_by_field() {
	ring event 3
	log_start journal
	expect_journal 3 . || return
	log_end
	[ "$(read_journal cat TM_RULE_NAME=p3 | wc -l)" = 1 ] || why "by rule" || return
	[ "$(read_journal cat -p warning TM_SOURCE_IP=203.0.113.7 | wc -l)" = 2 ] || why "by source and priority"
}

test_auto_prefers_the_journal() {
	ring event 1
	log_start auto
	expect_journal 1 "event.sequence=1 "
	local status=$?
	log_end
	return $status
}

test_catalog_explains_every_type() {
	local id missing=0
	journalctl --update-catalog 2> "$DIR/catalog.err" || why "$(cat "$DIR/catalog.err")" || return
	for id in $(grep -o '"[0-9a-f]\{32\}"' "$here/../../userspace/lib/event_type.c" | tr -d '"'); do
		journalctl --dump-catalog "$id" 2>/dev/null | grep -q '^Subject: ' ||
			{ why "no explanation of $id"; missing=1; }
	done
	[ $missing = 0 ] || return
	[ "$(journalctl --list-catalog | wc -l)" = "$(grep -c '"[0-9a-f]\{32\}"' "$here/../../userspace/lib/event_type.c")" ] ||
		why "the catalog explains what there is not" || return
	ring event 2
	log_start journal
	expect_journal 2 . || return
	log_end
	read_journal short -x TM_EVENT_SEQUENCE=2 | grep -q 'Subject: Policy p2 went over its limit' ||
		why "$(read_journal short -x)"
}

test_entry_too_large_for_a_datagram_arrives_whole() {
	"$BIN/tmlog" large "$JOURNAL" || why "it was not sent" || return
	expect_journal 1 "^large entry" || return
	[ "$(read_journal json | jq -r .TM_LAST)" = here ] || why "$(read_journal json)"
}

test_journald_restarted_loses_nothing() {
	log_start journal
	ring event 3
	expect_journal 3 . || return
	journald_end
	ring event 20
	expect "$DIR/stderr" 1 "trying again" || return
	journald_start
	expect_journal 23 . || return
	journald_end
	journald_start
	ring event 2
	expect_journal 25 . || return
	log_end
	once_each "$OUT" 1 25
}

test_stalled_journald_blocks_nothing_and_loses_nothing() {
	log_start journal
	ring event 1
	expect_journal 1 . || return
	kill -STOP "$JOURNALD"
	ring event 900
	expect "$DIR/stderr" 1 "trying again" || return
	kill -CONT "$JOURNALD"
	expect_journal 1 "event.sequence=901 " || return
	log_end
	once_each "$OUT" 1 901
}

test_kill_in_mid_stream_loses_nothing() {
	for _ in $(seq 8); do
		log_start journal
		ring event 40
		sleep "0.0$((RANDOM % 10))"
		ring event 40
		log_end KILL
	done
	log_start journal
	expect_journal 1 "event.sequence=640 " || return
	log_end
	all_of "$OUT" 1 640
}

# What Debian does where both run: journald hands rsyslog the line alone.
test_line_forwarded_to_rsyslog_still_has_its_fields() {
	local rsyslog status
	cat > "$DIR/forward.conf" <<-CONF
	module(load="imuxsock" SysSock.Name="/run/systemd/journal/syslog")
	module(load="mmnormalize")
	global(workDirectory="$DIR")
	template(name="fields" type="string" string="%syslogseverity-text% %programname% %\$!all-json%\n")
	action(type="mmnormalize" useRawMsg="off" rulebase="$here/trafficmon.rulebase")
	action(type="omfile" file="$DIR/forwarded" template="fields")
	CONF
	rsyslogd -n -f "$DIR/forward.conf" -i "$DIR/forward.pid" 2>> "$DIR/rsyslog.err" &
	rsyslog=$!
	until_true 10 test -S /run/systemd/journal/syslog
	ring event 2
	log_start auto
	expect "$DIR/forwarded" 1 'warning trafficmon .*"rule.name": "p2".*"source.ip": "203.0.113.7"\|warning trafficmon .*"source.ip": "203.0.113.7".*"rule.name": "p2"'
	status=$?
	[ $status = 0 ] || cat "$DIR/forwarded" | sed 's/^/# /'
	log_end
	kill "$rsyslog"
	wait "$rsyslog" 2>/dev/null
	return $status
}

private_host || { echo "not ok - a private /run and catalog"; exit 1; }
names=$(compgen -A function test_)
for name in ${ONLY:-$names}; do
	case_start
	"$name"
	result $? "${name#test_}"
	[ -z "${LOG:-}" ] || kill -KILL "$LOG" 2>/dev/null
	case_end
done
exit $((failed != 0))
