// SPDX-License-Identifier: GPL-2.0-or-later
// build: kmod/packet.c
/*
 * Any bytes as a packet: the parser must stay within them and be consistent,
 * and must say the same of a linear skb and of one in pieces.  A linear packet
 * goes the straight path where it can, one without a linear part never does:
 * so each path checks the other.
 *
 * Input: 8 bytes of how (see struct how), then the packet from its IP header.
 */
#include "packet.h"
#include "shim/shim.h"

struct how {
	u8 family;		/* bit 0 */
	u8 linear;		/* bytes of the second skb that are linear */
	u8 piece;		/* size of its pieces */
	u8 offset;		/* in words of 4, of the IP header */
	u8 gso_size;		/* in units of 64; 0: no super-packet */
	u8 gso_segs;
	u8 gso_dodgy;
	u8 gso_udp;
};

static void require(bool held, const char *what)
{
	if (held)
		return;
	fprintf(stderr, "fuzz_packet: %s\n", what);
	abort();
}

#define REQUIRE(x) require(x, #x)

static int parse(const struct how *how, const u8 *bytes, unsigned int count, unsigned int linear,
		 struct tm_packet *packet)
{
	unsigned int offset = how->offset % 8 * 4;
	struct sk_buff *skb = shim_skb_alloc(bytes, count, linear, how->piece);
	int error;

	skb_shinfo(skb)->gso_size = how->gso_size * 64;
	skb_shinfo(skb)->gso_segs = how->gso_segs;
	skb_shinfo(skb)->gso_type = (how->gso_dodgy & 1 ? SKB_GSO_DODGY : 0) |
				    (how->gso_udp & 1 ? SKB_GSO_UDP : 0);
	memset(packet, 0, sizeof(*packet));
	error = tm_packet_parse(skb, offset, how->family & 1, packet);
	shim_skb_free(skb);
	if (error)
		memset(packet, 0, offsetof(struct tm_packet, segments));
	return error;
}

static void check(const struct tm_packet *packet, int error, u32 available)
{
	const u16 fragment = TM_PACKET_FRAGMENT_FIRST | TM_PACKET_FRAGMENT_LATER;

	REQUIRE(packet->segments >= 1);
	REQUIRE(packet->bytes <= available);
	if (error) {
		REQUIRE(error == -EINVAL);
		REQUIRE(packet->bytes == available);
		return;
	}
	REQUIRE(packet->class < __TRAFFICMON_CLASS_MAX);
	REQUIRE(packet->bytes >= (packet->family == TRAFFICMON_FAMILY_IPV6 ? 40 : 20));
	REQUIRE(packet->payload_bytes < packet->bytes);
	REQUIRE((packet->flags & fragment) != fragment);
	if (packet->flags & TM_PACKET_FRAGMENT_LATER)
		REQUIRE(!packet->source_port && !packet->destination_port);
	if (packet->flags & fragment)
		REQUIRE(packet->class == TRAFFICMON_CLASS_FRAG ||
			packet->class == TRAFFICMON_CLASS_MALFORMED);
	else
		REQUIRE(packet->class != TRAFFICMON_CLASS_FRAG);
	if (packet->flags & (TM_PACKET_ESSENTIAL | TM_PACKET_PATH_MTU))
		REQUIRE(packet->class == TRAFFICMON_CLASS_ICMP);
	if (packet->class <= TRAFFICMON_CLASS_FIN)
		REQUIRE(packet->protocol == 6 && packet->flags & TM_PACKET_PORTS);
	if (packet->class == TRAFFICMON_CLASS_UDP)
		REQUIRE(packet->protocol == 17 && packet->flags & TM_PACKET_PORTS);
	if (packet->protocol != 6)
		REQUIRE(!packet->tcp_flags && !packet->payload_bytes && !packet->tcp_sequence);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct tm_packet whole, split;
	u32 offset, count, available;
	struct how how;
	int error;

	if (size < sizeof(how) || size > 65536)
		return 0;
	memcpy(&how, data, sizeof(how));
	data += sizeof(how);
	count = size - sizeof(how);
	offset = how.offset % 8 * 4;
	available = offset < count ? count - offset : 0;
	error = parse(&how, data, count, count, &whole);
	check(&whole, error, available);
	REQUIRE(parse(&how, data, count, how.linear, &split) == error);
	REQUIRE(!memcmp(&whole, &split, sizeof(whole)));
	REQUIRE(parse(&how, data, count, 0, &split) == error);
	REQUIRE(!memcmp(&whole, &split, sizeof(whole)));
	return 0;
}
