/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The netlink client: one socket, one receive loop for do, dump and monitor.
 *
 *	struct tm_nl *nl = tm_nl_open(netns, error);
 *	struct nlmsghdr *request = tm_nl_request(nl, TRAFFICMON_CMD_SET_ADD, 0);
 *
 *	mnl_attr_put_strz(request, TRAFFICMON_A_SET_NAME, "deny");
 *	if (tm_nl_do(nl, request, NULL, NULL, error))
 *		return -1;
 *
 * A request is built in the client's own send buffer: one at a time.  One
 * socket is either asked or listened on (tm_nl_join): a monitor that also asks
 * opens two.  A transaction belongs to its socket, and so to its tm_nl.
 */
#ifndef TM_NL_H
#define TM_NL_H

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

struct tm_nl;

/* Bytes a request may have, header included. */
#define TM_NL_REQUEST_SIZE	65536
#define TM_NL_RECEIVE_SIZE	32768

/*
 * Called for each reply; returns 0 to go on, -1 with error set to end the
 * call with that error (the rest of the replies is read and dropped).
 */
typedef int (*tm_nl_reply)(const struct nlmsghdr *nlh, void *data,
			   struct tm_error *error);

/*
 * netns: NULL for the caller's own, a name below /run/netns, or a path.  The
 * calling thread returns to its own namespace before this returns.
 * Errors: TM_EXIT_NOT_LOADED when the family is not there, TM_EXIT_USAGE for
 * a namespace that does not exist, TM_EXIT_PERMISSION.
 */
struct tm_nl *tm_nl_open(const char *netns, struct tm_error *error);
void tm_nl_close(struct tm_nl *nl);

/*
 * Start a request; flags are added to NLM_F_REQUEST | NLM_F_ACK (tm_nl_dump
 * sets its own).  Invalidates the one before.
 */
struct nlmsghdr *tm_nl_request(struct tm_nl *nl, uint8_t command,
			       uint16_t flags);

/* Bytes that still fit into the request. */
size_t tm_nl_room(const struct nlmsghdr *request);

/*
 * Send and read replies (reply may be NULL) up to the acknowledgement.
 * A refusal fills error with errno, the kernel's words, the name of the
 * attribute to blame, an exit code and what to do.
 */
int tm_nl_do(struct tm_nl *nl, struct nlmsghdr *request, tm_nl_reply reply,
	     void *data, struct tm_error *error);

/*
 * As tm_nl_do, but a dump.  When what is dumped changed meanwhile
 * (NLM_F_DUMP_INTR) and restart is given, restart(data) is called and the dump
 * is asked for again, up to TM_NL_DUMP_TRIES times; then, or without restart,
 * *inconsistent (may be NULL) is set to true: some may be missing or twice.
 */
#define TM_NL_DUMP_TRIES	5
int tm_nl_dump(struct tm_nl *nl, struct nlmsghdr *request, tm_nl_reply reply,
	       void (*restart)(void *data), void *data, bool *inconsistent,
	       struct tm_error *error);

/* Subscribe to a multicast group of the family. */
int tm_nl_join(struct tm_nl *nl, const char *group, struct tm_error *error);

/*
 * Wait up to timeout_ms (-1: for ever) and hand on what has come.  Returns
 * 1 when messages came, 0 at the timeout or on a signal, -1 on error.  With
 * error->errnum == ENOBUFS messages were lost: the socket goes on working,
 * the caller asks EVENT_GET for what it missed.
 */
int tm_nl_receive(struct tm_nl *nl, int timeout_ms, tm_nl_reply reply,
		  void *data, struct tm_error *error);

/* To poll together with other descriptors. */
int tm_nl_fd(const struct tm_nl *nl);

/* genlmsghdr->cmd of a message. */
uint8_t tm_nl_command(const struct nlmsghdr *nlh);

/*
 * Version of the loaded module as /sys/module/trafficmon/version has it;
 * empty where it is not loaded.  Returns whether it is loaded.
 */
bool tm_module_version(char *version, size_t size);

/*
 * Move the calling thread into a namespace for good: sockets and device names
 * are that namespace's from then on.  netns and errors as tm_nl_open().
 */
int tm_netns_enter(const char *netns, struct tm_error *error);

#endif /* TM_NL_H */
