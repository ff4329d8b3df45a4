// SPDX-License-Identifier: GPL-2.0-or-later
// build: kmod/packet.c
/*
 * The packet parser on whole packets, cut ones, scattered ones and
 * super-packets.
 */
#include "unit.h"
#include "packets.h"

#define for_each_fixture(f) \
	for (f = packet_fixtures; f < packet_fixtures + ARRAY_SIZE(packet_fixtures); f++)

static const u8 mapped[12] = { [10] = 0xff, 0xff };

/* Parses @count bytes, @linear of them linear, the rest in pieces of @piece. */
static int parse(const u8 *bytes, unsigned int count, unsigned int linear, unsigned int piece,
		 u8 family, struct tm_packet *packet)
{
	struct sk_buff *skb = shim_skb_alloc(bytes, count, linear, piece);
	int error;

	memset(packet, 0, sizeof(*packet));
	error = tm_packet_parse(skb, 0, family, packet);
	shim_skb_free(skb);
	return error;
}

static int parse_linear(const u8 *bytes, unsigned int count, u8 family, struct tm_packet *packet)
{
	return parse(bytes, count, count, 0, family, packet);
}

static bool has_address(const union tm_address *address, const u8 *wire, u8 family)
{
	if (family == V6)
		return !memcmp(address, wire, 16);
	return !memcmp(address, mapped, 12) && !memcmp(address->bytes + 12, wire, 4);
}

#define IS(field, value)								\
	EXPECT((packet.field) == (value), "%s: " #field " is 0x%llx, not 0x%llx", f->what, \
	       (unsigned long long)(packet.field), (unsigned long long)(value))

static void check_fixture(const struct packet_fixture *f)
{
	u8 bytes[PACKET_BYTES_MAX];
	unsigned int count = packet_decode(f->hex, bytes);
	unsigned int addresses = f->family == V6 ? 8 : 12;
	bool tcp = f->protocol == 6 && (f->flags & PORTS);
	struct tm_packet packet;
	int error = parse_linear(bytes, count, f->family, &packet);

	EXPECT(error == f->error, "%s: returns %d, not %d", f->what, error, f->error);
	IS(bytes, f->bytes);
	IS(segments, 1U);
	if (f->error)
		return;
	IS(family, f->family);
	IS(class, f->class);
	IS(protocol, f->protocol);
	IS(flags, f->flags);
	IS(source_port, htons(f->source_port));
	IS(destination_port, htons(f->destination_port));
	IS(tcp_flags, f->tcp_flags);
	IS(payload_bytes, f->payload_bytes);
	IS(tcp_sequence, tcp ? 0x01020304U : 0U);
	IS(tcp_acknowledgement, tcp ? 0x05060708U : 0U);
	EXPECT(has_address(&packet.source, bytes + addresses, f->family), "%s: source", f->what);
	EXPECT(has_address(&packet.destination, bytes + addresses + (f->family == V6 ? 16 : 4),
			   f->family), "%s: destination", f->what);
}

TEST(each_packet_is_what_its_comment_says)
{
	const struct packet_fixture *f;

	ASSERT_GE(ARRAY_SIZE(packet_fixtures), 60);
	for_each_fixture(f)
		check_fixture(f);
}

/* Written as the rule reads, beside the table of the parser. */
static u8 class_of_tcp_flags(u8 flags)
{
	bool fin = flags & 0x01, syn = flags & 0x02, rst = flags & 0x04, ack = flags & 0x10;

	if (rst)
		return syn || fin ? MALFORMED : RST;
	if (syn && fin)
		return MALFORMED;
	if (syn)
		return ack ? SYNACK : SYN;
	if (fin)
		return ack ? FIN : MALFORMED;
	return ack ? ACK : MALFORMED;
}

TEST(all_256_tcp_flag_bytes_have_the_class_of_the_rule)
{
	struct tm_packet packet;
	u8 bytes[PACKET_BYTES_MAX];
	unsigned int flags, count;

	/* IPv4 and TCP, from port 12345 to 80 */
	count = packet_decode("45000028 00010000 40060000 c6336401 cb007102 "
			      "3039 0050 01020304 05060708 5000 2000 0000 0000", bytes);
	for (flags = 0; flags < 256; flags++) {
		bytes[33] = flags;
		ASSERT_EQ(parse_linear(bytes, count, V4, &packet), 0);
		EXPECT(packet.class == class_of_tcp_flags(flags), "flags 0x%02x: class %u", flags,
		       packet.class);
		EXPECT_EQ(packet.tcp_flags, flags);
		EXPECT_EQ(packet.source_port, htons(12345));
	}
}

TEST(all_16_data_offsets_are_bounded)
{
	struct tm_packet packet;
	u8 bytes[PACKET_BYTES_MAX];
	unsigned int words, count;

	/* IPv4 and TCP ACK with 20 bytes behind the 20 of its header */
	count = packet_decode("4500003c 00010000 40060000 c6336401 cb007102 "
			      "3039 0050 01020304 05060708 5010 2000 0000 0000 "
			      "01010101 01010101 01010101 01010101 01010101", bytes);
	for (words = 0; words < 16; words++) {
		bytes[32] = words << 4;
		ASSERT_EQ(parse_linear(bytes, count, V4, &packet), 0);
		EXPECT_EQ(packet.class, words < 5 || words > 10 ? MALFORMED : ACK);
		EXPECT_EQ(packet.payload_bytes, words < 5 || words > 10 ? 0 : 40 - words * 4);
	}
}

static unsigned int ip_header_bytes(const struct packet_fixture *f, const u8 *bytes)
{
	return f->family == V6 ? 40 : (bytes[0] & 15) * 4;
}

/* What the first transport bytes must hold for the ports to count. */
static unsigned int ports_end(const struct packet_fixture *f, const u8 *bytes)
{
	return ip_header_bytes(f, bytes) + (f->protocol == 6 ? 20 : 8);
}

/* The packet @f, cut to @count bytes though its length says more. */
static void check_cut(const struct packet_fixture *f, const u8 *bytes, unsigned int count,
		      const struct tm_packet *whole)
{
	struct tm_packet cut;
	int error = parse_linear(bytes, count, f->family, &cut);
	u16 privileges = ESSENTIAL | PATH_MTU;

	if (count < ip_header_bytes(f, bytes)) {
		EXPECT(error == -EINVAL, "%s, %u bytes: returns %d", f->what, count, error);
		EXPECT(cut.bytes == count && cut.segments == 1, "%s, %u bytes", f->what, count);
		return;
	}
	if (count >= whole->bytes) {
		EXPECT(!error && !memcmp(&cut, whole, sizeof(cut)),
		       "%s, %u bytes: padding changes it", f->what, count);
		return;
	}
	EXPECT(!error && cut.class == MALFORMED && cut.bytes == count && cut.segments == 1,
	       "%s, %u bytes: returns %d, class %u, %u bytes", f->what, count, error, cut.class,
	       cut.bytes);
	EXPECT(tm_address_equal(&cut.source, &whole->source) &&
	       tm_address_equal(&cut.destination, &whole->destination),
	       "%s, %u bytes: addresses", f->what, count);
	EXPECT(!(cut.flags & privileges), "%s, %u bytes: privileged", f->what, count);
	if (cut.flags & PORTS)
		EXPECT(cut.source_port == whole->source_port &&
		       cut.destination_port == whole->destination_port,
		       "%s, %u bytes: ports", f->what, count);
	if (!(whole->flags & PORTS))
		return;
	if (!(cut.flags & PORTS))
		EXPECT(!cut.source_port && !cut.destination_port && !cut.tcp_flags &&
		       !cut.tcp_sequence && !cut.payload_bytes,
		       "%s, %u bytes: half a header was read", f->what, count);
	if (bytes[f->family == V6 ? 6 : 9] == f->protocol)	/* no extension between */
		EXPECT(!(cut.flags & PORTS) == (count < ports_end(f, bytes)),
		       "%s, %u bytes: flags 0x%x", f->what, count, cut.flags);
}

TEST(a_packet_cut_at_any_length_is_malformed_or_has_no_header)
{
	const struct packet_fixture *f;
	u8 bytes[PACKET_BYTES_MAX];
	unsigned int count, cut, used = 0;
	struct tm_packet whole;

	for_each_fixture(f) {
		count = packet_decode(f->hex, bytes);
		/* a length of 0 says where the packet ends only with its option: see jumbo */
		if (f->error || (f->family == V6 && !bytes[4] && !bytes[5]))
			continue;
		ASSERT_EQ(parse_linear(bytes, count, f->family, &whole), 0);
		for (cut = 0; cut <= count; cut++)
			check_cut(f, bytes, cut, &whole);
		used++;
	}
	EXPECT_GE(used, 40);
}

TEST(a_packet_split_at_any_offset_parses_as_the_linear_one)
{
	static const unsigned int pieces[] = { 0, 1, 3, 8, 20 };
	const struct packet_fixture *f;
	unsigned int count, linear, i;
	struct tm_packet whole, split;
	u8 bytes[PACKET_BYTES_MAX];
	int error;

	for_each_fixture(f) {
		count = packet_decode(f->hex, bytes);
		error = parse_linear(bytes, count, f->family, &whole);
		for (linear = 0; linear <= 120; linear++) {
			for (i = 0; i < ARRAY_SIZE(pieces); i++) {
				EXPECT_EQ(parse(bytes, count, linear, pieces[i], f->family, &split),
					  error);
				EXPECT(!memcmp(&whole, &split, sizeof(whole)),
				       "%s, %u bytes linear, pieces of %u", f->what, linear,
				       pieces[i]);
			}
		}
	}
}

TEST(a_packet_cut_at_any_length_and_split_at_any_offset_parses_as_the_linear_one)
{
	const struct packet_fixture *f;
	struct tm_packet whole, split;
	u8 bytes[PACKET_BYTES_MAX];
	unsigned int count, cut, linear;
	int error;

	for_each_fixture(f) {
		count = packet_decode(f->hex, bytes);
		for (cut = 0; cut <= count; cut++) {
			error = parse_linear(bytes, cut, f->family, &whole);
			for (linear = 0; linear < cut; linear++) {
				EXPECT_EQ(parse(bytes, cut, linear, 1, f->family, &split), error);
				EXPECT(!memcmp(&whole, &split, sizeof(whole)),
				       "%s, cut to %u bytes, %u linear", f->what, cut, linear);
			}
		}
	}
}

TEST(the_ip_header_is_found_behind_an_offset)
{
	u8 bytes[16 + PACKET_BYTES_MAX];
	const struct packet_fixture *f;
	unsigned int count, offset;
	struct tm_packet whole, behind;
	struct sk_buff *skb;
	int error;

	for_each_fixture(f) {
		for (offset = 4; offset <= 16; offset += 4) {
			memset(bytes, 0x45, sizeof(bytes));
			count = packet_decode(f->hex, bytes + offset);
			error = parse_linear(bytes + offset, count, f->family, &whole);
			skb = shim_skb_alloc(bytes, offset + count, offset + 12, 0);
			memset(&behind, 0, sizeof(behind));
			EXPECT_EQ(tm_packet_parse(skb, offset, f->family, &behind), error);
			EXPECT(!memcmp(&whole, &behind, sizeof(whole)), "%s, offset %u", f->what,
			       offset);
			shim_skb_free(skb);
		}
	}
}

TEST(an_offset_at_or_behind_the_end_is_no_header)
{
	static const unsigned int offsets[] = { 28, 29, 1000, INT_MAX, UINT_MAX - 1, UINT_MAX };
	struct tm_packet packet;
	struct sk_buff *skb;
	u8 bytes[28] = { 0x45 };
	unsigned int i;

	skb = shim_skb_alloc(bytes, sizeof(bytes), sizeof(bytes), 0);
	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		EXPECT_EQ(tm_packet_parse(skb, offsets[i], V4, &packet), -EINVAL);
		EXPECT_EQ(packet.bytes, 0);
		EXPECT_EQ(packet.segments, 1);
		EXPECT_EQ(tm_packet_parse(skb, offsets[i], V6, &packet), -EINVAL);
	}
	shim_skb_free(skb);
}

TEST(every_field_but_those_of_the_hook_is_written)
{
	const struct packet_fixture *f;
	struct tm_packet zeros, ones;
	u8 bytes[PACKET_BYTES_MAX];
	struct sk_buff *skb;
	unsigned int count;

	for_each_fixture(f) {
		count = packet_decode(f->hex, bytes);
		skb = shim_skb_alloc(bytes, count, count, 0);
		memset(&zeros, 0, sizeof(zeros));
		memset(&ones, 0xff, sizeof(ones));
		ASSERT_EQ(tm_packet_parse(skb, 0, f->family, &zeros), f->error);
		ASSERT_EQ(tm_packet_parse(skb, 0, f->family, &ones), f->error);
		shim_skb_free(skb);
		EXPECT(ones.direction == 0xff && ones.ifindex == U32_MAX,
		       "%s: a field of the hook was written", f->what);
#define SAME(field) EXPECT(!memcmp(&zeros.field, &ones.field, sizeof(zeros.field)), \
		       "%s: " #field " was left as it was", f->what)
		SAME(source);
		SAME(destination);
		SAME(source_port);
		SAME(destination_port);
		SAME(protocol);
		SAME(kind);
		SAME(family);
		SAME(class);
		SAME(flags);
		SAME(tcp_flags);
		SAME(payload_bytes);
		SAME(tcp_sequence);
		SAME(tcp_acknowledgement);
		SAME(segments);
		SAME(bytes);
	}
}

/* A super-packet: @gso_size, @gso_segs and @gso_type as a driver sets them. */
static int parse_gso(const u8 *bytes, unsigned int count, u8 family, unsigned int gso_size,
		     unsigned int gso_segs, unsigned int gso_type, struct tm_packet *packet)
{
	struct sk_buff *skb = shim_skb_alloc(bytes, count, min(count, 128U), 0);
	int error;

	skb_shinfo(skb)->gso_size = gso_size;
	skb_shinfo(skb)->gso_segs = gso_segs;
	skb_shinfo(skb)->gso_type = gso_type;
	memset(packet, 0, sizeof(*packet));
	error = tm_packet_parse(skb, 0, family, packet);
	shim_skb_free(skb);
	return error;
}

/* IPv4 and TCP ACK with 3000 bytes; the header is 32 bytes, options included. */
static const char tcp_super_packet[] =
	"45000bec 00010000 40060000 c6336401 cb007102 "
	"3039 0050 01020304 05060708 8010 2000 0000 0000 0101080a 00000001 00000002";

TEST(a_super_packet_counts_its_segments)
{
	static u8 bytes[3052];
	struct tm_packet packet;

	packet_decode(tcp_super_packet, bytes);
	ASSERT_EQ(parse_gso(bytes, 3052, V4, 1448, 3, SKB_GSO_TCPV4, &packet), 0);
	EXPECT_EQ(packet.segments, 3);
	EXPECT_EQ(packet.segment_bytes, 52 + 1448);
	EXPECT_EQ(packet.bytes, 3052);
	EXPECT_EQ(packet.payload_bytes, 3000);
	EXPECT_EQ(packet.class, ACK);
	/* a driver's word is taken, also where it is not the quotient */
	ASSERT_EQ(parse_gso(bytes, 3052, V4, 1448, 7, SKB_GSO_TCPV4, &packet), 0);
	EXPECT_EQ(packet.segments, 7);
}

TEST(segments_are_computed_where_they_are_unknown_or_not_to_be_believed)
{
	static const struct {
		unsigned int size, segs, type, expected;
	} cases[] = {
		{ 1448, 0, SKB_GSO_TCPV4, 3 },
		{ 1448, 0, SKB_GSO_TCPV4 | SKB_GSO_DODGY, 3 },
		{ 1448, 1, SKB_GSO_TCPV4 | SKB_GSO_DODGY, 3 },
		{ 1448, 65535, SKB_GSO_TCPV4 | SKB_GSO_DODGY, 3 },
		{ 1000, 0, SKB_GSO_TCPV4, 3 },
		{ 1001, 0, SKB_GSO_TCPV4, 3 },
		{ 999, 0, SKB_GSO_TCPV4, 4 },
		{ 3000, 0, SKB_GSO_TCPV4, 1 },
		{ 65535, 0, SKB_GSO_TCPV4, 1 },
		{ 1, 0, SKB_GSO_TCPV4, 3000 },
	};
	static u8 bytes[3052];
	struct tm_packet packet;
	unsigned int i;

	packet_decode(tcp_super_packet, bytes);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		ASSERT_EQ(parse_gso(bytes, 3052, V4, cases[i].size, cases[i].segs, cases[i].type,
				    &packet), 0);
		EXPECT(packet.segments == cases[i].expected, "case %u: %u segments", i,
		       packet.segments);
	}
	/* headers and nothing else: still a packet */
	ASSERT_EQ(parse_gso(bytes, 52, V4, 1448, 0, SKB_GSO_TCPV4 | SKB_GSO_DODGY, &packet), 0);
	EXPECT_EQ(packet.segments, 1);
	/* no header: the packets are counted all the same */
	ASSERT_EQ(parse_gso(bytes, 19, V4, 10, 0, SKB_GSO_TCPV4, &packet), -EINVAL);
	EXPECT_EQ(packet.segments, 2);
	EXPECT_EQ(packet.bytes, 19);
}

TEST(udp_super_packets_count_segments_or_fragments)
{
	static u8 bytes[28 + 2952];
	struct tm_packet packet;

	/* IPv4 and UDP with 2952 bytes: two segments of 1476, or fragments of 1480 */
	packet_decode("45000ba4 00010000 40110000 c6336401 cb007102 3039 0035 0b90 0000", bytes);
	ASSERT_EQ(parse_gso(bytes, sizeof(bytes), V4, 1476, 0, SKB_GSO_UDP_L4, &packet), 0);
	EXPECT_EQ(packet.segments, 2);
	EXPECT_EQ(packet.segment_bytes, 28 + 1476);
	EXPECT_EQ(packet.class, UDP);
	ASSERT_EQ(parse_gso(bytes, sizeof(bytes), V4, 1476, 0, SKB_GSO_UDP, &packet), 0);
	EXPECT_EQ(packet.segments, 3);
	EXPECT_EQ(packet.segment_bytes, 20 + 1476);
	/* the length field may be that of one segment */
	bytes[24] = 1484 >> 8;
	bytes[25] = 1484 & 255;
	ASSERT_EQ(parse_gso(bytes, sizeof(bytes), V4, 1476, 2, SKB_GSO_UDP_L4, &packet), 0);
	EXPECT_EQ(packet.class, UDP);
	EXPECT_EQ(packet.bytes, sizeof(bytes));
}

TEST(a_super_packet_above_64_KiB_is_as_long_as_its_skb)
{
	static u8 bytes[150000];
	struct tm_packet packet;

	/* IPv4, total length 0 */
	packet_decode("45000000 00010000 40060000 c6336401 cb007102 "
		      "3039 0050 01020304 05060708 5010 2000 0000 0000", bytes);
	ASSERT_EQ(parse_gso(bytes, sizeof(bytes), V4, 1448, 0, SKB_GSO_TCPV4, &packet), 0);
	EXPECT_EQ(packet.bytes, sizeof(bytes));
	EXPECT_EQ(packet.class, ACK);
	EXPECT_EQ(packet.payload_bytes, sizeof(bytes) - 40);
	EXPECT_EQ(packet.segments, 104);
	/* without GSO a length of 0 is no length */
	EXPECT_EQ(parse_linear(bytes, sizeof(bytes), V4, &packet), -EINVAL);

	/* IPv6, payload length 0, with the hop-by-hop header of 6.1, and without */
	packet_decode("60000000 0000 0040 20010db8000000000000000000000001 "
		      "20010db8000000000000000000000002 0600 c204 000249c8 "
		      "3039 0050 01020304 05060708 5010 2000 0000 0000", bytes);
	ASSERT_EQ(parse_gso(bytes, sizeof(bytes), V6, 1428, 105, SKB_GSO_TCPV6, &packet), 0);
	EXPECT_EQ(packet.bytes, sizeof(bytes));
	EXPECT_EQ(packet.payload_bytes, sizeof(bytes) - 68);
	EXPECT_EQ(packet.segments, 105);
	EXPECT_EQ(packet.class, ACK);
	packet_decode("60000000 0000 0640 20010db8000000000000000000000001 "
		      "20010db8000000000000000000000002 "
		      "3039 0050 01020304 05060708 5010 2000 0000 0000", bytes);
	ASSERT_EQ(parse_gso(bytes, sizeof(bytes), V6, 1428, 105, SKB_GSO_TCPV6, &packet), 0);
	EXPECT_EQ(packet.payload_bytes, sizeof(bytes) - 60);
}

/* A UDP jumbogram of 70000 bytes behind @options, 4n+2 bytes of them. */
static unsigned int make_jumbo(u8 *bytes, const char *options, u32 length)
{
	unsigned int count;

	count = packet_decode("60000000 0000 0040 20010db8000000000000000000000001 "
			      "20010db8000000000000000000000002 11", bytes);
	count += packet_decode(options, bytes + count);
	put_unaligned_be32(length, bytes + count);
	count += 4;
	return count + packet_decode("3039 0035 0000 0000", bytes + count);
}

TEST(a_jumbogram_is_as_long_as_its_option_says)
{
	static u8 bytes[70100];
	struct tm_packet packet;

	make_jumbo(bytes, "00 c204", 70000);
	ASSERT_EQ(parse_linear(bytes, 70040, V6, &packet), 0);
	EXPECT_EQ(packet.bytes, 70040);
	EXPECT_EQ(packet.class, UDP);
	EXPECT_EQ(packet.source_port, htons(12345));
	/* behind padding, as RFC 2675 aligns it, and behind a long unknown option */
	make_jumbo(bytes, "01 0106 000000000000 c204", 70000);
	ASSERT_EQ(parse_linear(bytes, 70040, V6, &packet), 0);
	EXPECT_EQ(packet.class, UDP);
	EXPECT_EQ(packet.source_port, htons(12345));
	make_jumbo(bytes, "01 00 3e05 0000000000 c204", 70000);
	ASSERT_EQ(parse_linear(bytes, 70040, V6, &packet), 0);
	EXPECT_EQ(packet.class, UDP);
	EXPECT_EQ(packet.source_port, htons(12345));
	/* bytes behind it are none of it */
	ASSERT_EQ(parse_linear(bytes, 70060, V6, &packet), 0);
	EXPECT_EQ(packet.bytes, 70040);
	/* scattered */
	ASSERT_EQ(parse(bytes, 70040, 41, 3, V6, &packet), 0);
	EXPECT_EQ(packet.class, UDP);
}

TEST(a_jumbo_option_that_contradicts_is_malformed)
{
	static const u32 lengths[] = { 0, 1, 65535, 70001, 0x7fffffff, 0x80000000, 0xffffffd7,
				       0xffffffd8, 0xffffffff };
	static u8 bytes[70040];
	struct tm_packet packet;
	unsigned int i, count;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		make_jumbo(bytes, "00 c204", lengths[i]);
		ASSERT_EQ(parse_linear(bytes, sizeof(bytes), V6, &packet), 0);
		EXPECT_EQ(packet.class, MALFORMED);
		EXPECT_LE(packet.bytes, sizeof(bytes));
	}
	/* an option of the wrong size, or one cut short, says nothing */
	make_jumbo(bytes, "00 c203", 70000);
	ASSERT_EQ(parse_linear(bytes, sizeof(bytes), V6, &packet), 0);
	EXPECT_EQ(packet.class, MALFORMED);
	EXPECT_EQ(packet.bytes, 40);
	make_jumbo(bytes, "00 c204", 70000);
	for (count = 40; count < 48; count++) {
		ASSERT_EQ(parse_linear(bytes, count, V6, &packet), 0);
		EXPECT_EQ(packet.class, MALFORMED);
		EXPECT_EQ(packet.bytes, 40);
	}
	/* nor does one behind more options than are looked at */
	make_jumbo(bytes, "01 0000000000000000 c204", 70000);
	ASSERT_EQ(parse_linear(bytes, sizeof(bytes), V6, &packet), 0);
	EXPECT_EQ(packet.class, MALFORMED);
}

TEST(extension_headers_are_bounded_in_bytes)
{
	static u8 bytes[40 + 3 * 1024 + 8];
	struct tm_packet packet;
	unsigned int i;

	/* destination options of 1024 bytes each, then UDP without payload */
	packet_decode("60000000 0000 3c40 20010db8000000000000000000000001 "
		      "20010db8000000000000000000000002", bytes);
	for (i = 0; i < 3; i++) {
		bytes[40 + i * 1024] = 60;
		bytes[40 + i * 1024 + 1] = 127;
	}
	put_unaligned_be16(3 * 1024 + 8, bytes + 4);
	ASSERT_EQ(parse_linear(bytes, sizeof(bytes), V6, &packet), 0);
	EXPECT_EQ(packet.class, MALFORMED);
	EXPECT_EQ(packet.protocol, 60);
	/* two of them are 2048 bytes: as much as may be */
	bytes[40 + 1024] = 17;
	put_unaligned_be16(2 * 1024 + 8, bytes + 4);
	packet_decode("3039 0035 0008 0000", bytes + 40 + 2048);
	ASSERT_EQ(parse_linear(bytes, 40 + 2048 + 8, V6, &packet), 0);
	EXPECT_EQ(packet.class, UDP);
	EXPECT_EQ(packet.protocol, 17);
}
