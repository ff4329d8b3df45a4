/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The plain way of reading a packet: what nearly all packets are, TCP or UDP
 * with linear headers, no options, no fragment, no super-packet.  No copies,
 * no calls, no state but the packet; the hooks have it inline, which saves
 * them 20 instructions.  packet.c has the rest, and tells of both.
 */
#ifndef TM_PACKET_PLAIN_H
#define TM_PACKET_PLAIN_H

#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <linux/string.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>

#include "packet.h"

/* By the flags FIN 1, SYN 2, RST 4, ACK 8. */
extern const u8 tm_packet_tcp_classes[16];

static __always_inline void tm_packet_take_ipv4(struct tm_packet *packet, const struct iphdr *ip)
{
	packet->protocol = ip->protocol;
	packet->source.halves[0] = 0;
	packet->source.words[2] = htonl(0xffff);
	packet->source.words[3] = ip->saddr;
	packet->destination.halves[0] = 0;
	packet->destination.words[2] = htonl(0xffff);
	packet->destination.words[3] = ip->daddr;
}

static __always_inline void tm_packet_take_ipv6(struct tm_packet *packet, const struct ipv6hdr *ip)
{
	packet->protocol = ip->nexthdr;
	memcpy(&packet->source, &ip->saddr, sizeof(packet->source));
	memcpy(&packet->destination, &ip->daddr, sizeof(packet->destination));
}

static __always_inline u8 tm_packet_tcp_class(u8 flags)
{
	return tm_packet_tcp_classes[(flags & 0x07) | (flags & 0x10) >> 1];
}

/* A whole TCP header, @room bytes before the end of the packet; not its flags. */
static __always_inline u8 tm_packet_take_tcp(struct tm_packet *packet, const struct tcphdr *tcp,
					     u32 room)
{
	u32 bytes = tcp->doff * 4;

	packet->source_port = tcp->source;
	packet->destination_port = tcp->dest;
	packet->tcp_flags = ((const u8 *)tcp)[13];
	packet->tcp_sequence = ntohl(tcp->seq);
	packet->tcp_acknowledgement = ntohl(tcp->ack_seq);
	packet->payload_bytes = 0;
	if (unlikely(bytes < sizeof(*tcp) || bytes > room))
		return TRAFFICMON_CLASS_MALFORMED;
	packet->payload_bytes = room - bytes;
	return tm_packet_tcp_class(packet->tcp_flags);
}

/* A whole UDP header, likewise. */
static __always_inline u8 tm_packet_take_udp(struct tm_packet *packet, const struct udphdr *udp,
					     u32 room)
{
	u32 length = ntohs(udp->len);

	packet->source_port = udp->source;
	packet->destination_port = udp->dest;
	if (unlikely(length < sizeof(*udp) || length > room))
		return TRAFFICMON_CLASS_MALFORMED;
	return TRAFFICMON_CLASS_UDP;
}

/*
 * The transport header of a plain packet: @room bytes to its end, @linear bytes
 * in place.  Return: false when it is not plain after all.
 */
static __always_inline bool tm_packet_plain_transport(const void *transport, u32 linear,
						      u32 room, struct tm_packet *packet)
{
	packet->flags = TM_PACKET_PORTS;
	packet->segments = 1;
	linear = min(linear, room);
	if (packet->protocol == IPPROTO_UDP) {
		if (unlikely(linear < sizeof(struct udphdr)))
			return false;
		packet->tcp_flags = 0;
		packet->payload_bytes = 0;
		packet->tcp_sequence = 0;
		packet->tcp_acknowledgement = 0;
		packet->class = tm_packet_take_udp(packet, transport, room);
		return true;
	}
	if (packet->protocol == IPPROTO_TCP) {
		if (unlikely(linear < sizeof(struct tcphdr)))
			return false;
		packet->class = tm_packet_take_tcp(packet, transport, room);
		return true;
	}
	return false;
}

/* The IP header is at @ip, @linear bytes in place, @available in the skb. */
static __always_inline bool tm_packet_plain_ipv4(const struct iphdr *ip, u32 linear,
						 u32 available, struct tm_packet *packet)
{
	u32 total = ntohs(ip->tot_len);

	/* version 4, no options; a fragment; short, or more than there is */
	if (unlikely(*(const u8 *)ip != 0x45 || ip->frag_off & htons(IP_MF | IP_OFFSET) ||
		     total < sizeof(*ip) || total > available))
		return false;
	tm_packet_take_ipv4(packet, ip);
	packet->family = TRAFFICMON_FAMILY_IPV4;
	packet->kind = 0;
	packet->bytes = total;
	return tm_packet_plain_transport(ip + 1, linear - sizeof(*ip), total - sizeof(*ip),
					 packet);
}

static __always_inline bool tm_packet_plain_ipv6(const struct ipv6hdr *ip, u32 linear,
						 u32 available, struct tm_packet *packet)
{
	u32 room = ntohs(ip->payload_len);

	if (unlikely(ip->version != 6 || sizeof(*ip) + room > available))
		return false;
	tm_packet_take_ipv6(packet, ip);
	packet->family = TRAFFICMON_FAMILY_IPV6;
	packet->kind = TM_PACKET_KIND_IPV6;
	packet->bytes = sizeof(*ip) + room;
	return tm_packet_plain_transport(ip + 1, linear - sizeof(*ip), room, packet);
}

/* Return: false when tm_packet_parse_any() is to look at it; @packet may be half filled in. */
static __always_inline bool tm_packet_parse_plain(const struct sk_buff *skb, u32 offset,
						  u8 family, struct tm_packet *packet)
{
	/* 64 bits: @offset may be anything */
	s64 linear = (s64)skb_headlen(skb) - offset;
	const void *ip;

	if (unlikely(linear < (s64)sizeof(struct iphdr) || skb_is_gso(skb)))
		return false;
	ip = skb->data + offset;
	if (family == TRAFFICMON_FAMILY_IPV4)
		return tm_packet_plain_ipv4(ip, linear, skb->len - offset, packet);
	if (unlikely(linear < (s64)sizeof(struct ipv6hdr)))
		return false;
	return tm_packet_plain_ipv6(ip, linear, skb->len - offset, packet);
}

#endif
