// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * faults: lets every allocation fail once.
 *
 *	faults MODULE.ko
 *
 * Each operation (load and attach, every kind of request, a packet of each kind)
 * is done over and over, with the first allocation that this thread's system calls
 * make failing, then the second, and so on until it makes no more (/proc/PID/fail-nth,
 * Documentation/fault-injection).  A failure must end in an error that says so or in
 * none at all, and change nothing or all; behind it the same operation must succeed.
 *
 * Wants a kernel with fault injection and, in the guest, root.  Prints KTAP.
 */
#include "kself.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <malloc.h>
#include <net/if.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FAILURES_MAX	2000	/* of one operation: more would be a loop */
#define TABLES		"flows=4096 limiters=1024 records=64"

static const char *module_file;
static int fail_nth = -1;
static int tun = -1;
static unsigned int results, failed;

static void __attribute__((noreturn, format(printf, 1, 2))) bail_out(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	printf("Bail out! ");
	vprintf(format, arguments);
	va_end(arguments);
	printf(" (%s)\n", strerror(errno));
	exit(1);
}

static void write_setting(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		bail_out("%s", path);
	close(fd);
}

/* Allocations that may sleep fail too, and of any size; nothing is said of each. */
static void set_up_injection(void)
{
	static const char *const attributes[] = { "failslab", "fail_page_alloc" };
	char path[128];
	unsigned int i;

	for (i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s/ignore-gfp-wait", attributes[i]);
		write_setting(path, "N");
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s/verbose", attributes[i]);
		write_setting(path, "0");
	}
	write_setting("/sys/kernel/debug/fail_page_alloc/min-order", "0");
	fail_nth = open("/proc/thread-self/fail-nth", O_RDWR);
	if (fail_nth < 0)
		bail_out("/proc/thread-self/fail-nth: a kernel with fault injection is wanted");
}

static void write_fail_nth(unsigned int nth)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%u", nth);

	if (pwrite(fail_nth, text, length, 0) != length)
		bail_out("fail-nth");
}

static bool armed, came;	/* is a failure to come; did it? */

static void arm(unsigned int nth)
{
	write_fail_nth(nth);
	armed = true;
	came = false;
}

/* From here on nothing fails; an operation does so itself where it has to clean up. */
static void disarm(void)
{
	char text[16] = "";

	if (!armed)
		return;
	if (pread(fail_nth, text, sizeof(text) - 1, 0) < 0)
		bail_out("fail-nth");
	write_fail_nth(0);
	armed = false;
	came = atoi(text) == 0;
}

/* --- operations ------------------------------------------------------------------ */

struct operation {
	const char *name;
	int (*act)(struct kself *k);	/* 0 or -errno */
	int (*undo)(struct kself *k);	/* after it succeeded; NULL: there is nothing to undo */
	bool reads;			/* changes nothing */
	bool cores;			/* the kernel's core fails as well, with errors of its own */
};

static int load_with(const char *parameters)
{
	int fd = open(module_file, O_RDONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	err = syscall(SYS_finit_module, fd, parameters, 0) ? -errno : 0;
	close(fd);
	return err;
}

static int load(struct kself *k)
{
	(void)k;
	return load_with("autostart=0 " TABLES);
}

static int load_and_attach(struct kself *k)
{
	(void)k;
	return load_with(TABLES);
}

static int unload(struct kself *k)
{
	int try;

	(void)k;
	for (try = 0; try < 200; try++) {
		if (!syscall(SYS_delete_module, "trafficmon", O_NONBLOCK))
			return 0;
		if (errno != EBUSY && errno != EAGAIN)
			return -errno;
		usleep(50000);
	}
	return -EBUSY;
}

static int attach(struct kself *k)
{
	return kself_command(k, TRAFFICMON_CMD_NETNS_ATTACH);
}

static int detach(struct kself *k)
{
	return kself_command(k, TRAFFICMON_CMD_NETNS_DETACH);
}

static int abort_it(struct kself *k)
{
	return kself_command(k, TRAFFICMON_CMD_TRANSACTION_ABORT);
}

/* It may have begun though the answer was lost. */
static int begin(struct kself *k)
{
	int err = kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN);

	disarm();
	if (err)
		abort_it(k);
	return err;
}

/* The whole of it, since each step wants the one before; what began is ended. */
static int replace_ruleset(struct kself *k)
{
	static unsigned int rate = 1000;
	char name[16];
	int err = kself_command(k, TRAFFICMON_CMD_TRANSACTION_BEGIN), i;

	for (i = 0; !err && i < 20; i++) {
		snprintf(name, sizeof(name), "policy-%d", i);
		err = kself_add_policy(k, name, TRAFFICMON_MODE_ENFORCE, TRAFFICMON_KEY_SOURCE, rate + i);
	}
	if (!err)
		err = kself_set_add(k, TRAFFICMON_SET_DENY, "203.0.113.0", 24, 0);
	if (!err) {
		int64_t generation = kself_commit(k, 0);

		err = generation < 0 ? generation : 0;
	}
	disarm();
	if (err)
		abort_it(k);
	return err;
}

static int add_entry(struct kself *k)
{
	return kself_set_add(k, TRAFFICMON_SET_DENY, "198.51.100.0", 24, 0);
}

static int delete_entry(struct kself *k)
{
	return kself_set_del(k, TRAFFICMON_SET_DENY, "198.51.100.0", 24);
}

static int add_entry_ipv6(struct kself *k)
{
	return kself_set_add(k, TRAFFICMON_SET_DENY, "2001:db8:5::", 48, 3600 * KSELF_SECOND_NS);
}

static int delete_entry_ipv6(struct kself *k)
{
	return kself_set_del(k, TRAFFICMON_SET_DENY, "2001:db8:5::", 48);
}

/* A dump, or where a command has none, a reply. */
static int show(struct kself *k, uint8_t command, bool dump)
{
	kself_request(k, command);
	return dump ? kself_dump(k, NULL, NULL) : kself_do(k, NULL, NULL);
}

static int show_info(struct kself *k) { return show(k, TRAFFICMON_CMD_INFO_GET, false); }
static int show_stats(struct kself *k) { return show(k, TRAFFICMON_CMD_STATS_GET, false); }
static int show_policies(struct kself *k) { return show(k, TRAFFICMON_CMD_POLICY_GET, true); }
static int show_sets(struct kself *k) { return show(k, TRAFFICMON_CMD_SET_GET, true); }
static int show_flows(struct kself *k) { return show(k, TRAFFICMON_CMD_FLOW_GET, true); }
static int show_limiters(struct kself *k) { return show(k, TRAFFICMON_CMD_LIMITER_GET, true); }
static int show_records(struct kself *k) { return show(k, TRAFFICMON_CMD_RECORD_GET, true); }
static int show_events(struct kself *k) { return show(k, TRAFFICMON_CMD_EVENT_GET, true); }

static int show_ledger(struct kself *k)
{
	mnl_attr_put(kself_request(k, TRAFFICMON_CMD_STATS_GET), TRAFFICMON_A_STATS_LEDGER, 0, NULL);
	return kself_do(k, NULL, NULL);
}

/* --- packets ---------------------------------------------------------------------- */

/* The hooks of a packet written to a tun device run in who writes it. */
static int open_tun(void)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	int inet = socket(AF_INET, SOCK_DGRAM, 0);

	strcpy(request.ifr_name, "faults0");
	if (fd < 0 || inet < 0 || ioctl(fd, TUNSETIFF, &request))
		bail_out("no tun device");
	request.ifr_flags = IFF_UP | IFF_RUNNING;
	if (ioctl(inet, SIOCSIFFLAGS, &request))
		bail_out("the tun device does not come up");
	close(inet);
	return fd;
}

/* A new source each time, so that it makes a flow and asks for a limiter. */
static int send_packet(struct kself *k)
{
	static unsigned int source;
	unsigned char packet[28] = {
		0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 0, 198, 51, 100, 1,
		0x10, 0x00, 0x20, 0x00, 0, 8, 0, 0,
	};
	unsigned int sum = 0, i;

	(void)k;
	source++;
	packet[13] = source >> 16;
	packet[14] = source >> 8;
	packet[15] = source;
	for (i = 0; i < 20; i += 2)
		sum += packet[i] << 8 | packet[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~(sum + (sum >> 16));
	packet[10] = sum >> 8;
	packet[11] = sum;
	return write(tun, packet, sizeof(packet)) < 0 ? -errno : 0;
}

/* --- the loop ---------------------------------------------------------------------- */

static const struct operation whole_module[] = {
	{ "load", .act = load, .undo = unload, .cores = true },
	{ "load and attach", .act = load_and_attach, .undo = unload, .cores = true },
};

static const struct operation in_module[] = {
	{ "attach", .act = attach, .undo = detach },
};

static const struct operation attached[] = {
	{ "packet", .act = send_packet, .reads = true },
	{ "transaction", .act = begin, .undo = abort_it },
	{ "ruleset", .act = replace_ruleset },
	{ "set entry", .act = add_entry, .undo = delete_entry },
	{ "set entry of IPv6 with a timeout", .act = add_entry_ipv6, .undo = delete_entry_ipv6 },
	{ "info", .act = show_info, .reads = true },
	{ "stats", .act = show_stats, .reads = true },
	{ "ledger", .act = show_ledger, .reads = true },
	{ "policies", .act = show_policies, .reads = true },
	{ "sets", .act = show_sets, .reads = true },
	{ "flows", .act = show_flows, .reads = true },
	{ "limiters", .act = show_limiters, .reads = true },
	{ "records", .act = show_records, .reads = true },
	{ "events", .act = show_events, .reads = true },
};

/*
 * No memory; or the answer, which may be that it was done, got lost for want of
 * memory.
 */
static bool says_why(int err)
{
	return err == -ENOMEM || err == -ENOBUFS;
}

/* Of what changes nothing, when it ends in an error: is all as it was? */
static uint64_t state(struct kself *k)
{
	return k ? kself_info(k, TRAFFICMON_A_INFO_GENERATION) << 32 |
		   kself_set_count(k, TRAFFICMON_SET_DENY) << 16 |
		   kself_info(k, TRAFFICMON_A_INFO_POLICIES) : 0;
}

/* Return: false after saying what is wrong. */
static bool one_failure(const struct operation *operation, struct kself *k, unsigned int nth,
			bool *more)
{
	uint64_t before = state(k);
	int err;

	arm(nth);
	err = operation->act(k);
	disarm();
	*more = came;
	if (!err) {
		if (operation->undo && operation->undo(k)) {
			printf("# %s: cannot be undone after failure %u\n", operation->name, nth);
			return false;
		}
		return true;
	}
	if (!*more || !(operation->cores || says_why(err))) {
		printf("# %s: failure %u ends in: %s\n", operation->name, nth, strerror(-err));
		return false;
	}
	if (state(k) == before)
		return true;
	/* it was done, and only the answer was lost */
	if (err == -ENOBUFS && !operation->reads) {
		if (operation->undo)
			operation->undo(k);
		return true;
	}
	printf("# %s: failure %u ends in: %s, and the state has changed\n", operation->name, nth,
	       strerror(-err));
	return false;
}

static void each_failure(const struct operation *operation, struct kself *k)
{
	bool right = true, more = true;
	unsigned int nth;

	/* once without, so that no page of this program itself comes into being */
	if (!operation->act(k) && operation->undo)
		operation->undo(k);
	for (nth = 1; right && more && nth < FAILURES_MAX; nth++)
		right = one_failure(operation, k, nth, &more);
	/* the last round had no failure: it shows that all is well again */
	if (right && nth < 3 && operation->act != send_packet) {
		printf("# %s: no allocation was there to fail\n", operation->name);
		right = false;
	}
	if (nth == FAILURES_MAX)
		right = false;
	failed += !right;
	printf("%sok %u - %s: each of %u allocations failed once\n", right ? "" : "not ", ++results,
	       operation->name, nth - 2);
	fflush(stdout);
}

static void each_of(const struct operation *operations, size_t count, struct kself *k)
{
	size_t i;

	for (i = 0; i < count; i++)
		each_failure(&operations[i], k);
}

#define EACH_OF(operations, k)	each_of(operations, sizeof(operations) / sizeof((operations)[0]), k)

int main(int argc, char **argv)
{
	struct kself k;
	int i;

	if (argc != 2) {
		fprintf(stderr, "usage: faults MODULE.ko\n");
		return 2;
	}
	module_file = argv[1];
	/* what this program touches is there, and stays: it may not fail in its place */
	mallopt(M_TRIM_THRESHOLD, -1);
	mallopt(M_MMAP_MAX, 0);
	mlockall(MCL_CURRENT | MCL_FUTURE);
	set_up_injection();
	EACH_OF(whole_module, NULL);
	if (load(NULL) || kself_unshare() || kself_open(&k))
		bail_out("the module does not load");
	EACH_OF(in_module, &k);
	/* the socket stays in the namespace where it was opened */
	kself_close(&k);
	if (kself_unshare() || kself_open(&k) || attach(&k))
		bail_out("the module does not attach");
	if (replace_ruleset(&k))
		bail_out("no ruleset is taken");
	tun = open_tun();
	for (i = 0; i < 200; i++)
		send_packet(&k);
	EACH_OF(attached, &k);
	detach(&k);
	kself_close(&k);
	close(tun);
	if (unload(NULL)) {
		printf("not ok %u - it is unloaded\n", ++results);
		failed++;
	}
	printf("1..%u\n", results);
	return failed != 0;
}
