/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Netlink attributes: reading with checks that the core's policies cannot
 * express, and putting what several objects share.
 *
 * Readers return 0 or -errno with extack; putters 0 or -EMSGSIZE.
 */
#ifndef TM_NL_ATTR_H
#define TM_NL_ATTR_H

#include <net/netlink.h>
#include "policy.h"
#include "prefix.h"
#include "stats.h"

/* Validators for nla_policy. */
int tm_nl_valid_address(const struct nlattr *attr, struct netlink_ext_ack *extack);
int tm_nl_valid_name(const struct nlattr *attr, struct netlink_ext_ack *extack);

#define TM_NL_ADDRESS	NLA_POLICY_VALIDATE_FN(NLA_BINARY, tm_nl_valid_address)
#define TM_NL_NAME	NLA_POLICY_VALIDATE_FN(NLA_NUL_STRING, tm_nl_valid_name, \
					       TRAFFICMON_NAME_SIZE - 1)

/* Refuse attributes that stand twice; those of the mask @multi may. */
int tm_nl_check_single(const struct nlattr *head, int len, u64 multi,
		       struct netlink_ext_ack *extack);

/* nla_parse_nested() and tm_nl_check_single(). */
int tm_nl_parse_nested(struct nlattr *tb[], int maxtype, const struct nlattr *nest,
		       const struct nla_policy *policy, struct netlink_ext_ack *extack);

/* An address, already validated.  Return: its enum trafficmon_family. */
u8 tm_nl_get_address(const struct nlattr *attr, union tm_address *address);

/* Bits of an address of the family. */
static inline u8 tm_nl_address_bits(u8 family)
{
	return family == TRAFFICMON_FAMILY_IPV4 ? 32 : 128;
}

/* Clear the bits behind @length, which counts the family's own bits. */
void tm_nl_mask_address(union tm_address *address, u8 family, u8 length);

/**
 * tm_nl_get_prefix - address and length, bits behind the length being 0
 * @length: NULL: all bits
 * @prefix: expiry 0, value 1
 */
int tm_nl_get_prefix(const struct nlattr *address, const struct nlattr *length,
		     struct tm_prefix *prefix, struct netlink_ext_ack *extack);

int tm_nl_put_address(struct sk_buff *skb, int type, const union tm_address *address, u8 family);
int tm_nl_put_ports(struct sk_buff *skb, int source_type, __be16 source, int destination_type,
		    __be16 destination);

/* A pair of counters: @type packets, @type + 1 bytes. */
int tm_nl_put_count(struct sk_buff *skb, int type, const struct tm_count *count, int pad);

/* A nest COUNTER_*; @kind and @text may be NULL. */
int tm_nl_put_counter(struct sk_buff *skb, int type, const char *name, const char *kind,
		      const char *text, const struct tm_count *count);

/* Bytes that tm_nl_put_counter() takes at the most. */
size_t tm_nl_counter_bytes(const char *name, const char *kind, const char *text);

#endif
