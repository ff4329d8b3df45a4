/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scatter, in two parts: scatter.c sends and compares, scatter_packet.c writes the packets. */
#ifndef SCATTER_H
#define SCATTER_H

#include <stdbool.h>
#include <stdint.h>

#define SCATTER_PACKET_MAX	8192

/* How many kinds of packet there are: scatter_write() takes 0 to this less one. */
unsigned int scatter_kinds(void);
const char *scatter_name(unsigned int kind);

/*
 * Write a packet of a kind with @payload bytes behind its headers into @data.
 * Kinds differ in their source address, and so in their flow.  Returns its
 * length in bytes.
 */
unsigned int scatter_write(unsigned int kind, unsigned int payload, uint8_t *data);

/* Do to it what a router does: one hop less, the checksum of the header new. */
void scatter_forward(uint8_t *data);

#endif
