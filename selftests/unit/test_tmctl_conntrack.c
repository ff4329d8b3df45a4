// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/lib/conntrack.c userspace/lib/value.c userspace/lib/quantity.c userspace/lib/error.c
// flags: -lmnl
/* Which connection a packet outside the host belongs to, through NAT. */
#include "../../userspace/lib/conntrack.h"
#include "unit.h"

static struct tm_conntrack *conntrack;
static struct tm_error error;

static struct tm_tuple tuple(const char *source, uint16_t source_port,
			     const char *destination,
			     uint16_t destination_port)
{
	struct tm_tuple result = {
		.protocol = 6,
		.source_port = source_port,
		.destination_port = destination_port,
	};

	ASSERT_EQ(tm_address_parse(source, &result.source, &error), 0);
	ASSERT_EQ(tm_address_parse(destination, &result.destination, &error),
		  0);
	return result;
}

static void add(struct tm_tuple original, struct tm_tuple reply, uint32_t mark)
{
	struct tm_connection connection = {
		.original = original, .reply = reply, .mark = mark,
	};

	ASSERT_EQ(tm_conntrack_add(conntrack, &connection), 0);
}

static const struct tm_connection *find(struct tm_tuple wire)
{
	return tm_conntrack_find(conntrack, &wire);
}

TEST(a_plain_connection_is_found_in_both_orientations)
{
	conntrack = tm_conntrack_new();
	add(tuple("10.0.0.1", 1000, "10.0.0.2", 80),
	    tuple("10.0.0.2", 80, "10.0.0.1", 1000), 1);
	EXPECT_TRUE(find(tuple("10.0.0.1", 1000, "10.0.0.2", 80)));
	EXPECT_TRUE(find(tuple("10.0.0.2", 80, "10.0.0.1", 1000)));
	EXPECT_TRUE(!find(tuple("10.0.0.1", 1001, "10.0.0.2", 80)));
	EXPECT_TRUE(!find(tuple("10.0.0.1", 80, "10.0.0.2", 1000)));
	EXPECT_FALSE(tm_connection_source_nat(find(tuple("10.0.0.1", 1000,
							 "10.0.0.2", 80))));
	tm_conntrack_free(conntrack);
}

TEST(a_published_port_is_found_by_what_the_client_sent)
{
	const struct tm_connection *found;

	conntrack = tm_conntrack_new();
	add(tuple("198.51.100.7", 5000, "203.0.113.1", 80),
	    tuple("10.0.0.5", 8080, "198.51.100.7", 5000), 1);
	found = find(tuple("198.51.100.7", 5000, "203.0.113.1", 80));
	ASSERT_TRUE(found);
	EXPECT_TRUE(tm_connection_destination_nat(found));
	EXPECT_FALSE(tm_connection_source_nat(found));
	tm_conntrack_free(conntrack);
}

TEST(a_masqueraded_connection_is_found_by_what_leaves)
{
	const struct tm_connection *found;

	conntrack = tm_conntrack_new();
	add(tuple("10.0.0.5", 1234, "198.51.100.7", 443),
	    tuple("198.51.100.7", 443, "203.0.113.1", 61000), 1);
	found = find(tuple("203.0.113.1", 61000, "198.51.100.7", 443));
	ASSERT_TRUE(found);
	EXPECT_TRUE(tm_connection_source_nat(found));
	EXPECT_FALSE(tm_connection_destination_nat(found));
	tm_conntrack_free(conntrack);
}

TEST(families_and_protocols_do_not_mix)
{
	struct tm_tuple wire = tuple("::", 1, "::a00:1", 2);

	conntrack = tm_conntrack_new();
	add(wire, wire, 1);
	EXPECT_TRUE(find(wire));
	wire.protocol = 17;
	EXPECT_TRUE(!find(wire));
	EXPECT_TRUE(!find(tuple("0.0.0.0", 1, "10.0.0.1", 2)));
	tm_conntrack_free(conntrack);
}

TEST(a_large_table_finds_each_of_its_connections)
{
	unsigned int i, port;

	conntrack = tm_conntrack_new();
	for (i = 0; i < 100000; i++) {
		char source[32];

		snprintf(source, sizeof(source), "10.%u.%u.%u", i >> 16,
			 i >> 8 & 255, i & 255);
		port = 1024 + i % 60000;
		add(tuple(source, port, "192.0.2.1", 80),
		    tuple("192.0.2.1", 80, source, port), i);
	}
	for (i = 0; i < 100000; i += 7) {
		const struct tm_connection *found;
		char source[32];

		snprintf(source, sizeof(source), "10.%u.%u.%u", i >> 16,
			 i >> 8 & 255, i & 255);
		found = find(tuple("192.0.2.1", 80, source,
				   1024 + i % 60000));
		ASSERT(found && found->mark == i, "connection %u", i);
	}
	tm_conntrack_free(conntrack);
}
