// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/tmctl/commandline.c userspace/tmctl/help.c userspace/lib/names.c userspace/lib/error.c
/* The command line: what is understood, and what is said of what is not. */
#include "../../userspace/tmctl/commandline.h"
#include "unit.h"

static int nothing(struct tm_context *context, struct tm_error *error)
{
	(void)context;
	(void)error;
	return 0;
}

static const struct tm_option show_options[] = {
	{ "port", "N", "a port", false },
	{ "state", "new|old", "a state", false },
	{ "from", "CURSOR", "cursors", true },
	{ "--follow", NULL, "go on", false },
	{ "--wait", "TIME", "how long", false },
	{ NULL, NULL, NULL, false }
};

static const struct tm_verb thing_verbs[] = {
	{ .name = "show", .run = nothing, .usage = "[port N]",
	  .summary = "shows", .options = show_options },
	{ .name = "add", .run = nothing, .usage = "NAME...",
	  .summary = "adds", .positionals_min = 1,
	  .positionals_max = TM_POSITIONALS_ANY },
	{ .name = NULL }
};

static const struct tm_verb other_verbs[] = {
	{ .name = "show", .run = nothing, .summary = "shows" },
	{ .name = NULL }
};

static const struct tm_object thing = { "thing", "things", thing_verbs };
static const struct tm_object other = { "other", "others", other_verbs };
static const struct tm_object *const objects[] = { &other, &thing, NULL };

static struct tm_commandline line;
static struct tm_error error;
static char words[512];
static char *argv[64];

/* Parse a line split at its spaces. */
static int parse(const char *text)
{
	int argc = 0;
	char *word;

	tm_commandline_free(&line);
	snprintf(words, sizeof(words), "tmctl %s", text);
	for (word = strtok(words, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	memset(&error, 0, sizeof(error));
	return tm_commandline_parse(&line, objects, argc, argv, &error);
}

static const struct tm_context *context(void)
{
	return &line.context;
}

TEST(nothing_means_the_first_object)
{
	EXPECT_EQ(parse(""), 0);
	EXPECT_STREQ(context()->object->name, "other");
	EXPECT_STREQ(context()->verb->name, "show");
	EXPECT_EQ(parse("-j"), 0);
	EXPECT_TRUE(context()->json);
	EXPECT_STREQ(context()->object->name, "other");
	tm_commandline_free(&line);
}

TEST(an_object_alone_means_its_first_verb)
{
	EXPECT_EQ(parse("thing port 80 --follow"), 0);
	EXPECT_STREQ(context()->verb->name, "show");
	EXPECT_STREQ(tm_given_value(context(), "port"), "80");
	EXPECT_TRUE(tm_given_flag(context(), "--follow"));
	EXPECT_TRUE(!tm_given_value(context(), "state"));
	tm_commandline_free(&line);
}

TEST(global_options_stand_anywhere)
{
	EXPECT_EQ(parse("thing show -n blue port 80 -j"), 0);
	EXPECT_STREQ(context()->netns, "blue");
	EXPECT_TRUE(context()->json);
	EXPECT_EQ(parse("--netns=/proc/1/ns/net thing"), 0);
	EXPECT_STREQ(context()->netns, "/proc/1/ns/net");
	EXPECT_EQ(parse("thing -n"), -1);
	tm_commandline_free(&line);
}

TEST(an_option_with_several_values_ends_at_the_next_option)
{
	EXPECT_EQ(parse("thing show from a b c port 80 from d"), 0);
	EXPECT_STREQ(tm_given_nth(context(), "from", 0), "a");
	EXPECT_STREQ(tm_given_nth(context(), "from", 2), "c");
	EXPECT_STREQ(tm_given_nth(context(), "from", 3), "d");
	EXPECT_TRUE(!tm_given_nth(context(), "from", 4));
	EXPECT_STREQ(tm_given_value(context(), "port"), "80");
	tm_commandline_free(&line);
}

TEST(values_follow_or_stand_behind_an_equals_sign)
{
	EXPECT_EQ(parse("thing --wait=5s"), 0);
	EXPECT_STREQ(tm_given_value(context(), "--wait"), "5s");
	EXPECT_EQ(parse("thing --wait 5s"), 0);
	EXPECT_STREQ(tm_given_value(context(), "--wait"), "5s");
	EXPECT_EQ(parse("thing --follow=yes"), -1);
	EXPECT_EQ(parse("thing --wait"), -1);
	EXPECT_STREQ(error.message, "'--wait' needs a value: TIME");
	tm_commandline_free(&line);
}

TEST(positionals_are_counted)
{
	EXPECT_EQ(parse("thing add a b"), 0);
	EXPECT_EQ(context()->positional_count, 2);
	EXPECT_STREQ(context()->positionals[1], "b");
	EXPECT_EQ(parse("thing add"), -1);
	EXPECT_EQ(parse("thing add -- --follow -j"), 0);
	EXPECT_STREQ(context()->positionals[0], "--follow");
	EXPECT_FALSE(context()->json);
	EXPECT_EQ(parse("thing add -"), 0);
	EXPECT_STREQ(context()->positionals[0], "-");
	EXPECT_EQ(parse("thing show a"), -1);
	tm_commandline_free(&line);
}

TEST(what_is_not_understood_is_named_with_what_was_meant)
{
	static const struct {
		const char *line, *message, *hint;
	} cases[] = {
		{ "thnig", "'thnig'", "did you mean 'thing'" },
		{ "xyzzy", "'xyzzy'", "lists the objects" },
		{ "--jsn", "'--jsn'", "lists the options" },
		{ "thing sohw", "'sohw'", "did you mean 'show'" },
		{ "thing show prot 80", "'prot'", "did you mean 'port'" },
		{ "thing show --folow", "'--folow'", "'--follow'" },
		{ "thing port 80 port 81", "given twice", "" },
		{ "other show x", "'x'", "tmctl other --help" },
		{ "thing port", "needs a value: N", "a port" },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		EXPECT(parse(cases[i].line) == -1, "'%s' was understood",
		       cases[i].line);
		EXPECT_EQ(error.exit_code, TM_EXIT_USAGE);
		EXPECT(strstr(error.message, cases[i].message), "%s: %s",
		       cases[i].line, error.message);
		EXPECT(strstr(error.hint, cases[i].hint), "%s: %s",
		       cases[i].line, error.hint);
	}
	tm_commandline_free(&line);
}

TEST(help_is_of_what_stands_before_it)
{
	EXPECT_EQ(parse("--help"), 0);
	EXPECT_TRUE(line.help && !context()->object);
	EXPECT_EQ(parse("thing --help"), 0);
	EXPECT_TRUE(line.help && context()->object == &thing &&
		    !context()->verb);
	EXPECT_EQ(parse("thing add --help"), 0);
	EXPECT_TRUE(line.help && context()->verb == &thing_verbs[1]);
	tm_commandline_free(&line);
}

static char *completed;

static const char *complete(int count, char **given)
{
	size_t length;
	FILE *stream;

	free(completed);
	stream = open_memstream(&completed, &length);
	tm_complete_print(stream, objects, given, count);
	fclose(stream);
	return completed;
}

TEST(completion_comes_out_of_the_tables)
{
	static char *const given[] = { "thing", "show", "state" };

	EXPECT_STREQ(complete(0, NULL),
		     "other\nthing\n--json\n--netns\n--help\n--version\n");
	EXPECT_STREQ(complete(1, (char **)given),
		     "show\nadd\nport\nstate\nfrom\n--follow\n--wait\n--help\n");
	EXPECT_STREQ(complete(3, (char **)given), "new\nold\n");
	free(completed);
}
