// SPDX-License-Identifier: GPL-2.0
/*
 * Rows of the classifier: where their words lie, and that equal rows share them.
 */
#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "classify_table.h"

/**
 * struct made_row - one of the different rows
 * @row: itself
 * @next: number of another of the same hash, plus 1; 0: none
 */
struct made_row {
	struct tm_row row;
	u32 next;
};

/**
 * struct tm_row_maker
 * @classifier: whose chunks hold the words
 * @policy_words: words of a row
 * @hash_bits: log2 of the number of @heads
 * @heads: by hash: number of a row, plus 1; 0: none
 * @count: rows in @made
 * @most: room in @made
 * @made: the different rows, by number
 * @taken: words of the open chunk in use; those behind its end count as such
 * @lowest: no word in front of this one is free
 */
struct tm_row_maker {
	struct tm_classifier *classifier;
	u32 policy_words;
	u32 hash_bits;
	u32 *heads;
	u32 count;
	u32 most;
	struct made_row *made;
	u64 taken[TM_ROW_CHUNK_WORDS / 64 + 2];
	u32 lowest;
};

struct tm_row_maker *tm_row_maker_alloc(struct tm_classifier *classifier, u32 most,
					u32 policy_count)
{
	struct tm_row_maker *maker = kzalloc(sizeof(*maker), GFP_KERNEL_ACCOUNT);

	if (!maker)
		return NULL;
	maker->classifier = classifier;
	maker->policy_words = DIV_ROUND_UP(policy_count, 64);
	maker->hash_bits = order_base_2(most) + 1;
	maker->most = most;
	maker->heads = kvcalloc(1UL << maker->hash_bits, sizeof(*maker->heads),
				GFP_KERNEL_ACCOUNT);
	maker->made = kvmalloc_array(most, sizeof(*maker->made), GFP_KERNEL_ACCOUNT);
	if (!maker->heads || !maker->made) {
		tm_row_maker_free(maker);
		return NULL;
	}
	/* no chunk is open: no row fits, wherever in it its first word would be */
	memset(maker->taken, 0xff, sizeof(maker->taken));
	maker->lowest = TM_ROW_CHUNK_WORDS;
	return maker;
}

void tm_row_maker_free(struct tm_row_maker *maker)
{
	if (!maker)
		return;
	kvfree(maker->heads);
	kvfree(maker->made);
	kfree(maker);
}

static bool is_taken(const struct tm_row_maker *maker, u32 word)
{
	return maker->taken[word / 64] >> (word % 64) & 1;
}

/* The 64 words from @word on. */
static u64 taken_from(const struct tm_row_maker *maker, u32 word)
{
	u64 taken = maker->taken[word / 64] >> (word % 64);

	if (word % 64)
		taken |= maker->taken[word / 64 + 1] << (64 - word % 64);
	return taken;
}

static int open_chunk(struct tm_row_maker *maker)
{
	struct tm_row_chunk *chunk = kmalloc(sizeof(*chunk), GFP_KERNEL_ACCOUNT);
	u32 last = ARRAY_SIZE(maker->taken) - 1;

	if (!chunk)
		return -ENOMEM;
	chunk->next = maker->classifier->chunks;
	maker->classifier->chunks = chunk;
	maker->classifier->bytes += sizeof(*chunk);
	memset(maker->taken, 0, sizeof(maker->taken));
	maker->taken[last] = U64_MAX;
	maker->taken[last - 1] = U64_MAX << (TM_ROW_CHUNK_WORDS % 64);
	maker->lowest = 0;
	return 0;
}

/* Where a row of that summary fits into the open chunk; TM_ROW_CHUNK_WORDS: nowhere. */
static u32 find_place(struct tm_row_maker *maker, u64 summary)
{
	u32 first = __ffs64(summary), place;

	while (maker->lowest < TM_ROW_CHUNK_WORDS && is_taken(maker, maker->lowest))
		maker->lowest++;
	place = maker->lowest > first ? maker->lowest - first : 0;
	while (place < TM_ROW_CHUNK_WORDS && taken_from(maker, place) & summary)
		place++;
	return place;
}

/* Stores a row that is none of those made before. */
static int place_row(struct tm_row_maker *maker, const u64 *words, struct tm_row *row)
{
	u64 left, *to;
	u32 place;
	int ret;

	row->words = NULL;
	if (!row->summary || maker->classifier->flat)
		return 0;
	place = find_place(maker, row->summary);
	if (place == TM_ROW_CHUNK_WORDS) {
		ret = open_chunk(maker);
		if (ret)
			return ret;
		place = 0;
	}
	to = &maker->classifier->chunks->words[place];
	for (left = row->summary; left; left &= left - 1) {
		u32 word = __ffs64(left);

		to[word] = words[word];
		maker->taken[(place + word) / 64] |= BIT_ULL((place + word) % 64);
	}
	row->words = to;
	return 0;
}

static bool row_is(const struct tm_row *row, u64 summary, const u64 *words, bool flat)
{
	u64 left;

	if (row->summary != summary)
		return false;
	if (flat)
		return true;
	for (left = summary; left; left &= left - 1)
		if (row->words[__ffs64(left)] != words[__ffs64(left)])
			return false;
	return true;
}

int tm_row_make(struct tm_row_maker *maker, const u64 *words, struct tm_row *row)
{
	u64 summary = 0, hash = 0;
	u32 i, *head;
	int ret;

	for (i = 0; i < maker->policy_words; i++) {
		hash = (hash ^ words[i]) * 0x9e3779b97f4a7c15ULL;
		hash ^= hash >> 32;
		summary |= (u64)!!words[i] << i;
	}
	head = &maker->heads[hash * 0xd6e8feb86659fd93ULL >> (64 - maker->hash_bits)];
	if (maker->classifier->flat)
		summary = words[0];
	for (i = *head; i; i = maker->made[i - 1].next) {
		if (row_is(&maker->made[i - 1].row, summary, words,
			   maker->classifier->flat)) {
			*row = maker->made[i - 1].row;
			return i - 1;
		}
	}
	if (WARN_ON_ONCE(maker->count == maker->most))
		return -ENOMEM;
	row->summary = summary;
	ret = place_row(maker, words, row);
	if (ret)
		return ret;
	maker->made[maker->count].row = *row;
	maker->made[maker->count].next = *head;
	*head = ++maker->count;
	return maker->count - 1;
}
