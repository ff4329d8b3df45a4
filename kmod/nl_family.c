// SPDX-License-Identifier: GPL-2.0
/*
 * The family: its operations, who may call them, and how a handler gets at the
 * namespace of its socket.
 *
 * The core does not serialise (parallel_ops): configuration is changed under
 * tn->lock, and a namespace is held against detach by tm_net_enter().  Admin
 * commands check the caller themselves and not by GENL_ADMIN_PERM, which gives
 * no reason and knows no userns_admin.
 */
#include <linux/module.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>
#include <net/sock.h>
#include "netns.h"
#include "nl.h"
#include "nl_attr.h"
#include "params.h"

/* Events go nowhere before the family stands and after it fell. */
static DECLARE_RWSEM(tm_nl_gate);
static bool tm_nl_registered;	/* tm_nl_gate */

bool tm_nl_is_admin(struct sk_buff *skb)
{
	if (netlink_capable(skb, CAP_NET_ADMIN))
		return true;
	return tm_params.userns_admin &&
	       netlink_ns_capable(skb, sock_net(skb->sk)->user_ns, CAP_NET_ADMIN);
}

/* Who calls, and is nothing given twice? */
static int tm_nl_check_message(struct sk_buff *skb, const struct nlmsghdr *nlh,
			       struct netlink_ext_ack *extack, bool admin, u64 multi)
{
	if (admin && !tm_nl_is_admin(skb)) {
		NL_SET_ERR_MSG(extack,
			       "this needs CAP_NET_ADMIN in the initial user namespace, or, with the module parameter userns_admin=1, in the one that owns this network namespace");
		return -EPERM;
	}
	return tm_nl_check_single(nlmsg_attrdata(nlh, GENL_HDRLEN), nlmsg_attrlen(nlh, GENL_HDRLEN),
				  multi, extack);
}

int tm_nl_check(struct sk_buff *skb, struct genl_info *info, bool admin, u64 multi)
{
	return tm_nl_check_message(skb, info->nlhdr, info->extack, admin, multi);
}

static struct tm_net *tm_nl_hold(const struct net *net, struct netlink_ext_ack *extack)
{
	struct tm_net *tn = tm_net_enter(net);

	if (tn)
		return tn;
	NL_SET_ERR_MSG(extack,
		       "this namespace is not attached; attach it with TRAFFICMON_CMD_NETNS_ATTACH");
	return ERR_PTR(-ENOTCONN);
}

struct tm_net *tm_nl_enter(struct sk_buff *skb, struct genl_info *info, bool admin, u64 multi)
{
	int err = tm_nl_check(skb, info, admin, multi);

	return err ? ERR_PTR(err) : tm_nl_hold(genl_info_net(info), info->extack);
}

struct tm_net *tm_nl_dump_enter(struct netlink_callback *cb, bool admin, u64 multi)
{
	struct tm_nl_dump *dump = tm_nl_dump_of(cb);
	struct tm_net *tn;
	int err;

	if (!dump->started) {
		err = tm_nl_check_message(cb->skb, cb->nlh, cb->extack, admin, multi);
		if (err)
			return ERR_PTR(err);
	}
	tn = tm_nl_hold(sock_net(cb->skb->sk), cb->extack);
	if (IS_ERR(tn))
		return tn;
	if (!dump->started) {
		dump->instance = tn->instance;
		dump->admin = tm_nl_is_admin(cb->skb);
		dump->started = true;
	} else if (dump->instance != tn->instance) {
		tm_net_exit(tn);
		NL_SET_ERR_MSG(cb->extack,
			       "the namespace was detached and attached anew during the dump; ask again");
		return ERR_PTR(-ENOTCONN);
	}
	return tn;
}

int tm_nl_dump_start(struct netlink_callback *cb)
{
	cb->min_dump_alloc = TM_NL_DUMP_BYTES;
	return 0;
}

int tm_nl_dump_done(struct netlink_callback *cb)
{
	kvfree(tm_nl_dump_of(cb)->state);
	return 0;
}

void *tm_nl_dump_put(struct sk_buff *skb, struct netlink_callback *cb, u8 command)
{
	void *header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
				   &tm_nl_family, NLM_F_MULTI, command);

	if (header)
		genl_dump_check_consistent(cb, header);
	return header;
}

struct sk_buff *tm_nl_reply(struct genl_info *info, u8 command, size_t bytes, void **header)
{
	struct sk_buff *reply = genlmsg_new(bytes, GFP_KERNEL);

	if (!reply)
		return NULL;
	*header = genlmsg_put_reply(reply, info, &tm_nl_family, 0, command);
	if (*header)
		return reply;
	nlmsg_free(reply);
	return NULL;
}

#define TM_NL_DO(id, handler, attrs, max) {			\
		.cmd = TRAFFICMON_CMD_##id,			\
		.doit = handler,				\
		.policy = attrs,				\
		.maxattr = max,					\
	}

#define TM_NL_DUMP(id, handler, attrs, max) {			\
		.cmd = TRAFFICMON_CMD_##id,			\
		.start = tm_nl_dump_start,			\
		.dumpit = handler,				\
		.done = tm_nl_dump_done,			\
		.policy = attrs,				\
		.maxattr = max,					\
	}

/* For commands without attributes: the core checks nothing where there is no attribute to name. */
static const struct nla_policy tm_nl_no_policy[] = {
	[1] = { .type = NLA_REJECT, .reject_message = "this command takes no attributes" },
};

static const struct genl_ops tm_nl_ops[] = {
	TM_NL_DO(INFO_GET, tm_nl_info_get, tm_nl_no_policy, 1),
	TM_NL_DO(NETNS_ATTACH, tm_nl_netns_attach, tm_nl_no_policy, 1),
	TM_NL_DO(NETNS_DETACH, tm_nl_netns_detach, tm_nl_no_policy, 1),
	TM_NL_DO(STATS_GET, tm_nl_stats_get, tm_nl_stats_policy, TRAFFICMON_A_STATS_LEDGER),
	TM_NL_DUMP(FLOW_GET, tm_nl_flow_dump, tm_nl_flow_policy, TRAFFICMON_A_FLOW_STATE),
	TM_NL_DO(FLOW_FLUSH, tm_nl_flow_flush, tm_nl_no_policy, 1),
	TM_NL_DUMP(RECORD_GET, tm_nl_record_dump, tm_nl_record_policy, TRAFFICMON_A_RECORD_CURSOR),
	TM_NL_DO(TRANSACTION_BEGIN, tm_nl_transaction_begin, tm_nl_begin_policy,
		 TRAFFICMON_A_TRANSACTION_KEEP_POLICIES),
	TM_NL_DO(TRANSACTION_COMMIT, tm_nl_transaction_commit, tm_nl_commit_policy,
		 TRAFFICMON_A_TRANSACTION_CONFIRM_TIMEOUT),
	TM_NL_DO(TRANSACTION_ABORT, tm_nl_transaction_abort, tm_nl_no_policy, 1),
	TM_NL_DUMP(POLICY_GET, tm_nl_policy_dump, tm_nl_no_policy, 1),
	TM_NL_DO(POLICY_ADD, tm_nl_policy_add, tm_nl_policy_policy,
		 TRAFFICMON_A_POLICY_DESTINATION_SET),
	TM_NL_DO(POLICY_FLUSH, tm_nl_policy_flush, tm_nl_no_policy, 1),
	TM_NL_DUMP(SET_GET, tm_nl_set_dump, tm_nl_set_name_policy, TRAFFICMON_A_SET_NAME),
	TM_NL_DO(SET_ADD, tm_nl_set_add, tm_nl_set_policy, TRAFFICMON_A_SET_KEEP),
	TM_NL_DO(SET_DEL, tm_nl_set_del, tm_nl_set_policy, TRAFFICMON_A_SET_ENTRY),
	TM_NL_DO(SET_FLUSH, tm_nl_set_flush, tm_nl_set_name_policy, TRAFFICMON_A_SET_NAME),
	TM_NL_DUMP(LIMITER_GET, tm_nl_limiter_dump, tm_nl_limiter_get_policy,
		   TRAFFICMON_A_LIMITER_OVER),
	TM_NL_DO(LIMITER_DEL, tm_nl_limiter_del, tm_nl_limiter_del_policy,
		 TRAFFICMON_A_LIMITER_AGGREGATE),
	TM_NL_DO(LIMITER_FLUSH, tm_nl_limiter_flush, tm_nl_limiter_flush_policy,
		 TRAFFICMON_A_LIMITER_POLICY),
	TM_NL_DUMP(EVENT_GET, tm_nl_event_dump, tm_nl_event_policy, TRAFFICMON_A_EVENT_SEQUENCE),
	TM_NL_DO(TRANSACTION_CONFIRM, tm_nl_transaction_confirm, tm_nl_confirm_policy,
		 TRAFFICMON_A_TRANSACTION_GENERATION),
	TM_NL_DO(TRANSACTION_ROLLBACK, tm_nl_transaction_rollback, tm_nl_confirm_policy,
		 TRAFFICMON_A_TRANSACTION_GENERATION),
	TM_NL_DO(SET_TEST, tm_nl_set_test, tm_nl_set_test_policy, TRAFFICMON_A_SET_ENTRY),
	TM_NL_DO(SET_DESTROY, tm_nl_set_destroy, tm_nl_set_name_policy, TRAFFICMON_A_SET_NAME),
};

static const struct genl_multicast_group tm_nl_groups[] = {
	{ .name = TRAFFICMON_MCGRP_EVENTS, .flags = GENL_MCAST_CAP_NET_ADMIN },
};

struct genl_family tm_nl_family = {
	.name = TRAFFICMON_GENL_NAME,
	.version = TRAFFICMON_GENL_VERSION,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.ops = tm_nl_ops,
	.n_ops = ARRAY_SIZE(tm_nl_ops),
	.mcgrps = tm_nl_groups,
	.n_mcgrps = ARRAY_SIZE(tm_nl_groups),
};

/*
 * The core lets CAP_NET_ADMIN in the namespace's own user namespace join, and
 * only one that is as good as the initial one may hear.
 */
static bool tm_nl_event_allowed(const struct net *net)
{
	return net->user_ns == &init_user_ns || tm_params.userns_admin;
}

bool tm_nl_event_wanted(struct net *net)
{
	bool wanted;

	if (!tm_nl_event_allowed(net))
		return false;
	down_read(&tm_nl_gate);
	wanted = tm_nl_registered && genl_has_listeners(&tm_nl_family, net, 0);
	up_read(&tm_nl_gate);
	return wanted;
}

void tm_nl_event_multicast(struct net *net, struct sk_buff *skb)
{
	down_read(&tm_nl_gate);
	if (tm_nl_registered)
		genlmsg_multicast_netns(&tm_nl_family, net, skb, 0, 0, GFP_KERNEL);
	else
		nlmsg_free(skb);
	up_read(&tm_nl_gate);
}

/* The gate is never held around the core's calls: those wait for handlers, which may send. */
static void tm_nl_gate_set(bool open)
{
	down_write(&tm_nl_gate);
	tm_nl_registered = open;
	up_write(&tm_nl_gate);
}

int tm_nl_setup(void)
{
	int err = genl_register_family(&tm_nl_family);

	if (!err)
		tm_nl_gate_set(true);
	return err;
}

void tm_nl_teardown(void)
{
	tm_nl_gate_set(false);
	genl_unregister_family(&tm_nl_family);
}
