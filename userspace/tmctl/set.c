// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tmctl set: lists of prefixes.  Those in allow are always let in, those in deny
 * always dropped; others are for policies to name.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/attrs.h"
#include "../lib/policy_nl.h"
#include "../lib/unknown.h"
#include "boot.h"
#include "commit.h"
#include "lockout.h"
#include "set.h"

static int print_set(const struct nlmsghdr *nlh, void *data,
		     struct tm_error *error)
{
	const struct nlattr *tb[TRAFFICMON_A_SET_MAX + 1];
	struct tm_out *out = data;
	char *unknown;

	if (tm_attrs_read(&tm_attrs_set, nlh, tb, error) ||
	    tm_unknown_read(&unknown, &tm_attrs_set, nlh, error))
		return -1;
	tm_out_row(out);
	tm_out_string(out, "name", tm_attr_string(tb[TRAFFICMON_A_SET_NAME]));
	tm_out_number(out, "entries",
		      tm_attr_u32(tb[TRAFFICMON_A_SET_ENTRIES]));
	tm_out_number(out, "policies",
		      tm_attr_u32(tb[TRAFFICMON_A_SET_POLICIES]));
	tm_out_number(out, "memory_bytes",
		      tm_attr_u64(tb[TRAFFICMON_A_SET_MEMORY_BYTES]));
	/* Of those that decide by themselves. */
	if (tb[TRAFFICMON_A_SET_PACKETS]) {
		tm_out_number(out, "packets",
			      tm_attr_u64(tb[TRAFFICMON_A_SET_PACKETS]));
		tm_out_number(out, "bytes",
			      tm_attr_u64(tb[TRAFFICMON_A_SET_BYTES]));
	}
	tm_out_unknown(out, unknown);
	tm_out_row_end(out);
	free(unknown);
	return 0;
}

static int show_sets(struct tm_context *context, struct tm_nl *nl,
		     struct tm_error *error)
{
	static const struct tm_field fields[] = {
		{ "name", "NAME", TM_UNIT_NONE },
		{ "entries", "ENTRIES", TM_UNIT_COUNT },
		{ "policies", "POLICIES", TM_UNIT_COUNT },
		{ "memory_bytes", "MEMORY", TM_UNIT_BYTES },
		{ "packets", "PACKETS DECIDED", TM_UNIT_COUNT },
		{ "bytes", "BYTES DECIDED", TM_UNIT_BYTES },
		{ NULL, NULL, TM_UNIT_NONE }
	};

	tm_out_table(context->out, "sets", fields);
	if (tm_nl_dump(nl, tm_nl_request(nl, TRAFFICMON_CMD_SET_GET, 0),
		       print_set, NULL, context->out, NULL, error))
		return -1;
	tm_out_end(context->out);
	return TM_EXIT_DONE;
}

void set_print_entry(struct tm_out *out, const struct tm_entry *entry)
{
	char prefix[TM_PREFIX_TEXT];

	tm_out_string(out, "prefix", tm_prefix_format(&entry->prefix, prefix));
	if (entry->timeout_ns)
		tm_out_number(out, "timeout_ns", entry->timeout_ns);
	tm_out_number(out, "packets_sampled", entry->packets_sampled);
	tm_out_number(out, "bytes_sampled", entry->bytes_sampled);
	if (entry->was_hit)
		tm_out_number(out, "hit_age_ns", entry->hit_age_ns);
	if (entry->comment)
		tm_out_string(out, "comment", entry->comment);
	tm_out_unknown(out, entry->unknown);
}

static int show_entries(struct tm_context *context, struct tm_nl *nl,
			const char *name, struct tm_error *error)
{
	static const struct tm_field fields[] = {
		{ "prefix", "PREFIX", TM_UNIT_NONE },
		SET_ENTRY_FIELDS,
		{ NULL, NULL, TM_UNIT_NONE }
	};
	static const struct tm_fit fit[] = {
		SET_ENTRY_FIT,
		TM_FITTED
	};
	struct tm_out *out = context->out;
	struct tm_entry_list entries;
	size_t i;

	if (tm_set_get(nl, name, &entries, error)) {
		set_name_missing(nl, name, false, error);
		return -1;
	}
	tm_out_table(out, "entries", fields);
	tm_out_fit(out, fit);
	for (i = 0; i < entries.count; i++) {
		tm_out_row(out);
		set_print_entry(out, &entries.items[i]);
		tm_out_row_end(out);
	}
	tm_out_end(out);
	tm_entry_list_free(&entries);
	return TM_EXIT_DONE;
}

static int show_run(struct tm_context *context, struct tm_error *error)
{
	const char *name = context->positional_count ?
			   context->positionals[0] : NULL;
	struct tm_nl *nl;

	if (name && set_name_check(name, error))
		return -1;
	nl = tm_context_nl(context, error);
	if (!nl)
		return -1;
	return name ? show_entries(context, nl, name, error) :
	       show_sets(context, nl, error);
}

#define FILE_OPTIONS							\
	{ "--file", "FILE", "prefixes from a file; - is standard input",	\
	  false },							\
	{ "--from", "SET", "which set of a file of ipset or nft that has several", \
	  false }

static const struct tm_option add_options[] = {
	{ "timeout", "DURATION", "they leave the set after it: 90s, 10m, 12h, 7d",
	  false },
	{ "comment", "TEXT", "what they are there for: at most 63 bytes", false },
	FILE_OPTIONS,
	COMMIT_CONFIRM_OPTION,
	LOCKOUT_FORCE_OPTION,
	{ NULL, NULL, NULL, false }
};

static const struct tm_option del_options[] = {
	FILE_OPTIONS,
	LOCKOUT_FORCE_OPTION,
	{ NULL, NULL, NULL, false }
};

static const struct tm_option flush_options[] = {
	LOCKOUT_FORCE_OPTION,
	{ NULL, NULL, NULL, false }
};

static const struct tm_verb verbs[] = {
	{ "show", show_run, "[NAME]",
	  "the sets, or the prefixes of one",
	  NULL, 0, 1,
	  "POLICIES is how many name the set. Packets and bytes of an entry are of what\n"
	  "was found in the set by it, the longest that covers it: sampled, in each\n"
	  "second the first and of the others one in 16, which counts 16 times." },
	{ "test", set_test_run, "NAME ADDRESS...",
	  "is an address in a set, and by which prefix",
	  NULL, 2, TM_POSITIONALS_ANY,
	  "The exit code is 6 when one of them is not." },
	{ "create", set_create_run, "NAME", "make an empty set",
	  NULL, 1, 1,
	  "Policies name it as @NAME, among the prefixes of an end. `tmctl policy save`\n"
	  "keeps it over a reboot." },
	{ "destroy", set_destroy_run, "NAME",
	  "remove a set with its prefixes",
	  NULL, 1, 1, "Refused while a policy names it." },
	{ "add", set_add_run,
	  "NAME PREFIX... [timeout DURATION] [comment TEXT] [--confirm DURATION] [--force] | NAME --file FILE [--from SET]",
	  "add prefixes; one that is there gets the new timeout and comment",
	  add_options, 1, TM_POSITIONALS_ANY,
	  "A file has one prefix or address a line, # remarks, and may say\n"
	  "timeout=SECONDS or expires=UNIX_SECONDS and comment=\"TEXT\" behind one; what\n"
	  "has expired is left out. Or it is what `ipset save`, `nft list set`,\n"
	  "`nft -j list set` or `tmctl -j set show NAME` print: --from names the set\n"
	  "where there are several. The whole file is checked before the first prefix\n"
	  "is added.\n\n"
	  "Examples:\n"
	  "  tmctl set add allow 192.0.2.0/24 2001:db8::/32\n"
	  "  tmctl set add deny 198.51.100.7 timeout 1h comment 'login failures'\n"
	  "  tmctl set add deny --file feed.txt --confirm 60s\n"
	  "  ipset save | tmctl set add deny --file - --from badnets" },
	{ "replace", set_replace_run,
	  "NAME PREFIX... [timeout DURATION] [comment TEXT] [--confirm DURATION] [--force] | NAME --file FILE [--from SET]",
	  "put prefixes in the place of all that are there, in one step",
	  add_options, 1, TM_POSITIONALS_ANY,
	  "No packet meets a part of them. A file as for `add`; the policies stay as\n"
	  "they are." },
	{ "del", set_del_run, "NAME PREFIX... [--force] | NAME --file FILE [--from SET]",
	  "remove prefixes",
	  del_options, 1, TM_POSITIONALS_ANY,
	  "Refused when one of them is not in the set: up to 256 prefixes are\n"
	  "removed all or none, more in groups of 256." },
	{ "flush", set_flush_run, "NAME [--force]", "remove all prefixes of a set",
	  flush_options, 1, 1, NULL },
	{ "export", set_export_run, "NAME",
	  "the prefixes of a set, as a file for add",
	  NULL, 1, 1,
	  "Those with a timeout say when they end: expires=UNIX_SECONDS." },
	{ "save", set_save_run, "", "keep the prefixes that have a timeout over a reboot",
	  NULL, 0, 0,
	  "A file for each set in " BOOT_SETS_FOLDER ", which says when\n"
	  "they end by the time of day; `tmctl policy save` keeps the others, and the\n"
	  "sets themselves. Refused while a ruleset waits for its confirmation." },
	{ "restore", set_restore_run, "", "add what `save` kept",
	  NULL, 0, 0,
	  "What has expired meanwhile is left out, and what is there for as long stays\n"
	  "as it is. A wrong file, and one of a set that there is no more, is told and\n"
	  "does not hold up the others." },
	{ NULL, NULL, NULL, NULL, NULL, 0, 0, NULL }
};

const struct tm_object tm_object_set = {
	"set", "prefixes: always let in (allow), dropped (deny), or for policies",
	verbs,
};
