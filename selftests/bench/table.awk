#!/usr/bin/awk -f
# SPDX-License-Identifier: GPL-2.0-or-later
#
# table.awk instructions.tsv: what was measured, for people.

function floor_key(name,  suffix) {
	suffix = name ~ /-tcp$/ ? "-tcp" : ""
	return ($6 == "drop" ? "floor" : "nothing") suffix SUBSEP $2 SUBSEP $3 SUBSEP $4
}

BEGIN {
	FS = "\t"
	format = "%-22s %-8s %-5s %8s %9s %-8s %12s %8s %7s %8s\n"
	printf format, "CASE", "HOOK", "FAM.", "SOURCES", "POLICIES", "VERDICT", "INSTR/PACKET", "ADDED", "SPREAD", "DROPPED"
}

/^(floor|nothing)/ { floor[$1, $2, $3, $4] = $7 }

{ printf format, $1, $2, $3, $4, $5, $6, sprintf("%.0f", $7), sprintf("%+.0f", $7 - floor[floor_key($1)]), sprintf("%.1f", $8), $9 "%" }
