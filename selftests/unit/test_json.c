// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/lib/json.c userspace/lib/json_grammar.c userspace/lib/source.c userspace/lib/error.c
/*
 * The JSON reader: what RFC 8259 allows is read, everything else is refused
 * with its place and reason.
 */
#include <errno.h>
#include <time.h>

#include "../../userspace/lib/json.h"
#include "unit.h"

/* A text that is refused. */
struct bad {
	const char *text;
	size_t length;
	unsigned long line;
	unsigned long column;
	const char *reason;	/* part of it */
};

/* With its length, which counts NULs too. */
#define TEXT(text)	text, sizeof(text) - 1

static const struct bad bad_texts[] = {
	{ TEXT(""), 1, 1, "found an empty file" },
	{ TEXT(" \n\t\r\n"), 3, 1, "found an empty file" },
	{ TEXT("{\"a\":1,}"), 1, 8, "found '}', expected another key after the comma" },
	{ TEXT("[1 2]"), 1, 4, "found '2', expected ',' or ']'" },
	{ TEXT("01"), 1, 1, "leading zero" },
	{ TEXT("-01"), 1, 1, "leading zero" },
	{ TEXT("01x"), 1, 1, "leading zero" },
	{ TEXT("1x"), 1, 2, "found 'x', expected the end of the number" },
	{ TEXT("1."), 1, 3, "the end of the file, expected a digit after the decimal point" },
	{ TEXT("1.e5"), 1, 3, "a digit after the decimal point" },
	{ TEXT("1e"), 1, 3, "a digit after the exponent" },
	{ TEXT("1e+"), 1, 4, "a digit after the exponent" },
	{ TEXT("-"), 1, 2, "a digit after the minus sign" },
	{ TEXT("-a"), 1, 2, "found 'a', expected a digit" },
	{ TEXT("+1"), 1, 1, "found '+'" },
	{ TEXT(".5"), 1, 1, "found '.'" },
	{ TEXT("0x10"), 1, 2, "found 'x'" },
	{ TEXT("1_000"), 1, 2, "found '_'" },
	{ TEXT("NaN"), 1, 1, "found the word 'NaN'" },
	{ TEXT("Infinity"), 1, 1, "found the word 'Infinity'" },
	{ TEXT("-Infinity"), 1, 2, "a digit after the minus sign" },
	{ TEXT("True"), 1, 1, "expected 'true' in small letters" },
	{ TEXT("NULL"), 1, 1, "expected 'null' in small letters" },
	{ TEXT("truefalse"), 1, 1, "found the word 'truefalse'" },
	{ TEXT("nul"), 1, 1, "found the word 'nul'" },
	{ TEXT("[1,2"), 1, 5, "found the end of the file, expected ',' or ']'" },
	{ TEXT("[1,]"), 1, 4, "expected another value after the comma" },
	{ TEXT("[,1]"), 1, 2, "found ',', expected a value, or ']'" },
	{ TEXT("[1,,2]"), 1, 4, "found ','" },
	{ TEXT("["), 1, 2, "the end of the file" },
	{ TEXT("]"), 1, 1, "found ']'" },
	{ TEXT("[1}"), 1, 3, "found '}', expected ',' or ']'" },
	{ TEXT("{\"a\":1]"), 1, 7, "found ']', expected ',' or '}'" },
	{ TEXT("{"), 1, 2, "expected a key in double quotes, or '}'" },
	{ TEXT("{\"a\"}"), 1, 5, "found '}', expected ':'" },
	{ TEXT("{\"a\" 1}"), 1, 6, "found '1', expected ':'" },
	{ TEXT("{\"a\":}"), 1, 6, "expected a value after ':'" },
	{ TEXT("{\"a\":1 \"b\":2}"), 1, 8, "found '\"', expected ',' or '}'" },
	{ TEXT("{\"a\":1\n\"b\":2}"), 2, 1, "found '\"', expected ',' or '}'" },
	{ TEXT("{a:1}"), 1, 2, "found 'a', expected a key in double quotes" },
	{ TEXT("{1:2}"), 1, 2, "found '1', expected a key in double quotes" },
	{ TEXT("{'a':1}"), 1, 2, "single quote" },
	{ TEXT("{\"a\":'b'}"), 1, 6, "single quote" },
	{ TEXT("{null:1}"), 1, 2, "expected a key" },
	{ TEXT("{\"a\"::1}"), 1, 6, "found ':'" },
	{ TEXT("{,}"), 1, 2, "found ','" },
	{ TEXT("{} {}"), 1, 4, "found '{', expected the end of the file" },
	{ TEXT("1 2"), 1, 3, "expected the end of the file" },
	{ TEXT("{}x"), 1, 3, "found 'x', expected the end of the file" },
	{ TEXT("{}\n\n]"), 3, 1, "found ']'" },
	{ TEXT("// c\n{}"), 1, 1, "JSON has no comments" },
	{ TEXT("{ # c\n}"), 1, 3, "JSON has no comments" },
	{ TEXT("{} /* c */"), 1, 4, "JSON has no comments" },
	{ TEXT("\"abc"), 1, 1, "the file ends in" },
	{ TEXT("[\"abc\n\"]"), 1, 2, "not closed on its line" },
	{ TEXT("\"\t\""), 1, 2, "found a tab in a string" },
	{ TEXT("\"a\x01\""), 1, 3, "control character U+0001" },
	{ TEXT("\"a\x1f\""), 1, 3, "control character U+001F" },
	{ TEXT("\"\\a\""), 1, 2, "found a backslash before 'a'" },
	{ TEXT("\"\\'\""), 1, 2, "found a backslash before '''" },
	{ TEXT("\"\\"), 1, 2, "backslash before the end of the file" },
	{ TEXT("\"\\u12\""), 1, 2, "four hexadecimal digits" },
	{ TEXT("\"\\u12g4\""), 1, 2, "four hexadecimal digits" },
	{ TEXT("\"\\u\""), 1, 2, "four hexadecimal digits" },
	{ TEXT("\"\\U0041\""), 1, 2, "backslash before 'U'" },
	{ TEXT("\"\\ud800\""), 1, 2, "high surrogate \\ud800 alone" },
	{ TEXT("\"\\ud800\\u0041\""), 1, 2, "high surrogate" },
	{ TEXT("\"\\ud800x\""), 1, 2, "high surrogate" },
	{ TEXT("\"\\udbff\\udbff\""), 1, 2, "high surrogate" },
	{ TEXT("\"\\udc00\""), 1, 2, "low surrogate \\udc00 alone" },
	{ TEXT("\"ab\\udfff\""), 1, 4, "low surrogate" },
	{ TEXT("\"\xff\""), 1, 2, "byte 0xff, which is not UTF-8" },
	{ TEXT("\"\xc0\x80\""), 1, 2, "byte 0xc0" },		/* NUL, too long */
	{ TEXT("\"\xe0\x80\xaf\""), 1, 2, "byte 0xe0" },	/* '/', too long */
	{ TEXT("\"\xed\xa0\x80\""), 1, 2, "byte 0xed" },	/* U+D800 */
	{ TEXT("\"\xf4\x90\x80\x80\""), 1, 2, "byte 0xf4" },	/* U+110000 */
	{ TEXT("\"\xf0\x8f\xbf\xbf\""), 1, 2, "byte 0xf0" },	/* U+FFFF, too long */
	{ TEXT("\"\xc3\""), 1, 2, "byte 0xc3" },		/* cut off */
	{ TEXT("\"\xe2\x82"), 1, 2, "byte 0xe2" },
	{ TEXT("\"\x80\""), 1, 2, "byte 0x80" },
	{ TEXT("\"\xc3\xa9\" x"), 1, 5, "found 'x'" },	/* columns are characters */
	{ TEXT("\xc3\xa9"), 1, 1, "found '\xc3\xa9'" },
	{ TEXT("\xef\xbb\xbf{}"), 1, 1, "byte order mark" },
	{ TEXT("\xff\xfe{"), 1, 1, "UTF-16" },
	{ TEXT("\xfe\xff"), 1, 1, "UTF-16" },
	{ TEXT("{\xc2\xa0}"), 1, 2, "expected a key" },	/* no-break space */
	{ TEXT("\v1"), 1, 1, "control character U+000B" },
	{ TEXT("\f1"), 1, 1, "control character U+000C" },
	{ TEXT("\0"), 1, 1, "found a NUL byte" },
	{ TEXT("{}\0"), 1, 3, "found a NUL byte" },
	{ TEXT("{\0}"), 1, 2, "found a NUL byte" },
	{ TEXT("\"a\0b\""), 1, 3, "found a NUL byte in a string" },
	{ TEXT("[1\0]"), 1, 3, "found a NUL byte" },
	{ TEXT("{\"a\":1,\n \"b\":2,\n \"a\":3}"), 3, 2, "\"a\" twice in one object, expected it once: it stands at line 1" },
	{ TEXT("{\"a\":1,\"\\u0061\":2}"), 1, 8, "\"a\" twice" },
	{ TEXT("[{\"b\":{\"x\":1,\"x\":2}}]"), 1, 14, "\"x\" twice" },
	{ TEXT("{\"\":1,\"\":2}"), 1, 7, "twice" },
};

static struct tm_json *parse(struct tm_source *source, const char *text,
			     size_t length)
{
	ASSERT_EQ(tm_source_copy(source, "t", text, length), 0);
	return tm_json_parse(source);
}

TEST(bad_texts_are_refused_with_place_and_reason)
{
	size_t i;

	for (i = 0; i < sizeof(bad_texts) / sizeof(bad_texts[0]); i++) {
		const struct bad *bad = &bad_texts[i];
		struct tm_source source;
		struct tm_json *json;

		json = parse(&source, bad->text, bad->length);
		EXPECT(!json, "case %zu, %s: was read", i, bad->text);
		EXPECT(source.failed && source.error.line == bad->line &&
		       source.error.column == bad->column,
		       "case %zu, %s: %lu:%lu is not %lu:%lu", i, bad->text,
		       source.error.line, source.error.column, bad->line,
		       bad->column);
		EXPECT(strstr(source.error.reason, bad->reason),
		       "case %zu, %s: \"%s\" has no \"%s\"", i, bad->text,
		       source.error.reason, bad->reason);
		tm_json_free(json);
		tm_source_free(&source);
	}
}

TEST(good_texts_are_read)
{
	static const char *const good[] = {
		"{}", "[]", "\"\"", "0", "-0", "1", "-1", "0.5", "1.25e-7",
		"1E+9", "0e0", "true", "false", "null", " \r\n\t[ ] ",
		"[[],{}]", "{\"\":{}}", "[1,[2,[3]],{\"a\":[{}]}]",
		"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\ud834\\udd1e\"",
		"\"\x7f\xc2\x80\xef\xbf\xbf\xf4\x8f\xbf\xbf\"",
		"[\"]\",\"}\",\"{[,:\"]",
		"123456789012345678901234567890",
	};
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct tm_source source;
		struct tm_json *json = parse(&source, good[i], strlen(good[i]));

		EXPECT(json, "%s: %s", good[i], source.error.reason);
		tm_json_free(json);
		tm_source_free(&source);
	}
}

TEST(depth_is_bounded)
{
	char text[2 * TM_JSON_DEPTH_MAX + 3];
	struct tm_source source;
	struct tm_json *json;

	memset(text, '[', TM_JSON_DEPTH_MAX);
	memset(text + TM_JSON_DEPTH_MAX, ']', TM_JSON_DEPTH_MAX);
	json = parse(&source, text, 2 * TM_JSON_DEPTH_MAX);
	EXPECT_TRUE(json);
	tm_json_free(json);
	tm_source_free(&source);

	memset(text, '[', sizeof(text));
	json = parse(&source, text, sizeof(text));
	EXPECT_FALSE(json);
	EXPECT_EQ(source.error.column, TM_JSON_DEPTH_MAX + 1);
	EXPECT_TRUE(strstr(source.error.reason, "level 33 of nesting"));
	tm_source_free(&source);
}

/* A million brackets must end at the bound, not on the stack. */
TEST(deep_nesting_costs_no_stack)
{
	size_t length = 1000000;
	char *text = malloc(length);
	struct tm_source source;

	memset(text, '[', length);
	EXPECT_FALSE(parse(&source, text, length));
	tm_source_free(&source);
	free(text);
}

TEST(strings_are_resolved)
{
	static const char text[] =
		"[\"a\\u00e9\\ud834\\udd1e\\n\", \"x\\u0000y\", \"\"]";
	struct tm_source source;
	struct tm_json *json = parse(&source, text, strlen(text));
	tm_json_value value;
	size_t length;

	ASSERT(json, "%s", source.error.reason);
	value = tm_json_first(json, TM_JSON_ROOT);
	EXPECT_STREQ(tm_json_text(json, value, &length),
		     "a\xc3\xa9\xf0\x9d\x84\x9e\n");
	EXPECT_EQ(length, 8);
	value = tm_json_next(json, TM_JSON_ROOT, value);
	EXPECT_MEMEQ(tm_json_text(json, value, &length), "x\0y", 4);
	EXPECT_EQ(length, 3);
	value = tm_json_next(json, TM_JSON_ROOT, value);
	EXPECT_STREQ(tm_json_text(json, value, &length), "");
	EXPECT_EQ(length, 0);
	EXPECT_EQ(tm_json_next(json, TM_JSON_ROOT, value), TM_JSON_NONE);
	tm_json_free(json);
	tm_source_free(&source);
}

TEST(integers_are_whole_and_in_64_bits)
{
	static const struct {
		const char *text;
		int error;
		uint64_t integer;
	} cases[] = {
		{ "0", 0, 0 }, { "-0", 0, 0 }, { "7", 0, 7 },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "18446744073709551616", -ERANGE, 0 },
		{ "99999999999999999999", -ERANGE, 0 },
		{ "184467440737095516150", -ERANGE, 0 },
		{ "-1", -ERANGE, 0 }, { "1.0", -EINVAL, 0 },
		{ "1e3", -EINVAL, 0 }, { "1E0", -EINVAL, 0 },
		{ "99999999999999999999.5", -EINVAL, 0 },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tm_source source;
		struct tm_json *json = parse(&source, cases[i].text,
					     strlen(cases[i].text));
		uint64_t integer = 0;

		ASSERT(json, "%s", cases[i].text);
		EXPECT(tm_json_integer(json, TM_JSON_ROOT, &integer) ==
		       cases[i].error, "%s", cases[i].text);
		EXPECT(integer == cases[i].integer, "%s", cases[i].text);
		tm_json_free(json);
		tm_source_free(&source);
	}
}

TEST(walks_in_file_order)
{
	static const char text[] =
		"{\"a\":{\"x\":[1,2,{\"deep\":3}]},\"b\":[],\"c\":\"s\",\"d\":true}";
	static const enum tm_json_type types[] = {
		TM_JSON_OBJECT, TM_JSON_ARRAY, TM_JSON_STRING, TM_JSON_BOOLEAN,
	};
	struct tm_source source;
	struct tm_json *json = parse(&source, text, strlen(text));
	tm_json_value key;
	char name[2] = "a";
	size_t n = 0;

	ASSERT_TRUE(json);
	EXPECT_EQ(tm_json_size(json, TM_JSON_ROOT), 4);
	for (key = tm_json_first(json, TM_JSON_ROOT); key != TM_JSON_NONE;
	     key = tm_json_next(json, TM_JSON_ROOT, key), n++, name[0]++) {
		ASSERT_LT(n, 4);
		EXPECT_STREQ(tm_json_text(json, key, NULL), name);
		EXPECT_EQ(tm_json_type_of(json, tm_json_member(json, key)),
			  types[n]);
	}
	EXPECT_EQ(n, 4);
	EXPECT_TRUE(tm_json_boolean(json, tm_json_find(json, TM_JSON_ROOT, "d")));
	EXPECT_EQ(tm_json_find(json, TM_JSON_ROOT, "deep"), TM_JSON_NONE);
	EXPECT_EQ(tm_json_first(json, tm_json_find(json, TM_JSON_ROOT, "b")),
		  TM_JSON_NONE);
	tm_json_free(json);
	tm_source_free(&source);
}

TEST(errors_show_the_line_and_a_caret)
{
	static const char text[] = "{\n\t\"a\": \"\xc3\xa9\", x\x1b[31m\n}";
	struct tm_error error;
	struct tm_source source;

	EXPECT_FALSE(parse(&source, text, strlen(text)));
	EXPECT_EQ(tm_source_error(&source, &error), -1);
	EXPECT_EQ(error.exit_code, TM_EXIT_USAGE);
	EXPECT_STREQ(error.message,
		     "t:2:12: found 'x', expected a key in double quotes");
	/* The tab is one column; the escape never reaches a terminal. */
	EXPECT_STREQ(error.excerpt,
		     "   \"a\": \"\xc3\xa9\", x?[31m\n             ^");
	tm_source_free(&source);
}

TEST(long_lines_are_shown_around_the_culprit)
{
	char text[5000];
	struct tm_error error;
	struct tm_source source;
	const char *caret;

	memset(text, ' ', sizeof(text));
	text[0] = '[';
	text[3000] = '?';
	EXPECT_FALSE(parse(&source, text, sizeof(text)));
	tm_source_error(&source, &error);
	EXPECT_EQ(source.error.column, 3001);
	EXPECT_LT(strlen(error.excerpt), 200);
	caret = strchr(error.excerpt, '\n');
	ASSERT_TRUE(caret);
	EXPECT_EQ(strchr(error.excerpt, '?') - error.excerpt,
		  strchr(caret, '^') - (caret + 1));
	tm_source_free(&source);
}

TEST(a_file_that_is_not_there_is_told)
{
	struct tm_source source;
	struct tm_error error;

	EXPECT_EQ(tm_source_read(&source, "/nonexistent/file"), -ENOENT);
	tm_source_error(&source, &error);
	EXPECT_STREQ(error.message,
		     "/nonexistent/file: No such file or directory");
	EXPECT_STREQ(error.excerpt, "");
	tm_source_free(&source);
	EXPECT_EQ(tm_source_read(&source, "/"), -EISDIR);
	tm_source_free(&source);
}

/* Time must not grow with the square of the size: 300,000 of each kind. */
TEST(big_texts_are_read_in_time)
{
	static const char *const elements[] = {
		"1,", "\"10.0.0.0/8\",", "{\"prefix\":\"::1\",\"t\":[1]},",
	};
	unsigned int kind, i;

	for (kind = 0; kind < 3; kind++) {
		size_t step = strlen(elements[kind]);
		char *text = malloc(300000 * step + 2);
		struct tm_source source;
		struct tm_json *json;
		tm_json_value value;
		clock_t start = clock();
		size_t n = 0;

		text[0] = '[';
		for (i = 0; i < 300000; i++)
			memcpy(text + 1 + i * step, elements[kind], step);
		text[300000 * step] = ']';	/* for the last comma */
		json = parse(&source, text, 300000 * step + 1);
		ASSERT(json, "%s", source.error.reason);
		for (value = tm_json_first(json, TM_JSON_ROOT);
		     value != TM_JSON_NONE;
		     value = tm_json_next(json, TM_JSON_ROOT, value))
			n++;
		EXPECT_EQ(n, 300000);
		EXPECT_LT((clock() - start) / CLOCKS_PER_SEC, 10);
		tm_json_free(json);
		tm_source_free(&source);
		free(text);
	}
}
