// SPDX-License-Identifier: GPL-2.0-or-later
/* FLOW_GET and its filters, FLOW_FLUSH. */
#include "kself.h"

#include <errno.h>
#include <kselftest_harness.h>
#include <netinet/in.h>

#define FLOWS	1000	/* more than one message of a dump holds */

FIXTURE(flow)
{
	struct kself k;
};

FIXTURE_SETUP(flow)
{
	ASSERT_EQ(0, kself_unshare());
	ASSERT_EQ(0, kself_open(&self->k));
	ASSERT_EQ(0, kself_command(&self->k, TRAFFICMON_CMD_NETNS_ATTACH));
	if (kself_info(&self->k, TRAFFICMON_A_INFO_FLOWS_MAX) < 32 * FLOWS)
		SKIP(return, "the flow table is too small");
}

FIXTURE_TEARDOWN(flow)
{
	kself_command(&self->k, TRAFFICMON_CMD_NETNS_DETACH);
	kself_close(&self->k);
}

/* How often each UDP destination port was shown, by family. */
struct shown {
	unsigned int v4[65536];
	unsigned int v6[65536];
	uint64_t packets;
	bool whole;
};

static void take_flow(const struct nlmsghdr *message, const struct kself_attrs *attrs, void *data)
{
	static const int needed[] = {
		TRAFFICMON_A_FLOW_SOURCE, TRAFFICMON_A_FLOW_DESTINATION,
		TRAFFICMON_A_FLOW_SOURCE_PORT, TRAFFICMON_A_FLOW_DESTINATION_PORT,
		TRAFFICMON_A_FLOW_PROTOCOL, TRAFFICMON_A_FLOW_STATE, TRAFFICMON_A_FLOW_DIRECTION,
		TRAFFICMON_A_FLOW_IIF, TRAFFICMON_A_FLOW_PACKETS, TRAFFICMON_A_FLOW_BYTES,
		TRAFFICMON_A_FLOW_REPLY_PACKETS, TRAFFICMON_A_FLOW_REPLY_BYTES,
		TRAFFICMON_A_FLOW_UNRECORDED_PACKETS, TRAFFICMON_A_FLOW_UNRECORDED_BYTES,
		TRAFFICMON_A_FLOW_AGE, TRAFFICMON_A_FLOW_IDLE,
	};
	struct shown *shown = data;
	uint16_t port = kself_u16(attrs, TRAFFICMON_A_FLOW_DESTINATION_PORT);
	size_t i;

	(void)message;
	shown->whole = true;
	for (i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!attrs->at[needed[i]])
			shown->whole = false;
	shown->packets += kself_u64(attrs, TRAFFICMON_A_FLOW_PACKETS) +
			  kself_u64(attrs, TRAFFICMON_A_FLOW_REPLY_PACKETS);
	if (kself_u8(attrs, TRAFFICMON_A_FLOW_PROTOCOL) != IPPROTO_UDP)
		return;
	if (mnl_attr_get_payload_len(attrs->at[TRAFFICMON_A_FLOW_SOURCE]) == 4)
		shown->v4[port]++;
	else
		shown->v6[port]++;
}

TEST_F(flow, a_dump_shows_each_flow_exactly_once)
{
	struct shown *shown = calloc(1, sizeof(*shown));
	unsigned int flows, i;

	ASSERT_NE(NULL, shown);
	ASSERT_EQ(0, kself_send_udp("127.0.0.1", 10000, FLOWS));
	ASSERT_EQ(0, kself_send_udp("::1", 10000, FLOWS));
	kself_request(&self->k, TRAFFICMON_CMD_FLOW_GET);
	ASSERT_EQ(0, kself_dump(&self->k, take_flow, shown));
	EXPECT_TRUE(shown->whole);
	for (i = 10000; i < 10000 + FLOWS; i++) {
		ASSERT_EQ(1, shown->v4[i]) TH_LOG("port %u", i);
		ASSERT_EQ(1, shown->v6[i]) TH_LOG("port %u", i);
	}
	flows = self->k.messages;
	EXPECT_EQ(flows, kself_info(&self->k, TRAFFICMON_A_INFO_FLOWS));
	EXPECT_EQ(shown->packets, kself_stats(&self->k, false, TRAFFICMON_A_STATS_SEEN_PACKETS));
	free(shown);
}

TEST_F(flow, filters_show_what_they_name_and_nothing_else)
{
	struct kself *k = &self->k;
	struct nlmsghdr *request;

	ASSERT_EQ(0, kself_send_udp("127.0.0.1", 10000, 20));
	ASSERT_EQ(0, kself_send_udp("127.1.2.3", 20000, 30));
	ASSERT_EQ(0, kself_send_udp("::1", 10000, 40));

	request = kself_request(k, TRAFFICMON_CMD_FLOW_GET);
	mnl_attr_put_u16(request, TRAFFICMON_A_FLOW_PORT, 10005);
	ASSERT_EQ(0, kself_dump(k, NULL, NULL));
	EXPECT_EQ(2, k->messages);

	request = kself_request(k, TRAFFICMON_CMD_FLOW_GET);
	mnl_attr_put_u8(request, TRAFFICMON_A_FLOW_PROTOCOL, IPPROTO_UDP);
	ASSERT_EQ(0, kself_dump(k, NULL, NULL));
	EXPECT_EQ(90, k->messages);

	request = kself_request(k, TRAFFICMON_CMD_FLOW_GET);
	kself_put_address(request, TRAFFICMON_A_FLOW_ADDRESS, "127.1.0.0");
	mnl_attr_put_u8(request, TRAFFICMON_A_FLOW_PREFIX_LENGTH, 16);
	mnl_attr_put_u8(request, TRAFFICMON_A_FLOW_PROTOCOL, IPPROTO_UDP);
	ASSERT_EQ(0, kself_dump(k, NULL, NULL));
	EXPECT_EQ(30, k->messages);

	request = kself_request(k, TRAFFICMON_CMD_FLOW_GET);
	kself_put_address(request, TRAFFICMON_A_FLOW_ADDRESS, "::1");
	mnl_attr_put_u8(request, TRAFFICMON_A_FLOW_PROTOCOL, IPPROTO_UDP);
	ASSERT_EQ(0, kself_dump(k, NULL, NULL));
	EXPECT_EQ(40, k->messages);

	request = kself_request(k, TRAFFICMON_CMD_FLOW_GET);
	mnl_attr_put_u8(request, TRAFFICMON_A_FLOW_STATE, TRAFFICMON_FLOW_ESTABLISHED);
	ASSERT_EQ(0, kself_dump(k, NULL, NULL));
	EXPECT_EQ(0, k->messages);

	/* 0.0.0.0/0 is all of IPv4 and nothing of IPv6 */
	request = kself_request(k, TRAFFICMON_CMD_FLOW_GET);
	kself_put_address(request, TRAFFICMON_A_FLOW_ADDRESS, "0.0.0.0");
	mnl_attr_put_u8(request, TRAFFICMON_A_FLOW_PREFIX_LENGTH, 0);
	mnl_attr_put_u8(request, TRAFFICMON_A_FLOW_PROTOCOL, IPPROTO_UDP);
	ASSERT_EQ(0, kself_dump(k, NULL, NULL));
	EXPECT_EQ(50, k->messages);
}

TEST_F(flow, filters_that_contradict_themselves_are_refused)
{
	struct kself *k = &self->k;
	struct nlmsghdr *request;

	request = kself_request(k, TRAFFICMON_CMD_FLOW_GET);
	mnl_attr_put_u8(request, TRAFFICMON_A_FLOW_PREFIX_LENGTH, 8);
	EXPECT_EQ(-EINVAL, kself_dump(k, NULL, NULL));
	EXPECT_STRNE("", k->text);

	request = kself_request(k, TRAFFICMON_CMD_FLOW_GET);
	kself_put_address(request, TRAFFICMON_A_FLOW_ADDRESS, "10.0.0.0");
	mnl_attr_put_u8(request, TRAFFICMON_A_FLOW_PREFIX_LENGTH, 33);
	EXPECT_EQ(-ERANGE, kself_dump(k, NULL, NULL));
	EXPECT_STRNE("", k->text);

	request = kself_request(k, TRAFFICMON_CMD_FLOW_GET);
	kself_put_address(request, TRAFFICMON_A_FLOW_ADDRESS, "10.0.0.1");
	mnl_attr_put_u8(request, TRAFFICMON_A_FLOW_PREFIX_LENGTH, 8);
	EXPECT_EQ(-EINVAL, kself_dump(k, NULL, NULL));
	EXPECT_STRNE("", k->text);
}

static void take_flushed(const struct nlmsghdr *message, const struct kself_attrs *attrs,
			 void *data)
{
	(void)message;
	*(uint64_t *)data = kself_u64(attrs, TRAFFICMON_A_FLOW_FLUSHED);
}

TEST_F(flow, a_flush_turns_every_flow_into_a_record)
{
	struct kself *k = &self->k;
	uint64_t live, flushed = 0;

	ASSERT_EQ(0, kself_send_udp("127.0.0.1", 10000, 100));
	live = kself_info(k, TRAFFICMON_A_INFO_FLOWS);
	EXPECT_LE(100, live);
	kself_request(k, TRAFFICMON_CMD_FLOW_FLUSH);
	ASSERT_EQ(0, kself_do(k, take_flushed, &flushed));
	EXPECT_EQ(live, flushed);
	EXPECT_EQ(0, kself_info(k, TRAFFICMON_A_INFO_FLOWS));
	EXPECT_EQ(live, kself_stats(k, false, TRAFFICMON_A_STATS_RECORDS));
	EXPECT_EQ(kself_stats(k, false, TRAFFICMON_A_STATS_SEEN_PACKETS),
		  kself_stats(k, false, TRAFFICMON_A_STATS_RECORDED_PACKETS));
}

TEST_HARNESS_MAIN
