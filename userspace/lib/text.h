/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes that grow, escaping, breaking into lines: what out.c and table.c print
 * with.
 */
#ifndef TM_TEXT_H
#define TM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "out.h"
#include "writer.h"

/* A growing text; failed once memory ran out, and then frozen. */
struct tm_buffer {
	char *bytes;
	size_t used;
	size_t size;
	bool failed;
};

void tm_buffer_add(struct tm_buffer *buffer, const char *bytes, size_t length);
void tm_buffer_free(struct tm_buffer *buffer);

/* value as a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD. */
void tm_json_string(struct tm_writer *writer, const char *value);

/*
 * Append value as a terminal may have it: control characters and bytes that
 * are not UTF-8 as \xNN.  Returns whether all that was appended is ASCII: a
 * column a byte.
 */
bool tm_text_escape(struct tm_buffer *buffer, const char *value);

/* Columns that a text takes: its characters. */
size_t tm_text_width(const char *text, size_t length);

/* A number as its unit is written: "1.5 MiB", "12".  Returns buffer. */
#define TM_NUMBER_TEXT	64
const char *tm_text_number(enum tm_unit unit, uint64_t value, char *buffer);

/* text in the colour, when colours are on. */
void tm_text_color(struct tm_writer *writer, bool colors, enum tm_color color,
		   const char *text, size_t length);

/*
 * One line of at most width columns (1 at least) from the start of text, broken
 * at a space or behind a comma, in a word only where that is longer.  Returns
 * the bytes of the line; next: where the rest begins, length at the end.
 */
size_t tm_text_line(const char *text, size_t length, size_t width,
		    size_t *next);

/*
 * Print text over lines of at most width columns, 0: on one; each with as many
 * spaces before it as the text begins with.
 */
void tm_text_lines(struct tm_writer *writer, bool colors, enum tm_color color,
		   const char *text, size_t width);

/* Columns of the longest piece that tm_text_line() does not break. */
size_t tm_text_longest_piece(const char *text, size_t length);

#endif /* TM_TEXT_H */
