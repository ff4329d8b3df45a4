// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Wrong messages, made from one table of the attributes of each command: wrong
 * length, missing, empty, unknown, for replies only, out of range, given twice, a
 * nest without its flag, a flag without a nest, nested too deep.  Each must be
 * refused in words and change nothing.
 *
 * From the table a right message is made, and shown not to be refused for its
 * form; then each wrong one differs from it in one thing.
 */
#include "kself.h"

#include <errno.h>
#include <kselftest_harness.h>

enum kind { FLAG, U8, U16, U32, U64, STRING, ADDRESS, NEST };

/**
 * struct attribute - one attribute of a command
 * @type: of the attribute; 0 ends a table
 * @good: a value that is accepted
 * @bad: one that is out of range; 0: there is none
 * @text: for STRING what is accepted
 * @multi: may stand several times
 * @required: must stand
 * @nest: what stands inside
 */
struct attribute {
	int type;
	enum kind kind;
	uint64_t good;
	uint64_t bad;
	const char *text;
	bool multi;
	bool required;
	const struct attribute *nest;
};

struct command {
	const char *name;
	uint8_t command;
	bool dump;
	const struct attribute *attributes;
	int max;	/* attributes that the UAPI has for this object, replies included */
};

static const struct attribute nothing[] = { {} };

static const struct attribute ledger[] = {
	{ .type = TRAFFICMON_A_STATS_LEDGER, .kind = FLAG },
	{}
};

static const struct attribute flow[] = {
	{ .type = TRAFFICMON_A_FLOW_ADDRESS, .kind = ADDRESS },
	{ .type = TRAFFICMON_A_FLOW_PREFIX_LENGTH, .kind = U8, .good = 8, .bad = 129 },
	{ .type = TRAFFICMON_A_FLOW_PORT, .kind = U16, .good = 80 },
	{ .type = TRAFFICMON_A_FLOW_PROTOCOL, .kind = U8, .good = 17 },
	{ .type = TRAFFICMON_A_FLOW_STATE, .kind = U8, .bad = __TRAFFICMON_FLOW_MAX },
	{}
};

static const struct attribute cursor[] = {
	{ .type = TRAFFICMON_A_CURSOR_RING, .kind = U32, .bad = 1 << 30, .required = true },
	{ .type = TRAFFICMON_A_CURSOR_SEQUENCE, .kind = U64, .good = 1, .required = true },
	{}
};

static const struct attribute record[] = {
	{ .type = TRAFFICMON_A_RECORD_CURSOR, .kind = NEST, .nest = cursor, .multi = true },
	{}
};

static const struct attribute generation[] = {
	{ .type = TRAFFICMON_A_TRANSACTION_GENERATION, .kind = U64, .good = 99 },
	{}
};

static const struct attribute prefix[] = {
	{ .type = TRAFFICMON_A_PREFIX_ADDRESS, .kind = ADDRESS, .required = true },
	{ .type = TRAFFICMON_A_PREFIX_LENGTH, .kind = U8, .good = 8, .bad = 33, .required = true },
	{ .type = TRAFFICMON_A_PREFIX_EXCEPT, .kind = FLAG },
	{}
};

static const struct attribute ports[] = {
	{ .type = TRAFFICMON_A_PORTS_FIRST, .kind = U16, .good = 10, .required = true },
	{ .type = TRAFFICMON_A_PORTS_LAST, .kind = U16, .good = 20, .bad = 9 },
	{ .type = TRAFFICMON_A_PORTS_EXCEPT, .kind = FLAG },
	{}
};

static const struct attribute length[] = {
	{ .type = TRAFFICMON_A_LENGTH_FIRST, .kind = U32, .good = 10, .required = true },
	{ .type = TRAFFICMON_A_LENGTH_LAST, .kind = U32, .good = 20, .bad = 9 },
	{ .type = TRAFFICMON_A_LENGTH_EXCEPT, .kind = FLAG },
	{}
};

static const struct attribute hop_limit[] = {
	{ .type = TRAFFICMON_A_HOP_LIMIT_FIRST, .kind = U8, .good = 10, .required = true },
	{ .type = TRAFFICMON_A_HOP_LIMIT_LAST, .kind = U8, .good = 20, .bad = 9 },
	{ .type = TRAFFICMON_A_HOP_LIMIT_EXCEPT, .kind = FLAG },
	{}
};

static const struct attribute tcp_flags[] = {
	{ .type = TRAFFICMON_A_TCP_FLAGS_VALUE, .kind = U8, .good = 2, .bad = 4,
	  .required = true },
	{ .type = TRAFFICMON_A_TCP_FLAGS_MASK, .kind = U8, .good = 3, .bad = 1,
	  .required = true },
	{ .type = TRAFFICMON_A_TCP_FLAGS_EXCEPT, .kind = FLAG },
	{}
};

static const struct attribute mark[] = {
	{ .type = TRAFFICMON_A_MARK_VALUE, .kind = U32, .good = 2, .bad = 4, .required = true },
	{ .type = TRAFFICMON_A_MARK_MASK, .kind = U32, .good = 3, .bad = 1, .required = true },
	{ .type = TRAFFICMON_A_MARK_EXCEPT, .kind = FLAG },
	{}
};

static const struct attribute glob[] = {
	{ .type = TRAFFICMON_A_GLOB_PATTERN, .kind = STRING, .text = "eth*", .required = true },
	{ .type = TRAFFICMON_A_GLOB_EXCEPT, .kind = FLAG },
	{}
};

static const struct attribute match_set[] = {
	{ .type = TRAFFICMON_A_MATCH_SET_NAME, .kind = STRING, .text = "deny", .required = true },
	{ .type = TRAFFICMON_A_MATCH_SET_EXCEPT, .kind = FLAG },
	{}
};

static const struct attribute limit[] = {
	{ .type = TRAFFICMON_A_LIMIT_KIND, .kind = U8, .bad = __TRAFFICMON_LIMIT_MAX,
	  .required = true },
	{ .type = TRAFFICMON_A_LIMIT_RATE, .kind = U64, .good = 100, .bad = 200000001,
	  .required = true },
	{ .type = TRAFFICMON_A_LIMIT_BURST, .kind = U64, .good = 10, .bad = 360001 },
	{}
};

static const struct attribute policy[] = {
	{ .type = TRAFFICMON_A_POLICY_NAME, .kind = STRING, .text = "new", .required = true },
	{ .type = TRAFFICMON_A_POLICY_MODE, .kind = U8, .bad = __TRAFFICMON_MODE_MAX },
	{ .type = TRAFFICMON_A_POLICY_ACTION, .kind = U8, .bad = __TRAFFICMON_ACTION_MAX },
	{ .type = TRAFFICMON_A_POLICY_CLASSES, .kind = U32, .good = 1, .bad = 1 << 10 },
	{ .type = TRAFFICMON_A_POLICY_DIRECTIONS, .kind = U32, .good = 1, .bad = 4 },
	{ .type = TRAFFICMON_A_POLICY_FAMILIES, .kind = U32, .good = 1, .bad = 4 },
	{ .type = TRAFFICMON_A_POLICY_SOURCE, .kind = NEST, .nest = prefix, .multi = true },
	{ .type = TRAFFICMON_A_POLICY_DESTINATION, .kind = NEST, .nest = prefix, .multi = true },
	{ .type = TRAFFICMON_A_POLICY_SOURCE_PORT, .kind = NEST, .nest = ports, .multi = true },
	{ .type = TRAFFICMON_A_POLICY_DESTINATION_PORT, .kind = NEST, .nest = ports,
	  .multi = true },
	{ .type = TRAFFICMON_A_POLICY_DEVICE, .kind = STRING, .text = "eth0", .multi = true },
	{ .type = TRAFFICMON_A_POLICY_KEY, .kind = U8, .good = 1, .bad = __TRAFFICMON_KEY_MAX },
	{ .type = TRAFFICMON_A_POLICY_KEY_SOURCE_LENGTH4, .kind = U8, .good = 24, .bad = 33 },
	{ .type = TRAFFICMON_A_POLICY_KEY_SOURCE_LENGTH6, .kind = U8, .good = 64, .bad = 129 },
	{ .type = TRAFFICMON_A_POLICY_KEY_DESTINATION_LENGTH4, .kind = U8, .good = 24, .bad = 33 },
	{ .type = TRAFFICMON_A_POLICY_KEY_DESTINATION_LENGTH6, .kind = U8, .good = 64,
	  .bad = 129 },
	/* twice the same kind is refused, too, by a check of its own */
	{ .type = TRAFFICMON_A_POLICY_LIMIT, .kind = NEST, .nest = limit },
	{ .type = TRAFFICMON_A_POLICY_ON_FULL, .kind = U8, .bad = __TRAFFICMON_ON_FULL_MAX },
	{ .type = TRAFFICMON_A_POLICY_AGGREGATE_FACTOR, .kind = U32, .good = 8, .bad = 1025 },
	{ .type = TRAFFICMON_A_POLICY_SPARE, .kind = U32, .good = 1, .bad = 2 },
	{ .type = TRAFFICMON_A_POLICY_FRAGMENTS, .kind = U32, .good = 1, .bad = 8 },
	{ .type = TRAFFICMON_A_POLICY_TCP_FLAGS, .kind = NEST, .nest = tcp_flags, .multi = true },
	{ .type = TRAFFICMON_A_POLICY_LENGTH, .kind = NEST, .nest = length, .multi = true },
	{ .type = TRAFFICMON_A_POLICY_HOP_LIMIT, .kind = NEST, .nest = hop_limit, .multi = true },
	{ .type = TRAFFICMON_A_POLICY_MARK, .kind = NEST, .nest = mark, .multi = true },
	{ .type = TRAFFICMON_A_POLICY_SOURCE_SET, .kind = NEST, .nest = match_set, .multi = true },
	{ .type = TRAFFICMON_A_POLICY_DESTINATION_SET, .kind = NEST, .nest = match_set,
	  .multi = true },
	{}
};

/* Globs stand instead of names of devices. */
static const struct attribute policy_globs[] = {
	{ .type = TRAFFICMON_A_POLICY_NAME, .kind = STRING, .text = "globs", .required = true },
	{ .type = TRAFFICMON_A_POLICY_DEVICE_GLOB, .kind = NEST, .nest = glob, .multi = true },
	{}
};

static const struct attribute entry[] = {
	{ .type = TRAFFICMON_A_ENTRY_ADDRESS, .kind = ADDRESS, .required = true },
	{ .type = TRAFFICMON_A_ENTRY_LENGTH, .kind = U8, .good = 8, .bad = 33 },
	{ .type = TRAFFICMON_A_ENTRY_TIMEOUT, .kind = U64, .good = 100 * KSELF_SECOND_NS,
	  .bad = KSELF_SECOND_NS - 1 },
	{ .type = TRAFFICMON_A_ENTRY_COMMENT, .kind = STRING, .text = "M\xc3\xbcnchen, DSL" },
	{}
};

/* Of a set that is asked for an address. */
static const struct attribute entry_address[] = {
	{ .type = TRAFFICMON_A_ENTRY_ADDRESS, .kind = ADDRESS, .required = true },
	{}
};

static const struct attribute set_name[] = {
	{ .type = TRAFFICMON_A_SET_NAME, .kind = STRING, .text = "deny", .required = true },
	{}
};

/* Of one that may go. */
static const struct attribute set_name_made[] = {
	{ .type = TRAFFICMON_A_SET_NAME, .kind = STRING, .text = "made", .required = true },
	{}
};

static const struct attribute set_name_or_not[] = {
	{ .type = TRAFFICMON_A_SET_NAME, .kind = STRING, .text = "deny" },
	{}
};

static const struct attribute set_entries[] = {
	{ .type = TRAFFICMON_A_SET_NAME, .kind = STRING, .text = "deny", .required = true },
	{ .type = TRAFFICMON_A_SET_ENTRY, .kind = NEST, .nest = entry, .multi = true },
	{}
};

static const struct attribute set_test[] = {
	{ .type = TRAFFICMON_A_SET_NAME, .kind = STRING, .text = "deny", .required = true },
	{ .type = TRAFFICMON_A_SET_ENTRY, .kind = NEST, .nest = entry_address, .required = true },
	{}
};

static const struct attribute limiter_get[] = {
	{ .type = TRAFFICMON_A_LIMITER_POLICY, .kind = STRING, .text = "flow" },
	{ .type = TRAFFICMON_A_LIMITER_OVER, .kind = FLAG },
	{}
};

/* The key of the policy `flow`. */
static const struct attribute limiter_del[] = {
	{ .type = TRAFFICMON_A_LIMITER_POLICY, .kind = STRING, .text = "flow", .required = true },
	{ .type = TRAFFICMON_A_LIMITER_KIND, .kind = U8, .bad = __TRAFFICMON_LIMIT_MAX },
	{ .type = TRAFFICMON_A_LIMITER_SOURCE, .kind = ADDRESS, .required = true },
	{ .type = TRAFFICMON_A_LIMITER_SOURCE_LENGTH, .kind = U8, .good = 32, .bad = 129 },
	{ .type = TRAFFICMON_A_LIMITER_DESTINATION, .kind = ADDRESS, .required = true },
	{ .type = TRAFFICMON_A_LIMITER_DESTINATION_LENGTH, .kind = U8, .good = 32, .bad = 129 },
	{ .type = TRAFFICMON_A_LIMITER_SOURCE_PORT, .kind = U16, .good = 1, .required = true },
	{ .type = TRAFFICMON_A_LIMITER_DESTINATION_PORT, .kind = U16, .good = 2,
	  .required = true },
	{ .type = TRAFFICMON_A_LIMITER_PROTOCOL, .kind = U8, .good = 17, .required = true },
	{}
};

static const struct attribute limiter_flush[] = {
	{ .type = TRAFFICMON_A_LIMITER_POLICY, .kind = STRING, .text = "flow" },
	{}
};

static const struct attribute event[] = {
	{ .type = TRAFFICMON_A_EVENT_SEQUENCE, .kind = U64, .good = 1 },
	{}
};

#define DO(id, table, object) \
	{ #id, TRAFFICMON_CMD_##id, false, table, TRAFFICMON_A_##object##_MAX }
#define DUMP(id, table, object) \
	{ #id, TRAFFICMON_CMD_##id, true, table, TRAFFICMON_A_##object##_MAX }

/* Not INFO_GET alone: it has nothing to refuse but unknown attributes, as the first ones. */
static const struct command commands[] = {
	DO(INFO_GET, nothing, INFO),
	DO(NETNS_ATTACH, nothing, INFO),
	DO(NETNS_DETACH, nothing, INFO),
	DO(STATS_GET, ledger, STATS),
	DUMP(FLOW_GET, flow, FLOW),
	DO(FLOW_FLUSH, nothing, FLOW),
	DUMP(RECORD_GET, record, RECORD),
	DO(TRANSACTION_BEGIN, nothing, TRANSACTION),
	DO(TRANSACTION_COMMIT, generation, TRANSACTION),
	DO(TRANSACTION_ABORT, nothing, TRANSACTION),
	DUMP(POLICY_GET, nothing, POLICY),
	DO(POLICY_ADD, policy, POLICY),
	DO(POLICY_ADD, policy_globs, POLICY),
	DO(POLICY_FLUSH, nothing, POLICY),
	DUMP(SET_GET, set_name_or_not, SET),
	DO(SET_ADD, set_entries, SET),
	DO(SET_DEL, set_entries, SET),
	DO(SET_FLUSH, set_name, SET),
	DO(SET_TEST, set_test, SET),
	DO(SET_DESTROY, set_name_made, SET),
	DUMP(LIMITER_GET, limiter_get, LIMITER),
	DO(LIMITER_DEL, limiter_del, LIMITER),
	DO(LIMITER_FLUSH, limiter_flush, LIMITER),
	DUMP(EVENT_GET, event, EVENT),
};

enum wrong {
	NONE,
	LONGER,
	SHORTER,
	TWICE,
	MISSING,
	EMPTY,
	CONTROL,	/* with a newline in it */
	RANGE,
	FLAGGED,	/* NLA_F_NESTED turned about */
	DEEP,		/* a nest in what is none */
	UNKNOWN,	/* behind the last one */
	TYPE_ZERO,
	WRONG_MAX
};

static const char *const wrong_names[WRONG_MAX] = {
	"right", "too long", "too short", "given twice", "missing", "empty",
	"with a control character", "out of range", "NLA_F_NESTED turned about",
	"nested too deep", "with an unknown attribute", "with attribute 0",
};

/* Can the attribute be wrong in this way? */
static bool applies(const struct attribute *attribute, enum wrong wrong)
{
	switch (wrong) {
	case LONGER:
		return attribute->kind != NEST;
	case SHORTER:
		return attribute->kind != NEST && attribute->kind != FLAG;
	case TWICE:
		return !attribute->multi;
	case MISSING:
		return attribute->required;
	case EMPTY:
	case CONTROL:
		return attribute->kind == STRING;
	case RANGE:
		return attribute->bad;
	case FLAGGED:
		return true;
	case DEEP:
		return attribute->kind == ADDRESS;
	default:
		return attribute->kind == NEST;
	}
}

static void put(struct nlmsghdr *request, const struct attribute *attribute, enum wrong wrong,
		const struct attribute *victim);

static void put_all(struct nlmsghdr *request, const struct attribute *attributes,
		    enum wrong wrong, const struct attribute *victim)
{
	for (; attributes->type; attributes++) {
		if (attributes != victim) {
			put(request, attributes, wrong, victim);
			continue;
		}
		if (wrong == MISSING)
			continue;
		put(request, attributes, wrong, victim);
		if (wrong == TWICE)
			put(request, attributes, wrong, victim);
	}
}

/* A dozen nests in each other. */
static void put_deep(struct nlmsghdr *request, int type)
{
	struct nlattr *nests[12];
	int i;

	for (i = 0; i < 12; i++)
		nests[i] = mnl_attr_nest_start(request, type);
	while (i--)
		mnl_attr_nest_end(request, nests[i]);
}

static void put_nest(struct nlmsghdr *request, const struct attribute *attribute,
		     enum wrong wrong, const struct attribute *victim)
{
	bool mine = attribute == victim;
	struct nlattr *nest = mnl_attr_nest_start(request, attribute->type);

	put_all(request, attribute->nest, wrong, victim);
	if (mine && wrong == UNKNOWN)
		mnl_attr_put_u8(request, 60, 1);
	if (mine && wrong == TYPE_ZERO)
		mnl_attr_put_u8(request, 0, 1);
	mnl_attr_nest_end(request, nest);
	if (mine && wrong == FLAGGED)
		nest->nla_type &= ~NLA_F_NESTED;
}

static void put(struct nlmsghdr *request, const struct attribute *attribute, enum wrong wrong,
		const struct attribute *victim)
{
	static const size_t lengths[] = { [U8] = 1, [U16] = 2, [U32] = 4, [U64] = 8,
					  [ADDRESS] = 4 };
	struct nlattr *attr = mnl_nlmsg_get_payload_tail(request);
	bool mine = attribute == victim;
	unsigned char bytes[64] = {};
	size_t length;

	if (attribute->kind == NEST) {
		put_nest(request, attribute, wrong, victim);
		return;
	}
	if (mine && wrong == DEEP) {
		put_deep(request, attribute->type);
		return;
	}
	if (attribute->kind == STRING) {
		length = mine && wrong == EMPTY ? 1 : strlen(attribute->text) + 1;
		memcpy(bytes, attribute->text, length - 1);
		if (mine && wrong == CONTROL)
			bytes[1] = '\n';
	} else if (attribute->kind == ADDRESS) {
		length = 4;
		bytes[0] = 10;
		if (victim == limiter_del || attribute->type == TRAFFICMON_A_LIMITER_DESTINATION)
			bytes[0] = 11;
	} else {
		uint64_t value = mine && wrong == RANGE ? attribute->bad : attribute->good;

		length = attribute->kind == FLAG ? 0 : lengths[attribute->kind];
		memcpy(bytes, kself_low_bytes(&value, length), length);
	}
	if (mine && wrong == LONGER)
		length++;
	if (mine && wrong == SHORTER)
		length--;	/* of a string: its NUL */
	mnl_attr_put(request, attribute->type, length, bytes);
	if (mine && wrong == FLAGGED)
		attr->nla_type |= NLA_F_NESTED;
}

FIXTURE(refusals)
{
	struct kself k;
	uint64_t digest;
	unsigned int cases;
};

/* A namespace with something in it, and an open transaction with one policy. */
FIXTURE_SETUP(refusals)
{
	struct kself *k = &self->k;

	ASSERT_EQ(0, kself_unshare());
	ASSERT_EQ(0, kself_open(k));
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_NETNS_ATTACH));
	ASSERT_EQ(0, kself_set_add(k, "allow", "192.0.2.0", 24, 0));
	ASSERT_EQ(0, kself_set_add(k, "deny", "198.51.100.0", 24, 0));
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	ASSERT_EQ(0, kself_add_policy(k, "flow", 0, TRAFFICMON_KEY_FLOW, 1000));
	ASSERT_EQ(2, kself_commit(k, 0));
	ASSERT_EQ(0, kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN));
	ASSERT_EQ(0, kself_add_policy(k, "staged", 0, 0, 10));
	self->digest = kself_digest(k);
}

FIXTURE_TEARDOWN(refusals)
{
	kself_command(&self->k, TRAFFICMON_CMD_NETNS_DETACH);
	kself_close(&self->k);
}

static int ask(struct kself *k, const struct command *command)
{
	return command->dump ? kself_dump(k, NULL, NULL) : kself_do(k, NULL, NULL);
}

static void expect_refused(struct __test_metadata *_metadata, FIXTURE_DATA(refusals) *self,
			   const struct command *command, const char *what, int type)
{
	int err = ask(&self->k, command);

	self->cases++;
	EXPECT_TRUE(err == -EINVAL || err == -ERANGE) {
		TH_LOG("%s, attribute %d %s: error %d", command->name, type, what, err);
	}
	EXPECT_STRNE("", self->k.text) {
		TH_LOG("%s, attribute %d %s: no words", command->name, type, what);
	}
	EXPECT_EQ(self->digest, kself_digest(&self->k)) {
		TH_LOG("%s, attribute %d %s: something changed", command->name, type, what);
	}
}

/* Each attribute of a table, and of the nests in it, wrong in each way. */
static void try_each(struct __test_metadata *_metadata, FIXTURE_DATA(refusals) *self,
		     const struct command *command, const struct attribute *attributes)
{
	for (; attributes->type; attributes++) {
		enum wrong wrong;

		for (wrong = NONE + 1; wrong < WRONG_MAX; wrong++) {
			if (!applies(attributes, wrong))
				continue;
			put_all(kself_request(&self->k, command->command), command->attributes,
				wrong, attributes);
			expect_refused(_metadata, self, command, wrong_names[wrong],
				       attributes->type);
		}
		if (attributes->nest)
			try_each(_metadata, self, command, attributes->nest);
	}
}

static bool in_table(const struct attribute *attributes, int type)
{
	for (; attributes->type; attributes++)
		if (attributes->type == type)
			return true;
	return false;
}

/*
 * Types that the command does not take: 0, those for replies, unknown ones.
 * NETNS_* and the like take none at all.
 */
static void try_others(struct __test_metadata *_metadata, FIXTURE_DATA(refusals) *self,
		       const struct command *command)
{
	int type;

	for (type = 0; type <= command->max + 2; type++) {
		struct nlmsghdr *request;

		if (in_table(command->attributes, type))
			continue;
		if (command->command == TRAFFICMON_CMD_LIMITER_DEL &&
		    type == TRAFFICMON_A_LIMITER_AGGREGATE)
			continue;
		request = kself_request(&self->k, command->command);
		put_all(request, command->attributes, NONE, NULL);
		mnl_attr_put_u64(request, type, 1);
		expect_refused(_metadata, self, command, "not of this command", type);
	}
	put_all(kself_request(&self->k, command->command), command->attributes, NONE, NULL);
	mnl_attr_put_u8((void *)self->k.request, 0x3fff, 1);
	expect_refused(_metadata, self, command, "unknown", 0x3fff);
}

TEST_F(refusals, every_wrong_message_is_refused_in_words_and_changes_nothing)
{
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		try_each(_metadata, self, &commands[i], commands[i].attributes);
		try_others(_metadata, self, &commands[i]);
	}
	TH_LOG("%u wrong messages", self->cases);
	EXPECT_LT(400, self->cases);
	/* nor has the staging area taken anything in */
	ASSERT_EQ(3, kself_commit(&self->k, 2));
	EXPECT_EQ(1, kself_info(&self->k, TRAFFICMON_A_INFO_POLICIES));
}

/* What the right message answers: never that its form is wrong. */
TEST_F(refusals, the_right_messages_that_the_wrong_ones_are_made_from_are_not_refused)
{
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		int err;

		if (commands[i].command == TRAFFICMON_CMD_NETNS_DETACH)
			continue;
		put_all(kself_request(&self->k, commands[i].command), commands[i].attributes,
			NONE, NULL);
		err = ask(&self->k, &commands[i]);
		EXPECT_TRUE(err != -EINVAL && err != -ERANGE) {
			TH_LOG("%s: error %d, %s", commands[i].name, err, self->k.text);
		}
	}
}

TEST_F(refusals, a_message_cut_short_or_with_trailing_bytes_is_refused)
{
	struct kself *k = &self->k;
	struct nlmsghdr *request;

	request = kself_request(k, TRAFFICMON_CMD_POLICY_ADD);
	mnl_attr_put_strz(request, TRAFFICMON_A_POLICY_NAME, "new");
	memset(mnl_nlmsg_get_payload_tail(request), 0xff, 4);
	request->nlmsg_len += 3;
	EXPECT_EQ(-EINVAL, kself_do(k, NULL, NULL));
	EXPECT_STRNE("", k->text);

	request = kself_request(k, TRAFFICMON_CMD_POLICY_ADD);
	mnl_attr_put_strz(request, TRAFFICMON_A_POLICY_NAME, "new");
	request->nlmsg_len -= 4;
	EXPECT_EQ(-EINVAL, kself_do(k, NULL, NULL));
	EXPECT_STRNE("", k->text);

	request = kself_request(k, TRAFFICMON_CMD_POLICY_ADD);
	((struct genlmsghdr *)mnl_nlmsg_get_payload(request))->reserved = 1;
	mnl_attr_put_strz(request, TRAFFICMON_A_POLICY_NAME, "new");
	EXPECT_EQ(-EINVAL, kself_do(k, NULL, NULL));
	EXPECT_STRNE("", k->text);
	EXPECT_EQ(self->digest, kself_digest(k));
}

TEST_HARNESS_MAIN
