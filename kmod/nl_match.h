/* SPDX-License-Identifier: GPL-2.0 */
/* What a policy asks of a packet, as attributes of POLICY_ADD and POLICY_GET. */
#ifndef TM_NL_MATCH_H
#define TM_NL_MATCH_H

#include <net/netlink.h>
#include "match.h"

extern const struct nla_policy tm_nl_prefix_policy[TRAFFICMON_A_PREFIX_MAX + 1];
extern const struct nla_policy tm_nl_ports_policy[TRAFFICMON_A_PORTS_MAX + 1];
extern const struct nla_policy tm_nl_length_policy[TRAFFICMON_A_LENGTH_MAX + 1];
extern const struct nla_policy tm_nl_hop_limit_policy[TRAFFICMON_A_HOP_LIMIT_MAX + 1];
extern const struct nla_policy tm_nl_tcp_flags_policy[TRAFFICMON_A_TCP_FLAGS_MAX + 1];
extern const struct nla_policy tm_nl_mark_policy[TRAFFICMON_A_MARK_MAX + 1];
extern const struct nla_policy tm_nl_glob_policy[TRAFFICMON_A_GLOB_MAX + 1];
extern const struct nla_policy tm_nl_match_set_policy[TRAFFICMON_A_MATCH_SET_MAX + 1];

/* The attributes of a match that may stand several times. */
#define TM_NL_MATCH_MULTI	(TM_NL_MULTI(TRAFFICMON_A_POLICY_SOURCE) |		\
				 TM_NL_MULTI(TRAFFICMON_A_POLICY_DESTINATION) |		\
				 TM_NL_MULTI(TRAFFICMON_A_POLICY_SOURCE_PORT) |		\
				 TM_NL_MULTI(TRAFFICMON_A_POLICY_DESTINATION_PORT) |	\
				 TM_NL_MULTI(TRAFFICMON_A_POLICY_DEVICE) |		\
				 TM_NL_MULTI(TRAFFICMON_A_POLICY_DEVICE_GLOB) |		\
				 TM_NL_MULTI(TRAFFICMON_A_POLICY_TCP_FLAGS) |		\
				 TM_NL_MULTI(TRAFFICMON_A_POLICY_LENGTH) |		\
				 TM_NL_MULTI(TRAFFICMON_A_POLICY_HOP_LIMIT) |		\
				 TM_NL_MULTI(TRAFFICMON_A_POLICY_MARK) |		\
				 TM_NL_MULTI(TRAFFICMON_A_POLICY_SOURCE_SET) |		\
				 TM_NL_MULTI(TRAFFICMON_A_POLICY_DESTINATION_SET))

/* The attributes that stand once; their ranges are checked. */
void tm_nl_match_read_once(struct nlattr **attrs, struct tm_match *match);

/* One of those that may stand several times.  Return: 0, also when it is none, or -errno. */
int tm_nl_match_read(const struct nlattr *attr, struct tm_match *match,
		     struct netlink_ext_ack *extack);

/* Return: 0 or -EMSGSIZE. */
int tm_nl_match_put(struct sk_buff *skb, const struct tm_match *match);

#endif
