/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Event messages as the module sends them, for tests to feed to userspace.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdint.h>

#include <linux/trafficmon.h>

#define MESSAGE_SIZE	1024
#define MESSAGE_TIME_NS	UINT64_C(1795174879123456789)	/* 2026-11-20T11:41:19 UTC */
#define MESSAGE_FAMILY	0x21

/* Sequence, instance, type and time; the caller adds to it with mnl_attr_put(). */
static inline struct nlmsghdr *message_start(char buffer[MESSAGE_SIZE],
					     uint64_t instance,
					     uint64_t sequence, uint8_t type)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = MESSAGE_FAMILY;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = TRAFFICMON_CMD_EVENT_NOTIFY;
	genl->version = TRAFFICMON_GENL_VERSION;
	mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_SEQUENCE, sequence);
	mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_INSTANCE, instance);
	mnl_attr_put_u8(nlh, TRAFFICMON_A_EVENT_TYPE, type);
	mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_TIME, MESSAGE_TIME_NS);
	return nlh;
}

/* A policy that enforces 100 packets/s a source went over it. */
static inline struct nlmsghdr *message_policy_over(char buffer[MESSAGE_SIZE],
						   uint64_t instance,
						   uint64_t sequence,
						   const char *policy)
{
	static const uint8_t source[4] = { 203, 0, 113, 7 };
	struct nlmsghdr *nlh = message_start(buffer, instance, sequence,
					     TRAFFICMON_EVENT_POLICY_OVER);

	mnl_attr_put_strz(nlh, TRAFFICMON_A_EVENT_POLICY, policy);
	mnl_attr_put_u8(nlh, TRAFFICMON_A_EVENT_MODE, TRAFFICMON_MODE_ENFORCE);
	mnl_attr_put(nlh, TRAFFICMON_A_EVENT_SOURCE, sizeof(source), source);
	mnl_attr_put_u8(nlh, TRAFFICMON_A_EVENT_LIMIT_KIND,
			TRAFFICMON_LIMIT_PACKETS);
	mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_LIMIT_RATE, 100);
	mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_MATCHED_PPS, 1000);
	mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_PACKETS, 900);
	mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_BYTES, 54000);
	mnl_attr_put_u64(nlh, TRAFFICMON_A_EVENT_DROPPED_PACKETS, 900);
	return nlh;
}

#endif /* MESSAGE_H */
