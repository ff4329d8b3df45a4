// SPDX-License-Identifier: GPL-2.0-or-later
/* A log's cursor on disk: read with suspicion, replaced atomically. */
#include "cursor.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define CURSOR_MAGIC		"trafficmon-cursor "
#define CURSOR_TEXT_SIZE	512	/* twice what a cursor can have */

static int read_boot_id(char boot_id[TM_CURSOR_BOOT_ID_SIZE])
{
	ssize_t length;
	int fd;

	fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	length = read(fd, boot_id, TM_CURSOR_BOOT_ID_SIZE - 1);
	close(fd);
	if (length != TM_CURSOR_BOOT_ID_SIZE - 1)
		return -EIO;
	boot_id[length] = '\0';
	return 0;
}

int tm_cursor_init(struct tm_cursor *cursor)
{
	struct stat netns;

	*cursor = (struct tm_cursor){ 0 };
	if (stat("/proc/thread-self/ns/net", &netns))
		return -errno;
	cursor->netns = netns.st_ino;
	return read_boot_id(cursor->boot_id);
}

/*
 * FNV-1a as its authors give it (Fowler, Noll, Vo): against a damaged file,
 * not against a forger, who could as well write a whole one.
 */
static uint64_t checksum(const char *text, size_t length)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	while (length--) {
		hash ^= (unsigned char)*text++;
		hash *= UINT64_C(0x100000001b3);
	}
	return hash;
}

static size_t cursor_format(const struct tm_cursor *cursor,
			    char text[CURSOR_TEXT_SIZE])
{
	int length;

	length = snprintf(text, CURSOR_TEXT_SIZE,
			  CURSOR_MAGIC "1\n"
			  "boot_id %s\n"
			  "netns %" PRIu64 "\n"
			  "instance %016" PRIx64 "\n"
			  "sequence %" PRIu64 "\n"
			  "ended %d\n",
			  cursor->boot_id, cursor->netns, cursor->instance,
			  cursor->sequence, cursor->ended);
	length += snprintf(text + length, CURSOR_TEXT_SIZE - (size_t)length,
			   "check %016" PRIx64 "\n",
			   checksum(text, (size_t)length));
	return (size_t)length;
}

/*
 * sscanf() is generous; so what was read is written again, and only a text
 * that comes out byte for byte is a cursor.
 */
static bool cursor_parse(struct tm_cursor *cursor, const char *text,
			 size_t length)
{
	char again[CURSOR_TEXT_SIZE];
	int ended = 0;

	*cursor = (struct tm_cursor){ 0 };
	if (sscanf(text,
		   CURSOR_MAGIC "1 boot_id %36s netns %" SCNu64
		   " instance %" SCNx64 " sequence %" SCNu64 " ended %d",
		   cursor->boot_id, &cursor->netns, &cursor->instance,
		   &cursor->sequence, &ended) != 5)
		return false;
	cursor->ended = ended != 0;
	return cursor_format(cursor, again) == length &&
	       !memcmp(again, text, length);
}

/* What a crash of the machine leaves of a file: nothing, or zeros. */
static bool is_blank(const char *text, size_t length)
{
	while (length--) {
		if (*text++)
			return false;
	}
	return true;
}

static enum tm_cursor_found read_text(const char *path, char *text, size_t size,
				      size_t *length)
{
	struct stat status;
	ssize_t got;
	int fd;

	/* O_NONBLOCK: not to hang on a FIFO of that name. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0) {
		if (errno == ELOOP)
			return TM_CURSOR_FOREIGN;
		return errno == ENOENT ? TM_CURSOR_ABSENT : TM_CURSOR_UNREADABLE;
	}
	if (fstat(fd, &status) || !S_ISREG(status.st_mode)) {
		close(fd);
		return TM_CURSOR_FOREIGN;
	}
	got = read(fd, text, size - 1);
	close(fd);
	if (got < 0)
		return TM_CURSOR_UNREADABLE;
	text[got] = '\0';
	*length = (size_t)got;
	return TM_CURSOR_FOUND;
}

enum tm_cursor_found tm_cursor_load(const char *path, const struct tm_cursor *here,
				    struct tm_cursor *cursor)
{
	char text[CURSOR_TEXT_SIZE];
	enum tm_cursor_found found;
	struct tm_cursor read;
	size_t length;

	found = read_text(path, text, sizeof(text), &length);
	if (found != TM_CURSOR_FOUND)
		return found;
	if (is_blank(text, length))
		return TM_CURSOR_DAMAGED;
	if (strncmp(text, CURSOR_MAGIC, strlen(CURSOR_MAGIC)))
		return TM_CURSOR_FOREIGN;
	if (!cursor_parse(&read, text, length))
		return TM_CURSOR_DAMAGED;

	*cursor = read;
	if (strcmp(read.boot_id, here->boot_id))
		return TM_CURSOR_OTHER_BOOT;
	if (read.netns != here->netns)
		return TM_CURSOR_OTHER_NETNS;
	return TM_CURSOR_FOUND;
}

const char *tm_cursor_found_text(enum tm_cursor_found found)
{
	switch (found) {
	case TM_CURSOR_FOUND:
		return "is a cursor of this boot and namespace";
	case TM_CURSOR_ABSENT:
		return "does not exist yet";
	case TM_CURSOR_DAMAGED:
		return "is damaged, or of another version";
	case TM_CURSOR_OTHER_BOOT:
		return "is of an earlier boot";
	case TM_CURSOR_OTHER_NETNS:
		return "is of another network namespace";
	case TM_CURSOR_FOREIGN:
		return "is not a cursor";
	case TM_CURSOR_UNREADABLE:
		break;
	}
	return "cannot be read";
}

/* "DIRECTORY/NAME" -> "DIRECTORY"; "." where there is none. */
static int folder_of(const char *path, char folder[PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	size_t length = slash ? (size_t)(slash - path) : 1;

	if (length >= PATH_MAX)
		return -ENAMETOOLONG;
	if (slash && !length)
		length = 1;	/* in the root */
	memcpy(folder, slash ? path : ".", length);
	folder[length] = '\0';
	return 0;
}

static int write_whole(const char *path, const char *text, size_t length)
{
	int error = 0;
	int fd;

	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
		  0600);
	if (fd < 0)
		return -errno;
	errno = ENOSPC;	/* of a short write, which sets none */
	if (write(fd, text, length) != (ssize_t)length || fsync(fd))
		error = -errno;
	if (close(fd) && !error)
		error = -errno;
	if (error)
		unlink(path);
	return error;
}

static int sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int error = 0;

	if (fd < 0)
		return -errno;
	if (fsync(fd))
		error = -errno;
	close(fd);
	return error;
}

int tm_cursor_store(const char *path, const struct tm_cursor *cursor)
{
	char text[CURSOR_TEXT_SIZE];
	char folder[PATH_MAX];
	char new[PATH_MAX];
	int error;

	if (snprintf(new, sizeof(new), "%s.new", path) >= (int)sizeof(new))
		return -ENAMETOOLONG;
	error = folder_of(path, folder);
	if (error)
		return error;
	error = write_whole(new, text, cursor_format(cursor, text));
	if (error)
		return error;
	if (rename(new, path)) {
		error = -errno;
		unlink(new);
		return error;
	}
	return sync_folder(folder);
}

int tm_cursor_lock(const char *path)
{
	char folder[PATH_MAX];
	char lock[PATH_MAX];
	int error;
	int fd;

	if (snprintf(lock, sizeof(lock), "%s.lock", path) >= (int)sizeof(lock))
		return -ENAMETOOLONG;
	error = folder_of(path, folder);
	if (error)
		return error;
	if (mkdir(folder, 0700) && errno != EEXIST)
		return -errno;
	fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -errno;
	if (!flock(fd, LOCK_EX | LOCK_NB))
		return fd;
	error = -errno;
	close(fd);
	return error;
}
