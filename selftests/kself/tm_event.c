// SPDX-License-Identifier: GPL-2.0-or-later
/* EVENT_GET and the multicast group. */
#include "kself.h"

#include <errno.h>
#include <kselftest_harness.h>
#include <linux/netlink.h>
#include <poll.h>

#define RING	1024	/* events kept */

FIXTURE(event)
{
	struct kself k;
};

FIXTURE_SETUP(event)
{
	ASSERT_EQ(0, kself_unshare());
	ASSERT_EQ(0, kself_open(&self->k));
	ASSERT_EQ(0, kself_command(&self->k, TRAFFICMON_CMD_NETNS_ATTACH));
}

FIXTURE_TEARDOWN(event)
{
	kself_command(&self->k, TRAFFICMON_CMD_NETNS_DETACH);
	kself_close(&self->k);
}

struct shown {
	unsigned int seen;
	unsigned int wrong;	/* out of order, or of another instance */
	uint64_t first;
	uint64_t last;
	uint64_t instance;
	uint8_t type;
	uint64_t generation;
	uint32_t policies;
	char name[TRAFFICMON_NAME_SIZE];
};

static void take_event(const struct nlmsghdr *message, const struct kself_attrs *attrs, void *data)
{
	uint64_t sequence = kself_u64(attrs, TRAFFICMON_A_EVENT_SEQUENCE);
	struct shown *shown = data;

	(void)message;
	if (!shown->seen++)
		shown->first = sequence;
	else if (sequence != shown->last + 1)
		shown->wrong++;
	if (kself_u64(attrs, TRAFFICMON_A_EVENT_INSTANCE) != shown->instance ||
	    !kself_u64(attrs, TRAFFICMON_A_EVENT_TIME))
		shown->wrong++;
	shown->last = sequence;
	shown->type = kself_u8(attrs, TRAFFICMON_A_EVENT_TYPE);
	shown->generation = kself_u64(attrs, TRAFFICMON_A_EVENT_GENERATION);
	shown->policies = kself_u32(attrs, TRAFFICMON_A_EVENT_POLICIES);
	shown->name[0] = '\0';
	if (attrs->at[TRAFFICMON_A_EVENT_SET])
		strncpy(shown->name, kself_string(attrs, TRAFFICMON_A_EVENT_SET),
			sizeof(shown->name) - 1);
	if (attrs->at[TRAFFICMON_A_EVENT_VERSION])
		strncpy(shown->name, kself_string(attrs, TRAFFICMON_A_EVENT_VERSION),
			sizeof(shown->name) - 1);
}

static struct shown show(struct kself *k, uint64_t from)
{
	struct shown shown = { .instance = kself_info(k, TRAFFICMON_A_INFO_INSTANCE) };
	struct nlmsghdr *request = kself_request(k, TRAFFICMON_CMD_EVENT_GET);

	if (from)
		mnl_attr_put_u64(request, TRAFFICMON_A_EVENT_SEQUENCE, from);
	if (kself_dump(k, take_event, &shown))
		shown.wrong = -1;
	return shown;
}

static int64_t commit_one(struct kself *k)
{
	return kself_commit_policy(k, "p", 0, 0, 10);
}

TEST_F(event, the_first_event_is_the_attaching)
{
	struct shown shown = show(&self->k, 0);

	EXPECT_EQ(1, shown.seen);
	EXPECT_EQ(1, shown.first);
	EXPECT_EQ(TRAFFICMON_EVENT_LOAD, shown.type);
	EXPECT_STRNE("", shown.name);
	EXPECT_EQ(0, shown.wrong);
}

TEST_F(event, a_commit_and_a_flush_are_one_event_each)
{
	struct kself *k = &self->k;
	struct shown shown;

	ASSERT_EQ(2, commit_one(k));
	shown = show(k, 2);
	EXPECT_EQ(1, shown.seen);
	EXPECT_EQ(TRAFFICMON_EVENT_RULESET, shown.type);
	EXPECT_EQ(2, shown.generation);
	EXPECT_EQ(1, shown.policies);
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_POLICY_FLUSH));
	shown = show(k, 3);
	EXPECT_EQ(1, shown.seen);
	EXPECT_EQ(3, shown.generation);
	EXPECT_EQ(0, shown.policies);
}

TEST_F(event, changes_of_a_set_are_one_event_a_second)
{
	struct kself *k = &self->k;
	struct shown shown;
	int i;

	ASSERT_EQ(0, kself_set_add(k, "deny", "10.0.0.0", 8, 0));
	ASSERT_EQ(0, kself_set_add(k, "deny", "11.0.0.0", 8, 0));
	ASSERT_EQ(0, kself_set_del(k, "deny", "11.0.0.0", 8));
	for (i = 0; i < 100 && !show(k, 2).seen; i++)
		usleep(50000);
	shown = show(k, 2);
	/* one, or two when a second ended between the three */
	EXPECT_LE(1, shown.seen);
	EXPECT_GE(2, shown.seen);
	EXPECT_EQ(TRAFFICMON_EVENT_SET, shown.type);
	EXPECT_STREQ("deny", shown.name);
}

TEST_F(event, a_ring_that_wrapped_begins_later_than_asked)
{
	struct kself *k = &self->k;
	struct shown shown;
	int i;

	for (i = 0; i < RING + 50; i++) {
		ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_POLICY_FLUSH));
	}
	shown = show(k, 1);
	EXPECT_EQ(0, shown.wrong);
	EXPECT_EQ(RING, shown.seen);
	EXPECT_EQ(RING + 51, shown.last);
	EXPECT_EQ(52, shown.first);
	EXPECT_EQ(RING + 51, kself_info(k, TRAFFICMON_A_INFO_EVENT_SEQUENCE));
	EXPECT_EQ(0, show(k, RING + 52).seen);
	EXPECT_EQ(0, show(k, ~0ULL).seen);
}

/* Wait for one message of the group; its attributes go to take_event. */
static bool heard(struct kself *listener, struct shown *shown, int timeout_ms)
{
	struct pollfd wait = { .fd = mnl_socket_get_fd(listener->socket), .events = POLLIN };
	char buffer[8192];
	struct nlmsghdr *message = (void *)buffer;
	struct kself_attrs attrs = {};
	const struct nlattr *attr;

	if (poll(&wait, 1, timeout_ms) != 1 ||
	    mnl_socket_recvfrom(listener->socket, buffer, sizeof(buffer)) <= 0)
		return false;
	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr)) {
		attrs.at[mnl_attr_get_type(attr)] = attr;
	}
	take_event(message, &attrs, shown);
	return ((struct genlmsghdr *)mnl_nlmsg_get_payload(message))->cmd ==
	       TRAFFICMON_CMD_EVENT_NOTIFY;
}

TEST_F(event, a_listener_hears_what_the_ring_keeps)
{
	struct kself *k = &self->k;
	struct shown shown = { .instance = kself_info(k, TRAFFICMON_A_INFO_INSTANCE) };
	struct kself listener;

	ASSERT_EQ(0, kself_open(&listener));
	ASSERT_EQ(0, mnl_socket_setsockopt(listener.socket, NETLINK_ADD_MEMBERSHIP,
					   &listener.group, sizeof(listener.group)));
	ASSERT_EQ(2, commit_one(k));
	ASSERT_TRUE(heard(&listener, &shown, 5000));
	EXPECT_EQ(2, shown.last);
	EXPECT_EQ(TRAFFICMON_EVENT_RULESET, shown.type);
	EXPECT_EQ(2, shown.generation);
	EXPECT_EQ(0, shown.wrong);
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_NETNS_DETACH));
	ASSERT_TRUE(heard(&listener, &shown, 5000));
	EXPECT_EQ(TRAFFICMON_EVENT_UNLOAD, shown.type);
	EXPECT_STRNE("", shown.name);
	kself_close(&listener);
}

TEST_F(event, another_namespace_hears_nothing)
{
	struct kself *k = &self->k;
	struct shown shown = {};
	struct kself listener;

	ASSERT_EQ(0, kself_unshare());
	ASSERT_EQ(0, kself_open(&listener));
	ASSERT_EQ(0, mnl_socket_setsockopt(listener.socket, NETLINK_ADD_MEMBERSHIP,
					   &listener.group, sizeof(listener.group)));
	ASSERT_EQ(2, commit_one(k));
	EXPECT_FALSE(heard(&listener, &shown, 300));
	kself_close(&listener);
}

TEST_HARNESS_MAIN
