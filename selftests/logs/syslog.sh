#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Log lines to a real rsyslogd, that is killed, stalled and restarted, by
# a tmlog that is killed.  Called by run, which sets DIR and BIN.

set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
JOURNAL=/nowhere/journal
OUT=$DIR/out

rsyslog_start() {
	cat > "$DIR/rsyslog.conf" <<-CONF
	module(load="imuxsock" SysSock.Use="off")
	module(load="mmnormalize")
	global(workDirectory="$DIR")
	input(type="imuxsock" Socket="$DIR/log")
	template(name="plain" type="string"
		 string="%syslogfacility-text%.%syslogseverity-text% %programname% %procid%%msg%\n")
	template(name="fields" type="string" string="%\$!all-json%\n")
	action(type="omfile" file="$OUT" template="plain")
	action(type="mmnormalize" useRawMsg="off" rulebase="$here/trafficmon.rulebase")
	action(type="omfile" file="$DIR/fields" template="fields")
	CONF
	rsyslogd -n -f "$DIR/rsyslog.conf" -i "$DIR/rsyslog.pid" 2>> "$DIR/rsyslog.err" &
	RSYSLOG=$!
	until_true 10 test -S "$DIR/log"
}

# rsyslog_end: in order, so that what its socket has taken is in the file
rsyslog_end() {
	# A case that failed may have left it stopped.
	kill -CONT "$RSYSLOG"
	kill "$RSYSLOG"
	wait "$RSYSLOG" 2>/dev/null
	rm -f "$DIR/log"
}

# case_start: a fresh module, an empty log
case_start() {
	ring_end
	rm -f "$OUT" "$DIR/fields" "$DIR/stderr" "$DIR"/cursor*
	touch "$OUT" "$DIR/stderr"
	rsyslog_start
	ring_start
}

case_end() {
	ring_end
	rsyslog_end
}

test_line_arrives_with_program_pid_and_severity() {
	ring event 2
	log_start syslog
	expect "$OUT" 2 . || return
	grep -q "^daemon.warning trafficmon $LOG policy p2 went over its limit of 100 pps, most by 203.0.113.7, and drops what exceeds it: event.action=policy_over .* rule.name=p2 .* source.ip=203.0.113.7 " "$OUT" ||
		why "$(cat "$OUT")"
	local status=$?
	log_end || why "status $? after SIGTERM"
	return $((status | $?))
}

test_rsyslog_takes_the_fields_apart() {
	ring event 2
	log_start syslog
	expect "$DIR/fields" 2 . || return
	log_end
	[ "$(jq -r 'select(."event.sequence" == "2") | [.message, ."event.action", ."source.ip", ."rule.name", ."tm.limit_pps"] | join("|")' "$DIR/fields")" = \
	  "policy p2 went over its limit of 100 pps, most by 203.0.113.7, and drops what exceeds it|policy_over|203.0.113.7|p2|100" ] ||
		why "$(cat "$DIR/fields")"
}

test_auto_takes_syslog_where_there_is_no_journal() {
	ring event 1
	log_start auto
	expect "$OUT" 1 "event.sequence=1 "
	local status=$?
	log_end
	return $status
}

test_restart_after_term_repeats_and_loses_nothing() {
	ring event 3
	log_start syslog
	expect "$OUT" 3 . || return
	log_end || why "status $? after SIGTERM" || return
	ring event 3
	log_start syslog
	expect "$OUT" 6 . || return
	log_end
	once_each "$OUT" 1 6
}

test_kill_in_mid_stream_loses_nothing() {
	local round repeated
	for round in $(seq 12); do
		log_start syslog
		ring event 40
		sleep "0.0$((RANDOM % 10))"
		ring event 40
		log_end KILL
	done
	log_start syslog
	expect "$OUT" 1 "event.sequence=960 " || return
	log_end
	all_of "$OUT" 1 960 || return
	repeated=$(($(sequences "$OUT" | wc -l) - 960))
	echo "# $repeated of 960 came again"
	# A cursor is written every 64 entries at the latest.
	[ $repeated -le $((12 * 65)) ] || why "$repeated repeated"
}

test_killed_before_the_cursor_is_written_repeats() {
	ring event 5
	log_start syslog
	expect "$OUT" 5 . || return
	log_end KILL
	rm -f "$DIR/cursor"
	log_start syslog
	expect "$OUT" 10 . || return
	log_end
	all_of "$OUT" 1 5
}

test_rsyslogd_down_and_up_again_loses_nothing() {
	log_start syslog
	ring event 3
	expect "$OUT" 3 . || return
	rsyslog_end
	ring event 50
	expect "$DIR/stderr" 1 "trying again" || return
	rsyslog_start
	expect "$OUT" 53 . || return
	expect "$DIR/stderr" 1 "takes entries again" || return
	log_end
	once_each "$OUT" 1 53
}

test_rsyslogd_restarted_between_events_goes_unnoticed() {
	local round
	log_start syslog
	for round in 1 2 3 4; do
		ring event 1
		expect "$OUT" 1 "event.sequence=$round " || return
		rsyslog_end
		rsyslog_start
	done
	log_end
	once_each "$OUT" 1 4
}

test_stalled_rsyslogd_blocks_nothing_and_loses_nothing() {
	log_start syslog
	ring event 1
	expect "$OUT" 1 . || return
	kill -STOP "$RSYSLOG"
	ring event 900
	expect "$DIR/stderr" 1 "trying again" || return
	kill -CONT "$RSYSLOG"
	expect "$OUT" 901 . || return
	log_end
	once_each "$OUT" 1 901
}

test_term_ends_it_while_rsyslogd_is_down() {
	log_start syslog
	ring event 1
	expect "$OUT" 1 . || return
	rsyslog_end
	ring event 5
	expect "$DIR/stderr" 1 "trying again" || return
	log_end || why "status $? after SIGTERM" || return
	rsyslog_start
	log_start syslog
	expect "$OUT" 6 . || return
	log_end
	once_each "$OUT" 1 6
}

test_overwritten_events_are_told_with_their_number() {
	ring ring 10
	log_start syslog
	ring event 1
	expect "$OUT" 1 . || return
	log_end
	ring event 30
	log_start syslog
	expect "$OUT" 1 "daemon.warning .* 20 events were overwritten before this log read them: event.action=events_lost .* tm.lost_events=20 tm.lost_first=2 tm.lost_last=21$" || return
	expect "$OUT" 12 . || return
	log_end
	[ "$(sequences "$OUT" | tr '\n' ' ')" = "1 22 23 24 25 26 27 28 29 30 31 " ] ||
		why "$(sequences "$OUT" | tr '\n' ' ')"
}

test_gap_is_filled_from_the_ring() {
	log_start syslog
	ring event 2
	expect "$OUT" 2 . || return
	ring silent 5
	ring event 1
	expect "$OUT" 8 . || return
	log_end
	once_each "$OUT" 1 8
}

test_overrun_is_filled_from_the_ring() {
	log_start syslog
	ring event 2
	expect "$OUT" 2 . || return
	ring silent 5
	ring overrun
	expect "$OUT" 7 . || return
	log_end
	once_each "$OUT" 1 7
}

test_unload_is_logged_and_the_module_waited_for() {
	log_start syslog
	ring event 2
	expect "$OUT" 2 . || return
	ring unload
	expect "$OUT" 1 "event.action=unload .* event.sequence=3 tm.instance=00000000000000a0 " || return
	ring load
	ring event 2
	expect "$OUT" 1 "event.action=policy_over .* event.sequence=3 tm.instance=00000000000000a1 " || return
	log_end
	grep -q '^sequence 3$' "$DIR/cursor" && grep -q '^instance 00000000000000a1$' "$DIR/cursor" ||
		why "$(cat "$DIR/cursor")" || return
	[ "$(sequences "$OUT" | tr '\n' ' ')" = "1 2 3 1 2 3 " ] ||
		why "$(sequences "$OUT" | tr '\n' ' ')"
}

test_module_that_vanishes_is_told() {
	log_start syslog
	ring event 2
	expect "$OUT" 2 . || return
	ring vanish
	expect "$OUT" 1 "event.action=gone " || return
	ring load
	expect "$OUT" 1 "event.action=load .* tm.instance=00000000000000a1 " || return
	log_end
}

test_reload_while_not_running_is_told() {
	log_start syslog
	ring event 5
	expect "$OUT" 5 . || return
	log_end
	ring unload
	ring load
	log_start syslog
	expect "$OUT" 1 "event.action=reloaded " || return
	expect "$OUT" 1 "event.action=load .* event.sequence=1 tm.instance=00000000000000a1 " || return
	log_end
}

test_foreign_cursor_is_told_and_left_alone() {
	echo "precious" > "$DIR/cursor"
	log_start syslog
	ring event 1
	expect "$OUT" 1 . || return
	expect "$DIR/stderr" 1 "is not a cursor: it is left alone" || return
	log_end
	[ "$(cat "$DIR/cursor")" = precious ] || why "it was overwritten"
}

test_damaged_cursor_is_told_and_replaced() {
	printf 'trafficmon-cursor 1\nboot' > "$DIR/cursor"
	log_start syslog
	ring event 1
	expect "$OUT" 1 . || return
	expect "$DIR/stderr" 1 "is damaged" || return
	log_end
	grep -q '^sequence 1$' "$DIR/cursor" || why "$(cat "$DIR/cursor")"
}

test_second_log_with_the_same_cursor_is_refused() {
	local first status
	log_start syslog
	first=$LOG
	until_true 5 test -e "$DIR/cursor.lock" || return
	sleep 0.2
	log_start syslog
	wait "$LOG"
	status=$?
	LOG=$first
	log_end
	[ $status = 1 ] || why "status $status" || return
	expect "$DIR/stderr" 1 "another .tmctl log. is using the cursor"
}

test_cursor_that_cannot_be_written_is_told_and_the_log_goes_on() {
	log_start syslog
	ring event 1
	expect "$OUT" 1 . || return
	mkdir "$DIR/cursor.new"
	ring event 1
	expect "$OUT" 2 . || return
	expect "$DIR/stderr" 1 "cannot write the cursor" || return
	rmdir "$DIR/cursor.new"
	ring event 1
	expect "$DIR/stderr" 1 "is written again" || return
	log_end
	grep -q '^sequence 3$' "$DIR/cursor" || why "$(cat "$DIR/cursor")"
}

test_once_sends_the_ring_and_ends() {
	ring event 3
	"$BIN/tmlog" "$DIR/ring" syslog - "$DIR/log" "$DIR/cursor" once ||
		why "status $?" || return
	expect "$OUT" 3 . || return
	"$BIN/tmlog" "$DIR/ring" stdout - - - once > "$DIR/stdout" ||
		why "status $?" || return
	once_each "$DIR/stdout" 1 3
}

test_once_fails_where_nobody_takes_entries() {
	ring event 3
	rsyslog_end
	"$BIN/tmlog" "$DIR/ring" syslog - "$DIR/log" "$DIR/cursor" once 2> "$DIR/stderr"
	local status=$?
	rsyslog_start
	[ $status = 1 ] || why "status $status" || return
	expect "$DIR/stderr" 1 "cannot write to $DIR/log: No such file or directory$" || return
	! grep -qs "^sequence [1-9]" "$DIR/cursor" || why "the cursor moved on: $(cat "$DIR/cursor")"
}

names=$(compgen -A function test_)
for name in ${ONLY:-$names}; do
	case_start
	"$name"
	result $? "${name#test_}"
	[ -z "${LOG:-}" ] || kill -KILL "$LOG" 2>/dev/null
	case_end
done
exit $((failed != 0))
