/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One log entry, and the one line of text it becomes:
 *
 *	<sentence>: <key>=<value> <key>=<value> ...
 *
 * The line is what survives syslog(3), rsyslog, syslog-ng, journald and each
 * of them forwarding to another.  What its readers may rely on:
 *
 * - printable ASCII only, at most TM_LOG_LINE_SIZE - 1 (1,024) bytes;
 * - the first ": " ends the sentence, and the sentence holds no '=';
 * - a value is never empty and holds no space, quote, '=', '\' or '%'; such
 *   a byte, and each outside of printable ASCII, stands as %XX (two upper
 *   case hex digits), so that no reader needs to know any quoting;
 * - a field that has no room is left out whole, and tm.truncated=1 is last.
 */
#ifndef TM_LOG_LINE_H
#define TM_LOG_LINE_H

#include <stddef.h>

#define TM_LOG_LINE_SIZE		1025	/* with the final NUL */
#define TM_LOG_SENTENCE_SIZE	256
#define TM_LOG_VALUE_SIZE		96
#define TM_LOG_FIELDS_MAX		40

/* As syslog(3) numbers them; journald's PRIORITY is the same. */
enum tm_log_severity {
	TM_LOG_SEVERITY_ERROR = 3,
	TM_LOG_SEVERITY_WARNING = 4,
	TM_LOG_SEVERITY_NOTICE = 5,
	TM_LOG_SEVERITY_INFO = 6,
};

/* The severity in one word, as log.level has it. */
const char *tm_log_severity_name(enum tm_log_severity severity);

struct tm_log_field {
	const char *key;		/* [a-z0-9_.], outlives the entry */
	char value[TM_LOG_VALUE_SIZE];	/* escaped, not empty */
};

struct tm_log_entry {
	enum tm_log_severity severity;
	const char *message_id;		/* journald's: 32 hex digits */
	char sentence[TM_LOG_SENTENCE_SIZE];
	unsigned int field_count;
	struct tm_log_field fields[TM_LOG_FIELDS_MAX];
};

/* Empty an entry; message_id outlives it. */
void tm_log_entry_start(struct tm_log_entry *entry, enum tm_log_severity severity,
			const char *message_id);

/*
 * The sentence.  Bytes that a sentence cannot have become '?', a ": " within
 * becomes ", ", and what is too long is cut.
 */
void tm_log_entry_sentence(struct tm_log_entry *entry, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Add a field, its value escaped and, when too long, cut.  An empty value adds
 * nothing, nor does a field behind the TM_LOG_FIELDS_MAX-th.
 */
void tm_log_entry_add(struct tm_log_entry *entry, const char *key,
		      const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Write text as a value into escaped (size bytes, at least 4): what does not
 * fit is cut, never within a %XX.  Returns the length.
 */
size_t tm_log_value_escape(char *escaped, size_t size, const char *text);

/* Write the line, ended by a NUL, into line.  Returns its length in bytes. */
size_t tm_log_line_encode(const struct tm_log_entry *entry,
			  char line[TM_LOG_LINE_SIZE]);

#endif /* TM_LOG_LINE_H */
