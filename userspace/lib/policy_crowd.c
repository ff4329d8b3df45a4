// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How many policies can match one packet: tm_policy_crowd() of policy_check.h.
 *
 * A packet is judged by 16 that match.  Of what is asked one by one (what is excluded,
 * and what is asked for besides class, direction, family, ends and names of devices)
 * nothing is known here: policies that ask for it are left out.
 *
 * A prefix and a range of ports are intervals.  For each dimension in turn a
 * sweep over the interval ends finds a value that the most policies accept;
 * the policies that do not accept it leave the crowd.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "policy_check.h"

#define COMBINATIONS	(__TRAFFICMON_CLASS_MAX * __TRAFFICMON_DIRECTION_MAX * \
			 __TRAFFICMON_FAMILY_MAX)

/* An address or port as a number that memcmp() can order. */
struct point {
	uint8_t bytes[16];
};

/* One end of an interval. */
struct end {
	struct point at;
	bool closes;
	unsigned int policy;
};

/*
 * @members, @count: the policies still in the crowd, by number
 * @ends: room for the ends of all intervals of a dimension
 * @depth: by policy, its intervals open at the point of the sweep
 * @seen: hashes of the crowds that were looked at, since many classes and
 *	directions give the same one
 */
struct crowd {
	const struct tm_policy_list *policies;
	unsigned int *members;
	unsigned int count;
	struct end *ends;
	unsigned int *depth;
	uint64_t seen[COMBINATIONS];
	unsigned int seen_count;
	char *example;
	size_t size;
};

enum dimension {
	SOURCE,
	DESTINATION,
	SOURCE_PORT,
	DESTINATION_PORT,
	DIMENSIONS,
};

static unsigned int intervals(const struct tm_policy *policy,
			      enum dimension dimension)
{
	switch (dimension) {
	case SOURCE:
		return policy->source.count;
	case DESTINATION:
		return policy->destination.count;
	case SOURCE_PORT:
		return policy->source_port.count;
	default:
		return policy->destination_port.count;
	}
}

static void port_point(uint16_t port, struct point *point)
{
	memset(point, 0, sizeof(*point));
	point->bytes[0] = port >> 8;
	point->bytes[1] = port;
}

static void prefix_points(const struct tm_prefix *prefix, struct point *first,
			  struct point *last)
{
	unsigned int i;

	memset(first, 0, sizeof(*first));
	memcpy(first->bytes, prefix->address.bytes, prefix->address.size);
	*last = *first;
	for (i = prefix->length; i < prefix->address.size * 8u; i++)
		last->bytes[i / 8] |= 0x80 >> i % 8;
}

/* The i-th interval; false when it is of the other family. */
static bool interval(const struct tm_policy *policy, enum dimension dimension,
		     unsigned int i, unsigned int address_size,
		     struct point *first, struct point *last)
{
	const struct tm_prefix *prefix;
	const struct tm_ports *ports;

	if (dimension == SOURCE || dimension == DESTINATION) {
		prefix = dimension == SOURCE ? &policy->source.items[i] :
			 &policy->destination.items[i];
		if (prefix->address.size != address_size)
			return false;
		prefix_points(prefix, first, last);
		return true;
	}
	ports = dimension == SOURCE_PORT ? &policy->source_port.items[i] :
		&policy->destination_port.items[i];
	port_point(ports->first, first);
	port_point(ports->last, last);
	return true;
}

/* Opening ends come first at one point: intervals contain their ends. */
static int compare_ends(const void *left, const void *right)
{
	const struct end *a = left;
	const struct end *b = right;
	int order = memcmp(&a->at, &b->at, sizeof(a->at));

	return order ? order : (int)a->closes - (int)b->closes;
}

static size_t collect_ends(struct crowd *crowd, enum dimension dimension,
			   unsigned int address_size)
{
	struct end *ends = crowd->ends;
	size_t n = 0;
	unsigned int i, m;

	for (m = 0; m < crowd->count; m++) {
		unsigned int number = crowd->members[m];
		const struct tm_policy *policy = &crowd->policies->items[number];

		for (i = 0; i < intervals(policy, dimension); i++) {
			if (!interval(policy, dimension, i, address_size,
				      &ends[n].at, &ends[n + 1].at))
				continue;
			ends[n].closes = false;
			ends[n + 1].closes = true;
			ends[n].policy = number;
			ends[n + 1].policy = number;
			n += 2;
		}
	}
	qsort(ends, n, sizeof(*ends), compare_ends);
	return n;
}

/* The point that most policies contain; false where there is no interval. */
static bool best_point(struct crowd *crowd, size_t n, struct point *best)
{
	unsigned int most = 0, open = 0;
	size_t i;

	memset(crowd->depth, 0,
	       crowd->policies->count * sizeof(*crowd->depth));
	for (i = 0; i < n; i++) {
		const struct end *end = &crowd->ends[i];

		if (end->closes) {
			open -= !--crowd->depth[end->policy];
			continue;
		}
		open += !crowd->depth[end->policy]++;
		if (open > most) {
			most = open;
			*best = end->at;
		}
	}
	return most > 0;
}

static bool accepts(const struct tm_policy *policy, enum dimension dimension,
		    unsigned int address_size, const struct point *point)
{
	struct point first, last;
	unsigned int i;

	if (!intervals(policy, dimension))
		return true;
	for (i = 0; i < intervals(policy, dimension); i++)
		if (interval(policy, dimension, i, address_size, &first,
			     &last) &&
		    memcmp(point, &first, sizeof(first)) >= 0 &&
		    memcmp(point, &last, sizeof(last)) <= 0)
			return true;
	return false;
}

__attribute__((format(printf, 2, 3)))
static void describe(struct crowd *crowd, const char *format, ...)
{
	size_t used = strlen(crowd->example);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(crowd->example + used, crowd->size - used, format,
		  arguments);
	va_end(arguments);
}

static void describe_point(struct crowd *crowd, enum dimension dimension,
			   unsigned int address_size, const struct point *point)
{
	static const char *const words[] = {
		[SOURCE] = "from", [DESTINATION] = "to",
		[SOURCE_PORT] = "source port",
		[DESTINATION_PORT] = "destination port",
	};
	struct tm_address address = { .size = address_size };
	char text[TM_ADDRESS_TEXT];

	if (dimension == SOURCE || dimension == DESTINATION) {
		memcpy(address.bytes, point->bytes, address_size);
		describe(crowd, " %s %s", words[dimension],
			 tm_address_format(&address, text));
	} else {
		describe(crowd, " %s %u", words[dimension],
			 point->bytes[0] << 8 | point->bytes[1]);
	}
}

static void narrow(struct crowd *crowd, enum dimension dimension,
		   unsigned int address_size)
{
	size_t n = collect_ends(crowd, dimension, address_size);
	struct point point = { { 0 } };
	unsigned int kept = 0;
	unsigned int m;
	bool any = best_point(crowd, n, &point);

	for (m = 0; m < crowd->count; m++)
		if (accepts(&crowd->policies->items[crowd->members[m]],
			    dimension, address_size, &point))
			crowd->members[kept++] = crowd->members[m];
	crowd->count = kept;
	if (any)
		describe_point(crowd, dimension, address_size, &point);
}

static bool has_device(const struct tm_policy *policy, const char *name)
{
	unsigned int i;

	for (i = 0; i < policy->device_count; i++)
		if (!strcmp(policy->device[i].glob, name))
			return true;
	return !policy->device_count;
}

/* The device of the member whose first device most members accept. */
static void narrow_device(struct crowd *crowd)
{
	const struct tm_policy *items = crowd->policies->items;
	const char *best = NULL;
	unsigned int most = 0, kept = 0;
	unsigned int i, m;

	for (i = 0; i < crowd->count; i++) {
		const struct tm_policy *policy = &items[crowd->members[i]];
		unsigned int n = 0;

		if (!policy->device_count ||
		    (best && !strcmp(best, policy->device[0].glob)))
			continue;
		for (m = 0; m < crowd->count; m++)
			n += has_device(&items[crowd->members[m]],
					policy->device[0].glob);
		if (n > most) {
			most = n;
			best = policy->device[0].glob;
		}
	}
	if (!best)
		return;
	for (m = 0; m < crowd->count; m++)
		if (has_device(&items[crowd->members[m]], best))
			crowd->members[kept++] = crowd->members[m];
	crowd->count = kept;
	describe(crowd, " on %s", best);
}

static bool accepts_bit(uint32_t bits, uint32_t absent, unsigned int bit)
{
	return (bits ? bits : absent) & 1u << bit;
}

/* Start with the policies that accept a class, a direction and a family. */
static void gather(struct crowd *crowd, unsigned int class,
		   unsigned int direction, unsigned int family)
{
	const struct tm_policy_list *policies = crowd->policies;
	uint32_t all_classes = ~(1u << TRAFFICMON_CLASS_MALFORMED);
	unsigned int i;

	crowd->count = 0;
	for (i = 0; i < policies->count; i++) {
		const struct tm_policy *policy = &policies->items[i];

		if (!tm_policy_has_rest(policy) &&
		    accepts_bit(policy->classes, all_classes, class) &&
		    accepts_bit(policy->directions, ~0u, direction) &&
		    accepts_bit(policy->families, ~0u, family))
			crowd->members[crowd->count++] = i;
	}
}

/* Was the same crowd looked at before, for the same family?  (FNV-1a) */
static bool seen_before(struct crowd *crowd, unsigned int family)
{
	uint64_t hash = 0xcbf29ce484222325ull + family;
	unsigned int i;

	for (i = 0; i < crowd->count; i++)
		hash = (hash ^ crowd->members[i]) * 0x100000001b3ull;
	for (i = 0; i < crowd->seen_count; i++)
		if (crowd->seen[i] == hash)
			return true;
	crowd->seen[crowd->seen_count++] = hash;
	return false;
}

/* The crowd of one class, direction and family; returns its size. */
static unsigned int crowd_of(struct crowd *crowd, unsigned int class,
			     unsigned int direction, unsigned int family,
			     unsigned int enough)
{
	unsigned int size = family == TRAFFICMON_FAMILY_IPV4 ? 4 : 16;
	char word[TM_NAME_TEXT];
	unsigned int dimension;

	gather(crowd, class, direction, family);
	if (crowd->count <= enough || seen_before(crowd, family))
		return 0;
	snprintf(crowd->example, crowd->size, "%s",
		 tm_name(&tm_names_family, family, word));
	describe(crowd, " %s", tm_name(&tm_names_class, class, word));
	describe(crowd, " %s",
		 direction == TRAFFICMON_DIRECTION_IN ? "inbound" : "outbound");
	narrow_device(crowd);
	for (dimension = 0; dimension < DIMENSIONS; dimension++)
		if (crowd->count > enough)
			narrow(crowd, dimension, size);
	return crowd->count;
}

static unsigned int largest(struct crowd *crowd, unsigned int enough,
			    char *example, size_t size)
{
	unsigned int class, direction, family;
	unsigned int most = 0;

	for (class = 0; class < __TRAFFICMON_CLASS_MAX; class++)
		for (direction = 0; direction < __TRAFFICMON_DIRECTION_MAX;
		     direction++)
			for (family = 0; family < __TRAFFICMON_FAMILY_MAX;
			     family++) {
				unsigned int n = crowd_of(crowd, class,
							  direction, family,
							  enough);

				if (n <= most)
					continue;
				most = n;
				snprintf(example, size, "%s", crowd->example);
			}
	return most;
}

unsigned int tm_policy_crowd(const struct tm_policy_list *policies,
			     unsigned int enough, char *example, size_t size)
{
	char text[256] = "";
	struct crowd crowd = {
		.policies = policies,
		.example = text,
		.size = sizeof(text),
	};
	size_t ends = 2 * TRAFFICMON_MATCHES_MAX * (size_t)policies->count;
	unsigned int most = 0;

	if (!policies->count)
		return 0;
	crowd.members = calloc(policies->count, sizeof(*crowd.members));
	crowd.depth = calloc(policies->count, sizeof(*crowd.depth));
	crowd.ends = calloc(ends, sizeof(*crowd.ends));
	if (crowd.members && crowd.depth && crowd.ends)
		most = largest(&crowd, enough, example, size);
	free(crowd.members);
	free(crowd.depth);
	free(crowd.ends);
	return most;
}
