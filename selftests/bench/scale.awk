#!/usr/bin/awk -f
# SPDX-License-Identifier: GPL-2.0-or-later
#
# scale.awk scale.tsv: a table of it; of what was measured several times the
# median, with the range.

BEGIN { FS = "\t" }

{
	if (!count[$1])
		what[++n] = $1
	for (i = ++count[$1]; i > 1 && sorted[$1, i - 1] > $2 + 0; i--)
		sorted[$1, i] = sorted[$1, i - 1]
	sorted[$1, i] = $2 + 0
	unit[$1] = $3
}

END {
	for (i = 1; i <= n; i++) {
		w = what[i]
		range = count[w] > 1 ? sorted[w, 1] " to " sorted[w, count[w]] : ""
		printf "%-62s %9s %-8s %s\n", w, sorted[w, int((count[w] + 1) / 2)], unit[w], range
	}
}
