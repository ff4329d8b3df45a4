// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Other network namespaces: by name, as `ip netns` keeps them, or by path.
 * Internal to the netlink client, but for tm_netns_enter() (nl.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "netns.h"
#include "nl.h"

#define NETNS_FOLDER	"/run/netns"

static int open_failed(const char *netns, const char *path,
		       struct tm_error *error)
{
	int cause = errno;

	if (cause == EACCES || cause == EPERM) {
		tm_error_set(error, TM_EXIT_PERMISSION, cause,
			     "no permission to open the network namespace %.128s",
			     path);
		return tm_error_hint(error, "run as root");
	}
	tm_error_set(error, TM_EXIT_USAGE, cause,
		     "there is no network namespace '%.128s' (%.128s: %s)",
		     netns, path, strerror(cause));
	return tm_error_hint(error, "`ip netns list` shows the names; a path, such as /proc/PID/ns/net, is taken too");
}

int tm_netns_open(const char *netns, struct tm_error *error)
{
	char path[4096];
	int fd;

	if (!netns[0])
		return tm_error_usage(error, "the name of the network namespace is empty");
	if (strchr(netns, '/'))
		snprintf(path, sizeof(path), "%s", netns);
	else
		snprintf(path, sizeof(path), NETNS_FOLDER "/%s", netns);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return open_failed(netns, path, error);
	return fd;
}

int tm_netns_set(int fd, const char *netns, struct tm_error *error)
{
	if (!setns(fd, CLONE_NEWNET))
		return 0;
	if (errno == EPERM) {
		tm_error_set(error, TM_EXIT_PERMISSION, errno,
			     "no permission to enter the network namespace '%.128s'",
			     netns);
		return tm_error_hint(error, "run as root (CAP_SYS_ADMIN)");
	}
	return tm_error_set(error, TM_EXIT_USAGE, errno,
			    "'%.128s' is no network namespace (%s)", netns,
			    strerror(errno));
}

int tm_netns_enter(const char *netns, struct tm_error *error)
{
	int fd = tm_netns_open(netns, error);
	int result;

	if (fd < 0)
		return -1;
	result = tm_netns_set(fd, netns, error);
	close(fd);
	return result;
}
