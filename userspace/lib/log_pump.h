/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events into a log: every event becomes an entry, is offered to the sink
 * until that takes it, and then the cursor moves on.  At least once: a kill
 * at any instant repeats at most what was sent after the cursor was last
 * written, and loses nothing that the module's ring still holds.  A reader
 * tells a repeated entry by tm.instance and event.sequence.
 */
#ifndef TM_LOG_PUMP_H
#define TM_LOG_PUMP_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "cursor.h"
#include "error.h"
#include "event_follow.h"
#include "log_sink.h"

/* The cursor is written at every pause, and in a storm after so many entries. */
#define TM_LOG_PUMP_CURSOR_EVERY	64
/* With once: a sink that refuses for so long fails the run. */
#define TM_LOG_PUMP_ONCE_MS	5000
/* A socket that is full for less is a burst, and nothing to tell of. */
#define TM_LOG_PUMP_BURST_MS	1000

/*
 * @source:	where events come from
 * @sink:	where entries go
 * @cursor_path: NULL: none is kept
 * @once:	send what the ring holds and end
 * @tell:	what a person at the terminal should know: a line without newline
 * @stop, @signals: see event_follow.h
 */
struct tm_log_pump {
	struct tm_event_source *source;
	struct tm_log_sink *sink;
	const char *cursor_path;
	bool once;
	void (*tell)(const char *text);
	const volatile sig_atomic_t *stop;
	const sigset_t *signals;

	uint64_t sent;			/* entries */
	uint64_t lost;			/* events, told by TM_EVENT_LOST */

	/* private */
	struct tm_event_follow follow;
	struct tm_cursor cursor;
	int lock_fd;
	bool cursor_kept;
	bool cursor_failing;
	unsigned int unwritten;		/* entries since the cursor was written */
};

/*
 * Run until asked to stop (or, with once, until the ring is read); the cursor
 * is written last.  Returns 0, or -1 with error set.
 */
int tm_log_pump_run(struct tm_log_pump *pump, struct tm_error *error);

#endif /* TM_LOG_PUMP_H */
