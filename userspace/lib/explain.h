/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What becomes of such a packet, and why: the way that the module takes it, step
 * by step, over a ruleset in memory.  Asks nobody and changes nothing.
 */
#ifndef TM_EXPLAIN_H
#define TM_EXPLAIN_H

#include "conntrack.h"
#include "policy_file.h"

/*
 * @tuple:	ports, and what ICMP has in place of them, as in icmp.h; 0 of what has none
 * @has_ports:	TCP or UDP whose header is in it
 * @class, @direction, @fragment: of the UAPI
 * @icmp_type, @icmp_code: of class icmp
 * @length:	of the IP packet, bytes
 * @device:	that it arrived on; empty: this host sends it, or nobody told
 * @sets:	that its ends may be in, as tm_explain() knows them; of others, and of
 *		all where it is NULL, nobody knows
 */
struct tm_explain_packet {
	struct tm_tuple tuple;
	bool has_ports;
	uint8_t class;
	uint8_t direction;
	uint8_t fragment;
	uint8_t tcp_flags;
	uint8_t icmp_type;
	uint8_t icmp_code;
	uint8_t hop_limit;
	uint32_t length;
	uint32_t mark;
	char device[IFNAMSIZ];
	const struct tm_set_list *sets;
};

/*
 * @file:	policies and sets; a set that is not among them is not known
 * @failsafe:	the module parameter, NULL: not known
 * @suspended:	enforcement is
 */
struct tm_explain_ruleset {
	const struct tm_policy_file *file;
	const char *failsafe;
	bool suspended;
};

/* The class of a whole TCP header with these flags. */
uint8_t tm_explain_tcp_class(uint8_t tcp_flags);

/* What a policy asks for, in the order in which it is asked here. */
enum tm_explain_part {
	TM_EXPLAIN_CLASS,
	TM_EXPLAIN_DIRECTION,
	TM_EXPLAIN_FAMILY,
	TM_EXPLAIN_SOURCE,
	TM_EXPLAIN_DESTINATION,
	TM_EXPLAIN_SOURCE_PORT,
	TM_EXPLAIN_DESTINATION_PORT,
	TM_EXPLAIN_DEVICE,
	TM_EXPLAIN_FRAGMENT,
	TM_EXPLAIN_TERMS,	/* from here on as enum tm_term_kind */
	TM_EXPLAIN_TCP_FLAGS = TM_EXPLAIN_TERMS,
	TM_EXPLAIN_LENGTH,
	TM_EXPLAIN_HOP_LIMIT,
	TM_EXPLAIN_MARK,
	__TM_EXPLAIN_PART_MAX
};

enum tm_explain_unmet {
	TM_EXPLAIN_MET,
	TM_EXPLAIN_NOT_AMONG,	/* what is accepted */
	TM_EXPLAIN_EXCLUDED,
	TM_EXPLAIN_ABSENT,	/* the packet has no such thing */
	TM_EXPLAIN_UNDECIDED,	/* a set is not known that decides it */
};

/*
 * How a policy's part fits a packet.
 * @accepted:	it does, or may, but for what is excluded
 * @item:	of TM_EXPLAIN_EXCLUDED: by which of the list, sets behind prefixes; of
 *		TM_EXPLAIN_UNDECIDED: which
 */
struct tm_explain_answer {
	enum tm_explain_unmet unmet;
	bool accepted;
	unsigned int item;
};

struct tm_explain_answer
tm_explain_ask(const struct tm_policy *policy, enum tm_explain_part part,
	       const struct tm_explain_packet *packet);

/* What is not met: "destination_port 22 is excluded by !22".  Returns buffer. */
#define TM_EXPLAIN_TEXT	256
const char *tm_explain_words(const struct tm_policy *policy,
			     enum tm_explain_part part,
			     const struct tm_explain_answer *answer,
			     const struct tm_explain_packet *packet,
			     char *buffer);

/* Each is asked; docs/policies.md has the table. */
enum tm_explain_stage {
	TM_EXPLAIN_FAILSAFE,
	TM_EXPLAIN_DISCOVERY,
	TM_EXPLAIN_ALLOW,
	TM_EXPLAIN_PATH_MTU,
	TM_EXPLAIN_DENY,
	TM_EXPLAIN_POLICY,
};

enum tm_explain_effect {
	TM_EXPLAIN_NONE,	/* it is not about this packet */
	TM_EXPLAIN_UNKNOWN,	/* whether it is */
	TM_EXPLAIN_PASSES,
	TM_EXPLAIN_PASSES_BELOW,	/* a limit; above it goes on */
	TM_EXPLAIN_DROPS,
	TM_EXPLAIN_DROPS_ABOVE,	/* a limit; below it goes on */
	TM_EXPLAIN_COUNTS,	/* as over; it goes on */
	TM_EXPLAIN_COUNTS_ABOVE,	/* a limit; it goes on */
	TM_EXPLAIN_BEYOND,	/* the 16 that are asked are in front of it */
};

/*
 * @reached:	nothing before it decides for sure
 * @failsafe:	of TM_EXPLAIN_FAILSAFE: the entry, with its length
 * @entry:	of a set: the narrowest that covers an end
 * @destination: it covers the destination, not the source
 * @policy:	of TM_EXPLAIN_POLICY
 * @unmet_count: its parts that are not met
 * @unmet:	the first of them, with its answer; where all others are met, and the
 *		effect is unknown, the first that is undecided
 */
struct tm_explain_step {
	enum tm_explain_stage stage;
	enum tm_explain_effect effect;
	bool reached;
	const char *failsafe;
	size_t failsafe_length;
	const struct tm_entry *entry;
	bool destination;
	const struct tm_policy *policy;
	unsigned int unmet_count;
	enum tm_explain_part unmet;
	struct tm_explain_answer answer;
};

/*
 * Walk all steps: of the sets and so on one, then each policy in order.
 * Returns whether it is sure that the packet is dropped.
 */
bool tm_explain(const struct tm_explain_ruleset *ruleset,
		const struct tm_explain_packet *packet,
		void (*visit)(const struct tm_explain_step *step, void *data),
		void *data);

/*
 * What a policy counts a packet by.  A prefix of size 0 is no part of it, nor are
 * ports and protocol that are not said to be; nothing at all: all together.
 */
struct tm_explain_key {
	struct tm_prefix source;
	struct tm_prefix destination;
	bool has_source_port;
	bool has_destination_port;
	bool has_protocol;
	bool has_device;
	uint16_t source_port;
	uint16_t destination_port;
	uint8_t protocol;
};

struct tm_explain_key tm_explain_key(const struct tm_policy *policy,
				     const struct tm_explain_packet *packet);

#endif /* TM_EXPLAIN_H */
