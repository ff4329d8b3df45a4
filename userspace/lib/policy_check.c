// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Findings about a ruleset that is allowed: see policy_check.h.
 */
#include <stdarg.h>
#include <stdio.h>

#include "names.h"
#include "policy_check.h"

struct check {
	const struct tm_policy_file *file;
	tm_policy_finding found;
	void *data;
	unsigned int count;
};

__attribute__((format(printf, 3, 4)))
static void tell(struct check *check, unsigned long line, const char *format,
		 ...)
{
	va_list arguments;
	char text[512];

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	check->found(line, text, check->data);
	check->count++;
}

static bool enforces(const struct tm_policy *policy)
{
	return policy->mode == TRAFFICMON_MODE_ENFORCE;
}

static bool has_port(const struct tm_policy *policy)
{
	return policy->source_port.count || policy->destination_port.count;
}

/* Bits of the families that an end leaves possible; a set may have both. */
static uint32_t families_of(const struct tm_prefix_list *list,
			    const struct tm_match_set_list *sets)
{
	uint32_t families = 0;
	unsigned int i;

	for (i = 0; i < sets->count; i++)
		if (!sets->items[i].except)
			return ~0u;
	for (i = 0; i < list->count; i++)
		if (!list->items[i].except)
			families |= 1u << (list->items[i].address.size == 4 ?
					   TRAFFICMON_FAMILY_IPV4 :
					   TRAFFICMON_FAMILY_IPV6);
	return families ? families : ~0u;
}

/* Bits of the classes that can have what the rest of a match asks for. */
static uint32_t classes_possible(const struct tm_policy *policy)
{
	uint32_t fragments = 1u << TRAFFICMON_CLASS_FRAG |
			     1u << TRAFFICMON_CLASS_MALFORMED;
	uint32_t whole = ~(1u << TRAFFICMON_CLASS_FRAG);
	uint32_t tcp = fragments | 1u << TRAFFICMON_CLASS_SYN |
		       1u << TRAFFICMON_CLASS_SYNACK |
		       1u << TRAFFICMON_CLASS_ACK | 1u << TRAFFICMON_CLASS_RST |
		       1u << TRAFFICMON_CLASS_FIN;
	uint32_t possible = ~0u;

	if (has_port(policy))
		possible &= ~(1u << TRAFFICMON_CLASS_ICMP |
			      1u << TRAFFICMON_CLASS_OTHER);
	if (policy->terms[TM_TERM_TCP_FLAGS].count)
		possible &= tcp;
	if (policy->fragments == 1u << TRAFFICMON_FRAGMENT_WHOLE)
		possible &= whole;
	else if (policy->fragments &&
		 !(policy->fragments & 1u << TRAFFICMON_FRAGMENT_WHOLE))
		possible &= fragments;
	return possible;
}

static bool never_matches(const struct tm_policy *policy)
{
	uint32_t families = policy->families ? policy->families : ~0u;

	if (!(families & families_of(&policy->source, &policy->source_sets) &
	      families_of(&policy->destination, &policy->destination_sets)))
		return true;
	if (policy->fragments == 1u << TRAFFICMON_FRAGMENT_LATER &&
	    (has_port(policy) || policy->terms[TM_TERM_TCP_FLAGS].count))
		return true;
	return policy->classes && !(policy->classes & classes_possible(policy));
}

/* Of what begins a connection, or belongs to none. */
static bool spares_nobody(const struct tm_policy *policy)
{
	uint32_t strangers = 1u << TRAFFICMON_CLASS_SYN |
			     1u << TRAFFICMON_CLASS_SYNACK |
			     1u << TRAFFICMON_CLASS_ICMP |
			     1u << TRAFFICMON_CLASS_FRAG |
			     1u << TRAFFICMON_CLASS_MALFORMED |
			     1u << TRAFFICMON_CLASS_OTHER;

	return policy->spare & 1u << TRAFFICMON_SPARE_ESTABLISHED &&
	       policy->classes && !(policy->classes & ~strangers);
}

static bool limits_new_flows_alone(const struct tm_policy *policy)
{
	return policy->limits[TRAFFICMON_LIMIT_NEW_FLOWS].rate &&
	       !policy->limits[TRAFFICMON_LIMIT_PACKETS].rate &&
	       !policy->limits[TRAFFICMON_LIMIT_BYTES].rate;
}

/* Does nothing keep it to some of the packets of a connection, or to none? */
static bool counts_all_kinds(const struct tm_policy *policy)
{
	return !policy->classes && !policy->terms[TM_TERM_TCP_FLAGS].count &&
	       !limits_new_flows_alone(policy) &&
	       (!policy->fragments ||
		policy->fragments & 1u << TRAFFICMON_FRAGMENT_WHOLE);
}

/* Is one party the whole of a key, so that it is over by its own doing alone? */
static bool one_party(const struct tm_policy *policy)
{
	return policy->key == TRAFFICMON_KEY_FLOW ||
	       tm_key_has_source(policy->key);
}

static void check_one(struct check *check, const struct tm_policy *policy)
{
	if (never_matches(policy))
		tell(check, policy->line,
		     "policy %s can never match: what it asks for excludes each other",
		     policy->name);
	else if (!tm_policy_has_match(policy) && enforces(policy) &&
		 !tm_policy_has_limit(policy))
		tell(check, policy->line,
		     "policy %s enforces with neither match nor limits: it drops every packet but those of the failsafe list, of allow, neighbour discovery and path MTU",
		     policy->name);
	else if (!tm_policy_has_match(policy))
		tell(check, policy->line,
		     "policy %s has no match: it matches every packet, in both directions",
		     policy->name);
	else if (spares_nobody(policy))
		tell(check, policy->line,
		     "policy %s spares established flows, but the classes that it matches are not of any",
		     policy->name);
	else if (policy->spare && enforces(policy) && one_party(policy))
		tell(check, policy->line,
		     "policy %s spares established flows and counts per source or flow: whoever is connected has no limit; add a policy that spares nobody",
		     policy->name);
	else if (policy->spare && counts_all_kinds(policy) && enforces(policy))
		tell(check, policy->line,
		     "policy %s enforces without a class: it counts pings, fragments and tunnels too, which are never spared; name the classes that are meant",
		     policy->name);
	else if (counts_all_kinds(policy) && enforces(policy))
		tell(check, policy->line,
		     "policy %s enforces without a class: it counts the packets of established connections too; name the classes that are meant",
		     policy->name);
}

static bool covers_fragments(const struct tm_policy *policy)
{
	return !has_port(policy) &&
	       (!policy->fragments ||
		policy->fragments & 1u << TRAFFICMON_FRAGMENT_LATER) &&
	       !policy->terms[TM_TERM_TCP_FLAGS].count &&
	       (!policy->classes ||
		policy->classes & 1u << TRAFFICMON_CLASS_FRAG);
}

static void check_fragments(struct check *check)
{
	const struct tm_policy_list *policies = &check->file->policies;
	const struct tm_policy *first = NULL;
	unsigned int i;

	for (i = 0; i < policies->count; i++) {
		const struct tm_policy *policy = &policies->items[i];

		if (covers_fragments(policy))
			return;
		if (!first && enforces(policy) && has_port(policy))
			first = policy;
	}
	if (first)
		tell(check, first->line,
		     "policy %s matches ports, which fragments behind the first do not have, and no policy covers class frag: fragments pass without limit",
		     first->name);
}

static void check_crowd(struct check *check)
{
	char example[256];
	unsigned int count = tm_policy_crowd(&check->file->policies,
					     TM_POLICY_WALK_MAX, example,
					     sizeof(example));

	if (count > TM_POLICY_WALK_MAX)
		tell(check, 0,
		     "%u policies match one packet (%s), but only the first %d of them are asked; the others do nothing for it",
		     count, example, TM_POLICY_WALK_MAX);
}

static void check_allow(struct check *check, bool allow_known)
{
	const struct tm_policy_list *policies = &check->file->policies;
	const struct tm_set *allow = tm_set_list_find(&check->file->sets,
						      TRAFFICMON_SET_ALLOW);
	unsigned int enforcing = 0;
	unsigned int i;

	for (i = 0; i < policies->count; i++)
		enforcing += enforces(&policies->items[i]);
	if (!enforcing || (allow && allow->entries.count))
		return;
	if (allow || allow_known)
		tell(check, 0,
		     "%u of %u policies can drop and the set allow is empty: put in the addresses that this host is managed from",
		     enforcing, policies->count);
	else
		tell(check, 0,
		     "%u of %u policies can drop and the file names no set allow: make sure that the one in use has the addresses that this host is managed from",
		     enforcing, policies->count);
}

static bool is_named(const struct tm_policy_list *policies, const char *set)
{
	unsigned int i;

	for (i = 0; i < policies->count; i++)
		if (tm_policy_names_set(&policies->items[i], set))
			return true;
	return false;
}

/* A set by another name decides nothing. */
static void check_set_names(struct check *check)
{
	static const char *const fixed[] = {
		TRAFFICMON_SET_ALLOW, TRAFFICMON_SET_DENY,
	};
	const struct tm_set_list *sets = &check->file->sets;
	unsigned int i;

	for (i = 0; i < sets->count; i++) {
		const char *name = sets->items[i].name;
		const char *meant = tm_nearest(name, fixed, 2);

		if (meant && !tm_set_is_fixed(name) &&
		    !is_named(&check->file->policies, name))
			tell(check, 0,
			     "set %s is named by no policy and decides nothing: was the set %s meant?",
			     name, meant);
	}
}

unsigned int tm_policy_check(const struct tm_policy_file *file,
			     bool allow_known, tm_policy_finding found,
			     void *data)
{
	struct check check = { .file = file, .found = found, .data = data };
	unsigned int i;

	for (i = 0; i < file->policies.count; i++)
		check_one(&check, &file->policies.items[i]);
	check_fragments(&check);
	check_crowd(&check);
	check_allow(&check, allow_known);
	check_set_names(&check);
	return check.count;
}
