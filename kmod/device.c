// SPDX-License-Identifier: GPL-2.0
/*
 * Devices: which are uplinks, which are hooked at ingress, which lie above one
 * that is.  Everything is worked out anew, under RTNL, when a device comes,
 * goes, is renamed or gets a master; the packet path reads a small hash.
 *
 * A device is hooked when the parameter `devices` names it, unless all its
 * packets come through devices below it that are.  Nothing below a bridge, bond
 * or team is hooked when one of its ports could not be: else some packets of
 * the master would have been accounted below it and some not.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "device.h"

#include <linux/if_vlan.h>
#include <linux/log2.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/net_namespace.h>
#include <net/rtnetlink.h>

#include "hook.h"
#include "netns.h"
#include "params.h"

#define TM_DEVICE_DEPTH_MAX	8	/* devices stacked on one another */
#define TM_DEVICE_PRIORITY	(-450)	/* at ingress: before nft's filter chains (0) */

/* All attached namespaces; RTNL. */
static LIST_HEAD(tm_device_members);

/* One device hooked at ingress; RTNL. */
struct tm_device_hook {
	struct list_head list;
	struct rcu_head rcu;
	struct net_device *dev;
	struct nf_hook_ops ops;
};

static u32 tm_device_slot(const struct tm_device_map *map, u32 ifindex)
{
	return ifindex & map->mask;
}

u32 tm_device_map_find(const struct tm_device_map *map, u32 ifindex)
{
	u32 i;

	for (i = tm_device_slot(map, ifindex); map->slot[i].ifindex; i = (i + 1) & map->mask)
		if (map->slot[i].ifindex == ifindex)
			return map->slot[i].flags;
	return 0;
}

/* Has no flag of its own in struct net_device. */
static bool tm_device_is_ipvlan(const struct net_device *dev)
{
	return dev->rtnl_link_ops && !strcmp(dev->rtnl_link_ops->kind, "ipvlan");
}

/* Kinds whose packets are those of the devices below. */
static bool tm_device_relays(const struct net_device *dev)
{
	return is_vlan_dev(dev) || netif_is_bond_master(dev) || netif_is_team_master(dev) ||
	       netif_is_macvlan(dev) || netif_is_bridge_master(dev) || tm_device_is_ipvlan(dev);
}

static bool tm_device_named(const struct net_device *dev)
{
	return !(dev->flags & IFF_LOOPBACK) && tm_globs_match(&tm_params.devices, dev->name);
}

/* Is it above others of its namespace, all of which are named or above such ones? */
static bool tm_device_above_named(struct net_device *dev, int depth)
{
	struct net_device *lower;
	struct list_head *iter;
	bool above = false;

	if (!depth || !tm_device_relays(dev))
		return false;
	netdev_for_each_lower_dev(dev, lower, iter) {
		if (!net_eq(dev_net(lower), dev_net(dev)) ||
		    (!tm_device_named(lower) && !tm_device_above_named(lower, depth - 1)))
			return false;
		above = true;
	}
	return above;
}

/* A device above, of the same namespace, that has packets from elsewhere, too. */
static int tm_device_is_mixed(struct net_device *upper, struct netdev_nested_priv *priv)
{
	return net_eq(dev_net(upper), priv->data) && tm_device_relays(upper) &&
	       !tm_device_above_named(upper, TM_DEVICE_DEPTH_MAX);
}

/* Named, and nothing above it has packets from elsewhere, too. */
static bool tm_device_wanted(struct net_device *dev)
{
	struct netdev_nested_priv priv = { .data = dev_net(dev) };
	bool mixed;

	if (!tm_device_named(dev))
		return false;
	rcu_read_lock();
	mixed = netdev_walk_all_upper_dev_rcu(dev, tm_device_is_mixed, &priv);
	rcu_read_unlock();
	return !mixed;
}

/* Do its packets come through devices of its namespace that are hooked? */
static bool tm_device_covered(struct net_device *dev, int depth)
{
	struct net_device *lower;
	struct list_head *iter;

	if (!depth || !tm_device_relays(dev))
		return false;
	netdev_for_each_lower_dev(dev, lower, iter)
		if (net_eq(dev_net(lower), dev_net(dev)) &&
		    (tm_device_wanted(lower) || tm_device_covered(lower, depth - 1)))
			return true;
	return false;
}

static u32 tm_device_work_out(struct net_device *dev)
{
	bool any = tm_params.devices.count;
	bool covered = any && tm_device_covered(dev, TM_DEVICE_DEPTH_MAX);
	bool hooked = any && !covered && tm_device_wanted(dev);
	u32 flags = 0;

	if (tm_params.uplinks_all || tm_globs_match(&tm_params.uplinks, dev->name))
		flags |= TM_DEVICE_UPLINK;
	if (covered)
		flags |= TM_DEVICE_COVERED;
	if (hooked)
		flags |= TM_DEVICE_INGRESS;
	/* A port that leaves its bridge loses the flag only after we were told. */
	if (!hooked && !covered && (netif_is_bridge_port(dev) || netif_is_ovs_port(dev)) &&
	    netdev_master_upper_dev_get(dev))
		flags |= TM_DEVICE_UNSEEN;
	return flags;
}

static struct tm_device_hook *tm_device_hook_find(struct tm_net *tn, const struct net_device *dev)
{
	struct tm_device_hook *hook;

	list_for_each_entry(hook, &tn->devices.ingress, list)
		if (hook->dev == dev)
			return hook;
	return NULL;
}

static int tm_device_hook(struct tm_net *tn, struct net_device *dev)
{
	struct tm_device_hook *hook = kzalloc(sizeof(*hook), GFP_KERNEL_ACCOUNT);
	int err;

	if (!hook)
		return -ENOMEM;
	hook->dev = dev;
	hook->ops.hook = tm_hook_ingress;
	hook->ops.pf = NFPROTO_NETDEV;
	hook->ops.hooknum = NF_NETDEV_INGRESS;
	hook->ops.priority = TM_DEVICE_PRIORITY;
	hook->ops.dev = dev;
	hook->ops.priv = tn;
	err = nf_register_net_hook(tn->net, &hook->ops);
	if (err) {
		kfree(hook);
		return err;
	}
	list_add_tail(&hook->list, &tn->devices.ingress);
	return 0;
}

/* Packets inside the hook hold on to @tn only, but who lists hooks reads ours under RCU. */
static void tm_device_unhook(struct tm_net *tn, struct tm_device_hook *hook)
{
	nf_unregister_net_hook(tn->net, &hook->ops);
	list_del(&hook->list);
	kfree_rcu(hook, rcu);
}

/* Hook or unhook as the flags say; a failure leaves the device to PRE_ROUTING. */
static u32 tm_device_apply(struct tm_net *tn, struct net_device *dev, u32 flags)
{
	struct tm_device_hook *hook = tm_device_hook_find(tn, dev);
	int err;

	if (!(flags & TM_DEVICE_INGRESS)) {
		if (hook)
			tm_device_unhook(tn, hook);
		return flags;
	}
	if (hook)
		return flags;
	err = tm_device_hook(tn, dev);
	if (!err)
		return flags;
	net_err_ratelimited("trafficmon: cannot hook device %s at ingress: error %d\n", dev->name,
			    err);
	return flags & ~TM_DEVICE_INGRESS;
}

static void tm_device_map_put(struct tm_device_map *map, u32 ifindex, u32 flags)
{
	u32 i = tm_device_slot(map, ifindex);

	while (map->slot[i].ifindex)
		i = (i + 1) & map->mask;
	map->slot[i].ifindex = ifindex;
	map->slot[i].flags = flags;
	if (flags != TM_DEVICE_UPLINK)
		map->plain = false;
}

static struct tm_device_map *tm_device_map_alloc(const struct net *net)
{
	struct tm_device_map *map;
	struct net_device *dev;
	u32 count = 0, size;

	for_each_netdev(net, dev)
		count++;
	size = roundup_pow_of_two(2 * count + 2);
	map = kvzalloc(struct_size(map, slot, size), GFP_KERNEL_ACCOUNT);
	if (!map)
		return NULL;
	map->mask = size - 1;
	map->plain = true;
	return map;
}

static void tm_device_map_publish(struct tm_net *tn, struct tm_device_map *map)
{
	struct tm_device_map *old = rcu_replace_pointer(tn->devices.map, map,
						       lockdep_rtnl_is_held());

	if (old)
		kvfree_rcu(old, rcu);
}

/*
 * Work all devices out anew.  Once there is a map, hooks are set before the next
 * one says so; the first comes before any hook, which could not do without.
 */
static int tm_device_update(struct tm_net *tn)
{
	bool first = !rcu_access_pointer(tn->devices.map);
	struct tm_device_map *map;
	struct net_device *dev;
	u32 flags;

	ASSERT_RTNL();
	map = tm_device_map_alloc(tn->net);
	if (!map)
		return -ENOMEM;
	for_each_netdev(tn->net, dev) {
		flags = tm_device_work_out(dev);
		tm_device_map_put(map, dev->ifindex,
				  first ? flags : tm_device_apply(tn, dev, flags));
	}
	tm_device_map_publish(tn, map);
	return first ? tm_device_update(tn) : 0;
}

static struct tm_net *tm_device_member(const struct net *net)
{
	struct tm_net *tn;

	list_for_each_entry(tn, &tm_device_members, devices.member)
		if (net_eq(tn->net, net))
			return tn;
	return NULL;
}

static int tm_device_event(struct notifier_block *block, unsigned long event, void *info)
{
	struct net_device *dev = netdev_notifier_info_to_dev(info);
	struct tm_net *tn = tm_device_member(dev_net(dev));
	struct tm_device_hook *hook;

	if (!tn)
		return NOTIFY_DONE;
	switch (event) {
	case NETDEV_UNREGISTER:		/* also: moves to another namespace */
		hook = tm_device_hook_find(tn, dev);
		if (hook)
			tm_device_unhook(tn, hook);
		fallthrough;
	case NETDEV_REGISTER:
	case NETDEV_CHANGENAME:
	case NETDEV_CHANGEUPPER:
		if (tm_device_update(tn))
			net_err_ratelimited("trafficmon: no memory to follow device %s\n",
					    dev->name);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block tm_device_notifier = {
	.notifier_call = tm_device_event,
};

int tm_device_setup(void)
{
	return register_netdevice_notifier(&tm_device_notifier);
}

void tm_device_teardown(void)
{
	unregister_netdevice_notifier(&tm_device_notifier);
}

int tm_device_attach(struct tm_net *tn)
{
	int err;

	rtnl_lock();
	err = tm_device_update(tn);
	if (!err)
		list_add_tail(&tn->devices.member, &tm_device_members);
	rtnl_unlock();
	return err;
}

void tm_device_detach(struct tm_net *tn)
{
	struct tm_device_hook *hook, *next;

	rtnl_lock();
	list_del_init(&tn->devices.member);
	list_for_each_entry_safe(hook, next, &tn->devices.ingress, list)
		tm_device_unhook(tn, hook);
	rtnl_unlock();
}

void tm_device_clean(struct tm_net *tn)
{
	kvfree(rcu_dereference_protected(tn->devices.map, true));
	RCU_INIT_POINTER(tn->devices.map, NULL);
}
