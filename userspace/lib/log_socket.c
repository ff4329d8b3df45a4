// SPDX-License-Identifier: GPL-2.0-or-later
/* A datagram socket to a log daemon. */
#include "log_socket.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int tm_log_socket_open(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int error;
	int fd;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (!connect(fd, (struct sockaddr *)&address, sizeof(address)))
		return fd;
	error = -errno;
	close(fd);
	return error;
}

int tm_log_socket_send(int fd, const void *message, size_t length)
{
	ssize_t sent = send(fd, message, length, MSG_DONTWAIT | MSG_NOSIGNAL);

	return sent < 0 ? -errno : 0;
}
