/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes that grow, escaping, and the layout of tables: what out.c prints with.
 */
#ifndef TM_TEXT_H
#define TM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "out.h"

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
void tm_json_string(FILE *stream, const char *value);

/*
 * Append value as a terminal may have it: control characters and bytes that
 * are not UTF-8 as \xNN.
 */
void tm_text_escape(struct tm_buffer *buffer, const char *value);

/* Columns that a text takes: its characters. */
size_t tm_text_width(const char *text, size_t length);

/* A number as its unit is written: "1.5 MiB", "12".  Returns buffer. */
#define TM_NUMBER_TEXT	64
const char *tm_text_number(enum tm_unit unit, uint64_t value, char *buffer);

/* text in the colour, when colours are on. */
void tm_text_color(FILE *stream, bool colors, enum tm_color color,
		   const char *text, size_t length);

/* The rows of a table, kept until their widths are known. */
struct tm_table;

struct tm_table *tm_table_new(const struct tm_field *fields);
void tm_table_row(struct tm_table *table);
/* Set the open row's cell of a column. */
void tm_table_cell(struct tm_table *table, unsigned int column,
		   const char *text, enum tm_color color);
/* Text behind the row's last column. */
void tm_table_extra(struct tm_table *table, const char *text);
/*
 * Print and free; returns false when memory ran out on the way.  rows_only: not
 * even the header of a table without rows.
 */
bool tm_table_print(struct tm_table *table, FILE *stream, bool colors,
		    bool rows_only);

#endif /* TM_TEXT_H */
