// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bytes that grow, escaping, breaking into lines.  Contract in text.h.
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

/* Bytes of value that a JSON string has as they are. */
static size_t json_plain(const unsigned char *value)
{
	static const bool plain[256] = {
		[' ' ... '!'] = true, ['#' ... '['] = true,
		[']' ... '~'] = true,
	};
	size_t length = 0;

	while (plain[value[length]])
		length++;
	return length;
}

void tm_json_string(struct tm_writer *writer, const char *value)
{
	const unsigned char *c = (const unsigned char *)value;
	char escaped[8];

	tm_write_char(writer, '"');
	for (;;) {
		size_t length = json_plain(c);

		tm_write(writer, (const char *)c, length);
		c += length;
		if (!*c)
			break;
		length = utf8_length(c);
		if (!length) {
			tm_write_text(writer, "\\ufffd");
			length = 1;
		} else if (*c == '"' || *c == '\\') {
			tm_write_char(writer, '\\');
			tm_write_char(writer, *c);
		} else if (*c < 0x20 || *c == 0x7f) {
			snprintf(escaped, sizeof(escaped), "\\u%04x", *c);
			tm_write_text(writer, escaped);
		} else {
			tm_write(writer, (const char *)c, length);
		}
		c += length;
	}
	tm_write_char(writer, '"');
}

/* Bytes of value that a terminal may have as they are, of those in ASCII. */
static size_t text_plain(const unsigned char *value)
{
	size_t length = 0;

	while (value[length] >= 0x20 && value[length] < 0x7f)
		length++;
	return length;
}

bool tm_text_escape(struct tm_buffer *buffer, const char *value)
{
	const unsigned char *c = (const unsigned char *)value;
	bool ascii = true;
	char escaped[5];

	for (;;) {
		size_t length = text_plain(c);
		bool control;

		/* Even nothing is added: it makes an empty value a string. */
		tm_buffer_add(buffer, (const char *)c, length);
		c += length;
		if (!*c)
			return ascii;
		length = utf8_length(c);
		/* U+0080 to U+009F are control characters too. */
		control = *c < 0x20 || *c == 0x7f ||
			  (length == 2 && c[0] == 0xc2 && c[1] < 0xa0);
		if (!length || control) {
			snprintf(escaped, sizeof(escaped), "\\x%02x", *c);
			tm_buffer_add(buffer, escaped, 4);
			length = 1;
		} else {
			tm_buffer_add(buffer, (const char *)c, length);
			ascii = false;
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
	strcpy(tm_digits(buffer, value), unit == TM_UNIT_PERCENT ? " %" : "");
	return buffer;
}

void tm_text_color(struct tm_writer *writer, bool colors, enum tm_color color,
		   const char *text, size_t length)
{
	static const char *const codes[] = {
		[TM_COLOR_GOOD] = "\033[32m",
		[TM_COLOR_WARNING] = "\033[33m",
		[TM_COLOR_BAD] = "\033[31m",
		[TM_COLOR_DIM] = "\033[2m",
	};

	if (colors && color != TM_COLOR_NONE)
		tm_write_text(writer, codes[color]);
	tm_write(writer, text, length);
	if (colors && color != TM_COLOR_NONE)
		tm_write_text(writer, "\033[0m");
}

/* Bytes of the first `width` columns of text, at most length. */
static size_t columns_bytes(const char *text, size_t length, size_t width)
{
	size_t i;

	for (i = 0; i < length; i++) {
		if (((unsigned char)text[i] & 0xc0) == 0x80)
			continue;
		if (!width--)
			break;
	}
	return i;
}

size_t tm_text_line(const char *text, size_t length, size_t width,
		    size_t *next)
{
	size_t fits = columns_bytes(text, length, width ? width : 1);
	size_t end = fits;

	*next = fits;
	if (fits == length)
		return fits;
	while (end && text[end] != ' ' && text[end - 1] != ',')
		end--;
	/* No place to break at: in the middle of the word. */
	if (!end)
		return fits;
	*next = end;
	while (*next < length && text[*next] == ' ')
		(*next)++;
	while (end && text[end - 1] == ' ')
		end--;
	return end;
}

size_t tm_text_longest_piece(const char *text, size_t length)
{
	size_t longest = 0, start = 0, i;

	for (i = 0; i <= length; i++) {
		bool space = i < length && text[i] == ' ';

		if (i < length && !space && (!i || text[i - 1] != ','))
			continue;
		if (tm_text_width(text + start, i - start) > longest)
			longest = tm_text_width(text + start, i - start);
		start = space ? i + 1 : i;
	}
	return longest;
}

void tm_text_lines(struct tm_writer *writer, bool colors, enum tm_color color,
		   const char *text, size_t width)
{
	size_t indent = strspn(text, " ");
	size_t left = strlen(text + indent), bytes, next;

	if (width <= indent)
		width = 0;
	text += indent;
	do {
		next = bytes = left;
		if (width)
			bytes = tm_text_line(text, left, width - indent, &next);
		tm_write_spaces(writer, indent);
		tm_text_color(writer, colors, color, text, bytes);
		tm_write_char(writer, '\n');
		text += next;
		left -= next;
	} while (left);
}
