// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/lib/policy_file.c userspace/lib/policy_reader.c userspace/lib/policy_match_read.c userspace/lib/term.c userspace/lib/table.c userspace/lib/table_fit.c userspace/lib/text.c userspace/lib/writer.c userspace/lib/policy_file_write.c userspace/lib/policy_model.c userspace/lib/set_model.c userspace/lib/policy_check.c userspace/lib/policy_crowd.c userspace/lib/json.c userspace/lib/json_grammar.c userspace/lib/source.c userspace/lib/names.c userspace/lib/value.c userspace/lib/quantity.c userspace/lib/error.c
// flags: -lmnl
/*
 * A policy file that is wrong is refused, with the place and the reason, and
 * leaves nothing behind.
 */
#include "../../userspace/lib/policy_file.h"
#include "unit.h"

#define FILE_OF(policies)	"{\"schema\":1,\"policies\":[\n" policies "]}"
#define POLICY(members)		FILE_OF("{\"name\":\"a\",\n" members "}")
#define MATCH(members)		POLICY("\"match\":{\n" members "}")
#define LIMITS(members)		POLICY("\"limits\":{\n" members "}")
#define ALLOW(entries)		"{\"schema\":1,\"policies\":[],\"sets\":{\"allow\":\n" entries "}}"

#define TEN_PREFIXES(x)							\
	"\"10." x ".0.0/16\",\"10." x ".1.0/24\",\"10." x ".2.0/24\","	\
	"\"10." x ".3.0/24\",\"10." x ".4.0/24\",\"10." x ".5.0/24\","	\
	"\"10." x ".6.0/24\",\"10." x ".7.0/24\",\"10." x ".8.0/24\","	\
	"\"10." x ".9.0/24\",\n"

/* A file that is refused. */
struct bad {
	const char *text;
	unsigned long line;
	unsigned long column;
	const char *reason;	/* part of it */
};

static const struct bad bad_files[] = {
	/* the file */
	{ "", 1, 1, "empty file" },
	{ "[]", 1, 1, "found a list, expected an object with \"schema\"" },
	{ "null", 1, 1, "found null" },
	{ "\"x\"", 1, 1, "found the string \"x\"" },
	{ "{}", 1, 1, "found no \"schema\"" },
	{ "{\"policies\":[]}", 1, 1, "expected \"schema\": 1" },
	{ "{\"schema\":1}", 1, 1, "found no \"policies\"" },
	{ "{\"schema\":2,\"policies\":[],\"new\":1}", 1, 11, "found schema 2, expected 1; a newer tmctl" },
	{ "{\"schema\":0,\"policies\":[]}", 1, 11, "found 0, which is out of range" },
	{ "{\"schema\":\"1\",\"policies\":[]}", 1, 11, "found the string \"1\", expected a whole number" },
	{ "{\"schema\":1.0,\"policies\":[]}", 1, 11, "written in digits only" },
	{ "{\"schema\":1,\"policies\":[],\n\"policy\":[]}", 2, 1, "unknown key \"policy\" in the file, did you mean \"policies\"?" },
	{ "{\"schema\":1,\"policies\":[],\"x\":1}", 1, 27, "expected one of: schema, policies, sets" },
	{ "{\"schema\":1,\"policies\":[],\"policies\":[]}", 1, 27, "\"policies\" twice" },
	{ "{\"schema\":1,\"policies\":null}", 1, 24, "found null, expected a list of policies" },
	{ "{\"schema\":1,\"policies\":3}", 1, 24, "found a number, expected a list of policies" },
	{ "{\"schema\":1,\"policies\":[],\"comment\":1}", 1, 37, "expected a comment in double quotes" },
	{ "{\"schema\":1,\"policies\":[],}", 1, 27, "another key after the comma" },
	/* a policy */
	{ FILE_OF("1"), 2, 1, "found a number, expected a policy" },
	{ FILE_OF("[]"), 2, 1, "found a list, expected a policy" },
	{ FILE_OF("{}"), 2, 1, "a policy without a name" },
	{ FILE_OF("{\"mode\":\"monitor\"}"), 2, 1, "expected \"name\"" },
	{ FILE_OF("{\"name\":\"\"}"), 2, 9, "empty name" },
	{ FILE_OF("{\"name\":\"a b\"}"), 2, 9, "at place 2" },
	{ FILE_OF("{\"name\":\"a/b\"}"), 2, 9, "a name is 1 to 31 of" },
	{ FILE_OF("{\"name\":\"\\u00e9\"}"), 2, 9, "a character that names do not have" },
	{ FILE_OF("{\"name\":\"a\\u0000\"}"), 2, 9, "found \\u0000 in a string" },
	{ FILE_OF("{\"name\":\"12345678901234567890123456789012\"}"), 2, 9, "32 characters, more than 31" },
	{ FILE_OF("{\"name\":7}"), 2, 9, "found a number, expected a name" },
	{ FILE_OF("{\"name\":\"a\"},\n{\"name\":\"a\"}"), 3, 9, "\"a\" twice, expected each once: the policy at line 2" },
	{ POLICY("\"naem\":\"b\""), 3, 1, "did you mean \"name\"?" },
	{ POLICY("\"Mode\":\"enforce\""), 3, 1, "did you mean \"mode\"?" },
	{ POLICY("\"mode\":\"enforced\""), 3, 8, "did you mean 'enforce'?" },
	{ POLICY("\"mode\":\"\""), 3, 8, "there are: monitor, enforce" },
	{ POLICY("\"mode\":true"), 3, 8, "found true or false, expected a word" },
	{ POLICY("\"action\":\"reject\""), 3, 10, "'reject' is no action" },
	{ POLICY("\"comment\":[]"), 3, 11, "found a list, expected a comment" },
	{ POLICY("\"limit\":{}"), 3, 1, "did you mean \"limits\"?" },
	{ POLICY("\"class\":\"syn\""), 3, 1, "unknown key \"class\" in a policy" },
	{ POLICY("\"spare\":\"established\""), 3, 9, "found spare without limits" },
	{ POLICY("\"limits\":{\"packets_per_second\":1},\"spare\":\"known\""), 3, 43, "there are: established" },
	{ POLICY("\"limits\":{\"packets_per_second\":1},\"spare\":[]"), 3, 43, "expected whom to spare" },
	{ POLICY("\"on_full\":\"block\""), 3, 11, "there are: pass, drop, aggregate" },
	{ POLICY("\"aggregate_factor\":8"), 3, 20, "aggregate_factor without \"on_full\"" },
	{ POLICY("\"on_full\":\"drop\",\"aggregate_factor\":8"), 3, 37, "aggregate_factor without" },
	{ POLICY("\"on_full\":\"aggregate\",\"aggregate_factor\":0"), 3, 42, "from 1 to 1024" },
	{ POLICY("\"on_full\":\"aggregate\",\"aggregate_factor\":1025"), 3, 42, "found 1025, which is out of range" },
	/* the key */
	{ POLICY("\"key\":\"source\""), 3, 7, "'source' is no key" },
	{ POLICY("\"key\":\"src/33\""), 3, 7, "IPv4 prefix length" },
	{ POLICY("\"key\":\"src/24/129\""), 3, 7, "IPv6 prefix length" },
	{ POLICY("\"key\":\"src/24/64/8\""), 3, 7, "two prefix lengths at most" },
	{ POLICY("\"key\":\"src/\""), 3, 7, "IPv4 prefix length" },
	{ POLICY("\"key\":\"src/24/\""), 3, 7, "IPv6 prefix length" },
	{ POLICY("\"key\":\"src/-1\""), 3, 7, "IPv4 prefix length" },
	{ POLICY("\"key\":\"src/x\""), 3, 7, "IPv4 prefix length" },
	{ POLICY("\"key\":\"src/99999999999999999999\""), 3, 7, "IPv4 prefix length" },
	{ POLICY("\"key\":\"flow/24\""), 3, 7, "takes no prefix length" },
	{ POLICY("\"key\":\"src+dst/1/2/3/4/5\""), 3, 7, "four prefix lengths at most" },
	{ POLICY("\"key\":24"), 3, 7, "found a number, expected a key" },
	{ POLICY("\"key\":[\"src\"]"), 3, 7, "found a list, expected a key" },
	/* the match */
	{ POLICY("\"match\":[]"), 3, 9, "found a list, expected a match" },
	{ MATCH("\"classes\":\"syn\""), 4, 1, "did you mean \"class\"?" },
	{ MATCH("\"port\":1"), 4, 1, "expected one of: class, direction" },
	{ MATCH("\"class\":\"sin\""), 4, 9, "did you mean 'syn'?" },
	{ MATCH("\"class\":[\"syn\",\n\"SYN\"]"), 5, 1, "'SYN' is no class" },
	{ MATCH("\"class\":[\"syn\",\"udp\",\"syn\"]"), 4, 22, "class syn twice" },
	{ MATCH("\"class\":[]"), 4, 9, "an empty list" },
	{ MATCH("\"class\":[[\"syn\"]]"), 4, 10, "found a list, expected a word" },
	{ MATCH("\"class\":6"), 4, 9, "found a number, expected a word" },
	{ MATCH("\"direction\":\"inbound\""), 4, 13, "there are: in, out" },
	{ MATCH("\"family\":4"), 4, 10, "expected a word" },
	{ MATCH("\"family\":\"inet\""), 4, 10, "there are: ipv4, ipv6" },
	{ MATCH("\"source\":\"10.0.0.1/8\""), 4, 10, "did you mean 10.0.0.0/8" },
	{ MATCH("\"source\":\"2001:db8::1/32\""), 4, 10, "did you mean 2001:db8::/32" },
	{ MATCH("\"source\":\"10.0.0.0/33\""), 4, 10, "prefix length" },
	{ MATCH("\"source\":\"10.0.0/8\""), 4, 10, "no IPv4 or IPv6 address" },
	{ MATCH("\"source\":\"010.0.0.0/8\""), 4, 10, "no IPv4 or IPv6 address" },
	{ MATCH("\"source\":\"10.0.0.0/8 \""), 4, 10, "prefix length" },
	{ MATCH("\"source\":\"\""), 4, 10, "no IPv4 or IPv6 address" },
	{ MATCH("\"source\":\"10.0.0.0/\""), 4, 10, "prefix length" },
	{ MATCH("\"source\":\"example.org\""), 4, 10, "no IPv4 or IPv6 address" },
	{ MATCH("\"source\":10"), 4, 10, "found a number, expected a prefix" },
	{ MATCH("\"source\":[\"10.0.0.0/8\",\"10.0.0.0/8\"]"), 4, 24, "10.0.0.0/8 twice" },
	{ MATCH("\"source\":[" TEN_PREFIXES("1") TEN_PREFIXES("2") "\"7.0.0.0/8\",\"8.0.0.0/8\","
		"\"11.0.0.0/8\",\"12.0.0.0/8\",\"13.0.0.0/8\"]"), 6, 51, "found prefix 25 of the list, expected at most 24" },
	{ MATCH("\"source\":\"@\""), 4, 10, "the set has an empty name" },
	{ MATCH("\"source\":\"!@\""), 4, 10, "the set has an empty name" },
	{ MATCH("\"source\":\"@a b\""), 4, 10, "the set name 'a b' has a character that names do not have, at place 2" },
	{ MATCH("\"source\":\"@@a\""), 4, 10, "at place 1" },
	{ MATCH("\"source\":\"@!a\""), 4, 10, "at place 1" },
	{ MATCH("\"source\":\"!!@a\""), 4, 10, "no IPv4 or IPv6 address" },
	{ MATCH("\"source\":\"@a\\u0000\""), 4, 10, "found \\u0000 in a string" },
	{ MATCH("\"destination\":\"@12345678901234567890123456789012\""), 4, 15, "32 characters, more than 31" },
	{ MATCH("\"destination\":[\"@a\",\"10.0.0.0/8\",\"@a\"]"), 4, 34, "the set @a twice" },
	{ MATCH("\"destination\":[\"!@a\",\"!@a\"]"), 4, 22, "the set !@a twice" },
	{ MATCH("\"source\":[\"@1\",\"@2\",\"@3\",\"@4\",\"!@5\",\"!@6\",\"!@7\",\"!@8\",\n\"10.0.0.0/8\",\"@9\"]"), 5, 14, "found set 9 of the list, expected at most 8" },
	{ MATCH("\"device\":\"@a/\""), 4, 10, "device name" },
	{ MATCH("\"destination\":[\"10.0.0.0/8\",null]"), 4, 29, "found null, expected a prefix" },
	{ MATCH("\"source_port\":65536"), 4, 15, "found 65536, which is out of range" },
	{ MATCH("\"source_port\":-1"), 4, 15, "found -1, which is out of range" },
	{ MATCH("\"source_port\":1e3"), 4, 15, "found 1e3, expected a whole number" },
	{ MATCH("\"destination_port\":\"2048-1024\""), 4, 20, "did you mean 1024-2048?" },
	{ MATCH("\"destination_port\":\"80-\""), 4, 20, "port" },
	{ MATCH("\"destination_port\":\"http\""), 4, 20, "port" },
	{ MATCH("\"destination_port\":\"1-65536\""), 4, 20, "65535" },
	{ MATCH("\"destination_port\":[80,\"80\"]"), 4, 24, "range 80 twice" },
	{ MATCH("\"destination_port\":[\"!80\",\"!80\"]"), 4, 27, "range 80 twice" },
	{ MATCH("\"source\":[\"!10.0.0.0/8\",\"!10.0.0.0/8\"]"), 4, 25, "!10.0.0.0/8 twice" },
	{ MATCH("\"class\":[\"syn\",\"!syn\"]"), 4, 16, "class syn twice" },
	{ MATCH("\"direction\":[\"!in\",\"!out\"]"), 4, 13, "excludes all of them" },
	{ MATCH("\"tcp_flags\":\"sin\""), 4, 13, "'sin' is no TCP flag; did you mean" },
	{ MATCH("\"tcp_flags\":\"\""), 4, 13, "'' is no TCP flag" },
	{ MATCH("\"tcp_flags\":\"syn+\""), 4, 13, "'' is no TCP flag" },
	{ MATCH("\"tcp_flags\":\"none\""), 4, 13, "looks at nothing" },
	{ MATCH("\"tcp_flags\":\"syn/ack\""), 4, 13, "can never be" },
	{ MATCH("\"tcp_flags\":2"), 4, 13, "expected TCP flags" },
	{ MATCH("\"tcp_flags\":[\"!syn\",\"!syn/syn\"]"), 4, 21, "tcp_flags !syn twice" },
	{ MATCH("\"tcp_flags\":\"syn/syn/ack\""), 4, 13, "'syn/ack' is no TCP flag" },
	{ MATCH("\"length\":\"60-40\""), 4, 10, "did you mean 40-60?" },
	{ MATCH("\"length\":4294967296"), 4, 10, "from 0 to 4294967295" },
	{ MATCH("\"length\":\"1-4294967296\""), 4, 10, "length 4294967296 is out of range" },
	{ MATCH("\"length\":\"12345678901234-1\""), 4, 10, "no length and no range" },
	{ MATCH("\"hop_limit\":256"), 4, 13, "from 0 to 255" },
	{ MATCH("\"hop_limit\":\"!x\""), 4, 13, "hop_limit 'x' is no number" },
	{ MATCH("\"hop_limit\":[1,2,3,4,5,6,7,8,\n9]"), 5, 1, "expected at most 8" },
	{ MATCH("\"mark\":\"-1\""), 4, 8, "'-1' is no mark" },
	{ MATCH("\"mark\":\"0x\""), 4, 8, "'0x' is no mark" },
	{ MATCH("\"mark\":\"0x1ffffffff\""), 4, 8, "is no mark" },
	{ MATCH("\"mark\":\"0x000000000000000000000000000001\""), 4, 8, "is no mark" },
	{ MATCH("\"mark\":\"3/1\""), 4, 8, "can never be" },
	{ MATCH("\"mark\":\"0/0\""), 4, 8, "the mask behind the slash is not 0" },
	{ MATCH("\"fragment\":\"last\""), 4, 12, "there are: whole, first, later" },
	{ MATCH("\"destination_port\":{}"), 4, 20, "found an object, expected a port" },
	{ MATCH("\"device\":\"\""), 4, 10, "1 to 15 are possible" },
	{ MATCH("\"device\":\"averylongdevice0\""), 4, 10, "16 characters" },
	{ MATCH("\"device\":\"a/b\""), 4, 10, "a character that no device name has" },
	{ MATCH("\"device\":\"!!eth0\""), 4, 10, "stands once" },
	{ MATCH("\"device\":\"..\""), 4, 10, "no device can be called" },
	{ MATCH("\"device\":[\"eth0\",\"eth0\"]"), 4, 18, "eth0 twice" },
	{ MATCH("\"device\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\",\"12\",\"13\",\"14\",\"15\",\"16\",\n\"17\"]"), 5, 1, "expected at most 16" },
	/* the limits */
	{ POLICY("\"limits\":100"), 3, 10, "found a number, expected the limits" },
	{ POLICY("\"limits\":{}"), 3, 10, "found no limit" },
	{ LIMITS("\"pps\":1"), 4, 1, "expected one of: packets_per_second" },
	{ LIMITS("\"packet_per_second\":1"), 4, 1, "did you mean \"packets_per_second\"?" },
	{ LIMITS("\"packets_per_second\":0"), 4, 22, "from 1 to 200000000" },
	{ LIMITS("\"packets_per_second\":200000001"), 4, 22, "out of range" },
	{ LIMITS("\"packets_per_second\":99999999999999999999"), 4, 22, "out of range" },
	{ LIMITS("\"packets_per_second\":\"100\""), 4, 22, "found the string \"100\"" },
	{ LIMITS("\"packets_per_second\":100.0"), 4, 22, "written in digits only" },
	{ LIMITS("\"bytes_per_second\":124"), 4, 20, "from 125 to 50000000000" },
	{ LIMITS("\"bytes_per_second\":50000000001"), 4, 20, "out of range" },
	{ LIMITS("\"packets_burst\":10"), 4, 17, "packets_burst without packets_per_second" },
	{ LIMITS("\"bytes_burst\":1,\n\"packets_per_second\":1"), 4, 15, "bytes_burst without bytes_per_second" },
	{ LIMITS("\"packets_burst\":0,\"packets_per_second\":1"), 4, 17, "from 1 to 3600" },
	{ LIMITS("\"packets_burst\":36001,\"packets_per_second\":10"), 4, 17, "from 1 to 36000" },
	{ LIMITS("\"bytes_per_second\":125,\"bytes_burst\":450001"), 4, 38, "from 1 to 450000" },
	{ LIMITS("\"bytes_per_second\":125,\"bytes_burst\":null"), 4, 38, "found null" },
	/* the sets */
	{ "{\"schema\":1,\"policies\":[],\"sets\":[]}", 1, 34, "found a list, expected the sets" },
	{ "{\"schema\":1,\"policies\":[],\"sets\":{\"\":[]}}", 1, 35, "the set has an empty name" },
	{ "{\"schema\":1,\"policies\":[],\"sets\":{\"@a\":[]}}", 1, 35, "a name is 1 to 31 of" },
	{ "{\"schema\":1,\"policies\":[],\"sets\":{\"a\\u0000\":[]}}", 1, 35, "found \\u0000 in a string" },
	{ "{\"schema\":1,\"policies\":[],\"sets\":{\"12345678901234567890123456789012\":[]}}", 1, 35, "32 characters, more than 31" },
	{ "{\"schema\":1,\"policies\":[],\"sets\":{\"a\":[],\"a\":[]}}", 1, 42, "\"a\" twice" },
	{ ALLOW("[{\"prefix\":\"::\",\"comment\":\"\"}]"), 2, 27, "the comment is empty" },
	{ ALLOW("[{\"prefix\":\"::\",\"comment\":\"a\\tb\"}]"), 2, 27, "a control character, at place 2" },
	{ ALLOW("[{\"prefix\":\"::\",\"comment\":\"a\\u007f\"}]"), 2, 27, "a control character, at place 2" },
	{ ALLOW("[{\"prefix\":\"::\",\"comment\":\"a\\u0000\"}]"), 2, 27, "found \\u0000 in a string" },
	{ ALLOW("[{\"prefix\":\"::\",\"comment\":7}]"), 2, 27, "found a number, expected a comment" },
	{ ALLOW("[{\"prefix\":\"::\",\"comment\":\"1234567890123456789012345678901234567890123456789012345678901234\"}]"), 2, 27, "the comment has 64 bytes, at most 63 are possible" },
	{ ALLOW("null"), 2, 1, "found null, expected a prefix" },
	{ ALLOW("[\"10.0.0.0/8\",\n5]"), 3, 1, "found a number, expected a prefix" },
	{ ALLOW("[\"10.0.0.1/24\"]"), 2, 2, "did you mean 10.0.0.0/24" },
	{ ALLOW("[{}]"), 2, 2, "an entry without a prefix" },
	{ ALLOW("[{\"prefix\":\"::/129\"}]"), 2, 12, "prefix length" },
	{ ALLOW("[{\"prefix\":\"::\",\"timeout\":5}]"), 2, 17, "did you mean \"timeout_seconds\"?" },
	{ ALLOW("[{\"prefix\":\"::\",\"timeout_seconds\":0}]"), 2, 35, "from 1 to 31536000" },
	{ ALLOW("[{\"prefix\":\"::\",\"timeout_seconds\":31536001}]"), 2, 35, "out of range" },
	{ ALLOW("[{\"prefix\":\"::\",\"timeout_seconds\":\"1h\"}]"), 2, 35, "found the string \"1h\"" },
};

static int read_text(struct tm_policy_file *file, struct tm_source *source,
		     const char *text)
{
	ASSERT_EQ(tm_source_copy(source, "t", text, strlen(text)), 0);
	return tm_policy_file_read(file, source);
}

TEST(bad_files_are_refused_with_place_and_reason)
{
	size_t i;

	EXPECT_GE(sizeof(bad_files) / sizeof(bad_files[0]), 80);
	for (i = 0; i < sizeof(bad_files) / sizeof(bad_files[0]); i++) {
		const struct bad *bad = &bad_files[i];
		struct tm_policy_file file;
		struct tm_source source;

		EXPECT(read_text(&file, &source, bad->text),
		       "case %zu, %s: was read", i, bad->text);
		EXPECT(source.error.line == bad->line &&
		       source.error.column == bad->column,
		       "case %zu, %s: %lu:%lu is not %lu:%lu (%s)", i,
		       bad->text, source.error.line, source.error.column,
		       bad->line, bad->column, source.error.reason);
		EXPECT(strstr(source.error.reason, bad->reason),
		       "case %zu, %s: \"%s\" has no \"%s\"", i, bad->text,
		       source.error.reason, bad->reason);
		EXPECT(!file.policies.count && !file.policies.items,
		       "case %zu: left policies behind", i);
		tm_policy_file_free(&file);
		tm_source_free(&source);
	}
}

TEST(more_policies_than_the_module_takes_are_refused)
{
	size_t size = (TRAFFICMON_POLICIES_MAX + 1) * 32 + 64;
	char *text = malloc(size);
	struct tm_policy_file file;
	struct tm_source source;
	unsigned int i;
	size_t used = sprintf(text, "{\"schema\":1,\"policies\":[");

	for (i = 0; i <= TRAFFICMON_POLICIES_MAX; i++)
		used += sprintf(text + used, "%s\n{\"name\":\"p%u\"}",
				i ? "," : "", i);
	sprintf(text + used, "]}");
	EXPECT_TRUE(read_text(&file, &source, text));
	EXPECT_EQ(source.error.line, TRAFFICMON_POLICIES_MAX + 2);
	EXPECT_TRUE(strstr(source.error.reason, "element 4097"));
	tm_source_free(&source);
	free(text);
}
