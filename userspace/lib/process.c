// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Running another program.  Contract in process.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process.h"

extern char **environ;

/* In PATH, else where a user's PATH often does not lead. */
static int spawn_found(const char *const *argv,
		       const posix_spawn_file_actions_t *actions, pid_t *child)
{
	static const char *const folders[] = { "/usr/sbin", "/sbin" };
	int result = posix_spawnp(child, argv[0], actions, NULL,
				  (char *const *)argv, environ);
	char path[256];
	size_t i;

	for (i = 0; result == ENOENT &&
	     i < sizeof(folders) / sizeof(folders[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folders[i], argv[0]);
		result = posix_spawn(child, path, actions, NULL,
				     (char *const *)argv, environ);
	}
	return result;
}

static int spawn(const char *const *argv, int output_fd, pid_t *child)
{
	posix_spawn_file_actions_t actions;
	int result = posix_spawn_file_actions_init(&actions);

	if (result)
		return result;
	result = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO,
						  "/dev/null", 0, 0);
	if (!result)
		result = posix_spawn_file_actions_adddup2(&actions, output_fd,
							  STDOUT_FILENO);
	if (!result)
		result = posix_spawn_file_actions_adddup2(&actions, output_fd,
							  STDERR_FILENO);
	if (!result)
		result = spawn_found(argv, &actions, child);
	posix_spawn_file_actions_destroy(&actions);
	return result;
}

/* Read all, keep what fits. */
static void collect(int fd, char *output, size_t size)
{
	char rest[512];
	size_t used = 0;
	ssize_t got;

	do {
		if (used + 1 < size)
			got = read(fd, output + used, size - 1 - used);
		else
			got = read(fd, rest, sizeof(rest));
		if (got > 0 && used + 1 < size)
			used += got;
	} while (got > 0 || (got < 0 && errno == EINTR));
	while (used && output[used - 1] == '\n')
		used--;
	output[used] = '\0';
}

int tm_process_run(const char *const *argv, char *output, size_t size,
		   struct tm_error *error)
{
	int ends[2], status, result;
	pid_t child;

	output[0] = '\0';
	if (pipe2(ends, O_CLOEXEC))
		return tm_error_set(error, TM_EXIT_REFUSED, errno,
				    "cannot make a pipe: %s", strerror(errno));
	result = spawn(argv, ends[1], &child);
	close(ends[1]);
	if (result) {
		close(ends[0]);
		tm_error_set(error, TM_EXIT_REFUSED, result,
			     "cannot run %s: %s", argv[0], strerror(result));
		return tm_error_hint(error, "is it installed, and its folder in PATH?");
	}
	collect(ends[0], output, size);
	close(ends[0]);
	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return tm_error_set(error, TM_EXIT_REFUSED, errno,
					    "lost sight of %s: %s", argv[0],
					    strerror(errno));
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) :
				   128 + WTERMSIG(status);
}
