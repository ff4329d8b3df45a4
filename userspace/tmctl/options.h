/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line of tmctl: a table of objects, each a table of verbs, each
 * a table of options.  Parsing, --help, "did you mean" and completion come out
 * of the tables.
 *
 *	tmctl [-j] [-n NETNS] OBJECT [VERB] [ARGUMENTS]
 *
 * An argument is a flag ("--follow"), a word with a value ("port 80") or
 * a positional ("policy apply FILE").  Everything after "--" is positional.
 * -j, -n NETNS and --help may stand anywhere.
 */
#ifndef TMCTL_OPTIONS_H
#define TMCTL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "../lib/error.h"
#include "../lib/nl.h"
#include "../lib/out.h"

/*
 * @name:	with dashes for a flag or an option with a value ("--follow",
 *		"--wait"), without for a word with a value ("port")
 * @value:	what its value is called ("N"); NULL: a flag, without value
 * @summary:	one line, lower case, no full stop
 * @multi:	may be given several times, or with several values in a row:
 *		"from 0:1 1:17" (values end at the next known option)
 */
struct tm_option {
	const char *name;
	const char *value;
	const char *summary;
	bool multi;
};

struct tm_context;

/*
 * Do it.  Returns TM_EXIT_DONE, TM_EXIT_FINDINGS, or -1 with error set.
 */
typedef int (*tm_verb_run)(struct tm_context *context, struct tm_error *error);

/*
 * @usage:	the arguments after the verb: "[address PREFIX] [--conntrack]"
 * @options:	ended by a NULL name; NULL: none
 * @positionals_min, @positionals_max: how many positionals it takes
 * @details:	more text for --help (exact words, examples), or NULL
 */
struct tm_verb {
	const char *name;
	tm_verb_run run;
	const char *usage;
	const char *summary;
	const struct tm_option *options;
	unsigned int positionals_min;
	unsigned int positionals_max;
	const char *details;
};

/* The first verb is what the object alone means. */
struct tm_object {
	const char *name;
	const char *summary;
	const struct tm_verb *verbs;	/* ended by a NULL name */
};

#define TM_POSITIONALS_ANY	(~0U)

/* One per file of this folder. */
extern const struct tm_object tm_object_status;
extern const struct tm_object tm_object_stats;
extern const struct tm_object tm_object_flow;
extern const struct tm_object tm_object_record;
extern const struct tm_object tm_object_policy;
extern const struct tm_object tm_object_set;
extern const struct tm_object tm_object_limiter;
extern const struct tm_object tm_object_event;
extern const struct tm_object tm_object_log;
extern const struct tm_object tm_object_reset;
extern const struct tm_object tm_object_netns;
extern const struct tm_object tm_object_reload;

/* A given option: which, and its value (NULL for a flag). */
struct tm_given {
	const struct tm_option *option;
	const char *value;
};

/*
 * What a verb runs with.
 * @out:	where data goes
 * @netns:	-n, or NULL
 * @json:	-j
 * @positionals, @positional_count: in order
 */
struct tm_context {
	struct tm_out *out;
	const char *netns;
	bool json;
	const struct tm_object *object;
	const struct tm_verb *verb;
	const char **positionals;
	unsigned int positional_count;
	struct tm_given *given;
	unsigned int given_count;
	struct tm_nl *nl;	/* use tm_context_nl() */
};

/* The socket, opened at the first call and closed by main.  NULL with error set. */
struct tm_nl *tm_context_nl(struct tm_context *context,
			    struct tm_error *error);

/* Was the flag or option given?  name as in the table. */
bool tm_given_flag(const struct tm_context *context, const char *name);

/* Its (last) value, or NULL. */
const char *tm_given_value(const struct tm_context *context, const char *name);

/* Its index-th value, or NULL behind the last: for multi. */
const char *tm_given_nth(const struct tm_context *context, const char *name,
			 unsigned int index);

#endif /* TMCTL_OPTIONS_H */
