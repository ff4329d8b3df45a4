#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# moved-heads.sh [PROMISE...]: whenever a header is asked for, the kernel moves the
# packet's head elsewhere (FAIL_SKB_REALLOC), so that a pointer kept over such a call is a
# use after free, which the kernel's detectors see.  Under it the promises about
# packets, or those named, hold.  For `vm/run -k 7.2-debug`.
set -uo pipefail
settings=/sys/kernel/debug/fail_skb_realloc
many=1000000000

[ -d $settings ] || { echo "this kernel does not move heads: -k 7.2-debug" >&2; exit 1; }
[ $# != 0 ] || set -- stack-copies errors-pass no-policy-no-change
echo 0 >$settings/verbose
echo $many >$settings/times
echo 100 >$settings/probability
bash /tm/selftests/promises/run "$@"
status=$?
moved=$((many - $(cat $settings/times)))
echo "# heads moved: $moved"
if [ $moved -lt 10000 ]; then
	echo "not ok - heads were moved"
	status=1
fi
exit $status
