/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The namespace that is fuzzed: what stands in it, and a number that changes
 * with it.
 *
 * It has a network namespace of its own with only lo, and its packets are sent
 * before the fuzzing, so that nothing in it moves but by a request.  run.sh loads the
 * module with timeouts of a week for the same reason.
 */
#ifndef MALFORMED_STATE_H
#define MALFORMED_STATE_H

#include <stdbool.h>
#include <stdint.h>
#include "compose.h"

struct kself;

/* Move into a new namespace and open a socket in it.  0 or -errno. */
int state_enter(struct kself *k, struct family *family);

/*
 * Put the namespace into the state that every block begins with: attached,
 * flows and limiters that live, four policies, four sets with an entry, two of
 * which a policy names.
 * 0 or -errno, and said why.
 */
int state_reset(struct kself *k);

/*
 * A number that changes with the ruleset, the sets and all counters.  It is as
 * kself_digest(), but for what passes by itself: the times that are left to
 * entries and since they were hit, how long a policy has been over its limit, and the totals of other
 * namespaces.
 */
uint64_t state_digest(struct kself *k);

#endif
