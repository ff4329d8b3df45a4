/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What each command takes: one table, made at build time from
 * uapi/trafficmon.yaml (table.awk).  Right requests are written from it
 * (valid.c), wrong ones are made of those (mutate.c), and it says which were to
 * be refused (judge.c).
 */
#ifndef MALFORMED_TABLE_H
#define MALFORMED_TABLE_H

#include <stdbool.h>
#include <stdint.h>

enum kind { KIND_FLAG, KIND_U8, KIND_U16, KIND_U32, KIND_U64, KIND_STRING, KIND_BINARY, KIND_NEST };

/* What a value has to do with others: by the name of the attribute, see table.awk. */
enum role {
	ROLE_NONE, ROLE_NAME, ROLE_ADDRESS, ROLE_LENGTH, ROLE_FIRST, ROLE_LAST, ROLE_KIND,
	ROLE_RATE, ROLE_BURST, ROLE_RING, ROLE_SEQUENCE, ROLE_TIMEOUT, ROLE_DEVICE, ROLE_POLICY,
	ROLE_SOURCE, ROLE_ENTRY, ROLE_LIMIT, ROLE_CURSOR, ROLE_LEDGER, ROLE_GENERATION,
	ROLE_VALUE, ROLE_MASK, ROLE_PATTERN, ROLE_DEVICE_GLOB, ROLE_COMMENT,
};

/**
 * struct attribute - one attribute that a request may carry
 * @type: of the attribute; 0 ends an array
 * @least: value of an integer, else length: of a string without its NUL
 * @most: likewise
 * @multi: may stand several times
 * @nest: of KIND_NEST: what stands inside
 */
struct attribute {
	uint16_t type;
	const char *name;
	enum kind kind;
	enum role role;
	uint64_t least;
	uint64_t most;
	bool multi;
	const struct attribute *nest;
};

struct command {
	uint8_t number;
	const char *name;
	bool dump;
	const struct attribute *attributes;
};

extern const struct command commands[];
extern const unsigned int commands_count;

/* The row of an attribute type, or of a command; NULL: there is none. */
static inline const struct attribute *attribute_find(const struct attribute *attributes,
						     unsigned int type)
{
	for (; attributes->type; attributes++)
		if (attributes->type == type)
			return attributes;
	return 0;
}

static inline const struct command *command_find(uint8_t number)
{
	unsigned int i;

	for (i = 0; i < commands_count; i++)
		if (commands[i].number == number)
			return &commands[i];
	return 0;
}

/* Bytes of an integer; 0 for all else. */
static inline unsigned int kind_bytes(enum kind kind)
{
	static const unsigned char bytes[] = {
		[KIND_U8] = 1, [KIND_U16] = 2, [KIND_U32] = 4, [KIND_U64] = 8, [KIND_NEST] = 0,
	};

	return bytes[kind];
}

#endif
