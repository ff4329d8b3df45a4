// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `tmctl log` with ring_server in the module's place: everything from the
 * bytes of a message to the log daemon's socket is the tool's own code.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../../userspace/lib/journal.h"
#include "../../userspace/lib/log_pump.h"
#include "../../userspace/lib/stop.h"
#include "message.h"
#include "ring.h"

static const char *ring_path;
static int listener = -1;
static int asker = -1;

static int fail(struct tm_error *error, int errnum)
{
	return tm_error_set(error, errnum == ENOENT ? TM_EXIT_NOT_LOADED
						    : TM_EXIT_REFUSED,
			    errnum, "ring: %s", strerror(errnum));
}

static int answer_read(int fd, struct ring_answer *answer,
		       struct tm_error *error)
{
	if (recv(fd, answer, sizeof(*answer), 0) != sizeof(*answer))
		return fail(error, ENOENT);
	return answer->error ? fail(error, answer->error) : 0;
}

static int ring_connect(char who, int *fd, struct tm_error *error)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct ring_answer answer;

	*fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", ring_path);
	if (connect(*fd, (struct sockaddr *)&address, sizeof(address)) ||
	    send(*fd, &who, 1, MSG_NOSIGNAL) != 1)
		return fail(error, ENOENT);
	return answer_read(*fd, &answer, error);
}

static int ring_open(struct tm_event_source *source, struct tm_error *error)
{
	(void)source;
	return ring_connect(RING_LISTENER, &listener, error) ||
	       ring_connect(RING_ASKER, &asker, error) ? -1 : 0;
}

static void ring_close(struct tm_event_source *source)
{
	(void)source;
	if (listener >= 0)
		close(listener);
	if (asker >= 0)
		close(asker);
	listener = -1;
	asker = -1;
}

static int ask(uint64_t from, struct ring_answer *answer,
	       struct tm_error *error)
{
	struct ring_question question = { .dump_from = from };

	if (send(asker, &question, sizeof(question), MSG_NOSIGNAL) < 0)
		return fail(error, ENOENT);
	return answer_read(asker, answer, error);
}

static int ring_info(struct tm_event_source *source, uint64_t *instance,
		     uint64_t *newest, struct tm_error *error)
{
	struct ring_answer answer;

	(void)source;
	if (ask(0, &answer, error))
		return -1;
	*instance = answer.instance;
	*newest = answer.newest;
	return 0;
}

static int ring_dump(struct tm_event_source *source, uint64_t from,
		     struct tm_event_batch *batch, struct tm_error *error)
{
	_Alignas(8) char buffer[MESSAGE_SIZE];
	struct ring_answer answer;

	(void)source;
	if (ask(from, &answer, error))
		return -1;
	for (; answer.messages; answer.messages--) {
		if (recv(asker, buffer, sizeof(buffer), 0) <= 0)
			return fail(error, ENOENT);
		tm_event_batch_add(batch, (struct nlmsghdr *)buffer);
	}
	return 0;
}

static int ring_fd(struct tm_event_source *source)
{
	(void)source;
	return listener;
}

static int ring_receive(struct tm_event_source *source, struct tm_event_batch *batch,
			struct tm_error *error)
{
	_Alignas(8) char buffer[MESSAGE_SIZE];
	ssize_t length = recv(listener, buffer, sizeof(buffer), MSG_DONTWAIT);

	(void)source;
	if (!length)
		return fail(error, ENOENT);
	if (length < 0)
		return errno == EAGAIN ? 0 : fail(error, errno);
	if (!strncmp(buffer, RING_OVERRUN, (size_t)length))
		return fail(error, ENOBUFS);
	tm_event_batch_add(batch, (struct nlmsghdr *)buffer);
	return 0;
}

static void tell(const char *text)
{
	fprintf(stderr, "tmlog: %s\n", text);
}

/* One entry that no datagram of so small a socket can hold. */
static int send_large(const char *path)
{
	struct tm_log_entry entry;
	int fd = tm_journal_open(path);
	int tiny = 1;
	int error;
	int i;

	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &tiny, sizeof(tiny)))
		return 1;
	tm_log_entry_start(&entry, TM_LOG_SEVERITY_INFO,
			   "00112233445566778899aabbccddeeff");
	tm_log_entry_sentence(&entry, "large entry");
	for (i = 0; i < TM_LOG_FIELDS_MAX - 1; i++)
		tm_log_entry_add(&entry, "filler.with.a.long.name", "%095d", i);
	tm_log_entry_add(&entry, "tm.last", "here");
	error = tm_journal_send(fd, TM_LOG_IDENTIFIER, &entry);
	close(fd);
	return error ? 1 : 0;
}

static int usage(void)
{
	fprintf(stderr, "usage: tmlog RING auto|journal|syslog|stdout JOURNAL SYSLOG CURSOR|- [once]\n"
			"       tmlog large JOURNAL\n");
	return 2;
}

int main(int argc, char **argv)
{
	static const char *const words[] = {
		"auto", "journal", "syslog", "stdout"
	};
	struct tm_event_source source = {
		ring_open, ring_info, ring_dump, ring_fd, ring_receive,
		ring_close
	};
	struct tm_error error = { 0 };
	struct tm_log_pump pump = { 0 };
	struct tm_log_sink sink;
	sigset_t waiting;
	int to = 0;

	if (argc == 3 && !strcmp(argv[1], "large"))
		return send_large(argv[2]);
	if (argc < 6)
		return usage();
	ring_path = argv[1];
	while (to < 4 && strcmp(words[to], argv[2]))
		to++;
	if (to == 4)
		return usage();
	tm_log_sink_init(&sink, (enum tm_log_to)to, argv[3], argv[4]);
	pump.source = &source;
	pump.sink = &sink;
	pump.cursor_path = strcmp(argv[5], "-") ? argv[5] : NULL;
	pump.once = argc > 6;
	pump.tell = tell;
	pump.stop = tm_stop_on_signals(&waiting);
	pump.signals = &waiting;
	if (!tm_log_pump_run(&pump, &error))
		return 0;
	fprintf(stderr, "tmlog: %s\n", error.message);
	return error.exit_code;
}
