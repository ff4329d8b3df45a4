/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Policies as the tool holds them, between file and kernel.
 *
 * A policy here is complete: tm_policy_init() gives it the defaults of the
 * UAPI, and tm_limit_burst_default() the default burst, so that two policies
 * that mean the same are equal whether they came from a file or from the
 * kernel.
 */
#ifndef TM_POLICY_MODEL_H
#define TM_POLICY_MODEL_H

#include <linux/trafficmon.h>
#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "set_model.h"
#include "term.h"
#include "value.h"

/* What the UAPI's comment says of its attributes. */
#define TM_RATE_PACKETS_MAX		200000000ull	/* a second */
#define TM_RATE_BYTES_MIN		125ull		/* a second */
#define TM_RATE_BYTES_MAX		50000000000ull
#define TM_BURST_BYTES_DEFAULT_MIN	65536ull
#define TM_BURST_SECONDS_MAX		3600ull		/* of the rate */
#define TM_AGGREGATE_FACTOR_MAX		1024u
#define TM_AGGREGATE_FACTOR_DEFAULT	8u

/* "src/32/128" and the like, with the NUL */
#define TM_KEY_TEXT			16

/* rate, burst: packets or bytes (a second); rate 0: there is no such limit. */
struct tm_limit {
	uint64_t rate;
	uint64_t burst;
};

struct tm_prefix_list {
	struct tm_prefix items[TRAFFICMON_MATCHES_MAX];
	unsigned int count;	/* 0: any */
};

struct tm_ports_list {
	struct tm_ports items[TRAFFICMON_MATCHES_MAX];
	unsigned int count;	/* 0: any */
};

/* A set that a policy names. */
struct tm_match_set {
	char name[TRAFFICMON_NAME_SIZE];
	bool except;
};

struct tm_match_set_list {
	struct tm_match_set items[TRAFFICMON_MATCH_SETS_MAX];
	unsigned int count;	/* 0: any */
};

/* A device's name, or a glob of them. */
struct tm_device {
	char glob[IFNAMSIZ];
	bool except;
};

/*
 * @classes, @directions, @families, @fragments: bits, 0: no such match
 * @*_length4, @*_length6: bits of an address that a key has
 * @comment: of the file only, the kernel keeps none; NULL: none
 * @line: in the file, 0: not from a file
 */
struct tm_policy {
	char name[TRAFFICMON_NAME_SIZE];
	uint8_t mode;		/* enum trafficmon_mode */
	uint8_t action;		/* enum trafficmon_action */
	uint8_t key;		/* enum trafficmon_key */
	uint8_t on_full;	/* enum trafficmon_on_full */
	uint8_t source_length4;
	uint8_t source_length6;
	uint8_t destination_length4;
	uint8_t destination_length6;
	uint32_t aggregate_factor;
	uint32_t spare;		/* bits 1 << enum trafficmon_spare */
	uint32_t classes;
	uint32_t directions;
	uint32_t families;
	uint32_t fragments;
	struct tm_prefix_list source;
	struct tm_prefix_list destination;
	struct tm_match_set_list source_sets;		/* beside source */
	struct tm_match_set_list destination_sets;	/* beside destination */
	struct tm_ports_list source_port;
	struct tm_ports_list destination_port;
	struct tm_device device[TRAFFICMON_DEVICES_MAX];
	unsigned int device_count;
	struct tm_term_list terms[__TM_TERM_MAX];	/* by kind */
	struct tm_limit limits[__TRAFFICMON_LIMIT_MAX];	/* by kind */
	char *comment;
	unsigned long line;
};

/* A list of policies in order; items grows, hand policies on by index. */
struct tm_policy_list {
	struct tm_policy *items;
	unsigned int count;
	unsigned int room;
	unsigned int unknown;	/* have attributes that this tool does not know */
};

/* All defaults of the UAPI, no match, no limit, no name. */
void tm_policy_init(struct tm_policy *policy);

/* A new policy at the end, initialised; NULL with error set: out of memory. */
struct tm_policy *tm_policy_list_add(struct tm_policy_list *list,
				     struct tm_error *error);
void tm_policy_list_free(struct tm_policy_list *list);

/* The policy of this name, or NULL. */
struct tm_policy *tm_policy_list_find(const struct tm_policy_list *list,
				      const char *name);

/*
 * tm_policy_equal_definition: same in all that decides whether counters and
 * limiters live on: all but mode, name, comment and line.  The order within a
 * list of prefixes, sets, ports or devices is no difference.
 * tm_policy_equal: the same in mode and name too.
 */
bool tm_policy_equal_definition(const struct tm_policy *a,
				const struct tm_policy *b);
bool tm_policy_equal(const struct tm_policy *a, const struct tm_policy *b);

/*
 * Put prefixes, sets, ports and devices in a fixed order, each once: the module
 * takes the same policy in another order for another one.
 */
void tm_policy_sort(struct tm_policy *policy);

/* Does it have a limit?  Without one every match is over. */
bool tm_policy_has_limit(const struct tm_policy *policy);
/* Does one of its devices need a glob: a wildcard, or one that is excluded? */
bool tm_policy_has_globs(const struct tm_policy *policy);
/* Does it name the set, at one of its ends? */
bool tm_policy_names_set(const struct tm_policy *policy, const char *name);
/*
 * Does it ask for what the module asks policy by policy: what is excluded, sets, and
 * all besides class, direction, family, ends and names of devices?
 */
bool tm_policy_has_rest(const struct tm_policy *policy);
/* Does it match on anything? */
bool tm_policy_has_match(const struct tm_policy *policy);

/* The burst that a limit has when none is named: see LIMIT_BURST. */
uint64_t tm_limit_burst_default(enum trafficmon_limit_kind kind,
				uint64_t rate);

/*
 * The key in words: "none", "src/24", "src/24/56" (IPv4, IPv6), "dst/32",
 * "src+dport", "src+dst", "flow", "iif".  A length left out is the default:
 * src/32/64, dst/32/128.  "src+dport/24/56" sets the length of the source,
 * "src+dst/24/56" that of the source too, "src+dst/24/56/32/128" of both.
 */
int tm_policy_key_parse(const char *text, struct tm_policy *policy,
			struct tm_error *error);
const char *tm_policy_key_format(const struct tm_policy *policy, char *buffer,
				 size_t size);

/* Is a source, a destination part of a key (enum trafficmon_key)? */
bool tm_key_has_source(uint8_t key);
bool tm_key_has_destination(uint8_t key);

/* Is it a name that a network device can have? */
int tm_device_check(const char *name, struct tm_error *error);

#endif /* TM_POLICY_MODEL_H */
