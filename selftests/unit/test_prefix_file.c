// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/lib/prefix_file.c userspace/lib/prefix_reader.c userspace/lib/prefix_plain.c userspace/lib/prefix_ipset.c userspace/lib/prefix_nft.c userspace/lib/prefix_json.c userspace/lib/address_range.c userspace/lib/json.c userspace/lib/json_grammar.c userspace/lib/policy_model.c userspace/lib/set_model.c userspace/lib/source.c userspace/lib/names.c userspace/lib/value.c userspace/lib/quantity.c userspace/lib/error.c
// flags: -lmnl
/*
 * Files of prefixes: all of one is read or nothing, with the place and reason
 * of the first error.
 */
#include <time.h>

#include "../../userspace/lib/prefix_file.h"
#include "unit.h"

#define NS_PER_SECOND	1000000000ull
#define NOW_S		1800000000ull

/* With its length, which counts NULs too. */
#define TEXT(text)	text, sizeof(text) - 1

#define SIXTY	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct {
	const char *text;
	size_t length;
	unsigned long line;
	unsigned long column;
	const char *reason;	/* part of it */
} bad_files[] = {
	{ TEXT("10.0.0.1/8\n"), 1, 1, "did you mean 10.0.0.0/8" },
	{ TEXT("10.0.0.0/8\n10.0.0.128/24\n"), 2, 1, "did you mean 10.0.0.0/24" },
	{ TEXT("  2001:db8::1/32"), 1, 3, "did you mean 2001:db8::/32" },
	{ TEXT("10.0.0.0/33\n"), 1, 1, "prefix length" },
	{ TEXT("::/129\n"), 1, 1, "prefix length" },
	{ TEXT("10.0.0.0/\n"), 1, 1, "prefix length" },
	{ TEXT("10.0.0.0/-1\n"), 1, 1, "prefix length" },
	{ TEXT("10.0.0.0/8x\n"), 1, 1, "prefix length" },
	{ TEXT("/8\n"), 1, 1, "no IPv4 or IPv6 address" },
	{ TEXT("10.0.0\n"), 1, 1, "no IPv4 or IPv6 address" },
	{ TEXT("10.0.0.256\n"), 1, 1, "no IPv4 or IPv6 address" },
	{ TEXT("example.org\n"), 1, 1, "no IPv4 or IPv6 address" },
	{ TEXT("10.0.0.1,10.0.0.2\n"), 1, 1, "no IPv4 or IPv6 address" },
	{ TEXT("10.0.0.0 255.0.0.0\n"), 1, 10, "found \"255.0.0.0\" behind the prefix" },
	{ TEXT("10.0.0.0 / 8\n"), 1, 10, "found \"/\" behind the prefix" },
	{ TEXT("10.0.0.1 timeout=0\n"), 1, 18, "timeout in seconds" },
	{ TEXT("10.0.0.1 timeout=\n"), 1, 18, "timeout in seconds" },
	{ TEXT("10.0.0.1 timeout=-5\n"), 1, 18, "timeout in seconds" },
	{ TEXT("10.0.0.1 timeout=1h\n"), 1, 18, "timeout in seconds" },
	{ TEXT("10.0.0.1 timeout=31536001\n"), 1, 18, "31536000" },
	{ TEXT("10.0.0.1 timeout=99999999999999999999\n"), 1, 18, "31536000" },
	{ TEXT("10.0.0.1 timeout 5\n"), 1, 10, "expected timeout=SECONDS" },
	{ TEXT("10.0.0.1 Timeout=5\n"), 1, 10, "expected timeout=SECONDS, expires=UNIX_SECONDS" },
	{ TEXT("10.0.0.1 expires=\n"), 1, 18, "time of expiry" },
	{ TEXT("10.0.0.1 expires=-1\n"), 1, 18, "time of expiry" },
	{ TEXT("10.0.0.1 expires=2027-01-15\n"), 1, 18, "time of expiry" },
	{ TEXT("10.0.0.1 expires=10000000000\n"), 1, 18, "9999999999" },
	{ TEXT("10.0.0.1 expires=1831536001\n"), 1, 18, "it is 1800000000 now" },
	{ TEXT("10.0.0.1\n10.0.0.2 expires=1 x\n"), 2, 20, "behind the timeout" },
	{ TEXT("10.0.0.1 expires=1800000005 timeout=6\n"), 1, 29, "behind the timeout" },
	{ TEXT("10.0.0.1 timeout=5 timeout=6\n"), 1, 20, "behind the timeout" },
	{ TEXT("10.0.0.1 comment=\"x\" timeout=5\n"), 1, 22, "behind the comment" },
	{ TEXT("10.0.0.1 comment=\"x\" comment=\"y\"\n"), 1, 22, "behind the comment" },
	{ TEXT("10.0.0.1 timeout=5 x\n"), 1, 20, "expected comment=\"TEXT\"" },
	{ TEXT("10.0.0.1 comment=x\n"), 1, 18, "in double quotes" },
	{ TEXT("10.0.0.1 comment=\n"), 1, 18, "found the end of the line, expected the comment" },
	{ TEXT("10.0.0.1 comment"), 1, 10, "expected timeout=SECONDS" },
	{ TEXT("10.0.0.1 comment=\"\"\n"), 1, 18, "the comment is empty" },
	{ TEXT("10.0.0.1 comment=\"x\n10.0.0.2\n"), 1, 18, "not closed on its line" },
	{ TEXT("10.0.0.1 comment=\"x\\"), 1, 20, "a backslash in the comment" },
	{ TEXT("10.0.0.1 comment=\"x\\\"\n"), 1, 18, "not closed on its line" },
	{ TEXT("10.0.0.1 comment=\"a\\nb\"\n"), 1, 20, "a backslash in the comment" },
	{ TEXT("10.0.0.1 comment=\"a\"b\"\n"), 1, 21, "found 'b' behind the comment" },
	{ TEXT("10.0.0.1 comment=\"a\tb\"\n"), 1, 18, "U+0009" },
	{ TEXT("10.0.0.1 comment=\"a\0b\"\n"), 1, 18, "U+0000" },
	{ TEXT("10.0.0.1 comment=\"\xe2\x80\xae\"\n"), 1, 18, "U+202E" },
	{ TEXT("10.0.0.1 comment=\"\xff\"\n"), 1, 18, "byte 0xff" },
	{ TEXT("10.0.0.1 comment=\"" SIXTY "1234\"\n"), 1, 18, "the comment has 64 bytes" },
	{ TEXT("timeout=5\n"), 1, 1, "no IPv4 or IPv6 address" },
	{ TEXT("; comment\n"), 1, 1, "no IPv4 or IPv6 address" },
	{ TEXT("// comment\n"), 1, 1, "no IPv4 or IPv6 address" },
	{ TEXT("10.0.0.1\0\n"), 1, 9, "found a NUL byte" },
	{ TEXT("\0"), 1, 1, "found a NUL byte" },
	{ TEXT("10.0.0.1\r10.0.0.2\n"), 1, 9, "the end of the line" },
	{ TEXT("\x1b[31m10.0.0.1\n"), 1, 1, "control character U+001B" },
	{ TEXT("10.0.0.1\xc2\xa0\n"), 1, 9, "found '\xc2\xa0'" },
	{ TEXT("10.0.0.\xff\n"), 1, 8, "byte 0xff" },
	{ TEXT("\xef\xbb\xbf" "10.0.0.1\n"), 1, 1, "byte order mark" },
	{ TEXT("\n\n# c\n   \n x"), 5, 2, "no IPv4 or IPv6 address" },
	{ TEXT("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"), 1, 1, "a word of 68 characters" },
};

static int read_text(struct tm_entry_list *list, struct tm_source *source,
		     const char *text, size_t length, uint64_t timeout_ns,
		     struct tm_prefix_file_left_out *left_out)
{
	ASSERT_EQ(tm_source_copy(source, "t", text, length), 0);
	return tm_prefix_file_read(list, source, NULL, timeout_ns,
				   NOW_S * NS_PER_SECOND, left_out);
}

TEST(bad_files_are_refused_with_place_and_reason)
{
	size_t i;

	for (i = 0; i < sizeof(bad_files) / sizeof(bad_files[0]); i++) {
		struct tm_entry_list list;
		struct tm_source source;

		EXPECT(read_text(&list, &source, bad_files[i].text,
				 bad_files[i].length, 0, NULL),
		       "case %zu was read", i);
		EXPECT(source.error.line == bad_files[i].line &&
		       source.error.column == bad_files[i].column,
		       "case %zu: %lu:%lu is not %lu:%lu (%s)", i,
		       source.error.line, source.error.column,
		       bad_files[i].line, bad_files[i].column,
		       source.error.reason);
		EXPECT(strstr(source.error.reason, bad_files[i].reason),
		       "case %zu: \"%s\" has no \"%s\"", i,
		       source.error.reason, bad_files[i].reason);
		EXPECT(!list.count && !list.items, "case %zu: left entries", i);
		tm_entry_list_free(&list);
		tm_source_free(&source);
	}
}

static void expect_entry(const struct tm_entry *entry, const char *prefix,
			 uint64_t seconds)
{
	char text[TM_PREFIX_TEXT];

	EXPECT_STREQ(tm_prefix_format(&entry->prefix, text), prefix);
	EXPECT_EQ(entry->timeout_ns, seconds * NS_PER_SECOND);
}

TEST(entries_comments_and_timeouts_are_read)
{
	static const char text[] =
		"# feed of today \xff\n"
		"\n"
		"\t 2001:db8::/32\t# documentation\r\n"
		"10.0.0.0/8\n"
		"192.0.2.1 timeout=60#x\r\n"
		"   \r\n"
		"198.51.100.7/32\ttimeout=31536000   ";
	struct tm_entry_list list;
	struct tm_source source;

	ASSERT(!read_text(&list, &source, text, strlen(text), 5000000000ull,
			  NULL), "%s", source.error.reason);
	ASSERT_EQ(list.count, 4);
	expect_entry(&list.items[0], "10.0.0.0/8", 5);
	expect_entry(&list.items[1], "192.0.2.1", 60);
	expect_entry(&list.items[2], "198.51.100.7", 31536000);
	expect_entry(&list.items[3], "2001:db8::/32", 5);
	tm_entry_list_free(&list);
	tm_source_free(&source);
}

TEST(of_lines_with_one_prefix_the_last_stands)
{
	static const char text[] =
		"10.0.0.1 timeout=1\n10.0.0.2\n10.0.0.1\n10.0.0.1/32 timeout=3\n10.0.0.0/31\n";
	struct tm_entry_list list;
	struct tm_source source;
	struct tm_prefix_file_left_out left_out;

	ASSERT_EQ(read_text(&list, &source, text, strlen(text), 0,
			    &left_out), 0);
	EXPECT_EQ(left_out.duplicates, 2);
	EXPECT_EQ(left_out.expired, 0);
	ASSERT_EQ(list.count, 3);
	expect_entry(&list.items[0], "10.0.0.0/31", 0);
	expect_entry(&list.items[1], "10.0.0.1", 3);
	expect_entry(&list.items[2], "10.0.0.2", 0);
	tm_entry_list_free(&list);
	tm_source_free(&source);
}

TEST(what_has_expired_is_left_out_and_counted)
{
	static const char text[] =
		"10.0.0.1 expires=0\n"
		"10.0.0.2 expires=1800000000\n"
		"10.0.0.3 expires=1800000001\n"
		"10.0.0.4 expires=1831536000 # a year\n"
		"10.0.0.5 timeout=9\n"
		"10.0.0.5 expires=1799999999\n"
		"10.0.0.6\n";
	struct tm_prefix_file_left_out left_out;
	struct tm_entry_list list;
	struct tm_source source;

	ASSERT(!read_text(&list, &source, text, strlen(text), 0, &left_out),
	       "%s", source.error.reason);
	EXPECT_EQ(left_out.expired, 3);
	EXPECT_EQ(left_out.duplicates, 0);
	ASSERT_EQ(list.count, 4);
	expect_entry(&list.items[0], "10.0.0.3", 1);
	expect_entry(&list.items[1], "10.0.0.4", 31536000);
	expect_entry(&list.items[2], "10.0.0.5", 9);
	expect_entry(&list.items[3], "10.0.0.6", 0);
	tm_entry_list_free(&list);
	tm_source_free(&source);
}

/* The module takes a second to a year; the clock stands between two seconds. */
TEST(what_is_left_is_as_the_module_takes_it)
{
	static const struct {
		uint64_t expires;
		uint64_t left_ns;
	} cases[] = {
		{ NOW_S + 1, NS_PER_SECOND },
		{ NOW_S + 2, NS_PER_SECOND * 3 / 2 },
		{ NOW_S + TM_TIMEOUT_SECONDS_MAX,
		  TM_TIMEOUT_SECONDS_MAX * NS_PER_SECOND - NS_PER_SECOND / 2 },
		{ NOW_S + TM_TIMEOUT_SECONDS_MAX + 1,
		  TM_TIMEOUT_SECONDS_MAX * NS_PER_SECOND },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tm_entry_list list;
		struct tm_source source;
		char text[64];

		sprintf(text, "::1 expires=%ju", (uintmax_t)cases[i].expires);
		ASSERT_EQ(tm_source_copy(&source, "t", text, strlen(text)), 0);
		ASSERT(!tm_prefix_file_read(&list, &source, NULL, 0, NOW_S *
					    NS_PER_SECOND + NS_PER_SECOND / 2,
					    NULL),
		       "case %zu: %s", i, source.error.reason);
		ASSERT_EQ(list.count, 1);
		EXPECT_EQ(list.items[0].timeout_ns, cases[i].left_ns);
		tm_entry_list_free(&list);
		tm_source_free(&source);
	}
}

TEST(what_is_written_is_read_again_and_ends_no_sooner)
{
	const uint64_t now_ns = NOW_S * NS_PER_SECOND + 1;
	struct tm_entry_list list = { .items = NULL }, again;
	static const uint64_t timeouts_ns[] = {
		0, 1, NS_PER_SECOND - 1, NS_PER_SECOND, 90 * NS_PER_SECOND,
		TM_TIMEOUT_SECONDS_MAX * NS_PER_SECOND,
	};
	struct tm_source source;
	struct tm_error error;
	char text[512];
	FILE *stream;
	size_t i;

	for (i = 0; i < sizeof(timeouts_ns) / sizeof(timeouts_ns[0]); i++) {
		struct tm_entry entry = { .timeout_ns = timeouts_ns[i] };

		sprintf(text, i % 2 ? "10.0.0.%zu" : "2001:db8:%zu::/48", i);
		ASSERT_EQ(tm_prefix_parse(text, &entry.prefix, &error), 0);
		ASSERT_EQ(tm_entry_list_add(&list, &entry, &error), 0);
	}
	tm_entry_list_sort(&list);
	stream = fmemopen(text, sizeof(text), "w");
	ASSERT_TRUE(stream);
	EXPECT_EQ(tm_prefix_file_write(&list, now_ns, stream), 0);
	fclose(stream);
	ASSERT_TRUE(strstr(text, "10.0.0.1 expires=1800000001\n"));
	ASSERT_TRUE(strstr(text, "2001:db8::/48\n"));
	ASSERT_EQ(tm_source_copy(&source, "t", text, strlen(text)), 0);
	ASSERT(!tm_prefix_file_read(&again, &source, NULL, 0, now_ns, NULL), "%s",
	       source.error.reason);
	ASSERT_EQ(again.count, list.count);
	for (i = 0; i < list.count; i++) {
		const struct tm_entry *one = &list.items[i];
		const struct tm_entry *other = &again.items[i];

		EXPECT_EQ(tm_prefix_compare(&one->prefix, &other->prefix), 0);
		EXPECT_EQ(!one->timeout_ns, !other->timeout_ns);
		EXPECT_GE(other->timeout_ns, one->timeout_ns);
		EXPECT_LE(other->timeout_ns, one->timeout_ns + NS_PER_SECOND);
	}
	tm_entry_list_free(&list);
	tm_entry_list_free(&again);
	tm_source_free(&source);
}

TEST(comments_are_kept_and_remarks_are_not)
{
	static const char text[] =
		"10.0.0.1 comment=\"one # of \\\"two\\\" \\\\ three\" # a remark\n"
		"10.0.0.2\ttimeout=9  comment=\"\xc3\xa9\"#x\r\n"
		"10.0.0.3 comment=\"first\"\n"
		"10.0.0.3 # comment=\"x\"\n"
		"10.0.0.4 expires=1 comment=\"gone\"\n"
		"10.0.0.5 expires=1800000009 comment=\"" SIXTY "123\"";
	static const char written[] =
		"10.0.0.1 comment=\"one # of \\\"two\\\" \\\\ three\"\n"
		"10.0.0.2 expires=1800000009 comment=\"\xc3\xa9\"\n"
		"10.0.0.3\n"
		"10.0.0.5 expires=1800000009 comment=\"" SIXTY "123\"\n";
	const char *from = text;
	unsigned int round;

	/* What is written is read the same again. */
	for (round = 0; round < 2; round++, from = written) {
		struct tm_entry_list list;
		struct tm_source source;
		char again[512];
		FILE *stream;

		ASSERT(!read_text(&list, &source, from, strlen(from), 0, NULL),
		       "%s", source.error.reason);
		ASSERT_EQ(list.count, 4);
		EXPECT_STREQ(list.items[0].comment, "one # of \"two\" \\ three");
		EXPECT_TRUE(!list.items[2].comment);
		stream = fmemopen(again, sizeof(again), "w");
		ASSERT_TRUE(stream);
		EXPECT_EQ(tm_prefix_file_write(&list, NOW_S * NS_PER_SECOND,
					       stream), 0);
		fclose(stream);
		EXPECT_STREQ(again, written);
		tm_entry_list_free(&list);
		tm_source_free(&source);
	}
}

TEST(a_file_without_entries_is_an_empty_list)
{
	static const char *const texts[] = { "", "\n", "# only\n", "  \t" };
	struct tm_entry_list list;
	struct tm_source source;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		EXPECT_EQ(read_text(&list, &source, texts[i],
				    strlen(texts[i]), 0, NULL), 0);
		EXPECT_EQ(list.count, 0);
		tm_entry_list_free(&list);
		tm_source_free(&source);
	}
}

TEST(a_hundred_thousand_prefixes_are_read_in_time)
{
	char *text = malloc(100000 * 40);
	clock_t start = clock();
	struct tm_entry_list list;
	struct tm_source source;
	struct tm_prefix_file_left_out left_out;
	size_t used = 0;
	unsigned int i;

	/* downwards, every tenth twice */
	for (i = 100000; i--;) {
		used += sprintf(text + used, "10.%u.%u.%u\n", i >> 16,
				i >> 8 & 255, i & 255);
		if (i % 10 == 0)
			used += sprintf(text + used, "10.%u.%u.%u timeout=9\n",
					i >> 16, i >> 8 & 255, i & 255);
	}
	ASSERT_EQ(read_text(&list, &source, text, used, 0, &left_out), 0);
	EXPECT_EQ(list.count, 100000);
	EXPECT_EQ(left_out.duplicates, 10000);
	expect_entry(&list.items[0], "10.0.0.0", 9);
	expect_entry(&list.items[99999], "10.1.134.159", 0);
	for (i = 1; i < list.count; i++)
		EXPECT_LT(tm_prefix_compare(&list.items[i - 1].prefix,
					    &list.items[i].prefix), 0);
	EXPECT_LT((clock() - start) / CLOCKS_PER_SEC, 10);
	tm_entry_list_free(&list);
	tm_source_free(&source);
	free(text);
}
