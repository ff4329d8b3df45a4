/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel owes to what was sent, judged from its bytes alone: by the
 * table of the attributes and by what linux/trafficmon.h says beyond it, not by
 * how the module does it.
 *
 * Sent bytes are cut into messages as netlink does (netlink_rcv_skb()); what is
 * behind a message that does not fit is ignored without an answer.
 *
 * Refusals that come without words, because generic netlink refuses before the
 * family and its attributes are looked at:
 *
 *	EINVAL		no room for the header of generic netlink
 *	ENOENT		the message is for a family that does not exist
 *	EOPNOTSUPP	no such command, or not as a do or as a dump
 *	EBUSY		this socket's last dump has not ended
 *
 * NLA_F_NET_BYTEORDER and the version are read by nobody, as in all families.
 */
#ifndef MALFORMED_JUDGE_H
#define MALFORMED_JUDGE_H

#include <stdbool.h>
#include <stdint.h>
#include "table.h"

struct nlmsghdr;

/**
 * enum verdict_is - what must come of a message
 * @VERDICT_IGNORED: no request: acknowledged if it asks for that, nothing done
 * @VERDICT_FOREIGN: for another family
 * @VERDICT_WORDLESS: refused by the core, perhaps without words
 * @VERDICT_REFUSED: refused for its form, in words
 * @VERDICT_ALLOWED: of right form: done, or refused for what stands
 */
enum verdict_is { VERDICT_IGNORED, VERDICT_FOREIGN, VERDICT_WORDLESS, VERDICT_REFUSED,
		  VERDICT_ALLOWED };

/**
 * struct verdict - judgement on one message
 * @command: NULL when it has none
 * @dump: its flags ask for a dump
 * @acknowledged: its flags ask for an answer in any case
 * @absent: of right form, but it names a set that is never there (RULES_ABSENT)
 * @why: the rule that it breaks
 */
struct verdict {
	enum verdict_is is;
	bool absent;
	const struct command *command;
	bool dump;
	bool acknowledged;
	uint32_t sequence;
	uint32_t length;
	const char *why;
};

/* Judge the message at @bytes; false: netlink ignores this and all behind it. */
bool judge(const unsigned char *bytes, uint32_t left, uint16_t family, unsigned int rings,
	   struct verdict *verdict);

/* Does it change, when done, what state_digest() looks at? */
bool judge_changes(const struct verdict *verdict);

/* Does it wait for grace periods or build tables? */
bool judge_is_slow(const struct verdict *verdict);

/* Rules beyond the table (rules.c).  NULL: none is broken.  The table's are kept. */
struct nlattr;
const char *rules_broken(const struct command *command, const struct nlattr *attributes,
			 uint32_t length, unsigned int rings);

/* Does it want a set of this name, which no request makes (rules.c)? */
#define RULES_ABSENT	"nobody"
bool rules_absent(const struct command *command, const struct nlattr *attributes,
		  uint32_t length);

/* Does what goes by itself in less than an hour: an entry of a set, a ruleset (rules.c). */
bool rules_soon_gone(const struct command *command, const struct nlattr *attributes,
		     uint32_t length);

#endif
