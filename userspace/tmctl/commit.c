// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Commits that wait for their confirmation.  Contract in commit.h.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "../lib/info.h"
#include "../lib/value.h"
#include "boot.h"
#include "commit.h"
#include "policy.h"

#define NS_PER_SECOND	1000000000ull

int commit_read_terms(const struct tm_context *context,
		      struct tm_commit *commit, struct tm_error *error)
{
	const char *text = tm_given_value(context, "--confirm");

	commit->confirm_ns = 0;
	if (!text)
		return 0;
	if (tm_duration_parse(text, &commit->confirm_ns, error))
		return -1;
	if (commit->confirm_ns >= TM_CONFIRM_SECONDS_MIN * NS_PER_SECOND &&
	    commit->confirm_ns <= TM_CONFIRM_SECONDS_MAX * NS_PER_SECOND)
		return 0;
	tm_error_usage(error, "the time to confirm '%.32s' is out of range",
		       text);
	return tm_error_hint(error, "it is 1s to 1d; 60s suits most");
}

void commit_print(struct tm_out *out, const char *words,
		  const struct tm_commit *commit)
{
	char duration[TM_DURATION_TEXT];

	tm_out_text(out, "%s Generation %" PRIu64 " is in use.", words,
		    commit->generation);
	if (commit->confirm_ns) {
		tm_duration_format(commit->confirm_ns, duration);
		tm_out_color(out, TM_COLOR_WARNING);
		tm_out_prose(out, "It is taken back in %s, unless you confirm it: tmctl policy confirm --generation %" PRIu64,
			     duration, commit->generation);
	}
	tm_out_block(out, "ruleset", NULL);
	tm_out_bool(out, "changed", true);
	tm_out_number(out, "generation", commit->generation);
	if (commit->confirm_ns)
		tm_out_number(out, "confirm_timeout_ns", commit->confirm_ns);
	tm_out_end(out);
}

/* --generation N, else the one in use, which is the one that waits if one does. */
static int read_generation(struct tm_context *context, uint64_t *generation,
			   struct tm_error *error)
{
	const char *text = tm_given_value(context, "--generation");
	struct tm_nl *nl;
	struct tm_info info;

	if (text)
		return tm_number_parse("--generation", text, 1, UINT64_MAX,
				       generation, error);
	nl = tm_context_nl(context, error);
	if (!nl || tm_info_get(nl, &info, NULL, error))
		return -1;
	/* Not attached: the module says it. */
	*generation = info.generation ? info.generation : 1;
	return 0;
}

/* What the module refused, beside what is in use. */
static int say_refused(struct tm_nl *nl, uint64_t generation,
		       struct tm_error *error)
{
	struct tm_error ignored;
	struct tm_info info;

	if (error->exit_code != TM_EXIT_REFUSED ||
	    (error->errnum != ENOENT && error->errnum != EBUSY) ||
	    tm_info_get(nl, &info, NULL, &ignored))
		return -1;
	if (info.confirm_timeout_ns && info.generation != generation) {
		tm_error_set(error, TM_EXIT_REFUSED, EBUSY,
			     "generation %" PRIu64 " waits for its confirmation, not %" PRIu64 "; nothing was changed",
			     info.generation, generation);
		return tm_error_hint(error, "look at it (tmctl policy show) before you decide on it");
	}
	if (info.confirm_timeout_ns)
		return -1;
	tm_error_set(error, TM_EXIT_REFUSED, ENOENT,
		     "no ruleset waits for its confirmation; generation %" PRIu64 " is in use",
		     info.generation);
	return tm_error_hint(error, "`tmctl event show type ruleset` says what became of the last one");
}

/* What is confirmed is what the next boot is to bring. */
static int save_confirmed(struct tm_context *context, uint64_t generation,
			  struct tm_error *error)
{
	char message[sizeof(error->message)];

	if (tm_given_flag(context, "--no-save"))
		return 0;
	if (!boot_is_here(context)) {
		tm_out_text(context->out, "It is not saved: the boot file is of the host's own network namespace.");
		return 0;
	}
	if (!policy_save(context, NULL, generation, error))
		return 0;
	memcpy(message, error->message, sizeof(message));
	tm_error_set(error, TM_EXIT_REFUSED, error->errnum,
		     "generation %" PRIu64 " is confirmed and in use, but not saved: %.600s",
		     generation, message);
	return tm_error_hint(error, "when that is mended, `tmctl policy save`; until then a reboot brings what was saved before");
}

int commit_confirm_run(struct tm_context *context, struct tm_error *error)
{
	uint64_t generation;
	struct tm_nl *nl;

	if (read_generation(context, &generation, error))
		return -1;
	nl = tm_context_nl(context, error);
	if (!nl)
		return -1;
	if (tm_ruleset_confirm(nl, generation, error))
		return say_refused(nl, generation, error);
	tm_out_text(context->out, "Confirmed. Generation %" PRIu64 " stays.",
		    generation);
	tm_out_block(context->out, "ruleset", NULL);
	tm_out_bool(context->out, "changed", false);
	tm_out_number(context->out, "generation", generation);
	tm_out_end(context->out);
	return save_confirmed(context, generation, error) ? -1 : TM_EXIT_DONE;
}

int commit_rollback_run(struct tm_context *context, struct tm_error *error)
{
	struct tm_commit commit = { .confirm_ns = 0 };
	struct tm_nl *nl;

	if (read_generation(context, &commit.base, error))
		return -1;
	nl = tm_context_nl(context, error);
	if (!nl)
		return -1;
	if (tm_ruleset_roll_back(nl, commit.base, &commit.generation, error))
		return say_refused(nl, commit.base, error);
	commit_print(context->out, "Taken back: what was there before is in use again.",
		     &commit);
	return TM_EXIT_DONE;
}
