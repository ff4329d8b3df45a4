// SPDX-License-Identifier: GPL-2.0
/*
 * TRANSACTION_BEGIN, TRANSACTION_COMMIT, TRANSACTION_ABORT, POLICY_FLUSH: what
 * gives a namespace a new ruleset.
 */
#include "netns.h"
#include "nl.h"
#include "nl_attr.h"
#include "transaction.h"

const struct nla_policy tm_nl_commit_policy[] = {
	[TRAFFICMON_A_TRANSACTION_GENERATION] = NLA_POLICY_MIN(NLA_U64, 1),
};

int tm_nl_transaction_begin(struct sk_buff *skb, struct genl_info *info)
{
	struct tm_net *tn = tm_nl_enter(skb, info, true, 0);
	int err;

	if (IS_ERR(tn))
		return PTR_ERR(tn);
	mutex_lock(&tn->lock);
	err = tm_transaction_begin(tn, info->snd_portid);
	mutex_unlock(&tn->lock);
	tm_net_exit(tn);
	if (err == -EBUSY)
		GENL_SET_ERR_MSG(info,
				 "this socket has an open transaction; commit or abort it first");
	else if (err == -EUSERS)
		GENL_SET_ERR_MSG(info,
				 "8 transactions are open in this namespace; another must end first");
	return err;
}

/* Write the new generation into a reply made before the change: that cannot be undone. */
static int tm_nl_generation_reply(struct sk_buff *reply, struct genl_info *info, void *header,
				  u64 generation)
{
	WARN_ON_ONCE(nla_put_u64_64bit(reply, TRAFFICMON_A_TRANSACTION_GENERATION, generation,
				       TRAFFICMON_A_TRANSACTION_PAD));
	genlmsg_end(reply, header);
	return genlmsg_reply(reply, info);
}

static int tm_nl_commit(struct tm_net *tn, struct genl_info *info, u64 base, u64 *generation)
{
	struct tm_transaction *transaction;
	int err = -ENOENT;

	mutex_lock(&tn->lock);
	transaction = tm_transaction_find(tn, info->snd_portid);
	if (transaction)
		err = tm_transaction_commit(tn, transaction, base, generation);
	mutex_unlock(&tn->lock);
	if (err == -ENOENT)
		GENL_SET_ERR_MSG(info,
				 "this socket has no open transaction; begin one with TRAFFICMON_CMD_TRANSACTION_BEGIN");
	else if (err == -EBUSY)
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[TRAFFICMON_A_TRANSACTION_GENERATION],
				    "another generation is active than the one this builds on; look at it and begin anew");
	else if (err == -ENOMEM)
		GENL_SET_ERR_MSG(info, "no memory for the new ruleset; nothing was changed");
	return err;
}

int tm_nl_transaction_commit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *attr = info->attrs[TRAFFICMON_A_TRANSACTION_GENERATION];
	struct tm_net *tn = tm_nl_enter(skb, info, true, 0);
	struct sk_buff *reply;
	u64 generation;
	void *header;
	int err;

	if (IS_ERR(tn))
		return PTR_ERR(tn);
	reply = tm_nl_reply(info, TRAFFICMON_CMD_TRANSACTION_COMMIT,
			    nla_total_size_64bit(sizeof(u64)), &header);
	err = reply ? tm_nl_commit(tn, info, attr ? nla_get_u64(attr) : 0, &generation) : -ENOMEM;
	tm_net_exit(tn);
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	return tm_nl_generation_reply(reply, info, header, generation);
}

int tm_nl_transaction_abort(struct sk_buff *skb, struct genl_info *info)
{
	struct tm_net *tn = tm_nl_enter(skb, info, true, 0);
	struct tm_transaction *transaction;

	if (IS_ERR(tn))
		return PTR_ERR(tn);
	mutex_lock(&tn->lock);
	transaction = tm_transaction_find(tn, info->snd_portid);
	if (transaction)
		tm_transaction_abort(transaction);
	mutex_unlock(&tn->lock);
	tm_net_exit(tn);
	if (transaction)
		return 0;
	GENL_SET_ERR_MSG(info, "this socket has no open transaction; there is nothing to abort");
	return -ENOENT;
}

int tm_nl_policy_flush(struct sk_buff *skb, struct genl_info *info)
{
	struct tm_net *tn = tm_nl_enter(skb, info, true, 0);
	struct sk_buff *reply;
	int err = -ENOMEM;
	u64 generation;
	void *header;

	if (IS_ERR(tn))
		return PTR_ERR(tn);
	reply = tm_nl_reply(info, TRAFFICMON_CMD_POLICY_FLUSH, nla_total_size_64bit(sizeof(u64)),
			    &header);
	if (reply) {
		mutex_lock(&tn->lock);
		err = tm_transaction_flush(tn, &generation);
		mutex_unlock(&tn->lock);
	}
	tm_net_exit(tn);
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	return tm_nl_generation_reply(reply, info, header, generation);
}
