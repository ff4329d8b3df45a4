// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tmctl set add, replace, del, flush: the entries of a set.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/info.h"
#include "../lib/policy_nl.h"
#include "../lib/prefix_file.h"
#include "boot.h"
#include "commit.h"
#include "set.h"

static int read_timeout(struct tm_context *context, uint64_t *timeout_ns,
			struct tm_error *error)
{
	const char *text = tm_given_value(context, "timeout");

	*timeout_ns = 0;
	if (!text)
		return 0;
	if (tm_duration_parse(text, timeout_ns, error))
		return -1;
	if (*timeout_ns >= TM_NS_PER_SECOND &&
	    *timeout_ns <= TM_TIMEOUT_SECONDS_MAX * TM_NS_PER_SECOND)
		return 0;
	tm_error_usage(error, "the timeout '%.32s' is out of range", text);
	return tm_error_hint(error, "a timeout is 1s to 365d; leave it out for ever");
}

/* Give the comment to those that have none. */
static int put_comment(struct tm_context *context,
		       struct tm_entry_list *entries, struct tm_error *error)
{
	const char *comment = tm_given_value(context, "comment");
	size_t i;

	for (i = 0; comment && i < entries->count; i++) {
		struct tm_entry *entry = &entries->items[i];

		if (entry->comment)
			continue;
		entry->comment = strdup(comment);
		if (!entry->comment)
			return tm_error_set(error, TM_EXIT_REFUSED, ENOMEM,
					    "out of memory");
		entries->comments++;
	}
	return 0;
}

static int read_arguments(struct tm_context *context,
			  struct tm_entry_list *entries, uint64_t timeout_ns,
			  struct tm_error *error)
{
	unsigned int i;

	for (i = 1; i < context->positional_count; i++) {
		struct tm_entry entry = { .timeout_ns = timeout_ns };

		if (tm_prefix_parse(context->positionals[i], &entry.prefix,
				    error)) {
			set_hint_order(context->positionals[0], error);
			return -1;
		}
		if (tm_entry_list_add(entries, &entry, error))
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
		failed = tm_prefix_file_read(entries, &source,
					     tm_given_value(context, "--from"),
					     timeout_ns, boot_now_ns(),
					     &left_out);
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
	const char *comment = tm_given_value(context, "comment");
	uint64_t timeout_ns;

	if (set_name_check(context->positionals[0], error) ||
	    read_timeout(context, &timeout_ns, error) ||
	    (comment && tm_comment_check(comment, strlen(comment), error)))
		return -1;
	if (path && context->positional_count > 1)
		return tm_error_usage(error,
				      "found prefixes and --file; give one of them");
	if (!path && tm_given_value(context, "--from"))
		return tm_error_usage(error,
				      "found --from, which names a set of a file, and no --file");
	if (path)
		return read_file(context, path, entries, timeout_ns, error) ||
		       put_comment(context, entries, error) ? -1 : 0;
	if (context->positional_count == 1) {
		tm_error_usage(error, "no prefix is given");
		tm_error_hint(error, "name one or more, or a file of them: --file FILE");
		set_hint_order(context->positionals[0], error);
		return -1;
	}
	return read_arguments(context, entries, timeout_ns, error) ||
	       put_comment(context, entries, error) ? -1 : 0;
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

/* Who wants to remove a part of an entry hears that there is only the whole. */
static void hint_cover(const struct tm_entry_list *there,
		       const struct tm_prefix *wanted, struct tm_error *error)
{
	const struct tm_entry *cover = tm_entry_list_cover(there, &wanted->address);
	char prefix[TM_PREFIX_TEXT];

	if (cover && cover->prefix.length < wanted->length)
		tm_error_hint(error, "it is a part of %s, which can be removed as a whole",
			      tm_prefix_format(&cover->prefix, prefix));
}

/*
 * The module says that one is missing, this says which: the set, or the first entry
 * from `from` on.
 */
static void name_missing(struct tm_nl *nl, const char *name,
			 const struct tm_entry_list *entries, size_t from,
			 bool adding, struct tm_error *error)
{
	struct tm_entry_list there;
	struct tm_error ignored;
	char prefix[TM_PREFIX_TEXT];
	size_t i = 0;

	if (set_name_missing(nl, name, adding, error) ||
	    tm_set_get(nl, name, &there, &ignored))
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
		hint_cover(&there, wanted, error);
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
	if (!failed)
		failed = set_check_lockout(context,
					   command == TRAFFICMON_CMD_SET_ADD ?
					   SET_ADDS : SET_REMOVES, &entries,
					   true, error);
	if (!failed) {
		nl = tm_context_nl(context, error);
		failed = !nl;
	}
	if (nl && tm_set_send(nl, command, name, &entries, false, &done,
			      error)) {
		if (error->errnum == ENOENT)
			name_missing(nl, name, &entries, done,
				     command == TRAFFICMON_CMD_SET_ADD, error);
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

/*
 * All of it in one transaction: --confirm, or in the place of what is there.  A set
 * that there is not would come into being with it: a typing mistake, most likely.
 */
static int commit(struct tm_context *context, bool keep, struct tm_error *error)
{
	const char *name = context->positionals[0];
	struct tm_entry_list entries = { .items = NULL };
	struct tm_commit terms = { .base = 0 };
	struct tm_info info = { .generation = 0 };
	struct tm_nl *nl = NULL;
	char words[128];
	int failed;

	failed = commit_read_terms(context, &terms, error) ||
		 read_entries(context, &entries, error) ||
		 check_any(&entries, error);
	if (!failed) {
		nl = tm_context_nl(context, error);
		/* What is looked at here is to be what is replaced. */
		failed = !nl || tm_info_get(nl, &info, NULL, error);
		terms.base = info.generation;
	}
	if (!failed) {
		failed = set_check_there(nl, name, true, error) ||
			 set_check_lockout(context,
					   keep ? SET_ADDS : SET_REPLACES,
					   &entries, !terms.confirm_ns, error) ||
			 tm_set_commit(nl, name, &entries, keep, &terms, error);
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

int set_replace_run(struct tm_context *context, struct tm_error *error)
{
	return commit(context, false, error);
}

int set_add_run(struct tm_context *context, struct tm_error *error)
{
	if (tm_given_value(context, "--confirm"))
		return commit(context, true, error);
	return change(context, TRAFFICMON_CMD_SET_ADD, "added", error);
}

int set_del_run(struct tm_context *context, struct tm_error *error)
{
	return change(context, TRAFFICMON_CMD_SET_DEL, "removed", error);
}

int set_flush_run(struct tm_context *context, struct tm_error *error)
{
	const struct tm_entry_list none = { .items = NULL };
	const char *name = context->positionals[0];
	struct nlmsghdr *request;
	struct tm_nl *nl;

	if (set_name_check(name, error) ||
	    set_check_lockout(context, SET_REPLACES, &none, true, error))
		return -1;
	nl = tm_context_nl(context, error);
	if (!nl)
		return -1;
	request = tm_nl_request(nl, TRAFFICMON_CMD_SET_FLUSH, 0);
	mnl_attr_put_strz(request, TRAFFICMON_A_SET_NAME, name);
	if (tm_nl_do(nl, request, NULL, NULL, error)) {
		set_name_missing(nl, name, false, error);
		return -1;
	}
	tm_out_text(context->out, "All prefixes removed from %s.", name);
	tm_out_block(context->out, "set", NULL);
	tm_out_string(context->out, "name", name);
	tm_out_number(context->out, "entries", 0);
	tm_out_end(context->out);
	return TM_EXIT_DONE;
}
