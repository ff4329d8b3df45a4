// SPDX-License-Identifier: GPL-2.0-or-later
/* The client side of journald's native protocol. */
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "log_socket.h"

#define JOURNAL_FIELD_MAX	64	/* longest name that journald takes */
#define JOURNAL_FACILITY	3	/* daemon */

/* Every entry fits with all its fields at their longest. */
_Static_assert(TM_LOG_LINE_SIZE + 512 +
	       TM_LOG_FIELDS_MAX * (JOURNAL_FIELD_MAX + TM_LOG_VALUE_SIZE + 2) <=
	       TM_JOURNAL_MESSAGE_SIZE, "a journal message has room for an entry");

int tm_journal_open(const char *path)
{
	return tm_log_socket_open(path);
}

static void append(char *message, size_t *length, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void append(char *message, size_t *length, const char *format, ...)
{
	size_t room = TM_JOURNAL_MESSAGE_SIZE - *length;
	va_list arguments;
	int written;

	va_start(arguments, format);
	written = vsnprintf(message + *length, room, format, arguments);
	va_end(arguments);
	if (written > 0 && (size_t)written < room)
		*length += (size_t)written;
}

/* "observer.ingress.interface.name" -> "TM_OBSERVER_INGRESS_INTERFACE_NAME" */
static void field_name(const char *key, char name[JOURNAL_FIELD_MAX + 1])
{
	size_t length = 0;

	if (strncmp(key, "tm.", 3))
		length = (size_t)sprintf(name, "TM_");
	for (; *key && length < JOURNAL_FIELD_MAX; key++) {
		if (*key >= 'a' && *key <= 'z')
			name[length++] = (char)(*key - 'a' + 'A');
		else if (*key >= '0' && *key <= '9')
			name[length++] = *key;
		else
			name[length++] = '_';
	}
	name[length] = '\0';
}

size_t tm_journal_format(const char *identifier, const struct tm_log_entry *entry,
			 char message[TM_JOURNAL_MESSAGE_SIZE])
{
	char name[JOURNAL_FIELD_MAX + 1];
	char line[TM_LOG_LINE_SIZE];
	size_t length = 0;
	unsigned int i;

	tm_log_line_encode(entry, line);
	append(message, &length, "MESSAGE=%s\n", line);
	append(message, &length, "MESSAGE_ID=%s\n", entry->message_id);
	append(message, &length, "PRIORITY=%d\n", (int)entry->severity);
	append(message, &length, "SYSLOG_FACILITY=%d\n", JOURNAL_FACILITY);
	append(message, &length, "SYSLOG_IDENTIFIER=%s\n", identifier);
	append(message, &length, "DOCUMENTATION=man:tmctl(8)\n");
	append(message, &length, "TM_SENTENCE=%s\n", entry->sentence);
	for (i = 0; i < entry->field_count; i++) {
		field_name(entry->fields[i].key, name);
		append(message, &length, "%s=%s\n", name,
		       entry->fields[i].value);
	}
	return length;
}

/* The same message, as a file that journald can trust not to change. */
static int send_as_file(int fd, const char *message, size_t length)
{
	const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE |
			  F_SEAL_SEAL;
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec nothing = { NULL, 0 };
	struct msghdr header = {
		.msg_iov = &nothing,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&header);
	int error = 0;
	int file;

	file = memfd_create("trafficmon-journal",
			    MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (file < 0)
		return -errno;
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cmsg), &file, sizeof(int));
	errno = ENOSPC;	/* of a short write, which sets none */
	if (write(file, message, length) != (ssize_t)length ||
	    fcntl(file, F_ADD_SEALS, seals) ||
	    sendmsg(fd, &header, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		error = -errno;
	close(file);
	return error;
}

int tm_journal_send(int fd, const char *identifier, const struct tm_log_entry *entry)
{
	char message[TM_JOURNAL_MESSAGE_SIZE];
	size_t length = tm_journal_format(identifier, entry, message);
	int error = tm_log_socket_send(fd, message, length);

	if (error == -EMSGSIZE)
		error = send_as_file(fd, message, length);
	return error;
}
