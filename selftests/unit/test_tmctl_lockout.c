// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/tmctl/boot.c userspace/tmctl/carry.c userspace/tmctl/commandline.c userspace/tmctl/commit.c userspace/tmctl/counters.c userspace/tmctl/endpoint.c userspace/tmctl/event.c userspace/tmctl/explain_packet.c userspace/tmctl/findings.c userspace/tmctl/flow.c userspace/tmctl/flow_list.c userspace/tmctl/help.c userspace/tmctl/ledger.c userspace/tmctl/limiter.c userspace/tmctl/limiter_list.c userspace/tmctl/lockout.c userspace/tmctl/netns.c userspace/tmctl/policy.c userspace/tmctl/policy_apply.c userspace/tmctl/policy_diff.c userspace/tmctl/policy_explain.c userspace/tmctl/policy_explain_steps.c userspace/tmctl/policy_mode.c userspace/tmctl/policy_save.c userspace/tmctl/policy_sets.c userspace/tmctl/policy_words.c userspace/tmctl/record.c userspace/tmctl/ring.c userspace/tmctl/set.c userspace/tmctl/set_change.c userspace/tmctl/set_lockout.c userspace/tmctl/set_make.c userspace/tmctl/set_save.c userspace/tmctl/set_test.c userspace/tmctl/stats.c userspace/tmctl/status.c userspace/lib/*.c
// flags: -lmnl -lnetfilter_conntrack -lnfnetlink -DTM_VERSION=__FILE__
/*
 * Who would be cut off by what is about to be in use, of those that sock_diag says
 * are connected: refused, with all that a person needs to decide, unless it is
 * forced or takes itself back.
 */
#include "unit.h"

#include "fake_module.h"
#include "../../userspace/lib/policy_nl.h"

struct peer {
	const char *local;
	const char *remote;
	uint16_t local_port;
	uint16_t remote_port;
	uint8_t state;
};

enum { ESTABLISHED = 1, CLOSE_WAIT = 8, PEERS = 16 };

static struct peer peers[PEERS];
static struct tm_policy_file in_use;
static bool suspended, cut_short;
static int diag_errnum, diag_sent;
static unsigned int changes, asked_by_address;
static char printed[16384], wanted_path[] = "/tmp/lockout-XXXXXX";
static struct tm_error refusal;

static void read_ruleset(struct tm_policy_file *file, const char *text)
{
	struct tm_source source;

	ASSERT_EQ(tm_source_copy(&source, "in use", text, strlen(text)), 0);
	ASSERT_EQ(tm_policy_file_read(file, &source), 0);
	tm_source_free(&source);
}

/* A connection each: one that is not of IPv4 begins with a colon. */
static void connected(const char *local, uint16_t port, const char *remote,
		      uint8_t state)
{
	unsigned int i = 0;

	while (peers[i].local)
		i++;
	ASSERT_TRUE(i + 1 < PEERS);
	peers[i] = (struct peer){ local, remote, port, 50000, state };
}

static void start(const char *ruleset)
{
	memset(peers, 0, sizeof(peers));
	tm_policy_file_free(&in_use);
	read_ruleset(&in_use, ruleset);
	/* Both are always there. */
	if (!tm_set_list_find(&in_use.sets, TRAFFICMON_SET_ALLOW))
		ASSERT_TRUE(tm_set_list_add(&in_use.sets, TRAFFICMON_SET_ALLOW, &refusal));
	if (!tm_set_list_find(&in_use.sets, TRAFFICMON_SET_DENY))
		ASSERT_TRUE(tm_set_list_add(&in_use.sets, TRAFFICMON_SET_DENY, &refusal));
}

/* As a socket of that family has it. */
static bool put_end(uint8_t family, const char *text, __be32 *words)
{
	struct tm_address address;
	struct tm_error error;

	ASSERT_EQ(tm_address_parse(text, &address, &error), 0);
	if ((family == AF_INET) != (address.size == 4))
		return false;
	memcpy(words, address.bytes, address.size);
	return true;
}

/* Of every port and state, as a kernel would that filters nothing. */
static void fake_connections(const struct inet_diag_req_v2 *asked)
{
	const struct peer *peer;

	EXPECT_EQ(asked->sdiag_protocol, IPPROTO_TCP);
	EXPECT_EQ(asked->idiag_states, 1u << ESTABLISHED);
	if (diag_errnum) {
		fake_refuse(diag_errnum);
		return;
	}
	for (peer = peers; peer->local; peer++) {
		struct inet_diag_msg message = {
			.idiag_family = asked->sdiag_family,
			.idiag_state = peer->state,
			.id.idiag_sport = htons(peer->local_port),
			.id.idiag_dport = htons(peer->remote_port),
		};
		size_t size = cut_short ? sizeof(message) - 4 : sizeof(message);

		if (!put_end(asked->sdiag_family, peer->local, message.id.idiag_src) ||
		    !put_end(asked->sdiag_family, peer->remote, message.id.idiag_dst))
			continue;
		memcpy(mnl_nlmsg_get_payload(fake_connection(size)), &message, size);
		diag_sent++;
	}
}

static void answer_info(void)
{
	struct nlmsghdr *nlh = fake_reply();

	mnl_attr_put_strz(nlh, TRAFFICMON_A_INFO_VERSION, "1");
	mnl_attr_put_u8(nlh, TRAFFICMON_A_INFO_ATTACHED, 1);
	mnl_attr_put_u64(nlh, TRAFFICMON_A_INFO_GENERATION, 7);
	if (suspended)
		mnl_attr_put_u8(nlh, TRAFFICMON_A_INFO_SUSPENDED_BY,
				TRAFFICMON_CAUSE_SWITCH);
}

static const struct nlattr *asked_for(uint16_t type)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, fake_request, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == type)
			return attr;
	return NULL;
}

static void put_entry(const char *name, const struct tm_prefix *prefix)
{
	struct nlmsghdr *nlh = fake_reply();
	struct nlattr *nest;

	mnl_attr_put_strz(nlh, TRAFFICMON_A_SET_NAME, name);
	nest = mnl_attr_nest_start(nlh, TRAFFICMON_A_SET_ENTRY);
	mnl_attr_put(nlh, TRAFFICMON_A_ENTRY_ADDRESS, prefix->address.size,
		     prefix->address.bytes);
	mnl_attr_put_u8(nlh, TRAFFICMON_A_ENTRY_LENGTH, prefix->length);
	mnl_attr_nest_end(nlh, nest);
}

/* The sets, or the entries of the one that is named. */
static void answer_set(void)
{
	const char *name = asked_for(TRAFFICMON_A_SET_NAME) ?
			   mnl_attr_get_str(asked_for(TRAFFICMON_A_SET_NAME)) :
			   NULL;
	const struct tm_set *set;
	size_t i;

	for (i = 0; !name && i < in_use.sets.count; i++) {
		struct nlmsghdr *nlh = fake_reply();

		set = &in_use.sets.items[i];
		mnl_attr_put_strz(nlh, TRAFFICMON_A_SET_NAME, set->name);
		mnl_attr_put_u32(nlh, TRAFFICMON_A_SET_ENTRIES,
				 set->entries.count);
	}
	set = name ? tm_set_list_find(&in_use.sets, name) : NULL;
	for (i = 0; set && i < set->entries.count; i++)
		put_entry(name, &set->entries.items[i].prefix);
}

/* By which entry an address is in it; without one, that it is not. */
static void answer_test(void)
{
	const char *name = mnl_attr_get_str(asked_for(TRAFFICMON_A_SET_NAME));
	const struct nlattr *part;
	struct tm_address address = { .size = 0 };
	const struct tm_entry *entry;

	asked_by_address++;
	mnl_attr_for_each_nested(part, asked_for(TRAFFICMON_A_SET_ENTRY))
		if (mnl_attr_get_type(part) == TRAFFICMON_A_ENTRY_ADDRESS) {
			address.size = mnl_attr_get_payload_len(part);
			memcpy(address.bytes, mnl_attr_get_payload(part),
			       address.size);
		}
	entry = tm_entry_list_cover(&tm_set_list_find(&in_use.sets, name)->entries,
				    &address);
	if (entry)
		put_entry(name, &entry->prefix);
	else
		mnl_attr_put_strz(fake_reply(), TRAFFICMON_A_SET_NAME, name);
}

static void fake_answer(uint8_t command)
{
	unsigned int i;

	switch (command) {
	case TRAFFICMON_CMD_INFO_GET:
		answer_info();
		break;
	case TRAFFICMON_CMD_POLICY_GET:
		for (i = 0; i < in_use.policies.count; i++)
			tm_policy_put(fake_reply(), &in_use.policies.items[i]);
		break;
	case TRAFFICMON_CMD_SET_GET:
		answer_set();
		break;
	case TRAFFICMON_CMD_SET_TEST:
		answer_test();
		break;
	default:
		changes++;
	}
}

/* The command's status: its exit code where it fails. */
static int does(const char *command)
{
	FILE *stream = fmemopen(printed, sizeof(printed), "w");
	int result;

	ASSERT_TRUE(stream);
	memset(&refusal, 0, sizeof(refusal));
	changes = 0;
	asked_by_address = 0;
	diag_sent = 0;
	result = fake_run(command, stream, true, 0, &refusal);
	fclose(stream);
	return result < 0 ? refusal.exit_code : result;
}

/* tmctl policy apply OPTIONS, of a file with this text. */
static int applies(const char *text, const char *options)
{
	char command[128], path[sizeof(wanted_path)];
	FILE *stream;
	int fd, result;

	memcpy(path, wanted_path, sizeof(path));
	fd = mkstemp(path);
	ASSERT_TRUE(fd >= 0);
	stream = fdopen(fd, "w");
	fputs(text, stream);
	fclose(stream);
	snprintf(command, sizeof(command), "policy apply %s%s", path, options);
	result = does(command);
	unlink(path);
	return result;
}

static void says(const char *text, const char *const *words)
{
	for (; *words; words++)
		EXPECT(strstr(text, *words), "no '%s' in: %s", *words, text);
}

#define SAYS(text, ...)	says(text, (const char *const[]){ __VA_ARGS__, NULL })

#define REFUSED(command, ...) do {					\
	EXPECT_EQ(command, TM_EXIT_FINDINGS);				\
	EXPECT_EQ(changes, 0);						\
	SAYS(refusal.message, __VA_ARGS__, "nothing was changed");	\
	} while (0)

#define DONE(command) do {						\
	EXPECT(!(command), "%s", refusal.message);			\
	EXPECT_TRUE(changes);						\
	EXPECT(!strstr(printed, "cut off") && !strstr(printed, "cannot see"), "%s", printed); \
	} while (0)

#define RULESET(policies, sets)						\
	"{\"schema\": 1, \"policies\": [" policies "], \"sets\": {" sets "}}"
#define NONE	RULESET("", "\"allow\": [], \"deny\": []")
#define POLICY(name, mode, more)					\
	"{\"name\": \"" name "\", \"mode\": \"" mode "\"" more "}"
#define LIMITS	", \"limits\": {\"packets_per_second\": 1}"

TEST(a_peer_that_a_policy_without_limits_drops_is_asked_about)
{
	start(NONE);
	connected("192.0.2.1", 22, "198.51.100.7", ESTABLISHED);
	REFUSED(applies(RULESET(POLICY("all", "enforce", ""), ""), ""),
		"198.51.100.7", "port 22", "policy all");
	SAYS(refusal.hint, "198.51.100.7", "allow", "--confirm", "--force");
	DONE(applies(RULESET(POLICY("all", "monitor", ""), ""), ""));
	DONE(applies(RULESET(POLICY("all", "enforce", LIMITS), ""), ""));
}

TEST(force_does_not_even_look)
{
	start(NONE);
	connected("192.0.2.1", 22, "198.51.100.7", ESTABLISHED);
	DONE(applies(RULESET(POLICY("all", "enforce", ""), ""), " --force"));
	EXPECT_EQ(diag_sent, 0);
}

TEST(what_takes_itself_back_is_a_warning)
{
	start(NONE);
	connected("192.0.2.1", 22, "198.51.100.7", ESTABLISHED);
	EXPECT_EQ(applies(RULESET(POLICY("all", "enforce", ""), ""), " --confirm 60s"), 0);
	EXPECT_TRUE(changes);
	SAYS(printed, "warnings", "198.51.100.7", "policy all");
	EXPECT_EQ(does("set add deny 198.51.100.0/24 --confirm 60s"), 0);
	EXPECT_TRUE(changes);
	SAYS(printed, "warnings", "198.51.100.0/24 of the set deny");
	EXPECT_EQ(applies(RULESET(POLICY("all", "enforce", ""), ""), " --dry-run"),
		  TM_EXIT_FINDINGS);
	EXPECT_EQ(changes, 0);
	EXPECT_FALSE(refusal.message[0]);
	SAYS(printed, "cut off 198.51.100.7", "policy all");
}

TEST(all_that_a_policy_asks_of_its_packets_counts)
{
	static const struct {
		const char *policy;
		bool cuts;
	} cases[] = {
		{ POLICY("p", "enforce", ", \"match\": {\"class\": \"ack\"}"), true },
		{ POLICY("p", "enforce", ", \"match\": {\"class\": \"syn\"}"), false },
		{ POLICY("p", "enforce", ", \"match\": {\"class\": \"ack\", \"direction\": \"out\"}"), true },
		{ POLICY("p", "enforce", ", \"match\": {\"tcp_flags\": \"psh\"}"), true },
		{ POLICY("p", "enforce", ", \"match\": {\"destination_port\": 22, \"direction\": \"in\"}"), true },
		{ POLICY("p", "enforce", ", \"match\": {\"destination_port\": 22, \"direction\": \"out\"}"), false },
		{ POLICY("p", "enforce", ", \"match\": {\"source_port\": 50000}"), true },
		{ POLICY("p", "enforce", ", \"match\": {\"destination_port\": \"!22\", \"direction\": \"in\"}"), false },
		{ POLICY("p", "enforce", ", \"match\": {\"source\": \"198.51.100.0/24\"}"), true },
		{ POLICY("p", "enforce", ", \"match\": {\"source\": \"198.51.101.0/24\"}"), false },
		{ POLICY("p", "enforce", ", \"match\": {\"destination\": \"192.0.2.1\"}"), true },
		{ POLICY("p", "enforce", ", \"match\": {\"family\": \"ipv6\"}"), false },
		{ POLICY("p", "enforce", ", \"match\": {\"class\": \"udp\"}"), false },
	};
	char text[512];
	size_t i;

	start(NONE);
	connected("192.0.2.1", 22, "198.51.100.7", ESTABLISHED);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), "{\"schema\": 1, \"policies\": [%s]}",
			 cases[i].policy);
		EXPECT(applies(text, "") == (cases[i].cuts ? TM_EXIT_FINDINGS : 0),
		       "%s: %s", text, refusal.message);
	}
}

TEST(only_who_is_connected_to_the_port_counts)
{
	start(NONE);
	connected("192.0.2.1", 23, "198.51.100.7", ESTABLISHED);
	connected("192.0.2.1", 22, "198.51.100.8", CLOSE_WAIT);
	connected("127.0.0.1", 22, "127.0.0.2", ESTABLISHED);
	connected("::1", 22, "::1", ESTABLISHED);
	connected("192.0.2.1", 22, "192.0.2.1", ESTABLISHED);
	DONE(applies(RULESET(POLICY("all", "enforce", ""), ""), ""));
	EXPECT_TRUE(diag_sent);
	connected("2001:db8::1", 22, "2001:db8::7", ESTABLISHED);
	REFUSED(applies(RULESET(POLICY("all", "enforce", ""), ""), ""), "2001:db8::7");
}

TEST(an_ipv4_peer_of_an_ipv6_socket_is_an_ipv4_peer)
{
	start(NONE);
	connected("::ffff:192.0.2.1", 22, "::ffff:198.51.100.7", ESTABLISHED);
	REFUSED(does("set add deny 198.51.100.7"), " 198.51.100.7 (",
		"dropped by 198.51.100.7 of the set deny");
	DONE(does("set add deny ::ffff:0:0/96"));
}

TEST(the_set_allow_saves_a_peer_and_is_not_lost_unasked)
{
	start(RULESET(POLICY("all", "enforce", ""), "\"allow\": [\"198.51.100.0/24\", \"203.0.113.0/24\"]"));
	connected("192.0.2.1", 22, "198.51.100.7", ESTABLISHED);
	DONE(does("set add deny 198.51.100.7"));
	DONE(does("set del allow 203.0.113.0/24"));
	REFUSED(does("set del allow 198.51.100.0/24"), "198.51.100.7", "policy all");
	EXPECT_FALSE(strstr(refusal.hint, "--confirm"));
	REFUSED(does("set flush allow"), "198.51.100.7", "policy all");
	REFUSED(does("set replace allow 203.0.113.0/24"), "policy all");
	DONE(does("set replace allow 198.51.100.7"));
	DONE(does("set del allow 198.51.100.0/24 --force"));
	DONE(does("set flush allow --force"));
	DONE(does("set flush deny"));
	REFUSED(applies(RULESET(POLICY("all", "enforce", ""), "\"allow\": []"), ""), "policy all");
	DONE(applies(RULESET(POLICY("all", "enforce", ""), "\"allow\": [\"198.51.100.7\"]"), ""));
}

TEST(a_wider_entry_of_allow_saves_as_well)
{
	start(RULESET(POLICY("all", "enforce", ""), "\"allow\": [\"198.51.0.0/16\", \"198.51.100.0/24\"]"));
	connected("192.0.2.1", 22, "198.51.100.7", ESTABLISHED);
	DONE(does("set del allow 198.51.100.0/24"));
	REFUSED(does("set del allow 198.51.0.0/16 198.51.100.0/24"), "policy all");
}

TEST(a_set_that_the_file_does_not_name_stays)
{
	start(RULESET("", "\"allow\": [\"198.51.100.7\"]"));
	connected("192.0.2.1", 22, "198.51.100.7", ESTABLISHED);
	DONE(applies("{\"schema\": 1, \"policies\": [" POLICY("all", "enforce", "") "]}", ""));
	start(RULESET("", "\"deny\": [\"198.51.100.7\"]"));
	connected("192.0.2.1", 22, "198.51.100.7", ESTABLISHED);
	DONE(applies("{\"schema\": 1, \"policies\": [" POLICY("all", "enforce", "") "]}", ""));
}

TEST(who_is_dropped_already_is_not_asked_about)
{
	start(RULESET("", "\"allow\": [], \"deny\": [\"198.51.100.7\"]"));
	connected("192.0.2.1", 22, "198.51.100.7", ESTABLISHED);
	DONE(does("set add deny 198.51.100.0/24"));
	DONE(does("set replace deny 198.51.0.0/16"));
	suspended = true;
	REFUSED(does("set replace deny 198.51.0.0/16"), "198.51.0.0/16 of the set deny");
	suspended = false;
}

#define FROM(set)	", \"match\": {\"direction\": \"in\", \"source\": \"" set "\"}"

TEST(sets_that_policies_name_count)
{
	start(RULESET(POLICY("them", "enforce", FROM("@bad")) ","
		      POLICY("others", "enforce", FROM("!@good")),
		      "\"bad\": [], \"good\": [\"198.51.0.0/16\", \"198.51.100.0/24\"], \"idle\": []"));
	connected("192.0.2.1", 22, "198.51.100.7", ESTABLISHED);
	REFUSED(does("set add bad 198.51.100.7"), "198.51.100.7", "policy them");
	REFUSED(does("set replace bad 198.51.100.0/24"), "policy them");
	DONE(does("set add bad 203.0.113.7"));
	DONE(does("set add bad 198.51.100.7 --force"));
	REFUSED(does("set flush good"), "198.51.100.7", "policy others");
	REFUSED(does("set replace good 203.0.113.0/24"), "policy others");
	REFUSED(does("set del good 198.51.0.0/16 198.51.100.0/24"), "policy others");
	DONE(does("set del good 198.51.100.0/24"));
	DONE(does("set add good 198.51.100.7"));
	DONE(does("set add idle 198.51.100.7"));
	DONE(does("set flush idle"));
}

TEST(of_sets_that_policies_with_limits_name_nobody_is_asked)
{
	start(RULESET(POLICY("some", "enforce", FROM("@bad") LIMITS) ","
		      POLICY("counted", "monitor", FROM("@bad")), "\"bad\": []"));
	connected("192.0.2.1", 22, "198.51.100.7", ESTABLISHED);
	DONE(does("set add bad 198.51.100.7"));
	DONE(does("policy enforce counted"));
	start(RULESET(POLICY("counted", "monitor", FROM("@bad")), "\"bad\": [\"198.51.100.7\"]"));
	connected("192.0.2.1", 22, "198.51.100.7", ESTABLISHED);
	REFUSED(does("policy enforce counted"), "policy counted");
}

TEST(a_file_is_judged_with_the_sets_that_stay)
{
	start(RULESET("", "\"bad\": [\"198.51.100.0/24\"], \"good\": [\"203.0.113.7\"]"));
	connected("192.0.2.1", 22, "198.51.100.7", ESTABLISHED);
	REFUSED(applies("{\"schema\": 1, \"policies\": [" POLICY("them", "enforce", FROM("@bad")) "]}", ""),
		"198.51.100.7", "policy them");
	DONE(applies("{\"schema\": 1, \"policies\": [" POLICY("them", "enforce", FROM("@good")) "]}", ""));
	DONE(applies(RULESET(POLICY("them", "enforce", FROM("@bad")), "\"bad\": [\"203.0.113.7\"]"), ""));
	REFUSED(applies(RULESET(POLICY("them", "enforce", FROM("@good")), "\"good\": \"198.51.100.7\""), ""),
		"policy them");
}

/* A policy that waits for the set that is changed, one of a great many. */
TEST(large_sets_are_asked_by_address)
{
	static char many[64 * 1024];
	char *end = many;
	int i;

	end += sprintf(end, "{\"schema\": 1, \"policies\": [%s], \"sets\": {\"bad\": [",
		       POLICY("them", "monitor", FROM("@bad")));
	for (i = 0; i < 1000; i++)
		end += sprintf(end, "\"10.0.%d.%d\", ", i / 256, i % 256);
	sprintf(end, "\"198.51.100.0/24\"]}}");
	start(many);
	connected("192.0.2.1", 22, "198.51.100.7", ESTABLISHED);
	REFUSED(does("policy enforce them"), "198.51.100.7", "policy them");
	EXPECT_EQ(asked_by_address, 2);
}

TEST(policies_that_begin_to_enforce_are_asked_about)
{
	start(RULESET(POLICY("one", "monitor", LIMITS) "," POLICY("two", "monitor", ""), ""));
	connected("192.0.2.1", 22, "198.51.100.7", ESTABLISHED);
	DONE(does("policy enforce one"));
	REFUSED(does("policy enforce one two"), "198.51.100.7", "policy two");
	DONE(does("policy enforce one two --force"));
	EXPECT_EQ(does("policy enforce two --confirm 60s"), 0);
	SAYS(printed, "warnings", "policy two");
}

TEST(to_drop_less_is_never_asked_about)
{
	start(RULESET(POLICY("all", "enforce", ""), "\"deny\": [\"198.51.100.7\"]"));
	connected("192.0.2.1", 22, "198.51.100.7", ESTABLISHED);
	suspended = true;
	DONE(does("policy monitor all"));
	DONE(does("set del deny 198.51.100.7"));
	DONE(does("set flush deny"));
	DONE(does("set add allow 203.0.113.0/24"));
	EXPECT_EQ(diag_sent, 0);
	suspended = false;
}

TEST(peers_are_counted_once_however_often_they_are_connected)
{
	start(NONE);
	connected("192.0.2.1", 22, "198.51.100.7", ESTABLISHED);
	connected("192.0.2.1", 22, "198.51.100.7", ESTABLISHED);
	connected("192.0.2.2", 22, "198.51.100.7", ESTABLISHED);
	REFUSED(does("set add deny 0.0.0.0/0"), "198.51.100.7");
	EXPECT_FALSE(strstr(refusal.message, "other"));
	connected("192.0.2.1", 22, "198.51.100.9", ESTABLISHED);
	REFUSED(does("set add deny 0.0.0.0/0"), "198.51.100.7", "and 1 other peer;");
	connected("192.0.2.1", 22, "198.51.100.8", ESTABLISHED);
	REFUSED(does("set add deny 0.0.0.0/0"), "and 2 other peers;");
}

TEST(a_kernel_that_does_not_tell_is_a_warning)
{
	start(NONE);
	connected("192.0.2.1", 22, "198.51.100.7", ESTABLISHED);
	diag_errnum = ENOENT;
	EXPECT_EQ(does("set add deny 198.51.100.7"), 0);
	EXPECT_TRUE(changes);
	SAYS(printed, "warnings", "cannot see who is connected", "tcp_diag is not there");
	diag_errnum = EACCES;
	EXPECT_EQ(does("set add deny 198.51.100.7"), 0);
	SAYS(printed, "warnings", "cannot see who is connected", "Permission denied");
	DONE(does("set add deny 198.51.100.7 --force"));
	diag_errnum = 0;
	cut_short = true;
	EXPECT_EQ(does("set add deny 198.51.100.7"), 0);
	SAYS(printed, "warnings", "cannot see who is connected");
	cut_short = false;
}
