/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What ring_server (the module's stand-in) and tmlog say to each other, over
 * a Unix SOCK_SEQPACKET socket.  A client first sends one byte, who it is;
 * an asker then sends questions, a listener only reads.
 */
#ifndef RING_H
#define RING_H

#include <stdint.h>

#define RING_LISTENER	'L'
#define RING_ASKER	'A'

/* Answer to the first byte and, for an asker, to each question. */
struct ring_answer {
	int32_t error;		/* 0 or a positive errno */
	uint32_t messages;	/* that follow, a packet each */
	uint64_t instance;
	uint64_t newest;
};

struct ring_question {
	uint64_t dump_from;	/* 0: only the answer */
};

/* To a listener instead of a message: some were lost. */
#define RING_OVERRUN	"overrun"

#endif /* RING_H */
