/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a person should look at, and what to do about it: the rules behind
 * `tmctl status`.
 */
#ifndef TMCTL_FINDINGS_H
#define TMCTL_FINDINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "../lib/info.h"
#include "../lib/module.h"

enum tm_severity {
	TM_FINDING_NOTE,	/* so that nobody is surprised; exit code 0 */
	TM_FINDING_WARNING,	/* something to look at; exit code 6 */
};

#define TM_FINDINGS_MAX	48

struct tm_finding {
	enum tm_severity severity;
	const char *code;	/* a stable word: "table_nearly_full" */
	char text[256];
	char advice[256];
};

struct tm_findings {
	unsigned int count;
	struct tm_finding list[TM_FINDINGS_MAX];
};

/* What the rules look at. */
struct tm_situation {
	struct tm_info info;
	struct tm_module loaded;
	struct tm_module installed;	/* version empty: not known */
	uint64_t untracked_packets;
	uint64_t error_packets;
};

/* Add one; beyond TM_FINDINGS_MAX they are dropped. */
void tm_findings_add(struct tm_findings *findings, enum tm_severity severity,
		     const char *code, const char *advice,
		     const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* Judge a situation. */
void tm_findings_judge(struct tm_findings *findings,
		       const struct tm_situation *situation);

/* A policy that is over its limit since over_since_age_ns. */
void tm_findings_policy_over(struct tm_findings *findings, const char *policy,
			     bool enforcing, uint64_t over_since_age_ns);

/* A device whose traffic is not seen. */
void tm_findings_device_unseen(struct tm_findings *findings,
			       const char *device);

/* Is there anything above a note? */
bool tm_findings_any_warning(const struct tm_findings *findings);

#endif /* TMCTL_FINDINGS_H */
