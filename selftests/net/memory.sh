# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a module leaves in memory when it is gone; sourced after lib.sh.
#
#	remember_memory		the module is not loaded, no traffic
#	...			it comes and goes ROUNDS times
#	nothing_left ROUNDS	the module is not loaded, no traffic

# Objects of all kmalloc caches, a line each: NAME ACTIVE A_SLAB.  A slab in a
# processor's hand counts as full, so the least of some readings is taken.
slab_objects() {
	local cache
	for _ in 1 2 3 4; do
		for cache in /sys/kernel/slab/kmalloc-*; do
			echo 1 >"$cache/shrink"
		done
		cat /proc/slabinfo
	done | awk '/^kmalloc-/ { if (!($1 in least) || $2 < least[$1]) least[$1] = $2; slab[$1] = $5 }
		END { for (name in least) print name, least[name], slab[name] }'
}

# kib FIELD: of /proc/meminfo.
kib() { awk -v field="$1:" '$1 == field { print $2 }' /proc/meminfo; }

# Sets memory_kib (available), kernel_kib (kmalloc, also what is too large for a
# slab), percpu_kib, vmalloc_entries, slabs.  What a module left that is gone has
# a caller without a name.
read_memory() {
	sync
	echo 3 >/proc/sys/vm/drop_caches
	echo 1 >/proc/sys/vm/compact_memory
	slabs=$(slab_objects)
	vmalloc_entries=$(grep -cE '\[trafficmon\]|^[^ ]+ +[0-9]+ 0x' /proc/vmallocinfo) || true
	memory_kib=$(kib MemAvailable)
	kernel_kib=$(kib SUnreclaim)
	percpu_kib=$(kib Percpu)
}

remember_memory() {
	read_memory
	memory_was=$memory_kib kernel_was=$kernel_kib percpu_was=$percpu_kib
	vmalloc_was=$vmalloc_entries slabs_was=$slabs
}

# Of no size an object a round, nor more than a slab that each processor may have
# in its hand.
grown_slabs() {
	join <(sort <<<"$slabs_was") <(sort <<<"$slabs") |
		awk -v rounds="$1" -v hands="$(nproc)" '$4 - $2 >= rounds && $4 - $2 > hands * $3 {
			print $1 ": " $2 " -> " $4 }'
}

memory_is_back() {
	read_memory
	[ "$vmalloc_entries" = "$vmalloc_was" ] && [ $((percpu_kib - percpu_was)) -le 256 ] &&
		[ $((kernel_kib - kernel_was)) -le 1024 ] &&
		[ $((memory_was - memory_kib)) -le 32768 ] && [ -z "$(grown_slabs "$1")" ]
}

# nothing_left ROUNDS: no table and no small objects.  Several looks, for what the
# kernel frees later.
nothing_left() {
	local look
	for look in {1..10}; do
		! memory_is_back "$1" || break
		sleep 1
	done
	expect "entries in /proc/vmallocinfo that are ours or nobody's" "$vmalloc_was" "$vmalloc_entries"
	expect_that "memory for processors: $percpu_was KiB before, $percpu_kib KiB after" \
		[ $((percpu_kib - percpu_was)) -le 256 ]
	expect_that "memory available: $memory_was KiB before, $memory_kib KiB after" \
		[ $((memory_was - memory_kib)) -le 32768 ]
	expect_that "kernel memory: $kernel_was KiB before, $kernel_kib KiB after" \
		[ $((kernel_kib - kernel_was)) -le 1024 ]
	expect "slab caches that grew" "" "$(grown_slabs "$1")"
	say "after $look looks: memory available $memory_was -> $memory_kib KiB, kernel $kernel_was -> $kernel_kib KiB, for processors $percpu_was -> $percpu_kib KiB"
}
