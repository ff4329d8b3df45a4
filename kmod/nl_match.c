// SPDX-License-Identifier: GPL-2.0
/*
 * Matches as attributes; see nl_match.h.
 *
 * Of a list those that are accepted come first, those that are excluded behind
 * them, in whatever order they were given.
 */
#include "nl_match.h"

#include <linux/netdevice.h>
#include <linux/string.h>
#include "nl_attr.h"

const struct nla_policy tm_nl_prefix_policy[] = {
	[TRAFFICMON_A_PREFIX_ADDRESS] = TM_NL_ADDRESS,
	[TRAFFICMON_A_PREFIX_LENGTH] = NLA_POLICY_MAX(NLA_U8, 128),
	[TRAFFICMON_A_PREFIX_EXCEPT] = { .type = NLA_FLAG },
};

const struct nla_policy tm_nl_ports_policy[] = {
	[TRAFFICMON_A_PORTS_FIRST] = { .type = NLA_U16 },
	[TRAFFICMON_A_PORTS_LAST] = { .type = NLA_U16 },
	[TRAFFICMON_A_PORTS_EXCEPT] = { .type = NLA_FLAG },
};

const struct nla_policy tm_nl_length_policy[] = {
	[TRAFFICMON_A_LENGTH_FIRST] = { .type = NLA_U32 },
	[TRAFFICMON_A_LENGTH_LAST] = { .type = NLA_U32 },
	[TRAFFICMON_A_LENGTH_EXCEPT] = { .type = NLA_FLAG },
};

const struct nla_policy tm_nl_hop_limit_policy[] = {
	[TRAFFICMON_A_HOP_LIMIT_FIRST] = { .type = NLA_U8 },
	[TRAFFICMON_A_HOP_LIMIT_LAST] = { .type = NLA_U8 },
	[TRAFFICMON_A_HOP_LIMIT_EXCEPT] = { .type = NLA_FLAG },
};

const struct nla_policy tm_nl_tcp_flags_policy[] = {
	[TRAFFICMON_A_TCP_FLAGS_VALUE] = { .type = NLA_U8 },
	[TRAFFICMON_A_TCP_FLAGS_MASK] = NLA_POLICY_MIN(NLA_U8, 1),
	[TRAFFICMON_A_TCP_FLAGS_EXCEPT] = { .type = NLA_FLAG },
};

const struct nla_policy tm_nl_mark_policy[] = {
	[TRAFFICMON_A_MARK_VALUE] = { .type = NLA_U32 },
	[TRAFFICMON_A_MARK_MASK] = NLA_POLICY_MIN(NLA_U32, 1),
	[TRAFFICMON_A_MARK_EXCEPT] = { .type = NLA_FLAG },
};

const struct nla_policy tm_nl_glob_policy[] = {
	[TRAFFICMON_A_GLOB_PATTERN] = { .type = NLA_NUL_STRING, .len = IFNAMSIZ - 1 },
	[TRAFFICMON_A_GLOB_EXCEPT] = { .type = NLA_FLAG },
};

const struct nla_policy tm_nl_match_set_policy[] = {
	[TRAFFICMON_A_MATCH_SET_NAME] = TM_NL_NAME,
	[TRAFFICMON_A_MATCH_SET_EXCEPT] = { .type = NLA_FLAG },
};

/*
 * The nests of ranges, and those of masked values, are alike: two numbers, of 1, 2
 * or 4 bytes, and a flag.
 */
#define PAIR_FIRST	1
#define PAIR_SECOND	2
#define PAIR_EXCEPT	3
#define PAIR_MAX	3

static_assert(TRAFFICMON_A_PORTS_MAX == PAIR_MAX && TRAFFICMON_A_LENGTH_MAX == PAIR_MAX &&
	      TRAFFICMON_A_HOP_LIMIT_MAX == PAIR_MAX && TRAFFICMON_A_TCP_FLAGS_MAX == PAIR_MAX &&
	      TRAFFICMON_A_MARK_MAX == PAIR_MAX);

static u32 tm_nl_match_number(const struct nlattr *attr)
{
	switch (nla_len(attr)) {
	case 1:
		return nla_get_u8(attr);
	case 2:
		return nla_get_u16(attr);
	default:
		return nla_get_u32(attr);
	}
}

static int tm_nl_match_read_range(const struct nlattr *nest, const struct nla_policy *policy,
				  struct tm_term *range, struct netlink_ext_ack *extack)
{
	struct nlattr *tb[PAIR_MAX + 1];
	int err = tm_nl_parse_nested(tb, PAIR_MAX, nest, policy, extack);

	if (err)
		return err;
	if (!tb[PAIR_FIRST]) {
		NL_SET_ERR_MSG_ATTR(extack, nest, "a range needs its first value (..._FIRST)");
		return -EINVAL;
	}
	range->first = tm_nl_match_number(tb[PAIR_FIRST]);
	range->last = tb[PAIR_SECOND] ? tm_nl_match_number(tb[PAIR_SECOND]) : range->first;
	range->except = tb[PAIR_EXCEPT];
	if (range->last >= range->first)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, tb[PAIR_SECOND],
			    "the last value of a range is below its first");
	return -ERANGE;
}

static int tm_nl_match_read_masked(const struct nlattr *nest, const struct nla_policy *policy,
				   struct tm_term *masked, struct netlink_ext_ack *extack)
{
	struct nlattr *tb[PAIR_MAX + 1];
	int err = tm_nl_parse_nested(tb, PAIR_MAX, nest, policy, extack);

	if (err)
		return err;
	if (!tb[PAIR_FIRST] || !tb[PAIR_SECOND]) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "TCP flags and marks need a value and a mask (..._VALUE, ..._MASK)");
		return -EINVAL;
	}
	masked->value = tm_nl_match_number(tb[PAIR_FIRST]);
	masked->mask = tm_nl_match_number(tb[PAIR_SECOND]);
	masked->except = tb[PAIR_EXCEPT];
	if (!(masked->value & ~masked->mask))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, tb[PAIR_FIRST],
			    "the value has bits that its mask does not have");
	return -EINVAL;
}

static int tm_nl_match_read_term(const struct nlattr *attr, struct tm_terms *terms,
				 const struct nla_policy *policy, bool masked,
				 struct netlink_ext_ack *extack)
{
	struct tm_term *term = &terms->term[terms->count];
	int err;

	if (terms->count == TRAFFICMON_TERMS_MAX) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "a policy has at most 8 each of TCP flags, lengths, hop limits and marks");
		return -E2BIG;
	}
	err = masked ? tm_nl_match_read_masked(attr, policy, term, extack) :
		       tm_nl_match_read_range(attr, policy, term, extack);
	if (!err)
		terms->count++;
	return err;
}

/* Where in a list the next one goes, which has to have room. */
static void *tm_nl_match_place(void *list, size_t size, u16 *accepted, u16 *excluded, bool except)
{
	char *first_excluded = (char *)list + *accepted * size;
	char *end = first_excluded + *excluded * size;

	if (except) {
		(*excluded)++;
		return end;
	}
	memmove(end, first_excluded, size);
	(*accepted)++;
	return first_excluded;
}

static int tm_nl_match_read_prefix(const struct nlattr *nest, struct tm_prefix *list,
				   u16 *accepted, u16 *excluded, struct netlink_ext_ack *extack)
{
	struct nlattr *tb[TRAFFICMON_A_PREFIX_MAX + 1];
	struct tm_prefix prefix;
	int err;

	if (*accepted + *excluded >= TRAFFICMON_MATCHES_MAX) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "a policy has at most 24 source and 24 destination prefixes; longer lists are sets");
		return -E2BIG;
	}
	err = tm_nl_parse_nested(tb, TRAFFICMON_A_PREFIX_MAX, nest, tm_nl_prefix_policy, extack);
	if (err)
		return err;
	if (!tb[TRAFFICMON_A_PREFIX_ADDRESS] || !tb[TRAFFICMON_A_PREFIX_LENGTH]) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "a prefix needs PREFIX_ADDRESS and PREFIX_LENGTH");
		return -EINVAL;
	}
	err = tm_nl_get_prefix(tb[TRAFFICMON_A_PREFIX_ADDRESS], tb[TRAFFICMON_A_PREFIX_LENGTH],
			       &prefix, extack);
	if (err)
		return err;
	*(struct tm_prefix *)tm_nl_match_place(list, sizeof(prefix), accepted, excluded,
					       tb[TRAFFICMON_A_PREFIX_EXCEPT]) = prefix;
	return 0;
}

static int tm_nl_match_read_ports(const struct nlattr *nest, struct tm_ports *list, u16 *accepted,
				  u16 *excluded, struct netlink_ext_ack *extack)
{
	struct tm_ports *ports;
	struct tm_term range;
	int err;

	if (*accepted + *excluded >= TRAFFICMON_MATCHES_MAX) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "a policy has at most 24 source and 24 destination port ranges");
		return -E2BIG;
	}
	err = tm_nl_match_read_range(nest, tm_nl_ports_policy, &range, extack);
	if (err)
		return err;
	ports = tm_nl_match_place(list, sizeof(*ports), accepted, excluded, range.except);
	ports->first = range.first;
	ports->last = range.last;
	return 0;
}

/* A place for one device more, or for a glob; a policy has one of both. */
static int tm_nl_match_check_device(const struct nlattr *attr, const struct tm_match *match,
				    bool glob, struct netlink_ext_ack *extack)
{
	u32 globs = match->glob_count + match->glob_except;

	if (glob ? match->device_count : globs) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "a policy has POLICY_DEVICE or POLICY_DEVICE_GLOB, not both; a name is a glob, too");
		return -EINVAL;
	}
	if (match->device_count + globs < TRAFFICMON_DEVICES_MAX)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr, "a policy has at most 16 devices");
	return -E2BIG;
}

/*
 * Names and globs alike: what no device can have fits no device.  A name with a
 * wildcard, or anything that begins with "!", would be another thing in the tool's
 * words.
 */
static int tm_nl_match_check_name(const struct nlattr *attr, bool glob,
				  struct netlink_ext_ack *extack)
{
	const char *name = nla_data(attr);

	if (!dev_valid_name(name) || nla_len(attr) != strlen(name) + 1) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "this is no name that a device can have");
		return -EINVAL;
	}
	if (name[0] != '!' && (glob || !strpbrk(name, "*?")))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "a name of a device here has no * or ? (that is a POLICY_DEVICE_GLOB), and does not begin with !");
	return -EINVAL;
}

static int tm_nl_match_read_device(const struct nlattr *attr, struct tm_match *match,
				   struct netlink_ext_ack *extack)
{
	int err = tm_nl_match_check_device(attr, match, false, extack);

	if (!err)
		err = tm_nl_match_check_name(attr, false, extack);
	if (!err)
		nla_strscpy(match->device[match->device_count++], attr, IFNAMSIZ);
	return err;
}

static int tm_nl_match_read_glob(const struct nlattr *nest, struct tm_match *match,
				 struct netlink_ext_ack *extack)
{
	struct nlattr *tb[TRAFFICMON_A_GLOB_MAX + 1];
	int err = tm_nl_match_check_device(nest, match, true, extack);

	if (!err)
		err = tm_nl_parse_nested(tb, TRAFFICMON_A_GLOB_MAX, nest, tm_nl_glob_policy,
					 extack);
	if (err)
		return err;
	if (!tb[TRAFFICMON_A_GLOB_PATTERN]) {
		NL_SET_ERR_MSG_ATTR(extack, nest, "a glob needs GLOB_PATTERN");
		return -EINVAL;
	}
	err = tm_nl_match_check_name(tb[TRAFFICMON_A_GLOB_PATTERN], true, extack);
	if (err)
		return err;
	nla_strscpy(tm_nl_match_place(match->device, IFNAMSIZ, &match->glob_count,
				      &match->glob_except, tb[TRAFFICMON_A_GLOB_EXCEPT]),
		    tb[TRAFFICMON_A_GLOB_PATTERN], IFNAMSIZ);
	return 0;
}

static int tm_nl_match_read_set(const struct nlattr *nest, struct tm_set_names *sets,
				struct netlink_ext_ack *extack)
{
	struct nlattr *tb[TRAFFICMON_A_MATCH_SET_MAX + 1];
	char *name;
	int err;

	if (sets->count + sets->except == TRAFFICMON_MATCH_SETS_MAX) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "a policy has at most 8 sets as source and 8 as destination");
		return -E2BIG;
	}
	err = tm_nl_parse_nested(tb, TRAFFICMON_A_MATCH_SET_MAX, nest, tm_nl_match_set_policy,
				 extack);
	if (err)
		return err;
	if (!tb[TRAFFICMON_A_MATCH_SET_NAME]) {
		NL_SET_ERR_MSG_ATTR(extack, nest, "a set is named by MATCH_SET_NAME");
		return -EINVAL;
	}
	name = tm_nl_match_place(sets->name, sizeof(*sets->name), &sets->count, &sets->except,
				 tb[TRAFFICMON_A_MATCH_SET_EXCEPT]);
	memset(name, 0, sizeof(*sets->name));
	nla_strscpy(name, tb[TRAFFICMON_A_MATCH_SET_NAME], sizeof(*sets->name));
	return 0;
}

int tm_nl_match_read(const struct nlattr *attr, struct tm_match *match,
		     struct netlink_ext_ack *extack)
{
	switch (nla_type(attr)) {
	case TRAFFICMON_A_POLICY_SOURCE:
		return tm_nl_match_read_prefix(attr, match->source, &match->source_count,
					       &match->source_except, extack);
	case TRAFFICMON_A_POLICY_DESTINATION:
		return tm_nl_match_read_prefix(attr, match->destination,
					       &match->destination_count,
					       &match->destination_except, extack);
	case TRAFFICMON_A_POLICY_SOURCE_PORT:
		return tm_nl_match_read_ports(attr, match->source_port,
					      &match->source_port_count,
					      &match->source_port_except, extack);
	case TRAFFICMON_A_POLICY_DESTINATION_PORT:
		return tm_nl_match_read_ports(attr, match->destination_port,
					      &match->destination_port_count,
					      &match->destination_port_except, extack);
	case TRAFFICMON_A_POLICY_DEVICE:
		return tm_nl_match_read_device(attr, match, extack);
	case TRAFFICMON_A_POLICY_DEVICE_GLOB:
		return tm_nl_match_read_glob(attr, match, extack);
	case TRAFFICMON_A_POLICY_TCP_FLAGS:
		return tm_nl_match_read_term(attr, &match->tcp_flags, tm_nl_tcp_flags_policy,
					     true, extack);
	case TRAFFICMON_A_POLICY_LENGTH:
		return tm_nl_match_read_term(attr, &match->length, tm_nl_length_policy, false,
					     extack);
	case TRAFFICMON_A_POLICY_HOP_LIMIT:
		return tm_nl_match_read_term(attr, &match->hop_limit, tm_nl_hop_limit_policy,
					     false, extack);
	case TRAFFICMON_A_POLICY_MARK:
		return tm_nl_match_read_term(attr, &match->mark, tm_nl_mark_policy, true, extack);
	case TRAFFICMON_A_POLICY_SOURCE_SET:
		return tm_nl_match_read_set(attr, &match->source_sets, extack);
	case TRAFFICMON_A_POLICY_DESTINATION_SET:
		return tm_nl_match_read_set(attr, &match->destination_sets, extack);
	default:
		return 0;
	}
}

static u32 tm_nl_match_bits(const struct nlattr *attr)
{
	return attr ? nla_get_u32(attr) : 0;
}

void tm_nl_match_read_once(struct nlattr **attrs, struct tm_match *match)
{
	match->classes = tm_nl_match_bits(attrs[TRAFFICMON_A_POLICY_CLASSES]);
	match->directions = tm_nl_match_bits(attrs[TRAFFICMON_A_POLICY_DIRECTIONS]);
	match->families = tm_nl_match_bits(attrs[TRAFFICMON_A_POLICY_FAMILIES]);
	match->fragments = tm_nl_match_bits(attrs[TRAFFICMON_A_POLICY_FRAGMENTS]);
}

static int tm_nl_match_put_bits(struct sk_buff *skb, int type, u32 bits)
{
	return bits ? nla_put_u32(skb, type, bits) : 0;
}

static int tm_nl_match_put_prefixes(struct sk_buff *skb, int type, const struct tm_prefix *list,
				    u16 accepted, u16 excluded)
{
	u16 i;

	for (i = 0; i < accepted + excluded; i++) {
		struct nlattr *nest = nla_nest_start(skb, type);

		if (!nest)
			return -EMSGSIZE;
		if (tm_nl_put_address(skb, TRAFFICMON_A_PREFIX_ADDRESS, &list[i].address,
				      list[i].family) ||
		    nla_put_u8(skb, TRAFFICMON_A_PREFIX_LENGTH, list[i].length) ||
		    (i >= accepted && nla_put_flag(skb, TRAFFICMON_A_PREFIX_EXCEPT)))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

static int tm_nl_match_put_ports(struct sk_buff *skb, int type, const struct tm_ports *list,
				 u16 accepted, u16 excluded)
{
	u16 i;

	for (i = 0; i < accepted + excluded; i++) {
		struct nlattr *nest = nla_nest_start(skb, type);

		if (!nest)
			return -EMSGSIZE;
		if (nla_put_u16(skb, TRAFFICMON_A_PORTS_FIRST, list[i].first) ||
		    nla_put_u16(skb, TRAFFICMON_A_PORTS_LAST, list[i].last) ||
		    (i >= accepted && nla_put_flag(skb, TRAFFICMON_A_PORTS_EXCEPT)))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

/* @bytes: of a number, 1 or 4 */
static int tm_nl_match_put_terms(struct sk_buff *skb, int type, const struct tm_terms *terms,
				 u32 bytes)
{
	u16 i;

	for (i = 0; i < terms->count; i++) {
		const struct tm_term *term = &terms->term[i];
		struct nlattr *nest = nla_nest_start(skb, type);
		int err;

		if (!nest)
			return -EMSGSIZE;
		if (bytes == 1)
			err = nla_put_u8(skb, PAIR_FIRST, term->first) ||
			      nla_put_u8(skb, PAIR_SECOND, term->last);
		else
			err = nla_put_u32(skb, PAIR_FIRST, term->first) ||
			      nla_put_u32(skb, PAIR_SECOND, term->last);
		if (err || (term->except && nla_put_flag(skb, PAIR_EXCEPT)))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

static int tm_nl_match_put_devices(struct sk_buff *skb, const struct tm_match *match)
{
	struct nlattr *nest;
	u16 i;

	for (i = 0; i < match->device_count; i++)
		if (nla_put_string(skb, TRAFFICMON_A_POLICY_DEVICE, match->device[i]))
			return -EMSGSIZE;
	for (i = 0; i < match->glob_count + match->glob_except; i++) {
		nest = nla_nest_start(skb, TRAFFICMON_A_POLICY_DEVICE_GLOB);
		if (!nest)
			return -EMSGSIZE;
		if (nla_put_string(skb, TRAFFICMON_A_GLOB_PATTERN, match->device[i]) ||
		    (i >= match->glob_count && nla_put_flag(skb, TRAFFICMON_A_GLOB_EXCEPT)))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

static int tm_nl_match_put_sets(struct sk_buff *skb, int type, const struct tm_set_names *sets)
{
	u16 i;

	for (i = 0; i < sets->count + sets->except; i++) {
		struct nlattr *nest = nla_nest_start(skb, type);

		if (!nest)
			return -EMSGSIZE;
		if (nla_put_string(skb, TRAFFICMON_A_MATCH_SET_NAME, sets->name[i]) ||
		    (i >= sets->count && nla_put_flag(skb, TRAFFICMON_A_MATCH_SET_EXCEPT)))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

static int tm_nl_match_put_ends(struct sk_buff *skb, const struct tm_match *match)
{
	if (tm_nl_match_put_prefixes(skb, TRAFFICMON_A_POLICY_SOURCE, match->source,
				     match->source_count, match->source_except) ||
	    tm_nl_match_put_prefixes(skb, TRAFFICMON_A_POLICY_DESTINATION, match->destination,
				     match->destination_count, match->destination_except) ||
	    tm_nl_match_put_ports(skb, TRAFFICMON_A_POLICY_SOURCE_PORT, match->source_port,
				  match->source_port_count, match->source_port_except) ||
	    tm_nl_match_put_ports(skb, TRAFFICMON_A_POLICY_DESTINATION_PORT,
				  match->destination_port, match->destination_port_count,
				  match->destination_port_except) ||
	    tm_nl_match_put_sets(skb, TRAFFICMON_A_POLICY_SOURCE_SET, &match->source_sets) ||
	    tm_nl_match_put_sets(skb, TRAFFICMON_A_POLICY_DESTINATION_SET,
				 &match->destination_sets))
		return -EMSGSIZE;
	return 0;
}

int tm_nl_match_put(struct sk_buff *skb, const struct tm_match *match)
{
	if (tm_nl_match_put_bits(skb, TRAFFICMON_A_POLICY_CLASSES, match->classes) ||
	    tm_nl_match_put_bits(skb, TRAFFICMON_A_POLICY_DIRECTIONS, match->directions) ||
	    tm_nl_match_put_bits(skb, TRAFFICMON_A_POLICY_FAMILIES, match->families) ||
	    tm_nl_match_put_bits(skb, TRAFFICMON_A_POLICY_FRAGMENTS, match->fragments) ||
	    tm_nl_match_put_ends(skb, match) || tm_nl_match_put_devices(skb, match) ||
	    tm_nl_match_put_terms(skb, TRAFFICMON_A_POLICY_TCP_FLAGS, &match->tcp_flags, 1) ||
	    tm_nl_match_put_terms(skb, TRAFFICMON_A_POLICY_LENGTH, &match->length, 4) ||
	    tm_nl_match_put_terms(skb, TRAFFICMON_A_POLICY_HOP_LIMIT, &match->hop_limit, 1) ||
	    tm_nl_match_put_terms(skb, TRAFFICMON_A_POLICY_MARK, &match->mark, 4))
		return -EMSGSIZE;
	return 0;
}
