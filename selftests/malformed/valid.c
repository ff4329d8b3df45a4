// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Right requests; see valid.h.
 *
 * A value is what the row of the table allows.  Where attributes must fit each
 * other the name of the attribute says how: an address ends where its length
 * says, ports are in order, a burst is no longer than an hour of its rate.
 */
#include "valid.h"

#include <linux/trafficmon.h>
#include <stdio.h>
#include <string.h>

#define HOUR_NS		3600000000000ULL
#define NAMES		48	/* of policies: few, so that they meet */
#define RATE_LEAST	125	/* packets or bytes */
#define RATE_MOST	200000000

/* What the values of one request have to do with each other. */
struct valid {
	struct message *message;
	struct random *random;
	const struct command *command;
	unsigned int rings;
	bool ipv6;
	uint8_t prefix_length;
	uint16_t first_port;
	uint64_t rate;
	unsigned int copy;	/* of an attribute that stands several times */
	uint8_t first_kind;
};

static bool named(const struct attribute *attribute, const char *name)
{
	return !strcmp(attribute->name, name);
}

static bool named_prefix_length(const struct attribute *attribute)
{
	return named(attribute, "length") || named(attribute, "prefix-length");
}

/* Without these a request or a nest is not whole. */
static bool required(const struct valid *valid, const struct attribute *attribute)
{
	static const char *const always[] = { "name", "address", "length", "first", "kind", "rate",
					      "ring", "sequence", "prefix-length" };
	size_t i;

	if (valid->command->number == TRAFFICMON_CMD_LIMITER_DEL)
		return named(attribute, "policy");
	if (valid->command->number == TRAFFICMON_CMD_SET_DEL)
		return named(attribute, "entry") || named(attribute, "name") ||
		       named(attribute, "address") || named(attribute, "length");
	if (valid->command->number == TRAFFICMON_CMD_SET_GET ||
	    valid->command->number == TRAFFICMON_CMD_EVENT_GET)
		return false;
	for (i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		if (named(attribute, always[i]))
			return true;
	return false;
}

static uint64_t integer(struct valid *valid, const struct attribute *attribute)
{
	struct random *random = valid->random;

	if (named_prefix_length(attribute))
		return valid->prefix_length;
	if (named(attribute, "first"))
		return valid->first_port = random_next(random);
	if (named(attribute, "last"))
		return random_between(random, valid->first_port, UINT16_MAX);
	if (named(attribute, "ring"))
		return valid->copy;
	if (named(attribute, "kind") && valid->command->number == TRAFFICMON_CMD_POLICY_ADD)
		return (valid->first_kind + valid->copy) & 1;
	if (named(attribute, "rate"))
		return valid->rate = random_between(random, RATE_LEAST, RATE_MOST);
	if (named(attribute, "burst"))
		return random_between(random, 1, 3600 * valid->rate);
	if (named(attribute, "timeout"))
		return random_between(random, 24 * HOUR_NS, 365 * 24 * HOUR_NS);
	/* the edges often */
	if (random_one_in(random, 4))
		return random_one_in(random, 2) ? attribute->least : attribute->most;
	return random_between(random, attribute->least, attribute->most);
}

static void put_integer(struct valid *valid, int parent, const struct attribute *attribute)
{
	uint64_t value = integer(valid, attribute);
	uint32_t u32 = value;
	uint16_t u16 = value;
	uint8_t u8 = value;
	const void *payload = &value;

	if (attribute->kind == KIND_U32)
		payload = &u32;
	else if (attribute->kind == KIND_U16)
		payload = &u16;
	else if (attribute->kind == KIND_U8)
		payload = &u8;
	message_put(valid->message, parent, attribute, payload, kind_bytes(attribute->kind));
}

static void put_string(struct valid *valid, int parent, const struct attribute *attribute)
{
	struct random *random = valid->random;
	char text[32];

	if (named(attribute, "device"))
		snprintf(text, sizeof(text), "eth%u", (unsigned int)random_below(random, 20));
	else if (named(attribute, "name") && valid->command->number != TRAFFICMON_CMD_POLICY_ADD)
		strcpy(text, random_one_in(random, 2) ? TRAFFICMON_SET_ALLOW : TRAFFICMON_SET_DENY);
	else if (named(attribute, "policy") && random_one_in(random, 2))
		strcpy(text, "source");		/* of state.c */
	else
		snprintf(text, sizeof(text), "p%u", (unsigned int)random_below(random, NAMES));
	message_put(valid->message, parent, attribute, text, strlen(text) + 1);
}

/* Bits behind the prefix length are 0. */
static void put_address(struct valid *valid, int parent, const struct attribute *attribute)
{
	unsigned int bytes = valid->ipv6 ? 16 : 4;
	unsigned char address[16] = {};
	unsigned int i;

	if (named(attribute, "source") && random_one_in(valid->random, 2)) {
		memcpy(address, "\x7f\0\0\1", 4);	/* of the traffic of state.c */
	} else {
		for (i = 0; i < bytes; i++)
			address[i] = random_next(valid->random);
		for (i = valid->prefix_length; i < 8 * bytes; i++)
			address[i / 8] &= ~(0x80 >> (i % 8));
	}
	message_put(valid->message, parent, attribute, address, bytes);
}

static void new_prefix(struct valid *valid)
{
	valid->ipv6 = random_one_in(valid->random, 3);
	valid->prefix_length = random_between(valid->random, 0, valid->ipv6 ? 128 : 32);
}

static void put_all(struct valid *valid, int parent, const struct attribute *attributes);

static void put_one(struct valid *valid, int parent, const struct attribute *attribute)
{
	int nest;

	switch (attribute->kind) {
	case KIND_FLAG:
		message_put(valid->message, parent, attribute, NULL, 0);
		break;
	case KIND_STRING:
		put_string(valid, parent, attribute);
		break;
	case KIND_BINARY:
		put_address(valid, parent, attribute);
		break;
	case KIND_NEST:
		new_prefix(valid);
		nest = message_nest(valid->message, parent, attribute);
		if (nest != NO_PLACE)
			put_all(valid, nest, attribute->nest);
		break;
	default:
		put_integer(valid, parent, attribute);
		break;
	}
}

static unsigned int copies(struct valid *valid, const struct attribute *attribute)
{
	if (!attribute->multi)
		return 1;
	if (named(attribute, "limit"))
		return random_between(valid->random, 1, TRAFFICMON_LIMITS_MAX);
	if (named(attribute, "cursor"))
		return random_between(valid->random, 1, valid->rings);
	return random_one_in(valid->random, 8) ? random_between(valid->random, 2, 12) : 1;
}

/* A walk for a ledger waits for two grace periods. */
static bool slow(const struct attribute *attribute)
{
	return named(attribute, "ledger");
}

static void put_all(struct valid *valid, int parent, const struct attribute *attributes)
{
	const struct attribute *attribute;
	unsigned int count;

	for (attribute = attributes; attribute->type; attribute++) {
		if (!required(valid, attribute) &&
		    !random_one_in(valid->random, slow(attribute) ? 2000 : 3))
			continue;
		count = copies(valid, attribute);
		for (valid->copy = 0; valid->copy < count; valid->copy++)
			put_one(valid, parent, attribute);
		valid->copy = 0;
	}
}

/* The key of the policy "source" of state.c, which LIMITER_GET would show. */
static void put_live_key(struct valid *valid)
{
	const struct attribute *attributes = valid->command->attributes;
	const unsigned char source[4] = { 127, 0, 0, 1 };

	message_put(valid->message, NO_PLACE,
		    attribute_find(attributes, TRAFFICMON_A_LIMITER_POLICY), "source", 7);
	message_put(valid->message, NO_PLACE,
		    attribute_find(attributes, TRAFFICMON_A_LIMITER_SOURCE), source, 4);
}

void valid_request(struct message *message, struct random *random, uint16_t family,
		   const struct command *command, unsigned int rings)
{
	struct valid valid = {
		.message = message, .random = random, .command = command, .rings = rings,
		.first_kind = random_below(random, 2),
	};

	message_begin(message, family, command);
	new_prefix(&valid);
	if (command->number == TRAFFICMON_CMD_LIMITER_DEL && random_one_in(random, 2))
		put_live_key(&valid);
	else
		put_all(&valid, NO_PLACE, command->attributes);
}
