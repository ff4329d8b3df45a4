/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Right requests: what the table allows, and the contract in
 * linux/trafficmon.h beyond it.  Wrong ones begin as these.
 */
#ifndef MALFORMED_VALID_H
#define MALFORMED_VALID_H

#include "message.h"
#include "random.h"

/* Write a request for @command.  @rings: how many RECORD_GET may name. */
void valid_request(struct message *message, struct random *random, uint16_t family,
		   const struct command *command, unsigned int rings);

#endif
