// SPDX-License-Identifier: GPL-2.0
/*
 * Prefix sets: what was found, counted at each entry.
 *
 * An entry that keeps out a flood is found by all processors at once, and the
 * drop path writes nothing that they share.  So of many packets one in 16 is
 * counted, 16 times; but the first packet in each second is counted as it is,
 * so that an entry that few packets meet is told exactly, and when it was last
 * met is known.  Each packet is expected to count once either way.
 */
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/string.h>
#include "prefix_trie.h"

#define HIT_SAMPLED	(1U << (32 - TM_PREFIX_SAMPLE_SHIFT))

/* Is it the first packet in its second?  Of several at a time one is. */
static bool hit_is_first(struct tm_prefix_entry *entry, u64 now_ns)
{
	u32 time = (u32)(now_ns >> TM_PREFIX_HIT_SHIFT) + 1;
	u32 last = READ_ONCE(entry->hit_time);

	/* a processor may be late at the turn of a second, and does not turn it back */
	return (s32)(time - last) > 0 && cmpxchg(&entry->hit_time, last, time) == last;
}

void tm_prefix_hit(struct tm_prefix_entry *entry, u32 packets, u32 bytes, u64 now_ns, u32 random)
{
	u32 times = 1;

	if (!hit_is_first(entry, now_ns)) {
		if (likely(random >= HIT_SAMPLED))
			return;
		times = 1 << TM_PREFIX_SAMPLE_SHIFT;
	}
	atomic64_add((u64)packets * times, &entry->packets);
	atomic64_add((u64)bytes * times, &entry->bytes);
}

static void entry_hits(const struct tm_prefix_entry *entry, struct tm_prefix_hits *hits)
{
	hits->packets = atomic64_read(&entry->packets);
	hits->bytes = atomic64_read(&entry->bytes);
	hits->time = READ_ONCE(entry->hit_time);
}

void tm_prefixes_hits(const struct tm_prefixes *prefixes, const struct tm_prefix *prefix,
		      struct tm_prefix_hits *hits)
{
	const struct tm_prefix_entry *entry = tm_prefix_find(prefixes, prefix);

	memset(hits, 0, sizeof(*hits));
	if (entry)
		entry_hits(entry, hits);
}

/* The later of the two is when it was last met. */
static void entry_move_hits(struct tm_prefix_entry *to, struct tm_prefix_entry *from)
{
	u32 time = xchg(&from->hit_time, 0);
	u32 last = READ_ONCE(to->hit_time);

	atomic64_add(atomic64_xchg(&from->packets, 0), &to->packets);
	atomic64_add(atomic64_xchg(&from->bytes, 0), &to->bytes);
	while (time > last && !try_cmpxchg(&to->hit_time, &last, time))
		;
}

void tm_prefixes_move_hits(struct tm_prefixes *to, struct tm_prefixes *from, u64 now_ns)
{
	struct tm_prefix_entry *entry, *other;
	struct tm_prefix prefix;
	bool more;

	for (more = tm_prefixes_next(from, NULL, &prefix); more;
	     more = tm_prefixes_next(from, &prefix, &prefix)) {
		cond_resched();
		entry = tm_prefix_find(from, &prefix);
		if (!READ_ONCE(entry->hit_time) || !tm_prefix_unexpired(entry, now_ns))
			continue;
		other = tm_prefix_find(to, &prefix);
		if (other)
			entry_move_hits(other, entry);
	}
}
