// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Gathering flows.  Contract in flow_list.h.
 */
#include <errno.h>
#include <linux/trafficmon.h>
#include <stdlib.h>

#include "../lib/attrs.h"
#include "../lib/unknown.h"
#include "flow_list.h"

static int descending(uint64_t a, uint64_t b)
{
	return (a < b) - (a > b);
}

static int compare_bytes(const void *a, const void *b)
{
	const struct tm_flow *x = a, *y = b;

	return descending(x->bytes + x->reply_bytes,
			  y->bytes + y->reply_bytes);
}

static int compare_packets(const void *a, const void *b)
{
	const struct tm_flow *x = a, *y = b;

	return descending(x->packets + x->reply_packets,
			  y->packets + y->reply_packets);
}

static int compare_age(const void *a, const void *b)
{
	return descending(((const struct tm_flow *)a)->age_ns,
			  ((const struct tm_flow *)b)->age_ns);
}

void tm_flow_list_finish(struct tm_flow_list *list)
{
	static int (*const compare[])(const void *, const void *) = {
		[TM_FLOW_SORT_BYTES] = compare_bytes,
		[TM_FLOW_SORT_PACKETS] = compare_packets,
		[TM_FLOW_SORT_AGE] = compare_age,
	};

	if (list->sort != TM_FLOW_SORT_NONE && list->count)
		qsort(list->flows, list->count, sizeof(*list->flows),
		      compare[list->sort]);
	while (list->limit && list->count > list->limit)
		free(list->flows[--list->count].unknown);
	if (!list->show)
		list->shown = list->count;
}

/* With a limit, twice as many are kept at most before the worse half goes. */
static int make_room(struct tm_flow_list *list)
{
	size_t size = list->size ? list->size * 2 : 256;
	struct tm_flow *larger;

	if (list->limit && list->count >= 2 * list->limit) {
		tm_flow_list_finish(list);
		return 0;
	}
	larger = realloc(list->flows, size * sizeof(*larger));
	if (!larger)
		return -1;
	list->flows = larger;
	list->size = size;
	return 0;
}

int tm_flow_list_add(struct tm_flow_list *list, const struct tm_flow *flow)
{
	if (list->count == list->size && make_room(list))
		return -1;
	list->flows[list->count++] = *flow;
	list->total++;
	return 0;
}

static void show_now(struct tm_flow_list *list, const struct tm_flow *flow)
{
	list->total++;
	if (list->limit && list->shown == list->limit)
		return;
	list->shown++;
	list->show(flow, list->data);
}

static int read_flow(const struct nlmsghdr *nlh, void *data,
		     struct tm_error *error)
{
	const struct nlattr *tb[TRAFFICMON_A_FLOW_MAX + 1];
	struct tm_flow_list *list = data;
	struct tm_flow flow = { 0 };

	if (tm_attrs_read(&tm_attrs_flow, nlh, tb, error))
		return -1;
	flow.tuple.source = tm_attr_address(tb[TRAFFICMON_A_FLOW_SOURCE]);
	flow.tuple.destination =
		tm_attr_address(tb[TRAFFICMON_A_FLOW_DESTINATION]);
	flow.tuple.source_port = tm_attr_u16(tb[TRAFFICMON_A_FLOW_SOURCE_PORT]);
	flow.tuple.destination_port =
		tm_attr_u16(tb[TRAFFICMON_A_FLOW_DESTINATION_PORT]);
	flow.tuple.protocol = tm_attr_u8(tb[TRAFFICMON_A_FLOW_PROTOCOL]);
	flow.state = tm_attr_u8(tb[TRAFFICMON_A_FLOW_STATE]);
	flow.direction = tm_attr_u8(tb[TRAFFICMON_A_FLOW_DIRECTION]);
	flow.fragment = tm_attr_flag(tb[TRAFFICMON_A_FLOW_FRAGMENT]);
	flow.iif = tm_attr_u32(tb[TRAFFICMON_A_FLOW_IIF]);
	flow.packets = tm_attr_u64(tb[TRAFFICMON_A_FLOW_PACKETS]);
	flow.bytes = tm_attr_u64(tb[TRAFFICMON_A_FLOW_BYTES]);
	flow.reply_packets = tm_attr_u64(tb[TRAFFICMON_A_FLOW_REPLY_PACKETS]);
	flow.reply_bytes = tm_attr_u64(tb[TRAFFICMON_A_FLOW_REPLY_BYTES]);
	flow.unrecorded_packets =
		tm_attr_u64(tb[TRAFFICMON_A_FLOW_UNRECORDED_PACKETS]);
	flow.unrecorded_bytes =
		tm_attr_u64(tb[TRAFFICMON_A_FLOW_UNRECORDED_BYTES]);
	flow.age_ns = tm_attr_u64(tb[TRAFFICMON_A_FLOW_AGE]);
	flow.idle_ns = tm_attr_u64(tb[TRAFFICMON_A_FLOW_IDLE]);
	if (tm_unknown_read(&flow.unknown, &tm_attrs_flow, nlh, error))
		return -1;
	if (list->show) {
		show_now(list, &flow);
		free(flow.unknown);
		return 0;
	}
	if (tm_flow_list_add(list, &flow)) {
		free(flow.unknown);
		tm_error_set(error, TM_EXIT_REFUSED, ENOMEM, "out of memory after %zu flows",
			     list->count);
		return tm_error_hint(error, "`limit N` keeps only the first N");
	}
	return 0;
}

int tm_flow_list_read(struct tm_flow_list *list, struct tm_nl *nl,
		      struct nlmsghdr *request, struct tm_error *error)
{
	if (tm_nl_dump(nl, request, read_flow, NULL, list,
		       &list->inconsistent, error))
		return -1;
	tm_flow_list_finish(list);
	return 0;
}

void tm_flow_list_free(struct tm_flow_list *list)
{
	while (list->count)
		free(list->flows[--list->count].unknown);
	free(list->flows);
	list->flows = NULL;
	list->size = 0;
}
