/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which policies may match a packet: a bitmap per dimension, ANDed.  What it does
 * not answer is asked of those that it finds (match.h).
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

#include "match.h"

struct tm_classifier;

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
