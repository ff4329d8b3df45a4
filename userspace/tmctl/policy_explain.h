/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of `tmctl policy explain` share.
 */
#ifndef TMCTL_POLICY_EXPLAIN_H
#define TMCTL_POLICY_EXPLAIN_H

#include "../lib/info.h"
#include "../lib/module.h"
#include "explain_packet.h"

/*
 * What is explained.
 * @steps:	of all stages and policies
 * @nl:		NULL: of a file
 * @name:	of the file
 * @over:	a policy that drops above its limit, which is exceeded now
 * @newcomers:	it drops what begins a flow alone
 */
struct explain {
	struct tm_out *out;
	struct tm_explain_packet packet;
	struct explain_assumed assumed;
	struct tm_policy_file file;
	struct tm_module_parameters parameters;
	struct tm_explain_ruleset ruleset;
	struct tm_info info;
	struct tm_nl *nl;
	const char *name;
	uint64_t generation;
	struct tm_explain_step *steps;
	size_t count;
	bool all;
	const struct tm_policy *over;
	bool newcomers;
};

/*
 * policy_explain_steps.c: print the steps, those that are asked, or all.  What is
 * over a limit is noted.
 */
int policy_explain_steps(struct explain *explain, struct tm_error *error);

/* "set allow"; of all but policies. */
const char *policy_explain_stage(enum tm_explain_stage stage);

#endif /* TMCTL_POLICY_EXPLAIN_H */
