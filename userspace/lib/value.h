/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses, prefixes, ports, durations, rates: text to binary and back.
 * Addresses, prefixes and ports read back what was written; formatted
 * quantities are rounded, for people.
 */
#ifndef TM_VALUE_H
#define TM_VALUE_H

#include <libmnl/libmnl.h>
#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

#define TM_ADDRESS_TEXT	46	/* INET6_ADDRSTRLEN */
#define TM_PREFIX_TEXT	50
#define TM_DURATION_TEXT 32
#define TM_TIME_TEXT	32
#define TM_RATE_TEXT	40

/* size: 4 (IPv4) or 16 (IPv6); 0: no address. */
struct tm_address {
	uint8_t bytes[16];	/* network order */
	uint8_t size;
};

struct tm_prefix {
	struct tm_address address;
	uint8_t length;		/* bits */
	bool except;		/* of a match: it is excluded */
};

struct tm_ports {
	uint16_t first;
	uint16_t last;		/* >= first */
	bool except;		/* of a match: they are excluded */
};

/*
 * Parsing takes the whole text or refuses it, naming the reason.
 * A prefix without "/LENGTH" has all bits; one with bits set behind its length
 * is refused, with the prefix that was probably meant in the message.
 */
int tm_address_parse(const char *text, struct tm_address *address,
		     struct tm_error *error);
int tm_prefix_parse(const char *text, struct tm_prefix *prefix,
		    struct tm_error *error);
/* "80", "1024-2047", each from 0 to most; what: for the message. */
int tm_range_parse(const char *what, const char *text, uint32_t most,
		   uint32_t *first, uint32_t *last, struct tm_error *error);
/* The same; 0 is a port as the kernel sees it. */
int tm_ports_parse(const char *text, struct tm_ports *ports,
		   struct tm_error *error);
/* Decimal digits only, within [minimum, maximum]; what: for the message. */
int tm_number_parse(const char *what, const char *text, uint64_t minimum,
		    uint64_t maximum, uint64_t *number,
		    struct tm_error *error);
/* "30s", "5m", "12h", "7d", "500ms", "1h30m"; a unit is required. */
int tm_duration_parse(const char *text, uint64_t *duration_ns,
		      struct tm_error *error);
/*
 * packets: "1000", "10k", "2M" ("pps" or "/s" may follow) -> packets a second.
 * bytes: "10Mbit", "1Gbit" (decimal, bits) or "125kB", "1MiB", "500B"; "/s"
 * may follow; a unit is required -> bytes a second (bits rounded down).
 */
int tm_rate_packets_parse(const char *text, uint64_t *rate_pps,
			  struct tm_error *error);
int tm_rate_bytes_parse(const char *text, uint64_t *rate_bytes_per_second,
			struct tm_error *error);

/* Decimal, with its NUL; returns where that is.  20 digits at most. */
#define TM_DIGITS_TEXT	21
char *tm_digits(char *buffer, uint64_t number);

/* Text goes to buffer of at least TM_..._TEXT bytes, which is returned. */
const char *tm_address_format(const struct tm_address *address, char *buffer);
const char *tm_prefix_format(const struct tm_prefix *prefix, char *buffer);
const char *tm_ports_format(const struct tm_ports *ports, char *buffer);
/* Two units at most: "1h30m", "2.5s", "340ms". */
const char *tm_duration_format(uint64_t duration_ns, char *buffer);
/* Local time with zone: "2025-06-01T12:00:00.123+02:00". */
const char *tm_time_format(uint64_t time_ns, char *buffer);
/* "12.5 kpps"; exact below 10,000 */
const char *tm_rate_packets_format(uint64_t rate_pps, char *buffer);
/* "100 new flows/s", "12.5 thousand new flows/s"; exact below 10,000 */
const char *tm_rate_flows_format(uint64_t rate_per_second, char *buffer);
/* In bits: "80 Mbit/s". */
const char *tm_rate_bytes_format(uint64_t rate_bytes_per_second, char *buffer);
/* Of a limit of that enum trafficmon_limit_kind; of one unknown, as packets. */
const char *tm_rate_format(uint8_t kind, uint64_t rate, char *buffer);
/* IEC: "1.5 MiB"; exact below 1 KiB. */
const char *tm_bytes_format(uint64_t bytes, char *buffer);

/* Does the prefix cover the address?  Different families never match. */
bool tm_prefix_covers(const struct tm_prefix *prefix,
		      const struct tm_address *address);

/* From and to attributes.  Reading NULL or a wrong length gives size 0. */
struct tm_address tm_attr_address(const struct nlattr *attr);
struct tm_prefix tm_attr_prefix(const struct nlattr *address,
				const struct nlattr *length);
void tm_attr_put_address(struct nlmsghdr *nlh, uint16_t number,
			 const struct tm_address *address);
/* A nest of PREFIX_ADDRESS, PREFIX_LENGTH and PREFIX_EXCEPT. */
void tm_attr_put_prefix(struct nlmsghdr *nlh, uint16_t number,
			const struct tm_prefix *prefix);
/* A nest of PORTS_FIRST, PORTS_LAST and PORTS_EXCEPT. */
void tm_attr_put_ports(struct nlmsghdr *nlh, uint16_t number,
		       const struct tm_ports *ports);

/*
 * The device with this index in the namespace of the caller, or "if<index>";
 * buffer: IF_NAMESIZE bytes at least.
 */
const char *tm_device_name(uint32_t index, char *buffer);

/*
 * Names of devices that were asked for: asking is a socket and an ioctl.  For one
 * list and no longer, because names change.  Begins as zeroes.
 */
#define TM_DEVICES	64

struct tm_devices {
	struct {
		uint32_t index;		/* 0: free */
		char name[IF_NAMESIZE];
	} known[TM_DEVICES];		/* by the low bits of the index */
};

/* As tm_device_name(); what is returned lasts until the next call. */
const char *tm_devices_name(struct tm_devices *devices, uint32_t index);

#endif /* TM_VALUE_H */
