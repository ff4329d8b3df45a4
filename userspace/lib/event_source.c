// SPDX-License-Identifier: GPL-2.0-or-later
/* Events from the module, over netlink. */
#include "event_source.h"

#include <errno.h>

#include <linux/trafficmon.h>

#include "attrs.h"

static struct tm_event_source_nl *source_nl(struct tm_event_source *source)
{
	return (struct tm_event_source_nl *)source;
}

static int source_open(struct tm_event_source *source, struct tm_error *error)
{
	struct tm_event_source_nl *nl = source_nl(source);

	nl->listener = tm_nl_open(nl->netns, error);
	if (!nl->listener)
		return -1;
	if (tm_nl_join(nl->listener, TRAFFICMON_MCGRP_EVENTS, error))
		return -1;
	nl->asker = tm_nl_open(nl->netns, error);
	return nl->asker ? 0 : -1;
}

static void source_close(struct tm_event_source *source)
{
	struct tm_event_source_nl *nl = source_nl(source);

	tm_nl_close(nl->listener);
	tm_nl_close(nl->asker);
	nl->listener = NULL;
	nl->asker = NULL;
}

struct info {
	uint64_t instance;
	uint64_t newest;
	bool attached;
};

static int info_read(const struct nlmsghdr *nlh, void *data,
		     struct tm_error *error)
{
	const struct nlattr *tb[TRAFFICMON_A_INFO_MAX + 1];
	struct info *info = data;

	if (tm_attrs_read(&tm_attrs_info, nlh, tb, error))
		return -1;
	info->attached = tm_attr_u8(tb[TRAFFICMON_A_INFO_ATTACHED]);
	info->instance = tm_attr_u64(tb[TRAFFICMON_A_INFO_INSTANCE]);
	info->newest = tm_attr_u64(tb[TRAFFICMON_A_INFO_EVENT_SEQUENCE]);
	return 0;
}

static int source_info(struct tm_event_source *source, uint64_t *instance,
		       uint64_t *newest, struct tm_error *error)
{
	struct tm_nl *nl = source_nl(source)->asker;
	struct info info = { 0 };

	if (tm_nl_do(nl, tm_nl_request(nl, TRAFFICMON_CMD_INFO_GET, 0),
		     info_read, &info, error))
		return -1;
	if (!info.attached) {
		tm_error_set(error, TM_EXIT_REFUSED, ENOTCONN,
			     "trafficmon does not watch this network namespace");
		return tm_error_hint(error, "attach it with `tmctl netns attach`");
	}
	*instance = info.instance;
	*newest = info.newest;
	return 0;
}

static int add(const struct nlmsghdr *nlh, void *data, struct tm_error *error)
{
	(void)error;
	if (tm_nl_command(nlh) == TRAFFICMON_CMD_EVENT_GET ||
	    tm_nl_command(nlh) == TRAFFICMON_CMD_EVENT_NOTIFY)
		tm_event_batch_add(data, nlh);
	return 0;
}

static int source_dump(struct tm_event_source *source, uint64_t from,
		       struct tm_event_batch *batch, struct tm_error *error)
{
	struct tm_nl *nl = source_nl(source)->asker;
	struct nlmsghdr *request;

	request = tm_nl_request(nl, TRAFFICMON_CMD_EVENT_GET, 0);
	mnl_attr_put_u64(request, TRAFFICMON_A_EVENT_SEQUENCE, from);
	return tm_nl_dump(nl, request, add, NULL, batch, NULL, error);
}

static int source_fd(struct tm_event_source *source)
{
	return tm_nl_fd(source_nl(source)->listener);
}

static int source_receive(struct tm_event_source *source,
			  struct tm_event_batch *batch, struct tm_error *error)
{
	int came = tm_nl_receive(source_nl(source)->listener, 0, add, batch,
				 error);

	return came < 0 ? -1 : 0;
}

void tm_event_source_nl_init(struct tm_event_source_nl *source, const char *netns)
{
	*source = (struct tm_event_source_nl){
		.source = {
			.open = source_open,
			.info = source_info,
			.dump = source_dump,
			.fd = source_fd,
			.receive = source_receive,
			.close = source_close,
		},
		.netns = netns,
	};
}
