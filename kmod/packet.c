// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the headers of one packet; see packet.h.
 *
 * A packet is a span: it starts at its IP header and ends where its length
 * field says, or where the skb does, whichever comes first.  No header is
 * looked for behind that end, so neither Ethernet padding nor a lying length
 * field is ever read as a header.  All offsets here count from the IP header.
 *
 * The order is: IP header, extension headers, transport header; each is read
 * once and each step only adds.  There are two ways: packet_plain.h takes what
 * nearly all packets are, tm_packet_parse_any() takes all.  What a field means
 * stands in functions that both use, and the tests hold the two against each
 * other.
 *
 * Formats: RFC 791, 768, 9293, 792 (IPv4, UDP, TCP, ICMP), RFC 8200, 4443,
 * 4302, 2675 (IPv6, ICMPv6, AH, jumbograms), RFC 4861, 3810 (neighbour and
 * multicast listener discovery).
 */
#include "packet.h"

#include <linux/errno.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/kernel.h>
#include <linux/skbuff.h>
#include <linux/string.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "packet_plain.h"

enum {
	/* of all IPv6 extension headers together; 8 of them could be 16 KiB */
	EXTENSION_BYTES_MAX = 2048,
	/* looked at in a hop-by-hop header, in search of the jumbo option */
	HOP_OPTIONS_MAX = 8,
	/* what an IP length field without jumbo option can say */
	IP_BYTES_MAX = 65535,
};

/* ICMPv6 types, RFC 4861: router solicitation to redirect */
enum { ND_FIRST = 133, ND_LAST = 137 };

/**
 * struct tm_span - where the packet lies, and what was found out on the way
 * @skb: holds it
 * @offset: of the IP header from skb->data
 * @available: bytes from the IP header to the end of the skb
 * @end: of the packet
 * @transport: the transport header
 * @gso: a super-packet: its length fields need not hold
 * @jumbo: has a jumbo option: lengths of 16 bits do not hold
 * @malformed: something contradicts
 */
struct tm_span {
	const struct sk_buff *skb;
	u32 offset;
	u32 available;
	u32 end;
	u32 transport;
	bool gso;
	bool jumbo;
	bool malformed;
};

/* What @at + @bytes holds, in place or copied to @buffer; NULL: it is not whole. */
static const void *header(const struct tm_span *span, u32 at, u32 bytes, void *buffer)
{
	if (at + bytes > span->end)
		return NULL;
	return skb_header_pointer(span->skb, span->offset + at, bytes, buffer);
}

/*
 * The field @total says how long the packet is.  More than there is
 * contradicts; a super-packet is as long as its skb, whatever its field says.
 */
static void set_end(struct tm_span *span, u32 total)
{
	span->end = total;
	if (unlikely(total > span->available)) {
		span->end = span->available;
		span->malformed = true;
	} else if (unlikely(span->gso)) {
		span->end = span->available;
	}
}

/*
 * Not even a super-packet reaches 4 GiB, but a fragment at a high offset may
 * say that it ends behind 64 KiB ("ping of death").
 */
static void later_fragment(struct tm_span *span, struct tm_packet *packet, u32 at)
{
	packet->flags |= TM_PACKET_FRAGMENT_LATER;
	packet->kind |= TM_PACKET_KIND_FRAGMENT;
	if (at + span->end - span->transport > IP_BYTES_MAX)
		span->malformed = true;
}

/* Fields of the IPv4 fragment word that make a packet a fragment. */
static void fragment_ipv4(struct tm_span *span, struct tm_packet *packet, u16 word)
{
	if (word & IP_OFFSET)
		later_fragment(span, packet, (word & IP_OFFSET) * 8);
	else
		packet->flags |= TM_PACKET_FRAGMENT_FIRST;
}

static int parse_ipv4(struct tm_span *span, struct tm_packet *packet)
{
	const struct iphdr *ip;
	struct iphdr buffer;
	u32 total;
	u16 word;

	ip = skb_header_pointer(span->skb, span->offset, sizeof(buffer), &buffer);
	if (!ip)
		return -EINVAL;
	span->transport = ip->ihl * 4;
	total = ntohs(ip->tot_len);
	/* a super-packet of more than 64 KiB has no length */
	if (unlikely(!total && span->gso))
		total = span->available;
	if (unlikely(ip->version != 4 || span->transport < sizeof(*ip) ||
		     span->transport > total || span->transport > span->available))
		return -EINVAL;

	set_end(span, total);
	tm_packet_take_ipv4(packet, ip);
	word = ntohs(ip->frag_off);
	if (unlikely(word & (IP_MF | IP_OFFSET)))
		fragment_ipv4(span, packet, word);
	return 0;
}

/*
 * The payload length is 0 and a hop-by-hop header follows: with a jumbo
 * option the length stands there, as 32 bits.  Behind span->end, which is
 * where the IPv6 header ends.
 */
static void jumbo_length(struct tm_span *span)
{
	const u32 start = sizeof(struct ipv6hdr);
	u32 at, end, length, left;
	u8 option[2];	/* type, length; or next header, length */
	__be32 field;

	if (skb_copy_bits(span->skb, span->offset + start, option, sizeof(option)))
		return;
	at = start + sizeof(option);
	end = min(start + (option[1] + 1) * 8, span->available);
	for (left = HOP_OPTIONS_MAX; left && at + sizeof(option) <= end; left--) {
		if (skb_copy_bits(span->skb, span->offset + at, option, sizeof(option)))
			return;
		if (option[0] == IPV6_TLV_JUMBO)
			break;
		at += option[0] == IPV6_TLV_PAD1 ? 1 : 2 + option[1];
	}
	if (!left || at + sizeof(option) + sizeof(field) > end || option[1] != sizeof(field) ||
	    skb_copy_bits(span->skb, span->offset + at + sizeof(option), &field, sizeof(field)))
		return;
	length = ntohl(field);
	span->jumbo = true;
	/* RFC 2675: a jumbo option for what fits the payload length is an error */
	if (length <= IP_BYTES_MAX || length > span->available - start)
		span->malformed = true;
	span->end = start + min(length, span->available - start);
}

/* Return: whether the walk goes on behind the fragment header. */
static bool fragment_ipv6(struct tm_span *span, struct tm_packet *packet,
			  const struct frag_hdr *fragment)
{
	u16 word = ntohs(fragment->frag_off);

	if (word & IP6_OFFSET) {
		/* it may itself be the number of an extension; nobody can know */
		packet->protocol = fragment->nexthdr;
		span->transport += sizeof(*fragment);
		later_fragment(span, packet, word & IP6_OFFSET);
		return false;
	}
	/* offset 0 and no more to come: an "atomic" fragment is a whole packet */
	if (word & IP6_MF)
		packet->flags |= TM_PACKET_FRAGMENT_FIRST;
	return true;
}

static bool is_extension(u8 protocol)
{
	return protocol == NEXTHDR_HOP || protocol == NEXTHDR_ROUTING ||
	       protocol == NEXTHDR_FRAGMENT || protocol == NEXTHDR_AUTH ||
	       protocol == NEXTHDR_DEST;
}

/*
 * Walk from packet->protocol at span->transport to the first header that is
 * no extension.  What ends before that is malformed, with the number of the
 * header that was not whole, or one too many.
 */
static void walk_extensions(struct tm_span *span, struct tm_packet *packet)
{
	const u32 limit = span->transport + EXTENSION_BYTES_MAX;
	const struct ipv6_opt_hdr *next;
	bool fragment_seen = false;
	struct frag_hdr buffer;
	const void *found;
	u32 count, bytes;

	for (count = 0; is_extension(packet->protocol); count++) {
		/* no extension is shorter than 8 bytes */
		found = header(span, span->transport, sizeof(buffer), &buffer);
		if (!found || count == TM_PACKET_EXTENSIONS_MAX)
			goto malformed;
		next = found;
		bytes = (next->hdrlen + 1) * 8;
		if (packet->protocol == NEXTHDR_AUTH) {
			bytes = (next->hdrlen + 2) * 4;
		} else if (packet->protocol == NEXTHDR_FRAGMENT) {
			if (fragment_seen)
				goto malformed;
			fragment_seen = true;
			bytes = sizeof(buffer);
			if (!fragment_ipv6(span, packet, found))
				return;
		}
		if (span->transport + bytes > min(limit, span->end))
			goto malformed;
		packet->protocol = next->nexthdr;
		span->transport += bytes;
	}
	return;

malformed:
	span->malformed = true;
}

static int parse_ipv6(struct tm_span *span, struct tm_packet *packet)
{
	const struct ipv6hdr *ip;
	struct ipv6hdr buffer;
	u16 length;

	ip = skb_header_pointer(span->skb, span->offset, sizeof(buffer), &buffer);
	if (unlikely(!ip || ip->version != 6))
		return -EINVAL;
	length = ntohs(ip->payload_len);
	span->transport = sizeof(*ip);
	set_end(span, sizeof(*ip) + length);
	tm_packet_take_ipv6(packet, ip);
	if (unlikely(!length && ip->nexthdr == NEXTHDR_HOP && !span->gso))
		jumbo_length(span);
	if (unlikely(is_extension(packet->protocol)))
		walk_extensions(span, packet);
	return 0;
}

/* By FIN 1, SYN 2, RST 4, ACK 8; PSH, URG, ECE and CWR say nothing. */
const u8 tm_packet_tcp_classes[16] = {
	TRAFFICMON_CLASS_MALFORMED,	/* none of them */
	TRAFFICMON_CLASS_MALFORMED,	/* FIN without ACK */
	TRAFFICMON_CLASS_SYN,
	TRAFFICMON_CLASS_MALFORMED,	/* SYN FIN */
	TRAFFICMON_CLASS_RST,
	TRAFFICMON_CLASS_MALFORMED,	/* RST FIN */
	TRAFFICMON_CLASS_MALFORMED,	/* RST SYN */
	TRAFFICMON_CLASS_MALFORMED,	/* RST SYN FIN */
	TRAFFICMON_CLASS_ACK,
	TRAFFICMON_CLASS_FIN,
	TRAFFICMON_CLASS_SYNACK,
	TRAFFICMON_CLASS_MALFORMED,	/* SYN FIN ACK */
	TRAFFICMON_CLASS_RST,		/* RST ACK */
	TRAFFICMON_CLASS_MALFORMED,	/* RST FIN ACK */
	TRAFFICMON_CLASS_MALFORMED,	/* RST SYN ACK */
	TRAFFICMON_CLASS_MALFORMED,	/* RST SYN FIN ACK */
};

static u8 parse_tcp(struct tm_span *span, struct tm_packet *packet)
{
	const struct tcphdr *tcp;
	struct tcphdr buffer;

	tcp = header(span, span->transport, sizeof(buffer), &buffer);
	if (!tcp)
		return TRAFFICMON_CLASS_MALFORMED;
	packet->flags |= TM_PACKET_PORTS;
	return tm_packet_take_tcp(packet, tcp, span->end - span->transport);
}

static u8 parse_udp(struct tm_span *span, struct tm_packet *packet)
{
	const struct udphdr *udp;
	struct udphdr buffer;
	u8 class;

	udp = header(span, span->transport, sizeof(buffer), &buffer);
	if (!udp)
		return TRAFFICMON_CLASS_MALFORMED;
	packet->flags |= TM_PACKET_PORTS;
	class = tm_packet_take_udp(packet, udp, span->end - span->transport);
	/* what does not fit 16 bits is 0 (RFC 2675) */
	if (!udp->len && (span->gso || span->jumbo))
		return TRAFFICMON_CLASS_UDP;
	/* the field of a fragment or a super-packet counts the whole datagram */
	if (ntohs(udp->len) >= sizeof(*udp) &&
	    (span->gso || packet->flags & TM_PACKET_FRAGMENT_FIRST))
		return TRAFFICMON_CLASS_UDP;
	return class;
}

/* fe80::/10, or the unspecified address: no router passes such a source on. */
static bool is_on_link(const union tm_address *address)
{
	return (address->words[0] & htonl(0xffc00000)) == htonl(0xfe800000) ||
	       !(address->halves[0] | address->halves[1]);
}

/*
 * Neighbour and multicast listener discovery, as the stack itself would take
 * it: anyone could send the types from afar, and be spared every policy.
 */
static bool is_essential(const struct tm_packet *packet, u8 type)
{
	switch (type) {
	case ND_FIRST ... ND_LAST:
		return packet->hop_limit == 255;
	case ICMPV6_MGM_QUERY:
	case ICMPV6_MGM_REPORT:
	case ICMPV6_MGM_REDUCTION:
	case ICMPV6_MLD2_REPORT:
		return packet->hop_limit == 1 && is_on_link(&packet->source);
	default:
		return false;
	}
}

static u8 parse_icmp(struct tm_span *span, struct tm_packet *packet)
{
	bool v6 = packet->family == TRAFFICMON_FAMILY_IPV6;
	const struct icmphdr *icmp;	/* type, code and identifier lie the same in both */
	struct icmphdr buffer;
	bool echo, path_mtu;

	icmp = header(span, span->transport, sizeof(buffer), &buffer);
	if (!icmp)
		return TRAFFICMON_CLASS_MALFORMED;
	if (v6) {
		echo = icmp->type == ICMPV6_ECHO_REQUEST || icmp->type == ICMPV6_ECHO_REPLY;
		path_mtu = icmp->type == ICMPV6_PKT_TOOBIG;
		if (is_essential(packet, icmp->type))
			packet->flags |= TM_PACKET_ESSENTIAL;
	} else {
		echo = icmp->type == ICMP_ECHO || icmp->type == ICMP_ECHOREPLY;
		path_mtu = icmp->type == ICMP_DEST_UNREACH && icmp->code == ICMP_FRAG_NEEDED;
	}
	if (path_mtu)
		packet->flags |= TM_PACKET_PATH_MTU;
	if (echo) {
		packet->source_port = icmp->un.echo.id;
		packet->destination_port = icmp->un.echo.id;
	} else {
		packet->destination_port = htons(icmp->type << 8 | icmp->code);
	}
	return TRAFFICMON_CLASS_ICMP;
}

static u8 parse_transport(struct tm_span *span, struct tm_packet *packet)
{
	u8 icmp = packet->family == TRAFFICMON_FAMILY_IPV6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;

	if (packet->protocol == IPPROTO_TCP)
		return parse_tcp(span, packet);
	if (packet->protocol == IPPROTO_UDP)
		return parse_udp(span, packet);
	if (packet->protocol == icmp)
		return parse_icmp(span, packet);
	return TRAFFICMON_CLASS_OTHER;
}

/* A packet that is a fragment or contradicts itself has no privileges. */
static u8 parse_unusual(struct tm_span *span, struct tm_packet *packet)
{
	/* the walk over extensions stopped short: there is no transport header */
	bool stopped = packet->family == TRAFFICMON_FAMILY_IPV6 && is_extension(packet->protocol);
	u8 class = TRAFFICMON_CLASS_FRAG;

	if (!stopped && !(packet->flags & TM_PACKET_FRAGMENT_LATER))
		class = parse_transport(span, packet);
	packet->flags &= ~(TM_PACKET_ESSENTIAL | TM_PACKET_PATH_MTU);
	if (span->malformed || class == TRAFFICMON_CLASS_MALFORMED)
		return TRAFFICMON_CLASS_MALFORMED;
	return TRAFFICMON_CLASS_FRAG;
}

/*
 * Segments of a super-packet: by its payload, where nobody says how many.  What
 * a guest or a program says about its own (DODGY) is not believed.  What a tunnel
 * carries is payload, the headers in it, too.
 */
static void count_segments(const struct tm_span *span, struct tm_packet *packet)
{
	const struct skb_shared_info *info = skb_shinfo(span->skb);
	u32 payload = span->end - span->transport;
	u32 size;

	packet->segments = 1;
	if (!span->gso)
		return;
	if (packet->payload_bytes)
		payload = packet->payload_bytes;
	/* or cut into IP fragments, the first of which carries the UDP header */
	else if (packet->class == TRAFFICMON_CLASS_UDP && !(info->gso_type & SKB_GSO_UDP))
		payload -= sizeof(struct udphdr);
	if (info->gso_segs && !(info->gso_type & SKB_GSO_DODGY))
		packet->segments = info->gso_segs;
	else
		packet->segments = max_t(u32, DIV_ROUND_UP(payload, info->gso_size), 1);
	/* the segments of SCTP have lengths of their own: their mean */
	size = info->gso_size == GSO_BY_FRAGS ? DIV_ROUND_UP(payload, packet->segments) :
						info->gso_size;
	packet->segment_bytes = span->end - payload + min(payload, size);
}

int tm_packet_parse_any(const struct sk_buff *skb, u32 offset, u8 family,
			struct tm_packet *packet)
{
	struct tm_span span = {
		.skb = skb,
		.offset = offset,
		.available = offset < skb->len ? skb->len - offset : 0,
		.gso = skb_is_gso(skb),
	};
	int error = -EINVAL;

	memset(&packet->source, 0, sizeof(packet->source));
	memset(&packet->destination, 0, sizeof(packet->destination));
	packet->sort = tm_packet_sort(0, family == TRAFFICMON_FAMILY_IPV6 ?
				      TM_PACKET_KIND_IPV6 : 0);
	packet->family = family;
	packet->class = TRAFFICMON_CLASS_MALFORMED;
	packet->flags = 0;
	packet->source_port = 0;
	packet->destination_port = 0;
	packet->tcp_flags = 0;
	packet->unused = 0;
	packet->hop_limit = 0;
	packet->payload_bytes = 0;
	packet->tcp_sequence = 0;
	packet->tcp_acknowledgement = 0;
	if (span.available)
		error = family == TRAFFICMON_FAMILY_IPV4 ? parse_ipv4(&span, packet)
							 : parse_ipv6(&span, packet);
	if (error) {
		span.transport = 0;
		span.end = span.available;
	} else if (span.malformed || packet->flags) {
		packet->class = parse_unusual(&span, packet);
	} else {
		packet->class = parse_transport(&span, packet);
	}
	packet->bytes = span.end;
	count_segments(&span, packet);
	return error;
}

int tm_packet_parse(const struct sk_buff *skb, unsigned int offset, u8 family,
		    struct tm_packet *packet)
{
	/* where pointers have 32 bits, a sum with a great offset may wrap */
	bool within = BITS_PER_LONG == 64 || offset <= skb_headlen(skb);

	if (likely(within && tm_packet_parse_plain(skb, skb->data + offset, family, packet)))
		return 0;
	return tm_packet_parse_any(skb, offset, family, packet);
}
