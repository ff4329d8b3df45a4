# SPDX-License-Identifier: GPL-2.0-or-later
#
# Reads uapi/trafficmon.yaml and says it as plain lines, to be compared with
# what others say of the same:
#
#	awk -v want=numbers -f uapi.awk trafficmon.yaml
#	    every name and its number, for the C header (unit/test_uapi.sh)
#	awk -v want=policy -f uapi.awk trafficmon.yaml
#	    what each command takes, for CTRL_CMD_GETPOLICY (kself/tm_getpolicy.c)
#	awk -v want=table -f uapi.awk trafficmon.yaml
#	    the same with names and lengths (malformed/table.awk)
#	awk -v want=callers -f uapi.awk trafficmon.yaml
#	    who may send each command: `any` or `admin` (kself/tm_callers.c)
#
# The file is laid out by indentation, one key a line, which is all of YAML
# that is understood here; what is not fails.

function fail(text) {
	print "uapi.awk: line " NR ": " text >"/dev/stderr"
	failed = 1
	exit 1
}

# Number of an attribute in its set, a value of the constants, 2 ** @n - 1.
function number(set, name) {
	if (!((set, name) in attribute))
		fail("set " set " has no attribute " name)
	return attribute[set, name]
}

function value(text, words, count) {
	count = split(text, words, " ")
	if (words[1] in constant)
		words[1] = constant[words[1]]
	if (count == 3 && words[2] == "-")
		return words[1] - words[3]
	if (count != 1)
		fail("no number: " text)
	return words[1]
}

function all_bits(n, bits) {
	for (bits = 1; n > 0; n--)
		bits *= 2
	return bits - 1
}

# What an attribute may hold, as the kernel would say it.
function range(at, low, high) {
	low = 0
	high = largest[of[at, "type"]]
	if ((at, "enum") in of) {
		if (!(of[at, "enum"] in entries))
			fail("no enum " of[at, "enum"])
		high = entries[of[at, "enum"]] - 1
		if ((at, "enum-as-flags") in of)
			high = all_bits(high + 1)
	}
	if ((at, "min") in of)
		low = value(of[at, "min"])
	if ((at, "max") in of)
		high = value(of[at, "max"])
	return low ".." high
}

# What of a nest a request takes alone, "" for all: said by the command's doc.
function alone(wanted, nest, parts, doc) {
	split(wanted, parts, SUBSEP)
	doc = command_doc[parts[1]]
	if (!match(doc, "Takes only [a-z0-9-]+ of " nest "\\."))
		return ""
	split(substr(doc, RSTART), parts, " ")
	return parts[3]
}

# May a request have it?  At the top its list says so; @only: see alone().
function asks(set, i, wanted, only, at) {
	at = set SUBSEP i
	if (of[at, "type"] == "pad")
		return 0
	if (wanted != "")
		return (wanted, i) in asked
	if (only != "")
		return of[at, "name"] == only
	return of[at, "doc"] !~ /^[a-z0-9]+, reply(:|$)/
}

function print_attributes(prefix, set, wanted, only, i, at, type) {
	for (i = 1; i <= size[set]; i++) {
		at = set SUBSEP i
		type = of[at, "type"]
		if (!asks(set, i, wanted, only))
			continue
		if (type in largest)
			print prefix i, type, range(at)
		else if (type == "string")
			print prefix i, "string at most", value(of[at, "max-len"])
		else if (type == "flag")
			print prefix i, "flag"
		else if (type == "binary")
			print prefix i, "binary"	# 4 or 16 bytes: a function's to check
		else if (type == "nest") {
			print prefix i, "nest"
			print_attributes(prefix i ".", of[at, "nested-attributes"], "",
				alone(wanted, of[at, "name"]))
		} else
			fail("attribute " of[at, "name"] " of " set " is of unknown type " type)
	}
}

function print_policy(i, j, name) {
	for (i = 1; i <= commands; i++) {
		for (j = 1; j <= 2; j++) {
			name = j == 1 ? "do" : "dump"
			if (!((i, name) in takes))
				continue
			print "command " i, name
			print_attributes("command " i " " name " ", command_set[i], i SUBSEP name)
		}
	}
}

# One line an attribute: path, name, once or multi, type, least and most of value or length.
function print_rows(prefix, set, wanted, only, i, at, type, bounds, times) {
	for (i = 1; i <= size[set]; i++) {
		at = set SUBSEP i
		type = of[at, "type"]
		if (!asks(set, i, wanted, only))
			continue
		bounds = "0 0"
		if (type in largest) {
			bounds = range(at)
			sub(/\.\./, " ", bounds)
		} else if (type == "string")
			bounds = "1 " value(of[at, "max-len"])
		else if (type == "binary")
			bounds = value(of[at, "min-len"]) " " value(of[at, "max-len"])
		else if (type != "flag" && type != "nest")
			fail("attribute " of[at, "name"] " of " set " is of unknown type " type)
		times = (at, "multi-attr") in of ? "multi" : "once"
		print "attribute", prefix i, of[at, "name"], times, type, bounds
		if (type == "nest")
			print_rows(prefix i ".", of[at, "nested-attributes"], "",
				alone(wanted, of[at, "name"]))
	}
}

function print_table(i, j, how) {
	for (i = 1; i <= commands; i++) {
		for (j = 1; j <= 2; j++) {
			how = j == 1 ? "do" : "dump"
			if (!((i, how) in takes))
				continue
			print "command", i, command_name[i], how
			print_rows("", command_set[i], i SUBSEP how)
		}
	}
}

# A command's doc begins with who may send it.
function print_callers(i, j, how) {
	for (i = 1; i <= commands; i++) {
		for (j = 1; j <= 2; j++) {
			how = j == 1 ? "do" : "dump"
			if (!((i, how) in takes))
				continue
			if (command_doc[i] !~ /^(Any|Admin)[ .;]/)
				fail("command " command_name[i] " does not say who may send it")
			print i, how, command_doc[i] ~ /^Any/ ? "any" : "admin", command_name[i]
		}
	}
}

BEGIN {
	largest["u8"] = "255"
	largest["u16"] = "65535"
	largest["u32"] = "4294967295"
	largest["u64"] = "18446744073709551615"
	version = 1	# YNL's default
}

/^[ ]*(#|$)/ || /^---$/ { next }

{
	indent = match($0, /[^ ]/) - 1
	line = substr($0, indent + 1)
	dash = line ~ /^- /
	if (line == "-")
		next
	key = line
	sub(/:.*/, "", key)
	text = line
	sub(/^[^:]*:[ ]*/, "", text)
	gsub(/^"|"$/, "", text)
}

indent == 0 {
	section = key
	if (key == "name")
		family = text
	else if (key == "version")
		version = text
	next
}

section == "definitions" && indent == 4 {
	if (key == "type")
		kind = text
	else if (key == "name") {
		definition = text
		if (kind == "enum")
			entries[definition] = 0
	} else if (key == "value")
		constant[definition] = text
	else if (key != "entries")
		fail("a definition with " key)
	if (key == "value" && want == "numbers")
		print "const", definition, text
	next
}

section == "definitions" && indent == 8 {
	if (key == "name") {
		if (want == "numbers")
			print "enum", family "-" definition, text, entries[definition]
		entries[definition]++
	} else if (key != "doc")
		fail("an entry with " key)
	next
}

section == "attribute-sets" && indent == 4 {
	if (key == "name")
		set = text
	else if (key == "name-prefix")
		prefix = text
	else if (key == "enum-name" && want == "numbers") {
		print "prefix", text, prefix
		print "enum", text, "unspec", 0
	}
	if (key == "enum-name")
		enum = text
	next
}

section == "attribute-sets" && indent == 8 {
	if (key == "name") {
		attribute[set, text] = ++size[set]
		if (want == "numbers")
			print "enum", enum, text, size[set]
	} else if (key !~ /^(type|doc|enum|enum-as-flags|multi-attr|nested-attributes|checks)$/)
		fail("an attribute with " key)
	if (key != "checks")
		of[set, size[set], key] = text
	next
}

section == "attribute-sets" && indent == 10 {
	if (key !~ /^(min|max|min-len|max-len)$/)
		fail("a check by " key)
	of[set, size[set], key] = text
	next
}

section == "operations" && indent == 2 {
	if (key == "name-prefix")
		prefix = text
	else if (key == "enum-name" && want == "numbers") {
		print "prefix", text, prefix
		print "enum", text, "unspec", 0
	}
	if (key == "enum-name")
		enum = text
	next
}

section == "operations" && indent == 6 {
	if (key == "name") {
		command_name[++commands] = text
		if (want == "numbers")
			print "enum", enum, text, commands
	} else if (key == "attribute-set")
		command_set[commands] = text
	else if (key == "do" || key == "dump") {
		how = key
		takes[commands, how] = 1
	} else if (key == "doc")
		command_doc[commands] = text
	else if (key !~ /^(notify|mcgrp)$/)
		fail("a command with " key)
	next
}

section == "operations" && indent == 8 {
	side = key
	next
}

section == "operations" && indent == 12 && dash {
	i = number(command_set[commands], substr(line, 3))
	if (side == "request")
		asked[commands, how, i] = 1
	next
}

section == "mcast-groups" && indent == 6 && key == "name" {
	if (want == "numbers")
		print "group", text
	next
}

section == "operations" && indent == 10 && key == "attributes" { next }
section == "mcast-groups" && key == "list" { next }
{ fail("not understood: " line) }

END {
	if (failed)
		exit 1
	if (!commands || !family)
		fail("this is no specification of a family")
	if (want == "numbers") {
		print "family", family
		print "version", version
	} else if (want == "policy")
		print_policy()
	else if (want == "table")
		print_table()
	else if (want == "callers")
		print_callers()
	else
		fail("want is numbers, policy, table or callers")
}
