// SPDX-License-Identifier: GPL-2.0
/*
 * Policies as attributes: POLICY_ADD reads one, POLICY_GET shows them.
 *
 * The core has checked types, lengths and the plain ranges before a handler
 * runs; what is checked here is what needs two attributes at once.
 */
#include <linux/slab.h>
#include <linux/ktime.h>
#include "netns.h"
#include "nl.h"
#include "nl_attr.h"
#include "nl_match.h"
#include "transaction.h"

#define AGGREGATE_FACTOR_MAX		1024
#define AGGREGATE_FACTOR_DEFAULT	8

static const struct nla_policy tm_nl_limit_policy[] = {
	[TRAFFICMON_A_LIMIT_KIND] = NLA_POLICY_MAX(NLA_U8, __TRAFFICMON_LIMIT_MAX - 1),
	[TRAFFICMON_A_LIMIT_RATE] = { .type = NLA_U64 },
	[TRAFFICMON_A_LIMIT_BURST] = { .type = NLA_U64 },
};

#define ALL_BITS(count)	NLA_POLICY_RANGE(NLA_U32, 1, (1 << (count)) - 1)

const struct nla_policy tm_nl_policy_policy[] = {
	[TRAFFICMON_A_POLICY_NAME] = TM_NL_NAME,
	[TRAFFICMON_A_POLICY_MODE] = NLA_POLICY_MAX(NLA_U8, __TRAFFICMON_MODE_MAX - 1),
	[TRAFFICMON_A_POLICY_ACTION] = NLA_POLICY_MAX(NLA_U8, __TRAFFICMON_ACTION_MAX - 1),
	[TRAFFICMON_A_POLICY_CLASSES] = ALL_BITS(__TRAFFICMON_CLASS_MAX),
	[TRAFFICMON_A_POLICY_DIRECTIONS] = ALL_BITS(__TRAFFICMON_DIRECTION_MAX),
	[TRAFFICMON_A_POLICY_FAMILIES] = ALL_BITS(__TRAFFICMON_FAMILY_MAX),
	[TRAFFICMON_A_POLICY_SOURCE] = NLA_POLICY_NESTED(tm_nl_prefix_policy),
	[TRAFFICMON_A_POLICY_DESTINATION] = NLA_POLICY_NESTED(tm_nl_prefix_policy),
	[TRAFFICMON_A_POLICY_SOURCE_PORT] = NLA_POLICY_NESTED(tm_nl_ports_policy),
	[TRAFFICMON_A_POLICY_DESTINATION_PORT] = NLA_POLICY_NESTED(tm_nl_ports_policy),
	[TRAFFICMON_A_POLICY_DEVICE] = { .type = NLA_NUL_STRING, .len = IFNAMSIZ - 1 },
	[TRAFFICMON_A_POLICY_KEY] = NLA_POLICY_MAX(NLA_U8, __TRAFFICMON_KEY_MAX - 1),
	[TRAFFICMON_A_POLICY_KEY_SOURCE_LENGTH4] = NLA_POLICY_MAX(NLA_U8, 32),
	[TRAFFICMON_A_POLICY_KEY_SOURCE_LENGTH6] = NLA_POLICY_MAX(NLA_U8, 128),
	[TRAFFICMON_A_POLICY_KEY_DESTINATION_LENGTH4] = NLA_POLICY_MAX(NLA_U8, 32),
	[TRAFFICMON_A_POLICY_KEY_DESTINATION_LENGTH6] = NLA_POLICY_MAX(NLA_U8, 128),
	[TRAFFICMON_A_POLICY_LIMIT] = NLA_POLICY_NESTED(tm_nl_limit_policy),
	[TRAFFICMON_A_POLICY_ON_FULL] = NLA_POLICY_MAX(NLA_U8, __TRAFFICMON_ON_FULL_MAX - 1),
	[TRAFFICMON_A_POLICY_AGGREGATE_FACTOR] = NLA_POLICY_RANGE(NLA_U32, 1, AGGREGATE_FACTOR_MAX),
	[TRAFFICMON_A_POLICY_SPARE] = ALL_BITS(__TRAFFICMON_SPARE_MAX),
	[TRAFFICMON_A_POLICY_FRAGMENTS] = ALL_BITS(__TRAFFICMON_FRAGMENT_MAX),
	[TRAFFICMON_A_POLICY_TCP_FLAGS] = NLA_POLICY_NESTED(tm_nl_tcp_flags_policy),
	[TRAFFICMON_A_POLICY_LENGTH] = NLA_POLICY_NESTED(tm_nl_length_policy),
	[TRAFFICMON_A_POLICY_HOP_LIMIT] = NLA_POLICY_NESTED(tm_nl_hop_limit_policy),
	[TRAFFICMON_A_POLICY_MARK] = NLA_POLICY_NESTED(tm_nl_mark_policy),
	[TRAFFICMON_A_POLICY_DEVICE_GLOB] = NLA_POLICY_NESTED(tm_nl_glob_policy),
	[TRAFFICMON_A_POLICY_SOURCE_SET] = NLA_POLICY_NESTED(tm_nl_match_set_policy),
	[TRAFFICMON_A_POLICY_DESTINATION_SET] = NLA_POLICY_NESTED(tm_nl_match_set_policy),
};

#define POLICY_MULTI	(TM_NL_MATCH_MULTI | TM_NL_MULTI(TRAFFICMON_A_POLICY_LIMIT))

static int tm_nl_policy_check_rate(u8 kind, const struct nlattr *attr,
				   struct netlink_ext_ack *extack)
{
	u64 rate = nla_get_u64(attr);

	if (kind == TRAFFICMON_LIMIT_BYTES) {
		if (rate >= TM_RATE_BYTES_MIN && rate <= TM_RATE_BYTES_MAX)
			return 0;
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "a limit is 125 to 50,000,000,000 bytes a second");
		return -ERANGE;
	}
	if (rate >= TM_RATE_PACKETS_MIN && rate <= TM_RATE_PACKETS_MAX)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "a limit is 1 to 200,000,000 packets or new flows a second");
	return -ERANGE;
}

static int tm_nl_policy_check_kind(const struct tm_policy_spec *spec, u8 kind,
				   const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	int i;

	for (i = 0; i < spec->limit_count; i++) {
		if (spec->rates[i].kind != kind)
			continue;
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "a policy has at most one limit in packets, one in bytes and one in new flows");
		return -EINVAL;
	}
	return 0;
}

/* By kind, in whatever order they were given. */
static void tm_nl_policy_insert_limit(struct tm_policy_spec *spec, const struct tm_rate *limit)
{
	u8 i = spec->limit_count++;

	for (; i && spec->rates[i - 1].kind > limit->kind; i--)
		spec->rates[i] = spec->rates[i - 1];
	spec->rates[i] = *limit;
}

static int tm_nl_policy_read_limit(const struct nlattr *nest, struct tm_policy_spec *spec,
				   struct netlink_ext_ack *extack)
{
	struct nlattr *tb[TRAFFICMON_A_LIMIT_MAX + 1];
	struct nlattr *attr_kind, *attr_rate, *attr_burst;
	struct tm_rate limit;
	u64 rate, burst;
	int err;
	u8 kind;

	err = tm_nl_parse_nested(tb, TRAFFICMON_A_LIMIT_MAX, nest, tm_nl_limit_policy, extack);
	if (err)
		return err;
	attr_kind = tb[TRAFFICMON_A_LIMIT_KIND];
	attr_rate = tb[TRAFFICMON_A_LIMIT_RATE];
	attr_burst = tb[TRAFFICMON_A_LIMIT_BURST];
	if (!attr_kind || !attr_rate) {
		NL_SET_ERR_MSG_ATTR(extack, nest, "a limit needs LIMIT_KIND and LIMIT_RATE");
		return -EINVAL;
	}
	kind = nla_get_u8(attr_kind);
	err = tm_nl_policy_check_kind(spec, kind, attr_kind, extack);
	if (!err)
		err = tm_nl_policy_check_rate(kind, attr_rate, extack);
	if (err)
		return err;
	rate = nla_get_u64(attr_rate);
	burst = attr_burst ? nla_get_u64(attr_burst) : tm_rate_default_burst(kind, rate);
	if (!tm_rate_init(&limit, kind, rate, burst)) {
		NL_SET_ERR_MSG_ATTR(extack, attr_burst ? attr_burst : nest,
				    "a burst is at least 1 and at most one hour of the rate");
		return -ERANGE;
	}
	tm_nl_policy_insert_limit(spec, &limit);
	return 0;
}

static u32 tm_nl_u32_or(const struct nlattr *attr, u32 otherwise)
{
	return attr ? nla_get_u32(attr) : otherwise;
}

static u8 tm_nl_u8_or(const struct nlattr *attr, u8 otherwise)
{
	return attr ? nla_get_u8(attr) : otherwise;
}

/* The attributes that stand once; their ranges are checked. */
static void tm_nl_policy_read_once(struct nlattr **attrs, struct tm_policy_spec *spec)
{
	nla_strscpy(spec->name, attrs[TRAFFICMON_A_POLICY_NAME], sizeof(spec->name));
	spec->mode = tm_nl_u8_or(attrs[TRAFFICMON_A_POLICY_MODE], TRAFFICMON_MODE_MONITOR);
	spec->action = tm_nl_u8_or(attrs[TRAFFICMON_A_POLICY_ACTION], TRAFFICMON_ACTION_DROP);
	tm_nl_match_read_once(attrs, &spec->match);
	spec->key = tm_nl_u8_or(attrs[TRAFFICMON_A_POLICY_KEY], TRAFFICMON_KEY_NONE);
	spec->source_length[TRAFFICMON_FAMILY_IPV4] =
		tm_nl_u8_or(attrs[TRAFFICMON_A_POLICY_KEY_SOURCE_LENGTH4], 32);
	spec->source_length[TRAFFICMON_FAMILY_IPV6] =
		tm_nl_u8_or(attrs[TRAFFICMON_A_POLICY_KEY_SOURCE_LENGTH6], 64);
	spec->destination_length[TRAFFICMON_FAMILY_IPV4] =
		tm_nl_u8_or(attrs[TRAFFICMON_A_POLICY_KEY_DESTINATION_LENGTH4], 32);
	spec->destination_length[TRAFFICMON_FAMILY_IPV6] =
		tm_nl_u8_or(attrs[TRAFFICMON_A_POLICY_KEY_DESTINATION_LENGTH6], 128);
	spec->on_full = tm_nl_u8_or(attrs[TRAFFICMON_A_POLICY_ON_FULL], TRAFFICMON_ON_FULL_PASS);
	spec->aggregate_factor = tm_nl_u32_or(attrs[TRAFFICMON_A_POLICY_AGGREGATE_FACTOR],
					      AGGREGATE_FACTOR_DEFAULT);
	spec->spare = tm_nl_u32_or(attrs[TRAFFICMON_A_POLICY_SPARE], 0);
}

static int tm_nl_policy_read(struct genl_info *info, struct tm_policy_spec *spec)
{
	const struct nlattr *attr;
	int rem, err;

	if (!info->attrs[TRAFFICMON_A_POLICY_NAME]) {
		NL_SET_ERR_ATTR_MISS(info->extack, NULL, TRAFFICMON_A_POLICY_NAME);
		GENL_SET_ERR_MSG(info, "a policy needs POLICY_NAME");
		return -EINVAL;
	}
	tm_nl_policy_read_once(info->attrs, spec);
	nla_for_each_attr(attr, nlmsg_attrdata(info->nlhdr, GENL_HDRLEN),
			  nlmsg_attrlen(info->nlhdr, GENL_HDRLEN), rem) {
		err = nla_type(attr) == TRAFFICMON_A_POLICY_LIMIT ?
		      tm_nl_policy_read_limit(attr, spec, info->extack) :
		      tm_nl_match_read(attr, &spec->match, info->extack);
		if (err)
			return err;
	}
	if (!spec->spare || spec->limit_count)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[TRAFFICMON_A_POLICY_SPARE],
			    "a policy without limits drops all that it matches and can spare nobody");
	return -EINVAL;
}

/* Are the sets that a policy names there, or staged? */
static int tm_nl_policy_check_sets(const struct tm_net *tn,
				   const struct tm_transaction *transaction,
				   const struct genl_info *info)
{
	const struct nlattr *attr, *name;
	int rem;

	nla_for_each_attr(attr, nlmsg_attrdata(info->nlhdr, GENL_HDRLEN),
			  nlmsg_attrlen(info->nlhdr, GENL_HDRLEN), rem) {
		if (nla_type(attr) != TRAFFICMON_A_POLICY_SOURCE_SET &&
		    nla_type(attr) != TRAFFICMON_A_POLICY_DESTINATION_SET)
			continue;
		name = nla_find_nested(attr, TRAFFICMON_A_MATCH_SET_NAME);
		if (tm_sets_find(&tn->sets, nla_data(name)) ||
		    tm_transaction_staged(transaction, nla_data(name)))
			continue;
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "there is no set of this name, and none is staged; SET_ADD stages one");
		return -ENOENT;
	}
	return 0;
}

/* Under tn->lock. */
static int tm_nl_policy_stage_in(struct tm_net *tn, struct tm_transaction *transaction,
				 struct genl_info *info, struct tm_policy_spec *spec)
{
	int err = tm_nl_policy_check_sets(tn, transaction, info);

	return err ? err : tm_transaction_add_policy(transaction, spec);
}

static int tm_nl_policy_stage(struct tm_net *tn, struct genl_info *info,
			      struct tm_policy_spec *spec)
{
	struct tm_transaction *transaction;
	int err = -ENOENT;

	mutex_lock(&tn->lock);
	transaction = tm_transaction_find(tn, info->snd_portid);
	if (transaction)
		err = tm_nl_policy_stage_in(tn, transaction, info, spec);
	else
		GENL_SET_ERR_MSG(info,
				 "this socket has no open transaction; begin one with TRAFFICMON_CMD_TRANSACTION_BEGIN");
	mutex_unlock(&tn->lock);
	if (err == -EALREADY)
		GENL_SET_ERR_MSG(info,
				 "this transaction was begun with TRANSACTION_KEEP_POLICIES; it stages sets alone");
	else if (err == -EEXIST)
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[TRAFFICMON_A_POLICY_NAME],
				    "the transaction has a policy of this name already");
	else if (err == -E2BIG)
		GENL_SET_ERR_MSG(info, "a ruleset has at most 4096 policies");
	return err;
}

int tm_nl_policy_add(struct sk_buff *skb, struct genl_info *info)
{
	struct tm_net *tn = tm_nl_enter(skb, info, true, POLICY_MULTI);
	struct tm_policy_spec *spec;
	int err = -ENOMEM;

	if (IS_ERR(tn))
		return PTR_ERR(tn);
	spec = kzalloc(sizeof(*spec), GFP_KERNEL_ACCOUNT);
	if (spec) {
		err = tm_nl_policy_read(info, spec);
		if (!err)
			err = tm_nl_policy_stage(tn, info, spec);
		if (err)
			kfree(spec);
	}
	tm_net_exit(tn);
	return err;
}

static int tm_nl_policy_put_limits(struct sk_buff *skb, const struct tm_policy_spec *spec)
{
	const int pad = TRAFFICMON_A_LIMIT_PAD;
	u8 i;

	for (i = 0; i < spec->limit_count; i++) {
		const struct tm_rate *rate = &spec->rates[i];
		struct nlattr *nest = nla_nest_start(skb, TRAFFICMON_A_POLICY_LIMIT);

		if (!nest)
			return -EMSGSIZE;
		if (nla_put_u8(skb, TRAFFICMON_A_LIMIT_KIND, rate->kind) ||
		    nla_put_u64_64bit(skb, TRAFFICMON_A_LIMIT_RATE, rate->per_second, pad) ||
		    nla_put_u64_64bit(skb, TRAFFICMON_A_LIMIT_BURST, rate->burst, pad))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

/* All that an admin alone may see: the definition but its name and mode. */
static int tm_nl_policy_put_definition(struct sk_buff *skb, const struct tm_policy_spec *spec)
{
	if (nla_put_u8(skb, TRAFFICMON_A_POLICY_ACTION, spec->action) ||
	    tm_nl_match_put(skb, &spec->match) ||
	    nla_put_u8(skb, TRAFFICMON_A_POLICY_KEY, spec->key) ||
	    nla_put_u8(skb, TRAFFICMON_A_POLICY_KEY_SOURCE_LENGTH4,
		       spec->source_length[TRAFFICMON_FAMILY_IPV4]) ||
	    nla_put_u8(skb, TRAFFICMON_A_POLICY_KEY_SOURCE_LENGTH6,
		       spec->source_length[TRAFFICMON_FAMILY_IPV6]) ||
	    nla_put_u8(skb, TRAFFICMON_A_POLICY_KEY_DESTINATION_LENGTH4,
		       spec->destination_length[TRAFFICMON_FAMILY_IPV4]) ||
	    nla_put_u8(skb, TRAFFICMON_A_POLICY_KEY_DESTINATION_LENGTH6,
		       spec->destination_length[TRAFFICMON_FAMILY_IPV6]) ||
	    tm_nl_policy_put_limits(skb, spec) ||
	    nla_put_u8(skb, TRAFFICMON_A_POLICY_ON_FULL, spec->on_full) ||
	    (spec->spare && nla_put_u32(skb, TRAFFICMON_A_POLICY_SPARE, spec->spare)))
		return -EMSGSIZE;
	return nla_put_u32(skb, TRAFFICMON_A_POLICY_AGGREGATE_FACTOR, spec->aggregate_factor);
}

/* Under tn->lock: watch.c writes when the policy went over. */
static int tm_nl_policy_put_counters(struct sk_buff *skb, const struct tm_policy_state *state)
{
	const int pad = TRAFFICMON_A_POLICY_PAD;
	struct tm_policy_sum sum;

	tm_policy_read(state, &sum);
	if (tm_nl_put_count(skb, TRAFFICMON_A_POLICY_MATCHED_PACKETS, &sum.matched, pad) ||
	    tm_nl_put_count(skb, TRAFFICMON_A_POLICY_OVER_PACKETS, &sum.over, pad) ||
	    tm_nl_put_count(skb, TRAFFICMON_A_POLICY_DROPPED_PACKETS, &sum.dropped, pad) ||
	    tm_nl_put_count(skb, TRAFFICMON_A_POLICY_SPARED_PACKETS, &sum.spared, pad))
		return -EMSGSIZE;
	if (!state->watch.over_since_ns)
		return 0;
	return nla_put_u64_64bit(skb, TRAFFICMON_A_POLICY_OVER_SINCE_AGE,
				 ktime_get_ns() - state->watch.over_since_ns, pad);
}

static int tm_nl_policy_put(struct sk_buff *skb, struct netlink_callback *cb,
			    const struct tm_policy *policy, u64 generation)
{
	void *header = tm_nl_dump_put(skb, cb, TRAFFICMON_CMD_POLICY_GET);

	if (!header)
		return -EMSGSIZE;
	if (nla_put_string(skb, TRAFFICMON_A_POLICY_NAME, policy->spec->name) ||
	    nla_put_u8(skb, TRAFFICMON_A_POLICY_MODE, policy->spec->mode) ||
	    nla_put_u64_64bit(skb, TRAFFICMON_A_POLICY_GENERATION, generation,
			      TRAFFICMON_A_POLICY_PAD) ||
	    tm_nl_policy_put_counters(skb, policy->state) ||
	    (tm_nl_dump_of(cb)->admin && tm_nl_policy_put_definition(skb, policy->spec))) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

int tm_nl_policy_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct tm_nl_dump *dump = tm_nl_dump_of(cb);
	struct tm_net *tn = tm_nl_dump_enter(cb, false, 0);
	const struct tm_ruleset *ruleset;
	int err = 0;

	if (IS_ERR(tn))
		return PTR_ERR(tn);
	mutex_lock(&tn->lock);
	ruleset = rcu_dereference_protected(tn->ruleset, lockdep_is_held(&tn->lock));
	/* a change between two messages of the dump is marked NLM_F_DUMP_INTR; 0 marks nothing */
	cb->seq = (u32)ruleset->generation + 1;
	while (!err && dump->index < ruleset->count) {
		err = tm_nl_policy_put(skb, cb, &ruleset->policies[dump->index],
				       ruleset->generation);
		if (!err)
			dump->index++;
	}
	mutex_unlock(&tn->lock);
	tm_net_exit(tn);
	if (err == -EMSGSIZE && skb->len)
		err = 0;
	return err ? err : skb->len;
}
