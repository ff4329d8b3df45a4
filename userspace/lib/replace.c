// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Replacing files.  Contract in replace.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "replace.h"

#define LINKS_MAX	40	/* as many as the kernel follows */

static int failed(const char *path, int cause, struct tm_error *error)
{
	enum tm_exit code = cause == EACCES || cause == EPERM ?
			    TM_EXIT_PERMISSION : TM_EXIT_REFUSED;

	return tm_error_set(error, code, cause, "cannot write %.400s: %s", path,
			    strerror(cause));
}

/* Bytes of the folder's part, with its slash; 0: there is none. */
static size_t folder_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash + 1 - path) : 0;
}

/*
 * Follow path to what its links name in the end, which need not be there.
 * Returns 0 or a positive errno.
 */
static int follow_links(char path[PATH_MAX])
{
	char target[PATH_MAX];
	size_t kept;
	ssize_t n;
	int i;

	for (i = 0; i < LINKS_MAX; i++) {
		n = readlink(path, target, sizeof(target));
		if (n < 0)
			return errno == EINVAL || errno == ENOENT ? 0 : errno;
		kept = target[0] == '/' ? 0 : folder_length(path);
		if (kept + n >= PATH_MAX)
			return ENAMETOOLONG;
		memcpy(path + kept, target, n);
		path[kept + n] = '\0';
	}
	return ELOOP;
}

/* Mode and owner of what is to be replaced.  Returns 0 or a positive errno. */
static int take_over(int fd, const char *path, mode_t mode)
{
	struct stat old;

	if (stat(path, &old))
		return errno != ENOENT || fchmod(fd, mode) ? errno : 0;
	if (!S_ISREG(old.st_mode))
		return S_ISDIR(old.st_mode) ? EISDIR : EINVAL;
	if ((old.st_uid != geteuid() || old.st_gid != getegid()) &&
	    fchown(fd, old.st_uid, old.st_gid))
		return errno;
	return fchmod(fd, old.st_mode & 07777) ? errno : 0;
}

int tm_replace_begin(struct tm_replace *replace, const char *path,
		     struct tm_error *error)
{
	int cause;

	replace->text = NULL;
	if (strlen(path) >= sizeof(replace->path))
		return failed(path, ENAMETOOLONG, error);
	strcpy(replace->path, path);
	cause = follow_links(replace->path);
	if (cause)
		return failed(path, cause, error);
	replace->stream = open_memstream(&replace->text, &replace->length);
	return replace->stream ? 0 : failed(path, errno, error);
}

void tm_replace_abandon(struct tm_replace *replace)
{
	fclose(replace->stream);
	free(replace->text);
}

/* What was renamed or removed in it is so after a crash, too. */
static int sync_folder(const char *path)
{
	size_t length = folder_length(path);
	char folder[PATH_MAX] = ".";
	int cause = 0;
	int fd;

	if (length) {
		memcpy(folder, path, length);
		folder[length] = '\0';
	}
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	if (fsync(fd))
		cause = errno;
	close(fd);
	return cause;
}

static int write_all(int fd, const char *text, size_t length)
{
	while (length) {
		ssize_t n = write(fd, text, length);

		if (n < 0 && errno != EINTR)
			return errno;
		if (n > 0) {
			text += n;
			length -= n;
		}
	}
	return fsync(fd) ? errno : 0;
}

/* The text, on the disk, in its place.  Returns 0 or a positive errno. */
static int put_in_place(const struct tm_replace *replace, mode_t mode)
{
	size_t folder = folder_length(replace->path);
	char beside[PATH_MAX + 16];
	int cause;
	int fd;

	snprintf(beside, sizeof(beside), "%.*s.%s.XXXXXX", (int)folder,
		 replace->path, replace->path + folder);
	fd = mkostemp(beside, O_CLOEXEC);
	if (fd < 0)
		return errno;
	cause = take_over(fd, replace->path, mode);
	if (!cause)
		cause = write_all(fd, replace->text, replace->length);
	if (close(fd) && !cause)
		cause = errno;
	if (!cause && rename(beside, replace->path))
		cause = errno;
	if (cause)
		unlink(beside);
	return cause;
}

int tm_replace_end(struct tm_replace *replace, mode_t mode,
		   struct tm_error *error)
{
	/* Memory is all that the stream can lack. */
	bool whole = !ferror(replace->stream);
	int cause = fclose(replace->stream) || !whole ? ENOMEM : 0;

	if (!cause)
		cause = put_in_place(replace, mode);
	free(replace->text);
	if (cause)
		return failed(replace->path, cause, error);
	cause = sync_folder(replace->path);
	if (!cause)
		return 0;
	return tm_error_set(error, TM_EXIT_REFUSED, cause,
			    "%.400s was written, but a crash may undo it: %s",
			    replace->path, strerror(cause));
}

int tm_replace_remove(const char *path, struct tm_error *error)
{
	int cause = 0;

	if (!unlink(path))
		cause = sync_folder(path);
	else if (errno != ENOENT)
		cause = errno;
	if (!cause)
		return 0;
	return tm_error_set(error, TM_EXIT_REFUSED, cause,
			    "cannot remove %.400s: %s", path, strerror(cause));
}

static int make_one(const char *path, mode_t mode)
{
	if (mkdir(path, mode))
		return errno == EEXIST ? 0 : errno;
	return chmod(path, mode) ? errno : 0;
}

int tm_folder_make(const char *path, mode_t mode, struct tm_error *error)
{
	char part[PATH_MAX];
	int cause = 0;
	char *slash;

	if (strlen(path) >= sizeof(part))
		return failed(path, ENAMETOOLONG, error);
	strcpy(part, path);
	for (slash = part; !cause && (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		cause = make_one(part, 0755);
		*slash = '/';
	}
	if (!cause)
		cause = make_one(part, mode);
	return cause ? failed(path, cause, error) : 0;
}
