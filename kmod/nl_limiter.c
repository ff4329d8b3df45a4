// SPDX-License-Identifier: GPL-2.0
/*
 * LIMITER_GET, LIMITER_DEL, LIMITER_FLUSH.
 *
 * A key is shown, and named for deletion, by what its kind counts per, and by
 * nothing else.  Deleting one forgets it under both limits of its policy,
 * unless LIMITER_KIND names one.
 */
#include <linux/bsearch.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/sort.h>
#include "netns.h"
#include "nl.h"
#include "nl_attr.h"

const struct nla_policy tm_nl_limiter_get_policy[] = {
	[TRAFFICMON_A_LIMITER_POLICY] = TM_NL_NAME,
	[TRAFFICMON_A_LIMITER_OVER] = { .type = NLA_FLAG },
};

const struct nla_policy tm_nl_limiter_del_policy[] = {
	[TRAFFICMON_A_LIMITER_POLICY] = TM_NL_NAME,
	[TRAFFICMON_A_LIMITER_KIND] = NLA_POLICY_MAX(NLA_U8, __TRAFFICMON_LIMIT_MAX - 1),
	[TRAFFICMON_A_LIMITER_SOURCE] = TM_NL_ADDRESS,
	[TRAFFICMON_A_LIMITER_SOURCE_LENGTH] = NLA_POLICY_MAX(NLA_U8, 128),
	[TRAFFICMON_A_LIMITER_DESTINATION] = TM_NL_ADDRESS,
	[TRAFFICMON_A_LIMITER_DESTINATION_LENGTH] = NLA_POLICY_MAX(NLA_U8, 128),
	[TRAFFICMON_A_LIMITER_SOURCE_PORT] = { .type = NLA_U16 },
	[TRAFFICMON_A_LIMITER_DESTINATION_PORT] = { .type = NLA_U16 },
	[TRAFFICMON_A_LIMITER_PROTOCOL] = { .type = NLA_U8 },
	[TRAFFICMON_A_LIMITER_IIF] = { .type = NLA_U32 },
	[TRAFFICMON_A_LIMITER_AGGREGATE] = { .type = NLA_FLAG },
};

const struct nla_policy tm_nl_limiter_flush_policy[] = {
	[TRAFFICMON_A_LIMITER_POLICY] = TM_NL_NAME,
};

/* What a key is made of: attributes, as a mask. */
#define PART(attribute)	BIT(TRAFFICMON_A_LIMITER_##attribute)
#define ALL_PARTS	(PART(SOURCE) | PART(DESTINATION) | PART(SOURCE_PORT) | \
			 PART(DESTINATION_PORT) | PART(PROTOCOL) | PART(IIF))

static u32 tm_nl_limiter_parts(u8 kind, bool aggregate)
{
	static const u32 parts[__TRAFFICMON_KEY_MAX] = {
		[TRAFFICMON_KEY_SOURCE] = PART(SOURCE),
		[TRAFFICMON_KEY_DESTINATION] = PART(DESTINATION),
		[TRAFFICMON_KEY_SOURCE_DESTINATION_PORT] = PART(SOURCE) | PART(DESTINATION_PORT),
		[TRAFFICMON_KEY_SOURCE_DESTINATION] = PART(SOURCE) | PART(DESTINATION),
		[TRAFFICMON_KEY_FLOW] = ALL_PARTS & ~PART(IIF),
		[TRAFFICMON_KEY_IIF] = PART(IIF),
	};

	return kind == TRAFFICMON_KEY_FLOW && aggregate ? PART(SOURCE) : parts[kind];
}

/* Bits of an address that a key of the policy has; @length: of the policy's key. */
static u8 tm_nl_limiter_length(const struct tm_policy_spec *spec, u8 family, u8 length,
			       bool aggregate)
{
	if (aggregate)
		return tm_policy_aggregate_length(family, length);
	return spec->key == TRAFFICMON_KEY_FLOW ? tm_nl_address_bits(family) : length;
}

static int tm_nl_limiter_put_addresses(struct sk_buff *skb, const struct tm_policy_spec *spec,
				       const struct tm_limit_key *key, u32 parts)
{
	bool aggregate = key->flags & TM_LIMIT_KEY_AGGREGATE;
	u8 family = key->flags & TM_LIMIT_KEY_IPV6 ? TRAFFICMON_FAMILY_IPV6 :
						     TRAFFICMON_FAMILY_IPV4;
	u8 length;

	length = tm_nl_limiter_length(spec, family, spec->source_length[family], aggregate);
	if ((parts & PART(SOURCE)) &&
	    (tm_nl_put_address(skb, TRAFFICMON_A_LIMITER_SOURCE, &key->source, family) ||
	     nla_put_u8(skb, TRAFFICMON_A_LIMITER_SOURCE_LENGTH, length)))
		return -EMSGSIZE;
	length = tm_nl_limiter_length(spec, family, spec->destination_length[family], aggregate);
	if ((parts & PART(DESTINATION)) &&
	    (tm_nl_put_address(skb, TRAFFICMON_A_LIMITER_DESTINATION, &key->destination, family) ||
	     nla_put_u8(skb, TRAFFICMON_A_LIMITER_DESTINATION_LENGTH, length)))
		return -EMSGSIZE;
	return 0;
}

static int tm_nl_limiter_put_key(struct sk_buff *skb, const struct tm_policy_spec *spec,
				 const struct tm_limit_key *key)
{
	bool aggregate = key->flags & TM_LIMIT_KEY_AGGREGATE;
	u32 parts = tm_nl_limiter_parts(key->kind, aggregate);

	if (nla_put_string(skb, TRAFFICMON_A_LIMITER_POLICY, spec->name) ||
	    nla_put_u8(skb, TRAFFICMON_A_LIMITER_KIND, spec->rates[key->limit].kind) ||
	    tm_nl_limiter_put_addresses(skb, spec, key, parts) ||
	    ((parts & PART(SOURCE_PORT)) &&
	     nla_put_u16(skb, TRAFFICMON_A_LIMITER_SOURCE_PORT, ntohs(key->source_port))) ||
	    ((parts & PART(DESTINATION_PORT)) &&
	     nla_put_u16(skb, TRAFFICMON_A_LIMITER_DESTINATION_PORT,
			 ntohs(key->destination_port))) ||
	    ((parts & PART(PROTOCOL)) &&
	     nla_put_u8(skb, TRAFFICMON_A_LIMITER_PROTOCOL, key->protocol)) ||
	    ((parts & PART(IIF)) && nla_put_u32(skb, TRAFFICMON_A_LIMITER_IIF, key->ifindex)))
		return -EMSGSIZE;
	return aggregate ? nla_put_flag(skb, TRAFFICMON_A_LIMITER_AGGREGATE) : 0;
}

static const struct tm_rate *tm_nl_limiter_rate(const struct tm_policy *policy,
						const struct tm_limit_key *key)
{
	if (key->flags & TM_LIMIT_KEY_AGGREGATE)
		return &policy->rates[1][key->limit];
	return &policy->spec->rates[key->limit];
}

static int tm_nl_limiter_put(struct sk_buff *skb, struct netlink_callback *cb,
			     const struct tm_policy *policy, const struct tm_limit_view *view,
			     u64 now)
{
	const struct tm_rate *rate = tm_nl_limiter_rate(policy, &view->key);
	void *header = tm_nl_dump_put(skb, cb, TRAFFICMON_CMD_LIMITER_GET);
	const int pad = TRAFFICMON_A_LIMITER_PAD;

	if (!header)
		return -EMSGSIZE;
	if (tm_nl_limiter_put_key(skb, policy->spec, &view->key) ||
	    (tm_rate_over(rate, view->tat, now) && nla_put_flag(skb, TRAFFICMON_A_LIMITER_OVER)) ||
	    nla_put_u64_64bit(skb, TRAFFICMON_A_LIMITER_USED, tm_rate_used(rate, view->tat, now),
			      pad) ||
	    nla_put_u64_64bit(skb, TRAFFICMON_A_LIMITER_RATE, rate->per_second, pad) ||
	    nla_put_u64_64bit(skb, TRAFFICMON_A_LIMITER_BURST, rate->burst, pad) ||
	    nla_put_u64_64bit(skb, TRAFFICMON_A_LIMITER_OVER_PACKETS_SAMPLED, view->over_sampled,
			      pad)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

/* The policy of a name, or ERR_PTR(-ENOENT) with extack.  Under tn->lock. */
static const struct tm_policy *tm_nl_limiter_policy(struct tm_net *tn, const struct nlattr *name,
						    struct netlink_ext_ack *extack)
{
	const struct tm_policy *policy;

	policy = tm_ruleset_find(rcu_dereference_protected(tn->ruleset, lockdep_is_held(&tn->lock)),
				 nla_data(name));
	if (policy)
		return policy;
	NL_SET_ERR_MSG_ATTR(extack, name, "there is no policy of this name");
	return ERR_PTR(-ENOENT);
}

/* A policy by its id. */
struct tm_nl_owner {
	u32 id;
	u32 index;	/* in its ruleset */
};

/* State of a dump: whose the limiters are, of one ruleset, in the order of ids. */
struct tm_nl_owners {
	u64 generation;
	u32 count;
	struct tm_nl_owner owners[];
};

static int tm_nl_owner_compare(const void *a, const void *b)
{
	const struct tm_nl_owner *left = a, *right = b;

	return left->id < right->id ? -1 : left->id > right->id;
}

/*
 * Look the owners up anew where the ruleset is another than at the last
 * message.  A table holds far more limiters than there are policies, and those
 * that went leave theirs behind: to search the ruleset for each takes minutes.
 */
static int tm_nl_owners_renew(struct tm_nl_dump *dump, const struct tm_ruleset *ruleset)
{
	struct tm_nl_owners *owners = dump->state;
	u32 i;

	if (owners && owners->generation == ruleset->generation)
		return 0;
	kvfree(owners);
	owners = kvmalloc(struct_size(owners, owners, ruleset->count), GFP_KERNEL_ACCOUNT);
	dump->state = owners;
	if (!owners)
		return -ENOMEM;
	owners->generation = ruleset->generation;
	owners->count = ruleset->count;
	for (i = 0; i < ruleset->count; i++) {
		owners->owners[i].id = ruleset->policies[i].state->id;
		owners->owners[i].index = i;
	}
	sort(owners->owners, owners->count, sizeof(*owners->owners), tm_nl_owner_compare, NULL);
	return 0;
}

static const struct tm_policy *tm_nl_owner(const struct tm_nl_owners *owners,
					   const struct tm_ruleset *ruleset, u32 id)
{
	struct tm_nl_owner wanted = { .id = id };
	const struct tm_nl_owner *found;

	found = bsearch(&wanted, owners->owners, owners->count, sizeof(wanted),
			tm_nl_owner_compare);
	return found ? &ruleset->policies[found->index] : NULL;
}

/* From dump->index on; limiters whose policy is gone are not shown.  Under tn->lock. */
static int tm_nl_limiter_walk(struct sk_buff *skb, struct netlink_callback *cb, struct tm_net *tn,
			      const struct tm_policy *only, bool only_over)
{
	const struct tm_ruleset *ruleset = rcu_dereference_protected(tn->ruleset,
								     lockdep_is_held(&tn->lock));
	struct tm_nl_dump *dump = tm_nl_dump_of(cb);
	u64 now_ns = ktime_get_ns();
	const struct tm_policy *policy;
	struct tm_limit_view view;
	u32 index = dump->index;
	int err;

	err = tm_nl_owners_renew(dump, ruleset);
	if (err)
		return err;
	for (; tm_limit_next(&tn->limiters, &index, now_ns, &view); dump->index = index) {
		if (only && view.key.policy_id != only->state->id)
			continue;
		policy = tm_nl_owner(dump->state, ruleset, view.key.policy_id);
		if (!policy)
			continue;
		if (only_over && !tm_rate_over(tm_nl_limiter_rate(policy, &view.key), view.tat,
					       tm_limit_time(now_ns)))
			continue;
		if (tm_nl_limiter_put(skb, cb, policy, &view, tm_limit_time(now_ns)))
			return -EMSGSIZE;
	}
	dump->index = index;
	return 0;
}

int tm_nl_limiter_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nlattr **attrs = genl_info_dump(cb)->attrs;
	struct tm_net *tn = tm_nl_dump_enter(cb, true, 0);
	const struct tm_policy *only = NULL;
	int err = 0;

	if (IS_ERR(tn))
		return PTR_ERR(tn);
	mutex_lock(&tn->lock);
	if (attrs[TRAFFICMON_A_LIMITER_POLICY])
		only = tm_nl_limiter_policy(tn, attrs[TRAFFICMON_A_LIMITER_POLICY], cb->extack);
	err = PTR_ERR_OR_ZERO(only);
	if (!err)
		err = tm_nl_limiter_walk(skb, cb, tn, only, attrs[TRAFFICMON_A_LIMITER_OVER]);
	mutex_unlock(&tn->lock);
	tm_net_exit(tn);
	if (err == -EMSGSIZE && skb->len)
		err = 0;
	return err ? err : skb->len;
}

/* Exactly what the policy's key is made of must be given. */
static int tm_nl_limiter_check_parts(const struct genl_info *info, u32 parts)
{
	int type;

	for (type = 0; type <= TRAFFICMON_A_LIMITER_IIF; type++) {
		if (!(ALL_PARTS & BIT(type)))
			continue;
		if (info->attrs[type] && !(parts & BIT(type))) {
			NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[type],
					    "the key of this policy has no such part; LIMITER_GET shows its keys");
			return -EINVAL;
		}
		if (!info->attrs[type] && (parts & BIT(type))) {
			NL_SET_ERR_ATTR_MISS(info->extack, NULL, type);
			GENL_SET_ERR_MSG(info,
					 "a part of the policy's key is missing; LIMITER_GET shows its keys");
			return -EINVAL;
		}
	}
	return 0;
}

/* A length that is given must be the key's, and stand beside its address, @type - 1. */
static int tm_nl_limiter_check_length(const struct genl_info *info, int type, u8 length)
{
	if (!info->attrs[type])
		return 0;
	if (!info->attrs[type - 1]) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[type],
				    "a prefix length needs its address");
		return -EINVAL;
	}
	if (nla_get_u8(info->attrs[type]) == length)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[type],
			    "the keys of this policy have another prefix length; LIMITER_GET shows it");
	return -EINVAL;
}

/* The addresses of a key; they give the packet its family. */
static int tm_nl_limiter_read_addresses(const struct genl_info *info,
					const struct tm_policy_spec *spec, bool aggregate,
					struct tm_packet *packet)
{
	const struct nlattr *source = info->attrs[TRAFFICMON_A_LIMITER_SOURCE];
	const struct nlattr *destination = info->attrs[TRAFFICMON_A_LIMITER_DESTINATION];
	u8 family = TRAFFICMON_FAMILY_IPV4;
	int err;

	if (source && destination && nla_len(source) != nla_len(destination)) {
		NL_SET_ERR_MSG_ATTR(info->extack, destination,
				    "source and destination are of different families");
		return -EINVAL;
	}
	if (source)
		family = tm_nl_get_address(source, &packet->source);
	if (destination)
		family = tm_nl_get_address(destination, &packet->destination);
	packet->family = family;
	err = tm_nl_limiter_check_length(info, TRAFFICMON_A_LIMITER_SOURCE_LENGTH,
					 tm_nl_limiter_length(spec, family,
							      spec->source_length[family],
							      aggregate));
	if (err)
		return err;
	return tm_nl_limiter_check_length(info, TRAFFICMON_A_LIMITER_DESTINATION_LENGTH,
					  tm_nl_limiter_length(spec, family,
							       spec->destination_length[family],
							       aggregate));
}

/* A packet that would be counted for the key. */
static int tm_nl_limiter_read_packet(const struct genl_info *info,
				     const struct tm_policy_spec *spec, bool aggregate,
				     struct tm_packet *packet)
{
	struct nlattr **attrs = info->attrs;
	int err;

	err = tm_nl_limiter_check_parts(info, tm_nl_limiter_parts(spec->key, aggregate));
	if (!err)
		err = tm_nl_limiter_read_addresses(info, spec, aggregate, packet);
	if (err)
		return err;
	if (attrs[TRAFFICMON_A_LIMITER_SOURCE_PORT])
		packet->source_port = htons(nla_get_u16(attrs[TRAFFICMON_A_LIMITER_SOURCE_PORT]));
	if (attrs[TRAFFICMON_A_LIMITER_DESTINATION_PORT])
		packet->destination_port =
			htons(nla_get_u16(attrs[TRAFFICMON_A_LIMITER_DESTINATION_PORT]));
	if (attrs[TRAFFICMON_A_LIMITER_PROTOCOL])
		packet->protocol = nla_get_u8(attrs[TRAFFICMON_A_LIMITER_PROTOCOL]);
	if (attrs[TRAFFICMON_A_LIMITER_IIF])
		packet->ifindex = nla_get_u32(attrs[TRAFFICMON_A_LIMITER_IIF]);
	return 0;
}

/* Under tn->lock. */
static int tm_nl_limiter_forget(struct tm_net *tn, struct genl_info *info,
				const struct tm_policy *policy)
{
	const struct nlattr *kind = info->attrs[TRAFFICMON_A_LIMITER_KIND];
	bool aggregate = info->attrs[TRAFFICMON_A_LIMITER_AGGREGATE];
	const struct tm_policy_spec *spec = policy->spec;
	struct tm_packet packet = {};
	struct tm_limit_key key;
	int err, i;

	err = tm_nl_limiter_read_packet(info, spec, aggregate, &packet);
	if (err)
		return err;
	err = -ENOENT;
	for (i = 0; i < spec->limit_count; i++) {
		if (kind && nla_get_u8(kind) != spec->rates[i].kind)
			continue;
		tm_policy_key(&policy->keys, i, &packet, aggregate, &key);
		if (!tm_limit_forget(&tn->limiters, &key, ktime_get_ns()))
			err = 0;
	}
	if (err)
		GENL_SET_ERR_MSG(info,
				 "there is no live limiter of this key; its packets have a full burst");
	return err;
}

int tm_nl_limiter_del(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *name = info->attrs[TRAFFICMON_A_LIMITER_POLICY];
	struct tm_net *tn = tm_nl_enter(skb, info, true, 0);
	const struct tm_policy *policy;
	int err = -EINVAL;

	if (IS_ERR(tn))
		return PTR_ERR(tn);
	if (!name) {
		NL_SET_ERR_ATTR_MISS(info->extack, NULL, TRAFFICMON_A_LIMITER_POLICY);
		GENL_SET_ERR_MSG(info,
				 "LIMITER_POLICY is missing: the policy whose key is to be forgotten");
		goto exit;
	}
	mutex_lock(&tn->lock);
	policy = tm_nl_limiter_policy(tn, name, info->extack);
	err = PTR_ERR_OR_ZERO(policy);
	if (!err)
		err = tm_nl_limiter_forget(tn, info, policy);
	mutex_unlock(&tn->lock);
exit:
	tm_net_exit(tn);
	return err;
}

int tm_nl_limiter_flush(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *name = info->attrs[TRAFFICMON_A_LIMITER_POLICY];
	struct tm_net *tn = tm_nl_enter(skb, info, true, 0);
	const struct tm_policy *policy = NULL;
	int err;

	if (IS_ERR(tn))
		return PTR_ERR(tn);
	mutex_lock(&tn->lock);
	if (name)
		policy = tm_nl_limiter_policy(tn, name, info->extack);
	err = PTR_ERR_OR_ZERO(policy);
	if (!err)
		tm_limit_flush(&tn->limiters, policy ? policy->state->id : 0, ktime_get_ns());
	mutex_unlock(&tn->lock);
	tm_net_exit(tn);
	return err;
}
