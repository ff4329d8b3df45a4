/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Running another program, without a shell.
 */
#ifndef TM_PROCESS_H
#define TM_PROCESS_H

#include <stddef.h>

#include "error.h"

/*
 * Run argv (searched in PATH, NULL at the end) and wait for it.  What it writes
 * to stdout and stderr goes to output (with a NUL, without the last newline;
 * what does not fit is dropped); its stdin is empty.  Returns its exit status,
 * 128 + signal when one killed it, or -1 with error set when it did not run.
 */
int tm_process_run(const char *const *argv, char *output, size_t size,
		   struct tm_error *error);

#endif /* TM_PROCESS_H */
