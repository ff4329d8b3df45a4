// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * generate: sends a given number of IP packets and says how many, and how many
 * bytes, as one line of JSON.  See usage() for what they may be.
 *
 * A datagram sent in pieces is as many packets; a super-packet is its segments,
 * with the bytes of one header.  Bytes are those of the IP packets.  Exit: 0
 * all sent, 1 the system refused, 2 wrong usage.
 */
#include "generate.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#define NS_PER_S	1000000000LL

static struct packet batch[GENERATE_BATCH];

void fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("generate: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	exit(1);
}

static void __attribute__((noreturn)) usage(const char *wrong, const char *value)
{
	if (wrong)
		fprintf(stderr, "generate: %s: %s\n", wrong, value);
	fputs("usage: generate --device NAME --count N [OPTION]...\n"
	      "  --back-end packet|tun      frames sent on the device, or packets arriving on a tun\n"
	      "  --mac MAC                  receiver's, needed by packet\n"
	      "  --source PREFIX            random within it; IPv4 or IPv6, one of each: in turns\n"
	      "  --sequential N             instead: the first N addresses of it, one after another\n"
	      "  --destination ADDRESS      one for each family of --source\n"
	      "  --protocol udp|tcp|icmp|N  default udp; N has payload only\n"
	      "  --flags LETTERS            TCP, of FSRPAUEC, default S\n"
	      "  --source-port N|random     ICMP: the identifier; default 40000\n"
	      "  --destination-port N|random  default 9\n"
	      "  --payload BYTES[-BYTES]    default 18\n"
	      "  --fragments N              each datagram in N pieces\n"
	      "  --options BYTES            of IPv4 options, a multiple of 4 up to 40\n"
	      "  --extensions LIST          IPv6: hop,routing,destination,fragment in any order\n"
	      "  --pad BYTES                behind each packet, up to 64 (packet only)\n"
	      "  --gso BYTES                TCP super-packets, segments of so many bytes\n"
	      "  --hop-limit N              default 64\n"
	      "  --rate N                   datagrams a second, default as fast as it goes\n"
	      "  --seed N                   default a random one; printed\n", stderr);
	exit(2);
}

static uint64_t number(const char *what, const char *text, uint64_t low, uint64_t high)
{
	char *end;
	uint64_t value;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno || *end || end == text || *text == '-' || value < low || value > high) {
		fprintf(stderr, "generate: %s must be %" PRIu64 " to %" PRIu64 "\n", what, low,
			high);
		usage(what, text);
	}
	return value;
}

/* "a-b" or "a" */
static void read_range(const char *text, unsigned int *low, unsigned int *high)
{
	char copy[32];
	char *dash;

	snprintf(copy, sizeof(copy), "%s", text);
	dash = strchr(copy, '-');
	if (dash)
		*dash++ = '\0';
	*low = number("--payload", copy, 0, 65000);
	*high = dash ? number("--payload", dash, *low, 65000) : *low;
}

static int read_address(const char *text, uint8_t *bytes)
{
	if (inet_pton(AF_INET, text, bytes) == 1)
		return IPV4;
	if (inet_pton(AF_INET6, text, bytes) == 1)
		return IPV6;
	usage("no address", text);
}

static void read_source(struct wanted *wanted, const char *text)
{
	char copy[INET6_ADDRSTRLEN + 4];
	uint8_t bytes[16] = { 0 };
	unsigned int bits, i;
	char *slash;
	int family;

	snprintf(copy, sizeof(copy), "%s", text);
	slash = strchr(copy, '/');
	if (slash)
		*slash++ = '\0';
	family = read_address(copy, bytes);
	bits = family == IPV4 ? 32 : 128;
	if (slash)
		bits = number("prefix length", slash, 0, bits);
	for (i = bits; i < 128; i++)
		bytes[i / 8] &= ~(0x80 >> i % 8);
	memcpy(wanted->source[family].bytes, bytes, sizeof(bytes));
	wanted->source[family].length = bits;
	wanted->family[family] = true;
}

static void read_mac(struct wanted *wanted, const char *text)
{
	unsigned int byte[6];
	char end;
	int i;

	if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%c", &byte[0], &byte[1], &byte[2], &byte[3],
		   &byte[4], &byte[5], &end) != 6)
		usage("no MAC address", text);
	for (i = 0; i < 6; i++)
		wanted->mac[i] = byte[i];
	wanted->mac_given = true;
}

static void read_flags(struct wanted *wanted, const char *text)
{
	static const char letters[] = "FSRPAUEC";
	const char *at;

	wanted->tcp_flags = 0;
	for (; *text; text++) {
		at = strchr(letters, *text);
		if (!at)
			usage("--flags: none of FSRPAUEC", text);
		wanted->tcp_flags |= 1 << (at - letters);
	}
}

static void read_extensions(struct wanted *wanted, char *list)
{
	static const struct {
		const char *name;
		uint8_t protocol;
	} known[] = {
		{ "hop", IPPROTO_HOPOPTS }, { "routing", IPPROTO_ROUTING },
		{ "destination", IPPROTO_DSTOPTS }, { "fragment", IPPROTO_FRAGMENT },
	};
	char *item;
	size_t i;

	for (item = strtok(list, ","); item; item = strtok(NULL, ",")) {
		for (i = 0; i < 4 && strcmp(item, known[i].name); i++)
			;
		if (i == 4 || wanted->extensions == GENERATE_EXTENSIONS_MAX)
			usage("--extensions", item);
		wanted->extension[wanted->extensions++] = known[i].protocol;
	}
}

static int read_protocol(const char *text)
{
	if (!strcmp(text, "udp"))
		return IPPROTO_UDP;
	if (!strcmp(text, "tcp"))
		return IPPROTO_TCP;
	if (!strcmp(text, "icmp"))
		return IPPROTO_ICMP;
	return number("--protocol", text, 2, 255);
}

static int read_port(const char *what, const char *text)
{
	return strcmp(text, "random") ? (int)number(what, text, 0, 65535) : -1;
}

static void read_destination(struct wanted *wanted, bool *given, const char *text)
{
	uint8_t bytes[16] = { 0 };
	int family = read_address(text, bytes);

	memcpy(wanted->destination[family], bytes, sizeof(bytes));
	given[family] = true;
}

static void check(const struct wanted *wanted, const bool *destination)
{
	int family;

	if (!wanted->device || strlen(wanted->device) > 15)
		usage("wanted", "--device");
	if (!wanted->count)
		usage("wanted", "--count");
	if (!wanted->family[IPV4] && !wanted->family[IPV6])
		usage("wanted", "--source");
	if (wanted->back_end == BACK_END_PACKET && !wanted->mac_given)
		usage("wanted", "--mac");
	if (wanted->pad_bytes && wanted->back_end == BACK_END_TUN)
		usage("--pad", "frames only");
	if (wanted->gso_bytes && (wanted->protocol != IPPROTO_TCP || wanted->fragments > 1))
		usage("--gso", "TCP only, and not in fragments");
	for (family = 0; family < FAMILIES; family++) {
		if (wanted->family[family] && !destination[family])
			usage("wanted for each family", "--destination");
		if (wanted->family[family] &&
		    packet_bytes_max(wanted, family) > GENERATE_PACKET_MAX)
			usage("--payload", "packets longer than 65535 bytes");
	}
}

static const struct option options[] = {
	{ "back-end", 1, NULL, 'b' }, { "device", 1, NULL, 'i' }, { "mac", 1, NULL, 'm' },
	{ "source", 1, NULL, 's' }, { "sequential", 1, NULL, 'n' },
	{ "destination", 1, NULL, 'd' }, { "protocol", 1, NULL, 'p' },
	{ "flags", 1, NULL, 'f' }, { "source-port", 1, NULL, 'S' },
	{ "destination-port", 1, NULL, 'D' }, { "payload", 1, NULL, 'l' },
	{ "fragments", 1, NULL, 'F' }, { "options", 1, NULL, 'o' },
	{ "extensions", 1, NULL, 'e' }, { "gso", 1, NULL, 'g' }, { "count", 1, NULL, 'c' },
	{ "rate", 1, NULL, 'r' }, { "seed", 1, NULL, 'x' }, { "pad", 1, NULL, 'P' }, { "hop-limit", 1, NULL, 'h' },
	{ 0 },
};

static void read_back_end(struct wanted *wanted, const char *text)
{
	if (!strcmp(text, "tun"))
		wanted->back_end = BACK_END_TUN;
	else if (strcmp(text, "packet"))
		usage("--back-end", text);
}

static void read_option(struct wanted *wanted, int option, char *text, bool *destination)
{
	switch (option) {
	case 'b':
		read_back_end(wanted, text);
		break;
	case 'i':
		wanted->device = text;
		break;
	case 'm':
		read_mac(wanted, text);
		break;
	case 's':
		read_source(wanted, text);
		break;
	case 'n':
		wanted->sequential = number("--sequential", text, 1, UINT32_MAX);
		break;
	case 'd':
		read_destination(wanted, destination, text);
		break;
	case 'p':
		wanted->protocol = read_protocol(text);
		break;
	case 'f':
		read_flags(wanted, text);
		break;
	case 'S':
		wanted->port[0] = read_port("--source-port", text);
		break;
	case 'D':
		wanted->port[1] = read_port("--destination-port", text);
		break;
	case 'l':
		read_range(text, &wanted->payload_low, &wanted->payload_high);
		break;
	case 'F':
		wanted->fragments = number("--fragments", text, 1, 64);
		break;
	case 'o':
		wanted->option_bytes = number("--options", text, 0, 40) & ~3U;
		break;
	case 'e':
		read_extensions(wanted, text);
		break;
	case 'P':
		wanted->pad_bytes = number("--pad", text, 0, GENERATE_PAD_MAX);
		break;
	case 'g':
		wanted->gso_bytes = number("--gso", text, 8, 65000);
		break;
	case 'c':
		wanted->count = number("--count", text, 1, UINT64_MAX / 2);
		break;
	case 'r':
		wanted->rate_pps = number("--rate", text, 1, NS_PER_S);
		break;
	case 'x':
		wanted->seed = number("--seed", text, 0, UINT64_MAX);
		break;
	case 'h':
		wanted->hop_limit = number("--hop-limit", text, 1, 255);
		break;
	default:
		usage(NULL, NULL);
	}
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* Wait until datagram @sent is due. */
static void pace(const struct wanted *wanted, int64_t start_ns, uint64_t sent)
{
	const uint64_t rate = wanted->rate_pps;
	int64_t due_ns = start_ns + sent / rate * NS_PER_S + sent % rate * NS_PER_S / rate;
	struct timespec due = { due_ns / NS_PER_S, due_ns % NS_PER_S };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) == EINTR)
		;
}

int main(int argc, char **argv)
{
	static struct wanted wanted = {
		.protocol = IPPROTO_UDP, .tcp_flags = 0x02, .port = { 40000, 9 },
		.payload_low = 18, .payload_high = 18, .fragments = 1, .hop_limit = 64,
	};
	uint64_t packets[FAMILIES] = { 0 }, bytes[FAMILIES] = { 0 }, datagrams = 0;
	bool destination[FAMILIES] = { false };
	unsigned int filled, most = GENERATE_BATCH;
	int64_t start_ns;
	int option;

	if (getrandom(&wanted.seed, sizeof(wanted.seed), 0) != sizeof(wanted.seed))
		fail("no random seed: %s", strerror(errno));
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		read_option(&wanted, option, optarg, destination);
	if (optind != argc)
		usage("unexpected", argv[optind]);
	check(&wanted, destination);
	packet_seed(wanted.seed);
	send_open(&wanted);
	/* At a low rate a batch would be a burst: at most a millisecond's worth. */
	if (wanted.rate_pps && wanted.rate_pps / 1000 < most)
		most = wanted.rate_pps / 1000 ?: 1;
	start_ns = now_ns();
	while (datagrams < wanted.count) {
		if (wanted.rate_pps)
			pace(&wanted, start_ns, datagrams);
		for (filled = 0; filled < most && datagrams < wanted.count; filled++) {
			struct packet *packet = &batch[filled];

			datagrams += packet_next(&wanted, datagrams, packet);
			packets[packet->family] += packet->segments;
			bytes[packet->family] += packet->bytes;
		}
		send_batch(batch, filled);
	}
	printf("{\"seed\":%" PRIu64 ",\"seconds\":%.6f,\"packets\":%" PRIu64 ",\"bytes\":%" PRIu64
	       ",\"ipv4\":{\"packets\":%" PRIu64 ",\"bytes\":%" PRIu64
	       "},\"ipv6\":{\"packets\":%" PRIu64 ",\"bytes\":%" PRIu64 "}}\n",
	       wanted.seed, (now_ns() - start_ns) / 1e9, packets[IPV4] + packets[IPV6],
	       bytes[IPV4] + bytes[IPV6], packets[IPV4], bytes[IPV4], packets[IPV6], bytes[IPV6]);
	return 0;
}
