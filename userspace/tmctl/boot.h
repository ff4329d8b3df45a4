/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What survives a reboot, and where: the ruleset in the boot file, with the set
 * entries that are for ever; those with a timeout in the saved sets.  Both are of
 * the host's own network namespace.
 */
#ifndef TMCTL_BOOT_H
#define TMCTL_BOOT_H

#include <stdbool.h>

#include "../lib/policy_model.h"
#include "options.h"

#define BOOT_FILE		"/etc/trafficmon/policies.json"
#define BOOT_FILE_FOLDER	"/etc/trafficmon"
#define BOOT_FILE_MODE		0640

/* A file NAME.txt for each set. */
#define BOOT_SETS_FOLDER	"/var/lib/trafficmon/sets"
#define BOOT_SETS_MODE		0600

/*
 * Is this the namespace that the host's processes begin in?  Where nobody says it,
 * all but -n is.
 */
bool boot_is_here(const struct tm_context *context);

/*
 * The same as an error; words: what is of the host's namespace alone, the start
 * of a sentence.
 */
int boot_check_here(const struct tm_context *context, const char *words,
		    struct tm_error *error);

/* Leave in the list what has a timeout, or what has none. */
void boot_leave(struct tm_entry_list *list, bool with_timeout);

/* The time of day, since 1970. */
uint64_t boot_now_ns(void);

#endif /* TMCTL_BOOT_H */
