/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks a classifier as policy.c does, and gives what it says as a list.
 */
#ifndef CLASSIFY_HELPERS_H
#define CLASSIFY_HELPERS_H

#include "classify_walk.h"

#define FOUND_MAX	16

/* The first matches in order, and how many they are; @more: there are others. */
/* @found: room for @most */
static inline u32 classify_most(const struct tm_classifier *classifier,
				const struct tm_packet *packet, const char *device, u16 *found,
				u32 most, bool *more)
{
	struct tm_classify_walk walk = { 0 };
	u32 policy, count = 0;

	*more = false;
	if (classifier->flat && classifier->used)
		walk.policies = tm_classify_flat(classifier, packet, device);
	else if (classifier->flat)
		walk.policies = tm_classify_fixed(classifier, packet)->summary;
	else if (!tm_classify_begin(classifier, packet, device, &walk))
		return 0;
	while (tm_classify_next(&walk, &policy)) {
		if (count == most) {
			*more = true;
			break;
		}
		found[count++] = policy;
	}
	return count;
}

static inline u32 classify(const struct tm_classifier *classifier, const struct tm_packet *packet,
			   const char *device, u16 found[FOUND_MAX], bool *more)
{
	return classify_most(classifier, packet, device, found, FOUND_MAX, more);
}

#endif
