// SPDX-License-Identifier: GPL-2.0-or-later
/* Choice of a log daemon, connecting anew, back-off. */
#include "log_sink.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "journal.h"
#include "syslog.h"

void tm_log_sink_init(struct tm_log_sink *sink, enum tm_log_to to,
		      const char *journal_path, const char *syslog_path)
{
	*sink = (struct tm_log_sink){
		.to = to,
		.journal_path = journal_path ? journal_path : TM_JOURNAL_SOCKET,
		.syslog_path = syslog_path ? syslog_path : TM_SYSLOG_SOCKET,
		.fd = -1,
	};
}

void tm_log_sink_close(struct tm_log_sink *sink)
{
	if (sink->fd >= 0)
		close(sink->fd);
	sink->fd = -1;
}

static int connect_to(struct tm_log_sink *sink, enum tm_log_to to)
{
	int fd = to == TM_LOG_TO_JOURNAL ? tm_journal_open(sink->journal_path)
				      : tm_syslog_open(sink->syslog_path);

	if (fd < 0)
		return fd;
	sink->fd = fd;
	/* For good: two halves of one log in two places help nobody. */
	sink->to = to;
	return 0;
}

static int sink_connect(struct tm_log_sink *sink)
{
	if (sink->fd >= 0)
		return 0;
	if (sink->to != TM_LOG_TO_AUTO)
		return connect_to(sink, sink->to);
	if (!connect_to(sink, TM_LOG_TO_JOURNAL))
		return 0;
	return connect_to(sink, TM_LOG_TO_SYSLOG);
}

static int send_once(struct tm_log_sink *sink, const struct tm_log_entry *entry)
{
	int error = sink_connect(sink);

	if (error)
		return error;
	if (sink->to == TM_LOG_TO_JOURNAL)
		error = tm_journal_send(sink->fd, TM_LOG_IDENTIFIER, entry);
	else
		error = tm_syslog_send(sink->fd, TM_LOG_IDENTIFIER, entry);
	/* A full socket stays the daemon's; any other error is a dead one. */
	if (error && error != -EAGAIN && error != -EMSGSIZE)
		tm_log_sink_close(sink);
	return error;
}

static int print(const struct tm_log_entry *entry)
{
	char line[TM_LOG_LINE_SIZE];

	tm_log_line_encode(entry, line);
	errno = EIO;	/* of a failure that sets none */
	if (printf("%s\n", line) < 0 || fflush(stdout))
		return -errno;
	return 0;
}

int tm_log_sink_send(struct tm_log_sink *sink, const struct tm_log_entry *entry)
{
	int error;

	if (sink->to == TM_LOG_TO_STDOUT)
		return print(entry);

	error = send_once(sink, entry);
	/* The daemon was restarted since the last entry: do not wait for that. */
	if ((error == -ECONNREFUSED || error == -ENOTCONN ||
	     error == -ECONNRESET) && !sink->refused)
		error = send_once(sink, entry);

	if (error == -EMSGSIZE) {
		sink->unsendable++;
		error = 0;
	}
	if (!error) {
		sink->refused = 0;
		sink->wait_ms = 0;
		return 0;
	}
	sink->error = -error;
	sink->refused++;
	sink->wait_ms = sink->wait_ms ? sink->wait_ms * 2
				      : TM_LOG_SINK_WAIT_FIRST_MS;
	if (sink->wait_ms > TM_LOG_SINK_WAIT_LONGEST_MS)
		sink->wait_ms = TM_LOG_SINK_WAIT_LONGEST_MS;
	return -EAGAIN;
}

unsigned int tm_log_sink_wait_ms(const struct tm_log_sink *sink)
{
	return sink->wait_ms;
}

const char *tm_log_sink_name(const struct tm_log_sink *sink)
{
	switch (sink->to) {
	case TM_LOG_TO_STDOUT:
		return "standard output";
	case TM_LOG_TO_JOURNAL:
		return sink->journal_path;
	case TM_LOG_TO_SYSLOG:
	case TM_LOG_TO_AUTO:
		break;
	}
	return sink->syslog_path;
}
