/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which policies match a packet: a bitmap per dimension, ANDed.
 *
 * A classifier is immutable once built.  Each dimension answers a packet's
 * value with the bitmap of the policies that accept it: class, direction and
 * family in one table, source and destination by longest prefix (each value
 * already the union of all covering prefixes' owners), ports by interval,
 * device by name.  A dimension that no policy uses costs one test of a bit.
 * Bitmaps are 64-policy words under one summary word: 4,096 policies.
 *
 * Pure: builds in userspace too.
 */
#ifndef TM_CLASSIFY_H
#define TM_CLASSIFY_H

#include <linux/if.h>
#include "packet.h"
#include "prefix.h"

struct tm_classifier;

struct tm_ports {
	u16 first;
	u16 last;
};

/**
 * struct tm_match - what a policy asks of a packet; an empty part accepts all
 * @classes: bits 1 << enum trafficmon_class; 0: all but malformed
 * @directions: bits 1 << enum trafficmon_direction; 0: all
 * @families: bits 1 << enum trafficmon_family; 0: all
 *
 * A policy with ports never matches a packet without (fragments but the first,
 * ICMP, other protocols).  One with devices never matches what this host sends.
 * One with prefixes of one family only never matches the other family.
 */
struct tm_match {
	u32 classes;
	u32 directions;
	u32 families;
	u16 source_count;
	u16 destination_count;
	u16 source_port_count;
	u16 destination_port_count;
	u16 device_count;
	struct tm_prefix source[TRAFFICMON_MATCHES_MAX];
	struct tm_prefix destination[TRAFFICMON_MATCHES_MAX];
	struct tm_ports source_port[TRAFFICMON_MATCHES_MAX];
	struct tm_ports destination_port[TRAFFICMON_MATCHES_MAX];
	char device[TRAFFICMON_DEVICES_MAX][IFNAMSIZ];
};

#define TM_CLASSIFY_WORDS	(TRAFFICMON_POLICIES_MAX / 64)

/**
 * tm_classifier_build - build from the matches of all policies, in order
 * @matches: @count pointers; read only now
 * @count: 0..TRAFFICMON_POLICIES_MAX
 *
 * Return: the classifier or ERR_PTR(-ENOMEM).  Context: may sleep.
 */
struct tm_classifier *tm_classifier_build(const struct tm_match *const *matches, u32 count);

/* No reader may be left.  Context: process; may sleep; NULL is fine. */
void tm_classifier_free(struct tm_classifier *classifier);

/* Memory held, in bytes, as asked from the allocator.  Context: any. */
u64 tm_classifier_bytes(const struct tm_classifier *classifier);

#endif
