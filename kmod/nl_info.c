// SPDX-License-Identifier: GPL-2.0
/*
 * INFO_GET, NETNS_ATTACH, NETNS_DETACH.
 */
#include <linux/cpumask.h>
#include <linux/netdevice.h>
#include <linux/ktime.h>
#include <linux/string.h>
#include "breaker.h"
#include "netns.h"
#include "nl.h"
#include "nl_attr.h"
#include "params.h"

#define INFO_BYTES	512	/* all but the devices */
#define INFO_COUNTS_NS	NSEC_PER_SEC	/* how old the counts shown to anybody may be */
#define INFO_DEVICE_BYTES	(nla_total_size(0) + nla_total_size(IFNAMSIZ) + \
				 nla_total_size(sizeof(u32)) + 4 * nla_total_size(0))

static int tm_nl_put_flag_if(struct sk_buff *skb, int type, bool set)
{
	return set ? nla_put_flag(skb, type) : 0;
}

static int tm_nl_info_put_device(struct sk_buff *skb, const struct net_device *dev, u32 flags)
{
	struct nlattr *nest = nla_nest_start(skb, TRAFFICMON_A_INFO_DEVICE);
	char name[IFNAMSIZ];

	if (!nest)
		return -EMSGSIZE;
	/* a rename meanwhile may mix two names, but must not cost the NUL */
	strscpy(name, dev->name, sizeof(name));
	if (nla_put_string(skb, TRAFFICMON_A_DEVICE_NAME, name) ||
	    nla_put_u32(skb, TRAFFICMON_A_DEVICE_INDEX, dev->ifindex) ||
	    tm_nl_put_flag_if(skb, TRAFFICMON_A_DEVICE_UPLINK, flags & TM_DEVICE_UPLINK) ||
	    tm_nl_put_flag_if(skb, TRAFFICMON_A_DEVICE_INGRESS, flags & TM_DEVICE_INGRESS) ||
	    tm_nl_put_flag_if(skb, TRAFFICMON_A_DEVICE_COVERED, flags & TM_DEVICE_COVERED) ||
	    tm_nl_put_flag_if(skb, TRAFFICMON_A_DEVICE_UNSEEN, flags & TM_DEVICE_UNSEEN))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* The devices with at least one flag of @wanted and none of @unwanted. */
static int tm_nl_info_put_devices(struct sk_buff *skb, struct tm_net *tn, u32 wanted, u32 unwanted,
				  u32 *count)
{
	struct net_device *dev;
	int err = 0;

	rcu_read_lock();
	for_each_netdev_rcu(tn->net, dev) {
		u32 flags = tm_device_flags(&tn->devices, dev->ifindex);

		if (!(flags & wanted) || (flags & unwanted))
			continue;
		if ((*count)++ < TM_NL_DEVICES_MAX)
			err = tm_nl_info_put_device(skb, dev, flags);
		if (err)
			break;
	}
	rcu_read_unlock();
	return err;
}

/* Those that a person must know of come first. */
static int tm_nl_info_put_all_devices(struct sk_buff *skb, struct tm_net *tn)
{
	const u32 first = TM_DEVICE_UNSEEN | TM_DEVICE_INGRESS | TM_DEVICE_COVERED;
	u32 count = 0;

	if (tm_nl_info_put_devices(skb, tn, first, 0, &count) ||
	    tm_nl_info_put_devices(skb, tn, TM_DEVICE_UPLINK, first, &count))
		return -EMSGSIZE;
	return nla_put_u32(skb, TRAFFICMON_A_INFO_DEVICES, count);
}

static u32 tm_nl_info_limiters(struct tm_net *tn)
{
	struct tm_limit_view view;
	u64 now_ns = ktime_get_ns();
	u32 index = 0, count = 0;

	while (tm_limit_next(&tn->limiters, &index, now_ns, &view))
		count++;
	return count;
}

/*
 * Counting walks both tables, through the packet path's cache lines, and
 * anybody may ask: one at a time, and for others than admins once a second.
 */
static struct tm_net_counts tm_nl_info_count(struct tm_net *tn, bool admin)
{
	struct tm_net_counts counts;

	mutex_lock(&tn->counts_lock);
	if (admin || !tn->counts.time_ns ||
	    ktime_get_ns() - tn->counts.time_ns >= INFO_COUNTS_NS) {
		tn->counts.flows = tm_flow_count(&tn->flows);
		tn->counts.limiters = tm_nl_info_limiters(tn);
		tn->counts.time_ns = ktime_get_ns();
	}
	counts = tn->counts;
	mutex_unlock(&tn->counts_lock);
	return counts;
}

/* What is configured, and how it stands.  Under tn->lock. */
static int tm_nl_info_put_config(struct sk_buff *skb, struct tm_net *tn)
{
	const struct tm_ruleset *ruleset = rcu_dereference_protected(tn->ruleset,
								     lockdep_is_held(&tn->lock));
	const int pad = TRAFFICMON_A_INFO_PAD;
	u64 waits_ns = tm_commit_waits_ns(tn);

	if (nla_put_u64_64bit(skb, TRAFFICMON_A_INFO_GENERATION, ruleset->generation, pad) ||
	    nla_put_u32(skb, TRAFFICMON_A_INFO_POLICIES, ruleset->count) ||
	    nla_put_u32(skb, TRAFFICMON_A_INFO_POLICIES_ENFORCING, ruleset->enforcing))
		return -EMSGSIZE;
	if (nla_put_u64_64bit(skb, TRAFFICMON_A_INFO_MEMORY_BYTES, tm_net_bytes(tn), pad))
		return -EMSGSIZE;
	return waits_ns ? nla_put_u64_64bit(skb, TRAFFICMON_A_INFO_CONFIRM_TIMEOUT, waits_ns,
					    pad) : 0;
}

static int tm_nl_info_put_enforcement(struct sk_buff *skb, struct tm_net *tn)
{
	int cause = tm_breaker_suspended_by(tn);

	return cause < 0 ? 0 : nla_put_u8(skb, TRAFFICMON_A_INFO_SUSPENDED_BY, cause);
}

/* Without tn->lock: counting may take long. */
static int tm_nl_info_put_tables(struct sk_buff *skb, struct tm_net *tn, bool admin)
{
	struct tm_net_counts counts = tm_nl_info_count(tn, admin);

	if (nla_put_u32(skb, TRAFFICMON_A_INFO_FLOWS, counts.flows) ||
	    nla_put_u32(skb, TRAFFICMON_A_INFO_FLOWS_MAX, tm_params.flows) ||
	    nla_put_u32(skb, TRAFFICMON_A_INFO_LIMITERS, counts.limiters) ||
	    nla_put_u32(skb, TRAFFICMON_A_INFO_LIMITERS_MAX, tm_params.limiters) ||
	    nla_put_u32(skb, TRAFFICMON_A_INFO_RECORDS_MAX, tm_params.records) ||
	    nla_put_u32(skb, TRAFFICMON_A_INFO_RINGS, num_possible_cpus()))
		return -EMSGSIZE;
	return 0;
}

static int tm_nl_info_put_history(struct sk_buff *skb, struct tm_net *tn)
{
	const int pad = TRAFFICMON_A_INFO_PAD;
	u64 read_ns = READ_ONCE(tn->last_read_ns);
	u64 sequence;

	spin_lock(&tn->events.lock);
	sequence = tn->events.next - 1;
	spin_unlock(&tn->events.lock);
	if (nla_put_u64_64bit(skb, TRAFFICMON_A_INFO_INSTANCE, tn->instance, pad) ||
	    nla_put_u64_64bit(skb, TRAFFICMON_A_INFO_ATTACH_TIME, tn->attach_time_ns, pad) ||
	    nla_put_u64_64bit(skb, TRAFFICMON_A_INFO_EVENT_SEQUENCE, sequence, pad))
		return -EMSGSIZE;
	if (!read_ns)
		return 0;
	return nla_put_u64_64bit(skb, TRAFFICMON_A_INFO_LAST_READ_AGE, ktime_get_ns() - read_ns,
				 pad);
}

static int tm_nl_info_put_attached(struct sk_buff *skb, struct tm_net *tn, bool admin)
{
	int err;

	mutex_lock(&tn->lock);
	err = tm_nl_info_put_config(skb, tn);
	mutex_unlock(&tn->lock);
	if (err || tm_nl_info_put_enforcement(skb, tn) || tm_nl_info_put_tables(skb, tn, admin) ||
	    tm_nl_info_put_history(skb, tn))
		return -EMSGSIZE;
	return tm_nl_info_put_all_devices(skb, tn);
}

static int tm_nl_info_put(struct sk_buff *skb, struct net *net, bool admin)
{
	struct tm_net *tn;
	int err;

	if (nla_put_string(skb, TRAFFICMON_A_INFO_VERSION, TM_VERSION) ||
	    nla_put_u32(skb, TRAFFICMON_A_INFO_NETNS_ATTACHED, tm_net_attached()) ||
	    nla_put_u32(skb, TRAFFICMON_A_INFO_NETNS_MAX, tm_params.netns_max))
		return -EMSGSIZE;
	tn = tm_net_enter(net);
	if (!tn)
		return nla_put_u8(skb, TRAFFICMON_A_INFO_ATTACHED, 0);
	err = nla_put_u8(skb, TRAFFICMON_A_INFO_ATTACHED, 1);
	if (!err)
		err = tm_nl_info_put_attached(skb, tn, admin);
	tm_net_exit(tn);
	return err;
}

int tm_nl_info_get(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *reply;
	void *header;
	int err;

	err = tm_nl_check(skb, info, false, 0);
	if (err)
		return err;
	reply = tm_nl_reply(info, TRAFFICMON_CMD_INFO_GET,
			    INFO_BYTES + TM_NL_DEVICES_MAX * INFO_DEVICE_BYTES, &header);
	if (!reply)
		return -ENOMEM;
	err = tm_nl_info_put(reply, genl_info_net(info), tm_nl_is_admin(skb));
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	genlmsg_end(reply, header);
	return genlmsg_reply(reply, info);
}

int tm_nl_netns_attach(struct sk_buff *skb, struct genl_info *info)
{
	int err = tm_nl_check(skb, info, true, 0);

	if (err)
		return err;
	err = tm_net_attach(genl_info_net(info));
	if (err == -EALREADY)
		GENL_SET_ERR_MSG(info, "this namespace is attached already");
	else if (err == -EUSERS)
		GENL_SET_ERR_MSG(info,
				 "as many namespaces are attached as the module parameter netns_max allows; detach one, or load the module with a greater netns_max");
	else if (err == -ENOMEM)
		GENL_SET_ERR_MSG(info,
				 "no memory for the tables; load the module with smaller flows, limiters or records");
	else if (err == -ESHUTDOWN)
		GENL_SET_ERR_MSG(info, "the module is being unloaded");
	else if (err)
		GENL_SET_ERR_MSG(info, "the hooks could not be set; the kernel log may say why");
	return err;
}

int tm_nl_netns_detach(struct sk_buff *skb, struct genl_info *info)
{
	int err = tm_nl_check(skb, info, true, 0);

	if (err)
		return err;
	err = tm_net_detach(genl_info_net(info));
	if (err)
		GENL_SET_ERR_MSG(info,
				 "this namespace is not attached; there is nothing to detach");
	return err;
}
