// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Carrying policies and sets over.  Contract in carry.h.
 */
#include <errno.h>
#include <linux/trafficmon.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/attrs.h"
#include "carry.h"

/* What a policy is, of all that a reply says: not how it fares. */
static bool defines_policy(uint16_t number)
{
	return number != TRAFFICMON_A_POLICY_PAD &&
	       number != TRAFFICMON_A_POLICY_SPARED_PACKETS &&
	       number != TRAFFICMON_A_POLICY_SPARED_BYTES &&
	       (number < TRAFFICMON_A_POLICY_GENERATION ||
		number > TRAFFICMON_A_POLICY_OVER_SINCE_AGE) &&
	       number <= TRAFFICMON_A_POLICY_MAX;
}

/* The same of an entry. */
static bool defines_entry(uint16_t number)
{
	return number == TRAFFICMON_A_ENTRY_ADDRESS ||
	       number == TRAFFICMON_A_ENTRY_LENGTH ||
	       number == TRAFFICMON_A_ENTRY_TIMEOUT ||
	       number == TRAFFICMON_A_ENTRY_COMMENT;
}

/* Bytes of entries a SET_ADD gets before the next is begun: below 8 KiB in all. */
#define ENTRIES_SIZE		7168

struct reading {
	struct tm_carry *carry;
	struct tm_error *error;
};

static int no_memory(struct tm_error *error)
{
	return tm_error_set(error, TM_EXIT_REFUSED, ENOMEM, "out of memory");
}

static int append(struct tm_carried *carried, const struct nlattr *attr)
{
	size_t length = MNL_ALIGN(attr->nla_len);
	char *larger = realloc(carried->bytes, carried->length + length);

	if (!larger)
		return -1;
	carried->bytes = larger;
	memset(larger + carried->length, 0, length);
	memcpy(larger + carried->length, attr, attr->nla_len);
	carried->length += length;
	return 0;
}

/*
 * The attribute that was appended last: what is left of a time may be less than the
 * shortest that a module takes.
 */
static void raise_timeout(struct tm_carried *carried, const struct nlattr *attr)
{
	const uint64_t least = TM_NS_PER_SECOND;

	if (mnl_attr_get_payload_len(attr) == sizeof(least) &&
	    mnl_attr_get_u64(attr) < least)
		memcpy(carried->bytes + carried->length - sizeof(least), &least,
		       sizeof(least));
}

/* An entry without how it fares: its nest is made anew around what defines it. */
static int append_entry(struct tm_carry *carry, struct tm_carried *carried,
			const struct nlattr *entry)
{
	struct nlattr nest = {
		.nla_len = MNL_ATTR_HDRLEN,
		.nla_type = entry->nla_type,
	};
	size_t start = carried->length;
	const struct nlattr *attr;

	if (append(carried, &nest))
		return -1;
	mnl_attr_for_each_nested(attr, entry) {
		uint16_t number = mnl_attr_get_type(attr);

		carry->unknown += number > TRAFFICMON_A_ENTRY_MAX;
		if (!defines_entry(number))
			continue;
		if (append(carried, attr))
			return -1;
		if (number == TRAFFICMON_A_ENTRY_TIMEOUT)
			raise_timeout(carried, attr);
	}
	((struct nlattr *)(carried->bytes + start))->nla_len =
		carried->length - start;
	return 0;
}

static struct tm_carried *grow(struct tm_carried **list, size_t *count)
{
	struct tm_carried *larger = realloc(*list,
					    sizeof(*larger) * (*count + 1));

	if (!larger)
		return NULL;
	*list = larger;
	memset(&larger[*count], 0, sizeof(*larger));
	return &larger[(*count)++];
}

static int read_policy(const struct nlmsghdr *nlh, void *data,
		       struct tm_error *error)
{
	const struct nlattr *tb[TRAFFICMON_A_POLICY_MAX + 1];
	struct tm_carry *carry = ((struct reading *)data)->carry;
	struct tm_carried *policy = grow(&carry->policies,
					 &carry->policy_count);
	const struct nlattr *attr;

	if (!policy)
		return no_memory(error);
	if (tm_attrs_read(&tm_attrs_policy, nlh, tb, error))
		return -1;
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		uint16_t number = mnl_attr_get_type(attr);

		if (number > TRAFFICMON_A_POLICY_MAX)
			carry->unknown++;
		if (defines_policy(number) && append(policy, attr))
			return no_memory(error);
	}
	if (tb[TRAFFICMON_A_POLICY_NAME] && tb[TRAFFICMON_A_POLICY_MODE])
		return 0;
	return tm_error_set(error, TM_EXIT_TOO_OLD, EBADMSG,
			    "the module sent a policy without its name or mode");
}

/* The ruleset changed under the dump: from the start. */
static void restart_policies(void *data)
{
	struct tm_carry *carry = ((struct reading *)data)->carry;

	while (carry->policy_count)
		free(carry->policies[--carry->policy_count].bytes);
	carry->unknown = 0;
}

static int read_set(const struct nlmsghdr *nlh, void *data,
		    struct tm_error *error)
{
	const struct nlattr *tb[TRAFFICMON_A_SET_MAX + 1];
	struct tm_carry *carry = ((struct reading *)data)->carry;
	struct tm_carried_set *larger;

	if (tm_attrs_read(&tm_attrs_set, nlh, tb, error))
		return -1;
	larger = realloc(carry->sets, sizeof(*larger) * (carry->set_count + 1));
	if (!larger)
		return no_memory(error);
	carry->sets = larger;
	memset(&larger[carry->set_count], 0, sizeof(*larger));
	snprintf(larger[carry->set_count].name,
		 sizeof(larger[carry->set_count].name), "%s",
		 tm_attr_string(tb[TRAFFICMON_A_SET_NAME]));
	carry->made |= !tm_set_is_fixed(larger[carry->set_count].name);
	carry->set_count++;
	return 0;
}

struct entry_reading {
	struct tm_carry *carry;
	struct tm_carried_set *set;
};

static int read_entry(const struct nlmsghdr *nlh, void *data,
		      struct tm_error *error)
{
	const struct nlattr *tb[TRAFFICMON_A_SET_MAX + 1];
	struct entry_reading *reading = data;
	struct tm_carried_set *set = reading->set;
	struct tm_carried *last;

	if (tm_attrs_read(&tm_attrs_set, nlh, tb, error))
		return -1;
	if (!tb[TRAFFICMON_A_SET_ENTRY])
		return 0;
	last = set->entry_count ? &set->entries[set->entry_count - 1] : NULL;
	if (!last || last->length > ENTRIES_SIZE)
		last = grow(&set->entries, &set->entry_count);
	if (!last || append_entry(reading->carry, last,
				   tb[TRAFFICMON_A_SET_ENTRY]))
		return no_memory(error);
	reading->carry->entry_total++;
	return 0;
}

static int read_entries(struct tm_carry *carry, struct tm_carried_set *set,
			struct tm_nl *nl, struct tm_error *error)
{
	struct entry_reading reading = { .carry = carry, .set = set };
	struct nlmsghdr *request = tm_nl_request(nl, TRAFFICMON_CMD_SET_GET, 0);
	bool inconsistent;

	mnl_attr_put_strz(request, TRAFFICMON_A_SET_NAME, set->name);
	if (tm_nl_dump(nl, request, read_entry, NULL, &reading, &inconsistent,
		       error))
		return -1;
	if (!inconsistent)
		return 0;
	return tm_error_set(error, TM_EXIT_REFUSED, EBUSY,
			    "the set %s was being changed while it was read: try again",
			    set->name);
}

int tm_carry_read_policies(struct tm_carry *carry, struct tm_nl *nl,
			   struct tm_error *error)
{
	struct reading reading = { .carry = carry };
	bool inconsistent;

	memset(carry, 0, sizeof(*carry));
	if (tm_nl_dump(nl, tm_nl_request(nl, TRAFFICMON_CMD_POLICY_GET, 0),
		       read_policy, restart_policies, &reading, &inconsistent,
		       error))
		return -1;
	if (inconsistent)
		return tm_error_set(error, TM_EXIT_REFUSED, EBUSY,
				    "the ruleset was being changed while it was read: try again");
	return 0;
}

int tm_carry_read(struct tm_carry *carry, struct tm_nl *nl,
		  struct tm_error *error)
{
	struct reading reading = { .carry = carry };
	size_t i;

	if (tm_carry_read_policies(carry, nl, error))
		return -1;
	if (tm_nl_dump(nl, tm_nl_request(nl, TRAFFICMON_CMD_SET_GET, 0),
		       read_set, NULL, &reading, NULL, error))
		return -1;
	for (i = 0; i < carry->set_count; i++) {
		if (read_entries(carry, &carry->sets[i], nl, error))
			return -1;
	}
	return 0;
}

static int put_bytes(struct nlmsghdr *request, const struct tm_carried *carried,
		     struct tm_error *error)
{
	if (carried->length > tm_nl_room(request))
		return tm_error_set(error, TM_EXIT_REFUSED, EMSGSIZE,
				    "a policy or set does not fit into one message");
	memcpy((char *)request + request->nlmsg_len, carried->bytes,
	       carried->length);
	request->nlmsg_len += carried->length;
	return 0;
}

static int write_policy(const struct tm_carried *policy, struct tm_nl *nl,
			struct tm_error *error)
{
	struct nlmsghdr *request = tm_nl_request(nl, TRAFFICMON_CMD_POLICY_ADD,
						 0);

	return put_bytes(request, policy, error) ||
	       tm_nl_do(nl, request, NULL, NULL, error) ? -1 : 0;
}

/* entries NULL: none, so that the set comes into being. */
static int write_entries(const struct tm_carried_set *set,
			 const struct tm_carried *entries, struct tm_nl *nl,
			 struct tm_error *error)
{
	struct nlmsghdr *request = tm_nl_request(nl, TRAFFICMON_CMD_SET_ADD,
						 0);

	mnl_attr_put_strz(request, TRAFFICMON_A_SET_NAME, set->name);
	return (entries && put_bytes(request, entries, error)) ||
	       tm_nl_do(nl, request, NULL, NULL, error) ? -1 : 0;
}

static int write_set(const struct tm_carried_set *set, struct tm_nl *nl,
		     struct tm_error *error)
{
	size_t i;

	if (!set->entry_count && !tm_set_is_fixed(set->name))
		return write_entries(set, NULL, nl, error);
	for (i = 0; i < set->entry_count; i++)
		if (write_entries(set, &set->entries[i], nl, error))
			return -1;
	return 0;
}

/* The sets first: a policy names what there is. */
static int write_all(const struct tm_carry *carry, struct tm_nl *nl,
		     struct tm_error *error)
{
	size_t i;

	for (i = 0; i < carry->set_count; i++)
		if (write_set(&carry->sets[i], nl, error))
			return -1;
	for (i = 0; i < carry->policy_count; i++)
		if (write_policy(&carry->policies[i], nl, error))
			return -1;
	return 0;
}

int tm_carry_write(const struct tm_carry *carry, struct tm_nl *nl,
		   struct tm_commit *commit, struct tm_error *error)
{
	if (!carry->policy_count && !carry->entry_total && !carry->made)
		return 0;
	if (tm_transaction_begin(nl, false, error))
		return -1;
	if (!write_all(carry, nl, error) &&
	    !tm_transaction_commit(nl, commit, error))
		return 0;
	tm_transaction_abort(nl);
	return -1;
}

/* An attribute that each policy has. */
static struct nlattr *find(const struct tm_carried *policy, uint16_t type)
{
	const char *end = policy->bytes + policy->length;
	struct nlattr *attr = (struct nlattr *)policy->bytes;

	while (mnl_attr_ok(attr, (int)(end - (char *)attr)) &&
	       mnl_attr_get_type(attr) != type)
		attr = mnl_attr_next(attr);
	return attr;
}

const char *tm_carry_policy_name(const struct tm_carry *carry, size_t index)
{
	return mnl_attr_get_str(find(&carry->policies[index],
				     TRAFFICMON_A_POLICY_NAME));
}

bool tm_carry_set_mode(struct tm_carry *carry, size_t index, uint8_t mode)
{
	struct nlattr *attr = find(&carry->policies[index],
				   TRAFFICMON_A_POLICY_MODE);
	uint8_t *place = mnl_attr_get_payload(attr);
	bool changes = *place != mode;

	*place = mode;
	return changes;
}

void tm_carry_free(struct tm_carry *carry)
{
	size_t i;

	for (i = 0; i < carry->policy_count; i++)
		free(carry->policies[i].bytes);
	free(carry->policies);
	for (i = 0; i < carry->set_count; i++) {
		while (carry->sets[i].entry_count)
			free(carry->sets[i].entries[--carry->sets[i].entry_count].bytes);
		free(carry->sets[i].entries);
	}
	free(carry->sets);
	memset(carry, 0, sizeof(*carry));
}
