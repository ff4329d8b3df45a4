// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hold: begins something over netlink and keeps it open.
 *
 *	hold dump		ask for all flows, read nothing
 *	hold transaction	open a staging area
 *
 * Says "held" when the kernel has taken the request, then waits.  On SIGUSR1 it
 * reads what is left, as one line of JSON says: messages, and the error (0:
 * none) that ended it.  Exit: 0 done, 1 refused, 2 wrong usage.
 */
#include <linux/trafficmon.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "../../userspace/lib/nl.h"

#define ANSWER_MS	5000

/* Bytes, so that the kernel cannot make more of a dump than its first part ready. */
#define SMALL_RECEIVE_BUFFER	4096

static int refused(const struct tm_error *error)
{
	fprintf(stderr, "hold: %s %s\n", error->message, error->extack);
	return 1;
}

static int begin_dump(struct tm_nl *nl)
{
	struct nlmsghdr *request = tm_nl_request(nl, TRAFFICMON_CMD_FLOW_GET, NLM_F_DUMP);
	int small = SMALL_RECEIVE_BUFFER;

	if (setsockopt(tm_nl_fd(nl), SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)))
		return -1;
	return send(tm_nl_fd(nl), request, request->nlmsg_len, 0) < 0 ? -1 : 0;
}

/* One part of an answer.  Returns whether it was the last, its error in *@error. */
static bool last_part(const struct nlmsghdr *nlh, int left, unsigned int *messages, int *error)
{
	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
		if (nlh->nlmsg_type == NLMSG_DONE || nlh->nlmsg_type == NLMSG_ERROR) {
			*error = -*(const int *)mnl_nlmsg_get_payload(nlh);
			return true;
		}
		++*messages;
	}
	return false;
}

static int read_to_end(struct tm_nl *nl)
{
	static char buffer[TM_NL_RECEIVE_SIZE];
	struct pollfd ready = { .fd = tm_nl_fd(nl), .events = POLLIN };
	unsigned int messages = 0;
	bool done = false;
	int error = 0;

	while (!done) {
		ssize_t bytes;

		if (poll(&ready, 1, ANSWER_MS) <= 0) {
			fputs("hold: no end of the answer\n", stderr);
			return 1;
		}
		bytes = recv(ready.fd, buffer, sizeof(buffer), 0);
		if (bytes <= 0) {
			perror("hold: recv");
			return 1;
		}
		done = last_part((const struct nlmsghdr *)buffer, bytes, &messages, &error);
	}
	printf("{\"messages\":%u,\"error\":%d}\n", messages, error);
	return 0;
}

static void held(const sigset_t *wanted)
{
	int number;

	puts("held");
	fflush(stdout);
	sigwait(wanted, &number);
}

int main(int argc, char **argv)
{
	struct tm_error error;
	struct tm_nl *nl;
	sigset_t wanted;

	sigemptyset(&wanted);
	sigaddset(&wanted, SIGUSR1);
	sigprocmask(SIG_BLOCK, &wanted, NULL);
	if (argc != 2 || (strcmp(argv[1], "dump") && strcmp(argv[1], "transaction"))) {
		fputs("usage: hold dump | transaction\n", stderr);
		return 2;
	}
	nl = tm_nl_open(NULL, &error);
	if (!nl)
		return refused(&error);
	if (!strcmp(argv[1], "dump")) {
		if (begin_dump(nl)) {
			perror("hold: send");
			return 1;
		}
		held(&wanted);
		return read_to_end(nl);
	}
	if (tm_nl_do(nl, tm_nl_request(nl, TRAFFICMON_CMD_TRANSACTION_BEGIN, 0), NULL, NULL,
		     &error))
		return refused(&error);
	held(&wanted);
	return 0;
}
