# SPDX-License-Identifier: GPL-2.0-or-later
#
# For the scripts beside: KTAP, the stand-in for the module, and waiting for
# a condition.  Sourced; DIR is a folder of this run's own, BIN has ring_server
# and tmlog.

number=0
failed=0

# result STATUS NAME: one line of KTAP
result() {
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number $2"
	else
		echo "not ok $number $2"
		failed=$((failed + 1))
	fi
}

# why TEXT...: a diagnostic line, and failure
why() {
	printf '# %s\n' "$*"
	return 1
}

# until_true SECONDS COMMAND...: wait until it succeeds
until_true() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.05
	done
}

# has FILE COUNT PATTERN: the file has so many lines with the pattern
has() {
	[ -e "$1" ] && [ "$(grep -c -e "$3" "$1")" = "$2" ]
}

# expect FILE COUNT PATTERN: has, within 10 s; tells what was there
expect() {
	until_true 10 has "$@" ||
		why "$(grep -c -e "$3" "$1") lines of $1 have '$3', not $2"
}

# sequences FILE: event.sequence of each line that has one, in order
sequences() {
	sed -n 's/.* event\.sequence=\([0-9]*\) .*/\1/p' "$1"
}

# all_of FILE FIRST LAST: every sequence is there, each at least once
all_of() {
	local missing
	missing=$(comm -13 <(sequences "$1" | sort -u) <(seq "$2" "$3" | sort))
	[ -z "$missing" ] || why "missing: $(echo "$missing" | head -n 20 | tr '\n' ' ')"
}

# once_each FILE FIRST LAST: every sequence is there exactly once, in order
once_each() {
	cmp -s <(sequences "$1") <(seq "$2" "$3") ||
		why "not $2 to $3 once each: $(sequences "$1" | tr '\n' ' ' | cut -c 1-200)"
}

# ring_start: the module's stand-in, as a coprocess
ring_start() {
	coproc RING { exec "$BIN/ring_server" "$DIR/ring"; }
	until_true 5 test -S "$DIR/ring"
}

# ring WORD...: let it do something, wait until it has
ring() {
	local answer
	echo "$*" >&"${RING[1]}"
	read -r -t 10 answer <&"${RING[0]}" || why "ring_server does not answer '$*'"
}

ring_end() {
	local pid=${RING_PID:-}
	[ -n "$pid" ] || return 0
	exec {RING[1]}>&-
	wait "$pid" 2>/dev/null
	rm -f "$DIR/ring"
}

# log_start TO: tmlog in the background, pid in LOG
log_start() {
	"$BIN/tmlog" "$DIR/ring" "$1" "$JOURNAL" "$DIR/log" "$DIR/cursor" \
		2>> "$DIR/stderr" &
	LOG=$!
}

# log_end [SIGNAL]: end it, its status is that of this
log_end() {
	kill "-${1:-TERM}" "$LOG"
	wait "$LOG" 2>/dev/null
}
