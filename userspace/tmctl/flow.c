// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tmctl flow: the live flows, with what connection tracking knows of them.
 */
#include <linux/trafficmon.h>
#include <stdio.h>
#include <string.h>

#include "../lib/names.h"
#include "../lib/value.h"
#include "endpoint.h"
#include "flow_list.h"
#include "options.h"

#define FILTERS_SIZE	256	/* bytes that all filters need at most */

static const char *const sort_words[] = {
	[TM_FLOW_SORT_NONE] = "none",
	[TM_FLOW_SORT_BYTES] = "bytes",
	[TM_FLOW_SORT_PACKETS] = "packets",
	[TM_FLOW_SORT_AGE] = "age",
};

static const struct tm_names sort_names = {
	.what = "order",
	.names = sort_words,
	.count = sizeof(sort_words) / sizeof(sort_words[0]),
};

static int filter_address(struct nlmsghdr *request, const char *text,
			  struct tm_error *error)
{
	struct tm_prefix prefix;

	if (tm_prefix_parse(text, &prefix, error))
		return -1;
	tm_attr_put_address(request, TRAFFICMON_A_FLOW_ADDRESS,
			    &prefix.address);
	mnl_attr_put_u8(request, TRAFFICMON_A_FLOW_PREFIX_LENGTH,
			prefix.length);
	return 0;
}

/* The filters are the kernel's own: what does not match never leaves it. */
static int put_filters(struct nlmsghdr *request,
		       const struct tm_context *context,
		       struct tm_error *error)
{
	const char *address = tm_given_value(context, "address");
	const char *port = tm_given_value(context, "port");
	const char *protocol = tm_given_value(context, "protocol");
	const char *state = tm_given_value(context, "state");
	uint64_t port_number;
	uint8_t protocol_number;
	int state_number;

	if (address && filter_address(request, address, error))
		return -1;
	if (port) {
		if (tm_number_parse("port", port, 0, 65535, &port_number,
				    error))
			return -1;
		mnl_attr_put_u16(request, TRAFFICMON_A_FLOW_PORT, port_number);
	}
	if (protocol) {
		if (tm_protocol_parse(protocol, &protocol_number, error))
			return -1;
		mnl_attr_put_u8(request, TRAFFICMON_A_FLOW_PROTOCOL,
				protocol_number);
	}
	if (state) {
		state_number = tm_name_parse(&tm_names_flow_state, state,
					     error);
		if (state_number < 0)
			return -1;
		mnl_attr_put_u8(request, TRAFFICMON_A_FLOW_STATE,
				state_number);
	}
	return 0;
}

static int read_order(const struct tm_context *context,
		      struct tm_flow_list *list, struct tm_error *error)
{
	const char *sort = tm_given_value(context, "sort");
	const char *limit = tm_given_value(context, "limit");
	int order = TM_FLOW_SORT_BYTES;

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

/* "dst 10.0.0.5:8080": what NAT turns each end into. */
static void nat_format(const struct tm_connection *connection, char *buffer,
		       size_t size)
{
	const struct tm_tuple *reply = &connection->reply;
	char end[TM_ENDPOINT_TEXT];
	size_t used = 0;

	buffer[0] = '\0';
	if (tm_connection_source_nat(connection))
		used = snprintf(buffer, size, "src %s",
				tm_endpoint_format(&reply->destination,
						   reply->destination_port,
						   reply->protocol, end));
	if (tm_connection_destination_nat(connection))
		snprintf(buffer + used, size - used, "%sdst %s",
			 used ? " " : "",
			 tm_endpoint_format(&reply->source, reply->source_port,
					    reply->protocol, end));
}

static void print_side(struct tm_out *out, const char *key,
		       const struct tm_tuple *tuple)
{
	tm_out_block(out, key, NULL);
	tm_out_tuple(out, tuple, false);
	tm_out_end(out);
}

static void print_connection(struct tm_out *out,
			     const struct tm_connection *connection)
{
	char nat[2 * TM_ENDPOINT_TEXT + 16];
	const char *state;

	if (!connection)
		return;
	state = connection->state[0] ? connection->state :
		connection->assured ? "assured" :
		connection->seen_reply ? "replied" : "unreplied";
	nat_format(connection, nat, sizeof(nat));
	tm_out_string(out, "conntrack_state", state);
	if (nat[0])
		tm_out_string(out, "nat", nat);
	tm_out_block(out, "conntrack", NULL);
	tm_out_bool(out, "seen_reply", connection->seen_reply);
	tm_out_bool(out, "assured", connection->assured);
	tm_out_number(out, "mark", connection->mark);
	tm_out_bool(out, "source_nat", tm_connection_source_nat(connection));
	tm_out_bool(out, "destination_nat",
		    tm_connection_destination_nat(connection));
	print_side(out, "original", &connection->original);
	print_side(out, "reply", &connection->reply);
	tm_out_end(out);
}

/*
 * A list that is being printed.
 * @conntrack:	NULL: not asked for
 * @begun:	its table is open
 */
struct listing {
	struct tm_out *out;
	const struct tm_conntrack *conntrack;
	struct tm_devices devices;
	bool begun;
};

static void print_flow(struct listing *listing, const struct tm_flow *flow)
{
	struct tm_out *out = listing->out;
	char buffer[TM_NAME_TEXT];
	const char *state = tm_name(&tm_names_flow_state, flow->state, buffer);
	char text[TM_NAME_TEXT + 8];

	tm_out_row(out);
	tm_out_tuple(out, &flow->tuple, flow->fragment);
	strcpy(stpcpy(text, state), flow->fragment ? " frag" : "");
	tm_out_string_as(out, "state", state, text);
	tm_out_bool(out, "fragment", flow->fragment);
	tm_out_string(out, "direction",
		      tm_name(&tm_names_direction, flow->direction, buffer));
	tm_out_device(out, &listing->devices, flow->iif);
	tm_out_number(out, "packets", flow->packets);
	tm_out_number(out, "bytes", flow->bytes);
	tm_out_number(out, "reply_packets", flow->reply_packets);
	tm_out_number(out, "reply_bytes", flow->reply_bytes);
	tm_out_number(out, "unrecorded_packets", flow->unrecorded_packets);
	tm_out_number(out, "unrecorded_bytes", flow->unrecorded_bytes);
	tm_out_number(out, "age_ns", flow->age_ns);
	tm_out_number(out, "idle_ns", flow->idle_ns);
	if (listing->conntrack)
		print_connection(out, tm_conntrack_find(listing->conntrack,
							&flow->tuple));
	tm_out_unknown(out, flow->unknown);
	tm_out_row_end(out);
}

#define FLOW_FIELDS						\
	{ "protocol", "PROTO", TM_UNIT_NONE },			\
	{ "source", "SOURCE", TM_UNIT_NONE },			\
	{ "destination", "DESTINATION", TM_UNIT_NONE },		\
	{ "state", "STATE", TM_UNIT_NONE },			\
	{ "direction", "DIR", TM_UNIT_NONE },			\
	{ "device", "DEVICE", TM_UNIT_NONE },			\
	{ "packets", "PACKETS", TM_UNIT_COUNT },		\
	{ "bytes", "BYTES", TM_UNIT_BYTES },			\
	{ "reply_packets", "REPLY PKTS", TM_UNIT_COUNT },	\
	{ "reply_bytes", "REPLY BYTES", TM_UNIT_BYTES },	\
	{ "age_ns", "AGE", TM_UNIT_DURATION_NS },		\
	{ "idle_ns", "IDLE", TM_UNIT_DURATION_NS }

/* Only when there is something to say: a refused dump has no table. */
static void begin(struct listing *listing)
{
	static const struct tm_field plain[] = {
		FLOW_FIELDS,
		{ NULL, NULL, TM_UNIT_NONE }
	};
	static const struct tm_field tracked[] = {
		FLOW_FIELDS,
		{ "conntrack_state", "CONNTRACK", TM_UNIT_NONE },
		{ "nat", "NAT TO", TM_UNIT_NONE },
		{ NULL, NULL, TM_UNIT_NONE }
	};
	static const struct tm_fit fit[] = {
		TM_WRAP("nat", 0),
		TM_LEAVE_OUT("idle_ns"),
		TM_LEAVE_OUT("direction"),
		TM_LEAVE_OUT("device"),
		TM_LEAVE_OUT("age_ns"),
		TM_STACK("destination", "source"),
		TM_STACK("reply_packets", "packets"),
		TM_STACK("reply_bytes", "bytes"),
		TM_STACK("idle_ns", "age_ns"),
		TM_STACK("device", "state"),
		TM_STACK("direction", "protocol"),
		TM_LEAVE_OUT("conntrack_state"),
		TM_LEAVE_OUT("state"),
		TM_FITTED
	};

	if (listing->begun)
		return;
	listing->begun = true;
	tm_out_table(listing->out, "flows",
		     listing->conntrack ? tracked : plain);
	tm_out_fit(listing->out, fit);
}

static void show_flow(const struct tm_flow *flow, void *data)
{
	begin(data);
	print_flow(data, flow);
}

/* What is left when the dump is read: of an unsorted list its end alone. */
static void print_list(struct listing *listing, const struct tm_flow_list *list)
{
	struct tm_out *out = listing->out;
	size_t i;

	begin(listing);
	for (i = 0; i < list->count; i++)
		print_flow(listing, &list->flows[i]);
	tm_out_end(out);
	tm_out_block(out, "summary", NULL);
	tm_out_number(out, "flows_matched", list->total);
	tm_out_number(out, "flows_shown", list->shown);
	tm_out_bool(out, "consistent", !list->inconsistent);
	tm_out_end(out);
	if (list->shown < list->total)
		tm_out_text(out, "(%llu of %llu flows)",
			    (unsigned long long)list->shown,
			    (unsigned long long)list->total);
	if (list->inconsistent)
		tm_out_warn(out, "the flow table changed shape meanwhile: some flows may be missing or shown twice");
}

static int show(struct tm_context *context, struct tm_flow_list *list,
		struct tm_error *error)
{
	struct listing listing = { .out = context->out };
	bool tracked = tm_given_flag(context, "--conntrack");
	struct tm_conntrack *conntrack = NULL;
	struct nlmsghdr *request;
	char scratch[FILTERS_SIZE] __attribute__((aligned(8)));
	struct tm_nl *nl;

	/* A mistake in the arguments is told before the kernel is asked. */
	if (read_order(context, list, error) ||
	    put_filters(mnl_nlmsg_put_header(scratch), context, error))
		return -1;
	nl = tm_context_nl(context, error);
	if (!nl)
		return -1;
	/* Connection tracking is read after the flows: then they have to wait for it. */
	if (list->sort == TM_FLOW_SORT_NONE && !tracked) {
		list->show = show_flow;
		list->data = &listing;
	}
	request = tm_nl_request(nl, TRAFFICMON_CMD_FLOW_GET, 0);
	if (put_filters(request, context, error) ||
	    tm_flow_list_read(list, nl, request, error))
		return -1;
	if (tracked) {
		conntrack = tm_conntrack_read(error);
		if (!conntrack)
			return -1;
	}
	listing.conntrack = conntrack;
	print_list(&listing, list);
	tm_conntrack_free(conntrack);
	return TM_EXIT_DONE;
}

static int flow_show(struct tm_context *context, struct tm_error *error)
{
	struct tm_flow_list list = { .sort = TM_FLOW_SORT_BYTES };
	int result = show(context, &list, error);

	tm_flow_list_free(&list);
	return result;
}

static const struct tm_option options[] = {
	{ "address", "PREFIX", "either end is in this prefix", false },
	{ "port", "N", "either end has this port", false },
	{ "protocol", "NAME|N", "tcp, udp, icmp, ... or its number", false },
	{ "state", "new|answered|established|ended", "how far it has come", false },
	{ "sort", "bytes|packets|age|none", "default bytes, both directions, most first", false },
	{ "limit", "N", "only the first N", false },
	{ "--conntrack", NULL, "add connection tracking's state and NAT addresses", false },
	{ NULL, NULL, NULL, false }
};

static const struct tm_verb verbs[] = {
	{
		.name = "show",
		.run = flow_show,
		.usage = "[address PREFIX] [port N] [protocol NAME|N] [state NAME] [sort bytes|packets|age|none] [limit N] [--conntrack]",
		.summary = "live flows: both directions of each in one line, the side seen first as source",
		.options = options,
		.details = "Addresses and ports are those outside the host: before inbound NAT, after\n"
			   "outbound NAT.  NAT TO shows what connection tracking turns them into.\n"
			   "ICMP has no ports: \"echo id N\" is one ping, request and answer, with its\n"
			   "identifier; other messages show type and code.\n\n"
			   "Examples:\n"
			   "  tmctl flow show sort bytes limit 20\n"
			   "  tmctl flow show address 192.0.2.0/24 port 443 state established\n",
	},
	{ .name = NULL }
};

const struct tm_object tm_object_flow = {
	.name = "flow",
	.summary = "the live flows",
	.verbs = verbs,
};
