// SPDX-License-Identifier: GPL-2.0-or-later
/* The module's own classifier, match and keys, asked in the types of explain_case.h. */
#include "shim/shim.h"
#include "classify_helpers.h"
#include "explain_case.h"
#include "limit_tag.h"
#include "packet_plain.h"
#include "policy_key.h"
#include "prefix_memory.h"

struct kernel_rules {
	struct tm_match match[CASE_POLICIES];
	struct tm_classifier *classifier;
	unsigned int count;
};

static union tm_address address_of(const uint8_t *bytes, bool ipv6)
{
	union tm_address address = { .bytes = { [10] = 0xff, 0xff } };

	memcpy(ipv6 ? address.bytes : address.bytes + 12, bytes, ipv6 ? 16 : 4);
	return address;
}

/* Of a list: how many are accepted, and how many excluded behind them. */
#define COUNT(list, most, accepted, excluded) do {			\
	for (unsigned int __i = 0; __i < (most); __i++)			\
		if ((list)[__i].except)					\
			(excluded)++;					\
		else							\
			(accepted)++;					\
	} while (0)

static void fill_prefixes(struct tm_prefix *to, const struct case_prefix *from, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		to[i].family = from[i].ipv6 ? TRAFFICMON_FAMILY_IPV6 : TRAFFICMON_FAMILY_IPV4;
		to[i].length = from[i].length;
		to[i].address = address_of(from[i].bytes, from[i].ipv6);
	}
}

static void fill_ports(struct tm_ports *to, const struct case_range *from, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		to[i].first = from[i].first;
		to[i].last = from[i].last;
	}
}

static void fill_terms(struct tm_terms *to, const struct case_range *from, unsigned int count)
{
	unsigned int i;

	to->count = count;
	for (i = 0; i < count; i++) {
		to->term[i].first = from[i].first;
		to->term[i].last = from[i].last;
		to->term[i].except = from[i].except;
	}
}

/* As the tool sends them: globs, where one needs it, for all. */
static void fill_devices(struct tm_match *match, const struct case_policy *policy)
{
	bool globs = false;
	unsigned int i;

	for (i = 0; i < policy->devices; i++) {
		globs |= policy->device[i].except || strpbrk(policy->device[i].glob, "*?");
		memcpy(match->device[i], policy->device[i].glob, IFNAMSIZ);
	}
	if (globs)
		COUNT(policy->device, policy->devices, match->glob_count, match->glob_except);
	else
		match->device_count = policy->devices;
}

static void fill_match(struct tm_match *match, const struct case_policy *policy)
{
	match->classes = policy->classes;
	match->directions = policy->directions;
	match->families = policy->families;
	match->fragments = policy->fragments;
	fill_prefixes(match->source, policy->prefix[CASE_SOURCE], policy->prefixes[CASE_SOURCE]);
	COUNT(policy->prefix[CASE_SOURCE], policy->prefixes[CASE_SOURCE], match->source_count,
	      match->source_except);
	fill_prefixes(match->destination, policy->prefix[CASE_DESTINATION],
		      policy->prefixes[CASE_DESTINATION]);
	COUNT(policy->prefix[CASE_DESTINATION], policy->prefixes[CASE_DESTINATION],
	      match->destination_count, match->destination_except);
	fill_ports(match->source_port, policy->port[CASE_SOURCE], policy->ports[CASE_SOURCE]);
	COUNT(policy->port[CASE_SOURCE], policy->ports[CASE_SOURCE], match->source_port_count,
	      match->source_port_except);
	fill_ports(match->destination_port, policy->port[CASE_DESTINATION],
		   policy->ports[CASE_DESTINATION]);
	COUNT(policy->port[CASE_DESTINATION], policy->ports[CASE_DESTINATION],
	      match->destination_port_count, match->destination_port_except);
	fill_devices(match, policy);
	fill_terms(&match->tcp_flags, policy->term[CASE_TCP_FLAGS], policy->terms[CASE_TCP_FLAGS]);
	fill_terms(&match->length, policy->term[CASE_LENGTH], policy->terms[CASE_LENGTH]);
	fill_terms(&match->hop_limit, policy->term[CASE_HOP_LIMIT],
		   policy->terms[CASE_HOP_LIMIT]);
	fill_terms(&match->mark, policy->term[CASE_MARK], policy->terms[CASE_MARK]);
}

static struct tm_packet packet_of(const struct case_packet *packet)
{
	static const u16 flags[] = {
		[TRAFFICMON_FRAGMENT_WHOLE] = 0,
		[TRAFFICMON_FRAGMENT_FIRST] = TM_PACKET_FRAGMENT_FIRST,
		[TRAFFICMON_FRAGMENT_LATER] = TM_PACKET_FRAGMENT_LATER,
	};
	struct tm_packet made = {
		.source_port = htons(packet->port[CASE_SOURCE]),
		.destination_port = htons(packet->port[CASE_DESTINATION]),
		.protocol = packet->protocol,
		.family = packet->ipv6 ? TRAFFICMON_FAMILY_IPV6 : TRAFFICMON_FAMILY_IPV4,
		.class = packet->class,
		.source = address_of(packet->address[CASE_SOURCE], packet->ipv6),
		.destination = address_of(packet->address[CASE_DESTINATION], packet->ipv6),
		.flags = flags[packet->fragment] | (packet->has_ports ? TM_PACKET_PORTS : 0),
		.tcp_flags = packet->tcp_flags,
		.segments = 1,
		.bytes = packet->length,
		.ifindex = packet->device[0] ? 7 : 0,
		.direction = packet->direction,
		.hop_limit = packet->hop_limit,
	};

	return made;
}

struct kernel_rules *kernel_build(const struct case_policy *policies, unsigned int count)
{
	struct kernel_rules *rules = calloc(1, sizeof(*rules));
	const struct tm_match *matches[CASE_POLICIES];
	unsigned int i;

	if (!rules)
		abort();
	rules->count = count;
	for (i = 0; i < count; i++) {
		fill_match(&rules->match[i], &policies[i]);
		matches[i] = &rules->match[i];
	}
	rules->classifier = tm_classifier_build(matches, count);
	if (IS_ERR(rules->classifier))
		abort();
	return rules;
}

void kernel_judge(const struct kernel_rules *rules, const struct case_packet *packet,
		  bool matches[CASE_POLICIES])
{
	const char *device = packet->device[0] ? packet->device : NULL;
	struct tm_packet made = packet_of(packet);
	const struct tm_asked asked = {
		.packet = &made, .device = device, .mark = packet->mark, .now_ns = 1,
	};
	u16 found[CASE_POLICIES];
	u32 count, i, left = CASE_WALK;
	bool more;

	memset(matches, 0, CASE_POLICIES * sizeof(*matches));
	count = classify_most(rules->classifier, &made, device, found, CASE_POLICIES, &more);
	for (i = 0; i < count && left; i++) {
		matches[found[i]] = tm_match_rest(&rules->match[found[i]], NULL, &asked);
		left -= matches[found[i]];
	}
}

void kernel_free(struct kernel_rules *rules)
{
	tm_classifier_free(rules->classifier);
	free(rules);
}

struct case_key kernel_key(const struct case_policy *policy, const struct case_packet *packet)
{
	struct tm_packet made = packet_of(packet);
	struct tm_policy_keys keys = {
		.kind = policy->key,
		.source_length = { policy->length4[CASE_SOURCE], policy->length6[CASE_SOURCE] },
		.destination_length = { policy->length4[CASE_DESTINATION],
					policy->length6[CASE_DESTINATION] },
	};
	struct tm_limit_key key;
	struct case_key told = { 0 };

	tm_policy_key(&keys, 0, &made, false, &key);
	memcpy(told.address[CASE_SOURCE], key.source.bytes + (packet->ipv6 ? 0 : 12),
	       packet->ipv6 ? 16 : 4);
	memcpy(told.address[CASE_DESTINATION], key.destination.bytes + (packet->ipv6 ? 0 : 12),
	       packet->ipv6 ? 16 : 4);
	told.port[CASE_SOURCE] = ntohs(key.source_port);
	told.port[CASE_DESTINATION] = ntohs(key.destination_port);
	told.protocol = key.protocol;
	told.device = key.ifindex;
	return told;
}

uint8_t kernel_tcp_class(uint8_t tcp_flags)
{
	return tm_packet_tcp_class(tcp_flags);
}
