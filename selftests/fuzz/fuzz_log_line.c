// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/lib/event.c userspace/lib/event_type.c userspace/lib/log_line.c userspace/lib/journal.c userspace/lib/log_socket.c userspace/lib/attrs.c userspace/lib/attr_tables.c userspace/lib/names.c userspace/lib/value.c userspace/lib/quantity.c userspace/lib/error.c
// flags: -lmnl
/*
 * Any bytes as the attributes of an event message.  Whatever comes of them as
 * a line keeps the promises of log_line.h, and as a journal message has
 * a field of each line and nothing between.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../../userspace/lib/event.h"
#include "../../userspace/lib/journal.h"
#include "../logs/message.h"

#define INPUT_MAX	4096

static void must(bool held)
{
	if (!held)
		abort();
}

static bool is_key(const char *key, size_t length)
{
	return length && strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789._") == length;
}

/* One "key=value", up to a space or the end.  Returns what follows. */
static const char *check_pair(const char *pair)
{
	size_t length = strcspn(pair, " ");
	const char *equals = memchr(pair, '=', length);
	const char *byte;

	must(equals != NULL && equals + 1 < pair + length);
	must(is_key(pair, strcspn(pair, "=")));
	for (byte = equals + 1; byte < pair + length; byte++) {
		must(*byte > ' ' && *byte < 0x7f);
		must(!strchr("\"'`=\\", *byte));
		if (*byte == '%')
			must(byte + 2 < pair + length && strspn(byte + 1, "0123456789ABCDEF") >= 2);
	}
	return pair[length] ? pair + length + 1 : NULL;
}

static void check_line(const char *line, size_t length)
{
	const char *colon = strstr(line, ": ");
	const char *byte, *pair;

	must(length == strlen(line) && length <= 1024);
	must(colon && colon > line);
	for (byte = line; byte < colon; byte++)
		must(*byte >= ' ' && *byte < 0x7f && *byte != '=');
	for (pair = colon + 2; pair; )
		pair = check_pair(pair);
}

static void check_journal(const char *message, size_t length,
			  unsigned int fields)
{
	const char *at = message, *end;
	unsigned int lines = 0;

	while (at < message + length) {
		end = memchr(at, '\n', (size_t)(message + length - at));
		must(end != NULL);
		must(memchr(at, '=', (size_t)(end - at)) != NULL);
		must(*at >= 'A' && *at <= 'Z');
		lines++;
		at = end + 1;
	}
	must(lines == fields + 7);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static _Alignas(8) char buffer[MESSAGE_SIZE + INPUT_MAX];
	char message[TM_JOURNAL_MESSAGE_SIZE];
	char line[TM_LOG_LINE_SIZE];
	struct tm_log_entry entry;
	struct tm_error error;
	struct nlmsghdr *nlh;
	struct tm_event event;

	if (size < 1 || size > INPUT_MAX)
		return 0;
	/* The first byte is the type, or no event would ever be whole. */
	memset(buffer, 0, sizeof(buffer));
	nlh = message_start(buffer, 1, 2, data[0]);
	memcpy(mnl_nlmsg_get_payload_tail(nlh), data + 1, size - 1);
	nlh->nlmsg_len += (uint32_t)(size - 1);
	if (tm_event_decode(&event, nlh, &error)) {
		must(error.message[0] && error.hint[0]);
		return 0;
	}
	tm_event_entry(&event, &entry);
	check_line(line, tm_log_line_encode(&entry, line));
	check_journal(message, tm_journal_format("trafficmon", &entry, message),
		      entry.field_count);
	return 0;
}
