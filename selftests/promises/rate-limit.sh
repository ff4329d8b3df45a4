#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A per-source limit of 100 packets/s, 30 s of the guest's own time: each of 100
# sources that send 1,000 packets/s passes 100 +- 1 a second, and of 100 sources
# that send 50 packets/s nothing is dropped.
#
# Runs with a clock that counts instructions, so that pktgen keeps its pace to
# the packet whatever else the machine does.
set -euo pipefail
. "${0%/*}/lib.sh"
seconds=30

pktgen_device fast
pktgen_device slow
load_module
cat >/tmp/policy.json <<END
{ "schema": 1, "policies": [
  { "name": "per-source", "mode": "enforce", "match": { "class": "udp", "direction": "in" },
    "key": "src/32", "limits": { "packets_per_second": 100, "packets_burst": 10 } } ] }
END
tmctl policy apply /tmp/policy.json >/dev/null 2>&1

# Passed packets of each source, counted by nft behind us.
nft -f - <<END
table ip judge {
	set passed { type ipv4_addr; size 65535; flags dynamic; counter; }
	chain prerouting {
		type filter hook prerouting priority -440; policy drop;
		update @passed { ip saddr }
	}
}
END
pktgen_setup fast 10.1.0.0 10.1.0.99 "ratep 100000" "count $((100000 * seconds))"
pktgen_setup slow 10.2.0.0 10.2.0.99 "ratep 5000" "count $((5000 * seconds))"
pktgen_start

nft -j list set ip judge passed | jq -r '.nftables[1].set.elem[].elem | "\(.val) \(.counter.packets)"' |
	sort -V >/tmp/passed
elapsed=$(pktgen_seconds fast)
echo "# 100,000 packets/s for $elapsed s of guest time"
worst=$(awk -v s="$elapsed" '/^10\.1\./ { r = $2 / s; n++; if (r < low || !low) low = r; if (r > high) high = r }
	END { printf "%d %.3f %.3f", n, low, high }' /tmp/passed)
read -r sources low high <<<"$worst"
slow=$(awk '/^10\.2\./ { n++; p += $2 } END { print n + 0, p + 0 }' /tmp/passed)
echo "# $sources sources over the limit passed $low to $high packets/s; below it (sources, packets): $slow"
result "each of 100 sources over a limit of 100/s passes 99 to 101/s" \
	awk -v n="$sources" -v l="$low" -v h="$high" 'BEGIN { exit !(n == 100 && l >= 99 && h <= 101) }'
result "nothing is dropped of 100 sources below the limit" \
	test "$slow" = "100 $((5000 * seconds))"
books_balance
done_testing
