// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A request under construction; see message.h.
 */
#include "message.h"

#include <string.h>

void message_begin(struct message *message, uint16_t family, const struct command *command)
{
	struct nlmsghdr *header = message_header(message);

	memset(message->bytes, 0, MESSAGE_HEADERS);
	message->length = MESSAGE_HEADERS;
	message->count = 0;
	header->nlmsg_len = MESSAGE_HEADERS;
	header->nlmsg_type = family;
	header->nlmsg_flags = NLM_F_REQUEST | (command->dump ? NLM_F_DUMP : NLM_F_ACK);
	message_genl(message)->cmd = command->number;
	message_genl(message)->version = 1;
}

uint32_t message_format(unsigned char *to, uint16_t type, const void *payload, uint32_t length)
{
	struct nlattr attr = { .nla_len = NLA_HDRLEN + length, .nla_type = type };
	uint32_t total = NLA_ALIGN(NLA_HDRLEN + length);

	memcpy(to, &attr, sizeof(attr));
	memset(to + NLA_HDRLEN, 0, total - NLA_HDRLEN);
	if (payload)
		memcpy(to + NLA_HDRLEN, payload, length);
	return total;
}

/* All around a change of @delta bytes are longer by it. */
static void grow(struct message *message, int parent, int32_t delta)
{
	message->length += delta;
	message_header(message)->nlmsg_len += delta;
	for (; parent != NO_PLACE; parent = message->places[parent].parent)
		message_attr(message, parent)->nla_len += delta;
}

static int add_place(struct message *message, int parent, const struct attribute *attribute)
{
	if (message->count == PLACES_MAX)
		return NO_PLACE;
	message->places[message->count] = (struct place){
		.offset = message->length, .parent = parent, .attribute = attribute,
	};
	return message->count++;
}

void message_put(struct message *message, int parent, const struct attribute *attribute,
		 const void *payload, unsigned int length)
{
	if (message->length + NLA_HDRLEN + length + NLA_ALIGNTO > MESSAGE_BYTES ||
	    add_place(message, parent, attribute) == NO_PLACE)
		return;
	grow(message, parent, message_format(message->bytes + message->length, attribute->type,
					     payload, length));
}

int message_nest(struct message *message, int parent, const struct attribute *attribute)
{
	int place = add_place(message, parent, attribute);

	if (place == NO_PLACE)
		return NO_PLACE;
	grow(message, parent, message_format(message->bytes + message->length,
					     attribute->type | NLA_F_NESTED, NULL, 0));
	return place;
}

uint32_t message_end(struct message *message, int parent)
{
	if (parent == NO_PLACE)
		return message->length;
	return message->places[parent].offset + message_attr(message, parent)->nla_len;
}

static void move_places(struct message *message, uint32_t offset, uint32_t removed, int32_t delta)
{
	unsigned int i, kept = 0;
	int new_index[PLACES_MAX];

	for (i = 0; i < message->count; i++) {
		struct place place = message->places[i];

		new_index[i] = NO_PLACE;
		if (place.offset >= offset && place.offset < offset + removed)
			continue;
		if (place.offset >= offset)
			place.offset += delta;
		if (place.parent != NO_PLACE)
			place.parent = new_index[place.parent];
		new_index[i] = kept;
		message->places[kept++] = place;
	}
	message->count = kept;
}

bool message_splice(struct message *message, int parent, uint32_t offset, uint32_t removed,
		    const void *bytes, uint32_t added)
{
	int32_t delta = (int32_t)added - (int32_t)removed;

	if (offset + removed > message->length || message->length + delta > MESSAGE_BYTES)
		return false;
	grow(message, parent, delta);
	memmove(message->bytes + offset + added, message->bytes + offset + removed,
		message->length - delta - offset - removed);
	if (bytes)
		memcpy(message->bytes + offset, bytes, added);
	else
		memset(message->bytes + offset, 0, added);
	move_places(message, offset, removed, delta);
	return true;
}
