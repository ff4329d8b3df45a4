/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Part of shim.h: what net/ip.h, net/ipv6.h and linux/skbuff.h say of packets.
 */
#ifndef SHIM_SKB_H
#define SHIM_SKB_H

#define IP_CE			0x8000
#define IP_DF			0x4000
#define IP_MF			0x2000
#define IP_OFFSET		0x1FFF
#define IP6_MF			0x0001
#define IP6_OFFSET		0xFFF8
#define NEXTHDR_HOP		0
#define NEXTHDR_IPV4		4
#define NEXTHDR_TCP		6
#define NEXTHDR_UDP		17
#define NEXTHDR_IPV6		41
#define NEXTHDR_ROUTING		43
#define NEXTHDR_FRAGMENT	44
#define NEXTHDR_GRE		47
#define NEXTHDR_ESP		50
#define NEXTHDR_AUTH		51
#define NEXTHDR_ICMP		58
#define NEXTHDR_NONE		59
#define NEXTHDR_DEST		60
#define NEXTHDR_SCTP		132
#define NEXTHDR_MOBILITY	135
#define IPV6_TLV_PAD1		0
#define IPV6_TLV_PADN		1
#define IPV6_TLV_JUMBO		194

struct frag_hdr {
	__u8 nexthdr;
	__u8 reserved;
	__be16 frag_off;
	__be32 identification;
};

#define SKB_GSO_TCPV4		(1 << 0)
#define GSO_BY_FRAGS		0xFFFF
#define SKB_GSO_DODGY		(1 << 1)
#define SKB_GSO_TCPV6		(1 << 4)
#define SKB_GSO_UDP_TUNNEL	(1 << 10)
#define SKB_GSO_SCTP		(1 << 14)
#define SKB_GSO_UDP		(1 << 16)
#define SKB_GSO_UDP_L4		(1 << 17)
#define SKB_GSO_FRAGLIST	(1 << 18)

#define SHIM_SKB_FRAGMENTS	8

struct skb_shared_info {
	unsigned char nr_frags;
	unsigned short gso_size;
	unsigned short gso_segs;
	unsigned int gso_type;
	unsigned char *shim_fragment[SHIM_SKB_FRAGMENTS];
	unsigned int shim_fragment_bytes[SHIM_SKB_FRAGMENTS];
};

struct net_device;

struct sk_buff {
	unsigned char *data;
	unsigned int len;
	unsigned int data_len;
	__be16 protocol;
	__u8 pkt_type;
	struct net_device *dev;
	struct skb_shared_info shim_shared_info;
};

/*
 * An skb of @bytes of @data: @linear bytes of them linear, the rest in
 * fragments of at most @fragment bytes (the last one takes what is left; 0: one
 * fragment).  Every part is an allocation of its own, of its exact size.
 */
struct sk_buff *shim_skb_alloc(const void *data, unsigned int bytes, unsigned int linear,
			       unsigned int fragment);
void shim_skb_free(struct sk_buff *skb);

#define skb_shinfo(skb)		(&(skb)->shim_shared_info)
static inline unsigned int skb_headlen(const struct sk_buff *skb) { return skb->len - skb->data_len; }
static inline unsigned char *skb_tail_pointer(const struct sk_buff *skb) { return skb->data + skb_headlen(skb); }
static inline bool skb_is_nonlinear(const struct sk_buff *skb) { return skb->data_len; }
static inline bool skb_is_gso(const struct sk_buff *skb) { return skb_shinfo(skb)->gso_size; }
int skb_copy_bits(const struct sk_buff *skb, int offset, void *to, int len);

static inline void *skb_header_pointer(const struct sk_buff *skb, int offset, int len, void *buffer)
{
	if (likely((int)skb_headlen(skb) - offset >= len))
		return skb->data + offset;
	return skb_copy_bits(skb, offset, buffer, len) < 0 ? NULL : buffer;
}

#endif
