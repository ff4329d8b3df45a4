/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the reader of the policy file takes its values out of the JSON: objects
 * by tables of members, lists, strings, numbers, words; each with its errors.
 */
#ifndef TM_POLICY_READER_H
#define TM_POLICY_READER_H

#include "json.h"
#include "names.h"
#include "policy_file.h"

/* A list of words that are bits, by their numbers. */
struct tm_reader_bits {
	const struct tm_names *names;
	uint32_t accepted;
	uint32_t excluded;
};

/*
 * @policy:	the one being read
 * @list:	the list of it, or of the file, being read
 * @sets:	beside a list of prefixes
 * @kind:	of the terms being read
 * @bits:	being read
 * @entry:	the one being read, when it is an object
 * @offset, @line: a place and its line, to count lines only once
 */
struct tm_reader {
	struct tm_source *source;
	struct tm_json *json;
	struct tm_policy_file *file;
	struct tm_policy *policy;
	void *list;
	struct tm_match_set_list *sets;
	enum tm_term_kind kind;
	struct tm_reader_bits bits;
	struct tm_entry *entry;
	size_t offset;
	unsigned long line;
};

typedef int (*tm_read_value)(struct tm_reader *reader, tm_json_value value);

struct tm_member {
	const char *name;
	tm_read_value read;
};

/*
 * All return 0, or non-zero with the error noted in the source.
 * tm_reader_fail: what is wrong with a value, in printf() words.
 */
#define tm_reader_fail(reader, value, ...)					\
	tm_source_fail((reader)->source,				\
		       tm_json_offset((reader)->json, value), __VA_ARGS__)

/* The words of a parser of values, as the reason. */
int tm_reader_fail_as(struct tm_reader *reader, tm_json_value value,
		      const struct tm_error *error);
/* It is of another type than expected. */
int tm_reader_fail_type(struct tm_reader *reader, tm_json_value value,
			const char *expected);

/* Hand each member of an object to its function; unknown ones are refused. */
int tm_reader_members(struct tm_reader *reader, tm_json_value object,
		      const struct tm_member *members, size_t count,
		      const char *what);

/* Hand over each element of a list, or the value itself where it is none. */
int tm_reader_each(struct tm_reader *reader, tm_json_value value,
		   tm_read_value read, unsigned int most);
/* The same for a match, where an empty list would match nothing. */
int tm_reader_match_list(struct tm_reader *reader, tm_json_value value,
			 tm_read_value read, unsigned int most);

/* A string without NUL, which no value can hold; NULL after an error. */
const char *tm_reader_string(struct tm_reader *reader, tm_json_value value,
			     const char *expected);
/* A whole number within bounds. */
int tm_reader_integer(struct tm_reader *reader, tm_json_value value,
		      uint64_t minimum, uint64_t maximum, uint64_t *integer);
/* One of a list of words, as its number. */
int tm_reader_word(struct tm_reader *reader, tm_json_value value,
		   const struct tm_names *names, uint8_t *number);
/* A prefix of a match, where "!" in front excludes it, or of a set. */
int tm_reader_prefix(struct tm_reader *reader, tm_json_value value,
		     bool may_except, struct tm_prefix *prefix);

/* The match of a policy: policy_match_read.c. */
int tm_reader_match(struct tm_reader *reader, tm_json_value value);

#endif /* TM_POLICY_READER_H */
