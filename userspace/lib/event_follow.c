// SPDX-License-Identifier: GPL-2.0-or-later
/* Following events: see event_follow.h for the rules. */
#include "event_follow.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What a step of following came to. */
enum step {
	STEP_ON,	/* go on listening */
	STEP_REOPEN,	/* another instance: look again at once */
	STEP_GONE,	/* nothing to listen to: look again later */
	STEP_STOP,	/* asked to stop */
	STEP_FAILED,	/* error is set */
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static bool stopped(const struct tm_event_follow *follow)
{
	return follow->stop && *follow->stop;
}

bool tm_event_wait(const struct tm_event_follow *follow, int fd, int timeout_ms)
{
	struct timespec timeout = {
		.tv_sec = timeout_ms / 1000,
		.tv_nsec = (long)(timeout_ms % 1000) * 1000000,
	};
	struct pollfd readable = { .fd = fd, .events = POLLIN };

	/* An error of the socket (ENOBUFS) is read from it too. */
	return ppoll(&readable, 1, &timeout, follow->signals) > 0 &&
	       readable.revents;
}

void tm_event_batch_add(struct tm_event_batch *batch, const struct nlmsghdr *nlh)
{
	struct tm_error ignored;

	if (batch->count == TM_EVENT_BATCH_MAX) {
		batch->full = true;
		return;
	}
	/* One that cannot be read leaves a gap, and is told as lost. */
	if (!tm_event_decode(&batch->events[batch->count], nlh, &ignored))
		batch->count++;
}

static bool is_gone(const struct tm_error *error)
{
	return error->exit_code == TM_EXIT_NOT_LOADED ||
	       error->errnum == ENOENT || error->errnum == ENOTCONN;
}

static enum step step_of(const struct tm_error *error)
{
	if (is_gone(error))
		return STEP_GONE;
	return error->errnum == EINTR ? STEP_STOP : STEP_FAILED;
}

static void tell(const struct tm_event_follow *follow, const char *text)
{
	if (follow->tell)
		follow->tell(follow->data, text);
}

static enum step deliver(struct tm_event_follow *follow,
			 const struct tm_event *event, struct tm_error *error)
{
	if (!follow->deliver(event, follow->data, error))
		return STEP_ON;
	return error->errnum == EINTR ? STEP_STOP : STEP_FAILED;
}

static enum step deliver_lost(struct tm_event_follow *follow, uint64_t last,
			      struct tm_error *error)
{
	struct tm_event event;
	enum step step;

	tm_event_make_lost(&event, follow->instance, follow->next, last, now_ns());
	step = deliver(follow, &event, error);
	if (step == STEP_ON)
		follow->next = last + 1;
	return step;
}

/* From here on this instance; what the former one left unsaid is told. */
static enum step change_instance(struct tm_event_follow *follow,
				 uint64_t instance, struct tm_error *error)
{
	struct tm_event event;
	enum step step;

	if (follow->instance && !follow->ended) {
		tm_event_make(&event, TM_EVENT_RELOADED, follow->instance,
			      follow->next - 1, now_ns());
		step = deliver(follow, &event, error);
		if (step != STEP_ON)
			return step;
	}
	follow->former_instance = follow->instance;
	follow->former_next = follow->next;
	follow->instance = instance;
	follow->next = 1;
	follow->ended = false;
	return STEP_ON;
}

/* An event whose turn it is: older ones are delivered, or known to be lost. */
static enum step take(struct tm_event_follow *follow, const struct tm_event *event,
		      struct tm_error *error)
{
	enum step step;

	if (event->sequence < follow->next)
		return STEP_ON;
	if (event->sequence > follow->next) {
		step = deliver_lost(follow, event->sequence - 1, error);
		if (step != STEP_ON)
			return step;
	}
	step = deliver(follow, event, error);
	if (step != STEP_ON)
		return step;
	follow->next = event->sequence + 1;
	follow->ended = event->type == TRAFFICMON_EVENT_UNLOAD;
	return follow->ended ? STEP_GONE : STEP_ON;
}

/* One reading of the ring; *more: it held more than fit into a batch. */
static enum step read_ring(struct tm_event_follow *follow, bool *more,
			   struct tm_error *error)
{
	struct tm_event_batch *ring = &follow->ring;
	enum step step;
	unsigned int i;

	ring->count = 0;
	ring->full = false;
	if (follow->source->dump(follow->source, follow->next, ring, error))
		return step_of(error);
	for (i = 0; i < ring->count; i++) {
		if (ring->events[i].instance != follow->instance)
			return STEP_REOPEN;
		step = take(follow, &ring->events[i], error);
		if (step != STEP_ON)
			return step;
		if (stopped(follow))
			return STEP_STOP;
	}
	*more = ring->full;
	return STEP_ON;
}

/* Come up to date from the ring. */
static enum step catch_up(struct tm_event_follow *follow, struct tm_error *error)
{
	uint64_t instance;
	uint64_t newest;
	enum step step;
	bool more = false;

	if (follow->source->info(follow->source, &instance, &newest, error))
		return step_of(error);
	if (follow->newest_only) {
		follow->newest_only = false;
		follow->instance = instance;
		follow->next = newest + 1;
		return STEP_ON;
	}
	if (instance != follow->instance) {
		step = change_instance(follow, instance, error);
		if (step != STEP_ON)
			return step;
	}
	if (follow->mourned)	/* too soon */
		follow->ended = false;
	follow->mourned = false;
	do {
		step = read_ring(follow, &more, error);
		if (step != STEP_ON)
			return step;
	} while (more);

	/* The ring was asked after it had told its newest. */
	if (newest >= follow->next)
		return deliver_lost(follow, newest, error);
	return STEP_ON;
}

/* The last words of the instance before this one: nothing to compare with. */
static enum step take_former(struct tm_event_follow *follow,
			     const struct tm_event *event, struct tm_error *error)
{
	if (event->instance != follow->former_instance ||
	    event->sequence < follow->former_next)
		return STEP_ON;
	follow->former_next = event->sequence + 1;
	return deliver(follow, event, error);
}

/* An event as it happened: of this instance, of the former, or of a new one. */
static enum step take_notified(struct tm_event_follow *follow,
			       const struct tm_event *event,
			       struct tm_error *error)
{
	enum step caught_up = STEP_ON;
	enum step step;

	if (event->instance == follow->former_instance)
		return take_former(follow, event, error);
	if (event->instance != follow->instance) {
		step = change_instance(follow, event->instance, error);
		if (step != STEP_ON)
			return step;
	}
	if (event->sequence > follow->next) {
		/*
		 * The ring has what is missing, and this event too, but for
		 * an unload, which no ring survives.
		 */
		caught_up = catch_up(follow, error);
		if (caught_up == STEP_STOP || caught_up == STEP_FAILED)
			return caught_up;
		if (event->instance != follow->instance)
			return take_former(follow, event, error);
	}
	step = take(follow, event, error);
	return step == STEP_ON ? caught_up : step;
}

/* To the end of the batch: behind an unload there may be a new instance. */
static enum step take_batch(struct tm_event_follow *follow,
			    struct tm_error *error)
{
	enum step result = STEP_ON;
	enum step step;
	unsigned int i;

	for (i = 0; i < follow->batch.count; i++) {
		if (stopped(follow))
			return STEP_STOP;
		step = take_notified(follow, &follow->batch.events[i], error);
		if (step == STEP_STOP || step == STEP_FAILED)
			return step;
		if (step != STEP_ON)
			result = step;
	}
	/* The module is back before its absence was noticed: join again. */
	if (result == STEP_GONE && !follow->ended)
		return STEP_REOPEN;
	if (result == STEP_ON && follow->batch.full)
		return catch_up(follow, error);
	return result;
}

/* *progress: something was read, so that asking again makes sense. */
static enum step receive(struct tm_event_follow *follow, bool *progress,
			 struct tm_error *error)
{
	struct tm_event_batch *batch = &follow->batch;
	enum step step;
	bool lost = false;

	batch->count = 0;
	batch->full = false;
	*progress = false;
	if (follow->source->receive(follow->source, batch, error)) {
		if (error->errnum != ENOBUFS)
			return step_of(error);
		lost = true;
	}
	*progress = lost || batch->count;
	step = take_batch(follow, error);
	return lost && step == STEP_ON ? catch_up(follow, error) : step;
}

/* Silence: is the module still there, and was its last word heard? */
static enum step check(struct tm_event_follow *follow, struct tm_error *error)
{
	uint64_t instance;
	uint64_t newest;

	int failed = follow->source->info(follow->source, &instance, &newest,
					  error);

	/* First what has come meanwhile: it may be the instance's last word. */
	if (tm_event_wait(follow, follow->source->fd(follow->source), 0))
		return STEP_ON;
	if (failed)
		return step_of(error);
	if (instance != follow->instance)
		return STEP_REOPEN;
	return newest >= follow->next ? catch_up(follow, error) : STEP_ON;
}

static void settle(struct tm_event_follow *follow)
{
	if (follow->settled)
		follow->settled(follow->data);
}

/* From an open to the end of what was opened. */
static enum step stay(struct tm_event_follow *follow, struct tm_error *error)
{
	struct tm_event_source *source = follow->source;
	enum step step = catch_up(follow, error);
	bool progress;

	if (step == STEP_ON && follow->waiting) {
		tell(follow, "the module is there: following its events");
		follow->waiting = false;
	}
	while (step == STEP_ON) {
		settle(follow);
		if (tm_event_wait(follow, source->fd(source), TM_EVENT_CHECK_MS)) {
			step = receive(follow, &progress, error);
			/* Closing would lose the last words in the queue. */
			if (step == STEP_GONE && progress &&
			    tm_event_wait(follow, source->fd(source), 0))
				step = STEP_ON;
		} else if (!stopped(follow)) {
			step = check(follow, error);
		}
		if (stopped(follow) && step == STEP_ON)
			step = STEP_STOP;
	}
	return step;
}

/* The module is not there; was that said?  Once is enough. */
static enum step mourn(struct tm_event_follow *follow, struct tm_error *error)
{
	struct tm_event event;
	enum step step;

	if (!follow->instance || follow->ended)
		return STEP_ON;
	tm_event_make(&event, TM_EVENT_GONE, follow->instance, follow->next - 1,
		      now_ns());
	step = deliver(follow, &event, error);
	if (step == STEP_ON)
		follow->ended = follow->mourned = true;
	return step;
}

static int batches_allocate(struct tm_event_follow *follow,
			    struct tm_error *error)
{
	follow->batch.events = calloc(TM_EVENT_BATCH_MAX, sizeof(struct tm_event));
	follow->ring.events = calloc(TM_EVENT_BATCH_MAX, sizeof(struct tm_event));
	if (follow->batch.events && follow->ring.events)
		return 0;
	return tm_error_set(error, TM_EXIT_REFUSED, ENOMEM,
			    "not enough memory to hold %u events",
			    TM_EVENT_BATCH_MAX);
}

static void batches_free(struct tm_event_follow *follow)
{
	free(follow->batch.events);
	free(follow->ring.events);
	follow->batch.events = NULL;
	follow->ring.events = NULL;
}

static enum step session(struct tm_event_follow *follow, struct tm_error *error)
{
	enum step step;

	if (follow->source->open(follow->source, error))
		step = step_of(error);
	else
		step = stay(follow, error);
	follow->source->close(follow->source);
	if (step == STEP_GONE) {
		step = mourn(follow, error);
		if (step == STEP_ON)
			step = STEP_GONE;
	}
	settle(follow);
	return step;
}

/* Would the same go well later?  A lack of permission would not. */
static bool is_passing(const struct tm_error *error)
{
	return error->errnum == EAGAIN || error->errnum == ENOMEM ||
	       error->errnum == ENOBUFS || error->errnum == EBUSY ||
	       error->errnum == ENETDOWN;
}

int tm_event_follow(struct tm_event_follow *follow, struct tm_error *error)
{
	enum step step = STEP_ON;

	if (batches_allocate(follow, error)) {
		batches_free(follow);
		return -1;
	}
	while (!stopped(follow) && step != STEP_STOP) {
		step = session(follow, error);
		if (step == STEP_FAILED && !is_passing(error))
			break;
		if (step == STEP_REOPEN) {
			tm_event_wait(follow, -1, TM_EVENT_REOPEN_MS);
			continue;
		}
		if (step != STEP_STOP && !follow->waiting) {
			tell(follow, "the module is not there: waiting for it");
			follow->waiting = true;
		}
		if (step != STEP_STOP)
			tm_event_wait(follow, -1, TM_EVENT_RETRY_MS);
	}
	settle(follow);
	batches_free(follow);
	return step == STEP_FAILED && !is_passing(error) ? -1 : 0;
}

int tm_event_follow_once(struct tm_event_follow *follow, struct tm_error *error)
{
	enum step step = STEP_FAILED;

	if (!batches_allocate(follow, error)) {
		while (!stopped(follow)) {
			if (follow->source->open(follow->source, error))
				step = step_of(error);
			else
				step = catch_up(follow, error);
			follow->source->close(follow->source);
			if (step != STEP_REOPEN)
				break;
			tm_event_wait(follow, -1, TM_EVENT_REOPEN_MS);
		}
		settle(follow);
	}
	batches_free(follow);
	if (step == STEP_GONE && follow->ended)
		return 0;
	return step == STEP_GONE || step == STEP_FAILED ? -1 : 0;
}
