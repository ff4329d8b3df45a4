// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * swap: replaces rulesets faster than the tool can be started.
 *
 *	swap replace FILE_A FILE_B COUNT	COUNT commits, A and B in turns
 *	swap invalid FILE COUNT			see swap.h
 *	swap stage FILE				stage all of it, say so, and wait to be killed
 *
 * Exit: 0 done, 1 refused or something changed that must not, 2 wrong usage.
 */
#include "swap.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void swap_fail(const struct tm_error *error, const char *what)
{
	fprintf(stderr, "swap: %s: %s %s\n", what, error->message, error->extack);
	exit(1);
}

uint64_t swap_generation(struct tm_nl *nl)
{
	struct tm_error error;
	struct tm_info info;

	if (tm_info_get(nl, &info, NULL, &error))
		swap_fail(&error, "status");
	return info.generation;
}

static void read_policies(const char *path, struct tm_policy_file *file)
{
	struct tm_source source;
	struct tm_error error;

	memset(file, 0, sizeof(*file));
	if (tm_source_read(&source, path) || tm_policy_file_read(file, &source)) {
		tm_source_error(&source, &error);
		swap_fail(&error, path);
	}
	tm_source_free(&source);
}

static struct tm_nl *open_client(void)
{
	struct tm_error error;
	struct tm_nl *nl = tm_nl_open(NULL, &error);

	if (!nl)
		swap_fail(&error, "open");
	return nl;
}

void swap_stage(struct tm_nl *nl, const struct tm_policy_file *file)
{
	struct nlmsghdr *request = tm_nl_request(nl, TRAFFICMON_CMD_TRANSACTION_BEGIN, 0);
	struct tm_error error;
	unsigned int i;
	size_t done;

	if (tm_nl_do(nl, request, NULL, NULL, &error))
		swap_fail(&error, "begin");
	for (i = 0; i < file->sets.count; i++)
		if (tm_set_send(nl, TRAFFICMON_CMD_SET_ADD, file->sets.items[i].name,
				&file->sets.items[i].entries, true, &done, &error))
			swap_fail(&error, file->sets.items[i].name);
	for (i = 0; i < file->policies.count; i++) {
		request = tm_nl_request(nl, TRAFFICMON_CMD_POLICY_ADD, 0);
		tm_policy_put(request, &file->policies.items[i]);
		if (tm_nl_do(nl, request, NULL, NULL, &error))
			swap_fail(&error, file->policies.items[i].name);
	}
}

static int replace(const char *path_a, const char *path_b, unsigned int count)
{
	struct tm_nl *nl = open_client();
	struct tm_commit commit = { .generation = swap_generation(nl) };
	struct tm_policy_file files[2];
	struct timespec start, end;
	struct tm_error error;
	unsigned int i;

	read_policies(path_a, &files[0]);
	read_policies(path_b, &files[1]);
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (i = 0; i < count; i++) {
		commit.base = commit.generation;
		if (tm_ruleset_replace(nl, &files[i % 2], &commit, &error))
			swap_fail(&error, "commit");
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("{\"commits\":%u,\"seconds\":%.3f,\"generation\":%" PRIu64 "}\n", count,
	       end.tv_sec - start.tv_sec + (end.tv_nsec - start.tv_nsec) / 1e9,
	       commit.generation);
	tm_nl_close(nl);
	return 0;
}

static int invalid(const char *path, unsigned int count)
{
	struct tm_policy_file file;

	read_policies(path, &file);
	return swap_invalid(&file, count) ? 1 : 0;
}

static void __attribute__((noreturn)) stage(const char *path)
{
	struct tm_nl *nl = open_client();
	struct tm_policy_file file;

	read_policies(path, &file);
	swap_stage(nl, &file);
	puts("staged");
	fflush(stdout);
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "replace") && atoi(argv[4]) > 0)
		return replace(argv[2], argv[3], atoi(argv[4]));
	if (argc == 4 && !strcmp(argv[1], "invalid") && atoi(argv[3]) > 0)
		return invalid(argv[2], atoi(argv[3]));
	if (argc == 3 && !strcmp(argv[1], "stage"))
		stage(argv[2]);
	fputs("usage: swap replace FILE_A FILE_B COUNT | invalid FILE COUNT | stage FILE\n",
	      stderr);
	return 2;
}
