// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Addresses, prefixes and ports: text, binary, attributes.  Contract in
 * value.h; quantities (durations, rates, times) are in quantity.c.
 */
#include <arpa/inet.h>
#include <linux/trafficmon.h>
#include <stdio.h>
#include <string.h>

#include "value.h"

int tm_address_parse(const char *text, struct tm_address *address,
		     struct tm_error *error)
{
	memset(address, 0, sizeof(*address));
	if (inet_pton(AF_INET, text, address->bytes) == 1) {
		address->size = 4;
		return 0;
	}
	if (inet_pton(AF_INET6, text, address->bytes) == 1) {
		address->size = 16;
		return 0;
	}
	tm_error_usage(error, "'%.64s' is no IPv4 or IPv6 address", text);
	return tm_error_hint(error, "write it as 192.0.2.1 or 2001:db8::1");
}

/* Clear the bits behind the length.  Returns whether any was set. */
static bool prefix_mask(struct tm_prefix *prefix)
{
	bool any = false;
	unsigned int i;

	for (i = prefix->length; i < prefix->address.size * 8U; i++) {
		uint8_t bit = 0x80 >> (i % 8);

		if (prefix->address.bytes[i / 8] & bit)
			any = true;
		prefix->address.bytes[i / 8] &= ~bit;
	}
	return any;
}

int tm_prefix_parse(const char *text, struct tm_prefix *prefix,
		    struct tm_error *error)
{
	const char *slash = strchr(text, '/');
	char address[TM_ADDRESS_TEXT];
	char meant[TM_PREFIX_TEXT];
	uint64_t length;

	prefix->except = false;
	if (!slash) {
		if (tm_address_parse(text, &prefix->address, error))
			return -1;
		prefix->length = prefix->address.size * 8;
		return 0;
	}
	if ((size_t)(slash - text) >= sizeof(address)) {
		tm_error_usage(error, "'%.64s' is no prefix", text);
		return tm_error_hint(error, "write it as 192.0.2.0/24 or 2001:db8::/32");
	}
	memcpy(address, text, slash - text);
	address[slash - text] = '\0';
	if (tm_address_parse(address, &prefix->address, error))
		return -1;
	if (tm_number_parse("prefix length", slash + 1, 0,
			    prefix->address.size * 8, &length, error))
		return -1;
	prefix->length = length;
	if (prefix_mask(prefix)) {
		tm_error_usage(error,
			       "the prefix '%.64s' has bits set behind its length",
			       text);
		return tm_error_hint(error, "did you mean %s, or %s?",
				     tm_prefix_format(prefix, meant), address);
	}
	return 0;
}

int tm_range_parse(const char *what, const char *text, uint32_t most,
		   uint32_t *first, uint32_t *last, struct tm_error *error)
{
	size_t length = strcspn(text, "-");
	uint64_t from, to;
	char start[12];

	if (length >= sizeof(start)) {
		tm_error_usage(error, "'%.64s' is no %s and no range", text,
			       what);
		return tm_error_hint(error, "write it as 80 or 1024-2047");
	}
	memcpy(start, text, length);
	start[length] = '\0';
	if (tm_number_parse(what, start, 0, most, &from, error))
		return -1;
	to = from;
	if (text[length] &&
	    tm_number_parse(what, text + length + 1, 0, most, &to, error))
		return -1;
	if (to < from) {
		tm_error_usage(error, "the range '%s' ends before it begins",
			       text);
		return tm_error_hint(error, "did you mean %u-%u?",
				     (unsigned int)to, (unsigned int)from);
	}
	*first = from;
	*last = to;
	return 0;
}

int tm_ports_parse(const char *text, struct tm_ports *ports,
		   struct tm_error *error)
{
	uint32_t first = 0, last = 0;

	if (tm_range_parse("port", text, UINT16_MAX, &first, &last, error))
		return -1;
	ports->first = first;
	ports->last = last;
	ports->except = false;
	return 0;
}

static char *ipv4_format(const uint8_t *bytes, char *at)
{
	unsigned int i;

	for (i = 0; i < 4; i++) {
		if (i)
			*at++ = '.';
		at = tm_digits(at, bytes[i]);
	}
	return at;
}

/* Up to four hexadecimal digits, without leading zeroes. */
static char *group_format(unsigned int group, char *at)
{
	int shift = 12;

	while (shift && !(group >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		*at++ = "0123456789abcdef"[group >> shift & 0xf];
	return at;
}

/* The first of the longest runs of zero groups, of two or more; returns its length. */
static unsigned int zero_run(const unsigned int *groups, unsigned int *start)
{
	unsigned int longest = 1, length = 0, i;

	for (i = 0; i < 8; i++) {
		length = groups[i] ? 0 : length + 1;
		if (length > longest) {
			longest = length;
			*start = i + 1 - length;
		}
	}
	return longest > 1 ? longest : 0;
}

/* RFC 5952, as inet_ntop() has it: an IPv4 address embedded behind zeroes too. */
static char *ipv6_format(const uint8_t *bytes, char *at)
{
	unsigned int groups[8], start = 0, length, i;
	bool embedded;

	for (i = 0; i < 8; i++)
		groups[i] = bytes[2 * i] << 8 | bytes[2 * i + 1];
	length = zero_run(groups, &start);
	embedded = length && !start &&
		   (length == 6 || (length == 5 && groups[5] == 0xffff));
	for (i = 0; i < 8; i++) {
		if (embedded && i == 6)
			break;
		if (length && i == start) {
			*at++ = ':';
			i += length - 1;
			continue;
		}
		if (i)
			*at++ = ':';
		at = group_format(groups[i], at);
	}
	if (embedded) {
		*at++ = ':';
		return ipv4_format(bytes + 12, at);
	}
	if (length && start + length == 8)
		*at++ = ':';
	*at = '\0';
	return at;
}

/* By hand: inet_ntop() prints each number by its own snprintf(). */
const char *tm_address_format(const struct tm_address *address, char *buffer)
{
	if (address->size == 4)
		ipv4_format(address->bytes, buffer);
	else if (address->size)
		ipv6_format(address->bytes, buffer);
	else
		strcpy(buffer, "-");
	return buffer;
}

const char *tm_prefix_format(const struct tm_prefix *prefix, char *buffer)
{
	size_t used;

	tm_address_format(&prefix->address, buffer);
	used = strlen(buffer);
	if (prefix->address.size && prefix->length < prefix->address.size * 8)
		snprintf(buffer + used, TM_PREFIX_TEXT - used, "/%u",
			 prefix->length);
	return buffer;
}

const char *tm_ports_format(const struct tm_ports *ports, char *buffer)
{
	if (ports->first == ports->last)
		snprintf(buffer, TM_PREFIX_TEXT, "%u", ports->first);
	else
		snprintf(buffer, TM_PREFIX_TEXT, "%u-%u", ports->first,
			 ports->last);
	return buffer;
}

bool tm_prefix_covers(const struct tm_prefix *prefix,
		      const struct tm_address *address)
{
	unsigned int whole = prefix->length / 8;
	unsigned int rest = prefix->length % 8;

	if (prefix->address.size != address->size)
		return false;
	if (memcmp(prefix->address.bytes, address->bytes, whole))
		return false;
	return !rest || !((prefix->address.bytes[whole] ^
			   address->bytes[whole]) >> (8 - rest));
}

struct tm_address tm_attr_address(const struct nlattr *attr)
{
	struct tm_address address = { .size = 0 };
	uint16_t length = attr ? mnl_attr_get_payload_len(attr) : 0;

	if (length == 4 || length == 16) {
		memcpy(address.bytes, mnl_attr_get_payload(attr), length);
		address.size = length;
	}
	return address;
}

struct tm_prefix tm_attr_prefix(const struct nlattr *address,
				const struct nlattr *length)
{
	struct tm_prefix prefix = { .address = tm_attr_address(address) };

	prefix.length = prefix.address.size * 8;
	if (length && mnl_attr_get_u8(length) < prefix.length)
		prefix.length = mnl_attr_get_u8(length);
	return prefix;
}

void tm_attr_put_address(struct nlmsghdr *nlh, uint16_t number,
			 const struct tm_address *address)
{
	mnl_attr_put(nlh, number, address->size, address->bytes);
}

void tm_attr_put_prefix(struct nlmsghdr *nlh, uint16_t number,
			const struct tm_prefix *prefix)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, number);

	tm_attr_put_address(nlh, TRAFFICMON_A_PREFIX_ADDRESS, &prefix->address);
	mnl_attr_put_u8(nlh, TRAFFICMON_A_PREFIX_LENGTH, prefix->length);
	if (prefix->except)
		mnl_attr_put(nlh, TRAFFICMON_A_PREFIX_EXCEPT, 0, NULL);
	mnl_attr_nest_end(nlh, nest);
}

void tm_attr_put_ports(struct nlmsghdr *nlh, uint16_t number,
		       const struct tm_ports *ports)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, number);

	mnl_attr_put_u16(nlh, TRAFFICMON_A_PORTS_FIRST, ports->first);
	mnl_attr_put_u16(nlh, TRAFFICMON_A_PORTS_LAST, ports->last);
	if (ports->except)
		mnl_attr_put(nlh, TRAFFICMON_A_PORTS_EXCEPT, 0, NULL);
	mnl_attr_nest_end(nlh, nest);
}

const char *tm_devices_name(struct tm_devices *devices, uint32_t index)
{
	unsigned int place = index % TM_DEVICES;
	char *name = devices->known[place].name;

	if (!index || devices->known[place].index != index) {
		tm_device_name(index, name);
		devices->known[place].index = index;
	}
	return name;
}

const char *tm_device_name(uint32_t index, char *buffer)
{
	if (!index || !if_indextoname(index, buffer))
		snprintf(buffer, IF_NAMESIZE, "if%u", index);
	return buffer;
}
