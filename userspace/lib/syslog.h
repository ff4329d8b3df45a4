/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries to a syslog daemon's socket, framed as the C library's syslog(3)
 * frames them:
 *
 *	<PRIORITY>Mmm dd hh:mm:ss identifier[pid]: line
 *
 * in local time and English.  Not RFC 5424, which no daemon understands on
 * this socket: rsyslog and journald both take its version number for the
 * program's name.
 */
#ifndef TM_SYSLOG_H
#define TM_SYSLOG_H

#include <sys/types.h>
#include <time.h>

#include "log_line.h"

#define TM_SYSLOG_SOCKET		"/dev/log"
#define TM_SYSLOG_MESSAGE_SIZE	(TM_LOG_LINE_SIZE + 128)

/* Connect without blocking.  Returns the descriptor or -errno. */
int tm_syslog_open(const char *path);

/*
 * Send an entry, without blocking, as of now.
 * Returns 0 when the daemon's socket has taken it, else -errno.
 */
int tm_syslog_send(int fd, const char *identifier, const struct tm_log_entry *entry);

/*
 * Write the datagram, ended by a NUL that is not sent, into message.
 * now: in the time zone of the process.  Returns its length in bytes.
 */
size_t tm_syslog_format(const char *identifier, pid_t pid, time_t now,
			const struct tm_log_entry *entry,
			char message[TM_SYSLOG_MESSAGE_SIZE]);

#endif /* TM_SYSLOG_H */
