// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Gets packets out: `packet` sends Ethernet frames on a device, a batch with
 * one call; `tun` writes them into a tun device, as if they had arrived there.
 * With super-packets both put a virtio header in front, which makes the kernel
 * believe that a guest wants them cut up.
 */
#include "generate.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static struct {
	const struct wanted *wanted;
	int fd;
	uint8_t own_mac[ETH_ALEN];
	struct mmsghdr message[GENERATE_BATCH];
	struct iovec vector[GENERATE_BATCH];
} out;

static void open_packet(const struct wanted *wanted)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET };
	struct ifreq request = { 0 };
	int on = 1;

	out.fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (out.fd < 0)
		fail("cannot open a packet socket: %s", strerror(errno));
	strncpy(request.ifr_name, wanted->device, IFNAMSIZ - 1);
	if (ioctl(out.fd, SIOCGIFHWADDR, &request))
		fail("no device %s: %s", wanted->device, strerror(errno));
	memcpy(out.own_mac, request.ifr_hwaddr.sa_data, ETH_ALEN);
	address.sll_ifindex = if_nametoindex(wanted->device);
	if (bind(out.fd, (struct sockaddr *)&address, sizeof(address)))
		fail("cannot send on %s: %s", wanted->device, strerror(errno));
	if (wanted->gso_bytes &&
	    setsockopt(out.fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)))
		fail("cannot send super-packets on %s: %s", wanted->device, strerror(errno));
}

static void open_tun(const struct wanted *wanted)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int control;

	out.fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	if (out.fd < 0)
		fail("cannot open /dev/net/tun: %s", strerror(errno));
	if (wanted->gso_bytes)
		request.ifr_flags |= IFF_VNET_HDR;
	strncpy(request.ifr_name, wanted->device, IFNAMSIZ - 1);
	if (ioctl(out.fd, TUNSETIFF, &request))
		fail("cannot use tun device %s: %s", wanted->device, strerror(errno));
	control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (control < 0 || ioctl(control, SIOCGIFFLAGS, &request))
		fail("no device %s: %s", wanted->device, strerror(errno));
	request.ifr_flags |= IFF_UP;
	if (ioctl(control, SIOCSIFFLAGS, &request))
		fail("cannot set %s up: %s", wanted->device, strerror(errno));
	close(control);
}

void send_open(const struct wanted *wanted)
{
	out.wanted = wanted;
	if (wanted->back_end == BACK_END_TUN)
		open_tun(wanted);
	else
		open_packet(wanted);
}

/* Put what goes before the packet right before it.  Return: bytes of it. */
static unsigned int put_link(struct packet *packet)
{
	uint8_t *end = packet->link + sizeof(packet->link);
	uint16_t protocol = htons(packet->family == IPV4 ? ETH_P_IP : ETH_P_IPV6);
	struct virtio_net_hdr virtio = { 0 };
	unsigned int bytes = 0;

	if (out.wanted->back_end == BACK_END_PACKET) {
		bytes = ETH_HLEN;
		memcpy(end - bytes, out.wanted->mac, ETH_ALEN);
		memcpy(end - bytes + ETH_ALEN, out.own_mac, ETH_ALEN);
		memcpy(end - sizeof(protocol), &protocol, sizeof(protocol));
	}
	if (!out.wanted->gso_bytes)
		return bytes;
	virtio.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	virtio.csum_start = bytes + packet->transport;
	virtio.csum_offset = packet->checksum;
	if (packet->segments > 1) {
		virtio.gso_type = packet->family == IPV4 ? VIRTIO_NET_HDR_GSO_TCPV4 :
							   VIRTIO_NET_HDR_GSO_TCPV6;
		virtio.gso_size = out.wanted->gso_bytes;
		virtio.hdr_len = bytes + packet->header;
	}
	bytes += sizeof(virtio);
	memcpy(end - bytes, &virtio, sizeof(virtio));
	return bytes;
}

static void send_messages(unsigned int count)
{
	unsigned int sent = 0;
	int now;

	while (sent < count) {
		now = sendmmsg(out.fd, out.message + sent, count - sent, 0);
		if (now > 0)
			sent += now;
		else if (errno != ENOBUFS && errno != EAGAIN && errno != EINTR)
			fail("cannot send on %s: %s", out.wanted->device, strerror(errno));
	}
}

static void write_all(unsigned int count)
{
	unsigned int i = 0;

	while (i < count) {
		ssize_t written = write(out.fd, out.vector[i].iov_base, out.vector[i].iov_len);

		if (written == (ssize_t)out.vector[i].iov_len)
			i++;
		else if (errno != ENOBUFS && errno != EAGAIN && errno != EINTR)
			fail("cannot write to %s: %s", out.wanted->device, strerror(errno));
	}
}

void send_batch(struct packet *packets, unsigned int count)
{
	unsigned int i, link;

	for (i = 0; i < count; i++) {
		link = put_link(&packets[i]);
		/* link and data are neighbours in struct packet */
		out.vector[i].iov_base = (uint8_t *)&packets[i] + offsetof(struct packet, data) -
					 link;
		out.vector[i].iov_len = link + packets[i].bytes + out.wanted->pad_bytes;
		out.message[i].msg_hdr.msg_iov = &out.vector[i];
		out.message[i].msg_hdr.msg_iovlen = 1;
	}
	if (out.wanted->back_end == BACK_END_TUN)
		write_all(count);
	else
		send_messages(count);
}
