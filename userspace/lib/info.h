/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What INFO_GET says of the module and this namespace, read once.
 */
#ifndef TM_INFO_H
#define TM_INFO_H

#include <linux/trafficmon.h>
#include <stdbool.h>
#include <stdint.h>

#include "nl.h"

#define TM_VERSION_SIZE	32

/*
 * Everything below attached is 0 when it is not.
 * @has_last_read, @last_read_age_ns: since an admin last dumped records
 * @suspended, @suspended_by: enforcement is; enum trafficmon_cause
 * @confirm_timeout_ns: after it the ruleset is rolled back; 0: it need not be
 *		confirmed
 * @devices:	how many devices have something to say of them; the reply has
 *		not more than 128
 */
struct tm_info {
	char version[TM_VERSION_SIZE];
	bool attached;
	uint64_t instance;
	uint64_t generation;
	uint32_t policies;
	uint32_t policies_enforcing;
	uint32_t flows;
	uint32_t flows_max;
	uint32_t limiters;
	uint32_t limiters_max;
	uint32_t records_max;
	uint32_t rings;
	uint64_t attach_time_ns;
	uint64_t memory_bytes;
	uint32_t netns_attached;
	uint32_t netns_max;
	uint64_t event_sequence;
	bool has_last_read;
	uint64_t last_read_age_ns;
	bool suspended;
	uint8_t suspended_by;
	uint64_t confirm_timeout_ns;
	uint32_t devices;
};

/*
 * Ask.  Each (may be NULL) is called with every INFO_DEVICE's attributes, tb[]
 * of tm_attrs_device; message (may be NULL) with the whole reply.
 */
struct tm_info_visitor {
	void (*device)(const struct nlattr *const *tb, void *data);
	int (*message)(const struct nlmsghdr *nlh, void *data,
		       struct tm_error *error);
	void *data;
};

int tm_info_get(struct tm_nl *nl, struct tm_info *info,
		const struct tm_info_visitor *visitor, struct tm_error *error);

#endif /* TM_INFO_H */
