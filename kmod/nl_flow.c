// SPDX-License-Identifier: GPL-2.0
/*
 * FLOW_GET, FLOW_FLUSH.
 *
 * A dump goes by bucket: one is copied under its lock and put whole, or the
 * message ends before it.  A flow stays in its bucket for life, so one that
 * lived throughout is shown exactly once.  The places within a bucket are never
 * remembered: they may hold other flows at the next message.
 */
#include <linux/sched.h>
#include <linux/slab.h>
#include "clock.h"
#include "netns.h"
#include "nl.h"
#include "nl_attr.h"

#define BUCKETS_BREAK	64	/* buckets between two cond_resched() */

const struct nla_policy tm_nl_flow_policy[] = {
	[TRAFFICMON_A_FLOW_ADDRESS] = TM_NL_ADDRESS,
	[TRAFFICMON_A_FLOW_PREFIX_LENGTH] = NLA_POLICY_MAX(NLA_U8, 128),
	[TRAFFICMON_A_FLOW_PORT] = { .type = NLA_U16 },
	[TRAFFICMON_A_FLOW_PROTOCOL] = { .type = NLA_U8 },
	[TRAFFICMON_A_FLOW_STATE] = NLA_POLICY_MAX(NLA_U8, __TRAFFICMON_FLOW_MAX - 1),
};

/* What was asked for, and room for one bucket; the state of a dump. */
struct tm_nl_flows {
	bool by_address;
	bool by_port;
	bool by_protocol;
	bool by_state;
	struct tm_prefix prefix;
	__be16 port;
	u8 protocol;
	u8 state;
	struct tm_flow_view views[TM_FLOW_WAYS];
};

static int tm_nl_flow_read_filter(struct nlattr **attrs, struct tm_nl_flows *flows,
				  struct netlink_ext_ack *extack)
{
	struct nlattr *address = attrs[TRAFFICMON_A_FLOW_ADDRESS];
	struct nlattr *length = attrs[TRAFFICMON_A_FLOW_PREFIX_LENGTH];
	int err;

	if (length && !address) {
		NL_SET_ERR_MSG_ATTR(extack, length, "FLOW_PREFIX_LENGTH needs FLOW_ADDRESS");
		return -EINVAL;
	}
	if (address) {
		flows->by_address = true;
		err = tm_nl_get_prefix(address, length, &flows->prefix, extack);
		if (err)
			return err;
	}
	if (attrs[TRAFFICMON_A_FLOW_PORT]) {
		flows->by_port = true;
		flows->port = htons(nla_get_u16(attrs[TRAFFICMON_A_FLOW_PORT]));
	}
	if (attrs[TRAFFICMON_A_FLOW_PROTOCOL]) {
		flows->by_protocol = true;
		flows->protocol = nla_get_u8(attrs[TRAFFICMON_A_FLOW_PROTOCOL]);
	}
	if (attrs[TRAFFICMON_A_FLOW_STATE]) {
		flows->by_state = true;
		flows->state = nla_get_u8(attrs[TRAFFICMON_A_FLOW_STATE]);
	}
	return 0;
}

static u8 tm_nl_flow_family(const struct tm_flow *flow)
{
	return flow->kind & TM_PACKET_KIND_IPV6 ? TRAFFICMON_FAMILY_IPV6 : TRAFFICMON_FAMILY_IPV4;
}

static bool tm_nl_flow_covers(const struct tm_prefix *prefix, union tm_address address)
{
	tm_nl_mask_address(&address, prefix->family, prefix->length);
	return tm_address_equal(&address, &prefix->address);
}

static bool tm_nl_flow_wanted(const struct tm_nl_flows *flows, const struct tm_flow_view *view)
{
	const struct tm_flow *flow = &view->flow;

	if (flows->by_protocol && flow->protocol != flows->protocol)
		return false;
	if (flows->by_state && tm_flow_state(view->rank) != flows->state)
		return false;
	if (flows->by_port && flow->port[0] != flows->port && flow->port[1] != flows->port)
		return false;
	if (!flows->by_address)
		return true;
	return tm_nl_flow_family(flow) == flows->prefix.family &&
	       (tm_nl_flow_covers(&flows->prefix, flow->address[0]) ||
		tm_nl_flow_covers(&flows->prefix, flow->address[1]));
}

static int tm_nl_flow_put_tuple(struct sk_buff *skb, const struct tm_flow *flow)
{
	u8 family = tm_nl_flow_family(flow);

	if (tm_nl_put_address(skb, TRAFFICMON_A_FLOW_SOURCE, &flow->address[0], family) ||
	    tm_nl_put_address(skb, TRAFFICMON_A_FLOW_DESTINATION, &flow->address[1], family) ||
	    tm_nl_put_ports(skb, TRAFFICMON_A_FLOW_SOURCE_PORT, flow->port[0],
			    TRAFFICMON_A_FLOW_DESTINATION_PORT, flow->port[1]) ||
	    nla_put_u8(skb, TRAFFICMON_A_FLOW_PROTOCOL, flow->protocol) ||
	    nla_put_u32(skb, TRAFFICMON_A_FLOW_IIF, flow->ifindex) ||
	    nla_put_u8(skb, TRAFFICMON_A_FLOW_DIRECTION, flow->flags & TM_FLOW_OUT ?
		       TRAFFICMON_DIRECTION_OUT : TRAFFICMON_DIRECTION_IN))
		return -EMSGSIZE;
	if (flow->kind & TM_PACKET_KIND_FRAGMENT)
		return nla_put_flag(skb, TRAFFICMON_A_FLOW_FRAGMENT);
	return 0;
}

static int tm_nl_flow_put_counts(struct sk_buff *skb, const struct tm_flow *flow)
{
	const int pad = TRAFFICMON_A_FLOW_PAD;
	struct tm_count sent = { flow->packets[0], flow->bytes[0] };
	struct tm_count reply = { flow->packets[1], flow->bytes[1] };
	struct tm_count unrecorded = {
		.packets = sent.packets + reply.packets -
			   flow->recorded_packets[0] - flow->recorded_packets[1],
		.bytes = sent.bytes + reply.bytes -
			 flow->recorded_bytes[0] - flow->recorded_bytes[1],
	};

	if (tm_nl_put_count(skb, TRAFFICMON_A_FLOW_PACKETS, &sent, pad) ||
	    tm_nl_put_count(skb, TRAFFICMON_A_FLOW_REPLY_PACKETS, &reply, pad))
		return -EMSGSIZE;
	return tm_nl_put_count(skb, TRAFFICMON_A_FLOW_UNRECORDED_PACKETS, &unrecorded, pad);
}

static int tm_nl_flow_put(struct sk_buff *skb, struct netlink_callback *cb,
			  const struct tm_flow_view *view, u64 now_ms)
{
	const int pad = TRAFFICMON_A_FLOW_PAD;
	u64 age_ns = (max(now_ms, view->start_ms) - view->start_ms) * NSEC_PER_MSEC;
	void *header = tm_nl_dump_put(skb, cb, TRAFFICMON_CMD_FLOW_GET);

	if (!header)
		return -EMSGSIZE;
	if (tm_nl_flow_put_tuple(skb, &view->flow) ||
	    nla_put_u8(skb, TRAFFICMON_A_FLOW_STATE, tm_flow_state(view->rank)) ||
	    tm_nl_flow_put_counts(skb, &view->flow) ||
	    nla_put_u64_64bit(skb, TRAFFICMON_A_FLOW_AGE, age_ns, pad) ||
	    nla_put_u64_64bit(skb, TRAFFICMON_A_FLOW_IDLE, view->idle_ms * NSEC_PER_MSEC, pad))
		return -EMSGSIZE;
	genlmsg_end(skb, header);
	return 0;
}

/* All wanted flows of a bucket, or none and -EMSGSIZE. */
static int tm_nl_flow_put_bucket(struct sk_buff *skb, struct netlink_callback *cb,
				 struct tm_net *tn, struct tm_nl_flows *flows, u32 bucket)
{
	void *mark = skb_tail_pointer(skb);
	u32 count = tm_flow_copy_bucket(&tn->flows, bucket, flows->views);
	u64 now_ms = tm_clock_ms();
	u32 i;

	for (i = 0; i < count; i++) {
		if (!tm_nl_flow_wanted(flows, &flows->views[i]))
			continue;
		if (tm_nl_flow_put(skb, cb, &flows->views[i], now_ms)) {
			nlmsg_trim(skb, mark);
			return -EMSGSIZE;
		}
	}
	return 0;
}

static int tm_nl_flow_dump_begin(struct netlink_callback *cb)
{
	struct tm_nl_flows *flows = kvzalloc(sizeof(*flows), GFP_KERNEL);
	int err;

	if (!flows)
		return -ENOMEM;
	err = tm_nl_flow_read_filter(genl_info_dump(cb)->attrs, flows, cb->extack);
	if (err)
		kvfree(flows);
	else
		tm_nl_dump_of(cb)->state = flows;
	return err;
}

int tm_nl_flow_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct tm_nl_dump *dump = tm_nl_dump_of(cb);
	struct tm_net *tn = tm_nl_dump_enter(cb, true, 0);
	int err = 0;

	if (IS_ERR(tn))
		return PTR_ERR(tn);
	if (!dump->state)
		err = tm_nl_flow_dump_begin(cb);
	while (!err && dump->index <= tn->flows.mask) {
		if (!(dump->index % BUCKETS_BREAK))
			cond_resched();
		err = tm_nl_flow_put_bucket(skb, cb, tn, dump->state, dump->index);
		if (!err)
			dump->index++;
	}
	tm_net_exit(tn);
	if (err == -EMSGSIZE && skb->len)
		err = 0;
	return err ? err : skb->len;
}

int tm_nl_flow_flush(struct sk_buff *skb, struct genl_info *info)
{
	struct tm_net *tn = tm_nl_enter(skb, info, true, 0);
	struct sk_buff *reply;
	void *header;

	if (IS_ERR(tn))
		return PTR_ERR(tn);
	/* the reply first: a flush cannot be undone */
	reply = tm_nl_reply(info, TRAFFICMON_CMD_FLOW_FLUSH, nla_total_size_64bit(sizeof(u64)),
			    &header);
	if (!reply) {
		tm_net_exit(tn);
		return -ENOMEM;
	}
	WARN_ON_ONCE(nla_put_u64_64bit(reply, TRAFFICMON_A_FLOW_FLUSHED, tm_flow_flush(tn),
				       TRAFFICMON_A_FLOW_PAD));
	tm_net_exit(tn);
	genlmsg_end(reply, header);
	return genlmsg_reply(reply, info);
}
