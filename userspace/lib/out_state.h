/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What out.c and out_words.c share, and nobody else: where in the document we are,
 * and how it is written out.
 */
#ifndef TM_OUT_STATE_H
#define TM_OUT_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "out.h"
#include "table.h"
#include "text.h"
#include "writer.h"

#define TM_FRAMES_MAX	16

enum tm_frame_kind {
	FRAME_BLOCK,
	FRAME_ARRAY,
	FRAME_TABLE,
	FRAME_ROW,
};

/*
 * @any:	something is in it already (JSON: a comma is due)
 * @fields:	what of it text shows; NULL: nothing
 * @next:	the field behind the one that was given last
 * @label_width: of a block, for its lines
 * @table:	of a table and its rows, in text
 * @key:	of an array whose values become one
 * @joined:	that one value
 */
struct tm_frame {
	enum tm_frame_kind kind;
	bool any;
	const struct tm_field *fields;
	const struct tm_field *next;
	size_t label_width;
	struct tm_table *table;
	const char *key;
	struct tm_buffer joined;
};

struct tm_out {
	struct tm_writer writer;
	const char *command;
	bool json;
	bool colors;
	size_t width;		/* of the terminal, 0: no matter */
	bool streaming;
	bool begun;		/* JSON: the document's head is out */
	bool failed;		/* out of memory */
	bool ending;		/* an error ends the run: no empty tables */
	enum tm_color color;	/* of the next value */
	unsigned int depth;
	struct tm_frame frames[TM_FRAMES_MAX];
	struct tm_buffer warnings;	/* JSON: each with its NUL */
};

/* The stream itself remembers that it failed, not why. */
bool tm_out_flush(struct tm_out *out);

/* Between the lines of text the stream is anyone's, and a terminal is to see them. */
void tm_out_line_done(struct tm_out *out);

/* Close what is open, so that what follows stands at the top. */
void tm_out_end_all(struct tm_out *out);

/* JSON: the warnings that were kept. */
void tm_out_warnings(struct tm_out *out);

#endif
