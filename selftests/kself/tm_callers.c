// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who may what, whole: each command that uapi/trafficmon.yaml has and joining
 * the group, by each kind of caller.  What the specification says of a command
 * stands in callers.txt beside this program (uapi.awk), so that a new command is
 * asked for here too.  A refusal is EPERM, in words, and changes nothing.
 */
#include "kself.h"

#include <errno.h>
#include <kselftest_harness.h>
#include <linux/netlink.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#define NOBODY		65534
#define COMMANDS	64
#define COMMANDS_KNOWN	(TRAFFICMON_CMD_MAX - 1)	/* all but EVENT_NOTIFY, which nobody sends */

struct command {
	unsigned int number;
	bool dump;
	bool admin;
	char name[32];
};

/* callers.txt beside this program.  Returns how many there are. */
static int read_commands(struct command *commands)
{
	char path[4096], how[8], who[8];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 16);
	int count = 0;
	FILE *file;

	if (length < 0)
		return 0;
	path[length] = '\0';
	strcpy(strrchr(path, '/') + 1, "callers.txt");
	file = fopen(path, "r");
	if (!file)
		return 0;
	while (count < COMMANDS &&
	       fscanf(file, "%u %7s %7s %31s", &commands[count].number, how, who,
		      commands[count].name) == 4) {
		commands[count].dump = !strcmp(how, "dump");
		commands[count++].admin = !strcmp(who, "admin");
	}
	fclose(file);
	return count;
}

/* --- what a caller does before its socket is opened, and before it sends -------- */

static int stay(void)		{ return 0; }
static int drop_rights(void)	{ return seteuid(NOBODY); }
static int regain_rights(void)	{ return seteuid(0); }
static int own_user(void)	{ return unshare(CLONE_NEWUSER); }
static int own_user_and_net(void) { return unshare(CLONE_NEWUSER | CLONE_NEWNET); }
static int other_net(void)	{ return kself_unshare(); }

FIXTURE(caller)
{
	struct kself k;
	struct command commands[COMMANDS];
	int count;
	uint64_t digest;
};

/**
 * @admin: it may send what an admin may
 * @userns_admin: likewise, where the module parameter of this name is set
 * @joins: it may join the group of events
 * @unaddressed: it sends as write(2) does
 */
FIXTURE_VARIANT(caller)
{
	int (*before_open)(void);
	int (*before_send)(void);
	bool admin;
	bool userns_admin;
	bool joins;
	bool unaddressed;
};

FIXTURE_VARIANT_ADD(caller, root) {
	.before_open = stay, .before_send = stay,
	.admin = true, .userns_admin = true, .joins = true,
};

FIXTURE_VARIANT_ADD(caller, root_in_another_network_namespace) {
	.before_open = other_net, .before_send = stay,
	.admin = true, .userns_admin = true, .joins = true,
};

FIXTURE_VARIANT_ADD(caller, without_capability) {
	.before_open = drop_rights, .before_send = stay,
};

FIXTURE_VARIANT_ADD(caller, capability_only_when_opened) {
	.before_open = stay, .before_send = drop_rights,
};

/*
 * The core takes a message whose sender named the receiver as meant, whoever opened
 * the socket; a program with rights whose output was led to a socket names none.
 * Who joins is asked of the process alone.
 */
FIXTURE_VARIANT_ADD(caller, capability_only_when_sending_to_the_kernel) {
	.before_open = drop_rights, .before_send = regain_rights,
	.admin = true, .userns_admin = true, .joins = true,
};

FIXTURE_VARIANT_ADD(caller, capability_only_when_writing) {
	.before_open = drop_rights, .before_send = regain_rights,
	.joins = true, .unaddressed = true,
};

/* What it may hear when it has joined: tm_privileges. */
FIXTURE_VARIANT_ADD(caller, root_of_own_user_and_network_namespace) {
	.before_open = own_user_and_net, .before_send = stay,
	.userns_admin = true, .joins = true,
};

FIXTURE_VARIANT_ADD(caller, root_of_own_user_namespace_in_this_network) {
	.before_open = own_user, .before_send = stay,
};

FIXTURE_SETUP(caller)
{
	struct kself *k = &self->k;

	self->count = read_commands(self->commands);
	ASSERT_EQ(COMMANDS_KNOWN, self->count)
		TH_LOG("%d commands in callers.txt: run selftests/kself/build", self->count);
	ASSERT_EQ(0, kself_furnish(k));
	self->digest = kself_digest(k);
}

FIXTURE_TEARDOWN(caller)
{
	kself_command(&self->k, TRAFFICMON_CMD_NETNS_DETACH);
	kself_close(&self->k);
}

struct shown {
	unsigned int policies;
	unsigned int definitions;
};

static void take_policy(const struct nlmsghdr *message, const struct kself_attrs *attrs, void *data)
{
	struct shown *shown = data;

	(void)message;
	if (!attrs->at[TRAFFICMON_A_POLICY_NAME])
		return;
	shown->policies++;
	if (attrs->at[TRAFFICMON_A_POLICY_KEY])
		shown->definitions++;
}

/* One command without attributes: whatever it is told of those, the right is asked first. */
static void ask(struct __test_metadata *_metadata, struct kself *k, const struct command *command,
		bool admin)
{
	int err;

	kself_request(k, command->number);
	err = command->dump ? kself_dump(k, NULL, NULL) : kself_do(k, NULL, NULL);
	if (command->admin && !admin) {
		EXPECT_EQ(-EPERM, err)
			TH_LOG("%s is not refused", command->name);
		EXPECT_NE(NULL, strstr(k->text, "CAP_NET_ADMIN"));
		return;
	}
	EXPECT_NE(-EPERM, err)
		TH_LOG("%s is refused: %s", command->name, k->text);
	if (command->number == TRAFFICMON_CMD_NETNS_DETACH)
		EXPECT_EQ(0, kself_command(k, TRAFFICMON_CMD_NETNS_ATTACH));
}

/* What is open to anybody in part: the ledger and what a policy says are not. */
static void ask_for_all(struct __test_metadata *_metadata, struct kself *k, bool admin)
{
	struct shown shown = {};
	int err;

	kself_request(k, TRAFFICMON_CMD_POLICY_GET);
	kself_dump(k, take_policy, &shown);
	EXPECT_EQ(admin ? shown.policies : 0, shown.definitions);
	mnl_attr_put(kself_request(k, TRAFFICMON_CMD_STATS_GET), TRAFFICMON_A_STATS_LEDGER, 0,
		     NULL);
	err = kself_do(k, NULL, NULL);
	EXPECT_EQ(admin ? 0 : -EPERM, err)
		TH_LOG("the ledger: %s", k->text);
}

TEST_F(caller, may_what_the_specification_says)
{
	bool admin = kself_userns_admin() ? variant->userns_admin : variant->admin;
	uint64_t digest;
	pid_t child;
	int status;

	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		struct kself k;
		int i, joined;

		if (variant->before_open() || kself_open(&k) || variant->before_send())
			_exit(1);
		k.unaddressed = variant->unaddressed;
		if (admin)
			kself_command(&k, TRAFFICMON_CMD_NETNS_ATTACH);
		ask_for_all(_metadata, &k, admin);
		for (i = 0; i < self->count; i++)
			ask(_metadata, &k, &self->commands[i], admin);
		joined = mnl_socket_setsockopt(k.socket, NETLINK_ADD_MEMBERSHIP, &k.group,
					       sizeof(k.group));
		EXPECT_EQ(variant->joins ? 0 : -1, joined);
		EXPECT_TRUE(variant->joins || errno == EPERM);
		/* what is attached would be counted by tests to come */
		if (admin && variant->before_open != stay)
			kself_command(&k, TRAFFICMON_CMD_NETNS_DETACH);
		_exit(_metadata->passed ? 0 : 2);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFEXITED(status));
	EXPECT_EQ(0, WEXITSTATUS(status));
	if (admin)
		return;
	digest = kself_digest(&self->k);
	EXPECT_EQ(self->digest, digest);
}

TEST_HARNESS_MAIN
