/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A namespace that has flows, records and counters, and nothing else.  Brought in
 * before any file of the module (-include), it takes the place of kmod/netns.h.
 */
#ifndef TM_NETNS_H
#define TM_NETNS_H

#include "flow.h"
#include "record.h"
#include "stats.h"

struct tm_net {
	struct tm_stats *stats;
	struct tm_flow_table flows;
	struct tm_record_rings records;
	struct mutex lock;
};

#endif
