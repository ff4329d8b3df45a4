// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tmctl reload: the installed module in place of the loaded one.
 *
 * Read policies, sets and parameters; unload; load; attach; write them back
 * in one transaction.  Protection is missing from the unload to the commit,
 * and that time is measured and told.  Whatever fails on the way, the module
 * that was loaded is put back if a file of it can be found.
 *
 * Between unload and commit no signal that a terminal or a lost connection
 * sends ends us, or the programs that we run: half a reload is no protection.
 */
#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <linux/trafficmon.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "../lib/info.h"
#include "../lib/module.h"
#include "../lib/process.h"
#include "../lib/signing.h"
#include "carry.h"
#include "options.h"

#define DKMS_FOLDER	"/var/lib/dkms/" TM_MODULE_NAME
#define UNLOAD_SECONDS	3
#define UNLOAD_PAUSE_NS	20000000

/*
 * @file:	of the new module, NULL: as installed
 * @old_file:	of the module that is loaded, empty: none was found
 * @parameters:	the loaded module's
 * @attached:	this namespace was
 * @netns_others: how many other namespaces were
 * @generation:	of the ruleset that is carried over
 */
struct reload {
	struct tm_context *context;
	const char *file;
	char old_file[512];
	struct tm_module before;
	struct tm_module next;
	struct tm_module_parameters parameters;
	struct tm_carry carry;
	bool attached;
	uint32_t netns_others;
	uint64_t generation;
	double unprotected_seconds;
};

static double now_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* Is this a file of the very module that is loaded? */
static bool is_loaded_one(struct reload *reload, const char *file)
{
	struct tm_error ignored;
	struct tm_module module;

	if (access(file, R_OK) ||
	    tm_module_installed(file, &module, &ignored) ||
	    !module.srcversion[0] || !reload->before.srcversion[0] ||
	    strcmp(module.srcversion, reload->before.srcversion))
		return false;
	snprintf(reload->old_file, sizeof(reload->old_file), "%s", file);
	return true;
}

/*
 * A file to go back to: the one that is given, what is installed (when the
 * new one is another file), and what DKMS has built before.
 */
static void find_old_file(struct reload *reload, const char *given)
{
	char pattern[300];
	struct tm_module installed;
	struct tm_error ignored;
	struct utsname name;
	glob_t found;
	size_t i;

	if (given) {
		snprintf(reload->old_file, sizeof(reload->old_file), "%s",
			 given);
		return;
	}
	if (!tm_module_installed(NULL, &installed, &ignored) &&
	    is_loaded_one(reload, installed.file))
		return;
	uname(&name);
	snprintf(pattern, sizeof(pattern),
		 DKMS_FOLDER "/*/%s/*/module/" TM_MODULE_NAME ".ko*",
		 name.release);
	if (glob(pattern, 0, NULL, &found))
		return;
	for (i = 0; i < found.gl_pathc; i++) {
		if (is_loaded_one(reload, found.gl_pathv[i]))
			break;
	}
	globfree(&found);
}

/* A file for another kernel would fail only once the old one is gone. */
static int check_kernel(const struct reload *reload, struct tm_error *error)
{
	const char *which = reload->file ? reload->file : TM_MODULE_NAME;
	const char *const argv[] = { "modinfo", "-F", "vermagic", which, NULL };
	char vermagic[256];
	struct utsname name;
	size_t length;
	int status;

	status = tm_process_run(argv, vermagic, sizeof(vermagic), error);
	if (status < 0)
		return -1;
	uname(&name);
	length = strcspn(vermagic, " ");
	if (!status && strlen(name.release) == length &&
	    !strncmp(vermagic, name.release, length))
		return 0;
	tm_error_set(error, TM_EXIT_REFUSED, ENOEXEC,
		     "the module to load is built for kernel %.*s, this is %s",
		     (int)length, vermagic, name.release);
	return tm_error_hint(error, "nothing was changed; build it for this kernel: dkms install " TM_MODULE_NAME "/VERSION -k %s",
			     name.release);
}

/* Nor would one without a signature be loaded where signatures are demanded. */
static int check_signature(const struct reload *reload, struct tm_error *error)
{
	const char *which = reload->file ? reload->file : TM_MODULE_NAME;
	const char *const argv[] = { "modinfo", "-F", "signer", which, NULL };
	char signer[256];
	int status;

	if (!tm_signing_required())
		return 0;
	status = tm_process_run(argv, signer, sizeof(signer), error);
	if (status < 0)
		return -1;
	if (!status && signer[0])
		return 0;
	tm_error_set(error, TM_EXIT_REFUSED, EKEYREJECTED,
		     "nothing was changed: the module to load is not signed");
	return tm_signing_hint(error);
}

static int check_privilege(struct tm_error *error)
{
	if (!geteuid())
		return 0;
	tm_error_set(error, TM_EXIT_PERMISSION, EPERM,
		     "no permission to swap a module");
	return tm_error_hint(error, "run as root on the host");
}

static int check_others(struct reload *reload, const struct tm_info *info,
			struct tm_error *error)
{
	const char *others;

	reload->attached = info->attached;
	reload->netns_others = info->netns_attached - (info->attached ? 1 : 0);
	if (!reload->netns_others)
		return 0;
	others = reload->netns_others == 1 ? "network namespace is attached" :
					     "network namespaces are attached";
	if (tm_given_flag(reload->context, "--force")) {
		tm_out_warn(reload->context->out,
			    "%u other %s and will be detached: flows, policies and sets there are lost",
			    reload->netns_others, others);
		return 0;
	}
	tm_error_set(error, TM_EXIT_REFUSED, EBUSY,
		     "%u other %s; a reload would detach what it does not carry over: policies and sets there would be lost",
		     reload->netns_others, others);
	return tm_error_hint(error, "nothing was changed; `tmctl netns show` lists them; --force does it all the same");
}

/* What somebody else committed since would be lost: he is told, not overruled. */
static int check_generation(const struct reload *reload, struct tm_nl *nl,
			    struct tm_error *error)
{
	struct tm_info info;

	if (tm_info_get(nl, &info, NULL, error))
		return -1;
	if (info.generation == reload->generation)
		return 0;
	tm_error_set(error, TM_EXIT_REFUSED, EBUSY,
		     "the ruleset was changed while it was read: generation %" PRIu64 " became %" PRIu64,
		     reload->generation, info.generation);
	return tm_error_hint(error, "nothing was changed; try again");
}

/* All that can be known beforehand; nothing is changed yet. */
static int prepare(struct reload *reload, struct tm_error *error)
{
	struct tm_context *context = reload->context;
	struct tm_info info;
	struct tm_nl *nl;

	if (check_privilege(error))
		return -1;
	nl = tm_context_nl(context, error);
	/* A ruleset that waits would come back without its way back. */
	if (!nl || tm_ruleset_settled(nl, error) ||
	    tm_info_get(nl, &info, NULL, error) ||
	    check_others(reload, &info, error))
		return -1;
	tm_module_loaded(&reload->before);
	if (tm_module_installed(reload->file, &reload->next, error) ||
	    check_kernel(reload, error) || check_signature(reload, error) ||
	    tm_module_parameters_read(&reload->parameters, error))
		return -1;
	reload->generation = info.generation;
	find_old_file(reload, tm_given_value(context, "--fallback"));
	if (!reload->old_file[0])
		tm_out_warn(context->out, "no file of the loaded module %s is at hand: if the new one fails there is nothing to go back to",
			    reload->before.version);
	if (info.attached && tm_carry_read(&reload->carry, nl, error))
		return -1;
	if (reload->carry.unknown)
		tm_out_warn(context->out, "policies or set entries have attributes that this tool does not know (%u in all); they are not carried over",
			    reload->carry.unknown);
	return check_generation(reload, nl, error);
}

/* Our own socket must not be in the way of the unload. */
static void close_socket(struct tm_context *context)
{
	tm_nl_close(context->nl);
	context->nl = NULL;
}

/* Attach if it was, and write policies and sets back. */
static int restore(struct reload *reload, struct tm_error *error)
{
	struct tm_nl *nl = tm_context_nl(reload->context, error);
	struct tm_commit commit = { .base = 0 };
	struct tm_info info;

	if (!nl || tm_info_get(nl, &info, NULL, error))
		return -1;
	if (!reload->attached)
		return 0;
	if (!info.attached &&
	    tm_nl_do(nl, tm_nl_request(nl, TRAFFICMON_CMD_NETNS_ATTACH, 0),
		     NULL, NULL, error))
		return -1;
	return tm_carry_write(&reload->carry, nl, &commit, error);
}

static int load_and_restore(struct reload *reload, const char *file,
			    struct tm_error *error)
{
	return tm_module_load(file, &reload->parameters, error) ||
	       restore(reload, error) ? -1 : 0;
}

/* The new one failed: error says how.  Adds what became of the old one. */
static int go_back(struct reload *reload, double start,
		   struct tm_error *error)
{
	struct tm_error first = *error, second;
	struct tm_module now;

	close_socket(reload->context);
	if (tm_module_loaded(&now) && tm_module_unload(&second)) {
		tm_error_set(error, first.exit_code, first.errnum,
			     "module %s is loaded, but policies and sets could not be put back: %.300s",
			     now.version, first.message);
		return tm_error_hint(error, "NOTHING IS LIMITED NOW; `tmctl policy apply FILE` with your policy file");
	}
	if (!reload->old_file[0]) {
		tm_error_set(error, first.exit_code, first.errnum,
			     "the new module failed (%.300s), and there is no file of the old one to go back to",
			     first.message);
		return tm_error_hint(error, "NOTHING IS LOADED NOW; `dmesg | tail` says why");
	}
	if (load_and_restore(reload, reload->old_file, &second)) {
		tm_error_set(error, first.exit_code, first.errnum,
			     "the new module failed (%.250s), and the old one could not be put back (%.250s)",
			     first.message, second.message);
		return tm_error_hint(error, "NOTHING IS LIMITED NOW; `dmesg | tail` says why");
	}
	tm_error_set(error, first.exit_code, first.errnum,
		     "the new module failed: %.300s; module %s is loaded again with policies and sets, after %.2f s without protection",
		     first.message, reload->before.version,
		     now_seconds() - start);
	return tm_error_hint(error, "`dmesg | tail` says why");
}

/*
 * Who dumps holds the module for as long as a message takes: unloading is tried
 * again for some seconds.  start: of the try that counts.
 */
static int unload_when_free(double *start, struct tm_error *error)
{
	const struct timespec pause = { .tv_nsec = UNLOAD_PAUSE_NS };
	double first = now_seconds();

	for (;;) {
		*start = now_seconds();
		if (!tm_module_unload(error))
			return 0;
		if (!strstr(error->message, "is in use") ||
		    *start - first > UNLOAD_SECONDS)
			return -1;
		nanosleep(&pause, NULL);
	}
}

static int swap(struct reload *reload, struct tm_error *error)
{
	double start;

	close_socket(reload->context);
	if (unload_when_free(&start, error)) {
		tm_error_hint(error, "nothing was changed; somebody may be using it: `lsmod | grep " TM_MODULE_NAME "`");
		return -1;
	}
	if (load_and_restore(reload, reload->file, error))
		return go_back(reload, start, error);
	reload->unprotected_seconds = now_seconds() - start;
	return 0;
}

/* swap(), deaf to what would end us half-way. */
static int swap_undisturbed(struct reload *reload, struct tm_error *error)
{
	static const int numbers[] = {
		SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGTSTP
	};
	sigset_t deaf, before;
	int result;
	size_t i;

	sigemptyset(&deaf);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaddset(&deaf, numbers[i]);
	sigprocmask(SIG_BLOCK, &deaf, &before);
	result = swap(reload, error);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return result;
}

static void print_result(const struct reload *reload)
{
	struct tm_out *out = reload->context->out;
	struct tm_module now;

	tm_module_loaded(&now);
	tm_out_block(out, "reload", NULL);
	tm_out_string(out, "from_version", reload->before.version);
	tm_out_string(out, "to_version", now.version);
	tm_out_string(out, "file", reload->next.file);
	tm_out_bool(out, "attached", reload->attached);
	tm_out_number(out, "policies", reload->carry.policy_count);
	tm_out_number(out, "set_entries", reload->carry.entry_total);
	tm_out_number(out, "parameters", reload->parameters.count);
	tm_out_real(out, "unprotected_seconds", reload->unprotected_seconds);
	tm_out_end(out);
	tm_out_text(out, "module %s replaced by %s (%s)",
		    reload->before.version, now.version, reload->next.file);
	tm_out_text(out, "kept: %zu %s, %zu set %s, %u parameter%s; flows and records began anew",
		    reload->carry.policy_count,
		    reload->carry.policy_count == 1 ? "policy" : "policies",
		    reload->carry.entry_total,
		    reload->carry.entry_total == 1 ? "entry" : "entries",
		    reload->parameters.count,
		    reload->parameters.count == 1 ? "" : "s");
	tm_out_text(out, "without protection: %.2f s",
		    reload->unprotected_seconds);
}

static int reload_module(struct tm_context *context, struct tm_error *error)
{
	struct reload reload = {
		.context = context,
		.file = tm_given_value(context, "--file"),
	};
	int result;

	result = prepare(&reload, error) ||
		 swap_undisturbed(&reload, error) ? -1 : 0;
	if (!result)
		print_result(&reload);
	tm_carry_free(&reload.carry);
	tm_module_parameters_free(&reload.parameters);
	return result;
}

static const struct tm_option options[] = {
	{ "--file", "FILE", "load this .ko instead of the installed one", false },
	{ "--fallback", "FILE", "the .ko to go back to if the new one fails (default: what is found)", false },
	{ "--force", NULL, "even though other namespaces are attached, which are then detached", false },
	{ NULL, NULL, NULL, false }
};

static const struct tm_verb verbs[] = {
	{
		.name = "module",
		.run = reload_module,
		.usage = "[--file FILE] [--fallback FILE] [--force]",
		.summary = "swap the loaded module for the installed one, keeping policies, sets and parameters",
		.options = options,
		.details = "Tells the seconds without protection: from the unload until the policies are\n"
			   "in force again.  Live flows, records and totals begin anew: read the records\n"
			   "before.  If the new module fails, the old one is loaded again where a file of\n"
			   "it is found (installed, or built by DKMS before).\n",
	},
	{ .name = NULL }
};

const struct tm_object tm_object_reload = {
	.name = "reload",
	.summary = "swap the loaded module for the installed one",
	.verbs = verbs,
};
