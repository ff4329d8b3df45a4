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
	packet->sort = tm_packet_sort(ip->protocol, 0);
	packet->family = TRAFFICMON_FAMILY_IPV4;
	packet->hop_limit = ip->ttl;
	packet->source.halves[0] = 0;
	packet->source.words[2] = htonl(0xffff);
	packet->source.words[3] = ip->saddr;
	packet->destination.halves[0] = 0;
	packet->destination.words[2] = htonl(0xffff);
	packet->destination.words[3] = ip->daddr;
}

static __always_inline void tm_packet_take_ipv6(struct tm_packet *packet, const struct ipv6hdr *ip)
{
	packet->sort = tm_packet_sort(ip->nexthdr, TM_PACKET_KIND_IPV6);
	packet->family = TRAFFICMON_FAMILY_IPV6;
	packet->hop_limit = ip->hop_limit;
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

/* The least that is behind the IP header of a plain packet. */
#define TM_PACKET_PLAIN_ROOM	((u32)sizeof(struct udphdr))

/*
 * The transport header of a plain packet: @room bytes to its end, @linear bytes
 * in place, either at least TM_PACKET_PLAIN_ROOM.  Return: false when it is not
 * plain after all.
 */
static __always_inline bool tm_packet_plain_transport(const void *transport, u32 linear,
						      u32 room, struct tm_packet *packet)
{
	packet->segments = 1;
	if (packet->protocol == IPPROTO_UDP) {
		packet->flags = TM_PACKET_PORTS;
		packet->tcp_flags = 0;
		packet->unused = 0;
		packet->tcp_acknowledgement = 0;
		packet->tcp_sequence = 0;
		packet->payload_bytes = 0;
		packet->class = tm_packet_take_udp(packet, transport, room);
		return true;
	}
	if (packet->protocol == IPPROTO_TCP) {
		if (unlikely(min(linear, room) < sizeof(struct tcphdr)))
			return false;
		packet->flags = TM_PACKET_PORTS;
		packet->unused = 0;
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
		     total < sizeof(*ip) + TM_PACKET_PLAIN_ROOM || total > available))
		return false;
	tm_packet_take_ipv4(packet, ip);
	packet->bytes = total;
	return tm_packet_plain_transport(ip + 1, linear - sizeof(*ip), total - sizeof(*ip),
					 packet);
}

static __always_inline bool tm_packet_plain_ipv6(const struct ipv6hdr *ip, u32 linear,
						 u32 available, struct tm_packet *packet)
{
	u32 room = ntohs(ip->payload_len);

	if (unlikely(ip->version != 6 || room < TM_PACKET_PLAIN_ROOM ||
		     sizeof(*ip) + room > available))
		return false;
	tm_packet_take_ipv6(packet, ip);
	packet->bytes = sizeof(*ip) + room;
	return tm_packet_plain_transport(ip + 1, linear - sizeof(*ip), room, packet);
}

/*
 * @ip: where the IP header begins, if it is linear.  Return: false when
 * tm_packet_parse_any() is to look at it; @packet may be half filled in.
 */
static __always_inline bool tm_packet_parse_plain(const struct sk_buff *skb, const void *ip,
						  u8 family, struct tm_packet *packet)
{
	long least = TM_PACKET_PLAIN_ROOM + (family == TRAFFICMON_FAMILY_IPV4 ?
					     sizeof(struct iphdr) : sizeof(struct ipv6hdr));
	long linear = (const void *)skb_tail_pointer(skb) - ip;

	if (unlikely(linear < least || skb_is_gso(skb)))
		return false;
	if (family == TRAFFICMON_FAMILY_IPV4)
		return tm_packet_plain_ipv4(ip, linear, linear + skb->data_len, packet);
	return tm_packet_plain_ipv6(ip, linear, linear + skb->data_len, packet);
}

#endif
