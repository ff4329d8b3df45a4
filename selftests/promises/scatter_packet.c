// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes the packets of scatter. */
#include "scatter.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOPS		64
#define PAYLOAD		8

unsigned int scatter_decode(const char *hex, uint8_t *data)
{
	char byte[3] = "";
	unsigned int count;

	for (count = 0; *(hex += strspn(hex, " ")); count++, hex += 2) {
		memcpy(byte, hex, 2);
		if (data)
			data[count] = strtoul(byte, NULL, 16);
	}
	return count;
}

unsigned int scatter_header_bytes(const struct scatter_kind *kind)
{
	return kind->version == 6 ? 40 : 20 + scatter_decode(kind->options, NULL);
}

unsigned int scatter_whole_bytes(const struct scatter_kind *kind)
{
	unsigned int bytes = scatter_header_bytes(kind), i;

	for (i = 0; kind->parts[i]; i++)
		bytes += scatter_decode(kind->parts[i]->hex, NULL);
	return bytes + PAYLOAD;
}

static void put16(uint8_t *at, uint16_t value)
{
	at[0] = value >> 8;
	at[1] = value;
}

static void set_checksum(uint8_t *data)
{
	unsigned int bytes = (data[0] & 15) * 4, i;
	uint32_t sum = 0;

	put16(data + 10, 0);
	for (i = 0; i < bytes; i += 2)
		sum += data[i] << 8 | data[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	put16(data + 10, ~sum);
}

static void put_ipv4(const struct scatter_kind *kind, enum scatter_claim claim,
		     unsigned int length, unsigned int claimed, uint8_t *data)
{
	data[0] = 0x40 | scatter_header_bytes(kind) / 4;
	put16(data + 2, claimed);
	put16(data + 4, 42);			/* identification */
	put16(data + 6, kind->fragment);
	data[8] = HOPS;
	data[9] = kind->parts[0]->protocol;
	memcpy(data + 12, (uint8_t [8]){ 10, 1, length, kind - scatter_kinds, 10, 2, 0, 1 + claim },
	       8);
	scatter_decode(kind->options, data + 20);
	set_checksum(data);
}

static void put_ipv6(const struct scatter_kind *kind, enum scatter_claim claim,
		     unsigned int length, unsigned int claimed, uint8_t *data)
{
	data[0] = 0x60;
	put16(data + 4, claimed - 40);
	data[6] = kind->parts[0]->protocol;
	data[7] = HOPS;
	data[8] = data[24] = 0xfd;
	data[9] = 1;
	data[21] = length;
	data[23] = kind - scatter_kinds;
	data[25] = 2;
	data[39] = 1 + claim;
}

/* Returns where the next part begins. */
static uint8_t *put_part(const struct scatter_part *const *part, uint8_t *at, const uint8_t *end)
{
	unsigned int bytes = scatter_decode(part[0]->hex, at);

	if (!part[0]->class)
		at[0] = part[1]->protocol;
	else if (part[0]->protocol == IPPROTO_UDP && !at[4] && !at[5] && at + 8 <= end)
		put16(at + 4, end - at);
	return at + bytes;
}

void scatter_write(const struct scatter_kind *kind, enum scatter_claim claim, unsigned int length,
		   unsigned int padding, uint8_t *data)
{
	unsigned int header = scatter_header_bytes(kind), whole = scatter_whole_bytes(kind);
	unsigned int claimed = claim == SCATTER_WHOLE ? whole : length, i;
	const struct scatter_part *const *part;
	uint8_t *at = data + header;

	/* IPv6 cannot say that it is shorter than its header. */
	if (kind->version == 6 && claimed < header)
		claimed = whole;
	memset(data, 0, header);
	for (part = kind->parts; *part; part++)
		at = put_part(part, at, data + claimed);
	for (i = at - data; i < whole + padding; i++)
		data[i] = i * 7 + length;
	if (kind->version == 6)
		put_ipv6(kind, claim, length, claimed, data);
	else
		put_ipv4(kind, claim, length, claimed, data);
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
