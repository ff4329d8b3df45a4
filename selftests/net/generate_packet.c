// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes IP packets: a datagram (transport header and payload) is made once,
 * with a right checksum, and then put whole or in pieces behind IP headers.
 */
#include "generate.h"

#include <arpa/inet.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <string.h>

#define IPV4_NOP	1
#define IPV4_MF		0x2000
#define IPV6_PADN	1

static uint64_t random_state;

/* The datagram being sent. */
static struct {
	int family;
	uint8_t source[16], destination[16];
	int protocol;
	uint8_t data[GENERATE_PACKET_MAX];
	unsigned int bytes;
	unsigned int header;	/* of the transport */
	unsigned int checksum;	/* its offset */
	unsigned int sent;
	uint32_t id;
} datagram;

void packet_seed(uint64_t seed)
{
	random_state = seed;
}

/* Sebastiano Vigna's splitmix64 (public domain description): one multiply-and-shift chain. */
static uint64_t random_word(void)
{
	uint64_t word = random_state += 0x9e3779b97f4a7c15;

	word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9;
	word = (word ^ word >> 27) * 0x94d049bb133111eb;
	return word ^ word >> 31;
}

static uint16_t port(int wanted)
{
	return htons(wanted >= 0 ? wanted : 1024 + (int)(random_word() % 64512));
}

/* The lowest @bits of an address of @width bytes: @value added to the prefix. */
static void add_to_address(uint8_t *address, unsigned int width, unsigned int bits,
			   uint64_t high, uint64_t low)
{
	unsigned int i;

	for (i = 0; i < width && bits; i++) {
		uint64_t word = i < 8 ? low >> 8 * i : high >> 8 * (i - 8);
		unsigned int here = bits < 8 ? bits : 8;

		address[width - 1 - i] |= word & (0xff >> (8 - here));
		bits -= here;
	}
}

static void choose_source(const struct wanted *wanted, int family, uint64_t number)
{
	unsigned int width = family == IPV4 ? 4 : 16;
	unsigned int free_bits = 8 * width - wanted->source[family].length;

	memcpy(datagram.source, wanted->source[family].bytes, 16);
	if (wanted->sequential)
		add_to_address(datagram.source, width, free_bits, 0,
			       number % wanted->sequential);
	else if (free_bits)
		add_to_address(datagram.source, width, free_bits, random_word(), random_word());
}

static uint32_t sum(uint32_t start, const void *data, unsigned int bytes)
{
	const uint8_t *byte = data;
	unsigned int i;

	for (i = 0; i + 1 < bytes; i += 2)
		start += byte[i] << 8 | byte[i + 1];
	if (bytes & 1)
		start += byte[bytes - 1] << 8;
	while (start >> 16)
		start = (start & 0xffff) + (start >> 16);
	return start;
}

static uint32_t pseudo_sum(void)
{
	unsigned int width = datagram.family == IPV4 ? 4 : 16;
	uint32_t total = datagram.bytes + datagram.protocol;

	/* ICMP has a pseudo header in IPv6 only */
	if (datagram.protocol == IPPROTO_ICMP)
		return 0;
	total = sum(total, datagram.source, width);
	return sum(total, datagram.destination, width);
}

/* A super-packet gets the sum of the pseudo header only: the rest is made for each segment. */
static void put_checksum(bool gso)
{
	uint16_t value = pseudo_sum();

	if (!gso)
		value = ~sum(value, datagram.data, datagram.bytes);
	if (!gso && !value && datagram.protocol == IPPROTO_UDP)
		value = 0xffff;
	datagram.data[datagram.checksum] = value >> 8;
	datagram.data[datagram.checksum + 1] = value;
}

static void put_tcp(const struct wanted *wanted)
{
	struct tcphdr tcp = {
		.source = port(wanted->port[0]),
		.dest = port(wanted->port[1]),
		.seq = random_word(),
		.ack_seq = wanted->tcp_flags & 0x10 ? random_word() : 0,
		.doff = sizeof(tcp) / 4,
		.window = htons(65535),
	};

	((uint8_t *)&tcp)[13] = wanted->tcp_flags;
	memcpy(datagram.data, &tcp, sizeof(tcp));
}

static void put_udp(const struct wanted *wanted)
{
	struct udphdr udp = {
		.source = port(wanted->port[0]),
		.dest = port(wanted->port[1]),
		.len = htons(datagram.bytes),
	};

	memcpy(datagram.data, &udp, sizeof(udp));
}

static void put_echo(const struct wanted *wanted, uint64_t number)
{
	struct icmphdr icmp = {
		.type = datagram.family == IPV4 ? ICMP_ECHO : ICMPV6_ECHO_REQUEST,
		.un.echo = { .id = port(wanted->port[0]), .sequence = htons(number) },
	};

	memcpy(datagram.data, &icmp, sizeof(icmp));
}

static unsigned int transport_bytes(const struct wanted *wanted)
{
	switch (wanted->protocol) {
	case IPPROTO_TCP:
		return sizeof(struct tcphdr);
	case IPPROTO_UDP:
		return sizeof(struct udphdr);
	case IPPROTO_ICMP:
		return sizeof(struct icmphdr);
	default:
		return 0;
	}
}

static void make_datagram(const struct wanted *wanted, uint64_t number)
{
	unsigned int payload = wanted->payload_low;
	int family = wanted->family[IPV6] && (!wanted->family[IPV4] || number & 1) ? IPV6 : IPV4;

	if (wanted->payload_high > payload)
		payload += random_word() % (wanted->payload_high - payload + 1);
	datagram.family = family;
	datagram.protocol = wanted->protocol;
	if (wanted->protocol == IPPROTO_ICMP && family == IPV6)
		datagram.protocol = IPPROTO_ICMPV6;
	/* In turns, both families walk through all their sources. */
	choose_source(wanted, family, wanted->family[IPV4] && wanted->family[IPV6] ? number / 2 :
										     number);
	memcpy(datagram.destination, wanted->destination[family], 16);
	datagram.header = transport_bytes(wanted);
	datagram.bytes = datagram.header + payload;
	datagram.sent = 0;
	datagram.id++;
	memset(datagram.data, 0, datagram.bytes);
	switch (wanted->protocol) {
	case IPPROTO_TCP:
		datagram.checksum = offsetof(struct tcphdr, check);
		put_tcp(wanted);
		break;
	case IPPROTO_UDP:
		datagram.checksum = offsetof(struct udphdr, check);
		put_udp(wanted);
		break;
	case IPPROTO_ICMP:
		datagram.checksum = offsetof(struct icmphdr, checksum);
		put_echo(wanted, number);
		break;
	default:
		return;
	}
	put_checksum(wanted->gso_bytes);
}

/* Return: bytes of the IP header. */
static unsigned int put_ipv4(const struct wanted *wanted, uint8_t *at, unsigned int body,
			     bool more)
{
	unsigned int header = sizeof(struct iphdr) + wanted->option_bytes;
	struct iphdr ip = {
		.version = 4,
		.ihl = header / 4,
		.tot_len = htons(header + body),
		.id = htons(datagram.id),
		.frag_off = htons(datagram.sent / 8 | (more ? IPV4_MF : 0)),
		.ttl = wanted->hop_limit,
		.protocol = datagram.protocol,
	};

	memcpy(&ip.saddr, datagram.source, 4);
	memcpy(&ip.daddr, datagram.destination, 4);
	memcpy(at, &ip, sizeof(ip));
	memset(at + sizeof(ip), IPV4_NOP, wanted->option_bytes);
	ip.check = htons((uint16_t)~sum(0, at, header));
	memcpy(at, &ip, sizeof(ip));
	return header;
}

/* Extension headers of 8 bytes each, all padding; a routing header that leads nowhere further. */
static unsigned int put_extensions(const struct wanted *wanted, uint8_t *at, bool fragment,
				   bool more)
{
	unsigned int i, bytes = 0;
	uint16_t offset = htons(datagram.sent | more);
	uint32_t id = htonl(datagram.id);

	for (i = 0; i < wanted->extensions + fragment; i++, bytes += 8) {
		bool last = i + 1 >= wanted->extensions + fragment;
		uint8_t protocol = i < wanted->extensions ? wanted->extension[i] :
							    IPPROTO_FRAGMENT;
		uint8_t next = last ? datagram.protocol :
			       i + 1 < wanted->extensions ? wanted->extension[i + 1] :
							    IPPROTO_FRAGMENT;

		memset(at + bytes, 0, 8);
		at[bytes] = next;
		if (protocol == IPPROTO_FRAGMENT) {
			if (i >= wanted->extensions)
				memcpy(at + bytes + 2, &offset, sizeof(offset));
			memcpy(at + bytes + 4, &id, sizeof(id));
		} else if (protocol == IPPROTO_ROUTING) {
			at[bytes + 2] = 253;	/* RFC 4727: for experiments; no segments left */
		} else {
			at[bytes + 2] = IPV6_PADN;
			at[bytes + 3] = 4;
		}
	}
	return bytes;
}

static unsigned int put_ipv6(const struct wanted *wanted, uint8_t *at, unsigned int body,
			     bool more)
{
	bool fragment = wanted->fragments > 1;
	unsigned int bytes = put_extensions(wanted, at + sizeof(struct ipv6hdr), fragment, more);
	struct ipv6hdr ip = {
		.version = 6,
		.payload_len = htons(bytes + body),
		.nexthdr = wanted->extensions ? wanted->extension[0] :
			   fragment ? IPPROTO_FRAGMENT : datagram.protocol,
		.hop_limit = wanted->hop_limit,
	};

	memcpy(&ip.saddr, datagram.source, 16);
	memcpy(&ip.daddr, datagram.destination, 16);
	memcpy(at, &ip, sizeof(ip));
	return sizeof(ip) + bytes;
}

bool packet_next(const struct wanted *wanted, uint64_t number, struct packet *packet)
{
	static bool inside;
	unsigned int left, piece;
	bool more;

	if (!inside)
		make_datagram(wanted, number);
	left = datagram.bytes - datagram.sent;
	/* Pieces are multiples of 8 bytes but for the last. */
	piece = (datagram.bytes / wanted->fragments + 7) & ~7U;
	if (wanted->fragments == 1 || piece > left)
		piece = left;
	more = piece < left;
	packet->family = datagram.family;
	packet->transport = datagram.family == IPV4 ? put_ipv4(wanted, packet->data, piece, more) :
						      put_ipv6(wanted, packet->data, piece, more);
	memcpy(packet->data + packet->transport, datagram.data + datagram.sent, piece);
	packet->bytes = packet->transport + piece;
	memset(packet->data + packet->bytes, 0xee, wanted->pad_bytes);
	packet->header = packet->transport + datagram.header;
	packet->checksum = datagram.checksum;
	packet->segments = 1;
	if (wanted->gso_bytes && packet->bytes - packet->header > wanted->gso_bytes)
		packet->segments = (packet->bytes - packet->header + wanted->gso_bytes - 1) /
				   wanted->gso_bytes;
	datagram.sent += piece;
	inside = more;
	return !more;
}

unsigned int packet_bytes_max(const struct wanted *wanted, int family)
{
	unsigned int header = family == IPV4 ? sizeof(struct iphdr) + wanted->option_bytes :
			      sizeof(struct ipv6hdr) + 8 * wanted->extensions;

	return header + transport_bytes(wanted) + wanted->payload_high;
}
