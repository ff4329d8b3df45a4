#!/usr/bin/awk -f
# SPDX-License-Identifier: GPL-2.0-or-later
#
# chart.awk instructions.tsv: what each case adds to a dropped packet of 4,096
# IPv4 sources, as bars in SVG: ours in blue, the peers in grey.

BEGIN {
	FS = "\t"
	label_width = 190; bar_width = 520; row = 24; gap = 46; top = 64
}

$3 == "ipv4" && $4 == 4096 && $6 == "drop" && $1 !~ /^floor|-tcp$/ {
	count[$2]++
	text = $1 ($5 > 1 ? ", " $5 " policies" : "")
	name[$2, count[$2]] = text
	added[$2, count[$2]] = $8
	if ($8 > most)
		most = $8
}

/^floor\t/ && $3 == "ipv4" && $4 == 4096 { floor[$2] = $7 }

function write(x, y, size, anchor, colour, weight, text) {
	printf "<text x=\"%d\" y=\"%d\" font-size=\"%d\" text-anchor=\"%s\" fill=\"%s\" font-weight=\"%s\">%s</text>\n",
	       x, y, size, anchor, colour, weight, text
}

function panel(hook, title,  i, width, ours) {
	write(16, y + 14, 14, "start", "#222", "bold", title sprintf(" (floor: %.0f)", floor[hook]))
	y += 26
	for (i = 1; i <= count[hook]; i++) {
		ours = name[hook, i] ~ /^ours/
		width = most > 0 && added[hook, i] > 0 ? added[hook, i] / most * bar_width : 0
		write(label_width, y + 15, 13, "end", "#222", "normal", name[hook, i])
		printf "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n",
		       label_width + 8, y + 2, width, row - 6, ours ? "#2563a8" : "#a7abb0"
		write(label_width + 14 + width, y + 15, 13, "start", "#222", ours ? "bold" : "normal",
		      sprintf("+%.0f", added[hook, i]))
		y += row
	}
	y += gap - 26
}

END {
	height = top + (count["raw"] + count["ingress"]) * row + 2 * gap
	width = label_width + bar_width + 80
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\">\n",
	       width, height, width, height
	printf "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n", width, height
	write(16, 26, 17, "start", "#222", "bold", "Instructions added to a dropped packet")
	write(16, 46, 13, "start", "#555", "normal",
	      "UDP over IPv4, 4,096 random sources, Debian 12 kernel; over a drop by nft&#8217;s policy at the same hook")
	y = top
	panel("raw", "at pre-routing")
	panel("ingress", "at ingress")
	print "</svg>"
}
