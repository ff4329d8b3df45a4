// SPDX-License-Identifier: GPL-2.0
/*
 * STATS_GET: totals for everybody, the ledger for admins.
 */
#include <linux/slab.h>
#include "netns.h"
#include "nl.h"
#include "nl_attr.h"

const struct nla_policy tm_nl_stats_policy[] = {
	[TRAFFICMON_A_STATS_LEDGER] = { .type = NLA_FLAG },
};

static const char *const tm_nl_class_names[__TRAFFICMON_CLASS_MAX] = {
	[TRAFFICMON_CLASS_SYN] = "syn",
	[TRAFFICMON_CLASS_SYNACK] = "synack",
	[TRAFFICMON_CLASS_ACK] = "ack",
	[TRAFFICMON_CLASS_RST] = "rst",
	[TRAFFICMON_CLASS_FIN] = "fin",
	[TRAFFICMON_CLASS_UDP] = "udp",
	[TRAFFICMON_CLASS_ICMP] = "icmp",
	[TRAFFICMON_CLASS_FRAG] = "frag",
	[TRAFFICMON_CLASS_MALFORMED] = "malformed",
	[TRAFFICMON_CLASS_OTHER] = "other",
};

static const char *const tm_nl_direction_names[__TRAFFICMON_DIRECTION_MAX] = {
	[TRAFFICMON_DIRECTION_IN] = "in",
	[TRAFFICMON_DIRECTION_OUT] = "out",
};

/* What one request gathers before its reply is written. */
struct tm_nl_stats {
	struct tm_stats_sum sum;
	struct tm_record_totals records;
	struct tm_count module;
	struct tm_ledger ledger;
	bool with_ledger;
};

static void tm_nl_stats_gather(struct tm_net *tn, struct tm_nl_stats *stats)
{
	if (stats->with_ledger) {
		mutex_lock(&tn->lock);
		tm_flow_ledger(tn, &stats->ledger);
		mutex_unlock(&tn->lock);
	}
	tm_stats_read(tn->stats, &stats->sum);
	tm_record_sum(&tn->records, &stats->records);
}

static size_t tm_nl_stats_bytes(void)
{
	size_t bytes = __TRAFFICMON_A_STATS_MAX * nla_total_size_64bit(sizeof(u64));
	int i;

	for (i = 0; i < __TRAFFICMON_CLASS_MAX; i++)
		bytes += tm_nl_counter_bytes(tm_nl_class_names[i], NULL, NULL);
	for (i = 0; i < __TRAFFICMON_DIRECTION_MAX; i++)
		bytes += tm_nl_counter_bytes(tm_nl_direction_names[i], NULL, NULL);
	for (i = 0; i < TM_REASON_MAX; i++)
		bytes += tm_nl_counter_bytes(tm_reason_texts[i].name, tm_reason_texts[i].kind_name,
					     tm_reason_texts[i].text);
	return bytes;
}

static int tm_nl_stats_put_seen(struct sk_buff *skb, const struct tm_stats_sum *sum)
{
	struct tm_count by_direction[__TRAFFICMON_DIRECTION_MAX] = {};
	int class, direction;

	for (class = 0; class < __TRAFFICMON_CLASS_MAX; class++) {
		struct tm_count by_class = {};

		for (direction = 0; direction < __TRAFFICMON_DIRECTION_MAX; direction++) {
			const struct tm_count *seen = &sum->seen[class][direction];

			by_class.packets += seen->packets;
			by_class.bytes += seen->bytes;
			by_direction[direction].packets += seen->packets;
			by_direction[direction].bytes += seen->bytes;
		}
		if (tm_nl_put_counter(skb, TRAFFICMON_A_STATS_CLASS, tm_nl_class_names[class],
				      NULL, NULL, &by_class))
			return -EMSGSIZE;
	}
	for (direction = 0; direction < __TRAFFICMON_DIRECTION_MAX; direction++)
		if (tm_nl_put_counter(skb, TRAFFICMON_A_STATS_DIRECTION,
				      tm_nl_direction_names[direction], NULL, NULL,
				      &by_direction[direction]))
			return -EMSGSIZE;
	return 0;
}

static int tm_nl_stats_put_reasons(struct sk_buff *skb, const struct tm_stats_sum *sum)
{
	int i;

	for (i = 0; i < TM_REASON_MAX; i++)
		if (tm_nl_put_counter(skb, TRAFFICMON_A_STATS_REASON, tm_reason_texts[i].name,
				      tm_reason_texts[i].kind_name, tm_reason_texts[i].text,
				      &sum->reasons[i]))
			return -EMSGSIZE;
	return 0;
}

/* With a ledger its own sums are shown, so that they add up. */
static int tm_nl_stats_put_ledger(struct sk_buff *skb, const struct tm_nl_stats *stats)
{
	const struct tm_ledger *ledger = &stats->ledger;
	const bool with = stats->with_ledger;
	const int pad = TRAFFICMON_A_STATS_PAD;

	if (tm_nl_put_count(skb, TRAFFICMON_A_STATS_RECORDED_PACKETS,
			    with ? &ledger->recorded : &stats->records.total, pad) ||
	    tm_nl_put_count(skb, TRAFFICMON_A_STATS_UNTRACKED_PACKETS,
			    with ? &ledger->untracked : &stats->sum.kinds[TM_KIND_untracked], pad))
		return -EMSGSIZE;
	if (!with)
		return 0;
	if (tm_nl_put_count(skb, TRAFFICMON_A_STATS_LIVE_PACKETS, &ledger->live, pad) ||
	    tm_nl_put_count(skb, TRAFFICMON_A_STATS_SEEN_BEFORE_PACKETS, &ledger->before, pad) ||
	    tm_nl_put_count(skb, TRAFFICMON_A_STATS_SEEN_AFTER_PACKETS, &ledger->after, pad))
		return -EMSGSIZE;
	return 0;
}

static int tm_nl_stats_put(struct sk_buff *skb, const struct tm_nl_stats *stats)
{
	const struct tm_stats_sum *sum = &stats->sum;
	const int pad = TRAFFICMON_A_STATS_PAD;

	if (tm_nl_put_count(skb, TRAFFICMON_A_STATS_SEEN_PACKETS, &sum->seen_total, pad) ||
	    tm_nl_put_count(skb, TRAFFICMON_A_STATS_DROPPED_PACKETS, &sum->kinds[TM_KIND_drop],
			    pad) ||
	    nla_put_u64_64bit(skb, TRAFFICMON_A_STATS_FLOWS_CREATED, sum->flows_created, pad) ||
	    nla_put_u64_64bit(skb, TRAFFICMON_A_STATS_RECORDS, stats->records.records, pad) ||
	    tm_nl_put_count(skb, TRAFFICMON_A_STATS_MODULE_PACKETS, &stats->module, pad) ||
	    tm_nl_stats_put_ledger(skb, stats) || tm_nl_stats_put_seen(skb, sum))
		return -EMSGSIZE;
	return tm_nl_stats_put_reasons(skb, sum);
}

static int tm_nl_stats_reply(struct genl_info *info, const struct tm_nl_stats *stats)
{
	struct sk_buff *reply;
	void *header;
	int err;

	reply = tm_nl_reply(info, TRAFFICMON_CMD_STATS_GET, tm_nl_stats_bytes(), &header);
	if (!reply)
		return -ENOMEM;
	err = tm_nl_stats_put(reply, stats);
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	genlmsg_end(reply, header);
	return genlmsg_reply(reply, info);
}

int tm_nl_stats_get(struct sk_buff *skb, struct genl_info *info)
{
	bool with_ledger = info->attrs[TRAFFICMON_A_STATS_LEDGER];
	struct tm_nl_stats *stats;
	struct tm_net *tn;
	int err;

	stats = kzalloc(sizeof(*stats), GFP_KERNEL);
	if (!stats)
		return -ENOMEM;
	stats->with_ledger = with_ledger;
	tm_net_folded(&stats->module);	/* takes what tm_nl_enter() holds */
	tn = tm_nl_enter(skb, info, with_ledger, 0);
	err = PTR_ERR_OR_ZERO(tn);
	if (!err) {
		tm_nl_stats_gather(tn, stats);
		tm_net_exit(tn);
		err = tm_nl_stats_reply(info, stats);
	}
	kfree(stats);
	return err;
}
