#!/usr/bin/awk -f
# SPDX-License-Identifier: GPL-2.0-or-later
#
# profile.awk -v hook=FUNCTION -v annotate=FUNCTION - DISASSEMBLY: on standard input
# lines of /proc/kallsyms and lines "ADDRESS COUNT", together in the order of the
# addresses (hexadecimal, of the same length), symbols first.  Prints what `profile`
# says.

# The address @at @bytes further on, when both lie below the same 2^32.
function behind(at, bytes) { return sprintf("%s%08x", substr(at, 1, 8), hex(substr(at, 9)) + bytes) }

function hex(text,  number, i) {
	for (i = 1; i <= length(text); i++)
		number = number * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
	return number
}

FNR == 1 { file++ }

# kallsyms: ADDRESS TYPE NAME [MODULE]
file == 1 && NF > 2 {
	function_name = $3
	ours = $4 == "[trafficmon]" && $2 ~ /[tT]/
	if (ours)
		begins[function_name] = $1
	next
}

file == 1 && ours {
	count[$1] = $2
	sum[function_name] += $2
	if (function_name == hook && $1 == begins[hook])
		packets = $2
}

# FUNCTION's head in the disassembly: "OFFSET <NAME>:"
file == 2 && /^[0-9a-f]+ <.*>:$/ {
	shown = $2 == "<" annotate ">:"
	head = hex($1)
}

file == 2 && shown && /^ *[0-9a-f]+:\t/ {
	offset = $1
	sub(/:$/, "", offset)
	instruction = $0
	sub(/^[^\t]*\t/, "", instruction)
	lines[++line_count] = sprintf("%8.3f  %s", count[behind(begins[annotate], hex(offset) - head)] / packets, instruction)
}

END {
	if (!packets) {
		print "profile: no packet came to " hook >"/dev/stderr"
		exit 1
	}
	for (name in sum)
		if (sum[name] / packets >= 0.05)
			printf "%8.1f  %s\n", sum[name] / packets, name | "sort -rn"
	close("sort -rn")
	if (annotate != "" && !line_count) {
		print "profile: the module has no function " annotate >"/dev/stderr"
		exit 1
	}
	if (line_count)
		print ""
	for (i = 1; i <= line_count; i++)
		print lines[i]
}
