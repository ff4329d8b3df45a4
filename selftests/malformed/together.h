/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Several sockets at once, each with a thread that sends wrong messages.
 */
#ifndef MALFORMED_TOGETHER_H
#define MALFORMED_TOGETHER_H

#include "block.h"

/*
 * Send block @number with threads.  @wild: one of them sends right requests, too, which
 * change the state; otherwise none does.
 */
void together(struct fuzz *fuzz, uint64_t number, unsigned int messages, bool wild);

#endif
