/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From argv to an object, a verb and what was given; help and completion
 * from the same tables.  For tmctl.c alone: commands see options.h.
 */
#ifndef TMCTL_COMMANDLINE_H
#define TMCTL_COMMANDLINE_H

#include <stdio.h>

#include "options.h"

/*
 * @context:	filled but for out and nl; positionals and given are allocated
 * @help:	--help was asked for, of the object and verb found, if any
 * @version:	--version was asked for
 */
struct tm_commandline {
	struct tm_context context;
	bool help;
	bool version;
};

/*
 * objects: ended by NULL; the first is what no object means.  Free with
 * tm_commandline_free(), also after an error.
 */
int tm_commandline_parse(struct tm_commandline *line,
			 const struct tm_object *const *objects, int argc,
			 char **argv, struct tm_error *error);
void tm_commandline_free(struct tm_commandline *line);

/* Does any argument ask for JSON?  For errors met before parsing is through. */
bool tm_commandline_wants_json(int argc, char **argv);

/* Help for the tool (object NULL), an object (verb NULL) or a verb. */
void tm_help_print(FILE *stream, const struct tm_object *const *objects,
		   const struct tm_object *object, const struct tm_verb *verb);

/*
 * The words that may follow the count words given (without "tmctl"), a line
 * each; shell completion asks this as `tmctl --complete WORD...`.
 */
void tm_complete_print(FILE *stream, const struct tm_object *const *objects,
		       char **words, int count);

/* Of an object by name, NULL if unknown; the same for a verb and an option. */
const struct tm_object *tm_object_find(const struct tm_object *const *objects,
				       const char *name);
const struct tm_verb *tm_verb_find(const struct tm_object *object,
				   const char *name);
const struct tm_option *tm_option_find(const struct tm_verb *verb,
				       const char *name, size_t length);

#endif /* TMCTL_COMMANDLINE_H */
