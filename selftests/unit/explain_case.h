/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A random packet, and what policies ask of it, in types of its own: the tool and
 * the module have structs of the same names, so that no file can include both.
 */
#ifndef EXPLAIN_CASE_H
#define EXPLAIN_CASE_H

#include <stdbool.h>
#include <stdint.h>

#define CASE_ITEMS	4
#define CASE_POLICIES	40
#define CASE_WALK	16	/* policies that a packet is judged by */

/* @bytes: IPv4: the first four */
struct case_prefix {
	uint8_t bytes[16];
	bool ipv6;
	uint8_t length;
	bool except;
};

/* A range; of TCP flags and marks value and mask. */
struct case_range {
	uint32_t first;
	uint32_t last;
	bool except;
};

struct case_device {
	char glob[16];
	bool except;
};

enum { CASE_SOURCE, CASE_DESTINATION, CASE_ENDS };
enum { CASE_TCP_FLAGS, CASE_LENGTH, CASE_HOP_LIMIT, CASE_MARK, CASE_TERMS };

/* What is excluded stands behind what is accepted, as the module has it. */
struct case_policy {
	uint32_t classes, directions, families, fragments;
	struct case_prefix prefix[CASE_ENDS][CASE_ITEMS];
	struct case_range port[CASE_ENDS][CASE_ITEMS];
	struct case_range term[CASE_TERMS][CASE_ITEMS];
	struct case_device device[CASE_ITEMS];
	unsigned int prefixes[CASE_ENDS], ports[CASE_ENDS], terms[CASE_TERMS], devices;
	bool enforce, limited;
	uint8_t key;
	uint8_t length4[CASE_ENDS], length6[CASE_ENDS];
};

struct case_packet {
	bool ipv6;
	uint8_t address[CASE_ENDS][16];
	uint16_t port[CASE_ENDS];
	bool has_ports;
	uint8_t protocol, class, direction, fragment, tcp_flags, hop_limit;
	uint32_t length, mark;
	char device[16];	/* empty: this host sends it */
};

/* An address that is no part of the key is 0, and so for the ports. */
struct case_key {
	uint8_t address[CASE_ENDS][16];
	uint16_t port[CASE_ENDS];
	uint8_t protocol;
	bool device;
};

/*
 * explain_kernel.c: the module's own classifier and match.
 * kernel_judge: which policies of a packet are asked and match.
 */
struct kernel_rules;
struct kernel_rules *kernel_build(const struct case_policy *policies, unsigned int count);
void kernel_judge(const struct kernel_rules *rules, const struct case_packet *packet,
		  bool matches[CASE_POLICIES]);
void kernel_free(struct kernel_rules *rules);
struct case_key kernel_key(const struct case_policy *policy, const struct case_packet *packet);
uint8_t kernel_tcp_class(uint8_t tcp_flags);

#endif
