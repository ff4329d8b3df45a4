/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one send carries, and what is owed to each message in it.
 */
#ifndef MALFORMED_COMPOSE_H
#define MALFORMED_COMPOSE_H

#include "judge.h"
#include "message.h"
#include "mutate.h"
#include "random.h"

#define SEND_MESSAGES	64	/* that netlink sees in one send */

/**
 * struct sending - one send
 * @message: its bytes; of several messages, too
 * @count: messages that netlink sees in it
 * @other, @scratch: for the work
 */
struct sending {
	struct message message;
	struct message other;
	unsigned char scratch[2 * MESSAGE_BYTES];
	struct verdict verdicts[SEND_MESSAGES];
	unsigned int count;
};

/**
 * struct family - what requests are made for
 * @id: number of the family
 * @rings: that RECORD_GET may name
 */
struct family {
	uint16_t id;
	unsigned int rings;
};

/* Make and judge a send of the class; its first sequence is @sequence. */
void compose(struct sending *sending, struct random *random, const struct family *family,
	     enum class class, uint32_t sequence);

/* A right request for the command. */
void compose_right(struct sending *sending, struct random *random, const struct family *family,
		   const struct command *command, uint32_t sequence);

bool sending_changes(const struct sending *sending);
bool sending_is_slow(const struct sending *sending);

/* Adds to a set what goes by itself, soon. */
bool sending_goes(const struct sending *sending);

#endif
