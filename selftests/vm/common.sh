# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What the programs of this folder share: places, messages, locks, apt.
# Sourced, never run. Sets: top (the checkout), cache (kept between checkouts).
#
# Exit codes of the rig itself, apart from those of the script that it runs.
# used by those who source this file
RC_SPLAT=90	# the kernel complained
RC_TIMEOUT=91	# the guest did not finish in time
RC_DIED=92	# the guest ended without a result
RC_RIG=93	# the rig could not be set up: download, build, qemu
RC_USAGE=94	# wrong command line

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=${TRAFFICMON_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/trafficmon}
kernels="6.1 6.1-generic 6.1-rt 6.1-i386 6.1-s390x 6.12 6.12-rt 7.2 7.2-rt 6.1-debug 6.1-coverage 7.2-debug 7.2-race"

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

# What a kernel's name says.  Without a suffix it is Debian's cloud kernel.
version_of() { echo "${1%%-*}"; }

# made_here NAME: one of debug-kernel's?
made_here() { [[ $1 == *-debug || $1 == *-coverage || $1 == *-race ]]; }

# flavour_of NAME: as the names of Debian's packages have it.
flavour_of() {
	case $1 in
	*-generic) echo amd64 ;;
	*-rt) echo rt-amd64 ;;
	*-i386) echo 686-pae ;;
	*-s390x) echo s390x ;;
	*) echo cloud-amd64 ;;
	esac
}

# architecture_of NAME: Debian's name of it.
architecture_of() {
	case $1 in
	*-i386) echo i386 ;;
	*-s390x) echo s390x ;;
	*) echo amd64 ;;
	esac
}

is_foreign() { [ "$(architecture_of "$1")" != amd64 ]; }

# compiler_prefix ARCHITECTURE: of the cross compiler's programs.
compiler_prefix() {
	case $1 in
	i386) echo i686-linux-gnu- ;;
	*) echo "$1-linux-gnu-" ;;
	esac
}

# library_folder ARCHITECTURE: below /usr/lib.
library_folder() {
	case $1 in
	amd64) echo x86_64-linux-gnu ;;
	*) echo "$1-linux-gnu" ;;
	esac
}

# libraries_of ARCHITECTURE [ROOT]: the files that the programs in stdin are linked
# with, at their places in ROOT.  Programs of this machine say it themselves, of
# others the linker's entries are followed.
libraries_of() {
	local root=${2-} folder queue=() found=() i name
	if [ "$1" = amd64 ]; then
		{ xargs -r ldd 2>/dev/null || true; } |
			sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p; s/^\t\(\/[^ ]*\) (.*/\1/p' | sort -u
		return
	fi
	folder=/usr/lib/$(library_folder "$1")
	mapfile -t queue
	for ((i = 0; i < ${#queue[@]}; i++)); do
		while read -r name; do
			[[ $name == /* ]] || name=$folder/$name
			if [[ " ${found[*]} " != *" $name "* ]] && [ -e "$root$name" ]; then
				found+=("$name")
				queue+=("$root$name")
			fi
		done < <(readelf -dl "${queue[i]}" 2>/dev/null |
			sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p; s/.*interpreter: \(.*\)\]/\1/p')
	done
	[ ${#found[@]} = 0 ] || printf '%s\n' "${found[@]}" | sort
}

# built_for NAME: where what is built for that kernel's guest stands.
built_for() {
	if is_foreign "$1"; then
		echo "$top/build/$(architecture_of "$1")"
	else
		echo "$top/build"
	fi
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

# The suites that a kernel name stands for, as lines of a sources.list.  Of other
# architectures the main archive alone: the security archive of Debian 12 has few.
sources_for() {
	local main security release
	local key=/usr/share/keyrings/debian-archive-keyring.gpg
	main=$(mirror)
	security=$(mirror security)
	[ -n "$main" ] || die "apt knows no archive for this release of Debian"
	case $1 in
	6.1 | 6.1-*) release=bookworm ;;
	*) release=trixie ;;
	esac
	! is_foreign "$1" || security=
	echo "deb [signed-by=$key] $main $release main"
	[ -z "$security" ] || echo "deb [signed-by=$key] $security $release-security main"
	[[ $1 != 7.2* ]] || echo "deb [signed-by=$key] $main $release-backports main"
}
