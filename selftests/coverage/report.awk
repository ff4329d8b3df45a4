# SPDX-License-Identifier: GPL-2.0-or-later
#
# awk -v least=PERCENT -v first=N -f report.awk unreached counts: from lines "COUNT
# FILE LINE FUNCTION", sorted by file, a table of files, an empty line, the lines that no test
# reached with their text, and results.  `unreached` has "FILE: FUNCTION: REASON".

function side(file) { return file ~ /^kmod/ ? "the module" : "the tool" }

function result(good, text) {
	printf "%s %d - %s\n", good ? "ok" : "not ok", ++first, text
}

# The text of a file, once; labels become names of the lines behind them.
function read_source(file,  n, text, label) {
	while ((getline text <file) > 0) {
		source[file, ++n] = text
		if (label != "") {
			behind[file, n] = label
			label = ""
		}
		if (text ~ /^[a-z_]+:$/)
			label = substr(text, 1, length(text) - 1)
	}
	close(file)
	length_of[file] = n
}

function report_file(file,  n, reached, lines, holes) {
	for (n = 1; n <= length_of[file]; n++) {
		if (!((file, n) in count))
			continue
		lines++
		if (count[file, n]) {
			reached++
			continue
		}
		holes = holes sprintf("%s:%d: %s\n", file, n, source[file, n])
		why = reason[file, function_of[file, n]]
		if (why != "")
			holes = holes sprintf("\t(%s: %s)\n", function_of[file, n], why)
		else
			unexplained[side(file)]++
		if ((file, n) in behind && why == "")
			label_missed[side(file)] = label_missed[side(file)] " " file ":" behind[file, n]
	}
	all[side(file)] += lines
	all_reached[side(file)] += reached
	printf "%-40s %5d %5d %6.1f %%\n", file, lines, reached, 100 * reached / lines
	return holes
}

FILENAME ~ /unreached$/ {
	if ($0 !~ /^#/ && split($0, part, ": ") >= 3)
		reason[part[1], part[2]] = substr($0, length(part[1] part[2]) + 5)
	next
}
{
	count[$2, $3] += $1
	function_of[$2, $3] = $4
	if (!($2 in known)) {
		known[$2]
		ordered[++files] = $2
	}
}

END {
	printf "%-40s %5s %5s %8s\n", "FILE", "LINES", "RUN", "SHARE"
	for (i = 1; i <= files; i++) {
		read_source(ordered[i])
		holes = holes report_file(ordered[i])
	}
	for (which in all)
		printf "%-40s %5d %5d %6.1f %%\n", which, all[which], all_reached[which],
		       100 * all_reached[which] / all[which]
	printf "\n%s\n", holes
	for (which in all) {
		result(100 * all_reached[which] / all[which] >= least,
		       sprintf("tests run %.1f %% of the lines of %s, %d at least",
			       100 * all_reached[which] / all[which], which, least))
		result(label_missed[which] == "", "every error label of " which " is reached" \
		       (label_missed[which] == "" ? "" : ", but not" label_missed[which]))
	}
}
