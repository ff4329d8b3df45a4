// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Connections by tuple: a hash of both tuples of each.  Contract in
 * conntrack.h; reading the kernel's table is in conntrack_read.c.
 */
#include <stdlib.h>
#include <string.h>

#include "conntrack.h"

#define FIRST_SLOTS	1024
#define EMPTY		UINT32_MAX

/*
 * @slots:	open addressing, 2 entries a connection, at most half full;
 *		a slot is the number of a connection
 */
struct tm_conntrack {
	struct tm_connection *connections;
	uint32_t count;
	uint32_t size;
	uint32_t *slots;
	uint32_t slot_count;	/* power of 2 */
};

static int end_compare(const struct tm_address *a, uint16_t a_port,
		       const struct tm_address *b, uint16_t b_port)
{
	int order = memcmp(a->bytes, b->bytes, sizeof(a->bytes));

	return order ? order : (int)a_port - (int)b_port;
}

/* The same for both orientations: the smaller end first. */
static struct tm_tuple canonical(const struct tm_tuple *tuple)
{
	struct tm_tuple result = *tuple;

	if (end_compare(&tuple->source, tuple->source_port,
			&tuple->destination, tuple->destination_port) > 0) {
		result.source = tuple->destination;
		result.source_port = tuple->destination_port;
		result.destination = tuple->source;
		result.destination_port = tuple->source_port;
	}
	return result;
}

static bool same_end(const struct tm_address *a, uint16_t a_port,
		     const struct tm_address *b, uint16_t b_port)
{
	return a->size == b->size && !end_compare(a, a_port, b, b_port);
}

static bool same_tuple(const struct tm_tuple *a, const struct tm_tuple *b)
{
	return a->protocol == b->protocol &&
	       same_end(&a->source, a->source_port, &b->source,
			b->source_port) &&
	       same_end(&a->destination, a->destination_port, &b->destination,
			b->destination_port);
}

/* FNV-1a, 64 bit (Fowler, Noll, Vo); the table is the reader's own, no enemy feeds it twice. */
static uint64_t mix(uint64_t hash, const void *bytes, size_t length)
{
	const uint8_t *byte = bytes;

	while (length--)
		hash = (hash ^ *byte++) * 0x100000001b3ULL;
	return hash;
}

static uint64_t tuple_hash(const struct tm_tuple *tuple)
{
	uint64_t hash = 0xcbf29ce484222325ULL;

	hash = mix(hash, tuple->source.bytes, tuple->source.size);
	hash = mix(hash, tuple->destination.bytes, tuple->destination.size);
	hash = mix(hash, &tuple->source_port, sizeof(tuple->source_port));
	hash = mix(hash, &tuple->destination_port,
		   sizeof(tuple->destination_port));
	hash = mix(hash, &tuple->protocol, sizeof(tuple->protocol));
	return hash ^ hash >> 32;
}

/* The slot where this tuple is, or would be put; `canonical` tuples only. */
static uint32_t slot_of(const struct tm_conntrack *conntrack,
			const struct tm_tuple *tuple)
{
	uint32_t mask = conntrack->slot_count - 1;
	uint32_t slot = tuple_hash(tuple) & mask;

	for (; conntrack->slots[slot] != EMPTY; slot = (slot + 1) & mask) {
		const struct tm_connection *connection =
			&conntrack->connections[conntrack->slots[slot]];
		struct tm_tuple original = canonical(&connection->original);
		struct tm_tuple reply = canonical(&connection->reply);

		if (same_tuple(&original, tuple) || same_tuple(&reply, tuple))
			break;
	}
	return slot;
}

/* The first to come keeps its slot: zones may repeat a tuple. */
static void index_one(struct tm_conntrack *conntrack, uint32_t number)
{
	const struct tm_connection *connection =
		&conntrack->connections[number];
	struct tm_tuple original = canonical(&connection->original);
	struct tm_tuple reply = canonical(&connection->reply);
	uint32_t slot = slot_of(conntrack, &original);

	if (conntrack->slots[slot] == EMPTY)
		conntrack->slots[slot] = number;
	slot = slot_of(conntrack, &reply);
	if (conntrack->slots[slot] == EMPTY)
		conntrack->slots[slot] = number;
}

static int index_grow(struct tm_conntrack *conntrack)
{
	uint32_t count = conntrack->slot_count ? conntrack->slot_count * 2 :
						 FIRST_SLOTS;
	uint32_t *slots = malloc(sizeof(*slots) * count);
	uint32_t i;

	if (!slots)
		return -1;
	memset(slots, 0xff, sizeof(*slots) * count);
	free(conntrack->slots);
	conntrack->slots = slots;
	conntrack->slot_count = count;
	for (i = 0; i < conntrack->count; i++)
		index_one(conntrack, i);
	return 0;
}

struct tm_conntrack *tm_conntrack_new(void)
{
	struct tm_conntrack *conntrack = calloc(1, sizeof(*conntrack));

	if (conntrack && index_grow(conntrack)) {
		free(conntrack);
		return NULL;
	}
	return conntrack;
}

int tm_conntrack_add(struct tm_conntrack *conntrack,
		     const struct tm_connection *connection)
{
	if (conntrack->count == conntrack->size) {
		uint32_t size = conntrack->size ? conntrack->size * 2 : 256;
		struct tm_connection *larger =
			realloc(conntrack->connections,
				sizeof(*larger) * (size_t)size);

		if (!larger)
			return -1;
		conntrack->connections = larger;
		conntrack->size = size;
	}
	if ((conntrack->count + 1) * 4 > conntrack->slot_count &&
	    index_grow(conntrack))
		return -1;
	conntrack->connections[conntrack->count] = *connection;
	index_one(conntrack, conntrack->count++);
	return 0;
}

const struct tm_connection *
tm_conntrack_find(const struct tm_conntrack *conntrack,
		  const struct tm_tuple *wire)
{
	struct tm_tuple tuple = canonical(wire);
	uint32_t number = conntrack->slots[slot_of(conntrack, &tuple)];

	return number == EMPTY ? NULL : &conntrack->connections[number];
}

void tm_conntrack_free(struct tm_conntrack *conntrack)
{
	if (!conntrack)
		return;
	free(conntrack->connections);
	free(conntrack->slots);
	free(conntrack);
}

bool tm_connection_source_nat(const struct tm_connection *connection)
{
	return !same_end(&connection->original.source,
			 connection->original.source_port,
			 &connection->reply.destination,
			 connection->reply.destination_port);
}

bool tm_connection_destination_nat(const struct tm_connection *connection)
{
	return !same_end(&connection->original.destination,
			 connection->original.destination_port,
			 &connection->reply.source,
			 connection->reply.source_port);
}
