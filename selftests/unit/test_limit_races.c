// SPDX-License-Identifier: GPL-2.0-or-later
// build: kmod/limit_rate.c
// flags: -fno-sanitize=address
/*
 * Every interleaving of two or three CPUs in the table of limiters, with up to
 * a number of switches that nobody asked for (Musuvathi and Qadeer, "Iterative
 * context bounding", 2007: few of them find most races).
 *
 * limit.c and limit_hit.h are compiled into this file with its atomics and locks replaced by
 * ones that first give way to a scheduler.  The CPUs of a scene are coroutines;
 * the scheduler runs the scene again and again, each time with the next
 * sequence of choices, until there is none left (depth first).  After each run
 * the scene's promise is checked.  Memory is sequentially consistent here: what
 * the barriers are for is not tested.  Without the address sanitizer, which
 * does not know coroutines; it sees the same code in the other tests.
 */
#include <ucontext.h>
#include "limit.h"

static void step(void);
static void take_lock(spinlock_t *lock);

static inline s64 step_read(const atomic64_t *v)
{
	step();
	return atomic64_read(v);
}

static inline void step_set(atomic64_t *v, s64 value)
{
	step();
	atomic64_set(v, value);
}

static inline bool step_try_cmpxchg(atomic64_t *v, s64 *old, s64 new)
{
	step();
	return atomic64_try_cmpxchg(v, old, new);
}

#define atomic64_read		step_read
#define atomic64_read_acquire	step_read
#define atomic64_set		step_set
#define atomic64_set_release	step_set
#define atomic64_try_cmpxchg	step_try_cmpxchg
#define spin_lock		take_lock
#include "limit_hit.h"
#include "limit.c"
#undef atomic64_read
#undef atomic64_read_acquire
#undef atomic64_set
#undef atomic64_set_release
#undef atomic64_try_cmpxchg
#undef spin_lock
#include "limit_helpers.h"

enum {
	CPUS_MAX	= 3,
	CHOICES_MAX	= 1000,
	STACK_BYTES	= 256 * 1024,
};

/* A scene: what is there, who does what, and what must hold at the end. */
struct scene {
	void (*prepare)(void);
	void (*cpus[CPUS_MAX])(void);
	void (*check)(void);
	unsigned int preemptions;
};

struct choice {
	unsigned int taken;
	unsigned int options;
};

static ucontext_t main_context;
static struct {
	ucontext_t context;
	char *stack;
	spinlock_t *waits_for;
	bool done;
} cpus[CPUS_MAX];
static unsigned int cpu_count, current_cpu, preemptions_left;
static bool running;

static struct choice choices[CHOICES_MAX];
static unsigned int choice_count, choice_at;

static bool can_run(unsigned int cpu)
{
	return !cpus[cpu].done && !(cpus[cpu].waits_for && cpus[cpu].waits_for->locked);
}

/* The next of the choices that lead to this run, or the first one of a new kind. */
static unsigned int choose(unsigned int options)
{
	if (choice_at == choice_count) {
		ASSERT_LT(choice_count, CHOICES_MAX);
		choices[choice_count++] = (struct choice){ .options = options };
	}
	ASSERT_EQ(choices[choice_at].options, options);
	return choices[choice_at++].taken;
}

/* On to the next sequence of choices; false when there is none. */
static bool next_choices(void)
{
	for (; choice_count; choice_count--) {
		if (++choices[choice_count - 1].taken < choices[choice_count - 1].options)
			return true;
	}
	return false;
}

/* Give way to another CPU that can run, this one last; false when none can. */
static bool give_way(bool stay_possible)
{
	unsigned int options[CPUS_MAX], count = 0, before = current_cpu, i;

	if (stay_possible)
		options[count++] = current_cpu;
	for (i = 0; i < cpu_count; i++)
		if (i != current_cpu && can_run(i))
			options[count++] = i;
	if (!count)
		return false;
	current_cpu = options[count > 1 ? choose(count) : 0];
	if (current_cpu == before)
		return true;
	if (stay_possible)
		preemptions_left--;
	swapcontext(&cpus[before].context, &cpus[current_cpu].context);
	return true;
}

static void step(void)
{
	if (running && preemptions_left)
		give_way(true);
}

static void take_lock(spinlock_t *lock)
{
	step();
	while (running && lock->locked) {
		cpus[current_cpu].waits_for = lock;
		ASSERT(give_way(false), "deadlock");
		cpus[current_cpu].waits_for = NULL;
	}
	spin_lock(lock);
}

static const struct scene *scene;

static void cpu_main(void)
{
	scene->cpus[current_cpu]();
	cpus[current_cpu].done = true;
	if (!give_way(false))
		setcontext(&main_context);
}

static void reset_cpu(unsigned int cpu)
{
	getcontext(&cpus[cpu].context);
	cpus[cpu].context.uc_stack.ss_sp = cpus[cpu].stack;
	cpus[cpu].context.uc_stack.ss_size = STACK_BYTES;
	makecontext(&cpus[cpu].context, cpu_main, 0);
	cpus[cpu].done = false;
	cpus[cpu].waits_for = NULL;
}

static void run_once(void)
{
	unsigned int i;

	for (i = 0; i < cpu_count; i++)
		reset_cpu(i);
	preemptions_left = scene->preemptions;
	choice_at = 0;
	current_cpu = 0;
	running = true;
	swapcontext(&main_context, &cpus[0].context);
	running = false;
	for (i = 0; i < cpu_count; i++)
		ASSERT(cpus[i].done, "deadlock");
}

static void explore(const struct scene *new_scene)
{
	unsigned long runs = 0;
	unsigned int i;

	scene = new_scene;
	for (cpu_count = 0; cpu_count < CPUS_MAX && scene->cpus[cpu_count]; cpu_count++)
		cpus[cpu_count].stack = malloc(STACK_BYTES);
	choice_count = 0;
	do {
		scene->prepare();
		run_once();
		scene->check();
		runs++;
	} while (!unit_failures && next_choices());
	for (i = 0; i < cpu_count; i++)
		free(cpus[i].stack);
	printf("# %lu interleavings\n", runs);
	EXPECT_GT(runs, 100);
}

/*
 * The stage: a table of 64 whose slots belong to others, live for long, but for
 * one or two of a bucket that the keys V and W share.  A packet is a ms.
 */

#define NOW		tm_limit_time(START_NS)
#define PACKET		tm_limit_time(1000000)
#define LATER_NS	(START_NS + 1000)

static struct tm_limit_table stage;
static struct tm_rate thousand;		/* 1,000 packets a second, burst 2 */
static u32 v, w;
static u64 tag_v, tag_w;
static u32 shared;			/* first slot of the bucket they share */
static int verdicts[CPUS_MAX];
static struct tm_limit_view view;
static bool viewed;

static u64 tag_of(u32 number)
{
	struct tm_limit_key key = source_key(number);

	return tm_limit_tag(&stage, &key);
}

static void put(u32 index, u32 number, u64 tat, u32 over_sampled)
{
	atomic64_set(&stage.slots[index].tag, number ? tag_of(number) : 0);
	atomic64_set(&stage.slots[index].tat, tat);
	stage.cold[index].key = source_key(number);
	atomic64_set(&stage.cold[index].over_sampled, over_sampled);
}

static void set_stage(void)
{
	if (!stage.slots) {
		stage = new_table(64);
		thousand = new_rate(PACKETS, 1000, 2);
		v = 1;
		tag_v = tag_of(v);
		/* another first bucket, and V's first as the second */
		for (w = 2;; w++) {
			tag_w = tag_of(w);
			if (((tag_w ^ tag_v) & stage.mask) &&
			    tm_limit_second(&stage, tag_w) == (tag_v & stage.mask))
				break;
		}
		shared = (tag_v & stage.mask) * TM_LIMIT_WAYS;
	}
	for (u32 i = 0; i < 64; i++)
		put(i, 1000000 + i, NOW + 1000 * PACKET, 0);
	memset(verdicts, 0xff, sizeof(verdicts));
	viewed = false;
}

/* The slot of a tag; -1: none.  Two: fails. */
static int slot_of(u64 tag)
{
	int found = -1, i;

	for (i = 0; i < 64; i++) {
		if ((u64)atomic64_read(&stage.slots[i].tag) != tag)
			continue;
		EXPECT(found < 0, "a key has two slots");
		found = i;
	}
	return found;
}

static u64 tat_of(u64 tag)
{
	int slot = slot_of(tag);

	return slot < 0 ? 0 : (u64)atomic64_read(&stage.slots[slot].tat);
}

static void charge_v(void)
{
	verdicts[current_cpu] = charge(&stage, v, &thousand, 1, LATER_NS);
}

static void charge_w_at_length(void)
{
	int verdict = charge(&stage, w, &thousand, 50, LATER_NS);

	verdicts[1] = verdict;
}

static void test_v(void)
{
	int verdict = test_key(&stage, v, &thousand, LATER_NS);

	verdicts[0] = verdict;
}

static void forget_v(void)
{
	struct tm_limit_key key = source_key(v);

	tm_limit_forget(&stage, &key, LATER_NS);
}

static void walk(void)
{
	u32 index = shared;

	/* by an older clock: V was live then */
	viewed = tm_limit_next(&stage, &index, START_NS, &view) && index == shared + 1;
}

static void clean_stage(void)
{
	tm_limit_clean(&stage);
}

/* What the argument at the top of limit.c stands on. */
TEST(two_buckets_of_a_tag_differ_and_share_a_stripe)
{
	struct tm_limit_table table;
	u32 count, first, second, i;
	u64 tag;

	for (count = TM_LIMIT_COUNT_MIN; count <= 1 << 16; count *= 2) {
		table = new_table(count);
		for (i = 0; i < 10000; i++) {
			tag = get_random_u64();
			first = (u32)tag & table.mask;
			second = tm_limit_second(&table, tag);
			EXPECT_NE(first, second);
			EXPECT_LE(second, table.mask);
			EXPECT_EQ(first & table.stripe_mask, second & table.stripe_mask);
		}
		tm_limit_clean(&table);
	}
}

static void prepare_idle_v(void)
{
	set_stage();
	put(shared, v, NOW + 1, 16);
}

static void prepare_idle_v_and_room(void)
{
	prepare_idle_v();
	put(shared + 2, 0, 0, 0);
}

static void prepare_room_for_two(void)
{
	set_stage();
	put(shared, 0, 0, 0);
	put(shared + 3, 2000000, NOW - 5, 0);
}

static void prepare_live_v(void)
{
	set_stage();
	put(shared, v, NOW + tm_limit_time(1000) + PACKET / 2, 16);
}

static void check_one_of_two(void)
{
	u64 now = tm_limit_time(LATER_NS);

	if (verdicts[0] == UNDER) {
		EXPECT_EQ(verdicts[1], FULL);
		EXPECT_EQ(slot_of(tag_v), (int)shared);
		EXPECT_EQ(tat_of(tag_v), now + PACKET);
		EXPECT_EQ(slot_of(tag_w), -1);
	} else {
		EXPECT_EQ(verdicts[0], FULL);
		EXPECT_EQ(verdicts[1], UNDER);
		EXPECT_EQ(slot_of(tag_w), (int)shared);
		EXPECT_EQ(tat_of(tag_w), now + 50 * PACKET);
		EXPECT_EQ(slot_of(tag_v), -1);
	}
	/* the cold part is the owner's */
	EXPECT_EQ(tm_limit_tag(&stage, &stage.cold[shared].key),
		  (u64)atomic64_read(&stage.slots[shared].tag));
}

TEST(idle_slot_is_either_charged_by_its_key_or_taken_by_another)
{
	static const struct scene idle = {
		prepare_idle_v, { charge_v, charge_w_at_length }, check_one_of_two, 6,
	};

	explore(&idle);
	clean_stage();
}

static void check_never_over(void)
{
	EXPECT_NE(verdicts[0], OVER);
	EXPECT_NE(verdicts[0], CONTENDED);
	EXPECT_EQ(verdicts[1], UNDER);
	EXPECT_EQ(tat_of(tag_w), tm_limit_time(LATER_NS) + 50 * PACKET);
}

TEST(key_is_never_judged_by_the_limiter_that_took_its_slot)
{
	static const struct scene taken = {
		prepare_idle_v, { test_v, charge_w_at_length }, check_never_over, 6,
	};

	explore(&taken);
	clean_stage();
}

static void check_both_exact(void)
{
	u64 now = tm_limit_time(LATER_NS);

	EXPECT_EQ(verdicts[0], UNDER);
	EXPECT_EQ(verdicts[1], UNDER);
	EXPECT_EQ(tat_of(tag_v), now + PACKET);
	EXPECT_EQ(tat_of(tag_w), now + 50 * PACKET);
}

TEST(key_whose_slot_is_taken_finds_another)
{
	static const struct scene moves = {
		prepare_idle_v_and_room, { charge_v, charge_w_at_length }, check_both_exact, 6,
	};

	explore(&moves);
	clean_stage();
}

static void check_inserted_once(void)
{
	EXPECT_EQ(verdicts[0], UNDER);
	EXPECT_EQ(verdicts[1], UNDER);
	EXPECT_EQ(tat_of(tag_v), tm_limit_time(LATER_NS) + 2 * PACKET);
}

TEST(key_inserted_by_two_cpus_has_one_slot_and_both_charges)
{
	static const struct scene twice = {
		prepare_room_for_two, { charge_v, charge_v }, check_inserted_once, 4,
	};

	explore(&twice);
	clean_stage();
}

static void check_three(void)
{
	u64 now = tm_limit_time(LATER_NS);

	EXPECT_EQ(verdicts[0], UNDER);
	EXPECT_EQ(verdicts[1], UNDER);
	EXPECT_EQ(verdicts[2], UNDER);
	EXPECT_EQ(tat_of(tag_v), now + 2 * PACKET);
	EXPECT_EQ(tat_of(tag_w), now + 50 * PACKET);
}

TEST(two_cpus_charge_a_key_while_a_third_takes_its_slot)
{
	static const struct scene three = {
		prepare_idle_v_and_room, { charge_v, charge_w_at_length, charge_v }, check_three, 4,
	};

	explore(&three);
	clean_stage();
}

static void check_forgotten(void)
{
	u64 now = tm_limit_time(LATER_NS), tat = tat_of(tag_v);

	EXPECT_EQ(verdicts[0], UNDER);
	/* charged and forgotten, or forgotten and charged afresh */
	EXPECT_TRUE(!tat || tat == now + PACKET);
	if (!tat) {
		EXPECT_EQ(atomic64_read(&stage.slots[shared].tag), 0);
		EXPECT_EQ(atomic64_read(&stage.slots[shared].tat), 0);
	}
}

TEST(charge_beside_forget_comes_before_or_after_it)
{
	static const struct scene forgets = {
		prepare_live_v, { charge_v, forget_v }, check_forgotten, 6,
	};

	explore(&forgets);
	clean_stage();
}

static void check_owned(void)
{
	u64 now = tm_limit_time(LATER_NS), tag, tat;

	tag = atomic64_read(&stage.slots[shared].tag);
	tat = atomic64_read(&stage.slots[shared].tat);
	EXPECT_EQ(slot_of(tag_v), tag == tag_v ? (int)shared : -1);
	EXPECT_EQ(slot_of(tag_w), tag == tag_w ? (int)shared : -1);
	EXPECT_NE(verdicts[0], OVER);
	EXPECT_EQ(tat, tag == tag_v ? now + PACKET : tag == tag_w ? now + 50 * PACKET : 0);
	EXPECT_TRUE(verdicts[0] == UNDER || verdicts[1] == UNDER);
	if (tag == tag_w)
		EXPECT_EQ(verdicts[1], UNDER);
	/* both when V was charged, forgotten, and made room */
	if (tag == tag_v)
		EXPECT_EQ(verdicts[0], UNDER);
}

TEST(slot_has_one_owner_when_it_is_charged_taken_and_forgotten_at_once)
{
	static const struct scene owned = {
		prepare_idle_v, { charge_v, charge_w_at_length, forget_v }, check_owned, 4,
	};

	explore(&owned);
	clean_stage();
}

static void check_view(void)
{
	struct tm_limit_key key_v = source_key(v), key_w = source_key(w);

	if (!viewed)
		return;
	if (!memcmp(&view.key, &key_v, sizeof(key_v))) {
		EXPECT_EQ(view.tat, NOW + 1);
		EXPECT_EQ(view.over_sampled, 16);
	} else {
		EXPECT_MEMEQ(&view.key, &key_w, sizeof(key_w));
		EXPECT_EQ(view.tat, tm_limit_time(LATER_NS) + 50 * PACKET);
		EXPECT_EQ(view.over_sampled, 0);
	}
}

TEST(walk_shows_a_key_with_its_own_state_or_not_at_all)
{
	static const struct scene walks = {
		prepare_idle_v, { walk, charge_w_at_length }, check_view, 6,
	};

	explore(&walks);
	clean_stage();
}
