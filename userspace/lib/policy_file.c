// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading the policy file: each object of it is a table of members, each
 * member a function that takes its value.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "policy_reader.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

#define COMMENT_SIZE_MAX	1024	/* bytes */

static unsigned long line_of(struct tm_reader *reader, tm_json_value value)
{
	size_t end = tm_json_offset(reader->json, value);

	for (; reader->offset < end; reader->offset++)
		if (reader->source->text[reader->offset] == '\n')
			reader->line++;
	return reader->line;
}

static int read_packets_rate(struct tm_reader *reader, tm_json_value value)
{
	return tm_reader_integer(reader, value, 1, TM_RATE_PACKETS_MAX,
			    &reader->policy->limits[TRAFFICMON_LIMIT_PACKETS].rate);
}

static int read_new_flows_rate(struct tm_reader *reader, tm_json_value value)
{
	return tm_reader_integer(reader, value, 1, TM_RATE_PACKETS_MAX,
			    &reader->policy->limits[TRAFFICMON_LIMIT_NEW_FLOWS].rate);
}

static int read_bytes_rate(struct tm_reader *reader, tm_json_value value)
{
	return tm_reader_integer(reader, value, TM_RATE_BYTES_MIN,
			    TM_RATE_BYTES_MAX,
			    &reader->policy->limits[TRAFFICMON_LIMIT_BYTES].rate);
}

/* A burst is read with its rate, which may stand behind it: finish_limit(). */
static int skip_burst(struct tm_reader *reader, tm_json_value value)
{
	(void)reader;
	(void)value;
	return 0;
}

static int finish_limit(struct tm_reader *reader, tm_json_value limits,
			enum trafficmon_limit_kind kind, const char *rate_key,
			const char *burst_key)
{
	struct tm_limit *limit = &reader->policy->limits[kind];
	tm_json_value burst = tm_json_find(reader->json, limits, burst_key);

	if (burst == TM_JSON_NONE) {
		if (limit->rate)
			limit->burst = tm_limit_burst_default(kind,
							      limit->rate);
		return 0;
	}
	if (!limit->rate)
		return tm_reader_fail(reader, burst,
			    "found %s without %s, expected both or the rate alone",
			    burst_key, rate_key);
	return tm_reader_integer(reader, burst, 1,
			    limit->rate * TM_BURST_SECONDS_MAX, &limit->burst);
}

static int read_limits(struct tm_reader *reader, tm_json_value value)
{
	static const struct tm_member members[] = {
		{ "packets_per_second", read_packets_rate },
		{ "packets_burst", skip_burst },
		{ "bytes_per_second", read_bytes_rate },
		{ "bytes_burst", skip_burst },
		{ "new_flows_per_second", read_new_flows_rate },
		{ "new_flows_burst", skip_burst },
	};

	if (tm_reader_members(reader, value, members, COUNT(members),
			      "the limits"))
		return -1;
	if (!tm_json_size(reader->json, value))
		return tm_reader_fail(reader, value,
			    "found no limit, expected packets_per_second, bytes_per_second or new_flows_per_second; leave \"limits\" out if every match shall be over");
	if (finish_limit(reader, value, TRAFFICMON_LIMIT_PACKETS,
			 "packets_per_second", "packets_burst") ||
	    finish_limit(reader, value, TRAFFICMON_LIMIT_NEW_FLOWS,
			 "new_flows_per_second", "new_flows_burst"))
		return -1;
	return finish_limit(reader, value, TRAFFICMON_LIMIT_BYTES,
			    "bytes_per_second", "bytes_burst");
}

static int read_policy_name(struct tm_reader *reader, tm_json_value value)
{
	struct tm_policy_list *policies = &reader->file->policies;
	const char *name = tm_reader_string(reader, value, "a name in double quotes");
	struct tm_error error = { 0 };
	const struct tm_policy *other;

	if (!name)
		return -1;
	if (tm_name_check("policy", name, &error))
		return tm_reader_fail_as(reader, value, &error);
	other = tm_policy_list_find(policies, name);
	if (other)
		return tm_reader_fail(reader, value,
			    "found the policy name \"%s\" twice, expected each once: the policy at line %lu has it",
			    name, other->line);
	strcpy(reader->policy->name, name);
	return 0;
}

static int read_mode(struct tm_reader *reader, tm_json_value value)
{
	return tm_reader_word(reader, value, &tm_names_mode,
				&reader->policy->mode);
}

static int read_action(struct tm_reader *reader, tm_json_value value)
{
	return tm_reader_word(reader, value, &tm_names_action,
				&reader->policy->action);
}

static int read_spared(struct tm_reader *reader, tm_json_value value)
{
	uint8_t number;

	if (tm_reader_word(reader, value, &tm_names_spare, &number))
		return -1;
	if (reader->policy->spare & 1u << number)
		return tm_reader_fail(reader, value,
			    "found \"%s\" twice in the list, expected it once",
			    tm_json_text(reader->json, value, NULL));
	reader->policy->spare |= 1u << number;
	return 0;
}

static int read_spare(struct tm_reader *reader, tm_json_value value)
{
	if (tm_json_type_of(reader->json, value) == TM_JSON_ARRAY &&
	    !tm_json_size(reader->json, value))
		return tm_reader_fail(reader, value,
			    "found an empty list, expected whom to spare; leave the key out to spare nobody");
	return tm_reader_each(reader, value, read_spared,
			      __TRAFFICMON_SPARE_MAX);
}

static int read_on_full(struct tm_reader *reader, tm_json_value value)
{
	return tm_reader_word(reader, value, &tm_names_on_full,
				&reader->policy->on_full);
}

static int read_key(struct tm_reader *reader, tm_json_value value)
{
	const char *text = tm_reader_string(reader, value,
				       "a key in double quotes, \"src/24\"");
	struct tm_error error = { 0 };

	if (!text)
		return -1;
	if (tm_policy_key_parse(text, reader->policy, &error))
		return tm_reader_fail_as(reader, value, &error);
	return 0;
}

static int read_aggregate_factor(struct tm_reader *reader, tm_json_value value)
{
	uint64_t factor;

	if (tm_reader_integer(reader, value, 1, TM_AGGREGATE_FACTOR_MAX, &factor))
		return -1;
	reader->policy->aggregate_factor = factor;
	return 0;
}

/* Comments at other places than a policy are checked and not kept. */
static int read_comment(struct tm_reader *reader, tm_json_value value)
{
	const char *text = tm_reader_string(reader, value,
				       "a comment in double quotes");

	if (!text)
		return -1;
	if (strlen(text) > COMMENT_SIZE_MAX)
		return tm_reader_fail(reader, value,
			    "found a comment of %zu bytes, expected at most %d",
			    strlen(text), COMMENT_SIZE_MAX);
	if (!reader->policy)
		return 0;
	reader->policy->comment = strdup(text);
	if (!reader->policy->comment)
		return tm_reader_fail(reader, value, "out of memory");
	return 0;
}

/* What can only be judged when the whole policy is known. */
static int finish_policy(struct tm_reader *reader, tm_json_value value)
{
	const struct tm_policy *policy = reader->policy;
	tm_json_value factor;

	if (!policy->name[0])
		return tm_reader_fail(reader, value,
			    "found a policy without a name, expected \"name\"");
	if (policy->spare && !tm_policy_has_limit(policy))
		return tm_reader_fail(reader,
			    tm_json_find(reader->json, value, "spare"),
			    "found spare without limits, expected both or none: without limits everything is over");
	factor = tm_json_find(reader->json, value, "aggregate_factor");
	if (factor != TM_JSON_NONE &&
	    policy->on_full != TRAFFICMON_ON_FULL_AGGREGATE)
		return tm_reader_fail(reader, factor,
			    "found aggregate_factor without \"on_full\": \"aggregate\", expected both or none");
	return 0;
}

static int read_policy(struct tm_reader *reader, tm_json_value value)
{
	static const struct tm_member members[] = {
		{ "name", read_policy_name },
		{ "mode", read_mode },
		{ "action", read_action },
		{ "comment", read_comment },
		{ "match", tm_reader_match },
		{ "key", read_key },
		{ "limits", read_limits },
		{ "spare", read_spare },
		{ "on_full", read_on_full },
		{ "aggregate_factor", read_aggregate_factor },
	};
	struct tm_error error = { 0 };
	int failed;

	reader->policy = tm_policy_list_add(&reader->file->policies, &error);
	if (!reader->policy)
		return tm_reader_fail_as(reader, value, &error);
	reader->policy->line = line_of(reader, value);
	failed = tm_reader_members(reader, value, members, COUNT(members),
				   "a policy");
	if (!failed)
		failed = finish_policy(reader, value);
	reader->policy = NULL;
	return failed;
}

static int read_policies(struct tm_reader *reader, tm_json_value value)
{
	enum tm_json_type type = tm_json_type_of(reader->json, value);

	if (type != TM_JSON_ARRAY && type != TM_JSON_OBJECT)
		return tm_reader_fail_type(reader, value, "a list of policies");
	return tm_reader_each(reader, value, read_policy, TRAFFICMON_POLICIES_MAX);
}

static int read_entry_prefix(struct tm_reader *reader, tm_json_value value)
{
	return tm_reader_prefix(reader, value, false, &reader->entry->prefix);
}

static int read_entry_timeout(struct tm_reader *reader, tm_json_value value)
{
	uint64_t seconds;

	if (tm_reader_integer(reader, value, 1, TM_TIMEOUT_SECONDS_MAX, &seconds))
		return -1;
	reader->entry->timeout_ns = seconds * 1000000000ull;
	return 0;
}

static int read_entry_comment(struct tm_reader *reader, tm_json_value value)
{
	const char *text = tm_reader_string(reader, value,
				       "a comment in double quotes");
	struct tm_error error = { 0 };

	if (!text)
		return -1;
	if (tm_comment_check(text, strlen(text), &error))
		return tm_reader_fail_as(reader, value, &error);
	reader->entry->comment = strdup(text);
	if (!reader->entry->comment)
		return tm_reader_fail(reader, value, "out of memory");
	return 0;
}

static int read_entry_object(struct tm_reader *reader, tm_json_value value)
{
	static const struct tm_member members[] = {
		{ "prefix", read_entry_prefix },
		{ "timeout_seconds", read_entry_timeout },
		{ "comment", read_entry_comment },
	};

	if (tm_reader_members(reader, value, members, COUNT(members),
			      "an entry of a set"))
		return -1;
	if (tm_json_find(reader->json, value, "prefix") != TM_JSON_NONE)
		return 0;
	return tm_reader_fail(reader, value,
			      "found an entry without a prefix, expected \"prefix\"");
}

static int read_entry(struct tm_reader *reader, tm_json_value value)
{
	struct tm_set *set = reader->list;
	struct tm_entry entry = { 0 };
	struct tm_error error = { 0 };
	int failed;

	reader->entry = &entry;
	if (tm_json_type_of(reader->json, value) == TM_JSON_OBJECT)
		failed = read_entry_object(reader, value);
	else
		failed = tm_reader_prefix(reader, value, false, &entry.prefix);
	reader->entry = NULL;
	if (!failed && tm_entry_list_add(&set->entries, &entry, &error))
		failed = tm_reader_fail_as(reader, value, &error);
	tm_entry_clear(&entry);
	return failed;
}

/* The grammar of JSON has each key once. */
static int read_set(struct tm_reader *reader, tm_json_value key)
{
	struct tm_set_list *sets = &reader->file->sets;
	const char *name = tm_reader_string(reader, key, "the name of a set");
	struct tm_error error = { 0 };
	struct tm_set *set;

	if (!name)
		return -1;
	if (tm_name_check("set", name, &error))
		return tm_reader_fail_as(reader, key, &error);
	if (sets->count == TRAFFICMON_SETS_MAX)
		return tm_reader_fail(reader, key,
				      "found set %u, expected at most %d",
				      sets->count + 1, TRAFFICMON_SETS_MAX);
	set = tm_set_list_add(sets, name, &error);
	if (!set)
		return tm_reader_fail_as(reader, key, &error);
	reader->list = set;
	if (tm_reader_each(reader, tm_json_member(reader->json, key),
			   read_entry, UINT32_MAX))
		return -1;
	tm_entry_list_sort(&set->entries);
	return 0;
}

static int read_sets(struct tm_reader *reader, tm_json_value value)
{
	struct tm_json *json = reader->json;
	tm_json_value key;

	if (tm_json_type_of(json, value) != TM_JSON_OBJECT)
		return tm_reader_fail_type(reader, value, "the sets");
	for (key = tm_json_first(json, value); key != TM_JSON_NONE;
	     key = tm_json_next(json, value, key))
		if (read_set(reader, key))
			return -1;
	return 0;
}

/* What a file says about itself: of no effect. */
static int skip_value(struct tm_reader *reader, tm_json_value value)
{
	(void)reader;
	(void)value;
	return 0;
}

/* First of all, since of another schema we know nothing. */
static int check_schema(struct tm_reader *reader)
{
	tm_json_value schema;
	uint64_t number;

	if (tm_json_type_of(reader->json, TM_JSON_ROOT) != TM_JSON_OBJECT)
		return tm_reader_fail_type(reader, TM_JSON_ROOT,
				 "an object with \"schema\" and \"policies\"");
	schema = tm_json_find(reader->json, TM_JSON_ROOT, "schema");
	if (schema == TM_JSON_NONE)
		return tm_reader_fail(reader, TM_JSON_ROOT,
			    "found no \"schema\" in the file, expected \"schema\": %d",
			    TM_POLICY_FILE_SCHEMA);
	if (tm_json_type_of(reader->json, schema) == TM_JSON_NUMBER &&
	    !tm_json_integer(reader->json, schema, &number) &&
	    number > TM_POLICY_FILE_SCHEMA)
		return tm_reader_fail(reader, schema,
			    "found schema %" PRIu64 ", expected %d; a newer tmctl reads it",
			    number, TM_POLICY_FILE_SCHEMA);
	return tm_reader_integer(reader, schema, TM_POLICY_FILE_SCHEMA,
			    TM_POLICY_FILE_SCHEMA, &number);
}

static int read_file(struct tm_reader *reader)
{
	static const struct tm_member members[] = {
		{ "schema", skip_value },
		{ "policies", read_policies },
		{ "sets", read_sets },
		{ "comment", read_comment },
		{ "$schema", skip_value },	/* for editors */
		{ "tmctl", skip_value },	/* head of `tmctl -j` */
	};

	if (check_schema(reader))
		return -1;
	if (tm_json_find(reader->json, TM_JSON_ROOT, "policies") ==
	    TM_JSON_NONE)
		return tm_reader_fail(reader, TM_JSON_ROOT,
			    "found no \"policies\" in the file, expected a list of them, [] for none");
	return tm_reader_members(reader, TM_JSON_ROOT, members, COUNT(members),
			    "the file");
}

int tm_policy_file_read(struct tm_policy_file *file, struct tm_source *source)
{
	struct tm_reader reader = {
		.source = source,
		.file = file,
		.line = 1,
	};
	int failed;

	memset(file, 0, sizeof(*file));
	if (source->failed)
		return -1;
	reader.json = tm_json_parse(source);
	if (!reader.json)
		return -1;
	failed = read_file(&reader);
	tm_json_free(reader.json);
	if (!failed)
		return 0;
	tm_policy_file_free(file);
	return -1;
}

void tm_policy_file_free(struct tm_policy_file *file)
{
	tm_policy_list_free(&file->policies);
	tm_set_list_free(&file->sets);
}
