/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The devices of an attached namespace: which are uplinks, which are hooked at
 * ingress, which lie above such a one.  Follows netdev events; the packet path
 * asks by index.
 */
#ifndef TM_DEVICE_H
#define TM_DEVICE_H

#include <linux/if.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

struct net;
struct net_device;
struct tm_net;

enum tm_device_flags {
	TM_DEVICE_UPLINK	= 1 << 0,
	TM_DEVICE_INGRESS	= 1 << 1,	/* hooked at ingress */
	TM_DEVICE_COVERED	= 1 << 2,	/* above a device hooked at ingress */
	TM_DEVICE_UNSEEN	= 1 << 3,	/* carries traffic that no hook sees */
};

/*
 * Immutable once published: open addressing by ifindex, at most half full.
 * @plain: every device is an uplink and none has another flag.
 */
struct tm_device_map {
	struct rcu_head rcu;
	u32 mask;
	bool plain;
	struct {
		u32 ifindex;	/* 0: free */
		u32 flags;
	} slot[];
};

struct tm_devices {
	struct tm_device_map __rcu *map;	/* replaced under RTNL */
	struct list_head ingress;		/* hooks set; RTNL */
	struct list_head member;		/* of all attached namespaces; RTNL */
};

/* The netdev notifier, for the whole module. */
int tm_device_setup(void);
void tm_device_teardown(void);

/*
 * Begin / stop following the devices of a namespace, hooking named devices at
 * ingress.  detach: hooks are gone, but readers may still run until the
 * caller's synchronize_net().  Take RTNL themselves.  attach: 0 or -errno with
 * nothing left behind.
 */
int tm_device_attach(struct tm_net *tn);
void tm_device_detach(struct tm_net *tn);
void tm_device_clean(struct tm_net *tn);	/* after the grace period */

/* Of one device, looked for in a map that is not plain. */
u32 tm_device_map_find(const struct tm_device_map *map, u32 ifindex);

/* enum tm_device_flags of a device; 0 when unknown.  Context: RCU. */
static inline u32 tm_device_flags(const struct tm_devices *devices, u32 ifindex)
{
	const struct tm_device_map *map = rcu_dereference(devices->map);

	return likely(map->plain) ? TM_DEVICE_UPLINK : tm_device_map_find(map, ifindex);
}

#endif
