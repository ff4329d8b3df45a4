#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Lets every allocation of the module fail once, in a guest with a kernel that can
# do that; see faults.c.
set -euo pipefail
modprobe -q -a tun || true
# Of the memory of modules themselves, for which the kernel's loader asks.
echo "tm-expect: faults: vmalloc error" >/dev/kmsg
exec /tm/build/selftests/faults/faults "/lib/modules/$(uname -r)/updates/dkms/trafficmon.ko"
