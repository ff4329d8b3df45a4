/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Terms of a match: what few policies ask of a packet, as a list of values that
 * are accepted or, with "!" in front, excluded.
 *
 *	length, hop_limit	"64", "64-128"		a range, both ends in it
 *	tcp_flags		"syn/syn+ack"		of the flags behind the slash
 *				those in front of it are set, and no others
 *				"syn"			is syn/syn
 *				"none/syn+ack"		none of the two is set
 *	mark			"0x10/0xf0", "7"	value and mask; all bits
 */
#ifndef TM_TERM_H
#define TM_TERM_H

#include <linux/trafficmon.h>
#include <stdbool.h>
#include <stdint.h>

#include "error.h"

enum tm_term_kind {
	TM_TERM_TCP_FLAGS,
	TM_TERM_LENGTH,
	TM_TERM_HOP_LIMIT,
	TM_TERM_MARK,
	__TM_TERM_MAX
};

/* @first: or the value; @last: or the mask */
struct tm_term {
	uint32_t first;
	uint32_t last;
	bool except;
};

struct tm_term_list {
	struct tm_term items[TRAFFICMON_TERMS_MAX];
	unsigned int count;	/* 0: any */
};

/*
 * @name:	in a policy file
 * @attribute:	enum trafficmon_policy_attr; the attributes of its nests have
 *		the same numbers for all kinds: first or value, last or mask,
 *		except
 * @bytes:	of a number in the nest
 * @most:	of a number
 * @masked:	values and masks, not ranges
 * @expected:	in a policy file, for messages
 */
struct tm_term_type {
	const char *name;
	uint16_t attribute;
	uint8_t bytes;
	uint32_t most;
	bool masked;
	const char *expected;
};

extern const struct tm_term_type tm_term_types[__TM_TERM_MAX];

int tm_term_parse(enum tm_term_kind kind, const char *text,
		  struct tm_term *term, struct tm_error *error);

/* The shortest text that means it; buffer: TM_TERM_TEXT bytes. */
#define TM_TERM_TEXT	80
const char *tm_term_format(enum tm_term_kind kind, const struct tm_term *term,
			   char *buffer);

#endif /* TM_TERM_H */
