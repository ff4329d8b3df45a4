/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A block: some hundred messages of one class, from a known state on.  What it
 * sends follows from the seed and its number alone, so that it can be sent
 * again by itself.
 *
 * Nothing refused may change the state: its digest is compared after each
 * CHECK_MESSAGES messages, before each message that may change it, and when the
 * block ends.  @each compares after every message instead, which finds the one.
 */
#ifndef MALFORMED_BLOCK_H
#define MALFORMED_BLOCK_H

#include "exchange.h"

#define CHECK_MESSAGES	256

/**
 * struct fuzz - one run
 * @control: the socket that resets and looks
 * @socket: the one that wrong messages are sent on
 * @formed: a bit for each command whose form was accepted
 * @failures: rules that were broken, digests among them
 * @changed: digests that were not as they should be
 * @digests: that were compared
 * @each: compare after every message
 */
struct fuzz {
	uint64_t seed;
	struct family family;
	struct kself *control;
	struct kself *socket;
	struct sending *sending;
	struct tally tallies[CLASS_MAX];
	uint64_t formed;
	unsigned int failures;
	unsigned int changed;
	uint64_t digests;
	bool each;
};

extern const char *const class_names[CLASS_MAX];

/* Enter a namespace and open the sockets.  0 or -errno. */
int block_setup(struct fuzz *fuzz);

/* Send right requests of each command until its form is accepted.  0 or -errno. */
int block_tour(struct fuzz *fuzz);

/* Send block @number.  0, or -errno where the state cannot be reset. */
int block_run(struct fuzz *fuzz, uint64_t number);

/* Say where and what. */
void block_report(struct fuzz *fuzz, uint64_t number, enum class class, unsigned int message,
		  const struct sending *sending, const struct outcome *outcome);

/* Make a send, seldom one that is slow or changes something. */
void block_compose(struct sending *sending, struct random *random, const struct family *family,
		   enum class class, uint32_t sequence);

#endif
