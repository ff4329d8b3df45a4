// SPDX-License-Identifier: GPL-2.0
/* Sets are shown: SET_GET, SET_TEST. */
#include "nl_set.h"

#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include "nl.h"
#include "nl_attr.h"

#define SKIP_BREAK	1024	/* expired entries between two cond_resched() */

static const struct nla_policy tm_nl_address_policy[] = {
	[TRAFFICMON_A_ENTRY_ADDRESS] = TM_NL_ADDRESS,
};

const struct nla_policy tm_nl_set_test_policy[] = {
	[TRAFFICMON_A_SET_NAME] = TM_NL_NAME,
	[TRAFFICMON_A_SET_ENTRY] = NLA_POLICY_NESTED(tm_nl_address_policy),
};

/* What a set that decides by itself has decided. */
static int tm_nl_set_put_decided(struct sk_buff *skb, const struct tm_set *set,
				 const struct tm_stats_sum *sum)
{
	static const enum tm_reason reasons[TM_SETS_DECIDING] = {
		[TM_SET_ALLOW] = TM_REASON_allow,
		[TM_SET_DENY] = TM_REASON_deny,
	};

	if (set->id == TM_SET_NAMED)
		return 0;
	return tm_nl_put_count(skb, TRAFFICMON_A_SET_PACKETS, &sum->reasons[reasons[set->id]],
			       TRAFFICMON_A_SET_PAD);
}

static int tm_nl_set_put(struct sk_buff *skb, struct netlink_callback *cb,
			 const struct tm_ruleset *ruleset, const struct tm_set *set,
			 const struct tm_stats_sum *sum)
{
	void *header = tm_nl_dump_put(skb, cb, TRAFFICMON_CMD_SET_GET);

	if (!header)
		return -EMSGSIZE;
	if (nla_put_string(skb, TRAFFICMON_A_SET_NAME, set->name) ||
	    nla_put_u32(skb, TRAFFICMON_A_SET_ENTRIES, tm_prefixes_count(set->prefixes)) ||
	    nla_put_u32(skb, TRAFFICMON_A_SET_POLICIES,
			tm_ruleset_set_users(ruleset, set)) ||
	    nla_put_u64_64bit(skb, TRAFFICMON_A_SET_MEMORY_BYTES,
			      tm_prefixes_bytes(set->prefixes), TRAFFICMON_A_SET_PAD) ||
	    tm_nl_set_put_decided(skb, set, sum)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

/* One message a set.  Under tn->lock. */
static int tm_nl_set_dump_sets(struct sk_buff *skb, struct netlink_callback *cb, struct tm_net *tn,
			       const struct tm_ruleset *ruleset)
{
	struct tm_nl_dump *dump = tm_nl_dump_of(cb);
	struct tm_stats_sum *sum;
	int err = 0;

	sum = kmalloc(sizeof(*sum), GFP_KERNEL);
	if (!sum)
		return -ENOMEM;
	tm_stats_read(tn->stats, sum);
	while (!err && dump->index < tn->sets.count) {
		err = tm_nl_set_put(skb, cb, ruleset, tn->sets.set[dump->index], sum);
		if (!err)
			dump->index++;
		cond_resched();
	}
	kfree(sum);
	return err;
}

static int tm_nl_set_put_hits(struct sk_buff *skb, const struct tm_set *set,
			      const struct tm_prefix *entry, u64 now_ns)
{
	struct tm_prefix_hits hits;
	u64 hit_ns;

	tm_prefixes_hits(set->prefixes, entry, &hits);
	if (nla_put_u64_64bit(skb, TRAFFICMON_A_ENTRY_PACKETS_SAMPLED, hits.packets,
			      TRAFFICMON_A_ENTRY_PAD) ||
	    nla_put_u64_64bit(skb, TRAFFICMON_A_ENTRY_BYTES_SAMPLED, hits.bytes,
			      TRAFFICMON_A_ENTRY_PAD))
		return -EMSGSIZE;
	if (!hits.time)
		return 0;
	hit_ns = (u64)(hits.time - 1) << TM_PREFIX_HIT_SHIFT;
	return nla_put_u64_64bit(skb, TRAFFICMON_A_ENTRY_HIT_AGE,
				 now_ns > hit_ns ? now_ns - hit_ns : 0, TRAFFICMON_A_ENTRY_PAD);
}

/* The nest of an entry that has not expired. */
static int tm_nl_set_put_nest(struct sk_buff *skb, const struct tm_set *set,
			      const struct tm_prefix *entry, u64 now_ns)
{
	const char *comment = tm_set_comment(entry);
	struct nlattr *nest = nla_nest_start(skb, TRAFFICMON_A_SET_ENTRY);

	if (!nest ||
	    tm_nl_put_address(skb, TRAFFICMON_A_ENTRY_ADDRESS, &entry->address, entry->family) ||
	    nla_put_u8(skb, TRAFFICMON_A_ENTRY_LENGTH, entry->length))
		return -EMSGSIZE;
	if (entry->expires_ns &&
	    nla_put_u64_64bit(skb, TRAFFICMON_A_ENTRY_TIMEOUT, entry->expires_ns - now_ns,
			      TRAFFICMON_A_ENTRY_PAD))
		return -EMSGSIZE;
	if (comment && nla_put_string(skb, TRAFFICMON_A_ENTRY_COMMENT, comment))
		return -EMSGSIZE;
	if (tm_nl_set_put_hits(skb, set, entry, now_ns))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int tm_nl_set_put_entry(struct sk_buff *skb, struct netlink_callback *cb,
			       const struct tm_set *set, const struct tm_prefix *entry,
			       u64 now_ns)
{
	void *header = tm_nl_dump_put(skb, cb, TRAFFICMON_CMD_SET_GET);

	if (!header)
		return -EMSGSIZE;
	if (nla_put_string(skb, TRAFFICMON_A_SET_NAME, set->name) ||
	    tm_nl_set_put_nest(skb, set, entry, now_ns)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

/* What a dump of entries remembers: the last one looked at, whose comment may be gone. */
struct tm_nl_entries {
	bool begun;
	struct tm_prefix last;
};

/* Under tn->lock. */
static int tm_nl_set_dump_entries(struct sk_buff *skb, struct netlink_callback *cb,
				  const struct tm_set *set)
{
	struct tm_nl_entries *entries = tm_nl_dump_of(cb)->state;
	u64 now_ns = ktime_get_ns();
	struct tm_prefix next;
	u32 skipped = 0;
	int err;

	while (tm_prefixes_next(set->prefixes, entries->begun ? &entries->last : NULL, &next)) {
		if (!next.expires_ns || next.expires_ns > now_ns) {
			err = tm_nl_set_put_entry(skb, cb, set, &next, now_ns);
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

/* Under tn->lock. */
static int tm_nl_set_dump_one(struct sk_buff *skb, struct netlink_callback *cb, struct tm_net *tn,
			      const struct nlattr *name)
{
	struct tm_nl_dump *dump = tm_nl_dump_of(cb);
	struct tm_set *set = tm_nl_set_find(tn, name, cb->extack);
	struct tm_nl_entries *entries = dump->state;

	if (IS_ERR(set))
		return PTR_ERR(set);
	if (!entries) {
		entries = kvzalloc(sizeof(*entries), GFP_KERNEL);
		if (!entries)
			return -ENOMEM;
		dump->state = entries;
	}
	return tm_nl_set_dump_entries(skb, cb, set);
}

int tm_nl_set_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct nlattr *name = genl_info_dump(cb)->attrs[TRAFFICMON_A_SET_NAME];
	struct tm_net *tn = tm_nl_dump_enter(cb, true, 0);
	const struct tm_ruleset *ruleset;
	int err;

	if (IS_ERR(tn))
		return PTR_ERR(tn);
	mutex_lock(&tn->lock);
	/* a commit replaces sets as a whole, and sets come and go: NLM_F_DUMP_INTR */
	ruleset = rcu_dereference_protected(tn->ruleset, lockdep_is_held(&tn->lock));
	cb->seq = (u32)(ruleset->generation + tn->sets.changes) + 1;
	if (name)
		err = tm_nl_set_dump_one(skb, cb, tn, name);
	else
		err = tm_nl_set_dump_sets(skb, cb, tn, ruleset);
	mutex_unlock(&tn->lock);
	tm_net_exit(tn);
	if (err == -EMSGSIZE && skb->len)
		err = 0;
	return err ? err : skb->len;
}

/* 0 or -errno. */
static int tm_nl_set_read_address(const struct genl_info *info, struct tm_prefix *host)
{
	const struct nlattr *nest = info->attrs[TRAFFICMON_A_SET_ENTRY];
	struct nlattr *tb[TRAFFICMON_A_ENTRY_ADDRESS + 1];
	int err;

	if (!nest) {
		NL_SET_ERR_ATTR_MISS(info->extack, NULL, TRAFFICMON_A_SET_ENTRY);
		GENL_SET_ERR_MSG(info, "SET_ENTRY is missing; nothing was asked for");
		return -EINVAL;
	}
	err = tm_nl_parse_nested(tb, TRAFFICMON_A_ENTRY_ADDRESS, nest, tm_nl_address_policy,
				 info->extack);
	if (err)
		return err;
	if (!tb[TRAFFICMON_A_ENTRY_ADDRESS]) {
		NL_SET_ERR_MSG_ATTR(info->extack, nest, "an entry needs ENTRY_ADDRESS");
		return -EINVAL;
	}
	return tm_nl_get_prefix(tb[TRAFFICMON_A_ENTRY_ADDRESS], NULL, host, info->extack);
}

/* Under tn->lock. */
static int tm_nl_set_put_covering(struct sk_buff *reply, const struct tm_set *set,
				  const struct tm_prefix *host)
{
	u64 now_ns = ktime_get_ns();
	const struct tm_prefix_entry *entry;
	struct tm_prefix found;

	if (nla_put_string(reply, TRAFFICMON_A_SET_NAME, set->name))
		return -EMSGSIZE;
	rcu_read_lock();
	entry = tm_prefixes_covering(set->prefixes, host->family, &host->address, now_ns);
	if (entry)
		tm_prefix_show(entry, &found);
	rcu_read_unlock();
	return entry ? tm_nl_set_put_nest(reply, set, &found, now_ns) : 0;
}

static int tm_nl_set_test_in(struct tm_net *tn, struct genl_info *info, struct sk_buff *reply,
			     const struct tm_prefix *host)
{
	struct tm_set *set;
	int err;

	mutex_lock(&tn->lock);
	set = tm_nl_set_find(tn, info->attrs[TRAFFICMON_A_SET_NAME], info->extack);
	err = IS_ERR(set) ? PTR_ERR(set) : tm_nl_set_put_covering(reply, set, host);
	mutex_unlock(&tn->lock);
	return err;
}

int tm_nl_set_test(struct sk_buff *skb, struct genl_info *info)
{
	struct tm_net *tn = tm_nl_enter(skb, info, true, 0);
	struct sk_buff *reply;
	struct tm_prefix host;
	void *header;
	int err;

	if (IS_ERR(tn))
		return PTR_ERR(tn);
	err = tm_nl_set_check_name(info->attrs[TRAFFICMON_A_SET_NAME], info->extack);
	err = err ?: tm_nl_set_read_address(info, &host);
	if (err)
		goto exit;
	reply = tm_nl_reply(info, TRAFFICMON_CMD_SET_TEST, NLMSG_GOODSIZE, &header);
	if (!reply) {
		err = -ENOMEM;
		goto exit;
	}
	err = tm_nl_set_test_in(tn, info, reply, &host);
	if (err) {
		nlmsg_free(reply);
	} else {
		genlmsg_end(reply, header);
		err = genlmsg_reply(reply, info);
	}
exit:
	tm_net_exit(tn);
	return err;
}
