// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What one send carries; see compose.h.
 */
#include "compose.h"

#include <linux/trafficmon.h>
#include <string.h>
#include "valid.h"

#define BATCH_MOST	8

static void compose_one(struct message *message, struct random *random,
			const struct family *family, enum class class, uint32_t sequence,
			unsigned char *scratch)
{
	const struct command *command = &commands[random_below(random, commands_count)];

	/* that with the most attributes, and those with lists, more often */
	if (random_one_in(random, 4))
		command = command_find(TRAFFICMON_CMD_POLICY_ADD);
	else if (random_one_in(random, 6))
		command = command_find(TRAFFICMON_CMD_SET_ADD);
	valid_request(message, random, family->id, command, family->rings);
	mutate(message, random, class, scratch);
	message_header(message)->nlmsg_seq = sequence;
}

/* Several messages, right ones and wrong ones, each at a multiple of 4 bytes. */
static void compose_batch(struct sending *sending, struct random *random,
			  const struct family *family, uint32_t sequence)
{
	static const enum class classes[] = { CLASS_RIGHT, CLASS_MIXED, CLASS_LENGTH,
					      CLASS_RANGE, CLASS_RESERVED, CLASS_UNKNOWN };
	uint32_t count = random_between(random, 2, BATCH_MOST);
	struct message *all = &sending->message;
	uint32_t total = 0;

	for (; count; count--, sequence++) {
		compose_one(&sending->other, random, family, classes[random_below(random, 6)],
			    sequence, sending->scratch);
		if (total + sending->other.length + NLMSG_ALIGNTO > MESSAGE_BYTES)
			break;
		memcpy(all->bytes + total, sending->other.bytes, sending->other.length);
		memset(all->bytes + total + sending->other.length, 0, NLMSG_ALIGNTO);
		total += NLMSG_ALIGN(sending->other.length);
	}
	all->length = total;
	all->count = 0;
}

/* Cut what is sent, what the header says, or both; or say more than is sent. */
static void compose_half(struct message *message, struct random *random)
{
	uint32_t cut = random_between(random, 1, message->length - 1);

	switch (random_below(random, 4)) {
	case 0:
		message->length = cut;
		break;
	case 1:
		message_header(message)->nlmsg_len = cut;
		break;
	case 2:
		message_header(message)->nlmsg_len = cut;
		message->length = cut;
		break;
	default:
		message_header(message)->nlmsg_len += random_between(random, 1, 5000);
		break;
	}
}

/* False: more messages than can be followed. */
static bool judge_sending(struct sending *sending, const struct family *family)
{
	struct message *message = &sending->message;
	uint32_t at = 0;

	for (sending->count = 0; at < message->length; sending->count++) {
		struct verdict verdict;

		if (!judge(message->bytes + at, message->length - at, family->id, family->rings,
			   &verdict))
			break;
		if (sending->count == SEND_MESSAGES)
			return false;
		sending->verdicts[sending->count] = verdict;
		at += verdict.length;
	}
	return true;
}

void compose(struct sending *sending, struct random *random, const struct family *family,
	     enum class class, uint32_t sequence)
{
	do {
		if (class == CLASS_BATCH)
			compose_batch(sending, random, family, sequence);
		else
			compose_one(&sending->message, random, family, class, sequence,
				    sending->scratch);
		if (class == CLASS_HALF)
			compose_half(&sending->message, random);
	} while (!judge_sending(sending, family));
}

void compose_right(struct sending *sending, struct random *random, const struct family *family,
		   const struct command *command, uint32_t sequence)
{
	valid_request(&sending->message, random, family->id, command, family->rings);
	message_header(&sending->message)->nlmsg_seq = sequence;
	judge_sending(sending, family);
}

bool sending_changes(const struct sending *sending)
{
	unsigned int i;

	for (i = 0; i < sending->count; i++)
		if (judge_changes(&sending->verdicts[i]))
			return true;
	return false;
}

bool sending_is_slow(const struct sending *sending)
{
	unsigned int i;

	for (i = 0; i < sending->count; i++)
		if (judge_is_slow(&sending->verdicts[i]))
			return true;
	return false;
}

bool sending_goes(const struct sending *sending)
{
	const unsigned char *at = sending->message.bytes;
	unsigned int i;

	for (i = 0; i < sending->count; at += sending->verdicts[i++].length) {
		const struct nlmsghdr *header = (const void *)at;

		if (sending->verdicts[i].is == VERDICT_ALLOWED &&
		    rules_soon_gone(sending->verdicts[i].command,
				    (const void *)(at + MESSAGE_HEADERS),
				    header->nlmsg_len - MESSAGE_HEADERS))
			return true;
	}
	return false;
}
