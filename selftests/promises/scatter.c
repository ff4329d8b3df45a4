// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * scatter: lets packets arrive whose headers lie in pieces, has this machine
 * forward them, and compares what comes out, byte for byte.
 *
 *	scatter HOW COMMAND
 *
 *	tun	one piece, on a tun device
 *	vnet	on a tun device that believes the virtio header: 1, 2, 3 ... bytes
 *		in the first piece, the rest in pages
 *	tap	one piece, on a tap device
 *	frags	on a tap device with NAPI: the first 0, 1, 2 ... bytes of the IP
 *		packet, then one byte, then the rest, each a piece of its own
 *
 * Devices are in0 and out0; COMMAND runs when both exist and are up.  Prints a
 * line of JSON; exit 0 when all packets came, unaltered.
 */
#include "scatter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define SPLITS			88	/* longer than all headers together */
#define MTU			9000
#define PAYLOAD_TUN		5000	/* below a page a tun device makes one piece of it */
#define PAYLOAD_TAP		100
#define WAIT_MS			2000

static const struct how {
	const char *name;
	short flags;
	unsigned int payload;
} hows[] = {
	{ "tun", IFF_TUN, PAYLOAD_TUN },
	{ "vnet", IFF_TUN | IFF_VNET_HDR, PAYLOAD_TUN },
	{ "tap", IFF_TAP, PAYLOAD_TAP },
	{ "frags", IFF_TAP | IFF_NAPI | IFF_NAPI_FRAGS, PAYLOAD_TAP },
};

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
	int fd = open("/dev/net/tun", O_RDWR);

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

/* Everything in front of the IP packet.  Returns bytes. */
static unsigned int put_link(const struct how *how, unsigned int split, const uint8_t *packet,
			     uint8_t *link)
{
	struct virtio_net_hdr virtio = { .hdr_len = split + 1 };
	uint16_t protocol = htons(packet[0] >> 4 == 6 ? ETH_P_IPV6 : ETH_P_IP);

	if (how->flags & IFF_VNET_HDR) {
		memcpy(link, &virtio, sizeof(virtio));
		return sizeof(virtio);
	}
	if (!(how->flags & IFF_TAP))
		return 0;
	memcpy(link, mac, ETH_ALEN);
	memcpy(link + ETH_ALEN, "\2\0\0\0\0\7", ETH_ALEN);
	memcpy(link + 2 * ETH_ALEN, &protocol, sizeof(protocol));
	return ETH_HLEN;
}

static void let_arrive(int fd, const struct how *how, unsigned int split, uint8_t *packet,
		       unsigned int bytes)
{
	static uint8_t data[64 + SCATTER_PACKET_MAX];
	unsigned int link = put_link(how, split, packet, data);
	struct iovec pieces[3] = { { data, link + split }, { data + link + split, 1 },
				   { data + link + split + 1, bytes - split - 1 } };
	ssize_t written;

	memcpy(data + link, packet, bytes);
	if (how->flags & IFF_NAPI_FRAGS)
		written = writev(fd, pieces, 3);
	else
		written = write(fd, data, link + bytes);
	if (written != (ssize_t)(link + bytes))
		fail("write");
}

/* What the kernel says of its own is link-local. */
static bool is_ours(const uint8_t *packet)
{
	return packet[0] >> 4 == 4 ? packet[12] == 10 : packet[8] == 0xfd && packet[24] == 0xfd;
}

/* Return: bytes, or 0 when nothing comes. */
static unsigned int receive(int fd, uint8_t *packet)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	ssize_t bytes;

	while (poll(&ready, 1, WAIT_MS) == 1) {
		bytes = read(fd, packet, SCATTER_PACKET_MAX);
		if (bytes < 0)
			fail("read");
		if (bytes >= 20 && is_ours(packet))
			return bytes;
	}
	return 0;
}

static unsigned int lost, altered;

static void exchange(int in, int out, const struct how *how, unsigned int kind, unsigned int split)
{
	static uint8_t packet[SCATTER_PACKET_MAX], arrived[SCATTER_PACKET_MAX];
	unsigned int bytes = scatter_write(kind, how->payload, packet), got;

	let_arrive(in, how, split, packet, bytes);
	got = receive(out, arrived);
	scatter_forward(packet);
	if (got == bytes && !memcmp(packet, arrived, bytes))
		return;
	if (got)
		altered++;
	else
		lost++;
	if (lost + altered <= 10)
		printf("# %s, split at %u: %u bytes of %u\n", scatter_name(kind), split, got,
		       bytes);
}

int main(int argc, char **argv)
{
	const struct how *how = hows, *end = hows + sizeof(hows) / sizeof(hows[0]);
	unsigned int kind, split;
	int in, out;

	while (how < end && (argc != 3 || strcmp(argv[1], how->name)))
		how++;
	if (how == end) {
		fputs("usage: scatter tun|vnet|tap|frags COMMAND\n", stderr);
		return 2;
	}
	in = open_device("in0", how->flags);
	out = open_device("out0", IFF_TUN);
	if (system(argv[2]))
		fail("the command failed");
	for (kind = 0; kind < scatter_kinds(); kind++)
		for (split = 0; split < SPLITS && lost < 10; split++)
			exchange(in, out, how, kind, split);
	printf("{\"how\":\"%s\",\"sent\":%u,\"lost\":%u,\"altered\":%u}\n", how->name,
	       scatter_kinds() * SPLITS, lost, altered);
	fflush(stdout);
	/* The flows are read while the devices are still there. */
	if (system("tmctl -j flow show >/tmp/flows.json && tmctl -j stats show >/tmp/stats.json"))
		fail("tmctl");
	return lost || altered;
}
