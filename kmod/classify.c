// SPDX-License-Identifier: GPL-2.0
/*
 * The parts of the classifier's look-up that are called, and its end.  The rest
 * stands in classify_walk.h, the tables are told in classify_table.h.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include "classify_walk.h"

const struct tm_row *tm_row_of_device(const struct tm_device_rows *rows, const char *device)
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

u64 tm_classify_flat(const struct tm_classifier *classifier, const struct tm_packet *packet,
		     const char *device)
{
	struct tm_classify_walk walk;

	return tm_classify_begin(classifier, packet, device, &walk) ? walk.summary : 0;
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
