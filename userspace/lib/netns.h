/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Network namespaces by name or path, for the netlink client.
 */
#ifndef TM_NETNS_H
#define TM_NETNS_H

#include "error.h"

/* A descriptor of the namespace, -1 with error set.  netns: see nl.h. */
int tm_netns_open(const char *netns, struct tm_error *error);

/* Move the thread there; netns is for the message. */
int tm_netns_set(int fd, const char *netns, struct tm_error *error);

#endif /* TM_NETNS_H */
