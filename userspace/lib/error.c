// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Filling in a struct tm_error.  Contract in error.h.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "error.h"

int tm_error_set(struct tm_error *error, enum tm_exit exit_code, int errnum,
		 const char *format, ...)
{
	va_list arguments;

	memset(error, 0, sizeof(*error));
	error->exit_code = exit_code;
	error->errnum = errnum;
	va_start(arguments, format);
	vsnprintf(error->message, sizeof(error->message), format, arguments);
	va_end(arguments);
	return -1;
}

int tm_error_hint(struct tm_error *error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(error->hint, sizeof(error->hint), format, arguments);
	va_end(arguments);
	return -1;
}

int tm_error_usage(struct tm_error *error, const char *format, ...)
{
	va_list arguments;

	memset(error, 0, sizeof(*error));
	error->exit_code = TM_EXIT_USAGE;
	va_start(arguments, format);
	vsnprintf(error->message, sizeof(error->message), format, arguments);
	va_end(arguments);
	return -1;
}

const char *tm_exit_name(int exit_code)
{
	static const char *const names[] = {
		[TM_EXIT_DONE] = "done",
		[TM_EXIT_REFUSED] = "refused",
		[TM_EXIT_USAGE] = "usage",
		[TM_EXIT_NOT_LOADED] = "not_loaded",
		[TM_EXIT_PERMISSION] = "permission",
		[TM_EXIT_TOO_OLD] = "too_old",
		[TM_EXIT_FINDINGS] = "findings",
	};

	if (exit_code < 0 || exit_code > TM_EXIT_FINDINGS)
		return "unknown";
	return names[exit_code];
}
