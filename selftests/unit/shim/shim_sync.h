/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Part of shim.h: memory ordering, atomics, locks, per-CPU data, RCU.
 */
#ifndef SHIM_SYNC_H
#define SHIM_SYNC_H

/* Memory ordering, atomics */

#define READ_ONCE(x)		(*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, v)	(*(volatile typeof(x) *)&(x) = (v))
#define smp_mb()		__atomic_thread_fence(__ATOMIC_SEQ_CST)
#define smp_rmb()		__atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_wmb()		__atomic_thread_fence(__ATOMIC_RELEASE)
#define smp_mb__before_atomic()	smp_mb()
#define smp_mb__after_atomic()	smp_mb()
#define smp_load_acquire(p)	__atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, v)	__atomic_store_n(p, v, __ATOMIC_RELEASE)
#define smp_store_mb(x, v)	__atomic_store_n(&(x), v, __ATOMIC_SEQ_CST)
#define xchg(p, v)		__atomic_exchange_n(p, v, __ATOMIC_SEQ_CST)
#define cmpxchg(p, old, new) ({						\
	typeof(*(p)) __o = (old);					\
	__atomic_compare_exchange_n(p, &__o, new, false,		\
				    __ATOMIC_SEQ_CST, __ATOMIC_RELAXED); \
	__o; })
#define cmpxchg64(p, old, new)	cmpxchg(p, old, new)
#define try_cmpxchg(p, oldp, new) __atomic_compare_exchange_n(p, oldp, new, false, \
				    __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)
#define try_cmpxchg64(p, oldp, new) try_cmpxchg(p, oldp, new)
#define cpu_relax()		sched_yield()

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	s64 counter __aligned(8);
} atomic64_t;

#define ATOMIC_INIT(v)		{ (v) }
#define ATOMIC64_INIT(v)	{ (v) }

#define SHIM_ATOMIC(prefix, word)							\
static inline word prefix##_read(const prefix##_t *v)					\
{ return __atomic_load_n(&v->counter, __ATOMIC_RELAXED); }				\
static inline word prefix##_read_acquire(const prefix##_t *v)				\
{ return __atomic_load_n(&v->counter, __ATOMIC_ACQUIRE); }				\
static inline void prefix##_set(prefix##_t *v, word i)					\
{ __atomic_store_n(&v->counter, i, __ATOMIC_RELAXED); }					\
static inline void prefix##_set_release(prefix##_t *v, word i)				\
{ __atomic_store_n(&v->counter, i, __ATOMIC_RELEASE); }					\
static inline void prefix##_add(word i, prefix##_t *v)					\
{ __atomic_fetch_add(&v->counter, i, __ATOMIC_RELAXED); }				\
static inline void prefix##_sub(word i, prefix##_t *v)					\
{ __atomic_fetch_sub(&v->counter, i, __ATOMIC_RELAXED); }				\
static inline void prefix##_inc(prefix##_t *v) { prefix##_add(1, v); }			\
static inline void prefix##_dec(prefix##_t *v) { prefix##_sub(1, v); }			\
static inline word prefix##_add_return(word i, prefix##_t *v)				\
{ return __atomic_add_fetch(&v->counter, i, __ATOMIC_SEQ_CST); }			\
static inline word prefix##_sub_return(word i, prefix##_t *v)				\
{ return __atomic_sub_fetch(&v->counter, i, __ATOMIC_SEQ_CST); }			\
static inline word prefix##_inc_return(prefix##_t *v) { return prefix##_add_return(1, v); } \
static inline word prefix##_dec_return(prefix##_t *v) { return prefix##_sub_return(1, v); } \
static inline bool prefix##_dec_and_test(prefix##_t *v) { return !prefix##_dec_return(v); } \
static inline word prefix##_xchg(prefix##_t *v, word i)					\
{ return __atomic_exchange_n(&v->counter, i, __ATOMIC_SEQ_CST); }			\
static inline word prefix##_cmpxchg(prefix##_t *v, word old, word new)			\
{ return cmpxchg(&v->counter, old, new); }						\
static inline bool prefix##_try_cmpxchg(prefix##_t *v, word *old, word new)		\
{ return try_cmpxchg(&v->counter, old, new); }						\
static inline bool prefix##_try_cmpxchg_relaxed(prefix##_t *v, word *old, word new)	\
{ return try_cmpxchg(&v->counter, old, new); }						\
static inline word prefix##_cmpxchg_relaxed(prefix##_t *v, word old, word new)		\
{ return cmpxchg(&v->counter, old, new); }
SHIM_ATOMIC(atomic, int)
SHIM_ATOMIC(atomic64, s64)

/* Locks */

/* There is no raw lock in this one. */
#define CONFIG_DEBUG_SPINLOCK	1

typedef struct {
	int locked;
} spinlock_t;
typedef spinlock_t raw_spinlock_t;

#define __SPIN_LOCK_UNLOCKED(x)	{ 0 }
#define DEFINE_SPINLOCK(x)	spinlock_t x = { 0 }

static inline void spin_lock_init(spinlock_t *lock) { lock->locked = 0; }

static inline bool spin_trylock(spinlock_t *lock)
{
	return !__atomic_exchange_n(&lock->locked, 1, __ATOMIC_ACQUIRE);
}

static inline void spin_lock(spinlock_t *lock)
{
	while (!spin_trylock(lock))
		sched_yield();
}

static inline void spin_unlock(spinlock_t *lock)
{
	if (!__atomic_exchange_n(&lock->locked, 0, __ATOMIC_RELEASE)) {
		fprintf(stderr, "shim: a spinlock was released that was not held\n");
		abort();
	}
}

#define spin_lock_bh(l)		spin_lock(l)
#define spin_unlock_bh(l)	spin_unlock(l)
#define spin_trylock_bh(l)	spin_trylock(l)
#define spin_is_locked(l)	((l)->locked != 0)
#define spin_lock_irqsave(l, f)	do { (f) = 0; spin_lock(l); } while (0)
#define spin_unlock_irqrestore(l, f) do { (void)(f); spin_unlock(l); } while (0)
#define raw_spin_lock_init(l)	spin_lock_init(l)
#define raw_spin_lock(l)	spin_lock(l)
#define raw_spin_unlock(l)	spin_unlock(l)
#define assert_spin_locked(l)	BUG_ON(!spin_is_locked(l))

struct mutex {
	pthread_mutex_t lock;
};

#define DEFINE_MUTEX(x)		struct mutex x = { PTHREAD_MUTEX_INITIALIZER }
static inline void mutex_init(struct mutex *m) { pthread_mutex_init(&m->lock, NULL); }
static inline void mutex_destroy(struct mutex *m) { pthread_mutex_destroy(&m->lock); }
static inline void mutex_lock(struct mutex *m) { pthread_mutex_lock(&m->lock); }
static inline void mutex_unlock(struct mutex *m) { pthread_mutex_unlock(&m->lock); }

#define lockdep_assert_held(l)	((void)(l))
#define lockdep_is_held(l)	((void)(l), 1)
#define local_bh_disable()	((void)0)
#define local_bh_enable()	((void)0)
#define preempt_disable()	((void)0)
#define preempt_enable()	((void)0)
#define might_sleep()		((void)0)
#define in_softirq()		0
#define cond_resched()		sched_yield()

/* Per CPU: one CPU */

#define alloc_percpu(type)	((type *)shim_alloc(sizeof(type), true))
#define alloc_percpu_gfp(type, gfp) ((void)(gfp), alloc_percpu(type))
#define free_percpu(p)		kfree(p)
#define DEFINE_PER_CPU(type, name) __typeof__(type) name
#define DECLARE_PER_CPU(type, name) extern __typeof__(type) name
#define this_cpu_ptr(p)		(p)
#define raw_cpu_ptr(p)		(p)
#define per_cpu_ptr(p, cpu)	((void)(cpu), (p))
#define per_cpu(v, cpu)		(*per_cpu_ptr(&(v), cpu))
#define this_cpu_read(v)	__atomic_load_n(&(v), __ATOMIC_RELAXED)
#define this_cpu_write(v, x)	__atomic_store_n(&(v), x, __ATOMIC_RELAXED)
#define this_cpu_add(v, x)	((void)__atomic_fetch_add(&(v), x, __ATOMIC_RELAXED))
#define this_cpu_inc(v)		this_cpu_add(v, 1)
#define this_cpu_add_return(v, x) __atomic_add_fetch(&(v), x, __ATOMIC_RELAXED)
#define this_cpu_inc_return(v)	this_cpu_add_return(v, 1)
#define __this_cpu_read(v)	this_cpu_read(v)
#define __this_cpu_write(v, x)	this_cpu_write(v, x)
#define __this_cpu_add(v, x)	this_cpu_add(v, x)
#define __this_cpu_inc(v)	this_cpu_inc(v)
#define __this_cpu_add_return(v, x) this_cpu_add_return(v, x)
#define __this_cpu_inc_return(v) this_cpu_inc_return(v)
#define raw_cpu_read(v)		this_cpu_read(v)
#define raw_cpu_add(v, x)	this_cpu_add(v, x)
#define raw_cpu_inc(v)		this_cpu_inc(v)
#define for_each_possible_cpu(c) for ((c) = 0; (c) < 1; (c)++)
#define for_each_online_cpu(c)	for_each_possible_cpu(c)
#define num_possible_cpus()	1
#define smp_processor_id()	0
#define raw_smp_processor_id()	0
#define nr_cpu_ids		1

/* RCU */

struct rcu_head {
	struct rcu_head *next;
	void (*func)(struct rcu_head *head);
};
#define callback_head		rcu_head

extern bool shim_rcu_immediate;
void rcu_read_lock(void);
void rcu_read_unlock(void);
int rcu_read_lock_held(void);
void synchronize_rcu(void);	/* aborts when called by a reader */
void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head));
void rcu_barrier(void);		/* waits for readers, runs what waits */
#define rcu_read_lock_bh()	rcu_read_lock()
#define rcu_read_unlock_bh()	rcu_read_unlock()
#define rcu_read_lock_bh_held()	rcu_read_lock_held()
#define synchronize_net()	synchronize_rcu()
#define kfree_rcu(p, member)	\
	call_rcu(&(p)->member, (void (*)(struct rcu_head *))offsetof(typeof(*(p)), member))
#define kvfree_rcu(p, member)	kfree_rcu(p, member)
#define rcu_dereference(p)	__atomic_load_n(&(p), __ATOMIC_ACQUIRE)
#define rcu_dereference_bh(p)	rcu_dereference(p)
#define rcu_dereference_raw(p)	rcu_dereference(p)
#define rcu_dereference_check(p, c) ((void)(c), rcu_dereference(p))
#define rcu_dereference_protected(p, c) ((void)(c), (p))
#define rcu_access_pointer(p)	__atomic_load_n(&(p), __ATOMIC_RELAXED)
#define rcu_assign_pointer(p, v) __atomic_store_n(&(p), v, __ATOMIC_RELEASE)
#define RCU_INIT_POINTER(p, v)	__atomic_store_n(&(p), v, __ATOMIC_RELAXED)
#define rcu_replace_pointer(p, v, c) ({					\
	typeof(p) __old = (p); (void)(c); rcu_assign_pointer(p, v); __old; })

#endif
