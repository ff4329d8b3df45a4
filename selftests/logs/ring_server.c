// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The module's stand-in: a ring of events behind a socket, driven by words on
 * standard input.
 *
 *	event [N]	N events happen (default 1)
 *	silent [N]	the same, but the listeners' messages get lost unnoticed
 *	overrun		the listeners are told that messages were lost
 *	ring N		the ring holds N events from now on
 *	unload		says so, and is gone, with its ring and its listeners
 *	vanish		is gone without a word
 *	load		is back, a new instance
 *
 * Each is answered by a line "ok NEWEST" when it is done.  Ends with its input.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "message.h"
#include "ring.h"

#define CLIENTS_MAX	16

struct client {
	int fd;		/* -1: free */
	char who;	/* 0: not said yet */
	bool overrun;	/* to be told */
};

static struct client clients[CLIENTS_MAX];
static uint64_t instance = 0xa0;
static uint64_t newest;
static uint64_t ring_size = 1024;
static bool loaded = true;

static void client_close(struct client *client)
{
	close(client->fd);
	client->fd = -1;
}

static const struct nlmsghdr *message(char *buffer, uint64_t sequence,
				      uint8_t type)
{
	char policy[32];

	if (type != TRAFFICMON_EVENT_POLICY_OVER)
		return message_start(buffer, instance, sequence, type);
	snprintf(policy, sizeof(policy), "p%" PRIu64, sequence);
	return message_policy_over(buffer, instance, sequence, policy);
}

static void notify(uint8_t type)
{
	char buffer[MESSAGE_SIZE];
	const struct nlmsghdr *nlh = message(buffer, newest, type);
	struct client *client;

	for (client = clients; client < clients + CLIENTS_MAX; client++) {
		if (client->fd < 0 || client->who != RING_LISTENER)
			continue;
		if (send(client->fd, nlh, nlh->nlmsg_len,
			 MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
			client->overrun = errno == EAGAIN;
	}
}

static void tell_overruns(void)
{
	struct client *client;

	for (client = clients; client < clients + CLIENTS_MAX; client++) {
		if (client->fd >= 0 && client->overrun &&
		    send(client->fd, RING_OVERRUN, sizeof(RING_OVERRUN),
			 MSG_DONTWAIT | MSG_NOSIGNAL) > 0)
			client->overrun = false;
	}
}

static void happen(uint64_t count, bool heard)
{
	while (count--) {
		newest++;
		if (heard)
			notify(TRAFFICMON_EVENT_POLICY_OVER);
	}
}

/* Listeners of a group that is gone hear nothing more, and no word of that. */
static void leave(void)
{
	struct client *client;

	loaded = false;
	for (client = clients; client < clients + CLIENTS_MAX; client++) {
		if (client->fd >= 0 && client->who == RING_LISTENER)
			client->who = 'x';
	}
}

static bool obey(const char *line)
{
	uint64_t count = 1;
	char word[16];

	if (sscanf(line, "%15s %" SCNu64, word, &count) < 1)
		return false;
	if (!strcmp(word, "event")) {
		happen(count, true);
	} else if (!strcmp(word, "silent")) {
		happen(count, false);
	} else if (!strcmp(word, "overrun")) {
		for (int i = 0; i < CLIENTS_MAX; i++)
			clients[i].overrun = clients[i].who == RING_LISTENER;
	} else if (!strcmp(word, "ring")) {
		ring_size = count;
	} else if (!strcmp(word, "unload")) {
		newest++;
		notify(TRAFFICMON_EVENT_UNLOAD);
		leave();
	} else if (!strcmp(word, "vanish")) {
		leave();
	} else if (!strcmp(word, "load")) {
		instance++;
		newest = 1;
		loaded = true;
	} else {
		return false;
	}
	printf("ok %" PRIu64 "\n", newest);
	fflush(stdout);
	return true;
}

static void answer(struct client *client, uint64_t from)
{
	uint64_t oldest = newest < ring_size ? 1 : newest - ring_size + 1;
	struct ring_answer reply = {
		.error = loaded ? 0 : ENOENT,
		.instance = instance,
		.newest = newest,
	};
	char buffer[MESSAGE_SIZE];
	const struct nlmsghdr *nlh;

	if (from && from < oldest)
		from = oldest;
	if (loaded && from && from <= newest)
		reply.messages = (uint32_t)(newest - from + 1);
	if (send(client->fd, &reply, sizeof(reply), MSG_NOSIGNAL) < 0)
		return client_close(client);
	for (; reply.messages; reply.messages--, from++) {
		nlh = message(buffer, from, from == 1 ? TRAFFICMON_EVENT_LOAD
					   : TRAFFICMON_EVENT_POLICY_OVER);
		if (send(client->fd, nlh, nlh->nlmsg_len, MSG_NOSIGNAL) < 0)
			return client_close(client);
	}
}

static void serve(struct client *client)
{
	struct ring_question question;
	ssize_t length = recv(client->fd, &question, sizeof(question), 0);

	if (length <= 0) {
		client_close(client);
	} else if (!client->who) {
		client->who = loaded ? *(char *)&question : 'x';
		answer(client, 0);
	} else if (length == sizeof(question)) {
		answer(client, question.dump_from);
	}
}

static void welcome(int listener)
{
	int fd = accept(listener, NULL, NULL);
	int i;

	for (i = 0; i < CLIENTS_MAX; i++) {
		if (clients[i].fd < 0) {
			clients[i] = (struct client){ .fd = fd };
			return;
		}
	}
	close(fd);
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	unlink(path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    listen(fd, CLIENTS_MAX)) {
		perror(path);
		exit(1);
	}
	return fd;
}

/* Lines are read byte by byte: poll() must not miss what stdio has taken. */
static bool read_line(void)
{
	static char line[64];
	static size_t length;
	char byte;

	if (read(STDIN_FILENO, &byte, 1) != 1)
		return false;
	if (byte != '\n') {
		if (length < sizeof(line) - 1)
			line[length++] = byte;
		return true;
	}
	line[length] = '\0';
	length = 0;
	if (!obey(line)) {
		fprintf(stderr, "ring_server: unknown word: %s\n", line);
		return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	struct pollfd fds[CLIENTS_MAX + 2];
	int listener;
	int i;

	if (argc != 2) {
		fprintf(stderr, "usage: ring_server SOCKET\n");
		return 2;
	}
	listener = listen_at(argv[1]);
	for (i = 0; i < CLIENTS_MAX; i++)
		clients[i].fd = -1;
	for (;;) {
		for (i = 0; i < CLIENTS_MAX; i++)
			fds[i] = (struct pollfd){ clients[i].fd, POLLIN, 0 };
		fds[CLIENTS_MAX] = (struct pollfd){ STDIN_FILENO, POLLIN, 0 };
		fds[CLIENTS_MAX + 1] = (struct pollfd){ listener, POLLIN, 0 };
		poll(fds, CLIENTS_MAX + 2, 100);
		if (fds[CLIENTS_MAX + 1].revents)
			welcome(listener);
		for (i = 0; i < CLIENTS_MAX; i++) {
			if (fds[i].revents && clients[i].fd == fds[i].fd)
				serve(&clients[i]);
		}
		if (fds[CLIENTS_MAX].revents && !read_line())
			return 0;
		tell_overruns();
	}
}
