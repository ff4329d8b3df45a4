// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Several sockets at once; see together.h.
 *
 * Each thread has a stream of random numbers of its own: what it sends does not
 * depend on the others.
 */
#include "together.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "kself.h"

#define WORKERS		4
#define STREAM		100000	/* between the streams of two threads */

/* One thread; @lock guards what is reported. */
struct worker {
	struct fuzz *fuzz;
	uint64_t number;
	unsigned int index;
	unsigned int messages;
	bool wild;
	struct tally tally;
	pthread_mutex_t *lock;
};

static void report(struct worker *worker, unsigned int message, const struct sending *sending,
		   const struct outcome *outcome)
{
	pthread_mutex_lock(worker->lock);
	block_report(worker->fuzz, worker->number, CLASS_TOGETHER, message, sending, outcome);
	pthread_mutex_unlock(worker->lock);
}

/* Only the first thread of a wild block changes something. */
static void compose_for(const struct worker *worker, struct sending *sending,
			struct random *random, uint32_t sequence)
{
	static const enum class classes[] = { CLASS_MIXED, CLASS_LENGTH, CLASS_RANGE, CLASS_FLAGS,
					      CLASS_BATCH, CLASS_OVERRUN, CLASS_DUMP, CLASS_RIGHT };

	do {
		block_compose(sending, random, &worker->fuzz->family,
			      worker->wild && !worker->index ? CLASS_RIGHT :
			      classes[random_below(random, 8)], sequence);
	} while (!(worker->wild && !worker->index) && sending_changes(sending));
}

static void work_with(struct worker *worker, struct kself *k, struct sending *sending)
{
	unsigned int message;

	for (message = 0; message < worker->messages; message++) {
		struct random random = random_stream(worker->fuzz->seed, worker->number,
						     STREAM * (worker->index + 1) + message);
		struct outcome outcome;

		compose_for(worker, sending, &random, message * SEND_MESSAGES + 1);
		exchange(k, sending, worker->wild, &worker->tally, NULL, &outcome);
		if (outcome.fault)
			report(worker, message, sending, &outcome);
		if (outcome.fault)
			break;
	}
}

static void *work(void *data)
{
	struct worker *worker = data;
	struct sending *sending = malloc(sizeof(*sending));
	struct kself *k = malloc(sizeof(*k));
	struct outcome outcome = { .fault = "no socket, or no memory" };

	if (sending && k && !kself_open(k)) {
		exchange_prepare(k);
		work_with(worker, k, sending);
		kself_close(k);
	} else if (sending) {
		sending->count = 0;
		sending->message.length = 0;
		report(worker, 0, sending, &outcome);
	}
	free(sending);
	free(k);
	return NULL;
}

static void add_tally(struct tally *to, const struct tally *from)
{
	to->sent += from->sent;
	to->done += from->done;
	to->refused += from->refused;
	to->wordless += from->wordless;
	to->silent += from->silent;
	to->faults += from->faults;
}

void together(struct fuzz *fuzz, uint64_t number, unsigned int messages, bool wild)
{
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	struct worker workers[WORKERS];
	pthread_t threads[WORKERS];
	bool started[WORKERS];
	unsigned int i;

	for (i = 0; i < WORKERS; i++) {
		workers[i] = (struct worker){
			.fuzz = fuzz, .number = number, .index = i, .wild = wild, .lock = &lock,
			.messages = messages / WORKERS,
		};
		started[i] = !pthread_create(&threads[i], NULL, work, &workers[i]);
	}
	for (i = 0; i < WORKERS; i++) {
		if (started[i])
			pthread_join(threads[i], NULL);
		add_tally(&fuzz->tallies[CLASS_TOGETHER], &workers[i].tally);
	}
}
