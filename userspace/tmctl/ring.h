/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a reader of records stands in each ring, and what it missed.
 *
 * Each record carries its ring's running totals of all records before it.  A
 * reader that remembers the next sequence it wants and the totals up to there
 * therefore knows, when a later record comes, how many records, packets and
 * bytes lie between.
 *
 * As text a cursor is RING:SEQUENCE, or RING:SEQUENCE:PACKETS:BYTES with the
 * totals, which makes a gap in packets and bytes known across runs too.
 */
#ifndef TMCTL_RING_H
#define TMCTL_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../lib/error.h"

/* @has_totals: packets and bytes are known */
struct tm_cursor_ring {
	uint32_t ring;
	uint64_t sequence;	/* the next one wanted */
	bool has_totals;
	uint64_t packets;	/* in all records before it */
	uint64_t bytes;
};

struct tm_rings {
	size_t count;
	struct tm_cursor_ring *rings;
};

/* What lies between where the reader stood and what came. */
struct tm_gap {
	uint32_t ring;
	uint64_t records;
	bool has_totals;
	uint64_t packets;
	uint64_t bytes;
};

#define TM_CURSOR_TEXT	96

/* A ring named twice is refused. */
int tm_rings_parse(struct tm_rings *rings, const char *text,
		   struct tm_error *error);
const char *tm_ring_format(const struct tm_cursor_ring *ring, char *buffer);

/* The ring's cursor, made (sequence 0: wherever it starts) when it is new; NULL when memory ran out. */
struct tm_cursor_ring *tm_rings_get(struct tm_rings *rings, uint32_t ring);
void tm_rings_free(struct tm_rings *rings);

/*
 * A record, or the ring's end, has come: its sequence and the totals before it.
 * Fills gap and returns true when something lies between; moves the cursor to
 * it.  Of a ring never read before nothing was missed.
 */
bool tm_ring_arrive(struct tm_cursor_ring *cursor, uint64_t sequence,
		    uint64_t before_packets, uint64_t before_bytes,
		    struct tm_gap *gap);

/* Past a record with so many packets and bytes. */
void tm_ring_pass(struct tm_cursor_ring *cursor, uint64_t packets,
		  uint64_t bytes);

#endif /* TMCTL_RING_H */
