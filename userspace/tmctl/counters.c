// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading STATS_GET.  Contract in counters.h.
 */
#include <linux/trafficmon.h>
#include <stdio.h>
#include <string.h>

#include "../lib/attrs.h"
#include "counters.h"

_Static_assert(TRAFFICMON_A_STATS_MAX < 64, "has is a word of bits");

struct reading {
	struct tm_counters *counters;
	enum tm_counter_group group;
	int (*message)(const struct nlmsghdr *nlh, void *data,
		       struct tm_error *error);
	void *data;
	struct tm_error *error;
};

static int read_counter(const struct nlattr *attr, void *data)
{
	const struct nlattr *tb[TRAFFICMON_A_COUNTER_MAX + 1];
	struct reading *reading = data;
	unsigned int *count = &reading->counters->count[reading->group];
	struct tm_counter *counter;

	if (*count == TM_COUNTERS_MAX)
		return 0;
	counter = &reading->counters->list[reading->group][*count];
	if (tm_attrs_read_nested(&tm_attrs_counter, attr, tb, reading->error))
		return -1;
	snprintf(counter->name, sizeof(counter->name), "%s",
		 tm_attr_string(tb[TRAFFICMON_A_COUNTER_NAME]));
	snprintf(counter->kind, sizeof(counter->kind), "%s",
		 tm_attr_string(tb[TRAFFICMON_A_COUNTER_KIND]));
	snprintf(counter->text, sizeof(counter->text), "%s",
		 tm_attr_string(tb[TRAFFICMON_A_COUNTER_TEXT]));
	counter->packets = tm_attr_u64(tb[TRAFFICMON_A_COUNTER_PACKETS]);
	counter->bytes = tm_attr_u64(tb[TRAFFICMON_A_COUNTER_BYTES]);
	(*count)++;
	return 0;
}

static int read_reply(const struct nlmsghdr *nlh, void *data,
		      struct tm_error *error)
{
	static const uint16_t groups[TM_COUNTER_GROUPS] = {
		[TM_COUNTER_CLASS] = TRAFFICMON_A_STATS_CLASS,
		[TM_COUNTER_DIRECTION] = TRAFFICMON_A_STATS_DIRECTION,
		[TM_COUNTER_REASON] = TRAFFICMON_A_STATS_REASON,
	};
	const struct nlattr *tb[TRAFFICMON_A_STATS_MAX + 1];
	struct reading *reading = data;
	unsigned int i;

	if (tm_attrs_read(&tm_attrs_stats, nlh, tb, error))
		return -1;
	for (i = 0; i <= TRAFFICMON_A_STATS_MAX; i++) {
		if (!tb[i] || tm_attrs_stats.attrs[i].type != TM_ATTR_U64)
			continue;
		reading->counters->values[i] = tm_attr_u64(tb[i]);
		reading->counters->has |= 1ULL << i;
	}
	reading->error = error;
	for (i = 0; i < TM_COUNTER_GROUPS; i++) {
		reading->group = i;
		if (tm_attrs_each(nlh, groups[i], read_counter, reading))
			return -1;
	}
	if (reading->message)
		return reading->message(nlh, reading->data, error);
	return 0;
}

int tm_counters_get(struct tm_nl *nl, bool ledger,
		    struct tm_counters *counters,
		    int (*message)(const struct nlmsghdr *nlh, void *data,
				   struct tm_error *error),
		    void *data, struct tm_error *error)
{
	struct reading reading = {
		.counters = counters,
		.message = message,
		.data = data,
	};
	struct nlmsghdr *request;

	memset(counters, 0, sizeof(*counters));
	request = tm_nl_request(nl, TRAFFICMON_CMD_STATS_GET, 0);
	if (ledger)
		mnl_attr_put(request, TRAFFICMON_A_STATS_LEDGER, 0, NULL);
	return tm_nl_do(nl, request, read_reply, &reading, error);
}

uint64_t tm_counters_of_kind(const struct tm_counters *counters,
			     const char *kind)
{
	uint64_t packets = 0;
	unsigned int i;

	for (i = 0; i < counters->count[TM_COUNTER_REASON]; i++) {
		const struct tm_counter *reason =
			&counters->list[TM_COUNTER_REASON][i];

		if (!strcmp(reason->kind, kind))
			packets += reason->packets;
	}
	return packets;
}
