// SPDX-License-Identifier: GPL-2.0
/* The part of a match that is asked policy by policy; see match.h. */
#include "match.h"

#include <asm/byteorder.h>
#include <linux/bitops.h>
#include <linux/in.h>
#include <linux/rcupdate.h>

#include "glob.h"

/* By how a value is held against a term. */
enum tm_term_kind {
	TM_TERM_RANGE,
	TM_TERM_MASKED,
};

static bool tm_term_meets(const struct tm_term *term, enum tm_term_kind kind, u32 value)
{
	if (kind == TM_TERM_MASKED)
		return (value & term->mask) == term->value;
	return value >= term->first && value <= term->last;
}

static bool tm_terms_meet(const struct tm_terms *terms, enum tm_term_kind kind, u32 value)
{
	bool asked = false, met = false;
	u16 i;

	for (i = 0; i < terms->count; i++) {
		const struct tm_term *term = &terms->term[i];
		bool meets = tm_term_meets(term, kind, value);

		if (meets && term->except)
			return false;
		asked |= !term->except;
		met |= meets;
	}
	return met || !asked;
}

/* The length of an IPv4 prefix counts from the address itself, not from ::ffff:0:0. */
static bool tm_prefix_contains(const struct tm_prefix *prefix, u8 family,
			       const union tm_address *address)
{
	u32 length = prefix->length + (family == TRAFFICMON_FAMILY_IPV4 ? 96 : 0);
	u64 differ[2];

	if (prefix->family != family)
		return false;
	differ[0] = be64_to_cpu((__force __be64)(prefix->address.halves[0] ^
						 address->halves[0]));
	differ[1] = be64_to_cpu((__force __be64)(prefix->address.halves[1] ^
						 address->halves[1]));
	if (length <= 64)
		return !length || !(differ[0] >> (64 - length));
	return !differ[0] && !(differ[1] >> (128 - length));
}

static bool tm_prefixes_contain(const struct tm_prefix *prefixes, u16 count, u8 family,
				const union tm_address *address)
{
	u16 i;

	for (i = 0; i < count; i++)
		if (tm_prefix_contains(&prefixes[i], family, address))
			return true;
	return false;
}

static bool tm_ports_contain(const struct tm_ports *ports, u16 count, u16 port)
{
	u16 i;

	for (i = 0; i < count; i++)
		if (port >= ports[i].first && port <= ports[i].last)
			return true;
	return false;
}

static bool tm_match_ports_excluded(const struct tm_match *match, const struct tm_packet *packet)
{
	if (!match->source_port_except && !match->destination_port_except)
		return false;
	return !(packet->flags & TM_PACKET_PORTS) ||
	       tm_ports_contain(&match->source_port[match->source_port_count],
				match->source_port_except, ntohs(packet->source_port)) ||
	       tm_ports_contain(&match->destination_port[match->destination_port_count],
				match->destination_port_except, ntohs(packet->destination_port));
}

static bool tm_match_ends_excluded(const struct tm_match *match, const struct tm_packet *packet)
{
	return tm_prefixes_contain(&match->source[match->source_count], match->source_except,
				   packet->family, &packet->source) ||
	       tm_prefixes_contain(&match->destination[match->destination_count],
				   match->destination_except, packet->family,
				   &packet->destination) ||
	       tm_match_ports_excluded(match, packet);
}

static bool tm_match_globs(const struct tm_match *match, const char *device)
{
	u16 i;

	if (!match->glob_count && !match->glob_except)
		return true;
	if (!device)
		return false;
	for (i = 0; i < match->glob_except; i++)
		if (tm_glob_match(match->device[match->glob_count + i], device))
			return false;
	for (i = 0; i < match->glob_count; i++)
		if (tm_glob_match(match->device[i], device))
			return true;
	return !match->glob_count;
}

static bool tm_match_tcp_flags(const struct tm_match *match, const struct tm_packet *packet)
{
	if (!match->tcp_flags.count)
		return true;
	return packet->protocol == IPPROTO_TCP && packet->flags & TM_PACKET_PORTS &&
	       tm_terms_meet(&match->tcp_flags, TM_TERM_MASKED, packet->tcp_flags);
}

static bool tm_match_fragment(const struct tm_match *match, const struct tm_packet *packet)
{
	u32 fragment = TRAFFICMON_FRAGMENT_WHOLE;

	if (packet->flags & TM_PACKET_FRAGMENT_LATER)
		fragment = TRAFFICMON_FRAGMENT_LATER;
	else if (packet->flags & TM_PACKET_FRAGMENT_FIRST)
		fragment = TRAFFICMON_FRAGMENT_FIRST;
	return !match->fragments || match->fragments & BIT(fragment);
}

/* Is the address in one of the sets?  The first that has it counts the packet. */
static bool tm_sets_contain(const struct tm_shown_set *const *sets, u16 count,
			    const struct tm_asked *asked, const union tm_address *address)
{
	const struct tm_packet *packet = asked->packet;
	struct tm_prefix_entry *entry;
	u16 i;

	for (i = 0; i < count; i++) {
		const struct tm_prefixes *prefixes = rcu_dereference(sets[i]->prefixes);

		if (!prefixes || !tm_prefixes_may_cover(prefixes, packet->family, address, address))
			continue;
		entry = tm_prefixes_covering(prefixes, packet->family, address, asked->now_ns);
		if (!entry)
			continue;
		tm_prefix_hit(entry, packet->segments, packet->bytes, asked->now_ns,
			      asked->random);
		return true;
	}
	return false;
}

/* Does an end meet what sets say of it?  @prefixes: accepted beside them. */
static bool tm_match_end_sets(const struct tm_set_names *names,
			      const struct tm_shown_set *const *sets,
			      const struct tm_prefix *prefixes, u16 prefix_count,
			      const struct tm_asked *asked, const union tm_address *address)
{
	if (tm_sets_contain(sets + names->count, names->except, asked, address))
		return false;
	return !names->count ||
	       tm_prefixes_contain(prefixes, prefix_count, asked->packet->family, address) ||
	       tm_sets_contain(sets, names->count, asked, address);
}

static bool tm_match_sets(const struct tm_match *match, const struct tm_match_sets *sets,
			  const struct tm_asked *asked)
{
	return tm_match_end_sets(&match->source_sets, sets->source, match->source,
				 match->source_count, asked, &asked->packet->source) &&
	       tm_match_end_sets(&match->destination_sets, sets->destination,
				 match->destination, match->destination_count, asked,
				 &asked->packet->destination);
}

bool tm_match_has_rest(const struct tm_match *match)
{
	return tm_match_has_sets(match) || match->fragments ||
	       match->source_except || match->destination_except ||
	       match->source_port_except || match->destination_port_except ||
	       match->glob_count || match->glob_except || match->tcp_flags.count ||
	       match->length.count || match->hop_limit.count || match->mark.count;
}

bool tm_match_rest(const struct tm_match *match, const struct tm_match_sets *sets,
		   const struct tm_asked *asked)
{
	const struct tm_packet *packet = asked->packet;
	u32 length = packet->segments == 1 ? packet->bytes : packet->segment_bytes;

	return tm_match_fragment(match, packet) && tm_match_tcp_flags(match, packet) &&
	       tm_terms_meet(&match->length, TM_TERM_RANGE, length) &&
	       tm_terms_meet(&match->hop_limit, TM_TERM_RANGE, packet->hop_limit) &&
	       tm_terms_meet(&match->mark, TM_TERM_MASKED, asked->mark) &&
	       !tm_match_ends_excluded(match, packet) && tm_match_globs(match, asked->device) &&
	       (!sets || tm_match_sets(match, sets, asked));
}
