/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A packet in the words of the command line: what was not said is made up, and
 * told.
 */
#ifndef TMCTL_EXPLAIN_PACKET_H
#define TMCTL_EXPLAIN_PACKET_H

#include "../lib/explain.h"
#include "options.h"

#define EXPLAIN_ASSUMED_MAX	16
#define EXPLAIN_ASSUMED_TEXT	48

/* What was made up, in words that could have been said. */
struct explain_assumed {
	char words[EXPLAIN_ASSUMED_MAX][EXPLAIN_ASSUMED_TEXT];
	unsigned int count;
};

/* The options that explain_packet_read() takes. */
#define EXPLAIN_PACKET_OPTIONS						\
	{ "from", "ADDRESS[:PORT]", "its source", false },		\
	{ "to", "ADDRESS[:PORT]", "its destination", false },		\
	{ "class", "syn|synack|ack|rst|fin|udp|icmp|frag|malformed|other", "what kind it is", false }, \
	{ "protocol", "NAME|N", "tcp, udp, icmp, ... or its number", false }, \
	{ "direction", "in|out", "default in", false },			\
	{ "device", "NAME", "the device it arrived on", false },	\
	{ "tcp-flags", "FLAGS", "of syn+ack+...: all that are set; none", false }, \
	{ "icmp-type", "N", "its type, default an echo request", false }, \
	{ "icmp-code", "N", "its code, default 0", false },		\
	{ "length", "BYTES", "of the IP packet, default its headers alone", false }, \
	{ "hop-limit", "N", "or time to live of IPv4, default 64", false }, \
	{ "fragment", "whole|first|later", "default whole", false },	\
	{ "mark", "N", "that the packet carries, default 0", false }

#define EXPLAIN_PACKET_USAGE						\
	"from ADDRESS[:PORT] to ADDRESS[:PORT] [class NAME] [protocol NAME|N] [direction in|out] [device NAME] [tcp-flags FLAGS] [icmp-type N] [icmp-code N] [length BYTES] [hop-limit N] [fragment whole|first|later] [mark N]"

/* What contradicts itself is refused: -1 with error set. */
int explain_packet_read(const struct tm_context *context,
			struct tm_explain_packet *packet,
			struct explain_assumed *assumed,
			struct tm_error *error);

#endif /* TMCTL_EXPLAIN_PACKET_H */
