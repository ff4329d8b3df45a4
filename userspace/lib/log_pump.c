// SPDX-License-Identifier: GPL-2.0-or-later
/* From the follower to the sink, and the cursor behind it. */
#include "log_pump.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void tell(const struct tm_log_pump *pump, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void tell(const struct tm_log_pump *pump, const char *format, ...)
{
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (pump->tell)
		pump->tell(text);
}

static void cursor_write(struct tm_log_pump *pump)
{
	const struct tm_event_follow *follow = &pump->follow;
	struct tm_cursor *cursor = &pump->cursor;
	int error;

	if (!pump->cursor_kept || !follow->instance)
		return;
	if (cursor->instance == follow->instance &&
	    cursor->sequence == follow->next - 1 &&
	    cursor->ended == follow->ended && !pump->cursor_failing)
		return;
	cursor->instance = follow->instance;
	cursor->sequence = follow->next - 1;
	cursor->ended = follow->ended;
	error = tm_cursor_store(pump->cursor_path, cursor);
	pump->unwritten = 0;
	if (error && !pump->cursor_failing)
		tell(pump, "cannot write the cursor %s: %s; the log goes on, but after a restart it may repeat entries",
		     pump->cursor_path, strerror(-error));
	if (!error && pump->cursor_failing)
		tell(pump, "the cursor %s is written again", pump->cursor_path);
	pump->cursor_failing = error != 0;
}

/* Wait for the sink; false when asked to stop, or (once) for too long. */
static bool wait_for_sink(struct tm_log_pump *pump, unsigned int *waited_ms)
{
	unsigned int wait_ms = tm_log_sink_wait_ms(pump->sink);

	if (*pump->stop || (pump->once && *waited_ms >= TM_LOG_PUMP_ONCE_MS))
		return false;
	tm_event_wait(&pump->follow, -1, (int)wait_ms);
	*waited_ms += wait_ms;
	return !*pump->stop;
}

static int sink_refused(struct tm_log_pump *pump, struct tm_error *error)
{
	const struct tm_log_sink *sink = pump->sink;

	if (*pump->stop)
		return tm_error_set(error, TM_EXIT_REFUSED, EINTR,
				    "asked to stop");
	tm_error_set(error, TM_EXIT_REFUSED, sink->error,
		     "cannot write to %s: %s", tm_log_sink_name(sink),
		     strerror(sink->error));
	return tm_error_hint(error, "is the log daemon running? Nothing is lost while the module's ring holds it; run this again, or choose another place with --to");
}

static int offer(struct tm_log_pump *pump, const struct tm_log_entry *entry,
		 struct tm_error *error)
{
	struct tm_log_sink *sink = pump->sink;
	uint64_t unsendable = sink->unsendable;
	unsigned int waited_ms = 0;
	bool told = false;
	int result;

	while ((result = tm_log_sink_send(sink, entry)) == -EAGAIN) {
		if (!told && (sink->error != EAGAIN ||
			      waited_ms >= TM_LOG_PUMP_BURST_MS)) {
			tell(pump, "cannot write to %s: %s; trying again, nothing is lost while the module's ring holds it",
			     tm_log_sink_name(sink), strerror(sink->error));
			told = true;
		}
		if (!wait_for_sink(pump, &waited_ms))
			return sink_refused(pump, error);
	}
	if (result)
		return tm_error_set(error, TM_EXIT_REFUSED, -result,
				    "cannot write to %s: %s",
				    tm_log_sink_name(sink), strerror(-result));
	if (told)
		tell(pump, "%s takes entries again", tm_log_sink_name(sink));
	if (sink->unsendable != unsendable)
		tell(pump, "an entry was too large for %s and is lost (%" PRIu64 " so far)",
		     tm_log_sink_name(sink), sink->unsendable);
	return 0;
}

static int pump_event(const struct tm_event *event, void *data,
		      struct tm_error *error)
{
	struct tm_log_pump *pump = data;
	struct tm_log_entry entry;

	/* Before this entry is sent: the follower has counted all before it. */
	if (pump->unwritten >= TM_LOG_PUMP_CURSOR_EVERY)
		cursor_write(pump);
	tm_event_entry(event, &entry);
	if (offer(pump, &entry, error))
		return -1;
	pump->sent++;
	pump->unwritten++;
	if (event->type == TM_EVENT_LOST)
		pump->lost += event->lost_last - event->lost_first + 1;
	return 0;
}

static void pump_settled(void *data)
{
	cursor_write(data);
}

static void pump_tell(void *data, const char *text)
{
	tell(data, "%s", text);
}

static int lock_cursor(struct tm_log_pump *pump, struct tm_error *error)
{
	const char *path = pump->cursor_path;

	pump->lock_fd = tm_cursor_lock(path);
	if (pump->lock_fd >= 0)
		return 0;
	if (pump->lock_fd == -EWOULDBLOCK) {
		tm_error_set(error, TM_EXIT_REFUSED, EWOULDBLOCK,
			     "another `tmctl log` is using the cursor %s",
			     path);
		return tm_error_hint(error, "stop that one, or name another file with --cursor");
	}
	tm_error_set(error, pump->lock_fd == -EACCES || pump->lock_fd == -EPERM ?
		     TM_EXIT_PERMISSION : TM_EXIT_REFUSED, -pump->lock_fd,
		     "cannot use the cursor %s: %s", path,
		     strerror(-pump->lock_fd));
	return tm_error_hint(error, "name a file in a folder that exists and can be written with --cursor");
}

/* Where to continue; a cursor of no use is told and left or replaced. */
static int cursor_begin(struct tm_log_pump *pump, struct tm_error *error)
{
	const char *path = pump->cursor_path;
	enum tm_cursor_found found;
	struct tm_cursor before;
	int result;

	if (lock_cursor(pump, error))
		return -1;
	result = tm_cursor_init(&pump->cursor);
	if (result)
		return tm_error_set(error, TM_EXIT_REFUSED, -result,
				    "cannot tell the boot and the network namespace (is /proc mounted whole?): %s",
				    strerror(-result));
	found = tm_cursor_load(path, &pump->cursor, &before);
	pump->cursor_kept = found != TM_CURSOR_FOREIGN &&
			    found != TM_CURSOR_UNREADABLE;
	if (found == TM_CURSOR_FOUND) {
		pump->cursor = before;
		pump->follow.instance = before.instance;
		pump->follow.next = before.sequence + 1;
		pump->follow.ended = before.ended;
	} else if (!pump->cursor_kept) {
		tell(pump, "the cursor %s %s: it is left alone and none is kept; all that the module holds is sent, now and after each restart. Name another file with --cursor",
		     path, tm_cursor_found_text(found));
	} else if (found != TM_CURSOR_ABSENT) {
		tell(pump, "the cursor %s %s: beginning with the oldest event that the module holds",
		     path, tm_cursor_found_text(found));
	}
	return 0;
}

int tm_log_pump_run(struct tm_log_pump *pump, struct tm_error *error)
{
	struct tm_event_follow *follow = &pump->follow;
	int result;

	*follow = (struct tm_event_follow){
		.source = pump->source,
		.deliver = pump_event,
		.settled = pump_settled,
		.tell = pump_tell,
		.data = pump,
		.stop = pump->stop,
		.signals = pump->signals,
	};
	pump->lock_fd = -1;
	if (pump->cursor_path && cursor_begin(pump, error)) {
		result = -1;
	} else if (pump->once) {
		result = tm_event_follow_once(follow, error);
	} else {
		result = tm_event_follow(follow, error);
	}
	if (pump->lock_fd >= 0)
		close(pump->lock_fd);
	tm_log_sink_close(pump->sink);
	return result;
}
