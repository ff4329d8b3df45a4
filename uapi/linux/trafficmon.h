/* SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR MIT */
/*
 * trafficmon: the contract between the kernel module and everything that
 * talks to it.  This comment is normative.
 *
 * Generic netlink family "trafficmon", version 1 for ever: it grows by
 * commands and attributes, never by new meanings.  One multicast group,
 * "events".  Every request acts on the network namespace of its socket and
 * sees nothing of another.
 *
 * Conventions
 * -----------
 * - Integers are in host byte order, but for ports, which are numbers in host
 *   byte order too (__u16).  Times are nanoseconds: `..._TIME` since the Unix
 *   epoch, `..._AGE`/`..._IDLE`/`..._TIMEOUT` as durations.
 * - An address is binary, 4 bytes (IPv4) or 16 bytes (IPv6), in network order.
 * - A prefix is an address attribute beside a length attribute in bits.
 * - `multi` marks an attribute that may stand several times; every other
 *   attribute given twice is refused with EINVAL.
 * - 64-bit attributes are preceded by a PAD attribute where alignment asks it.
 * - Unknown attributes are refused.  Every refusal carries an extended ack:
 *   a sentence and, where one is to blame, the offset of the attribute.  A dump
 *   is refused by an error or by an NLMSG_DONE with an error in it.
 * - No message is above 8 KiB; a receive buffer of 32 KiB makes dumps fast.
 * - The name of a policy or of a set matches [A-Za-z0-9_.:-]{1,31}.
 *
 * Who may: "any" is every process in the namespace; "admin" needs
 * CAP_NET_ADMIN in the initial user namespace, or, with the module parameter
 * userns_admin=1, in the user namespace that owns the network namespace.
 *
 * Enforcement is suspended in all namespaces while the module parameter `enforce`
 * is N, and in one whose breaker has tripped (parameters breaker_percent,
 * breaker_s) until the ruleset is replaced there or `enforce` is written.  While it
 * is, nothing is dropped: policies in mode enforce count as those in mode monitor
 * (reason policy_monitor), the set deny by the reason deny_monitor.  Modes stay as
 * configured.  INFO_SUSPENDED_BY and the event ENFORCEMENT tell of it.
 *
 * Errors common to all: EPERM (not admin), ENOTCONN (the namespace is not
 * attached; TRAFFICMON_CMD_NETNS_ATTACH attaches it), EINVAL (malformed,
 * missing, unknown, repeated), ERANGE (a number out of its range), ENOMEM.
 *
 * Commands
 * --------
 *
 * INFO_GET (do, any) -> INFO_*: one message.  Works unattached:
 *	INFO_ATTACHED is 0 and what belongs to an attached namespace is absent.
 *	For others than admins the live flows and limiters are counted once a
 *	second at most.
 *
 * NETNS_ATTACH (do, admin): allocate the tables, hook the packet path.
 *	EALREADY when attached, EUSERS when the cap `netns_max` is reached.
 * NETNS_DETACH (do, admin): unhook, turn flows into nothing but totals, free.
 *	Open transactions and running dumps end.
 *
 * STATS_GET (do; any, admin with STATS_LEDGER) [STATS_LEDGER flag] -> STATS_*
 *	STATS_CLASS (multi, nest COUNTER_*), STATS_REASON (multi, nest
 *	COUNTER_*), STATS_DIRECTION (multi, nest COUNTER_*).  With
 *	STATS_LEDGER the flow table is walked and
 *	STATS_LEDGER_* is added:  SEEN_BEFORE <= LIVE + RECORDED + UNTRACKED
 *	<= SEEN_AFTER, packets and bytes, equal when no packet is in a hook;
 *	RECORDED and UNTRACKED are then those of the walk.
 *
 * FLOW_GET (dump, admin) [FLOW_ADDRESS+FLOW_PREFIX_LENGTH (either end)]
 *	[FLOW_SOURCE..., see enum] -> FLOW_*, one message a flow.  Filters are
 *	the attributes of the reply: FLOW_PROTOCOL, FLOW_PORT (either end),
 *	FLOW_ADDRESS with FLOW_PREFIX_LENGTH (either end), FLOW_STATE.  A flow
 *	that lived throughout the dump is reported exactly once.
 * FLOW_FLUSH (do, admin): end every live flow as a record (reason reset).
 *	-> FLOW_FLUSHED, the number of records issued.
 *
 * RECORD_GET (dump, admin) [RECORD_CURSOR multi, nest CURSOR_RING +
 *	CURSOR_SEQUENCE] -> RECORD_*, one message a record, ring by ring, each
 *	ring in the order of RECORD_SEQUENCE.  A cursor names the next sequence
 *	wanted of a ring; a ring without one starts at its oldest.  Every record
 *	carries its ring's running totals of all records before it, so that
 *	a reader who finds a gap knows to the byte what it missed.
 *	RECORD_END (one message a ring, last): the cursor to continue from and
 *	the ring's totals, also when the ring gave no record.
 *
 * TRANSACTION_BEGIN (do, admin) [TRANSACTION_KEEP_POLICIES flag]: open a staging
 *	area owned by this socket, empty: what is committed replaces all policies
 *	(with KEEP_POLICIES none: they stay as they are at the commit), and each
 *	set that was named by a staged SET_ADD; a set that there is not comes into
 *	being with it.  EBUSY when this socket has one open, EUSERS when eight are
 *	open in the namespace.
 *	The area is freed when the socket closes.
 * POLICY_ADD (do, admin) POLICY_*: stage one policy; their order is the order
 *	of evaluation.  ENOENT without an open transaction, EALREADY in one that
 *	keeps the policies, EEXIST for a name given twice, ENOENT for a set that is
 *	neither there nor staged, E2BIG above 4096
 *	policies, or above 24 prefixes or port ranges of a kind, above 16 devices
 *	or globs, or above 8 of any other kind.  A packet matches when of each kind
 *	that is given it meets one that is accepted, where any is, and none that is
 *	excluded (..._EXCEPT).  Prefixes and sets of an end are of one kind: an
 *	address is accepted that is in a prefix or in a set.  What asks for ports, a
 *	device or TCP flags, if only
 *	to exclude some, never matches a packet that has none.
 * TRANSACTION_COMMIT (do, admin) [TRANSACTION_GENERATION]
 *	[TRANSACTION_CONFIRM_TIMEOUT]: build, swap, free the staging area ->
 *	TRANSACTION_GENERATION, the new generation.  EBUSY when the given
 *	generation is not the active one, when a set that was staged with SET_KEEP
 *	was changed since, when a set that a staged policy names was destroyed
 *	since, or when a ruleset waits for its confirmation (nothing
 *	is changed, the area stays).  ENOENT without an open transaction, ENOSPC
 *	where it would make more than 1024 sets.
 *	Counters and limiters of a policy whose definition (all but its mode and
 *	its place) did not change live on.  A tripped breaker is closed.
 *	With CONFIRM_TIMEOUT the new ruleset *waits for its confirmation*: if none
 *	comes in that time, the module rolls it back by itself, whatever became of
 *	the socket.  Until then POLICY_FLUSH and other commits are EBUSY, and so is
 *	every change of a set that it replaced.  A tripped breaker is closed when
 *	it is rolled back, too.
 * TRANSACTION_CONFIRM (do, admin) TRANSACTION_GENERATION: keep the ruleset that
 *	waits.  ENOENT when none does, EBUSY when it is of another generation.
 * TRANSACTION_ROLLBACK (do, admin) [TRANSACTION_GENERATION]: do not wait; the
 *	policies before it and the sets that it replaced are in use again, sets that
 *	it made are gone -> TRANSACTION_GENERATION, a new one.  Errors as
 *	TRANSACTION_CONFIRM.  A
 *	tripped breaker is closed.
 * TRANSACTION_ABORT (do, admin): drop the staging area.
 * POLICY_GET (dump, any for names and counters, admin for the rest) ->
 *	POLICY_*, one message a policy in order, each with
 *	TRANSACTION_GENERATION as POLICY_GENERATION; NLM_F_DUMP_INTR when the
 *	ruleset changed meanwhile.
 * POLICY_FLUSH (do, admin): remove all policies -> TRANSACTION_GENERATION, the
 *	new generation.  Sets and staging areas stay.  A tripped breaker is closed.
 *	EBUSY while a ruleset waits for its confirmation.
 *
 * Sets: `allow` and `deny` are always there and decide by themselves; others, up to
 *	1024 in all, are for policies to name.  ENOENT for one that is not there, but
 *	where it says otherwise.
 * SET_GET (dump, admin) [SET_NAME] -> without a name one message a set, allow and
 *	deny first: SET_NAME, SET_ENTRIES, SET_POLICIES, SET_MEMORY_BYTES, of allow
 *	and deny also SET_PACKETS, SET_BYTES; with one, a message an
 *	entry: SET_NAME, SET_ENTRY.  NLM_F_DUMP_INTR when the ruleset or the
 *	sets were replaced meanwhile.
 * SET_TEST (do, admin) SET_NAME, SET_ENTRY with ENTRY_ADDRESS alone -> SET_NAME and,
 *	if the set covers the address, SET_ENTRY: the longest that does.
 * SET_ADD (do, admin) SET_NAME, SET_ENTRY (multi, nest ENTRY_*), [SET_KEEP flag]:
 *	with an open transaction on this socket the entries are staged (the commit
 *	replaces the set), else they are added to the live set at once, all or
 *	none.  With SET_KEEP the staged set begins with what is in the live one
 *	now; EEXIST where it was begun before, ENOENT outside a transaction.
 *	An entry that is there has its timeout and comment replaced and keeps its
 *	counters, also where a commit replaces the set; of a prefix given
 *	twice the last counts.  Staged timeouts run from the SET_ADD, too.
 *	Without SET_ENTRY a set is staged empty; outside a transaction that
 *	is EINVAL.  E2BIG above 4096 entries a message, ENOSPC above 4,194,304
 *	in a set.  In a transaction the set need not be there yet.  -> nothing.  This
 *	and the next two: EBUSY for the live set that
 *	a ruleset that waits for its confirmation has replaced.
 * SET_DEL (do, admin) SET_NAME, SET_ENTRY (multi): ENOENT, and nothing removed,
 *	when one of them is not there.  Acts on the live set, always.
 * SET_FLUSH (do, admin) SET_NAME: remove all entries.
 * SET_DESTROY (do, admin) SET_NAME: remove the set.  EINVAL for allow and deny, EBUSY
 *	while a policy names it, or while a ruleset waits for its confirmation.
 *
 * LIMITER_GET (dump, admin) [LIMITER_POLICY] [LIMITER_OVER flag: only keys
 *	that are over now] -> LIMITER_*, one message a live key.
 * LIMITER_DEL (do, admin) LIMITER_POLICY, LIMITER_SOURCE, ... as shown by
 *	LIMITER_GET: forget one key (its packets start with a full burst), for
 *	all limits of the policy, or for the one that LIMITER_KIND names.
 *	All that the policy's key is made of must be given, but lengths.
 *	ENOENT when there is none.
 * LIMITER_FLUSH (do, admin) [LIMITER_POLICY]: forget all.
 *	All three: ENOENT when there is no policy of that name.
 *
 * EVENT_GET (dump, admin) [EVENT_SEQUENCE: first one wanted] -> EVENT_*, in
 *	order.  A first sequence above the one asked for means the ring has
 *	wrapped; the difference is what was lost.
 * EVENT_NOTIFY (multicast to "events") EVENT_*: an event as it happens.  Joining the
 *	group needs CAP_NET_ADMIN.  A reader told ENOBUFS asks EVENT_GET from
 *	the first sequence it misses.
 */
#ifndef _UAPI_LINUX_TRAFFICMON_H
#define _UAPI_LINUX_TRAFFICMON_H

#include <linux/types.h>

#define TRAFFICMON_GENL_NAME		"trafficmon"
#define TRAFFICMON_GENL_VERSION		1
#define TRAFFICMON_MCGRP_EVENTS		"events"

#define TRAFFICMON_NAME_SIZE		32	/* with the final NUL */
#define TRAFFICMON_POLICIES_MAX		4096
#define TRAFFICMON_LIMITS_MAX		3	/* one of each kind a policy */
#define TRAFFICMON_MATCHES_MAX		24	/* prefixes or port ranges a dimension a policy */
#define TRAFFICMON_DEVICES_MAX		16	/* devices, or globs of them, a policy */
#define TRAFFICMON_TERMS_MAX		8	/* TCP flags, lengths, hop limits, marks a policy */
#define TRAFFICMON_MATCH_SETS_MAX	8	/* sets as source, or as destination, a policy */
#define TRAFFICMON_SETS_MAX		1024	/* a namespace, with allow and deny */
#define TRAFFICMON_COMMENT_SIZE		64	/* of an entry, with the final NUL */

#define TRAFFICMON_SET_ALLOW		"allow"
#define TRAFFICMON_SET_DENY		"deny"

enum trafficmon_command {
	TRAFFICMON_CMD_UNSPEC,

	TRAFFICMON_CMD_INFO_GET,
	TRAFFICMON_CMD_NETNS_ATTACH,
	TRAFFICMON_CMD_NETNS_DETACH,
	TRAFFICMON_CMD_STATS_GET,
	TRAFFICMON_CMD_FLOW_GET,
	TRAFFICMON_CMD_FLOW_FLUSH,
	TRAFFICMON_CMD_RECORD_GET,
	TRAFFICMON_CMD_TRANSACTION_BEGIN,
	TRAFFICMON_CMD_TRANSACTION_COMMIT,
	TRAFFICMON_CMD_TRANSACTION_ABORT,
	TRAFFICMON_CMD_POLICY_GET,
	TRAFFICMON_CMD_POLICY_ADD,
	TRAFFICMON_CMD_POLICY_FLUSH,
	TRAFFICMON_CMD_SET_GET,
	TRAFFICMON_CMD_SET_ADD,
	TRAFFICMON_CMD_SET_DEL,
	TRAFFICMON_CMD_SET_FLUSH,
	TRAFFICMON_CMD_LIMITER_GET,
	TRAFFICMON_CMD_LIMITER_DEL,
	TRAFFICMON_CMD_LIMITER_FLUSH,
	TRAFFICMON_CMD_EVENT_GET,
	TRAFFICMON_CMD_EVENT_NOTIFY,
	TRAFFICMON_CMD_TRANSACTION_CONFIRM,
	TRAFFICMON_CMD_TRANSACTION_ROLLBACK,
	TRAFFICMON_CMD_SET_TEST,
	TRAFFICMON_CMD_SET_DESTROY,

	__TRAFFICMON_CMD_MAX,
	TRAFFICMON_CMD_MAX = __TRAFFICMON_CMD_MAX - 1
};

/* What kind of packet; each packet has exactly one. */
enum trafficmon_class {
	TRAFFICMON_CLASS_SYN,		/* TCP, SYN without ACK */
	TRAFFICMON_CLASS_SYNACK,	/* TCP, SYN and ACK */
	TRAFFICMON_CLASS_ACK,		/* TCP, ACK and none of SYN FIN RST */
	TRAFFICMON_CLASS_RST,		/* TCP, RST */
	TRAFFICMON_CLASS_FIN,		/* TCP, FIN and ACK */
	TRAFFICMON_CLASS_UDP,
	TRAFFICMON_CLASS_ICMP,		/* ICMP and ICMPv6 */
	TRAFFICMON_CLASS_FRAG,		/* a fragment, first or later */
	TRAFFICMON_CLASS_MALFORMED,	/* header truncated, lengths or TCP flags that contradict */
	TRAFFICMON_CLASS_OTHER,		/* any other protocol */

	__TRAFFICMON_CLASS_MAX
};

/* How whole a packet is. */
enum trafficmon_fragment {
	TRAFFICMON_FRAGMENT_WHOLE,	/* no fragment */
	TRAFFICMON_FRAGMENT_FIRST,
	TRAFFICMON_FRAGMENT_LATER,	/* any behind the first: without ports */

	__TRAFFICMON_FRAGMENT_MAX
};

enum trafficmon_direction {
	TRAFFICMON_DIRECTION_IN,	/* arrived on an uplink */
	TRAFFICMON_DIRECTION_OUT,	/* sent by this host, or arrived on any other device */

	__TRAFFICMON_DIRECTION_MAX
};

enum trafficmon_family {
	TRAFFICMON_FAMILY_IPV4,
	TRAFFICMON_FAMILY_IPV6,

	__TRAFFICMON_FAMILY_MAX
};

enum trafficmon_mode {
	TRAFFICMON_MODE_MONITOR,	/* counts what it would drop */
	TRAFFICMON_MODE_ENFORCE,

	__TRAFFICMON_MODE_MAX
};

/* What suspends enforcement, or resumes it. */
enum trafficmon_cause {
	TRAFFICMON_CAUSE_SWITCH,	/* the module parameter enforce was written */
	TRAFFICMON_CAUSE_BREAKER,	/* too large a share of all packets was dropped */
	TRAFFICMON_CAUSE_RULESET,	/* the ruleset was replaced: resumes only */

	__TRAFFICMON_CAUSE_MAX
};

/* What became of the ruleset. */
enum trafficmon_change {
	TRAFFICMON_CHANGE_COMMITTED,	/* replaced, by a commit or POLICY_FLUSH */
	TRAFFICMON_CHANGE_WAITS,	/* replaced; the new one waits for its confirmation */
	TRAFFICMON_CHANGE_CONFIRMED,	/* it is kept */
	TRAFFICMON_CHANGE_ROLLED_BACK,	/* the one before is in use again, as was asked for */
	TRAFFICMON_CHANGE_TIMED_OUT,	/* likewise, because no confirmation came */

	__TRAFFICMON_CHANGE_MAX
};

enum trafficmon_action {
	TRAFFICMON_ACTION_DROP,

	__TRAFFICMON_ACTION_MAX
};

/* What a limit is counted per. */
enum trafficmon_key {
	TRAFFICMON_KEY_NONE,			/* one limiter for all that matches */
	TRAFFICMON_KEY_SOURCE,			/* source prefix */
	TRAFFICMON_KEY_DESTINATION,		/* destination prefix */
	TRAFFICMON_KEY_SOURCE_DESTINATION_PORT,	/* source prefix and destination port */
	TRAFFICMON_KEY_SOURCE_DESTINATION,	/* source prefix and destination prefix */
	TRAFFICMON_KEY_FLOW,			/* the flow, both directions */
	TRAFFICMON_KEY_IIF,			/* the device it arrived on */

	__TRAFFICMON_KEY_MAX
};

/* What happens to a packet whose key finds no room among the limiters. */
enum trafficmon_on_full {
	TRAFFICMON_ON_FULL_PASS,
	TRAFFICMON_ON_FULL_DROP,
	TRAFFICMON_ON_FULL_AGGREGATE,	/* limit the enclosing prefix, at a multiple */

	__TRAFFICMON_ON_FULL_MAX
};

/* Whom a policy that is over a limit lets pass all the same. */
enum trafficmon_spare {
	TRAFFICMON_SPARE_ESTABLISHED,	/* flows established, and begun before the key was over */

	__TRAFFICMON_SPARE_MAX
};

enum trafficmon_limit_kind {
	TRAFFICMON_LIMIT_PACKETS,	/* packets a second */
	TRAFFICMON_LIMIT_BYTES,		/* bytes a second */
	/* new flows a second: packets of flows that were let in are not counted */
	TRAFFICMON_LIMIT_NEW_FLOWS,

	__TRAFFICMON_LIMIT_MAX
};

/* How far a flow has come. */
enum trafficmon_flow_state {
	TRAFFICMON_FLOW_NEW,		/* seen in one direction only */
	TRAFFICMON_FLOW_ANSWERED,	/* a packet of the other direction was seen */
	TRAFFICMON_FLOW_ESTABLISHED,	/* proven: see docs/design.md */
	TRAFFICMON_FLOW_ENDED,		/* TCP: RST, or FIN both ways */

	__TRAFFICMON_FLOW_MAX
};

/* Why a record was issued. */
enum trafficmon_record_reason {
	TRAFFICMON_RECORD_ENDED,	/* the flow ended */
	TRAFFICMON_RECORD_IDLE,		/* nothing seen for its idle timeout */
	TRAFFICMON_RECORD_EVICTED,	/* made room for another */
	TRAFFICMON_RECORD_ACTIVE,	/* still live: the delta since the last record */
	TRAFFICMON_RECORD_RESET,	/* FLOW_FLUSH */

	__TRAFFICMON_RECORD_MAX
};

enum trafficmon_info_attr {
	TRAFFICMON_A_INFO_UNSPEC,
	TRAFFICMON_A_INFO_PAD,
	TRAFFICMON_A_INFO_VERSION,		/* string, of the module */
	TRAFFICMON_A_INFO_ATTACHED,		/* u8, 0 or 1 */
	/* u64, random at attach: sequences start again with it */
	TRAFFICMON_A_INFO_INSTANCE,
	TRAFFICMON_A_INFO_GENERATION,		/* u64, of the active ruleset */
	TRAFFICMON_A_INFO_POLICIES,		/* u32 */
	TRAFFICMON_A_INFO_POLICIES_ENFORCING,	/* u32 */
	TRAFFICMON_A_INFO_FLOWS,		/* u32, live */
	TRAFFICMON_A_INFO_FLOWS_MAX,		/* u32 */
	TRAFFICMON_A_INFO_LIMITERS,		/* u32, live; a count at the time of asking */
	TRAFFICMON_A_INFO_LIMITERS_MAX,		/* u32 */
	TRAFFICMON_A_INFO_RECORDS_MAX,		/* u32, a ring */
	TRAFFICMON_A_INFO_RINGS,		/* u32, record rings */
	TRAFFICMON_A_INFO_ATTACH_TIME,		/* u64 */
	TRAFFICMON_A_INFO_MEMORY_BYTES,		/* u64, allocated for this namespace */
	TRAFFICMON_A_INFO_NETNS_ATTACHED,	/* u32, in the whole host */
	TRAFFICMON_A_INFO_NETNS_MAX,		/* u32 */
	TRAFFICMON_A_INFO_EVENT_SEQUENCE,	/* u64, of the newest event */
	/* u64, since an admin last dumped records; absent: never */
	TRAFFICMON_A_INFO_LAST_READ_AGE,
	/* multi, nest DEVICE_*: those with a flag, at most 128 */
	TRAFFICMON_A_INFO_DEVICE,
	TRAFFICMON_A_INFO_DEVICES,		/* u32, how many have a flag */
	/* u8, enum trafficmon_cause; absent: enforcement is not suspended */
	TRAFFICMON_A_INFO_SUSPENDED_BY,
	/* u64: the ruleset is rolled back after it; absent: none waits for its confirmation */
	TRAFFICMON_A_INFO_CONFIRM_TIMEOUT,

	__TRAFFICMON_A_INFO_MAX,
	TRAFFICMON_A_INFO_MAX = __TRAFFICMON_A_INFO_MAX - 1
};

enum trafficmon_device_attr {
	TRAFFICMON_A_DEVICE_UNSPEC,
	TRAFFICMON_A_DEVICE_NAME,		/* string */
	TRAFFICMON_A_DEVICE_INDEX,		/* u32 */
	TRAFFICMON_A_DEVICE_UPLINK,		/* flag: what arrives here is `in` */
	TRAFFICMON_A_DEVICE_INGRESS,		/* flag: hooked at ingress */
	TRAFFICMON_A_DEVICE_COVERED,		/* flag: above a device hooked at ingress */
	/* flag: carries traffic that is not seen (a bridge port not hooked) */
	TRAFFICMON_A_DEVICE_UNSEEN,

	__TRAFFICMON_A_DEVICE_MAX,
	TRAFFICMON_A_DEVICE_MAX = __TRAFFICMON_A_DEVICE_MAX - 1
};

/* A named pair of counters. */
enum trafficmon_counter_attr {
	TRAFFICMON_A_COUNTER_UNSPEC,
	TRAFFICMON_A_COUNTER_PAD,
	TRAFFICMON_A_COUNTER_NAME,		/* string */
	/* string, of a reason: drop, monitor, pass, untracked, skipped, error */
	TRAFFICMON_A_COUNTER_KIND,
	TRAFFICMON_A_COUNTER_TEXT,		/* string, of a reason: a sentence */
	TRAFFICMON_A_COUNTER_PACKETS,		/* u64 */
	TRAFFICMON_A_COUNTER_BYTES,		/* u64 */

	__TRAFFICMON_A_COUNTER_MAX,
	TRAFFICMON_A_COUNTER_MAX = __TRAFFICMON_A_COUNTER_MAX - 1
};

enum trafficmon_stats_attr {
	TRAFFICMON_A_STATS_UNSPEC,
	TRAFFICMON_A_STATS_PAD,
	TRAFFICMON_A_STATS_LEDGER,		/* flag, request: walk the flow table */
	TRAFFICMON_A_STATS_SEEN_PACKETS,	/* u64 */
	TRAFFICMON_A_STATS_SEEN_BYTES,		/* u64 */
	TRAFFICMON_A_STATS_DROPPED_PACKETS,	/* u64 */
	TRAFFICMON_A_STATS_DROPPED_BYTES,	/* u64 */
	TRAFFICMON_A_STATS_CLASS,		/* multi, nest COUNTER_* */
	TRAFFICMON_A_STATS_DIRECTION,		/* multi, nest COUNTER_* */
	TRAFFICMON_A_STATS_REASON,		/* multi, nest COUNTER_* */
	TRAFFICMON_A_STATS_FLOWS_CREATED,	/* u64 */
	TRAFFICMON_A_STATS_RECORDS,		/* u64, ever issued */
	TRAFFICMON_A_STATS_RECORDED_PACKETS,	/* u64, in all records ever issued */
	TRAFFICMON_A_STATS_RECORDED_BYTES,	/* u64 */
	TRAFFICMON_A_STATS_UNTRACKED_PACKETS,	/* u64, in no flow and no record */
	TRAFFICMON_A_STATS_UNTRACKED_BYTES,	/* u64 */
	/* u64, ledger: in live flows, not yet in a record */
	TRAFFICMON_A_STATS_LIVE_PACKETS,
	TRAFFICMON_A_STATS_LIVE_BYTES,		/* u64, ledger */
	TRAFFICMON_A_STATS_SEEN_BEFORE_PACKETS,	/* u64, ledger */
	TRAFFICMON_A_STATS_SEEN_BEFORE_BYTES,	/* u64, ledger */
	TRAFFICMON_A_STATS_SEEN_AFTER_PACKETS,	/* u64, ledger */
	TRAFFICMON_A_STATS_SEEN_AFTER_BYTES,	/* u64, ledger */
	/* u64, seen by namespaces that are gone or detached */
	TRAFFICMON_A_STATS_MODULE_PACKETS,
	TRAFFICMON_A_STATS_MODULE_BYTES,	/* u64 */

	__TRAFFICMON_A_STATS_MAX,
	TRAFFICMON_A_STATS_MAX = __TRAFFICMON_A_STATS_MAX - 1
};

enum trafficmon_flow_attr {
	TRAFFICMON_A_FLOW_UNSPEC,
	TRAFFICMON_A_FLOW_PAD,
	TRAFFICMON_A_FLOW_ADDRESS,		/* filter: either end */
	TRAFFICMON_A_FLOW_PREFIX_LENGTH,	/* u8, filter: of FLOW_ADDRESS; default all bits */
	TRAFFICMON_A_FLOW_PORT,			/* u16, filter: either end */
	TRAFFICMON_A_FLOW_SOURCE,		/* address, of the side seen first */
	TRAFFICMON_A_FLOW_DESTINATION,		/* address */
	TRAFFICMON_A_FLOW_SOURCE_PORT,		/* u16; ICMP echo: the identifier */
	/* u16; ICMP echo: the identifier; other ICMP: type * 256 + code */
	TRAFFICMON_A_FLOW_DESTINATION_PORT,
	TRAFFICMON_A_FLOW_PROTOCOL,		/* u8, IP protocol number; also filter */
	TRAFFICMON_A_FLOW_STATE,		/* u8, enum trafficmon_flow_state; also filter */
	TRAFFICMON_A_FLOW_DIRECTION,		/* u8, of the side seen first */
	/* u32, device of the first packet, 0: sent by this host */
	TRAFFICMON_A_FLOW_IIF,
	/* u64, of the side seen first, over the flow's life */
	TRAFFICMON_A_FLOW_PACKETS,
	TRAFFICMON_A_FLOW_BYTES,		/* u64 */
	TRAFFICMON_A_FLOW_REPLY_PACKETS,	/* u64 */
	TRAFFICMON_A_FLOW_REPLY_BYTES,		/* u64 */
	TRAFFICMON_A_FLOW_UNRECORDED_PACKETS,	/* u64, both directions, not yet in a record */
	TRAFFICMON_A_FLOW_UNRECORDED_BYTES,	/* u64 */
	TRAFFICMON_A_FLOW_AGE,			/* u64, since the first packet */
	TRAFFICMON_A_FLOW_IDLE,			/* u64, since the last packet */
	TRAFFICMON_A_FLOW_FRAGMENT,		/* flag: later fragments, without ports */
	TRAFFICMON_A_FLOW_FLUSHED,		/* u64, reply of FLOW_FLUSH */

	__TRAFFICMON_A_FLOW_MAX,
	TRAFFICMON_A_FLOW_MAX = __TRAFFICMON_A_FLOW_MAX - 1
};

enum trafficmon_cursor_attr {
	TRAFFICMON_A_CURSOR_UNSPEC,
	TRAFFICMON_A_CURSOR_PAD,
	TRAFFICMON_A_CURSOR_RING,		/* u32 */
	TRAFFICMON_A_CURSOR_SEQUENCE,		/* u64, the next one wanted */

	__TRAFFICMON_A_CURSOR_MAX,
	TRAFFICMON_A_CURSOR_MAX = __TRAFFICMON_A_CURSOR_MAX - 1
};

enum trafficmon_record_attr {
	TRAFFICMON_A_RECORD_UNSPEC,
	TRAFFICMON_A_RECORD_PAD,
	TRAFFICMON_A_RECORD_CURSOR,		/* request, multi, nest CURSOR_* */
	TRAFFICMON_A_RECORD_END,		/* flag: no record, the ring's cursor and totals */
	TRAFFICMON_A_RECORD_RING,		/* u32 */
	TRAFFICMON_A_RECORD_SEQUENCE,		/* u64, from 1; with RECORD_END the next to come */
	/* u64, in all records of the ring before this one */
	TRAFFICMON_A_RECORD_BEFORE_PACKETS,
	TRAFFICMON_A_RECORD_BEFORE_BYTES,	/* u64 */
	TRAFFICMON_A_RECORD_REASON,		/* u8, enum trafficmon_record_reason */
	TRAFFICMON_A_RECORD_SOURCE,		/* as FLOW_* from here on */
	TRAFFICMON_A_RECORD_DESTINATION,
	TRAFFICMON_A_RECORD_SOURCE_PORT,
	TRAFFICMON_A_RECORD_DESTINATION_PORT,
	TRAFFICMON_A_RECORD_PROTOCOL,
	TRAFFICMON_A_RECORD_STATE,
	TRAFFICMON_A_RECORD_DIRECTION,
	TRAFFICMON_A_RECORD_IIF,
	TRAFFICMON_A_RECORD_PACKETS,		/* u64, since the flow's last record */
	TRAFFICMON_A_RECORD_BYTES,
	TRAFFICMON_A_RECORD_REPLY_PACKETS,
	TRAFFICMON_A_RECORD_REPLY_BYTES,
	TRAFFICMON_A_RECORD_START_TIME,		/* u64, first packet of the flow */
	TRAFFICMON_A_RECORD_END_TIME,		/* u64, last packet of the flow so far */
	TRAFFICMON_A_RECORD_FRAGMENT,		/* flag */

	__TRAFFICMON_A_RECORD_MAX,
	TRAFFICMON_A_RECORD_MAX = __TRAFFICMON_A_RECORD_MAX - 1
};

enum trafficmon_transaction_attr {
	TRAFFICMON_A_TRANSACTION_UNSPEC,
	TRAFFICMON_A_TRANSACTION_PAD,
	/* u64, from 1: request: the one this builds on; reply: the new one */
	TRAFFICMON_A_TRANSACTION_GENERATION,
	/* u64, 1 s to 1 day: roll back unless confirmed within it */
	TRAFFICMON_A_TRANSACTION_CONFIRM_TIMEOUT,
	TRAFFICMON_A_TRANSACTION_KEEP_POLICIES,	/* flag: only sets are staged */

	__TRAFFICMON_A_TRANSACTION_MAX,
	TRAFFICMON_A_TRANSACTION_MAX = __TRAFFICMON_A_TRANSACTION_MAX - 1
};

enum trafficmon_prefix_attr {
	TRAFFICMON_A_PREFIX_UNSPEC,
	TRAFFICMON_A_PREFIX_ADDRESS,		/* address; bits behind the length must be 0 */
	TRAFFICMON_A_PREFIX_LENGTH,		/* u8, bits */
	TRAFFICMON_A_PREFIX_EXCEPT,		/* flag: it is excluded */

	__TRAFFICMON_A_PREFIX_MAX,
	TRAFFICMON_A_PREFIX_MAX = __TRAFFICMON_A_PREFIX_MAX - 1
};

enum trafficmon_ports_attr {
	TRAFFICMON_A_PORTS_UNSPEC,
	TRAFFICMON_A_PORTS_FIRST,		/* u16 */
	TRAFFICMON_A_PORTS_LAST,		/* u16, >= first; default first */
	TRAFFICMON_A_PORTS_EXCEPT,		/* flag: they are excluded */

	__TRAFFICMON_A_PORTS_MAX,
	TRAFFICMON_A_PORTS_MAX = __TRAFFICMON_A_PORTS_MAX - 1
};

enum trafficmon_length_attr {
	TRAFFICMON_A_LENGTH_UNSPEC,
	TRAFFICMON_A_LENGTH_FIRST,		/* u32, bytes of the IP packet, or of a segment */
	TRAFFICMON_A_LENGTH_LAST,		/* u32, >= first; default first */
	TRAFFICMON_A_LENGTH_EXCEPT,		/* flag: they are excluded */

	__TRAFFICMON_A_LENGTH_MAX,
	TRAFFICMON_A_LENGTH_MAX = __TRAFFICMON_A_LENGTH_MAX - 1
};

enum trafficmon_hop_limit_attr {
	TRAFFICMON_A_HOP_LIMIT_UNSPEC,
	TRAFFICMON_A_HOP_LIMIT_FIRST,		/* u8, IPv6, or the time to live of IPv4 */
	TRAFFICMON_A_HOP_LIMIT_LAST,		/* u8, >= first; default first */
	TRAFFICMON_A_HOP_LIMIT_EXCEPT,		/* flag: they are excluded */

	__TRAFFICMON_A_HOP_LIMIT_MAX,
	TRAFFICMON_A_HOP_LIMIT_MAX = __TRAFFICMON_A_HOP_LIMIT_MAX - 1
};

enum trafficmon_tcp_flags_attr {
	TRAFFICMON_A_TCP_FLAGS_UNSPEC,
	/* u8, as in byte 13 of the TCP header: those of the mask that are set, and no others */
	TRAFFICMON_A_TCP_FLAGS_VALUE,
	TRAFFICMON_A_TCP_FLAGS_MASK,		/* u8, not 0: those that are looked at */
	TRAFFICMON_A_TCP_FLAGS_EXCEPT,		/* flag: they are excluded */

	__TRAFFICMON_A_TCP_FLAGS_MAX,
	TRAFFICMON_A_TCP_FLAGS_MAX = __TRAFFICMON_A_TCP_FLAGS_MAX - 1
};

enum trafficmon_mark_attr {
	TRAFFICMON_A_MARK_UNSPEC,
	TRAFFICMON_A_MARK_VALUE,		/* u32, of the bits of the mask */
	TRAFFICMON_A_MARK_MASK,			/* u32, not 0: those that are looked at */
	TRAFFICMON_A_MARK_EXCEPT,		/* flag: they are excluded */

	__TRAFFICMON_A_MARK_MAX,
	TRAFFICMON_A_MARK_MAX = __TRAFFICMON_A_MARK_MAX - 1
};

enum trafficmon_glob_attr {
	TRAFFICMON_A_GLOB_UNSPEC,
	TRAFFICMON_A_GLOB_PATTERN,		/* string: `*` is any run, `?` any one */
	TRAFFICMON_A_GLOB_EXCEPT,		/* flag: what it fits is excluded */

	__TRAFFICMON_A_GLOB_MAX,
	TRAFFICMON_A_GLOB_MAX = __TRAFFICMON_A_GLOB_MAX - 1
};

/* A set that a policy names. */
enum trafficmon_match_set_attr {
	TRAFFICMON_A_MATCH_SET_UNSPEC,
	TRAFFICMON_A_MATCH_SET_NAME,		/* string */
	TRAFFICMON_A_MATCH_SET_EXCEPT,		/* flag: what is in it is excluded */

	__TRAFFICMON_A_MATCH_SET_MAX,
	TRAFFICMON_A_MATCH_SET_MAX = __TRAFFICMON_A_MATCH_SET_MAX - 1
};

enum trafficmon_limit_attr {
	TRAFFICMON_A_LIMIT_UNSPEC,
	TRAFFICMON_A_LIMIT_PAD,
	/* u8, enum trafficmon_limit_kind, each at most once */
	TRAFFICMON_A_LIMIT_KIND,
	/* u64, a second: 1 to 200,000,000 packets or flows, or 125 to 50,000,000,000 bytes */
	TRAFFICMON_A_LIMIT_RATE,
	/*
	 * u64, packets, flows or bytes: at least 1, at most one hour of the rate; default a
	 * tenth of a second, at least 1 packet or flow, or 65,536 bytes
	 */
	TRAFFICMON_A_LIMIT_BURST,

	__TRAFFICMON_A_LIMIT_MAX,
	TRAFFICMON_A_LIMIT_MAX = __TRAFFICMON_A_LIMIT_MAX - 1
};

/* An absent match accepts everything; CLASSES absent: all but malformed. */
enum trafficmon_policy_attr {
	TRAFFICMON_A_POLICY_UNSPEC,
	TRAFFICMON_A_POLICY_PAD,
	TRAFFICMON_A_POLICY_NAME,		/* string, required */
	TRAFFICMON_A_POLICY_MODE,		/* u8, default monitor */
	TRAFFICMON_A_POLICY_ACTION,		/* u8, default drop */
	TRAFFICMON_A_POLICY_CLASSES,		/* u32, bits 1 << enum trafficmon_class, not 0 */
	/* u32, bits 1 << enum trafficmon_direction, not 0 */
	TRAFFICMON_A_POLICY_DIRECTIONS,
	TRAFFICMON_A_POLICY_FAMILIES,		/* u32, bits 1 << enum trafficmon_family, not 0 */
	TRAFFICMON_A_POLICY_SOURCE,		/* multi, nest PREFIX_* */
	TRAFFICMON_A_POLICY_DESTINATION,	/* multi, nest PREFIX_* */
	TRAFFICMON_A_POLICY_SOURCE_PORT,	/* multi, nest PORTS_* */
	TRAFFICMON_A_POLICY_DESTINATION_PORT,	/* multi, nest PORTS_* */
	TRAFFICMON_A_POLICY_DEVICE,		/* multi, string: the device it arrived on */
	TRAFFICMON_A_POLICY_KEY,		/* u8, enum trafficmon_key, default none */
	TRAFFICMON_A_POLICY_KEY_SOURCE_LENGTH4,	/* u8, 0..32, default 32 */
	TRAFFICMON_A_POLICY_KEY_SOURCE_LENGTH6,	/* u8, 0..128, default 64 */
	TRAFFICMON_A_POLICY_KEY_DESTINATION_LENGTH4,	/* u8, 0..32, default 32 */
	TRAFFICMON_A_POLICY_KEY_DESTINATION_LENGTH6,	/* u8, 0..128, default 128 */
	/* multi, nest LIMIT_*; absent: every match is over */
	TRAFFICMON_A_POLICY_LIMIT,
	TRAFFICMON_A_POLICY_ON_FULL,		/* u8, default pass */
	TRAFFICMON_A_POLICY_AGGREGATE_FACTOR,	/* u32, 1..1024, default 8 */
	/* replies only */
	TRAFFICMON_A_POLICY_GENERATION,		/* u64 */
	TRAFFICMON_A_POLICY_MATCHED_PACKETS,	/* u64 */
	TRAFFICMON_A_POLICY_MATCHED_BYTES,	/* u64 */
	TRAFFICMON_A_POLICY_OVER_PACKETS,	/* u64: dropped, or would have been */
	TRAFFICMON_A_POLICY_OVER_BYTES,		/* u64 */
	TRAFFICMON_A_POLICY_DROPPED_PACKETS,	/* u64 */
	TRAFFICMON_A_POLICY_DROPPED_BYTES,	/* u64 */
	TRAFFICMON_A_POLICY_OVER_SINCE_AGE,	/* u64: over its limit since; absent: it is not */
	/* u32, bits 1 << enum trafficmon_spare, not 0; with LIMIT only; default none */
	TRAFFICMON_A_POLICY_SPARE,
	TRAFFICMON_A_POLICY_SPARED_PACKETS,	/* u64, reply: above the limit, and let pass */
	TRAFFICMON_A_POLICY_SPARED_BYTES,	/* u64, reply */
	/* u32, bits 1 << enum trafficmon_fragment, not 0 */
	TRAFFICMON_A_POLICY_FRAGMENTS,
	TRAFFICMON_A_POLICY_TCP_FLAGS,		/* multi, nest TCP_FLAGS_* */
	TRAFFICMON_A_POLICY_LENGTH,		/* multi, nest LENGTH_* */
	TRAFFICMON_A_POLICY_HOP_LIMIT,		/* multi, nest HOP_LIMIT_* */
	/* multi, nest MARK_*: of the skb, where the packet is judged: as it arrives, or as sent */
	TRAFFICMON_A_POLICY_MARK,
	/* multi, nest GLOB_*: devices it arrived on; instead of DEVICE */
	TRAFFICMON_A_POLICY_DEVICE_GLOB,
	TRAFFICMON_A_POLICY_SOURCE_SET,		/* multi, nest MATCH_SET_*: beside SOURCE */
	TRAFFICMON_A_POLICY_DESTINATION_SET,	/* multi, nest MATCH_SET_*: beside DESTINATION */

	__TRAFFICMON_A_POLICY_MAX,
	TRAFFICMON_A_POLICY_MAX = __TRAFFICMON_A_POLICY_MAX - 1
};

enum trafficmon_entry_attr {
	TRAFFICMON_A_ENTRY_UNSPEC,
	TRAFFICMON_A_ENTRY_PAD,
	TRAFFICMON_A_ENTRY_ADDRESS,		/* address; bits behind the length must be 0 */
	TRAFFICMON_A_ENTRY_LENGTH,		/* u8, bits; default all */
	/* u64, 1 s to 1 year; reply: what is left; absent: for ever */
	TRAFFICMON_A_ENTRY_TIMEOUT,
	/* string, 1 to 63 bytes, no ASCII control characters; absent: none */
	TRAFFICMON_A_ENTRY_COMMENT,
	/*
	 * Replies, of what was found in the set by this entry, the longest that covers it: in
	 * each second the first packet, and of the others one in 16, which counts 16 times.  A
	 * packet counts each time that the set is asked for it.
	 */
	TRAFFICMON_A_ENTRY_PACKETS_SAMPLED,	/* u64 */
	TRAFFICMON_A_ENTRY_BYTES_SAMPLED,	/* u64 */
	TRAFFICMON_A_ENTRY_HIT_AGE,	/* u64: since the last one, to a second; absent: never */

	__TRAFFICMON_A_ENTRY_MAX,
	TRAFFICMON_A_ENTRY_MAX = __TRAFFICMON_A_ENTRY_MAX - 1
};

enum trafficmon_set_attr {
	TRAFFICMON_A_SET_UNSPEC,
	TRAFFICMON_A_SET_PAD,
	TRAFFICMON_A_SET_NAME,			/* string */
	TRAFFICMON_A_SET_ENTRY,			/* multi, nest ENTRY_* */
	TRAFFICMON_A_SET_ENTRIES,		/* u32 */
	TRAFFICMON_A_SET_PACKETS,		/* u64, that it decided */
	TRAFFICMON_A_SET_BYTES,			/* u64 */
	TRAFFICMON_A_SET_KEEP,			/* flag, request: stage the live entries, too */
	TRAFFICMON_A_SET_POLICIES,		/* u32, that name it */
	TRAFFICMON_A_SET_MEMORY_BYTES,		/* u64 */

	__TRAFFICMON_A_SET_MAX,
	TRAFFICMON_A_SET_MAX = __TRAFFICMON_A_SET_MAX - 1
};

enum trafficmon_limiter_attr {
	TRAFFICMON_A_LIMITER_UNSPEC,
	TRAFFICMON_A_LIMITER_PAD,
	TRAFFICMON_A_LIMITER_POLICY,		/* string */
	TRAFFICMON_A_LIMITER_OVER,		/* flag: over its limit now; also filter */
	TRAFFICMON_A_LIMITER_KIND,		/* u8, enum trafficmon_limit_kind */
	TRAFFICMON_A_LIMITER_SOURCE,		/* address, absent where the key has none */
	TRAFFICMON_A_LIMITER_SOURCE_LENGTH,	/* u8 */
	TRAFFICMON_A_LIMITER_DESTINATION,	/* address */
	TRAFFICMON_A_LIMITER_DESTINATION_LENGTH,/* u8 */
	TRAFFICMON_A_LIMITER_SOURCE_PORT,	/* u16 */
	TRAFFICMON_A_LIMITER_DESTINATION_PORT,	/* u16 */
	TRAFFICMON_A_LIMITER_PROTOCOL,		/* u8 */
	TRAFFICMON_A_LIMITER_IIF,		/* u32 */
	/* flag: an enclosing prefix, taken because the table was full */
	TRAFFICMON_A_LIMITER_AGGREGATE,
	/* u64, of the burst, packets, flows or bytes; at least the burst: over */
	TRAFFICMON_A_LIMITER_USED,
	TRAFFICMON_A_LIMITER_RATE,		/* u64, the limit */
	TRAFFICMON_A_LIMITER_BURST,		/* u64, the limit */
	/* u64, packets over the limit, counted one in 16 */
	TRAFFICMON_A_LIMITER_OVER_PACKETS_SAMPLED,

	__TRAFFICMON_A_LIMITER_MAX,
	TRAFFICMON_A_LIMITER_MAX = __TRAFFICMON_A_LIMITER_MAX - 1
};

/* What a person should hear of. */
enum trafficmon_event_type {
	TRAFFICMON_EVENT_UNSPEC,
	TRAFFICMON_EVENT_LOAD,			/* the namespace was attached */
	TRAFFICMON_EVENT_UNLOAD,		/* it is being detached (sent, not kept) */
	TRAFFICMON_EVENT_POLICY_OVER,		/* a policy went over its limit */
	/* it came back under and stayed there for the hold time */
	TRAFFICMON_EVENT_POLICY_UNDER,
	TRAFFICMON_EVENT_TABLE_FULL,		/* a table found no room */
	TRAFFICMON_EVENT_TABLE_ROOM,		/* it finds room again, for the hold time */
	TRAFFICMON_EVENT_RULESET,		/* the ruleset was replaced */
	TRAFFICMON_EVENT_SET,			/* a set was changed (coalesced to one a second) */
	TRAFFICMON_EVENT_RECORDS_LOST,		/* records were overwritten that nobody had read */
	TRAFFICMON_EVENT_ENFORCEMENT,		/* it was suspended, or resumed */

	__TRAFFICMON_EVENT_MAX
};

enum trafficmon_event_attr {
	TRAFFICMON_A_EVENT_UNSPEC,
	TRAFFICMON_A_EVENT_PAD,
	TRAFFICMON_A_EVENT_SEQUENCE,		/* u64, from 1 for each instance */
	TRAFFICMON_A_EVENT_INSTANCE,		/* u64, INFO_INSTANCE */
	TRAFFICMON_A_EVENT_TYPE,		/* u8, enum trafficmon_event_type */
	TRAFFICMON_A_EVENT_TIME,		/* u64 */
	TRAFFICMON_A_EVENT_VERSION,		/* string: load, unload */
	TRAFFICMON_A_EVENT_POLICY,		/* string: over, under */
	/* u8: over, under: of the policy; enforcement: monitor: suspended, enforce: resumed */
	TRAFFICMON_A_EVENT_MODE,
	/* address: the key most over, where the key has one */
	TRAFFICMON_A_EVENT_SOURCE,
	TRAFFICMON_A_EVENT_DESTINATION,		/* address */
	TRAFFICMON_A_EVENT_DESTINATION_PORT,	/* u16 */
	TRAFFICMON_A_EVENT_IIF,			/* u32 */
	TRAFFICMON_A_EVENT_LIMIT_KIND,		/* u8 */
	TRAFFICMON_A_EVENT_LIMIT_RATE,		/* u64: the limit, a second */
	TRAFFICMON_A_EVENT_MATCHED_PPS,		/* u64: over: last second; under: peak */
	/*
	 * u64: over: packets over in the last second; under: in the whole episode; full, room:
	 * that found no room; lost records
	 */
	TRAFFICMON_A_EVENT_PACKETS,
	TRAFFICMON_A_EVENT_BYTES,		/* u64 */
	TRAFFICMON_A_EVENT_DROPPED_PACKETS,	/* u64 */
	/*
	 * u64: under, room: of the episode; enforcement resumed: how long it was suspended;
	 * ruleset that waits: how long it does
	 */
	TRAFFICMON_A_EVENT_DURATION,
	TRAFFICMON_A_EVENT_TABLE,		/* string: flows, limiters */
	TRAFFICMON_A_EVENT_SIZE,		/* u32: of the table */
	TRAFFICMON_A_EVENT_GENERATION,		/* u64: ruleset */
	TRAFFICMON_A_EVENT_POLICIES,		/* u32: ruleset */
	TRAFFICMON_A_EVENT_SET,			/* string: set */
	TRAFFICMON_A_EVENT_ENTRIES,		/* u32: set */
	TRAFFICMON_A_EVENT_RECORDS,		/* u64: records lost */
	/* u8, enum trafficmon_cause: enforcement: what suspended it, or resumed it */
	TRAFFICMON_A_EVENT_CAUSE,
	/* u8: enforcement, suspended by the breaker: of all packets of its last second */
	TRAFFICMON_A_EVENT_DROPPED_PERCENT,
	TRAFFICMON_A_EVENT_CHANGE,		/* u8, enum trafficmon_change: ruleset */

	__TRAFFICMON_A_EVENT_MAX,
	TRAFFICMON_A_EVENT_MAX = __TRAFFICMON_A_EVENT_MAX - 1
};

#endif /* _UAPI_LINUX_TRAFFICMON_H */
