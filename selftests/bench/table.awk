#!/usr/bin/awk -f
# SPDX-License-Identifier: GPL-2.0-or-later
#
# table.awk instructions.tsv: what was measured, for people.

BEGIN {
	FS = "\t"
	format = "%-22s %-8s %-5s %8s %9s %-8s %12s %8s %7s %8s\n"
	printf format, "CASE", "HOOK", "FAM.", "SOURCES", "POLICIES", "VERDICT", "INSTR/PACKET", "ADDED",
	       "SPREAD", "DROPPED"
}

{
	printf format, $1, $2, $3, $4, $5, $6, sprintf("%.0f", $7), sprintf("%+.0f", $8),
	       sprintf("%.1f", $9), $10 "%"
}
