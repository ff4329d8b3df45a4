// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * scatter: lets packets of all kinds arrive, cut to each length and split at
 * each place, and compares what comes out behind the module, byte for byte.
 *
 *	scatter WAY HOOK STEP COMMAND
 *
 * WAY into the stack
 *	pages	on a tun device that believes the virtio header: 1, 2, 3 ... bytes
 *		in the first piece, the rest in pages, with padding behind the
 *		packet: below a page the device makes one piece of it
 *	frags	on a tap device with NAPI: the first 0, 1, 2 ... bytes of the IP
 *		packet, then one byte, then the rest, each a piece of its own;
 *		last, all in one
 * HOOK where the module sees them
 *	ingress		what comes out is what the stack's packet handlers are given.
 *			With frags, cut packets come once more, with length
 *			fields of the whole: further in, the stack has none
 *	pre-routing	what comes out is what this host forwards
 * STEP		whole packets are split at each place, cut ones at one in STEP, which
 *		goes on with the length
 *
 * Devices are in0 and out0; COMMAND runs when both exist and are up.  Writes
 * what has to be accounted to /tmp/expected.flows and /tmp/expected.sums, and
 * what tmctl says to /tmp/flows.json and /tmp/stats.json.  Prints a line of
 * JSON; exit 0 when all packets came, unaltered.
 */
#include "scatter.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define MTU		9000
#define PADDING		4096
#define WAIT_MS		2000
#define LOST_MAX	10	/* then it is no use going on */

static bool pages, ingress;
static unsigned int step, sent, lost, altered;
static uint8_t mac[ETH_ALEN];

static void __attribute__((noreturn)) fail(const char *what)
{
	fprintf(stderr, "scatter: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int open_device(const char *name, short flags)
{
	struct ifreq request = { .ifr_flags = flags | IFF_NO_PI };
	int control = socket(AF_INET, SOCK_DGRAM, 0);
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);

	if (fd < 0 || control < 0)
		fail("cannot open /dev/net/tun");
	strcpy(request.ifr_name, name);
	if (ioctl(fd, TUNSETIFF, &request))
		fail(name);
	request.ifr_mtu = MTU;
	if (ioctl(control, SIOCSIFMTU, &request))
		fail("mtu");
	request.ifr_flags = IFF_UP;
	if (ioctl(control, SIOCSIFFLAGS, &request))
		fail("up");
	if (flags & IFF_TAP) {
		if (ioctl(control, SIOCGIFHWADDR, &request))
			fail("mac");
		memcpy(mac, request.ifr_hwaddr.sa_data, ETH_ALEN);
	}
	close(control);
	return fd;
}

/* A handler of one protocol of in0: it is asked behind the ingress hook. */
static int open_handler(uint16_t protocol)
{
	struct sockaddr_ll in0 = { .sll_family = AF_PACKET, .sll_protocol = htons(protocol),
				   .sll_ifindex = if_nametoindex("in0") };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&in0, sizeof(in0)))
		fail("packet socket");
	return fd;
}

/* What the kernel forwards of its own is link-local. */
static bool is_ours(const uint8_t *packet)
{
	return packet[0] >> 4 == 4 ? packet[12] == 10 : packet[8] == 0xfd && packet[24] == 0xfd;
}

/* Return: bytes, or -1 when nothing comes within @wait_ms. */
static ssize_t receive(int fd, int wait_ms, uint8_t *packet)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	ssize_t bytes;

	for (;;) {
		bytes = read(fd, packet, SCATTER_PACKET_MAX);
		if (bytes >= 0 && (ingress || is_ours(packet)))
			return bytes;
		if (bytes < 0 && errno != EAGAIN)
			fail("read");
		if (bytes < 0 && poll(&ready, 1, wait_ms) != 1)
			return -1;
	}
}

/* The Ethernet header, if there is one.  Returns bytes. */
static unsigned int put_link(const struct scatter_kind *kind, uint8_t *link)
{
	uint16_t protocol = htons(kind->version == 6 ? ETH_P_IPV6 : ETH_P_IP);

	if (pages)
		return 0;
	memcpy(link, mac, ETH_ALEN);
	memcpy(link + ETH_ALEN, "\2\0\0\0\0\7", ETH_ALEN);
	memcpy(link + 2 * ETH_ALEN, &protocol, sizeof(protocol));
	return ETH_HLEN;
}

/* @frame: @link bytes, then the packet, @bytes. */
static void let_arrive(int in, uint8_t *frame, unsigned int link, unsigned int bytes,
		       unsigned int split)
{
	struct virtio_net_hdr virtio = { .hdr_len = split + 1 };
	unsigned int one = split < bytes, rest = bytes - split - one;
	struct iovec in_pages[] = { { &virtio, sizeof(virtio) }, { frame, bytes } };
	struct iovec in_frags[] = { { frame, link + split }, { frame + link + split, one },
				    { frame + link + split + one, rest } };
	ssize_t written;

	if (pages)
		written = writev(in, in_pages, 2) - sizeof(virtio);
	else
		written = writev(in, in_frags, 1 + one + !!rest);
	if (written != (ssize_t)(link + bytes))
		fail("write");
}

/*
 * Bytes of it that the stack brings to the hook, of @arrived; none when it
 * throws it away before.
 */
static unsigned int brought(const struct scatter_kind *kind, unsigned int length,
			    unsigned int arrived)
{
	unsigned int header = scatter_header_bytes(kind);

	if (ingress)
		return arrived;
	if (length < header)
		return 0;
	/* it reads hop-by-hop options itself, which may say the length if IPv6 says 0 */
	if (kind->version == 6 && kind->parts[0]->protocol == IPPROTO_HOPOPTS) {
		unsigned int options = scatter_decode(kind->parts[0]->hex, NULL);

		if (length == header && arrived >= header + options)
			return arrived;
		if (length < header + options)
			return 0;
	}
	return length;
}

static void say_wrong(const struct scatter_kind *kind, enum scatter_claim claim,
		      unsigned int length, unsigned int split, long got)
{
	if (got < 0)
		lost++;
	else
		altered++;
	if (lost + altered <= 10)
		printf("# %s of %u bytes that says %s, split at %u: %ld bytes came\n", kind->name,
		       length, claim == SCATTER_WHOLE ? "it is whole" : "so", split, got);
}

/* One packet, split at each place that is its turn. */
static void exchange(int in, int out, const struct scatter_kind *kind, enum scatter_claim claim,
		     unsigned int length, FILE *flows)
{
	static uint8_t frame[SCATTER_PACKET_MAX], come[SCATTER_PACKET_MAX],
		       wanted[SCATTER_PACKET_MAX];
	unsigned int whole = scatter_whole_bytes(kind), link = put_link(kind, frame), split;
	unsigned int arrived = pages ? whole + PADDING : length, count = 0;
	unsigned int bring = brought(kind, length, arrived);
	long got, want = ingress ? link + arrived : bring;

	scatter_write(kind, claim, length, PADDING, frame + link);
	memcpy(wanted, ingress ? frame : frame + link, want);
	if (!ingress)
		scatter_forward(wanted);
	for (split = 0; split <= (pages ? whole : length) && lost < LOST_MAX; split++) {
		if (length < whole && (split + length) % step)
			continue;
		let_arrive(in, frame, link, arrived, split);
		count++;
		got = receive(out, bring || ingress ? WAIT_MS : 0, come);
		if (bring || ingress ? got != want || memcmp(come, wanted, want) : got >= 0)
			say_wrong(kind, claim, length, split, got);
	}
	sent += count;
	if (count && (bring || ingress))
		scatter_expect(kind, claim, length, arrived, count, frame + link, flows);
}

static void exchange_kind(int in, int out, const struct scatter_kind *kind, FILE *flows)
{
	unsigned int whole = scatter_whole_bytes(kind), length;

	/* padding cannot stand behind a length that cannot be said */
	for (length = pages && kind->version == 6 ? 40 : 0; length <= whole; length++) {
		exchange(in, out, kind, SCATTER_TRUE, length, flows);
		if (ingress && !pages && length < whole)
			exchange(in, out, kind, SCATTER_WHOLE, length, flows);
	}
}

int main(int argc, char **argv)
{
	const struct scatter_kind *kind;
	int in, out, handlers[2];
	FILE *flows, *sums;

	if (argc != 5 || (strcmp(argv[1], "pages") && strcmp(argv[1], "frags")) ||
	    (strcmp(argv[2], "ingress") && strcmp(argv[2], "pre-routing")) || atoi(argv[3]) < 1) {
		fputs("usage: scatter pages|frags ingress|pre-routing STEP COMMAND\n", stderr);
		return 2;
	}
	pages = !strcmp(argv[1], "pages");
	ingress = !strcmp(argv[2], "ingress");
	step = atoi(argv[3]);
	in = open_device("in0", pages ? IFF_TUN | IFF_VNET_HDR :
			 IFF_TAP | IFF_NAPI | IFF_NAPI_FRAGS);
	out = open_device("out0", IFF_TUN);
	handlers[0] = ingress ? open_handler(ETH_P_IP) : out;
	handlers[1] = ingress ? open_handler(ETH_P_IPV6) : out;
	flows = fopen("/tmp/expected.flows", "w");
	sums = fopen("/tmp/expected.sums", "w");
	if (!flows || !sums)
		fail("/tmp");
	if (system(argv[4]))
		fail("the command failed");
	for (kind = scatter_kinds; kind < scatter_kinds + scatter_kind_count; kind++)
		exchange_kind(in, handlers[kind->version == 6], kind, flows);
	scatter_expect_sums(sums);
	if (fclose(flows) || fclose(sums))
		fail("/tmp");
	printf("{\"way\":\"%s\",\"hook\":\"%s\",\"kinds\":%u,\"sent\":%u,\"lost\":%u,\"altered\":%u}\n",
	       argv[1], argv[2], scatter_kind_count, sent, lost, altered);
	fflush(stdout);
	/* The flows are read while the devices are still there. */
	if (system("tmctl -j flow show >/tmp/flows.json && tmctl -j stats show >/tmp/stats.json"))
		fail("tmctl");
	return lost || altered;
}
