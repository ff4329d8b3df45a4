// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Blocks of messages; see block.h.
 */
#include "block.h"

#include <errno.h>
#include <linux/trafficmon.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "closing.h"
#include "kself.h"
#include "named.h"
#include "state.h"
#include "together.h"

#define COMPOSE_TRIES	32
#define PACE		23
#define TOUR_TRIES	16

#define CLASS_NAME(id, weight, messages, name)	[CLASS_##id] = name,
const char *const class_names[CLASS_MAX] = { CLASSES(CLASS_NAME) };
#define CLASS_WEIGHT(id, weight, messages, name)	[CLASS_##id] = weight,
static const unsigned int class_weights[CLASS_MAX] = { CLASSES(CLASS_WEIGHT) };
#define CLASS_MESSAGES(id, weight, messages, name)	[CLASS_##id] = messages,
static const unsigned int class_messages[CLASS_MAX] = { CLASSES(CLASS_MESSAGES) };

/**
 * struct watch - what is known of the state
 * @known: nothing that may have changed it was done since @digest was taken
 * @unchecked: messages since then
 */
struct watch {
	uint64_t digest;
	bool known;
	unsigned int unchecked;
};

int block_setup(struct fuzz *fuzz)
{
	int err = -ENOMEM;

	fuzz->control = malloc(sizeof(*fuzz->control));
	fuzz->socket = malloc(sizeof(*fuzz->socket));
	fuzz->sending = malloc(sizeof(*fuzz->sending));
	if (fuzz->control && fuzz->socket && fuzz->sending)
		err = state_enter(fuzz->control, &fuzz->family);
	if (!err)
		err = kself_open(fuzz->socket);
	if (err)
		return err;
	exchange_prepare(fuzz->control);
	exchange_prepare(fuzz->socket);
	return 0;
}

void block_report(struct fuzz *fuzz, uint64_t number, enum class class, unsigned int message,
		  const struct sending *sending, const struct outcome *outcome)
{
	fuzz->failures++;
	printf("# seed %llu, block %llu, message %u, %s:\n", (unsigned long long)fuzz->seed,
	       (unsigned long long)number, message, class_names[class]);
	exchange_report(sending, outcome);
}

void block_compose(struct sending *sending, struct random *random, const struct family *family,
		   enum class class, uint32_t sequence)
{
	const unsigned int slow_one_in = class == CLASS_RIGHT ? 32 : 200;
	unsigned int tries;

	for (tries = 0; tries < COMPOSE_TRIES; tries++) {
		compose(sending, random, family, class, sequence);
		if (sending_is_slow(sending) && !random_one_in(random, slow_one_in))
			continue;
		if (class == CLASS_RIGHT || !sending_changes(sending) || random_one_in(random, 16))
			break;
	}
}

/*
 * Each class has its turn, as often as it weighs, before the first comes again.
 * PACE has no divisor in common with the number of turns, and mixes them.
 */
static enum class pick(const struct fuzz *fuzz, uint64_t number)
{
	unsigned int i, turns = 0, turn;

	for (i = 0; i < CLASS_MAX; i++)
		turns += class_weights[i];
	turn = (number + fuzz->seed % turns) * PACE % turns;
	for (i = 0; turn >= class_weights[i]; i++)
		turn -= class_weights[i];
	return i;
}

static void look(struct fuzz *fuzz, struct watch *watch)
{
	watch->digest = state_digest(fuzz->control);
	watch->known = true;
	watch->unchecked = 0;
}

/* Has what was refused changed anything? */
static bool is_unchanged(struct fuzz *fuzz, struct watch *watch)
{
	uint64_t before = watch->digest;

	if (!watch->known || !watch->unchecked)
		return true;
	look(fuzz, watch);
	fuzz->digests++;
	if (watch->digest == before)
		return true;
	fuzz->changed++;
	return false;
}

static void check(struct fuzz *fuzz, struct watch *watch, uint64_t number, enum class class,
		  unsigned int message)
{
	struct outcome outcome = { .fault = "the state changed, though nothing was done" };

	if (!is_unchanged(fuzz, watch))
		block_report(fuzz, number, class, message, fuzz->sending, &outcome);
}

static void check_named(struct fuzz *fuzz, uint64_t number, enum class class)
{
	struct outcome outcome = { .fault = named_fault(fuzz->control) };

	fuzz->sending->message.length = fuzz->sending->count = 0;
	if (outcome.fault)
		block_report(fuzz, number, class, class_messages[class], fuzz->sending, &outcome);
}

/* What was sent may have left the known state. */
static int follow(struct fuzz *fuzz, struct watch *watch, const struct outcome *outcome)
{
	watch->unchecked++;
	if (!outcome->changed)
		return 0;
	watch->known = false;
	if (sending_is_slow(fuzz->sending) || sending_goes(fuzz->sending))
		return state_reset(fuzz->control);
	return 0;
}

static void send_one(struct fuzz *fuzz, struct watch *watch, uint64_t number, enum class class,
		     unsigned int message, struct outcome *outcome)
{
	struct random random = random_stream(fuzz->seed, number, message + 1);
	bool look_first = random_one_in(&random, class == CLASS_RIGHT ? 4 : 16);

	if (class == CLASS_CLOSING) {
		closing(fuzz->sending, &random, &fuzz->family, &fuzz->tallies[class], outcome);
		return;
	}
	block_compose(fuzz->sending, &random, &fuzz->family, class, message * SEND_MESSAGES + 1);
	if (!watch->known && (fuzz->each || look_first))
		look(fuzz, watch);
	if (sending_changes(fuzz->sending))
		check(fuzz, watch, number, class, message);
	exchange(fuzz->socket, fuzz->sending, false, &fuzz->tallies[class], &fuzz->formed, outcome);
}

static int send_all(struct fuzz *fuzz, uint64_t number, enum class class, struct watch *watch)
{
	struct outcome outcome;
	unsigned int message;
	int err;

	for (message = 0; message < class_messages[class]; message++) {
		send_one(fuzz, watch, number, class, message, &outcome);
		if (outcome.fault)
			block_report(fuzz, number, class, message, fuzz->sending, &outcome);
		/* an answer that is missing may come later, as one to nothing */
		if (outcome.fault && !outcome.error)
			return 0;
		err = follow(fuzz, watch, &outcome);
		if (err)
			return err;
		if (fuzz->each || watch->unchecked >= CHECK_MESSAGES)
			check(fuzz, watch, number, class, message);
		if (fuzz->each && fuzz->failures)
			return 0;
	}
	check(fuzz, watch, number, class, message);
	if (!exchange_is_quiet(fuzz->socket)) {
		outcome = (struct outcome){ .fault = "an answer that nothing was owed" };
		block_report(fuzz, number, class, message, fuzz->sending, &outcome);
	}
	return 0;
}

/* The same state before each block; every other time with a transaction to stage in. */
static int prepare(struct fuzz *fuzz, struct random *random)
{
	int err;

	kself_command(fuzz->socket, TRAFFICMON_CMD_TRANSACTION_ABORT);
	err = state_reset(fuzz->control);
	if (!err && random_one_in(random, 2))
		err = kself_command(fuzz->socket, TRAFFICMON_CMD_TRANSACTION_BEGIN);
	return err;
}

int block_tour(struct fuzz *fuzz)
{
	struct random random = random_stream(fuzz->seed, 0, UINT64_MAX);
	unsigned int i, tries;
	int err = 0;

	for (i = 0; !err && i < commands_count; i++) {
		const uint64_t bit = 1ULL << commands[i].number;
		struct outcome outcome = {};

		err = prepare(fuzz, &random);
		for (tries = 0; !err && !(fuzz->formed & bit) && !outcome.fault &&
		     tries < TOUR_TRIES; tries++) {
			compose_right(fuzz->sending, &random, &fuzz->family, &commands[i], tries);
			exchange(fuzz->socket, fuzz->sending, false, &fuzz->tallies[CLASS_RIGHT],
				 &fuzz->formed, &outcome);
		}
		if (outcome.fault)
			block_report(fuzz, 0, CLASS_RIGHT, i, fuzz->sending, &outcome);
	}
	return err;
}

int block_run(struct fuzz *fuzz, uint64_t number)
{
	struct random random = random_stream(fuzz->seed, number, 0);
	enum class class = pick(fuzz, number);
	bool wild = random_one_in(&random, 2);
	struct watch watch = {};
	int err = prepare(fuzz, &random);

	if (err)
		return err;
	look(fuzz, &watch);
	if (class != CLASS_TOGETHER) {
		err = send_all(fuzz, number, class, &watch);
	} else {
		together(fuzz, number, class_messages[class], wild);
		watch.unchecked = !wild;
		fuzz->sending->message.length = fuzz->sending->count = 0;
		check(fuzz, &watch, number, class, 0);
	}
	check_named(fuzz, number, class);
	return err;
}
