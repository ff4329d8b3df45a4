// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What linux/trafficmon.h asks of a request beyond the table: what must be
 * there, and what must fit each other.
 *
 * What depends on what stands in the module is not judged: names of policies,
 * sets but one that is never there, the parts of a policy's key (LIMITER_DEL), a
 * SET_ADD without entries.
 */
#include "judge.h"

#include <ctype.h>
#include <linux/trafficmon.h>
#include "attributes.h"

#define SECOND_NS	1000000000ULL
#define HOUR_NS		(3600 * SECOND_NS)
#define DAY_NS		(24 * HOUR_NS)
#define YEAR_NS		(365 * DAY_NS)
#define ENTRIES_MAX	4096	/* of a message */
#define RINGS_SEEN	64

#define MISSING		"something is missing"

static bool is_name(const struct nlattr *attr)
{
	const unsigned char *name = attr_payload(attr);

	for (; *name; name++)
		if (*name > 127 || (!isalnum(*name) && !strchr("_.:-", *name)))
			return false;
	return true;
}

static bool is_device(const struct nlattr *attr, bool glob)
{
	const unsigned char *name = attr_payload(attr);

	if (*name == '!' || (!glob && strpbrk((const char *)name, "*?")))
		return false;
	if (!strcmp((const char *)name, ".") || !strcmp((const char *)name, ".."))
		return false;
	for (; *name; name++)
		/* what the kernel takes for a space has 0xa0 in it */
		if (*name == '/' || *name == ':' || *name == 0xa0 || isspace(*name))
			return false;
	return true;
}

/* Those that are always there. */
static bool is_built_in(const struct nlattr *attr)
{
	const char *name = (const char *)attr_payload(attr);

	return !strcmp(name, TRAFFICMON_SET_ALLOW) || !strcmp(name, TRAFFICMON_SET_DENY);
}

/* @length NULL: all bits. */
static const char *broken_prefix(const struct nlattr *address, const struct nlattr *length)
{
	uint32_t bits, i;

	if (!address)
		return "a prefix without its address";
	bits = 8 * attr_length(address);
	if (!length)
		return NULL;
	if (attr_integer(length) > bits)
		return "a prefix longer than its address";
	for (i = attr_integer(length); i < bits; i++)
		if (attr_payload(address)[i / 8] & (0x80 >> (i % 8)))
			return "bits behind the prefix";
	return NULL;
}

static const char *broken_flow(struct attributes all)
{
	const struct nlattr *address = attributes_find(all, TRAFFICMON_A_FLOW_ADDRESS);
	const struct nlattr *length = attributes_find(all, TRAFFICMON_A_FLOW_PREFIX_LENGTH);

	return address || length ? broken_prefix(address, length) : NULL;
}

static const char *broken_cursors(struct attributes all, unsigned int rings)
{
	const struct nlattr *nest, *ring;
	uint64_t seen = 0;

	while ((nest = attributes_next(&all))) {
		ring = attributes_find(attributes_of(nest), TRAFFICMON_A_CURSOR_RING);
		if (!ring || !attributes_find(attributes_of(nest), TRAFFICMON_A_CURSOR_SEQUENCE))
			return MISSING;
		if (attr_integer(ring) >= rings || attr_integer(ring) >= RINGS_SEEN)
			return "no such ring";
		if (seen & (1ULL << attr_integer(ring)))
			return "a ring twice";
		seen |= 1ULL << attr_integer(ring);
	}
	return NULL;
}

/* Of ports, lengths and hop limits: their attributes have the same numbers. */
static const char *broken_range(const struct nlattr *nest)
{
	const struct nlattr *first = attributes_find(attributes_of(nest), TRAFFICMON_A_PORTS_FIRST);
	const struct nlattr *last = attributes_find(attributes_of(nest), TRAFFICMON_A_PORTS_LAST);

	if (!first)
		return MISSING;
	return last && attr_integer(last) < attr_integer(first) ? "a range out of order" : NULL;
}

/* Of TCP flags and marks, likewise. */
static const char *broken_masked(const struct nlattr *nest)
{
	const struct nlattr *value = attributes_find(attributes_of(nest), TRAFFICMON_A_MARK_VALUE);
	const struct nlattr *mask = attributes_find(attributes_of(nest), TRAFFICMON_A_MARK_MASK);

	if (!value || !mask)
		return MISSING;
	return attr_integer(value) & ~attr_integer(mask) ? "bits outside of the mask" : NULL;
}

static const char *broken_glob(const struct nlattr *nest)
{
	const struct nlattr *glob = attributes_find(attributes_of(nest), TRAFFICMON_A_GLOB_PATTERN);

	return !glob ? MISSING : is_device(glob, true) ? NULL : "no glob of a device";
}

static const char *broken_match_set(const struct nlattr *nest)
{
	const struct nlattr *name = attributes_find(attributes_of(nest),
						    TRAFFICMON_A_MATCH_SET_NAME);

	return !name ? MISSING : is_name(name) ? NULL : "no name of a set";
}

/* @kinds: bits of those that the policy has already. */
static const char *broken_limit(const struct nlattr *nest, uint32_t *kinds)
{
	const struct nlattr *kind = attributes_find(attributes_of(nest), TRAFFICMON_A_LIMIT_KIND);
	const struct nlattr *rate = attributes_find(attributes_of(nest), TRAFFICMON_A_LIMIT_RATE);
	const struct nlattr *burst = attributes_find(attributes_of(nest), TRAFFICMON_A_LIMIT_BURST);
	bool bytes;

	if (!kind || !rate)
		return MISSING;
	bytes = attr_integer(kind) == TRAFFICMON_LIMIT_BYTES;
	if (*kinds & (1U << attr_integer(kind)))
		return "two limits of a kind";
	*kinds |= 1U << attr_integer(kind);
	if (attr_integer(rate) < (bytes ? 125 : 1) ||
	    attr_integer(rate) > (bytes ? 50000000000ULL : 200000000ULL))
		return "a rate out of range";
	if (burst && (!attr_integer(burst) || attr_integer(burst) > 3600 * attr_integer(rate)))
		return "a burst out of range";
	return NULL;
}

/* One of the attributes of a policy; @seen: how many there were of its type. */
static const char *broken_policy_part(const struct nlattr *attr, unsigned int seen, uint32_t *kinds)
{
	struct attributes nest = attributes_of(attr);
	const struct nlattr *length;

	switch (attr_type(attr)) {
	case TRAFFICMON_A_POLICY_NAME:
		return is_name(attr) ? NULL : "no name of a policy";
	case TRAFFICMON_A_POLICY_SOURCE:
	case TRAFFICMON_A_POLICY_DESTINATION:
		if (seen >= TRAFFICMON_MATCHES_MAX)
			return "too many prefixes";
		length = attributes_find(nest, TRAFFICMON_A_PREFIX_LENGTH);
		return !length ? MISSING :
		       broken_prefix(attributes_find(nest, TRAFFICMON_A_PREFIX_ADDRESS), length);
	case TRAFFICMON_A_POLICY_SOURCE_PORT:
	case TRAFFICMON_A_POLICY_DESTINATION_PORT:
		return seen >= TRAFFICMON_MATCHES_MAX ? "too many ports" : broken_range(attr);
	case TRAFFICMON_A_POLICY_LENGTH:
	case TRAFFICMON_A_POLICY_HOP_LIMIT:
		return seen >= TRAFFICMON_TERMS_MAX ? "too many ranges" : broken_range(attr);
	case TRAFFICMON_A_POLICY_TCP_FLAGS:
	case TRAFFICMON_A_POLICY_MARK:
		return seen >= TRAFFICMON_TERMS_MAX ? "too many of them" : broken_masked(attr);
	case TRAFFICMON_A_POLICY_DEVICE_GLOB:
		return seen >= TRAFFICMON_DEVICES_MAX ? "too many devices" : broken_glob(attr);
	case TRAFFICMON_A_POLICY_DEVICE:
		return seen >= TRAFFICMON_DEVICES_MAX ? "too many devices" :
		       is_device(attr, false) ? NULL : "no name of a device";
	case TRAFFICMON_A_POLICY_SOURCE_SET:
	case TRAFFICMON_A_POLICY_DESTINATION_SET:
		return seen >= TRAFFICMON_MATCH_SETS_MAX ? "too many sets" : broken_match_set(attr);
	case TRAFFICMON_A_POLICY_LIMIT:
		return broken_limit(attr, kinds);
	default:
		return NULL;
	}
}

static const char *broken_policy(struct attributes all)
{
	unsigned int seen[TRAFFICMON_A_POLICY_MAX + 1] = {};
	const struct nlattr *attr;
	const char *why = NULL;
	uint32_t kinds = 0;

	if (!attributes_find(all, TRAFFICMON_A_POLICY_NAME))
		return MISSING;
	while (!why && (attr = attributes_next(&all)))
		why = broken_policy_part(attr, seen[attr_type(attr)]++, &kinds);
	if (!why && seen[TRAFFICMON_A_POLICY_DEVICE] && seen[TRAFFICMON_A_POLICY_DEVICE_GLOB])
		why = "names of devices beside globs";
	if (!why && seen[TRAFFICMON_A_POLICY_SPARE] && !seen[TRAFFICMON_A_POLICY_LIMIT])
		why = "somebody spared without a limit";
	return why;
}

static bool is_comment(const struct nlattr *attr)
{
	const unsigned char *text = attr_payload(attr);

	while (*text >= ' ' && *text != 0x7f)
		text++;
	return !*text;
}

static const char *broken_entry(const struct nlattr *nest)
{
	struct attributes all = attributes_of(nest);
	const struct nlattr *timeout = attributes_find(all, TRAFFICMON_A_ENTRY_TIMEOUT);
	const struct nlattr *comment = attributes_find(all, TRAFFICMON_A_ENTRY_COMMENT);

	if (comment && !is_comment(comment))
		return "a comment with control characters";
	if (timeout && (attr_integer(timeout) < SECOND_NS || attr_integer(timeout) > YEAR_NS))
		return "a timeout out of range";
	return broken_prefix(attributes_find(all, TRAFFICMON_A_ENTRY_ADDRESS),
			     attributes_find(all, TRAFFICMON_A_ENTRY_LENGTH));
}

/* @least, @most: entries. */
static const char *broken_set(struct attributes all, bool required, unsigned int least,
			      unsigned int most)
{
	const struct nlattr *name = attributes_find(all, TRAFFICMON_A_SET_NAME);
	unsigned int count = 0;
	const struct nlattr *attr;
	const char *why = NULL;

	if (!name)
		return required ? MISSING : NULL;
	if (!is_name(name))
		return "no name of a set";
	while (!why && (attr = attributes_next(&all))) {
		if (attr_type(attr) != TRAFFICMON_A_SET_ENTRY)
			continue;
		why = ++count > most ? "too many entries" : broken_entry(attr);
	}
	return !why && count < least ? MISSING : why;
}

static const char *broken_destroy(struct attributes all)
{
	const char *why = broken_set(all, true, 0, 0);

	if (!why && is_built_in(attributes_find(all, TRAFFICMON_A_SET_NAME)))
		why = "a set that is always there";
	return why;
}

static const char *broken_commit(struct attributes all)
{
	const struct nlattr *timeout = attributes_find(all, TRAFFICMON_A_TRANSACTION_CONFIRM_TIMEOUT);

	return timeout && (attr_integer(timeout) < SECOND_NS || attr_integer(timeout) > DAY_NS) ?
	       "a time to confirm out of range" : NULL;
}

static const char *broken_confirmation(struct attributes all)
{
	return attributes_find(all, TRAFFICMON_A_TRANSACTION_GENERATION) ? NULL : MISSING;
}

static const char *broken_limiter(struct attributes all, bool required)
{
	const struct nlattr *policy = attributes_find(all, TRAFFICMON_A_LIMITER_POLICY);

	if (!policy)
		return required ? MISSING : NULL;
	return is_name(policy) ? NULL : "no name of a policy";
}

const char *rules_broken(const struct command *command, const struct nlattr *attributes,
			 uint32_t length, unsigned int rings)
{
	struct attributes all = { (const unsigned char *)attributes, length };

	switch (command->number) {
	case TRAFFICMON_CMD_FLOW_GET:
		return broken_flow(all);
	case TRAFFICMON_CMD_RECORD_GET:
		return broken_cursors(all, rings);
	case TRAFFICMON_CMD_TRANSACTION_COMMIT:
		return broken_commit(all);
	case TRAFFICMON_CMD_TRANSACTION_CONFIRM:
		return broken_confirmation(all);
	case TRAFFICMON_CMD_POLICY_ADD:
		return broken_policy(all);
	case TRAFFICMON_CMD_SET_GET:
		return broken_set(all, false, 0, 0);
	case TRAFFICMON_CMD_SET_ADD:
	case TRAFFICMON_CMD_SET_FLUSH:
		return broken_set(all, true, 0, ENTRIES_MAX);
	case TRAFFICMON_CMD_SET_DEL:
		return broken_set(all, true, 1, ENTRIES_MAX);
	case TRAFFICMON_CMD_SET_TEST:
		return broken_set(all, true, 1, 1);
	case TRAFFICMON_CMD_SET_DESTROY:
		return broken_destroy(all);
	case TRAFFICMON_CMD_LIMITER_DEL:
		return broken_limiter(all, true);
	case TRAFFICMON_CMD_LIMITER_GET:
	case TRAFFICMON_CMD_LIMITER_FLUSH:
		return broken_limiter(all, false);
	default:
		return NULL;
	}
}

static bool is_absent(const struct nlattr *attr)
{
	return attr && !strcmp((const char *)attr_payload(attr), RULES_ABSENT);
}

bool rules_absent(const struct command *command, const struct nlattr *attributes, uint32_t length)
{
	struct attributes all = { (const unsigned char *)attributes, length };
	const struct nlattr *attr;

	switch (command->number) {
	case TRAFFICMON_CMD_SET_GET:
	case TRAFFICMON_CMD_SET_DEL:
	case TRAFFICMON_CMD_SET_FLUSH:
	case TRAFFICMON_CMD_SET_TEST:
	case TRAFFICMON_CMD_SET_DESTROY:
		return is_absent(attributes_find(all, TRAFFICMON_A_SET_NAME));
	case TRAFFICMON_CMD_POLICY_ADD:
		break;
	default:
		return false;
	}
	while ((attr = attributes_next(&all)))
		if ((attr_type(attr) == TRAFFICMON_A_POLICY_SOURCE_SET ||
		     attr_type(attr) == TRAFFICMON_A_POLICY_DESTINATION_SET) &&
		    is_absent(attributes_find(attributes_of(attr), TRAFFICMON_A_MATCH_SET_NAME)))
			return true;
	return false;
}

bool rules_soon_gone(const struct command *command, const struct nlattr *attributes,
		     uint32_t length)
{
	struct attributes all = { (const unsigned char *)attributes, length };
	const struct nlattr *attr, *timeout;

	if (command->number == TRAFFICMON_CMD_TRANSACTION_COMMIT) {
		timeout = attributes_find(all, TRAFFICMON_A_TRANSACTION_CONFIRM_TIMEOUT);
		return timeout && attr_integer(timeout) < HOUR_NS;
	}
	if (command->number != TRAFFICMON_CMD_SET_ADD)
		return false;
	while ((attr = attributes_next(&all))) {
		if (attr_type(attr) != TRAFFICMON_A_SET_ENTRY)
			continue;
		timeout = attributes_find(attributes_of(attr), TRAFFICMON_A_ENTRY_TIMEOUT);
		if (timeout && attr_integer(timeout) < HOUR_NS)
			return true;
	}
	return false;
}
