/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The live limiters: gathered, sorted, and each one's key as words.
 */
#ifndef TMCTL_LIMITER_LIST_H
#define TMCTL_LIMITER_LIST_H

#include <linux/trafficmon.h>
#include <stddef.h>
#include <stdint.h>

#include "../lib/nl.h"
#include "../lib/value.h"

enum tm_limiter_sort {
	TM_LIMITER_SORT_USED,		/* share of the burst, most first */
	TM_LIMITER_SORT_OVER,		/* sampled packets over, most first */
	TM_LIMITER_SORT_POLICY,		/* by name, then as USED */
};

/* has_*: whether the key has that part.  @unknown: as in flow_list.h */
struct tm_limiter {
	char policy[TRAFFICMON_NAME_SIZE];
	bool over;
	bool aggregate;
	uint8_t kind;
	struct tm_prefix source;
	struct tm_prefix destination;
	bool has_source_port;
	bool has_destination_port;
	bool has_protocol;
	bool has_iif;
	uint16_t source_port;
	uint16_t destination_port;
	uint8_t protocol;
	uint32_t iif;
	uint64_t used;
	uint64_t rate;
	uint64_t burst;
	uint64_t over_packets_sampled;
	char *unknown;
};

struct tm_limiter_list {
	enum tm_limiter_sort sort;
	uint64_t limit;		/* keep the first so many, 0: all */
	uint64_t total;
	size_t count;
	size_t size;
	struct tm_limiter *limiters;
	bool inconsistent;
};

int tm_limiter_list_read(struct tm_limiter_list *list, struct tm_nl *nl,
			 struct nlmsghdr *request, struct tm_error *error);
void tm_limiter_list_free(struct tm_limiter_list *list);

#define TM_LIMITER_KEY_TEXT	192

/*
 * The key in the words that `limiter del` takes: "source 192.0.2.1 dport 53";
 * "all" where the policy counts everything together.
 */
const char *tm_limiter_key_format(const struct tm_limiter *limiter,
				  struct tm_devices *devices, char *buffer);

/* Is it the key of an ICMP flow, with identifier or type and code for ports? */
bool tm_limiter_has_icmp(const struct tm_limiter *limiter);

/* How much of the burst is used, in percent; above 100 it is over. */
double tm_limiter_used_percent(const struct tm_limiter *limiter);

#endif /* TMCTL_LIMITER_LIST_H */
