/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One pass of one IP header, read once into a struct on the stack.
 *
 * Nothing here keeps a pointer into the skb, pulls, linearises or writes.
 * Pure: builds in userspace too.
 */
#ifndef TM_PACKET_H
#define TM_PACKET_H

#include <asm/byteorder.h>
#include <linux/types.h>
#include <linux/trafficmon.h>

struct sk_buff;

/* IPv4 addresses stand as ::ffff:a.b.c.d, so that one layout serves both. */
union tm_address {
	u8 bytes[16];
	__be32 words[4];
	u64 halves[2];		/* as they lie in memory: for comparing, hashing */
};

enum tm_packet_flags {
	TM_PACKET_PORTS		= 1 << 0,	/* TCP or UDP with ports that were read */
	TM_PACKET_FRAGMENT_FIRST = 1 << 1,	/* keyed as a whole packet is */
	TM_PACKET_FRAGMENT_LATER = 1 << 2,	/* ports are not there */
	TM_PACKET_ESSENTIAL	= 1 << 3,	/* neighbour discovery, MLD: never dropped */
	TM_PACKET_PATH_MTU	= 1 << 4,	/* ICMP 3/4, ICMPv6 2 */
	TM_PACKET_BEGINS	= 1 << 5,	/* a flow, or there is no place for one: flow.c */
	/* of its flow, where a policy limits new ones: policy.c */
	TM_PACKET_REFUSED	= 1 << 6,	/* its packets so far were dropped */
	TM_PACKET_LET_IN	= 1 << 7,	/* they were not */
};

/* What a flow shares with its packets besides the ends and the protocol. */
enum tm_packet_kind {
	TM_PACKET_KIND_IPV6	= 1 << 0,
	TM_PACKET_KIND_FRAGMENT	= 1 << 1,	/* later fragments: no ports */
};

/**
 * struct tm_packet - what the packet path needs to know of a packet
 * @source_port: TCP, UDP; ICMP echo: the identifier; else 0
 * @destination_port: TCP, UDP; ICMP echo: the identifier; other ICMP:
 *	type << 8 | code; else 0
 * @ports: both, as they lie in memory
 * @protocol: IP protocol number of the first header that is no extension
 * @kind: enum tm_packet_kind
 * @sort: both, as they lie in memory
 * @family: enum trafficmon_family
 * @class: enum trafficmon_class
 * @source: sender's address; not first, or compilers align the stack to 16 bytes
 * @destination: receiver's address
 * @flags: enum tm_packet_flags
 * @tcp_flags: byte 13 of the TCP header, 0 for others
 * @unused: 0; with it the 16 bytes from @flags on are two stores for UDP
 * @tcp_acknowledgement: host order
 * @tcp_sequence: host order
 * @payload_bytes: TCP payload by the IP length, for all segments; 0 for others
 * @segments: packets on the wire: more than 1 for GSO, never 0
 * @bytes: IP total length, for a jumbogram by its option, bounded by what the
 *	skb holds; GSO: all of the skb from the IP header on
 * @ifindex: device it arrived on, 0 when sent by this host; set by hook.c
 * @direction: enum trafficmon_direction; set by hook.c
 * @hop_limit: IPv6, or the time to live of IPv4
 * @segment_bytes: of more than 1 segment: IP total length of each but the last
 */
struct tm_packet {
	union {
		struct {
			__be16 source_port;
			__be16 destination_port;
		};
		u32 ports;
	};
	union {
		struct {
			u8 protocol;
			u8 kind;
		};
		__le16 sort;
	};
	u8 family;
	u8 class;
	union tm_address source;
	union tm_address destination;
	u16 flags;
	u8 tcp_flags;
	u8 unused;
	u32 tcp_acknowledgement;
	u32 tcp_sequence;
	u32 payload_bytes;
	u32 segments;
	u32 bytes;
	u32 ifindex;
	u8 direction;
	u8 hop_limit;
	u32 segment_bytes;
};

/**
 * tm_packet_parse - read the headers of a packet
 * @skb: the packet; shared, non-linear, truncated: all are fine
 * @offset: of the IP header from skb->data, in bytes
 * @family: enum trafficmon_family, by the caller's protocol
 * @packet: filled in but for the fields that say otherwise
 *
 * What is not linear is read through skb_header_pointer() into stack copies.
 * Nothing is looked for behind the end that the IP length names, so padding
 * is never a header.  At most TM_PACKET_EXTENSIONS_MAX IPv6 extension headers,
 * 2,048 bytes of them, are walked; a longer chain, or one with two fragment
 * headers, counts as `malformed` with the protocol number it stopped at.
 *
 * A TCP, UDP or ICMP header that is cut short is `malformed`, with ports 0, in
 * the flow of its addresses and protocol.  A whole one that contradicts (TCP
 * flags, data offset, UDP length), or a packet longer than its skb, is
 * `malformed` too, but keeps its ports.  So is a fragment that ends behind
 * 64 KiB, and a first one without its whole transport header; every other
 * fragment is `frag`.
 *
 * TM_PACKET_ESSENTIAL and TM_PACKET_PATH_MTU are of whole packets of class
 * `icmp` only.  Essential are neighbour discovery with hop limit 255, and MLD
 * with hop limit 1 from a link-local or the unspecified address: what the
 * stack ignores, and anyone could send from afar, earns no privilege.
 *
 * Context: any, BH off or on.  Return: 0, or -EINVAL when there is no whole
 * IP header with sound lengths (version, header length, total length): then
 * @segments and @bytes (skb bytes from @offset) and @family are told, @class is
 * `malformed` and all else 0; the packet has no flow and is `untracked`.
 */
int tm_packet_parse(const struct sk_buff *skb, unsigned int offset, u8 family,
		    struct tm_packet *packet);

#define TM_PACKET_EXTENSIONS_MAX 8

static inline __le16 tm_packet_sort(u8 protocol, u8 kind)
{
	return cpu_to_le16(kind << 8 | protocol);
}

/* The same without the way for plain packets.  @packet may be half filled in. */
int tm_packet_parse_any(const struct sk_buff *skb, u32 offset, u8 family,
			struct tm_packet *packet);

static inline bool tm_address_equal(const union tm_address *a,
				    const union tm_address *b)
{
	return !((a->halves[0] ^ b->halves[0]) | (a->halves[1] ^ b->halves[1]));
}

#endif
