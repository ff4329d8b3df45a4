// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One call, text or JSON.  Contract in out.h, layout in text.c.
 *
 * A stack of frames says where in the document we are.  JSON is written as
 * it comes; text is written as it comes too, but for tables, which wait for
 * their widths, and arrays of plain values, which become one value "a, b".
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "out.h"
#include "out_state.h"
#include "table.h"
#include "text.h"
#include "value.h"
#include "writer.h"

struct tm_out *tm_out_open(FILE *stream, bool json, const char *command)
{
	struct tm_out *out = calloc(1, sizeof(*out));
	const char *no_color = getenv("NO_COLOR");
	struct winsize size;

	if (!out)
		return NULL;
	out->writer.stream = stream;
	out->json = json;
	out->command = command;
	if (json || !isatty(fileno(stream)))
		return out;
	out->colors = !(no_color && *no_color);
	if (!ioctl(fileno(stream), TIOCGWINSZ, &size))
		out->width = size.ws_col;
	return out;
}

void tm_out_width(struct tm_out *out, size_t columns)
{
	out->width = columns;
}

bool tm_out_is_json(const struct tm_out *out)
{
	return out->json;
}

void tm_out_stream(struct tm_out *out)
{
	out->streaming = true;
}

bool tm_out_flush(struct tm_out *out)
{
	tm_write_out(&out->writer);
	errno = 0;
	if (fflush(out->writer.stream) && !out->writer.error)
		out->writer.error = errno;
	return !ferror(out->writer.stream);
}

void tm_out_line_done(struct tm_out *out)
{
	if (!out->json)
		tm_write_out(&out->writer);
}

static struct tm_frame *top(struct tm_out *out)
{
	return out->depth ? &out->frames[out->depth - 1] : NULL;
}

static void write_number(struct tm_out *out, uint64_t value)
{
	char digits[TM_DIGITS_TEXT];

	tm_write(&out->writer, digits, tm_digits(digits, value) - digits);
}

static void document_begin(struct tm_out *out)
{
	if (out->begun || out->streaming)
		return;
	out->begun = true;
	tm_write_text(&out->writer, "{\"tmctl\":{\"version\":");
	tm_json_string(&out->writer, TM_VERSION);
	tm_write_text(&out->writer, ",\"schema\":");
	write_number(out, TM_OUT_SCHEMA);
	tm_write_text(&out->writer, ",\"command\":");
	tm_json_string(&out->writer, out->command);
	tm_write_char(&out->writer, '}');
}

/* JSON: comma and key, as the place asks for. */
static void json_key(struct tm_out *out, const char *key)
{
	struct tm_frame *frame = top(out);

	document_begin(out);
	if (frame ? frame->any : !out->streaming)
		tm_write_char(&out->writer, ',');
	if (frame)
		frame->any = true;
	if (key) {
		tm_write_char(&out->writer, '"');
		tm_write_text(&out->writer, key);
		tm_write(&out->writer, "\":", 2);
	}
}

static struct tm_frame *push(struct tm_out *out, enum tm_frame_kind kind,
			  const struct tm_field *fields)
{
	struct tm_frame *frame;

	if (out->depth == TM_FRAMES_MAX)
		abort();	/* no command nests this deep */
	frame = &out->frames[out->depth++];
	memset(frame, 0, sizeof(*frame));
	frame->kind = kind;
	frame->fields = fields;
	frame->next = fields;
	return frame;
}

void tm_out_block(struct tm_out *out, const char *key,
		  const struct tm_field *fields)
{
	struct tm_frame *frame;
	size_t i;

	if (out->json) {
		json_key(out, key);
		tm_write_char(&out->writer, '{');
	}
	frame = push(out, FRAME_BLOCK, fields);
	for (i = 0; fields && fields[i].key; i++) {
		size_t width = strlen(fields[i].label);

		if (width > frame->label_width)
			frame->label_width = width;
	}
}

void tm_out_array(struct tm_out *out, const char *key)
{
	if (out->json) {
		json_key(out, key);
		tm_write_char(&out->writer, '[');
	}
	push(out, FRAME_ARRAY, NULL)->key = key;
}

void tm_out_table(struct tm_out *out, const char *key,
		  const struct tm_field *fields)
{
	struct tm_frame *frame;

	if (out->json) {
		json_key(out, key);
		tm_write_char(&out->writer, '[');
	}
	frame = push(out, FRAME_TABLE, fields);
	if (!out->json) {
		frame->table = tm_table_new(fields);
		if (!frame->table)
			out->failed = true;
	}
}

void tm_out_fit(struct tm_out *out, const struct tm_fit *steps)
{
	if (top(out)->table)
		tm_table_fit(top(out)->table, steps);
}

void tm_out_row(struct tm_out *out)
{
	struct tm_frame *table = top(out);

	if (out->json) {
		json_key(out, NULL);
		tm_write_char(&out->writer, '{');
	}
	push(out, FRAME_ROW, table->fields)->table = table->table;
	if (table->table)
		tm_table_row(table->table);
}

void tm_out_row_end(struct tm_out *out)
{
	tm_out_end(out);
}

/* The field with this key in [from, to); to NULL: up to the last one. */
static const struct tm_field *field_between(const struct tm_field *from,
					    const struct tm_field *to,
					    const char *key)
{
	for (; from != to && from->key; from++) {
		if (from->key[0] == key[0] && !strcmp(from->key, key))
			return from;
	}
	return NULL;
}

/* Most values come in the order of the fields: the next is looked at first. */
static const struct tm_field *field_of(struct tm_frame *frame, const char *key)
{
	const struct tm_field *field;

	if (!frame || !frame->fields || !key)
		return NULL;
	field = field_between(frame->next, NULL, key);
	if (!field)
		field = field_between(frame->fields, frame->next, key);
	if (field)
		frame->next = field + 1;
	return field;
}

static void block_line(struct tm_out *out, const struct tm_frame *frame,
		       const char *label, const char *text)
{
	struct tm_buffer escaped = { 0 };
	size_t width = strlen(label);

	tm_text_escape(&escaped, text);
	tm_write(&out->writer, label, width);
	if (width < frame->label_width)
		tm_write_spaces(&out->writer, frame->label_width - width);
	tm_write_spaces(&out->writer, 2);
	if (escaped.bytes)
		tm_text_color(&out->writer, out->colors, out->color,
			      escaped.bytes, escaped.used);
	tm_write_char(&out->writer, '\n');
	tm_out_line_done(out);
	out->failed |= escaped.failed;
	tm_buffer_free(&escaped);
}

/* Text: put a formatted value where its field is, if it is shown at all. */
static void text_put(struct tm_out *out, const struct tm_field *field,
		     const char *text)
{
	struct tm_frame *frame = top(out);

	if (frame && frame->kind == FRAME_ARRAY) {
		if (frame->any)
			tm_buffer_add(&frame->joined, ", ", 2);
		tm_buffer_add(&frame->joined, text, strlen(text));
		frame->any = true;
	} else if (field && frame->kind == FRAME_ROW && frame->table) {
		tm_table_cell(frame->table, field - frame->fields, text,
			      out->color);
	} else if (field && frame->kind == FRAME_BLOCK) {
		block_line(out, frame, field->label, text);
	}
	out->color = TM_COLOR_NONE;
}

static void text_value(struct tm_out *out, const char *key, const char *text)
{
	text_put(out, field_of(top(out), key), text);
}

static void array_joined(struct tm_out *out, struct tm_frame *array)
{
	struct tm_buffer joined = array->joined;
	const char *key = array->key;

	memset(&array->joined, 0, sizeof(array->joined));
	if (joined.bytes && !joined.failed)
		text_value(out, key, joined.bytes);
	out->failed |= joined.failed;
	tm_buffer_free(&joined);
}

void tm_out_end(struct tm_out *out)
{
	struct tm_frame *frame = top(out);

	if (!frame)
		return;
	out->depth--;
	if (!out->json) {
		if (frame->kind == FRAME_TABLE && frame->table &&
		    !tm_table_print(frame->table, &out->writer, out->width,
				    out->colors, out->ending))
			out->failed = true;
		if (frame->kind == FRAME_ARRAY)
			array_joined(out, frame);
		if (frame->kind == FRAME_TABLE)
			tm_out_line_done(out);
		if (!out->depth && out->streaming)
			tm_out_flush(out);
		return;
	}
	tm_write_char(&out->writer, frame->kind == FRAME_BLOCK || frame->kind == FRAME_ROW ?
	      '}' : ']');
	if (!out->depth && out->streaming) {
		tm_write_char(&out->writer, '\n');
		tm_out_flush(out);
	}
}

void tm_out_number(struct tm_out *out, const char *key, uint64_t value)
{
	const struct tm_field *field;
	char buffer[TM_NUMBER_TEXT];
	enum tm_unit unit;

	if (out->json) {
		tm_out_number_as(out, key, value, NULL);
		return;
	}
	field = field_of(top(out), key);
	unit = field ? field->unit : TM_UNIT_NONE;
	text_put(out, field, tm_text_number(unit, value, buffer));
}

void tm_out_number_as(struct tm_out *out, const char *key, uint64_t value,
		      const char *text)
{
	if (!out->json) {
		text_value(out, key, text);
		return;
	}
	json_key(out, key);
	write_number(out, value);
}

void tm_out_signed(struct tm_out *out, const char *key, int64_t value)
{
	char buffer[TM_NUMBER_TEXT];

	snprintf(buffer, sizeof(buffer), "%lld", (long long)value);
	if (!out->json) {
		text_value(out, key, buffer);
		return;
	}
	json_key(out, key);
	tm_write_text(&out->writer, buffer);
}

void tm_out_real(struct tm_out *out, const char *key, double value)
{
	const struct tm_field *field;
	char buffer[TM_NUMBER_TEXT];

	if (!out->json) {
		field = field_of(top(out), key);
		snprintf(buffer, sizeof(buffer), "%.1f%s", value,
			 field && field->unit == TM_UNIT_PERCENT ? " %" : "");
		text_put(out, field, buffer);
		return;
	}
	json_key(out, key);
	if (isfinite(value))
		snprintf(buffer, sizeof(buffer), "%.9g", value);
	else
		strcpy(buffer, "null");
	tm_write_text(&out->writer, buffer);
}

void tm_out_string(struct tm_out *out, const char *key, const char *value)
{
	tm_out_string_as(out, key, value, value);
}

void tm_out_string_as(struct tm_out *out, const char *key, const char *value,
		      const char *text)
{
	if (!out->json) {
		text_value(out, key, text);
		return;
	}
	json_key(out, key);
	tm_json_string(&out->writer, value);
}

void tm_out_bool(struct tm_out *out, const char *key, bool value)
{
	if (!out->json) {
		text_value(out, key, value ? "yes" : "no");
		return;
	}
	json_key(out, key);
	tm_write_text(&out->writer, value ? "true" : "false");
}

void tm_out_null(struct tm_out *out, const char *key)
{
	if (!out->json) {
		text_value(out, key, "-");
		return;
	}
	json_key(out, key);
	tm_write_text(&out->writer, "null");
}

void tm_out_color(struct tm_out *out, enum tm_color color)
{
	out->color = color;
}

/* "key=value" from the start of pairs; returns where the next begins. */
static const char *unknown_one(struct tm_out *out, const char *pairs)
{
	size_t length = strcspn(pairs, " ");
	char *pair = strndup(pairs, length);
	char *equals = pair ? strchr(pair, '=') : NULL;

	if (equals) {
		*equals = '\0';
		tm_out_string(out, pair, equals + 1);
	} else if (!pair) {
		out->failed = true;
	}
	free(pair);
	return pairs + length + strspn(pairs + length, " ");
}

void tm_out_unknown(struct tm_out *out, const char *unknown)
{
	struct tm_frame *frame = top(out);

	if (!unknown || !*unknown)
		return;
	while (out->json && *unknown)
		unknown = unknown_one(out, unknown);
	if (out->json)
		return;
	if (frame && frame->kind == FRAME_ROW && frame->table)
		tm_table_extra(frame->table, unknown);
	else if (frame && frame->kind == FRAME_BLOCK && frame->fields)
		block_line(out, frame, "unknown", unknown);
}

void tm_out_end_all(struct tm_out *out)
{
	while (out->depth)
		tm_out_end(out);
}

int tm_out_check(struct tm_out *out, struct tm_error *error)
{
	if (!tm_out_flush(out))
		return tm_error_set(error, TM_EXIT_REFUSED, out->writer.error,
				    "cannot write the output: %s",
				    out->writer.error ?
				    strerror(out->writer.error) : "write error");
	if (out->failed || out->warnings.failed)
		return tm_error_set(error, TM_EXIT_REFUSED, ENOMEM,
				    "out of memory: the output is not complete");
	return 0;
}

int tm_out_close(struct tm_out *out, struct tm_error *error)
{
	int result;

	tm_out_end_all(out);
	if (out->json) {
		tm_out_warnings(out);
		document_begin(out);
		if (!out->streaming)
			tm_write_text(&out->writer, "}\n");
	}
	result = tm_out_check(out, error);
	tm_buffer_free(&out->warnings);
	free(out);
	return result;
}
