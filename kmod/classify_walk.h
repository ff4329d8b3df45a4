/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The classifier's look-up: which policies match a packet, in order.  Up to 64 of
 * them are answered at once, as bits.  Of more they are found one by one in a
 * walk, so that those behind the one that drops are never looked for (24
 * instructions each).  The tables are told in classify_table.h.
 *
 * @device is the name of the device that the packet arrived on, IFNAMSIZ bytes as
 * in struct net_device (all are read; a rename meanwhile is harmless), or NULL
 * when this host sends it.  Context: softirq, RCU.
 *
 * The summaries of the dimensions in use are ANDed first, one by one, so that
 * a packet that no policy wants is found out early; then only words that the
 * result names.
 */
#ifndef TM_CLASSIFY_WALK_H
#define TM_CLASSIFY_WALK_H

#include <linux/bitops.h>
#include <linux/build_bug.h>
#include "classify_table.h"

static __always_inline const struct tm_row *tm_row_of_prefix(const struct tm_prefix_rows *rows,
							     u8 family,
							     const union tm_address *address)
{
	unsigned long value = tm_prefixes_longest(rows->prefixes, family, address);

	return value ? (const struct tm_row *)value : &rows->none;
}

static __always_inline const struct tm_row *tm_row_of_port(const struct tm_port_rows *rows,
							   const __be16 *port, bool has_ports)
{
	const u8 *bytes = (const u8 *)port;

	if (!has_ports)
		return &rows->none;
	return &rows->rows[rows->pages[rows->page[bytes[0]]][bytes[1]]];
}

/* Of the device of that name, or without one. */
const struct tm_row *tm_row_of_device(const struct tm_device_rows *rows, const char *device);

static __always_inline const struct tm_row *
tm_row_of_dimension(const struct tm_classifier *classifier, const struct tm_packet *packet,
		    const char *device, enum tm_dimension dimension)
{
	bool has_ports = packet->flags & TM_PACKET_PORTS;

	switch (dimension) {
	case TM_DIMENSION_DESTINATION_PORT:
		return tm_row_of_port(&classifier->destination_port, &packet->destination_port,
				      has_ports);
	case TM_DIMENSION_SOURCE_PORT:
		return tm_row_of_port(&classifier->source_port, &packet->source_port, has_ports);
	case TM_DIMENSION_DEVICE:
		return tm_row_of_device(&classifier->device, device);
	case TM_DIMENSION_DESTINATION:
		return tm_row_of_prefix(&classifier->destination, packet->family,
					&packet->destination);
	default:
		return tm_row_of_prefix(&classifier->source, packet->family, &packet->source);
	}
}

/*
 * ANDs the summary of a dimension in use, and keeps where its words are.
 * False: no policy is left.
 */
static __always_inline bool tm_classify_narrow(const struct tm_classifier *classifier,
					       const struct tm_packet *packet, const char *device,
					       enum tm_dimension dimension, u64 *summary,
					       const u64 **words)
{
	const struct tm_row *row;

	if (!(classifier->used & BIT(dimension)))
		return true;
	row = tm_row_of_dimension(classifier, packet, device, dimension);
	*words = row->words;
	*summary &= row->summary;
	return *summary;
}

/**
 * struct tm_classify_walk - where a walk over the policies that match is
 * @summary: words still to be looked at
 * @policies: of the word looked at, those still to come
 * @first: number of its first policy
 * @fixed: words of the dimensions that every packet has
 * @words: of the others; one not in use repeats @fixed
 */
struct tm_classify_walk {
	u64 summary;
	u64 policies;
	u32 first;
	const u64 *fixed;
	const u64 *words[TM_DIMENSION_MAX];
};

/* Begin a walk.  False: no policy matches; else that is told by tm_classify_next(). */
static __always_inline bool tm_classify_begin(const struct tm_classifier *classifier,
					      const struct tm_packet *packet, const char *device,
					      struct tm_classify_walk *walk)
{
	const struct tm_row *row = tm_classify_fixed(classifier, packet);

	/* written out: compilers do not unroll loops at -O2 */
	BUILD_BUG_ON(TM_DIMENSION_MAX != 5);
	walk->summary = row->summary;
	walk->policies = 0;
	walk->fixed = row->words;
	walk->words[0] = row->words;
	walk->words[1] = row->words;
	walk->words[2] = row->words;
	walk->words[3] = row->words;
	walk->words[4] = row->words;
	return tm_classify_narrow(classifier, packet, device, 0, &walk->summary, &walk->words[0]) &&
	       tm_classify_narrow(classifier, packet, device, 1, &walk->summary, &walk->words[1]) &&
	       tm_classify_narrow(classifier, packet, device, 2, &walk->summary, &walk->words[2]) &&
	       tm_classify_narrow(classifier, packet, device, 3, &walk->summary, &walk->words[3]) &&
	       tm_classify_narrow(classifier, packet, device, 4, &walk->summary, &walk->words[4]);
}

/* Of a flat classifier: the policies that match, as bits. */
u64 tm_classify_flat(const struct tm_classifier *classifier, const struct tm_packet *packet,
		     const char *device);

/* The next policy that matches, in order; false: there is none left. */
static __always_inline bool tm_classify_next(struct tm_classify_walk *walk, u32 *policy)
{
	u32 word;

	while (!walk->policies) {
		if (!walk->summary)
			return false;
		word = __ffs64(walk->summary);
		walk->summary &= walk->summary - 1;
		walk->first = 64 * word;
		walk->policies = walk->fixed[word] & walk->words[0][word] & walk->words[1][word] &
				 walk->words[2][word] & walk->words[3][word] &
				 walk->words[4][word];
	}
	*policy = walk->first + __ffs64(walk->policies);
	walk->policies &= walk->policies - 1;
	return true;
}

#endif
