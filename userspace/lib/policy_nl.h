/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Policies and sets as netlink messages: what the module has, and what it is
 * to have.
 */
#ifndef TM_POLICY_NL_H
#define TM_POLICY_NL_H

#include "nl.h"
#include "policy_file.h"

/*
 * What the module says of a policy beside its definition.
 * @defined:	the definition was shown (to admins only)
 * @over:	it is over its limit, since over_since_age_ns
 */
struct tm_policy_counts {
	bool defined;
	uint64_t matched_packets;
	uint64_t matched_bytes;
	uint64_t over_packets;
	uint64_t over_bytes;
	uint64_t dropped_packets;
	uint64_t dropped_bytes;
	uint64_t spared_packets;
	uint64_t spared_bytes;
	bool over;
	uint64_t over_since_age_ns;
};

/* One reply of POLICY_GET.  Returns 0, or -1 with error set. */
int tm_policy_from_message(const struct nlmsghdr *nlh,
			   struct tm_policy *policy,
			   struct tm_policy_counts *counts,
			   struct tm_error *error);

/* Append all of a policy to a POLICY_ADD, nothing left to defaults. */
void tm_policy_put(struct nlmsghdr *request, const struct tm_policy *policy);

/*
 * The ruleset in use, in order.
 * @generation: INFO_GENERATION from before the policies were read: a commit
 *		that names it is refused when they changed since
 */
int tm_policies_get(struct tm_nl *nl, struct tm_policy_list *policies,
		    uint64_t *generation, struct tm_error *error);

/* The sets that there are, with their sizes, without their entries. */
int tm_sets_get(struct tm_nl *nl, struct tm_set_list *sets,
		struct tm_error *error);

/*
 * Does a set cover the address?
 * @entry:	the longest that does, where one is found; free with tm_entry_clear()
 */
int tm_set_test(struct tm_nl *nl, const char *name,
		const struct tm_address *address, struct tm_entry *entry,
		bool *found, struct tm_error *error);

/* The entries of a set, sorted. */
int tm_set_get(struct tm_nl *nl, const char *name,
	       struct tm_entry_list *entries, struct tm_error *error);

/*
 * Send entries with SET_ADD or SET_DEL, in messages of some hundreds, each of
 * which the module does as a whole or not at all.
 * @done: how many were in messages that the module took, also on error
 * An empty list is one message without entries when `name_only` (to name a
 * set in a transaction), else no message.
 */
int tm_set_send(struct tm_nl *nl, uint8_t command, const char *name,
		const struct tm_entry_list *entries, bool name_only,
		size_t *done, struct tm_error *error);

#endif /* TM_POLICY_NL_H */
