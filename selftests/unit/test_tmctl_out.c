// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/lib/out.c userspace/lib/out_words.c userspace/lib/table.c userspace/lib/table_fit.c userspace/lib/text.c userspace/lib/writer.c userspace/lib/unknown.c userspace/lib/value.c userspace/lib/quantity.c userspace/lib/error.c
// flags: -lmnl -DTM_VERSION=__FILE__
/* One call, text or JSON: the same program printed both ways. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/genetlink.h>
#include <sys/ioctl.h>

#include "../../userspace/lib/attrs.h"
#include "../../userspace/lib/out.h"
#include "../../userspace/lib/unknown.h"
#include "../../userspace/lib/writer.h"
#include "unit.h"

/* The version that the program was built with; here the name of a file. */
#define HEAD "{\"tmctl\":{\"version\":\"userspace/lib/out.c\",\"schema\":1,\"command\":\"thing show\"}"

static const struct tm_field fields[] = {
	{ "name", "NAME", TM_UNIT_NONE },
	{ "packets", "PACKETS", TM_UNIT_COUNT },
	{ "bytes", "BYTES", TM_UNIT_BYTES },
	{ NULL, NULL, TM_UNIT_NONE }
};

static const struct tm_attr inner_attrs[] = {
	[1] = { "known", TM_ATTR_U8, NULL },
};
static const struct tm_attr_set inner = { "inner", 1, inner_attrs };

static struct tm_error error;
static char *printed;
static size_t printed_length;
static FILE *stream;

static struct tm_out *begin(bool json)
{
	stream = open_memstream(&printed, &printed_length);
	ASSERT_TRUE(stream);
	return tm_out_open(stream, json, "thing show");
}

/* What was printed; freed by the next end(). */
static const char *end(struct tm_out *out)
{
	static char kept[4096];

	EXPECT_EQ(tm_out_close(out, &error), 0);
	fclose(stream);
	snprintf(kept, sizeof(kept), "%s", printed);
	free(printed);
	return kept;
}

static void expect(struct tm_out *out, const char *wanted)
{
	const char *text = end(out);

	EXPECT_STREQ(text, wanted);
}

static void print_rows_fit(struct tm_out *out, const struct tm_fit *fit)
{
	tm_out_table(out, "things", fields);
	tm_out_fit(out, fit);
	tm_out_row(out);
	tm_out_string(out, "name", "short");
	tm_out_number(out, "packets", 1234567);
	tm_out_number(out, "bytes", 1536);
	tm_out_number(out, "hidden_in_text", 1);
	tm_out_row_end(out);
	tm_out_row(out);
	tm_out_string(out, "name", "a longer name");
	tm_out_number(out, "packets", 1);
	tm_out_row_end(out);
	tm_out_end(out);
}

static void print_rows(struct tm_out *out)
{
	print_rows_fit(out, NULL);
}

TEST(a_table_is_aligned_under_its_header)
{
	struct tm_out *out = begin(false);

	print_rows(out);
	expect(out,
		     "NAME           PACKETS     BYTES\n"
		     "short          1234567  1.50 KiB\n"
		     "a longer name        1         -\n");
}

TEST(the_same_table_in_json_is_raw_and_complete)
{
	struct tm_out *out = begin(true);

	print_rows(out);
	expect(out, HEAD ",\"things\":["
		     "{\"name\":\"short\",\"packets\":1234567,\"bytes\":1536,\"hidden_in_text\":1},"
		     "{\"name\":\"a longer name\",\"packets\":1}]}\n");
}

TEST(an_empty_table_says_so)
{
	struct tm_out *out = begin(false);

	tm_out_table(out, "things", fields);
	tm_out_end(out);
	expect(out, "NAME  PACKETS  BYTES\n(none)\n");
}

TEST(a_failure_in_the_middle_leaves_a_whole_document)
{
	struct tm_out *out = begin(true);

	tm_out_table(out, "things", fields);
	tm_out_row(out);
	tm_out_string(out, "name", "half");
	tm_out_array(out, "inner");
	tm_out_number(out, NULL, 1);
	tm_error_set(&error, TM_EXIT_REFUSED, 22, "no \"good\"");
	tm_error_hint(&error, "try another");
	tm_out_error(out, &error);
	expect(out, HEAD
		     ",\"things\":[{\"name\":\"half\",\"inner\":[1]}],"
		     "\"error\":{\"code\":\"refused\",\"exit_code\":1,\"errno\":22,"
		     "\"message\":\"no \\\"good\\\"\",\"kernel\":\"\",\"attribute\":\"\","
		     "\"hint\":\"try another\"}}\n");
}

TEST(nothing_printed_is_a_document_too)
{
	expect(begin(true), HEAD "}\n");
}

TEST(a_stream_has_one_object_a_line_and_no_document)
{
	struct tm_out *out = begin(true);

	tm_out_stream(out);
	tm_out_block(out, NULL, NULL);
	tm_out_number(out, "a", 1);
	tm_out_end(out);
	/* Flushed: it can be read before the stream ends. */
	EXPECT_STREQ(printed, "{\"a\":1}\n");
	tm_out_warn(out, "careful");
	tm_error_set(&error, TM_EXIT_NOT_LOADED, 0, "gone");
	tm_out_error(out, &error);
	expect(out, "{\"a\":1}\n{\"warning\":\"careful\"}\n"
		     "{\"error\":{\"code\":\"not_loaded\",\"exit_code\":3,\"errno\":0,"
		     "\"message\":\"gone\",\"kernel\":\"\",\"attribute\":\"\",\"hint\":\"\"}}\n");
}

TEST(warnings_end_the_document)
{
	struct tm_out *out = begin(true);

	tm_out_warn(out, "one");
	tm_out_number(out, "a", 1);
	tm_out_warn(out, "two");
	expect(out, HEAD ",\"a\":1,\"warnings\":[\"one\",\"two\"]}\n");
}

TEST(json_strings_are_escaped_and_utf8)
{
	struct tm_out *out = begin(true);

	tm_out_string(out, "a", "\"\\\n\x1b\x7f\xc3\xa9\xff\xed\xa0\x80\xc0\x80");
	expect(out, HEAD ",\"a\":\"\\\"\\\\\\u000a\\u001b\\u007f\xc3\xa9"
		     "\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\"}\n");
}

TEST(a_terminal_gets_no_control_character_from_the_network)
{
	struct tm_out *out = begin(false);

	tm_out_table(out, "things", fields);
	tm_out_row(out);
	tm_out_string(out, "name", "\x1b[2J\r\xc2\x9b\xff" "end");
	tm_out_row_end(out);
	tm_out_end(out);
	tm_out_text(out, "%s", "a\nb");
	expect(out,
		     "NAME                        PACKETS  BYTES\n"
		     "\\x1b[2J\\x0d\\xc2\\x9b\\xffend        -      -\n"
		     "a\\x0ab\n");
}

TEST(arrays_become_one_cell)
{
	struct tm_out *out = begin(false);

	tm_out_block(out, "thing", fields);
	tm_out_array(out, "name");
	tm_out_string(out, NULL, "a");
	tm_out_string(out, NULL, "b");
	tm_out_end(out);
	tm_out_array(out, "elsewhere");
	tm_out_string(out, NULL, "c");
	tm_out_end(out);
	tm_out_end(out);
	expect(out, "NAME     a, b\n");
}

TEST(reals_that_json_has_no_word_for_are_null)
{
	struct tm_out *out = begin(true);

	tm_out_real(out, "a", 0.5);
	tm_out_real(out, "b", 1e308 * 10);
	tm_out_signed(out, "c", INT64_MIN);
	tm_out_number(out, "d", UINT64_MAX);
	tm_out_bool(out, "e", false);
	tm_out_null(out, "f");
	expect(out, HEAD ",\"a\":0.5,\"b\":null,"
		     "\"c\":-9223372036854775808,\"d\":18446744073709551615,"
		     "\"e\":false,\"f\":null}\n");
}

TEST(attributes_unknown_here_are_shown)
{
	static const struct tm_attr known[] = {
		[3] = { "inner", TM_ATTR_NEST, &inner },
	};
	static const struct tm_attr_set set = { "thing", 3, known };
	char buffer[128] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	struct tm_out *out = begin(true);
	struct nlattr *nest;
	char *unknown;

	mnl_nlmsg_put_extra_header(nlh, sizeof(struct genlmsghdr));
	nest = mnl_attr_nest_start(nlh, 3);
	mnl_attr_put_u8(nlh, 1, 7);
	mnl_attr_put(nlh, 9, 0, NULL);
	mnl_attr_nest_end(nlh, nest);
	mnl_attr_put_u16(nlh, 40, htons(0x0aff));
	mnl_attr_put_u8(nlh, 40, 1);
	ASSERT_EQ(tm_unknown_read(&unknown, &set, nlh, &error), 0);
	EXPECT_STREQ(unknown, "inner.attr_9= attr_40=0aff attr_40.1=01");
	tm_out_block(out, "thing", fields);
	tm_out_unknown(out, unknown);
	tm_out_end(out);
	expect(out, HEAD ",\"thing\":{\"inner.attr_9\":\"\",\"attr_40\":\"0aff\",\"attr_40.1\":\"01\"}}\n");

	out = begin(false);
	tm_out_table(out, "things", fields);
	tm_out_row(out);
	tm_out_string(out, "name", "x");
	tm_out_unknown(out, unknown);
	tm_out_row_end(out);
	tm_out_end(out);
	expect(out, "NAME  PACKETS  BYTES\n"
		     "x           -      -  inner.attr_9= attr_40=0aff attr_40.1=01\n");
	free(unknown);
}

TEST(what_does_not_fit_goes_below_or_is_named_as_left_out)
{
	static const struct tm_fit fit[] = {
		TM_STACK("bytes", "packets"),
		TM_LEAVE_OUT("packets"),
		TM_FITTED
	};
	struct tm_out *out = begin(false);

	tm_out_width(out, 26);
	print_rows_fit(out, fit);
	expect(out, "                PACKETS\n"
		     "NAME              BYTES\n"
		     "short           1234567\n"
		     "               1.50 KiB\n"
		     "a longer name         1\n"
		     "                      -\n");
	out = begin(false);
	tm_out_width(out, 20);
	print_rows_fit(out, fit);
	expect(out, "NAME\n"
		     "short\n"
		     "a longer name\n"
		     "(no room for\n"
		     "PACKETS, BYTES; `|\n"
		     "cat` shows all)\n");
}

TEST(a_terminal_is_asked_for_its_width)
{
	static const struct tm_fit fit[] = {
		TM_STACK("bytes", "packets"), TM_FITTED
	};
	const struct winsize size = { .ws_row = 24, .ws_col = 26 };
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave;
	char text[1024];
	struct tm_out *out;
	ssize_t length;

	unsetenv("NO_COLOR");
	ASSERT_TRUE(master >= 0 && !grantpt(master) && !unlockpt(master));
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	ASSERT_TRUE(slave >= 0 && !ioctl(slave, TIOCSWINSZ, &size));
	stream = fdopen(slave, "w");
	ASSERT_TRUE(stream);
	out = tm_out_open(stream, false, "thing show");
	print_rows_fit(out, fit);
	EXPECT_EQ(tm_out_close(out, &error), 0);
	length = read(master, text, sizeof(text) - 1);
	ASSERT_TRUE(length > 0);
	text[length] = '\0';
	EXPECT_TRUE(strstr(text, " PACKETS\r\nNAME              BYTES\r\nshort "));
	/* What stands below is dim. */
	EXPECT_TRUE(strstr(text, "\033[2m1.50 KiB\033[0m\r\n"));
	fclose(stream);
	close(master);
}

TEST(long_cells_and_prose_wrap_at_words)
{
	static const struct tm_fit fit[] = { TM_WRAP("name", 5), TM_FITTED };
	struct tm_out *out = begin(false);

	tm_out_width(out, 27);
	print_rows_fit(out, fit);
	tm_out_prose(out, "  one, two: %s", "three and four are more");
	tm_out_text(out, "a line to be copied is never broken");
	expect(out, "NAME      PACKETS     BYTES\n"
		     "short     1234567  1.50 KiB\n"
		     "a longer        1         -\n"
		     "name\n"
		     "  one, two: three and four\n"
		     "  are more\n"
		     "a line to be copied is never broken\n");
}

TEST(output_that_does_not_get_out_is_an_error)
{
	FILE *full = fopen("/dev/full", "w");
	struct tm_out *out;

	ASSERT_TRUE(full);
	out = tm_out_open(full, true, "thing show");
	tm_out_number(out, "a", 1);
	EXPECT_EQ(tm_out_close(out, &error), -1);
	EXPECT_EQ(error.exit_code, TM_EXIT_REFUSED);
	EXPECT_TRUE(strstr(error.message, "No space left"));
	fclose(full);
}

/* More than waits at a time, of pieces that are small, large and larger than that. */
TEST(a_long_document_is_whole)
{
	static const size_t lengths[] = { 1, 1000, TM_WRITER_SIZE - 3,
					  TM_WRITER_SIZE, 100000 };
	static char text[100001];
	struct tm_out *out = begin(true);
	size_t total = strlen(HEAD), i, at;

	for (i = 0; i < 500; i++) {
		size_t length = lengths[i % 5];

		memset(text, 'a' + i % 26, length);
		text[length] = '\0';
		tm_out_string(out, "k", text);
		total += strlen(",\"k\":\"\"") + length;
	}
	EXPECT_EQ(tm_out_close(out, &error), 0);
	fclose(stream);
	ASSERT_EQ(printed_length, total + 2);
	for (at = strlen(HEAD), i = 0; i < 500; i++) {
		ASSERT_TRUE(!strncmp(printed + at, ",\"k\":\"", 6));
		at += 6;
		ASSERT_EQ(strspn(printed + at, (char []){ 'a' + i % 26, 0 }),
			  lengths[i % 5]);
		at += lengths[i % 5] + 1;
	}
	EXPECT_STREQ(printed + at, "}\n");
	free(printed);
}

TEST(between_lines_of_text_others_may_write)
{
	struct tm_out *out = begin(false);

	print_rows(out);
	fputs("theirs\n", stream);
	tm_out_text(out, "ours");
	fputs("theirs\n", stream);
	expect(out, "NAME           PACKETS     BYTES\n"
		    "short          1234567  1.50 KiB\n"
		    "a longer name        1         -\n"
		    "theirs\nours\ntheirs\n");
}

TEST(a_disk_that_is_full_long_before_the_end_is_an_error)
{
	FILE *full = fopen("/dev/full", "w");
	struct tm_out *out;
	unsigned int i;

	ASSERT_TRUE(full);
	out = tm_out_open(full, true, "thing show");
	for (i = 0; i < 100000; i++)
		tm_out_number(out, "a", i);
	EXPECT_EQ(tm_out_close(out, &error), -1);
	EXPECT_EQ(error.exit_code, TM_EXIT_REFUSED);
	EXPECT_TRUE(strstr(error.message, "No space left"));
	fclose(full);
}
