// SPDX-License-Identifier: GPL-2.0
/*
 * The watch: once a second, what the counters say, as events.
 *
 * An episode begins with the first second in which something is over, and ends
 * after tm_params.hold_ns without a recurrence: however often it flaps in
 * between, a person hears of it twice.
 */
#include "watch.h"

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/math64.h>
#include <linux/string.h>
#include <linux/time64.h>

#include "breaker.h"
#include "event.h"
#include "netns.h"
#include "params.h"

enum { TM_WATCH_FLOWS, TM_WATCH_LIMITERS };

/* What came since the last round, a second. */
static u64 tm_watch_per_second(const struct tm_net *tn, u64 packets)
{
	return div64_u64(packets * MSEC_PER_SEC, tn->watch.elapsed_ms);
}

static void tm_watch_event_key(struct tm_event *event, const struct tm_watch_new *new)
{
	const struct tm_limit_key *key = &new->worst.key;
	const struct tm_policy_spec *spec = new->policy->spec;

	if (!key->policy_id || !spec->limit_count)
		return;
	event->family = key->flags & TM_LIMIT_KEY_IPV6 ? TRAFFICMON_FAMILY_IPV6 :
							 TRAFFICMON_FAMILY_IPV4;
	event->source = key->source;
	event->destination = key->destination;
	event->destination_port = key->destination_port;
	event->ifindex = key->ifindex;
	switch (key->kind) {
	case TRAFFICMON_KEY_SOURCE_DESTINATION_PORT:
		event->has |= TM_EVENT_SOURCE | TM_EVENT_PORT;
		break;
	case TRAFFICMON_KEY_SOURCE:
		event->has |= TM_EVENT_SOURCE;
		break;
	case TRAFFICMON_KEY_DESTINATION:
		event->has |= TM_EVENT_DESTINATION;
		break;
	case TRAFFICMON_KEY_SOURCE_DESTINATION:
		event->has |= TM_EVENT_SOURCE | TM_EVENT_DESTINATION;
		break;
	case TRAFFICMON_KEY_FLOW:
		event->has |= TM_EVENT_SOURCE | TM_EVENT_DESTINATION;
		/* ICMP has an identifier, or type and code, where others have ports */
		if (key->protocol != IPPROTO_ICMP && key->protocol != IPPROTO_ICMPV6)
			event->has |= TM_EVENT_PORT;
		break;
	case TRAFFICMON_KEY_IIF:
		event->has |= TM_EVENT_IIF;
		break;
	}
}

/* What the policy does with what exceeds it. */
static u8 tm_watch_mode(const struct tm_net *tn, const struct tm_policy_spec *spec)
{
	return READ_ONCE(tn->suspended) ? TRAFFICMON_MODE_MONITOR : spec->mode;
}

static void tm_watch_post_over(struct tm_net *tn, const struct tm_watch_new *new)
{
	const struct tm_policy_spec *spec = new->policy->spec;
	struct tm_event event = {
		.type = TRAFFICMON_EVENT_POLICY_OVER,
		.mode = tm_watch_mode(tn, spec),
		.matched_pps = tm_watch_per_second(tn, new->delta.matched.packets),
		.packets = new->delta.over.packets,
		.bytes = new->delta.over.bytes,
		.dropped_packets = new->delta.dropped.packets,
	};
	u8 limit = new->worst.key.policy_id ? new->worst.key.limit : 0;

	strscpy(event.name, spec->name, sizeof(event.name));
	if (spec->limit_count) {
		event.has |= TM_EVENT_LIMIT;
		event.limit_kind = spec->rates[limit].kind;
		event.limit_rate = spec->rates[limit].per_second;
	}
	tm_watch_event_key(&event, new);
	tm_event_post(tn, &event);
}

static void tm_watch_post_under(struct tm_net *tn, const struct tm_policy *policy,
				const struct tm_policy_sum *now, u64 now_ns)
{
	const struct tm_policy_state *state = policy->state;
	struct tm_event event = {
		.type = TRAFFICMON_EVENT_POLICY_UNDER,
		.mode = tm_watch_mode(tn, policy->spec),
		.matched_pps = state->watch.peak_pps,
		.packets = now->over.packets - state->watch.at_over.over.packets,
		.bytes = now->over.bytes - state->watch.at_over.over.bytes,
		.dropped_packets = now->dropped.packets - state->watch.at_over.dropped.packets,
		.duration_ns = state->watch.over_last_ns - state->watch.over_since_ns,
	};

	strscpy(event.name, policy->spec->name, sizeof(event.name));
	tm_event_post(tn, &event);
}

/* Advance one policy's episode.  Returns true when it went over in this round. */
static bool tm_watch_policy(struct tm_net *tn, const struct tm_policy *policy, u64 now_ns,
			    struct tm_policy_sum *delta)
{
	struct tm_policy_state *state = policy->state;
	struct tm_policy_sum now;
	bool begins = false;
	u64 spared;

	tm_policy_read(state, &now);
	delta->matched.packets = now.matched.packets - state->watch.last.matched.packets;
	delta->over.packets = now.over.packets - state->watch.last.over.packets;
	delta->over.bytes = now.over.bytes - state->watch.last.over.bytes;
	delta->dropped.packets = now.dropped.packets - state->watch.last.dropped.packets;
	spared = now.spared.packets - state->watch.last.spared.packets;
	if (delta->over.packets || spared) {
		if (!state->watch.over_since_ns) {
			begins = true;
			state->watch.over_since_ns = now_ns;
			state->watch.at_over = state->watch.last;
			state->watch.peak_pps = 0;
		}
		state->watch.over_last_ns = now_ns;
	} else if (state->watch.over_since_ns &&
		   now_ns - state->watch.over_last_ns >= tm_params.hold_ns) {
		tm_watch_post_under(tn, policy, &now, now_ns);
		state->watch.over_since_ns = 0;
	}
	state->watch.peak_pps = max(state->watch.peak_pps,
				    tm_watch_per_second(tn, delta->matched.packets));
	state->watch.last = now;
	return begins;
}

/* One pass over the limiters for the worst key of each policy in @news. */
static void tm_watch_worst_keys(struct tm_net *tn, struct tm_watch_new *news, u32 count, u64 now_ns)
{
	struct tm_limit_view view;
	u32 index = 0, i;

	while (tm_limit_next(&tn->limiters, &index, now_ns, &view)) {
		for (i = 0; i < count; i++) {
			if (news[i].policy->state->id != view.key.policy_id)
				continue;
			if (!news[i].worst.key.policy_id ||
			    view.over_sampled > news[i].worst.over_sampled)
				news[i].worst = view;
		}
	}
}

static void tm_watch_policies(struct tm_net *tn, u64 now_ns)
{
	const struct tm_ruleset *ruleset = rcu_dereference_protected(tn->ruleset,
								     lockdep_is_held(&tn->lock));
	struct tm_watch_new *news = tn->watch.news;
	u32 i, count = 0;

	memset(news, 0, TM_WATCH_NEW_MAX * sizeof(*news));
	for (i = 0; i < ruleset->count; i++) {
		struct tm_watch_new new = { .policy = &ruleset->policies[i] };

		if (!tm_watch_policy(tn, new.policy, now_ns, &new.delta))
			continue;
		if (count < TM_WATCH_NEW_MAX)
			news[count++] = new;
		else
			tm_watch_post_over(tn, &new);
	}
	if (!count)
		return;
	tm_watch_worst_keys(tn, news, count, now_ns);
	for (i = 0; i < count; i++)
		tm_watch_post_over(tn, &news[i]);
}

/* A table that finds no room, and finds it again. */
static void tm_watch_table(struct tm_net *tn, int which, const char *name, u32 size,
			   u64 refused, u64 now_ns)
{
	u64 *since_ns = &tn->watch.table[which].full_since_ns;
	struct tm_event event = { .size = size };
	u64 delta = refused - tn->watch.table[which].last;

	strscpy(event.name, name, sizeof(event.name));
	tn->watch.table[which].last = refused;
	if (delta) {
		tn->watch.table[which].full_last_ns = now_ns;
		if (*since_ns)
			return;
		*since_ns = now_ns;
		tn->watch.table[which].at_full = refused - delta;
		event.type = TRAFFICMON_EVENT_TABLE_FULL;
		event.packets = delta;
		tm_event_post(tn, &event);
		return;
	}
	if (!*since_ns || now_ns - tn->watch.table[which].full_last_ns < tm_params.hold_ns)
		return;
	event.type = TRAFFICMON_EVENT_TABLE_ROOM;
	event.packets = refused - tn->watch.table[which].at_full;
	event.duration_ns = tn->watch.table[which].full_last_ns - *since_ns;
	*since_ns = 0;
	tm_event_post(tn, &event);
}

static void tm_watch_tables(struct tm_net *tn, const struct tm_stats_sum *sum, u64 now_ns)
{
	tm_watch_table(tn, TM_WATCH_FLOWS, "flows", (tn->flows.mask + 1) * TM_FLOW_WAYS,
		       sum->reasons[TM_REASON_flows_full].packets +
		       sum->reasons[TM_REASON_insert_budget].packets, now_ns);
	tm_watch_table(tn, TM_WATCH_LIMITERS, "limiters",
		       (tn->limiters.mask + 1) * TM_LIMIT_WAYS,
		       sum->reasons[TM_REASON_limiters_full_pass].packets +
		       sum->reasons[TM_REASON_limiters_full_drop].packets +
		       sum->reasons[TM_REASON_limiters_full_aggregate].packets, now_ns);
}

static void tm_watch_totals(struct tm_net *tn, u64 now_ns)
{
	struct tm_stats_sum sum;

	tm_stats_read(tn->stats, &sum);
	tm_breaker_round(tn, &sum);
	tm_watch_tables(tn, &sum, now_ns);
}

/* At most one a hold time: a reader that is too slow stays so for a while. */
static void tm_watch_records(struct tm_net *tn, u64 now_ns)
{
	struct tm_event event = { .type = TRAFFICMON_EVENT_RECORDS_LOST };
	struct tm_record_totals totals;

	tm_record_sum(&tn->records, &totals);
	if (totals.lost_records == tn->watch.lost_records ||
	    (tn->watch.lost_told_ns && now_ns - tn->watch.lost_told_ns < tm_params.hold_ns))
		return;
	event.records = totals.lost_records - tn->watch.lost_records;
	event.packets = totals.lost.packets - tn->watch.lost.packets;
	event.bytes = totals.lost.bytes - tn->watch.lost.bytes;
	tn->watch.lost_records = totals.lost_records;
	tn->watch.lost = totals.lost;
	tn->watch.lost_told_ns = now_ns;
	tm_event_post(tn, &event);
}

static void tm_watch_post_set(struct tm_net *tn, struct tm_set *set)
{
	struct tm_event event = { .type = TRAFFICMON_EVENT_SET };

	set->changed = false;
	strscpy(event.name, set->name, sizeof(event.name));
	event.size = tm_prefixes_count(set->prefixes);
	tm_event_post(tn, &event);
}

#define TM_WATCH_SETS_MAX	32	/* told in a round: they leave the ring to others, too */

/* Where the last round ended this one begins, so that each has its turn. */
static void tm_watch_sets(struct tm_net *tn)
{
	u32 next = tn->watch.set_next, told = 0, i;

	for (i = 0; i < tn->sets.count && told < TM_WATCH_SETS_MAX; i++) {
		struct tm_set *set;

		if (next >= tn->sets.count)
			next = 0;
		set = tn->sets.set[next++];
		if (!set->changed)
			continue;
		tm_watch_post_set(tn, set);
		told++;
	}
	tn->watch.set_next = next;
}

void tm_watch_round(struct tm_net *tn, u64 now_ns)
{
	lockdep_assert_held(&tn->lock);
	tn->watch.elapsed_ms = MSEC_PER_SEC;
	if (tn->watch.round_ns)
		tn->watch.elapsed_ms = max(div_u64(now_ns - tn->watch.round_ns, NSEC_PER_MSEC),
					   1ULL);
	tn->watch.round_ns = now_ns;
	tm_watch_sets(tn);
	tm_watch_policies(tn, now_ns);
	tm_watch_totals(tn, now_ns);
	tm_watch_records(tn, now_ns);
}
