// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/tmctl/boot.c userspace/tmctl/carry.c userspace/tmctl/commandline.c userspace/tmctl/commit.c userspace/tmctl/counters.c userspace/tmctl/endpoint.c userspace/tmctl/event.c userspace/tmctl/explain_packet.c userspace/tmctl/findings.c userspace/tmctl/flow.c userspace/tmctl/flow_list.c userspace/tmctl/help.c userspace/tmctl/ledger.c userspace/tmctl/limiter.c userspace/tmctl/limiter_list.c userspace/tmctl/lockout.c userspace/tmctl/netns.c userspace/tmctl/policy.c userspace/tmctl/policy_apply.c userspace/tmctl/policy_diff.c userspace/tmctl/policy_explain.c userspace/tmctl/policy_explain_steps.c userspace/tmctl/policy_mode.c userspace/tmctl/policy_save.c userspace/tmctl/policy_sets.c userspace/tmctl/policy_words.c userspace/tmctl/record.c userspace/tmctl/ring.c userspace/tmctl/set.c userspace/tmctl/set_change.c userspace/tmctl/set_lockout.c userspace/tmctl/set_make.c userspace/tmctl/set_save.c userspace/tmctl/set_test.c userspace/tmctl/stats.c userspace/tmctl/status.c userspace/lib/*.c
// flags: -lmnl -lnetfilter_conntrack -lnfnetlink -DTM_VERSION="1"
// share: 10
/*
 * Any bytes as what the module, and sock_diag, reply to a command of tmctl: messages cut short,
 * of wrong types, with unknown attributes, refusals and interrupted dumps.
 * Whatever comes, the command ends; its JSON is JSON; a terminal gets no control
 * character.
 *
 * Input: a byte that chooses the command, then messages: a byte that says what it
 * is, two of its length, the attributes.  Up to MESSAGES of them answer a dump, one
 * any other request.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(bool held)
{
	if (!held)
		abort();
}

#define ASSERT_EQ(one, other)	must((one) == (other))
#define ASSERT_TRUE(one)	must(one)
#define EXPECT_EQ(one, other)	must((one) == (other))

#include "fake_module.h"
#include "../../userspace/lib/json.h"

enum {
	MESSAGES = 8,
	PAYLOAD_MAX = FAKE_MESSAGE - 64,
	REFUSED = 6,		/* of 8 kinds: */
	INTERRUPTED = 7,	/* the others are replies */
};

static const char *const commands[] = {
	"status", "stats", "stats show --explain", "stats show --all", "stats show --ledger", "flow",
	"record", "policy", "set", "set show deny", "limiter", "event", "netns",
	"policy explain from ::1 to [::2]:7 --all",
	"set add deny 0.0.0.0/0 ::/0", "set flush allow", "policy enforce few --confirm 1m",
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static const uint8_t *rest;
static size_t rest_size;

/* The next message of the input, an empty one to put it into: false when there is none. */
static bool answer_once(struct nlmsghdr *(*empty)(void))
{
	struct nlmsghdr *nlh;
	size_t length;
	uint8_t kind;

	if (rest_size < 3)
		return false;
	kind = rest[0] % 8;
	length = (size_t)rest[1] << 8 | rest[2];
	rest += 3;
	rest_size -= 3;
	if (kind == REFUSED) {
		fake_refuse((int)(length % 133 + 1));
		return true;
	}
	if (length > rest_size)
		length = rest_size;
	if (length > PAYLOAD_MAX)
		length = PAYLOAD_MAX;
	nlh = empty();
	memcpy(mnl_nlmsg_get_payload_tail(nlh), rest, length);
	nlh->nlmsg_len += (uint32_t)length;
	if (kind == INTERRUPTED)
		nlh->nlmsg_flags |= NLM_F_MULTI | NLM_F_DUMP_INTR;
	rest += length;
	rest_size -= length;
	return true;
}

static void fake_answer(uint8_t command)
{
	int left = fake_request->nlmsg_flags & NLM_F_DUMP ? MESSAGES : 1;

	(void)command;
	while (left-- && answer_once(fake_reply))
		continue;
}

static struct nlmsghdr *empty_connection(void)
{
	return fake_connection(0);
}

static void fake_connections(const struct inet_diag_req_v2 *asked)
{
	int left = MESSAGES;

	(void)asked;
	while (left-- && answer_once(empty_connection))
		continue;
}

static void check_text(const char *text)
{
	for (; *text; text++)
		must((unsigned char)*text >= ' ' || *text == '\n');
}

static void check_json(const char *text, size_t length)
{
	struct tm_source source;
	struct tm_json *json;

	must(!tm_source_copy(&source, "printed", text, length));
	json = tm_json_parse(&source);
	must(json != NULL);
	tm_json_free(json);
	tm_source_free(&source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tm_error error = { 0 };
	char *printed = NULL;
	size_t length = 0;
	FILE *stream;
	bool json;

	if (size < 1)
		return 0;
	json = data[0] & 0x80;
	rest = data + 1;
	rest_size = size - 1;
	stream = open_memstream(&printed, &length);
	must(stream != NULL);
	if (fake_run(commands[data[0] % 0x80 % COMMANDS], stream, json, json ? 0 : 80, &error) < 0)
		must(error.message[0]);
	fclose(stream);
	if (json && length)
		check_json(printed, length);
	else
		check_text(printed);
	free(printed);
	return 0;
}
