/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Policies and sets of a namespace, carried from one module to the next, or from
 * one ruleset to the next, as the attributes that they are: nothing is translated, so nothing is lost.
 */
#ifndef TMCTL_CARRY_H
#define TMCTL_CARRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../lib/transaction.h"

/* Attributes as bytes, one after the other. */
struct tm_carried {
	char *bytes;
	size_t length;
};

/* One set's entries are split over as many messages as they need. */
struct tm_carried_set {
	char name[TRAFFICMON_NAME_SIZE];
	struct tm_carried *entries;
	size_t entry_count;
};

/*
 * @made:	there is another set than allow and deny
 * @unknown:	attributes of policies and entries met that this tool does not know, which were
 *		left behind
 */
struct tm_carry {
	struct tm_carried *policies;
	size_t policy_count;
	struct tm_carried_set *sets;
	size_t set_count;
	size_t entry_total;
	bool made;
	unsigned int unknown;
};

/* Read all; free with tm_carry_free(), also after an error. */
int tm_carry_read(struct tm_carry *carry, struct tm_nl *nl,
		  struct tm_error *error);

/* Policies alone: sets are left as they are when it is written. */
int tm_carry_read_policies(struct tm_carry *carry, struct tm_nl *nl,
			   struct tm_error *error);

/* Write all in one transaction: all of it or nothing.  A second call repeats it. */
int tm_carry_write(const struct tm_carry *carry, struct tm_nl *nl,
		   struct tm_commit *commit, struct tm_error *error);

const char *tm_carry_policy_name(const struct tm_carry *carry, size_t index);

/* Give a policy another mode before it is written.  Was it another? */
bool tm_carry_set_mode(struct tm_carry *carry, size_t index, uint8_t mode);

void tm_carry_free(struct tm_carry *carry);

#endif /* TMCTL_CARRY_H */
