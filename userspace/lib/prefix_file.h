/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file of prefixes, in one of these forms, which is told by its content:
 *
 * A plain list, as feeds publish them.  One entry a line, blank lines allowed,
 * lines end with LF or CRLF:
 *
 *	# a remark, also behind an entry
 *	192.0.2.0/24
 *	2001:db8::1			one address
 *	198.51.100.7 timeout=3600	for an hour
 *	198.51.100.8 expires=1800000000	until then, seconds since 1970, UTC
 *	203.0.113.9 comment="scans \"us\""	kept with the entry; \" and \\
 *
 * What `ipset save` prints; what `nft list set`, `nft list ruleset` and the
 * same with -j print; what `tmctl -j set show NAME` and `set export` print, or
 * the list of their entries alone.  Ranges become the fewest prefixes.  Of
 * a file with several sets one is read.
 *
 * What has expired is as if it was not there, and so is its line.
 */
#ifndef TM_PREFIX_FILE_H
#define TM_PREFIX_FILE_H

#include <stdio.h>

#include "policy_model.h"
#include "source.h"

/* Where expires= ends: in the year 2286. */
#define TM_EXPIRES_MAX	9999999999ull

/*
 * What a reading left out.
 * @duplicates:	a later line has the same prefix (the later line stands)
 * @expired:	their time had passed
 */
struct tm_prefix_file_left_out {
	size_t duplicates;
	size_t expired;
};

/*
 * tm_prefix_file_read: all entries, or none and the first error, with line,
 * column and reason in source->error.
 * @from:	the name of the set, of a file of ipset or nft; NULL: its only one
 * @timeout_ns:	for entries without a time of their own; 0: for ever
 * @now_ns:	the time of day, since 1970
 * @left_out:	may be NULL
 * The list is sorted.  What is left of a time is at least a second, the least
 * that the module takes.  Returns 0 or -1 (the list is empty then).
 */
int tm_prefix_file_read(struct tm_entry_list *list, struct tm_source *source,
			const char *from, uint64_t timeout_ns, uint64_t now_ns,
			struct tm_prefix_file_left_out *left_out);

/*
 * tm_prefix_file_write: a plain list, with expires= where it has a timeout,
 * rounded up to seconds: none ends before it would have.  Returns 0, or -1 when
 * the stream is in error.
 */
int tm_prefix_file_write(const struct tm_entry_list *list, uint64_t now_ns,
			 FILE *stream);

#endif /* TM_PREFIX_FILE_H */
