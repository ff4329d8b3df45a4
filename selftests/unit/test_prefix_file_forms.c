// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/lib/prefix_file.c userspace/lib/prefix_reader.c userspace/lib/prefix_plain.c userspace/lib/prefix_ipset.c userspace/lib/prefix_nft.c userspace/lib/prefix_json.c userspace/lib/address_range.c userspace/lib/json.c userspace/lib/json_grammar.c userspace/lib/policy_model.c userspace/lib/set_model.c userspace/lib/source.c userspace/lib/names.c userspace/lib/value.c userspace/lib/quantity.c userspace/lib/error.c
// flags: -lmnl
/*
 * Set files as ipset 7.17, nft 1.0.6 and tmctl -j print them: each is told by its
 * content and read as the plain list that it stands for.
 */
#include "../../userspace/lib/prefix_file.h"
#include "unit.h"

#define NOW_NS		(1800000000ull * 1000000000ull)
#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))
#define SIXTY		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* What `ipset save` printed of all sets. */
#define IPSET								\
	"create n hash:net family inet hashsize 1024 maxelem 65536 timeout 300 counters comment bucketsize 12 initval 0x20ada16d\n" \
	"add n 192.0.2.0/24 timeout 299 packets 0 bytes 0\n"		\
	"add n 10.0.0.0/8 timeout 599 packets 3 bytes 99 comment \"x y\"\n" \
	"create i hash:ip family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x22a98ef0\n" \
	"add i 10.0.0.5\nadd i 1.2.3.4\n"				\
	"create im hash:ip family inet hashsize 1024 maxelem 65536 netmask 24 bucketsize 12 initval 0x5fcffed9\n" \
	"add im 1.2.3.0\n"						\
	"create i6 hash:net family inet6 hashsize 1024 maxelem 65536 bucketsize 12 initval 0xac94be57\n" \
	"add i6 2001:db8::/32\n"					\
	"create b bitmap:ip range 192.168.0.0-192.168.255.255\n"	\
	"add b 192.168.1.1\nadd b 192.168.1.7\n"			\
	"create p hash:ip,port family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x2f88bff9\n" \
	"add p 10.0.0.1,tcp:80\n"					\
	"create sk hash:ip family inet hashsize 1024 maxelem 65536 skbinfo bucketsize 12 initval 0x15d30da3\n" \
	"add sk 10.0.0.1 skbmark 0x1 skbprio 1:2 skbqueue 3\n"		\
	"create c hash:net family inet hashsize 1024 maxelem 65536 timeout 0 comment bucketsize 12 initval 0xed6eef0e\n" \
	"add c 1.2.7.4/31 timeout 0\n"					\
	"add c 5.0.0.0/8 timeout 0 comment \"back\\slash \xc3\xa9\"\n"	\
	"create l list:set size 8\nadd l n\n"				\
	"create x hash:net family inet\nadd x 10.0.0.0/24 nomatch\n"

/* What `nft list ruleset` printed. */
#define NFT								\
	"table inet filter {\n"						\
	"\tset bad {\n"							\
	"\t\ttype ipv4_addr\n"						\
	"\t\tflags interval,timeout\n"					\
	"\t\tcounter\n"							\
	"\t\ttimeout 2h\n"						\
	"\t\tcomment \"feed of today\"\n"				\
	"\t\telements = { 10.0.0.0/8 counter packets 0 bytes 0 expires 1h59m59s992ms, 192.0.2.1-192.0.2.9 counter packets 0 bytes 0 timeout 1h expires 59m59s comment \"x y\",\n" \
	"\t\t\t     198.51.100.7 counter packets 0 bytes 0 timeout 1d2h3m expires 1d2h2m59s comment \"quote's, {a} # b; c\", 203.0.113.0/24 counter packets 0 bytes 0 expires 0s }\n" \
	"\t}\n\n"							\
	"\tset six {\n"							\
	"\t\ttype ipv6_addr\n"						\
	"\t\tflags interval\n"						\
	"\t\tauto-merge\n"						\
	"\t\telements = { 2001:db8::/32,\n"				\
	"\t\t\t     fe80::1-fe80::2 }\n"				\
	"\t}\n\n"							\
	"\tset empty {\n"						\
	"\t\ttype ipv4_addr\n"						\
	"\t\tsize 65535\n"						\
	"\t\tflags dynamic,timeout\n"					\
	"\t\tgc-interval 10s\n"						\
	"\t}\n\n"							\
	"\tset pair {\n"						\
	"\t\ttype ipv4_addr . inet_service\n"				\
	"\t\telements = { 10.1.1.1 . 22 }\n"				\
	"\t}\n\n"							\
	"\tset tof {\n"							\
	"\t\ttypeof ip saddr\n"						\
	"\t\telements = { 10.1.1.1 }\n"					\
	"\t}\n\n"							\
	"\tmap m {\n"							\
	"\t\ttype ipv4_addr : verdict\n"				\
	"\t\telements = { 1.1.1.1 : drop }\n"				\
	"\t}\n\n"							\
	"\tchain input {\n"						\
	"\t\ttype filter hook input priority filter; policy accept;\n"	\
	"\t\tip saddr @bad counter packets 0 bytes 0 log prefix \"a } b\" drop\n" \
	"\t\ttcp dport vmap { 22 : accept }\n"				\
	"\t}\n"								\
	"}\n"

/* What `nft -j list ruleset` printed. */
#define NFT_JSON							\
	"{\"nftables\": [{\"metainfo\": {\"version\": \"1.0.6\", \"release_name\": \"Lester Gooch #5\", \"json_schema_version\": 1}}, " \
	"{\"table\": {\"family\": \"inet\", \"name\": \"filter\", \"handle\": 1}}, " \
	"{\"set\": {\"family\": \"inet\", \"name\": \"bad\", \"table\": \"filter\", \"type\": \"ipv4_addr\", \"handle\": 2, \"comment\": \"feed of today\", \"flags\": [\"interval\", \"timeout\"], \"timeout\": 7200, " \
	"\"elem\": [{\"elem\": {\"val\": {\"prefix\": {\"addr\": \"10.0.0.0\", \"len\": 8}}, \"expires\": 7199, \"counter\": {\"packets\": 0, \"bytes\": 0}}}, " \
	"{\"elem\": {\"val\": {\"range\": [\"192.0.2.1\", \"192.0.2.9\"]}, \"timeout\": 3600, \"expires\": 3599, \"comment\": \"x y\", \"counter\": {\"packets\": 0, \"bytes\": 0}}}, " \
	"{\"elem\": {\"val\": \"1.1.1.1\", \"timeout\": 0, \"expires\": 0}}, \"2.2.2.2\", {\"elem\": {\"val\": \"3.3.3.3\", \"timeout\": 60}}], " \
	"\"stmt\": [{\"counter\": null}]}}, "				\
	"{\"set\": {\"family\": \"inet\", \"name\": \"six\", \"table\": \"filter\", \"type\": \"ipv6_addr\", \"handle\": 4, \"flags\": [\"interval\"], \"elem\": [{\"prefix\": {\"addr\": \"2001:db8::\", \"len\": 32}}, \"2001:db9::1\", {\"range\": [\"fe80::1\", \"fe80::2\"]}]}}, " \
	"{\"set\": {\"family\": \"inet\", \"name\": \"empty\", \"table\": \"filter\", \"type\": \"ipv4_addr\", \"handle\": 5, \"size\": 65535, \"flags\": [\"timeout\"], \"gc-interval\": 10}}, " \
	"{\"set\": {\"family\": \"inet\", \"name\": \"pair\", \"table\": \"filter\", \"type\": [\"ipv4_addr\", \"inet_service\"], \"handle\": 7, \"elem\": [{\"concat\": [\"10.1.1.1\", 22]}]}}]}"

static const struct {
	const char *text;
	const char *from;
	const char *list;	/* the plain list that is written of it */
} good[] = {
	/* ipset */
	{ IPSET, "n", "10.0.0.0/8 expires=1800000599 comment=\"x y\"\n192.0.2.0/24 expires=1800000299\n" },
	{ IPSET, "i", "1.2.3.4\n10.0.0.5\n" },
	{ IPSET, "im", "1.2.3.0/24\n" },
	{ IPSET, "i6", "2001:db8::/32\n" },
	{ IPSET, "b", "192.168.1.1\n192.168.1.7\n" },
	{ IPSET, "sk", "10.0.0.1\n" },
	{ IPSET, "c", "1.2.7.4/31\n5.0.0.0/8 comment=\"back\\\\slash \xc3\xa9\"\n" },
	{ "\n# saved\r\n  create n hash:ip timeout 7\r\nadd n 10.0.0.1-10.0.0.4 -exist comment \"a, b\"\r\n", NULL,
	  "10.0.0.1 expires=1800000007 comment=\"a, b\"\n10.0.0.2/31 expires=1800000007 comment=\"a, b\"\n10.0.0.4 expires=1800000007 comment=\"a, b\"\n" },
	{ "create n hash:ip netmask 24\nadd n 10.0.0.7-10.0.2.1", NULL, "10.0.0.0/23\n10.0.2.0/24\n" },
	{ "add n 10.0.0.1\nadd n 10.0.0.1 timeout 9\n", "n", "10.0.0.1 expires=1800000009\n" },
	{ "create n hash:net family inet\n", NULL, "" },
	/* nft */
	{ NFT, "bad", "10.0.0.0/8 expires=1800007200\n"
	  "192.0.2.1 expires=1800003599 comment=\"x y\"\n192.0.2.2/31 expires=1800003599 comment=\"x y\"\n192.0.2.4/30 expires=1800003599 comment=\"x y\"\n192.0.2.8/31 expires=1800003599 comment=\"x y\"\n"
	  "198.51.100.7 expires=1800093779 comment=\"quote's, {a} # b; c\"\n" },
	{ NFT, "six", "2001:db8::/32\nfe80::1\nfe80::2\n" },
	{ NFT, "empty", "" },
	{ NFT, "tof", "10.1.1.1\n" },
	{ "#!/usr/sbin/nft -f\nflush ruleset\n\ntable ip t { # handle 1\n comment \"a { b\"; set s { type ipv4_addr; timeout 1h; elements = { 10.0.0.1, 10.0.0.2 timeout 0s,\n 10.0.0.3 timeout never, 10.0.0.4 expires 1m timeout 800d, 10.0.0.5 timeout 2m, } } ; }", NULL,
	  "10.0.0.1 expires=1800003600\n10.0.0.2\n10.0.0.3\n10.0.0.4 expires=1800000060\n10.0.0.5 expires=1800000120\n" },
	{ "set s {\n type ipv4_addr\n elements = { 1.1.1.1 counter packets 0 bytes 0 quota 25 mbytes used 0 bytes limit rate over 10/second burst 5 packets ct count 3 last used never expires 3s comment \"c\", 2.2.2.2 } }\n", NULL,
	  "1.1.1.1 expires=1800000003 comment=\"c\"\n2.2.2.2\n" },
	{ "set s { type ipv6_addr; elements = { } }", "s", "" },
	/* nft -j */
	{ NFT_JSON, "bad", "2.2.2.2 expires=1800007200\n3.3.3.3 expires=1800000060\n10.0.0.0/8 expires=1800007199\n"
	  "192.0.2.1 expires=1800003599 comment=\"x y\"\n192.0.2.2/31 expires=1800003599 comment=\"x y\"\n192.0.2.4/30 expires=1800003599 comment=\"x y\"\n192.0.2.8/31 expires=1800003599 comment=\"x y\"\n" },
	{ NFT_JSON, "six", "2001:db8::/32\n2001:db9::1\nfe80::1\nfe80::2\n" },
	{ NFT_JSON, "empty", "" },
	{ "{\"nftables\":[{\"set\":{\"name\":\"s\",\"type\":{\"typeof\":{}},\"elem\":[\"1.1.1.1\"]}}]}", NULL, "1.1.1.1\n" },
	/* ours */
	{ "{\"tmctl\":{\"schema\":1,\"version\":\"1\"},\"entries\":[{\"prefix\":\"10.0.0.0/8\"},{\"prefix\":\"2001:db8::1\",\"timeout_ns\":1500000000,\"packets_sampled\":3,\"bytes_sampled\":99,\"hit_age_ns\":5,\"entry.attr_9\":\"01\"}]}", NULL,
	  "10.0.0.0/8\n2001:db8::1 expires=1800000002\n" },
	{ "{\"entries\":[{\"prefix\":\"10.0.0.1\",\"expiry_time_ns\":1800000005000000000,\"comment\":\"a \\\"b\\\" \\\\ \\u00e9\"},{\"prefix\":\"10.0.0.2\",\"expiry_time_ns\":1800000000000000000}]}", NULL,
	  "10.0.0.1 expires=1800000005 comment=\"a \\\"b\\\" \\\\ \xc3\xa9\"\n" },
	{ " \n[\"10.0.0.0/8\", {\"comment\":\"x\",\"prefix\":\"10.0.0.1\",\"timeout_seconds\":60}]", NULL,
	  "10.0.0.0/8\n10.0.0.1 expires=1800000060 comment=\"x\"\n" },
	{ "[]", NULL, "" },
};

/* Reads; the error is in *source, which the caller frees. */
static int read_form(struct tm_entry_list *list, struct tm_source *source,
		     const char *text, size_t length, const char *from)
{
	ASSERT_EQ(tm_source_copy(source, "t", text, length), 0);
	return tm_prefix_file_read(list, source, from, 0, NOW_NS, NULL);
}

TEST(each_form_is_read_as_the_list_that_it_stands_for)
{
	size_t i;

	for (i = 0; i < COUNT(good); i++) {
		struct tm_entry_list list;
		struct tm_source source;
		char *written = NULL;
		size_t length;
		FILE *stream;

		EXPECT(!read_form(&list, &source, good[i].text,
				  strlen(good[i].text), good[i].from),
		       "case %zu: %lu:%lu: %s", i, source.error.line,
		       source.error.column, source.error.reason);
		stream = open_memstream(&written, &length);
		ASSERT_TRUE(stream);
		EXPECT_EQ(tm_prefix_file_write(&list, NOW_NS, stream), 0);
		fclose(stream);
		EXPECT(!strcmp(written, good[i].list), "case %zu: %s", i,
		       written);
		free(written);
		tm_entry_list_free(&list);
		tm_source_free(&source);
	}
}

/* The time of the command is for entries that have none of their own. */
TEST(entries_without_a_time_get_that_of_the_command)
{
	static const char *const texts[] = {
		"create n hash:ip timeout 0\nadd n 10.0.0.1\nadd n 10.0.0.2 timeout 0\nadd n 10.0.0.3 timeout 3\n",
		"set s { type ipv4_addr; elements = { 10.0.0.1, 10.0.0.2 timeout never, 10.0.0.3 timeout 3s } }",
		"{\"nftables\":[{\"set\":{\"name\":\"s\",\"elem\":[\"10.0.0.1\",{\"elem\":{\"val\":\"10.0.0.2\",\"timeout\":0}},{\"elem\":{\"val\":\"10.0.0.3\",\"expires\":3}}]}}]}",
		"[\"10.0.0.1\",{\"prefix\":\"10.0.0.2\"},{\"prefix\":\"10.0.0.3\",\"timeout_seconds\":3}]",
	};
	size_t i;

	for (i = 0; i < COUNT(texts); i++) {
		struct tm_entry_list list;
		struct tm_source source;

		ASSERT_EQ(tm_source_copy(&source, "t", texts[i],
					 strlen(texts[i])), 0);
		ASSERT(!tm_prefix_file_read(&list, &source, NULL, 5000000000ull,
					    NOW_NS, NULL),
		       "case %zu: %s", i, source.error.reason);
		ASSERT_EQ(list.count, 3);
		EXPECT_EQ(list.items[0].timeout_ns, 5000000000ull);
		EXPECT_EQ(list.items[1].timeout_ns, 5000000000ull);
		EXPECT_EQ(list.items[2].timeout_ns, 3000000000ull);
		tm_entry_list_free(&list);
		tm_source_free(&source);
	}
}

TEST(what_has_expired_is_counted_and_a_range_counts_once)
{
	static const char text[] =
		"set s { type ipv4_addr; elements = { 10.0.0.1-10.0.0.9 expires 0s, 10.0.0.2 expires 1ms } }";
	struct tm_prefix_file_left_out left_out;
	struct tm_entry_list list;
	struct tm_source source;

	ASSERT_EQ(tm_source_copy(&source, "t", text, strlen(text)), 0);
	ASSERT_EQ(tm_prefix_file_read(&list, &source, NULL, 0, NOW_NS,
				      &left_out), 0);
	EXPECT_EQ(left_out.expired, 1);
	ASSERT_EQ(list.count, 1);
	EXPECT_EQ(list.items[0].timeout_ns, 1000000000ull);
	tm_entry_list_free(&list);
	tm_source_free(&source);
}

/* With its length, which counts NULs too. */
#define TEXT(text)	text, sizeof(text) - 1

/* One set of nft's in JSON, with these members besides. */
#define NFTJ(members)	"{\"nftables\":[{\"set\":{\"name\":\"s\"," members "}}]}"

static const struct {
	const char *text;
	size_t length;
	const char *from;
	unsigned long line;
	unsigned long column;
	const char *reason;	/* part of it */
} bad[] = {
	/* the forms, and which set */
	{ TEXT("Name: n\nType: hash:net\n"), NULL, 1, 1, "expected what `ipset save` prints" },
	{ TEXT("\n<ipsets>\n"), NULL, 2, 1, "found XML" },
	{ TEXT("add element inet t s { 10.0.0.1 }\n"), NULL, 1, 1, "a command of nft" },
	{ TEXT("10.0.0.1\n"), "n", 1, 1, "a list of prefixes, which has no named sets" },
	{ TEXT("[\"10.0.0.1\"]"), "n", 1, 1, "a list of entries, which has no named sets" },
	{ TEXT(IPSET), NULL, 4, 8, "the file has n, i, im, i6, b, p, sk, c and others; choose with --from NAME" },
	{ TEXT(IPSET), "nn", 1, 8, "found no set nn in the file, which has n, i" },
	{ TEXT(NFT), NULL, 12, 6, "the file has bad, six, empty, pair, tof; choose with --from NAME" },
	{ TEXT(NFT), "m", 2, 6, "found no set m in the file, which has bad" },
	{ TEXT(NFT_JSON), NULL, 1, 806, "the file has bad, six, empty, pair; choose with --from NAME" },
	{ TEXT(NFT_JSON), "", 1, 209, "found no set  in the file" },
	{ TEXT("table ip a {\n}\n"), NULL, 1, 1, "found no set in the file" },
	{ TEXT("{\"nftables\":[]}"), "x", 1, 1, "found no set in the file" },
	{ TEXT("table ip a { set s { type ipv4_addr; } }\ntable ip b { set s { type ipv4_addr; } }\n"), "s", 2, 18, "in another table" },
	{ TEXT("table ip a { set s { type ipv4_addr; } }\ntable ip b { set s { type ipv4_addr; } }\n"), NULL, 2, 18, "nft list set FAMILY TABLE NAME" },
	/* ipset */
	{ TEXT(IPSET), "p", 14, 10, "a set of type hash:ip,port" },
	{ TEXT(IPSET), "l", 21, 10, "a set of type list:set" },
	{ TEXT(IPSET), "x", 24, 19, "found an entry with nomatch" },
	{ TEXT("create n hash:net,iface\n"), NULL, 1, 10, "a set here has addresses and prefixes alone" },
	{ TEXT("create n hash:mac\n"), NULL, 1, 10, "a set of type hash:mac" },
	{ TEXT("create n \n"), NULL, 1, 10, "the type of the set" },
	{ TEXT("create \n"), NULL, 1, 8, "the name of a set" },
	{ TEXT("create n hash:ip netmask 129\n"), NULL, 1, 26, "netmask" },
	{ TEXT("create n hash:ip netmask\n"), NULL, 1, 25, "found the end of the line" },
	{ TEXT("create n hash:ip bitmask 255.0.255.0\n"), NULL, 1, 18, "a bitmask" },
	{ TEXT("create n hash:ip timeout x\n"), NULL, 1, 26, "timeout in seconds" },
	{ TEXT("create n hash:ip\nswap n m\n"), NULL, 2, 1, "found 'swap', expected create or add" },
	{ TEXT("create n hash:ip\nadd\n"), NULL, 2, 4, "the name of a set" },
	{ TEXT("add n\n"), NULL, 1, 6, "found the end of the line, expected an address" },
	{ TEXT("add n 10.0.0.1,tcp:80\n"), NULL, 1, 7, "neither ports nor devices" },
	{ TEXT("add n 10.0.0.1/8\n"), NULL, 1, 7, "did you mean 10.0.0.0/8" },
	{ TEXT("add n 01:02:03:04:05:06\n"), NULL, 1, 7, "no IPv4 or IPv6 address" },
	{ TEXT("add n 10.0.0.9-10.0.0.1\n"), NULL, 1, 16, "before it begins" },
	{ TEXT("add n 10.0.0.9-::1\n"), NULL, 1, 16, "of the family that it begins with" },
	{ TEXT("add n 10.0.0.9-\n"), NULL, 1, 16, "no IPv4 or IPv6 address" },
	{ TEXT("add n -10.0.0.9\n"), NULL, 1, 7, "no IPv4 or IPv6 address" },
	{ TEXT("add n 10.0.0.1-10.0.0.2-10.0.0.3\n"), NULL, 1, 16, "no IPv4 or IPv6 address" },
	{ TEXT("add n 10.0.0.0/8-10.0.0.9\n"), NULL, 1, 7, "no IPv4 or IPv6 address" },
	{ TEXT("add n 10.0.0.1\0\n"), NULL, 1, 7, "a NUL byte" },
	{ TEXT("add n " SIXTY SIXTY "\n"), NULL, 1, 7, "a word of 120 characters" },
	{ TEXT("add n 10.0.0.1 timeout\n"), NULL, 1, 23, "found the end of the line" },
	{ TEXT("add n 10.0.0.1 timeout 1h\n"), NULL, 1, 24, "timeout in seconds" },
	{ TEXT("add n 10.0.0.1 timeout 31536001\n"), NULL, 1, 24, "31536000" },
	{ TEXT("add n 10.0.0.1 packets\n"), NULL, 1, 23, "expected its value" },
	{ TEXT("add n 10.0.0.1 comment x\n"), NULL, 1, 24, "a comment in double quotes" },
	{ TEXT("add n 10.0.0.1 comment \"x\n"), NULL, 1, 24, "not closed on its line" },
	{ TEXT("add n 10.0.0.1 comment \"\"\n"), NULL, 1, 24, "the comment is empty" },
	{ TEXT("add n 10.0.0.1 comment \"a\x01\"\n"), NULL, 1, 24, "U+0001" },
	{ TEXT("add n 10.0.0.1 comment \"" SIXTY "1234\"\n"), NULL, 1, 24, "the comment has 64 bytes" },
	{ TEXT("add n 10.0.0.1 # a remark\n"), NULL, 1, 16, "found '#'" },
	{ TEXT("add n 10.0.0.1 wildcard\n"), NULL, 1, 16, "found 'wildcard'" },
	/* nft */
	{ TEXT(NFT), "pair", 28, 18, "no pairs" },
	{ TEXT("set s { type inet_service; }"), NULL, 1, 14, "found 'inet_service', expected ipv4_addr or ipv6_addr" },
	{ TEXT("set s { typeof ip saddr . tcp dport; elements = { 10.1.1.1 . 22 } }"), NULL, 1, 60, "no pairs" },
	{ TEXT("set s { type ipv4_addr; elements = { * } }"), NULL, 1, 38, "0.0.0.0/0" },
	{ TEXT("set s { type ipv4_addr; elements = { 10.0.0.1,, } }"), NULL, 1, 47, "found ',', expected an address" },
	{ TEXT("set s { type ipv4_addr; elements = { \"a\" } }"), NULL, 1, 38, "found '\"', expected an address" },
	{ TEXT("set s { type ipv4_addr; elements = { 10.0.0.1 : drop } }"), NULL, 1, 47, "found ':'" },
	{ TEXT("set s { type ipv4_addr; elements = { example.org } }"), NULL, 1, 38, "no IPv4 or IPv6 address" },
	{ TEXT("set s { type ipv4_addr; elements = { 10.0.0.1/8 } }"), NULL, 1, 38, "did you mean 10.0.0.0/8" },
	{ TEXT("set s { type ipv4_addr; elements = { 10.0.0.9-10.0.0.1 } }"), NULL, 1, 47, "before it begins" },
	{ TEXT("set s { type ipv4_addr; elements = { 10.0.0.1 timeout 5 } }"), NULL, 1, 55, "no duration" },
	{ TEXT("set s { type ipv4_addr; elements = { 10.0.0.1 timeout } }"), NULL, 1, 55, "expected a time" },
	{ TEXT("set s { type ipv4_addr; elements = { 10.0.0.1 timeout 366d } }"), NULL, 1, 55, "more than a year" },
	{ TEXT("set s { type ipv4_addr; timeout 366d; elements = { 10.0.0.1 } }"), NULL, 1, 33, "more than a year" },
	{ TEXT("set s { type ipv4_addr; timeout x; }"), NULL, 1, 33, "no duration" },
	{ TEXT("set s { type ipv4_addr; elements = { 10.0.0.1 comment x } }"), NULL, 1, 55, "a comment in double quotes" },
	{ TEXT("set s { type ipv4_addr; elements = { 10.0.0.1 comment \"\" } }"), NULL, 1, 55, "the comment is empty" },
	{ TEXT("set s { type ipv4_addr; elements = { 10.0.0.1 comment \"a\n\" } }"), NULL, 1, 55, "not closed on its line" },
	{ TEXT("set s { type ipv4_addr; elements = { 10.0.0.1 10.0.0.2 } }"), NULL, 1, 47, "found '10.0.0.2'" },
	{ TEXT("set s { type ipv4_addr; elements = { 10.0.0.1 counter { } }"), NULL, 1, 7, "not closed" },
	{ TEXT("set s { type ipv4_addr; elements = { 10.0.0.1 counter { } } }"), NULL, 1, 55, "found '{'" },
	{ TEXT("set s { type ipv4_addr; elements { } }"), NULL, 1, 34, "'=' behind elements" },
	{ TEXT("set s { type ipv4_addr; elements = 10.0.0.1 }"), NULL, 1, 36, "'{' before the elements" },
	{ TEXT("set s { type ipv4_addr\n"), NULL, 1, 7, "a '{' that is not closed" },
	{ TEXT("table ip t {\n set s { }\n"), NULL, 1, 12, "a '{' that is not closed" },
	{ TEXT("table ip t\n"), NULL, 1, 11, "found the end of the line, expected '{' behind the name of a table" },
	{ TEXT("set s\n10.0.0.1\n"), NULL, 2, 1, "'{' behind the name of a set" },
	{ TEXT("set { }\n"), NULL, 1, 5, "the name of a set" },
	{ TEXT("flush ruleset\nchain c { }\n"), NULL, 2, 1, "found 'chain', expected table or set" },
	/* nft -j */
	{ TEXT(NFT_JSON), "pair", 1, 1223, "found a list, expected \"ipv4_addr\"" },
	{ TEXT("{\"nftables\":{}}"), NULL, 1, 13, "found an object, expected a list" },
	{ TEXT("{\"nftables\":[{\"set\":1}]}"), NULL, 1, 21, "a set with a \"name\"" },
	{ TEXT("{\"nftables\":[{\"set\":{\"name\":1}}]}"), NULL, 1, 21, "a set with a \"name\"" },
	{ TEXT(NFTJ("\"type\":\"inet_service\"")), NULL, 1, 40, "a set of type inet_service" },
	{ TEXT(NFTJ("\"elem\":1")), NULL, 1, 40, "found a number, expected a list" },
	{ TEXT(NFTJ("\"elem\":[22]")), NULL, 1, 41, "found a number, expected an address" },
	{ TEXT(NFTJ("\"elem\":[{}]")), NULL, 1, 41, "found an object, expected an address" },
	{ TEXT(NFTJ("\"elem\":[\"*\"]")), NULL, 1, 41, "0.0.0.0/0" },
	{ TEXT(NFTJ("\"elem\":[{\"concat\":[]}]")), NULL, 1, 42, "no pairs" },
	{ TEXT(NFTJ("\"elem\":[{\"prefix\":{\"addr\":\"10.0.0.0\"}}]")), NULL, 1, 51, "\"addr\" and \"len\"" },
	{ TEXT(NFTJ("\"elem\":[{\"prefix\":{\"addr\":\"10.0.0.0\",\"len\":\"8\"}}]")), NULL, 1, 76, "expected a number" },
	{ TEXT(NFTJ("\"elem\":[{\"prefix\":{\"addr\":\"10.0.0.0\",\"len\":129}}]")), NULL, 1, 76, "0 to 128" },
	{ TEXT(NFTJ("\"elem\":[{\"prefix\":{\"addr\":\"10.0.0.1\",\"len\":8}}]")), NULL, 1, 59, "did you mean 10.0.0.0/8" },
	{ TEXT(NFTJ("\"elem\":[{\"prefix\":{\"addr\":\"" SIXTY "\",\"len\":8}}]")), NULL, 1, 59, "a word of 60 characters" },
	{ TEXT(NFTJ("\"elem\":[{\"range\":[\"10.0.0.1\"]}]")), NULL, 1, 50, "a range of two addresses" },
	{ TEXT(NFTJ("\"elem\":[{\"range\":[\"10.0.0.9\",\"10.0.0.1\"]}]")), NULL, 1, 62, "before it begins" },
	{ TEXT(NFTJ("\"elem\":[{\"range\":[\"10.0.0.0/8\",\"10.0.0.1\"]}]")), NULL, 1, 51, "no IPv4 or IPv6 address" },
	{ TEXT(NFTJ("\"elem\":[{\"range\":[\"10.0.0.1\",7]}]")), NULL, 1, 62, "found a number" },
	{ TEXT(NFTJ("\"elem\":[{\"elem\":{}}]")), NULL, 1, 49, "an element with \"val\"" },
	{ TEXT(NFTJ("\"elem\":[{\"elem\":{\"val\":\"10.0.0.1\",\"expires\":\"5s\"}}]")), NULL, 1, 77, "expected a number" },
	{ TEXT(NFTJ("\"elem\":[{\"elem\":{\"val\":\"10.0.0.1\",\"timeout\":31536001}}]")), NULL, 1, 77, "out of range" },
	{ TEXT(NFTJ("\"elem\":[{\"elem\":{\"val\":\"10.0.0.1\",\"comment\":5}}]")), NULL, 1, 77, "a comment in a string" },
	{ TEXT(NFTJ("\"elem\":[{\"elem\":{\"val\":\"10.0.0.1\",\"comment\":\"\\n\"}}]")), NULL, 1, 77, "U+000A" },
	/* ours */
	{ TEXT("{\"sets\":[]}"), NULL, 1, 1, "neither \"entries\" nor \"nftables\"" },
	{ TEXT("{\"entries\":{}}"), NULL, 1, 12, "found an object, expected a list" },
	{ TEXT("[10]"), NULL, 1, 2, "found a number, expected an address" },
	{ TEXT("[\"10.0.0.1/8\"]"), NULL, 1, 2, "did you mean 10.0.0.0/8" },
	{ TEXT("[\"10.0.0.1\\u0000\"]"), NULL, 1, 2, "a NUL byte" },
	{ TEXT("[\n{\"comment\":\"x\"}]"), NULL, 2, 1, "an entry without a prefix" },
	{ TEXT("[{\"prefix\":\"10.0.0.1\",\"timeout\":5}]"), NULL, 1, 23, "found \"timeout\" in an entry" },
	{ TEXT("[{\"prefix\":\"10.0.0.1\",\"timeout_seconds\":0}]"), NULL, 1, 41, "1 to 31536000" },
	{ TEXT("[{\"prefix\":\"10.0.0.1\",\"timeout_seconds\":1.5}]"), NULL, 1, 41, "expected a whole one" },
	{ TEXT("[{\"prefix\":\"10.0.0.1\",\"timeout_ns\":0}]"), NULL, 1, 36, "out of range" },
	{ TEXT("[{\"prefix\":\"10.0.0.1\",\"expiry_time_ns\":1831536002000000000}]"), NULL, 1, 40, "it is 1800000000 now" },
	{ TEXT("[{\"prefix\":\"10.0.0.1\",\"timeout_ns\":9,\"timeout_seconds\":9}]"), NULL, 1, 38, "a second time" },
	{ TEXT("[{\"prefix\":\"10.0.0.1\",\"comment\":null}]"), NULL, 1, 33, "found null, expected a comment" },
	{ TEXT("[{\"prefix\":\"10.0.0.1\",\"comment\":\"a\\u0000\"}]"), NULL, 1, 33, "U+0000" },
	{ TEXT("[\"10.0.0.1\",]"), NULL, 1, 13, "another value after the comma" },
	{ TEXT("{\"entries\":[]"), NULL, 1, 14, "the end of the file" },
};

TEST(bad_files_are_refused_with_place_and_reason)
{
	size_t i;

	for (i = 0; i < COUNT(bad); i++) {
		struct tm_entry_list list;
		struct tm_source source;

		EXPECT(read_form(&list, &source, bad[i].text, bad[i].length,
				 bad[i].from), "case %zu was read", i);
		EXPECT(source.error.line == bad[i].line &&
		       source.error.column == bad[i].column &&
		       strstr(source.error.reason, bad[i].reason),
		       "case %zu, at %lu:%lu \"%s\": %lu:%lu: %s", i,
		       bad[i].line, bad[i].column, bad[i].reason,
		       source.error.line, source.error.column,
		       source.error.reason);
		EXPECT(!list.count && !list.items, "case %zu: left entries", i);
		tm_entry_list_free(&list);
		tm_source_free(&source);
	}
}
