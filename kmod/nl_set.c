// SPDX-License-Identifier: GPL-2.0
/*
 * Sets are changed: SET_ADD, SET_DEL, SET_FLUSH, SET_DESTROY.
 *
 * A message carries at most TM_NL_ENTRIES_MAX entries, all of which are read
 * and checked before any is applied.  Of a prefix that a message names twice
 * the last counts.
 */
#include "nl_set.h"

#include <linux/ctype.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include "nl.h"
#include "nl_attr.h"
#include "transaction.h"

#define TIMEOUT_MIN_NS	(1ULL * NSEC_PER_SEC)
#define TIMEOUT_MAX_NS	(365ULL * 24 * 3600 * NSEC_PER_SEC)

/* The last attribute of an entry that a request may have. */
#define ENTRY_ATTR_MAX	TRAFFICMON_A_ENTRY_COMMENT

static const struct nla_policy tm_nl_entry_policy[ENTRY_ATTR_MAX + 1] = {
	[TRAFFICMON_A_ENTRY_ADDRESS] = TM_NL_ADDRESS,
	[TRAFFICMON_A_ENTRY_LENGTH] = NLA_POLICY_MAX(NLA_U8, 128),
	[TRAFFICMON_A_ENTRY_TIMEOUT] = { .type = NLA_U64 },
	[TRAFFICMON_A_ENTRY_COMMENT] = { .type = NLA_NUL_STRING,
					 .len = TRAFFICMON_COMMENT_SIZE - 1 },
};

const struct nla_policy tm_nl_set_name_policy[] = {
	[TRAFFICMON_A_SET_NAME] = TM_NL_NAME,
};

const struct nla_policy tm_nl_set_policy[] = {
	[TRAFFICMON_A_SET_NAME] = TM_NL_NAME,
	[TRAFFICMON_A_SET_ENTRY] = NLA_POLICY_NESTED(tm_nl_entry_policy),
	[TRAFFICMON_A_SET_KEEP] = { .type = NLA_FLAG },
};

#define SET_MULTI	TM_NL_MULTI(TRAFFICMON_A_SET_ENTRY)

int tm_nl_set_check_name(const struct nlattr *name, struct netlink_ext_ack *extack)
{
	if (name)
		return 0;
	NL_SET_ERR_ATTR_MISS(extack, NULL, TRAFFICMON_A_SET_NAME);
	NL_SET_ERR_MSG(extack, "SET_NAME is missing");
	return -EINVAL;
}

struct tm_set *tm_nl_set_find(const struct tm_net *tn, const struct nlattr *name,
			      struct netlink_ext_ack *extack)
{
	struct tm_set *set = tm_sets_find(&tn->sets, nla_data(name));

	if (set)
		return set;
	NL_SET_ERR_MSG_ATTR(extack, name, "there is no set of this name");
	return ERR_PTR(-ENOENT);
}

static int tm_nl_set_read_timeout(const struct nlattr *attr, u64 now_ns, struct tm_prefix *entry,
				  struct netlink_ext_ack *extack)
{
	u64 timeout_ns = nla_get_u64(attr);

	if (timeout_ns < TIMEOUT_MIN_NS || timeout_ns > TIMEOUT_MAX_NS) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "a timeout is 1 second to 1 year, in nanoseconds; without one an entry stays");
		return -ERANGE;
	}
	entry->expires_ns = now_ns + timeout_ns;
	return 0;
}

/* What a person wrote, to be shown in a line of a table or of a log. */
static int tm_nl_set_read_comment(const struct nlattr *attr, struct tm_prefix *entry,
				  struct netlink_ext_ack *extack)
{
	const unsigned char *text = nla_data(attr);
	size_t length = strlen(text), i;

	for (i = 0; i < length && !iscntrl(text[i]); i++)
		;
	if (!length || i < length || nla_len(attr) != length + 1) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "a comment is 1 to 63 bytes without control characters");
		return -EINVAL;
	}
	entry->value = tm_set_comment_alloc(text, length);
	if (entry->value)
		return 0;
	entry->value = TM_SET_NO_COMMENT;
	return -ENOMEM;
}

static int tm_nl_set_read_entry(const struct nlattr *nest, u64 now_ns, struct tm_prefix *entry,
				struct netlink_ext_ack *extack)
{
	struct nlattr *tb[ENTRY_ATTR_MAX + 1];
	int err;

	err = tm_nl_parse_nested(tb, ENTRY_ATTR_MAX, nest, tm_nl_entry_policy, extack);
	if (err)
		return err;
	if (!tb[TRAFFICMON_A_ENTRY_ADDRESS]) {
		NL_SET_ERR_MSG_ATTR(extack, nest, "an entry needs ENTRY_ADDRESS");
		return -EINVAL;
	}
	err = tm_nl_get_prefix(tb[TRAFFICMON_A_ENTRY_ADDRESS], tb[TRAFFICMON_A_ENTRY_LENGTH], entry,
			       extack);
	if (!err && tb[TRAFFICMON_A_ENTRY_TIMEOUT])
		err = tm_nl_set_read_timeout(tb[TRAFFICMON_A_ENTRY_TIMEOUT], now_ns, entry, extack);
	if (!err && tb[TRAFFICMON_A_ENTRY_COMMENT])
		err = tm_nl_set_read_comment(tb[TRAFFICMON_A_ENTRY_COMMENT], entry, extack);
	return err;
}

/* The @index-th entry of the message; NULL: there are not so many. */
static const struct nlattr *tm_nl_set_entry(const struct genl_info *info, u32 index)
{
	const struct nlattr *attr;
	int rem;

	nla_for_each_attr(attr, nlmsg_attrdata(info->nlhdr, GENL_HDRLEN),
			  nlmsg_attrlen(info->nlhdr, GENL_HDRLEN), rem)
		if (nla_type(attr) == TRAFFICMON_A_SET_ENTRY && !index--)
			return attr;
	return NULL;
}

static int tm_nl_set_fill(struct genl_info *info, struct tm_prefix *entries)
{
	const struct nlattr *attr;
	u64 now_ns = ktime_get_ns();
	int rem, err;

	nla_for_each_attr(attr, nlmsg_attrdata(info->nlhdr, GENL_HDRLEN),
			  nlmsg_attrlen(info->nlhdr, GENL_HDRLEN), rem) {
		if (nla_type(attr) != TRAFFICMON_A_SET_ENTRY)
			continue;
		err = tm_nl_set_read_entry(attr, now_ns, entries++, info->extack);
		if (err)
			return err;
	}
	return 0;
}

/* @count entries with their comments, unless a set has taken these over. */
static void tm_nl_set_free_entries(struct tm_prefix *entries, u32 count, bool comments)
{
	u32 i;

	for (i = 0; comments && i < count; i++)
		if (entries[i].value)
			tm_set_comment_free(entries[i].value);
	kvfree(entries);
}

/* All entries of a message, or ERR_PTR with extack. */
static struct tm_prefix *tm_nl_set_read_entries(struct genl_info *info, u32 *count)
{
	const struct nlattr *attr;
	struct tm_prefix *entries;
	int rem, err;

	*count = 0;
	nla_for_each_attr(attr, nlmsg_attrdata(info->nlhdr, GENL_HDRLEN),
			  nlmsg_attrlen(info->nlhdr, GENL_HDRLEN), rem) {
		if (nla_type(attr) != TRAFFICMON_A_SET_ENTRY)
			continue;
		if ((*count)++ < TM_NL_ENTRIES_MAX)
			continue;
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "a message carries at most 4096 entries; send several");
		return ERR_PTR(-E2BIG);
	}
	entries = kvcalloc(max(*count, 1U), sizeof(*entries), GFP_KERNEL);
	if (!entries)
		return ERR_PTR(-ENOMEM);
	err = tm_nl_set_fill(info, entries);
	if (!err)
		return entries;
	tm_nl_set_free_entries(entries, *count, true);
	return ERR_PTR(err);
}

static int tm_nl_set_no_entries(struct genl_info *info)
{
	NL_SET_ERR_ATTR_MISS(info->extack, NULL, TRAFFICMON_A_SET_ENTRY);
	GENL_SET_ERR_MSG(info, "SET_ENTRY is missing; nothing was named");
	return -EINVAL;
}

/* Under tn->lock. */
static struct tm_ruleset *tm_nl_set_ruleset(const struct tm_net *tn)
{
	return rcu_dereference_protected(tn->ruleset, lockdep_is_held(&tn->lock));
}

/*
 * The live set, to be changed: not while it may have to give way to the former one.
 * Under tn->lock.
 */
static struct tm_set *tm_nl_set_changeable(const struct tm_net *tn, struct genl_info *info)
{
	const struct nlattr *name = info->attrs[TRAFFICMON_A_SET_NAME];
	struct tm_set *set = tm_nl_set_find(tn, name, info->extack);

	if (IS_ERR(set) || !tm_commit_holds_set(tn, set))
		return set;
	NL_SET_ERR_MSG_ATTR(info->extack, name,
			    "the ruleset that replaced this set waits for its confirmation; confirm it or roll it back first");
	return ERR_PTR(-EBUSY);
}

static int tm_nl_set_keep_nowhere(struct genl_info *info)
{
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[TRAFFICMON_A_SET_KEEP],
			    "SET_KEEP is for transactions, and this socket has none open");
	return -ENOENT;
}

/* Under tn->lock.  What cannot be gone on with is not left half begun. */
static int tm_nl_set_copy_some(struct tm_net *tn, struct genl_info *info, bool first)
{
	struct tm_transaction *transaction = tm_transaction_find(tn, info->snd_portid);
	struct tm_set *set;
	int err;

	if (!transaction)
		return tm_nl_set_keep_nowhere(info);
	set = tm_nl_set_find(tn, info->attrs[TRAFFICMON_A_SET_NAME], info->extack);
	if (IS_ERR(set)) {
		if (!first)
			tm_transaction_unstage(transaction,
					       nla_data(info->attrs[TRAFFICMON_A_SET_NAME]));
		return PTR_ERR(set);
	}
	err = tm_transaction_copy_set(transaction, set, first);
	if (err == -ENOENT)
		GENL_SET_ERR_MSG(info, "another request of this socket ended the copy of the set");
	return err;
}

static int tm_nl_set_keep_refused(struct genl_info *info, int err)
{
	const struct nlattr *attr = info->attrs[TRAFFICMON_A_SET_KEEP];

	switch (err) {
	case -EEXIST:
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "this set is staged already; SET_KEEP belongs to its first SET_ADD");
		break;
	case -E2BIG:
		GENL_SET_ERR_MSG(info, "a namespace has at most 1024 sets");
		break;
	case -ENOMEM:
		GENL_SET_ERR_MSG(info, "no memory for a copy of the set; none of it was staged");
		break;
	}
	return err;
}

/* Some of the live set into the one that this socket stages.  1: there is more. */
static int tm_nl_set_keep_some(struct tm_net *tn, struct genl_info *info, bool first)
{
	int err;

	mutex_lock(&tn->lock);
	err = tm_nl_set_copy_some(tn, info, first);
	mutex_unlock(&tn->lock);
	return tm_nl_set_keep_refused(info, err);
}

/* A signal came between two parts of the copy. */
static int tm_nl_set_keep_interrupted(struct tm_net *tn, struct genl_info *info)
{
	struct tm_transaction *transaction;

	mutex_lock(&tn->lock);
	transaction = tm_transaction_find(tn, info->snd_portid);
	if (transaction)
		tm_transaction_unstage(transaction, nla_data(info->attrs[TRAFFICMON_A_SET_NAME]));
	mutex_unlock(&tn->lock);
	GENL_SET_ERR_MSG(info, "a signal ended the copy of the set; none of it is staged");
	return -EINTR;
}

/*
 * All of it: millions of entries take seconds.  In between others get at the
 * namespace, which may be another one then, or none: *@tn is the one held.
 */
static int tm_nl_set_keep(struct tm_net **tn, struct genl_info *info)
{
	int err = tm_nl_set_keep_some(*tn, info, true);

	while (err > 0) {
		tm_net_exit(*tn);
		cond_resched();
		*tn = tm_net_enter(genl_info_net(info));
		if (!*tn) {
			GENL_SET_ERR_MSG(info,
					 "the namespace was detached while the set was copied");
			return -ENOTCONN;
		}
		if (fatal_signal_pending(current))
			return tm_nl_set_keep_interrupted(*tn, info);
		err = tm_nl_set_keep_some(*tn, info, false);
	}
	return err;
}

static int tm_nl_set_stage(struct genl_info *info, struct tm_transaction *transaction,
			   const struct tm_prefix *entries, u32 count)
{
	const char *name = nla_data(info->attrs[TRAFFICMON_A_SET_NAME]);
	const struct nlattr *keep = info->attrs[TRAFFICMON_A_SET_KEEP];
	int err;

	/* the copy was made under locks that were given back since */
	if (keep && !tm_transaction_staged(transaction, name))
		return tm_nl_set_keep_nowhere(info);
	err = tm_transaction_add_entries(transaction, name, entries, count);
	if (err == -EEXIST)
		GENL_SET_ERR_MSG(info, "another request of this socket is copying the set");
	else if (err == -E2BIG)
		GENL_SET_ERR_MSG(info, "a namespace has at most 1024 sets");
	else if (err && keep)
		tm_transaction_unstage(transaction, name);
	return err;
}

static int tm_nl_set_add_live(struct tm_net *tn, struct genl_info *info,
			      const struct tm_prefix *entries, u32 count)
{
	struct tm_set *set;
	int err;

	if (info->attrs[TRAFFICMON_A_SET_KEEP])
		return tm_nl_set_keep_nowhere(info);
	if (!count)
		return tm_nl_set_no_entries(info);
	set = tm_nl_set_changeable(tn, info);
	if (IS_ERR(set))
		return PTR_ERR(set);
	err = tm_set_add(set, entries, count, ktime_get_ns());
	tm_ruleset_show_set(tm_nl_set_ruleset(tn), set);
	return err;
}

/* To the set that this socket stages, or to the live one.  Under tn->lock. */
static int tm_nl_set_apply_add(struct tm_net *tn, struct genl_info *info,
			       const struct tm_prefix *entries, u32 count)
{
	struct tm_transaction *transaction = tm_transaction_find(tn, info->snd_portid);
	int err;

	if (transaction)
		err = tm_nl_set_stage(info, transaction, entries, count);
	else
		err = tm_nl_set_add_live(tn, info, entries, count);
	if (err == -ENOSPC)
		GENL_SET_ERR_MSG(info,
				 "a set holds at most 4,194,304 entries; none of these was added");
	else if (err == -ENOMEM)
		GENL_SET_ERR_MSG(info, "no memory for the entries; none of these was added");
	return err;
}

static int tm_nl_set_apply_del(struct tm_net *tn, struct genl_info *info,
			       const struct tm_prefix *entries, u32 count)
{
	struct tm_set *set;
	u32 missing;
	int err;

	if (!count)
		return tm_nl_set_no_entries(info);
	set = tm_nl_set_changeable(tn, info);
	if (IS_ERR(set))
		return PTR_ERR(set);
	err = tm_set_del(set, entries, count, ktime_get_ns(), &missing);
	if (err == -ENOENT)
		NL_SET_ERR_MSG_ATTR(info->extack, tm_nl_set_entry(info, missing),
				    "this entry is not in the set; none was removed");
	return err;
}

/* @keep: begin with what the live set has; SET_DEL does not know the attribute. */
static int tm_nl_set_change(struct sk_buff *skb, struct genl_info *info, bool keep,
			    int (*apply)(struct tm_net *tn, struct genl_info *info,
					 const struct tm_prefix *entries, u32 count))
{
	struct tm_net *tn = tm_nl_enter(skb, info, true, SET_MULTI);
	struct tm_prefix *entries;
	u32 count;
	int err;

	if (IS_ERR(tn))
		return PTR_ERR(tn);
	err = tm_nl_set_check_name(info->attrs[TRAFFICMON_A_SET_NAME], info->extack);
	if (err)
		goto exit;
	entries = tm_nl_set_read_entries(info, &count);
	err = PTR_ERR_OR_ZERO(entries);
	if (err)
		goto exit;
	if (keep)
		err = tm_nl_set_keep(&tn, info);
	if (!err) {
		mutex_lock(&tn->lock);
		err = apply(tn, info, entries, count);
		mutex_unlock(&tn->lock);
	}
	tm_nl_set_free_entries(entries, count, err || apply == tm_nl_set_apply_del);
exit:
	if (tn)
		tm_net_exit(tn);
	return err;
}

int tm_nl_set_add(struct sk_buff *skb, struct genl_info *info)
{
	return tm_nl_set_change(skb, info, info->attrs[TRAFFICMON_A_SET_KEEP],
				tm_nl_set_apply_add);
}

int tm_nl_set_del(struct sk_buff *skb, struct genl_info *info)
{
	return tm_nl_set_change(skb, info, false, tm_nl_set_apply_del);
}

/* Nothing in its place; what was in it is to be freed after a grace period. */
static struct tm_prefixes *tm_nl_set_empty(struct tm_net *tn, struct genl_info *info)
{
	struct tm_set *set = tm_nl_set_changeable(tn, info);
	struct tm_prefixes *prefixes;

	if (IS_ERR(set))
		return ERR_CAST(set);
	prefixes = tm_set_prefixes_alloc();
	if (!prefixes)
		return ERR_PTR(-ENOMEM);
	prefixes = tm_set_replace(set, prefixes);
	tm_ruleset_show_set(tm_nl_set_ruleset(tn), set);
	return prefixes;
}

int tm_nl_set_flush(struct sk_buff *skb, struct genl_info *info)
{
	struct tm_net *tn = tm_nl_enter(skb, info, true, 0);
	struct tm_prefixes *old;
	int err;

	if (IS_ERR(tn))
		return PTR_ERR(tn);
	err = tm_nl_set_check_name(info->attrs[TRAFFICMON_A_SET_NAME], info->extack);
	if (err)
		goto exit;
	mutex_lock(&tn->lock);
	old = tm_nl_set_empty(tn, info);
	mutex_unlock(&tn->lock);
	err = PTR_ERR_OR_ZERO(old);
	if (err)
		goto exit;
	synchronize_rcu();
	tm_prefixes_free(old);
exit:
	tm_net_exit(tn);
	return err;
}

/* Under tn->lock. */
static struct tm_set *tm_nl_set_take_out(struct tm_net *tn, struct genl_info *info)
{
	const struct nlattr *name = info->attrs[TRAFFICMON_A_SET_NAME];
	struct tm_set *set = tm_nl_set_find(tn, name, info->extack);

	if (IS_ERR(set))
		return set;
	if (set->id != TM_SET_NAMED) {
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "allow and deny are always there; SET_FLUSH empties them");
		return ERR_PTR(-EINVAL);
	}
	if (tm_ruleset_set_users(tm_nl_set_ruleset(tn), set)) {
		NL_SET_ERR_MSG_ATTR(info->extack, name, "policies name this set");
		return ERR_PTR(-EBUSY);
	}
	if (tm_commit_waits_ns(tn)) {
		GENL_SET_ERR_MSG(info,
				 "a ruleset waits for its confirmation, and the one before it may name the set; confirm it or roll it back first");
		return ERR_PTR(-EBUSY);
	}
	tm_sets_remove(&tn->sets, set);
	return set;
}

int tm_nl_set_destroy(struct sk_buff *skb, struct genl_info *info)
{
	struct tm_net *tn = tm_nl_enter(skb, info, true, 0);
	struct tm_set *set;
	int err;

	if (IS_ERR(tn))
		return PTR_ERR(tn);
	err = tm_nl_set_check_name(info->attrs[TRAFFICMON_A_SET_NAME], info->extack);
	if (err)
		goto exit;
	mutex_lock(&tn->lock);
	set = tm_nl_set_take_out(tn, info);
	mutex_unlock(&tn->lock);
	err = PTR_ERR_OR_ZERO(set);
	if (err)
		goto exit;
	synchronize_rcu();	/* packets under a ruleset before that named it */
	tm_set_free(set);
exit:
	tm_net_exit(tn);
	return err;
}
