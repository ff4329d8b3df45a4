/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is allowed but probably not meant in a ruleset, so that a person hears
 * of it before the packets do.  Few findings, each with a way to say "I mean
 * it" (docs/policies.md names it).
 */
#ifndef TM_POLICY_CHECK_H
#define TM_POLICY_CHECK_H

#include "policy_file.h"

/* Policies that one packet walks at most; those behind are not looked at. */
#define TM_POLICY_WALK_MAX	16	/* policies that match */
#define TM_POLICY_UNASKED_MAX	240	/* that do not, of what is asked one by one */

/*
 * Told once a finding, in file order where it belongs to a policy.
 * @line:	of the policy in the file; 0: of the whole ruleset
 * @text:	one sentence
 */
typedef void (*tm_policy_finding)(unsigned long line, const char *text,
				  void *data);

/*
 * tm_policy_check: look a ruleset over.
 * @allow_known: the set allow is known: take one that is empty as such even
 *		where the file does not name it
 * Returns the number of findings.
 */
unsigned int tm_policy_check(const struct tm_policy_file *file,
			     bool allow_known, tm_policy_finding found,
			     void *data);

/*
 * tm_policy_crowd: a packet that many policies match by what the module asks of
 * all at once: all but what is excluded, and the keys from tcp_flags on.
 * Looks for the largest number of policies that one packet matches, choosing
 * class, direction, family, device, prefixes and ports one after the other,
 * each the value that keeps most policies.  What it finds is a real packet,
 * described in example; a larger crowd may exist where the choices depend on
 * each other.  Stops looking where there are no more than `enough`.
 * Returns the number of policies where it is above `enough`, else any number
 * that is not; 0 when out of memory.
 */
unsigned int tm_policy_crowd(const struct tm_policy_list *policies,
			     unsigned int enough, char *example, size_t size);

#endif /* TM_POLICY_CHECK_H */
