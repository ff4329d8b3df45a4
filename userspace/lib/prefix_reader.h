/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the readers of set files share: each is one format, and prefix_file.c
 * finds out which a file has.
 */
#ifndef TM_PREFIX_READER_H
#define TM_PREFIX_READER_H

#include "address_range.h"
#include "policy_model.h"
#include "source.h"

/*
 * One reading.
 * @from:	the set that is wanted, NULL: the only one
 * @timeout_ns:	for entries without a time of their own; 0: for ever
 * @now_ns:	the time of day, since 1970
 * @expired:	entries whose time had passed
 */
struct tm_prefix_reader {
	struct tm_entry_list *list;
	struct tm_source *source;
	const char *from;
	uint64_t timeout_ns;
	uint64_t now_ns;
	size_t expired;
};

/*
 * Each reads the whole source into the list, which it may leave in any state when
 * it returns -1, with the reason in the source.
 */
int tm_prefix_plain_read(struct tm_prefix_reader *reader);
int tm_prefix_ipset_read(struct tm_prefix_reader *reader);
int tm_prefix_nft_read(struct tm_prefix_reader *reader);
int tm_prefix_json_read(struct tm_prefix_reader *reader);

/* tm_source_fail() with what a parser of values said. */
int tm_prefix_fail_as(struct tm_source *source, size_t offset,
		      const struct tm_error *error);

/*
 * One entry of a file, as its reader finds it.
 * @at:		of the prefix, bytes
 * @expired:	its time has passed: it is counted, not added
 */
struct tm_prefix_found {
	struct tm_address_range range;
	size_t at;
	uint64_t timeout_ns;
	bool expired;
	char comment[TM_COMMENT_BYTES_MAX + 1];	/* empty: none */
};

/* To begin with: no comment, and the time of entries without one. */
void tm_prefix_found_begin(const struct tm_prefix_reader *reader,
			   struct tm_prefix_found *found);

/* "192.0.2.1", "192.0.2.0/24", "192.0.2.1-192.0.2.9": length bytes of text. */
int tm_prefix_found_range(struct tm_source *source, size_t at,
			  const char *text, size_t length,
			  struct tm_prefix_found *found);
/* The end of a range, ended by a NUL; the first address is there. */
int tm_prefix_found_last(struct tm_source *source, size_t at, const char *text,
			 struct tm_prefix_found *found);

/*
 * Its time is what is left, or ends at a time of day.  Nothing left: it has
 * expired; less than a second is the second that the module takes; more than a
 * year is refused, but for the second that it was rounded up by.
 */
int tm_prefix_found_left(struct tm_source *source, size_t at, uint64_t left_ns,
			 struct tm_prefix_found *found);
int tm_prefix_found_until(const struct tm_prefix_reader *reader, size_t at,
			  uint64_t end_ns, struct tm_prefix_found *found);

/* Its comment, which tm_comment_check() looks at. */
int tm_prefix_found_comment(struct tm_source *source, size_t at,
			    const char *text, size_t length,
			    struct tm_prefix_found *found);

/* To the list, as the fewest prefixes. */
int tm_prefix_found_add(struct tm_prefix_reader *reader,
			struct tm_prefix_found *found);

/*
 * The sets that a file has, met one after another, and the one to read: the one
 * that is wanted, or the only one.  The first few names are kept, for the message.
 */
#define TM_PREFIX_SETS_NAMED	8

struct tm_prefix_set {
	const char *name;	/* not ended by a NUL */
	size_t length;
	size_t at;		/* of the name in the source */
	size_t body;		/* where its reader begins: what it likes */
};

struct tm_prefix_sets {
	struct tm_prefix_set items[TM_PREFIX_SETS_NAMED];
	unsigned int count;
	bool more;		/* than those */
	struct tm_prefix_set chosen;	/* name NULL: none so far */
	size_t twice_at;	/* the name of another one of that name, 0: none */
};

/* Is it the set of that name? */
bool tm_prefix_set_is(const struct tm_prefix_set *set, const char *name,
		      size_t length);

/* @again: one of this name is the same set again */
void tm_prefix_sets_meet(struct tm_prefix_sets *sets,
			 const struct tm_prefix_reader *reader,
			 const struct tm_prefix_set *set, bool again);

/* All were met: is there one to read?  Else -1 with the reason in the source. */
int tm_prefix_sets_choose(const struct tm_prefix_sets *sets,
			  const struct tm_prefix_reader *reader);

/* The file has no named sets: none can be wanted. */
int tm_prefix_sets_none(const struct tm_prefix_reader *reader,
			const char *what);

#endif /* TM_PREFIX_READER_H */
