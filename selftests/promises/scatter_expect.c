// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the module has to account of the packets of scatter.  It knows where the
 * parts of a packet are, having written them, and reads no header: an error of
 * the module's parser is none of its own.
 */
#include "scatter.h"

#include <arpa/inet.h>
#include <string.h>

#define EXTENSIONS_MAX	8

/* Source and destination stand as in the flow: ports, ICMP identifier, or type and code. */
struct account {
	const char *class;
	bool later;
	uint8_t protocol;
	uint16_t source, destination;
};

static const char *const classes[] = { "syn", "synack", "ack", "rst", "fin", "udp", "icmp", "frag",
				       "malformed", "other" };
static struct sum {
	unsigned long packets, bytes;
} seen, untracked, by_class[sizeof(classes) / sizeof(classes[0])];

static void add(struct sum *sum, unsigned int packets, unsigned int bytes)
{
	sum->packets += packets;
	sum->bytes += (unsigned long)packets * bytes;
}

static void add_class(const char *class, unsigned int packets, unsigned int bytes)
{
	unsigned int i = 0;

	while (strcmp(classes[i], class))
		i++;
	add(&by_class[i], packets, bytes);
}

static uint16_t get16(const uint8_t *at)
{
	return at[0] << 8 | at[1];
}

static bool is_echo(const struct scatter_part *part, const uint8_t *at)
{
	return part->protocol == IPPROTO_ICMP ? at[0] == 8 : at[0] == 128;
}

/* @room: bytes from @at, where @part is, to the end of the packet. */
static void take_transport(const struct scatter_part *part, const uint8_t *at, unsigned int room,
			   bool first, struct account *account)
{
	/* the length of a datagram may well be more than its first fragment */
	bool datagram = first && part->protocol == IPPROTO_UDP;

	account->class = part->class;
	if (room < part->needed || (room < part->claimed && !datagram))
		account->class = "malformed";
	if (room < part->needed || part->role == SCATTER_OTHER)
		return;
	account->source = get16(at);
	account->destination = get16(at + 2);
	if (part->role != SCATTER_ICMP)
		return;
	account->source = is_echo(part, at) ? get16(at + 4) : at[0];
	account->destination = is_echo(part, at) ? 0 : at[1];
}

/*
 * Behind the IP header, at @at.  An extension that is not whole, a ninth and a
 * second fragment header end it: the packet has the number of that one.
 */
static void take_parts(const struct scatter_kind *kind, unsigned int at, unsigned int length,
		       const uint8_t *data, struct account *account)
{
	bool first = kind->fragment & SCATTER_MORE, fragment = false;
	const struct scatter_part *const *part = kind->parts;
	unsigned int count = 0;

	for (; kind->version == 6 && !part[0]->class; part++, count++) {
		unsigned int bytes = scatter_decode(part[0]->hex, NULL);
		bool again = fragment && part[0]->protocol == IPPROTO_FRAGMENT;

		account->protocol = part[0]->protocol;
		account->class = "malformed";
		if (at + bytes > length || count == EXTENSIONS_MAX || again)
			return;
		fragment |= part[0]->protocol == IPPROTO_FRAGMENT;
		first |= part[0]->role == SCATTER_FIRST;
		at += bytes;
		if (part[0]->role != SCATTER_LATER)
			continue;
		account->protocol = part[1]->protocol;
		account->class = "frag";
		account->later = true;
		return;
	}
	account->protocol = part[0]->protocol;
	account->class = "other";		/* as AH in IPv4 */
	if (part[0]->class)
		take_transport(part[0], data + at, length - at, first, account);
	if (first && strcmp(account->class, "malformed"))
		account->class = "frag";
}

static void print_flow(const struct account *account, int version, const uint8_t *data,
		       unsigned int packets, unsigned int bytes, FILE *flows)
{
	char source[INET6_ADDRSTRLEN], destination[INET6_ADDRSTRLEN];
	int family = version == 6 ? AF_INET6 : AF_INET;

	inet_ntop(family, data + (version == 6 ? 8 : 12), source, sizeof(source));
	inet_ntop(family, data + (version == 6 ? 24 : 16), destination, sizeof(destination));
	fprintf(flows, "%s %s %u %u %u %s %u %lu 0\n", source, destination, account->protocol,
		account->source, account->destination, account->later ? "true" : "false", packets,
		(unsigned long)packets * bytes);
}

void scatter_expect(const struct scatter_kind *kind, enum scatter_claim claim, unsigned int length,
		    unsigned int arrived, unsigned int sent, const uint8_t *data, FILE *flows)
{
	unsigned int header = scatter_header_bytes(kind), bytes = length;
	struct account account = { .class = "malformed" };

	if (length < header) {
		bytes = arrived;
		add(&untracked, sent, bytes);
	} else if (kind->fragment & SCATTER_OFFSET) {
		account.class = "frag";
		account.protocol = kind->parts[0]->protocol;
		account.later = true;
	} else {
		take_parts(kind, header, length, data, &account);
	}
	if (claim == SCATTER_WHOLE)
		account.class = "malformed";
	add(&seen, sent, bytes);
	add_class(account.class, sent, bytes);
	if (length >= header)
		print_flow(&account, kind->version, data, sent, bytes, flows);
}

static void print_sum(const char *name, const struct sum *sum, FILE *sums)
{
	if (sum->packets)
		fprintf(sums, "%s %lu %lu\n", name, sum->packets, sum->bytes);
}

void scatter_expect_sums(FILE *sums)
{
	unsigned int i;

	print_sum("seen", &seen, sums);
	print_sum("no_header", &untracked, sums);
	for (i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		print_sum(classes[i], &by_class[i], sums);
}
