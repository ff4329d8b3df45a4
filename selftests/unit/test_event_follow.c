// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/lib/event_follow.c userspace/lib/event.c userspace/lib/event_type.c userspace/lib/log_line.c userspace/lib/attrs.c userspace/lib/attr_tables.c userspace/lib/names.c userspace/lib/value.c userspace/lib/quantity.c userspace/lib/error.c
// flags: -lmnl -DTM_EVENT_RETRY_MS=1 -DTM_EVENT_CHECK_MS=20
/*
 * Following events, against a module that is made of a few variables: nothing
 * is missed, nothing comes twice, what is gone is told.
 *
 * A test is a list of steps.  The follower takes the next one each time it is
 * about to wait, or looks for a module that is not there.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/eventfd.h>

#include "../../userspace/lib/event_follow.h"
#include "../../userspace/lib/names.h"
#include "../logs/message.h"
#include "unit.h"

#define RING_MAX	4096
#define QUEUE_MAX	64

struct sent {
	uint64_t instance;
	uint64_t sequence;
	uint8_t type;
};

/* The module. */
static struct {
	struct tm_event_source source;
	bool absent;
	bool detached;
	uint64_t instance;
	uint64_t newest;
	uint64_t oldest;
	uint64_t readable_from;	/* ring entries below are gone */
	struct sent queue[QUEUE_MAX];
	unsigned int queued;
	bool joined;
	bool overrun;
	int fd;
	unsigned int dumps;
	unsigned int opens;
	bool undecodable;	/* send events that cannot be read */
	bool one_at_a_time;	/* a message each time it is asked */
} module;

static struct tm_event_follow follow;
static struct tm_error error;
static volatile sig_atomic_t stop;
static char heard[65536];
static void (*const *step)(void);

static void take_step(void)
{
	if (*step)
		(*step++)();
	else
		stop = 1;
}

static void queue(uint8_t type)
{
	uint64_t one = 1;

	if (!module.joined)
		return;
	ASSERT_LT(module.queued, QUEUE_MAX);
	module.queue[module.queued++] = (struct sent){
		module.instance, module.newest, type };
	ASSERT_EQ(write(module.fd, &one, sizeof(one)), sizeof(one));
}

static void happen(void) { module.newest++; queue(TRAFFICMON_EVENT_SET); }
static void happen_unheard(void) { module.newest++; }
static void happen_in_ring_of_two(void)
{
	module.newest++;
	module.oldest = module.newest < 2 ? 1 : module.newest - 1;
	queue(TRAFFICMON_EVENT_SET);
}
static void unheard_in_ring_of_two(void)
{
	module.newest++;
	module.oldest = module.newest < 2 ? 1 : module.newest - 1;
}
static void unload(void)
{
	module.newest++;
	queue(TRAFFICMON_EVENT_UNLOAD);
	module.absent = true;
	module.joined = false;
}
static void vanish(void) { module.absent = true; module.joined = false; }
static void load(void)
{
	module.absent = false;
	module.instance++;
	module.newest = 1;
	module.oldest = 1;
	queue(TRAFFICMON_EVENT_LOAD);
}
static void reappear(void) { module.absent = false; }
static void overrun(void)
{
	uint64_t one = 1;

	module.queued = 0;
	module.overrun = true;
	ASSERT_EQ(write(module.fd, &one, sizeof(one)), sizeof(one));
}
static void lose_two(void)
{
	module.newest += 2;
	overrun();
}
static void detach_and_attach(void)
{
	module.newest++;
	queue(TRAFFICMON_EVENT_UNLOAD);
	load();
}
static void come_and_go(void)
{
	detach_and_attach();
	unload();
}
static void idle(void) { }

static int gone(struct tm_error *e)
{
	return tm_error_set(e, TM_EXIT_NOT_LOADED, ENOENT, "not loaded");
}

static int fake_open(struct tm_event_source *source, struct tm_error *e)
{
	(void)source;
	module.opens++;
	if (module.absent)
		take_step();
	if (module.absent)
		return gone(e);
	module.joined = true;
	return 0;
}

static void fake_close(struct tm_event_source *source)
{
	uint64_t count;

	(void)source;
	module.joined = false;
	module.queued = 0;
	module.overrun = false;
	if (read(module.fd, &count, sizeof(count)) < 0)
		EXPECT_EQ(errno, EAGAIN);
}

static int fake_info(struct tm_event_source *source, uint64_t *instance,
		     uint64_t *newest, struct tm_error *e)
{
	(void)source;
	if (module.absent)
		return gone(e);
	if (module.detached)
		return tm_error_set(e, TM_EXIT_REFUSED, ENOTCONN, "detached");
	*instance = module.instance;
	*newest = module.newest;
	return 0;
}

static void batch_add(struct tm_event_batch *batch, const struct sent *sent)
{
	_Alignas(8) char buffer[MESSAGE_SIZE];
	struct nlmsghdr *nlh = message_start(buffer, sent->instance,
					     sent->sequence, sent->type);

	if (module.undecodable)
		mnl_attr_put_u8(nlh, TRAFFICMON_A_EVENT_DURATION, 0);
	tm_event_batch_add(batch, nlh);
}

static int fake_dump(struct tm_event_source *source, uint64_t from,
		     struct tm_event_batch *batch, struct tm_error *e)
{
	struct sent sent = { module.instance, 0, TRAFFICMON_EVENT_SET };

	(void)source;
	module.dumps++;
	if (module.absent)
		return gone(e);
	if (from < module.oldest)
		from = module.oldest;
	for (sent.sequence = from; sent.sequence <= module.newest; sent.sequence++)
		batch_add(batch, &sent);
	return 0;
}

static int fake_fd(struct tm_event_source *source)
{
	(void)source;
	/* Called once more to look whether something came meanwhile. */
	if (!module.queued && !module.overrun)
		take_step();
	return module.fd;
}

static int fake_receive(struct tm_event_source *source, struct tm_event_batch *batch,
			struct tm_error *e)
{
	uint64_t count;
	unsigned int i;

	(void)source;
	if (read(module.fd, &count, sizeof(count)) < 0)
		EXPECT_EQ(errno, EAGAIN);
	if (module.overrun) {
		module.overrun = false;
		return tm_error_set(e, TM_EXIT_REFUSED, ENOBUFS, "lost");
	}
	count = module.one_at_a_time && module.queued ? 1 : module.queued;
	for (i = 0; i < count; i++)
		batch_add(batch, &module.queue[i]);
	module.queued -= count;
	memmove(module.queue, module.queue + count,
		module.queued * sizeof(module.queue[0]));
	if (module.queued)
		EXPECT_EQ(write(module.fd, &count, sizeof(count)), sizeof(count));
	return 0;
}

static int hear(const struct tm_event *event, void *data, struct tm_error *e)
{
	char name[TM_NAME_TEXT];

	(void)data;
	(void)e;
	if (event->type == TM_EVENT_LOST)
		sprintf(heard + strlen(heard), " lost%" PRIu64 "-%" PRIu64,
			event->lost_first, event->lost_last);
	else
		sprintf(heard + strlen(heard), " %s%" PRIu64 ".%" PRIu64,
			tm_event_name(event, name), event->instance,
			event->sequence);
	return 0;
}

static void setup(void)
{
	module.source = (struct tm_event_source){
		fake_open, fake_info, fake_dump, fake_fd, fake_receive,
		fake_close };
	module.instance = 1;
	module.oldest = 1;
	module.fd = eventfd(0, EFD_NONBLOCK);
	follow = (struct tm_event_follow){
		.source = &module.source, .deliver = hear, .stop = &stop };
}

static void run(void (*const *steps)(void))
{
	step = steps;
	EXPECT_EQ(tm_event_follow(&follow, &error), 0);
	close(module.fd);
}

#define RUN(...) run((void (*const [])(void)){ __VA_ARGS__, NULL })

TEST(ring_comes_first_then_what_happens)
{
	setup();
	module.newest = 2;
	RUN(happen, happen);
	EXPECT_STREQ(heard, " set1.1 set1.2 set1.3 set1.4");
	EXPECT_EQ(follow.next, 5);
	EXPECT_EQ(module.opens, 1);
}

TEST(cursor_is_continued_from)
{
	setup();
	module.newest = 5;
	follow.instance = 1;
	follow.next = 4;
	RUN(idle);
	EXPECT_STREQ(heard, " set1.4 set1.5");
}

TEST(monitor_begins_with_what_happens_now)
{
	setup();
	module.newest = 5;
	follow.newest_only = true;
	RUN(happen);
	EXPECT_STREQ(heard, " set1.6");
}

TEST(gap_reads_the_ring_again)
{
	setup();
	RUN(happen, happen_unheard, happen);
	EXPECT_STREQ(heard, " set1.1 set1.2 set1.3");
}

TEST(silence_hides_no_event)
{
	setup();
	RUN(happen, happen_unheard, idle, idle, idle);
	EXPECT_STREQ(heard, " set1.1 set1.2");
}

TEST(overrun_reads_the_ring_again)
{
	setup();
	RUN(happen, lose_two);
	EXPECT_STREQ(heard, " set1.1 set1.2 set1.3");
}

TEST(what_the_ring_overwrote_is_told_with_its_range)
{
	setup();
	module.newest = 9;
	module.oldest = 8;
	follow.instance = 1;
	follow.next = 3;
	RUN(idle);
	EXPECT_STREQ(heard, " lost3-7 set1.8 set1.9");
}

TEST(what_was_overwritten_while_following_is_told)
{
	setup();
	RUN(happen_in_ring_of_two, unheard_in_ring_of_two,
	    unheard_in_ring_of_two, unheard_in_ring_of_two,
	    happen_in_ring_of_two);
	/* The check at a pause may have read some of them in time. */
	EXPECT_TRUE(!strncmp(heard, " set1.1", 7));
	EXPECT_TRUE(strstr(heard, " set1.4 set1.5") != NULL);
	EXPECT_EQ(follow.next, 6);
}

TEST(event_that_cannot_be_read_is_told_as_lost_and_stops_nothing)
{
	setup();
	module.newest = 3;
	module.undecodable = true;
	RUN(happen, idle, idle);
	EXPECT_EQ(strncmp(heard, " lost1-3", 8), 0);
	EXPECT_EQ(follow.next, 5);
}

TEST(ring_larger_than_a_batch_is_read_in_several)
{
	uint64_t i;
	char *at = heard;
	char want[32];

	setup();
	module.newest = 2 * TM_EVENT_BATCH_MAX + 7;
	RUN(idle);
	EXPECT_EQ(follow.next, module.newest + 1);
	EXPECT_EQ(module.dumps, 3);
	for (i = 1; i <= module.newest; i++) {
		snprintf(want, sizeof(want), " set1.%" PRIu64, i);
		EXPECT(!strncmp(at, want, strlen(want)), "event %" PRIu64, i);
		at += strlen(want);
	}
}

TEST(unload_is_heard_and_the_module_waited_for)
{
	setup();
	RUN(happen, unload, idle, idle, load, happen);
	EXPECT_STREQ(heard, " set1.1 unload1.2 set2.1 set2.2");
	EXPECT_EQ(follow.instance, 2);
}

TEST(unload_behind_a_gap_is_heard_and_the_gap_told)
{
	setup();
	RUN(happen, happen_unheard, unload, idle);
	/* The ring is gone: what it held can only be told as lost. */
	EXPECT_TRUE(!strcmp(heard, " set1.1 lost2-2 unload1.3") ||
		    !strcmp(heard, " set1.1 set1.2 unload1.3"));
}

TEST(module_that_goes_without_a_word_is_told_once)
{
	setup();
	RUN(happen, vanish, idle, idle, idle, load);
	EXPECT_STREQ(heard, " set1.1 gone1.1 set2.1");
}

TEST(module_thought_gone_is_continued_without_repetition)
{
	setup();
	RUN(happen, vanish, idle, reappear, happen);
	EXPECT_STREQ(heard, " set1.1 gone1.1 set1.2");
}

TEST(reload_restarts_the_sequence)
{
	setup();
	RUN(happen, happen, detach_and_attach, happen, happen);
	EXPECT_STREQ(heard, " set1.1 set1.2 unload1.3 load2.1 set2.2 set2.3");
}

TEST(instance_that_lived_for_a_moment_is_heard)
{
	setup();
	RUN(happen, come_and_go, idle, load);
	EXPECT_STREQ(heard, " set1.1 unload1.2 load2.1 unload2.2 set3.1");
}

TEST(last_words_in_the_queue_are_heard)
{
	setup();
	module.one_at_a_time = true;
	RUN(happen, come_and_go, idle, idle);
	EXPECT_STREQ(heard, " set1.1 unload1.2 load2.1 unload2.2");
}

TEST(reload_between_two_runs_is_told)
{
	setup();
	module.instance = 2;
	module.newest = 2;
	follow.instance = 1;
	follow.next = 41;
	RUN(idle);
	EXPECT_STREQ(heard, " reloaded1.40 set2.1 set2.2");
}

TEST(reload_after_a_heard_unload_is_not_told_again)
{
	setup();
	module.instance = 2;
	module.newest = 2;
	follow.instance = 1;
	follow.next = 41;
	follow.ended = true;
	RUN(idle);
	EXPECT_STREQ(heard, " set2.1 set2.2");
}

TEST(once_reads_the_ring_and_ends)
{
	setup();
	module.newest = 2;
	step = (void (*const [])(void)){ NULL };
	EXPECT_EQ(tm_event_follow_once(&follow, &error), 0);
	EXPECT_STREQ(heard, " set1.1 set1.2");
	module.absent = true;
	stop = 0;
	EXPECT_EQ(tm_event_follow_once(&follow, &error), -1);
	EXPECT_EQ(error.exit_code, TM_EXIT_NOT_LOADED);
	close(module.fd);
}

static int refuse(struct tm_event_source *source, struct tm_error *e)
{
	(void)source;
	return tm_error_set(e, TM_EXIT_PERMISSION, EPERM, "no permission");
}

TEST(lack_of_permission_ends_it)
{
	setup();
	module.source.open = refuse;
	EXPECT_EQ(tm_event_follow(&follow, &error), -1);
	EXPECT_EQ(error.exit_code, TM_EXIT_PERMISSION);
	close(module.fd);
}

static int fail(const struct tm_event *event, void *data, struct tm_error *e)
{
	if (event->sequence == 2)
		return tm_error_set(e, TM_EXIT_REFUSED, EINTR, "stopped");
	return hear(event, data, e);
}

TEST(event_that_was_not_delivered_is_not_counted)
{
	setup();
	module.newest = 3;
	follow.deliver = fail;
	RUN(idle);
	EXPECT_STREQ(heard, " set1.1");
	EXPECT_EQ(follow.next, 2);
}
