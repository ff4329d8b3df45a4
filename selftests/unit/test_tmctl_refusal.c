// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/lib/refusal.c userspace/lib/attrs.c userspace/lib/attr_tables.c userspace/lib/error.c
// flags: -lmnl
/* The kernel's refusals, as it sends them, in words; replies read by table. */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/trafficmon.h>

#include "../../userspace/lib/attrs.h"
#include "../../userspace/lib/nl.h"
#include "../../userspace/lib/refusal.h"
#include "unit.h"

static char request_buffer[1024] __attribute__((aligned(8)));
static char reply_buffer[1024] __attribute__((aligned(8)));
static struct tm_error error;
static const char *loaded = "0.0.9";

bool tm_module_version(char *version, size_t size)
{
	snprintf(version, size, "%s", loaded);
	return *loaded;
}

static struct nlmsghdr *message(char *buffer, uint8_t command)
{
	struct nlmsghdr *nlh;
	struct genlmsghdr *genl;

	memset(buffer, 0, 1024);
	nlh = mnl_nlmsg_put_header(buffer);
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = command;
	return nlh;
}

/* An acknowledgement as the kernel sends it with EXT_ACK and CAP_ACK set. */
static struct nlmsghdr *refusal(int errnum, const char *text)
{
	struct nlmsghdr *nlh;
	struct nlmsgerr *payload;

	memset(reply_buffer, 0, sizeof(reply_buffer));
	nlh = mnl_nlmsg_put_header(reply_buffer);
	nlh->nlmsg_type = NLMSG_ERROR;
	nlh->nlmsg_flags = NLM_F_CAPPED;
	payload = mnl_nlmsg_put_extra_header(nlh, sizeof(*payload));
	payload->error = -errnum;
	if (text) {
		nlh->nlmsg_flags |= NLM_F_ACK_TLVS;
		mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, text);
	}
	return nlh;
}

/* A request with a nest, and where its parts lie. */
static struct nlmsghdr *policy_request(uint32_t *limit, uint32_t *rate,
				       uint32_t *strange)
{
	struct nlmsghdr *nlh = message(request_buffer,
				       TRAFFICMON_CMD_POLICY_ADD);
	struct nlattr *nest;

	mnl_attr_put_strz(nlh, TRAFFICMON_A_POLICY_NAME, "p");
	*limit = nlh->nlmsg_len;
	nest = mnl_attr_nest_start(nlh, TRAFFICMON_A_POLICY_LIMIT);
	mnl_attr_put_u8(nlh, TRAFFICMON_A_LIMIT_KIND, 0);
	*rate = nlh->nlmsg_len;
	mnl_attr_put_u64(nlh, TRAFFICMON_A_LIMIT_RATE, 0);
	mnl_attr_nest_end(nlh, nest);
	*strange = nlh->nlmsg_len;
	mnl_attr_put_u8(nlh, 999, 0);
	return nlh;
}

TEST(an_acknowledgement_is_no_refusal)
{
	EXPECT_EQ(tm_refusal(refusal(0, NULL), message(request_buffer, 1),
			     &error), 0);
}

TEST(the_attribute_to_blame_is_named_with_its_nest)
{
	uint32_t limit, rate, strange;
	struct nlmsghdr *request = policy_request(&limit, &rate, &strange);
	struct nlmsghdr *reply = refusal(ERANGE, "a rate of 0 drops all");
	char name[96];

	mnl_attr_put_u32(reply, NLMSGERR_ATTR_OFFS, rate);
	EXPECT_EQ(tm_refusal(reply, request, &error), -1);
	EXPECT_EQ(error.exit_code, TM_EXIT_REFUSED);
	EXPECT_EQ(error.errnum, ERANGE);
	EXPECT_STREQ(error.attribute, "limit.rate");
	EXPECT_STREQ(error.message, "limit.rate: a rate of 0 drops all");
	EXPECT_STREQ(error.extack, "a rate of 0 drops all");

	tm_attrs_name_at(request, limit, name, sizeof(name));
	EXPECT_STREQ(name, "limit");
	tm_attrs_name_at(request, strange, name, sizeof(name));
	EXPECT_STREQ(name, "attr_999");
	tm_attrs_name_at(request, 0, name, sizeof(name));
	EXPECT_STREQ(name, "");
	tm_attrs_name_at(request, 1 << 30, name, sizeof(name));
	EXPECT_STREQ(name, "");
}

TEST(a_module_too_old_is_named_with_its_version)
{
	uint32_t limit, rate, strange;
	struct nlmsghdr *request = policy_request(&limit, &rate, &strange);
	struct nlmsghdr *reply = refusal(EINVAL, "Unknown attribute type");

	mnl_attr_put_u32(reply, NLMSGERR_ATTR_OFFS, rate);
	EXPECT_EQ(tm_refusal(reply, request, &error), -1);
	EXPECT_EQ(error.exit_code, TM_EXIT_TOO_OLD);
	EXPECT_STREQ(error.message,
		     "module 0.0.9 does not know the attribute 'limit.rate'");
	EXPECT_TRUE(strstr(error.hint, "tmctl reload"));

	EXPECT_EQ(tm_refusal(refusal(EOPNOTSUPP, NULL), request, &error), -1);
	EXPECT_EQ(error.exit_code, TM_EXIT_TOO_OLD);
	EXPECT_STREQ(error.message,
		     "module 0.0.9 does not know the request 'policy_add'");
}

TEST(missing_permission_says_what_to_do)
{
	EXPECT_EQ(tm_refusal(refusal(EPERM, "this needs CAP_NET_ADMIN"),
			     message(request_buffer, TRAFFICMON_CMD_FLOW_GET),
			     &error), -1);
	EXPECT_EQ(error.exit_code, TM_EXIT_PERMISSION);
	EXPECT_TRUE(strstr(error.hint, "run as root"));
}

TEST(an_unattached_namespace_says_what_to_do)
{
	EXPECT_EQ(tm_refusal(refusal(ENOTCONN, NULL),
			     message(request_buffer, TRAFFICMON_CMD_FLOW_GET),
			     &error), -1);
	EXPECT_EQ(error.exit_code, TM_EXIT_REFUSED);
	EXPECT_TRUE(strstr(error.hint, "netns attach"));
}

TEST(a_missing_attribute_is_named)
{
	struct nlmsghdr *reply = refusal(EINVAL, NULL);

	reply->nlmsg_flags |= NLM_F_ACK_TLVS;
	mnl_attr_put_u32(reply, NLMSGERR_ATTR_MISS_TYPE,
			 TRAFFICMON_A_SET_NAME);
	EXPECT_EQ(tm_refusal(reply, message(request_buffer,
					    TRAFFICMON_CMD_SET_ADD), &error),
		  -1);
	EXPECT_STREQ(error.attribute, "name");
	EXPECT_STREQ(error.message, "name: Invalid argument (it is missing)");
}

TEST(an_uncapped_refusal_is_read_behind_the_request)
{
	struct nlmsghdr *request = message(request_buffer,
					   TRAFFICMON_CMD_SET_ADD);
	struct nlmsghdr *nlh;
	struct nlmsgerr *payload;

	mnl_attr_put_strz(request, TRAFFICMON_A_SET_NAME, "deny");
	/* Would be the kernel's words, were it read as part of the answer. */
	mnl_attr_put_strz(request, NLMSGERR_ATTR_MSG, "of the request");
	memset(reply_buffer, 0, sizeof(reply_buffer));
	nlh = mnl_nlmsg_put_header(reply_buffer);
	nlh->nlmsg_type = NLMSG_ERROR;
	nlh->nlmsg_flags = NLM_F_ACK_TLVS;
	payload = mnl_nlmsg_put_extra_header(nlh, sizeof(int) +
					     request->nlmsg_len);
	payload->error = -EINVAL;
	memcpy(&payload->msg, request, request->nlmsg_len);
	mnl_attr_put_u32(nlh, NLMSGERR_ATTR_OFFS, 20);
	EXPECT_EQ(tm_refusal(nlh, request, &error), -1);
	EXPECT_STREQ(error.extack, "");
	EXPECT_STREQ(error.message, "name: Invalid argument");
}

TEST(a_dump_may_end_in_a_refusal)
{
	struct nlmsghdr *nlh;
	int *result;

	memset(reply_buffer, 0, sizeof(reply_buffer));
	nlh = mnl_nlmsg_put_header(reply_buffer);
	nlh->nlmsg_type = NLMSG_DONE;
	nlh->nlmsg_flags = NLM_F_ACK_TLVS;
	result = mnl_nlmsg_put_extra_header(nlh, sizeof(int));
	*result = -EBUSY;
	mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, "detached meanwhile");
	EXPECT_EQ(tm_refusal(nlh, message(request_buffer,
					  TRAFFICMON_CMD_FLOW_GET), &error),
		  -1);
	EXPECT_STREQ(error.message, "detached meanwhile");

	*result = 0;
	EXPECT_EQ(tm_refusal(nlh, message(request_buffer, 1), &error), 0);
}

TEST(a_refusal_cut_short_is_not_read_beyond)
{
	struct nlmsghdr *nlh = refusal(EINVAL, "text");
	unsigned int length;

	for (length = sizeof(*nlh); length <= nlh->nlmsg_len; length++) {
		struct nlmsghdr *cut = malloc(length);

		memcpy(cut, nlh, length);
		cut->nlmsg_len = length;
		EXPECT_EQ(tm_refusal(cut, message(request_buffer, 1), &error),
			  -1);
		free(cut);
	}
}

TEST(a_reply_is_read_by_its_table)
{
	const struct nlattr *tb[TRAFFICMON_A_FLOW_MAX + 1];
	struct nlmsghdr *nlh = message(reply_buffer, TRAFFICMON_CMD_FLOW_GET);

	mnl_attr_put_u64(nlh, TRAFFICMON_A_FLOW_PACKETS, 7);
	mnl_attr_put_u64(nlh, TRAFFICMON_A_FLOW_PACKETS, 8);
	mnl_attr_put_u32(nlh, TRAFFICMON_A_FLOW_MAX + 1, 1);
	ASSERT_EQ(tm_attrs_read(&tm_attrs_flow, nlh, tb, &error), 0);
	EXPECT_EQ(tm_attr_u64(tb[TRAFFICMON_A_FLOW_PACKETS]), 7);
	EXPECT_EQ(tm_attr_u64(tb[TRAFFICMON_A_FLOW_BYTES]), 0);
	EXPECT_STREQ(tm_attr_string(NULL), "");
}

TEST(a_reply_with_a_wrong_length_is_refused)
{
	static const struct {
		uint16_t number;
		uint16_t length;
	} wrong[] = {
		{ TRAFFICMON_A_FLOW_PACKETS, 4 },
		{ TRAFFICMON_A_FLOW_STATE, 2 },
		{ TRAFFICMON_A_FLOW_SOURCE, 5 },
		{ TRAFFICMON_A_FLOW_IIF, 0 },
		{ TRAFFICMON_A_FLOW_SOURCE_PORT, 1 },
	};
	const struct nlattr *tb[TRAFFICMON_A_FLOW_MAX + 1];
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct nlmsghdr *nlh = message(reply_buffer,
					       TRAFFICMON_CMD_FLOW_GET);

		mnl_attr_put(nlh, wrong[i].number, wrong[i].length,
			     "12345678");
		EXPECT(tm_attrs_read(&tm_attrs_flow, nlh, tb, &error) == -1,
		       "attribute %u of %u bytes was read", wrong[i].number,
		       wrong[i].length);
		EXPECT_EQ(error.exit_code, TM_EXIT_TOO_OLD);
	}
}

TEST(every_command_has_a_name)
{
	unsigned int i;

	for (i = 1; i <= TRAFFICMON_CMD_MAX; i++)
		EXPECT(tm_command_name(i), "command %u has none", i);
	EXPECT_TRUE(!tm_command_name(TRAFFICMON_CMD_MAX + 1));
	EXPECT_TRUE(!tm_attrs_of_command(255));
}

TEST(a_family_that_is_gone_is_a_module_not_loaded)
{
	struct nlmsghdr *request = message(request_buffer,
					   TRAFFICMON_CMD_SET_DEL);

	EXPECT_EQ(tm_refusal(refusal(ENOENT, NULL), request, &error), -1);
	EXPECT_EQ(error.exit_code, TM_EXIT_NOT_LOADED);
	EXPECT_EQ(tm_refusal(refusal(EPROTONOSUPPORT, NULL), request, &error),
		  -1);
	EXPECT_EQ(error.exit_code, TM_EXIT_NOT_LOADED);
	/* With words it is the module that speaks. */
	EXPECT_EQ(tm_refusal(refusal(ENOENT, "it is not there"), request,
			     &error), -1);
	EXPECT_EQ(error.exit_code, TM_EXIT_REFUSED);
}
