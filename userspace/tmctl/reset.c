// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tmctl reset: end every live flow as a record.
 */
#include <linux/trafficmon.h>

#include "../lib/attrs.h"
#include "options.h"

static int read_flushed(const struct nlmsghdr *nlh, void *data,
			struct tm_error *error)
{
	const struct nlattr *tb[TRAFFICMON_A_FLOW_MAX + 1];
	uint64_t *flushed = data;

	if (tm_attrs_read(&tm_attrs_flow, nlh, tb, error))
		return -1;
	*flushed = tm_attr_u64(tb[TRAFFICMON_A_FLOW_FLUSHED]);
	return 0;
}

static int reset_flows(struct tm_context *context, struct tm_error *error)
{
	struct tm_nl *nl = tm_context_nl(context, error);
	uint64_t flushed = 0;

	if (!nl || tm_nl_do(nl, tm_nl_request(nl, TRAFFICMON_CMD_FLOW_FLUSH, 0),
			    read_flushed, &flushed, error))
		return -1;
	tm_out_number(context->out, "flows_ended", flushed);
	tm_out_text(context->out, "%llu flows ended, each as a record",
		    (unsigned long long)flushed);
	return TM_EXIT_DONE;
}

static const struct tm_verb verbs[] = {
	{
		.name = "flows",
		.run = reset_flows,
		.usage = "",
		.summary = "end every live flow as a record (reason reset)",
		.details = "Nothing is lost: totals count from attach, for ever, and what a flow counted\n"
			   "stands in its record.  A connection that goes on begins a new flow.",
	},
	{ .name = NULL }
};

const struct tm_object tm_object_reset = {
	.name = "reset",
	.summary = "end every live flow as a record",
	.verbs = verbs,
};
