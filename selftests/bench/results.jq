# SPDX-License-Identifier: GPL-2.0-or-later
#
# results.jq, with -nR on instructions.tsv: what was measured, for programs.
{ cases: [inputs / "\t" | {
	name: .[0], hook: .[1], family: .[2],
	sources: .[3] | tonumber, policies: .[4] | tonumber,
	verdict: .[5],
	instr_per_packet: .[6] | tonumber, added_over_floor: .[7] | tonumber
}] }
