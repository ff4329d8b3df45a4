// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is said beside the document: lines of prose, warnings, the error that ends
 * a run.  Contract in out.h.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "out.h"
#include "out_state.h"
#include "text.h"

static void print_text(struct tm_out *out, size_t width, const char *format,
		       va_list arguments)
{
	struct tm_buffer escaped = { 0 };
	char line[1024];

	if (out->json)
		return;
	vsnprintf(line, sizeof(line), format, arguments);
	tm_text_escape(&escaped, line);
	if (escaped.bytes)
		tm_text_lines(&out->writer, out->colors, out->color,
			      escaped.bytes, width);
	tm_out_line_done(out);
	if (out->streaming)
		tm_out_flush(out);
	out->color = TM_COLOR_NONE;
	out->failed |= escaped.failed;
	tm_buffer_free(&escaped);
}

void tm_out_text(struct tm_out *out, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_text(out, 0, format, arguments);
	va_end(arguments);
}

void tm_out_prose(struct tm_out *out, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_text(out, out->width, format, arguments);
	va_end(arguments);
}

void tm_out_blank(struct tm_out *out)
{
	if (out->json)
		return;
	tm_write_char(&out->writer, '\n');
	tm_out_line_done(out);
}

void tm_out_warn(struct tm_out *out, const char *format, ...)
{
	struct tm_buffer escaped = { 0 };
	char line[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	if (out->json && out->streaming && !out->depth) {
		tm_out_block(out, NULL, NULL);
		tm_out_string(out, "warning", line);
		tm_out_end(out);
		return;
	}
	if (out->json) {
		tm_buffer_add(&out->warnings, line, strlen(line) + 1);
		return;
	}
	tm_text_escape(&escaped, line);
	tm_out_flush(out);
	fprintf(stderr, "tmctl: warning: %s\n", escaped.bytes ?
		escaped.bytes : "out of memory");
	tm_buffer_free(&escaped);
}

static void text_error(struct tm_out *out, const struct tm_error *error)
{
	struct tm_buffer message = { 0 }, hint = { 0 };

	tm_text_escape(&message, error->message);
	tm_text_escape(&hint, error->hint);
	tm_out_flush(out);
	fprintf(stderr, "tmctl: %s\n",
		message.bytes ? message.bytes : "out of memory");
	/* Its makers have made it safe; escaping would eat the line break. */
	if (error->excerpt[0])
		fprintf(stderr, "%s\n", error->excerpt);
	if (hint.bytes && hint.used)
		fprintf(stderr, "       %s\n", hint.bytes);
	tm_buffer_free(&message);
	tm_buffer_free(&hint);
}

void tm_out_error(struct tm_out *out, const struct tm_error *error)
{
	out->ending = true;
	tm_out_end_all(out);
	if (!out->json) {
		text_error(out, error);
		return;
	}
	if (out->streaming)
		tm_out_block(out, NULL, NULL);
	tm_out_block(out, "error", NULL);
	tm_out_string(out, "code", tm_exit_name(error->exit_code));
	tm_out_number(out, "exit_code", error->exit_code);
	tm_out_number(out, "errno", error->errnum);
	tm_out_string(out, "message", error->message);
	tm_out_string(out, "kernel", error->extack);
	tm_out_string(out, "attribute", error->attribute);
	tm_out_string(out, "hint", error->hint);
	tm_out_end(out);
	if (out->streaming)
		tm_out_end(out);
}

void tm_out_warnings(struct tm_out *out)
{
	size_t at = 0;

	if (!out->warnings.used)
		return;
	if (out->streaming)
		tm_out_block(out, NULL, NULL);
	tm_out_array(out, "warnings");
	for (at = 0; at < out->warnings.used;
	     at += strlen(out->warnings.bytes + at) + 1)
		tm_out_string(out, NULL, out->warnings.bytes + at);
	tm_out_end(out);
	if (out->streaming)
		tm_out_end(out);
}
