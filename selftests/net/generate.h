/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The traffic generator in three parts: generate.c reads what is wanted and
 * paces, generate_packet.c writes one IP packet, generate_send.c gets a batch
 * of them out.
 */
#ifndef GENERATE_H
#define GENERATE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GENERATE_BATCH		64
#define GENERATE_PACKET_MAX	65535
#define GENERATE_PAD_MAX	64
#define GENERATE_LINK_MAX	32	/* virtio and Ethernet headers before the packet */
#define GENERATE_EXTENSIONS_MAX	8

enum { IPV4, IPV6, FAMILIES };

enum back_end { BACK_END_PACKET, BACK_END_TUN };

struct prefix {
	uint8_t bytes[16];
	unsigned int length;	/* bits; of an IPv4 prefix counted within its 4 bytes */
};

/**
 * struct wanted - the command line
 * @mac: receiver's, for the packet back end
 * @family: which are sent, in turns when both are
 * @sequential: sources from the start of the prefix on, one after another; 0: random within it
 * @port: [0] source, [1] destination; -1: random
 * @payload_low: bytes behind the transport header, from this
 * @payload_high: to this
 * @fragments: pieces that each datagram is sent in; 1: whole
 * @option_bytes: IPv4 options, a multiple of 4
 * @extension: IPv6 extension headers, by protocol number
 * @pad_bytes: behind the IP packet, as Ethernet pads short frames
 * @gso_bytes: segment size of super-packets; 0: none
 * @count: datagrams
 * @rate_pps: datagrams a second; 0: as fast as it goes
 */
struct wanted {
	enum back_end back_end;
	const char *device;
	uint8_t mac[6];
	bool mac_given;
	bool family[FAMILIES];
	struct prefix source[FAMILIES];
	uint32_t sequential;
	uint8_t destination[FAMILIES][16];
	int protocol;
	uint8_t tcp_flags;
	int port[2];
	unsigned int payload_low, payload_high;
	unsigned int fragments;
	unsigned int option_bytes;
	unsigned int extensions;
	uint8_t extension[GENERATE_EXTENSIONS_MAX];
	unsigned int pad_bytes;
	unsigned int gso_bytes;
	unsigned int hop_limit;
	uint64_t count;
	uint64_t rate_pps;
	uint64_t seed;
};

/**
 * struct packet - one IP packet to be sent
 * @bytes: of it in @data, from the IP header on
 * @family: IPV4 or IPV6
 * @segments: packets it is on the wire
 * @transport: offset of the transport header
 * @header: bytes of IP and transport headers together
 * @checksum: offset of the checksum in the transport header
 * @data: behind room for link headers
 */
struct packet {
	unsigned int bytes;
	int family;
	unsigned int segments;
	unsigned int transport;
	unsigned int header;
	unsigned int checksum;
	uint8_t link[GENERATE_LINK_MAX];
	uint8_t data[GENERATE_PACKET_MAX + GENERATE_PAD_MAX];
};

/*
 * Write the next packet; state of a datagram that is sent in pieces is kept in
 * between.  @number: of the datagram, from 0; the same until packet_next() says
 * true, which means that this was its last piece.
 */
bool packet_next(const struct wanted *wanted, uint64_t number, struct packet *packet);

/* Start the random numbers. */
void packet_seed(uint64_t seed);

/* Bytes of the largest IP packet that @wanted asks for; exact for what is sent whole. */
unsigned int packet_bytes_max(const struct wanted *wanted, int family);

/* Open the back end; on failure the program ends with a message. */
void send_open(const struct wanted *wanted);

/* Send them all, in order; on failure the program ends with a message. */
void send_batch(struct packet *packets, unsigned int count);

/* End with exit code 1 (the system refused) and a sentence. */
void fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

#endif
