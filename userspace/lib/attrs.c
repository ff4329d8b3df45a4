// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading messages by the attribute tables.  Contract in attrs.h.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/trafficmon.h>
#include <stdio.h>
#include <string.h>

#include "attrs.h"

struct command {
	const char *name;
	const struct tm_attr_set *attrs;
};

static const struct command commands[] = {
	[TRAFFICMON_CMD_INFO_GET] = { "info_get", &tm_attrs_info },
	[TRAFFICMON_CMD_NETNS_ATTACH] = { "netns_attach", NULL },
	[TRAFFICMON_CMD_NETNS_DETACH] = { "netns_detach", NULL },
	[TRAFFICMON_CMD_STATS_GET] = { "stats_get", &tm_attrs_stats },
	[TRAFFICMON_CMD_FLOW_GET] = { "flow_get", &tm_attrs_flow },
	[TRAFFICMON_CMD_FLOW_FLUSH] = { "flow_flush", &tm_attrs_flow },
	[TRAFFICMON_CMD_RECORD_GET] = { "record_get", &tm_attrs_record },
	[TRAFFICMON_CMD_TRANSACTION_BEGIN] = { "transaction_begin", &tm_attrs_transaction },
	[TRAFFICMON_CMD_TRANSACTION_COMMIT] = { "transaction_commit", &tm_attrs_transaction },
	[TRAFFICMON_CMD_TRANSACTION_ABORT] = { "transaction_abort", &tm_attrs_transaction },
	[TRAFFICMON_CMD_POLICY_GET] = { "policy_get", &tm_attrs_policy },
	[TRAFFICMON_CMD_POLICY_ADD] = { "policy_add", &tm_attrs_policy },
	[TRAFFICMON_CMD_POLICY_FLUSH] = { "policy_flush", &tm_attrs_policy },
	[TRAFFICMON_CMD_SET_GET] = { "set_get", &tm_attrs_set },
	[TRAFFICMON_CMD_SET_ADD] = { "set_add", &tm_attrs_set },
	[TRAFFICMON_CMD_SET_DEL] = { "set_del", &tm_attrs_set },
	[TRAFFICMON_CMD_SET_FLUSH] = { "set_flush", &tm_attrs_set },
	[TRAFFICMON_CMD_LIMITER_GET] = { "limiter_get", &tm_attrs_limiter },
	[TRAFFICMON_CMD_LIMITER_DEL] = { "limiter_del", &tm_attrs_limiter },
	[TRAFFICMON_CMD_LIMITER_FLUSH] = { "limiter_flush", &tm_attrs_limiter },
	[TRAFFICMON_CMD_EVENT_GET] = { "event_get", &tm_attrs_event },
	[TRAFFICMON_CMD_EVENT_NOTIFY] = { "event_notify", &tm_attrs_event },
	[TRAFFICMON_CMD_TRANSACTION_CONFIRM] = { "transaction_confirm", &tm_attrs_transaction },
	[TRAFFICMON_CMD_TRANSACTION_ROLLBACK] = { "transaction_rollback", &tm_attrs_transaction },
	[TRAFFICMON_CMD_SET_TEST] = { "set_test", &tm_attrs_set },
	[TRAFFICMON_CMD_SET_DESTROY] = { "set_destroy", &tm_attrs_set },
};

_Static_assert(sizeof(commands) / sizeof(commands[0]) ==
	       TRAFFICMON_CMD_MAX + 1, "commands missing");

const struct tm_attr_set *tm_attrs_of_command(uint8_t command)
{
	return command <= TRAFFICMON_CMD_MAX ? commands[command].attrs : NULL;
}

const char *tm_command_name(uint8_t command)
{
	return command <= TRAFFICMON_CMD_MAX ? commands[command].name : NULL;
}

static bool length_fits(const struct nlattr *attr, enum tm_attr_type type)
{
	uint16_t length = mnl_attr_get_payload_len(attr);
	const char *payload = mnl_attr_get_payload(attr);

	switch (type) {
	case TM_ATTR_U8:
		return length == sizeof(uint8_t);
	case TM_ATTR_U16:
		return length == sizeof(uint16_t);
	case TM_ATTR_U32:
		return length == sizeof(uint32_t);
	case TM_ATTR_U64:
		return length == sizeof(uint64_t);
	case TM_ATTR_ADDRESS:
		return length == 4 || length == 16;
	case TM_ATTR_STRING:
		return length && !payload[length - 1];
	case TM_ATTR_NONE:
	case TM_ATTR_FLAG:
	case TM_ATTR_NEST:
		break;
	}
	return true;
}

static int read_one(const struct tm_attr_set *set, const struct nlattr *attr,
		    const struct nlattr **tb, struct tm_error *error)
{
	uint16_t number = mnl_attr_get_type(attr);

	if (number > set->max || set->attrs[number].type == TM_ATTR_NONE)
		return 0;
	if (!length_fits(attr, set->attrs[number].type)) {
		tm_error_set(error, TM_EXIT_TOO_OLD, EBADMSG,
			     "the module's reply has %s.%s in a form that this tool does not know (%u bytes)",
			     set->name, set->attrs[number].name,
			     mnl_attr_get_payload_len(attr));
		snprintf(error->attribute, sizeof(error->attribute), "%s",
			 set->attrs[number].name);
		return tm_error_hint(error,
				     "use the tmctl that belongs to the loaded module (see: tmctl --version)");
	}
	if (!tb[number])
		tb[number] = attr;
	return 0;
}

int tm_attrs_read(const struct tm_attr_set *set, const struct nlmsghdr *nlh,
		  const struct nlattr **tb, struct tm_error *error)
{
	const struct nlattr *attr;

	memset(tb, 0, sizeof(*tb) * (set->max + 1));
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (read_one(set, attr, tb, error))
			return -1;
	}
	return 0;
}

int tm_attrs_read_nested(const struct tm_attr_set *set,
			 const struct nlattr *nest,
			 const struct nlattr **tb, struct tm_error *error)
{
	const struct nlattr *attr;

	memset(tb, 0, sizeof(*tb) * (set->max + 1));
	mnl_attr_for_each_nested(attr, nest) {
		if (read_one(set, attr, tb, error))
			return -1;
	}
	return 0;
}

int tm_attrs_each(const struct nlmsghdr *nlh, uint16_t number,
		  int (*each)(const struct nlattr *attr, void *data),
		  void *data)
{
	const struct nlattr *attr;
	int result;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) != number)
			continue;
		result = each(attr, data);
		if (result)
			return result;
	}
	return 0;
}

bool tm_attr_flag(const struct nlattr *attr)
{
	return attr;
}

uint8_t tm_attr_u8(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_u8(attr) : 0;
}

uint16_t tm_attr_u16(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_u16(attr) : 0;
}

uint32_t tm_attr_u32(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_u32(attr) : 0;
}

uint64_t tm_attr_u64(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_u64(attr) : 0;
}

const char *tm_attr_string(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_str(attr) : "";
}

/* The attribute of [first, end) that covers `at`, or NULL. */
static const struct nlattr *attr_at(const char *first, const char *end,
				    const char *at)
{
	const struct nlattr *attr = (const struct nlattr *)first;

	while (mnl_attr_ok(attr, end - (const char *)attr)) {
		const char *next = (const char *)mnl_attr_next(attr);

		if (at >= (const char *)attr && at < next)
			return attr;
		attr = (const struct nlattr *)next;
	}
	return NULL;
}

static void append_name(const struct tm_attr_set *set, uint16_t number,
			char *name, size_t size)
{
	size_t used = strlen(name);
	const char *dot = used ? "." : "";

	if (set && number <= set->max && set->attrs[number].name)
		snprintf(name + used, size - used, "%s%s", dot,
			 set->attrs[number].name);
	else
		snprintf(name + used, size - used, "%sattr_%u", dot, number);
}

void tm_attrs_name_at(const struct nlmsghdr *nlh, uint32_t offset,
		      char *name, size_t size)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const struct tm_attr_set *set = tm_attrs_of_command(genl->cmd);
	/* what is said to be behind the message is taken for its end: nothing is there */
	const char *at = (const char *)nlh +
			 (offset < nlh->nlmsg_len ? offset : nlh->nlmsg_len);
	const char *first = (const char *)(genl + 1);
	const char *end = (const char *)nlh + nlh->nlmsg_len;
	const struct nlattr *attr;

	name[0] = '\0';
	while (at >= first && at < end) {
		uint16_t number;

		attr = attr_at(first, end, at);
		if (!attr)
			return;
		number = mnl_attr_get_type(attr);
		append_name(set, number, name, size);
		if (at == (const char *)attr || !set || number > set->max ||
		    set->attrs[number].type != TM_ATTR_NEST)
			return;
		set = set->attrs[number].nest;
		first = mnl_attr_get_payload(attr);
		end = (const char *)attr + attr->nla_len;
	}
}
