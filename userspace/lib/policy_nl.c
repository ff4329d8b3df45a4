// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Policies to and from netlink, and the transaction: see policy_nl.h.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attrs.h"
#include "info.h"
#include "policy_nl.h"
#include "unknown.h"

/* The largest: lists of 36 bytes a prefix, 24 a range, 28 a glob or a term, 44 a set. */
_Static_assert(TM_NL_REQUEST_SIZE > TRAFFICMON_MATCHES_MAX * 2 * (36 + 24) +
	       TRAFFICMON_DEVICES_MAX * 28 +
	       TRAFFICMON_MATCH_SETS_MAX * 2 * 44 +
	       TRAFFICMON_TERMS_MAX * __TM_TERM_MAX * 28 + 1024,
	       "a policy fits a request");

/* The attributes of the nests of all kinds of terms. */
enum {
	TERM_FIRST	= TRAFFICMON_A_LENGTH_FIRST,
	TERM_LAST	= TRAFFICMON_A_LENGTH_LAST,
	TERM_EXCEPT	= TRAFFICMON_A_LENGTH_EXCEPT,
};

static void add_prefix(struct tm_prefix_list *list, const struct nlattr *nest)
{
	const struct nlattr *tb[TRAFFICMON_A_PREFIX_MAX + 1];
	struct tm_error ignored;

	if (list->count == TRAFFICMON_MATCHES_MAX ||
	    tm_attrs_read_nested(&tm_attrs_prefix, nest, tb, &ignored))
		return;
	list->items[list->count] =
		tm_attr_prefix(tb[TRAFFICMON_A_PREFIX_ADDRESS],
			       tb[TRAFFICMON_A_PREFIX_LENGTH]);
	list->items[list->count++].except = tb[TRAFFICMON_A_PREFIX_EXCEPT];
}

static void add_set(struct tm_match_set_list *list, const struct nlattr *nest)
{
	const struct nlattr *tb[TRAFFICMON_A_MATCH_SET_MAX + 1];
	struct tm_match_set *set = &list->items[list->count];
	struct tm_error ignored;

	if (list->count == TRAFFICMON_MATCH_SETS_MAX ||
	    tm_attrs_read_nested(&tm_attrs_match_set, nest, tb, &ignored))
		return;
	list->count++;
	snprintf(set->name, sizeof(set->name), "%s",
		 tm_attr_string(tb[TRAFFICMON_A_MATCH_SET_NAME]));
	set->except = tb[TRAFFICMON_A_MATCH_SET_EXCEPT];
}

static void add_ports(struct tm_ports_list *list, const struct nlattr *nest)
{
	const struct nlattr *tb[TRAFFICMON_A_PORTS_MAX + 1];
	struct tm_ports *ports = &list->items[list->count];
	struct tm_error ignored;

	if (list->count == TRAFFICMON_MATCHES_MAX ||
	    tm_attrs_read_nested(&tm_attrs_ports, nest, tb, &ignored))
		return;
	list->count++;
	ports->first = tm_attr_u16(tb[TRAFFICMON_A_PORTS_FIRST]);
	ports->last = tb[TRAFFICMON_A_PORTS_LAST] ?
		      tm_attr_u16(tb[TRAFFICMON_A_PORTS_LAST]) : ports->first;
	ports->except = tb[TRAFFICMON_A_PORTS_EXCEPT];
}

static void add_device(struct tm_policy *policy, const struct nlattr *glob,
		       bool except)
{
	struct tm_device *device = &policy->device[policy->device_count];

	if (policy->device_count == TRAFFICMON_DEVICES_MAX)
		return;
	snprintf(device->glob, sizeof(device->glob), "%s",
		 tm_attr_string(glob));
	device->except = except;
	policy->device_count++;
}

static void add_glob(struct tm_policy *policy, const struct nlattr *nest)
{
	const struct nlattr *tb[TRAFFICMON_A_GLOB_MAX + 1];
	struct tm_error ignored;

	if (!tm_attrs_read_nested(&tm_attrs_glob, nest, tb, &ignored))
		add_device(policy, tb[TRAFFICMON_A_GLOB_PATTERN],
			   tb[TRAFFICMON_A_GLOB_EXCEPT]);
}

static uint32_t term_number(const struct nlattr *attr, uint8_t bytes)
{
	return bytes == 1 ? tm_attr_u8(attr) : tm_attr_u32(attr);
}

/* What is no term is left alone. */
static void add_term(struct tm_policy *policy, const struct nlattr *nest)
{
	static const struct tm_attr_set *const sets[__TM_TERM_MAX] = {
		[TM_TERM_TCP_FLAGS] = &tm_attrs_tcp_flags,
		[TM_TERM_LENGTH] = &tm_attrs_length,
		[TM_TERM_HOP_LIMIT] = &tm_attrs_hop_limit,
		[TM_TERM_MARK] = &tm_attrs_mark,
	};
	const struct nlattr *tb[TRAFFICMON_A_LENGTH_MAX + 1];
	struct tm_term_list *list;
	struct tm_error ignored;
	unsigned int kind;
	struct tm_term *term;

	for (kind = 0; kind < __TM_TERM_MAX; kind++)
		if (tm_term_types[kind].attribute == mnl_attr_get_type(nest))
			break;
	if (kind == __TM_TERM_MAX)
		return;
	list = &policy->terms[kind];
	if (list->count == TRAFFICMON_TERMS_MAX ||
	    tm_attrs_read_nested(sets[kind], nest, tb, &ignored))
		return;
	term = &list->items[list->count++];
	term->first = term_number(tb[TERM_FIRST], tm_term_types[kind].bytes);
	term->last = tb[TERM_LAST] ? term_number(tb[TERM_LAST],
						 tm_term_types[kind].bytes) :
		     term->first;
	term->except = tb[TERM_EXCEPT];
}

static void add_limit(struct tm_policy *policy, const struct nlattr *nest)
{
	const struct nlattr *tb[TRAFFICMON_A_LIMIT_MAX + 1];
	struct tm_error ignored;
	uint8_t kind;

	if (tm_attrs_read_nested(&tm_attrs_limit, nest, tb, &ignored))
		return;
	kind = tm_attr_u8(tb[TRAFFICMON_A_LIMIT_KIND]);
	if (kind >= __TRAFFICMON_LIMIT_MAX)
		return;
	policy->limits[kind].rate = tm_attr_u64(tb[TRAFFICMON_A_LIMIT_RATE]);
	policy->limits[kind].burst = tm_attr_u64(tb[TRAFFICMON_A_LIMIT_BURST]);
}

static void add_multi(struct tm_policy *policy, const struct nlattr *attr)
{
	switch (mnl_attr_get_type(attr)) {
	case TRAFFICMON_A_POLICY_SOURCE:
		add_prefix(&policy->source, attr);
		break;
	case TRAFFICMON_A_POLICY_DESTINATION:
		add_prefix(&policy->destination, attr);
		break;
	case TRAFFICMON_A_POLICY_SOURCE_SET:
		add_set(&policy->source_sets, attr);
		break;
	case TRAFFICMON_A_POLICY_DESTINATION_SET:
		add_set(&policy->destination_sets, attr);
		break;
	case TRAFFICMON_A_POLICY_SOURCE_PORT:
		add_ports(&policy->source_port, attr);
		break;
	case TRAFFICMON_A_POLICY_DESTINATION_PORT:
		add_ports(&policy->destination_port, attr);
		break;
	case TRAFFICMON_A_POLICY_DEVICE:
		add_device(policy, attr, false);
		break;
	case TRAFFICMON_A_POLICY_DEVICE_GLOB:
		add_glob(policy, attr);
		break;
	case TRAFFICMON_A_POLICY_LIMIT:
		add_limit(policy, attr);
		break;
	default:
		add_term(policy, attr);
		break;
	}
}

static void read_u8(const struct nlattr *attr, uint8_t *value)
{
	if (attr)
		*value = tm_attr_u8(attr);
}

static void read_counts(const struct nlattr *const *tb,
			struct tm_policy_counts *counts)
{
#define COUNT_OF(name)	tm_attr_u64(tb[TRAFFICMON_A_POLICY_##name])
	/* Name and mode are for everybody. */
	counts->defined = tb[TRAFFICMON_A_POLICY_KEY];
	counts->matched_packets = COUNT_OF(MATCHED_PACKETS);
	counts->matched_bytes = COUNT_OF(MATCHED_BYTES);
	counts->over_packets = COUNT_OF(OVER_PACKETS);
	counts->over_bytes = COUNT_OF(OVER_BYTES);
	counts->dropped_packets = COUNT_OF(DROPPED_PACKETS);
	counts->dropped_bytes = COUNT_OF(DROPPED_BYTES);
	counts->spared_packets = COUNT_OF(SPARED_PACKETS);
	counts->spared_bytes = COUNT_OF(SPARED_BYTES);
	counts->over = tb[TRAFFICMON_A_POLICY_OVER_SINCE_AGE];
	counts->over_since_age_ns = COUNT_OF(OVER_SINCE_AGE);
#undef COUNT_OF
}

int tm_policy_from_message(const struct nlmsghdr *nlh,
			   struct tm_policy *policy,
			   struct tm_policy_counts *counts,
			   struct tm_error *error)
{
	const struct nlattr *tb[TRAFFICMON_A_POLICY_MAX + 1];
	const struct nlattr *attr;

	if (tm_attrs_read(&tm_attrs_policy, nlh, tb, error))
		return -1;
	tm_policy_init(policy);
	snprintf(policy->name, sizeof(policy->name), "%s",
		 tm_attr_string(tb[TRAFFICMON_A_POLICY_NAME]));
	read_u8(tb[TRAFFICMON_A_POLICY_MODE], &policy->mode);
	read_u8(tb[TRAFFICMON_A_POLICY_ACTION], &policy->action);
	read_u8(tb[TRAFFICMON_A_POLICY_KEY], &policy->key);
	read_u8(tb[TRAFFICMON_A_POLICY_ON_FULL], &policy->on_full);
	read_u8(tb[TRAFFICMON_A_POLICY_KEY_SOURCE_LENGTH4],
		&policy->source_length4);
	read_u8(tb[TRAFFICMON_A_POLICY_KEY_SOURCE_LENGTH6],
		&policy->source_length6);
	read_u8(tb[TRAFFICMON_A_POLICY_KEY_DESTINATION_LENGTH4],
		&policy->destination_length4);
	read_u8(tb[TRAFFICMON_A_POLICY_KEY_DESTINATION_LENGTH6],
		&policy->destination_length6);
	policy->classes = tm_attr_u32(tb[TRAFFICMON_A_POLICY_CLASSES]);
	policy->directions = tm_attr_u32(tb[TRAFFICMON_A_POLICY_DIRECTIONS]);
	policy->families = tm_attr_u32(tb[TRAFFICMON_A_POLICY_FAMILIES]);
	policy->fragments = tm_attr_u32(tb[TRAFFICMON_A_POLICY_FRAGMENTS]);
	policy->spare = tm_attr_u32(tb[TRAFFICMON_A_POLICY_SPARE]);
	if (tb[TRAFFICMON_A_POLICY_AGGREGATE_FACTOR])
		policy->aggregate_factor =
			tm_attr_u32(tb[TRAFFICMON_A_POLICY_AGGREGATE_FACTOR]);
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		add_multi(policy, attr);
	if (counts)
		read_counts(tb, counts);
	return 0;
}

static void put_prefixes(struct nlmsghdr *request, uint16_t number,
			 const struct tm_prefix_list *list)
{
	unsigned int i;

	for (i = 0; i < list->count; i++)
		tm_attr_put_prefix(request, number, &list->items[i]);
}

static void put_sets(struct nlmsghdr *request, uint16_t number,
		     const struct tm_match_set_list *list)
{
	unsigned int i;

	for (i = 0; i < list->count; i++) {
		struct nlattr *nest = mnl_attr_nest_start(request, number);

		mnl_attr_put_strz(request, TRAFFICMON_A_MATCH_SET_NAME,
				  list->items[i].name);
		if (list->items[i].except)
			mnl_attr_put(request, TRAFFICMON_A_MATCH_SET_EXCEPT, 0,
				     NULL);
		mnl_attr_nest_end(request, nest);
	}
}

static void put_ports(struct nlmsghdr *request, uint16_t number,
		      const struct tm_ports_list *list)
{
	unsigned int i;

	for (i = 0; i < list->count; i++)
		tm_attr_put_ports(request, number, &list->items[i]);
}

/* Globs, where one needs it, for all: the module takes names or globs. */
static void put_devices(struct nlmsghdr *request,
			const struct tm_policy *policy)
{
	bool globs = tm_policy_has_globs(policy);
	unsigned int i;

	for (i = 0; i < policy->device_count; i++) {
		const struct tm_device *device = &policy->device[i];
		struct nlattr *nest;

		if (!globs) {
			mnl_attr_put_strz(request, TRAFFICMON_A_POLICY_DEVICE,
					  device->glob);
			continue;
		}
		nest = mnl_attr_nest_start(request,
					   TRAFFICMON_A_POLICY_DEVICE_GLOB);
		mnl_attr_put_strz(request, TRAFFICMON_A_GLOB_PATTERN,
				  device->glob);
		if (device->except)
			mnl_attr_put(request, TRAFFICMON_A_GLOB_EXCEPT, 0,
				     NULL);
		mnl_attr_nest_end(request, nest);
	}
}

static void put_terms(struct nlmsghdr *request, enum tm_term_kind kind,
		      const struct tm_term_list *list)
{
	const struct tm_term_type *type = &tm_term_types[kind];
	unsigned int i;

	for (i = 0; i < list->count; i++) {
		const struct tm_term *term = &list->items[i];
		struct nlattr *nest = mnl_attr_nest_start(request,
							  type->attribute);

		if (type->bytes == 1) {
			mnl_attr_put_u8(request, TERM_FIRST, term->first);
			mnl_attr_put_u8(request, TERM_LAST, term->last);
		} else {
			mnl_attr_put_u32(request, TERM_FIRST, term->first);
			mnl_attr_put_u32(request, TERM_LAST, term->last);
		}
		if (term->except)
			mnl_attr_put(request, TERM_EXCEPT, 0, NULL);
		mnl_attr_nest_end(request, nest);
	}
}

static void put_bits(struct nlmsghdr *request, uint16_t number, uint32_t bits)
{
	if (bits)
		mnl_attr_put_u32(request, number, bits);
}

static void put_key(struct nlmsghdr *request, const struct tm_policy *policy)
{
	mnl_attr_put_u8(request, TRAFFICMON_A_POLICY_KEY, policy->key);
	if (tm_key_has_source(policy->key)) {
		mnl_attr_put_u8(request, TRAFFICMON_A_POLICY_KEY_SOURCE_LENGTH4,
				policy->source_length4);
		mnl_attr_put_u8(request, TRAFFICMON_A_POLICY_KEY_SOURCE_LENGTH6,
				policy->source_length6);
	}
	if (tm_key_has_destination(policy->key)) {
		mnl_attr_put_u8(request,
				TRAFFICMON_A_POLICY_KEY_DESTINATION_LENGTH4,
				policy->destination_length4);
		mnl_attr_put_u8(request,
				TRAFFICMON_A_POLICY_KEY_DESTINATION_LENGTH6,
				policy->destination_length6);
	}
	mnl_attr_put_u8(request, TRAFFICMON_A_POLICY_ON_FULL, policy->on_full);
	if (policy->on_full == TRAFFICMON_ON_FULL_AGGREGATE)
		mnl_attr_put_u32(request, TRAFFICMON_A_POLICY_AGGREGATE_FACTOR,
				 policy->aggregate_factor);
}

static void put_limits(struct nlmsghdr *request, const struct tm_policy *policy)
{
	unsigned int kind;

	for (kind = 0; kind < __TRAFFICMON_LIMIT_MAX; kind++) {
		struct nlattr *nest;

		if (!policy->limits[kind].rate)
			continue;
		nest = mnl_attr_nest_start(request, TRAFFICMON_A_POLICY_LIMIT);
		mnl_attr_put_u8(request, TRAFFICMON_A_LIMIT_KIND, kind);
		mnl_attr_put_u64(request, TRAFFICMON_A_LIMIT_RATE,
				 policy->limits[kind].rate);
		mnl_attr_put_u64(request, TRAFFICMON_A_LIMIT_BURST,
				 policy->limits[kind].burst);
		mnl_attr_nest_end(request, nest);
	}
}

void tm_policy_put(struct nlmsghdr *request, const struct tm_policy *policy)
{
	struct tm_policy sorted = *policy;
	unsigned int kind;

	tm_policy_sort(&sorted);
	mnl_attr_put_strz(request, TRAFFICMON_A_POLICY_NAME, policy->name);
	mnl_attr_put_u8(request, TRAFFICMON_A_POLICY_MODE, policy->mode);
	mnl_attr_put_u8(request, TRAFFICMON_A_POLICY_ACTION, policy->action);
	put_bits(request, TRAFFICMON_A_POLICY_CLASSES, policy->classes);
	put_bits(request, TRAFFICMON_A_POLICY_DIRECTIONS, policy->directions);
	put_bits(request, TRAFFICMON_A_POLICY_FAMILIES, policy->families);
	put_prefixes(request, TRAFFICMON_A_POLICY_SOURCE, &sorted.source);
	put_prefixes(request, TRAFFICMON_A_POLICY_DESTINATION,
		     &sorted.destination);
	put_sets(request, TRAFFICMON_A_POLICY_SOURCE_SET, &sorted.source_sets);
	put_sets(request, TRAFFICMON_A_POLICY_DESTINATION_SET,
		 &sorted.destination_sets);
	put_ports(request, TRAFFICMON_A_POLICY_SOURCE_PORT,
		  &sorted.source_port);
	put_ports(request, TRAFFICMON_A_POLICY_DESTINATION_PORT,
		  &sorted.destination_port);
	put_devices(request, &sorted);
	for (kind = 0; kind < __TM_TERM_MAX; kind++)
		put_terms(request, kind, &sorted.terms[kind]);
	put_bits(request, TRAFFICMON_A_POLICY_FRAGMENTS, policy->fragments);
	put_key(request, policy);
	put_limits(request, policy);
	put_bits(request, TRAFFICMON_A_POLICY_SPARE, policy->spare);
}

static int collect_policy(const struct nlmsghdr *nlh, void *data,
			  struct tm_error *error)
{
	struct tm_policy *policy = tm_policy_list_add(data, error);
	struct tm_policy_list *policies = data;
	char *unknown;

	if (!policy || tm_unknown_read(&unknown, &tm_attrs_policy, nlh, error))
		return -1;
	policies->unknown += !!unknown;
	free(unknown);
	return tm_policy_from_message(nlh, policy, NULL, error);
}

static void restart_policies(void *data)
{
	tm_policy_list_free(data);
}

int tm_policies_get(struct tm_nl *nl, struct tm_policy_list *policies,
		    uint64_t *generation, struct tm_error *error)
{
	struct tm_info info;
	bool inconsistent;

	memset(policies, 0, sizeof(*policies));
	if (tm_info_get(nl, &info, NULL, error))
		return -1;
	*generation = info.generation;
	if (tm_nl_dump(nl, tm_nl_request(nl, TRAFFICMON_CMD_POLICY_GET, 0),
		       collect_policy, restart_policies, policies,
		       &inconsistent, error)) {
		tm_policy_list_free(policies);
		return -1;
	}
	if (!inconsistent)
		return 0;
	tm_policy_list_free(policies);
	tm_error_set(error, TM_EXIT_REFUSED, EBUSY,
		     "the ruleset kept changing while it was read");
	return tm_error_hint(error, "try again when whoever changes it is done");
}
