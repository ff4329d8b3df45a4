// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/tmctl/boot.c userspace/tmctl/carry.c userspace/tmctl/commandline.c userspace/tmctl/commit.c userspace/tmctl/counters.c userspace/tmctl/endpoint.c userspace/tmctl/event.c userspace/tmctl/explain_packet.c userspace/tmctl/findings.c userspace/tmctl/flow.c userspace/tmctl/flow_list.c userspace/tmctl/help.c userspace/tmctl/ledger.c userspace/tmctl/limiter.c userspace/tmctl/limiter_list.c userspace/tmctl/lockout.c userspace/tmctl/netns.c userspace/tmctl/policy.c userspace/tmctl/policy_apply.c userspace/tmctl/policy_diff.c userspace/tmctl/policy_explain.c userspace/tmctl/policy_explain_steps.c userspace/tmctl/policy_mode.c userspace/tmctl/policy_save.c userspace/tmctl/policy_sets.c userspace/tmctl/policy_words.c userspace/tmctl/record.c userspace/tmctl/ring.c userspace/tmctl/set.c userspace/tmctl/set_change.c userspace/tmctl/set_lockout.c userspace/tmctl/set_make.c userspace/tmctl/set_save.c userspace/tmctl/set_test.c userspace/tmctl/stats.c userspace/tmctl/status.c userspace/lib/*.c
// flags: -lmnl -lnetfilter_conntrack -lnfnetlink -DTM_VERSION=__FILE__
/*
 * What tmctl's objects make of a module's replies: nothing of a newer module is
 * hidden, a terminal's width is kept, a pipe gets all, ICMP has no ports.
 */
#include "unit.h"

#include "../../userspace/lib/text.h"
#include "fake_replies.h"

static char printed[65536];

/* What the command prints; kept until the next one. */
static const char *print(const char *command, bool json, size_t columns)
{
	struct tm_error error = { 0 };
	FILE *stream = fmemopen(printed, sizeof(printed), "w");

	ASSERT_TRUE(stream);
	setenv("TZ", "UTC", 1);
	EXPECT(fake_run(command, stream, json, columns, &error) >= 0, "%s: %s",
	       command, error.message);
	fclose(stream);
	return printed;
}

static bool has(const char *text)
{
	return strstr(printed, text);
}

/* Each line, in columns; 0 when there is none. */
static size_t widest_line(void)
{
	size_t widest = 0, length;
	const char *line;

	for (line = printed; *line; line += length + !!line[length]) {
		length = strcspn(line, "\n");
		if (tm_text_width(line, length) > widest)
			widest = tm_text_width(line, length);
	}
	return widest;
}

static const char *const tables[] = {
	"flow", "record", "policy", "limiter", "event", "stats --explain",
	"stats --all", "set", "set show deny", "set test deny 203.0.113.7",
	"policy explain from 192.0.2.1:9 to 198.51.100.1:443 --all",
};

#define TABLES	(sizeof(tables) / sizeof(tables[0]))

TEST(nothing_that_a_newer_module_says_is_hidden)
{
	static const struct {
		const char *command;
		const char *where[3];	/* attributes, the last two in nests */
	} cases[] = {
		{ "status", { "attr_900", "device.attr_900" } },
		{ "-n / netns", { "attr_900", "device.attr_900" } },
		{ "stats", { "attr_900", "class.1.attr_900",
			     "reason.attr_900" } },
		{ "flow", { "attr_900" } },
		{ "record", { "attr_900" } },
		{ "policy", { "attr_900", "limit.attr_900",
			      "limit.1.attr_900" } },
		{ "policy", { "destination_set.attr_900" } },
		{ "set", { "attr_900" } },
		{ "set show deny", { "attr_900", "entry.attr_900" } },
		{ "set test deny 203.0.113.7", { "attr_900", "entry.attr_900" } },
		{ "limiter", { "attr_900" } },
		{ "event", { "attr_900" } },
	};
	size_t i, k;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (k = 0; k < 3 && cases[i].where[k]; k++) {
			char text[64], json[64];

			snprintf(text, sizeof(text), "%s=", cases[i].where[k]);
			snprintf(json, sizeof(json), "\"%s\":\"",
				 cases[i].where[k]);
			fake_newer = true;
			print(cases[i].command, false, 0);
			EXPECT(has(text), "%s: no %s in text", cases[i].command,
			       text);
			print(cases[i].command, false, 80);
			EXPECT(has(text), "%s: no %s at 80 columns",
			       cases[i].command, text);
			print(cases[i].command, true, 0);
			EXPECT(has(json), "%s: no %s in JSON", cases[i].command,
			       json);
			fake_newer = false;
			print(cases[i].command, false, 0);
			EXPECT(!has("attr_900"), "%s: made up",
			       cases[i].command);
		}
	}
}

TEST(export_says_what_it_leaves_out)
{
	fake_newer = true;
	print("policy export", true, 0);
	EXPECT_TRUE(has("attributes that this tool does not know"));
	fake_newer = false;
	print("policy export", true, 0);
	EXPECT_FALSE(has("warnings"));
}

TEST(no_table_is_wider_than_the_terminal)
{
	static const size_t widths[] = { 80, 100, 120, 160, 200 };
	size_t i, k;

	for (i = 0; i < TABLES; i++) {
		for (k = 0; k < sizeof(widths) / sizeof(widths[0]); k++) {
			print(tables[i], false, widths[k]);
			EXPECT(widest_line() <= widths[k],
			       "%s at %zu columns takes %zu", tables[i],
			       widths[k], widest_line());
		}
	}
}

TEST(a_wide_terminal_and_a_pipe_get_the_same)
{
	char *whole;
	size_t i;

	for (i = 0; i < TABLES; i++) {
		whole = strdup(print(tables[i], false, 0));
		EXPECT_STREQ(print(tables[i], false, 1000), whole);
		EXPECT_FALSE(has("| cat"));
		free(whole);
	}
}

/* A pair of the longest addresses: whole, below each other. */
TEST(a_pair_of_long_addresses_is_readable_at_80_columns)
{
	print("flow", false, 80);
	EXPECT_TRUE(has(
"PROTO   SOURCE                                             PACKETS        BYTES\n"
"DIR     DESTINATION                                     REPLY PKTS  REPLY BYTES\n"));
	EXPECT_TRUE(has(
"tcp     [2001:db8:1234:5678:9abc:def0:1234:5678]:54321      123456      165 MiB\n"
"in      [2001:db8:fedc:ba98:7654:3210:fedc:ba98]:443       7654321     9.98 GiB\n"));
	EXPECT_TRUE(has("(no room for STATE, DEVICE, AGE, IDLE; `| cat` shows all)\n"));
	print("flow", false, 120);
	EXPECT_FALSE(has("| cat"));
}

TEST(sentences_wrap_at_words)
{
	print("event", false, 80);
	EXPECT_TRUE(has(
"2026-11-23 11:39:59  policy_over  policy dns-answers-per-customer-prefix went\n"
"                                  over its limit of 50 kpps, most to\n"
"                                  2001:db8:fedc:ba98:7654:3210:fedc:ba98, and\n"
"                                  drops what exceeds it\n"));
}

TEST(icmp_has_identifier_or_type_and_code_and_no_ports)
{
	static const char echo[] =
		"\"source\":\"192.0.2.1\",\"destination\":\"192.0.2.2\",\"icmp_id\":4711,";
	static const char unreachable[] =
		"\"source\":\"192.0.2.9\",\"destination\":\"192.0.2.2\",\"icmp_type\":3,\"icmp_code\":1,";
	static const char *const commands[] = { "flow", "record" };
	size_t i;

	for (i = 0; i < 2; i++) {
		print(commands[i], true, 0);
		EXPECT(has(echo), "%s: echo", commands[i]);
		EXPECT(has(unreachable), "%s: unreachable", commands[i]);
		/* Fragments and GRE have neither. */
		EXPECT(has("\"destination\":\"2001:db8::2\",\"state\""),
		       "%s: fragment", commands[i]);
		EXPECT(has("\"source_port\":54321,\"destination_port\":443"),
		       "%s: tcp", commands[i]);
		print(commands[i], false, 0);
		EXPECT(has("192.0.2.2 echo id 4711 "), "%s: echo", commands[i]);
		EXPECT(has("192.0.2.2 type 3 code 1 "), "%s: unreachable",
		       commands[i]);
	}
}

/* It is kept with its ends the other way round. */
TEST(a_limiter_of_icmp_is_shown_as_limiter_del_takes_it)
{
	print("limiter", false, 0);
	EXPECT_TRUE(has("protocol icmp source 192.0.2.9 destination 192.0.2.2 icmp-type 3 icmp-code 1 "));
	print("limiter", true, 0);
	EXPECT_TRUE(has("\"source\":\"192.0.2.9\",\"destination\":\"192.0.2.2\",\"icmp_type\":3,\"icmp_code\":1,\"protocol\":1,"));
}

TEST(flows_that_nobody_sorts_are_counted_and_cut_all_the_same)
{
	char *kept;

	/* All are of the same age. */
	kept = strdup(print("flow show sort age", false, 0));
	EXPECT_STREQ(print("flow show sort none", false, 0), kept);
	free(kept);
	print("flow show sort none", true, 0);
	EXPECT_TRUE(has("\"flows_matched\":6,\"flows_shown\":6,"));
	print("flow show sort none limit 2", true, 0);
	EXPECT_TRUE(has("\"flows_matched\":6,\"flows_shown\":2,"));
	print("flow show sort none limit 2", false, 0);
	EXPECT_TRUE(has("(2 of 6 flows)\n"));
	EXPECT_FALSE(has("192.0.2.1"));
}

TEST(a_dump_that_breaks_leaves_what_was_shown_and_a_whole_document)
{
	static const char end[] = "\"code\":\"refused\"";
	struct tm_error error = { 0 };
	FILE *stream;

	fake_breaking = true;
	stream = fmemopen(printed, sizeof(printed), "w");
	ASSERT_TRUE(stream);
	EXPECT_EQ(fake_run("flow show sort none", stream, true, 0, &error), -1);
	fclose(stream);
	fake_breaking = false;
	EXPECT_TRUE(has("\"flows\":[{\"protocol\":6,"));
	EXPECT_TRUE(has("}],\"error\":{"));
	EXPECT_TRUE(has(end));
	EXPECT_STREQ(printed + strlen(printed) - 3, "}}\n");
}

/* What a command that the module or the tool refuses says, beside its exit code. */
static void refused(const char *command, int exit_code, const char *message,
		    const char *hint)
{
	struct tm_error error = { 0 };
	FILE *stream = fmemopen(printed, sizeof(printed), "w");

	ASSERT_TRUE(stream);
	EXPECT(fake_run(command, stream, false, 0, &error) < 0, "%s: done",
	       command);
	fclose(stream);
	EXPECT(error.exit_code == exit_code, "%s: exit code %d", command,
	       error.exit_code);
	EXPECT(strstr(error.message, message), "%s: %s", command,
	       error.message);
	EXPECT(strstr(error.hint, hint), "%s: %s", command, error.hint);
}

TEST(sets_are_shown_with_what_names_them_and_what_they_decide)
{
	print("set", false, 0);
	EXPECT_TRUE(has(
"NAME       ENTRIES  POLICIES    MEMORY  PACKETS DECIDED  BYTES DECIDED\n"));
	EXPECT_TRUE(has("customers        2         1  4.12 KiB                -              -\n"));
	print("set", true, 0);
	EXPECT_TRUE(has("{\"name\":\"customers\",\"entries\":2,\"policies\":1,\"memory_bytes\":4224}"));
	print("set show deny", true, 0);
	EXPECT_TRUE(has("{\"prefix\":\"203.0.113.0/24\",\"timeout_ns\":5400000000000,\"packets_sampled\":123456,\"bytes_sampled\":7654321,\"hit_age_ns\":3000000000,\"comment\":\"ticket 4711: "));
	/* A byte that is not UTF-8, of another client. */
	EXPECT_TRUE(has("since May?\""));
	print("set show deny", false, 0);
	EXPECT_TRUE(has("PACKETS SAMPLED  BYTES SAMPLED  LAST HIT  COMMENT"));
	print("policy", false, 0);
	EXPECT_TRUE(has("to 198.51.100.0/24,2001:db8:1234::/48,@customers"));
	print("policy", true, 0);
	EXPECT_TRUE(has("\"destination\":[\"198.51.100.0/24\",\"2001:db8:1234::/48\",\"@customers\"]"));
}

static int tested(const char *command)
{
	struct tm_error error = { 0 };
	FILE *stream = fmemopen(printed, sizeof(printed), "w");
	int result;

	ASSERT_TRUE(stream);
	result = fake_run(command, stream, true, 0, &error);
	fclose(stream);
	return result;
}

TEST(an_address_is_tested_against_a_set)
{
	EXPECT_EQ(tested("set test deny 203.0.113.7 203.0.113.255"),
		  TM_EXIT_DONE);
	EXPECT_TRUE(has("{\"address\":\"203.0.113.7\",\"in\":true,\"prefix\":\"203.0.113.0/24\",\"timeout_ns\":5400000000000,"));
	EXPECT_TRUE(has("{\"address\":\"203.0.113.255\",\"in\":true"));
	EXPECT_EQ(tested("set test deny 203.0.113.7 ::1"), TM_EXIT_FINDINGS);
	EXPECT_TRUE(has("{\"address\":\"::1\",\"in\":false}"));
	EXPECT_EQ(tested("set test allow 203.0.113.7"), TM_EXIT_FINDINGS);
	refused("set test deny 203.0.113.0/24", TM_EXIT_USAGE,
		"203.0.113.0/24", "");
	refused("set test deny example.org", TM_EXIT_USAGE, "example.org", "");
	refused("set test deny 203.0.113.7 x", TM_EXIT_USAGE, "'x'", "");
	refused("set test d/ 203.0.113.7", TM_EXIT_USAGE, "at place 2", "");
}

TEST(a_set_that_there_is_not_is_never_made_by_a_typing_mistake)
{
	static const char *const fill[] = {
		"set replace costumers ::1", "set add costumers ::1",
		"set add costumers ::1 --confirm 60s",
	};
	static const char *const others[] = {
		"set show costumers", "set export costumers",
		"set test costumers ::1", "set del costumers ::1",
		"set flush costumers", "set destroy costumers",
	};
	size_t i;

	for (i = 0; i < sizeof(fill) / sizeof(fill[0]); i++)
		refused(fill[i], TM_EXIT_REFUSED, "there is no set 'costumers'",
			"did you mean 'customers'? `tmctl set create costumers` makes a new one");
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		refused(others[i], TM_EXIT_REFUSED, "there is no set 'costumers'",
			"did you mean 'customers'? `tmctl set` lists the sets");
	refused("set add nobody ::1", TM_EXIT_REFUSED, "there is no set 'nobody'",
		"`tmctl set create nobody` makes it");
	refused("set flush nobody", TM_EXIT_REFUSED, "there is no set 'nobody'",
		"`tmctl set` lists the sets");
}

TEST(sets_are_made_and_destroyed_in_words)
{
	print("set create nobody", false, 0);
	EXPECT_TRUE(has("Set nobody made, empty. Generation 8 is in use.\n"));
	refused("set create customers", TM_EXIT_REFUSED,
		"the set customers is there already, with 2 entries; nothing was changed",
		"`tmctl set flush customers`");
	refused("set create allow", TM_EXIT_REFUSED, "is there already", "");
	refused("set create a/b", TM_EXIT_USAGE, "at place 2", "a name is");
	refused("set destroy customers", TM_EXIT_REFUSED,
		"the set customers is named by 1 policy: dns-answers-per-customer-prefix",
		"apply a ruleset first");
	refused("set destroy allow", TM_EXIT_USAGE,
		"the set allow is always there", "`tmctl set flush allow`");
	refused("set destroy deny", TM_EXIT_USAGE, "always there", "");
}

TEST(a_comment_that_no_entry_can_have_is_refused)
{
	static const char long_one[] =
		"1234567890123456789012345678901234567890123456789012345678901234";
	char command[128];

	print("set add deny ::1 comment scanner", false, 0);
	EXPECT_TRUE(has("1 prefix added to deny."));
	snprintf(command, sizeof(command), "set add deny ::1 comment %.63s",
		 long_one);
	print(command, false, 0);
	snprintf(command, sizeof(command), "set add deny ::1 comment %s",
		 long_one);
	refused(command, TM_EXIT_USAGE, "the comment has 64 bytes", "");
	refused("set add deny ::1 comment ", TM_EXIT_USAGE,
		"the comment is empty", "leave it out");
	refused("set replace deny ::1 comment a\tb", TM_EXIT_USAGE,
		"a control character, at place 2", "");
}

TEST(a_packet_is_explained_by_the_sets_in_use)
{
	print("policy explain from 192.0.2.1:53 to 203.0.113.7:9 class udp",
	      false, 0);
	EXPECT_TRUE(has("203.0.113.0/24 covers the destination"));
	print("policy explain from 192.0.2.1:53 to 198.51.101.1:9 class udp --all",
	      false, 0);
	EXPECT_TRUE(has("it is empty"));
	EXPECT_TRUE(has("neither end is in it"));
	EXPECT_TRUE(has("destination 198.51.101.1 is none of 198.51.100.0/24, 2001:db8:1234::/48, @customers"));
}

/* A file of the test's own, with one policy more than that names sets. */
static const char *file_of(const char *sets)
{
	static char path[64];
	FILE *stream;

	snprintf(path, sizeof(path), "/tmp/test_tmctl_objects.%d.json", getpid());
	stream = fopen(path, "w");
	ASSERT_TRUE(stream);
	fprintf(stream, "{\"schema\":1,\"policies\":[{\"name\":\"b\"},\n{\"name\":\"a\",\"mode\":\"enforce\",\"match\":{\"class\":\"syn\",\"source\":[\"@nobody\",\"!@customers\",\"@deny\"]}}],\"sets\":{%s}}\n",
		sets);
	fclose(stream);
	return path;
}

TEST(sets_that_a_file_does_not_have_are_those_in_use)
{
	char command[160], message[160];
	const char *path = file_of("");

	snprintf(command, sizeof(command), "policy check %s", path);
	print(command, true, 0);
	EXPECT_TRUE(has("\"sets_not_in_file\":[\"nobody\",\"customers\"]"));
	print(command, false, 0);
	EXPECT_TRUE(has("It names sets that the file does not have, and that must be in use where it is applied: nobody, customers\n"));
	snprintf(message, sizeof(message),
		 "%s:2: policy a names the set nobody, which is neither in the file nor in use; nothing was changed",
		 path);
	snprintf(command, sizeof(command), "policy apply %s", path);
	refused(command, TM_EXIT_REFUSED, message, "`tmctl set create nobody`");
	snprintf(command, sizeof(command), "policy diff %s", path);
	refused(command, TM_EXIT_REFUSED, message, "`tmctl set create nobody`");
	snprintf(command, sizeof(command),
		 "policy explain from 192.0.2.1 to 192.0.2.2:9 --file %s", path);
	print(command, false, 0);
	EXPECT_TRUE(has("whether it is in @nobody is not known, as the file does not have it"));
	EXPECT_TRUE(has("It is not known: policy a may match, see above.\n"));
	print(command, true, 0);
	EXPECT_TRUE(has("\"matches\":null,"));
	EXPECT_TRUE(has("\"verdict\":\"unknown\""));
	/* What is in a set in use is asked of the module. */
	snprintf(command, sizeof(command),
		 "policy explain from 203.0.113.7 to 192.0.2.2:9 --file %s", path);
	print(command, false, 0);
	EXPECT_TRUE(has("source 203.0.113.7 is excluded by !@customers"));

	file_of("\"nobody\":[\"192.0.2.0/24\"]");
	snprintf(command, sizeof(command), "policy apply %s", path);
	print(command, false, 0);
	EXPECT_TRUE(has("added    set      nobody"));
	EXPECT_TRUE(has("added    @nobody  192.0.2.0/24"));
	EXPECT_TRUE(has("set nobody: 1 added, 0 removed, 0 changed, 0 unchanged\nApplied. Generation 8 is in use."));
	unlink(path);
}
