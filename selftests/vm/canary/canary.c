// SPDX-License-Identifier: GPL-2.0
/*
 * Commits, while it loads, the crime that its parameter names, so that a test can
 * see that it is reported.  The first ones every kernel reports, the others those
 * with the detector for it.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/sched/clock.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/version.h>
#include <linux/vmalloc.h>

static char *crime = "";
module_param(crime, charp, 0444);

/*
 * By the clock that the lockup detector reads: where a loaded host spoils the
 * calibration at boot, delay loops may last a fraction of what they should.
 */
static void spin(unsigned int seconds)
{
	u64 end_ns = local_clock() + seconds * (u64)NSEC_PER_SEC;

	while (local_clock() < end_ns)
		cpu_relax();
}

/* --- what every kernel reports ------------------------------------------------ */

static void commit_warn(void)
{
	WARN(1, "canary sings\n");
}

static void commit_oops(void)
{
	*(volatile int *)8 = 1;
}

static void commit_lockup(void)
{
	preempt_disable();
	spin(30);
	preempt_enable();
}

static void commit_stall(void)
{
	rcu_read_lock();
	spin(30);
	rcu_read_unlock();
}

static void commit_hung(void)
{
	set_current_state(TASK_UNINTERRUPTIBLE);
	schedule_timeout(60 * HZ);
}

/* --- context ------------------------------------------------------------------ */

static int __rcu *canary_pointer;

static void commit_rcu(void)
{
	pr_info("canary: %p\n", rcu_dereference(canary_pointer));
}

static void commit_sleep(void)
{
	spinlock_t lock;

	spin_lock_init(&lock);
	spin_lock(&lock);
	kfree(kmalloc(32, GFP_KERNEL));
	spin_unlock(&lock);
}

static void commit_preempt(void)
{
	pr_info("canary: %d\n", smp_processor_id());
}

static DEFINE_SPINLOCK(canary_lock);

static void canary_timer_takes_lock(struct timer_list *timer)
{
	spin_lock(&canary_lock);
	spin_unlock(&canary_lock);
}

static DEFINE_TIMER(canary_timer, canary_timer_takes_lock);

/* Once with softirqs on, once in one: a deadlock that waits for its moment. */
static void commit_lock(void)
{
	spin_lock(&canary_lock);
	spin_unlock(&canary_lock);
	mod_timer(&canary_timer, jiffies + 1);
	msleep(100);
}

/* --- objects ------------------------------------------------------------------ */

struct canary_object {
	struct timer_list timer;
	struct rcu_head rcu;
	int value;
};

static void canary_timer_nothing(struct timer_list *timer)
{
}

static void commit_timer(void)
{
	struct canary_object *object = kzalloc(sizeof(*object), GFP_KERNEL);

	if (!object)
		return;
	timer_setup(&object->timer, canary_timer_nothing, 0);
	mod_timer(&object->timer, jiffies + 1000 * HZ);
	kfree(object);
}

static void commit_refcount(void)
{
	refcount_t count = REFCOUNT_INIT(0);

	refcount_inc(&count);
}

/* --- memory ------------------------------------------------------------------- */

static volatile int canary_shift = 40;

static void commit_shift(void)
{
	pr_info("canary: %d\n", 1 << canary_shift);
}

static void commit_freed(void)
{
	int *array = kmalloc(64, GFP_KERNEL);

	kfree(array);
	pr_info("canary: %d\n", READ_ONCE(array[2]));
}

static void commit_beyond(void)
{
	char *array = kmalloc(60, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(array);
	WRITE_ONCE(array[60], 1);
	kfree(array);
}

static void commit_beyond_table(void)
{
	char *table = vmalloc(PAGE_SIZE - 64);

	OPTIMIZER_HIDE_VAR(table);
	WRITE_ONCE(table[PAGE_SIZE - 64], 1);
	vfree(table);
}

static void commit_beyond_stack(void)
{
	char array[32];
	char *end = array;

	OPTIMIZER_HIDE_VAR(end);
	pr_info("canary: %d\n", READ_ONCE(end[sizeof(array)]));
}

/* kfree_rcu() gathers what it frees for some 5 s. */
static void commit_freed_rcu(void)
{
	struct canary_object *object = kzalloc(sizeof(*object), GFP_KERNEL);

	if (!object)
		return;
	kfree_rcu(object, rcu);
	rcu_barrier();
	msleep(8000);
	pr_info("canary: %d\n", READ_ONCE(object->value));
}

static void commit_leak(void)
{
	void *memory;
	int i;

	for (i = 0; i < 10; i++) {
		memory = kmalloc(333, GFP_KERNEL);
		OPTIMIZER_HIDE_VAR(memory);
	}
}

/* --- races -------------------------------------------------------------------- */

static unsigned long canary_counter;
static DECLARE_COMPLETION(canary_raced);

static int canary_count(void *unused)
{
	unsigned long end = jiffies + 3 * HZ;

	while (time_before(jiffies, end)) {
		canary_counter++;
		cond_resched();
	}
	complete(&canary_raced);
	return 0;
}

static void commit_race(void)
{
	int i;

	for (i = 0; i < 2; i++)
		if (IS_ERR(kthread_run(canary_count, NULL, "canary/%d", i)))
			complete(&canary_raced);
	for (i = 0; i < 2; i++)
		wait_for_completion(&canary_raced);
}

static const struct {
	const char *name;
	void (*commit)(void);
} crimes[] = {
	{ "warn", commit_warn },
	{ "oops", commit_oops },
	{ "lockup", commit_lockup },
	{ "stall", commit_stall },
	{ "hung", commit_hung },
	{ "rcu", commit_rcu },
	{ "sleep", commit_sleep },
	{ "preempt", commit_preempt },
	{ "lock", commit_lock },
	{ "timer", commit_timer },
	{ "refcount", commit_refcount },
	{ "shift", commit_shift },
	{ "freed", commit_freed },
	{ "beyond", commit_beyond },
	{ "beyond-table", commit_beyond_table },
	{ "beyond-stack", commit_beyond_stack },
	{ "freed-rcu", commit_freed_rcu },
	{ "leak", commit_leak },
	{ "race", commit_race },
};

static int __init canary_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(crimes); i++) {
		if (strcmp(crime, crimes[i].name))
			continue;
		crimes[i].commit();
		return 0;
	}
	pr_err("canary: no crime is named '%s'\n", crime);
	return -EINVAL;
}

static void __exit canary_exit(void)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
	timer_delete_sync(&canary_timer);
#else
	del_timer_sync(&canary_timer);
#endif
}

module_init(canary_init);
module_exit(canary_exit);
MODULE_DESCRIPTION("commits what the tests must notice");
MODULE_LICENSE("GPL");
