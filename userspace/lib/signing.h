/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernels that load signed modules only, as under Secure Boot: why a module
 * that was built here is refused, and what to do.
 */
#ifndef TM_SIGNING_H
#define TM_SIGNING_H

#include <stdbool.h>

#include "error.h"

/*
 * Does a kernel that says so demand signatures?  lockdown: its file of that
 * name in securityfs; enforced: the parameter sig_enforce of its module loader.
 * Empty where there is no such file.
 */
bool tm_signing_demanded(const char *lockdown, const char *enforced);

/* Does the running kernel? */
bool tm_signing_required(void);

/* Adds how a key is enrolled.  Returns -1, as tm_error_hint() does. */
int tm_signing_hint(struct tm_error *error);

#endif /* TM_SIGNING_H */
