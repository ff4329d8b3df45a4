// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The way of a packet over a ruleset, in the module's order: see explain.h.
 */
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "policy_check.h"

/* Of RFC 4861 and RFC 2710, RFC 3810. */
enum {
	DISCOVERY_FIRST	= ND_ROUTER_SOLICIT,
	DISCOVERY_LAST	= ND_REDIRECT,
	DISCOVERY_HOPS	= 255,
	MLD2_REPORT	= 143,
	MLD_HOPS	= 1,
};

struct walk {
	const struct tm_explain_ruleset *ruleset;
	const struct tm_explain_packet *packet;
	void (*visit)(const struct tm_explain_step *step, void *data);
	void *data;
	unsigned int matched;	/* policies so far */
	unsigned int unasked;	/* found by the module, and do not match */
	bool decided;
	bool dropped;
};

static void take(struct walk *walk, struct tm_explain_step *step)
{
	step->reached = !walk->decided;
	walk->visit(step, walk->data);
	if (walk->decided)
		return;
	walk->dropped = step->effect == TM_EXPLAIN_DROPS;
	walk->decided = walk->dropped || step->effect == TM_EXPLAIN_PASSES;
}

/* PREFIX[@PORT]: from the prefix to the port, or back. */
static bool failsafe_covers(const char *text, size_t length,
			    const struct tm_explain_packet *packet)
{
	const struct tm_tuple *tuple = &packet->tuple;
	char item[TM_PREFIX_TEXT + sizeof("@65535")];
	struct tm_prefix prefix;
	struct tm_error ignored;
	unsigned long port = 0;
	char *at;

	if (length >= sizeof(item))
		return false;
	memcpy(item, text, length);
	item[length] = '\0';
	at = strchr(item, '@');
	if (at) {
		*at = '\0';
		port = strtoul(at + 1, NULL, 10);
	}
	if (tm_prefix_parse(item, &prefix, &ignored))
		return false;
	return (tm_prefix_covers(&prefix, &tuple->source) &&
		(!port || (packet->has_ports &&
			   port == tuple->destination_port))) ||
	       (tm_prefix_covers(&prefix, &tuple->destination) &&
		(!port || (packet->has_ports && port == tuple->source_port)));
}

static void take_failsafe(struct walk *walk)
{
	struct tm_explain_step step = { .stage = TM_EXPLAIN_FAILSAFE };
	const char *item = walk->ruleset->failsafe;

	if (!item)
		step.effect = TM_EXPLAIN_UNKNOWN;
	while (item && *item) {
		size_t length = strcspn(item, ", \n");

		if (length && failsafe_covers(item, length, walk->packet)) {
			step.effect = TM_EXPLAIN_PASSES;
			step.failsafe = item;
			step.failsafe_length = length;
			break;
		}
		item += length + (item[length] != '\0');
	}
	take(walk, &step);
}

/* fe80::/10, or the unspecified address */
static bool is_on_link(const struct tm_address *address)
{
	static const struct tm_address unspecified = { .size = 16 };

	return (address->bytes[0] == 0xfe &&
		(address->bytes[1] & 0xc0) == 0x80) ||
	       !memcmp(address->bytes, unspecified.bytes, 16);
}

static bool is_discovery(const struct tm_explain_packet *packet)
{
	if (packet->class != TRAFFICMON_CLASS_ICMP ||
	    packet->tuple.source.size != 16)
		return false;
	switch (packet->icmp_type) {
	case DISCOVERY_FIRST ... DISCOVERY_LAST:
		return packet->hop_limit == DISCOVERY_HOPS;
	case MLD_LISTENER_QUERY:
	case MLD_LISTENER_REPORT:
	case MLD_LISTENER_REDUCTION:
	case MLD2_REPORT:
		return packet->hop_limit == MLD_HOPS &&
		       is_on_link(&packet->tuple.source);
	default:
		return false;
	}
}

static bool is_path_mtu(const struct tm_explain_packet *packet)
{
	if (packet->class != TRAFFICMON_CLASS_ICMP)
		return false;
	if (packet->tuple.source.size == 16)
		return packet->icmp_type == ICMP6_PACKET_TOO_BIG;
	return packet->icmp_type == ICMP_DEST_UNREACH &&
	       packet->icmp_code == ICMP_FRAG_NEEDED;
}

static void take_stage(struct walk *walk, enum tm_explain_stage stage,
		       bool is_such, enum tm_explain_effect effect)
{
	struct tm_explain_step step = { .stage = stage };

	if (is_such)
		step.effect = effect;
	take(walk, &step);
}

/* One that a file does not name stays as it is, and nobody knows how. */
static void take_set(struct walk *walk, enum tm_explain_stage stage,
		     const char *name, enum tm_explain_effect effect)
{
	const struct tm_set *set = tm_set_list_find(walk->packet->sets, name);
	const struct tm_tuple *tuple = &walk->packet->tuple;
	const struct tm_entry *source = NULL, *destination = NULL;
	struct tm_explain_step step = { .stage = stage };

	if (set) {
		source = tm_entry_list_cover(&set->entries, &tuple->source);
		destination = tm_entry_list_cover(&set->entries,
						  &tuple->destination);
	} else {
		step.effect = TM_EXPLAIN_UNKNOWN;
	}
	if (source || destination) {
		step.destination = !source ||
				   (destination && destination->prefix.length >
						   source->prefix.length);
		step.entry = step.destination ? destination : source;
		step.effect = effect;
	}
	take(walk, &step);
}

static enum tm_explain_effect effect_of(const struct tm_explain_ruleset *ruleset,
					const struct tm_policy *policy)
{
	bool drops = policy->mode == TRAFFICMON_MODE_ENFORCE &&
		     !ruleset->suspended;

	if (tm_policy_has_limit(policy))
		return drops ? TM_EXPLAIN_DROPS_ABOVE : TM_EXPLAIN_COUNTS_ABOVE;
	return drops ? TM_EXPLAIN_DROPS : TM_EXPLAIN_COUNTS;
}

/*
 * The module finds policies by these, less what they exclude; the others it asks
 * of those that it found (kmod/match.h).
 */
static bool is_found_by(const struct tm_policy *policy,
			enum tm_explain_part part)
{
	return part < TM_EXPLAIN_DEVICE ||
	       (part == TM_EXPLAIN_DEVICE && !tm_policy_has_globs(policy));
}

/*
 * How many policies a packet is judged by: 16 that match; those that the module found
 * and that do not match after all take no place, up to 240 of them.
 */
static bool is_beyond(const struct walk *walk)
{
	unsigned int unasked = walk->unasked;

	return walk->matched + (unasked > TM_POLICY_UNASKED_MAX ?
				unasked - TM_POLICY_UNASKED_MAX : 0) >=
	       TM_POLICY_WALK_MAX;
}

static void take_policy(struct walk *walk, const struct tm_policy *policy)
{
	struct tm_explain_step step = {
		.stage = TM_EXPLAIN_POLICY,
		.policy = policy,
	};
	enum tm_explain_part part;
	bool is_found = true, is_decided = true, undecided;

	for (part = 0; part < __TM_EXPLAIN_PART_MAX; part++) {
		struct tm_explain_answer answer =
			tm_explain_ask(policy, part, walk->packet);

		if (is_found_by(policy, part))
			is_found &= answer.accepted;
		if (!answer.unmet)
			continue;
		undecided = answer.unmet == TM_EXPLAIN_UNDECIDED;
		if (!step.unmet_count && (is_decided || !undecided)) {
			step.unmet = part;
			step.answer = answer;
		}
		step.unmet_count += !undecided;
		is_decided &= !undecided;
	}
	if (!step.unmet_count)
		step.effect = is_beyond(walk) ? TM_EXPLAIN_BEYOND : is_decided ?
			      effect_of(walk->ruleset, policy) :
			      TM_EXPLAIN_UNKNOWN;
	walk->matched += is_found && !step.unmet_count;
	walk->unasked += is_found && step.unmet_count;
	take(walk, &step);
}

bool tm_explain(const struct tm_explain_ruleset *ruleset,
		const struct tm_explain_packet *packet,
		void (*visit)(const struct tm_explain_step *step, void *data),
		void *data)
{
	const struct tm_policy_file *file = ruleset->file;
	struct tm_explain_packet asked = *packet;
	struct walk walk = {
		.ruleset = ruleset,
		.packet = &asked,
		.visit = visit,
		.data = data,
	};
	unsigned int i;

	asked.sets = &file->sets;
	take_failsafe(&walk);
	take_stage(&walk, TM_EXPLAIN_DISCOVERY, is_discovery(packet),
		   TM_EXPLAIN_PASSES);
	take_set(&walk, TM_EXPLAIN_ALLOW, TRAFFICMON_SET_ALLOW,
		 TM_EXPLAIN_PASSES);
	take_stage(&walk, TM_EXPLAIN_PATH_MTU, is_path_mtu(packet),
		   TM_EXPLAIN_PASSES_BELOW);
	take_set(&walk, TM_EXPLAIN_DENY, TRAFFICMON_SET_DENY,
		 ruleset->suspended ? TM_EXPLAIN_COUNTS : TM_EXPLAIN_DROPS);
	for (i = 0; i < file->policies.count; i++)
		take_policy(&walk, &file->policies.items[i]);
	return walk.dropped;
}
