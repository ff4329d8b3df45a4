// SPDX-License-Identifier: GPL-2.0
/*
 * Prefix sets: the cells that say where there is nothing to look up, kept by the
 * writer.  What packets ask of them stands in prefix.h.
 */
#include "prefix_trie.h"

/* Each packet reads them: they are written where they change alone. */
static void cell_tell(struct tm_prefixes *prefixes, u32 cell)
{
	bool wide = cell >= TM_PREFIX_CELLS_IPV4 && prefixes->wide_count;
	bool any = prefixes->cell_counts[cell] || wide;

	if (prefixes->cells.any[cell] != any)
		WRITE_ONCE(prefixes->cells.any[cell], any);
}

static void cells_count_wide(struct tm_prefixes *prefixes, int change)
{
	bool before = prefixes->wide_count;
	u32 cell;

	prefixes->wide_count += change;
	if (before == !!prefixes->wide_count)
		return;
	for (cell = TM_PREFIX_CELLS_IPV4; cell < TM_PREFIX_CELLS; cell++)
		cell_tell(prefixes, cell);
}

void tm_prefix_cells_count(struct tm_prefixes *prefixes, const struct tm_prefix *prefix, int change)
{
	u32 cell = tm_prefix_cell(prefix->family, &prefix->address);
	u32 behind = cell + 1;

	if (prefix->family == TRAFFICMON_FAMILY_IPV6 && prefix->length < 32) {
		cells_count_wide(prefixes, change);
		return;
	}
	if (prefix->family == TRAFFICMON_FAMILY_IPV4 && prefix->length < 8)
		behind = cell + (TM_PREFIX_CELLS_IPV4 >> prefix->length);
	for (; cell < behind; cell++) {
		prefixes->cell_counts[cell] += change;
		cell_tell(prefixes, cell);
	}
}
