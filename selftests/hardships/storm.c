// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * storm COUNT: lives in so many network namespaces, one after another, and leaves
 * each as it stands: attached, with flows, a policy in one of four, a dump that is
 * not read in one of eight, a socket that goes later in one of sixteen.  A module
 * that is not there is done without.
 *
 * Says "ATTACHED SEEN": how many it attached, and the sum of the packets that these
 * had seen when they were left.  Exit: 0, 1 what was refused, 2 wrong usage.
 */
#include "../kself/kself.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PACKETS		20
#define PORT		9000
#define TRIES		500
#define PAUSE_US	20000

/* The cap counts those, too, that are on their way out: so it is tried again. */
static int attach(struct kself *k)
{
	int err, tries;

	for (tries = 0; tries < TRIES; tries++) {
		err = kself_command(k, TRAFFICMON_CMD_NETNS_ATTACH);
		if (err != -EUSERS)
			return err;
		usleep(PAUSE_US);
	}
	return err;
}

static int add_policy(struct kself *k)
{
	int64_t generation = kself_commit_policy(k, "p", 1, TRAFFICMON_KEY_SOURCE, 5);

	return generation < 0 ? generation : 0;
}

static int ask_and_leave(struct kself *k)
{
	struct nlmsghdr *request = kself_request(k, TRAFFICMON_CMD_FLOW_GET);

	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	return mnl_socket_sendto(k->socket, request, request->nlmsg_len) < 0 ? -errno : 0;
}

/* The module is not there, goes, or has gone and come since. */
static bool without_module(int err)
{
	return err == -ENOENT || err == -ESHUTDOWN || err == -ENOTCONN;
}

/* One life.  Adds what it saw.  0 or -errno. */
static int live(unsigned int number, uint64_t *seen)
{
	struct kself k;
	int err = kself_open(&k);

	if (err)
		return err;
	err = attach(&k);
	if (!err && number % 4 == 1)
		err = add_policy(&k);
	if (!err)
		err = kself_send_udp("127.0.0.1", PORT, PACKETS);
	if (!err)
		*seen += kself_stats(&k, false, TRAFFICMON_A_STATS_SEEN_PACKETS);
	if (!err && number % 8 == 2)
		err = ask_and_leave(&k);
	kself_close(&k);
	return err;
}

int main(int argc, char **argv)
{
	unsigned int count = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
	unsigned int number, attached = 0;
	uint64_t seen = 0;
	int late = -1, err;

	if (!count) {
		fputs("usage: storm COUNT\n", stderr);
		return 2;
	}
	for (number = 0; number < count; number++) {
		err = kself_unshare();
		if (!err)
			err = live(number, &seen);
		if (err && !without_module(err)) {
			fprintf(stderr, "storm: namespace %u: %s\n", number, strerror(-err));
			return 1;
		}
		attached += !err;
		if (number % 16 == 3 || number % 16 == 8) {
			if (late >= 0)
				close(late);
			late = number % 16 == 3 ? socket(AF_INET, SOCK_DGRAM, 0) : -1;
		}
	}
	printf("%u %" PRIu64 "\n", attached, seen);
	return 0;
}
