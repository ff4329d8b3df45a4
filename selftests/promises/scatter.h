/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scatter, in four parts: scatter.c sends and compares, scatter_kinds.c has the
 * kinds of packet, scatter_packet.c writes them, scatter_expect.c says what the
 * module has to account.
 *
 * A packet is WHOLE bytes long, or cut to any LENGTH below.  Its length fields
 * say one or the other:
 *
 *	SCATTER_TRUE	what there is: LENGTH.  What may lie behind is padding
 *	SCATTER_WHOLE	WHOLE, though only LENGTH bytes came
 */
#ifndef SCATTER_H
#define SCATTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define SCATTER_PACKET_MAX	8192
#define SCATTER_PARTS_MAX	12

enum scatter_claim { SCATTER_TRUE, SCATTER_WHOLE, SCATTER_CLAIMS };

/* What a reader has to do with a part; FIRST and LATER fragments are extensions, too. */
enum scatter_role { SCATTER_OTHER, SCATTER_EXTENSION, SCATTER_FIRST, SCATTER_LATER, SCATTER_PORTS,
		    SCATTER_ICMP };

/**
 * struct scatter_part - a header, or what stands behind it
 * @protocol: its number, which the header before it has
 * @role: enum scatter_role
 * @class: of a whole packet that has it; NULL: it is an extension of IPv6, and
 *	names the part behind it
 * @needed: bytes without which it says nothing
 * @claimed: bytes that it says it has, or that its UDP length says
 * @hex: its bytes; an extension's number of the next header and a UDP length of
 *	0 are filled in
 */
struct scatter_part {
	uint8_t protocol;
	uint8_t role;
	const char *class;
	uint8_t needed;
	uint16_t claimed;
	const char *hex;
};

/**
 * struct scatter_kind - of packet
 * @name: what it is
 * @fragment: IPv4's word of flags and offset
 * @options: of IPv4, in hexadecimal
 * @version: 4 or 6
 * @parts: behind the IP header; the last is followed by NULL
 */
struct scatter_kind {
	const char *name;
	uint16_t fragment;
	const char *options;
	uint8_t version;
	const struct scatter_part *parts[SCATTER_PARTS_MAX + 1];
};

#define SCATTER_MORE	0x2000		/* of @fragment */
#define SCATTER_OFFSET	0x1fff

extern const struct scatter_kind scatter_kinds[];
extern const unsigned int scatter_kind_count;

/* Bytes of hexadecimal text, which may have spaces; @data may be NULL.  Returns how many. */
unsigned int scatter_decode(const char *hex, uint8_t *data);

/* Of the IP header, and of the whole packet, in bytes. */
unsigned int scatter_header_bytes(const struct scatter_kind *kind);
unsigned int scatter_whole_bytes(const struct scatter_kind *kind);

/*
 * Write @kind into @data, WHOLE bytes and @padding more, with length fields that
 * say @length (SCATTER_TRUE) or WHOLE.  Each kind, length and claim has
 * addresses, and so a flow, of its own: from 10.1.LENGTH.KIND or
 * fd01::LENGTH:KIND to 10.2.0.1 or fd02::1, but to 10.2.0.2 or fd02::2 when it
 * claims to be whole.
 */
void scatter_write(const struct scatter_kind *kind, enum scatter_claim claim, unsigned int length,
		   unsigned int padding, uint8_t *data);

/* Do to it what a router does: one hop less, the checksum of the header new. */
void scatter_forward(uint8_t *data);

/**
 * scatter_expect - what the module has to account for each packet
 * @kind: of the packet
 * @claim: of its length fields
 * @length: that it was cut to
 * @arrived: bytes that came, padding included
 * @sent: packets; are added to the sums
 * @data: as it was written
 *
 * Prints the line of the flow to @flows, unless it is to be in none.
 */
void scatter_expect(const struct scatter_kind *kind, enum scatter_claim claim, unsigned int length,
		    unsigned int arrived, unsigned int sent, const uint8_t *data, FILE *flows);

/* Print packets and bytes expected of each class, seen, and untracked, a line each. */
void scatter_expect_sums(FILE *sums);

#endif
