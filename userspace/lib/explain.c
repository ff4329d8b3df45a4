// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a policy asks of a packet, part by part: see explain.h, and kmod/match.h,
 * whose rules these are.
 */
#include <netinet/in.h>
#include <string.h>

#include "explain.h"

uint8_t tm_explain_tcp_class(uint8_t tcp_flags)
{
	enum { FIN = 0x01, SYN = 0x02, RST = 0x04, ACK = 0x10 };

	switch (tcp_flags & (FIN | SYN | RST | ACK)) {
	case SYN:
		return TRAFFICMON_CLASS_SYN;
	case SYN | ACK:
		return TRAFFICMON_CLASS_SYNACK;
	case ACK:
		return TRAFFICMON_CLASS_ACK;
	case FIN | ACK:
		return TRAFFICMON_CLASS_FIN;
	case RST:
	case RST | ACK:
		return TRAFFICMON_CLASS_RST;
	default:
		return TRAFFICMON_CLASS_MALFORMED;
	}
}

/*
 * Of a list: is anything accepted, does it meet, and which excludes it; and which of
 * it, accepted or excluded, nobody knows.
 */
struct tally {
	bool asked;
	bool met;
	bool excluded;
	bool may_be_met;
	bool may_be_excluded;
	unsigned int item;
	unsigned int accepted_unknown;
	unsigned int excluded_unknown;
};

static void count(struct tally *tally, unsigned int item, bool except,
		  bool meets)
{
	if (!except) {
		tally->asked = true;
		tally->met |= meets;
	} else if (meets && !tally->excluded) {
		tally->excluded = true;
		tally->item = item;
	}
}

static void count_unknown(struct tally *tally, unsigned int item, bool except)
{
	bool *may_be = except ? &tally->may_be_excluded : &tally->may_be_met;

	if (!*may_be)
		*(except ? &tally->excluded_unknown :
			   &tally->accepted_unknown) = item;
	*may_be = true;
	tally->asked |= !except;
}

/* @absent: the packet has nothing that could meet */
static struct tm_explain_answer answer_of(const struct tally *tally,
					  bool absent)
{
	struct tm_explain_answer answer = {
		.accepted = !tally->asked ||
			    (!absent && (tally->met || tally->may_be_met)),
		.item = tally->item,
	};

	if (absent) {
		answer.unmet = TM_EXPLAIN_ABSENT;
	} else if (!answer.accepted) {
		answer.unmet = TM_EXPLAIN_NOT_AMONG;
	} else if (tally->excluded) {
		answer.unmet = TM_EXPLAIN_EXCLUDED;
	} else if (tally->may_be_met && !tally->met) {
		answer.unmet = TM_EXPLAIN_UNDECIDED;
		answer.item = tally->accepted_unknown;
	} else if (tally->may_be_excluded) {
		answer.unmet = TM_EXPLAIN_UNDECIDED;
		answer.item = tally->excluded_unknown;
	}
	return answer;
}

static struct tm_explain_answer ask_bits(uint32_t bits, unsigned int bit)
{
	struct tm_explain_answer answer = {
		.accepted = !bits || bits & 1u << bit,
	};

	if (!answer.accepted)
		answer.unmet = TM_EXPLAIN_NOT_AMONG;
	return answer;
}

static void count_set(struct tally *tally, unsigned int item,
		      const struct tm_match_set *named,
		      const struct tm_set_list *sets,
		      const struct tm_address *address)
{
	const struct tm_set *set = sets ? tm_set_list_find(sets, named->name) :
					  NULL;

	if (set)
		count(tally, item, named->except,
		      tm_entry_list_cover(&set->entries, address));
	else
		count_unknown(tally, item, named->except);
}

static struct tm_explain_answer
ask_end(const struct tm_prefix_list *prefixes,
	const struct tm_match_set_list *named, const struct tm_set_list *sets,
	const struct tm_address *address)
{
	struct tally tally = { .asked = false };
	unsigned int i;

	for (i = 0; i < prefixes->count; i++)
		count(&tally, i, prefixes->items[i].except,
		      tm_prefix_covers(&prefixes->items[i], address));
	for (i = 0; i < named->count; i++)
		count_set(&tally, prefixes->count + i, &named->items[i], sets,
			  address);
	return answer_of(&tally, false);
}

static struct tm_explain_answer ask_ports(const struct tm_ports_list *list,
					  bool has_ports, uint16_t port)
{
	struct tally tally = { .asked = false };
	unsigned int i;

	for (i = 0; i < list->count; i++)
		count(&tally, i, list->items[i].except,
		      port >= list->items[i].first &&
		      port <= list->items[i].last);
	return answer_of(&tally, list->count && !has_ports);
}

/* A few characters: what a glob costs that begins anew each time is no matter. */
static bool glob_covers(const char *glob, const char *name)
{
	for (; *glob != '*'; glob++, name++) {
		if (!*glob || !*name)
			return *glob == *name;
		if (*glob != '?' && *glob != *name)
			return false;
	}
	for (; *name; name++)
		if (glob_covers(glob + 1, name))
			return true;
	return glob_covers(glob + 1, name);
}

static struct tm_explain_answer ask_devices(const struct tm_policy *policy,
					    const char *device)
{
	struct tally tally = { .asked = false };
	unsigned int i;

	for (i = 0; i < policy->device_count; i++)
		count(&tally, i, policy->device[i].except,
		      glob_covers(policy->device[i].glob, device));
	return answer_of(&tally, policy->device_count && !*device);
}

static struct tm_explain_answer
ask_terms(const struct tm_policy *policy, enum tm_term_kind kind,
	  const struct tm_explain_packet *packet)
{
	const uint32_t values[__TM_TERM_MAX] = {
		[TM_TERM_TCP_FLAGS] = packet->tcp_flags,
		[TM_TERM_LENGTH] = packet->length,
		[TM_TERM_HOP_LIMIT] = packet->hop_limit,
		[TM_TERM_MARK] = packet->mark,
	};
	const struct tm_term_list *list = &policy->terms[kind];
	struct tally tally = { .asked = false };
	uint32_t value = values[kind];
	unsigned int i;

	for (i = 0; i < list->count; i++) {
		const struct tm_term *term = &list->items[i];

		count(&tally, i, term->except, tm_term_types[kind].masked ?
		      (value & term->last) == term->first :
		      value >= term->first && value <= term->last);
	}
	return answer_of(&tally, list->count && kind == TM_TERM_TCP_FLAGS &&
			 (packet->tuple.protocol != IPPROTO_TCP ||
			  !packet->has_ports));
}

_Static_assert(__TM_EXPLAIN_PART_MAX == TM_EXPLAIN_TERMS + __TM_TERM_MAX,
	       "a part for each kind of term");

struct tm_explain_answer
tm_explain_ask(const struct tm_policy *policy, enum tm_explain_part part,
	       const struct tm_explain_packet *packet)
{
	const struct tm_tuple *tuple = &packet->tuple;

	switch (part) {
	case TM_EXPLAIN_CLASS:
		return ask_bits(policy->classes ? policy->classes :
				~(1u << TRAFFICMON_CLASS_MALFORMED),
				packet->class);
	case TM_EXPLAIN_DIRECTION:
		return ask_bits(policy->directions, packet->direction);
	case TM_EXPLAIN_FAMILY:
		return ask_bits(policy->families, tuple->source.size == 4 ?
				TRAFFICMON_FAMILY_IPV4 :
				TRAFFICMON_FAMILY_IPV6);
	case TM_EXPLAIN_SOURCE:
		return ask_end(&policy->source, &policy->source_sets,
			       packet->sets, &tuple->source);
	case TM_EXPLAIN_DESTINATION:
		return ask_end(&policy->destination, &policy->destination_sets,
			       packet->sets, &tuple->destination);
	case TM_EXPLAIN_SOURCE_PORT:
		return ask_ports(&policy->source_port, packet->has_ports,
				 tuple->source_port);
	case TM_EXPLAIN_DESTINATION_PORT:
		return ask_ports(&policy->destination_port, packet->has_ports,
				 tuple->destination_port);
	case TM_EXPLAIN_DEVICE:
		return ask_devices(policy, packet->device);
	case TM_EXPLAIN_FRAGMENT:
		return ask_bits(policy->fragments, packet->fragment);
	default:
		return ask_terms(policy, part - TM_EXPLAIN_TERMS, packet);
	}
}

/* The address without what is behind the length. */
static struct tm_prefix prefix_of(const struct tm_address *address,
				  uint8_t length)
{
	struct tm_prefix prefix = { .address = *address, .length = length };
	unsigned int bit;

	for (bit = length; bit < address->size * 8u; bit++)
		prefix.address.bytes[bit / 8] &= ~(0x80 >> bit % 8);
	return prefix;
}

/* The same for both directions. */
static void key_of_flow(struct tm_explain_key *key,
			const struct tm_tuple *tuple)
{
	int order = memcmp(tuple->source.bytes, tuple->destination.bytes,
			   tuple->source.size);
	bool swap = order > 0 ||
		    (!order && tuple->source_port > tuple->destination_port);

	key->source = prefix_of(swap ? &tuple->destination : &tuple->source,
				tuple->source.size * 8);
	key->destination = prefix_of(swap ? &tuple->source :
				     &tuple->destination,
				     tuple->source.size * 8);
	key->source_port = swap ? tuple->destination_port : tuple->source_port;
	key->destination_port = swap ? tuple->source_port :
				tuple->destination_port;
	key->protocol = tuple->protocol;
	key->has_source_port = true;
	key->has_destination_port = true;
	key->has_protocol = true;
}

struct tm_explain_key tm_explain_key(const struct tm_policy *policy,
				     const struct tm_explain_packet *packet)
{
	const struct tm_tuple *tuple = &packet->tuple;
	bool ipv4 = tuple->source.size == 4;
	struct tm_explain_key key = { .has_protocol = false };

	if (tm_key_has_source(policy->key))
		key.source = prefix_of(&tuple->source, ipv4 ?
				       policy->source_length4 :
				       policy->source_length6);
	if (tm_key_has_destination(policy->key))
		key.destination = prefix_of(&tuple->destination, ipv4 ?
					    policy->destination_length4 :
					    policy->destination_length6);
	if (policy->key == TRAFFICMON_KEY_SOURCE_DESTINATION_PORT) {
		key.has_destination_port = true;
		key.destination_port = tuple->destination_port;
	}
	if (policy->key == TRAFFICMON_KEY_FLOW)
		key_of_flow(&key, tuple);
	key.has_device = policy->key == TRAFFICMON_KEY_IIF;
	return key;
}
