// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sends and answers; see exchange.h.
 */
#include "exchange.h"

#include <errno.h>
#include <linux/trafficmon.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include "attributes.h"
#include "kself.h"

#define RECEIVE_BYTES		32768
#define LAST_SEQUENCE		0xfffffff1U
#define REPORTED_BYTES		160
#ifndef NLM_F_ACK_TLVS
#define NLM_F_ACK_TLVS		0x200
#endif

/**
 * struct answer - what came for one message
 * @ended: an acknowledgement, an error or the end of a dump
 * @outside: the offset of the attribute to blame lies outside
 */
struct answer {
	bool ended;
	bool outside;
	int error;
	char text[192];
};

struct round {
	const struct sending *sending;
	struct answer answers[SEND_MESSAGES];
	unsigned int owed;
	bool last_wanted;
	bool detached;
	const char *fault;
};

static bool is_owed(const struct verdict *verdict)
{
	switch (verdict->is) {
	case VERDICT_IGNORED:
		return verdict->acknowledged;
	case VERDICT_FOREIGN:
	case VERDICT_ALLOWED:
		return verdict->acknowledged || verdict->dump;
	default:
		return true;
	}
}

/* Not owed, but may come: an error. */
static bool may_come(const struct verdict *verdict)
{
	return (verdict->is == VERDICT_ALLOWED || verdict->is == VERDICT_FOREIGN) &&
	       !is_owed(verdict);
}

static void begin(struct round *round, const struct sending *sending, bool detached)
{
	unsigned int i;

	round->sending = sending;
	round->owed = 0;
	round->last_wanted = false;
	round->detached = detached;
	round->fault = NULL;
	for (i = 0; i < sending->count; i++) {
		memset(&round->answers[i], 0, offsetof(struct answer, text) + 1);
		if (is_owed(&sending->verdicts[i]))
			round->owed++;
		else if (may_come(&sending->verdicts[i]))
			round->last_wanted = true;
	}
	if (!round->owed)
		round->last_wanted = true;
}

/* The message that an answer belongs to; of those with one number the first without. */
static int find(const struct round *round, uint32_t sequence)
{
	unsigned int i;

	for (i = 0; i < round->sending->count; i++)
		if (round->sending->verdicts[i].sequence == sequence && !round->answers[i].ended)
			return i;
	return -1;
}

/* The extended acknowledgement behind the fixed part. */
static void take_words(struct answer *answer, const struct nlmsghdr *message, uint32_t fixed,
		       uint32_t length)
{
	struct attributes attributes = {
		(const unsigned char *)message + NLMSG_HDRLEN + fixed,
		(int64_t)message->nlmsg_len - NLMSG_HDRLEN - fixed,
	};
	const struct nlattr *attr;

	answer->text[0] = '\0';
	answer->outside = false;
	if (!(message->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	while ((attr = attributes_next(&attributes))) {
		if (attr_type(attr) == NLMSGERR_ATTR_MSG)
			snprintf(answer->text, sizeof(answer->text), "%s", attr_payload(attr));
		else if (attr_type(attr) == NLMSGERR_ATTR_OFFS)
			answer->outside = attr_integer(attr) >= length;
	}
}

static void take(struct round *round, const struct nlmsghdr *message)
{
	bool error = message->nlmsg_type == NLMSG_ERROR;
	struct answer *answer;
	int i;

	if (error && message->nlmsg_seq == LAST_SEQUENCE) {
		round->last_wanted = false;
		return;
	}
	i = find(round, message->nlmsg_seq);
	if (i < 0) {
		round->fault = "an answer to nothing, or a second one";
		return;
	}
	if (!error && message->nlmsg_type != NLMSG_DONE)
		return;
	answer = &round->answers[i];
	answer->ended = true;
	memcpy(&answer->error, (const char *)message + NLMSG_HDRLEN, sizeof(answer->error));
	take_words(answer, message, error ? sizeof(struct nlmsgerr) : sizeof(int),
		   round->sending->verdicts[i].length);
	if (is_owed(&round->sending->verdicts[i]))
		round->owed--;
}

static void receive(struct round *round, int fd)
{
	_Alignas(8) static __thread char buffer[RECEIVE_BYTES];
	const struct nlmsghdr *message = (const void *)buffer;
	ssize_t bytes;
	int left;

	bytes = recv(fd, buffer, sizeof(buffer), 0);
	if (bytes < 0) {
		round->fault = errno == EAGAIN ? "no answer" : strerror(errno);
		return;
	}
	left = bytes;
	for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left))
		take(round, message);
}

static const char *send_last(int fd)
{
	const struct nlmsghdr last = {
		.nlmsg_len = NLMSG_HDRLEN, .nlmsg_type = NLMSG_NOOP,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK, .nlmsg_seq = LAST_SEQUENCE,
	};

	return send(fd, &last, sizeof(last), 0) < 0 ? strerror(errno) : NULL;
}

static bool one_of(int error, const int *errors, unsigned int count)
{
	while (count--)
		if (error == -*errors++)
			return true;
	return false;
}

/* Refused though its form is right: for what stands. */
static bool is_state(const struct verdict *verdict, int error, bool detached)
{
	static const int errors[] = { ENOENT, EEXIST, EBUSY, EUSERS, EALREADY, ENOSPC };

	if (one_of(error, errors, sizeof(errors) / sizeof(errors[0])))
		return true;
	if (error == -ENOTCONN)
		return detached;
	/* which parts the key has; whether entries may be left out */
	return error == -EINVAL && (verdict->command->number == TRAFFICMON_CMD_LIMITER_DEL ||
				    verdict->command->number == TRAFFICMON_CMD_SET_ADD);
}

/* NULL: as it should be. */
static const char *hold_against(const struct round *round, unsigned int index)
{
	static const int form[] = { EINVAL, ERANGE, E2BIG };
	static const int core[] = { EINVAL, EOPNOTSUPP };
	const struct verdict *verdict = &round->sending->verdicts[index];
	const struct answer *answer = &round->answers[index];
	int error = answer->error;

	if (answer->outside)
		return "the attribute to blame lies outside of the message";
	if (verdict->is == VERDICT_FOREIGN)
		return NULL;
	if (verdict->is == VERDICT_IGNORED)
		return error ? "refused, though it is no request" : NULL;
	if (error == -EBUSY && verdict->dump && index)
		return NULL;	/* behind a dump of the same send */
	if (verdict->is == VERDICT_ALLOWED) {
		if (!error)
			return verdict->absent ? "done, though there is no such set" : NULL;
		if (!is_state(verdict, error, round->detached))
			return "refused, though it is allowed";
		return answer->text[0] ? NULL : "refused without words";
	}
	if (!error)
		return "done, though it is not allowed";
	if (verdict->is == VERDICT_WORDLESS)
		return one_of(error, core, 2) ? NULL : "refused with another errno";
	if (!one_of(error, form, 3) && !(error == -ENOTCONN && round->detached))
		return "refused with another errno";
	return answer->text[0] ? NULL : "refused without words";
}

static void count_answer(const struct round *round, unsigned int i, struct tally *tally,
			 uint64_t *formed, struct outcome *outcome)
{
	const struct verdict *verdict = &round->sending->verdicts[i];
	const struct answer *answer = &round->answers[i];
	/* not owed, and no error came: it was done */
	int error = answer->ended ? answer->error : 0;

	if (!answer->ended && !may_come(verdict))
		tally->silent++;
	else if (!error)
		tally->done++;
	else if (answer->text[0])
		tally->refused++;
	else
		tally->wordless++;
	if (!error && judge_changes(verdict))
		outcome->changed = true;
	if (formed && verdict->is == VERDICT_ALLOWED && (!error || error == -ENOENT ||
							 error == -EALREADY))
		*formed |= 1ULL << verdict->command->number;
}

static void close_round(const struct round *round, struct tally *tally, uint64_t *formed,
			struct outcome *outcome)
{
	unsigned int i;

	outcome->fault = round->fault;
	for (i = 0; i < round->sending->count; i++) {
		const struct answer *answer = &round->answers[i];
		const char *fault = answer->ended ? hold_against(round, i) : NULL;

		count_answer(round, i, tally, formed, outcome);
		if (!fault)
			continue;
		outcome->fault = fault;
		outcome->why = round->sending->verdicts[i].why;
		outcome->error = answer->error;
		memcpy(outcome->text, answer->text, sizeof(outcome->text));
	}
	tally->sent += round->sending->count ? round->sending->count : 1;
	if (!round->sending->count)
		tally->silent++;
	if (outcome->fault)
		tally->faults++;
}

void exchange(struct kself *k, const struct sending *sending, bool detached, struct tally *tally,
	      uint64_t *formed, struct outcome *outcome)
{
	int fd = mnl_socket_get_fd(k->socket);
	struct round round;

	memset(outcome, 0, sizeof(*outcome));
	begin(&round, sending, detached);
	if (send(fd, sending->message.bytes, sending->message.length, 0) < 0)
		round.fault = strerror(errno);
	else if (round.last_wanted)
		round.fault = send_last(fd);
	while (!round.fault && (round.owed || round.last_wanted))
		receive(&round, fd);
	close_round(&round, tally, formed, outcome);
}

void exchange_report(const struct sending *sending, const struct outcome *outcome)
{
	const struct message *message = &sending->message;
	uint32_t i;

	printf("#   %s", outcome->fault);
	if (outcome->why)
		printf("; by the contract: %s", outcome->why);
	if (outcome->error)
		printf("; answer: %s", strerror(-outcome->error));
	if (outcome->text[0])
		printf(", \"%s\"", outcome->text);
	printf("\n#   %u bytes, %u messages:", message->length, sending->count);
	for (i = 0; i < message->length && i < REPORTED_BYTES; i++)
		printf("%s%02x", i % 32 ? i % 4 ? "" : " " : "\n#   ", message->bytes[i]);
	printf("%s\n", message->length > REPORTED_BYTES ? " ..." : "");
}

bool exchange_is_quiet(struct kself *k)
{
	char byte;

	return recv(mnl_socket_get_fd(k->socket), &byte, 1, MSG_DONTWAIT) < 0;
}

void exchange_prepare(struct kself *k)
{
	const struct timeval limit = { .tv_sec = RECEIVE_S };

	setsockopt(mnl_socket_get_fd(k->socket), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
}
