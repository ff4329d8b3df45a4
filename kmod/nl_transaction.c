// SPDX-License-Identifier: GPL-2.0
/*
 * TRANSACTION_BEGIN, TRANSACTION_COMMIT, TRANSACTION_CONFIRM,
 * TRANSACTION_ROLLBACK, TRANSACTION_ABORT, POLICY_FLUSH: what gives a namespace
 * a new ruleset, or the one before.
 */
#include "commit.h"
#include "netns.h"
#include "nl.h"
#include "nl_attr.h"
#include "transaction.h"

#define CONFIRM_MIN_NS	(1ULL * NSEC_PER_SEC)
#define CONFIRM_MAX_NS	(24ULL * 3600 * NSEC_PER_SEC)

const struct nla_policy tm_nl_begin_policy[] = {
	[TRAFFICMON_A_TRANSACTION_KEEP_POLICIES] = { .type = NLA_FLAG },
};

const struct nla_policy tm_nl_commit_policy[] = {
	[TRAFFICMON_A_TRANSACTION_GENERATION] = NLA_POLICY_MIN(NLA_U64, 1),
	[TRAFFICMON_A_TRANSACTION_CONFIRM_TIMEOUT] = { .type = NLA_U64 },
};

const struct nla_policy tm_nl_confirm_policy[] = {
	[TRAFFICMON_A_TRANSACTION_GENERATION] = NLA_POLICY_MIN(NLA_U64, 1),
};

int tm_nl_transaction_begin(struct sk_buff *skb, struct genl_info *info)
{
	struct tm_net *tn = tm_nl_enter(skb, info, true, 0);
	int err;

	if (IS_ERR(tn))
		return PTR_ERR(tn);
	mutex_lock(&tn->lock);
	err = tm_transaction_begin(tn, info->snd_portid,
				   info->attrs[TRAFFICMON_A_TRANSACTION_KEEP_POLICIES]);
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

/* Put a refusal of commit.h into words; @err for the caller. */
static int tm_nl_commit_refused(struct genl_info *info, int err)
{
	switch (err) {
	case -EINPROGRESS:
		GENL_SET_ERR_MSG(info,
				 "the ruleset in use waits for its confirmation; confirm it or roll it back first");
		return -EBUSY;
	case -ESTALE:
		GENL_SET_ERR_MSG(info,
				 "a set was changed after it was staged with SET_KEEP; begin anew");
		return -EBUSY;
	case -EBUSY:
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[TRAFFICMON_A_TRANSACTION_GENERATION],
				    "another generation is active than the one this builds on; look at it and begin anew");
		return err;
	case -ENOENT:
		GENL_SET_ERR_MSG(info,
				 "a set that a staged policy names was destroyed meanwhile; begin anew");
		return -EBUSY;
	case -ENOSPC:
		GENL_SET_ERR_MSG(info,
				 "a namespace has at most 1024 sets; destroy some that nobody needs");
		return err;
	case -ENOMEM:
		GENL_SET_ERR_MSG(info, "no memory for the new ruleset; nothing was changed");
		return err;
	}
	return err;
}

static int tm_nl_commit_read_confirm(struct genl_info *info, u64 *confirm_ns)
{
	const struct nlattr *attr = info->attrs[TRAFFICMON_A_TRANSACTION_CONFIRM_TIMEOUT];

	*confirm_ns = attr ? nla_get_u64(attr) : 0;
	if (!attr || (*confirm_ns >= CONFIRM_MIN_NS && *confirm_ns <= CONFIRM_MAX_NS))
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr,
			    "a ruleset waits 1 second to 1 day for its confirmation, in nanoseconds");
	return -ERANGE;
}

static u64 tm_nl_get_generation(const struct genl_info *info)
{
	const struct nlattr *attr = info->attrs[TRAFFICMON_A_TRANSACTION_GENERATION];

	return attr ? nla_get_u64(attr) : 0;
}

static int tm_nl_commit(struct tm_net *tn, struct genl_info *info, u64 *generation)
{
	struct tm_transaction *transaction;
	u64 confirm_ns;
	int err = tm_nl_commit_read_confirm(info, &confirm_ns);

	if (err)
		return err;
	mutex_lock(&tn->lock);
	transaction = tm_transaction_find(tn, info->snd_portid);
	if (transaction)
		err = tm_commit(tn, transaction, tm_nl_get_generation(info), confirm_ns,
				generation);
	mutex_unlock(&tn->lock);
	if (transaction)
		return tm_nl_commit_refused(info, err);
	GENL_SET_ERR_MSG(info,
			 "this socket has no open transaction; begin one with TRAFFICMON_CMD_TRANSACTION_BEGIN");
	return -ENOENT;
}

/* Whom a confirmation or a rollback does not find. */
static int tm_nl_decide_refused(struct genl_info *info, int err)
{
	if (err == -ENOENT)
		GENL_SET_ERR_MSG(info,
				 "no ruleset waits for its confirmation: it was confirmed or rolled back, or needed none");
	else if (err == -EBUSY)
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[TRAFFICMON_A_TRANSACTION_GENERATION],
				    "the ruleset that waits for its confirmation is of another generation");
	return err;
}

static int tm_nl_roll_back(struct tm_net *tn, struct genl_info *info, u64 *generation)
{
	int err;

	mutex_lock(&tn->lock);
	err = tm_commit_roll_back(tn, tm_nl_get_generation(info), generation);
	mutex_unlock(&tn->lock);
	return tm_nl_decide_refused(info, err);
}

static int tm_nl_flush(struct tm_net *tn, struct genl_info *info, u64 *generation)
{
	int err;

	mutex_lock(&tn->lock);
	err = tm_commit_no_policies(tn, generation);
	mutex_unlock(&tn->lock);
	return tm_nl_commit_refused(info, err);
}

/* What is answered with the new generation; the answer is made first, for it may fail. */
static int tm_nl_new_generation(struct sk_buff *skb, struct genl_info *info, u8 command,
				int (*change)(struct tm_net *tn, struct genl_info *info,
					      u64 *generation))
{
	struct tm_net *tn = tm_nl_enter(skb, info, true, 0);
	struct sk_buff *reply;
	u64 generation;
	void *header;
	int err;

	if (IS_ERR(tn))
		return PTR_ERR(tn);
	reply = tm_nl_reply(info, command, nla_total_size_64bit(sizeof(u64)), &header);
	err = reply ? change(tn, info, &generation) : -ENOMEM;
	tm_net_exit(tn);
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	return tm_nl_generation_reply(reply, info, header, generation);
}

int tm_nl_transaction_commit(struct sk_buff *skb, struct genl_info *info)
{
	return tm_nl_new_generation(skb, info, TRAFFICMON_CMD_TRANSACTION_COMMIT, tm_nl_commit);
}

int tm_nl_transaction_rollback(struct sk_buff *skb, struct genl_info *info)
{
	return tm_nl_new_generation(skb, info, TRAFFICMON_CMD_TRANSACTION_ROLLBACK,
				    tm_nl_roll_back);
}

int tm_nl_policy_flush(struct sk_buff *skb, struct genl_info *info)
{
	return tm_nl_new_generation(skb, info, TRAFFICMON_CMD_POLICY_FLUSH, tm_nl_flush);
}

int tm_nl_transaction_confirm(struct sk_buff *skb, struct genl_info *info)
{
	struct tm_net *tn = tm_nl_enter(skb, info, true, 0);
	int err = -EINVAL;

	if (IS_ERR(tn))
		return PTR_ERR(tn);
	if (info->attrs[TRAFFICMON_A_TRANSACTION_GENERATION]) {
		mutex_lock(&tn->lock);
		err = tm_commit_confirm(tn, tm_nl_get_generation(info));
		mutex_unlock(&tn->lock);
		tm_nl_decide_refused(info, err);
	} else {
		NL_SET_ERR_ATTR_MISS(info->extack, NULL, TRAFFICMON_A_TRANSACTION_GENERATION);
		GENL_SET_ERR_MSG(info,
				 "TRANSACTION_GENERATION is missing: which ruleset is confirmed");
	}
	tm_net_exit(tn);
	return err;
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
		tm_transaction_close(transaction);
	mutex_unlock(&tn->lock);
	tm_net_exit(tn);
	if (!transaction) {
		GENL_SET_ERR_MSG(info,
				 "this socket has no open transaction; there is nothing to abort");
		return -ENOENT;
	}
	tm_transaction_free(transaction);
	return 0;
}
