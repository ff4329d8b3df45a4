/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A text that a person wrote, and the first place where it is wrong.
 *
 * Readers of such texts (JSON, policy files, prefix files) report what is
 * wrong by byte offset; this file turns the offset into line and column and
 * into the source line with a caret below.  Lines and columns count from 1,
 * columns in characters, a tab being one.  What is shown of the text is made
 * safe for a terminal first: control characters and broken UTF-8 become '?'.
 */
#ifndef TM_SOURCE_H
#define TM_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

/* Larger than a million prefixes; jsmn counts offsets in an int. */
#define TM_SOURCE_SIZE_MAX_BYTES	(64u << 20)

struct tm_source_failure {
	size_t offset;		/* of the culprit, bytes */
	unsigned long line;	/* 0: the file could not be read at all */
	unsigned long column;
	char reason[512];	/* what was found, what was expected */
};

struct tm_source {
	char *name;		/* for messages: the path, or "stdin" */
	char *text;		/* not ended by a NUL */
	size_t length;		/* of text, bytes */
	bool failed;
	struct tm_source_failure error;	/* valid when failed */
};

/*
 * tm_source_read: read a whole file, or stdin for the path "-".
 * Returns 0 or -errno with the error (line 0) told in source->error; in both
 * cases tm_source_free() is due.
 */
int tm_source_read(struct tm_source *source, const char *path);

/* tm_source_copy: the same from memory.  Returns 0 or -ENOMEM. */
int tm_source_copy(struct tm_source *source, const char *name, const void *text,
		   size_t length);

void tm_source_free(struct tm_source *source);

/*
 * tm_source_fail: note that the text is wrong at an offset (bytes).  The first
 * error stands, later ones are ignored.  Returns -EINVAL, so that a reader
 * can say `return tm_source_fail(...)`.
 */
int tm_source_fail(struct tm_source *source, size_t offset, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* tm_source_position: line and column of an offset. */
void tm_source_position(const struct tm_source *source, size_t offset,
			unsigned long *line, unsigned long *column);

/*
 * tm_source_describe: put into words what stands at an offset ("'}'", "the end
 * of the file", "a NUL byte", "control character U+0001").  Returns buffer.
 */
const char *tm_source_describe(const struct tm_source *source, size_t offset,
			       char *buffer, size_t size);

/*
 * tm_source_excerpt: the source line of the error (around the culprit, where
 * it is long) and a line with a caret below it.  No final newline; empty where
 * the file could not be read.  Returns buffer.
 */
#define TM_SOURCE_EXCERPT_SIZE	512
const char *tm_source_excerpt(const struct tm_source *source, char *buffer,
			      size_t size);

/*
 * tm_source_error: the error in the form that programs hand on: "name:line:
 * column: reason" and the excerpt.  Returns -1.
 */
int tm_source_error(const struct tm_source *source, struct tm_error *error);

/*
 * tm_utf8_decode: the character at the start of a text.
 * Returns its length in bytes and the code point, or 0 where the bytes are
 * no valid UTF-8 (RFC 3629: no overlong form, no surrogate, at most U+10FFFF).
 */
size_t tm_utf8_decode(const char *text, size_t length, unsigned int *code_point);

/*
 * tm_is_unsafe: is it a character that moves the cursor, reorders the line on a
 * terminal, or cannot be seen there?
 */
bool tm_is_unsafe(unsigned int code_point);

/* In place, a '?' for each of them and for each byte that is not UTF-8. */
void tm_make_safe(char *text);

#endif /* TM_SOURCE_H */
