// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Making a table fit a terminal.  Contract in table.h.
 */
#include <string.h>

#include "table.h"

#define PIECE_MAX	48	/* of a longer piece not all is kept together */
#define TIME_SECONDS	19	/* "2026-06-01T12:00:00", of tm_time_format() */

/* Of an address with port, "[2001:db8::1]:443", nothing is longer. */
_Static_assert(PIECE_MAX > 47, "addresses are never broken");

/* Anew, after its cells were changed. */
static void measure(struct tm_table *table, unsigned int column)
{
	struct tm_column *measured = &table->columns[column];
	size_t row, one;

	measured->natural = 0;
	for (row = 0; row < table->rows; row++) {
		one = tm_table_cell_width(table, &table->cells[row *
					  (table->count + 1) + column]);
		if (one > measured->natural)
			measured->natural = one;
	}
}

/* Columns that the label needs: on one line, or its longest word. */
static size_t label_width(const struct tm_table *table, unsigned int column)
{
	const char *label = table->fields[column].label;
	size_t length = strlen(label);

	return table->compact ? tm_text_longest_piece(label, length) : length;
}

static void set_width(struct tm_table *table, unsigned int column)
{
	size_t label = label_width(table, column);
	size_t cells = table->columns[column].natural;

	table->columns[column].width = cells > label ? cells : label;
}

/* As wide as the wider of both that stand there. */
static size_t place_width(const struct tm_column *column)
{
	if (tm_column_has_below(column) &&
	    column->below->width > column->width)
		return column->below->width;
	return column->width;
}

static size_t table_width(const struct tm_table *table)
{
	size_t width = 0;
	unsigned int i;

	for (i = 0; i < table->count; i++) {
		if (!tm_column_has_place(&table->columns[i]))
			continue;
		width += place_width(&table->columns[i]) +
			 (width ? TM_TABLE_GAP : 0);
	}
	return width;
}

/* "2026-06-01 12:00:00": local, as the clock on the wall. */
static void shorten_times(struct tm_table *table, unsigned int column)
{
	size_t row;

	for (row = 0; row < table->rows; row++) {
		struct tm_cell *cell =
			&table->cells[row * (table->count + 1) + column];
		char *text;

		if (cell->start == TM_NO_TEXT || cell->length <= TIME_SECONDS)
			continue;
		text = table->text.bytes + cell->start;
		if (text[10] != 'T')
			continue;
		text[10] = ' ';
		cell->length = TIME_SECONDS;
	}
}

static void make_compact(struct tm_table *table)
{
	unsigned int i;

	table->compact = true;
	for (i = 0; i < table->count; i++) {
		if (table->fields[i].unit == TM_UNIT_TIME_NS) {
			shorten_times(table, i);
			measure(table, i);
		}
		set_width(table, i);
	}
}

/* NULL where the table has no such field. */
static struct tm_column *column_of(const struct tm_table *table,
				   const char *key)
{
	unsigned int i;

	for (i = 0; i < table->count; i++) {
		if (!strcmp(table->fields[i].key, key))
			return &table->columns[i];
	}
	return NULL;
}

/* As narrow as the step says, but no piece of its cells is broken. */
static void wrap(struct tm_table *table, struct tm_column *wrapped,
		 size_t least)
{
	unsigned int column = wrapped - table->columns;
	size_t row, length, piece;
	const char *text;

	if (label_width(table, column) > least)
		least = label_width(table, column);
	for (row = 0; row < table->rows; row++) {
		text = tm_table_text(table, row, column, &length);
		piece = tm_text_longest_piece(text, length);
		if (piece > PIECE_MAX)
			piece = PIECE_MAX;
		if (piece > least)
			least = piece;
	}
	if (least >= wrapped->width)
		return;
	wrapped->wraps = true;
	wrapped->width = least;
}

/* It may wrap there too, but its label is not to. */
static void stack(struct tm_table *table, struct tm_column *column,
		  struct tm_column *above)
{
	size_t label = strlen(table->fields[column - table->columns].label);

	if (!above)
		return;
	if (column->width < label)
		column->width = label;
	column->above = above;
	above->below = column;
}

static void leave_out(struct tm_column *column)
{
	column->left_out = true;
	if (column->below)
		column->below->left_out = true;
}

static void take_step(struct tm_table *table, const struct tm_fit *step)
{
	struct tm_column *column = column_of(table, step->key);

	if (!column)
		return;
	switch (step->kind) {
	case TM_FIT_WRAP:
		wrap(table, column, step->width);
		break;
	case TM_FIT_STACK:
		stack(table, column, column_of(table, step->below));
		break;
	case TM_FIT_LEAVE_OUT:
		leave_out(column);
		break;
	case TM_FIT_END:
		break;
	}
}

/* Returns how many steps were taken. */
static unsigned int take_steps(struct tm_table *table, size_t width)
{
	const struct tm_fit *steps = table->steps;
	unsigned int taken = 0;

	while (steps && steps[taken].kind != TM_FIT_END &&
	       (table_width(table) > width ||
		(taken && steps[taken].kind == TM_FIT_STACK &&
		 steps[taken - 1].kind == TM_FIT_STACK)))
		take_step(table, &steps[taken++]);
	return taken;
}

/* What a later step made room for comes back, the most important first. */
static void take_back(struct tm_table *table, unsigned int steps, size_t width)
{
	while (steps--) {
		const struct tm_fit *step = &table->steps[steps];
		struct tm_column *column = column_of(table, step->key);

		if (step->kind != TM_FIT_LEAVE_OUT || !column ||
		    (column->above && column->above->left_out))
			continue;
		column->left_out = false;
		if (table_width(table) > width)
			column->left_out = true;
	}
}

static void widen_wrapped(struct tm_table *table, size_t width)
{
	unsigned int i;

	for (i = 0; i < table->count; i++) {
		struct tm_column *column = &table->columns[i];

		if (!column->wraps || column->left_out)
			continue;
		while (column->width < column->natural &&
		       table_width(table) < width)
			column->width++;
	}
}

void tm_table_lay_out(struct tm_table *table, size_t width)
{
	unsigned int i;

	for (i = 0; i < table->count; i++)
		set_width(table, i);
	if (!width || table_width(table) <= width)
		return;
	make_compact(table);
	take_back(table, take_steps(table, width), width);
	widen_wrapped(table, width);
	for (i = 0; i < table->count; i++)
		table->columns[i].width = place_width(&table->columns[i]);
	for (i = 0; i < table->count; i++) {
		if (table->columns[i].above)
			table->columns[i].width = table->columns[i].above->width;
	}
}
