#!/usr/bin/awk -f
# SPDX-License-Identifier: GPL-2.0-or-later
#
# added.awk LINES: the lines that the guest measured, each with what it adds to
# its floor behind the instructions a packet.  The floor of a dropped packet is
# `floor`, of a passing one `nothing`; same hook, family, protocol and sources.

function circumstances() {
	return ($1 ~ /-tcp$/) SUBSEP $2 SUBSEP $3 SUBSEP $4 SUBSEP $6
}

BEGIN { FS = OFS = "\t" }

/^(floor|nothing)/ { floor[circumstances()] = $7 }

!seen[$1, $2, $3, $4, $5, $6]++ {
	$7 = $7 OFS sprintf("%.1f", $7 - floor[circumstances()])
	print
}
