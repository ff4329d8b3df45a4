/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tables behind classify.h, shared by the look-up (classify_walk.h), the
 * builder (classify_build.c) and what makes rows (classify_row.c).
 *
 * A row is a bitmap of policies.  Most rows are nearly empty, so only words
 * with a bit in them are stored, and the gaps of one row hold the words of
 * others, which nobody reads through it: "row displacement" (R. E. Tarjan,
 * A. C. Yao, "Storing a sparse table", CACM 22(11), 1979).  So a word is found
 * by one addition, and a row of one policy costs 8 bytes beside its header.
 * Where there are at most 64 policies, the summary is the bitmap itself.
 */
#ifndef TM_CLASSIFY_TABLE_H
#define TM_CLASSIFY_TABLE_H

#include <linux/string.h>
#include "classify.h"

/**
 * struct tm_row - a bitmap of policies
 * @summary: bit n: word n is not 0; flat: bit n: policy n
 * @words: valid at the bits of @summary only; flat: NULL
 */
struct tm_row {
	u64 summary;
	const u64 *words;
};

enum { TM_ROW_CHUNK_WORDS = 511 };

/* The words of many rows. */
struct tm_row_chunk {
	struct tm_row_chunk *next;
	u64 words[TM_ROW_CHUNK_WORDS];
};

/* In the order of asking: the cheap and the selective first. */
enum tm_dimension {
	TM_DIMENSION_DESTINATION_PORT,
	TM_DIMENSION_SOURCE_PORT,
	TM_DIMENSION_DESTINATION,
	TM_DIMENSION_SOURCE,
	TM_DIMENSION_DEVICE,
	TM_DIMENSION_MAX,
};

/**
 * struct tm_prefix_rows - policies by address
 * @prefixes: values are addresses in @rows
 * @rows: of each prefix: owners of all that cover it, and @none
 * @none: policies without the dimension
 */
struct tm_prefix_rows {
	struct tm_prefixes *prefixes;
	struct tm_row *rows;
	struct tm_row none;
};

/**
 * struct tm_port_rows - policies by port
 * @page: by the upper byte of the port; equal pages are one
 * @pages: by the lower byte: index in @rows
 * @rows: the different ones
 * @none: policies without the dimension
 */
struct tm_port_rows {
	u8 page[256];
	u16 (*pages)[256];
	struct tm_row *rows;
	struct tm_row none;
};

/* A device's name as two little-endian numbers, 0 behind its end. */
struct tm_device_name {
	u64 halves[2];
};

struct tm_device_row {
	struct tm_device_name name;	/* halves[0] is 0: a free slot */
	struct tm_row row;
};

/**
 * struct tm_device_rows - policies by device
 * @slots: open addressing, at most half full
 * @bits: log2 of the number of slots
 * @none: policies without the dimension
 */
struct tm_device_rows {
	struct tm_device_row *slots;
	u32 bits;
	struct tm_row none;
};

/**
 * struct tm_classifier - immutable once built
 * @table: the dimensions that every packet has
 * @used: bits 1 << enum tm_dimension: some policy asks for it
 * @flat: there are at most 64 policies
 * @chunks: words of the rows
 * @bytes: allocated, but for what the prefixes count themselves
 */
struct tm_classifier {
	struct tm_row table[__TRAFFICMON_CLASS_MAX][__TRAFFICMON_DIRECTION_MAX]
			   [__TRAFFICMON_FAMILY_MAX];
	u32 used;
	bool flat;
	struct tm_prefix_rows source;
	struct tm_prefix_rows destination;
	struct tm_device_rows device;
	struct tm_port_rows source_port;
	struct tm_port_rows destination_port;
	struct tm_row_chunk *chunks;
	u64 bytes;
};

/* What the dimensions say that every packet has. */
static inline const struct tm_row *tm_classify_fixed(const struct tm_classifier *classifier,
						     const struct tm_packet *packet)
{
	return &classifier->table[packet->class][packet->direction][packet->family];
}

/* Always reads IFNAMSIZ bytes, whatever is behind the end of the name. */
static inline struct tm_device_name tm_device_name(const char *device)
{
	struct tm_device_name name;
	__le64 raw[2];
	u64 zero;
	u32 i;

	BUILD_BUG_ON(sizeof(raw) != IFNAMSIZ);
	memcpy(raw, device, sizeof(raw));
	for (i = 0; i < 2; i++) {
		name.halves[i] = le64_to_cpu(raw[i]);
		/* the top bit of each byte that is 0, and maybe of some above the first */
		zero = (name.halves[i] - 0x0101010101010101ULL) & ~name.halves[i] &
		       0x8080808080808080ULL;
		if (!zero)
			continue;
		name.halves[i] &= ((zero & -zero) >> 7) - 1;
		name.halves[1] = i ? name.halves[1] : 0;
		break;
	}
	return name;
}

static inline u32 tm_device_hash(const struct tm_device_name *name, u32 bits)
{
	u64 mixed = name->halves[0] ^ name->halves[1] * 0x9e3779b97f4a7c15ULL;

	return mixed * 0xd6e8feb86659fd93ULL >> (64 - bits);
}

/* The slot of a name, or the free one where it would stand. */
static inline struct tm_device_row *tm_device_slot(const struct tm_device_rows *rows,
						   const struct tm_device_name *name)
{
	u32 mask = (1U << rows->bits) - 1, at = tm_device_hash(name, rows->bits);

	while (rows->slots[at].name.halves[0] &&
	       (rows->slots[at].name.halves[0] != name->halves[0] ||
		rows->slots[at].name.halves[1] != name->halves[1]))
		at = (at + 1) & mask;
	return &rows->slots[at];
}

/* What makes rows: equal ones share their words.  Lives while a classifier is built. */
struct tm_row_maker;

/* @most: how many different rows there may be.  NULL: no memory. */
struct tm_row_maker *tm_row_maker_alloc(struct tm_classifier *classifier, u32 most,
					u32 policy_count);
void tm_row_maker_free(struct tm_row_maker *maker);

/**
 * tm_row_make - a row of these words
 * @words: one bit a policy, as many words as policies need
 *
 * Return: the number of the row, the same for the same words, or -ENOMEM.
 */
int tm_row_make(struct tm_row_maker *maker, const u64 *words, struct tm_row *row);

#endif
