/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nobody locks himself out by mistake: what is about to be in use is asked about the
 * peers that have a TCP connection to a failsafe port now.  sudo hides
 * SSH_CONNECTION, so all of them are, not just who gives the command.
 *
 *	lockout_begin(&lockout, context);
 *	if (lockout.peers.count)
 *		failed = lockout_judge(&lockout, context, &now, &next, asks, error);
 *	lockout_end(&lockout);
 *
 * docs/policies.md says which connections and which rules count.
 */
#ifndef TMCTL_LOCKOUT_H
#define TMCTL_LOCKOUT_H

#include "../lib/module.h"
#include "../lib/policy_file.h"
#include "../lib/tcp_peers.h"
#include "options.h"

/* --force, for tables of options. */
#define LOCKOUT_FORCE_OPTION						\
	{ "--force", NULL,						\
	  "even if it cuts off a peer that is connected to a failsafe port", \
	  false }

/*
 * @peers:	who is connected and not on the failsafe list; none with --force
 * @failsafe:	the module parameter, NULL: not known
 * @suspended:	enforcement is, and nobody is dropped now
 */
struct lockout {
	struct tm_tcp_peers peers;
	struct tm_module_parameters parameters;
	const char *failsafe;
	bool suspended;
};

/* Where the kernel does not tell who is connected, that is a warning. */
void lockout_begin(struct lockout *lockout, struct tm_context *context);
void lockout_end(struct lockout *lockout);

/* Does one of these prefixes cover an end of a connection? */
bool lockout_touches(const struct lockout *lockout,
		     const struct tm_entry_list *entries);

/*
 * Of the ruleset in use what decides about the peers: all policies, and the sets
 * with the entries that cover them, or with all where that is less to ask.
 * @set:	its name and size are known; entries is empty
 * @whole:	of this set all entries, in any case; NULL: of none
 * -1 with error set; *now is empty then.
 */
int lockout_read_set(const struct lockout *lockout, struct tm_nl *nl,
		     struct tm_set *set, struct tm_error *error);
int lockout_read(const struct lockout *lockout, struct tm_nl *nl,
		 const char *whole, struct tm_policy_file *now,
		 struct tm_error *error);

/*
 * Who is not dropped by the ruleset in use, and would be by the next?  A set that
 * they do not name is not looked at.
 * @asks:	an error, TM_EXIT_FINDINGS, which says what to do; else a warning
 * Returns 0, or -1 with error set.
 */
int lockout_judge(const struct lockout *lockout, struct tm_context *context,
		  const struct tm_policy_file *now,
		  const struct tm_policy_file *next, bool asks,
		  struct tm_error *error);

#endif /* TMCTL_LOCKOUT_H */
