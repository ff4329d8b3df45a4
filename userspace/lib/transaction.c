// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Transactions.  Contract in transaction.h.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "attrs.h"
#include "info.h"
#include "policy_nl.h"
#include "transaction.h"
#include "value.h"

static int say_waits(const struct tm_info *info, struct tm_error *error)
{
	char left[TM_DURATION_TEXT];

	tm_error_set(error, TM_EXIT_REFUSED, EBUSY,
		     "generation %" PRIu64 " waits for its confirmation for another %s; nothing was changed",
		     info->generation,
		     tm_duration_format(info->confirm_timeout_ns, left));
	return tm_error_hint(error, "`tmctl policy confirm` keeps it, `tmctl policy rollback` takes it back");
}

int tm_ruleset_settled(struct tm_nl *nl, struct tm_error *error)
{
	struct tm_info info;

	if (tm_info_get(nl, &info, NULL, error))
		return -1;
	return info.confirm_timeout_ns ? say_waits(&info, error) : 0;
}

/*
 * The refusals that a careful caller must expect.  Who is in the way is asked
 * afterwards: meanwhile it may have gone, and then the module's words stand.
 */
static int say_busy(struct tm_nl *nl, uint64_t base, struct tm_error *error)
{
	struct tm_error ignored;
	struct tm_info info;

	if (error->errnum != EBUSY || tm_info_get(nl, &info, NULL, &ignored))
		return -1;
	if (info.confirm_timeout_ns)
		return say_waits(&info, error);
	if (!base || info.generation == base)
		return -1;
	tm_error_set(error, TM_EXIT_REFUSED, EBUSY,
		     "the ruleset is no longer generation %" PRIu64 ": somebody else changed it; nothing was changed",
		     base);
	return tm_error_hint(error, "look at what is there now (tmctl policy show), then apply again");
}

static int read_generation(const struct nlmsghdr *nlh, void *data,
			   struct tm_error *error)
{
	const struct nlattr *tb[TRAFFICMON_A_TRANSACTION_MAX + 1];
	uint64_t *generation = data;

	if (tm_attrs_read(&tm_attrs_transaction, nlh, tb, error))
		return -1;
	*generation = tm_attr_u64(tb[TRAFFICMON_A_TRANSACTION_GENERATION]);
	return 0;
}

/* Say which of many requests it was that the module refused. */
static int name_culprit(const char *what, const char *name,
			struct tm_error *error)
{
	char message[sizeof(error->message)];

	memcpy(message, error->message, sizeof(message));
	snprintf(error->message, sizeof(error->message), "%s %s: %.600s", what,
		 name, message);
	return -1;
}

int tm_transaction_begin(struct tm_nl *nl, bool keep_policies,
			 struct tm_error *error)
{
	struct nlmsghdr *request =
		tm_nl_request(nl, TRAFFICMON_CMD_TRANSACTION_BEGIN, 0);

	if (keep_policies)
		mnl_attr_put(request, TRAFFICMON_A_TRANSACTION_KEEP_POLICIES, 0,
			     NULL);
	return tm_nl_do(nl, request, NULL, NULL, error);
}

void tm_transaction_abort(struct tm_nl *nl)
{
	struct nlmsghdr *request =
		tm_nl_request(nl, TRAFFICMON_CMD_TRANSACTION_ABORT, 0);
	struct tm_error ignored;

	tm_nl_do(nl, request, NULL, NULL, &ignored);
}

/* The sets first: a policy names what there is. */
static int stage(struct tm_nl *nl, const struct tm_policy_file *file,
		 struct tm_error *error)
{
	struct nlmsghdr *request;
	unsigned int i;
	size_t done;

	for (i = 0; i < file->sets.count; i++) {
		const struct tm_set *set = &file->sets.items[i];

		if (tm_set_send(nl, TRAFFICMON_CMD_SET_ADD, set->name,
				&set->entries, true, &done, error))
			return name_culprit("set", set->name, error);
	}
	for (i = 0; i < file->policies.count; i++) {
		request = tm_nl_request(nl, TRAFFICMON_CMD_POLICY_ADD, 0);
		tm_policy_put(request, &file->policies.items[i]);
		if (tm_nl_do(nl, request, NULL, NULL, error))
			return name_culprit("policy",
					    file->policies.items[i].name,
					    error);
	}
	return 0;
}

/* Name the set first: what follows is added to what that began. */
static int stage_set(struct tm_nl *nl, const char *name,
		     const struct tm_entry_list *entries, bool keep,
		     struct tm_error *error)
{
	struct nlmsghdr *request = tm_nl_request(nl, TRAFFICMON_CMD_SET_ADD, 0);
	size_t done;

	mnl_attr_put_strz(request, TRAFFICMON_A_SET_NAME, name);
	if (keep)
		mnl_attr_put(request, TRAFFICMON_A_SET_KEEP, 0, NULL);
	if (tm_nl_do(nl, request, NULL, NULL, error))
		return -1;
	return tm_set_send(nl, TRAFFICMON_CMD_SET_ADD, name, entries, false,
			   &done, error);
}

int tm_transaction_commit(struct tm_nl *nl, struct tm_commit *commit,
			  struct tm_error *error)
{
	struct nlmsghdr *request =
		tm_nl_request(nl, TRAFFICMON_CMD_TRANSACTION_COMMIT, 0);

	if (commit->base)
		mnl_attr_put_u64(request, TRAFFICMON_A_TRANSACTION_GENERATION,
				 commit->base);
	if (commit->confirm_ns)
		mnl_attr_put_u64(request,
				 TRAFFICMON_A_TRANSACTION_CONFIRM_TIMEOUT,
				 commit->confirm_ns);
	if (tm_nl_do(nl, request, read_generation, &commit->generation, error))
		return say_busy(nl, commit->base, error);
	return 0;
}

int tm_ruleset_replace(struct tm_nl *nl, const struct tm_policy_file *file,
		       struct tm_commit *commit, struct tm_error *error)
{
	if (tm_transaction_begin(nl, false, error))
		return -1;
	if (!stage(nl, file, error) && !tm_transaction_commit(nl, commit, error))
		return 0;
	tm_transaction_abort(nl);
	return -1;
}

int tm_set_commit(struct tm_nl *nl, const char *name,
		  const struct tm_entry_list *entries, bool keep,
		  struct tm_commit *commit, struct tm_error *error)
{
	if (tm_transaction_begin(nl, true, error))
		return -1;
	if (!stage_set(nl, name, entries, keep, error) &&
	    !tm_transaction_commit(nl, commit, error))
		return 0;
	tm_transaction_abort(nl);
	return -1;
}

static struct nlmsghdr *decide(struct tm_nl *nl, uint8_t command,
			       uint64_t generation)
{
	struct nlmsghdr *request = tm_nl_request(nl, command, 0);

	if (generation)
		mnl_attr_put_u64(request, TRAFFICMON_A_TRANSACTION_GENERATION,
				 generation);
	return request;
}

int tm_ruleset_confirm(struct tm_nl *nl, uint64_t generation,
		       struct tm_error *error)
{
	return tm_nl_do(nl, decide(nl, TRAFFICMON_CMD_TRANSACTION_CONFIRM,
				   generation), NULL, NULL, error);
}

int tm_ruleset_roll_back(struct tm_nl *nl, uint64_t base, uint64_t *generation,
			 struct tm_error *error)
{
	return tm_nl_do(nl, decide(nl, TRAFFICMON_CMD_TRANSACTION_ROLLBACK,
				   base), read_generation, generation, error);
}
