// SPDX-License-Identifier: GPL-2.0
/*
 * Building a classifier from the matches of all policies.
 *
 * Each dimension is built the same way: the policies without it make the row
 * `none`; those with it are listed under each of their values; a value's row
 * is what is listed there (for a prefix also what is listed under those that
 * cover it; for a port, under the ranges that are open there) and `none`.
 *
 * All loops are over what the caller gave or over 65,536 ports, and give way.
 * For 4,096 policies with 24 prefixes each way, 98,304 prefixes a dimension,
 * the different rows of a dimension take 37 kB when each prefix has one owner,
 * and at most 77 MB: when each prefix has owners of its own by the prefixes
 * around it, and every row has a bit in every word.  Beside them the prefixes
 * take about 8 MB, and building takes up to 20 MB while it lasts.
 */
#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include "classify_table.h"

#define PORTS 65536U
#define NESTED_MAX 129		/* prefixes of one address: a length of 0..128 each */

/**
 * struct build - what is being built
 * @classifier: of it, with all that hangs on it
 * @maker: of its rows
 * @matches: of the policies, in order
 * @count: of @matches
 * @words: scratch for one row
 */
struct build {
	struct tm_classifier *classifier;
	struct tm_row_maker *maker;
	const struct tm_match *const *matches;
	u32 count;
	u64 words[TM_CLASSIFY_WORDS];
};

static void words_set(u64 *words, u32 policy)
{
	words[policy / 64] |= BIT_ULL(policy % 64);
}

static void *counted_alloc(struct build *build, size_t count, size_t bytes)
{
	void *memory = kvcalloc(count, bytes, GFP_KERNEL_ACCOUNT);

	if (memory)
		build->classifier->bytes += array_size(count, bytes);
	return memory;
}

/* Lists of policies under numbers, in no order. */
struct listing {
	u32 *heads;		/* number of a link, plus 1; 0: none */
	u32 count;
	struct {
		u32 policy;
		u32 next;
	} *links;
};

static void listing_free(struct listing *listing)
{
	kvfree(listing->heads);
	kvfree(listing->links);
}

static int listing_init(struct listing *listing, u32 heads, u32 links)
{
	listing->count = 0;
	listing->heads = kvcalloc(heads, sizeof(*listing->heads), GFP_KERNEL_ACCOUNT);
	listing->links = kvmalloc_array(links, sizeof(*listing->links), GFP_KERNEL_ACCOUNT);
	if (listing->heads && listing->links)
		return 0;
	listing_free(listing);
	return -ENOMEM;
}

static void listing_add(struct listing *listing, u32 number, u32 policy)
{
	listing->links[listing->count].policy = policy;
	listing->links[listing->count].next = listing->heads[number];
	listing->heads[number] = ++listing->count;
}

static void listing_set(const struct listing *listing, u32 number, u64 *words)
{
	u32 link;

	for (link = listing->heads[number]; link; link = listing->links[link - 1].next)
		words_set(words, listing->links[link - 1].policy);
}

/* How many values of a dimension a policy has. */
static u32 match_count(const struct tm_match *match, enum tm_dimension dimension)
{
	switch (dimension) {
	case TM_DIMENSION_SOURCE:
		return tm_match_classified(match->source_count, &match->source_sets);
	case TM_DIMENSION_DESTINATION:
		return tm_match_classified(match->destination_count, &match->destination_sets);
	case TM_DIMENSION_SOURCE_PORT:
		return match->source_port_count;
	case TM_DIMENSION_DESTINATION_PORT:
		return match->destination_port_count;
	default:
		return match->device_count;
	}
}

static u32 total_count(const struct build *build, enum tm_dimension dimension)
{
	u32 total = 0, i;

	for (i = 0; i < build->count; i++)
		total += match_count(build->matches[i], dimension);
	return total;
}

/* The policies without a dimension, as a row and as words. */
static int make_none(struct build *build, enum tm_dimension dimension, struct tm_row *row,
		     u64 *words)
{
	u32 i;

	memset(words, 0, TM_CLASSIFY_WORDS * sizeof(*words));
	for (i = 0; i < build->count; i++)
		if (!match_count(build->matches[i], dimension))
			words_set(words, i);
	build->classifier->used |= BIT(dimension);
	return tm_row_make(build->maker, words, row);
}

/* Class, direction, family */

static bool match_accepts(const struct tm_match *match, u32 class, u32 direction, u32 family)
{
	u32 classes = match->classes ?: (u32)~BIT(TRAFFICMON_CLASS_MALFORMED);

	return classes & BIT(class) &&
	       (!match->directions || match->directions & BIT(direction)) &&
	       (!match->families || match->families & BIT(family));
}

static int build_table_row(struct build *build, u32 class, u32 direction, u32 family)
{
	u32 i;

	memset(build->words, 0, sizeof(build->words));
	for (i = 0; i < build->count; i++)
		if (match_accepts(build->matches[i], class, direction, family))
			words_set(build->words, i);
	return tm_row_make(build->maker, build->words,
			   &build->classifier->table[class][direction][family]);
}

static int build_table(struct build *build)
{
	u32 class, direction, family;
	int ret;

	for (class = 0; class < __TRAFFICMON_CLASS_MAX; class++) {
		for (direction = 0; direction < __TRAFFICMON_DIRECTION_MAX; direction++) {
			for (family = 0; family < __TRAFFICMON_FAMILY_MAX; family++) {
				ret = build_table_row(build, class, direction, family);
				if (ret < 0)
					return ret;
			}
		}
		cond_resched();
	}
	return 0;
}

/* Prefixes */

static bool prefix_covers(const struct tm_prefix *wide, const struct tm_prefix *narrow)
{
	u32 length = wide->length + (wide->family == TRAFFICMON_FAMILY_IPV4 ? 96 : 0);
	u32 bytes = length / 8, bits = length % 8;
	u8 differ;

	if (wide->family != narrow->family || wide->length > narrow->length)
		return false;
	if (memcmp(&wide->address, &narrow->address, bytes))
		return false;
	if (!bits)
		return true;
	differ = wide->address.bytes[bytes] ^ narrow->address.bytes[bytes];
	return !(differ >> (8 - bits));
}

/* Numbers each different prefix, lists its policies under its number. */
static int list_prefixes(struct build *build, enum tm_dimension dimension,
			 struct tm_prefix_rows *rows, struct listing *listing)
{
	u32 numbers = 0, i, k;

	for (i = 0; i < build->count; i++) {
		const struct tm_match *match = build->matches[i];

		for (k = 0; k < match_count(match, dimension); k++) {
			struct tm_prefix prefix = dimension == TM_DIMENSION_SOURCE ?
						  match->source[k] : match->destination[k];
			struct tm_row *row = (void *)tm_prefixes_value(rows->prefixes, &prefix);

			if (!row) {
				row = &rows->rows[numbers++];
				prefix.value = (unsigned long)row;
				prefix.expires_ns = 0;
				if (tm_prefixes_add(rows->prefixes, &prefix) < 0)
					return -ENOMEM;
			}
			listing_add(listing, row - rows->rows, i);
		}
		cond_resched();
	}
	return 0;
}

/* One prefix on the way to another, with the policies of all that cover it. */
struct nested {
	struct tm_prefix prefix;
	u64 words[TM_CLASSIFY_WORDS];
};

/*
 * In the order of the walk a prefix comes behind all that cover it: @nested[0]
 * is the row `none`, on it those that cover the one at hand, longer by longer.
 */
static int make_prefix_rows(struct build *build, struct tm_prefix_rows *rows,
			    const struct listing *listing, struct nested *nested)
{
	struct tm_prefix prefix;
	bool started = false;
	u32 level = 0;
	int ret;

	while (tm_prefixes_next(rows->prefixes, started ? &prefix : NULL, &prefix)) {
		struct tm_row *row = (void *)prefix.value;

		started = true;
		while (level && !prefix_covers(&nested[level].prefix, &prefix))
			level--;
		level++;
		nested[level].prefix = prefix;
		memcpy(nested[level].words, nested[level - 1].words, sizeof(nested->words));
		listing_set(listing, row - rows->rows, nested[level].words);
		ret = tm_row_make(build->maker, nested[level].words, row);
		if (ret < 0)
			return ret;
		cond_resched();
	}
	return 0;
}

static int build_prefixes(struct build *build, enum tm_dimension dimension,
			  struct tm_prefix_rows *rows)
{
	u32 total = total_count(build, dimension);
	struct listing listing;
	struct nested *nested;
	int ret;

	if (!total)
		return 0;
	rows->prefixes = tm_prefixes_alloc(NULL);
	rows->rows = counted_alloc(build, total, sizeof(*rows->rows));
	if (!rows->prefixes || !rows->rows || listing_init(&listing, total, total))
		return -ENOMEM;
	nested = kvmalloc_array(NESTED_MAX + 1, sizeof(*nested), GFP_KERNEL_ACCOUNT);
	ret = nested ? make_none(build, dimension, &rows->none, nested->words) : -ENOMEM;
	if (ret >= 0)
		ret = list_prefixes(build, dimension, rows, &listing);
	if (!ret)
		ret = make_prefix_rows(build, rows, &listing, nested);
	kvfree(nested);
	listing_free(&listing);
	return ret;
}

/* Ports */

/**
 * struct port_build - the sweep over all ports
 * @listing: under 2 * port: ranges that open there; under 2 * port + 1: that
 *	closed in front of it
 * @open: by policy: its ranges that are open
 * @words: the row at the port; those with an open range, and `none`
 * @numbers: by number of the maker: index in the rows, plus 1
 * @row_count: different rows so far
 * @page_count: different pages so far
 * @pages: room for all; the one at hand is behind these
 */
struct port_build {
	struct listing listing;
	u8 *open;
	u64 words[TM_CLASSIFY_WORDS];
	u32 *numbers;
	u32 row_count;
	u32 page_count;
	u16 (*pages)[256];
};

static void list_ports(struct build *build, enum tm_dimension dimension, struct listing *listing)
{
	u32 i, k;

	for (i = 0; i < build->count; i++) {
		const struct tm_match *match = build->matches[i];

		for (k = 0; k < match_count(match, dimension); k++) {
			struct tm_ports ports = dimension == TM_DIMENSION_SOURCE_PORT ?
						match->source_port[k] : match->destination_port[k];

			listing_add(listing, 2 * ports.first, i);
			listing_add(listing, 2 * (ports.last + 1U) + 1, i);
		}
	}
}

/* Moves the row from one port to @port.  False: it is the same. */
static bool sweep_to(struct port_build *sweep, u32 port)
{
	const struct listing *listing = &sweep->listing;
	u32 link, policy;

	for (link = listing->heads[2 * port]; link; link = listing->links[link - 1].next) {
		policy = listing->links[link - 1].policy;
		sweep->open[policy]++;
		words_set(sweep->words, policy);
	}
	for (link = listing->heads[2 * port + 1]; link; link = listing->links[link - 1].next) {
		policy = listing->links[link - 1].policy;
		if (!--sweep->open[policy])
			sweep->words[policy / 64] &= ~BIT_ULL(policy % 64);
	}
	return listing->heads[2 * port] || listing->heads[2 * port + 1];
}

/* The index of the sweep's row, made where it is new. */
static int port_row_index(struct build *build, struct port_build *sweep,
			  struct tm_port_rows *rows)
{
	struct tm_row row;
	int number = tm_row_make(build->maker, sweep->words, &row);

	if (number < 0)
		return number;
	if (!sweep->numbers[number]) {
		rows->rows[sweep->row_count] = row;
		sweep->numbers[number] = ++sweep->row_count;
	}
	return sweep->numbers[number] - 1;
}

static void port_page_keep(struct port_build *sweep, struct tm_port_rows *rows, u32 upper)
{
	const u16 *page = sweep->pages[sweep->page_count];
	u32 i = 0;

	while (memcmp(sweep->pages[i], page, sizeof(*sweep->pages)))
		i++;
	rows->page[upper] = i;
	sweep->page_count += i == sweep->page_count;
}

static int sweep_ports(struct build *build, struct port_build *sweep, struct tm_port_rows *rows)
{
	int index = 0;
	u32 port;

	for (port = 0; port < PORTS; port++) {
		if (sweep_to(sweep, port) || !port) {
			index = port_row_index(build, sweep, rows);
			if (index < 0)
				return index;
		}
		sweep->pages[sweep->page_count][port % 256] = index;
		if (port % 256 == 255) {
			port_page_keep(sweep, rows, port / 256);
			cond_resched();
		}
	}
	rows->pages = counted_alloc(build, sweep->page_count, sizeof(*rows->pages));
	if (!rows->pages)
		return -ENOMEM;
	memcpy(rows->pages, sweep->pages, sweep->page_count * sizeof(*rows->pages));
	return 0;
}

/* @most: different rows of the maker */
static int build_ports(struct build *build, enum tm_dimension dimension,
		       struct tm_port_rows *rows, u32 most)
{
	u32 total = total_count(build, dimension);
	struct port_build *sweep;
	int ret = -ENOMEM;

	if (!total)
		return 0;
	rows->rows = counted_alloc(build, min(2 * total + 1, PORTS), sizeof(*rows->rows));
	sweep = kzalloc(sizeof(*sweep), GFP_KERNEL_ACCOUNT);
	if (!rows->rows || !sweep || listing_init(&sweep->listing, 2 * PORTS + 2, 2 * total))
		goto out;
	sweep->open = kvcalloc(build->count, sizeof(*sweep->open), GFP_KERNEL_ACCOUNT);
	sweep->numbers = kvcalloc(most, sizeof(*sweep->numbers), GFP_KERNEL_ACCOUNT);
	sweep->pages = kvcalloc(PORTS / 256, sizeof(*sweep->pages), GFP_KERNEL_ACCOUNT);
	if (sweep->open && sweep->numbers && sweep->pages) {
		list_ports(build, dimension, &sweep->listing);
		ret = make_none(build, dimension, &rows->none, sweep->words);
		if (ret >= 0)
			ret = sweep_ports(build, sweep, rows);
	}
	kvfree(sweep->open);
	kvfree(sweep->numbers);
	kvfree(sweep->pages);
	listing_free(&sweep->listing);
out:
	kfree(sweep);
	return ret;
}

/* Devices */

static void list_devices(struct build *build, struct tm_device_rows *rows,
			 struct listing *listing)
{
	u32 i, k;

	for (i = 0; i < build->count; i++) {
		for (k = 0; k < build->matches[i]->device_count; k++) {
			struct tm_device_name name = tm_device_name(build->matches[i]->device[k]);
			struct tm_device_row *slot;

			if (!name.halves[0])
				continue;	/* no device has no name */
			slot = tm_device_slot(rows, &name);
			slot->name = name;
			listing_add(listing, slot - rows->slots, i);
		}
		cond_resched();
	}
}

static int make_device_rows(struct build *build, struct tm_device_rows *rows,
			    const struct listing *listing)
{
	u64 none[TM_CLASSIFY_WORDS];
	u32 i;
	int ret = make_none(build, TM_DIMENSION_DEVICE, &rows->none, none);

	for (i = 0; ret >= 0 && i < 1U << rows->bits; i++) {
		if (!rows->slots[i].name.halves[0])
			continue;
		memcpy(build->words, none, sizeof(none));
		listing_set(listing, i, build->words);
		ret = tm_row_make(build->maker, build->words, &rows->slots[i].row);
		cond_resched();
	}
	return ret;
}

static int build_devices(struct build *build)
{
	struct tm_device_rows *rows = &build->classifier->device;
	u32 total = total_count(build, TM_DIMENSION_DEVICE);
	struct listing listing;
	int ret;

	if (!total)
		return 0;
	rows->bits = order_base_2(total) + 1;
	rows->slots = counted_alloc(build, 1UL << rows->bits, sizeof(*rows->slots));
	if (!rows->slots || listing_init(&listing, 1U << rows->bits, total))
		return -ENOMEM;
	list_devices(build, rows, &listing);
	ret = make_device_rows(build, rows, &listing);
	listing_free(&listing);
	return ret;
}

static int build_all(struct build *build, u32 most)
{
	struct tm_classifier *classifier = build->classifier;
	int ret = build_table(build);

	if (ret >= 0)
		ret = build_prefixes(build, TM_DIMENSION_SOURCE, &classifier->source);
	if (ret >= 0)
		ret = build_prefixes(build, TM_DIMENSION_DESTINATION, &classifier->destination);
	if (ret >= 0)
		ret = build_ports(build, TM_DIMENSION_SOURCE_PORT, &classifier->source_port,
				  most);
	if (ret >= 0)
		ret = build_ports(build, TM_DIMENSION_DESTINATION_PORT,
				  &classifier->destination_port, most);
	if (ret >= 0)
		ret = build_devices(build);
	return ret;
}

/* No more different rows than these can arise. */
static u32 most_rows(const struct build *build)
{
	u32 most = __TRAFFICMON_CLASS_MAX * __TRAFFICMON_DIRECTION_MAX *
		   __TRAFFICMON_FAMILY_MAX + TM_DIMENSION_MAX;

	most += total_count(build, TM_DIMENSION_SOURCE);
	most += total_count(build, TM_DIMENSION_DESTINATION);
	most += min(2 * total_count(build, TM_DIMENSION_SOURCE_PORT) + 1, PORTS);
	most += min(2 * total_count(build, TM_DIMENSION_DESTINATION_PORT) + 1, PORTS);
	return most + total_count(build, TM_DIMENSION_DEVICE);
}

struct tm_classifier *tm_classifier_build(const struct tm_match *const *matches, u32 count)
{
	struct build *build = kzalloc(sizeof(*build), GFP_KERNEL_ACCOUNT);
	struct tm_classifier *classifier = NULL;
	int ret = -ENOMEM;

	if (!build)
		return ERR_PTR(-ENOMEM);
	build->matches = matches;
	build->count = count;
	classifier = kzalloc(sizeof(*classifier), GFP_KERNEL_ACCOUNT);
	build->classifier = classifier;
	if (classifier) {
		u32 most = most_rows(build);

		classifier->bytes = sizeof(*classifier);
		classifier->flat = count <= 64;
		build->maker = tm_row_maker_alloc(classifier, most, count);
		if (build->maker)
			ret = build_all(build, most);
		tm_row_maker_free(build->maker);
	}
	kfree(build);
	if (ret >= 0)
		return classifier;
	tm_classifier_free(classifier);
	return ERR_PTR(ret);
}
