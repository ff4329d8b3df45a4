// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink attributes; see nl_attr.h.
 */
#include "nl_attr.h"

#include <linux/ctype.h>
#include <linux/string.h>

int tm_nl_valid_address(const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	if (nla_len(attr) == 4 || nla_len(attr) == 16)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr, "an address has 4 bytes (IPv4) or 16 bytes (IPv6)");
	return -EINVAL;
}

/* The core has seen to it that a NUL stands within the size. */
int tm_nl_valid_name(const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	const char *name = nla_data(attr);
	size_t length = strlen(name);
	size_t i;

	for (i = 0; i < length; i++)
		if (!isascii(name[i]) || (!isalnum(name[i]) && !strchr("_.:-", name[i])))
			break;
	if (length && i == length && nla_len(attr) == length + 1)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "a name has 1 to 31 characters out of A-Z a-z 0-9 _ . : -");
	return -EINVAL;
}

int tm_nl_check_single(const struct nlattr *head, int len, u64 multi,
		       struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	u64 seen = 0;
	int rem;

	nla_for_each_attr(attr, head, len, rem) {
		u64 bit = BIT_ULL(nla_type(attr) & 63);

		if (seen & bit & ~multi) {
			NL_SET_ERR_MSG_ATTR(extack, attr,
					    "this attribute may be given only once");
			return -EINVAL;
		}
		seen |= bit;
	}
	return 0;
}

int tm_nl_parse_nested(struct nlattr *tb[], int maxtype, const struct nlattr *nest,
		       const struct nla_policy *policy, struct netlink_ext_ack *extack)
{
	int err = nla_parse_nested(tb, maxtype, nest, policy, extack);

	return err ? err : tm_nl_check_single(nla_data(nest), nla_len(nest), 0, extack);
}

u8 tm_nl_get_address(const struct nlattr *attr, union tm_address *address)
{
	if (nla_len(attr) == sizeof(*address)) {
		memcpy(address, nla_data(attr), sizeof(*address));
		return TRAFFICMON_FAMILY_IPV6;
	}
	address->words[0] = 0;
	address->words[1] = 0;
	address->words[2] = htonl(0xffff);
	address->words[3] = nla_get_in_addr(attr);
	return TRAFFICMON_FAMILY_IPV4;
}

void tm_nl_mask_address(union tm_address *address, u8 family, u8 length)
{
	u32 bits = 128 - tm_nl_address_bits(family) + length;
	u32 byte = bits / 8;

	if (byte >= sizeof(address->bytes))
		return;
	address->bytes[byte] &= ~(0xff >> (bits % 8));
	memset(&address->bytes[byte + 1], 0, sizeof(address->bytes) - byte - 1);
}

int tm_nl_get_prefix(const struct nlattr *address, const struct nlattr *length,
		     struct tm_prefix *prefix, struct netlink_ext_ack *extack)
{
	union tm_address masked;
	u8 bits;

	memset(prefix, 0, sizeof(*prefix));
	prefix->family = tm_nl_get_address(address, &prefix->address);
	prefix->value = 1;
	bits = tm_nl_address_bits(prefix->family);
	prefix->length = length ? nla_get_u8(length) : bits;
	if (prefix->length > bits) {
		NL_SET_ERR_MSG_ATTR(extack, length,
				    "a prefix length is at most 32 (IPv4) or 128 (IPv6)");
		return -ERANGE;
	}
	masked = prefix->address;
	tm_nl_mask_address(&masked, prefix->family, prefix->length);
	if (!tm_address_equal(&masked, &prefix->address)) {
		NL_SET_ERR_MSG_ATTR(extack, address,
				    "the address has bits behind its prefix length; they must be 0");
		return -EINVAL;
	}
	return 0;
}

int tm_nl_put_address(struct sk_buff *skb, int type, const union tm_address *address, u8 family)
{
	if (family == TRAFFICMON_FAMILY_IPV4)
		return nla_put_in_addr(skb, type, address->words[3]);
	return nla_put(skb, type, sizeof(*address), address);
}

int tm_nl_put_ports(struct sk_buff *skb, int source_type, __be16 source, int destination_type,
		    __be16 destination)
{
	if (nla_put_u16(skb, source_type, ntohs(source)))
		return -EMSGSIZE;
	return nla_put_u16(skb, destination_type, ntohs(destination));
}

int tm_nl_put_count(struct sk_buff *skb, int type, const struct tm_count *count, int pad)
{
	if (nla_put_u64_64bit(skb, type, count->packets, pad))
		return -EMSGSIZE;
	return nla_put_u64_64bit(skb, type + 1, count->bytes, pad);
}

int tm_nl_put_counter(struct sk_buff *skb, int type, const char *name, const char *kind,
		      const char *text, const struct tm_count *count)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_string(skb, TRAFFICMON_A_COUNTER_NAME, name) ||
	    (kind && nla_put_string(skb, TRAFFICMON_A_COUNTER_KIND, kind)) ||
	    (text && nla_put_string(skb, TRAFFICMON_A_COUNTER_TEXT, text)) ||
	    tm_nl_put_count(skb, TRAFFICMON_A_COUNTER_PACKETS, count, TRAFFICMON_A_COUNTER_PAD)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

size_t tm_nl_counter_bytes(const char *name, const char *kind, const char *text)
{
	size_t bytes = nla_total_size(0) + nla_total_size(strlen(name) + 1);

	if (kind)
		bytes += nla_total_size(strlen(kind) + 1);
	if (text)
		bytes += nla_total_size(strlen(text) + 1);
	return bytes + 2 * nla_total_size_64bit(sizeof(u64));
}
