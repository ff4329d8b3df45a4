// SPDX-License-Identifier: GPL-2.0
/*
 * The classifier's look-up.  The tables are told in classify_table.h.
 *
 * The summaries of the dimensions in use are ANDed first, one by one, so that
 * a packet that no policy wants is found out early; then only words that the
 * result names.
 */
#include <linux/bitops.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include "classify_table.h"

static __always_inline const struct tm_row *prefix_row(const struct tm_prefix_rows *rows,
						       u8 family,
						       const union tm_address *address)
{
	unsigned long value = tm_prefixes_longest(rows->prefixes, family, address);

	return value ? (const struct tm_row *)value : &rows->none;
}

static __always_inline const struct tm_row *port_row(const struct tm_port_rows *rows,
						     const __be16 *port, bool has_ports)
{
	const u8 *bytes = (const u8 *)port;

	if (!has_ports)
		return &rows->none;
	return &rows->rows[rows->pages[rows->page[bytes[0]]][bytes[1]]];
}

static noinline const struct tm_row *device_row(const struct tm_device_rows *rows,
						const char *device)
{
	const struct tm_device_row *slot;
	struct tm_device_name name;

	if (!device)
		return &rows->none;
	name = tm_device_name(device);
	slot = tm_device_slot(rows, &name);
	/* a free slot: no policy names it */
	return slot->name.halves[0] ? &slot->row : &rows->none;
}

static __always_inline const struct tm_row *dimension_row(const struct tm_classifier *classifier,
							  const struct tm_packet *packet,
							  const char *device,
							  enum tm_dimension dimension)
{
	bool has_ports = packet->flags & TM_PACKET_PORTS;

	switch (dimension) {
	case TM_DIMENSION_DESTINATION_PORT:
		return port_row(&classifier->destination_port, &packet->destination_port,
				has_ports);
	case TM_DIMENSION_SOURCE_PORT:
		return port_row(&classifier->source_port, &packet->source_port, has_ports);
	case TM_DIMENSION_DEVICE:
		return device_row(&classifier->device, device);
	case TM_DIMENSION_DESTINATION:
		return prefix_row(&classifier->destination, packet->family,
				  &packet->destination);
	default:
		return prefix_row(&classifier->source, packet->family, &packet->source);
	}
}

/*
 * ANDs the summary of a dimension in use, and keeps where its words are.
 * False: no policy is left.
 */
static __always_inline bool narrow(const struct tm_classifier *classifier,
				   const struct tm_packet *packet, const char *device,
				   enum tm_dimension dimension, u64 *summary, const u64 **words)
{
	const struct tm_row *row;

	if (!(classifier->used & BIT(dimension)))
		return true;
	row = dimension_row(classifier, packet, device, dimension);
	*words = row->words;
	*summary &= row->summary;
	return *summary;
}

/* Adds policies, numbered from @first, to the first @count found; returns how many there are. */
static __always_inline u32 collect(u64 policies, u32 first, u16 found[TM_CLASSIFY_WALK_MAX],
				   u32 count, bool *more)
{
	for (; policies; policies &= policies - 1) {
		if (count == TM_CLASSIFY_WALK_MAX) {
			*more = true;
			break;
		}
		found[count++] = first + __ffs64(policies);
	}
	return count;
}

/* @flat: at most 64 policies, whose bits stand in the summaries. */
static __always_inline u32 classify(const struct tm_classifier *classifier,
				    const struct tm_packet *packet, const char *device,
				    u16 found[TM_CLASSIFY_WALK_MAX], bool *more, bool flat)
{
	const struct tm_row *row =
		&classifier->table[packet->class][packet->direction][packet->family];
	const u64 *fixed = row->words, *words[TM_DIMENSION_MAX];
	u64 summary = row->summary, policies;
	bool full = false;
	u32 word, count = 0;

	/* written out below: compilers do not unroll loops at -O2 */
	BUILD_BUG_ON(TM_DIMENSION_MAX != 5);
	*more = false;
	if (!summary)
		return 0;
	words[0] = fixed;
	words[1] = fixed;
	words[2] = fixed;
	words[3] = fixed;
	words[4] = fixed;
	if (classifier->used &&
	    (!narrow(classifier, packet, device, 0, &summary, &words[0]) ||
	     !narrow(classifier, packet, device, 1, &summary, &words[1]) ||
	     !narrow(classifier, packet, device, 2, &summary, &words[2]) ||
	     !narrow(classifier, packet, device, 3, &summary, &words[3]) ||
	     !narrow(classifier, packet, device, 4, &summary, &words[4])))
		return 0;
	if (flat)
		return collect(summary, 0, found, 0, more);
	for (; summary && !full; summary &= summary - 1) {
		word = __ffs64(summary);
		/* a dimension not in use repeats the first */
		policies = fixed[word] & words[0][word] & words[1][word] & words[2][word] &
			   words[3][word] & words[4][word];
		count = collect(policies, 64 * word, found, count, &full);
	}
	*more = full;
	return count;
}

static noinline u32 classify_deep(const struct tm_classifier *classifier,
				  const struct tm_packet *packet, const char *device,
				  u16 found[TM_CLASSIFY_WALK_MAX], bool *more)
{
	return classify(classifier, packet, device, found, more, false);
}

u32 tm_classify(const struct tm_classifier *classifier, const struct tm_packet *packet,
		const char *device, u16 found[TM_CLASSIFY_WALK_MAX], bool *more)
{
	if (classifier->flat)
		return classify(classifier, packet, device, found, more, true);
	return classify_deep(classifier, packet, device, found, more);
}

u64 tm_classifier_bytes(const struct tm_classifier *classifier)
{
	u64 bytes = classifier->bytes;

	if (classifier->source.prefixes)
		bytes += tm_prefixes_bytes(classifier->source.prefixes);
	if (classifier->destination.prefixes)
		bytes += tm_prefixes_bytes(classifier->destination.prefixes);
	return bytes;
}

static void prefix_rows_free(struct tm_prefix_rows *rows)
{
	tm_prefixes_free(rows->prefixes);
	kvfree(rows->rows);
}

static void port_rows_free(struct tm_port_rows *rows)
{
	kvfree(rows->pages);
	kvfree(rows->rows);
}

void tm_classifier_free(struct tm_classifier *classifier)
{
	struct tm_row_chunk *chunk;

	if (!classifier)
		return;
	prefix_rows_free(&classifier->source);
	prefix_rows_free(&classifier->destination);
	port_rows_free(&classifier->source_port);
	port_rows_free(&classifier->destination_port);
	kvfree(classifier->device.slots);
	while (classifier->chunks) {
		chunk = classifier->chunks;
		classifier->chunks = chunk->next;
		kfree(chunk);
	}
	kfree(classifier);
}
