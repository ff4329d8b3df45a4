// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The packets of scatter: each class, both families, options, extension
 * headers, fragments.  From 10.1.0.KIND or fd01::KIND, to 10.2.0.1 or fd02::1.
 */
#include "scatter.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#define HOPS	64

/* What stands between IP header and payload. */
enum part {
	END, UDP, UDP_SHORT, SYN, ACK, FIN, SYN_FIN, ECHO4, ECHO6,
	OPTIONS,		/* IPv4, 40 bytes of them */
	FIRST, LATER,		/* fragment: IPv4 in the header, IPv6 as a header */
	HOP, DESTINATION, ATOMIC,
};

static const struct kind {
	const char *name;
	bool v6;
	uint8_t other;		/* protocol number where no part gives one */
	enum part parts[5];
} kinds[] = {
	{ "IPv4 UDP", false, 0, { UDP } },
	{ "IPv4 TCP SYN", false, 0, { SYN } },
	{ "IPv4 TCP ACK", false, 0, { ACK } },
	{ "IPv4 TCP FIN", false, 0, { FIN } },
	{ "IPv4 TCP SYN FIN", false, 0, { SYN_FIN } },
	{ "IPv4 ICMP echo", false, 0, { ECHO4 } },
	{ "IPv4 UDP, options", false, 0, { OPTIONS, UDP } },
	{ "IPv4 TCP SYN, options", false, 0, { OPTIONS, SYN } },
	{ "IPv4 UDP, length too short", false, 0, { UDP_SHORT } },
	{ "IPv4 first fragment", false, 0, { FIRST, UDP } },
	{ "IPv4 later fragment", false, IPPROTO_UDP, { LATER } },
	{ "IPv4 GRE", false, IPPROTO_GRE, { END } },
	{ "IPv6 UDP", true, 0, { UDP } },
	{ "IPv6 TCP SYN", true, 0, { SYN } },
	{ "IPv6 TCP ACK", true, 0, { ACK } },
	{ "IPv6 ICMP echo", true, 0, { ECHO6 } },
	{ "IPv6 UDP, two extension headers", true, 0, { HOP, DESTINATION, UDP } },
	{ "IPv6 TCP SYN, three extension headers", true, 0, { HOP, DESTINATION, ATOMIC, SYN } },
	{ "IPv6 ICMP echo, extension header", true, 0, { DESTINATION, ECHO6 } },
	{ "IPv6 first fragment", true, 0, { FIRST, UDP } },
	{ "IPv6 later fragment", true, IPPROTO_UDP, { LATER } },
	{ "IPv6 no next header", true, IPPROTO_NONE, { END } },
};

unsigned int scatter_kinds(void)
{
	return sizeof(kinds) / sizeof(kinds[0]);
}

const char *scatter_name(unsigned int kind)
{
	return kinds[kind].name;
}

static void put16(uint8_t *at, uint16_t value)
{
	at[0] = value >> 8;
	at[1] = value;
}

static uint8_t protocol_of(enum part part, const struct kind *kind)
{
	switch (part) {
	case UDP:
	case UDP_SHORT:
		return IPPROTO_UDP;
	case SYN:
	case ACK:
	case FIN:
	case SYN_FIN:
		return IPPROTO_TCP;
	case ECHO4:
		return IPPROTO_ICMP;
	case ECHO6:
		return IPPROTO_ICMPV6;
	case HOP:
		return IPPROTO_HOPOPTS;
	case DESTINATION:
		return IPPROTO_DSTOPTS;
	case FIRST:
	case LATER:
	case ATOMIC:
		return IPPROTO_FRAGMENT;
	default:
		return kind->other;
	}
}

/* Is it a header of its own, behind the IP header? */
static bool stands_behind(enum part part, bool v6)
{
	return part != END && part != OPTIONS && (v6 || (part != FIRST && part != LATER));
}

static unsigned int put_tcp(uint8_t *at, uint8_t flags)
{
	put16(at, 1024);
	put16(at + 2, 80);
	at[7] = 1;			/* sequence */
	at[12] = 5 << 4;
	at[13] = flags;
	put16(at + 14, 1000);
	return 20;
}

/* An extension header; @offset: in units of a fragment header, low bit: more. */
static unsigned int put_extension(uint8_t *at, enum part part, uint8_t next)
{
	at[0] = next;
	if (part == HOP || part == DESTINATION) {
		at[2] = 1;		/* PadN of 6 bytes */
		at[3] = 4;
	} else {
		put16(at + 2, part == LATER ? 0x0800 : part == FIRST ? 1 : 0);
		at[7] = 42;		/* identification */
	}
	return 8;
}

static unsigned int put_part(uint8_t *at, enum part part, uint8_t next, unsigned int payload)
{
	switch (part) {
	case UDP:
	case UDP_SHORT:
		put16(at, 1024);
		put16(at + 2, 9);
		put16(at + 4, part == UDP ? 8 + payload : 7);
		return 8;
	case SYN:
		return put_tcp(at, 0x02);
	case ACK:
		return put_tcp(at, 0x10);
	case FIN:
		return put_tcp(at, 0x11);
	case SYN_FIN:
		return put_tcp(at, 0x03);
	case ECHO4:
	case ECHO6:
		at[0] = part == ECHO4 ? 8 : 128;
		put16(at + 4, 77);	/* identifier */
		return 8;
	default:
		return put_extension(at, part, next);
	}
}

static uint16_t header_checksum(const uint8_t *data, unsigned int bytes)
{
	uint32_t sum = 0;
	unsigned int i;

	for (i = 0; i < bytes; i += 2)
		sum += data[i] << 8 | data[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static void set_checksum(uint8_t *data)
{
	unsigned int bytes = (data[0] & 15) * 4;

	put16(data + 10, 0);
	put16(data + 10, header_checksum(data, bytes));
}

static void finish_ipv4(unsigned int kind, uint8_t protocol, unsigned int header,
			unsigned int bytes, uint8_t *data)
{
	enum part first = kinds[kind].parts[0];

	data[0] = 0x40 | header / 4;
	put16(data + 2, bytes);
	put16(data + 4, 42);
	if (first == FIRST)
		put16(data + 6, 0x2000);
	if (first == LATER)
		put16(data + 6, 0x0100);
	data[8] = HOPS;
	data[9] = protocol;
	memcpy(data + 12, (uint8_t [8]){ 10, 1, 0, kind, 10, 2, 0, 1 }, 8);
	if (header > 20)
		memset(data + 20, 1, header - 20);	/* no operation */
	set_checksum(data);
}

static void finish_ipv6(unsigned int kind, uint8_t protocol, unsigned int bytes, uint8_t *data)
{
	data[0] = 0x60;
	put16(data + 4, bytes - 40);
	data[6] = protocol;
	data[7] = HOPS;
	data[8] = data[24] = 0xfd;
	data[9] = 1;
	data[23] = kind;
	data[25] = 2;
	data[39] = 1;
}

unsigned int scatter_write(unsigned int number, unsigned int payload, uint8_t *data)
{
	const struct kind *kind = &kinds[number];
	unsigned int header = kind->v6 ? 40 : 20, bytes, i;
	uint8_t protocol = kind->other;
	const enum part *part;
	bool found = false;

	memset(data, 0, SCATTER_PACKET_MAX);
	if (kind->parts[0] == OPTIONS)
		header += 40;
	bytes = header;
	for (part = kind->parts; *part != END; part++) {
		if (!stands_behind(*part, kind->v6))
			continue;
		if (!found)
			protocol = protocol_of(*part, kind);
		found = true;
		bytes += put_part(data + bytes, *part, protocol_of(part[1], kind), payload);
	}
	for (i = 0; i < payload; i++)
		data[bytes + i] = i * 7 + number;
	bytes += payload;
	if (kind->v6)
		finish_ipv6(number, protocol, bytes, data);
	else
		finish_ipv4(number, protocol, header, bytes, data);
	return bytes;
}

void scatter_forward(uint8_t *data)
{
	if (data[0] >> 4 == 6) {
		data[7]--;
		return;
	}
	data[8]--;
	set_checksum(data);
}
