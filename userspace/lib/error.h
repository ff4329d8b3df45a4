/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What went wrong, in words a person can act on.
 *
 * A function that can fail takes a `struct tm_error *` last, fills it and
 * returns -1; on success it leaves it alone.  Nothing below the command line
 * prints an error: the program prints the one it is handed, as text on stderr
 * or as "error" in the JSON document, and exits with its exit code.
 */
#ifndef TM_ERROR_H
#define TM_ERROR_H

/* The exit codes of tmctl, which scripts may rely on. */
enum tm_exit {
	TM_EXIT_DONE = 0,
	TM_EXIT_REFUSED = 1,	/* by the kernel, or by the system below it */
	TM_EXIT_USAGE = 2,	/* arguments, or the syntax of a file */
	TM_EXIT_NOT_LOADED = 3,	/* the module */
	TM_EXIT_PERMISSION = 4,
	TM_EXIT_TOO_OLD = 5,	/* the module, for what was asked */
	TM_EXIT_FINDINGS = 6,	/* there is something to look at */
};

/*
 * @exit_code:	enum tm_exit
 * @errnum:	positive errno, 0 where none is behind it
 * @message:	what is wrong and where, one sentence without final full stop
 * @extack:	the kernel's own words, empty where it gave none
 * @attribute:	name of the netlink attribute to blame, empty where unknown
 * @hint:	what to do next, empty where there is nothing to say
 * @excerpt:	of a file that is wrong: the line, a newline, a caret below the
 *		culprit; empty else
 */
struct tm_error {
	int exit_code;
	int errnum;
	char message[768];
	char extack[256];
	char attribute[96];
	char hint[384];
	char excerpt[512];
};

/* Sets exit code, errno and message, empties the rest.  Returns -1. */
int tm_error_set(struct tm_error *error, enum tm_exit exit_code, int errnum,
		 const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Adds what to do next.  Returns -1, so that it can end a chain of two. */
int tm_error_hint(struct tm_error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A mistake on the command line or in a file: tm_error_set(error, TM_EXIT_USAGE, 0, ...). */
int tm_error_usage(struct tm_error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A stable word for the exit code, for "code" in JSON: "refused", "usage", ... */
const char *tm_exit_name(int exit_code);

#endif /* TM_ERROR_H */
