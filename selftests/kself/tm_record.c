// SPDX-License-Identifier: GPL-2.0-or-later
/* RECORD_GET: cursors, ends, gaps. */
#include "kself.h"

#include <errno.h>
#include <kselftest_harness.h>
#include <time.h>

#define RINGS_MAX	64

FIXTURE(record)
{
	struct kself k;
};

FIXTURE_SETUP(record)
{
	ASSERT_EQ(0, kself_unshare());
	ASSERT_EQ(0, kself_open(&self->k));
	ASSERT_EQ(0, kself_command(&self->k, TRAFFICMON_CMD_NETNS_ATTACH));
	ASSERT_GE(RINGS_MAX, kself_info(&self->k, TRAFFICMON_A_INFO_RINGS));
}

FIXTURE_TEARDOWN(record)
{
	kself_command(&self->k, TRAFFICMON_CMD_NETNS_DETACH);
	kself_close(&self->k);
}

/* What a reader keeps: where to go on in each ring, and what it has been told so far. */
struct reader {
	uint64_t next[RINGS_MAX];
	uint64_t packets[RINGS_MAX];
	uint64_t bytes[RINGS_MAX];
	bool ended[RINGS_MAX];
	unsigned int records;
	unsigned int ends;
	unsigned int wrong;	/* order, totals, or times that cannot be */
	unsigned int gaps;
	uint64_t missed_packets;
	uint8_t reason;
};

static uint64_t wall_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * KSELF_SECOND_NS + now.tv_nsec;
}

/* Is the time in the last minute, or at most a second ahead (milliseconds are rounded)? */
static bool plausible(uint64_t time_ns)
{
	uint64_t now_ns = wall_ns();

	return time_ns < now_ns + KSELF_SECOND_NS && time_ns > now_ns - 60 * KSELF_SECOND_NS;
}

static void take_record(const struct nlmsghdr *message, const struct kself_attrs *attrs, void *data)
{
	uint32_t ring = kself_u32(attrs, TRAFFICMON_A_RECORD_RING);
	uint64_t sequence = kself_u64(attrs, TRAFFICMON_A_RECORD_SEQUENCE);
	uint64_t before = kself_u64(attrs, TRAFFICMON_A_RECORD_BEFORE_PACKETS);
	struct reader *reader = data;

	(void)message;
	if (ring >= RINGS_MAX || reader->ended[ring]) {
		reader->wrong++;
		return;
	}
	if (reader->next[ring] && sequence != reader->next[ring]) {
		reader->gaps++;
		reader->missed_packets += before - reader->packets[ring];
	} else if (before != reader->packets[ring]) {
		reader->wrong++;
	}
	reader->next[ring] = sequence;
	reader->packets[ring] = before;
	reader->bytes[ring] = kself_u64(attrs, TRAFFICMON_A_RECORD_BEFORE_BYTES);
	if (attrs->at[TRAFFICMON_A_RECORD_END]) {
		reader->ended[ring] = true;
		reader->ends++;
		return;
	}
	reader->records++;
	reader->next[ring]++;
	reader->packets[ring] += kself_u64(attrs, TRAFFICMON_A_RECORD_PACKETS) +
				 kself_u64(attrs, TRAFFICMON_A_RECORD_REPLY_PACKETS);
	reader->bytes[ring] += kself_u64(attrs, TRAFFICMON_A_RECORD_BYTES) +
			       kself_u64(attrs, TRAFFICMON_A_RECORD_REPLY_BYTES);
	reader->reason = kself_u8(attrs, TRAFFICMON_A_RECORD_REASON);
	if (!plausible(kself_u64(attrs, TRAFFICMON_A_RECORD_START_TIME)) ||
	    !plausible(kself_u64(attrs, TRAFFICMON_A_RECORD_END_TIME)))
		reader->wrong++;
}

static void put_cursor(struct nlmsghdr *request, uint32_t ring, uint64_t sequence)
{
	struct nlattr *nest = mnl_attr_nest_start(request, TRAFFICMON_A_RECORD_CURSOR);

	mnl_attr_put_u32(request, TRAFFICMON_A_CURSOR_RING, ring);
	mnl_attr_put_u64(request, TRAFFICMON_A_CURSOR_SEQUENCE, sequence);
	mnl_attr_nest_end(request, nest);
}

/* Go on from where the reader stands. */
static int read_on(struct kself *k, struct reader *reader)
{
	struct nlmsghdr *request = kself_request(k, TRAFFICMON_CMD_RECORD_GET);
	uint32_t ring;

	for (ring = 0; ring < RINGS_MAX; ring++)
		if (reader->next[ring])
			put_cursor(request, ring, reader->next[ring]);
	memset(reader->ended, 0, sizeof(reader->ended));
	reader->records = 0;
	reader->ends = 0;
	return kself_dump(k, take_record, reader);
}

static uint64_t sum(const uint64_t *values)
{
	uint64_t total = 0;
	int i;

	for (i = 0; i < RINGS_MAX; i++)
		total += values[i];
	return total;
}

static int make_records(struct kself *k, unsigned int count)
{
	int err = kself_send_udp("127.0.0.1", 10000, count);

	return err ? err : kself_command(k, TRAFFICMON_CMD_FLOW_FLUSH);
}

TEST_F(record, every_ring_ends_with_a_cursor_also_when_it_is_empty)
{
	struct reader reader = {};

	ASSERT_EQ(0, read_on(&self->k, &reader));
	EXPECT_EQ(0, reader.records);
	EXPECT_EQ(kself_info(&self->k, TRAFFICMON_A_INFO_RINGS), reader.ends);
	EXPECT_EQ(0, reader.wrong);
	EXPECT_EQ(1, reader.next[0]);
}

TEST_F(record, a_cursor_continues_without_gap_and_without_repetition)
{
	struct kself *k = &self->k;
	struct reader reader = {};

	/* more than a message holds, less than a ring */
	ASSERT_EQ(0, make_records(k, 900));
	ASSERT_EQ(0, read_on(k, &reader));
	EXPECT_EQ(kself_stats(k, false, TRAFFICMON_A_STATS_RECORDS), reader.records);
	EXPECT_EQ(TRAFFICMON_RECORD_RESET, reader.reason);
	ASSERT_EQ(0, read_on(k, &reader));
	EXPECT_EQ(0, reader.records);
	ASSERT_EQ(0, make_records(k, 70));
	ASSERT_EQ(0, read_on(k, &reader));
	EXPECT_LE(70, reader.records);
	EXPECT_EQ(0, reader.wrong);
	EXPECT_EQ(0, reader.gaps);
	EXPECT_EQ(kself_stats(k, false, TRAFFICMON_A_STATS_RECORDED_PACKETS),
		  sum(reader.packets));
	EXPECT_EQ(kself_stats(k, false, TRAFFICMON_A_STATS_RECORDED_BYTES), sum(reader.bytes));
}

TEST_F(record, a_reader_that_was_late_knows_to_the_packet_what_it_missed)
{
	struct kself *k = &self->k;
	uint64_t size = kself_info(k, TRAFFICMON_A_INFO_RECORDS_MAX);
	uint64_t rings = kself_info(k, TRAFFICMON_A_INFO_RINGS);
	struct reader reader = {};
	uint64_t i;

	if (size > 1024)
		SKIP(return, "the rings are too great to be overrun here");
	ASSERT_EQ(0, make_records(k, 10));
	ASSERT_EQ(0, read_on(k, &reader));
	for (i = 0; i < 2 * rings + 1; i++) {
		ASSERT_EQ(0, make_records(k, size));
	}
	ASSERT_EQ(0, read_on(k, &reader));
	EXPECT_EQ(0, reader.wrong);
	EXPECT_LT(0, reader.gaps);
	EXPECT_LT(0, reader.missed_packets);
	EXPECT_EQ(kself_stats(k, false, TRAFFICMON_A_STATS_RECORDED_PACKETS),
		  sum(reader.packets));
}

TEST_F(record, a_dump_by_an_admin_is_remembered)
{
	struct kself *k = &self->k;
	struct reader reader = {};

	EXPECT_EQ(0, kself_info(k, TRAFFICMON_A_INFO_LAST_READ_AGE));
	ASSERT_EQ(0, read_on(k, &reader));
	EXPECT_LT(0, kself_info(k, TRAFFICMON_A_INFO_LAST_READ_AGE));
	EXPECT_GT(10 * KSELF_SECOND_NS, kself_info(k, TRAFFICMON_A_INFO_LAST_READ_AGE));
}

TEST_F(record, cursors_that_name_nothing_are_refused)
{
	struct kself *k = &self->k;
	struct nlmsghdr *request;
	struct nlattr *nest;

	put_cursor(kself_request(k, TRAFFICMON_CMD_RECORD_GET), 100000, 1);
	EXPECT_EQ(-ERANGE, kself_dump(k, NULL, NULL));
	EXPECT_STRNE("", k->text);

	request = kself_request(k, TRAFFICMON_CMD_RECORD_GET);
	put_cursor(request, 0, 1);
	put_cursor(request, 0, 2);
	EXPECT_EQ(-EINVAL, kself_dump(k, NULL, NULL));
	EXPECT_STRNE("", k->text);

	request = kself_request(k, TRAFFICMON_CMD_RECORD_GET);
	nest = mnl_attr_nest_start(request, TRAFFICMON_A_RECORD_CURSOR);
	mnl_attr_put_u32(request, TRAFFICMON_A_CURSOR_RING, 0);
	mnl_attr_nest_end(request, nest);
	EXPECT_EQ(-EINVAL, kself_dump(k, NULL, NULL));
	EXPECT_STRNE("", k->text);
}

TEST_HARNESS_MAIN
