# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Results: told, and counted where a test told them.  Sourced by those who run tests.

# say_result ok|"not ok" NAME: one more, in $number; $failed is 1 from the first bad one.
say_result() {
	number=$((number + 1))
	echo "$1 $number - $2"
	[ "$1" = ok ] || failed=1
}

# say_whether NAME COMMAND...: is it so?
say_whether() {
	local name=$1
	shift
	if "$@"; then say_result ok "$name"; else say_result "not ok" "$name"; fi
}

# ktap_count LOG STATUS: prints "passed failed skipped" of the KTAP in LOG, whose
# program ended with STATUS.  A line of a nested test is indented, its summary is
# not: results are those of the outermost level.  A program without a result, or
# that ends with an error and tells none, counts as one failure.
ktap_count() {
	local log=$1 status=$2 passed failed skipped
	passed=$(grep -cE '^ok ' "$log")
	failed=$(grep -cE '^not ok ' "$log")
	skipped=$(grep -cE '^ok .*# SKIP' "$log")
	passed=$((passed - skipped))
	if [ $((passed + failed + skipped)) = 0 ]; then
		echo "no result at all" >>"$log"
		failed=1
	elif [ "$status" != 0 ] && [ $((failed + skipped)) = 0 ]; then
		failed=1
	fi
	echo "$passed $failed $skipped"
}
