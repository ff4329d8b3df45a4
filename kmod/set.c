// SPDX-License-Identifier: GPL-2.0
/*
 * A set, changed in place, all or none, or replaced.
 *
 * What must be undone, or cannot be removed for want of memory, is marked as
 * expired long ago: that needs no memory, and equals absent everywhere until
 * tm_set_expire() comes by.
 */
#include "set.h"

#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/string.h>

#define TM_SET_EXPIRED_NS	1	/* a time that has always passed */
#define TM_SET_COPY_BUDGET	4096	/* entries copied at a time */

unsigned long tm_set_comment_alloc(const char *text, size_t length)
{
	return (unsigned long)kmemdup_nul(text, length, GFP_KERNEL_ACCOUNT);
}

void tm_set_comment_free(unsigned long value)
{
	if (value != TM_SET_NO_COMMENT)
		kfree((void *)value);
}

const char *tm_set_comment(const struct tm_prefix *entry)
{
	return entry->value == TM_SET_NO_COMMENT ? NULL : (const char *)entry->value;
}

static size_t tm_set_comment_bytes(unsigned long value)
{
	return value == TM_SET_NO_COMMENT ? 0 : strlen((const char *)value) + 1;
}

static const struct tm_prefix_values tm_set_comments = {
	.drop = tm_set_comment_free,
	.bytes = tm_set_comment_bytes,
};

struct tm_prefixes *tm_set_prefixes_alloc(void)
{
	return tm_prefixes_alloc(&tm_set_comments);
}

/*
 * The number of the last change to any set: a set that is gone and one that came by the
 * same name are never taken for one that did not change.
 */
static atomic64_t tm_set_last_change = ATOMIC64_INIT(0);

static void tm_set_note_change(struct tm_set *set)
{
	set->changed = true;
	set->changes = atomic64_inc_return(&tm_set_last_change);
}

struct tm_set *tm_set_alloc(const char *name)
{
	struct tm_set *set = kzalloc(sizeof(*set), GFP_KERNEL_ACCOUNT);

	if (!set)
		return NULL;
	set->prefixes = tm_set_prefixes_alloc();
	if (!set->prefixes) {
		kfree(set);
		return NULL;
	}
	strscpy(set->name, name, sizeof(set->name));
	set->id = TM_SET_NAMED;
	set->changes = atomic64_inc_return(&tm_set_last_change);
	return set;
}

void tm_set_free(struct tm_set *set)
{
	tm_prefixes_free(set->prefixes);
	kfree(set);
}

/* The entry as one that has expired; it has no comment. */
static struct tm_prefix tm_set_expired(const struct tm_prefix *entry)
{
	struct tm_prefix expired = *entry;

	expired.expires_ns = TM_SET_EXPIRED_NS;
	expired.value = TM_SET_NO_COMMENT;
	return expired;
}

/*
 * First every entry that does not stand is added as expired: what may fail is
 * done before anything can be seen.  Then each gets its time and its comment, in place.
 */
int tm_set_add(struct tm_set *set, const struct tm_prefix *entries, u32 count, u64 now_ns)
{
	struct tm_prefixes *prefixes = set->prefixes;
	u32 standing = tm_prefixes_count(prefixes);
	int err;
	u32 i;

	if (standing > TM_SET_ENTRIES_MAX || count > TM_SET_ENTRIES_MAX - standing)
		return -ENOSPC;
	for (i = 0; i < count; i++) {
		struct tm_prefix expired = tm_set_expired(&entries[i]);

		if (tm_prefixes_has(prefixes, &expired, now_ns))
			continue;
		err = tm_prefixes_add(prefixes, &expired);
		if (err < 0)
			return err;
	}
	for (i = 0; i < count; i++)
		tm_prefixes_set(prefixes, &entries[i]);
	tm_set_note_change(set);
	return 0;
}

/* Its own comment: the one of the copy lives as long as that. */
static int tm_set_copy_entry(struct tm_set *set, struct tm_prefix entry)
{
	const char *comment = tm_set_comment(&entry);
	int err = -ENOMEM;

	if (comment)
		entry.value = tm_set_comment_alloc(comment, strlen(comment));
	if (entry.value)
		err = tm_prefixes_add(set->prefixes, &entry);
	if (err < 0 && entry.value)
		tm_set_comment_free(entry.value);
	return err;
}

int tm_set_copy(struct tm_set *set, const struct tm_set *from, struct tm_prefix *after, u64 now_ns)
{
	struct tm_prefix next;
	u32 i;
	int err;

	for (i = 0; i < TM_SET_COPY_BUDGET; i++) {
		/* no entry has the value 0 */
		if (!tm_prefixes_next(from->prefixes, after->value ? after : NULL, &next))
			return 0;
		*after = next;
		if (next.expires_ns && next.expires_ns <= now_ns)
			continue;
		err = tm_set_copy_entry(set, next);
		if (err < 0)
			return err;
	}
	return 1;
}

int tm_set_del(struct tm_set *set, const struct tm_prefix *entries, u32 count, u64 now_ns,
	       u32 *missing)
{
	struct tm_prefixes *prefixes = set->prefixes;
	u32 i;

	for (i = 0; i < count; i++) {
		if (!tm_prefixes_has(prefixes, &entries[i], now_ns)) {
			*missing = i;
			return -ENOENT;
		}
	}
	for (i = 0; i < count; i++) {
		struct tm_prefix expired = tm_set_expired(&entries[i]);

		if (tm_prefixes_del(prefixes, &entries[i], now_ns) == -ENOMEM)
			tm_prefixes_set_expiry(prefixes, &expired);
	}
	tm_set_note_change(set);
	return 0;
}

struct tm_prefixes *tm_set_replace(struct tm_set *set, struct tm_prefixes *prefixes)
{
	struct tm_prefixes *old = set->prefixes;

	set->prefixes = prefixes;
	memset(&set->expire_after, 0, sizeof(set->expire_after));
	tm_set_note_change(set);
	return old;
}

void tm_set_expire(struct tm_set *set, u32 budget, u64 now_ns)
{
	tm_prefixes_expire(set->prefixes, &set->expire_after, budget, now_ns);
}
