/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words for the numbers of the UAPI, each list in one table that printing,
 * parsing, completion and error messages share.
 */
#ifndef TM_NAMES_H
#define TM_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

/* A list of words by number; NULL where a number has none. */
struct tm_names {
	const char *what;	/* for messages: "class" */
	const char *const *names;
	unsigned int count;
};

extern const struct tm_names tm_names_class;		/* syn synack ack rst fin udp icmp frag malformed other */
extern const struct tm_names tm_names_direction;	/* in out */
extern const struct tm_names tm_names_family;		/* ipv4 ipv6 */
extern const struct tm_names tm_names_fragment;	/* whole first later */
extern const struct tm_names tm_names_tcp_flag;	/* fin syn rst psh ack urg ece cwr */
extern const struct tm_names tm_names_mode;
extern const struct tm_names tm_names_cause;		/* switch breaker ruleset */
extern const struct tm_names tm_names_change;		/* committed waits confirmed ... */
extern const struct tm_names tm_names_action;		/* drop */
extern const struct tm_names tm_names_key;		/* none src dst src+dport src+dst flow iif */
extern const struct tm_names tm_names_spare;		/* established */
extern const struct tm_names tm_names_on_full;		/* pass drop aggregate */
extern const struct tm_names tm_names_limit_kind;	/* packets bytes new_flows */
extern const struct tm_names tm_names_flow_state;	/* new answered established ended */
extern const struct tm_names tm_names_record_reason;	/* ended idle evicted active reset */
extern const struct tm_names tm_names_event;		/* load unload policy_over ... */

/* Longest text that tm_name() gives for an unknown number, with the NUL. */
#define TM_NAME_TEXT	32

/*
 * The word for a number; for one that this tool does not know, the number in
 * buffer (TM_NAME_TEXT bytes): "class_12".
 */
const char *tm_name(const struct tm_names *names, unsigned int number,
		    char *buffer);

/*
 * The number of a word, or -1 with error set, which lists the words there are
 * and the nearest one.
 */
int tm_name_parse(const struct tm_names *names, const char *word,
		  struct tm_error *error);

/* All words, separated: "in, out". */
void tm_names_list(const struct tm_names *names, const char *separator,
		   char *text, size_t size);

/* IP protocol: the common ones have names, all have numbers. */
const char *tm_protocol_name(uint8_t protocol, char *buffer);
int tm_protocol_parse(const char *text, uint8_t *protocol,
		      struct tm_error *error);

/* Is it a policy's or set's name: [A-Za-z0-9_.:-]{1,31}?  what: for the message. */
int tm_name_check(const char *what, const char *name, struct tm_error *error);

/*
 * "Did you mean": of count words the one nearest to word, NULL when none is
 * near (edits above a third of its length).
 */
const char *tm_nearest(const char *word, const char *const *words,
		       size_t count);

#endif /* TM_NAMES_H */
