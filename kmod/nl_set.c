// SPDX-License-Identifier: GPL-2.0
/*
 * SET_GET, SET_ADD, SET_DEL, SET_FLUSH.
 *
 * A message carries at most TM_NL_ENTRIES_MAX entries, all of which are read
 * and checked before any is applied.  Of a prefix that a message names twice
 * the last counts.
 */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/ktime.h>
#include "netns.h"
#include "nl.h"
#include "nl_attr.h"
#include "transaction.h"

#define TIMEOUT_MIN_NS	(1ULL * NSEC_PER_SEC)
#define TIMEOUT_MAX_NS	(365ULL * 24 * 3600 * NSEC_PER_SEC)
#define SKIP_BREAK	1024	/* expired entries between two cond_resched() */

static const struct nla_policy tm_nl_entry_policy[] = {
	[TRAFFICMON_A_ENTRY_ADDRESS] = TM_NL_ADDRESS,
	[TRAFFICMON_A_ENTRY_LENGTH] = NLA_POLICY_MAX(NLA_U8, 128),
	[TRAFFICMON_A_ENTRY_TIMEOUT] = { .type = NLA_U64 },
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

/* The set that a request names; TM_SET_MAX with extack where it names none. */
static enum tm_set_id tm_nl_set_named(const struct nlattr *name, struct netlink_ext_ack *extack)
{
	enum tm_set_id id;

	if (!name) {
		NL_SET_ERR_ATTR_MISS(extack, NULL, TRAFFICMON_A_SET_NAME);
		NL_SET_ERR_MSG(extack, "SET_NAME is missing; the sets are allow and deny");
		return TM_SET_MAX;
	}
	id = tm_set_find(nla_data(name));
	if (id == TM_SET_MAX)
		NL_SET_ERR_MSG_ATTR(extack, name,
				    "there is no such set; the sets are allow and deny");
	return id;
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

static int tm_nl_set_read_entry(const struct nlattr *nest, u64 now_ns, struct tm_prefix *entry,
				struct netlink_ext_ack *extack)
{
	struct nlattr *tb[TRAFFICMON_A_ENTRY_MAX + 1];
	int err;

	err = tm_nl_parse_nested(tb, TRAFFICMON_A_ENTRY_MAX, nest, tm_nl_entry_policy, extack);
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

/* All entries of a message, to be freed by kvfree(); or ERR_PTR with extack. */
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
	kvfree(entries);
	return ERR_PTR(err);
}

static int tm_nl_set_no_entries(struct genl_info *info)
{
	NL_SET_ERR_ATTR_MISS(info->extack, NULL, TRAFFICMON_A_SET_ENTRY);
	GENL_SET_ERR_MSG(info, "SET_ENTRY is missing; nothing was named");
	return -EINVAL;
}

/* Show packets what the set holds now.  Under tn->lock. */
static void tm_nl_set_show(struct tm_net *tn, enum tm_set_id id)
{
	tm_ruleset_show_set(rcu_dereference_protected(tn->ruleset, lockdep_is_held(&tn->lock)),
			    id, tn->sets[id].prefixes);
}

/* The live set may not be changed while it may have to give way to the former one. */
static int tm_nl_set_check_held(const struct tm_net *tn, struct genl_info *info, enum tm_set_id id)
{
	if (!tm_commit_holds_set(tn, id))
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[TRAFFICMON_A_SET_NAME],
			    "the ruleset that replaced this set waits for its confirmation; confirm it or roll it back first");
	return -EBUSY;
}

static int tm_nl_set_keep_nowhere(struct genl_info *info)
{
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[TRAFFICMON_A_SET_KEEP],
			    "SET_KEEP is for transactions, and this socket has none open");
	return -ENOENT;
}

/* Some of the live set into the one that this socket stages.  1: there is more. */
static int tm_nl_set_keep_some(struct tm_net *tn, struct genl_info *info, enum tm_set_id id,
			       bool first)
{
	struct tm_transaction *transaction;
	int err = -ENOENT;

	mutex_lock(&tn->lock);
	transaction = tm_transaction_find(tn, info->snd_portid);
	if (transaction)
		err = tm_transaction_copy_set(transaction, id, &tn->sets[id], first);
	mutex_unlock(&tn->lock);
	if (err == -ENOENT)
		return tm_nl_set_keep_nowhere(info);
	if (err == -EEXIST)
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[TRAFFICMON_A_SET_KEEP],
				    "this set is staged already; SET_KEEP belongs to its first SET_ADD");
	else if (err == -ENOMEM)
		GENL_SET_ERR_MSG(info, "no memory for a copy of the set; none of it was staged");
	return err;
}

/*
 * All of it: millions of entries take seconds.  In between others get at the
 * namespace, which may be another one then, or none: *@tn is the one held.
 */
static int tm_nl_set_keep(struct tm_net **tn, struct genl_info *info, enum tm_set_id id)
{
	int err = tm_nl_set_keep_some(*tn, info, id, true);

	while (err > 0) {
		tm_net_exit(*tn);
		cond_resched();
		*tn = tm_net_enter(genl_info_net(info));
		if (!*tn) {
			GENL_SET_ERR_MSG(info,
					 "the namespace was detached while the set was copied");
			return -ENOTCONN;
		}
		if (fatal_signal_pending(current)) {
			GENL_SET_ERR_MSG(info, "a signal ended the copy of the set");
			return -EINTR;
		}
		err = tm_nl_set_keep_some(*tn, info, id, false);
	}
	return err;
}

static int tm_nl_set_stage(struct genl_info *info, struct tm_transaction *transaction,
			   enum tm_set_id id, const struct tm_prefix *entries, u32 count)
{
	int err = tm_transaction_add_entries(transaction, id, entries, count);

	if (err == -EEXIST)
		GENL_SET_ERR_MSG(info, "another request of this socket is copying the set");
	else if (err && info->attrs[TRAFFICMON_A_SET_KEEP])
		tm_transaction_drop_set(transaction, id);
	return err;
}

static int tm_nl_set_add_live(struct tm_net *tn, struct genl_info *info, enum tm_set_id id,
			      const struct tm_prefix *entries, u32 count)
{
	int err;

	if (info->attrs[TRAFFICMON_A_SET_KEEP])
		return tm_nl_set_keep_nowhere(info);
	if (!count)
		return tm_nl_set_no_entries(info);
	err = tm_nl_set_check_held(tn, info, id);
	if (err)
		return err;
	err = tm_set_add(&tn->sets[id], entries, count);
	tm_nl_set_show(tn, id);
	return err;
}

/* To the set that this socket stages, or to the live one.  Under tn->lock. */
static int tm_nl_set_apply_add(struct tm_net *tn, struct genl_info *info, enum tm_set_id id,
			       const struct tm_prefix *entries, u32 count)
{
	struct tm_transaction *transaction = tm_transaction_find(tn, info->snd_portid);
	int err;

	if (transaction)
		err = tm_nl_set_stage(info, transaction, id, entries, count);
	else
		err = tm_nl_set_add_live(tn, info, id, entries, count);
	if (err == -ENOSPC)
		GENL_SET_ERR_MSG(info,
				 "a set holds at most 4,194,304 entries; none of these was added");
	else if (err == -ENOMEM)
		GENL_SET_ERR_MSG(info, "no memory for the entries; none of these was added");
	return err;
}

static int tm_nl_set_apply_del(struct tm_net *tn, struct genl_info *info, enum tm_set_id id,
			       const struct tm_prefix *entries, u32 count)
{
	u32 missing;
	int err;

	if (!count)
		return tm_nl_set_no_entries(info);
	err = tm_nl_set_check_held(tn, info, id);
	if (err)
		return err;
	err = tm_set_del(&tn->sets[id], entries, count, ktime_get_ns(), &missing);
	if (err == -ENOENT)
		NL_SET_ERR_MSG_ATTR(info->extack, tm_nl_set_entry(info, missing),
				    "this entry is not in the set; none was removed");
	return err;
}

/* @keep: begin with what the live set has; SET_DEL does not know the attribute. */
static int tm_nl_set_change(struct sk_buff *skb, struct genl_info *info, bool keep,
			    int (*apply)(struct tm_net *tn, struct genl_info *info,
					 enum tm_set_id id, const struct tm_prefix *entries,
					 u32 count))
{
	struct tm_net *tn = tm_nl_enter(skb, info, true, SET_MULTI);
	struct tm_prefix *entries;
	enum tm_set_id id;
	int err = -EINVAL;
	u32 count;

	if (IS_ERR(tn))
		return PTR_ERR(tn);
	id = tm_nl_set_named(info->attrs[TRAFFICMON_A_SET_NAME], info->extack);
	if (id == TM_SET_MAX)
		goto exit;
	entries = tm_nl_set_read_entries(info, &count);
	err = PTR_ERR_OR_ZERO(entries);
	if (err)
		goto exit;
	if (keep)
		err = tm_nl_set_keep(&tn, info, id);
	if (!err) {
		mutex_lock(&tn->lock);
		err = apply(tn, info, id, entries, count);
		mutex_unlock(&tn->lock);
	}
	kvfree(entries);
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

int tm_nl_set_flush(struct sk_buff *skb, struct genl_info *info)
{
	struct tm_net *tn = tm_nl_enter(skb, info, true, 0);
	struct tm_prefixes *empty, *old;
	enum tm_set_id id;
	int err = -EINVAL;

	if (IS_ERR(tn))
		return PTR_ERR(tn);
	id = tm_nl_set_named(info->attrs[TRAFFICMON_A_SET_NAME], info->extack);
	if (id == TM_SET_MAX)
		goto exit;
	empty = tm_prefixes_alloc();
	err = empty ? 0 : -ENOMEM;
	if (err)
		goto exit;
	mutex_lock(&tn->lock);
	err = tm_nl_set_check_held(tn, info, id);
	if (!err) {
		old = tm_set_replace(&tn->sets[id], empty);
		tm_nl_set_show(tn, id);
	}
	mutex_unlock(&tn->lock);
	if (!err)
		synchronize_rcu();
	tm_prefixes_free(err ? empty : old);
exit:
	tm_net_exit(tn);
	return err;
}

static int tm_nl_set_put(struct sk_buff *skb, struct netlink_callback *cb, enum tm_set_id id,
			 u32 entries, const struct tm_count *decided)
{
	void *header = tm_nl_dump_put(skb, cb, TRAFFICMON_CMD_SET_GET);

	if (!header)
		return -EMSGSIZE;
	if (nla_put_string(skb, TRAFFICMON_A_SET_NAME, tm_set_name(id)) ||
	    nla_put_u32(skb, TRAFFICMON_A_SET_ENTRIES, entries) ||
	    tm_nl_put_count(skb, TRAFFICMON_A_SET_PACKETS, decided, TRAFFICMON_A_SET_PAD)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

/* One message a set. */
static int tm_nl_set_dump_sets(struct sk_buff *skb, struct netlink_callback *cb, struct tm_net *tn)
{
	static const enum tm_reason reasons[TM_SET_MAX] = {
		[TM_SET_ALLOW] = TM_REASON_allow,
		[TM_SET_DENY] = TM_REASON_deny,
	};
	struct tm_nl_dump *dump = tm_nl_dump_of(cb);
	struct tm_stats_sum *sum;
	int err = 0;

	sum = kmalloc(sizeof(*sum), GFP_KERNEL);
	if (!sum)
		return -ENOMEM;
	tm_stats_read(tn->stats, sum);
	while (!err && dump->index < TM_SET_MAX) {
		const struct tm_prefixes *prefixes = tn->sets[dump->index].prefixes;

		err = tm_nl_set_put(skb, cb, dump->index, tm_prefixes_count(prefixes),
				    &sum->reasons[reasons[dump->index]]);
		if (!err)
			dump->index++;
	}
	kfree(sum);
	return err;
}

static int tm_nl_set_put_entry(struct sk_buff *skb, struct netlink_callback *cb, enum tm_set_id id,
			       const struct tm_prefix *entry, u64 now_ns)
{
	void *header = tm_nl_dump_put(skb, cb, TRAFFICMON_CMD_SET_GET);
	struct nlattr *nest;

	if (!header)
		return -EMSGSIZE;
	if (nla_put_string(skb, TRAFFICMON_A_SET_NAME, tm_set_name(id)))
		goto cancel;
	nest = nla_nest_start(skb, TRAFFICMON_A_SET_ENTRY);
	if (!nest ||
	    tm_nl_put_address(skb, TRAFFICMON_A_ENTRY_ADDRESS, &entry->address, entry->family) ||
	    nla_put_u8(skb, TRAFFICMON_A_ENTRY_LENGTH, entry->length))
		goto cancel;
	if (entry->expires_ns &&
	    nla_put_u64_64bit(skb, TRAFFICMON_A_ENTRY_TIMEOUT, entry->expires_ns - now_ns,
			      TRAFFICMON_A_ENTRY_PAD))
		goto cancel;
	nla_nest_end(skb, nest);
	genlmsg_end(skb, header);
	return 0;
cancel:
	genlmsg_cancel(skb, header);
	return -EMSGSIZE;
}

/* What a dump of entries remembers: the last one looked at. */
struct tm_nl_entries {
	enum tm_set_id id;
	bool begun;
	struct tm_prefix last;
};

static int tm_nl_set_dump_entries(struct sk_buff *skb, struct netlink_callback *cb,
				  struct tm_net *tn)
{
	struct tm_nl_entries *entries = tm_nl_dump_of(cb)->state;
	const struct tm_prefixes *prefixes = tn->sets[entries->id].prefixes;
	u64 now_ns = ktime_get_ns();
	struct tm_prefix next;
	u32 skipped = 0;
	int err;

	while (tm_prefixes_next(prefixes, entries->begun ? &entries->last : NULL, &next)) {
		if (!next.expires_ns || next.expires_ns > now_ns) {
			err = tm_nl_set_put_entry(skb, cb, entries->id, &next, now_ns);
			if (err)
				return err;
		} else if (!(++skipped % SKIP_BREAK)) {
			cond_resched();
		}
		entries->last = next;
		entries->begun = true;
	}
	return 0;
}

static int tm_nl_set_dump_begin(struct netlink_callback *cb, const struct nlattr *name)
{
	struct tm_nl_entries *entries;
	enum tm_set_id id = tm_nl_set_named(name, cb->extack);

	if (id == TM_SET_MAX)
		return -EINVAL;
	entries = kvzalloc(sizeof(*entries), GFP_KERNEL);
	if (!entries)
		return -ENOMEM;
	entries->id = id;
	tm_nl_dump_of(cb)->state = entries;
	return 0;
}

int tm_nl_set_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct nlattr *name = genl_info_dump(cb)->attrs[TRAFFICMON_A_SET_NAME];
	struct tm_nl_dump *dump = tm_nl_dump_of(cb);
	struct tm_net *tn = tm_nl_dump_enter(cb, true, 0);
	const struct tm_ruleset *ruleset;
	int err = 0;

	if (IS_ERR(tn))
		return PTR_ERR(tn);
	if (name && !dump->state)
		err = tm_nl_set_dump_begin(cb, name);
	if (!err) {
		mutex_lock(&tn->lock);
		/* a commit replaces sets as a whole: NLM_F_DUMP_INTR */
		ruleset = rcu_dereference_protected(tn->ruleset, lockdep_is_held(&tn->lock));
		cb->seq = (u32)ruleset->generation + 1;
		if (name)
			err = tm_nl_set_dump_entries(skb, cb, tn);
		else
			err = tm_nl_set_dump_sets(skb, cb, tn);
		mutex_unlock(&tn->lock);
	}
	tm_net_exit(tn);
	if (err == -EMSGSIZE && skb->len)
		err = 0;
	return err ? err : skb->len;
}
