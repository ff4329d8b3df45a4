// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What each command takes, as the kernel itself reports it (CTRL_CMD_GETPOLICY),
 * against what uapi/trafficmon.yaml says, which selftests/kself/build writes
 * into policy.txt beside this program (uapi.awk).
 *
 * What a validation function checks (names, the two lengths of an address) is
 * not reported; tm_refusals tests that.
 */
#include "kself.h"

#include <errno.h>
#include <inttypes.h>
#include <kselftest_harness.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SETS	64	/* kself_attrs holds as many */
#define TYPES	64
#define UNKNOWN	UINT32_MAX

/* One attribute as the kernel reports it; @type 0: it takes none of that number. */
struct taken {
	uint32_t type;		/* enum netlink_attribute_type */
	bool bounded;		/* @min and @max were given */
	uint64_t min, max;
	uint32_t length;	/* at most, 0: not given */
	uint32_t nest;		/* the nested set */
};

struct reported {
	uint32_t set_do[TRAFFICMON_CMD_MAX + 1];
	uint32_t set_dump[TRAFFICMON_CMD_MAX + 1];
	struct taken sets[SETS][TYPES];
};

static void take_command(struct reported *reported, const struct nlattr *nest)
{
	struct kself_attrs attrs = kself_nest(nest);
	unsigned int command = mnl_attr_get_type(nest);

	if (command > TRAFFICMON_CMD_MAX)
		return;
	if (attrs.at[CTRL_ATTR_POLICY_DO])
		reported->set_do[command] = kself_u32(&attrs, CTRL_ATTR_POLICY_DO);
	if (attrs.at[CTRL_ATTR_POLICY_DUMP])
		reported->set_dump[command] = kself_u32(&attrs, CTRL_ATTR_POLICY_DUMP);
}

static void take_attribute(struct taken *taken, const struct nlattr *nest)
{
	struct kself_attrs attrs = kself_nest(nest);

	taken->type = kself_u32(&attrs, NL_POLICY_TYPE_ATTR_TYPE);
	taken->bounded = attrs.at[NL_POLICY_TYPE_ATTR_MIN_VALUE_U] &&
			 attrs.at[NL_POLICY_TYPE_ATTR_MAX_VALUE_U];
	taken->min = kself_u64(&attrs, NL_POLICY_TYPE_ATTR_MIN_VALUE_U);
	taken->max = kself_u64(&attrs, NL_POLICY_TYPE_ATTR_MAX_VALUE_U);
	taken->length = kself_u32(&attrs, NL_POLICY_TYPE_ATTR_MAX_LENGTH);
	taken->nest = kself_u32(&attrs, NL_POLICY_TYPE_ATTR_POLICY_IDX);
}

static int take_message(const struct nlmsghdr *message, void *data)
{
	struct reported *reported = data;
	struct nlattr *attr, *inner, *innermost;

	mnl_attr_for_each(attr, message, GENL_HDRLEN) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_OP_POLICY) {
			mnl_attr_for_each_nested(inner, attr)
				take_command(reported, inner);
		} else if (mnl_attr_get_type(attr) == CTRL_ATTR_POLICY) {
			mnl_attr_for_each_nested(inner, attr)
				mnl_attr_for_each_nested(innermost, inner)
					if (mnl_attr_get_type(inner) < SETS &&
					    mnl_attr_get_type(innermost) < TYPES)
						take_attribute(&reported->sets
							       [mnl_attr_get_type(inner)]
							       [mnl_attr_get_type(innermost)],
							       innermost);
		}
	}
	return MNL_CB_OK;
}

/* Ask for the policies of all commands.  0 or -errno. */
static int ask(struct kself *k, struct reported *reported)
{
	static char buffer[32768];
	struct nlmsghdr *request = mnl_nlmsg_put_header(k->request);
	struct genlmsghdr *genl;
	ssize_t bytes;
	int more = 1;

	request->nlmsg_type = GENL_ID_CTRL;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	request->nlmsg_seq = ++k->sequence;
	genl = mnl_nlmsg_put_extra_header(request, sizeof(*genl));
	genl->cmd = CTRL_CMD_GETPOLICY;
	genl->version = 1;
	mnl_attr_put_strz(request, CTRL_ATTR_FAMILY_NAME, TRAFFICMON_GENL_NAME);
	if (mnl_socket_sendto(k->socket, request, request->nlmsg_len) < 0)
		return -errno;
	while (more > 0) {
		bytes = mnl_socket_recvfrom(k->socket, buffer, sizeof(buffer));
		if (bytes < 0)
			return -errno;
		more = mnl_cb_run(buffer, bytes, k->sequence,
				  mnl_socket_get_portid(k->socket), take_message, reported);
	}
	return more < 0 ? -errno : 0;
}

static void write_attribute(FILE *out, const struct taken *taken)
{
	static const char *const integers[] = {
		[NL_ATTR_TYPE_U8] = "u8", [NL_ATTR_TYPE_U16] = "u16",
		[NL_ATTR_TYPE_U32] = "u32", [NL_ATTR_TYPE_U64] = "u64",
	};

	if (taken->type <= NL_ATTR_TYPE_U64 && integers[taken->type] && taken->bounded)
		fprintf(out, "%s %" PRIu64 "..%" PRIu64 "\n", integers[taken->type], taken->min,
			taken->max);
	else if (taken->type == NL_ATTR_TYPE_NUL_STRING && taken->length)
		fprintf(out, "string at most %u\n", taken->length);
	else if (taken->type == NL_ATTR_TYPE_FLAG)
		fprintf(out, "flag\n");
	else if (taken->type == NL_ATTR_TYPE_BINARY && !taken->length)
		fprintf(out, "binary\n");
	else if (taken->type == NL_ATTR_TYPE_NESTED)
		fprintf(out, "nest\n");
	else
		fprintf(out, "type %u at most %u\n", taken->type, taken->length);
}

static void write_set(FILE *out, const struct reported *reported, const char *prefix, uint32_t set,
		      int depth)
{
	char inner[64];
	int type;

	for (type = 0; set < SETS && type < TYPES; type++) {
		const struct taken *taken = &reported->sets[set][type];

		if (!taken->type)
			continue;
		fprintf(out, "%s%d ", prefix, type);
		write_attribute(out, taken);
		snprintf(inner, sizeof(inner), "%s%d.", prefix, type);
		if (taken->type == NL_ATTR_TYPE_NESTED && depth < 4)
			write_set(out, reported, inner, taken->nest, depth + 1);
	}
}

static void write_command(FILE *out, const struct reported *reported, int command, const char *how,
			  uint32_t set)
{
	char prefix[64];

	if (set == UNKNOWN)
		return;
	fprintf(out, "command %d %s\n", command, how);
	snprintf(prefix, sizeof(prefix), "command %d %s ", command, how);
	write_set(out, reported, prefix, set, 0);
}

static char *write_all(const struct reported *reported)
{
	size_t size;
	char *text = NULL;
	FILE *out = open_memstream(&text, &size);
	int command;

	if (!out)
		return NULL;
	for (command = 0; command <= TRAFFICMON_CMD_MAX; command++) {
		write_command(out, reported, command, "do", reported->set_do[command]);
		write_command(out, reported, command, "dump", reported->set_dump[command]);
	}
	return fclose(out) ? NULL : text;
}

/* policy.txt beside this program, or NULL. */
static char *read_wanted(void)
{
	static char path[4096], text[65536];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 16);
	size_t bytes;
	FILE *file;

	if (length < 0)
		return NULL;
	path[length] = '\0';
	strcpy(strrchr(path, '/') + 1, "policy.txt");
	file = fopen(path, "r");
	if (!file)
		return NULL;
	bytes = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[bytes] = '\0';
	return text;
}

TEST(the_kernel_takes_what_the_specification_says)
{
	static struct reported reported;
	char *wanted = read_wanted(), *found, *want_line, *found_line, *want_at, *found_at;
	struct kself k;

	ASSERT_NE(NULL, wanted) TH_LOG("no policy.txt: run selftests/kself/build");
	ASSERT_NE(NULL, strstr(wanted, "command 1 do"));
	memset(reported.set_do, 0xff, sizeof(reported.set_do));
	memset(reported.set_dump, 0xff, sizeof(reported.set_dump));
	ASSERT_EQ(0, kself_open(&k));
	ASSERT_EQ(0, ask(&k, &reported));
	kself_close(&k);
	found = write_all(&reported);
	ASSERT_NE(NULL, found);
	want_line = strtok_r(wanted, "\n", &want_at);
	found_line = strtok_r(found, "\n", &found_at);
	while (want_line || found_line) {
		ASSERT_STREQ(want_line ? want_line : "(end)", found_line ? found_line : "(end)")
			TH_LOG("specification: %s; kernel: %s", want_line ? want_line : "(end)",
			       found_line ? found_line : "(end)");
		want_line = strtok_r(NULL, "\n", &want_at);
		found_line = strtok_r(NULL, "\n", &found_at);
	}
	free(found);
}

TEST_HARNESS_MAIN
