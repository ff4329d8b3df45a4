// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tmctl set: the lists of prefixes that are always let in (allow) or always
 * dropped (deny).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/attrs.h"
#include "../lib/names.h"
#include "../lib/policy_nl.h"
#include "../lib/prefix_file.h"
#include "../lib/unknown.h"
#include "boot.h"
#include "commit.h"
#include "set.h"

#define NS_PER_SECOND	1000000000ull

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
	tm_out_number(out, "packets",
		      tm_attr_u64(tb[TRAFFICMON_A_SET_PACKETS]));
	tm_out_number(out, "bytes", tm_attr_u64(tb[TRAFFICMON_A_SET_BYTES]));
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

static int show_entries(struct tm_context *context, struct tm_nl *nl,
			const char *name, struct tm_error *error)
{
	static const struct tm_field fields[] = {
		{ "prefix", "PREFIX", TM_UNIT_NONE },
		{ "timeout_ns", "ENDS IN", TM_UNIT_DURATION_NS },
		{ NULL, NULL, TM_UNIT_NONE }
	};
	struct tm_out *out = context->out;
	struct tm_entry_list entries;
	char prefix[TM_PREFIX_TEXT];
	size_t i;

	if (tm_set_get(nl, name, &entries, error))
		return -1;
	tm_out_table(out, "entries", fields);
	for (i = 0; i < entries.count; i++) {
		const struct tm_entry *entry = &entries.items[i];

		tm_out_row(out);
		tm_out_string(out, "prefix",
			      tm_prefix_format(&entry->prefix, prefix));
		if (entry->timeout_ns)
			tm_out_number(out, "timeout_ns", entry->timeout_ns);
		tm_out_unknown(out, entry->unknown);
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

	if (name && tm_name_check("set", name, error))
		return -1;
	nl = tm_context_nl(context, error);
	if (!nl)
		return -1;
	return name ? show_entries(context, nl, name, error) :
	       show_sets(context, nl, error);
}

static int read_timeout(struct tm_context *context, uint64_t *timeout_ns,
			struct tm_error *error)
{
	const char *text = tm_given_value(context, "timeout");

	*timeout_ns = 0;
	if (!text)
		return 0;
	if (tm_duration_parse(text, timeout_ns, error))
		return -1;
	if (*timeout_ns >= NS_PER_SECOND &&
	    *timeout_ns <= TM_TIMEOUT_SECONDS_MAX * NS_PER_SECOND)
		return 0;
	tm_error_usage(error, "the timeout '%.32s' is out of range", text);
	return tm_error_hint(error, "a timeout is 1s to 365d; leave it out for ever");
}

static int read_arguments(struct tm_context *context,
			  struct tm_entry_list *entries, uint64_t timeout_ns,
			  struct tm_error *error)
{
	unsigned int i;

	for (i = 1; i < context->positional_count; i++) {
		struct tm_entry entry = { .timeout_ns = timeout_ns };

		if (tm_prefix_parse(context->positionals[i], &entry.prefix,
				    error) ||
		    tm_entry_list_add(entries, &entry, error))
			return -1;
	}
	tm_entry_list_sort(entries);
	return 0;
}

static int read_file(struct tm_context *context, const char *path,
		     struct tm_entry_list *entries, uint64_t timeout_ns,
		     struct tm_error *error)
{
	struct tm_prefix_file_left_out left_out;
	struct tm_source source;
	int failed = tm_source_read(&source, path);

	if (!failed)
		failed = tm_prefix_file_read(entries, &source, timeout_ns,
					     boot_now_ns(), &left_out);
	if (failed)
		tm_source_error(&source, error);
	else if (left_out.expired)
		tm_out_warn(context->out, "%s: %zu %s left out, expired",
			    source.name, left_out.expired,
			    left_out.expired == 1 ? "entry is" : "entries are");
	tm_source_free(&source);
	return failed ? -1 : 0;
}

/* The entries that a command names: arguments or a file, one of both. */
static int read_entries(struct tm_context *context,
			struct tm_entry_list *entries, struct tm_error *error)
{
	const char *path = tm_given_value(context, "--file");
	uint64_t timeout_ns;

	if (tm_name_check("set", context->positionals[0], error) ||
	    read_timeout(context, &timeout_ns, error))
		return -1;
	if (path && context->positional_count > 1)
		return tm_error_usage(error,
				      "found prefixes and --file; give one of them");
	if (path)
		return read_file(context, path, entries, timeout_ns, error);
	if (context->positional_count == 1) {
		tm_error_usage(error, "no prefix is given");
		return tm_error_hint(error, "name one or more, or a file of them: --file FILE");
	}
	return read_arguments(context, entries, timeout_ns, error);
}

/*
 * What a refusal means when messages before it were taken; deleting what is
 * gone is refused, adding what is there is not.
 */
static int say_how_far(const char *done_word, size_t done, size_t count,
		       bool adding, struct tm_error *error)
{
	char message[sizeof(error->message)];

	memcpy(message, error->message, sizeof(message));
	if (!done) {
		snprintf(error->message, sizeof(error->message),
			 "%.500s; nothing was %s", message, done_word);
		return -1;
	}
	snprintf(error->message, sizeof(error->message),
		 "%.500s; %zu of %zu prefixes were %s before", message, done,
		 count, done_word);
	if (error->hint[0])
		return -1;
	if (adding)
		return tm_error_hint(error, "the same command may be given again: what is there stays");
	return tm_error_hint(error, "`tmctl set show` says what is left");
}

/* The module says that one is missing, this says which: the first from `from` on. */
static void name_missing(struct tm_nl *nl, const char *name,
			 const struct tm_entry_list *entries, size_t from,
			 struct tm_error *error)
{
	struct tm_entry_list there;
	struct tm_error ignored;
	char prefix[TM_PREFIX_TEXT];
	size_t i = 0;

	if (tm_set_get(nl, name, &there, &ignored))
		return;
	for (; from < entries->count; from++) {
		const struct tm_prefix *wanted = &entries->items[from].prefix;

		while (i < there.count &&
		       tm_prefix_compare(&there.items[i].prefix, wanted) < 0)
			i++;
		if (i < there.count &&
		    !tm_prefix_compare(&there.items[i].prefix, wanted))
			continue;
		snprintf(error->message, sizeof(error->message),
			 "%s is not in the set %s",
			 tm_prefix_format(wanted, prefix), name);
		break;
	}
	tm_entry_list_free(&there);
}

static int change(struct tm_context *context, uint8_t command,
		  const char *done_word, struct tm_error *error)
{
	const char *name = context->positionals[0];
	struct tm_entry_list entries = { .items = NULL };
	struct tm_nl *nl = NULL;
	size_t done = 0;
	int failed;

	failed = read_entries(context, &entries, error);
	if (!failed) {
		nl = tm_context_nl(context, error);
		failed = !nl;
	}
	if (nl && tm_set_send(nl, command, name, &entries, false, &done,
			      error)) {
		if (command == TRAFFICMON_CMD_SET_DEL &&
		    error->errnum == ENOENT)
			name_missing(nl, name, &entries, done, error);
		failed = say_how_far(done_word, done, entries.count,
				     command == TRAFFICMON_CMD_SET_ADD, error);
	}
	tm_entry_list_free(&entries);
	if (failed)
		return -1;
	tm_out_text(context->out, "%zu %s %s %s %s.", done,
		    done == 1 ? "prefix" : "prefixes", done_word,
		    command == TRAFFICMON_CMD_SET_ADD ? "to" : "from", name);
	tm_out_block(context->out, "set", NULL);
	tm_out_string(context->out, "name", name);
	tm_out_number(context->out, done_word, done);
	tm_out_end(context->out);
	return TM_EXIT_DONE;
}

/* A feed that could not be fetched is an empty file: not what a set is to be. */
static int check_any(const struct tm_entry_list *entries, struct tm_error *error)
{
	if (entries->count)
		return 0;
	tm_error_usage(error, "the file has no prefix; nothing was changed");
	return tm_error_hint(error, "`tmctl set flush NAME` empties a set");
}

/* All of it in one transaction: --confirm, or in the place of what is there. */
static int commit(struct tm_context *context, bool keep, struct tm_error *error)
{
	const char *name = context->positionals[0];
	struct tm_entry_list entries = { .items = NULL };
	struct tm_commit terms = { .base = 0 };
	struct tm_nl *nl = NULL;
	char words[128];
	int failed;

	failed = commit_read_terms(context, &terms, error) ||
		 read_entries(context, &entries, error) ||
		 check_any(&entries, error);
	if (!failed) {
		nl = tm_context_nl(context, error);
		failed = !nl || tm_set_commit(nl, name, &entries, keep, &terms,
					      error);
	}
	if (!failed) {
		snprintf(words, sizeof(words), keep ? "%zu %s added to %s." :
			 "%zu %s in the place of what was in %s.",
			 entries.count,
			 entries.count == 1 ? "prefix" : "prefixes", name);
		commit_print(context->out, words, &terms);
		tm_out_block(context->out, "set", NULL);
		tm_out_string(context->out, "name", name);
		tm_out_number(context->out, "added", entries.count);
		tm_out_end(context->out);
	}
	tm_entry_list_free(&entries);
	return failed ? -1 : TM_EXIT_DONE;
}

static int replace_run(struct tm_context *context, struct tm_error *error)
{
	return commit(context, false, error);
}

static int add_run(struct tm_context *context, struct tm_error *error)
{
	if (tm_given_value(context, "--confirm"))
		return commit(context, true, error);
	return change(context, TRAFFICMON_CMD_SET_ADD, "added", error);
}

static int del_run(struct tm_context *context, struct tm_error *error)
{
	return change(context, TRAFFICMON_CMD_SET_DEL, "removed", error);
}

static int flush_run(struct tm_context *context, struct tm_error *error)
{
	const char *name = context->positionals[0];
	struct nlmsghdr *request;
	struct tm_nl *nl;

	if (tm_name_check("set", name, error))
		return -1;
	nl = tm_context_nl(context, error);
	if (!nl)
		return -1;
	request = tm_nl_request(nl, TRAFFICMON_CMD_SET_FLUSH, 0);
	mnl_attr_put_strz(request, TRAFFICMON_A_SET_NAME, name);
	if (tm_nl_do(nl, request, NULL, NULL, error))
		return -1;
	tm_out_text(context->out, "All prefixes removed from %s.", name);
	tm_out_block(context->out, "set", NULL);
	tm_out_string(context->out, "name", name);
	tm_out_number(context->out, "entries", 0);
	tm_out_end(context->out);
	return TM_EXIT_DONE;
}

static const struct tm_option add_options[] = {
	{ "timeout", "DURATION", "they leave the set after it: 90s, 10m, 12h, 7d",
	  false },
	{ "--file", "FILE", "prefixes from a file, one a line; - is standard input",
	  false },
	COMMIT_CONFIRM_OPTION,
	{ NULL, NULL, NULL, false }
};

static const struct tm_option del_options[] = {
	{ "--file", "FILE", "prefixes from a file, one a line; - is standard input",
	  false },
	{ NULL, NULL, NULL, false }
};

static const struct tm_verb verbs[] = {
	{ "show", show_run, "[NAME]",
	  "the sets, or the prefixes of one",
	  NULL, 0, 1, NULL },
	{ "add", add_run,
	  "NAME PREFIX... [timeout DURATION] [--confirm DURATION] | NAME --file FILE",
	  "add prefixes; one that is there gets the new timeout",
	  add_options, 1, TM_POSITIONALS_ANY,
	  "A file has one prefix or address a line, # comments, and may say\n"
	  "timeout=SECONDS or expires=UNIX_SECONDS behind one; what has expired is left\n"
	  "out. The whole file is checked before the first prefix is added.\n\n"
	  "Examples:\n"
	  "  tmctl set add allow 192.0.2.0/24 2001:db8::/32\n"
	  "  tmctl set add deny 198.51.100.7 timeout 1h\n"
	  "  tmctl set add deny --file feed.txt --confirm 60s" },
	{ "replace", replace_run,
	  "NAME PREFIX... [timeout DURATION] [--confirm DURATION] | NAME --file FILE",
	  "put prefixes in the place of all that are there, in one step",
	  add_options, 1, TM_POSITIONALS_ANY,
	  "No packet meets a part of them. A file as for `add`; the policies stay as\n"
	  "they are." },
	{ "del", del_run, "NAME PREFIX... | NAME --file FILE",
	  "remove prefixes",
	  del_options, 1, TM_POSITIONALS_ANY,
	  "Refused when one of them is not in the set: up to 256 prefixes are\n"
	  "removed all or none, more in groups of 256." },
	{ "flush", flush_run, "NAME", "remove all prefixes of a set",
	  NULL, 1, 1, NULL },
	{ "export", set_export_run, "NAME",
	  "the prefixes of a set, as a file for add",
	  NULL, 1, 1,
	  "Those with a timeout say when they end: expires=UNIX_SECONDS." },
	{ "save", set_save_run, "", "keep the prefixes that have a timeout over a reboot",
	  NULL, 0, 0,
	  "A file for each set in " BOOT_SETS_FOLDER ", which says when\n"
	  "they end by the time of day; `tmctl policy save` keeps the others. Refused\n"
	  "while a ruleset waits for its confirmation." },
	{ "restore", set_restore_run, "", "add what `save` kept",
	  NULL, 0, 0,
	  "What has expired meanwhile is left out, and what is there for as long stays\n"
	  "as it is. A wrong file is told, and does not hold up the others." },
	{ NULL, NULL, NULL, NULL, NULL, 0, 0, NULL }
};

const struct tm_object tm_object_set = {
	"set", "prefixes that are always let in (allow) or dropped (deny)",
	verbs,
};
