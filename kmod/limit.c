// SPDX-License-Identifier: GPL-2.0
/*
 * The table of limiters.
 *
 * A key's tag names two buckets of four slots, which one stripe covers: the
 * stripe is chosen by the low bits of a bucket's number, and the second bucket
 * differs from the first in higher bits only.  From that follows
 *
 *   (1) Every write of a tag holds the stripe of its bucket.
 *   (2) Whoever inserts a key holds the one stripe under which alone any of
 *       the key's eight slots can change hands, and looks the key up again
 *       first.  So a key never has two slots.
 *   (3) Keys that share a bucket share the stripe, so of two that want the
 *       same slot one comes after the other.
 *
 * The hit path (limit_hit.h) holds nothing.  It reads a slot as
 *
 *	tag == mine;  rmb;  tat;  rmb;  tag == mine;  over?  cmpxchg tat
 *
 * while a slot changes hands as
 *
 *	tat passed;  tag := 0;  wmb;  cmpxchg tat to the new key's;  cold key;
 *	release the new tag
 *
 * and is emptied as
 *
 *	tag := 0;  wmb;  tat := 0
 *
 * A change of hands may come between any two steps of a hit by the old key V:
 *
 * - before the second look at the tag: what was read as TAT may be the new
 *   key's, but its write comes behind the tag's going to 0, so the second look
 *   sees that and V starts again, finds nothing, and is inserted.  Right, as
 *   V's TAT had passed: it equalled an absent one.
 * - between the second look and V's cmpxchg: the TAT has moved, for it was
 *   passed and is ahead now, so the cmpxchg fails and V starts again.
 * - V's cmpxchg comes first: the other cmpxchg fails, V's tag is put back, and
 *   the idlest that is left is tried.  A V that finds its tag 0 meanwhile goes to insert,
 *   waits for the stripe, and finds its tag again.
 * - the TAT that V read appears again under another key.  TATs of a slot only
 *   grow, but for emptying: it takes a flush and a new key whose TAT is by
 *   chance the same to 1/32 ns, all between two instructions of V.  V's packet
 *   is then charged to the other key: both off by one packet.
 * - emptying meets V's cmpxchg: if that came first its charge is forgotten with
 *   the rest, else it fails.  Right beside a flush in either order.
 * - "passed" is judged by the inserting packet's clock.  A V on another CPU whose
 *   packet carries an older `now` restarts from absent: off by what V's TAT was
 *   ahead of that older `now`, at most the two packets' difference in time.
 *
 * A limiter whose TAT has passed may be there or overwritten; max(tat, now)
 * makes both the same.
 */
#include "limit.h"

#include <linux/align.h>
#include <linux/bug.h>
#include <linux/cache.h>
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "bh_lock.h"
#include "limit_hit.h"
#include "limit_tag.h"
#include "table.h"

enum {
	WALK_BREAK	= 1024,	/* slots between two cond_resched() */
};

DEFINE_PER_CPU(u32, tm_limit_weyl);

int tm_limit_init(struct tm_limit_table *table, u32 count)
{
	u32 buckets = count / TM_LIMIT_WAYS;
	u32 stripes = min_t(u32, TM_LIMIT_STRIPES, buckets / 2);
	u32 i;

	BUILD_BUG_ON(sizeof(struct tm_limit_slot) != 16);
	BUILD_BUG_ON(sizeof(struct tm_limit_slot) * TM_LIMIT_WAYS != 64);
	BUILD_BUG_ON(sizeof(struct tm_limit_cold) != 64);

	memset(table, 0, sizeof(*table));
	if (!is_power_of_2(count) || count < TM_LIMIT_COUNT_MIN || count > TM_LIMIT_COUNT_MAX)
		return -EINVAL;

	table->slots = kvcalloc(count, sizeof(*table->slots), TM_GFP_TABLE);
	table->cold = kvcalloc(count, sizeof(*table->cold), TM_GFP_TABLE);
	table->stripes = kvcalloc(stripes, sizeof(*table->stripes), GFP_KERNEL_ACCOUNT);
	if (!table->slots || !table->cold || !table->stripes) {
		tm_limit_clean(table);
		return -ENOMEM;
	}
	/* a power of two of bytes is aligned to itself, or to a page */
	WARN_ON_ONCE(!IS_ALIGNED((unsigned long)table->slots, 64));

	table->mask = buckets - 1;
	table->stripe_mask = stripes - 1;
	for (i = 0; i < stripes; i++)
		spin_lock_init(&table->stripes[i]);
	get_random_bytes(&table->secret, sizeof(table->secret));
	table->secret.mix |= 1;
	return 0;
}

void tm_limit_clean(struct tm_limit_table *table)
{
	kvfree(table->slots);
	kvfree(table->cold);
	kvfree(table->stripes);
	memset(table, 0, sizeof(*table));
}

u64 tm_limit_bytes(const struct tm_limit_table *table)
{
	u64 count = ((u64)table->mask + 1) * TM_LIMIT_WAYS;

	if (!table->slots)
		return 0;
	return count * (sizeof(*table->slots) + sizeof(*table->cold)) +
	       ((u64)table->stripe_mask + 1) * sizeof(*table->stripes);
}

void tm_limit_seed(struct tm_limit_seed *seed, const struct tm_limit_secret *secret,
		   const struct tm_limit_key *key)
{
	u32 rest = (u32)key->kind << 16 | (u32)key->limit << 8 | key->flags;
	int i;

	for (i = 0; i < 2; i++)
		seed->sum[i] = secret->seed[i][0] + secret->seed[i][1] * key->policy_id +
			       secret->seed[i][2] * rest;
}

u64 tm_limit_tag(const struct tm_limit_table *table, const struct tm_limit_key *key)
{
	struct tm_limit_more more = {
		.ports = tm_limit_ports(key->source_port, key->destination_port),
		.rest = key->ifindex | key->protocol,
		.used = tm_limit_key_more(key->kind),
	};
	union tm_address either;
	struct tm_limit_seed seed;

	tm_limit_seed(&seed, &table->secret, key);
	if (!(key->flags & TM_LIMIT_KEY_IPV6))
		return tm_limit_tag_ipv4(&table->secret, &seed, key->source.words[3],
					 key->destination.words[3], more);
	if (tm_limit_key_both(key->kind))
		return tm_limit_tag_ipv6(&table->secret, &seed, &key->source, &key->destination,
					 more);
	either.halves[0] = key->source.halves[0] | key->destination.halves[0];
	either.halves[1] = key->source.halves[1] | key->destination.halves[1];
	return tm_limit_tag_ipv6(&table->secret, &seed, &either, NULL, more);
}

/* How many of four slots have passed? */
static unsigned int limit_room(const struct tm_limit_slot *slot, u64 now)
{
	const struct tm_limit_slot *end = slot + TM_LIMIT_WAYS;
	unsigned int room = 0;

	for (; slot < end; slot++)
		room += (u64)atomic64_read(&slot->tat) <= now;
	return room;
}

/* Do four slots hold other keys, all of them live?  One that changes hands may be anybody's. */
static bool limit_taken(const struct tm_limit_slot *slot, u64 tag, u64 now)
{
	const struct tm_limit_slot *end = slot + TM_LIMIT_WAYS;
	u64 holder;

	for (; slot < end; slot++) {
		if ((u64)atomic64_read(&slot->tat) <= now)
			return false;
		smp_rmb();	/* tat, then tag: a claimed slot has tag 0 by now, or the new one */
		holder = atomic64_read(&slot->tag);
		if (!holder || holder == tag)
			return false;
	}
	return true;
}

bool tm_limit_full(const struct tm_limit_table *table, u64 tag, u64 now_ns)
{
	u64 now = tm_limit_time(now_ns);

	return limit_taken(tm_limit_bucket(table, (u32)tag & table->mask), tag, now) &&
	       limit_taken(tm_limit_bucket(table, tm_limit_second(table, tag)), tag, now);
}

enum tm_limit_verdict tm_limit_test(const struct tm_limit_table *table, u64 tag,
				    const struct tm_rate *rate, u64 now_ns)
{
	u64 now = tm_limit_time(now_ns);
	struct tm_limit_slot *slot;
	s64 tat;

	slot = tm_limit_find(table, tag);
	if (slot) {
		/* it can only have changed hands because its TAT had passed, or by a flush */
		if (!tm_limit_read(slot, tag, &tat))
			return TM_LIMIT_UNDER;
		return tm_rate_over(rate, tat, now) ? TM_LIMIT_OVER : TM_LIMIT_UNDER;
	}
	return tm_limit_full(table, tag, now_ns) ? TM_LIMIT_FULL : TM_LIMIT_UNDER;
}

/* Of four slots the one that passed longest ago, or was never taken; NULL: none has passed. */
static struct tm_limit_slot *limit_idlest(struct tm_limit_slot *slot, u64 now)
{
	struct tm_limit_slot *end = slot + TM_LIMIT_WAYS;
	struct tm_limit_slot *idlest = NULL;
	u64 tat, least = 0;

	/* of equals the first, which is found first */
	for (; slot < end; slot++) {
		tat = atomic64_read(&slot->tat);
		if (idlest ? tat >= least : tat > now)
			continue;
		idlest = slot;
		least = tat;
	}
	return idlest;
}

/*
 * Take one of four slots, if one has passed; under the stripe.
 *
 * The idlest, so that keys far below generous limits, which are idle between
 * any two of their packets, find their slots again as long as there is room.
 */
static struct tm_limit_slot *limit_claim(struct tm_limit_slot *bucket, u64 tat, u64 now)
{
	struct tm_limit_slot *slot;
	s64 old_tag, old_tat;
	int try;

	for (try = 0; try < TM_LIMIT_WAYS; try++) {
		slot = limit_idlest(bucket, now);
		if (!slot)
			return NULL;
		old_tat = atomic64_read(&slot->tat);
		if ((u64)old_tat > now)
			continue;
		old_tag = atomic64_read(&slot->tag);
		atomic64_set(&slot->tag, 0);
		smp_wmb();	/* no look at the tag behind the new tat sees the old tag */
		if (atomic64_try_cmpxchg(&slot->tat, &old_tat, tat))
			return slot;
		/* its key was charged just now and is not idle any more */
		atomic64_set(&slot->tag, old_tag);
	}
	return NULL;
}

/*
 * Take a slot of eight, if one has passed; under the stripe.
 *
 * The first bucket saves a hit the second cache line; but with its last place
 * taken, keys that have their second bucket elsewhere full find none.  So the
 * last one goes only where the second bucket has no more: of keys for half a
 * table 0.05 % find no room, with the first bucket always first 0.34 %.
 */
static struct tm_limit_slot *limit_take(const struct tm_limit_table *table, u64 tag, u64 tat,
					u64 now)
{
	struct tm_limit_slot *near = tm_limit_bucket(table, (u32)tag & table->mask);
	struct tm_limit_slot *far = tm_limit_bucket(table, tm_limit_second(table, tag));
	unsigned int room = limit_room(near, now);
	struct tm_limit_slot *slot;

	if (room < 2 && limit_room(far, now) > room)
		swap(near, far);
	slot = limit_claim(near, tat, now);
	return slot ? slot : limit_claim(far, tat, now);
}

/* CONTENDED: the key is there after all. */
static noinline enum tm_limit_verdict limit_insert(struct tm_limit_table *table, u64 tag,
						   const struct tm_limit_key *key, u64 tat, u64 now)
{
	spinlock_t *stripe = &table->stripes[(u32)tag & table->stripe_mask];
	enum tm_limit_verdict verdict = TM_LIMIT_CONTENDED;
	struct tm_limit_slot *slot;
	struct tm_limit_cold *cold;

	tm_bh_lock(stripe);
	if (tm_limit_find(table, tag))
		goto unlock;
	verdict = TM_LIMIT_FULL;
	slot = limit_take(table, tag, tat, now);
	if (!slot)
		goto unlock;
	verdict = TM_LIMIT_UNDER;
	cold = &table->cold[slot - table->slots];
	cold->key = *key;
	atomic64_set(&cold->over_sampled, 0);
	WRITE_ONCE(cold->over_time, 0);
	atomic64_set_release(&slot->tag, tag);
unlock:
	tm_bh_unlock(stripe);
	return verdict;
}

enum tm_limit_verdict tm_limit_charge_again(struct tm_limit_table *table, u64 tag,
					    const struct tm_limit_key *key,
					    const struct tm_rate *rate, u32 amount, u64 now_ns,
					    enum tm_limit_verdict verdict)
{
	u64 now = tm_limit_time(now_ns);
	u64 cost;
	int try;

	for (try = 1;; try++) {
		if (verdict == TM_LIMIT_FULL) {
			/* at least 1, so that a claim moves the TAT */
			cost = max(tm_rate_cost(rate, amount, tm_limit_dither()), 1ULL);
			verdict = limit_insert(table, tag, key, now + cost, now);
		}
		if (verdict != TM_LIMIT_CONTENDED || try == TM_LIMIT_TRIES)
			return verdict;
		verdict = tm_limit_try(table, tag, rate, amount, now);
	}
}

/*
 * Was the key over a short while ago, so that it still is one episode?  Another CPU
 * may have noted a later time than ours.
 */
static bool limit_over_lasts(const struct tm_limit_cold *cold, u64 now_ns)
{
	u32 over_time = smp_load_acquire(&cold->over_time);	/* then since when */

	return over_time &&
	       (s32)((u32)(now_ns >> TM_LIMIT_OVER_SHIFT) - over_time) <= TM_LIMIT_OVER_PAUSE;
}

/* A sample that meets a change of hands may count for the new key: it is a sample. */
void tm_limit_note_sample(struct tm_limit_table *table, u64 tag, u32 packets, u64 now_ns)
{
	struct tm_limit_slot *slot = tm_limit_find(table, tag);
	struct tm_limit_cold *cold;

	if (!slot)
		return;
	cold = &table->cold[slot - table->slots];
	atomic64_add((u64)packets << TM_LIMIT_SAMPLE_SHIFT, &cold->over_sampled);
	if (!limit_over_lasts(cold, now_ns))
		WRITE_ONCE(cold->over_since, now_ns >> TM_LIMIT_OVER_SHIFT);
	/* who sees this time sees since when, too */
	smp_store_release(&cold->over_time, (u32)(now_ns >> TM_LIMIT_OVER_SHIFT));
}

u64 tm_limit_over_since(const struct tm_limit_table *table, u64 tag, u64 now_ns)
{
	const struct tm_limit_slot *slot = tm_limit_find(table, tag);
	const struct tm_limit_cold *cold;

	if (!slot)
		return now_ns;
	cold = &table->cold[slot - table->slots];
	if (!limit_over_lasts(cold, now_ns))
		return now_ns;
	/* the end of that second */
	return (READ_ONCE(cold->over_since) + 1ULL) << TM_LIMIT_OVER_SHIFT;
}

/* Copy a slot and its cold part; false when it is idle, free, or changed hands meanwhile. */
static bool limit_view(const struct tm_limit_table *table, u32 index, u64 now,
		       struct tm_limit_view *view)
{
	const struct tm_limit_slot *slot = &table->slots[index];
	const struct tm_limit_cold *cold = &table->cold[index];
	u64 tag = atomic64_read_acquire(&slot->tag);

	if (!tag)
		return false;
	view->tat = atomic64_read(&slot->tat);
	if (view->tat <= now)
		return false;
	view->key = cold->key;
	view->over_sampled = atomic64_read(&cold->over_sampled);
	view->over_ns = (u64)READ_ONCE(cold->over_time) << TM_LIMIT_OVER_SHIFT;
	smp_rmb();	/* all of it, then the tag: a new key's cold part is written behind tag 0 */
	return (u64)atomic64_read(&slot->tag) == tag;
}

bool tm_limit_next(const struct tm_limit_table *table, u32 *index, u64 now_ns,
		   struct tm_limit_view *view)
{
	u32 count = (table->mask + 1) * TM_LIMIT_WAYS;
	u64 now = tm_limit_time(now_ns);

	while (*index < count) {
		if (!(*index % WALK_BREAK))
			cond_resched();
		if (limit_view(table, (*index)++, now, view))
			return true;
	}
	return false;
}

/* Empty a slot; under its stripe.  Return: was it live? */
static bool limit_empty(struct tm_limit_slot *slot, u64 now)
{
	bool live = (u64)atomic64_read(&slot->tat) > now;

	atomic64_set(&slot->tag, 0);
	smp_wmb();	/* as in limit_claim() */
	atomic64_set(&slot->tat, 0);
	return live;
}

int tm_limit_forget(struct tm_limit_table *table, const struct tm_limit_key *key, u64 now_ns)
{
	u64 tag = tm_limit_tag(table, key);
	spinlock_t *stripe = &table->stripes[(u32)tag & table->stripe_mask];
	struct tm_limit_slot *slot;
	bool live;

	spin_lock_bh(stripe);
	slot = tm_limit_find(table, tag);
	live = slot && limit_empty(slot, tm_limit_time(now_ns));
	spin_unlock_bh(stripe);
	return live ? 0 : -ENOENT;
}

static u32 limit_flush_bucket(struct tm_limit_table *table, u32 bucket, u32 policy_id, u64 now)
{
	spinlock_t *stripe = &table->stripes[bucket & table->stripe_mask];
	u32 index = bucket * TM_LIMIT_WAYS;
	u32 end = index + TM_LIMIT_WAYS;
	u32 forgotten = 0;

	spin_lock_bh(stripe);
	for (; index < end; index++) {
		if (!atomic64_read(&table->slots[index].tag))
			continue;
		if (!policy_id || table->cold[index].key.policy_id == policy_id)
			forgotten += limit_empty(&table->slots[index], now);
	}
	spin_unlock_bh(stripe);
	return forgotten;
}

u32 tm_limit_flush(struct tm_limit_table *table, u32 policy_id, u64 now_ns)
{
	u64 now = tm_limit_time(now_ns);
	u32 forgotten = 0;
	u32 bucket;

	for (bucket = 0; bucket <= table->mask; bucket++) {
		if (!(bucket % (WALK_BREAK / TM_LIMIT_WAYS)))
			cond_resched();
		forgotten += limit_flush_bucket(table, bucket, policy_id, now);
	}
	return forgotten;
}
