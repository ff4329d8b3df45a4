/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A strict JSON reader (RFC 8259) on the tokenizer jsmn.
 *
 * jsmn accepts `{"a":1,}`, `[1 2]` and `01x`, so the text is first checked
 * against the grammar, character by character, and only a text that is JSON
 * reaches the tokenizer.  Refused beyond the grammar, because each has one
 * meaning at most here: a byte order mark, a key given twice in an object,
 * a lone surrogate, more than TM_JSON_DEPTH_MAX levels.  Numbers are kept as
 * written; tm_json_integer() takes only whole numbers written in digits (1e3
 * and 1.0 are JSON, but no integers to us).
 *
 * A value is named by a handle; handles live as long as the document.
 */
#ifndef TM_JSON_H
#define TM_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source.h"

#define TM_JSON_DEPTH_MAX	32

enum tm_json_type {
	TM_JSON_OBJECT,
	TM_JSON_ARRAY,
	TM_JSON_STRING,
	TM_JSON_NUMBER,
	TM_JSON_BOOLEAN,
	TM_JSON_NULL,
};

struct tm_json;
typedef int tm_json_value;

#define TM_JSON_NONE	((tm_json_value)-1)	/* no such value */
#define TM_JSON_ROOT	((tm_json_value)0)

/*
 * tm_json_check: hold a text against the grammar.
 * Returns the number of values and keys in it, or -EINVAL with the reason in
 * source->error.
 */
int tm_json_check(struct tm_source *source);

/*
 * tm_json_parse: read a text.  The source must outlive the document.
 * Returns the document, or NULL with the reason in source->error.
 */
struct tm_json *tm_json_parse(struct tm_source *source);
void tm_json_free(struct tm_json *json);

enum tm_json_type tm_json_type_of(const struct tm_json *json, tm_json_value value);

/* tm_json_type_name: "an object", "a string", ... for messages. */
const char *tm_json_type_name(enum tm_json_type type);

/* tm_json_offset: where a value starts in the source, bytes (a string: its quote). */
size_t tm_json_offset(const struct tm_json *json, tm_json_value value);

/* tm_json_size: members of an object, elements of an array, else 0. */
unsigned int tm_json_size(const struct tm_json *json, tm_json_value value);

/*
 * tm_json_first, tm_json_next: walk the elements of an array or the keys of an
 * object, in file order; TM_JSON_NONE at the end.
 */
tm_json_value tm_json_first(const struct tm_json *json, tm_json_value container);
tm_json_value tm_json_next(const struct tm_json *json, tm_json_value container,
			   tm_json_value value);

/* tm_json_member: the value of a key met by tm_json_first() or tm_json_next(). */
tm_json_value tm_json_member(const struct tm_json *json, tm_json_value key);

/* tm_json_find: the value under a name in an object, TM_JSON_NONE if there is none. */
tm_json_value tm_json_find(const struct tm_json *json, tm_json_value object,
			   const char *name);

/*
 * tm_json_text: a string or key with its escapes resolved, UTF-8, ended by a
 * NUL; may hold NULs itself where the text said \u0000, so that its length
 * counts.  length may be NULL.
 */
const char *tm_json_text(const struct tm_json *json, tm_json_value value,
			 size_t *length);

/* tm_json_boolean: the value of a TM_JSON_BOOLEAN. */
bool tm_json_boolean(const struct tm_json *json, tm_json_value value);

/*
 * tm_json_integer: a TM_JSON_NUMBER as an unsigned 64 bit number.
 * Returns 0, -EINVAL when it has a fraction or an exponent, -ERANGE when it
 * is below 0 or above 2^64 - 1.
 */
int tm_json_integer(const struct tm_json *json, tm_json_value value, uint64_t *integer);

#endif /* TM_JSON_H */
