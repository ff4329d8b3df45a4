// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Showing the ends of a flow.  Contract in endpoint.h.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "../lib/icmp.h"
#include "../lib/names.h"
#include "endpoint.h"

bool tm_protocol_has_ports(uint8_t protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP;
}

static const char *end_format(const struct tm_address *address, uint16_t port,
			      bool has_port, char *buffer)
{
	bool brackets = has_port && address->size == 16;
	char *end;

	if (brackets)
		buffer[0] = '[';
	tm_address_format(address, buffer + brackets);
	if (!has_port)
		return buffer;
	end = stpcpy(buffer + strlen(buffer), brackets ? "]:" : ":");
	tm_digits(end, port);
	return buffer;
}

const char *tm_endpoint_format(const struct tm_address *address,
			       uint16_t port, uint8_t protocol, char *buffer)
{
	return end_format(address, port, tm_protocol_has_ports(protocol),
			  buffer);
}

static const char *source_format(const struct tm_tuple *tuple, bool fragment,
				 char *buffer)
{
	return end_format(&tuple->source, tuple->source_port, !fragment &&
			  tm_protocol_has_ports(tuple->protocol), buffer);
}

/* The destination, and behind it what an ICMP message has in place of ports. */
static const char *destination_format(const struct tm_tuple *tuple,
				      bool fragment, char *buffer)
{
	struct tm_icmp icmp = tm_icmp_of(tuple->source_port,
					 tuple->destination_port);
	size_t used;

	end_format(&tuple->destination, tuple->destination_port, !fragment &&
		   tm_protocol_has_ports(tuple->protocol), buffer);
	if (fragment || !tm_protocol_is_icmp(tuple->protocol))
		return buffer;
	used = strlen(buffer);
	if (icmp.echo)
		snprintf(buffer + used, TM_ENDPOINT_TEXT - used, " echo id %u",
			 icmp.id);
	else
		snprintf(buffer + used, TM_ENDPOINT_TEXT - used,
			 " type %u code %u", icmp.type, icmp.code);
	return buffer;
}

void tm_out_icmp(struct tm_out *out, uint16_t source_port,
		 uint16_t destination_port)
{
	struct tm_icmp icmp = tm_icmp_of(source_port, destination_port);

	if (icmp.echo) {
		tm_out_number(out, "icmp_id", icmp.id);
		return;
	}
	tm_out_number(out, "icmp_type", icmp.type);
	tm_out_number(out, "icmp_code", icmp.code);
}

static void print_ports(struct tm_out *out, const struct tm_tuple *tuple)
{
	if (tm_protocol_is_icmp(tuple->protocol)) {
		tm_out_icmp(out, tuple->source_port, tuple->destination_port);
		return;
	}
	/* Connection tracking knows ports of more protocols than the module. */
	if (!tm_protocol_has_ports(tuple->protocol) && !tuple->source_port &&
	    !tuple->destination_port)
		return;
	tm_out_number(out, "source_port", tuple->source_port);
	tm_out_number(out, "destination_port", tuple->destination_port);
}

void tm_out_tuple(struct tm_out *out, const struct tm_tuple *tuple,
		  bool fragment)
{
	char name[TM_NAME_TEXT], end[TM_ENDPOINT_TEXT];
	bool json = tm_out_is_json(out);
	const char *protocol = tm_protocol_name(tuple->protocol, name);

	tm_out_number_as(out, "protocol", tuple->protocol, protocol);
	if (json)
		tm_out_string(out, "protocol_name", protocol);
	tm_out_string(out, "source", json ?
		      tm_address_format(&tuple->source, end) :
		      source_format(tuple, fragment, end));
	tm_out_string(out, "destination", json ?
		      tm_address_format(&tuple->destination, end) :
		      destination_format(tuple, fragment, end));
	if (!fragment)
		print_ports(out, tuple);
}

void tm_out_device(struct tm_out *out, struct tm_devices *devices,
		   uint32_t index)
{
	tm_out_number(out, "iif", index);
	if (index)
		tm_out_string(out, "device", tm_devices_name(devices, index));
	else
		tm_out_string_as(out, "device", "", "(local)");
}

const char *tm_tuple_format(const struct tm_tuple *tuple, bool fragment,
			    char *buffer)
{
	char source[TM_ENDPOINT_TEXT], destination[TM_ENDPOINT_TEXT];

	snprintf(buffer, 3 * TM_ENDPOINT_TEXT, "%s > %s",
		 source_format(tuple, fragment, source),
		 destination_format(tuple, fragment, destination));
	return buffer;
}
