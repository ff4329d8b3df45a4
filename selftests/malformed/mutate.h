/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Classes of wrong messages, and how one is made of a right one.
 */
#ifndef MALFORMED_MUTATE_H
#define MALFORMED_MUTATE_H

#include "message.h"
#include "random.h"

/*
 * X(id, weight, messages of a block, name).  Those up to MIXED change one
 * message; the others are made in compose.c, together.c and closing.c.
 */
#define CLASSES(X)								\
	X(RIGHT, 2, 256, "right requests")					\
	X(LENGTH, 2, 512, "payloads of 0 to twice their length")		\
	X(FLAGS, 1, 512, "NLA_F_NESTED and NLA_F_NET_BYTEORDER turned about")	\
	X(TWICE, 1, 512, "attributes given several times")			\
	X(UNKNOWN, 1, 512, "unknown attributes")				\
	X(MISSING, 1, 512, "attributes left out")				\
	X(RANGE, 3, 512, "values at and over the edges")			\
	X(DEPTH, 1, 512, "nests 1 to 40 deep")					\
	X(OVERRUN, 2, 512, "attribute lengths that end elsewhere")		\
	X(HUGE, 2, 48, "nests, lists and values around and over 64 KB")		\
	X(DUMP, 1, 512, "dumps asked of do commands, and the reverse")		\
	X(RESERVED, 1, 512, "reserved bits and flags of the headers")		\
	X(VERSION, 1, 512, "versions of the family")				\
	X(COMMAND, 1, 512, "numbers of other commands")				\
	X(BYTES, 2, 512, "random bytes")					\
	X(MIXED, 2, 512, "several of these at once")				\
	X(BATCH, 2, 128, "several messages in one send")			\
	X(HALF, 2, 512, "messages cut short, or longer than what is sent")	\
	X(TOGETHER, 2, 512, "several sockets at once")				\
	X(CLOSING, 1, 64, "sockets closed during a dump")

#define CLASS_ID(id, weight, messages, name)	CLASS_##id,
enum class { CLASSES(CLASS_ID) CLASS_MAX };
#undef CLASS_ID

/* Change @message in the way of @class; @scratch: MESSAGE_BYTES. */
void mutate(struct message *message, struct random *random, enum class class,
	    unsigned char *scratch);

#endif
