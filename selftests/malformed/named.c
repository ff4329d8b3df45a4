// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sets and the policies that name them; see named.h.
 */
#include "named.h"

#include <linux/trafficmon.h>
#include <string.h>
#include "kself.h"

#define SETS_MAX	256	/* named by all policies: names are few */

/**
 * struct named - the sets that policies name
 * @policy: the one that is looked at, from 1
 * @set.policies: how many name it
 * @set.last: the last one that does
 * @set.there: there is such a set
 */
struct named {
	unsigned int policy;
	unsigned int count;
	struct {
		char name[TRAFFICMON_NAME_SIZE];
		unsigned int policies;
		unsigned int last;
		bool there;
	} set[SETS_MAX];
	const char *fault;
};

static unsigned int find(const struct named *named, const char *name)
{
	unsigned int i;

	for (i = 0; i < named->count && strcmp(named->set[i].name, name); i++)
		;
	return i;
}

static void note(struct named *named, const char *name)
{
	unsigned int i = find(named, name);

	if (i == SETS_MAX) {
		named->fault = "policies name more sets than can be";
		return;
	}
	if (i == named->count)
		strcpy(named->set[named->count++].name, name);
	if (named->set[i].last == named->policy)
		return;
	named->set[i].last = named->policy;
	named->set[i].policies++;
}

static void take_policy(const struct nlmsghdr *message, const struct kself_attrs *attrs, void *data)
{
	struct named *named = data;
	const struct nlattr *attr;
	struct kself_attrs nest;

	(void)attrs;
	named->policy++;
	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) != TRAFFICMON_A_POLICY_SOURCE_SET &&
		    mnl_attr_get_type(attr) != TRAFFICMON_A_POLICY_DESTINATION_SET)
			continue;
		nest = kself_nest(attr);
		note(named, kself_string(&nest, TRAFFICMON_A_MATCH_SET_NAME));
	}
}

static void take_set(const struct nlmsghdr *message, const struct kself_attrs *attrs, void *data)
{
	unsigned int policies = kself_u32(attrs, TRAFFICMON_A_SET_POLICIES), i;
	struct named *named = data;

	(void)message;
	i = find(named, kself_string(attrs, TRAFFICMON_A_SET_NAME));
	if (policies != (i < named->count ? named->set[i].policies : 0))
		named->fault = "a set is named by another number of policies than it says";
	if (i < named->count)
		named->set[i].there = true;
}

const char *named_fault(struct kself *k)
{
	struct named named = {};
	unsigned int i;

	kself_request(k, TRAFFICMON_CMD_POLICY_GET);
	kself_dump(k, take_policy, &named);
	kself_request(k, TRAFFICMON_CMD_SET_GET);
	kself_dump(k, take_set, &named);
	for (i = 0; i < named.count && !named.fault; i++)
		if (!named.set[i].there)
			named.fault = "a policy names a set that is not there";
	return named.fault;
}
