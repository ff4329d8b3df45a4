// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/lib/event.c userspace/lib/event_type.c userspace/lib/log_line.c userspace/lib/attrs.c userspace/lib/attr_tables.c userspace/lib/names.c userspace/lib/value.c userspace/lib/quantity.c userspace/lib/error.c
// flags: -lmnl
/* Events: from the module's message to the struct, the sentence, the line. */
#include "../../userspace/lib/event.h"
#include "../../userspace/lib/names.h"
#include "../logs/message.h"
#include "unit.h"

#define INSTANCE	UINT64_C(0x00c0ffee00c0ffee)
#define COMMON(action, kind, category, type, level, sequence) \
	"event.action=" action " event.kind=" kind " event.category=" category \
	" event.type=" type " log.level=" level " event.sequence=" sequence \
	" tm.instance=00c0ffee00c0ffee event.created=2026-11-20T11:41:19.123456789Z"

static _Alignas(8) char buffer[MESSAGE_SIZE];
static char line[TM_LOG_LINE_SIZE];
static struct tm_event event;
static struct tm_log_entry entry;
static struct tm_error error;

static void encode(const struct nlmsghdr *nlh)
{
	ASSERT_EQ(tm_event_decode(&event, nlh, &error), 0);
	tm_event_entry(&event, &entry);
	EXPECT_LE(tm_log_line_encode(&entry, line), 1024);
}

static struct nlmsghdr *start(uint8_t type)
{
	return message_start(buffer, INSTANCE, 7, type);
}

TEST(policy_over_in_enforce_mode_warns)
{
	encode(message_policy_over(buffer, INSTANCE, 1042, "syn-per-source"));
	EXPECT_EQ(entry.severity, TM_LOG_SEVERITY_WARNING);
	EXPECT_STREQ(line, "policy syn-per-source went over its limit of 100 pps, most by 203.0.113.7, and drops what exceeds it: "
		     COMMON("policy_over", "alert", "network", "start", "warning", "1042")
		     " rule.name=syn-per-source tm.mode=enforce source.ip=203.0.113.7"
		     " tm.limit_pps=100 tm.matched_pps=1000 tm.over_packets=900"
		     " tm.over_bytes=54000 tm.dropped_packets=900");
}

TEST(policy_over_in_monitor_mode_is_a_notice)
{
	static const uint8_t source[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 };
	static const uint8_t destination[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 2 };
	struct nlmsghdr *nlh = start(TRAFFICMON_EVENT_POLICY_OVER);

	mnl_attr_put_strz(nlh, TRAFFICMON_A_EVENT_POLICY, "a:b");
	mnl_attr_put_u8(nlh, TRAFFICMON_A_EVENT_MODE, TRAFFICMON_MODE_MONITOR);
	mnl_attr_put(nlh, TRAFFICMON_A_EVENT_SOURCE, 16, source);
	mnl_attr_put(nlh, TRAFFICMON_A_EVENT_DESTINATION, 16, destination);
	mnl_attr_put_u16(nlh, TRAFFICMON_A_EVENT_DESTINATION_PORT, 53);
	mnl_attr_put_u32(nlh, TRAFFICMON_A_EVENT_IIF, 1);
	mnl_attr_put_u8(nlh, TRAFFICMON_A_EVENT_LIMIT_KIND, TRAFFICMON_LIMIT_BYTES);
	mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_LIMIT_RATE, 125000);
	encode(nlh);
	EXPECT_EQ(entry.severity, TM_LOG_SEVERITY_NOTICE);
	EXPECT_STREQ(line, "policy a:b went over its limit of 1 Mbit/s, most by 2001:db8::1 to 2001:db8::2 to port 53 on lo, and in monitor mode lets pass what exceeds it: "
		     COMMON("policy_over", "alert", "network", "start", "notice", "7")
		     " rule.name=a:b tm.mode=monitor source.ip=2001:db8::1"
		     " destination.ip=2001:db8::2 destination.port=53"
		     " observer.ingress.interface.name=lo observer.ingress.interface.id=1"
		     " tm.limit_bytes_per_second=125000");
}

TEST(policy_under)
{
	struct nlmsghdr *nlh = start(TRAFFICMON_EVENT_POLICY_UNDER);

	mnl_attr_put_strz(nlh, TRAFFICMON_A_EVENT_POLICY, "p");
	mnl_attr_put_u8(nlh, TRAFFICMON_A_EVENT_MODE, TRAFFICMON_MODE_ENFORCE);
	mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_PACKETS, 12);
	mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_DROPPED_PACKETS, 11);
	mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_DURATION, 90000000000);
	encode(nlh);
	EXPECT_EQ(entry.severity, TM_LOG_SEVERITY_NOTICE);
	EXPECT_STREQ(line, "policy p is back under its limit after 1m30s, 12 packets were over it and 11 were dropped: "
		     COMMON("policy_under", "event", "network", "end", "notice", "7")
		     " rule.name=p tm.mode=enforce tm.over_packets=12"
		     " tm.dropped_packets=11 event.duration=90000000000");
}

TEST(table_full_is_an_error_and_room_a_notice)
{
	struct nlmsghdr *nlh = start(TRAFFICMON_EVENT_TABLE_FULL);

	mnl_attr_put_strz(nlh, TRAFFICMON_A_EVENT_TABLE, "flows");
	mnl_attr_put_u32(nlh, TRAFFICMON_A_EVENT_SIZE, 65536);
	mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_PACKETS, 9);
	encode(nlh);
	EXPECT_EQ(entry.severity, TM_LOG_SEVERITY_ERROR);
	EXPECT_STREQ(line, "the table of flows is full, all 65536 places are taken: "
		     COMMON("table_full", "alert", "network", "start", "error", "7")
		     " tm.table=flows tm.table_size=65536 tm.refused_packets=9");

	nlh = start(TRAFFICMON_EVENT_TABLE_ROOM);
	mnl_attr_put_strz(nlh, TRAFFICMON_A_EVENT_TABLE, "limiters");
	mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_DURATION, 5000000000);
	encode(nlh);
	EXPECT_EQ(entry.severity, TM_LOG_SEVERITY_NOTICE);
	EXPECT_STREQ(line, "the table of limiters has room again after 5s: "
		     COMMON("table_room", "event", "network", "end", "notice", "7")
		     " event.duration=5000000000 tm.table=limiters");
}

TEST(a_ruleset_says_what_became_of_it)
{
	static const struct {
		uint8_t change;
		enum tm_log_severity severity;
		const char *sentence;
	} cases[] = {
		{ TRAFFICMON_CHANGE_COMMITTED, TM_LOG_SEVERITY_NOTICE,
		  "the ruleset was replaced, generation 3 has 2 policies: " },
		{ TRAFFICMON_CHANGE_WAITS, TM_LOG_SEVERITY_NOTICE,
		  "the ruleset was replaced for 1m unless confirmed, generation 3 has 2 policies: " },
		{ TRAFFICMON_CHANGE_CONFIRMED, TM_LOG_SEVERITY_NOTICE,
		  "the ruleset was confirmed, generation 3 has 2 policies: " },
		{ TRAFFICMON_CHANGE_ROLLED_BACK, TM_LOG_SEVERITY_NOTICE,
		  "the ruleset was rolled back, generation 3 has 2 policies: " },
		{ TRAFFICMON_CHANGE_TIMED_OUT, TM_LOG_SEVERITY_WARNING,
		  "the ruleset was rolled back because nobody confirmed it, generation 3 has 2 policies: " },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nlmsghdr *nlh = start(TRAFFICMON_EVENT_RULESET);

		mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_GENERATION, 3);
		mnl_attr_put_u32(nlh, TRAFFICMON_A_EVENT_POLICIES, 2);
		mnl_attr_put_u8(nlh, TRAFFICMON_A_EVENT_CHANGE, cases[i].change);
		if (cases[i].change == TRAFFICMON_CHANGE_WAITS)
			mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_DURATION,
					 UINT64_C(60000000000));
		encode(nlh);
		EXPECT_EQ(entry.severity, cases[i].severity);
		EXPECT(!strncmp(line, cases[i].sentence,
				strlen(cases[i].sentence)), "%s", line);
		EXPECT_TRUE(strstr(line, " tm.change="));
	}
}

TEST(ruleset_set_and_lifecycle_are_notices)
{
	struct nlmsghdr *nlh = start(TRAFFICMON_EVENT_RULESET);

	mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_GENERATION, 3);
	mnl_attr_put_u32(nlh, TRAFFICMON_A_EVENT_POLICIES, 0);
	encode(nlh);
	EXPECT_EQ(entry.severity, TM_LOG_SEVERITY_NOTICE);
	EXPECT_STREQ(line, "the ruleset was replaced, generation 3 has 0 policies: "
		     COMMON("ruleset", "event", "configuration", "change", "notice", "7")
		     " tm.generation=3 tm.policies=0");

	nlh = start(TRAFFICMON_EVENT_SET);
	mnl_attr_put_strz(nlh, TRAFFICMON_A_EVENT_SET, "deny");
	mnl_attr_put_u32(nlh, TRAFFICMON_A_EVENT_ENTRIES, 12);
	encode(nlh);
	EXPECT_EQ(entry.severity, TM_LOG_SEVERITY_NOTICE);
	EXPECT_STREQ(line, "set deny was changed and has 12 entries: "
		     COMMON("set", "event", "configuration", "change", "notice", "7")
		     " tm.set=deny tm.entries=12");

	nlh = start(TRAFFICMON_EVENT_LOAD);
	mnl_attr_put_strz(nlh, TRAFFICMON_A_EVENT_VERSION, "0.1.0");
	encode(nlh);
	EXPECT_EQ(entry.severity, TM_LOG_SEVERITY_NOTICE);
	EXPECT_STREQ(line, "trafficmon 0.1.0 watches this network namespace: "
		     COMMON("load", "event", "configuration", "start", "notice", "7")
		     " observer.version=0.1.0");
}

TEST(records_lost_warns)
{
	struct nlmsghdr *nlh = start(TRAFFICMON_EVENT_RECORDS_LOST);

	mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_RECORDS, 17);
	mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_PACKETS, 170);
	mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_BYTES, 1700);
	encode(nlh);
	EXPECT_EQ(entry.severity, TM_LOG_SEVERITY_WARNING);
	EXPECT_STREQ(line, "17 flow records were overwritten before anybody read them: "
		     COMMON("records_lost", "event", "network", "info", "warning", "7")
		     " tm.lost_records=17 tm.lost_packets=170 tm.lost_bytes=1700");
}

static struct nlmsghdr *start_enforcement(uint8_t mode, uint8_t cause)
{
	struct nlmsghdr *nlh = start(TRAFFICMON_EVENT_ENFORCEMENT);

	mnl_attr_put_u8(nlh, TRAFFICMON_A_EVENT_MODE, mode);
	mnl_attr_put_u8(nlh, TRAFFICMON_A_EVENT_CAUSE, cause);
	return nlh;
}

TEST(suspended_enforcement_is_an_error_and_resumed_a_notice)
{
	struct nlmsghdr *nlh;

	nlh = start_enforcement(TRAFFICMON_MODE_MONITOR, TRAFFICMON_CAUSE_SWITCH);
	encode(nlh);
	EXPECT_EQ(entry.severity, TM_LOG_SEVERITY_ERROR);
	EXPECT_STREQ(line, "enforcement is suspended by the switch, nothing is dropped any more: "
		     COMMON("enforcement", "alert", "configuration", "change", "error", "7")
		     " tm.mode=monitor tm.cause=switch");

	nlh = start_enforcement(TRAFFICMON_MODE_MONITOR, TRAFFICMON_CAUSE_BREAKER);
	mnl_attr_put_u8(nlh, TRAFFICMON_A_EVENT_DROPPED_PERCENT, 87);
	encode(nlh);
	EXPECT_EQ(entry.severity, TM_LOG_SEVERITY_ERROR);
	EXPECT_STREQ(line, "enforcement is suspended by the breaker, 87 % of all packets were dropped, and none is any more: "
		     COMMON("enforcement", "alert", "configuration", "change", "error", "7")
		     " tm.mode=monitor tm.cause=breaker tm.dropped_percent=87");

	nlh = start_enforcement(TRAFFICMON_MODE_ENFORCE, TRAFFICMON_CAUSE_RULESET);
	mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_DURATION, 90000000000);
	encode(nlh);
	EXPECT_EQ(entry.severity, TM_LOG_SEVERITY_NOTICE);
	EXPECT_STREQ(line, "enforcement is resumed by the ruleset after 1m30s, what exceeds a policy is dropped again: "
		     COMMON("enforcement", "alert", "configuration", "change", "notice", "7")
		     " tm.mode=enforce tm.cause=ruleset event.duration=90000000000");
}

TEST(lost_events_are_told_by_number_and_range)
{
	tm_event_make_lost(&event, INSTANCE, 5, 14, MESSAGE_TIME_NS);
	tm_event_entry(&event, &entry);
	tm_log_line_encode(&entry, line);
	EXPECT_EQ(entry.severity, TM_LOG_SEVERITY_WARNING);
	EXPECT_STREQ(line, "10 events were overwritten before this log read them: "
		     "event.action=events_lost event.kind=event event.category=network"
		     " event.type=info log.level=warning tm.instance=00c0ffee00c0ffee"
		     " event.created=2026-11-20T11:41:19.123456789Z"
		     " tm.lost_events=10 tm.lost_first=5 tm.lost_last=14");
}

TEST(every_type_has_an_id_of_its_own_and_a_sentence)
{
	static char ids[2 * __TRAFFICMON_EVENT_MAX][33];
	char sentence[TM_LOG_SENTENCE_SIZE], name[TM_NAME_TEXT];
	unsigned int type, i, count = 0;

	for (type = 1; type <= TM_EVENT_GONE; type++) {
		if (type == __TRAFFICMON_EVENT_MAX)
			type = TM_EVENT_LOST;
		tm_event_make(&event, type, INSTANCE, 1, 0);
		tm_event_sentence(&event, sentence, sizeof(sentence));
		EXPECT_TRUE(strlen(sentence) > 10);
		EXPECT(!strstr(tm_event_name(&event, name), "_type_"), "%s", name);
		EXPECT_EQ(strlen(tm_event_type_of(&event)->message_id), 32);
		EXPECT_EQ(strspn(tm_event_type_of(&event)->message_id, "0123456789abcdef"), 32);
		for (i = 0; i < count; i++)
			EXPECT_TRUE(strcmp(ids[i], tm_event_type_of(&event)->message_id));
		strcpy(ids[count++], tm_event_type_of(&event)->message_id);
	}
	EXPECT_EQ(count, __TRAFFICMON_EVENT_MAX - 1 + 3);
}

TEST(event_of_a_newer_module_is_told_with_what_is_known)
{
	struct nlmsghdr *nlh = start(200);

	mnl_attr_put(nlh, 90, 4, "\4\3\2\1");
	mnl_attr_put_strz(nlh, 91, "a b");
	encode(nlh);
	EXPECT_STREQ(line, "trafficmon sent an event of type 200, which this tool does not know: "
		     COMMON("event_type_200", "event", "network", "info", "notice", "7")
		     " tm.attr_90=04030201 tm.attr_91=61206200");
}

TEST(hostile_strings_cannot_break_the_line)
{
	struct nlmsghdr *nlh = start(TRAFFICMON_EVENT_SET);

	mnl_attr_put_strz(nlh, TRAFFICMON_A_EVENT_SET,
			  "x: event.action=load\nNov 20 fake[1]: \"q\"");
	encode(nlh);
	EXPECT_TRUE(strchr(line, '\n') == NULL);
	EXPECT_TRUE(strstr(line, " tm.set=x:%20event.action%3Dload%0ANov%2020%20fake[1]:%20%22q%22") != NULL);
	EXPECT_TRUE(strstr(line, "set x, event.action?load?Nov 20 fake[1], \"q\" was changed") == line);
	/* The first ": " ends the sentence. */
	EXPECT_TRUE(!strncmp(strstr(line, ": "), ": event.action=set ", 19));
}

TEST(longest_event_fits_a_line)
{
	uint8_t address[16];
	struct nlmsghdr *nlh = start(TRAFFICMON_EVENT_POLICY_OVER);

	memset(address, 0xab, sizeof(address));
	mnl_attr_put_strz(nlh, TRAFFICMON_A_EVENT_POLICY, "a-name-that-is-31-bytes-long--x");
	mnl_attr_put_u8(nlh, TRAFFICMON_A_EVENT_MODE, TRAFFICMON_MODE_ENFORCE);
	mnl_attr_put(nlh, TRAFFICMON_A_EVENT_SOURCE, 16, address);
	mnl_attr_put(nlh, TRAFFICMON_A_EVENT_DESTINATION, 16, address);
	mnl_attr_put_u16(nlh, TRAFFICMON_A_EVENT_DESTINATION_PORT, 65535);
	mnl_attr_put_u32(nlh, TRAFFICMON_A_EVENT_IIF, UINT32_MAX);
	mnl_attr_put_u8(nlh, TRAFFICMON_A_EVENT_LIMIT_KIND, TRAFFICMON_LIMIT_PACKETS);
	mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_LIMIT_RATE, 199999999);
	mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_MATCHED_PPS, UINT64_MAX);
	mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_PACKETS, UINT64_MAX);
	mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_BYTES, UINT64_MAX);
	mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_DROPPED_PACKETS, UINT64_MAX);
	mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_DURATION, UINT64_MAX);
	encode(nlh);
	EXPECT(!strstr(line, "tm.truncated"), "%s", line);
	EXPECT_TRUE(strstr(line, "tm.dropped_packets=18446744073709551615") != NULL);
}

static void collect(const struct tm_event_value *value, void *data)
{
	EXPECT_TRUE(value->key[0] && value->ecs[0]);
	if (!strcmp(value->key, "instance"))
		EXPECT_STREQ(value->text, "00c0ffee00c0ffee");
	if (!strcmp(value->key, "time_ns"))
		EXPECT_EQ(value->number, MESSAGE_TIME_NS);
	++*(unsigned int *)data;
}

TEST(values_have_a_name_in_json_too)
{
	unsigned int count = 0;

	encode(message_policy_over(buffer, INSTANCE, 1, "p"));
	tm_event_each(&event, collect, &count);
	EXPECT_EQ(count, 11);
}

TEST(message_without_sequence_instance_or_type_is_refused)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);

	mnl_nlmsg_put_extra_header(nlh, sizeof(struct genlmsghdr));
	EXPECT_EQ(tm_event_decode(&event, nlh, &error), -1);
	EXPECT_TRUE(strstr(error.message, "without its sequence") != NULL);
	mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_SEQUENCE, 1);
	mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_INSTANCE, 1);
	EXPECT_EQ(tm_event_decode(&event, nlh, &error), -1);
	mnl_attr_put_u8(nlh, TRAFFICMON_A_EVENT_TYPE, TRAFFICMON_EVENT_LOAD);
	EXPECT_EQ(tm_event_decode(&event, nlh, &error), 0);
	mnl_attr_put_u8(nlh, TRAFFICMON_A_EVENT_TIME, 1);
	EXPECT_EQ(tm_event_decode(&event, nlh, &error), -1);
	EXPECT_TRUE(strstr(error.message, "event.time") != NULL);
}
