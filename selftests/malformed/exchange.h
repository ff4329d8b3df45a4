/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sends what was composed, and holds every answer against its verdict:
 *
 *	- each message that is owed an answer gets one, once, within RECEIVE_S;
 *	- what is refused is refused with an errno that the contract names, in
 *	  words, and an offset of an attribute lies in the message;
 *	- what was to be refused is not done, and what is of right form is not
 *	  refused for its form.
 *
 * Netlink does a request inside the send: when no answer is owed, a message
 * that the core alone acknowledges is sent behind, and ends the waiting.
 */
#ifndef MALFORMED_EXCHANGE_H
#define MALFORMED_EXCHANGE_H

#include "compose.h"

#define RECEIVE_S	30	/* a debug kernel under emulation is slow */

struct kself;

/**
 * struct tally - what came of the messages of a class
 * @sent: messages that netlink saw, and sends in which it saw none
 * @done: acknowledged, or a dump to its end
 * @refused: with words
 * @wordless: without, as judge.h allows
 * @silent: owed no answer
 * @faults: answers that break a rule
 */
struct tally {
	uint64_t sent;
	uint64_t done;
	uint64_t refused;
	uint64_t wordless;
	uint64_t silent;
	uint64_t faults;
};

/**
 * struct outcome - what a send did
 * @changed: something was done that changes the state
 * @fault: the rule that was broken, or NULL
 * @error: of the message whose answer broke it
 */
struct outcome {
	bool changed;
	const char *fault;
	const char *why;
	int error;
	char text[192];
};

/*
 * @detached: the namespace may be detached meanwhile, by another socket.
 * @formed: a bit for each command whose form was accepted, may be NULL.
 */
void exchange(struct kself *k, const struct sending *sending, bool detached, struct tally *tally,
	      uint64_t *formed, struct outcome *outcome);

/* Say what was wrong, and with what bytes. */
void exchange_report(const struct sending *sending, const struct outcome *outcome);

/* Nothing may be left to be read.  False: something was. */
bool exchange_is_quiet(struct kself *k);

/* Set the time after which a missing answer is a failure. */
void exchange_prepare(struct kself *k);

#endif
