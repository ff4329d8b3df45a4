/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The attribute sets of the UAPI as tables: number, name, type, nest.
 *
 * One table a set, used to read a message (with its lengths checked), to give
 * an attribute that the kernel refused its name, and to show an attribute
 * that this tool does not know (as attr_<number>).
 *
 * Reading:
 *	const struct nlattr *tb[TRAFFICMON_A_FLOW_MAX + 1];
 *
 *	if (tm_attrs_read(&tm_attrs_flow, nlh, tb, error))
 *		return -1;
 *	packets = tm_attr_u64(tb[TRAFFICMON_A_FLOW_PACKETS]);
 */
#ifndef TM_ATTRS_H
#define TM_ATTRS_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

enum tm_attr_type {
	TM_ATTR_NONE,		/* no such number, or padding */
	TM_ATTR_FLAG,
	TM_ATTR_U8,
	TM_ATTR_U16,
	TM_ATTR_U32,
	TM_ATTR_U64,
	TM_ATTR_STRING,
	TM_ATTR_ADDRESS,	/* 4 or 16 bytes */
	TM_ATTR_NEST,
};

struct tm_attr_set;

struct tm_attr {
	const char *name;		/* as people say it: "key_source_length4" */
	enum tm_attr_type type;
	const struct tm_attr_set *nest;	/* of TM_ATTR_NEST */
};

struct tm_attr_set {
	const char *name;		/* "policy" */
	unsigned int max;		/* highest number in the table */
	const struct tm_attr *attrs;	/* max + 1 of them, by number */
};

extern const struct tm_attr_set tm_attrs_info;
extern const struct tm_attr_set tm_attrs_device;
extern const struct tm_attr_set tm_attrs_counter;
extern const struct tm_attr_set tm_attrs_stats;
extern const struct tm_attr_set tm_attrs_flow;
extern const struct tm_attr_set tm_attrs_cursor;
extern const struct tm_attr_set tm_attrs_record;
extern const struct tm_attr_set tm_attrs_transaction;
extern const struct tm_attr_set tm_attrs_prefix;
extern const struct tm_attr_set tm_attrs_ports;
extern const struct tm_attr_set tm_attrs_length;
extern const struct tm_attr_set tm_attrs_hop_limit;
extern const struct tm_attr_set tm_attrs_tcp_flags;
extern const struct tm_attr_set tm_attrs_mark;
extern const struct tm_attr_set tm_attrs_glob;
extern const struct tm_attr_set tm_attrs_match_set;
extern const struct tm_attr_set tm_attrs_limit;
extern const struct tm_attr_set tm_attrs_policy;
extern const struct tm_attr_set tm_attrs_entry;
extern const struct tm_attr_set tm_attrs_set;
extern const struct tm_attr_set tm_attrs_limiter;
extern const struct tm_attr_set tm_attrs_event;

/* The set that a command's messages are made of, NULL for an unknown command. */
const struct tm_attr_set *tm_attrs_of_command(uint8_t command);

/* The UAPI's name of a command in lower case ("policy_add"), NULL if unknown. */
const char *tm_command_name(uint8_t command);

/*
 * Sort a reply's attributes into tb[], which has set->max + 1 places; of
 * a multi attribute tb[] holds the first, walk with tm_attrs_each() or
 * mnl_attr_for_each() for all.  Numbers above set->max are passed over.
 * Returns -1 with error set (TM_EXIT_TOO_OLD) when a known attribute has
 * a length that its type cannot have.
 */
int tm_attrs_read(const struct tm_attr_set *set, const struct nlmsghdr *nlh,
		  const struct nlattr **tb, struct tm_error *error);
int tm_attrs_read_nested(const struct tm_attr_set *set,
			 const struct nlattr *nest,
			 const struct nlattr **tb, struct tm_error *error);

/*
 * Call each() for every top-level attribute of this number, in order, until
 * it returns non-zero; returns that, or 0.
 */
int tm_attrs_each(const struct nlmsghdr *nlh, uint16_t number,
		  int (*each)(const struct nlattr *attr, void *data),
		  void *data);

/* Values; of an absent attribute (NULL) 0, "" or false. */
bool tm_attr_flag(const struct nlattr *attr);
uint8_t tm_attr_u8(const struct nlattr *attr);
uint16_t tm_attr_u16(const struct nlattr *attr);
uint32_t tm_attr_u32(const struct nlattr *attr);
uint64_t tm_attr_u64(const struct nlattr *attr);
const char *tm_attr_string(const struct nlattr *attr);

/*
 * The name of the attribute that lies at `offset` bytes from the start of the
 * message, path included: "limit.rate".  Empty where none does.
 */
void tm_attrs_name_at(const struct nlmsghdr *nlh, uint32_t offset,
		      char *name, size_t size);

#endif /* TM_ATTRS_H */
