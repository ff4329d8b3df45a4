/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of the netlink family share: a client of their own (so that
 * an error of the tool's client does not hide the module's), requests, and
 * traffic.
 *
 * A test runs in a child process (kselftest_harness.h), and moves into a network
 * namespace of its own, so that its counters start at 0 and tests do not meet.
 */
#ifndef KSELF_H
#define KSELF_H

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/trafficmon.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KSELF_SECOND_NS	1000000000ULL

/**
 * struct kself - one socket
 * @text: what the last refusal said, empty when it said nothing
 * @interrupted: a message of the last dump had NLM_F_DUMP_INTR
 * @messages: replies of the last request
 * @unaddressed: requests are sent as write(2) does, which names no receiver
 */
struct kself {
	struct mnl_socket *socket;
	uint16_t family;
	uint32_t group;
	uint32_t sequence;
	char text[256];
	bool interrupted;
	unsigned int messages;
	bool unaddressed;
	char request[65536];
};

/* Where an integer has its @length low bytes, as an attribute of so many has them. */
static inline void *kself_low_bytes(uint64_t *integer, size_t length)
{
	return (char *)integer + (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? sizeof(*integer) - length : 0);
}

/* The attributes of one reply, and of one nest. */
struct kself_attrs {
	const struct nlattr *at[64];
};

typedef void (*kself_reply)(const struct nlmsghdr *message, const struct kself_attrs *attrs,
			    void *data);

/* Open a socket in the present namespace.  0, or -errno: -ENOENT when the module is not loaded. */
int kself_open(struct kself *k);
void kself_close(struct kself *k);

/* Move into a new network namespace, with its lo up.  0 or -errno. */
int kself_unshare(void);

/* Begin a request. */
struct nlmsghdr *kself_request(struct kself *k, uint8_t command);

/* Send it and read all replies.  0 or -errno of the kernel. */
int kself_do(struct kself *k, kself_reply reply, void *data);
int kself_dump(struct kself *k, kself_reply reply, void *data);

/* A command without attributes. */
int kself_command(struct kself *k, uint8_t command);

/* Parse a nest. */
struct kself_attrs kself_nest(const struct nlattr *nest);

/* Values of attributes; 0 or NULL when absent. */
uint64_t kself_u64(const struct kself_attrs *attrs, int type);
uint32_t kself_u32(const struct kself_attrs *attrs, int type);
uint16_t kself_u16(const struct kself_attrs *attrs, int type);
uint8_t kself_u8(const struct kself_attrs *attrs, int type);
const char *kself_string(const struct kself_attrs *attrs, int type);

/* One value of a one-message reply: INFO_GET, STATS_GET.  0 when absent. */
uint64_t kself_info(struct kself *k, int type);
uint64_t kself_stats(struct kself *k, bool ledger, int type);

/* A counter of STATS_CLASS, STATS_DIRECTION, STATS_REASON by name, packets. */
uint64_t kself_counter(struct kself *k, int type, const char *name);

/*
 * Put an address from text, 4 or 16 bytes; a prefix nest; an entry nest; a set that a
 * policy names.
 */
void kself_put_address(struct nlmsghdr *request, int type, const char *text);
void kself_put_prefix(struct nlmsghdr *request, int type, const char *text, uint8_t length);
void kself_put_entry(struct nlmsghdr *request, const char *text, uint8_t length,
		     uint64_t timeout_ns);
void kself_put_set(struct nlmsghdr *request, int type, const char *name, bool except);
void kself_put_limit(struct nlmsghdr *request, uint8_t kind, uint64_t rate, uint64_t burst);

/* Stage a policy with one limit of @rate packets a second (0: none) by @key. */
int kself_add_policy(struct kself *k, const char *name, uint8_t mode, uint8_t key, uint64_t rate);

/* Commit on @base (0: any).  Return: the new generation, or -errno. */
int64_t kself_commit(struct kself *k, uint64_t base);

/* A ruleset of one policy, as kself_add_policy() has it.  Return: as kself_commit(). */
int64_t kself_commit_policy(struct kself *k, const char *name, uint8_t mode, uint8_t key,
			    uint64_t rate);

/*
 * Open @k in a namespace of its own that is attached and has something to show: a
 * prefix in `deny` and a policy "p" per source.  Return: 0 or -errno.
 */
int kself_furnish(struct kself *k);

/* The module parameter of this name. */
bool kself_userns_admin(void);

/* One entry into, or out of, a set. */
int kself_set_add(struct kself *k, const char *set, const char *text, uint8_t length,
		  uint64_t timeout_ns);
int kself_set_del(struct kself *k, const char *set, const char *text, uint8_t length);

/* Entries of a set as it says itself, and as a dump shows. */
unsigned int kself_set_count(struct kself *k, const char *set);
int kself_set_shown(struct kself *k, const char *set);

/* Give @reply all that is configured and counted: totals, policies, sets, their entries. */
void kself_show_all(struct kself *k, kself_reply reply, void *data);

/* A number that changes with the configuration and with the counters of all of it. */
uint64_t kself_digest(struct kself *k);

/* Send @count UDP packets over lo to @address, ports @port, @port + 1, ...  0 or -errno. */
int kself_send_udp(const char *address, uint16_t port, unsigned int count);

#endif
