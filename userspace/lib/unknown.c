// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Attributes of a newer module.  Contract in unknown.h.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <string.h>

#include "text.h"
#include "unknown.h"

#define PATH_SIZE	96	/* of "limit.1.attr_40": names are short, nests few */

/* How many of the same number come before it: "" for none, else ".N". */
static const char *occurrence(const char *first, const struct nlattr *attr,
			      char *buffer, size_t size)
{
	const struct nlattr *before = (const struct nlattr *)first;
	unsigned int count = 0;

	for (; before < attr; before = mnl_attr_next(before))
		count += mnl_attr_get_type(before) == mnl_attr_get_type(attr);
	buffer[0] = '\0';
	if (count)
		snprintf(buffer, size, ".%u", count);
	return buffer;
}

static void add_one(struct tm_buffer *text, const char *path,
		    const struct nlattr *attr)
{
	const unsigned char *bytes = mnl_attr_get_payload(attr);
	size_t length = mnl_attr_get_payload_len(attr);
	char hex[4];
	size_t i;

	if (text->used)
		tm_buffer_add(text, " ", 1);
	tm_buffer_add(text, path, strlen(path));
	tm_buffer_add(text, "=", 1);
	for (i = 0; i < length; i++) {
		snprintf(hex, sizeof(hex), "%02x", bytes[i]);
		tm_buffer_add(text, hex, 2);
	}
}

/* The attributes of set in [first, first + length), path before their names. */
static void add_level(struct tm_buffer *text, const struct tm_attr_set *set,
		      const char *path, const char *first, size_t length)
{
	const struct nlattr *attr = (const struct nlattr *)first;
	const char *end = first + length;
	char whole[PATH_SIZE], nth[16];

	for (; mnl_attr_ok(attr, end - (const char *)attr);
	     attr = mnl_attr_next(attr)) {
		uint16_t number = mnl_attr_get_type(attr);
		const struct tm_attr *known = number <= set->max ?
					      &set->attrs[number] : NULL;

		/* Nearly all: no name is needed, and none made. */
		if (known && (known->type != TM_ATTR_NEST || !known->nest))
			continue;
		occurrence(first, attr, nth, sizeof(nth));
		if (!known) {
			snprintf(whole, sizeof(whole), "%sattr_%u%s", path,
				 number, nth);
			add_one(text, whole, attr);
		} else {
			snprintf(whole, sizeof(whole), "%s%s%s.", path,
				 known->name, nth);
			add_level(text, known->nest, whole,
				  mnl_attr_get_payload(attr),
				  mnl_attr_get_payload_len(attr));
		}
	}
}

int tm_unknown_read(char **unknown, const struct tm_attr_set *set,
		    const struct nlmsghdr *nlh, struct tm_error *error)
{
	struct tm_buffer text = { 0 };

	add_level(&text, set, "",
		  mnl_nlmsg_get_payload_offset(nlh, sizeof(struct genlmsghdr)),
		  mnl_nlmsg_get_payload_len(nlh) -
		  MNL_ALIGN(sizeof(struct genlmsghdr)));
	*unknown = text.bytes;
	if (!text.failed)
		return 0;
	tm_buffer_free(&text);
	*unknown = NULL;
	return tm_error_set(error, TM_EXIT_REFUSED, ENOMEM, "out of memory");
}
