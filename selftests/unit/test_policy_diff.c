// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/tmctl/policy_diff.c userspace/lib/policy_file.c userspace/lib/policy_reader.c userspace/lib/policy_match_read.c userspace/lib/term.c userspace/lib/policy_model.c userspace/lib/set_model.c userspace/lib/json.c userspace/lib/json_grammar.c userspace/lib/source.c userspace/lib/names.c userspace/lib/table.c userspace/lib/table_fit.c userspace/lib/text.c userspace/lib/writer.c userspace/lib/out.c userspace/lib/out_words.c userspace/lib/attrs.c userspace/lib/attr_tables.c userspace/lib/value.c userspace/lib/quantity.c userspace/lib/error.c
// flags: -DTM_VERSION=__FILE__ -lmnl
/*
 * What `policy apply` says that it changes.
 */
#include "../../userspace/tmctl/policy.h"
#include "unit.h"

#define FILE_OF(policies, sets)	\
	"{\"schema\":1,\"policies\":[" policies "],\"sets\":{" sets "}}"
#define A	"{\"name\":\"a\",\"match\":{\"class\":\"syn\"}}"
#define A_ENFORCE "{\"name\":\"a\",\"mode\":\"enforce\",\"match\":{\"class\":\"syn\"}}"
#define A_UDP	"{\"name\":\"a\",\"match\":{\"class\":\"udp\"}}"
#define B	"{\"name\":\"b\"}"
#define C	"{\"name\":\"c\"}"
#define FROM(list) "{\"name\":\"f\",\"match\":{\"source\":[" list "]}}"

static const struct {
	const char *old;
	const char *new;
	const char *changes;	/* "+policy a;" and so on, in order */
	size_t unchanged;	/* policies */
} cases[] = {
	{ FILE_OF("", ""), FILE_OF("", ""), "", 0 },
	{ FILE_OF(A "," B, ""), FILE_OF(A "," B, ""), "", 2 },
	{ FILE_OF("", ""), FILE_OF(A, ""), "+policy a;", 0 },
	{ FILE_OF(A "," B, ""), FILE_OF(B, ""), "-policy a;", 1 },
	{ FILE_OF(A, ""), FILE_OF(A_ENFORCE, ""), "~policy a mode monitor -> enforce;", 0 },
	{ FILE_OF(A, ""), FILE_OF(A_UDP, ""), "~policy a definition, its counters start again;", 0 },
	{ FILE_OF(A "," B "," C, ""), FILE_OF(C "," A "," B, ""), "~order policies;", 3 },
	{ FILE_OF(A "," B, ""), FILE_OF(C "," A "," B, ""), "+policy c;", 2 },
	{ FILE_OF(A "," B "," C, ""), FILE_OF(A "," C, ""), "-policy b;", 2 },
	{ FILE_OF("", "\"deny\":\"::1\""), FILE_OF("", ""), "", 0 },
	{ FILE_OF("", "\"deny\":\"::1\""), FILE_OF("", "\"deny\":[]"), "-@deny ::1;", 0 },
	{ FILE_OF("", "\"deny\":[\"::1\",\"10.0.0.0/8\"]"),
	  FILE_OF("", "\"deny\":[\"10.0.0.0/9\",\"::1\",\"::2\"]"),
	  "-@deny 10.0.0.0/8;+@deny 10.0.0.0/9;+@deny ::2;", 0 },
	{ FILE_OF("", "\"allow\":{\"prefix\":\"::1\",\"timeout_seconds\":100}"),
	  FILE_OF("", "\"allow\":{\"prefix\":\"::1\",\"timeout_seconds\":102}"), "", 0 },
	{ FILE_OF("", "\"allow\":{\"prefix\":\"::1\",\"timeout_seconds\":103}"),
	  FILE_OF("", "\"allow\":{\"prefix\":\"::1\",\"timeout_seconds\":100}"),
	  "~@allow ::1 timeout 1m43s -> 1m40s;", 0 },
	{ FILE_OF("", "\"allow\":\"::1\""),
	  FILE_OF("", "\"allow\":{\"prefix\":\"::1\",\"timeout_seconds\":1}"),
	  "~@allow ::1 timeout for ever -> 1s;", 0 },
	{ FILE_OF("", "\"x\":[]"), FILE_OF("", "\"x\":[]"), "", 0 },
	{ FILE_OF("", ""), FILE_OF("", "\"policies\":[]"), "+set policies;", 0 },
	{ FILE_OF("", ""), FILE_OF("", "\"x\":\"::1\""), "+set x;+@x ::1;", 0 },
	{ FILE_OF("", "\"x\":\"::1\""),
	  FILE_OF("", "\"x\":{\"prefix\":\"::1\",\"comment\":\"c\"}"), "~@x ::1 comment;", 0 },
	{ FILE_OF("", "\"x\":{\"prefix\":\"::1\",\"comment\":\"c\"}"),
	  FILE_OF("", "\"x\":{\"prefix\":\"::1\",\"comment\":\"c\"}"), "", 0 },
	{ FILE_OF("", "\"x\":{\"prefix\":\"::1\",\"comment\":\"c\"}"),
	  FILE_OF("", "\"x\":{\"prefix\":\"::1\",\"comment\":\"d\",\"timeout_seconds\":1}"),
	  "~@x ::1 timeout for ever -> 1s, comment;", 0 },
	{ FILE_OF(FROM("\"@x\",\"!@y\""), ""), FILE_OF(FROM("\"!@y\",\"@x\""), ""), "", 1 },
	{ FILE_OF(FROM("\"@x\",\"!@y\""), ""), FILE_OF(FROM("\"@x\",\"@y\""), ""),
	  "~policy f definition, its counters start again;", 0 },
	{ FILE_OF(FROM("\"10.0.0.0/8\",\"@x\""), ""), FILE_OF(FROM("\"10.0.0.0/8\""), ""),
	  "~policy f definition, its counters start again;", 0 },
};

static void read_text(struct tm_policy_file *file, const char *text)
{
	struct tm_source source;

	ASSERT_EQ(tm_source_copy(&source, "t", text, strlen(text)), 0);
	ASSERT(!tm_policy_file_read(file, &source), "%s: %s", text,
	       source.error.reason);
	tm_source_free(&source);
}

static void write_changes(const struct policy_diff *diff, char *text)
{
	static const char signs[] = { '+', '-', '~' };
	size_t i;

	text[0] = '\0';
	for (i = 0; i < diff->count; i++) {
		const struct policy_change *change = &diff->items[i];

		text += sprintf(text, "%c%s %s%s%s;", signs[change->kind],
				change->object, change->name,
				change->detail[0] ? " " : "", change->detail);
	}
}

TEST(each_difference_is_named_once)
{
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tm_policy_file old, new;
		struct policy_diff diff;
		struct tm_error error;
		char text[1024];

		read_text(&old, cases[i].old);
		read_text(&new, cases[i].new);
		ASSERT_EQ(policy_diff_make(&diff, &old, &new, &error), 0);
		write_changes(&diff, text);
		EXPECT(!strcmp(text, cases[i].changes),
		       "case %zu: %s is not %s", i, text, cases[i].changes);
		EXPECT(diff.policies.of[POLICY_UNCHANGED] == cases[i].unchanged,
		       "case %zu: %zu unchanged", i,
		       diff.policies.of[POLICY_UNCHANGED]);
		policy_diff_free(&diff);
		tm_policy_file_free(&old);
		tm_policy_file_free(&new);
	}
}
