// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading INFO_GET.  Contract in info.h.
 */
#include <stdio.h>
#include <string.h>

#include "attrs.h"
#include "info.h"

struct reading {
	struct tm_info *info;
	const struct tm_info_visitor *visitor;
	struct tm_error *error;
};

static int read_device(const struct nlattr *attr, void *data)
{
	const struct nlattr *tb[TRAFFICMON_A_DEVICE_MAX + 1];
	struct reading *reading = data;

	if (tm_attrs_read_nested(&tm_attrs_device, attr, tb, reading->error))
		return -1;
	reading->visitor->device(tb, reading->visitor->data);
	return 0;
}

static int read_reply(const struct nlmsghdr *nlh, void *data,
		      struct tm_error *error)
{
	const struct nlattr *tb[TRAFFICMON_A_INFO_MAX + 1];
	struct reading *reading = data;
	struct tm_info *info = reading->info;

	if (tm_attrs_read(&tm_attrs_info, nlh, tb, error))
		return -1;
	snprintf(info->version, sizeof(info->version), "%s",
		 tm_attr_string(tb[TRAFFICMON_A_INFO_VERSION]));
	info->attached = tm_attr_u8(tb[TRAFFICMON_A_INFO_ATTACHED]);
	info->instance = tm_attr_u64(tb[TRAFFICMON_A_INFO_INSTANCE]);
	info->generation = tm_attr_u64(tb[TRAFFICMON_A_INFO_GENERATION]);
	info->policies = tm_attr_u32(tb[TRAFFICMON_A_INFO_POLICIES]);
	info->policies_enforcing =
		tm_attr_u32(tb[TRAFFICMON_A_INFO_POLICIES_ENFORCING]);
	info->flows = tm_attr_u32(tb[TRAFFICMON_A_INFO_FLOWS]);
	info->flows_max = tm_attr_u32(tb[TRAFFICMON_A_INFO_FLOWS_MAX]);
	info->limiters = tm_attr_u32(tb[TRAFFICMON_A_INFO_LIMITERS]);
	info->limiters_max = tm_attr_u32(tb[TRAFFICMON_A_INFO_LIMITERS_MAX]);
	info->records_max = tm_attr_u32(tb[TRAFFICMON_A_INFO_RECORDS_MAX]);
	info->rings = tm_attr_u32(tb[TRAFFICMON_A_INFO_RINGS]);
	info->attach_time_ns = tm_attr_u64(tb[TRAFFICMON_A_INFO_ATTACH_TIME]);
	info->memory_bytes = tm_attr_u64(tb[TRAFFICMON_A_INFO_MEMORY_BYTES]);
	info->netns_attached =
		tm_attr_u32(tb[TRAFFICMON_A_INFO_NETNS_ATTACHED]);
	info->netns_max = tm_attr_u32(tb[TRAFFICMON_A_INFO_NETNS_MAX]);
	info->event_sequence =
		tm_attr_u64(tb[TRAFFICMON_A_INFO_EVENT_SEQUENCE]);
	info->has_last_read = tb[TRAFFICMON_A_INFO_LAST_READ_AGE];
	info->last_read_age_ns =
		tm_attr_u64(tb[TRAFFICMON_A_INFO_LAST_READ_AGE]);
	info->suspended = tb[TRAFFICMON_A_INFO_SUSPENDED_BY];
	info->suspended_by =
		tm_attr_u8(tb[TRAFFICMON_A_INFO_SUSPENDED_BY]);
	info->confirm_timeout_ns =
		tm_attr_u64(tb[TRAFFICMON_A_INFO_CONFIRM_TIMEOUT]);
	info->devices = tm_attr_u32(tb[TRAFFICMON_A_INFO_DEVICES]);

	if (!reading->visitor)
		return 0;
	if (reading->visitor->message &&
	    reading->visitor->message(nlh, reading->visitor->data, error))
		return -1;
	if (!reading->visitor->device)
		return 0;
	reading->error = error;
	return tm_attrs_each(nlh, TRAFFICMON_A_INFO_DEVICE, read_device,
			     reading);
}

int tm_info_get(struct tm_nl *nl, struct tm_info *info,
		const struct tm_info_visitor *visitor, struct tm_error *error)
{
	struct reading reading = { .info = info, .visitor = visitor };

	memset(info, 0, sizeof(*info));
	return tm_nl_do(nl, tm_nl_request(nl, TRAFFICMON_CMD_INFO_GET, 0),
			read_reply, &reading, error);
}
