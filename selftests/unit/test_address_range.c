// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/lib/address_range.c userspace/lib/value.c userspace/lib/quantity.c userspace/lib/error.c
// flags: -lmnl
/*
 * A range of addresses as the fewest prefixes, against a twin that counts: it
 * takes from the first address on the largest block that is aligned and does not
 * go beyond the last.
 */
#include "../../userspace/lib/address_range.h"
#include "unit.h"

#define RANGES		1000000
#define PREFIXES_MAX	254

struct found {
	struct tm_prefix items[PREFIXES_MAX];
	unsigned int count;
};

static int take(const struct tm_prefix *prefix, void *data)
{
	struct found *found = data;

	if (found->count == PREFIXES_MAX)
		return -1;
	found->items[found->count++] = *prefix;
	return 0;
}

static struct tm_address_range range_of(const char *first, const char *last)
{
	struct tm_address_range range;
	struct tm_error error;

	ASSERT_EQ(tm_address_parse(first, &range.first, &error), 0);
	ASSERT_EQ(tm_address_parse(last, &range.last, &error), 0);
	return range;
}

TEST(ranges_are_the_fewest_prefixes_upwards)
{
	static const struct {
		const char *first, *last, *prefixes;
	} cases[] = {
		{ "192.0.2.7", "192.0.2.7", "192.0.2.7 " },
		{ "10.0.0.0", "10.255.255.255", "10.0.0.0/8 " },
		{ "0.0.0.0", "255.255.255.255", "0.0.0.0/0 " },
		{ "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0 " },
		{ "10.0.0.1", "10.0.0.9", "10.0.0.1 10.0.0.2/31 10.0.0.4/30 10.0.0.8/31 " },
		{ "127.255.255.255", "128.0.0.0", "127.255.255.255 128.0.0.0 " },
		{ "0.0.0.0", "255.255.255.254", NULL },
		{ "fe80::1", "fe80::9", "fe80::1 fe80::2/127 fe80::4/126 fe80::8/127 " },
		{ "2001:db8::ffff:ffff:ffff:ffff", "2001:db8:0:1::", "2001:db8::ffff:ffff:ffff:ffff 2001:db8:0:1:: " },
	};
	size_t i, n;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tm_address_range range = range_of(cases[i].first,
							 cases[i].last);
		struct found found = { .count = 0 };
		char text[TM_PREFIX_TEXT];
		char all[512] = "";

		ASSERT_EQ(tm_range_prefixes(&range, take, &found), 0);
		if (!cases[i].prefixes) {
			EXPECT_EQ(found.count, 32);
			continue;
		}
		for (n = 0; n < found.count; n++) {
			strcat(all, tm_prefix_format(&found.items[n], text));
			strcat(all, " ");
		}
		EXPECT_STREQ(all, cases[i].prefixes);
	}
}

/* As many as the header says that there can be. */
TEST(the_longest_ranges_are_62_and_254_prefixes)
{
	struct tm_address_range range = range_of("0.0.0.1", "255.255.255.254");
	struct found found = { .count = 0 };

	ASSERT_EQ(tm_range_prefixes(&range, take, &found), 0);
	EXPECT_EQ(found.count, 62);
	range = range_of("::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe");
	found.count = 0;
	ASSERT_EQ(tm_range_prefixes(&range, take, &found), 0);
	EXPECT_EQ(found.count, 254);
}

static int refuse_second(const struct tm_prefix *prefix, void *data)
{
	unsigned int *count = data;

	(void)prefix;
	return ++*count == 2 ? 7 : 0;
}

TEST(what_take_returns_ends_it)
{
	struct tm_address_range range = range_of("10.0.0.1", "10.0.0.9");
	unsigned int count = 0;

	EXPECT_EQ(tm_range_prefixes(&range, refuse_second, &count), 7);
	EXPECT_EQ(count, 2);
}

static uint64_t state = 88172645463325252ull;

static uint64_t random_bits(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/*
 * A range whose ends differ within width bits (1 to 63) that begin at bit `start`
 * of the address; behind them the first has zeroes and the last ones.
 */
struct window {
	uint8_t size;
	unsigned int start;
	unsigned int width;
	uint64_t first;
	uint64_t last;
};

static void put_bits(struct tm_address *address, const struct window *window,
		     uint64_t value)
{
	unsigned int i;

	for (i = 0; i < window->width; i++) {
		unsigned int bit = window->start + i;
		uint8_t mask = 0x80 >> bit % 8;

		address->bytes[bit / 8] &= ~mask;
		if (value >> (window->width - 1 - i) & 1)
			address->bytes[bit / 8] |= mask;
	}
}

static struct tm_address random_address(uint8_t size)
{
	struct tm_address address = { .size = size };
	unsigned int i;

	for (i = 0; i < size; i++)
		address.bytes[i] = random_bits() >> 56;
	return address;
}

static struct window random_window(void)
{
	struct window window = { .size = random_bits() & 1 ? 4 : 16 };
	unsigned int bits = window.size * 8;
	uint64_t most, swap;

	window.width = 1 + random_bits() % (bits < 63 ? bits : 63);
	window.start = random_bits() % (bits - window.width + 1);
	most = (1ull << window.width) - 1;
	window.first = random_bits() & most;
	window.last = random_bits() & most;
	if (random_bits() & 1)	/* a short one */
		window.last = window.first + random_bits() % 16;
	if (window.last > most)
		window.last = most;
	if (window.first > window.last) {
		swap = window.first;
		window.first = window.last;
		window.last = swap;
	}
	return window;
}

/* The twin: counts in the window. */
static bool agrees(const struct window *window, const struct found *found,
		   struct tm_address base)
{
	uint64_t at = window->first;
	unsigned int n, bits;

	for (n = 0; n < found->count; n++) {
		const struct tm_prefix *prefix = &found->items[n];

		for (bits = 0; bits < window->width; bits++)
			if ((at >> bits & 1) ||
			    at + (2ull << bits) - 1 > window->last)
				break;
		put_bits(&base, window, at);
		if (prefix->except || prefix->address.size != window->size ||
		    prefix->length != window->start + window->width - bits ||
		    memcmp(prefix->address.bytes, base.bytes, window->size))
			return false;
		if (at + (1ull << bits) - 1 == window->last)
			return n + 1 == found->count;
		at += 1ull << bits;
	}
	return false;
}

TEST(a_million_random_ranges_are_as_a_twin_counts_them)
{
	unsigned int i, bit;

	for (i = 0; i < RANGES; i++) {
		struct window window = random_window();
		struct tm_address base = random_address(window.size);
		struct tm_address_range range;
		struct found found = { .count = 0 };

		for (bit = window.start + window.width; bit < window.size * 8U;
		     bit++)
			base.bytes[bit / 8] &= ~(0x80 >> bit % 8);
		range.first = range.last = base;
		put_bits(&range.first, &window, window.first);
		put_bits(&range.last, &window, window.last);
		for (bit = window.start + window.width; bit < window.size * 8U;
		     bit++)
			range.last.bytes[bit / 8] |= 0x80 >> bit % 8;
		ASSERT_EQ(tm_range_prefixes(&range, take, &found), 0);
		ASSERT(agrees(&window, &found, base),
		       "range %u of %u bits at bit %u, %ju to %ju", i,
		       window.width, window.start, (uintmax_t)window.first,
		       (uintmax_t)window.last);
	}
}
