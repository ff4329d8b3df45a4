/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far a log has come, on disk, so that a kill at any instant loses no
 * event: at worst the last ones are sent again.
 *
 * A small text file:
 *
 *	trafficmon-cursor 1
 *	boot_id 0f4f3a52-...		of the kernel that ran
 *	netns 4026531840		inode of the network namespace
 *	instance 00c0ffee00c0ffee	of the module's attachment: EVENT_INSTANCE
 *	sequence 42			the last event that was sent
 *	ended 0				1: that event was the instance's unload
 *	check 9d3c5e...			FNV-1a, 64 bit, of all before this line
 *
 * It is replaced by rename after an fsync, so that it is always a whole one.
 * One file belongs to one network namespace.  A file that is not a cursor is
 * never read as one and never overwritten.
 */
#ifndef TM_CURSOR_H
#define TM_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

#define TM_CURSOR_BOOT_ID_SIZE	37	/* a UUID as text, with the final NUL */

struct tm_cursor {
	char boot_id[TM_CURSOR_BOOT_ID_SIZE];
	uint64_t netns;
	uint64_t instance;
	uint64_t sequence;
	bool ended;
};

enum tm_cursor_found {
	TM_CURSOR_FOUND,
	TM_CURSOR_ABSENT,		/* no such file */
	TM_CURSOR_DAMAGED,		/* a cursor once; begin anew, replace it */
	TM_CURSOR_OTHER_BOOT,	/* a whole one, of another boot; replace it */
	TM_CURSOR_OTHER_NETNS,	/* a whole one, of another namespace; replace it */
	TM_CURSOR_FOREIGN,		/* no cursor: leave it alone */
	TM_CURSOR_UNREADABLE,	/* errno says why: leave it alone */
};

/*
 * Set the boot id and the namespace to those of the calling thread, the rest
 * to 0.  Returns 0 or -errno, where /proc does not say.
 */
int tm_cursor_init(struct tm_cursor *cursor);

/*
 * Read a file.  here: as tm_cursor_init() made it.  cursor is filled only with
 * TM_CURSOR_FOUND, TM_CURSOR_OTHER_BOOT and TM_CURSOR_OTHER_NETNS.
 */
enum tm_cursor_found tm_cursor_load(const char *path, const struct tm_cursor *here,
				    struct tm_cursor *cursor);

/* What was found, as the end of a sentence: "is damaged". */
const char *tm_cursor_found_text(enum tm_cursor_found found);

/*
 * Write a file: PATH.new, fsync, rename over PATH, fsync of the folder.
 * Returns 0 or -errno: then PATH is as it was.
 */
int tm_cursor_store(const char *path, const struct tm_cursor *cursor);

/*
 * Make sure that nobody else uses the cursor, by a lock on PATH.lock that
 * lasts as long as the descriptor; the folder (its last part) is made where it
 * is missing.  Returns the descriptor or -errno: -EWOULDBLOCK when another
 * holds it.
 */
int tm_cursor_lock(const char *path);

#endif /* TM_CURSOR_H */
