// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Escaping and table layout.  Contract in text.h.
 */
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "value.h"

void tm_buffer_add(struct tm_buffer *buffer, const char *bytes, size_t length)
{
	if (buffer->failed)
		return;
	if (buffer->size - buffer->used <= length) {
		size_t size = (buffer->size + length + 64) * 2;
		char *larger = realloc(buffer->bytes, size);

		if (!larger) {
			buffer->failed = true;
			return;
		}
		buffer->bytes = larger;
		buffer->size = size;
	}
	memcpy(buffer->bytes + buffer->used, bytes, length);
	buffer->used += length;
	buffer->bytes[buffer->used] = '\0';
}

void tm_buffer_free(struct tm_buffer *buffer)
{
	free(buffer->bytes);
	memset(buffer, 0, sizeof(*buffer));
}

/*
 * Bytes of the UTF-8 character that starts here, 0 when it is none (RFC 3629:
 * no overlong forms, no surrogates, nothing above U+10FFFF).
 */
static size_t utf8_length(const unsigned char *c)
{
	static const unsigned int least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned int code;
	size_t length, i;

	if (c[0] < 0x80)
		return 1;
	if (c[0] >= 0xc2 && c[0] <= 0xdf)
		length = 2;
	else if (c[0] >= 0xe0 && c[0] <= 0xef)
		length = 3;
	else if (c[0] >= 0xf0 && c[0] <= 0xf4)
		length = 4;
	else
		return 0;
	code = c[0] & (0xff >> (length + 1));
	for (i = 1; i < length; i++) {
		if ((c[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (c[i] & 0x3f);
	}
	if (code < least[length] || code > 0x10ffff ||
	    (code >= 0xd800 && code <= 0xdfff))
		return 0;
	return length;
}

void tm_json_string(FILE *stream, const char *value)
{
	const unsigned char *c = (const unsigned char *)value;

	fputc('"', stream);
	while (*c) {
		size_t length = utf8_length(c);

		if (!length) {
			fputs("\\ufffd", stream);
			length = 1;
		} else if (*c == '"' || *c == '\\') {
			fprintf(stream, "\\%c", *c);
		} else if (*c < 0x20 || *c == 0x7f) {
			fprintf(stream, "\\u%04x", *c);
		} else {
			fwrite(c, 1, length, stream);
		}
		c += length;
	}
	fputc('"', stream);
}

void tm_text_escape(struct tm_buffer *buffer, const char *value)
{
	const unsigned char *c = (const unsigned char *)value;
	char escaped[5];

	/* Makes even an empty value a string. */
	tm_buffer_add(buffer, "", 0);
	while (*c) {
		size_t length = utf8_length(c);
		/* U+0080 to U+009F are control characters too. */
		bool control = *c < 0x20 || *c == 0x7f ||
			       (length == 2 && c[0] == 0xc2 && c[1] < 0xa0);

		if (!length || control) {
			snprintf(escaped, sizeof(escaped), "\\x%02x", *c);
			tm_buffer_add(buffer, escaped, 4);
			length = 1;
		} else {
			tm_buffer_add(buffer, (const char *)c, length);
		}
		c += length;
	}
}

size_t tm_text_width(const char *text, size_t length)
{
	size_t width = 0;
	size_t i;

	for (i = 0; i < length; i++) {
		/* Continuation bytes take no column of their own. */
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			width++;
	}
	return width;
}

const char *tm_text_number(enum tm_unit unit, uint64_t value, char *buffer)
{
	switch (unit) {
	case TM_UNIT_BYTES:
		return tm_bytes_format(value, buffer);
	case TM_UNIT_DURATION_NS:
		return tm_duration_format(value, buffer);
	case TM_UNIT_TIME_NS:
		return tm_time_format(value, buffer);
	case TM_UNIT_PPS:
		return tm_rate_packets_format(value, buffer);
	case TM_UNIT_BYTES_PER_SECOND:
		return tm_rate_bytes_format(value, buffer);
	case TM_UNIT_NONE:
	case TM_UNIT_COUNT:
	case TM_UNIT_PERCENT:
		break;
	}
	snprintf(buffer, TM_NUMBER_TEXT, "%llu%s", (unsigned long long)value,
		 unit == TM_UNIT_PERCENT ? " %" : "");
	return buffer;
}

void tm_text_color(FILE *stream, bool colors, enum tm_color color,
		   const char *text, size_t length)
{
	static const char *const codes[] = {
		[TM_COLOR_GOOD] = "\033[32m",
		[TM_COLOR_WARNING] = "\033[33m",
		[TM_COLOR_BAD] = "\033[31m",
	};

	if (colors && color != TM_COLOR_NONE)
		fputs(codes[color], stream);
	fwrite(text, 1, length, stream);
	if (colors && color != TM_COLOR_NONE)
		fputs("\033[0m", stream);
}

#define NO_TEXT	((size_t)-1)

/* Where a cell's text lies in the table's buffer; NO_TEXT: the cell is empty. */
struct cell {
	size_t start;
	unsigned int length;
	enum tm_color color;
};

/*
 * @columns:	how many; each row has one cell more, for what comes behind
 * @cells:	all rows' cells, one after the other
 */
struct tm_table {
	const struct tm_field *fields;
	unsigned int columns;
	size_t rows;
	struct cell *cells;
	size_t cells_size;
	struct tm_buffer text;
	bool failed;
};

struct tm_table *tm_table_new(const struct tm_field *fields)
{
	struct tm_table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	table->fields = fields;
	while (fields[table->columns].key)
		table->columns++;
	return table;
}

void tm_table_row(struct tm_table *table)
{
	size_t count = table->columns + 1;
	size_t used = table->rows * count;
	size_t i;

	if (table->failed)
		return;
	if (used + count > table->cells_size) {
		size_t size = (used + count) * 2;
		struct cell *larger = realloc(table->cells,
					      size * sizeof(*larger));

		if (!larger) {
			table->failed = true;
			return;
		}
		table->cells = larger;
		table->cells_size = size;
	}
	for (i = 0; i < count; i++)
		table->cells[used + i].start = NO_TEXT;
	table->rows++;
}

void tm_table_cell(struct tm_table *table, unsigned int column,
		   const char *text, enum tm_color color)
{
	struct cell *cell;

	if (table->failed || !table->rows)
		return;
	cell = &table->cells[(table->rows - 1) * (table->columns + 1) + column];
	cell->start = table->text.used;
	tm_text_escape(&table->text, text);
	cell->length = table->text.used - cell->start;
	cell->color = color;
}

void tm_table_extra(struct tm_table *table, const char *text)
{
	tm_table_cell(table, table->columns, text, TM_COLOR_NONE);
}

static const char *cell_text(const struct tm_table *table,
			     const struct cell *cell, size_t *length)
{
	if (cell->start == NO_TEXT) {
		*length = 1;
		return "-";
	}
	*length = cell->length;
	return table->text.bytes + cell->start;
}

static size_t column_width(const struct tm_table *table, unsigned int column)
{
	const char *label = table->fields[column].label;
	size_t width = strlen(label);
	size_t row, length, one;
	const char *text;

	for (row = 0; row < table->rows; row++) {
		text = cell_text(table, &table->cells[row *
				 (table->columns + 1) + column], &length);
		one = tm_text_width(text, length);
		if (one > width)
			width = one;
	}
	return width;
}

static void print_padded(FILE *stream, bool colors, bool right, bool last,
			 size_t width, enum tm_color color, const char *text,
			 size_t length)
{
	int gap = width - tm_text_width(text, length);

	if (right)
		fprintf(stream, "%*s", gap, "");
	tm_text_color(stream, colors, color, text, length);
	if (!right && !last)
		fprintf(stream, "%*s", gap, "");
	if (!last)
		fputs("  ", stream);
}

static void print_rows(const struct tm_table *table, FILE *stream, bool colors,
		       const size_t *widths)
{
	size_t row, length;
	unsigned int i;

	for (row = 0; row < table->rows; row++) {
		const struct cell *cells =
			&table->cells[row * (table->columns + 1)];
		const struct cell *extra = &cells[table->columns];

		for (i = 0; i < table->columns; i++) {
			const char *text = cell_text(table, &cells[i], &length);
			enum tm_unit unit = table->fields[i].unit;
			bool last = i + 1 == table->columns &&
				    extra->start == NO_TEXT;

			print_padded(stream, colors, unit != TM_UNIT_NONE &&
				     unit != TM_UNIT_TIME_NS, last, widths[i],
				     cells[i].start == NO_TEXT ?
				     TM_COLOR_NONE : cells[i].color,
				     text, length);
		}
		if (extra->start != NO_TEXT)
			fwrite(table->text.bytes + extra->start, 1,
			       extra->length, stream);
		fputc('\n', stream);
	}
}

static void print_table(const struct tm_table *table, FILE *stream,
			bool colors, size_t *widths)
{
	unsigned int i;

	for (i = 0; i < table->columns; i++) {
		const struct tm_field *field = &table->fields[i];

		widths[i] = column_width(table, i);
		print_padded(stream, false, field->unit != TM_UNIT_NONE &&
			     field->unit != TM_UNIT_TIME_NS,
			     i + 1 == table->columns, widths[i], TM_COLOR_NONE,
			     field->label, strlen(field->label));
	}
	fputc('\n', stream);
	print_rows(table, stream, colors, widths);
	if (!table->rows)
		fputs("(none)\n", stream);
}

bool tm_table_print(struct tm_table *table, FILE *stream, bool colors,
		    bool rows_only)
{
	size_t *widths = calloc(table->columns + 1, sizeof(*widths));
	bool good = widths && !table->failed && !table->text.failed;

	if (good && (table->rows || !rows_only))
		print_table(table, stream, colors, widths);
	free(widths);
	free(table->cells);
	tm_buffer_free(&table->text);
	free(table);
	return good;
}
