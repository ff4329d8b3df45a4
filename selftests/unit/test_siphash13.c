// SPDX-License-Identifier: GPL-2.0-or-later
// build:
/*
 * SipHash-1-3 of kmod/siphash13.h, against a slow reference over bytes that
 * is written from the paper, and against published vectors.
 *
 * The vectors are those of the authors' reference code built with one and
 * three rounds, key 00 01 .. 0f, message 00 01 02 ... of the given length.
 */
#include "unit.h"
#include "siphash13.h"

static const siphash_key_t vector_key = { { 0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL } };

static const struct {
	unsigned int bytes;
	u64 hash;
} vectors[] = {
	{ 0, 0xabac0158050fc4dcULL },
	{ 1, 0xc9f49bf37d57ca93ULL },
	{ 7, 0xd3927d989bb11140ULL },
	{ 8, 0x369095118d299a8eULL },
	{ 15, 0xd320d86d2a519956ULL },
	{ 16, 0xcc4fdd1a7d908b66ULL },
	{ 24, 0xf464aeb267349c8cULL },
};

static void reference_rounds(u64 v[4], unsigned int rounds)
{
	while (rounds--) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = v[1] << 13 | v[1] >> 51;
		v[3] = v[3] << 16 | v[3] >> 48;
		v[1] ^= v[0];
		v[3] ^= v[2];
		v[0] = v[0] << 32 | v[0] >> 32;
		v[2] += v[1];
		v[0] += v[3];
		v[1] = v[1] << 17 | v[1] >> 47;
		v[3] = v[3] << 21 | v[3] >> 43;
		v[1] ^= v[2];
		v[3] ^= v[0];
		v[2] = v[2] << 32 | v[2] >> 32;
	}
}

/* Any number of bytes, as the paper has it: section 2, c = 1, d = 3. */
static u64 reference(const siphash_key_t *key, const u8 *message, unsigned int bytes)
{
	u64 v[4] = {
		key->key[0] ^ 0x736f6d6570736575ULL, key->key[1] ^ 0x646f72616e646f6dULL,
		key->key[0] ^ 0x6c7967656e657261ULL, key->key[1] ^ 0x7465646279746573ULL,
	};
	unsigned int block, i;
	u64 word;

	for (block = 0; block <= bytes / 8; block++) {
		word = 0;
		for (i = 0; i < 8 && block * 8 + i < bytes; i++)
			word |= (u64)message[block * 8 + i] << (8 * i);
		if (block == bytes / 8)
			word |= (u64)(bytes & 0xff) << 56;
		v[3] ^= word;
		reference_rounds(v, 1);
		v[0] ^= word;
	}
	v[2] ^= 0xff;
	reference_rounds(v, 3);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static u64 hash_words(const siphash_key_t *key, const u8 *message, unsigned int bytes)
{
	struct tm_siphash s;
	unsigned int i;

	tm_siphash_start(&s, key);
	for (i = 0; i < bytes; i += 8)
		tm_siphash_word(&s, get_unaligned_le64(message + i));
	return tm_siphash_end(&s);
}

TEST(published_vectors_hold)
{
	unsigned int i, whole = 0;
	u8 message[64];

	for (i = 0; i < sizeof(message); i++)
		message[i] = i;
	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		EXPECT_EQ(reference(&vector_key, message, vectors[i].bytes), vectors[i].hash);
		if (vectors[i].bytes % 8)
			continue;
		EXPECT_EQ(hash_words(&vector_key, message, vectors[i].bytes), vectors[i].hash);
		whole++;
	}
	EXPECT_EQ(whole, 4);
}

TEST(words_equal_reference_over_bytes)
{
	unsigned int round, bytes;
	siphash_key_t key;
	u8 message[256];

	for (round = 0; round < 1000; round++) {
		get_random_bytes(&key, sizeof(key));
		get_random_bytes(message, sizeof(message));
		bytes = round % (sizeof(message) / 8 + 1) * 8;
		EXPECT_EQ(hash_words(&key, message, bytes), reference(&key, message, bytes));
	}
}

TEST(each_bit_of_key_and_message_changes_the_hash)
{
	siphash_key_t key = vector_key;
	u8 message[40] = { 0 };
	unsigned int bit;
	u64 whole = hash_words(&key, message, sizeof(message));

	for (bit = 0; bit < 8 * sizeof(message); bit++) {
		message[bit / 8] ^= 1 << bit % 8;
		EXPECT_NE(hash_words(&key, message, sizeof(message)), whole);
		message[bit / 8] ^= 1 << bit % 8;
	}
	for (bit = 0; bit < 128; bit++) {
		key.key[bit / 64] ^= 1ULL << bit % 64;
		EXPECT_NE(hash_words(&key, message, sizeof(message)), whole);
		key.key[bit / 64] ^= 1ULL << bit % 64;
	}
	EXPECT_NE(hash_words(&key, message, 32), whole);
}
