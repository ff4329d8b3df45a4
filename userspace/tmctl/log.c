// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tmctl log: the module's events to journald or syslog, a line each, at least
 * once.  Says on stderr what a person should know of the log itself.
 */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/event_source.h"
#include "../lib/journal.h"
#include "../lib/log_pump.h"
#include "../lib/names.h"
#include "../lib/stop.h"
#include "../lib/syslog.h"
#include "options.h"

#define STATE_DIRECTORY		"/var/lib/trafficmon"

static const char *const to_words[] = {
	[TM_LOG_TO_AUTO] = "auto",
	[TM_LOG_TO_JOURNAL] = "journal",
	[TM_LOG_TO_SYSLOG] = "syslog",
	[TM_LOG_TO_STDOUT] = "stdout",
};

static const struct tm_names to_names = {
	.what = "destination",
	.names = to_words,
	.count = sizeof(to_words) / sizeof(to_words[0]),
};

static const struct tm_option options[] = {
	{ "--once", NULL, "send what the module holds and end", false },
	{ "--cursor", "FILE", "where to remember the last event sent", false },
	{ "--to", "auto|journal|syslog|stdout", "default auto: the journal where its socket is",
	  false },
	{ "--journal-socket", "PATH", "default " TM_JOURNAL_SOCKET, false },
	{ "--syslog-socket", "PATH", "default " TM_SYSLOG_SOCKET, false },
	{ NULL, NULL, NULL, false }
};

static void tell(const char *text)
{
	fprintf(stderr, "tmctl: %s\n", text);
}

static int sink_of(const struct tm_context *context, struct tm_log_sink *sink,
		   struct tm_error *error)
{
	const char *word = tm_given_value(context, "--to");
	int to = word ? tm_name_parse(&to_names, word, error) : TM_LOG_TO_AUTO;

	if (to < 0)
		return -1;
	if (context->json && to == TM_LOG_TO_STDOUT) {
		tm_error_usage(error, "a log line is no JSON: -j does not go with --to stdout");
		return tm_error_hint(error, "`tmctl -j event monitor` gives one JSON object an event");
	}
	tm_log_sink_init(sink, (enum tm_log_to)to,
			 tm_given_value(context, "--journal-socket"),
			 tm_given_value(context, "--syslog-socket"));
	return 0;
}

/*
 * To standard output no cursor is kept unless one is named: a look at the
 * events must not move on the cursor of the service.
 */
static int cursor_of(const struct tm_context *context, enum tm_log_to to,
		     char path[PATH_MAX], const char **cursor,
		     struct tm_error *error)
{
	const char *folder = getenv("STATE_DIRECTORY");
	const char *dash = context->netns ? "-" : "";
	const char *netns = context->netns ? context->netns : "";

	*cursor = tm_given_value(context, "--cursor");
	if (*cursor && !**cursor)
		return tm_error_usage(error, "--cursor needs the name of a file");
	if (*cursor || to == TM_LOG_TO_STDOUT)
		return 0;
	if (strchr(netns, '/')) {
		tm_error_usage(error, "a namespace given as a path has no cursor of its own");
		return tm_error_hint(error, "name one with --cursor FILE");
	}
	if (!folder || !*folder)
		folder = STATE_DIRECTORY;
	if (snprintf(path, PATH_MAX, "%s/log%s%s.cursor", folder, dash,
		     netns) >= PATH_MAX)
		return tm_error_usage(error, "the cursor's path is too long");
	*cursor = path;
	return 0;
}

static void print_result(const struct tm_context *context,
			 const struct tm_log_pump *pump)
{
	/* The text form is the log itself. */
	tm_out_block(context->out, "log", NULL);
	tm_out_number(context->out, "sent", pump->sent);
	tm_out_number(context->out, "lost_events", pump->lost);
	tm_out_end(context->out);
}

static int log_follow(struct tm_context *context, struct tm_error *error)
{
	struct tm_event_source_nl source;
	struct tm_log_pump pump = { 0 };
	struct tm_log_sink sink;
	char path[PATH_MAX];
	sigset_t waiting;
	int result;

	if (sink_of(context, &sink, error) ||
	    cursor_of(context, sink.to, path, &pump.cursor_path, error))
		return -1;
	tm_event_source_nl_init(&source, NULL);
	pump.source = &source.source;
	pump.sink = &sink;
	pump.once = tm_given_flag(context, "--once");
	pump.tell = tell;
	pump.stop = tm_stop_on_signals(&waiting);
	pump.signals = &waiting;

	result = tm_log_pump_run(&pump, error);
	if (context->json)
		print_result(context, &pump);
	return result ? -1 : TM_EXIT_DONE;
}

static const struct tm_verb verbs[] = {
	{ "follow", log_follow,
	  "[--once] [--cursor FILE] [--to auto|journal|syslog|stdout] [--journal-socket PATH] [--syslog-socket PATH]",
	  "send every event to the system's log, until stopped",
	  options, 0, 0,
	  "A line is a sentence, then key=value with names of the Elastic Common\n"
	  "Schema; see docs/logs.md.  To journald each value is a field as well.\n"
	  "\n"
	  "The cursor (default " STATE_DIRECTORY "/log.cursor, with -n\n"
	  "log-NETNS.cursor; none with --to stdout) is written after the log has\n"
	  "taken an event: after a kill the log goes on where it was, and repeats at\n"
	  "most the last few events; tm.instance and event.sequence tell them apart.\n"
	  "What the module's ring overwrote before it was read is told as a line.\n"
	  "While the module is not loaded, it is waited for.\n"
	  "\n"
	  "Examples:\n"
	  "  tmctl log --once --to stdout        what the module holds, as log lines\n"
	  "  tmctl log --to syslog               follow, to /dev/log\n" },
	{ NULL, NULL, NULL, NULL, NULL, 0, 0, NULL }
};

const struct tm_object tm_object_log = {
	.name = "log",
	.summary = "write events to journald or syslog",
	.verbs = verbs,
};
