/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a policy asks of a packet.
 *
 * The classifier answers for all policies at once what most of them ask for:
 * class, direction, family, and the prefixes, ports and devices that are
 * accepted (classify.h).  The rest is asked of each policy that it found: what
 * few policies want, or what is excluded from their lists.
 *
 * Pure: builds in userspace too.
 */
#ifndef TM_MATCH_H
#define TM_MATCH_H

#include <linux/if.h>
#include "packet.h"
#include "prefix.h"

struct tm_ports {
	u16 first;
	u16 last;
};

/**
 * struct tm_term - one of several values that are accepted, or excluded
 * @first: of a range; of a masked value its bits
 * @last: of a range; of a masked value its mask
 * @except: it is excluded
 */
struct tm_term {
	union {
		u32 first;
		u32 value;
	};
	union {
		u32 last;
		u32 mask;
	};
	bool except;
};

struct tm_terms {
	u16 count;
	struct tm_term term[TRAFFICMON_TERMS_MAX];
};

/* Names of sets. */
struct tm_set_names {
	u16 count;		/* accepted */
	u16 except;		/* behind them, excluded */
	char name[TRAFFICMON_MATCH_SETS_MAX][TRAFFICMON_NAME_SIZE];
};

/**
 * struct tm_match - what a policy asks of a packet; an empty part accepts all
 * @classes: bits 1 << enum trafficmon_class; 0: all but malformed
 * @directions: bits 1 << enum trafficmon_direction; 0: all
 * @families: bits 1 << enum trafficmon_family; 0: all
 * @fragments: bits 1 << enum trafficmon_fragment; 0: all
 * @source_count: prefixes that are accepted; 0: all
 * @source_except: prefixes behind these in @source that are excluded; so for the
 *	other lists
 * @device_count: names that are accepted
 * @glob_count: globs that are accepted, instead of names; in @device, too
 * @glob_except: globs behind these that are excluded
 * @tcp_flags: masked values of byte 13 of the TCP header
 * @length: ranges of bytes of the IP packet, or of the segments of a super-packet
 * @hop_limit: ranges
 * @mark: masked values of the skb's mark
 * @source_sets: sets beside @source: where some are accepted, an address is that is in
 *	one of them or in a prefix that is accepted; so for @destination_sets
 *
 * What is excluded wins.  A policy with ports, accepted or excluded, never matches
 * a packet without (fragments but the first, ICMP, other protocols); one with
 * devices never what this host sends; one with TCP flags nothing but whole TCP
 * headers.  One that accepts prefixes of one family only never matches the other.
 */
struct tm_match {
	u32 classes;
	u32 directions;
	u32 families;
	u32 fragments;
	u16 source_count;
	u16 source_except;
	u16 destination_count;
	u16 destination_except;
	u16 source_port_count;
	u16 source_port_except;
	u16 destination_port_count;
	u16 destination_port_except;
	u16 device_count;
	u16 glob_count;
	u16 glob_except;
	struct tm_terms tcp_flags;
	struct tm_terms length;
	struct tm_terms hop_limit;
	struct tm_terms mark;
	struct tm_set_names source_sets;
	struct tm_set_names destination_sets;
	struct tm_prefix source[TRAFFICMON_MATCHES_MAX];
	struct tm_prefix destination[TRAFFICMON_MATCHES_MAX];
	struct tm_ports source_port[TRAFFICMON_MATCHES_MAX];
	struct tm_ports destination_port[TRAFFICMON_MATCHES_MAX];
	char device[TRAFFICMON_DEVICES_MAX][IFNAMSIZ];
};

/**
 * struct tm_shown_set - a set as packets find it
 * @prefixes: NULL: nothing is in it
 * @set: under tn->lock
 * @users: policies that name it
 * @last_user: of them, while they are counted
 */
struct tm_shown_set {
	struct tm_prefixes __rcu *prefixes;
	const struct tm_set *set;
	u32 users;
	u32 last_user;
};

/* The sets of a match in the order of their names: what each name stands for. */
struct tm_match_sets {
	const struct tm_shown_set *source[TRAFFICMON_MATCH_SETS_MAX];
	const struct tm_shown_set *destination[TRAFFICMON_MATCH_SETS_MAX];
};

/* Does it name any? */
static inline bool tm_match_has_sets(const struct tm_match *match)
{
	return match->source_sets.count || match->source_sets.except ||
	       match->destination_sets.count || match->destination_sets.except;
}

/* Is there anything that the classifier does not answer? */
bool tm_match_has_rest(const struct tm_match *match);

/* Prefixes of an end that the classifier answers for: none where sets are accepted, too. */
static inline u16 tm_match_classified(u16 prefix_count, const struct tm_set_names *sets)
{
	return sets->count ? 0 : prefix_count;
}

/**
 * struct tm_asked - a packet, and what of it stands elsewhere
 * @device: name of the device it arrived on, NULL when sent by this host
 * @mark: of the skb
 * @random: 32 bits, for which hits of a set's entries are counted
 */
struct tm_asked {
	const struct tm_packet *packet;
	const char *device;
	u32 mark;
	u32 random;
	u64 now_ns;
};

/**
 * tm_match_rest - does a packet meet what the classifier does not answer?
 * @sets: those that @match names; NULL: none
 *
 * Counts a hit for each entry of a set that covers an address that is asked for.
 * At most 24 steps for each list of prefixes and ports, 16 globs, 8 steps for
 * each of the others, and 16 look-ups in sets.  Context: RCU, any.
 */
bool tm_match_rest(const struct tm_match *match, const struct tm_match_sets *sets,
		   const struct tm_asked *asked);

#endif
