// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tmctl set test: is an address in a set, and by which entry?
 */
#include <stdlib.h>
#include <string.h>

#include "../lib/policy_nl.h"
#include "set.h"

/* All of them are read before the module is asked for one. */
static struct tm_address *read_addresses(const struct tm_context *context,
					 struct tm_error *error)
{
	const unsigned int count = context->positional_count - 1;
	struct tm_address *addresses = calloc(count, sizeof(*addresses));
	unsigned int i;

	if (!addresses) {
		tm_error_set(error, TM_EXIT_REFUSED, 0, "out of memory");
		return NULL;
	}
	for (i = 0; i < count; i++)
		if (tm_address_parse(context->positionals[i + 1], &addresses[i],
				     error)) {
			if (strchr(context->positionals[i + 1], '/'))
				tm_error_hint(error, "one address is tested; `tmctl set show %.64s` has the prefixes",
					      context->positionals[0]);
			set_hint_order(context->positionals[0], error);
			free(addresses);
			return NULL;
		}
	return addresses;
}

static int print_test(struct tm_context *context, struct tm_nl *nl,
		      const struct tm_address *address, bool *found,
		      struct tm_error *error)
{
	const char *name = context->positionals[0];
	struct tm_out *out = context->out;
	char text[TM_ADDRESS_TEXT];
	struct tm_entry entry;

	if (tm_set_test(nl, name, address, &entry, found, error)) {
		set_name_missing(nl, name, false, error);
		return -1;
	}
	tm_out_row(out);
	tm_out_string(out, "address", tm_address_format(address, text));
	tm_out_color(out, *found ? TM_COLOR_GOOD : TM_COLOR_WARNING);
	tm_out_bool(out, "in", *found);
	if (*found)
		set_print_entry(out, &entry);
	tm_out_row_end(out);
	tm_entry_clear(&entry);
	return 0;
}

static int print_tests(struct tm_context *context,
		       const struct tm_address *addresses,
		       struct tm_error *error)
{
	static const struct tm_field fields[] = {
		{ "address", "ADDRESS", TM_UNIT_NONE },
		{ "in", "IN", TM_UNIT_NONE },
		{ "prefix", "BY", TM_UNIT_NONE },
		SET_ENTRY_FIELDS,
		{ NULL, NULL, TM_UNIT_NONE }
	};
	static const struct tm_fit fit[] = {
		SET_ENTRY_FIT,
		TM_STACK("prefix", "address"),
		TM_FITTED
	};
	struct tm_nl *nl = tm_context_nl(context, error);
	int result = TM_EXIT_DONE;
	unsigned int i;
	bool found;

	if (!nl)
		return -1;
	tm_out_table(context->out, "tests", fields);
	tm_out_fit(context->out, fit);
	for (i = 0; i + 1 < context->positional_count; i++) {
		if (print_test(context, nl, &addresses[i], &found, error))
			return -1;
		if (!found)
			result = TM_EXIT_FINDINGS;
	}
	tm_out_end(context->out);
	return result;
}

int set_test_run(struct tm_context *context, struct tm_error *error)
{
	struct tm_address *addresses;
	int result;

	if (set_name_check(context->positionals[0], error))
		return -1;
	addresses = read_addresses(context, error);
	if (!addresses)
		return -1;
	result = print_tests(context, addresses, error);
	free(addresses);
	return result;
}
