// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/lib/policy_file.c userspace/lib/policy_reader.c userspace/lib/policy_match_read.c userspace/lib/term.c userspace/lib/policy_file_write.c userspace/lib/policy_model.c userspace/lib/set_model.c userspace/lib/policy_check.c userspace/lib/policy_crowd.c userspace/lib/json.c userspace/lib/json_grammar.c userspace/lib/source.c userspace/lib/names.c userspace/lib/text.c userspace/lib/writer.c userspace/lib/value.c userspace/lib/quantity.c userspace/lib/error.c
// flags: -lmnl
/*
 * Any bytes through the reader of policy files.  What is read is within the
 * bounds of the UAPI, can be looked over, and is written as a file that reads
 * back and is written the same again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../userspace/lib/policy_check.h"

static void must(bool held)
{
	if (!held)
		abort();
}

static void ignore_finding(unsigned long line, const char *text, void *data)
{
	(void)line;
	(void)data;
	must(text[0]);
}

static void check_bounds(const struct tm_policy *policy)
{
	const struct tm_limit *packets =
		&policy->limits[TRAFFICMON_LIMIT_PACKETS];
	const struct tm_limit *bytes = &policy->limits[TRAFFICMON_LIMIT_BYTES];
	const struct tm_limit *flows =
		&policy->limits[TRAFFICMON_LIMIT_NEW_FLOWS];

	must(policy->name[0] && policy->mode < __TRAFFICMON_MODE_MAX &&
	     policy->action < __TRAFFICMON_ACTION_MAX &&
	     policy->key < __TRAFFICMON_KEY_MAX &&
	     policy->on_full < __TRAFFICMON_ON_FULL_MAX);
	must(policy->source_length4 <= 32 && policy->source_length6 <= 128 &&
	     policy->destination_length4 <= 32 &&
	     policy->destination_length6 <= 128);
	must(packets->rate <= TM_RATE_PACKETS_MAX &&
	     packets->burst <= packets->rate * TM_BURST_SECONDS_MAX);
	must(bytes->rate <= TM_RATE_BYTES_MAX &&
	     bytes->burst <= bytes->rate * TM_BURST_SECONDS_MAX);
	must(flows->rate <= TM_RATE_PACKETS_MAX &&
	     flows->burst <= flows->rate * TM_BURST_SECONDS_MAX);
	must(policy->aggregate_factor >= 1 &&
	     policy->aggregate_factor <= TM_AGGREGATE_FACTOR_MAX);
}

static char *write_file(const struct tm_policy_file *file, size_t *size)
{
	char *text = NULL;
	FILE *stream = open_memstream(&text, size);

	must(stream && !tm_policy_file_write(file, stream));
	must(!fclose(stream));
	return text;
}

/* Write, read, write: nothing may be lost on the way. */
static void check_round_trip(const struct tm_policy_file *file)
{
	struct tm_policy_file again;
	struct tm_source source;
	char *first, *second;
	size_t first_size, second_size;

	first = write_file(file, &first_size);
	must(!tm_source_copy(&source, "f", first, first_size));
	must(!tm_policy_file_read(&again, &source));
	second = write_file(&again, &second_size);
	must(first_size == second_size && !memcmp(first, second, first_size));
	free(first);
	free(second);
	tm_policy_file_free(&again);
	tm_source_free(&source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tm_policy_file file;
	struct tm_source source;
	struct tm_error error;
	unsigned int i;

	if (tm_source_copy(&source, "f", data, size))
		return 0;
	if (tm_policy_file_read(&file, &source)) {
		must(source.failed && source.error.line);
		must(tm_source_error(&source, &error) == -1);
		must(!file.policies.count);
	} else {
		for (i = 0; i < file.policies.count; i++)
			check_bounds(&file.policies.items[i]);
		tm_policy_check(&file, false, ignore_finding, NULL);
		check_round_trip(&file);
	}
	tm_policy_file_free(&file);
	tm_source_free(&source);
	return 0;
}
