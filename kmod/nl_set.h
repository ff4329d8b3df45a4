/* SPDX-License-Identifier: GPL-2.0 */
/* What commands about sets share. */
#ifndef TM_NL_SET_H
#define TM_NL_SET_H

#include <net/netlink.h>
#include "netns.h"

/* Is a set named?  0 or -EINVAL. */
int tm_nl_set_check_name(const struct nlattr *name, struct netlink_ext_ack *extack);

/* The set of that name, or ERR_PTR(-ENOENT).  Under tn->lock. */
struct tm_set *tm_nl_set_find(const struct tm_net *tn, const struct nlattr *name,
			      struct netlink_ext_ack *extack);

#endif
