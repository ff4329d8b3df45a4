# SPDX-License-Identifier: GPL-2.0-or-later
#
# Writes the table of table.h in C, from the lines that kself/uapi.awk says:
#
#	awk -v want=table -f uapi.awk trafficmon.yaml | awk -f table.awk
#
# The attributes of a nest stand behind it and have its path before their own
# type: "18", then "18.2".  C wants the inner array first, so lines are kept
# until the command ends.

function fail(text) {
	print "table.awk: line " NR ": " text >"/dev/stderr"
	failed = 1
	exit 1
}

# Attributes whose values must fit each other, by their names.
function role(name, kind) {
	sub(/^(prefix|confirm)-/, "", name)
	# the lengths of packets are a nest, that of a prefix is a number
	if (!(name in roles) || (name == "length" && kind == "nest"))
		return "ROLE_NONE"
	gsub(/-/, "_", name)
	return "ROLE_" toupper(name)
}

function array(path) {
	gsub(/\./, "_", path)
	return "table_" number (path == "" ? "" : "_" path)
}

# The array of all attributes right below @path, after those of the nests in it.
function print_array(path, depth, i) {
	for (i = 1; i <= count; i++)
		if (above[i] == path && kind[i] == "nest")
			print_array(full[i], depth + 1)
	print "static const struct attribute " array(path) "[] = {"
	for (i = 1; i <= count; i++) {
		if (above[i] != path)
			continue
		printf "\t{ .type = %d, .name = \"%s\", .kind = KIND_%s,\n", type[i], name[i],
			toupper(kind[i])
		printf "\t  .least = %sULL, .most = %sULL,\n", least[i], most[i]
		printf "\t  .role = %s, .multi = %s, .nest = %s },\n", role(name[i], kind[i]),
			times[i] == "multi" ? "true" : "false",
			kind[i] == "nest" ? array(full[i]) : "NULL"
	}
	print "\t{}\n};\n"
}

function end_command() {
	if (number == "")
		return
	print_array("", 0)
	rows = rows sprintf("\t{ .number = %d, .name = \"%s\", .dump = %s, .attributes = %s },\n",
		number, command, how == "dump" ? "true" : "false", array(""))
}

BEGIN {
	split("name address length first last kind rate burst ring sequence timeout device " \
		"policy source entry limit cursor ledger generation value mask pattern device-glob " \
		"comment", listed, " ")
	for (i in listed)
		roles[listed[i]] = 1
	print "/* Made by malformed/table.awk from uapi/trafficmon.yaml. */"
	print "#include \"table.h\"\n\n#include <stddef.h>\n"
}

$1 == "command" {
	end_command()
	number = $2
	command = $3
	how = $4
	count = 0
	next
}

$1 == "attribute" {
	full[++count] = $2
	above[count] = type[count] = $2
	sub(/\.?[0-9]+$/, "", above[count])
	sub(/.*\./, "", type[count])
	name[count] = $3
	times[count] = $4
	kind[count] = $5
	least[count] = $6
	most[count] = $7
	next
}

{ fail("not understood: " $0) }

END {
	if (failed)
		exit 1
	end_command()
	if (rows == "")
		fail("no command")
	printf "const struct command commands[] = {\n%s};\n\n", rows
	print "const unsigned int commands_count = sizeof(commands) / sizeof(commands[0]);"
}
