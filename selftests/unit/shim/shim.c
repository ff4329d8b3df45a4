// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The parts of the shim that hold state or are too long to inline.
 */
#include "shim.h"

void shim_warn(const char *what, const char *file, int line)
{
	fprintf(stderr, "shim: WARNING: %s at %s:%d\n", what, file, line);
	abort();
}

/* Random numbers: splitmix64 */

static u64 random_state = 1;

void shim_random_seed(u64 seed)
{
	__atomic_store_n(&random_state, seed, __ATOMIC_RELAXED);
}

u64 get_random_u64(void)
{
	u64 z = __atomic_add_fetch(&random_state, 0x9e3779b97f4a7c15ULL, __ATOMIC_RELAXED);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

u32 get_random_u32(void)
{
	return get_random_u64() >> 32;
}

void get_random_bytes(void *buffer, size_t bytes)
{
	unsigned char *p = buffer;

	while (bytes--)
		*p++ = get_random_u64() >> 56;
}

/* Memory */

static unsigned int alloc_fail_at;
static unsigned int alloc_attempts;
static long alloc_live;

void shim_alloc_fail_at(unsigned int nth)
{
	alloc_fail_at = nth;
	__atomic_store_n(&alloc_attempts, 0, __ATOMIC_RELAXED);
}

unsigned int shim_alloc_attempts(void)
{
	return __atomic_load_n(&alloc_attempts, __ATOMIC_RELAXED);
}

long shim_alloc_live(void)
{
	return __atomic_load_n(&alloc_live, __ATOMIC_RELAXED);
}

/* What the slab of the kernel promises: a power of two is aligned to itself. */
static size_t alloc_align(size_t bytes)
{
	if (bytes >= PAGE_SIZE)
		return PAGE_SIZE;
	return bytes >= 16 && is_power_of_2(bytes) ? bytes : 16;
}

void *shim_alloc(size_t bytes, bool zero)
{
	void *p;

	if (__atomic_add_fetch(&alloc_attempts, 1, __ATOMIC_RELAXED) == alloc_fail_at)
		return NULL;
	if (bytes > SIZE_MAX / 2 || posix_memalign(&p, alloc_align(bytes), bytes ? bytes : 1))
		return NULL;
	memset(p, zero ? 0 : 0xa5, bytes);
	__atomic_add_fetch(&alloc_live, 1, __ATOMIC_RELAXED);
	return p;
}

void kfree(const void *p)
{
	if (!p)
		return;
	__atomic_sub_fetch(&alloc_live, 1, __ATOMIC_RELAXED);
	free((void *)p);
}

void *kmemdup(const void *src, size_t bytes, gfp_t gfp)
{
	void *p = kmalloc(bytes, gfp);

	return p ? memcpy(p, src, bytes) : NULL;
}

char *kmemdup_nul(const char *text, size_t length, gfp_t gfp)
{
	char *p = kmalloc(length + 1, gfp);

	if (!p)
		return NULL;
	memcpy(p, text, length);
	p[length] = '\0';
	return p;
}

struct kmem_cache {
	unsigned int size;
};

struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     unsigned int flags, void (*ctor)(void *))
{
	struct kmem_cache *cache = malloc(sizeof(*cache));	/* none of those that are counted */

	(void)name;
	(void)align;
	(void)flags;
	WARN_ON(ctor);
	if (cache)
		cache->size = size;
	return cache;
}

void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	return kmalloc(cache->size, gfp);
}

void kmem_cache_destroy(struct kmem_cache *cache)
{
	free(cache);
}

/* RCU */

bool shim_rcu_immediate;

static pthread_rwlock_t rcu_lock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_mutex_t rcu_queue_lock = PTHREAD_MUTEX_INITIALIZER;
static struct rcu_head *rcu_queue;
static __thread int rcu_nesting;

void rcu_read_lock(void)
{
	if (!rcu_nesting++)
		pthread_rwlock_rdlock(&rcu_lock);
}

void rcu_read_unlock(void)
{
	WARN_ON(!rcu_nesting);
	if (!--rcu_nesting)
		pthread_rwlock_unlock(&rcu_lock);
}

int rcu_read_lock_held(void)
{
	return rcu_nesting;
}

void synchronize_rcu(void)
{
	WARN_ON(rcu_nesting);
	pthread_rwlock_wrlock(&rcu_lock);
	pthread_rwlock_unlock(&rcu_lock);
}

static void rcu_run(struct rcu_head *head)
{
	size_t offset = (size_t)head->func;

	/* kfree_rcu() stores where the head is in place of a function */
	if (offset < PAGE_SIZE)
		kfree((char *)head - offset);
	else
		head->func(head);
}

void rcu_barrier(void)
{
	struct rcu_head *head, *next;

	synchronize_rcu();
	for (;;) {
		pthread_mutex_lock(&rcu_queue_lock);
		head = rcu_queue;
		rcu_queue = NULL;
		pthread_mutex_unlock(&rcu_queue_lock);
		if (!head)
			return;
		for (; head; head = next) {
			next = head->next;
			rcu_run(head);
		}
	}
}

void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	head->func = func;
	pthread_mutex_lock(&rcu_queue_lock);
	head->next = rcu_queue;
	rcu_queue = head;
	pthread_mutex_unlock(&rcu_queue_lock);
	if (shim_rcu_immediate && !rcu_nesting)
		rcu_barrier();
}

/* Algorithms */

static void sort_swap(char *a, char *b, size_t size)
{
	while (size--) {
		char c = a[size];

		a[size] = b[size];
		b[size] = c;
	}
}

static void sort_sift(char *base, size_t root, size_t count, size_t size, cmp_func_t cmp)
{
	size_t child;

	while ((child = 2 * root + 1) < count) {
		if (child + 1 < count && cmp(base + child * size, base + (child + 1) * size) < 0)
			child++;
		if (cmp(base + root * size, base + child * size) >= 0)
			return;
		sort_swap(base + root * size, base + child * size, size);
		root = child;
	}
}

/* Heap sort: not stable, as the kernel's is not. */
void sort(void *base, size_t count, size_t size, cmp_func_t cmp,
	  void (*swap_func)(void *a, void *b, int size))
{
	size_t i;

	WARN_ON(swap_func);
	for (i = count / 2; i-- > 0;)
		sort_sift(base, i, count, size, cmp);
	for (i = count; i-- > 1;) {
		sort_swap(base, (char *)base + i * size, size);
		sort_sift(base, 0, i, size, cmp);
	}
}

int match_string(const char *const *array, size_t count, const char *string)
{
	size_t i;

	for (i = 0; i < count && array[i]; i++)
		if (!strcmp(array[i], string))
			return i;
	return -EINVAL;
}

ssize_t strscpy(char *to, const char *from, size_t size)
{
	size_t n = strnlen(from, size);

	if (!size)
		return -E2BIG;
	if (n == size) {
		memcpy(to, from, size - 1);
		to[size - 1] = 0;
		return -E2BIG;
	}
	memcpy(to, from, n + 1);
	return n;
}

u64 shim_ticks;

u64 ktime_get_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (u64)t.tv_sec * NSEC_PER_SEC + t.tv_nsec;
}

/* Packets */

static unsigned char *skb_part(const unsigned char *data, unsigned int bytes)
{
	unsigned char *part = malloc(bytes ? bytes : 1);

	if (!part)
		abort();
	memcpy(part, data, bytes);
	return part;
}

struct sk_buff *shim_skb_alloc(const void *data, unsigned int bytes, unsigned int linear,
			       unsigned int fragment)
{
	struct sk_buff *skb = calloc(1, sizeof(*skb));
	struct skb_shared_info *info;
	unsigned int done, size;

	if (!skb)
		abort();
	info = skb_shinfo(skb);
	linear = min(linear, bytes);
	skb->len = bytes;
	skb->data_len = bytes - linear;
	skb->data = skb_part(data, linear);
	for (done = linear; done < bytes; done += size) {
		size = bytes - done;
		if (fragment && info->nr_frags < SHIM_SKB_FRAGMENTS - 1)
			size = min(size, fragment);
		info->shim_fragment[info->nr_frags] = skb_part((const unsigned char *)data + done, size);
		info->shim_fragment_bytes[info->nr_frags++] = size;
	}
	return skb;
}

void shim_skb_free(struct sk_buff *skb)
{
	struct skb_shared_info *info = skb_shinfo(skb);
	unsigned int i;

	for (i = 0; i < info->nr_frags; i++)
		free(info->shim_fragment[i]);
	free(skb->data);
	free(skb);
}

int skb_copy_bits(const struct sk_buff *skb, int offset, void *to, int len)
{
	const struct skb_shared_info *info = skb_shinfo(skb);
	const unsigned char *part = skb->data;
	unsigned int size = skb_headlen(skb), at = 0, i = 0, n;
	char *out = to;

	if (offset < 0 || len < 0 || offset > (int)skb->len - len)
		return -EFAULT;
	while (len) {
		if ((unsigned int)offset < at + size) {
			n = min((unsigned int)len, at + size - offset);
			memcpy(out, part + (offset - at), n);
			out += n;
			offset += n;
			len -= n;
		}
		if (!len)
			break;
		at += size;
		part = info->shim_fragment[i];
		size = info->shim_fragment_bytes[i++];
	}
	return 0;
}
