# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What the programs of this folder share: places, messages, locks, apt.
# Sourced, never run. Sets: top (the checkout), cache (kept between checkouts).
#
# Exit codes of the rig itself, apart from those of the script that it runs.
# shellcheck disable=SC2034	# used by those who source this file
RC_SPLAT=90	# the kernel complained
RC_TIMEOUT=91	# the guest did not finish in time
RC_DIED=92	# the guest ended without a result
RC_RIG=93	# the rig could not be set up: download, build, qemu
RC_USAGE=94	# wrong command line

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=${TRAFFICMON_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/trafficmon}
kernels="6.1 6.12 7.2 6.1-debug 6.1-coverage 7.2-debug 7.2-race"

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "$*"; exit "$RC_RIG"; }
usage() { say "$1"; exit "$RC_USAGE"; }

need() {
	local tool
	for tool; do
		command -v "$tool" >/dev/null ||
			die "$tool is missing: run selftests/setup check"
	done
}

known_kernel() {
	case " $kernels " in *" $1 "*) ;; *) usage "no kernel named $1, only: $kernels" ;; esac
}

# with_lock NAME COMMAND...: one process at a time, also between checkouts.
# Not for use in a condition: that would switch `set -e` off in COMMAND.
with_lock() {
	local lock_file=$cache/lock/$1 lock_fd
	shift
	mkdir -p "$cache/lock"
	exec {lock_fd}>"$lock_file"
	flock "$lock_fd"
	"$@"
	exec {lock_fd}>&-
}

# again N COMMAND...: a mirror may be busy; try N times.
again() {
	local left=$1
	shift
	until "$@"; do
		left=$((left - 1))
		[ "$left" -gt 0 ] || return 1
		sleep 3
	done
}

# The archive that this machine is configured for: mirror [security].
# A suite that the machine does not know comes from the same place.
mirror() {
	local want=${1:-} codename
	codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
	apt-get indextargets --format '$(RELEASE) $(REPO_URI)' |
		awk -v suite="$codename${want:+-$want}" '$1 == suite { print $2; exit }'
}

# The suites that a kernel name stands for, as lines of a sources.list.
sources_for() {
	local main security release
	local key=/usr/share/keyrings/debian-archive-keyring.gpg
	main=$(mirror)
	security=$(mirror security)
	[ -n "$main" ] || die "apt knows no archive for this release of Debian"
	case $1 in
	6.1) release=bookworm ;;
	*) release=trixie ;;
	esac
	echo "deb [signed-by=$key] $main $release main"
	[ -z "$security" ] || echo "deb [signed-by=$key] $security $release-security main"
	[ "$1" != 7.2 ] || echo "deb [signed-by=$key] $main $release-backports main"
}
