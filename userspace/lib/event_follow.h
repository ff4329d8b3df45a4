/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Follow the module's events without missing one that the ring still holds.
 *
 * Order of things: join the multicast group, ask which instance this is, read
 * the ring from the first event wanted, then take events as they come.  From
 * there on
 *
 * - an event already seen is passed over;
 * - a gap in the sequence, or ENOBUFS, reads the ring again;
 * - what the ring no longer holds becomes one event TM_EVENT_LOST, with the range;
 * - a new instance (the module was reloaded, the namespace attached again)
 *   starts again at sequence 1; when its end was not heard of, TM_EVENT_RELOADED
 *   says so;
 * - after an unload, or when the module is found gone (TM_EVENT_GONE when it said
 *   no word), it is looked for once a second.
 *
 * Nothing is read from the kernel while an event waits to be delivered: the
 * ring is the buffer, and no dump stays open (it would hold the module).
 */
#ifndef TM_EVENT_FOLLOW_H
#define TM_EVENT_FOLLOW_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "event.h"

/* Events taken over in one go; a longer ring is read in several. */
#define TM_EVENT_BATCH_MAX		1024
/* How often a module that is not there is looked for; tests are in a hurry. */
#ifndef TM_EVENT_RETRY_MS
#define TM_EVENT_RETRY_MS		1000
#endif
/* Looks for what a lost message could have said; also the longest silence. */
#ifndef TM_EVENT_CHECK_MS
#define TM_EVENT_CHECK_MS		5000
#endif
#define TM_EVENT_REOPEN_MS		50

struct tm_event_batch {
	unsigned int count;
	bool full;		/* there are more than fit */
	struct tm_event *events;	/* TM_EVENT_BATCH_MAX */
};

/* Add a message, decoded, to a batch; what cannot be decoded is passed over. */
void tm_event_batch_add(struct tm_event_batch *batch, const struct nlmsghdr *nlh);

/*
 * Where events come from: the module (event_source.c), or a test.  Each
 * returns -1 with error set on failure; TM_EXIT_NOT_LOADED, or errnum ENOENT
 * or ENOTCONN, means that there is nothing to listen to now.
 *
 * @open:	find the module and join the group
 * @info:	the instance, and the sequence of its newest event
 * @dump:	add the ring's events from a sequence on, in order
 * @fd:		to poll for notifications
 * @receive:	add what has come, without waiting; errnum ENOBUFS: some is lost
 * @close:	undo open; also after a failed one
 */
struct tm_event_source {
	int (*open)(struct tm_event_source *source, struct tm_error *error);
	int (*info)(struct tm_event_source *source, uint64_t *instance,
		    uint64_t *newest, struct tm_error *error);
	int (*dump)(struct tm_event_source *source, uint64_t from,
		    struct tm_event_batch *batch, struct tm_error *error);
	int (*fd)(struct tm_event_source *source);
	int (*receive)(struct tm_event_source *source, struct tm_event_batch *batch,
		       struct tm_error *error);
	void (*close)(struct tm_event_source *source);
};

/*
 * @source:	where events come from
 * @deliver:	take an event; may wait.  Returns 0, or -1 with error set, which
 *		ends tm_event_follow(); errnum EINTR: asked to stop
 * @settled:	all that has come is delivered: time to write the cursor.  NULL:
 *		nothing to do
 * @tell:	a change that a person should see on the spot; NULL: silent
 * @data:	for the three above
 * @stop:	becomes non-zero when a signal asks to stop
 * @signals:	the signals to let through while waiting; all else of the time
 *		they are blocked, by the caller
 * @instance, @next: the instance followed (0: none yet) and the next sequence
 *		wanted; set before to continue, read after
 * @ended:	the instance said that it ends
 * @newest_only: begin with what happens from now on
 */
struct tm_event_follow {
	struct tm_event_source *source;
	int (*deliver)(const struct tm_event *event, void *data,
		       struct tm_error *error);
	void (*settled)(void *data);
	void (*tell)(void *data, const char *text);
	void *data;
	const volatile sig_atomic_t *stop;
	const sigset_t *signals;
	uint64_t instance;
	uint64_t next;
	bool ended;
	bool newest_only;

	/* private */
	uint64_t former_instance;	/* its last words may come late */
	uint64_t former_next;
	bool mourned;		/* ended only because nobody answered */
	bool waiting;		/* said that the module is not there */
	struct tm_event_batch batch;
	struct tm_event_batch ring;
};

/*
 * Follow until asked to stop (returns 0) or an error that waiting does not
 * cure: no permission, deliver failed (returns -1 with error set).
 */
int tm_event_follow(struct tm_event_follow *follow, struct tm_error *error);

/*
 * Deliver what the ring holds, once.  Returns 0, or -1 with error set, also
 * when the module is not there.
 */
int tm_event_follow_once(struct tm_event_follow *follow, struct tm_error *error);

/*
 * Wait until fd is readable (-1: none), for at most timeout_ms, letting the
 * signals through.  Returns true when fd is readable.
 */
bool tm_event_wait(const struct tm_event_follow *follow, int fd, int timeout_ms);

#endif /* TM_EVENT_FOLLOW_H */
