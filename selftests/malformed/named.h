/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sets and the policies that name them: whatever was sent, each set that a
 * policy names is there, and says how many policies do.
 */
#ifndef MALFORMED_NAMED_H
#define MALFORMED_NAMED_H

struct kself;

/* What is wrong with them now, or NULL. */
const char *named_fault(struct kself *k);

#endif
