/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file replaced as a whole, or left as it was, whatever happens in the middle:
 * written beside it, brought to the disk, renamed over it.
 */
#ifndef TM_REPLACE_H
#define TM_REPLACE_H

#include <limits.h>
#include <stdio.h>
#include <sys/types.h>

#include "error.h"

/*
 * @stream:	where the new text goes: into memory, until the end
 * @path:	what is replaced: where symbolic links lead, of which none is
 *		replaced itself
 */
struct tm_replace {
	FILE *stream;
	char *text;
	size_t length;
	char path[PATH_MAX];
};

/* Begin.  Returns 0, or -1 with error set. */
int tm_replace_begin(struct tm_replace *replace, const char *path,
		     struct tm_error *error);

/*
 * End: all that was written takes its place.  The new file has mode and owner of
 * the one that is there, else @mode, whatever the umask.  Returns 0, or -1 with
 * error set: the file is byte for byte what it was.
 */
int tm_replace_end(struct tm_replace *replace, mode_t mode,
		   struct tm_error *error);

/* Give up instead. */
void tm_replace_abandon(struct tm_replace *replace);

/* Remove a file for good.  One that is not there is no error. */
int tm_replace_remove(const char *path, struct tm_error *error);

/*
 * Make a folder, and those above it, where they are missing; @mode is that of the
 * last, whatever the umask.  Returns 0, or -1 with error set.
 */
int tm_folder_make(const char *path, mode_t mode, struct tm_error *error);

#endif /* TM_REPLACE_H */
