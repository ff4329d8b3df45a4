#!/usr/bin/awk -f
# SPDX-License-Identifier: GPL-2.0-or-later
#
# chart.awk instructions.tsv: what each way to do a piece of work adds to a dropped
# packet of 4,096 IPv4 sources, as bars in SVG: ours in one colour, the peers in
# another, the cheapest first.  It has its own background, so that it can be read on
# a light page and on a dark one.

function work(hook, title) { works++; work_hook[works] = hook; work_title[works] = title }

# A way to do the last work: a case with so many policies, and its name for people.
function way(name, policies, label) {
	ways[works]++
	way_name[works, ways[works]] = name
	way_policies[works, ways[works]] = policies
	way_label[works, ways[works]] = label
}

BEGIN {
	FS = "\t"
	left = 28; label_width = 292; bar_width = 450; value_width = 80; row = 26; top = 118
	ours_colour = "#1f6feb"; peer_colour = "#9aa4b2"; ink = "#1f2328"; faint = "#59636e"

	work("raw", "Count the packets and bytes of each flow")
	way("ours-accounting", 0, "TrafficMonitor")
	way("nft-5tuple", 0, "nft, dynamic set of 5-tuples")
	way("conntrack-established", 0, "conntrack, known connections")
	way("conntrack-new", 0, "conntrack, new connections")

	work("raw", "Limit the packets of each source")
	way("ours-limit", 1, "TrafficMonitor, counting flows as well")
	way("nft-meter", 0, "nft, limits in a dynamic set")
	way("hashlimit", 0, "iptables, hashlimit")

	work("raw", "Deny a million prefixes, none of them met")
	way("ours-deny-1m", 0, "TrafficMonitor, counting flows as well")
	way("ipset-1m", 0, "iptables, ipset hash:net")

	work("raw", "Count flows and limit each source")
	way("ours-all", 1, "TrafficMonitor, allow and deny as well")
	way("ours-all", 1000, "TrafficMonitor, 1,000 policies")
	way("ours-all-deny-1m", 1, "TrafficMonitor, a million denied")
	way("nft-both", 0, "nft, both dynamic sets")

	work("ingress", "Count flows and limit each source, at ingress")
	way("ours-all", 1, "TrafficMonitor, allow and deny as well")
	way("nft-both", 0, "nft, both dynamic sets")
}

$3 == "ipv4" && $4 == 4096 && $6 == "drop" { added[$1, $2, $5] = $8 }

/^floor\t/ && $3 == "ipv4" && $4 == 4096 { floor[$2] = $7 }

function write(x, y, size, anchor, colour, weight, text) {
	printf "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%d\" text-anchor=\"%s\" fill=\"%s\" font-weight=\"%s\">%s</text>\n",
	       x, y, size, anchor, colour, weight, text
}

function box(x, y, width, height, colour) {
	printf "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"3\" fill=\"%s\"/>\n",
	       x, y, width, height, colour
}

# 1234.5 as 1,235
function grouped(number,  text) {
	text = sprintf("%.0f", number)
	return length(text) > 3 ? substr(text, 1, length(text) - 3) "," substr(text, length(text) - 2) : text
}

# The measured ways of work @w into order[], the cheapest first; how many.
function sort_ways(w,  i, j, cost, measured) {
	for (i = 1; i <= ways[w]; i++) {
		if (!((way_name[w, i], work_hook[w], way_policies[w, i]) in added))
			continue
		cost = added[way_name[w, i], work_hook[w], way_policies[w, i]]
		for (j = ++measured; j > 1 && sorted[j - 1] > cost; j--) {
			sorted[j] = sorted[j - 1]
			order[j] = order[j - 1]
		}
		sorted[j] = cost
		order[j] = i
		if (cost > most)
			most = cost
	}
	return measured + 0
}

function bars(w, y,  n, i, width, ours, x) {
	n = sort_ways(w)
	write(left, y, 14, "start", ink, "bold", work_title[w])
	y += 10
	x = left + label_width
	for (i = 1; i <= n; i++) {
		ours = way_name[w, order[i]] ~ /^ours/
		width = sorted[i] > 0 ? sorted[i] / most * bar_width : 0
		write(x - 12, y + 17.5, 13, "end", ours ? ink : faint, ours ? "bold" : "normal",
		      way_label[w, order[i]])
		box(x, y + 4, width < 1 ? 1 : width, row - 8, ours ? ours_colour : peer_colour)
		write(x + width + 8, y + 17.5, 13, "start", ink, ours ? "bold" : "normal", "+" grouped(sorted[i]))
		y += row
	}
}

END {
	for (w = 1; w <= works; w++)
		if (n = sort_ways(w))
			height += n * row + 44
	height += top
	width = left + label_width + bar_width + value_width
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" font-family=\"system-ui, 'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif\">\n",
	       width, height, width, height
	printf "<title>Instructions that a dropped packet costs more</title>\n"
	printf "<rect x=\"0.5\" y=\"0.5\" width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#ffffff\" stroke=\"#d1d9e0\"/>\n",
	       width - 1, height - 1
	write(left, 38, 20, "start", ink, "bold", "Instructions added to a dropped packet (less is better)")
	write(left, 60, 13, "start", faint, "normal",
	      sprintf("Above nft&#8217;s drop at the same hook: %s at pre-routing, %s at ingress. UDP over IPv4,",
		      grouped(floor["raw"]), grouped(floor["ingress"])))
	write(left, 78, 13, "start", faint, "normal",
	      "60 bytes, 4,096 random sources; Debian 12&#8217;s kernel, all cases in the same run.")
	box(width - 250, 86, 12, 12, ours_colour)
	write(width - 232, 97, 13, "start", ink, "normal", "TrafficMonitor")
	box(width - 118, 86, 12, 12, peer_colour)
	write(width - 100, 97, 13, "start", ink, "normal", "peers")
	y = top
	for (w = 1; w <= works; w++)
		if (n = sort_ways(w)) {
			bars(w, y)
			y += n * row + 44
		}
	print "</svg>"
}
