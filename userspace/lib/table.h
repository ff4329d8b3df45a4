/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table as text: its rows are kept until the widths of its columns are known.
 *
 * Where a width is given and the table is wider, headers and times are made
 * shorter first (words of a header stand above each other, times lose their
 * fraction and zone), then the steps that the table names are taken in their
 * order until it fits.  A column that was left out comes back where a later step
 * made room for it; what room is left goes to the columns that wrap.  An address
 * is never cut.
 */
#ifndef TM_TABLE_H
#define TM_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "out.h"
#include "text.h"
#include "writer.h"

#define TM_TABLE_GAP	2	/* spaces between columns */

struct tm_table;

struct tm_table *tm_table_new(const struct tm_field *fields);
/* How it is made to fit; NULL: headers and times only. */
void tm_table_fit(struct tm_table *table, const struct tm_fit *steps);
void tm_table_row(struct tm_table *table);
/* Set the open row's cell of a column. */
void tm_table_cell(struct tm_table *table, unsigned int column,
		   const char *text, enum tm_color color);
/* Text behind the row's last column; below the row where a width is given. */
void tm_table_extra(struct tm_table *table, const char *text);

/*
 * Print and free; returns false when memory ran out on the way.
 * @width:	columns of the terminal; 0: complete, whatever its width
 * @rows_only:	not even the header of a table without rows
 */
bool tm_table_print(struct tm_table *table, struct tm_writer *writer,
		    size_t width, bool colors, bool rows_only);

/*
 * What table.c and table_fit.c share.
 *
 * @width:	of the column; where it wraps, at least, until it is laid out
 * @natural:	of the widest cell so far
 * @wraps:	its cells may take several lines
 * @left_out:	it is not shown
 * @above:	the column that it stands below, NULL: in a place of its own
 * @below:	the column that stands below it
 */
struct tm_column {
	size_t width;
	size_t natural;
	bool wraps;
	bool left_out;
	struct tm_column *above;
	struct tm_column *below;
};

/* Where a cell's text lies in the table's buffer; TM_NO_TEXT: the cell is empty. */
#define TM_NO_TEXT	((size_t)-1)

/*
 * @ascii:	each byte of its text takes a column
 * @color:	enum tm_color
 */
struct tm_cell {
	size_t start;
	unsigned int length;
	bool ascii;
	uint8_t color;
};

/*
 * @count:	columns; each row has one cell more, for what comes behind
 * @compact:	words of a header stand above each other
 * @cells:	all rows' cells, one after the other
 */
struct tm_table {
	const struct tm_field *fields;
	const struct tm_fit *steps;
	unsigned int count;
	bool compact;
	struct tm_column *columns;
	size_t rows;
	struct tm_cell *cells;
	size_t cells_size;
	struct tm_buffer text;
	bool failed;
};

/* "-" for an empty one. */
const char *tm_table_text(const struct tm_table *table, size_t row,
			  unsigned int column, size_t *length);

/* Columns that it takes. */
size_t tm_table_cell_width(const struct tm_table *table,
			   const struct tm_cell *cell);

/* Has it a place of its own?  Does another stand below it? */
static inline bool tm_column_has_place(const struct tm_column *column)
{
	return !column->left_out && !column->above;
}

static inline bool tm_column_has_below(const struct tm_column *column)
{
	return column->below && !column->below->left_out;
}

/* table_fit.c: set the columns for a terminal of this width, 0: any. */
void tm_table_lay_out(struct tm_table *table, size_t width);

#endif /* TM_TABLE_H */
