/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file of prefixes, as feeds publish them:
 *
 *	# a comment, also behind an entry
 *	192.0.2.0/24
 *	2001:db8::1			one address
 *	198.51.100.7 timeout=3600	for an hour
 *
 * One entry a line, blank lines allowed, lines end with LF or CRLF.
 */
#ifndef TM_PREFIX_FILE_H
#define TM_PREFIX_FILE_H

#include "policy_model.h"
#include "source.h"

/*
 * tm_prefix_file_read: all entries, or none and the first error, with line,
 * column and reason in source->error.
 * @timeout_ns:	for entries without a timeout of their own; 0: for ever
 * @duplicates:	how many entries were left out because a later line has the
 *		same prefix (the later line stands); may be NULL
 * The list is sorted.  Returns 0 or -1 (the list is empty then).
 */
int tm_prefix_file_read(struct tm_entry_list *list, struct tm_source *source,
			uint64_t timeout_ns, size_t *duplicates);

#endif /* TM_PREFIX_FILE_H */
