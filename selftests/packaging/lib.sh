# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the cases share.  They run on the stage, where each finds what the ones
# before it left, and know:
#
#	version		of the module, in the checkout, which is /tm or a newer one
#	kernel		the ABI of the newest kernel that is there; next_kernel of the next one
#	begin		a file: what is in DKMS's tree, /usr/src and /lib/modules but for the
#			module
#	excluded	the ABI of a kernel that the module is not for
set -uo pipefail
. "$(dirname "$0")/../net/lib.sh"

read -r debian dkms first_kernel next_kernel <<<"$STAGE"
kernel=$(find /lib/modules -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -V | tail -n 1)
checkout=/root/trafficmon
[ -d "$checkout" ] || checkout=/tm
version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$checkout/dkms.conf")
case_name="Debian $debian, DKMS $dkms: $(basename "$0")"
begin=/root/begin
log=/out/log
excluded=5.10.0-1-amd64

# exits CODE COMMAND...: what it said is in $log and $said.
exits() {
	local wanted=$1 code=0
	shift
	"$@" >"$log" 2>&1 || code=$?
	said=$(<"$log")
	[ "$code" = "$wanted" ] || tail -n 20 "$log" | sed 's/^/# /'
	expect "exit code of $*" "$wanted" "$code"
}

# A kernel with headers comes: what its packages put into /lib/modules, with one
# of its modules, by which DKMS sees that those of Debian 13 are compressed.
appear() {
	local abi=$1 folder=/lib/modules/$1
	mkdir -p "$folder/kernel"
	cp /kernels/*/lib/modules/"$abi"/{modules.builtin,modules.builtin.modinfo,modules.order,kernel/net/netfilter/nf_conntrack.ko} "$folder/kernel/"
	mv "$folder"/kernel/modules.* "$folder/"
	[ "$debian" = 12 ] || xz "$folder/kernel/nf_conntrack.ko"
	ln -s "/usr/src/linux-headers-$abi" "$folder/build"
	depmod "$abi"
	find "$folder" | sort -o "$begin" - "$begin"
}

# It goes with all that is in its folder.
disappear() {
	rm -r "/lib/modules/$1"
	sed -i "\\,^/lib/modules/$1\(/\|\$\),d" "$begin"
}

# The key is DKMS's own: it stays for all modules.
trees() { find /var/lib/dkms /usr/src /lib/modules -path '/usr/src/linux-*' -prune -o ! -name 'mok.*' -print | sort; }

# went BEFORE: what came and went since trees said BEFORE.
went() { diff <(echo "$1") <(trees); }

# state VERSION ABI: as DKMS has it.
state() { dkms status "trafficmon/$1" -k "$2" 2>/dev/null; }
installed() { echo "trafficmon/$1, $2, x86_64: installed"; }

# The file that modprobe would load, and its field.
module_file() { modinfo -k "$1" -n trafficmon 2>/dev/null; }
field() { modinfo -k "$1" -F "$2" trafficmon 2>/dev/null; }
suffix() { [ "$debian" = 12 ] && echo .ko || echo .ko.xz; }

# expect_installed VERSION ABI: it and nothing else is what this kernel loads.
expect_installed() {
	local file
	file=/lib/modules/$2/updates/dkms/trafficmon$(suffix)
	expect "status for $2" "$(installed "$1" "$2")" "$(state "$1" "$2")"
	expect "what $2 has of it" "$file" "$(find "/lib/modules/$2" -name 'trafficmon*')"
	expect "what modprobe loads" "$file" "$(module_file "$2")"
	expect "its version" "$1" "$(field "$2" version)"
	expect "its kernel" "$2" "$(field "$2" vermagic | cut -d' ' -f1)"
	expect "who signed it" "DKMS module signing key" "$(field "$2" signer)"
}
