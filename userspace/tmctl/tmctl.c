// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tmctl: the table of objects, and one run of one verb.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commandline.h"

/* The first is what `tmctl` alone means. */
static const struct tm_object *const objects[] = {
	&tm_object_status,
	&tm_object_stats,
	&tm_object_flow,
	&tm_object_record,
	&tm_object_policy,
	&tm_object_set,
	&tm_object_limiter,
	&tm_object_event,
	&tm_object_log,
	&tm_object_netns,
	&tm_object_reset,
	&tm_object_reload,
	NULL
};

struct tm_nl *tm_context_nl(struct tm_context *context, struct tm_error *error)
{
	/* main has entered -n's namespace already. */
	if (!context->nl)
		context->nl = tm_nl_open(NULL, error);
	return context->nl;
}

/* End the document with the error, if there is one.  Returns the exit code. */
static int finish(struct tm_out *out, int result, struct tm_error *error)
{
	struct tm_error lost;

	if (result < 0) {
		tm_out_error(out, error);
		result = error->exit_code;
	}
	if (tm_out_close(out, &lost)) {
		fprintf(stderr, "tmctl: %s\n", lost.message);
		if (result == TM_EXIT_DONE || result == TM_EXIT_FINDINGS)
			result = lost.exit_code;
	}
	return result;
}

static int print_version(struct tm_out *out)
{
	static const struct tm_field fields[] = {
		{ "tool", "tmctl", TM_UNIT_NONE },
		{ "module", "module", TM_UNIT_NONE },
		{ NULL, NULL, TM_UNIT_NONE }
	};
	char version[32];
	bool loaded = tm_module_version(version, sizeof(version));

	tm_out_block(out, "versions", fields);
	tm_out_string(out, "tool", TM_VERSION);
	tm_out_string_as(out, "module", version, !loaded ? "not loaded" :
			 version[0] ? version : "loaded, of unknown version");
	tm_out_bool(out, "module_loaded", loaded);
	tm_out_end(out);
	return TM_EXIT_DONE;
}

static int run_verb(struct tm_context *context, struct tm_error *error)
{
	int result;

	if (context->netns && tm_netns_enter(context->netns, error))
		return -1;
	result = context->verb->run(context, error);
	tm_nl_close(context->nl);
	return result;
}

static void command_format(const struct tm_context *context, char *command,
			   size_t size)
{
	snprintf(command, size, "%s%s%s",
		 context->object ? context->object->name : "",
		 context->verb ? " " : "",
		 context->verb ? context->verb->name : "");
}

static int run(struct tm_commandline *line)
{
	struct tm_context *context = &line->context;
	struct tm_error error = { 0 };
	char command[64];

	if (line->help) {
		tm_help_print(stdout, objects, context->object, context->verb);
		return fflush(stdout) ? TM_EXIT_REFUSED : TM_EXIT_DONE;
	}
	command_format(context, command, sizeof(command));
	context->out = tm_out_open(stdout, context->json,
				   line->version ? "version" : command);
	if (!context->out) {
		fputs("tmctl: out of memory\n", stderr);
		return TM_EXIT_REFUSED;
	}
	if (line->version)
		return finish(context->out, print_version(context->out),
			      &error);
	return finish(context->out, run_verb(context, &error), &error);
}

/* An error in the arguments; the command is what was understood of it. */
static int refuse_line(int argc, char **argv,
		       const struct tm_context *context,
		       struct tm_error *error)
{
	char command[64];
	struct tm_out *out;

	command_format(context, command, sizeof(command));
	out = tm_out_open(stdout, tm_commandline_wants_json(argc, argv),
			  command);
	if (!out) {
		fprintf(stderr, "tmctl: %s\n", error->message);
		return error->exit_code;
	}
	return finish(out, -1, error);
}

int main(int argc, char **argv)
{
	struct tm_commandline line;
	struct tm_error error;
	int result;

	if (argc > 1 && !strcmp(argv[1], "--complete")) {
		tm_complete_print(stdout, objects, argv + 2, argc - 2);
		return TM_EXIT_DONE;
	}
	if (tm_commandline_parse(&line, objects, argc, argv, &error))
		result = refuse_line(argc, argv, &line.context, &error);
	else
		result = run(&line);
	tm_commandline_free(&line);
	return result;
}
