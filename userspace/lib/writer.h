/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Output of many small pieces: gathered here, and handed to a stream in large
 * ones.  A list of a million flows is 70 million pieces; each of them would take
 * stdio's lock, parse a format and pass several layers of calls.
 *
 * Whoever else writes to the stream, flushes or closes it calls tm_write_out()
 * before.
 */
#ifndef TM_WRITER_H
#define TM_WRITER_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define TM_WRITER_SIZE	32768

/*
 * @error:	errno of the first piece that the stream did not take, 0: none
 * @used:	bytes that wait
 */
struct tm_writer {
	FILE *stream;
	int error;
	size_t used;
	char bytes[TM_WRITER_SIZE];
};

/* Hand over what waits; it is not flushed. */
void tm_write_out(struct tm_writer *writer);

/* What does not fit behind what waits. */
void tm_write_large(struct tm_writer *writer, const char *bytes, size_t length);

static inline void tm_write(struct tm_writer *writer, const char *bytes,
			    size_t length)
{
	if (length > TM_WRITER_SIZE - writer->used) {
		tm_write_large(writer, bytes, length);
		return;
	}
	memcpy(writer->bytes + writer->used, bytes, length);
	writer->used += length;
}

static inline void tm_write_text(struct tm_writer *writer, const char *text)
{
	tm_write(writer, text, strlen(text));
}

static inline void tm_write_char(struct tm_writer *writer, char c)
{
	tm_write(writer, &c, 1);
}

void tm_write_spaces(struct tm_writer *writer, size_t count);

#endif /* TM_WRITER_H */
