#!/usr/bin/awk -f
# SPDX-License-Identifier: GPL-2.0-or-later
#
# time.awk LINES: two tables of what guest-time printed.  Figures are medians over
# all rounds, with the lowest and the highest.  Ratios are made within a round,
# between neighbours, where the machine was the same to both: to the floor before
# it, and of two processors to one.

BEGIN { FS = "\t" }

# add(SERIES, VALUE), then median(SERIES) and range(SERIES), of sorted values.
function add(series, value,  i) {
	for (i = ++count[series]; i > 1 && sorted[series, i - 1] > value; i--)
		sorted[series, i] = sorted[series, i - 1]
	sorted[series, i] = value
}

function median(series) { return sorted[series, int((count[series] + 1) / 2)] }

function range(series, format) {
	return sprintf(format "-" format, sorted[series, 1], sorted[series, count[series]])
}

{
	key = $1 SUBSEP $2 SUBSEP $3
	if (!count[key, "ns"])
		keys[++n] = key
	add(key SUBSEP "ns", $5)
}

$1 == "one" && $2 == "floor" { floor[$3] = $5 }

$1 == "one" {
	add(key SUBSEP "added", $5 - floor[$3])
	add(key SUBSEP "ratio", $5 / floor[$3])
}

$1 != "one" {
	add(key SUBSEP "ns2", $6)
	add(key SUBSEP "ratio", 2 * $5 / $6)
}

END {
	format = "%-22s %-8s %5s %10s %8s %6s %8s %6s\n"
	printf format, "CASE", "HOOK", "NS", "RANGE", "ADDED", "RATIO", "RANGE", "RUNS"
	for (i = 1; i <= n; i++) {
		split(keys[i], f, SUBSEP)
		k = keys[i] SUBSEP
		if (f[1] == "one")
			printf format, f[2], f[3], sprintf("%.0f", median(k "ns")), range(k "ns", "%.0f"),
			       sprintf("%+.0f", median(k "added")), sprintf("%.2f", median(k "ratio")),
			       range(k "ratio", "%.2f"), count[k "ns"]
	}
	print "\nTwo processors at once, how many times the packets of one:"
	format = "%-10s %-22s %8s %8s %8s %10s %6s\n"
	printf format, "SHARED", "CASE", "1 CPU NS", "2 CPU NS", "TIMES", "RANGE", "RUNS"
	for (i = 1; i <= n; i++) {
		split(keys[i], f, SUBSEP)
		k = keys[i] SUBSEP
		if (f[1] != "one")
			printf format, f[1], f[2], sprintf("%.0f", median(k "ns")),
			       sprintf("%.0f", median(k "ns2")), sprintf("%.2f", median(k "ratio")),
			       range(k "ratio", "%.2f"), count[k "ns"]
	}
}
