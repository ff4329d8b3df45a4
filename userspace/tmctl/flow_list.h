/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The live flows, filtered by the kernel, sorted and cut here.
 */
#ifndef TMCTL_FLOW_LIST_H
#define TMCTL_FLOW_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "../lib/conntrack.h"
#include "../lib/nl.h"

enum tm_flow_sort {
	TM_FLOW_SORT_NONE,	/* as the table has them */
	TM_FLOW_SORT_BYTES,	/* of both directions, most first */
	TM_FLOW_SORT_PACKETS,
	TM_FLOW_SORT_AGE,	/* oldest first */
};

/* @unknown: of unknown.h */
struct tm_flow {
	struct tm_tuple tuple;
	uint8_t state;
	uint8_t direction;
	bool fragment;
	uint32_t iif;
	uint64_t packets;
	uint64_t bytes;
	uint64_t reply_packets;
	uint64_t reply_bytes;
	uint64_t unrecorded_packets;
	uint64_t unrecorded_bytes;
	uint64_t age_ns;
	uint64_t idle_ns;
	char *unknown;
};

/*
 * @show:	where sort is none, called with each flow as it comes: none is kept.
 *		NULL: all are kept, for the one who reads the list
 * @total:	how many there were, kept or not
 * @shown:	how many of them @show was called with, or are in the finished list
 * @limit:	keep the first so many, 0: all; memory stays bounded by it
 */
struct tm_flow_list {
	enum tm_flow_sort sort;
	uint64_t limit;
	void (*show)(const struct tm_flow *flow, void *data);
	void *data;
	uint64_t total;
	uint64_t shown;
	size_t count;
	size_t size;
	struct tm_flow *flows;
	bool inconsistent;
};

/* Run the dump request into list (sort, limit, show and data set, the rest 0). */
int tm_flow_list_read(struct tm_flow_list *list, struct tm_nl *nl,
		      struct nlmsghdr *request, struct tm_error *error);
void tm_flow_list_free(struct tm_flow_list *list);

/* One more; sorted and cut when the list is finished. -1 when memory ran out. */
int tm_flow_list_add(struct tm_flow_list *list, const struct tm_flow *flow);
void tm_flow_list_finish(struct tm_flow_list *list);

#endif /* TMCTL_FLOW_LIST_H */
