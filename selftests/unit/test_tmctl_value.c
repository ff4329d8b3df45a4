// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/lib/value.c userspace/lib/quantity.c userspace/lib/names.c userspace/lib/error.c
// flags: -lmnl
/* Words and numbers that people write: what is read, what is refused, and why. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <linux/trafficmon.h>

#include "../../userspace/lib/names.h"
#include "../../userspace/lib/value.h"
#include "unit.h"

static struct tm_error error;

static const char *prefix(const char *text)
{
	static char buffer[TM_PREFIX_TEXT];
	struct tm_prefix prefix;

	return tm_prefix_parse(text, &prefix, &error) ?
	       NULL : tm_prefix_format(&prefix, buffer);
}

static const char *ports(const char *text)
{
	static char buffer[TM_PREFIX_TEXT];
	struct tm_ports ports;

	return tm_ports_parse(text, &ports, &error) ?
	       NULL : tm_ports_format(&ports, buffer);
}

TEST(prefixes_read_back_as_written)
{
	static const char *const texts[] = {
		"0.0.0.0/0", "10.0.0.0/8", "192.0.2.1", "192.0.2.0/31", "::/0",
		"2001:db8::/32", "2001:db8::1", "fe80::/10",
	};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const char *again = prefix(texts[i]);

		EXPECT(again && !strcmp(again, texts[i]), "%s became %s",
		       texts[i], again ? again : error.message);
	}
	EXPECT_STREQ(prefix("192.0.2.1/32"), "192.0.2.1");
}

TEST(prefixes_that_are_none_are_refused)
{
	static const char *const texts[] = {
		"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1",
		"10.0.0.0/8 ", " 10.0.0.0/8", "10.0.0/8", "10.0.0.0/8/8",
		"2001:db8::/129", "2001:db8:::/32", "10.0.0.0/+8", "10.0.0.0/0x8",
		"::ffff:1.2.3.4.5/96",
		"1111111111111111111111111111111111111111111111111111111111/8",
	};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		EXPECT(!prefix(texts[i]), "'%s' was read", texts[i]);
		EXPECT_EQ(error.exit_code, TM_EXIT_USAGE);
	}
}

TEST(host_bits_are_refused_with_what_was_meant)
{
	EXPECT_TRUE(!prefix("192.0.2.77/24"));
	EXPECT_STREQ(error.hint, "did you mean 192.0.2.0/24, or 192.0.2.77?");
	EXPECT_TRUE(!prefix("2001:db8::1/32"));
	EXPECT_TRUE(strstr(error.hint, "2001:db8::/32"));
}

TEST(a_prefix_covers_its_addresses_and_no_others)
{
	static const struct {
		const char *prefix, *address;
		bool covers;
	} cases[] = {
		{ "0.0.0.0/0", "255.255.255.255", true },
		{ "10.0.0.0/9", "10.127.255.255", true },
		{ "10.0.0.0/9", "10.128.0.0", false },
		{ "192.0.2.1/32", "192.0.2.1", true },
		{ "192.0.2.1/32", "192.0.2.2", false },
		{ "::/0", "10.0.0.1", false },
		{ "2001:db8::/33", "2001:db8:7fff::1", true },
		{ "2001:db8::/33", "2001:db8:8000::1", false },
	};
	struct tm_address address;
	struct tm_prefix covering;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ASSERT_EQ(tm_prefix_parse(cases[i].prefix, &covering, &error),
			  0);
		ASSERT_EQ(tm_address_parse(cases[i].address, &address, &error),
			  0);
		EXPECT(tm_prefix_covers(&covering, &address) ==
		       cases[i].covers, "%s and %s", cases[i].prefix,
		       cases[i].address);
	}
}

TEST(ports_are_one_or_a_range)
{
	EXPECT_STREQ(ports("80"), "80");
	EXPECT_STREQ(ports("0"), "0");
	EXPECT_STREQ(ports("1024-65535"), "1024-65535");
	EXPECT_STREQ(ports("80-80"), "80");
	EXPECT_TRUE(!ports("65536"));
	EXPECT_TRUE(!ports("80-"));
	EXPECT_TRUE(!ports("-80"));
	EXPECT_TRUE(!ports("80-90-100"));
	EXPECT_TRUE(!ports("http"));
	EXPECT_TRUE(!ports("90-80"));
	EXPECT_STREQ(error.hint, "did you mean 80-90?");
}

TEST(durations_need_a_unit_and_may_have_several)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} good[] = {
		{ "0s", 0 }, { "1ns", 1 }, { "500ms", 500000000 },
		{ "1.5s", 1500000000 }, { "1h30m", 5400000000000 },
		{ "7d", 604800000000000 }, { "0.000000001s", 1 },
		{ "5m", 300000000000 },
	};
	static const char *const bad[] = {
		"", "5", "5x", "s", "-5s", "5 s", "1.s", ".5s", "1.5.5s",
		"5s ", "213504d", "99999999999999999999s", "0.0000000001s",
	};
	uint64_t ns;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		EXPECT(!tm_duration_parse(good[i].text, &ns, &error) &&
		       ns == good[i].ns, "%s became %llu", good[i].text,
		       (unsigned long long)ns);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		EXPECT(tm_duration_parse(bad[i], &ns, &error), "'%s' was read",
		       bad[i]);
}

TEST(rates_have_their_unit)
{
	uint64_t rate;

	EXPECT_EQ(tm_rate_packets_parse("10k", &rate, &error), 0);
	EXPECT_EQ(rate, 10000);
	EXPECT_EQ(tm_rate_packets_parse("2.5Mpps", &rate, &error), 0);
	EXPECT_EQ(rate, 2500000);
	EXPECT_EQ(tm_rate_packets_parse("100/s", &rate, &error), 0);
	EXPECT_EQ(rate, 100);
	EXPECT_EQ(tm_rate_packets_parse("10K", &rate, &error), -1);
	EXPECT_EQ(tm_rate_bytes_parse("10Mbit", &rate, &error), 0);
	EXPECT_EQ(rate, 1250000);
	EXPECT_EQ(tm_rate_bytes_parse("400Gbit/s", &rate, &error), 0);
	EXPECT_EQ(rate, 50000000000);
	EXPECT_EQ(tm_rate_bytes_parse("1MiB", &rate, &error), 0);
	EXPECT_EQ(rate, 1048576);
	EXPECT_EQ(tm_rate_bytes_parse("1000", &rate, &error), -1);
	EXPECT_TRUE(strstr(error.hint, "unit"));
	EXPECT_EQ(tm_rate_bytes_parse("99999999999GB", &rate, &error), -1);
}

TEST(quantities_are_shown_for_people)
{
	char text[64];

	EXPECT_STREQ(tm_duration_format(0, text), "0s");
	EXPECT_STREQ(tm_duration_format(340000000, text), "340ms");
	EXPECT_STREQ(tm_duration_format(2500000000, text), "2.5s");
	EXPECT_STREQ(tm_duration_format(5400000000000, text), "1h30m");
	EXPECT_STREQ(tm_duration_format(86400000000000, text), "1d");
	EXPECT_TRUE(tm_duration_format(UINT64_MAX, text));
	EXPECT_STREQ(tm_bytes_format(1023, text), "1023 B");
	EXPECT_STREQ(tm_bytes_format(1536, text), "1.50 KiB");
	EXPECT_STREQ(tm_bytes_format(1048575, text), "1.00 MiB");
	EXPECT_STREQ(tm_bytes_format(UINT64_MAX, text), "16 EiB");
	EXPECT_STREQ(tm_rate_packets_format(9999, text), "9999 pps");
	EXPECT_STREQ(tm_rate_packets_format(12500, text), "12.5 kpps");
	EXPECT_STREQ(tm_rate_bytes_format(10000000, text), "80 Mbit/s");
	EXPECT_STREQ(tm_rate_bytes_format(UINT64_MAX, text),
		     "18446744 Tbit/s");
}

TEST(a_word_is_refused_with_the_words_there_are)
{
	EXPECT_EQ(tm_name_parse(&tm_names_key, "src+dport", &error),
		  TRAFFICMON_KEY_SOURCE_DESTINATION_PORT);
	EXPECT_EQ(tm_name_parse(&tm_names_mode, "enforc", &error), -1);
	EXPECT_STREQ(error.hint,
		     "did you mean 'enforce'? there are: monitor, enforce");
	EXPECT_EQ(tm_name_parse(&tm_names_mode, "quite-different", &error), -1);
	EXPECT_STREQ(error.hint, "there are: monitor, enforce");
}

/* Everything in reach of rounding: whole numbers, ties, what is next to both. */
static uint64_t quantity(unsigned int i)
{
	static uint64_t random = 88172645463325252ull;

	random ^= random << 13;
	random ^= random >> 7;
	random ^= random << 17;
	switch (i % 4) {
	case 0:
		return random >> random % 64;
	case 1:
		return (random % 102400) << (10 * (i / 4 % 6));
	case 2:
		return random % 2000000 * 5;
	}
	return (random % 204800 << 10 * (i / 4 % 5)) / 200 + i % 3 - 1;
}

/* As printf() would round it, with a prefix for each power of base. */
static const char *scaled(uint64_t value, double base, uint64_t exact,
			  const char *const *names, unsigned int count)
{
	static char text[64];
	double number = value;
	unsigned int i = 0;

	if (value < exact) {
		snprintf(text, sizeof(text), "%" PRIu64 " %s", value, names[0]);
		return text;
	}
	for (; i + 1 < count && number >= base - 0.5; i++)
		number /= base;
	snprintf(text, sizeof(text), "%.*f %s",
		 number == (uint64_t)number ? 0 : number < 9.995 ? 2 :
		 number < 99.95 ? 1 : 0, number, names[i]);
	return text;
}

TEST(rounded_quantities_are_what_printf_makes_of_them)
{
	static const char *const bytes[] = {
		"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"
	};
	static const char *const packets[] = { "pps", "kpps", "Mpps", "Gpps" };
	char text[64], digits[TM_DIGITS_TEXT], printed[32];
	unsigned int i;

	for (i = 0; i < 200000; i++) {
		uint64_t value = i < 4 ? UINT64_MAX - i : quantity(i);

		EXPECT_STREQ(tm_bytes_format(value, text),
			     scaled(value, 1024, 1024, bytes, 7));
		EXPECT_STREQ(tm_rate_packets_format(value, text),
			     scaled(value, 1000, 10000, packets, 4));
		snprintf(printed, sizeof(printed), "%" PRIu64, value);
		EXPECT_EQ(tm_digits(digits, value) - digits,
			  (long)strlen(printed));
		EXPECT_STREQ(digits, printed);
	}
}

TEST(addresses_are_written_as_inet_ntop_writes_them)
{
	char text[TM_ADDRESS_TEXT], wanted[TM_ADDRESS_TEXT];
	struct tm_address address = { .size = 16 };
	unsigned int zeroes, i;

	/* Each pattern of zero groups, the others long, short or all ones. */
	for (zeroes = 0; zeroes < 256 * 4; zeroes++) {
		for (i = 0; i < 8; i++) {
			static const uint16_t groups[] = {
				0x2001, 0x0db8, 0x000f, 0xffff
			};
			uint16_t group = zeroes >> i & 1 ? 0 :
					 groups[zeroes >> 8];

			address.bytes[2 * i] = group >> 8;
			address.bytes[2 * i + 1] = group;
		}
		inet_ntop(AF_INET6, address.bytes, wanted, sizeof(wanted));
		EXPECT_STREQ(tm_address_format(&address, text), wanted);
	}
	address.size = 4;
	for (i = 0; i < 1024; i++) {
		memset(address.bytes, i, 4);
		address.bytes[i / 256] = 255 - i % 256;
		inet_ntop(AF_INET, address.bytes, wanted, sizeof(wanted));
		EXPECT_STREQ(tm_address_format(&address, text), wanted);
	}
}

TEST(names_of_devices_are_kept_by_their_index)
{
	struct tm_devices devices = { 0 };

	EXPECT_STREQ(tm_devices_name(&devices, 1), "lo");
	EXPECT_STREQ(tm_devices_name(&devices, 1), "lo");
	/* Of the same place. */
	EXPECT_STREQ(tm_devices_name(&devices, 1 + 1000 * TM_DEVICES),
		     "if64001");
	EXPECT_STREQ(tm_devices_name(&devices, 1), "lo");
	EXPECT_STREQ(tm_devices_name(&devices, 0), "if0");
}

TEST(a_number_without_a_word_is_shown_as_number)
{
	char buffer[TM_NAME_TEXT];

	EXPECT_STREQ(tm_name(&tm_names_class, 3, buffer), "rst");
	EXPECT_STREQ(tm_name(&tm_names_class, 250, buffer), "class_250");
	EXPECT_STREQ(tm_name(&tm_names_limit_kind, 9, buffer), "limit_kind_9");
	EXPECT_STREQ(tm_name(&tm_names_event, 0, buffer), "event_type_0");
}

TEST(names_of_policies_keep_to_their_characters)
{
	EXPECT_EQ(tm_name_check("policy", "syn.per_source:1-a", &error), 0);
	EXPECT_EQ(tm_name_check("policy", "1234567890123456789012345678901",
				&error), 0);
	EXPECT_EQ(tm_name_check("policy", "12345678901234567890123456789012",
				&error), -1);
	EXPECT_EQ(tm_name_check("policy", "", &error), -1);
	EXPECT_EQ(tm_name_check("policy", "a b", &error), -1);
	EXPECT_TRUE(strstr(error.message, "place 2"));
	EXPECT_EQ(tm_name_check("policy", "ü", &error), -1);
}

TEST(protocols_have_names_and_numbers)
{
	char buffer[TM_NAME_TEXT];
	uint8_t number;

	EXPECT_EQ(tm_protocol_parse("tcp", &number, &error), 0);
	EXPECT_EQ(number, 6);
	EXPECT_EQ(tm_protocol_parse("253", &number, &error), 0);
	EXPECT_STREQ(tm_protocol_name(number, buffer), "253");
	EXPECT_EQ(tm_protocol_parse("256", &number, &error), -1);
	EXPECT_EQ(tm_protocol_parse("tpc", &number, &error), -1);
	EXPECT_TRUE(strstr(error.hint, "did you mean 'tcp'"));
	EXPECT_EQ(tm_protocol_parse("", &number, &error), -1);
	EXPECT_EQ(tm_protocol_parse("6x", &number, &error), -1);
}
