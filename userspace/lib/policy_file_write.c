// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writing the policy file: every value that has an effect is written out, so
 * that the file means the same to a later version with other defaults.
 */
#include <inttypes.h>
#include <string.h>

#include "names.h"
#include "policy_file.h"
#include "text.h"

/* Start a member of the match; the first opens the match itself. */
static void start_match(FILE *stream, bool *any, const char *key)
{
	fprintf(stream, "%s\n        \"%s\": [",
		*any ? "," : ",\n      \"match\": {", key);
	*any = true;
}

static void write_bits(FILE *stream, bool *any, const char *key, uint32_t bits,
		       const struct tm_names *names)
{
	char buffer[TM_NAME_TEXT];
	const char *separator = "";
	unsigned int i;

	if (!bits)
		return;
	start_match(stream, any, key);
	for (i = 0; i < 32; i++) {
		if (!(bits & 1u << i))
			continue;
		fprintf(stream, "%s\"%s\"", separator,
			tm_name(names, i, buffer));
		separator = ", ";
	}
	fputc(']', stream);
}

/* Prefixes, and sets behind them. */
static void write_end(FILE *stream, bool *any, const char *key,
		      const struct tm_prefix_list *list,
		      const struct tm_match_set_list *sets)
{
	char buffer[TM_PREFIX_TEXT];
	unsigned int i;

	if (!list->count && !sets->count)
		return;
	start_match(stream, any, key);
	for (i = 0; i < list->count; i++)
		fprintf(stream, "%s\"%s%s\"", i ? ", " : "",
			list->items[i].except ? "!" : "",
			tm_prefix_format(&list->items[i], buffer));
	for (i = 0; i < sets->count; i++)
		fprintf(stream, "%s\"%s@%s\"", i || list->count ? ", " : "",
			sets->items[i].except ? "!" : "", sets->items[i].name);
	fputc(']', stream);
}

static void write_ports(FILE *stream, bool *any, const char *key,
			const struct tm_ports_list *list)
{
	char buffer[TM_PREFIX_TEXT];
	unsigned int i;

	if (!list->count)
		return;
	start_match(stream, any, key);
	for (i = 0; i < list->count; i++) {
		const struct tm_ports *ports = &list->items[i];
		const char *quote = ports->except ||
				    ports->first != ports->last ? "\"" : "";

		fprintf(stream, "%s%s%s%s%s", i ? ", " : "", quote,
			ports->except ? "!" : "",
			tm_ports_format(ports, buffer), quote);
	}
	fputc(']', stream);
}

static void write_string(FILE *stream, const char *value)
{
	struct tm_writer writer = { .stream = stream };

	tm_json_string(&writer, value);
	tm_write_out(&writer);
}

static void write_devices(FILE *stream, bool *any,
			  const struct tm_policy *policy)
{
	char text[IFNAMSIZ + 1];
	unsigned int i;

	if (!policy->device_count)
		return;
	start_match(stream, any, "device");
	for (i = 0; i < policy->device_count; i++) {
		snprintf(text, sizeof(text), "%s%s",
			 policy->device[i].except ? "!" : "",
			 policy->device[i].glob);
		if (i)
			fputs(", ", stream);
		write_string(stream, text);
	}
	fputc(']', stream);
}

/* A number where it is one alone. */
static void write_terms(FILE *stream, bool *any, enum tm_term_kind kind,
			const struct tm_term_list *list)
{
	char buffer[TM_TERM_TEXT];
	unsigned int i;

	if (!list->count)
		return;
	start_match(stream, any, tm_term_types[kind].name);
	for (i = 0; i < list->count; i++) {
		const char *text = tm_term_format(kind, &list->items[i],
						  buffer);
		bool number = !text[strspn(text, "0123456789")];

		fprintf(stream, number ? "%s%s" : "%s\"%s\"", i ? ", " : "",
			text);
	}
	fputc(']', stream);
}

static void write_match(FILE *stream, const struct tm_policy *policy)
{
	bool any = false;
	unsigned int kind;

	write_bits(stream, &any, "class", policy->classes, &tm_names_class);
	write_bits(stream, &any, "direction", policy->directions,
		   &tm_names_direction);
	write_bits(stream, &any, "family", policy->families, &tm_names_family);
	write_end(stream, &any, "source", &policy->source,
		  &policy->source_sets);
	write_end(stream, &any, "destination", &policy->destination,
		  &policy->destination_sets);
	write_ports(stream, &any, "source_port", &policy->source_port);
	write_ports(stream, &any, "destination_port",
		    &policy->destination_port);
	write_devices(stream, &any, policy);
	for (kind = 0; kind < __TM_TERM_MAX; kind++)
		write_terms(stream, &any, kind, &policy->terms[kind]);
	write_bits(stream, &any, "fragment", policy->fragments,
		   &tm_names_fragment);
	if (any)
		fputs("\n      }", stream);
}

static void write_limits(FILE *stream, const struct tm_policy *policy)
{
	static const char *const kinds[] = {
		[TRAFFICMON_LIMIT_PACKETS]	= "packets",
		[TRAFFICMON_LIMIT_BYTES]	= "bytes",
		[TRAFFICMON_LIMIT_NEW_FLOWS]	= "new_flows",
	};
	const char *separator = "\n";
	unsigned int kind;

	if (!tm_policy_has_limit(policy))
		return;
	fputs(",\n      \"limits\": {", stream);
	for (kind = 0; kind < __TRAFFICMON_LIMIT_MAX; kind++) {
		const struct tm_limit *limit = &policy->limits[kind];

		if (!limit->rate)
			continue;
		fprintf(stream, "%s        \"%s_per_second\": %" PRIu64
			",\n        \"%s_burst\": %" PRIu64, separator,
			kinds[kind], limit->rate, kinds[kind], limit->burst);
		separator = ",\n";
	}
	fputs("\n      }", stream);
}

static void write_spare(FILE *stream, const struct tm_policy *policy)
{
	const char *separator = "[";
	char word[TM_NAME_TEXT];
	unsigned int i;

	if (!policy->spare)
		return;
	fputs(",\n      \"spare\": ", stream);
	for (i = 0; i < 32; i++) {
		if (!(policy->spare & 1u << i))
			continue;
		fprintf(stream, "%s\"%s\"", separator,
			tm_name(&tm_names_spare, i, word));
		separator = ", ";
	}
	fputc(']', stream);
}

static void write_policy(FILE *stream, const struct tm_policy *policy)
{
	char word[TM_NAME_TEXT];
	char key[TM_KEY_TEXT + TM_NAME_TEXT];

	fprintf(stream, "    {\n      \"name\": \"%s\"", policy->name);
	fprintf(stream, ",\n      \"mode\": \"%s\"",
		tm_name(&tm_names_mode, policy->mode, word));
	fprintf(stream, ",\n      \"action\": \"%s\"",
		tm_name(&tm_names_action, policy->action, word));
	if (policy->comment) {
		fputs(",\n      \"comment\": ", stream);
		write_string(stream, policy->comment);
	}
	write_match(stream, policy);
	fprintf(stream, ",\n      \"key\": \"%s\"",
		tm_policy_key_format(policy, key, sizeof(key)));
	write_limits(stream, policy);
	write_spare(stream, policy);
	fprintf(stream, ",\n      \"on_full\": \"%s\"",
		tm_name(&tm_names_on_full, policy->on_full, word));
	if (policy->on_full == TRAFFICMON_ON_FULL_AGGREGATE)
		fprintf(stream, ",\n      \"aggregate_factor\": %u",
			policy->aggregate_factor);
	fputs("\n    }", stream);
}

/* A timeout is rounded up: an entry never ends before it would have. */
static void write_entry(FILE *stream, const struct tm_entry *entry)
{
	uint64_t seconds = (entry->timeout_ns + 999999999) / 1000000000;
	char buffer[TM_PREFIX_TEXT];

	tm_prefix_format(&entry->prefix, buffer);
	if (!entry->timeout_ns && !entry->comment) {
		fprintf(stream, "      \"%s\"", buffer);
		return;
	}
	fprintf(stream, "      {\"prefix\": \"%s\"", buffer);
	if (entry->timeout_ns)
		fprintf(stream, ", \"timeout_seconds\": %" PRIu64, seconds);
	if (entry->comment) {
		fputs(", \"comment\": ", stream);
		write_string(stream, entry->comment);
	}
	fputc('}', stream);
}

static void write_sets(FILE *stream, const struct tm_set_list *sets)
{
	const struct tm_entry_list *entries;
	unsigned int set;
	size_t i;

	if (!sets->count)
		return;
	fputs(",\n  \"sets\": {\n", stream);
	for (set = 0; set < sets->count; set++) {
		entries = &sets->items[set].entries;
		fprintf(stream, "%s    \"%s\": [", set ? ",\n" : "",
			sets->items[set].name);
		for (i = 0; i < entries->count; i++) {
			fputs(i ? ",\n" : "\n", stream);
			write_entry(stream, &entries->items[i]);
		}
		fputs(entries->count ? "\n    ]" : "]", stream);
	}
	fputs("\n  }", stream);
}

int tm_policy_file_write(const struct tm_policy_file *file, FILE *stream)
{
	unsigned int i;

	fprintf(stream, "{\n  \"schema\": %d,\n  \"policies\": [",
		TM_POLICY_FILE_SCHEMA);
	for (i = 0; i < file->policies.count; i++) {
		fputs(i ? ",\n" : "\n", stream);
		write_policy(stream, &file->policies.items[i]);
	}
	fputs(file->policies.count ? "\n  ]" : "]", stream);
	write_sets(stream, &file->sets);
	fputs("\n}\n", stream);
	return fflush(stream) || ferror(stream) ? -1 : 0;
}
