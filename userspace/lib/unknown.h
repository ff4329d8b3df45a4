/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a reply has that this tool does not know: attributes of a newer module.
 * They are shown as they are, in hex, so that nobody takes what this tool knows
 * for all there is.
 */
#ifndef TM_UNKNOWN_H
#define TM_UNKNOWN_H

#include "attrs.h"

/*
 * The attributes that are not in the table of the set or of its nests, as
 * "attr_40=0aff limit.attr_9=01": keys without space or '=', each once (a second
 * one at the same place is "attr_40.1", one of the second nest "limit.1.attr_9").
 * unknown: to be freed, NULL when there is none.  Returns -1 with error set
 * when there is no memory.
 */
int tm_unknown_read(char **unknown, const struct tm_attr_set *set,
		    const struct nlmsghdr *nlh, struct tm_error *error);

#endif /* TM_UNKNOWN_H */
