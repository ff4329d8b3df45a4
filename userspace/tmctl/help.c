// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * --help and shell completion, out of the tables.  Contract in commandline.h.
 */
#include <linux/trafficmon.h>
#include <string.h>

#include "../lib/names.h"
#include "commandline.h"

static void print_globals(FILE *stream)
{
	fputs("\nEverywhere:\n"
	      "  -j, --json           one JSON document (a monitor: an object a line)\n"
	      "  -n, --netns NETNS    act on another network namespace: a name or a path\n"
	      "  -h, --help           help on what stands before it\n"
	      "  -V, --version        version of the tool and of the loaded module\n",
	      stream);
}

static void print_tool(FILE *stream, const struct tm_object *const *objects)
{
	fputs("Usage: tmctl [-j] [-n NETNS] OBJECT [VERB] [ARGUMENTS]\n\n"
	      "Shows and sets what the kernel module trafficmon accounts and drops.\n"
	      "Without an object: status.  An object alone: its first verb.\n\n"
	      "Objects:\n", stream);
	for (; *objects; objects++) {
		const struct tm_verb *verb = (*objects)->verbs;

		fprintf(stream, "  %-9s %s", (*objects)->name,
			(*objects)->summary);
		if (verb[1].name) {
			fputs("\n            verbs: ", stream);
			for (; verb->name; verb++)
				fprintf(stream, "%s%s", verb->name,
					verb[1].name ? ", " : "");
		}
		fputc('\n', stream);
	}
	print_globals(stream);
	fputs("\nExit codes: 0 done, 1 refused, 2 usage or file syntax, 3 module not loaded,\n"
	      "4 no permission, 5 module too old for the request, 6 findings or differences.\n"
	      "More: tmctl OBJECT --help, tmctl OBJECT VERB --help, man tmctl\n",
	      stream);
}

static void print_usage(FILE *stream, const struct tm_object *object,
			const struct tm_verb *verb)
{
	bool first = verb == object->verbs;

	fprintf(stream, "tmctl %s", object->name);
	fprintf(stream, first ? " [%s]" : " %s", verb->name);
	if (verb->usage && verb->usage[0])
		fprintf(stream, " %s", verb->usage);
	fputc('\n', stream);
}

static void print_options(FILE *stream, const struct tm_verb *verb)
{
	const struct tm_option *option = verb->options;
	char left[128];

	if (!option || !option->name)
		return;
	fputs("\nArguments:\n", stream);
	for (; option->name; option++) {
		snprintf(left, sizeof(left), "%s%s%s%s", option->name,
			 option->value ? " " : "",
			 option->value ? option->value : "",
			 option->multi ? "..." : "");
		if (strlen(left) > 20)
			fprintf(stream, "  %s\n  %-20s %s\n", left, "",
				option->summary);
		else
			fprintf(stream, "  %-20s %s\n", left, option->summary);
	}
}

static void print_verb(FILE *stream, const struct tm_object *object,
		       const struct tm_verb *verb)
{
	fputs("Usage: ", stream);
	print_usage(stream, object, verb);
	fprintf(stream, "\n%s\n", verb->summary);
	print_options(stream, verb);
	if (verb->details)
		fprintf(stream, "\n%s%s", verb->details,
			verb->details[0] &&
			verb->details[strlen(verb->details) - 1] == '\n' ?
			"" : "\n");
	print_globals(stream);
}

static void print_object(FILE *stream, const struct tm_object *object)
{
	const struct tm_verb *verb;

	fprintf(stream, "tmctl %s: %s\n", object->name, object->summary);
	for (verb = object->verbs; verb->name; verb++) {
		fputs("\n  ", stream);
		print_usage(stream, object, verb);
		fprintf(stream, "      %s\n", verb->summary);
	}
	fprintf(stream, "\nMore: tmctl %s VERB --help\n", object->name);
	print_globals(stream);
}

void tm_help_print(FILE *stream, const struct tm_object *const *objects,
		   const struct tm_object *object, const struct tm_verb *verb)
{
	if (!object)
		print_tool(stream, objects);
	else if (!verb)
		print_object(stream, object);
	else
		print_verb(stream, object, verb);
}

/* The choices of a value that is written "a|b|c"; others cannot be guessed. */
static void complete_value(FILE *stream, const struct tm_option *option)
{
	const char *choice = option->value;
	unsigned int type;

	if (!strcmp(choice, "TYPE")) {
		for (type = 1; type < __TRAFFICMON_EVENT_MAX; type++)
			fprintf(stream, "%s\n", tm_names_event.names[type]);
		return;
	}
	if (!strchr(choice, '|'))
		return;
	while (*choice) {
		size_t length = strcspn(choice, "|");

		fprintf(stream, "%.*s\n", (int)length, choice);
		choice += length;
		if (*choice)
			choice++;
	}
}

static void complete_arguments(FILE *stream, const struct tm_verb *verb)
{
	const struct tm_option *option = verb->options;

	for (; option && option->name; option++)
		fprintf(stream, "%s\n", option->name);
	fputs("--help\n", stream);
}

void tm_complete_print(FILE *stream, const struct tm_object *const *objects,
		       char **words, int count)
{
	const struct tm_object *object = NULL;
	const struct tm_option *option = NULL;
	const struct tm_verb *verb = NULL;
	bool named = false;
	int i;

	for (i = 0; i < count; i++) {
		if (option) {
			option = NULL;
		} else if (!strcmp(words[i], "-n") ||
			   !strcmp(words[i], "--netns")) {
			i++;
		} else if (!object) {
			object = tm_object_find(objects, words[i]);
			verb = object ? object->verbs : NULL;
		} else if (!named && tm_verb_find(object, words[i])) {
			verb = tm_verb_find(object, words[i]);
			named = true;
		} else {
			option = tm_option_find(verb, words[i],
						strlen(words[i]));
			if (option && !option->value)
				option = NULL;
		}
	}
	if (option) {
		complete_value(stream, option);
		return;
	}
	if (object) {
		const struct tm_verb *each = object->verbs;

		for (; !named && each[1].name; each++)
			fprintf(stream, "%s\n", each->name);
		if (!named && each != object->verbs)
			fprintf(stream, "%s\n", each->name);
		complete_arguments(stream, verb);
		return;
	}
	for (; *objects; objects++)
		fprintf(stream, "%s\n", (*objects)->name);
	fputs("--json\n--netns\n--help\n--version\n", stream);
}
