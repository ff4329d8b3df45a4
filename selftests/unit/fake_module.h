/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module that answers as the test says, beside tmctl's own objects: the socket
 * functions of libmnl are this file's.  Included by one file of a program.
 *
 * fake_answer() is the test's: it puts the replies to one request, fake_reply()
 * each, and fake_refuse() where it refuses.  fake_connections() is too: it answers
 * as sock_diag does, with a fake_connection() for each.
 */
#ifndef FAKE_MODULE_H
#define FAKE_MODULE_H

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <linux/trafficmon.h>

#include "../../userspace/lib/nl.h"
#include "../../userspace/lib/value.h"
#include "../../userspace/tmctl/commandline.h"

#define FAKE_FAMILY	40
#define FAKE_PORT	4711
#define FAKE_MESSAGE	4096
#define FAKE_MESSAGES	64

struct mnl_socket {
	int unused;
};

static struct mnl_socket fake_socket;
static char fake_queue[FAKE_MESSAGES][FAKE_MESSAGE] __attribute__((aligned(8)));
static unsigned int fake_count, fake_next;
static const struct nlmsghdr *fake_request;

static void fake_answer(uint8_t command);
static void fake_connections(const struct inet_diag_req_v2 *asked);

struct mnl_socket *mnl_socket_open2(int bus, int flags)
{
	(void)bus;
	(void)flags;
	return &fake_socket;
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
	return FAKE_PORT;
}

int mnl_socket_close(struct mnl_socket *nl)
{
	(void)nl;
	return 0;
}

static struct nlmsghdr *fake_message(uint16_t type, size_t payload)
{
	struct nlmsghdr *nlh;

	if (fake_count == FAKE_MESSAGES)
		abort();
	memset(fake_queue[fake_count], 0, FAKE_MESSAGE);
	nlh = mnl_nlmsg_put_header(fake_queue[fake_count++]);
	nlh->nlmsg_type = type;
	nlh->nlmsg_seq = fake_request->nlmsg_seq;
	nlh->nlmsg_pid = FAKE_PORT;
	if (payload)
		mnl_nlmsg_put_extra_header(nlh, payload);
	return nlh;
}

/* A reply to which attributes are put. */
static struct nlmsghdr *fake_reply(void)
{
	const struct genlmsghdr *asked = mnl_nlmsg_get_payload(fake_request);
	struct nlmsghdr *nlh = fake_message(FAKE_FAMILY,
					    sizeof(struct genlmsghdr));

	*(struct genlmsghdr *)mnl_nlmsg_get_payload(nlh) = *asked;
	return nlh;
}

static inline struct nlmsghdr *fake_connection(size_t payload)
{
	return fake_message(SOCK_DIAG_BY_FAMILY, payload);
}

static void fake_refuse(int errnum)
{
	struct nlmsghdr *nlh = fake_message(NLMSG_ERROR,
					    sizeof(struct nlmsgerr));
	struct nlmsgerr *refusal = mnl_nlmsg_get_payload(nlh);

	refusal->error = -errnum;
	refusal->msg = *fake_request;
}

/* With the module's own words. */
static inline void fake_refuse_in_words(int errnum, const char *words)
{
	struct nlmsghdr *nlh;

	fake_refuse(errnum);
	nlh = (void *)fake_queue[fake_count - 1];
	nlh->nlmsg_flags |= NLM_F_CAPPED | NLM_F_ACK_TLVS;
	mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, words);
}

ssize_t mnl_socket_sendto(const struct mnl_socket *nl, const void *buf,
			  size_t siz)
{
	const struct genlmsghdr *genl;

	(void)nl;
	fake_request = buf;
	fake_count = 0;
	fake_next = 0;
	genl = mnl_nlmsg_get_payload(fake_request);
	if (fake_request->nlmsg_type == GENL_ID_CTRL)
		mnl_attr_put_u16(fake_reply(), CTRL_ATTR_FAMILY_ID,
				 FAKE_FAMILY);
	else if (fake_request->nlmsg_type == SOCK_DIAG_BY_FAMILY)
		fake_connections(mnl_nlmsg_get_payload(fake_request));
	else
		fake_answer(genl->cmd);
	if (fake_request->nlmsg_type == GENL_ID_CTRL)
		((struct nlmsghdr *)fake_queue[0])->nlmsg_type = GENL_ID_CTRL;
	if (fake_request->nlmsg_flags & NLM_F_DUMP)
		fake_message(NLMSG_DONE, sizeof(int))->nlmsg_flags |=
			NLM_F_MULTI;
	else
		fake_message(NLMSG_ERROR, sizeof(struct nlmsgerr));
	return siz;
}

ssize_t mnl_socket_recvfrom(const struct mnl_socket *nl, void *buf, size_t siz)
{
	const struct nlmsghdr *nlh = (void *)fake_queue[fake_next];

	(void)nl;
	/* A real socket would wait for ever here. */
	if (fake_next == fake_count || nlh->nlmsg_len > siz)
		abort();
	fake_next++;
	memcpy(buf, nlh, nlh->nlmsg_len);
	return nlh->nlmsg_len;
}

/* main's part: see options.h. */
struct tm_nl *tm_context_nl(struct tm_context *context, struct tm_error *error)
{
	if (!context->nl)
		context->nl = tm_nl_open(NULL, error);
	return context->nl;
}

static const struct tm_object *const fake_objects[] = {
	&tm_object_status, &tm_object_stats, &tm_object_flow,
	&tm_object_record, &tm_object_policy, &tm_object_set,
	&tm_object_limiter, &tm_object_event, &tm_object_netns, NULL
};

/*
 * Run a command line, words with spaces between; what it printed goes to stream,
 * laid out for so many columns.  Returns what the verb returned.
 */
static int fake_run(const char *command, FILE *stream, bool json,
		    size_t columns, struct tm_error *error)
{
	char words[256], *argv[32], *rest = words;
	struct tm_commandline line;
	struct tm_out *out;
	int argc = 0, result;

	snprintf(words, sizeof(words), "tmctl %s", command);
	while ((argv[argc] = strsep(&rest, " ")))
		argc++;
	ASSERT_EQ(tm_commandline_parse(&line, fake_objects, argc, argv, error),
		  0);
	out = tm_out_open(stream, json, command);
	ASSERT_TRUE(out);
	tm_out_width(out, columns);
	line.context.out = out;
	line.context.json = json;
	result = line.context.verb->run(&line.context, error);
	tm_nl_close(line.context.nl);
	if (result < 0)
		tm_out_error(out, error);
	EXPECT_EQ(tm_out_close(out, error), 0);
	tm_commandline_free(&line);
	return result;
}

#endif /* FAKE_MODULE_H */
