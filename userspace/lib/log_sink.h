/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where log entries go: journald, a syslog daemon, or standard output; and
 * what to do while it does not take them.
 *
 * The sink never blocks and never drops: an entry is taken or refused, and
 * the caller offers a refused one again after tm_log_sink_wait_ms().  A daemon
 * that was restarted is connected to anew.
 */
#ifndef TM_LOG_SINK_H
#define TM_LOG_SINK_H

#include <stdbool.h>
#include <stdint.h>

#include "log_line.h"

#define TM_LOG_IDENTIFIER			"trafficmon"
#define TM_LOG_SINK_WAIT_FIRST_MS		5
#define TM_LOG_SINK_WAIT_LONGEST_MS	2000

enum tm_log_to {
	TM_LOG_TO_AUTO,	/* the first below whose socket answers; then for good */
	TM_LOG_TO_JOURNAL,
	TM_LOG_TO_SYSLOG,
	TM_LOG_TO_STDOUT,
};

struct tm_log_sink {
	enum tm_log_to to;
	const char *journal_path;
	const char *syslog_path;
	int fd;				/* -1: not connected */
	int error;			/* errno of the last refusal, positive */
	unsigned int wait_ms;		/* grows with each refusal, 0: none */
	uint64_t refused;		/* times, since the last taken entry */
	uint64_t unsendable;		/* entries that no daemon could take */
};

/* The paths outlive the sink. */
void tm_log_sink_init(struct tm_log_sink *sink, enum tm_log_to to,
		      const char *journal_path, const char *syslog_path);
void tm_log_sink_close(struct tm_log_sink *sink);

/*
 * Offer an entry.  Returns 0 when it was taken, -EAGAIN when it was refused
 * (sink->error says why; offer it again later), or -errno for good: standard
 * output is closed or its disk full.  An entry too large for a syslog socket
 * is counted as unsendable and passes for taken, or nothing after it would
 * ever be sent.
 */
int tm_log_sink_send(struct tm_log_sink *sink, const struct tm_log_entry *entry);

/* How long to wait after a refusal, ms: doubles up to the longest. */
unsigned int tm_log_sink_wait_ms(const struct tm_log_sink *sink);

/* The name of where it goes, for messages: a path, or "standard output". */
const char *tm_log_sink_name(const struct tm_log_sink *sink);

#endif /* TM_LOG_SINK_H */
