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
#include "judge.h"

#define HOUR_NS		3600000000000ULL
#define NAMES		48	/* of policies: few, so that they meet */
#define RATE_LEAST	125	/* packets or bytes */
#define RATE_MOST	200000000

/* What the values of one request have to do with each other. */
struct valid {
	struct message *message;
	struct random *random;
	const struct command *command;
	uint32_t required;
	unsigned int rings;
	const unsigned char *known;
	bool ipv6;
	uint8_t prefix_length;
	bool globs;		/* of devices, instead of names */
	uint32_t first;
	uint32_t mask;
	uint64_t rate;
	unsigned int copy;	/* of an attribute that stands several times */
	uint8_t first_kind;
};

/* Prefixes of 24 bits that stand in sets now and then, the first two in those of state.c. */
static const unsigned char known_prefixes[][4] = {
	{ 192, 0, 2, 0 }, { 198, 51, 100, 0 }, { 10, 1, 1, 0 }, { 10, 1, 2, 0 },
};

#define ROLE(id)	(1U << ROLE_##id)

/* Without these a request or a nest is not whole. */
static uint32_t required_roles(const struct command *command)
{
	switch (command->number) {
	case TRAFFICMON_CMD_LIMITER_DEL:
		return ROLE(POLICY);
	case TRAFFICMON_CMD_TRANSACTION_CONFIRM:
		return ROLE(GENERATION);
	case TRAFFICMON_CMD_SET_DEL:
		return ROLE(ENTRY) | ROLE(NAME) | ROLE(ADDRESS) | ROLE(LENGTH);
	case TRAFFICMON_CMD_SET_TEST:
		return ROLE(ENTRY) | ROLE(NAME) | ROLE(ADDRESS);
	case TRAFFICMON_CMD_SET_GET:
	case TRAFFICMON_CMD_EVENT_GET:
		return 0;
	default:
		return ROLE(NAME) | ROLE(ADDRESS) | ROLE(LENGTH) | ROLE(FIRST) | ROLE(KIND) |
		       ROLE(RATE) | ROLE(RING) | ROLE(SEQUENCE) | ROLE(VALUE) | ROLE(MASK) |
		       ROLE(PATTERN);
	}
}

static uint64_t integer(struct valid *valid, const struct attribute *attribute)
{
	struct random *random = valid->random;

	switch (attribute->role) {
	case ROLE_LENGTH:
		return valid->prefix_length;
	case ROLE_FIRST:
		return valid->first = random_between(random, attribute->least, attribute->most);
	case ROLE_LAST:
		return random_between(random, valid->first, attribute->most);
	case ROLE_VALUE:
		valid->mask = random_between(random, 1, attribute->most);
		return random_next(random) & valid->mask;
	case ROLE_MASK:
		return valid->mask;
	case ROLE_RING:
		return valid->copy;
	case ROLE_KIND:
		return (valid->first_kind + valid->copy) % __TRAFFICMON_LIMIT_MAX;
	case ROLE_RATE:
		return valid->rate = random_between(random, RATE_LEAST, RATE_MOST);
	case ROLE_BURST:
		return random_between(random, 1, 3600 * valid->rate);
	case ROLE_TIMEOUT:
		if (valid->command->number == TRAFFICMON_CMD_TRANSACTION_COMMIT)
			return random_between(random, HOUR_NS, 24 * HOUR_NS);
		return random_between(random, 24 * HOUR_NS, 365 * 24 * HOUR_NS);
	default:
		/* the edges often */
		if (random_one_in(random, 4))
			return random_one_in(random, 2) ? attribute->least : attribute->most;
		return random_between(random, attribute->least, attribute->most);
	}
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

/*
 * One that is always there, one that state.c makes, one that is there now and then, or one
 * that never is: seldom in a policy, which names many.
 */
static const char *set_name(const struct valid *valid)
{
	static const char *const names[] = { TRAFFICMON_SET_ALLOW, TRAFFICMON_SET_DENY, "s0", "s1",
					     "s2", RULES_ABSENT };
	struct random *random = valid->random;

	switch (valid->command->number) {
	case TRAFFICMON_CMD_POLICY_ADD:
		return names[random_below(random, random_one_in(random, 16) ? 6 : 4)];
	case TRAFFICMON_CMD_SET_ADD:
		return names[random_below(random, 5)];
	case TRAFFICMON_CMD_SET_DESTROY:
		return names[random_between(random, 2, 5)];
	default:
		return names[random_below(random, 6)];
	}
}

/* What a person might write, not all of it ASCII. */
static void comment(struct random *random, char *text)
{
	unsigned int length = random_between(random, 1, TRAFFICMON_COMMENT_SIZE - 1);

	for (; length; length--)
		*text++ = random_one_in(random, 4) ? random_between(random, 0x80, 0xff) :
						     random_between(random, ' ', '~');
	*text = '\0';
}

static void put_string(struct valid *valid, int parent, const struct attribute *attribute)
{
	/* the name of a policy is the one at the top of its request */
	const bool policy = valid->command->number == TRAFFICMON_CMD_POLICY_ADD &&
			    parent == NO_PLACE;
	struct random *random = valid->random;
	char text[TRAFFICMON_COMMENT_SIZE];

	if (attribute->role == ROLE_DEVICE)
		snprintf(text, sizeof(text), "eth%u", (unsigned int)random_below(random, 20));
	else if (attribute->role == ROLE_PATTERN)
		snprintf(text, sizeof(text), "eth%u*", (unsigned int)random_below(random, 20));
	else if (attribute->role == ROLE_NAME && !policy)
		strcpy(text, set_name(valid));
	else if (attribute->role == ROLE_COMMENT)
		comment(random, text);
	else if (attribute->role == ROLE_POLICY && random_one_in(random, 2))
		strcpy(text, "source");		/* of state.c */
	else
		snprintf(text, sizeof(text), "p%u", (unsigned int)random_below(random, NAMES));
	message_put(valid->message, parent, attribute, text, strlen(text) + 1);
}

/* Clear the bits behind a prefix. */
static void mask(unsigned char *address, unsigned int bytes, unsigned int length)
{
	unsigned int whole = length / 8;

	if (whole == bytes)
		return;
	address[whole] &= ~(0xff >> (length % 8));
	memset(address + whole + 1, 0, bytes - whole - 1);
}

static void put_address(struct valid *valid, int parent, const struct attribute *attribute)
{
	unsigned int bytes = valid->ipv6 ? 16 : 4;
	unsigned char address[16] = {};
	unsigned int i;
	uint32_t word;

	if (attribute->role == ROLE_SOURCE && random_one_in(valid->random, 2)) {
		memcpy(address, "\x7f\0\0\1", 4);	/* of the traffic of state.c */
	} else if (valid->known) {
		memcpy(address, valid->known, 4);
	} else {
		for (i = 0; i < bytes; i += sizeof(word)) {
			word = random_next(valid->random);
			memcpy(address + i, &word, sizeof(word));
		}
		mask(address, bytes, valid->prefix_length);
	}
	message_put(valid->message, parent, attribute, address, bytes);
}

static void new_prefix(struct valid *valid)
{
	valid->known = NULL;
	valid->ipv6 = random_one_in(valid->random, 3);
	if (!valid->ipv6 && random_one_in(valid->random, 2)) {
		valid->known = known_prefixes[random_below(valid->random, 4)];
		valid->prefix_length = 24;
		return;
	}
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
	if (!attribute->multi || valid->command->number == TRAFFICMON_CMD_SET_TEST)
		return 1;
	if (attribute->role == ROLE_LIMIT)
		return random_between(valid->random, 1, TRAFFICMON_LIMITS_MAX);
	if (attribute->role == ROLE_CURSOR)
		return random_between(valid->random, 1, valid->rings);
	if (!random_one_in(valid->random, attribute->role == ROLE_ENTRY ? 2 : 8))
		return 1;
	return random_between(valid->random, 2, random_one_in(valid->random, 2) ? 3 :
			      TRAFFICMON_TERMS_MAX);
}

/* A policy has names of devices or globs. */
static bool is_other_device(const struct valid *valid, const struct attribute *attribute)
{
	return valid->command->number == TRAFFICMON_CMD_POLICY_ADD &&
	       attribute->role == (valid->globs ? ROLE_DEVICE : ROLE_DEVICE_GLOB);
}

static void put_all(struct valid *valid, int parent, const struct attribute *attributes)
{
	const struct attribute *attribute;
	unsigned int count, i;

	for (attribute = attributes; attribute->type; attribute++) {
		if (is_other_device(valid, attribute))
			continue;
		/* a walk for a ledger waits for two grace periods */
		if (!(valid->required & (1U << attribute->role)) &&
		    !random_one_in(valid->random, attribute->role == ROLE_LEDGER ? 2000 : 3))
			continue;
		count = copies(valid, attribute);
		for (i = 0; i < count; i++) {
			/* what stands inside belongs to this copy */
			if (attribute->multi)
				valid->copy = i;
			put_one(valid, parent, attribute);
		}
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
		.required = required_roles(command), .first_kind = random_below(random, __TRAFFICMON_LIMIT_MAX),
		.globs = random_one_in(random, 2),
	};

	message_begin(message, family, command);
	new_prefix(&valid);
	if (command->number == TRAFFICMON_CMD_LIMITER_DEL && random_one_in(random, 2))
		put_live_key(&valid);
	else
		put_all(&valid, NO_PLACE, command->attributes);
}
