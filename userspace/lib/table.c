// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rows of a table, and printing them.  Contract in table.h.
 */
#include <stdlib.h>
#include <string.h>

#include "table.h"

struct tm_table *tm_table_new(const struct tm_field *fields)
{
	struct tm_table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	table->fields = fields;
	while (fields[table->count].key)
		table->count++;
	table->columns = calloc(table->count + 1, sizeof(*table->columns));
	table->failed = !table->columns;
	return table;
}

void tm_table_fit(struct tm_table *table, const struct tm_fit *steps)
{
	table->steps = steps;
}

void tm_table_row(struct tm_table *table)
{
	size_t count = table->count + 1;
	size_t used = table->rows * count;
	size_t i;

	if (table->failed)
		return;
	if (used + count > table->cells_size) {
		size_t size = (used + count) * 2;
		struct tm_cell *larger = realloc(table->cells,
						 size * sizeof(*larger));

		if (!larger) {
			table->failed = true;
			return;
		}
		table->cells = larger;
		table->cells_size = size;
	}
	for (i = 0; i < count; i++)
		table->cells[used + i].start = TM_NO_TEXT;
	table->rows++;
}

static struct tm_cell *cell_of(const struct tm_table *table, size_t row,
			       unsigned int column)
{
	return &table->cells[row * (table->count + 1) + column];
}

void tm_table_cell(struct tm_table *table, unsigned int column,
		   const char *text, enum tm_color color)
{
	struct tm_column *laid_out;
	struct tm_cell *cell;
	size_t width;

	if (table->failed || !table->rows)
		return;
	cell = cell_of(table, table->rows - 1, column);
	cell->start = table->text.used;
	cell->ascii = tm_text_escape(&table->text, text);
	cell->length = table->text.used - cell->start;
	cell->color = color;
	width = tm_table_cell_width(table, cell);
	laid_out = &table->columns[column];
	if (width > laid_out->natural)
		laid_out->natural = width;
}

size_t tm_table_cell_width(const struct tm_table *table,
			   const struct tm_cell *cell)
{
	if (cell->start == TM_NO_TEXT)
		return 1;
	if (cell->ascii)
		return cell->length;
	return tm_text_width(table->text.bytes + cell->start, cell->length);
}

void tm_table_extra(struct tm_table *table, const char *text)
{
	tm_table_cell(table, table->count, text, TM_COLOR_NONE);
}

const char *tm_table_text(const struct tm_table *table, size_t row,
			  unsigned int column, size_t *length)
{
	const struct tm_cell *cell = cell_of(table, row, column);

	if (cell->start == TM_NO_TEXT) {
		*length = 1;
		return "-";
	}
	*length = cell->length;
	return table->text.bytes + cell->start;
}

/*
 * A place is where a column stands in a row: its own cell, of one line or of
 * several, and the cell of the column below it.  The header is the row behind
 * the last one.
 */
struct line {
	const char *text;
	size_t length;
	bool ascii;
	enum tm_color color;
};

static size_t line_width(const struct line *line)
{
	return line->ascii ? line->length :
	       tm_text_width(line->text, line->length);
}

static struct line text_of(const struct tm_table *table, size_t row,
			   unsigned int column)
{
	struct line line = { "-", 1, true, TM_COLOR_NONE };
	const struct tm_cell *cell;

	if (row == table->rows) {
		line.text = table->fields[column].label;
		line.length = strlen(line.text);
		line.ascii = false;
		return line;
	}
	cell = cell_of(table, row, column);
	if (cell->start == TM_NO_TEXT)
		return line;
	line.text = table->text.bytes + cell->start;
	line.length = cell->length;
	line.ascii = cell->ascii;
	line.color = cell->color;
	return line;
}

/* May the text be of several lines? */
static bool breaks(const struct tm_table *table, size_t row,
		   unsigned int column)
{
	return row == table->rows ? table->compact :
	       table->columns[column].wraps;
}

/* Cut the first line off text. */
static struct line take_line(const struct tm_table *table, size_t row,
			     unsigned int column, struct line *text)
{
	struct line line = *text;
	size_t next = text->length;

	if (breaks(table, row, column))
		line.length = tm_text_line(text->text, text->length,
					   table->columns[column].width,
					   &next);
	text->text += next;
	text->length -= next;
	return line;
}

static size_t text_lines(const struct tm_table *table, size_t row,
			 unsigned int column)
{
	struct line text;
	size_t lines = 0;

	if (!breaks(table, row, column))
		return 1;
	text = text_of(table, row, column);
	do {
		take_line(table, row, column, &text);
		lines++;
	} while (text.length);
	return lines;
}

static unsigned int column_below(const struct tm_table *table,
				 unsigned int column)
{
	return table->columns[column].below - table->columns;
}

static size_t place_lines(const struct tm_table *table, size_t row,
			  unsigned int column)
{
	size_t lines = text_lines(table, row, column);

	if (tm_column_has_below(&table->columns[column]))
		lines += text_lines(table, row, column_below(table, column));
	return lines;
}

/* Line number n of a text; behind its last one nothing. */
static struct line text_line(const struct tm_table *table, size_t row,
			     unsigned int column, size_t n)
{
	struct line text = text_of(table, row, column), line;

	do {
		line = take_line(table, row, column, &text);
		if (!n--)
			return line;
	} while (text.length);
	line.length = 0;
	return line;
}

/* Line number n of a place. */
static struct line place_line(const struct tm_table *table, size_t row,
			      unsigned int column, size_t n)
{
	size_t own = text_lines(table, row, column);
	struct line line;

	if (n < own || !tm_column_has_below(&table->columns[column]))
		return text_line(table, row, column, n);
	line = text_line(table, row, column_below(table, column), n - own);
	/* So that the eye finds where a row begins. */
	if (row < table->rows && line.color == TM_COLOR_NONE)
		line.color = TM_COLOR_DIM;
	return line;
}

static bool right_aligned(const struct tm_field *field)
{
	return field->unit != TM_UNIT_NONE && field->unit != TM_UNIT_TIME_NS;
}

/*
 * Without the line's end.  Spaces are owed until something follows, so that a
 * line ends with its last text; returns how many.
 */
static size_t print_line(const struct tm_table *table,
			 struct tm_writer *writer, bool colors, size_t row,
			 size_t n, size_t height)
{
	size_t owed = 0;
	unsigned int i;

	for (i = 0; i < table->count; i++) {
		const struct tm_column *column = &table->columns[i];
		struct line line;
		size_t above = 0, gap = 0, width;

		if (!tm_column_has_place(column))
			continue;
		/* A label stands right above what it names. */
		if (row == table->rows)
			above = height - place_lines(table, row, i);
		line = n < above ? (struct line){ "", 0, true, TM_COLOR_NONE } :
		       place_line(table, row, i, n - above);
		width = line_width(&line);
		if (width < column->width)
			gap = column->width - width;
		if (right_aligned(&table->fields[i]) || !line.length) {
			owed += gap;
			gap = 0;
		}
		if (line.length) {
			tm_write_spaces(writer, owed);
			tm_text_color(writer, colors, line.color, line.text,
				      line.length);
			owed = 0;
		}
		owed += gap + TM_TABLE_GAP;
	}
	return owed;
}

static size_t row_height(const struct tm_table *table, size_t row)
{
	size_t lines, height = 0;
	unsigned int i;

	/* Nothing was broken and nothing stacked. */
	if (!table->compact)
		return 1;
	for (i = 0; i < table->count; i++) {
		if (!tm_column_has_place(&table->columns[i]))
			continue;
		lines = place_lines(table, row, i);
		if (lines > height)
			height = lines;
	}
	return height;
}

/* What comes behind a row stands below it where a width is to be kept. */
static void print_row(const struct tm_table *table, struct tm_writer *writer,
		      size_t width, bool colors, size_t row)
{
	const struct tm_cell *extra = row < table->rows ?
		cell_of(table, row, table->count) : NULL;
	size_t height = row_height(table, row);
	size_t owed = 0, n;

	for (n = 0; n < height; n++) {
		if (n)
			tm_write_char(writer, '\n');
		owed = print_line(table, writer, colors, row, n, height);
	}
	if (extra && extra->start != TM_NO_TEXT) {
		if (width)
			tm_write_char(writer, '\n');
		tm_write_spaces(writer, width ? TM_TABLE_GAP : owed);
		tm_write(writer, table->text.bytes + extra->start,
			 extra->length);
	}
	tm_write_char(writer, '\n');
}

/* So that nobody takes what is shown for all there is. */
static bool print_left_out(const struct tm_table *table,
			   struct tm_writer *writer, size_t width)
{
	struct tm_buffer text = { 0 };
	size_t at, next, bytes;
	unsigned int i;

	for (i = 0; i < table->count; i++) {
		const char *label = table->fields[i].label;

		if (!table->columns[i].left_out)
			continue;
		tm_buffer_add(&text, text.used ? ", " : "(no room for ",
			      text.used ? 2 : 13);
		tm_buffer_add(&text, label, strlen(label));
	}
	if (text.used)
		tm_buffer_add(&text, "; `| cat` shows all)", 20);
	for (at = 0; at < text.used; at += next) {
		bytes = tm_text_line(text.bytes + at, text.used - at, width,
				     &next);
		tm_write(writer, text.bytes + at, bytes);
		tm_write_char(writer, '\n');
	}
	tm_buffer_free(&text);
	return !text.failed;
}

static bool print_table(struct tm_table *table, struct tm_writer *writer,
			size_t width, bool colors)
{
	size_t row;

	tm_table_lay_out(table, width);
	print_row(table, writer, width, false, table->rows);
	for (row = 0; row < table->rows; row++)
		print_row(table, writer, width, colors, row);
	if (table->rows)
		return print_left_out(table, writer, width);
	tm_write_text(writer, "(none)\n");
	return true;
}

bool tm_table_print(struct tm_table *table, struct tm_writer *writer,
		    size_t width, bool colors, bool rows_only)
{
	bool good = !table->failed && !table->text.failed;

	if (good && (table->rows || !rows_only))
		good = print_table(table, writer, width, colors);
	free(table->columns);
	free(table->cells);
	tm_buffer_free(&table->text);
	free(table);
	return good;
}
