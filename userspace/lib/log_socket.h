/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A datagram socket to a log daemon: what journal.c and syslog.c share.
 *
 * Nothing here ever blocks: a log daemon that stalls must not hold its
 * clients, and a datagram to /dev/log blocks by default when it does.
 */
#ifndef TM_LOG_SOCKET_H
#define TM_LOG_SOCKET_H

#include <stddef.h>

/*
 * Connect to a Unix datagram socket.  Returns the descriptor or -errno:
 * -ENOENT and -ECONNREFUSED where no daemon listens, -EPROTOTYPE for a socket
 * of another type, -ENAMETOOLONG.
 */
int tm_log_socket_open(const char *path);

/*
 * Send a datagram.  Returns 0 when the daemon's socket has taken it, else
 * -errno: -EAGAIN when it is full, -ECONNREFUSED or -ENOTCONN when the daemon
 * has gone (open again), -EMSGSIZE.
 */
int tm_log_socket_send(int fd, const void *message, size_t length);

#endif /* TM_LOG_SOCKET_H */
