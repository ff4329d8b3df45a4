// SPDX-License-Identifier: GPL-2.0-or-later
/* A log entry as one line: see log_line.h for what a line promises. */
#include "log_line.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define LOG_TRUNCATED	" tm.truncated=1"

const char *tm_log_severity_name(enum tm_log_severity severity)
{
	switch (severity) {
	case TM_LOG_SEVERITY_ERROR:
		return "error";
	case TM_LOG_SEVERITY_WARNING:
		return "warning";
	case TM_LOG_SEVERITY_NOTICE:
		return "notice";
	case TM_LOG_SEVERITY_INFO:
		return "info";
	}
	return "unknown";
}

void tm_log_entry_start(struct tm_log_entry *entry, enum tm_log_severity severity,
			const char *message_id)
{
	entry->severity = severity;
	entry->message_id = message_id;
	entry->sentence[0] = '\0';
	entry->field_count = 0;
}

/* isgraph() and isprint() ask the locale; a line is ASCII in every locale. */
static bool is_graphic(unsigned char byte)
{
	return byte > ' ' && byte < 0x7f;
}

void tm_log_entry_sentence(struct tm_log_entry *entry, const char *format, ...)
{
	char *byte = entry->sentence;
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(entry->sentence, sizeof(entry->sentence), format, arguments);
	va_end(arguments);

	for (; *byte; byte++) {
		if ((!is_graphic((unsigned char)*byte) && *byte != ' ') ||
		    *byte == '=')
			*byte = '?';
		else if (*byte == ':' && (byte[1] == ' ' || !byte[1]))
			*byte = ',';
	}
}

size_t tm_log_value_escape(char *escaped, size_t size, const char *text)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t length = 0;

	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if (is_graphic(byte) && !strchr("\"'`=\\%", byte)) {
			if (length + 1 >= size)
				break;
			escaped[length++] = (char)byte;
		} else {
			if (length + 3 >= size)
				break;
			escaped[length++] = '%';
			escaped[length++] = hex[byte >> 4];
			escaped[length++] = hex[byte & 15];
		}
	}
	escaped[length] = '\0';
	return length;
}

void tm_log_entry_add(struct tm_log_entry *entry, const char *key,
		      const char *format, ...)
{
	struct tm_log_field *field = &entry->fields[entry->field_count];
	char text[TM_LOG_VALUE_SIZE];
	va_list arguments;

	if (entry->field_count == TM_LOG_FIELDS_MAX)
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);

	field->key = key;
	if (tm_log_value_escape(field->value, sizeof(field->value), text))
		entry->field_count++;
}

size_t tm_log_line_encode(const struct tm_log_entry *entry,
			  char line[TM_LOG_LINE_SIZE])
{
	/* Room is kept for the mark, but for the last field, which needs none. */
	const size_t limit = TM_LOG_LINE_SIZE - 1;
	const size_t mark = strlen(LOG_TRUNCATED);
	bool truncated = false;
	size_t length;
	unsigned int i;

	length = (size_t)snprintf(line, TM_LOG_LINE_SIZE, "%s:", entry->sentence);
	for (i = 0; i < entry->field_count; i++) {
		const struct tm_log_field *field = &entry->fields[i];
		bool last = i + 1 == entry->field_count && !truncated;
		size_t need = strlen(field->key) + strlen(field->value) + 2;

		if (length + need > limit - (last ? 0 : mark)) {
			truncated = true;
			continue;
		}
		length += (size_t)snprintf(line + length,
					   TM_LOG_LINE_SIZE - length, " %s=%s",
					   field->key, field->value);
	}
	if (truncated) {
		memcpy(line + length, LOG_TRUNCATED, mark + 1);
		length += mark;
	}
	return length;
}
