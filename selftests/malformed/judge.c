// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Judgement by the table; see judge.h.
 */
#include "judge.h"

#include <linux/genetlink.h>
#include <linux/trafficmon.h>
#include <string.h>
#include "attributes.h"

#define HEADERS			(NLMSG_HDRLEN + GENL_HDRLEN)
#define FLAGS_OF_A_REQUEST	(NLM_F_REQUEST | NLM_F_ACK | NLM_F_ECHO)

static const char *judge_string(const struct attribute *attribute, const struct nlattr *attr)
{
	uint32_t length = attr_length(attr);
	const unsigned char *nul = memchr(attr_payload(attr), 0, length);

	if (!nul)
		return "a string without its NUL";
	if (nul + 1 != attr_payload(attr) + length)
		return "a string with bytes behind its NUL";
	if (length - 1 < attribute->least || length - 1 > attribute->most)
		return "a string too short or too long";
	return NULL;
}

static const char *judge_all(const struct attribute *table, struct attributes attributes);

static const char *judge_one(const struct attribute *attribute, const struct nlattr *attr)
{
	uint32_t length = attr_length(attr);
	uint64_t value;

	if (!!(attr->nla_type & NLA_F_NESTED) != (attribute->kind == KIND_NEST))
		return "NLA_F_NESTED where it should not be, or not where it should";
	switch (attribute->kind) {
	case KIND_FLAG:
		return length ? "a flag with a payload" : NULL;
	case KIND_STRING:
		return judge_string(attribute, attr);
	case KIND_BINARY:
		return length == attribute->least || length == attribute->most ? NULL :
		       "an address neither of 4 bytes nor of 16";
	case KIND_NEST:
		return judge_all(attribute->nest, attributes_of(attr));
	default:
		break;
	}
	if (length != kind_bytes(attribute->kind))
		return "an integer of another size";
	value = attr_integer(attr);
	return value < attribute->least || value > attribute->most ? "out of range" : NULL;
}

static const char *judge_all(const struct attribute *table, struct attributes attributes)
{
	const struct nlattr *attr;
	const char *why = NULL;
	uint64_t seen = 0;

	while ((attr = attributes_next(&attributes)) && !why) {
		const struct attribute *attribute = attribute_find(table, attr_type(attr));

		if (!attribute)
			return "an attribute that it does not take";
		if (!attribute->multi && (seen & (1ULL << attribute->type)))
			return "an attribute twice";
		seen |= 1ULL << attribute->type;
		why = judge_one(attribute, attr);
	}
	if (!why && attributes.left > 0)
		why = "bytes behind the last attribute";
	return why;
}

/* What generic netlink refuses; in words where it gives some. */
static bool judge_headers(const struct nlmsghdr *header, struct verdict *verdict)
{
	const struct genlmsghdr *genl = (const void *)(header + 1);
	uint16_t flags = header->nlmsg_flags;

	if (header->nlmsg_len < HEADERS) {
		verdict->is = VERDICT_WORDLESS;
		verdict->why = "no room for the header of generic netlink";
		return false;
	}
	verdict->command = command_find(genl->cmd);
	if (verdict->dump)
		flags &= ~NLM_F_DUMP;
	if (!verdict->command || verdict->command->dump != verdict->dump) {
		verdict->is = VERDICT_WORDLESS;
		verdict->why = "no such command, or the other one of do and dump";
		return false;
	}
	verdict->is = VERDICT_REFUSED;
	verdict->why = genl->reserved ? "reserved bits of the header" :
		       flags & ~FLAGS_OF_A_REQUEST ? "flags that mean nothing" : NULL;
	return !verdict->why;
}

static void judge_request(const struct nlmsghdr *header, uint16_t family, unsigned int rings,
			  struct verdict *verdict)
{
	const unsigned char *attributes = (const unsigned char *)header + HEADERS;
	uint32_t length;

	if (header->nlmsg_type != family) {
		verdict->is = VERDICT_FOREIGN;
		verdict->why = "another family";
		return;
	}
	if (!judge_headers(header, verdict))
		return;
	length = header->nlmsg_len - HEADERS;
	verdict->why = judge_all(verdict->command->attributes,
				 (struct attributes){ attributes, length });
	if (!verdict->why)
		verdict->why = rules_broken(verdict->command, (const void *)attributes, length,
					    rings);
	verdict->is = verdict->why ? VERDICT_REFUSED : VERDICT_ALLOWED;
	verdict->absent = !verdict->why && rules_absent(verdict->command,
							(const void *)attributes, length);
}

bool judge(const unsigned char *bytes, uint32_t left, uint16_t family, unsigned int rings,
	   struct verdict *verdict)
{
	const struct nlmsghdr *header = (const void *)bytes;

	memset(verdict, 0, sizeof(*verdict));
	if (left < NLMSG_HDRLEN || header->nlmsg_len < NLMSG_HDRLEN || header->nlmsg_len > left)
		return false;
	verdict->sequence = header->nlmsg_seq;
	verdict->length = NLMSG_ALIGN(header->nlmsg_len) < left ? NLMSG_ALIGN(header->nlmsg_len) :
								   left;
	verdict->acknowledged = header->nlmsg_flags & NLM_F_ACK;
	verdict->dump = (header->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	if (!(header->nlmsg_flags & NLM_F_REQUEST) || header->nlmsg_type < NLMSG_MIN_TYPE)
		verdict->is = VERDICT_IGNORED;
	else
		judge_request(header, family, rings, verdict);
	return true;
}

bool judge_changes(const struct verdict *verdict)
{
	if (verdict->is == VERDICT_FOREIGN)
		return true;	/* who knows */
	if (verdict->is != VERDICT_ALLOWED)
		return false;
	switch (verdict->command->number) {
	case TRAFFICMON_CMD_NETNS_DETACH:
	case TRAFFICMON_CMD_FLOW_FLUSH:
	case TRAFFICMON_CMD_TRANSACTION_COMMIT:
	case TRAFFICMON_CMD_TRANSACTION_ROLLBACK:
	case TRAFFICMON_CMD_POLICY_FLUSH:
	case TRAFFICMON_CMD_SET_ADD:
	case TRAFFICMON_CMD_SET_DEL:
	case TRAFFICMON_CMD_SET_FLUSH:
	case TRAFFICMON_CMD_SET_DESTROY:
		return true;
	default:
		return false;
	}
}

bool judge_is_slow(const struct verdict *verdict)
{
	if (verdict->is != VERDICT_ALLOWED)
		return false;
	return verdict->command->number == TRAFFICMON_CMD_NETNS_DETACH ||
	       verdict->command->number == TRAFFICMON_CMD_FLOW_FLUSH ||
	       verdict->command->number == TRAFFICMON_CMD_SET_FLUSH;
}
