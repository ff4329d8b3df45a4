// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tmctl limiter: who is over a limit, by how much; forgetting.
 */
#include <errno.h>
#include <linux/trafficmon.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/names.h"
#include "endpoint.h"
#include "limiter_list.h"
#include "options.h"

#define SAMPLED_ONE_IN	16	/* LIMITER_OVER_PACKETS_SAMPLED, scaled up already */
#define KEY_SIZE	512	/* bytes that a key and a policy need at most */

static const char *const sort_words[] = {
	[TM_LIMITER_SORT_USED] = "used",
	[TM_LIMITER_SORT_OVER] = "over",
	[TM_LIMITER_SORT_POLICY] = "policy",
};

static const struct tm_names sort_names = {
	.what = "order",
	.names = sort_words,
	.count = sizeof(sort_words) / sizeof(sort_words[0]),
};

static int read_order(const struct tm_context *context,
		      struct tm_limiter_list *list, struct tm_error *error)
{
	const char *sort = tm_given_value(context, "sort");
	const char *limit = tm_given_value(context, "limit");
	const char *policy = tm_given_value(context, "policy");
	int order = TM_LIMITER_SORT_USED;

	if (policy && tm_name_check("policy", policy, error))
		return -1;
	if (sort)
		order = tm_name_parse(&sort_names, sort, error);
	if (order < 0)
		return -1;
	list->sort = order;
	if (limit)
		return tm_number_parse("limit", limit, 1, UINT32_MAX,
				       &list->limit, error);
	return 0;
}

static void count_format(uint64_t count, const char *what,
			 char text[TM_RATE_TEXT])
{
	snprintf(text, TM_RATE_TEXT, "%llu %s%s", (unsigned long long)count,
		 what, count == 1 ? "" : "s");
}

/* By kind of limit: the keys of its numbers, and how they are written. */
static const struct unit {
	const char *used;
	const char *burst;
	const char *rate;
	const char *thing;	/* NULL: bytes */
} units[] = {
	[TRAFFICMON_LIMIT_PACKETS] = { "used_packets", "burst_packets",
		"rate_pps", "packet" },
	[TRAFFICMON_LIMIT_BYTES] = { "used_bytes", "burst_bytes",
		"rate_bytes_per_second", NULL },
	[TRAFFICMON_LIMIT_NEW_FLOWS] = { "used_new_flows", "burst_new_flows",
		"rate_new_flows_per_second", "flow" },
};

_Static_assert(sizeof(units) / sizeof(units[0]) == __TRAFFICMON_LIMIT_MAX,
	       "a unit for each kind");

/* Amount and rate in the unit of the limit's kind; of one unknown, as packets. */
static void print_amounts(struct tm_out *out, const struct tm_limiter *limiter)
{
	const struct unit *unit = &units[limiter->kind < __TRAFFICMON_LIMIT_MAX ?
					 limiter->kind : 0];
	char used[TM_RATE_TEXT], burst[TM_RATE_TEXT], rate[TM_RATE_TEXT];

	if (unit->thing) {
		count_format(limiter->used, unit->thing, used);
		count_format(limiter->burst, unit->thing, burst);
	} else {
		tm_bytes_format(limiter->used, used);
		tm_bytes_format(limiter->burst, burst);
	}
	tm_rate_format(limiter->kind, limiter->rate, rate);
	tm_out_number_as(out, unit->used, limiter->used, used);
	tm_out_number_as(out, unit->burst, limiter->burst, burst);
	tm_out_number_as(out, unit->rate, limiter->rate, rate);
	if (tm_out_is_json(out))
		return;
	tm_out_string(out, "used_text", used);
	tm_out_string(out, "burst_text", burst);
	tm_out_string(out, "rate_text", rate);
}

static void print_key_parts(struct tm_out *out,
			    const struct tm_limiter *limiter,
			    struct tm_devices *devices)
{
	char prefix[TM_PREFIX_TEXT];

	if (limiter->source.address.size)
		tm_out_string(out, "source",
			      tm_prefix_format(&limiter->source, prefix));
	if (limiter->destination.address.size)
		tm_out_string(out, "destination",
			      tm_prefix_format(&limiter->destination, prefix));
	if (tm_limiter_has_icmp(limiter))
		tm_out_icmp(out, limiter->source_port,
			    limiter->destination_port);
	else if (limiter->has_source_port)
		tm_out_number(out, "source_port", limiter->source_port);
	if (limiter->has_destination_port && !tm_limiter_has_icmp(limiter))
		tm_out_number(out, "destination_port",
			      limiter->destination_port);
	if (limiter->has_protocol)
		tm_out_number(out, "protocol", limiter->protocol);
	if (limiter->has_iif)
		tm_out_device(out, devices, limiter->iif);
}

static void print_limiter(struct tm_out *out, const struct tm_limiter *limiter,
			  struct tm_devices *devices)
{
	char key[TM_LIMITER_KEY_TEXT], kind[TM_NAME_TEXT], text[32];

	tm_out_row(out);
	tm_out_string(out, "policy", limiter->policy);
	tm_limiter_key_format(limiter, devices, key);
	tm_out_string(out, "key", key);
	print_key_parts(out, limiter, devices);
	tm_out_string(out, "kind", tm_name(&tm_names_limit_kind, limiter->kind,
					   kind));
	tm_out_color(out, limiter->over ? TM_COLOR_BAD : TM_COLOR_NONE);
	tm_out_bool(out, "over", limiter->over);
	tm_out_real(out, "used_percent", tm_limiter_used_percent(limiter));
	print_amounts(out, limiter);
	snprintf(text, sizeof(text), "~%llu",
		 (unsigned long long)limiter->over_packets_sampled);
	tm_out_number_as(out, "over_packets_sampled",
			 limiter->over_packets_sampled, text);
	tm_out_number(out, "sampled_one_in", SAMPLED_ONE_IN);
	tm_out_bool(out, "aggregate", limiter->aggregate);
	tm_out_unknown(out, limiter->unknown);
	tm_out_row_end(out);
}

static void print_list(struct tm_out *out, const struct tm_limiter_list *list)
{
	static const struct tm_field fields[] = {
		{ "policy", "POLICY", TM_UNIT_NONE },
		{ "key", "KEY", TM_UNIT_NONE },
		{ "over", "OVER", TM_UNIT_NONE },
		{ "used_percent", "USED", TM_UNIT_PERCENT },
		{ "used_text", "AMOUNT", TM_UNIT_COUNT },
		{ "burst_text", "BURST", TM_UNIT_COUNT },
		{ "rate_text", "RATE", TM_UNIT_COUNT },
		{ "over_packets_sampled", "OVER PKTS (SAMPLED)",
		  TM_UNIT_COUNT },
		{ "aggregate", "AGGREGATE", TM_UNIT_NONE },
		{ NULL, NULL, TM_UNIT_NONE }
	};
	static const struct tm_fit fit[] = {
		TM_WRAP("key", 24),
		TM_LEAVE_OUT("aggregate"),
		TM_LEAVE_OUT("burst_text"),
		TM_LEAVE_OUT("used_text"),
		TM_STACK("key", "policy"),
		TM_LEAVE_OUT("over_packets_sampled"),
		TM_LEAVE_OUT("rate_text"),
		TM_FITTED
	};
	struct tm_devices devices = { 0 };
	size_t i;

	tm_out_table(out, "limiters", fields);
	tm_out_fit(out, fit);
	for (i = 0; i < list->count; i++)
		print_limiter(out, &list->limiters[i], &devices);
	tm_out_end(out);
	tm_out_block(out, "summary", NULL);
	tm_out_number(out, "limiters_matched", list->total);
	tm_out_number(out, "limiters_shown", list->count);
	tm_out_bool(out, "consistent", !list->inconsistent);
	tm_out_end(out);
	if (list->count < list->total)
		tm_out_text(out, "(%zu of %llu)", list->count,
			    (unsigned long long)list->total);
	if (list->inconsistent)
		tm_out_warn(out, "the ruleset changed meanwhile: some limiters may be missing or shown twice");
}

static int limiter_show(struct tm_context *context, struct tm_error *error)
{
	const char *policy = tm_given_value(context, "policy");
	struct tm_limiter_list list = { .sort = TM_LIMITER_SORT_USED };
	struct nlmsghdr *request;
	struct tm_nl *nl;
	int result;

	if (read_order(context, &list, error))
		return -1;
	nl = tm_context_nl(context, error);
	if (!nl)
		return -1;
	request = tm_nl_request(nl, TRAFFICMON_CMD_LIMITER_GET, 0);
	if (policy)
		mnl_attr_put_strz(request, TRAFFICMON_A_LIMITER_POLICY, policy);
	if (tm_given_flag(context, "--over"))
		mnl_attr_put(request, TRAFFICMON_A_LIMITER_OVER, 0, NULL);
	result = tm_limiter_list_read(&list, nl, request, error);
	if (!result)
		print_list(context->out, &list);
	tm_limiter_list_free(&list);
	return result;
}

static int put_prefix(struct nlmsghdr *request, const char *text,
		      uint16_t address, uint16_t length,
		      struct tm_error *error)
{
	struct tm_prefix prefix;

	if (!text)
		return 0;
	if (tm_prefix_parse(text, &prefix, error))
		return -1;
	tm_attr_put_address(request, address, &prefix.address);
	mnl_attr_put_u8(request, length, prefix.length);
	return 0;
}

static int put_port(struct nlmsghdr *request, const char *text,
		    uint16_t attribute, struct tm_error *error)
{
	uint64_t port;

	if (!text)
		return 0;
	if (tm_number_parse("port", text, 0, 65535, &port, error))
		return -1;
	mnl_attr_put_u16(request, attribute, port);
	return 0;
}

/* What an ICMP flow has in place of ports, as `limiter show` words it. */
static int put_icmp(struct nlmsghdr *request, const struct tm_context *context,
		    struct tm_error *error)
{
	const char *words[] = {
		tm_given_value(context, "icmp-id"),
		tm_given_value(context, "icmp-type"),
		tm_given_value(context, "icmp-code"),
	};
	uint64_t id, type, code;

	if (!words[0] && !words[1] && !words[2])
		return 0;
	if (tm_given_value(context, "sport") ||
	    tm_given_value(context, "dport") || !words[0] == !words[1] ||
	    !words[1] != !words[2]) {
		tm_error_usage(error, "a key of ICMP has icmp-id, or icmp-type and icmp-code, and no ports");
		return tm_error_hint(error, "give it as `tmctl limiter show` shows it");
	}
	if (words[0]) {
		if (tm_number_parse("ICMP identifier", words[0], 0, 65535, &id,
				    error))
			return -1;
		mnl_attr_put_u16(request, TRAFFICMON_A_LIMITER_SOURCE_PORT, id);
		mnl_attr_put_u16(request, TRAFFICMON_A_LIMITER_DESTINATION_PORT,
				 id);
		return 0;
	}
	if (tm_number_parse("ICMP type", words[1], 0, 255, &type, error) ||
	    tm_number_parse("ICMP code", words[2], 0, 255, &code, error))
		return -1;
	mnl_attr_put_u16(request, TRAFFICMON_A_LIMITER_SOURCE_PORT, 0);
	mnl_attr_put_u16(request, TRAFFICMON_A_LIMITER_DESTINATION_PORT,
			 type << 8 | code);
	return 0;
}

static int put_device(struct nlmsghdr *request, const char *name,
		      struct tm_error *error)
{
	unsigned int index;
	uint64_t number;

	if (!name)
		return 0;
	index = if_nametoindex(name);
	/* As shown for a device that is gone. */
	if (!index && !strncmp(name, "if", 2)) {
		if (tm_number_parse("device index", name + 2, 0, UINT32_MAX,
				    &number, error))
			return -1;
		index = number;
	} else if (!index) {
		return tm_error_usage(error, "there is no device '%.64s'",
				      name);
	}
	mnl_attr_put_u32(request, TRAFFICMON_A_LIMITER_IIF, index);
	return 0;
}

static int put_kind(struct nlmsghdr *request, const char *word,
		    struct tm_error *error)
{
	int kind;

	if (!word)
		return 0;
	kind = tm_name_parse(&tm_names_limit_kind, word, error);
	if (kind < 0)
		return -1;
	mnl_attr_put_u8(request, TRAFFICMON_A_LIMITER_KIND, kind);
	return 0;
}

static int put_key(struct nlmsghdr *request, const struct tm_context *context,
		   struct tm_error *error)
{
	const char *protocol = tm_given_value(context, "protocol");
	const char *policy = context->positionals[0];
	uint8_t number;

	if (tm_name_check("policy", policy, error))
		return -1;
	mnl_attr_put_strz(request, TRAFFICMON_A_LIMITER_POLICY, policy);
	if (put_prefix(request, tm_given_value(context, "source"),
		       TRAFFICMON_A_LIMITER_SOURCE,
		       TRAFFICMON_A_LIMITER_SOURCE_LENGTH, error) ||
	    put_prefix(request, tm_given_value(context, "destination"),
		       TRAFFICMON_A_LIMITER_DESTINATION,
		       TRAFFICMON_A_LIMITER_DESTINATION_LENGTH, error) ||
	    put_port(request, tm_given_value(context, "sport"),
		     TRAFFICMON_A_LIMITER_SOURCE_PORT, error) ||
	    put_port(request, tm_given_value(context, "dport"),
		     TRAFFICMON_A_LIMITER_DESTINATION_PORT, error) ||
	    put_icmp(request, context, error) ||
	    put_device(request, tm_given_value(context, "device"), error) ||
	    put_kind(request, tm_given_value(context, "kind"), error))
		return -1;
	if (tm_given_flag(context, "--aggregate"))
		mnl_attr_put(request, TRAFFICMON_A_LIMITER_AGGREGATE, 0, NULL);
	if (!protocol)
		return 0;
	if (tm_protocol_parse(protocol, &number, error))
		return -1;
	mnl_attr_put_u8(request, TRAFFICMON_A_LIMITER_PROTOCOL, number);
	return 0;
}

static int limiter_del(struct tm_context *context, struct tm_error *error)
{
	char scratch[KEY_SIZE] __attribute__((aligned(8)));
	struct nlmsghdr *request;
	struct tm_nl *nl;

	/* A mistake in the arguments is told before the kernel is asked. */
	if (put_key(mnl_nlmsg_put_header(scratch), context, error))
		return -1;
	nl = tm_context_nl(context, error);
	if (!nl)
		return -1;
	request = tm_nl_request(nl, TRAFFICMON_CMD_LIMITER_DEL, 0);
	if (put_key(request, context, error))
		return -1;
	if (tm_nl_do(nl, request, NULL, NULL, error)) {
		if (error->errnum == ENOENT &&
		    !strcmp(error->attribute, "policy"))
			tm_error_hint(error, "`tmctl policy show` lists the policies");
		else if (error->errnum == ENOENT || error->errnum == EINVAL)
			tm_error_hint(error, "give the key as `tmctl limiter show policy %.31s` shows it",
				      context->positionals[0]);
		return -1;
	}
	tm_out_string(context->out, "policy", context->positionals[0]);
	tm_out_bool(context->out, "forgotten", true);
	tm_out_text(context->out, "forgotten: its next packets find a full burst");
	return TM_EXIT_DONE;
}

static int limiter_flush(struct tm_context *context, struct tm_error *error)
{
	const char *policy = tm_given_value(context, "policy");
	struct nlmsghdr *request;
	struct tm_nl *nl;

	if (policy && tm_name_check("policy", policy, error))
		return -1;
	nl = tm_context_nl(context, error);
	if (!nl)
		return -1;
	request = tm_nl_request(nl, TRAFFICMON_CMD_LIMITER_FLUSH, 0);
	if (policy)
		mnl_attr_put_strz(request, TRAFFICMON_A_LIMITER_POLICY, policy);
	if (tm_nl_do(nl, request, NULL, NULL, error)) {
		if (error->errnum == ENOENT && policy)
			tm_error_hint(error, "`tmctl policy show` lists the policies");
		return -1;
	}
	tm_out_string(context->out, "policy", policy ? policy : "");
	tm_out_bool(context->out, "forgotten", true);
	tm_out_text(context->out, policy ? "forgotten: all keys of %s" :
		    "forgotten: all keys of all policies", policy);
	return TM_EXIT_DONE;
}

static const struct tm_option show_options[] = {
	{ "policy", "NAME", "only this policy's", false },
	{ "--over", NULL, "only those over their limit now", false },
	{ "sort", "used|over|policy", "share of the burst (default), packets over, policy", false },
	{ "limit", "N", "only the first N", false },
	{ NULL, NULL, NULL, false }
};

static const struct tm_option del_options[] = {
	{ "source", "PREFIX", "source of the key", false },
	{ "destination", "PREFIX", "destination of the key", false },
	{ "sport", "N", "source port of the key", false },
	{ "dport", "N", "destination port of the key", false },
	{ "protocol", "NAME|N", "protocol of the key", false },
	{ "icmp-id", "N", "identifier of the key, of an echo", false },
	{ "icmp-type", "N", "type of the key, of another ICMP message", false },
	{ "icmp-code", "N", "its code", false },
	{ "device", "NAME", "device of the key", false },
	{ "kind", "packets|bytes|new_flows", "only the limit of this kind", false },
	{ "--aggregate", NULL, "the key is an enclosing prefix", false },
	{ NULL, NULL, NULL, false }
};

static const struct tm_option flush_options[] = {
	{ "policy", "NAME", "only this policy's (default: all)", false },
	{ NULL, NULL, NULL, false }
};

static const struct tm_verb verbs[] = {
	{
		.name = "show",
		.run = limiter_show,
		.usage = "[policy NAME] [--over] [sort used|over|policy] [limit N]",
		.summary = "who is near or over a limit, by how much",
		.options = show_options,
		.details = "USED is the share of the burst that is spent: at 100 % the key is over, and\n"
			   "packets that would exceed it are dropped (monitor: counted).  Packets over\n"
			   "are sampled, one in 16, and scaled up: an estimate.  AGGREGATE: the table was\n"
			   "full, an enclosing prefix is limited in place of the key.\n",
	},
	{
		.name = "del",
		.run = limiter_del,
		.usage = "POLICY [source PREFIX] [destination PREFIX] [sport N] [dport N] [protocol NAME|N] [icmp-id N | icmp-type N icmp-code N] [device NAME] [kind packets|bytes|new_flows] [--aggregate]",
		.summary = "forget one key: its next packets find a full burst",
		.options = del_options,
		.positionals_min = 1,
		.positionals_max = 1,
		.details = "Example:\n"
			   "  tmctl limiter del dns source 192.0.2.1 dport 53\n",
	},
	{
		.name = "flush",
		.run = limiter_flush,
		.usage = "[policy NAME]",
		.summary = "forget all keys",
		.options = flush_options,
	},
	{ .name = NULL }
};

const struct tm_object tm_object_limiter = {
	.name = "limiter",
	.summary = "who is over a limit, by how much",
	.verbs = verbs,
};
