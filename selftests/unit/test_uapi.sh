#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# uapi/linux/trafficmon.h against uapi/trafficmon.yaml: every constant and every
# number of every enum, by name, none missing on either side. The numbers of the
# header are those that the compiler gives.
#
# HEADER and YAML name other files.
set -u
cd "$(dirname "$0")/../.." || exit 1
export LC_ALL=C
header=${HEADER:-uapi/linux/trafficmon.h}
yaml=${YAML:-uapi/trafficmon.yaml}
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

# A program that prints what the header defines. Names lose the prefix that the
# enum's last member, __PREFIX_MAX, shows.
program() {
	echo "#include <stdio.h>"
	echo "#include \"$(realpath "$header")\""
	echo "int main(void)"
	echo "{"
	awk '
	function spelled(name) {
		name = tolower(name)
		gsub(/_/, "-", name)
		return name
	}
	function show(words, number) {
		print "\tprintf(\"" words " %d\\n\", (int)" number ");"
	}
	/^#define TRAFFICMON_GENL_NAME/ { print "\tprintf(\"family %s\\n\", TRAFFICMON_GENL_NAME);"; next }
	/^#define TRAFFICMON_GENL_VERSION/ { show("version", $2); next }
	/^#define TRAFFICMON_MCGRP_/ { print "\tprintf(\"group %s\\n\", " $2 ");"; next }
	/^#define TRAFFICMON_[A-Z_]+[\t ]+[0-9]/ { show("const " spelled(substr($2, 12)), $2); next }
	/^enum / { enum = $2; count = 0; next }
	/^};/ {
		if (attributes)
			print "\tprintf(\"prefix " spelled(enum) " " spelled(prefix) "\\n\");"
		for (i = 1; i <= count; i++)
			show("enum " spelled(enum) " " spelled(substr(names[i], length(prefix) + 1)), names[i])
		enum = ""
		attributes = 0
		next
	}
	enum != "" && /^\t__TRAFFICMON_[A-Z0-9_]*MAX,?$/ {
		prefix = $1
		sub(/^__/, "", prefix)
		sub(/MAX,?$/, "", prefix)
		next
	}
	# another name for the last one: attributes and commands have it
	enum != "" && /^\tTRAFFICMON_[A-Z0-9_]*_MAX = / { attributes = 1; next }
	enum != "" && /^\tTRAFFICMON_/ { names[++count] = $1; sub(/,.*/, "", names[count]) }
	' "$header"
	echo "	return 0;"
	echo "}"
}

echo "KTAP version 1"
echo "1..2"
program >"$scratch/header.c"
if ${CC:-cc} -Iuapi -o "$scratch/header" "$scratch/header.c" 2>"$scratch/errors" &&
	"$scratch/header" | sort >"$scratch/from-header" &&
	awk -v want=numbers -f selftests/kself/uapi.awk "$yaml" 2>>"$scratch/errors" >"$scratch/numbers" &&
	sort "$scratch/numbers" >"$scratch/from-yaml" &&
	[ "$(grep -c '^enum ' "$scratch/from-header")" -gt 200 ]; then
	echo "ok 1 both can be read"
else
	sed 's/^/# /' "$scratch/errors"
	echo "not ok 1 both can be read"
	echo "not ok 2 header and specification have the same names and numbers"
	exit 1
fi
if diff "$scratch/from-header" "$scratch/from-yaml" >"$scratch/diff"; then
	echo "ok 2 header and specification have the same names and numbers"
else
	sed 's/^</# header only: /; s/^>/# specification only: /; /^[0-9-]/d' "$scratch/diff"
	echo "not ok 2 header and specification have the same names and numbers"
	exit 1
fi
