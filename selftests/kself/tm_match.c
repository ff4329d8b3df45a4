// SPDX-License-Identifier: GPL-2.0-or-later
/* The parts of a match that a policy is asked for by itself, in POLICY_ADD and POLICY_GET. */
#include "kself.h"

#include <arpa/inet.h>
#include <errno.h>
#include <kselftest_harness.h>
#include <net/if.h>

/* Numbers of the attributes of each nest here. */
enum { FIRST = 1, LAST, EXCEPT };

/* Puts the part of a match; @variant changes as little as can be. */
typedef void (*part)(struct nlmsghdr *request, unsigned int variant);

static void put_numbers(struct nlmsghdr *request, int type, unsigned int bytes, uint32_t first,
			uint32_t last, bool except)
{
	struct nlattr *nest = mnl_attr_nest_start(request, type);

	mnl_attr_put(request, FIRST, bytes, kself_low_bytes(&(uint64_t){ first }, bytes));
	mnl_attr_put(request, LAST, bytes, kself_low_bytes(&(uint64_t){ last }, bytes));
	if (except)
		mnl_attr_put(request, EXCEPT, 0, NULL);
	mnl_attr_nest_end(request, nest);
}

static void put_glob(struct nlmsghdr *request, const char *glob, bool except)
{
	struct nlattr *nest = mnl_attr_nest_start(request, TRAFFICMON_A_POLICY_DEVICE_GLOB);

	mnl_attr_put_strz(request, TRAFFICMON_A_GLOB_PATTERN, glob);
	if (except)
		mnl_attr_put(request, TRAFFICMON_A_GLOB_EXCEPT, 0, NULL);
	mnl_attr_nest_end(request, nest);
}

static void put_prefix(struct nlmsghdr *request, int type, uint8_t byte, bool except)
{
	struct nlattr *nest = mnl_attr_nest_start(request, type);

	mnl_attr_put(request, TRAFFICMON_A_PREFIX_ADDRESS, 4, (uint8_t[]){ byte, 0, 0, 0 });
	mnl_attr_put_u8(request, TRAFFICMON_A_PREFIX_LENGTH, 8);
	if (except)
		mnl_attr_put(request, TRAFFICMON_A_PREFIX_EXCEPT, 0, NULL);
	mnl_attr_nest_end(request, nest);
}

/* Each of these lets UDP of 127.0.0.1 pass on, of any variant. */

static void source(struct nlmsghdr *request, unsigned int variant)
{
	put_prefix(request, TRAFFICMON_A_POLICY_SOURCE, 10 + variant, true);
}

static void destination(struct nlmsghdr *request, unsigned int variant)
{
	put_prefix(request, TRAFFICMON_A_POLICY_DESTINATION, 10 + variant, true);
}

static void source_port(struct nlmsghdr *request, unsigned int variant)
{
	put_numbers(request, TRAFFICMON_A_POLICY_SOURCE_PORT, 2, 1, 2 + variant, true);
}

static void destination_port(struct nlmsghdr *request, unsigned int variant)
{
	put_numbers(request, TRAFFICMON_A_POLICY_DESTINATION_PORT, 2, 1, 2 + variant, true);
}

/* The sets set0 to set7 are empty, `loop` has 127.0.0.0/8. */

static void source_set(struct nlmsghdr *request, unsigned int variant)
{
	kself_put_set(request, TRAFFICMON_A_POLICY_SOURCE_SET, variant ? "set1" : "set0", true);
}

static void destination_set(struct nlmsghdr *request, unsigned int variant)
{
	kself_put_set(request, TRAFFICMON_A_POLICY_DESTINATION_SET, variant ? "set1" : "set0", true);
}

/* Of these the variant turns what is excluded into what is accepted, and back. */

static void source_turned(struct nlmsghdr *request, unsigned int variant)
{
	put_prefix(request, TRAFFICMON_A_POLICY_SOURCE, 127, false);
	put_prefix(request, TRAFFICMON_A_POLICY_SOURCE, 10, !variant);
}

static void destination_turned(struct nlmsghdr *request, unsigned int variant)
{
	put_prefix(request, TRAFFICMON_A_POLICY_DESTINATION, 127, false);
	put_prefix(request, TRAFFICMON_A_POLICY_DESTINATION, 10, !variant);
}

static void source_port_turned(struct nlmsghdr *request, unsigned int variant)
{
	put_numbers(request, TRAFFICMON_A_POLICY_SOURCE_PORT, 2, 3, 65535, false);
	put_numbers(request, TRAFFICMON_A_POLICY_SOURCE_PORT, 2, 1, 2, !variant);
}

static void destination_port_turned(struct nlmsghdr *request, unsigned int variant)
{
	put_numbers(request, TRAFFICMON_A_POLICY_DESTINATION_PORT, 2, 3, 65535, false);
	put_numbers(request, TRAFFICMON_A_POLICY_DESTINATION_PORT, 2, 1, 2, !variant);
}

static void source_set_turned(struct nlmsghdr *request, unsigned int variant)
{
	kself_put_set(request, TRAFFICMON_A_POLICY_SOURCE_SET, "loop", false);
	kself_put_set(request, TRAFFICMON_A_POLICY_SOURCE_SET, "set0", !variant);
}

static void destination_set_turned(struct nlmsghdr *request, unsigned int variant)
{
	kself_put_set(request, TRAFFICMON_A_POLICY_DESTINATION_SET, "loop", false);
	kself_put_set(request, TRAFFICMON_A_POLICY_DESTINATION_SET, "set0", !variant);
}

/* A prefix and a set that are one kind. */
static void source_set_beside(struct nlmsghdr *request, unsigned int variant)
{
	put_prefix(request, TRAFFICMON_A_POLICY_SOURCE, 10 + variant, false);
	kself_put_set(request, TRAFFICMON_A_POLICY_SOURCE_SET, "loop", false);
}

static void globs(struct nlmsghdr *request, unsigned int variant)
{
	put_glob(request, variant ? "eth*" : "eth?", false);
}

static void globs_turned(struct nlmsghdr *request, unsigned int variant)
{
	put_glob(request, "eth*", false);
	put_glob(request, "veth*", !variant);
}

static void tcp_flags(struct nlmsghdr *request, unsigned int variant)
{
	put_numbers(request, TRAFFICMON_A_POLICY_TCP_FLAGS, 1, 0, 1 + variant, false);
}

static void length(struct nlmsghdr *request, unsigned int variant)
{
	put_numbers(request, TRAFFICMON_A_POLICY_LENGTH, 4, 0, 70000 + variant, false);
}

static void length_except(struct nlmsghdr *request, unsigned int variant)
{
	put_numbers(request, TRAFFICMON_A_POLICY_LENGTH, 4, 5000, 6000, true);
	put_numbers(request, TRAFFICMON_A_POLICY_LENGTH, 4, 0, 4999, variant);
	put_numbers(request, TRAFFICMON_A_POLICY_LENGTH, 4, 0, 3000, false);
}

static void hop_limit(struct nlmsghdr *request, unsigned int variant)
{
	put_numbers(request, TRAFFICMON_A_POLICY_HOP_LIMIT, 1, 1 + variant, 255, false);
}

static void mark(struct nlmsghdr *request, unsigned int variant)
{
	put_numbers(request, TRAFFICMON_A_POLICY_MARK, 4, 0, 1 + variant, false);
}

static void fragments(struct nlmsghdr *request, unsigned int variant)
{
	mnl_attr_put_u32(request, TRAFFICMON_A_POLICY_FRAGMENTS,
			 1 << TRAFFICMON_FRAGMENT_WHOLE | variant << TRAFFICMON_FRAGMENT_FIRST);
}

static int send_udp(void)
{
	return kself_send_udp("127.0.0.1", 7000, 10);
}

/* To nobody: SYNs, and RSTs. */
static int send_tcp(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(7) };
	int i, fd;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (i = 0; i < 10; i++) {
		fd = socket(AF_INET, SOCK_STREAM, 0);
		if (fd < 0 || !connect(fd, (void *)&to, sizeof(to)))
			return -1;
		close(fd);
	}
	return 0;
}

/* Arrives on eth9. */
static int send_over_link(void)
{
	return kself_send_udp("192.0.2.2", 7000, 10);
}

static int make_link(void)
{
	return system("ip link add eth8 type veth peer name eth9 address 02:00:00:00:00:09 && "
		      "ip link set eth9 up && ip link set eth8 up && "
		      "ip address add 192.0.2.1/24 dev eth8 && "
		      "ip neighbour add 192.0.2.2 lladdr 02:00:00:00:00:09 dev eth8");
}

static const struct {
	const char *name;
	part put;
	int (*send)(void);	/* ten packets or more that match it */
} parts[] = {
	{ "source", source, send_udp }, { "destination", destination, send_udp },
	{ "source port", source_port, send_udp },
	{ "destination port", destination_port, send_udp },
	{ "source turned", source_turned, send_udp },
	{ "destination turned", destination_turned, send_udp },
	{ "source port turned", source_port_turned, send_udp },
	{ "destination port turned", destination_port_turned, send_udp },
	{ "source set", source_set, send_udp }, { "destination set", destination_set, send_udp },
	{ "source set turned", source_set_turned, send_udp },
	{ "destination set turned", destination_set_turned, send_udp },
	{ "source set beside a prefix", source_set_beside, send_udp },
	{ "globs", globs, send_over_link }, { "globs turned", globs_turned, send_over_link },
	{ "TCP flags", tcp_flags, send_tcp }, { "length", length, send_udp },
	{ "length excluded", length_except, send_udp }, { "hop limit", hop_limit, send_udp },
	{ "mark", mark, send_udp }, { "fragments", fragments, send_udp },
};

FIXTURE(match)
{
	struct kself k;
};

static int stage_empty(struct kself *k, const char *set)
{
	mnl_attr_put_strz(kself_request(k, TRAFFICMON_CMD_SET_ADD), TRAFFICMON_A_SET_NAME, set);
	return kself_do(k, NULL, NULL);
}

FIXTURE_SETUP(match)
{
	struct kself *k = &self->k;
	char set[TRAFFICMON_NAME_SIZE];
	unsigned int i;

	ASSERT_EQ(0, kself_unshare());
	ASSERT_EQ(0, kself_open(k));
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_NETNS_ATTACH));
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	for (i = 0; i < TRAFFICMON_MATCH_SETS_MAX; i++) {
		snprintf(set, sizeof(set), "set%u", i);
		ASSERT_EQ(0, stage_empty(k, set));
	}
	ASSERT_EQ(0, kself_set_add(k, "loop", "127.0.0.0", 8, 0));
	ASSERT_LT(0, kself_commit(k, 0));
}

FIXTURE_TEARDOWN(match)
{
	kself_command(&self->k, TRAFFICMON_CMD_NETNS_DETACH);
	kself_close(&self->k);
}

static struct nlmsghdr *policy(struct kself *k)
{
	struct nlmsghdr *request = kself_request(k, TRAFFICMON_CMD_POLICY_ADD);

	mnl_attr_put_strz(request, TRAFFICMON_A_POLICY_NAME, "p");
	return request;
}

static int64_t commit(struct kself *k, part put, unsigned int variant)
{
	int err = kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN);

	if (err)
		return err;
	put(policy(k), variant);
	err = kself_do(k, NULL, NULL);
	return err ? err : kself_commit(k, 0);
}

struct shown {
	uint64_t matched;
	unsigned int terms;	/* of all kinds */
	unsigned int excluded;
	bool in_order;		/* see has_order() */
	uint8_t type_excluded;
	uint64_t prefixes[2];	/* bits of their second bytes; excluded: [1] */
	uint32_t globs[2];	/* bits of their numbers */
	uint32_t sets[2];	/* likewise, those of destinations above 8 of sources */
};

static bool is_set(uint16_t type)
{
	return type == TRAFFICMON_A_POLICY_SOURCE_SET || type == TRAFFICMON_A_POLICY_DESTINATION_SET;
}

/* What is shown with the excluded ones last. */
static bool has_order(uint16_t type)
{
	return type == TRAFFICMON_A_POLICY_SOURCE || type == TRAFFICMON_A_POLICY_DEVICE_GLOB ||
	       is_set(type);
}

/* Notes what a prefix, a glob or a set is, as put_greatest() numbers them. */
static void note(struct shown *shown, uint16_t type, const struct kself_attrs *nest)
{
	const uint8_t *address;
	unsigned int number;

	if (type == TRAFFICMON_A_POLICY_SOURCE) {
		address = mnl_attr_get_payload(nest->at[TRAFFICMON_A_PREFIX_ADDRESS]);
		shown->prefixes[!!nest->at[TRAFFICMON_A_PREFIX_EXCEPT]] |= 1ULL << address[0];
	} else if (type == TRAFFICMON_A_POLICY_DEVICE_GLOB &&
		   sscanf(kself_string(nest, TRAFFICMON_A_GLOB_PATTERN), "a-long-dev%u*",
			  &number) == 1) {
		shown->globs[!!nest->at[TRAFFICMON_A_GLOB_EXCEPT]] |= 1U << (number - 10);
	} else if (is_set(type) && sscanf(kself_string(nest, TRAFFICMON_A_MATCH_SET_NAME), "set%u",
					  &number) == 1) {
		if (type == TRAFFICMON_A_POLICY_DESTINATION_SET)
			number += 8;
		shown->sets[!!nest->at[TRAFFICMON_A_MATCH_SET_EXCEPT]] |= 1U << number;
	}
}

static void take(const struct nlmsghdr *message, const struct kself_attrs *attrs, void *data)
{
	struct shown *shown = data;
	const struct nlattr *attr;

	shown->matched = kself_u64(attrs, TRAFFICMON_A_POLICY_MATCHED_PACKETS);
	shown->in_order = true;
	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr)) {
		uint16_t type = mnl_attr_get_type(attr);
		struct kself_attrs nest;

		if (!(attr->nla_type & NLA_F_NESTED) && type != TRAFFICMON_A_POLICY_SOURCE &&
		    type != TRAFFICMON_A_POLICY_DEVICE_GLOB)
			continue;
		nest = kself_nest(attr);
		shown->terms++;
		note(shown, type, &nest);
		/* of a prefix and a range the flag is 3, of a glob and a set 2 */
		if (nest.at[type == TRAFFICMON_A_POLICY_DEVICE_GLOB || is_set(type) ? 2 : EXCEPT]) {
			shown->excluded++;
			shown->type_excluded = type;
		} else if (shown->type_excluded == type && has_order(type)) {
			shown->in_order = false;
		}
	}
}

static struct shown show(struct kself *k)
{
	struct shown shown = { 0 };

	kself_request(k, TRAFFICMON_CMD_POLICY_GET);
	kself_dump(k, take, &shown);
	return shown;
}

/* Packets over a link take their time. */
static bool matches_ten(struct kself *k)
{
	int i;

	for (i = 0; i < 100 && show(k).matched < 10; i++)
		usleep(20000);
	return show(k).matched >= 10;
}

TEST_F(match, a_change_of_each_part_of_a_match_begins_anew)
{
	struct kself *k = &self->k;
	unsigned int i;

	ASSERT_EQ(0, make_link());
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		ASSERT_LT(0, commit(k, parts[i].put, 0)) TH_LOG("%s: %s", parts[i].name, k->text);
		ASSERT_EQ(0, parts[i].send());
		EXPECT_TRUE(matches_ten(k)) {
			TH_LOG("%s does not match", parts[i].name);
		}
		ASSERT_LT(0, commit(k, parts[i].put, 0));
		EXPECT_LE(10, show(k).matched)
			TH_LOG("%s: the same, and begun anew", parts[i].name);
		ASSERT_LT(0, commit(k, parts[i].put, 1));
		EXPECT_EQ(0, show(k).matched)
			TH_LOG("%s: changed, and counted on", parts[i].name);
	}
}

/* One of each in turn: accepted, excluded; as many as there may be. */
static void put_greatest(struct nlmsghdr *request, unsigned int variant)
{
	char glob[IFNAMSIZ], set[TRAFFICMON_NAME_SIZE];
	unsigned int i;

	for (i = 0; i < TRAFFICMON_MATCHES_MAX; i++)
		put_prefix(request, TRAFFICMON_A_POLICY_SOURCE, i + 1, i % 2 == variant);
	for (i = 0; i < TRAFFICMON_DEVICES_MAX; i++) {
		snprintf(glob, sizeof(glob), "a-long-dev%u*", i + 10);
		put_glob(request, glob, i % 2 == variant);
	}
	for (i = 0; i < TRAFFICMON_MATCH_SETS_MAX; i++) {
		snprintf(set, sizeof(set), "set%u", i);
		kself_put_set(request, TRAFFICMON_A_POLICY_SOURCE_SET, set, i % 2 == variant);
		kself_put_set(request, TRAFFICMON_A_POLICY_DESTINATION_SET, set, i % 2 != variant);
	}
	for (i = 0; i < TRAFFICMON_TERMS_MAX; i++) {
		put_numbers(request, TRAFFICMON_A_POLICY_TCP_FLAGS, 1, i, 255, i % 2 == variant);
		put_numbers(request, TRAFFICMON_A_POLICY_LENGTH, 4, i, UINT32_MAX, i % 2 == variant);
		put_numbers(request, TRAFFICMON_A_POLICY_HOP_LIMIT, 1, i, 255, i % 2 == variant);
		put_numbers(request, TRAFFICMON_A_POLICY_MARK, 4, i, UINT32_MAX, i % 2 == variant);
	}
}

TEST_F(match, the_greatest_match_is_shown_as_it_was_given)
{
	const unsigned int terms = TRAFFICMON_MATCHES_MAX + TRAFFICMON_DEVICES_MAX +
				   2 * TRAFFICMON_MATCH_SETS_MAX + 4 * TRAFFICMON_TERMS_MAX;
	struct kself *k = &self->k;
	unsigned int turn;
	struct shown shown;

	for (turn = 0; turn < 2; turn++) {
		ASSERT_LT(0, commit(k, put_greatest, turn)) TH_LOG("%s", k->text);
		shown = show(k);
		EXPECT_EQ(terms, shown.terms);
		EXPECT_EQ(terms / 2, shown.excluded);
		EXPECT_TRUE(shown.in_order);
		/* 1 to 24, 0 to 15: the odd ones on one side, the even ones on the other */
		EXPECT_EQ(turn ? 0x0aaaaaaULL << 1 & 0x1fffffe : 0x0aaaaaa, shown.prefixes[1]);
		EXPECT_EQ(0x1fffffe, shown.prefixes[0] ^ shown.prefixes[1]);
		EXPECT_EQ(turn ? 0xaaaa : 0x5555, shown.globs[1]);
		EXPECT_EQ(0xffff, shown.globs[0] ^ shown.globs[1]);
		EXPECT_EQ(turn ? 0x55aa : 0xaa55, shown.sets[1]);
		EXPECT_EQ(0xffff, shown.sets[0] ^ shown.sets[1]);
	}
}

TEST_F(match, more_than_there_may_be_is_refused)
{
	struct kself *k = &self->k;
	static const struct {
		int type;
		unsigned int bytes;
	} kinds[] = {
		{ TRAFFICMON_A_POLICY_TCP_FLAGS, 1 }, { TRAFFICMON_A_POLICY_LENGTH, 4 },
		{ TRAFFICMON_A_POLICY_HOP_LIMIT, 1 }, { TRAFFICMON_A_POLICY_MARK, 4 },
	};
	struct nlmsghdr *request;
	unsigned int i, n;

	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	for (n = 0; n < 4; n++) {
		request = policy(k);
		for (i = 0; i <= TRAFFICMON_TERMS_MAX; i++)
			put_numbers(request, kinds[n].type, kinds[n].bytes, i, 255, i % 2);
		EXPECT_EQ(-E2BIG, kself_do(k, NULL, NULL));
		EXPECT_NE(NULL, strstr(k->text, "at most 8"));
	}
}

TEST_F(match, more_sets_than_there_may_be_of_an_end_are_refused)
{
	static const int types[] = { TRAFFICMON_A_POLICY_SOURCE_SET,
				     TRAFFICMON_A_POLICY_DESTINATION_SET };
	struct kself *k = &self->k;
	struct nlmsghdr *request;
	unsigned int i, n;

	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	for (n = 0; n < 2; n++) {
		request = policy(k);
		for (i = 0; i <= TRAFFICMON_MATCH_SETS_MAX; i++)
			kself_put_set(request, types[n], "loop", i % 2);
		EXPECT_EQ(-E2BIG, kself_do(k, NULL, NULL));
		EXPECT_NE(NULL, strstr(k->text, "at most 8 sets"));
	}
}

TEST_F(match, a_set_must_be_there_or_staged)
{
	struct kself *k = &self->k;
	unsigned int turn;

	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	for (turn = 0; turn < 2; turn++) {
		kself_put_set(policy(k), TRAFFICMON_A_POLICY_SOURCE_SET, "new", turn);
		EXPECT_EQ(-ENOENT, kself_do(k, NULL, NULL));
		EXPECT_NE(NULL, strstr(k->text, "no set of this name"));
		kself_put_set(policy(k), TRAFFICMON_A_POLICY_DESTINATION_SET, "new", turn);
		EXPECT_EQ(-ENOENT, kself_do(k, NULL, NULL));
		EXPECT_NE(NULL, strstr(k->text, "no set of this name"));
	}
	ASSERT_EQ(0, stage_empty(k, "new"));
	kself_put_set(policy(k), TRAFFICMON_A_POLICY_SOURCE_SET, "new", false);
	EXPECT_EQ(0, kself_do(k, NULL, NULL)) TH_LOG("%s", k->text);
	ASSERT_LT(0, kself_commit(k, 0));
	EXPECT_EQ(0, kself_set_shown(k, "new"));
}

TEST_F(match, names_of_devices_beside_globs_are_refused)
{
	struct kself *k = &self->k;
	struct nlmsghdr *request;
	unsigned int i;

	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	request = policy(k);
	mnl_attr_put_strz(request, TRAFFICMON_A_POLICY_DEVICE, "eth0");
	put_glob(request, "eth*", false);
	EXPECT_EQ(-EINVAL, kself_do(k, NULL, NULL));
	EXPECT_NE(NULL, strstr(k->text, "not both"));
	request = policy(k);
	put_glob(request, "eth*", true);
	mnl_attr_put_strz(request, TRAFFICMON_A_POLICY_DEVICE, "eth0");
	EXPECT_EQ(-EINVAL, kself_do(k, NULL, NULL));
	EXPECT_NE(NULL, strstr(k->text, "not both"));
	request = policy(k);
	put_glob(request, "a/b*", true);
	EXPECT_EQ(-EINVAL, kself_do(k, NULL, NULL));
	EXPECT_STRNE("", k->text);
	request = policy(k);
	for (i = 0; i <= TRAFFICMON_DEVICES_MAX; i++)
		put_glob(request, "eth*", i % 2);
	EXPECT_EQ(-E2BIG, kself_do(k, NULL, NULL));
	EXPECT_NE(NULL, strstr(k->text, "16"));
}

TEST_F(match, values_outside_of_their_mask_are_refused)
{
	struct kself *k = &self->k;

	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	put_numbers(policy(k), TRAFFICMON_A_POLICY_TCP_FLAGS, 1, 4, 3, false);
	EXPECT_EQ(-EINVAL, kself_do(k, NULL, NULL));
	EXPECT_NE(NULL, strstr(k->text, "mask"));
	put_numbers(policy(k), TRAFFICMON_A_POLICY_MARK, 4, 1U << 31, 3, false);
	EXPECT_EQ(-EINVAL, kself_do(k, NULL, NULL));
	put_numbers(policy(k), TRAFFICMON_A_POLICY_MARK, 4, 0, 0, false);
	EXPECT_EQ(-ERANGE, kself_do(k, NULL, NULL));
	put_numbers(policy(k), TRAFFICMON_A_POLICY_LENGTH, 4, 2, 1, false);
	EXPECT_EQ(-ERANGE, kself_do(k, NULL, NULL));
	EXPECT_NE(NULL, strstr(k->text, "below its first"));
}

TEST_HARNESS_MAIN
