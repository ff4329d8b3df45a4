// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Showing the ends of a flow.  Contract in endpoint.h.
 */
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "../lib/names.h"
#include "endpoint.h"

bool tm_protocol_has_ports(uint8_t protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP;
}

const char *tm_endpoint_format(const struct tm_address *address,
			       uint16_t port, uint8_t protocol, char *buffer)
{
	char text[TM_ADDRESS_TEXT];

	tm_address_format(address, text);
	if (!tm_protocol_has_ports(protocol))
		snprintf(buffer, TM_ENDPOINT_TEXT, "%s", text);
	else
		snprintf(buffer, TM_ENDPOINT_TEXT,
			 address->size == 16 ? "[%s]:%u" : "%s:%u", text,
			 port);
	return buffer;
}

/* The destination, and behind it what an ICMP message has in place of ports. */
static const char *destination_format(const struct tm_tuple *tuple,
				      char *buffer)
{
	bool icmp = tuple->protocol == IPPROTO_ICMP ||
		    tuple->protocol == IPPROTO_ICMPV6;
	size_t used;

	tm_endpoint_format(&tuple->destination, tuple->destination_port,
			   tuple->protocol, buffer);
	used = strlen(buffer);
	if (icmp && tuple->source_port == tuple->destination_port)
		snprintf(buffer + used, TM_ENDPOINT_TEXT - used, " id %u",
			 tuple->source_port);
	else if (icmp)
		snprintf(buffer + used, TM_ENDPOINT_TEXT - used, " %u/%u",
			 tuple->destination_port >> 8,
			 tuple->destination_port & 0xff);
	return buffer;
}

void tm_out_tuple(struct tm_out *out, const struct tm_tuple *tuple)
{
	char address[TM_ADDRESS_TEXT], endpoint[TM_ENDPOINT_TEXT];
	char name[TM_NAME_TEXT];
	const char *protocol = tm_protocol_name(tuple->protocol, name);

	tm_out_number_as(out, "protocol", tuple->protocol, protocol);
	if (tm_out_is_json(out))
		tm_out_string(out, "protocol_name", protocol);
	tm_out_string_as(out, "source",
			 tm_address_format(&tuple->source, address),
			 tm_endpoint_format(&tuple->source, tuple->source_port,
					    tuple->protocol, endpoint));
	tm_out_number(out, "source_port", tuple->source_port);
	tm_out_string_as(out, "destination",
			 tm_address_format(&tuple->destination, address),
			 destination_format(tuple, endpoint));
	tm_out_number(out, "destination_port", tuple->destination_port);
}

void tm_out_device(struct tm_out *out, uint32_t index)
{
	char name[IF_NAMESIZE];

	tm_out_number(out, "iif", index);
	if (index)
		tm_out_string(out, "device", tm_device_name(index, name));
	else
		tm_out_string_as(out, "device", "", "(local)");
}

const char *tm_tuple_format(const struct tm_tuple *tuple, char *buffer)
{
	char source[TM_ENDPOINT_TEXT], destination[TM_ENDPOINT_TEXT];

	snprintf(buffer, 3 * TM_ENDPOINT_TEXT, "%s > %s",
		 tm_endpoint_format(&tuple->source, tuple->source_port,
				    tuple->protocol, source),
		 destination_format(tuple, destination));
	return buffer;
}
