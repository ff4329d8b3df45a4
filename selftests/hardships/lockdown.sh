#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A kernel that takes signed modules only, as it does under Secure Boot, refuses a
# module that was built on the host.  Then modprobe says little, and tmctl says what
# is wrong and what to do.  Both ways into that state are one-way, so a guest is good
# for nothing else afterwards.
set -euo pipefail
. "${0%/*}/../promises/lib.sh"

# told_to CODE WORDS COMMAND...: it ends with this code and says so.
told_to() {
	local code=$1 words=$2 status=0
	shift 2
	"$@" >/tmp/told 2>&1 || status=$?
	cat /tmp/told
	[ "$status" = "$code" ] && grep -qF "$words" /tmp/told
}
modprobe_says() {
	not modprobe trafficmon 2>/tmp/modprobe && grep -F "$1" /tmp/modprobe && not test -d /sys/module/trafficmon
}
enrol='mokutil --import /var/lib/dkms/mok.pub'

result "a kernel that takes any: modprobe is what is told" told_to 3 "load it with \`modprobe trafficmon\`" tmctl
load_module

# As lockdown=integrity on the command line.
echo integrity >/sys/kernel/security/lockdown
result "locked down: what is loaded works on" told_to 0 '"attached":true' tmctl -j status
books_balance
result "locked down: reload says that the new module is not signed" told_to 1 "is not signed" tmctl reload
result "and how a key is enrolled" grep -F "$enrol" /tmp/told
result "and leaves what is loaded" told_to 0 '"attached":true' tmctl -j status
rmmod trafficmon
result "locked down: modprobe says that it is not permitted" modprobe_says "Operation not permitted"
result "locked down: the kernel log says why" sh -c 'dmesg | grep "unsigned module loading is restricted"'
result "locked down: tmctl says how a key is enrolled" told_to 3 "$enrol" tmctl
result "locked down: in JSON, too" told_to 3 "$enrol" tmctl -j status

# As module.sig_enforce=1.
echo 1 >/sys/module/module/parameters/sig_enforce
result "signatures enforced: modprobe says that the key was rejected" modprobe_says "Key was rejected by service"
result "signatures enforced: tmctl says how a key is enrolled" told_to 3 "$enrol" tmctl
result "a user without rights is told the same" told_to 3 "$enrol" setpriv --reuid 65534 --clear-groups tmctl
done_testing
