/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Output: one call prints text or JSON.
 *
 * A command names its values once, in an array of fields, opens a block (one
 * thing, a line a value) or a table (a line a thing), and hands each value over
 * under its key:
 *
 *	static const struct tm_field fields[] = {
 *		{ "source", "SOURCE" },
 *		{ "packets", "PACKETS", TM_UNIT_COUNT },
 *		{ "age_ns", "AGE", TM_UNIT_DURATION_NS },
 *		{ NULL }
 *	};
 *
 *	tm_out_table(out, "flows", fields);
 *	for each flow {
 *		tm_out_row(out);
 *		tm_out_string(out, "source", text);
 *		tm_out_number(out, "packets", packets);
 *		tm_out_number(out, "age_ns", age_ns);
 *		tm_out_row_end(out);
 *	}
 *	tm_out_end(out);
 *
 * JSON has every value, raw, under its key, which carries the unit.  Text has
 * the values that the fields name, in the order of the fields, with header,
 * unit and alignment; a key that is not among them is in the JSON only.
 * Keys never need escaping; values are escaped in both (a terminal never gets
 * a control character from the network).
 *
 * Shapes of the JSON document:
 *	{"tmctl":{"version":"0.1.0","schema":1,"command":"flow show"},
 *	 "flows":[{...},{...}], "error":{...}}
 * A stream (tm_out_stream) gives one object a line instead, each flushed,
 * without the document around it; an error is a last line {"error":{...}}.
 */
#ifndef TM_OUT_H
#define TM_OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "error.h"

#define TM_OUT_SCHEMA	1

enum tm_unit {
	TM_UNIT_NONE,			/* strings, names: left */
	TM_UNIT_COUNT,			/* exact: 1234567, right */
	TM_UNIT_BYTES,			/* 1.5 MiB */
	TM_UNIT_DURATION_NS,		/* 1h30m */
	TM_UNIT_TIME_NS,		/* local time */
	TM_UNIT_PPS,			/* 12.5 kpps */
	TM_UNIT_BYTES_PER_SECOND,	/* 80 Mbit/s */
	TM_UNIT_PERCENT,		/* of a double: 12.5 % */
};

struct tm_field {
	const char *key;	/* in JSON, with its unit: "age_ns" */
	const char *label;	/* in text: header of the column, or name of the line */
	enum tm_unit unit;
};

/*
 * How a table is made to fit a terminal that it is too wide for: steps, taken
 * one after the other until it does.
 * @key:	the field that the step is about
 * @width:	of TM_FIT_WRAP: over lines of that width or more
 * @below:	of TM_FIT_STACK: it goes below this field, on a second line of
 *		each row; steps of this kind that follow each other are one step
 */
enum tm_fit_kind {
	TM_FIT_END,
	TM_FIT_WRAP,
	TM_FIT_STACK,
	TM_FIT_LEAVE_OUT,		/* and that is said below the table */
};

struct tm_fit {
	enum tm_fit_kind kind;
	const char *key;
	unsigned int width;
	const char *below;
};

#define TM_WRAP(key, width)	{ TM_FIT_WRAP, key, width, NULL }
#define TM_STACK(key, below)	{ TM_FIT_STACK, key, 0, below }
#define TM_LEAVE_OUT(key)	{ TM_FIT_LEAVE_OUT, key, 0, NULL }
#define TM_FITTED		{ TM_FIT_END, NULL, 0, NULL }

enum tm_color {
	TM_COLOR_NONE,
	TM_COLOR_GOOD,
	TM_COLOR_WARNING,
	TM_COLOR_BAD,
	TM_COLOR_DIM,
};

struct tm_out;

/*
 * command: for the document's head, "flow show".  Where stream is a terminal,
 * text has its width, and colours if NO_COLOR is not set.
 */
struct tm_out *tm_out_open(FILE *stream, bool json, const char *command);

/* Lay text out for this many columns, 0: whatever the lines need. */
void tm_out_width(struct tm_out *out, size_t columns);

/*
 * End the document (everything left open is closed) and free.  Returns -1 with
 * error set when what was printed did not all get out.
 */
int tm_out_close(struct tm_out *out, struct tm_error *error);

/* From here on one object a line; call before anything is printed. */
void tm_out_stream(struct tm_out *out);

bool tm_out_is_json(const struct tm_out *out);

/*
 * Containers.  key: NULL inside an array.  A block shows its values as lines
 * "label  value"; fields NULL: in the JSON only.  In a stream, a block without
 * key at the top is one line; the text form of one is up to tm_out_text().
 * An array holds blocks or values.  tm_out_end ends the last opened.
 */
void tm_out_block(struct tm_out *out, const char *key,
		  const struct tm_field *fields);
void tm_out_array(struct tm_out *out, const char *key);
void tm_out_table(struct tm_out *out, const char *key,
		  const struct tm_field *fields);
/* Of the table just opened: the steps by which it is made to fit a terminal. */
void tm_out_fit(struct tm_out *out, const struct tm_fit *steps);
void tm_out_row(struct tm_out *out);
void tm_out_row_end(struct tm_out *out);
void tm_out_end(struct tm_out *out);

/* Values; key NULL inside an array.  An absent value is not printed at all: "-" in a table. */
void tm_out_number(struct tm_out *out, const char *key, uint64_t value);
void tm_out_signed(struct tm_out *out, const char *key, int64_t value);
void tm_out_real(struct tm_out *out, const char *key, double value);
void tm_out_string(struct tm_out *out, const char *key, const char *value);
void tm_out_bool(struct tm_out *out, const char *key, bool value);	/* text: yes, no */
void tm_out_null(struct tm_out *out, const char *key);

/*
 * A number whose text is not the number: JSON gets value, text gets text.
 * tm_out_string_as: the same for strings.
 */
void tm_out_number_as(struct tm_out *out, const char *key, uint64_t value,
		      const char *text);
void tm_out_string_as(struct tm_out *out, const char *key, const char *value,
		      const char *text);

/* The colour of the next value in text. */
void tm_out_color(struct tm_out *out, enum tm_color color);

/*
 * What unknown.h found, "attr_40=0aff ...", NULL: nothing.  JSON: a key each;
 * text: behind the row, or as a line of the block, whatever its fields are.
 */
void tm_out_unknown(struct tm_out *out, const char *unknown);

/* Text only: a line (title, note); nothing in JSON.  Not inside a table. */
void tm_out_text(struct tm_out *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The same for prose: broken at words, its second line indented as its first. */
void tm_out_prose(struct tm_out *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Text only: an empty line. */
void tm_out_blank(struct tm_out *out);

/*
 * A warning beside the data: stderr in text; in JSON "warnings":[...] at the end
 * of the document, in a stream a line {"warning":"..."} at once.
 */
void tm_out_warn(struct tm_out *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Did everything so far get out?  For what streams for ever: without SIGPIPE
 * (services ignore it) nothing else would end it when its reader is gone.
 * Returns -1 with error set when not.
 */
int tm_out_check(struct tm_out *out, struct tm_error *error);

/* The error that ends the run: stderr in text, "error" in JSON.  Call once, before tm_out_close. */
void tm_out_error(struct tm_out *out, const struct tm_error *error);

#endif /* TM_OUT_H */
