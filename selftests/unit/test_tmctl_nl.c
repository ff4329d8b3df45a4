// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/lib/nl.c userspace/lib/netns.c userspace/lib/refusal.c userspace/lib/attrs.c userspace/lib/attr_tables.c userspace/lib/error.c userspace/lib/signing.c
// flags: -lmnl
/*
 * The netlink client beside a kernel that answers as the test says: dumps that
 * are interrupted, replies of others, lost, cut and malformed messages.  The
 * socket functions of libmnl are this file's own.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/trafficmon.h>
#include <time.h>

#include "../../userspace/lib/nl.h"
#include "unit.h"

#define FAMILY		40
#define PORT		4711
#define ANSWER_SIZE	4096

/* How the kernel answers the next requests of the family, one each. */
enum answer {
	ANSWER_DUMP,		/* three replies and the end */
	ANSWER_INTERRUPTED,	/* the same, NLM_F_DUMP_INTR at the end alone */
	ANSWER_STRANGERS,	/* others' replies before it */
	ANSWER_SHORT_DONE,	/* the end has no code in it */
	ANSWER_CUT,		/* a message longer than what came */
	ANSWER_SHORT_ERROR,	/* an error without its code */
	ANSWER_LOST,		/* ENOBUFS */
	ANSWER_TRUNCATED,	/* ENOSPC: longer than the buffer */
};

struct mnl_socket {
	int unused;
};

static struct mnl_socket the_socket;
static char queue[8][ANSWER_SIZE] __attribute__((aligned(8)));
static size_t queue_length[8];
static int queue_error[8];
static unsigned int queue_first, queue_count;
static const enum answer *script;
static unsigned int dumps, replies, restarts;

struct mnl_socket *mnl_socket_open2(int bus, int flags)
{
	(void)bus;
	(void)flags;
	return &the_socket;
}

int mnl_socket_setsockopt(const struct mnl_socket *nl, int type, void *buf,
			  socklen_t len)
{
	(void)nl;
	(void)type;
	(void)buf;
	(void)len;
	return 0;
}

int mnl_socket_bind(struct mnl_socket *nl, unsigned int groups, pid_t pid)
{
	(void)nl;
	(void)groups;
	(void)pid;
	return 0;
}

int mnl_socket_get_fd(const struct mnl_socket *nl)
{
	(void)nl;
	return -1;
}

unsigned int mnl_socket_get_portid(const struct mnl_socket *nl)
{
	(void)nl;
	return PORT;
}

int mnl_socket_close(struct mnl_socket *nl)
{
	(void)nl;
	return 0;
}

/* Room for one more receive call's worth; with an error, that one. */
static char *answer_begin(int error)
{
	if (queue_count == 8)
		abort();
	queue_error[queue_count] = error;
	queue_length[queue_count] = 0;
	memset(queue[queue_count], 0, ANSWER_SIZE);
	return queue[queue_count++];
}

static struct nlmsghdr *answer_put(const struct nlmsghdr *request,
				   uint16_t type, size_t payload)
{
	unsigned int i = queue_count - 1;
	struct nlmsghdr *nlh;

	nlh = mnl_nlmsg_put_header(queue[i] + queue_length[i]);
	nlh->nlmsg_type = type;
	nlh->nlmsg_seq = request->nlmsg_seq;
	nlh->nlmsg_pid = PORT;
	if (payload)
		mnl_nlmsg_put_extra_header(nlh, payload);
	queue_length[i] += MNL_ALIGN(nlh->nlmsg_len);
	return nlh;
}

static void answer_family(const struct nlmsghdr *request)
{
	struct nlmsghdr *nlh;

	answer_begin(0);
	nlh = answer_put(request, GENL_ID_CTRL, sizeof(struct genlmsghdr));
	mnl_attr_put_u16(nlh, CTRL_ATTR_FAMILY_ID, FAMILY);
	queue_length[queue_count - 1] = MNL_ALIGN(nlh->nlmsg_len);
	answer_put(request, NLMSG_ERROR, sizeof(struct nlmsgerr));
}

static void answer_dump(const struct nlmsghdr *request, uint16_t flags)
{
	unsigned int i;

	answer_begin(0);
	for (i = 0; i < 3; i++)
		answer_put(request, FAMILY, sizeof(struct genlmsghdr));
	/* The end comes alone, as the kernel sends it when there is no room. */
	answer_begin(0);
	answer_put(request, NLMSG_DONE, sizeof(int))->nlmsg_flags |=
		NLM_F_MULTI | flags;
}

static void answer_strangers(const struct nlmsghdr *request)
{
	answer_begin(0);
	answer_put(request, FAMILY, sizeof(struct genlmsghdr))->nlmsg_seq--;
	answer_put(request, FAMILY, sizeof(struct genlmsghdr))->nlmsg_pid++;
	answer_put(request, NLMSG_DONE, sizeof(int))->nlmsg_seq--;
	answer_put(request, NLMSG_NOOP, 0);
	/* No room for a generic netlink header. */
	answer_put(request, FAMILY, 0);
	answer_dump(request, 0);
}

static void answer(const struct nlmsghdr *request, enum answer how)
{
	switch (how) {
	case ANSWER_DUMP:
		answer_dump(request, 0);
		break;
	case ANSWER_INTERRUPTED:
		answer_dump(request, NLM_F_DUMP_INTR);
		break;
	case ANSWER_STRANGERS:
		answer_strangers(request);
		break;
	case ANSWER_SHORT_DONE:
		answer_begin(0);
		answer_put(request, NLMSG_DONE, 0);
		break;
	case ANSWER_CUT:
		answer_begin(0);
		answer_put(request, FAMILY, sizeof(struct genlmsghdr));
		answer_put(request, FAMILY, sizeof(struct genlmsghdr))
			->nlmsg_len += 100;
		answer_dump(request, 0);
		break;
	case ANSWER_SHORT_ERROR:
		answer_begin(0);
		answer_put(request, NLMSG_ERROR, 0);
		break;
	case ANSWER_LOST:
		answer_begin(ENOBUFS);
		break;
	case ANSWER_TRUNCATED:
		answer_begin(ENOSPC);
		break;
	}
}

ssize_t mnl_socket_sendto(const struct mnl_socket *nl, const void *buf,
			  size_t siz)
{
	const struct nlmsghdr *request = buf;

	(void)nl;
	queue_first = 0;
	queue_count = 0;
	if (request->nlmsg_type == GENL_ID_CTRL) {
		answer_family(request);
	} else {
		dumps++;
		answer(request, *script++);
	}
	return siz;
}

ssize_t mnl_socket_recvfrom(const struct mnl_socket *nl, void *buf,
			    size_t siz)
{
	unsigned int i = queue_first++;

	(void)nl;
	/* A real socket would wait for ever here. */
	if (i >= queue_count || queue_length[i] > siz)
		abort();
	if (queue_error[i]) {
		errno = queue_error[i];
		return -1;
	}
	memcpy(buf, queue[i], queue_length[i]);
	return queue_length[i];
}

static int count_reply(const struct nlmsghdr *nlh, void *data,
		       struct tm_error *error)
{
	(void)nlh;
	(void)error;
	++*(unsigned int *)data;
	return 0;
}

static int refuse_reply(const struct nlmsghdr *nlh, void *data,
			struct tm_error *error)
{
	(void)nlh;
	++*(unsigned int *)data;
	return tm_error_set(error, TM_EXIT_REFUSED, EBADMSG, "not liked");
}

static void count_restart(void *data)
{
	*(unsigned int *)data = 0;
	restarts++;
}

static int dump(const enum answer *answers, tm_nl_reply reply,
		void (*restart)(void *data), bool *inconsistent,
		struct tm_error *error)
{
	struct tm_nl *nl = tm_nl_open(NULL, error);
	int result;

	ASSERT_TRUE(nl);
	script = answers;
	result = tm_nl_dump(nl, tm_nl_request(nl, TRAFFICMON_CMD_POLICY_GET, 0),
			    reply, restart, &replies, inconsistent, error);
	tm_nl_close(nl);
	return result;
}

TEST(an_interrupted_dump_is_asked_for_again)
{
	static const enum answer answers[] = {
		ANSWER_INTERRUPTED, ANSWER_INTERRUPTED, ANSWER_DUMP
	};
	struct tm_error error;
	bool inconsistent;

	EXPECT_EQ(dump(answers, count_reply, count_restart, &inconsistent,
		       &error), 0);
	EXPECT_EQ(inconsistent, false);
	EXPECT_EQ(dumps, 3);
	EXPECT_EQ(restarts, 2);
	EXPECT_EQ(replies, 3);
}

TEST(a_dump_that_is_always_interrupted_is_told_so_and_ends)
{
	static const enum answer answers[TM_NL_DUMP_TRIES] = {
		[0 ... TM_NL_DUMP_TRIES - 1] = ANSWER_INTERRUPTED
	};
	struct tm_error error;
	bool inconsistent;

	EXPECT_EQ(dump(answers, count_reply, count_restart, &inconsistent,
		       &error), 0);
	EXPECT_EQ(inconsistent, true);
	EXPECT_EQ(dumps, TM_NL_DUMP_TRIES);
	/* The last try is what is shown: not cleared once more. */
	EXPECT_EQ(restarts, TM_NL_DUMP_TRIES - 1);
	EXPECT_EQ(replies, 3);
}

TEST(without_restart_an_interrupted_dump_is_told_at_once)
{
	static const enum answer answers[] = { ANSWER_INTERRUPTED };
	struct tm_error error;
	bool inconsistent;

	EXPECT_EQ(dump(answers, count_reply, NULL, &inconsistent, &error), 0);
	EXPECT_EQ(inconsistent, true);
	EXPECT_EQ(dumps, 1);
}

TEST(replies_to_others_are_passed_over)
{
	static const enum answer answers[] = { ANSWER_STRANGERS };
	struct tm_error error;

	EXPECT_EQ(dump(answers, count_reply, NULL, NULL, &error), 0);
	EXPECT_EQ(replies, 3);
}

TEST(a_message_that_is_cut_ends_its_buffer_only)
{
	static const enum answer answers[] = { ANSWER_CUT };
	struct tm_error error;

	EXPECT_EQ(dump(answers, count_reply, NULL, NULL, &error), 0);
	EXPECT_EQ(replies, 4);
}

TEST(an_end_without_a_code_is_an_end)
{
	static const enum answer answers[] = { ANSWER_SHORT_DONE };
	struct tm_error error;

	EXPECT_EQ(dump(answers, count_reply, NULL, NULL, &error), 0);
	EXPECT_EQ(replies, 0);
}

TEST(an_error_without_a_code_is_an_error)
{
	static const enum answer answers[] = { ANSWER_SHORT_ERROR };
	struct tm_error error;

	EXPECT_EQ(dump(answers, count_reply, NULL, NULL, &error), -1);
	EXPECT_EQ(error.errnum, EBADMSG);
	EXPECT_TRUE(strstr(error.message, "cut short"));
}

TEST(lost_and_truncated_messages_end_the_dump)
{
	static const enum answer lost[] = { ANSWER_LOST };
	static const enum answer truncated[] = { ANSWER_TRUNCATED };
	struct tm_error error;

	EXPECT_EQ(dump(lost, count_reply, NULL, NULL, &error), -1);
	EXPECT_EQ(error.errnum, ENOBUFS);
	EXPECT_EQ(dump(truncated, count_reply, NULL, NULL, &error), -1);
	EXPECT_EQ(error.errnum, ENOSPC);
}

TEST(a_reader_that_fails_is_not_asked_again)
{
	static const enum answer answers[] = { ANSWER_DUMP };
	struct tm_error error;

	EXPECT_EQ(dump(answers, refuse_reply, NULL, NULL, &error), -1);
	EXPECT_EQ(replies, 1);
	EXPECT_STREQ(error.message, "not liked");
}
