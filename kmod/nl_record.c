// SPDX-License-Identifier: GPL-2.0
/*
 * RECORD_GET: ring by ring, each up to where it stood when the dump began, so
 * that a dump of a busy ring ends, and its RECORD_END holds a cursor and totals
 * of one moment.
 *
 * What was put into a message counts as read (for the `records lost` event).
 */
#include <linux/cpumask.h>
#include <linux/slab.h>
#include <linux/ktime.h>
#include "netns.h"
#include "nl.h"
#include "nl_attr.h"

static const struct nla_policy tm_nl_cursor_policy[] = {
	[TRAFFICMON_A_CURSOR_RING] = { .type = NLA_U32 },
	[TRAFFICMON_A_CURSOR_SEQUENCE] = { .type = NLA_U64 },
};

const struct nla_policy tm_nl_record_policy[] = {
	[TRAFFICMON_A_RECORD_CURSOR] = NLA_POLICY_NESTED(tm_nl_cursor_policy),
};

/**
 * struct tm_nl_records - state of a dump
 * @boot_ns: what must be added to CLOCK_MONOTONIC for the time since the epoch
 * @rings: by CPU
 */
struct tm_nl_records {
	u64 boot_ns;
	struct tm_nl_ring {
		u64 next;		/* sequence to be given next, 0: oldest */
		u64 end;		/* of the ring when the dump began */
		struct tm_count total;	/* of all records before @end */
		bool given;		/* has a cursor of its own */
	} rings[];
};

static int tm_nl_record_read_cursor(const struct nlattr *nest, struct tm_nl_records *records,
				    struct netlink_ext_ack *extack)
{
	struct nlattr *tb[TRAFFICMON_A_CURSOR_MAX + 1];
	struct nlattr *ring, *sequence;
	int err;
	u32 cpu;

	err = tm_nl_parse_nested(tb, TRAFFICMON_A_CURSOR_MAX, nest, tm_nl_cursor_policy, extack);
	if (err)
		return err;
	ring = tb[TRAFFICMON_A_CURSOR_RING];
	sequence = tb[TRAFFICMON_A_CURSOR_SEQUENCE];
	if (!ring || !sequence) {
		NL_SET_ERR_MSG_ATTR(extack, nest, "a cursor needs CURSOR_RING and CURSOR_SEQUENCE");
		return -EINVAL;
	}
	cpu = nla_get_u32(ring);
	if (cpu >= nr_cpu_ids || !cpu_possible(cpu)) {
		NL_SET_ERR_MSG_ATTR(extack, ring,
				    "there is no such ring; without cursors all rings are shown");
		return -ERANGE;
	}
	if (records->rings[cpu].given) {
		NL_SET_ERR_MSG_ATTR(extack, nest, "a second cursor for the same ring");
		return -EINVAL;
	}
	records->rings[cpu].given = true;
	records->rings[cpu].next = nla_get_u64(sequence);
	return 0;
}

static int tm_nl_record_read_cursors(struct netlink_callback *cb, struct tm_nl_records *records)
{
	const struct nlattr *attr;
	int rem, err;

	nla_for_each_attr(attr, nlmsg_attrdata(cb->nlh, GENL_HDRLEN),
			  nlmsg_attrlen(cb->nlh, GENL_HDRLEN), rem) {
		if (nla_type(attr) != TRAFFICMON_A_RECORD_CURSOR)
			continue;
		err = tm_nl_record_read_cursor(attr, records, cb->extack);
		if (err)
			return err;
	}
	return 0;
}

static int tm_nl_record_dump_begin(struct netlink_callback *cb, struct tm_net *tn)
{
	struct tm_nl_records *records;
	int cpu, err;

	records = kvzalloc(struct_size(records, rings, nr_cpu_ids), GFP_KERNEL);
	if (!records)
		return -ENOMEM;
	err = tm_nl_record_read_cursors(cb, records);
	if (err) {
		kvfree(records);
		return err;
	}
	records->boot_ns = ktime_get_real_ns() - ktime_get_ns();
	for_each_possible_cpu(cpu)
		tm_record_ring_state(&tn->records, cpu, &records->rings[cpu].end,
				     &records->rings[cpu].total);
	tm_nl_dump_of(cb)->state = records;
	return 0;
}

static int tm_nl_record_put_place(struct sk_buff *skb, int cpu, u64 sequence,
				  const struct tm_count *before)
{
	const int pad = TRAFFICMON_A_RECORD_PAD;

	if (nla_put_u32(skb, TRAFFICMON_A_RECORD_RING, cpu) ||
	    nla_put_u64_64bit(skb, TRAFFICMON_A_RECORD_SEQUENCE, sequence, pad))
		return -EMSGSIZE;
	return tm_nl_put_count(skb, TRAFFICMON_A_RECORD_BEFORE_PACKETS, before, pad);
}

static int tm_nl_record_put_tuple(struct sk_buff *skb, const struct tm_record *record)
{
	u8 family = record->kind & TM_PACKET_KIND_IPV6 ? TRAFFICMON_FAMILY_IPV6 :
							 TRAFFICMON_FAMILY_IPV4;

	if (tm_nl_put_address(skb, TRAFFICMON_A_RECORD_SOURCE, &record->address[0], family) ||
	    tm_nl_put_address(skb, TRAFFICMON_A_RECORD_DESTINATION, &record->address[1], family) ||
	    tm_nl_put_ports(skb, TRAFFICMON_A_RECORD_SOURCE_PORT, record->port[0],
			    TRAFFICMON_A_RECORD_DESTINATION_PORT, record->port[1]) ||
	    nla_put_u8(skb, TRAFFICMON_A_RECORD_PROTOCOL, record->protocol) ||
	    nla_put_u8(skb, TRAFFICMON_A_RECORD_STATE, tm_flow_state(record->rank)) ||
	    nla_put_u32(skb, TRAFFICMON_A_RECORD_IIF, record->ifindex) ||
	    nla_put_u8(skb, TRAFFICMON_A_RECORD_DIRECTION, record->flags & TM_FLOW_OUT ?
		       TRAFFICMON_DIRECTION_OUT : TRAFFICMON_DIRECTION_IN))
		return -EMSGSIZE;
	return record->kind & TM_PACKET_KIND_FRAGMENT ?
	       nla_put_flag(skb, TRAFFICMON_A_RECORD_FRAGMENT) : 0;
}

static int tm_nl_record_put_counts(struct sk_buff *skb, const struct tm_record *record, u64 boot_ns)
{
	const int pad = TRAFFICMON_A_RECORD_PAD;
	struct tm_count sent = { record->packets[0], record->bytes[0] };
	struct tm_count reply = { record->packets[1], record->bytes[1] };

	if (tm_nl_put_count(skb, TRAFFICMON_A_RECORD_PACKETS, &sent, pad) ||
	    tm_nl_put_count(skb, TRAFFICMON_A_RECORD_REPLY_PACKETS, &reply, pad) ||
	    nla_put_u64_64bit(skb, TRAFFICMON_A_RECORD_START_TIME,
			      record->start_ms * NSEC_PER_MSEC + boot_ns, pad))
		return -EMSGSIZE;
	return nla_put_u64_64bit(skb, TRAFFICMON_A_RECORD_END_TIME,
				 record->end_ms * NSEC_PER_MSEC + boot_ns, pad);
}

/* @record NULL: the ring's RECORD_END. */
static int tm_nl_record_put(struct sk_buff *skb, struct netlink_callback *cb, int cpu, u64 sequence,
			    const struct tm_count *before, const struct tm_record *record)
{
	struct tm_nl_records *records = tm_nl_dump_of(cb)->state;
	void *header = tm_nl_dump_put(skb, cb, TRAFFICMON_CMD_RECORD_GET);

	if (!header)
		return -EMSGSIZE;
	if (tm_nl_record_put_place(skb, cpu, sequence, before))
		goto cancel;
	if (!record && nla_put_flag(skb, TRAFFICMON_A_RECORD_END))
		goto cancel;
	if (record && (nla_put_u8(skb, TRAFFICMON_A_RECORD_REASON, record->reason) ||
		       tm_nl_record_put_tuple(skb, record) ||
		       tm_nl_record_put_counts(skb, record, records->boot_ns)))
		goto cancel;
	genlmsg_end(skb, header);
	return 0;
cancel:
	genlmsg_cancel(skb, header);
	return -EMSGSIZE;
}

/* Return: 0 when the ring was shown to its end, -EMSGSIZE when the message is full. */
static int tm_nl_record_put_ring(struct sk_buff *skb, struct netlink_callback *cb,
				 struct tm_net *tn, int cpu)
{
	struct tm_nl_records *records = tm_nl_dump_of(cb)->state;
	struct tm_nl_ring *ring = &records->rings[cpu];
	struct tm_record record;
	int err = 0;

	while (!err && ring->next < ring->end) {
		u64 sequence = ring->next;

		/* overwritten up to the end: the totals tell the reader how much that was */
		if (!tm_record_read(&tn->records, cpu, &sequence, &record) ||
		    sequence >= ring->end) {
			ring->next = ring->end;
			break;
		}
		err = tm_nl_record_put(skb, cb, cpu, sequence, &record.before, &record);
		if (!err)
			ring->next = sequence + 1;
	}
	if (!err)
		err = tm_nl_record_put(skb, cb, cpu, ring->end, &ring->total, NULL);
	/* a cursor says that what stands before it was read */
	tm_record_mark_read(&tn->records, cpu, err ? min(ring->next, ring->end) : ring->end);
	return err;
}

int tm_nl_record_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct tm_nl_dump *dump = tm_nl_dump_of(cb);
	struct tm_net *tn = tm_nl_dump_enter(cb, true, TM_NL_MULTI(TRAFFICMON_A_RECORD_CURSOR));
	int err = 0;

	if (IS_ERR(tn))
		return PTR_ERR(tn);
	if (!dump->state)
		err = tm_nl_record_dump_begin(cb, tn);
	if (!err)
		WRITE_ONCE(tn->last_read_ns, ktime_get_ns());
	while (!err && dump->index < nr_cpu_ids) {
		if (cpu_possible(dump->index))
			err = tm_nl_record_put_ring(skb, cb, tn, dump->index);
		if (!err)
			dump->index++;
	}
	tm_net_exit(tn);
	if (err == -EMSGSIZE && skb->len)
		err = 0;
	return err ? err : skb->len;
}
