/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ranges of addresses, from a first to a last, and the prefixes that they are.
 */
#ifndef TM_ADDRESS_RANGE_H
#define TM_ADDRESS_RANGE_H

#include "value.h"

/* Both of one family, last not below first. */
struct tm_address_range {
	struct tm_address first;
	struct tm_address last;
};

/* All addresses that the prefix covers. */
struct tm_address_range tm_prefix_range(const struct tm_prefix *prefix);

/* Takes a prefix of the range; other than 0 ends it. */
typedef int (*tm_prefix_take)(const struct tm_prefix *prefix, void *data);

/*
 * tm_range_prefixes: hand over the fewest prefixes that cover the range and
 * nothing else, upwards: one of a range that is a prefix, at most 62 of IPv4 and
 * 254 of IPv6.  Returns 0, or what take returned.
 */
int tm_range_prefixes(const struct tm_address_range *range,
		      tm_prefix_take take, void *data);

#endif /* TM_ADDRESS_RANGE_H */
