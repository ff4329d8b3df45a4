// SPDX-License-Identifier: GPL-2.0
/*
 * Events as messages: the multicast as they happen, EVENT_GET out of the ring.
 */
#include "event.h"
#include "netns.h"
#include "nl.h"
#include "nl_attr.h"

#define EVENT_BYTES	1024	/* more than any event takes */

const struct nla_policy tm_nl_event_policy[] = {
	[TRAFFICMON_A_EVENT_SEQUENCE] = { .type = NLA_U64 },
};

static int tm_nl_event_put_key(struct sk_buff *skb, const struct tm_event *event)
{
	if (((event->has & TM_EVENT_SOURCE) &&
	     tm_nl_put_address(skb, TRAFFICMON_A_EVENT_SOURCE, &event->source, event->family)) ||
	    ((event->has & TM_EVENT_DESTINATION) &&
	     tm_nl_put_address(skb, TRAFFICMON_A_EVENT_DESTINATION, &event->destination,
			       event->family)) ||
	    ((event->has & TM_EVENT_PORT) &&
	     nla_put_u16(skb, TRAFFICMON_A_EVENT_DESTINATION_PORT,
			 ntohs(event->destination_port))) ||
	    ((event->has & TM_EVENT_IIF) &&
	     nla_put_u32(skb, TRAFFICMON_A_EVENT_IIF, event->ifindex)))
		return -EMSGSIZE;
	if (!(event->has & TM_EVENT_LIMIT))
		return 0;
	if (nla_put_u8(skb, TRAFFICMON_A_EVENT_LIMIT_KIND, event->limit_kind))
		return -EMSGSIZE;
	return nla_put_u64_64bit(skb, TRAFFICMON_A_EVENT_LIMIT_RATE, event->limit_rate,
				 TRAFFICMON_A_EVENT_PAD);
}

static int tm_nl_event_put_policy(struct sk_buff *skb, const struct tm_event *event)
{
	const int pad = TRAFFICMON_A_EVENT_PAD;
	struct tm_count over = { event->packets, event->bytes };

	if (nla_put_string(skb, TRAFFICMON_A_EVENT_POLICY, event->name) ||
	    nla_put_u8(skb, TRAFFICMON_A_EVENT_MODE, event->mode) ||
	    tm_nl_event_put_key(skb, event) ||
	    nla_put_u64_64bit(skb, TRAFFICMON_A_EVENT_MATCHED_PPS, event->matched_pps, pad) ||
	    tm_nl_put_count(skb, TRAFFICMON_A_EVENT_PACKETS, &over, pad) ||
	    nla_put_u64_64bit(skb, TRAFFICMON_A_EVENT_DROPPED_PACKETS, event->dropped_packets, pad))
		return -EMSGSIZE;
	if (event->type == TRAFFICMON_EVENT_POLICY_OVER)
		return 0;
	return nla_put_u64_64bit(skb, TRAFFICMON_A_EVENT_DURATION, event->duration_ns, pad);
}

static int tm_nl_event_put_table(struct sk_buff *skb, const struct tm_event *event)
{
	const int pad = TRAFFICMON_A_EVENT_PAD;

	if (nla_put_string(skb, TRAFFICMON_A_EVENT_TABLE, event->name) ||
	    nla_put_u32(skb, TRAFFICMON_A_EVENT_SIZE, event->size) ||
	    nla_put_u64_64bit(skb, TRAFFICMON_A_EVENT_PACKETS, event->packets, pad))
		return -EMSGSIZE;
	if (event->type == TRAFFICMON_EVENT_TABLE_FULL)
		return 0;
	return nla_put_u64_64bit(skb, TRAFFICMON_A_EVENT_DURATION, event->duration_ns, pad);
}

static int tm_nl_event_put_ruleset(struct sk_buff *skb, const struct tm_event *event)
{
	const int pad = TRAFFICMON_A_EVENT_PAD;

	if (nla_put_u64_64bit(skb, TRAFFICMON_A_EVENT_GENERATION, event->generation, pad) ||
	    nla_put_u32(skb, TRAFFICMON_A_EVENT_POLICIES, event->size) ||
	    nla_put_u8(skb, TRAFFICMON_A_EVENT_CHANGE, event->change))
		return -EMSGSIZE;
	if (event->change != TRAFFICMON_CHANGE_WAITS)
		return 0;
	return nla_put_u64_64bit(skb, TRAFFICMON_A_EVENT_DURATION, event->duration_ns, pad);
}

static int tm_nl_event_put_lost(struct sk_buff *skb, const struct tm_event *event)
{
	const int pad = TRAFFICMON_A_EVENT_PAD;
	struct tm_count lost = { event->packets, event->bytes };

	if (nla_put_u64_64bit(skb, TRAFFICMON_A_EVENT_RECORDS, event->records, pad))
		return -EMSGSIZE;
	return tm_nl_put_count(skb, TRAFFICMON_A_EVENT_PACKETS, &lost, pad);
}

static int tm_nl_event_put_enforcement(struct sk_buff *skb, const struct tm_event *event)
{
	if (nla_put_u8(skb, TRAFFICMON_A_EVENT_MODE, event->mode) ||
	    nla_put_u8(skb, TRAFFICMON_A_EVENT_CAUSE, event->cause))
		return -EMSGSIZE;
	if (event->mode == TRAFFICMON_MODE_ENFORCE)
		return nla_put_u64_64bit(skb, TRAFFICMON_A_EVENT_DURATION, event->duration_ns,
					 TRAFFICMON_A_EVENT_PAD);
	if (event->cause != TRAFFICMON_CAUSE_BREAKER)
		return 0;
	return nla_put_u8(skb, TRAFFICMON_A_EVENT_DROPPED_PERCENT, event->size);
}

/* What the type has beside the common part. */
static int tm_nl_event_put_details(struct sk_buff *skb, const struct tm_event *event)
{
	switch (event->type) {
	case TRAFFICMON_EVENT_LOAD:
	case TRAFFICMON_EVENT_UNLOAD:
		return nla_put_string(skb, TRAFFICMON_A_EVENT_VERSION, TM_VERSION);
	case TRAFFICMON_EVENT_POLICY_OVER:
	case TRAFFICMON_EVENT_POLICY_UNDER:
		return tm_nl_event_put_policy(skb, event);
	case TRAFFICMON_EVENT_TABLE_FULL:
	case TRAFFICMON_EVENT_TABLE_ROOM:
		return tm_nl_event_put_table(skb, event);
	case TRAFFICMON_EVENT_RULESET:
		return tm_nl_event_put_ruleset(skb, event);
	case TRAFFICMON_EVENT_SET:
		if (nla_put_string(skb, TRAFFICMON_A_EVENT_SET, event->name))
			return -EMSGSIZE;
		return nla_put_u32(skb, TRAFFICMON_A_EVENT_ENTRIES, event->size);
	case TRAFFICMON_EVENT_RECORDS_LOST:
		return tm_nl_event_put_lost(skb, event);
	case TRAFFICMON_EVENT_ENFORCEMENT:
		return tm_nl_event_put_enforcement(skb, event);
	}
	return 0;
}

static int tm_nl_event_put(struct sk_buff *skb, const struct tm_net *tn,
			   const struct tm_event *event)
{
	const int pad = TRAFFICMON_A_EVENT_PAD;

	if (nla_put_u64_64bit(skb, TRAFFICMON_A_EVENT_SEQUENCE, event->sequence, pad) ||
	    nla_put_u64_64bit(skb, TRAFFICMON_A_EVENT_INSTANCE, tn->instance, pad) ||
	    nla_put_u8(skb, TRAFFICMON_A_EVENT_TYPE, event->type) ||
	    nla_put_u64_64bit(skb, TRAFFICMON_A_EVENT_TIME, event->time_ns, pad))
		return -EMSGSIZE;
	return tm_nl_event_put_details(skb, event);
}

/* A listener that missed one for want of memory sees it by the sequence. */
void tm_nl_event_send(struct tm_net *tn, const struct tm_event *event)
{
	struct sk_buff *skb;
	void *header;

	if (!tm_nl_event_wanted(tn->net))
		return;
	skb = genlmsg_new(EVENT_BYTES, GFP_KERNEL);
	if (!skb)
		return;
	header = genlmsg_put(skb, 0, 0, &tm_nl_family, 0, TRAFFICMON_CMD_EVENT_NOTIFY);
	if (!header || WARN_ON_ONCE(tm_nl_event_put(skb, tn, event))) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, header);
	tm_nl_event_multicast(tn->net, skb);
}

/* Where a dump stands. */
struct tm_nl_events {
	u64 next;
	u64 end;	/* sequence that was next when the dump began */
};

static int tm_nl_event_dump_begin(struct netlink_callback *cb, struct tm_net *tn)
{
	const struct nlattr *first = genl_info_dump(cb)->attrs[TRAFFICMON_A_EVENT_SEQUENCE];
	struct tm_nl_events *events = kvzalloc(sizeof(*events), GFP_KERNEL);

	if (!events)
		return -ENOMEM;
	events->next = first ? nla_get_u64(first) : 0;
	spin_lock(&tn->events.lock);
	events->end = tn->events.next;
	spin_unlock(&tn->events.lock);
	tm_nl_dump_of(cb)->state = events;
	return 0;
}

static int tm_nl_event_dump_one(struct sk_buff *skb, struct netlink_callback *cb,
				const struct tm_net *tn, const struct tm_event *event)
{
	void *header = tm_nl_dump_put(skb, cb, TRAFFICMON_CMD_EVENT_GET);

	if (!header)
		return -EMSGSIZE;
	if (tm_nl_event_put(skb, tn, event)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

static int tm_nl_event_dump_from(struct sk_buff *skb, struct netlink_callback *cb,
				 struct tm_net *tn)
{
	struct tm_nl_events *events = tm_nl_dump_of(cb)->state;
	struct tm_event event;
	int err;

	while (events->next < events->end) {
		u64 sequence = events->next;

		if (!tm_event_read(&tn->events, &sequence, &event) || sequence >= events->end)
			break;
		err = tm_nl_event_dump_one(skb, cb, tn, &event);
		if (err)
			return err;
		events->next = sequence + 1;
	}
	events->next = events->end;
	return 0;
}

int tm_nl_event_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct tm_net *tn = tm_nl_dump_enter(cb, true, 0);
	int err = 0;

	if (IS_ERR(tn))
		return PTR_ERR(tn);
	if (!tm_nl_dump_of(cb)->state)
		err = tm_nl_event_dump_begin(cb, tn);
	if (!err)
		err = tm_nl_event_dump_from(skb, cb, tn);
	tm_net_exit(tn);
	if (err == -EMSGSIZE && skb->len)
		err = 0;
	return err ? err : skb->len;
}
