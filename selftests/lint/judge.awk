# SPDX-License-Identifier: GPL-2.0-or-later
#
# awk -v checker=NAME -v complete=0|1 -f judge.awk exceptions found: prints what
# NAME found and no exception covers and, when all was looked at (complete), the
# exceptions that cover nothing.  Status 0 when there is nothing to print.

function complain(text) { print text; bad = 1 }

# The source line LINE of FILE.
function source(file, line,	i, text) {
	for (i = 0; i < line && (getline text < file) > 0; i++)
		;
	close(file)
	return i == line ? text : ""
}

function pattern(glob) {
	gsub(/[.+]/, "\\\\&", glob)
	gsub(/\*/, ".*", glob)
	return "^" glob "$"
}

FILENAME == ARGV[1] && /^\t/ { reasons[count]++; next }
FILENAME == ARGV[1] && (/^#/ || NF == 0) { next }
FILENAME == ARGV[1] {
	count++
	where[count] = "selftests/lint/exceptions:" FNR
	name[count] = $1
	kind[count] = $2
	file[count] = pattern($3)
	text[count] = $0
	sub(/^[^ ]+ +[^ ]+ +[^ ]+ */, "", text[count])
	next
}

{
	split($1, place, ":")
	for (i = 1; i <= count; i++) {
		if (name[i] != checker || kind[i] ":" != $2 || place[1] !~ file[i])
			continue
		if (text[i] != "" && !index(source(place[1], place[2]), text[i]))
			continue
		used[i] = 1
		next
	}
	complain($0)
}

END {
	for (i = 1; i <= count; i++) {
		if (name[i] != checker)
			continue
		if (!reasons[i])
			complain(where[i] ": gives no reason")
		if (complete && !used[i])
			complain(where[i] ": no longer needed")
	}
	exit bad
}
