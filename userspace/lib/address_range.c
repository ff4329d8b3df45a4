// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ranges of addresses: see address_range.h.
 */
#include <string.h>

#include "address_range.h"

struct cover {
	const struct tm_address_range *range;
	tm_prefix_take take;
	void *data;
};

struct tm_address_range tm_prefix_range(const struct tm_prefix *prefix)
{
	struct tm_address_range range = { prefix->address, prefix->address };
	unsigned int size = prefix->address.size;
	unsigned int whole = prefix->length / 8;

	if (whole < size) {
		range.last.bytes[whole] |= 0xff >> prefix->length % 8;
		memset(range.last.bytes + whole + 1, 0xff, size - whole - 1);
	}
	return range;
}

static int compare(const struct tm_address *a, const struct tm_address *b)
{
	return memcmp(a->bytes, b->bytes, a->size);
}

/*
 * The prefix, where all of it is in the range, else what of its halves is: that
 * goes on only where an end of the range is in it.
 */
static int cover(const struct cover *how, struct tm_prefix prefix)
{
	const struct tm_address_range *range = how->range;
	const struct tm_address_range own = tm_prefix_range(&prefix);
	unsigned int bit = prefix.length;
	int result;

	if (compare(&own.last, &range->first) < 0 ||
	    compare(&own.first, &range->last) > 0)
		return 0;
	if (compare(&own.first, &range->first) >= 0 &&
	    compare(&own.last, &range->last) <= 0)
		return how->take(&prefix, how->data);
	prefix.length++;
	result = cover(how, prefix);
	if (result)
		return result;
	prefix.address.bytes[bit / 8] |= 0x80 >> bit % 8;
	return cover(how, prefix);
}

int tm_range_prefixes(const struct tm_address_range *range,
		      tm_prefix_take take, void *data)
{
	const struct cover how = { range, take, data };
	struct tm_prefix prefix = { .address = { .size = range->first.size } };
	unsigned int bits = prefix.address.size * 8;

	/* What both ends begin with. */
	for (; prefix.length < bits; prefix.length++) {
		unsigned int byte = prefix.length / 8;
		uint8_t bit = 0x80 >> prefix.length % 8;

		if ((range->first.bytes[byte] ^ range->last.bytes[byte]) & bit)
			break;
		prefix.address.bytes[byte] |= range->first.bytes[byte] & bit;
	}
	return cover(&how, prefix);
}
