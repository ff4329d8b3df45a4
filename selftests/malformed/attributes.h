/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading attributes of any bytes, without trusting their lengths.
 */
#ifndef MALFORMED_ATTRIBUTES_H
#define MALFORMED_ATTRIBUTES_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* A walk over the attributes of a message or of a nest; @left: bytes not walked. */
struct attributes {
	const unsigned char *at;
	int64_t left;
};

/* The next one, or NULL: at the end, or where the length makes no sense (left > 0). */
static inline const struct nlattr *attributes_next(struct attributes *attributes)
{
	const struct nlattr *attr = (const struct nlattr *)attributes->at;

	if (attributes->left < (int64_t)sizeof(*attr) || attr->nla_len < sizeof(*attr) ||
	    attr->nla_len > attributes->left)
		return NULL;
	attributes->at += NLA_ALIGN(attr->nla_len);
	attributes->left -= NLA_ALIGN(attr->nla_len);
	return attr;
}

static inline uint16_t attr_type(const struct nlattr *attr)
{
	return attr->nla_type & NLA_TYPE_MASK;
}

static inline const unsigned char *attr_payload(const struct nlattr *attr)
{
	return (const unsigned char *)attr + NLA_HDRLEN;
}

static inline uint32_t attr_length(const struct nlattr *attr)
{
	return attr->nla_len - NLA_HDRLEN;
}

static inline struct attributes attributes_of(const struct nlattr *nest)
{
	return (struct attributes){ attr_payload(nest), attr_length(nest) };
}

/* The first of a type, or NULL. */
static inline const struct nlattr *attributes_find(struct attributes attributes, uint16_t type)
{
	const struct nlattr *attr;

	while ((attr = attributes_next(&attributes)))
		if (attr_type(attr) == type)
			break;
	return attr;
}

/* An integer of 1, 2, 4 or 8 bytes in host byte order; 0 for other lengths. */
static inline uint64_t attr_integer(const struct nlattr *attr)
{
	uint64_t u64 = 0;
	uint32_t u32;
	uint16_t u16;

	switch (attr_length(attr)) {
	case 1:
		return *attr_payload(attr);
	case 2:
		memcpy(&u16, attr_payload(attr), sizeof(u16));
		return u16;
	case 4:
		memcpy(&u32, attr_payload(attr), sizeof(u32));
		return u32;
	case 8:
		memcpy(&u64, attr_payload(attr), sizeof(u64));
	}
	return u64;
}

#endif
