// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tmctl netns: which network namespaces the module is attached to.
 */
#include <dirent.h>
#include <errno.h>
#include <linux/trafficmon.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/attrs.h"
#include "../lib/info.h"
#include "../lib/unknown.h"
#include "options.h"

#define NETNS_FOLDER	"/run/netns"

static int change(struct tm_context *context, uint8_t command,
		  const char *done, struct tm_error *error)
{
	struct tm_nl *nl = tm_context_nl(context, error);
	struct tm_info info;

	if (!nl)
		return -1;
	if (tm_nl_do(nl, tm_nl_request(nl, command, 0), NULL, NULL, error)) {
		if (error->errnum == EALREADY)
			tm_error_hint(error, "there is nothing to do; `tmctl status` shows it");
		return -1;
	}
	if (tm_info_get(nl, &info, NULL, error))
		return -1;
	tm_out_string(context->out, "namespace",
		      context->netns ? context->netns : "");
	tm_out_bool(context->out, "attached", info.attached);
	tm_out_number(context->out, "memory_bytes", info.memory_bytes);
	tm_out_text(context->out, "%s; %u of at most %u namespaces are attached",
		    done, info.netns_attached, info.netns_max);
	return TM_EXIT_DONE;
}

static int netns_attach(struct tm_context *context, struct tm_error *error)
{
	struct tm_nl *nl = tm_context_nl(context, error);
	struct tm_info info;

	if (tm_given_flag(context, "--if-needed")) {
		if (!nl || tm_info_get(nl, &info, NULL, error))
			return -1;
		if (info.attached) {
			tm_out_bool(context->out, "attached", true);
			tm_out_text(context->out, "it is attached already");
			return TM_EXIT_DONE;
		}
	}
	return change(context, TRAFFICMON_CMD_NETNS_ATTACH, "attached", error);
}

static int netns_detach(struct tm_context *context, struct tm_error *error)
{
	return change(context, TRAFFICMON_CMD_NETNS_DETACH,
		      "detached: its traffic is neither accounted nor limited any more",
		      error);
}

static int read_unknown(const struct nlmsghdr *nlh, void *data,
			struct tm_error *error)
{
	return tm_unknown_read(data, &tm_attrs_info, nlh, error);
}

/* A namespace that cannot be asked is listed with the reason. */
static void print_one(struct tm_out *out, const char *label, const char *name,
		      struct tm_nl *nl)
{
	char *unknown = NULL;
	const struct tm_info_visitor visitor = {
		.message = read_unknown,
		.data = &unknown,
	};
	struct tm_error error = { 0 };
	struct tm_nl *own = NULL;
	struct tm_info info;

	if (!nl) {
		own = tm_nl_open(name, &error);
		nl = own;
	}
	tm_out_row(out);
	tm_out_string_as(out, "namespace", name ? name : "", label);
	if (!nl || tm_info_get(nl, &info, &visitor, &error)) {
		tm_out_string(out, "error", error.message);
		tm_out_warn(out, "namespace %s: %s", label, error.message);
	} else {
		tm_out_bool(out, "attached", info.attached);
		if (info.attached) {
			tm_out_number(out, "flows", info.flows);
			tm_out_number(out, "policies", info.policies);
			tm_out_number(out, "generation", info.generation);
			tm_out_number(out, "memory_bytes", info.memory_bytes);
		}
	}
	tm_out_unknown(out, unknown);
	tm_out_row_end(out);
	free(unknown);
	tm_nl_close(own);
}

static void print_named(struct tm_out *out)
{
	struct dirent *entry;
	DIR *folder = opendir(NETNS_FOLDER);

	while (folder && (entry = readdir(folder))) {
		if (entry->d_name[0] != '.')
			print_one(out, entry->d_name, entry->d_name, NULL);
	}
	if (folder)
		closedir(folder);
}

static int netns_show(struct tm_context *context, struct tm_error *error)
{
	static const struct tm_field fields[] = {
		{ "namespace", "NAMESPACE", TM_UNIT_NONE },
		{ "attached", "ATTACHED", TM_UNIT_NONE },
		{ "flows", "FLOWS", TM_UNIT_COUNT },
		{ "policies", "POLICIES", TM_UNIT_COUNT },
		{ "generation", "GENERATION", TM_UNIT_COUNT },
		{ "memory_bytes", "MEMORY", TM_UNIT_BYTES },
		{ NULL, NULL, TM_UNIT_NONE }
	};
	struct tm_nl *nl = tm_context_nl(context, error);
	struct tm_info info;

	if (!nl || tm_info_get(nl, &info, NULL, error))
		return -1;
	tm_out_table(context->out, "namespaces", fields);
	print_one(context->out, context->netns ? context->netns : "(own)",
		  context->netns, nl);
	if (!context->netns)
		print_named(context->out);
	tm_out_end(context->out);
	tm_out_number(context->out, "namespaces_attached",
		      info.netns_attached);
	tm_out_number(context->out, "namespaces_max", info.netns_max);
	tm_out_text(context->out, "(%u attached in the whole host, at most %u)",
		    info.netns_attached, info.netns_max);
	return TM_EXIT_DONE;
}

static const struct tm_option attach_options[] = {
	{ "--if-needed", NULL, "it is no error where it is attached already",
	  false },
	{ NULL, NULL, NULL, false }
};

static const struct tm_verb verbs[] = {
	{
		.name = "show",
		.run = netns_show,
		.usage = "",
		.summary = "this namespace and those that `ip netns` knows, with what each holds",
	},
	{
		.name = "attach",
		.run = netns_attach,
		.usage = "[--if-needed]",
		.options = attach_options,
		.summary = "allocate its tables and hook its packet path (with -n NETNS another's)",
	},
	{
		.name = "detach",
		.run = netns_detach,
		.usage = "",
		.summary = "unhook and free; its flows, records, policies and sets are gone, its totals stay",
	},
	{ .name = NULL }
};

const struct tm_object tm_object_netns = {
	.name = "netns",
	.summary = "attach to network namespaces",
	.verbs = verbs,
};
