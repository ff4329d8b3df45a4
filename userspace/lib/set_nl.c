// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sets to and from netlink: see policy_nl.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "attrs.h"
#include "policy_nl.h"
#include "unknown.h"

/*
 * Entries a message: 256 of at most 48 bytes stay below 16 KiB, and a file of
 * 100,000 is 400 round trips.
 */
#define ENTRIES_A_MESSAGE	256

static int collect_entry(const struct nlmsghdr *nlh, void *data,
			 struct tm_error *error)
{
	const struct nlattr *tb[TRAFFICMON_A_SET_MAX + 1];
	const struct nlattr *nest[TRAFFICMON_A_ENTRY_MAX + 1];
	struct tm_entry entry = { .timeout_ns = 0 };

	if (tm_attrs_read(&tm_attrs_set, nlh, tb, error))
		return -1;
	if (!tb[TRAFFICMON_A_SET_ENTRY])
		return 0;
	if (tm_attrs_read_nested(&tm_attrs_entry, tb[TRAFFICMON_A_SET_ENTRY],
				 nest, error))
		return -1;
	entry.prefix = tm_attr_prefix(nest[TRAFFICMON_A_ENTRY_ADDRESS],
				      nest[TRAFFICMON_A_ENTRY_LENGTH]);
	entry.timeout_ns = tm_attr_u64(nest[TRAFFICMON_A_ENTRY_TIMEOUT]);
	if (tm_unknown_read(&entry.unknown, &tm_attrs_set, nlh, error))
		return -1;
	if (tm_entry_list_add(data, &entry, error)) {
		free(entry.unknown);
		return -1;
	}
	return 0;
}

static void restart_entries(void *data)
{
	tm_entry_list_free(data);
}

int tm_set_get(struct tm_nl *nl, const char *name,
	       struct tm_entry_list *entries, struct tm_error *error)
{
	struct nlmsghdr *request = tm_nl_request(nl, TRAFFICMON_CMD_SET_GET, 0);
	bool inconsistent;

	memset(entries, 0, sizeof(*entries));
	mnl_attr_put_strz(request, TRAFFICMON_A_SET_NAME, name);
	if (tm_nl_dump(nl, request, collect_entry, restart_entries, entries,
		       &inconsistent, error)) {
		tm_entry_list_free(entries);
		return -1;
	}
	if (inconsistent) {
		tm_entry_list_free(entries);
		tm_error_set(error, TM_EXIT_REFUSED, EBUSY,
			     "the set %.31s kept changing while it was read",
			     name);
		return tm_error_hint(error, "try again");
	}
	tm_entry_list_sort(entries);
	return 0;
}

static void put_entry(struct nlmsghdr *request, const struct tm_entry *entry,
		      bool with_timeout)
{
	struct nlattr *nest = mnl_attr_nest_start(request,
						  TRAFFICMON_A_SET_ENTRY);

	tm_attr_put_address(request, TRAFFICMON_A_ENTRY_ADDRESS,
			    &entry->prefix.address);
	mnl_attr_put_u8(request, TRAFFICMON_A_ENTRY_LENGTH,
			entry->prefix.length);
	if (with_timeout && entry->timeout_ns)
		mnl_attr_put_u64(request, TRAFFICMON_A_ENTRY_TIMEOUT,
				 entry->timeout_ns);
	mnl_attr_nest_end(request, nest);
}

int tm_set_send(struct tm_nl *nl, uint8_t command, const char *name,
		const struct tm_entry_list *entries, bool name_only,
		size_t *done, struct tm_error *error)
{
	size_t i, n;

	*done = 0;
	if (!entries->count && !name_only)
		return 0;
	do {
		struct nlmsghdr *request = tm_nl_request(nl, command, 0);

		mnl_attr_put_strz(request, TRAFFICMON_A_SET_NAME, name);
		n = entries->count - *done;
		if (n > ENTRIES_A_MESSAGE)
			n = ENTRIES_A_MESSAGE;
		for (i = 0; i < n; i++)
			put_entry(request, &entries->items[*done + i],
				  command == TRAFFICMON_CMD_SET_ADD);
		if (tm_nl_do(nl, request, NULL, NULL, error))
			return -1;
		*done += n;
	} while (*done < entries->count);
	return 0;
}
