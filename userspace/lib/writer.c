// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Output of many small pieces.  Contract in writer.h.
 */
#include <errno.h>

#include "writer.h"

static void hand_over(struct tm_writer *writer, const char *bytes,
		      size_t length)
{
	errno = 0;
	if (fwrite(bytes, 1, length, writer->stream) != length &&
	    !writer->error)
		writer->error = errno;
}

void tm_write_out(struct tm_writer *writer)
{
	if (writer->used)
		hand_over(writer, writer->bytes, writer->used);
	writer->used = 0;
}

void tm_write_large(struct tm_writer *writer, const char *bytes, size_t length)
{
	tm_write_out(writer);
	if (length > TM_WRITER_SIZE) {
		hand_over(writer, bytes, length);
		return;
	}
	memcpy(writer->bytes, bytes, length);
	writer->used = length;
}

void tm_write_spaces(struct tm_writer *writer, size_t count)
{
	static const char spaces[] = "                                ";
	const size_t most = sizeof(spaces) - 1;

	for (; count > most; count -= most)
		tm_write(writer, spaces, most);
	tm_write(writer, spaces, count);
}
