// SPDX-License-Identifier: GPL-2.0
/*
 * The sets `allow` and `deny`: changed in place, all or none, or replaced.
 *
 * What must be undone, or cannot be removed for want of memory, is marked as
 * expired long ago: that needs no memory, and equals absent everywhere until
 * tm_set_expire() comes by.
 */
#include "set.h"

#include <linux/string.h>

#define TM_SET_EXPIRED_NS	1	/* a time that has always passed */
#define TM_SET_EXPIRE_BUDGET	4096	/* entries dropped a round */
#define TM_SET_COPY_BUDGET	4096	/* entries copied at a time */

static const char *const tm_set_names[TM_SET_MAX] = {
	[TM_SET_ALLOW] = TRAFFICMON_SET_ALLOW,
	[TM_SET_DENY] = TRAFFICMON_SET_DENY,
};

const char *tm_set_name(enum tm_set_id id)
{
	return id < TM_SET_MAX ? tm_set_names[id] : NULL;
}

enum tm_set_id tm_set_find(const char *name)
{
	int id = match_string(tm_set_names, TM_SET_MAX, name);

	return id < 0 ? TM_SET_MAX : (enum tm_set_id)id;
}

int tm_set_init(struct tm_set *set)
{
	struct tm_prefixes *prefixes = tm_prefixes_alloc();

	if (!prefixes)
		return -ENOMEM;
	set->prefixes = prefixes;
	return 0;
}

void tm_set_clean(struct tm_set *set)
{
	if (set->prefixes)
		tm_prefixes_free(set->prefixes);
	set->prefixes = NULL;
}

static void tm_set_note_change(struct tm_set *set)
{
	set->changed = true;
	set->changes++;
}

/* The entry as one that has expired. */
static struct tm_prefix tm_set_expired(const struct tm_prefix *entry)
{
	struct tm_prefix expired = *entry;

	expired.expires_ns = TM_SET_EXPIRED_NS;
	return expired;
}

/*
 * First every entry that does not stand is added as expired: what may fail is
 * done before anything can be seen.  Then each gets its time, in place.
 */
int tm_set_add(struct tm_set *set, const struct tm_prefix *entries, u32 count)
{
	struct tm_prefixes *prefixes = set->prefixes;
	u32 standing = tm_prefixes_count(prefixes);
	int err;
	u32 i;

	if (standing > TM_SET_ENTRIES_MAX || count > TM_SET_ENTRIES_MAX - standing)
		return -ENOSPC;
	for (i = 0; i < count; i++) {
		struct tm_prefix expired = tm_set_expired(&entries[i]);

		if (tm_prefixes_value(prefixes, &expired))
			continue;
		err = tm_prefixes_add(prefixes, &expired);
		if (err < 0)
			return err;
	}
	for (i = 0; i < count; i++)
		tm_prefixes_set_expiry(prefixes, &entries[i]);
	tm_set_note_change(set);
	return 0;
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
		err = tm_prefixes_add(set->prefixes, &next);
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

void tm_set_expire(struct tm_set *set, u64 now_ns)
{
	tm_prefixes_expire(set->prefixes, &set->expire_after, TM_SET_EXPIRE_BUDGET, now_ns);
}
