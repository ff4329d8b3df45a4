// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Transactions that must come to nothing, one of each kind.
 *
 * Each kind stages the whole file first, then does the one thing that must be
 * refused with the errno it names (0: nothing is refused, the area is dropped).
 */
#include "swap.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ATTRIBUTE_UNKNOWN	500

/* What a kind has at hand. */
struct attempt {
	struct tm_nl *nl;
	const struct tm_policy_file *file;
	struct tm_error error;
};

static struct nlmsghdr *start(struct attempt *attempt, uint8_t command)
{
	return tm_nl_request(attempt->nl, command, 0);
}

static int ask(struct attempt *attempt, struct nlmsghdr *request)
{
	return tm_nl_do(attempt->nl, request, NULL, NULL, &attempt->error);
}

/* A policy like the file's first, under another name. */
static int add_like_first(struct attempt *attempt, const char *name,
			  void (*spoil)(struct tm_policy *policy))
{
	struct nlmsghdr *request = start(attempt, TRAFFICMON_CMD_POLICY_ADD);
	struct tm_policy policy = attempt->file->policies.items[0];

	snprintf(policy.name, sizeof(policy.name), "%s", name);
	if (spoil)
		spoil(&policy);
	tm_policy_put(request, &policy);
	return ask(attempt, request);
}

static int begin_again(struct attempt *attempt)
{
	return ask(attempt, start(attempt, TRAFFICMON_CMD_TRANSACTION_BEGIN));
}

static int stale_generation(struct attempt *attempt)
{
	struct nlmsghdr *request = start(attempt, TRAFFICMON_CMD_TRANSACTION_COMMIT);

	mnl_attr_put_u64(request, TRAFFICMON_A_TRANSACTION_GENERATION, 1ULL << 60);
	return ask(attempt, request);
}

static int name_twice(struct attempt *attempt)
{
	return add_like_first(attempt, attempt->file->policies.items[0].name, NULL);
}

static int name_wrong(struct attempt *attempt)
{
	return add_like_first(attempt, "not a name", NULL);
}

static void spoil_rate(struct tm_policy *policy)
{
	policy->limits[TRAFFICMON_LIMIT_PACKETS].rate = UINT64_MAX;
	policy->limits[TRAFFICMON_LIMIT_PACKETS].burst = 1;
}

static int rate_out_of_range(struct attempt *attempt)
{
	return add_like_first(attempt, "too-fast", spoil_rate);
}

static void spoil_mode(struct tm_policy *policy)
{
	policy->mode = 77;
}

static int mode_unknown(struct attempt *attempt)
{
	return add_like_first(attempt, "no-mode", spoil_mode);
}

static int attribute_unknown(struct attempt *attempt)
{
	struct nlmsghdr *request = start(attempt, TRAFFICMON_CMD_POLICY_ADD);

	tm_policy_put(request, &attempt->file->policies.items[0]);
	mnl_attr_put_u32(request, ATTRIBUTE_UNKNOWN, 1);
	return ask(attempt, request);
}

static int policy_without_name(struct attempt *attempt)
{
	return ask(attempt, start(attempt, TRAFFICMON_CMD_POLICY_ADD));
}

static void name_set(struct tm_policy *policy)
{
	policy->source_sets.count = 1;
	policy->source_sets.items[0] = (struct tm_match_set){ .name = "neither" };
}

static int set_unknown(struct attempt *attempt)
{
	return add_like_first(attempt, "set-unknown", name_set);
}

/* It is staged, and what was staged goes with the socket. */
static int set_staged(struct attempt *attempt)
{
	struct nlmsghdr *request = start(attempt, TRAFFICMON_CMD_SET_ADD);

	mnl_attr_put_strz(request, TRAFFICMON_A_SET_NAME, "neither");
	if (ask(attempt, request))
		return -1;
	return stale_generation(attempt);
}

/* 10.0.0.1/8 */
static int entry_with_bits_behind(struct attempt *attempt)
{
	static const uint8_t address[4] = { 10, 0, 0, 1 };
	struct nlmsghdr *request = start(attempt, TRAFFICMON_CMD_SET_ADD);
	struct nlattr *nest;

	mnl_attr_put_strz(request, TRAFFICMON_A_SET_NAME, "deny");
	nest = mnl_attr_nest_start(request, TRAFFICMON_A_SET_ENTRY);
	mnl_attr_put(request, TRAFFICMON_A_ENTRY_ADDRESS, sizeof(address), address);
	mnl_attr_put_u8(request, TRAFFICMON_A_ENTRY_LENGTH, 8);
	mnl_attr_nest_end(request, nest);
	return ask(attempt, request);
}

/* ... and one too many of them. */
static int policies_too_many(struct attempt *attempt)
{
	unsigned int i, count = attempt->file->policies.count;
	char name[TRAFFICMON_NAME_SIZE];

	for (i = count; i <= TRAFFICMON_POLICIES_MAX; i++) {
		snprintf(name, sizeof(name), "many-%u", i);
		if (add_like_first(attempt, name, NULL))
			return -1;
	}
	return 0;
}

static int abort_it(struct attempt *attempt)
{
	return ask(attempt, start(attempt, TRAFFICMON_CMD_TRANSACTION_ABORT));
}

static int close_socket(struct attempt *attempt)
{
	(void)attempt;
	return 0;
}

static int commit_after_abort(struct attempt *attempt)
{
	if (abort_it(attempt))
		return 0;
	return ask(attempt, start(attempt, TRAFFICMON_CMD_TRANSACTION_COMMIT));
}

static const struct kind {
	const char *name;
	int (*try)(struct attempt *attempt);
	int errnum;
	bool once;	/* is slow */
} kinds[] = {
	{ "begun twice", begin_again, EBUSY, false },
	{ "built on another generation", stale_generation, EBUSY, false },
	{ "a name twice", name_twice, EEXIST, false },
	{ "a name that is none", name_wrong, EINVAL, false },
	{ "a rate out of range", rate_out_of_range, ERANGE, false },
	{ "an unknown mode", mode_unknown, ERANGE, false },
	{ "an unknown attribute", attribute_unknown, EINVAL, false },
	{ "a policy without a name", policy_without_name, EINVAL, false },
	{ "an unknown set", set_unknown, ENOENT, false },
	{ "a new set, built on another generation", set_staged, EBUSY, false },
	{ "an entry with bits behind its length", entry_with_bits_behind, EINVAL, false },
	{ "committed after an abort", commit_after_abort, ENOENT, false },
	{ "aborted", abort_it, 0, false },
	{ "socket closed", close_socket, 0, false },
	{ "too many policies", policies_too_many, E2BIG, true },
};

static bool try_kind(const struct kind *kind, struct tm_nl *watch, const struct tm_policy_file *file)
{
	struct attempt attempt = { .file = file };
	struct tm_info before, after;
	struct tm_error error;
	int errnum = 0;

	attempt.nl = tm_nl_open(NULL, &attempt.error);
	if (!attempt.nl)
		swap_fail(&attempt.error, "open");
	if (tm_info_get(watch, &before, NULL, &error))
		swap_fail(&error, "status");
	swap_stage(attempt.nl, file);
	if (kind->try(&attempt))
		errnum = attempt.error.errnum;
	tm_nl_close(attempt.nl);
	if (tm_info_get(watch, &after, NULL, &error))
		swap_fail(&error, "status");
	if (errnum == kind->errnum && after.generation == before.generation &&
	    after.policies == before.policies)
		return true;
	printf("# %s: %s (wanted %s), generation %" PRIu64 " -> %" PRIu64 ", policies %u -> %u\n",
	       kind->name, strerror(errnum), strerror(kind->errnum), before.generation,
	       after.generation, before.policies, after.policies);
	return false;
}

unsigned int swap_invalid(const struct tm_policy_file *file, unsigned int times)
{
	struct tm_error error;
	struct tm_nl *watch = tm_nl_open(NULL, &error);
	unsigned int bad = 0, i, k;

	if (!watch)
		swap_fail(&error, "open");
	for (k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		for (i = 0; i < (kinds[k].once ? 1 : times); i++)
			bad += !try_kind(&kinds[k], watch, file);
		printf("# tried: %s\n", kinds[k].name);
	}
	tm_nl_close(watch);
	return bad;
}
