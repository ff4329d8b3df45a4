// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who may what: a process without CAP_NET_ADMIN, root of a user namespace of
 * its own, and namespaces that must see nothing of each other.
 */
#include "kself.h"

#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sched.h>

#define NOBODY	65534

static const uint8_t admin_dos[] = {
	TRAFFICMON_CMD_NETNS_ATTACH, TRAFFICMON_CMD_NETNS_DETACH, TRAFFICMON_CMD_FLOW_FLUSH,
	TRAFFICMON_CMD_TRANSACTION_BEGIN, TRAFFICMON_CMD_TRANSACTION_COMMIT,
	TRAFFICMON_CMD_TRANSACTION_ABORT, TRAFFICMON_CMD_POLICY_ADD,
	TRAFFICMON_CMD_POLICY_FLUSH, TRAFFICMON_CMD_SET_ADD, TRAFFICMON_CMD_SET_DEL,
	TRAFFICMON_CMD_SET_FLUSH, TRAFFICMON_CMD_LIMITER_DEL, TRAFFICMON_CMD_LIMITER_FLUSH,
	TRAFFICMON_CMD_TRANSACTION_CONFIRM, TRAFFICMON_CMD_TRANSACTION_ROLLBACK,
	TRAFFICMON_CMD_SET_TEST, TRAFFICMON_CMD_SET_DESTROY,
};

static const uint8_t admin_dumps[] = {
	TRAFFICMON_CMD_FLOW_GET, TRAFFICMON_CMD_RECORD_GET, TRAFFICMON_CMD_SET_GET,
	TRAFFICMON_CMD_LIMITER_GET, TRAFFICMON_CMD_EVENT_GET,
};

FIXTURE(privileges)
{
	struct kself k;
	uint64_t digest;
};

FIXTURE_SETUP(privileges)
{
	struct kself *k = &self->k;

	ASSERT_EQ(0, kself_furnish(k));
	self->digest = kself_digest(k);
}

FIXTURE_TEARDOWN(privileges)
{
	kself_close(&self->k);
}

/* Every admin command is refused in words. */
static void expect_refused(struct __test_metadata *_metadata, struct kself *k)
{
	struct nlmsghdr *request;
	size_t i;

	for (i = 0; i < sizeof(admin_dos); i++) {
		EXPECT_EQ(-EPERM, kself_command(k, admin_dos[i])) {
			TH_LOG("command %u", admin_dos[i]);
		}
		EXPECT_NE(NULL, strstr(k->text, "CAP_NET_ADMIN"));
	}
	for (i = 0; i < sizeof(admin_dumps); i++) {
		kself_request(k, admin_dumps[i]);
		EXPECT_EQ(-EPERM, kself_dump(k, NULL, NULL)) {
			TH_LOG("command %u", admin_dumps[i]);
		}
		EXPECT_NE(NULL, strstr(k->text, "CAP_NET_ADMIN"));
	}
	request = kself_request(k, TRAFFICMON_CMD_STATS_GET);
	mnl_attr_put(request, TRAFFICMON_A_STATS_LEDGER, 0, NULL);
	EXPECT_EQ(-EPERM, kself_do(k, NULL, NULL));
	EXPECT_NE(NULL, strstr(k->text, "CAP_NET_ADMIN"));
}

struct shown {
	unsigned int seen;
	bool name;
	bool counters;
	bool mode;
	bool definition;
};

static void take_policy(const struct nlmsghdr *message, const struct kself_attrs *attrs, void *data)
{
	struct shown *shown = data;

	(void)message;
	shown->seen++;
	shown->name = attrs->at[TRAFFICMON_A_POLICY_NAME];
	shown->mode = attrs->at[TRAFFICMON_A_POLICY_MODE];
	shown->counters = attrs->at[TRAFFICMON_A_POLICY_MATCHED_PACKETS];
	shown->definition = attrs->at[TRAFFICMON_A_POLICY_KEY] ||
			    attrs->at[TRAFFICMON_A_POLICY_LIMIT] ||
			    attrs->at[TRAFFICMON_A_POLICY_ON_FULL];
}

TEST_F(privileges, without_cap_net_admin_only_totals_are_open)
{
	struct shown shown = {};
	struct kself nobody;
	uint64_t digest;
	pid_t child;
	int status;

	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		if (setgid(NOBODY) || setuid(NOBODY) || kself_open(&nobody))
			_exit(1);
		expect_refused(_metadata, &nobody);
		EXPECT_EQ(0, kself_command(&nobody, TRAFFICMON_CMD_INFO_GET));
		EXPECT_EQ(0, kself_command(&nobody, TRAFFICMON_CMD_STATS_GET));
		kself_request(&nobody, TRAFFICMON_CMD_POLICY_GET);
		EXPECT_EQ(0, kself_dump(&nobody, take_policy, &shown));
		EXPECT_EQ(1, shown.seen);
		EXPECT_TRUE(shown.name && shown.mode && shown.counters);
		EXPECT_FALSE(shown.definition);
		EXPECT_NE(0, mnl_socket_setsockopt(nobody.socket, NETLINK_ADD_MEMBERSHIP,
						   &nobody.group, sizeof(nobody.group)));
		_exit(_metadata->passed ? 0 : 2);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFEXITED(status));
	EXPECT_EQ(0, WEXITSTATUS(status));
	digest = kself_digest(&self->k);
	EXPECT_EQ(self->digest, digest);
	kself_command(&self->k, TRAFFICMON_CMD_NETNS_DETACH);
}

/*
 * Counting walks the tables: what anybody may ask is answered from the last
 * count, for a second.
 */
TEST_F(privileges, without_cap_net_admin_counting_is_once_a_second)
{
	struct kself *k = &self->k;
	pid_t child;
	int status;

	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		uint64_t before, after;
		struct kself nobody;

		if (seteuid(NOBODY) || kself_open(&nobody))
			_exit(1);
		sleep(2);
		before = kself_info(&nobody, TRAFFICMON_A_INFO_FLOWS);
		if (kself_send_udp("127.0.0.1", 7000, 3))
			_exit(1);
		EXPECT_EQ(before, kself_info(&nobody, TRAFFICMON_A_INFO_FLOWS));
		sleep(2);
		after = kself_info(&nobody, TRAFFICMON_A_INFO_FLOWS);
		EXPECT_LE(before + 3, after);
		if (kself_send_udp("127.0.0.1", 8000, 3))
			_exit(1);
		/* an admin's count is of the time of asking */
		if (seteuid(0))
			_exit(1);
		EXPECT_LE(after + 3, kself_info(k, TRAFFICMON_A_INFO_FLOWS));
		_exit(_metadata->passed ? 0 : 2);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFEXITED(status));
	EXPECT_EQ(0, WEXITSTATUS(status));
	kself_command(k, TRAFFICMON_CMD_NETNS_DETACH);
}

/* A socket opened by root does not lend its rights, nor does a root who got another's socket. */
TEST_F(privileges, a_socket_given_away_gives_no_rights)
{
	pid_t child;
	int status;

	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		if (setgid(NOBODY) || setuid(NOBODY))
			_exit(1);
		expect_refused(_metadata, &self->k);
		_exit(_metadata->passed ? 0 : 2);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFEXITED(status));
	EXPECT_EQ(0, WEXITSTATUS(status));
	kself_command(&self->k, TRAFFICMON_CMD_NETNS_DETACH);
}

/* As the root of a user namespace of its own, in a network namespace of that. */
static int as_root_of_own(struct __test_metadata *_metadata)
{
	struct pollfd wait = { .events = POLLIN };
	struct kself k, listener;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) || kself_open(&k) || kself_open(&listener))
		return 1;
	if (!kself_userns_admin()) {
		expect_refused(_metadata, &k);
		EXPECT_EQ(0, kself_command(&k, TRAFFICMON_CMD_INFO_GET));
		return _metadata->passed ? 0 : 2;
	}
	EXPECT_EQ(0, mnl_socket_setsockopt(listener.socket, NETLINK_ADD_MEMBERSHIP,
					   &listener.group, sizeof(listener.group)));
	EXPECT_EQ(0, kself_command(&k, TRAFFICMON_CMD_NETNS_ATTACH)) {
		TH_LOG("%s", k.text);
	}
	EXPECT_EQ(0, kself_set_count(&k, "deny"));
	EXPECT_EQ(0, kself_set_add(&k, "deny", "192.0.2.0", 24, 0));
	wait.fd = mnl_socket_get_fd(listener.socket);
	EXPECT_EQ(1, poll(&wait, 1, 5000));
	EXPECT_EQ(0, kself_command(&k, TRAFFICMON_CMD_NETNS_DETACH));
	kself_close(&k);
	kself_close(&listener);
	return _metadata->passed ? 0 : 2;
}

TEST_F(privileges, root_of_an_own_user_namespace_is_nobody_unless_userns_admin)
{
	pid_t child = fork();
	uint64_t digest;
	int status;

	ASSERT_LE(0, child);
	if (!child)
		_exit(as_root_of_own(_metadata));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFEXITED(status));
	EXPECT_EQ(0, WEXITSTATUS(status));
	digest = kself_digest(&self->k);
	EXPECT_EQ(self->digest, digest);
	kself_command(&self->k, TRAFFICMON_CMD_NETNS_DETACH);
}

/* Root attaches the namespace of another; that one joins its group and must hear nothing. */
TEST_F(privileges, events_go_only_to_namespaces_of_the_initial_owner)
{
	struct kself inside, listener;
	struct pollfd wait = { .events = POLLIN };
	int to_child[2], to_parent[2];
	char byte = 0, path[64];
	bool expected = kself_userns_admin();
	pid_t child;
	int status, heard, fd;

	ASSERT_EQ(0, pipe(to_child));
	ASSERT_EQ(0, pipe(to_parent));
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNET) || kself_open(&listener))
			_exit(1);
		if (mnl_socket_setsockopt(listener.socket, NETLINK_ADD_MEMBERSHIP,
					  &listener.group, sizeof(listener.group)))
			_exit(3);
		if (write(to_parent[1], &byte, 1) != 1 || read(to_child[0], &byte, 1) != 1)
			_exit(4);
		wait.fd = mnl_socket_get_fd(listener.socket);
		heard = poll(&wait, 1, expected ? 5000 : 300);
		_exit(heard == expected ? 0 : 2);
	}
	ASSERT_EQ(1, read(to_parent[0], &byte, 1));
	snprintf(path, sizeof(path), "/proc/%d/ns/net", child);
	fd = open(path, O_RDONLY);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, setns(fd, CLONE_NEWNET));
	ASSERT_EQ(0, kself_open(&inside));
	EXPECT_EQ(0, kself_command(&inside, TRAFFICMON_CMD_NETNS_ATTACH));
	ASSERT_EQ(1, write(to_child[1], &byte, 1));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFEXITED(status));
	EXPECT_EQ(0, WEXITSTATUS(status));
	EXPECT_EQ(0, kself_command(&inside, TRAFFICMON_CMD_NETNS_DETACH));
	kself_close(&inside);
	kself_command(&self->k, TRAFFICMON_CMD_NETNS_DETACH);
}

TEST_F(privileges, namespaces_see_nothing_of_each_other)
{
	struct kself *k = &self->k;
	unsigned int flows;
	struct kself other;

	ASSERT_EQ(0, kself_send_udp("127.0.0.1", 5000, 20));
	ASSERT_EQ(0, kself_unshare());
	ASSERT_EQ(0, kself_open(&other));
	ASSERT_EQ(0, kself_command(&other, TRAFFICMON_CMD_NETNS_ATTACH));
	EXPECT_EQ(0, kself_set_count(&other, "deny"));
	EXPECT_EQ(0, kself_info(&other, TRAFFICMON_A_INFO_POLICIES));
	EXPECT_EQ(0, kself_counter(&other, TRAFFICMON_A_STATS_CLASS, "udp"));
	kself_request(&other, TRAFFICMON_CMD_FLOW_GET);
	EXPECT_EQ(0, kself_dump(&other, NULL, NULL));
	flows = other.messages;
	EXPECT_EQ(kself_info(&other, TRAFFICMON_A_INFO_FLOWS), flows);
	EXPECT_NE(kself_info(k, TRAFFICMON_A_INFO_INSTANCE),
		  kself_info(&other, TRAFFICMON_A_INFO_INSTANCE));
	ASSERT_EQ(0, kself_set_add(&other, "deny", "11.0.0.0", 8, 0));
	ASSERT_EQ(0, kself_command(&other, TRAFFICMON_CMD_POLICY_FLUSH));
	EXPECT_EQ(1, kself_set_count(k, "deny"));
	EXPECT_EQ(1, kself_info(k, TRAFFICMON_A_INFO_POLICIES));
	EXPECT_LE(20, kself_counter(k, TRAFFICMON_A_STATS_CLASS, "udp"));
	EXPECT_EQ(0, kself_command(&other, TRAFFICMON_CMD_NETNS_DETACH));
	EXPECT_EQ(1, kself_info(k, TRAFFICMON_A_INFO_ATTACHED));
	kself_command(k, TRAFFICMON_CMD_NETNS_DETACH);
	kself_close(&other);
}

TEST_HARNESS_MAIN
