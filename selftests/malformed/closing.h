/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sockets that go away in the middle of something: a dump of which a part was
 * read, a second one asked for meanwhile, a transaction with something staged.
 */
#ifndef MALFORMED_CLOSING_H
#define MALFORMED_CLOSING_H

#include "exchange.h"

/* Open a socket, ask, read a little or nothing, close it.  Changes no state. */
void closing(struct sending *sending, struct random *random, const struct family *family,
	     struct tally *tally, struct outcome *outcome);

#endif
