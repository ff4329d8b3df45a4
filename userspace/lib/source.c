// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Texts that people wrote, and where they are wrong: see source.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source.h"

/* How much of a long line is shown: characters before and after the culprit. */
enum {
	SHOWN_BEFORE	= 60,
	SHOWN_AFTER	= 40,
};

size_t tm_utf8_decode(const char *text, size_t length, unsigned int *code_point)
{
	static const unsigned int least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *byte = (const unsigned char *)text;
	unsigned int value;
	size_t n, i;

	if (!length)
		return 0;
	if (byte[0] < 0x80) {
		*code_point = byte[0];
		return 1;
	}
	if (byte[0] >= 0xc2 && byte[0] <= 0xdf)
		n = 2;
	else if (byte[0] >= 0xe0 && byte[0] <= 0xef)
		n = 3;
	else if (byte[0] >= 0xf0 && byte[0] <= 0xf4)
		n = 4;
	else
		return 0;
	if (n > length)
		return 0;
	value = byte[0] & (0x7f >> n);
	for (i = 1; i < n; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (byte[i] & 0x3f);
	}
	if (value < least[n] || value > 0x10ffff ||
	    (value >= 0xd800 && value <= 0xdfff))
		return 0;
	*code_point = value;
	return n;
}

/* Bytes of the character at an offset; a broken byte counts as one. */
static size_t character_at(const struct tm_source *source, size_t offset,
			   unsigned int *code_point)
{
	size_t n = tm_utf8_decode(source->text + offset, source->length - offset,
			       code_point);

	if (n)
		return n;
	*code_point = 0;
	return 1;
}

static int read_error(struct tm_source *source, int error, const char *reason)
{
	source->failed = true;
	source->error.line = 0;
	source->error.column = 0;
	source->error.offset = 0;
	snprintf(source->error.reason, sizeof(source->error.reason), "%s",
		 reason);
	return -error;
}

/* Read until the end; doubles the buffer, never beyond the largest size. */
static int read_all(struct tm_source *source, int fd)
{
	size_t room = 0;

	for (;;) {
		ssize_t n;

		if (source->length == room) {
			char *text;

			room = room ? 2 * room : 65536;
			text = realloc(source->text, room);
			if (!text)
				return read_error(source, ENOMEM,
						  "out of memory");
			source->text = text;
		}
		n = read(fd, source->text + source->length,
			 room - source->length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return read_error(source, errno, strerror(errno));
		if (!n)
			return 0;
		source->length += n;
		if (source->length > TM_SOURCE_SIZE_MAX_BYTES)
			return read_error(source, EFBIG,
					  "larger than 64 MiB, the most that is read; split it");
	}
}

int tm_source_read(struct tm_source *source, const char *path)
{
	bool is_stdin = !strcmp(path, "-");
	int fd = STDIN_FILENO;
	int error;

	memset(source, 0, sizeof(*source));
	source->name = strdup(is_stdin ? "stdin" : path);
	if (!source->name)
		return read_error(source, ENOMEM, "out of memory");
	if (!is_stdin) {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return read_error(source, errno, strerror(errno));
	}
	error = read_all(source, fd);
	if (!is_stdin)
		close(fd);
	return error;
}

int tm_source_copy(struct tm_source *source, const char *name, const void *text,
		   size_t length)
{
	memset(source, 0, sizeof(*source));
	source->name = strdup(name);
	source->text = malloc(length ? length : 1);
	if (!source->name || !source->text)
		return read_error(source, ENOMEM, "out of memory");
	if (length)
		memcpy(source->text, text, length);
	source->length = length;
	return 0;
}

void tm_source_free(struct tm_source *source)
{
	free(source->name);
	free(source->text);
	memset(source, 0, sizeof(*source));
}

void tm_source_position(const struct tm_source *source, size_t offset,
			unsigned long *line, unsigned long *column)
{
	unsigned int code_point;
	size_t start = 0;
	size_t i;

	if (offset > source->length)
		offset = source->length;
	*line = 1;
	*column = 1;
	for (i = 0; i < offset; i++) {
		if (source->text[i] == '\n') {
			(*line)++;
			start = i + 1;
		}
	}
	for (i = start; i < offset; i += character_at(source, i, &code_point))
		(*column)++;
}

bool tm_is_unsafe(unsigned int code_point)
{
	return code_point < 0x20 ||
	       (code_point >= 0x7f && code_point < 0xa0) ||
	       (code_point >= 0x200b && code_point <= 0x200f) ||
	       (code_point >= 0x2028 && code_point <= 0x202e) ||
	       (code_point >= 0x2060 && code_point <= 0x206f) ||
	       code_point == 0xfeff;
}

void tm_make_safe(char *text)
{
	size_t length = strlen(text);
	unsigned int code_point;
	size_t from, to = 0;
	size_t n;

	for (from = 0; from < length; from += n) {
		n = tm_utf8_decode(text + from, length - from, &code_point);
		if (n && !tm_is_unsafe(code_point)) {
			memmove(text + to, text + from, n);
			to += n;
		} else {
			n = n ? n : 1;
			text[to++] = '?';
		}
	}
	text[to] = '\0';
}

int tm_source_fail(struct tm_source *source, size_t offset, const char *format, ...)
{
	struct tm_source_failure *error = &source->error;
	va_list arguments;

	if (source->failed)
		return -EINVAL;
	source->failed = true;
	error->offset = offset < source->length ? offset : source->length;
	tm_source_position(source, error->offset, &error->line, &error->column);
	va_start(arguments, format);
	vsnprintf(error->reason, sizeof(error->reason), format, arguments);
	va_end(arguments);
	/* It may quote what it is about. */
	tm_make_safe(error->reason);
	return -EINVAL;
}

const char *tm_source_describe(const struct tm_source *source, size_t offset,
			       char *buffer, size_t size)
{
	unsigned int code_point;
	size_t n;

	if (offset >= source->length) {
		snprintf(buffer, size, "the end of the file");
		return buffer;
	}
	n = tm_utf8_decode(source->text + offset, source->length - offset,
			   &code_point);
	if (!n)
		snprintf(buffer, size, "byte 0x%02x, which is not UTF-8",
			 (unsigned char)source->text[offset]);
	else if (!code_point)
		snprintf(buffer, size, "a NUL byte");
	else if (code_point == '\n' || code_point == '\r')
		snprintf(buffer, size, "the end of the line");
	else if (code_point == '\t')
		snprintf(buffer, size, "a tab");
	else if (code_point < 0x20 ||
		 (code_point >= 0x7f && code_point < 0xa0))
		snprintf(buffer, size, "control character U+%04X", code_point);
	else
		snprintf(buffer, size, "'%.*s'", (int)n, source->text + offset);
	return buffer;
}

static void append(char *buffer, size_t size, size_t *used, const char *text,
		   size_t length)
{
	if (*used + length + 1 > size)
		return;
	memcpy(buffer + *used, text, length);
	*used += length;
	buffer[*used] = '\0';
}

const char *tm_source_excerpt(const struct tm_source *source, char *buffer,
			      size_t size)
{
	size_t culprit = source->error.offset;
	unsigned long column = source->error.column;
	unsigned long at = 1;
	unsigned int code_point;
	size_t used = 0;
	size_t i, n;

	buffer[0] = '\0';
	if (!source->error.line || !source->length)
		return buffer;
	for (i = culprit; i && source->text[i - 1] != '\n'; i--)
		;
	append(buffer, size, &used, "  ", 2);
	for (; i < source->length && source->text[i] != '\n'; i += n, at++) {
		n = character_at(source, i, &code_point);
		if (at + SHOWN_BEFORE < column || at > column + SHOWN_AFTER)
			continue;
		if (code_point == '\t')
			append(buffer, size, &used, " ", 1);
		else if (tm_is_unsafe(code_point))
			append(buffer, size, &used,
			       code_point == '\r' ? " " : "?", 1);
		else
			append(buffer, size, &used, source->text + i, n);
	}
	append(buffer, size, &used, "\n  ", 3);
	at = column > SHOWN_BEFORE ? SHOWN_BEFORE : column - 1;
	while (at--)
		append(buffer, size, &used, " ", 1);
	append(buffer, size, &used, "^", 1);
	return buffer;
}

int tm_source_error(const struct tm_source *source, struct tm_error *error)
{
	const struct tm_source_failure *failure = &source->error;
	const char *name = source->name ? source->name : "?";

	if (failure->line)
		tm_error_usage(error, "%.200s:%lu:%lu: %s", name,
			       failure->line, failure->column,
			       failure->reason);
	else
		tm_error_usage(error, "%.200s: %s", name, failure->reason);
	tm_source_excerpt(source, error->excerpt, sizeof(error->excerpt));
	return -1;
}
