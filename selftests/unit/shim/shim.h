/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one shim through which the module's pure files (packet, prefix,
 * classify, limit, flow, record, policy_key) build in userspace.
 *
 * linux/NAME.h and net/NAME.h beside this file include it and nothing else;
 * headers that describe what is on the wire (linux/ip.h, linux/tcp.h, ...)
 * come from the system's UAPI.  What is here behaves as the kernel's does, as
 * far as those files can tell:
 *
 * - Allocation is malloc: exact sizes, so that the address sanitizer sees an
 *   overrun, and poisoned where not zeroed.  shim_alloc_fail_at() makes the
 *   nth one from now fail.
 * - RCU is real between threads: readers hold a shared lock, a grace period
 *   takes it alone.  call_rcu() and kfree_rcu() wait for rcu_barrier(), which
 *   the runner calls after each test; with shim_rcu_immediate they wait for
 *   readers at once, so that a pointer kept too long is a use after free.
 * - There is one CPU: per-CPU data is one copy, touched atomically.
 * - WARN_ON() and BUG_ON() abort, which fails the test.
 * - An skb is a linear part and fragments, each in memory of its own.
 */
#ifndef SHIM_H
#define SHIM_H

#include <arpa/inet.h>
#include <asm/types.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>

/* Types */

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;

#define __bitwise
#define __force
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u64 __be64;
typedef __u16 __le16;
typedef __u32 __le32;
typedef __u64 __le64;
typedef __u16 __sum16;
typedef __u32 __wsum;
typedef unsigned int gfp_t;
typedef __u64 __aligned_u64 __attribute__((aligned(8)));
typedef __be64 __aligned_be64 __attribute__((aligned(8)));

/* these want the types above, which linux/types.h would define */
#include <asm/byteorder.h>
#include <linux/posix_types.h>
#include <linux/stddef.h>

#define U8_MAX		((u8)~0U)
#define U16_MAX		((u16)~0U)
#define U32_MAX		((u32)~0U)
#define U64_MAX		((u64)~0ULL)
#define S32_MAX		((s32)(U32_MAX >> 1))
#define S32_MIN		((s32)(-S32_MAX - 1))
#define S64_MAX		((s64)(U64_MAX >> 1))
#define S64_MIN		((s64)(-S64_MAX - 1))

/* Compiler */

#undef __always_inline
#define __always_inline		inline __attribute__((__always_inline__))
#define noinline		__attribute__((__noinline__))
#define __must_check		__attribute__((__warn_unused_result__))
#define __maybe_unused		__attribute__((__unused__))
#define __packed		__attribute__((__packed__))
#define __aligned(x)		__attribute__((__aligned__(x)))
#define __pure			__attribute__((__pure__))
#define __cold			__attribute__((__cold__))
#define __printf(a, b)		__attribute__((__format__(printf, a, b)))
#define fallthrough		__attribute__((__fallthrough__))
#define barrier()		__asm__ __volatile__("" : : : "memory")
#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#define prefetch(x)		__builtin_prefetch(x)
#define prefetchw(x)		__builtin_prefetch(x, 1)

#define __rcu
#define __percpu
#define __user
#define __kernel
#define __init
#define __exit
#define __read_mostly
#define __ro_after_init
#define __must_hold(x)
#define __acquires(x)
#define __releases(x)
#define __acquire(x)		((void)0)
#define __release(x)		((void)0)

#define SMP_CACHE_BYTES		64
#define L1_CACHE_BYTES		64
#define ____cacheline_aligned	__aligned(SMP_CACHE_BYTES)
#define ____cacheline_aligned_in_smp ____cacheline_aligned
#define __cacheline_aligned	____cacheline_aligned
#define PAGE_SIZE		4096UL

#define static_assert(expr, ...) _Static_assert(expr, #expr)
#define BUILD_BUG_ON_MSG(cond, msg) _Static_assert(!(cond), msg)
#define BUILD_BUG_ON(cond)	_Static_assert(!(cond), #cond)
#define BUILD_BUG_ON_NOT_POWER_OF_2(n) \
	_Static_assert((n) != 0 && ((n) & ((n) - 1)) == 0, #n)

#define EXPORT_SYMBOL(x)	struct shim_semicolon
#define EXPORT_SYMBOL_GPL(x)	struct shim_semicolon
#define MODULE_LICENSE(x)	struct shim_semicolon
#define MODULE_DESCRIPTION(x)	struct shim_semicolon
#define MODULE_AUTHOR(x)	struct shim_semicolon
#define MODULE_VERSION(x)	struct shim_semicolon
#define MODULE_PARM_DESC(x, y)	struct shim_semicolon
#define THIS_MODULE		NULL

/* Byte order */

#define cpu_to_be16(x)		__cpu_to_be16(x)
#define cpu_to_be32(x)		__cpu_to_be32(x)
#define cpu_to_be64(x)		__cpu_to_be64(x)
#define be16_to_cpu(x)		__be16_to_cpu(x)
#define be32_to_cpu(x)		__be32_to_cpu(x)
#define be64_to_cpu(x)		__be64_to_cpu(x)
#define cpu_to_le16(x)		__cpu_to_le16(x)
#define cpu_to_le32(x)		__cpu_to_le32(x)
#define cpu_to_le64(x)		__cpu_to_le64(x)
#define le16_to_cpu(x)		__le16_to_cpu(x)
#define le32_to_cpu(x)		__le32_to_cpu(x)
#define le64_to_cpu(x)		__le64_to_cpu(x)
#undef htons
#undef htonl
#undef ntohs
#undef ntohl
#define htons(x)		__cpu_to_be16(x)
#define htonl(x)		__cpu_to_be32(x)
#define ntohs(x)		__be16_to_cpu(x)
#define ntohl(x)		__be32_to_cpu(x)

#define SHIM_UNALIGNED(bits, order)						\
static inline u##bits get_unaligned_##order##bits(const void *p)		\
{										\
	__##order##bits v;							\
										\
	memcpy(&v, p, sizeof(v));						\
	return order##bits##_to_cpu(v);						\
}										\
static inline void put_unaligned_##order##bits(u##bits v, void *p)		\
{										\
	__##order##bits o = cpu_to_##order##bits(v);				\
										\
	memcpy(p, &o, sizeof(o));						\
}
SHIM_UNALIGNED(16, be)
SHIM_UNALIGNED(32, be)
SHIM_UNALIGNED(64, be)
SHIM_UNALIGNED(16, le)
SHIM_UNALIGNED(32, le)
SHIM_UNALIGNED(64, le)

#define get_unaligned(ptr) ({						\
	const struct { typeof(*(ptr)) v; } __packed *__p = (const void *)(ptr); \
	__p->v; })
#define put_unaligned(val, ptr) do {					\
	struct { typeof(*(ptr)) v; } __packed *__p = (void *)(ptr);	\
	__p->v = (val); } while (0)

/* Numbers */

#define __min_max(a, b, op) ({						\
	typeof(a) __a = (a);						\
	typeof(b) __b = (b);						\
	(void)(&__a == &__b);						\
	__a op __b ? __a : __b; })
#define min(a, b)		__min_max(a, b, <)
#define max(a, b)		__min_max(a, b, >)
#define min_t(type, a, b)	__min_max((type)(a), (type)(b), <)
#define max_t(type, a, b)	__min_max((type)(a), (type)(b), >)
#define min3(a, b, c)		min((typeof(a))min(a, b), c)
#define max3(a, b, c)		max((typeof(a))max(a, b), c)
#define clamp(v, lo, hi)	min((typeof(v))max(v, lo), hi)
#define clamp_t(type, v, lo, hi) min_t(type, max_t(type, v, lo), hi)
#define swap(a, b) do {							\
	typeof(a) __t = (a); (a) = (b); (b) = __t; } while (0)

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))
#define DIV_ROUND_UP_ULL(n, d)	DIV_ROUND_UP((unsigned long long)(n), d)
#define ALIGN(x, a)		(((x) + (typeof(x))(a) - 1) & ~((typeof(x))(a) - 1))
#define IS_ALIGNED(x, a)	(((x) & ((typeof(x))(a) - 1)) == 0)
#define round_up(x, y)		((((x) - 1) | ((typeof(x))(y) - 1)) + 1)
#define round_down(x, y)	((x) & ~((typeof(x))(y) - 1))
#define upper_32_bits(n)	((u32)((u64)(n) >> 32))
#define lower_32_bits(n)	((u32)(n))
#define sizeof_field(t, m)	sizeof(((t *)0)->m)
#define offsetofend(t, m)	(offsetof(t, m) + sizeof_field(t, m))
#define container_of(ptr, type, member) \
	((type *)((char *)(1 ? (ptr) : &((type *)0)->member) - offsetof(type, member)))

#define check_add_overflow(a, b, d)	__builtin_add_overflow(a, b, d)
#define check_sub_overflow(a, b, d)	__builtin_sub_overflow(a, b, d)
#define check_mul_overflow(a, b, d)	__builtin_mul_overflow(a, b, d)

static inline size_t size_mul(size_t a, size_t b)
{
	size_t r;

	return check_mul_overflow(a, b, &r) ? SIZE_MAX : r;
}

static inline size_t size_add(size_t a, size_t b)
{
	size_t r;

	return check_add_overflow(a, b, &r) ? SIZE_MAX : r;
}

#define array_size(a, b)	size_mul(a, b)
#define array3_size(a, b, c)	size_mul(size_mul(a, b), c)
#define flex_array_size(p, member, n) size_mul(n, sizeof(*(p)->member))
#define struct_size(p, member, n) size_add(sizeof(*(p)), flex_array_size(p, member, n))

static inline u64 div_u64(u64 a, u32 b) { return a / b; }
static inline s64 div_s64(s64 a, s32 b) { return a / b; }
static inline u64 div64_u64(u64 a, u64 b) { return a / b; }
static inline s64 div64_s64(s64 a, s64 b) { return a / b; }
static inline u64 div_u64_rem(u64 a, u32 b, u32 *rem) { *rem = a % b; return a / b; }
static inline u64 div64_u64_rem(u64 a, u64 b, u64 *rem) { *rem = a % b; return a / b; }
#define do_div(n, base) ({ u32 __r = (n) % (u32)(base); (n) /= (u32)(base); __r; })

static inline u64 mul_u32_u32(u32 a, u32 b) { return (u64)a * b; }

static inline u64 mul_u64_u64_shr(u64 a, u64 mul, unsigned int shift)
{
#ifdef __SIZEOF_INT128__
	return (u64)(((unsigned __int128)a * mul) >> shift);
#else
	u64 low = (u64)(u32)a * (u32)mul, high = (a >> 32) * (mul >> 32);
	u64 left = (a >> 32) * (u32)mul, right = (mul >> 32) * (u32)a;
	u64 middle = (low >> 32) + (u32)left + (u32)right;

	low = middle << 32 | (u32)low;
	high += (left >> 32) + (right >> 32) + (middle >> 32);
	return shift < 64 ? (shift ? high << (64 - shift) | low >> shift : low) : high >> (shift - 64);
#endif
}

static inline u32 reciprocal_scale(u32 val, u32 ep_ro) { return ((u64)val * ep_ro) >> 32; }

#define NSEC_PER_USEC		1000L
#define NSEC_PER_MSEC		1000000L
#define USEC_PER_SEC		1000000L
#define MSEC_PER_SEC		1000L
#define NSEC_PER_SEC		1000000000L

/* Bits */

#define BITS_PER_BYTE		8
#define BITS_PER_LONG		(8 * (int)sizeof(long))
#define BITS_PER_LONG_LONG	64
#define BITS_TO_LONGS(n)	DIV_ROUND_UP(n, BITS_PER_LONG)
#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]
#define BIT(n)			(1UL << (n))
#define BIT_ULL(n)		(1ULL << (n))
#define BIT_MASK(n)		(1UL << ((n) % BITS_PER_LONG))
#define BIT_WORD(n)		((n) / BITS_PER_LONG)
#define GENMASK(h, l)		((~0UL << (l)) & (~0UL >> (BITS_PER_LONG - 1 - (h))))
#define GENMASK_ULL(h, l)	((~0ULL << (l)) & (~0ULL >> (63 - (h))))

static inline u64 rol64(u64 w, unsigned int n) { return (w << (n & 63)) | (w >> (-n & 63)); }
static inline u64 ror64(u64 w, unsigned int n) { return (w >> (n & 63)) | (w << (-n & 63)); }
static inline u32 rol32(u32 w, unsigned int n) { return (w << (n & 31)) | (w >> (-n & 31)); }
static inline u32 ror32(u32 w, unsigned int n) { return (w >> (n & 31)) | (w << (-n & 31)); }
static inline int fls(unsigned int x) { return x ? 32 - __builtin_clz(x) : 0; }
static inline int fls64(u64 x) { return x ? 64 - __builtin_clzll(x) : 0; }
static inline unsigned long __fls(unsigned long x) { return BITS_PER_LONG - 1 - __builtin_clzl(x); }
static inline unsigned long __ffs(unsigned long x) { return __builtin_ctzl(x); }
static inline unsigned long __ffs64(u64 x) { return __builtin_ctzll(x); }
static inline unsigned long ffz(unsigned long x) { return __builtin_ctzl(~x); }
static inline unsigned int hweight8(unsigned int x) { return __builtin_popcount(x & 0xff); }
static inline unsigned int hweight16(unsigned int x) { return __builtin_popcount(x & 0xffff); }
static inline unsigned int hweight32(unsigned int x) { return __builtin_popcount(x); }
static inline unsigned long hweight64(u64 x) { return __builtin_popcountll(x); }
static inline unsigned long hweight_long(unsigned long x) { return __builtin_popcountl(x); }

#define ilog2(n)		(fls64(n) - 1)
static inline bool is_power_of_2(unsigned long n) { return n && !(n & (n - 1)); }
static inline unsigned long roundup_pow_of_two(unsigned long n) { return 1UL << fls64(n - 1); }
static inline unsigned long rounddown_pow_of_two(unsigned long n) { return 1UL << (fls64(n) - 1); }
static inline int order_base_2(unsigned long n) { return n > 1 ? fls64(n - 1) : 0; }

static inline bool test_bit(long nr, const unsigned long *map)
{
	return __atomic_load_n(&map[BIT_WORD(nr)], __ATOMIC_RELAXED) & BIT_MASK(nr);
}

static inline void __set_bit(long nr, unsigned long *map) { map[BIT_WORD(nr)] |= BIT_MASK(nr); }
static inline void __clear_bit(long nr, unsigned long *map) { map[BIT_WORD(nr)] &= ~BIT_MASK(nr); }

static inline void set_bit(long nr, unsigned long *map)
{
	__atomic_fetch_or(&map[BIT_WORD(nr)], BIT_MASK(nr), __ATOMIC_RELAXED);
}

static inline void clear_bit(long nr, unsigned long *map)
{
	__atomic_fetch_and(&map[BIT_WORD(nr)], ~BIT_MASK(nr), __ATOMIC_RELAXED);
}

static inline bool test_and_set_bit(long nr, unsigned long *map)
{
	return __atomic_fetch_or(&map[BIT_WORD(nr)], BIT_MASK(nr), __ATOMIC_SEQ_CST) & BIT_MASK(nr);
}

static inline bool test_and_clear_bit(long nr, unsigned long *map)
{
	return __atomic_fetch_and(&map[BIT_WORD(nr)], ~BIT_MASK(nr), __ATOMIC_SEQ_CST) &
	       BIT_MASK(nr);
}

static inline unsigned long find_next_bit(const unsigned long *map, unsigned long size,
					  unsigned long from)
{
	for (; from < size; from++)
		if (test_bit(from, map))
			return from;
	return size;
}

#define find_first_bit(map, size) find_next_bit(map, size, 0)
#define for_each_set_bit(bit, map, size)				\
	for ((bit) = find_first_bit(map, size); (bit) < (size);		\
	     (bit) = find_next_bit(map, size, (bit) + 1))

static inline void bitmap_zero(unsigned long *map, unsigned int bits)
{
	memset(map, 0, BITS_TO_LONGS(bits) * sizeof(long));
}

/* Hashes and random numbers */

#define GOLDEN_RATIO_32		0x61C88647
#define GOLDEN_RATIO_64		0x61C8864680B583EBull
static inline u32 hash_32(u32 v, unsigned int bits) { return v * GOLDEN_RATIO_32 >> (32 - bits); }
static inline u32 hash_64(u64 v, unsigned int bits) { return v * GOLDEN_RATIO_64 >> (64 - bits); }

/* A fixed sequence: tests repeat.  shim_random_seed() starts another. */
void shim_random_seed(u64 seed);
void get_random_bytes(void *buffer, size_t bytes);
u32 get_random_u32(void);
u64 get_random_u64(void);
#define prandom_u32()		get_random_u32()

static inline u32 prandom_u32_max(u32 ceiling) { return reciprocal_scale(get_random_u32(), ceiling); }
static inline u32 get_random_u32_below(u32 ceiling) { return prandom_u32_max(ceiling); }

/* Errors */

#define MAX_ERRNO		4095
#define IS_ERR_VALUE(x)		((unsigned long)(x) >= (unsigned long)-MAX_ERRNO)
static inline void *ERR_PTR(long error) { return (void *)error; }
static inline long PTR_ERR(const void *p) { return (long)p; }
static inline bool IS_ERR(const void *p) { return IS_ERR_VALUE(p); }
static inline bool IS_ERR_OR_NULL(const void *p) { return !p || IS_ERR(p); }
static inline void *ERR_CAST(const void *p) { return (void *)p; }
static inline int PTR_ERR_OR_ZERO(const void *p) { return IS_ERR(p) ? PTR_ERR(p) : 0; }

void shim_warn(const char *what, const char *file, int line) __attribute__((__noreturn__));
#define WARN_ON(x) ({ bool __w = !!(x); if (__w) shim_warn(#x, __FILE__, __LINE__); __w; })
#define WARN_ON_ONCE(x)		WARN_ON(x)
#define WARN_ONCE(x, ...)	WARN_ON(x)
#define WARN(x, ...)		WARN_ON(x)
#define BUG_ON(x)		((void)WARN_ON(x))
#define BUG()			shim_warn("BUG()", __FILE__, __LINE__)

#define pr_err(...)		fprintf(stderr, __VA_ARGS__)
#define pr_warn(...)		fprintf(stderr, __VA_ARGS__)
#define pr_info(...)		fprintf(stderr, __VA_ARGS__)
#define pr_debug(...)		((void)0)

/* Memory */

#define GFP_KERNEL		1U
#define GFP_ATOMIC		2U
#define GFP_KERNEL_ACCOUNT	3U
#define GFP_NOWAIT		4U
#define __GFP_ZERO		0x100U
#define __GFP_NOWARN		0x200U
#define __GFP_ACCOUNT		0x400U
#define __GFP_NORETRY		0x800U
#define __GFP_RETRY_MAYFAIL	0x1000U
#define NUMA_NO_NODE		(-1)

/* The nth allocation from now (1: the next) fails, once; 0: none. */
void shim_alloc_fail_at(unsigned int nth);
/* Allocations made since shim_alloc_fail_at() was last called. */
unsigned int shim_alloc_attempts(void);
/* Allocations not freed yet. */
long shim_alloc_live(void);

void *shim_alloc(size_t bytes, bool zero) __attribute__((__malloc__));
void kfree(const void *p);

#define kmalloc(n, gfp)		shim_alloc(n, (gfp) & __GFP_ZERO)
#define kzalloc(n, gfp)		((void)(gfp), shim_alloc(n, true))
#define kmalloc_array(n, s, gfp) kmalloc(size_mul(n, s), gfp)
#define kcalloc(n, s, gfp)	kzalloc(size_mul(n, s), gfp)
#define kmalloc_node(n, gfp, nd) kmalloc(n, gfp)
#define kzalloc_node(n, gfp, nd) kzalloc(n, gfp)
#define kvmalloc(n, gfp)	kmalloc(n, gfp)
#define kvzalloc(n, gfp)	kzalloc(n, gfp)
#define kvmalloc_array(n, s, gfp) kmalloc_array(n, s, gfp)
#define kvcalloc(n, s, gfp)	kcalloc(n, s, gfp)
#define vmalloc(n)		kmalloc(n, GFP_KERNEL)
#define vzalloc(n)		kzalloc(n, GFP_KERNEL)
#define __vmalloc(n, gfp)	kmalloc(n, gfp)
#define kvfree(p)		kfree(p)
#define vfree(p)		kfree(p)
#define vmalloc_huge(n, gfp)	shim_alloc(n, (gfp) & __GFP_ZERO)
#define kfree_sensitive(p)	kfree(p)
void *kmemdup(const void *src, size_t bytes, gfp_t gfp);
char *kmemdup_nul(const char *text, size_t length, gfp_t gfp);

struct kmem_cache;
struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     unsigned int flags, void (*ctor)(void *));
void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp);
void kmem_cache_destroy(struct kmem_cache *cache);
#define kmem_cache_free(cache, p) kfree(p)	/* as kfree() of what a cache gave */
#define KMEM_CACHE(s, flags)	kmem_cache_create(#s, sizeof(struct s), __alignof__(struct s), flags, NULL)
#define kmem_cache_zalloc(c, gfp) kmem_cache_alloc(c, (gfp) | __GFP_ZERO)
#define SLAB_HWCACHE_ALIGN	0
#define SLAB_ACCOUNT		0
#define SLAB_TYPESAFE_BY_RCU	0

#include "shim_sync.h"

/* Lists */

struct list_head {
	struct list_head *next, *prev;
};

#define LIST_HEAD_INIT(name)	{ &(name), &(name) }
#define LIST_HEAD(name)		struct list_head name = LIST_HEAD_INIT(name)
static inline void INIT_LIST_HEAD(struct list_head *l) { l->next = l; l->prev = l; }
static inline bool list_empty(const struct list_head *l) { return l->next == l; }

static inline void list_add(struct list_head *entry, struct list_head *after)
{
	entry->next = after->next;
	entry->prev = after;
	after->next->prev = entry;
	after->next = entry;
}

static inline void list_add_tail(struct list_head *entry, struct list_head *head)
{
	list_add(entry, head->prev);
}

static inline void list_del(struct list_head *entry)
{
	entry->next->prev = entry->prev;
	entry->prev->next = entry->next;
	entry->next = NULL;
	entry->prev = NULL;
}

#define list_entry(p, type, member) container_of(p, type, member)
#define list_first_entry(h, type, member) list_entry((h)->next, type, member)
#define list_first_entry_or_null(h, type, member) \
	(list_empty(h) ? NULL : list_first_entry(h, type, member))
#define list_next_entry(p, member) list_entry((p)->member.next, typeof(*(p)), member)
#define list_for_each_entry(p, h, member)				\
	for ((p) = list_first_entry(h, typeof(*(p)), member);		\
	     &(p)->member != (h); (p) = list_next_entry(p, member))
#define list_for_each_entry_safe(p, n, h, member)			\
	for ((p) = list_first_entry(h, typeof(*(p)), member),		\
	     (n) = list_next_entry(p, member);				\
	     &(p)->member != (h); (p) = (n), (n) = list_next_entry(n, member))

/* Algorithms, strings, clock */

typedef int (*cmp_func_t)(const void *a, const void *b);
void sort(void *base, size_t count, size_t size, cmp_func_t cmp,
	  void (*swap_func)(void *a, void *b, int size));
ssize_t strscpy(char *to, const char *from, size_t size);
int match_string(const char *const *array, size_t count, const char *string);
u64 ktime_get_ns(void);
#define ktime_get_boottime_ns()	ktime_get_ns()
#define ktime_get_mono_fast_ns() ktime_get_ns()

/* Ticks go on when a test says so */
#define HZ			250
extern u64 shim_ticks;
#define get_jiffies_64()	shim_ticks
#define jiffies64_to_msecs(t)	((t) * (MSEC_PER_SEC / HZ))

/* Counters of one CPU */
typedef struct {
	u64 value;
} u64_stats_t;
struct u64_stats_sync {
	int unused;
};
#define u64_stats_init(sync)		((void)(sync))
#define u64_stats_update_begin(sync)	((void)(sync))
#define u64_stats_update_end(sync)	((void)(sync))
#define u64_stats_fetch_begin(sync)	((void)(sync), 0)
#define u64_stats_fetch_retry(sync, start) ((void)(sync), (void)(start), false)
#define u64_stats_read(counter)		((counter)->value)
#define u64_stats_add(counter, n)	((void)((counter)->value += (n)))
#define u64_stats_inc(counter)		u64_stats_add(counter, 1)

struct kernel_param;

#ifndef IFNAMSIZ
#define IFNAMSIZ		16
#endif

#include "shim_skb.h"

#endif
