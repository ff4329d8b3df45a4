/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's refusals in words.
 */
#ifndef TM_REFUSAL_H
#define TM_REFUSAL_H

#include <libmnl/libmnl.h>

#include "error.h"

/*
 * reply: an NLMSG_ERROR, or an NLMSG_DONE that ends a dump in an error.
 * request: what was sent, to name the attribute that the kernel points at.
 * Returns 0 when the reply is an acknowledgement, else -1 with error set.
 */
int tm_refusal(const struct nlmsghdr *reply, const struct nlmsghdr *request,
	       struct tm_error *error);

#endif /* TM_REFUSAL_H */
