// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tmctl status: is it there, what does it do, what should be looked at.
 */
#include <linux/trafficmon.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/attrs.h"
#include "../lib/names.h"
#include "../lib/unknown.h"
#include "../lib/value.h"
#include "counters.h"
#include "findings.h"
#include "options.h"

#define DEVICES_MAX	256

struct device {
	char name[32];
	uint32_t index;
	bool uplink;
	bool ingress;
	bool covered;
	bool unseen;
};

/*
 * Everything that status shows, gathered before anything is printed.
 */
struct status {
	struct tm_situation situation;
	struct tm_counters counters;
	struct tm_findings findings;
	unsigned int device_count;
	struct device devices[DEVICES_MAX];
	char *unknown;		/* of unknown.h */
};

static void gather_device(const struct nlattr *const *tb, void *data)
{
	struct status *status = data;
	struct device *device;

	if (status->device_count == DEVICES_MAX)
		return;
	device = &status->devices[status->device_count++];
	snprintf(device->name, sizeof(device->name), "%s",
		 tm_attr_string(tb[TRAFFICMON_A_DEVICE_NAME]));
	device->index = tm_attr_u32(tb[TRAFFICMON_A_DEVICE_INDEX]);
	device->uplink = tm_attr_flag(tb[TRAFFICMON_A_DEVICE_UPLINK]);
	device->ingress = tm_attr_flag(tb[TRAFFICMON_A_DEVICE_INGRESS]);
	device->covered = tm_attr_flag(tb[TRAFFICMON_A_DEVICE_COVERED]);
	device->unseen = tm_attr_flag(tb[TRAFFICMON_A_DEVICE_UNSEEN]);
	if (device->unseen)
		tm_findings_device_unseen(&status->findings, device->name);
}

static int gather_unknown(const struct nlmsghdr *nlh, void *data,
			  struct tm_error *error)
{
	struct status *status = data;

	return tm_unknown_read(&status->unknown, &tm_attrs_info, nlh, error);
}

static int gather_policy(const struct nlmsghdr *nlh, void *data,
			 struct tm_error *error)
{
	const struct nlattr *tb[TRAFFICMON_A_POLICY_MAX + 1];
	struct status *status = data;

	if (tm_attrs_read(&tm_attrs_policy, nlh, tb, error))
		return -1;
	if (tb[TRAFFICMON_A_POLICY_OVER_SINCE_AGE])
		tm_findings_policy_over(&status->findings,
			tm_attr_string(tb[TRAFFICMON_A_POLICY_NAME]),
			!status->situation.info.suspended &&
			(tm_attr_u8(tb[TRAFFICMON_A_POLICY_MODE]) ==
			 TRAFFICMON_MODE_ENFORCE ||
			 tm_attr_u64(tb[TRAFFICMON_A_POLICY_DROPPED_PACKETS])),
			tm_attr_u64(tb[TRAFFICMON_A_POLICY_OVER_SINCE_AGE]));
	return 0;
}

static int gather(struct status *status, struct tm_nl *nl,
		  struct tm_error *error)
{
	const struct tm_info_visitor visitor = {
		.device = gather_device,
		.message = gather_unknown,
		.data = status,
	};
	struct tm_situation *situation = &status->situation;
	struct tm_error ignored;
	struct nlmsghdr *request;

	if (tm_info_get(nl, &situation->info, &visitor, error))
		return -1;
	tm_module_loaded(&situation->loaded);
	/* Without an installed file there is nothing to compare with. */
	if (tm_module_installed(NULL, &situation->installed, &ignored))
		memset(&situation->installed, 0, sizeof(situation->installed));
	if (!situation->info.attached)
		return 0;
	if (tm_counters_get(nl, false, &status->counters, NULL, NULL, error))
		return -1;
	situation->untracked_packets = tm_counters_of_kind(&status->counters,
							   "untracked");
	situation->error_packets = tm_counters_of_kind(&status->counters,
						       "error");
	request = tm_nl_request(nl, TRAFFICMON_CMD_POLICY_GET, 0);
	return tm_nl_dump(nl, request, gather_policy, NULL, status, NULL,
			  error);
}

static void print_fill(struct tm_out *out, const char *key,
		       const char *max_key, uint32_t used, uint32_t size)
{
	char text[64];

	snprintf(text, sizeof(text), "%u of %u (%.1f %%)", used, size,
		 size ? used * 100.0 / size : 0);
	tm_out_number_as(out, key, used, text);
	tm_out_number(out, max_key, size);
}

static void print_total(struct tm_out *out, const char *packets_key,
			const char *bytes_key, uint64_t packets,
			uint64_t bytes)
{
	char text[96], size[TM_RATE_TEXT];

	snprintf(text, sizeof(text), "%llu packets, %s",
		 (unsigned long long)packets, tm_bytes_format(bytes, size));
	tm_out_number_as(out, packets_key, packets, text);
	tm_out_number(out, bytes_key, bytes);
}

static void print_policies(struct tm_out *out, const struct tm_info *info)
{
	char text[64];

	snprintf(text, sizeof(text), "%u (%u enforce, %u monitor)",
		 info->policies, info->policies_enforcing,
		 info->policies - info->policies_enforcing);
	tm_out_number_as(out, "policies", info->policies, text);
	tm_out_number(out, "policies_enforcing", info->policies_enforcing);
}

static void print_enforcement(struct tm_out *out, const struct tm_info *info)
{
	char name[TM_NAME_TEXT], text[64];
	const char *by;

	if (!info->suspended) {
		tm_out_string(out, "enforcement", "on");
		return;
	}
	by = tm_name(&tm_names_cause, info->suspended_by, name);
	snprintf(text, sizeof(text), "suspended by the %s", by);
	tm_out_color(out, TM_COLOR_WARNING);
	tm_out_string_as(out, "enforcement", "suspended", text);
	tm_out_string(out, "suspended_by", by);
}

static void print_attached(struct tm_out *out, const struct status *status)
{
	const struct tm_info *info = &status->situation.info;
	const uint64_t *values = status->counters.values;
	char text[64], number[24], age[TM_DURATION_TEXT];

	tm_out_number(out, "attach_time_ns", info->attach_time_ns);
	tm_out_number(out, "generation", info->generation);
	if (info->confirm_timeout_ns)
		tm_out_number(out, "confirm_timeout_ns",
			      info->confirm_timeout_ns);
	print_policies(out, info);
	print_enforcement(out, info);
	print_fill(out, "flows", "flows_max", info->flows, info->flows_max);
	print_fill(out, "limiters", "limiters_max", info->limiters,
		   info->limiters_max);
	snprintf(text, sizeof(text), "%u kept, %u in each of %u rings",
		 info->records_max * info->rings, info->records_max,
		 info->rings);
	tm_out_number_as(out, "records_max", info->records_max, text);
	tm_out_number(out, "rings", info->rings);
	tm_out_number(out, "memory_bytes", info->memory_bytes);
	print_total(out, "seen_packets", "seen_bytes",
		    values[TRAFFICMON_A_STATS_SEEN_PACKETS],
		    values[TRAFFICMON_A_STATS_SEEN_BYTES]);
	print_total(out, "dropped_packets", "dropped_bytes",
		    values[TRAFFICMON_A_STATS_DROPPED_PACKETS],
		    values[TRAFFICMON_A_STATS_DROPPED_BYTES]);
	if (info->has_last_read) {
		snprintf(text, sizeof(text), "%s ago",
			 tm_duration_format(info->last_read_age_ns, age));
		tm_out_number_as(out, "last_read_age_ns",
				 info->last_read_age_ns, text);
	}
	tm_out_number(out, "event_sequence", info->event_sequence);
	snprintf(number, sizeof(number), "%016llx",
		 (unsigned long long)info->instance);
	tm_out_string(out, "instance", number);
}

static void print_main(struct tm_out *out, const struct status *status)
{
	static const struct tm_field fields[] = {
		{ "module_version", "module", TM_UNIT_NONE },
		{ "attached", "attached", TM_UNIT_NONE },
		{ "namespaces_attached", "namespaces", TM_UNIT_COUNT },
		{ "attach_time_ns", "since", TM_UNIT_TIME_NS },
		{ "generation", "ruleset generation", TM_UNIT_COUNT },
		{ "confirm_timeout_ns", "taken back in", TM_UNIT_DURATION_NS },
		{ "policies", "policies", TM_UNIT_COUNT },
		{ "enforcement", "enforcement", TM_UNIT_NONE },
		{ "flows", "flows", TM_UNIT_COUNT },
		{ "limiters", "limiters", TM_UNIT_COUNT },
		{ "records_max", "records", TM_UNIT_COUNT },
		{ "memory_bytes", "memory", TM_UNIT_BYTES },
		{ "seen_packets", "seen", TM_UNIT_COUNT },
		{ "dropped_packets", "dropped", TM_UNIT_COUNT },
		{ "last_read_age_ns", "records last read",
		  TM_UNIT_DURATION_NS },
		{ "event_sequence", "newest event", TM_UNIT_COUNT },
		{ NULL, NULL, TM_UNIT_NONE }
	};
	const struct tm_info *info = &status->situation.info;
	char text[96];

	tm_out_block(out, "status", fields);
	snprintf(text, sizeof(text), "%s (tmctl %s)", info->version,
		 TM_VERSION);
	tm_out_string_as(out, "module_version", info->version, text);
	tm_out_string(out, "installed_version",
		      status->situation.installed.version);
	tm_out_color(out, info->attached ? TM_COLOR_GOOD : TM_COLOR_BAD);
	tm_out_bool(out, "attached", info->attached);
	snprintf(text, sizeof(text), "%u attached, at most %u",
		 info->netns_attached, info->netns_max);
	tm_out_number_as(out, "namespaces_attached", info->netns_attached,
			 text);
	tm_out_number(out, "namespaces_max", info->netns_max);
	if (info->attached)
		print_attached(out, status);
	tm_out_unknown(out, status->unknown);
	tm_out_end(out);
}

static const char *device_seen(const struct device *device)
{
	if (device->unseen)
		return "not seen";
	if (device->ingress)
		return "ingress";
	if (device->covered)
		return "below it";
	/* What comes back over it was accounted when it was sent. */
	if (!strcmp(device->name, "lo"))
		return "sending";
	return "pre-routing";
}

static void print_devices(struct tm_out *out, const struct status *status)
{
	static const struct tm_field fields[] = {
		{ "name", "DEVICE", TM_UNIT_NONE },
		{ "index", "INDEX", TM_UNIT_COUNT },
		{ "direction", "ARRIVING IS", TM_UNIT_NONE },
		{ "seen_at", "SEEN AT", TM_UNIT_NONE },
		{ NULL, NULL, TM_UNIT_NONE }
	};
	unsigned int i;
	char buffer[TM_NAME_TEXT];

	if (!status->device_count && !tm_out_is_json(out))
		return;
	tm_out_blank(out);
	tm_out_table(out, "devices", fields);
	for (i = 0; i < status->device_count; i++) {
		const struct device *device = &status->devices[i];

		tm_out_row(out);
		tm_out_string(out, "name", device->name);
		tm_out_number(out, "index", device->index);
		tm_out_string(out, "direction",
			      tm_name(&tm_names_direction, device->uplink ?
				      TRAFFICMON_DIRECTION_IN :
				      TRAFFICMON_DIRECTION_OUT, buffer));
		tm_out_color(out, device->unseen ? TM_COLOR_WARNING :
			     TM_COLOR_NONE);
		tm_out_string(out, "seen_at", device_seen(device));
		tm_out_bool(out, "uplink", device->uplink);
		tm_out_bool(out, "ingress", device->ingress);
		tm_out_bool(out, "covered", device->covered);
		tm_out_bool(out, "unseen", device->unseen);
		tm_out_row_end(out);
	}
	tm_out_end(out);
	if (status->situation.info.devices > status->device_count)
		tm_out_warn(out, "%u more devices are not listed",
			    status->situation.info.devices -
			    status->device_count);
}

static void print_findings(struct tm_out *out,
			   const struct tm_findings *findings)
{
	unsigned int i;

	tm_out_blank(out);
	if (findings->count) {
		tm_out_text(out, "Findings:");
	} else {
		tm_out_color(out, TM_COLOR_GOOD);
		tm_out_text(out, "Nothing to look at.");
	}
	tm_out_array(out, "findings");
	for (i = 0; i < findings->count; i++) {
		const struct tm_finding *finding = &findings->list[i];
		bool note = finding->severity == TM_FINDING_NOTE;

		tm_out_block(out, NULL, NULL);
		tm_out_string(out, "severity", note ? "note" : "warning");
		tm_out_string(out, "code", finding->code);
		tm_out_string(out, "text", finding->text);
		tm_out_string(out, "advice", finding->advice);
		tm_out_end(out);
		tm_out_color(out, note ? TM_COLOR_NONE : TM_COLOR_WARNING);
		tm_out_prose(out, "  %s: %s", note ? "note" : "warning",
			     finding->text);
		tm_out_prose(out, "    %s", finding->advice);
	}
	tm_out_end(out);
}

static int status_show(struct tm_context *context, struct tm_error *error)
{
	struct tm_nl *nl = tm_context_nl(context, error);
	struct status *status;
	int result = -1;

	if (!nl)
		return -1;
	status = calloc(1, sizeof(*status));
	if (!status)
		return tm_error_set(error, TM_EXIT_REFUSED, 0, "out of memory");
	if (!gather(status, nl, error)) {
		tm_findings_judge(&status->findings, &status->situation);
		print_main(context->out, status);
		print_devices(context->out, status);
		print_findings(context->out, &status->findings);
		result = tm_findings_any_warning(&status->findings) ?
			 TM_EXIT_FINDINGS : TM_EXIT_DONE;
	}
	free(status->unknown);
	free(status);
	return result;
}

static const struct tm_verb verbs[] = {
	{
		.name = "show",
		.run = status_show,
		.usage = "",
		.summary = "what the module does here, how full its tables are, and what to look at",
		.details = "A finding is a note or a warning, each with what to do.  With a warning the\n"
			   "exit code is 6.  `tmctl` alone is the same.",
	},
	{ .name = NULL }
};

const struct tm_object tm_object_status = {
	.name = "status",
	.summary = "the whole at a glance, with findings",
	.verbs = verbs,
};
