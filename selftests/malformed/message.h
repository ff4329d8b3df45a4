/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A request under construction: its bytes, and the places of the attributes in
 * them, so that one can be changed afterwards.
 *
 * The lengths of what is around a change follow it, as 16 bits: they wrap where
 * a nest outgrows them, as they do for a careless sender.
 */
#ifndef MALFORMED_MESSAGE_H
#define MALFORMED_MESSAGE_H

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include "table.h"

#define MESSAGE_BYTES	180000	/* below the send buffer of a socket, 212,992 */
#define MESSAGE_HEADERS	(NLMSG_HDRLEN + GENL_HDRLEN)
#define PLACES_MAX	256
#define NO_PLACE	(-1)

/**
 * struct place - where an attribute stands
 * @offset: of its header
 * @parent: place of the nest around it, NO_PLACE: the message
 */
struct place {
	uint32_t offset;
	int parent;
	const struct attribute *attribute;
};

/**
 * struct message - one request
 * @length: bytes that are sent; nlmsg_len may say something else
 * @places: in the order of their offsets; of the first PLACES_MAX attributes
 */
struct message {
	uint32_t length;
	unsigned int count;
	struct place places[PLACES_MAX];
	_Alignas(8) unsigned char bytes[MESSAGE_BYTES];
};

static inline struct nlmsghdr *message_header(struct message *message)
{
	return (struct nlmsghdr *)message->bytes;
}

static inline struct genlmsghdr *message_genl(struct message *message)
{
	return (struct genlmsghdr *)(message->bytes + NLMSG_HDRLEN);
}

static inline struct nlattr *message_attr(struct message *message, int place)
{
	return (struct nlattr *)(message->bytes + message->places[place].offset);
}

/* Begin a request with NLM_F_REQUEST, NLM_F_ACK or NLM_F_DUMP. */
void message_begin(struct message *message, uint16_t family, const struct command *command);

/* Append an attribute, inside the nest @parent, which is the last one begun. */
void message_put(struct message *message, int parent, const struct attribute *attribute,
		 const void *payload, unsigned int length);

/* Append a nest; what is put behind it with the result as @parent stands inside. */
int message_nest(struct message *message, int parent, const struct attribute *attribute);

/* Where the attributes of @parent end. */
uint32_t message_end(struct message *message, int parent);

/*
 * Replace @removed bytes at @offset, in @parent, by @added ones (NULL: zeros).
 * False when there is no room.  Places in what is removed are forgotten.
 */
bool message_splice(struct message *message, int parent, uint32_t offset, uint32_t removed,
		    const void *bytes, uint32_t added);

/* An attribute as bytes, padded; returns how many.  @to has room. */
uint32_t message_format(unsigned char *to, uint16_t type, const void *payload, uint32_t length);

#endif
