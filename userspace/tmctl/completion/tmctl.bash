# SPDX-License-Identifier: GPL-2.0-or-later
#
# bash completion for tmctl. The words come from the program's own tables
# (tmctl --complete WORD...), files and devices from the shell, the names of
# policies and sets from the module.

# Words on standard input, one a line, that begin with $1. compgen -W would
# expand them first, and a device may be called $(reboot).
_tmctl_words() {
	local word
	while IFS= read -r word; do
		if [[ $word == "$1"* ]]; then COMPREPLY+=("$word"); fi
	done
}

# The names in the first column of `tmctl $1 show`.
_tmctl_names() {
	tmctl "$1" show 2>/dev/null | while read -r word _; do
		case $word in NAME | '(none)') ;; *) echo "$word" ;; esac
	done
}

# What stands in the place of a value that is neither option nor verb.
_tmctl_positionals() {
	case $1 in
	"policy show "* | "limiter del "*) _tmctl_names policy ;;
	"policy save "*) compgen -f -- "$cur" ;;
	"set save "*) ;;
	"set "*) _tmctl_names set ;;
	esac
}

_tmctl() {
	local cur=${COMP_WORDS[COMP_CWORD]}
	local prev=${COMP_WORDS[COMP_CWORD - 1]}
	local given=("${COMP_WORDS[@]:1:COMP_CWORD-1}")
	local folder=

	COMPREPLY=()
	case $prev in
	-n | --netns) folder=/run/netns ;;
	device) folder=/sys/class/net ;;
	--file | --fallback | --cursor | --journal-socket | --syslog-socket | apply | check | diff)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	policy)
		# The argument of limiter, or the object.
		if [[ " ${given[*]:0:${#given[@]}-1} " == *" limiter "* ]]; then
			_tmctl_words "$cur" < <(_tmctl_names policy)
			return
		fi
		;;
	esac
	if [ -n "$folder" ]; then
		_tmctl_words "$cur" < <(ls "$folder" 2>/dev/null)
		return
	fi
	_tmctl_words "$cur" < <(
		tmctl --complete "${given[@]}" 2>/dev/null
		# Only where the place is free: "set add" and one word more.
		case $prev in
		show | save | add | replace | del | flush | export | test | destroy) _tmctl_positionals "${given[*]: -2} " ;;
		esac
	)
}

complete -F _tmctl tmctl
