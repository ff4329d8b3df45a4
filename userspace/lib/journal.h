/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries to systemd-journald by its native protocol: one datagram an entry,
 * a line "FIELD=value" a field, to the socket below.  Protocol:
 * https://systemd.io/JOURNAL_NATIVE_PROTOCOL/
 *
 * MESSAGE is the whole line of log_line.h, because forwarding a journal to
 * syslog keeps nothing else.  Beside it stands each field under its own name:
 * "source.ip" as TM_SOURCE_IP, "tm.limit_pps" as TM_LIMIT_PPS.
 */
#ifndef TM_JOURNAL_H
#define TM_JOURNAL_H

#include "log_line.h"

#define TM_JOURNAL_SOCKET	"/run/systemd/journal/socket"

/* Large enough for every entry: its line, its fields, and our own few. */
#define TM_JOURNAL_MESSAGE_SIZE	8192

/*
 * Connect to a journal's socket without blocking.
 * Returns the descriptor or -errno.
 */
int tm_journal_open(const char *path);

/*
 * Send an entry, without blocking; identifier becomes SYSLOG_IDENTIFIER.
 * Where the datagram is too large for the socket (net.core.wmem_default may
 * be set low), it goes as a sealed memory file.
 * Returns 0 when journald's socket has taken it, else -errno: nothing is sent.
 */
int tm_journal_send(int fd, const char *identifier,
		    const struct tm_log_entry *entry);

/* Write the datagram into message.  Returns its length in bytes. */
size_t tm_journal_format(const char *identifier, const struct tm_log_entry *entry,
			 char message[TM_JOURNAL_MESSAGE_SIZE]);

#endif /* TM_JOURNAL_H */
