// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Wrong messages; see mutate.h.  Each function makes one change at a random
 * place; whether it does harm is the judge's to say.
 */
#include "kself.h"
#include "mutate.h"

#include <string.h>

#define FLAG_BITS	(NLA_F_NESTED | NLA_F_NET_BYTEORDER)
#define DEPTH_MOST	40

/* A random attribute of the message, or NO_PLACE. */
static int any_place(struct message *message, struct random *random)
{
	return message->count ? (int)random_below(random, message->count) : NO_PLACE;
}

/* Where something may be inserted: the message or a nest. */
static int any_parent(struct message *message, struct random *random)
{
	int place = any_place(message, random);

	if (place == NO_PLACE || random_one_in(random, 2) ||
	    message->places[place].attribute->kind != KIND_NEST)
		return NO_PLACE;
	return place;
}

static void random_bytes(struct random *random, unsigned char *to, uint32_t length)
{
	while (length--)
		*to++ = random_one_in(random, 3) ? 0 : random_next(random);
}

/* Give an attribute @length bytes of payload; what is added is random. */
static void resize(struct message *message, struct random *random, int place, uint32_t length,
		   unsigned char *scratch)
{
	struct nlattr *attr = message_attr(message, place);
	uint32_t old = attr->nla_len - NLA_HDRLEN;
	uint32_t offset = message->places[place].offset + NLA_HDRLEN;

	memcpy(scratch, message->bytes + offset, old);
	if (length > old)
		random_bytes(random, scratch + old, length - old);
	memset(scratch + length, 0, NLA_ALIGN(length) - length);
	if (message_splice(message, message->places[place].parent, offset, NLA_ALIGN(old), scratch,
			   NLA_ALIGN(length)))
		attr->nla_len = NLA_HDRLEN + length;
}

static void mutate_length(struct message *message, struct random *random, unsigned char *scratch)
{
	int place = any_place(message, random);
	uint32_t length;

	if (place == NO_PLACE)
		return;
	length = message_attr(message, place)->nla_len - NLA_HDRLEN;
	resize(message, random, place, random_between(random, 0, length ? 2 * length : 8), scratch);
}

static void mutate_flags(struct message *message, struct random *random, unsigned char *scratch)
{
	static const uint16_t flags[] = { NLA_F_NESTED, NLA_F_NET_BYTEORDER, FLAG_BITS };
	int place = any_place(message, random);

	(void)scratch;
	if (place != NO_PLACE)
		message_attr(message, place)->nla_type ^= flags[random_below(random, 3)];
}

static void insert(struct message *message, int parent, const unsigned char *bytes,
		   uint32_t length, bool first)
{
	uint32_t at = message_end(message, parent);

	if (first)
		at = parent == NO_PLACE ? MESSAGE_HEADERS :
					  message->places[parent].offset + NLA_HDRLEN;
	message_splice(message, parent, at, 0, bytes, length);
}

/* @count copies of the attribute behind it, some of them a little different. */
static void repeat(struct message *message, struct random *random, int place, uint32_t count,
		   unsigned char *scratch)
{
	uint32_t total = NLA_ALIGN(message_attr(message, place)->nla_len);
	uint32_t offset = message->places[place].offset;
	bool differ = random_one_in(random, 2);
	uint32_t i;

	if (total < NLA_HDRLEN)
		return;
	if (count > MESSAGE_BYTES / total)
		count = MESSAGE_BYTES / total;
	for (i = 0; i < count; i++) {
		memcpy(scratch + i * total, message->bytes + offset, total);
		/* the first byte of what is innermost, an address for instance */
		if (differ && total > 2 * NLA_HDRLEN)
			scratch[i * total + 2 * NLA_HDRLEN] = random_next(random);
	}
	message_splice(message, message->places[place].parent, offset + total, 0, scratch,
		       count * total);
}

static void mutate_twice(struct message *message, struct random *random, unsigned char *scratch)
{
	/* copies of one: to the edge of what a list may have, and over it */
	static const uint32_t counts[] = { 7, 8, 15, 16, 23, 24 };
	int place = any_place(message, random);
	uint32_t total;
	int parent;

	if (place == NO_PLACE)
		return;
	if (message->places[place].attribute->multi && random_one_in(random, 2)) {
		repeat(message, random, place, counts[random_below(random, 6)], scratch);
		return;
	}
	total = NLA_ALIGN(message_attr(message, place)->nla_len);
	parent = message->places[place].parent;
	memcpy(scratch, message->bytes + message->places[place].offset, total);
	insert(message, parent, scratch, total, random_one_in(random, 2));
}

static uint16_t unknown_type(struct random *random)
{
	static const uint16_t edges[] = { 0, 1, 63, 64, 255, 256, 0x3ffe, 0x3fff };

	switch (random_below(random, 3)) {
	case 0:
		return edges[random_below(random, sizeof(edges) / sizeof(edges[0]))];
	case 1:
		return random_below(random, 40);	/* of replies, of other commands */
	default:
		return random_below(random, 0x4000);
	}
}

static void mutate_unknown(struct message *message, struct random *random, unsigned char *scratch)
{
	uint16_t type = unknown_type(random);
	unsigned char payload[16];
	uint32_t length = random_below(random, sizeof(payload) + 1);

	random_bytes(random, payload, length);
	if (random_one_in(random, 8))
		type |= NLA_F_NESTED;
	insert(message, any_parent(message, random), scratch,
	       message_format(scratch, type, payload, length), random_one_in(random, 2));
}

static void mutate_missing(struct message *message, struct random *random, unsigned char *scratch)
{
	int place = any_place(message, random);

	(void)scratch;
	if (place != NO_PLACE)
		message_splice(message, message->places[place].parent,
			       message->places[place].offset,
			       NLA_ALIGN(message_attr(message, place)->nla_len), NULL, 0);
}

/* Edges of the table and of the contract, and one beyond. */
static uint64_t edge(struct random *random, const struct attribute *attribute)
{
	static const uint64_t edges[] = {
		0, 1, 2, 32, 33, 124, 125, 128, 129, 255, 1ULL << 31, 1ULL << 32, 1ULL << 63,
		200000000, 200000001, 50000000000ULL, 50000000001ULL, 999999999, 1ULL << 62,
		31536000000000001ULL, UINT64_MAX, INT64_MAX,
	};

	switch (random_below(random, 4)) {
	case 0:
		return attribute->least - 1 + random_below(random, 3);
	case 1:
		return attribute->most - 1 + random_below(random, 3);
	case 2:
		return random_next(random);
	default:
		return edges[random_below(random, sizeof(edges) / sizeof(edges[0]))];
	}
}

static void mutate_range(struct message *message, struct random *random, unsigned char *scratch)
{
	int place = any_place(message, random);
	const struct attribute *attribute;
	unsigned char *payload;
	uint32_t length;
	uint64_t value;

	(void)scratch;
	if (place == NO_PLACE)
		return;
	attribute = message->places[place].attribute;
	payload = message->bytes + message->places[place].offset + NLA_HDRLEN;
	length = message_attr(message, place)->nla_len - NLA_HDRLEN;
	if (kind_bytes(attribute->kind)) {
		length = kind_bytes(attribute->kind);
		value = edge(random, attribute);
		memcpy(payload, kself_low_bytes(&value, length), length);
	} else if (attribute->kind != KIND_NEST && length) {
		payload[random_below(random, length)] = random_next(random);
	}
}

/* Nests in each other, the innermost with a few bytes. */
static void mutate_depth(struct message *message, struct random *random, unsigned char *scratch)
{
	uint32_t depth = random_between(random, 1, DEPTH_MOST);
	uint32_t inner = NLA_ALIGN(random_below(random, 9));
	int place = any_place(message, random);
	uint16_t flag = random_one_in(random, 4) ? 0 : NLA_F_NESTED;
	uint16_t type = unknown_type(random);
	uint32_t i;

	if (place != NO_PLACE && !random_one_in(random, 4))
		type = message->places[place].attribute->type;
	for (i = 0; i < depth; i++) {
		struct nlattr attr = {
			.nla_len = NLA_HDRLEN * (depth - i) + inner, .nla_type = type | flag,
		};

		memcpy(scratch + i * NLA_HDRLEN, &attr, sizeof(attr));
		type = random_one_in(random, 8) ? unknown_type(random) :
						  random_between(random, 1, 4);
	}
	random_bytes(random, scratch + depth * NLA_HDRLEN, inner);
	insert(message, any_parent(message, random), scratch, depth * NLA_HDRLEN + inner,
	       random_one_in(random, 2));
}

static void mutate_overrun(struct message *message, struct random *random, unsigned char *scratch)
{
	int place = any_place(message, random);
	struct nlattr *attr;
	uint32_t to_end;

	(void)scratch;
	if (place == NO_PLACE)
		return;
	attr = message_attr(message, place);
	to_end = message->length - message->places[place].offset;
	switch (random_below(random, 5)) {
	case 0:
		attr->nla_len = random_below(random, NLA_HDRLEN);
		break;
	case 1:
		attr->nla_len = to_end + random_below(random, 64);
		break;
	case 2:
		attr->nla_len = 0xffff - random_below(random, 8);
		break;
	case 3:
		attr->nla_len += random_between(random, 1, 64);
		break;
	default:
		attr->nla_len -= random_between(random, 1, 8);
		break;
	}
}

static void mutate_huge(struct message *message, struct random *random, unsigned char *scratch)
{
	static const uint32_t counts[] = { 4095, 4096, 4097, 8000 };
	uint32_t bytes = random_between(random, 65536 - 64, 65536 + 64);
	int place = any_place(message, random);
	const struct attribute *attribute;

	if (place == NO_PLACE)
		return;
	attribute = message->places[place].attribute;
	/* a list: of nests or names */
	if (attribute->multi && random_one_in(random, 2)) {
		repeat(message, random, place,
		       counts[random_below(random, sizeof(counts) / sizeof(counts[0]))], scratch);
		return;
	}
	/* inside a nest: copies until it is full, or has wrapped */
	if (message->places[place].parent != NO_PLACE && random_one_in(random, 2)) {
		repeat(message, random, place,
		       bytes / NLA_ALIGN(message_attr(message, place)->nla_len), scratch);
		return;
	}
	resize(message, random, place, random_one_in(random, 4) ? 2 * bytes : bytes, scratch);
}

static void mutate_dump(struct message *message, struct random *random, unsigned char *scratch)
{
	static const uint16_t flags[] = { NLM_F_DUMP, NLM_F_DUMP, NLM_F_ROOT, NLM_F_MATCH,
					  NLM_F_ATOMIC, NLM_F_DUMP | NLM_F_ATOMIC };

	(void)scratch;
	message_header(message)->nlmsg_flags ^= flags[random_below(random, 6)];
	if (random_one_in(random, 2))
		message_header(message)->nlmsg_flags ^= NLM_F_ACK;
}

static void mutate_reserved(struct message *message, struct random *random, unsigned char *scratch)
{
	struct nlmsghdr *header = message_header(message);

	(void)scratch;
	switch (random_below(random, 4)) {
	case 0:
		message_genl(message)->reserved = random_next(random);
		break;
	case 1:
		header->nlmsg_flags ^= 1U << random_below(random, 16);
		break;
	case 2:
		header->nlmsg_flags = random_next(random);
		break;
	default:
		header->nlmsg_flags |= NLM_F_ECHO;
		message_genl(message)->reserved = 1U << random_below(random, 16);
		break;
	}
}

static void mutate_version(struct message *message, struct random *random, unsigned char *scratch)
{
	(void)scratch;
	message_genl(message)->version = random_next(random);
}

static void mutate_command(struct message *message, struct random *random, unsigned char *scratch)
{
	(void)scratch;
	message_genl(message)->cmd = random_one_in(random, 2) ? random_below(random, 32) :
								random_next(random);
}

static void mutate_bytes(struct message *message, struct random *random, unsigned char *scratch)
{
	uint32_t count = random_between(random, 1, 6);
	uint32_t at;

	(void)scratch;
	while (count-- && message->length > MESSAGE_HEADERS) {
		at = random_between(random, MESSAGE_HEADERS, message->length - 1);
		message->bytes[at] = random_next(random);
	}
}

typedef void (*mutation)(struct message *message, struct random *random, unsigned char *scratch);

static const mutation mutations[CLASS_MAX] = {
	[CLASS_LENGTH] = mutate_length,
	[CLASS_FLAGS] = mutate_flags,
	[CLASS_TWICE] = mutate_twice,
	[CLASS_UNKNOWN] = mutate_unknown,
	[CLASS_MISSING] = mutate_missing,
	[CLASS_RANGE] = mutate_range,
	[CLASS_DEPTH] = mutate_depth,
	[CLASS_OVERRUN] = mutate_overrun,
	[CLASS_HUGE] = mutate_huge,
	[CLASS_DUMP] = mutate_dump,
	[CLASS_RESERVED] = mutate_reserved,
	[CLASS_VERSION] = mutate_version,
	[CLASS_COMMAND] = mutate_command,
	[CLASS_BYTES] = mutate_bytes,
};

/* Lengths that do not fit are made last: the other mutations trust them. */
static void mutate_mixed(struct message *message, struct random *random, unsigned char *scratch)
{
	static const enum class structure[] = {
		CLASS_LENGTH, CLASS_TWICE, CLASS_UNKNOWN, CLASS_MISSING, CLASS_RANGE, CLASS_DEPTH,
	};
	static const enum class bytes[] = {
		CLASS_FLAGS, CLASS_OVERRUN, CLASS_DUMP, CLASS_RESERVED, CLASS_VERSION,
		CLASS_COMMAND, CLASS_BYTES,
	};
	uint32_t count = random_below(random, 3);

	while (count--)
		mutations[structure[random_below(random, 6)]](message, random, scratch);
	mutations[bytes[random_below(random, 7)]](message, random, scratch);
}

void mutate(struct message *message, struct random *random, enum class class,
	    unsigned char *scratch)
{
	if (class == CLASS_MIXED)
		mutate_mixed(message, random, scratch);
	else if (mutations[class])
		mutations[class](message, random, scratch);
	if (class == CLASS_VERSION && random_one_in(random, 2))
		mutate_mixed(message, random, scratch);
}
