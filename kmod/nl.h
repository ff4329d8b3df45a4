/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generic netlink family: what its files share.  The contract is in
 * uapi/linux/trafficmon.h.
 *
 * A do handler begins with tm_nl_enter(), a dump with tm_nl_dump_enter(): they
 * check the caller and the message and hold the namespace against detach until
 * tm_net_exit().  What a handler refuses it puts into words (extack); errors
 * without words are -ENOMEM and -EMSGSIZE alone.
 */
#ifndef TM_NL_H
#define TM_NL_H

#include <linux/trafficmon.h>
#include <net/genetlink.h>
#include "compat.h"

struct tm_event;
struct tm_net;

extern struct genl_family tm_nl_family;

int tm_nl_setup(void);
void tm_nl_teardown(void);

/* Multicast an event into the namespace's group, if anybody listens.  May sleep. */
void tm_nl_event_send(struct tm_net *tn, const struct tm_event *event);

/* Would anybody hear an event of this namespace? */
bool tm_nl_event_wanted(struct net *net);

/* Hand an event's message to the group of a namespace; consumes @skb.  May sleep. */
void tm_nl_event_multicast(struct net *net, struct sk_buff *skb);

/* An attribute that may stand several times, for the @multi masks. */
#define TM_NL_MULTI(attribute)	BIT_ULL(attribute)

/* Has the caller the privilege that the UAPI calls "admin"?  @skb: the request. */
bool tm_nl_is_admin(struct sk_buff *skb);

/* Only what a request without a namespace needs: -EPERM, -EINVAL for a repeated attribute. */
int tm_nl_check(struct sk_buff *skb, struct genl_info *info, bool admin, u64 multi);

/**
 * tm_nl_enter - begin a do handler
 * @admin: the command is for admins
 * @multi: attributes that may be given several times
 *
 * Return: the namespace, to be given back by tm_net_exit(), or ERR_PTR:
 * -EPERM, -EINVAL, -ENOTCONN, with extack.
 */
struct tm_net *tm_nl_enter(struct sk_buff *skb, struct genl_info *info, bool admin, u64 multi);

/**
 * struct tm_nl_dump - what every dump keeps in cb->ctx
 * @instance: of the namespace at the first call
 * @state: of the handler, freed by tm_nl_dump_done()
 * @index: of the handler: where it goes on
 * @started: the first call was let in
 * @admin: the caller is one
 * @ended: nothing is left to show
 */
struct tm_nl_dump {
	u64 instance;
	void *state;
	u32 index;
	bool started;
	bool admin;
	bool ended;
};

static inline struct tm_nl_dump *tm_nl_dump_of(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct tm_nl_dump) > sizeof(cb->ctx));
	return (struct tm_nl_dump *)cb->ctx;
}

/* As tm_nl_enter(), at each call of a dump; also -ENOTCONN when the instance has changed. */
struct tm_net *tm_nl_dump_enter(struct netlink_callback *cb, bool admin, u64 multi);

/* .start and .done of every dump. */
int tm_nl_dump_start(struct netlink_callback *cb);
int tm_nl_dump_done(struct netlink_callback *cb);

/* Begin a message of a dump / a reply to a do.  NULL: no room / no memory. */
void *tm_nl_dump_put(struct sk_buff *skb, struct netlink_callback *cb, u8 command);
struct sk_buff *tm_nl_reply(struct genl_info *info, u8 command, size_t bytes, void **header);

/* The smallest buffer of a dump: takes any one object, and a bucket of flows. */
#define TM_NL_DUMP_BYTES	8192

/* Entries of a set that one message may carry. */
#define TM_NL_ENTRIES_MAX	4096

/* Devices that one INFO_GET shows. */
#define TM_NL_DEVICES_MAX	128

extern const struct nla_policy tm_nl_stats_policy[TRAFFICMON_A_STATS_LEDGER + 1];
extern const struct nla_policy tm_nl_flow_policy[TRAFFICMON_A_FLOW_STATE + 1];
extern const struct nla_policy tm_nl_record_policy[TRAFFICMON_A_RECORD_CURSOR + 1];
extern const struct nla_policy tm_nl_begin_policy[TRAFFICMON_A_TRANSACTION_KEEP_POLICIES + 1];
extern const struct nla_policy tm_nl_commit_policy[TRAFFICMON_A_TRANSACTION_CONFIRM_TIMEOUT + 1];
extern const struct nla_policy tm_nl_confirm_policy[TRAFFICMON_A_TRANSACTION_GENERATION + 1];
extern const struct nla_policy tm_nl_policy_policy[TRAFFICMON_A_POLICY_DESTINATION_SET + 1];
extern const struct nla_policy tm_nl_set_name_policy[TRAFFICMON_A_SET_NAME + 1];
extern const struct nla_policy tm_nl_set_policy[TRAFFICMON_A_SET_KEEP + 1];
extern const struct nla_policy tm_nl_set_test_policy[TRAFFICMON_A_SET_ENTRY + 1];
extern const struct nla_policy tm_nl_limiter_get_policy[TRAFFICMON_A_LIMITER_OVER + 1];
extern const struct nla_policy tm_nl_limiter_del_policy[TRAFFICMON_A_LIMITER_AGGREGATE + 1];
extern const struct nla_policy tm_nl_limiter_flush_policy[TRAFFICMON_A_LIMITER_POLICY + 1];
extern const struct nla_policy tm_nl_event_policy[TRAFFICMON_A_EVENT_SEQUENCE + 1];

int tm_nl_info_get(struct sk_buff *skb, struct genl_info *info);
int tm_nl_netns_attach(struct sk_buff *skb, struct genl_info *info);
int tm_nl_netns_detach(struct sk_buff *skb, struct genl_info *info);
int tm_nl_stats_get(struct sk_buff *skb, struct genl_info *info);
int tm_nl_flow_dump(struct sk_buff *skb, struct netlink_callback *cb);
int tm_nl_flow_flush(struct sk_buff *skb, struct genl_info *info);
int tm_nl_record_dump(struct sk_buff *skb, struct netlink_callback *cb);
int tm_nl_transaction_begin(struct sk_buff *skb, struct genl_info *info);
int tm_nl_transaction_commit(struct sk_buff *skb, struct genl_info *info);
int tm_nl_transaction_confirm(struct sk_buff *skb, struct genl_info *info);
int tm_nl_transaction_rollback(struct sk_buff *skb, struct genl_info *info);
int tm_nl_transaction_abort(struct sk_buff *skb, struct genl_info *info);
int tm_nl_policy_dump(struct sk_buff *skb, struct netlink_callback *cb);
int tm_nl_policy_add(struct sk_buff *skb, struct genl_info *info);
int tm_nl_policy_flush(struct sk_buff *skb, struct genl_info *info);
int tm_nl_set_dump(struct sk_buff *skb, struct netlink_callback *cb);
int tm_nl_set_add(struct sk_buff *skb, struct genl_info *info);
int tm_nl_set_del(struct sk_buff *skb, struct genl_info *info);
int tm_nl_set_flush(struct sk_buff *skb, struct genl_info *info);
int tm_nl_set_destroy(struct sk_buff *skb, struct genl_info *info);
int tm_nl_set_test(struct sk_buff *skb, struct genl_info *info);
int tm_nl_limiter_dump(struct sk_buff *skb, struct netlink_callback *cb);
int tm_nl_limiter_del(struct sk_buff *skb, struct genl_info *info);
int tm_nl_limiter_flush(struct sk_buff *skb, struct genl_info *info);
int tm_nl_event_dump(struct sk_buff *skb, struct netlink_callback *cb);

#endif
