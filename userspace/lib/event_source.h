/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The module as a source of events: one socket that listens, one that asks.
 */
#ifndef TM_EVENT_SOURCE_H
#define TM_EVENT_SOURCE_H

#include "event_follow.h"
#include "nl.h"

struct tm_event_source_nl {
	struct tm_event_source source;
	const char *netns;
	struct tm_nl *listener;
	struct tm_nl *asker;
};

/* netns: as tm_nl_open() takes it; outlives the source. */
void tm_event_source_nl_init(struct tm_event_source_nl *source, const char *netns);

#endif /* TM_EVENT_SOURCE_H */
