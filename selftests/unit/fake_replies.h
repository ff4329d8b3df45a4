/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What fake_module.h answers: a host in the middle of an attack, with long
 * addresses and names.  With fake_newer every reply, and every nest in it, has
 * an attribute more; with fake_breaking the dump of flows ends with a refusal.
 * fake_staging: a transaction is open.
 */
#ifndef FAKE_REPLIES_H
#define FAKE_REPLIES_H

#include <netinet/in.h>

#include "../../userspace/lib/attrs.h"
#include "../../userspace/lib/set_model.h"
#include "fake_module.h"

#define FAKE_NEW	900	/* number of the attribute that nobody knows */
#define FAKE_TIME	1795433999123456789ull	/* 2026-11-23 */

static bool fake_newer, fake_breaking, fake_staging;

static void put_new(struct nlmsghdr *nlh, uint8_t value)
{
	if (fake_newer)
		mnl_attr_put_u8(nlh, FAKE_NEW, value);
}

static void put_address(struct nlmsghdr *nlh, uint16_t number, const char *text)
{
	struct tm_address address;
	struct tm_error error;

	ASSERT_EQ(tm_address_parse(text, &address, &error), 0);
	tm_attr_put_address(nlh, number, &address);
}

#define U8(name, value)		mnl_attr_put_u8(nlh, TRAFFICMON_A_##name, value)
#define U16(name, value)	mnl_attr_put_u16(nlh, TRAFFICMON_A_##name, value)
#define U32(name, value)	mnl_attr_put_u32(nlh, TRAFFICMON_A_##name, value)
#define U64(name, value)	mnl_attr_put_u64(nlh, TRAFFICMON_A_##name, value)
#define TEXT(name, value)	mnl_attr_put_strz(nlh, TRAFFICMON_A_##name, value)
#define FLAG(name)		mnl_attr_put(nlh, TRAFFICMON_A_##name, 0, NULL)
#define ADDRESS(name, value)	put_address(nlh, TRAFFICMON_A_##name, value)
#define NEST(name)		mnl_attr_nest_start(nlh, TRAFFICMON_A_##name)

static void answer_info(void)
{
	struct nlmsghdr *nlh = fake_reply();
	struct nlattr *nest;

	TEXT(INFO_VERSION, "0.2.0");
	U8(INFO_ATTACHED, 1);
	U64(INFO_INSTANCE, 0x9f4c00aa5be21d07);
	U64(INFO_GENERATION, 7);
	U32(INFO_POLICIES, 2);
	U32(INFO_POLICIES_ENFORCING, 1);
	U32(INFO_FLOWS, 251000);
	U32(INFO_FLOWS_MAX, 262144);
	U32(INFO_LIMITERS, 900);
	U32(INFO_LIMITERS_MAX, 65536);
	U32(INFO_RECORDS_MAX, 65536);
	U32(INFO_RINGS, 2);
	U64(INFO_ATTACH_TIME, FAKE_TIME);
	U64(INFO_MEMORY_BYTES, 61865984);
	U32(INFO_NETNS_ATTACHED, 1);
	U32(INFO_NETNS_MAX, 16);
	U64(INFO_EVENT_SEQUENCE, 1042);
	nest = NEST(INFO_DEVICE);
	TEXT(DEVICE_NAME, "tap0");
	U32(DEVICE_INDEX, 7);
	FLAG(DEVICE_UNSEEN);
	put_new(nlh, 0x0d);
	mnl_attr_nest_end(nlh, nest);
	U32(INFO_DEVICES, 1);
	put_new(nlh, 0xbe);
}

static void put_counter(struct nlmsghdr *nlh, uint16_t group, const char *name,
			const char *kind, uint64_t packets, const char *text)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, group);

	TEXT(COUNTER_NAME, name);
	if (kind) {
		TEXT(COUNTER_KIND, kind);
		TEXT(COUNTER_TEXT, text);
	}
	U64(COUNTER_PACKETS, packets);
	U64(COUNTER_BYTES, packets * 1400);
	put_new(nlh, 0x0c);
	mnl_attr_nest_end(nlh, nest);
}

static void answer_stats(void)
{
	struct nlmsghdr *nlh = fake_reply();

	U64(STATS_SEEN_PACKETS, 12345678901);
	U64(STATS_SEEN_BYTES, 1234567890123);
	U64(STATS_DROPPED_PACKETS, 987654321);
	U64(STATS_DROPPED_BYTES, 59259259260);
	put_counter(nlh, TRAFFICMON_A_STATS_CLASS, "syn", NULL, 987654321, NULL);
	put_counter(nlh, TRAFFICMON_A_STATS_CLASS, "udp", NULL, 1000, NULL);
	put_counter(nlh, TRAFFICMON_A_STATS_REASON, "limiters_full_aggregate",
		    "error", 1234567,
		    "no room for a limiter: the enclosing prefix was limited in its place");
	put_counter(nlh, TRAFFICMON_A_STATS_REASON, "policy", "drop", 987654321,
		    "over the limit of a policy that enforces");
	U64(STATS_FLOWS_CREATED, 45000000);
	U64(STATS_RECORDS, 44900000);
	put_new(nlh, 0xbe);
}

struct fake_flow {
	const char *source;
	const char *destination;
	uint16_t source_port;
	uint16_t destination_port;
	uint8_t protocol;
	uint8_t state;
	bool fragment;
	uint64_t packets;
	uint64_t reply_packets;
};

#define LONG_A	"2001:db8:1234:5678:9abc:def0:1234:5678"
#define LONG_B	"2001:db8:fedc:ba98:7654:3210:fedc:ba98"

static const struct fake_flow fake_flows[] = {
	{ LONG_A, LONG_B, 54321, 443, IPPROTO_TCP,
	  TRAFFICMON_FLOW_ESTABLISHED, false, 123456, 7654321 },
	{ "203.0.113.77", "198.51.100.200", 1024, 53, IPPROTO_UDP,
	  TRAFFICMON_FLOW_NEW, false, 98765432, 0 },
	{ "192.0.2.1", "192.0.2.2", 4711, 4711, IPPROTO_ICMP,
	  TRAFFICMON_FLOW_ANSWERED, false, 30, 30 },
	{ "192.0.2.9", "192.0.2.2", 0, 3 << 8 | 1, IPPROTO_ICMP,
	  TRAFFICMON_FLOW_NEW, false, 5, 0 },
	{ "2001:db8::1", "2001:db8::2", 0, 0, IPPROTO_ICMPV6,
	  TRAFFICMON_FLOW_NEW, true, 2, 0 },
	{ "192.0.2.1", "192.0.2.2", 0, 0, IPPROTO_GRE,
	  TRAFFICMON_FLOW_NEW, false, 12, 0 },
};

#define FAKE_FLOWS	(sizeof(fake_flows) / sizeof(fake_flows[0]))

static void answer_flows(void)
{
	size_t i;

	for (i = 0; i < FAKE_FLOWS; i++) {
		const struct fake_flow *flow = &fake_flows[i];
		struct nlmsghdr *nlh = fake_reply();

		ADDRESS(FLOW_SOURCE, flow->source);
		ADDRESS(FLOW_DESTINATION, flow->destination);
		U16(FLOW_SOURCE_PORT, flow->source_port);
		U16(FLOW_DESTINATION_PORT, flow->destination_port);
		U8(FLOW_PROTOCOL, flow->protocol);
		U8(FLOW_STATE, flow->state);
		U8(FLOW_DIRECTION, TRAFFICMON_DIRECTION_IN);
		if (flow->fragment)
			FLAG(FLOW_FRAGMENT);
		U32(FLOW_IIF, 4000000);
		U64(FLOW_PACKETS, flow->packets);
		U64(FLOW_BYTES, flow->packets * 1400);
		U64(FLOW_REPLY_PACKETS, flow->reply_packets);
		U64(FLOW_REPLY_BYTES, flow->reply_packets * 1400);
		U64(FLOW_AGE, 5400000000000);
		U64(FLOW_IDLE, 2500000000);
		put_new(nlh, 0xbe);
	}
	if (fake_breaking)
		fake_refuse(ENOMEM);
}

/* In text and JSON, once; the end of a ring behind them. */
static void answer_records(void)
{
	struct nlmsghdr *nlh;
	size_t i;

	for (i = 0; i < FAKE_FLOWS; i++) {
		const struct fake_flow *flow = &fake_flows[i];

		nlh = fake_reply();
		U32(RECORD_RING, 0);
		U64(RECORD_SEQUENCE, i + 1);
		U8(RECORD_REASON, TRAFFICMON_RECORD_EVICTED);
		U64(RECORD_START_TIME, FAKE_TIME - 90000000000);
		U64(RECORD_END_TIME, FAKE_TIME);
		ADDRESS(RECORD_SOURCE, flow->source);
		ADDRESS(RECORD_DESTINATION, flow->destination);
		U16(RECORD_SOURCE_PORT, flow->source_port);
		U16(RECORD_DESTINATION_PORT, flow->destination_port);
		U8(RECORD_PROTOCOL, flow->protocol);
		U8(RECORD_STATE, flow->state);
		if (flow->fragment)
			FLAG(RECORD_FRAGMENT);
		U64(RECORD_PACKETS, flow->packets);
		U64(RECORD_BYTES, flow->packets * 1400);
		U64(RECORD_REPLY_PACKETS, flow->reply_packets);
		U64(RECORD_REPLY_BYTES, flow->reply_packets * 1400);
		put_new(nlh, 0xbe);
	}
}

static void put_limit(struct nlmsghdr *nlh, uint8_t kind, uint64_t rate,
		      uint64_t burst)
{
	struct nlattr *nest = NEST(POLICY_LIMIT);

	U8(LIMIT_KIND, kind);
	U64(LIMIT_RATE, rate);
	U64(LIMIT_BURST, burst);
	put_new(nlh, kind);
	mnl_attr_nest_end(nlh, nest);
}

static void put_prefix(struct nlmsghdr *nlh, uint16_t number, const char *text)
{
	struct tm_prefix prefix;
	struct tm_error error;

	ASSERT_EQ(tm_prefix_parse(text, &prefix, &error), 0);
	tm_attr_put_prefix(nlh, number, &prefix);
}

static void answer_policies(void)
{
	struct nlmsghdr *nlh = fake_reply();
	struct nlattr *nest;

	TEXT(POLICY_NAME, "dns-answers-per-customer-prefix");
	U8(POLICY_MODE, TRAFFICMON_MODE_ENFORCE);
	U32(POLICY_CLASSES, 1 << TRAFFICMON_CLASS_UDP);
	U32(POLICY_DIRECTIONS, 1 << TRAFFICMON_DIRECTION_IN);
	put_prefix(nlh, TRAFFICMON_A_POLICY_DESTINATION, "198.51.100.0/24");
	put_prefix(nlh, TRAFFICMON_A_POLICY_DESTINATION, "2001:db8:1234::/48");
	nest = NEST(POLICY_DESTINATION_SET);
	TEXT(MATCH_SET_NAME, "customers");
	put_new(nlh, 0x0b);
	mnl_attr_nest_end(nlh, nest);
	U8(POLICY_KEY, TRAFFICMON_KEY_DESTINATION);
	put_limit(nlh, TRAFFICMON_LIMIT_PACKETS, 50000, 5000);
	put_limit(nlh, TRAFFICMON_LIMIT_BYTES, 125000000, 12500000);
	U64(POLICY_MATCHED_PACKETS, 12345678901);
	U64(POLICY_OVER_PACKETS, 987654321);
	U64(POLICY_DROPPED_PACKETS, 987654321);
	U64(POLICY_OVER_SINCE_AGE, 754000000000);
	U32(POLICY_SPARE, 1 << TRAFFICMON_SPARE_ESTABLISHED);
	U64(POLICY_SPARED_PACKETS, 12345678);
	put_new(nlh, 0xbe);

	nlh = fake_reply();
	TEXT(POLICY_NAME, "few");
	U8(POLICY_MODE, TRAFFICMON_MODE_MONITOR);
	U8(POLICY_KEY, TRAFFICMON_KEY_SOURCE);
	put_limit(nlh, TRAFFICMON_LIMIT_PACKETS, 100, 100);
}

static void put_set(const char *name, uint32_t entries, uint32_t policies)
{
	struct nlmsghdr *nlh = fake_reply();

	TEXT(SET_NAME, name);
	U32(SET_ENTRIES, entries);
	U32(SET_POLICIES, policies);
	U64(SET_MEMORY_BYTES, 4096 + entries * 64);
	if (tm_set_is_fixed(name)) {
		U64(SET_PACKETS, 12345678901);
		U64(SET_BYTES, 1234567890123);
	}
	put_new(nlh, 0xbe);
}

static void put_entry(struct nlmsghdr *nlh)
{
	struct nlattr *nest = NEST(SET_ENTRY);

	ADDRESS(ENTRY_ADDRESS, "203.0.113.0");
	U8(ENTRY_LENGTH, 24);
	U64(ENTRY_TIMEOUT, 5400000000000);
	TEXT(ENTRY_COMMENT, "ticket 4711: scans of the whole address range since May\xff");
	U64(ENTRY_PACKETS_SAMPLED, 123456);
	U64(ENTRY_BYTES_SAMPLED, 7654321);
	U64(ENTRY_HIT_AGE, 3000000000);
	put_new(nlh, 0x0e);
	mnl_attr_nest_end(nlh, nest);
}

/* The set that the request names; NULL: none. */
static const char *asked_set(void)
{
	struct nlattr *attr;

	mnl_attr_for_each(attr, fake_request, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == TRAFFICMON_A_SET_NAME)
			return mnl_attr_get_str(attr);
	return NULL;
}

static bool no_such_set(const char *name)
{
	if (tm_set_is_fixed(name) || !strcmp(name, "customers"))
		return false;
	fake_refuse_in_words(ENOENT, "there is no set of this name");
	return true;
}

static void answer_sets(void)
{
	const char *name = asked_set();
	struct nlmsghdr *nlh;

	if (!name) {
		put_set("allow", 0, 0);
		put_set("deny", 1, 0);
		put_set("customers", 2, 1);
		return;
	}
	if (no_such_set(name) || !strcmp(name, "allow"))
		return;
	nlh = fake_reply();
	TEXT(SET_NAME, name);
	put_entry(nlh);
	put_new(nlh, 0xbe);
}

/* 203.0.113.0/24 is in all sets but allow. */
static void answer_set_test(void)
{
	const struct nlattr *tb[TRAFFICMON_A_SET_MAX + 1];
	const struct nlattr *entry[TRAFFICMON_A_ENTRY_MAX + 1];
	const char *name = asked_set();
	struct nlmsghdr *nlh;
	struct tm_error error;

	ASSERT_EQ(tm_attrs_read(&tm_attrs_set, fake_request, tb, &error), 0);
	ASSERT_EQ(tm_attrs_read_nested(&tm_attrs_entry, tb[TRAFFICMON_A_SET_ENTRY], entry,
				       &error), 0);
	if (no_such_set(name))
		return;
	nlh = fake_reply();
	TEXT(SET_NAME, name);
	if (strcmp(name, "allow") &&
	    !memcmp(mnl_attr_get_payload(entry[TRAFFICMON_A_ENTRY_ADDRESS]), "\xcb\x00\x71", 3))
		put_entry(nlh);
	put_new(nlh, 0xbe);
}

static void answer_set_destroy(void)
{
	if (!no_such_set(asked_set()))
		fake_refuse_in_words(EBUSY, "a policy names it");
}

/* Nothing changes; a set that is staged need not be there. */
static void answer_set_change(void)
{
	if (!fake_staging)
		no_such_set(asked_set());
}

static void answer_commit(void)
{
	struct nlmsghdr *nlh = fake_reply();

	fake_staging = false;
	U64(TRANSACTION_GENERATION, 8);
}

static void answer_limiters(void)
{
	struct nlmsghdr *nlh = fake_reply();

	TEXT(LIMITER_POLICY, "dns-answers-per-customer-prefix");
	FLAG(LIMITER_OVER);
	U8(LIMITER_KIND, TRAFFICMON_LIMIT_BYTES);
	ADDRESS(LIMITER_DESTINATION, "2001:db8:1234:5600::");
	U8(LIMITER_DESTINATION_LENGTH, 56);
	U64(LIMITER_USED, 12600000);
	U64(LIMITER_RATE, 125000000);
	U64(LIMITER_BURST, 12500000);
	U64(LIMITER_OVER_PACKETS_SAMPLED, 123456);
	put_new(nlh, 0xbe);

	/* A flow of ICMP, kept the other way round. */
	nlh = fake_reply();
	TEXT(LIMITER_POLICY, "each-flow");
	U8(LIMITER_KIND, TRAFFICMON_LIMIT_PACKETS);
	ADDRESS(LIMITER_SOURCE, "192.0.2.2");
	ADDRESS(LIMITER_DESTINATION, "192.0.2.9");
	U16(LIMITER_SOURCE_PORT, 3 << 8 | 1);
	U16(LIMITER_DESTINATION_PORT, 0);
	U8(LIMITER_PROTOCOL, IPPROTO_ICMP);
	U64(LIMITER_USED, 50);
	U64(LIMITER_RATE, 100);
	U64(LIMITER_BURST, 100);

	nlh = fake_reply();
	TEXT(LIMITER_POLICY, "each-flow");
	U8(LIMITER_KIND, TRAFFICMON_LIMIT_PACKETS);
	ADDRESS(LIMITER_SOURCE, LONG_A);
	ADDRESS(LIMITER_DESTINATION, LONG_B);
	U16(LIMITER_SOURCE_PORT, 54321);
	U16(LIMITER_DESTINATION_PORT, 443);
	U8(LIMITER_PROTOCOL, IPPROTO_TCP);
	U64(LIMITER_USED, 10);
	U64(LIMITER_RATE, 100);
	U64(LIMITER_BURST, 100);
}

static void answer_events(void)
{
	struct nlmsghdr *nlh = fake_reply();

	U64(EVENT_SEQUENCE, 1041);
	U64(EVENT_INSTANCE, 0x9f4c00aa5be21d07);
	U8(EVENT_TYPE, TRAFFICMON_EVENT_POLICY_OVER);
	U64(EVENT_TIME, FAKE_TIME);
	TEXT(EVENT_POLICY, "dns-answers-per-customer-prefix");
	U8(EVENT_MODE, TRAFFICMON_MODE_ENFORCE);
	ADDRESS(EVENT_DESTINATION, LONG_B);
	U8(EVENT_LIMIT_KIND, TRAFFICMON_LIMIT_PACKETS);
	U64(EVENT_LIMIT_RATE, 50000);
	put_new(nlh, 0xbe);

	nlh = fake_reply();
	U64(EVENT_SEQUENCE, 1042);
	U64(EVENT_INSTANCE, 0x9f4c00aa5be21d07);
	U8(EVENT_TYPE, TRAFFICMON_EVENT_RULESET);
	U64(EVENT_TIME, FAKE_TIME + 60000000000);
	U64(EVENT_GENERATION, 7);
	U32(EVENT_POLICIES, 2);
}

/* Nobody is connected. */
static void fake_connections(const struct inet_diag_req_v2 *asked)
{
	(void)asked;
}

static void fake_answer(uint8_t command)
{
	switch (command) {
	case TRAFFICMON_CMD_INFO_GET:
		answer_info();
		break;
	case TRAFFICMON_CMD_STATS_GET:
		answer_stats();
		break;
	case TRAFFICMON_CMD_FLOW_GET:
		answer_flows();
		break;
	case TRAFFICMON_CMD_RECORD_GET:
		answer_records();
		break;
	case TRAFFICMON_CMD_POLICY_GET:
		answer_policies();
		break;
	case TRAFFICMON_CMD_SET_GET:
		answer_sets();
		break;
	case TRAFFICMON_CMD_SET_TEST:
		answer_set_test();
		break;
	case TRAFFICMON_CMD_SET_DESTROY:
		answer_set_destroy();
		break;
	case TRAFFICMON_CMD_SET_ADD:
	case TRAFFICMON_CMD_SET_DEL:
	case TRAFFICMON_CMD_SET_FLUSH:
		answer_set_change();
		break;
	case TRAFFICMON_CMD_TRANSACTION_BEGIN:
	case TRAFFICMON_CMD_TRANSACTION_ABORT:
		fake_staging = command == TRAFFICMON_CMD_TRANSACTION_BEGIN;
		break;
	case TRAFFICMON_CMD_POLICY_ADD:
		break;
	case TRAFFICMON_CMD_TRANSACTION_COMMIT:
		answer_commit();
		break;
	case TRAFFICMON_CMD_LIMITER_GET:
		answer_limiters();
		break;
	case TRAFFICMON_CMD_EVENT_GET:
		answer_events();
		break;
	default:
		fake_refuse(EOPNOTSUPP);
	}
}

#endif /* FAKE_REPLIES_H */
