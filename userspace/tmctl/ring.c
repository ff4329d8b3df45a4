// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cursors over the record rings.  Contract in ring.h.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/value.h"
#include "ring.h"

#define PARTS	4

/* Split at the colons.  Returns how many parts there are, 0 if too long. */
static unsigned int split(char *text, char *parts[PARTS])
{
	unsigned int count = 0;
	char *colon;

	do {
		if (count == PARTS)
			return 0;
		parts[count++] = text;
		colon = strchr(text, ':');
		if (colon) {
			*colon = '\0';
			text = colon + 1;
		}
	} while (colon);
	return count;
}

int tm_rings_parse(struct tm_rings *rings, const char *text,
		   struct tm_error *error)
{
	uint64_t ring, sequence, packets = 0, bytes = 0;
	struct tm_cursor_ring *cursor;
	char copy[TM_CURSOR_TEXT], *parts[PARTS];
	unsigned int count = 0;

	if (strlen(text) < sizeof(copy)) {
		strcpy(copy, text);
		count = split(copy, parts);
	}
	if (count != 2 && count != 4) {
		tm_error_usage(error, "'%.96s' is no cursor", text);
		return tm_error_hint(error, "write it as RING:SEQUENCE, or as `record show` prints it: RING:SEQUENCE:PACKETS:BYTES");
	}
	if (tm_number_parse("ring", parts[0], 0, UINT32_MAX, &ring, error) ||
	    tm_number_parse("sequence", parts[1], 1, UINT64_MAX, &sequence,
			    error))
		return -1;
	if (count == 4 &&
	    (tm_number_parse("packets of the cursor", parts[2], 0, UINT64_MAX,
			     &packets, error) ||
	     tm_number_parse("bytes of the cursor", parts[3], 0, UINT64_MAX,
			     &bytes, error)))
		return -1;
	cursor = tm_rings_get(rings, ring);
	if (!cursor)
		return tm_error_set(error, TM_EXIT_REFUSED, ENOMEM,
				    "out of memory");
	if (cursor->sequence)
		return tm_error_usage(error, "ring %u is given twice",
				      (unsigned int)ring);
	cursor->sequence = sequence;
	cursor->has_totals = count == 4;
	cursor->packets = packets;
	cursor->bytes = bytes;
	return 0;
}

const char *tm_ring_format(const struct tm_cursor_ring *ring, char *buffer)
{
	if (ring->has_totals)
		snprintf(buffer, TM_CURSOR_TEXT, "%u:%llu:%llu:%llu",
			 ring->ring, (unsigned long long)ring->sequence,
			 (unsigned long long)ring->packets,
			 (unsigned long long)ring->bytes);
	else
		snprintf(buffer, TM_CURSOR_TEXT, "%u:%llu", ring->ring,
			 (unsigned long long)ring->sequence);
	return buffer;
}

struct tm_cursor_ring *tm_rings_get(struct tm_rings *rings, uint32_t ring)
{
	struct tm_cursor_ring *larger;
	size_t i;

	for (i = 0; i < rings->count; i++) {
		if (rings->rings[i].ring == ring)
			return &rings->rings[i];
	}
	larger = realloc(rings->rings, sizeof(*larger) * (rings->count + 1));
	if (!larger)
		return NULL;
	rings->rings = larger;
	memset(&larger[rings->count], 0, sizeof(*larger));
	larger[rings->count].ring = ring;
	return &larger[rings->count++];
}

void tm_rings_free(struct tm_rings *rings)
{
	free(rings->rings);
	rings->rings = NULL;
	rings->count = 0;
}

bool tm_ring_arrive(struct tm_cursor_ring *cursor, uint64_t sequence,
		    uint64_t before_packets, uint64_t before_bytes,
		    struct tm_gap *gap)
{
	bool missed = cursor->sequence && sequence > cursor->sequence;

	if (missed) {
		gap->ring = cursor->ring;
		gap->records = sequence - cursor->sequence;
		gap->has_totals = cursor->has_totals;
		gap->packets = before_packets - cursor->packets;
		gap->bytes = before_bytes - cursor->bytes;
	}
	cursor->sequence = sequence;
	cursor->has_totals = true;
	cursor->packets = before_packets;
	cursor->bytes = before_bytes;
	return missed;
}

void tm_ring_pass(struct tm_cursor_ring *cursor, uint64_t packets,
		  uint64_t bytes)
{
	cursor->sequence++;
	cursor->packets += packets;
	cursor->bytes += bytes;
}
