// SPDX-License-Identifier: GPL-2.0
/*
 * Globs, without recursion: where a name does not fit, the last `*` takes one
 * character more.  An earlier one never needs to: what follows it has fitted.
 */
#include "glob.h"

#include <linux/compiler.h>

bool tm_glob_match(const char *glob, const char *name)
{
	const char *star = NULL, *retry = NULL;

	while (*name) {
		if (*glob == '*') {
			star = glob++;
			retry = name;
		} else if (*glob == '?' || *glob == *name) {
			glob++;
			name++;
		} else if (star) {
			glob = star + 1;
			name = ++retry;
		} else {
			return false;
		}
	}
	while (*glob == '*')
		glob++;
	return !*glob;
}
