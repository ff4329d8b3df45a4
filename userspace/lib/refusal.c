// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From errno and extended ack to a sentence, the name of the attribute to
 * blame, an exit code and what to do.  The meaning of each errno is that of
 * the UAPI's leading comment.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/trafficmon.h>
#include <stdio.h>
#include <string.h>

#include "attrs.h"
#include "nl.h"
#include "refusal.h"

/* What an extended ack says; absent parts are empty. */
struct extack {
	const char *text;
	char attribute[96];
	bool missing;		/* the attribute is one that was not given */
};

static void extack_attribute(struct extack *extack,
			     const struct nlmsghdr *request,
			     const struct nlattr *offset,
			     const struct nlattr *missing_type,
			     const struct nlattr *missing_nest)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(request);
	const struct tm_attr_set *set = tm_attrs_of_command(genl->cmd);
	uint32_t number;

	if (offset) {
		tm_attrs_name_at(request, mnl_attr_get_u32(offset),
				 extack->attribute, sizeof(extack->attribute));
		return;
	}
	if (!missing_type)
		return;
	if (missing_nest) {
		/* The kernel's sentence says what the nest lacks. */
		tm_attrs_name_at(request, mnl_attr_get_u32(missing_nest),
				 extack->attribute, sizeof(extack->attribute));
		return;
	}
	number = mnl_attr_get_u32(missing_type);
	extack->missing = true;
	if (set && number <= set->max && set->attrs[number].name)
		snprintf(extack->attribute, sizeof(extack->attribute), "%s",
			 set->attrs[number].name);
}

/* The TLVs of an acknowledgement begin at `start` bytes of its payload. */
static void extack_read(const struct nlmsghdr *reply, size_t start,
			const struct nlmsghdr *request, struct extack *extack)
{
	const struct nlattr *missing_type = NULL, *missing_nest = NULL;
	const struct nlattr *offset = NULL, *attr;

	memset(extack, 0, sizeof(*extack));
	extack->text = "";
	if (!(reply->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	mnl_attr_for_each(attr, reply, start) {
		uint16_t length = mnl_attr_get_payload_len(attr);
		const char *payload = mnl_attr_get_payload(attr);

		switch (mnl_attr_get_type(attr)) {
		case NLMSGERR_ATTR_MSG:
			if (length && !payload[length - 1])
				extack->text = payload;
			break;
		case NLMSGERR_ATTR_OFFS:
			if (length == sizeof(uint32_t))
				offset = attr;
			break;
		case NLMSGERR_ATTR_MISS_TYPE:
			if (length == sizeof(uint32_t))
				missing_type = attr;
			break;
		case NLMSGERR_ATTR_MISS_NEST:
			if (length == sizeof(uint32_t))
				missing_nest = attr;
			break;
		}
	}
	extack_attribute(extack, request, offset, missing_type, missing_nest);
}

/* "The module 0.1.0", or "the module" where its version is not to be had. */
static void module_words(char *words, size_t size)
{
	char version[32];

	if (tm_module_version(version, sizeof(version)) && version[0])
		snprintf(words, size, "module %s", version);
	else
		snprintf(words, size, "the module");
}

static int refuse_too_old(const char *what, const char *name, int errnum,
			  struct tm_error *error)
{
	char module[48];

	module_words(module, sizeof(module));
	tm_error_set(error, TM_EXIT_TOO_OLD, errnum, "%s does not know the %s '%s'",
		     module, what, name);
	return tm_error_hint(error, "install a newer module and run `tmctl reload`, or do without it");
}

static int refuse_permission(int errnum, struct tm_error *error)
{
	tm_error_set(error, TM_EXIT_PERMISSION, errnum,
		     "no permission: this needs root (CAP_NET_ADMIN in the initial user namespace)");
	return tm_error_hint(error, "run as root on the host, or with sudo; inside a container, the module parameter userns_admin=1 opens it to the owner of the namespace");
}

static int refuse_unattached(int errnum, struct tm_error *error)
{
	tm_error_set(error, TM_EXIT_REFUSED, errnum,
		     "trafficmon is not attached to this network namespace");
	return tm_error_hint(error, "`tmctl netns attach` attaches it (`tmctl -n NETNS netns attach` for another)");
}

/*
 * The family's number is gone (ENOENT), or its module is just going
 * (EPROTONOSUPPORT): netlink itself says so, without words.
 */
static int refuse_gone(int errnum, struct tm_error *error)
{
	tm_error_set(error, TM_EXIT_NOT_LOADED, errnum,
		     "the kernel module trafficmon was unloaded or swapped meanwhile");
	return tm_error_hint(error, "run the command again");
}

/* Errnos that mean the same for every command, and what to do about them. */
static const char *errno_hint(int errnum)
{
	switch (errnum) {
	case ENOMEM:
	case ENOBUFS:
		return "the host is short of memory; smaller tables (module parameters) need less";
	case EMSGSIZE:
		return "the request is larger than the socket takes: raise net.core.wmem_max or run as root";
	case EBUSY:
		return "`tmctl status` says whether a ruleset waits for its confirmation; else somebody is changing it: try again";
	}
	return NULL;
}

/* The generic validation's words for an attribute that it has no rule for. */
static bool text_means_unknown(const char *text)
{
	return !strcmp(text, "Unknown attribute type") ||
	       !strcmp(text, "Unsupported attribute");
}

static int refuse(const struct nlmsghdr *request, int errnum,
		  const struct extack *extack, struct tm_error *error)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(request);
	const char *command = tm_command_name(genl->cmd);
	const char *hint = errno_hint(errnum);
	const char *text = extack->text[0] ? extack->text : strerror(errnum);

	if (errnum == EOPNOTSUPP && !extack->text[0])
		return refuse_too_old("request", command ? command : "?",
				      errnum, error);
	if (errnum == EINVAL && text_means_unknown(extack->text))
		return refuse_too_old("attribute", extack->attribute[0] ?
				      extack->attribute : "?", errnum, error);
	if ((errnum == ENOENT || errnum == EPROTONOSUPPORT) && !extack->text[0])
		return refuse_gone(errnum, error);
	if (errnum == EPERM)
		return refuse_permission(errnum, error);
	if (errnum == ENOTCONN)
		return refuse_unattached(errnum, error);

	tm_error_set(error, TM_EXIT_REFUSED, errnum, "%s", text);
	if (extack->attribute[0])
		snprintf(error->message, sizeof(error->message), "%s: %s%s",
			 extack->attribute, text,
			 extack->missing && !extack->text[0] ?
			 " (it is missing)" : "");
	if (hint)
		tm_error_hint(error, "%s", hint);
	return -1;
}

int tm_refusal(const struct nlmsghdr *reply, const struct nlmsghdr *request,
	       struct tm_error *error)
{
	const struct nlmsgerr *payload = mnl_nlmsg_get_payload(reply);
	size_t length = mnl_nlmsg_get_payload_len(reply);
	size_t tlvs = sizeof(int);
	struct extack extack;
	int result;

	if (length < sizeof(int))
		return reply->nlmsg_type == NLMSG_DONE ? 0 :
			tm_error_set(error, TM_EXIT_REFUSED, EBADMSG,
				     "the kernel's answer is cut short");
	result = payload->error;
	if (result >= 0)
		return 0;
	if (reply->nlmsg_type == NLMSG_ERROR) {
		tlvs = sizeof(*payload);
		/* Without NLM_F_CAPPED the whole request lies between. */
		if (!(reply->nlmsg_flags & NLM_F_CAPPED))
			tlvs += mnl_nlmsg_get_payload_len(&payload->msg);
	}
	extack_read(reply, tlvs, request, &extack);
	refuse(request, -result, &extack, error);
	snprintf(error->extack, sizeof(error->extack), "%s", extack.text);
	snprintf(error->attribute, sizeof(error->attribute), "%s",
		 extack.attribute);
	return -1;
}
