// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sets to and from netlink: see policy_nl.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "attrs.h"
#include "policy_nl.h"
#include "source.h"
#include "unknown.h"

/*
 * Entries a message: 256 of at most 48 bytes, and a comment, stay below 32 KiB, and
 * a file of 100,000 is 400 round trips.
 */
#define ENTRIES_A_MESSAGE	256

_Static_assert(TM_NL_REQUEST_SIZE >
	       ENTRIES_A_MESSAGE * (48 + 4 + TRAFFICMON_COMMENT_SIZE) + 64,
	       "the entries of a message fit a request");

/* Of another client it may have what no file and no terminal takes. */
static int read_comment(struct tm_entry *entry, const struct nlattr *attr,
			struct tm_error *error)
{
	if (!attr)
		return 0;
	entry->comment = strdup(tm_attr_string(attr));
	if (!entry->comment)
		return tm_error_set(error, TM_EXIT_REFUSED, ENOMEM,
				    "out of memory");
	tm_make_safe(entry->comment);
	return 0;
}

static int read_entry(struct tm_entry *entry, const struct nlattr *nest,
		      struct tm_error *error)
{
	const struct nlattr *tb[TRAFFICMON_A_ENTRY_MAX + 1];

	if (tm_attrs_read_nested(&tm_attrs_entry, nest, tb, error))
		return -1;
	entry->prefix = tm_attr_prefix(tb[TRAFFICMON_A_ENTRY_ADDRESS],
				       tb[TRAFFICMON_A_ENTRY_LENGTH]);
	entry->timeout_ns = tm_attr_u64(tb[TRAFFICMON_A_ENTRY_TIMEOUT]);
	entry->packets_sampled =
		tm_attr_u64(tb[TRAFFICMON_A_ENTRY_PACKETS_SAMPLED]);
	entry->bytes_sampled =
		tm_attr_u64(tb[TRAFFICMON_A_ENTRY_BYTES_SAMPLED]);
	entry->was_hit = tb[TRAFFICMON_A_ENTRY_HIT_AGE];
	entry->hit_age_ns = tm_attr_u64(tb[TRAFFICMON_A_ENTRY_HIT_AGE]);
	return read_comment(entry, tb[TRAFFICMON_A_ENTRY_COMMENT], error);
}

/* Where the message has one, else *entry stays empty. */
static int read_entry_message(const struct nlmsghdr *nlh,
			      struct tm_entry *entry, bool *found,
			      struct tm_error *error)
{
	const struct nlattr *tb[TRAFFICMON_A_SET_MAX + 1];

	memset(entry, 0, sizeof(*entry));
	*found = false;
	if (tm_attrs_read(&tm_attrs_set, nlh, tb, error))
		return -1;
	if (!tb[TRAFFICMON_A_SET_ENTRY])
		return 0;
	*found = true;
	if (!read_entry(entry, tb[TRAFFICMON_A_SET_ENTRY], error) &&
	    !tm_unknown_read(&entry->unknown, &tm_attrs_set, nlh, error))
		return 0;
	tm_entry_clear(entry);
	memset(entry, 0, sizeof(*entry));
	return -1;
}

static int collect_entry(const struct nlmsghdr *nlh, void *data,
			 struct tm_error *error)
{
	struct tm_entry entry;
	bool found;

	if (read_entry_message(nlh, &entry, &found, error))
		return -1;
	if (!found)
		return 0;
	if (tm_entry_list_add(data, &entry, error)) {
		tm_entry_clear(&entry);
		return -1;
	}
	free(entry.comment);
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

static int collect_set(const struct nlmsghdr *nlh, void *data,
		       struct tm_error *error)
{
	const struct nlattr *tb[TRAFFICMON_A_SET_MAX + 1];
	struct tm_set *set;

	if (tm_attrs_read(&tm_attrs_set, nlh, tb, error))
		return -1;
	set = tm_set_list_add(data, tm_attr_string(tb[TRAFFICMON_A_SET_NAME]),
			      error);
	if (!set)
		return -1;
	set->size = tm_attr_u32(tb[TRAFFICMON_A_SET_ENTRIES]);
	return 0;
}

static void restart_sets(void *data)
{
	tm_set_list_free(data);
}

int tm_sets_get(struct tm_nl *nl, struct tm_set_list *sets,
		struct tm_error *error)
{
	memset(sets, 0, sizeof(*sets));
	if (!tm_nl_dump(nl, tm_nl_request(nl, TRAFFICMON_CMD_SET_GET, 0),
			collect_set, restart_sets, sets, NULL, error))
		return 0;
	tm_set_list_free(sets);
	return -1;
}

struct test {
	struct tm_entry *entry;
	bool found;
};

static int read_test(const struct nlmsghdr *nlh, void *data,
		     struct tm_error *error)
{
	struct test *test = data;

	tm_entry_clear(test->entry);
	return read_entry_message(nlh, test->entry, &test->found, error);
}

int tm_set_test(struct tm_nl *nl, const char *name,
		const struct tm_address *address, struct tm_entry *entry,
		bool *found, struct tm_error *error)
{
	struct nlmsghdr *request = tm_nl_request(nl, TRAFFICMON_CMD_SET_TEST, 0);
	struct test test = { .entry = entry };
	struct nlattr *nest;

	memset(entry, 0, sizeof(*entry));
	mnl_attr_put_strz(request, TRAFFICMON_A_SET_NAME, name);
	nest = mnl_attr_nest_start(request, TRAFFICMON_A_SET_ENTRY);
	tm_attr_put_address(request, TRAFFICMON_A_ENTRY_ADDRESS, address);
	mnl_attr_nest_end(request, nest);
	if (tm_nl_do(nl, request, read_test, &test, error)) {
		tm_entry_clear(entry);
		memset(entry, 0, sizeof(*entry));
		return -1;
	}
	*found = test.found;
	return 0;
}

/* What is left of a time may be less than the shortest that the module takes. */
static uint64_t timeout_of(const struct tm_entry *entry)
{
	return entry->timeout_ns < TM_NS_PER_SECOND ? TM_NS_PER_SECOND :
						       entry->timeout_ns;
}

/* whole: with what it has beside its prefix */
static void put_entry(struct nlmsghdr *request, const struct tm_entry *entry,
		      bool whole)
{
	struct nlattr *nest = mnl_attr_nest_start(request,
						  TRAFFICMON_A_SET_ENTRY);

	tm_attr_put_address(request, TRAFFICMON_A_ENTRY_ADDRESS,
			    &entry->prefix.address);
	mnl_attr_put_u8(request, TRAFFICMON_A_ENTRY_LENGTH,
			entry->prefix.length);
	if (whole && entry->timeout_ns)
		mnl_attr_put_u64(request, TRAFFICMON_A_ENTRY_TIMEOUT,
				 timeout_of(entry));
	if (whole && entry->comment)
		mnl_attr_put_strz(request, TRAFFICMON_A_ENTRY_COMMENT,
				  entry->comment);
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
