// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A packet in the words of the command line: see explain_packet.h.
 */
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../lib/names.h"
#include "explain_packet.h"

enum {
	PORT_ASSUMED	= 40000,	/* one that the system might choose */
	HOPS_ASSUMED	= 64,
	GRE		= 47,		/* stands for class other */
	LENGTH_MIN	= 20,		/* bytes, an IPv4 header */
	MLD2_REPORT	= 143,

	SYN		= 0x02,
	RST		= 0x04,
	ACK		= 0x10,
	FIN		= 0x01,
};

/*
 * What is being read.
 * @given_class:	-1: not given
 * @source_port, @destination_port: given
 */
struct reading {
	const struct tm_context *context;
	struct tm_explain_packet *packet;
	struct explain_assumed *assumed;
	struct tm_error *error;
	int given_class;
	bool source_port;
	bool destination_port;
};

__attribute__((format(printf, 2, 3)))
static void assume(struct reading *reading, const char *format, ...)
{
	struct explain_assumed *assumed = reading->assumed;
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(assumed->words[assumed->count++], EXPLAIN_ASSUMED_TEXT,
		  format, arguments);
	va_end(arguments);
}

static const char *given(const struct reading *reading, const char *name)
{
	return tm_given_value(reading->context, name);
}

/* "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]:80" */
static int read_end(struct reading *reading, const char *option,
		    struct tm_address *address, uint16_t *port, bool *has_port)
{
	const char *text = given(reading, option);
	char host[TM_ADDRESS_TEXT + 2];
	const char *colon;
	uint64_t number;
	size_t length;

	if (!text) {
		tm_error_usage(reading->error, "a packet comes from and goes to somewhere: '%s' is missing",
			       option);
		return tm_error_hint(reading->error, "tmctl policy explain from 198.51.100.7 to 192.0.2.1:443");
	}
	colon = text[0] == '[' ? strstr(text, "]:") : strchr(text, ':');
	if (colon && text[0] == '[')
		colon++;
	else if (colon && strchr(colon + 1, ':'))
		colon = NULL;
	length = colon ? (size_t)(colon - text) : strlen(text);
	if (length >= sizeof(host))
		return tm_error_usage(reading->error, "'%.64s' is no address",
				      text);
	memcpy(host, text, length);
	host[length] = '\0';
	if (host[0] == '[' && host[length - 1] == ']') {
		host[length - 1] = '\0';
		memmove(host, host + 1, length - 1);
	}
	if (tm_address_parse(host, address, reading->error))
		return -1;
	*has_port = colon;
	if (!colon)
		return 0;
	if (tm_number_parse("port", colon + 1, 0, UINT16_MAX, &number,
			    reading->error))
		return -1;
	*port = number;
	return 0;
}

static int read_ends(struct reading *reading)
{
	struct tm_tuple *tuple = &reading->packet->tuple;

	if (read_end(reading, "from", &tuple->source, &tuple->source_port,
		     &reading->source_port) ||
	    read_end(reading, "to", &tuple->destination,
		     &tuple->destination_port, &reading->destination_port))
		return -1;
	if (tuple->source.size != tuple->destination.size)
		return tm_error_usage(reading->error, "one end is IPv4, the other IPv6");
	return 0;
}

static int read_number(struct reading *reading, const char *name,
		       uint64_t minimum, uint64_t maximum, uint64_t *number)
{
	const char *text = given(reading, name);

	return text ? tm_number_parse(name, text, minimum, maximum, number,
				      reading->error) : 0;
}

static uint8_t icmp_of(const struct reading *reading)
{
	return reading->packet->tuple.source.size == 4 ? IPPROTO_ICMP :
							 IPPROTO_ICMPV6;
}

/* By what else was said, else a connection to a port, else a ping. */
static uint8_t likely_protocol(const struct reading *reading)
{
	const char *fragment = given(reading, "fragment");

	switch (reading->given_class) {
	case TRAFFICMON_CLASS_SYN:
	case TRAFFICMON_CLASS_SYNACK:
	case TRAFFICMON_CLASS_ACK:
	case TRAFFICMON_CLASS_RST:
	case TRAFFICMON_CLASS_FIN:
		return IPPROTO_TCP;
	case TRAFFICMON_CLASS_UDP:
		return IPPROTO_UDP;
	case TRAFFICMON_CLASS_ICMP:
		return icmp_of(reading);
	case TRAFFICMON_CLASS_OTHER:
		return GRE;
	}
	if (given(reading, "tcp-flags"))
		return IPPROTO_TCP;
	if (given(reading, "icmp-type"))
		return icmp_of(reading);
	if (reading->given_class == TRAFFICMON_CLASS_FRAG ||
	    (fragment && strcmp(fragment, "whole")))
		return IPPROTO_UDP;
	if (reading->source_port || reading->destination_port ||
	    reading->given_class == TRAFFICMON_CLASS_MALFORMED)
		return IPPROTO_TCP;
	return icmp_of(reading);
}

static int read_protocol(struct reading *reading)
{
	uint8_t *protocol = &reading->packet->tuple.protocol;
	const char *text = given(reading, "class");
	char name[TM_NAME_TEXT];

	reading->given_class = -1;
	if (text) {
		reading->given_class = tm_name_parse(&tm_names_class, text,
						     reading->error);
		if (reading->given_class < 0)
			return -1;
	}
	text = given(reading, "protocol");
	if (!text) {
		*protocol = likely_protocol(reading);
		assume(reading, "protocol %s",
		       tm_protocol_name(*protocol, name));
		return 0;
	}
	if (tm_protocol_parse(text, protocol, reading->error))
		return -1;
	/* "icmp" is what people say of both. */
	if (!strcmp(text, "icmp"))
		*protocol = icmp_of(reading);
	return 0;
}

static int read_fragment(struct reading *reading)
{
	const char *text = given(reading, "fragment");
	int fragment = TRAFFICMON_FRAGMENT_WHOLE;

	if (text) {
		fragment = tm_name_parse(&tm_names_fragment, text,
					 reading->error);
	} else if (reading->given_class == TRAFFICMON_CLASS_FRAG) {
		fragment = reading->source_port || reading->destination_port ?
			   TRAFFICMON_FRAGMENT_FIRST :
			   TRAFFICMON_FRAGMENT_LATER;
		assume(reading, "fragment %s",
		       tm_names_fragment.names[fragment]);
	}
	if (fragment < 0)
		return -1;
	reading->packet->fragment = fragment;
	return 0;
}

static uint8_t flags_of(int class)
{
	switch (class) {
	case TRAFFICMON_CLASS_SYNACK:
		return SYN | ACK;
	case TRAFFICMON_CLASS_ACK:
		return ACK;
	case TRAFFICMON_CLASS_RST:
		return RST;
	case TRAFFICMON_CLASS_FIN:
		return FIN | ACK;
	case TRAFFICMON_CLASS_MALFORMED:
		return 0;
	default:
		return SYN;
	}
}

static int read_tcp_flags(struct reading *reading)
{
	struct tm_explain_packet *packet = reading->packet;
	const char *text = given(reading, "tcp-flags");
	char masked[128], word[TM_TERM_TEXT];
	struct tm_term term;

	if (packet->tuple.protocol != IPPROTO_TCP) {
		if (!text)
			return 0;
		return tm_error_usage(reading->error, "only TCP has tcp-flags");
	}
	if (packet->fragment == TRAFFICMON_FRAGMENT_LATER)
		return text ? tm_error_usage(reading->error, "a later fragment has no TCP header, and no tcp-flags") : 0;
	if (!text) {
		packet->tcp_flags = flags_of(reading->given_class);
		term = (struct tm_term){ packet->tcp_flags, packet->tcp_flags,
					 false };
		assume(reading, "tcp-flags %s",
		       tm_term_format(TM_TERM_TCP_FLAGS, &term, word));
		return 0;
	}
	if (strpbrk(text, "/!") || strlen(text) >= sizeof(masked) / 2) {
		tm_error_usage(reading->error, "'%.64s' is not what a packet can carry",
			       text);
		return tm_error_hint(reading->error, "name the flags that are set: syn+ack, or none");
	}
	snprintf(masked, sizeof(masked), "%s/fin+syn+rst+psh+ack+urg+ece+cwr",
		 text);
	if (tm_term_parse(TM_TERM_TCP_FLAGS, masked, &term, reading->error))
		return -1;
	packet->tcp_flags = term.first;
	return 0;
}

static uint8_t class_of(const struct reading *reading)
{
	const struct tm_explain_packet *packet = reading->packet;

	if (packet->fragment)
		return TRAFFICMON_CLASS_FRAG;
	if (packet->tuple.protocol == IPPROTO_TCP)
		return tm_explain_tcp_class(packet->tcp_flags);
	if (packet->tuple.protocol == IPPROTO_UDP)
		return TRAFFICMON_CLASS_UDP;
	if (packet->tuple.protocol == icmp_of(reading))
		return TRAFFICMON_CLASS_ICMP;
	return TRAFFICMON_CLASS_OTHER;
}

/* What a class is follows from the rest, but for what is malformed. */
static int read_class(struct reading *reading)
{
	char protocol[TM_NAME_TEXT], name[TM_NAME_TEXT], given_name[TM_NAME_TEXT];
	struct tm_explain_packet *packet = reading->packet;

	packet->class = class_of(reading);
	if (reading->given_class == TRAFFICMON_CLASS_MALFORMED)
		packet->class = TRAFFICMON_CLASS_MALFORMED;
	if (reading->given_class < 0) {
		assume(reading, "class %s", tm_name(&tm_names_class,
						    packet->class, name));
		return 0;
	}
	if (reading->given_class == packet->class)
		return 0;
	return tm_error_usage(reading->error, "this is not class %s but %s: protocol %s, fragment %s%s",
			      tm_name(&tm_names_class, reading->given_class,
				      given_name),
			      tm_name(&tm_names_class, packet->class, name),
			      tm_protocol_name(packet->tuple.protocol, protocol),
			      tm_names_fragment.names[packet->fragment],
			      given(reading, "tcp-flags") ?
			      ", and these tcp-flags" : "");
}

static int read_ports(struct reading *reading)
{
	struct tm_explain_packet *packet = reading->packet;
	struct tm_tuple *tuple = &packet->tuple;
	bool is_given = reading->source_port || reading->destination_port;
	char buffer[TM_NAME_TEXT];
	const char *name = tm_protocol_name(tuple->protocol, buffer);

	packet->has_ports = (tuple->protocol == IPPROTO_TCP ||
			     tuple->protocol == IPPROTO_UDP) &&
			    packet->fragment != TRAFFICMON_FRAGMENT_LATER;
	if (!packet->has_ports && is_given) {
		if (packet->fragment == TRAFFICMON_FRAGMENT_LATER)
			return tm_error_usage(reading->error, "a later fragment has no ports");
		return tm_error_usage(reading->error, "protocol %s has no ports",
				      name);
	}
	/* Its header may be cut off. */
	if (!is_given && packet->class == TRAFFICMON_CLASS_MALFORMED)
		packet->has_ports = false;
	if (!packet->has_ports)
		return 0;
	if (!is_given) {
		tm_error_usage(reading->error, "protocol %s has ports", name);
		return tm_error_hint(reading->error, "say them with the addresses: to 192.0.2.1:443, to [2001:db8::1]:443");
	}
	if (!reading->source_port) {
		tuple->source_port = PORT_ASSUMED;
		assume(reading, "source port %u", PORT_ASSUMED);
	}
	if (!reading->destination_port) {
		tuple->destination_port = PORT_ASSUMED;
		assume(reading, "destination port %u", PORT_ASSUMED);
	}
	return 0;
}

static int read_icmp(struct reading *reading)
{
	struct tm_explain_packet *packet = reading->packet;
	bool ipv4 = packet->tuple.source.size == 4;
	uint64_t type = ipv4 ? ICMP_ECHO : ICMP6_ECHO_REQUEST;
	uint64_t code = 0;
	bool is_echo;

	if (packet->class != TRAFFICMON_CLASS_ICMP) {
		if (given(reading, "icmp-type") || given(reading, "icmp-code"))
			return tm_error_usage(reading->error, "only a whole packet of ICMP has icmp-type and icmp-code");
		return 0;
	}
	if (read_number(reading, "icmp-type", 0, UINT8_MAX, &type) ||
	    read_number(reading, "icmp-code", 0, UINT8_MAX, &code))
		return -1;
	packet->icmp_type = type;
	packet->icmp_code = code;
	if (!given(reading, "icmp-type"))
		assume(reading, "icmp-type %u", packet->icmp_type);
	if (!given(reading, "icmp-code"))
		assume(reading, "icmp-code %u", packet->icmp_code);
	is_echo = ipv4 ? type == ICMP_ECHO || type == ICMP_ECHOREPLY :
			 type == ICMP6_ECHO_REQUEST ||
			 type == ICMP6_ECHO_REPLY;
	/* An echo's identifier is 0 here. */
	if (!is_echo)
		packet->tuple.destination_port = type << 8 | code;
	return 0;
}

/* As its sender sets it: what discovers neighbours would not be taken else. */
static uint8_t likely_hops(const struct tm_explain_packet *packet)
{
	if (packet->class != TRAFFICMON_CLASS_ICMP ||
	    packet->tuple.source.size != 16)
		return HOPS_ASSUMED;
	if (packet->icmp_type >= ND_ROUTER_SOLICIT &&
	    packet->icmp_type <= ND_REDIRECT)
		return 255;
	return packet->icmp_type == MLD2_REPORT ||
	       (packet->icmp_type >= MLD_LISTENER_QUERY &&
		packet->icmp_type <= MLD_LISTENER_REDUCTION) ? 1 : HOPS_ASSUMED;
}

static uint32_t least_length(const struct tm_explain_packet *packet)
{
	uint32_t ip = packet->tuple.source.size == 4 ? 20 : 40;

	if (packet->fragment == TRAFFICMON_FRAGMENT_LATER)
		return ip + 8;
	switch (packet->tuple.protocol) {
	case IPPROTO_TCP:
		return ip + 20;
	case IPPROTO_UDP:
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return ip + 8;
	default:
		return ip;
	}
}

static int read_mark(struct reading *reading)
{
	const char *text = given(reading, "mark");
	struct tm_term term;

	if (!text)
		return 0;
	if (strpbrk(text, "/!"))
		return tm_error_usage(reading->error, "'%.64s' is not a mark that a packet can carry",
				      text);
	if (tm_term_parse(TM_TERM_MARK, text, &term, reading->error))
		return -1;
	reading->packet->mark = term.first;
	return 0;
}

static int read_rest(struct reading *reading)
{
	struct tm_explain_packet *packet = reading->packet;
	uint64_t hops = likely_hops(packet);
	uint64_t length = least_length(packet);

	if (read_number(reading, "length", LENGTH_MIN, UINT32_MAX, &length) ||
	    read_number(reading, "hop-limit", 0, UINT8_MAX, &hops) ||
	    read_mark(reading))
		return -1;
	packet->length = length;
	packet->hop_limit = hops;
	if (!given(reading, "length"))
		assume(reading, "length %u", packet->length);
	if (!given(reading, "hop-limit"))
		assume(reading, "hop-limit %u", packet->hop_limit);
	return 0;
}

static int read_way(struct reading *reading)
{
	const char *direction = given(reading, "direction");
	const char *device = given(reading, "device");
	int number = TRAFFICMON_DIRECTION_IN;

	if (direction)
		number = tm_name_parse(&tm_names_direction, direction,
				       reading->error);
	else
		assume(reading, "direction in");
	if (number < 0)
		return -1;
	reading->packet->direction = number;
	if (!device)
		return 0;
	if (tm_device_check(device, reading->error))
		return -1;
	snprintf(reading->packet->device, IFNAMSIZ, "%s", device);
	return 0;
}

int explain_packet_read(const struct tm_context *context,
			struct tm_explain_packet *packet,
			struct explain_assumed *assumed,
			struct tm_error *error)
{
	struct reading reading = {
		.context = context,
		.packet = packet,
		.assumed = assumed,
		.error = error,
	};

	memset(packet, 0, sizeof(*packet));
	assumed->count = 0;
	if (read_ends(&reading) || read_protocol(&reading) ||
	    read_fragment(&reading) || read_tcp_flags(&reading) ||
	    read_class(&reading) || read_ports(&reading) ||
	    read_icmp(&reading) || read_way(&reading) || read_rest(&reading))
		return -1;
	return 0;
}
