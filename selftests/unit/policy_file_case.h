/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of policy files share: reading, writing and comparing them. */
#ifndef UNIT_POLICY_FILE_CASE_H
#define UNIT_POLICY_FILE_CASE_H

#include "../../userspace/lib/policy_file.h"
#include "unit.h"

#define FILE_OF(policies)	"{\"schema\":1,\"policies\":[\n" policies "]}"
#define POLICY(members)		FILE_OF("{\"name\":\"a\",\n" members "}")
#define MATCH(members)		POLICY("\"match\":{\n" members "}")
#define LIMITS(members)		POLICY("\"limits\":{\n" members "}")
#define ALLOW(entries)		"{\"schema\":1,\"policies\":[],\"sets\":{\"allow\":\n" entries "}}"

static inline int read_text(struct tm_policy_file *file, struct tm_source *source,
		     const char *text)
{
	ASSERT_EQ(tm_source_copy(source, "t", text, strlen(text)), 0);
	return tm_policy_file_read(file, source);
}

/* Read a text that must be good. */
static inline void read_good(struct tm_policy_file *file, const char *text)
{
	struct tm_source source;

	ASSERT(!read_text(file, &source, text), "%lu:%lu: %s in %s",
	       source.error.line, source.error.column, source.error.reason,
	       text);
	tm_source_free(&source);
}

/* Of a set that the file must have. */
static inline const struct tm_entry_list *entries_of(const struct tm_policy_file *file,
					      const char *set)
{
	const struct tm_set *found = tm_set_list_find(&file->sets, set);

	ASSERT(found, "no set %s", set);
	return &found->entries;
}

static inline char *write_text(const struct tm_policy_file *file)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	EXPECT_EQ(tm_policy_file_write(file, stream), 0);
	fclose(stream);
	return text;
}

static inline void expect_same(const struct tm_policy_file *a,
			const struct tm_policy_file *b)
{
	unsigned int i, set;

	ASSERT_EQ(a->policies.count, b->policies.count);
	for (i = 0; i < a->policies.count; i++) {
		const struct tm_policy *one = &a->policies.items[i];
		const struct tm_policy *other = &b->policies.items[i];

		EXPECT(tm_policy_equal(one, other), "%s differs", one->name);
		EXPECT_EQ(!one->comment, !other->comment);
		if (one->comment && other->comment)
			EXPECT_STREQ(one->comment, other->comment);
	}
	ASSERT_EQ(a->sets.count, b->sets.count);
	for (set = 0; set < a->sets.count; set++) {
		const struct tm_entry_list *one = &a->sets.items[set].entries;
		const struct tm_entry_list *other = &b->sets.items[set].entries;

		EXPECT_STREQ(a->sets.items[set].name, b->sets.items[set].name);
		ASSERT_EQ(one->count, other->count);
		for (i = 0; i < one->count; i++) {
			EXPECT_EQ(tm_prefix_compare(&one->items[i].prefix,
						    &other->items[i].prefix),
				  0);
			EXPECT_EQ(one->items[i].timeout_ns,
				  other->items[i].timeout_ns);
			EXPECT_EQ(!one->items[i].comment,
				  !other->items[i].comment);
			if (one->items[i].comment && other->items[i].comment)
				EXPECT_STREQ(one->items[i].comment,
					     other->items[i].comment);
		}
	}
}

#endif
