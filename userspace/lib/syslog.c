// SPDX-License-Identifier: GPL-2.0-or-later
/* The syslog(3) framing; the C library's own would block and hide errors. */
#include "syslog.h"

#include <stdio.h>
#include <unistd.h>

#include "log_socket.h"

#define SYSLOG_FACILITY_DAEMON	3

int tm_syslog_open(const char *path)
{
	return tm_log_socket_open(path);
}

size_t tm_syslog_format(const char *identifier, pid_t pid, time_t now,
			const struct tm_log_entry *entry,
			char message[TM_SYSLOG_MESSAGE_SIZE])
{
	/* strftime() would name the months in the language of the locale. */
	static const char months[12][4] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun",
		"Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
	};
	char line[TM_LOG_LINE_SIZE];
	struct tm tm = { 0 };
	int length;

	localtime_r(&now, &tm);
	tm_log_line_encode(entry, line);
	length = snprintf(message, TM_SYSLOG_MESSAGE_SIZE,
			  "<%d>%s %2d %02d:%02d:%02d %.32s[%d]: %s",
			  SYSLOG_FACILITY_DAEMON * 8 + (int)entry->severity,
			  months[tm.tm_mon], tm.tm_mday, tm.tm_hour,
			  tm.tm_min, tm.tm_sec, identifier, (int)pid, line);
	return (size_t)length;
}

int tm_syslog_send(int fd, const char *identifier, const struct tm_log_entry *entry)
{
	char message[TM_SYSLOG_MESSAGE_SIZE];
	size_t length = tm_syslog_format(identifier, getpid(), time(NULL), entry,
					 message);

	return tm_log_socket_send(fd, message, length);
}
