// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sockets closed in the middle; see closing.h.
 */
#include "closing.h"

#include <errno.h>
#include <linux/trafficmon.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static int open_socket(struct random *random)
{
	const struct timeval limit = { .tv_sec = RECEIVE_S };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	int bytes = random_between(random, 0, 16384);

	if (fd < 0)
		return fd;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (random_one_in(random, 2))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	return fd;
}

/* A dump, right or wrong. */
static void compose_dump(struct sending *sending, struct random *random,
			 const struct family *family)
{
	do {
		compose(sending, random, family,
			random_one_in(random, 4) ? CLASS_MIXED : CLASS_RIGHT,
			random_next(random));
	} while (!sending->count || !sending->verdicts[0].dump || sending->verdicts[0].is <
		 VERDICT_WORDLESS || sending_changes(sending));
}

static const char *send_it(int fd, const struct sending *sending, struct tally *tally)
{
	tally->sent += sending->count;
	tally->silent += sending->count;
	if (send(fd, sending->message.bytes, sending->message.length, 0) >= 0)
		return NULL;
	return strerror(errno);
}

void closing(struct sending *sending, struct random *random, const struct family *family,
	     struct tally *tally, struct outcome *outcome)
{
	int fd = open_socket(random);
	unsigned int dumps = random_between(random, 1, 2);
	char byte;

	memset(outcome, 0, sizeof(*outcome));
	if (fd < 0) {
		outcome->fault = strerror(errno);
		tally->faults++;
		return;
	}
	if (random_one_in(random, 4)) {
		/* what the next commit would do, which never comes */
		compose_right(sending, random, family,
			      command_find(TRAFFICMON_CMD_TRANSACTION_BEGIN), 1);
		outcome->fault = send_it(fd, sending, tally);
		compose_right(sending, random, family,
			      command_find(random_one_in(random, 2) ? TRAFFICMON_CMD_POLICY_ADD :
								      TRAFFICMON_CMD_SET_ADD), 2);
		if (!outcome->fault)
			outcome->fault = send_it(fd, sending, tally);
	}
	while (!outcome->fault && dumps--) {
		compose_dump(sending, random, family);
		outcome->fault = send_it(fd, sending, tally);
		/* a small buffer that is full has lost answers: ENOBUFS, and no hang */
		if (!outcome->fault && random_one_in(random, 2) &&
		    recv(fd, &byte, sizeof(byte), 0) < 0 && errno != ENOBUFS)
			outcome->fault = errno == EAGAIN ? "no answer" : strerror(errno);
	}
	close(fd);
	if (outcome->fault)
		tally->faults++;
}
