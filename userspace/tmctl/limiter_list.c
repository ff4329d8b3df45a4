// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Gathering limiters.  Contract in limiter_list.h.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/attrs.h"
#include "../lib/icmp.h"
#include "../lib/names.h"
#include "../lib/unknown.h"
#include "limiter_list.h"

double tm_limiter_used_percent(const struct tm_limiter *limiter)
{
	return limiter->burst ? limiter->used * 100.0 / limiter->burst : 0;
}

static int compare_used(const void *a, const void *b)
{
	double x = tm_limiter_used_percent(a);
	double y = tm_limiter_used_percent(b);

	return (x < y) - (x > y);
}

static int compare_over(const void *a, const void *b)
{
	const struct tm_limiter *x = a, *y = b;

	if (x->over_packets_sampled != y->over_packets_sampled)
		return x->over_packets_sampled < y->over_packets_sampled ?
		       1 : -1;
	return compare_used(a, b);
}

static int compare_policy(const void *a, const void *b)
{
	const struct tm_limiter *x = a, *y = b;
	int order = strcmp(x->policy, y->policy);

	return order ? order : compare_used(a, b);
}

static void finish(struct tm_limiter_list *list)
{
	static int (*const compare[])(const void *, const void *) = {
		[TM_LIMITER_SORT_USED] = compare_used,
		[TM_LIMITER_SORT_OVER] = compare_over,
		[TM_LIMITER_SORT_POLICY] = compare_policy,
	};

	if (list->count)
		qsort(list->limiters, list->count, sizeof(*list->limiters),
		      compare[list->sort]);
	while (list->limit && list->count > list->limit)
		free(list->limiters[--list->count].unknown);
}

static int add(struct tm_limiter_list *list, const struct tm_limiter *limiter)
{
	/* With a limit, twice as many are kept before the worse half goes. */
	if (list->count == list->size && list->limit &&
	    list->count >= 2 * list->limit)
		finish(list);
	if (list->count == list->size) {
		size_t size = list->size ? list->size * 2 : 256;
		struct tm_limiter *larger = realloc(list->limiters,
						    size * sizeof(*larger));

		if (!larger)
			return -1;
		list->limiters = larger;
		list->size = size;
	}
	list->limiters[list->count++] = *limiter;
	list->total++;
	return 0;
}

bool tm_limiter_has_icmp(const struct tm_limiter *limiter)
{
	return limiter->has_protocol && limiter->has_source_port &&
	       limiter->has_destination_port &&
	       tm_protocol_is_icmp(limiter->protocol);
}

/*
 * The key of a flow is the same both ways, so its ends may have changed places;
 * an ICMP message has type and code on the side of its destination.
 */
static void turn_to_destination(struct tm_limiter *limiter)
{
	struct tm_prefix source = limiter->source;
	uint16_t source_port = limiter->source_port;

	if (limiter->destination_port || !source_port)
		return;
	limiter->source = limiter->destination;
	limiter->source_port = limiter->destination_port;
	limiter->destination = source;
	limiter->destination_port = source_port;
}

static void read_key(struct tm_limiter *limiter,
		     const struct nlattr *const *tb)
{
	limiter->source =
		tm_attr_prefix(tb[TRAFFICMON_A_LIMITER_SOURCE],
			       tb[TRAFFICMON_A_LIMITER_SOURCE_LENGTH]);
	limiter->destination =
		tm_attr_prefix(tb[TRAFFICMON_A_LIMITER_DESTINATION],
			       tb[TRAFFICMON_A_LIMITER_DESTINATION_LENGTH]);
	limiter->has_source_port = tb[TRAFFICMON_A_LIMITER_SOURCE_PORT];
	limiter->source_port =
		tm_attr_u16(tb[TRAFFICMON_A_LIMITER_SOURCE_PORT]);
	limiter->has_destination_port =
		tb[TRAFFICMON_A_LIMITER_DESTINATION_PORT];
	limiter->destination_port =
		tm_attr_u16(tb[TRAFFICMON_A_LIMITER_DESTINATION_PORT]);
	limiter->has_protocol = tb[TRAFFICMON_A_LIMITER_PROTOCOL];
	limiter->protocol = tm_attr_u8(tb[TRAFFICMON_A_LIMITER_PROTOCOL]);
	limiter->has_iif = tb[TRAFFICMON_A_LIMITER_IIF];
	limiter->iif = tm_attr_u32(tb[TRAFFICMON_A_LIMITER_IIF]);
	if (tm_limiter_has_icmp(limiter))
		turn_to_destination(limiter);
}

static int read_limiter(const struct nlmsghdr *nlh, void *data,
			struct tm_error *error)
{
	const struct nlattr *tb[TRAFFICMON_A_LIMITER_MAX + 1];
	struct tm_limiter_list *list = data;
	struct tm_limiter limiter = { 0 };

	if (tm_attrs_read(&tm_attrs_limiter, nlh, tb, error))
		return -1;
	snprintf(limiter.policy, sizeof(limiter.policy), "%s",
		 tm_attr_string(tb[TRAFFICMON_A_LIMITER_POLICY]));
	limiter.over = tm_attr_flag(tb[TRAFFICMON_A_LIMITER_OVER]);
	limiter.aggregate = tm_attr_flag(tb[TRAFFICMON_A_LIMITER_AGGREGATE]);
	limiter.kind = tm_attr_u8(tb[TRAFFICMON_A_LIMITER_KIND]);
	read_key(&limiter, tb);
	limiter.used = tm_attr_u64(tb[TRAFFICMON_A_LIMITER_USED]);
	limiter.rate = tm_attr_u64(tb[TRAFFICMON_A_LIMITER_RATE]);
	limiter.burst = tm_attr_u64(tb[TRAFFICMON_A_LIMITER_BURST]);
	limiter.over_packets_sampled =
		tm_attr_u64(tb[TRAFFICMON_A_LIMITER_OVER_PACKETS_SAMPLED]);
	if (tm_unknown_read(&limiter.unknown, &tm_attrs_limiter, nlh, error))
		return -1;
	if (add(list, &limiter)) {
		free(limiter.unknown);
		return tm_error_set(error, TM_EXIT_REFUSED, ENOMEM,
				    "out of memory after %zu limiters",
				    list->count);
	}
	return 0;
}

int tm_limiter_list_read(struct tm_limiter_list *list, struct tm_nl *nl,
			 struct nlmsghdr *request, struct tm_error *error)
{
	if (tm_nl_dump(nl, request, read_limiter, NULL, list,
		       &list->inconsistent, error))
		return -1;
	finish(list);
	return 0;
}

void tm_limiter_list_free(struct tm_limiter_list *list)
{
	while (list->count)
		free(list->limiters[--list->count].unknown);
	free(list->limiters);
	list->limiters = NULL;
	list->size = 0;
}

static void append(char *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void append(char *buffer, const char *format, ...)
{
	size_t used = strlen(buffer);
	va_list arguments;

	if (used && used + 1 < TM_LIMITER_KEY_TEXT)
		buffer[used++] = ' ';
	va_start(arguments, format);
	vsnprintf(buffer + used, TM_LIMITER_KEY_TEXT - used, format, arguments);
	va_end(arguments);
}

static void append_icmp(char *buffer, const struct tm_limiter *limiter)
{
	struct tm_icmp icmp = tm_icmp_of(limiter->source_port,
					 limiter->destination_port);

	if (icmp.echo)
		append(buffer, "icmp-id %u", icmp.id);
	else
		append(buffer, "icmp-type %u icmp-code %u", icmp.type,
		       icmp.code);
}

const char *tm_limiter_key_format(const struct tm_limiter *limiter,
				  struct tm_devices *devices, char *buffer)
{
	char prefix[TM_PREFIX_TEXT], name[TM_NAME_TEXT];

	bool icmp = tm_limiter_has_icmp(limiter);

	buffer[0] = '\0';
	if (limiter->has_protocol)
		append(buffer, "protocol %s",
		       tm_protocol_name(limiter->protocol, name));
	if (limiter->source.address.size)
		append(buffer, "source %s",
		       tm_prefix_format(&limiter->source, prefix));
	if (limiter->has_source_port && !icmp)
		append(buffer, "sport %u", limiter->source_port);
	if (limiter->destination.address.size)
		append(buffer, "destination %s",
		       tm_prefix_format(&limiter->destination, prefix));
	if (icmp)
		append_icmp(buffer, limiter);
	else if (limiter->has_destination_port)
		append(buffer, "dport %u", limiter->destination_port);
	if (limiter->has_iif)
		append(buffer, "device %s",
		       tm_devices_name(devices, limiter->iif));
	if (!buffer[0])
		strcpy(buffer, "all");
	return buffer;
}
