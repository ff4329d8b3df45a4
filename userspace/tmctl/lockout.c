// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who would be cut off.  Contract in lockout.h.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/explain.h"
#include "../lib/info.h"
#include "../lib/policy_nl.h"
#include "lockout.h"
#include "policy.h"

enum {
	SSH_PORT	= 22,
	PORTS_MAX	= 64,	/* the module takes 16 entries */
	ACK		= 0x10,
	PSH		= 0x08,
};

/* Those that entries of the failsafe list name; none does: that of SSH. */
static unsigned int failsafe_ports(const char *failsafe, uint16_t *ports)
{
	const char *at = failsafe ? strchr(failsafe, '@') : NULL;
	unsigned int count = 0, i;

	for (; at && count < PORTS_MAX; at = strchr(at + 1, '@')) {
		ports[count] = (uint16_t)strtoul(at + 1, NULL, 10);
		for (i = 0; ports[i] != ports[count]; i++)
			;
		count += i == count;
	}
	if (!count)
		ports[count++] = SSH_PORT;
	return count;
}

/*
 * Of a connection, one of the four packets that say whether it lives: with and
 * without data, from the peer and to it.
 */
#define PACKETS		4
static struct tm_explain_packet packet_of(const struct tm_tuple *peer,
					  unsigned int number)
{
	struct tm_explain_packet packet = {
		.tuple = *peer,
		.has_ports = true,
		.class = TRAFFICMON_CLASS_ACK,
		.direction = TRAFFICMON_DIRECTION_IN,
		.fragment = TRAFFICMON_FRAGMENT_WHOLE,
		.tcp_flags = number & 1 ? ACK | PSH : ACK,
		.hop_limit = 64,
		/* With time stamps, and what a key pressed takes. */
		.length = (peer->source.size == 4 ? 52 : 72) +
			  (number & 1 ? 36 : 0),
	};

	if (number & 2) {
		packet.direction = TRAFFICMON_DIRECTION_OUT;
		packet.tuple.source = peer->destination;
		packet.tuple.destination = peer->source;
		packet.tuple.source_port = peer->destination_port;
		packet.tuple.destination_port = peer->source_port;
	}
	return packet;
}

static void keep_failsafe(const struct tm_explain_step *step, void *data)
{
	bool *covered = data;

	if (step->stage == TM_EXPLAIN_FAILSAFE)
		*covered = step->effect == TM_EXPLAIN_PASSES;
}

/* The module does not see what a host sends itself. */
static bool is_own(const struct tm_tuple *peer)
{
	static const struct tm_address loopback = {
		.bytes = { [15] = 1 }, .size = 16,
	};
	const struct tm_address *source = &peer->source;

	return (source->size == 4 && source->bytes[0] == IN_LOOPBACKNET) ||
	       (source->size == 16 &&
		!memcmp(source->bytes, loopback.bytes, 16)) ||
	       !memcmp(source->bytes, peer->destination.bytes, 16);
}

static void leave_out_safe(struct lockout *lockout)
{
	static const struct tm_policy_file none;
	const struct tm_explain_ruleset ruleset = {
		.file = &none,
		.failsafe = lockout->failsafe,
	};
	struct tm_tcp_peers *peers = &lockout->peers;
	size_t kept = 0, i;

	for (i = 0; i < peers->count; i++) {
		struct tm_explain_packet packet = packet_of(&peers->items[i], 0);
		bool covered = is_own(&peers->items[i]);

		if (!covered)
			tm_explain(&ruleset, &packet, keep_failsafe, &covered);
		if (!covered)
			peers->items[kept++] = peers->items[i];
	}
	peers->count = kept;
}

void lockout_begin(struct lockout *lockout, struct tm_context *context)
{
	uint16_t ports[PORTS_MAX + 1];
	struct tm_error unread;
	struct tm_info info;
	struct tm_nl *nl;

	memset(lockout, 0, sizeof(*lockout));
	if (tm_given_flag(context, "--force"))
		return;
	if (!tm_module_parameters_read(&lockout->parameters, &unread))
		lockout->failsafe = tm_module_parameter(&lockout->parameters,
							"failsafe");
	if (tm_tcp_peers_read(&lockout->peers, ports,
			      failsafe_ports(lockout->failsafe, ports),
			      &unread)) {
		tm_out_warn(context->out,
			    "cannot see who is connected, nor whether this cuts somebody off: %s",
			    unread.message);
		return;
	}
	leave_out_safe(lockout);
	if (!lockout->peers.count)
		return;
	nl = tm_context_nl(context, &unread);
	if (nl && !tm_info_get(nl, &info, NULL, &unread))
		lockout->suspended = info.suspended;
}

void lockout_end(struct lockout *lockout)
{
	tm_module_parameters_free(&lockout->parameters);
	tm_tcp_peers_free(&lockout->peers);
}

bool lockout_touches(const struct lockout *lockout,
		     const struct tm_entry_list *entries)
{
	size_t i;

	for (i = 0; i < lockout->peers.count; i++) {
		const struct tm_tuple *peer = &lockout->peers.items[i];

		if (tm_entry_list_cover(entries, &peer->source) ||
		    tm_entry_list_cover(entries, &peer->destination))
			return true;
	}
	return false;
}

/* A few entries are read sooner than it is asked for each peer. */
int lockout_read_set(const struct lockout *lockout, struct tm_nl *nl,
		     struct tm_set *set, struct tm_error *error)
{
	size_t i;

	if (!lockout->peers.count || !set->size)
		return 0;
	if (set->size <= 2 * lockout->peers.count)
		return tm_set_get(nl, set->name, &set->entries, error);
	for (i = 0; i < lockout->peers.count; i++)
		if (policy_set_cover(nl, set, &lockout->peers.items[i], error))
			return -1;
	tm_entry_list_sort(&set->entries);
	return 0;
}

int lockout_read(const struct lockout *lockout, struct tm_nl *nl,
		 const char *whole, struct tm_policy_file *now,
		 struct tm_error *error)
{
	uint64_t generation;
	unsigned int i;
	int failed;

	memset(now, 0, sizeof(*now));
	if (tm_policies_get(nl, &now->policies, &generation, error))
		return -1;
	failed = tm_sets_get(nl, &now->sets, error);
	for (i = 0; !failed && i < now->sets.count; i++) {
		struct tm_set *set = &now->sets.items[i];

		if (whole && !strcmp(set->name, whole))
			failed = tm_set_get(nl, whole, &set->entries, error);
		else if (policy_set_is_asked(set->name, &now->policies))
			failed = lockout_read_set(lockout, nl, set, error);
	}
	if (failed)
		tm_policy_file_free(now);
	return failed;
}

/* The step that drops for sure: what is only above a limit does not count. */
static void keep_drop(const struct tm_explain_step *step, void *data)
{
	struct tm_explain_step *drop = data;

	if (step->reached && step->effect == TM_EXPLAIN_DROPS)
		*drop = *step;
}

static bool is_cut_off(const struct tm_explain_ruleset *ruleset,
		       const struct tm_tuple *peer,
		       struct tm_explain_step *drop)
{
	unsigned int i;

	for (i = 0; i < PACKETS; i++) {
		struct tm_explain_packet packet = packet_of(peer, i);

		if (tm_explain(ruleset, &packet, keep_drop, drop))
			return true;
	}
	return false;
}

static bool takes_confirm(const struct tm_verb *verb)
{
	const struct tm_option *option = verb->options;

	while (option->name && strcmp(option->name, "--confirm"))
		option++;
	return option->name;
}

static void words_of(const struct tm_tuple *peer,
		     const struct tm_explain_step *drop, size_t others,
		     char *words, size_t size)
{
	char address[TM_ADDRESS_TEXT], prefix[TM_PREFIX_TEXT];
	char by[TM_PREFIX_TEXT + 32], more[64] = "";

	if (drop->policy)
		snprintf(by, sizeof(by), "policy %s", drop->policy->name);
	else
		snprintf(by, sizeof(by), "%s of the set deny",
			 tm_prefix_format(&drop->entry->prefix, prefix));
	if (others)
		snprintf(more, sizeof(more), " and %zu other %s", others,
			 others == 1 ? "peer" : "peers");
	snprintf(words, size, "this would cut off %s (connected to port %u, dropped by %s)%s",
		 tm_address_format(&peer->source, address),
		 peer->destination_port, by, more);
}

int lockout_judge(const struct lockout *lockout, struct tm_context *context,
		  const struct tm_policy_file *now,
		  const struct tm_policy_file *next, bool asks,
		  struct tm_error *error)
{
	const struct tm_explain_ruleset before = {
		now, lockout->failsafe, lockout->suspended
	};
	/* What is suspended may be resumed at any time, by this for one. */
	const struct tm_explain_ruleset after = {
		next, lockout->failsafe, false
	};
	const struct tm_tuple *first = NULL, *last = NULL;
	struct tm_explain_step drop, ignored;
	char address[TM_ADDRESS_TEXT], words[320];
	size_t others = 0, i;

	for (i = 0; i < lockout->peers.count; i++) {
		const struct tm_tuple *peer = &lockout->peers.items[i];

		if (is_cut_off(&before, peer, &ignored) ||
		    !is_cut_off(&after, peer, first ? &ignored : &drop))
			continue;
		if (!first)
			first = peer;
		else
			others += !!memcmp(last->source.bytes,
					   peer->source.bytes, 16);
		last = peer;
	}
	if (!first)
		return 0;
	words_of(first, &drop, others, words, sizeof(words));
	if (!asks) {
		tm_out_warn(context->out, "%s", words);
		return 0;
	}
	tm_error_set(error, TM_EXIT_FINDINGS, 0, "%s; nothing was changed",
		     words);
	return tm_error_hint(error, "have %s in the set allow, %sor insist (--force)",
			     tm_address_format(&first->source, address),
			     takes_confirm(context->verb) ?
			     "have the kernel take it back unless you confirm it (--confirm 60s), " :
			     "");
}
