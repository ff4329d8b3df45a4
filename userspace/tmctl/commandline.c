// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Parsing the command line.  Contract in commandline.h, grammar in options.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/names.h"
#include "commandline.h"

#define WORDS_MAX	64	/* objects, verbs or options a list has */

const struct tm_object *tm_object_find(const struct tm_object *const *objects,
				       const char *name)
{
	for (; *objects; objects++) {
		if (!strcmp((*objects)->name, name))
			return *objects;
	}
	return NULL;
}

const struct tm_verb *tm_verb_find(const struct tm_object *object,
				   const char *name)
{
	const struct tm_verb *verb;

	for (verb = object->verbs; verb->name; verb++) {
		if (!strcmp(verb->name, name))
			return verb;
	}
	return NULL;
}

const struct tm_option *tm_option_find(const struct tm_verb *verb,
				       const char *name, size_t length)
{
	const struct tm_option *option;

	if (!verb || !verb->options)
		return NULL;
	for (option = verb->options; option->name; option++) {
		if (strlen(option->name) == length &&
		    !strncmp(option->name, name, length))
			return option;
	}
	return NULL;
}

bool tm_commandline_wants_json(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		if (!strcmp(argv[i], "-j") || !strcmp(argv[i], "--json"))
			return true;
	}
	return false;
}

/*
 * Where parsing stands.
 * @verb_named:	the verb was given, not taken for granted
 * @words_only:	"--" was seen
 */
struct parser {
	struct tm_commandline *line;
	const struct tm_object *const *objects;
	char **argv;
	int argc;
	int at;
	bool verb_named;
	bool words_only;
	struct tm_error *error;
};

static int unknown_object(struct parser *parser, const char *word)
{
	const char *words[WORDS_MAX];
	const char *nearest;
	size_t count = 0;

	while (count < WORDS_MAX && parser->objects[count]) {
		words[count] = parser->objects[count]->name;
		count++;
	}
	nearest = tm_nearest(word, words, count);
	tm_error_usage(parser->error, "there is no object '%.64s'", word);
	if (nearest)
		return tm_error_hint(parser->error,
				     "did you mean '%s'? `tmctl --help` lists the objects",
				     nearest);
	return tm_error_hint(parser->error, "`tmctl --help` lists the objects");
}

/* What other tools call it, where the object has such a verb; else NULL. */
static const char *synonym(const struct tm_object *object, const char *word)
{
	static const char *const synonyms[][2] = {
		{ "list", "show" }, { "ls", "show" }, { "get", "show" },
		{ "remove", "del" }, { "rm", "del" }, { "new", "create" },
		{ "clear", "flush" }, { "dump", "export" }, { "swap", "replace" },
	};
	const struct tm_verb *verb;
	size_t i;

	for (i = 0; i < sizeof(synonyms) / sizeof(synonyms[0]); i++)
		for (verb = object->verbs; verb->name; verb++)
			if (!strcmp(word, synonyms[i][0]) &&
			    !strcmp(verb->name, synonyms[i][1]))
				return verb->name;
	return NULL;
}

/*
 * A word that is neither option nor, so far, wanted: what was meant?  Where no
 * verb was named, the first plain value may have been meant as one.
 */
static int unknown_word(struct parser *parser, const char *word)
{
	const struct tm_context *context = &parser->line->context;
	const struct tm_option *option = context->verb->options;
	const struct tm_verb *verb = context->object->verbs;
	bool many = verb[1].name;
	const char *words[2 * WORDS_MAX] = { NULL };
	const char *nearest = NULL;
	size_t count = 0;

	if (many && !parser->verb_named && context->positional_count)
		word = context->positionals[0];
	for (; option && option->name && count < WORDS_MAX; option++)
		words[count++] = option->name;
	for (; !parser->verb_named && verb->name && count < 2 * WORDS_MAX;
	     verb++)
		words[count++] = verb->name;
	if (!parser->verb_named)
		nearest = synonym(context->object, word);
	if (!nearest)
		nearest = tm_nearest(word, words, count);
	if (parser->verb_named || !many)
		tm_error_usage(parser->error, "'%s%s%s' takes no '%.64s'",
			       context->object->name, many ? " " : "",
			       many ? context->verb->name : "", word);
	else
		tm_error_usage(parser->error, "'%s' has no verb or argument '%.64s'",
			       context->object->name, word);
	many = many && parser->verb_named;
	return tm_error_hint(parser->error,
			     "%s%s%s`tmctl %s%s%s --help` shows what there is",
			     nearest ? "did you mean '" : "",
			     nearest ? nearest : "", nearest ? "'? " : "",
			     context->object->name, many ? " " : "",
			     many ? context->verb->name : "");
}

static int give(struct parser *parser, const struct tm_option *option,
		const char *value)
{
	struct tm_context *context = &parser->line->context;

	if (!option->multi && tm_given_flag(context, option->name))
		return tm_error_usage(parser->error, "'%s' is given twice",
				      option->name);
	context->given[context->given_count].option = option;
	context->given[context->given_count++].value = value;
	return 0;
}

/* The values of an option whose name stands at parser->at. */
static int take_values(struct parser *parser, const struct tm_option *option)
{
	const struct tm_verb *verb = parser->line->context.verb;

	if (parser->at + 1 >= parser->argc) {
		tm_error_usage(parser->error, "'%s' needs a value: %s",
			       option->name, option->value);
		return tm_error_hint(parser->error, "%s: %s", option->name,
				     option->summary);
	}
	if (give(parser, option, parser->argv[++parser->at]))
		return -1;
	while (option->multi && parser->at + 1 < parser->argc) {
		const char *next = parser->argv[parser->at + 1];

		if (next[0] == '-' ||
		    tm_option_find(verb, next, strlen(next)))
			break;
		if (give(parser, option, next))
			return -1;
		parser->at++;
	}
	return 0;
}

static int take_option(struct parser *parser, const struct tm_option *option,
		       const char *equals)
{
	if (!option->value && equals)
		return tm_error_usage(parser->error, "'%s' takes no value",
				      option->name);
	if (!option->value)
		return give(parser, option, NULL);
	if (equals)
		return give(parser, option, equals + 1);
	return take_values(parser, option);
}

static int take_positional(struct parser *parser, const char *word)
{
	struct tm_context *context = &parser->line->context;

	if (context->positional_count >= context->verb->positionals_max)
		return unknown_word(parser, word);
	context->positionals[context->positional_count++] = word;
	return 0;
}

/* -j, -n, --help, --version: returns 1 when it was one, -1 on error. */
static int take_global(struct parser *parser, const char *word)
{
	struct tm_context *context = &parser->line->context;

	if (!strcmp(word, "-j") || !strcmp(word, "--json")) {
		context->json = true;
	} else if (!strcmp(word, "-h") || !strcmp(word, "--help")) {
		parser->line->help = true;
	} else if (!strcmp(word, "-V") || !strcmp(word, "--version")) {
		parser->line->version = true;
	} else if (!strncmp(word, "--netns=", 8)) {
		context->netns = word + 8;
	} else if (!strcmp(word, "-n") || !strcmp(word, "--netns")) {
		if (parser->at + 1 >= parser->argc)
			return tm_error_usage(parser->error,
					      "'%s' needs a network namespace: a name or a path",
					      word);
		context->netns = parser->argv[++parser->at];
	} else {
		return 0;
	}
	return 1;
}

static int take_word(struct parser *parser, const char *word)
{
	struct tm_context *context = &parser->line->context;
	const char *equals = NULL;
	const struct tm_option *option;
	size_t length = strlen(word);

	if (!context->object) {
		if (word[0] == '-') {
			tm_error_usage(parser->error, "there is no option '%.64s'",
				       word);
			return tm_error_hint(parser->error,
					     "`tmctl --help` lists the options");
		}
		context->object = tm_object_find(parser->objects, word);
		if (!context->object)
			return unknown_object(parser, word);
		context->verb = context->object->verbs;
		return 0;
	}
	if (!parser->verb_named && !context->positional_count &&
	    !context->given_count && tm_verb_find(context->object, word)) {
		context->verb = tm_verb_find(context->object, word);
		parser->verb_named = true;
		return 0;
	}
	if (!strncmp(word, "--", 2))
		equals = strchr(word, '=');
	if (equals)
		length = equals - word;
	option = tm_option_find(context->verb, word, length);
	if (option)
		return take_option(parser, option, equals);
	if (word[0] == '-' && word[1])
		return unknown_word(parser, word);
	return take_positional(parser, word);
}

static int parse_all(struct parser *parser)
{
	for (parser->at = 1; parser->at < parser->argc; parser->at++) {
		const char *word = parser->argv[parser->at];
		int global;

		if (parser->words_only) {
			if (take_positional(parser, word))
				return -1;
			continue;
		}
		if (!strcmp(word, "--") && parser->line->context.object) {
			parser->words_only = true;
			continue;
		}
		global = take_global(parser, word);
		if (global < 0 || (!global && take_word(parser, word)))
			return -1;
	}
	return 0;
}

static int check_count(struct parser *parser)
{
	const struct tm_context *context = &parser->line->context;
	const struct tm_verb *verb = context->verb;
	const char *missing = verb->usage;
	unsigned int i;

	if (context->positional_count >= verb->positionals_min)
		return 0;
	/* The usage begins with what must be given. */
	for (i = 0; i < context->positional_count; i++)
		missing += strcspn(missing, " ") + 1;
	tm_error_usage(parser->error, "'%s %s' needs a value: %.*s",
		       context->object->name, verb->name,
		       (int)strcspn(missing, " ."), missing);
	return tm_error_hint(parser->error,
			     "`tmctl %s %s --help` explains it, with all that may follow",
			     context->object->name, verb->name);
}

int tm_commandline_parse(struct tm_commandline *line,
			 const struct tm_object *const *objects, int argc,
			 char **argv, struct tm_error *error)
{
	struct parser parser = {
		.line = line,
		.objects = objects,
		.argv = argv,
		.argc = argc,
		.error = error,
	};
	struct tm_context *context = &line->context;

	memset(line, 0, sizeof(*line));
	context->positionals = calloc(argc + 1, sizeof(*context->positionals));
	context->given = calloc(argc + 1, sizeof(*context->given));
	if (!context->positionals || !context->given)
		return tm_error_set(error, TM_EXIT_REFUSED, ENOMEM,
				    "out of memory");
	if (parse_all(&parser)) {
		/* Help that was asked for answers more than the error. */
		return line->help && context->object ? 0 : -1;
	}
	if (line->help || line->version) {
		if (!parser.verb_named && context->object &&
		    context->object->verbs[1].name)
			context->verb = NULL;
		return 0;
	}
	if (!context->object) {
		context->object = objects[0];
		context->verb = objects[0]->verbs;
	}
	return check_count(&parser);
}

void tm_commandline_free(struct tm_commandline *line)
{
	free(line->context.positionals);
	free(line->context.given);
	line->context.positionals = NULL;
	line->context.given = NULL;
}

bool tm_given_flag(const struct tm_context *context, const char *name)
{
	unsigned int i;

	for (i = 0; i < context->given_count; i++) {
		if (!strcmp(context->given[i].option->name, name))
			return true;
	}
	return false;
}

const char *tm_given_value(const struct tm_context *context, const char *name)
{
	const char *value = NULL;
	unsigned int i;

	for (i = 0; i < context->given_count; i++) {
		if (!strcmp(context->given[i].option->name, name))
			value = context->given[i].value;
	}
	return value;
}

const char *tm_given_nth(const struct tm_context *context, const char *name,
			 unsigned int index)
{
	unsigned int i;

	for (i = 0; i < context->given_count; i++) {
		if (!strcmp(context->given[i].option->name, name) && !index--)
			return context->given[i].value;
	}
	return NULL;
}
