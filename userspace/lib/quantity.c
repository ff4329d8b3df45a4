// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbers with units: durations, rates, bytes, times.  Contract in value.h.
 */
#include <linux/trafficmon.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "value.h"

#define NS_PER_US	1000ULL
#define NS_PER_MS	1000000ULL
#define NS_PER_SECOND	1000000000ULL

struct unit {
	const char *name;
	uint64_t factor;
};

static const struct unit duration_units[] = {
	{ "d", 86400 * NS_PER_SECOND },
	{ "h", 3600 * NS_PER_SECOND },
	{ "m", 60 * NS_PER_SECOND },
	{ "s", NS_PER_SECOND },
	{ "ms", NS_PER_MS },
	{ "us", NS_PER_US },
	{ "ns", 1 },
};

static const struct unit packet_units[] = {
	{ "", 1 }, { "k", 1000 }, { "M", 1000000 }, { "pps", 1 },
	{ "kpps", 1000 }, { "Mpps", 1000000 },
};

/* In bits, so that nothing is lost before the division by 8. */
static const struct unit byte_units[] = {
	{ "bit", 1 },
	{ "kbit", 1000 },
	{ "Mbit", 1000000 },
	{ "Gbit", 1000000000 },
	{ "B", 8 },
	{ "kB", 8000 },
	{ "MB", 8000000 },
	{ "GB", 8000000000 },
	{ "KiB", 8ULL << 10 },
	{ "MiB", 8ULL << 20 },
	{ "GiB", 8ULL << 30 },
};

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

int tm_number_parse(const char *what, const char *text, uint64_t minimum,
		    uint64_t maximum, uint64_t *number,
		    struct tm_error *error)
{
	unsigned long long value;
	size_t digits = strspn(text, "0123456789");

	if (!digits || text[digits]) {
		tm_error_usage(error, "%s '%.64s' is no number", what, text);
		return tm_error_hint(error, "give a whole number from %llu to %llu",
				     (unsigned long long)minimum,
				     (unsigned long long)maximum);
	}
	errno = 0;
	value = strtoull(text, NULL, 10);
	if (errno || value < minimum || value > maximum)
		return tm_error_usage(error,
				      "%s %.64s is out of range: %llu to %llu",
				      what, text, (unsigned long long)minimum,
				      (unsigned long long)maximum);
	*number = value;
	return 0;
}

/*
 * Read "12.5UNIT" from *text into units of `factor`; moves *text behind it.
 * Up to 9 decimal places.  Returns false when it is not one or too large.
 */
static bool take_quantity(const char **text, const struct unit *units,
			  size_t unit_count, uint64_t *result)
{
	const struct unit *unit = NULL;
	uint64_t whole = 0, part = 0, scale = 1, product;
	const char *c = *text;
	size_t length, i;

	if (*c < '0' || *c > '9')
		return false;
	for (; *c >= '0' && *c <= '9'; c++) {
		if (__builtin_mul_overflow(whole, 10, &whole) ||
		    __builtin_add_overflow(whole, *c - '0', &whole))
			return false;
	}
	if (*c == '.') {
		c++;
		if (*c < '0' || *c > '9')
			return false;
		for (; *c >= '0' && *c <= '9'; c++) {
			if (scale == 1000000000)
				return false;
			part = part * 10 + (*c - '0');
			scale *= 10;
		}
	}
	length = strspn(c, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
	for (i = 0; i < unit_count; i++) {
		if (strlen(units[i].name) == length &&
		    !strncmp(units[i].name, c, length))
			unit = &units[i];
	}
	if (!unit || __builtin_mul_overflow(whole, unit->factor, &product))
		return false;
	/* part * factor / scale; part < scale <= 10^9, so that no product overflows. */
	part = unit->factor / scale * part + unit->factor % scale * part / scale;
	*text = c + length;
	return !__builtin_add_overflow(product, part, result);
}

int tm_duration_parse(const char *text, uint64_t *duration_ns,
		      struct tm_error *error)
{
	const char *rest = text;
	uint64_t sum = 0, one;

	do {
		if (!take_quantity(&rest, duration_units,
				   COUNT(duration_units), &one) ||
		    __builtin_add_overflow(sum, one, &sum)) {
			tm_error_usage(error, "'%.64s' is no duration", text);
			return tm_error_hint(error, "write it with a unit: 500ms, 30s, 5m, 12h, 7d or 1h30m");
		}
	} while (*rest);
	*duration_ns = sum;
	return 0;
}

static int rate_parse(const char *text, const struct unit *units,
		      size_t unit_count, uint64_t divisor, const char *hint,
		      uint64_t *rate, struct tm_error *error)
{
	const char *rest = text;
	uint64_t value;

	if (!take_quantity(&rest, units, unit_count, &value) ||
	    (*rest && strcmp(rest, "/s"))) {
		tm_error_usage(error, "'%.64s' is no rate", text);
		return tm_error_hint(error, "%s", hint);
	}
	*rate = value / divisor;
	return 0;
}

int tm_rate_packets_parse(const char *text, uint64_t *rate_pps,
			  struct tm_error *error)
{
	return rate_parse(text, packet_units, COUNT(packet_units), 1,
			  "write packets a second as 1000, 10k or 2M",
			  rate_pps, error);
}

int tm_rate_bytes_parse(const char *text, uint64_t *rate_bytes_per_second,
			struct tm_error *error)
{
	return rate_parse(text, byte_units, COUNT(byte_units), 8,
			  "write it with a unit: 500kbit, 10Mbit, 1Gbit, or in bytes 125kB, 1MiB",
			  rate_bytes_per_second, error);
}

char *tm_digits(char *buffer, uint64_t number)
{
	static const char pairs[] =
		"00010203040506070809101112131415161718192021222324"
		"25262728293031323334353637383940414243444546474849"
		"50515253545556575859606162636465666768697071727374"
		"75767778798081828384858687888990919293949596979899";
	char digits[TM_DIGITS_TEXT - 1];
	size_t first = sizeof(digits);

	for (; number >= 100; number /= 100) {
		first -= 2;
		memcpy(digits + first, pairs + number % 100 * 2, 2);
	}
	if (number >= 10) {
		first -= 2;
		memcpy(digits + first, pairs + number * 2, 2);
	} else {
		digits[--first] = '0' + number;
	}
	memcpy(buffer, digits + first, sizeof(digits) - first);
	buffer += sizeof(digits) - first;
	*buffer = '\0';
	return buffer;
}

/* The number and its unit; returns where the NUL is. */
static char *with_unit(char *buffer, uint64_t number, const char *unit)
{
	return stpcpy(tm_digits(buffer, number), unit);
}

const char *tm_duration_format(uint64_t duration_ns, char *buffer)
{
	uint64_t seconds = duration_ns / NS_PER_SECOND;
	unsigned int tenths = duration_ns % NS_PER_SECOND / 100000000;
	const struct unit *unit = duration_units;
	uint64_t small;
	char *end;

	if (!duration_ns) {
		strcpy(buffer, "0s");
	} else if (duration_ns < NS_PER_US) {
		with_unit(buffer, duration_ns, "ns");
	} else if (duration_ns < NS_PER_MS) {
		with_unit(buffer, duration_ns / NS_PER_US, "us");
	} else if (duration_ns < NS_PER_SECOND) {
		with_unit(buffer, duration_ns / NS_PER_MS, "ms");
	} else if (seconds < 60) {
		end = with_unit(buffer, seconds, tenths ? "." : "s");
		if (tenths)
			with_unit(end, tenths, "s");
	} else {
		while (duration_ns < unit->factor)
			unit++;
		small = duration_ns % unit->factor / unit[1].factor;
		end = with_unit(buffer, duration_ns / unit->factor, unit->name);
		if (small)
			with_unit(end, small, unit[1].name);
	}
	return buffer;
}

const char *tm_time_format(uint64_t time_ns, char *buffer)
{
	time_t seconds = time_ns / NS_PER_SECOND;
	struct tm local;
	char zone[8];
	size_t used;

	if (!localtime_r(&seconds, &local)) {
		snprintf(buffer, TM_TIME_TEXT, "%llu",
			 (unsigned long long)time_ns);
		return buffer;
	}
	strftime(zone, sizeof(zone), "%z", &local);
	used = strftime(buffer, TM_TIME_TEXT, "%Y-%m-%dT%H:%M:%S", &local);
	snprintf(buffer + used, TM_TIME_TEXT - used, ".%03u%.3s:%.2s",
		 (unsigned int)(time_ns % NS_PER_SECOND / NS_PER_MS), zone,
		 zone + 3);
	return buffer;
}

/*
 * "%.*f" of 0.5 and more, up to two decimals, rounded as printf() does it: a
 * double below 1024 is a whole number of 2^-53, so that nothing is lost on the
 * way.  Returns where the NUL is.
 */
static char *real_format(double number, unsigned int decimals, char *buffer)
{
	static const unsigned int scales[] = { 1, 10, 100 };
	const unsigned int scale = scales[decimals];
	const uint64_t half = 1ULL << 52;
	unsigned int whole;
	uint64_t rest;

	if (number >= 1024)
		return buffer + sprintf(buffer, "%.*f", (int)decimals, number);
	rest = number * 0x1p53;
	whole = (rest >> 53) * scale;
	rest = (rest & (2 * half - 1)) * scale;
	whole += rest >> 53;
	rest &= 2 * half - 1;
	/* A tie goes to the even one. */
	if (rest > half || (rest == half && whole % 2))
		whole++;
	buffer = tm_digits(buffer, whole / scale);
	if (!decimals)
		return buffer;
	*buffer++ = '.';
	if (decimals == 2)
		*buffer++ = '0' + whole % 100 / 10;
	*buffer++ = '0' + whole % 10;
	*buffer = '\0';
	return buffer;
}

/*
 * Three digits and a prefix: 12.5 k.  base: 1000 or 1024; names from the
 * first above 1; exact below `exact`.
 */
static const char *scaled(uint64_t value, unsigned int base, uint64_t exact,
			  const char *const *names, unsigned int count,
			  char *buffer)
{
	double number = value;
	unsigned int decimals, i = 0;

	if (value < exact) {
		strcpy(with_unit(buffer, value, " "), names[0]);
		return buffer;
	}
	/* What would be rounded up to the base takes the next prefix. */
	while (i + 1 < count && number >= base - 0.5) {
		number /= base;
		i++;
	}
	if (number == (uint64_t)number)
		decimals = 0;
	else
		decimals = number < 9.995 ? 2 : number < 99.95 ? 1 : 0;
	strcpy(stpcpy(real_format(number, decimals, buffer), " "), names[i]);
	return buffer;
}

const char *tm_rate_packets_format(uint64_t rate_pps, char *buffer)
{
	static const char *const names[] = { "pps", "kpps", "Mpps", "Gpps" };

	return scaled(rate_pps, 1000, 10000, names, COUNT(names), buffer);
}

const char *tm_rate_flows_format(uint64_t rate_per_second, char *buffer)
{
	static const char *const names[] = {
		"new flows/s", "thousand new flows/s", "million new flows/s"
	};

	return scaled(rate_per_second, 1000, 10000, names, COUNT(names),
		      buffer);
}

const char *tm_rate_bytes_format(uint64_t rate_bytes_per_second, char *buffer)
{
	static const char *const names[] = {
		"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"
	};
	uint64_t bits;

	if (__builtin_mul_overflow(rate_bytes_per_second, 8, &bits))
		bits = UINT64_MAX;
	return scaled(bits, 1000, 1000, names, COUNT(names), buffer);
}

const char *tm_rate_format(uint8_t kind, uint64_t rate, char *buffer)
{
	switch (kind) {
	case TRAFFICMON_LIMIT_BYTES:
		return tm_rate_bytes_format(rate, buffer);
	case TRAFFICMON_LIMIT_NEW_FLOWS:
		return tm_rate_flows_format(rate, buffer);
	default:
		return tm_rate_packets_format(rate, buffer);
	}
}

const char *tm_bytes_format(uint64_t bytes, char *buffer)
{
	static const char *const names[] = {
		"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"
	};

	return scaled(bytes, 1024, 1024, names, COUNT(names), buffer);
}
